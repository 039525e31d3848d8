"""Models for microcontrollers: the bytes of the command, from estimators."""

import base64
import json
import os
import pathlib
import subprocess
import warnings

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction import text as theirs

import lowrank
from lowrank import NMF, PCA, CountVectorizer, HashingVectorizer, ImplicitALS, MatrixCompletion, TfidfVectorizer, TruncatedSVD

ROOT = pathlib.Path(__file__).parents[3]
GOLDEN = ROOT / "tests/golden"
CASES = json.loads((GOLDEN / "exports.json").read_text())
X = np.random.RandomState(0).uniform(size=(60, 12))
TEXTS = [
    "the moon orbits the earth",
    "the earth orbits the sun",
    "a rocket flies to the moon",
    "bread needs yeast and flour",
    "the dough needs yeast and water",
    "flour and water make a dough, and bread",
]


def loaded(name):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "test|.*vectorizer is not loaded")
        return lowrank.load(GOLDEN / "models" / name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['model']} {case['choices']} {case['file']}")
def test_a_file_is_that_of_the_command_to_the_byte(case, tmp_path):
    path = tmp_path / case["file"]
    written = loaded(case["model"]).export(path, **case["choices"])
    report = case["report"]
    if report["format"] == "blob":
        assert path.read_bytes() == base64.b64decode(case["content"])
        assert path.stat().st_size == written.bytes
    else:
        assert path.read_text() == case["content"]
    for name in ("format", "precision", "bytes", "collisions", "unreachable"):
        assert getattr(written, name) == report[name]
    if report["terms"] is not None:
        assert written.columns == report["terms"]


def command():
    """The command of this checkout, where it was built."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    found = [target / profile / "lowrank" for profile in ("debug", "release")]
    found = [path for path in found if path.exists()]
    if not found:
        pytest.skip("the command is not built: cargo build -p lowrank-cli")
    return max(found, key=lambda path: path.stat().st_mtime)


ESTIMATORS = [
    NMF(3, alpha_W=1e-3, l1_ratio=0.5),
    lowrank.MiniBatchNMF(3, batch_size=32),
    TruncatedSVD(3),
    PCA(3),
    MatrixCompletion(3),
    MatrixCompletion(3, weighting="count"),
    MatrixCompletion(3, biases=False),
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("model", ESTIMATORS, ids=str)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_fit_is_exported_as_its_folder_is_by_the_command(model, dtype, tmp_path):
    binary = command()
    model.fit(X.astype(dtype)).save(tmp_path / "model")
    for precision in ("f32", "i16", "u8"):
        model.export(tmp_path / "ours", precision=precision)
        options = ["--output", tmp_path / "theirs", "--precision", precision]
        subprocess.run([binary, "export", tmp_path / "model", *options], check=True, capture_output=True)
        assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


VECTORIZERS = [
    TfidfVectorizer(stop_words="english"),
    TfidfVectorizer(stop_words=["the", "and"], smooth_idf=False),
    CountVectorizer(),
    CountVectorizer(vocabulary=["moon", "earth", "bread", "yeast"]),
    theirs.TfidfVectorizer(),
]


@pytest.mark.parametrize("vectorizer", VECTORIZERS, ids=repr)
def test_a_model_of_texts_goes_with_its_vectorizer(vectorizer, tmp_path):
    binary = command()
    rows = vectorizer.fit_transform(TEXTS)
    model = TruncatedSVD(2).fit(sp.csr_array(rows, dtype=float))
    model.save(tmp_path / "model", vectorizer=vectorizer)
    for choices in ({}, {"terms": 3}, {"bytes": 2000}, {"by_index": True}):
        written = model.export(tmp_path / "ours", vectorizer=vectorizer, **choices)
        options = [option for name, value in choices.items() for option in ("--" + name.replace("_", "-"), str(value))]
        options = [option for option in options if option != "True"]
        output = ["--output", tmp_path / "theirs"]
        subprocess.run([binary, "export", tmp_path / "model", *output, *options], check=True, capture_output=True)
        assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()
        assert written.columns == choices.get("terms", written.columns)
    # The command makes of texts what the estimators make of them.
    (tmp_path / "texts.txt").write_text("\n".join(TEXTS) + "\n")
    answer = subprocess.run(
        [binary, "transform", tmp_path / "model", tmp_path / "texts.txt"], check=True, capture_output=True, text=True
    )
    weights = np.array([line.split(",")[1:] for line in answer.stdout.splitlines()[1:]], dtype=float)
    np.testing.assert_allclose(weights, model.transform(rows), atol=1e-6)


def test_a_loaded_model_of_texts_keeps_its_terms(tmp_path):
    model = loaded("topics_nmf")
    model.save(tmp_path / "again")
    before, after = (json.loads((path / "model.json").read_text()) for path in (GOLDEN / "models/topics_nmf", tmp_path / "again"))
    assert after["text"]["terms"] == before["text"]["terms"]
    model.fit(X)
    with pytest.raises(ValueError, match="vectorizer that made X"):
        model.export(tmp_path / "blob", terms=3)


def test_what_no_device_has_is_refused(tmp_path):
    path = tmp_path / "blob"
    model = TruncatedSVD(2).fit(X)
    with pytest.raises(NotFittedError):
        TruncatedSVD(2).export(path)
    with pytest.raises(ValueError, match="beta is 1"):
        NMF(2, solver="mu", beta_loss="kullback-leibler", max_iter=3000).fit(X).export(path)
    with pytest.raises(ValueError, match="whiten=False"):
        PCA(2, whiten=True).fit(X).export(path)
    with pytest.raises(TypeError, match="ImplicitALS"):
        ImplicitALS(2).fit(sp.csr_array(X)).export(path)
    with pytest.raises(ValueError, match="format must be one of"):
        model.export(path, format="zip")
    with pytest.raises(ValueError, match="precision must be one of"):
        model.export(path, precision="f64")
    with pytest.raises(OSError, match="nowhere"):
        model.export(tmp_path / "nowhere" / "blob")
    vectorizer = TfidfVectorizer().fit(TEXTS)
    with pytest.raises(ValueError, match="12 columns"):
        model.export(path, vectorizer=vectorizer)
    words = TruncatedSVD(2).fit(vectorizer.transform(TEXTS))
    with pytest.raises(ValueError, match="exclude each other"):
        words.export(path, vectorizer=vectorizer, terms=2, bytes=300)
    with pytest.raises(ValueError, match="hold no term"):
        words.export(path, vectorizer=vectorizer, bytes=10)
    for size in (0, "k", "3m", "-1k"):
        with pytest.raises(ValueError, match="bytes must be"):
            words.export(path, vectorizer=vectorizer, bytes=size)
    with pytest.raises(TypeError, match="no terms"):
        words.export(path, vectorizer=HashingVectorizer())
    with pytest.raises(NotFittedError):
        words.export(path, vectorizer=TfidfVectorizer())
    pairs = TfidfVectorizer(ngram_range=(1, 2)).fit(TEXTS)
    with pytest.raises(ValueError, match="1 to 2 words"):
        TruncatedSVD(2).fit(pairs.transform(TEXTS)).export(path, vectorizer=pairs)
    split = TfidfVectorizer(tokenizer=str.split, token_pattern=None).fit(TEXTS)
    with pytest.raises(ValueError, match="tokenizer is a function of Python"):
        TruncatedSVD(2).fit(split.transform(TEXTS)).export(path, vectorizer=split)
    assert not path.exists()
