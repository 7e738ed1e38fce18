"""The words of the course, the symbols, the NumPy names and the pieces of Python, each with its meaning and where it is introduced.

glossary.txt lists them in the order of the course, under the notebook and the heading::

    # week1a_one_neuron
    ## 1 A weighted sum
    a4943730 | word | weight, weights | A number that says how much an input counts.

that is: the introducing cell, the kind (word, symbol, numpy, python), the spellings, and one sentence.
"""

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

KINDS = ("word", "symbol", "numpy", "python")


@dataclass(frozen=True)
class Entry:
    """One line of the list; ``names`` are its spellings, the first is shown."""

    notebook: str
    heading: str
    cell: str
    kind: str
    names: tuple
    meaning: str

    def __str__(self):
        return f"{self.names[0]}: {self.meaning}\n    {self.notebook}.ipynb, {self.heading}"


@cache
def entries():
    """All entries, in the order of the course."""
    found, notebook, heading = [], "", ""
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            notebook = line[2:]
        elif line.startswith("## "):
            heading = line[3:]
        elif line:
            cell, kind, names, meaning = line.split(" | ", 3)
            found.append(Entry(notebook, heading, cell, kind, tuple(names.split(", ")), meaning))
    return tuple(found)


def simple(name):
    """A spelling without what learners leave out or add: case, np., dots, brackets, backslashes, a plural s."""
    bare = name.lower().strip().removeprefix("np.").strip(".\\()={} ").replace("-", " ")
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss") else bare


def what(word):
    """Print what a word, a symbol, a NumPy name or a piece of Python means, and where the course introduces it."""
    if not isinstance(word, str):
        raise ValueError(f'what needs the word in quotes, got {word!r}: write what("gradient")')
    wanted, spelled = simple(word), {}
    for entry in entries():
        for name in entry.names:
            spelled.setdefault(simple(name), []).append(entry)
    if wanted not in spelled:
        parts = [name for name in spelled if wanted and wanted in name.split()]
        near = list(dict.fromkeys([*parts, *difflib.get_close_matches(wanted, spelled, n=4, cutoff=0.75)]))[:4]
        also = " or ".join(dict.fromkeys(repr(spelled[name][0].names[0]) for name in near))
        print(f"{word!r} is not in the list." + (f" Do you mean {also}?" if near else " glossary.ipynb shows all that is."))
        return
    for entry in dict.fromkeys(spelled[wanted]):
        print(entry)
