import numpy as np

from ...activations import softmax
from ..exercise import exercise


def far_away_rows(rng):
    """Scores (n, n): rows near 1000, -1000 and 0, one with a single score at 2000, one at about 750; not in this order."""
    n = rng.integers(5, 8)
    Z = rng.standard_normal((n, n))
    Z[0] += 1000.0
    Z[1] -= 1000.0
    Z[3, int(rng.integers(n))] += 2000.0
    Z[4, int(rng.integers(n))] += 750.0  # 750 above the smallest, about 600 above the mean: e^600 does not overflow, e^750 does
    return (rng.permutation(Z),)


def shift_comes_through(answer, rng):
    Z = rng.standard_normal((3, 4))
    for c in (5.0, -700.0, 1e6):
        if not np.allclose(answer(Z + c), answer(Z) + c):
            return "adding c to every score of a row must add exactly c to its logsumexp."
    return True


def just_above_the_maximum(answer, rng):
    Z = 10 * rng.standard_normal((6, 4))
    above = np.asarray(answer(Z)) - Z.max(axis=1, keepdims=True)
    return bool((above >= 0).all() and (above <= np.log(4) + 1e-12).all()) or "it must lie between the maximum and the maximum plus log k."


@exercise(
    "week4.logsumexp",
    title="logsumexp",
    minutes=7,
    difficulty=3,
    importance=5,
    returns={"s": "(m, 1)"},
    inputs=far_away_rows,
    hints=(
        "Subtract the same number c from every score of a row. What has to be added at the end? Which c makes every power of e harmless?",
        "c + log of the sum of e^(z - c), with c the largest score of the row.",
        "c = Z.max(axis=..., keepdims=True); return c + np.log(np.exp(...).sum(axis=..., keepdims=True))",
    ),
    properties=(
        ("a shift of the row comes through unchanged", shift_comes_through),
        ("between max and max + log k", just_above_the_maximum),
    ),
)
def logsumexp(Z):
    c = Z.max(axis=1, keepdims=True)
    return c + np.log(np.exp(Z - c).sum(axis=1, keepdims=True))


logsumexp.also_right(lambda Z: np.logaddexp.reduce(Z, axis=1, keepdims=True))


def largest(Z):
    return Z.max(axis=1, keepdims=True)


def shifted(c, collect=lambda E: np.log(E.sum(axis=1, keepdims=True))):
    """A wrong solution: another shift c(Z), or another thing done to the powers of the shifted scores."""
    return lambda Z: c(Z) + collect(np.exp(Z - c(Z)))


logsumexp.add_mistakes(
    (
        "e^1000 overflows to inf, and e^-1000 is 0, with log 0 = -inf. Subtract the row's maximum first, and add it back at the end.",
        lambda Z: np.log(np.exp(Z).sum(axis=1, keepdims=True)),
    ),
    (
        "the maximum was subtracted but not added back: the result belongs to the shifted row. Add c at the end.",
        lambda Z: np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)),
    ),
    (
        "c was subtracted twice. What you subtract inside the log must be added outside: c + log(...).",
        lambda Z: logsumexp.reference(Z) - 2 * largest(Z),
    ),
    (
        "c is the maximum of the whole matrix: rows far below it become all zeros, with log 0 = -inf. Take each row's own: axis=1.",
        lambda Z: Z.max() + np.log(np.exp(Z - Z.max()).sum(axis=1, keepdims=True)),
    ),
    (
        "c is too small for a row with one score 2000 above the others, as the mean of the row is: e^ still overflows. Take the maximum of the row.",
        shifted(lambda Z: Z.mean(axis=1, keepdims=True)),
    ),
    (
        "c is too small for some rows, as the smallest score of a row is: e^ still overflows. Take the largest of the row.",
        shifted(lambda Z: Z.min(axis=1, keepdims=True)),
    ),
    (
        "c is the largest size, |z|. For a row near -1000 that is +1000, and every power becomes 0. Take Z.max, with its sign.",
        shifted(lambda Z: np.abs(Z).max(axis=1, keepdims=True)),
    ),
    (
        "the result has lost its axis. Write keepdims=True in the maximum and in the sum, so that it is (m, 1).",
        logsumexp.spoil(lambda s: s[:, 0]),
    ),
    (
        "you went down the columns, which mixes examples. The scores of one example are in a row: axis=1.",
        lambda Z: logsumexp.reference(Z.T).T,
    ),
    (
        "this is the maximum alone. The log of the sum is what is still to be added: it is log k if all scores are equal.",
        lambda Z: Z.max(axis=1, keepdims=True),
    ),
    (
        "you took the mean of the powers. The softmax divides by their sum: .sum, not .mean.",
        shifted(largest, lambda E: np.log(E.mean(axis=1, keepdims=True))),
    ),
    (
        "log1p adds a 1 that is not there, as if the largest score stood twice. Write np.log.",
        shifted(largest, lambda E: np.log1p(E.sum(axis=1, keepdims=True))),
    ),
    ("the log of the sum is missing: c + np.log(...).", shifted(largest, lambda E: E.sum(axis=1, keepdims=True))),
    (
        "all rows were added up into one number. Each example has its own: axis=1, keepdims=True, in the maximum and in the sum.",
        lambda Z: Z.max() + np.log(np.exp(Z - Z.max()).sum()),
    ),
    (
        "without keepdims=True the maxima lie along the columns, each subtracted from the wrong scores. Write keepdims=True in both.",
        lambda Z: Z.max(axis=1) + np.log(np.exp(Z - Z.max(axis=1)).sum(axis=1)),
    ),
    ("this is the softmax. You need one number per row, the log of the sum of its powers.", softmax),
    (
        "clipping the scores keeps e^ finite and gives wrong numbers: scores of 1000 and 2000 become the same. Subtract the row's maximum instead.",
        lambda Z: np.log(np.exp(np.clip(Z, -700, 700)).sum(axis=1, keepdims=True)),
    ),
)
