//! Numbering of labels as rows or columns.

use rustc_hash::FxHashMap;

use super::super::Error;

/// The labels read so far, each with a code, in the order of their first appearance.
#[derive(Default)]
pub(super) struct Labels {
    codes: FxHashMap<String, u32>,
}

impl Labels {
    /// Returns the code of `label`, a new one for a new label.
    ///
    /// # Errors
    /// [`Error::Shape`] if the labels exceed 32 bits.
    pub(super) fn code(&mut self, place: &str, label: &str) -> Result<u32, Error> {
        let label = label.trim();
        if let Some(&code) = self.codes.get(label) {
            return Ok(code);
        }
        let count = self.codes.len();
        let code = u32::try_from(count);
        let code = code.map_err(|_| Error::shape(place, (count as u64, 1), count))?;
        self.codes.insert(label.to_owned(), code);
        Ok(code)
    }

    pub(super) fn len(&self) -> usize {
        self.codes.len()
    }

    /// Returns the labels, sorted numerically if all are whole numbers, else as texts, and for each code the position
    /// of its label. The matrix therefore does not depend on the order of the lines.
    pub(super) fn sorted(self) -> (Vec<String>, Vec<u32>) {
        let codes = self.codes.into_iter();
        let numbered = codes.map(|(label, code)| (label.parse().ok(), label, code));
        let mut labels: Vec<(Option<i128>, String, u32)> = numbered.collect();
        if !labels.iter().all(|(number, ..)| number.is_some()) {
            labels.iter_mut().for_each(|(number, ..)| *number = None);
        }
        labels.sort();
        let mut places = vec![0; labels.len()];
        for (place, (_, _, code)) in labels.iter().enumerate() {
            places[*code as usize] = place as u32;
        }
        let labels = labels.into_iter().map(|(_, label, _)| label).collect();
        (labels, places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(labels: &[&str]) -> (Vec<String>, Vec<u32>) {
        let mut met = Labels::default();
        for (code, label) in labels.iter().enumerate() {
            assert_eq!(met.code("f", label).unwrap(), code as u32);
            assert_eq!(met.code("f", &format!(" {label} ")).unwrap(), code as u32);
        }
        met.sorted()
    }

    #[test]
    fn numbers_are_in_the_order_of_numbers_and_texts_in_that_of_texts() {
        let (labels, places) = sorted(&["10", "9", "-1", "09"]);
        assert_eq!(labels, ["-1", "09", "9", "10"]);
        assert_eq!(places, [3, 2, 0, 1]);
        let (labels, places) = sorted(&["9", "10", "x", ""]);
        assert_eq!(labels, ["", "10", "9", "x"]);
        assert_eq!(places, [2, 1, 3, 0]);
    }
}
