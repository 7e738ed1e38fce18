from functools import partial

import numpy as np

from ...activations import sigmoid
from ..exercise import exercise
from ..properties import matches_nudging
from .shared import number


def scalar_inputs(rng):
    """One example and the nine parameters. The biases put one hidden unit off, or neither, so that the mask matters.

    Both are on in the first round: a gradient that is 0 there would count as right, whatever is wrong before it.
    """
    x1, x2, w11, w12, w21, w22, v1, v2, c = (number(rng) for _ in range(9))
    z1, z2 = [(0.8, 1.2), (0.6, -1.1), (-0.7, 0.9)][rng.integers(3)]
    b1, b2 = np.asarray(z1 - x1 * w11 - x2 * w21), np.asarray(z2 - x1 * w12 - x2 * w22)
    y = np.asarray(float(rng.integers(2)))
    return x1, x2, y, w11, w12, w21, w22, b1, b2, v1, v2, c


def scalar_loss(x1, x2, y, w11, w12, w21, w22, b1, b2, v1, v2, c):
    s = max(x1 * w11 + x2 * w21 + b1, 0) * v1 + max(x1 * w12 + x2 * w22 + b2, 0) * v2 + c
    return float(np.logaddexp(0, s) - y * s)


OTHERWISE = "your gradients do not agree with what happens when a parameter is nudged by a tiny step."


@exercise(
    "week2.scalar_gradients",
    title="A whole backward pass, one number at a time",
    minutes=30,
    difficulty=4,
    importance=5,
    returns={name: None for name in ("dw11", "dw12", "dw21", "dw22", "db1", "db2", "dv1", "dv2", "dc")},
    inputs=scalar_inputs,
    hints=(
        "First write the forward pass and keep z1, z2, a1, a2, s, p. Then walk back from L, one gate at a time.",
        "ds = p - y; dv = ds * a; dc = ds; da = ds * v; dz = da where z > 0, else 0; dw = dz * its own x; db = dz.",
        "z1 = ...; z2 = ...; a1 = max(z1, 0); ...; p = 1 / (1 + np.exp(-s)); ds = ...; da1 = ds * ...; dz1 = da1 * (z1 > 0); dw21 = dz1 * ...",
    ),
    properties=(("all nine agree with nudging on 5 random networks", matches_nudging(scalar_inputs, scalar_loss, 3, OTHERWISE)),),
)
def scalar_gradients(x1, x2, y, w11, w12, w21, w22, b1, b2, v1, v2, c):
    z1 = x1 * w11 + x2 * w21 + b1
    z2 = x1 * w12 + x2 * w22 + b2
    a1, a2 = max(z1, 0), max(z2, 0)
    s = a1 * v1 + a2 * v2 + c
    p = 1 / (1 + np.exp(-s))

    ds = p - y
    dv1, dv2, dc = ds * a1, ds * a2, ds
    da1, da2 = ds * v1, ds * v2
    dz1, dz2 = da1 * (z1 > 0), da2 * (z2 > 0)
    dw11, dw21, db1 = dz1 * x1, dz1 * x2, dz1
    dw12, dw22, db2 = dz2 * x1, dz2 * x2, dz2
    return dw11, dw12, dw21, dw22, db1, db2, dv1, dv2, dc


@scalar_gradients.also_right
def with_matrices(x1, x2, y, w11, w12, w21, w22, b1, b2, v1, v2, c):
    x, W, v = np.array([[x1, x2]]), np.array([[w11, w12], [w21, w22]]), np.array([[v1], [v2]])
    Z = x @ W + np.array([[b1, b2]])
    A = np.maximum(Z, 0)
    p = sigmoid(A @ v + c)
    dp = -y / p + (1 - y) / (1 - p)  # through the loss and the sigmoid one after the other
    ds = dp * p * (1 - p)
    dZ = ds @ v.T * (Z > 0)
    dW = x.T @ dZ
    return *dW.ravel(), *dZ.ravel(), *(A.T @ ds).ravel(), ds.item()


def backward_pass(
    *arguments,
    ds=lambda s, p, y: p - y,
    dv=lambda ds, v, a, z: ds * a,
    da=lambda ds, v, a: ds * v,
    slope=lambda z, da: 1.0 * (z > 0),
    db=lambda ds, dz, b: dz,
    dw=lambda dz1, dz2, x1, x2: (dz1 * x1, dz2 * x1, dz1 * x2, dz2 * x2),
):
    """All nine gradients, with its lines open to change: each keyword is one line of the backward pass."""
    x1, x2, y, w11, w12, w21, w22, b1, b2, v1, v2, c = arguments
    z1, z2 = x1 * w11 + x2 * w21 + b1, x1 * w12 + x2 * w22 + b2
    a1, a2 = max(z1, 0), max(z2, 0)
    s = a1 * v1 + a2 * v2 + c
    ds = ds(s, sigmoid(s), y)
    da1, da2 = da(ds, v1, a1), da(ds, v2, a2)
    dz1, dz2 = da1 * slope(z1, da1), da2 * slope(z2, da2)
    return *dw(dz1, dz2, x1, x2), db(ds, dz1, b1), db(ds, dz2, b2), dv(ds, v1, a1, z1), dv(ds, v2, a2, z2), ds


changed = partial(partial, backward_pass)  # changed(ds=...) is a wrong solution: the pass with another line for ds

scalar_gradients.add_mistakes(
    (
        "all gradients have the wrong sign: ds is p - y, not y - p. If you went through dp: it begins with a minus, -y/p + (1 - y)/(1 - p).",
        changed(ds=lambda s, p, y: y - p),
    ),
    (
        "the sigmoid's slope is missing: ds is dp times p (1 - p). All of it together shortens to ds = p - y.",
        changed(ds=lambda s, p, y: -y / p + (1 - y) / (1 - p)),
    ),
    (
        "2 (s - y) is the start of the squared error in the worked example. Here the loss is the cross-entropy: ds = p - y.",
        changed(ds=lambda s, p, y: 2 * (s - y)),
    ),
    (
        "2 (p - y) is the slope of a squared error in p. Here the loss is the cross-entropy: ds = p - y.",
        changed(ds=lambda s, p, y: 2 * (p - y)),
    ),
    (
        "nothing is blocked on the way back (a >= 0 is always true): a unit with z < 0 has slope 0, so dz = da * (z > 0).",
        changed(slope=lambda z, da: 1.0),
    ),
    (
        "you cut off negative gradients. The max gate looks at its input, not at the gradient: dz = da * (z > 0).",
        changed(slope=lambda z, da: 1.0 * (da > 0)),
    ),
    (
        "on the way back through the max gate you multiplied by the value a. Its slope is 1 or 0: dz = da * (z > 0).",
        changed(slope=lambda z, da: max(z, 0)),
    ),
    (
        "dw12 and dw21 are mixed up. w12 leads from x1 to unit 2, so dw12 = dz2 * x1; dw21 = dz1 * x2.",
        changed(dw=lambda dz1, dz2, x1, x2: (dz1 * x1, dz1 * x2, dz2 * x1, dz2 * x2)),
    ),
    (
        "in q = a * v each gradient takes the other factor: dv = ds * a and da = ds * v. You have them swapped.",
        changed(da=lambda ds, v, a: ds * a, dv=lambda ds, v, a, z: ds * v),
    ),
    (
        "dv1 and dv2 use z, the value before the max gate. What v was multiplied by is a: dv = ds * a.",
        changed(dv=lambda ds, v, a, z: ds * z),
    ),
    ("db1 and db2 are multiplied by the biases. A bias is added, so its slope is 1: db = dz.", changed(db=lambda ds, dz, b: dz * b)),
    (
        "on the way forward each weight of the first layer is multiplied by x1 or x2. That input is its slope: dw11 = dz1 * x1.",
        changed(dw=lambda dz1, dz2, x1, x2: (dz1, dz2, dz1, dz2)),
    ),
    (
        "s - y compares the score with the label. What the label is compared with is the probability: ds = p - y.",
        changed(ds=lambda s, p, y: s - y),
    ),
    (
        "that starts from (p - y) p (1 - p). With the cross-entropy p - y holds the sigmoid's slope already: ds = p - y.",
        changed(ds=lambda s, p, y: (p - y) * p * (1 - p)),
    ),
    (
        "the sigmoid's slope is written with its output: p (1 - p). You used the score, s (1 - s).",
        changed(ds=lambda s, p, y: (-y / p + (1 - y) / (1 - p)) * s * (1 - s)),
    ),
    (
        "v1 and v2 are missing on the way back: each a was multiplied by its v, so da1 = ds * v1 and da2 = ds * v2.",
        changed(da=lambda ds, v, a: ds),
    ),
    ("db1 and db2 are ds. They sit before the max gate and v: db1 = dz1, db2 = dz2.", changed(db=lambda ds, dz, b: ds)),
    (
        "the four dw are taken from da, after the max gate. They sit before it: dw11 = dz1 * x1, with dz = da * (z > 0).",
        lambda *arguments: (*backward_pass(*arguments, slope=lambda z, da: 1.0)[:4], *backward_pass(*arguments)[4:]),
    ),
    (
        "dw12 and dw21 took the wrong x. The first index is the input: dw12 = dz2 * x1, dw21 = dz1 * x2.",
        changed(dw=lambda dz1, dz2, x1, x2: (dz1 * x1, dz2 * x2, dz1 * x1, dz2 * x2)),
    ),
    (
        "in the forward pass w12 and w21 are mixed up. w12 leads from x1 to unit 2: z1 = x1 * w11 + x2 * w21 + b1.",
        lambda x1, x2, y, w11, w12, w21, w22, *others: backward_pass(x1, x2, y, w11, w21, w12, w22, *others),
    ),
    (
        "w12 and w21 are mixed up, forward and back. w12 leads from x1 to unit 2: z1 = x1 * w11 + x2 * w21 + b1, and dw12 = dz2 * x1.",
        lambda x1, x2, y, w11, w12, w21, w22, *others: backward_pass(
            x1, x2, y, w11, w21, w12, w22, *others, dw=lambda dz1, dz2, x1, x2: (dz1 * x1, dz1 * x2, dz2 * x1, dz2 * x2)
        ),
    ),
    (
        "dc is multiplied by c. A bias is added, so its slope is 1: dc = ds.",
        lambda *arguments: (*backward_pass(*arguments)[:-1], backward_pass(*arguments)[-1] * arguments[-1]),
    ),
    ("dc is the slope 1 alone. The upstream gradient multiplies it: dc = ds.", scalar_gradients.spoil(lambda *nine: (*nine[:-1], 1.0))),
    (
        "the numbers are right, the order is not: first the four dw, then db1 and db2. Return them as the docstring lists them.",
        scalar_gradients.spoil(lambda dw11, dw12, dw21, dw22, db1, db2, *others: (dw11, dw21, db1, dw12, dw22, db2, *others)),
    ),
    (
        "the numbers are right, but they are in the order of the backward pass. Return them as the docstring lists them.",
        scalar_gradients.spoil(lambda *nine: (nine[8], *nine[6:8], *nine[4:6], *nine[:4])),
    ),
)
