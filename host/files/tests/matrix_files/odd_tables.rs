//! Tables as odd as they come: each is read rightly, told, or refused.

use lowrank_files::matrix_file::{Error, MatrixFile, MatrixReader, TripleColumns};

use super::{read, refusal, rows};

const ENTRIES: [[f64; 2]; 2] = [[1.0, 2.0], [4.0, 5.0]];

/// Returns what is told about a file unasked.
fn told(file: &MatrixFile) -> Vec<String> {
    let important = file.notes.iter().filter(|note| note.is_important());
    important.map(|note| note.to_string()).collect()
}

#[test]
fn tables_of_many_programs_are_the_same_matrix_without_a_word() {
    for (name, text) in [
        ("a.csv", "\u{feff}a;b\n1;2\n4;5\n"),
        ("a.csv", "\u{feff}\"a\",\"b\"\n1,2\n4,5\n"),
        ("a.csv", "\u{feff}sep=;\na;b\n1;2\n4;5\n"),
        ("a.csv", "sep=,\r\na,b\r\n1,2\r\n4,5\r\n"),
        ("a.csv", "a,b\r\n1,2\r\r\n4,5\r\n"),
        ("a.csv", "a,b\r1,2\r4,5"),
        ("a.csv", "a,b\n1,2\r\n4,5\r\n"),
        ("a.csv", "# c1\n# c2, with comma\na,b\n1,2\n4,5\n"),
        ("a.csv", "% x\n1,2\n4,5\n"),
        ("a.txt", "\"a\" \"b\"\n\"r1\" 1 2\n\"r2\" 4 5\n"),
        ("a.csv", "\"\",\"a\",\"b\"\n\"1\",1,2\n\"2\",4,5\n"),
        ("a.csv", "\"\",\"a\",\"b\"\r\n\"r1\",1,2\r\n\"r2\",4,5\r\n"),
        ("a.csv", "\"\";\"a\";\"b\"\n\"1\";1,0;2\n\"2\";4;5\n"),
        ("a.csv", "a;b\n1,000;2,0\n4,0;5\n"),
        ("a.csv", "a,a\n1,2\n4,5\n"),
        ("a.csv", "a,b\n1,2\n4,5\n\n\n"),
        ("a.csv", "date,a,b\n2020-01-01,1,2\n2020-01-02,4,5\n"),
        ("a.csv", "2020-01-01,1,2\n2020-01-02,4,5\n"),
        ("a.csv", "01/02/2020;1;2\n02/02/2020;4;5\n"),
        ("a.csv", "datum;a;b\n01.02.2020;1,0;2\n02.02.2020;4;5\n"),
        ("a.csv", "t,a,b\n12:00:01,1,2\n12:00:02,4,5\n"),
        ("a.txt", "  1.0   2.0\n  4.0   5.0\n"),
        ("a.txt", "  x     y\n  1.0   2.0\n  4.0   5.0\n"),
        ("a.txt", "  0.1D+01   0.2D+01\n  0.4D+01   0.5D+01\n"),
        ("a.csv", "+1,+2\n+4,+5\n"),
        ("a.csv", "\"a\",\"b\"\n\"1\",\"2\"\n\"4\",\"5\"\n"),
        // The index that pandas wrote, named by pandas, or by readr, when it was read and written again.
        ("a.csv", "Unnamed: 0,a,b\n0,1,2\n1,4,5\n"),
        ("a.csv", "...1,a,b\n1,1,2\n2,4,5\n"),
        // Numbers that f64 does not hold are names.
        (
            "a.csv",
            "user,a,b\n76561198000000001,1,2\n76561198000000003,4,5\n",
        ),
        ("a.csv", "9007199254740993,1,2\n9007199254740995,4,5\n"),
    ] {
        let file = read(name, text.as_bytes()).expect(text);
        assert_eq!(rows(&file), ENTRIES, "{text}");
        assert_eq!(told(&file), [""; 0], "{text}");
    }
}

#[test]
fn numbers_have_the_marks_of_their_country() {
    for (text, expected) in [
        ("a;b\n1.234,5;2\n4;5\n", 1234.5),
        ("a;b\n1.234.567;2\n4;5\n", 1_234_567.0),
        ("a,b\n\"1,234.5\",2\n4,5\n", 1234.5),
        ("a;b\n1'234.5;2\n4;5\n", 1234.5),
        ("a;b\n1\u{a0}234,5;2\n4;5\n", 1234.5),
        ("a,b\n\"12,34,567\",2\n4,5\n", 1_234_567.0),
        ("a,b\n\u{2212}1,2\n4,5\n", -1.0),
    ] {
        let file = read("a.csv", text.as_bytes()).expect(text);
        assert_eq!(rows(&file), [[expected, 2.0], ENTRIES[1]], "{text}");
        assert_eq!(told(&file), [""; 0], "{text}");
    }
}

#[test]
fn what_has_two_meanings_is_told() {
    for (text, says) in [
        (
            "a;b\n1.234;2.345\n4;5\n",
            "the point in \"1.234\" is taken as a decimal mark",
        ),
        (
            "id,a,b\n17,1,2\n9,4,5\n",
            "column 1 (id) is read as numbers, and may be meant as the names of the rows",
        ),
        (
            "gene,a,b\n7157,1,2\n672,4,5\n",
            "column 1 (gene) is read as numbers, and may be meant as the names of the rows",
        ),
        (
            "userId,a,b\n17,1,2\n9,4,5\n",
            "column 1 (userId) is read as numbers, and may be meant as the names of the rows",
        ),
        (
            "a,key,b\n1,9007199254740993,2\n4,5,5\n",
            "column 2 (key) has whole numbers beyond 2^53, which are rounded, and may be meant as names",
        ),
    ] {
        let file = read("a.csv", text.as_bytes()).expect(text);
        assert_eq!(told(&file), [says], "{text}");
    }
    for text in [
        "a;b\n1.234;2.5\n4;5\n",
        "paid,a,b\n17,1,2\n9,4,5\n",
        "id,a,b\n1.5,1,2\n9,4,5\n",
        "a,b\n9007199254740992,1\n4,5\n",
    ] {
        assert_eq!(
            told(&read("a.csv", text.as_bytes()).unwrap()),
            [""; 0],
            "{text}"
        );
    }
}

#[test]
fn a_number_in_the_writing_of_a_program_is_no_name() {
    // A word above a number may be one, and is told.
    for text in ["0x10,2\n4,5\n", "1_000,2\n4,5\n"] {
        let file = read("a.csv", text.as_bytes()).unwrap();
        assert!(
            told(&file)[0].contains("the first line is a header"),
            "{text}"
        );
    }
    for text in [
        "1.0-100,2\n4,5\n",
        "(5),2\n4,5\n",
        "(1+2j),2\n4,5\n",
        "1-2i,2\n4,5\n",
    ] {
        let error = read("a.csv", text.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("line 1"), "{text}: {error}");
    }
    for (text, says) in [
        (
            "a,b\n(5),2\n4,5\n",
            "line 2, column 1: \"(5)\" is not a number",
        ),
        (
            "a,b\n10%,20%\n30%,40%\n",
            "line 2, column 1 (a): \"10%\" is not a number",
        ),
        ("a,b\n1,2\n4,5\nTotal: 2 rows\n", "line 4: 1 fields"),
        ("a,b\n#DIV/0!,2\n4,5\n", "line 2, column 1: \"#DIV/0!\""),
        ("a,b\n1,2\0\n4,5\n", "line 2, column 2: \"2\\0\""),
    ] {
        let error = refusal("a.csv", text.as_bytes());
        assert!(error.contains(says), "{text}: {error}");
    }
}

#[test]
fn utf_32_is_refused_by_its_mark() {
    let wide: Vec<u8> = "\u{feff}1,2\n"
        .chars()
        .flat_map(|c| (c as u32).to_le_bytes())
        .collect();
    let error = read("a.csv", &wide).unwrap_err();
    assert!(matches!(error, Error::NotUtf16 { .. }), "{error}");
    assert!(error.to_string().contains("convert it to UTF-8"), "{error}");
}

#[test]
fn triples_without_a_name_are_told() {
    let reader = MatrixReader {
        triples: Some("user,item,rating".parse::<TripleColumns>().unwrap()),
        ..MatrixReader::default()
    };
    let of = |text: &str| reader.read_from("a.csv".as_ref(), text.as_bytes()).unwrap();
    let empty = of("user,item,rating\n,a,3\n2,b,4\n");
    assert_eq!(
        told(&empty),
        ["the name of the row is empty in some lines, which are taken as one row"]
    );
    let file = of("user,item,rating\n1,\"a, b\",3\n\n76561198000000001,b,4\n");
    assert_eq!(told(&file), [""; 0]);
    assert_eq!(file.row_labels.unwrap(), ["1", "76561198000000001"]);
    assert_eq!(file.column_labels.unwrap(), ["a, b", "b"]);
}
