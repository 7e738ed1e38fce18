"""The forms of a derivation: three sheets that fade, only the shapes, only the numbers of each step worked on paper."""

import ast

import numpy as np

from ..checker import Verdict
from .checking import judge_shape
from .naming import factor
from .reading import LineError, read
from .truth import base_of, sides
from .verdict import verdict

SHEETS = {"first": 1, "second": 2, "blank": 3}  # few gaps, more gaps, none of the lines
FORMS = (*SHEETS, "shapes", "paper")
ROUNDED = 5e-3  # numbers worked on paper may be rounded to three digits


def verdict_on(derivation, text, form):
    """The Verdict of a text in one of the forms."""
    if form in SHEETS:
        return verdict(derivation, text)
    try:
        lines, stage = read(text), "passed"
        wanted = shaped(derivation) if form == "shapes" else asked(derivation)
        for line in lines:
            if line.error:
                raise line.error
            if not line.blank:
                (check_shape if form == "shapes" else check_number)(derivation, line)
    except LineError as error:
        return Verdict(
            derivation.id, "false", f"line {line.number}: {line.text}\n   {error.message}" if "line" in locals() else error.message
        )
    done = {name_of(line) for line in lines if not line.blank}
    missing = [name for name in wanted if name not in done]
    if missing:
        stage = "blank" if done else "not attempted"
        return Verdict(derivation.id, stage, f"still blank: {', '.join(missing)}.")
    what = "shapes are" if form == "shapes" else "numbers are"
    return Verdict(derivation.id, stage, f"all {len(wanted)} {what} right.")


def name_of(line):
    return line.shape[0] if line.shape else ast.unparse(line.parts[0]).replace(" ** ", "**")


def check_shape(derivation, line):
    if not line.shape:
        raise LineError("a shape is written with a colon: dW: (n_in, n_out).")
    judge_shape(line, derivation.points[derivation.conventions[0]], {})


def near(a, b):
    """Equal up to rounding on paper."""
    return a.shape == b.shape and np.isfinite(b).all() and np.abs(a - b).max(initial=0) <= max(ROUNDED * np.abs(a).max(initial=0), 1e-3)


def check_number(derivation, line):
    """A line like dW = [[1, 2], [3, 4]], against the numbers of the paper form."""
    if len(line.parts) != 2:
        raise LineError("write the name, =, and its numbers: dW = [[1, 2], [3, 4]].")
    points = [paper_point(derivation, convention) for convention in derivation.conventions]
    left, right = line.parts
    pairs = [sides(left, right, point, {}) for point in points]
    if any(near(a, b) for a, b in pairs):
        return
    a, b = pairs[0]
    if a.ndim == 3 and a.shape[1] == a.shape[2] and near(a, b.swapaxes(1, 2)):
        raise LineError("these are the numbers of the transpose: rows first.")
    named = factor(left, right, points[:1], {}, ROUNDED)
    wrong = np.argwhere(np.abs(a - b)[0] > ROUNDED * max(np.abs(a).max(), 1e-3))
    where = f"{len(wrong)} of {a[0].size} numbers differ, the first at {wrong[0].tolist()}." if a[0].ndim else "the number differs."
    raise LineError(named[1] if named else where)


def shaped(derivation):
    return [name for name, dims in derivation.dims.items() if dims and not derivation.starts]


class SmallNumbers:
    """Draws as a Generator does, but numbers for working on paper: whole, or with one digit."""

    def __init__(self):
        self.rng = np.random.default_rng(3)

    def standard_normal(self, shape=()):
        return np.asarray(self.rng.integers(-2, 4, shape), dtype=float)

    def uniform(self, low, high, shape=None):
        return self.rng.uniform(low, high, shape).round(1) if shape else round(float(self.rng.uniform(low, high)), 1)

    def __getattr__(self, name):
        return getattr(self.rng, name)


def paper_point(derivation, convention=None):
    """The point of the smallest sizes, with small numbers."""
    i = min(range(len(derivation.sizes)), key=lambda i: sum(derivation.sizes[i].values()))
    return derivation.point(i, convention or derivation.conventions[0], SmallNumbers())


def given_numbers(derivation):
    point = paper_point(derivation)
    names = [*point.sizes, *(name for name in derivation.known if name in point.values and name not in point.sizes)]
    return [f"{name} = {np.asarray(point.values[name]).round(4).tolist()}" for name in names]


def asked(derivation):
    """The left sides whose numbers the paper form asks for, each once."""
    names = []
    for line, _ in derivation.steps:
        parsed = read(line)[0]
        if len(parsed.parts) > 1:
            name = base_of(parsed.parts[0])
            if name not in derivation.dims:
                name = name_of(parsed)
            elif name in derivation.known:
                continue
            names += [name] if name not in names else []
    return names
