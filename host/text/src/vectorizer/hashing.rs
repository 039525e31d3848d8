use super::Error;

/// The columns of a matrix whose terms are not kept: a term has the column of its hash.
///
/// The numbers are those of scikit-learn's `HashingVectorizer`: 32-bit MurmurHash3 of the UTF-8 of a term, with seed 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashing {
    /// n, the number of columns, from 1 to 2^24; of a [`BucketTable`](super::BucketTable) to 2^31 - 1.
    pub buckets: usize,
    /// Counts a term as -1 where its hash is negative, so that terms of one bucket cancel on average.
    pub signed: bool,
}

impl Hashing {
    /// The most buckets whose columns have names: as many names as hashes would fill the memory.
    pub(super) const MOST_NAMED: usize = 1 << 24;
    /// The most buckets of columns without names: the indices of other programs have a sign.
    pub(super) const MOST_NAMELESS: usize = i32::MAX as usize;

    /// # Errors
    /// [`Error::Buckets`] unless there are 1 to `most`.
    pub(super) fn check_up_to(self, most: usize) -> Result<(), Error> {
        let buckets = self.buckets;
        let valid = (1..=most).contains(&buckets);
        valid.then_some(()).ok_or(Error::Buckets { buckets, most })
    }

    /// Returns the column of a term, and 1 or -1.
    pub(super) fn place(self, term: &str) -> (u32, i32) {
        let hash = murmur3(term.as_bytes()) as i32;
        let column = hash.unsigned_abs() % self.buckets as u32;
        let sign = if self.signed && hash < 0 { -1 } else { 1 };
        (column, sign)
    }

    /// Returns the names of the columns by their numbers: `bucket 0` and so on.
    pub(super) fn names(self) -> Vec<String> {
        (0..self.buckets).map(|n| format!("bucket {n}")).collect()
    }
}

/// Returns the 32-bit MurmurHash3 with seed 0 (Appleby 2011, `MurmurHash3_x86_32`).
fn murmur3(bytes: &[u8]) -> u32 {
    let mixed = |block: u32| {
        block
            .wrapping_mul(0xcc9e_2d51)
            .rotate_left(15)
            .wrapping_mul(0x1b87_3593)
    };
    let (blocks, rest) = bytes.as_chunks::<4>();
    let mut hash = 0u32;
    for block in blocks {
        hash ^= mixed(u32::from_le_bytes(*block));
        hash = hash
            .rotate_left(13)
            .wrapping_mul(5)
            .wrapping_add(0xe654_6b64);
    }
    let mut last = [0; 4];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    hash ^= mixed(u32::from_le_bytes(last));
    hash ^= bytes.len() as u32;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_reference() {
        // sklearn.utils.murmurhash3_32(text, seed=0, positive=True)
        for (text, hash) in [
            ("", 0),
            ("a", 0x3c25_69b2),
            ("test", 0xba6b_d213),
            ("Hello, world!", 0xc036_3e43),
            ("The quick brown fox jumps over the lazy dog", 0x2e4f_f723),
        ] {
            assert_eq!(murmur3(text.as_bytes()), hash, "{text:?}");
        }
    }
}
