"""Changes that take something away, put something in, or put one name in place of another."""

import ast
import copy

import numpy as np

from .arithmetic import value
from .reading import FUNCTIONS, LineError
from .scope import UNCOMPUTED, symbols
from .truth import free_letters


def places(tree):
    """Every node of a tree, with a function that gives the tree in which it is replaced."""
    for node in ast.walk(tree):
        yield node, lambda new, node=node: rebuilt(tree, node, new)


def rebuilt(tree, target, new):
    """The tree with one node replaced; what does not lead to it is shared."""
    if tree is target:
        return new
    for field, child in ast.iter_fields(tree):
        items = child if isinstance(child, list) else [child]
        for place, item in enumerate(items):
            if isinstance(item, ast.AST) and (other := rebuilt(item, target, new)) is not item:
                copied = copy.copy(tree)
                setattr(copied, field, [*items[:place], other, *items[place + 1 :]] if isinstance(child, list) else other)
                return copied
    return tree


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
    """One name in place of another of the same shape, once or everywhere."""
    about = symbols(left)
    for node, replaced in places(right):
        if isinstance(node, ast.Name) and node.id in scope.values:
            for other, held in scope.values.items():
                if (other in scope.point.sizes) != (node.id in scope.point.sizes):
                    continue
                if other not in (node.id, *about) and np.shape(held) == np.shape(scope.values[node.id]):
                    kinds = (f"{node.id} for {other}", "wrong quantity") if {node.id, other} == {"n_in", "n_out"} else ("wrong quantity",)
                    words = f"{node.id} is the wrong quantity here."
                    yield kinds, words, replaced(ast.Name(other, ast.Load()))
                    yield kinds, words, renamed(right, node.id, other)


def renamed(tree, old, new):
    """The tree with a name replaced everywhere."""
    for node in [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == old]:
        tree = rebuilt(tree, node, ast.Name(new, ast.Load()))
    return tree


def factors(left, right, scope):
    """A factor that is missing, from the whole or from one of its parts: a name, 1 minus it, or an entry with the indices at hand."""
    about, letters = symbols(left), free_letters(left, scope)
    missing = []
    for name in scope.point.dims:
        if name in about or name not in scope.values:
            continue
        held = np.ndim(scope.values[name])
        if held == 0 or not letters:
            missing += [name, f"(1 - {name})"]
        if held == 1:
            missing += [f"{name}[{letter}]" for letter in [*letters, 0]]
        if held == 2 and len(letters) == 2:
            missing += [f"{name}[{', '.join(letters)}]"]
    missing += [
        size for size in scope.point.sizes if size not in missing and size in {d for dims in scope.point.dims.values() for d in dims}
    ]
    for node, replaced in places(right):
        if node is right or is_quantity(node):
            where = "" if node is right else f" at `{ast.unparse(node)}`"
            for name in missing:
                times = ast.parse(name, mode="eval").body
                words = f"the factor {name.strip('()')} is missing{where}."
                yield ("missing factor", "not multiplied", "missing slope"), words, replaced(ast.BinOp(node, ast.Mult(), times))
                known = "missing 1/m" if name in scope.point.sizes else "missing factor"
                words = f"a division by {name.strip('()')} is missing{where}."
                yield (known,), words, replaced(ast.BinOp(node, ast.Div(), times))


def is_quantity(node):
    return isinstance(node, (ast.Name, ast.Subscript, ast.BinOp, ast.Call)) and not (isinstance(node, ast.Name) and node.id in FUNCTIONS)


def lost_terms(left, right, scope):
    """A name that is missing from a sum. Not where means are taken: there too much is equal by accident."""
    if scope.point.spaces:
        return
    for node, replaced in places(right):
        try:
            shape = np.shape(value(node, scope)) if node is right or isinstance(node, ast.Name) else None
        except (LineError, *UNCOMPUTED):
            continue
        for name in scope.point.dims:
            if name in scope.values and np.shape(scope.values[name]) == shape and name not in (*symbols(left), ast.unparse(node)):
                for op in (ast.Add(), ast.Sub()):
                    words = "a term is missing" + ("." if node is right else f" beside `{ast.unparse(node)}`.")
                    yield ("lost term",), words, replaced(ast.BinOp(node, op, ast.Name(name, ast.Load())))


def complements(tree):
    """1 - p in place of p, and p in place of 1 - p."""
    for node, replaced in places(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and isinstance(node.left, ast.Constant) and node.left.value == 1:
            words = f"`{ast.unparse(node)}` should be `{ast.unparse(node.right)}`."
            yield ("wrong quantity",), words, replaced(node.right)
        elif isinstance(node, ast.Name) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)):
            words = f"`{ast.unparse(node)}` should be 1 - {ast.unparse(node)}."
            yield ("wrong quantity",), words, replaced(ast.BinOp(ast.Constant(1), ast.Sub(), node))
