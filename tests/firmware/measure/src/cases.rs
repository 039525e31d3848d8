//! The list of cases, and how each is measured.

use crate::board;
use crate::jacobi_svd::JacobiSvd;
use crate::log_line::LogLine;
use crate::matrices::Entries;
use crate::nalgebra_svd::{NalgebraSvd8x4, NalgebraSvd16x8};
use crate::nmf::NonNegative;
use crate::truncated_svd::{Range, Truncated};
use core::hint::black_box;

/// A factorization with its operands, its result and its scratch.
pub trait Case {
    /// All zero.
    const NEW: Self;
    /// RandomEntries the input.
    fn draw(&mut self, entries: &mut Entries);
    /// Writes the input.
    fn write_input(&self);
    /// Does the call that is measured. Returns true on success.
    fn call(&mut self) -> bool;
    /// Writes the result.
    fn write_result(&self);
}

macro_rules! cases {
    ($($name:literal => $case:ty, $matrices:literal matrices;)*) => {
        /// Measures the case that the image was built for.
        pub fn measure_the_chosen() -> i32 {
            $(
                if const { is_chosen($name) } {
                    return measure::<$case>($matrices);
                }
            )*
            2
        }
    };
}

cases! {
    "svd-8x4" => JacobiSvd<f32, 8, 4, false>, 20 matrices;
    "svd-16x8" => JacobiSvd<f32, 16, 8, false>, 20 matrices;
    "svd-8x4-fixed" => JacobiSvd<f32, 8, 4, true>, 20 matrices;
    "svd-16x8-fixed" => JacobiSvd<f32, 16, 8, true>, 20 matrices;
    "svd-8x4-f64" => JacobiSvd<f64, 8, 4, false>, 20 matrices;
    "svd-16x8-f64" => JacobiSvd<f64, 16, 8, false>, 20 matrices;
    "range-64x32" => Range<f32, 64, 32, 8>, 5 matrices;
    "truncated-64x32" => Truncated<f32, 64, 32, 8, 4>, 5 matrices;
    "nmf-64x32" => NonNegative<f32, 64, 32, 8, 4>, 5 matrices;
    "log-line" => LogLine, 1 matrices;
    "nalgebra-8x4" => NalgebraSvd8x4, 20 matrices;
    "nalgebra-16x8" => NalgebraSvd16x8, 20 matrices;
}

const CONTROL: bool = option_env!("MEASURE_CONTROL").is_some();

const fn is_chosen(name: &str) -> bool {
    let Some(chosen) = option_env!("MEASURE_CASE") else {
        return false;
    };
    let (chosen, name) = (chosen.as_bytes(), name.as_bytes());
    let mut i = 0;
    while i < chosen.len() && i < name.len() && chosen[i] == name[i] {
        i += 1;
    }
    i == chosen.len() && i == name.len()
}

/// Writes the bytes of the operands; then for each matrix itself, the stack, and the result.
fn measure<C: Case>(matrices: u32) -> i32 {
    let mut case = C::NEW;
    board::write(&[size_of::<C>() as u32]);
    for seed in 0..matrices {
        case.draw(&mut Entries::new(seed));
        case.write_input();
        let mut measured = Measured {
            case: &mut case,
            done: false,
        };
        let stack = board::measure(&mut measured, call::<C>);
        if !measured.done {
            return 1;
        }
        board::write(&[stack]);
        case.write_result();
    }
    0
}

struct Measured<'a, C> {
    case: &'a mut C,
    done: bool,
}

extern "C" fn call<C: Case>(measured: *mut u8) {
    // SAFETY: `measure` hands in nothing else, and waits.
    let measured = unsafe { &mut *measured.cast::<Measured<'_, C>>() };
    if CONTROL {
        black_box(&mut *measured.case);
        measured.done = black_box(true);
    } else {
        measured.done = measured.case.call();
    }
}
