//! Buffers that are used again by the next computation.
//!
//! A new buffer costs a page fault for each 4 KiB, since the allocator returns large ones to the system: for a short search
//! that is as much as its products. At most 64 MiB are kept for each type of entries.

use crate::Scalar;
use crate::scalar::{Compiled, OfScalar};
use std::ops::{Deref, DerefMut};
use std::sync::Mutex;

/// The bytes from which on a buffer is kept: below it, the allocator keeps them itself.
const FEWEST_BYTES: usize = 1 << 16;

/// The bytes that are kept of one type.
const MOST_BYTES: usize = 1 << 26;

/// The longest buffer that is given for a shorter one, as a multiple of it.
const MOST_TIMES_LONGER: usize = 2;

/// Buffers that nobody uses, the oldest first.
struct FreeList<E>(Mutex<Vec<Vec<E>>>);

impl<E: Copy> FreeList<E> {
    const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Returns a buffer whose first entries are those of the computation before: for one who writes them all.
    fn unset(&self, value: E, len: usize) -> Vec<E> {
        match self.take(len) {
            Some(mut buffer) => {
                buffer.resize(len, value);
                buffer
            }
            None => vec![value; len],
        }
    }

    /// Returns the shortest buffer that is long enough, but not much longer. Where another thread has the list, or had it when
    /// this process was forked, there is none.
    fn take(&self, len: usize) -> Option<Vec<E>> {
        if len.saturating_mul(size_of::<E>()) < FEWEST_BYTES {
            return None;
        }
        let mut kept = self.0.try_lock().ok()?;
        let fits = |buffer: &Vec<E>| (len..=MOST_TIMES_LONGER * len).contains(&buffer.capacity());
        let fitting = kept.iter().enumerate().filter(|(_, buffer)| fits(buffer));
        let (place, _) = fitting.min_by_key(|(_, buffer)| buffer.capacity())?;
        Some(kept.remove(place))
    }

    /// Gives the buffers of more than so many bytes back to the allocator.
    fn release_above(&self, most: usize) {
        if let Ok(mut kept) = self.0.try_lock() {
            kept.retain(|buffer| buffer.capacity() * size_of::<E>() <= most);
        }
    }

    /// Keeps a buffer, in place of the oldest ones if there are too many.
    fn give_back(&self, buffer: Vec<E>) {
        let bytes = |buffer: &Vec<E>| buffer.capacity() * size_of::<E>();
        if !(FEWEST_BYTES..=MOST_BYTES).contains(&bytes(&buffer)) {
            return;
        }
        let Ok(mut kept) = self.0.try_lock() else {
            return;
        };
        kept.push(buffer);
        while kept.iter().map(bytes).sum::<usize>() > MOST_BYTES {
            kept.remove(0);
        }
    }
}

struct FreeScalars;

impl OfScalar for FreeScalars {
    type Type<T: Scalar> = FreeList<T>;
}

static SCALARS: Compiled<FreeScalars> = Compiled {
    single: FreeList::new(),
    double: FreeList::new(),
};

static INDICES: FreeList<u32> = FreeList::new();

/// Returns entries for one who writes them before they are read: any numbers, NaN where assertions are checked.
pub(crate) fn unset<T: Scalar>(len: usize) -> Vec<T> {
    let mut entries = T::of(&SCALARS).unset(T::ZERO, len);
    if cfg!(debug_assertions) {
        entries.fill(T::from_f64(f64::NAN));
    }
    entries
}

/// Returns indices for one who writes them all: any numbers.
pub(crate) fn unset_indices(len: usize) -> Vec<u32> {
    INDICES.unset(0, len)
}

/// Keeps entries for the next computation.
pub(crate) fn give_back<T: Scalar>(entries: Vec<T>) {
    T::of(&SCALARS).give_back(entries);
}

/// Keeps indices for the next computation.
pub(crate) fn give_back_indices(indices: Vec<u32>) {
    INDICES.give_back(indices);
}

/// The bytes of a buffer whose pages cost next to nothing beside the work that filled it.
const LARGE: usize = 1 << 22;

/// Gives large buffers of entries back to the allocator, before a computation in another precision needs the memory.
pub(crate) fn release_large<T: Scalar>() {
    T::of(&SCALARS).release_above(LARGE);
}

/// A buffer that is kept when it is dropped.
pub struct Recycled<T: Scalar>(Vec<T>);

impl<T: Scalar> Recycled<T> {
    /// Returns `len` numbers, [`unset`].
    pub(crate) fn unset(len: usize) -> Self {
        Self(unset(len))
    }
}

impl<T: Scalar> Drop for Recycled<T> {
    fn drop(&mut self) {
        give_back(std::mem::take(&mut self.0));
    }
}

impl<T: Scalar> Deref for Recycled<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Scalar> DerefMut for Recycled<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_given_again_for_one_of_about_its_length() {
        let list = FreeList::new();
        let buffer = list.unset(0.0, 20_000);
        let place = buffer.as_ptr();
        list.give_back(buffer);
        assert!(list.take(20_001).is_none(), "too short");
        assert!(list.take(9_999).is_none(), "more than twice as long");
        let again = list.unset(0.0, 15_000);
        assert_eq!((again.as_ptr(), again.len()), (place, 15_000));
        assert!(list.take(15_000).is_none(), "in use");
    }

    #[test]
    fn a_buffer_for_one_who_writes_it_all_keeps_what_was_in_it() {
        let list = FreeList::new();
        let buffer = list.unset(0.0, 10_000);
        assert_eq!(buffer, vec![0.0; 10_000]);
        list.give_back(vec![1.0; 20_000]);
        assert_eq!(list.unset(0.0, 10_000), vec![1.0; 10_000]);
        list.give_back({
            let mut shorter = Vec::with_capacity(20_000);
            shorter.resize(10_000, 1.0);
            shorter
        });
        let longer = list.unset(0.0, 20_000);
        assert_eq!(longer[..10_000], [1.0; 10_000]);
        assert_eq!(longer[10_000..], [0.0; 10_000]);
    }

    #[test]
    fn the_oldest_buffers_go_where_there_are_too_many_bytes() {
        let list = FreeList::new();
        for len in [1, 2, 3] {
            list.give_back(vec![0.0_f64; len * MOST_BYTES / 8 / 4]);
        }
        // A quarter and two quarters are gone.
        assert!(list.take(MOST_BYTES / 8 / 4).is_none());
        assert!(
            list.take(2 * MOST_BYTES / 8 / 4)
                .is_some_and(|kept| kept.len() > 2 * MOST_BYTES / 32)
        );
    }

    #[test]
    fn small_and_huge_buffers_are_not_kept() {
        let list = FreeList::new();
        list.give_back(vec![0.0_f64; FEWEST_BYTES / 8 - 1]);
        list.give_back(vec![0.0_f64; MOST_BYTES / 8 + 1]);
        assert!(list.0.lock().unwrap().is_empty());
    }

    #[test]
    fn large_buffers_go_when_they_are_released() {
        let list = FreeList::new();
        list.give_back(vec![0.0; LARGE / 8]);
        list.give_back(vec![0.0; LARGE / 8 + 1]);
        list.release_above(LARGE);
        assert!(list.take(LARGE / 8 + 1).is_none());
        assert!(list.take(LARGE / 8).is_some());
    }

    #[test]
    fn a_list_in_use_elsewhere_delays_nobody() {
        let list = FreeList::new();
        list.give_back(vec![0.0; 20_000]);
        let held = list.0.lock().unwrap();
        assert!(list.take(20_000).is_none());
        list.give_back(vec![0.0; 30_000]);
        assert_eq!(held.len(), 1);
    }
}
