"""A syntax tree at a point -> a number or an array. The work is counted before it is done, and again while it is done."""

import ast
from itertools import product

import numpy as np

from .functions import COMPARISONS, OPERATIONS, apply, broadcast, matmul, whole
from .reading import LineError, called, is_np
from .scope import UNCOMPUTED, is_mean, letter_ranges, restore, symbols, unknown


def value(tree, scope):
    """The value of a tree: a float, an int where it is one, or an array."""
    scope.spend()
    if type(tree) not in VISIT:
        raise LineError(f"`{ast.unparse(tree)}` cannot stand alone: write sum(...) or mean(...) around it.")
    return VISIT[type(tree)](tree, scope)


def number(node, scope):
    if node.value is None or node.value is ...:
        raise LineError("None may stand only in square brackets, for a new axis.")
    return node.value


def name(node, scope):
    if node.id in scope.values:
        return scope.values[node.id]
    if node.id in scope.defined:
        definition = scope.defined[node.id]
        if not definition.letters:
            return value(definition.tree, scope)
        return table(definition.tree, definition.letters, scope)
    if any(node.id in space.names for space in scope.point.spaces):
        raise LineError(f"{node.id} is random: use it inside E[...] or Var(...), or on both sides of a line.")
    raise LineError(unknown(node.id, scope), "unknown name")


def operation(node, scope):
    left, right = value(node.left, scope), value(node.right, scope)
    if isinstance(node.op, ast.MatMult):
        return matmul(left, right, node)
    if isinstance(node.op, (ast.Add, ast.Sub, ast.Mult)) and type(left) is type(right) is int:
        result = {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right}[type(node.op)]
        return result if abs(result) < 2**53 else float(result)
    broadcast(node, left, right)
    return whole(OPERATIONS[type(node.op)](left, right))


def signed(node, scope):
    inner = value(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return whole(np.logical_not(inner))
    return inner if isinstance(node.op, ast.UAdd) else whole(np.negative(inner))


def compared(node, scope):
    sides, holds = [value(side, scope) for side in (node.left, *node.comparators)], 1.0
    for operator, left, right in zip(node.ops, sides, sides[1:]):
        broadcast(node, left, right)
        one = COMPARISONS[type(operator)](left, right)
        broadcast(node, holds, one)
        holds = whole(holds * one)
    return holds


def chosen(node, scope):
    test = value(node.test, scope)
    if np.ndim(test):
        raise LineError("`if` chooses by one number, but here the condition is an array: write where(condition, this, that).")
    return value(node.body if test else node.orelse, scope)


def listed(node, scope):
    items = [value(item, scope) for item in node.elts]
    if len({np.shape(item) for item in items}) > 1:
        raise LineError("the rows of this list have different lengths.")
    return np.array(items, dtype=float)


def indexed(node, scope):
    if is_mean(node):
        return expectation(node.value.id, node.slice, scope)
    indices = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if isinstance(node.value, ast.Name) and node.value.id not in scope.values and node.value.id in scope.defined:
        definition = scope.defined[node.value.id]
        if len(definition.letters) == len(indices) and not any(isinstance(i, ast.Slice) for i in indices):
            return bind(definition, [value(i, scope) for i in indices], scope)
    array = value(node.value, scope)
    if isinstance(node.value, ast.Name) and node.value.id in scope.point.rows and len(indices) == 1:
        array = array[0]  # b[j] for b[0, j]
    keys, axis = [], 0
    for index in indices:
        if isinstance(index, ast.Slice):
            if index.lower or index.upper or index.step:
                raise LineError("the only slice that is read is the whole axis, `:`.")
            keys.append(slice(None))
        elif (isinstance(index, ast.Constant) and index.value is None) or (isinstance(index, ast.Attribute) and index.attr == "newaxis"):
            keys.append(None)
            continue
        else:
            key = value(index, scope)
            keys.append(position(key, index, node, axis, array, scope))
        axis += 1
    if axis > np.ndim(array):
        raise LineError(f"`{ast.unparse(node)}` has {axis} indices, {ast.unparse(node.value)} has {np.ndim(array)}.", "wrong index")
    found = np.asarray(array, dtype=float)[tuple(keys)]
    if np.isnan(found).any():
        raise LineError(f"`{ast.unparse(node)}` does not exist: {ast.unparse(node.value)} begins with 1.", "wrong range")
    return whole(found)


def position(key, index, node, axis, array, scope):
    """One index, a whole number inside its axis."""
    base = ast.unparse(node.value)
    if np.ndim(key):
        words = f"in `{ast.unparse(node)}` the index is an array. If {ast.unparse(index)} is one-hot, multiply by it and add: sum({ast.unparse(index)} * ...)."
        raise LineError(words, "wrong index")
    if key != int(key):
        raise LineError(f"the index `{ast.unparse(index)}` in `{ast.unparse(node)}` is not a whole number.", "wrong index")
    size = np.shape(array)[axis] if axis < np.ndim(array) else 0
    if axis < np.ndim(array) and not 0 <= key < size:
        named = scope.point.size_names(base, axis)
        raise LineError(
            f"in `{ast.unparse(node)}` the index `{ast.unparse(index)}` is out of range: {base} has {named} entries along that axis.",
            "wrong index",
            "wrong range",
        )
    return int(key)


def bind(definition, keys, scope):
    """What the learner defined as h[i, j] = ..., at h[2, 0]."""
    kept = {letter: scope.values.get(letter) for letter in definition.letters}
    scope.values |= dict(zip(definition.letters, keys))
    try:
        return value(definition.tree, scope)
    finally:
        restore(scope, kept)


def transposed(node, scope):
    if is_np(node.value):
        raise LineError(f"`{ast.unparse(node)}` is not a number.")
    array = value(node.value, scope)
    return array.T if np.ndim(array) == 2 else array


def expectation(which, tree, scope):
    """E[...] or Var[...]: exact, over all outcomes of the random names in it."""
    mean = square = 0.0
    for chance, names in scope.point.outcomes(symbols(tree, scope)):
        kept = {name: scope.values.get(name) for name in names}
        scope.values |= names
        try:
            one = value(tree, scope)
        finally:
            restore(scope, kept)
        mean, square = mean + chance * one, square + chance * np.square(one)
    return whole(np.asarray(mean if which == "E" else square - np.square(mean)))


def terms(node, scope):
    """The values that a generator runs through."""
    letters = [generator.target.id for generator in node.generators]
    kept = {letter: scope.values.get(letter) for letter in letters}

    def run(generators):
        if not generators:
            yield value(node.elt, scope)
            return
        ends = [value(argument, scope) for argument in generators[0].iter.args]
        if any(np.ndim(end) or not np.isfinite(end) or end != int(end) for end in ends) or max(map(abs, ends)) > 1000:
            raise LineError(f"`{ast.unparse(generators[0].iter)}` is not a range of at most 1000 whole numbers.", "wrong range")
        for i in range(*map(int, ends)):
            scope.spend()
            scope.values[generators[0].target.id] = i
            if all(value(test, scope) for test in generators[0].ifs):
                yield from run(generators[1:])

    try:
        yield from run(node.generators)
    finally:
        restore(scope, kept)


def function(node, scope):
    which = called(node)
    arguments = list(node.args)
    if isinstance(node.func, ast.Attribute) and not is_np(node.func.value):
        arguments = [node.func.value, *arguments]
    if which is None:
        raise LineError(f"`{ast.unparse(node.func)}` is not a function.")
    if not arguments:
        raise LineError(f"{which}() needs an argument.")
    if which in ("E", "Var"):
        return expectation(which, arguments[0], scope)
    if isinstance(arguments[0], ast.GeneratorExp):
        return gathered(which, arguments[0], scope)
    options = {k.arg: value(k.value, scope) for k in node.keywords}
    values = [value(argument, scope) for argument in arguments]
    try:
        return whole(np.asarray(apply(which, values, options, node)))
    except UNCOMPUTED as error:
        raise LineError(f"`{ast.unparse(node)}` cannot be computed ({error}).", "shape") from None


def gathered(which, generator, scope):
    values = list(terms(generator, scope))
    if which not in ("sum", "mean", "max", "min"):
        raise LineError(f"{which}(... for ...) is not read: sum and mean run over an index.")
    if which == "mean" and not values:
        raise LineError("this mean has no terms.", "wrong range")
    if which in ("max", "min"):
        return whole(getattr(np, which)(values))
    total = 0.0
    for one in values:
        broadcast(generator, total, one)
        total = total + one
    return whole(np.asarray(total / len(values) if which == "mean" else total))


def table(tree, letters, scope):
    """The array of a tree's values while its letters run over their ranges."""
    ranges = letter_ranges([tree], letters, scope)
    kept = {letter: scope.values.get(letter) for letter in letters}
    try:
        values = []
        for combination in product(*(ranges[letter] for letter in letters)):
            scope.values |= dict(zip(letters, combination))
            values.append(value(tree, scope))
    finally:
        restore(scope, kept)
    return np.array(values, dtype=float).reshape([len(ranges[letter]) for letter in letters] + list(np.shape(values[0])))


VISIT = {
    ast.Constant: number,
    ast.Name: name,
    ast.BinOp: operation,
    ast.UnaryOp: signed,
    ast.Compare: compared,
    ast.IfExp: chosen,
    ast.Tuple: listed,
    ast.List: listed,
    ast.Subscript: indexed,
    ast.Attribute: transposed,
    ast.Call: function,
}
