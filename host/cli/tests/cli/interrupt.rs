//! Ctrl-C.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::matrices::{Scratch, array, distance, positive};
use crate::outcome::lowrank;

/// Starts endless iterations and waits until they have begun.
fn endless(matrix: &Path, folder: &Path) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = lowrank()
        .args([
            "factorize",
            "--rank",
            "4",
            "--solver",
            "mu",
            "--tolerance",
            "0",
            "--init",
            "random",
        ])
        .args([
            "--iterations",
            "1000000000",
            "--json",
            "-v",
            "--compare",
            "svd/exact",
        ])
        .arg("--output")
        .arg(folder)
        .arg(matrix)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("nmf by mu") {
        line.clear();
        assert!(
            stderr.read_line(&mut line).unwrap() > 0,
            "it ended by itself"
        );
    }
    std::thread::sleep(Duration::from_millis(300));
    (child, stderr)
}

fn interrupt(child: &Child) {
    let status = Command::new("kill")
        .arg("-INT")
        .arg(child.id().to_string())
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn the_first_one_ends_the_iterations_and_keeps_their_result() {
    let scratch = Scratch::new();
    let a = positive();
    let (matrix, folder) = (scratch.csv("a.csv", &a), scratch.path("model"));
    let (mut child, mut stderr) = endless(&matrix, &folder);
    interrupt(&child);
    let mut printed = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut printed)
        .unwrap();
    let mut said = String::new();
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    let report: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(report["converged"], false);
    assert!(report["iterations"].as_u64().unwrap() > 0);
    assert!(
        report.get("comparisons").is_none(),
        "what follows is left out"
    );
    let error = report["error"].as_f64().unwrap();
    let found = distance(&a, &array(&folder, "w.npy"), &array(&folder, "h.npy"));
    assert!((found - error).abs() < 1e-7 * error, "{found}, {error}");
    assert!(
        said.contains("interrupted") && said.contains("model"),
        "{said}"
    );
    assert_eq!(scratch.names(), ["a.csv", "model"]);
}

#[test]
fn one_more_ends_all_and_leaves_nothing_by_halves() {
    let scratch = Scratch::new();
    let (matrix, folder) = (scratch.csv("a.csv", &positive()), scratch.path("model"));
    let (mut child, _stderr) = endless(&matrix, &folder);
    interrupt(&child);
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let names = scratch.names();
    // The iteration at hand may have been over before the second one came.
    assert!(
        names == ["a.csv"] || names == ["a.csv", "model"],
        "{names:?}"
    );
    assert!(!folder.exists() || folder.join("model.json").exists());
}
