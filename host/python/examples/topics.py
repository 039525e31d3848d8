"""Topics of newsgroups.

    python host/python/examples/topics.py

With LOWRANK_DATA, the four newsgroups of scikit-learn's examples; else the sample corpus of this repository, 240 posts
on six themes.
"""

# %% Texts: one str per document.
import os
import tarfile
from pathlib import Path

import numpy as np

from lowrank import NMF, TfidfVectorizer, TruncatedSVD

GROUPS = ("alt.atheism", "comp.graphics", "sci.space", "talk.religion.misc")


def newsgroups(archive):
    texts = []
    with tarfile.open(archive, "r|gz") as posts:
        for post in posts:
            if post.isfile() and post.name.startswith("20news-bydate-train/") and post.name.split("/")[1] in GROUPS:
                text = posts.extractfile(post).read().decode("latin1")
                texts.append(text.partition("\n\n")[2])  # without the header
    return texts


def sample():
    folder = Path(__file__).resolve().parents[2] / "text" / "src" / "corpus" / "sample"
    posts = [post.strip() for file in sorted(folder.glob("*.txt")) for post in file.read_text("utf-8").split("\n%%\n")]
    return [post for post in posts if post]


data = os.environ.get("LOWRANK_DATA")
texts = newsgroups(Path(data, "20news", "20news-bydate.tar.gz")) if data else sample()
print(f"{len(texts)} documents")

# %% tf-idf, with scikit-learn's parameters and numbers.
vectorizer = TfidfVectorizer(stop_words="english", min_df=2)
X = vectorizer.fit_transform(texts)
terms = vectorizer.get_feature_names_out()
print(f"{X.shape[1]} terms, {X.nnz} entries")

# %% Topics: X ~ W H, without negative entries.
nmf = NMF(n_components=6, random_state=0)
W = nmf.fit_transform(X)
shares = np.bincount(W.argmax(axis=1), minlength=6) / len(texts)
for topic in np.argsort(-shares):
    words = terms[np.argsort(-nmf.components_[topic])[:8]]
    print(f"{100 * shares[topic]:5.1f} %  {' '.join(words)}")
print(f"error {nmf.error_:.6f}, converged: {nmf.converged_}, {nmf.n_iter_} iterations")

# %% How far is that from the best of all factorizations of rank 6? That of the SVD, which may be negative.
svd = TruncatedSVD(n_components=6, random_state=0).fit(X)
print(f"smallest possible error of rank 6: {svd.error_:.6f} (at most {svd.error_bound_:.6f})")
assert svd.error_ <= nmf.error_ * (1 + 1e-9)

# %% Topics of new documents, and of a document without a known word.
new = vectorizer.transform(["A rocket took the probe to the moon, into an orbit round the earth.", "Zyzzyva!"])
weights = nmf.transform(new)
print("new documents:", weights.round(4).tolist())
assert weights[0].max() > 0 and (weights[1] == 0).all()
