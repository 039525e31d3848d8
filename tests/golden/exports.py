#!/usr/bin/env python3
"""Keeps what `lowrank export` makes of the models in models/: exports.json.

    tests/golden/exports.py BINARY        BINARY is a `lowrank` of commit c8d7c4b

Each case has the model, the options, the format, and the bytes of the file: in base64, or the text of source code. The
Python package has to write the same.
"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SIZES = [{}, {"precision": "f32"}, {"precision": "u8"}]
CASES = [
    *((model, size, "model.lrm") for model in ("nmf", "svd", "pca", "completion") for size in SIZES),
    *(
        (model, size, "model.lrm")
        for model in ("topics_nmf", "topics_svd")
        for size in [{}, {"terms": 8}, {"bytes": 1500}, {"terms": 5, "precision": "f32"}, {"by_index": True}]
    ),
    ("pca", {}, "fan speed.rs"),
    ("topics_nmf", {"bytes": "2k"}, "topics.h"),
    ("svd", {"format": "c"}, "svd.txt"),
]


def options_of(choices):
    for name, value in choices.items():
        yield "--" + name.replace("_", "-")
        if value is not True:
            yield str(value)


def main():
    (binary,) = sys.argv[1:]
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        for model, choices, file in CASES:
            path = pathlib.Path(folder, file)
            command = [binary, "export", HERE / "models" / model, "--output", path, *options_of(choices), "--json"]
            report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            content = path.read_bytes()
            kept = base64.b64encode(content).decode() if report["format"] == "blob" else content.decode()
            case = {"model": model, "choices": choices, "file": file, "content": kept}
            counts = ("format", "precision", "bytes", "terms", "collisions", "unreachable")
            cases.append(case | {"report": {name: report[name] for name in counts}})
    (HERE / "exports.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
