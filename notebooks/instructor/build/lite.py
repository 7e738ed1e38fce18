"""The notebooks themselves in a browser, by JupyterLite: Python as WebAssembly in the page. Its first visit fetches Pyodide from the net."""

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from . import ROOT, fresh, notebooks, read, write
from .course import without_notes

FIRST = "%pip install -q nnlib  # the wheel of this folder, not one from the net\n%matplotlib inline"


def write_lite(out, only=None):
    """Write a folder for a static host: JupyterLite with the notebooks and nnlib's wheel."""
    if not importlib.util.find_spec("jupyterlite_core"):
        raise SystemExit("JupyterLite is not installed: pip install jupyterlite-core jupyterlite-pyodide-kernel")
    import nbformat

    fresh(out)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)], check=True)
        for file in notebooks(only):
            notebook = without_notes(read(file))
            notebook.cells.insert(0, nbformat.v4.new_code_cell(FIRST, id="install"))
            write(notebook, folder / "contents" / file.name)
        wheel = next(folder.glob("nnlib-*.whl"))
        options = [
            "--contents",
            str(folder / "contents"),
            "--output-dir",
            str(out.resolve()),
            "--piplite-wheels",
            str(wheel),
            "--no-sourcemaps",
        ]
        subprocess.run([sys.executable, "-m", "jupyter", "lite", "build", *options], check=True, cwd=folder)
    print(f"{out}: put it on any web server. The notebooks run in the page; the first visit fetches Pyodide and NumPy from the net.")
