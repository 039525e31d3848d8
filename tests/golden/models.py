#!/usr/bin/env python3
"""Keeps a small folder of each method, and what the same binary makes of new rows: models/.

    tests/golden/models.py BINARY        BINARY is a `lowrank` of commit 3bb422f

Written once, by 3bb422f: later versions have to read them, and to give `NAME.csv` for the new rows. A completion had no
weights of new rows then: those that it has now are in fold_in.json.
"""

import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "recorded"))

import inputs  # noqa: E402

MODELS = {
    "nmf": "factorize matrix.csv --rank 2",
    "nmf_kullback_leibler": "factorize matrix.csv --rank 2 --loss kl --precision f32",
    "nmf_adam": "factorize matrix.csv --rank 2 --solver adam --iterations 50",
    "svd": "factorize matrix.csv --method svd --rank 2",
    "pca": "factorize matrix.csv --method pca --rank 2",
    "chain": "factorize matrix.csv --method chain --ranks 3,2",
    "completion": "factorize matrix.csv --method completion --rank 2",
    "topics_nmf": "topics --corpus texts.txt --topics 2",
    "topics_svd": "topics --corpus texts.txt --topics 2 --method svd",
    "topics_batches": "topics --corpus texts.txt --topics 2 --batch-size 6",
}


def rounded(rows):
    return inputs.csv([[round(entry, 2) for entry in row] for row in rows])


def main():
    (binary,) = sys.argv[1:]
    folder = HERE / "models"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "matrix.csv").write_text(rounded(inputs.low_rank(1, 9, 5, 3)))
    (folder / "new_rows.csv").write_text(rounded(inputs.low_rank(2, 3, 5, 3)))
    (folder / "texts.txt").write_text("\n".join(inputs.documents(7, 12)) + "\n")
    (folder / "new_texts.txt").write_text("\n".join(inputs.documents(14, 3)) + "\n")
    for name, options in MODELS.items():
        subprocess.run([binary, *options.split(), "--output", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        for picture in (folder / name).glob("*.svg"):
            picture.unlink()
        if name == "completion":
            continue
        rows = "new_texts.txt" if name.startswith("topics") else "new_rows.csv"
        run = subprocess.run([binary, "transform", name, rows], cwd=folder, capture_output=True, text=True, check=False)
        (folder / f"{name}.csv").write_text(run.stdout + run.stderr)


if __name__ == "__main__":
    main()
