import numpy as np

from ..exercise import exercise
from .shared import widths


@exercise(
    "week1.parameter_count",
    title="How many numbers are learned",
    minutes=6,
    difficulty=2,
    importance=4,
    returns={"count": None},
    inputs=widths,
    hints=(
        "Count one layer first: how many numbers are in its W, how many in its b? Then add up the layers.",
        "P = sum over the layers of n_in * n_out + n_out, where n_in and n_out are neighbours in sizes.",
        "count = 0; for l in range(1, len(sizes)): count += sizes[l - 1] * ... + ...; return count",
    ),
)
def parameter_count(sizes):
    return sum(n_in * n_out + n_out for n_in, n_out in zip(sizes[:-1], sizes[1:]))


@parameter_count.also_right
def in_a_loop(sizes):
    count = 0
    for l in range(1, len(sizes)):
        count += (int(sizes[l - 1]) + 1) * int(sizes[l])
    return count


parameter_count.also_right(lambda sizes: ((sizes[:-1] + 1) * sizes[1:]).sum())

parameter_count.add_mistakes(
    (
        "the biases are missing: each layer has n_out of them.",
        lambda sizes: sum(n_in * n_out for n_in, n_out in zip(sizes[:-1], sizes[1:])),
    ),
    (
        "each layer is given n_in biases: there is one bias for each unit, so n_out.",
        lambda sizes: sum(n_in * n_out + n_in for n_in, n_out in zip(sizes[:-1], sizes[1:])),
    ),
    (
        "each layer is given a single bias: every unit has its own, so n_out per layer.",
        lambda sizes: sum(n_in * n_out + 1 for n_in, n_out in zip(sizes[:-1], sizes[1:])),
    ),
    (
        "the last layer is left out: the weights to the last entry of sizes count too.",
        lambda sizes: sum(n_in * n_out + n_out for n_in, n_out in zip(sizes[:-2], sizes[1:-1])),
    ),
    (
        "the first layer is left out: the weights from the input count too.",
        lambda sizes: sum(n_in * n_out + n_out for n_in, n_out in zip(sizes[1:-1], sizes[2:])),
    ),
    (
        "the input is given biases: features are not computed, so the first entry of sizes adds none.",
        lambda sizes: sum(n_in * n_out for n_in, n_out in zip(sizes[:-1], sizes[1:])) + sum(sizes),
    ),
    ("that is the number of units and features: a weight belongs to each pair of neighbours, so the widths are multiplied.", sum),
    ("that is the count of each layer: add them up.", lambda sizes: (sizes[:-1] + 1) * sizes[1:]),
    (
        "the output is joined to the input, as in a loop that starts at 0: sizes[-1] is the last width. Start at 1.",
        lambda sizes: sum((sizes[l - 1] + 1) * sizes[l] for l in range(len(sizes))),
    ),
    ("all widths are multiplied with one another: only neighbours are joined by weights, and the layers are added.", np.prod),
)
