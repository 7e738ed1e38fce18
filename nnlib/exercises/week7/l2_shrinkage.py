import numpy as np

from ...gradient_check import numerical_gradient
from ..derivations.derivation import Derivation


def draw(rng, n_in, n_out, t, T):
    """A layer with a random loss that is linear in W; and one weight about which the data say nothing."""
    W, slopes, lam, eta = rng.standard_normal((n_in, n_out)), rng.standard_normal((n_in, n_out)), float(rng.uniform(0.1, 0.6)), 0.7
    dJ = numerical_gradient(lambda W: float((slopes * W).sum() + lam / 2 * (W**2).sum()), W)
    L = float((slopes * W).sum())
    w = float(rng.uniform(1.0, 2.0)) * (1 - eta * lam) ** np.arange(T)
    values = {"W": W, "dW": slopes, "L": L, "J": L + lam / 2 * float((W**2).sum()), "dJ": dJ, "lam": lam, "eta": eta}
    return values | {"W_new": W - eta * dJ, "w": w}


l2_shrinkage = Derivation(
    "week7.l2_shrinkage",
    title="The L2 penalty shrinks the weights",
    minutes=6,
    difficulty=2,
    importance=4,
    symbols={
        "W": ("n_in n_out", "the weights of a layer"),
        "L": ("", "the loss of the data"),
        "dW": ("n_in n_out", "dL/dW, known"),
        "lam": ("", "the price lambda of the penalty"),
        "J": ("", "L + lam / 2 * (the sum of all squared weights)"),
        "dJ": ("n_in n_out", "dJ/dW"),
        "eta": ("", "the learning rate"),
        "W_new": ("n_in n_out", "the weights after one step of gradient descent on J; wanted"),
        "t": ("", "a number of steps"),
        "w": ("T", "w[t]: after t steps, a weight that the data say nothing about"),
    },
    known=("W", "L", "dW", "lam", "eta", "t", "J"),
    letters="j, k the indices of a weight, t a step",
    draw=draw,
    sizes=({"n_in": 4, "n_out": 3, "t": 2, "T": 5}, {"n_in": 2, "n_out": 3, "t": 3, "T": 6}, {"n_in": 3, "n_out": 3, "t": 4, "T": 7}),
    worked="""
        dJ[j, k] = dW[j, k] + lam * W[j, k]  # one weight stands in one square
        dJ = dW + lam * W  # the same for the layer
        W_new = W - eta * dJ  # one step of gradient descent
        W_new = (1 - eta * lam) * W - eta * dW  # sorted by W
        w[t] = (1 - eta * lam)**t * w[0]  # what the data say nothing about
    """,
    blanks=((4,), (1, 4, 5)),
    hints=(
        "In how many squares does one weight appear? What is the slope of lam / 2 times a square?",
        "dJ = dW + lam W. Put that into W - eta dJ, and collect what multiplies W.",
        "dJ = dW + ...; W_new = (1 - ...) * W - eta * dW; w[t] = (...)**t * w[0]",
    ),
    mistakes=(
        (
            "factor too much",
            "only W shrinks: the data's step, eta dW, is not multiplied by the factor.",
            "W_new = (1 - eta * lam) * (W - eta * dW)",
        ),
        ("factor two", "the 2 of the square's slope and the half of the penalty cancel.", "dJ = dW + 2 * lam * W"),
        ("factor two", "the slope of a square brings a 2, which takes away the half.", "dJ[j, k] = dW[j, k] + lam / 2 * W[j, k]"),
        ("power", "the slope of a square is not the square: W appears in it once.", "dJ = dW + lam * W**2"),
        ("lost term", "the gradient of the data's loss is missing.", "dJ = lam * W"),
        ("missing factor", "the learning rate multiplies the penalty's part, too.", "W_new = (1 - lam) * W - eta * dW"),
        (
            "missing factor",
            "the step is minus eta times all of dJ: the penalty's part lost its factor and its sign.",
            "W_new = W - eta * dW + lam * W",
        ),
        ("power", "each step multiplies by the same factor: t steps give a power.", "w[t] = (1 - t * eta * lam) * w[0]"),
    ),
)
