//! Kernels specialized for the width of a panel.

/// The largest width for which kernels are compiled, so that a row of a panel stays in registers;
/// wider panels are processed in strips.
pub(super) const WIDEST_STRIP: usize = 32;

/// Calls `$kernel::<_, WIDTH>($arguments)` for a width known at run time: one of those listed, or of all up to the
/// widest.
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
