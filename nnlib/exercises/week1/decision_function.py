import numpy as np

from ..exercise import exercise
from .shared import neuron


def a_step_in_one_feature_moves_z_by_its_weight(answer, rng):
    X, w, b = neuron(rng)
    return all(np.allclose(answer(X + np.eye(2)[k], w, b) - answer(X, w, b), w[k, 0]) for k in range(2))


@exercise(
    "week1.decision_function",
    title="The score of one neuron",
    minutes=5,
    difficulty=1,
    importance=5,
    returns={"z": "(m, 1)"},
    inputs=neuron,
    hints=(
        "For one example: multiply each feature by its weight, add the products, add the bias. A matrix product does it for all rows.",
        "z_i = sum over k of X[i, k] w[k] + b, that is z = X w + b.",
        "return X @ ... + ...",
    ),
    properties=(("one more in feature k moves z by w[k]", a_step_in_one_feature_moves_z_by_its_weight),),
)
def decision_function(X, w, b):
    return X @ w + b


decision_function.also_right(lambda X, w, b: (X * w.T).sum(axis=1, keepdims=True) + b)
decision_function.also_right(lambda X, w, b: np.array([[x[0] * w[0, 0] + x[1] * w[1, 0] + b[0, 0]] for x in X]))

decision_function.add_mistakes(
    ("the bias is missing: add b, or every line goes through the origin.", lambda X, w, b: X @ w),
    ("the bias is subtracted: this course writes z = X w + b.", lambda X, w, b: X @ w - b),
    (
        "b is added to every feature before the product, so the weights multiply it. Write X @ w + b, not (X + b) @ w.",
        lambda X, w, b: (X + b) @ w,
    ),
    (
        "the products are there, but they are not added: sum over the features, or write the matrix product X @ w.",
        lambda X, w, b: X * w.T + b,
    ),
    (
        "that adds over the examples too: each row keeps its own score, shape (m, 1).",
        lambda X, w, b: (X @ w).sum(axis=0, keepdims=True) + b,
    ),
    (
        "the numbers are right, but the shape is (m,): keep the column, z has shape (m, 1) like every Z of the course.",
        lambda X, w, b: (X @ w + b)[:, 0],
    ),
    ("that is already the answer of the neuron, 0 or 1: return the score z itself.", lambda X, w, b: (X @ w + b > 0).astype(float)),
    (
        "z lies as a row, (1, m), and it must be a column, (m, 1): X @ w gives one, and a sum needs keepdims=True.",
        lambda X, w, b: (X * w.T).sum(axis=1) + b,
    ),
    ("parentheses: b is added to each weight before the product. Write X @ w + b.", lambda X, w, b: X @ (w + b)),
)
