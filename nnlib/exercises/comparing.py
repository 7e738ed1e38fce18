"""When two answers are equal, simple relations between arrays, and how the difference is said: in numbers, or in shapes."""

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
        much = "by less than 1 %"
    if wrong.size == 1:
        return f"{name} is off {much}."
    if wrong.all():
        return f"{'both' if wrong.size == 2 else f'all {wrong.size}'} numbers in {name} are off, {much}."
    verb = "is" if wrong.sum() == 1 else "are"
    return f"{wrong.sum()} of the {wrong.size} numbers in {name} {verb} off, first {name}[{', '.join(map(str, np.argwhere(wrong)[0]))}], {much}."


def share_off(got, expected):
    """The largest difference, relative to the largest number of its output; 0 where they are the same."""
    pairs = ((np.asarray(g, dtype=float), np.asarray(e, dtype=float)) for g, e in zip(got, expected) if not same(g, e))
    return max((float(np.abs(g - e).max() / max(np.abs(e).max(initial=0), 1e-12)) for g, e in pairs), default=0.0)


def wrong_shape(name, expression, g, e, arguments):
    """What is wrong with a shape, and what probably made it so; ``arguments`` by their names."""
    if not np.ndim(e):
        wanted = "no shape: a single number"
    else:
        wanted = f"shape {np.shape(e)}{f', {expression}' if expression not in (None, str(np.shape(e))) else ''}"
    text = f"{name} has shape {np.shape(g)}, it must have {wanted}."
    gs, es = np.shape(g), np.shape(e)
    g = np.asarray(g)
    if len(es) == 2 and gs == es[::-1]:
        return text + (" It looks transposed." if not same(g.T, e) else " It is the transpose of what it should be.")
    if g.size == np.size(e) and same(np.ravel(g), np.ravel(e)):
        cure = "keepdims=True keeps the axis" if len(gs) < len(es) else f".reshape({', '.join(map(str, es)) or '()'}) or [:, 0] drops it"
        return text + f" The numbers are right: {cure}."
    if len(gs) == 2 and gs[0] == gs[1] and es and es[-1 if len(es) > 1 else 0] in (1, gs[0]) and np.size(e) == gs[0] > 1:
        return (
            text
            + " A column (m, 1) met a vector (m,), and every entry was combined with every other: keepdims=True, or .reshape(-1, 1), on both."
        )
    if len(es) == len(gs) == 2 and es[0] == 1 < gs[0] and gs[1] == es[1]:
        return text + " One row for all examples is meant: does a sum or mean run over axis=1 where axis=0 is meant, or is it missing?"
    if len(es) == len(gs) == 2 and gs[0] == 1 < es[0] and gs[1] == es[1] > 1:
        return (
            text + " One row is left of all: does a sum, mean or maximum run over the rows? np.max(a, 0) does, np.maximum(a, 0) does not."
        )
    if es and np.size(e) > 1 and g.size == 1 and len(gs) in (0, 2):
        g = np.ravel(g)[0]
        for words, f in (("sum", np.sum), ("mean", np.mean), ("maximum", np.max), ("norm", np.linalg.norm)):
            if same(g, f(np.asarray(e, dtype=float))):
                return text + f" It is the {words} of all the right numbers: one for each was meant."
        return text + " You made one number of everything: does a sum, mean or maximum lack its axis?"
    if es and len(gs) == len(es) and gs[1:] == es[1:] and gs[0] != es[0]:
        n = min(gs[0], es[0])
        if n and same(g[:n], np.asarray(e)[:n]):
            return (
                text
                + f" The first {'is' if n == 1 else f'{n} are'} right, {'the others are missing' if gs[0] < es[0] else 'and what follows is too much'}."
            )
        if n and same(g[-n:], np.asarray(e)[-n:]):
            return (
                text
                + f" The last {'is' if n == 1 else f'{n} are'} right, {'the ones before are missing' if gs[0] < es[0] else 'and what comes before is too much'}."
            )
    if len(gs) == 1 and len(es) == 2:
        rows = np.asarray(e)
        for axis, word in ((0, "column"), (1, "row")):
            for k in range(rows.shape[1 - axis] if axis == 0 else rows.shape[0]):
                line = rows[:, k] if axis == 0 else rows[k]
                if line.size > 1 and same(g, line):
                    return text + f" It is {word} {k} of the answer alone."
    two = [(n, np.shape(a)) for n, a in arguments.items() if isinstance(a, np.ndarray) and a.ndim == 2]
    if 1 in es and any(gs in ((s[0], 1), (1, s[1]), (s[0],), (s[1],)) for _, s in two) and len(gs) <= 2:
        return (
            text
            + " One number for each row, or for each column? axis=0 runs down the rows and leaves one for each column, axis=1 the other way."
        )
    return text + sizes_taken(gs, es, arguments)


def sizes_taken(gs, es, arguments):
    """The arguments that have the wrong shape, or the wrong size, that was returned."""
    arrays = {name: a.shape for name, a in arguments.items() if isinstance(a, np.ndarray) and a.ndim}
    if gs and (alike := [name for name, shape in arrays.items() if shape == gs]):
        return f" {gs} is the shape of {listed(alike)}."
    if len(gs) != len(es):
        return ""
    wrong = dict.fromkeys(g for g, e in zip(gs, es) if g != e)
    named = (
        (size, [f"{name}.shape[{k}]" if k else f"len({name})" for name, shape in arrays.items() for k, n in enumerate(shape) if n == size])
        for size in wrong
    )
    return "".join(f" {size} is {' or '.join(names[:2])}." for size, names in named if size > 1 and names)


def listed(words):
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
