//! New users of a completion that was trained elsewhere, and their ratings.

use crate::memory::{Buffer, View, lend};
use crate::model::Model;
use crate::nmf_model::SparseRow;
use crate::status::LowrankStatus;
use lowrank_core::model::CompletionView;

/// Computes the weights and the bias of a user from the items that are known of them, by one step of alternating least
/// squares (Zhou, Wilkinson, Schreiber & Pan 2008). Without any, the user is the mean one.
///
/// - `ratings`: of item `indices[p]`, `values[p]`; zero is a rating.
/// - `weights`: LOWRANK_COMPLETION_LEN(k) numbers, of which the first k are the weights, and the others scratch.
/// - `bias`: that of the user; 0 for a model without biases.
///
/// Costs k^2 + 6 k for each rating, and k^3 / 3.
///
/// # Safety
/// As for lowrank_model_open; the bytes of the model are as they were then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_completion_fold_in(
    model: Model,
    ratings: SparseRow,
    weights: Buffer<f32>,
    bias: *mut f32,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe {
        lend(|memory| {
            let model = CompletionView::parse_without_checksum(model.lent(memory)?)?;
            let ratings = ratings.lent(memory)?;
            let k = model.shape().1;
            let needed = CompletionView::scratch_len(k).saturating_add(k);
            let numbers = memory.output(weights, needed)?;
            let bias = memory.place(bias)?;
            let (weights, scratch) = numbers.split_at_mut_checked(k).unwrap_or_default();
            bias.set(model.fold_in(&ratings, weights, scratch)?);
            Ok(())
        })
    }
}

/// Computes the rating of an item by a user, mean + bias of the user + bias of the item + w . h.
///
/// - `weights`: k numbers, from lowrank_completion_fold_in, as `bias`.
///
/// # Safety
/// As for lowrank_completion_fold_in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_completion_predict(
    model: Model,
    item: u32,
    weights: View<f32>,
    bias: f32,
    rating: *mut f32,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe {
        lend(|memory| {
            let model = CompletionView::parse_without_checksum(model.lent(memory)?)?;
            let weights = memory.input(weights, model.shape().1)?;
            let rating = memory.place(rating)?;
            rating.set(model.predict(item as usize, weights, bias)?);
            Ok(())
        })
    }
}
