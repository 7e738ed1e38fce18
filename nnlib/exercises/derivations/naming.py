"""A false line -> the mistake that made it false: a stored one, a constant factor, or one change of the line that makes it true."""

import ast
import copy

import numpy as np

from .arithmetic import UNCOMPUTED, Scope, value, work
from .checking import TOLERANCE, all_hold, equal, free_letters, holds, sides
from .reading import LineError, read

MOST_TRIES, MOST_WORK = 260, 60_000  # changed lines that are tried, and operations on them


def name_mistake(derivation, line, points, defined, error=None):
    """(kinds, message) of the mistake in a false line, or None. ``error`` says why its sides could not even be compared."""
    if line.shape:
        return None
    for left, right in zip(line.parts, line.parts[1:]):
        try:
            if all_hold((left, right), points, defined):
                continue
        except LineError:
            pass
        return (
            stored(derivation, left, right, points, defined)
            or (not error and factor(left, right, points, defined))
            or changed(left, right, points, defined)
            or (not error and changed(right, left, points, defined))
        )
    return None


# ---- stored mistakes


def stored(derivation, left, right, points, defined):
    """The stored false line that says the same of the same."""
    for kind, message, text in derivation.mistakes:
        wrong = read(text)[0]
        if len(wrong.parts) == 2 and same_claim((left, right), wrong.parts, points, defined):
            return (kind,), message
    return None


def same_claim(mine, theirs, points, defined):
    """Whether two false lines have equal left sides and equal right sides, or (one number) the same difference."""
    try:
        for point in points:
            for a, b in zip(sides(*mine, point, defined), sides(*theirs, point, {})):
                if not equal(a, b):
                    return False
    except LineError:
        return False
    return True


# ---- constant factors


def factor(left, right, points, defined, tolerance=TOLERANCE):
    """Named, if right is the same number times left at every point, and that number is -1, 2, m, or one of the given ones."""
    ratios = []
    for point in points:
        a, b = sides(left, right, point, defined)
        used = np.abs(a) > 1e-9
        if not used.any():
            return None
        ratio = float(np.median(b[used] / a[used]))
        if not np.isfinite(ratio) or ratio == 0 or not equal(ratio * a, b, tolerance):
            return None
        ratios.append(ratio)
    if np.allclose(ratios, -1, rtol=10 * tolerance):
        return ("sign",), "right but for its sign."
    for number, words in ((2, "twice as large as it should be"), (0.5, "half of what it should be")):
        if np.allclose(np.abs(ratios), number, rtol=10 * tolerance):
            sign = " and has the wrong sign" if ratios[0] < 0 else ""
            return ("factor two", "missing factor"), f"the right side is {words}{sign}: look for a lost 2, or one too many."
    names = {**{n: n for n in points[0].sizes}, **{n: n for n in points[0].values if np.ndim(points[0].values[n]) == 0}}
    means = any(
        (isinstance(node, ast.Name) and node.id == "mean") or (isinstance(node, ast.Attribute) and node.attr == "mean")
        for node in ast.walk(right)
    )
    for name in names:
        sizes = np.array([float(point.values[name]) for point in points])
        for power in (1, -1, 2, -2):
            with np.errstate(all="ignore"):
                hit = np.allclose(np.abs(ratios), sizes**power, rtol=10 * tolerance) and not np.allclose(sizes, 1)
            if hit:
                return named_factor(name, power, means, points[0])
    return None


def named_factor(name, power, means, point):
    size = name in point.sizes
    if means and power < 0:
        return ("mean for sum", "1/m twice"), f"a mean stands where a sum is meant: it is {name} times too small."
    if size and power < 0:
        known = ("1/m twice",) if name == "m" else ("mean for sum", "power")
        why = ": the 1/m is already in what comes from above." if name == "m" else "."
        return known, f"it is divided by {name} once too often{why}"
    if size:
        return ("missing 1/m", "missing factor", "power"), f"it is {name} times too large: a division by {name} is missing."
    if power < 0:
        return ("missing factor", "power"), f"a factor {name} is missing, or it is divided by {name} once too often."
    return ("extra factor", "power"), f"there is one factor {name} too many, or a division by {name} is missing."


# ---- one change that makes the line true


def changed(left, right, points, defined):
    """(kinds, message) of the first change of the right side that makes the line true."""
    tries, scope = 0, Scope(points[0], defined)
    most = min(MOST_TRIES, MOST_WORK // (work(left, scope) + work(right, scope)))
    for kinds, message, other in changes(left, right, points[0], defined):
        tries += 1
        if tries > most:
            return None
        try:
            if holds(left, other, points[0], defined) and all_hold((left, other), points[1:], defined):
                return kinds, message
        except (LineError, *UNCOMPUTED):
            continue
    return None


def changes(left, right, point, defined):
    """(kinds, message, changed right side), the likeliest first."""
    scope = Scope(point, defined)
    free = free_letters(right, scope)
    extra = [letter for letter in free if letter not in free_letters(left, scope)]
    for letter in extra:
        for size in point.sizes:
            summed = ast.parse(f"sum(({ast.unparse(right)}) for {letter} in range({size}))", mode="eval").body
            yield ("lost sum", "not summed"), f"Then it is right: sum(... for {letter} in range({size})).", summed
    if extra:
        return
    for rewrite in (signs, transposes, means, comparisons, products, axes, ranges, indices, powers, divisions, halves):
        yield from rewrite(right)
    yield from drops(right)
    yield from quantities(right, scope)
    yield from factors(left, right, scope)
    yield from lost_terms(left, right, scope)


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


def signs(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            yield ("sign",), f"a sign is wrong in `{ast.unparse(node)}`.", replaced(operator(node, other))
            if isinstance(node.op, ast.Sub):
                turned = ast.BinOp(node.right, ast.Sub(), node.left)
                yield ("sign",), f"a sign is wrong: `{ast.unparse(node)}` is the wrong way round.", replaced(turned)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
            yield ("sign",), f"a sign is wrong: the minus of `{ast.unparse(node)}`.", replaced(node.operand)
    for node, replaced in places(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
            yield ("sign",), f"a sign is wrong: `{ast.unparse(node)}` needs a minus.", replaced(ast.UnaryOp(ast.USub(), node))


def transposes(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            for side in ("left", "right"):
                inner = getattr(node, side)
                turned = (
                    inner.value if isinstance(inner, ast.Attribute) and inner.attr in ("T", "mT") else ast.Attribute(inner, "T", ast.Load())
                )
                other = copy.copy(node)
                setattr(other, side, turned)
                yield (
                    ("transpose",),
                    f"`{ast.unparse(inner)}` must be transposed in `{ast.unparse(node)}`: follow the indices.",
                    replaced(other),
                )
    yield ("transpose",), "this is the transpose of what is meant: follow the indices, rows first.", ast.Attribute(tree, "T", ast.Load())


def means(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.Call):
            func = node.func
            name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
            if name in ("sum", "mean"):
                other = "sum" if name == "mean" else "mean"
                func = ast.Name(other, ast.Load()) if isinstance(func, ast.Name) else ast.Attribute(func.value, other, ast.Load())
                words = ("a mean", "a sum") if name == "mean" else ("a sum", "a mean")
                kind = "mean for sum" if name == "mean" else "sum for mean"
                yield (kind,), f"{words[0]} stands where {words[1]} is meant.", replaced(ast.Call(func, node.args, node.keywords))


def comparisons(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            strict = {ast.GtE: ast.Gt, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.Lt: ast.LtE}.get(type(node.ops[0]))
            if strict:
                yield (
                    ("kink",),
                    "right but at the kink: at exactly 0 this course takes the slope 0, so the comparison is strict.",
                    replaced(ast.Compare(node.left, [strict()], node.comparators)),
                )
                turned = {ast.GtE: ast.Lt, ast.LtE: ast.Gt, ast.Gt: ast.Lt, ast.Lt: ast.Gt}[type(node.ops[0])]
                words = f"the comparison `{ast.unparse(node)}` lets the wrong side through."
                yield ("reversed condition",), words, replaced(ast.Compare(node.left, [turned()], node.comparators))


def products(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            words = "@ is a matrix product; here each entry is multiplied with its own partner: *."
            yield ("matrix product",), words, replaced(operator(node, ast.Mult()))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            words = "* multiplies entry by entry; here a matrix product is meant: @."
            yield ("matrix product",), words, replaced(operator(node, ast.MatMult()))
            yield ("inverted",), f"`{ast.unparse(node.right)}` multiplies, and must divide.", replaced(operator(node, ast.Div()))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield ("inverted",), f"`{ast.unparse(node.right)}` divides, and must multiply.", replaced(operator(node, ast.Mult()))
            turned = ast.BinOp(node.right, ast.Div(), node.left)
            yield ("inverted", "reciprocal"), f"`{ast.unparse(node)}` is upside down.", replaced(turned)


def axes(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.keyword) and node.arg == "axis" and isinstance(node.value, ast.Constant) and node.value.value in (0, 1):
            other = ast.keyword("axis", ast.Constant(1 - node.value.value))
            words = f"the sum runs over the wrong axis: axis={node.value.value} removes the {'columns' if node.value.value else 'rows'}."
            yield ("wrong axis",), words, replaced(other)


def ranges(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
            words = f"`{ast.unparse(node)}` is not the right range: write down the first and the last term."
            for which in range(len(node.args)):
                for step in (1, -1):
                    arguments = list(node.args)
                    arguments[which] = ast.BinOp(arguments[which], ast.Add(), ast.Constant(step))
                    yield ("wrong range",), words, replaced(ast.Call(node.func, arguments, []))
            if len(node.args) == 1:
                yield (
                    ("wrong range",),
                    words,
                    replaced(ast.Call(node.func, [ast.Constant(1), ast.BinOp(node.args[0], ast.Add(), ast.Constant(1))], [])),
                )


def indices(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            turned = ast.Subscript(node.value, ast.Tuple(node.slice.elts[::-1], ast.Load()), ast.Load())
            yield ("wrong index", "transpose"), f"the indices of `{ast.unparse(node)}` are swapped.", replaced(turned)
    letters = sorted({n.id for s in ast.walk(tree) if isinstance(s, ast.Subscript) for n in ast.walk(s.slice) if isinstance(n, ast.Name)})
    for node, replaced in places(tree):
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Pow)
            and {n.id for n in ast.walk(node.right) if isinstance(n, ast.Name)} & set(letters)
        ):
            for end in ("t", "n", "T"):
                other = ast.BinOp(ast.Name(end, ast.Load()), ast.Sub(), node.right)
                words = f"the power of `{ast.unparse(node)}` counts from the wrong end: the newest has the power 0."
                yield ("wrong index", "power"), words, replaced(ast.BinOp(node.left, ast.Pow(), other))
    for node, replaced in places(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id not in ("E", "Var"):
            for letter in letters:
                if isinstance(node.slice, ast.Name) and node.slice.id != letter:
                    other = ast.Subscript(node.value, ast.Name(letter, ast.Load()), ast.Load())
                    yield ("wrong index",), f"the index of `{ast.unparse(node)}` is not the right one.", replaced(other)
    numbered = [
        (n, r)
        for n, r in places(tree)
        if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Constant) and isinstance(n.slice.value, int)
    ]
    if len(numbered) == 2:
        (a, _), (b, _) = numbered
        swap = {ast.unparse(a): copy.deepcopy(b.slice), ast.unparse(b): copy.deepcopy(a.slice)}
        other = copy.deepcopy(tree)
        for node in ast.walk(other):
            if isinstance(node, ast.Subscript) and ast.unparse(node) in swap:
                node.slice = swap[ast.unparse(node)]
        yield ("wrong index",), f"`{ast.unparse(a)}` and `{ast.unparse(b)}` have changed places.", other


def powers(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            words = f"the power is wrong in `{ast.unparse(node)}`."
            yield ("power",), words, replaced(node.left)
            for step in (1, -1):
                yield ("power",), words, replaced(ast.BinOp(node.left, ast.Pow(), ast.BinOp(node.right, ast.Add(), ast.Constant(step))))
    for node, replaced in places(tree):
        if isinstance(node, (ast.Name, ast.Subscript, ast.BinOp, ast.Call)) and not isinstance(getattr(node, "ctx", None), ast.Store):
            words = f"a power is missing: `{ast.unparse(node)}` stands there once."
            yield ("power", "mean not squared"), words, replaced(ast.BinOp(node, ast.Pow(), ast.Constant(2)))


def divisions(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            known = ("1/m twice",) if ast.unparse(node.right) == "m" else ("extra factor",)
            yield known, f"the division by `{ast.unparse(node.right)}` is one too many.", replaced(node.left)


def halves(tree):
    for node, replaced in places(tree):
        if isinstance(node, (ast.Name, ast.Subscript, ast.Call)) or (
            isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div))
        ):
            for number in (2.0, 0.5):
                words = f"a factor 2 is {'missing' if number == 2 else 'too much'} at `{ast.unparse(node)}`."
                yield ("factor two", "missing factor"), words, replaced(ast.BinOp(ast.Constant(number), ast.Mult(), node))


def drops(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Add, ast.Sub)):
            product = isinstance(node.op, ast.Mult)
            for stays, goes in ((node.left, node.right), (node.right, node.left)):
                kind, words = ("extra factor", "factor") if product else ("extra term", "term")
                yield (kind,), f"the {words} `{ast.unparse(goes)}` does not belong here.", replaced(stays)


def quantities(tree, scope):
    """One name in the place of another of the same shape."""
    for node, replaced in places(tree):
        if isinstance(node, ast.Name) and node.id in scope.values:
            for other, held in scope.values.items():
                if other != node.id and np.shape(held) == np.shape(scope.values[node.id]):
                    kinds = (f"{node.id} for {other}",) if {node.id, other} == {"n_in", "n_out"} else ()
                    yield (*kinds, "wrong quantity"), f"{node.id} is the wrong quantity here.", replaced(ast.Name(other, ast.Load()))


def factors(left, right, scope):
    """A factor that is missing, from the whole or from one of its terms."""
    small = [name for name, held in scope.values.items() if np.ndim(held) == 0]
    same = [name for name, held in scope.values.items() if np.ndim(held)]
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
            if np.ndim(held) == len(letters):
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
        if np.shape(held) == shape:
            for op in (ast.Add(), ast.Sub()):
                yield ("lost term",), "a term is missing.", ast.BinOp(right, op, ast.Name(name, ast.Load()))
