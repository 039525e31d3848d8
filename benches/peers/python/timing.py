"""The clock of the side in Python."""

import time


def timed(work):
    """What a function without arguments returns, and its seconds."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start
