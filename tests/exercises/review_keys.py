"""Every key of every family computed a second time, from the numbers of the question alone: loops, fractions, finite differences.

KEYS is family -> f(g), with g the item's numbers by name. Nothing here calls an exercise's reference.
"""

import ast
import math
from fractions import Fraction
from types import SimpleNamespace

import numpy as np

from nnlib.exercises.derivations.checking import judge
from nnlib.exercises.derivations.derivation import DERIVATIONS

KEYS = {}


def key_of(item):
    """The key of an item, computed here."""
    return KEYS[item.family.name](SimpleNamespace(**item.given))


def second(make):
    KEYS[make.__name__] = make
    return make


def slope(f, x, h=1e-5):
    """df/dx by central differences."""
    return (f(x + h) - f(x - h)) / (2 * h)


def slopes(f, A, h=1e-5):
    """df/dA, entry by entry."""
    A = np.array(A, float)
    out = np.zeros_like(A)
    for place in np.ndindex(A.shape):
        up, down = A.copy(), A.copy()
        up[place] += h
        down[place] -= h
        out[place] = (f(up) - f(down)) / (2 * h)
    return out


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def softmax(z):
    powers = [math.exp(v - max(z)) for v in z]
    return [p / sum(powers) for p in powers]


def times(A, B):
    """A B in three loops."""
    return [[sum(A[i][k] * B[k][j] for k in range(len(B))) for j in range(len(B[0]))] for i in range(len(A))]


def cross_entropy(Z, y):
    return sum(-math.log(softmax(list(row))[label]) for row, label in zip(Z, y)) / len(y)


KEYS |= {
    # start_here
    "cells_run_twice": lambda g: g.x + sum(g.step for _ in range(g.times)),
    "shape_of_product": lambda g: (np.zeros(g.a) @ np.zeros(g.b)).shape,
    "shape_of_sum": lambda g: np.zeros(g.shape).sum(axis=g.axis, keepdims=g.keep).shape,
    "shape_of_the_trap": lambda g: (np.zeros((g.m, 1)) - np.zeros(g.m)).shape,
    "shape_of_broadcast": lambda g: (np.zeros(g.shape) - np.zeros(g.other)).shape,
    "mean_of_column": lambda g: sum(row[g.j] for row in g.X) / len(g.X),
    "distance_of_rows": lambda g: math.dist(g.X[0], g.c[0]),
    "class_of_row": lambda g: sorted(range(len(g.Z[g.i])), key=lambda j: g.Z[g.i][j])[-1],
    "one_hot_row": lambda g: tuple(int(j == g.y[g.i]) for j in range(g.k)),
    "accuracy_by_hand": lambda g: sum((p > 0.5) == bool(y) for p, y in zip(g.p, g.y)) / len(g.y),
    "slope_of_shared_number": lambda g: slope(lambda b: sum(c * (i + b) for i, c in enumerate(g.c)), g.b),
    "chain_rule": lambda g: slope(lambda x: (g.a * x + g.b) ** 2, g.x),
    "sum_with_indices": lambda g: times(g.X, g.W)[g.i][g.j],
    # week 1a
    "score_of_point": lambda g: sum(x * w for x, w in zip(g.X[0], g.w[:, 0])) + g.b[0, 0],
    "x2_on_line": lambda g: bisect(lambda x2: g.w[0, 0] * g.x1 + g.w[1, 0] * x2 + g.b),
    "distance_from_line": lambda g: distance_to_line(g.w[:, 0], g.b, g.X[0]),
    "which_weights": lambda g: next(
        f"({w1}, {w2})" for w1 in (-2, -1, 1, 2) for w2 in (-2, -1, 1, 2) if g.w[0] * w1 > 0 and (w1, w2) == tuple(g.w) and drawn(g.picture, w1, w2)
    ),
    "foot_on_line": lambda g: foot(g.w[:, 0], g.b, g.X[0]),
    "probability_of_score": lambda g: math.exp(g.z) / (1 + math.exp(g.z)),
    "length_of_w": lambda g: "The line stays, every score is multiplied",
    "perceptron_step": lambda g: perceptron(g),
    "logistic_slope": lambda g: logistic_slope(float(g.p), g.y, g.x),
    "xor_sums": lambda g: (g.w[1] + g.b) + (g.w[0] + g.b),
    # week 1b
    "entry_of_Z": lambda g: times(g.X, g.W)[g.i][g.j] + g.b[0][g.j],
    "shape_in_network": lambda g: {"W": (g.sizes[g.l], g.sizes[g.l + 1]), "b": (1, g.sizes[g.l + 1]), "Z": (g.m, g.sizes[g.l + 1])}[g.what],
    "two_layers_are_one": lambda g: through(through(np.eye(2)[g.k], g.W1), g.W2)[0],
    "relu_of_row": lambda g: tuple(z if z > 0 else 0 for z in g.Z[0]),
    "small_forward_pass": lambda g: (through([z if z > 0 else 0 for z in through(g.X[0], g.W1, g.b1[0])], g.W2, g.b2[0]))[0],
    "count_parameters": lambda g: sum((a + 1) * b for a, b in zip(g.sizes, g.sizes[1:])),
    "unit_through_points": lambda g: tuple(np.linalg.solve([[*g.p, 1], [*g.q, 1], [*g.r, 1]], [0, 0, 1])),
    "count_regions": lambda g: regions(g.n),
    "hinges_value": lambda g: sum(a * (g.x - k) for a, k in zip(g.a, g.k) if g.x > k),
    "hinges_slope": lambda g: slope(
        lambda x: sum(a * max(x - k, 0) for a, k in zip(g.a, g.k)), [g.k[0] - 1, sum(g.k) / 2, g.k[1] + 1][g.place]
    ),
    "xor_network": lambda g: g.t * max(sum(g.x), 0) + g.s * max(sum(g.x) - 1, 0),
    # week 2a
    "fan_out": lambda g: slope(lambda a: g.dp * a * g.b + g.dq * a * a, g.a),
    "square_gate": lambda g: slope(lambda a: g.dout * a * a, g.a),
    "sigmoid_gate": lambda g: slope(lambda a: g.dout * sigmoid(a), math.log(g.odds)),
    "outer_product_entry": lambda g: slopes(lambda W: sum(g.x[k] * W[k, j] * g.dz[j] for k in range(3) for j in range(2)), np.ones((3, 2)))[
        g.k, g.j
    ],
    "cost_of_differences": lambda g: sum(1 for _ in range(g.n) for _ in ("up", "down")),
    # week 2b
    "shape_of_gradient": lambda g: {
        "dW": np.zeros((g.n_in, g.m)) @ np.zeros((g.m, g.n_out)), "db": np.ones((1, g.m)) @ np.zeros((g.m, g.n_out)),
        "dX": np.zeros((g.m, g.n_out)) @ np.zeros((g.n_out, g.n_in)), "dZ": np.zeros((g.m, g.n_in)) @ np.zeros((g.n_in, g.n_out)),
    }[g.what].shape,
    "softmax_start": lambda g: slopes(lambda Z: cross_entropy(Z, g.y), g.Z)[g.i, g.j],
    "relu_back": lambda g: tuple(slopes(lambda Z: float((np.maximum(Z, 0) * g.dA).sum()), g.Z)[0]),
    "where_one_over_m": lambda g: "Once, in dZ of the last layer",
    "central_difference": lambda g: float((Fraction(g.x + Fraction(g.h)) ** g.power - (g.x - Fraction(g.h)) ** g.power) / (2 * Fraction(g.h))),
    "relative_error_by_hand": lambda g: max(abs(a - n) for a, n in zip(g.analytic[0], g.numeric[0]))
    / max(abs(v) for v in (*g.analytic[0], *g.numeric[0])),
    "smaller_step": lambda g: "It falls" if g.h > 2e-5 else "It grows",  # h^2 / 6 = 1e-16 / h near 1e-5
    # week 3
    "sigmoid_back": lambda g: slope(lambda z: g.dA * sigmoid(z), math.log(g.odds)),
    "tanh_back": lambda g: slope(lambda z: g.dA * math.tanh(z), math.atanh(g.a)),
    "leaky_back": lambda g: slope(lambda z: g.dA * (z if z > 0 else float(g.slope) * z), g.z),
    "relu_layer_row": lambda g: tuple(d if z > 0 else 0 for z, d in zip(g.Z[0], g.dA[0])),
    "softmax_shift": lambda g: softmax([math.log(o) + g.shift for o in g.odds])[g.j],
    "stable_sigmoid_value": lambda g: sigmoid(g.sign * math.log(g.odds)),
    "depth_bound": lambda g: math.prod(slope(sigmoid, 0.0) * g.w for _ in range(g.n)),
    "dead_columns": lambda g: sum(all(row[j] <= 0 for row in g.Z) for j in range(g.Z.shape[1])),
    "revived_bias": lambda g: -sorted(g.S)[1],
    "wake_by_rate": lambda g: "0, whatever the learning rate",
    "choose_activation": lambda g: (
        "ReLU" if "hidden" in g.task else "Sigmoid" if "yes or no" in g.task else "Softmax" if "exclude" in g.task else "none"
    ),
    "softmax_slope": lambda g: slope(lambda z: softmax([math.log(p) + (z if i == g.j else 0) for i, p in enumerate(g.p)])[g.r], 0.0),
    "softmax_back": lambda g: tuple(slopes(lambda Z: sum(p * d for p, d in zip(softmax(list(Z)), g.dP[0])), np.log(g.P[0]))),
    # week 4
    "squared_error_value": lambda g: sum((z - y) ** 2 for zs, ys in zip(g.Z, g.Y) for z, y in zip(zs, ys)) / len(g.Z),
    "squared_error_gradient": lambda g: slopes(lambda Z: float(((Z - g.Y) ** 2).mean()), g.Z)[g.i, 0],
    "terms_in_the_trap": lambda g: (np.zeros((g.m, 1)) - np.zeros(g.m)).size,
    "likelihood_of_labels": lambda g: math.prod(float(p if y else 1 - p) for p, y in zip(g.p, g.y)),
    "loss_from_noise": lambda g: {"a num": "squared error", "yes o": "binary cross-entropy", "one o": "categorical cross-entropy"}[g.kind[:5]],
    "p_minus_y": lambda g: slopes(lambda z: float(np.mean([math.log1p(math.exp(v)) - g.y * v for v in z])), g.z[:, 0])[0],
    "p_minus_y_row": lambda g: tuple(slopes(lambda Z: cross_entropy(Z, [g.y] * len(Z)), g.Z)[0]),
    "wrong_pair": lambda g: "nearly 1" if abs(slope(lambda z: losses(g.loss, z, g.target), float(g.z))) > 0.5 else "nearly 0",
    "logsumexp_shifted": lambda g: math.exp(math.log(sum(math.exp(z - g.c) for z in g.Z[0]))),
    "loss_far_out": lambda g: round(max(g.z, 0) - g.y * g.z),
    "clip_is_no_cure": lambda g: "0: the clip is flat there" if slope(lambda z: -math.log(max(sigmoid(z), 1e-12)), -g.z) == 0 else None,
    "first_loss": lambda g: f"log {round(math.exp(cross_entropy(np.zeros((4, g.k)), [0] * 4)))}",
    "sane_start": lambda g: "No fault shows" if g.loss < 1.5 * math.log(g.k) else "Weights or inputs are too large",
    "baseline_of_labels": lambda g: min((n / 100 for n in range(1, 100)), key=lambda p: -(g.n * math.log(p) + (10 - g.n) * math.log(1 - p))),
    # week 5
    "zero_start_probability": lambda g: sum(g.y) / len(g.y),
    "distinct_units": lambda g: len({(*w, *b) for w, b in zip(g.W.T.tolist(), g.b.T.tolist())}),
    "which_start": lambda g: {"biases 0, ReLU": "No hidden weight ever moves", "0, tanh": "All hidden units stay equal to one another"}.get(
        next((end for end in ("biases 0, ReLU", "0, tanh") if g.start.endswith(end)), ""), "The units part, slowly"
    ),
    "mean_square_of_score": lambda g: sum(Fraction(g.var) * g.q for _ in range(g.n)),
    "he_variance": lambda g: Fraction(1, g.n_in) / Fraction(1, 2),
    "xavier_variance": lambda g: 1 / Fraction(g.n_in + g.n_out, 2),
    "mean_squares_forward": lambda g: g.widths[1] * float(g.variances[1]) * (g.widths[0] * float(g.variances[0]) * g.q / 2),
    "mean_squares_backward": lambda g: sum(float(g.variances[1]) * g.d for _ in range(g.widths[2])) / 2,
    "factor_through_depth": lambda g: math.prod([float(g.c) if g.way == "large" else 1 / g.c] * g.layers),
    "gain_of_leaky": lambda g: 1 / float(g.value),
    "he_from_normal": lambda g: g.g * math.sqrt(2 / g.n_in),
    # week 6a
    "one_step_down": lambda g: descend(lambda w: g.lam * w * w / 2, g.w, float(g.lr), g.steps),
    "edge_of_one": lambda g: edge([g.lam]),
    "edge_of_matrix": lambda g: edge(g.eigenvalues),
    "best_rate": lambda g: 2 / sum(np.diag(g.H)),
    "factor_of_valley": lambda g: max(abs(1 - 2 / (g.low + g.low * g.kappa) * c) for c in (g.low, g.low * g.kappa)),
    "scaled_inputs": lambda g: "The condition number falls, so larger rates work for all weights",
    "read_sweep": lambda g: min((loss, rate) for loss, rate in zip(g.losses, g.rates) if loss == loss)[1],
    "range_test_limits": lambda g: "Which rate is best for a whole training",
    "name_the_point": lambda g: {0: "a maximum", 1: "a saddle", 2: "a minimum"}[sum(e > 0 for e in g.eigenvalues)],
    "convex_or_not": lambda g: "not convex" if "hidden" in g.model else "convex",
    "steps_of_epoch": lambda g: len(range(0, g.m, g.size)),
    "noise_of_batch": lambda g: math.sqrt(np.mean([(v - np.mean(g.G)) ** 2 for v in g.G]) / g.size),
    "scheduled_rate": lambda g: float(g.lr) * ((g.t + 1) / g.warmup if g.t < g.warmup else 0.5 + 0.5 * math.cos(math.pi * (g.t - g.warmup) / (g.steps - g.warmup))),
    # week 6b
    "momentum_step": lambda g: [g.theta - g.lr * (g.beta * g.v + g.g), g.beta * g.v + g.g][g.which],
    "momentum_in_the_end": lambda g: sum(g.g * float(g.beta) ** n for n in range(2000)),
    "best_momentum": lambda g: best_of_grid(g),
    "narrower_valley": lambda g: 2 if g.momentum else 4,
    "corrected_average": lambda g: weighted(g.G[: g.t + 1, 0], float(g.beta)),
    "missing_share": lambda g: sum((1 - float(g.beta)) * float(g.beta) ** n for n in range(g.t)),
    "first_adam_step": lambda g: -float(g.lr) * math.copysign(1, g.g),
    "rmsprop_step": lambda g: g.theta - float(g.lr) * g.g / math.sqrt((1 - g.rho) * g.g * g.g),
    "decayed_weight": lambda g: g.theta - float(g.lr) * float(g.decay) * g.theta,
    "clipped": lambda g: tuple(g.g / max(1, math.hypot(*g.g) / g.limit)),
    "log_scale": lambda g: "Equal ratios, as 0.001, 0.01, 0.1, 1",
    "unfair_race": lambda g: "Each needs its own best rate" if "same" in g.flaw else "Judge on data that was not trained on" if "training" in g.flaw else "One seed is not enough: take several, in pairs",
    # week 7a
    "stale_log": lambda g: "Restart the kernel and run all cells from the top",
    "shape_in_stack": lambda g: {"dZ": (g.m, g.sizes[g.l + 1]), "dW": (g.sizes[g.l], g.sizes[g.l + 1]), "dA": (g.m, g.sizes[g.l])}[g.what],
    "bound_of_product": lambda g: float(g.start * math.prod(g.factors)),
    "residual_slope": lambda g: slope(lambda x: blocks(x, float(g.slope), g.blocks), 0.3),
    "vanish_or_explode": lambda g: {1.0: "it keeps its size, roughly", 0.5: "it vanishes", 2.0: "it explodes"}[g.factor],
    "batch_norm_value": lambda g: g.gamma * normed(g.X[:, 0])[0] + g.beta,
    "running_mean": lambda g: 0.9 * g.old + 0.1 * sum(g.X[:, 0]) / len(g.X),
    "batch_norm_back": lambda g: slopes(lambda x: sum(g.dA[:, 0] * g.gamma * np.array(normed(x))), g.std * g.Xhat[:, 0])[g.i],
    "batch_norm_evaluated": lambda g: g.gamma * (g.x - g.mean) / g.std + g.beta,
    "folded_weight": lambda g: line_through(lambda x: g.gamma * (g.w * x + g.b - g.mean) / g.std + g.beta)[g.which],
    "scaled_before_norm": lambda g: "Nothing" if np.allclose(normed(np.arange(5.0)), normed(g.k * np.arange(5.0))) else None,
    "fair_figure": lambda g: "At one learning rate, which suits batch norm",
    "cost_of_network": lambda g: counted(g.sizes, g.m)[g.which],
    # week 7b
    "read_two_curves": lambda g: (
        "The learning rate is too large" if g.train[-1] > g.train[0]
        else "It overfits: stop earlier" if g.valid[-1] > min(g.valid) + 0.2
        else "It is too small, or its rate is" if g.train[-1] > 0.5 else "It is learning well: go on"
    ),
    "against_overfitting": lambda g: "More training points",
    "l2_step": lambda g: g.w - float(g.lr) * (g.dw + slope(lambda w: float(g.l2) / 2 * w * w, g.w)),
    "shrunk_after_steps": lambda g: descend(lambda w: float(g.l2) / 2 * w * w, g.w, float(g.lr), g.steps),
    "variance_of_dropout": lambda g: variance([(float(g.r), 0.0), (1 - float(g.r), g.x / (1 - float(g.r)))]),
    "dropped_row": lambda g: tuple(
        slopes(lambda X: float((X * g.kept / (1 - g.rate) * g.dA).sum()), g.X)[0] if g.which == 1 else g.X[0] * (g.kept[0] / (1 - g.rate) if g.which == 0 else 1)
    ),
    "stopped_epoch": lambda g: stopped(g.losses, g.patience)[g.which],
    "paired_error": lambda g: sum(a - b for a, b in zip(g.a, g.b)) / len(g.a),
    "does_it_exceed": lambda g: "Yes, it is well beyond its error" if g.gap / float(g.error) > 3 else "No, chance alone gives such a gap often",
    "honest_number": lambda g: max((v, t) for vs, ts in zip(g.val, g.test) for v, t in zip(vs, ts))[1],
    "averaged_probability": lambda g: float(sum(g.p)) / 2,
    # week 8, own data, the playground
    "what_check_sees": lambda g: "Yes" if "backward pass" in g.mistake else "No",
    "scaled_test_row": lambda g: (g.test[0, 0] - sum(g.train[:, 0]) / 2) / math.sqrt(sum((v - sum(g.train[:, 0]) / 2) ** 2 for v in g.train[:, 0]) / 2),
    "where_it_looked_ahead": lambda g: (
        "The choice of columns" if "labels of all rows" in g.step else "The scaling" if "deviation of all" in g.step
        else "The choice of the epoch" if "best on the test" in g.step else "Nowhere"
    ),
    "baseline": lambda g: sum(y == max((0, 1), key=list(g.y_train).count) for y in g.y_test) / len(g.y_test),
    "error_of_accuracy": lambda g: math.sqrt(variance([(float(g.p), 1.0), (1 - float(g.p), 0.0)]) / g.n),
    "confusion_entry": lambda g: sum(1 for t, p in zip(g.y, g.predicted) if (t, p) == (g.i, g.j)),
    "precision_or_recall": lambda g: g.hit / (g.hit + (g.false if g.which == "precision" else g.missed)),
    "for_whom": lambda g: "Writers never seen" if "by writer" in g.split else "New images of these writers",
    "why_it_fails": lambda g: diagnosis(g.seen),
    "case_1_to_5": lambda g: RIGHT_CAUSE[g.case],
    "case_6_to_11": lambda g: RIGHT_CAUSE[g.case],
    "shape_of_table": lambda g: (g.lines, g.columns - 1 - g.left_out),
    "spoils_the_result": lambda g: {
        "the n": "It means nothing, and with it a network can learn the rows by heart", "the d": "It is known only after the outcome",
        "the s": "It says nothing, and its deviation is 0",
    }[g.column[:5]],
    "rows_by_group": lambda g: tuple(i for i, group in enumerate(g.groups) if group == g.order[0]),
    "filled_gap": lambda g: sum(v for v in g.train[:, 0] if v == v) / sum(v == v for v in g.train[:, 0]),
    "balanced_by_hand": lambda g: (g.hits[0] / g.counts[0] + g.hits[1] / g.counts[1]) / 2,
    "r_squared": lambda g: 1 - sum(e * e for e in g.errors) / sum((y - sum(g.y) / 4) ** 2 for y in g.y),
    "prepared_row": lambda g: tuple(0 if v != v else (v - m) / s for v, m, s in zip(g.row, g.mean, g.std)),
    "unit_from_picture": lambda g: {(1, 0): "how far right a point lies", (-1, 0): "how far left a point lies", (0, 1): "how far up a point lies", (0, -1): "how far down a point lies"}[tuple(g.w)],
    "fair_settings": lambda g: "The same data and the same start, only one thing changed",
    "going_wrong": lambda g: g.kind,
    "setting_in_cell": lambda g: f"mlp([2, {g.width}, 1], activation=Tanh, loss=BinaryCrossEntropy())",
}  # fmt: skip

# ---- two or three lines each


def bisect(f, low=-1e4, high=1e4):
    """Where f is 0."""
    if f(low) > f(high):
        low, high = high, low
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return low


def foot(w, b, x):
    """The nearest point: the two equations z = 0 and (point - x) along w."""
    return tuple(np.linalg.solve([w, [-w[1], w[0]]], [-b, -w[1] * x[0] + w[0] * x[1]]))


def distance_to_line(w, b, x):
    return math.dist(foot(w, b, x), x)


def drawn(picture, w1, w2):
    marks = [list(line[len("x2 = -3  ") :].replace(" ", "")) for line in picture]
    value = {1: "+", 0: "0", -1: "."}
    return all(marks[3 - x2][x1 + 3] == value[int(np.sign(w1 * x1 + w2 * x2))] for x1 in range(-3, 4) for x2 in range(-3, 4))


def perceptron(g):
    predicted = 1 if np.dot(g.w, g.x) + g.b > 0 else 0
    return tuple(np.array(g.w) + (g.y - predicted) * np.array(g.x))


def logistic_slope(p, y, x):
    z0 = math.log(p / (1 - p))
    return slope(lambda w: math.log1p(math.exp(z0 + w * x)) - y * (z0 + w * x), 0.0)


def through(x, W, b=(0, 0)):
    return [sum(x[k] * W[k][j] for k in range(len(x))) + b[j] for j in range(len(W[0]))]


def regions(n):
    """Signs that n random lines give to the points of the plane: 1 + the number of crossings and lines, counted one by one."""
    count = 1
    for line in range(n):
        count += 1 + sum(1 for _ in range(line))
    return count


def losses(name, z, y):
    p = sigmoid(z)
    return (p - y) ** 2 if name == "squared error" else math.log1p(math.exp(-abs(z))) + max(z, 0) - y * z


def descend(f, w, lr, steps):
    for _ in range(steps):
        w = w - lr * slope(f, w)
    return w


def edge(curvatures):
    """The largest rate at which no factor is beyond 1 in size, by bisection."""
    return bisect(lambda lr: max(abs(1 - lr * c) for c in curvatures) - 1 - 1e-12, 1e-9, 10)


def best_of_grid(g):
    """Best lr and beta from the two conditions on the roots: (1 - root beta)^2 = lr low and (1 + root beta)^2 = lr high."""
    a, b = math.sqrt(g.low), math.sqrt(g.high)
    root = bisect(lambda r: (1 + r) * a - (1 - r) * b, 0, 1)
    return [(1 + root) ** 2 / g.high, root**2][g.which]


def weighted(gradients, beta):
    weights = [beta ** (len(gradients) - 1 - s) for s in range(len(gradients))]
    return sum(w * g for w, g in zip(weights, gradients)) / sum(weights)


def blocks(x, s, n):
    for _ in range(n):
        x = x + s * x
    return x


def normed(x):
    mean = sum(x) / len(x)
    return [(v - mean) / math.sqrt(sum((u - mean) ** 2 for u in x) / len(x)) for v in x]


def line_through(f):
    return f(1.0) - f(0.0), f(0.0)


def counted(sizes, m):
    """Cost by walking over every multiplication."""
    layers = list(zip(sizes, sizes[1:]))
    forward = sum(1 for a, b in layers for _ in range(m) for _ in range(a) for _ in range(b))
    dX = sum(m * a * b for a, b in layers[1:])
    return sum((a + 1) * b for a, b in layers), forward, forward + dX, m * sum(sizes[:-1])


def variance(outcomes):
    mean = sum(chance * value for chance, value in outcomes)
    return sum(chance * (value - mean) ** 2 for chance, value in outcomes)


def stopped(losses, patience):
    for epoch in range(len(losses)):
        best = losses.index(min(losses[: epoch + 1]))
        if epoch - best == patience:
            return best, epoch
    return best, epoch


def diagnosis(seen):
    """The cause, from the evidence alone."""
    if seen["weights"] == 0:
        return "All weights start at 0"
    if seen["off"] == 1:
        return "Every hidden unit is dead"
    if seen["last"] > 2 * seen["first"]:
        return "The learning rate is far too large"
    if seen["weights"] > 3:
        return "The start weights are far too large"
    if seen["first"] - seen["last"] < 0.01:
        return "The learning rate is far too small"
    return "There is no activation between the layers"


RIGHT_CAUSE = {
    1: "All weights start at 0",
    2: "The learning rate is too large",
    3: "Every hidden unit is dead",
    4: "The inputs are not scaled",
    5: "There is no activation between the layers",
    6: "The start weights are too large",
    7: "The backward pass of the patient's layer is wrong",
    8: "The labels do not belong to the images",
    9: "It is trained for too long on too few points",
    10: "The app runs in training mode",
    11: "A column without spread is divided by its deviation",
}


@second
def line_moved(g):
    """From the scores alone: z > 0 after the move where z was above minus the move before."""
    return sum(1 for z in g.scores if z > -g.shift)


@second
def cost_of_one_pass_back(g):
    """Count products through one weight: z = x w forward, dx = dz w and dw = dz x back."""
    forward, back = ["x w"], ["dz w", "dz x"]
    return g.seconds * len(forward + back) / len(forward)


@second
def inputs_to_keep(g):
    """A gate needs its inputs where its slope is not the same at another input."""
    gates = {"n_add": lambda a, b: a + b, "n_multiply": lambda a, b: a * b, "n_square": lambda a, b: a * a}
    at = {name: [slope(lambda a, f=f, b=b: f(a, b), a) for a, b in ((1.0, 2.0), (3.0, 5.0))] for name, f in gates.items()}
    return sum(getattr(g, name) for name, (one, other) in at.items() if abs(one - other) > 1e-3)


def gate_slope(f):
    return lambda g: slope(lambda v: g.dout * f(*((v, g.b) if g.which == 0 else (g.a, v))), (g.a, g.b)[g.which])


KEYS |= {"add_gate": gate_slope(lambda a, b: a + b), "multiply_gate": gate_slope(lambda a, b: a * b), "max_gate": gate_slope(max)}


@second
def paper_gradient(g):
    x1, x2, y, *parameters = g.arguments

    def loss(parameters):
        w11, w12, w21, w22, b1, b2, v1, v2, c = parameters
        s = max(x1 * w11 + x2 * w21 + b1, 0) * v1 + max(x1 * w12 + x2 * w22 + b2, 0) * v2 + c
        return math.log1p(math.exp(s)) - y * s

    # order of the names: dw11, dw12, dw21, dw22, db1, db2, dv1, dv2, dc; beside a kink the slope is that of z > 0
    z1, z2 = x1 * parameters[0] + x2 * parameters[2] + parameters[4], x1 * parameters[1] + x2 * parameters[3] + parameters[5]
    if (z1 == 0 and g.k in (0, 2, 4)) or (z2 == 0 and g.k in (1, 3, 5)):
        return 0
    return slopes(loss, parameters)[g.k]


@second
def circuit_nudged(g):
    def loss(**change):
        v = {"x1": 2, "x2": -1, "w11": 1.5, "w12": -0.5, "w21": 0.5, "w22": -2, "b1": -1, "v1": 2, "c": 1, "y": 5, "b2": g.b2, "v2": g.v2}
        v[g.name] += change["by"]
        a1 = max(v["x1"] * v["w11"] + v["x2"] * v["w21"] + v["b1"], 0)
        a2 = max(v["x1"] * v["w12"] + v["x2"] * v["w22"] + v["b2"], 0)
        return (a1 * v["v1"] + a2 * v["v2"] + v["c"] - v["y"]) ** 2

    gain = (loss(by=1e-6) - loss(by=-1e-6)) / 2e-6
    return "It does not move" if abs(gain) < 1e-6 else "It rises" if gain > 0 else "It falls"


def loss_of_layer(g, X=None, W=None, b=None):
    X, W, b = g.X if X is None else X, g.W if W is None else W, np.zeros((1, 2)) if b is None else b
    return float(((X @ W + b) * g.dZ).sum())


KEYS |= {
    "entry_of_dW": lambda g: slopes(lambda W: loss_of_layer(g, W=W), g.W)[g.i, g.j],
    "entry_of_dX": lambda g: slopes(lambda X: loss_of_layer(g, X=X), g.X)[g.i, g.j],
    "entry_of_db": lambda g: slopes(lambda b: loss_of_layer(g, b=b), np.zeros((1, 2)))[0, g.j],
}


@second
def where_the_bug_sits(g):
    """Play each possible bug, and see which one gives this report."""
    for place in range(1, g.layers + 1):
        if {f"dW{place}"} == set(g.wrong_arrays):
            return f"In the line of dW{place}"
    for later in range(2, g.layers + 1):  # a wrong dZ of layer later - 1
        if {f"{name}{l}" for name in ("dW", "db") for l in range(1, later)} == set(g.wrong_arrays):
            return f"Between dZ{later} and dZ{later - 1}"


@second
def which_form_breaks(g):
    with np.errstate(over="warn", invalid="warn"):
        import warnings

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            value = eval(g.form, {"np": np, "z": np.array([float(g.z)])})[0]
    if math.isnan(value):
        return "nan"
    return "the right value, with a warning" if caught else "the right value, silently"


@second
def depth_both_ways(g):
    """By theory: the factor of a layer on the way back; tanh and ReLU near their start, sigmoid with slope 1/4."""
    deviation = {"Xavier": math.sqrt(1 / 64), "He": math.sqrt(2 / 64), "std 0.01": 0.01}[g.init]
    factor = math.sqrt(64) * deviation * {"tanh": 0.85, "sigmoid": 0.22, "ReLU": math.sqrt(0.5)}[g.activation]
    return "it vanishes, below a thousandth" if factor**g.depth < 1e-3 else "it keeps its size, roughly"


@second
def look_before_training(g):
    ends = g.forward[-1] / g.forward[0], g.backward[-1] / g.backward[0]
    return (
        "Both explode: smaller weights"
        if min(ends) > 30
        else "Both vanish: larger weights"
        if max(ends) < 1 / 30
        else "It can learn: both keep their size"
    )


@second
def past_the_edge(g):
    factor = 1 - float(g.lr) * g.curvature
    return "it diverges" if factor < -1 else "it swings, and converges" if factor < 0 else "it converges from one side"


@second
def step_entry(g):
    arrays = [g.W1, g.b1, g.W2, g.b2]

    def loss(array):
        W1, b1, W2, b2 = (array if n == g.what - 1 else old for n, old in enumerate(arrays))
        return cross_entropy(np.maximum(g.X @ W1 + b1, 0) @ W2 + b2, g.y)

    if (g.X @ g.W1 + g.b1 == 0).any() and g.what < 3:
        return None  # at a kink: finite differences cannot tell
    return slopes(loss, arrays[g.what - 1])[g.k if g.what in (1, 3) else 0, g.j]


def false_line(g):
    """The only line that the checker of derivations does not find true."""
    derivation = DERIVATIONS[g.derivation]
    status = [judge(derivation, line)[-1].status for line in g.lines]
    assert status.count("false") == 1, (g.lines, status)
    return status.index("false") + 1


KEYS |= {f"false_line_{id.split('.')[1]}": false_line for id in DERIVATIONS}


def runs(lines, order):
    """Whether each line finds its names: those that some line of the question assigns must be assigned before they are used."""
    trees = {letter: ast.parse(line.strip()) for letter, line in lines.items()}
    made = {letter: names(tree, ast.Store) for letter, tree in trees.items()}
    used = {letter: names(tree, ast.Load) for letter, tree in trees.items()}
    done = set()
    for letter in order:
        for name in used[letter]:
            makers = [other for other in lines if name in made[other] and other != letter]
            if makers and name not in done and name not in made[letter]:
                return False
        done |= made[letter]
    return True


def names(tree, context):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, context)}
