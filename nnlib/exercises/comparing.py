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


def size_of_difference(name, got, expected):
    g, e = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    wrong = wrong_entries(g, e)
    if np.array_equal(e, np.rint(e)) and np.array_equal(g, np.rint(g)):
        first = g[wrong][0] if g.ndim else g
        if wrong.size == 1:
            return f"{name} is {first:g}, and that is not the right number."
        places = f"{name}[{', '.join(map(str, np.argwhere(wrong)[0]))}]"
        share = f"all {wrong.size}" if wrong.all() else f"{wrong.sum()} of the {wrong.size}"
        return f"{share} numbers in {name} {'is' if wrong.sum() == 1 else 'are'} wrong, first {places}, which is {first:g}."
    share = np.abs(g - e)[wrong].max() / max(np.abs(e).max(initial=0), 1e-12)
    if share >= 1.95:
        words = (
            "more than a thousand times"
            if share > 1000
            else f"more than {int(share)} times"
            if share >= 3
            else "more than twice"
            if share > 2
            else "twice"
        )
        much = f"by {words} {'the right number' if wrong.size == 1 else 'the largest number'}"
    elif share >= 0.01:
        much = f"by {'' if wrong.size == 1 else 'up to '}{100 * share:.0f} % of {'the right number' if wrong.size == 1 else 'the largest number'}"
    else:
        much = "by less than 1 %, so the idea is right and something small is not"
    if wrong.size == 1:
        return f"{name} is off {much}."
    if wrong.all():
        return f"all {wrong.size} numbers in {name} are off, {much}."
    verb = "is" if wrong.sum() == 1 else "are"
    return f"{wrong.sum()} of the {wrong.size} numbers in {name} {verb} off, first {name}[{', '.join(map(str, np.argwhere(wrong)[0]))}], {much}."


def share_off(got, expected):
    """The largest difference, relative to the largest number of its output; 0 where they are the same."""
    pairs = ((np.asarray(g, dtype=float), np.asarray(e, dtype=float)) for g, e in zip(got, expected) if not same(g, e))
    return max((float(np.abs(g - e).max() / max(np.abs(e).max(initial=0), 1e-12)) for g, e in pairs), default=0.0)
