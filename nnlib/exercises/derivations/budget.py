"""How much work a tree takes, counted before it is done."""

import ast
from math import prod

from .arithmetic import value
from .reading import LineError, called
from .scope import is_mean, symbols


def work(tree, scope):
    """How many operations a tree takes at the point of this scope, from above, without doing them."""
    if isinstance(tree, ast.GeneratorExp):
        if not all(isinstance(generator.iter, ast.Call) for generator in tree.generators):
            raise LineError("an index runs over a range.")
        times = prod(range_size(generator.iter.args, scope) for generator in tree.generators)
        return 1 + times * (work(tree.elt, scope) + sum(work(test, scope) for g in tree.generators for test in g.ifs))
    inside = 1 + sum(work(child, scope) for child in ast.iter_child_nodes(tree) if isinstance(child, (ast.expr, ast.keyword)))
    if isinstance(tree, ast.Name) and tree.id in scope.defined:
        return inside + scope.defined[tree.id].work
    if is_mean(tree) or (isinstance(tree, ast.Call) and called(tree) in ("E", "Var")):
        return inside * prod(len(space.chances) for space in scope.point.spaces_of(symbols(tree, scope)))
    return inside


def range_size(arguments, scope):
    try:
        sizes = [int(value(argument, scope)) for argument in arguments]
    except (LineError, TypeError, ValueError):  # its end hangs on another index
        sizes = [max([8, *scope.point.sizes.values()])]
    return max(0, sizes[-1] - (sizes[0] if len(sizes) == 2 else 0))
