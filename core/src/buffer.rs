//! Splitting of scratch buffers.

use crate::error::Error;

/// Takes the first `n` of the remaining scalars, or all if there are fewer.
#[inline(always)]
pub(crate) fn take<'a, T>(rest: &mut &'a mut [T], n: usize) -> &'a mut [T] {
    let all = core::mem::take(rest);
    match all.split_at_mut_checked(n) {
        Some((piece, others)) => {
            *rest = others;
            piece
        }
        None => Default::default(),
    }
}

/// Checks that a buffer of `found` scalars holds the `needed` ones.
#[inline(always)]
pub(crate) fn require(found: usize, needed: usize) -> Result<(), Error> {
    if found < needed {
        Err(Error::BufferTooSmall { needed, found })
    } else {
        Ok(())
    }
}
