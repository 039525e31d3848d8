//! Matrix completion: invariants, the smallest example, and ratings of films.

mod biases;
mod fold_in;
mod invariants;
mod movielens;
mod notebook;
mod refusals;
mod same_bits;

pub(crate) use movielens::ratings as film_ratings;

use lowrank::completion::{Biases, CompletionSolver, Weighting};
use lowrank::{Completion, DenseMatrix, Scalar, SparseMatrix};

const SOLVERS: [CompletionSolver; 2] = [CompletionSolver::Als, CompletionSolver::Sgd];
const WEIGHTINGS: [Weighting; 2] = [Weighting::Plain, Weighting::Count];

/// 12 x 9 of rank three, about 2 with a spread of about one.
fn low_rank<T: Scalar>() -> DenseMatrix<T> {
    let wave = |x: usize, p: usize| ((x * 7 + p * 5 + 1) as f64 * 0.37).sin();
    DenseMatrix::from_fn(12, 9, |i, j| {
        let product: f64 = (0..2).map(|p| wave(i, p) * wave(j, p + 3)).sum();
        T::from_f64(2.0 + product)
    })
}

/// The entries that `keep` takes.
fn known<T: Scalar>(a: &DenseMatrix<T>, keep: impl Fn(usize, usize) -> bool) -> SparseMatrix<T> {
    let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for i in 0..a.nrows() {
        for j in (0..a.ncols()).filter(|&j| keep(i, j)) {
            columns.push(j as u32);
            values.push(a.at(i, j));
        }
        offsets.push(columns.len());
    }
    SparseMatrix::new(offsets, columns, values, a.ncols()).unwrap()
}

/// Three of four entries, none of row 5 and none of column 7.
fn kept(i: usize, j: usize) -> bool {
    !(i * 5 + j * 3).is_multiple_of(4) && i != 5 && j != 7
}

/// Settings without penalties or biases.
fn plain(solver: CompletionSolver, rank: usize) -> Completion {
    Completion {
        rank,
        solver,
        biases: Biases::None,
        l2: Some(0.0),
        bias_l2: 0.0,
        ..Completion::default()
    }
}

/// Rank two with biases and penalties.
fn settings(solver: CompletionSolver, weighting: Weighting) -> Completion {
    Completion {
        biases: Biases::Both,
        l2: Some(0.05),
        weighting,
        bias_l2: 0.3,
        iterations: 300,
        tolerance: 1e-12,
        ..plain(solver, 2)
    }
}
