"""Which exercises and derivations have been passed: kept in one small file that you may delete, with no name and no network.

The file is ``nnlib_progress.json`` in the working folder; the environment variable NNLIB_PROGRESS names another one, or
"off" for none. If it cannot be read or written, the ticks stay in memory and nothing else is lost.
"""

import csv
import datetime
import json
import os
from pathlib import Path

from .exercise import TASKS

memory = {}  # id -> {"passed": time or None, "tries": n, "hints": n}


def file():
    name = os.environ.get("NNLIB_PROGRESS", "nnlib_progress.json")
    return None if name == "off" else Path(name)


def rows():
    """What has been recorded: in the file (nothing, if it is missing or damaged) and since this kernel started."""
    return {**read(), **memory}


def read():
    """What the file says, or nothing if there is none or it is damaged."""
    try:
        kept = json.loads(file().read_text(encoding="utf-8"))
        return {id: row for id, row in kept.items() if id in TASKS and isinstance(row["tries"], int) and isinstance(row["hints"], int)}
    except (AttributeError, OSError, ValueError, KeyError, TypeError):
        return {}


def record(id, passed=False, hint=False, form=None):
    """Count a try or a hint, and note the first pass; ``form`` is that of a derivation which was passed."""
    memory.update(rows())
    row = memory.setdefault(id, {"passed": None, "tries": 0, "hints": 0})
    row["hints" if hint else "tries"] += 1
    if passed and not row["passed"]:
        row["passed"] = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    if form and form not in row.get("forms", ()):
        row["forms"] = [*row.get("forms", ()), form]
    if file():
        part = file().with_suffix(".part")
        try:
            part.write_text(json.dumps(memory, indent=1), encoding="utf-8")
            os.replace(part, file())
        except OSError:
            pass  # a read-only folder: the ticks live as long as the kernel


class Progress:
    """``progress()`` shows all exercises and derivations week by week; ``progress.export("me.csv")`` writes one row for each."""

    def __call__(self):
        known, weeks = rows(), {}
        for id in TASKS:
            weeks.setdefault(id.split(".")[0], []).append(id)
        for week, ids in weeks.items():
            passed = [bool(known.get(id, {}).get("passed")) for id in ids]
            print(f"{week}  {''.join('#' if p else '.' for p in passed)}  {sum(passed)} of {len(ids)}")
            for id, done in zip(ids, passed):
                print(f"   [{'x' if done else ' '}] {TASKS[id].title} ({id}, {TASKS[id].minutes} min)")

    def export(self, path="progress.json"):
        """Write id, title, passed, tries and hints of every task as .json or .csv; returns the path."""
        known = rows()
        blank = {"passed": None, "tries": 0, "hints": 0}
        table = [{"id": id, "title": e.title, **{key: known.get(id, blank)[key] for key in blank}} for id, e in TASKS.items()]
        path = Path(path)
        if path.suffix == ".csv":
            with open(path, "w", newline="", encoding="utf-8") as out:
                writer = csv.DictWriter(out, list(table[0]))
                writer.writeheader()
                writer.writerows(table)
        elif path.suffix == ".json":
            path.write_text(json.dumps(table, indent=1), encoding="utf-8")
        else:
            raise ValueError(f"export writes .json or .csv, got {str(path)!r}: write progress.export('progress.csv')")
        return path


progress = Progress()
