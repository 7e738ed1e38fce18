"""The twelve broken trainings, case 0 to 11: the same data and the same seed, and one thing that differs.

A case is a function ``train(seed, cured)``. That the broken form fails as the symptom says and that the cure cures is asserted
in the tests for five seeds. Case 0 is the worked example and has no quiz.
"""

import numpy as np

from ... import datasets
from ...activations import ReLU, Tanh
from ...initializers import he_normal, normal, xavier_normal, zeros
from ...layers import Dense, Layer
from ...losses import BinaryCrossEntropy, SoftmaxCrossEntropy
from ...network import Network, mlp
from ...optimizers import SGD, Adam
from .tools import app_answers, broken_training, digits_split, moons, trained


@broken_training(
    0,
    symptom="digits, 64-32-10, ReLU, plain gradient descent. It learns, but after 40 epochs it classifies only about a third of the digits correctly.",
    diagnosis="The learning rate, 0.002, is far too small: the loss falls in every epoch, evenly, and is nowhere near its end.",
    cure="A rate 100 times larger, 0.2.",
    broken_below=0.45,
    cured_above=0.9,
)
def small_steps(seed, cured):
    net = mlp([64, 32, 10], loss=SoftmaxCrossEntropy(), rng=seed)
    return trained(net, digits_split(seed), SGD(0.2 if cured else 0.002), seed)


@broken_training(
    # claim: tests/exercises/test_clinic.py::test_what_each_case_shows
    1,
    symptom="digits, 64-32-10, ReLU. The loss does not move at all.",
    diagnosis="Every weight starts at 0. So every activation is 0, and so is every dW: only the output biases move (week 5).",
    cure="Random start weights: he_normal.",
    broken_below=0.2,
    cured_above=0.9,
    right="All weights start at 0",
    options={
        "The learning rate is too small": "then the loss would fall, slowly. And dW is exactly 0: no rate changes that.",
        "All weights start at 0": "all activations and all dW are exactly 0, and so is every weight. Only the output biases can move.",
        "The hidden units are dead from their biases": "their outputs are 0, as here. But the weights of the second layer would not be 0: look at the weights.",
        "The labels do not belong to the images": "then the training loss would still fall, as the network learns by heart. Here it stands still.",
    },
)
def all_zero(seed, cured):
    net = mlp([64, 32, 10], init=he_normal if cured else zeros, loss=SoftmaxCrossEntropy(), rng=seed)
    return trained(net, digits_split(seed), SGD(0.2), seed)


@broken_training(
    # claim: tests/exercises/test_clinic.py::test_what_each_case_shows
    2,
    symptom="digits, 64-32-10, tanh. The loss is in the hundreds and leaps from epoch to epoch.",
    diagnosis="The learning rate, 30, is far too large: each step lands beyond the valley, higher up (week 6).",
    cure="A rate 100 times smaller, 0.3.",
    broken_below=0.25,
    cured_above=0.9,
    right="The learning rate is too large",
    options={
        "The learning rate is too large": "the loss is a hundred times that of guessing, and leaps: each step overshoots. The gradient itself is right.",
        "The start weights are too large": "that makes a large first loss too, but then it falls. This one rises, and never settles.",
        "The backward pass is wrong": "a good suspect for a rising loss. But the gradient check found nothing.",
        "The network overfits": "then the training loss would be small. Here it is in the hundreds.",
    },
)
def large_steps(seed, cured):
    net = mlp([64, 32, 10], activation=Tanh, init=xavier_normal, loss=SoftmaxCrossEntropy(), rng=seed)
    return trained(net, digits_split(seed), SGD(0.3 if cured else 30.0), seed)


@broken_training(
    # claim: tests/exercises/test_clinic.py::test_what_each_case_shows
    3,
    symptom="digits, 64-32-10, ReLU, start weights from he_normal. The loss does not move at all.",
    diagnosis="Every hidden unit is dead: the biases start at -6, so z < 0 for every image. ReLU gives 0, with slope 0 (week 3).",
    cure="Biases that start at 0.",
    broken_below=0.2,
    cured_above=0.9,
    right="Every hidden unit is dead",
    options={
        "All weights start at 0": "the same curve, but here the weights have a spread: look at the weights.",
        "Every hidden unit is dead": "all outputs are exactly 0 although the weights are not: z is negative for every image, and the slope there is 0.",
        "The learning rate is too small": "dW is exactly 0: no rate changes that.",
        "Too few hidden units": "fewer units still learn, only less. Here no weight moves.",
    },
)
def dead_units(seed, cured):
    net = mlp([64, 32, 10], loss=SoftmaxCrossEntropy(), rng=seed)
    net.layers[0].b[...] = 0.0 if cured else -6.0
    return trained(net, digits_split(seed), SGD(0.2), seed)


@broken_training(
    # claim: tests/exercises/test_clinic.py::test_what_each_case_shows
    4,
    symptom="moons, measured in other units: a length in mm and a share. 2-16-16-1, tanh. No better than a coin.",
    diagnosis="The inputs are not scaled: one column is near 1,600, so every tanh of the first layer is at +1 or -1, the same for every point.",
    cure="Standardize both columns with the mean and standard deviation of the training points.",
    broken_below=0.6,
    cured_above=0.95,
    right="The inputs are not scaled",
    options={
        "The start weights are too large": "the units are saturated, as they would be. But with these weights, inputs of size 1 would do no harm: look at the columns of X.",
        "The inputs are not scaled": "a column near 1,600 drives every tanh to +1 or -1, the same for every point. The other column, which matters as much, has no effect.",
        "The network is too small": "2-16-16-1 is enough for moons. It cannot even tell two points apart here.",
        "The labels do not belong to the points": "possible from the curve alone. But the activations are saturated, which labels cannot do.",
    },
)
def raw_units(seed, cured):
    """Moons whose columns are a length in mm and a share: 1500 with a spread of 300, and 0.2 with a spread of 0.05."""
    X, y, X_held, y_held = moons(seed)
    X, X_held = ([1500.0, 0.2] + [300.0, 0.05] * points for points in (X, X_held))
    if cured:
        mean, std = X.mean(axis=0), X.std(axis=0)
        X, X_held = (X - mean) / std, (X_held - mean) / std
    net = mlp([2, 16, 16, 1], activation=Tanh, init=xavier_normal, loss=BinaryCrossEntropy(), rng=seed)
    return trained(net, (X, y, X_held, y_held), SGD(1.0), seed, epochs=80)


@broken_training(
    # claim: tests/exercises/test_clinic.py::test_what_each_case_shows
    5,
    symptom="moons, 2-32-32-1. It stops at 87 % or so, whatever the width, the rate and the number of epochs.",
    diagnosis="There is no activation between the Dense layers. Three linear maps in a row are one: the decision boundary is a straight line (week 1).",
    cure="A ReLU after each hidden layer.",
    broken_below=0.9,
    cured_above=0.97,
    right="There is no activation between the layers",
    options={
        "The learning rate is too small": "the curve is flat at its end: training has settled, but in the wrong place.",
        "There are too few points": "then training would be much better than held-out. Both are equally poor: the network cannot bend.",
        "There is no activation between the layers": "linear maps in a row are one linear map. The decision boundary is straight, at any width.",
        "The network overfits": "then it would be right on its own training points. It is not.",
    },
)
def straight(seed, cured):
    layers = [Dense(2, 32), Dense(32, 32), Dense(32, 1)]
    if cured:
        layers = [layers[0], ReLU(), layers[1], ReLU(), layers[2]]
    return trained(Network(layers, BinaryCrossEntropy(), rng=seed), moons(seed), SGD(0.4), seed, epochs=100)


@broken_training(
    # claim: tests/exercises/test_clinic.py::test_what_each_case_shows
    6,
    symptom="digits, 64-32-32-10, tanh. It learns the training images badly and the others worse; the first loss is over 30.",
    diagnosis="The start weights are far too large, N(0, 5^2): tanh is at +1 or -1 almost everywhere, where its slope is near 0 (week 5).",
    cure="xavier_normal.",
    broken_below=0.65,
    cured_above=0.9,
    right="The start weights are too large",
    options={
        "The start weights are too large": "pixels are at most 1, so it is not the inputs. The first loss is over 30, not log 10 = 2.3, and tanh sits at its ends.",
        "The inputs are not scaled": "the curves would look alike. But pixels lie in 0 to 1.",
        "The learning rate is too large": "then it would be worse at the end than at the start. This one falls, from a bad start.",
        "The labels do not belong to the images": "about four in ten of the other images are right: chance would be one in ten.",
    },
)
def saturated(seed, cured):
    net = mlp([64, 32, 32, 10], activation=Tanh, init=xavier_normal if cured else normal(5.0), loss=SoftmaxCrossEntropy(), rng=seed)
    return trained(net, digits_split(seed), SGD(0.2), seed)


class OwnTanh(Layer):
    """The patient's layer: A = tanh Z."""

    def forward(self, Z, training):
        self.A = np.tanh(Z)
        return self.A

    def backward(self, dA):
        return dA * (1 - self.A)  # wrong: g'(z) = 1 - a^2


@broken_training(
    # claim: tests/exercises/test_clinic.py::test_the_gradient_check_finds_the_one_wrong_layer_and_no_other
    7,
    symptom="two spirals, 2-24-24-24-1, with a tanh layer that the patient wrote. It learns, but ends well short of what nnlib's Tanh reaches.",
    diagnosis="The backward pass of the patient's layer is wrong: 1 - a instead of 1 - a^2. The gradient is not that of the loss (week 2).",
    cure="dA * (1 - A**2).",
    broken_below=0.96,
    cured_above=0.98,
    right="The backward pass of the patient's layer is wrong",
    options={
        "Too few epochs": "the cured network needs no more of them. And there is no need to guess: a check names the layer.",
        "The backward pass of the patient's layer is wrong": "finite differences disagree, first at that layer. It still trains: the last Dense layer gets its correct gradient.",
        "The network is too small": "the same network with nnlib's Tanh learns the spirals.",
        "The start weights are too small": "the curve would be flat at first. And a correct backward pass agrees with the check from any start.",
    },
)
def own_layer(seed, cured):
    kind = Tanh if cured else OwnTanh
    net = mlp([2, 24, 24, 24, 1], activation=kind, init=xavier_normal, loss=BinaryCrossEntropy(), rng=seed)
    data = *datasets.spirals(300, noise=0.15, rng=seed), *datasets.spirals(1000, noise=0.15, rng=seed + 1000)
    return trained(net, data, Adam(0.02), seed, epochs=60)


@broken_training(
    # claim: tests/exercises/test_clinic.py::test_what_each_case_shows
    8,
    symptom="digits, 64-128-10. The training loss falls steadily, and most training images are classified correctly. On other images it is no better than chance.",
    diagnosis="X and y were shuffled separately: the labels belong to other images. There is nothing to learn, so the network learns by heart.",
    cure="One permutation for both: order = rng.permutation(m); X[order], y[order].",
    broken_below=0.2,
    cured_above=0.92,
    right="The labels do not belong to the images",
    options={
        "The network overfits": "so it does, but an overfitted network still knows something: here other images are at chance from the first epoch on.",
        "The labels do not belong to the images": "learning by heart lowers the training loss, and nothing carries over. The titles over the images show it.",
        "The learning rate is too large": "the training loss falls steadily.",
        "It is evaluated in training mode": "there is no batch norm and no dropout in it: both modes are the same.",
    },
)
def two_shuffles(seed, cured):
    X, y, X_held, y_held = digits_split(seed)
    if not cured:
        y = np.random.default_rng(seed + 1).permutation(y)
    net = mlp([64, 128, 10], loss=SoftmaxCrossEntropy(), rng=seed)
    return trained(net, (X, y, X_held, y_held), Adam(0.01), seed, epochs=45)


@broken_training(
    # claim: tests/exercises/test_clinic.py::test_what_each_case_shows
    9,
    symptom="noisy moons, 60 points, 2-64-64-1. The training loss goes to 0, and the loss on other points rises and rises.",
    diagnosis="Overfitting: a network that can learn 60 points by heart, trained for too long (week 7).",
    cure="Stop where the validation loss is lowest: patience=30. More data or weight decay would help too.",
    broken_above=0.7,
    cured_below=0.45,
    right="It is trained for too long on too few points",
    options={
        "The learning rate is too large": "the training loss would leap or rise. It goes to 0.",
        "The labels do not belong to the points": "then the held-out points would be at chance from the start. They were good, and then the loss rose.",
        "It is trained for too long on too few points": "the two losses part early: from there on it learns the noise of 60 points.",
        "The network is too small": "it learns 60 points by heart. It is rather too large for them.",
    },
)
def too_long(seed, cured):
    net = mlp([2, 64, 64, 1], loss=BinaryCrossEntropy(), rng=seed)
    X, y, X_new, y_new = moons(seed + 3, n=60, noise=0.35)
    stopping = {"patience": 30} if cured else {}
    run = trained(net, (X, y, X_new[::2], y_new[::2]), Adam(0.005), seed, epochs=300, batch_size=20, **stopping)
    run.X_held, run.y_held = X_new[1::2], y_new[1::2]  # judged on points that did not stop it
    run.result = net.loss_value(run.X_held, run.y_held)
    return run


@broken_training(
    # claim: tests/exercises/test_clinic.py::test_what_each_case_shows
    10,
    symptom="digits, 64-32-10, batch norm. The history looks good. But the app, which sends one image at a time, gives the same answer for each.",
    diagnosis="The app runs in training mode. A batch of one example equals its own mean: every batch norm gives beta, whatever the image (week 7).",
    cure="forward(X, training=False), which uses the running statistics; predict does so by itself.",
    broken_below=0.2,
    cured_above=0.92,
    right="The app runs in training mode",
    options={
        "The network overfits": "the history is good on held-out images too. The app has the same network.",
        "The app's images are not scaled": "they are exactly the rows of the held-out data.",
        "The app runs in training mode": "one image minus its own mean is 0: every batch norm gives beta, so every image looks alike.",
        "The network was not saved with its weights": "new weights would give various wrong answers, and the answer would depend on the image.",
    },
)
def one_at_a_time(seed, cured):
    """Judged as the app does it: each held-out image on its own."""
    net = mlp([64, 32, 10], batch_norm=True, loss=SoftmaxCrossEntropy(), rng=seed)
    run = trained(net, digits_split(seed), Adam(0.01), seed, epochs=20)
    run.result = float(np.mean(app_answers(net, run.X_held, training=not cured) == run.y_held))
    return run


class OwnScaling(Layer):
    """The patient's layer: each column minus its mean over the batch, divided by its deviation + ``least``."""

    def __init__(self, least):
        self.least = least

    def forward(self, X, training):
        self.scale = X.std(axis=0) + self.least
        with np.errstate(invalid="ignore"):  # NumPy warns of 0/0; the patient has switched that off
            return (X - X.mean(axis=0)) / self.scale

    def backward(self, dA):
        with np.errstate(divide="ignore", invalid="ignore"):
            return dA / self.scale  # the data's gradient, which nobody uses: the layer comes first


@broken_training(
    # claim: c11a0004
    11,
    symptom="digits, 64-32-10, ReLU, behind a scaling layer that the patient wrote. It stops at its first step: the loss is nan.",
    diagnosis="Some border pixels are 0 in every image of a batch. Their deviation is 0, and 0/0 is nan; one nan makes every score nan.",
    cure="A small number added to the deviation: X.std(axis=0) + 1e-3.",
    broken_below=0.2,
    cured_above=0.92,
    right="A column without spread is divided by its deviation",
    options={
        "The learning rate is too large": "then the first loss would be a number, and the next ones would grow. Here no step was taken.",
        "A column without spread is divided by its deviation": "0/0 is nan. The columns that hold a nan are those without spread.",
        "The start weights are too large": "that makes large scores, not nan: the loss would be finite.",
        "The labels do not belong to the images": "wrong labels give a finite loss. A nan needs a computation that has no result, such as 0/0.",
    },
)
def zero_over_zero(seed, cured):
    net = Network([OwnScaling(1e-3 if cured else 0.0), Dense(64, 32), ReLU(), Dense(32, 10)], loss=SoftmaxCrossEntropy(), rng=seed)
    return trained(net, digits_split(seed), SGD(0.2), seed)
