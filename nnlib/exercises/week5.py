"""Week 5: weight initialization (symmetry, variance forward and backward, Xavier, He, the critical gain, three repairs, a bug)."""

import numpy as np

from ..gradient_check import numerical_gradient
from .cards import QUIZZES, Question
from .exercise import exercise

# ---- symmetry


def layer_with_twins(rng):
    """W (3, n), b (1, n): twins up to rounding, and units that look alike if one looks carelessly."""
    a1, a2, a3, beta, other = rng.choice(np.arange(11, 99), 5, replace=False) / 100
    units = [
        [a1, a2, a3, beta],
        [a1, a2, a3, other],  # only the bias differs
        [a2, a1, a3, beta],  # the same numbers, in another order
        [a3, a2, a1, beta],
        [a1, a3 + 1, a2 - 2, beta],  # the same first weight
        [a1, a2 - 1, a3 + 2, beta],
        [a1, a3 - 1, a2 - 1, beta],
    ]
    units += rng.choice(np.arange(-99, -11), (int(rng.integers(3, 5)), 4), replace=False).tolist()
    units = np.array(units + units[:3] * 2 + units[-2:] * 4)
    units = units[rng.permutation(len(units))] + 1e-12 * rng.standard_normal(units.shape)
    return units[:, :3].T.copy(), units[:, 3:].T.copy()


def constant_layer_counts_one(answer, rng):
    W, b = np.full((4, 6), 0.1), np.zeros((1, 6))
    return int(answer(W, b)) == 1 or "a layer whose weights are all 0.1 has six equal units: your function must say 1 there."


@exercise(
    "week5.count_distinct_units",
    title="How many different units?",
    minutes=7,
    difficulty=2,
    importance=4,
    returns={"count": None},
    inputs=layer_with_twins,
    hints=(
        "A unit is a column of W together with its number in b. Two units are twins if all those numbers agree.",
        "Stack b under W, turn the result, so that each row is a unit, and round to 6 digits. Then count the different rows.",
        "units = np.vstack([W, b]).T.round(6), then np.unique(units, axis=0) and its length",
    ),
    properties=(("a layer of equal weights counts as 1", constant_layer_counts_one),),
)
def count_distinct_units(W, b):
    units = np.vstack([W, b]).T.round(6)
    return len(np.unique(units, axis=0))


@count_distinct_units.also_right
def _(W, b):
    return len({tuple(np.round([*W[:, j], b[0, j]], 6)) for j in range(W.shape[1])})


@count_distinct_units.also_right
def _(W, b):
    count = 0
    for j in range(W.shape[1]):
        twins = [np.abs(W[:, i] - W[:, j]).max() < 1e-6 and abs(b[0, i] - b[0, j]) < 1e-6 for i in range(j)]
        count += not any(twins)
    return count


@count_distinct_units.mistake(
    "this is the number of all units. Twins differ by rounding, about 1e-12: round to 6 digits before you compare."
)
def _(W, b):
    return len(np.unique(np.vstack([W, b]).T, axis=0))


@count_distinct_units.mistake(
    "the bias is left out. Two units with equal weights and different biases are different units: stack b under W."
)
def _(W, b):
    return len(np.unique(W.T.round(6), axis=0))


@count_distinct_units.mistake("you counted different rows. A unit is a column of W: turn the stack with .T, or use axis=1.")
def _(W, b):
    return len(np.unique(np.vstack([W, b]).round(6), axis=0))


@count_distinct_units.mistake("you counted different numbers. np.unique without an axis flattens the array: say axis=0, after .T.")
def _(W, b):
    return np.unique(np.vstack([W, b]).round(6)).size


@count_distinct_units.mistake("you looked at the first weight of each unit only. All weights and the bias must agree.")
def _(W, b):
    return np.unique(W[0].round(6)).size


@count_distinct_units.mistake(
    "you compared sums. Units with the same weights in another order have equal sums and do different things: compare number by number."
)
def _(W, b):
    return np.unique(np.vstack([W, b]).sum(axis=0).round(6)).size


@count_distinct_units.mistake(
    "this is the rank of W, at most the number of inputs. Different units may well be linear combinations of one another."
)
def _(W, b):
    return np.linalg.matrix_rank(W)


@count_distinct_units.mistake("this is how many units are copies of others. Asked for is how many different ones there are.")
def _(W, b):
    return W.shape[1] - len(np.unique(np.vstack([W, b]).T.round(6), axis=0))


@count_distinct_units.mistake("you counted different biases only. A unit is its weights and its bias: stack b under W.")
def _(W, b):
    return np.unique(b.round(6)).size


def unequal_labels(rng):
    ones = int(rng.choice([2, 3, 7, 8, 9]))
    return (rng.permutation(np.repeat([0, 1], [11 - ones, ones])),)


def nothing_left_to_gain(answer, rng):
    (y,) = unequal_labels(rng)
    b, L = answer(y)
    loss = lambda t: float(np.mean(np.log1p(np.exp(t[0])) - y * t[0]))  # noqa: E731
    point = np.array([float(b)])
    if abs(numerical_gradient(loss, point)[0]) > 1e-6:
        return "at your b the loss still has a slope: gradient descent would go on."
    return bool(np.isclose(loss(point), L)) or "L is not the loss at your b."


@exercise(
    "week5.end_of_zero_start",
    title="Where a zero start ends",
    minutes=6,
    difficulty=3,
    importance=3,
    returns={"b": None, "L": None},
    inputs=unequal_labels,
    hints=(
        "Only the output bias b moves, so every example gets the same logit b, and the same probability p = sigmoid(b). Which p is best?",
        "The gradient of the mean loss is p minus the mean of y: it is 0 where p is the share of ones. Solve sigmoid(b) = p for b.",
        "p = y.mean(); b = log(p / (1 - p)); L = -(p log p + (1 - p) log(1 - p))",
    ),
    properties=(("the slope of the loss at b is 0, and L is the loss there", nothing_left_to_gain),),
)
def end_of_zero_start(y):
    p = y.mean()
    b = np.log(p / (1 - p))
    L = -(p * np.log(p) + (1 - p) * np.log(1 - p))
    return b, L


@end_of_zero_start.also_right
def _(y):
    ones, zeros = (y == 1).sum(), (y == 0).sum()
    b = np.log(ones) - np.log(zeros)
    return b, np.mean(np.log(1 + np.exp(b)) - y * b)


@end_of_zero_start.mistake("that is the start, b = 0 and log 2. The output bias does learn: it moves until p is the share of ones.")
def _(y):
    return 0.0, np.log(2)


@end_of_zero_start.mistake("b is the share of ones itself. The bias is a logit: solve sigmoid(b) = p, which gives log(p / (1 - p)).")
def _(y):
    p = y.mean()
    return p, end_of_zero_start.reference(y)[1]


@end_of_zero_start.mistake(
    "b has the wrong sign: with more ones than zeros the logit is positive. It is log(p / (1 - p)), p the share of ones."
)
def _(y):
    b, L = end_of_zero_start.reference(y)
    return -b, L


@end_of_zero_start.mistake("b is right. L is still log 2, the loss at the start: put p into the loss.")
def _(y):
    return end_of_zero_start.reference(y)[0], np.log(2)


@end_of_zero_start.mistake("b is right. In L the zeros are missing: they cost -log(1 - p) each, and their share is 1 - p.")
def _(y):
    p = y.mean()
    return end_of_zero_start.reference(y)[0], -p * np.log(p)


@end_of_zero_start.mistake("b is right. L is in bits: the loss of this course uses the natural logarithm, np.log.")
def _(y):
    b, L = end_of_zero_start.reference(y)
    return b, L / np.log(2)


@end_of_zero_start.mistake("b is right. L lacks its minus sign: a cross-entropy is never negative.")
def _(y):
    b, L = end_of_zero_start.reference(y)
    return b, -L


@end_of_zero_start.mistake("b is sigmoid(p). It is the other way round: sigmoid(b) = p, so b = log(p / (1 - p)).")
def _(y):
    return 1 / (1 + np.exp(-y.mean())), end_of_zero_start.reference(y)[1]


@end_of_zero_start.mistake("b = log p is the logit only together with the zeros: log p - log(1 - p).")
def _(y):
    return np.log(y.mean()), end_of_zero_start.reference(y)[1]


# ---- variance, layer by layer


def relu_stack(rng):
    """q, widths, variances: three to five layers, no two widths alike, variances off every rule."""
    depth = int(rng.integers(3, 6))
    widths = rng.permutation(np.arange(3, 20))[: depth + 1]
    return np.asarray(rng.uniform(0.5, 2.0)), widths, rng.uniform(0.05, 0.4, depth)


def forward_variances(q, widths, variances, first=1.0, later=0.5, n=0, power=1.0, carry=True):
    """The prediction, with the settings in which wrong answers differ."""
    v, q_in = [], q * first
    for l in range(len(variances)):
        v.append(widths[l + n] * variances[l] ** power * q_in)
        q_in = v[-1] * later if carry else q * first
    return np.array(v)


def he_keeps_it(answer, rng):
    q, widths, _ = relu_stack(rng)
    v = np.asarray(answer(q, widths, 2 / widths[:-1]))
    return bool(np.allclose(v, 2 * q)) or "with Var W = 2/n_in every layer must have the same mean square, twice that of the data."


@exercise(
    "week5.predicted_mean_squares",
    title="Predict the variance, layer by layer",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"v": "(L,)"},
    inputs=relu_stack,
    hints=(
        "One layer multiplies the mean square that comes in by n_in * Var W. What comes into layer 1? And into the others?",
        "Layer 1 gets q. Every later layer gets half of what the layer before put out, because of the ReLU between them.",
        "A loop over l: q_in is q for l == 0, else v[l-1] / 2; append widths[l] * variances[l] * q_in; np.array(v) at the end",
    ),
    properties=(("with He's variances all layers have the same mean square", he_keeps_it),),
)
def predicted_mean_squares(q, widths, variances):
    v = []
    for l in range(len(variances)):
        q_in = q if l == 0 else v[l - 1] / 2
        v.append(widths[l] * variances[l] * q_in)
    return np.array(v)


@predicted_mean_squares.also_right
def _(q, widths, variances):
    return 2 * q * np.cumprod(np.asarray(widths)[:-1] * variances / 2)


@predicted_mean_squares.mistake("the half is missing: between two layers stands a ReLU, which halves the mean square.")
def _(*arguments):
    return forward_variances(*arguments, later=1.0)


@predicted_mean_squares.mistake(
    "all numbers are half of what they should be. Either you halved the data too, but no ReLU stands before layer 1; or these belong to a, not to z."
)
def _(*arguments):
    return forward_variances(*arguments, first=0.5)


@predicted_mean_squares.mistake("you took n_out. Each z is a sum over the n_in inputs of its layer: in layer l (from 0) that is widths[l].")
def _(*arguments):
    return forward_variances(*arguments, n=1)


@predicted_mean_squares.mistake("you took the root of the variances. Mean squares are multiplied by n_in * Var W, without a root.")
def _(*arguments):
    return forward_variances(*arguments, power=0.5)


@predicted_mean_squares.mistake("you squared the variances. The argument holds Var W already, not the standard deviation.")
def _(*arguments):
    return forward_variances(*arguments, power=2.0)


@predicted_mean_squares.mistake("the number of inputs is missing: z is a sum of n_in terms, and their variances add up.")
def _(q, widths, variances):
    return forward_variances(q, np.ones(len(widths)), variances)


@predicted_mean_squares.mistake("each layer starts again from q. What goes into a layer is what the layer before put out, halved.")
def _(*arguments):
    return forward_variances(*arguments, carry=False)


@predicted_mean_squares.mistake("these are standard deviations. Asked for are mean squares: leave out the root.")
def _(*arguments):
    return np.sqrt(forward_variances(*arguments))


@predicted_mean_squares.mistake("a ReLU multiplies the mean square by 1/2. You multiplied by 1/4: that would halve the standard deviation.")
def _(*arguments):
    return forward_variances(*arguments, later=0.25)


def small_network(rng):
    sizes = (4, 6, 3, 5)
    return rng.standard_normal((7, 4)) + 0.3, [rng.standard_normal((a, b)) * 0.6 + 0.1 for a, b in zip(sizes, sizes[1:])]


def walk(X, weights, measure, g=lambda Z: np.maximum(Z, 0)):
    """measure(Z) of every layer, with activation g."""
    A, out = X, []
    for W in weights:
        Z = A @ W
        out.append(measure(Z))
        A = g(Z)
    return np.array(out)


def mean_square(Z):
    return (Z**2).mean()


@exercise(
    "week5.measured_mean_squares",
    title="Measure it",
    minutes=8,
    difficulty=2,
    importance=5,
    returns={"v": "(L,)"},
    inputs=small_network,
    hints=(
        "Walk through the layers as in a forward pass. On the way, keep one number a layer.",
        "Z = A W, keep the mean of all entries of Z squared, then A = max(Z, 0) for the next layer. A starts as X.",
        "A, v = X, []; for W in weights: Z = A @ W; v.append((Z**2).mean()); A = ...; and np.array(v) at the end",
    ),
)
def measured_mean_squares(X, weights):
    A, v = X, []
    for W in weights:
        Z = A @ W
        v.append((Z**2).mean())
        A = np.maximum(Z, 0)
    return np.array(v)


@measured_mean_squares.also_right
def _(X, weights):
    v = np.zeros(len(weights))
    for l, W in enumerate(weights):
        X = X @ W
        v[l] = np.linalg.norm(X) ** 2 / X.size
        X = X * (X > 0)
    return v


@measured_mean_squares.mistake("you measured A, after the ReLU. The prediction is about Z: measure before np.maximum.")
def _(X, weights):
    return walk(X, weights, lambda Z: (np.maximum(Z, 0) ** 2).mean())


@measured_mean_squares.mistake("the ReLU is missing: what goes into the next layer is max(Z, 0).")
def _(X, weights):
    return walk(X, weights, mean_square, lambda Z: Z)


@measured_mean_squares.mistake(
    "np.var takes off the mean of these Z first. The prediction is about the mean of z squared, (Z**2).mean(): over all draws of W the mean of z is 0."
)
def _(X, weights):
    return walk(X, weights, np.var)


@measured_mean_squares.mistake("these are roots of mean squares. Asked for is the mean square itself.")
def _(X, weights):
    return np.sqrt(walk(X, weights, mean_square))


@measured_mean_squares.mistake(
    "these are standard deviations, Z.std(): asked for is the mean of Z squared, with no root and no mean taken off."
)
def _(X, weights):
    return walk(X, weights, np.std)


@measured_mean_squares.mistake("you squared the mean. Square each entry first, then take the mean: (Z**2).mean().")
def _(X, weights):
    return walk(X, weights, lambda Z: Z.mean() ** 2)


@measured_mean_squares.mistake("these are sums of squares. A mean over examples and units was asked for: .mean() in place of .sum().")
def _(X, weights):
    return walk(X, weights, lambda Z: (Z**2).sum())


@measured_mean_squares.mistake("the data went through a ReLU too. Layer 1 gets X as it is.")
def _(X, weights):
    return walk(np.maximum(X, 0), weights, mean_square)


@measured_mean_squares.mistake("the mean of |z| is not the mean of z squared: write (Z**2).mean().")
def _(X, weights):
    return walk(X, weights, lambda Z: np.abs(Z).mean())


@measured_mean_squares.mistake("you divided by the number of examples only. The mean runs over all entries of Z, examples and units.")
def _(X, weights):
    return walk(X, weights, lambda Z: (Z**2).sum() / len(Z))


def backward_variances(d, widths, variances, half=0.5, n=2, w=1, power=1.0, last=1.0):
    """The prediction for the gradients, with the settings in which wrong answers differ."""
    u = np.zeros(len(variances))
    u[-1] = d * last
    for l in range(len(u) - 2, -1, -1):
        u[l] = widths[l + n] * variances[l + w] ** power * u[l + 1] * half
    return u


def nudged_widths(answer, rng):
    d, widths, _ = relu_stack(rng)
    u = np.asarray(answer(d, widths, 2 / widths[1:]))
    return bool(np.allclose(u, d)) or "with Var W = 2/n_out the mean square of the gradient must be d in every layer."


@exercise(
    "week5.predicted_gradient_mean_squares",
    title="The same, backward",
    minutes=8,
    difficulty=4,
    importance=5,
    returns={"u": "(L,)"},
    inputs=relu_stack,
    hints=(
        "One step back is dA = dZ W^T, then dZ = dA * [Z > 0]. Over what does the first one sum? What does the second one do to the mean square?",
        "From dZ of layer l + 1 to dZ of layer l: times n_out of layer l + 1, times its Var W, times 1/2. The last layer has d.",
        "u = np.zeros(L); u[-1] = d; for l in reversed(range(L - 1)): u[l] = widths[l + 2] * variances[l + 1] * u[l + 1] / 2",
    ),
    properties=(("with Var W = 2/n_out all layers have the same mean square", nudged_widths),),
)
def predicted_gradient_mean_squares(d, widths, variances):
    L = len(variances)
    u = np.zeros(L)
    u[-1] = d
    for l in reversed(range(L - 1)):
        u[l] = widths[l + 2] * variances[l + 1] * u[l + 1] / 2
    return u


@predicted_gradient_mean_squares.also_right
def _(d, widths, variances):
    factors = np.asarray(widths)[2:] * np.asarray(variances)[1:] / 2
    return d * np.append(np.cumprod(factors[::-1])[::-1], 1.0)


@predicted_gradient_mean_squares.mistake(
    "you used n_in. Backward, dA = dZ W^T sums over the units of the layer, n_out: for the layer after l that is widths[l + 2]."
)
def _(*arguments):
    return backward_variances(*arguments, n=1)


@predicted_gradient_mean_squares.mistake("the half is missing: the mask [Z > 0] lets about half of the entries of dA through.")
def _(*arguments):
    return backward_variances(*arguments, half=1.0)


@predicted_gradient_mean_squares.mistake(
    "the variance of the wrong layer: from layer l + 1 back to layer l the weights of layer l + 1 count."
)
def _(*arguments):
    return backward_variances(*arguments, w=0)


@predicted_gradient_mean_squares.mistake("this runs from the first layer to the last. The gradient starts at the last one: u[-1] = d.")
def _(*arguments):
    return backward_variances(*arguments)[::-1]


@predicted_gradient_mean_squares.mistake("you took the root of the variances. Mean squares are multiplied by Var W itself.")
def _(*arguments):
    return backward_variances(*arguments, power=0.5)


@predicted_gradient_mean_squares.mistake("you halved the last layer too. d is the mean square of its dZ already, and no ReLU follows it.")
def _(*arguments):
    return backward_variances(*arguments, last=0.5)


@predicted_gradient_mean_squares.mistake("these are standard deviations. Asked for are mean squares: leave out the root.")
def _(*arguments):
    return np.sqrt(backward_variances(*arguments))


@predicted_gradient_mean_squares.mistake(
    "this is the forward prediction, started with d. Backward: start at the last layer, and use n_out."
)
def _(*arguments):
    return forward_variances(*arguments)


@predicted_gradient_mean_squares.mistake("the number of units is missing: each entry of dA is a sum of n_out terms.")
def _(d, widths, variances):
    return backward_variances(d, np.ones(len(widths)), variances)


@predicted_gradient_mean_squares.mistake(
    "the mask multiplies the mean square by 1/2. You multiplied by 1/4, as if the standard deviation were halved."
)
def _(*arguments):
    return backward_variances(*arguments, half=0.25)


# ---- the two rules


SIZES = ((5, 8), (8, 5), (4, 7), (7, 4), (9, 5), (5, 9), (11, 8), (8, 11))  # no two rules agree on these


def normal_draws(rng):
    n_in, n_out = SIZES[rng.integers(len(SIZES))]
    return (rng.standard_normal((n_in, n_out)),)


def uniform_draws(rng):
    n_in, n_out = SIZES[rng.integers(len(SIZES))]
    return (rng.uniform(-1, 1, (n_in, n_out)),)


def has_variance(formula, draw):
    """A property: on a large layer, not square, the variance of W is what the rule says, to 3 %."""

    def holds(answer, rng):
        n_in, n_out = 300, 100
        W = np.asarray(answer(draw(rng, (n_in, n_out))))
        ratio = W.var() / formula(n_in, n_out)
        return bool(abs(ratio - 1) < 0.03) or f"on a layer of 300 x 100 your variance is {ratio:.2f} times what the rule says."

    return holds


@exercise(
    "week5.xavier_from_uniform",
    title="Xavier, from uniform numbers",
    minutes=5,
    difficulty=2,
    importance=4,
    returns={"W": "U.shape"},
    inputs=uniform_draws,
    hints=(
        "Which variance does Xavier ask for? Which variance has U(-1, 1)? Scale the numbers so that one becomes the other.",
        "U(-a, a) has the variance a^2 / 3. Set it equal to 2 / (n_in + n_out) and solve for a.",
        "n_in, n_out = U.shape; W = U * np.sqrt(... / (n_in + n_out))",
    ),
    properties=(
        (
            "its variance is 2/(n_in + n_out)",
            has_variance(lambda n_in, n_out: 2 / (n_in + n_out), lambda rng, shape: rng.uniform(-1, 1, shape)),
        ),
    ),
)
def xavier_from_uniform(U):
    n_in, n_out = U.shape
    return U * np.sqrt(6 / (n_in + n_out))


@xavier_from_uniform.also_right
def _(U):
    return np.sqrt(3 * 2 / sum(U.shape)) * U


@xavier_from_uniform.mistake(
    "you scaled by the standard deviation, as for normal numbers. U(-1, 1) has variance 1/3, not 1: the bound is sqrt(3) times the std."
)
def _(U):
    return U * np.sqrt(2 / sum(U.shape))


@xavier_from_uniform.mistake(
    "this uses n_in alone. That is the bound of LeCun's rule; Xavier's has n_in + n_out: sqrt(6 / (n_in + n_out))."
)
def _(U):
    return U * np.sqrt(3 / U.shape[0])


@xavier_from_uniform.mistake("this uses n_in alone with a 6: that is He's bound, for ReLU. Xavier's has n_in + n_out.")
def _(U):
    return U * np.sqrt(6 / U.shape[0])


@xavier_from_uniform.mistake("the root is missing: a variance was asked for, the bound is its root (times sqrt 3).")
def _(U):
    return U * 6 / sum(U.shape)


@xavier_from_uniform.mistake("sqrt(3 / (n_in + n_out)) forgets the 2 in Xavier's variance 2/(n_in + n_out).")
def _(U):
    return U * np.sqrt(3 / sum(U.shape))


@xavier_from_uniform.mistake("you multiplied the two widths. Xavier's rule has their sum: n_in + n_out, two shapes, not U.size.")
def _(U):
    return U * np.sqrt(6 / U.size)


@xavier_from_uniform.mistake("1/sqrt(n_in) is the older rule, whose variance is 1/(3 n_in): with it the signal shrinks in each layer.")
def _(U):
    return U / np.sqrt(U.shape[0])


@xavier_from_uniform.mistake("the root stands over the 6 only: sqrt(6 / (n_in + n_out)) needs it over all.")
def _(U):
    return U * np.sqrt(6) / sum(U.shape)


@xavier_from_uniform.mistake("2/(n_in + n_out) is the variance. The bound a follows from a^2 / 3 = 2/(n_in + n_out).")
def _(U):
    return U * 2 / sum(U.shape)


@xavier_from_uniform.mistake("the numbers are as they came: scale them by the bound sqrt(6 / (n_in + n_out)).")
def _(U):
    return U


@exercise(
    "week5.he_from_normal",
    title="He, from normal numbers",
    minutes=3,
    difficulty=1,
    importance=5,
    returns={"W": "G.shape"},
    inputs=normal_draws,
    hints=(
        "G has variance 1. What must you multiply it by, to get He's variance?",
        "He's variance is 2/n_in, and a factor s multiplies the variance by s squared.",
        "n_in = G.shape[0]; W = G * np.sqrt(...)",
    ),
    properties=(("its variance is 2/n_in", has_variance(lambda n_in, n_out: 2 / n_in, lambda rng, shape: rng.standard_normal(shape))),),
)
def he_from_normal(G):
    n_in = G.shape[0]
    return G * np.sqrt(2 / n_in)


@he_from_normal.also_right
def _(G):
    return G / np.sqrt(len(G) / 2)


@he_from_normal.mistake("this is LeCun's 1/n_in. A ReLU halves the mean square, so He's rule has a 2: sqrt(2 / n_in).")
def _(G):
    return G * np.sqrt(1 / G.shape[0])


@he_from_normal.mistake("you used n_out. G has shape (n_in, n_out), and forward the sum runs over n_in: G.shape[0].")
def _(G):
    return G * np.sqrt(2 / G.shape[1])


@he_from_normal.mistake("the root is missing: 2/n_in is the variance, and numbers are scaled by the standard deviation.")
def _(G):
    return G * 2 / G.shape[0]


@he_from_normal.mistake("this is Xavier's variance, 2/(n_in + n_out). He's has n_in alone.")
def _(G):
    return G * np.sqrt(2 / sum(G.shape))


@he_from_normal.mistake("sqrt(6 / n_in) is the bound for uniform numbers. G is normal with variance 1: scale by sqrt(2 / n_in).")
def _(G):
    return G * np.sqrt(6 / G.shape[0])


@he_from_normal.mistake("the root stands over the 2 only: write np.sqrt(2 / n_in).")
def _(G):
    return G * np.sqrt(2) / G.shape[0]


@he_from_normal.mistake("you divided by the standard deviation. Multiply: W = G * sqrt(2 / n_in).")
def _(G):
    return G / np.sqrt(2 / G.shape[0])


@he_from_normal.mistake("you divided by the number of all weights. n_in is the number of rows, G.shape[0].")
def _(G):
    return G * np.sqrt(2 / G.size)


@he_from_normal.mistake("the numbers are as they came: scale them by sqrt(2 / n_in).")
def _(G):
    return G


# ---- the critical gain


def bent_line(rng):
    """g, a leaky ReLU with a step in it, and xi (500,), mean square exactly 1."""
    slope, shift = rng.uniform(0.1, 0.5), rng.uniform(0.1, 0.4)
    xi = rng.standard_normal(500)
    return (lambda z: np.where(z > 0, z, slope * z) + shift), xi / np.sqrt((xi**2).mean())


def known_gains(answer, rng):
    xi = np.random.default_rng(0).standard_normal(200)
    xi = np.concatenate([xi, -xi])
    xi = xi / np.sqrt((xi**2).mean())
    for name, g, gain in (("a linear layer", lambda z: z, 1.0), ("ReLU", lambda z: np.maximum(z, 0), np.sqrt(2))):
        if not np.isclose(answer(g, xi), gain):
            return f"for {name} your gain is {float(answer(g, xi)):.3f}, and the text derives another one."
    return True


@exercise(
    "week5.critical_gain",
    title="Find the critical gain",
    minutes=7,
    difficulty=3,
    importance=4,
    returns={"gain": None},
    inputs=bent_line,
    hints=(
        "Let z have mean square 1. What is the mean square of a = g(z)? By which factor must the next layer make up for it?",
        "With std gain / sqrt(n_in) a layer multiplies the mean square of a by gain^2. So gain^2 * E[g(xi)^2] = 1.",
        "1 / np.sqrt(np.mean(...))",
    ),
    properties=(("it gives 1 for a linear layer and the root of 2 for ReLU", known_gains),),
)
def critical_gain(g, xi):
    return 1 / np.sqrt(np.mean(g(xi) ** 2))


@critical_gain.also_right
def _(g, xi):
    a = g(xi)
    return np.sqrt((xi @ xi) / (a @ a))


@critical_gain.mistake(
    "this is gain squared: the root is missing. The standard deviation is gain / sqrt(n_in), the variance gain^2 / n_in."
)
def _(g, xi):
    return 1 / np.mean(g(xi) ** 2)


@critical_gain.mistake("this is what g does to the signal. The gain makes up for it: take 1 over it.")
def _(g, xi):
    return np.sqrt(np.mean(g(xi) ** 2))


@critical_gain.mistake("np.std takes off the mean of a. The next layer sums a with its mean: what counts is the mean of g(xi) squared.")
def _(g, xi):
    return 1 / np.std(g(xi))


@critical_gain.mistake("np.var takes off the mean of a, and the root is missing: write 1 / np.sqrt(np.mean(g(xi) ** 2)).")
def _(g, xi):
    return 1 / np.var(g(xi))


@critical_gain.mistake("you squared the mean. Square first, then take the mean: np.mean(g(xi) ** 2).")
def _(g, xi):
    return 1 / np.sqrt(np.mean(g(xi)) ** 2)


@critical_gain.mistake("the mean of |a| is not the root of the mean square: square, mean, root.")
def _(g, xi):
    return 1 / np.mean(np.abs(g(xi)))


@critical_gain.mistake("the root of 2 belongs to ReLU. Each g has its own gain: measure the mean of g(xi) squared.")
def _(g, xi):
    return np.sqrt(2)


@critical_gain.mistake("you took a sum. The mean over the numbers in xi was meant: np.mean(g(xi) ** 2).")
def _(g, xi):
    return 1 / np.sqrt(np.sum(g(xi) ** 2))


@critical_gain.mistake("you squared xi before g. Square what comes out: g(xi) ** 2.")
def _(g, xi):
    return 1 / np.sqrt(np.mean(g(xi**2)))


# ---- three repairs


def three_layers(rng):
    (G1,), (G2,) = normal_draws(rng), normal_draws(rng)
    return G1, G2, rng.uniform(0, 1, tuple(rng.permutation([4, 6, 8, 9])[:2]))


def xavier_std(G):
    return np.sqrt(2 / sum(G.shape))


def repaired(G1, G2, U3, one=None, two=None, three=None):
    """The right answer, with some of its three parts replaced."""
    W1 = G1 * np.sqrt(2 / len(G1)) if one is None else one(G1)
    W2 = G2 * xavier_std(G2) if two is None else two(G2)
    W3 = (2 * U3 - 1) * np.sqrt(3) * xavier_std(U3) if three is None else three(U3)
    return W1, W2, W3


@exercise(
    "week5.repaired_inits",
    title="Repair three bad starts",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"W1": "G1.shape", "W2": "G2.shape", "W3": "U3.shape"},
    inputs=three_layers,
    hints=(
        "For each of the three ask: are the units different? Is the mean of the weights 0? Is the variance what the activation asks for?",
        "1: equal units; draw with He's std. 2: 1/n_in is a variance, not a std; use Xavier's std. 3: the numbers are all positive; move U(0, 1) to U(-1, 1) first.",
        "W1 = G1 * sqrt(2 / n_in); W2 = G2 * sqrt(2 / (n_in + n_out)); W3 = (2 * U3 - 1) * sqrt(6 / (n_in + n_out)), each with its own shape",
    ),
)
def repaired_inits(G1, G2, U3):
    n_in, n_out = G1.shape
    W1 = G1 * np.sqrt(2 / n_in)
    n_in, n_out = G2.shape
    W2 = G2 * np.sqrt(2 / (n_in + n_out))
    n_in, n_out = U3.shape
    W3 = (2 * U3 - 1) * np.sqrt(6 / (n_in + n_out))
    return W1, W2, W3


@repaired_inits.also_right
def _(G1, G2, U3):
    a = np.sqrt(6 / sum(U3.shape))
    return np.sqrt(2 / G1.shape[0]) * G1, G2 / np.sqrt(sum(G2.shape) / 2), -a + 2 * a * U3


for message, parts in (
    ("W1 still has equal units. Use the drawn numbers: G1 times He's std, sqrt(2 / n_in).", {"one": lambda G: np.full(G.shape, 0.1)}),
    (
        "W1 is 0.1 plus noise: the units differ, but all weights are positive and nearly alike. Use G1 alone, times sqrt(2 / n_in).",
        {"one": lambda G: 0.1 + G * np.sqrt(2 / len(G))},
    ),
    (
        "W1 has Xavier's variance. Its layer feeds a ReLU, which halves the mean square: He's variance is 2/n_in.",
        {"one": lambda G: G * xavier_std(G)},
    ),
    ("W1 has LeCun's variance 1/n_in. Its layer feeds a ReLU: He's is 2/n_in.", {"one": lambda G: G / np.sqrt(len(G))}),
    ("W1 has n_out in place of n_in: G1 has shape (n_in, n_out).", {"one": lambda G: G * np.sqrt(2 / G.shape[1])}),
    (
        "W2 is as it was. 1/n_in is (LeCun's) variance, so as a std it is far too small: use sqrt(2 / (n_in + n_out)).",
        {"two": lambda G: G / len(G)},
    ),
    (
        "W2 has 1/n_in under a root: that is LeCun's rule, with n_in alone. Xavier's is sqrt(2 / (n_in + n_out)).",
        {"two": lambda G: G / np.sqrt(len(G))},
    ),
    ("W2 has He's variance. Its layer feeds a tanh: Xavier's is 2/(n_in + n_out).", {"two": lambda G: G * np.sqrt(2 / len(G))}),
    ("W2 lacks the root: 2/(n_in + n_out) is the variance.", {"two": lambda G: G * 2 / sum(G.shape)}),
    (
        "W3 is scaled, but its weights are still all positive. Move them first: 2 * U3 - 1 lies between -1 and 1.",
        {"three": lambda U: U * np.sqrt(6 / sum(U.shape))},
    ),
    (
        "W3 is centred, but U3 - 0.5 lies between -1/2 and 1/2: half as wide as U(-1, 1). Write 2 * U3 - 1.",
        {"three": lambda U: (U - 0.5) * np.sqrt(6 / sum(U.shape))},
    ),
    ("W3 is centred, but has the wrong size: multiply by the bound sqrt(6 / (n_in + n_out)).", {"three": lambda U: 2 * U - 1}),
    (
        "W3 is centred and scaled by a std. For uniform numbers the bound is sqrt(3) times the std: sqrt(6 / (n_in + n_out)).",
        {"three": lambda U: (2 * U - 1) * xavier_std(U)},
    ),
    ("W3 is as it was: all weights are positive. Move U3 to U(-1, 1), then scale.", {"three": lambda U: U}),
    (
        "nothing is repaired yet. Begin with W1: G1 times He's std.",
        {"one": lambda G: np.full(G.shape, 0.1), "two": lambda G: G / len(G), "three": lambda U: U},
    ),
):
    repaired_inits.mistake(message)(lambda G1, G2, U3, parts=parts: repaired(G1, G2, U3, **parts))


# ---- the bug


def truncated_draws(rng):
    n_in, n_out = SIZES[rng.integers(len(SIZES))]
    T = rng.standard_normal((n_in, n_out))
    while (outside := np.abs(T) > 2).any():
        T[outside] = rng.standard_normal(outside.sum())
    return T, np.asarray(0.87962566)


@exercise(
    "week5.truncated_he",
    title="Mend the truncated start",
    minutes=4,
    difficulty=2,
    importance=3,
    returns={"W": "T.shape"},
    inputs=truncated_draws,
    hints=(
        "T has the standard deviation c, not 1. Make it 1 first.",
        "T / c has the standard deviation 1. Then scale as He does.",
        "T / c * np.sqrt(2 / n_in)",
    ),
)
def truncated_he(T, c):
    n_in = T.shape[0]
    return T / c * np.sqrt(2 / n_in)


@truncated_he.also_right
def _(T, c):
    return T * np.sqrt(2 / (c**2 * len(T)))


@truncated_he.mistake("the correction is missing: the std of T is c, so this W is too small by the factor c in each layer.")
def _(T, c):
    return T * np.sqrt(2 / len(T))


@truncated_he.mistake("you multiplied by c: that makes W smaller still. Divide.")
def _(T, c):
    return T * c * np.sqrt(2 / len(T))


@truncated_he.mistake("you divided by c squared. c is the standard deviation, not the variance: divide by c.")
def _(T, c):
    return T / c**2 * np.sqrt(2 / len(T))


@truncated_he.mistake("you took the root of c. c is the standard deviation already: divide by c.")
def _(T, c):
    return T / np.sqrt(c) * np.sqrt(2 / len(T))


@truncated_he.mistake("corrected, but with n_out: T has shape (n_in, n_out), and He's variance is 2/n_in.")
def _(T, c):
    return T / c * np.sqrt(2 / T.shape[1])


@truncated_he.mistake("corrected, but without the root: 2/n_in is the variance.")
def _(T, c):
    return T / c * 2 / len(T)


@truncated_he.mistake("the std is now 1: scale it as He does, by sqrt(2 / n_in).")
def _(T, c):
    return T / c


@truncated_he.mistake("corrected, but with LeCun's 1/n_in: the layer feeds a ReLU, so the variance is 2/n_in.")
def _(T, c):
    return T / c / np.sqrt(len(T))


@truncated_he.mistake("you divided by the std of this one sample. It varies from draw to draw: divide by c, the std of the distribution.")
def _(T, c):
    return T / T.std() * np.sqrt(2 / len(T))


# ---- quiz

QUIZZES["week5"] = [
    Question(
        "A network with ReLU hidden units starts with all weights and biases at 0. What learns?",
        {
            "All hidden units learn the same thing.": "that is the constant start. At zero every hidden activation is 0 and every gradient of W is exactly 0.",
            "Only the output bias.": "all activations are 0 and nothing comes back through W = 0; what is left is db of the last layer.",
            "Nothing at all.": "the output bias has the gradient mean(p - y), which needs no hidden activation.",
        },
        "Only the output bias.",
    ),
    Question(
        "All weights start at 0.1. After long training, how many different hidden units has the layer?",
        {
            "One": "equal units get equal gradients, so they stay equal after every step.",
            "As many as the data need": "the data reach all units in the same way; nothing in them tells one unit from another.",
            "All are different, if the learning rate is high enough": "a larger step is the same larger step for every unit.",
        },
        "One",
    ),
    Question(
        "A ReLU layer has 500 inputs and 100 units. Which Var W keeps the mean square of z the same from layer to layer, forward?",
        {
            "2/100": "100 is n_out: this keeps the gradients, backward. Forward the sum runs over the 500 inputs.",
            "2/600": "this is Xavier's compromise between n_in and n_out, derived without a ReLU.",
            "1/500": "this is LeCun's, right for a linear layer: the ReLU halves the mean square, and the 2 makes up for it.",
            "2/500": "each z is a sum over 500 inputs, whose mean square the ReLU has halved: 500 * (2/500) / 2 = 1.",
        },
        "2/500",
    ),
    Question(
        "In a deep sigmoid network the histograms of the activations look fine in every layer. What do you conclude?",
        {
            "The start is fine.": "the spread over the units says nothing about the gradients, and nothing about whether examples still differ.",
            "Nothing yet: look at the gradients too.": "in this notebook such a network had gradients 1e12 times smaller in layer 1 than at the end.",
            "The weights are too large.": "too large weights would show as activations piled up at 0 and 1.",
        },
        "Nothing yet: look at the gradients too.",
    ),
    Question(
        "A deep tanh network starts with Var W = 1/n_in. What does the variance of the activations do with depth l?",
        {
            "It settles at a fixed value.": "each layer takes off about 2 q^2 more; there is no q > 0 at which that stops.",
            "It halves in every layer.": "that would be exponential, as for ReLU with this variance. Near 0 tanh is almost linear and takes off less and less.",
            "It falls like 1/(2l).": "from q -> q - 2 q^2 follows 1/q -> 1/q + 2: slow, and without end.",
        },
        "It falls like 1/(2l).",
    ),
]
