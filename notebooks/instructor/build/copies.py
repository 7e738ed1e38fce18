"""What a learner's copy says: a README for its reader, links that lead somewhere, no word about help that was taken out."""

import ast
import contextlib
import re

from . import ROOT, read, write

LINK = re.compile(r"\[([^\]]+)\]\((?!https?:|#|data:|attachment:)([^)#\s]+)(#[^)]*)?\)")
HELP = re.compile(  # a sentence, or what stands behind a semicolon, that begins with a hint or a solution
    r"(;?)\s*(?:Help:\s*|Stuck\?\s*)?`(?:hint|solution)\([^`]*\)`(?:`[^`]*`|[^.`;]|;(?! `derive))*(?:\.|;)(?: Run them in a cell of your own[^.]*\.)?"
)
HELP_SOLUTION = re.compile(HELP.pattern.replace("(?:hint|solution)", "solution"))
SOLUTION = re.compile(r",\s*`solution\([^`]*\)`(?: a worked solution)?| and `solution\([^`]*\)`(?= helps?)")  # behind a hint that stays
START = """## Start

You need Python {python}. In this folder:

```bash
python3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/jupyter lab notebooks/{first}.ipynb
```

On Windows, write `py` for `python3`, `.venv\\Scripts\\` for `.venv/bin/`, and run the three parts one after the other. Once installed, nothing is fetched from the net.
"""
CHECKS = "\nEvery exercise has a `check`, as often as you like: it names the mistake. {help}\n"


def readme(out, present, python, keep):
    """The README of the copy ``out`` with the notebooks ``present``."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    intro = text[: text.index("## Start")]
    path = text[text.index("## The path") : text.index("For teachers:")]
    rows = [line for line in path.splitlines() if not (found := re.search(r"\(notebooks/(\w+)\.ipynb\)", line)) or found[1] in present]
    licence = text[text.index("## Licence") :]
    here = [f"`{name}(...)`" for name, level in (("hint", "hints"), ("solution", "solutions")) if level in keep]
    away = {"hints": "hints", "solutions": "solutions", "answers": "the answers behind some questions"}
    away = [words for level, words in away.items() if level not in keep]
    help = f"{' and '.join(here)} {'help' if len(here) == 2 else 'helps'}. " if here else ""
    help += f"With your teacher: {', '.join(away)}." if away else ""
    help += "\n\nSlides to look at again: open a file of `slides` in a browser." if "decks" in keep else ""
    first = "start_here" if "start_here" in present else sorted(present)[0]
    whole = intro + START.format(python=python, first=first) + CHECKS.format(help=help) + "\n" + "\n".join(rows).rstrip() + "\n\n" + licence
    return LINK.sub(lambda link: link[0] if (out / link[2]).exists() else link[1], whole)


def finish(out, keep=()):
    """Make a copy of the course speak to its reader; returns the links that were turned into plain text. ``keep`` as in write_course."""
    files, cut = sorted((out / "notebooks").glob("*.ipynb")), []
    python = re.search(r'requires-python = "[=>]*([\d.]+)', (out / "pyproject.toml").read_text(encoding="utf-8"))[1].rstrip(".")
    present = {file.stem for file in files}
    keep = {*keep, *(["hints"] if "solutions" in keep else [])}
    python += " or newer" if "solutions" in keep else ""
    (out / "README.md").write_text(readme(out, present, python, keep), encoding="utf-8")
    for file in files:
        notebook, whole = read(file), {cell.id: cell for cell in read(ROOT / "notebooks" / file.name).cells}
        for cell in notebook.cells:
            if cell.cell_type != "markdown":
                continue
            if "answers" not in keep and "Three questions" in cell.source:
                cell.source = whole[cell.id].source  # a warm-up without its answers teaches nothing
            if "hints" not in keep:
                cell.source = HELP.sub(lambda help: "." if help[1] else "", cell.source)
            elif "solutions" not in keep:
                cell.source = HELP_SOLUTION.sub(lambda help: "." if help[1] else "", SOLUTION.sub("", cell.source))
            for link in LINK.finditer(cell.source):
                if not (file.parent / link[2]).exists():
                    cut.append(f"{file.name}: {link[2]}")
                    cell.source = cell.source.replace(link[0], link[1])
        write(notebook, file)
    return cut


def dead_links(out):
    """Every relative link in a README or notebook of a copy that leads nowhere."""
    pages = [(out / "README.md", (out / "README.md").read_text(encoding="utf-8"))]
    pages += [
        (file, "\n".join(cell.source for cell in read(file).cells if cell.cell_type == "markdown"))
        for file in (out / "notebooks").glob("*.ipynb")
    ]
    return [f"{page.name}: {link[2]}" for page, text in pages for link in LINK.finditer(text) if not (page.parent / link[2]).exists()]


# ---- what a notebook gives away: code in it that passes one of its own checks


def given_away(file):
    """{id of an exercise: names of functions in the notebook that pass its check}; nnlib's own functions are looked at too."""
    import nnlib
    from nnlib.exercises.checker import examine
    from nnlib.exercises.exercise import EXERCISES

    names, functions, ids = {}, {}, []
    for cell in read(file).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse("\n".join(line for line in cell.source.splitlines() if line[:1] not in "%!"))
        for node in tree.body:
            if isinstance(node, (ast.Import, ast.ImportFrom)) or (
                isinstance(node, ast.FunctionDef) and "NotImplementedError" not in ast.unparse(node)
            ):
                with contextlib.suppress(NameError):  # a default that a run would compute: such a function cannot be handed in alone
                    exec(compile(ast.Module([node], []), file.name, "exec"), names)
            if isinstance(node, ast.FunctionDef) and node.name in names:
                functions[node.name] = names[node.name]
            if isinstance(node, ast.Expr) and isinstance(call := node.value, ast.Call) and getattr(call.func, "id", None) == "check":
                ids.append(call.args[0].value)
    functions |= {
        f"nnlib.{name}": getattr(nnlib, name)
        for name in nnlib.__all__
        if callable(getattr(nnlib, name)) and not isinstance(getattr(nnlib, name), type)
    }
    found = {}
    for id in ids:
        exercise = EXERCISES[id]
        count = exercise.reference.__code__.co_argcount
        for name, function in functions.items():
            code = getattr(function, "__code__", None)
            if (
                code
                and code.co_argcount - len(function.__defaults__ or ()) <= count <= code.co_argcount
                and examine(exercise, function).passed
            ):
                found.setdefault(id, []).append(name)
    return found
