//! The stability of topics: their agreement with the topics of a sample of the documents.

use super::assignment::best_assignment;
use super::components::length;
use lowrank::core::random::{Distribution, RandomEntries};
use lowrank::{DenseMatrix, Scalar, SparseMatrix};
use rayon::prelude::*;

/// The share of the documents in a sample, as in Greene, O'Callaghan & Cunningham (2014).
pub const SAMPLE_SHARE: f64 = 0.8;

/// max over permutations p of mean over k of |x_k . y_p(k)| / (||x_k|| ||y_p(k)||): the agreement of two sets of
/// topics, from 0 to 1.
///
/// `x`, `y`: n x k each, H or V of two models. A zero column agrees with none. The cosines are taken absolutely,
/// because the signs of an SVD are arbitrary.
///
/// Costs 2 n k^2 flops and an assignment of k^3 steps; the memory is 6 k^2 numbers at most.
///
/// # Panics
/// Panics if the shapes differ.
pub fn agreement<T: Scalar>(x: &DenseMatrix<T>, y: &DenseMatrix<T>) -> f64 {
    assert_eq!((x.nrows(), x.ncols()), (y.nrows(), y.ncols()));
    let similarity = cosines(x, y);
    let k = similarity.ncols();
    let columns = best_assignment(&similarity).into_iter().enumerate();
    let sum: f64 = columns.map(|(i, j)| similarity.at(i, j)).sum();
    // Rounding can make the cosine of equal columns exceed one.
    (sum / k as f64).min(1.0)
}

/// Returns the rows of a random [`SAMPLE_SHARE`] of the nonempty documents, rounded up, in their order. Of four
/// documents or fewer, all are returned.
///
/// A document is drawn with probability [`SAMPLE_SHARE`] whatever its position; equal seeds give equal samples. Weights
/// are copied from `a`: idf is not recomputed.
pub fn sample<T: Scalar>(a: &SparseMatrix<T>, seed: u64) -> SparseMatrix<T> {
    // Sketches use the first columns of the same stream.
    const COLUMN: usize = u32::MAX as usize;
    let random = RandomEntries::new(Distribution::Uniform, seed);
    let mut documents: Vec<usize> = (0..a.nrows()).filter(|&i| !a.row(i).0.is_empty()).collect();
    let size = (SAMPLE_SHARE * documents.len() as f64).ceil() as usize;
    let draw = |&i: &usize| random.at::<f64>(i, COLUMN);
    documents.sort_by(|p, q| draw(p).total_cmp(&draw(q)));
    documents.truncate(size);
    documents.sort_unstable();
    a.select_rows(&documents)
}

fn cosines<T: Scalar>(x: &DenseMatrix<T>, y: &DenseMatrix<T>) -> DenseMatrix<f64> {
    let k = x.ncols();
    let column_of_cosines = |j: usize| -> Vec<f64> {
        let y = y.column(j);
        (0..k).map(|i| cosine(x.column(i), y)).collect()
    };
    let columns: Vec<Vec<f64>> = (0..k).into_par_iter().map(column_of_cosines).collect();
    DenseMatrix::from_fn(k, k, |i, j| columns[j][i])
}

fn cosine<T: Scalar>(x: &[T], y: &[T]) -> f64 {
    let product: f64 = x.iter().zip(y).map(|(x, y)| x.to_f64() * y.to_f64()).sum();
    let lengths = length(x) * length(y);
    if lengths > 0.0 {
        product.abs() / lengths
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(seed: u64) -> DenseMatrix<f64> {
        let random = RandomEntries::new(Distribution::HalfGaussian, seed);
        DenseMatrix::from_fn(50, 6, |i, j| random.at(i, j))
    }

    #[test]
    fn permuted_scaled_and_negated_topics_agree() {
        let x = random(1);
        let y = DenseMatrix::from_fn(50, 6, |i, j| -3.0 * x.at(i, (j + 2) % 6));
        let found = agreement(&x, &y);
        assert!((1.0 - 1e-14..=1.0).contains(&found), "{found}");
    }

    #[test]
    fn agreement_is_symmetric_and_less_for_other_topics() {
        let (x, y) = (random(1), random(2));
        let found = agreement(&x, &y);
        assert!((found - agreement(&y, &x)).abs() < 1e-14);
        assert!(
            (0.5..0.9).contains(&found),
            "non-negative, so never orthogonal: {found}"
        );
    }

    #[test]
    fn topics_without_common_words_do_not_agree() {
        let unit = |shift| DenseMatrix::from_fn(4, 2, |i, j| f64::from(u8::from(i == j + shift)));
        assert_eq!(agreement(&unit(0), &unit(2)), 0.0);
        assert_eq!(agreement(&unit(0), &unit(1)), 0.5);
        let nothing = DenseMatrix::from_fn(4, 2, |_, _| 0.0);
        assert_eq!(agreement(&nothing, &nothing), 0.0);
    }

    /// Returns a matrix whose row i holds the term i; every tenth row is empty.
    fn numbered(m: usize) -> SparseMatrix<f64> {
        let terms: Vec<u32> = (0..m as u32).filter(|i| i % 10 != 9).collect();
        let mut row_offsets = vec![0];
        row_offsets.extend((0..m).map(|i| terms.partition_point(|&term| term as usize <= i)));
        let values = vec![1.0; terms.len()];
        SparseMatrix::new(row_offsets, terms, values, m).unwrap()
    }

    #[test]
    fn sample_is_four_fifths_of_the_documents_with_terms() {
        let a = numbered(100);
        for seed in 0..20 {
            let found = sample(&a, seed);
            assert_eq!((found.nrows(), found.ncols()), (72, 100));
            assert_eq!(found.empty_rows(), 0);
            assert!(
                found.columns().is_sorted_by(|p, q| p < q),
                "once each, in order"
            );
            assert_eq!(found, sample(&a, seed));
        }
        assert_ne!(sample(&a, 0), sample(&a, 1));
    }

    #[test]
    fn every_document_is_drawn_about_as_often() {
        let a = numbered(50);
        let mut drawn = vec![0; 50];
        for seed in 0..1000 {
            for &term in sample(&a, seed).columns() {
                drawn[term as usize] += 1;
            }
        }
        // 800, and six standard deviations of sqrt(1000 0.8 0.2).
        for (document, count) in drawn.into_iter().enumerate().filter(|(i, _)| i % 10 != 9) {
            assert!((725..=875).contains(&count), "{document}: {count}");
        }
    }

    #[test]
    fn single_document_is_its_sample() {
        assert_eq!(sample(&numbered(1), 7), numbered(1));
    }
}
