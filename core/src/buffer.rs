//! Scratch scalars, handed out piece by piece.

use crate::error::Error;

/// The first `n` of what is left; fewer where fewer are.
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

/// That a buffer of `found` scalars holds the `needed` ones.
#[inline(always)]
pub(crate) fn require(found: usize, needed: usize) -> Result<(), Error> {
    if found < needed {
        Err(Error::BufferTooSmall { needed, found })
    } else {
        Ok(())
    }
}
