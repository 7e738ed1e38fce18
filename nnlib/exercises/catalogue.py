"""Where every exercise, derivation, quiz and ordering problem is kept: a file is imported when its id is first asked for."""

from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from operator import attrgetter

WEEKS = (*(f"week{number}" for number in range(9)), "your_data")  # folders, in the order of the course


class Catalogue(Mapping):
    """id -> the object with that id, in the order of the course; ids alone cost no import but the weeks' tables of contents.

    places    f(week, its table of contents) -> (id, module, name in it) of each entry
    """

    def __init__(self, places):
        self.places, self.loaded = places, {}

    @cached_property
    def files(self):
        """id -> (module, name in it)."""
        weeks = [(week, import_module(f".{week}", __package__)) for week in WEEKS]
        return {id: (module, name) for week, contents in weeks for id, module, name in self.places(week, contents)}

    def __getitem__(self, id):
        if id not in self.loaded:
            module, name = self.files[id]
            self.loaded[id] = attrgetter(name)(import_module(module, __package__))
        return self.loaded[id]

    def __contains__(self, id):
        return isinstance(id, str) and id in self.files

    def __iter__(self):
        return iter(self.files)

    def __len__(self):
        return len(self.files)


def exercises_of(week, contents):
    """The exercise week2.dense_backward is ``dense_backward`` in week2/dense_backward.py."""
    return [(f"{week}.{name}", f".{week}.{name}", name) for name in contents.EXERCISES]


def orderings_of(week, contents):
    return [(f"{week}.{name}", f".{week}.{name}", name) for name in getattr(contents, "ORDERINGS", ())]


def derivations_of(week, contents):
    return [(f"{week}.{name}", f".{week}.{name}", name) for name in getattr(contents, "DERIVATIONS", ())]


def quizzes_of(week, contents):
    """The quiz week2a is ``QUESTIONS`` in week2/quiz_2a.py; that of a clinic's case is kept with the case."""
    quizzes = [(id, f".{week}.quiz_{id.removeprefix('week')}", "QUESTIONS") for id in contents.QUIZZES]
    cases = list(enumerate(getattr(contents, "CASES", ())))[1:]  # case 0 is the worked example
    return quizzes + [(f"case{number}", ".clinic.cases", f"{name}.questions") for number, name in cases]


QUIZZES = Catalogue(quizzes_of)  # id of the quiz -> list of Question


def letters(items):
    """Letter -> item."""
    return dict(zip("abcdefghijklmnop", items))
