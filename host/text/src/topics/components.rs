use super::descending;
use lowrank::{DenseMatrix, NmfModel, Scalar, SvdModel};

/// A ~ sum of x_k y_k^T: a model of either method as a sum of k components.
///
/// Borrowed from the model; its own are 2 k numbers.
#[derive(Clone, Debug)]
pub struct Components<'a, T> {
    /// m x k: W, or U.
    weights: &'a DenseMatrix<T>,
    /// n x k: H, or V.
    terms: &'a DenseMatrix<T>,
    /// What a weight of one is long: ||h_k||, or s_k.
    lengths: Vec<f64>,
    strengths: Vec<f64>,
    /// The components that are not rounding noise.
    rank: usize,
}

impl<'a, T: Scalar> Components<'a, T> {
    /// Those of W H^T.
    pub fn of_nmf(model: &'a NmfModel<T>) -> Self {
        let lengths = column_lengths(&model.h);
        let pairs = column_lengths(&model.w).into_iter().zip(&lengths);
        Self {
            weights: &model.w,
            terms: &model.h,
            strengths: pairs.map(|(w, h)| w * h).collect(),
            rank: lengths.len(),
            lengths,
        }
    }

    /// Those of U diag(s) V^T.
    pub fn of_svd(model: &'a SvdModel<T>) -> Self {
        let lengths: Vec<f64> = model.singular_values.iter().map(|s| s.to_f64()).collect();
        Self {
            weights: &model.u,
            terms: &model.v,
            strengths: lengths.clone(),
            rank: model.rank,
            lengths,
        }
    }

    /// k.
    pub fn count(&self) -> usize {
        self.lengths.len()
    }

    /// m.
    pub fn documents(&self) -> usize {
        self.weights.nrows()
    }

    /// H or V, n x k.
    pub fn terms(&self) -> &'a DenseMatrix<T> {
        self.terms
    }

    /// ||w_k|| ||h_k||, or s_k.
    pub fn strength(&self, k: usize) -> f64 {
        self.strengths[k]
    }

    /// Whether component k says something: those of an SVD beyond the rank of A are arbitrary.
    pub fn is_determined(&self, k: usize) -> bool {
        k < self.rank
    }

    /// w_ik ||h_k||, or |u_ik| s_k: the length of what component `k` gives to document `i`.
    pub fn part(&self, i: usize, k: usize) -> f64 {
        self.weights.at(i, k).to_f64().abs() * self.lengths[k]
    }

    /// The components, the strongest first.
    pub fn by_strength(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.count()).collect();
        order.sort_by(|&p, &q| descending(self.strengths[p], self.strengths[q]));
        order
    }

    /// The `count` terms of greatest |weight| in component `k`, none of weight zero; ties in the
    /// order of the terms.
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
