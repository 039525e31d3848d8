use super::descending;
use lowrank::method::{Factorization, Factors};
use lowrank::nmf::NmfModel;
use lowrank::svd::SvdModel;
use lowrank::{DenseMatrix, Scalar};

/// A ~ sum of x_k y_k^T: a factorization as a sum of k components.
///
/// The factors are borrowed from the model; 2 k numbers are stored.
#[derive(Clone, Debug)]
pub struct Components<'a, T> {
    /// m x k: W, or U.
    weights: &'a DenseMatrix<T>,
    /// n x k: H, or V.
    terms: &'a DenseMatrix<T>,
    /// ||h_k||, or s_k: the factor from weights to lengths.
    lengths: Vec<f64>,
    strengths: Vec<f64>,
    /// The number of components above rounding noise.
    rank: usize,
}

impl<'a, T: Scalar> Components<'a, T> {
    /// Returns the components of W H^T.
    pub fn of_nmf(model: &'a NmfModel<T>) -> Self {
        Self::of_product(&model.w, &model.h)
    }

    /// Returns the components of U diag(s) V^T.
    pub fn of_svd(model: &'a SvdModel<T>) -> Self {
        Self {
            rank: model.rank,
            ..Self::of_triplets(&model.u, &model.singular_values, &model.v)
        }
    }

    /// Returns the components of a factorization by any method.
    pub fn of(found: &'a Factorization<T>) -> Self {
        let factors = &found.factors;
        let components = match factors {
            Factors::Svd {
                u,
                singular_values,
                v,
            } => Self::of_triplets(u, singular_values, v),
            _ => Self::of_product(factors.weights(), factors.components()),
        };
        Self {
            rank: found.rank,
            ..components
        }
    }

    fn of_product(weights: &'a DenseMatrix<T>, terms: &'a DenseMatrix<T>) -> Self {
        let lengths = column_lengths(terms);
        let pairs = column_lengths(weights).into_iter().zip(&lengths);
        Self {
            weights,
            terms,
            strengths: pairs.map(|(w, h)| w * h).collect(),
            rank: lengths.len(),
            lengths,
        }
    }

    fn of_triplets(u: &'a DenseMatrix<T>, s: &[T], v: &'a DenseMatrix<T>) -> Self {
        let lengths: Vec<f64> = s.iter().map(|s| s.to_f64()).collect();
        Self {
            weights: u,
            terms: v,
            strengths: lengths.clone(),
            rank: lengths.len(),
            lengths,
        }
    }

    /// Returns k.
    pub fn count(&self) -> usize {
        self.lengths.len()
    }

    /// Returns m.
    pub fn documents(&self) -> usize {
        self.weights.nrows()
    }

    /// Returns H or V, n x k.
    pub fn terms(&self) -> &'a DenseMatrix<T> {
        self.terms
    }

    /// ||w_k|| ||h_k||, or s_k.
    pub fn strength(&self, k: usize) -> f64 {
        self.strengths[k]
    }

    /// Checks that component k is within the rank of A; beyond it, the components of an SVD are arbitrary.
    pub fn is_determined(&self, k: usize) -> bool {
        k < self.rank
    }

    /// w_ik ||h_k||, or |u_ik| s_k: the length of the part of document `i` in component `k`.
    pub fn part(&self, i: usize, k: usize) -> f64 {
        self.weights.at(i, k).to_f64().abs() * self.lengths[k]
    }

    /// Returns the components, sorted by descending strength.
    pub fn by_strength(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.count()).collect();
        order.sort_by(|&p, &q| descending(self.strengths[p], self.strengths[q]));
        order
    }

    /// Returns the `count` terms of greatest |weight| in component `k`, without weights of zero; ties are in the order
    /// of the terms.
    pub fn heaviest_terms(&self, k: usize, count: usize) -> Vec<usize> {
        let component = self.terms.column(k);
        let magnitude = |j: usize| component[j].to_f64().abs();
        let by_weight =
            |p: &usize, q: &usize| descending(magnitude(*p), magnitude(*q)).then(p.cmp(q));
        let mut order: Vec<usize> = (0..component.len()).collect();
        let count = count.min(order.len());
        if count < order.len() {
            order.select_nth_unstable_by(count, by_weight);
            order.truncate(count);
        }
        order.sort_by(by_weight);
        order.retain(|&j| magnitude(j) > 0.0);
        order
    }
}

fn column_lengths<T: Scalar>(a: &DenseMatrix<T>) -> Vec<f64> {
    (0..a.ncols()).map(|k| length(a.column(k))).collect()
}

/// ||x||.
pub(super) fn length<T: Scalar>(x: &[T]) -> f64 {
    x.iter().map(|x| x.to_f64().powi(2)).sum::<f64>().sqrt()
}
