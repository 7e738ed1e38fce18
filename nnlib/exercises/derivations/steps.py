"""Which of the worked lines a true line does."""

import ast

from .reading import called
from .scope import Scope, is_mean, symbols
from .truth import base_of, free_letters


def covered(derivation, line, defined):
    """The numbers of the worked lines that a true line does."""
    steps = list(enumerate(derivation.read_steps, 1))
    if line.shape:
        return {number for number, step in steps if step.shape and step.shape[0] == line.shape[0]}
    if len(line.parts) == 1:
        return {number for number, step in steps if len(step.parts) == 1}
    names, point = aliases(derivation.read_steps), derivation.points[derivation.conventions[0]][0]
    pairs = [pair for other in line.parts[1:] for pair in ((line.parts[0], other), (other, line.parts[0]))]
    mine, found = [signature(*pair, Scope(point, defined), names) for pair in pairs], set()
    theirs = signatures(derivation, names, Scope(point))
    for number, wanted in theirs.items():
        alone = [s[::2] for s in theirs.values()].count(wanted[::2]) == 1  # no other step differs from it in its indices only
        for got in mine:
            free = number == len(steps) and got[:2] == wanted[:2] and got[2] <= set(derivation.known)
            if got == wanted or free or (alone and got[::2] == wanted[::2] and not numbers(got[1] + wanted[1])):
                found.add(number)
    return found


KEPT = {}  # id of a derivation -> the signatures of its steps


def signatures(derivation, names, scope):
    """number -> signature of each worked line that is an equation."""
    if derivation.id not in KEPT:
        steps = enumerate(derivation.read_steps, 1)
        KEPT[derivation.id] = {n: signature(step.parts[0], step.parts[-1], scope, names) for n, step in steps if len(step.parts) > 1}
    return KEPT[derivation.id]


def aliases(steps):
    """name -> name, for steps like slope[i, k] = X[i, k]."""
    pairs = [(base_of(step.parts[0]), base_of(step.parts[1])) for step in steps if len(step.parts) == 2]
    return {left: right for left, right in pairs if left and right}


def numbers(indices):
    return any(isinstance(index, int) for group in indices for index in group)


def signature(left, right, scope, names):
    """(what a line is about, how it is indexed, what it is written with): two lines with the same are the same step."""
    sizes = set(scope.point.sizes)
    indices = [
        tuple(
            index.value if isinstance(index, ast.Constant) else "*"
            for index in (s.slice.elts if isinstance(s.slice, ast.Tuple) else [s.slice])
        )
        for s in ast.walk(left)
        if isinstance(s, ast.Subscript) and not is_mean(s)
    ]
    letters = set(free_letters(left, scope)) | set(free_letters(right, scope))
    means = frozenset(node.value.id for node in ast.walk(left) if is_mean(node))
    means |= frozenset(called(node) for node in ast.walk(left) if isinstance(node, ast.Call))
    about = frozenset(symbols(left, scope) - sizes - letters) | means
    written = frozenset(names.get(name, name) for name in symbols(right, scope) - sizes - letters)
    return about, tuple(indices), written
