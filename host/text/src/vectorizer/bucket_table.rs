use super::columns::Columns;
use super::term_counts::{TermCounts, count_hashed_terms, for_each_share};
use super::weighting::count;
use super::{Error, Hashing, Vectorizer};
use lowrank::SparseMatrix;

/// The counts of texts that come in batches, by the buckets of their terms: nothing is fitted, and no term is kept.
///
/// ```
/// use lowrank_text::vectorizer::{BucketTable, Hashing, Vectorizer};
///
/// let hashing = Hashing { buckets: 1 << 20, signed: false };
/// let mut table = BucketTable::new(&Vectorizer::default(), hashing)?;
/// table.extend(&["The moon orbits the earth.", "Earth orbits the sun."]);
/// let counts = table.counts();
/// assert_eq!((counts.nrows(), counts.ncols(), counts.nonzeros()), (2, 1 << 20, 6));
/// # Ok::<(), lowrank_text::vectorizer::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct BucketTable {
    settings: Vectorizer,
    hashing: Hashing,
    counts: Vec<TermCounts>,
}

impl BucketTable {
    /// Creates the table of no texts. A vocabulary or other buckets of the settings play no part in it.
    ///
    /// # Errors
    /// The errors of settings that [`Vectorizer::fit_transform`] has; [`Error::Buckets`] unless there are 1 to 2^31 - 1.
    pub fn new(settings: &Vectorizer, hashing: Hashing) -> Result<Self, Error> {
        settings.check()?;
        hashing.check_up_to(Hashing::MOST_NAMELESS)?;
        Ok(BucketTable {
            settings: settings.clone(),
            hashing,
            counts: Vec::new(),
        })
    }

    /// Counts the terms of more `texts`, divided among rayon's threads.
    pub fn extend(&mut self, texts: &[impl AsRef<str> + Sync]) {
        let (settings, hashing) = (&self.settings, self.hashing);
        let shares = for_each_share(texts, |share| count_hashed_terms(settings, hashing, share));
        self.counts.extend(shares);
    }

    /// Returns the m x n matrix of the counts c_ij, or of ones for `binary`, whatever the weighting. An entry in which signs
    /// cancel is stored as zero.
    pub fn counts(&self) -> SparseMatrix<f64> {
        let (binary, buckets) = (self.settings.binary, self.hashing.buckets);
        count(binary, &self.counts, Columns::Same, buckets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{CorpusReader, Source};
    use crate::vectorizer::Weighting;

    #[test]
    fn batches_give_the_counts_of_a_fit_to_buckets() {
        let texts = CorpusReader::default()
            .read(&Source::Sample)
            .unwrap()
            .documents;
        for (buckets, signed) in [(64, true), (4096, false)] {
            let hashing = Hashing { buckets, signed };
            let settings = Vectorizer {
                weighting: Weighting::Count,
                ..Vectorizer::default()
            };
            let with_buckets = Vectorizer {
                hashing: Some(hashing),
                ..settings.clone()
            };
            let (_, expected) = with_buckets.fit_transform(&texts).unwrap();
            let mut table = BucketTable::new(&settings, hashing).unwrap();
            for texts in texts.chunks(50) {
                table.extend(texts);
            }
            assert_eq!(table.counts(), expected);
        }
    }

    #[test]
    fn buckets_beyond_the_hashes_are_refused() {
        for buckets in [0, 1 << 31] {
            let hashing = Hashing {
                buckets,
                signed: true,
            };
            let refused = BucketTable::new(&Vectorizer::default(), hashing).map(|_| ());
            let most = (1 << 31) - 1;
            assert_eq!(refused, Err(Error::Buckets { buckets, most }));
        }
    }
}
