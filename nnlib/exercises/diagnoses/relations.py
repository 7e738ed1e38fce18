"""How the wrong numbers are related to the right ones: a factor, an amount, another order, whole rows or signs."""

import numpy as np

from ..comparing import constant_ratio, same, wrong_entries
from .case import close


def factor(case, i):
    """The same factor everywhere: a sign, 2, m, a size, its root, an argument, two sizes mixed up, a logarithm's base."""
    cases = [case] if constant_ratio(*case.pair(i)) is None else case.where_wrong(i)
    ratios = [constant_ratio(*c.pair(i)) for c in cases]
    if len(ratios) < 2 or None in ratios:
        return None
    ratio, sizes, name = ratios[0], np.abs(ratios), case.returns[i]
    for value, words in ((-1, "right except for its sign"), (2, "twice what it should be"), (0.5, "half of what it should be")):
        if close(ratios, value).all():
            return f"{name} is {words}."
    sign = "" if ratio > 0 else " and of the wrong sign"
    rows, m = np.array([examples(c) for c in cases]), examples(case)
    if close(sizes, rows).all():
        return f"{name} is {m} times too large{sign}, and there are {m} examples: is it a sum that should be a mean? Divide by m once."
    if close(sizes, 1 / rows).all():
        return f"{name} is {m} times too small{sign}, and there are {m} examples: is it divided by m twice?"
    if close(ratios, ratio).all():
        for base, words in ((np.log(2), "np.log2"), (np.log(10), "np.log10")):
            if close(ratio, 1 / base):
                return f"{name} is {ratio:.4g} times what it should be: {words} instead of np.log?"
        return f"{name} is {ratio:.4g} times what it should be, everywhere and always: a constant factor is missing or extra."
    values = named_numbers(cases)
    for label, value in values.items():
        for power, words in POWERS.items():
            if close(sizes, value**power).all():
                minus, what = "" if ratio > 0 else "minus ", words.format(label).removeprefix("1 / ")
                state = f"there is an extra factor {what}" if power > 0 else f"a factor {what} is missing"
                return f"{name} is {minus}{words.format(label)} times what it should be, everywhere: {state}."
    counted = [label for label in values if label in case.counts()]
    for over in counted:
        for under in counted:
            if close(sizes, values[over] / values[under]).all():
                return f"{name} is {over} / {under} times what it should be: is it divided by {under} instead of {over}?"
    if case.pair(i)[0].size == 1:  # a single number is always a constant factor of the right one
        return None
    return (
        f"{name} is {ratio:.4g} times what it should be everywhere here, but by another factor on other inputs: "
        "it is divided or multiplied by the wrong number."
    )


POWERS = {1: "{}", -1: "1 / {}", 2: "{} squared", -2: "1 / {} squared", 0.5: "the root of {}", -0.5: "1 / the root of {}"}


def examples(case):
    """The number of rows: the largest first axis of the arguments."""
    return max((a.shape[0] for a in case.arguments if isinstance(a, np.ndarray) and a.ndim), default=np.nan) or np.nan


def named_numbers(cases):
    """How to name it -> its values in the cases, for every size, every argument that is a positive number, and 1 minus it."""
    found = {label: [c.counts().get(label, np.nan) for c in cases] for label in cases[0].counts()}
    for name, value in cases[0].arrays().items():
        if value.size == 1 and name not in found:
            numbers = [c.arrays()[name].item() for c in cases]
            found |= {name: np.abs(numbers), f"(1 - {name})": np.abs(1 - np.array(numbers))}
    return {label: np.array(v, dtype=float) for label, v in found.items() if np.all(np.array(v) > 0) and np.any(np.array(v) != 1)}


def transpose(case, i):
    g = case.pair(i)[0]
    if g.ndim == 2 and g.shape[0] == g.shape[1] and case.confirmed(i, lambda c: same(c.pair(i)[0].T, c.pair(i)[1])):
        return f"{case.returns[i]} is the transpose of what it should be."


def swapped(case, i):
    """It holds what another output should be, always."""
    if len(case.where_wrong(i)) <= len(case.more()):  # right on some inputs: another condition decides
        return None
    for j, name in enumerate(case.returns):
        if j != i and case.confirmed(i, lambda c, j=j: same(c.got[i], c.expected[j]) and not same(c.got[j], c.expected[j])):
            return f"{case.returns[i]} holds what {name} should be: are they mixed up, in the return or before it?"
    for j, name in enumerate(case.returns):
        if j != i and case.confirmed(i, lambda c, j=j: same(c.got[i], c.expected[j])):
            return f"{case.returns[i]} equals {name}, but it must be something else."
    for name in case.arrays():
        if case.confirmed(i, lambda c, n=name: same(c.got[i], c.arrays()[n]) and np.ndim(c.got[i]) > 0):
            return f"{case.returns[i]} is the argument {name}, unchanged."


def constant(case, i):
    """The same number in every entry, or the numbers of the rows, 0, 1, 2, ..."""
    g = case.pair(i)[0]
    if g.size < 3 or case.confirmed(i, lambda c: np.ptp(c.pair(i)[1]) == 0):
        return None
    if case.confirmed(i, lambda c: np.array_equal(np.ravel(c.pair(i)[0]), np.arange(c.pair(i)[0].size))):
        return f"{case.returns[i]} is 0, 1, 2, ...: the numbers of the entries themselves. np.where(...)[0] gives such row numbers."
    if case.confirmed(i, lambda c: np.ptp(c.pair(i)[0]) == 0 and c.pair(i)[0].size > 1):
        always = case.confirmed(i, lambda c: same(c.pair(i)[0].flat[0], g.flat[0]))
        return f"every entry of {case.returns[i]} is {f'{g.flat[0]:g}' if always else 'the same number'}: they must not all be equal."


def rounded(case, i):
    g, e = case.pair(i)
    if same(e, np.rint(e)):
        return None
    for digits in range(7):
        if case.confirmed(
            i, lambda c, d=digits: np.allclose(c.pair(i)[0], np.round(c.pair(i)[1], d), rtol=0, atol=1e-12) and c.pair(i)[0].any()
        ):
            return f"{case.returns[i]} is right except for rounding to {digits} digits: leave out the rounding."
    for words, cut in (
        ("cut off to whole numbers (int, //, or an int array)", np.trunc),
        ("cut down to whole numbers (// or np.floor)", np.floor),
    ):
        if case.confirmed(i, lambda c, f=cut: np.array_equal(c.pair(i)[0], f(c.pair(i)[1]))):
            return f"{case.returns[i]} is {'right, but' if g.any() else '0, as when nothing is added up, or when it is'} {words}."
    if g.size > 2 and case.confirmed(i, lambda c: np.array_equal(c.pair(i)[0], np.rint(c.pair(i)[0])) and np.abs(c.pair(i)[0]).max() > 1):
        return f"all numbers of {case.returns[i]} are whole, but they should not be: did you write // for /, or does an int array, a rounding or a comparison take the decimals away?"
    if g.size > 2 and case.confirmed(i, lambda c: whole_times_rows(c, c.pair(i)[0]) and not whole_times_rows(c, c.pair(i)[1])):
        rows = next(label for label, n in case.counts().items() if n == examples(case))
        return f"{case.returns[i]} becomes whole when multiplied by {rows}: does an int array, a rounding or a comparison on the way take the decimals away?"


def whole_times_rows(case, values):
    times = values * examples(case)
    return bool(np.allclose(times, np.rint(times), rtol=0, atol=1e-9) and np.abs(times).max() > 0.5)


def amount(case, i):
    """Off by the same amount everywhere, or by an argument, entry by entry."""
    g, e = case.pair(i)
    name = case.returns[i]
    if is_whole(e) and not g.ndim:
        if case.confirmed(i, lambda c: np.subtract(*c.pair(i)) == g - e) and abs(g - e) == 1:
            return f"{name} is always {'one too large' if g > e else 'one too small'}: look at where the counting starts and ends."
    for label, value in named_arrays(case).items():
        if fits(value, e):
            for times, words in ((1, "too large by {}: it is added once too often"), (-1, "too small by {}: it is missing")):
                if case.confirmed(
                    i,
                    lambda c, n=label, t=times: (
                        n in named_arrays(c)
                        and fits(named_arrays(c)[n], c.pair(i)[1])
                        and same(c.pair(i)[0], c.pair(i)[1] + t * named_arrays(c)[n])
                    ),
                ):
                    return f"{name} is {words.format(label)}."
    if g.size > 2 and case.confirmed(i, lambda c: same(c.pair(i)[0] - np.subtract(*c.pair(i)).flat[0], c.pair(i)[1])):
        if case.confirmed(i, lambda c: close(np.subtract(*c.pair(i)).flat[0], (g - e).flat[0])):
            return f"{name} is off by {(g - e).flat[0]:.4g} everywhere and always: a number that is added is missing or extra."
        return f"{name} is off by the same amount everywhere: what is added to all of it, or subtracted, is wrong."


def is_whole(e):
    return bool(np.array_equal(e, np.rint(e)))


def fits(value, e):
    try:
        return np.broadcast_shapes(value.shape, e.shape) == e.shape
    except ValueError:
        return False


def named_arrays(case):
    """The arguments, and simple things made of them, by name."""
    return {n: a for n, a in case.arrays().items() if np.abs(a).max(initial=0) > 0}


def entry_factor(case, i):
    """An argument is missing as a factor, or is there once too often, entry by entry."""
    e = case.pair(i)[1]
    for label, value in named_arrays(case).items():
        if not fits(value, e) or np.ptp(value) == 0 or value.size < 2:
            continue
        for words, holds in (
            (f"a factor {label} is missing", lambda g, e, a: same(g * a, e)),
            (f"there is an extra factor {label}", lambda g, e, a: same(g, e * a) and np.abs(g).max() > 0),
        ):
            if case.confirmed(i, lambda c, n=label, h=holds: fits(c.arrays()[n], c.pair(i)[1]) and h(*c.pair(i), c.arrays()[n])):
                return f"in {case.returns[i]}, {words}."


CHANGES = {
    "the square of": np.square,
    "the root of": lambda e: np.sqrt(np.where(e >= 0, e, np.nan)),
    "the absolute value of": np.abs,
    "1 minus": lambda e: 1 - e,
    "1 divided by": lambda e: 1 / np.where(e == 0, np.nan, e),
    "the exp of": lambda e: np.exp(np.minimum(e, 700)),
    "the log of": lambda e: np.log(np.where(e > 0, e, np.nan)),
    "the running sum of": lambda e: np.cumsum(e, axis=0),
    "the softmax of the rows of": lambda e: np.exp(e) / np.exp(e).sum(axis=-1, keepdims=True) if e.ndim else e * np.nan,
}


def transformed(case, i):
    """The right numbers, passed through one more function, or one too few."""
    for words, change in CHANGES.items():

        def forth(c, f=change):
            g, e = c.pair(i)
            with np.errstate(all="ignore"):
                return np.isfinite(f(e)).all() and same(g, f(e)) and not (np.abs(g) < 1e-12).all()

        if case.confirmed(i, forth):
            return f"{case.returns[i]} is {words} what it should be."


def reordered(case, i):
    g, e = case.pair(i)
    if g.size < 3 or len(np.unique(e)) < 3:
        return None
    orders = {"its rows are in reverse order": lambda e: e[::-1], "its columns are in reverse order": lambda e: e[..., ::-1]}
    for words, turn in orders.items():
        if case.confirmed(i, lambda c, f=turn: same(c.pair(i)[0], f(c.pair(i)[1]))):
            return f"{case.returns[i]} holds the right numbers, but {words}."
    if case.confirmed(i, lambda c: same(np.sort(c.pair(i)[0], axis=None), np.sort(c.pair(i)[1], axis=None))):
        return f"{case.returns[i]} holds the right numbers in another order."


def lines_of_their_own(case, i):
    """Each column (row) right except for a factor, or an amount, of its own."""
    g = case.pair(i)[0]
    if g.ndim != 2 or min(g.shape) < 2:
        return None
    for axis, word in ((0, "column"), (1, "row")):
        if g.shape[axis] < 3:
            continue
        other = "columns are" if axis == 0 else "rows are"

        def ratios(c, axis=axis):
            g, e = (np.moveaxis(a, axis, 0) for a in c.pair(i))
            return len(e) > 2 and all(
                np.abs(e[:, j]).max() > 1e-12 and constant_ratio(g[:, j], e[:, j]) is not None for j in range(e.shape[1])
            )

        def amounts(c, axis=axis):
            g, e = (np.moveaxis(a, axis, 0) for a in c.pair(i))
            return len(e) > 2 and same(g - (g - e)[:1], e) and np.ptp(e, axis=0).max() > 1e-12

        if case.confirmed(i, ratios):
            return f"each {word} of {case.returns[i]} is right except for a factor of its own: what the {other} divided or multiplied by is wrong."
        if case.confirmed(i, amounts):
            return f"each {word} of {case.returns[i]} is right except for an amount of its own: what is added to the {other.split()[0]}, or subtracted from them, is wrong."


def where_wrong(case, i):
    """The wrong entries are just those where an argument is > 0, < 0, = 0, where the label is a class, or whole rows or columns."""
    g, e = case.pair(i)
    wrong = wrong_entries(g, e)
    name = case.returns[i]
    if wrong.all() or g.size < 3:
        return None
    for label, mask_of in masks(case, i):

        def holds(c, f=mask_of):
            mask = f(c)
            if mask is None:
                return False
            bad = wrong_entries(*c.pair(i))
            free = np.isclose(c.pair(i)[1], 0) & ~bad  # right by chance where the right number is 0
            return bool(np.array_equal(bad, mask) or (np.array_equal(bad | (mask & free), mask) and bad.sum() > 2))

        if case.confirmed(i, holds):
            return f"{name} is wrong just {label}, and right elsewhere{there(case, i)}."
    for axis, word in ((0, "row"), (1, "column")):
        if axis >= g.ndim or g.shape[axis] < 2:
            continue
        word = word if g.ndim > 1 else "entry"
        cases = case.where_wrong(i)
        good, bad = zip(*(right_and_wrong_lines(c, i, axis) for c in cases))
        ends = [{line - c.pair(i)[0].shape[axis] for line in lines} for c, lines in zip(cases, bad)]
        if len(cases) > 1 and good[0] and all(lines == good[0] for lines in good):
            return f"only {lines_by_name(good[0], word)} of {name} {'is' if len(good[0]) == 1 else 'are'} right{there(case, i).replace(': there', '; elsewhere')}."
        if (
            len(cases) > 1
            and all(len(lines) == 1 for lines in good)
            and all(g == {c.pair(i)[0].shape[axis] - 1} for g, c in zip(good, cases))
        ):
            return f"only the last {word} of {name} is right{there(case, i).replace(': there', '; elsewhere')}."
        if len(cases) > 1 and good[0] and (all(lines == bad[0] for lines in bad) or all(lines == ends[0] for lines in ends)):
            lines = bad[0] if all(lines == bad[0] for lines in bad) else ends[0]
            if 2 * len(lines) <= case.pair(i)[0].shape[axis]:
                return f"{name} is wrong in {lines_by_name(lines, word)} only, and right elsewhere{there(case, i)}."


def right_and_wrong_lines(case, i, axis):
    wrong = wrong_entries(*case.pair(i))
    lines = wrong.any(axis=tuple(a for a in range(wrong.ndim) if a != axis))
    return set(np.flatnonzero(~lines).tolist()), set(np.flatnonzero(lines).tolist())


def lines_by_name(lines, word):
    if lines == {0}:
        return f"the first {word}"
    if lines == {-1}:
        return f"the last {word}"
    words = {"entry": "entries"}.get(word, f"{word}s") if len(lines) > 1 else word
    return f"{words} {', '.join(map(str, sorted(lines)))}"


def masks(case, i):
    """(words, f(case) -> mask of the output's shape) of every argument and the right output by sign."""
    signs = {
        "> 0": lambda a: a > 0,
        "< 0": lambda a: a < 0,
        "= 0": lambda a: a == 0,
        "<= 0": lambda a: a <= 0,
        ">= 0": lambda a: a >= 0,
        "= 1": lambda a: a == 1,
    }
    shape = case.pair(i)[0].shape
    for name, value in case.arrays().items():
        if value.ndim and (fits(value, np.empty(shape)) or (value.ndim == 1 and len(shape) == 2 and len(value) == shape[0])):
            for sign, f in signs.items():

                def mask(c, n=name, f=f):
                    value, e = c.arrays()[n], c.pair(i)[1]
                    value = value[:, None] if value.ndim == 1 and e.ndim == 2 and len(value) == len(e) else value
                    return np.broadcast_to(f(value), e.shape) if fits(value, e) else None

                if mask(case) is not None and mask(case).any():
                    yield f"where {name} {sign}", mask
    whole = {n: v for n, v in zip(case.names, case.arguments) if type(v) is int}
    for name, value in case.arrays().items():  # steps before and after a given one
        for other in whole:
            for sign, f in {"<": np.less, "<=": np.less_equal, "=": np.equal, ">=": np.greater_equal, ">": np.greater}.items():

                def mask(c, n=name, o=other, f=f):
                    value, e = c.arrays()[n], c.pair(i)[1]
                    return f(value, c.arrays()[o]) if value.shape == e.shape and value.ndim else None

                if mask(case) is not None:
                    yield f"where {name} {sign} {other}", mask
    for sign in ("> 0", "< 0"):
        yield f"where it should be {sign}", lambda c, f=signs[sign]: f(c.pair(i)[1])


def there(case, i):
    """What is known about the wrong entries: all 0, a sign, a constant, an argument."""
    g, e = case.pair(i)
    wrong = wrong_entries(g, e)
    values, name = g[wrong], case.returns[i]
    if len(values) < 2:
        return ""
    if np.all(values == 0):
        return ": there you have 0"
    if same(values, -e[wrong]):
        return ": there its sign is flipped"
    for label, a in case.arrays().items():
        if fits(a, e) and a.ndim:
            a = np.broadcast_to(a, e.shape)[wrong]
            if same(values, a):
                return f": there {name} is {label} itself"
            if np.ptp(a) > 0 and same(values * a, e[wrong]):
                return f": there a factor {label} is missing"
            if np.ptp(a) > 0 and same(values, e[wrong] * a):
                return f": there it has an extra factor {label}"
    ratio = constant_ratio(values, e[wrong])
    if ratio is not None:
        return f": there it is {ratio:.4g} times what it should be"
    if same(values - values[0], e[wrong] - e[wrong][0]):
        return ": there it is off by a constant amount"
    return ""


def about(case, i):
    e = case.pair(i)[1]
    used = np.abs(e) > 1e-9 * max(np.abs(e).max(initial=0), 1e-300)
    if used.sum() < 3:
        return None

    def spread(c):
        g, e = c.pair(i)
        used = np.abs(e) > 1e-9 * max(np.abs(e).max(initial=0), 1e-300)
        ratios = g[used] / e[used]
        middle = np.median(ratios)
        return middle if middle != 0 and np.ptp(ratios) < 0.05 * abs(middle) and abs(middle - 1) > 0.1 else None

    if case.confirmed(i, lambda c: spread(c) is not None and abs(spread(c) - spread(case)) < 0.05 * abs(spread(case))):
        return f"{case.returns[i]} is about {spread(case):.2g} times what it should be, everywhere: a factor is missing or extra, and something small is wrong too."
