"""Which of the worked lines a true line does."""

import ast

from .reading import called
from .scope import Scope, is_mean, symbols
from .truth import base_of, free_letters


def covered(derivation, line, defined):
    """The numbers of the worked lines that a true line does."""
    found, steps = set(), derivation.read_steps
    names = aliases(steps)
    for number, step in enumerate(steps, 1):
        if line.shape or step.shape:
            if line.shape and step.shape and line.shape[0] == step.shape[0]:
                found.add(number)
        elif len(line.parts) == 1 or len(step.parts) == 1:
            if len(line.parts) == len(step.parts) == 1:
                found.add(number)
        else:
            scope = Scope(derivation.points[derivation.conventions[0]][0], defined)
            wanted = signature(step.parts[0], step.parts[-1], scope, names)
            same = [signature(s.parts[0], s.parts[-1], scope, names)[::2] for s in steps if len(s.parts) > 1]
            alone = same.count(wanted[::2]) == 1  # no other step differs from it in its indices only
            for left, right in zip([line.parts[0]] * len(line.parts), line.parts[1:]):
                for pair in ((left, right), (right, left)):
                    got = signature(*pair, scope, names)
                    final = number == len(derivation.steps)
                    free = final and got[:2] == wanted[:2] and got[2] <= set(derivation.known)
                    if got == wanted or free or (alone and got[::2] == wanted[::2] and not numbers(got[1] + wanted[1])):
                        found.add(number)
    return found


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
