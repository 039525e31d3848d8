"""The topics of a line in a model for devices, in double precision: the format is that of core/src/model/mod.rs."""

import math
import re
import struct

from . import tools

MODEL = tools.MEASURE / "topics.lrm"
HEADER = struct.Struct("<4sIIIBBHIIIfff12x")
KEYS, IDF, THRESHOLDS = 8, 16, 1


class Model:
    """An nmf of texts in 8 bits, with keys and idf."""

    def __init__(self, blob):
        _, _, _, _, method, encoding, present, n, k, stops, low, step, self.unknown = HEADER.unpack_from(blob)
        if (method, encoding, present & ~THRESHOLDS) != (1, 2, KEYS | IDF):
            raise ValueError("another model than this reader knows")
        at = HEADER.size + (20 if present & THRESHOLDS else 0)

        def take(code, count):
            nonlocal at
            found = struct.unpack_from(f"<{count}{code}", blob, at)
            at += struct.calcsize(f"<{count}{code}")
            return found

        scales, _ = take("f", k), take("f", k * k)
        self.stops = set(take("I", stops))
        self.place = {key: i for i, key in enumerate(take("I", n))}
        self.idf = [low + step * q for q in take("B", n)]
        self.h = [[q * q * s for q, s in zip(take("B", k), scales)] for _ in range(n)]
        self.k = k

    def fold_in(self, line):
        """The weights, and the share of the line that they leave."""
        counts, strangers = {}, 0
        for word in re.findall(rb"[0-9a-z_\x80-\xff]{2,}", line.lower()):
            hashed = 0x811C9DC5
            for byte in word:
                hashed = (hashed ^ byte) * 0x01000193 & 0xFFFFFFFF
            if hashed in self.place:
                term = self.place[hashed]
                counts[term] = counts.get(term, 0) + 1
            elif hashed not in self.stops:
                strangers += 1
        x = {term: count * self.idf[term] for term, count in counts.items()}
        known, outside = math.fsum(v * v for v in x.values()), strangers * self.unknown**2
        x = {term: v / math.sqrt(known) for term, v in x.items()}
        w = self.weights(x)
        left = math.fsum(
            (x.get(i, 0.0) - math.fsum(a * b for a, b in zip(row, w))) ** 2 for i, row in enumerate(self.h)
        )
        return w, math.sqrt((left * known + outside) / (known + outside))

    def weights(self, x):
        columns = list(zip(*self.h))
        gram = [[math.fsum(a * b for a, b in zip(p, q)) for q in columns] for p in columns]
        products = [math.fsum(v * column[i] for i, v in x.items()) for column in columns]
        w = [0.0] * self.k
        for _ in range(1000):
            for j, row in enumerate(gram):
                step = products[j] - math.fsum(a * b for a, b in zip(row, w))
                w[j] = max(0.0, w[j] + step / row[j])
        return w
