"""The answer key: every stub solved and run, with hints and usual mistakes."""

import ast
import os
import re
from html import escape

from . import ROOT, fresh, notebooks, read, write
from .pages import read_pages

IMAGE = re.compile(r'<img alt="(No description[^"]*)"[^>]*?src="data:image/png;base64,([^"]*)"')


def solved(file):
    """The notebook with each stub and each derivation solved, and under each the hints and the mistakes people make."""
    from nbformat.v4 import new_markdown_cell

    from nnlib.exercises.exercise import TASKS

    notebook, ids = read(file), {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "check":
                    ids[node.args[1].id] = node.args[0].value
    cells, derivations = [], 0
    for cell in notebook.cells:
        cells.append(cell)
        exercise = None
        if cell.cell_type == "code" and "raise NotImplementedError" in cell.source:
            stub = next(node.name for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef))
            exercise = TASKS[ids[stub]]
            cell.source = exercise.source()
        elif cell.cell_type == "code" and (id := derived(cell.source)):
            exercise, derivations = TASKS[id], derivations + 1
            cell.source = f'derive("{id}", """\n{exercise.source()}\n""")'
        if exercise:
            said = "\n".join([f"Hint {n}: {hint}" for n, hint in enumerate(exercise.hints, 1)] + ["", "What goes wrong here:"])
            said += "".join(f"\n- {message}" for message in exercise.messages)
            note = new_markdown_cell(f"**{exercise.id}**\n\n```text\n{said}\n```", metadata={"slideshow": {"slide_type": "skip"}})
            note.id = f"key-{len(cells)}"  # the same in every build
            cells.append(note)
    notebook.cells = cells
    return notebook, len(ids) + derivations


def derived(source):
    """The id in a cell that is one call derive(id, text), or None."""
    body = ast.parse(source).body
    call = getattr(body[-1], "value", None) if body else None
    if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "derive" and len(call.args) == 2:
        return call.args[0].value
    return None


def execute(notebook, folder, tries=3):
    """Run a notebook in a fresh kernel; a kernel that hangs gets another try."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    os.environ["NNLIB_PROGRESS"] = "off"  # the teacher's own ticks stay as they are
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    for left in reversed(range(tries)):
        try:
            options = {"timeout": 120, "store_widget_state": False, "resources": {"metadata": {"path": str(folder)}}}
            return NotebookClient(notebook, **options).execute()  # without their state, widgets are still pictures in HTML
        except (CellTimeoutError, DeadKernelError):
            if not left:
                raise


def verdicts(notebook):
    """The first lines that check() printed."""
    text = "".join(o.get("text", "") for c in notebook.cells for o in c.get("outputs", ()))
    return re.findall(r"^(?:Passed|Not yet|Not attempted yet): .*", text, re.M)


def render(exporter, notebook, file, living=None):
    """The page of a notebook. Its pictures get alt texts, which nbconvert's templates leave out: an experiment's words, or what the cell prints.

    ``living``: name -> page of an experiment; it takes the place of the still picture.
    """
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": file.stem}})
    words = {}
    for cell in notebook.cells:
        outputs = cell.get("outputs", ())
        printed = " ".join("".join(o.get("text", "") for o in outputs).split())
        for o in outputs:
            if png := o.get("data", {}).get("image/png"):
                words["".join(png.split())] = escape(o.metadata.get("image/png", {}).get("alt") or printed)
    page = IMAGE.sub(lambda image: image[0].replace(image[1], words["".join(image[2].split())], 1), page)
    if living:
        from .pages.weeks import enlivened

        page = enlivened(page, notebook, living)
    return page


def write_answers(out, only=None, assets=None, pages=None):
    """Write and run the answer key; returns what is not green. Without ``assets`` its pages load nothing, and formulas stay as typed."""
    from nbconvert import HTMLExporter

    from .slides import NO_URLS, local_urls

    fresh(out)
    urls, living = local_urls(assets, out) if assets else NO_URLS, read_pages(pages) if pages else None
    if not assets:
        print("formulas stay as typed in the pages; with --assets they are drawn")
    red = []
    for file in notebooks(only):
        notebook, checks = solved(file)
        execute(notebook, ROOT / "notebooks")
        said = verdicts(notebook)
        red += [f"{file.name}: {line}" for line in said if not line.startswith("Passed")]
        red += [f"{file.name}: {checks} checks, {len(said)} verdicts"] if len(said) != checks else []
        write(notebook, out / file.name)
        (out / f"{file.stem}.html").write_text(render(HTMLExporter(**urls), notebook, file, living), encoding="utf-8")
        print(f"{file.stem}: {sum(line.startswith('Passed') for line in said)} of {checks} checks green")
    for line in red:
        print("NOT GREEN", line)
    return red
