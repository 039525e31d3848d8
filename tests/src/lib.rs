//! Tests that cross crates or need data, and the location of the data.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Returns the folder of the newsgroups below LOWRANK_DATA; without it, prints that the test is skipped.
pub fn newsgroups_folder() -> Option<PathBuf> {
    data_folder("20news/20news-bydate.tar.gz")
}

/// Returns the folder of `file` below LOWRANK_DATA; without it, prints that the test is skipped.
pub fn data_folder(file: &str) -> Option<PathBuf> {
    Some(data_file(file)?.parent()?.to_path_buf())
}

/// Returns the file of that name below LOWRANK_DATA; without it, prints that the test is skipped.
pub fn data_file(name: &str) -> Option<PathBuf> {
    let Some(data) = env::var_os("LOWRANK_DATA") else {
        // Not eprintln!, which the test harness keeps to itself.
        let _ = writeln!(
            io::stderr(),
            "SKIPPED: set LOWRANK_DATA to the folder that holds {name}"
        );
        return None;
    };
    // A relative path is meant from the workspace's root; cargo runs tests in the package's folder.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Some(root.join(data).join(name))
}

/// Tests the code in docs/algorithms.md.
#[cfg(doctest)]
#[doc = include_str!("../../docs/algorithms.md")]
pub struct AlgorithmsPage;

/// Tests the code in docs/rust.md.
#[cfg(doctest)]
#[doc = include_str!("../../docs/rust.md")]
pub struct RustPage;

/// Tests the code in docs/names.md.
#[cfg(doctest)]
#[doc = include_str!("../../docs/names.md")]
pub struct NamesPage;

/// Tests the code in docs/ratings.md.
#[cfg(doctest)]
#[doc = include_str!("../../docs/ratings.md")]
pub struct RatingsPage;

/// Tests the code in docs/recommender.md.
#[cfg(doctest)]
#[doc = include_str!("../../docs/recommender.md")]
pub struct RecommenderPage;

/// Tests the code in docs/firmware.md.
#[cfg(doctest)]
#[doc = include_str!("../../docs/firmware.md")]
pub struct FirmwarePage;

/// Tests the code in the library's README.
#[cfg(doctest)]
#[doc = include_str!("../../host/README.md")]
pub struct LibraryPage;
