"""Equal models on equal ratings: lowrank's scores beside those of others, on the first divisions.

Where a model has one solution, the scores are compared; where it has many, what they have in common: the loss that is
reached, the predictions, the lists.
"""

import numpy as np
from recommenders import peers, quality, splits
from recommenders.judgement import SEEDS, SHARE


def relative(x, y):
    return float(np.linalg.norm(x - y) / np.linalg.norm(y))


def correlation(x, y):
    return float(np.corrcoef(np.ravel(x), np.ravel(y))[0, 1])


def of_divisions(a, ours):
    """(what is compared, the figure, its bound, whether more is better)."""
    ours.take(a, "all")
    for name, divide in (("random", splits.random_split), ("user", splits.each_user_split)):
        differ = 0
        for seed in SEEDS:
            _, held_out = divide(a, SHARE, seed)
            offsets, columns = ours.held_out("all", name, SHARE, seed)
            equal = np.array_equal(offsets, held_out.indptr) and np.array_equal(columns, held_out.indices)
            differ += not equal
        yield f"`--split {name}` by lowrank and by NumPy, divisions that differ", differ, 0, False


def of_lists(parts, ours):
    training, held_out = parts
    ours.take(held_out, "held-out")
    ours.take(training)
    for model in ("popularity", "implicit"):
        found, expected = ours.judged(model), quality.ranking(ours.scores(model)[0], training, held_out)
        differs = max(abs(figure - expected[name]) for name, figure in found.items())
        yield f"lists of `{model}` judged by lowrank and by NumPy, the largest difference of a figure", differs, 1e-9, False
    found, _ = ours.scores("popularity")
    yield "popularity, scores", relative(found, peers.popularity(training)), 1e-6, False
    found, _ = ours.scores("svd", k=20)
    yield "`svd` and SciPy's svds, 20 factors, scores", relative(found, peers.pure_svd(training, 20)), 1e-3, False
    found, _ = ours.scores("ease", l2=300.0)
    yield "`ease` and EASE by NumPy, l2 300, scores", relative(found, peers.ease(training, 300.0)), 1e-3, False
    found, _ = ours.scores("implicit", k=64, l2=20.0, confidence=1.0, sweeps=200)
    expected = peers.implicit(training, 64, 20.0, 2.0, 200)
    yield "`implicit` and implicit, 64 factors, 200 sweeps, scores", relative(found, expected), 0.1, False
    both = [quality.lists(scores, training, 10) for scores in (found, expected)]
    shared = np.mean([len(np.intersect1d(*pair)) for pair in zip(*both)]) / 10
    yield "their lists of ten, items in common", float(shared), 0.9, True


def of_ratings(parts, ours):
    training, held_out = parts
    ours.take(training)
    # Like myFM: one noise for the ratings of all users.
    found = quality.at(ours.scores("gibbs", k=10, noise_degrees=1e12)[0], held_out)
    expected = peers.my_fm(training, held_out, 10, 320, 300)
    yield "`gibbs` with one noise and myFM, rank 10, predictions, correlation", correlation(found, expected), 0.98, True
    # A film without ratings keeps the random factors in cmfrec that it starts from.
    known = np.diff(training.tocsc().indptr)[held_out.tocoo().col] > 0
    found = quality.at(ours.scores("als", k=20, l2=12.0, bias_l2=3.0)[0], held_out)
    expected = cmfrec(training, held_out)
    yield (
        "`als` and cmfrec, 20 factors, predictions for films with ratings, correlation",
        correlation(found[known], expected[known]),
        0.98,
        True,
    )


def cmfrec(training, held_out):
    from cmfrec import CMF

    model = CMF(k=20, method="als", use_cg=False, niter=150, lambda_=[3.0, 3.0, 12.0, 12.0, 0, 0], scale_lam=False,
                user_bias=True, item_bias=True, center=True, use_float=False, verbose=False, random_state=0)
    model.fit(training.tocoo())
    a = held_out.tocoo()
    v = model.glob_mean_ + model.user_bias_[a.row] + model.item_bias_[a.col]
    return v + (model.A_[a.row] * model.B_[a.col]).sum(axis=1)


def table(compared):
    lines = ["| | found | wanted | |", "|---|---|---|---|"]
    for what, figure, bound, more in compared:
        holds = figure >= bound if more else figure <= bound
        wanted = f"at least {bound:g}" if more else f"at most {bound:g}"
        lines.append(f"| {what} | {figure:.3g} | {wanted} | {'holds' if holds else 'DOES NOT HOLD'} |")
    return "\n".join(lines)
