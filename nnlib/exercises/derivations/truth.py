"""Whether the two sides of a line are equal at a point."""

import ast
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from .arithmetic import value
from .budget import work
from .reading import LineError, is_np
from .scope import MOST_WORK, Scope, is_mean, letter_ranges

TOLERANCE = 1e-6  # relative to the largest number: the true gradients are finite differences


@dataclass
class Definition:
    """A name of the learner's own, as u = 1 + exp(-z) or h[i] = ..."""

    letters: tuple
    tree: ast.AST
    work: int
    names: frozenset  # what it is made of


def all_hold(parts, points, defined):
    return all(holds(left, right, point, defined) for left, right in zip(parts, parts[1:]) for point in points)


def holds(left, right, point, defined):
    """Whether left = right at a point; LineError where they cannot be compared."""
    a, b = sides(left, right, point, defined)
    return equal(a, b)


def equal(a, b, tolerance=TOLERANCE):
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    return np.abs(a - b).max(initial=0) <= tolerance * max(np.abs(a).max(initial=0), np.abs(b).max(initial=0), 1e-3)


def glance(left, right, point, defined):
    """Whether left = right for one choice of the free indices, no two alike: a quick look."""
    return equal(*sides(left, right, point, defined, at_once=False))


def sides(left, right, point, defined, at_once=True):
    """Both sides as arrays, the free indices first; with ``at_once`` False for one choice of the free indices alone."""
    scope = Scope(point, defined)
    letters = free_letters(left, scope)
    extra = [letter for letter in free_letters(right, scope) if letter not in letters]
    if extra:
        raise LineError(
            f"the index {extra[0]} is on the right but not on the left: for which {extra[0]} should the line hold? Sum over all of them.",
            "not summed",
            "lost sum",
        )
    ranges, loose, times = loops(left, right, letters, scope)
    if times * (work(left, scope) + work(right, scope)) > MOST_WORK:
        raise LineError("this line takes too much work to be tried: break it into steps, or sum over fewer indices.")
    if not at_once:
        ranges = {letter: run[n % len(run) : n % len(run) + 1] for n, (letter, run) in enumerate(ranges.items())}
    found = ([], [])
    with np.errstate(all="ignore"):
        for _, drawn in point.outcomes(loose):
            scope.values |= drawn
            for combination in product(*ranges.values()):
                scope.values |= dict(zip(ranges, combination))
                for tree, values in zip((left, right), found):
                    values.append(np.asarray(value(tree, scope), dtype=float))
    a, b = (np.array(values) for values in found)
    if is_zero(left) or is_zero(right):
        a, b = np.broadcast_arrays(a, b) if a[0].ndim == b[0].ndim else (np.zeros_like(b), b) if is_zero(left) else (a, np.zeros_like(a))
    if a.shape[1:] != b.shape[1:]:
        if base_of(left) in point.rows or base_of(right) in point.rows:
            if a.shape[1:] in ((1, *b.shape[1:]), b.shape[2:] if b.shape[1:2] == (1,) else None):
                return a.reshape(len(a), -1), b.reshape(len(b), -1)
        text = f"the left side is {point.shape_names(a.shape[1:])}, the right side {point.shape_names(b.shape[1:])}."
        raise LineError(text, "shape")
    return a, b


def loops(left, right, letters, scope):
    """(the ranges of the free indices, the random names outside of means, how often the two sides are to be computed)."""
    ranges, spaces = letter_ranges([left, right], letters, scope), scope.point.spaces
    names = outside_means(left) | outside_means(right)
    names |= {n for d in scope.defined if d in names for n in outside_means(scope.defined[d].tree)}
    loose = [name for name in names if any(name in space.names for space in spaces)]
    return ranges, loose, prod([*map(len, ranges.values()), *(len(space.chances) for space in scope.point.spaces_of(loose))])


def effort(left, right, point, defined):
    """How many operations the comparison of two sides takes."""
    scope = Scope(point, defined)
    try:
        times = loops(left, right, free_letters(left, scope), scope)[2]
    except LineError:
        times = 1
    return times * (work(left, scope) + work(right, scope))


def free_letters(tree, scope):
    """The names inside square brackets that are neither known nor bound: indices, in their order."""
    bound = {g.target.id for node in ast.walk(tree) if isinstance(node, ast.GeneratorExp) for g in node.generators}
    letters = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and not is_mean(node):
            for inner in ast.walk(node.slice):
                if isinstance(inner, ast.Name) and not scope.knows(inner.id) and inner.id not in bound and not is_np(inner):
                    letters += [inner.id] if inner.id not in letters else []
    return letters


def outside_means(tree):
    """The names outside of E[...] and Var(...)."""
    if is_mean(tree) or (isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id in ("E", "Var")):
        return set()
    own = {tree.id} if isinstance(tree, ast.Name) else set()
    return own.union(*map(outside_means, ast.iter_child_nodes(tree)))


def is_zero(tree):
    return isinstance(tree, ast.Constant) and tree.value == 0


def base_of(tree):
    """The name that a side is about: dW for dW[k, j]."""
    while isinstance(tree, (ast.Subscript, ast.Attribute)) and not is_mean(tree):
        tree = tree.value
    return tree.id if isinstance(tree, ast.Name) else None
