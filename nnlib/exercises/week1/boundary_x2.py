import numpy as np

from ..exercise import exercise
from .shared import neuron


def the_line_is_where_the_score_is_zero(answer, rng):
    X, w, b = neuron(rng)
    x1 = X[:, 0]
    return bool(np.allclose(np.column_stack([x1, answer(x1, w, b)]) @ w + b, 0))


@exercise(
    "week1.boundary_x2",
    title="Drawing the line",
    minutes=7,
    difficulty=2,
    importance=3,
    returns={"x2": "x1.shape"},
    inputs=lambda rng: (rng.standard_normal(rng.integers(4, 8)), *neuron(rng)[1:]),
    hints=(
        "On the line the score is zero. Write that equation down and solve it for x2.",
        "w1 x1 + w2 x2 + b = 0, so x2 = -(w1 x1 + b) / w2.",
        "return -(w[0, 0] * x1 + ...) / ...",
    ),
    properties=(("the score is zero at every point (x1, x2)", the_line_is_where_the_score_is_zero),),
)
def boundary_x2(x1, w, b):
    return -(w[0, 0] * x1 + b[0, 0]) / w[1, 0]


@boundary_x2.also_right
def slope_and_height(x1, w, b):
    slope, height = -w[0, 0] / w[1, 0], -b[0, 0] / w[1, 0]
    return slope * x1 + height


boundary_x2.add_mistakes(
    (
        "the sign: bringing w1 x1 + b to the other side of the equation flips it, so x2 = -(w1 x1 + b) / w2.",
        lambda x1, w, b: (w[0, 0] * x1 + b[0, 0]) / w[1, 0],
    ),
    ("the bias is missing: the line would go through the origin.", lambda x1, w, b: -w[0, 0] * x1 / w[1, 0]),
    ("the weights are swapped: you solved for x1. Divide by w2 to get x2.", lambda x1, w, b: -(w[1, 0] * x1 + b[0, 0]) / w[0, 0]),
    (
        "only w1 x1 is divided by w2: b must be divided too, so put parentheses around w1 x1 + b.",
        lambda x1, w, b: -w[0, 0] * x1 / w[1, 0] - b[0, 0],
    ),
    ("the minus sign reaches w1 x1 only: it belongs to the whole of w1 x1 + b.", lambda x1, w, b: (-w[0, 0] * x1 + b[0, 0]) / w[1, 0]),
    (
        "that draws w itself, a line along the arrow: the boundary is at a right angle to w, its slope is -w1 / w2.",
        lambda x1, w, b: w[1, 0] / w[0, 0] * x1 - b[0, 0] / w[1, 0],
    ),
    ("the division by w2 is missing: w1 x1 + w2 x2 + b = 0 has to be solved for x2.", lambda x1, w, b: -(w[0, 0] * x1 + b[0, 0])),
    (
        "x2 comes out as a row (1, m), as with the array b, (1, 1): take the numbers out of the arrays, b[0, 0] and w[0, 0].",
        lambda x1, w, b: -(w[0] * x1 + b) / w[1],
    ),
    (
        "only b is divided by w2: w1 x1 must be divided too, so put parentheses around w1 x1 + b.",
        lambda x1, w, b: -w[0, 0] * x1 - b[0, 0] / w[1, 0],
    ),
    (
        "the minus belongs to w1 x1 alone, and the division to b alone, as without parentheses. Write -(w1 x1 + b) / w2.",
        lambda x1, w, b: -w[0, 0] * x1 + b[0, 0] / w[1, 0],
    ),
    ("the minus sign reaches b only: the slope of the line is -w1 / w2.", lambda x1, w, b: w[0, 0] / w[1, 0] * x1 - b[0, 0] / w[1, 0]),
    (
        "that is only the part w1 x1 + b of the score. Set the whole score to zero, w1 x1 + w2 x2 + b = 0, and solve for x2.",
        lambda x1, w, b: w[0, 0] * x1 + b[0, 0],
    ),
)
