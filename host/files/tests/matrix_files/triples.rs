use std::path::Path;

use lowrank_files::matrix_file::{
    Duplicates, Entries, Error, MatrixFile, MatrixReader, Missing, TripleColumns,
};

use super::rows;

fn read(columns: &str, missing: Missing, name: &str, text: &str) -> Result<MatrixFile, Error> {
    let reader = MatrixReader {
        triples: Some(columns.parse()?),
        missing,
        ..MatrixReader::default()
    };
    reader.read_from(Path::new(name), text.as_bytes())
}

fn refusal(columns: &str, text: &str) -> String {
    read(columns, Missing::Refused, "a.csv", text)
        .unwrap_err()
        .to_string()
}

const RATINGS: &str = "user,item,rating,time\r\n10,b,2.5,0\r\n9,a,0,0\r\n\"10\",\"a\",4,0\r\n";

#[test]
fn columns_are_found_by_name_or_by_number() {
    let file = read("user,item,rating", Missing::Refused, "a.csv", RATINGS).unwrap();
    assert_eq!(rows(&file), [[0.0, 0.0], [4.0, 2.5]]);
    let Entries::Observed(a) = &file.entries else {
        panic!("not observed")
    };
    // The zero is a rating, the entry beside it is missing.
    assert_eq!(a.row_offsets(), [0, 1, 3]);
    assert_eq!(
        file.row_labels.as_deref(),
        Some(&["9".to_owned(), "10".to_owned()][..])
    );
    assert_eq!(
        file.column_labels.as_deref(),
        Some(&["a".to_owned(), "b".to_owned()][..])
    );
    let tabs = RATINGS.replace(',', "\t");
    for (columns, name, text) in [
        ("1,2,3", "a.csv", RATINGS),
        ("1,item,3", "a.csv", RATINGS),
        ("1,2,3", "a.csv", RATINGS.split_once('\n').unwrap().1),
        ("user,item,rating", "a.tsv", &tabs),
    ] {
        let other = read(columns, Missing::Refused, name, text).unwrap();
        assert_eq!(other.entries, file.entries, "{columns}");
        let labels = (&other.row_labels, &other.column_labels);
        assert_eq!(labels, (&file.row_labels, &file.column_labels), "{columns}");
    }
    let transposed = read("item,user,rating", Missing::Refused, "a.csv", RATINGS).unwrap();
    assert_eq!(rows(&transposed), [[0.0, 4.0], [0.0, 2.5]]);
}

#[test]
fn the_matrix_does_not_depend_on_the_order_of_the_lines() {
    let (header, lines) = RATINGS.split_once("\r\n").unwrap();
    let reversed: Vec<&str> = lines.trim().rsplit("\r\n").collect();
    let text = format!("{header}\n{}\n", reversed.join("\n"));
    let of = |text: &str| read("user,item,rating", Missing::Refused, "a.csv", text).unwrap();
    assert_eq!(of(&text), of(RATINGS));
}

#[test]
fn a_second_rating_at_the_same_place_is_an_error_that_names_both_lines() {
    let text = "user,item,rating\n1,x,3\n2,x,4\n1,x,3\n";
    let error = refusal("user,item,rating", text);
    assert_eq!(
        error,
        "a.csv, lines 2 and 4: row 1, column x twice; keep one of them, or say which one counts"
    );
}

#[test]
fn a_rating_that_is_missing_is_refused_or_left_out() {
    let text = "user,item,rating\n1,x,3\n2,y,\n2,x,nan\n";
    let error = refusal("user,item,rating", text);
    assert!(
        error.starts_with("a.csv, line 3, column 3: \"\" stands for a missing value"),
        "{error}"
    );
    let file = read("user,item,rating", Missing::Nan, "a.csv", text).unwrap();
    assert_eq!(rows(&file), [[3.0, 0.0], [0.0, 0.0]]);
    assert!(refusal("1,2,3", "1,1,1\n1,2,inf\n").contains("line 2, column 3: \"inf\""));
}

#[test]
fn columns_that_are_not_there_are_named() {
    let error = refusal("user,movie,rating", RATINGS);
    assert!(error.contains("no column \"movie\" in a.csv"), "{error}");
    assert!(
        error.contains("\"user\", \"item\", \"rating\", \"time\""),
        "{error}"
    );
    assert!(refusal("1,2,5", RATINGS).contains("no columns 5: they are #1 to #4"));
    assert!(refusal("1,2,0", RATINGS).contains("no columns 0: they are #1 to #4"));
    assert!(refusal("user,1,3", RATINGS).contains("are not three columns"));
    for columns in ["", "a,b", "a,b,", "a,b,a", "a,b,c,d"] {
        let error = columns.parse::<TripleColumns>().unwrap_err();
        assert!(error.to_string().contains("user,item,rating"), "{error}");
    }
}

#[test]
fn an_error_is_short_whatever_the_file_holds() {
    let long = "x\u{c}".repeat(5000);
    let unknown = refusal("a,b,c", &format!("{long},{long},{long}\n"));
    let twice = refusal("1,2,3", &format!("{long},1,1\n{long},1,1\n"));
    let field = refusal("1,2,3", &format!("1,1,1\n1,2,{long}\n"));
    for error in [unknown, twice, field] {
        assert!(error.len() < 1000 && !error.contains('\n'), "{error}");
    }
}

#[test]
fn lines_that_are_no_triples_are_refused() {
    assert!(
        refusal("1,2,3", "1,1,1\n1,2\n").contains("line 2: 2 fields where the first line has 3")
    );
    assert!(refusal("1,2,3", "u,i,r\n1,1,x\n").contains("line 2, column 3: \"x\""));
    assert!(refusal("user,item,rating", "user,item,rating\n").contains("no entries"));
    let error = read("1,2,3", Missing::Refused, "a.mtx", RATINGS).unwrap_err();
    assert!(matches!(error, Error::NoTriples { .. }), "{error}");
    let label = "1,\"a\nb\",1\n1,\"a\nb\",1\n";
    let error = refusal("1,2,3", label);
    assert!(
        error.contains("lines 1 and 3: row 1, column a\\nb twice"),
        "{error}"
    );
}

#[test]
fn ratings_are_divided_by_what_divides_them_alike() {
    let expected = read("1,2,3", Missing::Refused, "a.csv", "9,1193,5\n10,661,3\n").unwrap();
    for (name, text) in [
        (
            "ratings.dat",
            "9::1193::5::978300760\n10::661::3::978302109\n",
        ),
        ("u.data", "9\t1193\t5\t881250949\n10\t661\t3\t891717742\n"),
        ("a.txt", "9 1193 5\n10 661 3\n"),
        ("a.csv", "user;item;rating\n9;1193;5,0\n10;661;3,0\n"),
        ("a", "9|1193|5\n10|661|3\n"),
        ("a.csv", "\u{feff}user,item,rating\n9,1193,5\n10,661,3\n"),
    ] {
        let file = read("1,2,3", Missing::Refused, name, text).unwrap();
        assert_eq!(file.entries, expected.entries, "{text}");
        assert_eq!(file.column_labels, expected.column_labels, "{text}");
        assert_eq!(file.row_labels.unwrap(), ["9", "10"], "{text}");
    }
    let named = read("#1,item,#3", Missing::Refused, "a.csv", "1,item,3\n9,x,5\n").unwrap();
    assert_eq!(rows(&named), [[5.0]]);
    // A name wins over a number.
    let named = read("3,2,x", Missing::Refused, "a.csv", "3,2,r,x\nu,i,0,5\n").unwrap();
    assert_eq!(
        (rows(&named), named.row_labels.unwrap()),
        (vec![vec![5.0]], vec!["u".to_owned()])
    );
}

#[test]
fn a_place_twice_counts_as_it_is_told_to() {
    let text = "user,item,rating\n1,x,3\n2,x,4\n1,x,1\n1,x,8\n";
    for (rule, expected, done) in [
        (Duplicates::Last, 8.0, "the last one counts"),
        (Duplicates::First, 3.0, "the first one counts"),
        (Duplicates::Mean, 4.0, "their mean counts"),
        (Duplicates::Sum, 12.0, "their sum counts"),
    ] {
        let reader = MatrixReader {
            triples: Some("user,item,rating".parse().unwrap()),
            duplicates: rule,
            ..MatrixReader::default()
        };
        let file = reader.read_from("a.csv".as_ref(), text.as_bytes()).unwrap();
        assert_eq!(rows(&file), [[expected], [4.0]], "{rule}");
        let note = file.notes.last().unwrap();
        let said = format!("2 lines repeat the place of an earlier one: {done}");
        assert!(note.is_important() && note.to_string() == said, "{note}");
        assert_eq!(rule.to_string().parse(), Ok(rule));
    }
}
