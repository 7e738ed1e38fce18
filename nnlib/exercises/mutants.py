"""The reference with one thing changed in its code: an operator, an axis, a function, a term that is left out.

An answer that equals such a mutant makes that mistake. Where the reference's source is withheld there are none.
"""

import ast
import copy
import functools
import inspect
import itertools
import textwrap

OTHER_FUNCTION = {
    "mean": ("sum", "max", "prod"),
    "sum": ("mean", "max", "prod"),
    "max": ("min", "mean", "sum"),
    "argmax": ("argmin",),
    "std": ("var", "mean"),
    "var": ("std",),
    "maximum": ("minimum",),
    "exp": ("exp2", "expm1"),
    "log": ("log2", "log10", "log1p"),
    "cos": ("sin",),
    "abs": ("square",),
}
OTHER_WAY = {ast.Gt: ast.Lt, ast.Lt: ast.Gt, ast.GtE: ast.LtE, ast.LtE: ast.GtE, ast.Eq: ast.NotEq}
SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def changes_of(node):
    """(words, new node) for one node of a syntax tree."""
    if isinstance(node, ast.BinOp):
        kind = type(node.op)
        for old, new in ((ast.Add, ast.Sub), (ast.Mult, ast.Div)):
            for one, other in ((old, new), (new, old)):
                if kind is one:
                    yield f"{SIGNS[other]} instead of {SIGNS[one]}", ast.BinOp(node.left, other(), node.right)
        if kind in (ast.Add, ast.Sub):
            yield "a term left out", node.left
            yield "a term left out", node.right
        if kind is ast.Mult:
            yield "a factor left out", node.left
            yield "a factor left out", node.right
        if kind is ast.Div:
            yield "a division left out", node.left
            yield "a fraction turned over", ast.BinOp(node.right, ast.Div(), node.left)
            if isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Mult):  # x * m / (m - 1)
                yield "a fraction turned over", ast.BinOp(ast.BinOp(node.left.left, ast.Mult(), node.right), ast.Div(), node.left.right)
        shares = [n for n in ast.walk(node) if kind is ast.Add and isinstance(n, ast.Constant) and isinstance(n.value, float)]
        if len(shares) == 2 and abs(sum(n.value for n in shares) - 1) < 1e-12:
            yield f"{shares[0].value:g} and {shares[1].value:g} exchanged", Exchange().visit(copy.deepcopy(node))
        if kind is ast.Pow:
            yield "a square or another power left out", node.left
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "a minus left out", node.operand
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER_WAY:
        yield "a comparison the other way round", ast.Compare(node.left, [OTHER_WAY[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        others = (1 - node.value,) if 0 < node.value < 1 else ()
        for new in (node.value + 1, node.value - 1, node.value / 2, node.value * 2, *others):
            yield f"{new:g} where {node.value:g} is meant", ast.Constant(new)
    elif isinstance(node, ast.keyword) and node.arg == "axis" and isinstance(node.value, ast.Constant) and node.value.value in (0, 1, 2):
        for new in {0, 1, 2} - {node.value.value}:
            yield f"axis={new} instead of axis={node.value.value}", ast.keyword("axis", ast.Constant(new))
        yield "an axis left out", ast.keyword("axis", ast.Constant(None))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        for name in OTHER_FUNCTION.get(node.func.attr, ()):
            changed = ast.Attribute(node.func.value, name, ast.Load())
            yield f"{name} instead of {node.func.attr}", ast.Call(changed, node.args, node.keywords)
        if node.func.attr == "mean" and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "np"):
            median = ast.Attribute(ast.Name("np", ast.Load()), "median", ast.Load())
            yield "the median instead of the mean", ast.Call(median, [node.func.value], node.keywords)
        if node.func.attr in ("sqrt", "abs", "log", "exp", "maximum") and node.args:
            words = {"sqrt": "a root", "abs": "an absolute value", "maximum": "a ReLU or maximum"}.get(node.func.attr, node.func.attr)
            yield f"{words} left out", node.args[0]


class Exchange(ast.NodeTransformer):
    """Puts 1 - c for each float c."""

    def visit_Constant(self, node):
        return ast.Constant(1 - node.value) if isinstance(node.value, float) else node


class Replace(ast.NodeTransformer):
    """Puts ``new`` in place of the node ``target``."""

    def __init__(self, target, new):
        self.target, self.new = target, new

    def visit(self, node):
        return self.new if node is self.target else self.generic_visit(node)


@functools.cache
def mutants(reference):
    """(words, function) of every change; an empty tuple where there is no source."""
    try:
        source = textwrap.dedent(inspect.getsource(reference))
        function = parsed(source)
    except (OSError, SyntaxError, TypeError):
        return ()
    if function is None or function.name != reference.__name__:
        return ()
    out = []
    for number, node in enumerate(ast.walk(function)):
        for which, (words, _) in enumerate(changes_of(node)):
            changed = parsed(source)  # quicker than a copy of the tree
            place = nth(ast.walk(changed), number)
            _, new = nth(changes_of(place), which)
            Replace(place, new).visit(changed)
            module = ast.fix_missing_locations(ast.Module([changed], []))
            scope = dict(reference.__globals__)
            try:
                exec(compile(module, reference.__code__.co_filename, "exec"), scope)
            except (SyntaxError, ValueError):
                continue
            out.append((words, scope[function.name]))
    return tuple(out)


def parsed(source):
    """The function in ``source``, without its decorators; None if there is none."""
    function = next((node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)), None)
    if function is not None:
        function.decorator_list = []
    return function


def nth(items, number):
    return next(itertools.islice(items, number, None))
