"""Topics of four newsgroups, or of the lines of a file, by NMF: python topics_sklearn.py FILE cd|mu [TOPICS]"""

import sys

from newsgroups import texts
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfVectorizer


def lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


path, solver, *topics = sys.argv[1:]
vectorizer = TfidfVectorizer(stop_words="english")
a = vectorizer.fit_transform(texts(path) if path.endswith(".gz") else lines(path))
nmf = NMF(int(*topics or [5]), init="nndsvda", solver=solver, random_state=0).fit(a)
print("error", nmf.reconstruction_err_, "after", nmf.n_iter_, "iterations")
words = vectorizer.get_feature_names_out()
for topic in nmf.components_:
    print(" ".join(words[topic.argsort()[:-9:-1]]))
