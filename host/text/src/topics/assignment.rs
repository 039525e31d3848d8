//! The assignment problem: the best one-to-one matching of rows and columns.

use lowrank::DenseMatrix;

/// Returns the column of each row of a k x k matrix, each column once, such that the sum of the entries is largest.
///
/// The Hungarian method (Kuhn 1955; Munkres 1957) by shortest augmenting paths (Jonker & Volgenant
/// 1987): k^3 steps, 6 k numbers. The entries have to be finite.
pub(super) fn best_assignment(similarity: &DenseMatrix<f64>) -> Vec<usize> {
    let k = similarity.nrows();
    let mut matching = Matching {
        similarity,
        row_price: vec![0.0; k],
        column_price: vec![0.0; k],
        row_of: vec![None; k],
    };
    for row in 0..k {
        let path = matching.shortest_path(row);
        matching.raise_prices(row, &path);
        matching.turn_over(row, &path);
    }
    let mut column_of = vec![0; k];
    for (column, row) in matching.row_of.iter().enumerate() {
        if let Some(row) = row {
            column_of[*row] = column;
        }
    }
    column_of
}

/// A matching of some rows, and prices for which every reduced cost is nonnegative and that of each matched pair is
/// zero.
struct Matching<'a> {
    similarity: &'a DenseMatrix<f64>,
    row_price: Vec<f64>,
    column_price: Vec<f64>,
    row_of: Vec<Option<usize>>,
}

/// Alternating paths from a row over matched columns.
struct Paths {
    /// The distance of each column; infinite where no path is known.
    distance: Vec<f64>,
    /// The previous column of each path; `None` at its start.
    before: Vec<Option<usize>>,
    /// The columns whose distance is final.
    settled: Vec<bool>,
    /// The nearest unmatched column.
    end: usize,
}

impl Matching<'_> {
    fn cost(&self, row: usize, column: usize) -> f64 {
        -self.similarity.at(row, column) - self.row_price[row] - self.column_price[column]
    }

    /// Finds the nearest unmatched column by Dijkstra's algorithm.
    fn shortest_path(&self, start: usize) -> Paths {
        let k = self.row_of.len();
        let mut paths = Paths {
            distance: vec![f64::INFINITY; k],
            before: vec![None; k],
            settled: vec![false; k],
            end: 0,
        };
        let (mut row, mut last, mut reached) = (start, None, 0.0);
        loop {
            for column in (0..k).filter(|&column| !paths.settled[column]) {
                let distance = reached + self.cost(row, column);
                if distance < paths.distance[column] {
                    paths.distance[column] = distance;
                    paths.before[column] = last;
                }
            }
            let nearest = paths.nearest();
            paths.settled[nearest] = true;
            reached = paths.distance[nearest];
            match self.row_of[nearest] {
                Some(matched) => (row, last) = (matched, Some(nearest)),
                None => {
                    paths.end = nearest;
                    return paths;
                }
            }
        }
    }

    /// Updates the prices: the reduced costs along the path become zero, and none becomes negative.
    fn raise_prices(&mut self, start: usize, paths: &Paths) {
        let length = paths.distance[paths.end];
        self.row_price[start] += length;
        for (column, distance) in paths.distance.iter().enumerate() {
            if let (true, Some(row)) = (paths.settled[column], self.row_of[column]) {
                self.row_price[row] += length - distance;
                self.column_price[column] -= length - distance;
            }
        }
    }

    /// Augments the matching: each column of the path gets the row of the column before it.
    fn turn_over(&mut self, start: usize, paths: &Paths) {
        let mut column = paths.end;
        while let Some(before) = paths.before[column] {
            self.row_of[column] = self.row_of[before];
            column = before;
        }
        self.row_of[column] = Some(start);
    }
}

impl Paths {
    /// Returns the nearest column whose distance is not final, the first of several.
    fn nearest(&self) -> usize {
        let open = (0..self.settled.len()).filter(|&column| !self.settled[column]);
        open.min_by(|&p, &q| self.distance[p].total_cmp(&self.distance[q]))
            .expect("one column has no row while one row has no column")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lowrank::core::random::{Distribution, RandomEntries};

    fn total(similarity: &DenseMatrix<f64>, columns: &[usize]) -> f64 {
        let entries = columns.iter().enumerate();
        entries
            .map(|(row, &column)| similarity.at(row, column))
            .sum()
    }

    /// Returns the largest sum over all permutations that begin with `chosen`.
    fn best_of_all(similarity: &DenseMatrix<f64>, chosen: &mut Vec<usize>) -> f64 {
        let k = similarity.nrows();
        if chosen.len() == k {
            return total(similarity, chosen);
        }
        let mut best = f64::NEG_INFINITY;
        for column in 0..k {
            if !chosen.contains(&column) {
                chosen.push(column);
                best = best.max(best_of_all(similarity, chosen));
                chosen.pop();
            }
        }
        best
    }

    fn is_permutation(columns: &[usize]) -> bool {
        (0..columns.len()).all(|column| columns.contains(&column))
    }

    #[test]
    fn no_permutation_has_a_larger_sum() {
        for k in 1..=6 {
            for seed in 0..40 {
                let random = RandomEntries::new(Distribution::Gaussian, seed);
                // Few values in every other matrix: ties.
                let entry = |i, j| match seed % 2 {
                    0 => random.at::<f64>(i, j),
                    _ => random.at::<f64>(i, j).round(),
                };
                let similarity = DenseMatrix::from_fn(k, k, entry);
                let found = best_assignment(&similarity);
                assert!(is_permutation(&found), "{found:?}");
                let (sum, best) = (
                    total(&similarity, &found),
                    best_of_all(&similarity, &mut vec![]),
                );
                assert!(
                    (sum - best).abs() < 1e-12,
                    "k {k}, seed {seed}: {sum}, {best}"
                );
            }
        }
    }

    #[test]
    fn permuted_identity_is_found_among_a_hundred() {
        let k = 100;
        let similarity = DenseMatrix::from_fn(k, k, |i, j| f64::from(u8::from(j == 37 * i % k)));
        let expected: Vec<usize> = (0..k).map(|i| 37 * i % k).collect();
        assert_eq!(best_assignment(&similarity), expected);
    }

    #[test]
    fn matrix_of_equal_entries_is_matched() {
        for k in [0, 1, 5] {
            let found = best_assignment(&DenseMatrix::from_fn(k, k, |_, _| 0.0));
            assert_eq!(found.len(), k);
            assert!(is_permutation(&found), "{found:?}");
        }
    }
}
