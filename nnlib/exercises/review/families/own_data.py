"""Your own data, and the playground."""

from fractions import Fraction

import numpy as np

from ..family import SHARE, ask, by_reference, family, others, rows
from ..item import Redraw


@family("your_data", 0, "1/Words to classes", "shape")
def shape_of_table(draw):
    lines, columns = draw.int(30, 90), draw.int(4, 9)
    left_out = draw.int(1, 2)
    features = columns - 1 - left_out
    return ask(
        f"A CSV file has a first line with names, {lines} lines of data and {columns} columns of numbers: one is the target, {left_out} {'is' if left_out == 1 else 'are'} left out. What is the shape of X?",
        (lines, features),
        "a row for each line of data, a column for each feature.",
        [
            ((lines + 1, features), "the line of names is not an example."),
            ((lines, columns - 1), "columns that are left out do not count."),
            ((lines, features + 1), "the target is y, no column of X."),
            ((features, lines), "rows are examples."),
        ],
        lines=lines,
        columns=columns,
        left_out=left_out,
    )


@family("your_data", 0, "1/What stops nobody, and spoils the result", "words")
def spoils_the_result(draw):
    n = draw.pick(40, 200, 500)
    column, key = draw.pick(
        ("the number of the row, 1 to {}", "It means nothing, and with it a network can learn the rows by heart"),
        ("the date on which the outcome was known, {} dates", "It is known only after the outcome"),
        ("the same value in all {} rows", "It says nothing, and its deviation is 0"),
    )
    reasons = {
        "It means nothing, and with it a network can learn the rows by heart": "that is true of a row's number: it belongs to one row only.",
        "It is known only after the outcome": "that is so of what is written down after the outcome.",
        "It says nothing, and its deviation is 0": "that is so of a column with one value.",
        "Nothing: more columns are better": "a column helps if it is known beforehand and differs for a reason.",
    }
    return ask(
        f"A column holds {column.format(n)}. What is wrong with it as a feature?",
        key,
        "leave it out.",
        others(reasons, key),
        column=column,
    )


@family("your_data", 1, "3/Split by group", "number", of="your_data.split_by_group")
def rows_by_group(draw):
    groups = np.array(draw.shuffled([0, 0, 1, 1, 2, 2, 2, 3]))
    order = np.array(draw.shuffled(range(4)))
    key, wrong = by_reference("your_data.split_by_group", (groups, order, 1), lambda train, validation, test: test)
    wrong = [(order[:1], "that is the patient: which rows belong to it?")] + wrong
    wrong += [
        (np.flatnonzero(groups == order[1]), "those are the validation rows."),
        (np.flatnonzero(groups == order[3]), "the test takes the first group of the order."),
        (np.array([0, 1]), "the rows are chosen by their group, not by their place."),
    ]
    return ask(
        f"Rows belong to the patients {groups.tolist()}. Patients in random order: {order.tolist()}; the first one is for the test. Which rows (from 0) are the test rows?",
        key,
        f"all rows of patient {order[0]}, and no others.",
        wrong,
        groups=groups,
        order=order,
    )


@family("your_data", 1, "3/Fill the gaps", "number", of="your_data.fill_missing")
def filled_gap(draw):
    train, other = np.array([draw.ints(3, -4, 9)], float).T, np.array([draw.ints(2, -9, 19)], float).T
    train, other = np.vstack([train, [[np.nan]]]), np.vstack([other, [[np.nan]]])
    key, wrong = by_reference("your_data.fill_missing", (train, other), lambda Z_train, Z_other: Z_other[2, 0])
    wrong += [
        (np.nanmean(other), "that is the mean of the test rows: only training rows may have a say."),
        (0, "0 is a value like any other, and here a wrong one."),
        (np.nansum(train) / 4, "a gap does not count in the mean."),
        (np.nanmean(np.vstack([train, other])), "test rows have no say."),
    ]
    return ask(
        f"One column. Training rows {rows(train[:3, 0])} and a gap; test rows {rows(other[:2, 0])} and a gap. With what is the gap of the test rows filled?",
        key,
        "the mean of the training rows that are there.",
        wrong,
        train=train,
        other=other,
    )


@family("your_data", 2, "2/What must be beaten", "number", of="your_data.balanced_accuracy")
def balanced_by_hand(draw):
    counts = (draw.pick(8, 10), draw.pick(2, 4, 5))
    hits = (draw.int(counts[0] // 2, counts[0]), draw.int(0, counts[1]))
    y = np.repeat([0, 1], counts)
    predicted = np.concatenate([np.repeat([0, 1], [hits[0], counts[0] - hits[0]]), np.repeat([1, 0], [hits[1], counts[1] - hits[1]])])
    key, wrong = by_reference("your_data.balanced_accuracy", (y, predicted))
    wrong = [
        (Fraction(sum(hits), sum(counts)), "that is the plain accuracy: the larger class decides it."),
        (Fraction(hits[0], counts[0]), "that is class 0 alone."),
        (Fraction(hits[1], counts[1]), "that is class 1 alone."),
        *wrong,
    ]
    return ask(
        f"{counts[0]} examples of class 0, {hits[0]} of them right; {counts[1]} of class 1, {hits[1]} of them right. What is the balanced accuracy?",
        key,
        "the mean of the two recalls.",
        wrong,
        sort=SHARE,
        counts=counts,
        hits=hits,
    )


@family("your_data", 2, "5/5 When the target is a number", "number")
def r_squared(draw):
    y = np.array(draw.distinct(4, -4, 8), float)
    errors = np.array(draw.ints(4, -2, 2), float)
    spread = ((y - y.mean()) ** 2).sum()
    left = (errors**2).sum()
    if not left:
        raise Redraw
    return ask(
        f"Targets {rows(y)}, predictions {rows(y + errors)}. What is R^2?",
        1 - left / spread,
        "1 minus the squared errors over the squared distances from the mean.",
        [
            (left / spread, "that is what is left to 1."),
            (1 - left / (y**2).sum(), "the distances are taken from the mean of the targets."),
            (left / 4, "that is the squared error: compare it with the mean's."),
            (1 - spread / left, "the errors stand above, the spread below."),
            (1, "1 belongs to predictions without error."),
            (0, "0 is what the mean of the targets gets."),
        ],
        y=y,
        errors=errors,
    )


@family("your_data", 3, "6/One new row", "number", of="your_data.prepare_row")
def prepared_row(draw):
    row = np.array(draw.ints(2, -6, 9), float)
    mean, std = np.array(draw.ints(2, -4, 5), float), np.array(draw.ints(2, 1, 5), float)
    row[draw.int(0, 1)] = np.nan
    key, wrong = by_reference("your_data.prepare_row", (row, mean, std), lambda Z: Z[0])
    value = np.where(np.isnan(row), 0, row)
    wrong += [
        ((value - mean) / std, "a gap is filled with the mean first, so it becomes 0."),
        (np.where(np.isnan(row), mean, row - mean), "fill, then subtract the mean, then divide."),
        (np.where(np.isnan(row), 0, row - mean), "divide by the deviation."),
        (np.where(np.isnan(row), 1, (row - mean) / std), "the mean minus the mean is 0."),
    ]
    text = ", ".join("a gap" if np.isnan(v) else rows(v) for v in row)
    return ask(
        f"Saved with the network: mean {rows(mean)}, deviation {rows(std)}. A new row: {text}. What goes into the network?",
        key,
        "the gap becomes the mean, so 0; the other is (value - mean) / deviation.",
        wrong,
        row=row,
        mean=mean,
        std=std,
    )


@family("playground", 0, "1/The panel", "picture")
def unit_from_picture(draw):
    w, bias = draw.pick((1, 0), (-1, 0), (0, 1), (0, -1)), draw.pick(-1, 0, 1)
    lines = []
    for x2 in range(2, -3, -1):
        values = [max(w[0] * x1 + w[1] * x2 + bias, 0) for x1 in range(-2, 3)]
        lines.append("   ".join(str(v) for v in values))
    names = {
        (1, 0): "how far right a point lies",
        (-1, 0): "how far left a point lies",
        (0, 1): "how far up a point lies",
        (0, -1): "how far down a point lies",
    }
    return ask(
        "The output of a hidden ReLU unit over the plane, x1 to the right, x2 upward:\n"
        + "\n".join(lines)
        + "\nWhat has it learned to say?",
        names[w],
        "it is 0 on one side, and rises at a right angle to its line.",
        [(name, "look in which direction the numbers grow.") for key, name in names.items() if key != w],
        w=w,
        bias=bias,
    )


@family("playground", 1, "1/Challenges", "words")
def fair_settings(draw):
    n = draw.int(2, 4)
    options = {
        "The same data and the same start, only one thing changed": "then the difference comes from that one thing.",
        "Other data for each, to be independent": "then the data may make the difference.",
        "A new start for each, as it happens to be drawn": "then the start may make the difference.",
        "Two things changed at once, to save time": "then nobody knows which of them it was.",
    }
    key = next(iter(options))
    return ask(
        f"You compare {n} settings in the playground, one run each. What makes it fair?",
        key,
        options[key],
        others(options, key),
        n=n,
    )


@family("playground", 2, "1/Challenges", "picture")
def going_wrong(draw):
    kind = draw.pick("The learning rate is too large", "The hidden units are dead", "It overfits")
    rows_of = {
        "The learning rate is too large": (["0.69", "1.4", "0.9", "2.8", "1.7", "5.1"], ["0.69", "1.5", "1.1", "2.9", "1.6", "5.3"], 20),
        "The hidden units are dead": (["0.69"] * 6, ["0.69"] * 6, 100),
        "It overfits": (["0.69", "0.41", "0.22", "0.09", "0.03", "0.01"], ["0.70", "0.45", "0.36", "0.44", "0.63", "0.94"], 30),
    }
    train, test, off = rows_of[kind]
    off = min(off + draw.int(0, 9), 100)
    reasons = {
        "The learning rate is too large": "then the training loss would leap.",
        "The hidden units are dead": "then nothing would move, and every hidden output would be 0.",
        "It overfits": "then the training loss would fall while the test loss rises.",
        "It needs more epochs, nothing else": "look at both rows: time alone does not mend this.",
    }
    return ask(
        f"training loss  {'  '.join(train)}\ntest loss      {'  '.join(test)}\nhidden outputs that are 0: {off} %\nWhat is going wrong?",
        kind,
        {
            "The learning rate is too large": "it leaps.",
            "The hidden units are dead": "nothing moves, and every hidden output is 0.",
            "It overfits": "the two part.",
        }[kind],
        [(o, r) for o, r in reasons.items() if o != kind],
        kind=kind,
        off=off,
    )


@family("playground", 3, "1/The same without the panel", "words")
def setting_in_cell(draw):
    width = draw.pick(4, 8, 16)
    options = {
        f"mlp([2, {width}, 1], activation=Tanh, loss=BinaryCrossEntropy())": "two inputs, the hidden units, one score; the loss holds the sigmoid.",
        f"mlp([{width}, 2, 1], activation=Tanh, loss=BinaryCrossEntropy())": "the inputs come first: two.",
        f"mlp([2, {width}, 1], activation=Tanh, loss=MeanSquaredError())": "that is the loss for numbers, not for two classes.",
        "mlp([2, 1], activation=Tanh, loss=BinaryCrossEntropy())": "the hidden layer is missing.",
    }
    key = next(iter(options))
    return ask(
        f"The panel shows two inputs, one hidden layer of {width} tanh units, two classes. Which line makes that network?",
        key,
        options[key],
        others(options, key),
        width=width,
    )
