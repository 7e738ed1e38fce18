"""What a teacher makes of the course: one module per command, run by ``python notebooks/instructor/build``. Here: what they share."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WITHHELD = "Withheld by your teacher."
DETAILS = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.S)
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # the nnlib of this folder


def notebooks(only=None):
    """The files of the course's notebooks, all or those named."""
    files = sorted((ROOT / "notebooks").glob("*.ipynb"))
    missing = set(only or ()) - {file.stem for file in files}
    if missing:
        raise SystemExit(f"no notebook {', '.join(sorted(missing))}: there are {', '.join(file.stem for file in files)}")
    return [file for file in files if not only or file.stem in only]


def read(file):
    import nbformat  # here, so that --help works with any Python

    return nbformat.read(file, as_version=4)


def write(notebook, file):
    import nbformat

    file.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, file)


def fresh(out):
    """An empty folder at ``out``; one that holds anything is left alone."""
    if out.exists() and any(out.iterdir()):
        raise SystemExit(f"{out} is not empty: name a new folder")
    out.mkdir(parents=True, exist_ok=True)


def replaced(text, old, new):
    """The text with ``old``, which occurs in it once, replaced."""
    if text.count(old) != 1:
        raise SystemExit(f"{old!r} occurs {text.count(old)} times, but it must occur once")
    return text.replace(old, new)


def for_teachers(cell):
    """Whether a cell is a teacher's note: tagged ``teacher``, a speaker note on slides."""
    return "teacher" in cell.metadata.get("tags", ()) or cell.metadata.get("slideshow", {}).get("slide_type") == "notes"
