"""How the numbers change when an argument does: what they depend on, and by which power."""

import numpy as np

from ..comparing import constant_ratio, same
from ..shrinking import kinds
from .case import close, is_number
from .relations import fits, is_whole


def influence(case, i):
    """An argument does not affect the answer though it should, or affects it though it should not."""
    name = case.returns[i]
    if is_whole(case.pair(i)[1]):  # a count or a class may stay the same by chance
        return None
    for p, argument in enumerate(case.names):
        effect = [pair for c in (case, *case.more()) if (pair := moved(c, i, p)) is not None]
        if len(effect) < 3:
            continue
        right, mine = (sum(side) for side in zip(*effect))
        smooth = right >= 2 and sum(pair[0] for c in (case, *case.more()) if (pair := moved(c, i, p, 1e-5)) is not None) >= 2
        if smooth and mine == 0:
            return f"your {name} does not change with {argument}, but it should: another {argument} gives you the same numbers."
        turned = [pair[0] for c in (case, *case.more()) if (pair := moved(c, i, p, -2)) is not None]  # some signs, too
        if right == 0 and mine >= 2 and not any(turned):
            return f"your {name} changes with {argument}, and it should not depend on {argument}."


def nudged(value, rng, share=0.3):
    """Another value of the same kind; None for what cannot be changed safely."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim:
        if "rows of sum 1" in kinds(value) or "columns of mean 0" in kinds(value) or "symmetric" in kinds(value):
            return None
        return value * (1 + share * rng.random(value.shape))
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * (1 + share)
    return value * (1 + share / 8) if isinstance(value, float) else None


def moved(case, i, p, share=0.3):
    """(whether the right output i changes, whether the answer's does) when argument p is changed."""
    new = nudged(case.arguments[p], np.random.default_rng(7), share)
    if new is None:
        return None
    arguments = (*case.arguments[:p], new, *case.arguments[p + 1 :])
    return compared(case, i, arguments, lambda before, after: not same(after, before))


def compared(case, i, arguments, relation):
    """(relation of the right outputs, relation of the answer's) between the old and the changed arguments; None if one fails."""
    got, right = case.ask(arguments), case.right(arguments)
    if got is None or np.shape(got[i]) != np.shape(right[i]) or not np.isfinite(np.asarray(right[i], dtype=float)).all():
        return None
    pairs = (case.expected[i], right[i]), (case.got[i], got[i])
    return tuple(relation(np.asarray(b, dtype=float), np.asarray(a, dtype=float)) for b, a in pairs)


def mixing(case, i):
    """Rows (columns) that should be computed on their own change with one another, or the other way round."""
    name, e = case.returns[i], case.pair(i)[1]
    for p, argument in enumerate(case.names):
        value = case.arguments[p]
        if not (isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim == 2 and e.ndim >= 1):
            continue
        for axis, word, wrong_axis in ((0, "row", 0), (1, "column", 1)):
            if axis >= e.ndim or value.shape[axis] != e.shape[axis] or value.shape[axis] < 2:
                continue

            def spread(c, p=p, axis=axis):
                value = c.arguments[p]
                if value.ndim != 2 or value.shape[axis] < 2:
                    return None
                new = value.copy()
                last = (slice(None),) * axis + (-1,)
                new[last] = new[last] * 1.25 + 0.125
                rest = (slice(None),) * axis + (slice(None, -1),)
                return compared(c, i, (*c.arguments[:p], new, *c.arguments[p + 1 :]), lambda b, a: not same(a[rest], b[rest]))

            effect = [pair for c in (case, *case.more()) if (pair := spread(c)) is not None]
            right, mine = (sum(side) for side in zip(*effect)) if effect else (0, 0)
            if right == 0 and mine >= 2 and not is_whole(e):
                return (
                    f"each {word} of {name} should depend only on its own {word} of {argument}, but yours also changes with the other {word}s: "
                    f"is a sum, mean or maximum taken over axis={wrong_axis}, or over everything?"
                )
            if right >= 2 and right == len(effect) and mine == 0:
                return f"each {word} of {name} should depend on all {word}s of {argument}, and yours do not."


SHOULD = {0: "must not change", 1: "must double", 2: "must become 4 times as large", -1: "must halve", -2: "must become a quarter"}


def scaling(case, i):
    """Doubling an argument multiplies the right output by a power of 2, and the answer by another, or by none."""
    for p, argument in enumerate(case.names):
        value = case.arguments[p]
        if not (is_number(value) and np.asarray(value).dtype.kind == "f") or nudged(value, np.random.default_rng(0)) is None:
            continue
        ratios = [doubled(c, i, p) for c in (case, *case.more()[:2])]
        if len(ratios) < 2 or any(pair is None or pair[0] is None for pair in ratios):
            continue
        right, mine = zip(*ratios)
        power = round(np.log2(abs(right[0]))) if right[0] > 0 else None
        if power not in SHOULD or not all(close(r, 2.0**power) for r in right):
            continue
        if any(m is not None and close(m, 2.0**power) for m in mine):
            continue
        start = f"if {argument} is doubled, {case.returns[i]} {SHOULD[power]}, but yours "
        if all(m is not None and close(m, mine[0]) for m in mine):
            return start + f"becomes {mine[0]:.3g} times as large: {argument} enters too often or too rarely."
        return start + f"{'does not' if power else 'does'}: look at where {argument} enters, and at the parentheses around it."


def doubled(case, i, p):
    """(factor of the right output i, factor of the answer's) when argument p is doubled; None for no common factor."""
    arguments = (*case.arguments[:p], 2 * case.arguments[p], *case.arguments[p + 1 :])
    return compared(case, i, arguments, lambda before, after: constant_ratio(after, before))


def shifting(case, i):
    """One number added to all of an argument changes nothing in the right output, and something in the answer; or adds itself."""
    name = case.returns[i]
    for p, argument in enumerate(case.names):
        value = case.arguments[p]
        if (
            not (isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim)
            or nudged(value, np.random.default_rng(0)) is None
        ):
            continue

        def changed(c, p=p):
            return compared(c, i, (*c.arguments[:p], c.arguments[p] + 0.5, *c.arguments[p + 1 :]), lambda b, a: not same(a, b))

        if case.confirmed(i, lambda c, f=changed: f(c) == (False, True)):
            return f"adding one number to all of {argument} must not change {name}, but it changes yours: is something subtracted in one place and not in the other?"


def part_of_the_formula(case, i):
    """The answer lacks, or has too much of, something that is proportional to an argument: the difference is c * argument."""
    e = case.pair(i)[1]
    for label, value in case.arrays().items():
        if fits(value, e) and value.size > 2:

            def ratio(c, n=label):
                a = c.arrays()[n]
                return constant_ratio(np.subtract(*c.pair(i)), np.broadcast_to(a, c.pair(i)[1].shape)) if fits(a, c.pair(i)[1]) else None

            if case.confirmed(i, lambda c, f=ratio: f(c) is not None):
                return f"the difference between your {case.returns[i]} and the right one is a multiple of {label}: the term with {label} has a wrong factor, is missing or extra."


def fixed_sums(case, i):
    """The rows (columns) of the right output add up to one number on every input, or all of it to a size, and those of the answer do not."""
    name, e = case.returns[i], case.pair(i)[1]
    for axis, word in ((-1, "row"), (0, "column")):
        if e.ndim != 2 or e.shape[axis] < 2:
            continue

        def total(c, side, axis=axis):
            sums = c.pair(i)[side].sum(axis=axis)
            scale = np.abs(c.pair(i)[1]).max()
            return round(float(sums[0]), 6) if np.ptp(sums) <= 1e-9 * scale and np.isfinite(scale) else None

        goal = total(case, 1)
        if (
            goal in (0, 1)
            and case.always(lambda c, t=total, v=goal: t(c, 1) == v)
            and case.confirmed(i, lambda c, t=total, v=goal: t(c, 0) != v)
        ):
            return f"each {word} of {name} must add up to {goal:g}, and yours do not, the first gives {case.pair(i)[0].sum(axis=axis)[0]:.3g}: is something divided by, or subtracted over, other entries than those of its {word}?"
    for label in case.counts() if e.ndim == 2 else ():

        def whole(c, side, n=label):
            return close(c.pair(i)[side].sum(), c.counts().get(n, np.nan))

        if case.always(lambda c, t=whole: t(c, 1)) and case.confirmed(i, lambda c, t=whole: not t(c, 0)):
            return f"all numbers of {name} together must add up to {label}, here {case.counts()[label]}, and yours to {case.pair(i)[0].sum():.4g}: is something counted twice, or not at all?"
