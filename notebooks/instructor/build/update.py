"""A new version of the notebooks for a folder in which somebody has worked. Plain Python, so that it also runs by itself:

    python notebooks/instructor/build/update.py COURSE FOLDER [BASE]

A cell is known by its id, and there are three versions of it: the one that the learner got (the base), the learner's, and the new one. BASE is
a copy of the course as it was handed out; without it the base is what an earlier update left in FOLDER/.course. Without any base, every cell
that differs counts as the learner's.
"""

import copy
import json
import os
import shutil
import sys
import time
from pathlib import Path

HERS = "**New in the course.** The cell above is yours, and was left as it is. The course now has:"


def text(cell):
    return "".join(cell["source"])


def beside(cell):
    """The course's version of a cell, as text to stand under the learner's: it is read, and not run."""
    shown = f"```python\n{text(cell)}\n```" if cell["cell_type"] == "code" else text(cell)
    return {
        "cell_type": "markdown",
        "id": f"{cell['id'][:56]}-course",
        "metadata": {},
        "source": f"{HERS}\n\n{shown}".splitlines(keepends=True),
    }


def by_id(notebook):
    """id -> cell; of cells with the same id the first, and those without one not."""
    found = {}
    for cell in notebook["cells"]:
        found.setdefault(cell.get("id"), cell)
    found.pop(None, None)
    return found


def with_ids(cells, taken):
    """The cells, each with an id of its own; of cells with the same id the first keeps it."""
    seen, result, number = set(), [], 0
    for cell in cells:
        if not cell.get("id") or cell["id"] in seen:
            while f"own-{number}" in taken | seen:
                number += 1
            cell = cell | {"id": f"own-{number}"}
        seen.add(cell["id"])
        result.append(cell)
    return result


def merged(base, mine, new):
    """The new notebook with all that the learner wrote in it, and the number of conflicts.

    A cell that the learner left alone becomes the new one, or goes where the course dropped it. A cell that she changed stays; if the course
    changed it too, the course's text stands below it. Cells of her own stay behind the cell they followed. A cell that she deleted comes back
    only if the course changed it.
    """
    mine = mine | {"cells": with_ids(mine["cells"], {cell.get("id") for notebook in (base, mine, new) for cell in notebook["cells"]})}
    old, hers, theirs = by_id(base), by_id(mine), by_id(new)
    conflicts, cells, place = 0, [], {}

    def changed(cell):
        known = old.get(cell["id"])
        return known is None or text(known) != text(cell) or known["cell_type"] != cell["cell_type"]

    for cell in new["cells"]:
        id = cell["id"]
        if id not in hers:
            if id not in old or changed(cell):
                cells.append(cell)
            continue
        own = hers[id]
        if text(own) == text(cell) and own["cell_type"] == cell["cell_type"]:
            kept = copy.deepcopy(cell)
            kept.update({key: own[key] for key in ("outputs", "execution_count", "attachments") if key in own})
            cells.append(kept)
        elif not changed(own):
            cells.append(cell)
        else:
            cells.append(own)
            note = beside(cell)
            if changed(cell):
                conflicts += 1
                cells.append(note)
        place[id] = len(cells)
    out, before = [[] for _ in range(len(cells) + 1)], 0
    for cell in mine["cells"]:
        id = cell["id"]
        if id in theirs:
            before = place[id]
        elif id not in old or changed(cell):  # her own, or dropped by the course and changed by her
            out[before].append(cell)
    together = list(out[0])
    for cell, follows in zip(cells, out[1:]):
        together += [cell, *follows]
    result = copy.deepcopy(new)
    result["cells"] = with_ids(copy.deepcopy(together), set(hers) | set(theirs))
    return result, conflicts


def load(file):
    """A notebook with ids, or None if it cannot be read."""
    try:
        notebook = json.loads(file.read_bytes())
        return notebook if all("source" in cell and "cell_type" in cell for cell in notebook["cells"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def store(content, file):
    """Write a whole file or none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.write_bytes(content)
    os.replace(part, file)


def backup(file, folder):
    """Copy a file into FOLDER/backup, under a name that is free."""
    when = time.strftime("%Y%m%d-%H%M%S")
    n = 0
    while (to := folder / "backup" / f"{file.stem}.{when}{f'-{n}' if n else ''}.ipynb").exists():
        n += 1
    to.parent.mkdir(exist_ok=True)
    shutil.copyfile(file, to)


def update(course, folder, base=None):
    """Bring the notebooks of ``course`` into ``folder``; returns what was done, in words.

    Files that the course does not have, and whatever else lies there, are left alone. A notebook that changes is copied to backup first.
    """
    said = []
    for source in sorted((course / "notebooks").glob("*.ipynb")):
        mine, last = folder / "notebooks" / source.name, folder / ".course" / source.name
        content = source.read_bytes()
        if not mine.exists():
            store(content, mine)
            said.append(f"{source.name}: new here")
        elif mine.read_bytes() != content:
            given = last if last.exists() else base and base / "notebooks" / source.name
            known = load(given) if given else None
            ours, theirs = load(mine), load(source)
            if ours is None or theirs is None:
                said.append(f"{source.name}: left as it is, for it cannot be read as a notebook")
                continue
            result, conflicts = merged(known or {"cells": []}, ours, theirs)
            if result["cells"] != ours["cells"]:
                backup(mine, folder)
                store((json.dumps(result, indent=1, ensure_ascii=False) + "\n").encode(), mine)
                both = f", {conflicts} cells stand in both versions" if conflicts else ""
                said.append(f"{source.name}: updated{both}")
        store(content, last)
    return said


def write_update(folder, base=None):
    """Bring the notebooks of this course into a learner's folder; her cells, answers and notes stay."""
    said = update(Path(__file__).resolve().parents[3], folder, base)
    print("\n".join(said) or f"{folder}: nothing to update")


if __name__ == "__main__":
    print(*update(*map(Path, sys.argv[1:])), sep="\n")
