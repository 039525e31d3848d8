//! `TruncatedSvd` and `RangeFinder` on dense and sparse operators, in buffers of any size.

use super::operator::{Check, Seen, as_operator};
use super::{Guarded, Input, Scalar, THRESHOLD};
use lowrank_core::operator::EntrywiseOperator;
use lowrank_core::svd::{Subspace, SvdFactors, SvdReport};
use lowrank_core::workspace::workspace_len;
use lowrank_core::{Error, MatMut, Real, TruncatedSvd, Workspace};
use lowrank_validate::Matrix;
use lowrank_validate::families::smallest_subnormal;
use lowrank_validate::ratios::{Svd, orthogonality};

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    if input.below(2) == 0 {
        with_scalar::<f32>(input);
    } else {
        with_scalar::<f64>(input);
    }
}

fn with_scalar<T: Scalar>(mut input: Input<'_>) {
    let layout = input.below(4);
    let (nrows, ncols) = (input.size(), input.size());
    let shape = if layout < 2 {
        (nrows, ncols)
    } else {
        (ncols, nrows)
    };
    let (k, l) = input.rank_and_width(shape);
    let range_finder = input.range_finder();
    let panels = input.shape(shape);
    let mut call = Call {
        settings: TruncatedSvd {
            rank: k,
            range_finder,
            ..Default::default()
        },
        l,
        panels,
        buffer: input.length(workspace_len(panels.0, panels.1, l)),
        u: input.shape((shape.0, k)),
        v: input.shape((shape.1, k)),
        s: input.length(k),
        residuals: input.length(k),
        spare: input.below(4),
    };
    // No byte of its own, so that corpora keep their meaning.
    if call.spare & 1 == 1 {
        call.settings.subspace = Subspace::Krylov;
    } else if call.spare & 2 == 2 {
        call.settings.subspace = Subspace::Chebyshev;
    }
    let a = input.matrix::<T>(nrows, ncols);
    as_operator(&a, layout, call);
}

/// Settings and sizes, right and wrong.
#[derive(Clone, Copy)]
struct Call {
    settings: TruncatedSvd,
    /// The width of the workspace, the shape that it is made for, and the scalars given for it.
    l: usize,
    panels: (usize, usize),
    buffer: usize,
    /// The shapes of the factors, and the scalars given for the vectors.
    u: (usize, usize),
    v: (usize, usize),
    s: usize,
    residuals: usize,
    /// Scalars that the factors have beyond their shapes.
    spare: usize,
}

impl<T: Scalar> Check<T> for Call {
    fn check<A>(self, a: &A, seen: &Seen<T>)
    where
        A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
    {
        self.truncate(a, seen);
        self.find_range(a, seen);
    }
}

impl Call {
    fn truncate<T: Scalar, A>(&self, a: &A, seen: &Seen<T>)
    where
        A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
    {
        let (m, n, k) = (seen.matrix.nrows, seen.matrix.ncols, self.settings.rank);
        let needed = workspace_len(self.panels.0, self.panels.1, self.l);
        let mut buffer = Guarded::new(needed, self.buffer);
        let mut u = Guarded::panel(self.u, self.spare);
        let mut v = Guarded::panel(self.v, self.spare);
        let mut s = Guarded::new(k, self.s);
        let mut residuals = Guarded::new(k, self.residuals);

        let made = Workspace::in_buffer(buffer.all(), self.panels.0, self.panels.1, self.l);
        if self.buffer < needed {
            let found = self.buffer;
            return assert_eq!(made.err(), Some(Error::BufferTooSmall { needed, found }));
        }
        let mut workspace = made.expect("room for the workspace");
        let shape = (self.panels.0.min(self.panels.1), self.l);
        let mut more = [(); 2].map(|()| Guarded::panel(shape, self.spare));
        if self.settings.subspace == Subspace::Chebyshev {
            workspace.spare = more.each_mut().map(|panel| Some(panel.view(shape)));
        }
        let outcome = self.settings.run(
            a,
            &mut workspace,
            &mut SvdFactors {
                u: u.view(self.u),
                singular_values: s.all(),
                v: v.view(self.v),
                residuals: residuals.all(),
            },
        );
        for buffer in [&buffer, &u, &v, &s, &residuals] {
            buffer.assert_end_untouched();
        }
        for panel in &more {
            panel.assert_end_untouched();
        }
        let vectors_fit = self.s >= k && self.residuals >= k;
        let limit = self.l.min(m).min(n);
        let rank_fits = (1..=limit).contains(&k);
        let shapes_fit = self.panels == (m, n) && self.u == (m, k) && self.v == (n, k);
        match outcome {
            Ok(report) => {
                assert!(rank_fits && shapes_fit && vectors_fit);
                assert_eq!(seen.not_finite, None);
                let svd = Svd {
                    u: u.matrix((m, k)),
                    s: s.first(k).to_vec(),
                    v: v.matrix((n, k)),
                };
                judge(&seen.matrix, &svd, residuals.first(k), &report);
            }
            Err(Error::Empty) => assert!(m == 0 || n == 0),
            Err(Error::Rank { rank, limit }) => assert!(!rank_fits && (rank == 0 || rank > limit)),
            Err(Error::Shape { expected, found }) => assert!(!shapes_fit && expected != found),
            Err(Error::BufferTooSmall { needed, found }) => {
                assert!(!vectors_fit && found < needed);
            }
            Err(Error::Overflow) => assert!(seen.is_too_large(), "{:?}", seen.matrix),
            Err(other) => seen.assert_place(other),
        }
    }

    fn find_range<T: Scalar, A>(&self, a: &A, seen: &Seen<T>)
    where
        A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
    {
        let (m, n, l) = (seen.matrix.nrows, seen.matrix.ncols, self.l);
        let (rows, columns) = self.panels;
        let mut q = Guarded::<T>::panel((rows, l), self.spare);
        let mut sketch = Guarded::panel((columns, l), self.spare);
        let mut small = Guarded::panel((l, l), self.spare);
        let mut panel = q.view((rows, l));
        let outcome = self.settings.range_finder.run(
            a,
            &mut panel,
            &mut sketch.view((columns, l)),
            &mut small.view((l, l)),
        );
        let width = panel.ncols();
        for buffer in [&q, &sketch, &small] {
            buffer.assert_end_untouched();
        }
        match outcome {
            Ok(rank) => {
                assert!(self.panels == (m, n) && m > 0 && n > 0 && l > 0);
                assert_eq!(seen.not_finite, None);
                assert_eq!(width, l.min(m).min(n));
                assert!(rank <= width);
                judge_range(&seen.matrix, &q.matrix((m, width)));
            }
            Err(Error::Empty) => assert!(m == 0 || n == 0),
            Err(Error::Rank { rank: 0, .. }) => assert_eq!(l, 0),
            Err(Error::Shape { expected, found }) => {
                assert!(self.panels != (m, n) && expected != found);
            }
            Err(other) => seen.assert_place(other),
        }
    }
}

fn judge_range<T: Scalar>(a: &Matrix<T>, q: &Matrix<T>) {
    assert!(orthogonality(q) < THRESHOLD, "{q:?}");
    let (a, q) = (a.to_f64(a.exponent()), q.to_f64(0));
    let rest = a.minus(&q.times(&q.transpose_times(&a))).frobenius();
    let rounding = THRESHOLD * a.nrows as f64 * T::EPSILON.to_f64();
    assert!(rest <= a.frobenius() * (1.0 + rounding));
}

/// The decomposition and the matrix are scaled by 2^-e, and so is all that was reported.
fn judge<T: Scalar>(a: &Matrix<T>, svd: &Svd<T>, residuals: &[T], report: &SvdReport<T>) {
    assert!(svd.is_sorted(), "{:?}", svd.s);
    assert!(orthogonality(&svd.u) < THRESHOLD, "{:?}", svd.u);
    assert!(orthogonality(&svd.v) < THRESHOLD, "{:?}", svd.v);
    assert!(report.rank <= svd.s.len());
    let e = a.exponent();
    let scale = |x: T| x.to_f64().scale_by_power_of_two(-e);
    let exact = a.to_f64(e);
    let (u, v) = (svd.u.to_f64(0), svd.v.to_f64(0));
    let s: Vec<f64> = svd.s.iter().map(|s| scale(*s)).collect();
    let (norm, bound) = (exact.frobenius(), scale(report.error_bound));
    let smallest = 2f64.powi((smallest_subnormal::<T>() - e).max(-1000));
    let eps = T::EPSILON.to_f64();
    let unit = a.nrows.max(a.ncols) as f64 * (eps * norm).max(smallest);

    let scaled = u.scale_columns(&s);
    let error = exact.minus(&scaled.times(&v.transposed())).frobenius();
    assert!(error <= bound + unit, "{error} > {bound}");
    let kept: f64 = s.iter().map(|s| s * s).sum();
    let rounding = 4.0 * (a.nrows + a.ncols) as f64 * eps * norm * norm;
    let sharpest = ((norm * norm - kept).max(0.0) + rounding).sqrt();
    assert!(bound <= sharpest + 50.0 * unit, "{bound} > {sharpest}");
    let off = (scale(report.frobenius_norm) - norm).abs();
    assert!(off <= unit, "||A|| is off by {off}");

    let left = exact.times(&v).minus(&scaled);
    let right = exact.transpose_times(&u).minus(&v.scale_columns(&s));
    let length = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
    for (i, told) in residuals.iter().enumerate() {
        let off = (length(left.column(i)) - scale(*told)).abs();
        assert!(off < THRESHOLD * unit, "residual {i} is off by {off}");
        let right = length(right.column(i));
        assert!(right < THRESHOLD * unit, "right residual {i} is {right}");
    }
}
