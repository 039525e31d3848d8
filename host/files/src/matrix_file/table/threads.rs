//! Threads that read the blocks of a table beside each other.

use super::super::Error;
use super::blocks::Blocks;

/// The blocks that are read before any of them is taken, for each thread.
const BLOCKS_PER_THREAD: usize = 2;

/// Calls `read` with each block, on rayon's threads, and `take` with each block and what came of it, on the calling
/// thread and in the order of the blocks. So many blocks as three times [`BLOCKS_PER_THREAD`] for each thread are in
/// memory: those that the stream is read into, those that are read, and those that are taken.
///
/// # Errors
/// The first one of `take`, and then that of the stream.
pub(in super::super) fn for_each_block<P: Send>(
    blocks: &mut Blocks<'_>,
    read: impl Fn(&[u8]) -> P + Sync,
    mut take: impl FnMut(&[u8], P) -> Result<(), Error>,
) -> Result<(), Error> {
    let count = BLOCKS_PER_THREAD * rayon::current_num_threads();
    let read = &read;
    let mut ready: Vec<(Vec<u8>, P)> = Vec::new();
    let mut next = blocks.several(count);
    while !(next.is_empty() && ready.is_empty()) {
        let mut parts: Vec<Option<P>> = next.iter().map(|_| None).collect();
        let mut later = Vec::new();
        let outcome = rayon::in_place_scope(|scope| {
            for (block, part) in next.iter().zip(&mut parts) {
                scope.spawn(move |_| *part = Some(read(block)));
            }
            let mut taken = ready.drain(..);
            let outcome = taken.try_for_each(|(block, part)| take(&block, part));
            if outcome.is_ok() {
                later = blocks.several(count);
            }
            outcome
        });
        outcome?;
        let of_blocks = next.into_iter().zip(parts);
        ready.extend(of_blocks.filter_map(|(block, part)| Some((block, part?))));
        next = later;
    }
    blocks.finish()
}
