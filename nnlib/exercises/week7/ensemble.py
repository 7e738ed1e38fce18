import numpy as np

from ...activations import softmax
from ..exercise import exercise


def logits_of_networks(rng):
    """Z (R, m, k) with R, m, k all different; some networks are far surer than others, so that every wrong mean shows."""
    return (rng.standard_normal((5, 12, 3)) * np.array([0.5, 1, 2, 4, 8]).reshape(5, 1, 1),)


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


def logits_averaged(Z):
    P = softmax(Z.mean(axis=0))
    return P, P.argmax(axis=1)


def votes(Z):
    P = np.eye(Z.shape[2])[Z.argmax(axis=2)].mean(axis=0)
    return P, P.argmax(axis=1)


def softmax_missing(Z):
    P = Z.mean(axis=0)
    return P, P.argmax(axis=1)


def probabilities_added(Z):
    P = softmax(Z).sum(axis=0)
    return P, P.argmax(axis=1)


def mean_over_examples(Z):
    P = softmax(Z).mean(axis=1)
    return P, P.argmax(axis=1)


def mean_over_classes(Z):
    P = softmax(Z).mean(axis=2)
    return P, P.argmax(axis=1)


def softmax_over_networks(Z):
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    P = (E / E.sum(axis=0, keepdims=True)).mean(axis=0)
    return P, P.argmax(axis=1)


def first_network_alone(Z):
    P = softmax(Z[0])
    return P, P.argmax(axis=1)


def geometric_mean(Z):
    P = np.exp(np.log(softmax(Z)).mean(axis=0))
    return P, P.argmax(axis=1)


def labels_along_the_wrong_axis(Z):
    P = softmax(Z).mean(axis=0)
    return P, P.argmax(axis=0)


def probabilities_for_labels(Z):
    P = softmax(Z).mean(axis=0)
    return P, P.max(axis=1)


def wrong_order(Z):
    P = softmax(Z).mean(axis=0)
    return P.argmax(axis=1), P


ensemble.add_mistakes(
    (
        "the logits were averaged, and then the softmax taken: the network with the largest scores decides alone. First each softmax, then the mean.",
        logits_averaged,
    ),
    ("the networks vote: each gives 1 to its favourite. How sure each one is gets lost: take the mean of the probabilities.", votes),
    ("P holds logits: the softmax is missing. Their mean is no probability.", softmax_missing),
    ("the probabilities of the networks are added: their rows sum to R. Take the mean over axis 0.", probabilities_added),
    ("the mean runs over the examples. The networks are the first axis: mean(axis=0).", mean_over_examples),
    (
        "the mean runs over the classes, and every probability becomes 1/k. The networks are the first axis: mean(axis=0).",
        mean_over_classes,
    ),
    ("the softmax runs over the networks. For one network and one example the classes must sum to 1: axis=2.", softmax_over_networks),
    ("P is that of the first network alone. Take the mean over all R of them.", first_network_alone),
    (
        "this is the geometric mean, the mean of the logs: one network that says 0 can veto. The plain mean of the probabilities is asked for.",
        geometric_mean,
    ),
    ("P is right. labels run along the wrong axis: the best class of each row is argmax(axis=1).", labels_along_the_wrong_axis),
    (
        "P is right. labels holds one label for each network and example. Ask P, not Z: P.argmax(axis=1).",
        lambda Z: (softmax(Z).mean(axis=0), Z.argmax(axis=2)),
    ),
    ("P is right. labels holds probabilities: argmax gives the class, max how likely it is.", probabilities_for_labels),
    ("the two are right, but in another order: return P, labels.", wrong_order),
)
