//! New users of a completion, from the items that are known of them.

use super::blob::{Blob, read_as};
use super::format::Method;
use super::numbers::Numbers;
use super::row::{check_entry, check_length, check_sums};
use super::{Components, ModelError, Row, StoredComponents};
use crate::MatMut;
use crate::buffer::take;
use crate::dense::axpy;
use crate::dense::cholesky::{cholesky, cholesky_solve};

/// Ratings v_ij = mu + b_i + c_j + w_i . h_j, with the factors and biases of the items held.
#[derive(Clone, Copy, Debug)]
pub struct CompletionView<'a, C = StoredComponents<'a>> {
    components: C,
    biases: Numbers<'a>,
    mean: f32,
    /// The penalties of W and of the bias.
    penalties: [f32; 2],
    l2_by_count: bool,
}

read_as!(CompletionView);

impl<'a> CompletionView<'a> {
    /// Returns the scalars of scratch of [`fold_in`](Self::fold_in) for rank k: (k + 1) (k + 3).
    pub const fn scratch_len(k: usize) -> usize {
        k.saturating_add(1).saturating_mul(k.saturating_add(3))
    }

    fn of(blob: Blob<'a>) -> Result<Self, ModelError> {
        blob.check(Method::Completion)?;
        Ok(Self {
            components: blob.components,
            biases: blob.biases,
            mean: blob.mean,
            penalties: blob.penalties,
            l2_by_count: blob.l2_by_count,
        })
    }
}

impl<C: Components> CompletionView<'_, C> {
    /// w <- the user who rated like `row`, by one step of alternating least squares; returns the user's bias.
    ///
    /// - `row`: the ratings that are known. A rating of zero is a rating; without any, the user is the mean one.
    /// - `w`: the k weights of the user.
    /// - `scratch`: [`scratch_len`](CompletionView::scratch_len) scalars.
    ///
    /// Costs k^2 + 6 k flops for each rating, and k^3 / 3 (Zhou, Wilkinson, Schreiber & Pan 2008).
    ///
    /// # Errors
    /// - [`ModelError::Length`] for w, scratch or a dense row of another length.
    /// - [`ModelError::Index`], [`ModelError::NonFinite`] with the entry; [`ModelError::Overflow`].
    pub fn fold_in(
        &self,
        row: &(impl Row + ?Sized),
        w: &mut [f32],
        mut scratch: &mut [f32],
    ) -> Result<f32, ModelError> {
        let (n, k) = (self.components.nrows(), self.components.ncols());
        row.check(n)?;
        check_length(w.len(), k)?;
        let needed = CompletionView::scratch_len(k);
        if scratch.len() < needed {
            return Err(ModelError::Length {
                expected: needed,
                found: scratch.len(),
            });
        }
        // The last unknown is the bias, where there are biases.
        let has_biases = !self.biases.is_empty();
        let p = k.saturating_add(usize::from(has_biases));
        let features = take(&mut scratch, p);
        let solution = take(&mut scratch, p);
        let mut gram = MatMut::new(scratch, p, p).map_err(|_| ModelError::Layout)?;
        gram.fill(0.0);
        solution.fill(0.0);
        let mut known = 0.0;
        for (i, x) in row.entries() {
            check_entry(i, x, n)?;
            known += 1.0;
            self.features(i, features);
            axpy(x - self.offset(i), features, solution);
            for (feature, column) in features.iter().zip(gram.columns_mut()) {
                axpy(*feature, features, column);
            }
        }
        let [l2, bias_l2] = self.penalties;
        let l2 = if self.l2_by_count { l2 * known } else { l2 };
        for (j, column) in (0..p).zip(gram.columns_mut()) {
            if let Some(own) = column.get_mut(j) {
                *own += if j < k { l2 } else { bias_l2 };
            }
        }
        check_sums(0.0, gram.as_slice())?;
        check_sums(0.0, solution)?;
        let solved = cholesky(&mut gram).and_then(|()| cholesky_solve(&gram, solution));
        solved.map_err(|_| ModelError::Layout)?;
        check_sums(0.0, solution)?;
        crate::dense::copy(solution, w);
        Ok(solution.get(k).copied().unwrap_or(0.0))
    }

    /// Returns mu + b + c_i + w . h_i, the rating of item `i` by the user.
    ///
    /// - `w`, `bias`: from [`fold_in`](Self::fold_in).
    ///
    /// # Errors
    /// [`ModelError::Index`] for an item that does not exist; [`ModelError::Length`] unless w has k numbers.
    pub fn predict(&self, i: usize, w: &[f32], bias: f32) -> Result<f32, ModelError> {
        check_length(w.len(), self.components.ncols())?;
        check_entry(i, 0.0, self.components.nrows())?;
        Ok(self.offset(i) + bias + self.components.dot_row(i, w))
    }

    /// Returns n and k.
    pub fn shape(&self) -> (usize, usize) {
        (self.components.nrows(), self.components.ncols())
    }

    /// Returns mu + c_i.
    fn offset(&self, i: usize) -> f32 {
        self.mean + self.biases.get(i).unwrap_or(0.0)
    }

    /// Sets h_i, and one for the bias.
    fn features(&self, i: usize, features: &mut [f32]) {
        let (of_item, of_bias) = features
            .split_at_mut_checked(self.components.ncols())
            .unwrap_or_default();
        of_item.fill(0.0);
        self.components.add_row(i, 1.0, of_item);
        self.components.scale(of_item);
        of_bias.fill(1.0);
    }
}
