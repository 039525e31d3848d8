//! The CUDA kernels of lowrank: their PTX, their names, and the numbers that a launch needs.
//!
//! `kernels/` holds the sources, each kernel with its mathematics, shapes, launch and cost. `ptx/` holds
//! their compiled form, for every NVIDIA GPU of compute capability 8.0 or later; `regenerate` compiles
//! it. The crate calls no driver, and needs none to build.
//!
//! Panels are row-major, with a leading dimension; small matrices are column-major and compact. Kernels
//! exist for f32 and f64. Those that keep a strip of columns in registers exist for every one of [`WIDTHS`] or
//! [`TILE_WIDTHS`]. Sums are not atomic, only the counters of finished blocks are: the same launch gives the same
//! bits. Empty launches are skipped, because no grid has zero blocks.

#![deny(missing_docs)]

/// The PTX of one source file.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    /// The name of the source without `.cu`.
    pub name: &'static str,
    /// PTX for compute capability 8.0 and later.
    pub ptx: &'static str,
}

macro_rules! modules {
    ($($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        $($(#[$doc])* pub const $constant: Module = Module {
            name: $name,
            ptx: include_str!(concat!("../ptx/", $name, ".ptx")),
        };)*

        /// All of them.
        pub const MODULES: &[Module] = &[$($constant),*];
    };
}

modules! {
    /// Elementwise operations on panels.
    PANEL = "panel";
    /// Random panels.
    RANDOM = "random";
    /// X^T Y of two panels.
    GRAM = "gram";
    /// A panel times a small matrix.
    PRODUCTS = "products";
    /// A sparse matrix times a panel.
    SPARSE = "sparse";
    /// A dense matrix times a panel.
    DENSE = "dense";
    /// Steps of non-negative factors.
    NMF = "nmf";
    /// Sums and signs of panels.
    REDUCTIONS = "reductions";
    /// Steps of gradient descents.
    DESCENT = "descent";
    /// The distance of W H^T from a matrix.
    DISTANCE = "distance";
    /// The terms of steps for a beta-divergence.
    DIVERGENCE = "divergence";
    /// The terms of steps for the Kullback-Leibler divergence over a dense matrix.
    KULLBACK_LEIBLER = "kullback_leibler";
}

/// The widths of strips for kernels with a width in their name: the maximum number of columns.
pub const WIDTHS: [usize; 4] = [4, 8, 16, 32];

/// The widths of the kernels that tile a dense matrix: `dense_apply`, `dense_apply_transpose`, `dense_terms` and
/// `dense_pulls`.
pub const TILE_WIDTHS: [usize; 5] = [4, 8, 16, 24, 32];

/// Returns the smallest of [`WIDTHS`] that holds `l` columns; `None` above the last one.
pub fn width_class(l: usize) -> Option<usize> {
    WIDTHS.into_iter().find(|width| l <= *width)
}

/// Returns the smallest of [`TILE_WIDTHS`] that holds `l` columns; `None` above the last one.
pub fn tile_width_class(l: usize) -> Option<usize> {
    TILE_WIDTHS.into_iter().find(|width| l <= *width)
}

/// Returns `name_scalar`, where `scalar` is f32 or f64.
pub fn kernel_name(name: &str, scalar: &str) -> String {
    format!("{name}_{scalar}")
}

/// Returns `name_scalar_width`, where `scalar` is f32 or f64 and `width` one of [`WIDTHS`] or [`TILE_WIDTHS`].
pub fn strip_kernel_name(name: &str, scalar: &str, width: usize) -> String {
    format!("{name}_{scalar}_{width}")
}

/// The threads of a block, except for the kernels of [`TILE_THREADS`].
pub const THREADS: u32 = 256;

/// The threads of a block of `dense_apply`, `dense_apply_transpose`, `dense_terms`, `dense_terms_wide`,
/// `dense_pulls`, `multiplicative_update` and `hals_update`.
pub const TILE_THREADS: u32 = 128;

/// The pieces, splits or rows of a block if a warp processes one: `csr_apply`,
/// `sparse_terms`, `sparse_terms_wide` and `hals_update_wide`.
pub const WARPS: u32 = 8;

const SHORT_LANES: u32 = 8;

/// Returns the short pieces of a block of `csr_apply` of that width, for scalars of so many bytes.
pub const fn short_pieces(bytes: usize, width: usize) -> u32 {
    let lanes = (width * bytes / 16) as u32;
    THREADS
        / if lanes > SHORT_LANES {
            lanes
        } else {
            SHORT_LANES
        }
}

/// The columns of the slots for partial sums: `csr_apply` has one strip of them per slot, `sparse_terms` two.
pub const STRIP: u32 = 32;

/// The sums that a block of `gram_sum`, `sum_partials` or `column_signs` computes.
pub const SUM_COLUMNS: u32 = 32;

/// The rows that a block of `mul_small` computes.
pub const MUL_SMALL_ROWS: u32 = 64;

/// The rows that a block of `multiplicative_update` or `hals_update` computes.
pub const UPDATE_ROWS: u32 = 128;

/// The outputs that a block of `dense_terms_wide` computes.
pub const DENSE_TERMS_WIDE_OUTPUTS: u32 = 64;

const DENSE_RESULT_BYTES: u32 = 2048;
const DENSE_TERMS_FACTOR_BYTES: u32 = 16384;
const PULLS_WIDE_ROW_BYTES: u32 = 96;

/// Returns the rows of A that a block of `dense_apply` computes, or the columns of `dense_apply_transpose`, for
/// scalars of so many bytes. As many scalars after A are read.
pub const fn dense_results(bytes: usize) -> u32 {
    DENSE_RESULT_BYTES / bytes as u32
}

/// Returns the outputs that a block of `dense_terms` of that width computes, for scalars of so many bytes.
pub const fn dense_terms_outputs(bytes: usize, width: usize) -> u32 {
    let outputs = DENSE_TERMS_FACTOR_BYTES / (width * bytes) as u32;
    if outputs < TILE_THREADS {
        TILE_THREADS / (TILE_THREADS / outputs)
    } else {
        TILE_THREADS
    }
}

/// Returns the outputs that a block of `dense_pulls` of that width computes, for scalars of so many bytes.
pub const fn dense_pulls_outputs(bytes: usize, width: usize) -> u32 {
    if (width * bytes) as u32 > PULLS_WIDE_ROW_BYTES {
        TILE_THREADS
    } else {
        2 * TILE_THREADS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number that the kernels give to a constant.
    fn constant(name: &str) -> u32 {
        let text = include_str!("../kernels/launch.cuh");
        let line = format!("constexpr u32 {name} = ");
        let (_, rest) = text.split_once(&line).expect(name);
        rest.split_once(';').unwrap().0.parse().unwrap()
    }

    #[test]
    fn the_kernels_have_the_same_constants() {
        for (name, here) in [
            ("THREADS", THREADS),
            ("TILE_THREADS", TILE_THREADS),
            ("WARPS", WARPS),
            ("STRIP", STRIP),
            ("SHORT_LANES", SHORT_LANES),
            ("SUM_COLUMNS", SUM_COLUMNS),
            ("MUL_SMALL_ROWS", MUL_SMALL_ROWS),
            ("UPDATE_ROWS", UPDATE_ROWS),
            ("DENSE_TERMS_WIDE_OUTPUTS", DENSE_TERMS_WIDE_OUTPUTS),
            ("DENSE_RESULT_BYTES", DENSE_RESULT_BYTES),
            ("DENSE_TERMS_FACTOR_BYTES", DENSE_TERMS_FACTOR_BYTES),
            ("PULLS_WIDE_ROW_BYTES", PULLS_WIDE_ROW_BYTES),
        ] {
            assert_eq!(constant(name), here, "{name}");
        }
    }

    #[test]
    fn every_kernel_exists_for_both_scalars_and_all_widths_or_none() {
        for module in MODULES {
            let has = |kernel: &str| module.ptx.contains(&format!(".entry {kernel}("));
            let names: Vec<_> = module
                .ptx
                .lines()
                .filter_map(|line| line.split_once(".entry ")?.1.strip_suffix('('))
                .collect();
            assert!(!names.is_empty(), "{}", module.name);
            for kernel in names {
                let (name, rest) = kernel
                    .split_once("_f32")
                    .or_else(|| kernel.split_once("_f64"))
                    .expect(kernel);
                for scalar in ["f32", "f64"] {
                    if rest.is_empty() {
                        assert!(has(&kernel_name(name, scalar)), "{name} {scalar}");
                    } else {
                        let tiles = has(&strip_kernel_name(name, scalar, 24));
                        let widths: &[usize] = if tiles { &TILE_WIDTHS } else { &WIDTHS };
                        for width in widths {
                            let kernel = strip_kernel_name(name, scalar, *width);
                            assert!(has(&kernel), "{kernel}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_width_class_is_the_smallest_that_holds_the_columns() {
        for (l, strip, tile) in [(0, 4, 4), (1, 4, 4), (5, 8, 8), (16, 16, 16), (17, 32, 24)] {
            assert_eq!(width_class(l), Some(strip), "{l}");
            assert_eq!(tile_width_class(l), Some(tile), "{l}");
        }
        assert_eq!(tile_width_class(25), Some(32));
        assert_eq!((width_class(33), tile_width_class(33)), (None, None));
    }

    #[test]
    fn a_block_has_whole_outputs() {
        for bytes in [4, 8] {
            for width in TILE_WIDTHS {
                assert_eq!(TILE_THREADS % dense_terms_outputs(bytes, width), 0);
            }
        }
    }

    #[test]
    fn the_ptx_loads_on_every_driver_from_cuda_12_on() {
        for module in MODULES {
            assert!(module.ptx.contains("\n.version 8.0\n"), "{}", module.name);
            assert!(module.ptx.contains("\n.target sm_80\n"), "{}", module.name);
        }
    }
}
