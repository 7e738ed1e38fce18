"""Week 5: equal units, variances forward and backward, mean squares, a start that can learn."""

from fractions import Fraction

import numpy as np

from ..family import SHARE, WHOLE, ask, by_reference, family, others, rows


@family("week5", 0, "1/Case 1: zeros, with ReLU", "number", of="week5.end_of_zero_start")
def zero_start_probability(draw):
    ones, zeros = draw.distinct(2, 1, 9)
    y = np.repeat([1, 0], [ones, zeros])
    key, wrong = by_reference("week5.end_of_zero_start", (y,), lambda b, L: 1 / (1 + np.exp(-b)))
    wrong = [
        (Fraction(1, 2), "that is where it starts. The output bias learns the share of ones."),
        (Fraction(zeros, ones + zeros), "that is the share of zeros."),
        (Fraction(ones, zeros) if ones < zeros else Fraction(zeros, ones), "those are the odds."),
        *wrong,
    ]
    return ask(
        f"All weights and biases start at 0, ReLU inside, one sigmoid output. {ones} of {ones + zeros} labels are 1. Which probability does every example end with?",
        key,
        "only the output bias moves: it ends at the share of ones.",
        wrong,
        sort=SHARE,
        y=y,
    )


@family("week5", 0, "1/Case 2: a constant", "number", of="week5.count_distinct_units")
def distinct_units(draw):
    kinds = [draw.ints(3, -2, 3) for _ in range(draw.int(2, 3))]
    units = draw.shuffled(kinds + [draw.pick(*kinds) for _ in range(2)])
    W, b = np.array(units, float).T[:2], np.array(units, float).T[2:]
    key, wrong = by_reference("week5.count_distinct_units", (W, b))
    wrong = [
        (len(units), "units with equal weights and equal bias count once."),
        (len(units) - int(key), "those are the copies."),
        (int(key) + 1, "two columns are the same."),
        (1, "they are not all alike."),
        *wrong,
    ]
    return ask(
        f"Hidden units are columns: W = {rows(W)}, b = {rows(b)}. How many different units does the layer have?",
        int(key),
        "a unit is its column of W with its bias.",
        wrong,
        sort=WHOLE,
        W=W,
        b=b,
    )


@family("week5", 0, "1/1 Symmetry: three starts that look alike", "words")
def which_start(draw):
    width = draw.int(4, 32)
    start, key = draw.pick(
        ("with all weights and biases 0, ReLU", "No hidden weight ever moves"),
        ("with all weights 0.5 and all biases 0, tanh", "All hidden units stay equal to one another"),
        ("with weights 0.1 plus a little noise, tanh", "The units part, slowly"),
    )
    reasons = {
        "No hidden weight ever moves": "that needs activations and weights of exactly 0: then every product is 0.",
        "All hidden units stay equal to one another": "that needs units that are exactly equal: equal units get equal gradients.",
        "The units part, slowly": "units that are exactly equal get equal gradients, and stay equal.",
        "It is as good as a random start": "a sum of nearly equal units is one unit: the differences must grow first.",
    }
    why = {
        "No hidden weight ever moves": "all activations and all weights on the way are 0, so all products are.",
        "All hidden units stay equal to one another": "equal units get equal gradients.",
        "The units part, slowly": "they differ by the noise, and training makes the differences grow.",
    }
    return ask(
        f"On the moons, {width} hidden units start {start}. What happens?",
        key,
        why[key],
        others(reasons, key),
        start=start,
    )


@family("week5", 1, "2/2 The variance, forward", "number")
def mean_square_of_score(draw):
    n, q, share = draw.pick(4, 10, 20, 50), draw.int(1, 4), draw.pick(1, 2, 5)
    var = Fraction(share, 2 * n)
    return ask(
        f"A unit adds {n} inputs with mean square {q}; its weights have mean 0 and variance {rows(float(var)) if len(rows(float(var))) < 6 else var}. What is the mean square of its score?",
        n * var * q,
        "n equal terms: n Var(w) times the mean square of the input.",
        [
            (var * q, "that is one term: there are n of them."),
            (n * n * var * q, "the mixed terms have mean 0: n terms remain, not n squared."),
            (n * var * q / 2, "the half belongs to a ReLU, which has not acted yet."),
            (n * var, "the size of the inputs counts, too."),
            (n * q, "the variance of the weights counts, too."),
        ],
        n=n,
        q=q,
        var=var,
    )


@family("week5", 1, "2/Through the ReLU", "number")
def he_variance(draw):
    n_in, n_out = draw.pick(4, 8, 10, 20, 25, 40, 50), draw.pick(3, 6, 15, 30, 60)
    return ask(
        f"He's rule: which variance do the weights of a ReLU layer with {n_in} inputs and {n_out} units get?",
        Fraction(2, n_in),
        "2 / n_in: the 2 makes up for the half that the ReLU takes.",
        [
            (Fraction(1, n_in), "that is LeCun's rule: the ReLU takes half."),
            (Fraction(2, n_out), "going forward, n_in numbers are added."),
            (Fraction(2, n_in + n_out), "that is Xavier's rule."),
            (Fraction(n_in, 2), "upside down: the more inputs, the smaller the weights."),
        ],
        n_in=n_in,
        n_out=n_out,
    )


@family("week5", 1, "3/Three rules, three names", "number")
def xavier_variance(draw):
    n_in, n_out = draw.pick((4, 6), (10, 30), (5, 15), (30, 10), (16, 4), (8, 12), (20, 60))
    return ask(
        f"Xavier's rule: which variance do the weights of a tanh layer with {n_in} inputs and {n_out} units get?",
        Fraction(2, n_in + n_out),
        "2 / (n_in + n_out), between what each direction wants.",
        [
            (Fraction(1, n_in + n_out), "a 2 is missing: the mean of n_in and n_out is half their sum."),
            (Fraction(2, n_in), "that is He's rule."),
            (Fraction(1, n_in), "that keeps the forward direction alone."),
            (Fraction(1, n_out), "that keeps the backward direction alone."),
            ((Fraction(1, n_in) + Fraction(1, n_out)) / 2, "that is the mean of the variances: the rule takes the mean of n_in and n_out."),
        ],
        n_in=n_in,
        n_out=n_out,
    )


def text_of_layers(widths, variances):
    return f"widths {'-'.join(map(str, widths))}, weight variances {', '.join(map(str, variances))}"


@family("week5", 2, "2/Predicted against measured", "number", of="week5.predicted_mean_squares")
def mean_squares_forward(draw):
    widths = [draw.pick(4, 8, 10), draw.pick(4, 8, 10), 5]
    variances = [Fraction(draw.int(1, 4), n) for n in widths[:2]]
    q = draw.int(1, 3)
    key, wrong = by_reference("week5.predicted_mean_squares", (float(q), widths, [float(v) for v in variances]), lambda v: v[1])
    first = widths[0] * variances[0] * q
    wrong = [
        (first, "that is the first layer."),
        (widths[1] * variances[1] * first, "the ReLU between the layers takes half of the mean square."),
        *wrong,
    ]
    return ask(
        f"ReLU layers: {text_of_layers(widths, variances)}; the input has mean square {q}. What mean square do you predict for the scores of layer 2?",
        key,
        "n Var(w) q for layer 1; half of it passes the ReLU; the same again for layer 2.",
        wrong,
        widths=widths,
        variances=variances,
        q=q,
    )


@family("week5", 2, "3/3 The variance, backward, and three rules", "number", of="week5.predicted_gradient_mean_squares")
def mean_squares_backward(draw):
    widths = [6, draw.pick(4, 8, 10), draw.pick(4, 10, 20)]
    variances = [Fraction(1, 6), Fraction(draw.int(1, 4), widths[2])]
    d = draw.int(1, 4)
    key, wrong = by_reference("week5.predicted_gradient_mean_squares", (float(d), widths, [float(v) for v in variances]), lambda u: u[0])
    full = widths[2] * variances[1] * d
    wrong = [
        (full, "the ReLU passes half of it: its slope is 0 for the other half."),
        (widths[1] * variances[1] * d / 2, "on the way back n_out numbers are added."),
        (d, "that is the last layer: go one layer back."),
        *wrong,
    ]
    return ask(
        f"ReLU layers: {text_of_layers(widths, variances)}. The scores of layer 2 have gradients with mean square {d}. What do you predict for those of layer 1?",
        key,
        "n_out Var(w) times it, and half of that passes the ReLU.",
        wrong,
        widths=widths,
        variances=variances,
        d=d,
    )


@family("week5", 2, "5/5 Thirty layers", "number")
def factor_through_depth(draw):
    c, layers = draw.pick((2, 2), (2, 3), (3, 2), (3, 3), (2, 4), (4, 2))
    way = draw.pick("large", "small")
    key = Fraction(c) ** layers
    key = key if way == "large" else 1 / key
    return ask(
        f"{layers} ReLU layers with He's rule, but every weight is {c} times as {way}. By what factor does the size (root mean square) of the last score change?",
        key,
        "each layer multiplies the size by the same factor, and factors multiply.",
        [
            (key**2, "that is the factor of the mean square: the size is its root."),
            (Fraction(c * layers) if way == "large" else Fraction(1, c * layers), "layers multiply; they do not add up."),
            (1 / key, "the other way round."),
            (Fraction(c) if way == "large" else Fraction(1, c), "that is one layer."),
            (1, "He's rule keeps the size only with its own weights."),
        ],
        c=c,
        layers=layers,
        way=way,
    )
