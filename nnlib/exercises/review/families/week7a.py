"""Week 7a: deep stacks, products of Jacobians, batch norm, costs."""

from fractions import Fraction

import numpy as np

from ..family import WHOLE, ask, by_reference, family, rows


@family("week7a", 0, "1/A log that its own code does not print", "words")
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
        [(o, r) for o, r in options.items() if o != key],
        loss=loss,
    )


@family("week7a", 0, "1/1 The network 2-16-8-4-1, and a log", "shape")
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


@family("week7a", 1, "3/How long is a product?", "number", of="week7.gradient_lengths")
def bound_of_product(draw):
    factors = [Fraction(draw.pick(1, 2, 3, 4, 5), draw.pick(1, 2)) for _ in range(2)]
    start = draw.int(1, 4)
    dZ, weights = np.array([[float(start)]]), [np.array([[float(f)]]) for f in factors]
    Z = [np.array([[1.0]]) for _ in factors]
    key, wrong = by_reference("week7.gradient_lengths", (dZ, weights, Z), lambda lengths, bounds: bounds[0])
    wrong += [
        (start * sum(factors), "lengths multiply from layer to layer."),
        (factors[0] * factors[1], "the length that arrives counts as well."),
        (start * max(factors), "both layers act."),
        (Fraction(start), "each layer stretches by at most its largest factor."),
        (start * factors[1], "one layer is missing."),
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


@family("week7a", 1, "3/How long is a product?", "what if")
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


@family("week7a", 2, "4/4 Batch norm, forward", "number", of="week7.batch_norm_forward")
def batch_norm_value(draw):
    mean, spread, gamma, beta = draw.int(-5, 9), draw.int(1, 4), draw.int(1, 4), draw.int(-3, 4)
    X = np.array([[mean + spread], [mean - spread]], float)
    zero = np.zeros((1, 1))
    key, wrong = by_reference("week7.batch_norm_forward", (X, zero + gamma, zero + beta, zero, zero + 1), lambda A, *_: A[0, 0])
    wrong += [
        (1, "gamma and beta follow."),
        (gamma, "beta is added."),
        (gamma * spread + beta, "divide by the deviation of the batch."),
        (gamma * int(X[0, 0]) + beta, "subtract the mean, divide by the deviation first."),
    ]
    return ask(
        f"Batch norm in training, a batch of two: x = {rows(X[0, 0])} and {rows(X[1, 0])}, gamma = {gamma}, beta = {beta}. What is the first output? (Leave the 1e-5 away.)",
        key,
        f"mean {mean}, deviation {spread}: xhat = 1, then gamma xhat + beta.",
        wrong,
        near=1e-3,
        X=X,
        gamma=gamma,
        beta=beta,
    )


@family("week7a", 2, "4/A record for later", "number", of="week7.batch_norm_forward")
def running_mean(draw):
    old, X = draw.int(-9, 9) * 10, draw.matrix(4, 1, -9, 9)
    zero = np.zeros((1, 1))
    key, wrong = by_reference("week7.batch_norm_forward", (X, zero + 1, zero, zero + old, zero + 1), lambda A, mean, var: mean[0, 0])
    mean = X.mean()
    wrong += [
        (mean, "that is the batch's: the record keeps nine tenths of the old one."),
        (0.1 * old + 0.9 * mean, "the shares have changed places."),
        (old, "one tenth of the batch's mean enters."),
        ((old + mean) / 2, "nine tenths and one tenth."),
    ]
    return ask(
        f"The running mean is {old}; the batch is {rows(X[:, 0])}. What is the new running mean, with 0.9 of the old?",
        key,
        "0.9 old + 0.1 batch mean.",
        wrong,
        old=old,
        X=X,
    )


@family("week7a", 2, "5/With matrices: what is removed", "number", of="week7.batch_norm_backward")
def batch_norm_back(draw):
    gamma, std = draw.int(1, 4), draw.int(1, 3)
    Xhat = np.array([[1.0], [1.0], [-1.0], [-1.0]])[np.array(draw.shuffled(range(4)))]
    dA, i = draw.matrix(4, 1, -6, 6), draw.int(0, 3)
    zero = np.zeros((1, 1))
    key, wrong = by_reference("week7.batch_norm_backward", (dA, Xhat, zero + gamma, zero + std**2), lambda dX, *_: dX[i, 0])
    wrong += [
        (gamma / std * dA[i, 0], "mean and deviation depend on x as well: two parts are removed."),
        (gamma / std * (dA[i, 0] - dA.mean()), "the part along xhat is removed, too."),
    ]
    return ask(
        f"Batch norm backward: da = {rows(dA[:, 0])}, xhat = {rows(Xhat[:, 0])}, gamma = {gamma}, deviation {std}. What is dx[{i}], counting from 0?",
        key,
        "gamma / deviation times (da - mean of da - xhat times the mean of da xhat).",
        wrong,
        near=1e-3,
        dA=dA,
        Xhat=Xhat,
        gamma=gamma,
        std=std,
        i=i,
    )


@family("week7a", 2, "6/6 Two modes, and a bug", "number", of="week7.mended_batch_norm")
def batch_norm_evaluated(draw):
    x, mean, std, gamma, beta = draw.int(-9, 9), draw.int(-5, 5), draw.int(1, 4), draw.int(1, 4), draw.int(-3, 4)
    zero = np.zeros((1, 1))
    key, wrong = by_reference(
        "week7.mended_batch_norm",
        (np.array([[float(x)], [float(x + 2)]]), zero + gamma, zero + beta, zero + mean, zero + std**2, False),
        lambda A, *_: A[0, 0],
    )
    wrong += [
        (beta, "a batch of one minus its own mean is 0: that is training mode."),
        (gamma * x + beta, "subtract the running mean, divide by the running deviation."),
        (Fraction(x - mean, std), "gamma and beta follow."),
        (gamma * (x - mean) + beta, "divide by the running deviation."),
    ]
    return ask(
        f"Batch norm in evaluation: running mean {mean}, running variance {std**2}, gamma = {gamma}, beta = {beta}. One example, x = {x}. What is the output?",
        key,
        "gamma (x - running mean) / running deviation + beta.",
        wrong,
        near=2e-4,
        x=x,
        mean=mean,
        std=std,
        gamma=gamma,
        beta=beta,
    )


@family("week7a", 2, "6/6 Two modes, and a bug", "number", of="week7.fold_batch_norm")
def folded_weight(draw):
    w, b, gamma, beta = draw.int(-6, 6, but=(0,)), draw.int(-6, 6), draw.int(1, 5), draw.int(-4, 4)
    mean, std, which = draw.int(-5, 5), draw.int(1, 4), draw.int(0, 1)
    arrays = [np.array([[float(n)]]) for n in (w, b, gamma, beta, mean, std**2)]
    key, wrong = by_reference("week7.fold_batch_norm", tuple(arrays), lambda *folded: folded[which][0, 0])
    scale = Fraction(gamma, std)
    wrong += [
        (
            w * gamma if which == 0 else b * scale + beta,
            "divide by the running deviation." if which == 0 else "the running mean is subtracted from b first.",
        ),
        (w if which == 0 else b, "batch norm scales what the layer gives."),
        (
            Fraction(w * std, gamma) if which == 0 else (b - mean) * scale,
            "times gamma, divided by the deviation." if which == 0 else "beta is added.",
        ),
    ]
    return ask(
        f"z = {w} x + {b}, followed by batch norm in evaluation: mean {mean}, variance {std**2}, gamma = {gamma}, beta = {beta}. Folded into one layer z = w2 x + b2: what is {'b2' if which else 'w2'}?".replace(
            "+ -", "- "
        ),
        key,
        "w2 = w gamma / deviation; b2 = (b - mean) gamma / deviation + beta.",
        wrong,
        near=2e-4,
        w=w,
        b=b,
        gamma=gamma,
        beta=beta,
        mean=mean,
        std=std,
        which=which,
    )


@family("week7a", 2, "4/The scale of the weights cancels", "words")
def scaled_before_norm(draw):
    k = draw.pick(2, 5, 10, 100)
    options = {
        "Nothing": "mean and deviation are multiplied by the same number, and it cancels.",
        f"It is {k} times as large": "that is before the norm: the deviation is divided out.",
        "It saturates": "what leaves the norm has the same size as before.",
        f"It is {k} times as small": "scores and deviation grow alike.",
    }
    return ask(
        f"In training mode, all weights before a batch norm are multiplied by {k}, the biases too. What happens to its output?",
        "Nothing",
        options["Nothing"],
        [(o, r) for o, r in options.items() if o != "Nothing"],
        k=k,
    )


@family("week7a", 3, "7/7 What it buys, and what it all costs", "words")
def fair_figure(draw):
    n = draw.int(4, 9)
    options = {
        "At one learning rate, which suits batch norm": "each needs its own best rate: batch norm allows larger ones.",
        "On fresh data": "that is as it should be.",
        f"With {n} seeds": "that is as it should be.",
        "The same network otherwise": "that is as it should be.",
    }
    key = next(iter(options))
    return ask(
        f"With and without batch norm: the same network otherwise, {n} seeds, accuracy on fresh data, one learning rate, which was tuned for batch norm. What makes the comparison unfair?",
        key,
        options[key],
        [(o, r) for o, r in options.items() if o != key],
        n=n,
    )


@family("week7a", 4, "7/What it all costs", "number", of="week7.network_cost")
def cost_of_network(draw):
    sizes, m = [draw.int(2, 4), draw.int(2, 4), draw.int(1, 3)], draw.int(1, 3)
    which = draw.int(0, 3)
    key, wrong = by_reference("week7.network_cost", (sizes, m), lambda *costs: costs[which])
    words = (
        "parameters",
        "multiply-adds of a forward pass",
        "multiply-adds of a backward pass",
        "numbers that the layers keep for the way back (the input of each)",
    )
    products = [a * b for a, b in zip(sizes, sizes[1:])]
    wrong += [
        (
            sum(products),
            "count the biases." if which == 0 else "look again at what is counted: once per example, dW and dX on the way back.",
        ),
        (2 * m * sum(products), "the first layer needs no dX." if which == 2 else "that counts twice."),
        (m * sum(products), "the way back computes dW and dX."),
        (m * sum(sizes), "the last output is not the input of a layer."),
    ]
    return ask(
        f"A network {'-'.join(map(str, sizes))}, {m} example{'s' if m > 1 else ''}. How many {words[which]} does it have?",
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
