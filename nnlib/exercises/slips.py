"""Slips that can be read off a learner's code: data from outside the function, and mistakes in Python itself.

Each speaks only of what stands in the code. That the answer is wrong is known before: the same code may be right elsewhere.
"""

import ast
import builtins
import dis
import inspect
import textwrap
import types

import numpy as np

from .errors import is_foreign


def code_objects(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from code_objects(constant)


def outside_names(answer):
    """name -> value of all that a learner's function reads from outside: data, functions, modules."""
    code = getattr(answer, "__code__", None)
    if code is None or is_foreign(code.co_filename):
        return {}
    names = dict.fromkeys(name for c in code_objects(code) for name in c.co_names)
    loaded = {step.argval for c in code_objects(code) for step in dis.get_instructions(c) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return {name: answer.__globals__[name] for name in names if name in loaded and name in answer.__globals__}


def outside_data(answer):
    """name -> value of the data (no functions, no modules) that a learner's function reads from outside."""
    found = outside_names(answer)
    return {name: v for name, v in found.items() if not callable(v) and not isinstance(v, types.ModuleType) and not hasattr(builtins, name)}


def say_outside(answer):
    """The sentence about data from outside, or ""."""
    data = outside_data(answer)
    if not data:
        return ""
    words = " and ".join(f"`{name}`{shown(value)}" for name, value in data.items())
    return f"it reads {words} from outside the function, the notebook's own: take sizes and data from the arguments only."


def shown(value):
    if isinstance(value, np.ndarray) and value.ndim:
        return f", an array of shape {value.shape},"
    text = repr(value)
    return f" ({text})" if len(text) < 20 else ""


def tree_of(answer):
    """The function's syntax tree; None where the source cannot be read (typed in a shell, or the library's own)."""
    code = getattr(answer, "__code__", None)
    if code is None or is_foreign(code.co_filename):
        return None
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(answer)))
    except (OSError, SyntaxError, TypeError, IndentationError):
        return None


def is_call(node, *names):
    """Whether node calls one of these: "np.where" or "max"."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in names


def python_slip(answer):
    """What a wrong answer's code says that its author hardly meant; None if nothing."""
    tree = tree_of(answer)
    if tree is None:
        return None
    for node in ast.walk(tree):
        for rule in (chained, power_sign, length_of_where, identity, compared_product, return_in_loop, overwritten_sum, rows_of_python):
            if text := rule(node):
                return text
    return None


def chained(node):
    """a > 0.5 == y means a > 0.5 and 0.5 == y."""
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        equal = [isinstance(op, ast.Eq | ast.NotEq) for op in node.ops]
        if any(equal) and not all(equal):
            first = ast.unparse(ast.Compare(node.left, node.ops[:1], node.comparators[:1]))
            rest = ast.unparse(ast.Compare(node.comparators[0], node.ops[1:], node.comparators[1:]))
            return (
                f"`{ast.unparse(node)}` is a chain in Python: it means {first} and {rest}. Write parentheses around the first comparison."
            )


def power_sign(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
        return f"`{ast.unparse(node)}`: in Python ^ is not a power. Write ** for it."


def length_of_where(node):
    if is_call(node, "len") and node.args and is_call(node.args[0], "np.where", "np.nonzero", "numpy.where"):
        return f"`{ast.unparse(node)}` is the length of a tuple, one entry for each axis. To count, sum the mask: .sum()."


def identity(node):
    if isinstance(node, ast.Compare) and any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
        if not any(isinstance(side, ast.Constant) and side.value in (None, ...) for side in (node.left, *node.comparators)):
            return f"`{ast.unparse(node)}` asks whether both sides are the same object, not whether they are equal. Write == or !=."


def compared_product(node):
    """a * b > 0, where a * (b > 0) was meant."""
    if isinstance(node, ast.Compare) and isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Mult):
        zero = len(node.ops) == 1 and isinstance(node.comparators[0], ast.Constant) and node.comparators[0].value == 0
        if zero and isinstance(node.ops[0], ast.Gt | ast.GtE | ast.Lt | ast.LtE):
            inner = ast.unparse(ast.Compare(node.left.right, node.ops, node.comparators))
            return f"`{ast.unparse(node)}` compares the product. Write {ast.unparse(node.left.left)} * ({inner}) if the comparison is a factor."


def return_in_loop(node):
    if isinstance(node, ast.For | ast.While) and any(isinstance(line, ast.Return) for line in node.body):
        return "the return stands inside the loop, so the function ends in the first round. Put it under the loop, less indented."


def overwritten_sum(node):
    """count = ... in a loop, of a name that began as 0 and is returned."""
    if not isinstance(node, ast.FunctionDef):
        return None
    for loop in node.body:
        if not isinstance(loop, ast.For):
            continue
        started = {
            line.targets[0].id
            for line in node.body[: node.body.index(loop)]
            if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name) and ast.unparse(line.value) in ("0", "0.0", "[]")
        }
        read = {n.id for n in ast.walk(loop) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        for line in loop.body:
            if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name) and line.targets[0].id in started - read:
                name = line.targets[0].id
                return f"`{ast.unparse(line)}` in the loop overwrites {name}, so only the last round counts. To add up, write {name} += ..."


def rows_of_python(node):
    """sum(E) of an array adds its rows."""
    if is_call(node, "sum", "max", "min") and len(node.args) == 1 and not node.keywords:
        name, argument = node.func.id, node.args[0]
        if is_call(argument, "np.exp", "np.abs", "np.square", "np.log", "abs"):
            return (
                f"`{ast.unparse(node)}`: Python's {name} goes over the rows of an array. "
                f"NumPy's takes the axis you want: {ast.unparse(argument)}.{name}(axis=1, keepdims=True) gives one number for each row."
            )


def prints_for_return(answer):
    """Whether it prints and has no return with a value."""
    tree = tree_of(answer)
    nodes = list(ast.walk(tree)) if tree else []
    return any(is_call(node, "print") for node in nodes) and not any(isinstance(node, ast.Return) and node.value for node in nodes)


def unused_arguments(answer):
    """Names of the arguments that the code never reads."""
    code = getattr(answer, "__code__", None)
    if code is None or is_foreign(code.co_filename):
        return []
    arguments = code.co_varnames[: code.co_argcount]
    read = {v for c in code_objects(code) for step in dis.get_instructions(c) if step.opname.startswith("LOAD") for v in flat(step.argval)}
    return [name for name in arguments if name not in read]


def own_random(answer, names):
    """Whether it draws random numbers that it was not given."""
    code = getattr(answer, "__code__", None)
    if code is None or is_foreign(code.co_filename) or "rng" in names:
        return False
    used = {name for c in code_objects(code) for name in c.co_names}
    return bool(used & {"random", "default_rng", "randn", "uniform"} and used & {"random", "default_rng"})


def flat(value):
    return value if isinstance(value, tuple) else (value,)
