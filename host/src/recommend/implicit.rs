//! Factors of implicit feedback.

use super::explanation::{Explanation, Ridge};
use super::recommender::{Entries, check_entries};
use super::scores;
use crate::backend::Backend;
use crate::cpu::HostSchedule;
use crate::fit::suited_implicit_penalty;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Scalar, SparseMatrix};
use lowrank_core::MatMut;
use lowrank_core::completion::{
    CompletionFactors, ImplicitAls, LeastSquares, als_scratch_len, implicit_scratch_len,
};
use lowrank_core::iteration::{Progress, Stop};
use lowrank_core::operator::Observed;
use lowrank_core::stopping::TOLERANCE;
use std::ops::ControlFlow;

type Observer<'o, T> = &'o mut (dyn FnMut(Progress<T>) -> ControlFlow<()> + Send);

/// Factors of implicit feedback by alternating least squares with confidence weights (Hu, Koren & Volinsky 2008):
/// settings and [`fit`](Implicit::fit).
///
/// [`ImplicitAls`] defines the objective: whether an entry is there is predicted for all m n of them, and the value of one
/// that is there says how much it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Implicit {
    /// k.
    pub rank: usize,
    /// The penalty of the factors, in units of entries; `None`: one that suits the number of entries
    /// ([`penalty`](Self::penalty)).
    pub l2: Option<f64>,
    /// alpha: an entry r counts 1 + alpha r times as much as one that is not there.
    pub confidence: f64,
    /// The solver of the problem of a row.
    pub solver: LeastSquares,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// The share of the loss at or below which the gain of ten steps stops the iteration
    /// ([`StoppingRule`](lowrank_core::stopping::StoppingRule)). Zero: all iterations are done.
    pub tolerance: f64,
    /// The backend, which is no GPU.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for Implicit {
    /// Returns rank 64 by three steps of conjugate gradients and at most 1000 iterations with tolerance 5e-6, and the penalty
    /// that suits the matrix.
    fn default() -> Self {
        Self {
            rank: 64,
            l2: None,
            confidence: 1.0,
            solver: LeastSquares::ConjugateGradients(3),
            iterations: 1000,
            tolerance: TOLERANCE,
            backend: Backend::default(),
            seed: 0,
        }
    }
}

impl Implicit {
    /// Returns the penalty of a fit of A: that of the settings, or 20 min(1, d / 80), rounded to two digits, where d is the number
    /// of entries over min(m, n). It is small where there are so few entries that a larger one would leave no factors.
    ///
    /// ```
    /// use lowrank::SparseMatrix;
    /// use lowrank::recommend::Implicit;
    /// let taken = [(0, 0), (0, 1), (1, 1), (1, 2), (2, 0), (2, 2)].map(|(user, item)| (user, item, 1.0));
    /// let taken = SparseMatrix::<f64>::from_triplets(3, 3, taken)?;
    /// assert_eq!(Implicit::default().penalty(&taken), 0.5);
    /// assert_eq!(Implicit { l2: Some(7.0), ..Implicit::default() }.penalty(&taken), 7.0);
    /// # Ok::<(), lowrank::Error>(())
    /// ```
    pub fn penalty<T: Scalar>(&self, a: &SparseMatrix<T>) -> f64 {
        self.l2
            .unwrap_or_else(|| suited_implicit_penalty(a.nonzeros(), (a.nrows(), a.ncols())))
    }

    /// Computes the factors of A, m x n, whose entries are counts or weights, not negative.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a rank of zero or above min(m, n), entries that are negative or not finite, settings
    /// out of range, and an empty matrix; [`Error::NoEntries`].
    pub fn fit<T: Scalar>(&self, a: &SparseMatrix<T>) -> Result<ImplicitModel<T>, Error> {
        self.fit_with(a, |_| ControlFlow::Continue(()))
    }

    /// [`fit`](Self::fit) with an observer.
    ///
    /// - `observe`: called before each iteration and after the last; may stop the iteration.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit).
    pub fn fit_with<T: Scalar>(
        &self,
        a: &SparseMatrix<T>,
        mut observe: impl FnMut(Progress<T>) -> ControlFlow<()> + Send,
    ) -> Result<ImplicitModel<T>, Error> {
        T::of(&FIT)(self, a, &mut observe)
    }

    /// Returns the settings of core.
    ///
    /// # Errors
    /// [`Error::NoPenalty`] for a penalty that is not known yet.
    fn of_core(&self) -> Result<ImplicitAls, Error> {
        Ok(ImplicitAls {
            rank: self.rank,
            l2: self.l2.ok_or(Error::NoPenalty)?,
            confidence: self.confidence,
            solver: self.solver,
            iterations: self.iterations,
            tolerance: self.tolerance,
            seed: self.seed,
        })
    }
}

compiled! {
    static FIT: Fit<T> = fit
        as fn(&Implicit, &SparseMatrix<T>, Observer<'_, T>) -> Result<ImplicitModel<T>, Error>;
}

fn fit<T: Scalar>(
    settings: &Implicit,
    a: &SparseMatrix<T>,
    observe: Observer<'_, T>,
) -> Result<ImplicitModel<T>, Error> {
    let settings = Implicit {
        l2: Some(settings.penalty(a)),
        ..*settings
    };
    let (m, n, k, als) = (a.nrows(), a.ncols(), settings.rank, settings.of_core()?);
    let limit = m.min(n);
    if limit > 0 && (k == 0 || k > limit) {
        return Err(lowrank_core::Error::Rank { rank: k, limit }.into());
    }
    if limit > 0 && a.nonzeros() == 0 {
        return Err(Error::NoEntries);
    }
    let transposed = a.transpose();
    let matrices = (&Observed(a.view()?), &Observed(transposed.view()?));
    let (mut w, mut h) = (vec![T::ZERO; k * m], vec![T::ZERO; k * n]);
    let mut scratch = vec![T::ZERO; implicit_scratch_len(m.max(n), n, k)];
    let mut factors = CompletionFactors {
        w: MatMut::new(&mut w, k, m)?,
        h: MatMut::new(&mut h, k, n)?,
        mean: T::ZERO,
    };
    let buffers = (&mut factors, &mut scratch[..]);
    let schedule = settings.backend.row_schedule();
    let report = schedule.run(|| als.run(matrices, buffers, &schedule, observe))?;
    let h = DenseMatrix::from_columns(h, k, n);
    Ok(ImplicitModel {
        w: DenseMatrix::from_columns(w, k, m),
        loss: report.loss,
        iterations: report.iterations,
        stop: report.stop,
        settings,
        gram: gram(&h)?,
        h,
    })
}

/// H^T H.
fn gram<T: Scalar>(h: &DenseMatrix<T>) -> Result<Vec<T>, Error> {
    let (k, n) = (h.nrows(), h.ncols());
    let mut gram = vec![T::ZERO; k * k.next_multiple_of(8)];
    let mut scratch = vec![T::ZERO; implicit_scratch_len(n, n, k)];
    let schedule = HostSchedule::in_order();
    ImplicitAls::gram(h.view()?, &mut gram, &mut scratch, &schedule)?;
    Ok(gram)
}

compiled! {
    static GRAM: Gram<T> = gram as fn(&DenseMatrix<T>) -> Result<Vec<T>, Error>;
}

compiled! {
    static FOLD_IN: FoldIn<T> = fold_in
        as fn(&ImplicitModel<T>, Entries<'_, T>) -> Result<Vec<T>, Error>;
}

fn fold_in<T: Scalar>(model: &ImplicitModel<T>, entries: Entries<'_, T>) -> Result<Vec<T>, Error> {
    let k = model.h.nrows();
    let (mut row, mut scratch) = (vec![T::ZERO; k], vec![T::ZERO; als_scratch_len(k)]);
    let held = (model.h.view()?, &model.gram[..]);
    let als = model.settings.of_core()?;
    als.fold_in(entries, held, &mut row, &mut scratch)?;
    Ok(row)
}

/// Factors of users and items.
#[derive(Clone, Debug, PartialEq)]
pub struct ImplicitModel<T> {
    /// k x m: column i belongs to user i; zero without entries.
    pub w: DenseMatrix<T>,
    /// k x n: column j belongs to item j; zero without entries.
    pub h: DenseMatrix<T>,
    /// The loss, with penalties.
    pub loss: T,
    /// The number of iterations done.
    pub iterations: usize,
    /// The reason why they stopped.
    pub stop: Stop,
    /// The settings of the fit, with its penalty.
    pub settings: Implicit,
    /// H^T H in padded columns.
    gram: Vec<T>,
}

impl<T: Scalar> ImplicitModel<T> {
    /// Restores a model without users from its items, such as those of a file: users are folded in.
    ///
    /// - `settings`: those of the fit, with its penalty; loss and iterations are not known.
    /// - `h`: k x n; column j belongs to item j.
    ///
    /// # Errors
    /// [`Error::Factorization`] if h has not k rows; [`Error::NoPenalty`].
    pub fn from_items(settings: Implicit, h: DenseMatrix<T>) -> Result<Self, Error> {
        settings.of_core()?;
        let (k, n) = (settings.rank, h.ncols());
        if h.nrows() != k || k == 0 {
            return Err(lowrank_core::Error::Shape {
                expected: (k, n),
                found: (h.nrows(), n),
            }
            .into());
        }
        Ok(Self {
            w: DenseMatrix::zeros(k, 0),
            loss: T::from_f64(f64::NAN),
            iterations: 0,
            stop: Stop::Observer,
            settings,
            gram: T::of(&GRAM)(&h)?,
            h,
        })
    }

    /// Computes the factor of a user whom the model has not seen, exactly: k numbers.
    ///
    /// # Errors
    /// [`Error::Factorization`] for an item outside the model, or a value that is negative or not finite; [`Error::NoPenalty`]
    /// if it was taken out of the settings.
    pub fn fold_in(&self, entries: Entries<'_, T>) -> Result<Vec<T>, Error> {
        check_entries(entries, self.h.ncols())?;
        T::of(&FOLD_IN)(self, entries)
    }

    /// Divides the score of item `item`, for a user with these entries, into the shares of each entry: that of entry j is
    /// h_i^T (H^T C H + l2)^-1 h_j times its confidence (Hu, Koren & Volinsky 2008, section 5).
    ///
    /// # Errors
    /// As for [`fold_in`](Self::fold_in); [`Error::NoSuchItem`].
    pub fn explain(&self, entries: Entries<'_, T>, item: usize) -> Result<Explanation, Error> {
        let (k, n) = (self.h.nrows(), self.h.ncols());
        check_entries(entries, n)?;
        if item >= n {
            return Err(Error::NoSuchItem { item, items: n });
        }
        let l2 = self.settings.of_core()?.l2;
        let features = |j: usize| self.h.column(j).iter().map(|x| x.to_f64()).collect();
        let gram = DenseMatrix::from_fn(k, k, |i, j| {
            let penalty = if i == j { l2 } else { 0.0 };
            self.gram[j * k.next_multiple_of(8) + i].to_f64() + penalty
        });
        let mut ridge = Ridge::new(gram);
        for (&j, r) in entries.0.iter().zip(entries.1) {
            let extra = self.settings.confidence * r.to_f64();
            let target = if r.to_f64() > 0.0 { 1.0 + extra } else { 0.0 };
            ridge.add(j, features(j as usize), [extra, target]);
        }
        ridge.explain(&features(item), 0.0)
    }
}

scores::recommends_by_factors!(ImplicitModel);
