//! Kernels whose width the compiler knows.

/// The kernels are compiled for each width up to this one, so that a row of a panel stays in
/// registers; wider panels are worked on in strips.
pub(super) const WIDEST_STRIP: usize = 32;

/// Calls `$kernel::<_, WIDTH>($arguments)` for the width that is known only now: one of those that are
/// listed, or of all up to the widest.
macro_rules! for_width {
    ($width:expr, $kernel:ident, $arguments:tt) => {
        for_width!($width, $kernel, $arguments,
            1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32)
    };
    ($width:expr, $kernel:ident, $arguments:tt, $($w:literal)*) => {
        match $width {
            $($w => $kernel::<_, $w> $arguments,)*
            _ => unreachable!("a kernel of no such width"),
        }
    };
}

pub(super) use for_width;
