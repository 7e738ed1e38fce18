"""The changes that may make a false line true, each with the name of the mistake it takes back; the likeliest first."""

import ast
import copy

from .additions import complements, drops, factors, lost_terms, operator, places, quantities, rebuilt
from .scope import Scope
from .truth import free_letters


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
    letters = free_letters(left, scope)
    for rewrite in (
        signs,
        transposes,
        means,
        comparisons,
        products,
        axes,
        ranges,
        lambda tree: indices(tree, letters),
        powers,
        swaps,
        sums,
        divisions,
        halves,
    ):
        yield from rewrite(right)
    yield from complements(right)
    yield from drops(right)
    yield from quantities(left, right, scope)
    yield from factors(left, right, scope)
    yield from lost_terms(left, right, scope)


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
    yield (
        ("transpose",),
        "this is the transpose of what it should be: follow the indices, rows first.",
        ast.Attribute(tree, "T", ast.Load()),
    )


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
                yield (kind,), f"this should be {words[1]}, not {words[0]}.", replaced(ast.Call(func, node.args, node.keywords))


def comparisons(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            strict = {ast.GtE: ast.Gt, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.Lt: ast.LtE}.get(type(node.ops[0]))
            if strict:
                yield (
                    ("kink",),
                    "right except at the kink: at exactly 0 this course takes the slope 0, so the comparison is strict.",
                    replaced(ast.Compare(node.left, [strict()], node.comparators)),
                )
                turned = {ast.GtE: ast.Lt, ast.LtE: ast.Gt, ast.Gt: ast.Lt, ast.Lt: ast.Gt}[type(node.ops[0])]
                words = f"the comparison `{ast.unparse(node)}` lets the wrong side through."
                yield ("reversed condition",), words, replaced(ast.Compare(node.left, [turned()], node.comparators))


def products(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            words = "@ is a matrix product; here each entry is multiplied by its own partner: *."
            yield ("matrix product",), words, replaced(operator(node, ast.Mult()))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            words = "* multiplies entry by entry; here you need a matrix product: @."
            yield ("matrix product",), words, replaced(operator(node, ast.MatMult()))
            yield ("inverted",), f"`{ast.unparse(node.right)}` multiplies, but should divide.", replaced(operator(node, ast.Div()))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield ("inverted",), f"`{ast.unparse(node.right)}` divides, but should multiply.", replaced(operator(node, ast.Mult()))
            turned = ast.BinOp(node.right, ast.Div(), node.left)
            yield ("inverted", "reciprocal"), f"`{ast.unparse(node)}` is upside down.", replaced(turned)


def swaps(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            yield ("product for sum",), f"`{ast.unparse(node)}` multiplies, but should add.", replaced(operator(node, ast.Add()))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            yield (
                ("sum for product", "not multiplied"),
                f"`{ast.unparse(node)}` adds, but should multiply.",
                replaced(operator(node, ast.Mult())),
            )


def sums(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.GeneratorExp):
            words = f"there is nothing to add: you need only one term of `{ast.unparse(node)}`."
            yield ("summed too much",), words, replaced(node.args[0].elt)


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
            for size in ("m", "n_in", "n_out", "K", "t"):
                yield ("wrong range",), words, replaced(ast.Call(node.func, [*node.args[:-1], ast.Name(size, ast.Load())], []))
            if len(node.args) == 1:
                yield (
                    ("wrong range",),
                    words,
                    replaced(ast.Call(node.func, [ast.Constant(1), ast.BinOp(node.args[0], ast.Add(), ast.Constant(1))], [])),
                )


def indices(tree, free):
    for node, replaced in places(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            turned = ast.Subscript(node.value, ast.Tuple(node.slice.elts[::-1], ast.Load()), ast.Load())
            yield ("wrong index", "transpose"), f"the indices of `{ast.unparse(node)}` are swapped.", replaced(turned)
    letters = sorted(
        set(free) | {n.id for s in ast.walk(tree) if isinstance(s, ast.Subscript) for n in ast.walk(s.slice) if isinstance(n, ast.Name)}
    )
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
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            for part in parts:
                for letter in letters:
                    if isinstance(part, ast.Name) and part.id != letter:
                        words = f"the index {part.id} of `{ast.unparse(node)}` is not the right one."
                        yield ("wrong index",), words, replaced(rebuilt(node, part, ast.Name(letter, ast.Load())))
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
        yield ("wrong index",), f"`{ast.unparse(a)}` and `{ast.unparse(b)}` are swapped.", other


def powers(tree):
    for node, replaced in places(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            words = f"the power is wrong in `{ast.unparse(node)}`."
            yield ("power",), words, replaced(node.left)
            for step in (1, -1):
                yield ("power",), words, replaced(ast.BinOp(node.left, ast.Pow(), ast.BinOp(node.right, ast.Add(), ast.Constant(step))))
            if isinstance(node.left, ast.Call) and node.left.args:
                inner = ast.BinOp(node.left.args[0], ast.Pow(), node.right)
                words = f"`{ast.unparse(node)}` takes the power at the end; each term has its own."
                yield ("power",), words, replaced(ast.Call(node.left.func, [inner, *node.left.args[1:]], node.left.keywords))
            if isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Sub):
                other = ast.BinOp(node.left.left, ast.Sub(), ast.BinOp(node.left.right, ast.Pow(), node.right))
                yield ("power",), f"the power of `{ast.unparse(node)}` belongs to one of the two.", replaced(other)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            pairs = ((node.left, node.right), (node.right, node.left))
            for base, exponent in [(b, e) for b, e in pairs if isinstance(e, ast.Constant) or (isinstance(e, ast.Name) and e.id == "t")]:
                words = f"`{ast.unparse(node)}` is a product, but should be a power."
                yield ("power",), words, replaced(ast.BinOp(base, ast.Pow(), exponent))
    for node, replaced in places(tree):
        if isinstance(node, (ast.Name, ast.Subscript, ast.BinOp, ast.Call)):
            words = f"a power is missing at `{ast.unparse(node)}`."
            yield ("power", "mean not squared"), words, replaced(ast.BinOp(node, ast.Pow(), ast.Constant(2)))
            if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Pow):
                yield ("power",), words, replaced(ast.BinOp(node, ast.Pow(), ast.Name("t", ast.Load())))


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
                words = f"there is {'a factor 2 missing' if number == 2 else 'an extra factor 2'} at `{ast.unparse(node)}`."
                yield ("factor two", "missing factor"), words, replaced(ast.BinOp(ast.Constant(number), ast.Mult(), node))
