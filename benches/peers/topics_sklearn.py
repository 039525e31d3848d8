"""Five topics of four newsgroups by NMF: python topics_sklearn.py 20news-bydate.tar.gz cd|mu"""

import sys

from newsgroups import texts
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfVectorizer

archive, solver = sys.argv[1:]
vectorizer = TfidfVectorizer(stop_words="english")
a = vectorizer.fit_transform(texts(archive))
nmf = NMF(5, init="nndsvda", solver=solver, random_state=0).fit(a)
print("error", nmf.reconstruction_err_, "after", nmf.n_iter_, "iterations")
words = vectorizer.get_feature_names_out()
for topic in nmf.components_:
    print(" ".join(words[topic.argsort()[:-9:-1]]))
