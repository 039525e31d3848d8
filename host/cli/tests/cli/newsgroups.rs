//! The command on the real 20 Newsgroups, in the folder named by LOWRANK_DATA.

use std::env;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::export::export;
use crate::outcome::{topics_of, words};

const FOUR_GROUPS: &str = "--categories alt.atheism,comp.graphics,sci.space,talk.religion.misc \
     --remove headers,footers,quotes --json";

/// Returns the archive; without it, prints that the test is skipped.
fn archive() -> Option<PathBuf> {
    let Some(data) = env::var_os("LOWRANK_DATA") else {
        // Not eprintln!, which the test harness keeps to itself.
        let _ = writeln!(
            io::stderr(),
            "SKIPPED: set LOWRANK_DATA to the folder that holds 20news/20news-bydate.tar.gz"
        );
        return None;
    };
    // A relative path is meant from the workspace's root; cargo runs tests in the package's folder.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Some(root.join(data).join("20news/20news-bydate.tar.gz"))
}

#[test]
fn archive_gives_the_known_matrix_and_errors() {
    let Some(archive) = archive() else { return };
    for (options, at_least, at_most) in [
        ("", 43.69905343, 43.7130),
        ("--method svd", 43.69905342, 43.69907),
        ("--method svd --solver exact", 43.69905333, 43.69905353),
        (
            "--method svd --backend core --precision f32",
            43.6947,
            43.7034,
        ),
    ] {
        let report = topics_of(&archive, &format!("{FOUR_GROUPS} --topics 5 {options}")).json();
        let corpus = &report["corpus"];
        assert_eq!(corpus["documents"], 2034);
        assert_eq!(corpus["terms"], 26576);
        assert_eq!(corpus["nonzeros"], 133634);
        let error = report["error"].as_f64().unwrap();
        assert!((at_least..=at_most).contains(&error), "{options}: {error}");
    }
}

#[test]
fn four_groups_have_four_coherent_topics() {
    let Some(archive) = archive() else { return };
    let report = topics_of(&archive, &format!("{FOUR_GROUPS} --topics 2..6 --seeds 2")).json();
    assert_eq!(report["most_coherent"], 4);
    let choices = report["choices"].as_array().unwrap();
    for choice in choices {
        let stability = choice["stability"].as_f64().unwrap();
        assert!((0.8..1.0).contains(&stability), "{choice}");
    }
    let error = choices[3]["error"].as_f64().unwrap();
    assert!((43.69905343..=43.7130).contains(&error), "{error}");
}

#[test]
fn posts_that_represent_a_topic_are_of_its_group() {
    let Some(archive) = archive() else { return };
    let report = topics_of(&archive, &format!("{FOUR_GROUPS} --topics 5 --documents 5")).json();
    for (word, group) in [("nasa", "sci.space"), ("graphics", "comp.graphics")] {
        let topics = report["topics"].as_array().unwrap();
        let topic = topics.iter().find(|topic| words(topic).contains(&word));
        let representatives = topic.unwrap()["representatives"].as_array().unwrap();
        assert_eq!(representatives.len(), 5);
        for entry in representatives {
            assert_eq!(entry["category"], group, "{entry}");
            let name = entry["name"].as_str().unwrap();
            assert!(name.contains(&format!("{group}/")), "{entry}");
        }
    }
}

#[test]
fn archive_has_another_half() {
    let Some(archive) = archive() else { return };
    let options = "--categories sci.space,rec.autos --subset test --topics 2 --json";
    let report = topics_of(&archive, options).json();
    assert_eq!(report["corpus"]["documents"], 394 + 396);
}

#[test]
fn archive_that_breaks_off_is_refused() {
    let Some(archive) = archive() else { return };
    let mut head = Vec::new();
    let file = fs::File::open(archive).unwrap();
    file.take(1_000_000).read_to_end(&mut head).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.tar.gz");
    fs::write(&path, head).unwrap();
    let line = topics_of(&path, "").failure();
    assert!(line.contains("truncated or corrupt"), "{line}");
}

/// The rows of the table of docs/firmware.md: the options, the most bytes, and the least share of documents of the other
/// half whose largest topic is that of transform in f64.
const DEVICE_MODELS: [(&str, u64, f64); 4] = [
    ("--bytes 23000", 23_000, 0.97),
    ("--bytes 46000", 46_000, 0.98),
    ("--bytes 92000", 92_000, 0.99),
    ("--precision u8 --by-index", 187_000, 0.997),
];

#[test]
fn topics_on_a_device_are_those_of_the_host() {
    let Some(archive) = archive() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (model, output) = (
        folder.path().join("model"),
        folder.path().join("topics.lrm"),
    );
    let options = format!("{FOUR_GROUPS} --topics 6 --output {}", model.display());
    topics_of(&archive, &options).json();
    let check = format!("--check {} --subset test {FOUR_GROUPS}", archive.display());
    for (options, most, least) in DEVICE_MODELS {
        let report = export(&model, &output, &format!("{options} {check}")).json();
        let (bytes, agreement) = (&report["bytes"], &report["agreement"]);
        assert!(bytes.as_u64().unwrap() <= most, "{options}: {bytes}");
        assert!(
            agreement.as_f64().unwrap() >= least,
            "{options}: {agreement}"
        );
    }
}
