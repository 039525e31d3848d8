//! The same ratios for the SVDs of other libraries and of lowrank, on the same matrices.

use crate::report::{Report, cells};
use crate::worst::Worst;
use lowrank_core::Real;
use lowrank_validate::Matrix;
use lowrank_validate::families::{Family, families};
use lowrank_validate::ratios::{Ratios, Svd};
use lowrank_validate::run::small_svd;
use std::panic::{RefUnwindSafe, catch_unwind, set_hook, take_hook};

pub fn measure(count: u64) -> Report {
    faer::set_global_parallelism(faer::Par::Seq);
    // Panics of other libraries are counted, not printed.
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let report = compare(count);
    set_hook(hook);
    report
}

fn compare(count: u64) -> Report {
    let headings = ["family", "lowrank", "faer", "nalgebra"];
    let introduction = format!(
        "The largest of the three ratios on the first {count} matrices of each family, f32 / f64; \
         - where there is no result, or a panic."
    );
    let mut report = Report::new("peers", introduction, &headings);
    for (single, double) in families::<f32>().into_iter().zip(families::<f64>()) {
        let worst = [of_family(single, count), of_family(double, count)];
        eprintln!("peers, {}: {:.1?}", single.name, worst.map(|w| w.ratios));
        report.row(cells(single.name, worst));
    }
    report
}

fn of_family<T: Peer + RefUnwindSafe>(family: Family<T>, count: u64) -> Worst<3> {
    Worst::of(count, |trial| {
        let a = (family.make)(trial.nrows, trial.ncols, trial.seed);
        let libraries = [
            |a: &Matrix<T>| small_svd(a).ok(),
            T::faer_svd,
            T::nalgebra_svd,
        ];
        libraries.map(|library| {
            let svd = catch_unwind(|| library(&a)).ok().flatten();
            svd.map_or(Ratios::INFINITE, |svd| svd.ratios(&a)).worst()
        })
    })
}

/// The scalars that the other libraries support, too.
trait Peer: Real {
    fn faer_svd(a: &Matrix<Self>) -> Option<Svd<Self>>;
    fn nalgebra_svd(a: &Matrix<Self>) -> Option<Svd<Self>>;
}

/// The iterations allowed to nalgebra; without a limit it may not terminate.
const ROUNDS: usize = 10_000;

macro_rules! implement_peer {
    ($t:ident) => {
        impl Peer for $t {
            /// Decomposes 2^-e A with entries about one: faer does not handle entries near the ends of the range.
            fn faer_svd(a: &Matrix<$t>) -> Option<Svd<$t>> {
                let e = a.exponent();
                let entry = |i, j| a.at(i, j).scale_by_power_of_two(-e);
                let svd = faer::Mat::from_fn(a.nrows, a.ncols, entry)
                    .thin_svd()
                    .ok()?;
                let (u, s, v) = (svd.U(), svd.S().column_vector(), svd.V());
                let scaled = |s: &$t| s.scale_by_power_of_two(e);
                Some(Svd {
                    u: Matrix::from_fn(u.nrows(), u.ncols(), |i, j| u[(i, j)]),
                    s: s.iter().map(scaled).collect(),
                    v: Matrix::from_fn(v.nrows(), v.ncols(), |i, j| v[(i, j)]),
                })
            }

            /// Uses the tolerance of nalgebra's own `svd`.
            fn nalgebra_svd(a: &Matrix<$t>) -> Option<Svd<$t>> {
                let copy = nalgebra::DMatrix::from_column_slice(a.nrows, a.ncols, &a.entries);
                let svd = copy.try_svd(true, true, 5.0 * <$t>::EPSILON, ROUNDS)?;
                let (u, v) = (svd.u?, svd.v_t?);
                Some(Svd {
                    u: Matrix::from_fn(u.nrows(), u.ncols(), |i, j| u[(i, j)]),
                    s: svd.singular_values.iter().copied().collect(),
                    v: Matrix::from_fn(v.ncols(), v.nrows(), |i, j| v[(j, i)]),
                })
            }
        }
    };
}

implement_peer!(f32);
implement_peer!(f64);
