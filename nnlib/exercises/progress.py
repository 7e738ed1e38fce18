"""Which exercises and derivations you have passed: one small file that you may delete, with no name in it and no network.

The file is ``nnlib_progress.json`` in the folder where the kernel started; the environment variable NNLIB_PROGRESS names
another one, or "off" for none. Where no file can be written, progress lasts as long as the kernel. Several kernels may
write to one file: what has been passed once stays passed, and the larger counts win. Of a damaged file every row that can
be read is taken over, and the file itself is kept as nnlib_progress.json.bak.
"""

import contextlib
import csv
import datetime
import itertools
import json
import os
import re
import time
from pathlib import Path

from ..storage import write_whole
from .exercise import TASKS

session = {}  # id -> {"passed": time or None, "tries": n, "hints": n, "solution": True if it was shown}, as this kernel knows it
try:
    FOLDER = Path.cwd()  # os.chdir in a cell does not move the file
except OSError:  # the working folder has been removed
    FOLDER = None


def progress_file():
    """The path of the file; None for "off", and for what is no regular file: a folder, a device, a pipe."""
    name = os.environ.get("NNLIB_PROGRESS", "").strip() or "nnlib_progress.json"
    if name.lower() == "off" or (FOLDER is None and not os.path.isabs(name)):
        return None
    path = os.path.realpath(os.path.join(FOLDER or "", name))
    return None if os.path.exists(path) and not os.path.isfile(path) else Path(path)


def merge(*rows):
    """One row of several for the same exercise: passed once is passed; the largest counts. Wrong values count as none."""
    rows = [row for row in rows if isinstance(row, dict)]
    passed = min((str(row["passed"]) for row in rows if row.get("passed")), default=None)
    counts = {key: max([0, *(row[key] for row in rows if type(row.get(key)) is int)]) for key in ("tries", "hints")}
    marks = {key: True for key in ("solution", "after_solution") if any(row.get(key) is True for row in rows)}
    return {key: value for row in rows for key, value in row.items()} | {"passed": passed, **counts, **marks}


def load():
    """The entries of the file, also those of exercises that are not known here, and whether it is damaged."""
    file = progress_file()
    try:
        content = file.read_bytes() if file else b"{}"
    except FileNotFoundError:
        return {}, False
    except OSError:
        return {}, True
    try:
        entries = json.loads(content)  # UTF-8, -16 or -32, with or without a byte-order mark
        json.dumps(entries, indent=1)
        if isinstance(entries, dict):
            return entries, False
    except (ValueError, RecursionError):
        pass
    entries = {}
    for id, row in re.findall(r'"(\w+\.\w+)"\s*:\s*(\{[^{}]*\})', content.decode(json.detect_encoding(content), "replace")):
        with contextlib.suppress(ValueError):
            entries[id] = merge(entries.get(id), json.loads(row))
    return entries, True


def recorded():
    """id -> row of every task that has been tried: from the file, and from this kernel."""
    entries, _ = load()
    return {id: merge(entries.get(id), session.get(id)) for id in TASKS if id in session or isinstance(entries.get(id), dict)}


@contextlib.contextmanager
def locked(folder):
    """Let other kernels wait, for two seconds at most. Where there is no such lock (Windows), they only merge."""
    try:
        import fcntl

        descriptor = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        for _ in range(200):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.01)
                continue
            except OSError:  # a file system without locks
                pass
            break
        yield
    finally:
        os.close(descriptor)


def record(id, passed=False, hint=False, solution=False, form=None):
    """Count a try or a hint, and note the first pass, and whether the solution had been shown before it.

    ``form`` is that of a derivation which was passed.
    """
    file = progress_file()
    with locked(file.parent) if file else contextlib.nullcontext():
        entries, damaged = load()
        session.update(recorded())
        row = session[id] = merge(session.get(id))
        if solution:
            row["solution"] = True
        else:
            row["hints" if hint else "tries"] += 1
        if hint:
            row["tries_at_hint"] = row["tries"]
        if passed and not row["passed"]:
            row["passed"] = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            row |= {"after_solution": True} if row.get("solution") else {}
        if form and form not in row.get("forms", ()):
            row["forms"] = [*row.get("forms", ()), form]
        save(file, entries | session, damaged)


def save(file, entries, damaged):
    """Write all entries; in a read-only folder they last as long as the kernel. A damaged file is kept aside."""
    if file:
        with contextlib.suppress(OSError):
            if damaged and file.is_file():
                keep_aside(file)
            write_whole(file, lambda out: out.write(json.dumps(entries, indent=1).encode()))


def keep_aside(file):
    """Rename a file that could not be read to .bak, .bak1, ...: none is ever overwritten."""
    backups = (file.with_name(f"{file.name}.bak{number or ''}") for number in itertools.count())
    os.rename(file, next(backup for backup in backups if not os.path.lexists(backup)))


def memory_of(week):
    """What review() remembers of the notebooks of a week, in words; "" if it has asked nothing."""
    from .review.course import NOTEBOOKS
    from .review.families import FAMILIES
    from .review.memory import summary

    books = {key for key, notebook in NOTEBOOKS.items() if notebook.first and notebook.first.startswith(f"{week}.")}
    return summary({family.name for family in FAMILIES.values() if family.notebook in books})


def review_rows():
    """One row for each question of before() and after() that was asked."""
    from .review.forms import exported

    return exported()


class Progress:
    """``progress()`` shows all exercises and derivations week by week; ``progress.export("me.csv")`` writes one row for each."""

    def __call__(self):
        known, weeks = recorded(), {}
        for id in TASKS:
            weeks.setdefault(id.split(".")[0], []).append(id)
        for week, ids in weeks.items():
            passed = [bool(known.get(id, {}).get("passed")) for id in ids]
            memory = memory_of(week)
            print(f"{week}  {''.join('#' if p else '.' for p in passed)}  {sum(passed)} of {len(ids)}" + (f"   {memory}" if memory else ""))
            for id, done in zip(ids, passed):
                later = ", passed after the solution" if known.get(id, {}).get("after_solution") else ""
                print(f"   [{'x' if done else ' '}] {TASKS[id].title} ({id}, {TASKS[id].minutes} min{later})")

    def export(self, path="progress.json"):
        """Write id, title, passed, tries, hints and after_solution of every task, and what before() and after() found; returns the path."""
        known = recorded()
        rows = {id: merge(known.get(id)) for id in TASKS}
        table = [
            {
                "id": id,
                "title": e.title,
                **{key: rows[id][key] for key in ("passed", "tries", "hints")},
                "after_solution": rows[id].get("after_solution", False),
                "wrong_idea": "",
            }
            for id, e in TASKS.items()
        ]
        table += review_rows()
        suffix = Path(path).suffix if isinstance(path, (str, os.PathLike)) else ""
        if suffix == ".csv":
            with open(path, "w", newline="", encoding="utf-8") as out:
                writer = csv.DictWriter(out, list(table[0]))
                writer.writeheader()
                writer.writerows(table)
        elif suffix == ".json":
            Path(path).write_text(json.dumps(table, indent=1), encoding="utf-8")
        else:
            raise ValueError(f"export writes .json or .csv, got {str(path)!r}: write progress.export('progress.csv')")
        return Path(path)


progress = Progress()
