"""Week 7a: deep stacks, products of Jacobians, costs."""

from fractions import Fraction

import numpy as np

from ..family import WHOLE, ask, by_reference, family, others, rows


@family("week7a", 0, "1/Deeper: a log that its own code does not print", "words")
def stale_log(draw):
    loss = draw.pick("0.31", "0.18", "0.25")
    options = {
        "Restart the kernel and run all cells from the top": "only then do the number and the code belong together.",
        "Run the cell once more": "the kernel still holds what earlier versions of the cells have left.",
        "Take the mean over several runs of the cell": "each of them starts from what the kernel holds.",
        "Compare it with the number in the text": "the text was copied from some run, too.",
    }
    key = next(iter(options))
    return ask(
        f"A notebook prints a loss of {loss}. Its cells have been edited and run in various orders. How do you find out whether the code gives that number?",
        key,
        options[key],
        others(options, key),
        loss=loss,
    )


@family("week7a", 0, "1/1 The network 2-16-8-4-1", "shape")
def shape_in_stack(draw):
    m, sizes = draw.int(20, 90), [draw.int(2, 9), *draw.distinct(3, 10, 40), 1]
    l, what = draw.int(1, 3), draw.pick("dZ", "dW", "dA")
    shapes = {"dZ": (m, sizes[l + 1]), "dW": (sizes[l], sizes[l + 1]), "dA": (m, sizes[l])}
    if what == "dA":
        text = f"What is the shape of the gradient that layer {l + 1} hands to the layer before it?"
    else:
        text = f"What is the shape of {what}{l + 1}?"
    reasons = {
        "dZ": "that is the shape of the layer's scores.",
        "dW": "that is the shape of its weights.",
        "dA": "that is the shape of its input.",
    }
    return ask(
        f"A network {'-'.join(map(str, sizes))}, {m} examples. {text}",
        shapes[what],
        "a gradient has the shape of what it is the gradient of.",
        [(shape, reasons[name]) for name, shape in shapes.items() if name != what]
        + [((sizes[l + 1], sizes[l]), "not transposed."), ((1, sizes[l + 1]), "that is the shape of the bias.")],
        m=m,
        sizes=sizes,
        l=l,
        what=what,
    )


@family("week7a", 1, "3/Deeper: a product of Jacobians", "number", of="week7.gradient_lengths")
def bound_of_product(draw):
    factors = [Fraction(draw.pick(1, 2, 3, 4, 5), draw.pick(1, 2)) for _ in range(2)]
    start = draw.int(1, 4)
    dZ, weights = np.array([[float(start)]]), [np.array([[float(f)]]) for f in factors]
    Z = [np.array([[1.0]]) for _ in factors]
    key, wrong = by_reference("week7.gradient_lengths", (dZ, weights, Z), lambda lengths, bounds: bounds[0])
    wrong = [
        (start * sum(factors), "lengths multiply from layer to layer."),
        (factors[0] * factors[1], "the length that arrives counts as well."),
        (start * max(factors), "both layers act."),
        (Fraction(start), "each layer can stretch it, by its factor."),
        (start * factors[1], "one layer is missing."),
        *wrong,
    ]
    return ask(
        f"A gradient of length {start} goes back through two ReLU layers. Their matrices stretch a vector by at most {rows(float(factors[0]))} and {rows(float(factors[1]))}. How long can it be at most?",
        key,
        "the bound of a product is the product of the bounds; a ReLU makes nothing longer.",
        wrong,
        start=start,
        factors=factors,
    )


@family("week7a", 1, "3/One line: add the input", "number")
def residual_slope(draw):
    slope, blocks = Fraction(draw.pick(-5, -2, -1, 1, 2, 5), 10), draw.int(1, 2)
    key = (1 + slope) ** blocks
    return ask(
        f"A residual block y = x + f(x), where f has the slope {rows(float(slope))}. What is the slope through {'one block' if blocks == 1 else 'two such blocks'}?",
        key,
        "1 + f'(x) for each block: the input has a way of its own.",
        [
            (slope**blocks, "that is without the shortcut: x itself adds 1."),
            (blocks + slope, "1 is added in each block, and blocks multiply."),
            (Fraction(1), "f counts as well."),
            (1 + slope if blocks == 2 else 1 - slope, "each block has the factor 1 + f'."),
            (1 + blocks * slope, "blocks multiply."),
        ],
        slope=slope,
        blocks=blocks,
    )


@family("week7a", 1, "3/Deeper: a product of Jacobians", "what if")
def vanish_or_explode(draw):
    """The length of a gradient through random layers, measured."""
    layers, width = draw.pick(20, 30), 32
    init, factor = draw.pick(("He's rule", 1.0), ("half of He's weights", 0.5), ("twice He's weights", 2.0))
    rng = np.random.default_rng(draw.int(0, 9999))
    d = np.ones((1, width))
    for _ in range(layers):
        W = rng.standard_normal((width, width)) * factor * np.sqrt(2 / width)
        d = (d * (rng.random((1, width)) < 0.5)) @ W.T
    size = np.sqrt((d**2).mean())
    key = "it explodes" if size > 1000 else "it vanishes" if size < 1e-3 else "it keeps its size, roughly"
    return ask(
        f"{layers} ReLU layers of {width} units, {init}. A gradient of size 1 starts at the end. What is left at the beginning?",
        key,
        "each layer multiplies its size by about the same factor.",
        [
            (o, "each layer multiplies the size by the factor of its weights over He's.")
            for o in ("it explodes", "it vanishes", "it keeps its size, roughly")
            if o != key
        ],
        layers=layers,
        factor=factor,
    )


@family("week7a", 4, "7/What it all costs", "number", of="week7.network_cost")
def cost_of_network(draw):
    sizes, m = [draw.int(2, 4), draw.int(2, 4), draw.int(1, 3)], draw.int(1, 3)
    which = draw.int(0, 3)
    key, wrong = by_reference("week7.network_cost", (sizes, m), lambda *costs: costs[which])
    words = (
        "parameters does it have",
        "multiply-adds does a forward pass take",
        "multiply-adds does a backward pass take",
        "numbers do the layers keep for the way back (the input of each)",
    )
    products = [a * b for a, b in zip(sizes, sizes[1:])]
    wrong += [
        (sum(products), "count the biases." if which == 0 else "that is a forward pass of one example."),
        (2 * m * sum(products), "the first layer needs no dX." if which == 2 else "that is twice a forward pass."),
        (m * sum(products), "those are the multiply-adds of a forward pass."),
        (m * sum(sizes), "those are the numbers in all layers; the last output is not the input of a layer."),
    ]
    return ask(
        f"A network {'-'.join(map(str, sizes))}, {m} example{'s' if m > 1 else ''}. How many {words[which]}?",
        int(key),
        (
            "n_in n_out + n_out for each layer.",
            "m n_in n_out for each layer.",
            "twice the forward cost, but the first layer needs no dX.",
            "m n_in for each layer.",
        )[which],
        wrong,
        sort=WHOLE,
        sizes=sizes,
        m=m,
        which=which,
    )
