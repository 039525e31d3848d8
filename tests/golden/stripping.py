"""Writes stripping.json: what scikit-learn removes from posts that are hard to tell apart.

    python tests/golden/stripping.py > tests/golden/stripping.json

It needs scikit-learn; stripping.json names the version that made it.
"""

import json
import sys

import sklearn
from sklearn.datasets._twenty_newsgroups import (
    strip_newsgroup_footer,
    strip_newsgroup_header,
    strip_newsgroup_quoting,
)

BODY = "From: a@b.c\nSubject: d\n\nfirst paragraph\n\nsecond paragraph"

TEXTS = [
    # No text, no header, no end of the header.
    "",
    "\n",
    "\n\n",
    "\n\n\n",
    "one line",
    "one line\n",
    "no blank line\nat all\n",
    "Subject: only a header\n\n",
    "\n\nbody after an empty header",
    BODY,
    "From: a\n\n\n\nthree blank lines\n\n\n",
    # Line ends.
    "From: a\r\n\r\nbody\r\n--\r\nname\r\n",
    "From: a\n\nbody\r\n-- \r\nname",
    "From: a\r\rbody\r\rname",
    # Signatures and rules.
    BODY + "\n--\nname\n",
    BODY + "\n-- \nname\nplace\n",
    BODY + "\n----------------\nname\n\n\n",
    BODY + "\n- -\nname",
    BODY + "\n  ---  \nname",
    BODY + "\n--x--\nname",
    "---",
    "------\n",
    "---\n---\n---",
    "---\nname",
    "\n\n---\nname\n",
    "text\n---",
    "text\n---\n\n\n",
    "line zero is\nfollowed by text only",
    "   \n  indented  \n\n  signature  \n  ",
    # White space that Python strips and others may not, and the reverse.
    "text\n\x1c\nname",
    "text\n\x1d\x1e\x1f\nname",
    "text\n\x85\nname",
    "text\n\xa0\nname",
    "text\n\u2003\u3000\nname",
    "text\n\u200b\nname",
    "text\n\ufeff\nname",
    "text\n\x0b\x0c\nname",
    "text\n\x00\nname",
    "\x1c\x85text\nmore\n\nname\xa0\x1f",
    "text\x85\x85name",
    "text\u2028\u2028name",
    "text\n\xa0--\x1c\nname",
    "text\n-\xa0-\nname",
    "text\n\u2014\u2013\nname",
    # Quotes.
    "> quoted\n>> quoted twice\n| quoted\n > not quoted\n : not quoted\nkept",
    "> all\n> quoted",
    "kept\n> quoted",
    "> quoted\n",
    "> quoted\n\n> quoted",
    "In article <1@x>, a@b writes:\nkept",
    "in article <1@x>\n In article <1@x>\nkept",
    "Quoted from a book\nnot Quoted from a book",
    "he writes in haste\nhe writes  in haste\nhe writesin",
    "she wrote:he said:they says:we writes:",
    "she wrote : he said ;says\nSAID: Wrote:\nsaid\n:",
    "unsaid: the word ends there\n:said: x\n::writes:",
    "a\r\n> b\r\n\r> c\r\nd says:\r\ne",
    "a\x85> b\x0b> c\u2028In article\nsaid\u00a0:",
    "> \xe9t\xe9\n\xe9crit: he said\xe9: no\n\xe9said: yes",
    "writes\nin\nwrites i\nwrites inn",
    BODY + "\n\n> quoted\nIn article <1> you wrote:\n\nanswer\n\n--\n| name\n",
]


def case(text):
    stripped = strip_newsgroup_footer(strip_newsgroup_header(text))
    return {
        "text": text,
        "headers": strip_newsgroup_header(text),
        "footers": strip_newsgroup_footer(text),
        "quotes": strip_newsgroup_quoting(text),
        "all": strip_newsgroup_quoting(stripped),
    }


json.dump(
    {
        "scikit-learn": sklearn.__version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "whitespace": [c for c in range(sys.maxunicode + 1) if chr(c).isspace()],
        "cases": [case(text) for text in TEXTS],
    },
    sys.stdout,
    indent=1,
)
print()
