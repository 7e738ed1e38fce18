"""What the cases of the clinic are made of, and the instruments that the notebook looks at them with."""

import copy
import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ... import datasets
from ...gradient_check import GradientError, check_layer, check_network
from ...network import Network
from ...training import History, TrainingDiverged, fit
from ..cards import Question

SEEDS = 5
CASES = []  # filled by broken_training, in the order of their numbers


@dataclass
class Run:
    """One training: the network, its history, the data it saw, the data it did not see, and how it did there."""

    net: Network
    history: History
    X: np.ndarray
    y: np.ndarray
    X_held: np.ndarray
    y_held: np.ndarray
    result: float  # what the case is judged by, on held-out data: the accuracy, in case 9 the loss


@dataclass(frozen=True)
class Case:
    """A broken training. Its broken run with seed 0 is in ``net``, ``history``, ``X``, ``y``, ``X_held``, ``y_held``."""

    number: int
    train: Callable
    symptom: str
    diagnosis: str
    cure: str
    broken: float  # bounds of the result that every seed keeps: the broken runs on one side, the cured ones on the other
    cured: float
    judged_by: str
    questions: tuple  # its quiz

    def run(self, seed=0, cured=False):
        """The training as it was, or mended."""
        return trained_once(self.train, seed, cured)

    def __getattr__(self, name):
        if name in Run.__dataclass_fields__:
            return getattr(self.run(), name)
        raise AttributeError(f"Case has no attribute {name!r}: it has {', '.join(Run.__dataclass_fields__)}, run, symptom, diagnosis, cure")

    def __repr__(self):
        return f"Case {self.number}: {self.symptom}"

    def before_and_after(self):
        """The bounds that all five seeds keep, broken and cured; ValueError if one does not."""
        broken, cured = ([self.run(seed, form).result for seed in range(SEEDS)] for form in (False, True))
        lower, upper = (cured, broken) if self.judged_by == "loss" else (broken, cured)
        if max(lower) > min(self.broken, self.cured) or min(upper) < max(self.broken, self.cured):
            raise ValueError(f"case {self.number} misses its bounds: broken {broken}, cured {cured}")
        if self.judged_by == "loss":
            return f"held-out loss, {SEEDS} seeds: broken above {self.broken:g} in each, cured below {self.cured:g} in each"
        return f"held-out accuracy, {SEEDS} seeds: broken below {self.broken:.0%} in each, cured above {self.cured:.0%} in each".replace(
            "%", " %"
        )


def broken_training(
    number, *, symptom, diagnosis, cure, broken_below=None, cured_above=None, broken_above=None, cured_below=None, right=None, options=None
):
    """Decorator: make the function train(seed, cured) below a case. Bounds above for "broken" mean that a loss is the judge."""
    judged_by = "accuracy" if broken_above is None else "loss"
    bounds = (broken_below, cured_above) if broken_above is None else (broken_above, cured_below)
    questions = (Question(f"Case {number}. What is wrong?", options, right),) if options else ()

    def make(train):
        CASES.append(Case(number, train, symptom, diagnosis, cure, *bounds, judged_by, questions))
        return CASES[-1]

    return make


@functools.lru_cache(maxsize=200)
def trained_once(train, seed, cured):
    return train(seed, cured)


def case(number):
    """The case of that number, 0 to 11."""
    if number not in range(len(CASES)):
        raise ValueError(f"there are cases 0 to {len(CASES) - 1}, got {number!r}")
    return CASES[number]


# ---- data, and the training that all share


def moons(seed, n=200, noise=0.15):
    X, y = datasets.moons(n, noise=noise, rng=seed)
    return X, y, *datasets.moons(1000, noise=noise, rng=seed + 1000)


def digits_split(seed, n=500):
    """n digits to learn from and 500 others."""
    X, y = datasets.digits()
    order = np.random.default_rng(seed).permutation(len(y))
    train, held = order[:n], order[n : n + 500]
    return X[train], y[train], X[held], y[held]


def trained(net, data, optimizer, seed, epochs=40, batch_size=50, **options):
    """Fit, and judge by the accuracy on held-out data. A training that diverges keeps its history."""
    X, y, X_held, y_held = data
    try:
        history = fit(
            net, X, y, optimizer, epochs=epochs, batch_size=batch_size, rng=seed, validation=(X_held, y_held), progress=False, **options
        )
    except TrainingDiverged as error:
        history = error.history
    return Run(net, history, *data, net.score(X_held, y_held))


# ---- instruments


def app_answers(net, images, training=True):
    """The app: it sends one image at a time through the network and returns the class with the largest score."""
    running = [(layer, name, getattr(layer, name)) for layer in net.layers for name in layer.buffers]
    answers = np.array([net.forward(image[None], training=training)[0].argmax() for image in images])
    for layer, name, array in running:
        setattr(layer, name, array)
    return answers


def try_layer(layer, X, **options):
    """Run a layer against finite differences and print the result. Never raises on what the learner wrote."""
    name = type(layer).__name__
    try:
        A = layer.forward(X.copy(), True)
        if A is None or A is ... or layer.backward(np.ones_like(A)) is None:
            print(f"{name}: not attempted yet, or a return is missing.")
            return
        errors = check_layer(layer, X, **options)
    except GradientError as error:
        print(f"{name}: not yet. {error}")
    except Exception as error:  # whatever a first draft does
        print(f"{name}: not yet. It stops with {type(error).__name__}: {error}")
    else:
        print(f"{name}: passed. {', '.join(errors)} agree with finite differences.")


def gradient_report(net, X, y):
    """What the gradient check says, as text. It looks at weights near 0, where no unit is saturated, and at a few examples, each number of
    which is moved a little: a column that is the same in all of them has a deviation of 0, or of one rounding."""
    net, rng = copy.deepcopy(net), np.random.default_rng(0)
    net.theta = 0.3 * rng.standard_normal(net.theta.size)
    few = (X[:6] - X.mean()) / X.std() + 0.1 * rng.standard_normal(X[:6].shape)
    try:
        check_network(net, few, y[:6])
    except GradientError as error:
        return f"gradient check: the first wrong number on the way back is {error.array} of {error.where}"
    return "gradient check: every gradient agrees with finite differences"
