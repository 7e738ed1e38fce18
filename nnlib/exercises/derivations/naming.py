"""A false line -> the mistake that made it false: a stored one, a constant factor, or one change of the line that makes it true."""

import ast

import numpy as np

from .additions import renamed
from .changes import changes
from .reading import LineError, read
from .scope import UNCOMPUTED, symbols
from .truth import TOLERANCE, all_hold, base_of, effort, equal, glance, sides

MOST_TRIES, MOST_WORK = 400, 40_000  # changed lines that are tried, and operations on them


def name_mistake(derivation, line, readings, defined, error=None):
    """(kinds, message) of the mistake in a false line, or None.

    readings    for each convention still possible its points; ``error`` says why the sides could not even be compared
    """
    for left, right in zip(line.parts, line.parts[1:]):
        if any(is_true(left, right, points, defined) for points in readings):
            continue
        ways = [lambda points: stored(derivation, left, right, points, defined)]  # noqa: B023  called at once
        ways += [] if error else [lambda points: factor(left, right, points, defined)]  # noqa: B023
        ways += [] if error else [lambda points: another(left, right, points, defined)]  # noqa: B023
        ways += [lambda points: changed(left, right, points, defined)]  # noqa: B023
        ways += [] if error or isinstance(left, ast.Name) else [lambda points: changed(right, left, points, defined, "on the left: ")]  # noqa: B023
        for way in ways:
            found = [named for points in readings if (named := way(points))]
            if found:
                return min(found, key=lambda named: "sign" not in named[0])
        return None
    return None


def is_true(left, right, points, defined):
    try:
        return all_hold((left, right), points, defined)
    except LineError:
        return False


# ---- stored mistakes


def stored(derivation, left, right, points, defined):
    """The stored false line that says the same of the same."""
    for kind, message, text in derivation.mistakes:
        wrong = read(text)[0]
        if len(wrong.parts) == 2 and same_claim((left, right), wrong.parts, points, defined):
            return (kind,), message
    return None


def same_claim(mine, theirs, points, defined):
    """Whether two false lines say the same of the same, with indices or without."""
    try:
        for point in points:
            for a, b in zip(sides(*mine, point, defined), sides(*theirs, point, {})):
                if not equal(a.ravel(), b.ravel()):
                    return False
    except LineError:
        return False
    return base_of(mine[0]) == base_of(theirs[0])


# ---- constant factors


def factor(left, right, points, defined, tolerance=TOLERANCE):
    """Named, if right is the same number times left at every point, and that number is -1, 2, m, or one of the given ones."""
    ratios = []
    for point in points:
        a, b = sides(left, right, point, defined)
        used = np.abs(a) > 1e-9
        if not used.any():
            return None
        ratio = float(np.median(b[used] / a[used]))
        if not np.isfinite(ratio) or abs(ratio) < tolerance or not equal(ratio * a, b, tolerance):  # rounding is no factor
            return None
        ratios.append(ratio)
    if np.allclose(ratios, -1, rtol=10 * tolerance):
        return ("sign",), "right except for its sign."
    for number, words in ((2, "twice as large as it should be"), (0.5, "half of what it should be")):
        if np.allclose(np.abs(ratios), number, rtol=10 * tolerance):
            sign = " and has the wrong sign" if ratios[0] < 0 else ""
            return ("factor two", "missing factor"), f"the right side is {words}{sign}: look for a lost 2, or one too many."
    about, dims = symbols(left), {dim for dims in points[0].dims.values() for dim in dims}
    held = points[0].values
    names = [n for n in held if np.ndim(held[n]) == 0 and n not in about and (n in points[0].dims or n in dims)]
    means = any(
        (isinstance(node, ast.Name) and node.id == "mean") or (isinstance(node, ast.Attribute) and node.attr == "mean")
        for node in ast.walk(right)
    )
    for name in names:
        sizes = np.array([float(point.values[name]) for point in points])
        for power in (1, -1, 2, -2):
            with np.errstate(all="ignore"):
                hit = np.allclose(np.abs(ratios), sizes**power, rtol=10 * tolerance) and not np.allclose(sizes, 1)
            if hit:
                kinds, message = named_factor(name, power, means, points[0])
                return kinds, message + (" And the sign is wrong." if ratios[0] < 0 else "")
    if len(points) > 2 and np.allclose(ratios, ratios[0], rtol=10 * tolerance):
        return ("missing factor", "constant factor"), f"the right side is {ratios[0]:.3g} times what it should be, at all points."
    return None


def named_factor(name, power, means, point):
    size, times = name in point.sizes, name if abs(power) == 1 else f"{name}**2"
    if means and power < 0:
        return ("mean for sum", "1/m twice"), f"this should be a sum, not a mean: it is {times} times too small."
    if size and power < 0:
        known = ("1/m twice",) if name == "m" else ("mean for sum", "power")
        why = ": the 1/m is already in what comes from above." if name == "m" else "."
        return known, f"it is divided by {times} once too often{why}"
    if size:
        return ("missing 1/m", "missing factor", "power"), f"it is {times} times too large: a division by {times} is missing."
    if power < 0:
        return ("missing factor", "power"), f"a factor {times} is missing, or it is divided by {times} once too often."
    return ("extra factor", "power"), f"there is one factor {times} too many, or a division by {times} is missing."


def another(left, right, points, defined):
    """Named, if the right side is that of another given name."""
    name = base_of(left)
    for other in points[0].dims:
        if other not in (name, base_of(right)) and name in points[0].values and other in points[0].values:
            if np.shape(points[0].values[other]) == np.shape(points[0].values[name]):
                if is_true(renamed(left, name, other), right, points, defined):
                    return (
                        "wrong quantity",
                        "missing slope",
                        "not multiplied",
                    ), f"that is {other}, not {name}."
    return None


# ---- one change that makes the line true


def changed(left, right, points, defined, where=""):
    """(kinds, message) of the first change of the right side that makes the line true; ``where`` stands before the message."""
    tries = 0
    most = min(MOST_TRIES, MOST_WORK // effort(left, right, points[0], defined))
    for kinds, message, other in changes(left, right, points[0], defined):
        tries += 1
        if where and "lost sum" in kinds:
            continue
        if tries > most:
            return None
        try:
            if glance(left, other, points[0], defined) and all_hold((left, other), points, defined):
                return kinds, where + message
        except (LineError, *UNCOMPUTED):
            continue
    return None


# ---- when nothing fits


def different(line, points, defined):
    """(kinds, message): where the two sides of a false line differ, with numbers where they are single numbers."""
    for left, right in zip(line.parts, line.parts[1:]):
        for point in points:
            a, b = sides(left, right, point, defined)
            if equal(a, b):
                continue
            wrong = ~np.isclose(a, b, rtol=1e-5, atol=1e-9)
            if a.size == 1:
                names = [
                    n for n in sorted(symbols(left) | symbols(right)) if np.ndim(point.values.get(n, [])) == 0 and n not in symbols(left)
                ]
                with_ = ", ".join(f"{n} = {float(point.values[n]):.3g}" for n in names)
                numbers = f"the left side is {a.item():.3g}, the right side {b.item():.3g}"
                return (), f"with {with_} {numbers}. Try it on paper." if with_ else f"at a random point {numbers}. Try it on paper."
            square = a.size == wrong.size and int(np.sqrt(a.size)) ** 2 == a.size and base_of(left) == "J"
            diagonal = np.eye(int(np.sqrt(a.size)), dtype=bool).ravel() if square else None
            if square and not wrong.ravel()[diagonal].any():
                return ("diagonal",), "right on the diagonal, wrong off it, where the two indices differ."
            if square and not wrong.ravel()[~diagonal].any():
                return ("diagonal",), "right off the diagonal, wrong on it, where the two indices are equal."
            return (), f"{wrong.sum()} of {wrong.size} numbers differ. Try it on paper, with small ones."
    return (), "the two sides differ."
