"""A syntax tree at a point -> a number or an array. The work is counted before it is done, and again while it is done."""

import ast
from itertools import product
from math import prod

import numpy as np

from .reading import LineError, called, is_np

MOST_WORK = 16_000  # operations that a line may take at one point
UNCOMPUTED = (ArithmeticError, AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)  # of arithmetic on odd input
LARGEST = 4_000  # entries of one array


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


ENTRYWISE = {
    **{name: getattr(np, name) for name in ("exp", "log", "sqrt", "square", "abs", "sign", "tanh", "sinh", "cosh")},
    "sigmoid": sigmoid,
    "relu": lambda z: np.maximum(z, 0),
}
OPERATIONS = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: lambda a, b: np.power(np.asarray(a, dtype=float), b),
}
COMPARISONS = {
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


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


def work(tree, scope):
    """How many operations a tree takes at the point of this scope, from above, without doing them."""
    if isinstance(tree, ast.GeneratorExp):
        if not all(isinstance(generator.iter, ast.Call) for generator in tree.generators):
            raise LineError("an index runs over a range.")
        times = prod(range_size(generator.iter.args, scope) for generator in tree.generators)
        return 1 + times * (work(tree.elt, scope) + sum(work(test, scope) for g in tree.generators for test in g.ifs))
    inside = 1 + sum(work(child, scope) for child in ast.iter_child_nodes(tree))
    if isinstance(tree, ast.Name) and tree.id in scope.defined:
        return inside + scope.defined[tree.id].work
    if is_mean(tree) or (isinstance(tree, ast.Call) and called(tree) in ("E", "Var")):
        return inside * prod(len(space.chances) for space in scope.point.spaces_of(symbols(tree, scope)))
    return inside


def range_size(arguments, scope):
    try:
        sizes = [int(value(argument, scope)) for argument in arguments]
    except (LineError, TypeError, ValueError):  # its end hangs on another index
        sizes = [max([8, *scope.point.sizes.values()])]
    return max(0, sizes[-1] - (sizes[0] if len(sizes) == 2 else 0))


def symbols(tree, scope=None):
    """The names in a tree that are no functions and no bound letters; defined names are replaced by what they stand for."""
    bound = {g.target.id for node in ast.walk(tree) if isinstance(node, ast.GeneratorExp) for g in node.generators}
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in bound and not is_function(node, tree):
            definition = scope and scope.defined.get(node.id)
            names |= definition.names if definition else {node.id}
    return names


def is_function(name, tree):
    return any(
        (isinstance(node, ast.Call) and node.func is name)
        or (is_mean(node) and node.value is name)
        or (isinstance(node, ast.Attribute) and node.value is name and is_np(name))
        for node in ast.walk(tree)
    )


def value(tree, scope):
    """The value of a tree: a float, an int where it is one, or an array."""
    scope.spend()
    if type(tree) not in VISIT:
        raise LineError(f"`{ast.unparse(tree)}` cannot stand alone: write sum(...) or mean(...) around it.")
    return VISIT[type(tree)](tree, scope)


def number(node, scope):
    if node.value is None or node.value is ...:
        raise LineError("None stands only in square brackets, as a new axis.")
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
        raise LineError(f"{node.id} is random: it can stand inside E[...] or Var(...), or on both sides of a line.")
    raise LineError(unknown(node.id, scope), "unknown name")


def unknown(wanted, scope):
    from difflib import get_close_matches

    known = [*scope.values, *scope.defined, *(name for space in scope.point.spaces for name in space.names)]
    near = [k for k in known if k.lower() == wanted.lower()] or get_close_matches(wanted, known, n=1, cutoff=0.6)
    return f"{wanted} is not known here" + (
        f": did you mean {near[0]}?" if near else ": define it on a line before, or use the given names."
    )


def limited(shape):
    if prod(shape) > LARGEST:
        raise LineError(f"an array of shape {tuple(shape)} is too large for a derivation.")


def broadcast(what, *arrays):
    """Raise unless the arrays fit together, and their result is small; ``what`` is the tree that joins them."""
    try:
        limited(np.broadcast_shapes(*map(np.shape, arrays)))
    except ValueError:
        shapes = " and ".join(str(np.shape(array)) for array in arrays)
        raise ShapesDiffer(f"the shapes {{shapes}} do not fit in `{ast.unparse(what)}`.", arrays, shapes) from None


class ShapesDiffer(LineError):
    """Shapes that do not fit, to be said in the derivation's own sizes."""

    def __init__(self, message, arrays, shapes):
        super().__init__(message.replace("{shapes}", shapes), "shape")
        self.template, self.shapes = message, [np.shape(array) for array in arrays]


def whole(result):
    """An int stays an int while it is small; everything else is a float or an array of floats."""
    if isinstance(result, np.ndarray) and result.ndim:
        return result.astype(float, copy=False)
    number = result.item() if isinstance(result, (np.ndarray, np.generic)) else result
    return number if isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**53 else float(number)


def operation(node, scope):
    left, right = value(node.left, scope), value(node.right, scope)
    if isinstance(node.op, ast.MatMult):
        return matmul(left, right, node)
    if isinstance(node.op, (ast.Add, ast.Sub, ast.Mult)) and type(left) is type(right) is int:
        result = {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right}[type(node.op)]
        return result if abs(result) < 2**53 else float(result)
    broadcast(node, left, right)
    return whole(OPERATIONS[type(node.op)](left, right))


def matmul(left, right, what):
    if np.ndim(left) == 0 or np.ndim(right) == 0:
        raise LineError(f"@ multiplies matrices and vectors, `{ast.unparse(what)}` has a single number: write *.", "matrix product")
    if np.shape(left)[-1] != np.shape(right)[-2 if np.ndim(right) > 1 else 0]:
        shapes = f"{np.shape(left)} and {np.shape(right)}"
        raise ShapesDiffer(f"in `{ast.unparse(what)}` the inner sizes differ: the shapes are {{shapes}}.", (left, right), shapes)
    limited((*np.shape(left)[:-1], np.shape(right)[-1]))
    return whole(np.matmul(left, right))


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


def joined(node, scope):
    join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
    result = value(node.values[0], scope)
    for other in node.values[1:]:
        right = value(other, scope)
        broadcast(node, result, right)
        result = whole(join(result, right))
    return result


def chosen(node, scope):
    test = value(node.test, scope)
    if np.ndim(test):
        raise LineError("`if` chooses by one number, here the condition is an array: write where(condition, this, that).")
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
                raise LineError("only the whole axis, `:`, is read as a slice.")
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
    if np.ndim(key) or key != int(key):
        raise LineError(f"the index `{ast.unparse(index)}` in `{ast.unparse(node)}` is no whole number.", "wrong index")
    size = np.shape(array)[axis] if axis < np.ndim(array) else 0
    if axis < np.ndim(array) and not 0 <= key < size:
        named = scope.point.size_names(base, axis)
        raise LineError(
            f"in `{ast.unparse(node)}` the index `{ast.unparse(index)}` leaves {base}, which has {named} entries along that axis.",
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


def restore(scope, kept):
    for letter, before in kept.items():
        if before is None:
            scope.values.pop(letter, None)
        else:
            scope.values[letter] = before


def transposed(node, scope):
    if is_np(node.value):
        raise LineError(f"`{ast.unparse(node)}` is no number.")
    array = value(node.value, scope)
    return array.T if np.ndim(array) == 2 else array


def expectation(which, tree, scope):
    """E[...] or Var[...]: exact, over all outcomes of the random names that stand in it."""
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
            raise LineError(f"`{ast.unparse(generators[0].iter)}` is no range of at most 1000 whole numbers.", "wrong range")
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
        raise LineError(f"`{ast.unparse(node.func)}` is no function.")
    if not arguments:
        raise LineError(f"{which}() needs something in its brackets.")
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
        raise LineError("this mean runs over nothing.", "wrong range")
    if which in ("max", "min"):
        return whole(getattr(np, which)(values))
    total = 0.0
    for one in values:
        broadcast(generator, total, one)
        total = total + one
    return whole(np.asarray(total / len(values) if which == "mean" else total))


def apply(which, values, options, what):
    """A function of the list, of values that are known."""
    first = values[0]
    if which in ENTRYWISE:
        return ENTRYWISE[which](*values)
    if which in ("sum", "mean"):
        axis = options.get("axis", values[1] if len(values) > 1 else None)
        return getattr(np, which)(first, axis=None if axis is None else int(axis), keepdims=bool(options.get("keepdims", False)))
    if which in ("max", "min") and len(values) == 1:
        return getattr(np, which)(first)
    if which in ("max", "min", "maximum", "minimum"):
        broadcast(what, *values[:2])
        return {"max": np.maximum, "min": np.minimum}[which[:3]](*values)
    if which == "where":
        broadcast(what, *values)
        return np.where(*values)
    if which in ("eye", "ones", "zeros"):
        shape = [int(n) for n in np.ravel(first)]
        limited([abs(n) for n in shape] * (2 if which == "eye" else 1))
        return np.eye(*shape) if which == "eye" else getattr(np, which)(shape)
    if which == "outer":
        limited((np.size(first), np.size(values[1])))
        return np.outer(*values)
    if which == "diag":
        limited((np.size(first), np.size(first)))
        return np.diag(first)
    if which in ("dot", "matmul"):
        return matmul(*values, what)
    if which == "einsum":
        if len(values) > 4 or not isinstance(first, str):
            raise LineError("einsum is written as einsum('ik,ij->kj', X, dZ).")
        return np.einsum(first, *values[1:])
    if which == "len":
        return len(first)
    return {"softmax": softmax, "transpose": np.transpose, "ones_like": np.ones_like, "zeros_like": np.zeros_like}[which](first)


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


def letter_ranges(trees, letters, scope):
    """letter -> the range it runs over, by the places where it stands as an index; a LineError if two places disagree."""
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
        raise LineError(f"what does the index {missing[0]} run over? It must stand as an index of something known.")
    return {letter: run for letter, (run, _) in found.items()}


VISIT = {
    ast.Constant: number,
    ast.Name: name,
    ast.BinOp: operation,
    ast.UnaryOp: signed,
    ast.Compare: compared,
    ast.BoolOp: joined,
    ast.IfExp: chosen,
    ast.Tuple: listed,
    ast.List: listed,
    ast.Subscript: indexed,
    ast.Attribute: transposed,
    ast.Call: function,
}
