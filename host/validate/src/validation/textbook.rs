//! Multiplicative updates as published (Lee & Seung 2001), in f64: the reference of core's factorization.

use crate::Matrix;

/// Repeats `iterations` times: W <- W o (A H) / (W H^T H), then H <- H o (A^T W) / (H W^T W). The entries of the matrix
/// are about one; H is n x k.
pub(super) fn multiplicative_updates(
    a: &Matrix<f64>,
    mut w: Matrix<f64>,
    mut h: Matrix<f64>,
    iterations: usize,
) -> (Matrix<f64>, Matrix<f64>) {
    for _ in 0..iterations {
        let denominator = w.times(&h.transpose_times(&h));
        update(&mut w, &a.times(&h), &denominator);
        let denominator = h.times(&w.transpose_times(&w));
        update(&mut h, &a.transpose_times(&w), &denominator);
    }
    (w, h)
}

/// x <- x n / d, entrywise; entries with a denominator of zero are unchanged.
fn update(x: &mut Matrix<f64>, numerator: &Matrix<f64>, denominator: &Matrix<f64>) {
    let quotients = numerator.entries.iter().zip(&denominator.entries);
    for (x, (n, d)) in x.entries.iter_mut().zip(quotients) {
        if *d > 0.0 {
            *x *= n / d;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks one update of a matrix small enough to be computed by hand.
    #[test]
    fn an_update_is_that_of_lee_and_seung() {
        let matrix = |entries: &[f64], ncols| Matrix {
            entries: entries.to_vec(),
            nrows: entries.len() / ncols,
            ncols,
        };
        // A = (1 2; 3 4), W = (1; 1), H = (1; 1).
        let a = matrix(&[1.0, 3.0, 2.0, 4.0], 2);
        let ones = matrix(&[1.0, 1.0], 1);
        let (w, h) = multiplicative_updates(&a, ones.clone(), ones, 1);
        // W <- (3; 7) / 2; then W^T W = 14.5, A^T W = (12; 17).
        assert_eq!(w.entries, [1.5, 3.5]);
        assert_eq!(h.entries, [12.0 / 14.5, 17.0 / 14.5]);
    }

    #[test]
    fn zeros_stay_zero() {
        let zero = Matrix::<f64>::zeros(2, 1);
        let (w, h) = multiplicative_updates(&Matrix::zeros(2, 2), zero.clone(), zero.clone(), 3);
        assert_eq!((&w, &h), (&zero, &zero));
    }
}
