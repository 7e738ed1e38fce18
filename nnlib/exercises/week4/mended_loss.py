import numpy as np

from ...activations import softmax
from ...gradient_check import numerical_gradient
from ..exercise import exercise


def scores_and_one_hot(rng):
    k = rng.integers(3, 5)
    return rng.standard_normal((5, k)), np.eye(k)[rng.permutation([0, 1, 2, 2, 1])]


def elementwise_loss(P, Y):
    return -(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / len(Y)


def elementwise_dP(P, Y):
    return (-Y / P + (1 - Y) / (1 - P)) / len(Y)


def class_loss(P, Y):
    return -(Y * np.log(P)).sum() / len(Y)


def class_dP(P, Y):
    return -Y / P / len(Y)


def through_softmax(dP, P):
    return P * (dP - (dP * P).sum(axis=1, keepdims=True))


def each_piece_alone(answer, rng):
    Z, Y = scores_and_one_hot(rng)
    _, dP, dZ = answer(Z, Y)
    if not np.allclose(dZ, numerical_gradient(lambda Z: float(answer(Z, Y)[0]), Z.copy()), atol=1e-7):
        return "your dZ is not the gradient of the loss that you return."
    return (
        np.allclose(dP, numerical_gradient(lambda P: float(class_loss(P, Y)), softmax(Z)), atol=1e-6) or "your dP is not that of the loss."
    )


@exercise(
    "week4.mended_loss",
    title="Two errors that hide each other",
    minutes=12,
    difficulty=4,
    importance=5,
    returns={"L": None, "dP": "Z.shape", "dZ": "Z.shape"},
    inputs=scores_and_one_hot,
    hints=(
        "The softmax lets every score move every probability. Which line forgets that? And what should the first loss of three classes be?",
        "L = -1/m times the sum of Y log P. dP = -Y / P / m. Then dz_j = p_j (dp_j - sum over k of dp_k p_k), in each row.",
        "L = -(Y * np.log(P)).sum() / m; dP = ...; inner = (dP * P).sum(axis=1, keepdims=True); dZ = P * (dP - inner)",
    ),
    properties=(("dP and dZ each match finite differences", each_piece_alone),),
)
def mended_loss(Z, Y):
    m = len(Z)
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    L = -(Y * np.log(P)).sum() / m
    dP = -Y / P / m
    dZ = P * (dP - (dP * P).sum(axis=1, keepdims=True))
    return L, dP, dZ


@mended_loss.also_right
def with_the_whole_jacobian(Z, Y):
    P = softmax(Z)
    J = np.eye(P.shape[1]) * P[:, :, None] - P[:, :, None] * P[:, None, :]
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, np.einsum("ijk,ik->ij", J, dP)


@mended_loss.also_right
def with_the_short_form(Z, Y):
    P = softmax(Z)
    return -np.log(P[Y == 1]).mean(), class_dP(P, Y), (P - Y) / len(Z)


def diagonal(dP, P):
    return dP * P * (1 - P)


def pieces(L=class_loss, dP=class_dP, dZ=through_softmax):
    """A wrong solution, put together from L(P, Y), dP(P, Y) and dZ(dP, P)."""

    def answer(Z, Y):
        P = softmax(Z)
        return L(P, Y), dP(P, Y), dZ(dP(P, Y), P)

    return answer


mended_loss.add_mistakes(
    (
        "L and dZ are right. Your dP is (P - Y) / m, which is dZ already: the gradient for P is -Y / P / m.",
        mended_loss.spoil(lambda L, dP, dZ: (L, dZ, dZ)),
    ),
    (
        "both errors are still there: the loss adds a term for each wrong class, and dZ uses the diagonal of the Jacobian alone.",
        pieces(elementwise_loss, elementwise_dP, diagonal),
    ),
    (
        "L and dP are right now. dZ still uses the diagonal p (1 - p) alone: each score moves every probability of its row. P * (dP - inner).",
        pieces(class_loss, class_dP, diagonal),
    ),
    (
        "the step through the softmax is right now. L still adds (1 - Y) log(1 - P), and dP its slope: with softmax there is one term, -log of the right class.",
        pieces(elementwise_loss, elementwise_dP),
    ),
    (
        "L and dZ are right now, but two errors still cancel in between. dP must be the slope of L: -Y / P / m.",
        pieces(class_loss, elementwise_dP, diagonal),
    ),
    (
        "L is right, dP still holds (1 - Y) / (1 - P), the slope of the term you took out. Write -Y / P / m.",
        pieces(class_loss, elementwise_dP),
    ),
    (
        "L still adds (1 - Y) log(1 - P): dP and dZ belong to the other loss, -1/m times the sum of Y log P.",
        pieces(elementwise_loss, class_dP),
    ),
    (
        "dZ lacks the inner product: raising one score lowers all other probabilities of the row. P * (dP - inner).",
        pieces(dZ=lambda dP, P: P * dP),
    ),
    (
        "the inner product has the wrong sign: it is subtracted, P * (dP - inner).",
        pieces(dZ=lambda dP, P: P * (dP + (dP * P).sum(axis=1, keepdims=True))),
    ),
    (
        "the inner product runs over the examples. It belongs to one row: (dP * P).sum(axis=1, keepdims=True).",
        pieces(dZ=lambda dP, P: P * (dP - (dP * P).sum(axis=0, keepdims=True))),
    ),
    (
        "the inner sum is over dP alone. Each dP is weighted with its probability: (dP * P).sum(axis=1, keepdims=True).",
        pieces(dZ=lambda dP, P: P * (dP - dP.sum(axis=1, keepdims=True))),
    ),
    (
        "the factor P before the parentheses is missing: dz_j = p_j (dp_j - inner).",
        pieces(dZ=lambda dP, P: dP - (dP * P).sum(axis=1, keepdims=True)),
    ),
    ("dP lacks its 1/m, and so does dZ. L is a mean: the 1/m enters at dP, and dZ inherits it.", pieces(dP=lambda P, Y: -Y / P)),
    ("dZ is divided by m a second time. dP holds the 1/m already.", mended_loss.spoil(lambda L, dP, dZ: (L, dP, dZ / len(dZ)))),
    ("the three are right, but in the wrong order: return L, dP, dZ.", mended_loss.spoil(lambda L, dP, dZ: (L, dZ, dP))),
    (
        "L is divided by m times k, as np.mean does. Only one entry of each row counts: divide the sum by m, .sum() / m.",
        mended_loss.spoil(lambda L, dP, dZ: (L / dZ.shape[1], dP, dZ)),
    ),
    (
        "dP lacks its minus, and dZ inherits it: a larger probability of the right class lowers the loss, so dP = -Y / P / m.",
        pieces(dP=lambda P, Y: Y / P / len(Y)),
    ),
    (
        "dP lacks its 1/m: L is a mean, so its gradient for P is -Y / P / m. L and dZ are right.",
        mended_loss.spoil(lambda L, dP, dZ: (L, len(dP) * dP, dZ)),
    ),
    (
        "the Jacobian of the first example was used for all of them. Each row has its own: P * (dP - inner) does it for all at once.",
        pieces(dZ=lambda dP, P: dP @ (np.diag(P[0]) - np.outer(P[0], P[0]))),
    ),
)
