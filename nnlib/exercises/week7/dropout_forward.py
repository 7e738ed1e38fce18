import numpy as np

from ..exercise import exercise

HALF = "half of the values are dropped, which is not the rate. Keep where a draw from 0 to 1 is >= rate."
SAME_UNITS = "every row drops the same units: one draw was used for all examples. Each entry of X gets its own: rng.random(X.shape)."
WHOLE_ROWS = "whole rows are dropped: one draw was used for all units. Each entry of X gets its own: rng.random(X.shape)."
NOT_SCALED = "what is kept is not scaled up: the mean of A is 0.8 times that of X. Divide the mask by 1 - rate."
SHRUNK_TWICE = "what is kept is multiplied by 1 - rate: it shrinks twice. Divide by 1 - rate, to make up for what is dropped."
BARE_MASK = (
    "A is right, but A is not X * mask. The way back needs the mask that X was multiplied by, with its scale: return kept / (1 - rate)."
)
FROZEN = "the mask is frozen: two passes drop the same entries, as with a new generator in each call. Draw from the rng that is given."
OTHER_GENERATOR = "the same seed gives another mask. Draw from the rng that is given alone: rng.random(X.shape), not np.random."


def values_to_drop(rng):
    """X, the rate 0 and a generator: nothing is dropped, so every right way to draw gives the same. The properties drop at 0.2."""
    return rng.standard_normal(rng.integers(3, 6, 2)), 0.0, np.random.default_rng(int(rng.integers(1000)))


def dropped(answer, seed=3, rate=0.2):
    """A and mask of 400 x 50 values, none of them 0, in two passes with one generator."""
    X, source = np.random.default_rng(0).uniform(1, 2, (400, 50)), np.random.default_rng(seed)
    return X, [[np.asarray(value, dtype=float) for value in answer(X.copy(), rate, source)] for _ in range(2)]


def right_share(answer, rng):
    _, ((A, _), _) = dropped(answer)
    share = np.mean(A == 0)
    if share > 0.7:
        return f"at rate 0.2 a share of {share:.2f} is dropped: rate is the probability to drop. Keep where the draw is >= rate."
    if 0.45 < share < 0.55:
        return HALF
    return (
        0.18 < share < 0.22
        or f"at rate 0.2 a share of {share:.2f} is dropped. Keep where a draw from 0 to 1, rng.random(X.shape), is >= rate."
    )


def own_draw(answer, rng):
    X, ((A, mask), _) = dropped(answer)
    if A.shape != X.shape or mask.shape != X.shape:
        return f"A and mask must have the shape of X, {X.shape}: got {A.shape} and {mask.shape}."
    if np.all(A != 0):
        return "nothing is dropped at rate 0.2. The mask must hold a 0 for each value that is dropped."
    kept = A != 0
    if not kept.any():
        return "everything is dropped at rate 0.2. Keep where the draw is >= rate."
    if np.all(kept == kept[:1]):
        return SAME_UNITS
    if np.all(kept == kept[:, :1]):
        return WHOLE_ROWS
    return True


def independent_draws(answer, rng):
    """Draws of their own leave numbers of zeros that differ: the same number in ten passes, or in all rows, is not by chance."""
    zeros = [dropped(answer, seed)[1][k][0] == 0 for seed in range(5) for k in range(2)]
    for what, counts in (("pass", [z.sum() for z in zeros]), ("row", zeros[0].sum(axis=1)), ("column", zeros[0].sum(axis=0))):
        if len(set(counts)) == 1:
            return (
                f"every {what} drops exactly {counts[0]} values. Whether one entry is dropped must not depend on the others: "
                "draw a number for each entry, rng.random(X.shape), and keep where it is >= rate."
            )
    return True


def right_scale(answer, rng):
    X, ((A, mask), _) = dropped(answer)
    kept = A != 0
    ratio = A[kept] / X[kept]
    if np.allclose(ratio, 1):
        return NOT_SCALED
    if np.allclose(ratio, 1 / 0.2):
        return "what is kept is divided by rate. At 0.5 nobody would notice. Divide by the probability to keep, 1 - rate."
    if np.allclose(ratio, 0.8):
        return SHRUNK_TWICE
    if np.allclose(ratio, 1 / 0.8) and np.allclose(A, X * mask):
        return True
    if np.allclose(ratio, 1 / 0.8):
        return BARE_MASK
    if np.ptp(ratio) > 1e-6:
        return "the kept values are scaled differently from one another, as when the share that is kept is counted row by row or column by column. All get the factor 1 / (1 - rate)."
    if abs(ratio[0] - 1.25) < 0.02:
        return f"the kept values are {ratio[0]:.4g} times X at rate 0.2, as when the share that is kept is counted in the mask. It must be 1 / (1 - rate) = 1.25."
    return f"the kept values are {ratio[0]:.4g} times X at rate 0.2. They must be 1 / (1 - rate) = 1.25 times X."


def fresh_mask(answer, rng):
    _, ((A, _), (B, _)) = dropped(answer)
    if np.array_equal(A == 0, B == 0):
        return FROZEN
    return True


def repeatable_mask(answer, rng):
    first, again = dropped(answer)[1][0][0], dropped(answer)[1][0][0]
    if not np.array_equal(first, again):
        return OTHER_GENERATOR
    return True


@exercise(
    "week7.dropout_forward",
    title="Dropout: draw the mask",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"A": "X.shape", "mask": "X.shape"},
    inputs=values_to_drop,
    hints=(
        "Three questions: which entries are kept, by what are they multiplied, and where do the random numbers come from?",
        "Draw U, uniform on 0..1, of the shape of X. Keep where U >= rate. The mask is 1 / (1 - rate) there and 0 elsewhere. A = X * mask.",
        "kept = rng.random(...) >= ...; mask = kept / (...); return X * mask, mask",
    ),
    properties=(
        ("each entry has its own draw", own_draw),
        ("at rate 0.2 a share of 0.2 is dropped", right_share),
        ("what is kept is divided by 1 - rate, and A = X * mask", right_scale),
        ("two passes have two masks", fresh_mask),
        ("the same seed gives the same mask", repeatable_mask),
        ("each entry is dropped by a draw of its own, not by a count", independent_draws),
    ),
)
def dropout_forward(X, rate, rng):
    kept = rng.random(X.shape) >= rate
    mask = kept / (1 - rate)
    return X * mask, mask


@dropout_forward.also_right
def with_binomial_draws(X, rate, rng):
    mask = rng.binomial(1, 1 - rate, size=X.shape) / (1 - rate)
    return X * mask, mask


@dropout_forward.also_right
def with_where(X, rate, rng):
    mask = np.where(rng.uniform(size=X.shape) < 1 - rate, 1 / (1 - rate), 0.0)
    return mask * X, mask


def masked(draw):
    """A wrong solution: its mask is draw(X, rate, rng)."""

    def answer(X, rate, rng):
        with np.errstate(divide="ignore", invalid="ignore"):
            mask = draw(X, rate, rng)
            return X * mask, mask

    return answer


dropout_forward.add_mistakes(
    (FROZEN, masked(lambda X, rate, rng: (np.random.default_rng(7).random(X.shape) >= rate) / (1 - rate))),
    (OTHER_GENERATOR, masked(lambda X, rate, rng: (np.random.default_rng().random(X.shape) >= rate) / (1 - rate))),
    (NOT_SCALED, masked(lambda X, rate, rng: (rng.random(X.shape) >= rate) * 1.0)),
    (
        "at rate 0 everything must be kept, unchanged, and you drop everything: rate is the probability to drop. Keep where the draw is >= rate, and divide by 1 - rate.",
        masked(lambda X, rate, rng: (rng.random(X.shape) < rate) / (1 - rate)),
    ),
    (
        "you divide by rate, and at rate 0 that is not a number. At 0.5 nobody would notice. Divide by the probability to keep, 1 - rate.",
        masked(lambda X, rate, rng: (rng.random(X.shape) >= rate) / np.float64(rate)),
    ),
    (
        "at rate 0 everything must be kept, and yours is 0 / 0: rate is the probability to drop. Keep where the draw is >= rate, and divide by 1 - rate.",
        masked(lambda X, rate, rng: (rng.random(X.shape) < rate) / np.float64(rate)),
    ),
    (SHRUNK_TWICE, masked(lambda X, rate, rng: (rng.random(X.shape) >= rate) * (1 - rate))),
    (BARE_MASK, dropout_forward.spoil(lambda A, mask: (A, 1.0 * (mask > 0)))),
    (SAME_UNITS, masked(lambda X, rate, rng: np.repeat(rng.random((1, X.shape[1])) >= rate, len(X), axis=0) / (1 - rate))),
    (WHOLE_ROWS, masked(lambda X, rate, rng: np.repeat(rng.random((len(X), 1)) >= rate, X.shape[1], axis=1) / (1 - rate))),
    (HALF, masked(lambda X, rate, rng: (rng.random(X.shape) >= 0.5) / (1 - rate))),
    (
        "at rate 0 nothing may be dropped. rng.standard_normal is below 0 half of the time: draw uniform numbers from 0 to 1, rng.random(X.shape).",
        masked(lambda X, rate, rng: (rng.standard_normal(X.shape) >= rate) / (1 - rate)),
    ),
    (
        "half of the values are dropped, even at rate 0: whole numbers 0 or 1 come up equally often. Draw rng.random(X.shape), and keep where it is >= rate.",
        masked(lambda X, rate, rng: rng.integers(0, 2, X.shape)),
    ),
    ("the two are right, but in the wrong order: return A, mask.", dropout_forward.spoil(lambda A, mask: (mask, A))),
)
