"""The pages without a kernel: what they hold is what the kernel sends, and they live in a real browser, from a file, without a net.

The sweeps here are small ones; ``python notebooks/instructor/build pages OUT`` makes the whole ones.
"""

import base64
import importlib.metadata
import json
import os
import random
import re
import sys
import tomllib
import zlib
from pathlib import Path

import nbformat
import numpy as np
import pytest
from lab import CHROMIUM, FLAGS
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from nnlib.experiments.frame.controls import Slider
from nnlib.experiments.frame.pictures import Axes, Picture
from nnlib.experiments.frame.show import final, opening
from nnlib.experiments.playground.session import Session

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "notebooks" / "instructor"))
import build  # noqa: E402
from build import answers, lite, pages, slides  # noqa: E402
from build.pages import pack, sweep, weeks  # noqa: E402

EXPERIMENTS = {module.__name__.rsplit(".", 1)[-1]: module for module in pages.experiments()}


def few(experiment):
    """A small grid: what the question starts from and asks for, and the ends of the first slider."""
    start, values = opening(experiment), {}
    for control in experiment.CONTROLS:
        asked = experiment.QUESTION.settings.get(control.name, start[control.name])
        values[control.name] = list(dict.fromkeys([start[control.name], control.clean(asked)]))
    first = next(c for c in experiment.CONTROLS if isinstance(c, Slider))
    return values | {first.name: sorted({*values[first.name], first.low, first.high})}


@pytest.fixture(scope="module")
def books():
    """Name -> small book, with the run of every setting in this process."""
    whole, sweep.grid = sweep.grid, few
    try:
        yield {name: sweep.sweep(module, processes=0) for name, module in EXPERIMENTS.items()}
    finally:
        sweep.grid = whole


@pytest.fixture(scope="module")
def folder(books, tmp_path_factory):
    """The pages of the small books, and of a small film."""
    out = tmp_path_factory.mktemp("pages")
    for name, module in EXPERIMENTS.items():
        question = module.QUESTION
        html = pages.page(books[name], module.TITLE, question.text, question.options, question.why, "week1b_forward_propagation")
        (out / f"{name}.html").write_text(html, encoding="utf-8")
    whole, sweep.FILM = sweep.FILM, {"data": ("circle", "xor"), "hidden": ("3",), "activation": ("tanh",), "epoch": (0, 1, 2, 5)}
    (out / "playground.html").write_text(pages.playground_page(processes=0), encoding="utf-8")
    sweep.FILM = whole
    return out


@pytest.fixture(scope="module")
def context():
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    sync = pytest.importorskip("playwright.sync_api").sync_playwright
    with sync() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
        browser.close()


@pytest.fixture
def page(context):
    opened, outside = context.new_page(), []
    opened.problems = outside
    opened.on("console", lambda message: outside.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: outside.append(str(error)))
    opened.on("request", lambda request: outside.append(request.url) if not request.url.startswith(("file:", "data:")) else None)
    yield opened
    opened.close()


def show(page, folder, name):
    page.goto((folder / f"{name}.html").as_uri())
    page.wait_for_selector("canvas[data-frames]")
    return page


# ---- what is packed


def test_every_experiment_has_at_least_150_settings_and_its_question_is_one_of_them():
    for name, module in EXPERIMENTS.items():
        values = sweep.grid(module)
        assert 150 <= np.prod([len(v) for v in values.values()]) <= 900, name
        for control in module.CONTROLS:
            settings = opening(module) | module.QUESTION.settings
            assert control.clean(settings[control.name]) in values[control.name], (name, control.name)
            assert all(control.clean(value) == value for value in values[control.name])


@pytest.mark.parametrize(
    "values",
    [
        [0.0],
        [1.5, np.nan, -2.25],
        [np.nan, np.nan],
        [-0.0, 1.0],
        [1e30, 1.0],
        [3e38, -3e38],
        [2**-149],
        list(range(300)),
        [],
        [0.1, 0.2, 1e-7],
    ],
    ids=str,
)
def test_numbers_come_back_to_the_last_bit_or_stay_raw(values):
    raw = np.array(values, np.float32).tobytes()
    packed = pack.pack_numbers(raw)
    if packed is None:
        return
    (_, count, planes, grain), data = packed
    steps = sum(np.frombuffer(data, np.uint8)[i * count : (i + 1) * count].astype(np.int64) << 8 * i for i in range(planes))
    whole = np.cumsum(np.where(steps % 2, -(steps + 1) // 2, steps // 2))
    assert np.where(whole == pack.GAP, np.nan, whole * 2.0**grain).astype(np.float32).tobytes() == raw


def test_what_is_packed_is_small_because_a_picture_is_rounded_to_what_is_seen():
    x = np.linspace(0, 1, 500)
    message = Picture(Axes().line(x, np.sin(7 * x))).message()
    values = np.frombuffer(message["data"], np.float32)[500:]
    assert np.abs(values - np.sin(7 * x)).max() < 2 * 2.0**-14 and len(np.unique(values)) > 450
    assert pack.pack_numbers(values.tobytes())[0][2] == 1  # one byte for each difference


def test_every_training_on_film_is_one_that_the_playground_can_run():
    for name, values in sweep.FILM.items():
        for value in values if name != "epoch" else ():
            assert getattr(Session(**{name: value}).settings, name) == value
    assert list(sweep.FILM["epoch"]) == sorted(set(sweep.FILM["epoch"]))


# ---- in the browser


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_page_holds_the_kernels_pictures_byte_for_byte_and_answers_its_question(name, page, folder, books):
    module, book = EXPERIMENTS[name], books[name]
    show(page, folder, name)
    values = few(module)
    for key in random.Random(1).sample(list(book["settings"]), min(3, len(book["settings"]))):
        settings = {control: v[int(i)] for (control, v), i in zip(values.items(), key.split(","))}
        kernel = module.picture(final(module, settings)).message()
        found = page.evaluate(
            "key => { const { picture } = window.nnlib.pictureAt(key), { data, ...rest } = picture;"
            " return [btoa(Array.from(new Uint8Array(data.buffer), (b) => String.fromCharCode(b)).join('')), rest]; }",
            key,
        )
        assert base64.b64decode(found[0]) == kernel["data"], key
        for panel, sent in zip(found[1]["panels"], json.loads(json.dumps(kernel["panels"]))):
            assert {part: panel[part] for part in sent} == sent
    assert page.locator("input[type=range]").first.is_disabled()
    first = module.QUESTION.options[0]
    page.get_by_role("button", name=first, exact=True).click()
    verdict = page.locator("[data-part=verdict]").inner_text()
    assert (
        verdict == f"You predicted {first}. Observed: {module.QUESTION.observe(final(module, opening(module) | module.QUESTION.settings))}."
    )
    page.get_by_role("button", name="Why?").click()
    assert page.get_by_text("Why?", exact=True).count() >= 1 and page.locator("[data-part=why]").inner_text().strip()
    label = page.locator("canvas").get_attribute("aria-label")
    page.get_by_role("button", name="Hold").click()
    slider = page.locator("input[type=range]").first
    slider.focus()
    seen = set()
    for key in ("Home", "End"):
        page.keyboard.press(key)
        page.wait_for_timeout(60)
        seen.add(page.locator("canvas").get_attribute("aria-label"))
    assert seen - {label} or name == "optimizer_race"  # there no rate of its own is moved while each has its best
    assert slider.get_attribute("aria-valuetext") == next(c for c in book["controls"] if c["kind"] == "slider")["values"][-1]
    assert page.locator("[data-part=held]").inner_text().startswith("Held (dotted)")
    page.get_by_role("button", name="Question again").click()
    assert page.locator("input[type=range]").first.is_disabled() and page.problems == []


def test_a_held_picture_in_a_page_is_the_kernels(page, folder, books):
    for name in ("curvature", "hinges", "signal_propagation"):
        module, book = EXPERIMENTS[name], books[name]
        now, old = (",".join(map(str, book[place])) for place in ("asked", "start"))
        show(page, folder, name)
        found = page.evaluate(
            "([now, old]) => { const both = window.nnlib.withGhost(window.nnlib.pictureAt(now).picture, window.nnlib.pictureAt(old).picture, 'held');"
            " return both.panels.map((panel) => [panel.xlim, panel.ylim, panel.marks.map((m) => [m.kind, m.ghost, m.label ?? null]), Boolean(panel.before)]); }",
            [now, old],
        )
        results = [final(module, opening(module) | part) for part in (module.QUESTION.settings, {})]
        expected = module.picture(results[0]).with_ghost(module.picture(results[1])).message()
        for (xlim, ylim, marks, before), panel in zip(found, expected["panels"], strict=True):
            assert np.allclose(xlim + ylim, panel["xlim"] + panel["ylim"], rtol=1e-3, atol=1e-3), name
            assert marks == [[m["kind"], m["ghost"], m.get("label")] for m in panel["marks"]], name
            assert before == ("before" in panel)


def test_a_film_of_the_playground_plays_and_is_scrubbed(page, folder):
    show(page, folder, "playground")
    epoch = page.get_by_role("slider", name="epoch")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('[data-part=play]').textContent === 'Play'", timeout=10_000)
    assert epoch.input_value() == "3" and "epoch 5" in page.locator("canvas").get_attribute("aria-label")
    epoch.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(60)
    assert "epoch 0" in page.locator("canvas").get_attribute("aria-label") and page.problems == []


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_pages_fit_the_screen_and_axe_finds_nothing_serious(width, page, folder):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.set_viewport_size({"width": width, "height": 740})
    for number, name in enumerate([*EXPERIMENTS, "playground"]):
        page.emulate_media(color_scheme="dark" if number % 2 else "light")
        show(page, folder, name)
        if name != "playground":
            page.locator("[data-option]").first.click()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        if width != 1920:
            found = [v["id"] for v in axe.run(page).response["violations"] if v["impact"] in ("serious", "critical")]
            assert found == [], (name, found)
        cut = page.evaluate(
            "() => [...document.querySelectorAll('main button, main label, main output')].filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline').map((e) => e.textContent)"
        )
        assert cut == [], (name, cut)


def test_random_clicks_and_keys_leave_a_page_working(page, folder):
    dice = random.Random(3)
    for name in ("hinges", "bug_lab", "momentum"):
        show(page, folder, name)
        for _ in range(60):
            parts = page.locator("button:enabled:visible, input:enabled:visible, select:enabled:visible, summary:visible")
            part = parts.nth(dice.randrange(parts.count()))
            part.focus()
            page.keyboard.press(dice.choice(["Enter", "Space", "ArrowRight", "ArrowLeft", "End", "Home"]))
        page.wait_for_timeout(100)
        assert page.locator("canvas").get_attribute("aria-label") in {line for _, line, _ in unpacked(folder, name)["settings"].values()}
    assert page.problems == []


def unpacked(folder, name):
    """The JSON of a page's book."""
    text = re.search(r'^const BOOK = "(.*)";$', (folder / f"{name}.html").read_text(encoding="utf-8"), re.M)[1]
    return json.loads(zlib.decompress(base64.b64decode(text)).split(b"\0", 1)[0])


def test_the_question_can_be_read_without_javascript(folder):
    html = (folder / "hinges.html").read_text(encoding="utf-8")
    words = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.S)
    assert EXPERIMENTS["hinges"].QUESTION.text in words and all(option in words for option in EXPERIMENTS["hinges"].QUESTION.options)


# ---- notebooks as pages


@pytest.mark.parametrize("file", build.notebooks(), ids=lambda file: file.stem)
def test_every_formula_of_a_notebook_becomes_mathml(file):
    for cell in build.read(file).cells:
        if cell.cell_type == "markdown":
            html = weeks.with_mathml(markdown2html_mistune(cell.source))
            words = re.sub(r"<(pre|code)\b.*?</\1>|<[^>]+>", "", html, flags=re.S)
            assert "$" not in words and "merror" not in html, cell.id


def test_a_notebooks_page_holds_its_experiment_alive_and_fetches_nothing(page, folder, tmp_path):
    cells = build.read(ROOT / "notebooks" / "week1b_forward_propagation.ipynb").cells
    opened = next(i for i, cell in enumerate(cells) if "show(hinges)" in cell.source)
    notebook = nbformat.v4.new_notebook(cells=[cells[0], cells[opened]])
    living = {"hinges": (folder / "hinges.html").read_text(encoding="utf-8")}
    html = answers.render(weeks.WeekExporter(), notebook, ROOT / "notebooks" / "week1b_forward_propagation.ipynb", living)
    (tmp_path / "week.html").write_text(html, encoding="utf-8")
    page.emulate_media(color_scheme="dark")  # a notebook's page stays light, and so does what stands in it
    page.goto((tmp_path / "week.html").as_uri())
    frame = page.frame_locator("iframe.nn-living")
    frame.locator("canvas[data-frames]").wait_for(timeout=15_000)
    light = "element => getComputedStyle(element).backgroundColor === 'rgb(255, 255, 255)' && element.dataset.jpThemeLight === 'true'"
    assert frame.locator("body").evaluate(light)
    frame.get_by_role("button", name="Show me").click()
    before = frame.locator("canvas").get_attribute("aria-label")
    frame.locator("input[type=range]").first.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(150)
    assert frame.locator("canvas").get_attribute("aria-label") != before and page.problems == []
    assert abs(page.locator("iframe.nn-living").bounding_box()["height"] - frame.locator("html").bounding_box()["height"]) < 2


# ---- JupyterLite


PYODIDE = {
    "numpy": "2.4.6",
    "matplotlib": "3.10.8",
    "contourpy": "1.3.3",
    "ipython": "9.12.0",
    "traitlets": "5.14.3",
}  # in the lock of Pyodide 314.0.6
COMPILED_THERE = {"pillow", "kiwisolver", "fonttools", "psygnal"}  # in the same lock, or with a pure wheel beside the compiled one
THERE = {
    "ipykernel",
    "psutil",
    "pyzmq",
    "tornado",
    "jupyter-client",
    "debugpy",
}  # the kernel of the page stands for ipykernel and what it needs


def in_browser(requirements):
    """Of some requirements, those that hold in a browser."""
    for needed in map(Requirement, requirements):
        if not needed.marker or needed.marker.evaluate({"sys_platform": "emscripten", "platform_system": "Emscripten", "extra": ""}):
            yield needed


def test_all_that_nnlib_needs_in_a_browser_is_pure_python_or_in_pyodide():
    open_ends, seen = (
        list(in_browser(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"])),
        set(),
    )
    assert {"numpy", "matplotlib", "ipywidgets"} <= {needed.name for needed in open_ends}
    assert not {"jupyterlab", "nbconvert", "nbclient"} & {needed.name for needed in open_ends}
    while open_ends:
        needed = open_ends.pop()
        name = canonicalize_name(needed.name)
        if name in PYODIDE:
            assert PYODIDE[name] in needed.specifier, needed
        if name in PYODIDE or name in seen or name in COMPILED_THERE | THERE:
            continue
        seen.add(name)
        installed = importlib.metadata.distribution(name)
        assert "none-any" in installed.read_text("WHEEL"), name
        open_ends += in_browser(installed.requires or ())


def test_a_lite_folder_holds_the_notebooks_and_the_wheel_in_its_index(tmp_path, monkeypatch):
    pytest.importorskip("jupyterlite_core")
    lite.write_lite(tmp_path / "lite", ["week1a_one_neuron"])
    (index,) = (tmp_path / "lite" / "pypi").glob("all.json")
    assert "nnlib" in json.loads(index.read_text(encoding="utf-8"))
    cells = json.loads((tmp_path / "lite" / "files" / "week1a_one_neuron.ipynb").read_text(encoding="utf-8"))["cells"]
    assert "%pip install -q nnlib" in "".join(cells[0]["source"])


# ---- decks


ASSETS = Path(os.environ.get("NNLIB_SLIDE_ASSETS", "no folder"))


@pytest.mark.skipif(not (ASSETS / "node_modules").is_dir(), reason="NNLIB_SLIDE_ASSETS names no folder with the decks' scripts")
def test_in_the_decks_each_experiment_lives_in_place_of_its_still_and_is_moved_by_keyboard(context, folder, tmp_path):
    slides.write_slides(tmp_path / "decks", ASSETS, pages=folder)
    seen = set()
    for deck in sorted((tmp_path / "decks").glob("*.html")):
        page = context.new_page()
        page.goto(deck.as_uri(), wait_until="commit")
        page.wait_for_function("window.Reveal && Reveal.isReady && Reveal.isReady()", timeout=120_000)
        for number in range(page.locator("iframe.nn-living").count()):
            box = page.evaluate(
                "number => { const frame = document.querySelectorAll('iframe.nn-living')[number], slide = frame.closest('section');"
                " const at = Reveal.getIndices(slide); Reveal.slide(at.h, at.v, 99); const box = frame.getBoundingClientRect();"
                " return [frame.title, box.right, box.bottom]; }",
                number,
            )
            seen.add(box[0].replace(" ", "_"))
            assert box[1] <= 1280 and box[2] <= 720, (deck.stem, box)
            frame = page.frame_locator("iframe.nn-living").nth(number)
            frame.locator("canvas[data-frames]").wait_for(timeout=30_000)
            frame.get_by_role("button", name="Show me").focus()
            page.keyboard.press("Enter")
            slider = frame.locator("input[type=range]").first
            before = slider.input_value()
            slider.focus()
            page.keyboard.press("Home" if before != "0" else "End")
            page.wait_for_timeout(150)
            assert slider.input_value() != before, (deck.stem, box[0])
        page.close()
    assert seen == set(EXPERIMENTS)
