"""Data to learn from: points in the plane, made on the spot, and real handwritten digits, shipped with the course.

Every maker returns X (m, n) float64 and y (m,) class indices, and takes ``rng``, a seed or a Generator. ``read_csv``
(in tables.py) reads a CSV file of your own.
"""

import os
import struct
import zlib

import numpy as np

from .checks import as_array, as_count, as_number, as_rng
from .tables import faults, read_csv  # noqa: F401  as datasets.read_csv, datasets.faults


def per_class(n, classes):
    """n points shared among the classes, the first ones getting the remainder."""
    n = as_count(n, "n, the number of points,")
    if n < classes:
        raise ValueError(f"n must be at least the number of classes, {classes}, got {n}")
    return [n // classes + (k < n % classes) for k in range(classes)]


def as_noise(noise):
    return as_number(noise, "noise, a standard deviation,", 0, advice="noise=0.1")


def spirals(n=200, *, arms=2, noise=0.2, rng=0):
    """Interleaved spiral arms; arm j runs r = 0..1 over the angles 4j..4(j+1) radians, noise on the angle.

    ``spirals(200, arms=2, noise=0.2, rng=np.random.RandomState(42))`` is the reference data of week 7.
    """
    rng, noise, arms = as_rng(rng), as_noise(noise), as_count(arms, "arms")
    X, y = [], []
    for j, count in enumerate(per_class(n, arms)):
        r = np.linspace(0, 1, count)
        t = np.linspace(4 * j, 4 * (j + 1), count) + noise * rng.standard_normal(count)
        X.append(np.c_[r * np.sin(t), r * np.cos(t)])
        y.append(np.full(count, j))
    return np.vstack(X), np.concatenate(y)


def moons(n=200, *, noise=0.1, rng=0):
    """Two half circles, each with its end in the other's hollow; Gaussian noise on both coordinates."""
    rng, noise = as_rng(rng), as_noise(noise)
    a, b = per_class(n, 2)
    t, u = np.linspace(0, np.pi, a), np.linspace(0, np.pi, b)
    X = np.vstack([np.c_[np.cos(t), np.sin(t)], np.c_[1 - np.cos(u), 0.5 - np.sin(u)]])
    return X + noise * rng.standard_normal(X.shape), np.repeat([0, 1], [a, b])


def circles(n=200, *, noise=0.1, ratio=0.5, rng=0):
    """A ring of radius 1 (class 0) around one of radius ``ratio`` (class 1); Gaussian noise on both coordinates."""
    rng, noise = as_rng(rng), as_noise(noise)
    counts, ratio = per_class(n, 2), as_number(ratio, "ratio of the radii", 0, advice="ratio=0.5")
    X = np.vstack(
        [
            radius * np.c_[np.cos(t), np.sin(t)]
            for radius, t in zip((1, ratio), (np.linspace(0, 2 * np.pi, count, endpoint=False) for count in counts))
        ]
    )
    return X + noise * rng.standard_normal(X.shape), np.repeat([0, 1], counts)


def xor(n=200, *, noise=0.0, rng=0):
    """Points of the square [-1, 1]^2, class 1 where x1 and x2 differ in sign; noise moves them afterwards."""
    rng, noise = as_rng(rng), as_noise(noise)
    X = rng.uniform(-1, 1, (as_count(n, "n"), 2))
    y = (X[:, 0] * X[:, 1] < 0).astype(int)
    return X + noise * rng.standard_normal(X.shape), y


def checkerboard(n=400, *, squares=4, noise=0.0, rng=0):
    """Points of the square [-1, 1]^2, classes alternating over squares x squares fields; noise moves them afterwards."""
    rng, noise, squares = as_rng(rng), as_noise(noise), as_count(squares, "squares", 10**6)
    X = rng.uniform(-1, 1, (as_count(n, "n"), 2))
    y = np.floor((X + 1) / 2 * squares).astype(int).sum(axis=1) % 2
    return X + noise * rng.standard_normal(X.shape), y


def blobs(n=200, *, classes=2, noise=0.5, rng=0):
    """One Gaussian cloud per class, of standard deviation ``noise``, their centres evenly on a circle of radius 2."""
    rng, noise, classes = as_rng(rng), as_noise(noise), as_count(classes, "classes")
    y = np.repeat(np.arange(classes), per_class(n, classes))
    angle = 2 * np.pi * y / classes
    return 2 * np.c_[np.cos(angle), np.sin(angle)] + noise * rng.standard_normal((len(y), 2)), y


def digits(*, writers=False):
    """1,797 real handwritten digits: X (1797, 64), the 8 x 8 pixels row by row, 0 (paper) to 1 (ink); y 0..9.

    With ``writers=True`` also the writer of each row, 0..13, the third value: images of one writer resemble each other,
    so a test for new writers needs a split that keeps each writer on one side.

    Source: Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
    doi 10.24432/C50P49, CC BY 4.0: its test part, by 13 people. Each pixel counts the ink in 4 x 4 dots, 0..16.

    The source does not say who wrote which row. But the rows are sorted by writer: the labels run through the same
    130 digits of one form 14 times, with up to 8 missing, and a writer here is one such form. Not known: who the people
    are, and whether two of the 14 forms are by one of the 13. scikit-learn's course (MOOC, "Sample grouping") has the same
    boundaries except one, 915 instead of 906: the nine rows between do not continue a form, they begin the next one.
    """
    with np.load(os.path.join(os.path.dirname(__file__), "data", "digits.npz"), allow_pickle=False) as file:
        X, y = file["pixels"] / 16, file["labels"].astype(int)
    if not writers:
        return X, y
    first_rows = [0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667]
    return X, y, np.searchsorted(first_rows, np.arange(len(y)), side="right") - 1


def train_test_split(X, y, *, test_size=0.2, rng=0):
    """Shuffle the rows and hold out the share ``test_size``: X_train, X_test, y_train, y_test (as scikit-learn orders them)."""
    X, y = as_array(X, "X"), as_array(y, "y")
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y):
        raise ValueError(f"X and y must have the same number of rows, got shapes {X.shape} and {y.shape}")
    held_out = round(as_number(test_size, "test_size, the share held out,", 0, 1, advice="test_size=0.2", open_low=True) * len(X))
    if not 0 < held_out < len(X):
        raise ValueError(f"{len(X)} rows cannot be split at test_size={test_size}: one side would be empty")
    order = as_rng(rng).permutation(len(X))
    test, train = order[:held_out], order[held_out:]
    return X[train], X[test], y[train], y[test]


IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path):
    """Read one IDX file, the format of MNIST and Fashion-MNIST, gzipped or not, into an array.

    Format: two zero bytes, a type byte, the number of axes, each axis as a big-endian uint32, the numbers.
    (LeCun, Cortes & Burges, the MNIST database.) ValueError if the file is not IDX or is cut short.
    """
    import gzip  # imported here to keep `import nnlib` fast

    with open(os.fspath(path), "rb") as file:
        data = file.read()
    try:
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path} is a damaged gzip file ({error}): fetch it again") from error
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in IDX_TYPES or len(data) < 4 + 4 * data[3]:
        raise ValueError(f"{path} is not an IDX file: it starts with {data[:4]!r}, expected two zero bytes, a type, the number of axes")
    shape = struct.unpack(f">{data[3]}I", data[4 : 4 + 4 * data[3]])
    kind = np.dtype(IDX_TYPES[data[2]])
    wanted = 4 + 4 * data[3] + int(np.prod(shape, dtype=object)) * kind.itemsize
    if len(data) != wanted:
        raise ValueError(f"{path} should hold {wanted:,} bytes for shape {shape}, but holds {len(data):,}: fetch it again")
    return np.frombuffer(data, kind, offset=4 + 4 * data[3]).reshape(shape).astype(kind.newbyteorder("="))
