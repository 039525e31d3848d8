"""Writes coherence.json: the NPMI of words in the sample corpus by gensim, for tests/coherence.rs.

    pip install gensim==4.4.0
    python3 tests/golden/coherence.py

gensim's c_npmi counts windows; one that is longer than every post makes them the documents. Each pair of words is handed to
it as a topic of its own. It adds 1e-12 to p_ij before the logarithms, which leaves eleven digits of a pair that occurs
together; for one that never does, the definition has no number but a limit, -1, which is written here.
"""

import json
import re
from itertools import combinations
from pathlib import Path

import gensim
from gensim.corpora import Dictionary
from gensim.models.coherencemodel import CoherenceModel

SAMPLE = Path(__file__).parents[2] / "host" / "src" / "corpus" / "sample"

TOPICS = [
    "boat wind tide mast sail rope crew harbour anchor deck",
    "roots leaves soil compost plants garden tomatoes pot water frost",
    "dough flour oven bread butter loaf yeast water sugar eggs",
    "telescope sky night eyepiece moon jupiter star planet stars saturn",
    # Words of several themes, and words of none.
    "boat compost dough telescope water night good time wind scale",
    "time year years people right little long new old way",
    # Less than ten.
    "bike wheel saddle",
    "moon tide",
]


def read_posts():
    """The posts as lists of words: runs of two or more letters, digits and underscores, in lower case."""
    posts = []
    for theme in sorted(SAMPLE.glob("*.txt")):
        for post in theme.read_text(encoding="utf-8").split("\n%%\n"):
            posts.append(re.findall(r"\b\w\w+\b", post.lower()))
    return posts


def pair_figures(posts, words):
    """The NPMI of each pair of words."""
    holding = {word: {i for i, post in enumerate(posts) if word in post} for word in words}
    pairs = list(combinations(words, 2))
    model = CoherenceModel(
        topics=[list(pair) for pair in pairs],
        texts=posts,
        dictionary=Dictionary(posts),
        coherence="c_npmi",
        window_size=1 + max(len(post) for post in posts),
        topn=2,
        processes=1,
    )
    by_gensim = model.get_coherence_per_topic()
    together = [bool(holding[x] & holding[y]) for x, y in pairs]
    return [float(value) if both else -1.0 for value, both in zip(by_gensim, together)]


def main():
    posts = read_posts()
    topics = []
    for line in TOPICS:
        words = line.split()
        pairs = pair_figures(posts, words)
        topics.append({"words": words, "pairs": pairs, "coherence": sum(pairs) / len(pairs)})
    golden = {"made_by": f"gensim {gensim.__version__}", "documents": len(posts), "topics": topics}
    target = Path(__file__).with_name("coherence.json")
    target.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
