"""Writes tables.json, for tests/integration/matrix_files/tables.rs: tables by pandas and NumPy, in hex, and what is in them.

    pip install numpy==2.4.6 pandas==3.1.1
    python3 tests/golden/tables.py > tests/golden/tables.json

`rows` are the entries, null where one is missing; `row_labels` and `column_labels` are null where the table has none.
"""

import io
import json

import numpy as np
import pandas as pd

VALUES = np.array([[1.5, -2.0, 3e-7], [40.25, 5.0, 61234.5], [0.0, 7.125, -0.875], [2.5, 0.5, 9.0]])
HOLES = np.where(VALUES == 5.0, np.nan, np.where(VALUES == 0.5, np.nan, VALUES))
NAMES = ["apple", "pear", "plum"]
YEARS = [1990, 1991, 1992]
GENES = ["ACTB", "MYC", "TP53", "GAPDH"]


def frame(values=VALUES, columns=NAMES, index=None):
    return pd.DataFrame(values, columns=columns, index=index)


def table(name, bytes_, rows, row_labels, column_labels):
    labels = [None if labels is None else [str(label) for label in labels] for labels in (row_labels, column_labels)]
    return {
        "name": name,
        "bytes": bytes_.hex(),
        "rows": [[None if np.isnan(x) else x for x in row] for row in np.asarray(rows, dtype=float).tolist()],
        "row_labels": labels[0],
        "column_labels": labels[1],
    }


def by_pandas(name, data, has_index, encoding="utf-8", **options):
    text = data.to_csv(index=has_index, **options)
    rows = data.to_numpy()
    row_labels = list(data.index) if has_index else None
    column_labels = list(data.columns) if options.get("header", True) else None
    return table(name, text.encode(encoding), rows, row_labels, column_labels)


def by_numpy(name, column_labels=None, **options):
    stream = io.BytesIO()
    np.savetxt(stream, VALUES, **options)
    return table(name, stream.getvalue(), VALUES, None, column_labels)


def tables():
    plain, genes = frame(), frame(index=GENES)
    yield by_pandas("names.csv", plain, False)
    yield by_pandas("index.csv", plain, True)
    yield by_pandas("genes.csv", genes, True)
    yield by_pandas("genes_labelled.csv", genes, True, index_label="gene")
    yield by_pandas("genes_only.csv", genes, True, header=False)
    yield by_pandas("numbers_only.csv", plain, False, header=False)
    yield by_pandas("years.csv", frame(columns=YEARS), True)
    yield by_pandas("years_only.csv", frame(columns=YEARS), False)
    yield by_pandas("years_genes.csv", frame(columns=YEARS, index=GENES), True)
    yield by_pandas("years_symbol.csv", frame(columns=YEARS, index=GENES), True, index_label="GeneSymbol")
    yield by_pandas("years_donors.csv", frame(columns=YEARS, index=[104, 17, 33, 9]), True, index_label="donor")
    yield by_pandas("counted.csv", frame(columns=[0, 1, 2]), True)
    yield by_pandas("transposed.csv", frame().T, True)
    yield by_pandas("filtered.csv", frame(index=[3, 8, 10, 21]), True)
    yield by_pandas("semicolons.csv", plain, False, sep=";", decimal=",")
    yield by_pandas("semicolons_index.csv", genes, True, sep=";", decimal=",")
    yield by_pandas("semicolons_numbers.csv", plain, False, sep=";", decimal=",", header=False)
    yield by_pandas("tabs.csv", genes, True, sep="\t")
    yield by_pandas("tabs.tsv", genes, True, sep="\t", decimal=",")
    yield by_pandas("bars.txt", genes, True, sep="|")
    yield by_pandas("commas.tsv", plain, False)
    yield by_pandas("blanks.dat", plain, False, sep=" ")
    yield by_pandas("returns.csv", genes, True, lineterminator="\r\n")
    yield by_pandas("old_returns.csv", genes, True, lineterminator="\r")
    yield by_pandas("quoted.csv", genes, True, quoting=1)
    yield by_pandas("marked.csv", genes, True, encoding="utf-8-sig")
    yield by_pandas("utf16.csv", genes, True, encoding="utf-16")
    yield by_pandas("unicode.txt", genes, True, encoding="utf-16", sep="\t", decimal=",")
    yield by_pandas("fixed.csv", plain.round(3), False, float_format="%.3f")
    odd = frame(columns=["a,b", 'say "x"', "two\nlines"], index=["é", " x ", "1,5", "#4"])
    yield by_pandas("odd_names.csv", odd, True)
    for number, marker in enumerate(["", "NA", "N/A", "?", "-", "null", "NaN", "None", "..", "#N/A", "<NA>", "\\N"]):
        yield by_pandas(f"holes{number}.csv", frame(HOLES), False, na_rep=marker)
        yield by_pandas(f"holes{number}.tsv", frame(HOLES, index=GENES), True, na_rep=marker, sep="\t")
    first = np.where(VALUES == 1.5, np.nan, VALUES)
    yield by_pandas("hole_first.csv", frame(first), False, na_rep="N/A")
    yield by_pandas("hole_first_index.csv", frame(first), True, na_rep="N/A")
    yield by_numpy("savetxt.txt")
    yield by_numpy("savetxt.csv")
    yield by_numpy("savetxt_comma.csv", delimiter=",")
    yield by_numpy("savetxt_tab.txt", delimiter="\t")
    yield by_numpy("savetxt_double_colon.dat", delimiter="::")
    yield by_numpy("savetxt_header.txt", NAMES, header=" ".join(NAMES))
    yield by_numpy("savetxt_header.csv", NAMES, delimiter=",", header=",".join(NAMES))
    yield by_numpy("savetxt_prose.txt", header="measured on a Sunday, by hand", footer="the end")
    yield by_numpy("savetxt_percent.txt", NAMES, header=" ".join(NAMES), comments="% ")
    yield by_numpy("savetxt_plain_header.csv", NAMES, delimiter=",", header=",".join(NAMES), comments="")


print(json.dumps({"tables": list(tables())}, indent=1))
