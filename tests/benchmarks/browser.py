"""How quick the experiments are in a real browser: run ``python tests/benchmarks/browser.py [names]``; needs Chromium and playwright.

key      a key on the first slider until the next painted frame, median and 95th percentile of 40, in ms
lag      the end of a drag of two seconds until the last changed frame, in ms
rate     frames a second while work streams after one move; obeys: the next move until its first frame, in ms
The playground: see its function.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from lab import Lab, write_notebook

LIMITS = {"signal_propagation": (60, 120), "hinges": (60, 120), "bug_lab": (60, 120)}
WATCH = """() => {
    window.frames_seen = [];
    const canvas = document.querySelector('.nnlib-experiment canvas');
    new MutationObserver(() => window.frames_seen.push(performance.now())).observe(canvas, {attributes: true, attributeFilter: ['data-frames']});
    document.addEventListener('keydown', () => { window.pressed = performance.now(); }, true);
    document.addEventListener('pointerup', () => { window.released = performance.now(); }, true);
}"""


def measure(lab, name):
    page = lab.open(f"{name}.ipynb")
    lab.run_all(page)
    page.wait_for_selector(".nnlib-experiment canvas[data-frames]", timeout=60_000)
    page.locator(".nnlib-experiment").get_by_role("button", name="Show me").click()
    page.wait_for_timeout(4000)
    page.evaluate(WATCH)
    handle = page.locator(".nnlib-experiment .noUi-handle").first
    handle.focus()
    waits = []
    for i in range(44):
        page.evaluate("() => { window.frames_seen = []; }")
        page.keyboard.press("ArrowLeft" if i % 8 < 4 else "ArrowRight")
        page.wait_for_function("() => window.frames_seen.length > 0", timeout=20_000)
        waits.append(page.evaluate("() => window.frames_seen[0] - window.pressed"))
        page.wait_for_timeout(60)
    waits = waits[4:]  # the first fill caches
    page.wait_for_timeout(4000)

    box, room = handle.bounding_box(), page.locator(".nnlib-experiment .noUi-base").first.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.evaluate("() => { window.frames_seen = []; }")
    page.mouse.down()
    for i in range(100):
        page.mouse.move(room["x"] + room["width"] * (0.5 + 0.4 * np.sin(i / 10)), y)
        page.wait_for_timeout(20)
    page.mouse.up()
    page.wait_for_timeout(6000)
    frames, released = page.evaluate("() => [window.frames_seen, window.released]")
    during = sum(t < released for t in frames)
    after = [t - released for t in frames if t >= released]
    streams = len(after) > 4
    lag = after[0] if streams and after else after[-1] if after else 0.0
    rate = (len(after) - 1) / (after[-1] - after[0]) * 1000 if streams else during / 2
    print(
        f"{name:20s} key {np.median(waits):5.0f} ms, 95 % {np.percentile(waits, 95):5.0f} ms;  after a drag "
        f"{'first frame' if streams else 'last frame'} {lag:5.0f} ms;  {rate:4.1f} frames a second {'streaming' if streams else 'while dragging'}",
        flush=True,
    )
    page.close()
    median, late = LIMITS.get(name, (np.inf, np.inf))
    return np.median(waits) <= median and np.percentile(waits, 95) <= late and lag <= 100


PLAYGROUND = {"4-2": (48, 144), "8-8": (23, 69), "8-8-8-8-8-8": (14, 42)}  # pictures and epochs a second that are asked for


def playground(lab, hidden, seconds=20):
    """Pictures and epochs a second while the playground trains on 250 points at batch 10, and how quickly it obeys Pause."""
    source = f'from nnlib.experiments import playground\n\npanel = playground.Panel("playground hidden={hidden}")\npanel'
    write_notebook(lab.folder / "playground.ipynb", source, "pass")
    page = lab.open("playground.ipynb")
    lab.run_all(page)
    page.wait_for_selector(".nnlib-experiment canvas[data-frames]", timeout=60_000)
    frame = page.locator(".nnlib-experiment")
    frame.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(3000)
    page.evaluate(WATCH)
    seen = """() => { const c = document.querySelector('.nnlib-experiment canvas');
        return [performance.now(), +c.dataset.frames, +/epoch (\\d+)/.exec(c.ariaLabel)[1]]; }"""
    first = page.evaluate(seen)
    page.wait_for_timeout(1000 * seconds)
    last = page.evaluate(seen)
    took, pictures, epochs = (b - a for a, b in zip(first, last))
    frame.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_timeout(2000)
    late = page.evaluate("() => Math.max(0, window.frames_seen.at(-1) - window.released)")
    pictures, epochs = 1000 * pictures / took, 1000 * epochs / took
    print(
        f"playground {hidden:12s} {pictures:5.1f} pictures a second, {epochs:5.0f} epochs a second; last frame {late:4.0f} ms after Pause",
        flush=True,
    )
    page.close()
    return pictures >= PLAYGROUND[hidden][0] and epochs >= PLAYGROUND[hidden][1] and late <= 100


if __name__ == "__main__":
    from test_experiments import EXPERIMENTS

    chosen = sys.argv[1:] or [experiment.__name__.rsplit(".", 1)[-1] for experiment in EXPERIMENTS] + ["playground"]
    with tempfile.TemporaryDirectory() as scratch:
        notebooks = Path(scratch) / "notebooks"
        notebooks.mkdir()
        for name in chosen:
            write_notebook(notebooks / f"{name}.ipynb", f"from nnlib.experiments import {name}, show\n\nshow({name})", "pass")
        with Lab(notebooks, Path(scratch)) as lab:
            missed = [name for name in chosen if name != "playground" and not measure(lab, name)]
            if "playground" in chosen:
                missed += [f"playground {hidden}" for hidden in PLAYGROUND if not playground(lab, hidden)]
    print("over the limit:", ", ".join(missed) or "none")
