import numpy as np

from ..exercise import exercise


@exercise(
    "week1.relu",
    title="The simplest bend",
    minutes=4,
    difficulty=1,
    importance=5,
    returns={"A": "Z.shape"},
    inputs=lambda rng: (2 * rng.standard_normal(rng.integers(4, 7, 2)),),
    hints=(
        "Keep what is positive, put 0 for what is negative. NumPy compares two arrays (or an array and a number) entry by entry.",
        "A_ij = Z_ij if Z_ij > 0, else 0, that is max(Z_ij, 0).",
        "return np.maximum(..., ...)",
    ),
    properties=(
        ("relu(Z) - relu(-Z) is Z", lambda answer, rng: bool(np.allclose(answer(Z := rng.standard_normal((4, 3))) - answer(-Z), Z))),
    ),
)
def relu(Z):
    return np.maximum(Z, 0)


relu.also_right(lambda Z: Z * (Z > 0))
relu.also_right(lambda Z: (Z + np.abs(Z)) / 2)

relu.add_mistakes(
    (
        "that is the largest number of each column, as np.max(Z, 0) gives: np.maximum(Z, 0) compares each entry with 0.",
        lambda Z: np.max(Z, 0),
    ),
    ("that keeps the negative numbers and drops the positive ones. ReLU does the opposite: np.maximum(Z, 0).", lambda Z: np.minimum(Z, 0)),
    ("that is the absolute value: negative numbers must become 0, they must not turn positive.", np.abs),
    (
        "that is the mask, 1 where Z is positive: the positive numbers themselves must pass, multiply the mask by Z.",
        lambda Z: (Z > 0).astype(float),
    ),
    ("numbers above 1 are cut off: ReLU lets all positive numbers pass, np.maximum(Z, 0).", lambda Z: np.clip(Z, 0, 1)),
    (
        "a little of the negative side comes through: that is leaky ReLU (week 3). Here it is exactly 0.",
        lambda Z: np.where(Z > 0, Z, 0.01 * Z),
    ),
    ("that leaves out the negative numbers and makes the array shorter: keep the shape, with 0 in their places.", lambda Z: Z[Z > 0]),
    ("that is the largest number of all: np.maximum(Z, 0) compares each entry with 0.", np.max),
)
