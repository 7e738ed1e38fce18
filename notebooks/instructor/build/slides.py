"""Decks that need no network, and copies of the notebooks for Presentation Mode."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import DETAILS, fresh, notebooks, read, replaced, write
from .answers import render
from .course import without_notes
from .pages import read_pages
from .plans import PLANS, planned, questions_first

PACKAGES = ("reveal.js@4", "mathjax@2.7.9", "requirejs@2", "jquery@3")


NOTHING = "data:text/javascript,"
NO_URLS = {
    "mathjax_url": NOTHING,
    "require_js_url": NOTHING,
    "jquery_url": NOTHING,
    "mermaid_js_url": f"{NOTHING}export default {{initialize() {{}}}}",
}


def fetch(assets):
    """Get the decks' scripts from npm, once, with a network."""
    assets.mkdir(parents=True, exist_ok=True)
    options = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(["npm", "install", "--prefix", str(assets), *options, *PACKAGES], check=True, shell=os.name == "nt")


def local_urls(assets, out):
    """Copy what the pages load into OUT/assets; returns the exporter's options that point there."""
    modules = assets / "node_modules"
    if not modules.is_dir():
        raise SystemExit(f"{assets} holds no scripts: once, with a network, run  build slides --fetch --assets {assets}")
    to = out / "assets"
    parts = ["reveal.js/dist", "reveal.js/plugin/notes", "requirejs/require.js", "jquery/dist/jquery.min.js"]
    parts += [f"mathjax/{part}" for part in ("MathJax.js", "config", "extensions", "jax/element", "jax/input/TeX", "jax/output/CommonHTML")]
    parts += ["mathjax/fonts/HTML-CSS/TeX/woff", "mathjax/localization/en"]
    for part in parts:
        (to / part).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (modules / part).is_dir() else shutil.copy
        copy(modules / part, to / part)
    return {
        "mathjax_url": "assets/mathjax/MathJax.js?config=TeX-AMS_CHTML-full,Safe",
        "require_js_url": "assets/requirejs/require.js",
        "jquery_url": "assets/jquery/dist/jquery.min.js",
        "mermaid_js_url": "data:text/javascript,export default {initialize() {}}",  # the course draws no mermaid diagrams
    }


def deck_template():
    """nbconvert's template of a deck, with deck.css and deck.js put in their places."""
    here = Path(__file__).parent
    html = (here / "deck.html.j2").read_text(encoding="utf-8")
    for name in ("deck.css", "deck.js"):
        html = replaced(html, f"[[{name}]]", (here / name).read_text(encoding="utf-8"))
    return html


def unfold_notes(notebook):
    """Speaker notes are open in the speaker window."""
    for cell in notebook.cells:
        if cell.metadata.get("slideshow", {}).get("slide_type") == "notes":
            cell.source = DETAILS.sub(lambda fold: fold[2], cell.source)
    return notebook


def write_slides(out, assets, only=None, pages=None, plan=None, folder=None):
    """Write a deck for every notebook, and what it loads beside it.

    With ``pages``, a folder of ``write_pages``, the experiments live in it; ``plan``, 50 or 90: the slides of that lesson alone; ``folder``
    holds the notebooks, if they are not those of the course.
    """
    from nbconvert import SlidesExporter

    fresh(out)
    urls, living = local_urls(assets, out), read_pages(pages) if pages else None
    exporter = SlidesExporter(
        raw_template=deck_template(),
        reveal_url_prefix="assets/reveal.js",
        reveal_theme="white",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        **urls,
    )
    files = [folder / file.name if folder else file for file in notebooks(only) if file.stem != "glossary"]
    files = [file for file in files if not plan or file.stem in PLANS]
    for file in files:
        deck = planned(read(file), file.stem, plan) if plan else read(file)
        deck = unfold_notes(questions_first(deck))
        (out / f"{file.stem}.slides.html").write_text(render(exporter, deck, file, living), encoding="utf-8")
    print(f"{out}: {len(files)} decks. For the speaker window (key S):  python -m http.server --bind 127.0.0.1 --directory {out}")


STAGE = """from IPython.display import HTML

HTML('''<style>
.nnlib-experiment h3, .nnlib-experiment .widget-html-content, .nnlib-experiment .nn-numbers, .nnlib-experiment .nn-chips *, .nnlib-experiment .nn-buttons *,
.nnlib-experiment .nn-controls *, .jp-OutputArea-output .widget-radio-box label, .jp-OutputArea-output .widget-html-content,
.jp-OutputArea-output .jupyter-button, .jp-OutputArea-output .widget-readout { font-size: 20px !important; line-height: 26px !important }
.nnlib-experiment .nn-controls > * { grid-template-rows: 26px 30px !important; height: 58px !important; max-width: 420px !important }
.nnlib-experiment .nn-controls .widget-label { height: 26px !important }
.nnlib-experiment .nn-canvas:not(.nn-playground *) { zoom: 1.82 }
.nnlib-experiment sub, .nnlib-experiment sup { font-size: 20px }
.jp-Notebook .jp-InputPrompt, .jp-Notebook .jp-OutputPrompt, .jp-Notebook-footer { display: none }
.jp-Placeholder * { font-size: 20px !important }
.nnlib-experiment .nn-canvas .nn-numbers { font-size: 11px !important; line-height: 15px !important }
.nnlib-experiment .nn-controls select, .nnlib-experiment .nn-controls .widget-readout, .nnlib-experiment .nn-buttons .jupyter-button { height: 34px !important }
</style>''')"""


def write_stage(out, name):
    """Write a notebook that opens one experiment with large type, its controls free: Shift+Enter runs it."""
    from nbformat.v4 import new_code_cell, new_notebook

    from nnlib import experiments

    if not (Path(experiments.__path__[0]) / f"{name}.py").exists():
        raise SystemExit(
            f"no experiment {name}: there are {', '.join(sorted(f.stem for f in Path(experiments.__path__[0]).glob('[a-z]*.py')))}"
        )
    fresh(out)
    style = STAGE.replace("HTML('''", "display(HTML('''") + ")"
    lines = f"from IPython.display import display\nfrom nnlib.experiments import {name}, show\n\n{style}\nstage = show({name})\nstage.answer()\nstage"
    cell = new_code_cell(lines, id="stage", metadata={"jupyter": {"source_hidden": True}})
    notebook = new_notebook(cells=[cell], metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}})
    write(notebook, out / f"{name}.ipynb")
    print(f"{out}: open with  jupyter lab --LabApp.default_url=/doc/tree/{name}.ipynb {out}  and press Shift+Enter")


VOTE = """from nnlib.jupyter import classroom

classroom.open()  # to try it on this machine; for the class: classroom.open(address="0.0.0.0")"""


def write_live(out, only=None):
    """Write copies of the notebooks for a projector: no teachers' notes, large type, the code of experiments hidden, no stored answers."""
    from nbformat.v4 import new_code_cell

    fresh(out)
    for file in notebooks(only):
        notebook = without_notes(questions_first(read(file)))
        asked = False
        for (
            cell
        ) in notebook.cells:  # what answers a question, a fragment or any cell from a prediction to its answer, appears when it is run
            if cell.cell_type == "code":
                asks = re.search(r"^\w+ = predict\(", cell.source, re.M)
                if (asked and not asks) or cell.metadata.get("slideshow", {}).get("slide_type") == "fragment":
                    cell.outputs, cell.execution_count = [], None
                asked = (asked or bool(asks)) and ".reveal(" not in cell.source
        about = {"jupyter": {"source_hidden": True}, "slideshow": {"slide_type": "skip"}}
        vote = new_code_cell(VOTE, id="vote", metadata={"slideshow": {"slide_type": "skip"}})
        notebook.cells[1:1] = [new_code_cell(STAGE, id="stage", metadata=about), vote]
        for cell in notebook.cells:
            if cell.cell_type == "code" and re.search(r"^(show|quiz|parsons)\(", cell.source, re.M):
                cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), "source_hidden": True}
        write(notebook, out / file.name)
    print(f"{out}: open with  jupyter lab {out}  and choose View > Appearance > Presentation Mode")
