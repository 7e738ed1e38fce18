"""Checks of arguments that many modules share: each returns the good value, or says what came and what to write."""

import numpy as np


def as_rng(rng):
    """Turn an int seed into a ``numpy.random.Generator``; hand a generator back as it is."""
    if isinstance(rng, (np.random.Generator, np.random.RandomState)):
        return rng
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and rng >= 0:
        return np.random.default_rng(int(rng))
    raise ValueError(f"rng must be a seed (a whole number, 0 or larger) or a numpy Generator, got {rng!r}: write rng=0")


def as_count(value, what, high=2**53):
    """A whole number from 1 to ``high``, as an int."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{what} must be a whole number, 1 or larger, got {value!r}")
    if value > high:
        raise ValueError(f"{what} must be at most {high:,}, got {float(value) if value < 1e308 else np.inf:.3g}")
    return int(value)


def as_number(value, what, low, high=np.inf, *, advice, open_low=False):
    """A number with low <= value < high (``open_low``: low < value < high), as a float."""
    real = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if real and isinstance(value, int) and abs(value) > 10**300:
        value = np.inf if value > 0 else -np.inf  # no float, and too long to print
    if real and (low < value if open_low else low <= value) and value < high:
        return float(value)
    above = f"above {low:g}" if open_low else f"{low:g} or larger"
    below = "" if high == np.inf else f" and below {high:g}"
    raise ValueError(f"{what} must be a number {above}{below}, got {value!r}: write {advice}")


def as_floats(value, what, dtype=np.float64, advice="np.array(..., dtype=float)"):
    """An array of finite real numbers of the given dtype; else what it must be, and where the first bad one stands."""
    came = repr(value) if np.isscalar(value) or isinstance(value, (dict, set)) or value is None else "rows of different lengths"
    try:
        array = np.asarray(value.astype(float).filled(np.nan) if np.ma.is_masked(value) else value)  # masked: not known
        came = came if array.ndim == 0 else array.dtype
        if value is None or array.dtype.kind not in "biufO":
            raise TypeError
        with np.errstate(over="ignore"):
            array = array.astype(dtype, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{what} must be a rectangular array of real numbers, got {came}: write {advice}") from None
    if not np.isfinite(array).all():
        where = f"NaN or infinity, first in row {np.argwhere(~np.isfinite(array))[0][-2:][0]}" if array.ndim else came
        raise ValueError(f"{what} must hold finite numbers, got {where}: remove such rows or fill them in")
    return array
