"""Changes that take something away, put something in, or put one name in the place of another."""

import ast
import copy

import numpy as np

from .arithmetic import value
from .reading import LineError
from .scope import symbols
from .truth import free_letters


def places(tree):
    """Every node of a tree, with a function that gives a copy of the tree in which it is replaced."""
    for number, node in enumerate(ast.walk(tree)):

        def replaced(new, number=number):
            other = copy.deepcopy(tree)
            target = list(ast.walk(other))[number]
            if target is other:
                return new
            for parent in ast.walk(other):
                for field, child in ast.iter_fields(parent):
                    if child is target:
                        setattr(parent, field, new)
                    elif isinstance(child, list) and any(item is target for item in child):
                        child[[item is target for item in child].index(True)] = new
            return other

        yield node, replaced


def operator(node, op):
    return ast.BinOp(node.left, op, node.right)


def drops(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Add, ast.Sub)):
            product = isinstance(node.op, ast.Mult)
            for stays, goes in ((node.left, node.right), (node.right, node.left)):
                kind, words = ("extra factor", "factor") if product else ("extra term", "term")
                yield (kind,), f"the {words} `{ast.unparse(goes)}` does not belong here.", replaced(stays)


def quantities(left, right, scope):
    """One name in the place of another of the same shape."""
    about = symbols(left)
    for node, replaced in places(right):
        if isinstance(node, ast.Name) and node.id in scope.values:
            for other, held in scope.values.items():
                if other not in (node.id, *about) and np.shape(held) == np.shape(scope.values[node.id]):
                    kinds = (f"{node.id} for {other}",) if {node.id, other} == {"n_in", "n_out"} else ()
                    yield (*kinds, "wrong quantity"), f"{node.id} is the wrong quantity here.", replaced(ast.Name(other, ast.Load()))


def factors(left, right, scope):
    """A factor that is missing, from the whole or from one of its terms."""
    about = symbols(left)
    small = [name for name, held in scope.values.items() if np.ndim(held) == 0 and name not in about]
    same = [name for name, held in scope.values.items() if np.ndim(held) and name not in about]
    for node, replaced in places(right):
        whole = node is right
        if whole or (
            isinstance(node, (ast.Name, ast.Subscript, ast.BinOp, ast.Call)) and not isinstance(getattr(node, "ctx", None), ast.Store)
        ):
            for name in small + (same if whole else []):
                times = ast.Name(name, ast.Load())
                words = f"the factor {name} is missing" + ("." if whole else f" at `{ast.unparse(node)}`.")
                yield ("missing factor", "not multiplied", "missing slope"), words, replaced(ast.BinOp(node, ast.Mult(), times))
                size = name in scope.point.sizes
                words = f"a division by {name} is missing" + ("." if whole else f" at `{ast.unparse(node)}`.")
                yield ("missing 1/m" if size else "missing factor",), words, replaced(ast.BinOp(node, ast.Div(), times))
    letters = free_letters(left, scope)
    if letters:
        for name, held in scope.values.items():
            if np.ndim(held) == len(letters) and name not in about:
                index = (
                    ast.Tuple([ast.Name(l, ast.Load()) for l in letters], ast.Load())
                    if len(letters) > 1
                    else ast.Name(letters[0], ast.Load())
                )
                entry = ast.Subscript(ast.Name(name, ast.Load()), index, ast.Load())
                yield ("missing factor",), f"the factor {ast.unparse(entry)} is missing.", ast.BinOp(right, ast.Mult(), entry)


def lost_terms(left, right, scope):
    try:
        shape = np.shape(value(left, scope))
    except LineError:
        return
    for name, held in scope.values.items():
        if np.shape(held) == shape and name not in symbols(left):
            for op in (ast.Add(), ast.Sub()):
                yield ("lost term",), "a term is missing.", ast.BinOp(right, op, ast.Name(name, ast.Load()))
