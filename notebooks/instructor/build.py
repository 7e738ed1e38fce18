"""What a teacher makes of the course, one sub-command each.

    python notebooks/instructor/build.py course OUT           the course without hints, solutions and folded answers
    python notebooks/instructor/build.py answers OUT          the answer key: every stub solved, executed, as .ipynb and HTML
    python notebooks/instructor/build.py slides --fetch --assets ASSETS    once, with a network: reveal.js, MathJax and their like from npm
    python notebooks/instructor/build.py slides OUT --assets ASSETS        decks that need no network
    python notebooks/instructor/build.py live OUT             the notebooks with the code of the experiments hidden, for Presentation Mode
    python notebooks/instructor/build.py report FOLDER OUT    what cost the class most, from the learners' exported progress

``--only week4_losses week5_initialization`` takes some notebooks instead of all. guide.md beside this file says when to use what.
"""

import argparse
import ast
import csv
import json
import os
import re
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
WITHHELD = "Withheld by your teacher."
ENGINE = ("__init__.py", "exercise.py", "checker.py", "cards.py", "progress.py")  # all else in nnlib/exercises holds answers
DETAILS = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.S)
IMAGE = re.compile(r'<img alt="(No description[^"]*)"[^>]*?src="data:image/png;base64,([^"]*)"')
PACKAGES = ("reveal.js@4", "mathjax@2.7.9", "requirejs@2", "jquery@3")


def notebooks(only=None):
    """The files of the course's notebooks, all or those named."""
    files = sorted((ROOT / "notebooks").glob("*.ipynb"))
    missing = set(only or ()) - {file.stem for file in files}
    if missing:
        raise SystemExit(f"no notebook {', '.join(sorted(missing))}: there are {', '.join(file.stem for file in files)}")
    return [file for file in files if not only or file.stem in only]


def read(file):
    return nbformat.read(file, as_version=4)


def write(notebook, file):
    file.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, file)


def fresh(out):
    """An empty folder at ``out``; one that holds anything is left alone."""
    if out.exists() and any(out.iterdir()):
        raise SystemExit(f"{out} is not empty: name a new folder")
    out.mkdir(parents=True, exist_ok=True)


# ---- the course without answers


def without_answers(source):
    """A week's module as a syntax tree: no hints, no docstring in a solution, no second right forms."""
    tree = ast.parse(source)
    for node in tree.body:
        for call in getattr(node, "decorator_list", ()):
            for keyword in getattr(call, "keywords", ()):
                if keyword.arg == "hints":
                    keyword.value = ast.copy_location(ast.Tuple([ast.Constant(WITHHELD)] * 3, ast.Load()), keyword.value)
                    node.body = node.body[bool(ast.get_docstring(node)) :] or [ast.Pass()]
    tree.body = [n for n in tree.body if not any(ast.unparse(d).endswith(".also_right") for d in getattr(n, "decorator_list", ()))]
    return ast.fix_missing_locations(tree)


def compile_withheld(file, out):
    """Write the module as bytecode alone, so that check() can run the reference and nobody reads it by opening a file."""
    from importlib._bootstrap_external import _code_to_timestamp_pyc

    # the checker shows learners only frames of their own: it knows others' by this folder in their names
    code = compile(without_answers(file.read_text(encoding="utf-8")), f"site-packages/nnlib/exercises/{file.name}", "exec")
    out.write_bytes(_code_to_timestamp_pyc(code))


def replace_functions(source, new):
    """The source with some top-level functions replaced: {name: source}."""
    lines = source.splitlines(keepends=True)
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.FunctionDef) and node.name in new:
            lines[node.lineno - 1 : node.end_lineno] = [new[node.name]]
    return "".join(lines)


def withhold_folded(notebook):
    """Take the answers out of the folds, and the speaker notes out altogether."""
    notebook.cells = [c for c in notebook.cells if c.metadata.get("slideshow", {}).get("slide_type") != "notes"]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = DETAILS.sub(lambda fold: f"<details><summary>{fold[1]}</summary>\n\n{WITHHELD}\n</details>", cell.source)
    return notebook


def course(out, only=None):
    """Write the course folder without hints, solutions and folded answers, and search it for all of them."""
    fresh(out)
    shutil.copytree(ROOT / "nnlib", out / "nnlib", ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for file in (out / "nnlib" / "exercises").glob("*.py"):
        if file.name not in ENGINE:
            compile_withheld(file, file.with_suffix(".pyc"))
            file.unlink()
    init = out / "nnlib" / "exercises" / "__init__.py"
    silent = 'def {0}(id):\n    """Check that the exercise exists; its {1}."""\n    find(id)\n    print("' + WITHHELD + '")\n'
    text = replace_functions(
        init.read_text(encoding="utf-8"),
        {"hint": silent.format("hint", "hints are withheld"), "solution": silent.format("solution", "solution is withheld")},
    )
    version = sys.version_info[:2]
    text = text.replace(
        "from . import week0",
        f"import sys\n\nif sys.version_info[:2] != {version}:\n"
        f'    raise ImportError("this copy of the course needs Python {version[0]}.{version[1]}: ask your teacher for another one")\n\n'
        "from . import week0",
        1,
    )
    init.write_text(text, encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = re.sub(r'requires-python = ".*"', f'requires-python = "=={version[0]}.{version[1]}.*"', project)
    project = project.replace('"experiments/*.js"', '"experiments/*.js", "exercises/*.pyc"')
    (out / "pyproject.toml").write_text(project, encoding="utf-8")
    for name in ("README.md", "LICENSE"):
        shutil.copy(ROOT / name, out / name)
    for file in notebooks(only):
        write(withhold_folded(read(file)), out / "notebooks" / file.name)
    found = leaks(out, only)
    for what in found:
        print("FOUND", what)
    print(f"{out}: {len(secrets(only))} texts searched for, {len(found)} found. It runs with Python {version[0]}.{version[1]} only.")
    return found


def squeezed(text):
    return re.sub(r"\s+", "", text)


def secrets(only=None):
    """(what it is, text without white space) of every hint, solution and folded answer."""
    sys.path.insert(0, str(ROOT))
    from nnlib.exercises import EXERCISES

    texts = []
    for id, exercise in EXERCISES.items():
        texts += [(f"hint {n} of {id}", hint) for n, hint in enumerate(exercise.hints, 1)]
        bare = ast.parse(exercise.source())
        bare.body[0].body = bare.body[0].body[bool(ast.get_docstring(bare.body[0])) :]
        texts += [(f"solution of {id}", exercise.source()), (f"solution of {id}", ast.unparse(bare))]
    for file in notebooks(only):
        for cell in read(file).cells:
            if cell.cell_type == "markdown":
                texts += [(f"{fold[1]} in {file.name}", fold[2]) for fold in DETAILS.finditer(cell.source)]
    return [(what, squeezed(text)) for what, text in texts]


def leaks(out, only=None):
    """Every hint, solution or folded answer that stands in a file of ``out``, bytecode and stored outputs included."""
    pages = {}
    for file in sorted(out.rglob("*")):
        if file.is_file():
            text = file.read_bytes().decode("utf-8", errors="ignore")
            if file.suffix == ".ipynb":  # as it is shown, without JSON's escapes
                text = "\n".join(c.source + json.dumps(c.get("outputs", []), ensure_ascii=False) for c in read(file).cells)
            pages[file] = squeezed(text)
    return [f"{what} in {file.relative_to(out)}" for what, text in secrets(only) for file, page in pages.items() if text in page]


# ---- the answer key


def solved(file):
    """The notebook with each stub solved, and under each check the exercise's hints and the mistakes people make."""
    sys.path.insert(0, str(ROOT))
    from nnlib.exercises import EXERCISES

    notebook, ids = read(file), {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "check":
                    ids[node.args[1].id] = node.args[0].value
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "code" and "raise NotImplementedError" in cell.source:
            stub = next(node.name for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef))
            exercise = EXERCISES[ids[stub]]
            cell.source = exercise.source()
            said = "\n".join([f"Hint {n}: {hint}" for n, hint in enumerate(exercise.hints, 1)] + ["", "What goes wrong here:"])
            said += "".join(f"\n- {message}" for message, _ in exercise.mistakes)
            note = nbformat.v4.new_markdown_cell(
                f"**{exercise.id}**\n\n```text\n{said}\n```", metadata={"slideshow": {"slide_type": "skip"}}
            )
            note.id = f"key-{len(cells)}"  # the same in every build
            cells.append(note)
    notebook.cells = cells
    return notebook, len(ids)


def execute(notebook, folder, tries=3):
    """Run a notebook in a fresh kernel; a kernel that hangs gets another try."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    os.environ["NNLIB_PROGRESS"] = "off"  # the teacher's own progress stays as it is
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


def render(exporter, notebook, file):
    """The page of a notebook. Its pictures get alt texts, which nbconvert's templates leave out: an experiment's words, or what the cell prints."""
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": file.stem}})
    words = {}
    for cell in notebook.cells:
        outputs = cell.get("outputs", ())
        printed = " ".join("".join(o.get("text", "") for o in outputs).split())
        for o in outputs:
            if png := o.get("data", {}).get("image/png"):
                words["".join(png.split())] = escape(o.metadata.get("image/png", {}).get("alt") or printed)
    return IMAGE.sub(lambda image: image[0].replace(image[1], words["".join(image[2].split())], 1), page)


def answers(out, only=None, assets=None):
    """Write and run the answer key; returns what is not green."""
    from nbconvert import HTMLExporter

    fresh(out)
    urls = local_urls(assets, out) if assets else {}
    red = []
    for file in notebooks(only):
        notebook, checks = solved(file)
        execute(notebook, ROOT / "notebooks")
        said = verdicts(notebook)
        red += [f"{file.name}: {line}" for line in said if not line.startswith("Passed")]
        red += [f"{file.name}: {checks} checks, {len(said)} verdicts"] if len(said) != checks else []
        write(notebook, out / file.name)
        (out / f"{file.stem}.html").write_text(render(HTMLExporter(**urls), notebook, file), encoding="utf-8")
        print(f"{file.stem}: {sum(line.startswith('Passed') for line in said)} of {checks} checks green")
    for line in red:
        print("NOT GREEN", line)
    return red


# ---- slides


def fetch(assets):
    """Get the decks' scripts from npm, once, with a network."""
    assets.mkdir(parents=True, exist_ok=True)
    options = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(["npm", "install", "--prefix", str(assets), *options, *PACKAGES], check=True, shell=os.name == "nt")


def local_urls(assets, out):
    """Copy what the pages load into OUT/assets; returns the exporter's options that point there."""
    modules = assets / "node_modules"
    if not modules.is_dir():
        raise SystemExit(f"{assets} holds no scripts: once, with a network, run  build.py slides --fetch --assets {assets}")
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


DECK = r"""
{%- extends 'index.html.j2' -%}
{% block html_head_css %}
<style>
:root { --jp-code-font-size: 18px !important; --jp-content-font-size1: 21px !important; }
.reveal, .reveal .slides { text-align: left; }
.reveal .slides > section, .reveal .slides > section > section { padding: 0; }
.reveal h1, .reveal h2, .reveal h3 { text-transform: none !important; letter-spacing: normal; }
.measuring, .measuring main, .measuring .reveal { width: 1280px !important; height: auto !important; overflow: visible !important; }
.measuring .slides, .measuring .slides section { display: block !important; position: static !important; width: 1280px !important;
  height: auto !important; visibility: visible !important; opacity: 1 !important; transform: none !important; }
.page { box-sizing: border-box; width: 1280px; max-height: 710px; padding: 10px 40px 0; overflow: hidden auto; }
.measuring .page { max-height: none; overflow: visible; }
.page pre { width: auto !important; margin: 0 !important; box-shadow: none !important; }
.page pre, .page .highlight pre { white-space: pre-wrap !important; overflow-wrap: anywhere; word-break: normal !important; }
.page .jp-OutputArea-output, .page .jp-MarkdownOutput { overflow: visible; }
.page .jp-InputArea, .page .jp-InputArea-editor, .page .jp-OutputArea-child, .page .jp-OutputArea-output { display: block !important;
  width: auto; margin-left: 0; }  /* the same in the narrow windows of the speaker view */
.page .jp-OutputArea-child + .jp-OutputArea-child pre { padding-top: 0; }
.page .jp-OutputArea-output img { display: block; max-height: 520px; width: auto; height: auto; margin: 4px 0 !important; }
.page .jp-MarkdownOutput p { margin-top: 8px; }
.page .jp-RenderedHTMLCommon { width: auto; padding-right: 0; }
.page table { width: auto !important; }
.page td, .page th { white-space: normal; }
aside.notes { display: none; }
.reveal .controls { font-size: 3.5px; right: 3px; bottom: 4px; }
.reveal .slide-number { top: 5px; right: 2px; bottom: auto; padding: 2px; font-size: 10px; color: #595959; background: none; }
</style>
<script type="text/x-mathjax-config">
// no line breaks: in the cells of tables they make columns as wide as the screen
MathJax.Hub.Config({ CommonHTML: { linebreaks: { automatic: false }, EqnChunk: 1000 } });
</script>
<script>
// the speaker window writes to its two small decks before they listen: keep what comes too early
const early = [], keep = event => early.push(event.data);
window.addEventListener('message', keep);
</script>
{% endblock html_head_css %}
{% block footer_js %}
<script>
// A slide that is taller than the screen is set a little smaller; a much taller one goes on on the next: cut between paragraphs,
// code and output, where a cut does least harm.
const TALL = 690, SMALLEST = 0.7;

function piecesOf(section) {  // between any two of these a slide may be cut
  return [...section.querySelectorAll('.jp-Cell')].filter(cell => !cell.closest('aside')).flatMap(cell => {
    if (cell.closest('.fragment')) return [cell.closest('.fragment')];
    const text = cell.querySelector('.jp-MarkdownOutput');
    if (text) return [...text.children];
    return [cell.querySelector('.jp-InputArea'), ...cell.querySelectorAll('.jp-OutputArea-child')].filter(Boolean).flatMap(lines);
  });
}

function lines(part) {  // an output longer than a screen, cut before a line that is not indented
  const all = part.querySelector('.jp-OutputArea-output > pre');
  if (!all || part.getBoundingClientRect().height < TALL) return [part];
  const blocks = all.textContent.split(/\n(?=\S)/), half = all.textContent.length / 2;
  const at = blocks.findIndex((_, i) => blocks.slice(0, i + 1).join('\n').length >= half);
  if (at < 1) return [part];
  return [blocks.slice(0, at), blocks.slice(at)].flatMap((some, i) => {
    const copy = part.cloneNode(true);
    copy.querySelector('pre').textContent = some.join('\n');
    part.before(copy);
    if (i) part.remove();
    return lines(copy);
  });
}

const isHeading = piece => /^H[1-6]$/.test(piece.tagName), isText = piece => !!piece.closest('.jp-MarkdownOutput');

function harm(above, below) {  // of a cut between two pieces, against 1 for one slide more
  if (isHeading(above)) return 9;
  if (isHeading(below)) return -0.2;
  if (below.tagName === 'DETAILS' || /:\s*$/.test(above.textContent)) return 0.7;
  if (isText(above)) return isText(below) ? 0.3 : 0.2;
  if (isText(below)) return above.querySelector('img, .jupyter-widgets') ? 0.6 : 0.1;
  if (below.parentElement === above.parentElement) return 0.6;  // lines of numbers stay together, and with their picture
  return above.matches('.jp-InputArea') && !above.closest('.jp-Cell').querySelector('img') ? 0.4 : 0.2;
}

function cuts(pieces) {  // the indices at which slides begin: the cheapest way, by dynamic programming
  const box = pieces.map(piece => piece.getBoundingClientRect()), best = [{cost: 0}];
  for (let end = 1; end <= pieces.length; end++) {
    for (let from = end - 1; from >= 0; from--) {
      const height = box[end - 1].bottom - box[from].top;
      if (height > TALL / SMALLEST && from < end - 1) break;
      const small = Math.max(0, height / TALL - 1), empty = height < TALL / 4 ? 0.4 : 0;
      const cost = best[from].cost + 1 + 4 * small + empty + (from ? harm(pieces[from - 1], pieces[from]) : 0);
      if (!best[end] || cost < best[end].cost) best[end] = {cost, from};
    }
  }
  const starts = [];
  for (let end = pieces.length; end > 0; end = best[end].from) starts.unshift(best[end].from);
  return starts;
}

function move(piece, section, home) {  // with copies of the elements around it
  const around = [];
  for (let node = piece.parentElement; node !== section; node = node.parentElement) around.unshift(node);
  for (const node of around) {
    if (home.lastElementChild?.original !== node) {
      home.append(node.cloneNode(false));
      home.lastElementChild.original = node;
    }
    home = home.lastElementChild;
  }
  home.append(piece);
}

function paginate(section, pieces, starts) {
  const notes = [...section.querySelectorAll('aside.notes')];
  let last = section;
  starts.forEach((start, i) => {
    const home = section.cloneNode(false), box = document.createElement('div'), inner = document.createElement('div');
    pieces.slice(start, starts[i + 1]).forEach(piece => move(piece, section, inner));
    inner.firstElementChild.classList.remove('fragment');  // it comes with its own slide
    box.className = 'page';
    box.append(inner);
    home.append(box, ...notes.map(note => note.cloneNode(true)));
    last.after(home);
    last = home;
  });
  section.remove();
}

function fit(boxes) {  // smaller type where a page is too tall, all pages at once: one layout for each step
  const set = (box, zoom) => box.firstChild.style.zoom = box.parentElement.dataset.zoom = zoom;
  const tall = box => box.scrollHeight > TALL + 10;
  boxes.forEach(box => set(box, 1));
  const found = boxes.filter(tall).map(box => ({box, low: SMALLEST, high: 1}));
  for (let i = 0; i < 5; i++) {
    for (const f of found) set(f.box, (f.low + f.high) / 2);
    for (const f of found) f[tall(f.box) ? 'high' : 'low'] = (f.low + f.high) / 2;
  }
  for (const f of found) set(f.box, f.low);
}

document.body.classList.add('measuring');
const start = () => require(['{{ reveal_url_prefix }}/dist/reveal.js', '{{ reveal_url_prefix }}/plugin/notes/notes.js'], (Reveal, Notes) => {
  for (const section of document.querySelectorAll('.slides > section > section')) section.classList.add('page');
  const sections = [...document.querySelectorAll('.slides > section > section')].filter(section => section.querySelector('.jp-Cell'));
  const pieces = sections.map(section => [...new Set(piecesOf(section))]);
  const starts = pieces.map(cuts);
  for (const picture of document.querySelectorAll('.slides img')) picture.style.width = `${picture.width}px`;  // it shrinks with its slide
  for (const section of sections) section.classList.remove('page');
  sections.forEach((section, i) => paginate(section, pieces[i], starts[i]));
  fit([...document.querySelectorAll('.page')]);
  document.body.classList.remove('measuring');
  document.addEventListener('toggle', event => fit([event.target.closest('.page')]), true);  // an answer is opened
  window.Reveal = Reveal;
  Reveal.initialize({ width: 1280, height: 720, margin: 0, center: false, hash: true, slideNumber: 'c/t', transition: 'none', plugins: [Notes] })
    .then(() => {
      window.removeEventListener('message', keep);
      early.forEach(data => window.postMessage(data, '*'));
    });
});
// after the formulas and the fonts: all have their heights then, and every window cuts alike
window.addEventListener('load', () => MathJax.Hub.Queue(() => document.fonts.ready.then(start)));
</script>
{% endblock footer_js %}
"""


def unfold_notes(notebook):
    """Speaker notes stand open in the speaker window."""
    for cell in notebook.cells:
        if cell.metadata.get("slideshow", {}).get("slide_type") == "notes":
            cell.source = DETAILS.sub(lambda fold: fold[2], cell.source)
    return notebook


def slides(out, assets, only=None):
    """Write a deck for every notebook, and what it loads beside it."""
    from nbconvert import SlidesExporter

    fresh(out)
    urls = local_urls(assets, out)
    exporter = SlidesExporter(
        raw_template=DECK,
        reveal_url_prefix="assets/reveal.js",
        reveal_theme="white",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        **urls,
    )
    for file in notebooks(only):
        (out / f"{file.stem}.slides.html").write_text(render(exporter, unfold_notes(read(file)), file), encoding="utf-8")
    print(f"{out}: {len(notebooks(only))} decks. For the speaker window (key S):  python -m http.server --bind 127.0.0.1 --directory {out}")


# ---- live in Lab


def live(out, only=None):
    """Write copies of the notebooks in which the code of experiments and cards is hidden."""
    fresh(out)
    for file in notebooks(only):
        notebook = read(file)
        for cell in notebook.cells:
            if cell.cell_type == "code" and re.search(r"^(show|quiz|parsons)\(", cell.source, re.M):
                cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), "source_hidden": True}
        write(notebook, out / file.name)
    print(f"{out}: open with  jupyter lab {out}  and choose View > Presentation Mode")


# ---- the class report


def exported(file):
    """The rows of one learner's progress.export(), .json or .csv, or of the progress file itself."""
    if file.suffix == ".csv":
        with open(file, newline="", encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
    else:
        rows = json.loads(file.read_text(encoding="utf-8"))
        rows = [{"id": id, "title": id, **row} for id, row in rows.items()] if isinstance(rows, dict) else rows
    return [
        {"id": r["id"], "title": r["title"], "passed": bool(r["passed"]), "tries": int(r["tries"]), "hints": int(r["hints"])} for r in rows
    ]


def summarize(learners):
    """One row for each exercise, the dearest first. Cost: tries that failed plus hints taken, over the whole class."""
    table = {}
    for rows in learners:
        for row in rows:
            t = table.setdefault(
                row["id"], {"id": row["id"], "title": row["title"], "tried": 0, "passed": 0, "failed_tries": 0, "hints": 0}
            )
            t["title"] = max(t["title"], row["title"], key=lambda title: title != row["id"])
            t["tried"] += row["tries"] + row["hints"] > 0
            t["passed"] += row["passed"]
            t["failed_tries"] += max(row["tries"] - row["passed"], 0)
            t["hints"] += row["hints"]
    for t in table.values():
        t["learners"], t["gave_up"] = len(learners), t["tried"] - t["passed"]
        t["cost"] = t["failed_tries"] + t["hints"]
    return sorted(table.values(), key=lambda t: -t["cost"])


def draw_report(table, file):
    """Bars of failed tries and hints, the dearest fifteen exercises on top."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    top = [t for t in table if t["tried"]][:15][::-1]
    figure, ax = plt.subplots(figsize=(11, 1.5 + 0.42 * len(top)), layout="constrained")
    names = [f"{t['title']} ({t['id'].split('.')[0]})" for t in top]
    failed, hints = [t["failed_tries"] for t in top], [t["hints"] for t in top]
    ax.barh(names, failed, color="#0072B2", label="tries that failed")
    ax.barh(names, hints, left=failed, color="#E69F00", hatch="//", label="hints taken")
    for place, t in enumerate(top):
        ax.text(t["cost"], place, f" {t['passed']} of {t['tried']} passed", va="center")
    ax.set_xlabel(f"failed tries and hints, {table[0]['learners']} learners together")
    ax.set_title("What cost the class most")
    ax.margins(x=0.18)
    ax.legend(loc="lower right")
    figure.savefig(file, dpi=120)
    plt.close(figure)


def report(folder, out):
    """Write report.csv and report.png. No learner is named in either."""
    learners = []
    for file in sorted([*folder.glob("*.json"), *folder.glob("*.csv")]):
        try:
            learners.append(exported(file))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            print(f"left out: {file.name} is no exported progress ({type(error).__name__}: {error})")
    if not any(learners):
        raise SystemExit(f"{folder} holds no exported progress: learners write  progress.export('name.csv')")
    out.mkdir(parents=True, exist_ok=True)
    table = summarize(learners)
    columns = ["id", "title", "learners", "tried", "passed", "gave_up", "failed_tries", "hints", "cost"]
    with open(out / "report.csv", "w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, columns)
        writer.writeheader()
        writer.writerows(table)
    draw_report(table, out / "report.png")
    print(f"{len(learners)} learners; dearest: " + ", ".join(f"{t['id']} ({t['cost']})" for t in table[:3]))
    return table


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, function in (("course", course), ("answers", answers), ("slides", slides), ("live", live), ("report", report)):
        command = commands.add_parser(name, help=function.__doc__)
        if name == "report":
            command.add_argument("folder", type=Path, help="the learners' files")
        command.add_argument("out", type=Path, nargs="?" if name == "slides" else None, help="a new folder")
        if name != "report":
            command.add_argument("--only", nargs="+", metavar="NOTEBOOK", help="names without .ipynb")
        if name in ("slides", "answers"):
            command.add_argument("--assets", type=Path, required=name == "slides", help="folder of the scripts from npm")
        if name == "slides":
            command.add_argument("--fetch", action="store_true", help="fill ASSETS from npm; needs a network and npm")
    given = parser.parse_args(arguments)
    if given.command == "course":
        return bool(course(given.out, given.only))
    if given.command == "answers":
        return bool(answers(given.out, given.only, given.assets))
    if given.command == "live":
        return live(given.out, given.only)
    if given.command == "report":
        return not report(given.folder, given.out)
    if given.fetch:
        fetch(given.assets)
    elif not given.out:
        parser.error("slides needs OUT, or --fetch")
    if given.out:
        slides(given.out, given.assets, given.only)


if __name__ == "__main__":
    sys.exit(main())
