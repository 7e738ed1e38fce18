"""Exercises that name the mistake.

A notebook says::

    check("week2.dense_backward", dense_backward)  # what is wrong, or what was verified
    hint("week2.dense_backward")  # the next of three hints: idea, formula, shape of the code
    solution("week2.dense_backward")  # a worked solution, and the mistakes people make
    derive("week2.dense_dW", "...")  # a derivation, line by line: the first false line, and what is wrong with it
    review()  # five questions from the weeks behind you, with fresh numbers
    progress()  # what you have passed so far, and what you remember
    own("week2.dense_backward")  # your function where it passed, ours where not
    what("gradient")  # what a word, a symbol, a NumPy name or a piece of Python means, and where it is introduced
"""

from .cards import parsons, predict, quiz
from .checker import examine
from .derivations import derive
from .exercise import EXERCISES, TASKS, find
from .glossary import what
from .own import keep, own
from .progress import progress, record, recorded
from .review import after, before, has_variants, review

# fmt: off
__all__ = [
    "after", "before", "check", "derive", "hint", "own", "parsons", "predict", "progress", "quiz", "review", "solution", "what",
]
# fmt: on


def check(id, answer):
    """Judge your function and print the first thing that is wrong with it, or what was verified.

    ``check.last`` is the call that failed, the smallest that was found: print it, or make it again with your_function(*check.last).
    """
    result = examine(find(id), answer)
    check.last = result.call
    if result.stage != "not attempted":
        record(id, passed=result.passed, message=next((m for m in find(id).messages if m in result.message), None))
    if result.passed:
        keep(id, answer)
    print(result)


check.last = None


KINDS = ("Idea", "Formula", "Code")


def hint(id):
    """Print the next hint: the idea, the formula, and, after a new try, the shape of the code; then they start again.

    Of an exercise that you have passed, all three.
    """
    exercise = find(id, TASKS)
    row = recorded().get(id, {})
    if row.get("passed"):
        print("You have passed it. " + " ".join(f"{kind}: {text}" for kind, text in zip(KINDS, exercise.hints)))
        return
    given = row.get("hints", 0) % 3
    if given == 2 and row.get("tries", 0) <= row.get("tries_at_hint", -1):
        print("Try it with these two first: run your cell and its check, then ask again for the shape of the code.")
        return
    record(id, hint=True)
    print(f"{KINDS[given]}: {exercise.hints[given]}")


def solution(id):
    """Print the worked solution, and the mistakes people make. ``progress()`` notes that it was shown."""
    exercise = find(id, TASKS)
    record(id, solution=True)
    print(exercise.source())
    print("\nWhat goes wrong here:")
    for message in exercise.messages:
        print(f"- {message}")
    if has_variants(id):
        print(f"\nThe same with fresh numbers: review({id!r})")
