"""Week 2b: the gradients of a layer and of a two-layer network, and the gradient check."""

from fractions import Fraction

import numpy as np

from ..family import ask, by_reference, family, others, rows
from ..item import Redraw


def layer_back(draw, name, take, text, why, more):
    dZ, X, W = draw.matrix(2, 2, -3, 4), draw.matrix(2, 2, -3, 4), draw.matrix(2, 2, -3, 3)
    i, j = draw.int(0, 1), draw.int(0, 1)
    key, wrong = by_reference("week2.dense_backward", (dZ, X, W), lambda *gradients: take(gradients, i, j))
    return ask(
        f"A dense layer Z = X W + b: X = {rows(X)}, W = {rows(W)}, and dZ = {rows(dZ)} arrives. What is {text.format(i=i, j=j)}?",
        key,
        why,
        more(dZ, X, W, i, j) + wrong,
        dZ=dZ,
        X=X,
        W=W,
        i=i,
        j=j,
        name=name,
    )


@family("week2b", 0, "2/With indices", "number", of="week2.dense_backward")
def entry_of_dW(draw):
    return layer_back(
        draw,
        "dW",
        lambda g, i, j: g[1][i, j],
        "dW[{i}, {j}]",
        "column i of X meets column j of dZ: dW = X^T dZ, a sum over the examples.",
        lambda dZ, X, W, i, j: [((X @ dZ)[i, j], "X is not transposed: the sum runs over the examples, so both use the row index.")],
    )


@family("week2b", 0, "2/With indices", "number", of="week2.dense_backward")
def entry_of_db(draw):
    return layer_back(
        draw,
        "db",
        lambda g, i, j: np.ravel(g[2])[j],
        "db[0, {j}]",
        "every example uses the same b, so the column of dZ is added up.",
        lambda dZ, X, W, i, j: [
            (dZ[:, j].mean(), "a sum, not a mean: the 1/m of the loss is in dZ already."),
            (dZ[j].sum(), "that is summed over the units: add over the examples."),
            ((X[:, j] * dZ[:, j]).sum(), "b is added: it has no factor X."),
        ],
    )


@family("week2b", 0, "2/With indices", "number", of="week2.dense_backward")
def entry_of_dX(draw):
    return layer_back(
        draw,
        "dX",
        lambda g, i, j: g[0][i, j],
        "dX[{i}, {j}]",
        "row i of dZ meets row j of W: dX = dZ W^T, a sum over the units.",
        lambda dZ, X, W, i, j: [((dZ.T @ W)[i, j], "dZ is not transposed: each example has its own row.")],
    )


@family("week2b", 0, '2/Deeper: "only one product fits" is not a derivation', "shape")
def shape_of_gradient(draw):
    m, n_in, n_out = draw.distinct(3, 2, 40)
    what = draw.pick("dW", "db", "dX", "dZ")
    shapes = {"dW": (n_in, n_out), "db": (1, n_out), "dX": (m, n_in), "dZ": (m, n_out)}
    reasons = {
        "dW": "that is the shape of W.",
        "db": "that is the shape of b.",
        "dX": "that is the shape of the layer's input.",
        "dZ": "that is the shape of the layer's output.",
    }
    wrong = [(shape, reasons[name]) for name, shape in shapes.items() if name != what]
    return ask(
        f"A dense layer takes {n_in} features to {n_out} units; there are {m} examples. What is the shape of {what}?",
        shapes[what],
        "a gradient has the shape of what it is the gradient of.",
        [*wrong, ((n_out, n_in), "a gradient is not transposed: it has the shape of W."), ((n_out,), "b is a row, (1, n_out).")],
        m=m,
        n_in=n_in,
        n_out=n_out,
        what=what,
    )


@family("week2b", 1, "2/Where it starts", "number", of="week2.softmax_cross_entropy_backward")
def softmax_start(draw):
    odds, m = [draw.ints(3, 1, 4) for _ in range(2)], 2
    y, j, i = draw.ints(2, 0, 2), draw.int(0, 2), draw.int(0, 1)
    Z = np.log(np.array(odds, float))
    key, wrong = by_reference("week2.softmax_cross_entropy_backward", (Z, np.array(y)), lambda dZ: dZ[i, j])
    P = [[Fraction(o, sum(row)) for o in row] for row in odds]
    p, hit = P[i][j], int(y[i] == j)
    wrong = [
        (p - hit, "that is the slope of one example's loss: the mean brings a 1/m."),
        (Fraction(hit - p) / m, "the sign: P - Y."),
        (p / m, "Y is missing: 1 is subtracted at the right class."),
        ((p - 1) / m, "1 is subtracted at the right class only."),
        *wrong,
    ]
    table = "; ".join(", ".join(map(str, row)) for row in P)
    return ask(
        f"Softmax and cross-entropy, two examples. P has the rows {table}. The labels are y = {y}. What is dZ[{i}, {j}]?",
        key,
        "dZ = (P - Y) / m.",
        wrong,
        Z=Z,
        y=y,
        i=i,
        j=j,
    )


@family("week2b", 1, "3/3 The whole network back", "number", of="week2.relu_backward")
def relu_back(draw):
    Z = np.array([[draw.int(-5, -1), draw.int(1, 6), draw.int(-4, 6, but=(0,))]], float)
    dA = np.array([draw.ints(3, -6, 6, but=(0, 1))], float)
    key, wrong = by_reference("week2.relu_backward", (dA, Z), lambda dZ: dZ[0])
    wrong = [(dA[0], "where z < 0 nothing comes back."), ((Z > 0)[0].astype(float), "multiply the slopes by what arrives."), *wrong]
    return ask(
        f"A = max(Z, 0) with Z = {rows(Z)}; dA = {rows(dA)} arrives. What is the row of dZ?",
        key,
        "dA where z > 0, and 0 elsewhere.",
        wrong,
        dA=dA,
        Z=Z,
    )


@family("week2b", 1, "2/Deeper: where the $1/m$ goes", "words")
def where_one_over_m(draw):
    m = draw.pick(4, 10, 20, 50)
    options = {
        "Once, in dZ of the last layer": "the loss is a mean; every later line is a product or a sum with that dZ.",
        "In dZ, and again in dW and db": "then it would be divided twice.",
        "In dW of each layer, not in dZ": "that would give the right dW here, but then dZ is not dL/dZ, and the finite differences of Z disagree.",
        "In every dZ on the way back": "each dZ is computed from the one after it, which has the factor already.",
    }
    key = "Once, in dZ of the last layer"
    return ask(
        f"The loss is a mean over {m} examples. Where does the factor 1/{m} stand in the backward pass?",
        key,
        options[key],
        others(options, key),
        m=m,
    )


@family("week2b", 2, "4/4 Do not believe it: check it", "number", of="week2.central_differences")
def central_difference(draw):
    power, x, h = draw.pick(2, 3), draw.int(-3, 4), draw.pick(1.0, 0.5, 2.0)
    key, wrong = by_reference(
        "week2.central_differences", (lambda v: float((v**power).sum()), np.array([float(x)]), h), lambda gradient: gradient[0]
    )
    f = lambda v: v**power  # noqa: E731
    wrong = [
        (0, "f differs at the two points, so the difference is not 0."),
        ((f(x + h) - f(x)) / h, "that is the difference to one side: go h to both sides."),
        (f(x + h) - f(x - h), "divide by the distance of the two points, 2 h."),
        ((f(x + h) - f(x - h)) / h, "the two points are 2 h apart."),
        (power * x ** (power - 1), "that is the slope itself: with so large an h the difference need not equal it."),
        *wrong,
    ]
    return ask(
        f"f(x) = x^{power}. What is the central difference at x = {x} with h = {rows(h)}?",
        key,
        "(f(x + h) - f(x - h)) / (2 h).",
        wrong,
        power=power,
        x=x,
        h=h,
    )


@family("week2b", 2, "4/How near is near enough?", "number", of="week2.relative_error")
def relative_error_by_hand(draw):
    numeric = draw.matrix(1, 2, -8, 8, but=(0,))
    analytic = numeric.copy()
    analytic[0, draw.int(0, 1)] += draw.int(1, 4) * draw.pick(1, -1)
    key, wrong = by_reference("week2.relative_error", (analytic, numeric))
    difference = np.abs(analytic - numeric).max()
    wrong = [(difference, "divide by the largest entry of the two, so that the size of the gradient plays no part."), *wrong]
    return ask(
        f"The backward pass says {rows(analytic[0])}, finite differences say {rows(numeric[0])}. What is the relative error of this array?",
        key,
        "the largest difference, divided by the largest entry of either.",
        wrong,
        analytic=analytic,
        numeric=numeric,
    )


@family("week2b", 2, "5/5 Three bugs", "what if")
def where_the_bug_sits(draw):
    """From a gradient check of a small network with one wrong line."""
    layers = draw.int(2, 4)
    bug = draw.int(1, layers)
    only = draw.pick(True, False)
    arrays = [f"{name}{l}" for l in range(1, layers + 1) for name in ("dW", "db")]
    wrong_arrays = [f"dW{bug}"] if only else [name for name in arrays if int(name[2:]) < bug]
    if not wrong_arrays:
        raise Redraw
    report = ", ".join(f"{name} {'wrong' if name in wrong_arrays else 'right'}" for name in reversed(arrays))
    places = {f"In the line of dW{l}" for l in range(1, layers + 1)} | {f"Between dZ{l} and dZ{l - 1}" for l in range(2, layers + 1)}
    key = f"In the line of dW{bug}" if only else f"Between dZ{bug} and dZ{bug - 1}"

    def reason(place):
        if place.startswith("In"):
            return "a wrong line of that dW leaves every other array right."
        later = int(place.split()[1][2:])
        return f"a wrong step there would spoil dW{later - 1}, db{later - 1} and all before them, and nothing else."

    return ask(
        f"A network of {layers} layers. The gradient check reports: {report}. Where is the bug?",
        key,
        reason(key),
        [(place, reason(place)) for place in sorted(places | {"In the loss"} - {key}) if place != key and place != "In the loss"]
        + [("In the loss's gradient", "that would most likely spoil every array.")],
        layers=layers,
        wrong_arrays=wrong_arrays,
    )


@family("week2b", 2, "4/Deeper: two errors that fight", "what if")
def smaller_step(draw):
    """From central differences of e^x at 50 points, with the step named and with a smaller one."""
    h, factor = draw.pick(0.1, 0.01, 0.001, 1e-7, 1e-8, 1e-9), draw.pick(2, 5, 10)
    x = np.linspace(0.5, 1.5, 50)
    errors = [np.abs((np.exp(x + step) - np.exp(x - step)) / (2 * step) - np.exp(x)).mean() for step in (h, h / factor)]
    key = "It falls" if errors[1] < errors[0] else "It grows"
    reasons = {
        "It falls": "so it does down to about 1e-5; below that rounding, about 1e-16 / h, takes over.",
        "It grows": "rounding grows so only below about 1e-5; above that the error of the formula, of order h squared, is the larger one.",
        "It stays the same": "both errors depend on h: one like h squared, the other like 1/h.",
    }
    return ask(
        f"A gradient check with central differences in float64. You divide h = {h:g} by {factor}. What does the error do?",
        key,
        "the formula's error, like h squared, is the larger one here."
        if key == "It falls"
        else "rounding, divided by 2 h, is the larger one here.",
        others(reasons, key),
        h=h,
        factor=factor,
    )
