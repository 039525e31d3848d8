//! Tables and other matrix files as they come: what is read rightly, and advice that works where something is refused.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::matrices::{Scratch, factorize, factorize_to, transform};
use crate::outcome::{Outcome, lowrank, outcome_of};

/// Runs `lowrank factorize` on a file of this name and content.
fn of_file(name: &str, content: &[u8], options: &[&str]) -> Outcome {
    let scratch = Scratch::new();
    let path = scratch.path(name);
    fs::write(&path, content).unwrap();
    let command = &mut lowrank();
    command.arg("factorize").arg(&path).args(options);
    outcome_of(command)
}

/// Runs `lowrank factorize -`.
fn of_input(content: &[u8], options: &[&str]) -> Outcome {
    let mut child = lowrank()
        .args(["factorize", "-"])
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The command may have closed its end already.
    let _ = child.stdin.take().unwrap().write_all(content);
    let output = child.wait_with_output().unwrap();
    Outcome {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// An exact SVD of rank 1, as JSON.
const SVD: &str = "--method svd --solver exact --rank 1 --json";

#[track_caller]
fn shape(outcome: Outcome) -> (u64, u64, f64) {
    assert_eq!(outcome.status, Some(0), "{outcome:?}");
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let number = |name: &str| report[name].as_f64().unwrap();
    (
        number("rows") as u64,
        number("columns") as u64,
        number("frobenius_norm"),
    )
}

/// The shape and the Frobenius norm of the matrix in a file.
#[track_caller]
fn read(name: &str, text: &str, options: &str) -> (u64, u64, f64) {
    let options: Vec<&str> = SVD.split(' ').chain(options.split_whitespace()).collect();
    shape(of_file(name, text.as_bytes(), &options))
}

fn norm(entries: &[f64]) -> f64 {
    entries.iter().map(|x| x * x).sum::<f64>().sqrt()
}

#[track_caller]
fn assert_read(name: &str, text: &str, options: &str, (nrows, entries): (u64, &[f64])) {
    let (rows, columns, found) = read(name, text, options);
    assert_eq!(
        (rows, rows * columns),
        (nrows, entries.len() as u64),
        "{text}"
    );
    assert!(
        (found - norm(entries)).abs() < 1e-12 * found,
        "{text}: {found}"
    );
}

#[test]
fn a_header_of_numbers_and_labels_of_numbers_are_no_data() {
    let entries: (u64, &[f64]) = (2, &[1.0, 2.0, 4.0, 5.0]);
    for (name, text) in [
        ("a.csv", "GENE,1990,1991\nACTB,1,2\nMYC,4,5\n"),
        ("a.csv", ",1990,1991\n0,1,2\n1,4,5\n"),
        ("a.csv", "donor,301,302\n17,1,2\n9,4,5\n"),
        ("a.tsv", "c1\tc2\ng1\t1\t2\ng2\t4\t5\n"),
        ("a.txt", "\"c1\" \"c2\"\n\"1\" 1 2\n\"2\" 4 5\n"),
    ] {
        assert_read(name, text, "", entries);
    }
    assert_read("a.tsv", "c1\tc2\ng1\t1\t2\n", "", (1, &[1.0, 2.0]));
}

#[test]
fn the_tables_of_other_programs_are_read() {
    let entries: (u64, &[f64]) = (2, &[1.5, 2.0, -3.0, 4.25]);
    let utf16 = |text: &str| -> Vec<u8> {
        let units = format!("\u{feff}{text}");
        units.encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    for (name, text) in [
        ("a.csv", "a;b\n1,5;2\n-3;4,25\n"),
        ("a.csv", "1,5;2\n-3;4,25\n"),
        (
            "a.txt",
            "1.500000000000000000e+00 2.0e+00\n-3.0e+00 4.25e+00\n",
        ),
        ("a.csv", "1.5 2\n-3 4.25\n"),
        ("a.dat", "1.5::2\n-3::4.25\n"),
        ("a.data", "x|1.5|2\ny|-3|4.25\n"),
        ("a.txt", "# made by hand\n1.5\t2\n-3\t4.25\n"),
        ("a.csv", "\u{feff}a,b\r\n1.5,2\r\n-3,4.25\r\n"),
        ("a.csv", "a,b\n\"1.5\",\"2\"\n\"-3\",\"4.25\"\n"),
        ("a.csv", "a,b\n1.5D+00,2\n-3.0D0,4.25\n"),
        ("table", "a,b\n1.5,2\n-3,4.25\n"),
        ("a.csv", "sep=;\na;b\n1,5;2\n-3;4,25\n"),
        ("a.csv", "a,b\n1.5,2,\n-3,4.25,\n"),
    ] {
        assert_read(name, text, "", entries);
    }
    let options: Vec<&str> = SVD.split(' ').collect();
    let found = shape(of_file(
        "a.txt",
        &utf16("a\tb\r\n1,5\t2\r\n-3\t4,25\r\n"),
        &options,
    ));
    assert_eq!((found.0, found.1), (2, 2));
    assert!((found.2 - norm(entries.1)).abs() < 1e-12);
    let large: (u64, &[f64]) = (2, &[1234.5, 1_234_567.0, 2.0, 3.0]);
    for (name, text) in [
        ("a.csv", "1.234,5;1.234.567\n2;3\n"),
        ("a.csv", "\"1,234.5\",\"1,234,567\"\n2,3\n"),
        ("a.csv", "1\u{a0}234,5;1\u{a0}234\u{a0}567\n2;3\n"),
        ("a.csv", "1'234.5;1'234'567\n2;3\n"),
    ] {
        assert_read(name, text, "", large);
    }
}

#[test]
fn a_matrix_from_standard_input_is_read_by_its_first_bytes() {
    let scratch = Scratch::new();
    let npy = scratch.path("a.npy");
    let a = lowrank::DenseMatrix::from_fn(2, 2, |i, j| (i + 2 * j + 1) as f64);
    fs::write(&npy, lowrank_files::matrix_file::to_npy(&a)).unwrap();
    let npy = fs::read(&npy).unwrap();
    let market = b"%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n";
    let options: Vec<&str> = SVD.split(' ').collect();
    let contents: [&[u8]; 4] = [&npy, market, b"1,3\n2,4\n", b"1\t3\n2\t4\n"];
    for content in contents {
        let (rows, columns, found) = shape(of_input(content, &options));
        assert_eq!((rows, columns), (2, 2));
        assert!((found - norm(&[1.0, 2.0, 3.0, 4.0])).abs() < 1e-12);
    }
    let said = of_input(b"a,b\n1,x\n2,3\n", &options).failure();
    assert!(
        said.starts_with("lowrank: standard input, line 2, column 2"),
        "{said}"
    );
    let named = [&options[..], &["--format", "npy"]].concat();
    assert!(
        of_input(b"1,2\n", &named)
            .failure()
            .contains("standard input")
    );
    let mut masked = options.clone();
    masked.extend(["--missing", "mean", "--mask"]);
    let mask = scratch.text("mask.csv", "1,1\n1,0\n");
    masked.push(mask.to_str().unwrap());
    let (_, _, found) = shape(of_input(b"1,3\n2,4\n", &masked));
    assert!((found - norm(&[1.0, 2.0, 3.0, 3.0])).abs() < 1e-12);
}

/// A file that is refused, what the message names, and the options that it advises, with the entries that follow.
type Advice<'a> = (
    &'a str,
    &'a str,
    &'a str,
    &'a str,
    &'a [&'a str],
    (u64, &'a [f64]),
);

#[test]
fn advice_on_a_table_works_when_it_is_followed() {
    let four: (u64, &[f64]) = (2, &[1.0, 2.0, 4.0, 5.0]);
    let cases: [Advice<'_>; 19] = [
        (
            "a.csv",
            "Country Name,Code,Indicator,1960,1961\nPeru,PER,x,1,2\nMali,MLI,x,4,5\n",
            "",
            "--drop '#2-#3'",
            &["--drop", "#2-#3"],
            four,
        ),
        (
            "a.csv",
            "\"x\"\n\"1\",5\n\"2\",6\n",
            "",
            "--header yes",
            &["--header", "yes"],
            (2, &[5.0, 6.0]),
        ),
        (
            "a.csv",
            "age,h\nN/A,170\n34,180\n",
            "",
            "--missing mean",
            &["--missing", "mean"],
            (2, &[34.0, 170.0, 34.0, 180.0]),
        ),
        (
            "a.csv",
            "a,b,kind\n1,2,u\n4,5,v\n",
            "",
            "--drop '#3'",
            &["--drop", "#3"],
            four,
        ),
        (
            "a.csv",
            "a,b,kind\n1,2,u\n4,5,v\n",
            "",
            "--index '#3'",
            &["--index", "#3"],
            four,
        ),
        (
            "a.csv",
            "k,a,b\n7,1,2\nX,4,5\n",
            "",
            "--index '#1'",
            &["--index", "#1"],
            four,
        ),
        (
            "a.csv",
            "k,a,b\n7,1,2\nX,4,5\n",
            "",
            "--drop '#1'",
            &["--drop", "#1"],
            four,
        ),
        (
            "a.csv",
            "a,b\n1,2\n4,5\n4,x\n",
            "",
            "--missing-values",
            &["--missing-values", "x", "--missing", "mean"],
            (3, &[1.0, 2.0, 4.0, 5.0, 4.0, 3.5]),
        ),
        (
            "a.csv",
            "1,x\n3,4\n",
            "",
            "--header yes",
            &["--header", "yes"],
            (1, &[3.0, 4.0]),
        ),
        (
            "a.csv",
            ",2,3\n1,5,6\n4,7,8\n",
            "",
            "--header yes",
            &["--header", "yes"],
            (2, &[5.0, 6.0, 7.0, 8.0]),
        ),
        (
            "a.csv",
            "1,234;2\n3;4\n",
            "",
            "--decimal ,",
            &["--decimal", ","],
            (2, &[1.234, 2.0, 3.0, 4.0]),
        ),
        (
            "a.csv",
            "1,234;2\n3;4\n",
            "",
            "--thousands ,",
            &["--thousands", ","],
            (2, &[1234.0, 2.0, 3.0, 4.0]),
        ),
        (
            "a.csv",
            "1,5;2.5\n",
            "",
            "--decimal ,",
            &[
                "--decimal",
                ",",
                "--missing-values",
                "2.5",
                "--missing",
                "nan",
                "--method",
                "nmf",
                "--solver",
                "mu",
            ],
            (1, &[1.5]),
        ),
        (
            "a.csv",
            "1\n2\n3\n1 234\n",
            "",
            "--thousands",
            &["--thousands", "space"],
            (4, &[1.0, 2.0, 3.0, 1234.0]),
        ),
        (
            "a.csv",
            "1;2\n3;4;5\n",
            "--delimiter ;",
            "--delimiter",
            &["--delimiter", ","],
            (2, &[]),
        ),
        (
            "a.csv",
            "a,a,b\n1,2,3\n4,5,6\n",
            "--columns a",
            "#1",
            &["--columns", "#1"],
            (2, &[1.0, 4.0]),
        ),
        (
            "a.csv",
            "1,2\n4,5\n",
            "--columns a",
            "number",
            &["--columns", "2"],
            (2, &[2.0, 5.0]),
        ),
        (
            "a.csv",
            "a,b\n1,\n4,\n",
            "--missing mean",
            "--drop 'b'",
            &["--drop", "b"],
            (2, &[1.0, 4.0]),
        ),
        ("a.npy", "", "--header yes", "no entries", &[], (0, &[])),
    ];
    for (name, text, options, says, advised, (nrows, entries)) in cases {
        let base: Vec<&str> = SVD.split(' ').chain(options.split_whitespace()).collect();
        let said = of_file(name, text.as_bytes(), &base).failure();
        assert!(said.contains(says), "{text}: {said}");
        if entries.is_empty() {
            continue;
        }
        let followed = [&base[..], advised].concat();
        let outcome = of_file(name, text.as_bytes(), &followed);
        let (rows, columns, found) = shape(outcome);
        assert_eq!(rows, nrows, "{text}");
        assert!(
            (found - norm(entries)).abs() < 1e-12 * found,
            "{text}: {found}, {columns}"
        );
    }
}

#[test]
fn principal_components_of_missing_values_take_the_means() {
    let scratch = Scratch::new();
    let table = scratch.text("holes.csv", "a,b\n1,2\n3,NA\n5,6\n4,1\n");
    let said = factorize(&table, "--method pca --rank 1").failure();
    assert!(
        said.contains("line 3, column 2 (b)") && said.contains("--missing mean"),
        "{said}"
    );
    let said = factorize(&table, "--method pca --rank 1 --missing nan").refusal();
    assert!(said.contains("add --missing mean"), "{said}");
    let full = scratch.text("full.csv", "a,b\n1,2\n3,3\n5,6\n4,1\n");
    let expected = factorize(&full, "--method pca --rank 1 --json").json();
    for options in ["--missing mean", "--missing nan --missing mean"] {
        let outcome = factorize(&table, &format!("--method pca --rank 1 --json {options}"));
        let note = "holes.csv: 1 missing entry is the mean of its column, in 1 column\n";
        assert!(outcome.stderr.ends_with(note), "{}", outcome.stderr);
        let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(report["singular_values"], expected["singular_values"]);
    }
    // Where all entries are known, nothing is said.
    factorize(&full, "--method pca --rank 1 --missing mean").text();
    let ratings = scratch.text("ratings.csv", "u,i,r\n1,a,3\n2,b,4\n2,a,1\n");
    let said = factorize(&ratings, "--triples u,i,r --method svd --rank 1").refusal();
    assert!(said.contains("add --missing mean"), "{said}");
    let outcome = factorize(
        &ratings,
        "--triples u,i,r --method svd --rank 1 --json --missing mean",
    );
    assert_eq!(shape(outcome).2, norm(&[3.0, 4.0, 1.0, 4.0]));
    let model = scratch.path("model");
    factorize_to(&full, &model, "--method pca --rank 1").text();
    let said = transform(&model, &table, "--missing mean").refusal();
    assert!(
        said.contains("--missing mean belongs to factorize"),
        "{said}"
    );
}

#[test]
fn remarks_are_single_lines_on_standard_error() {
    let scratch = Scratch::new();
    let table = scratch.text("a.csv", "GENE,1990,1991\nACTB,1,2\nMYC,4,5\n");
    let outcome = factorize(&table, "--method svd --rank 1 -v");
    let found = "a.csv: the first line is a header (GENE, 1990, 1991), column 1 (GENE) holds the names of the rows\n";
    assert!(outcome.stderr.contains(found), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("fields are divided by commas\n"),
        "{}",
        outcome.stderr
    );
    factorize(&table, "--method svd --rank 1").text();
    for (name, text, note) in [
        (
            "b.csv",
            "a,b\n1,2,\n3,4,\n",
            "each line ends with a delimiter",
        ),
        (
            "c.csv",
            "x,2,3\n1,5,6\n4,7,8\n",
            "the first line is a header (x, 2, 3), column 1 (x) holds",
        ),
        (
            "d.csv",
            "0,1,2\n1,0,3\n2,3,0\n",
            "the first line is a row, not a header (0, 1, 2)",
        ),
        (
            "e.csv",
            "1,2\n3,4\n# the end\n",
            "1 line of comments is skipped",
        ),
        ("f.csv", "1\n\n2\n", "1 empty line is skipped"),
        (
            "g.mtx",
            "%%MatrixMarket matrix coordinate real general\n2 2 3\n1 1 1\n1 1 2\n2 2 1\n",
            "1 entry is added to an earlier one at the same place",
        ),
    ] {
        let path = scratch.text(name, text);
        let outcome = factorize(&path, "--method svd --rank 1");
        assert_eq!(outcome.status, Some(0), "{outcome:?}");
        assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains(&format!("{name}: {note}")),
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn ratings_come_in_many_shapes() {
    let scratch = Scratch::new();
    let options = "--triples 1,2,3 --method completion --rank 1 --json";
    for (name, text) in [
        (
            "ratings.dat",
            "1::1193::5::978300760\n1::661::3::978302109\n2::661::4::978301968\n",
        ),
        (
            "u.data",
            "1\t1193\t5\t881250949\n1\t661\t3\t891717742\n2\t661\t4\t878887116\n",
        ),
    ] {
        let path = scratch.text(name, text);
        let (rows, columns, found) = shape(factorize(&path, options));
        assert_eq!((rows, columns, found), (2, 2, norm(&[5.0, 3.0, 4.0])));
    }
    let twice = scratch.text("twice.csv", "u,i,r\n1,a,3\n2,b,4\n1,a,5\n");
    let options = "--triples u,i,r --method completion --rank 1 --json";
    let said = factorize(&twice, options).failure();
    assert!(
        said.contains("lines 2 and 4") && said.contains("--duplicates last"),
        "{said}"
    );
    for (rule, value) in [("last", 5.0), ("first", 3.0), ("mean", 4.0), ("sum", 8.0)] {
        assert!(said.contains(rule), "{said}");
        let outcome = factorize(&twice, &format!("{options} --duplicates {rule}"));
        assert!(
            outcome.stderr.contains("1 line repeats the place"),
            "{}",
            outcome.stderr
        );
        assert_eq!(shape(outcome).2, norm(&[value, 4.0]), "{rule}");
    }
}

#[test]
fn a_completion_of_a_sparse_matrix_names_the_mask_that_works() {
    let scratch = Scratch::new();
    let text =
        "%%MatrixMarket matrix coordinate real general\n3 3 5\n1 1 5\n1 2 3\n2 2 4\n3 3 1\n3 1 2\n";
    let path = scratch.text("r.mtx", text);
    let said = factorize(&path, "--method completion --rank 1").failure();
    let advice = format!("--mask {}", path.display());
    assert!(
        said.ends_with(&advice) && !said.contains("Observed"),
        "{said}"
    );
    let outcome = factorize(
        &path,
        &format!("--method completion --rank 1 --json {advice}"),
    );
    assert_eq!(shape(outcome), (3, 3, norm(&[5.0, 3.0, 4.0, 1.0, 2.0])));
}

#[test]
fn a_workbook_is_refused_with_the_way_out() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for part in ["[Content_Types].xml", "xl/workbook.xml"] {
        archive
            .start_file(part, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(b"<xml/>").unwrap();
    }
    let workbook = archive.finish().unwrap().into_inner();
    let old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on";
    for (name, bytes) in [
        ("a.xlsx", &workbook[..]),
        ("a.csv", &workbook),
        ("a.xls", old),
    ] {
        let said = of_file(name, bytes, &[]).failure();
        assert!(said.contains("save the sheet as CSV"), "{said}");
    }
}

#[test]
fn options_of_tables_belong_to_tables() {
    let scratch = Scratch::new();
    let path = scratch.text(
        "a.mtx",
        "%%MatrixMarket matrix array real general\n1 2\n1\n2\n",
    );
    for option in ["--header no", "--drop a", "--delimiter ;", "--decimal ,"] {
        let said = factorize(&path, &format!("--rank 1 {option}")).failure();
        assert!(
            said.contains("is no table") && said.contains("--header"),
            "{said}"
        );
    }
    factorize(&path, "--rank 1").text();
    let said = factorize(Path::new("no.csv"), "--triples 1,2,3 --columns a").refusal();
    assert!(said.contains("--columns"), "{said}");
    let said = factorize(Path::new("no.csv"), "--duplicates last").refusal();
    assert!(said.contains("--triples"), "{said}");
    for wrong in [
        "--header maybe",
        "--delimiter x",
        "--decimal ;",
        "--columns #1,",
        "--format xls",
    ] {
        let said = factorize(Path::new("no.csv"), wrong).refusal();
        assert!(said.contains("must be"), "{wrong}: {said}");
    }
}

#[test]
fn a_quotation_mark_in_a_table_of_tabs_is_a_character() {
    assert_read(
        "a.tsv",
        "g\ta\tb\n\"x\t1\t2\ny\"\"\t3\t4\n",
        "",
        (2, &[1.0, 2.0, 3.0, 4.0]),
    );
    assert_read(
        "a.tsv",
        "g\ta\tb\n5\" pipe\t1\t2\n\"y\"\t3\t4\n",
        "",
        (2, &[1.0, 2.0, 3.0, 4.0]),
    );
    let said = of_file("a.tsv", b"g\ta\n\"one\ntwo\"\t1\n", &["--rank", "1"]).failure();
    assert!(
        said.contains("line 2: a quotation mark opens a field"),
        "{said}"
    );
}

/// A file and options.
type Given<'a> = (&'a str, &'a [u8], &'a [&'a str]);

#[test]
fn a_file_that_is_mended_as_its_message_says_is_read() {
    let market = "%%MatrixMarket matrix coordinate real general\n";
    let of = |rest: &str| format!("{market}{rest}").into_bytes();
    let wide = of("4000000 4000000 2\n1 1 nan\n2 2 5\n");
    let (outside, inside) = (of("2 2 1\n3 1 1\n"), of("3 2 1\n3 1 1\n"));
    let (short, long) = (of("2 2 2\n1 1 1\n"), of("2 2 1\n1 1 1\n2 2 1\n"));
    let good = of("2 2 1\n1 1 1\n");
    let cases: [(Given<'_>, &str, Given<'_>); 12] = [
        (
            ("a.xyz", b"1,2\n3,4\n", &[]),
            "name it",
            ("a.csv", b"1,2\n3,4\n", &[]),
        ),
        (
            ("a.xyz", b"1,2\n3,4\n", &[]),
            "--format",
            ("a.xyz", b"1,2\n3,4\n", &["--format", "csv"]),
        ),
        (
            ("a.csv", b"caf\xe9,b\n1,2\n3,4\n", &[]),
            "iconv",
            ("a.csv", "café,b\n1,2\n3,4\n".as_bytes(), &[]),
        ),
        (
            ("a.csv", b"1,2\n3\n", &[]),
            "mend or quote the row",
            ("a.csv", b"1,2\n3,4\n", &[]),
        ),
        (
            ("a.csv", b"title\na,b\n1,2\n3,4\n", &[]),
            "take off the lines above",
            ("a.csv", b"a,b\n1,2\n3,4\n", &[]),
        ),
        (
            ("a.tsv", b"g\ta\n\"x\ny\"\t1\n", &[]),
            "take the mark out",
            ("a.tsv", b"g\ta\nx\t2\ny\t1\n", &[]),
        ),
        (
            ("a.csv", b"1,inf\n3,4\n", &[]),
            "mend it",
            ("a.csv", b"1,2\n3,4\n", &[]),
        ),
        (
            ("a.mtx", &wide, &["--missing", "nan"]),
            "as triples",
            ("a.csv", b"r,c,v\n2,2,5\n", &["--triples", "r,c,v"]),
        ),
        (
            ("a.mtx", &outside, &[]),
            "the header",
            ("a.mtx", &inside, &[]),
        ),
        (
            ("a.mtx", &short, &[]),
            "make it again",
            ("a.mtx", &good, &[]),
        ),
        (
            ("a.mtx", &long, &[]),
            "keep one matrix a file",
            ("a.mtx", &good, &[]),
        ),
        (
            ("a.mtx", b"2 2 1\n1 1 1\n", &[]),
            "put the line",
            ("a.mtx", &good, &[]),
        ),
    ];
    for ((name, bytes, options), says, (mended, content, others)) in cases {
        let solver = ["--rank", "1", "--solver", "mu", "--iterations", "20"];
        let said = of_file(name, bytes, &[&solver[..], options].concat()).failure();
        assert!(said.contains(says), "{said}");
        let outcome = of_file(mended, content, &[&solver[..], others].concat());
        assert_eq!(outcome.status, Some(0), "{said}\n{outcome:?}");
    }
}
