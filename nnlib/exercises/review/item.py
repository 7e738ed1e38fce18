"""One question: its text and numbers, its key, and what each wrong answer means.

A value is a Fraction, a tuple of Fractions (a shape, a vector), or words. 0.5 and 1/2 are the same value.
"""

import math
import re
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

LETTERS = "abcd"
DO_NOT_KNOW = "?"


class Redraw(Exception):
    """These numbers make no question for pencil and paper: draw others."""


def exact(value, near=1e-9):
    """The value as Fractions, or words as they are; None for a number that is not for pencil and paper."""
    if isinstance(value, str):
        return value
    if isinstance(value, (tuple, list, np.ndarray)):
        entries = tuple(exact(entry, near) for entry in np.ravel(np.array(value, dtype=object)))
        return None if None in entries or not 0 < len(entries) <= 6 else entries
    if isinstance(value, Fraction):
        return value if simple(value) else None
    value = float(value)
    if not math.isfinite(value):
        return None
    fraction = Fraction(value).limit_denominator(10_000 if near < 1e-8 else 60)
    return fraction if abs(float(fraction) - value) <= near and simple(fraction) else None


def decimal(fraction):
    """The fraction as a decimal of at most two digits, zeros around them aside; None if it is none."""
    for places in range(5):
        scaled = fraction * 10**places
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).strip("0")
            return f"{float(fraction):.{places}f}" if len(digits) <= 2 and abs(fraction) < 10_000 else None
    return None


def awkward(value):
    """Whether an entry is a decimal of three digits or more, written as a fraction: -84/25 for -3.36."""
    entries = value if isinstance(value, tuple) else (value,)
    return any(isinstance(v, Fraction) and decimal(v) is None and 10**9 % v.denominator == 0 for v in entries)


def simple(fraction):
    """True for a number of at most two digits, or a fraction whose two parts are that."""
    return decimal(fraction) is not None or (abs(fraction.numerator) < 100 and fraction.denominator < 100)


def shown(value):
    """A value as it is printed: 2, 0.5, 1/3, (2, -1); words as they are."""
    if isinstance(value, tuple):
        return f"({', '.join(map(shown, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, Fraction):
        return decimal(value) or f"{value.numerator}/{value.denominator}"
    return value


def typed(answer):
    """The value of an answer as it is typed: 0.5, "1/2", "(3, 1)", "[3 1]", words; ValueError for anything else."""
    if isinstance(answer, (tuple, list, np.ndarray)):
        return tuple(typed(entry) for entry in np.ravel(answer).tolist())
    if isinstance(answer, (bool, type(None))):
        raise ValueError(f"an answer is a letter or a number, got {answer!r}")
    if not isinstance(answer, str):
        return Fraction(answer).limit_denominator(10_000)
    text = answer.strip()
    if re.search(r"[,\[(]|\d\s+-?\d", text):
        parts = re.split(r"[,\s]+", text.strip("()[] ,"))
        return tuple(number(part) for part in parts if part)
    try:
        return number(text)
    except ValueError:
        return text


def number(text):
    text = text.replace("\u2212", "-").replace(" ", "")
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{text!r} is not a number: write it as 3, -0.5 or 2/3") from None


def same(value, other):
    """Equality of values; a tuple of one entry equals the entry, words may differ in case and spaces."""
    value, other = (v[0] if isinstance(v, tuple) and len(v) == 1 else v for v in (value, other))
    if isinstance(value, str) and isinstance(other, str):
        return re.sub(r"\s+", "", value).lower() == re.sub(r"\s+", "", other).lower()
    return type(value) is type(other) and value == other


@dataclass(frozen=True)
class Item:
    """One question.

    wrong      (value, reason) of every mistake that gives another answer than the key
    options    the values shown, the key among them
    also       other right values, of an order of lines
    given      the numbers of the question by name, for anyone who computes the key again
    """

    family: object
    text: str
    key: object
    why: str
    wrong: tuple
    options: tuple
    also: tuple = ()
    given: dict = field(default_factory=dict)

    @property
    def letters(self):
        """Letter -> option as it is printed."""
        return dict(zip(LETTERS, map(shown, self.options)))

    def value_of(self, answer):
        """The value that a letter stands for, or that was typed."""
        letter = answer.strip().strip(")").lower() if isinstance(answer, str) else answer
        if letter == DO_NOT_KNOW:
            return None
        if letter in (letters := dict(zip(LETTERS, self.options))):
            return letters[letter]
        if isinstance(self.key, str):
            return str(answer)
        value = typed(answer)
        if isinstance(value, str):
            raise ValueError(f"the options are {', '.join(letters)}; or type the number itself, as 3, -0.5 or 2/3. Got {answer!r}")
        return value

    def is_right(self, value):
        return any(same(value, right) for right in (self.key, *self.also))

    def reason(self, value):
        """What is behind a wrong value: the message of the mistake that gives it, or None."""
        return next((reason for wrong, reason in self.wrong if same(value, wrong)), None)

    def verdict(self, answer):
        """(right, words) for an answer."""
        value = self.value_of(answer)
        if self.is_right(value):
            return True, f"Right: {self.why}"
        reason = None if value is None else self.reason(value)
        ending = f"The answer: {shown(self.key)}. Why: {self.why}"
        return False, f"Not yet: {reason}\n{ending}" if reason else ending

    def lines(self):
        """The question and its options in plain text, without a number before it."""
        return [*self.text.split("\n"), *(f"{letter}) {option}" for letter, option in self.letters.items())]
