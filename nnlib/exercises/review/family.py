"""A family: one kind of question, from which endless items with fresh numbers are drawn.

@family("week2b", 0, "2/With indices", "number", of="week2.dense_backward")
def dense_db(draw):
    dZ = draw.matrix(3, 2)
    ...
    return ask(text, key, why, wrong, dZ=dZ)      # the numbers by name, so that a test can compute the key once more
"""

import copy
import re
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..comparing import as_tuple
from ..exercise import EXERCISES
from .course import NOTEBOOKS
from .item import Item, Redraw, awkward, exact, same, shown

FAMILIES = {}  # name -> Family, in the order of the course
WHOLE = "whole"  # what options must be to be possible at all: a count, or a share of something
SHARE = "share"
KINDS = ("number", "shape", "false line", "order", "what if", "picture", "cause", "words")


@dataclass(frozen=True)
class Family:
    """Questions of one kind.

    notebook   key of course.NOTEBOOKS
    concept    which of the notebook's "You will be able to" it asks for, from 0
    place      block and heading to reread, as "2/With indices"
    of         the exercise or derivation whose reference gives the key, if there is one
    make       f(draw) -> what ask() returns; raises Redraw
    """

    name: str
    notebook: str
    concept: int
    place: str
    kind: str
    of: str | None
    make: Callable

    @property
    def deeper(self):
        """Whether the place to reread is a deeper block, which a learner may skip: asked only by name."""
        return "/Deeper: " in self.place

    @property
    def heading(self):
        return self.place.split("/", 1)[1]

    @property
    def block(self):
        return self.place.split("/", 1)[0]

    @property
    def idea(self):
        """The concept in words."""
        return NOTEBOOKS[self.notebook].concepts[self.concept]

    def reread(self):
        """Where to read again, as (file, heading)."""
        return NOTEBOOKS[self.notebook].file, self.heading

    def item(self, *seed):
        """The item of these seeds: whole numbers, 0 or above."""
        rng = np.random.default_rng([zlib.crc32(self.name.encode()), *seed])
        for _ in range(500):
            try:
                return self.finished(self.make(Draw(rng)), rng)
            except Redraw:
                continue
        raise RuntimeError(f"{self.name} finds no numbers for pencil and paper")

    def finished(self, draft, rng):
        """The Item of a draft: wrong answers that are distinct and not the key, options in a random order."""
        text, key, why, wrong, also, given, near, sort = draft
        key, also = exact(key, near), tuple(exact(value, near) for value in also)
        decimals = re.search(r"\d\.\d", text) and "/" not in text
        if key is None or (decimals and awkward(key)):
            raise Redraw
        seen, kept = [key, *also], []
        for value, reason in wrong:
            value = exact(value, near)
            if value is None or any(same(value, other) for other in seen) or isinstance(value, tuple) != isinstance(key, tuple):
                continue
            seen.append(value)
            kept.append((value, reason))
        likely = [value for value, _ in kept if possible(value, sort) and not (decimals and awkward(value))]
        if len(likely) < 2:
            raise Redraw
        chosen = [likely[i] for i in rng.permutation(len(likely))[:3]]
        options = [key, *chosen]
        if isinstance(key, tuple) or isinstance(key, str):
            options = [options[i] for i in rng.permutation(len(options))]
        else:
            options = sorted(options)
        return Item(self, text, key, why, tuple(kept), tuple(options), also, given)


class Draw:
    """Random numbers for pencil and paper."""

    def __init__(self, rng):
        self.rng = rng

    def int(self, low, high, but=()):
        """A whole number from low to high, both included."""
        while True:
            value = int(self.rng.integers(low, high + 1))
            if value not in but:
                return value

    def ints(self, n, low, high, but=()):
        return [self.int(low, high, but) for _ in range(n)]

    def distinct(self, n, low, high, but=()):
        """n different whole numbers."""
        numbers = [value for value in range(low, high + 1) if value not in but]
        return [numbers[i] for i in self.rng.permutation(len(numbers))[:n]]

    def matrix(self, m, n, low=-3, high=3, but=()):
        return np.array([self.ints(n, low, high, but) for _ in range(m)], dtype=float)

    def pick(self, *things):
        return things[int(self.rng.integers(len(things)))]

    def shuffled(self, things):
        return [things[i] for i in self.rng.permutation(len(things))]


def family(notebook, concept, place, kind, of=None):
    """Decorator: enter a function as a family under its own name."""

    def enter(make):
        FAMILIES[make.__name__] = Family(make.__name__, notebook, concept, place, kind, of, make)
        return make

    return enter


def ask(text, key, why, wrong, also=(), near=1e-9, sort=None, **given):
    """What a family returns: the question, its key and why, and (value, reason) of each mistake.

    Options are only shown if they are of the ``sort`` WHOLE or SHARE; typed, every mistake is named.
    """
    return text, key, why, wrong, also, given, near, sort


def others(reasons, key):
    """(option, reason) of every option but the key, from option -> reason."""
    return [(option, reason) for option, reason in reasons.items() if option != key]


def possible(value, sort):
    """Whether a value can be a count (WHOLE) or a share (SHARE) at all."""
    if sort == WHOLE:
        return value.denominator == 1 and value >= 0
    return sort != SHARE or 0 <= value <= 1


# what a check says of several values together, and no single one shows: their order, and which others are right
ORDER = re.compile(r"order: return|order is not:|order of the backward pass|swapped: return")
RIGHT = re.compile(r"(?:^|(?<=\. ))[\w, ]+ (?:is|are) right(?: now)?(?:\.|,(?: but)?)(?: |$)")


def by_reference(id, arguments, take=lambda result: result):
    """(key, wrong) from an exercise: what ``take`` finds in the reference's result, and in that of each stored mistake.

    Where ``take`` leaves values out, no reason speaks of them: "lr is right." and the order of several values are left out.
    """
    exercise = EXERCISES[id]

    def run(function):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            result = as_tuple(function(*copy.deepcopy(arguments)), len(exercise.returns))
            return take(*result), sum(map(np.size, result))

    (key, size), wrong = run(exercise.reference), []
    part = len(exercise.returns) > 1 and np.size(key) < size
    for message, mistake in exercise.mistakes:
        try:
            value, _ = run(mistake)
            truth = np.asarray(value).dtype == bool and np.asarray(key).dtype != bool
            if np.shape(value) == np.shape(key) and not truth and not (part and ORDER.search(message)):
                wrong.append((value, alone(message) if part else message))
        except Exception:  # a mistake that gives no such result gives no option
            continue
    return key, wrong


def alone(message):
    """A check's message without its words on which other values are right."""
    rest = RIGHT.sub("", message).strip()
    return rest[0].lower() + rest[1:] if rest != message and rest[1].islower() else rest


def times(factor, name):
    """A factor before a name as it is written: 3 x, x for 1, -x for -1."""
    return {1: name, -1: f"-{name}"}.get(factor, f"{factor} {name}")


def rows(array):
    """An array as it is written in NumPy, [[1, 2], [3, 0]]; whole numbers without a point."""
    array = np.asarray(array)
    if array.ndim:
        return f"[{', '.join(map(rows, array))}]"
    return shown(exact(array.item())) if exact(array.item()) is not None else f"{array.item():.3g}"
