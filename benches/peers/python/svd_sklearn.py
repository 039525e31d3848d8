"""Five singular triplets of four newsgroups: python svd_sklearn.py 20news-bydate.tar.gz"""

import sys

import numpy as np
from newsgroups import texts
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.extmath import randomized_svd

vectorizer = TfidfVectorizer(stop_words="english")
a = vectorizer.fit_transform(texts(sys.argv[1]))
u, s, vt = randomized_svd(a, 5, random_state=0)
# U spans what U diag(s) V^T keeps of A, so that the squares subtract.
print("error", np.sqrt(a.multiply(a).sum() - s @ s))
words = vectorizer.get_feature_names_out()
for topic in abs(vt):
    print(" ".join(words[topic.argsort()[:-9:-1]]))
