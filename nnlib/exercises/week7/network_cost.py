from functools import partial

import numpy as np

from ..exercise import exercise


def plan_of_a_network(rng):
    sizes = rng.permutation(np.arange(3, 30))[: int(rng.integers(4, 6))]
    return sizes, int(rng.integers(40, 90))


def totals(
    sizes,
    m,
    *,
    biases=lambda sizes: sum(sizes[1:]),
    forward=lambda m, products: m * sum(products),
    backward=lambda m, products: m * (2 * sum(products) - products[0]),
    kept=lambda sizes, m: m * sum(sizes[:-1]),
):
    """The four counts, open to change; ``products`` are the numbers of weights of the layers."""
    products = [n_in * n_out for n_in, n_out in zip(sizes, sizes[1:])]
    return sum(products) + biases(sizes), forward(m, products), backward(m, products), kept(sizes, m)


@exercise(
    "week7.network_cost",
    title="Count before you run",
    minutes=8,
    difficulty=2,
    importance=4,
    returns={"parameters": None, "forward": None, "backward": None, "kept": None},
    inputs=plan_of_a_network,
    hints=(
        "One layer at a time: (m, n_in) times (n_in, n_out) has m * n_out entries, each a sum of n_in products.",
        "Backward a layer has two matrix products, dW = X^T dZ and dX = dZ W^T, each with as many multiply-adds as forward. The first layer needs no dX. "
        "What a layer keeps for dW is its input, m * n_in numbers.",
        "for n_in, n_out in zip(sizes[:-1], sizes[1:]): parameters += n_in * n_out + n_out; forward += m * n_in * n_out; "
        "backward += twice that; kept += m * n_in. After the loop subtract from backward what layer 1 skips.",
    ),
)
def network_cost(sizes, m):
    parameters = forward = backward = kept = 0
    for l, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:])):
        parameters += n_in * n_out + n_out
        forward += m * n_in * n_out
        backward += m * n_in * n_out * (1 if l == 0 else 2)
        kept += m * n_in
    return parameters, forward, backward, kept


@network_cost.also_right
def with_arrays(sizes, m):
    n = np.array(sizes)
    products = n[:-1] * n[1:]
    return products.sum() + n[1:].sum(), m * products.sum(), m * (2 * products.sum() - products[0]), m * n[:-1].sum()


network_cost.add_mistakes(
    ("the biases are missing among the parameters: n_out for each layer.", partial(totals, biases=lambda sizes: 0)),
    (
        "the batch is missing in the multiply-adds: every one of the m rows is multiplied.",
        partial(totals, forward=lambda m, products: sum(products), backward=lambda m, products: 2 * sum(products) - products[0]),
    ),
    (
        "backward is twice forward, minus something: the first layer needs no dX, because the gradient of the data is never used.",
        partial(totals, backward=lambda m, products: 2 * m * sum(products)),
    ),
    (
        "backward you counted one product per layer. There are two, dW and dX; only the first layer has just one.",
        partial(totals, backward=lambda m, products: m * sum(products)),
    ),
    (
        "in the backward pass dX of the last layer is left out. It is the first layer that needs no dX.",
        partial(totals, backward=lambda m, products: m * (2 * sum(products) - products[-1])),
    ),
    (
        "you kept the outputs of the layers. For dW = X^T dZ a layer needs its input: m * n_in numbers, the data for the first.",
        partial(totals, kept=lambda sizes, m: m * sum(sizes[1:])),
    ),
    (
        "you kept inputs and the last output. The output belongs to the loss: count the inputs of the Dense layers only.",
        partial(totals, kept=lambda sizes, m: m * sum(sizes)),
    ),
    ("the batch is missing in what is kept: a row for each of the m examples.", partial(totals, kept=lambda sizes, m: sum(sizes[:-1]))),
    (
        "the parameters are counted m times. They are the same for all examples: that is why the batch does not enter there.",
        lambda sizes, m: (m * totals(sizes, m)[0], *totals(sizes, m)[1:]),
    ),
    (
        "the data are left out of what is kept. The first layer's input is X, and its dW = X^T dZ needs it.",
        partial(totals, kept=lambda sizes, m: m * sum(sizes[1:-1])),
    ),
)
