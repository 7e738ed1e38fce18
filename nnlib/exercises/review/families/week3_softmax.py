"""Week 3: numbers that break a sigmoid, and softmax."""

from fractions import Fraction

import numpy as np

from ..family import SHARE, ask, by_reference, family, others, rows


@family("week3", 1, "6/6 Softmax: every score moves every probability", "number")
def softmax_shift(draw):
    odds = draw.ints(3, 1, 5)
    shift, j = draw.pick(10, 50, -20), draw.int(0, 2)
    total = sum(odds)
    return ask(
        f"Scores (log {odds[0]}, log {odds[1]}, log {odds[2]}), each plus {shift}. What is softmax's probability of class {j}, counting from 0?".replace(
            "plus -", "minus "
        ),
        Fraction(odds[j], total),
        "the same number added to all scores cancels; e^log k is k, divided by the sum.",
        [
            (Fraction(odds[j]), "divide by the sum."),
            (Fraction(1, 3), "the shift cancels, the differences between the scores remain."),
            (Fraction(odds[j - 1], total), "that is another class: classes count from 0."),
            (Fraction(odds[j], 1 + odds[j]), "that is the sigmoid of one score: softmax divides by the sum over all."),
            (Fraction(total - odds[j], total), "that is what is left for the other classes."),
        ],
        sort=SHARE,
        odds=odds,
        shift=shift,
        j=j,
    )


@family("week3", 1, "2/2 Numbers that break it", "what if")
def which_form_breaks(draw):
    """Which of two forms of the sigmoid overflows, found by running them."""
    z, form = draw.pick(-900, 900, -20, 20, -1000, 1000), draw.pick("1 / (1 + np.exp(-z))", "np.exp(z) / (1 + np.exp(z))")
    with np.errstate(all="ignore"):
        power = np.exp(float(-z if "-z" in form else z))
        value = 1 / (1 + power) if "-z" in form else power / (1 + power)
    if np.isnan(value):
        key = "nan"
    else:
        key = "the right value, with a warning" if np.isinf(power) else "the right value, silently"
    reasons = {
        "nan": "a nan comes from inf / inf: only one of the forms can make that, for a large positive z.",
        "the right value, with a warning": "exp overflows beyond about 709; then 1 / inf is right, and inf / inf is nan.",
        "the right value, silently": "look at the argument of exp: beyond about 709 it overflows.",
        "a value that is wrong in its second digit": "what is left out by rounding is about 1e-16.",
    }
    why = {
        "nan": "exp overflows to inf, and inf / inf is nan.",
        "the right value, with a warning": "exp overflows to inf, and 1 / inf is 0, which is right.",
        "the right value, silently": "exp stays finite, or falls to 0.",
    }
    return ask(
        f"In float64, z = np.array([{z}.]). What does {form} give?",
        key,
        why[key],
        others(reasons, key),
        z=z,
        form=form,
    )


@family("week3", 1, "2/2 Numbers that break it", "number", of="week3.stable_sigmoid")
def stable_sigmoid_value(draw):
    odds, sign = draw.int(2, 9), draw.pick(1, -1)
    u = Fraction(1, odds)
    key, wrong = by_reference("week3.stable_sigmoid", (np.array([[sign * np.log(odds)]]),), lambda A: A[0, 0])
    wrong = [
        (Fraction(1, 2), "that is the sigmoid of 0, where u = 1."),
        (u / (1 + u) if sign > 0 else 1 / (1 + u), "the two branches are exchanged."),
        (1 - u, "nothing is subtracted: the denominator is 1 + u."),
        (u, "that is u alone: the denominator 1 + u is missing."),
        *wrong,
    ]
    return ask(
        f"The stable sigmoid computes u = e^(-|z|) first. For some {'positive' if sign > 0 else 'negative'} z, u = 1/{odds}. What is the sigmoid of z?",
        key,
        "1 / (1 + u) for z >= 0, u / (1 + u) for z < 0.",
        wrong,
        sort=SHARE,
        odds=odds,
        sign=sign,
    )


@family("week3", 0, "6/The slopes, with numbers", "number")
def softmax_slope(draw):
    parts = draw.pick((1, 2, 7), (2, 3, 5), (1, 4, 5), (2, 2, 6), (1, 3, 6))
    p = [Fraction(n, 10) for n in draw.shuffled(parts)]
    r, j = draw.int(0, 2), draw.int(0, 2)
    key = p[r] * ((r == j) - p[j])
    return ask(
        f"Softmax gives p = ({', '.join(rows(float(q)) for q in p)}). What is the slope of p{r} with respect to z{j}, counting from 0?",
        key,
        "p_r (1 - p_r) for its own score, -p_r p_j for another.",
        [
            (p[r] * (1 - p[r]), "that is for its own score; another score pushes it down by p_r p_j."),
            (-p[r] * p[j], "its own score pulls it up: p (1 - p)."),
            (0, "every score moves every probability."),
            (p[r] * p[j], "that is a part of it: the slope is p (1 - p)." if r == j else "another score pushes it down: a minus."),
            (p[r] - p[r] * p[r] * 2 if r == j else p[r], "the slope is a product of two probabilities."),
        ],
        p=p,
        r=r,
        j=j,
    )


@family("week3", 0, "6/Deeper: softmax backward for a batch", "number", of="week3.softmax_backward")
def softmax_back(draw):
    odds = draw.pick((1, 1, 2), (1, 2, 1), (2, 1, 1), (1, 3, 4), (1, 1), (1, 3), (3, 1), (1, 4))
    P, dP = np.array([odds], float) / sum(odds), np.array([draw.ints(len(odds), -4, 4)], float)
    key, wrong = by_reference("week3.softmax_backward", (P, dP), lambda dZ: dZ[0])
    wrong = [
        ((P * dP)[0], "the sum is missing: from dP subtract sum of p dp first."),
        ((P * (1 - P) * dP)[0], "that is the diagonal alone: every score moves every probability."),
        ((dP - (P * dP).sum())[0], "the factor p in front is missing."),
        *wrong,
    ]
    return ask(
        f"Softmax gives p = {rows(P[0])}; dp = {rows(dP[0])} arrives. What is dz?",
        key,
        "p (dp - s), with s = the sum of p dp.",
        wrong,
        P=P,
        dP=dP,
    )
