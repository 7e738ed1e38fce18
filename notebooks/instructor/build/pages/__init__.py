"""Pages that live without a kernel: one for each experiment, one for each notebook, an index; nothing is fetched."""

import base64
import importlib
import io
import json
import pkgutil
import re
from html import escape
from pathlib import Path

from .. import ROOT, fresh, notebooks, read, replaced

HERE, FRAME = Path(__file__).parent, ROOT / "nnlib" / "experiments" / "frame"


def experiments():
    """The modules that hold an experiment."""
    import nnlib.experiments

    names = [module.name for module in pkgutil.iter_modules(nnlib.experiments.__path__)]
    modules = [importlib.import_module(f"nnlib.experiments.{name}") for name in names]
    return [module for module in modules if hasattr(module, "QUESTION")]


def home_of(name):
    """The notebook that opens an experiment."""
    for file in notebooks():
        if any(re.search(rf"\bshow\({name}\b", cell.source) for cell in read(file).cells if cell.cell_type == "code"):
            return file
    raise SystemExit(f"no notebook opens {name}")


def script(book):
    """page.js with its data and the canvas in their places."""
    from nnlib.plots.style import CANVAS

    from .pack import pack

    text = (HERE / "page.js").read_text(encoding="utf-8")
    canvas = replaced((FRAME / "canvas.js").read_text(encoding="utf-8"), "export default {", "const CANVAS = {")
    parts = {"LOOK": json.dumps(CANVAS), "BOOK": json.dumps(pack(book))}
    return canvas + "".join(f"\nconst {name} = {value};" for name, value in parts.items()) + "\n" + text


def control_html(control):
    """The label and the field of a control that moves."""
    name, label = f"control-{control['name']}", escape(control["label"])
    if control["kind"] == "switch":
        field = f'<input type="checkbox" id="{name}"><label for="{name}">{label}</label>'
        return f'<div class="nn-switch" data-part="{name}">{field}</div>'
    if control["kind"] == "choice":
        options = "".join(f'<option value="{i}">{escape(value)}</option>' for i, value in enumerate(control["values"]))
        field = f'<label for="{name}">{label}</label><select id="{name}">{options}</select>'
    else:
        last = len(control["values"]) - 1
        field = f'<label for="{name}">{label}</label><input type="range" id="{name}" min="0" max="{last}" step="1"><output for="{name}"></output>'
    return f'<div class="jupyter-widgets" data-part="{name}">{field}</div>'


def page(book, title, text, options=(), why="", home="", play=False):
    """The HTML of a page: the question and the options are words in it; page.js brings the rest to life."""
    from nnlib.experiments.frame.words import why_html

    moving = [control for control in book["controls"] if len(control["values"]) > 1]
    fixed = [f"{c['label']}: {c['values'][0]}" for c in book["controls"] if len(c["values"]) == 1 and c["values"][0]]
    chips = "".join(f'<button type="button" class="jupyter-button" data-option="{escape(o)}">{escape(o)}</button>' for o in options)
    button = '<button type="button" class="jupyter-button{}" data-part="{}">{}</button>'
    link = " nn-link"
    parts = {
        "title": escape(title),
        "css": (FRAME / "panel.css").read_text(encoding="utf-8") + (HERE / "page.css").read_text(encoding="utf-8"),
        "question": f"<b>Predict first.</b> {text}" if options else text,
        "chips": f'<div class="nn-chips" data-part="chips">{chips}{button.format(link, "reveal", "Show me")}</div>' if options else "",
        "controls": "".join(map(control_html, moving)),
        "play": button.format("", "play", "Play") if play else "",
        "asked": button.format(link, "why-button", "Why?") + button.format(link, "again", "Question again") if options else "",
        "why": why_html(why) if why else "",
        "fixed": f"Not swept here, and fixed: {escape('; '.join(fixed))}. " if fixed else "",
        "count": f"{len(book['settings'])}",
        "home": f'In the notebook <a href="{home}.html" target="_top">{home}</a> every control moves freely.' if home else "",
        "script": script(book).replace("</script", "<\\/script"),
    }
    html = (HERE / "page.html").read_text(encoding="utf-8")
    return re.sub(r"\[\[(\w+)\]\]", lambda mark: parts[mark[1]], html)


def living(experiment):
    """The page of an experiment."""
    from .sweep import sweep

    question, book = experiment.QUESTION, sweep(experiment)
    return page(book, experiment.TITLE, question.text, question.options, question.why, home_of(book["name"]).stem)


def playground_page(processes=None):
    """The playground as far as it goes without a kernel: trainings on film."""
    from .sweep import film

    text = (
        "Each training was run when this page was made. Choose data and network, press <b>Play</b>, or drag the epoch. "
        "To change weights, data, rates and all the rest while a network trains, open the notebook <code>playground.ipynb</code>."
    )
    return page(film(processes), "The playground: trainings on film", text, play=True)


def card(name, title, sentence, picture):
    """An entry of the index: a picture, the title as a link, a sentence."""
    file = io.BytesIO()
    picture.figure().savefig(file, format="png", dpi=40)
    image = base64.b64encode(file.getvalue()).decode()
    return (
        f'<li><a href="{name}.html"><img alt="" src="data:image/png;base64,{image}"><span>{escape(title)}</span></a>'
        f"<p>{escape(sentence)}</p></li>"
    )


def about(experiment):
    """The first sentence of a module's docstring, without its title."""
    first = re.split(r"(?<=[.?!])\s", " ".join(experiment.__doc__.split()), maxsplit=1)[0]
    return first.split(": ", 1)[-1]


def index(names, weeks):
    """The page that leads to the others."""
    from nnlib.experiments import playground
    from nnlib.experiments.frame.pictures import Picture
    from nnlib.experiments.frame.show import final, name_of, opening

    cards = ""
    for experiment in experiments():
        if (name := name_of(experiment)) in names:
            result = final(experiment, opening(experiment) | experiment.QUESTION.settings)
            cards += card(name, experiment.TITLE, about(experiment), experiment.picture(result))
    if "playground" in names:
        session = playground.Session()
        session.advance(epochs=60)
        picture = playground.pictures.boundary_panel(session, session.units()[1])
        cards += card(
            "playground", "The playground: trainings on film", "A network, its data and its answer, epoch by epoch.", Picture(picture)
        )
    links = "".join(
        f'<li><a href="{file.stem}.html">{escape(read(file).cells[0].source.splitlines()[0].lstrip("# "))}</a></li>' for file in weeks
    )
    parts = {"cards": cards, "weeks": f"<h2>The notebooks, to read</h2><ul>{links}</ul>" if links else ""}
    return re.sub(r"\[\[(\w+)\]\]", lambda mark: parts[mark[1]], (HERE / "index.html").read_text(encoding="utf-8"))


def write_pages(out, only=None):
    """Write a folder of pages for any static host, or to be opened from the disk."""
    from ..answers import render
    from ..course import without_notes
    from .weeks import WeekExporter

    fresh(out)
    makers = {module.__name__.rsplit(".", 1)[-1]: lambda module=module: living(module) for module in experiments()}
    makers["playground"] = playground_page
    names = [name for name in makers if not only or name in only]
    weeks = [file for file in notebooks() if file.stem != "playground" and (not only or file.stem in only)]
    unknown = set(only or ()) - set(names) - {file.stem for file in weeks}
    if unknown:
        raise SystemExit(f"no experiment and no notebook {', '.join(sorted(unknown))}: there are {', '.join(makers)}, and the notebooks")
    made = {}
    for name in names:
        made[name] = makers[name]()
        (out / f"{name}.html").write_text(made[name], encoding="utf-8")
        print(f"{name}: {len(made[name]) / 1e6:.2f} MB", flush=True)
    for file in weeks:
        html = render(WeekExporter(), without_notes(read(file)), file, made)
        (out / f"{file.stem}.html").write_text(re.sub(r'href="(\w+)\.ipynb', r'href="\1.html', html), encoding="utf-8")
    (out / "index.html").write_text(index(names, weeks), encoding="utf-8")
    print(f"{out}: {len(names)} experiments, {len(weeks)} notebooks. Open {out / 'index.html'}, or put the folder on any web server.")


def read_pages(folder):
    """Name -> HTML of the experiments' pages in a folder that ``write_pages`` made."""
    found = {name: folder / f"{name}.html" for name in (module.__name__.rsplit(".", 1)[-1] for module in experiments())}
    if missing := [name for name, file in found.items() if not file.is_file()]:
        raise SystemExit(f"{folder} holds no page {', '.join(missing)}: make it with  build pages {folder}")
    return {name: file.read_text(encoding="utf-8") for name, file in found.items()}
