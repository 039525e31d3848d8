//! Hostile input and environments.

use std::fs;
use std::process::Stdio;

use serde_json::Value;

use crate::outcome::{lowrank, topics, topics_of, topics_of_input, words};

fn report(input: &[u8], options: &str) -> Value {
    topics_of_input(input, &format!("{options} --json")).json()
}

/// Checks that closed standard output does not panic; a closed pipe is not an error, as for `lowrank topics | head`.
#[test]
fn closed_output_is_no_panic() {
    for options in [&["topics"][..], &["topics", "--json", "--method", "svd"]] {
        let mut child = lowrank()
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn closed_standard_error_is_no_panic() {
    for (options, status) in [
        (&["--corpus", "no/such/corpus"][..], 1),
        (&["--solver", "exact"], 2),
        (&["-v"], 0),
    ] {
        let mut child = lowrank()
            .arg("topics")
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stderr.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{options:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let full = || fs::File::create("/dev/full").unwrap();
    let output = lowrank()
        .arg("topics")
        .stdout(full())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("cannot write the result"), "{said}");
    assert_eq!(said.lines().count(), 1);
    let status = lowrank()
        .arg("topics")
        .stdout(full())
        .stderr(full())
        .status();
    assert_eq!(status.unwrap().code(), Some(1));
}

/// TERM, because a shell that starts tests in the background has them ignore INT; neither is
/// caught.
#[cfg(unix)]
#[test]
fn interrupted_run_ends_at_once_and_prints_nothing() {
    use std::os::unix::process::ExitStatusExt;
    let child = lowrank()
        .args(["topics", "--topics", "200", "--tolerance", "0", "--json"])
        .args(["--iterations", "1000000000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    let kill = std::process::Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.signal(), Some(15));
    assert!(
        output.stdout.is_empty() && output.stderr.is_empty(),
        "{output:?}"
    );
}

#[test]
fn one_document_is_a_corpus() {
    for options in [
        "",
        "--method svd",
        "--method svd --solver exact",
        "--backend core",
    ] {
        let found = report(b"hello brave world", &format!("{options} --topics 1"));
        assert_eq!(found["corpus"]["documents"], 1);
        assert_eq!(found["topics"][0]["documents"], 1);
        assert!(found["error"].as_f64().unwrap() < 1e-7, "{found:#}");
    }
    let table = topics_of_input(b"hello world", "--topics 1").text();
    assert!(
        table.starts_with("1 document, 2 terms, 2 nonzeros\n"),
        "{table}"
    );
}

#[test]
fn documents_may_all_be_empty_but_one() {
    for options in [
        "",
        "--method svd",
        "--method svd --solver exact",
        "--backend core",
    ] {
        for topics in [1, 2] {
            let options = format!("{options} --topics {topics}");
            let found = report(b"\n\n\nhello world\n\n", &options);
            assert_eq!(found["corpus"]["documents"], 5);
            assert!(found["error"].as_f64().unwrap() < 1e-7, "{found:#}");
            assert_eq!(found["topics"][0]["documents"], 1);
            if options.contains("svd") {
                assert_eq!(found["rank"], 1);
            }
        }
    }
    let table = topics_of_input(b"\n\nhello world\n", "--method svd --topics 2").text();
    assert!(table.contains("the matrix has rank 1"), "{table}");
    assert!(table.contains(" none "), "{table}");
}

#[test]
fn as_many_topics_as_documents_leave_no_error_in_an_svd() {
    for options in [
        "--method svd",
        "--method svd --solver exact",
        "--method svd --backend core",
    ] {
        let options = options
            .split_whitespace()
            .chain(["--topics", "240", "--json"]);
        let found = topics(options).json();
        assert_eq!(found["rank"], 240);
        assert!(
            found["error"].as_f64().unwrap() < 1e-6,
            "{}",
            found["error"]
        );
    }
    let found = topics(["--topics", "240", "--iterations", "5", "--json"]).json();
    assert_eq!(found["topics"].as_array().unwrap().len(), 240);
}

#[test]
fn nul_bytes_and_controls_are_white_space() {
    let found = report(
        b"alpha\0beta\x01gamma\x1b[31m\nalpha delta\n",
        "--topics 1 --words 99",
    );
    let mut terms = words(&found["topics"][0]);
    terms.sort_unstable();
    assert_eq!(terms, ["31m", "alpha", "beta", "delta", "gamma"]);
}

#[test]
fn very_long_lines_are_read() {
    let repeated = "foo bar baz ".repeat(500_000);
    let found = report(repeated.as_bytes(), "--topics 1");
    assert_eq!(found["corpus"]["terms"], 3);
    let mut one_word = "x".repeat(5_000_000);
    one_word += "\nshort line\n";
    let found = report(one_word.as_bytes(), "--topics 2 --words 1");
    assert_eq!(found["corpus"]["terms"], 3);
    let object = format!("{{\"text\": \"{}\"}}\n", "word ".repeat(200_000));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.jsonl");
    fs::write(&path, object).unwrap();
    topics_of(&path, "--topics 1").text();
}

/// 6400 GB for the exact solver, 960 GB for the factors: more than the machines of today have.
#[test]
fn what_does_not_fit_in_memory_is_refused_with_the_number() {
    let line = |number| format!("a{number} b{number}\n");
    let input: String = (0..400_000).map(line).collect();
    for (options, parts) in [
        (
            "--method svd --solver exact --topics 2",
            ["6400.", "krylov"],
        ),
        ("--topics 100000", ["rank 100000 need", "--topics"]),
        (
            "--topics 100000 --backend core",
            ["rank 100000 need", "--topics"],
        ),
        (
            "--topics 100000 --method svd",
            ["rank 100000 need", "--topics"],
        ),
    ] {
        let said = topics_of_input(input.as_bytes(), options).failure();
        assert!(said.contains(" GB of memory"), "{said}");
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
    }
}

#[test]
fn folder_named_as_a_file_is_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.csv", "a.tar.gz", "a.jsonl"] {
        let path = folder.path().join(name);
        fs::create_dir(&path).unwrap();
        let line = topics_of(&path, "").failure();
        assert!(line.contains("no documents"), "{line}");
        fs::write(path.join("text.txt"), "boat tide mast").unwrap();
        topics_of(&path, "--topics 1").text();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn paths_need_not_be_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder
        .path()
        .join(std::ffi::OsStr::from_bytes(b"caf\xe9.txt"));
    assert!(topics_of(&path, "").failure().contains("no such file"));
    fs::write(&path, "boat tide\n").unwrap();
    topics_of(&path, "--topics 1").text();
}

#[test]
fn equal_documents_have_rank_one() {
    let input = b"equal words everywhere\n".repeat(20);
    for options in [
        "--method svd",
        "--method svd --solver exact",
        "--method svd --backend core",
    ] {
        let found = report(&input, &format!("{options} --topics 2"));
        assert_eq!(found["rank"], 1, "{options}");
        assert!(found["error"].as_f64().unwrap() < 1e-6);
    }
    let found = report(&input, "--topics 2");
    assert!(
        found["error"].as_f64().unwrap() < 1e-2,
        "{}",
        found["error"]
    );
}
