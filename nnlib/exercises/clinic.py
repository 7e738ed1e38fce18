"""The debugging clinic: trainings that fail, each for one reason, with their cures.

    ill = case(1)                      # the network, its history, its data
    plots.curves(ill.history)          # look, then answer the card: quiz("case1")
    ill.run(cured=True)                # the same training, mended

Each case is a function ``train(seed, cured)``: the same data and the same seed, and one thing that differs. That the ill form
fails as told and the cure cures, is asserted in the tests for five seeds. Case 0 is the worked example.
"""

import copy
import functools
from dataclasses import dataclass

import numpy as np

from .. import datasets
from ..activations import ReLU, Tanh
from ..gradient_check import GradientError, check_layer, check_network
from ..initializers import he_normal, normal, xavier_normal, zeros
from ..layers import Dense, Layer
from ..losses import BinaryCrossEntropy, SoftmaxCrossEntropy
from ..network import Network, mlp
from ..optimizers import SGD, Adam
from ..training import History, TrainingDiverged, fit
from .cards import QUIZZES, Question

SEEDS = 5


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
    """A broken training. Its ill run with seed 0 lies in ``net``, ``history``, ``X``, ``y``, ``X_held``, ``y_held``."""

    number: int
    symptom: str
    diagnosis: str
    cure: str
    train: callable
    ill: float  # bounds of the result that every seed keeps: the ill runs on one side, the cured ones on the other
    cured: float
    judged_by: str = "accuracy"

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
        """The bounds that all five seeds keep, ill and cured; ValueError if one does not."""
        ill, cured = ([self.run(seed, form).result for seed in range(SEEDS)] for form in (False, True))
        lower, upper = (cured, ill) if self.judged_by == "loss" else (ill, cured)
        if max(lower) > min(self.ill, self.cured) or min(upper) < max(self.ill, self.cured):
            raise ValueError(f"case {self.number} does not keep its bounds: ill {ill}, cured {cured}")
        if self.judged_by == "loss":
            return f"held-out loss, {SEEDS} seeds: ill above {self.ill:g} in each, cured below {self.cured:g} in each"
        return f"held-out accuracy, {SEEDS} seeds: ill below {self.ill:.0%} in each, cured above {self.cured:.0%} in each".replace(
            "%", " %"
        )


@functools.lru_cache(maxsize=200)
def trained_once(train, seed, cured):
    return train(seed, cured)


def case(number):
    """The case of that number, 0 to 10."""
    if number not in range(len(CASES)):
        raise ValueError(f"there are cases 0 to {len(CASES) - 1}, got {number!r}")
    return CASES[number]


# ---- data, and the training that all share


def moons(seed, n=200, noise=0.15):
    X, y = datasets.moons(n, noise=noise, rng=seed)
    return X, y, *datasets.moons(1000, noise=noise, rng=seed + 1000)


def numerals(seed, n=500):
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


# ---- the cases


def small_steps(seed, cured):
    net = mlp([64, 32, 10], loss=SoftmaxCrossEntropy(), rng=seed)
    return trained(net, numerals(seed), SGD(0.2 if cured else 0.002), seed)


def all_zero(seed, cured):
    net = mlp([64, 32, 10], init=he_normal if cured else zeros, loss=SoftmaxCrossEntropy(), rng=seed)
    return trained(net, numerals(seed), SGD(0.2), seed)


def large_steps(seed, cured):
    net = mlp([64, 32, 10], activation=Tanh, init=xavier_normal, loss=SoftmaxCrossEntropy(), rng=seed)
    return trained(net, numerals(seed), SGD(0.3 if cured else 30.0), seed)


def dead_units(seed, cured):
    net = mlp([64, 32, 10], loss=SoftmaxCrossEntropy(), rng=seed)
    net.layers[0].b[...] = 0.0 if cured else -6.0
    return trained(net, numerals(seed), SGD(0.2), seed)


def raw_units(seed, cured):
    """Moons whose columns are a length in mm and a share: 1500 with a spread of 300, and 0.2 with a spread of 0.05."""
    X, y, X_held, y_held = moons(seed)
    X, X_held = ([1500.0, 0.2] + [300.0, 0.05] * points for points in (X, X_held))
    if cured:
        mean, std = X.mean(axis=0), X.std(axis=0)
        X, X_held = (X - mean) / std, (X_held - mean) / std
    net = mlp([2, 16, 16, 1], activation=Tanh, init=xavier_normal, loss=BinaryCrossEntropy(), rng=seed)
    return trained(net, (X, y, X_held, y_held), SGD(1.0), seed, epochs=80)


def straight(seed, cured):
    layers = [Dense(2, 32), Dense(32, 32), Dense(32, 1)]
    if cured:
        layers = [layers[0], ReLU(), layers[1], ReLU(), layers[2]]
    return trained(Network(layers, BinaryCrossEntropy(), rng=seed), moons(seed), SGD(0.4), seed, epochs=100)


def saturated(seed, cured):
    net = mlp([64, 32, 32, 10], activation=Tanh, init=xavier_normal if cured else normal(5.0), loss=SoftmaxCrossEntropy(), rng=seed)
    return trained(net, numerals(seed), SGD(0.2), seed)


class OwnTanh(Layer):
    """The patient's layer: A = tanh Z."""

    def forward(self, Z, training):
        self.A = np.tanh(Z)
        return self.A

    def backward(self, dA):
        return dA * (1 - self.A)  # wrong: g'(z) = 1 - a^2


def own_layer(seed, cured):
    kind = Tanh if cured else OwnTanh
    net = mlp([2, 24, 24, 24, 1], activation=kind, init=xavier_normal, loss=BinaryCrossEntropy(), rng=seed)
    data = *datasets.spirals(300, noise=0.15, rng=seed), *datasets.spirals(1000, noise=0.15, rng=seed + 1000)
    return trained(net, data, Adam(0.02), seed, epochs=60)


def two_shuffles(seed, cured):
    X, y, X_held, y_held = numerals(seed)
    if not cured:
        y = np.random.default_rng(seed + 1).permutation(y)
    net = mlp([64, 128, 10], loss=SoftmaxCrossEntropy(), rng=seed)
    return trained(net, (X, y, X_held, y_held), Adam(0.01), seed, epochs=45)


def too_long(seed, cured):
    net = mlp([2, 64, 64, 1], loss=BinaryCrossEntropy(), rng=seed)
    data = moons(seed + 3, n=60, noise=0.35)
    run = trained(net, data, Adam(0.005), seed, epochs=300, batch_size=20, **({"patience": 30} if cured else {}))
    run.result = net.loss_value(data[2], data[3])
    return run


def one_at_a_time(seed, cured):
    """Judged as the app does it: each held-out image on its own."""
    net = mlp([64, 32, 10], batch_norm=True, loss=SoftmaxCrossEntropy(), rng=seed)
    run = trained(net, numerals(seed), Adam(0.01), seed, epochs=20)
    run.result = float(np.mean(app_answers(net, run.X_held, training=not cured) == run.y_held))
    return run


def app_answers(net, images, training=True):
    """The app: it sends one image at a time through the network and says the class with the largest score."""
    running = [(layer, name, getattr(layer, name)) for layer in net.layers for name in layer.buffers]
    answers = np.array([net.forward(image[None], training=training)[0].argmax() for image in images])
    for layer, name, array in running:
        setattr(layer, name, array)
    return answers


# ---- a layer of the learner's own


def try_layer(layer, X, **options):
    """Run a layer against finite differences and print, calmly, what came of it. Never raises on what the learner wrote."""
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


def first_wrong(net, X, y):
    """What the gradient check says, as text. It looks at weights near 0, where no unit is saturated, and at a few examples."""
    net, X = copy.deepcopy(net), (X - X.mean()) / X.std()
    net.theta = 0.3 * np.random.default_rng(0).standard_normal(net.theta.size)
    try:
        check_network(net, X[:6], y[:6])
    except GradientError as error:
        return f"gradient check: the first wrong number on the way back is {error.array} of {error.where}"
    return "gradient check: every gradient agrees with finite differences"


CASES = [
    Case(
        0,
        "digits, 64-32-10, ReLU, plain gradient descent. It learns, but after 40 epochs it knows a third of the digits at best.",
        "The learning rate, 0.002, is far too small: the loss falls in every epoch, evenly, and is nowhere near its end.",
        "A rate 100 times larger, 0.2.",
        small_steps,
        0.45,
        0.9,
    ),
    Case(
        1,
        "digits, 64-32-10, ReLU. The loss does not move at all.",
        "Every weight starts at 0. So every activation is 0, and so is every dW: only the output biases move (week 5).",
        "Random start weights: he_normal.",
        all_zero,
        0.2,
        0.9,
    ),
    Case(
        2,
        "digits, 64-32-10, tanh. The loss is in the hundreds and leaps from epoch to epoch.",
        "The learning rate, 30, is far too large: each step lands beyond the valley, higher up (week 6).",
        "A rate 100 times smaller, 0.3.",
        large_steps,
        0.25,
        0.9,
    ),
    Case(
        3,
        "digits, 64-32-10, ReLU, start weights from he_normal. The loss does not move at all.",
        "Every hidden unit is dead: the biases start at -6, so z < 0 for every image. ReLU gives 0, with slope 0 (week 3).",
        "Biases that start at 0.",
        dead_units,
        0.2,
        0.9,
    ),
    Case(
        4,
        "moons, measured in other units: a length in mm and a share. 2-16-16-1, tanh. No better than a coin.",
        "The inputs are not scaled: one column is near 1500, so every tanh of the first layer is at +1 or -1, the same for every point.",
        "Standardize both columns with the mean and standard deviation of the training points.",
        raw_units,
        0.6,
        0.95,
    ),
    Case(
        5,
        "moons, 2-32-32-1. It stops at 87 % or so, whatever the width, the rate and the number of epochs.",
        "There is no activation between the Dense layers. Three linear maps in a row are one: the border is a straight line (week 1).",
        "A ReLU after each hidden layer.",
        straight,
        0.9,
        0.97,
    ),
    Case(
        6,
        "digits, 64-32-32-10, tanh. It learns the training images badly and the others worse; the first loss is over 30.",
        "The start weights are far too large, N(0, 5^2): tanh is at +1 or -1 almost everywhere, where its slope is near 0 (week 5).",
        "xavier_normal.",
        saturated,
        0.65,
        0.9,
    ),
    Case(
        7,
        "two spirals, 2-24-24-24-1, with a tanh layer that the patient wrote. It learns, but ends well short of what nnlib's Tanh reaches.",
        "The backward pass of the own layer is wrong: 1 - a instead of 1 - a^2. The gradient is not that of the loss (week 2).",
        "dA * (1 - A**2).",
        own_layer,
        0.96,
        0.98,
    ),
    Case(
        8,
        "digits, 64-128-10. The training loss falls nicely, most training images are right. On other images it is no better than chance.",
        "X and y were shuffled separately: the labels belong to other images. There is nothing to learn, so the network learns by heart.",
        "One permutation for both: order = rng.permutation(m); X[order], y[order].",
        two_shuffles,
        0.2,
        0.92,
    ),
    Case(
        9,
        "noisy moons, 60 points, 2-64-64-1. The training loss goes to 0, and the loss on other points rises and rises.",
        "Overfitting: a network that can learn 60 points by heart, trained for too long (week 7).",
        "Stop where the validation loss is lowest: patience=30. More data or weight decay would help too.",
        too_long,
        0.8,
        0.45,
        "loss",
    ),
    Case(
        10,
        "digits, 64-32-10, batch norm. The history is perfect. But the app, which sends one image at a time, gives the same answer for each.",
        "The app runs in training mode. A batch of one example equals its own mean: every batch norm gives beta, whatever the image (week 7).",
        "forward(X, training=False), which uses the running statistics; predict does so by itself.",
        one_at_a_time,
        0.2,
        0.92,
    ),
]

QUESTION = "What is wrong?"
CARDS = {
    1: (
        "All weights start at 0",
        {
            "The learning rate is too small": "then the loss would fall, slowly. And dW is exactly 0: no rate changes that.",
            "All weights start at 0": "all activations and all dW are exactly 0, and so is every weight. Only the output biases can move.",
            "The hidden units are dead from their biases": "their outputs are 0, as here. But the weights of the second layer would not be 0: look at the third line.",
            "The labels do not belong to the images": "then the training loss would still fall, as the network learns by heart. Here it stands still.",
        },
    ),
    2: (
        "The learning rate is too large",
        {
            "The learning rate is too large": "the loss is a hundred times that of guessing, and leaps: each step overshoots. The gradient itself is right.",
            "The start weights are too large": "that makes a large first loss too, but then it falls. This one rises, and never settles.",
            "The backward pass is wrong": "a good suspect for a rising loss. But the gradient check found nothing.",
            "The network overfits": "then the training loss would be small. Here it is in the hundreds.",
        },
    ),
    3: (
        "Every hidden unit is dead",
        {
            "All weights start at 0": "the same curve, but here the weights have a spread. Look at the line of weights.",
            "Every hidden unit is dead": "all outputs are exactly 0 although the weights are not: z is negative for every image, and the slope there is 0.",
            "The learning rate is too small": "dW is exactly 0: no rate changes that.",
            "Too few hidden units": "fewer units learn less, but they learn. Here nothing moves.",
        },
    ),
    4: (
        "The inputs are not scaled",
        {
            "The start weights are too large": "the units are saturated, as they would be. But with these weights, inputs of size 1 would do no harm: look at the columns of X.",
            "The inputs are not scaled": "a column near 1500 drives every tanh to +1 or -1, the same for every point. The other column, which matters as much, is not heard.",
            "The network is too small": "2-16-16-1 is enough for moons. It cannot even tell two points apart here.",
            "The labels do not belong to the points": "possible from the curve alone. But the activations are saturated, which labels cannot do.",
        },
    ),
    5: (
        "There is no activation between the layers",
        {
            "The learning rate is too small": "the curve is flat at its end: it has arrived. It is the place that is wrong.",
            "There are too few points": "then training would be much better than held-out. Both are equally poor: the network cannot bend.",
            "There is no activation between the layers": "linear maps in a row are one linear map. The border is straight, at any width.",
            "The network overfits": "then it would be right on its own training points. It is not.",
        },
    ),
    6: (
        "The start weights are too large",
        {
            "The start weights are too large": "pixels are at most 1, so it is not the inputs. The first loss is over 30, not log 10 = 2.3, and tanh sits at its ends.",
            "The inputs are not scaled": "the curves would look alike. But pixels lie in 0 to 1.",
            "The learning rate is too large": "then it would be worse at the end than at the start. This one falls steadily, from a bad start.",
            "The labels do not belong to the images": "half of the other images are right: chance would be a tenth.",
        },
    ),
    7: (
        "The backward pass of the own layer is wrong",
        {
            "Too few epochs": "the cured network needs no more of them. And it is no guess: a check names the layer.",
            "The backward pass of the own layer is wrong": "finite differences disagree, first at that layer. It still trains: a wrong gradient often points roughly downhill.",
            "The network is too small": "the same network with nnlib's Tanh learns the spirals.",
            "The start weights are too small": "the curve would be flat at first. And the gradient check does not depend on where one starts.",
        },
    ),
    8: (
        "The labels do not belong to the images",
        {
            "The network overfits": "so it does, but an overfitted network still knows something: here other images are at chance from the first epoch on.",
            "The labels do not belong to the images": "look at the titles over the images. By-heart learning lowers the training loss, and nothing carries over.",
            "The learning rate is too large": "the training loss falls in order.",
            "It is evaluated in training mode": "there is no batch norm and no dropout in it: both modes are the same.",
        },
    ),
    9: (
        "It is trained for too long on too few points",
        {
            "The learning rate is too large": "the training loss would leap or rise. It goes to 0.",
            "The labels do not belong to the points": "then the held-out points would be at chance from the start. They were good, and then the loss rose.",
            "It is trained for too long on too few points": "the two losses part early: from there on it learns the noise of 60 points.",
            "The network is too small": "it learns 60 points by heart. It is rather too large for them.",
        },
    ),
    10: (
        "The app runs in training mode",
        {
            "The network overfits": "the history is good on held-out images too. The app has the same network.",
            "The app's images are not scaled": "they are the very rows of the held-out data.",
            "The app runs in training mode": "one image minus its own mean is 0: every batch norm gives beta, so every image looks alike.",
            "The network was not saved with its weights": "new weights would give various wrong answers, and the answer would depend on the image.",
        },
    ),
}
for number, (right, options) in CARDS.items():
    QUIZZES[f"case{number}"] = [Question(f"Case {number}. {QUESTION}", options, right)]
