"""Nothing is used before it is introduced: every first use in the course, against nnlib/exercises/glossary.txt.

What learners read is walked in order: text, code, printed output, hints and messages of the exercises, quizzes, experiments. Code is read
as a syntax tree, so each NumPy name and each construct in it needs an entry; of words and symbols those in the list are looked for. Not
read: cells tagged ``teacher`` or ``skim`` (but what they print), the title, the promises and the links of a notebook, and a sentence that
names a week still to come, as in "batch norm (week 7a)". What a cell tagged ``deeper`` introduces is known to deeper cells only.
"""

import ast
import builtins
import contextlib
import importlib
import io
import re
from dataclasses import dataclass
from urllib.parse import quote

import nbformat
import numpy as np

from . import ROOT, for_teachers, read, write
from .refresh import METADATA

from nnlib.exercises.glossary import entries, simple, what  # isort: skip

ORDER = """start_here glossary week1a_one_neuron week1b_forward_propagation week2a_backprop_by_hand week2b_backprop_in_matrices week3_activations
    week4_losses week5_initialization week6a_gradient_descent week6b_momentum_to_adam week7a_deep_networks week7b_generalization
    week8_clinic_and_capstone your_own_data playground""".split()
LIST = ROOT / "nnlib" / "exercises" / "glossary.txt"
GLOSSARY = ROOT / "notebooks" / "glossary.ipynb"
# What a learner brings along: a loop, a function, a list.
KNOWN = set(
    """print range len int float str list sum max min abs round True False None .append() ValueError NotImplementedError
    ImportError Exception""".split()
)
NOT_READ = r"\*\*(You will be able to|Watch first|Further reading)"
METHODS = {name for kind in (str, list, dict, set) for name in dir(kind) if name[0] != "_"}
ARRAY = {name for name in dir(np.ndarray) if name[0] != "_"}
RANDOM = {name for name in dir(np.random.Generator) if name[0] != "_"}
CONSTRUCTS = {
    ast.ListComp: "list comprehension",
    ast.DictComp: "dictionary comprehension",
    ast.SetComp: "set comprehension",
    ast.GeneratorExp: "generator expression",
    ast.Lambda: "lambda",
    ast.Starred: "star",
    ast.Try: "try",
    ast.Raise: "raise",
    ast.With: "with",
    ast.ClassDef: "class",
    ast.NamedExpr: "walrus",
    ast.Assert: "assert",
    ast.Dict: "dictionary",
    ast.Set: "set",
    ast.JoinedStr: "f-string",
    ast.IfExp: "conditional expression",
    ast.MatMult: "@",
    ast.BitAnd: "logic of arrays",
    ast.Invert: "logic of arrays",
    ast.Is: "is",
    ast.IsNot: "is",
    ast.Slice: "slice",
    ast.Yield: "yield",
    ast.Global: "global",
    ast.Delete: "del",
    ast.Match: "match",
}


def dotted(node):
    """np.linalg.norm of a chain of attributes; "" for others."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *parts[::-1]]) if isinstance(node, ast.Name) else ""


def spelled(node, inside):
    """The names under which the list holds what a node of a syntax tree uses. ``inside`` is the node around it."""
    yield from (name for kind, name in CONSTRUCTS.items() if isinstance(node, kind))
    if isinstance(node, ast.Attribute):
        name = dotted(node)
        if name.startswith("np."):
            if not isinstance(inside, ast.Attribute) and "__" not in name:
                yield name
        elif not name.startswith(("plt.", "ax.")):
            if node.attr in ARRAY:
                yield f".{node.attr}"
            elif node.attr in RANDOM and name.startswith("rng."):
                yield f"rng.{node.attr}"
            elif node.attr in METHODS:
                yield f".{node.attr}()"
    elif isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load) and (hasattr(builtins, node.id) or node.id == "self"):
            yield node.id
    elif isinstance(node, ast.FormattedValue) and node.format_spec:
        yield "format specification"
    elif isinstance(node, (ast.FunctionDef, ast.Lambda)):
        if node.args.kwonlyargs:
            yield "keyword argument"
        if node.args.vararg:
            yield "star"
        if node.args.kwarg:
            yield "**settings"
        if node.args.defaults:
            yield "default argument"
        if getattr(node, "decorator_list", ()):
            yield "decorator"
        if isinstance(node, ast.FunctionDef) and isinstance(inside, ast.FunctionDef):
            yield "function inside a function"
    elif isinstance(node, ast.Call):
        if any(keyword.arg is None for keyword in node.keywords):
            yield "**settings"
        called = dotted(node.func) if isinstance(node.func, ast.Attribute) else ""
        if (called.startswith("np.") and called != "np.savez") or getattr(node.func, "attr", None) in ARRAY:
            yield from (f"{keyword.arg}=" for keyword in node.keywords if keyword.arg)
        elif any(keyword.arg for keyword in node.keywords):
            yield "keyword argument"
    elif isinstance(node, ast.Compare) and len(node.ops) > 1:
        yield "chained comparison"
    elif (isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)) or (
        isinstance(node, ast.AugAssign) and isinstance(node.op, ast.BitOr)
    ):
        yield "joining dictionaries"
    elif isinstance(node, ast.Subscript):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for part in parts:
            if isinstance(part, ast.Constant) and part.value is None:
                yield "None in an index"
            elif isinstance(part, ast.Constant) and part.value is Ellipsis:
                yield "..."
            elif isinstance(part, ast.Slice) and part.step:
                yield "slice with a step"
            elif isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub):
                yield "negative index"
            elif isinstance(part, ast.Compare):
                yield "boolean mask"
        if isinstance(node.ctx, ast.Store):
            yield "assignment to a part"
    elif isinstance(node, (ast.Assign, ast.For, ast.comprehension)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if len(targets) > 1:
            yield "chained assignment"
        if any(isinstance(target, ast.Tuple) for target in targets):
            yield "unpacking"


def used_in_code(source):
    """Every NumPy name and piece of Python in some code, as the list spells it."""
    tree = ast.parse(source)
    around = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    names = [name for node in ast.walk(tree) for name in spelled(node, around.get(node))]
    if re.search(r"(?<![\w.])\d+(\.\d+)?e[-+]?\d", source):
        names.append("1e-5")
    return dict.fromkeys(name for name in names if name not in KNOWN)


@dataclass
class Piece:
    """Something a learner reads: words, formulas, code spans of a text; code of a cell."""

    notebook: str
    number: int
    last: int  # the cell up to which words may be introduced: for what a cell prints, the text under it
    deeper: bool
    where: str
    block: int
    text: str = ""
    code: str = ""


def strings(value):
    """All strings in nested tuples, lists and dictionaries."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in strings(part)]
    return [text for part in value for text in strings(part)] if isinstance(value, (list, tuple, set)) else []


def behind(source):
    """(what it is, text) of what a cell's call brings to the screen: hints and messages, quiz, experiment."""
    from nnlib.exercises.cards import PARSONS, QUIZZES
    from nnlib.exercises.exercise import TASKS

    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            name, first = node.func.id, node.args[0]
            id = first.value if isinstance(first, ast.Constant) else None
            if name in ("check", "derive") and id in TASKS:
                yield "hint", "\n".join(TASKS[id].hints)
                yield "message", "\n".join(strings(list(TASKS[id].messages)))
            elif name == "quiz" and id in QUIZZES:
                yield "quiz", "\n".join(text for q in QUIZZES[id] for text in [q.text, *strings(q.options)])
            elif name == "parsons" and id in PARSONS:
                yield "card", PARSONS[id].title
            elif name == "show" and isinstance(first, ast.Name):
                module = importlib.import_module(f"nnlib.experiments.{first.id}")
                question = getattr(module, "QUESTION", None)
                if question:
                    labels = [getattr(control, "label", "") or "" for control in module.CONTROLS]
                    words = [module.TITLE, question.text, question.why, *map(str, question.options), *labels]
                    yield "experiment", "\n".join(words).replace("&minus;", "-")


def course():
    """{name: cells} of the notebooks, in the order of the course."""
    return {name: read(ROOT / "notebooks" / f"{name}.ipynb").cells for name in ORDER}


def pieces(course):
    """Everything that is read, in the order of the course."""
    for name, cells in course.items():
        if name == "glossary":
            continue
        block = 0
        for number, cell in enumerate(cells):
            tags, slide = cell.metadata.get("tags", ()), cell.metadata.get("slideshow", {}).get("slide_type")
            if cell.cell_type == "markdown" and (heading := re.search(r"^## (\d+) ", cell.source, re.M)):
                block = int(heading[1])
            if for_teachers(cell) or slide == "skip" or number == 0 or re.match(NOT_READ, cell.source):
                continue
            here = (name, number, number, "deeper" in tags)
            if cell.cell_type == "markdown":
                yield Piece(*here, "text", block, cell.source)
                continue
            if "skim" not in tags:
                comments = re.findall(r"#+ ?(.*)", cell.source) + re.findall(r'"""(.*?)"""', cell.source, re.S)
                yield Piece(*here, "code", block, "\n".join(comments), cell.source)
            printed = [o.get("text", "") + o.get("data", {}).get("text/plain", "") for o in cell.outputs]
            below = next(
                (i for i in range(number + 1, len(cells)) if cells[i].cell_type == "markdown" and not for_teachers(cells[i])), number
            )
            yield Piece(name, number, below, "deeper" in tags, "output", block, "\n".join(printed))
            for where, text in behind(cell.source):
                yield Piece(*here, where, block, text)


def reading(names):
    """A pattern that finds any of the words, the longest first, also in the plural."""
    words = (re.escape(name).replace(r"\ ", r"[\s-]+") for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w\\-])({'|'.join(words)})(?:s|es)?(?![\w^]|-\w)", re.I)


def plain(name):
    """Lower case, and one blank for each gap or hyphen."""
    return re.sub(r"[\s-]+", " ", name.lower())


def announced(text, notebook, block=0):
    """A text in two parts: what is to be understood here, and the sentences that name a week or a block still to come.

    Headings are in neither, nor the map of the course, the line that leads to the next notebook, and what a recap says of deeper parts.
    """
    here = ORDER.index(notebook)
    weeks = [name.split("_")[0].removeprefix("week") for name in ORDER]
    later = {week for week in weeks[here + 1 :] if week[0].isdigit()}
    later |= {week.rstrip("ab") for week in later} - {week.rstrip("ab") for week in weeks[: here + 1]}
    text = re.sub(r"^\| week \|.*?(\n\n|\Z)", "", text, flags=re.S | re.M)
    text = re.sub(r"^(#+ |\*\*Next:|- \*Deeper:).*$", "", text, flags=re.M)
    files = "|".join(ORDER[here + 1 :]) or "$^"
    told, ahead = [], []
    for sentence in re.split(r"(?<=[.!?])\s+|\n\n|\n(?=\|)", text):
        points = set(re.findall(r"[Ww]eek[s ]+(\d[ab]?)", sentence)) & later or re.search(files, sentence)
        points = points or any(int(number) > block for number in re.findall(r"blocks? (?:\d and )?(\d)", sentence))
        (ahead if points else told).append(sentence)
    return "\n\n".join(told), "\n\n".join(ahead)


def places(course):
    """(notebook, cell id) -> (place of the notebook, number of the cell, whether it is deeper, the heading above it)."""
    found = {}
    for place, (name, cells) in enumerate(course.items()):
        heading = "Introduction"
        for number, cell in enumerate(cells):
            if cell.cell_type == "markdown":
                heading = ([heading, *re.findall(r"^##+ (.*?)\s*$", cell.source, re.M)])[-1]
            found[name, cell.id] = (place, number, "deeper" in cell.metadata.get("tags", ()), heading)
    return found


def findings(course, entries):
    """["notebook, cell, where: word: what is wrong"]: each first use before the introduction, and what the list does not hold."""
    code, symbols, words = {}, {}, {}  # name -> the entries that introduce it
    for entry in entries:
        for name in entry.names:
            table = {"word": words, "symbol": symbols}.get(entry.kind, code)
            table.setdefault(plain(name) if entry.kind == "word" else name, []).append(entry)
    pattern, introduced = reading(words), places(course)
    found, promised = {}, set()

    def used(text):
        """(name, its entries) of everything that a text uses."""
        text = re.sub(r"<!--.*?-->|<[^>]+>|\]\([^)]*\)|```.*?```", " ", text, flags=re.S)
        for formula in re.findall(r"\$\$.*?\$\$|\$[^$]+\$", text, re.S):
            for name, listed in symbols.items():
                if re.search(r"(?<![a-zA-Z\\])" * name[0].isalpha() + re.escape(name) + r"(?![a-zA-Z])" * name[-1].isalpha(), formula):
                    yield name, listed
        for span in re.findall(r"`([^`]+)`", text):
            yield from ((name, code.get(name, [])) for name in re.findall(r"np\.[\w.]*\w|rng\.\w+", span))
        for match in pattern.finditer(re.sub(r"\$\$.*?\$\$|\$[^$]+\$|`[^`]+`", " ", text, flags=re.S)):
            listed = words[plain(match[1])]
            name = next(name for name in listed[0].names if plain(name) == plain(match[1]))
            if name == name.lower() or match[1] == name:  # ELU is not elu
                yield match[0], listed

    for piece in pieces(course):
        told, ahead = announced(piece.text, piece.notebook, piece.block)
        promised |= {(piece.notebook, *listed) for _, listed in used(ahead.replace("`", " "))}
        here = (ORDER.index(piece.notebook), piece.last)
        for name, listed in [*((name, code.get(name, [])) for name in used_in_code(piece.code)), *used(told)]:
            at = [introduced[entry.notebook, entry.cell] for entry in listed if (entry.notebook, entry.cell) in introduced]
            known = any(a[:2] <= here and (piece.deeper or not a[2] or a[:2] == here) for a in at)
            if known or (listed and (piece.notebook, *listed) in promised):
                continue
            if not listed:
                wrong = "not in the list: introduce it, write it otherwise, or tag the cell skim"
            elif not at:
                wrong = "introduced nowhere"
            else:
                wrong = f"introduced only in {listed[0].notebook}, cell {at[0][1]}" + ", which is deeper" * at[0][2]
            line = f"{piece.notebook}, cell {piece.number}, {piece.where}: {name}: {wrong}"
            found.setdefault((listed[0].kind, listed[0].names[0]) if listed else name, line)
    return list(found.values())


def listed(course, entries):
    """glossary.txt: the entries in the order of the course, under the headings as they are now."""
    where, text, above = places(course), "", ("", "")
    nowhere = (len(ORDER), 0, False, "")
    for entry in sorted(entries, key=lambda entry: where.get((entry.notebook, entry.cell), nowhere)[:2]):
        at = where.get((entry.notebook, entry.cell), nowhere)
        notebook = entry.notebook if at is not nowhere else "nowhere"
        if notebook != above[0]:
            text += "\n" * bool(text) + f"# {notebook}\n"
        if (notebook, at[3]) != above:
            text += f"## {at[3]}\n"
        above = (notebook, at[3])
        text += f"{entry.cell} | {entry.kind} | {', '.join(entry.names)} | {entry.meaning}\n"
    return text


OPENING = """# Glossary

Words, symbols, NumPy names and pieces of Python that you meet in the course: what each means, and where it is introduced.

**You will be able to** look anything up, here or in any notebook, with `what("gradient")`.

**You need** nothing. **Time:** none, it is for looking things up. **Short of time?** Ask `what`."""
TITLES = {"word": "Words", "symbol": "Symbols", "numpy": "NumPy", "python": "Python"}
SHEETS = ("python-sheet", "numpy-sheet")  # the cells of glossary.ipynb that are written by hand: they stay as they are
QUESTIONS = ("eigenvalue", "np.argmax", "eigenvektor")


def shown(entry):
    """A row of the table: the spellings, the meaning, a link to the heading."""
    mark = {"word": "{}", "symbol": "${}$"}.get(entry.kind, "`{}`")
    names = (name + "{x}" * (name == r"\bar") for name in entry.names if name != r"\|")  # looks as \lVert does
    names, meaning = (text.replace("|", r"\|") for text in (", ".join(map(mark.format, names)), entry.meaning))
    to = f"{entry.notebook}.ipynb#{quote(entry.heading.replace(' ', '-'))}"
    week = entry.notebook.split("_")[0].replace("week", "week ") if entry.notebook.startswith("week") else entry.notebook.replace("_", " ")
    return f"| {names} | {meaning} | [{week}]({to}) |"


def glossary_notebook(entries):
    """The glossary as a notebook, with what its cells print."""

    def metadata(slide):
        return {"slideshow": {"slide_type": slide}}

    cells = [nbformat.v4.new_markdown_cell(OPENING, metadata=metadata("slide"))]
    for number, word in enumerate(QUESTIONS, 1):
        source = "from nnlib.exercises import what\n\n" * (number == 1) + f'what("{word}")'
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            what(word)
        output = nbformat.v4.new_output("stream", name="stdout", text=printed.getvalue())
        cells.append(nbformat.v4.new_code_cell(source, execution_count=number, outputs=[output], metadata=metadata("-")))
    for kind, title in TITLES.items():
        rows = sorted((entry for entry in entries if entry.kind == kind), key=lambda entry: simple(entry.names[0]))
        table = "\n".join([f"## {title}\n", "| | meaning | introduced in |", "|---|---|---|", *map(shown, rows)])
        cells.append(nbformat.v4.new_markdown_cell(table, metadata=metadata("skip")))
    for number, cell in enumerate(cells):
        cell.id = f"glossary-{number}"
    first = 1 + len(QUESTIONS)
    cells[first:first] = [cell for cell in read(GLOSSARY).cells if cell.id in SHEETS]
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def write_glossary(store=False):
    """Print what is used before it is introduced; with --write, bring the list into the notebooks' order and write glossary.ipynb."""
    notebooks = course()
    if store:
        LIST.write_text(listed(notebooks, entries()), encoding="utf-8")
        entries.cache_clear()
        write(glossary_notebook(entries()), GLOSSARY)
    found = findings(notebooks, entries())
    print("\n".join([*found, f"{len(entries())} entries, {len(found)} findings"]))
    return found
