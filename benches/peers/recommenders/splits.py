"""The divisions of ratings into a training part and a held-out part.

- `random_split`: a share of all ratings, rounded. Ratings are in the order of (user, item); those at the places
  `Permutation(seed, 0, n).at(0..)` are held out. lowrank's `HeldOut::split`, and `--split random` of its command.
- `each_user_split`: the same share of the ratings of each user, rounded; those of user i, counted from zero, at the
  places `Permutation(seed, i, n_i).at(0..)`. `--split user` of the command.
- `fast_ai_split`: the lines of the file `numpy.random.RandomState(42).permutation(n)[:n // 5]`.

A half is rounded up.
"""

import numpy as np
import scipy.sparse

WORD = (1 << 64) - 1
ROUNDS = 8


def mix(z):
    """The finaliser of SplitMix64, of an array of u64."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def mixed(number):
    return int(mix(np.array([number & WORD], np.uint64))[0])


class Permutation:
    """A random order of 0 .. length - 1: a Feistel network over the bits of length - 1, repeated until it is within."""

    def __init__(self, seed, number, length):
        self.key = mixed(mixed(seed) + number)
        self.length = length
        bits = (length - 1).bit_length() if length else 0
        self.high = bits // 2
        self.low = bits - self.high

    def at(self, places):
        found = np.array(places, np.uint64)
        beyond = np.ones(len(found), bool)
        while beyond.any():
            found[beyond] = self.network(found[beyond])
            beyond = found >= self.length
        return found.astype(np.int64)

    def network(self, number):
        ones = [np.uint64((1 << bits) - 1) for bits in (self.low, self.high)]
        low, high = number & ones[0], number >> np.uint64(self.low)
        for turn in range(ROUNDS):
            key = np.uint64((self.key + turn) & WORD)
            if turn % 2 == 0:
                low = low ^ (mix(key ^ mix(high)) & ones[0])
            else:
                high = high ^ (mix(key ^ mix(low)) & ones[1])
        return (high << np.uint64(self.low)) | low


def rounded(share, count):
    return int(np.floor(share * count + 0.5))


def held_out_of(length, share, seed, number=0):
    """Of each place, whether it is held out."""
    chosen = np.zeros(length, bool)
    chosen[Permutation(seed, number, length).at(range(rounded(share, length)))] = True
    return chosen


def parts(a, chosen):
    """The entries of a matrix that are learnt from, and those that are held out."""
    rows = np.repeat(np.arange(a.shape[0]), np.diff(a.indptr))

    def of(which):
        entries = (a.data[which], (rows[which], a.indices[which]))
        return scipy.sparse.csr_matrix(entries, shape=a.shape)

    return of(~chosen), of(chosen)


def random_split(a, share, seed):
    return parts(a, held_out_of(a.nnz, share, seed))


def each_user_split(a, share, seed):
    lengths = np.diff(a.indptr)
    chosen = [held_out_of(length, share, seed, user) for user, length in enumerate(lengths.tolist())]
    return parts(a, np.concatenate(chosen))


def fast_ai_split(a, lines):
    """`lines`: of each line of the file, the row and the column of its entry."""
    count = len(lines[0])
    order = np.random.RandomState(42).permutation(count)
    chosen = np.zeros(count, bool)
    chosen[order[:count // 5]] = True
    rows, columns = lines
    # In the order of the matrix.
    return parts(a, chosen[np.lexsort((columns, rows))])
