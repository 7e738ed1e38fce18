from functools import partial

import numpy as np

from ..exercise import exercise
from .shared import widths


def batch_and_widths(rng):
    return (int(rng.integers(20, 99)), *widths(rng))


def shapes_chain(answer, rng):
    m, sizes = batch_and_widths(rng)
    W, b, Z = answer(m, sizes)
    inner = np.array_equal(W[1:, 0], Z[:-1, 1])
    return bool(inner and np.array_equal(W[:, 1], b[:, 1]) and np.array_equal(W[:, 1], Z[:, 1]))


@exercise(
    "week1.shapes_ledger",
    title="The shapes ledger",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"W": "(number of layers, 2)", "b": "(number of layers, 2)", "Z": "(number of layers, 2)"},
    inputs=batch_and_widths,
    hints=(
        "L + 1 widths make L layers. Write the three shapes of one layer on paper, then loop over neighbours in sizes.",
        "Layer l: W is (n_in, n_out), b is (1, n_out), Z is (m, n_out), with n_in = sizes[l-1] and n_out = sizes[l].",
        "W, b, Z = [], [], []; for l in range(1, len(sizes)): W.append((sizes[l - 1], ...)); b.append((1, ...)); ...; return np.array(W), ...",
    ),
    properties=(("each W takes as many columns as the Z before it has", shapes_chain),),
)
def shapes_ledger(m, sizes):
    pairs = list(zip(sizes[:-1], sizes[1:]))
    W = np.array([(n_in, n_out) for n_in, n_out in pairs])
    b = np.array([(1, n_out) for n_in, n_out in pairs])
    Z = np.array([(m, n_out) for n_in, n_out in pairs])
    return W, b, Z


@shapes_ledger.also_right
def with_arrays(m, sizes):
    n_in, n_out = np.array(sizes[:-1]), np.array(sizes[1:])
    return np.c_[n_in, n_out], np.c_[np.ones_like(n_out), n_out], np.c_[np.full_like(n_out, m), n_out]


def ledger(m, sizes, W=lambda m, i, o: (i, o), b=lambda m, i, o: (1, o), Z=lambda m, i, o: (m, o), skip=0):
    """A wrong ledger: one of its three shapes replaced."""
    pairs = list(zip(sizes[:-1], sizes[1:]))[skip:]
    return tuple(np.array([shape(m, i, o) for i, o in pairs]) for shape in (W, b, Z))


def batch_size_in_W(m, sizes):
    W, b, Z = ledger(m, sizes)
    W[0, 0] = m
    return W, b, Z


shapes_ledger.add_mistakes(
    (
        "W is transposed: inputs are the rows of W and units its columns, (n_in, n_out), so that (m, n_in) @ (n_in, n_out) fits.",
        partial(ledger, W=lambda m, i, o: (o, i)),
    ),
    (
        "b has one number for each unit, not for each example: (1, n_out). Broadcasting repeats it m times.",
        partial(ledger, b=lambda m, i, o: (m, o)),
    ),
    ("b stands as a column (n_out, 1): it is added to rows of Z, so it is a row, (1, n_out).", partial(ledger, b=lambda m, i, o: (o, 1))),
    ("b has one number for each input: a bias belongs to a unit, (1, n_out).", partial(ledger, b=lambda m, i, o: (1, i))),
    ("Z has as many columns as the layer's input: its columns are the units, (m, n_out).", partial(ledger, Z=lambda m, i, o: (m, i))),
    ("Z is transposed: examples are rows, (m, n_out).", partial(ledger, Z=lambda m, i, o: (o, m))),
    ("the first layer is missing: it takes the features, sizes[0], and has a W and a b like all others.", partial(ledger, skip=1)),
    (
        "W has the batch size in it: weights do not depend on how many examples there are, W is (n_in, n_out).",
        partial(ledger, W=lambda m, i, o: (m, o)),
    ),
    (
        "the last layer is missing: L + 1 widths make L layers, so loop over range(len(sizes) - 1).",
        lambda m, sizes: tuple(shape[:-1] for shape in ledger(m, sizes)),
    ),
    (
        "Z has a row for the input: X is no Z, each layer has one. Leave out sizes[0].",
        lambda m, sizes: (*ledger(m, sizes)[:2], np.array([(m, n) for n in sizes])),
    ),
    ("the first W has the batch size in it: its rows are the features, sizes[0]. No weight depends on m.", batch_size_in_W),
    ("b is a list of widths: write its whole shape in each row, (1, n_out).", shapes_ledger.spoil(lambda W, b, Z: (W, b[:, 1], Z))),
)
