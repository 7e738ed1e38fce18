import numpy as np

from ..exercise import exercise


def plan_of_a_network(rng):
    sizes = rng.permutation(np.arange(3, 30))[: int(rng.integers(4, 6))]
    return sizes, int(rng.integers(40, 90))


def totals(sizes, m, bias=1, batch=None, backward=None, caches=None):
    """Parameters, multiply-adds forward and backward, numbers kept, with the settings in which wrong answers differ."""
    products = [a * b for a, b in zip(sizes, sizes[1:])]
    rows = m if batch is None else batch
    forward = rows * sum(products)
    back = rows * (2 * sum(products) - products[0]) if backward is None else backward(rows, products)
    return sum(products) + bias * sum(sizes[1:]), forward, back, m * sum(sizes[:-1]) if caches is None else caches(sizes, m)


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
        "for l, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:])): parameters += n_in * n_out + n_out; forward += m * n_in * n_out; "
        "backward += that once for l == 0, else twice; kept += m * n_in",
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


def parameters_times_m(sizes, m):
    parameters, *rest = totals(sizes, m)
    return m * parameters, *rest


network_cost.add_mistakes(
    ("the biases are missing among the parameters: n_out for each layer.", lambda *arguments: totals(*arguments, bias=0)),
    ("the batch is missing in the multiply-adds: every one of the m rows is multiplied.", lambda *arguments: totals(*arguments, batch=1)),
    (
        "backward is twice forward, minus something: the first layer needs no dX, for nobody reads the gradient of the data.",
        lambda *arguments: totals(*arguments, backward=lambda m, products: 2 * m * sum(products)),
    ),
    (
        "backward you counted one product a layer. There are two, dW and dX; only the first layer has but one.",
        lambda *arguments: totals(*arguments, backward=lambda m, products: m * sum(products)),
    ),
    (
        "backward the last layer was spared. It is the first that needs no dX.",
        lambda *arguments: totals(*arguments, backward=lambda m, products: m * (2 * sum(products) - products[-1])),
    ),
    (
        "you kept the outputs of the layers. For dW = X^T dZ a layer needs its input: m * n_in numbers, the data for the first.",
        lambda *arguments: totals(*arguments, caches=lambda sizes, m: m * sum(sizes[1:])),
    ),
    (
        "you kept inputs and the last output. The output belongs to the loss: count the inputs of the Dense layers only.",
        lambda *arguments: totals(*arguments, caches=lambda sizes, m: m * sum(sizes)),
    ),
    (
        "the batch is missing in what is kept: a row for each of the m examples.",
        lambda *arguments: totals(*arguments, caches=lambda sizes, m: sum(sizes[:-1])),
    ),
    (
        "the parameters are counted m times. They are the same for all examples: that is why the batch does not enter there.",
        parameters_times_m,
    ),
    (
        "the data are left out of what is kept. The first layer's input is X, and its dW = X^T dZ needs it.",
        lambda *arguments: totals(*arguments, caches=lambda sizes, m: m * sum(sizes[1:-1])),
    ),
)
