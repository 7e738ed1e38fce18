from functools import partial

import numpy as np

from ..exercise import exercise
from .shared import forward_variances, relu_stack


def he_keeps_it(answer, rng):
    q, widths, _ = relu_stack(rng)
    v = np.asarray(answer(q, widths, 2 / widths[:-1]))
    return bool(np.allclose(v, 2 * q)) or "with Var W = 2/n_in every layer must have the same mean square, twice that of the data."


@exercise(
    "week5.predicted_mean_squares",
    title="Predict the variance, layer by layer",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"v": "(L,)"},
    inputs=relu_stack,
    hints=(
        "One layer multiplies the mean square that comes in by n_in * Var W. What comes into layer 1? And into the others?",
        "Layer 1 gets q. Every later layer gets half of what the layer before put out, because of the ReLU between them.",
        "A loop over l: q_in is q for l == 0, else v[l-1] / 2; append widths[l] * variances[l] * q_in; np.array(v) at the end",
    ),
    properties=(("with He's variances all layers have the same mean square", he_keeps_it),),
)
def predicted_mean_squares(q, widths, variances):
    v = []
    for l in range(len(variances)):
        q_in = q if l == 0 else v[l - 1] / 2
        v.append(widths[l] * variances[l] * q_in)
    return np.array(v)


predicted_mean_squares.also_right(lambda q, widths, variances: 2 * q * np.cumprod(np.asarray(widths)[:-1] * variances / 2))

predicted_mean_squares.add_mistakes(
    ("the half is missing: the ReLU between two layers halves the mean square.", partial(forward_variances, relu=1.0)),
    (
        "half of what it should be. Either you halved the data too, but there is no ReLU before layer 1; or that belongs to a, not to z.",
        partial(forward_variances, relu_on_data=0.5),
    ),
    (
        "you took n_out. Each z is a sum over the n_in inputs of its layer: in layer l (from 0) that is widths[l].",
        partial(forward_variances, fan=lambda n_in, n_out: n_out),
    ),
    (
        "you took the root of the variances. Mean squares are multiplied by n_in * Var W, without a root.",
        partial(forward_variances, variance=np.sqrt),
    ),
    (
        "you squared the variances. The argument holds Var W already, not the standard deviation.",
        partial(forward_variances, variance=np.square),
    ),
    (
        "the number of inputs is missing: z is a sum of n_in terms, and their variances add up.",
        partial(forward_variances, fan=lambda n_in, n_out: 1),
    ),
    (
        "each layer starts again from q. What goes into a layer is what the layer before put out, halved.",
        partial(forward_variances, chained=False),
    ),
    (
        "these are standard deviations. You need mean squares: leave out the root.",
        lambda *arguments: np.sqrt(forward_variances(*arguments)),
    ),
    (
        "a ReLU multiplies the mean square by 1/2. You multiplied by 1/4: that would halve the standard deviation.",
        partial(forward_variances, relu=0.25),
    ),
)
