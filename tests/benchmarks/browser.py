"""How quick the experiments are in a real browser: run ``python tests/benchmarks/browser.py [names]``; needs Chromium and playwright.

key      a key on the first slider, with nothing running, until the next painted frame: median and 95th percentile of 40, in ms
lag      the end of a drag of two seconds until the last changed frame, or the first one where work streams on, in ms; median and worst of 5
rate     work that streams: frames per second after a new seed, and ms from a new seed in mid-work until its progress shows; median and worst of 5
The playground: see its function.
"""

import importlib
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import numpy as np
import psutil
import websocket

sys.path.insert(0, str(Path(__file__).parents[1]))
from lab import CHROMIUM, EXPERIMENTS, FLAGS, Lab, write_notebook

LIMITS = {"signal_propagation": (60, 120), "hinges": (60, 120), "bug_lab": (60, 120)}
WATCH = """() => {
    window.frames_seen = [];
    const canvas = document.querySelector('.nnlib-experiment:not(.nn-playground) canvas, .nn-network canvas');
    new MutationObserver(() => window.frames_seen.push(performance.now())).observe(canvas, {attributes: true, attributeFilter: ['data-frames']});
    document.addEventListener('keydown', () => { window.pressed = performance.now(); }, true);
    document.addEventListener('pointerup', () => { window.released = performance.now(); }, true);
}"""


class Bare:
    """A Chromium driven by a thin client: playwright reads every message too, which costs a third of the speed."""

    def __init__(self, folder):
        options = ["--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={folder}/profile", "--window-size=1280,900"]
        self.chromium = subprocess.Popen([CHROMIUM, *FLAGS, *options, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        told = Path(folder) / "profile" / "DevToolsActivePort"
        while not told.exists() or not told.read_text().strip():
            time.sleep(0.1)
        with urllib.request.urlopen(f"http://127.0.0.1:{told.read_text().split()[0]}/json") as answer:
            page = next(target for target in json.load(answer) if target["type"] == "page")
        self.socket, self.sent = websocket.create_connection(page["webSocketDebuggerUrl"]), 0

    def do(self, method, **parameters):
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "method": method, "params": parameters}))
        while (answer := json.loads(self.socket.recv())).get("id") != self.sent:
            pass
        return answer["result"]

    def js(self, code):
        return self.do("Runtime.evaluate", expression=code, returnByValue=True)["result"].get("value")

    def wait(self, code, seconds=180):
        until = time.perf_counter() + seconds
        while not self.js(code):
            if time.perf_counter() > until:
                raise TimeoutError(code)
            time.sleep(0.1)

    def press(self, words):
        """Click a button; the browser's milliseconds at the click."""
        button = f"[...document.querySelectorAll('.nnlib-experiment button')].find(e => e.textContent === '{words}')"
        return self.js(f"(() => {{ const at = performance.now(); {button}.click(); return at; }})()")

    def key(self, name, code):
        for kind in ("rawKeyDown", "keyUp"):
            self.do("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code)

    def mouse(self, kind, x, y):
        self.do("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def end(self):
        self.chromium.terminate()
        self.chromium.wait()

    def open(self, lab, notebook):
        """Open a notebook in Lab and run its first cell."""
        self.do("Page.navigate", url=f"http://127.0.0.1:{lab.port}/lab/tree/{notebook}?token=t&reset")
        self.wait("!!document.querySelector('.jp-Notebook .jp-Cell')")
        self.wait("!!document.querySelector('.jp-Notebook-ExecutionIndicator[data-status=idle]')")
        self.do("Emulation.setFocusEmulationEnabled", enabled=True)
        time.sleep(1)
        button = "document.querySelector('[data-command=\"notebook:run-cell-and-select-next\"]').getBoundingClientRect()"
        place = self.js(f"(r => ({{x: r.x + r.width / 2, y: r.y + r.height / 2}}))({button})")
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, **place)
        self.wait("!!document.querySelector('.nnlib-experiment:not(.nn-playground) canvas[data-frames], .nn-network canvas[data-frames]')")


def key_waits(browser):
    """Milliseconds from a key on the first slider to the next painted frame, 40 times, each after the picture has come to rest (or 2 s)."""
    low, at, high = browser.js("""(h => { h.focus(); return ['min', 'now', 'max'].map(end => +h.getAttribute('aria-value' + end)); })(
        document.querySelector('.nnlib-experiment .noUi-handle'))""")
    first, then = [("ArrowLeft", 37), ("ArrowRight", 39)][:: 1 if at - low > high - at else -1]  # away from the nearer end
    waits = []
    for i in range(44):
        browser.js("window.frames_seen = []")
        browser.key(*(first if i % 4 < 2 else then))
        browser.wait("window.frames_seen.length > 0", 20)
        waits.append(browser.js("window.frames_seen[0] - window.pressed"))
        browser.wait("performance.now() - window.frames_seen.at(-1) > 150 || performance.now() - window.pressed > 2000")
    return waits[4:]  # the first fill caches


def measure(lab, name):
    browser = Bare(lab.scratch / name)
    browser.open(lab, f"{name}.ipynb")
    browser.press("Show me")
    time.sleep(4)
    browser.js(f"({WATCH})()")
    waits = key_waits(browser)
    time.sleep(4)
    streams = hasattr(importlib.import_module(f"nnlib.experiments.{name}"), "stream")
    lags = [drag(browser, streams) for _ in range(5)]
    print(
        f"{name:20s} key {np.median(waits):4.0f} ms, 95 % {np.percentile(waits, 95):4.0f} ms;  "
        f"lag after a drag {np.median(lags):4.0f} ms, worst {max(lags):4.0f} ms",
        end="",
        flush=True,
    )
    rate, starts = np.inf, [0.0]
    if streams:
        rate, starts = stream(browser)
        print(
            f";  {rate:4.1f} frames a second, a new run after {np.median(starts):4.0f} ms, worst {max(starts):4.0f} ms", end="", flush=True
        )
    print()
    browser.end()
    median, late = LIMITS.get(name, (np.inf, np.inf))
    return np.median(waits) <= median and np.percentile(waits, 95) <= late and max(lags) <= 100 and rate >= 10 and max(starts) <= 100


def drag(browser, streams):
    """Two seconds of dragging the first slider; milliseconds from its release to the last frame, or the first if work streams on after it."""
    place = "(r => [r.x, r.y + r.height / 2, r.width])(document.querySelector('.nnlib-experiment {}').getBoundingClientRect())"
    (x, y, width), (left, _, room) = browser.js(place.format(".noUi-handle")), browser.js(place.format(".noUi-base"))
    browser.js("window.frames_seen = []")
    browser.mouse("mousePressed", x + width / 2, y)
    start = time.perf_counter()
    for i in range(100):
        browser.mouse("mouseMoved", left + room * (0.5 + 0.4 * np.sin(i / 10)), y)
        time.sleep(max(0.0, start + 0.02 * i - time.perf_counter()))
    browser.mouse("mouseReleased", left + room * 0.5, y)
    time.sleep(6)
    after = browser.js("window.frames_seen.map(t => t - window.released).filter(t => t >= 0)")
    return after[0 if streams else -1] if after else 0.0


def stream(browser):
    """Six new seeds, 0.3 s apart: frames per second of the last, and for the five in mid-work the milliseconds until the new work shows."""
    browser.js("[...document.querySelectorAll('.nnlib-experiment *')].findLast(e => e.textContent === 'More to set').click()")
    time.sleep(1)
    browser.js("""(() => { window.bar = []; new MutationObserver(() => {
        window.bar.push([performance.now(), parseFloat(document.querySelector('.nnlib-experiment .progress-bar').style.width)]);
    }).observe(document.querySelector('.nnlib-experiment'), {subtree: true, attributes: true, attributeFilter: ['style']}); })()""")
    presses = []
    for _ in range(6):
        browser.js("[...document.querySelectorAll('.nnlib-experiment .noUi-handle')].at(-1).focus()")
        browser.key("ArrowRight", 39)
        presses.append(browser.js("window.pressed"))
        time.sleep(0.3)
    time.sleep(6)
    bar, frames = browser.js("[window.bar, window.frames_seen]")
    if not any(at >= presses[0] for at in frames):
        return np.inf, [0.0]  # no seed changes the picture at this setting
    restarts = [at for (_, before), (at, value) in zip(bar, bar[1:]) if value < before or value == 0]
    streamed = [at for at in frames if restarts and at >= restarts[-1]][:-1]
    if len(streamed) < 2:  # done within one or two pictures at this setting: these are the new work
        rate, restarts = np.inf, frames
    else:
        rate = (len(streamed) - 1) / (streamed[-1] - streamed[0]) * 1000
    return rate, [next((at for at in restarts if at >= pressed), np.inf) - pressed for pressed in presses][1:]


PLAYGROUND = {"4-2": (48, 144), "8-8": (23, 69), "8-8-8-8-8-8": (14, 42)}  # required pictures and epochs per second


def playground(lab, hidden, seconds=60):
    """Pictures and epochs per second on 250 points at batch 10; memory and speed at the start and end of a minute; Pause; a slider while paused."""
    source = f'from nnlib.experiments import playground\n\npanel = playground.Panel("playground hidden={hidden}")\npanel'
    write_notebook(lab.folder / f"playground_{hidden}.ipynb", source, "pass")
    browser = Bare(lab.scratch / hidden)
    browser.open(lab, f"playground_{hidden}.ipynb")
    kernel = max(psutil.Process(lab.server.pid).children(recursive=True), key=lambda process: process.create_time())
    browser.press("Play")
    time.sleep(3)
    browser.js(f"({WATCH})()")

    def now():
        browser.do("HeapProfiler.collectGarbage")
        clock, pictures, epochs, heap = browser.js(
            """(() => { const c = document.querySelector('.nn-network canvas');
            return [performance.now() / 1000, +c.dataset.frames, +/epoch (\\d+)/.exec(c.ariaLabel)[1], performance.memory.usedJSHeapSize / 1e6]; })()"""
        )
        return np.array([clock, pictures, epochs]), kernel.memory_info().rss / 1e6, heap

    marks = [now()]
    for wait in (10, seconds - 20, 10):
        time.sleep(wait)
        marks.append(now())
    (took, pictures, epochs), rates = marks[-1][0] - marks[0][0], [(b[0] - a[0])[1] / (b[0] - a[0])[0] for a, b in zip(marks, marks[1:])]
    pictures, epochs = pictures / took, epochs / took
    pauses = []
    for _ in range(9):
        pressed = browser.press("Pause")
        time.sleep(1)
        pauses.append(max(0.0, browser.js("window.frames_seen.at(-1)") - pressed))
        browser.press("Play")
        time.sleep(1 + 0.007 * len(pauses))
    browser.press("Pause")
    time.sleep(1)
    late = np.median(pauses)

    slider = np.median(key_waits(browser))
    browser.end()
    print(
        f"playground {hidden:12s} {pictures:5.1f} pictures a second (first and last 10 s: {rates[0]:.1f}, {rates[-1]:.1f}), {epochs:4.0f} epochs a second; "
        f"kernel {marks[1][1]:.0f} to {marks[-1][1]:.0f} MB, page {marks[1][2]:.0f} to {marks[-1][2]:.0f} MB; last frame {late:.0f} ms after Pause (of 9 the median; worst {max(pauses):.0f}); "
        f"slider {slider:.0f} ms",
        flush=True,
    )
    return pictures >= PLAYGROUND[hidden][0] and epochs >= PLAYGROUND[hidden][1] and late <= 100 and slider <= 60


if __name__ == "__main__":
    chosen = sys.argv[1:] or [experiment.__name__.rsplit(".", 1)[-1] for experiment in EXPERIMENTS] + ["playground"]
    with tempfile.TemporaryDirectory() as scratch:
        notebooks = Path(scratch) / "notebooks"
        notebooks.mkdir()
        for name in chosen:
            write_notebook(notebooks / f"{name}.ipynb", f"from nnlib.experiments import {name}, show\n\nshow({name})", "pass")
        with Lab(notebooks, Path(scratch)) as lab:
            lab.context.close()
            missed = [name for name in chosen if name != "playground" and not measure(lab, name)]
            if "playground" in chosen:
                missed += [f"playground {hidden}" for hidden in PLAYGROUND if not playground(lab, hidden)]
    print("over the limit:", ", ".join(missed) or "none")
