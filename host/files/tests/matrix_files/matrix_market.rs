use lowrank_files::matrix_file::{Entries, Error, MatrixReader, Missing};

use super::{read, refusal, rows};

fn market(rest: &str) -> String {
    format!("%%MatrixMarket matrix {rest}")
}

#[test]
fn coordinates_are_sparse_and_arrays_dense() {
    let file = read(
        "a.mtx",
        market("coordinate real general\n% a comment\n\n2 3 2\n\n2 1 -1e-3\n1 3 4\n").as_bytes(),
    )
    .unwrap();
    assert!(matches!(file.entries, Entries::Sparse(_)));
    assert_eq!(rows(&file), [[0.0, 0.0, 4.0], [-0.001, 0.0, 0.0]]);
    let file = read(
        "a.mtx",
        market("array integer general\n2 3\n1\n2\n3\n4\n5\n6").as_bytes(),
    )
    .unwrap();
    assert!(matches!(file.entries, Entries::Dense(_)));
    assert_eq!(rows(&file), [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]);
    let file = read(
        "a.mtx",
        market("COORDINATE Pattern General\r\n1 2 1\r\n1 2\r\n").as_bytes(),
    );
    assert_eq!(rows(&file.unwrap()), [[0.0, 1.0]]);
    let old = market("coordinate real general\r% a comment\r1 2 1\r1 2 5\r");
    let file = read("a.mtx", old.as_bytes());
    assert_eq!(rows(&file.unwrap()), [[0.0, 5.0]]);
    for text in [
        "coordinate real general\n1 2 2\n% a comment\n1 2 5 % five\n1 1 4\n%\n",
        "array real general\n1 2\n4 % four\n% a comment\n5\n",
    ] {
        let file = read("a.mtx", market(text).as_bytes());
        assert_eq!(rows(&file.unwrap()), [[4.0, 5.0]], "{text}");
    }
}

#[test]
fn symmetry_fills_the_upper_triangle() {
    let of = |rest: &str| rows(&read("a.mtx", market(rest).as_bytes()).unwrap());
    let symmetric = [[1.0, 2.0], [2.0, 3.0]];
    assert_eq!(
        of("coordinate real symmetric\n2 2 3\n1 1 1\n2 1 2\n2 2 3\n"),
        symmetric
    );
    assert_eq!(of("array real symmetric\n2 2\n1\n2\n3\n"), symmetric);
    let skew = [[0.0, -2.0, -3.0], [2.0, 0.0, -4.0], [3.0, 4.0, 0.0]];
    assert_eq!(of("array real skew-symmetric\n3 3\n2\n3\n4\n"), skew);
    assert_eq!(
        of("coordinate real skew-symmetric\n3 3 3\n2 1 2\n3 1 3\n3 2 4\n"),
        skew
    );
}

#[test]
fn a_zero_that_is_stored_stays_and_nan_may_be_missing() {
    let text = market("coordinate real general\n1 2 2\n1 1 0\n1 2 nan\n");
    let reader = MatrixReader {
        missing: Missing::Nan,
        ..MatrixReader::default()
    };
    let Entries::Observed(a) = reader
        .read_from("a.mtx".as_ref(), text.as_bytes())
        .unwrap()
        .entries
    else {
        panic!("not observed")
    };
    assert_eq!((a.columns(), a.values()), (&[0][..], &[0.0][..]));
    assert!(refusal("a.mtx", text.as_bytes()).contains("row 1, column 2: the entry is NaN"));
    // Zeros beside what is missing would have to be stored.
    let wide = market("coordinate real general\n4000000 4000000 1\n1 2 nan\n");
    let error = reader
        .read_from("a.mtx".as_ref(), wide.as_bytes())
        .unwrap_err();
    assert!(matches!(error, Error::Zeros { .. }), "{error}");
}

#[test]
fn malformed_headers_are_refused() {
    for (text, reason) in [
        ("1 2 3\n", "does not begin with the banner"),
        ("%%MatrixMarket matrix coordinate\n1 1 0\n", "first line"),
        (
            "%%MatrixMarket vector coordinate real general\n1 1 0\n",
            "first line",
        ),
        (
            "%%MatrixMarket matrix list real general\n1 1 0\n",
            "neither",
        ),
        (
            "%%MatrixMarket matrix coordinate real odd\n1 1 0\n",
            "symmetry",
        ),
        (
            "%%MatrixMarket matrix coordinate quaternion general\n1 1 0\n",
            "\"quaternion\"",
        ),
        (
            "%%MatrixMarket matrix coordinate real general\n",
            "line of sizes",
        ),
        (
            "%%MatrixMarket matrix coordinate real general\n1 1\n",
            "sizes",
        ),
        (
            "%%MatrixMarket matrix coordinate real general\n-1 1 0\n",
            "sizes",
        ),
        (
            "%%MatrixMarket matrix array real general\n1 1 1\n1\n",
            "sizes",
        ),
        (
            "%%MatrixMarket matrix array pattern general\n1 1\n",
            "pattern",
        ),
        (
            "%%MatrixMarket matrix array real symmetric\n1 2\n1\n",
            "square",
        ),
        (
            "%%MatrixMarket matrix array real general\n9999999999 9999999999\n1\n",
            "too many",
        ),
    ] {
        let error = refusal("a.mtx", text.as_bytes());
        assert!(error.contains(reason), "{text}: {error}");
    }
}

#[test]
fn wrong_lines_are_named() {
    for (lines, says) in [
        ("2 2 2\n1 1 1\n", "announces 2 entries, 1 are there"),
        ("2 2 1\n1 1 1\n2 2 2\n", "after the 1 entries"),
        ("2 2 1\n3 1 1\n", "line 3: row 3, column 1 is outside 2 x 2"),
        ("2 2 1\n1 0 1\n", "line 3: row 1, column 0 is outside 2 x 2"),
        ("2 2 1\nx 1 1\n", "line 3: the row is not a number"),
        ("2 2 1\n1 -1 1\n", "line 3: the column is not a number"),
        ("2 2 1\n1 1\n", "line 3: the value is not a number"),
        ("2 2 1\n1 1 1,5\n", "line 3: the value is not a number"),
        ("2 2 1\n1 1 1 1\n", "line 3: more follows"),
        ("2 2 2\n\n1 1 1\nx\n", "line 5: the row is not a number"),
        ("0 2 0\n", "no entries"),
        ("4294967296 1 0\n", "too large"),
        ("4000000000 1 1\n1 1 1\n", "too large"),
        (
            "2 2 1000000000000\n1 1 1\n",
            "announces 1000000000000 entries, 1 are there",
        ),
    ] {
        let text = market(&format!("coordinate real general\n{lines}"));
        let error = refusal("a.mtx", text.as_bytes());
        assert!(error.contains(says), "{lines}: {error}");
    }
    for (rest, says) in [
        (
            "coordinate real skew-symmetric\n1 1 1\n1 1 1\n",
            "line 3: it is on the diagonal",
        ),
        (
            "array real general\n1 2\n1\n",
            "announces 2 entries, 1 are there",
        ),
        ("array real general\n1 1\n1\n1\n", "after the 1 entries"),
        (
            "array real general\n1 2\n1 2\n",
            "line 3: it is not one number",
        ),
        ("array real general\n0 2\n", "no entries"),
    ] {
        let error = refusal("a.mtx", market(rest).as_bytes());
        assert!(error.contains(says), "{rest}: {error}");
    }
    let long = market(&format!(
        "coordinate real general\n1 1 1\n{}",
        "1".repeat(1 << 17)
    ));
    assert!(refusal("a.mtx", long.as_bytes()).contains("line 3: it is too long"));
}

/// SciPy 1.17 reads all of these, and those without a value beside them to the same numbers.
#[test]
fn what_scipy_reads_is_read() {
    let of = |text: &[u8]| rows(&read("a.mtx", text).unwrap());
    for (rest, expected) in [
        ("coordinate real general\n2 2 1\n1 1 1.0D+00\n", 1.0),
        // SciPy stops at the letter, and has 1.
        ("coordinate real general\n2 2 1\n1 1 1.0d2\n", 100.0),
        ("coordinate real general\n2 2 1\n1 1 2.5+002\n", 250.0),
        ("coordinate real general\n2 2 1\n1 1 -2.5D-1\n", -0.25),
        ("coordinate pattern general\n2 2 1\n1 1 7\n", 1.0),
        ("coordinate pattern general\n2 2 1\n1 1\n", 1.0),
        ("coordinate real\n2 2 1\n1 1 3\n", 3.0),
        ("coordinate real general extra\n2 2 1\n1 1 3\n", 3.0),
        ("coordinate integer general\n2 2 1\n1 1 +3\n", 3.0),
        ("array real general\n2 2\n4D0\n0\n\n0\n0\n", 4.0),
    ] {
        assert_eq!(
            of(market(rest).as_bytes()),
            [[expected, 0.0], [0.0, 0.0]],
            "{rest}"
        );
    }
    let latin1 = b"%%MatrixMarket matrix coordinate real general\n% caf\xe9\n1 1 1\n1 1 2\n";
    assert_eq!(of(latin1), [[2.0]]);
    assert_eq!(
        of(b"%MatrixMarket matrix coordinate real general\n1 1 1\n1 1 2\n"),
        [[2.0]]
    );
    let marked = format!(
        "\u{feff}{}",
        market("coordinate real general\n1 1 1\n1 1 2\n")
    );
    assert_eq!(of(marked.as_bytes()), [[2.0]]);
    let found = read("a.txt", marked.as_bytes()).unwrap();
    assert_eq!(rows(&found), [[2.0]], "its first bytes tell the format");
    for rest in [
        "coordinate pattern general\n2 2 1\n1 1 x\n",
        "coordinate pattern general\n2 2 1\n1 1 7 7\n",
        "coordinate real general\n2 2 1\n1 1 1-\n",
        "coordinate real general\n2 2 1\n1 1 D\n",
    ] {
        assert!(
            refusal("a.mtx", market(rest).as_bytes()).contains("line 3"),
            "{rest}"
        );
    }
}

#[test]
fn a_place_twice_is_added_up_and_counted() {
    for (rest, expected, said) in [
        (
            "coordinate real general\n2 2 3\n1 2 1\n2 2 1\n1 2 5\n",
            [[0.0, 6.0], [0.0, 1.0]],
            "1 entry is added to an earlier one at the same place",
        ),
        (
            "coordinate real symmetric\n2 2 2\n1 2 1\n2 1 1\n",
            [[0.0, 2.0], [2.0, 0.0]],
            "2 entries are added to earlier ones at the same place",
        ),
        (
            "coordinate pattern symmetric\n2 2 2\n1 2\n2 1\n",
            [[0.0, 2.0], [2.0, 0.0]],
            "2 entries are added to earlier ones at the same place",
        ),
    ] {
        let file = read("a.mtx", market(rest).as_bytes()).unwrap();
        assert_eq!(rows(&file), expected, "{rest}");
        let notes: Vec<String> = file.notes.iter().map(|note| note.to_string()).collect();
        assert_eq!(notes, [said], "{rest}");
    }
}

#[test]
fn the_banner_that_a_message_proposes_mends_the_file() {
    for (text, expected) in [
        ("2 2 1\n1 2 5\n", [[0.0, 5.0], [0.0, 0.0]]),
        ("2 2\n1\n2\n3\n4\n", [[1.0, 3.0], [2.0, 4.0]]),
    ] {
        let said = refusal("a.mtx", text.as_bytes());
        let proposed: Vec<&str> = said
            .split('"')
            .filter(|part| part.starts_with("%%"))
            .collect();
        let read = |banner: &&str| read("a.mtx", format!("{banner}\n{text}").as_bytes()).ok();
        let found: Vec<_> = proposed.iter().filter_map(read).collect();
        assert_eq!(found.len(), 1, "{said}");
        assert_eq!(rows(&found[0]), expected);
    }
}
