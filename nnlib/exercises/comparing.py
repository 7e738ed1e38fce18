"""When two answers are equal, and simple relations between arrays: factors, sizes, and which arrays a value holds."""

import numpy as np

TOLERANCE = 1e-9  # relative to the largest number of the array


def as_tuple(value, count):
    return tuple(value) if count > 1 else (value,)


def arrays_in(value):
    """All arrays in a list, tuple, dict or array."""
    if isinstance(value, np.ndarray):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [array for child in children for array in arrays_in(child)]


def same(got, expected):
    """Equal up to rounding, relative to the largest number of the array."""
    try:
        got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    except (TypeError, ValueError):
        return False
    if got.shape != expected.shape:
        return False
    scale = np.abs(expected[np.isfinite(expected)]).max(initial=0)
    return np.allclose(got, expected, rtol=TOLERANCE, atol=TOLERANCE * max(scale, 1e-6), equal_nan=True)


def wrong_entries(got, expected):
    """Mask of the entries that differ."""
    g, e = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    scale = max(np.abs(e[np.isfinite(e)]).max(initial=0), 1e-12)
    return ~np.isclose(g, e, rtol=TOLERANCE, atol=TOLERANCE * scale, equal_nan=True)


def constant_ratio(got, expected):
    """c if got = c * expected everywhere, else None."""
    g, e = np.ravel(np.asarray(got, dtype=float)), np.ravel(np.asarray(expected, dtype=float))
    if g.shape != e.shape:
        return None
    used = np.abs(e) > 1e-12
    if not used.any():
        return None
    with np.errstate(all="ignore"):
        ratio = float(np.median(g[used] / e[used]))
    return ratio if ratio != 0 and np.isfinite(ratio) and same(g, ratio * e) else None
