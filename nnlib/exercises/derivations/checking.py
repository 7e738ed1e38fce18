"""Lines -> what each of them is (true, false, blank, no step), and which steps are still missing."""

import ast
import re
from dataclasses import dataclass, field

import numpy as np

from .arithmetic import value
from .budget import work
from .functions import ShapesDiffer
from .naming import different, name_mistake
from .reading import FUNCTIONS, LineError, read
from .scope import UNCOMPUTED, Scope, symbols
from .steps import covered
from .truth import Definition, all_hold, base_of, sides


@dataclass
class Judged:
    """A line and its status: true, false, unreadable, blank or no step."""

    line: object
    status: str
    message: str = ""
    kinds: tuple = ()
    covers: set = field(default_factory=set)  # numbers of the worked lines that this one does

    @property
    def stops(self):
        return self.status in ("false", "unreadable")


def judge(derivation, text):
    """Every line of a text, up to the first that is false; LineError if the text is too long to be read."""
    judged, defined, alive, seen = [], {}, list(derivation.points), []
    for line in read(text):
        if line.error:
            judged.append(Judged(line, "unreadable", line.error.message, line.error.kinds))
        elif line.blank:
            judged.append(Judged(line, "blank"))
            continue
        else:
            with np.errstate(all="ignore"):
                judged.append(judge_line(derivation, line, defined, alive, seen))
        if judged[-1].stops:
            break
        seen.append([ast.dump(tree) for tree in line.trees])
    return judged


def judge_line(derivation, line, defined, alive, seen):
    points = {convention: derivation.points[convention] for convention in derivation.points}
    try:
        refuse_quotients(derivation, line)
        if line.shape:
            note = judge_shape(line, points[alive[0]], defined)
            return Judged(line, "true", note, covers=covered(derivation, line, defined))
        if len(line.parts) == 1:
            judge_condition(line, points[alive[0]], defined)
            return Judged(line, "true", covers=covered(derivation, line, defined))
        if defines(line, points[alive[0]][0], defined):
            define(line, points[alive[0]], defined)
            return Judged(line, "true", "a name of your own.")
        true = [c for c in alive if all_hold(line.parts, points[c], defined)]
    except LineError as error:
        message, kinds = error.message, error.kinds
        if isinstance(error, ShapesDiffer):
            message = error.template.replace("{shapes}", " and ".join(map(points[alive[0]][0].shape_names, error.shapes)))
        if line.shape or "shape" in kinds or "not summed" in kinds or "wrong index" in kinds:
            named = None if line.shape else name_mistake(derivation, line, [points[c] for c in alive], defined, error)
            if named:
                message, kinds = f"{message} {named[1][:1].upper()}{named[1][1:]}", (*kinds, *named[0])
        return Judged(line, "false" if kinds else "unreadable", message, kinds)
    except UNCOMPUTED as error:
        return Judged(line, "unreadable", f"this cannot be computed ({error}).")
    if not true:
        otherwise = [c for c in points if c not in alive and all_hold(line.parts, points[c], defined)]
        if otherwise:
            return Judged(
                line, "false", f"above you wrote {alive[0]}; this line is true only for {otherwise[0]}. Keep to one.", ("convention",)
            )
        kinds, message = name_mistake(derivation, line, [points[c] for c in alive], defined) or different(line, points[alive[0]], defined)
        return Judged(line, "false", message, kinds)
    other = "" if alive[0] in true else f"true for {true[0]}."
    alive[:] = true
    return says_nothing(derivation, line, points[alive[0]], defined, seen) or Judged(
        line, "true", row_note(line, points[alive[0]][0], defined) or other, covers=covered(derivation, line, defined)
    )


def row_note(line, point, defined):
    name = base_of(line.parts[0])
    if name in point.rows and isinstance(line.parts[0], ast.Name):
        if np.ndim(value(line.parts[-1], Scope(point, defined))) == 1:
            return f"{name} is a row, {point.shape_names([point.size(d) for d in point.dims[name]])}: keepdims=True keeps that shape."
    return ""


# ---- other statements


def refuse_quotients(derivation, line):
    """dp / dz as code divides two gradients, because dp is dL/dp: a local slope has its own name."""
    for node in [node for tree in line.trees for node in ast.walk(tree)]:
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div)
            and isinstance(node.left, ast.Name)
            and isinstance(node.right, ast.Name)
        ):
            if re.fullmatch(r"d[A-Za-z]+", node.left.id) and re.fullmatch(r"d[A-Za-z]+", node.right.id):
                names = [name for name in derivation.dims if name == "slope" or re.fullmatch(r"d\w+_d\w+|J", name)]
                own = f", here {' or '.join(names)}" if names else ""
                raise LineError(
                    f"{node.right.id} is the gradient dL/{node.right.id}, one name: `{ast.unparse(node)}` would divide two arrays. "
                    f"A local slope has its own name{own}.",
                    "quotient",
                )


def judge_shape(line, points, defined):
    """A line like dW: (n_in, n_out). Returns a note."""
    name, tree = line.shape
    if name not in points[0].dims:
        raise LineError(f"{name} is not one of the given names.", "unknown name")
    said = [np.ravel(value(tree, Scope(point, defined))).astype(int).tolist() for point in points]
    true = [[point.size(dim) for dim in point.dims[name]] for point in points]
    if said == true:
        return ""
    if name in points[0].rows and said == [shape[1:] for shape in true]:
        return f"in this course {name} is a row, {points[0].shape_names(true[0])}."
    if said[0] == true[0][::-1]:
        raise LineError(f"that is the shape of {name}'s transpose.", "shape", "transpose")
    raise LineError(
        f"that is not the shape of {name}: {(points[0].dims[name] and 'count rows, then columns.') or 'it is a single number.'}", "shape"
    )


def judge_condition(line, points, defined):
    if points[0].condition is None:
        raise LineError("a comparison alone is not a line: write what something is equal to.")
    said = [bool(value(line.parts[0], Scope(point, defined))) for point in points]
    weak = any(s and not point.condition for s, point in zip(said, points))
    strict = any(not s and point.condition for s, point in zip(said, points))
    words = ["it also holds where it must not."] * weak + ["it rules out some numbers that are right: the edge is further out."] * strict
    if words:
        raise LineError(" And ".join(words), *["one side only"] * weak, *["half the edge"] * strict)


def defines(line, point, defined):
    """Whether the first part is a name of the learner's own, with plain letters as indices."""
    first = line.parts[0]
    base = first.value if isinstance(first, ast.Subscript) else first
    scope = Scope(point, defined)
    if not isinstance(base, ast.Name) or scope.knows(base.id) or base.id in FUNCTIONS or base.id in ("np", "numpy"):
        return False
    indices = [] if base is first else first.slice.elts if isinstance(first.slice, ast.Tuple) else [first.slice]
    return all(isinstance(index, ast.Name) and not scope.knows(index.id) for index in indices)


def define(line, points, defined):
    """Keep the name, once what it stands for can be computed and the other parts agree with it."""
    first, tree = line.parts[:2]
    base = first.value if isinstance(first, ast.Subscript) else first
    indices = [] if base is first else first.slice.elts if isinstance(first.slice, ast.Tuple) else [first.slice]
    known = next((name for name in points[0].dims if name.lower() == base.id.lower()), None)
    if known:
        raise LineError(f"{base.id} is not known here: did you mean {known}?", "unknown name")
    letters, scope = tuple(index.id for index in indices), Scope(points[0], defined)
    names = frozenset(symbols(tree, scope) - set(letters))
    if base.id in names:
        raise LineError(f"{base.id} is on both sides, but is not known yet.", "unknown name")
    definition = Definition(letters, tree, work(tree, scope), names)
    for point in points:
        sides(first if indices else tree, tree, point, defined | {base.id: definition})
    if len(line.parts) > 2 and not all_hold(line.parts[1:], points, defined):
        raise LineError("the parts of this line are not equal to one another.", "not equal")
    defined[base.id] = definition


# ---- is it a step, and which?


def says_nothing(derivation, line, points, defined, seen):
    """A true line that is not a step: it repeats another, or it would hold whatever the derived numbers were."""
    dumps = [ast.dump(tree) for tree in line.trees]
    if dumps in seen:
        return Judged(line, "no step", f"true, but not a step: it repeats line {seen.index(dumps) + 1}.")
    if len(set(dumps)) < len(dumps):
        return Judged(line, "no step", "true, but not a step: both sides are the same.")
    names = set().union(*(symbols(part, Scope(points[0], defined)) for part in line.parts))
    mentioned = [name for name in names & derivation.derived if name in points[0].values]
    if mentioned and not points[0].spaces:
        rng = np.random.default_rng(1)
        other = type(points[0])(**{**vars_of(points[0]), "values": dict(points[0].values)})
        for name in mentioned:
            other.values[name] = rng.standard_normal(np.shape(points[0].values[name]))
        if all_hold(line.parts, [other], defined):
            return Judged(line, "no step", f"true, but not a step: it would hold whatever {mentioned[0]} was.")
    return None


def vars_of(point):
    return {name: getattr(point, name) for name in ("values", "sizes", "dims", "starts", "spaces", "condition")}
