"""Which questions come next."""

import hashlib
import itertools
from collections import Counter

from ..exercise import EXERCISES, TASKS
from ..progress import recorded
from .course import NOTEBOOKS, notebook_of
from .families import FAMILIES
from .memory import is_due, remembered, today

NEW_A_DAY = 5


def studied():
    """Keys of the notebooks that lie behind you: half of their exercises passed, or some tried and one of a later notebook, too."""
    tried, passed, total = (dict.fromkeys(NOTEBOOKS, 0) for _ in range(3))
    known = recorded()
    for id in TASKS:
        key, row = notebook_of(id, EXERCISES), known.get(id, {})
        tried[key] += row.get("tries", 0) > 0
        passed[key] += bool(row.get("passed"))
        total[key] += id in EXERCISES
    order = list(NOTEBOOKS)
    last = max((i for i, key in enumerate(order) if tried[key]), default=-1)
    return [key for i, key in enumerate(order) if tried[key] and (i < last or 2 * passed[key] >= total[key])]


def through(key):
    """The notebooks up to this one."""
    order = list(NOTEBOOKS)
    if not isinstance(key, str) or key not in order:
        raise ValueError(f"there is no notebook {key!r}: there are {', '.join(order)}")
    return order[: order.index(key) + 1]


def interleaved(families):
    """The same families, so that two of one notebook stand apart: one from each notebook in turn."""
    piles = {}
    for family in families:
        piles.setdefault(family.notebook, []).append(family)
    rounds = itertools.zip_longest(*piles.values())
    return [family for row in rounds for family in row if family]


def chosen(count, notebooks):
    """(families, how many of them are due): what is due first, the longest overdue in front; then new ones, at most five a day."""
    rows = remembered()
    due = longest_first([f for f in FAMILIES.values() if f.name in rows and is_due(rows[f.name])], rows)[:count]
    begun_today = sum(row["first"] == today().isoformat() for row in rows.values())
    room = max(0, min(count - len(due), NEW_A_DAY - begun_today))
    return mixed(due + new_ones(notebooks, rows)[:room]), len(due)


def warm_up(count, notebooks):
    """(families, how many of them are due) of these notebooks alone: what is due, then what is new, then what was asked longest ago."""
    rows = remembered()
    asked = longest_first([f for f in FAMILIES.values() if f.name in rows and f.notebook in notebooks], rows)
    due = [f for f in asked if is_due(rows[f.name])]
    later = [f for f in asked if f not in due]
    return mixed((due + new_ones(notebooks, rows) + later)[:count]), min(len(due), count)


def longest_first(families, rows):
    """The longest overdue in front, one notebook after the other."""
    return interleaved(sorted(families, key=lambda f: rows[f.name]["due"]))


def new_ones(notebooks, rows):
    return interleaved(spread([f for f in FAMILIES.values() if f.name not in rows and f.notebook in notebooks and not f.deeper], rows))


def spread(families, rows):
    """The notebook that was asked least in front, of equals the newest; in each the concepts in turn, in a random order.

    The order comes from the names, so that a new family leaves the others where they are.
    """
    order, asked, seen = list(NOTEBOOKS), Counter(FAMILIES[name].notebook for name in rows if name in FAMILIES), Counter()
    newest = max((order.index(family.notebook) for family in families), default=0)
    ranked = []
    for family in sorted(families, key=lambda f: hashlib.sha256(f"{f.name} {newest}".encode()).digest()):
        concept = family.notebook, family.concept
        ranked.append((asked[family.notebook], -order.index(family.notebook), seen[concept], len(ranked), family))
        seen[concept] += 1
    return [family for *_, family in sorted(ranked, key=lambda row: row[:4])]


def mixed(families):
    """Neighbours from different notebooks, as far as that is possible: the notebook with the most left goes first."""
    left, out = list(families), []
    while left:
        many = Counter(family.notebook for family in left)
        others = [f for f in left if not out or f.notebook != out[-1].notebook] or left
        out.append(max(others, key=lambda f: many[f.notebook]))
        left.remove(out[-1])
    return out
