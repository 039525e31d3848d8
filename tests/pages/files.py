"""The files that commands on pages read: small ones, under the names that the pages use."""

import gzip
import io
import pathlib
import sys
import tarfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "recorded"))
import inputs  # noqa: E402

FRUITS = ["apple,7,3,6", "lemon,1,9,0", "plum,6,4,5", "lime,1,8,0", "fig,9,1,3", "grape,8,2,4"]
GROUPS = ["alt.atheism", "comp.graphics", "sci.space", "talk.religion.misc"]


def newsgroups():
    """The bytes of an archive as 20news-bydate.tar.gz is."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for number, text in enumerate(inputs.documents(1, 80)):
            post = f"From: someone\nSubject: number {number}\n\n{text}\n".encode()
            entry = tarfile.TarInfo(f"20news-bydate-train/{GROUPS[number % 4]}/{number}")
            entry.size = len(post)
            archive.addfile(entry, io.BytesIO(post))
    return out.getvalue()


def table(heading, lines):
    return "".join(line + "\n" for line in [heading, *lines]).encode()


def write(folder):
    """Writes all files to a new folder."""
    folder.mkdir()
    texts = inputs.documents(2, 60)
    counts = inputs.counts(3, 60, 45, 0.2)
    content = {
        "20news-bydate.tar.gz": newsgroups(),
        "a.npy": inputs.npy(inputs.low_rank(4, 60, 45)),
        "a.npz": inputs.compressed(counts, 60, 45),
        "counts.mtx": inputs.matrix_market(counts, 60, 45).encode(),
        "holes.csv": table("a,b,c,d", [f"{i},{i * i % 7},{'' if i % 5 == 0 else i % 3},{i % 4}" for i in range(1, 40)]),
        "mask.npy": inputs.npy([[float((i + j) % 7 != 0) for j in range(45)] for i in range(60)]),
        "faces.pgm": inputs.picture(inputs.low_rank(6, 80, 361)),
        "measurements.csv": table(
            "height,weight,shoes,limbs", [f"{150 + i % 40},{50 + i * i % 45},{36 + i % 9},4" for i in range(1, 40)]
        ),
        "fruits.csv": table("fruit,sweet,sour,red", FRUITS),
        "new-fruits.csv": table("fruit,red,seeds,sweet,sour", ["cherry,8,1,7,3"]),
        "matrix.mtx.gz": gzip.compress(inputs.matrix_market(inputs.counts(5, 9, 6, 0.6), 9, 6).encode()),
        "features.tsv.gz": gzip.compress(table("E1\tG1\tGene", [f"E{i}\tG{i}\tGene" for i in range(2, 10)])),
        "barcodes.tsv.gz": gzip.compress(table("AAAC-1", [f"AAA{letter}-2" for letter in "ACGTC"])),
        "new-ratings.csv": table("userId,movieId,rating", ["new,3,5", "new,999,1", "new,4,2", "other,999,4"]),
        "new-faces.pgm": inputs.picture(inputs.low_rank(7, 5, 361)),
        "posts.tsv": "".join(f"post{i}\t{i % 3}\t{text}\n" for i, text in enumerate(texts)).encode(),
        "ratings.csv": table("userId,movieId,rating", [f"{i},{j},{1 + count % 5}" for i, j, count in counts]),
        "movies.csv": table("movieId,title", [f'{j},"The {j} (1999)"' for j in range(45)]),
        "plays.csv": table("who,what,when", [f"u{i},i{j},{7 * count + j}" for i, j, count in counts]),
        "reviews.csv": table("stars,review", [f"{len(text) % 5},{text}" for text in texts]),
        "reviews.txt": table(texts[0], texts[1:]),
    }
    for name, one in content.items():
        (folder / name).write_bytes(one)
