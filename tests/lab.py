"""A real JupyterLab in a real browser, for test_browser.py and benchmarks/browser.py.

with Lab(folder) as lab:
    page = lab.open("week3_activations.ipynb")     # a playwright page, console errors collected in lab.errors
    lab.run_all(page)
    lab.leave(page)                                # the next open takes this page; close it instead if it was changed
"""

import contextlib
import functools
import importlib
import json
import os
import pkgutil
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nnlib.experiments

modules = [importlib.import_module(f"nnlib.experiments.{module.name}") for module in pkgutil.iter_modules(nnlib.experiments.__path__)]
EXPERIMENTS = [module for module in modules if hasattr(module, "QUESTION")]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
HARMLESS = ("favicon", "Failed to load resource", "ResizeObserver loop")  # messages of Lab itself
START_OF_A_KERNEL = """# What fails in a callback shows nowhere on the page: it is written down for the tests.
import logging, pathlib, sys, traceback

import IPython


def note(text):
    with pathlib.Path({faults!r}).open("a", encoding="utf-8") as file:
        file.write(text + "\\n")


def note_traceback(*args, shell=IPython.get_ipython(), show=IPython.get_ipython().showtraceback, **kwargs):
    in_a_cell = "run_code" in [frame.name for frame in traceback.extract_stack()]  # where an error is shown
    if not in_a_cell and sys.exc_info()[0] is not KeyboardInterrupt:  # a kernel that is shut down is interrupted first
        note(traceback.format_exc())
    show(*args, **kwargs)


handler = logging.Handler(logging.ERROR)
handler.emit = lambda record: note(logging.Formatter().format(record))
handler.addFilter(lambda record: record.exc_info and record.exc_info[0] is not KeyboardInterrupt)  # the rest is of a kernel's start or end
logging.getLogger().addHandler(handler)
IPython.get_ipython().showtraceback = note_traceback
"""
CHANGE = """async ([path, share]) => {
    const app = window.jupyterapp;
    const old = [...app.shell.widgets("main")].filter((widget) => widget.context), session = old[0]?.context.sessionContext;
    const kernel = share && session?.session?.kernel;
    if (kernel) await kernel.requestExecute({ code: "__import__('ipywidgets').Widget.close_all()", silent: true }).done;
    const id = kernel?.id;
    for (const widget of old) {
        if (!kernel) await widget.context.sessionContext.shutdown();
        widget.context.model.dirty = false;
        widget.close();
    }
    const opened = await app.commands.execute("docmanager:open", { path, ...(id ? { kernel: { id } } : {}) });
    await opened.context.sessionContext.ready;
}"""


class Lab:
    """JupyterLab on a free port over ``folder``, and Chromium beside it."""

    def __init__(self, folder, scratch, size=(1280, 900)):
        self.folder, self.scratch, self.size, self.errors, self.left = Path(folder), Path(scratch), size, [], []

    def __enter__(self):
        from playwright.sync_api import sync_playwright

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        settings = self.scratch / "settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True, exist_ok=True)
        (settings / "notification.jupyterlab-settings").write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
        whole = self.scratch / "settings" / "@jupyterlab" / "notebook-extension"  # all cells are there, not only those in view
        whole.mkdir(parents=True, exist_ok=True)
        (whole / "tracker.jupyterlab-settings").write_text(json.dumps({"windowingMode": "none"}))
        start = self.scratch / "ipython" / "profile_default" / "startup"
        start.mkdir(parents=True, exist_ok=True)
        self.faults_file = self.scratch / "faults.txt"
        (start / "faults.py").write_text(START_OF_A_KERNEL.format(faults=str(self.faults_file)), encoding="utf-8")
        places = {"IPYTHONDIR": str(self.scratch / "ipython")} | {
            name: str(self.scratch / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_WORKSPACES_DIR")
        }
        self.server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={self.port}", "--IdentityProvider.token=t"]
            + ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={self.folder}", "--LabApp.expose_app_in_browser=True"],
            env=os.environ
            | places
            | {"JUPYTERLAB_SETTINGS_DIR": str(self.scratch / "settings"), "NNLIB_PROGRESS": str(self.scratch / "p.json")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(480):  # a busy machine needs more than a minute
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api?token=t", timeout=1).close()
                break
            time.sleep(0.5)
        else:
            self.server.kill()
            raise RuntimeError("JupyterLab does not answer")
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        self.context = self.browser.new_context(viewport={"width": self.size[0], "height": self.size[1]})
        self.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=f"http://127.0.0.1:{self.port}")
        return self

    def __exit__(self, *_):
        self.browser.close()
        self.playwright.stop()
        self.server.terminate()
        self.server.wait(60)

    def open(self, notebook, share=False):
        """A page with the notebook: a page that was given back by ``leave``, where the last kernel ends first, or else a new one.

        With ``share`` the last kernel goes on, without its widgets: a start costs more than most tests.
        """
        if self.left:
            page = self.left.pop()
            page.evaluate(CHANGE, [notebook, share])
            page.wait_for_selector('.jp-StatusBar-TextItem:has-text("| Idle")', timeout=90_000)
            return page
        page = self.context.new_page()
        page.wait_for_function = functools.partial(page.wait_for_function, polling=50)  # else the page paints 60 times a second to answer
        page.on("console", lambda message: self.note(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.note(str(error)))
        page.goto(f"http://127.0.0.1:{self.port}/lab/tree/{notebook}?token=t&reset", timeout=90_000)
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
        page.wait_for_selector('.jp-StatusBar-TextItem:has-text("| Idle")', timeout=90_000)
        return page

    def leave(self, page):
        """Give a page back, for the next ``open``: JupyterLab is loaded once then, which costs more than most tests."""
        self.left.append(page)

    def faults(self):
        """What failed in the kernels' callbacks since the last question, as text."""
        text = self.faults_file.read_text(encoding="utf-8") if self.faults_file.exists() else ""
        self.faults_file.unlink(missing_ok=True)
        return text

    def note(self, text):
        if not any(word in text for word in HARMLESS):
            self.errors.append(text[:300])

    def run_all(self, page, timeout=180_000):
        """Run > Run All Cells, and wait until the last cell has its number; a kernel that was not connected yet is asked again."""
        last = page.locator(".jp-CodeCell .jp-InputPrompt").last
        for _ in range(3):
            page.click('.lm-MenuBar-itemLabel:text-is("Run")')
            page.click('.lm-Menu-itemLabel:text-is("Run All Cells")')
            page.wait_for_timeout(1000)
            if last.inner_text() != "[ ]:":
                break
        page.wait_for_function("e => /\\d/.test(e.innerText)", arg=last.element_handle(), timeout=timeout)


def write_notebook(path, *sources):
    """A small notebook of code cells."""
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": s, "outputs": [], "execution_count": None}
        for i, s in enumerate(sources)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    Path(path).write_text(json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}))


def network_place(canvas, x, y):
    """Where a place of the playground's network is on the screen: its axes begin 4 and 28 pixels from the corner of the canvas."""
    from nnlib.experiments.playground.pictures import HIGH, wide_for

    box = canvas.bounding_box()
    scale = min((0.62 * box["width"] - 18) / wide_for(box["width"]), (360 - 36) / HIGH)
    return box["x"] + 4 + scale * x, box["y"] + 28 + scale * (HIGH - y)
