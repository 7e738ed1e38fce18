from functools import partial

import numpy as np

from ..exercise import exercise
from .shared import forward_variances, relu_stack


def backward_variances(
    d, widths, variances, *, mask=0.5, mask_of_last=1.0, fan=lambda n_in, n_out: n_out, variance=lambda variances, l: variances[l + 1]
):
    """The prediction for the gradients, open to change: what a mask does, how many terms a sum has, and what is taken for Var W."""
    u = np.zeros(len(variances))
    u[-1] = d * mask_of_last
    for l in range(len(u) - 2, -1, -1):
        u[l] = fan(widths[l + 1], widths[l + 2]) * variance(variances, l) * u[l + 1] * mask
    return u


def inverse_widths_keep_it(answer, rng):
    d, widths, _ = relu_stack(rng)
    u = np.asarray(answer(d, widths, 2 / widths[1:]))
    return bool(np.allclose(u, d)) or "with Var W = 2/n_out the mean square of the gradient must be d in every layer."


@exercise(
    "week5.predicted_gradient_mean_squares",
    title="The same, backward",
    minutes=12,
    difficulty=4,
    importance=5,
    returns={"u": "(L,)"},
    inputs=relu_stack,
    hints=(
        "One step back is dA = dZ W^T, then dZ = dA * [Z > 0]. Over what does the first one sum? What does the second one do to the mean square?",
        "From dZ of layer l + 1 to dZ of layer l: times n_out of layer l + 1, times its Var W, times 1/2. The last layer has d.",
        "u = np.zeros(L); u[-1] = d; for l in range(L - 2, -1, -1), which runs down to 0: u[l] = widths[l + 2] * variances[l + 1] * u[l + 1] / 2",
    ),
    properties=(("with Var W = 2/n_out all layers have the same mean square", inverse_widths_keep_it),),
)
def predicted_gradient_mean_squares(d, widths, variances):
    L = len(variances)
    u = np.zeros(L)
    u[-1] = d
    for l in reversed(range(L - 1)):
        u[l] = widths[l + 2] * variances[l + 1] * u[l + 1] / 2
    return u


@predicted_gradient_mean_squares.also_right
def with_a_cumulative_product(d, widths, variances):
    factors = np.asarray(widths)[2:] * np.asarray(variances)[1:] / 2
    return d * np.append(np.cumprod(factors[::-1])[::-1], 1.0)


predicted_gradient_mean_squares.add_mistakes(
    (
        "you used n_in. Backward, dA = dZ W^T sums over the units of the layer, n_out: for the layer after l that is widths[l + 2].",
        partial(backward_variances, fan=lambda n_in, n_out: n_in),
    ),
    ("the half is missing: the mask [Z > 0] lets about half of the entries of dA through.", partial(backward_variances, mask=1.0)),
    (
        "the variance of the wrong layer: from layer l + 1 back to layer l the weights of layer l + 1 count.",
        partial(backward_variances, variance=lambda variances, l: variances[l]),
    ),
    (
        "your numbers are in reverse order. The gradient starts at the last layer: u[-1] = d, and u[0] is for the first.",
        lambda *arguments: backward_variances(*arguments)[::-1],
    ),
    (
        "you took the root of the variances. Mean squares are multiplied by Var W itself.",
        partial(backward_variances, variance=lambda variances, l: np.sqrt(variances[l + 1])),
    ),
    (
        "half of what it should be, as if d were halved. d is the mean square of the last dZ already: no ReLU follows it.",
        partial(backward_variances, mask_of_last=0.5),
    ),
    (
        "these are standard deviations. You need mean squares: leave out the root.",
        lambda *arguments: np.sqrt(backward_variances(*arguments)),
    ),
    ("this is the forward prediction, started with d. Backward: start at the last layer, and use n_out.", forward_variances),
    ("the number of units is missing: each entry of dA is a sum of n_out terms.", partial(backward_variances, fan=lambda n_in, n_out: 1)),
    (
        "the mask multiplies the mean square by 1/2. You multiplied by 1/4, as if the standard deviation were halved.",
        partial(backward_variances, mask=0.25),
    ),
)
