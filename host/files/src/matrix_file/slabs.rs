//! Entries that come one after the other and are needed once more, from the first to the last.

use super::{Error, growing::check_free};

/// The bytes of a slab: more than an allocator keeps for itself when they are given back, so that the memory of those that
/// were used up is free at once.
const SLAB_BYTES: usize = 33 << 20;

/// Entries in slabs of whole groups.
#[derive(Debug)]
pub(super) struct Slabs<'a, T> {
    place: &'a str,
    slabs: Vec<Vec<T>>,
    slab_len: usize,
    len: usize,
}

impl<'a, T: Copy> Slabs<'a, T> {
    /// Creates no slab; `group`: the number of entries that are kept together. `place` is the file that errors name.
    pub(super) fn new(place: &'a str, group: usize) -> Self {
        let group = group.max(1);
        let groups = SLAB_BYTES / size_of::<T>().max(1) / group;
        Self {
            place,
            slabs: Vec::new(),
            slab_len: group * groups.max(1),
            len: 0,
        }
    }

    /// Appends entries.
    ///
    /// # Errors
    /// [`Error::Memory`].
    pub(super) fn extend(&mut self, mut entries: &[T]) -> Result<(), Error> {
        self.len += entries.len();
        let slab_len = self.slab_len;
        while !entries.is_empty() {
            let slab = match self.slabs.last_mut() {
                Some(slab) if slab.len() < slab_len => slab,
                _ => self.add_slab()?,
            };
            let (now, later) = entries.split_at(entries.len().min(slab_len - slab.len()));
            slab.extend_from_slice(now);
            entries = later;
        }
        Ok(())
    }

    fn add_slab(&mut self) -> Result<&mut Vec<T>, Error> {
        let held = self.slabs.len() * self.slab_len;
        let mut slab = Vec::new();
        check_free::<T>(self.place, self.slab_len, held)?;
        let reserved = slab.try_reserve_exact(self.slab_len);
        reserved.map_err(|_| Error::memory::<T>(self.place, self.slab_len + held))?;
        self.slabs.push(slab);
        let end = self.slabs.len() - 1;
        Ok(&mut self.slabs[end])
    }

    /// Returns the number of entries.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the slabs, the memory of each of which is given back with it.
    pub(super) fn into_slabs(self) -> impl Iterator<Item = Vec<T>> {
        self.slabs.into_iter()
    }

    pub(super) fn slabs_mut(&mut self) -> &mut [Vec<T>] {
        &mut self.slabs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_in_their_order_and_groups_are_whole() {
        let group = 1000;
        let all: Vec<u64> = (0..5_000_000).collect();
        let mut slabs = Slabs::new("f", group);
        for some in all.chunks(77_000) {
            slabs.extend(some).unwrap();
        }
        assert_eq!(slabs.len(), all.len());
        let slabs: Vec<Vec<u64>> = slabs.into_slabs().collect();
        assert_eq!(slabs.len(), 2);
        assert!(slabs.iter().all(|slab| slab.len() % group == 0));
        assert!(slabs.concat() == all);
    }
}
