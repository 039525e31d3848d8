//! Tests that cross crates, or need data: where the data is.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder of the newsgroups below LOWRANK_DATA, or none, said aloud.
pub fn newsgroups_folder() -> Option<PathBuf> {
    data_folder("20news/20news-bydate.tar.gz")
}

/// The folder of `file` below LOWRANK_DATA, or none, said aloud.
pub fn data_folder(file: &str) -> Option<PathBuf> {
    Some(data_file(file)?.parent()?.to_path_buf())
}

/// The file of that name below LOWRANK_DATA, or none, said aloud.
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

/// The code in docs/algorithms.md runs.
#[cfg(doctest)]
#[doc = include_str!("../../docs/algorithms.md")]
pub struct AlgorithmsPage;

/// The code in docs/rust.md runs.
#[cfg(doctest)]
#[doc = include_str!("../../docs/rust.md")]
pub struct RustPage;

/// The code in docs/ratings.md runs.
#[cfg(doctest)]
#[doc = include_str!("../../docs/ratings.md")]
pub struct RatingsPage;

/// The code in docs/firmware.md runs.
#[cfg(doctest)]
#[doc = include_str!("../../docs/firmware.md")]
pub struct FirmwarePage;

/// The code in the library's README runs.
#[cfg(doctest)]
#[doc = include_str!("../../host/README.md")]
pub struct LibraryPage;
