"""Week 1a: the score of a neuron, its line, its probability, how it learns, and what it cannot do."""

from fractions import Fraction

import numpy as np

from ..family import SHARE, WHOLE, ask, by_reference, family, others, rows

TRIPLES = ((3, 4, 5), (4, 3, 5), (6, 8, 10), (8, 6, 10))


@family("week1a", 0, "1/1 A weighted sum", "number", of="week1.decision_function")
def score_of_point(draw):
    X, w, b = draw.matrix(1, 2, -4, 5, but=(0,)), draw.matrix(2, 1, -4, 5, but=(0,)), np.array([[float(draw.int(-5, 5, but=(0,)))]])
    key, wrong = by_reference("week1.decision_function", (X, w, b), lambda z: z[0, 0])
    wrong += [
        (key - b[0, 0], "b is missing: it is added at the end."),
        (key - 2 * b[0, 0], "b is subtracted: here it is added."),
        (X[0, 0] * w[1, 0] + X[0, 1] * w[0, 0] + b[0, 0], "each weight belongs to its own feature: x1 w1 + x2 w2."),
    ]
    return ask(
        f"A neuron has w = ({rows(w[0, 0])}, {rows(w[1, 0])}) and b = {rows(b[0, 0])}. What is its score z at x = ({rows(X[0, 0])}, {rows(X[0, 1])})?",
        key,
        "z = x1 w1 + x2 w2 + b.",
        wrong,
        X=X,
        w=w,
        b=b,
    )


def a_line(draw):
    """w of whole length, and b."""
    first, second, length = draw.pick(*TRIPLES)
    return np.array([[first * draw.pick(1, -1)], [second * draw.pick(1, -1)]], float), length, float(draw.int(-10, 10, but=(0,)))


@family("week1a", 1, "2/2 The line and its arrow", "number", of="week1.boundary_x2")
def x2_on_line(draw):
    x1, w, b = draw.int(-4, 4), draw.matrix(2, 1, -4, 4, but=(0,)), float(draw.int(-6, 6, but=(0,)))
    key, wrong = by_reference("week1.boundary_x2", (np.array([float(x1)]), w, np.array([[b]])), lambda x2: x2[0])
    wrong += [
        (-key, "the sign: w2 x2 = -(w1 x1 + b)."),
        (-(w[0, 0] * x1 + b), "divide by w2."),
        (-(w[1, 0] * x1 + b) / w[0, 0], "w1 and w2 are swapped."),
    ]
    return ask(
        f"w = ({rows(w[0, 0])}, {rows(w[1, 0])}), b = {rows(b)}. The line is where z = 0. Which x2 does it have at x1 = {x1}?",
        key,
        "solve w1 x1 + w2 x2 + b = 0 for x2.",
        wrong,
        x1=x1,
        w=w,
        b=b,
    )


@family("week1a", 1, "3/3 How far from the line?", "number", of="week1.distance_to_line")
def distance_from_line(draw):
    w, length, b = a_line(draw)
    X = draw.matrix(1, 2, -4, 4)
    z = (X @ w)[0, 0] + b
    key, wrong = by_reference("week1.distance_to_line", (X, w, np.array([[b]])), lambda d: d[0, 0])
    wrong += [
        (abs(z), "that is the score: divide by the length of w."),
        (abs(z) / length**2, "divide by the length of w, not by its square."),
        (-abs(z) / length, "a distance is never negative."),
    ]
    return ask(
        f"w = ({rows(w[0, 0])}, {rows(w[1, 0])}), b = {rows(b)}. How far is x = ({rows(X[0, 0])}, {rows(X[0, 1])}) from the line z = 0?",
        key,
        f"|z| divided by the length of w, which is {length}.",
        wrong,
        X=X,
        w=w,
        b=b,
    )


@family("week1a", 1, "2/2 The line and its arrow", "picture")
def which_weights(draw):
    """A small map of the plane, + where z > 0."""
    signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
    size, (s, t) = draw.pick((2, 1), (1, 2), (1, 1)), draw.pick(*signs)
    w = (size[0] * s, size[1] * t)
    lines = [
        f"x2 = {x2:>2}  "
        + " ".join("+" if w[0] * x1 + w[1] * x2 > 0 else "0" if w[0] * x1 + w[1] * x2 == 0 else "." for x1 in range(-3, 4))
        for x2 in range(3, -4, -1)
    ]
    name = "({}, {})".format
    return ask(
        "x1 runs from -3 (left) to 3 (right); + stands where z > 0, . where z < 0, 0 on the line. b = 0. Which w is it?\n"
        + "\n".join(lines),
        name(*w),
        "the arrow w points from the line to the side of +, at a right angle to the line.",
        [
            (name(-w[0], -w[1]), "that arrow points to the side where z < 0."),
            (name(w[0], -w[1]), "look at the upper half: the sign of w2 is wrong."),
            (name(-w[0], w[1]), "look at the right half: the sign of w1 is wrong."),
            (name(w[1], -w[0]), "that arrow runs along the line: w stands at a right angle to it."),
        ],
        w=w,
        picture=lines,
    )


@family("week1a", 1, "3/3 How far from the line?", "number", of="week1.nearest_on_line")
def foot_on_line(draw):
    w, _, _ = a_line(draw)
    foot, steps = np.array([draw.ints(2, -3, 3)], float), draw.pick(1, 2, -1, 0.5)
    b = -float((foot @ w)[0, 0])
    X = foot + steps * w.T
    key, wrong = by_reference("week1.nearest_on_line", (X, w, np.array([[b]])), lambda feet: feet[0])
    wrong += [
        (X[0] + steps * w[:, 0], "away from the line: z / |w|^2 times w is subtracted."),
        (X[0], "that is the point itself."),
        (steps * w[:, 0], "that is the way from the line to the point: subtract it from the point."),
    ]
    return ask(
        f"w = ({rows(w[0, 0])}, {rows(w[1, 0])}), b = {rows(b)}. Which point of the line z = 0 is nearest to ({rows(X[0, 0])}, {rows(X[0, 1])})?",
        key,
        "subtract w times z divided by the square of the length of w.",
        wrong,
        X=X,
        w=w,
        b=b,
    )


@family("week1a", 2, "5/5 From score to probability", "number", of="week1.logistic_output")
def probability_of_score(draw):
    odds, sign = draw.int(2, 9), draw.pick(1, -1)
    z = sign * np.log(odds)
    arguments = (np.array([[z], [0.0]]), np.array([[1.0]]), np.array([[0.0]]))
    key, wrong = by_reference("week1.logistic_output", arguments, lambda p: p[0, 0])
    wrong += [
        (Fraction(1, 1 + odds) if sign > 0 else Fraction(odds, 1 + odds), "the sign: a positive score means more than one half."),
        (Fraction(1, odds), "that is e^z, the odds: divide by 1 + e^z." if sign < 0 else "that is e^-z: p is 1 / (1 + e^-z)."),
        (Fraction(odds - 1, odds), "nothing is subtracted: p is 1 / (1 + e^-z)."),
        (Fraction(1, 2), "one half belongs to z = 0."),
    ]
    return ask(
        f"A neuron has the score z = {'-' if sign < 0 else ''}log({odds}). What is its probability p of class 1?",
        key,
        f"e^z = {odds if sign > 0 else f'1/{odds}'}, and p = e^z / (1 + e^z).",
        wrong,
        sort=SHARE,
        z=z,
    )


@family("week1a", 2, "5/5 From score to probability", "words")
def length_of_w(draw):
    k = draw.pick(2, 3, 5, 10)
    options = {
        "The line stays, every score is multiplied": f"the line is where z = 0, and {k} times 0 is 0. Scores lie farther from 0, so probabilities lie nearer 0 and 1.",
        "The line moves away from the origin": "its distance is |b| / |w|, and both are multiplied.",
        "The line turns": "its direction is given by the ratio of w1 and w2, which stays.",
        "Every probability is multiplied": "the scores are; probabilities move towards 0 and 1.",
    }
    key = "The line stays, every score is multiplied"
    return ask(
        f"w and b of a neuron are both multiplied by {k}. What happens?",
        key,
        options[key],
        others(options, key),
        k=k,
    )


@family("week1a", 3, "5/A neuron that learns: the perceptron rule", "number")
def perceptron_step(draw):
    w, x = draw.ints(2, -4, 4), draw.ints(2, -4, 4, but=(0,))
    b, y = draw.int(-3, 3), draw.int(0, 1)
    z = w[0] * x[0] + w[1] * x[1] + b
    wrong_side = (z > 0) != bool(y)
    step = (y - (z > 0)) if wrong_side else 0
    key = tuple(a + step * c for a, c in zip(w, x))
    return ask(
        f"Perceptron rule: w = ({w[0]}, {w[1]}), b = {b}. The point x = ({x[0]}, {x[1]}) has label {y}. What is w after this point?",
        key,
        "the answer is right, so nothing changes."
        if not wrong_side
        else f"it was predicted {int(z > 0)}: {'add' if step > 0 else 'subtract'} x.",
        [
            (tuple(w), "the answer is wrong, so w changes."),
            (tuple(a + c for a, c in zip(w, x)), "x is added only when class 1 was predicted as 0."),
            (tuple(a - c for a, c in zip(w, x)), "x is subtracted only when class 0 was predicted as 1."),
            (tuple(a + z * c for a, c in zip(w, x)), "the step is x, -x or nothing, whatever the size of z."),
        ],
        w=w,
        x=x,
        b=b,
        y=y,
    )


@family("week1a", 3, "5/Slopes: logistic regression", "number")
def logistic_slope(draw):
    p, y, x = Fraction(draw.int(1, 9), 10), draw.int(0, 1), draw.int(2, 6)
    return ask(
        f"One neuron with the cross-entropy: p = {rows(float(p))}, y = {y}, and the feature is x1 = {x}. What is the slope of the loss with respect to w1?",
        (p - y) * x,
        "the slope with respect to z is p - y; w1 acts on z with the factor x1.",
        [
            (p - y, "that is the slope with respect to z: multiply by x1."),
            ((y - p) * x, "the sign: the slope is p - y, so that a step against it raises p where y is 1."),
            (p * (1 - p) * (p - y) * x, "p - y holds the sigmoid's slope already."),
            ((p - y) + x, "slopes along one way multiply."),
        ],
        p=p,
        y=y,
        x=x,
    )


@family("week1a", 4, "6/6 What one line cannot do", "number")
def xor_sums(draw):
    w1, w2, b = draw.int(-6, 6, but=(0,)), draw.int(-6, 6, but=(0,)), draw.int(-6, 6, but=(0,))
    total = w1 + w2 + 2 * b
    return ask(
        f"Any neuron at the four corners of XOR: here z(0, 0) + z(1, 1) = {total}. What is z(0, 1) + z(1, 0)?",
        total,
        "both sums are w1 + w2 + 2 b. XOR needs the second above 0 and the first not: no neuron can do that.",
        [
            (-total, "XOR would need a different sign. But both sums are w1 + w2 + 2 b."),
            (0, "nothing cancels: both sums are w1 + w2 + 2 b."),
            (total + 1, "the two sums are equal for every w and b."),
            (total * 2, "the two sums are equal for every w and b."),
        ],
        total=total,
        w=(w1, w2),
        b=b,
    )


@family("week1a", 3, "4/Experiment: fit the line by hand", "what if")
def line_moved(draw):
    """From the experiment's simulate: every score moves by as much as b does."""
    from ....experiments.line_by_hand import simulate

    w, b, shift = (float(draw.pick(1, 2, -1)), float(draw.pick(-1, 1, 2))), draw.int(-5, 5), draw.pick(3, 5, -3, -5)
    scores = sorted(draw.distinct(5, -7, 7, but=(0, -shift)))
    by = [simulate(w1=w[0], w2=w[1], b=float(n))["z"] for n in (b, b + shift)]
    moved = [z + round(float((by[1] - by[0])[0])) for z in scores]
    key = sum(z > 0 for z in moved)
    before = sum(z > 0 for z in scores)
    return ask(
        f"The line by hand: five points have the scores {', '.join(map(str, scores))}. You {'raise' if shift > 0 else 'lower'} b by {abs(shift)} and leave w. "
        "How many points have z > 0 now?",
        key,
        f"b is added to every score, so each moves by {shift}: {', '.join(map(str, moved))}. The line moves {'against' if shift > 0 else 'along'} its arrow.",
        [
            (before, "that many had z > 0 before."),
            (sum(z > 0 for z in (s - shift for s in scores)), f"the sign: every score moves by {shift}, not by {-shift}."),
            (5 - key, "those are the points with z < 0 now."),
            (5 if shift > 0 else 0, "each score moves by the same number; some are still on the same side."),
            (abs(key - before), "that is how many change sides."),
        ],
        sort=WHOLE,
        scores=scores,
        shift=shift,
    )
