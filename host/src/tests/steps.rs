//! Tests of whole steps of a factor against core's, which do one operation after the other.

use super::in_every_space;

in_every_space! {
    least_squares_steps_agree
    divergence_steps_agree
    panels_that_do_not_fit_are_errors
}

pub(crate) mod cases {
    use crate::cpu::{CoreSpace, HostSpace, SparseOperator};
    use crate::memory_space::MemorySpace;
    use crate::tests::*;
    use crate::{Scalar, SparseMatrix};
    use lowrank_core::divergence::{BetaDivergence, MultiplicativeStep};
    use lowrank_core::operator::{DivergenceModel, DivergenceOperator, Observed, Side};
    use lowrank_core::panel::{FactorUpdate, LeastSquaresStep, NonNegativePanel, Panel};
    use lowrank_core::penalty::Penalty;
    use lowrank_core::{Error, LinearOperator};

    /// Returns a matrix whose first columns are full and whose last ones are nearly empty; every seventh row is empty.
    fn documents<T: Scalar>(m: usize, n: usize) -> SparseMatrix<T> {
        let random = positive::<T>(m, n, 71);
        let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for i in 0..m {
            for j in (0..n).filter(|j| i % 7 != 3 && (i * 13 + j * 5) % (1 + j / 3) == 0) {
                columns.push(j as u32);
                values.push(random.at(i, j) + T::from_f64(0.1));
            }
            offsets.push(columns.len());
        }
        SparseMatrix::new(offsets, columns, values, n).unwrap()
    }

    fn away_from_zero<T: Scalar>(rows: usize, columns: usize, seed: u64) -> DenseMatrix<T> {
        let random = positive::<T>(rows, columns, seed);
        DenseMatrix::from_fn(rows, columns, |i, j| random.at(i, j) + T::from_f64(0.1))
    }

    /// Returns H and H^T H after a step.
    fn least_squares<T: Scalar, S: MemorySpace<T>, A>(
        a: &A,
        (update, penalty): (FactorUpdate, Penalty<T>),
        [w, h]: [&DenseMatrix<T>; 2],
    ) -> Result<[DenseMatrix<T>; 2], Error>
    where
        A: for<'p> LinearOperator<S::Panel<'p>>,
    {
        let (k, n) = (h.ncols(), h.nrows());
        let sizes = [(w.nrows(), k), (n, k), (n, k)];
        let mut buffers = sizes.map(|(rows, columns)| S::buffer(rows, columns).unwrap());
        let mut smalls = [(); 2].map(|()| S::small_buffer(k * k).unwrap());
        let ([w_buffer, h_buffer, buffer], [gram, own]) = (&mut buffers, &mut smalls);
        let mut w_panel = S::panel(w_buffer, w.nrows(), k).unwrap();
        let mut h_panel = S::panel(h_buffer, n, k).unwrap();
        let mut numerator = S::panel(buffer, n, k).unwrap();
        S::load(&mut w_panel, w).unwrap();
        S::load(&mut h_panel, h).unwrap();
        numerator.fill(T::ONE).unwrap();
        let (mut gram, mut own) = (S::small(gram, k, k).unwrap(), S::small(own, k, k).unwrap());
        w_panel.gram(&mut gram).unwrap();
        let step = LeastSquaresStep {
            update,
            gram: &gram,
            penalty,
        };
        let panels = [&mut h_panel, &mut numerator];
        if !a.least_squares_step(&step, &w_panel, panels, &mut own)? {
            a.apply_transpose(&w_panel, &mut numerator)?;
            h_panel.update(&mut numerator, &step)?;
            h_panel.gram(&mut own)?;
        }
        let mut small = vec![T::ZERO; k * k];
        S::Panel::read_small(&own, MatMut::new(&mut small, k, k).unwrap()).unwrap();
        let own = DenseMatrix::new(small, k, k).unwrap();
        Ok([S::entries(&h_panel).unwrap(), own])
    }

    /// Returns H after a step for a divergence from 2 A.
    fn divergence<T: Scalar, S: MemorySpace<T>, A>(
        a: &A,
        (beta, penalty): (f64, Penalty<T>),
        [w, h]: [&DenseMatrix<T>; 2],
    ) -> Result<DenseMatrix<T>, Error>
    where
        A: for<'p> DivergenceOperator<S::Panel<'p>>,
        for<'p> S::Panel<'p>: NonNegativePanel,
    {
        let (k, n) = (h.ncols(), h.nrows());
        let sizes = [(w.nrows(), k), (n, k), (n, 2 * k)];
        let mut buffers = sizes.map(|(rows, columns)| S::buffer(rows, columns).unwrap());
        let [w_buffer, h_buffer, buffer] = &mut buffers;
        let mut w_panel = S::panel(w_buffer, w.nrows(), k).unwrap();
        let mut h_panel = S::panel(h_buffer, n, k).unwrap();
        let mut terms = S::panel(buffer, n, 2 * k).unwrap();
        S::load(&mut w_panel, w).unwrap();
        S::load(&mut h_panel, h).unwrap();
        let divergence = BetaDivergence::new(beta).unwrap();
        let step = MultiplicativeStep {
            divergence: &divergence,
            penalty,
        };
        if !a.divergence_step(step, 1, &w_panel, [&mut h_panel, &mut terms])? {
            let model = DivergenceModel {
                divergence: &divergence,
                exponent: 1,
                w: &w_panel,
                h: &h_panel,
            };
            a.divergence_terms(model, Side::Columns, &mut terms)?;
            h_panel.quotient_update(&terms, step)?;
        }
        Ok(S::entries(&h_panel).unwrap())
    }

    /// Returns the results of the host, for a comparison of their bits.
    pub(crate) fn every_step<T: Scalar>(k: usize) -> Vec<DenseMatrix<T>> {
        let (m, n) = (150, 700);
        let (w, h) = (away_from_zero::<T>(m, k, 80), away_from_zero(n, k, 81));
        let (sparse, penalty) = (documents::<T>(m, n), penalties()[1]);
        let a = SparseOperator::new(&sparse, None);
        let mut found = Vec::new();
        for update in [FactorUpdate::Multiplicative, FactorUpdate::Sweeps(2)] {
            let step = least_squares::<T, HostSpace, _>(&a, (update, penalty), [&w, &h]);
            found.extend(step.unwrap());
        }
        let step = divergence::<T, HostSpace, _>(&a, (1.0, penalty), [&w, &h]);
        found.push(step.unwrap());
        found
    }

    fn penalties<T: Scalar>() -> [Penalty<T>; 2] {
        let (l1, l2) = (T::from_f64(0.25), T::from_f64(0.5));
        [Penalty::default(), Penalty { l1, l2 }]
    }

    pub(super) fn least_squares_steps_agree<T: Scalar, S: Tested<T>>() {
        let widths = (1..=13).chain([16, 20, 33, 50]);
        let tall = widths.map(|k| (60, 300 + k, k));
        for (m, n, k) in tall.chain([(1, 1, 1), (300, 7, 4), (90, 128, 5), (80, 129, 8)]) {
            let (w, h) = (away_from_zero::<T>(m, k, 72), away_from_zero(n, k, 73));
            let sparse = documents::<T>(m, n);
            let dense = away_from_zero::<T>(m, n, 74);
            for update in [
                FactorUpdate::Multiplicative,
                FactorUpdate::Sweeps(1),
                FactorUpdate::Sweeps(3),
            ] {
                for penalty in penalties() {
                    let (step, factors) = ((update, penalty), [&w, &h]);
                    let (sparse_view, dense_view) = (sparse.view().unwrap(), dense.view().unwrap());
                    for (core, found) in [
                        (
                            least_squares::<T, CoreSpace, _>(&sparse_view, step, factors),
                            least_squares::<T, S, _>(&S::sparse(&sparse), step, factors),
                        ),
                        (
                            least_squares::<T, CoreSpace, _>(&dense_view, step, factors),
                            least_squares::<T, S, _>(&S::dense(&dense), step, factors),
                        ),
                    ] {
                        let (core, found) = (core.unwrap(), found.unwrap());
                        for (found, core) in found.iter().zip(&core) {
                            let size = (n * (k + 4)) as f64 * largest(core.as_slice());
                            let tolerance = 64.0 * epsilon::<T>() * size;
                            assert_close(found.as_slice(), core.as_slice(), tolerance);
                        }
                        assert!(found[0].as_slice().iter().all(|x| *x >= T::ZERO));
                    }
                }
            }
        }
    }

    pub(super) fn divergence_steps_agree<T: Scalar, S: Tested<T>>() {
        for (m, n, k) in [
            (1, 1, 1),
            (70, 130, 5),
            (300, 9, 10),
            (40, 65, 11),
            (12, 64, 24),
            (10, 20, 37),
        ] {
            let (w, h) = (away_from_zero::<T>(m, k, 75), away_from_zero(n, k, 76));
            let sparse = documents::<T>(m, n);
            let dense = away_from_zero::<T>(m, n, 77);
            let (sparse_view, dense_view) = (sparse.view().unwrap(), dense.view().unwrap());
            let factors = [&w, &h];
            for beta in [2.0, 1.0, 0.0, 0.5, 1.5, 3.0, -0.5, 1.3] {
                for penalty in penalties() {
                    let step = (beta, penalty);
                    let mut pairs = vec![
                        (
                            divergence::<T, CoreSpace, _>(&Observed(sparse_view), step, factors),
                            divergence::<T, S, _>(&S::observed(&sparse), step, factors),
                        ),
                        (
                            divergence::<T, CoreSpace, _>(&dense_view, step, factors),
                            divergence::<T, S, _>(&S::dense(&dense), step, factors),
                        ),
                    ];
                    if beta > 0.0 {
                        pairs.push((
                            divergence::<T, CoreSpace, _>(&sparse_view, step, factors),
                            divergence::<T, S, _>(&S::sparse(&sparse), step, factors),
                        ));
                    }
                    for (core, found) in pairs {
                        let (core, found) = (core.unwrap(), found.unwrap());
                        for (x, y) in found.as_slice().iter().zip(core.as_slice()) {
                            let (x, y) = (x.to_f64(), y.to_f64());
                            let error = (x - y).abs();
                            assert!(error <= 400.0 * epsilon::<T>() * y, "{beta}: {x} {y}");
                        }
                    }
                }
            }
        }
    }

    pub(super) fn panels_that_do_not_fit_are_errors<T: Scalar, S: Tested<T>>() {
        let sparse = documents::<T>(12, 9);
        let (update, penalty) = (FactorUpdate::Multiplicative, Penalty::default());
        for (m, n) in [(11, 9), (12, 8)] {
            let (w, h) = (away_from_zero::<T>(m, 2, 78), away_from_zero(n, 2, 79));
            let a = S::sparse(&sparse);
            let found = least_squares::<T, S, _>(&a, (update, penalty), [&w, &h]);
            assert!(matches!(found, Err(Error::Shape { .. })), "{found:?}");
            let found = divergence::<T, S, _>(&a, (1.0, penalty), [&w, &h]);
            assert!(matches!(found, Err(Error::Shape { .. })), "{found:?}");
        }
    }
}
