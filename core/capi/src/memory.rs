//! The memory that a caller lends for a call: pointers, checked, become slices.
//!
//! All unsafe operations of this package are here, but for the calls of [`lend`], one in each function of the header.

use crate::status::LowrankStatus as Status;
use core::marker::PhantomData;

/// Numbers that are read: `length` of them from `data` on.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct View<T> {
    /// The first one.
    pub data: *const T,
    /// The number of them that there are.
    pub length: usize,
}

/// Numbers that are written: `length` of them from `data` on. They need not be initialized, unless a function says so.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Buffer<T> {
    /// The first one.
    pub data: *mut T,
    /// The number of them that there is room for.
    pub length: usize,
}

/// A type of which every pattern of bits is a value.
///
/// # Safety
/// None of them is invalid.
pub unsafe trait Plain: Copy {}

// SAFETY: numbers.
unsafe impl Plain for f32 {}
// SAFETY: as above.
unsafe impl Plain for f64 {}
// SAFETY: as above.
unsafe impl Plain for u8 {}
// SAFETY: as above.
unsafe impl Plain for u32 {}
// SAFETY: two of them, and nothing is said of their order.
unsafe impl Plain for (u32, f32) {}

/// The most pointers of a function.
const MOST: usize = 7;

/// The bytes of an argument.
#[derive(Clone, Copy)]
struct Region {
    start: usize,
    end: usize,
    is_written: bool,
}

/// The type of an argument.
struct Kind {
    size: usize,
    align: usize,
    is_written: bool,
}

impl Kind {
    const fn of<T>(is_written: bool) -> Self {
        Self {
            size: size_of::<T>(),
            align: align_of::<T>(),
            is_written,
        }
    }
}

/// The memory that is lent for a call. What is written overlaps with nothing else in it.
pub struct Memory<'m> {
    regions: [Region; MOST],
    count: usize,
    lent: PhantomData<&'m mut [u8]>,
}

/// Calls `body` with the memory of a caller.
///
/// # Safety
/// Until it returns, each pointer that `body` hands to [`Memory`] with a length, unless it is refused, names so many
/// values, which nobody else writes; nor reads, where they are written here.
#[inline(always)]
pub unsafe fn lend(body: impl for<'m> FnOnce(&mut Memory<'m>) -> Result<(), Status>) -> Status {
    const NONE: Region = Region {
        start: 0,
        end: 0,
        is_written: false,
    };
    let mut memory = Memory {
        regions: [NONE; MOST],
        count: 0,
        lent: PhantomData,
    };
    match body(&mut memory) {
        Ok(()) => Status::Ok,
        Err(status) => status,
    }
}

impl<'m> Memory<'m> {
    /// Returns the first `needed` values.
    ///
    /// # Errors
    /// [`Status::Null`], [`Status::Misaligned`], [`Status::Size`], [`Status::Short`], [`Status::Overlap`].
    pub fn input<T: Plain>(&mut self, view: View<T>, needed: usize) -> Result<&'m [T], Status> {
        let View { data, length } = view;
        self.admit(
            data.addr(),
            (length, needed),
            const { &Kind::of::<T>(false) },
        )?;
        // SAFETY: neither null nor misaligned, all of it in one half of the address space, and there, as `lend`
        // demands; what is written, by references of this lifetime, was checked to be elsewhere.
        Ok(unsafe { core::slice::from_raw_parts(data, needed) })
    }

    /// Returns the first `needed` values, to be written.
    ///
    /// # Errors
    /// The errors of [`input`](Self::input).
    pub fn output<T: Plain>(
        &mut self,
        buffer: Buffer<T>,
        needed: usize,
    ) -> Result<&'m mut [T], Status> {
        let Buffer { data, length } = buffer;
        self.admit(
            data.addr(),
            (length, needed),
            const { &Kind::of::<T>(true) },
        )?;
        // SAFETY: as in `input`; it overlaps with no other argument.
        Ok(unsafe { core::slice::from_raw_parts_mut(data, needed) })
    }

    /// Returns a value, to be read and written.
    ///
    /// # Errors
    /// The errors of [`input`](Self::input).
    pub(crate) fn state<T: Plain>(&mut self, data: *mut T) -> Result<&'m mut T, Status> {
        self.admit(data.addr(), (1, 1), const { &Kind::of::<T>(true) })?;
        // SAFETY: as in `output`.
        Ok(unsafe { &mut *data })
    }

    /// Returns the place of a result.
    ///
    /// # Errors
    /// The errors of [`input`](Self::input).
    pub fn place<T: Copy>(&mut self, data: *mut T) -> Result<Place<'m, T>, Status> {
        self.admit(data.addr(), (1, 1), const { &Kind::of::<T>(true) })?;
        Ok(Place {
            data,
            lent: PhantomData,
        })
    }

    /// Checks an argument, and takes it in.
    #[inline(never)]
    fn admit(
        &mut self,
        start: usize,
        (length, needed): (usize, usize),
        kind: &Kind,
    ) -> Result<(), Status> {
        if start == 0 {
            return Err(Status::Null);
        }
        if start & kind.align.wrapping_sub(1) != 0 {
            return Err(Status::Misaligned);
        }
        let most = isize::MAX.unsigned_abs().checked_div(kind.size);
        let most = most.unwrap_or(usize::MAX);
        if needed > most || length > most {
            return Err(Status::Size);
        }
        let end = start.checked_add(length.wrapping_mul(kind.size));
        if end.is_none() {
            return Err(Status::Size);
        }
        if length < needed {
            return Err(Status::Short);
        }
        let end = start.wrapping_add(needed.wrapping_mul(kind.size));
        let region = Region {
            start,
            end,
            is_written: kind.is_written,
        };
        for other in self.regions.iter().take(self.count) {
            let may_meet = !(region.is_written || other.is_written);
            if !may_meet && region.start < other.end && other.start < region.end {
                return Err(Status::Overlap);
            }
        }
        let place = self.regions.get_mut(self.count).ok_or(Status::Other)?;
        *place = region;
        self.count = self.count.wrapping_add(1);
        Ok(())
    }
}

/// The place of a result, which may hold anything before it is set.
pub struct Place<'m, T> {
    data: *mut T,
    lent: PhantomData<&'m mut T>,
}

impl<T: Copy> Place<'_, T> {
    /// Writes the result.
    pub fn set(self, value: T) {
        // SAFETY: checked by `Memory::place`, which lent it to nobody else.
        unsafe { self.data.write(value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(body: impl for<'m> FnOnce(&mut Memory<'m>) -> Result<(), Status>) -> Status {
        // SAFETY: the tests hand in arrays of theirs, or what is refused.
        unsafe { lend(body) }
    }

    #[test]
    fn each_fault_has_its_code() {
        let mut numbers = [1.0f32; 8];
        let data = (&raw mut numbers).cast::<f32>();
        let length = 8;
        let first = |data, length, needed| {
            outcome(|memory| memory.output(Buffer { data, length }, needed).map(drop))
        };
        assert_eq!(first(data, length, 8), Status::Ok);
        assert_eq!(first(core::ptr::null_mut(), length, 8), Status::Null);
        assert_eq!(
            first(data.wrapping_byte_add(1), length, 7),
            Status::Misaligned
        );
        assert_eq!(first(data, 7, 8), Status::Short);
        assert_eq!(first(data, length, usize::MAX / 4), Status::Size);
        assert_eq!(first(data, usize::MAX / 4, 8), Status::Size);
        assert_eq!(first(data, usize::MAX, 8), Status::Size);
        // The first fault decides: a null pointer whose length is absurd.
        assert_eq!(first(core::ptr::null_mut(), usize::MAX, 8), Status::Null);
    }

    #[test]
    fn what_is_written_overlaps_with_nothing() {
        let mut numbers = [1.0f32; 8];
        let data = (&raw mut numbers).cast::<f32>();
        let view = |at: usize, length| View {
            data: data.wrapping_add(at).cast_const(),
            length,
        };
        let buffer = |at: usize, length| Buffer {
            data: data.wrapping_add(at),
            length,
        };
        let two_inputs = outcome(|memory| {
            let sum = |x: &[f32]| x.iter().sum::<f32>();
            let x = memory.input(view(0, 8), 8)?;
            let y = memory.input(view(2, 4), 4)?;
            assert_eq!(sum(x) + sum(y), 12.0);
            Ok(())
        });
        assert_eq!(two_inputs, Status::Ok);
        for (at, expected) in [(0, Status::Overlap), (3, Status::Overlap), (4, Status::Ok)] {
            let found = outcome(|memory| {
                memory.input(view(0, 4), 4)?;
                memory.output(buffer(at, 4), 4)?.fill(2.0);
                Ok(())
            });
            assert_eq!(found, expected, "{at}");
            let turned = outcome(|memory| {
                memory.output(buffer(at, 4), 4)?;
                memory.input(view(0, 4), 4)?;
                Ok(())
            });
            assert_eq!(turned, expected, "{at}");
        }
        // Only what is used counts.
        let long = outcome(|memory| {
            memory.output(buffer(0, 8), 4)?;
            memory.output(buffer(4, 4), 4).map(drop)
        });
        assert_eq!(long, Status::Ok);
    }

    #[test]
    fn results_are_set_wherever_they_are() {
        let mut report = (0u32, 1.0f32);
        let done = outcome(|memory| {
            memory.place(&raw mut report)?.set((7, 8.0));
            Ok(())
        });
        assert_eq!((done, report), (Status::Ok, (7, 8.0)));
        let mut count = 1u32;
        let state = outcome(|memory| {
            *memory.state(&raw mut count)? += 1;
            memory.state(&raw mut count).map(drop)
        });
        assert_eq!((state, count), (Status::Overlap, 2));
    }

    #[test]
    fn more_arguments_than_there_is_room_for_are_refused() {
        let numbers = [0.0f64; 2];
        let view = View {
            data: numbers.as_ptr(),
            length: 2,
        };
        let found = outcome(|memory| {
            for _ in 0..=MOST {
                memory.input(view, 2)?;
            }
            Ok(())
        });
        assert_eq!(found, Status::Other);
    }
}
