"""Held-out errors of scikit-surprise on MovieLens, over the first division of recommenders/splits.py.

    pip install scikit-surprise==1.1.5
    python3 benches/peers/ratings_surprise.py ml-latest-small-2016/ratings.csv

Rates and penalties of each model are the best ones of a grid on a fifth of the training part, as those of lowrank are.
Nothing is clipped to the range of the ratings.
"""

import csv
import itertools
import sys
import time

from recommenders.splits import held_out_of
from surprise import SVD, BaselineOnly, Dataset, Reader, accuracy


def split(ratings, share, seed):
    """What is learnt from, and what is held out."""
    chosen = held_out_of(len(ratings), share, seed)
    return (
        [rating for rating, held in zip(ratings, chosen) if not held],
        [rating for rating, held in zip(ratings, chosen) if held],
    )


def trainset(ratings):
    data = Dataset(Reader(rating_scale=(0.5, 5)))
    return data.construct_trainset([(*rating, None) for rating in ratings])


def rmse(model, ratings):
    predictions = [model.predict(user, film, rating, clip=False) for user, film, rating in ratings]
    return accuracy.rmse(predictions, verbose=False)


def baselines():
    for users, films in itertools.product((2, 3, 5, 10), (2, 3, 5, 10)):
        options = {"method": "als", "n_epochs": 20, "reg_u": users, "reg_i": films}
        yield f"BaselineOnly reg_u={users} reg_i={films}", BaselineOnly(bsl_options=options, verbose=False)


def factorizations():
    for factors, epochs, penalty in itertools.product((20, 100), (20, 50, 100), (0.05, 0.1, 0.15)):
        settings = {"n_factors": factors, "n_epochs": epochs, "lr_all": 0.01, "reg_all": penalty}
        named = " ".join(f"{name}={value}" for name, value in settings.items())
        yield f"SVD {named}", SVD(random_state=0, **settings)


def defaults():
    yield "BaselineOnly, defaults", BaselineOnly(verbose=False)
    yield "SVD, defaults", SVD(random_state=0)


def best(candidates, learnt, judged):
    return min(candidates, key=lambda named: rmse(named[1].fit(learnt), judged))


def main(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    ratings = [(int(row["userId"]), int(row["movieId"]), float(row["rating"])) for row in rows]
    training, held_out = split(sorted(ratings), 0.2, 0)
    learnt, judged = split(training, 0.2, 1)
    learnt, everything = trainset(learnt), trainset(training)
    chosen = [best(models(), learnt, judged) for models in (baselines, factorizations)]
    for name, model in [*defaults(), *chosen]:
        start = time.perf_counter()
        model.fit(everything)
        seconds = time.perf_counter() - start
        print(f"{rmse(model, training):.4f} training, {rmse(model, held_out):.4f} held out, {seconds:5.2f} s  {name}")


if __name__ == "__main__":
    main(sys.argv[1])
