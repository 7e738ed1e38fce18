"""Numbers as words, rounded so that another processor prints the same line."""

import functools
import inspect

import numpy as np


def described(picture, twin):
    """``picture``, whose figure carries the words of its ``twin`` as the alt text of what a notebook stores of it."""
    takes = inspect.signature(twin).parameters

    @functools.wraps(picture)
    def drawn(*args, **options):
        axes = picture(*args, **options)
        given = inspect.signature(picture).bind(*args, **options).arguments
        figure = np.ravel(axes)[0].get_figure(root=True)
        words = [*getattr(figure, "words", []), twin(**{name: value for name, value in given.items() if name in takes})]
        figure.words, figure._repr_mimebundle_ = words, functools.partial(alt_text, words)
        return axes

    return drawn


def alt_text(words, include=None, exclude=None):
    """What IPython asks a figure for: no data, those come from matplotlib; and the metadata of its PNG."""
    return {}, {"image/png": {"alt": "; ".join(words)}}


def as_list(value, what, advice):
    """What was given one by one, as a list; ValueError for a single thing."""
    try:
        return list(value)
    except TypeError:
        raise ValueError(f"{what} must be a list, got {value!r}: write {advice}") from None


def percent(share):
    """A share as whole percents. "100 %" and "0 %" mean exactly all and none, so 199 of 200 is ">99 %"."""
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"


def number(value):
    """Two significant digits; whole numbers in full."""
    if not np.isfinite(value):
        return str(float(value))
    if value == round(value) and abs(value) < 1e4:
        return f"{value + 0.0:.0f}"  # no "-0"
    return f"{value:.2g}"


def span(values):
    """Smallest to largest of some numbers, or the one number they all are; values that are not finite do not count."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    if not values.size:
        return "nan"
    low, high = number(values.min()), number(values.max())
    return low if low == high else f"{low} to {high}"


def plural(count, noun, many=None):
    """ "1 point", "200 points"; ``many`` where an s is not enough."""
    return f"{count} {noun}" if count == 1 else f"{count} {many or noun + 's'}"
