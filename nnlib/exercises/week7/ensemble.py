import numpy as np

from ...activations import softmax
from ..exercise import exercise


def logits_of_networks(rng):
    """Z (R, m, k) with R, m, k all different; some networks are far surer than others, so that every wrong mean shows."""
    return (rng.standard_normal((5, rng.integers(10, 13), rng.integers(3, 5))) * np.array([0.5, 1, 2, 4, 8]).reshape(5, 1, 1),)


def never_worse_than_the_mean_loss(answer, rng):
    (Z,) = logits_of_networks(rng)
    P, _ = answer(Z.copy())
    single = np.log(np.exp(Z).sum(axis=2, keepdims=True)) - Z
    return np.all(-np.log(P) <= single.mean(axis=0) + 1e-12)


@exercise(
    "week7.ensemble",
    title="The mean of several networks",
    minutes=8,
    difficulty=2,
    importance=4,
    returns={"P": "(m, k)", "labels": "(m,)"},
    inputs=logits_of_networks,
    hints=(
        "Which comes first, the softmax or the mean? And along which axis does each of them go?",
        "Softmax of every network by itself, over the classes (the last axis). Then the mean over the networks (axis 0). Then the largest column.",
        "E = np.exp(Z - Z.max(axis=2, keepdims=True)); P = (E / E.sum(axis=..., keepdims=True)).mean(axis=...); return P, P.argmax(axis=...)",
    ),
    properties=(("the ensemble's loss is at most the mean of the losses", never_worse_than_the_mean_loss),),
)
def ensemble(Z):
    E = np.exp(Z - Z.max(axis=2, keepdims=True))
    P = (E / E.sum(axis=2, keepdims=True)).mean(axis=0)
    labels = P.argmax(axis=1)
    return P, labels


@ensemble.also_right
def network_by_network(Z):
    P = sum(softmax(scores) for scores in Z) / len(Z)
    return P, np.argmax(P, axis=-1)


def labelled(probabilities):
    """A wrong solution: P = probabilities(Z), and its labels."""
    return lambda Z: (probabilities(Z), probabilities(Z).argmax(axis=1))


ensemble.add_mistakes(
    (
        "the softmax runs over the examples (axis=1): Z is (R, m, k), and the classes are on the last axis, axis=2 or axis=-1.",
        lambda Z: ((P := (np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)).mean(axis=0)), P.argmax(axis=1)),
    ),
    (
        "the logits were averaged, and then the softmax taken: the network with the largest scores has the most say. First each softmax, then the mean.",
        labelled(lambda Z: softmax(Z.mean(axis=0))),
    ),
    (
        "the networks vote: each gives 1 to its favourite. How sure each one is gets lost: take the mean of the probabilities.",
        labelled(lambda Z: np.eye(Z.shape[2])[Z.argmax(axis=2)].mean(axis=0)),
    ),
    ("P holds logits: the softmax is missing. Their mean is not a probability.", labelled(lambda Z: Z.mean(axis=0))),
    (
        "the probabilities of the networks are added: their rows sum to R. Take the mean over axis 0.",
        labelled(lambda Z: softmax(Z).sum(axis=0)),
    ),
    ("the mean runs over the examples. The networks are the first axis: mean(axis=0).", labelled(lambda Z: softmax(Z).mean(axis=1))),
    (
        "the mean runs over the classes, and every probability becomes 1/k. The networks are the first axis: mean(axis=0).",
        labelled(lambda Z: softmax(Z).mean(axis=2)),
    ),
    (
        "the softmax runs over the networks. For one network and one example the classes must sum to 1: axis=2.",
        labelled(lambda Z: softmax(Z.T).T.mean(axis=0)),
    ),
    ("P is that of the first network alone. Take the mean over all R of them.", labelled(lambda Z: softmax(Z[0]))),
    (
        "this is the geometric mean, the mean of the logs: one network that predicts 0 can veto. You need the plain mean of the probabilities.",
        labelled(lambda Z: np.exp(np.log(softmax(Z)).mean(axis=0))),
    ),
    (
        "P is right. labels run along the wrong axis: the most probable class of each row is argmax(axis=1).",
        ensemble.spoil(lambda P, labels: (P, P.argmax(axis=0))),
    ),
    (
        "P is right. labels holds one label for each network and example. Ask P, not Z: P.argmax(axis=1).",
        lambda Z: (softmax(Z).mean(axis=0), Z.argmax(axis=2)),
    ),
    (
        "P is right. labels holds probabilities: argmax gives the class, max how likely it is.",
        ensemble.spoil(lambda P, labels: (P, P.max(axis=1))),
    ),
    ("the two are right, but in the wrong order: return P, labels.", ensemble.spoil(lambda P, labels: (labels, P))),
)
