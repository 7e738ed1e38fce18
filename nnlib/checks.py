"""Checks of arguments that many modules share: each returns the good value, or says what came and what to write."""

import numpy as np


def as_rng(rng):
    """Turn an int seed into a ``numpy.random.Generator``; hand a generator back as it is."""
    if isinstance(rng, (np.random.Generator, np.random.RandomState)):
        return rng
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and rng >= 0:
        return np.random.default_rng(int(rng))
    raise ValueError(f"rng must be a seed (a whole number, 0 or larger) or a numpy Generator, got {rng!r}: write rng=0")


def as_count(value, what):
    """A whole number, 1 or larger, as an int."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{what} must be a whole number, 1 or larger, got {value!r}")
    return int(value)


def as_number(value, what, low, high=np.inf, *, advice, open_low=False):
    """A number with low <= value < high (``open_low``: low < value < high), as a float."""
    real = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if real and (low < value if open_low else low <= value) and value < high:
        return float(value)
    above = f"above {low:g}" if open_low else f"{low:g} or larger"
    below = "" if high == np.inf else f" and below {high:g}"
    raise ValueError(f"{what} must be a number {above}{below}, got {value!r}: write {advice}")
