"""An exception in a learner's function, explained: the learner's own line, what Python said, and the shapes at hand."""

import linecache
import re
import sysconfig
import traceback
from pathlib import Path

import numpy as np

# code that no learner wrote: "your line" is never a line of these folders
FOREIGN = (
    str(Path(__file__).parents[1]),
    *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    "<frozen",
)


def is_foreign(filename):
    return filename.startswith(FOREIGN) or "site-packages" in filename


def explain(error):
    """The learner's own line, what Python said in a learner's words, and the shapes of the arrays at hand."""
    frames = [(f, line) for f, line in traceback.walk_tb(error.__traceback__) if not is_foreign(f.f_code.co_filename)]
    if not frames:
        text = f"{type(error).__name__}: {str(error).rstrip('. ')}."
        if isinstance(error, TypeError) and "positional argument" in str(error):
            text += " Keep the arguments of the function as they were given."
        return text
    frame, line = frames[-1]  # the innermost line that the learner wrote
    source = linecache.getline(frame.f_code.co_filename, line).strip()
    text = f"your line `{source}` stops with " if source else f"line {line} of your cell stops with "
    text += in_plain_words(error, source) or f"{type(error).__name__}: {str(error).rstrip('. ')}."
    local = frame.f_locals
    if "inhomogeneous" in str(error):
        arguments = frame.f_code.co_varnames[: frame.f_code.co_argcount]
        text += ragged({n: v for n, v in local.items() if n not in arguments} | {n: v for n, v in local.items() if n in arguments})
    elif isinstance(error, ValueError | IndexError):
        shapes = [f"{name} {np.shape(value)}" for name, value in local.items() if isinstance(value, np.ndarray)]
        text += f" The shapes there: {', '.join(shapes)}." if shapes else ""
    if isinstance(error, UnboundLocalError):
        return text + " The name gets its value only on some ways through your function: set it on all of them."
    if isinstance(error, NameError):
        text += " Is it spelled as in the line that defines it, and was that cell run?"
    return text


def in_plain_words(error, source):
    """What NumPy's or Python's message means; None where it is plain enough."""
    said, kind = str(error), type(error).__name__
    if sizes := re.search(r"matmul.*size (\d+) is different from (\d+)", said):
        return f"{kind}: the inner sizes of a matrix product must be equal, here they are {sizes[2]} and {sizes[1]}."
    if sizes := re.search(r"shapes \(.*\) not aligned: (\d+) \(dim \d\) != (\d+)", said):  # np.dot
        return f"{kind}: the inner sizes of a matrix product must be equal, here they are {sizes[1]} and {sizes[2]}."
    if sizes := re.search(r"could not be broadcast together with shapes \(([\d,]*)\) \(([\d,]*)\)", said):
        return f"{kind}: {about_broadcasting(*([int(n) for n in s.split(',') if n] for s in sizes.groups()))}"
    if found := re.search(r"(too many|not enough) values to unpack \(expected (?:at least )?(\d+)", said):
        return f"{kind}: there are {'more' if found[1] == 'too many' else 'fewer'} parts than the {found[2]} names on the left. Does their number vary? Then use a loop."
    if kind == "OverflowError":
        return f"{kind} ({said}): the result is larger than any float64, 1.8e308. Is e, or a number above 1, raised to a large power?"
    if "inhomogeneous" in said:
        return f"{kind}: an array cannot be made of parts with different shapes."
    if "truth value of an array" in said:
        if found := re.search(r"(?<![\w.])(max|min|any|all|sorted)\(", source):
            cure = {"max": "np.maximum(a, b) for two arrays, or a.max() for", "min": "np.minimum(a, b) for two arrays, or a.min() for"}
            return f"{kind}: Python's own {found[1]} compares whole rows. Write {cure.get(found[1], f'np.{found[1]}(a) for')} one array."
        if found := re.search(r"\s(and|or)\s|\b(not)\s", source):
            sign = {"and": "&", "or": "|", "not": "~"}[found[1] or found[2]]
            return f"{kind}: `{found[1] or found[2]}` takes one true or false, no array: write {sign}, with parentheses around each comparison."
        return f"{kind}: an array of many numbers is neither true nor false. Write np.where, np.maximum or a comparison, no if."
    if "bitwise_xor" in said or "for ^:" in said:
        return f"{kind}: in Python ^ is not a power. Write ** for it."
    if re.search(r"builtin_function_or_method|'method'|'function' (object|and)|and 'function'", said):
        return f"{kind}: a function stands where its value is meant. Give it its parentheses, as in X.std()."
    if "only integer scalar arrays" in said or "expected a sequence of integers or a single integer" in said:
        return f"{kind}: an array stands where a single whole number is needed, as in range(n), np.zeros(n), np.eye(n)."
    if "0-dimensional arrays can be converted" in said or "length-1 arrays can be converted" in said:
        return f"{kind}: this takes a single number and was given an array. Functions of math do so; NumPy's, such as np.exp, take both."
    if "'numpy.ndarray' object is not callable" in said:
        return f"{kind}: an array is followed by ( ). Write [ ] to take an entry, or the * that is missing."
    if found := re.search(r"index (-?\d+) is out of bounds for axis (\d) with size (\d+)", said):
        return (
            f"{kind}: index {found[1]} where axis {found[2]} has {found[3]} entries: counting starts at 0, the last is {int(found[3]) - 1}."
        )
    if found := re.search(r"'(list|tuple)' object has no attribute '(\w+)'", said):
        return f"{kind}: a {found[1]} has no .{found[2]}. Turn it into an array with np.array(...), or take one of its entries first."
    return None


def about_broadcasting(a, b):
    """What to do about two shapes that do not fit entry by entry."""
    text = f"arrays of shape {written_shape(a)} and {written_shape(b)} cannot be combined entry by entry."
    if len(a) == len(b) == 1:
        return text + " If every entry of one is to meet every entry of the other, make one a column: [:, None]."
    for matrix, vector in ((a, b), (b, a)):
        if len(matrix) == 2 and len(vector) == 1 and matrix[0] == vector[0]:
            return text + f" One number for each row must be a column, ({vector[0]}, 1): keepdims=True in a sum or mean, or [:, None]."
    return text


def written_shape(sizes):
    return f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"


def ragged(local):
    """Which list of different shapes stands there."""
    for name, value in local.items():
        if isinstance(value, list | tuple) and len({np.shape(v) for v in value if isinstance(v, np.ndarray)}) > 1:
            shapes = list(dict.fromkeys(np.shape(v) for v in value if isinstance(v, np.ndarray)))
            text = f" `{name}` holds arrays of different shapes, {', '.join(map(str, shapes[:3]))}."
            if isinstance(value, tuple):
                return text + f" Take its parts out one by one, as in `for W, b in ...`, or {name}[0]."
            grown = (shapes[0], 2 * shapes[0]) == tuple(shapes[:2]) and len(shapes[0]) == 1
            return text + (
                " A vector became a matrix: H * v multiplies entry by entry, the product of a matrix and a vector is H @ v."
                if grown
                else " One shape for all was meant: is an axis missing in a sum or mean?"
            )
    return " The entries you collect have different shapes: one shape for all was meant. Is an axis missing in a sum or mean?"
