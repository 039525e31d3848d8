"""Forks, workers of joblib, and two threads at once: no deadlock, and the same numbers."""

import multiprocessing
import os
import threading

import numpy as np
import pytest
from joblib import Parallel, delayed
from newsgroups import made_up

from lowrank import NMF, TfidfVectorizer, TruncatedSVD

SECONDS = 60
TEXTS, _ = made_up(200, seed=0)


def scores(seed):
    """What a vectorizer and two factorizations make of the texts, which takes all threads."""
    X = TfidfVectorizer().fit_transform(TEXTS)
    svd = TruncatedSVD(n_components=4, random_state=seed).fit_transform(X)
    nmf = NMF(n_components=4, random_state=seed).fit_transform(X)
    return np.hstack([svd, nmf])


def dense_values(n):
    """Singular values of a dense matrix that is large enough for many threads."""
    X = np.random.RandomState(n).standard_normal((600, 200))
    return TruncatedSVD(n_components=5, random_state=0).fit(X).singular_values_


def send_scores(connection, seed):
    connection.send(scores(seed))
    connection.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process")
def test_a_child_of_a_fork_can_fit_after_its_parent_did():
    expected = scores(0)
    context = multiprocessing.get_context("fork")
    for _ in range(3):
        receiver, sender = context.Pipe(duplex=False)
        child = context.Process(target=send_scores, args=(sender, 0))
        child.start()
        try:
            assert receiver.poll(SECONDS), "the child hangs"
            np.testing.assert_array_equal(receiver.recv(), expected)
            child.join(SECONDS)
            assert child.exitcode == 0
        finally:
            child.kill()
            child.join()
    np.testing.assert_array_equal(scores(0), expected)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process")
def test_a_grandchild_can_fit_too():
    expected = scores(1)
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def middle():
        scores(1)
        child = context.Process(target=send_scores, args=(sender, 1))
        child.start()
        child.join(SECONDS)
        os._exit(child.exitcode or 0)

    parent = context.Process(target=middle)
    parent.start()
    try:
        assert receiver.poll(SECONDS), "the grandchild hangs"
        np.testing.assert_array_equal(receiver.recv(), expected)
        parent.join(SECONDS)
    finally:
        parent.kill()
        parent.join()


@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
@pytest.mark.filterwarnings("ignore:This process")
def test_workers_of_joblib(backend):
    expected = [scores(seed) for seed in range(4)]
    found = Parallel(n_jobs=2, backend=backend, timeout=SECONDS)(delayed(scores)(seed) for seed in range(4))
    np.testing.assert_array_equal(found, expected)


def test_two_threads_at_once():
    expected = {n: dense_values(n) for n in range(8)}
    found, start = {}, threading.Barrier(2)

    def work(numbers):
        start.wait()
        for n in numbers:
            found[n] = dense_values(n)

    threads = [threading.Thread(target=work, args=(range(first, 8, 2),), daemon=True) for first in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive(), "a thread hangs"
    assert sorted(found) == list(range(8))
    for n, values in expected.items():
        # faer divides a dense SVD among threads, and sums in another order with other numbers of them.
        np.testing.assert_allclose(found[n], values, rtol=1e-12)


def test_the_interpreter_runs_during_a_fit():
    """Another thread counts while a fit runs, which it cannot if the fit holds the interpreter's lock."""
    X = np.random.RandomState(0).standard_normal((3000, 600))
    ticks, stop = [0], threading.Event()

    def tick():
        while not stop.wait(0.001):
            ticks[0] += 1

    counter = threading.Thread(target=tick, daemon=True)
    counter.start()
    try:
        before = ticks[0]
        TruncatedSVD(n_components=60, random_state=0).fit(X)
        assert ticks[0] - before >= 3
    finally:
        stop.set()
        counter.join(SECONDS)
