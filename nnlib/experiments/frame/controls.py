"""What a learner may set in an experiment, as data: sliders, choices, switches; and a setting as a short string.

A setting of an experiment is a dict, name -> value, one for each control. ``write_state`` turns it into a line that can be
shared, ``read_state`` turns such a line back.
"""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Slider:
    """A number from low to high. ``log``: equal steps multiply. ``whole``: whole numbers only.

    ``step`` counts in decades for log.
    """

    name: str
    low: float
    high: float
    default: float
    step: float = 0.1
    log: bool = False
    whole: bool = False
    unit: str = ""
    label: str = ""

    def clean(self, value):
        """The value as the number this control takes; ValueError outside its range."""
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if self.whole and self.log and math.isfinite(number):
            number = round(number)  # the slider's powers of ten are not whole
        slack = 1e-9 * max(abs(self.low), abs(self.high))  # a log slider's ends are powers of ten, rounded
        if isinstance(value, bool) or not self.low - slack <= number <= self.high + slack or (self.whole and number % 1):
            kind = "a whole number" if self.whole else "a number"
            raise ValueError(
                f"{self.name} must be {kind} from {self.low:g} to {self.high:g}, got {value!r}: write {self.name}={self.default:g}"
            )
        return int(number) if self.whole else min(max(number, self.low), self.high)

    def between(self, start, end, share):
        """The value on the way from start to end, on a step of the slider: share 0 is the start, 1 the end."""
        low, start, end = (math.log10(value) if self.log else value for value in (self.low, start, end))
        value = low + round((start + share * (end - start) - low) / self.step) * self.step
        return self.clean(min(max(10**value if self.log else value, self.low), self.high))

    def samples(self):
        """Both ends and three values between, for tests."""
        low, high = (math.log10(self.low), math.log10(self.high)) if self.log else (self.low, self.high)
        values = [low + (high - low) * i / 4 for i in range(5)]
        values = [self.low, *(10**v if self.log else v for v in values[1:4]), self.high]
        return list(dict.fromkeys(round(v) for v in values)) if self.whole else values


@dataclass(frozen=True)
class Choice:
    """One of several words."""

    name: str
    options: tuple
    default: str
    label: str = ""

    def clean(self, value):
        for option in self.options:
            if str(value).replace("_", " ") == option.replace("_", " "):
                return option
        raise ValueError(f"{self.name} must be one of {', '.join(self.options)}; got {value!r}: write {self.name}={exact(self.default)}")

    def samples(self):
        return list(self.options)


@dataclass(frozen=True)
class Switch:
    """Yes or no."""

    name: str
    default: bool
    label: str = ""

    def clean(self, value):
        if value in (True, False):
            return bool(value)
        if value in ("yes", "no"):
            return value == "yes"
        raise ValueError(f"{self.name} must be yes or no, got {value!r}: write {self.name}=no")

    def samples(self):
        return [False, True]


@dataclass(frozen=True)
class Drawing:
    """Points of classes 0, 1, 2 that the learner draws or types: ``"0.5:-0.2:1;..."``, x, y and class, in a square
    of -1 to 1."""

    name: str
    default: str = ""
    label: str = ""
    most: int = 300

    def clean(self, value):
        X, y = drawn_points(value)
        if len(y) > self.most:
            raise ValueError(f"{self.name} takes at most {self.most} points, got {len(y)}: leave some out")
        return ";".join(f"{a:.2f}:{b:.2f}:{c}" for (a, b), c in zip(X, y))

    def samples(self):
        return [self.default, "-0.50:0.50:0;0.50:-0.50:1"]


PENS, ERASER = ("class 0 (blue)", "class 1 (orange)", "class 2 (green)"), "eraser"


def drawn_points(text):
    """X (m, 2) and labels (m,) of the points in a Drawing's text; ValueError for anything else."""
    rows = []
    for part in filter(None, str(text).replace(" ", "").split(";")):
        try:
            x, y, label = part.split(":")
            row = (float(x), float(y), int(label))
        except ValueError:
            row = (math.nan, 0.0, 0)
        if not (abs(row[0]) <= 1 and abs(row[1]) <= 1 and row[2] in (0, 1, 2)):
            raise ValueError(f"a point is x:y:class, with x and y from -1 to 1 and class 0, 1 or 2; got {part!r}: write 0.5:-0.2:1")
        rows.append(row)
    return np.array([row[:2] for row in rows]).reshape(-1, 2), np.array([row[2] for row in rows], dtype=int)


def add_stroke(text, path, pen, most=500):
    """A Drawing's text with a stroke along path (n, 2), a point every 0.08.

    ``pen``: one of PENS; ERASER takes points within 0.1 away.
    """
    path = np.clip(path, -1, 1)
    X, y = drawn_points(text)
    if pen == ERASER:
        kept = np.hypot(*(X[:, None] - path[None]).transpose(2, 0, 1)).min(axis=1) > 0.1
        X, y = X[kept], y[kept]
    else:
        stroke = [path[0]]
        for point in path[1:]:
            if np.hypot(*(point - stroke[-1])) >= 0.08:
                stroke.append(point)
        X, y = np.vstack([X, stroke]), np.append(y, [PENS.index(pen)] * len(stroke))
    return ";".join(f"{a:.2f}:{b:.2f}:{c}" for (a, b), c in zip(X[:most], y[:most]))


SEED = Slider("seed", 0, 99, 0, step=1, whole=True)


def defaults(controls):
    return {control.name: control.default for control in controls}


def clean(controls, settings):
    """A whole setting, defaults filled in; ValueError for a name or a value that does not exist."""
    known = {control.name: control for control in controls}
    for name in settings:
        if name not in known:
            raise ValueError(f"there is no control {name!r}: there are {', '.join(known)}")
    return defaults(controls) | {name: known[name].clean(value) for name, value in settings.items()}


def plain(value):
    """A number as its slider means it: 1.9, and not the 1.9000000000000004 that counting steps of 0.1 gives."""
    return float(f"{value:.15g}") if isinstance(value, float) else value


def exact(value):
    """A value as it is written in a state string: _ for a space, and a number in the fewest digits that give it back."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, float) else str(value).replace(" ", "_")


def display(value):
    """A value rounded for display; ``exact`` is the one that can be read back."""
    if not isinstance(value, float):
        return exact(value)
    return f"{value:.0f}" if 100 <= abs(value) < 1e6 else f"{value:.3g}"


def write_state(title, settings):
    """``"signal_propagation depth=20 width=256 ..."``"""
    return " ".join([title, *(f"{name}={exact(value)}" for name, value in settings.items())])


def read_state(title, controls, text):
    """The setting that ``write_state`` wrote; what it leaves out keeps its default.

    ValueError for another experiment's string.
    """
    first, *parts = str(text).split() or [""]
    if first != title or not all("=" in part for part in parts):
        raise ValueError(f"a state of this experiment reads {write_state(title, defaults(controls))!r}, got {text!r}")
    return clean(controls, dict(part.split("=", 1) for part in parts))
