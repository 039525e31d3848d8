//! Tables with a line for each family and one for all of them, in both precisions.

use crate::report::{Report, cells};
use crate::worst::Worst;
use lowrank_validate::families::{Family, families};

/// Adds the lines to `report`, and the requirement that every ratio stays below its bound.
///
/// - `single`, `double`: the worst ratios of a family.
/// - `more`: the cells after the ratios.
pub fn fill<const N: usize, M>(
    report: &mut Report,
    bounds: [f64; N],
    single: impl Fn(Family<f32>) -> Worst<N>,
    double: impl Fn(Family<f64>) -> Worst<N>,
    more: impl Fn([Worst<N>; 2]) -> M,
) where
    M: IntoIterator<Item = String>,
{
    let mut all = [Worst::default(); 2];
    for (of_f32, of_f64) in families::<f32>().into_iter().zip(families::<f64>()) {
        let name = of_f32.name;
        let worst = [single(of_f32), double(of_f64)];
        eprintln!("{}, {name}: {:.2?}", report.name(), worst.map(|w| w.ratios));
        report.row(cells(name, worst).chain(more(worst)));
        for (worst, all) in worst.iter().zip(&mut all) {
            let mut pairs = worst.ratios.iter().zip(bounds);
            report.promise(pairs.all(|(ratio, bound)| *ratio < bound), || {
                format!("{name}, {}: {:?}", worst.place(), worst.ratios)
            });
            *all = all.and(*worst);
        }
    }
    report.row(cells("**all**", all).chain(more(all)));
}
