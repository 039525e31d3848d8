"""Recommenders of others: functions of a training part and settings, which return a score of each item for each user.

Models of lists are given ones. Those of ratings that can't score all items at once are given the held-out part, too, of
which they know the places alone, and return the predictions of it.
"""

import numpy as np


def popularity(training):
    return np.tile(np.diff(training.tocsc().indptr).astype(np.float32), (training.shape[0], 1))


def pure_svd(training, k):
    """Cremonesi, Koren & Turrin 2010, by SciPy."""
    from scipy.sparse.linalg import svds

    _, _, vt = svds(training.astype(np.float64), k=k, random_state=0)
    return training @ vt.T @ vt


def ease(training, l2):
    """Steck 2019, by NumPy."""
    gram = (training.T @ training).toarray().astype(np.float32)
    gram[np.diag_indices_from(gram)] += l2
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return training.astype(np.float32) @ weights


def implicit(training, k, l2, alpha, sweeps, seed=0):
    """alpha: an entry counts so many times as much as one that is not there."""
    from implicit.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(factors=k, regularization=l2, alpha=alpha, iterations=sweeps, use_gpu=False,
                                    random_state=seed)
    model.fit(training.astype(np.float32), show_progress=False)
    return model.user_factors @ model.item_factors.T


def irspack_ials(training, k, l2, alpha0, nu, sweeps, seed=0):
    """The loss of Rendle, Krichene, Zhang & Koren 2021: an entry counts 1 + alpha_0, all others alpha_0."""
    from irspack import IALSRecommender

    model = IALSRecommender(training, n_components=k, reg=l2, alpha0=alpha0, nu=nu, train_epochs=sweeps,
                            random_seed=seed)
    return model.learn().get_score(np.arange(training.shape[0]))


def irspack_rp3beta(training, beta, top_k):
    from irspack import RP3betaRecommender

    model = RP3betaRecommender(training, beta=beta, top_k=top_k, normalize_weight=True).learn()
    return np.asarray(model.get_score(np.arange(training.shape[0])))


def surprise_of(training):
    from surprise import Dataset, Reader

    a = training.tocoo()
    data = Dataset(Reader(rating_scale=(0.5, 5)))
    entries = zip(a.row.tolist(), a.col.tolist(), a.data.tolist())
    return data.construct_trainset([(*entry, None) for entry in entries])


def surprise_predictions(model, training, held_out):
    model.fit(surprise_of(training))
    a = held_out.tocoo()
    places = zip(a.row.tolist(), a.col.tolist())
    return np.array([model.predict(user, item, clip=False).est for user, item in places])


def surprise_baseline(training, held_out, users, films):
    from surprise import BaselineOnly

    options = {"method": "als", "n_epochs": 20, "reg_u": users, "reg_i": films}
    return surprise_predictions(BaselineOnly(bsl_options=options, verbose=False), training, held_out)


def surprise_svd(training, held_out, k, epochs, penalty, seed=0):
    from surprise import SVD

    model = SVD(n_factors=k, n_epochs=epochs, lr_all=0.01, reg_all=penalty, random_state=seed)
    return surprise_predictions(model, training, held_out)


def surprise_knn(training, held_out, k):
    """Neighbours among users, by Pearson's correlation about the baselines."""
    from surprise import KNNBaseline

    options = {"name": "pearson_baseline", "user_based": True}
    model = KNNBaseline(k=k, sim_options=options, bsl_options={"method": "als", "n_epochs": 20}, verbose=False)
    return surprise_predictions(model, training, held_out)


def one_hot(a):
    """Of each entry, a one for its user and one for its item."""
    from scipy.sparse import csr_matrix

    (m, n), coo = a.shape, a.tocoo()
    columns = np.stack([coo.row, m + coo.col], axis=1).ravel()
    return csr_matrix((np.ones(2 * a.nnz), columns, np.arange(0, 2 * a.nnz + 1, 2)), shape=(a.nnz, m + n))


def my_fm(training, held_out, k, sweeps, kept, seed=0):
    """A factorization machine by Gibbs sampling: of a user and an item alone, a factorization with biases."""
    from myfm import MyFMRegressor

    model = MyFMRegressor(rank=k, random_seed=seed)
    model.fit(one_hot(training), training.tocoo().data, n_iter=sweeps, n_kept_samples=kept,
              group_shapes=list(training.shape))
    return model.predict(one_hot(held_out))


def embedding_dot_bias(training, held_out, seed):
    """EmbeddingDotBias of fast.ai's course, by NumPy: 50 factors, Adam at 1e-2 with a penalty of 2e-4 in the gradient of all
    rows, batches of 64, cycles of one and of two epochs, in each of which the rate falls to zero along a cosine."""
    random, a = np.random.default_rng(seed), training.tocoo()
    (m, n), k, batch = a.shape, 50, 64
    # A factor and a bias in each row; users first.
    rows = random.uniform(-0.05, 0.05, (m + n, k + 1)).astype(np.float32)
    rates, steps = [], -(-a.nnz // batch)
    for epochs in (1, 2):
        rates += [0.5e-2 * (1 + np.cos(np.pi * t / (epochs * steps))) for t in range(epochs * steps)]
    first, second = np.zeros_like(rows), np.zeros_like(rows)
    for step, rate in enumerate(rates):
        if step % steps == 0:
            order = random.permutation(a.nnz)
        chosen = order[step % steps * batch:][:batch]
        users, items = a.row[chosen], m + a.col[chosen]
        predicted, slope = dot_bias(rows, users, items)
        of_dot = (2 * (predicted - a.data[chosen]) * slope / len(chosen))[:, None].astype(np.float32)
        gradient = 2e-4 * rows
        np.add.at(gradient, users, of_dot * np.hstack([rows[items, :k], np.ones_like(of_dot)]))
        np.add.at(gradient, items, of_dot * np.hstack([rows[users, :k], np.ones_like(of_dot)]))
        first += 0.1 * (gradient - first)
        second += 0.001 * (gradient * gradient - second)
        mean, square = first / (1 - 0.9 ** (step + 1)), second / (1 - 0.999 ** (step + 1))
        rows -= rate * mean / (np.sqrt(square) + 1e-8)
    b = held_out.tocoo()
    return dot_bias(rows, b.row, m + b.col)[0]


def dot_bias(rows, users, items):
    """0.5 + 4.5 s(w . h + b + c), and its derivative."""
    w, h = rows[users], rows[items]
    x = (w[:, :-1] * h[:, :-1]).sum(axis=1) + w[:, -1] + h[:, -1]
    s = 1 / (1 + np.exp(-x.astype(np.float64)))
    return 0.5 + 4.5 * s, 4.5 * s * (1 - s)
