"""Text -> lines of plain arithmetic. The syntax tree is checked against a list of what it may hold; nothing is ever run."""

import ast
import re
from dataclasses import dataclass

LONGEST_TEXT, LONGEST_LINE, MOST_LINES, DEEPEST = 4000, 300, 40, 40
ALLOWED = (
    *(ast.Expression, ast.Name, ast.Load, ast.Store, ast.Constant, ast.Tuple, ast.List, ast.Subscript, ast.Slice, ast.Attribute, ast.Call),
    *(ast.keyword, ast.GeneratorExp, ast.comprehension, ast.IfExp, ast.Compare, ast.BinOp, ast.UnaryOp),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult, ast.USub, ast.UAdd, ast.Not),
    *(ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Eq, ast.NotEq),
)
FUNCTIONS = frozenset(
    """sum mean exp log sqrt square abs sign tanh sinh cosh relu sigmoid softmax max min maximum minimum where diag outer eye ones zeros
    ones_like zeros_like dot matmul transpose einsum len range E Var""".split()
)
METHODS = {"sum", "mean"}
INSTEAD = {
    **{"×": "*", "·": "*", "⋅": "*", "−": "-", "–": "-", "÷": "/", "²": "**2", "³": "**3", "ᵀ": ".T", "√": "sqrt(...)", "∑": "sum(...)"},
    **{"Σ": "sum(...)", "η": "eta", "λ": "lam", "β": "beta", "γ": "gamma", "μ": "mu", "ε": "eps", "σ": "sigmoid", "≥": ">=", "≤": "<="},
}


class LineError(Exception):
    """A line that cannot be read, or whose two sides cannot be compared: (message, kinds)."""

    def __init__(self, message, *kinds):
        super().__init__(message)
        self.message, self.kinds = message, kinds


@dataclass
class Line:
    """One statement: ``parts`` are equal to one another; or a ``shape`` (name, tree); or a condition (one part, a comparison)."""

    number: int
    text: str
    parts: tuple = ()
    shape: tuple = ()
    error: LineError | None = None

    @property
    def blank(self):
        return any(isinstance(node, ast.Constant) and node.value is ... for part in self.trees for node in ast.walk(part))

    @property
    def trees(self):
        return (*self.parts, *self.shape[1:])


def read(text):
    """The lines of a text. A line that cannot be read keeps its LineError; only a text that is too long raises one."""
    if not isinstance(text, str):
        raise LineError(f'derive takes your lines as text, got {type(text).__name__}: write derive(id, """ ... """)')
    if len(text) > LONGEST_TEXT:
        raise LineError(f"your text has {len(text)} characters, but a derivation has at most {LONGEST_TEXT}: did you paste something else?")
    lines = []
    for number, row in enumerate(joined(text), 1):
        if number > MOST_LINES:
            raise LineError(f"your text has more than {MOST_LINES} lines: leave out what is not needed")
        line = Line(number, row)
        try:
            read_line(line, lines)
        except LineError as error:
            line.error = error
        lines.append(line)
    return lines


def joined(text):
    """Its rows without comments and empty rows; a row goes on while a bracket is open."""
    open_row = ""
    for row in text.splitlines():
        row = (open_row + " " + row.split("#")[0].strip()).strip()
        if sum(map(row.count, "([")) > sum(map(row.count, ")]")) and len(row) < LONGEST_LINE:
            open_row = row
            continue
        open_row = ""
        if row:
            yield row
    if open_row:
        yield open_row


def read_line(line, before):
    text = line.text
    if len(text) > LONGEST_LINE:
        raise LineError(f"this line has {len(text)} characters, but at most {LONGEST_LINE} are read: break it into steps")
    for sign in text:
        if not sign.isascii():
            write = f"write {INSTEAD[sign]}" if sign in INSTEAD else "write plain letters of the keyboard, and the names that are given"
            raise LineError(f"the character {sign!r} is not read here: {write}.")
    if "^" in text:
        raise LineError("^ is not a power here: write ** for a power, X.T for a transpose.")
    if re.search(r"(?<![<>=!])[-+*/@]=", text):
        raise LineError("write it out with =: `+=` changes an earlier value, but a line here says what something is.")
    if shape := re.fullmatch(r"(\w+)\s*:\s*(.+)", text) or re.fullmatch(r"(\w+)\.shape\s*={1,2}\s*(.+)", text):
        line.shape = (shape[1], tree_of(shape[2]))
        return
    pieces = split(text)
    if not pieces[0].strip() and len(pieces) > 1:  # "= ..." goes on from the line above
        if not before or not before[-1].parts:
            raise LineError("a line that begins with = continues the line above, but there is none.")
        line.parts = (before[-1].parts[0], *map(tree_of, pieces[1:]))
        return
    line.parts = tuple(tree_of(piece) for piece in pieces)
    first = line.parts[0]
    if len(line.parts) == 1 and isinstance(first, ast.Compare) and isinstance(first.ops[0], ast.Eq) and len(first.ops) == 1:
        line.parts = (first.left, first.comparators[0])
    if len(line.parts) == 1 and not isinstance(first, ast.Compare) and not line.blank:
        raise LineError("a line states that two things are equal: write a name, =, and what it is.")


def split(text):
    """The text cut at every = outside of brackets."""
    depth, start, pieces = 0, 0, []
    for i, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if sign == "=" and depth == 0 and text[i - 1 : i] not in ("<", ">", "=", "!") and text[i + 1 : i + 2] != "=":
            pieces.append(text[start:i])
            start = i + 1
    return [*pieces, text[start:]]


def tree_of(text):
    """The syntax tree of an expression, once everything in it is allowed."""
    if not text.strip():
        raise LineError("one side of = is empty: write ... where you do not know it yet.")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise LineError(unreadable(text, error)) from None
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise LineError("too many nested brackets: break the line into steps.")
        for node in level:
            check_node(node)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return tree


def unreadable(text, error):
    if re.search(r"\bsum_\w|\bsum\s+\w", text):
        return f"`{text.strip()}` cannot be read: write a sum as sum(... for i in range(m))."
    if re.search(r"\d[A-Za-z(]", text):
        return f"`{text.strip()}` cannot be read: a product is written with *, as in 2 * x."
    if text.count("(") != text.count(")") or text.count("[") != text.count("]"):
        return f"`{text.strip()}` cannot be read: a bracket is open, or closed twice."
    if re.search(r"[\w)\]]\s+[A-Za-z(]", text) and " for " not in text and " if " not in text:
        return f"`{text.strip()}` cannot be read: between two numbers write *, between two matrices @."
    return f"`{text.strip()}` cannot be read ({getattr(error, 'msg', None) or 'it is nested too deep'})."


def check_node(node):
    """Raise a LineError unless this node, without its children, is plain arithmetic."""
    if not isinstance(node, ALLOWED):
        what = {"ListComp": "[... for ...]", "Lambda": "lambda", "JoinedStr": "f-strings", "FloorDiv": "//", "Mod": "%", "Dict": "{...}"}
        what |= {
            "SetComp": "{... for ...}",
            "NamedExpr": ":=",
            "BitAnd": "&",
            "BitOr": "|",
            "Invert": "~",
            "BoolOp": "and, or",
            "Starred": "*...",
        }
        name = what.get(type(node).__name__, type(node).__name__)
        raise LineError(f"{name} is not read: a line holds numbers, the given names, + - * / ** @, comparisons and a few functions.")
    if isinstance(node, ast.Name) and node.id.startswith("_"):
        raise LineError(f"the name {node.id} is not read: names begin with a letter.")
    if isinstance(node, ast.Constant):
        check_constant(node.value)
    if isinstance(node, ast.Attribute):
        ours = node.attr in FUNCTIONS | {"newaxis"} if is_np(node.value) else node.attr in METHODS | {"T", "mT"}
        if not ours:
            if node.attr in ("dot", "shape", "transpose"):
                write = {"dot": "write @", "shape": "write the names of the sizes", "transpose": "write .T"}[node.attr]
                raise LineError(f".{node.attr} is not read: {write}.")
            raise LineError(f".{node.attr} is not read: only .T, .mT, .sum(...) and .mean(...) may follow a name.")
    if isinstance(node, ast.Call):
        name = called(node)
        if name is None and isinstance(node.func, ast.Attribute):
            check_node(node.func)
        if name is None:
            raise LineError(f"`{ast.unparse(node.func)}(...)` is not read: after a name, write * for a product and [ ] for an index.")
        if len(node.args) > 5 or any(keyword.arg not in ("axis", "keepdims") for keyword in node.keywords):
            raise LineError(f"{name} takes no such argument here: only axis= and keepdims= have names.")
    if isinstance(node, ast.comprehension):
        call = node.iter
        ranged = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "range" and 1 <= len(call.args) <= 2
        if not ranged or not isinstance(node.target, ast.Name) or node.is_async:
            raise LineError("an index runs over a range: write sum(... for i in range(m)).")


def check_constant(value):
    if isinstance(value, str):
        if not re.fullmatch(r"[a-z]{0,3}(,[a-z]{0,3}){0,3}->[a-z]{0,3}", value.replace(" ", "")) or len(set(value) & set(LETTERS)) > 5:
            raise LineError(f"the text {value[:20]!r} is not read: text is allowed only in einsum, as in 'ik,ij->kj'.")
    elif not (value is ... or value is None or (isinstance(value, (bool, int, float)) and abs(value) < 1e12)):
        raise LineError("this number is not read: numbers here are real, and below 10**12.")


LETTERS = "abcdefghijklmnopqrstuvwxyz"


def is_np(node):
    return isinstance(node, ast.Name) and node.id in ("np", "numpy")


def called(node):
    """The name of the function or method that is called, or None."""
    if isinstance(node.func, ast.Name):
        return node.func.id if node.func.id in FUNCTIONS else None
    if isinstance(node.func, ast.Attribute):
        return node.func.attr if node.func.attr in (FUNCTIONS if is_np(node.func.value) else METHODS) else None
    return None
