//! Components by their heaviest columns.

use lowrank::{DenseMatrix, Scalar};
use serde::Serialize;

/// A column of the matrix, and its weight in a component.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnWeight {
    /// The name of the column.
    pub column: String,
    /// Its weight in the component as a vector of length one.
    pub weight: f64,
}

/// The share of the heaviest weight below which a weight is left out: it would read as zero.
const LIGHTEST: f64 = 1e-3;

/// Returns the heaviest columns of each component, at most `count`, by descending magnitude; of equal ones the first
/// comes first, and those below a thousandth of the heaviest are left out.
///
/// - `components`: n x k, a component in each column.
/// - `names`: the names of the n columns.
pub fn heaviest_columns<T: Scalar>(
    components: &DenseMatrix<T>,
    names: &[String],
    count: usize,
) -> Vec<Vec<ColumnWeight>> {
    let of = |k| heaviest(components.column(k), names, count);
    (0..components.ncols()).map(of).collect()
}

fn heaviest<T: Scalar>(component: &[T], names: &[String], count: usize) -> Vec<ColumnWeight> {
    let largest = component
        .iter()
        .fold(0.0f64, |most, x| most.max(x.to_f64().abs()));
    if count == 0 || largest <= 0.0 || !largest.is_finite() {
        return Vec::new();
    }
    // Divided by the largest, squares neither overflow nor vanish.
    let share = |x: &T| x.to_f64() / largest;
    let length = component
        .iter()
        .map(|x| share(x).powi(2))
        .sum::<f64>()
        .sqrt();
    let magnitude = |j: &usize| component[*j].to_f64().abs();
    let mut order: Vec<usize> = (0..component.len())
        .filter(|j| magnitude(j) >= LIGHTEST * largest)
        .collect();
    let heavier = |a: &usize, b: &usize| magnitude(b).total_cmp(&magnitude(a)).then(a.cmp(b));
    if order.len() > count {
        order.select_nth_unstable_by(count - 1, heavier);
        order.truncate(count);
    }
    order.sort_unstable_by(heavier);
    let weight = |j: usize| ColumnWeight {
        column: names.get(j).cloned().unwrap_or_default(),
        weight: share(&component[j]) / length,
    };
    order.into_iter().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Scalar>() {
        let columns = [
            [3.0, 0.0, -4.0, 0.0],
            [1e-30, 1e-30, 1e-30, 1e-30],
            [0.0; 4],
        ];
        let h = DenseMatrix::from_fn(4, 3, |j, k| T::from_f64(columns[k][j]));
        let names = ["a", "b", "c", "d"].map(str::to_owned);
        let found = heaviest_columns(&h, &names, 2);
        let of = |k: usize| -> Vec<(&str, f64)> {
            let round = |weight: f64| (weight * 1e6).round() / 1e6;
            found[k]
                .iter()
                .map(|one| (one.column.as_str(), round(one.weight)))
                .collect()
        };
        assert_eq!(of(0), [("c", -0.8), ("a", 0.6)]);
        assert_eq!(of(1), [("a", 0.5), ("b", 0.5)]);
        assert_eq!(of(2), []);
    }

    #[test]
    fn the_heaviest_columns_of_a_component_come_first_as_parts_of_a_vector_of_length_one() {
        check::<f32>();
        check::<f64>();
    }
}
