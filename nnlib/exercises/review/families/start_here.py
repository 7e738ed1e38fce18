"""Start here: cells, shapes, broadcasting, products, slopes."""

import numpy as np

from ..family import SHARE, WHOLE, ask, by_reference, family, rows, times


@family("start_here", 0, "1/1 Does everything work here?", "number")
def cells_run_twice(draw):
    x, step, times = draw.int(2, 9), draw.int(2, 6), draw.int(2, 3)
    return ask(
        f"Cell 1: x = {x}. Cell 2: x = x + {step}. You run cell 1 once, then cell 2 {'twice' if times == 2 else 'three times'}. What is x?",
        x + times * step,
        "a cell acts on what the kernel holds now, so each run adds once more.",
        [
            (x + step, "running a cell again is not without effect: it starts from the x that the kernel holds."),
            (x, "cell 2 changes x each time it runs."),
            (x + (times + 1) * step, "one run too many: count the runs of cell 2 alone."),
            (times * step, "x was not 0 at the start: cell 1 has set it."),
        ],
        x=x,
        step=step,
        times=times,
    )


@family("start_here", 1, "3/The matrix product: weighted sums, all at once", "shape")
def shape_of_product(draw):
    m, n, k = draw.distinct(3, 2, 9)
    return ask(
        f"A has shape ({m}, {n}) and B has shape ({n}, {k}). What is the shape of A @ B?",
        (m, k),
        "the inner sizes meet and disappear; the outer ones stay.",
        [
            ((m, n), "n is the size that is summed over: it disappears."),
            ((n, k), "the rows come from A: one for each row of A."),
            ((k, m), "the rows come from A, the columns from B: (m, k), not the other way round."),
            ((m, n, k), "a product of two matrices is a matrix: the inner size is summed over."),
            ((n, n), "the inner sizes disappear; the outer ones stay."),
        ],
        a=(m, n),
        b=(n, k),
    )


@family("start_here", 1, "2/Axis: the one that disappears", "shape")
def shape_of_sum(draw):
    (m, n), axis, keep = draw.distinct(2, 2, 9), draw.int(0, 1), draw.int(0, 1)
    left = n if axis == 0 else m
    key = ((1, n) if axis == 0 else (m, 1)) if keep else (left,)
    other = ((m, 1) if axis == 0 else (1, n)) if keep else (m + n - left,)
    return ask(
        f"X has shape ({m}, {n}). What is the shape of X.sum(axis={axis}{', keepdims=True' if keep else ''})?",
        key,
        f"axis {axis} is summed over; " + ("keepdims leaves a 1 in its place." if keep else "without keepdims it is gone."),
        [
            (other, f"axis={axis} is the axis that is summed over, not the one that stays."),
            ((left,) if keep else ((1, n) if axis == 0 else (m, 1)), "keepdims decides whether a 1 stays in the place of the axis."),
            ((m, n), "a sum over an axis leaves one number where there were many."),
            ((n, m), "a sum does not exchange rows and columns."),
        ],
        shape=(m, n),
        axis=axis,
        keep=bool(keep),
    )


@family("start_here", 2, "2/The trap", "shape")
def shape_of_the_trap(draw):
    m = draw.int(3, 20)
    sign = draw.pick("-", "==", "*")
    return ask(
        f"P has shape ({m}, 1) and y has shape ({m},). What is the shape of P {sign} y?",
        (m, m),
        "y counts as a row (1, m): the column and the row are both stretched, and every entry meets every other.",
        [
            ((m, 1), "that is the shape you would like. Shapes are aligned from the right: (m, 1) meets (1, m)."),
            ((m,), "P is a column with two axes; the result has two axes as well."),
            ((1, m), "the column is stretched as well, to m rows."),
        ],
        m=m,
    )


@family("start_here", 2, "2/Broadcasting: a short axis is repeated", "shape")
def shape_of_broadcast(draw):
    m, n = draw.distinct(2, 2, 9)
    other = draw.pick((n,), (1, n), (m, 1))
    text = f"({n},)" if len(other) == 1 else f"({other[0]}, {other[1]})"
    return ask(
        f"X has shape ({m}, {n}) and c has shape {text}. What is the shape of X - c?",
        (m, n),
        "a missing axis or one of size 1 is repeated until it fits.",
        [
            (other, "the larger array decides: the short axis is repeated."),
            ((m, 1), "nothing is summed: a difference keeps every entry of X."),
            ((n, n), "the rows are those of X."),
            ((m, m), "that happens to a column and a flat vector of m numbers. Here X has n columns already."),
        ],
        shape=(m, n),
        other=other,
    )


@family("start_here", 1, "2/Axis: the one that disappears", "number", of="week0.column_means")
def mean_of_column(draw):
    X, j = draw.matrix(3, 2, -4, 6), draw.int(0, 1)
    key, wrong = by_reference("week0.column_means", (X,), lambda means: means[0, j])
    return ask(
        f"X = {rows(X)}. What is entry [0, {j}] of X.mean(axis=0, keepdims=True)?",
        key,
        "axis 0 runs over the rows: each column gets its own mean.",
        [
            (X[j].mean(), "that is the mean of a row. axis=0 takes the mean down each column."),
            (X[:, j].sum(), "that is the sum of the column: divide by the number of rows."),
            (X[:, 1 - j].mean(), "the mean of the other column: columns count from 0."),
            *wrong,
        ],
        X=X,
        j=j,
    )


@family("start_here", 2, "2/Broadcasting: a short axis is repeated", "number", of="week0.row_distances")
def distance_of_rows(draw):
    c, scale = np.array([draw.ints(2, -3, 3)], float), draw.int(1, 2)
    X = c + scale * np.array([[draw.pick(3, -3), draw.pick(4, -4)]])
    key, wrong = by_reference("week0.row_distances", (X, c), lambda d: d[0, 0])
    D = (X - c)[0]
    return ask(
        f"X = {rows(X)} and c = {rows(c)}. What is the distance of the row of X from c?",
        key,
        "differences, squared, summed over the columns, and the root of that.",
        [
            (np.abs(D).sum(), "the distance is the root of the summed squares, not a sum of lengths."),
            ((D**2).sum(), "the root is missing."),
            *wrong,
        ],
        X=X,
        c=c,
    )


@family("start_here", 1, "3/From scores to classes, and back", "number", of="week0.predicted_classes")
def class_of_row(draw):
    Z, i = np.array([draw.distinct(4, -9, 9), draw.distinct(4, -9, 9)], float), draw.int(0, 1)
    key, wrong = by_reference("week0.predicted_classes", (Z,), lambda predicted: predicted[i])
    return ask(
        f"Scores Z = {rows(Z)}, one row per example, one column per class. Which class is predicted for row {i}?",
        key,
        "the class is the column with the largest score, and columns count from 0.",
        [
            (key + 1, "columns count from 0."),
            (Z[i].max(), "that is the largest score. Its column is the class."),
            (Z[i].argmin(), "that is the column with the smallest score."),
            (Z[1 - i].argmax(), "that is the class of the other row: rows count from 0, too."),
            *wrong,
        ],
        sort=WHOLE,
        Z=Z,
        i=i,
    )


@family("start_here", 3, "3/From scores to classes, and back", "number", of="week0.one_hot")
def one_hot_row(draw):
    k = draw.int(3, 4)
    y, i = draw.ints(3, 0, k - 1), draw.int(0, 2)
    key, wrong = by_reference("week0.one_hot", (np.array(y), k), lambda Y: Y[i])
    wrong = [
        (np.eye(k)[(y[i] - 1) % k], "the 1 is one column too far left: classes count from 0."),
        (np.eye(k)[(y[i] + 1) % k], "the 1 is one column too far right: classes count from 0."),
        (1 - np.eye(k)[y[i]], "0 and 1 are swapped."),
        *wrong,
    ]
    return ask(
        f"Labels y = {y}, {k} classes. What is row {i} of the one-hot matrix Y?",
        key,
        "a 1 in the column of the class, 0 elsewhere.",
        wrong,
        y=y,
        k=k,
        i=i,
    )


@family("start_here", 3, "3/A bug to find", "number", of="week0.accuracy")
def accuracy_by_hand(draw):
    p, y = [draw.int(1, 9, but=(5,)) / 10 for _ in range(5)], draw.ints(5, 0, 1)
    key, wrong = by_reference("week0.accuracy", (np.array(p)[:, None], np.array(y)))
    hits = round(float(key) * 5)
    wrong = [
        (hits, "that is the number of right predictions: divide by the number of examples."),
        (1 - key, "that is the share of wrong predictions."),
        (sum(y) / 5, "that is the share of class 1 among the labels: predictions play no part in it."),
        *wrong,
    ]
    return ask(
        f"Probabilities of class 1: {p}. Labels: {y}. What is the accuracy, with the threshold 0.5?",
        key,
        "predict 1 above 0.5, compare with the labels, take the mean.",
        wrong,
        sort=SHARE,
        p=p,
        y=y,
    )


@family("start_here", 2, "4/Broadcasting forward is summing backward", "number")
def slope_of_shared_number(draw):
    c, b = draw.ints(4, -5, 6, but=(0,)), draw.int(-3, 3)
    return ask(
        f"b = {b} is added to all four numbers of a column z. The loss is L = {terms(c, 'z')}. What is the slope of L with respect to b?",
        sum(c),
        "b reaches L four ways, one through each row; slopes along several ways add up.",
        [
            (sum(c) / 4, "the ways add up; they are not averaged."),
            (c[0], "that is one way only: b moves every row."),
            (4, "each way has its own slope: add those."),
            (b * sum(c), "b itself does not stand in the slope of something that is added."),
        ],
        c=c,
        b=b,
    )


def terms(factors, letter):
    """3 z1 - 2 z2 + z3, from [3, -2, 1]."""
    return " + ".join(times(c, f"{letter}{i}") for i, c in enumerate(factors, 1)).replace("+ -", "- ")


@family("start_here", 2, "4/The chain rule: rates multiply", "number")
def chain_rule(draw):
    a, b, x = draw.int(2, 5), draw.int(-4, 4, but=(0,)), draw.int(-3, 3)
    u = a * x + b
    return ask(
        f"u = {a} x {'+' if b > 0 else '-'} {abs(b)} and f = u^2. What is the slope of f with respect to x at x = {x}?",
        2 * u * a,
        "the slope of the square, 2 u, times the slope of u, the factor before x.",
        [
            (2 * u, "that is the slope with respect to u: multiply by the slope of u with respect to x."),
            (2 * x * a, "the square's slope is taken at u, not at x."),
            (u**2, "that is the value of f."),
            (2 * u + a, "rates along one way multiply."),
            (2 * a, "u is missing: the slope of a square is twice what is squared."),
        ],
        a=a,
        b=b,
        x=x,
    )


@family("start_here", 3, "5/5 Notation sheet", "number")
def sum_with_indices(draw):
    X, W = draw.matrix(2, 3, -3, 4), draw.matrix(3, 2, -3, 4)
    i, j = draw.int(0, 1), draw.int(0, 1)
    Z = X @ W
    return ask(
        f"X = {rows(X)}, W = {rows(W)}, indices from 0. What is sum over k of X[{i}, k] W[k, {j}]?",
        Z[i, j],
        f"row {i} of X meets column {j} of W: products, then their sum. It is entry [{i}, {j}] of X W.",
        [
            (Z[j, i], "i names the row of X, j the column of W: they are swapped."),
            (Z[1 - i, j], "that starts from the other row of X."),
            (Z[i, 1 - j], "that is the other column of W."),
            (X[i, 0] * W[0, j], "that is the first product: k runs over all three."),
            (X[i].sum() * W[:, j].sum(), "multiply entry by entry first, then add."),
        ],
        X=X,
        W=W,
        i=i,
        j=j,
    )
