"""Ratings that are missing, and what to offer to whom.

    python host/python/examples/ratings.py

With LOWRANK_DATA, the 100,004 ratings of MovieLens; else made-up ones of 120 users and 80 films.
"""

# %% Ratings: a sparse matrix, a row per user, a column per film. What is not stored is missing.
import csv
import os
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from lowrank import ImplicitALS, MatrixCompletion


def movielens(folder):
    with open(folder / "ratings.csv", newline="") as file:
        entries = [(int(row["userId"]), int(row["movieId"]), float(row["rating"])) for row in csv.DictReader(file)]
    with open(folder / "movies.csv", newline="", encoding="utf-8") as file:
        titles = {int(row["movieId"]): row["title"] for row in csv.DictReader(file)}
    users, films, ratings = zip(*entries)
    (_, user), (ids, film) = np.unique(users, return_inverse=True), np.unique(films, return_inverse=True)
    return user, film, np.array(ratings), [titles[number] for number in ids]


def made_up(users, films, seed):
    """Users like films of their genres, of four; every film has one."""
    chance = np.random.default_rng(seed)
    genre = np.arange(films) % 4
    taste = chance.dirichlet(np.full(4, 0.4), size=users)
    user, film = np.nonzero(chance.random((users, films)) < 0.25)
    rating = 2.5 + 3 * (taste[user, genre[film]] - 0.25) + chance.normal(0, 0.3, size=len(user))
    names = [f"film {number} ({('drama', 'comedy', 'crime', 'western')[genre[number]]})" for number in range(films)]
    return user, film, np.clip(np.round(2 * rating) / 2, 0.5, 5), names


data = os.environ.get("LOWRANK_DATA")
user, film, rating, titles = movielens(Path(data, "ml-latest-small-2016")) if data else made_up(120, 80, seed=0)
shape = (user.max() + 1, len(titles))
print(f"{len(rating)} ratings of {shape[1]} films by {shape[0]} users")

# %% A tenth is held out, and the rest is learnt.
held = np.random.default_rng(1).random(len(rating)) < 0.1
known = sp.csr_array((rating[~held], (user[~held], film[~held])), shape=shape)
k, alpha = (10, 12.0) if data else (3, 2.0)  # a penalty grows with the ratings that a user has
model = MatrixCompletion(n_components=k, alpha=alpha).fit(known)
found = model.predict_entries(user[held], film[held])
rmse = np.sqrt(np.mean((found - rating[held]) ** 2))
mean = np.sqrt(np.mean((rating[~held].mean() - rating[held]) ** 2))
print(f"error of a rating that was held out: {rmse:.4f}; of the mean of all: {mean:.4f}")
print(f"converged: {model.converged_}, {model.n_iter_} iterations")
assert rmse < mean

# %% A new user, who was not there: factors from his ratings alone.
new = sp.csr_array(known[[int(np.diff(known.indptr).argmax())]])
full = model.complete(new)[0]
full[new.indices] = -np.inf  # what he has seen
print("for a new user:", "; ".join(f"{titles[n]} {full[n]:.2f}" for n in np.argsort(-full)[:3]))

# %% Without ratings: who has seen what.
seen = known.copy()
seen.data[:] = 1.0
implicit = ImplicitALS(n_components=16, alpha=5.0, random_state=0).fit(seen)
items, scores = implicit.recommend(seen[[0]], n=3)
print("seen by others like user 0:", "; ".join(titles[n] for n in items[0]))
assert not np.isin(items[0], seen[[0]].indices).any()
others, cosines = implicit.similar_items(int(items[0, 0]), n=3)
print(f"like {titles[items[0, 0]]}:", "; ".join(f"{titles[n]} {c:.2f}" for n, c in zip(others, cosines)))
