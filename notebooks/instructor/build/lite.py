"""The notebooks themselves in a browser, by JupyterLite: Python as WebAssembly in the page. Its first visit fetches Pyodide from the net."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from . import ROOT, fresh, notebooks, read, write

FIRST = "%pip install -q nnlib  # the wheel of this folder, not one from the net\n%matplotlib inline"


def write_lite(out, only=None):
    """Write a folder for a static host: JupyterLite with the notebooks and nnlib's wheel."""
    try:
        import jupyterlite_core  # noqa: F401  here, as the command needs it and nothing else does
    except ImportError:
        raise SystemExit("JupyterLite is not installed: pip install jupyterlite-core jupyterlite-pyodide-kernel") from None
    fresh(out)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)], check=True)
        for file in notebooks(only):
            notebook = read(file)
            notebook.cells.insert(0, nbformat.v4.new_code_cell(FIRST, id="install"))
            write(notebook, folder / "contents" / file.name)
        shutil.copytree(ROOT / "notebooks" / "data", folder / "contents" / "data") if (ROOT / "notebooks" / "data").is_dir() else None
        wheel = next(folder.glob("nnlib-*.whl"))
        options = ["--contents", str(folder / "contents"), "--output-dir", str(out.resolve()), "--piplite-wheels", str(wheel), "--no-sourcemaps"]
        subprocess.run([sys.executable, "-m", "jupyter", "lite", "build", *options], check=True, cwd=folder)
    print(f"{out}: put it on any web server. The notebooks run in the page; the first visit fetches Pyodide and NumPy from the net.")


def missing_in_browser(requirements, lock, pure):
    """The requirements that a browser cannot have: not in Pyodide's lock in the asked version, and no pure Python wheel.

    ``lock``: the parsed pyodide-lock.json; ``pure``: names whose wheels are pure Python (py3-none-any).
    """
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    packages, found = {canonicalize_name(name): about["version"] for name, about in lock["packages"].items()}, []
    for needed in map(Requirement, requirements):
        if needed.marker and not needed.marker.evaluate({"sys_platform": "emscripten"}):
            continue
        name = canonicalize_name(needed.name)
        if not (name in pure or (name in packages and needed.specifier.contains(packages[name]))):
            found.append(str(needed))
    return found


def indexed_wheels(out):
    """The names of the wheels that a built folder offers to %pip."""
    return sorted(name for file in out.rglob("all.json") for name in json.loads(file.read_text(encoding="utf-8")))
