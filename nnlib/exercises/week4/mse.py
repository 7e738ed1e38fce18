import numpy as np

from ..exercise import exercise
from ..properties import matches_its_own_loss


def outputs_and_targets(rng):
    """Z and Y of three or four outputs for five to seven examples: m and k differ, so that dividing by the wrong one shows."""
    shape = rng.integers(5, 8), rng.integers(3, 5)
    return rng.standard_normal(shape), rng.standard_normal(shape)


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
    properties=(("dZ matches finite differences of the L you return", matches_its_own_loss(outputs_and_targets)),),
)
def mse(Z, Y):
    m = len(Z)
    L = ((Z - Y) ** 2).sum() / m
    dZ = 2 * (Z - Y) / m
    return L, dZ


mse.also_right(lambda Z, Y: (np.mean(np.sum((Z - Y) ** 2, axis=1)), (Z - Y) * (2 / Z.shape[0])))

mse.add_mistakes(
    (
        "L and dZ are k times too small, as np.mean averages over the outputs too. By (1) the sum over outputs is divided by m alone: .sum() / len(Z).",
        lambda Z, Y: (np.mean((Z - Y) ** 2), 2 * (Z - Y) / Z.size),
    ),
    (
        "L is right, but dZ is divided by m times k: it belongs to np.mean over all entries, not to your L. Divide by m alone: 2 * (Z - Y) / len(Z).",
        lambda Z, Y: (((Z - Y) ** 2).sum() / len(Z), 2 * (Z - Y) / Z.size),
    ),
    (
        "dZ is right, but L averages over the outputs too, so dZ is k times the gradient of the loss you print. Write .sum() / len(Z), no np.mean.",
        lambda Z, Y: (np.mean((Z - Y) ** 2), 2 * (Z - Y) / len(Z)),
    ),
    (
        "the factor 2 is missing in dZ: the slope of d squared is 2 d. It vanishes only in books that put 1/2 into the loss.",
        lambda Z, Y: (((Z - Y) ** 2).sum() / len(Z), (Z - Y) / len(Z)),
    ),
    (
        "your loss holds a 1/2, as some books have it. Here it does not: L = 1/m times the sum of squares, and dZ keeps its 2.",
        lambda Z, Y: (((Z - Y) ** 2).sum() / len(Z) / 2, (Z - Y) / len(Z)),
    ),
    (
        "the 1/m is missing in dZ. L is a mean over m examples, so each example's gradient is divided by m, here and nowhere else.",
        lambda Z, Y: (((Z - Y) ** 2).sum() / len(Z), 2 * (Z - Y)),
    ),
    (
        "the 1/m is missing twice: L is a mean over the examples, not a sum. Divide both by m = len(Z).",
        lambda Z, Y: (((Z - Y) ** 2).sum(), 2 * (Z - Y)),
    ),
    (
        "dZ has the wrong sign: if Z is above Y, raising Z raises the loss. Write Z - Y, in this order.",
        lambda Z, Y: (((Z - Y) ** 2).sum() / len(Z), 2 * (Y - Z) / len(Z)),
    ),
    (
        "L is an array with a loss for each example. Training needs one number: take the mean over the examples.",
        lambda Z, Y: (((Z - Y) ** 2).sum(axis=1), 2 * (Z - Y) / len(Z)),
    ),
    (
        "the root turns the loss into the RMSE, good for reading, but another function with another gradient. Leave np.sqrt out.",
        lambda Z, Y: (np.sqrt(((Z - Y) ** 2).sum() / len(Z)), 2 * (Z - Y) / len(Z)),
    ),
    (
        "this is |Z - Y| and its slope, plus or minus 1. The squared error has (Z - Y)**2, with slope 2 (Z - Y).",
        lambda Z, Y: (np.abs(Z - Y).sum() / len(Z), np.sign(Z - Y) / len(Z)),
    ),
    (
        "you divided by k, the number of outputs. The mean is over the m examples: len(Z), or Z.shape[0].",
        lambda Z, Y: (((Z - Y) ** 2).sum() / Z.shape[1], 2 * (Z - Y) / Z.shape[1]),
    ),
    ("the two are right, but in the wrong order: return L, dZ.", lambda Z, Y: (2 * (Z - Y) / len(Z), ((Z - Y) ** 2).sum() / len(Z))),
    (
        "dZ is right, but your loss holds a 1/2, whose gradient would have no 2. Here L is the sum of squares divided by m, without 1/2.",
        lambda Z, Y: (((Z - Y) ** 2).sum() / len(Z) / 2, 2 * (Z - Y) / len(Z)),
    ),
    (
        "dZ was summed over the examples. Each output has its own gradient: dZ has the shape of Z.",
        lambda Z, Y: (((Z - Y) ** 2).sum() / len(Z), (2 * (Z - Y) / len(Z)).sum(axis=0)),
    ),
    (
        "L is an array with the square of each entry. It is one number: add them all, and divide by m.",
        lambda Z, Y: ((Z - Y) ** 2, 2 * (Z - Y) / len(Z)),
    ),
)
