"""Every experiment in a real JupyterLab in a real browser: answered, moved by keyboard and mouse, held, its code run in a new cell.

Skipped where Chromium is not installed.
"""

import base64
import contextlib
import itertools
import os
import random
import re
import sys
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from lab import CHROMIUM, EXPERIMENTS, Lab, network_place, write_notebook
from matplotlib.colors import to_rgb
from matplotlib.image import imread

import nnlib.experiments.frame.show as frame
from nnlib.exercises.derivations.derivation import DERIVATIONS
from nnlib.experiments import playground
from nnlib.experiments.frame.controls import defaults
from nnlib.experiments.frame.pictures import Axes, Picture
from nnlib.experiments.playground.pictures import EDGE, FEATURE_TOPS, INPUT_LEFT, boundary_panel, curves_panels, places, unit_panel
from nnlib.plots.style import BLUE, CANVAS, GREEN, ORANGE, PURPLE, RED

sys.path.insert(0, str(Path(__file__).parent.parent / "notebooks" / "instructor"))
from build.slides import STAGE

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

PICTURE = ".nnlib-experiment:not(.nn-playground) canvas, .nn-network canvas"
PIXELS = """canvas => {
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data, seen = new Set();
    for (let i = 0; i < data.length; i += 4) seen.add((data[i] << 24) | (data[i + 1] << 16) | (data[i + 2] << 8) | data[i + 3]);
    return seen.size;
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    for name in names():
        write_notebook(notebooks / f"{name}.ipynb", f"from nnlib.experiments import {name}, show\n\nshow({name})", "pass")
    every = [f"from nnlib.experiments import {name}, show\n\nshow({name})" for name in names()]
    write_notebook(notebooks / "every.ipynb", *every, "from nnlib.experiments import playground\n\nplayground.Panel()", "pass")
    with Lab(notebooks, folder) as running:
        yield running


@pytest.fixture(autouse=True)
def no_callback_fails(request):
    """An exception in a callback of the kernel is a fault, also where the page shows nothing of it."""
    yield
    if "lab" in request.fixturenames:
        assert request.getfixturevalue("lab").faults() == ""


def names():
    return [experiment.__name__.rsplit(".", 1)[-1] for experiment in EXPERIMENTS]


def picture(page):
    """The canvas as it is painted now, as a string that changes with every pixel."""
    return page.locator(PICTURE).first.evaluate("canvas => canvas.toDataURL()")


def frames(page):
    """How often the first canvas has been painted: reading it costs nothing, reading the picture costs the browser some 20 ms."""
    return int(page.locator(PICTURE).first.get_attribute("data-frames"))


def until_changed(page, before, timeout=15_000):
    changed = f"""before => {{
        const canvas = document.querySelector('{PICTURE}');
        return canvas.dataset.frames !== window.seen && (window.seen = canvas.dataset.frames) && canvas.toDataURL() !== before;
    }}"""
    page.evaluate("delete window.seen")
    page.wait_for_function(changed, arg=before, timeout=timeout, polling=50)


def quiet(page):
    """Wait until nothing has been painted for half a second; the picture."""
    last = None
    for _ in range(80):
        now = frames(page)
        if now == last:
            return picture(page)
        last = now
        page.wait_for_timeout(500)
    raise AssertionError("the picture never comes to rest")


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=names())
def test_an_experiment_from_the_question_to_its_code_in_a_new_cell(lab, experiment):
    lab.errors.clear()
    page = lab.open(f"{experiment.__name__.rsplit('.', 1)[-1]}.ipynb", share=True)
    lab.run_all(page)
    frame = page.locator(".nnlib-experiment")
    page.wait_for_selector(".nnlib-experiment canvas[data-frames]", timeout=60_000)
    start = quiet(page)
    canvas = frame.locator("canvas").first
    assert canvas.evaluate(PIXELS) > 5, "the first frame is blank"
    assert canvas.get_attribute("role") == "img" and any(letter.isdigit() for letter in canvas.get_attribute("aria-label"))

    # the question, by keyboard alone
    frame.locator(".nn-chips button").first.focus()
    page.keyboard.press("Enter")
    frame.locator(".nn-right").wait_for(timeout=30_000)
    assert frame.locator(".nn-right").inner_text().startswith("✓") and frame.locator(".nn-wrong").count() <= 1
    until_changed(page, start)
    before = quiet(page)

    # hold, then the first slider by keyboard and by mouse
    frame.get_by_role("button", name="Hold").click()
    frame.get_by_text("Changed since:").wait_for()
    handle = frame.locator(".noUi-handle").first
    for _ in range(3):
        handle.focus()
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(150)
    until_changed(page, before)
    before = quiet(page)
    assert canvas.evaluate(PIXELS) > 5, "the frame after a key is blank"
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    room = frame.locator(".noUi-base").first.bounding_box()
    middle = room["x"] + room["width"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(1, 9):
        page.mouse.move(x + (1 if x < middle else -1) * 8 * i, y)
        page.wait_for_timeout(30)
    page.mouse.up()
    until_changed(page, before)
    quiet(page)
    assert canvas.evaluate(PIXELS) > 5, "the frame after a drag is blank"

    # the pointer in the first panel: a click, a stroke or a box
    if hasattr(experiment, "POINTER"):
        before = picture(page)
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        page.mouse.move(box["x"] + 130, box["y"] + 120)
        page.mouse.down()
        for i in range(8 * (experiment.POINTER != "click")):
            page.mouse.move(box["x"] + 130 + 6 * i, box["y"] + 120 + 5 * i)
            page.wait_for_timeout(20)
        page.mouse.up()
        until_changed(page, before)
        quiet(page)
        assert canvas.evaluate(PIXELS) > 5, "the frame after the pointer is blank"

    # the code, copied and run in a new cell
    frame.get_by_role("button", name="Code").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('nnlib')", timeout=10_000)
    page.locator(".jp-CodeCell .cm-content").last.click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")
    page.keyboard.press("Shift+Enter")
    output = page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output").first
    output.wait_for(timeout=60_000)
    printed = output.inner_text().split()
    assert printed
    float(printed[-1])  # a ValueError if the code ended in an error instead of its number

    assert frame.locator("[role=alert]").count() == 0
    assert lab.errors == []
    lab.leave(page)


# ---- colours, and what a slow browser shows


def lightness(colours):
    """0.05 to 1.05 for colours (..., 3) in 0..1; the contrast of two is the quotient (WCAG 2.2)."""
    return np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722] + 0.05


def ratio(first, second):
    """The contrast of two colours "#rrggbb": 1 to 21."""
    lights = [lightness(np.array(to_rgb(colour))) for colour in (first, second)]
    return max(lights) / min(lights)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_the_canvas_paints_on_the_page_stands_out_in_both_themes(theme):
    look = CANVAS[theme]
    for name in ("ink", "muted", "held"):
        assert ratio(look[name], look["ground"]) >= 4.5, name
    for colour in {BLUE, ORANGE, GREEN, PURPLE, RED, "#888888"}:
        words = look["words"].get(colour, look["marks"].get(colour, colour))
        assert ratio(words, look["ground"]) >= 4.5, (colour, words)
    for colour in {BLUE, RED, GREEN}:  # lines; orange and purple markers have a dark edge on light ground
        assert ratio(look["marks"].get(colour, colour), look["ground"]) >= 3, colour


@pytest.mark.parametrize("slower", [1, 6])
def test_the_answer_is_shown_at_its_own_settings_however_slow_the_browser_is(lab, slower):
    page = lab.open("line_by_hand.ipynb", share=True)
    lab.run_all(page)
    page.wait_for_selector(".nnlib-experiment canvas[data-frames]", timeout=60_000)
    tool = page.context.new_cdp_session(page)
    tool.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.locator(".nnlib-experiment").get_by_role("button", name="Show me").click()
    page.locator(".nn-right").wait_for(timeout=60_000)
    page.wait_for_timeout(3000)
    assert page.locator(".nnlib-experiment canvas").get_attribute("aria-label").startswith("w = (2.0, 2.0), b = -4.0")
    assert page.locator(".nn-past").count() == 0, "the verdict has turned pale though nobody moved a control"
    tool.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    lab.leave(page)


def test_a_picture_changes_its_colours_with_the_theme(lab):
    page = lab.open("curvature.ipynb", share=True)
    lab.run_all(page)
    page.wait_for_selector(".nnlib-experiment canvas[data-frames]", timeout=60_000)
    ink = """() => { // the title's: as dark or light as any pixel there
        const canvas = document.querySelector('.nnlib-experiment canvas'), red = [];
        const data = canvas.getContext('2d').getImageData(0, 0, 200, 20).data;
        for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) red.push(data[i]);
        return [Math.min(...red), Math.max(...red)];
    }"""
    for theme, end, value in (("JupyterLab Light", 0, 0x22), ("JupyterLab Dark", 1, 0xE8), ("JupyterLab Light", 0, 0x22)):
        page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
        page.wait_for_function(f"({ink})()[{end}] === {value}", timeout=30_000)
    lab.leave(page)


# ---- canvas.js alone, in a page of its own

PAINT = """([source, picture, width, pointer, draws, look]) => new Promise(async (done) => {
    const canvas = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    picture.data = new DataView(Uint8Array.from(atob(picture.data), (c) => c.charCodeAt(0)).buffer);
    const words = [], drawing = CanvasRenderingContext2D.prototype, plain = drawing.fillText, clear = drawing.clearRect;
    drawing.clearRect = function (...all) { words.length = strokes.length = 0; clear.apply(this, all); };
    drawing.fillText = function (text, x, y, most) {
        const size = this.measureText(text), wide = Math.min(size.width, most ?? Infinity), t = this.getTransform();
        const from = { left: 0, center: -wide / 2, right: -wide }[this.textAlign], up = this.textBaseline === "top" ? 0 : -5;
        const corners = [[x + from, y + up], [x + from + wide, y + up + 10]].map(([a, b]) => [t.a * a + t.c * b + t.e, t.b * a + t.d * b + t.f]);
        const [left, right] = corners.map((p) => p[0]).sort((p, q) => p - q), [top, bottom] = corners.map((p) => p[1]).sort((p, q) => p - q);
        if (text) words.push({ text, left, right, top, bottom });
        plain.call(this, text, x, y, most);
    };
    // the lines that are drawn in the panels, but for grid, frames and edges of markers, and which of them a word lies on
    const { beginPath, moveTo, lineTo, rect, clip, stroke } = drawing, faint = [look.light.grid, look.light.frame], strokes = [];
    let path = [], last = null, panel = [], shown = [];
    drawing.beginPath = function () { path = []; beginPath.call(this); };
    drawing.moveTo = function (...to) { last = to; moveTo.apply(this, to); };
    drawing.lineTo = function (...to) { if (last) path.push([last, to]); last = to; lineTo.apply(this, to); };
    drawing.rect = function (...box) { panel = box; rect.apply(this, box); };
    drawing.clip = function () { shown = panel; clip.call(this); };
    drawing.stroke = function () {
        if (this.lineWidth >= 1 && !faint.includes(this.strokeStyle.toUpperCase())) strokes.push([path, shown]);
        stroke.call(this);
    };
    const crosses = ([from, to], box) => {
        let first = 0, end = 1;
        for (const [k, low, high] of [[0, box.left, box.right], [1, box.top, box.bottom]]) {
            const step = to[k] - from[k], at = [(low - from[k]) / step, (high - from[k]) / step].sort((p, q) => p - q);
            if (step) { first = Math.max(first, at[0]); end = Math.min(end, at[1]); } else if (from[k] < low || from[k] > high) return false;
        }
        return first < end;
    };
    const within = ([left, top, wide, high], word) => left < word.right && word.left < left + wide && top < word.bottom && word.top < top + high;
    const over = (word) => strokes.some(([path, box]) => within(box, word) && path.some((segment) => crosses(segment, word)));
    const el = document.body.appendChild(document.createElement("div"));
    el.style.width = `${width}px`;
    const sent = window.sent = [], state = { picture, label: "", written: false, pointer, draws, hover: draws > 0, look };
    canvas.default.render({ el, model: { get: (name) => state[name], on() {}, off() {}, send: (event) => sent.push(event) } });
    for (let i = 0; i < 500 && !el.firstChild.dataset.frames; i++) await new Promise((next) => setTimeout(next, 10));
    done([words.map((word) => ({ ...word, over: over(word) })), el.firstChild.clientWidth, el.firstChild.clientHeight]);
})"""


@pytest.fixture(scope="module")
def page(lab):
    page = lab.browser.new_page(viewport={"width": 1400, "height": 1200})
    yield page
    page.close()


def painted(page, picture, width, pointer="", draws=0):
    """All words that canvas.js writes for a picture, each with the box it fills; width and height of the canvas."""
    page.goto("about:blank")
    message = picture.message()
    message["data"] = base64.b64encode(message["data"]).decode()
    source = Path(frame.__file__).with_name("canvas.js").read_text(encoding="utf-8")
    return page.evaluate(PAINT, [source, message, width, pointer, draws, CANVAS])


@pytest.mark.parametrize("experiment", [*EXPERIMENTS, playground], ids=[*names(), "playground"])
def test_no_words_around_a_picture_are_cut_or_lie_on_others(page, experiment):
    if experiment is playground:
        panel = playground.Panel()
        panel.session.advance(epochs=3)
        pictures = [panel.top_picture(), Picture(*curves_panels(panel.session), height=250)]
        panel.tab.value = "Warped plane"
        pictures.append(panel.tab_picture())
    else:
        settings = [defaults(experiment.CONTROLS), defaults(experiment.CONTROLS) | experiment.QUESTION.settings]
        pictures = [experiment.picture(frame.final(experiment, one)) for one in settings]
    for picture, width in itertools.product(pictures, (900, 848, 620, 480, 430, 360)):
        words, wide, high = painted(page, picture, width)
        assert wide <= width and len(words) >= (3 if experiment is playground else 4)
        inside = {mark["words"] for axes in picture.panels for mark in axes.marks if mark["kind"] == "text"}
        names = {mark["label"] for axes in picture.panels for mark in axes.marks if mark.get("label") and mark.get("at")}
        around = [word for word in words if word["text"] not in inside]  # and the names beside their lines
        assert names <= {word["text"] for word in around} | ({"w"} if experiment.__name__.endswith("line_by_hand") else set())
        for word in around:
            assert -0.5 <= word["left"] and word["right"] <= wide + 0.5 and 0 <= word["top"] and word["bottom"] <= high, word
        for a, b in itertools.combinations(around, 2):
            apart = a["right"] <= b["left"] or b["right"] <= a["left"] or a["bottom"] <= b["top"] or b["bottom"] <= a["top"]
            assert apart, (a, b)
        if experiment is playground or experiment.__name__.endswith("backprop_steps"):
            names, inside = set(), set()  # words of a network stand at the ends of its lines
        on_lines = [word["text"] for word in words if word["over"] and word["text"] in names | inside]
        assert on_lines == [], width


def test_a_short_axis_has_two_numbers_and_a_wide_screen_higher_panels(page):
    axes = Axes(xlim=(-1.4, 1.4), ylim=(-1.4, 1.4), square=True)
    words, _, high = painted(page, Picture(axes, height=240), 190)
    assert [word["text"] for word in words if word["top"] > 180] == ["-1", "0", "1"] and high == 240
    assert painted(page, Picture(axes, height=240), 1170)[2] == 309  # 1,160 / 900 times 240: the window is 1,200 pixels high
    page.set_viewport_size({"width": 1400, "height": 720})
    assert painted(page, Picture(axes, height=240), 1170)[2] == 240
    page.set_viewport_size({"width": 1400, "height": 1200})


@pytest.mark.parametrize("width", [848, 620, 430, 368])
def test_the_title_of_the_playgrounds_network_ends_before_the_buttons_beside_it(page, width):
    panel = playground.Panel("playground hidden=4-2-2-2-2-2")
    picture = panel.top_picture()
    words, *_ = painted(page, picture, width)
    title = next(word for word in words if "network" in word["text"])
    network = picture.panels[0]
    share = 0.62 if width >= 560 else 1.0  # of the width; below that the network stands alone
    scale = min((share * width - 18) / network.xlim[1], (360 - 36) / network.ylim[1])
    buttons = 4 + scale * network.anchors[-1][0] - 62  # as wide as in panel.css, about the last anchor
    assert title["text"].startswith("2-4-2-2-2-2-2-1 network") and title["right"] <= buttons, (title, buttons)


def test_points_stand_out_on_a_unit_and_on_an_answer_of_their_own_colour_in_both_themes(page):
    """Around each point are pixels of a contrast of 3 to the field under it (WCAG 2.2, graphical objects)."""
    session, hills = playground.Session(hidden="4"), playground.Session(data="hills (regression)", hidden="8", optimizer="Adam", lr=0.03)
    for one in (session, hills):
        one.advance(epochs=50)
    units, logits = session.units()
    panels = [unit_panel(session, values, "unit") for values in (session.plane[:, 0], *units[0].T[:2])]
    panels += [boundary_panel(session, logits), boundary_panel(hills, hills.units()[1])]
    for panel, light in itertools.product(panels, (True, False)):
        if light:
            painted(page, Picture(panel, height=336), 400)
        page.evaluate("light => { document.body.dataset.jpThemeLight = light; }", str(light).lower())
        page.wait_for_timeout(60)
        shot = base64.b64decode(page.evaluate("document.querySelector('canvas').toDataURL()").split(",")[1])
        pixels = lightness(imread(BytesIO(shot))[..., :3])
        field = lightness(panel.marks[0]["rgba"][0, ..., :3] / 255)
        for at in np.concatenate([np.column_stack([mark["x"], mark["y"]]) for mark in panel.marks if mark["kind"] == "points"]):
            share = (at + EDGE) / (2 * EDGE)
            x, y = np.round([4 + 300 * share[0], 28 + 300 * (1 - share[1])]).astype(int)
            under = field[tuple(np.minimum(share[::-1] * len(field), len(field) - 1).astype(int))]
            around = pixels[max(y - 5, 0) : y + 6, max(x - 5, 0) : x + 6]
            assert max((around.max() / under), under / around.min()) >= 3, (panel.title, light, at)


def test_in_the_dark_a_key_has_the_colour_and_the_ground_of_the_line_on_its_field(page):
    experiment = next(module for module in EXPERIMENTS if module.__name__.endswith("hinges"))
    words, _, _ = painted(page, experiment.picture(frame.final(experiment, defaults(experiment.CONTROLS))), 848)
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.wait_for_timeout(100)
    shot = base64.b64decode(page.evaluate("document.querySelector('canvas').toDataURL()").split(",")[1])
    (name,) = (word for word in words if word["text"] == "boundary")
    key = imread(BytesIO(shot))[round(name["top"]) + 1 : round(name["top"]) + 9, round(name["left"]) - 22 : round(name["left"]) - 4]
    light = lightness(key[..., :3])
    assert (key[..., 3] == 1).all() and light.min() == pytest.approx(lightness(np.array(to_rgb("#222222"))), abs=0.02)
    assert light.max() == pytest.approx(lightness(np.array(to_rgb(CANVAS["light"]["ground"]))), abs=0.02)


def finger(page, x):
    """A finger goes up by 300 pixels at x: what the canvas sent of strokes, boxes, clicks and pulls, and how far the page has scrolled."""
    page.evaluate("document.body.style.height = '4000px'; window.scrollTo(0, 0); window.sent.length = 0")
    tool = page.context.new_cdp_session(page)
    tool.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    rest = [("touchMove", 90)] * 5  # so that the page does not fly on
    for kind, y in [("touchStart", 330), *(("touchMove", 330 - 20 * k) for k in range(1, 13)), *rest, ("touchEnd", None)]:
        tool.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [] if y is None else [{"x": x, "y": y}]})
        page.wait_for_timeout(30)
    page.wait_for_timeout(400)
    return [event for event in page.evaluate("window.sent") if event["kind"] in ("draw", "box", "click", "pull")], page.evaluate("scrollY")


@pytest.mark.parametrize("pointer", ["draw", "box", "click", ""])
def test_a_finger_draws_in_the_panel_that_takes_it_and_scrolls_the_page_elsewhere(page, pointer):
    painted(page, Picture(Axes(xlim=(0, 1), ylim=(0, 1)), Axes(xlim=(0, 1), ylim=(0, 1)), height=400), 900, pointer)
    sent, scrolled = finger(page, 250)
    if pointer in ("draw", "box"):
        assert len(sent) == 1 and len(sent[0]["y"]) > 10 and scrolled == 0
    else:
        assert sent == [] and scrolled > 50
    sent, scrolled = finger(page, 700)
    assert sent == [] and scrolled > 50


def test_a_finger_over_the_playgrounds_network_scrolls_and_one_in_the_answer_of_drawn_points_draws(page):
    panel = playground.Panel("playground data=drawn points=0.50:-0.20:1;-0.50:0.20:0")
    canvas = panel.canvases[0]
    picture = canvas.picture | {"data": base64.b64encode(canvas.picture["data"]).decode()}
    source = Path(frame.__file__).with_name("canvas.js").read_text(encoding="utf-8")
    page.goto("about:blank")
    page.evaluate(PAINT, [source, picture, 848, canvas.pointer, canvas.draws, CANVAS])
    page.evaluate("document.querySelector('canvas').dataset.pull = 'yes'")  # as a mouse over a line has left it
    for x in (150, 300, 450):
        sent, scrolled = finger(page, x)
        assert sent == [] and scrolled > 50, x
    sent, scrolled = finger(page, 690)
    assert [(event["kind"], event["panel"]) for event in sent] == [("draw", 2)] and scrolled == 0
    page.evaluate("window.sent.length = 0")
    tool = page.context.new_cdp_session(page)
    for kind, points in (("touchStart", [{"x": 200, "y": 200}]), ("touchEnd", [])):  # a tap, after which nothing says that it has left
        tool.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_timeout(200)
    assert [(event["kind"], event.get("panel"), len(event.get("x", []))) for event in page.evaluate("window.sent")] == [("draw", 0, 1)]
    panel.set(data="circle")
    assert canvas.pointer == "click"


@pytest.mark.parametrize("log", [False, True])
def test_an_axis_shorter_than_the_rounding_of_its_numbers_is_painted_at_once(page, log):
    start = time.perf_counter()
    words, *_ = painted(page, Picture(Axes(xlim=(0, 1), ylim=(0.7, np.nextafter(0.7, 1)), ylog=log)), 900)
    assert 2 < len(words) < 250 and time.perf_counter() - start < 5


def test_the_canvas_says_when_it_is_opened_and_closed(page):
    source = Path(frame.__file__).with_name("canvas.js").read_text(encoding="utf-8")
    kinds = page.evaluate(
        """async (source) => {
            const canvas = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" }))), kinds = [];
            const model = { get: () => "", on() {}, off() {}, send: (event) => kinds.push(event.kind) };
            canvas.default.render({ el: document.body.appendChild(document.createElement("div")), model })();
            return kinds;
        }""",
        source,
    )
    assert kinds == ["opened", "closed"]


# ---- the keyboard


def test_keys_pressed_in_an_experiment_stay_there(lab):
    lab.errors.clear()
    page = lab.open("hinges.ipynb", share=True)
    lab.run_all(page)
    page.wait_for_selector(".nnlib-experiment canvas[data-frames]", timeout=60_000)
    frame, cells = page.locator(".nnlib-experiment"), page.locator(".jp-Notebook .jp-Cell")
    frame.get_by_role("button", name="Show me").click()
    frame.get_by_text("Observed:").wait_for(timeout=60_000)
    count = cells.count()
    handle = frame.locator(".noUi-handle").first
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 5)
    page.mouse.up()
    for focus in (
        lambda: None,
        lambda: frame.get_by_role("button", name="Hold").focus(),
        lambda: frame.get_by_label("state").press("Escape"),
    ):
        focus()
        for key in ("b", "a", "d", "d", "0", "0", "x", "m"):
            page.keyboard.press(key)
            page.wait_for_timeout(80)
        assert cells.count() == count and page.locator(".jp-Dialog").count() == 0
    handle.focus()
    before = frame.locator("canvas").first.get_attribute("aria-label")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('.nnlib-experiment canvas').ariaLabel !== before", arg=before, timeout=15_000)
    assert lab.errors == []
    lab.leave(page)


def tab_from_the_first_cell_to(page, tag):
    """Press Tab until an element of this kind has the focus."""
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Escape")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == tag:
            return
    raise AssertionError(f"ten times Tab does not lead to a {tag}")


SLOW_PREVIEW = """import time
from nnlib.exercises import derive
from nnlib.exercises.derivations import sheet

def slowly(text, preview_of=sheet.preview_of):
    time.sleep(0.3)  # the keys wait for the preview; the press must wait for the keys
    return preview_of(text)

sheet.preview_of = slowly
"""


def test_a_derivation_is_written_checked_and_corrected_by_keyboard_alone_and_its_answer_is_read_aloud(lab):
    lab.errors.clear()
    write_notebook(lab.folder / "derive.ipynb", SLOW_PREVIEW + '\nderive("week2.dense_dW")', "pass")
    page = lab.open("derive.ipynb", share=True)
    lab.run_all(page)
    page.get_by_role("textbox", name="Lines").wait_for(timeout=60_000)
    tab_from_the_first_cell_to(page, "TEXTAREA")

    def check(lines):
        """From the field: write, at once Tab to the button, press it, hear the answer, and back."""
        page.keyboard.press("Control+a")
        page.keyboard.type(lines)
        page.keyboard.press("Tab")
        alert = page.locator(".jp-OutputArea-output").get_by_role("alert")
        before = alert.all_text_contents()
        page.keyboard.press("Space")
        while (heard := alert.all_text_contents()) == before:
            page.wait_for_timeout(50)
        page.keyboard.press("Shift+Tab")
        return heard[0]

    assert "line 1 is not true" in check("dW = X @ dZ")
    worked = "\n".join(line for line, _ in DERIVATIONS["week2.dense_dW"].steps)
    assert check(worked).startswith("Passed")
    assert page.locator(".jp-Notebook .jp-Cell").count() == 2 and lab.errors == []
    lab.leave(page)


def test_a_review_is_answered_by_keyboard_alone_and_its_answer_is_read_aloud(lab):
    lab.errors.clear()
    write_notebook(lab.folder / "review.ipynb", 'from nnlib.exercises import review\n\nreview(before="week4")', "pass")
    page = lab.open("review.ipynb", share=True)
    lab.run_all(page)
    page.get_by_role("textbox", name="or type it").first.wait_for(timeout=60_000)
    tab_from_the_first_cell_to(page, "INPUT")
    page.keyboard.type("77")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    alert = page.locator(".jp-OutputArea-output").get_by_role("alert").first
    alert.wait_for(timeout=30_000)
    assert "The answer: " in alert.inner_text()
    assert lab.errors == []
    lab.leave(page)


# ---- the playground


def open_playground(lab):
    lab.errors.clear()
    write_notebook(lab.folder / "playground.ipynb", "from nnlib.experiments import playground\n\npanel = playground.Panel()\npanel", "pass")
    page = lab.open("playground.ipynb", share=True)
    lab.run_all(page)
    page.wait_for_selector(".nn-network canvas[data-frames]", timeout=60_000)
    frame = page.locator(".nnlib-experiment")
    frame.get_by_role("button", name="More to set", exact=True).click()
    frame.get_by_label("state").wait_for(timeout=30_000)
    return page, frame


def epoch(page):
    """The epoch that the panel says it has reached."""
    return int(page.locator(".nn-network canvas").first.get_attribute("aria-label").split("epoch ")[1].split()[0].strip(",+"))


def press(frame, name):
    frame.get_by_role("button", name=name, exact=True).click()


def test_the_playground_plays_pauses_and_every_control_works_by_hand(lab):
    page, frame = open_playground(lab)
    canvases = frame.locator("canvas")
    assert canvases.count() == 3 and all(canvases.nth(i).evaluate(PIXELS) > 5 for i in range(2))
    start = frames(page)
    button = frame.get_by_role("button", name="Play", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "n => +document.querySelector('.nn-network canvas').dataset.frames > n", arg=start + 10, timeout=60_000, polling=50
    )
    press(frame, "Pause")
    frame.get_by_role("button", name="Play", exact=True).wait_for(timeout=15_000)
    page.wait_for_timeout(1000)
    still = frames(page)
    page.wait_for_timeout(700)
    assert frames(page) == still and epoch(page) >= 1

    for i in range(frame.locator("select").count()):  # every choice: its second option
        select = frame.locator("select").nth(i)
        if select.is_visible():
            select.select_option(index=1)
            page.wait_for_timeout(100)
    handles = frame.locator(".noUi-handle")
    for i in range(handles.count()):
        handles.nth(i).focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(100)
    for words in ("batch norm", "show test data", "no shades"):
        before = quiet(page)
        frame.get_by_label(words).click()
        until_changed(page, before)
    for name in (
        "x1²",
        "sin πx1",
        "+ layer",
        "− layer",
        "Step",
        "Restart",
        "Hold",
        "Release",
        *("Warped plane", "Weights", "One example", "Gradient check", "Code", "Curves", "More to set"),
    ):
        press(frame, name)
        page.wait_for_timeout(150)
    frame.locator("button[title='one unit more in hidden layer 1']").click()
    page.wait_for_timeout(1500)
    state = frame.get_by_label("state").input_value()
    for part in (
        "data=xor",
        "l1=0.0001",
        "l2=0.0001",
        "loss=squared_error",
        "activation=ReLU",
        "optimizer=Momentum",
        "features=x1,x2,x1^2,sin",
        "batch_norm=yes",
        "hidden=5-2",
        "seed=1",
    ):
        assert part in state, (part, state)

    # the pointer: a unit is shown large, a line says its weight; a number typed beside it, and a pull, are in the state
    frame.get_by_label("data", exact=True).select_option("circle")
    page.wait_for_function("() => document.querySelector('.nn-network canvas').ariaLabel.includes(': circle, ')", timeout=15_000)
    page.wait_for_timeout(500)  # the line of the state is renewed after a change
    field = frame.get_by_label("state")
    field.fill("playground hidden=4-2")
    field.press("Enter")
    canvas = frame.locator(".nn-network canvas")
    page.wait_for_function("() => document.querySelector('.nn-network canvas').ariaLabel.includes('circle, 2-4-2-1')", timeout=15_000)
    canvas.scroll_into_view_if_needed()
    columns, ends = places(("x1", "x2"), (4, 2, 1))

    def at(x, y):
        return network_place(canvas, x, y)

    x, tops, size = columns[1]
    before = picture(page)
    page.mouse.move(*at(x + size / 2, tops[2] - size / 2))
    frame.locator(".nn-card", has_text="Unit 3 of layer 1").wait_for(timeout=15_000)
    until_changed(page, before)
    x1, y1 = ends[3, 2:]
    page.mouse.move(*at(x1 - 6, y1))
    card = frame.locator(".nn-card", has_text="weight from x1 to unit 4 of layer 1")
    card.wait_for(timeout=15_000)
    assert canvas.evaluate("e => e.style.cursor") == "ns-resize"
    page.mouse.click(*at(x1 - 6, y1))
    typed = frame.locator(".nn-card input")
    typed.wait_for(timeout=15_000)
    typed.fill("1.25")
    typed.press("Enter")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.nn-playground input')].some((e) => e.value.includes('weights=0:1:1:4:1.25'))", timeout=15_000
    )
    page.mouse.move(*at(x1 - 5, y1))
    card.wait_for(timeout=15_000)
    page.mouse.down()
    for up in range(10, 60, 10):
        page.mouse.move(at(x1 - 5, y1)[0], at(x1 - 5, y1)[1] - up)
        page.wait_for_timeout(40)
    page.mouse.up()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.nn-playground input')].some((e) => e.value.endsWith('weights=0:1:1:4:2.25'))", timeout=15_000
    )
    page.mouse.click(*at(INPUT_LEFT + 10, FEATURE_TOPS[4] - 10))
    page.wait_for_function("() => document.querySelector('.nn-network canvas').ariaLabel.includes('circle, 3-4-2-1')", timeout=15_000)
    page.keyboard.press("Escape")

    # a drawing: two strokes of two pens, in the right-hand picture
    frame.get_by_label("data", exact=True).select_option("drawn")
    frame.get_by_text("There are no points yet").first.wait_for(timeout=15_000)
    canvas = frame.locator(".nn-network canvas")
    canvas.scroll_into_view_if_needed()
    for pen, height in (("class 0 (blue)", 0.4), ("class 1 (orange)", 0.75)):
        frame.get_by_label("pen", exact=True).select_option(pen)
        page.wait_for_timeout(400)
        box = canvas.bounding_box()
        page.mouse.move(box["x"] + 0.68 * box["width"], box["y"] + height * box["height"])
        page.mouse.down()
        for k in range(8):
            page.mouse.move(box["x"] + (0.68 + 0.03 * k) * box["width"], box["y"] + height * box["height"])
            page.wait_for_timeout(20)
        page.mouse.up()
        page.wait_for_timeout(1500)
    assert ":0;" in frame.get_by_label("state").input_value() and ":1 " in frame.get_by_label("state").input_value() + " "
    press(frame, "Step")
    page.wait_for_function("() => document.querySelector('.nn-network canvas').ariaLabel.includes('epoch 1,')", timeout=15_000)
    assert frame.locator("[role=alert]").count() == 0
    assert lab.errors == []
    lab.leave(page)


ACTIONS = int(os.environ.get("NNLIB_CLICKS", 250))


def test_random_clicks_and_drags_leave_the_playground_working(lab):
    """As many actions on a slow machine as on a quick one; NNLIB_CLICKS=2000 makes a long run."""
    page, frame = open_playground(lab)
    monkey = random.Random(0)
    press(frame, "Play")
    buttons, selects, handles = (frame.locator(kind) for kind in ("button:visible", "select:visible", ".noUi-handle:visible"))
    boxes, canvases = frame.locator("input[type=checkbox]:visible"), frame.locator("canvas:visible")

    def drag(element, steps):
        box = element.bounding_box(timeout=1000)
        if box is None:  # another tab has been opened just now
            return
        page.mouse.move(box["x"] + monkey.random() * box["width"], box["y"] + monkey.random() * box["height"])
        page.mouse.down()
        for _ in range(steps):
            page.mouse.move(box["x"] + monkey.uniform(-60, 60 + box["width"]), box["y"] + monkey.random() * box["height"])
        page.mouse.up()

    done = 0
    for _ in range(ACTIONS):
        what = monkey.random()
        with contextlib.suppress(playwright.Error):  # what was to be clicked may just have gone
            if what < 0.4:
                one = buttons.nth(monkey.randrange(buttons.count()))
                if "CSV" not in one.inner_text(timeout=1000):  # opens a window of the system
                    one.click(timeout=1000)
            elif what < 0.6:
                one = selects.nth(monkey.randrange(selects.count()))
                options = one.locator("option").count()
                if options:  # else a click has taken the layer away, and its choice with it
                    one.select_option(index=monkey.randrange(options), timeout=1000)
            elif what < 0.65:
                boxes.nth(monkey.randrange(boxes.count())).click(timeout=1000)
            elif what < 0.75:
                handles.nth(monkey.randrange(handles.count())).focus(timeout=1000)
                page.keyboard.press(monkey.choice(["ArrowLeft", "ArrowRight"]))
            elif what < 0.85:
                drag(handles.nth(monkey.randrange(handles.count())), 5)
            else:
                drag(canvases.nth(monkey.randrange(canvases.count())), monkey.randrange(6))
            done += 1
    assert done > ACTIONS / 2, done
    page.wait_for_timeout(2000)
    assert not any("Error" in text for text in frame.locator("[role=alert]").all_inner_texts())
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    if frame.get_by_role("button", name="Pause", exact=True).count():
        with contextlib.suppress(playwright.Error):  # it may have stopped by itself just now
            frame.get_by_role("button", name="Pause", exact=True).click(timeout=5000)
        frame.get_by_role("button", name="Play", exact=True).wait_for(timeout=30_000)
    press(frame, "More to set")
    field = frame.get_by_label("state")
    field.fill("playground data=circle hidden=4 trained=2.0")
    field.press("Enter")
    page.wait_for_function("() => document.querySelector('.nn-network canvas').ariaLabel.includes('2-4-1 tanh')", timeout=30_000)
    page.wait_for_function("() => document.querySelector('.nn-network canvas').ariaLabel.includes('epoch 2,')", timeout=30_000)
    press(frame, "Step")
    page.wait_for_function("() => document.querySelector('.nn-network canvas').ariaLabel.includes('epoch 3,')", timeout=30_000)
    assert lab.errors == []
    lab.leave(page)


# ---- how the panels fit the page: the last test, because it changes the page, and a new one costs as much as an experiment

MEASURE = """() => [...document.querySelectorAll('.nnlib-experiment')].map((panel) => {
    const whole = panel.getBoundingClientRect(), faults = [], words = [];
    const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.nn-spoken') && e.getClientRects().length;
    for (const e of panel.querySelectorAll('button, select, input, canvas, label, summary, .noUi-target, .widget-readout, .nn-numbers')) {
        const r = e.getBoundingClientRect(), name = `${e.tagName} ${e.textContent || e.getAttribute('aria-label') || e.className}`.slice(0, 60);
        if (seen(e) && (r.left < whole.left - 1 || r.right > whole.right + 1)) faults.push(`outside: ${name} at ${r.left - whole.left} to ${r.right - whole.left}`);
    }
    for (const e of panel.querySelectorAll('.widget-label, .jupyter-button, .widget-readout'))
        if (seen(e) && e.scrollWidth > e.clientWidth + 1 && e.clientWidth) faults.push(`cut: ${e.textContent} ${e.scrollWidth} > ${e.clientWidth}`);
    const buttons = [...panel.querySelectorAll('button')].filter(seen).map((e) => [e.textContent, e.getBoundingClientRect()]);
    buttons.forEach(([a, r], i) => buttons.slice(i + 1).forEach(([b, s]) => {
        if (r.left < s.right - 1 && s.left < r.right - 1 && r.top < s.bottom - 1 && s.top < r.bottom - 1) faults.push(`button on button: ${a} / ${b}`);
    }));
    const texts = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const node = texts.currentNode, range = document.createRange();
        if (!node.data.trim() || !seen(node.parentElement) || node.parentElement.closest('select, textarea')) continue;
        range.selectNodeContents(node);
        for (const r of range.getClientRects()) if (r.width > 1) words.push([node.data, r.left, r.right, r.top + 3, r.bottom - 3]);
    }
    words.forEach((a, i) => words.slice(i + 1).forEach((b) => {
        if (a[1] < b[2] - 1 && b[1] < a[2] - 1 && a[3] < b[4] && b[3] < a[4]) faults.push(`overlap: ${a[0]} / ${b[0]}`);
    }));
    return [whole.width, whole.height, faults];
})"""


# every text of the panels with less contrast to its ground than 4.5 (WCAG 2.2; 3 where it is large), but for controls that are locked
CONTRAST = """() => {
    const part = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    const numbers = (css) => css.match(/[\\d.]+/g).map(Number), faults = [];
    const ground = (e) => { for (; e; e = e.parentElement) { const c = numbers(getComputedStyle(e).backgroundColor); if ((c[3] ?? 1) > 0.5) return c; } return [255, 255, 255]; };
    for (const panel of document.querySelectorAll('.nnlib-experiment')) {
        const texts = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const e = texts.currentNode.parentElement, look = getComputedStyle(e);
            if (!texts.currentNode.data.trim() || !e.checkVisibility({ visibilityProperty: true }) || e.closest('.nn-spoken, :disabled, [disabled]')) continue;
            const [a, b] = [light(numbers(look.color)), light(ground(e))].sort((p, q) => q - p), size = parseFloat(look.fontSize);
            if (size && (a + 0.05) / (b + 0.05) < (size >= 18 ? 3 : 4.5)) faults.push(`${e.textContent.slice(0, 40)}: ${look.color} on ${ground(e)}, ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
        }
    }
    return faults;
}"""


PRESS_ALL = """words => {
    const all = [...document.querySelectorAll('.nnlib-experiment:not(.nn-playground) button')].filter((button) => button.textContent === words);
    for (const button of all) button.click();
    return all.length;
}"""


# on the stage: every text of an experiment smaller than 20 pixels, and each one whose first slider and picture are higher than a screen
STAGE_SIZES = """() => [...document.querySelectorAll('.nnlib-experiment:not(.nn-playground)')].flatMap((panel) => {
    const zoom = (e) => (e ? parseFloat(getComputedStyle(e).zoom) * zoom(e.parentElement) : 1), small = [];
    const add = (e) => {
        const size = parseFloat(getComputedStyle(e).fontSize) * zoom(e);
        if (e.checkVisibility({ visibilityProperty: true }) && !e.closest('.nn-spoken') && size < 20) small.push(`${e.textContent.slice(0, 40)}: ${size}`);
    };
    const texts = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (texts.currentNode.data.trim()) add(texts.currentNode.parentElement);
    for (const field of panel.querySelectorAll('select')) add(field);
    const canvas = panel.querySelector('canvas'), high = canvas.getBoundingClientRect().bottom - panel.querySelector('.noUi-target').getBoundingClientRect().top;
    if (11 * zoom(canvas) < 20 || high > 600) small.push(`${panel.textContent.slice(0, 40)}: zoom ${zoom(canvas)}, ${high} high`);
    return small;
})"""


def dark_theme(page):
    page.click('.lm-MenuBar-itemLabel:text-is("Settings")')
    page.hover('.lm-Menu-itemLabel:text-is("Theme")')
    page.click('.lm-Menu-itemLabel:text-is("JupyterLab Dark")')
    page.wait_for_function("document.body.dataset.jpThemeLight === 'false'", timeout=30_000)
    page.wait_for_timeout(1500)


def test_the_panels_fit_the_window_and_nothing_in_them_is_cut_or_lies_on_other_words(lab):
    page = lab.open("every.ipynb", share=True)
    page.set_viewport_size({"width": 1280, "height": 720})
    lab.run_all(page)
    page.wait_for_function(
        f"document.querySelectorAll('.nnlib-experiment canvas[data-frames]').length === {len(EXPERIMENTS) + 3}", timeout=90_000
    )

    def measured(width=None):
        if width:
            page.add_style_tag(content=f".nnlib-experiment {{ width: {width}px; }}")
            page.wait_for_timeout(1500)
        found = page.evaluate(MEASURE)
        assert [fault for one in found for fault in one[2]] == [], width
        return found

    def press(button, until):  # in all panels at once: how a mouse presses them is another test's part
        assert page.evaluate(PRESS_ALL, button) == len(EXPERIMENTS)
        page.wait_for_function(f"document.querySelectorAll('{until}').length === {len(EXPERIMENTS)}", timeout=120_000)

    for button, until in ((None, None), ("Show me", ".nn-right"), ("Hold", ".nn-holding .nn-held")):
        if button:
            press(button, until)
        high = {name: (wide, tall) for name, (wide, tall, _) in zip([*names(), "playground"], measured())}
        assert all(840 <= wide <= 850 for wide, _ in high.values()), high
        assert {name: tall for name, (_, tall) in high.items() if tall > 560 and name != "playground"} == {}, button
        assert high["playground"][1] <= 500, high  # TensorFlow Playground's main part takes 538
    press("Release", ".nnlib-experiment:not(.nn-holding, .nn-playground)")
    panel = page.locator(".nn-playground")
    for _ in range(4):  # six hidden layers
        panel.get_by_role("button", name="+ layer", exact=True).click()
    panel.get_by_role("button", name="More to set", exact=True).click()
    panel.get_by_label("activation of each layer").wait_for(timeout=30_000)
    panel.get_by_label("activation of each layer").fill("ReLU,tanh")
    page.wait_for_function("() => document.querySelector('.nn-network canvas').ariaLabel.includes('2-4-2-2-2-2-2-1')", timeout=30_000)
    for width in (848, 620, 430, 360):
        measured(width)
    panel.get_by_role("button", name="Close", exact=True).click()
    panel.get_by_label("activation of each layer").wait_for(state="hidden", timeout=30_000)
    assert page.evaluate(CONTRAST) == []
    dark_theme(page)
    assert page.evaluate(CONTRAST) == []
    measured(848)
    page.add_style_tag(content=re.search("<style>(.*)</style>", STAGE, re.S)[1] + ".nnlib-experiment { width: 1160px; }")
    page.wait_for_timeout(1500)
    assert page.evaluate(STAGE_SIZES) == []
    page.close()
