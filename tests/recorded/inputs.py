"""Files for the runs that are recorded: small matrices and texts, the same bytes on every machine."""

import gzip
import io
import struct
import zipfile

WORDS = """anchor boat harbour mast rope sail tide wind bread butter dough flour oven salt water yeast comet galaxy
lens moon orbit planet star telescope""".split()


class Numbers:
    """Numbers in [0, 1) that look random, of 2^-20 each: their decimal and binary forms are exact."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 44) / 2**20

    def below(self, n):
        return int(self.next() * n)


def low_rank(seed, rows, columns, rank=4):
    """A matrix above zero that is near to one of a low rank, as rows."""
    numbers = Numbers(seed)
    w = [[numbers.next() for _ in range(rank)] for _ in range(rows)]
    h = [[numbers.next() for _ in range(rank)] for _ in range(columns)]
    noise = [[numbers.next() / 8 + 1 / 64 for _ in range(columns)] for _ in range(rows)]
    return [[sum(x * y for x, y in zip(w[i], h[j])) + noise[i][j] for j in range(columns)] for i in range(rows)]


def counts(seed, rows, columns, share):
    """(row, column, count) of a sparse matrix, row by row, none of whose rows and columns is all zero."""
    numbers = Numbers(seed)
    return [
        (i, j, 1 + numbers.below(1 + (i % 4 == j % 4) * 6))
        for i in range(rows)
        for j in range(columns)
        if numbers.next() < share or i % columns == j or j % rows == i
    ]


def npy(rows, kind="<f8", fortran=False):
    """The bytes of an .npy: of a matrix given as rows, or of a vector."""
    code = {"<f8": "d", "<f4": "f", "<i4": "i", "<i8": "q", "|u1": "B"}[kind]
    if rows and isinstance(rows[0], list):
        shape = f"({len(rows)}, {len(rows[0])})"
        listed = zip(*rows) if fortran else rows
        entries = [entry for row in listed for entry in row]
    else:
        shape, entries = f"({len(rows)},)", rows
    head = f"{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': {shape}, }}"
    head += " " * (-(10 + len(head) + 1) % 64) + "\n"
    body = struct.pack(f"<{len(entries)}{code}", *entries)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + body


def npz(arrays):
    """The bytes of an .npz of named arrays."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in arrays.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def text_array(text):
    """The bytes of an .npy that holds one string of bytes, as scipy names its formats."""
    head = f"{{'descr': '|S{len(text)}', 'fortran_order': False, 'shape': (), }}"
    head += " " * (-(10 + len(head) + 1) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + text.encode()


def compressed(entries, rows, columns, by_column=False):
    """A sparse .npz as scipy.sparse.save_npz writes it, by rows or by columns."""
    key = (lambda one: (one[1], one[0])) if by_column else (lambda one: one[:2])
    entries = sorted(entries, key=key)
    starts = [0] * ((columns if by_column else rows) + 1)
    for i, j, _ in entries:
        starts[(j if by_column else i) + 1] += 1
    for at in range(1, len(starts)):
        starts[at] += starts[at - 1]
    return npz(
        {
            "indices": npy([i if by_column else j for i, j, _ in entries], "<i4"),
            "indptr": npy(starts, "<i4"),
            "format": text_array("csc" if by_column else "csr"),
            "shape": npy([rows, columns], "<i8"),
            "data": npy([float(count) for _, _, count in entries]),
        }
    )


def csv(rows, separator=","):
    return "".join(separator.join(repr(entry) if entry is not None else "" for entry in row) + "\n" for row in rows)


def matrix_market(entries, rows, columns):
    lines = [f"{i + 1} {j + 1} {count}\n" for i, j, count in entries]
    return f"%%MatrixMarket matrix coordinate integer general\n{rows} {columns} {len(lines)}\n" + "".join(lines)


def picture(rows):
    peak = max(max(row) for row in rows)
    pixels = bytes(int(255 * entry / peak) for row in rows for entry in row)
    return f"P5\n{len(rows[0])} {len(rows)}\n255\n".encode() + pixels


def documents(seed, count):
    """Texts of words of three themes, the theme of each in turn, with some words of the others."""
    numbers = Numbers(seed)
    texts = []
    for number in range(count):
        theme = number % 3
        words = [WORDS[(theme if numbers.next() < 0.8 else numbers.below(3)) * 8 + numbers.below(8)] for _ in range(12)]
        texts.append(" ".join(words))
    return texts


def write(folder):
    """Writes all inputs to a new folder."""
    folder.mkdir()
    tall, wide = low_rank(1, 40, 12), low_rank(2, 12, 40)
    sparse = counts(3, 60, 45, 0.08)
    numbers = Numbers(5)
    holes = [[None if numbers.next() < 0.2 else entry for entry in row] for row in low_rank(4, 30, 10)]
    ratings = [(i, j, 0.5 * (1 + (i * j + i + count) % 10)) for i, j, count in counts(6, 40, 25, 0.25)]
    texts = documents(7, 45)
    files = {
        "tall.npy": npy(tall),
        "tall_f32.npy": npy(tall, "<f4"),
        "tall_fortran.npy": npy(tall, fortran=True),
        "tall.npy.gz": gzip.compress(npy(tall), mtime=0),
        "tall.csv": csv(tall),
        "tall.tsv": "\t".join(f"column {j}" for j in range(12)) + "\n" + csv(tall, "\t"),
        "tall.npz": npz({"a": npy(tall)}),
        "tall_new.npy": npy(low_rank(8, 5, 12)),
        "wide.npy": npy(wide),
        "wide_new.npy": npy(low_rank(9, 3, 40)),
        "integers.npy": npy([[int(8 * entry) for entry in row] for row in tall], "<i4"),
        "signed.npy": npy([[entry - 1.0 for entry in row] for row in tall]),
        "square.npy": npy(low_rank(10, 16, 16, 3)),
        "large.npy": npy(low_rank(11, 150, 90, 8)),
        "rank_two.npy": npy([[float((i + 1) * (j % 3 + 1) + (i % 2) * j) for j in range(8)] for i in range(20)]),
        "zero.npy": npy([[0.0] * 4] * 6),
        "constant.npy": npy([[3.0] * 4] * 6),
        "one.npy": npy([[2.5]]),
        "row.csv": "1,2,3,4\n",
        "column.csv": "1\n2\n3\n4\n",
        "huge.npy": npy([[entry * 1e300 for entry in row] for row in tall]),
        "tiny.npy": npy([[entry * 1e-300 for entry in row] for row in tall]),
        "holes.csv": csv(holes),
        "holes.npy": npy([[float("nan") if entry is None else entry for entry in row] for row in holes]),
        "holes_new.csv": csv([row[:] for row in holes[:4]]),
        "mask.npy": npy([[float((i * 7 + j * 3) % 5 != 0) for j in range(12)] for i in range(40)]),
        "mask_wrong.npy": npy([[1.0] * 3] * 3),
        "sparse.npz": compressed(sparse, 60, 45),
        "sparse_columns.npz": compressed(sparse, 60, 45, by_column=True),
        "sparse.mtx": matrix_market(sparse, 60, 45),
        "sparse_new.mtx": matrix_market(counts(12, 6, 45, 0.1), 6, 45),
        "array.mtx": "%%MatrixMarket matrix array real general\n3 2\n1\n2\n3\n4\n5\n7\n",
        "symmetric.mtx": "%%MatrixMarket matrix coordinate real symmetric\n4 4 5\n1 1 2\n2 1 1\n3 2 1.5\n4 4 3\n4 1 0.5\n",
        "ratings.csv": "user,item,rating\n" + "".join(f"u{i},i{j},{value}\n" for i, j, value in ratings),
        "ratings_numbers.csv": "".join(f"{i},{j},{value}\n" for i, j, value in ratings),
        "ratings_new.csv": "user,item,rating\n" + "".join(f"v{i},i{j},{value}\n" for i, j, value in ratings[:30]),
        "face.pgm": picture(low_rank(13, 20, 12)),
        "negative.npy": npy([[1.0, 2.0], [3.0, -4.0], [5.0, 6.0]]),
        "nan.npy": npy([[1.0, 2.0], [3.0, float("nan")], [5.0, 6.0]]),
        "infinite.npy": npy([[1.0, 2.0], [3.0, 4.0], [float("-inf"), 6.0]]),
        "ragged.csv": "1,2,3\n4,5\n",
        "words.csv": "1,2\n3,four\n",
        "empty.csv": "",
        "cut.npy": npy(tall)[:500],
        "not.npy": "what is this\n",
        "cut.npz": npz({"a": npy(tall)})[:300],
        "two.npz": npz({"a": npy(tall), "b": npy(wide)}),
        "wrong.mtx": "%%MatrixMarket matrix coordinate real general\n3 3 1\n4 1 1\n",
        "complex.mtx": "%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 1 0\n",
        "paper.pdf": "%PDF-1.4",
        "lines.txt": "".join(text + "\n" for text in texts),
        "lines_new.txt": "".join(text + "\n" for text in documents(14, 6)),
        "texts.csv": "number,text\n" + "".join(f'{n},"{text}"\n' for n, text in enumerate(texts)),
        "texts.jsonl": "".join(f'{{"text": "{text}"}}\n' for text in texts),
        "numbers.jsonl": '{"text": 1}\n',
        "stop.txt": "the and of\nis it\n",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    for below, pattern in [("faces", low_rank), ("notes", None)]:
        (folder / below).mkdir()
        for number in range(12):
            if pattern:
                (folder / below / f"{number:02}.pgm").write_bytes(picture(pattern(20 + number, 6, 5)))
            else:
                (folder / below / f"{number:02}.txt").write_text(texts[number] + "\n")
