"""Week 8: choose a cause. Small trainings that fail, run on the spot, told by one line of numbers; and the clinic's own cases."""

import numpy as np

from ....activations import ReLU, Tanh
from ....datasets import moons
from ....initializers import he_normal, normal, xavier_normal, zeros
from ....layers import Dense
from ....losses import BinaryCrossEntropy
from ....network import Network, mlp
from ....optimizers import SGD
from ....training import TrainingDiverged, fit
from ...cards import QUIZZES
from ...clinic import case
from ..family import ask, family

ORDER = "1/1 Where to look, and in which order"
CAUSES = {
    "All weights start at 0": "then the weights would still be exactly 0.",
    "Every hidden unit is dead": "then the share of hidden outputs that are 0 would be 1, with weights that are not 0.",
    "The learning rate is far too small": "then the loss would hardly move, with hidden outputs that are not all 0.",
    "The learning rate is far too large": "then the loss would leap, or end far above its start.",
    "The start weights are far too large": "then the hidden weights would be far above 0.8, and the loss would fall.",
    "There is no activation between the layers": "then it would do as well as a straight line, with hidden weights near 0.8 and no hidden output that is 0.",
}
EVIDENCE = {
    "All weights start at 0": "all hidden weights are exactly 0, so nothing moves but the last bias.",
    "Every hidden unit is dead": "every hidden output is 0, although the weights are not.",
    "The learning rate is far too small": "the loss hardly moves, although hidden units are alive.",
    "The learning rate is far too large": "the loss ends far above its start.",
    "The start weights are far too large": "the hidden weights are far above 0.8, the mean size under he_normal, and the loss falls.",
    "There is no activation between the layers": "it learns, and stops where a straight line does.",
}


def broken(cause, seed):
    """A small network on moons, broken in one way, trained for 30 epochs."""
    X, y = moons(120, noise=0.1, rng=seed)
    kind, init, lr = ReLU, he_normal, 0.3
    if cause == "The start weights are far too large":
        kind, init = Tanh, normal(12.0)
    if cause == "The learning rate is far too large":
        kind, init, lr = Tanh, xavier_normal, 300.0
    if cause == "The learning rate is far too small":
        lr = 1e-5
    net = mlp([2, 12, 1], activation=kind, init=zeros if cause == "All weights start at 0" else init, loss=BinaryCrossEntropy(), rng=seed)
    if cause == "There is no activation between the layers":
        net = Network([Dense(2, 12), Dense(12, 1)], BinaryCrossEntropy(), rng=seed)
    if cause == "Every hidden unit is dead":
        net.layers[0].b[...] = -20.0
    first = net.loss_value(X, y)
    try:
        fit(net, X, y, SGD(lr), epochs=30, rng=seed, progress=False)
    except TrainingDiverged:
        pass
    hidden = X @ net.layers[0].W + net.layers[0].b
    if len(net.layers) == 3:
        hidden = net.layers[1].forward(hidden, training=False)
    return {
        "first": first,
        "last": net.loss_value(X, y),
        "accuracy": net.score(X, y),
        "off": float((hidden == 0).mean()),
        "weights": float(np.abs(net.layers[0].W).mean()),
    }


@family("week8", 0, ORDER, "cause")
def why_it_fails(draw):
    cause, seed = draw.pick(*CAUSES), draw.int(0, 9999)
    seen = broken(cause, seed)
    line = (
        f"first loss {two(seen['first'])}, last loss {two(seen['last'])}, accuracy {100 * seen['accuracy']:.0f} %, "
        f"hidden outputs that are exactly 0: {100 * seen['off']:.0f} %, mean size of the hidden weights {two(seen['weights'])}"
    )
    return ask(
        f"Moons, a network 2-12-1, 30 epochs. {line}. What is wrong?",
        cause,
        EVIDENCE[cause],
        [(other, reason) for other, reason in CAUSES.items() if other != cause],
        cause=cause,
        seed=seed,
        seen=seen,
    )


def two(value):
    """Two digits, as 0.69, 12, 340 or 0."""
    return "0" if value == 0 else f"{float(f'{value:.2g}'):g}"


SEEN = {  # what the notebook shows of a case beside its symptom, where the symptom alone leaves more than one cause
    1: " At the end all weights are still 0.",
    2: " Before the first step it was 2.3; the gradient check finds nothing.",
    6: " The pixels lie in 0 to 1.",
}


def from_case(draw, first, last):
    """The clinic's question on one of its cases, with its own options and reasons."""
    number = draw.int(first, last)
    question = QUIZZES[f"case{number}"][0]
    return ask(
        f"A training that fails: {case(number).symptom}{SEEN.get(number, '')} What is the most likely cause?",
        question.right,
        question.options[question.right],
        [(option, reason) for option, reason in question.options.items() if option != question.right],
        case=number,
    )


@family("week8", 0, "2/2 Cases 1 to 5", "cause")
def case_1_to_5(draw):
    return from_case(draw, 1, 5)


@family("week8", 0, "3/3 Cases 6 to 11", "cause")
def case_6_to_11(draw):
    return from_case(draw, 6, 11)
