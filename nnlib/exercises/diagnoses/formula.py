"""The reference with one thing changed: an argument, a line, an operator."""

import copy
import warnings
from itertools import combinations

import numpy as np

from ..comparing import as_tuple, same
from ..mutants import mutants
from .case import is_number
from .relations import is_whole

USUAL = {"beta1": (0.9,), "beta2": (0.999,), "eps": (1e-8, 1e-7), "beta": (0.9, 0.99), "rho": (0.9, 0.99), "lr": (0.1, 0.01, 0.001)}


def one_argument_changed(case, i):
    """The right formula with one argument turned, zeroed, negated, squared, one more or less, a usual number, or two swapped."""
    e = case.pair(i)[1]
    if e.size < 3 and is_whole(e):  # a count agrees too easily
        return None
    for words, change in changes(case):

        def holds(c, f=change):
            try:
                arguments = f(c.arguments)
                right = c.right(arguments)
            except Exception:
                return False
            return np.isfinite(np.asarray(right[i], dtype=float)).all() and same(c.got[i], right[i])

        if case.always(holds):
            return f"{case.returns[i]} is what the formula gives with {words}{'' if words[-1] == '?' else '.'}"


def one_line_changed(case, i):
    """The reference with one operator, axis, function or number changed, or one term or factor left out."""
    e = case.pair(i)[1]
    if e.size < 3 and any(is_whole(np.round(e * n, 9)) for n in (1, *case.counts().values())):  # a count, or a share, agrees too easily
        return None
    for words, mutant in mutants(case.question.reference):

        def holds(c, f=mutant):
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    value = as_tuple(f(*copy.deepcopy(c.arguments)), len(c.returns))[i]
                except Exception:
                    return False
            return same(c.got[i], value) and np.isfinite(np.asarray(c.got[i], dtype=float)).all()

        if case.always(holds):
            return f"{case.returns[i]} is what the formula gives with {words}{'' if words[-1] == '?' else '.'}"


def changes(case):
    """(words, f(arguments) -> changed arguments)."""

    single = all(np.size(e) < 3 for e in case.expected)  # numbers, of which a shifted label may give the same by chance

    def at(p, f):
        return lambda arguments: (*arguments[:p], f(arguments[p]), *arguments[p + 1 :])

    named = list(enumerate(zip(case.names, case.arguments)))
    for p, (name, value) in named:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            yield f"0 for {name}: {name} is not used, or is multiplied away", at(p, np.zeros_like)
            yield f"1 for {name}: {name} is not used as a factor", at(p, np.ones_like)
            yield f"-{name} for {name}", at(p, np.negative)
            yield f"the absolute values of {name}", at(p, np.abs)
            yield f"{name} squared for {name}", at(p, np.square)
            yield f"the root of {name} for {name}: is a square missing?", at(p, lambda v: np.sqrt(np.abs(v)))
            yield f"1 - {name} for {name}", at(p, lambda v: 1 - v)
            if value.ndim == 2:
                if value.shape[0] == value.shape[1] and not same(value, value.T):
                    yield f"{name}.T for {name}", at(p, np.transpose)
                yield f"only the first row of {name}", at(p, lambda v: np.repeat(v[:1], len(v), axis=0))
            if value.ndim and len(value) > 2:
                yield f"the rows of {name} in reverse order", at(p, lambda v: v[::-1].copy())
                yield f"0 for the last entry of {name}: it is left out", at(p, lambda v: np.concatenate([v[:-1], 0 * v[-1:]]))
                yield f"0 for the first entry of {name}: it is left out", at(p, lambda v: np.concatenate([0 * v[:1], v[1:]]))
            if value.ndim and np.ptp(value) > 0:
                yield f"the mean of {name} in place of each entry", at(p, lambda v: np.full_like(v, v.mean()))
        elif isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.ndim and not single:
            yield f"{name} + 1 for {name}: counting starts at 0", at(p, lambda v: v + 1)
            yield f"{name} - 1 for {name}", at(p, lambda v: v - 1)
            yield f"{name} shifted by one place, {name}[1:]", at(p, lambda v: np.roll(v, -1))
            yield f"{name} shifted by one place, {name}[:-1]", at(p, lambda v: np.roll(v, 1))
        elif isinstance(value, int) and not isinstance(value, bool):
            yield f"{name} - 1 for {name}", at(p, lambda v: v - 1)
            yield f"{name} + 1 for {name}", at(p, lambda v: v + 1)
        elif isinstance(value, float):
            yield f"1 - {name} for {name}", at(p, lambda v: 1 - v)
            yield f"{name} = 0: {name} is not used", at(p, lambda v: 0.0)
            yield f"{name} = 1: {name} is not used", at(p, lambda v: 1.0)
            yield f"{name} squared for {name}", at(p, lambda v: v * v)
            yield f"the root of {name} for {name}", at(p, lambda v: abs(v) ** 0.5)
            yield f"half of {name} for {name}", at(p, lambda v: v / 2)
            yield f"twice {name} for {name}", at(p, lambda v: 2 * v)
            for usual in dict.fromkeys((*USUAL.get(name, ()), 0.9, 0.1, 0.01, 0.001, 0.5, 1e-8, 1e-5)):
                yield f"{name} = {usual:g} written in: use the argument {name}", at(p, lambda v, u=usual: u)
        elif isinstance(value, list) and len(value) > 1:
            yield f"{name}[1:] for {name}: the first one is left out", at(p, lambda v: v[1:])
            yield f"{name}[:-1] for {name}: the last one is left out", at(p, lambda v: v[:-1])
            yield f"{name} in reverse order", at(p, lambda v: v[::-1])
            if all(isinstance(v, tuple) for v in value):
                yield (
                    f"0 for the second entry of each pair in {name} but the last",
                    at(p, lambda v: [(a, 0 * b) for a, b in v[:-1]] + v[-1:]),
                )
                yield f"0 for the second entry of the last pair in {name}", at(p, lambda v: [*v[:-1], (v[-1][0], 0 * v[-1][1])])
    for p, q in combinations(range(len(case.arguments)), 2):
        a, b = case.arguments[p], case.arguments[q]
        if is_number(a) and is_number(b) and np.shape(a) == np.shape(b) and type(a) is type(b):
            yield (
                f"{case.names[p]} and {case.names[q]} swapped",
                lambda v, p=p, q=q: tuple(v[q] if k == p else v[p] if k == q else x for k, x in enumerate(v)),
            )
    shares = [p for p, (name, value) in named if isinstance(value, float) and 0 < value < 1]
    for p in shares:
        for q in shares:
            for words, f in (
                ("{1} * {0}", lambda a, b: a * b),
                ("(1 - {1}) * {0}", lambda a, b: (1 - b) * a),
                ("{0} / (1 - {1})", lambda a, b: a / (1 - b)),
            ):
                if p != q:
                    yield (
                        f"{words.format(case.names[p], case.names[q])} for {case.names[p]}",
                        lambda v, p=p, q=q, f=f: tuple(f(v[p], v[q]) if k == p else x for k, x in enumerate(v)),
                    )
    usual = [p for p, (name, value) in named if isinstance(value, float) and name in USUAL]
    for count in range(2, len(usual) + 1):
        for chosen in combinations(usual, count):
            words = ", ".join(f"{case.names[p]} = {USUAL[case.names[p]][0]:g}" for p in chosen)
            yield (
                f"the usual numbers {words} written in: use the arguments",
                lambda v, chosen=chosen: tuple(USUAL[case.names[k]][0] if k in chosen else x for k, x in enumerate(v)),
            )
