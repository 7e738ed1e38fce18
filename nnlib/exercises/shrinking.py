"""The smallest call on which an answer fails: fewer rows and columns, simpler numbers, as property-based testing shrinks."""

import copy
import itertools

import numpy as np

from .comparing import arrays_in

TRIES = 120  # candidates that are looked at; most exercises need fewer


class Call:
    """A call of the learner's function: ``f(*call)`` makes it again, on fresh copies; print it to read it (long ones with 4 digits)."""

    def __init__(self, name, names, arguments):
        self.name, self.names, self.arguments = name, names, arguments

    def __iter__(self):
        return iter(copy.deepcopy(self.arguments))

    def __repr__(self):
        parts = [f"{n}={written(a)}" for n, a in zip(self.names, self.arguments)]
        if sum(map(len, parts)) < 260:
            return f"{self.name}({', '.join(parts)})"
        rows = [f"    {n}={in_rows(a, 5 + len(n))}," for n, a in zip(self.names, self.arguments)]
        return "\n".join([f"{self.name}(", *rows, ")"])


def in_rows(value, indent):
    """An array row under row, with 4 digits; anything else as it is written."""
    if isinstance(value, np.ndarray) and value.ndim:
        rows = np.array2string(value, separator=", ", threshold=1000, precision=4, suppress_small=True, max_line_width=110 - indent)
        return f"np.array({rows})".replace("\n", "\n" + " " * (indent + len("np.array(")))
    if isinstance(value, list) and value:
        return "[" + (",\n" + " " * (indent + 1)).join(in_rows(v, indent + 1) for v in value) + "]"
    if isinstance(value, tuple) and value:
        return "(" + (",\n" + " " * (indent + 1)).join(in_rows(v, indent + 1) for v in value) + ("," if len(value) == 1 else "") + ")"
    return written(value)


def written(value):
    """A value as it would be typed."""
    if isinstance(value, np.ndarray):
        return (
            f"np.array({np.array2string(value, separator=', ', threshold=1000).replace(chr(10), '')})"
            if value.ndim
            else written(value.item())
        )
    if isinstance(value, np.generic):
        return written(value.item())
    if isinstance(value, list | tuple):
        inner = ", ".join(map(written, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
    if isinstance(value, float):
        return f"{value:.6g}" if float(f"{value:.6g}") == value else repr(value)
    return getattr(value, "__name__", None) or (repr(value) if isinstance(value, int | str | dict) else f"<{type(value).__name__}>")


def mapped(value, change):
    """The value with change(array) in place of every array, and change(number) of every whole number that may be a size."""
    if isinstance(value, list | tuple):
        return type(value)(mapped(v, change) for v in value)
    return change(value) if isinstance(value, np.ndarray) or type(value) is int else value


def shorter(arguments):
    """Arguments with one size less: the same size everywhere it occurs, and the last layer of lists that are equally long."""
    lists = [v for v in arguments if isinstance(v, list) and len(v) > 1]
    if lists:
        yield tuple(v[:-1] if isinstance(v, list) and len(v) == len(lists[0]) else v for v in arguments)
    sizes = {n for array in arrays_in(arguments) for n in array.shape if n > 1}
    for size in sorted(sizes, reverse=True):
        for target in dict.fromkeys((1, 2, size // 2, size - 1)):
            if 0 < target < size:
                yield mapped(arguments, lambda v: cut(v, size, target))  # noqa: B023  used at once
        yield mapped(arguments, lambda v: cut(v, size, size - 1, first=False))  # noqa: B023


def cut(value, size, target, first=True):
    if isinstance(value, int):
        return target if value == size else value
    part = slice(None, target) if first else slice(size - target, None)
    new = value[tuple(part if n == size else slice(None) for n in value.shape)]
    if value.dtype.kind in "iu" and value.size and value.max() < size:  # labels of ``size`` classes
        new = np.minimum(new, target - 1) if size not in value.shape else new
    return new.copy()


def simpler(arguments):
    """Arguments with simpler numbers: one array after another, whole, then entry by entry."""
    for position, value in enumerate(arguments):
        for new in simpler_values(value):
            yield (*arguments[:position], new, *arguments[position + 1 :])


def simpler_values(value):
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        for new in (np.zeros_like(value), np.ones_like(value), np.rint(value) + 0.0, np.round(value, 1) + 0.0):
            if not np.array_equal(new, value):
                yield new
        if 1 < value.size <= 6:
            for index, number in itertools.product(np.ndindex(value.shape), (0.0, 1.0)):
                if value[index] not in (0.0, 1.0):
                    new = value.copy()
                    new[index] = number
                    yield new
    elif isinstance(value, float):
        yield from (new for new in (1.0, 0.5, float(f"{value:.1g}")) if new != value)
    elif isinstance(value, list | tuple):
        yield from (type(value)((*value[:i], new, *value[i + 1 :])) for i, v in enumerate(value) for new in simpler_values(v))


KINDS = {  # what may be true of an array's numbers and must stay true: probabilities, shares, labels, symmetric or centred matrices
    "positive": lambda a: (a > 0).all(),
    "not negative": lambda a: (a >= 0).all(),
    "shares": lambda a: ((a > 0) & (a < 1)).all(),
    "zeros and ones": lambda a: ((a == 0) | (a == 1)).all(),
    "rows of sum 1": lambda a: a.ndim == 2 and np.allclose(a.sum(axis=1), 1),
    "columns of mean 0": lambda a: a.ndim == 2 and len(a) > 1 and np.allclose(a.mean(axis=0), 0),
    "symmetric": lambda a: a.ndim == 2 and a.shape[0] == a.shape[1] and np.allclose(a, a.T),
    "no constant column": lambda a: a.ndim == 2 and len(a) > 1 and (a.std(axis=0) > 0).all(),
}


def kinds(value):
    """The names of KINDS that are true of an array."""
    is_numbers = isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.size
    return [name for name, holds in KINDS.items() if holds(value)] if is_numbers else []


def numbers(value):
    """A value's arrays, a float as an array of its own."""
    return [np.asarray(v, dtype=float) if isinstance(v, float) else v for v in ([value] if isinstance(value, float) else arrays_in(value))]


def order_of(arguments):
    """Which of the whole numbers among the arguments is larger than which."""
    whole = [v for v in arguments if type(v) is int]
    return np.sign(np.subtract.outer(whole, whole)).tolist()


def keeps_kinds(arguments):
    """A function that says whether other arguments are of the same kinds as these."""
    order, free = order_of(arguments), {"no constant column", "zeros and ones"}
    needed = [[KINDS[name] for name in kinds(a) if not (a.dtype.kind == "f" and name in free)] for v in arguments for a in numbers(v)]

    def keeps(candidate):
        after = [a for v in candidate for a in numbers(v)]
        return order_of(candidate) == order and all(not a.size or all(holds(a) for holds in rules) for rules, a in zip(needed, after))

    return keeps


def size_of(arguments):
    """How many numbers, and how long they are to write: 0 is simplest, then 1, whole numbers, one decimal."""
    values = np.concatenate([np.ravel(a).astype(float) for v in arguments for a in numbers(v)] or [np.zeros(0)])
    length = np.select([values == 0, values == 1, values == np.rint(values), values == np.round(values, 1)], [0, 1, 2, 3], 4)
    return len(values), int(length.sum())


def shrink(arguments, fails):
    """The smallest arguments found for which fails(arguments) holds, as it does for those given."""
    tries, seeking = 0, True
    while seeking and tries < TRIES:
        seeking, size, keeps = False, size_of(arguments), keeps_kinds(arguments)
        for candidate in itertools.chain(shorter(arguments), simpler(arguments)):
            if size_of(candidate) >= size or not keeps(candidate):
                continue
            tries += 1
            if tries > TRIES:
                break
            if fails(candidate):
                arguments, seeking = candidate, True
                break
    return arguments
