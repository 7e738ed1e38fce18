import numpy as np

from ...activations import softmax
from ...gradient_check import numerical_gradient
from ...losses import SoftmaxCrossEntropy
from ...network import mlp
from ..exercise import exercise


def two_layers(rng):
    """X, y and weights of a network n-n-n: every W is square, so that shapes give nothing away; no score near a kink."""
    n = int(rng.integers(4, 6))
    X, y = rng.standard_normal((6, n)), rng.permutation([0, 1, 2, 3, 3, 1])
    while True:
        W1, b1, W2, b2 = (rng.standard_normal(shape) for shape in ((n, n), (1, n), (n, n), (1, n)))
        if np.abs(X @ W1 + b1).min() > 1e-3:
            return X, y, W1, b1, W2, b2


def equals_nnlib(answer, rng):
    X, y, W1, b1, W2, b2 = two_layers(rng)
    net = mlp([len(W1)] * 3, loss=SoftmaxCrossEntropy(), rng=0)
    net.theta = np.concatenate([a.ravel() for a in (W1, b1, W2, b2)])
    L = net.loss_and_gradient(X, y)
    got = answer(X, y, W1, b1, W2, b2)
    return np.isclose(got[0], L) and np.allclose(np.concatenate([g.ravel() for g in got[1:]]), net.grad)


def agrees_with_nudging(answer, rng):
    X, y, W1, b1, W2, b2 = two_layers(rng)
    numeric = numerical_gradient(lambda W: float(answer(X, y, W, b1, W2, b2)[0]), W1.copy())
    return np.allclose(answer(X, y, W1, b1, W2, b2)[1], numeric, atol=1e-6)


def step_with(
    *,
    A1=lambda Z1: np.maximum(Z1, 0),
    L=lambda P, Y: -(Y * np.log(P)).sum() / len(P),
    dZ2=lambda P, Y: (P - Y) / len(P),
    dW2=lambda dZ2, Z1, A1: A1.T @ dZ2,
    dA1=lambda dZ2, W2: dZ2 @ W2.T,
    dZ1=lambda dA1, Z1, A1: dA1 * (Z1 > 0),
    dW1=lambda dZ1, X: X.T @ dZ1,
    db=lambda dZ: dZ.sum(axis=0, keepdims=True),
):
    """A wrong solution: some lines of the step replaced, each by a function of what it needs."""

    def answer(X, y, W1, b1, W2, b2):
        Z1 = X @ W1 + b1
        a1 = A1(Z1)
        P, Y = softmax(a1 @ W2 + b2), np.eye(W2.shape[1])[y]
        dz2 = dZ2(P, Y)
        dz1 = dZ1(dA1(dz2, W2), Z1, a1)
        return L(P, Y), dW1(dz1, X), db(dz1), dW2(dz2, Z1, a1), db(dz2)

    return answer


@exercise(
    "week8.network_step",
    title="One training step, from the scores to every gradient",
    minutes=20,
    difficulty=4,
    importance=5,
    returns={"L": None, "dW1": "W1.shape", "db1": "b1.shape", "dW2": "W2.shape", "db2": "b2.shape"},
    inputs=two_layers,
    hints=(
        "You have written each part: Dense and ReLU forward, softmax and cross-entropy, then all of it backward, in the opposite order.",
        "dZ2 = (P - Y) / m, dW2 = A1^T dZ2, db2 = 1^T dZ2, dA1 = dZ2 W2^T, dZ1 = dA1 where Z1 > 0, then dW1 and db1 in the same way.",
        "Z1 = X @ W1 + b1; A1 = np.maximum(...); Z2 = ...; P = ...; L = -np.log(P[np.arange(m), y]).mean(); dZ2 = ...; dZ1 = (dZ2 @ ...) * (...)",
    ),
    properties=(
        ("equal to nnlib's network of the same weights", equals_nnlib),
        ("dW1 matches finite differences of your L", agrees_with_nudging),
    ),
)
def network_step(X, y, W1, b1, W2, b2):
    m = len(X)
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ W2 + b2
    E = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    L = -np.log(P[np.arange(m), y]).mean()
    dZ2 = P.copy()
    dZ2[np.arange(m), y] -= 1
    dZ2 /= m
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(axis=0, keepdims=True)
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0, keepdims=True)
    return L, dW1, db1, dW2, db2


network_step.also_right(step_with())


@network_step.also_right
def with_nnlib(X, y, W1, b1, W2, b2):
    net = mlp([W1.shape[0], W1.shape[1], W2.shape[1]], loss=SoftmaxCrossEntropy())
    net.theta = np.concatenate([a.ravel() for a in (W1, b1, W2, b2)])
    first, _, second = net.layers
    return net.loss_and_gradient(X, y), first.dW, first.db, second.dW, second.db


network_step.add_mistakes(
    ("all gradients are m times too large: the 1/m is missing. It enters once, in dZ2 = (P - Y) / m.", step_with(dZ2=lambda P, Y: P - Y)),
    ("the 1/m enters twice: it is in dZ2 already, so dW and db take no second one.", step_with(dZ2=lambda P, Y: (P - Y) / len(P) ** 2)),
    ("the minus Y is missing: dZ2 = (P - Y) / m. With P alone no label has a say in the gradient.", step_with(dZ2=lambda P, Y: P / len(P))),
    ("every gradient has the wrong sign: dZ2 = (P - Y) / m, the prediction minus the label.", step_with(dZ2=lambda P, Y: (Y - P) / len(P))),
    (
        "dA1 is dZ2 W2^T: you multiplied by W2 without its transpose. W2 is square here, so the shapes fit all the same.",
        step_with(dA1=lambda dZ2, W2: dZ2 @ W2),
    ),
    (
        "the ReLU is missing on the way back (or its mask is A1 >= 0, which is true everywhere): dZ1 = dA1 * (Z1 > 0).",
        step_with(dZ1=lambda dA1, Z1, A1: dA1),
    ),
    ("dZ1 was multiplied by A1. The slope of the ReLU is 1 or 0: dZ1 = dA1 * (Z1 > 0).", step_with(dZ1=lambda dA1, Z1, A1: dA1 * A1)),
    (
        "the ReLU's mask is inverted: the gradient passes where Z1 > 0, and is stopped elsewhere.",
        step_with(dZ1=lambda dA1, Z1, A1: dA1 * (Z1 <= 0)),
    ),
    ("the ReLU is missing on the way forward: A1 = np.maximum(Z1, 0).", step_with(A1=lambda Z1: Z1)),
    (
        "dW1 is X^T dZ1: you have its transpose, dZ1^T X. W1 is square here, so the shapes fit all the same.",
        step_with(dW1=lambda dZ1, X: dZ1.T @ X),
    ),
    ("dW2 takes what went into the second layer, A1, not Z1: dW2 = A1^T dZ2.", step_with(dW2=lambda dZ2, Z1, A1: Z1.T @ dZ2)),
    ("dW2 is A1^T dZ2: you have its transpose, dZ2^T A1.", step_with(dW2=lambda dZ2, Z1, A1: dZ2.T @ A1)),
    ("db is the sum over the examples, not the mean: the 1/m is in dZ2 already.", step_with(db=lambda dZ: dZ.mean(axis=0, keepdims=True))),
    (
        "db1 and db2 have lost an axis: write .sum(axis=0, keepdims=True), which gives the shape (1, n) of b.",
        step_with(db=lambda dZ: dZ.sum(axis=0)),
    ),
    (
        "the gradients are right, but L is the sum over the examples. The loss is their mean: divide by m.",
        step_with(L=lambda P, Y: -(Y * np.log(P)).sum()),
    ),
    (
        "L is negative: the loss is minus the log of the probability of the right class.",
        step_with(L=lambda P, Y: (Y * np.log(P)).sum() / len(P)),
    ),
    (
        "L is also divided by the number of classes, as np.mean over Y * log P does. Divide by m alone.",
        step_with(L=lambda P, Y: -(Y * np.log(P)).mean()),
    ),
    (
        "the numbers are right, but in another order: return L, dW1, db1, dW2, db2.",
        network_step.spoil(lambda L, dW1, db1, dW2, db2: (L, dW2, db2, dW1, db1)),
    ),
)
