"""Week 4: losses from the likelihood, and their gradients."""

from fractions import Fraction

import numpy as np

from ..family import SHARE, ask, by_reference, family, others, rows


@family("week4", 0, "1/The trap: the number of outputs", "number", of="week4.mse")
def squared_error_value(draw):
    Z, Y = draw.matrix(2, 2, -3, 5), draw.matrix(2, 2, -3, 5)
    key, wrong = by_reference("week4.mse", (Z, Y), lambda L, dZ: L)
    D = Z - Y
    wrong = [
        ((D**2).mean(), "np.mean divides by the number of outputs as well: the course adds over outputs and divides by m."),
        ((D**2).sum(), "divide by the number of examples."),
        (np.abs(D).sum() / 2, "the differences are squared."),
    ] + wrong
    return ask(
        f"Predictions Z = {rows(Z)}, targets Y = {rows(Y)}, one row per example. What is the squared error L?",
        key,
        "squares, added over the outputs, mean over the examples.",
        wrong,
        Z=Z,
        Y=Y,
    )


@family("week4", 0, "1/1 The squared error, and a trap", "number", of="week4.mse")
def squared_error_gradient(draw):
    m = draw.pick(2, 4, 5)
    Z, Y = draw.matrix(m, 1, -4, 6), draw.matrix(m, 1, -4, 6)
    i = draw.int(0, m - 1)
    key, wrong = by_reference("week4.mse", (Z, Y), lambda L, dZ: dZ[i, 0])
    d = Z[i, 0] - Y[i, 0]
    wrong += [
        (2 * d, "the mean brings a 1/m."),
        (d / m, "the slope of a square brings a 2."),
        (-2 * d / m, "the sign: prediction minus target."),
        (d, "2 and 1/m are missing."),
    ]
    return ask(
        f"z = {rows(Z[:, 0])}, y = {rows(Y[:, 0])}, L = the mean of (z - y)^2. What is dz[{i}], counting from 0?",
        key,
        "2 (z - y) / m.",
        wrong,
        Z=Z,
        Y=Y,
        i=i,
    )


@family("week4", 0, "1/Deeper: the other trap, a column minus a vector", "number", of="week4.column_mse")
def terms_in_the_trap(draw):
    m = draw.int(3, 9)
    return ask(
        f"Z has shape ({m}, 1), y has shape ({m},). How many squares does ((Z - y)**2).sum() add up?",
        m * m,
        "the column meets the flat vector: every prediction is compared with every target.",
        [
            (m, "that is what is meant. But shapes align from the right: (m, 1) and (m,) give (m, m)."),
            (2 * m, "the two are stretched against each other, not put side by side."),
            (1, "a sum over all entries of an (m, m) array."),
        ],
        m=m,
    )


@family("week4", 0, "2/A coin gives the binary cross-entropy", "number")
def likelihood_of_labels(draw):
    p = [Fraction(draw.int(1, 4), 5) for _ in range(2)]
    y = draw.ints(2, 0, 1)
    chance = [q if label else 1 - q for q, label in zip(p, y)]
    return ask(
        f"Two examples, predicted p = {rows(float(p[0]))} and {rows(float(p[1]))} for class 1; the labels are {y[0]} and {y[1]}. What is the likelihood of the labels?",
        chance[0] * chance[1],
        "p where the label is 1, 1 - p where it is 0; independent examples multiply.",
        [
            (p[0] * p[1], "where the label is 0 its probability is 1 - p."),
            (chance[0] + chance[1], "chances of independent examples multiply."),
            ((1 - p[0]) * (1 - p[1]), "where the label is 1 its probability is p."),
            ((chance[0] + chance[1]) / 2, "a likelihood is a product, not a mean."),
            ((1 - chance[0]) * (1 - chance[1]), "the labels are swapped: p belongs to label 1."),
        ],
        sort=SHARE,
        p=p,
        y=y,
    )


@family("week4", 0, "2/2 Where losses come from", "words")
def loss_from_noise(draw):
    m = draw.int(20, 90)
    kind, key = draw.pick(
        ("a number, measured with bell-shaped noise", "squared error"),
        ("yes or no, like a coin with its own chance for each example", "binary cross-entropy"),
        ("one of several classes, like a die with its own chances", "categorical cross-entropy"),
    )
    reasons = {
        "squared error": "it is minus the log of a bell curve: for numbers with bell-shaped noise.",
        "binary cross-entropy": "it is minus the log of p or 1 - p: for a coin.",
        "categorical cross-entropy": "it is minus the log of the right class's probability: for a die with more than two sides.",
        "accuracy": "it counts right answers, and its slope is 0.",
    }
    return ask(
        f"{m} targets: each is {kind}. Which loss is minus the log of their likelihood?",
        key,
        reasons[key],
        others(reasons, key),
        kind=kind,
        m=m,
    )


@family("week4", 1, "3/The gradient, with numbers", "number", of="week4.binary_cross_entropy_gradient")
def p_minus_y(draw):
    odds, y, m = draw.int(1, 9), draw.int(0, 1), draw.pick(1, 2, 4, 5)
    z = np.zeros((m, 1)) + np.log(odds)
    key, wrong = by_reference("week4.binary_cross_entropy_gradient", (z, np.full((m, 1), float(y))), lambda dZ: dZ[0, 0])
    p = Fraction(odds, 1 + odds)
    wrong += [
        (p - y, "the loss is a mean over the batch: 1/m."),
        ((y - p) / m, "the sign: p - y."),
        ((p - y) * p * (1 - p) / m, "p - y holds the sigmoid's slope already."),
        (p / m, "subtract the label."),
    ]
    return ask(
        f"Sigmoid and cross-entropy, a batch of {m}. One example has p = {p} and label {y}. What is dz for it?",
        key,
        "(p - y) / m.",
        wrong,
        z=z,
        y=y,
        m=m,
    )


@family("week4", 1, "4/The gradient, with numbers", "number", of="week4.softmax_cross_entropy")
def p_minus_y_row(draw):
    odds = draw.pick((1, 1, 2), (1, 2, 1), (1, 3, 1), (2, 2, 1), (1, 2, 2), (1, 3, 6), (5, 4, 1))
    y, m = draw.int(0, 2), draw.pick(1, 2)
    Z = np.tile(np.log(np.array(odds, float)), (m, 1))
    key, wrong = by_reference("week4.softmax_cross_entropy", (Z, np.full(m, y)), lambda L, dZ: dZ[0])
    p = np.array(odds) / sum(odds)
    wrong += [
        (p / m, "1 is subtracted at the right class."),
        ((np.eye(3)[y] - p) / m, "the sign: P - Y."),
        ((p - 1) / m, "1 is subtracted at the right class only."),
    ]
    return ask(
        f"Softmax and cross-entropy, {'one example' if m == 1 else 'two examples'}. The {'' if m == 1 else 'first '}row of P is {rows(p)}, its label {y} (from 0). What is that row of dZ?",
        key,
        "(P - Y) / m.",
        wrong,
        Z=Z,
        y=y,
    )


@family("week4", 1, "3/The wrong pair", "what if")
def wrong_pair(draw):
    """From the experiment's simulate: the slope of a loss at a score that is surely wrong."""
    from ....experiments.loss_pairing import simulate

    z, loss = draw.pick(6, 8, 10), draw.pick("cross-entropy", "squared error")
    target = draw.int(0, 1)
    z = -z if target else z
    slope = abs(simulate(logit=float(z), target=f"y = {target}", loss=loss, form="stable", times=1, dtype="float64")["slope"])
    key = "nearly 1" if slope > 0.9 else "nearly 0"
    reasons = {
        "nearly 1": "that is the cross-entropy, whose slope is p - y. The squared error multiplies by the sigmoid's slope, which is nearly 0 here.",
        "nearly 0": "that is the squared error, which keeps the sigmoid's slope. With the cross-entropy it cancels: p - y.",
        "about 1/4": "1/4 is the sigmoid's slope at z = 0.",
    }
    why = {
        "nearly 1": "p - y: the surer the mistake, the stronger the pull.",
        "nearly 0": "2 (p - y) p (1 - p): the sigmoid is flat there.",
    }
    return ask(
        f"A sigmoid output has the score z = {z}, but the label is {target}. The loss is the {loss}. How large is its slope at z?",
        key,
        why[key],
        others(reasons, key),
        z=z,
        target=target,
        loss=loss,
    )
