"""Where names are looked up, and what names and indices a tree has."""

import ast

from .reading import LineError, is_np

MOST_WORK = 16_000  # operations that a line may take at one point


UNCOMPUTED = (ArithmeticError, AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)  # of arithmetic on odd input


class Scope:
    """Where names are looked up: the point's values, the names the learner defined, the letters that are bound to numbers now."""

    def __init__(self, point, defined=()):
        self.point, self.values, self.defined, self.left = point, dict(point.values), dict(defined), 4 * MOST_WORK

    def spend(self, work=1):
        self.left -= work
        if self.left < 0:
            raise LineError("this line takes too much work to be tried: break it into steps, or sum over fewer indices.")

    def knows(self, name):
        return name in self.values or name in self.defined or any(name in space.names for space in self.point.spaces)


def is_mean(node):
    """Whether a node is E[...] or Var[...] in square brackets."""
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in ("E", "Var")


def symbols(tree, scope=None):
    """The names in a tree that are neither functions nor bound letters; defined names are replaced by what they stand for."""
    nodes = list(ast.walk(tree))
    bound = {g.target.id for node in nodes if isinstance(node, ast.GeneratorExp) for g in node.generators}
    functions = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    functions |= {id(node.value) for node in nodes if is_mean(node) or (isinstance(node, ast.Attribute) and is_np(node.value))}
    names = set()
    for node in nodes:
        if isinstance(node, ast.Name) and node.id not in bound and id(node) not in functions:
            definition = scope and scope.defined.get(node.id)
            names |= definition.names if definition else {node.id}
    return names


def unknown(wanted, scope):
    from difflib import get_close_matches

    known = [*scope.values, *scope.defined, *(name for space in scope.point.spaces for name in space.names)]
    near = [k for k in known if k.lower() == wanted.lower()] or get_close_matches(wanted, known, n=1, cutoff=0.6)
    return f"{wanted} is not known here" + (
        f": did you mean {near[0]}?" if near else ": define it on an earlier line, or use the given names."
    )


def restore(scope, kept):
    for letter, before in kept.items():
        if before is None:
            scope.values.pop(letter, None)
        else:
            scope.values[letter] = before


def letter_ranges(trees, letters, scope):
    """letter -> the range it runs over, by the places where it is an index; a LineError if two places disagree."""
    found = {}
    for tree in trees:
        for node in ast.walk(tree):
            if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name) or is_mean(node):
                continue
            base, indices = node.value.id, node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            for axis, index in enumerate(indices):
                if isinstance(index, ast.Name) and index.id in letters:
                    run = scope.point.axis_range(base, axis + (base in scope.point.rows and len(indices) == 1))
                    if run is None and base in scope.defined and axis < len(scope.defined[base].letters):
                        inner = scope.defined[base]
                        run = letter_ranges([inner.tree], inner.letters, scope).get(inner.letters[axis])
                    if run is None:
                        continue
                    before = found.setdefault(index.id, (run, ast.unparse(node)))
                    if len(before[0]) != len(run):
                        raise LineError(
                            f"the index {index.id} runs over {len(before[0])} values in `{before[1]}` and over {len(run)} in "
                            f"`{ast.unparse(node)}`: are two indices swapped?",
                            "wrong index",
                        )
    missing = [letter for letter in letters if letter not in found]
    if missing:
        raise LineError(f"what does the index {missing[0]} run over? Use it as an index of something known.")
    return {letter: run for letter, (run, _) in found.items()}
