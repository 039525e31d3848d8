"""Texts of four newsgroups from the archive as it is, stripped by scikit-learn's functions."""

import tarfile

from sklearn.datasets._twenty_newsgroups import (
    strip_newsgroup_footer,
    strip_newsgroup_header,
    strip_newsgroup_quoting,
)

CATEGORIES = ("alt.atheism", "comp.graphics", "sci.space", "talk.religion.misc")


def texts(archive):
    found = []
    with tarfile.open(archive, "r|gz") as posts:
        for post in posts:
            folder, _, category = post.name.rpartition("/")[0].rpartition("/")
            if folder == "20news-bydate-train" and category in CATEGORIES and post.isfile():
                text = posts.extractfile(post).read().decode("latin1")
                text = strip_newsgroup_footer(strip_newsgroup_header(text))
                found.append(strip_newsgroup_quoting(text))
    return found
