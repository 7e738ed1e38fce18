import numpy as np

from ..exercise import exercise


def layer_with_dead_units(rng):
    """X (m, 3) with an even m, W (3, 6), b (1, 6): units 1 and 4 (and sometimes 5) are off for all examples, unit 0 is on for all."""
    X, W = rng.standard_normal((2 * rng.integers(4, 6), 3)) + [0.5, 0.0, -1.0], rng.standard_normal((3, 6))
    S = X @ W
    b = -np.median(S, axis=0, keepdims=True) + rng.uniform(-0.3, 0.3, (1, 6))
    b[0, 0] = -S[:, 0].min() + rng.uniform(0.5, 1)
    dead = [1, 4, 5][: rng.integers(2, 4)]
    b[0, dead] = -S[:, dead].max(axis=0) - rng.uniform(0.5, 2, len(dead))
    return X, W, b


def half_switch_it_on(answer, rng):
    X, W, b = layer_with_dead_units(rng)
    Z = X @ W + answer(X, W, b)
    was_dead = (X @ W + b <= 0).all(axis=0)
    return bool(((Z > 0).mean(axis=0)[was_dead] == 0.5).all())


@exercise(
    "week3.revive",
    title="Bring dead units back",
    minutes=12,
    difficulty=4,
    importance=3,
    returns={"b": "(1, n_out)"},
    inputs=layer_with_dead_units,
    hints=(
        "A unit is on where (X W)_j > -b_j. Which bias puts that threshold in the middle of the examples?",
        "For a dead unit b_j = -(median over the examples of column j of X W). All other biases stay.",
        "S = X @ W; dead = (S + b <= 0).all(axis=0, keepdims=True); return np.where(dead, ..., b)",
    ),
    properties=(("each revived unit is on for half of the examples", half_switch_it_on),),
)
def revive(X, W, b):
    S = X @ W
    dead = (S + b <= 0).all(axis=0, keepdims=True)
    return np.where(dead, -np.median(S, axis=0, keepdims=True), b)


@revive.also_right
def unit_by_unit(X, W, b):
    new, Z = b.copy(), X @ W + b
    for j in range(b.shape[1]):
        if Z[:, j].max() <= 0:
            new[0, j] -= np.median(Z[:, j])
    return new


def revived(bias, which=lambda S, b: (S + b <= 0).all(axis=0, keepdims=True)):
    """The answer that gives the units in which(S, b) the bias bias(S, b)."""
    return lambda X, W, b: np.where(which(X @ W, b), bias(X @ W, b), b)


def median(S, b):
    return np.median(S, axis=0, keepdims=True)


def without_keepdims(X, W, b):
    S = X @ W
    return np.where((S + b <= 0).all(axis=0), -np.median(S, axis=0), b[0])


revive.add_mistakes(
    ("the sign: a unit is on where (X W)_j > -b_j, so b_j is minus the median.", revived(median)),
    (
        "the living units were moved as well. Only the dead ones get a new bias: np.where(dead, ..., b).",
        revived(lambda S, b: -median(S, b), lambda S, b: True),
    ),
    (
        "the old bias is in it, as in the median of Z. The new b is minus the median of X W alone.",
        revived(lambda S, b: -median(S + b, b)),
    ),
    ("you added to the old bias. The new bias replaces it: minus the median of X W.", revived(lambda S, b: b - median(S, b))),
    ("a bias of 0 need not bring a unit back: that depends on X W. Use minus the median of X W.", revived(lambda S, b: 0.0)),
    ("a small positive bias need not bring a unit back: that depends on X W. Use minus the median of X W.", revived(lambda S, b: 0.01)),
    (
        "flipping the sign of the bias need not bring a unit back, or may leave it on for all. Use minus the median of X W.",
        revived(lambda S, b: -b),
    ),
    (
        "minus the maximum puts the threshold at the highest example: not one lies above it. Use the median.",
        revived(lambda S, b: -S.max(axis=0, keepdims=True)),
    ),
    (
        "minus the minimum switches the unit on for all examples but the lowest. The median does so for half of them.",
        revived(lambda S, b: -S.min(axis=0, keepdims=True)),
    ),
    (
        "that is the mean. It is near the median, but only the median has half of the examples above it: np.median.",
        revived(lambda S, b: -S.mean(axis=0, keepdims=True)),
    ),
    (
        "the median has no axis: one number for all units. Each unit has its own: axis=0, keepdims=True.",
        revived(lambda S, b: -np.median(S)),
    ),
    (
        "you revived the units that are off for some example. Dead means off for all of them: .all(axis=0).",
        revived(lambda S, b: -median(S, b), lambda S, b: (S + b <= 0).any(axis=0, keepdims=True)),
    ),
    (
        "you looked for dead units in X W without the bias. A unit is off where X W + b <= 0.",
        revived(lambda S, b: -median(S, b), lambda S, b: (S <= 0).all(axis=0, keepdims=True)),
    ),
    (
        "the living units got the new bias, the dead ones kept theirs: np.where(dead, new, b) takes the new value where dead is True.",
        revived(lambda S, b: -median(S, b), lambda S, b: (S + b > 0).any(axis=0, keepdims=True)),
    ),
    ("the numbers are right, but the shape is (n_out,). b is a row, (1, n_out): use keepdims=True.", without_keepdims),
)
