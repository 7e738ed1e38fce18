"""The functions of the list, on values that are known, with the size of every result bounded."""

import ast
from math import prod

import numpy as np

from .reading import LineError

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
    """Shapes that do not fit, to be written in the derivation's own sizes."""

    def __init__(self, message, arrays, shapes):
        super().__init__(message.replace("{shapes}", shapes), "shape")
        self.template, self.shapes = message, [np.shape(array) for array in arrays]


def whole(result):
    """An int stays an int while it is small; everything else is a float or an array of floats."""
    if isinstance(result, np.ndarray) and result.ndim:
        return result.astype(float, copy=False)
    number = result.item() if isinstance(result, (np.ndarray, np.generic)) else result
    return number if isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**53 else float(number)


def matmul(left, right, what):
    if np.ndim(left) == 0 or np.ndim(right) == 0:
        raise LineError(f"@ multiplies matrices and vectors, but `{ast.unparse(what)}` has a single number: write *.", "matrix product")
    if np.shape(left)[-1] != np.shape(right)[-2 if np.ndim(right) > 1 else 0]:
        shapes = f"{np.shape(left)} and {np.shape(right)}"
        raise ShapesDiffer(f"in `{ast.unparse(what)}` the inner sizes differ: the shapes are {{shapes}}.", (left, right), shapes)
    limited((*np.shape(left)[:-1], np.shape(right)[-1]))
    return whole(np.matmul(left, right))


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
