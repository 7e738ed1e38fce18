"""A copy of the course to hand out. What is kept in it is a choice: notes for teachers, hints, solutions, folded answers, decks."""

import ast
import json
import re
import shutil
import sys
import zlib
from html import unescape

from . import DETAILS, ROOT, WITHHELD, for_teachers, fresh, notebooks, read, replaced, write
from .copies import finish

LEVELS = ("notes", "hints", "solutions", "answers", "decks")  # what a copy may keep
ANSWERS = ("week*/*.py", "your_data/*.py", "clinic/*.py")  # the files of nnlib/exercises with answers, except __init__.py


def is_right_form(node):
    """Whether a statement stores another right form: @x.also_right above a function, or x.also_right(...)."""
    calls = getattr(node, "decorator_list", ()) or ([node.value.func] if isinstance(getattr(node, "value", None), ast.Call) else ())
    return any(ast.unparse(call).endswith(".also_right") for call in calls)


def without_answers(source, hints=False):
    """An exercise's module as a syntax tree: no docstring in a solution, no other right forms, no worked lines in plain text.

    Without ``hints`` none of these either.
    """
    tree = ast.parse(source)
    for node in tree.body:
        for call in [*getattr(node, "decorator_list", ()), getattr(node, "value", None)]:
            for keyword in getattr(call, "keywords", ()):
                if keyword.arg == "hints":
                    if not hints:
                        keyword.value = ast.copy_location(ast.Tuple([ast.Constant(WITHHELD)] * 3, ast.Load()), keyword.value)
                    if isinstance(node, ast.FunctionDef):
                        node.body = node.body[bool(ast.get_docstring(node)) :] or [ast.Pass()]
                if keyword.arg == "worked":  # a derivation's lines, packed
                    packed = ast.Constant(zlib.compress(keyword.value.value.encode()))
                    keyword.value = ast.Call(ast.parse("Derivation.unveil", mode="eval").body, [packed], [])
    tree.body = [node for node in tree.body if not is_right_form(node)]
    return ast.fix_missing_locations(tree)


def compile_withheld(file, out, hints=False):
    """Write the module as bytecode alone, so that check() can run the reference and nobody reads it by opening a file."""
    from importlib._bootstrap_external import _code_to_timestamp_pyc

    # the checker shows learners only frames of their own: it knows others' by this folder in their names
    code = compile(
        without_answers(file.read_text(encoding="utf-8"), hints), f"site-packages/nnlib/exercises/{file.parent.name}/{file.name}", "exec"
    )
    out.write_bytes(_code_to_timestamp_pyc(code))


def replace_functions(source, new):
    """The source with some top-level functions replaced: {name: source}."""
    lines = source.splitlines(keepends=True)
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.FunctionDef) and node.name in new:
            lines[node.lineno - 1 : node.end_lineno] = [new[node.name]]
    return "".join(lines)


def without_notes(notebook):
    """The notebook without the cells that are for teachers."""
    notebook.cells = [cell for cell in notebook.cells if not for_teachers(cell)]
    return notebook


def withhold_folded(notebook):
    """Take the answers out of the folds."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = DETAILS.sub(lambda fold: f"<details><summary>{fold[1]}</summary>\n\n{WITHHELD}\n</details>", cell.source)
    return notebook


def write_course(out, only=None, keep=(), assets=None):
    """Write a copy of the course; what is not kept is left out of it, and searched for.

    ``keep`` names some of LEVELS; solutions bring the hints with them, and decks need ``assets``, the scripts of slides. What cannot be
    left out by deleting it, as the solutions by which answers are judged, is there as bytecode.
    """
    keep = {*keep, *(["hints"] if "solutions" in keep else [])}
    if "decks" in keep and not assets:
        raise SystemExit("decks need --assets ASSETS, the folder that  build slides --fetch --assets ASSETS  filled")
    fresh(out)
    shutil.copytree(ROOT / "nnlib", out / "nnlib", ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for name in ("README.md", "LICENSE", "pyproject.toml"):
        shutil.copy(ROOT / name, out / name)
    shutil.copytree(ROOT / "notebooks" / "images", out / "notebooks" / "images")
    for file in notebooks(only):
        notebook = read(file) if "notes" in keep else without_notes(read(file))
        write(notebook if "answers" in keep else withhold_folded(notebook), out / "notebooks" / file.name)
    python = "" if "solutions" in keep else withhold_solutions(out, "hints" in keep)
    for link in finish(out, keep):
        print("no link any more:", link)
    if "decks" in keep:
        from .slides import write_slides

        write_slides(out / "slides", assets, [file.stem for file in notebooks(only)], folder=out / "notebooks")
    wanted, found = secrets(only, keep), leaks(out, only, keep)
    for what in found:
        print("FOUND", what)
    kept = ", ".join(name for name in LEVELS if name in keep) or f"none of {', '.join(LEVELS)}"
    print(f"{out}: keeps {kept}. {len(wanted)} texts searched for, {len(found)} found.{python}")
    return found


def withhold_solutions(out, hints=False):
    """Replace the exercises' modules in a copy by bytecode, without hints too unless they are kept; returns which Python it needs, in words."""
    exercises = out / "nnlib" / "exercises"
    for file in [file for pattern in ANSWERS for file in exercises.glob(pattern) if file.name != "__init__.py"]:
        compile_withheld(file, file.with_suffix(".pyc"), hints)
        file.unlink()
    init = exercises / "__init__.py"
    silent = 'def {0}(id):\n    """Check that the exercise exists; its {1}."""\n    find(id, TASKS)\n    print("' + WITHHELD + '")\n'
    text = replace_functions(
        init.read_text(encoding="utf-8"),
        {"solution": silent.format("solution", "solution is withheld")}
        | ({} if hints else {"hint": silent.format("hint", "hints are withheld")}),
    )
    version = sys.version_info[:2]
    text = replaced(
        text,
        "from .cards import",
        f"import sys\n\nif sys.version_info[:2] != {version}:\n"
        f'    raise ImportError("this copy of the course needs Python {version[0]}.{version[1]}: ask your teacher for another one")\n\n'
        "from .cards import",
    )
    init.write_text(text, encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = replaced(project, re.search(r'requires-python = ".*"', project)[0], f'requires-python = "=={version[0]}.{version[1]}.*"')
    wheel = "[tool.hatch.build.targets.wheel]\n"
    project = replaced(project, wheel, wheel + 'artifacts = ["nnlib/exercises/*/*.pyc"]  # hatchling leaves bytecode out by default\n')
    (out / "pyproject.toml").write_text(project, encoding="utf-8")
    return f" It runs with Python {version[0]}.{version[1]} only."


def squeezed(text):
    return "".join(text.split())


def letters(text):
    """What is left of Markdown, or of the HTML that became of it: its letters and digits."""
    return re.sub(r"\W+", "", unescape(re.sub(r"<[^>]*>|\]\([^)]*\)", "", text)))


def secrets(only=None, keep=()):
    """(what it is, its text) of every hint, solution, folded answer and teachers' note that is not kept."""
    from nnlib.exercises.exercise import DERIVATIONS, EXERCISES

    texts, kinds = [], {"hint": "hints", "solution": "solutions", "note": "notes"}
    for id, derivation in DERIVATIONS.items():
        texts += [(f"hint {n} of {id}", hint) for n, hint in enumerate(derivation.hints, 1)]
        texts += [
            (f"solution of {id}", text)
            for text in (derivation.source(), derivation.worked, "\n".join(line for line, _ in derivation.steps))
        ]
    for id, exercise in EXERCISES.items():
        texts += [(f"hint {n} of {id}", hint) for n, hint in enumerate(exercise.hints, 1)]
        bare = ast.parse(exercise.source())
        bare.body[0].body = bare.body[0].body[bool(ast.get_docstring(bare.body[0])) :]
        texts += [(f"solution of {id}", exercise.source()), (f"solution of {id}", ast.unparse(bare))]
    for file in notebooks(only):
        for cell in read(file).cells:
            if cell.cell_type == "markdown":
                if for_teachers(cell):
                    texts.append((f"note {cell.id} in {file.name}", DETAILS.sub(lambda fold: fold[2], cell.source)))
                else:
                    texts += [(f"answer, {fold[1]}, in {file.name}", fold[2]) for fold in DETAILS.finditer(cell.source)]
    return [(what, text) for what, text in texts if kinds.get(what.split()[0], "answers") not in keep and text.strip()]


def leaks(out, only=None, keep=()):
    """Every text that is not kept in a file of ``out``, bytecode, decks and stored outputs included."""
    pages, wanted = [], secrets(only, keep)
    for file in sorted(out.rglob("*")):
        if file.is_file():
            text = file.read_bytes().decode("utf-8", errors="ignore")
            if file.suffix == ".ipynb":  # as it is shown, without JSON's escapes
                text = "\n".join(c.source + json.dumps(c.get("outputs", []), ensure_ascii=False) for c in read(file).cells)
            html = file.suffix == ".html"
            pages.append((file, html, letters(text) if html else squeezed(text)))
    found = []
    for what, text in wanted:
        bare, shown = squeezed(text), letters(text)
        for file, html, page in pages:
            if (shown if html else bare) in page and (len(shown) > 30 or not html):  # in a page a few letters may be any formula
                found.append(f"{what} in {file.relative_to(out)}")
    return found
