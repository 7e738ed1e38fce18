"""Week 4: losses and their gradients, from the squared error to a softmax cross-entropy that no logit can break."""

import numpy as np

from ..activations import sigmoid, softmax
from ..gradient_check import numerical_gradient
from .cards import QUIZZES, Question
from .exercise import exercise

# ---- the squared error


def outputs_and_targets(rng):
    """Z and Y of three outputs for six examples: m and k differ, so that dividing by the wrong one shows."""
    return rng.standard_normal((6, 3)), rng.standard_normal((6, 3))


def gradient_of_its_own_loss(answer, rng):
    Z, Y = outputs_and_targets(rng)
    numeric = numerical_gradient(lambda Z: float(answer(Z, Y)[0]), Z.copy())
    return np.allclose(answer(Z, Y)[1], numeric, atol=1e-7) or "your dZ is not the gradient of the loss that you return."


@exercise(
    "week4.mse",
    title="The mean squared error and its gradient",
    minutes=8,
    difficulty=2,
    importance=5,
    returns={"L": None, "dZ": "Z.shape"},
    inputs=outputs_and_targets,
    hints=(
        "Write the loss first: square every difference, add all of them, divide once. By what?",
        "L is the sum of (Z - Y)^2 over everything, divided by m. dZ is 2 (Z - Y) / m.",
        "m = len(Z); D = Z - Y; return (D**2).sum() / ..., 2 * D / ...",
    ),
    properties=(("dZ matches finite differences of the L you return", gradient_of_its_own_loss),),
)
def mse(Z, Y):
    m = len(Z)
    L = ((Z - Y) ** 2).sum() / m
    dZ = 2 * (Z - Y) / m
    return L, dZ


@mse.also_right
def _(Z, Y):
    return np.mean(np.sum((Z - Y) ** 2, axis=1)), (Z - Y) * (2 / Z.shape[0])


@mse.mistake(
    "np.mean also averages over the outputs: L and dZ are k times too small. By (1) the sum over outputs is divided by m alone: .sum() / len(Z)."
)
def _(Z, Y):
    return np.mean((Z - Y) ** 2), 2 * (Z - Y) / Z.size


@mse.mistake(
    "L is right, but dZ is divided by m times k: it belongs to np.mean over all entries, not to your L. Divide by m alone: 2 * (Z - Y) / len(Z)."
)
def _(Z, Y):
    return ((Z - Y) ** 2).sum() / len(Z), 2 * (Z - Y) / Z.size


@mse.mistake(
    "dZ is right, but L averages over the outputs too, so dZ is k times the gradient of the loss you print. Write .sum() / len(Z), no np.mean."
)
def _(Z, Y):
    return np.mean((Z - Y) ** 2), 2 * (Z - Y) / len(Z)


@mse.mistake("the factor 2 is missing in dZ: the slope of d squared is 2 d. It vanishes only in books that put 1/2 into the loss.")
def _(Z, Y):
    return ((Z - Y) ** 2).sum() / len(Z), (Z - Y) / len(Z)


@mse.mistake("your loss holds a 1/2, as some books have it. Here it does not: L = 1/m times the sum of squares, and dZ keeps its 2.")
def _(Z, Y):
    return ((Z - Y) ** 2).sum() / len(Z) / 2, (Z - Y) / len(Z)


@mse.mistake("the 1/m is missing in dZ. L is a mean over m examples, so each example's gradient is divided by m, here and nowhere else.")
def _(Z, Y):
    return ((Z - Y) ** 2).sum() / len(Z), 2 * (Z - Y)


@mse.mistake("the 1/m is missing twice: L is a mean over the examples, not a sum. Divide both by m = len(Z).")
def _(Z, Y):
    return ((Z - Y) ** 2).sum(), 2 * (Z - Y)


@mse.mistake("dZ has the wrong sign: if Z is above Y, raising Z raises the loss. Write Z - Y, in this order.")
def _(Z, Y):
    return ((Z - Y) ** 2).sum() / len(Z), 2 * (Y - Z) / len(Z)


@mse.mistake("L is an array with a loss for each example. Training needs one number: take the mean over the examples.")
def _(Z, Y):
    return ((Z - Y) ** 2).sum(axis=1), 2 * (Z - Y) / len(Z)


@mse.mistake("the root turns the loss into the RMSE, good for reading, but another function with another gradient. Leave np.sqrt out.")
def _(Z, Y):
    return np.sqrt(((Z - Y) ** 2).sum() / len(Z)), 2 * (Z - Y) / len(Z)


@mse.mistake("this is the absolute error and its slope, plus or minus 1. The squared error has (Z - Y)**2, with slope 2 (Z - Y).")
def _(Z, Y):
    return np.abs(Z - Y).sum() / len(Z), np.sign(Z - Y) / len(Z)


@mse.mistake("you divided by k, the number of outputs. The mean is over the m examples: len(Z), or Z.shape[0].")
def _(Z, Y):
    return ((Z - Y) ** 2).sum() / Z.shape[1], 2 * (Z - Y) / Z.shape[1]


@mse.mistake("the two are right, but in another order: return L, dZ.")
def _(Z, Y):
    return 2 * (Z - Y) / len(Z), ((Z - Y) ** 2).sum() / len(Z)


@mse.mistake(
    "dZ is right, but your loss holds a 1/2, whose gradient would have no 2. Here L is the sum of squares divided by m, without 1/2."
)
def _(Z, Y):
    return ((Z - Y) ** 2).sum() / len(Z) / 2, 2 * (Z - Y) / len(Z)


@mse.mistake("dZ was summed over the examples. Each output has a gradient of its own: dZ has the shape of Z.")
def _(Z, Y):
    return ((Z - Y) ** 2).sum() / len(Z), (2 * (Z - Y) / len(Z)).sum(axis=0)


@mse.mistake("L is an array with the square of each entry. It is one number: add them all, and divide by m.")
def _(Z, Y):
    return (Z - Y) ** 2, 2 * (Z - Y) / len(Z)


def column_and_labels(rng):
    """Z (m, 1) and y (m,): the pair that broadcasts to (m, m)."""
    m = int(rng.integers(5, 8))
    return rng.standard_normal((m, 1)), rng.standard_normal(m)


def what_happens(answer, Z, y):
    """What the answer returns, or the exception that it raised."""
    try:
        return answer(Z, y)
    except Exception as error:
        return error


def takes_a_column(answer, rng):
    Z, y = column_and_labels(rng)
    got, right = what_happens(answer, Z, y.reshape(-1, 1)), ((Z - y.reshape(-1, 1)) ** 2).sum() / len(Z)
    if isinstance(got, Exception) or not np.isclose(np.asarray(got, dtype=float), right).all():
        return "targets of shape (m, 1) fit Z as they are, but with them your function fails or gives another number: reshape only if y.ndim == 1."
    return True


def refuses_the_rest(answer, rng):
    Z, y = column_and_labels(rng)
    for bad in (y[:1], y[:-1], np.stack([y, y], axis=1), y[:1].reshape(1, 1)):
        got = what_happens(answer, Z, bad)
        if isinstance(got, ValueError):
            continue
        if isinstance(got, AssertionError):
            return "an assert can be switched off (python -O). Where a caller's data may be wrong, write raise ValueError(...)."
        if isinstance(got, Exception):
            return f"for Z (m, 1) and y {bad.shape} a {type(got).__name__} is raised, it must be a ValueError."
        if got is None or got is False or (np.ndim(got) == 0 and np.isnan(np.asarray(got, dtype=float))):
            return "for shapes that do not fit, something is returned (None, False or nan), and training would go on. Write raise ValueError(...)."
        if bad.size == 1:
            return "one target for m outputs was taken: it broadcasts to all rows. After the reshape compare y.shape with Z.shape, and raise ValueError."
        return f"targets of shape {bad.shape} for Z of shape {Z.shape} were taken: compare the two shapes and raise ValueError."
    return True


@exercise(
    "week4.column_mse",
    title="A loss that refuses what does not fit",
    minutes=6,
    difficulty=2,
    importance=4,
    returns={"L": None},
    inputs=column_and_labels,
    hints=(
        "Print Z.shape, y.shape and (Z - y).shape. Bring y into the shape of Z before you subtract.",
        "If y has one axis, make it a column. If its shape still differs from Z's, raise ValueError. Then the mean of the squares.",
        "if y.ndim == 1: y = y.reshape(...); if y.shape != ...: raise ValueError(f'...'); return ((Z - y) ** 2).sum() / len(Z)",
    ),
    properties=(("takes (m, 1) as well", takes_a_column), ("refuses four shapes that do not fit", refuses_the_rest)),
)
def column_mse(Z, y):
    if y.ndim == 1:
        y = y.reshape(-1, 1)
    if y.shape != Z.shape:
        raise ValueError(f"Z has shape {Z.shape}, y has shape {y.shape}: they must be equal")
    return ((Z - y) ** 2).sum() / len(Z)


@column_mse.also_right
def _(Z, y):
    return np.mean((Z - y.reshape(Z.shape)) ** 2)  # reshape itself raises ValueError where the sizes differ


@column_mse.mistake(
    "Z - y has shape (m, m): each output met each target, and the mean is over m * m numbers. First write y = y.reshape(-1, 1)."
)
def _(Z, y):
    return np.mean((Z - y) ** 2)


@column_mse.mistake("Z - y has shape (m, m), and all m * m squares were added up. First write y = y.reshape(-1, 1), then subtract.")
def _(Z, y):
    return ((Z - y) ** 2).sum() / len(Z)


@column_mse.mistake(
    "one target for m outputs was taken: it broadcasts to all rows. After the reshape compare y.shape with Z.shape, and raise ValueError."
)
def _(Z, y):
    return np.mean((Z - y.reshape(-1, 1)) ** 2)


@column_mse.mistake("an assert can be switched off (python -O). Where a caller's data may be wrong, write raise ValueError(...).")
def _(Z, y):
    y = y.reshape(-1, 1) if y.ndim == 1 else y
    assert y.shape == Z.shape
    return np.mean((Z - y) ** 2)


@column_mse.mistake(
    "for shapes that do not fit, something is returned (None, False or nan), and training would go on. Write raise ValueError(...)."
)
def _(Z, y):
    y = y.reshape(-1, 1) if y.ndim == 1 else y
    return np.mean((Z - y) ** 2) if y.shape == Z.shape else None


@column_mse.mistake(
    "targets of shape (m, 1) fit Z as they are, but with them your function fails or gives another number: reshape only if y.ndim == 1."
)
def _(Z, y):
    if y.shape != (len(Z),):
        raise ValueError("y must have shape (m,)")
    return np.mean((Z[:, 0] - y) ** 2)


@column_mse.mistake("the squares are added up, not averaged. L is a mean over the examples: divide by len(Z).")
def _(Z, y):
    return ((Z[:, 0] - y) ** 2).sum()


@column_mse.mistake("you compared the mean of Z with the mean of y: errors up and down cancel. Subtract example by example, then square.")
def _(Z, y):
    return (Z.mean() - y.mean()) ** 2


@column_mse.mistake("these are the squares of each example. L is one number: their mean.")
def _(Z, y):
    return (Z - y.reshape(-1, 1)) ** 2


@column_mse.mistake("you turned y into a row, so Z - y has shape (m, m). Z is a column: y.reshape(-1, 1).")
def _(Z, y):
    return (Z - y.reshape(1, -1)) ** 2


# ---- where the losses come from: what can be reached without looking at X


def labels_without_one_class(rng):
    """Labels of five classes, unequally many, not sorted, one class missing: its frequency is 0."""
    missing = int(rng.integers(1, 4))  # neither the first nor the last
    counts = rng.permutation([3, 5, 9, 14])
    y = np.repeat([c for c in range(5) if c != missing], counts)
    return rng.permutation(y), 5


def frequencies(y, k):
    return np.bincount(y, minlength=k) / len(y)


def entropy(q):
    return -sum(float(f * np.log(f)) for f in q if f > 0)


def constant_answers_cost_as_much(answer, rng):
    y, k = labels_without_one_class(rng)
    q = frequencies(y, k)
    costs = [-np.log(P[y]).mean() for P in (np.full(k, 1 / k), q)]
    return np.allclose(answer(y, k), costs) or "a network that always gives these probabilities has another cross-entropy."


@exercise(
    "week4.baseline_losses",
    title="Two losses to know before training",
    minutes=7,
    difficulty=3,
    importance=5,
    returns={"uniform": None, "frequent": None},
    inputs=labels_without_one_class,
    hints=(
        "Each example costs minus the log of the probability given to its class. What does everybody get who says 1/k each time?",
        "uniform = log k. frequent = minus the sum over the classes of q log q, with q the share of each class; where q is 0 the term is 0.",
        "q = np.bincount(y, minlength=k) / len(y); q = q[q > 0]; return np.log(...), -(q * ...).sum()",
    ),
    properties=(("equal to the cross-entropy of two constant answers", constant_answers_cost_as_much),),
)
def baseline_losses(y, k):
    q = np.bincount(y, minlength=k) / len(y)
    q = q[q > 0]
    return np.log(k), -(q * np.log(q)).sum()


@baseline_losses.also_right
def _(y, k):
    q = np.bincount(y) / len(y)
    return -np.log(1 / k), -np.log(q[y]).mean()


@baseline_losses.mistake("0 * log 0 is nan in NumPy. A class that never occurs adds nothing: leave it out with q = q[q > 0].")
def _(y, k):
    q = frequencies(y, k)
    return np.log(k), -(q * np.log(q)).sum()


@baseline_losses.mistake("uniform counts only the classes that occur in y. The network has k outputs, and says 1/k for each: np.log(k).")
def _(y, k):
    return np.log(len(np.unique(y))), entropy(frequencies(y, k))


@baseline_losses.mistake("you used the logarithm to base 2. The loss uses the natural one: np.log.")
def _(y, k):
    return np.log2(k), entropy(frequencies(y, k)) / np.log(2)


@baseline_losses.mistake("uniform is the probability 1/k. Asked for is the loss, minus its log: np.log(k).")
def _(y, k):
    return 1 / k, entropy(frequencies(y, k))


@baseline_losses.mistake("both have the wrong sign. The log of a probability is negative, the loss is minus that log.")
def _(y, k):
    return -np.log(k), -entropy(frequencies(y, k))


@baseline_losses.mistake("frequent has the wrong sign: the log of a share is negative, so put a minus before the sum.")
def _(y, k):
    return np.log(k), -entropy(frequencies(y, k))


@baseline_losses.mistake(
    "frequent is the cost of the commonest class alone. The rare classes cost more: average -log q over all examples, that is -(q * np.log(q)).sum()."
)
def _(y, k):
    return np.log(k), -np.log(frequencies(y, k).max())


@baseline_losses.mistake(
    "frequent averages -log q over the classes, each as much as the other. Every example counts once: weight each class by its share q."
)
def _(y, k):
    q = frequencies(y, k)
    return np.log(k), -np.log(q[q > 0]).mean()


@baseline_losses.mistake("frequent adds up -log q without its weight q. Every example counts once: -(q * np.log(q)).sum().")
def _(y, k):
    q = frequencies(y, k)
    return np.log(k), -np.log(q[q > 0]).sum()


@baseline_losses.mistake("frequent is a share of errors. Asked for is the cross-entropy of the answer q: -(q * np.log(q)).sum().")
def _(y, k):
    return np.log(k), 1 - frequencies(y, k).max()


@baseline_losses.mistake("uniform is log(1/k), a negative number. The loss is minus that: np.log(k).")
def _(y, k):
    return -np.log(k), entropy(frequencies(y, k))


@baseline_losses.mistake("these are sums over the examples. The loss is their mean: divide by len(y).")
def _(y, k):
    return len(y) * np.log(k), len(y) * entropy(frequencies(y, k))


@baseline_losses.mistake("the two are right, but in another order: return uniform, frequent.")
def _(y, k):
    return entropy(frequencies(y, k)), np.log(k)


@baseline_losses.mistake("uniform adds up the k classes. Each example has one class, and pays -log(1/k) once: np.log(k).")
def _(y, k):
    return k * np.log(k), entropy(frequencies(y, k))


@baseline_losses.mistake("frequent is log k as well. Its answer is not 1/k but the share of each class in y: -(q * np.log(q)).sum().")
def _(y, k):
    return np.log(k), np.log(k)


# ---- two classes: the sigmoid with its cross-entropy


def hard_logits(rng):
    """Logits (8, 1), half of them +-800 with either label, half near 0; not sorted."""
    z = np.r_[800.0, -800.0, 800.0, -800.0, 2 * rng.standard_normal(4)]
    y = np.r_[1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0]
    order = rng.permutation(8)
    return z[order].reshape(-1, 1), y[order].reshape(-1, 1)


def naive_bce(z, y):
    p = 1 / (1 + np.exp(-z))
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def agrees_with_the_naive_form(answer, rng):
    z, y = rng.uniform(-5, 5, (9, 1)), rng.integers(0, 2, (9, 1)).astype(float)
    return np.allclose(answer(z, y), naive_bce(z, y)) or "for logits between -5 and 5 it differs from the textbook formula (4)."


def turning_both_changes_nothing(answer, rng):
    z, y = hard_logits(rng)
    return np.allclose(answer(z, y), answer(-z, 1 - y)) or "calling class 1 class 0 must only turn the sign of z."


@exercise(
    "week4.binary_cross_entropy",
    title="Binary cross-entropy that no logit can break",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"losses": "(m, 1)"},
    inputs=hard_logits,
    hints=(
        "Never form p. Write the loss of one example in z alone, so that e is only ever raised to a negative power.",
        "max(z, 0) - y z + log(1 + e^-|z|), for each example.",
        "return np.maximum(z, 0) - ... + np.log1p(np.exp(-np.abs(...)))",
    ),
    properties=(
        ("equal to the textbook formula where that one works", agrees_with_the_naive_form),
        ("the same if the classes swap names", turning_both_changes_nothing),
    ),
)
def binary_cross_entropy(z, y):
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))


@binary_cross_entropy.also_right
def _(z, y):
    return np.logaddexp(0, z) - y * z


@binary_cross_entropy.also_right
def _(z, y):
    return np.logaddexp(0, np.where(y == 1, -z, z))


@binary_cross_entropy.mistake(
    "this is the textbook formula (4). At z = 800 the sigmoid rounds to 1, and log(1 - p) is log 0. Use (7), which never forms p."
)
def _(z, y):
    return naive_bce(z, y)


@binary_cross_entropy.mistake("e^z overflows at z = 800. Raise e only to -|z|, and let max(z, 0) carry the rest.")
def _(z, y):
    return np.log(1 + np.exp(z)) - y * z


@binary_cross_entropy.mistake("e^|z| overflows at z = 800. The power is negative: np.exp(-np.abs(z)).")
def _(z, y):
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(np.abs(z)))


@binary_cross_entropy.mistake("e^-z overflows at z = -800. The power is -|z|, never positive: np.exp(-np.abs(z)).")
def _(z, y):
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-z))


@binary_cross_entropy.mistake("the term max(z, 0) is missing: without it a confident error with y = 0 costs nothing.")
def _(z, y):
    return -y * z + np.log1p(np.exp(-np.abs(z)))


@binary_cross_entropy.mistake("the term log(1 + e^-|z|) is missing. It is what remains near z = 0, where nobody is sure: log 2.")
def _(z, y):
    return np.maximum(z, 0) - y * z


@binary_cross_entropy.mistake("the sign of y z is turned: a large z with y = 1 is right, so it must lower the loss. Write - y * z.")
def _(z, y):
    return np.maximum(z, 0) + y * z + np.log1p(np.exp(-np.abs(z)))


@binary_cross_entropy.mistake("the classes are swapped: z speaks for y = 1, so the middle term is - y * z, not - (1 - y) * z.")
def _(z, y):
    return np.maximum(z, 0) - (1 - y) * z + np.log1p(np.exp(-np.abs(z)))


@binary_cross_entropy.mistake("you took |z| for max(z, 0): for negative z the first term is 0. Write np.maximum(z, 0).")
def _(z, y):
    return np.abs(z) - y * z + np.log1p(np.exp(-np.abs(z)))


@binary_cross_entropy.mistake(
    "nan_to_num hides the nan, and turns the loss of a confident error into 1.8e308. Mend the cause: use (7), which never forms p."
)
def _(z, y):
    return np.nan_to_num(naive_bce(z, y))


@binary_cross_entropy.mistake("this is the squared error of the probability, (p - y)^2. Asked for is the cross-entropy, by (7).")
def _(z, y):
    return (sigmoid(z) - y) ** 2


@binary_cross_entropy.mistake("asked for is the loss of each example, shape (m, 1). Leave the mean out: it comes later.")
def _(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


@binary_cross_entropy.mistake(
    "this is (6), right for z >= 0 only: at z = -800 the power e^-z overflows. Use (7), where the power is e^-|z|."
)
def _(z, y):
    return (1 - y) * z + np.log1p(np.exp(-z))


@binary_cross_entropy.mistake(
    "where y = 0 and z = 800, e^z overflows. Use (7) for all: the power is e^-|z|, and max(z, 0) carries the rest."
)
def _(z, y):
    return np.where(y == 1, np.log1p(np.exp(-z)), np.log1p(np.exp(z)))


@binary_cross_entropy.mistake("the log of the last term is missing: log(1 + e^-|z|), that is np.log1p(np.exp(-np.abs(z))).")
def _(z, y):
    return np.maximum(z, 0) - y * z + np.exp(-np.abs(z))


@binary_cross_entropy.mistake("the e of the last term is missing: log(1 + e^-|z|), that is np.log1p(np.exp(-np.abs(z))).")
def _(z, y):
    return np.maximum(z, 0) - y * z + np.log1p(-np.abs(z))


@binary_cross_entropy.mistake("the losses are right, but they have lost their axis: z is (m, 1), so return (m, 1).")
def _(z, y):
    return (np.logaddexp(0, z) - y * z).ravel()


def store_clipped(eps):
    """p held away from 0 and 1 by eps, the usual patch; and eps added inside the log, the other one."""

    @binary_cross_entropy.mistake(
        f"p is clipped at {eps:g}: no nan, but every confident error costs the same {-np.log(eps):.1f}, "
        "and learns nothing more. The true loss at z = 800, y = 0 is 800. Use (7)."
    )
    def _(z, y):
        p = np.clip(sigmoid(z), eps, 1 - eps)
        return -(y * np.log(p) + (1 - y) * np.log(1 - p))

    @binary_cross_entropy.mistake(
        f"{eps:g} is added inside the log: no nan, but the loss of a confident error stops at {-np.log(eps):.1f}. "
        "The true one at z = 800, y = 0 is 800. Use (7)."
    )
    def _(z, y):
        p = sigmoid(z)
        return -(y * np.log(p + eps) + (1 - y) * np.log(1 - p + eps))


for eps in (1e-7, 1e-8, 1e-10, 1e-12, 1e-15):
    store_clipped(eps)


def bce_nudged(answer, rng):
    z, y = rng.uniform(-5, 5, (7, 1)), rng.integers(0, 2, (7, 1)).astype(float)
    numeric = numerical_gradient(lambda z: float(naive_bce(z, y).mean()), z.copy())
    return np.allclose(answer(z, y), numeric, atol=1e-8) or "your dZ is not the gradient of the mean of the losses."


@exercise(
    "week4.binary_cross_entropy_gradient",
    title="The gradient of the binary cross-entropy",
    minutes=5,
    difficulty=2,
    importance=5,
    returns={"dZ": "(m, 1)"},
    inputs=hard_logits,
    hints=(
        "After all the cancelling, one difference is left. What does the network say, and what should it say?",
        "dZ = (p - y) / m, with p the sigmoid of z. Compute p so that e is never raised to a positive power.",
        "e = np.exp(-np.abs(z)); p = np.where(z >= 0, 1, e) / (1 + e); return ...",
    ),
    properties=(("matches finite differences of the mean loss", bce_nudged),),
)
def binary_cross_entropy_gradient(z, y):
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, e) / (1 + e)
    return (p - y) / len(z)


@binary_cross_entropy_gradient.also_right
def _(z, y):
    return (0.5 * (1 + np.tanh(z / 2)) - y) / len(z)


@binary_cross_entropy_gradient.mistake(
    "the 1/m is missing. The loss is a mean over the examples, and here is where it enters: (p - y) / len(z)."
)
def _(z, y):
    return sigmoid(z) - y


@binary_cross_entropy_gradient.mistake("the sign is turned: p - y, not y - p. If p is above y, raising z raises the loss.")
def _(z, y):
    return (y - sigmoid(z)) / len(z)


@binary_cross_entropy_gradient.mistake(
    "the two factors of the chain rule stand there one by one: at z = 800 the first divides by 1 - p = 0. Cancel on paper first: (p - y) / m."
)
def _(z, y):
    p = 1 / (1 + np.exp(-z))
    return (-y / p + (1 - y) / (1 - p)) * p * (1 - p) / len(z)


@binary_cross_entropy_gradient.mistake(
    "this is the gradient for p, and it divides by 0 where p is 0 or 1. Asked for is dZ: the sigmoid's slope cancels it."
)
def _(z, y):
    p = 1 / (1 + np.exp(-z))
    return (-y / p + (1 - y) / (1 - p)) / len(z)


@binary_cross_entropy_gradient.mistake(
    "the slope p (1 - p) came in a second time: p - y is already the gradient for z. At z = -10 your network would hardly learn."
)
def _(z, y):
    p = sigmoid(z)
    return (p - y) * p * (1 - p) / len(z)


@binary_cross_entropy_gradient.mistake(
    "this is the gradient of the squared error behind a sigmoid, 2 (p - y) p (1 - p). For the cross-entropy it is p - y."
)
def _(z, y):
    p = sigmoid(z)
    return 2 * (p - y) * p * (1 - p) / len(z)


@binary_cross_entropy_gradient.mistake("there is no factor 2: that belongs to the squared error. The gradient is (p - y) / m.")
def _(z, y):
    return 2 * (sigmoid(z) - y) / len(z)


@binary_cross_entropy_gradient.mistake(
    "e^z / (1 + e^z) is inf / inf at z = 800. Use e = np.exp(-np.abs(z)), and np.where for the two signs of z."
)
def _(z, y):
    return (np.exp(z) / (1 + np.exp(z)) - y) / len(z)


@binary_cross_entropy_gradient.mistake(
    "z - y compares the logit with the label. What is compared with the label is the probability, the sigmoid of z."
)
def _(z, y):
    return (z - y) / len(z)


@binary_cross_entropy_gradient.mistake(
    "this compares decisions, 0 or 1, with labels: the rule of the perceptron. The loss wants the probability: p - y."
)
def _(z, y):
    return ((z > 0) - y) / len(z)


@binary_cross_entropy_gradient.mistake("the labels are missing: the gradient is p - y, not p.")
def _(z, y):
    return sigmoid(z) / len(z)


@binary_cross_entropy_gradient.mistake(
    "asked for is one number for each example, shape (m, 1). The mean over examples is in the loss, not here."
)
def _(z, y):
    return np.mean(sigmoid(z) - y)


@binary_cross_entropy_gradient.mistake(
    "this is the sigmoid of |z|: for negative z it is 1 - p. With e = np.exp(-np.abs(z)) write np.where(z >= 0, 1, e) / (1 + e)."
)
def _(z, y):
    return (sigmoid(np.abs(z)) - y) / len(z)


@binary_cross_entropy_gradient.mistake("your p is the probability of class 0: the sigmoid has e^-z below, 1 / (1 + e^-z).")
def _(z, y):
    return (sigmoid(-z) - y) / len(z)


@binary_cross_entropy_gradient.mistake("the losses themselves are returned. Asked for is their gradient, (p - y) / m.")
def _(z, y):
    return np.logaddexp(0, z) - y * z


# ---- several classes: logsumexp, and the softmax with its cross-entropy


def far_away_rows(rng):
    """Scores (5, 5): rows near 1000, -1000 and 0, one with a single score at 2000, one at about 750; not in this order."""
    Z = rng.standard_normal((5, 5)) + np.array([[1000.0], [-1000.0], [0.0], [0.0], [0.0]])
    Z[3, int(rng.integers(5))] += 2000.0
    Z[4, int(rng.integers(5))] += 750.0  # 750 above the smallest, 600 above the mean: e^600 does not overflow, e^750 does
    return (Z[rng.permutation(5)],)


def shift_comes_through(answer, rng):
    Z = rng.standard_normal((3, 4))
    for c in (5.0, -700.0, 1e6):
        if not np.allclose(answer(Z + c), answer(Z) + c):
            return "adding c to every score of a row must add exactly c to its logsumexp."
    return True


def just_above_the_maximum(answer, rng):
    Z = 10 * rng.standard_normal((6, 4))
    above = np.asarray(answer(Z)) - Z.max(axis=1, keepdims=True)
    return bool((above > 0).all() and (above <= np.log(4) + 1e-12).all()) or "it must lie between the maximum and the maximum plus log k."


@exercise(
    "week4.logsumexp",
    title="logsumexp",
    minutes=7,
    difficulty=3,
    importance=5,
    returns={"s": "(m, 1)"},
    inputs=far_away_rows,
    hints=(
        "Take the same number c off every score of a row. What has to be added at the end? Which c makes every power of e harmless?",
        "c + log of the sum of e^(z - c), with c the largest score of the row.",
        "c = Z.max(axis=..., keepdims=True); return c + np.log(np.exp(...).sum(axis=..., keepdims=True))",
    ),
    properties=(
        ("a shift of the row comes through unchanged", shift_comes_through),
        ("between max and max + log k", just_above_the_maximum),
    ),
)
def logsumexp(Z):
    c = Z.max(axis=1, keepdims=True)
    return c + np.log(np.exp(Z - c).sum(axis=1, keepdims=True))


@logsumexp.also_right
def _(Z):
    return np.logaddexp.reduce(Z, axis=1, keepdims=True)


@logsumexp.mistake("e^1000 overflows to inf, and e^-1000 is 0, with log 0 = -inf. Take the row's maximum off first, and add it again.")
def _(Z):
    return np.log(np.exp(Z).sum(axis=1, keepdims=True))


@logsumexp.mistake("the maximum was taken off and not added again: the result belongs to the shifted row. Add c at the end.")
def _(Z):
    return np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))


@logsumexp.mistake("c was taken off twice. What went out inside must come back outside: c + log(...).")
def _(Z):
    c = Z.max(axis=1, keepdims=True)
    return np.log(np.exp(Z - c).sum(axis=1, keepdims=True)) - c


@logsumexp.mistake(
    "c is the maximum of the whole matrix: rows far below it become all zeros, with log 0 = -inf. Take each row's own: axis=1."
)
def _(Z):
    return Z.max() + np.log(np.exp(Z - Z.max()).sum(axis=1, keepdims=True))


@logsumexp.mistake("c is the mean of the row. If one score is 1600 above the mean, its power still overflows. Take the maximum.")
def _(Z):
    c = Z.mean(axis=1, keepdims=True)
    return c + np.log(np.exp(Z - c).sum(axis=1, keepdims=True))


@logsumexp.mistake("c is the smallest score of the row, so the powers are all positive and can overflow. Take the largest.")
def _(Z):
    c = Z.min(axis=1, keepdims=True)
    return c + np.log(np.exp(Z - c).sum(axis=1, keepdims=True))


@logsumexp.mistake("c is the largest size, |z|. For a row near -1000 that is +1000, and every power becomes 0. Take Z.max, with its sign.")
def _(Z):
    c = np.abs(Z).max(axis=1, keepdims=True)
    return c + np.log(np.exp(Z - c).sum(axis=1, keepdims=True))


@logsumexp.mistake("the result has lost its axis. Write keepdims=True in the maximum and in the sum, so that it is (m, 1).")
def _(Z):
    c = Z.max(axis=1)
    return c + np.log(np.exp(Z - c[:, None]).sum(axis=1))


@logsumexp.mistake("you went down the columns, which mixes examples. The scores of one example stand in a row: axis=1.")
def _(Z):
    c = Z.max(axis=0, keepdims=True)
    return c + np.log(np.exp(Z - c).sum(axis=0, keepdims=True))


@logsumexp.mistake("this is the maximum alone. The log of the sum is what is still to be added: it is log k if all scores are equal.")
def _(Z):
    return Z.max(axis=1, keepdims=True)


@logsumexp.mistake("you took the mean of the powers. The softmax divides by their sum: .sum, not .mean.")
def _(Z):
    c = Z.max(axis=1, keepdims=True)
    return c + np.log(np.exp(Z - c).mean(axis=1, keepdims=True))


@logsumexp.mistake("log1p adds a 1 that is not there: that is the two-class formula with a score of 0. Write np.log.")
def _(Z):
    c = Z.max(axis=1, keepdims=True)
    return c + np.log1p(np.exp(Z - c).sum(axis=1, keepdims=True))


@logsumexp.mistake("the log of the sum is missing: c + np.log(...).")
def _(Z):
    c = Z.max(axis=1, keepdims=True)
    return c + np.exp(Z - c).sum(axis=1, keepdims=True)


@logsumexp.mistake(
    "all rows were added up into one number. Each example has its own: axis=1, keepdims=True, in the maximum and in the sum."
)
def _(Z):
    return Z.max() + np.log(np.exp(Z - Z.max()).sum())


@logsumexp.mistake("without keepdims=True the maxima lie along the columns, each taken off the wrong scores. Write keepdims=True in both.")
def _(Z):
    return Z.max(axis=1) + np.log(np.exp(Z - Z.max(axis=1)).sum(axis=1))


@logsumexp.mistake("this is the softmax. Asked for is one number for each row, the log of the sum of its powers.")
def _(Z):
    return softmax(Z)


@logsumexp.mistake(
    "clipping the scores keeps e^ finite and gives wrong numbers: scores of 1000 and 2000 become the same. Take the row's maximum off."
)
def _(Z):
    return np.log(np.exp(np.clip(Z, -700, 700)).sum(axis=1, keepdims=True))


def hard_scores(rng):
    """Scores (6, 4) and labels: rows near +-1000, one where the right class lies 900 below the best, one where a wrong class does."""
    Z = 2 * rng.standard_normal((6, 4)) + np.array([[1000.0], [-1000.0], [0.0], [0.0], [0.0], [0.0]])
    y = rng.permutation([0, 1, 2, 3, 3, 1])
    Z[5, y[5]] -= 900.0
    Z[4, (y[4] + 1) % 4] -= 900.0  # a wrong class far below: 0 * log 0 for whoever writes Y * log(P)
    order = rng.permutation(6)
    return Z[order], y[order]


def stable_loss(Z, y):
    c = Z.max(axis=1, keepdims=True)
    s = c + np.log(np.exp(Z - c).sum(axis=1, keepdims=True))
    return (s[:, 0] - Z[np.arange(len(y)), y]).mean()


def stable_gradient(Z, y):
    return (softmax(Z) - np.eye(Z.shape[1])[y]) / len(y)


def softmax_nudged(answer, rng):
    Z, y = 2 * rng.standard_normal((5, 4)), rng.permutation([0, 1, 2, 3, 3])
    numeric = numerical_gradient(lambda Z: float(answer(Z, y)[0]), Z.copy())
    return np.allclose(answer(Z, y)[1], numeric, atol=1e-7) or "your dZ is not the gradient of the loss that you return."


@exercise(
    "week4.softmax_cross_entropy",
    title="Softmax cross-entropy, stable, with its gradient",
    minutes=10,
    difficulty=4,
    importance=5,
    returns={"L": None, "dZ": "Z.shape"},
    inputs=hard_scores,
    hints=(
        "Do not take the log of a softmax: the softmax may have rounded to 0. Write the loss with logsumexp.",
        "The loss of an example is logsumexp(z) - z_y; L is the mean. dZ = (P - Y) / m.",
        "S = Z - Z.max(...); E = np.exp(S); total = E.sum(...); right = S[np.arange(m), y]; L = (np.log(total[:, 0]) - right).mean(); ...",
    ),
    properties=(("dZ matches finite differences of the L you return", softmax_nudged),),
)
def softmax_cross_entropy(Z, y):
    m, k = Z.shape
    S = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(S)
    total = E.sum(axis=1, keepdims=True)
    L = (np.log(total[:, 0]) - S[np.arange(m), y]).mean()
    dZ = (E / total - np.eye(k)[y]) / m
    return L, dZ


@softmax_cross_entropy.also_right
def _(Z, y):
    logP = Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)
    Y = np.eye(Z.shape[1])[y]
    return -(Y * logP).sum() / len(y), (np.exp(logP) - Y) / len(y)


@softmax_cross_entropy.mistake("e^Z overflows for scores near 1000, and becomes 0 near -1000: nan. Take the maximum of each row off first.")
def _(Z, y):
    E = np.exp(Z)
    P = E / E.sum(axis=1, keepdims=True)
    return -np.log(P[np.arange(len(y)), y]).mean(), (P - np.eye(Z.shape[1])[y]) / len(y)


@softmax_cross_entropy.mistake(
    "dZ is right. L is the log of a probability that rounded to 0: write it as log(sum of e^s) - s_y, with s the shifted scores."
)
def _(Z, y):
    return -np.log(softmax(Z)[np.arange(len(y)), y]).mean(), stable_gradient(Z, y)


@softmax_cross_entropy.mistake(
    "dZ is right. L is nan: where Y is 0, Y * log(P) is 0 * -inf. Pick the right class by its index, and use log(sum of e^s) - s_y."
)
def _(Z, y):
    return -(np.eye(Z.shape[1])[y] * np.log(softmax(Z))).sum() / len(y), stable_gradient(Z, y)


@softmax_cross_entropy.mistake("L adds up the examples: it is their mean. dZ is divided by m already, so the two do not belong together.")
def _(Z, y):
    return stable_loss(Z, y) * len(y), stable_gradient(Z, y)


@softmax_cross_entropy.mistake("the 1/m is missing in dZ. L is a mean over the examples, and here is where 1/m enters, once.")
def _(Z, y):
    return stable_loss(Z, y), stable_gradient(Z, y) * len(y)


@softmax_cross_entropy.mistake("dZ is divided by m times k. L is a mean over the m examples alone: (P - Y) / m.")
def _(Z, y):
    return stable_loss(Z, y), stable_gradient(Z, y) / Z.shape[1]


@softmax_cross_entropy.mistake("dZ has the wrong sign: P - Y, for raising the score of a wrong class raises the loss.")
def _(Z, y):
    return stable_loss(Z, y), -stable_gradient(Z, y)


@softmax_cross_entropy.mistake("L has the wrong sign: it is logsumexp minus the right score, never negative.")
def _(Z, y):
    return -stable_loss(Z, y), stable_gradient(Z, y)


@softmax_cross_entropy.mistake("L lacks the score of the right class: it is logsumexp(z) - z_y. As it stands, the labels do not matter.")
def _(Z, y):
    return np.logaddexp.reduce(Z, axis=1).mean(), stable_gradient(Z, y)


@softmax_cross_entropy.mistake(
    "L mixes shifted and unshifted scores: if the maximum is off inside the log, take it off z_y too. Both from S = Z - Z.max(...)."
)
def _(Z, y):
    S = Z - Z.max(axis=1, keepdims=True)
    return (np.log(np.exp(S).sum(axis=1)) - Z[np.arange(len(y)), y]).mean(), stable_gradient(Z, y)


@softmax_cross_entropy.mistake("Z[:, y] takes whole columns, m times m numbers. The right class of each row is Z[np.arange(m), y].")
def _(Z, y):
    return (np.logaddexp.reduce(Z, axis=1, keepdims=True) - Z[:, y]).mean(), stable_gradient(Z, y)


@softmax_cross_entropy.mistake("the slope p (1 - p) came in a second time: P - Y is already the gradient for the scores.")
def _(Z, y):
    P = softmax(Z)
    return stable_loss(Z, y), stable_gradient(Z, y) * P * (1 - P)


@softmax_cross_entropy.mistake("L is right. In dZ the labels are missing: take Y off, the one-hot rows np.eye(k)[y].")
def _(Z, y):
    return stable_loss(Z, y), softmax(Z) / len(y)


@softmax_cross_entropy.mistake(
    "L is right. dZ is the gradient for P, -Y / P: one step is left, back through the softmax. Together: (P - Y) / m."
)
def _(Z, y):
    return stable_loss(Z, y), -np.eye(Z.shape[1])[y] / softmax(Z) / len(y)


@softmax_cross_entropy.mistake("L is one number for each example. Training needs their mean.")
def _(Z, y):
    return np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(y)), y], stable_gradient(Z, y)


@softmax_cross_entropy.mistake("the two are right, but in another order: return L, dZ.")
def _(Z, y):
    return stable_gradient(Z, y), stable_loss(Z, y)


@softmax_cross_entropy.mistake("Z has all k scores of a row: from the logsumexp only the right one is taken off, Z[np.arange(m), y].")
def _(Z, y):
    return (np.logaddexp.reduce(Z, axis=1, keepdims=True) - Z).mean(), stable_gradient(Z, y)


@softmax_cross_entropy.mistake(
    "L averages over m times k entries, of which only m count. Divide the sum by m, or pick the right class first."
)
def _(Z, y):
    return stable_loss(Z, y) / Z.shape[1], stable_gradient(Z, y)


def store_patched(eps):
    @softmax_cross_entropy.mistake(
        f"dZ is right. In L, {eps:g} inside the log (or a clip there) stops the loss of a confident error at {-np.log(eps):.1f}. "
        "It is a stopgap: log(sum of e^s) - s_y needs none."
    )
    def _(Z, y):
        return -np.log(np.maximum(softmax(Z), eps)[np.arange(len(y)), y]).mean(), stable_gradient(Z, y)


for eps in (1e-8, 1e-10, 1e-12, 1e-15):
    store_patched(eps)


# ---- the bug hunt: two errors that cancel


def scores_and_one_hot(rng):
    return rng.standard_normal((5, 3)), np.eye(3)[rng.permutation([0, 1, 2, 2, 1])]


def elementwise_loss(P, Y):
    return -(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / len(Y)


def elementwise_dP(P, Y):
    return (-Y / P + (1 - Y) / (1 - P)) / len(Y)


def class_loss(P, Y):
    return -(Y * np.log(P)).sum() / len(Y)


def class_dP(P, Y):
    return -Y / P / len(Y)


def through_softmax(dP, P):
    return P * (dP - (dP * P).sum(axis=1, keepdims=True))


def each_piece_alone(answer, rng):
    Z, Y = scores_and_one_hot(rng)
    _, dP, dZ = answer(Z, Y)
    if not np.allclose(dZ, numerical_gradient(lambda Z: float(answer(Z, Y)[0]), Z.copy()), atol=1e-7):
        return "your dZ is not the gradient of the loss that you return."
    return (
        np.allclose(dP, numerical_gradient(lambda P: float(class_loss(P, Y)), softmax(Z)), atol=1e-6) or "your dP is not that of the loss."
    )


@exercise(
    "week4.mended_loss",
    title="Two errors that hide each other",
    minutes=12,
    difficulty=4,
    importance=5,
    returns={"L": None, "dP": "Z.shape", "dZ": "Z.shape"},
    inputs=scores_and_one_hot,
    hints=(
        "The softmax lets every score move every probability. Which line forgets that? And what should the first loss of three classes be?",
        "L = -1/m times the sum of Y log P. dP = -Y / P / m. Then dz_j = p_j (dp_j - sum over k of dp_k p_k), in each row.",
        "L = -(Y * np.log(P)).sum() / m; dP = ...; inner = (dP * P).sum(axis=1, keepdims=True); dZ = P * (dP - inner)",
    ),
    properties=(("dP and dZ each match finite differences", each_piece_alone),),
)
def mended_loss(Z, Y):
    m = len(Z)
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    L = -(Y * np.log(P)).sum() / m
    dP = -Y / P / m
    dZ = P * (dP - (dP * P).sum(axis=1, keepdims=True))
    return L, dP, dZ


@mended_loss.also_right
def _(Z, Y):
    P = softmax(Z)
    J = np.eye(3) * P[:, :, None] - P[:, :, None] * P[:, None, :]
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, np.einsum("ijk,ik->ij", J, dP)


@mended_loss.also_right
def _(Z, Y):
    P = softmax(Z)
    return -np.log(P[Y == 1]).mean(), class_dP(P, Y), (P - Y) / len(Z)


@mended_loss.mistake(
    "both errors are still there: the loss adds a term for each wrong class, and dZ uses the diagonal of the Jacobian alone."
)
def _(Z, Y):
    P = softmax(Z)
    dP = elementwise_dP(P, Y)
    return elementwise_loss(P, Y), dP, dP * P * (1 - P)


@mended_loss.mistake(
    "L and dP are right now. dZ still uses the diagonal p (1 - p) alone: each score moves every probability of its row. P * (dP - inner)."
)
def _(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, dP * P * (1 - P)


@mended_loss.mistake(
    "the step through the softmax is right now. L still adds (1 - Y) log(1 - P), and dP its slope: with softmax there is one term, -log of the right class."
)
def _(Z, Y):
    P = softmax(Z)
    dP = elementwise_dP(P, Y)
    return elementwise_loss(P, Y), dP, through_softmax(dP, P)


@mended_loss.mistake("L is right now, and so is dZ; but two errors still cancel in between. dP must be the slope of L: -Y / P / m.")
def _(Z, Y):
    P = softmax(Z)
    dP = elementwise_dP(P, Y)
    return class_loss(P, Y), dP, dP * P * (1 - P)


@mended_loss.mistake("L is right, dP still holds (1 - Y) / (1 - P), the slope of the term you took out. Write -Y / P / m.")
def _(Z, Y):
    P = softmax(Z)
    dP = elementwise_dP(P, Y)
    return class_loss(P, Y), dP, through_softmax(dP, P)


@mended_loss.mistake("L still adds (1 - Y) log(1 - P): dP and dZ belong to the other loss, -1/m times the sum of Y log P.")
def _(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return elementwise_loss(P, Y), dP, through_softmax(dP, P)


@mended_loss.mistake("dZ lacks the inner product: raising one score lowers all other probabilities of the row. P * (dP - inner).")
def _(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, P * dP


@mended_loss.mistake("the inner product has the wrong sign: it is taken off, P * (dP - inner).")
def _(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, P * (dP + (dP * P).sum(axis=1, keepdims=True))


@mended_loss.mistake("the inner product runs over the examples. It belongs to one row: (dP * P).sum(axis=1, keepdims=True).")
def _(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, P * (dP - (dP * P).sum(axis=0, keepdims=True))


@mended_loss.mistake("the inner sum is over dP alone. Each dP is weighted with its probability: (dP * P).sum(axis=1, keepdims=True).")
def _(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, P * (dP - dP.sum(axis=1, keepdims=True))


@mended_loss.mistake("the factor P before the bracket is missing: dz_j = p_j (dp_j - inner).")
def _(Z, Y):
    P = softmax(Z)
    dP = class_dP(P, Y)
    return class_loss(P, Y), dP, dP - (dP * P).sum(axis=1, keepdims=True)


@mended_loss.mistake("dP lacks its 1/m, and so does dZ. L is a mean: the 1/m enters at dP, and dZ inherits it.")
def _(Z, Y):
    P = softmax(Z)
    return class_loss(P, Y), -Y / P, P - Y


@mended_loss.mistake("dZ is divided by m a second time. dP holds the 1/m already.")
def _(Z, Y):
    P = softmax(Z)
    return class_loss(P, Y), class_dP(P, Y), (P - Y) / len(Z) ** 2


@mended_loss.mistake("the three are right, but in another order: return L, dP, dZ.")
def _(Z, Y):
    P = softmax(Z)
    return class_loss(P, Y), (P - Y) / len(Z), class_dP(P, Y)


@mended_loss.mistake("np.mean divides L by m times k. Only one entry of each row counts: divide the sum by m, .sum() / m.")
def _(Z, Y):
    P = softmax(Z)
    return class_loss(P, Y) / Z.shape[1], class_dP(P, Y), (P - Y) / len(Z)


@mended_loss.mistake("dP lacks its minus, and dZ inherits it: a larger probability of the right class lowers the loss, so dP = -Y / P / m.")
def _(Z, Y):
    P = softmax(Z)
    return class_loss(P, Y), -class_dP(P, Y), through_softmax(-class_dP(P, Y), P)


@mended_loss.mistake("dP lacks its 1/m: L is a mean, so its gradient for P is -Y / P / m. L and dZ are right.")
def _(Z, Y):
    P = softmax(Z)
    return class_loss(P, Y), -Y / P, (P - Y) / len(Z)


@mended_loss.mistake(
    "the Jacobian of the first example was used for all of them. Each row has its own: P * (dP - inner) does it for all at once."
)
def _(Z, Y):
    P = softmax(Z)
    J = np.diag(P[0]) - np.outer(P[0], P[0])
    return class_loss(P, Y), class_dP(P, Y), class_dP(P, Y) @ J


QUIZZES["week4"] = [
    Question(
        "The logit is z = -10, the label y = 1. Which loss gives the larger gradient with respect to z?",
        {
            "The squared error of the sigmoid": "it holds the slope p (1 - p), which is 4.5e-5 here: the gradient is 9e-5 in size.",
            "The cross-entropy": "its gradient is p - y, here almost -1: the more wrong, the stronger the pull, up to 1.",
            "Both the same": "they differ by the factor 2 p (1 - p), which is nearly 0 for a saturated sigmoid.",
        },
        "The cross-entropy",
    ),
    Question(
        "A new network for 10 classes prints a first loss of 23. What do you conclude?",
        {
            "Nothing: the first loss is random.": "for small first scores it is near log 10 = 2.3, whatever the data.",
            "It is near 10 * log 10, as expected for 10 classes.": "the loss of an answer of 1/10 each is -log(1/10) = 2.3, once for each example.",
            "The first scores are large, or the loss is added up wrongly.": "2.3 is what 1/10 each costs; ten times that is confident nonsense or a sum too many.",
        },
        "The first scores are large, or the loss is added up wrongly.",
    ),
    Question(
        "Why is logsumexp computed with the row's maximum taken off?",
        {
            "It makes the result smaller, so that training is faster.": "the result is the same number: the maximum is added again.",
            "No e^ overflows, at least one is 1, and the result is the same.": "the largest power is e^0 = 1, so the sum lies between 1 and k, and its log is safe.",
            "It turns the scores into probabilities.": "that is the division by the sum. The shift alone changes no probability.",
        },
        "No e^ overflows, at least one is 1, and the result is the same.",
    ),
    Question(
        "The loss is the sum over 4 outputs, averaged over the examples. Somebody uses the gradient of np.mean over all entries. What happens?",
        {
            "The gradient check fails: it is 4 times too small.": "np.mean divides by the number of outputs as well. Training runs, as if at a quarter of the rate.",
            "Training goes uphill.": "the direction is right, only the length is wrong; so a falling curve does not tell.",
            "Nothing: a constant factor is no error.": "the factor comes back as a learning rate that is not the one you set, and the check against the printed loss fails.",
        },
        "The gradient check fails: it is 4 times too small.",
    ),
    Question(
        "Which assumption about the data turns maximum likelihood into the squared error?",
        {
            "Every target is the output plus Gaussian noise of one fixed width.": "minus the log of the bell curve is the squared distance over 2 sigma^2, plus a constant.",
            "Every target is 0 or 1, and the output is the probability of 1.": "that is a coin: minus its log is the binary cross-entropy.",
            "The inputs are Gaussian.": "nothing is assumed about the inputs: only about the target, given the input.",
        },
        "Every target is the output plus Gaussian noise of one fixed width.",
    ),
]
