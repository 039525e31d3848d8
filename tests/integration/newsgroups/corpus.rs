//! The reader on the real 20 Newsgroups: comparison with scikit-learn's figures.

use std::{collections::HashMap, fs};

use lowrank_text::corpus::{Corpus, CorpusReader, Remove, Subset};
use sha2::{Digest, Sha256};

use super::data::{FOUR_GROUPS, four_groups, read, stripped};
use lowrank_tests::newsgroups_folder as folder;

/// The hash of the 2034 stripped texts in scikit-learn's order, joined by one NUL byte.
const STRIPPED_SHA256: &str = "91ef2e39e4f33aba44701661877fba06f9afd61b9da3d62f32b53b1f6258d88b";

fn utf8_bytes(corpus: &Corpus) -> usize {
    corpus.texts().map(str::len).sum()
}

#[test]
fn four_groups_have_the_known_sizes() {
    let Some(folder) = folder() else { return };
    let raw = read(&four_groups(Remove::default()), &folder);
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
}

#[test]
fn four_groups_have_the_known_sizes_when_stripped() {
    let Some(data) = stripped() else { return };
    let stripped = &data.corpus;
    assert_eq!(stripped.len(), 2034);
    assert_eq!(utf8_bytes(stripped), 2_427_841);
    // Ten of them hold white space still.
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
    let (Some(folder), Some(data)) = (folder(), stripped()) else {
        return;
    };
    let corpus = &data.corpus;
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
    let digest = Sha256::digest(in_order.join("\0"));
    let hexadecimal: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hexadecimal, STRIPPED_SHA256);
}

#[test]
fn all_groups_have_the_known_sizes() {
    let Some(folder) = folder() else { return };
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
