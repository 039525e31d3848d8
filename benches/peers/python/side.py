"""One request a line on standard input, one answer a line on standard output, both JSON: the side of
./compare that is written in Python. LOWRANK_DATA=... python side.py

As rust/src/main.rs: a request names a case and a matrix, the answer holds the seconds of one run and the
error that it reached. Matrices are made once, before the first run on them is timed.
"""

import json
import sys
import warnings

from completions import completion
from decompositions import pca, svd
from factorizations import iteration, kl, nmf
from matrices import describe, four_texts, squared_norm, take
from sklearn.feature_extraction.text import TfidfVectorizer
from sweeps import sweep
from timing import timed


def vectorize(request):
    documents = four_texts()
    a, seconds = timed(lambda: TfidfVectorizer(stop_words="english").fit_transform(documents))
    return {"seconds": seconds, "error": squared_norm(a) ** 0.5}


CASES = {"describe": describe, "take": take, "vectorize": vectorize, "svd": svd, "pca": pca,
         "nmf": nmf, "iteration": iteration, "kl": kl, "completion": completion, "sweep": sweep}


def main():
    # That all iterations were done is on purpose; what libraries say to their own users is not for these.
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = CASES[request["case"]](request)
        except Exception as error:  # The other sides go on.
            answer = {"refused": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
