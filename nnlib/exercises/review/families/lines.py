"""Which line is false: a derivation's worked lines, one of them replaced by a false line that people write. And lines to order."""

import itertools
from fractions import Fraction

from ...cards import PARSONS
from ...derivations.derivation import DERIVATIONS
from ..family import ask, family
from ..item import LETTERS, Redraw

# derivation -> (notebook, concept, place)
SHEETS = {
    "week2.dense_dW": ("week2b", 0, "2/With indices"),
    "week2.dense_db_dX": ("week2b", 0, "2/With indices"),
    "week3.sigmoid_slope": ("week3", 0, "1/1 The sigmoid, and the slope it can have at most"),
    "week3.tanh_slope": ("week3", 0, "3/Tanh: a sigmoid, stretched"),
    "week3.relu_slope": ("week3", 0, "3/ReLU: what is the slope at the kink?"),
    "week3.softmax_jacobian": ("week3", 0, "6/With indices"),
    "week4.squared_error_dZ": ("week4", 0, "1/1 The squared error, and a trap"),
    "week4.sigmoid_cross_entropy_dz": ("week4", 1, "3/The gradient, with indices"),
    "week4.softmax_cross_entropy_dZ": ("week4", 1, "4/The gradient, with indices"),
    "week5.he_variance": ("week5", 1, "2/Through the ReLU"),
    "week5.xavier_variance": ("week5", 1, "3/Three rules, three names"),
    "week6.edge": ("week6a", 0, "1/The edge"),
    "week6.momentum_sum": ("week6b", 1, "1/1 A memory for the gradient"),
    "week6.bias_correction": ("week6b", 2, "3/With indices"),
    "week7.batch_norm_dX": ("week7a", 2, "5/5 Batch norm, backward"),
    "week7.l2_shrinkage": ("week7b", 1, "2/2 The L2 penalty"),
    "week7.dropout_moments": ("week7b", 2, "3/3 Dropout"),
}


MORE = {  # false lines beside those of the derivation
    "week2.dense_dW": (
        ("the bias is missing: it is added to every row.", "Z[i, j] = sum(X[i, k] * W[k, j] for k in range(n_in))"),
        ("that is its transpose: dW has a row for each input, a column for each unit.", "dW = dZ.T @ X"),
        ("the 1/m of the loss is in dZ already: it enters once.", "dW = X.T @ dZ / m"),
    ),
}


def left_side(line):
    return line.split("=")[0].strip()


def false_line(id):
    """f(draw): up to four worked lines in a row, one replaced; ask which is false."""

    def make(draw):
        derivation = DERIVATIONS[id]
        steps = derivation.steps
        mistakes = [mistake[1:] for mistake in derivation.mistakes] + list(MORE.get(id, ()))
        places = [(n, m, wrong) for m, wrong in mistakes for n, (line, _) in enumerate(steps) if left_side(line) == left_side(wrong)]
        n, message, false = draw.pick(*places)
        width = min(4, len(steps))
        start = draw.int(max(0, n - width + 1), min(n, len(steps) - width))
        window = steps[start : start + width]
        lines = [false if start + i == n else line for i, (line, _) in enumerate(window)]
        given = {name: about for name, (_, about) in derivation.symbols.items()}
        named = "; ".join(
            about if about.startswith((name + ":", name + "[")) else f"{name}: {about}"
            for name, about in given.items()
            if named_in(name, lines)
        )
        text = "\n".join(f"{i}.  {line}" for i, line in enumerate(lines, 1))
        return ask(
            f"{derivation.title}. One of these lines is false. Which?\n{text}\nHere {named}.",
            Fraction(n - start + 1),
            message,
            [(Fraction(i), f"line {i} is true: {about}.") for i, (_, about) in enumerate(window, 1) if start + i - 1 != n],
            lines=lines,
            derivation=id,
        )

    return make


def named_in(name, lines):
    import re

    return any(re.search(rf"\b{re.escape(name)}\b", line) for line in lines)


for id, place in SHEETS.items():
    make = false_line(id)
    make.__name__ = f"false_line_{id.split('.')[1]}"
    family(*place, "false line", of=id)(make)


# ---- lines to order: the lines, and for each the lines that must stand before it

CODE = {
    "order_forward": (
        "week1b",
        2,
        "3/3 The forward pass",
        "The forward pass of a network with two hidden layers",
        ("Z1 = X @ W1 + b1", "A1 = np.maximum(Z1, 0)", "Z2 = A1 @ W2 + b2", "A2 = np.maximum(Z2, 0)", "Z3 = A2 @ W3 + b3"),
        {1: (0,), 2: (1,), 3: (2,), 4: (3,)},
    ),
    "order_stable_loss": (
        "week4",
        2,
        "4/logsumexp and its shift",
        "A softmax that no score can break, and its cross-entropy's gradient",
        (
            "S = Z - Z.max(axis=1, keepdims=True)",
            "E = np.exp(S)",
            "total = E.sum(axis=1, keepdims=True)",
            "P = E / total",
            "dZ = (P - Y) / m",
        ),
        {1: (0,), 2: (1,), 3: (1, 2), 4: (3,)},
    ),
    "order_adam": (
        "week6b",
        0,
        "4/4 Adam, and a bug in it",
        "One step of Adam, from t = 1 on",
        (
            "m = beta1 * m + (1 - beta1) * g",
            "m_hat = m / (1 - beta1**t)",
            "s = beta2 * s + (1 - beta2) * g**2",
            "s_hat = s / (1 - beta2**t)",
            "theta = theta - lr * m_hat / (np.sqrt(s_hat) + eps)",
        ),
        {1: (0,), 3: (2,), 4: (1, 3)},
    ),
    "order_batch_norm": (
        "week7a",
        2,
        "4/4 Batch norm, forward",
        "Batch norm, forward, in training",
        (
            "mean = X.mean(axis=0, keepdims=True)",
            "C = X - mean",
            "var = (C**2).mean(axis=0, keepdims=True)",
            "Xhat = C / np.sqrt(var + 1e-5)",
            "A = gamma * Xhat + beta",
        ),
        {1: (0,), 2: (1,), 3: (1, 2), 4: (3,)},
    ),
    "order_honest": (
        "week8",
        2,
        "6/Deeper: scale",
        "An experiment that never looks ahead",
        (
            "train, test = split_by_writer(rows)",
            "mean, std = X[train].mean(axis=0), X[train].std(axis=0)",
            "Z_train, Z_test = (X[train] - mean) / std, (X[test] - mean) / std",
            "net = trained(Z_train, y[train])",
            "score = net.score(Z_test, y[test])",
        ),
        {1: (0,), 2: (0, 1), 3: (2,), 4: (3,)},
    ),
}


def orders_of(lines, prerequisites):
    """All right orders of some line numbers."""
    return [
        o
        for o in itertools.permutations(lines)
        if all(o.index(j) < o.index(i) for i in lines for j in needs(i, prerequisites) if j in lines)
    ]


def needs(i, prerequisites):
    """The lines that must stand before line i, directly or by way of others."""
    direct = set(prerequisites.get(i, ()))
    return direct.union(*(needs(j, prerequisites) for j in direct))


def order_lines(title, lines, prerequisites):
    """f(draw): four of the lines that follow one another, shuffled; ask for an order that works."""

    def make(draw):
        start = draw.int(0, len(lines) - 4)
        chosen = list(range(start, start + 4))
        right = orders_of(chosen, prerequisites)
        if len(right) > 6:
            raise Redraw  # nearly any order would do
        shuffled = draw.shuffled(chosen)
        letter = dict(zip(shuffled, LETTERS))

        def word(order):
            return "".join(letter[i].upper() for i in order)

        def complaint(order):
            for place, i in enumerate(order):
                for j in chosen:
                    if j in needs(i, prerequisites) and j not in order[:place]:
                        return f"{letter[i].upper()} needs what {letter[j].upper()} makes: {letter[j].upper()} stands before it."

        names = [draw.pick(*right), *right]
        wrong = [draw.shuffled(chosen) for _ in range(12)]
        return ask(
            title.rstrip(".")
            + ". Which order of these lines works?\n"
            + "\n".join(f"{letter[i].upper()}:  {lines[i].strip()}" for i in shuffled),
            word(names[0]),
            "every line finds what it needs." + (" Another order works as well." if len(right) > 1 else ""),
            [(word(order), complaint(order)) for order in wrong if tuple(order) not in right],
            also=[word(order) for order in right],
            lines={letter[i].upper(): lines[i] for i in shuffled},
        )

    return make


def ordering_of(id):
    problem = PARSONS[id]
    return problem.title, problem.lines, problem.prerequisites


for name, (*place, title, lines, prerequisites) in CODE.items():
    make = order_lines(title, lines, prerequisites)
    make.__name__ = name
    family(*place, "order")(make)


@family("week2a", 0, "3/The circuit, step by step", "order")
def order_scalar(draw):
    return order_lines(*ordering_of("week2.scalar_order"))(draw)


@family("week2b", 1, "3/3 The whole network back", "order")
def order_backward(draw):
    return order_lines(*ordering_of("week2.backward_order"))(draw)
