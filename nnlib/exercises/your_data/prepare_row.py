import numpy as np

from ..exercise import exercise


def row_and_scale(rng):
    """One new row with a gap, and the means and deviations of the training part."""
    mean, std = rng.uniform(5, 30, 5), rng.uniform(2, 6, 5)
    row = mean + std * rng.standard_normal(5)
    row[rng.integers(5)] = np.nan
    return row, mean, std


def filled(row, mean):
    return np.where(np.isnan(row), mean, row)


@exercise(
    "your_data.prepare_row",
    title="Prepare one new row",
    minutes=6,
    difficulty=2,
    importance=4,
    returns={"Z": "(1, n)"},
    inputs=row_and_scale,
    hints=(
        "What was done to the training rows is done to the new one, with the same numbers, in the same order.",
        "A nan becomes the training mean of its column. Then subtract the mean, divide by the deviation. A network takes rows: shape (1, n).",
        "row = np.where(np.isnan(row), ..., row); return ((row - ...) / ...).reshape(1, -1)",
    ),
)
def prepare_row(row, mean, std):
    row = np.where(np.isnan(row), mean, row)
    return ((row - mean) / std).reshape(1, -1)


@prepare_row.also_right
def zero_after_scaling(row, mean, std):
    return np.nan_to_num((row - mean) / std)[None]


prepare_row.add_mistakes(
    (
        "Z has shape (n,). A network takes examples as rows, even a single one: .reshape(1, -1).",
        lambda row, mean, std: (filled(row, mean) - mean) / std,
    ),
    (
        "Z is a column, (n, 1): n examples of one number each. One example is a row: .reshape(1, -1).",
        lambda row, mean, std: ((filled(row, mean) - mean) / std).reshape(-1, 1),
    ),
    (
        "the gap was filled with 0 before scaling. There 0 is a number like any other: fill in mean.",
        lambda row, mean, std: ((np.nan_to_num(row) - mean) / std).reshape(1, -1),
    ),
    ("the gap is still nan: np.where(np.isnan(row), mean, row).", lambda row, mean, std: ((row - mean) / std).reshape(1, -1)),
    (
        "the row was scaled by its own mean and deviation. It must use those of the training part.",
        lambda row, mean, std: ((filled(row, mean) - filled(row, mean).mean()) / filled(row, mean).std()).reshape(1, -1),
    ),
    (
        "the row is filled but not scaled: subtract mean, divide by std. The network has learned in these units.",
        lambda row, mean, std: filled(row, mean).reshape(1, -1),
    ),
    ("the mean is subtracted, but nothing is divided: divide by std.", lambda row, mean, std: (filled(row, mean) - mean).reshape(1, -1)),
    (
        "divided, but the mean was not subtracted first: (row - mean) / std.",
        lambda row, mean, std: (filled(row, mean) / std).reshape(1, -1),
    ),
    ("only mean is divided: brackets first, (row - mean) / std.", lambda row, mean, std: (filled(row, mean) - mean / std).reshape(1, -1)),
    (
        "you divided by std squared. std is the deviation already.",
        lambda row, mean, std: ((filled(row, mean) - mean) / std**2).reshape(1, -1),
    ),
)
