import numpy as np

from ..exercise import exercise
from ..properties import matches_finite_differences


def mask_for_both_ways(rng):
    """X, dA, kept (0 or 1), a rate far from 0.5: every row keeps something and drops something."""
    kept = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 0], [0, 0, 1]], dtype=float)
    kept = rng.permutation(kept)[rng.integers(3) :]
    return rng.standard_normal(kept.shape), rng.standard_normal(kept.shape), kept, float(rng.choice([0.2, 0.3, 0.1]))


slope_with_this_mask = matches_finite_differences(
    mask_for_both_ways,
    loss=lambda answer, X, dA, *others: (answer(X, dA, *others)[0] * dA).sum(),
    gradient=lambda answer, *inputs: answer(*inputs)[1],
)


@exercise(
    "week7.dropout_passes",
    title="Dropout: forward, backward, evaluation",
    minutes=5,
    difficulty=3,
    importance=5,
    returns={"A": "X.shape", "dX": "X.shape", "A_eval": "X.shape"},
    inputs=mask_for_both_ways,
    hints=(
        "With the mask given, training is a product entry by entry. What is the derivative of c x? And what does evaluation leave to do?",
        "A = X * kept / (1 - rate). A is X times fixed numbers, so dX is dA times the same numbers. In evaluation A = X: the scale was paid in training.",
        "mask = kept / (1 - rate); return X * ..., dA * ..., X.copy()",
    ),
    properties=(("dX matches finite differences through your A", slope_with_this_mask),),
)
def dropout_passes(X, dA, kept, rate):
    mask = kept / (1 - rate)
    A = X * mask
    dX = dA * mask
    A_eval = X
    return A, dX, A_eval


dropout_passes.also_right(
    lambda X, dA, kept, rate: (np.where(kept == 1, X / (1 - rate), 0.0), np.where(kept == 1, dA / (1 - rate), 0.0), X.copy())
)

dropout_passes.add_mistakes(
    (
        "the scale is missing in dX. Forward multiplies by kept / (1 - rate), so backward must too, with its 1 / (1 - rate).",
        lambda X, dA, kept, rate: (X * kept / (1 - rate), dA * kept, X),
    ),
    (
        "the mask is missing in dX: a value that was dropped moves nothing, so its gradient is 0. dX = dA * kept / (1 - rate).",
        lambda X, dA, kept, rate: (X * kept / (1 - rate), dA, X),
    ),
    (
        "in dX only the scale is left, the zeros are missing: multiply by kept too, as forward does.",
        lambda X, dA, kept, rate: (X * kept / (1 - rate), dA / (1 - rate), X),
    ),
    (
        "the scale is missing in A and in dX: divide both by 1 - rate, or the next layer gets less in training than in evaluation.",
        lambda X, dA, kept, rate: (X * kept, dA * kept, X),
    ),
    (
        "the scale is missing in A; dX has it. Both use one mask: kept / (1 - rate).",
        lambda X, dA, kept, rate: (X * kept, dA * kept / (1 - rate), X),
    ),
    (
        "you divide by rate, the probability to drop. At 0.5 it makes no difference, here it does: divide by 1 - rate.",
        lambda X, dA, kept, rate: (X * kept / rate, dA * kept / rate, X),
    ),
    (
        "A and dX are multiplied by 1 - rate: dropping has made the mean smaller already. Divide by 1 - rate to bring it back.",
        lambda X, dA, kept, rate: (X * kept * (1 - rate), dA * kept * (1 - rate), X),
    ),
    (
        "this is the older form: no scale in training, and 1 - rate in evaluation. It is sound, but here the scale is in training (inverted dropout), A_eval = X.",
        lambda X, dA, kept, rate: (X * kept, dA * kept, X * (1 - rate)),
    ),
    (
        "A_eval is multiplied by 1 - rate, but training has divided by it already. With inverted dropout evaluation is A_eval = X.",
        lambda X, dA, kept, rate: (X * kept / (1 - rate), dA * kept / (1 - rate), X * (1 - rate)),
    ),
    (
        "A_eval is multiplied by rate, the probability to drop. That is the wrong p, and inverted dropout needs nothing in evaluation: A_eval = X.",
        lambda X, dA, kept, rate: (X * kept / (1 - rate), dA * kept / (1 - rate), X * rate),
    ),
    (
        "the wrong p in both modes: no scale in training, and rate, the probability to drop, in evaluation. Write kept / (1 - rate) in training, and A_eval = X.",
        lambda X, dA, kept, rate: (X * kept, dA * kept, X * rate),
    ),
    (
        "dropout is left on in evaluation: A_eval must use every unit, A_eval = X.",
        lambda X, dA, kept, rate: (X * kept / (1 - rate), dA * kept / (1 - rate), X * kept / (1 - rate)),
    ),
    (
        "A_eval is divided by 1 - rate: nothing is dropped there, so nothing has to be made up for. A_eval = X.",
        lambda X, dA, kept, rate: (X * kept / (1 - rate), dA * kept / (1 - rate), X / (1 - rate)),
    ),
    (
        "the mask is inverted: kept is 1 where the value stays. Multiply by kept, not by 1 - kept.",
        lambda X, dA, kept, rate: (X * (1 - kept) / (1 - rate), dA * (1 - kept) / (1 - rate), X),
    ),
    (
        "the scale enters dX twice. Forward multiplies once by 1 / (1 - rate), and so does the way back: dA * kept / (1 - rate).",
        lambda X, dA, kept, rate: (X * kept / (1 - rate), dA * kept / (1 - rate) ** 2, X),
    ),
    (
        "dX is multiplied by 1 - rate. The way back does what forward did, it does not undo it: divide by 1 - rate, as in A.",
        lambda X, dA, kept, rate: (X * kept / (1 - rate), dA * kept * (1 - rate), X),
    ),
    (
        "dX is X times the mask. The chain rule wants the gradient that arrives, times the mask: dA * kept / (1 - rate).",
        lambda X, dA, kept, rate: (X * kept / (1 - rate), X * kept / (1 - rate), X),
    ),
    (
        "dX uses the mask A > 0, as for ReLU. A value may be negative and kept: use the mask of the forward pass, kept / (1 - rate).",
        lambda X, dA, kept, rate: (X * kept / (1 - rate), dA * (X * kept > 0) / (1 - rate), X),
    ),
)
