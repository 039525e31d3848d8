use super::Settings;
use crate::backend::Products;
use crate::completion::CompletionModel;
use crate::descent::{GradientNmfModel, GradientSvdModel};
use crate::nmf::{ChainFactorization, ChainModel, NmfModel};
use crate::svd::{PcaModel, SvdModel};
use crate::{DenseMatrix, Pca, Scalar, TruncatedSvd};
use lowrank_core::approximation::Approximation;
use lowrank_core::iteration::Stop;

/// The result of a method.
#[derive(Clone, Debug, PartialEq)]
pub struct Factorization<T> {
    /// The settings, including those determined by the matrix; for batches, those for the weights of rows.
    pub settings: Settings,
    /// The factors.
    pub factors: Factors<T>,
    /// The number of components above rounding noise.
    pub rank: usize,
    /// ||A v_i - s_i u_i||, for an SVD; for PCA, of the centered and scaled matrix.
    pub residuals: Option<Vec<T>>,
    /// The error, a bound that includes rounding, and ||A||_F, over the known entries; for PCA, of the centered
    /// and scaled matrix.
    pub approximation: Approximation<f64>,
    /// The objective, without penalties: half of the squared error, another divergence, or the loss of a descent or a
    /// completion.
    pub loss: f64,
    /// The number of iterations; for an SVD the maximum, as its solver counts them.
    pub iterations: usize,
    /// The tolerance stopped the iteration; always `true` for an SVD, which has none.
    pub converged: bool,
    /// For an SVD or a PCA, the estimate of the error minus the smallest error of the rank.
    pub excess: Option<f64>,
    /// The products with A; zero for a completion, which has none.
    pub products: Products,
}

/// The factors of a matrix.
#[derive(Clone, Debug, PartialEq)]
pub enum Factors<T> {
    /// A ~ W H^T.
    Nmf {
        /// m x k.
        w: DenseMatrix<T>,
        /// n x k.
        h: DenseMatrix<T>,
    },
    /// A ~ U diag(s) V^T.
    Svd {
        /// m x k.
        u: DenseMatrix<T>,
        /// k, descending.
        singular_values: Vec<T>,
        /// n x k.
        v: DenseMatrix<T>,
    },
    /// A ~ 1 m^T + S V^T D.
    Pca {
        /// m x k: S.
        scores: DenseMatrix<T>,
        /// k, descending: those of the centered matrix.
        singular_values: Vec<T>,
        /// n x k: V.
        components: DenseMatrix<T>,
        /// n: the means of the columns.
        means: Vec<T>,
        /// n: the diagonal of D, zero for a column of equal entries; `None` for the identity.
        deviations: Option<Vec<T>>,
    },
    /// A ~ W F_1 .. F_d H^T.
    Chain(ChainFactorization<T>),
    /// a_ij ~ mu + b_i + c_j + w_i . h_j.
    Completion {
        /// m x k.
        w: DenseMatrix<T>,
        /// n x k.
        h: DenseMatrix<T>,
        /// b, m numbers.
        row_biases: Vec<T>,
        /// c, n numbers.
        column_biases: Vec<T>,
        /// mu.
        mean: T,
    },
}

impl<T: Scalar> Factors<T> {
    /// Returns the factor with m rows.
    pub fn weights(&self) -> &DenseMatrix<T> {
        match self {
            Factors::Nmf { w, .. } | Factors::Completion { w, .. } => w,
            Factors::Chain(chain) => &chain.w,
            Factors::Svd { u, .. } => u,
            Factors::Pca { scores, .. } => scores,
        }
    }

    /// Returns the factor with n rows.
    pub fn components(&self) -> &DenseMatrix<T> {
        match self {
            Factors::Nmf { h, .. } | Factors::Completion { h, .. } => h,
            Factors::Chain(chain) => &chain.h,
            Factors::Svd { v, .. } => v,
            Factors::Pca { components, .. } => components,
        }
    }

    /// Returns the singular values, descending, if there are any.
    pub fn singular_values(&self) -> Option<&[T]> {
        match self {
            Factors::Nmf { .. } | Factors::Chain(_) | Factors::Completion { .. } => None,
            Factors::Svd {
                singular_values, ..
            }
            | Factors::Pca {
                singular_values, ..
            } => Some(singular_values),
        }
    }

    /// Counts the columns of equal entries, which the scaling of a PCA made zero; `None` without scaling.
    pub fn constant_columns(&self) -> Option<usize> {
        match self {
            Factors::Pca { deviations, .. } => {
                let deviations = deviations.as_ref()?;
                Some(deviations.iter().filter(|d| **d == T::ZERO).count())
            }
            _ => None,
        }
    }

    /// Counts the negative entries of all factors.
    pub fn negative_entries(&self) -> usize {
        let in_one = |factor: &DenseMatrix<T>| {
            let negative = factor.as_slice().iter().filter(|x| **x < T::ZERO);
            negative.count()
        };
        let inner = match self {
            Factors::Chain(chain) => chain.inner.iter().map(in_one).sum(),
            _ => 0,
        };
        in_one(self.weights()) + inner + in_one(self.components())
    }
}

impl<T: Scalar> Factorization<T> {
    /// Creates the result of a method whose errors and rank are those of the factors.
    fn new(
        settings: Settings,
        factors: Factors<T>,
        approximation: Approximation<T>,
        (iterations, stop): (usize, Stop),
    ) -> Self {
        let error = approximation.error.to_f64();
        Self {
            settings,
            rank: factors.components().ncols(),
            factors,
            residuals: None,
            approximation: Approximation {
                error,
                error_bound: approximation.error_bound.to_f64(),
                frobenius_norm: approximation.frobenius_norm.to_f64(),
            },
            loss: 0.5 * error * error,
            iterations,
            converged: stop == Stop::Tolerance,
            excess: None,
            products: Products::default(),
        }
    }

    pub(super) fn of_svd(settings: TruncatedSvd, model: SvdModel<T>) -> Self {
        let factors = Factors::Svd {
            u: model.u,
            singular_values: model.singular_values,
            v: model.v,
        };
        let search = model.search;
        let settings = TruncatedSvd {
            solver: Some(search.solver),
            search: search.precision(),
            ..settings
        };
        let end = search.end();
        Self {
            excess: Some(search.excess.to_f64()),
            rank: model.rank,
            residuals: Some(model.residuals),
            products: model.products,
            ..Self::new(Settings::Svd(settings), factors, model.approximation, end)
        }
    }

    pub(super) fn of_pca(settings: Pca, model: PcaModel<T>) -> Self {
        let factors = Factors::Pca {
            scores: model.scores,
            singular_values: model.singular_values,
            components: model.components,
            means: model.means,
            deviations: model.deviations,
        };
        let end = model.search.end();
        let settings = Pca {
            solver: Some(model.search.solver),
            search: model.search.precision(),
            ..settings
        };
        Self {
            excess: Some(model.search.excess.to_f64()),
            rank: model.rank,
            residuals: Some(model.residuals),
            products: model.products,
            ..Self::new(Settings::Pca(settings), factors, model.approximation, end)
        }
    }
}

impl<T: Scalar> From<NmfModel<T>> for Factorization<T> {
    fn from(model: NmfModel<T>) -> Self {
        let (w, h) = (model.w, model.h);
        let settings = Settings::Nmf(model.settings);
        let end = (model.iterations, model.stop);
        Self {
            loss: model.loss.to_f64(),
            products: model.products,
            ..Self::new(settings, Factors::Nmf { w, h }, model.approximation, end)
        }
    }
}

impl<T: Scalar> From<GradientNmfModel<T>> for Factorization<T> {
    fn from(model: GradientNmfModel<T>) -> Self {
        let (w, h) = (model.w, model.h);
        let settings = Settings::GradientNmf(model.settings);
        let end = (model.iterations, model.stop);
        Self {
            products: model.products,
            ..Self::new(settings, Factors::Nmf { w, h }, model.approximation, end)
        }
    }
}

impl<T: Scalar> From<GradientSvdModel<T>> for Factorization<T> {
    fn from(model: GradientSvdModel<T>) -> Self {
        let factors = Factors::Svd {
            u: model.u,
            singular_values: model.singular_values,
            v: model.v,
        };
        let settings = Settings::GradientSvd(model.settings);
        let end = (model.iterations, model.stop);
        Self {
            loss: model.loss.to_f64(),
            residuals: Some(model.residuals),
            products: model.products,
            ..Self::new(settings, factors, model.approximation, end)
        }
    }
}

impl<T: Scalar> From<ChainModel<T>> for Factorization<T> {
    fn from(model: ChainModel<T>) -> Self {
        let factors = Factors::Chain(model.factors);
        let settings = Settings::Chain(model.settings);
        let end = (model.iterations, model.stop);
        Self {
            loss: model.loss.to_f64(),
            products: model.products,
            ..Self::new(settings, factors, model.approximation, end)
        }
    }
}

impl<T: Scalar> From<CompletionModel<T>> for Factorization<T> {
    fn from(model: CompletionModel<T>) -> Self {
        let factors = Factors::Completion {
            w: model.w,
            h: model.h,
            row_biases: model.row_biases,
            column_biases: model.column_biases,
            mean: model.mean,
        };
        let settings = Settings::Completion(model.settings);
        let end = (model.iterations, model.stop);
        Self {
            loss: model.loss.to_f64(),
            ..Self::new(settings, factors, model.approximation, end)
        }
    }
}
