"""The judgement of predicted ratings and of lists, by the definitions of docs/recommender.md."""

import numpy as np

# Recall as Liang et al. 2018 and Steck 2019 have it: a list of 20 can't hold more than 20.
AT_MOST = "recall@20 of at most 20"


def errors(predicted, held_out):
    """RMSE and MAE of the predictions of the held-out entries, in the order of the matrix."""
    residuals = held_out.data - predicted
    return {"RMSE": float(np.sqrt(np.mean(residuals ** 2))), "MAE": float(np.mean(np.abs(residuals)))}


def at(scores, held_out):
    """The scores of the held-out entries, in the order of the matrix."""
    rows = np.repeat(np.arange(held_out.shape[0]), np.diff(held_out.indptr))
    return scores[rows, held_out.indices].astype(np.float64)


def lists(scores, training, length):
    """The items of the highest scores of each user, without those of the training part; of equal scores, the first."""
    left = np.array(scores, np.float32)
    rows = np.repeat(np.arange(training.shape[0]), np.diff(training.indptr))
    left[rows, training.indices] = -np.inf
    return np.argsort(-left, axis=1, kind="stable")[:, :length]


def ranking(scores, training, held_out):
    """nDCG@10, recall@20 and the others, as means over the users with entries in both parts."""
    judged = np.flatnonzero((np.diff(training.indptr) > 0) & (np.diff(held_out.indptr) > 0))
    listed = lists(scores, training, 20)
    sums = dict.fromkeys(("nDCG@10", "recall@20", AT_MOST, "precision@10", "recall@10", "MAP@10"), 0.0)
    discounts = 1 / np.log2(np.arange(10) + 2)
    for user in judged:
        relevant = held_out.indices[held_out.indptr[user]:held_out.indptr[user + 1]]
        hits = np.isin(listed[user], relevant)
        ten, most = hits[:10], min(10, len(relevant))
        sums["nDCG@10"] += (discounts * ten).sum() / discounts[:most].sum()
        sums["recall@20"] += hits.sum() / len(relevant)
        sums[AT_MOST] += hits.sum() / min(20, len(relevant))
        sums["precision@10"] += ten.mean()
        sums["recall@10"] += ten.sum() / len(relevant)
        sums["MAP@10"] += (ten * ten.cumsum() / np.arange(1, 11)).sum() / most
    return {name: float(total) / len(judged) for name, total in sums.items()}
