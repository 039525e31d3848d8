"""The command lines that are recorded. Paths are below the folder of the recording."""

COMMANDS = ["topics", "factorize", "transform", "validate", "bench", "completions", "man"]

HELP = [
    "--help",
    "-h",
    "help",
    "--version",
    *(f"{command} {flag}" for command in COMMANDS for flag in ("--help", "-h")),
    *(f"help {command}" for command in COMMANDS),
    *(f"completions {shell}" for shell in ("bash", "elvish", "fish", "powershell", "zsh")),
    "man",
]

# f64 and f32, on the host and by core: what a method is, it is in each.
EVERYWHERE = [f"--precision {scalar} --backend {home}" for scalar in ("f64", "f32") for home in ("host", "core")]

NMF_SOLVERS = ["hals", "mu", "gradient", "projected-gradient", "adam", "projected-adam"]
SVD_SOLVERS = ["krylov", "chebyshev", "randomized", "exact", "gradient"]
LOSSES = ["kl", "itakura-saito", "1.5", "0.5", "3"]


def factorize():
    """The arguments of `factorize` whose answers are kept."""
    for home in EVERYWHERE:
        for solver in NMF_SOLVERS:
            yield f"inputs/tall.npy --rank 3 --iterations 60 --solver {solver} {home}"
        for solver in SVD_SOLVERS:
            threads = "--threads 1" * (solver == "exact")
            yield f"inputs/tall.npy --method svd --rank 3 --solver {solver} {home} {threads}"
        for loss in LOSSES:
            yield f"inputs/tall.npy --rank 3 --iterations 40 --loss {loss} {home}"
        for loss in ["frobenius", "kl", "1.5"]:
            yield f"inputs/tall.npy --method chain --ranks 5,3 --iterations 40 --loss {loss} {home}"
        for solver in ["als", "sgd"]:
            triples = "--triples user,item,rating"
            yield f"inputs/ratings.csv {triples} --method completion --rank 3 --solver {solver} --iterations 15 {home}"
        for solver in ["hals", "mu", "projected-gradient"]:
            yield f"inputs/sparse.npz --rank 4 --iterations 30 --solver {solver} {home}"
        for solver in ["krylov", "chebyshev", "randomized"]:
            yield f"inputs/sparse.npz --method svd --rank 4 --solver {solver} {home}"
        yield f"inputs/sparse.npz --method pca --rank 3 {home}"
        yield f"inputs/sparse.npz --rank 3 --iterations 30 --loss kl {home}"
        yield f"inputs/signed.npy --method pca --rank 3 {home}"
        yield f"inputs/wide.npy --method pca --rank 3 {home}"
        yield f"inputs/wide.npy --method svd --rank 3 {home}"
        yield f"inputs/wide.npy --rank 3 {home}"
        yield f"inputs/holes.csv --missing nan --rank 3 --iterations 40 {home}"
        yield f"inputs/tall.npy --mask inputs/mask.npy --rank 3 --loss kl --iterations 40 {home}"
        yield f"inputs/large.npy --method svd --rank 8 {home}"
        yield f"inputs/large.npy --rank 8 --iterations 25 {home}"
    for name in ["tall_f32.npy", "tall_fortran.npy", "tall.npy.gz", "tall.csv", "tall.tsv", "tall.npz", "integers.npy"]:
        yield f"inputs/{name} --rank 2 --iterations 20"
    for name in ["sparse_columns.npz", "sparse.mtx", "face.pgm", "faces", "square.npy"]:
        yield f"inputs/{name} --rank 3 --iterations 20"
    for name in ["array.mtx", "symmetric.mtx", "rank_two.npy", "constant.npy", "zero.npy"]:
        yield f"inputs/{name} --rank 2 --iterations 20"
        yield f"inputs/{name} --rank 2 --method svd"
    for name in ["one.npy", "row.csv", "column.csv"]:
        yield f"inputs/{name} --rank 1"
        yield f"inputs/{name} --rank 1 --method svd"
    for name in ["huge.npy", "tiny.npy"]:
        yield f"inputs/{name} --rank 3 --iterations 20"
        yield f"inputs/{name} --rank 3 --method svd"
        yield f"inputs/{name} --rank 3 --method pca"
    for options in [
        "--init random",
        "--init nndsvd",
        "--init random --solver mu --seed 3",
        "--init nndsvd --solver mu",
        "--l1 0.1",
        "--l1 0.1,0",
        "--l2 0.2,0.1",
        "--l1 0.05 --l2 0.1 --loss kl",
        "--tolerance 0 --iterations 7",
        "--tolerance 1e-2",
        "--solver gradient --learning-rate 0.01 --momentum 0.5 --iterations 30",
        "--solver projected-adam --learning-rate 0.1 --iterations 30",
        "--loss 2 --solver mu",
        "--threads 1",
        "--threads 3",
        "--iterations 0",
        "--method svd --solver randomized --iterations 2",
        "--method svd --solver krylov --iterations 3",
        "--method svd --solver krylov --tolerance 1e-2",
        "--method svd --solver chebyshev --tolerance 1e-3 --seed 5",
        "--method svd --solver gradient --momentum 0.5 --learning-rate 0.5 --iterations 300",
        "--method pca --solver krylov --tolerance 1e-3",
        "--method chain --ranks 6,4,3 --iterations 30",
        "--method completion --rank 2 --iterations 10",
        "--method completion --rank 2 --iterations 10 --l2 0.5 --solver sgd --learning-rate 0.02",
        "--compare svd/exact --compare nmf/mu --iterations 30 --threads 1",
        "--method svd --compare svd/randomized --compare svd/krylov --seed 2",
        "--solver adam --compare nmf/projected-gradient --compare nmf/hals --iterations 40",
    ]:
        rank = "" if "--ranks" in options or "--rank" in options else "--rank 3 "
        yield f"inputs/tall.npy {rank}{options}"
    yield "inputs/ratings_numbers.csv --triples 1,2,3 --method completion --rank 2 --iterations 10"
    yield "inputs/ratings.csv --triples user,item,rating --rank 3 --iterations 20"
    yield "inputs/holes.npy --missing nan --method completion --rank 2 --iterations 10"
    yield "inputs/faces --picture 6x5 --rank 3 --iterations 20"


TOPICS = [
    "",
    "--solver mu",
    "--backend core",
    "--precision f32",
    "--precision f32 --backend core",
    "--method svd",
    "--method svd --solver krylov --backend core",
    "--method svd --solver chebyshev",
    "--method svd --solver randomized --precision f32",
    "--method svd --solver exact --threads 1",
    "--method svd --rank-tolerance 0.9",
    "--method svd --variance 0.1",
    "--loss kl --weighting count",
    "--loss 1.5 --iterations 20",
    "--l1 0.01 --l2 0.02,0.01",
    "--init random --seed 4",
    "--documents 3",
    "--method svd --documents 2 --words 4",
    "--topics 2..5",
    "--topics 2..4 --method svd --seeds 2",
    "--topics 2..10:4 --seeds 0",
    "--topics 2..4 --loss kl --seeds 1 --iterations 20",
    "--batch-size 50 --passes 3",
    "--batch-size 50 --passes 2 --loss kl",
    "--batch-size 80 --passes 2 --precision f32 --l1 0.01",
    "--batch-size 60 --passes 2 --backend core",
    "--categories sailing,baking --topics 2",
    "--min-df 2 --max-df 0.5 --max-features 500 --ngrams 1..2 --sublinear-tf",
    "--stop-words none --topics 4",
    "--corpus inputs/lines.txt --topics 3",
    "--corpus inputs/texts.csv --text-column text --topics 3",
    "--corpus inputs/texts.jsonl --topics 3 --method svd",
    "--corpus inputs/notes --topics 3",
    "--corpus - --topics 3",
    "--loss frobenius --iterations 5 --tolerance 0",
]

BENCH = [
    "--shape 60x40 --density 0.3 --rank 3",
    "--shape 40x60 --density 1 --rank 3 --seed 5",
    "--corpus inputs/lines.txt --rank 3 --method svd",
]

VALIDATE = [
    f"--algorithm {algorithm} --size 8x8,12x5 --seed 3"
    for algorithm in ["range-finder-lu", "range-finder-qr", "truncated-svd", "small-svd", "qr", "nmf"]
]

# The name of a kept folder: what made it, and the new rows that `transform` brings into it.
MODELS = {
    "nmf": ("factorize inputs/tall.npy --rank 3 --iterations 40", "inputs/tall_new.npy"),
    "nmf-mu-f32": ("factorize inputs/tall.npy --rank 3 --solver mu --precision f32 --iterations 20", "inputs/tall_new.npy"),
    "nmf-kl": ("factorize inputs/sparse.npz --rank 3 --loss kl --iterations 30", "inputs/sparse_new.mtx"),
    "nmf-beta-core": ("factorize inputs/tall.npy --rank 2 --loss 1.5 --backend core --iterations 20", "inputs/tall_new.npy"),
    "nmf-penalties": ("factorize inputs/tall.npy --rank 3 --l1 0.1,0.05 --l2 0.2 --iterations 20", "inputs/tall_new.npy"),
    "nmf-missing": ("factorize inputs/holes.csv --missing nan --rank 2 --iterations 20", "inputs/holes_new.csv --missing nan"),
    "nmf-adam": ("factorize inputs/tall.npy --rank 3 --solver adam --iterations 30", "inputs/tall_new.npy"),
    "nmf-projected": ("factorize inputs/tall.npy --rank 3 --solver projected-gradient --iterations 30", "inputs/tall_new.npy"),
    "nmf-pictures": ("factorize inputs/faces --rank 2 --picture 6x5 --iterations 20", "inputs/faces"),
    "svd": ("factorize inputs/tall.npy --method svd --rank 3", "inputs/tall_new.npy"),
    "svd-exact-f32": (
        "factorize inputs/tall.npy --method svd --solver exact --rank 3 --precision f32 --threads 1",
        "inputs/tall_new.npy",
    ),
    "svd-gradient": ("factorize inputs/tall.npy --method svd --solver gradient --rank 2 --iterations 200", "inputs/tall_new.npy"),
    "svd-wide": ("factorize inputs/wide.npy --method svd --rank 3 --solver randomized", "inputs/wide_new.npy"),
    "pca": ("factorize inputs/signed.npy --method pca --rank 3", "inputs/tall_new.npy"),
    "pca-sparse": ("factorize inputs/sparse.npz --method pca --rank 3", "inputs/sparse_new.mtx"),
    "chain": ("factorize inputs/tall.npy --method chain --ranks 5,3 --iterations 30", "inputs/tall_new.npy"),
    "completion": (
        "factorize inputs/ratings.csv --triples user,item,rating --method completion --rank 3 --iterations 10",
        "inputs/ratings_new.csv --triples user,item,rating",
    ),
    "completion-sgd": (
        "factorize inputs/holes.csv --missing nan --method completion --rank 2 --solver sgd --iterations 10",
        "inputs/holes_new.csv --missing nan",
    ),
    "topics-nmf": ("topics --corpus inputs/lines.txt --topics 3", "inputs/lines_new.txt"),
    "topics-svd": ("topics --corpus inputs/lines.txt --topics 3 --method svd --sublinear-tf", "inputs/lines_new.txt"),
    "topics-kl": ("topics --corpus inputs/lines.txt --topics 3 --loss kl --weighting count", "inputs/lines_new.txt"),
    "topics-batches": ("topics --corpus inputs/lines.txt --topics 3 --batch-size 10 --passes 3", "inputs/lines_new.txt"),
}

# Tables, and what is said on the way.
TABLES = [
    "topics",
    "topics -v",
    "topics --method svd --documents 2",
    "topics --topics 2..4 -v",
    "topics --batch-size 60 --passes 2 -v",
    "factorize inputs/tall.npy --rank 3",
    "factorize inputs/tall.npy --rank 3 -v --backend core",
    "factorize inputs/tall.npy --method svd --rank 3 -v",
    "factorize inputs/tall.npy --method pca --rank 3",
    "factorize inputs/tall.npy --method chain --ranks 4,2 --iterations 20",
    "factorize inputs/ratings.csv --triples user,item,rating --method completion --rank 2 --iterations 5 -v",
    "factorize inputs/tall.npy --rank 3 --compare svd/exact --compare nmf/mu --threads 1 --iterations 20",
    "transform models/nmf inputs/tall_new.npy",
    "transform models/topics-nmf inputs/lines_new.txt",
    "validate --algorithm qr --size 6x4",
    "topics --solver hals --loss 2",
]

WRONG = [
    "",
    "nope",
    "--nope",
    "topics --nope",
    "topics --topics 0",
    "topics --topics many",
    "topics --topics 7..3",
    "topics --topics 2..3:0",
    "topics --topics 241",
    "topics --words 0",
    "topics --threads 0",
    "topics --threads 100000",
    "topics --seed=-1",
    "topics --tolerance nan",
    "topics --iterations 1.5",
    "topics --ngrams 2..1",
    "topics --min-df 1.5",
    "topics --min-df 300",
    "topics --max-df few",
    "topics --method pca",
    "topics --solver lanczos",
    "topics --init zero",
    "topics --loss hinge",
    "topics --l1 1,2,3",
    "topics --l1=-1",
    "topics --rank-tolerance 1 --method svd",
    "topics --variance 0.5",
    "topics --variance 0.5 --method svd --topics 3",
    "topics --rank-tolerance 0.5 --method svd --variance 0.5",
    "topics --loss kl --solver hals",
    "topics --loss kl --method svd",
    "topics --l1 1 --method svd",
    "topics --batch-size 0",
    "topics --batch-size 5 --method svd",
    "topics --passes 3",
    "topics --solver exact",
    "topics --method svd --solver mu",
    "topics --method svd --init random",
    "topics --method svd --solver randomized --tolerance 0.1",
    "topics --method svd --solver exact --iterations 3",
    "topics --topics 2..4 --documents 3",
    "topics --topics 2..2 --words 3",
    "topics --topics 3 --seeds 2",
    "topics --backend gpu",
    "topics --backend cuda",
    "topics --precision f16",
    "topics --corpus",
    "topics --corpus no/such/corpus.csv",
    "topics --corpus inputs/empty.csv",
    "topics --corpus inputs/stop.txt --topics 1",
    "topics --corpus inputs/texts.csv",
    "topics --corpus inputs/texts.csv --text-column body",
    "topics --corpus inputs/numbers.jsonl",
    "topics --corpus inputs/paper.pdf",
    "topics --categories sailing,cooking",
    "topics --subset test",
    "topics --force",
    "topics --output models/nmf",
    "topics --plot words.pdf",
    "topics --topics 3 --topics 4",
    "factorize",
    "factorize no/such.npy",
    "factorize inputs/nan.npy",
    "factorize inputs/nan.npy --method svd --rank 1",
    "factorize inputs/infinite.npy --rank 1",
    "factorize inputs/negative.npy --rank 1",
    "factorize inputs/negative.npy --rank 1 --loss kl",
    "factorize inputs/negative.npy --method chain --ranks 1,1",
    "factorize inputs/ragged.csv",
    "factorize inputs/words.csv",
    "factorize inputs/empty.csv",
    "factorize inputs/cut.npy",
    "factorize inputs/not.npy",
    "factorize inputs/cut.npz",
    "factorize inputs/two.npz",
    "factorize inputs/wrong.mtx",
    "factorize inputs/complex.mtx",
    "factorize inputs/paper.pdf",
    "factorize inputs/holes.csv",
    "factorize inputs/holes.csv --rank 2 --missing nan --method svd",
    "factorize inputs/holes.csv --rank 2 --missing nan --solver hals",
    "factorize inputs/holes.csv --rank 2 --missing nan --solver adam",
    "factorize inputs/tall.npy --mask inputs/mask_wrong.npy",
    "factorize inputs/tall.npy --rank 0",
    "factorize inputs/tall.npy --rank 13",
    "factorize inputs/tall.npy --rank 13 --method svd",
    "factorize inputs/tall.npy --rank 13 --method pca",
    "factorize inputs/tall.npy --rank 3 --solver krylov",
    "factorize inputs/tall.npy --rank 3 --method svd --solver hals",
    "factorize inputs/tall.npy --rank 3 --method pca --solver chebyshev",
    "factorize inputs/tall.npy --rank 3 --method svd --loss kl",
    "factorize inputs/tall.npy --rank 3 --method svd --init random",
    "factorize inputs/tall.npy --rank 3 --method pca --l1 1",
    "factorize inputs/tall.npy --rank 3 --solver adam --momentum 0.5",
    "factorize inputs/tall.npy --rank 3 --solver hals --learning-rate 0.1",
    "factorize inputs/tall.npy --rank 3 --solver gradient --momentum 1",
    "factorize inputs/tall.npy --rank 3 --solver gradient --loss kl",
    "factorize inputs/tall.npy --rank 3 --solver adam --init nndsvd --l1 1",
    "factorize inputs/tall.npy --rank 3 --loss kl --solver hals",
    "factorize inputs/zero.npy --rank 1 --loss itakura-saito",
    "factorize inputs/sparse.npz --rank 3 --loss itakura-saito",
    "factorize inputs/tall.npy --ranks 3,2",
    "factorize inputs/tall.npy --method chain",
    "factorize inputs/tall.npy --method chain --rank 3",
    "factorize inputs/tall.npy --method chain --ranks 3",
    "factorize inputs/tall.npy --method chain --ranks 0,2",
    "factorize inputs/tall.npy --method chain --ranks 50,2",
    "factorize inputs/tall.npy --method chain --ranks 3,2 --solver hals",
    "factorize inputs/tall.npy --method chain --ranks 3,2 --init random",
    "factorize inputs/tall.npy --method completion --l2 1,2 --rank 2",
    "factorize inputs/tall.npy --method completion --l1 1 --rank 2",
    "factorize inputs/tall.npy --method completion --rank 2 --solver als --learning-rate 1",
    "factorize inputs/tall.npy --method completion --rank 2 --solver mu",
    "factorize inputs/ratings.csv --triples user,item",
    "factorize inputs/ratings.csv --triples user,item,stars",
    "factorize inputs/ratings.csv --triples user,item,rating --method svd",
    "factorize inputs/tall.npy --rank 3 --picture 5x5 --plot components=c.png",
    "factorize inputs/tall.npy --rank 3 --plot components=c.png",
    "factorize inputs/tall.npy --rank 3 --plot spectrum=s.svg",
    "factorize inputs/tall.npy --rank 3 --method svd --plot convergence=s.svg",
    "factorize inputs/tall.npy --rank 3 --plot c.pdf",
    "factorize inputs/tall.npy --rank 3 --plot no/such/folder/c.svg",
    "factorize inputs/tall.npy --rank 3 --compare lda",
    "factorize inputs/tall.npy --rank 3 --compare svd/hals",
    "factorize inputs/tall.npy --rank 3 --compare chain",
    "factorize inputs/tall.npy --rank 3 --compare completion",
    "factorize inputs/tall.npy --rank 3 --output models/nmf",
    "factorize inputs/tall.npy --rank 3 --output inputs/tall.npy",
    "factorize inputs/tall.npy --rank 3 --method lda",
    "factorize inputs/tall.npy --rank 3 --iterations=-1",
    "factorize inputs/tall.npy --rank 3 --tolerance=-1",
    "factorize inputs/tall.npy --rank 3 --backend cuda",
    "transform",
    "transform models/nmf",
    "transform no/such inputs/tall_new.npy",
    "transform inputs inputs/tall_new.npy",
    "transform models/nmf inputs/wide_new.npy",
    "transform models/nmf inputs/negative.npy",
    "transform models/nmf inputs/tall_new.npy --output weights.txt",
    "transform models/nmf inputs/tall_new.npy --text-column text",
    "transform models/svd inputs/holes_new.csv --missing nan",
    "transform models/svd inputs/tall_new.npy --mask inputs/mask.npy",
    "transform models/topics-nmf inputs/lines_new.txt --missing nan",
    "transform models/topics-nmf no/such.txt",
    "validate --algorithm lu",
    "validate --family Hilbert",
    "validate --size 513x2",
    "validate --size 8",
    "validate --quick --size 8x8",
    "validate --algorithm qr --size 3x5",
    "validate --algorithm qr --family minus-one-in-the-middle",
    "validate --scalar f16",
    "bench --shape 0x3",
    "bench --density 2",
    "bench --rank 0",
    "bench --shape 20x30 --rank 21",
    "bench --backend cuda",
    "bench --method pca",
    "bench --method svd --solver hals",
    "bench --solver lanczos",
    "bench --shape 20x30 --corpus sample",
    "bench --min-df 2",
    "bench --runs 0",
    "completions",
    "completions tcsh",
    "man extra",
]
