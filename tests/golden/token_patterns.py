"""Writes token_patterns.json: what Python's re.findall makes of odd texts, and what re.compile refuses.

    python3 golden/token_patterns.py

Run with Python 3.11 in the folder `tests`: scikit-learn's `token_pattern` is `re.compile(pattern).findall(text)`. The
texts keep to characters that every Unicode since 14.0 holds.
"""

import json
import re
import warnings
from pathlib import Path

TEXTS = [
    "",
    "a",
    "The cat_7 sat, on 12 mats; don't! x2 rock'n'roll e-mail co-op_x 3.14 1,000",
    # Combining marks: Hindi, Tamil, Thai, Hebrew, Arabic, a decomposed accent.
    "हिन्दी में एक वाक्य नमस्ते தமிழ் மொழி ภาษาไทย שָׁלוֹם العَرَبِيَّة cafe\u0301teria cafe\u0301",
    # Digits and numbers that are not decimal, and connectors, joiners, circled letters: Rust's \\w differs.
    "٠١٢ ४२ x² ½ ③ Ⅷ ⅷ a‿b c﹍d Ⓐ ⒶⒷ 🄰 zero\u200dwidth zero\u200cwidth soft\u00adhyphen 中文字 々 ªº ʰ",
    # White space: information separators, no-break, ideographic, line ends.
    "a\x1cb\x1dc\x1ed\x1fe f\u00a0g\u3000h\u2028i\x85j\x0bk\x0cl\r\nm\tn\u200bo",
    # Case: Turkish i, Kelvin, long s, final sigma, eszett, micro.
    "İstanbul ISPARTA ısparta K kelvin ſs Ss ΣΑΣ σας ς ß ẞ µ μ Μ ﬅ ﬆ Ǆǅǆ ÅÅå ΐΐ",
    "line one\nline two\n\nlast",
    "ends\n",
    "aaa aab aba baa bbb abab ababab",
    "x=1; y = 22;z=333 #tag @user http://a.b/c?d=e&f=g user@example.com $5.00 50% [b] (c) {d}",
    "😀 😀😀 👩\u200d💻 a😀b",
    "((a)) [[b]] \\c^d-e|f.g*h+i?",
    "aaaaaaaaaaaaaaaaaaaaab",
]

PATTERNS = [
    r"(?u)\b\w\w+\b", r"\b\w\w+\b", r"\w+", r"\w", r"\W", r"\W+", r"\b\w+\b", r"\d+", r"\D+", r"\s", r"\s+", r"\S+", r"\S",
    r"[a-z]+", r"[A-Za-z]+", r"[^\W\d_]+", r"[^\W\d]{2,}", r"[\w-]+", r"[\w'-]+", r"\w[\w'-]*\w", r"\w+(?:'\w+)?", r"\w+(?:[-']\w+)*",
    r"[^\s]+", r"[^\s,;.!?]+", r"\w+|[^\w\s]", r"\w+|[^\w\s]+", r"[\d.,]+", r"\d+(?:[.,]\d+)*", r"[#@]\w+", r"(?<!\w)[#@]\w+",
    r"(?<=\s)\w+", r"(?<!\S)\w+(?!\S)", r"\w+(?=\s)", r"\w+(?!\w|\s)", r"(?<=a)b", r"(?<!a)b", r"(?<=ab|cd)a", r"(?<=^)a", r"(?=\w)\S{2}",
    r"(\w+)'", r"(\w)\1", r"(?P<c>\w)(?P=c)", r"\b(\w+)\b", r"x(\d)?", r"(a)|b", r"(a|ab)(?:c|bcd)?", r"(?:(a)|b)+", r"(?:(a)|b)*", r"(a*)", r"(a*?)b", r"(a)?b",
    r"a*", r"a*?", r"a+?", r"a??", r"a?", r"\w*", r"\b", r"\B", r"^", r"$", r"\A", r"\Z", r"|a", r"a|", r"", r"(?:)", r"(?:)*", r"x*",
    r"^\w+", r"\w+$", r"(?m)^\w+", r"(?m)\w+$", r"(?m)^", r"(?m)$", r"(?m)^$", r"\A\w+", r"\w+\Z", r"(?s).+", r".+", r".", r"(?s).", r"\n|.",
    r"a{2}", r"a{2,}", r"a{,2}", r"a{1,2}", r"a{1,2}?", r"a{0}", r"a{,}", r"(?:ab){2}", r"(?:ab){1,2}?", r"(?:ab){2,}", r"(?:a|b){3}", r"(?:a*)*", r"(?:a*)+", r"(?:a*?)*?b", r"(?:a|b*)*", r"(?:a?b??)*",
    r"(?:a+)+b", r"(?:a|aa)+b", r"a++b", r"a*+a", r"a?+a", r"(?>a+)b", r"(?>a|ab)c?", r"a{1,2}+b", r"(?:ab)++a", r"(?>(?:ab)*)a",
    r"{", r"a{", r"a{x", r"a{1", r"a{1,x}", r"}", r"{}", r"[]a]", r"[^]a]+", r"[a\]]", r"[a-]", r"[-a]", r"[\w-]", r"[a\-c]", r"[.]", r"[\\]", r"[|]", r"[(]", r"[\^]", r"[a^]", r"[\b]", r"[[]", r"[^-a]",
    r"\.", r"\-", r"\#", r"\ ", r"\{", r"\_", r"\é", r"\x41", r"\x61+", r"\u00e9", r"\U0001F600", r"[\u0900-\u097F]+", r"[\x00-\x7f]+", r"\101", r"\0", r"[\101-\103]", r"[\0-\10]", r"\t", r"\a\f\v", r"[\r\n]", r"\ud83d",
    r"(?i)i", r"(?i)k", r"(?i)s", r"(?i)[a-z]+", r"(?i)σ", r"(?i)Σ", r"(?i)[^a-z\s]+", r"(?i)ß", r"(?i)µ", r"(?i)ﬆ", r"(?i)ǆ", r"(?i)å", r"(?i)ΐ", r"(?i)THE|CAT", r"(?i)\w+", r"(?i)(s)\1", r"(?i)[İ]", r"(?i)İ", r"(?i)ı", r"(?i)[^i]",
    r"(?i:t)he", r"(?i:s)S", r"(?-i:a)B", r"(?i)(?-i:a)B", r"(?a)\w+", r"(?a)\d+", r"(?a)\s", r"(?a)\W+", r"(?a)\b\w+\b", r"(?ai)k", r"(?ai)[k-s]+", r"(?a:\w)\w", r"(?im)^l\w+", r"(?s-m:.)", r"(?i)(?s).a",
    r"(?x) \w + # words", "(?x)\n a \\  b # blank\n | [ ]c", r"(?x)a\#b|[#]", r"(?#comment)\w\w", r"\w(?#comment)+",
    r"(a)?(?(1)b|c)", r"(?P<q>[(])?\w(?(q)[)])", r"(a)?(?(1)b)",
    r"(?=(a))a", r"(?!(a))b", r"(?<=(a))b", r"(?=a)*b", r"(?:^a)*b", r"(?:\b)*a",
    r"[一-鿿]", r"[一-鿿]+", r"[😀]", r"[^\x00-\x7f]+", r"[à-ÿ]+", r"(?:\w|-)+", r"(?:\w(?=\w))+", r"\w{3,5}", r"\w{3,5}?", r"\b\w{4}\b", r"(?<=\d)\w{1}", r"(?<!\d)\d{2}(?!\d)",
]

REFUSED = [
    r"(", r")", r"(?", r"(?:", r"(a", r"a)", r"[", r"[a", r"[^", r"[]", r"*", r"+a", r"?", r"a**", r"a*{2}", r"a{2}{3}", r"^*", r"\b+", r"(?i)*", r"a|*", r"a{3,2}", r"a{99999999999}",
    r"\\"[:1], r"[z-a]", r"[\w-z]", r"[a-\d]", r"\q", r"\p", r"[\q]", r"[\8]", r"\x4", r"\xg1", r"\u12", r"\U00110000", r"\U0011", r"\1", r"(a)\2", r"(\1)", r"\8", r"\400", r"(?P<a", r"(?P<1a>b)", r"(?P<a>b)(?P<a>c)", r"(?P=a)", r"(?Pa)",
    r"(?<=a+)b", r"(?<=a|bc)d", r"(?<!a*)b", r"(?<a>b)", r"(?<", r"(?z)", r"(?i", r"(?i-", r"(?-i)", r"a(?i)", r"(?L)a", r"(?ia-x:b", r"(?(1)a|b)", r"(?(a)b)", r"(a)(?(1)b|c|d)", r"(?(0)a)", r"(?#a", r"(?P>a)", r"(?au)a", r"(?iu-i:a)(", r"\N{BOGUS NAME}",
]


def tokens(pattern):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compiled = re.compile(pattern)
    assert compiled.groups <= 1, pattern
    return [compiled.findall(text) for text in TEXTS]


def is_refused(pattern):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error:
        return True
    except (ValueError, OverflowError):
        return True
    return False


def groups(pattern):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(pattern).groups


def main():
    for pattern in REFUSED:
        assert is_refused(pattern), pattern
    several = [pattern for pattern in PATTERNS if groups(pattern) > 1]
    assert not several, several
    found = [{"pattern": pattern, "tokens": tokens(pattern)} for pattern in PATTERNS]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in found)
    path = Path(__file__).with_suffix(".json")
    path.write_text(f'{{"texts": {json.dumps(TEXTS)},\n"refused": {json.dumps(REFUSED)},\n"patterns": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
