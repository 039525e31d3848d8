"""Reads a file with a peer, and prints what lowrank's examples print: peer.py PROGRAM FILE."""

import json
import sys
import time


def memory(name):
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(name):
                return 1024 * int(line.split()[1])


def polars_table(path):
    import polars

    def run():
        frame = polars.read_csv(path)
        return frame.shape, float(frame.sum().sum_horizontal()[0]), frame.estimated_size()

    return run


def pandas_table(path):
    import pandas

    def run():
        frame = pandas.read_csv(path)
        return frame.shape, float(frame.sum().sum()), int(frame.memory_usage().sum())

    return run


def polars_triples(path):
    import polars

    def run():
        frame = polars.read_csv(path)
        return frame.shape, float(frame["rating"].sum()), frame.estimated_size()

    return run


def sparse(rows, columns, values):
    import scipy.sparse

    rows, columns = (part.to_numpy() if hasattr(part, "to_numpy") else part for part in (rows, columns))
    shape = (int(rows.max()) + 1, int(columns.max()) + 1)
    a = scipy.sparse.csr_matrix((values, (rows, columns)), shape)
    return shape, float(a.sum()), a.data.nbytes + a.indices.nbytes + a.indptr.nbytes


def polars_matrix(path):
    import polars

    def run():
        frame = polars.read_csv(path)
        ranks = [frame[name].rank("dense") - 1 for name in ("user", "item")]
        return sparse(*ranks, frame["rating"].to_numpy())

    return run


def pandas_matrix(path):
    import pandas

    def run():
        frame = pandas.read_csv(path)
        codes = [pandas.factorize(frame[name], sort=True)[0] for name in ("user", "item")]
        return sparse(*codes, frame["rating"].to_numpy())

    return run


def sklearn_lines(path):
    from sklearn.feature_extraction.text import TfidfVectorizer

    def run():
        start = time.perf_counter()
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        reading = time.perf_counter() - start
        a = TfidfVectorizer().fit_transform(lines)
        return a.shape, float(a.sum()), a.data.nbytes + a.indices.nbytes + a.indptr.nbytes, reading

    return run


def main():
    program, path = sys.argv[1:]
    run = globals()[program](path)
    before = memory("VmRSS:")
    start = time.perf_counter()
    shape, total, result, *reading = run()
    seconds = time.perf_counter() - start
    found = {
        "shape": list(shape),
        "sum": total,
        "seconds": seconds,
        "before": before,
        "most": memory("VmHWM:"),
        "result": result,
    }
    if reading:
        found["reading"] = reading[0]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
