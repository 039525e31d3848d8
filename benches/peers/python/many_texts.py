"""200,000 texts of 40 words about mixtures of ten themes, one a line: python many_texts.py FILE

Three words in ten are from all 10,000, the others from a window of 1000 that is their theme's, whose neighbours share
most of it; the first words of each are the most frequent. A text has some 39 different words, 7.9 M in all.
"""

import sys

import numpy as np

TEXTS, LENGTH, WORDS = 200_000, 40, 10_000
THEMES, WINDOW, STEP = 10, 1000, 150
CONCENTRATION = 0.3  # Of the themes in a text: small for few.
SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnpqrstvwxz" for vowel in "aeiou"]


def word(number):
    """Two syllables and a consonant that closes no stop word."""
    return SYLLABLES[number // 100] + SYLLABLES[number % 100] + "x"


def main():
    random = np.random.default_rng(0)
    shares = random.dirichlet(np.full(THEMES, CONCENTRATION), TEXTS).cumsum(axis=1)
    words = np.array([word(number) for number in range(WORDS)])
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        for of_text in shares:
            theme = np.searchsorted(of_text, random.random(LENGTH)).clip(max=THEMES - 1)
            place = random.random(LENGTH) ** 2
            of_all = random.random(LENGTH) < 0.3
            numbers = np.where(of_all, WORDS * place, WORDS // 20 + STEP * theme + WINDOW * place)
            print(" ".join(words[numbers.astype(int)]), file=file)


main()
