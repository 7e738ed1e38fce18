"""What an exercise is: a reference solution, and all that is needed to judge another one and to help the learner who writes it.

@exercise("week2.dense_backward", title=..., returns={"dW": "W.shape", ...}, inputs=..., hints=(idea, formula, code))
def dense_backward(dZ, X, W):
    "The reference solution: plain, as the course would write it."

dense_backward.add_mistakes(
    ("dW is X^T dZ: you have dZ^T X, its transpose.", lambda dZ, X, W: ...),
    ...  # wrong solutions that people really write. The check compares with them and prints the message.
)
"""

import inspect
import textwrap
from collections import ChainMap
from collections.abc import Callable
from dataclasses import dataclass, field

from .catalogue import Catalogue, exercises_of
from .derivations.derivation import DERIVATIONS

EXERCISES = Catalogue(exercises_of)  # id -> Exercise
TASKS = ChainMap(DERIVATIONS, EXERCISES)  # both, the exercises first


@dataclass
class Exercise:
    """One exercise.

    returns      name of each returned array -> the expression that gives its shape ("W.shape"); None: a single number.
    inputs       f(rng) -> the arguments: fresh and consistent with one another (a cache comes from a forward pass).
    properties   (what it proves, f(answer, rng) -> True or what is wrong) on top of the comparison with the reference;
                 ``answer`` is the learner's function.
    equivalent   other right functions, to prove that the check takes any right form.
    """

    id: str
    reference: Callable
    title: str
    minutes: int
    difficulty: int
    importance: int
    returns: dict
    inputs: Callable
    hints: tuple
    properties: tuple = ()
    mistakes: list = field(default_factory=list)
    equivalent: list = field(default_factory=list)

    def add_mistakes(self, *rows):
        """Store rows of (message, wrong solution); the check tries them in this order."""
        self.mistakes.extend(rows)

    def spoil(self, change):
        """A wrong solution: the right results, passed through ``change``."""

        def answer(*arguments):
            right = self.reference(*arguments)
            return change(*right) if len(self.returns) > 1 else change(right)

        return answer

    def also_right(self, right):
        """Store another right form; a decorator too."""
        self.equivalent.append(right)
        return right

    @property
    def messages(self):
        """What goes wrong here, in words."""
        return [message for message, _ in self.mistakes]

    def source(self):
        """The reference solution as text, without its decorator."""
        lines = textwrap.dedent(inspect.getsource(self.reference)).splitlines(keepends=True)
        start = next(i for i, line in enumerate(lines) if line.startswith("def "))
        return "".join(lines[start:]).rstrip()


def exercise(id, **about):
    """Decorator: make the function below the reference solution of exercise ``id``."""

    return lambda reference: Exercise(id, reference, **about)


def find(id, table=EXERCISES):
    """The exercise of that id, or what ``table`` holds; ValueError with the nearest ids otherwise."""
    if id in table:
        return table[id]
    import difflib

    near = difflib.get_close_matches(str(id), table, n=3, cutoff=0.3)
    what = "derivation" if table is DERIVATIONS else "exercise"
    raise ValueError(f"there is no {what} {id!r}" + (f": did you mean {' or '.join(map(repr, near))}?" if near else ""))
