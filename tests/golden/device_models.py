"""Writes device_models.json, for tests/integration/device_models: models of version 1, and what NumPy and SciPy find with
them.

    pip install numpy scipy
    python3 tests/golden/device_models.py > tests/golden/device_models.json

The bytes are packed here from the description of the format in core/src/model/mod.rs, not by lowrank; each case has rows
and, from the numbers as they are encoded and in f64, their weights (by scipy.optimize.nnls for nmf, by normal equations
for a completion) and the norms of what is left. The models of this file stay readable for good.
"""

import json
import re
import struct
import zlib

import numpy as np
from scipy.optimize import nnls

CODES = {"nmf": 1, "svd": 2, "pca": 3, "completion": 4}
ENCODINGS = {"f32": 0, "i16": 1, "u8": 2}
STOPS = ["and", "the", "of"]


def key(word):
    hashed = 0x811C9DC5
    for byte in word.encode():
        hashed = (hashed ^ byte) * 0x01000193 & 0xFFFFFFFF
    return hashed


def single(x):
    return np.asarray(x, dtype="<f4")


def encode(h, method, encoding):
    """The bytes, the scales, and the components as a device has them."""
    if encoding == "f32":
        q = single(h)
        return q.tobytes(), single([]), q.astype(float)
    largest = np.abs(h).max(axis=0)
    if encoding == "i16":
        scales = single(largest / 32767)
        q = np.round(h / scales.astype(float)).astype("<i2")
        return q.tobytes(), scales, q * scales.astype(float)
    if method == "nmf":
        scales = single(largest / 255**2)
        q = np.round(np.sqrt(h / scales.astype(float))).astype("u1")
        return q.tobytes(), scales, q.astype(float) ** 2 * scales.astype(float)
    scales = single(largest / 127**2)
    q = np.round(np.sqrt(np.abs(h) / scales.astype(float)) * np.sign(h)).astype("i1")
    return q.tobytes(), scales, np.abs(q.astype(float)) * q * scales.astype(float)


def encode_idf(idf, encoding):
    if encoding == "f32":
        q = single(idf)
        return q.tobytes(), 0.0, 0.0, q.astype(float)
    steps = {"i16": 65535, "u8": 255}[encoding]
    low, step = single(idf.min()), single((idf.max() - idf.min()) / steps)
    q = np.round((idf - float(low)) / float(step)).astype({"i16": "<u2", "u8": "u1"}[encoding])
    return q.tobytes(), low, step, float(low) + q * float(step)


def pack(method, encoding, h, **of):
    """A model, and its components as a device has them."""
    entries, scales, decoded = encode(h, method, encoding)
    n, k = h.shape
    flags, sections = 0, b""
    if "thresholds" in of:
        flags |= 1
        sections += single(of["thresholds"]).tobytes()
    sections += scales.tobytes()
    if method != "completion":
        sections += single(decoded.T @ decoded).tobytes()
    if method == "pca":
        sections += single(of["means"]).tobytes()
    if "biases" in of:
        flags |= 4
        sections += single(of["biases"]).tobytes()
    if "reciprocals" in of:
        flags |= 2
        sections += single(of["reciprocals"]).tobytes()
    stops = sorted(map(key, of.get("stops", [])))
    sections += np.asarray(stops, "<u4").tobytes()
    if "keys" in of:
        flags |= 8
        sections += np.asarray(of["keys"], "<u4").tobytes()
    low = step = 0.0
    if "idf" in of:
        flags |= 16
        packed, low, step, of["decoded_idf"][:] = encode_idf(of["idf"], encoding)
        sections += packed
    body = struct.pack("<BBHIII", CODES[method], ENCODINGS[encoding], flags, n, k, len(stops))
    body += struct.pack("<3f", low, step, of.get("unknown", 0.0))
    body += struct.pack("<f2f", of.get("mean", 0.0), *of.get("penalties", (0.0, 0.0)))
    body += sections + entries
    blob = b"LRNK" + struct.pack("<III", 1, 16 + len(body), zlib.crc32(body)) + body
    return blob, decoded


def weights(h, x, penalties=(0.0, 0.0)):
    """argmin ||x - h w||^2 / 2 + l1 sum w + l2 ||w||^2 / 2, w >= 0."""
    l1, l2 = penalties
    gram = h.T @ h + l2 * np.eye(h.shape[1])
    lower = np.linalg.cholesky(gram)
    return nnls(lower.T, np.linalg.solve(lower, h.T @ x - l1))[0]


def tokens(line):
    lowered = bytes(b + 32 if 65 <= b <= 90 else b for b in line.encode())
    words = re.findall(rb"[0-9A-Za-z_\x80-\xff]+", lowered)
    return [w for w in words if sum(b & 0xC0 != 0x80 for b in w) >= 2]


def case(method, encoding, blob, rows, **more):
    return {"method": method, "encoding": encoding, "blob": blob.hex(), "rows": rows, **more}


def nmf(random, encoding, penalties):
    h = random.random((9, 3)) * (random.random((9, 3)) < 0.6) + 0.01
    thresholds = [0.25, 0.5, 0.75, 1.0, 2.0]
    blob, decoded = pack("nmf", encoding, h, penalties=penalties, thresholds=thresholds)
    rows = []
    for _ in range(6):
        x = single(random.random(9) * (random.random(9) < 0.7)).astype(float)
        w = weights(decoded, x, penalties)
        rows.append({"row": x.tolist(), "weights": w.tolist(), "residual": np.linalg.norm(x - decoded @ w)})
    return case("nmf", encoding, blob, rows, thresholds=thresholds)


def svd(random, encoding):
    v = np.linalg.qr(random.normal(size=(11, 4)))[0]
    blob, decoded = pack("svd", encoding, v)
    rows = []
    for _ in range(5):
        x = single(random.normal(size=11) * (random.random(11) < 0.6)).astype(float)
        p = x @ decoded
        rows.append({"row": x.tolist(), "weights": p.tolist(), "residual": np.linalg.norm(x - decoded @ p)})
    return case("svd", encoding, blob, rows)


def pca(random, encoding, is_scaled):
    v = np.linalg.qr(random.normal(size=(8, 2)))[0]
    means = single(random.normal(size=8) * 5)
    deviations = single(0.5 + random.random(8))
    reciprocals = single(1 / deviations)
    reciprocals[3] = 0.0
    scaled = {"reciprocals": reciprocals} if is_scaled else {}
    blob, decoded = pack("pca", encoding, v, means=means, **scaled)
    rows = []
    for _ in range(5):
        x = single(means + random.normal(size=8)).astype(float)
        left = (x - means.astype(float)) * (reciprocals.astype(float) if is_scaled else 1.0)
        p = left @ decoded
        rows.append({"row": x.tolist(), "weights": p.tolist(), "residual": np.linalg.norm(left - decoded @ p)})
    return case("pca", encoding, blob, rows)


def completion(random, encoding, has_biases):
    h = random.normal(size=(10, 2))
    l2, bias_l2 = 0.3, 0.2
    biases = single(random.normal(size=10) if has_biases else np.zeros(10))
    mean = float(single(3.25)) if has_biases else 0.0
    of = {"biases": biases} if has_biases else {}
    blob, decoded = pack("completion", encoding, h, mean=mean, penalties=(l2, bias_l2), **of)
    l2, bias_l2 = float(single(l2)), float(single(bias_l2))
    rows = []
    for known in (0, 1, 4, 7):
        items = random.permutation(10)[:known]
        ratings = single(3 + random.normal(size=known)).astype(float)
        features = decoded[items]
        penalty = [l2, l2]
        if has_biases:
            features = np.hstack([features, np.ones((known, 1))])
            penalty.append(bias_l2)
        gram = features.T @ features + np.diag(penalty)
        w = np.linalg.solve(gram, features.T @ (ratings - mean - biases.astype(float)[items]))
        bias = w[2] if has_biases else 0.0
        predicted = mean + biases.astype(float) + bias + decoded @ w[:2]
        rows.append(
            {
                "items": items.tolist(),
                "row": ratings.tolist(),
                "weights": w[:2].tolist(),
                "bias": bias,
                "predicted": predicted.tolist(),
            }
        )
    return case("completion", encoding, blob, rows)


def texts(random, encoding, has_idf):
    terms = ["moon", "orbit", "bread", "oven", "caf\u00e9", "x_1", "42nd"]
    terms.sort(key=key)
    h = random.random((7, 2)) + 0.05
    of, idf, unknown = {}, np.ones(7), 1.0
    if has_idf:
        exact = 1 + 3 * random.random(7)
        unknown = float(single(exact.max()))
        of = {"idf": exact, "unknown": unknown, "decoded_idf": idf}
    blob, decoded = pack("nmf", encoding, h, stops=STOPS, keys=[key(t) for t in terms], **of)
    rows = []
    lines = [
        "The moon, and the ORBIT of the Moon!",
        "bread\toven caf\u00e9 x_1 42nd 42nd",
        "a b c nothing known, \u00e9 alone",
        "the of AND",
        "",
        "oven\u2014oven Caf\u00e9",
    ]
    for line in lines:
        counts, strangers = np.zeros(7), 0
        for token in tokens(line):
            word = token.decode()
            if word in terms:
                counts[terms.index(word)] += 1
            elif word not in STOPS:
                strangers += 1
        x = counts * idf
        known, outside = x @ x, strangers * unknown**2
        if has_idf and known > 0:
            x = x / np.sqrt(known)
        w = weights(decoded, x)
        left = np.sum((x - decoded @ w) ** 2)
        if has_idf:
            whole = known + outside
            residual = np.sqrt((left * known + outside) / whole) if whole > 0 else 0.0
        else:
            residual = np.sqrt(left + outside)
        rows.append({"line": line, "weights": w.tolist(), "residual": residual})
    return case("nmf", encoding, blob, rows, texts=True)


def main():
    random = np.random.default_rng(22)
    cases = []
    for encoding in ENCODINGS:
        cases.append(nmf(random, encoding, (0.0, 0.0)))
        cases.append(nmf(random, encoding, (0.05, 0.1)))
        cases.append(svd(random, encoding))
        cases.append(pca(random, encoding, False))
        cases.append(pca(random, encoding, True))
        cases.append(completion(random, encoding, True))
        cases.append(completion(random, encoding, False))
        cases.append(texts(random, encoding, True))
        cases.append(texts(random, encoding, False))
    print(json.dumps(cases))


main()
