"""What is remembered of each family: one row in the progress file, and when it is due again.

A right answer moves a family one stage on: it comes back after 1, 3, 7, then 21 days. A miss sends it back to the start, and
it comes back the same day, in other numbers. A row is {"stage", "due", "first", "seen", "tries", "right"}, under the id
"review.name": the rows of exercises and whatever else the file holds stay as they are.
"""

import contextlib
import datetime

from ..progress import load, locked, progress_file, save

DAYS = (0, 1, 3, 7, 21)  # until a family at this stage is due
PREFIX = "review."
kept = {}  # the rows as this kernel knows them, for where no file can be written


def today():
    return datetime.date.today()


def cleaned(row):
    """A row with its six values; what cannot be read counts as never seen."""
    row = row if isinstance(row, dict) else {}

    def count(key, high=10**6):
        return min(max(row[key], 0), high) if type(row.get(key)) is int else 0

    def day(key, otherwise):
        with contextlib.suppress(ValueError, TypeError, KeyError):
            return datetime.date.fromisoformat(row[key])
        return otherwise

    tries, seen = count("tries"), day("seen", None)
    if seen is None or seen > today():  # by a wrong clock: due now
        seen, due = today(), today()
    else:
        due = min(day("due", today()), seen + datetime.timedelta(DAYS[-1]))
    return {
        "stage": count("stage", len(DAYS) - 1),
        "due": due.isoformat(),
        "first": day("first", seen).isoformat(),
        "seen": seen.isoformat(),
        "tries": tries,
        "right": min(count("right"), tries),
    }


def merged(entries):
    """name -> row of each family that was asked: the one with more tries of the file's and this kernel's."""
    rows = {}
    for source in (entries, {PREFIX + name: row for name, row in kept.items()}):
        for id, row in source.items():
            if id.startswith(PREFIX) and isinstance(row, dict) and type(row.get("tries")) is int and row["tries"] > 0:
                name, row = id.removeprefix(PREFIX), row
                if name not in rows or cleaned(row)["tries"] > rows[name]["tries"]:
                    rows[name] = cleaned(row)
    return rows


def remembered():
    """name -> row of each family that has been asked."""
    return merged(load()[0])


def remember(name, right):
    """Note an answer; returns the family's new row."""

    def change(entries):
        row = merged(entries).get(name) or cleaned({})
        row["stage"] = min(row["stage"] + 1, len(DAYS) - 1) if right else 0
        row["due"] = (today() + datetime.timedelta(DAYS[row["stage"]])).isoformat()
        row |= {"seen": today().isoformat(), "tries": row["tries"] + 1, "right": row["right"] + bool(right)}
        kept[name] = row
        return {PREFIX + name: row}

    rewrite(change)
    return kept[name]


def rewrite(change):
    """Enter the rows that ``change(entries)`` returns into the file, under its lock."""
    file = progress_file()
    with locked(file.parent) if file else contextlib.nullcontext():
        entries, damaged = load()
        save(file, entries | change(entries), damaged)


def is_due(row):
    return row["due"] <= today().isoformat()


def summary(names):
    """Of these families: asked, right last time, due; in words, or "" if none was asked."""
    rows = [row for name, row in remembered().items() if name in names]
    if not rows:
        return ""
    due = sum(map(is_due, rows))
    return f"memory: {sum(row['stage'] > 0 for row in rows)} of {len(rows)} questions right last time" + (f", {due} due" if due else "")
