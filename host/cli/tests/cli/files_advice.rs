//! Advice of messages about files of arrays, archives, pictures and names: whoever follows it gets a result.

use std::fs;
use std::io::{Cursor, Write};

use flate2::{Compression, write::GzEncoder};
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::matrices::{Scratch, factorize, factorize_to, transform};
use crate::outcome::{topics_of, topics_of_input};

const SOLVER: &str = "--rank 1 --solver mu --iterations 5";

fn npy(entry_type: &str, shape: &str, bytes: &[u8]) -> Vec<u8> {
    let header =
        format!("{{'descr': '{entry_type}', 'fortran_order': False, 'shape': ({shape}), }}\n");
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\0", &length[..], header.as_bytes(), bytes].concat()
}

fn of_bytes(shape: &str, bytes: &[u8]) -> Vec<u8> {
    npy("|u1", shape, bytes)
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A sparse matrix as SciPy keeps it, in a form.
fn sparse(form: &str, indices: &[u8]) -> Vec<u8> {
    let format = npy("|S3", "", form.as_bytes());
    zip_of(&[
        ("indices.npy", &of_bytes("3,", indices)),
        ("indptr.npy", &of_bytes("3,", &[0, 1, 3])),
        ("data.npy", &of_bytes("3,", &[5, 6, 7])),
        ("shape.npy", &of_bytes("2,", &[2, 2])),
        ("format.npy", &format),
    ])
}

/// A file, its bytes, what is said of it, and the name and bytes of the file that follows the advice.
type Case = (&'static str, Vec<u8>, &'static str, &'static str, Vec<u8>);

#[test]
fn an_array_that_is_made_again_as_its_message_says_is_read() {
    let good = of_bytes("2, 2", &[1, 2, 3, 4]);
    let archive = zip_of(&[("x.npy", &good)]);
    let table = b"1,2\n3,4\n";
    let cases: [Case; 18] = [
        (
            "a.npy",
            of_bytes("4,", &[1, 2, 3, 4]),
            "reshape it",
            "a.npy",
            good.clone(),
        ),
        (
            "a.npy",
            npy("<c16", "1, 1", &[0; 16]),
            "convert its entries to float64",
            "a.npy",
            good.clone(),
        ),
        (
            "a.npy",
            npy("|O", "1, 1", b"\x80"),
            "convert its entries to float64",
            "a.npy",
            good.clone(),
        ),
        (
            "a.npy",
            npy("<U3", "1, 1", &[0; 12]),
            "convert its entries to float64",
            "a.npy",
            good.clone(),
        ),
        (
            "a.npy",
            good[..good.len() - 1].to_vec(),
            "make it again",
            "a.npy",
            good.clone(),
        ),
        (
            "a.npy",
            [&good[..], b"1"].concat(),
            "keep one matrix a file",
            "a.npy",
            good.clone(),
        ),
        (
            "a.npy",
            good[..20].to_vec(),
            "make the file again",
            "a.npy",
            good.clone(),
        ),
        (
            "a.npz",
            zip_of(&[("notes.txt", b"")]),
            "write it with numpy.savez",
            "a.npz",
            archive.clone(),
        ),
        (
            "a.npz",
            zip_of(&[("x.npy", &good), ("y.npy", &good)]),
            "as a .npy",
            "x.npy",
            good.clone(),
        ),
        (
            "a.npz",
            zip_of(&[("x.npy", &npy("|O", "1, 1", b"\x80"))]),
            "convert its entries to float64",
            "a.npz",
            archive.clone(),
        ),
        (
            "a.npz",
            archive[..archive.len() / 2].to_vec(),
            "make it again",
            "a.npz",
            archive.clone(),
        ),
        (
            "a.npz",
            sparse("dia", &[0, 0, 1]),
            "save it as CSR",
            "a.npz",
            sparse("csr", &[0, 0, 1]),
        ),
        (
            "a.npz",
            sparse("csr", &[0, 0, 9]),
            "save the matrix again",
            "a.npz",
            sparse("csr", &[0, 0, 1]),
        ),
        (
            "a.csv.gz",
            gzip(table)[..20].to_vec(),
            "make it again",
            "a.csv.gz",
            gzip(table),
        ),
        (
            "a.pgm",
            b"P2 2 1 9\n3 10\n".to_vec(),
            "make the picture again",
            "a.pgm",
            b"P2 2 1 10\n3 10\n".to_vec(),
        ),
        (
            "a.pgm",
            b"P5 2 2 9\n\x01\x02".to_vec(),
            "make it again",
            "a.pgm",
            b"P5 2 2 9\n\x01\x02\x03\x04".to_vec(),
        ),
        (
            "a.pgm",
            b"P6 1 1 9\n000".to_vec(),
            "make the file again",
            "a.pgm",
            b"P5 1 1 9\n\x01".to_vec(),
        ),
        (
            "a.xlsx",
            zip_of(&[
                ("[Content_Types].xml", b"<Types/>"),
                ("xl/workbook.xml", b""),
            ]),
            "CSV",
            "a.csv",
            table.to_vec(),
        ),
    ];
    for (name, bytes, says, mended, content) in cases {
        let scratch = Scratch::new();
        let said = factorize(&scratch.text(name, bytes), SOLVER).failure();
        assert!(said.contains(says), "{name}: {said}");
        let outcome = factorize(&scratch.text(mended, content), SOLVER);
        assert_eq!(outcome.status, Some(0), "{said}\n{outcome:?}");
    }
}

#[test]
fn a_folder_of_pictures_is_completed_as_its_message_says() {
    let scratch = Scratch::new();
    let folder = scratch.path("faces");
    fs::create_dir(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    write("notes.txt", b"x");
    let said = factorize(&folder, SOLVER).failure();
    assert!(said.contains("give a folder of them, or a file"), "{said}");
    write("a.pgm", b"P2 2 1 9\n3 4\n");
    write("b.pgm", b"P2 1 2 9\n3 4\n");
    let said = factorize(&folder, SOLVER).failure();
    assert!(said.contains("bring all pictures to one size"), "{said}");
    write("b.pgm", b"P2 2 1 9\n3 4\n");
    factorize(&folder, SOLVER).text();
    factorize(&folder.join("a.pgm"), SOLVER).text();
    let said = factorize(&folder, &format!("{SOLVER} --triples 1,2,3")).failure();
    assert!(said.contains("leave out --triples"), "{said}");
    let said = factorize(&folder, &format!("{SOLVER} --header no")).failure();
    assert!(said.contains("leave out --delimiter"), "{said}");
}

#[test]
fn what_a_text_is_can_be_said_where_its_name_does_not() {
    let scratch = Scratch::new();
    let texts = scratch.text("notes.md", "boat tide\nboat mast\n");
    let said = topics_of(&texts, "--topics 1").failure();
    assert!(said.contains("say what it is with --format"), "{said}");
    topics_of(&texts, "--topics 1 --format txt").text();
    let table = b"id,review\n1,boat tide\n2,\"boat\nmast\"\n";
    let said = topics_of_input(table, "--topics 1 --text-column review").failure();
    assert!(said.contains("with --format csv, tsv or jsonl"), "{said}");
    let options = "--topics 1 --text-column review --format csv --json";
    let report = topics_of_input(table, options).json();
    assert_eq!(report["corpus"]["documents"], 2);
    let said = topics_of_input(table, "--topics 1 --delimiter comma").failure();
    assert!(said.contains("with --format csv or tsv"), "{said}");
    let tabs = b"id\treview\n1\tboat\n2\tboat mast\n";
    let report = topics_of_input(tabs, &options.replace("csv", "tsv")).json();
    assert_eq!(report["corpus"]["documents"], 2);
    let object = b"{\"review\": \"boat mast\"}\n";
    let report = topics_of_input(object, &options.replace("csv", "jsonl")).json();
    assert_eq!(report["corpus"]["documents"], 1);
    let folder = scratch.path("texts");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.txt"), "boat tide").unwrap();
    let said = topics_of(&folder, "--topics 1 --format txt").failure();
    assert!(said.contains("leave out --format"), "{said}");
    topics_of(&folder, "--topics 1").text();
    for (name, bytes, says) in [
        ("texts.zip", zip_of(&[("a.txt", b"boat tide")]), "unpack it"),
        (
            "texts.tar.gz",
            gzip(b"boat tide"),
            "unpack another archive, and give the folder",
        ),
    ] {
        let said = topics_of(&scratch.text(name, bytes), "--topics 1").failure();
        assert!(said.contains(says), "{said}");
    }
    let said = topics_of(&texts, "--topics 1 --format npy").refusal();
    assert!(
        said.contains("must be txt, csv, tsv, jsonl or tar"),
        "{said}"
    );
}

#[test]
fn new_texts_of_a_kept_model_have_a_format_too() {
    let scratch = Scratch::new();
    let model = scratch.path("model");
    let texts = scratch.text("t.txt", "boat tide\nboat mast\n");
    topics_of(&texts, &format!("--topics 1 --output {}", model.display())).text();
    let new = scratch.text("new.log", "review\n\"boat, tide\"\n");
    let said = transform(&model, &new, "").failure();
    assert!(said.contains("with --format"), "{said}");
    let rows = |options: &str| transform(&model, &new, options).text().lines().count();
    assert_eq!((rows("--format txt"), rows("--format csv")), (3, 2));
    let said = transform(&model, &new, "--format npy").refusal();
    assert!(
        said.contains("--format of texts is txt, csv, tsv, jsonl or tar"),
        "{said}"
    );
    let matrix = scratch.text("m.csv", "1,2\n3,4\n");
    let said = factorize(&matrix, &format!("{SOLVER} --format txt")).refusal();
    assert!(said.contains("--format of a matrix is npy"), "{said}");
    factorize(&matrix, &format!("{SOLVER} --format table")).text();
}

#[test]
fn names_and_folders_are_mended_as_their_messages_say() {
    let scratch = Scratch::new();
    let matrix = scratch.text("m.csv", "1,2\n3,4\n5,9\n");
    let with = |name: &str, text: &[u8]| {
        let names = scratch.text(name, text);
        factorize(
            &matrix,
            &format!("{SOLVER} --row-names {}", names.display()),
        )
    };
    for (name, text, says) in [
        ("few.txt", &b"a\nb\n"[..], "give one for each"),
        ("latin.txt", b"caf\xe9\nb\nc\n", "as text in UTF-8"),
    ] {
        let said = with(name, text).failure();
        assert!(said.contains(says), "{said}");
    }
    let missing = scratch.path("none.txt");
    let said = factorize(
        &matrix,
        &format!("{SOLVER} --row-names {}", missing.display()),
    )
    .failure();
    assert!(said.contains("check the path"), "{said}");
    with("names.txt", "café\nb\nc\n".as_bytes()).text();
    let full = scratch.path("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("x"), "x").unwrap();
    let said = factorize_to(&matrix, &full, SOLVER).failure();
    assert!(said.contains("with --force"), "{said}");
    factorize_to(&matrix, &full, &format!("{SOLVER} --force")).text();
    let nowhere = scratch.path("no/such");
    let said = factorize_to(&matrix, &nowhere, SOLVER).failure();
    assert!(said.contains("make it first"), "{said}");
    fs::create_dir(scratch.path("no")).unwrap();
    factorize_to(&matrix, &nowhere, SOLVER).text();
    let said = transform(&scratch.path("no"), &matrix, "").failure();
    assert!(said.contains("name the folder of a model"), "{said}");
    transform(&nowhere, &matrix, "").text();
}

#[test]
fn a_doubtful_first_line_is_settled_by_the_option_that_is_named() {
    let scratch = Scratch::new();
    let table = scratch.text("a.csv", "12,13,14\n1,2,3\n4,4,9\n");
    let outcome = factorize(&table, &format!("{SOLVER} --json"));
    for said in [
        "the first line is a row, not a header (12, 13, 14)",
        "; --header yes or --header no settles it",
    ] {
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
    for (header, rows) in [("yes", 2), ("no", 3)] {
        let options = format!("{SOLVER} --json --header {header}");
        let report = factorize(&table, &options).json();
        assert_eq!(report["rows"], rows, "{report}");
    }
}
