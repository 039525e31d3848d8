"""Writes vectorizer.json: what scikit-learn makes of small texts, for tests/vectorizer.rs.

    pip install scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1
    python3 golden/vectorizer.py

Run with Python 3.11 in the folder `tests`. The texts keep to characters that every Unicode since 14.0 holds.
"""

import json
from pathlib import Path

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

UNICODE = [
    # Final sigma: at a word's end, in it, alone, before marks and apostrophes, after a long ASCII stretch.
    "ΟΔΥΣΣΕΥΣ ΣΑΣ Σ ΣΣ ΟΔΟΣ' ΟΔΟΣ'Α ΟΔΟΣ\u0301 ΟΔΟΣ\u0301Α ΑΣ.Α ΑΣ:Α ΑΣ1 1Σ ΑΣ_ ΑΣ\u00adΒ ΑΣ\u200dΒ",
    "this long stretch of ascii letters comes before the sigma thatisgluedΣ thatisgluedΣx 'Σ aΣ AΣ' A.Σ",
    # Turkish dotted capital I, which lowers to two characters, the second a combining mark.
    "İstanbul DİYARBAKIR ISPARTA ısparta İİ İ xİ İx",
    # Combining marks, precomposed and decomposed; Devanagari, Thai and Hebrew signs are marks too.
    "Café cafe\u0301 cafe\u0301teria naïve nai\u0308ve e\u0301 हिन्दी नमस्ते ภาษาไทย שָׁלוֹם العَرَبِيَّة",
    # Chinese, Japanese, Korean, half and full width, a letter beyond the basic plane.
    "中文 中 文字,汉字。日本語カタカナひらがな 한국어 한 ｶﾀｶﾅ ＦＵＬＬ１２３ 𠀀𠀁 𠀀 々〆 ーー",
    # Digits of other scripts; superscripts, fractions, circled numbers, Roman numeral characters.
    "٠١٢٣ ४२ ๔๒ x² m³ ²³ ¹ ½ ½¼ 3½ ①② ⑳ Ⅷ ⅷ ⅯⅯ ⅯX 〇〇 ㊿㊿ 𝟘𝟙 𝐀𝐁 ൰൱",
    # Underscores and their kin: only the low line is a word character.
    "snake_case __init__ _ __ _a a_ a‿b c﹍d e＿f g-h i–j",
    # Eszett both ways, ligatures, digraphs, letters that lower to other blocks.
    "Straße STRASSE STRAẞE ẞẞ ﬁnd ﬂow ﬃ Ǆ ǅ ǆ ǅungla ǈǈ K Å Ω KÅΩ ϴϴ ᏣᎳᎩ ꭰꭱ Ⴀ ႠႡ ᲐᲑ Ԑԑ",
    # Joiners, soft hyphens, marks of direction, variation selectors.
    "zero\u200dwidth zero\u200cwidth zero\u200bwidth soft\u00adhyphen \u202eright\u202c \ufeffbom word\u2060joiner a\ufe0fb",
    # Emoji, circled and squared letters (symbols, though Unicode calls them alphabetic), currency.
    "😀 😀😀 👩\u200d💻 Ⓐ Ⓑⓑ ⒶⒷ 🄰🄱 €100 100€ £5m ™ ℠ ℃℃ ℕℕ ℓℓ ªº ʰʱ",
    # Apostrophes, quotes, spaces of several kinds, controls, a NUL.
    "don't don’t rock'n'roll o'clock \"quoted\" no\u00a0break thin\u2009space line\u2028end tab\tend nul\x00end cr\r\nlf",
]

ENGLISH = [
    "The space shuttle is in orbit, and the shuttle orbits the earth 24 hours a day.",
    "NASA launched the space shuttle; the space station is in orbit too.",
    "",
    "the and of is it",
    "God is not in the orbit of the moon, says x. The moon the moon THE MOON!",
    "  \n\t ",
    "Graphics files: a GIF file, a JPEG file, file_3, file_3 and FILE_3; 3 files 33 files.",
    "moon",
    "Is the moon a space station? That is no moon: it's a space station!",
]

# No two totals at the edge of `max_features` are equal: scikit-learn leaves open which of such terms stay.
RANKED = ["delta alpha alpha", "beta alpha gamma beta alpha", "gamma gamma gamma beta beta alpha alpha"]

# Texts that no fit has seen: new terms, known ones, none.
UNSEEN = [
    "The shuttle files a moon station, unheard of: file_3 中文 οδυσσευς ΑΣ",
    "",
    "unheard",
    "alpha beta file file alpha space station",
]

TEXTS = {
    "unicode": UNICODE,
    "english": ENGLISH,
    "english, five": ENGLISH[:5],
    "ranked": RANKED,
    "single": ["a single, single text"],
    "unseen": UNSEEN,
}

CASES = [
    ("odd characters", "unicode", {"stop_words": None}),
    ("odd characters, two words", "unicode", {"stop_words": None, "ngram_range": (2, 2)}),
    ("odd characters, English stop words", "unicode", {"stop_words": "english"}),
    ("English stop words", "english", {"stop_words": "english"}),
    ("all words", "english", {"stop_words": None}),
    ("sublinear", "english", {"stop_words": "english", "sublinear_tf": True}),
    ("one and two words", "english", {"stop_words": "english", "ngram_range": (1, 2)}),
    ("two and three words", "english", {"stop_words": "english", "ngram_range": (2, 3)}),
    ("two and three words, stop words kept", "english, five", {"stop_words": None, "ngram_range": (2, 3)}),
    ("one to four words, sublinear", "ranked", {"stop_words": None, "ngram_range": (1, 4), "sublinear_tf": True}),
    ("min_df as a count", "english", {"stop_words": "english", "min_df": 2}),
    ("min_df as a share", "english", {"stop_words": "english", "min_df": 0.3}),
    ("max_df as a count", "english", {"stop_words": "english", "max_df": 2}),
    ("max_df as a share", "english", {"stop_words": None, "max_df": 0.4}),
    ("both as shares, at the edge", "english, five", {"stop_words": "english", "min_df": 0.4, "max_df": 0.4}),
    ("both, two words", "english", {"stop_words": None, "min_df": 2, "max_df": 0.5, "ngram_range": (1, 2)}),
    ("max_features of 1", "ranked", {"stop_words": None, "max_features": 1}),
    ("max_features of 3", "ranked", {"stop_words": None, "max_features": 3}),
    ("max_features past the end", "ranked", {"stop_words": None, "max_features": 99}),
    ("max_features after max_df", "ranked", {"stop_words": None, "max_features": 2, "max_df": 2}),
    ("one text", "single", {"stop_words": "english"}),
]


def rows(counts, weights):
    """Both matrices in compressed sparse rows; they differ in the values alone."""
    counts.sort_indices()
    weights.sort_indices()
    assert (counts.indptr == weights.indptr).all() and (counts.indices == weights.indices).all()
    return {
        "indptr": counts.indptr.tolist(),
        "indices": counts.indices.tolist(),
        "counts": counts.data.tolist(),
        "weights": weights.data.tolist(),
    }


def run(name, texts, settings):
    count_settings = {key: value for key, value in settings.items() if key != "sublinear_tf"}
    counter, weigher = CountVectorizer(**count_settings), TfidfVectorizer(**settings)
    fitted = rows(counter.fit_transform(TEXTS[texts]), weigher.fit_transform(TEXTS[texts]))
    terms = weigher.get_feature_names_out().tolist()
    assert counter.get_feature_names_out().tolist() == terms
    return {
        "name": name,
        "texts": texts,
        "sublinear_tf": settings.get("sublinear_tf", False),
        "stop_words": settings["stop_words"] == "english",
        "ngrams": settings.get("ngram_range", (1, 1)),
        # As text, so that the 1 of a count and the 1.0 of a share stay apart.
        "min_df": repr(settings.get("min_df", 1)),
        "max_df": repr(settings.get("max_df", 1.0)),
        "max_features": settings.get("max_features"),
        "terms": terms,
        "idf": weigher.idf_.tolist(),
        "fitted": fitted,
        "unseen": rows(counter.transform(TEXTS["unseen"]), weigher.transform(TEXTS["unseen"])),
    }


def main():
    cases = [run(*case) for case in CASES]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    path = Path(__file__).with_suffix(".json")
    path.write_text(f'{{"texts": {json.dumps(TEXTS)},\n"cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
