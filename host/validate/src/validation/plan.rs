//! The matrices of a validation.

use super::{Precision, Validation};
use crate::families::families;
use crate::refused::REFUSED;

/// One row and one column; squares; tall and wide matrices, also beyond the ratio from which faer starts with QR;
/// within the width of a sketch and beyond.
const QUICK: [(usize, usize); 15] = [
    (1, 1),
    (1, 7),
    (7, 1),
    (2, 2),
    (3, 3),
    (5, 3),
    (3, 5),
    (8, 8),
    (13, 11),
    (24, 10),
    (10, 24),
    (20, 20),
    (33, 17),
    (17, 33),
    (48, 40),
];

const FULL: [(usize, usize); 36] = [
    (1, 1),
    (1, 2),
    (2, 1),
    (1, 9),
    (9, 1),
    (1, 64),
    (64, 1),
    (2, 2),
    (2, 3),
    (3, 2),
    (3, 3),
    (5, 3),
    (3, 5),
    (4, 4),
    (7, 7),
    (8, 8),
    (16, 5),
    (5, 16),
    (15, 15),
    (16, 16),
    (17, 33),
    (33, 17),
    (31, 20),
    (20, 31),
    (32, 32),
    (33, 33),
    (64, 8),
    (8, 64),
    (64, 48),
    (48, 64),
    (64, 64),
    (128, 64),
    (64, 128),
    (100, 100),
    (200, 40),
    (150, 130),
];

/// The origin of a matrix: an index into a list of lowrank-validate.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    Family(usize),
    Refused(usize),
}

/// A matrix, on which all algorithms run.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) origin: Origin,
    pub(super) family: String,
    pub(super) shape: (usize, usize),
    pub(super) precision: Precision,
    pub(super) seed: u32,
}

/// Returns the names of the families, as on the command line and in JSON: those that have factorizations first, then
/// those that have to be refused.
pub fn family_names() -> Vec<String> {
    origins().into_iter().map(|(_, name)| name).collect()
}

fn origins() -> Vec<(Origin, String)> {
    let families = families::<f64>().into_iter().enumerate();
    let refused = REFUSED.iter().enumerate();
    families
        .map(|(place, family)| (Origin::Family(place), hyphenated(family.name)))
        .chain(refused.map(|(place, family)| (Origin::Refused(place), hyphenated(family.name))))
        .collect()
}

/// Returns the words in lower case, separated by hyphens.
fn hyphenated(name: &str) -> String {
    let name = name.to_lowercase();
    let words = name.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

impl Validation {
    /// Returns the matrices in the order of the report.
    pub(super) fn tasks(&self) -> Vec<Task> {
        let sizes: &[_] = match (&self.sizes[..], self.quick) {
            ([], true) => &QUICK,
            ([], false) => &FULL,
            (sizes, _) => sizes,
        };
        let wanted = |family: &String| self.families.is_empty() || self.families.contains(family);
        let mut tasks = Vec::new();
        for (origin, family) in origins().into_iter().filter(|(_, family)| wanted(family)) {
            for &shape in sizes {
                for precision in Precision::ALL {
                    if self.precisions.is_empty() || self.precisions.contains(&precision) {
                        tasks.push(Task {
                            origin,
                            family: family.clone(),
                            shape,
                            precision,
                            seed: self.seed,
                        });
                    }
                }
            }
        }
        tasks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn families_have_names_of_their_own_that_need_no_quotes() {
        let names = family_names();
        let different: BTreeSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len());
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        for name in &names {
            assert!(name.chars().all(plain) && !name.starts_with('-'), "{name}");
        }
        assert!(names.contains(&"columns-graded-from-1-to-1e-30".to_owned()));
    }

    #[test]
    fn sizes_are_listed_once() {
        for sizes in [&QUICK[..], &FULL] {
            let different: BTreeSet<_> = sizes.iter().collect();
            assert_eq!(different.len(), sizes.len());
        }
    }
}
