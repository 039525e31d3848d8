use super::super::{Entries, MatrixFile, Note, TableError};
use super::*;
use lowrank::DenseMatrix;

fn table_by(text: &str, options: &TableOptions) -> Result<MatrixFile, Error> {
    let declared = Delimiter::of(',');
    let setting = Setting {
        place: "a.csv",
        declared: Some(&declared),
        options,
        may_miss: true,
    };
    read(setting, &mut text.as_bytes())
}

fn table(text: &str) -> Result<MatrixFile, Error> {
    table_by(text, &TableOptions::default())
}

/// Rows, labels of the rows, labels of the columns.
type Parts = (Vec<Vec<f64>>, Vec<String>, Vec<String>);

fn parts(file: MatrixFile) -> Parts {
    let Entries::Dense(a) = file.entries else {
        panic!("not dense")
    };
    let row = |i| (0..a.ncols()).map(|j| a.at(i, j)).collect();
    let rows = (0..a.nrows()).map(row).collect();
    let labels = [file.row_labels, file.column_labels];
    let [of_rows, of_columns] = labels.map(Option::unwrap_or_default);
    (rows, of_rows, of_columns)
}

#[test]
fn headers_and_labels_are_found_out() {
    let none: &[&str] = &[];
    let ab: &[&str] = &["a", "b"];
    let years: &[&str] = &["1990", "1991"];
    for (text, row_labels, column_labels) in [
        ("1,2\n3,4\n", none, none),
        ("a,b\n1,2\n3,4\n", none, ab),
        ("x,1,2\ny,3,4", &["x", "y"], none),
        ("id,a,b\r\nx,1,2\r\ny,3,4\r\n", &["x", "y"], ab),
        ("id,a,b\rx,1,2\ry,3,4\r", &["x", "y"], ab),
        ("id,a,7\nx,1,2\ny,3,4\n", &["x", "y"], &["a", "7"]),
        // pandas writes its index with nothing above it.
        (",0,1\n0,1,2\n1,3,4\n", &["0", "1"], &["0", "1"]),
        (",a,b\n7,1,2\n8,3,4\n", &["7", "8"], ab),
        (",1990,1991\n0,1,2\n1,3,4\n", &["0", "1"], years),
        (",1990,1991\n12,1,2\n7,3,4\n", &["12", "7"], years),
        ("donor,1990,1991\n12,1,2\n7,3,4\n", &["12", "7"], years),
        (
            "GENE,1990,1991\nACTB,1,2\nMYC,3,4\n",
            &["ACTB", "MYC"],
            years,
        ),
        (
            "gene_id,4021,17\nA,1,2\nB,3,4\n",
            &["A", "B"],
            &["4021", "17"],
        ),
        ("x,1990,1991\nA,1,2\nB,3,4\n", &["A", "B"], years),
        ("1990,1991\n1,2\n3,4\n", none, years),
        // R writes names in quotation marks, and numbers without.
        ("\"7\",\"3\"\n1,2\n3,4\n", none, &["7", "3"]),
        // Most of them are names.
        (",a,b\nmean,1,2\n25%,3,4\n", &["mean", "25%"], ab),
        // R writes a name less.
        ("a,b\nx,1,2\ny,3,4\n", &["x", "y"], ab),
        ("1990,1991\nx,1,2\ny,3,4\n", &["x", "y"], years),
        ("\"a\" \"b\"\n\"1\" 1 2\n\"2\" 3 4\n", &["1", "2"], ab),
        // A delimiter at the end of each line.
        ("a,b\n1,2,\n3,4,\n", none, ab),
        ("a,b,\n1,2,\n3,4,\n", none, ab),
        ("1;2;\n3;4;\n", none, none),
        // NumPy's savetxt.
        ("# a b\n1.0e+00 2.0e+00\n3 4\n", none, ab),
        ("# made by hand\n1,2\n3,4\n# the end\n", none, none),
        ("%a,b\n1,2\n3,4\n", none, ab),
        ("#id,a,b\nx,1,2\ny,3,4\n", &["x", "y"], ab),
        (
            "a,\"b \"\"c\"\"\n\"\n1,2\n\n3, 4 \n",
            none,
            &["a", "b \"c\"\n"],
        ),
    ] {
        let (rows, of_rows, of_columns) = parts(table(text).expect(text));
        assert_eq!(rows.concat(), [1.0, 2.0, 3.0, 4.0], "{text}");
        assert_eq!(of_rows, row_labels, "{text}");
        assert_eq!(of_columns, column_labels, "{text}");
    }
    let x = (vec![vec![1.0], vec![2.0]], vec![], vec!["x".to_owned()]);
    assert_eq!(parts(table("x\n1\n2\n").unwrap()), x);
    assert_eq!(
        parts(table("-1e3").unwrap()),
        (vec![vec![-1000.0]], vec![], vec![])
    );
    // All other names are numbers, and the first column has distinct whole numbers.
    let (rows, of_rows, of_columns) = parts(table("a,7\n1,2\n3,4\n").unwrap());
    assert_eq!(
        (rows, of_rows),
        (vec![vec![2.0], vec![4.0]], vec!["1".into(), "3".into()])
    );
    assert_eq!(of_columns, ["7"]);
}

#[test]
fn a_missing_value_takes_neither_its_row_nor_its_column_away() {
    for (text, nrows, ncols, missing) in [
        ("age,h\nN/A,170\n34,180\n", 2, 2, vec![(0, 0)]),
        (
            "1,,NA\nnan,2,\n",
            2,
            3,
            vec![(0, 1), (0, 2), (1, 0), (1, 2)],
        ),
        ("a,b\n?,-\n1,2\n", 2, 2, vec![(0, 0), (0, 1)]),
        ("a,b\n1,2\nnull,2\n", 2, 2, vec![(1, 0)]),
        ("NA,?\n1,2\n", 2, 2, vec![(0, 0), (0, 1)]),
        ("NA\n1\n", 2, 1, vec![(0, 0)]),
        (",2,3\n1,5,6\n2,7,8\n", 3, 3, vec![(0, 0)]),
        ("x,NA,1\ny,2,3\n", 2, 2, vec![(0, 0)]),
        (",2,3\n1,5,6\n4.5,7,8\n", 3, 3, vec![(0, 0)]),
    ] {
        let (rows, _, _) = match table(text) {
            Ok(file) => parts(file),
            // It may be a header, too.
            Err(Error::Table(TableError::HeaderOrRow { .. })) => {
                let no_header = TableOptions {
                    header: Some(false),
                    ..TableOptions::default()
                };
                parts(table_by(text, &no_header).unwrap())
            }
            Err(error) => panic!("{text}: {error}"),
        };
        assert_eq!((rows.len(), rows[0].len()), (nrows, ncols), "{text}");
        for (i, row) in rows.iter().enumerate() {
            for (j, x) in row.iter().enumerate() {
                assert_eq!(x.is_nan(), missing.contains(&(i, j)), "{text}: {i}, {j}");
            }
        }
    }
}

#[test]
fn a_line_that_may_be_a_header_or_a_row_is_refused_or_told() {
    for text in [
        "1,x\n3,4\n5,6\n",
        "1,2,x\n3,4,5\n",
        ",2,3\n1,5,6\n4,7,8\n",
        "S,101,102,205,300\nA,5,0,7,1\nB,3,3,1,0\n",
        "S,4021,4022\nA,1,2\nB,3,4\n",
    ] {
        let error = table(text).unwrap_err();
        assert!(
            matches!(error, Error::Table(TableError::HeaderOrRow { .. })),
            "{text}: {error}"
        );
        for header in [false, true] {
            let options = TableOptions {
                header: Some(header),
                ..TableOptions::default()
            };
            match table_by(text, &options) {
                Ok(_) | Err(Error::NotANumber { .. }) => {}
                Err(error) => panic!("{text}: {error}"),
            }
        }
    }
    let is_told = |text| {
        let mut notes = table(text).unwrap().notes.into_iter();
        notes.any(|note| matches!(note, Note::Layout { .. }) && note.is_important())
    };
    for text in [
        "0,1,2\n1,0,3\n2,3,0\n",
        "101,205\n5,0\n",
        "x,2,3\n1,5,6\n4,7,8\n",
        ",5,3\n0,5,6\n1,7,8\n",
        "a,b\n7,5,6\n9,7,8\n",
        // Numbers in a row, evenly spaced, so large, or whole above fractions: they may name columns.
        "12,13,14\n1,2,3\n",
        "400,410,420\n1,5,2\n7,1,1\n",
        "0.5,1.0,1.5\n7,1,9\n2,2,8\n",
        "1930,25,700\n0.5,1.5,0.25\n1.5,0.5,0.125\n",
        "7004,5003,6001\n5,0,1\n7,1,2\n",
        ",9,3\n7.5,5,6\n1,7,8\n",
        "\"5\",\"9\"\n1,2\n3,4\n",
    ] {
        assert!(is_told(text), "{text}");
    }
    for text in [
        "0,1,2\n3,4,5\n",
        "1,2\n3,4\n",
        "a,b\n1,2\n",
        "id,1,2\n7,3,4\n",
        "5,3,9\n1,7,2\n",
        "10,20,30\n40,50,60\n",
        "0.5,0.25\n0.75,1\n",
        "\"1,234.5\",\"1,234,567\"\n2,3\n",
        "5,5,5\n1,2,3\n",
    ] {
        assert!(!is_told(text), "{text}");
    }
}

#[test]
fn columns_are_chosen_by_name_and_by_position() {
    let text = "name,a,b,3,kind\nx,1,2,3,u\ny,4,5,6,v\n";
    let options = |index: &str, columns: &str, drop: &str| TableOptions {
        index: (!index.is_empty()).then(|| index.parse().unwrap()),
        columns: (!columns.is_empty()).then(|| columns.parse().unwrap()),
        drop: match drop {
            "" => ColumnList::default(),
            list => list.parse().unwrap(),
        },
        ..TableOptions::default()
    };
    let of = |index, columns, drop| parts(table_by(text, &options(index, columns, drop)).unwrap());
    let (rows, of_rows, of_columns) = of("", "", "kind");
    assert_eq!(rows, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    assert_eq!(
        (of_rows.join(""), of_columns.join("")),
        ("xy".into(), "ab3".into())
    );
    let (rows, of_rows, _) = of("kind", "b,a", "");
    assert_eq!(
        (rows, of_rows.join("")),
        (vec![vec![2.0, 1.0], vec![5.0, 4.0]], "uv".into())
    );
    // The name 3 wins over the third column.
    assert_eq!(of("", "3", "").2, ["3"]);
    assert_eq!(of("", "#3", "").2, ["b"]);
    assert_eq!(of("", "#2-#4", "b").2, ["a", "3"]);
    let (rows, of_rows, _) = of("none", "#2-#3", "");
    assert_eq!(
        (rows[1].as_slice(), of_rows.len()),
        ([4.0, 5.0].as_slice(), 0)
    );
    assert_eq!(of("#2", "b", "").1, ["1", "4"]);
    for (index, columns, drop, says) in [
        (
            "",
            "",
            "",
            "column 5 (kind): \"u\" is not a number, and neither are the other fields",
        ),
        ("none", "", "kind", "column 1 (name): \"x\""),
        ("", "a,z", "", "no column \"z\""),
        ("", "a", "a", "no column of numbers is left"),
        ("", "a,#2", "", "column 2 twice"),
    ] {
        let error = table_by(text, &options(index, columns, drop))
            .unwrap_err()
            .to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn the_cells_that_are_missing_may_be_given() {
    let options = TableOptions {
        missing_values: Some(vec!["-999".into(), "x".into()]),
        ..TableOptions::default()
    };
    let (rows, _, _) = parts(table_by("a,b\n-999.0,1\n2,x\n", &options).unwrap());
    assert!(rows[0][0].is_nan() && rows[1][1].is_nan() && rows[0][1] == 1.0);
    assert!(matches!(
        table_by("a,b\n1,NA\n2,3\n", &options),
        Err(Error::NotANumber { .. })
    ));
}

#[test]
fn errors_name_the_line_and_the_column() {
    let message = |text| table(text).unwrap_err().to_string();
    for (text, says) in [
        ("a,b\n1,2\n3,x\n", "a.csv, line 3, column 2: \"x\""),
        ("a,1,2\nb,3,4,5\n", "a.csv, line 2: 4 fields"),
        ("1,2\n3,4,5\n6,7\n", "a.csv, line 2: 3 fields"),
        ("1,2\n\"3\n\",4\n5\n", "a.csv, line 4: 1 fields"),
        ("x\ny\n", "a.csv, line 2, column 1 (x): \"y\""),
        ("a,b\n1,\"2\n3,4\n", "a.csv, line 2: a quotation mark"),
        (
            "x\n1,5\n2,5\n",
            "a.csv, line 1: 1 fields where the lines below have 2",
        ),
        (
            "title\na,b,c\n1,2,3\n4,5,6\n",
            "a.csv, line 1: 1 fields where the lines below have 3",
        ),
        (
            "a,b\n1,2\nx,4\n",
            "a.csv, line 3, column 1: \"x\" is not a number",
        ),
        (
            "a,b\n5%,2\n6%,4\n",
            "a.csv, line 2, column 1 (a): \"5%\" is not a number",
        ),
        (
            "a,b\n$1,2\n$2,4\n",
            "a.csv, line 2, column 1 (a): \"$1\" is not a number",
        ),
        (
            "a,b\nTRUE,2\nFALSE,4\n",
            "a.csv, line 2, column 1 (a): \"TRUE\" is not a number",
        ),
        (
            "<5,2\n<5,4\n",
            "a.csv, line 1, column 1: \"<5\" is not a number",
        ),
    ] {
        let error = message(text);
        assert!(error.starts_with(says), "{text}: {error}");
    }
    assert!(!message("title\na,b,c\n1,2,3\n4,5,6\n").contains("mend"));
    let long = message(&format!("1\n{}", "é".repeat(1000)));
    assert!(long.len() < 250, "{long}");
    let options = TableOptions::default();
    let setting = Setting {
        place: "a.csv",
        declared: None,
        options: &options,
        may_miss: false,
    };
    let latin1 = read(setting, &mut &b"a,b\n1,\xe9\n"[..]).unwrap_err();
    assert!(matches!(latin1, Error::NotUtf8 { line: 2, .. }), "{latin1}");
    let latin1 = read(setting, &mut &b"caf\xe9,b\n1,2\n"[..]).unwrap_err();
    assert!(matches!(latin1, Error::NotUtf8 { line: 1, .. }), "{latin1}");
    let missing = read(setting, &mut &b"age,h\nN/A,170\n34,180\n"[..]).unwrap_err();
    let says = "a.csv, line 2, column 1 (age): \"N/A\" stands for a missing value";
    assert!(missing.to_string().starts_with(says), "{missing}");
    for text in ["a,b\n", "\n\n"] {
        let error = table(text).unwrap_err();
        assert!(matches!(error, Error::Empty { .. }), "{text}: {error}");
    }
}

#[test]
fn a_wide_table_is_read_as_a_narrow_one() {
    let a = DenseMatrix::from_fn(20, 3000, |i, j| (i * 3000 + j) as f64 - 0.25);
    let mut text: Vec<String> = Vec::new();
    text.push(
        (0..3000)
            .map(|j| format!("n{j}"))
            .collect::<Vec<_>>()
            .join(","),
    );
    for i in 0..20 {
        let row: Vec<String> = (0..3000).map(|j| a.at(i, j).to_string()).collect();
        text.push(row.join(","));
    }
    let file = table(&text.join("\n")).unwrap();
    assert_eq!(file.entries, Entries::Dense(a));
    assert_eq!(file.column_labels.unwrap()[2999], "n2999");
}

/// Lines of all kinds, in a table that has many blocks: plain, with quotation marks, over several lines, with missing
/// values, comments, and empty ones.
fn many_lines(count: usize) -> (String, Vec<f64>) {
    let mut text = String::from("# made up\nname,a,b\n");
    let mut entries = Vec::new();
    for i in 0..count {
        let (a, b) = (i as f64 / 8.0, -(i as f64));
        match i % 7 {
            0 => text += &format!("n{i},{a},{b}\n"),
            1 => text += &format!("\"n{i}\",{a}, {b} \r\n"),
            2 => text += &format!("\"n\n\"\"{i}\",\"{a}\",{b}\n\n"),
            3 => text += &format!("n{i},{a:e},{b:.19}\n# one\n"),
            4 => text += &format!("n{i},NA,{b}\n"),
            5 => text += &format!("n\"{i},{a:.25},{b}\n"),
            _ => text += &format!("é{i},{a},{b}\n  \n"),
        }
        entries.extend([if i % 7 == 4 { f64::NAN } else { a }, b]);
    }
    (text, entries)
}

/// Calls `read` with one thread and with three.
fn with_threads<T: Send>(read: impl Fn() -> T + Sync) -> [T; 2] {
    [1, 3].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(&read)
    })
}

#[test]
fn a_table_of_many_blocks_is_read_alike_by_any_number_of_threads() {
    let (text, expected) = many_lines(60_000);
    for file in with_threads(|| table(&text).unwrap()) {
        let labels = file.row_labels.as_ref().unwrap();
        assert_eq!((labels.len(), labels[2].as_str()), (60_000, "n\n\"2"));
        let comments = Note::Comments { count: 60_000 / 7 };
        assert!(file.notes.contains(&comments), "{:?}", file.notes);
        let Entries::Dense(a) = file.entries else {
            panic!("not dense")
        };
        for (i, row) in expected.chunks(2).enumerate() {
            for (j, x) in row.iter().enumerate() {
                assert_eq!(a.at(i, j).to_bits(), x.to_bits(), "{i}, {j}");
            }
        }
    }
}

#[test]
fn an_error_in_a_late_block_names_its_line_with_any_number_of_threads() {
    let (text, _) = many_lines(60_000);
    let lines = text.matches('\n').count();
    for (behind, says) in [
        (
            "n,1,x\nn,1\n",
            format!("a.csv, line {}, column 3: \"x\"", lines + 1),
        ),
        (
            "n,1\nn,1,x\n",
            format!("a.csv, line {}: 2 fields", lines + 1),
        ),
        (
            "\n\n\"n,1,2\n",
            format!("a.csv, line {}: a quotation mark", lines + 3),
        ),
    ] {
        let text = format!("{text}{behind}");
        for outcome in with_threads(|| table(&text).map(|_| ())) {
            let error = outcome.unwrap_err().to_string();
            assert!(error.starts_with(&says), "{error}");
        }
    }
}

#[test]
fn a_quotation_mark_that_closes_blocks_later_is_named_where_it_opened() {
    let lines = "n\t1\n".repeat(300_000);
    let text = format!("a\tb\n\"n\t1\n{lines}n\"\t1\n");
    for outcome in with_threads(|| table(&text).map(|_| ())) {
        let error = outcome.unwrap_err().to_string();
        assert!(
            error.starts_with("a.csv, line 2: a quotation mark"),
            "{error}"
        );
    }
    let text = format!("a\tb\n{lines}n\"\t1\n");
    assert!(
        with_threads(|| table(&text).is_ok())
            .iter()
            .all(|is_ok| *is_ok)
    );
}

#[test]
fn empty_lines_are_counted_over_blocks() {
    let text = format!("x\n\n\n{}\n\n", "1\n\n2\n".repeat(100_000));
    for file in with_threads(|| table(&text).unwrap()) {
        let count = 100_002;
        assert!(
            file.notes.contains(&Note::BlankLines { count }),
            "{:?}",
            file.notes
        );
        assert_eq!(file.entries.nrows(), 200_000);
    }
}

#[test]
fn plain_lines_mean_the_same_whatever_divides_them() {
    for (text, delimiter) in [
        ("a b\n 1  2 \n3\t4\n", "blanks"),
        ("a;b\n1;2\n\"3\";4\n", "semicolon"),
        ("a\tb\n1\t2\n 3\t4\n", "tab"),
        ("a|b|\n1|2|\n3|4| \n", "bar"),
        ("a::b\n1::2\n3::4\n", "::"),
        ("a,b\n1,2\n3.,+4e0\n", "comma"),
    ] {
        let options = TableOptions {
            delimiter: Some(delimiter.parse().unwrap()),
            ..TableOptions::default()
        };
        let (rows, ..) = parts(table_by(text, &options).expect(text));
        assert_eq!(rows, [[1.0, 2.0], [3.0, 4.0]], "{text}");
    }
    for text in [
        "a,b\n1,2\n3,4,5\n",
        "a,b\n1,2\n3\n",
        "a,b\n1,2\n3,\n4,\"5\n",
    ] {
        assert!(table_by(text, &TableOptions::default()).is_err() || text.contains("3,\n"));
    }
}
