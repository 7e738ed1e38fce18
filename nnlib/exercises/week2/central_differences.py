import numpy as np

from ...gradient_check import numerical_gradient
from ..exercise import exercise


def scaled_cube(x):
    """A smooth function of an array (3, 2) whose entries all act differently, and on one another."""
    return float((np.arange(1.0, 7.0).reshape(3, 2) * x**3).sum() / 6 + x.prod() + (x[0] * x[1]).sum())


def function_and_point(rng):
    """f, x, h. The entries of x differ in size and sign; f is not a sum of one-entry functions."""
    return scaled_cube, rng.uniform(0.5, 1.5, (3, 2)) * rng.choice([-1, 1], (3, 2)), 1e-4


def slope_of_a_square(answer, rng):
    for shape in ((2, 4), (5,), (2, 3, 2)):
        x = rng.standard_normal(shape)
        try:
            fits = np.allclose(answer(lambda x: float((x**2).sum()), x.copy(), 1e-4), 2 * x, atol=1e-8)
        except IndexError:
            fits = False
        if not fits:
            return f"x of shape {shape} gives no right gradient: x can have any shape, go through np.ndindex(x.shape)."
    return True


@exercise(
    "week2.central_differences",
    title="A gradient without a derivation",
    minutes=12,
    difficulty=3,
    importance=5,
    returns={"gradient": "x.shape"},
    inputs=function_and_point,
    hints=(
        "One entry at a time: nudge it up, nudge it down, see how far f moves, and put it back.",
        "gradient[index] = (f(x with + h there) - f(x with - h there)) / (2 h).",
        "gradient = np.zeros_like(x); for index in np.ndindex(x.shape): up = x.copy(); up[index] += h; down = ...; gradient[index] = (...) / (2 * h)",
    ),
    properties=(("gives 2 x for the sum of squares, for x of one, two and three axes", slope_of_a_square),),
)
def central_differences(f, x, h):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


central_differences.also_right(numerical_gradient)


@central_differences.also_right
def with_the_identity(f, x, h):
    steps = h * np.eye(x.size).reshape(-1, *x.shape)
    return np.array([f(x + step) - f(x - step) for step in steps]).reshape(x.shape) / (2 * h)


def by_entry(f, x, rule):
    """rule(f, x with one entry moved by t) for every entry."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):

        def moved(t, index=index):
            y = x.copy()
            y[index] += t
            return f(y)

        gradient[index] = rule(moved)
    return gradient


def whole_rows_at_once(f, x, h):
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


def without_fresh_copies(f, x, h):
    gradient, up, down = np.zeros_like(x), x.copy(), x.copy()
    for index in np.ndindex(x.shape):
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


def return_inside_the_loop(f, x, h):
    gradient = np.zeros_like(x)
    gradient.flat[0] = numerical_gradient(f, x, h).flat[0]
    return gradient


central_differences.add_mistakes(
    (
        "this steps forward only, (f(x + h) - f(x)) / h: its error is of order h, not h^2. Step both ways and divide by 2 h.",
        lambda f, x, h: by_entry(f, x, lambda at: (at(h) - at(0)) / h),
    ),
    (
        "this steps back only, (f(x) - f(x - h)) / h: its error is of order h, not h^2. Step both ways and divide by 2 h.",
        lambda f, x, h: by_entry(f, x, lambda at: (at(0) - at(-h)) / h),
    ),
    (
        "the two points lie 2 h apart, and you divided by h: the slope is twice as large as it should be.",
        lambda f, x, h: by_entry(f, x, lambda at: (at(h) - at(-h)) / h),
    ),
    (
        "that is multiplied by h, as / 2 * h does: it divides by 2 alone. Write / (2 * h).",
        lambda f, x, h: by_entry(f, x, lambda at: (at(h) - at(-h)) / 2 * h),
    ),
    ("this is how far f moves. A slope is that divided by the distance, 2 h.", lambda f, x, h: by_entry(f, x, lambda at: at(h) - at(-h))),
    ("the sign is flipped: f at + h minus f at - h.", lambda f, x, h: by_entry(f, x, lambda at: (at(-h) - at(h)) / (2 * h))),
    (
        "all entries are nudged at once, so every place holds the same number. Nudge one entry, and leave the others.",
        lambda f, x, h: np.full_like(x, (f(x + h) - f(x - h)) / (2 * h)),
    ),
    (
        "all entries of a row are nudged at once, as up[i] += h does. Loop over np.ndindex(x.shape): one entry at a time.",
        whole_rows_at_once,
    ),
    (
        "entries you have finished stay nudged while the next ones are measured. Start each from a fresh copy, or put the old number back.",
        without_fresh_copies,
    ),
    (
        "f(x + h) nudges all entries at once, which gives one number. Nudge one entry at a time, and keep one number for each.",
        lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
    ),
    (
        "all zeros: either up and down hold the same numbers (up = x is no copy, x.copy() is one), or gradient[index] is never set.",
        lambda f, x, h: np.zeros_like(x),
    ),
    (
        "only the second f is divided by 2 h. Put parentheses around the difference: (f(up) - f(down)) / (2 * h).",
        lambda f, x, h: by_entry(f, x, lambda at: at(h) - at(-h) / (2 * h)),
    ),
    (
        "the numbers are right, but in a flat row. Give them the shape of x: gradient.reshape(x.shape).",
        lambda f, x, h: numerical_gradient(f, x, h).ravel(),
    ),
    (
        "that is nearer to the slope than a step of h comes (is 1e-5 or another one written in?). The step is the argument h.",
        lambda f, x, h: by_entry(f, x, lambda at: (at(1e-5) - at(-1e-5)) / 2e-5),
    ),
    ("only the first entry is filled. Go through all of them, np.ndindex(x.shape), and return after the loop.", return_inside_the_loop),
    (
        "the entries are added up. A gradient keeps one number for each entry of x, gradient[index] = ...",
        lambda f, x, h: numerical_gradient(f, x, h).sum(),
    ),
)
