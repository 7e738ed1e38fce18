"""Every experiment in a real JupyterLab in a real browser: answered, moved by keyboard and mouse, held, its code run in a new cell.

Skipped where Chromium is not installed.
"""

import pytest
from lab import CHROMIUM, Lab, write_notebook
from test_experiments import EXPERIMENTS

pytest.importorskip("playwright")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

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
    with Lab(notebooks, folder) as running:
        yield running


def names():
    return [experiment.__name__.rsplit(".", 1)[-1] for experiment in EXPERIMENTS]


def picture(page):
    """The canvas as it is painted now, as a string that changes with every pixel."""
    return page.locator(".nnlib-experiment canvas").first.evaluate("canvas => canvas.toDataURL()")


def until_changed(page, before, timeout=15_000):
    page.wait_for_function(
        "before => document.querySelector('.nnlib-experiment canvas').toDataURL() !== before", arg=before, timeout=timeout, polling=20
    )


def quiet(page):
    """Wait until the picture has stood still for half a second."""
    last = None
    for _ in range(80):
        now = picture(page)
        if now == last:
            return now
        last = now
        page.wait_for_timeout(500)
    raise AssertionError("the picture never comes to rest")


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=names())
def test_an_experiment_from_the_question_to_its_code_in_a_new_cell(lab, experiment):
    lab.errors.clear()
    page = lab.open(f"{experiment.__name__.rsplit('.', 1)[-1]}.ipynb")
    lab.run_all(page)
    frame = page.locator(".nnlib-experiment")
    page.wait_for_selector(".nnlib-experiment canvas[data-frames]", timeout=60_000)
    start = quiet(page)
    canvas = frame.locator("canvas").first
    assert canvas.evaluate(PIXELS) > 5, "the first frame is blank"
    assert canvas.get_attribute("role") == "img" and any(letter.isdigit() for letter in canvas.get_attribute("aria-label"))

    # the question, by keyboard alone
    question = experiment.QUESTION
    if question.options:
        frame.locator("select").first.select_option(question.options[0])
    elif not question.curve:
        frame.locator("input[placeholder='a number']").fill("1")
        page.wait_for_timeout(300)
    button = frame.get_by_role("button", name="Show me" if question.curve else "Commit")
    button.focus()
    page.keyboard.press("Enter")
    frame.get_by_text("Observed:").wait_for(timeout=30_000)
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
    assert printed and (float(printed[-1]) or True)

    assert frame.locator("[role=alert]").count() == 0
    assert lab.errors == []
    page.close()
