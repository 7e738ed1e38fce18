import numpy as np

from ..exercise import exercise

ONLY_VECTORS = (
    "targets of shape (m, 1) fit Z as they are, but with them your function fails or gives another number: reshape only if y.ndim == 1."
)
ONE_FOR_ALL = (
    "one target for m outputs was taken: it broadcasts to all rows. After the reshape compare y.shape with Z.shape, and raise ValueError."
)
ASSERTS = "an assert can be switched off (python -O). Where a caller's data may be wrong, write raise ValueError(...)."
RETURNS = "for shapes that do not fit, something is returned (None, False or nan), and training would go on. Write raise ValueError(...)."


def column_and_labels(rng):
    """Z (m, 1) and y (m,): the pair that broadcasts to (m, m)."""
    m = int(rng.integers(5, 8))
    return rng.standard_normal((m, 1)), rng.standard_normal(m)


class Returned(RuntimeError):
    """An exception that was returned and not raised."""


def what_happens(answer, Z, y):
    """What the answer returns, or the exception that it raised."""
    try:
        got = answer(Z, y)
        return Returned(got) if isinstance(got, Exception) else got
    except Exception as error:
        return error


def takes_a_column(answer, rng):
    Z, y = column_and_labels(rng)
    got, right = what_happens(answer, Z, y.reshape(-1, 1)), ((Z - y.reshape(-1, 1)) ** 2).sum() / len(Z)
    if isinstance(got, Exception) or not np.isclose(np.asarray(got, dtype=float), right).all():
        return ONLY_VECTORS
    return True


def refuses_the_rest(answer, rng):
    Z, y = column_and_labels(rng)
    for bad in (y[:1], y[:-1], np.stack([y, y], axis=1), y[:1].reshape(1, 1)):
        got = what_happens(answer, Z, bad)
        if isinstance(got, ValueError):
            if not all(str(size) in str(got) for size in (len(Z), bad.shape[0])):
                return 'your ValueError names no shapes: its reader needs both, as in f"Z has shape {Z.shape}, y has shape {y.shape}".'
            continue
        if isinstance(got, Returned):
            return "the error is returned, not raised: write raise ValueError(...)."
        if isinstance(got, AssertionError):
            return ASSERTS
        if isinstance(got, Exception):
            return f"for Z (m, 1) and y {bad.shape} a {type(got).__name__} is raised, but it must be a ValueError."
        if got is None or got is False or (np.ndim(got) == 0 and np.isnan(np.asarray(got, dtype=float))):
            return RETURNS
        if bad.size == 1:
            return ONE_FOR_ALL
        return f"targets of shape {bad.shape} for Z of shape {Z.shape} were taken: compare the two shapes and raise ValueError."
    return True


@exercise(
    "week4.column_mse",
    title="A loss that refuses what does not fit",
    minutes=12,
    difficulty=2,
    importance=4,
    returns={"L": None},
    inputs=column_and_labels,
    hints=(
        "Print Z.shape, y.shape and (Z - y).shape. Bring y into the shape of Z before you subtract.",
        "If y has one axis, make it a column. If its shape still differs from Z's, raise ValueError. Then the mean of the squares.",
        "if y.ndim == 1: y = y.reshape(...); if y.shape != ...: raise ValueError(f'...'); return ((Z - y) ** 2).sum() / len(Z)",
    ),
    properties=(("takes (m, 1) as well", takes_a_column), ("refuses four shapes that do not fit", refuses_the_rest)),
)
def column_mse(Z, y):
    if y.ndim == 1:
        y = y.reshape(-1, 1)
    if y.shape != Z.shape:
        raise ValueError(f"Z has shape {Z.shape}, y has shape {y.shape}: they must be equal")
    return ((Z - y) ** 2).sum() / len(Z)


@column_mse.also_right
def refused_by_reshape(Z, y):
    return np.mean((Z - y.reshape(Z.shape)) ** 2)  # reshape itself raises ValueError where the sizes differ


def with_an_assert(Z, y):
    y = y.reshape(-1, 1) if y.ndim == 1 else y
    assert y.shape == Z.shape
    return np.mean((Z - y) ** 2)


def returns_none(Z, y):
    y = y.reshape(-1, 1) if y.ndim == 1 else y
    return np.mean((Z - y) ** 2) if y.shape == Z.shape else None


def refuses_columns(Z, y):
    if y.shape != (len(Z),):
        raise ValueError("y must have shape (m,)")
    return np.mean((Z[:, 0] - y) ** 2)


column_mse.add_mistakes(
    (
        "Z - y has shape (m, m): each output met each target, and the mean is over m * m numbers. First write y = y.reshape(-1, 1).",
        lambda Z, y: np.mean((Z - y) ** 2),
    ),
    (
        "Z - y has shape (m, m), and all m * m squares were added up. First write y = y.reshape(-1, 1), then subtract.",
        lambda Z, y: ((Z - y) ** 2).sum() / len(Z),
    ),
    (ONE_FOR_ALL, lambda Z, y: np.mean((Z - y.reshape(-1, 1)) ** 2)),
    (ASSERTS, with_an_assert),
    (RETURNS, returns_none),
    (ONLY_VECTORS, refuses_columns),
    ("the squares are added up, not averaged. L is a mean over the examples: divide by len(Z).", lambda Z, y: ((Z[:, 0] - y) ** 2).sum()),
    (
        "you compared the mean of Z with the mean of y: errors up and down cancel. Subtract example by example, then square.",
        lambda Z, y: (Z.mean() - y.mean()) ** 2,
    ),
    ("these are the squares of each example. L is one number: their mean.", lambda Z, y: (Z - y.reshape(-1, 1)) ** 2),
    (
        "Z - y has shape (m, m), and L is not one number. Z is a column: first y = y.reshape(-1, 1), and at the end the mean.",
        lambda Z, y: (Z - y.reshape(1, -1)) ** 2,
    ),
)
