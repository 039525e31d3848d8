//! The reader on the real 20 Newsgroups, against scikit-learn's figures.

use std::{collections::HashMap, env, fmt::Write, fs, path::PathBuf};

use lowrank::corpus::{Corpus, CorpusReader, Remove, Source, Subset};
use sha2::{Digest, Sha256};

const FOUR_GROUPS: [(&str, usize); 4] = [
    ("alt.atheism", 480),
    ("comp.graphics", 584),
    ("sci.space", 593),
    ("talk.religion.misc", 377),
];

/// Of the 2034 stripped texts in scikit-learn's order, joined by one NUL byte.
const STRIPPED_SHA256: &str = "91ef2e39e4f33aba44701661877fba06f9afd61b9da3d62f32b53b1f6258d88b";

/// The folder of the data, or none, said aloud.
fn newsgroups() -> Option<PathBuf> {
    let Some(data) = env::var_os("LOWRANK_DATA") else {
        eprintln!(
            "SKIPPED: set LOWRANK_DATA to the folder that holds 20news/20news-bydate.tar.gz to run this test"
        );
        return None;
    };
    Some(PathBuf::from(data).join("20news"))
}

fn four_groups() -> Vec<String> {
    FOUR_GROUPS.map(|(group, _)| group.to_owned()).to_vec()
}

fn read(reader: &CorpusReader, folder: &std::path::Path) -> Corpus {
    reader
        .read(&Source::Path(folder.join("20news-bydate.tar.gz")))
        .unwrap()
}

fn utf8_bytes(corpus: &Corpus) -> usize {
    corpus.texts().map(str::len).sum()
}

#[test]
fn four_groups_have_the_known_sizes() {
    let Some(folder) = newsgroups() else { return };
    let reader = CorpusReader {
        categories: four_groups(),
        ..CorpusReader::default()
    };
    let raw = read(&reader, &folder);
    assert_eq!(raw.len(), 2034);
    assert_eq!(utf8_bytes(&raw), 3_979_536);
    for (group, expected) in FOUR_GROUPS {
        let found = raw
            .documents
            .iter()
            .filter(|document| document.category.as_deref() == Some(group))
            .count();
        assert_eq!(found, expected, "{group}");
    }
    let stripped = read(
        &CorpusReader {
            remove: Remove::ALL,
            ..reader
        },
        &folder,
    );
    assert_eq!(stripped.len(), 2034);
    assert_eq!(utf8_bytes(&stripped), 2_427_841);
    // As scikit-learn's users count: nothing but white space is nothing.
    assert_eq!(
        stripped
            .texts()
            .filter(|text| text.trim().is_empty())
            .count(),
        57
    );
}

#[test]
fn stripped_texts_are_scikit_learns_to_the_byte() {
    let Some(folder) = newsgroups() else { return };
    let reader = CorpusReader {
        categories: four_groups(),
        remove: Remove::ALL,
        ..CorpusReader::default()
    };
    let corpus = read(&reader, &folder);
    let texts: HashMap<&str, &str> = corpus
        .documents
        .iter()
        .map(|d| (d.name.as_str(), d.text.as_str()))
        .collect();
    let order = fs::read_to_string(folder.join("sklearn-order-4cat-train.tsv")).unwrap();
    let in_order: Vec<&str> = order
        .lines()
        .map(|line| texts[line.split('\t').next().unwrap()])
        .collect();
    assert_eq!(in_order.len(), corpus.len());
    let mut hexadecimal = String::new();
    for byte in Sha256::digest(in_order.join("\0")) {
        write!(hexadecimal, "{byte:02x}").unwrap();
    }
    assert_eq!(hexadecimal, STRIPPED_SHA256);
}

#[test]
fn all_groups_have_the_known_sizes() {
    let Some(folder) = newsgroups() else { return };
    let train = read(&CorpusReader::default(), &folder);
    assert_eq!(
        (train.len(), utf8_bytes(&train), train.categories().len()),
        (11_314, 22_054_617, 20)
    );
    let all = read(
        &CorpusReader {
            subset: Some(Subset::All),
            ..CorpusReader::default()
        },
        &folder,
    );
    assert_eq!(all.len(), 18_846);
    assert_eq!(all.documents[..11_314], train.documents[..]);
}
