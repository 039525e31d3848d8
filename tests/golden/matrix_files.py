"""Writes matrix_files.json, for tests/matrix_files.rs: files by NumPy and SciPy, in hex, and what is in them.

    pip install numpy==2.4.6 scipy==1.17.1
    python3 tests/golden/matrix_files.py > tests/golden/matrix_files.json

`kind` is what has to be found: dense, or sparse with the entries that are stored. Some files hold no matrix.
"""

import gzip
import io
import json
import os
import tempfile

import numpy as np
import scipy.io
import scipy.sparse as sp

TYPES = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8".split()


def saved(save, *arguments, **options):
    stream = io.BytesIO()
    save(stream, *arguments, **options)
    return stream.getvalue()


def dense_files():
    values = np.array([[0, 1, 2], [3, 100, 0.5], [7, 1, 120], [0, 0, 5]])
    signed = values * np.array([1, -1, 1])
    for name in TYPES:
        source = values if name[0] in "bu" else signed
        for order in "<>" if name[1:] != "1" else "|":
            for layout in "CF":
                a = np.asarray(source, dtype=order + name, order=layout)
                yield f"{name}{order}{layout}.npy", saved(np.save, a), a
    a = np.asfortranarray(np.arange(12.0).reshape(4, 3) / 7)
    yield "written64.npy", saved(np.save, a), a
    single = np.asfortranarray(a.astype(np.float32))
    yield "written32.npy", saved(np.save, single), single
    for version in (1, 2, 3):
        stream = io.BytesIO()
        np.lib.format.write_array(stream, a, version=(version, 0))
        yield f"version{version}.npy", stream.getvalue(), a
    yield "c.npy.gz", gzip.compress(saved(np.save, a), mtime=0), a
    yield "one.npz", saved(np.savez, a), a
    yield "named.npz", saved(np.savez_compressed, ratings=a), a
    for symmetry, matrix in symmetries():
        yield f"array_{symmetry}.mtx", market(matrix, symmetry), matrix


def symmetries():
    a = np.arange(16.0).reshape(4, 4) / 7 - 1
    yield "general", a[:, :3]
    yield "symmetric", a + a.T
    yield "skew-symmetric", a - a.T


def sparse_files():
    a = np.zeros((5, 4))
    a[[0, 1, 1, 3, 4, 4], [1, 0, 3, 2, 0, 3]] = [1.5, -2, 3, 4, 5, 6]
    for form in ("csr", "csc", "coo"):
        for kind in (f"{form}_matrix", f"{form}_array"):
            for compressed in (False, True):
                matrix = getattr(sp, kind)(a)
                name = f"{kind}{'_compressed' if compressed else ''}.npz"
                yield name, saved(sp.save_npz, matrix, compressed=compressed), matrix
    counts = sp.csr_array(a.astype(np.int32))
    yield "csr_int32.npz", saved(sp.save_npz, counts), counts
    unsorted = sp.csr_array(([1.0, 2.0, 4.0, 8.0], [2, 0, 2, 1], [0, 3, 3, 4]), shape=(3, 4))
    yield "csr_unsorted_twice.npz", saved(sp.save_npz, unsorted), unsorted
    by_column = sp.csc_array(([1.0, 2.0, 4.0, 8.0], [2, 0, 2, 1], [0, 3, 3, 4]), shape=(4, 3))
    yield "csc_unsorted_twice.npz", saved(sp.save_npz, by_column), by_column
    twice = sp.coo_array(([1.0, 2.0, 4.0], ([1, 0, 1], [2, 2, 2])), shape=(2, 3))
    yield "coo_twice.npz", saved(sp.save_npz, twice), twice
    for symmetry, matrix in symmetries():
        matrix = sp.coo_array(np.where(np.abs(matrix) > 0.5, matrix, 0))
        yield f"coordinate_{symmetry}.mtx", market(matrix, symmetry), matrix
    yield "integer.mtx", market(counts, "general", field="integer"), counts
    pattern = sp.coo_array(a != 0).astype(float)
    yield "pattern.mtx.gz", gzip.compress(market(pattern, "general", field="pattern"), mtime=0), pattern


def market(matrix, symmetry, field=None):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.mtx")
        scipy.io.mmwrite(path, matrix, comment="made by SciPy", field=field, symmetry=symmetry)
        with open(path, "rb") as file:
            return file.read()


def refused_files():
    a = np.ones((2, 3))
    yield "objects.npy", saved(np.save, np.array([[None, 1]]), allow_pickle=True), "Python objects"
    yield "objects.npz", saved(np.savez, np.array([[None, 1]]), allow_pickle=True), "Python objects"
    yield "complex.npy", saved(np.save, a * 1j), "complex numbers"
    yield "texts.npy", saved(np.save, np.array([["a", "b"]])), "texts"
    yield "records.npy", saved(np.save, np.zeros((2, 2), dtype=[("a", "f8"), ("b", "i4")])), "records"
    yield "long_double.npy", saved(np.save, a.astype(np.longdouble)), "f16"
    yield "three.npy", saved(np.save, np.ones((2, 3, 4))), "3 dimensions"
    yield "several.npz", saved(np.savez, x=a, y=a), "several arrays (x, y)"
    yield "none.npz", saved(np.savez), "no array"
    yield "bsr.npz", saved(sp.save_npz, sp.bsr_array(np.eye(4))), '"bsr"'
    yield "dia.npz", saved(sp.save_npz, sp.dia_array(np.eye(4))), '"dia"'
    yield "complex.mtx", market(a * 1j, "general"), "complex numbers"
    yield "hermitian.mtx", market(np.eye(2) * (1 + 0j), "hermitian"), "complex numbers"


def described(name, file, matrix):
    found = {"name": name, "bytes": file.hex(), "shape": matrix.shape}
    if sp.issparse(matrix):
        matrix = sp.csr_array(matrix).astype(float)
        matrix.sum_duplicates()
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        entries = zip(rows.tolist(), matrix.indices.tolist(), matrix.data.tolist())
        return found | {"kind": "sparse", "entries": list(entries)}
    return found | {"kind": "dense", "entries": matrix.astype(float).tolist()}


def main():
    files = [described(*file) for files in (dense_files(), sparse_files()) for file in files]
    refused = [{"name": name, "bytes": file.hex(), "says": says} for name, file, says in refused_files()]
    lines = ",\n".join(json.dumps(file) for file in files)
    ends = ",\n".join(json.dumps(file) for file in refused)
    print(f'{{"files": [\n{lines}\n], "refused": [\n{ends}\n]}}')


main()
