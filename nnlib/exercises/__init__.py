"""Exercises that name the mistake.

A notebook says::

    check("week2.dense_backward", dense_backward)  # what is wrong, or what was verified
    hint("week2.dense_backward")  # the next of three hints: idea, formula, shape of the code
    solution("week2.dense_backward")  # a worked solution, and the mistakes people make
    progress()  # what you have passed so far
"""

from .cards import parsons, predict, quiz
from .checker import examine
from .exercise import EXERCISES, find
from .progress import progress, record, recorded

__all__ = ["check", "hint", "parsons", "predict", "progress", "quiz", "solution"]


def check(id, answer):
    """Judge your function and print the first thing that is wrong with it, or what was verified.

    ``check.last`` is the call that failed, the smallest that was found: print it, or make it again with your_function(*check.last).
    """
    result = examine(find(id), answer)
    check.last = result.call
    if result.stage != "not attempted":
        record(id, passed=result.passed)
    print(result)


check.last = None


def hint(id):
    """Print the next of the three hints; after the last they start again."""
    exercise = find(id)
    given = recorded().get(id, {}).get("hints", 0)
    record(id, hint=True)
    print(f"Hint {given % 3 + 1} of 3: {exercise.hints[given % 3]}")


def solution(id):
    """Print the worked solution, and the mistakes people make."""
    exercise = find(id)
    print(exercise.source())
    print("\nWhat goes wrong here:")
    for message, _ in exercise.mistakes:
        print(f"- {message}")
