"""Week 3: slopes of activations, depth, dead units, choosing one."""

from fractions import Fraction

import numpy as np

from ..family import WHOLE, ask, by_reference, family, others, rows


def of_dZ(wrong):
    """Without the mistakes in A, where A is given."""
    return [(value, reason) for value, reason in wrong if not reason.startswith("A ")]


@family("week3", 0, "1/1 The sigmoid, and the slope it can have at most", "number", of="week3.sigmoid_layer")
def sigmoid_back(draw):
    odds, dA = draw.int(1, 9), draw.int(-9, 9, but=(0, 1))
    a = Fraction(odds, 1 + odds)
    key, wrong = by_reference("week3.sigmoid_layer", (np.log([[float(odds)]]), np.array([[float(dA)]])), lambda A, dZ: dZ[0, 0])
    wrong = [
        (dA * a, "the slope is a (1 - a): a factor is missing."),
        (dA * (1 - a), "the slope is a (1 - a): a factor is missing."),
        (a * (1 - a), "multiply by what arrives."),
        (dA * (1 - a * a), "that is the slope of tanh."),
        *of_dZ(wrong),
    ]
    return ask(
        f"A sigmoid layer has the output a = {a}, and da = {dA} arrives. What is dz?",
        key,
        "da a (1 - a).",
        wrong,
        dA=dA,
        odds=odds,
    )


@family("week3", 0, "3/Tanh: a sigmoid, stretched", "number", of="week3.tanh_layer")
def tanh_back(draw):
    tenth, dA = draw.int(-9, 9, but=(0,)), draw.int(-4, 4, but=(0, 1))
    a = Fraction(tenth, 10)
    key, wrong = by_reference("week3.tanh_layer", (np.arctanh([[float(a)]]), np.array([[float(dA)]])), lambda A, dZ: dZ[0, 0])
    wrong = [
        (dA * (1 - a), "a is squared in the slope: 1 - a^2."),
        (dA * a * (1 - a), "that is the slope of the sigmoid."),
        (dA * a, "that is the value: the slope is 1 - a^2."),
        (dA * (1 + a), "the slope is 1 - a^2."),
        *of_dZ(wrong),
    ]
    return ask(
        f"A tanh layer has the output a = {rows(float(a))}, and da = {dA} arrives. What is dz?", key, "da (1 - a^2).", wrong, dA=dA, a=a
    )


@family("week3", 0, "3/Leaky ReLU and others: something passes below zero", "number")
def leaky_back(draw):
    slope, z, dA = Fraction(draw.pick(1, 2, 3), 10), draw.int(-8, 4, but=(0,)), draw.int(-9, 9, but=(0, 1))
    key = dA if z > 0 else dA * slope
    return ask(
        f"A leaky ReLU with slope {rows(float(slope))} below zero. z = {z}, and da = {dA} arrives. What is dz?",
        key,
        "the slope is 1 above zero and the small slope below.",
        [
            (0, "z is above zero: there the slope is 1." if z > 0 else "that is the plain ReLU: something passes below zero."),
            (dA, "below zero the slope is the small one."),
            (dA * slope, "above zero the slope is 1."),
            (slope * z, "that is the value below zero."),
            (dA * slope * z, "z does not stand in the slope."),
        ],
        slope=slope,
        z=z,
        dA=dA,
    )


@family("week3", 0, "3/ReLU: what is the slope at the kink?", "number", of="week3.relu_layer")
def relu_layer_row(draw):
    Z, dA = np.array([draw.shuffled([draw.int(-6, -1), draw.int(1, 6), 0])], float), np.array([draw.ints(3, -6, 6, but=(0, 1))], float)
    key, wrong = by_reference("week3.relu_layer", (Z, dA), lambda A, dZ: dZ[0])
    return ask(
        f"A ReLU layer, with the course's slope 0 at the kink. Z = {rows(Z)}, dA = {rows(dA)}. What is the row of dZ?",
        key,
        "dA where z > 0, and 0 elsewhere, at z = 0 too.",
        [(dA[0], "nothing comes back where z is not above 0."), (np.where(Z >= 0, dA, 0)[0], "at z = 0 the slope is taken as 0."), *wrong],
        Z=Z,
        dA=dA,
    )


@family("week3", 2, "4/4 Depth multiplies slopes", "number")
def depth_bound(draw):
    n, w = draw.int(2, 3), draw.pick(1, 2, 3)
    key = Fraction(w, 4) ** n
    return ask(
        f"{n} sigmoid layers of one unit each, every weight {w}. How large can the slope through all of them be at most?",
        key,
        f"each layer contributes at most 1/4 times its weight: (1/4 * {w})^{n}.",
        [
            (
                Fraction(1, 4) ** n if w != 1 else Fraction(1, 2) ** n,
                "each layer multiplies by its weight, too." if w != 1 else "the sigmoid's slope is at most 1/4.",
            ),
            (Fraction(n * w, 4), "layers multiply; they do not add up."),
            (Fraction(w, 4), "that is one layer."),
            (Fraction(w) ** n, "that is with slope 1: the sigmoid's is at most 1/4."),
        ],
        n=n,
        w=w,
    )


@family("week3", 3, "5/5 Units that die", "number", of="week3.count_dead")
def dead_columns(draw):
    Z = draw.matrix(3, 4, -5, 3)
    for j in draw.distinct(draw.int(1, 2), 0, 3):
        Z[:, j] = draw.ints(3, -5, 0)
    key, wrong = by_reference("week3.count_dead", (Z,))
    wrong = [
        (int((Z <= 0).sum()), "a unit is a column: count columns, not entries."),
        (int((Z <= 0).any(axis=0).sum()), "a unit that is on for one example is not dead: all of its scores must be 0 or below."),
        (4 - int(key), "that is the number of units that live."),
        (int((Z <= 0).all(axis=1).sum()), "that counts examples: units are columns."),
        (int(key) + 1, "look at each column again: one positive score is enough to live."),
        *wrong,
    ]
    return ask(
        f"ReLU units, Z = {rows(Z)}, one row per example. How many units are dead on these examples?",
        int(key),
        "a dead unit has no score above 0 in its column.",
        wrong,
        sort=WHOLE,
        Z=Z,
    )


@family("week3", 3, "5/Deeper: bring them back", "number", of="week3.revive")
def revived_bias(draw):
    S = sorted(draw.distinct(3, -6, 5))
    b = -max(S) - draw.int(1, 4)
    X, W = np.array(draw.shuffled(S), float)[:, None], np.array([[1.0]])
    key, wrong = by_reference("week3.revive", (X, W, np.array([[float(b)]])), lambda b: np.ravel(b)[0])
    wrong = [(-Fraction(sum(S), 3), "that is minus the mean: the cure takes the median."), *wrong]
    wrong = [(b, "the unit is dead with this bias."), (S[1], "the sign: z = X W + b should be 0 in the middle."), *wrong]
    return ask(
        f"A dead unit: X W is {rows(X[:, 0])} for the three examples, b = {b}. The cure puts z = 0 at the median example. What is the new b?",
        key,
        "minus the median of X W: the examples above the median switch it on.",
        wrong,
        S=S,
        b=b,
    )


@family("week3", 3, "5/5 Units that die", "words")
def wake_by_rate(draw):
    z = sorted(draw.ints(4, -9, -1))
    options = {
        "0, whatever the learning rate": "z < 0 for every example, so the slope is 0 for every example: neither w nor b gets a gradient.",
        "Small, so a larger learning rate helps": "it is exactly 0: no rate changes that.",
        "Negative, so the bias grows": "it would have to be on for some example to get a gradient.",
        "That of the loss, as b is not multiplied by anything": "the ReLU stands between b and the loss: its slope is 0 here.",
    }
    key = next(iter(options))
    return ask(
        f"The scores of a ReLU unit are {', '.join(map(str, z))} for all examples there are. What is the gradient of its bias?",
        key,
        options[key],
        others(options, key),
        z=z,
    )


@family("week3", 4, "6/Which activation when", "words")
def choose_activation(draw):
    task, key = draw.pick(
        ("the hidden layers of a network of {} layers", "ReLU"),
        ("the output, for {} probabilities, one for each question of yes or no", "Sigmoid"),
        ("the output, for one of {} classes that exclude each other", "Softmax"),
        ("the output, for {} real numbers of any size", "none"),
    )
    n = draw.int(3, 9)
    reasons = {
        "ReLU": "it cuts off everything below 0: fine inside, wrong for scores, probabilities and targets of both signs.",
        "Sigmoid": "it gives a number between 0 and 1 for each output by itself; inside, depth would multiply slopes of at most 1/4.",
        "Softmax": "it couples the outputs, so that they add up to 1: for classes that exclude each other.",
        "none": "without one the numbers are not bounded; hidden layers without one are a single layer.",
    }
    why = {
        "ReLU": "its slope is 1 where it is on: on such ways depth multiplies by 1.",
        "Sigmoid": "one probability for each question, by itself.",
        "Softmax": "the probabilities of classes that exclude each other add up to 1.",
        "none": "a target of any size needs an output of any size.",
    }
    return ask(f"Which activation for {task.format(n)}?", key, why[key], others(reasons, key), task=task, n=n)
