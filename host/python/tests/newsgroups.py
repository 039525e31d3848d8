"""Texts with labels: four of the 20 Newsgroups where LOWRANK_DATA names a folder that has them, else made-up ones."""

import os
import random
import tarfile
from pathlib import Path

CATEGORIES = ("alt.atheism", "comp.graphics", "sci.space", "talk.religion.misc")
THEMES = (
    "moon orbit rocket launch shuttle planet star comet lunar probe",
    "flour yeast dough oven crust butter loaf sugar recipe bake",
    "sail mast tide harbour anchor rope keel wind deck crew",
    "chord melody rhythm guitar piano tune concert bass drum choir",
)


def archive():
    """The archive of 20 Newsgroups, or None."""
    folder = os.environ.get("LOWRANK_DATA")
    path = Path(folder, "20news", "20news-bydate.tar.gz") if folder else None
    return path if path is not None and path.exists() else None


def read(path):
    """Texts and labels of the four groups, first for training, then for the test, in the order of the archive."""
    parts = {"20news-bydate-train": ([], []), "20news-bydate-test": ([], [])}
    with tarfile.open(path, "r|gz") as posts:
        for post in posts:
            folder, _, category = post.name.rpartition("/")[0].rpartition("/")
            if post.isfile() and category in CATEGORIES:
                texts, labels = parts[folder]
                texts.append(posts.extractfile(post).read().decode("latin1"))
                labels.append(CATEGORIES.index(category))
    return *parts["20news-bydate-train"], *parts["20news-bydate-test"]


def made_up(documents, seed):
    """Documents of four themes, with words of all in each, and their themes."""
    chance = random.Random(seed)
    themes = [theme.split() for theme in THEMES]
    everything = [word for theme in themes for word in theme]
    common = [f"common{n}" for n in range(200)]
    texts, labels = [], []
    for number in range(documents):
        label = number % len(themes)
        words = chance.choices(themes[label], k=12) + chance.choices(everything, k=12) + chance.choices(common, k=30)
        chance.shuffle(words)
        texts.append(" ".join(words))
        labels.append(label)
    return texts, labels


def texts_and_labels():
    """Texts and labels for training, and for the test."""
    path = archive()
    if path is not None:
        return read(path)
    return *made_up(400, seed=0), *made_up(200, seed=1)
