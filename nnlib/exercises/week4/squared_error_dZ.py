from ...gradient_check import numerical_gradient
from ..derivations.derivation import Derivation


def draw(rng, m, K, convention=0):
    """``convention`` 1: dZ of each example's own loss, without the 1/m."""
    Z, Y = rng.standard_normal((m, K)), rng.standard_normal((m, K))
    dZ = numerical_gradient(lambda Z: float(((Z - Y) ** 2).sum() / m), Z) * (m if convention else 1)
    return {"Z": Z, "Y": Y, "L": float(((Z - Y) ** 2).sum() / m), "dZ": dZ}


squared_error_dZ = Derivation(
    "week4.squared_error_dZ",
    title="The squared error's gradient",
    minutes=6,
    difficulty=2,
    importance=5,
    symbols={
        "Z": ("m K", "the outputs"),
        "Y": ("m K", "the targets"),
        "L": ("", "the mean over examples of the sum over outputs of the squared differences"),
        "dZ": ("m K", "dL/dZ, wanted"),
    },
    known=("Z", "Y"),
    letters="i an example, j an output",
    draw=draw,
    sizes=({"m": 5, "K": 3}, {"m": 4, "K": 2}, {"m": 3, "K": 3}, {"m": 2, "K": 4}),
    conventions=("dZ of the mean loss, with 1/m in it", "dZ of each example's own loss, without 1/m"),
    worked="""
        L = sum((Z[i, j] - Y[i, j])**2 for i in range(m) for j in range(K)) / m  # the loss, with indices
        dZ[i, j] = 2 * (Z[i, j] - Y[i, j]) / m  # one output stands in one square
        dZ = 2 * (Z - Y) / m  # the same for the batch
        dZ: (m, K)  # its shape
    """,
    blanks=((2,), (1, 2, 3)),
    hints=(
        "In how many of the squares does Z[i, j] appear? What is the slope of a square?",
        "In one. The slope of a square is twice what is squared; the 1/m of the mean stays in front.",
        "dZ[i, j] = 2 * (...) / m; dZ = 2 * (...) / m",
    ),
    mistakes=(
        ("power", "the slope of a square is twice what is squared: the square itself is gone.", "dZ = 2 * (Z - Y)**2 / m"),
        ("not a slope", "that is the term of the loss, not its slope.", "dZ[i, j] = (Z[i, j] - Y[i, j])**2 / m"),
        ("not a slope", "that is the term of the loss, not its slope.", "dZ = (Z - Y)**2 / m"),
        (
            "summed too much",
            "Z[i, j] appears in one square only: there is nothing to add.",
            "dZ[i, j] = sum(2 * (Z[i, j] - Y[i, j]) for i in range(m)) / m",
        ),
        (
            "summed too much",
            "Z[i, j] appears in one square only: there is nothing to add.",
            "dZ[i, j] = sum(2 * (Z[i, j] - Y[i, j]) for j in range(K)) / m",
        ),
        ("1/m twice", "the 1/m is there twice: the mean divides once.", "dZ = 2 * (Z - Y) / m**2"),
        ("mean for sum", "np.mean divides by m K. This course adds over the outputs and divides by m alone.", "L = mean((Z - Y)**2)"),
    ),
)
