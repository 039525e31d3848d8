#!/usr/bin/env python3
"""Writes tests/golden/device_models.json in C, to standard output: models, rows, and what SciPy finds with them.

    core/capi/tests/golden.py > golden.c
"""

import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
METHODS = {name: f"LOWRANK_METHOD_{name.upper()}" for name in ["nmf", "svd", "pca", "completion"]}


def floats(numbers):
    return ", ".join(f"{number!r}f" for number in map(float, numbers))


def main():
    cases = json.loads((ROOT / "tests/golden/device_models.json").read_text())
    table, users = [], []
    print('#include "golden.h"')
    for place, case in enumerate(cases):
        blob = bytes.fromhex(case["blob"])
        print(f"static const uint8_t blob_{place}[] = {{{', '.join(map(str, blob))}}};")
        if case["method"] == "completion":
            for number, user in enumerate(case["rows"]):
                name, count = f"{place}_{number}", len(user["row"])
                print(f"static const uint32_t items_{name}[] = {{{', '.join(map(str, user['items'] or [0]))}}};")
                print(f"static const float ratings_{name}[] = {{{floats(user['row'] or [0])}}};")
                print(f"static const float predicted_{name}[] = {{{floats(user['predicted'])}}};")
                users.append(
                    f"{{{{blob_{place}, sizeof blob_{place}}}, {{items_{name}, ratings_{name}, {count}}}, "
                    f"{{{floats(user['weights'])}}}, {user['bias']!r}f, predicted_{name}, {len(user['predicted'])}}}"
                )
            continue
        rows = []
        for number, row in enumerate(case["rows"]):
            if "line" in row:
                line = row["line"].encode()
                escaped = "".join(f"\\{byte:03o}" for byte in line)
                rows.append(f'{{0, 0, "{escaped}", {len(line)}, {{{floats(row["weights"])}}}, {row["residual"]!r}f}}')
            else:
                print(f"static const float row_{place}_{number}[] = {{{floats(row['row'])}}};")
                values = f"row_{place}_{number}, {len(row['row'])}"
                rows.append(f"{{{values}, 0, 0, {{{floats(row['weights'])}}}, {row['residual']!r}f}}")
        print(f"static const struct golden_row rows_{place}[] = {{{', '.join(rows)}}};")
        thresholds = floats(case.get("thresholds") or [-1] * 5)
        of_texts = int(case.get("texts", False))
        columns = 7 if of_texts else len(case["rows"][0]["row"])
        sizes = f"{columns}, {len(case['rows'][0]['weights'])}"
        table.append(
            f"{{{METHODS[case['method']]}, {of_texts}, blob_{place}, sizeof blob_{place}, {sizes}, "
            f"rows_{place}, {len(rows)}, {{{thresholds}}}}}"
        )
    for name, kind, entries in [
        ("golden_cases", "struct golden_case", table),
        ("golden_users", "struct golden_user", users),
    ]:
        print(f"const {kind} {name}[] = {{{', '.join(entries)}}};")
        print(f"const size_t {name}_count = {len(entries)};")


main()
