"""Week 1b: layers, shapes, the bend, hidden units and regions."""

import numpy as np

from ..family import WHOLE, ask, by_reference, family, rows, times


@family("week1b", 0, "1/1 Many neurons side by side", "number", of="week1.dense_forward")
def entry_of_Z(draw):
    X, W, b = draw.matrix(2, 2, -3, 4), draw.matrix(2, 2, -3, 4), draw.matrix(1, 2, -4, 4, but=(0,))
    i, j = draw.int(0, 1), draw.int(0, 1)
    key, wrong = by_reference("week1.dense_forward", (X, W, b), lambda Z: Z[i, j])
    wrong += [
        (key - b[0, j], "b is missing."),
        ((X @ W.T + b)[i, j], "W is used as it stands: column j holds the weights of unit j."),
        (key - b[0, j] + b[0, 1 - j], "that is the bias of the other unit."),
        ((X @ W + b)[i, 1 - j], "that is the other unit."),
    ]
    return ask(
        f"X = {rows(X)}, W = {rows(W)}, b = {rows(b)}. What is Z[{i}, {j}] for Z = X W + b?",
        key,
        f"row {i} of X meets column {j} of W; then b[0, {j}] is added.",
        wrong,
        X=X,
        W=W,
        b=b,
        i=i,
        j=j,
    )


@family("week1b", 0, "3/The shapes ledger", "shape", of="week1.shapes_ledger")
def shape_in_network(draw):
    m, sizes = draw.int(10, 60), draw.distinct(4, 2, 9)
    what, l = draw.pick("W", "b", "Z"), draw.int(0, 2)
    place = "WbZ".index(what)
    key, wrong = by_reference("week1.shapes_ledger", (m, sizes), lambda *arrays: arrays[place][l])
    n_in, n_out = sizes[l], sizes[l + 1]
    wrong += [
        ((n_out, n_in), "n_in stands first: a row for each input, a column for each unit." if what == "W" else "that is W, turned."),
        ((m, n_in), "that is the layer's input."),
        ((m, n_out), "that is the layer's output: m belongs to the data, not to the parameters."),
        ((1, n_in), "there is one bias for each unit, not for each input."),
        ((n_in, n_out), "that is W."),
        ((1, n_out), "that is b, which is shared by all examples."),
    ]
    return ask(
        f"A network {'-'.join(map(str, sizes))}, and {m} examples. What is the shape of {what}{l + 1}?",
        key,
        "W is (n_in, n_out), b is (1, n_out), Z is (m, n_out).",
        wrong,
        m=m,
        sizes=sizes,
        what=what,
        l=l,
    )


@family("week1b", 1, "2/2 Why a bend is needed", "number")
def two_layers_are_one(draw):
    W1, W2 = draw.matrix(2, 2, -3, 3), draw.matrix(2, 1, -3, 3, but=(0,))
    k = draw.int(0, 1)
    W = W1 @ W2
    return ask(
        f"Two Dense layers without an activation, biases 0: W1 = {rows(W1)}, W2 = {rows(W2)}. They equal one layer with a matrix W. What is W[{k}, 0]?",
        W[k, 0],
        "W = W1 W2: two linear layers are one.",
        [
            (W[1 - k, 0], "that is the other row."),
            ((W1.T @ W2)[k, 0], "W1 is not transposed."),
            (W1[k].sum() + W2[k, 0], "the layers follow one another: their matrices multiply."),
            (max(W[k, 0], 0), "there is no ReLU here."),
        ],
        W1=W1,
        W2=W2,
        k=k,
    )


@family("week1b", 1, "2/2 Why a bend is needed", "number", of="week1.relu")
def relu_of_row(draw):
    Z = np.array([draw.shuffled([draw.int(-9, -1), draw.int(1, 9), draw.int(-9, 9)])], float)
    key, wrong = by_reference("week1.relu", (Z,), lambda A: A[0])
    wrong += [
        (np.abs(Z[0]), "that is the absolute value: negative scores become 0."),
        (np.minimum(Z[0], 0), "that keeps the negative scores: ReLU keeps the positive ones."),
        (Z[0], "negative scores become 0."),
        ((Z[0] > 0).astype(float), "that is the ReLU's slope."),
    ]
    return ask(f"Z = {rows(Z)}. What is the row of A = max(Z, 0)?", key, "positive numbers pass, all others become 0.", wrong, Z=Z)


@family("week1b", 2, "3/3 The forward pass", "number", of="week1.forward_pass")
def small_forward_pass(draw):
    X, W1, b1 = draw.matrix(1, 2, -3, 3, but=(0,)), draw.matrix(2, 2, -2, 3), draw.matrix(1, 2, -3, 3)
    W2, b2 = draw.matrix(2, 1, -3, 3, but=(0,)), draw.matrix(1, 1, -3, 3)
    Z1 = X @ W1 + b1
    key, wrong = by_reference("week1.forward_pass", (X, [(W1, b1), (W2, b2)]), lambda Z: Z[0, 0])
    wrong += [
        ((Z1 @ W2 + b2)[0, 0], "the ReLU is missing: a negative score of the hidden layer passes on 0."),
        ((np.maximum(Z1, 0) @ W2)[0, 0], "the last bias is missing."),
        (max(key, 0), "the last layer has no ReLU: its score may be negative."),
        ((np.maximum(X @ W1, 0) @ W2 + b2)[0, 0], "the bias of the hidden layer is missing."),
    ]
    return ask(
        f"x = {rows(X)}, W1 = {rows(W1)}, b1 = {rows(b1)}, ReLU, W2 = {rows(W2)}, b2 = {rows(b2)}. What is the output score?",
        key,
        f"the hidden scores are {rows(Z1[0])}; after the ReLU {rows(np.maximum(Z1[0], 0))}; then W2 and b2.",
        wrong,
        X=X,
        W1=W1,
        b1=b1,
        W2=W2,
        b2=b2,
    )


@family("week1b", 2, "3/How many numbers are learned?", "number", of="week1.parameter_count")
def count_parameters(draw):
    sizes = [draw.int(2, 5), draw.int(2, 6), draw.int(1, 4)]
    key, wrong = by_reference("week1.parameter_count", (sizes,))
    products = sizes[0] * sizes[1] + sizes[1] * sizes[2]
    wrong = [(key + sizes[0] * (sizes[-1] + 1), "the output is not joined to the input, and the inputs have no bias.")] + wrong
    wrong += [(products, "the biases are missing: one for each unit."), (key + sizes[0], "the inputs have no bias.")]
    return ask(
        f"How many parameters does the network {'-'.join(map(str, sizes))} have?",
        key,
        "n_in n_out weights and n_out biases for each layer.",
        wrong,
        sort=WHOLE,
        sizes=sizes,
    )


@family("week1b", 3, "4/Deeper: where should a hidden unit stand?", "number", of="week1.unit_from_points")
def unit_through_points(draw):
    p = np.array(draw.ints(2, -2, 3), float)
    q = p + draw.pick(np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.array([2.0, 0.0]), np.array([0.0, 2.0]))
    r = p + np.array(draw.ints(2, -2, 2, but=(0,)), float)
    key, wrong = by_reference("week1.unit_from_points", (p, q, r), lambda w, b: np.append(w.ravel(), np.ravel(b)))
    w1, w2, b = key
    wrong += [
        ((-w1, -w2, -b), "the sign: the score at r would be -1."),
        ((w2, w1, b), "w1 and w2 are swapped: the line would run the other way."),
        ((w1, w2, -b), "b = -(w1 p1 + w2 p2), so that p has the score 0."),
        ((w1, w2, 0), "without b the line runs through the origin."),
        ((2 * w1, 2 * w2, 2 * b), "the line is right; the score at r would be 2."),
    ]
    name = "({:g}, {:g})".format
    return ask(
        f"A unit has the score 0 at p = {name(*p)} and q = {name(*q)}, and the score 1 at r = {name(*r)}. What is (w1, w2, b)?",
        key,
        "w stands at a right angle to q - p, and its length makes the score at r 1.",
        wrong,
        p=p,
        q=q,
        r=r,
    )


@family("week1b", 3, "5/5 Width, lines, regions", "number")
def count_regions(draw):
    n = draw.int(3, 8)
    key = 1 + n + n * (n - 1) // 2
    return ask(
        f"{n} hidden ReLU units in the plane; their lines all cross, no three at one point. Into how many regions do they cut it?",
        key,
        "each new line adds one region, and one more for each line it crosses: 1 + n + n (n - 1) / 2.",
        [
            (2**n, "2 to the n would need all combinations of on and off; n lines in a plane cannot make them all."),
            (n + 1, "that is for parallel lines: each crossing adds a region."),
            (n * (n - 1) // 2, "that is the number of crossings."),
            (key - 1, "the plane is one region before the first line."),
            (2 * n, "that is for lines through one point. Here they cross at different points."),
        ],
        n=n,
    )


@family("week1b", 3, "2/Deeper: any curve from hinges", "number")
def hinges_value(draw):
    (k1, k2), (a1, a2) = sorted(draw.distinct(2, -3, 4)), draw.ints(2, -3, 3, but=(0,))
    x = draw.int(k1 - 1, k2 + 4)
    h1, h2 = max(x - k1, 0), max(x - k2, 0)
    words = [times(a, f"max({'x' if k == 0 else f'x - {k}' if k > 0 else f'x + {-k}'}, 0)") for a, k in ((a1, k1), (a2, k2))]
    key = a1 * h1 + a2 * h2
    return ask(
        f"f(x) = {words[0]} + {words[1]}. What is f({x})?".replace("+ -", "- "),
        key,
        "a hinge is 0 left of its corner and rises by its factor right of it.",
        [
            (a1 * (x - k1) + a2 * (x - k2), "left of its corner a hinge is 0, not negative."),
            (a1 * h1, "the second hinge is missing."),
            (a2 * h2, "the first hinge is missing."),
            (a1 * max(x + k1, 0) + a2 * max(x + k2, 0), "the corner is where the bracket is 0."),
            (a1 + a2, "those are the slopes: multiply each by the distance from its corner."),
        ],
        a=(a1, a2),
        k=(k1, k2),
        x=x,
    )


@family("week1b", 3, "2/Deeper: any curve from hinges", "number")
def hinges_slope(draw):
    (k1, k2), (a1, a2) = sorted(draw.distinct(2, -3, 4)), draw.ints(2, -4, 4, but=(0,))
    place = draw.int(0, 2)
    where = (f"left of {k1}", f"between {k1} and {k2}", f"right of {k2}")[place]
    key = (0, a1, a1 + a2)[place]
    return ask(
        f"Two hinges: one at {k1} with slope {a1}, one at {k2} with slope {a2}, each 0 left of its corner. What slope has their sum {where}?",
        key,
        "all hinges whose corner is to the left add their slopes.",
        [
            (0, "a hinge whose corner lies to the left is on."),
            (a1, "count the hinges that are on: those with their corner to the left."),
            (a2, "count the hinges that are on: those with their corner to the left."),
            (a1 + a2, "a hinge is 0 left of its corner: it adds nothing there."),
            (a1 * a2, "slopes of a sum add up."),
        ],
        a=(a1, a2),
        k=(k1, k2),
        place=place,
    )


@family("week1b", 3, "4/4 XOR by hand", "number", of="week1.xor_by_hand")
def xor_network(draw):
    s, t = draw.int(-3, -1), draw.int(1, 3)
    x = draw.pick((0, 0), (0, 1), (1, 0), (1, 1))
    a = (max(x[0] + x[1], 0), max(x[0] + x[1] - 1, 0))
    key = t * a[0] + s * a[1]
    return ask(
        f"Hidden units a1 = max(x1 + x2, 0) and a2 = max(x1 + x2 - 1, 0); output z = {times(t, 'a1')} - {times(-s, 'a2')}. What is z at x = {x}?",
        key,
        f"a1 = {a[0]}, a2 = {a[1]}.",
        [
            (t * a[0], "a2 is on where both inputs are 1."),
            (t * a[0] - s * a[1], "a2 counts with a minus."),
            (t * (x[0] + x[1]) + s * (x[0] + x[1] - 1), "the ReLU is missing in a2: below 0 it gives 0."),
            (s, "a1 counts as well." if a[1] else "a2 is 0 at this point."),
            (t + s, "put in a1 and a2 at this point."),
            (t, "put in a1 and a2 at this point."),
        ],
        s=s,
        t=t,
        x=x,
    )
