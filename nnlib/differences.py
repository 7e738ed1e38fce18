"""Derivatives by finite differences, and how far off they may be: what a gradient check compares with.

df/dx  ~  (f(x + h) - f(x - h)) / (2 h)        off by about h^2 / 6 times the third derivative from curvature, and eps |f| / h from rounding
"""

import numpy as np

from .checks import as_floats, as_number
from .layers import all_layers

EPS = np.finfo(float).eps
SAFETY = 20  # rounding is estimated from a few draws: allow this many times as much


def nudged(f, x, at, h):
    """f(x + h) and f(x - h) at one entry (of every copy), and how far apart the two really are; x is restored."""
    old = x[at].copy()
    try:
        x[at] = old + h
        up, upper = f(x), x[at].copy()
        x[at] = old - h
        down, lower = f(x), x[at].copy()
    finally:
        x[at] = old
    return up, down, upper - lower


def numerical_gradient(f, x, h=1e-5):
    """df/dx by central differences, the shape of x. ``f(x)`` returns a number; x, a float64 array, is restored.

    If f returns (R,) values, one for each leading index of x, all R are differentiated at once.
    """
    h = as_number(h, "h, the step,", 0, advice="h=1e-5", open_low=True)
    if not isinstance(x, np.ndarray) or x.dtype != np.float64:
        raise ValueError(f"x must be a float64 array: float32 cannot resolve a step of {h:g}. Write x.astype(np.float64)")
    as_floats(x, "x")
    if not callable(f):
        raise ValueError(f"f must be a function of x that returns a number, got {f!r}: write lambda x: ...")
    value = f(x)
    if np.asarray(value).dtype.kind not in "biuf" or np.shape(value) != x.shape[: np.ndim(value)]:
        given = "nothing: is the return missing?" if value is None else f"{value!r}: write float(...)"
        raise ValueError(f"f(x) must return a single number, got {given}")
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape[np.ndim(value) :]):
        up, down, width = nudged(f, x, (..., *index), h)
        if not np.all(width > 0):
            raise ValueError(f"a step of h = {h:g} is lost in the rounding of x = {x[(..., *index)].ravel()[0]:g}: write h=1e-5")
        gradient[(..., *index)] = (up - down) / width
    return gradient


def best_difference(f, x, at, noise):
    """df/dx at one entry from the best of many steps, and how far off it may be; f itself is known up to ``noise``.

    Small steps suffer from rounding, by noise / h; large ones from curvature and kinks, which show as soon as smaller steps
    give another slope than their own rounding allows.
    """
    smallest = np.abs(x[at][x[at] != 0]).min(initial=1.0)
    slopes, roundings, doubts = [], [], []
    with np.errstate(all="ignore"):
        for h in 10.0 ** -np.arange(1, np.clip(7 - np.log10(smallest), 13, 309)):
            up, down, width = nudged(f, x, at, h)
            slopes.append((up - down) / width)
            roundings.append(SAFETY * noise / width)
        for k in range(len(slopes) - 1):
            changes = np.abs(slopes[k] - np.array(slopes[k + 1 :]))
            others = np.fmax.reduce(changes - roundings[k + 1 :], axis=0)
            doubts.append(roundings[k] + 2 * np.fmax(np.fmax(changes[0], others), 0))  # rounding may hide half of it
    slopes, doubts = np.array(slopes[:-1]), np.array(doubts)
    doubts[~np.isfinite(slopes + doubts)] = np.inf
    best = doubts.argmin(axis=0, keepdims=True)
    return np.take_along_axis(slopes, best, axis=0)[0], np.take_along_axis(doubts, best, axis=0)[0]


def between_sides(analytic, f, x, at, noise):
    """Whether f has a kink at one entry, such as ReLU at z = 0, and ``analytic`` lies between the slopes to its two sides.

    Where f is smooth, the two slopes meet as h shrinks. At a kink they stay apart, down to the smallest step that
    rounding allows.
    """
    middle, gaps, doubts, inside = f(x), [], [], []
    for h in 10.0 ** -np.arange(1, 8):
        up, down, width = nudged(f, x, at, h)
        ahead, behind, doubt = 2 * (up - middle) / width, 2 * (middle - down) / width, 2 * SAFETY * noise / width
        inside.append((np.minimum(ahead, behind) - doubt <= analytic) & (analytic <= np.maximum(ahead, behind) + doubt))
        gaps.append(np.abs(ahead - behind))
        doubts.append(doubt)
    gaps, doubts, inside = np.array(gaps), np.array(doubts), np.array(inside)
    smallest = np.concatenate([doubts[2:] > gaps[1:-1], np.ones_like(inside[:1])])
    kink = (gaps[1:] > gaps[:-1] / 2) & (gaps[1:] > doubts[1:]) & smallest
    return (kink & inside[1:] & inside[:-1]).any(axis=0)


def rounding(run, moved, rng):
    """How far rounding may shift each number that ``run()`` returns: the largest change in four draws.

    ``moved`` holds pairs (array, how far off its numbers are already); each moves by that and by its own rounding.
    """
    kept, before = [array.copy() for array, _ in moved], run()
    most = [np.zeros_like(value) for value in before]
    for _ in range(4):
        for (array, off), old in zip(moved, kept):
            array += rng.choice([-1.0, 1.0], array.shape) * (2 * EPS * np.abs(old) + off)
        most = [np.maximum(m, np.abs(after - b)) for m, after, b in zip(most, run(), before)]
        for (array, _), old in zip(moved, kept):
            array[...] = old
    return most


def relative_error(analytic, numeric, allowed=0.0):
    """max |a - n| / max(|a|, |n|) over one array, and the index where |a - n| is largest; up to ``allowed`` |a - n| is not an error."""
    difference = np.abs(analytic - numeric)
    difference[~np.isfinite(difference)] = np.inf
    index = np.unravel_index(difference.argmax(), difference.shape)
    difference = np.maximum(difference - allowed, 0).max()
    error = difference / max(np.abs(analytic).max(), np.abs(numeric).max()) if difference > 0 else 0.0
    return (float(error) if np.isfinite(error) else np.inf), index


def agrees(dA, f, A, rng, tolerance, noise, own):
    """Whether dA is right along one random direction U: a quick check, df(A + t U)/dt = sum(dA * U) at t = 0."""
    U, t = rng.standard_normal(A.shape), np.zeros(np.shape(noise))
    slope, size = (dA * U).sum(axis=(-2, -1)), np.sqrt((dA * dA).sum(axis=(-2, -1)))
    numeric, doubt = best_difference(lambda t: f(A + t[..., None, None] * U), t, (...,), noise)
    return np.all(np.abs(numeric - slope) <= tolerance * size + doubt + SAFETY * own)


def perturb(x, rng):
    """Move numbers off 0 and 1, where mistakes hide."""
    x += rng.uniform(0.1, 0.3, x.shape) * rng.choice([-1, 1], x.shape)


def loss_noise(loss, L):
    """How far rounding may shift a loss of that size. A cross-entropy is the log of a number near 1, which is exact only to eps."""
    return EPS * (np.abs(L) + loss.classifies)


class SavedState:
    """Saves and restores random state and running statistics, so that a training pass can be repeated exactly."""

    def __init__(self, layers):
        layers = list(all_layers(layers))
        values = [value for layer in layers for value in vars(layer).values()]
        rngs = [rng for value in values for rng in (value if isinstance(value, list) else [value])]
        self.bits = [rng.bit_generator for rng in rngs if isinstance(rng, np.random.Generator)]
        self.bits += [rng._bit_generator for rng in rngs if isinstance(rng, np.random.RandomState)]
        self.buffers = [(layer, name) for layer in layers for name in layer.buffers]
        self.start = self.state()

    def state(self):
        return [bits.state for bits in self.bits], [getattr(layer, name).copy() for layer, name in self.buffers]

    def restore(self, state=None):
        generators, buffers = state or self.start
        for bits, kept in zip(self.bits, generators):
            bits.state = kept
        for (layer, name), array in zip(self.buffers, buffers):
            setattr(layer, name, array.copy())
