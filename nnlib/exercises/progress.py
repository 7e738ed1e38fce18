"""Which exercises and derivations you have passed: one small file that you may delete, with no name in it and no network.

The file is ``nnlib_progress.json`` in the folder where the kernel started; the environment variable NNLIB_PROGRESS names
another one, or "off" for none. Where no file can be written, progress lasts as long as the kernel. Several kernels may
write to one file: what has been passed once stays passed, and the larger counts win. Every row of a damaged file
that can be read is kept, and the file itself is saved as nnlib_progress.json.bak.
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
from .catalogue import QUIZZES, letters
from .exercise import TASKS

# id -> {"passed": time or None, "tries": n, "hints": n, "solution": True if it was shown, "messages": what the check found}, as this
# kernel knows it; "quiz.week2a" -> {"1": "b"}, the first answer to each question;
# "predict.first" -> {question: [guess, what was seen]}, the first of each. Tries and hints count up to the first pass.
session = {}
PREDICTIONS, LONGEST = "predict.first", 60  # the row of all predictions; characters of a guess that are stored
try:
    FOLDER = Path.cwd()  # os.chdir in a cell does not move the file
except OSError:  # the working folder has been removed
    FOLDER = None


def progress_file():
    """The path of the file; None for "off", and for what is not a regular file: a folder, a device, a pipe."""
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
    if any("messages" in row for row in rows):
        marks["messages"] = list(dict.fromkeys(m for row in rows for m in texts(row.get("messages")) if isinstance(m, str)))
    return {key: value for row in rows for key, value in row.items()} | {"passed": passed, **counts, **marks}


def texts(value):
    return value if isinstance(value, list) else ()


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


def record(id, passed=False, hint=False, solution=False, form=None, message=None):
    """Count a try or a hint, and note the first pass, and whether the solution had been shown before it.

    After the first pass nothing counts any more. ``form`` is that of a derivation which was passed, ``message`` that of a mistake which
    was found.
    """

    def change(row):
        row = merge(row)
        if solution:
            row["solution"] = True
        elif not row["passed"]:
            row["hints" if hint else "tries"] += 1
            if hint:
                row["tries_at_hint"] = row["tries"]
            if message and message not in row.get("messages", ()):
                row["messages"] = [*row.get("messages", ()), message]
        if passed and not row["passed"]:
            row["passed"] = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            row |= {"after_solution": True} if row.get("solution") else {}
        if form and form not in row.get("forms", ()):
            row["forms"] = [*row.get("forms", ()), form]
        return row

    keep(id, change)


def record_answer(quiz, number, letter):
    """Note the first answer to a question of a quiz; later ones change nothing."""
    keep(f"quiz.{quiz}", lambda row: {str(number): letter} | row)


def record_prediction(question, guess, seen):
    """Note the first guess that was committed for a question, once its cell has shown what is true; later ones change nothing."""
    keep(PREDICTIONS, lambda row: {question: [str(guess)[:LONGEST], seen]} | row)


def keep(id, change):
    """Replace the row of ``id`` by change(row), in this kernel and in the file, which is left alone if nothing is new."""
    file = progress_file()
    with locked(file.parent) if file else contextlib.nullcontext():
        entries, damaged = load()
        session.update(recorded())
        session.update({other: first_of(entries, other) for other in {*session, id} - set(TASKS)})  # another kernel may have written them
        session[id] = change(session.get(id, {}))
        if damaged or entries != entries | session:
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


EMPTY = {"passed": "", "tries": 1, "hints": 0, "solution": False, "after_solution": False, "messages": ""}


def answered(entries):
    """A row of export for each question of a quiz that was answered."""
    rows = []
    for quiz, questions in QUIZZES.items():
        answers = first_of(entries, f"quiz.{quiz}")
        for number, question in enumerate(questions, 1):
            if (option := letters(question.options).get(answers.get(str(number)))) is not None:
                row = {"id": f"quiz.{quiz}.{number}", "title": question.text, "passed": option == question.right, "answer": option}
                rows.append(EMPTY | row)
    return rows


def predicted(entries):
    """A row of export for each prediction: the guess as its answer, what was seen as its message."""
    rows = [(text, row) for text, row in first_of(entries, PREDICTIONS).items() if isinstance(row, list) and len(row) == 2]
    return [EMPTY | {"id": PREDICTIONS, "title": text, "answer": str(guess), "messages": str(seen)} for text, (guess, seen) in rows]


def first_of(entries, id):
    """The answers in a row of the file and of this kernel; those in the file came first."""
    known = [answers for answers in (session.get(id), entries.get(id)) if isinstance(answers, dict)]
    return {key: value for answers in known for key, value in answers.items()}


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
    """``progress()`` shows a line for each week and the tasks of the one you are in, ``progress("week3")`` those of week 3.

    ``progress.export("me.csv")`` writes one row for each task.
    """

    def __call__(self, week=None):
        known, weeks = recorded(), {}
        for id in TASKS:
            weeks.setdefault(id.split(".")[0], []).append(id)
        if week is not None and (not isinstance(week, str) or week not in weeks):
            raise ValueError(f"there is no week {week!r}: there are {', '.join(weeks)}")
        passed = {id: bool(known.get(id, {}).get("passed")) for id in TASKS}
        tried = [name for name, ids in weeks.items() if any(id in known for id in ids)]
        shown = week or (tried[-1] if tried else "week0")
        for name, ids in weeks.items():
            print(
                f"{name:<9} {''.join('#' if passed[id] else '.' for id in ids)}  {sum(passed[id] for id in ids)} of {len(ids)}   {memory_of(name)}".rstrip()
            )
        print(f"\n{shown}:")
        for id in weeks[shown]:
            later = ", passed after the solution" if known.get(id, {}).get("after_solution") else ""
            print(f"   [{'x' if passed[id] else ' '}] {TASKS[id].title} ({id}, {TASKS[id].minutes} min{later})")

    def export(self, path="progress.json"):
        """Write a row for every task, every prediction, and every answered question of a quiz, of before() and of after(), as .json or .csv.

        Returns the path.

        Its columns: id, title, passed, tries and hints up to the pass, solution (it was shown), after_solution (before the pass),
        messages (mistakes that the check found; what a prediction came to), answer (the first one, in a quiz or prediction),
        wrong_idea (in before() and after()).
        """
        known, entries = recorded(), load()[0]
        rows = {id: merge(known.get(id)) for id in TASKS}
        table = [
            {
                "id": id,
                "title": e.title,
                **{key: rows[id][key] for key in ("passed", "tries", "hints")},
                **{key: rows[id].get(key, False) for key in ("solution", "after_solution")},
                "messages": " | ".join(rows[id].get("messages", ())),
                "answer": "",
                "wrong_idea": "",
            }
            for id, e in TASKS.items()
        ]
        table += [dict.fromkeys(table[0], "") | row for row in (*answered(entries), *predicted(entries), *review_rows())]
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
