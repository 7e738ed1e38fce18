import numpy as np

from ...activations import softmax
from ...gradient_check import numerical_gradient
from ..exercise import exercise


def scores_and_one_hot(rng):
    return rng.standard_normal((5, 3)), np.eye(3)[rng.permutation([0, 1, 2, 2, 1])]


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
    J = np.eye(3) * P[:, :, None] - P[:, :, None] * P[:, None, :]
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, np.einsum("ijk,ik->ij", J, dP)


@mended_loss.also_right
def with_the_short_form(Z, Y):
    P = softmax(Z)
    return -np.log(P[Y == 1]).mean(), class_dP(P, Y), (P - Y) / len(Z)


def both_errors(Z, Y):
    P = softmax(Z)
    dP = elementwise_dP(P, Y)
    return elementwise_loss(P, Y), dP, dP * P * (1 - P)


def only_the_loss_mended(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, dP * P * (1 - P)


def only_the_softmax_mended(Z, Y):
    P = softmax(Z)
    dP = elementwise_dP(P, Y)
    return elementwise_loss(P, Y), dP, through_softmax(dP, P)


def elementwise_dP_diagonal_jacobian(Z, Y):
    P = softmax(Z)
    dP = elementwise_dP(P, Y)
    return class_loss(P, Y), dP, dP * P * (1 - P)


def elementwise_dP_kept(Z, Y):
    P = softmax(Z)
    dP = elementwise_dP(P, Y)
    return class_loss(P, Y), dP, through_softmax(dP, P)


def elementwise_loss_kept(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return elementwise_loss(P, Y), dP, through_softmax(dP, P)


def without_the_inner_product(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, P * dP


def inner_product_added(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, P * (dP + (dP * P).sum(axis=1, keepdims=True))


def inner_product_over_examples(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, P * (dP - (dP * P).sum(axis=0, keepdims=True))


def inner_sum_unweighted(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, P * (dP - dP.sum(axis=1, keepdims=True))


def factor_P_missing(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, dP - (dP * P).sum(axis=1, keepdims=True)


def both_without_mean(Z, Y):
    P = softmax(Z)
    return class_loss(P, Y), -Y / P, P - Y


def dZ_divided_twice(Z, Y):
    P = softmax(Z)
    return class_loss(P, Y), class_dP(P, Y), (P - Y) / len(Z) ** 2


def wrong_order(Z, Y):
    P = softmax(Z)
    return class_loss(P, Y), (P - Y) / len(Z), class_dP(P, Y)


def loss_divided_by_m_and_k(Z, Y):
    P = softmax(Z)
    return class_loss(P, Y) / Z.shape[1], class_dP(P, Y), (P - Y) / len(Z)


def minus_missing(Z, Y):
    P = softmax(Z)
    return class_loss(P, Y), -class_dP(P, Y), through_softmax(-class_dP(P, Y), P)


def dP_without_mean(Z, Y):
    P = softmax(Z)
    return class_loss(P, Y), -Y / P, (P - Y) / len(Z)


def one_jacobian_for_all(Z, Y):
    P = softmax(Z)
    J = np.diag(P[0]) - np.outer(P[0], P[0])
    return class_loss(P, Y), class_dP(P, Y), class_dP(P, Y) @ J


mended_loss.add_mistakes(
    (
        "both errors are still there: the loss adds a term for each wrong class, and dZ uses the diagonal of the Jacobian alone.",
        both_errors,
    ),
    (
        "L and dP are right now. dZ still uses the diagonal p (1 - p) alone: each score moves every probability of its row. P * (dP - inner).",
        only_the_loss_mended,
    ),
    (
        "the step through the softmax is right now. L still adds (1 - Y) log(1 - P), and dP its slope: with softmax there is one term, -log of the right class.",
        only_the_softmax_mended,
    ),
    (
        "L is right now, and so is dZ; but two errors still cancel in between. dP must be the slope of L: -Y / P / m.",
        elementwise_dP_diagonal_jacobian,
    ),
    ("L is right, dP still holds (1 - Y) / (1 - P), the slope of the term you took out. Write -Y / P / m.", elementwise_dP_kept),
    ("L still adds (1 - Y) log(1 - P): dP and dZ belong to the other loss, -1/m times the sum of Y log P.", elementwise_loss_kept),
    (
        "dZ lacks the inner product: raising one score lowers all other probabilities of the row. P * (dP - inner).",
        without_the_inner_product,
    ),
    ("the inner product has the wrong sign: it is taken off, P * (dP - inner).", inner_product_added),
    ("the inner product runs over the examples. It belongs to one row: (dP * P).sum(axis=1, keepdims=True).", inner_product_over_examples),
    (
        "the inner sum is over dP alone. Each dP is weighted with its probability: (dP * P).sum(axis=1, keepdims=True).",
        inner_sum_unweighted,
    ),
    ("the factor P before the bracket is missing: dz_j = p_j (dp_j - inner).", factor_P_missing),
    ("dP lacks its 1/m, and so does dZ. L is a mean: the 1/m enters at dP, and dZ inherits it.", both_without_mean),
    ("dZ is divided by m a second time. dP holds the 1/m already.", dZ_divided_twice),
    ("the three are right, but in another order: return L, dP, dZ.", wrong_order),
    ("np.mean divides L by m times k. Only one entry of each row counts: divide the sum by m, .sum() / m.", loss_divided_by_m_and_k),
    ("dP lacks its minus, and dZ inherits it: a larger probability of the right class lowers the loss, so dP = -Y / P / m.", minus_missing),
    ("dP lacks its 1/m: L is a mean, so its gradient for P is -Y / P / m. L and dZ are right.", dP_without_mean),
    (
        "the Jacobian of the first example was used for all of them. Each row has its own: P * (dP - inner) does it for all at once.",
        one_jacobian_for_all,
    ),
)
