//! Non-negative factorizations of more columns than the matrix has rows or columns.

use crate::matrices::all_entries;
use lowrank::nmf::{BetaChain, Loss, NmfInit, NmfSolver};
use lowrank::{Backend, DenseMatrix, Error, MiniBatchNmf, Nmf, Observed, Scalar};
use lowrank_core::random::{Distribution, RandomEntries};

fn positive<T: Scalar>(m: usize, n: usize) -> DenseMatrix<T> {
    let random = RandomEntries::new(Distribution::HalfGaussian, 1);
    DenseMatrix::from_fn(m, n, |i, j| random.at::<T>(i, j) + T::from_f64(0.1))
}

const SHAPES: [(usize, usize, usize); 3] = [(9, 4, 7), (4, 9, 12), (1, 5, 3)];

/// Checks that A of any rank is W H^T with so many columns.
fn fits<T: Scalar>(nmf: &Nmf, a: &DenseMatrix<T>, most: f64) {
    let of_dense = nmf.fit(a).unwrap();
    let of_sparse = nmf.fit(&all_entries(a)).unwrap();
    for found in [of_dense, of_sparse] {
        assert_eq!((found.w.ncols(), found.h.ncols()), (nmf.rank, nmf.rank));
        for x in [&found.w, &found.h] {
            assert!(x.as_slice().iter().all(|x| x.is_finite() && *x >= T::ZERO));
        }
        let approximation = found.approximation;
        let share = approximation.error.to_f64() / approximation.frobenius_norm.to_f64();
        assert!(share < most, "{share}: {nmf:?}");
    }
}

fn every_solver_and_loss<T: Scalar>() {
    for (m, n, rank) in SHAPES {
        let a = positive::<T>(m, n);
        for backend in [Backend::Core, Backend::Host] {
            for init in [NmfInit::Random, NmfInit::Nndsvd, NmfInit::Nndsvda] {
                let nmf = Nmf {
                    rank,
                    init,
                    backend,
                    iterations: 2000,
                    ..Nmf::default()
                };
                for solver in [NmfSolver::Hals, NmfSolver::Anls, NmfSolver::Mu] {
                    let solver = Some(solver);
                    fits(&Nmf { solver, ..nmf }, &a, 0.05);
                }
                for loss in [Loss::KullbackLeibler, Loss::ItakuraSaito, Loss::Beta(1.5)] {
                    fits(&Nmf { loss, ..nmf }, &a, 0.2);
                }
            }
        }
        let observed = all_entries(&a);
        let nmf = Nmf {
            rank,
            ..Nmf::default()
        };
        let found = nmf.fit(Observed(&observed)).unwrap();
        assert_eq!(found.h.ncols(), rank);
        assert_eq!(found.transform(&a).unwrap().ncols(), rank);
        let batches = MiniBatchNmf {
            nmf,
            batch_size: 2,
            passes: 3,
            ..MiniBatchNmf::default()
        };
        assert_eq!(batches.fit(&a).unwrap().h.ncols(), rank);
        let chain = BetaChain {
            ranks: vec![rank, rank + 2],
            iterations: 30,
            ..BetaChain::default()
        };
        assert_eq!(chain.fit(&a).unwrap().factors.h.ncols(), rank + 2);
    }
}

#[test]
fn every_solver_and_loss_takes_more_columns_than_the_matrix_in_f64() {
    every_solver_and_loss::<f64>();
}

#[test]
fn every_solver_and_loss_takes_more_columns_than_the_matrix_in_f32() {
    every_solver_and_loss::<f32>();
}

#[test]
fn a_square_of_columns_that_does_not_fit_in_memory_is_refused_before_the_fit() {
    let a = positive::<f64>(9, 4);
    for rank in [10_000_000, usize::MAX] {
        for solver in [NmfSolver::Hals, NmfSolver::Anls, NmfSolver::Mu] {
            let nmf = Nmf {
                rank,
                solver: Some(solver),
                ..Nmf::default()
            };
            let refused = nmf.fit(&a);
            assert!(
                matches!(refused, Err(Error::FactorMemory { .. })),
                "{refused:?}"
            );
        }
        let loss = Loss::KullbackLeibler;
        let refused = Nmf {
            rank,
            loss,
            ..Nmf::default()
        }
        .fit(&a);
        assert!(
            matches!(refused, Err(Error::FactorMemory { .. })),
            "{refused:?}"
        );
        let ranks = vec![2, rank];
        let refused = BetaChain {
            ranks,
            ..BetaChain::default()
        }
        .fit(&a);
        assert!(
            matches!(refused, Err(Error::FactorMemory { .. })),
            "{refused:?}"
        );
    }
}
