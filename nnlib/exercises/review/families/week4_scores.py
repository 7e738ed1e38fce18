"""Week 4: losses for large scores, and the first loss."""

from fractions import Fraction

import numpy as np

from ..family import ask, by_reference, family, others
from ..item import Redraw


@family("week4", 2, "4/logsumexp and its shift", "number", of="week4.logsumexp")
def logsumexp_shifted(draw):
    copies, c = draw.int(2, 4), draw.pick(100, 500, 900, -800)
    Z = np.full((1, copies), float(c))
    return ask(
        f"{copies} scores, each {c}. logsumexp is log(sum of e^z) = {c} + log(n). What is n?",
        copies,
        "subtract the largest score, add it at the end: the rest is log of the number of equal terms.",
        [
            (1, "each of the terms e^0 is 1: their sum counts them."),
            (0, "e^0 is 1, not 0."),
            (copies - 1, "the largest score is one of the terms."),
            (copies * 2, "each term is e^0 = 1."),
        ],
        Z=Z,
        c=c,
    )


@family("week4", 2, "3/3 Two classes: sigmoid and cross-entropy", "number", of="week4.binary_cross_entropy")
def loss_far_out(draw):
    z, y = draw.pick(60, 80, 90, -60, -80, -90, 75, -75), draw.int(0, 1)
    key, wrong = by_reference("week4.binary_cross_entropy", (np.array([[float(z)]]), np.array([[float(y)]])), lambda losses: losses[0, 0])
    wrong = [
        (0, "it is surely wrong there: the loss grows with |z|."),
        (abs(z), "it is surely right there: the loss is 0."),
        (-abs(z), "a loss is never negative here."),
        (1, "far out the loss is a straight line, not a step."),
    ] + wrong
    return ask(
        f"A stable binary cross-entropy, score z = {z}, label {y}. What is the loss, to the nearest whole number?",
        key,
        "far on the wrong side it is |z|, far on the right side 0.",
        wrong,
        near=1e-6,
        z=z,
        y=y,
    )


@family("week4", 2, "3/Mend it on paper first", "words")
def clip_is_no_cure(draw):
    z = draw.pick(40, 50, 80)
    options = {
        "0: the clip is flat there": "beyond the clip p no longer moves the loss, so the network gets no signal from its surest mistakes.",
        "-1, as without the clip": "that is what is wanted, and what a loss from scores gives.",
        "inf": "the clip keeps the loss finite. The harm is in its slope.",
        "1e-12, the clip's bound": "the bound is where p is cut off. A constant has the slope 0.",
    }
    key = next(iter(options))
    return ask(
        f"The loss is -log(clip(p, 1e-12, 1)), label 1, and the score is z = -{z}. What is the slope of the loss with respect to z?",
        key,
        options[key],
        others(options, key),
        z=z,
    )


@family("week4", 3, "2/What should the first loss be?", "words")
def first_loss(draw):
    k, m = draw.distinct(2, 3, 50)
    return ask(
        f"A new softmax network for {k} classes, {m} examples in the batch. What should its first loss be, about?",
        f"log {k}",
        "it knows nothing yet: probability 1/k for each class, and -log(1/k) = log k.",
        [
            (f"1/{k}", "that is the probability of the right class: the loss is minus its log."),
            (f"log {m}", "the number of examples plays no part: the loss is a mean."),
            ("0", "a loss of 0 means that it is sure and right."),
            (f"{k}", "the loss of a uniform guess is log k."),
        ],
        k=k,
        m=m,
    )


@family("week4", 3, "2/What should the first loss be?", "words")
def sane_start(draw):
    k = draw.int(3, 20)
    log = np.log(k)
    factor = draw.pick(0.98, 1.03, 12.0, 9.0, 15.0)
    key = "No fault shows" if factor < 2 else "Weights or inputs are too large"
    reasons = {
        "No fault shows": "log k belongs to equal probabilities. Far above it, the network is sure of wrong answers.",
        "Weights or inputs are too large": "that would make it sure and wrong, far above log k.",
        "It has learned already": "then the loss would be well below log k.",
        "The learning rate is too large": "no step has been taken yet.",
    }
    why = {"No fault shows": "the loss is near log k.", "Weights or inputs are too large": "far above log k: sure, and wrong."}
    return ask(
        f"{k} classes, log {k} = {log:.1f}. The first printed loss, before any step, is {factor * log:.2g}. What does it say?",
        key,
        why[key],
        others(reasons, key),
        k=k,
        loss=float(f"{factor * log:.2g}"),
    )


@family("week4", 3, "2/What should the first loss be?", "number")
def baseline_of_labels(draw):
    k, n = draw.int(2, 5), draw.int(1, 9)
    if n == 5:
        raise Redraw
    return ask(
        f"Labels of {k} classes; {n * 10} of 100 are class 0. A network gives every example the same probabilities. Which probability of class 0 makes its loss smallest?",
        Fraction(n, 10),
        "the share of the class among the labels: that is what a last bias alone can learn.",
        [
            (Fraction(1, k), "that is the uniform guess: the shares of the classes do better."),
            (Fraction(1), "then every other label costs an infinite loss."),
            (1 - Fraction(n, 10), "that is the share of the others."),
            (Fraction(1, 2), "the share decides, not the number of classes."),
        ],
        k=k,
        n=n,
    )
