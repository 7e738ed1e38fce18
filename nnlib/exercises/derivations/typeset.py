"""A line -> a formula in LaTeX, as it was understood: dW[k, j] becomes dW with indices, sum(... for i in range(m)) a sum sign."""

import ast
import re

from .reading import called, is_np
from .scope import is_mean

GREEK = {"eta", "beta", "gamma", "eps", "lam", "mu"}
STRENGTH = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.MatMult: 2, ast.Div: 4, ast.Pow: 3}
RELATIONS = {ast.Gt: ">", ast.GtE: r"\ge", ast.Lt: "<", ast.LtE: r"\le", ast.Eq: "=", ast.NotEq: r"\ne"}


def line(line):
    """The formula of a line that could be read."""
    if line.shape:
        return f"{named(line.shape[0])} : {formula(line.shape[1])}"
    return " = ".join(formula(part) for part in line.parts)


def named(name):
    if slope := re.fullmatch(r"(d[A-Za-z]+)_(d[A-Za-z]+)", name):
        return rf"\frac{{\mathrm{{{slope[1]}}}}}{{\mathrm{{{slope[2]}}}}}"
    name, *low = name.split("_")
    greek = {"lam": "lambda", "eps": "varepsilon"}.get(name, name)
    letter = rf"\{greek}" if name in GREEK else name if len(name) == 1 else rf"\mathrm{{{name}}}"
    return letter + (rf"_{{\mathrm{{{' '.join(low)}}}}}" if low else "")


def formula(node, outside=0):
    """LaTeX of a tree; brackets where the surrounding operation binds more strongly than this one."""
    text, strength = write(node)
    return rf"\left({text}\right)" if strength < outside else text


def write(node):
    """(LaTeX, how strongly it holds together)."""
    if isinstance(node, ast.Name):
        return named(node.id), 9
    if isinstance(node, ast.Constant):
        return r"\dots" if node.value is ... else str(node.value), 9
    if isinstance(node, ast.BinOp):
        return binary(node), STRENGTH[type(node.op)]
    if isinstance(node, ast.UnaryOp):
        return ("-" if isinstance(node.op, ast.USub) else "+") + formula(node.operand, 2), 1
    if isinstance(node, ast.Compare):
        relations = (RELATIONS[type(op)] + " " + formula(side, 1) for op, side in zip(node.ops, node.comparators))
        return f"{formula(node.left, 1)} {' '.join(relations)}", 0
    if isinstance(node, ast.IfExp):
        return (
            rf"\begin{{cases}} {formula(node.body)} & {formula(node.test)} \\ {formula(node.orelse)} & \text{{else}} \end{{cases}}",
            2,
        )
    if isinstance(node, (ast.Tuple, ast.List)):
        return rf"({', '.join(map(formula, node.elts))})", 9
    if isinstance(node, ast.Attribute):
        return rf"{formula(node.value, 9)}^T", 8
    if is_mean(node):
        return mean(node.value.id, node.slice), 9
    if isinstance(node, ast.Subscript):
        indices = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return rf"{{{formula(node.value, 8)}}}_{{{', '.join(':' if isinstance(i, ast.Slice) else formula(i) for i in indices)}}}", 8
    if isinstance(node, ast.Call):
        return call(node)
    return rf"\texttt{{{ast.unparse(node).replace('_', chr(92) + '_')}}}", 9


def binary(node):
    left, right, level = node.left, node.right, STRENGTH[type(node.op)]
    if isinstance(node.op, ast.Div):
        return rf"\frac{{{formula(left)}}}{{{formula(right)}}}"
    if isinstance(node.op, ast.Pow):
        return rf"{formula(left, 8)}^{{{formula(right)}}}"
    sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: r"\cdot", ast.MatMult: r"\,"}[type(node.op)]
    return f"{formula(left, level)} {sign} {formula(right, level + 1)}"


def mean(which, inner):
    return rf"\mathbb{{E}}\left[{formula(inner)}\right]" if which == "E" else rf"\mathrm{{Var}}\left({formula(inner)}\right)"


def call(node):
    which, arguments = called(node), list(node.args)
    if isinstance(node.func, ast.Attribute) and not is_np(node.func.value):
        arguments = [node.func.value, *arguments]
    if which in ("E", "Var"):
        return mean(which, arguments[0]), 9
    if arguments and isinstance(arguments[0], ast.GeneratorExp):
        signs = "".join(run(generator, which) for generator in arguments[0].generators)
        return f"{signs} {formula(arguments[0].elt, 2)}", 1.5
    if which == "exp":
        return rf"e^{{{formula(arguments[0])}}}", 8
    if which == "sqrt":
        return rf"\sqrt{{{formula(arguments[0])}}}", 9
    axis = "".join(rf",\ \mathrm{{{k.arg}}}={formula(k.value)}" for k in node.keywords if k.arg == "axis")
    return rf"\mathrm{{{which}}}\left({', '.join(map(formula, arguments))}{axis}\right)", 8


def run(generator, which):
    """A sum sign, or the mean's, with the first and the last index: range(m) ends with m - 1."""
    ends = generator.iter.args
    first = formula(ends[0]) if len(ends) == 2 else "0"
    end = ends[-1]
    if isinstance(end, ast.BinOp) and isinstance(end.op, ast.Add) and isinstance(end.right, ast.Constant) and end.right.value == 1:
        last = formula(end.left)
    else:
        last = formula(end) + " - 1"
    sign = r"\sum" if which == "sum" else rf"\operatorname*{{{which}}}"
    return rf"{sign}_{{{named(generator.target.id)}={first}}}^{{{last}}}"
