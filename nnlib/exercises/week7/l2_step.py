import numpy as np

from ..exercise import exercise


def weights_and_gradients(rng):
    """W, b and their data gradients, a learning rate, l2: a square W, biases not 0, rates that no power of two hides."""
    n = rng.integers(3, 5)
    W, b = rng.standard_normal((n, n)), rng.standard_normal((1, n)) + 1
    return W, b, rng.standard_normal((n, n)), rng.standard_normal((1, n)), float(rng.uniform(0.2, 0.4)), float(rng.uniform(0.3, 0.6))


def shrinks_without_data(answer, rng):
    W, b, _, _, lr, l2 = weights_and_gradients(rng)
    start, none, factor = W, (np.zeros_like(W), np.zeros_like(b)), 1.0
    for _ in range(5):
        _, shrink, W, _ = answer(W, b, *none, lr, l2)
        factor *= shrink
    return np.allclose(W, factor * start)


@exercise(
    "week7.l2_step",
    title="One step with an L2 penalty",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"penalty": None, "shrink": None, "W_new": "W.shape", "b_new": "b.shape"},
    inputs=weights_and_gradients,
    hints=(
        "Write the penalty for a single weight, and differentiate it. Which part of the new weight does not depend on the data?",
        "penalty = l2/2 times the sum of W^2. Its gradient is l2 W. So W_new = W - lr (dW + l2 W) = (1 - lr l2) W - lr dW. Biases feel no penalty.",
        "penalty = l2 / 2 * (W**2).sum(); shrink = 1 - ...; return penalty, shrink, shrink * W - ..., b - ...",
    ),
    properties=(("without data, five steps shrink W by shrink to the fifth", shrinks_without_data),),
)
def l2_step(W, b, dW, db, lr, l2):
    penalty = l2 / 2 * (W**2).sum()
    shrink = 1 - lr * l2
    W_new = shrink * W - lr * dW
    b_new = b - lr * db
    return penalty, shrink, W_new, b_new


l2_step.also_right(lambda W, b, dW, db, lr, l2: (0.5 * l2 * np.sum(W * W), 1 - l2 * lr, W - lr * (dW + l2 * W), b - lr * db))


def l2_with(penalty=None, shrink=None, W_new=None, b_new=None):
    """A wrong solution: some of the four values computed by another function of the arguments."""

    def answer(*arguments):
        right = l2_step.reference(*arguments)
        return tuple(value if wrong is None else wrong(*arguments) for value, wrong in zip(right, (penalty, shrink, W_new, b_new)))

    return answer


l2_step.add_mistakes(
    (
        "the bias shrinks too. A bias moves the boundary and does not make it steep: the penalty is on W alone, b_new = b - lr * db.",
        l2_with(b_new=lambda W, b, dW, db, lr, l2: (1 - lr * l2) * b - lr * db),
    ),
    (
        "the penalty counts the biases, the steps rightly do not. Sum the squares of W alone.",
        l2_with(penalty=lambda W, b, dW, db, lr, l2: l2 / 2 * ((W**2).sum() + (b**2).sum())),
    ),
    (
        "the penalty lacks its 1/2. With l2 * sum of W^2 the gradient would be 2 * l2 * W, and yours is l2 * W: write l2 / 2.",
        l2_with(penalty=lambda W, b, dW, db, lr, l2: l2 * (W**2).sum()),
    ),
    (
        "the step uses 2 * l2 * W, the gradient of a penalty without 1/2. With l2 / 2 in front, the 2 of the square cancels: l2 * W.",
        l2_with(shrink=lambda W, b, dW, db, lr, l2: 1 - 2 * lr * l2, W_new=lambda W, b, dW, db, lr, l2: (1 - 2 * lr * l2) * W - lr * dW),
    ),
    (
        "the weights grow: the penalty's gradient l2 * W is subtracted, like dW. The factor is 1 - lr * l2.",
        l2_with(shrink=lambda W, b, dW, db, lr, l2: 1 + lr * l2, W_new=lambda W, b, dW, db, lr, l2: (1 + lr * l2) * W - lr * dW),
    ),
    (
        "the factor lacks the learning rate: 1 - l2. The penalty's gradient is part of the gradient, so lr multiplies both: 1 - lr * l2.",
        l2_with(shrink=lambda W, b, dW, db, lr, l2: 1 - l2, W_new=lambda W, b, dW, db, lr, l2: (1 - l2) * W - lr * dW),
    ),
    (
        "W_new is a step without the penalty: the factor shrink is computed but never used. W_new = shrink * W - lr * dW.",
        l2_with(W_new=lambda W, b, dW, db, lr, l2: W - lr * dW),
    ),
    (
        "the factor shrinks the whole step, dW too. Only the old weight is shrunk: shrink * W - lr * dW, no parentheses around both.",
        l2_with(W_new=lambda W, b, dW, db, lr, l2: (1 - lr * l2) * (W - lr * dW)),
    ),
    (
        "W_new holds only the penalty: the gradient of the data, dW, is missing. W_new = shrink * W - lr * dW.",
        l2_with(W_new=lambda W, b, dW, db, lr, l2: (1 - lr * l2) * W),
    ),
    (
        "dW and db are added: a step goes against the gradient, - lr * dW and - lr * db.",
        l2_with(W_new=lambda W, b, dW, db, lr, l2: (1 - lr * l2) * W + lr * dW, b_new=lambda W, b, dW, db, lr, l2: b + lr * db),
    ),
    (
        "the step follows the sign of W: that is the L1 penalty, sum of |W|. For L2 the gradient is l2 * W, in proportion to the weight.",
        l2_with(W_new=lambda W, b, dW, db, lr, l2: W - lr * (dW + l2 * np.sign(W))),
    ),
    (
        "the penalty is a mean over the weights. It is their sum: l2 / 2 * (W**2).sum().",
        l2_with(penalty=lambda W, b, dW, db, lr, l2: l2 / 2 * (W**2).mean()),
    ),
    (
        "the penalty is the length of W, with a root. It is the sum of the squares, without a root: l2 / 2 * (W**2).sum().",
        l2_with(penalty=lambda W, b, dW, db, lr, l2: l2 / 2 * np.sqrt((W**2).sum())),
    ),
    (
        "your shrink is the share that is lost, lr * l2. The factor is what is left of the weight: 1 - lr * l2.",
        l2_with(shrink=lambda W, b, dW, db, lr, l2: lr * l2),
    ),
    (
        "the penalty is that of the new weights. It belongs to the loss before the step: use W, and keep W_new apart from it.",
        l2_with(penalty=lambda W, b, dW, db, lr, l2: l2 / 2 * (l2_step.reference(W, b, dW, db, lr, l2)[2] ** 2).sum()),
    ),
)
