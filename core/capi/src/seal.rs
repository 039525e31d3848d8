//! The seal of a state: memory that was never begun, or was changed, does not have it.

/// Any odd number with bits all over.
const FACTOR: usize = 0x9E37_79B9;

/// Returns the seal of these words.
pub(crate) fn seal(words: &[usize]) -> usize {
    let mut seal = FACTOR;
    for word in words {
        seal = (seal ^ *word).wrapping_mul(FACTOR).rotate_left(13);
    }
    seal
}

#[cfg(test)]
mod tests {
    use super::seal;

    #[test]
    fn a_seal_depends_on_each_word_and_its_place() {
        let words = [3, 0, 7];
        for other in [[3, 0, 6], [3, 1, 7], [0, 3, 7], [0, 0, 0], [usize::MAX; 3]] {
            assert_ne!(seal(&words), seal(&other));
        }
        // Cleared memory is sealed by nothing.
        assert_ne!(seal(&[0; 3]), 0);
    }
}
