//! LAPACK's ratios of the small SVD, on every family.

use crate::by_family;
use crate::report::Report;
use crate::worst::Worst;
use lowrank_core::Real;
use lowrank_validate::families::Family;
use lowrank_validate::ratios::Ratios;
use lowrank_validate::run::small_svd;

/// The bound; LAPACK's own tests accept 35.
const THRESHOLD: f64 = 10.0;

pub fn measure(count: u64) -> Report {
    let headings = [
        "family",
        "residual",
        "U",
        "V",
        "worst in f32: size, seed",
        "worst in f64: size, seed",
    ];
    let introduction = format!(
        "The largest of {count} matrices of each family, f32 / f64, and where the largest of the \
         three occurred."
    );
    let mut report = Report::new("small-svd", introduction, &headings);
    by_family::fill(
        &mut report,
        [THRESHOLD; 3],
        |family| of_family(family, count),
        |family| of_family(family, count),
        |worst| worst.map(|w| w.place()),
    );
    report
}

fn of_family<T: Real>(family: Family<T>, count: u64) -> Worst<3> {
    Worst::of(count, |trial| {
        let a = (family.make)(trial.nrows, trial.ncols, trial.seed);
        let ratios = match small_svd(&a) {
            Ok(svd) if svd.is_sorted() => svd.ratios(&a),
            _ => Ratios::INFINITE,
        };
        [ratios.residual, ratios.u, ratios.v]
    })
}
