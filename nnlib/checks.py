"""Checks of arguments that many modules share.

Each returns the validated value, or raises ValueError that says what was given and what to write instead.
"""

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


def as_array(value, what):
    """Any array; ValueError for rows of different lengths, and for a mask, which would be lost."""
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ValueError(f"{what} hides some of its numbers behind a mask: leave those rows out, or fill them in with .filled(...)")
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{what} has rows of different lengths: give all of them the same number of columns") from None


def as_labels(value, what):
    """Labels as an array of numbers or of texts. An array of objects, as pandas makes them, takes the type of its items."""
    array = as_array(value, what)
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise ValueError(
            f"{what} must hold a class for each row, got nan, a missing value, at {np.argwhere(np.isnan(array))[0]}: leave such rows out"
        )
    if array.dtype.kind not in "OT":
        return array
    array = array.astype(object)  # NumPy's texts of any length are objects too
    for kinds, dtype in (((bool, int, float, np.number, np.bool_), None), ((str,), str), ((bytes,), bytes)):
        if all(isinstance(item, kinds) for item in array.flat):
            return np.array(array.tolist(), dtype)
    odd = next((item for item in array.flat if not isinstance(item, type(array.flat[0]))), array.flat[0])
    raise ValueError(
        f"{what} must hold class indices or texts, not both, got dtype object with {array.flat[0]!r} and {odd!r}: leave out missing values"
    )


def as_floats(value, what, dtype=np.float64, advice="np.array(..., dtype=float)"):
    """An array of finite real numbers of the given dtype; ValueError says what was expected and where the first bad number is."""
    scalar = np.isscalar(value) or isinstance(value, (dict, set)) or value is None
    given = repr(value) if scalar else "rows of different lengths"
    try:
        hidden = isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value)
        array = np.asarray(value.astype(float).filled(np.nan) if hidden else value)  # masked: not known
        if not scalar:
            given = array.dtype if array.ndim else f"a {type(value).__name__}"
        if value is None or array.dtype.kind not in "biufO":
            raise TypeError
        if array.dtype.kind == "O" and array.ndim:
            odd = next((item for item in array.flat if not isinstance(item, (bool, int, float, np.number, np.bool_))), None)
            given = f"objects, such as {odd!r}"
        with np.errstate(over="ignore"):
            array = array.astype(dtype, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{what} must be a rectangular array of real numbers, got {given}: write {advice}") from None
    if not np.isfinite(array).all():
        where = f"NaN or infinity, first in row {np.argwhere(~np.isfinite(array))[0][-2:][0]}" if array.ndim else given
        raise ValueError(f"{what} must hold finite numbers, got {where}: remove such rows or fill them in")
    return array
