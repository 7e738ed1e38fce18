import numpy as np

from ..exercise import exercise
from .shared import valley


def valley_and_start(rng):
    """H, center, start, lr, steps: neither center nor start is 0, and lr is below 2 / lambda_max."""
    H = valley(rng)
    return H, rng.standard_normal(len(H)), rng.standard_normal(len(H)) + 3, float(rng.uniform(0.1, 0.2)), int(rng.integers(5, 8))


def half_square(H, center, w):
    return (w - center) @ H @ (w - center) / 2


def the_loss_falls(answer, rng):
    H, center, start, lr, _ = valley_and_start(rng)
    path = answer(H, center, start, lr, 40)
    losses = [half_square(H, center, w) for w in path]
    return all(later < earlier for earlier, later in zip(losses, losses[1:])) or "the loss rises although lr is below 2 / lambda_max."


@exercise(
    "week6.gradient_descent",
    title="Gradient descent on a quadratic",
    minutes=8,
    difficulty=2,
    importance=5,
    returns={"path": "(steps + 1, n)"},
    inputs=valley_and_start,
    hints=(
        "Keep one point, and a list of the points so far. In every step compute the gradient at the point where you stand now.",
        "The gradient is H @ (w - center). The step is w = w - lr * gradient. The list begins with the start.",
        "w, path = start, [start]; for _ in range(steps): w = w - ...; path.append(w); return np.array(path)",
    ),
    properties=(("the loss falls at each of 40 steps", the_loss_falls),),
)
def gradient_descent(H, center, start, lr, steps):
    w, path = start, [start]
    for _ in range(steps):
        w = w - lr * H @ (w - center)
        path.append(w)
    return np.array(path)


@gradient_descent.also_right
def with_powers_of_a_matrix(H, center, start, lr, steps):
    shrink = np.eye(len(H)) - lr * H
    return np.array([center + np.linalg.matrix_power(shrink, t) @ (start - center) for t in range(steps + 1)])


def descend(H, center, start, lr, steps, gradient=None, sign=-1):
    """The path with another gradient(w), for the stored mistakes."""
    path = [start]
    for _ in range(steps):
        g = gradient(path[-1]) if gradient else H @ (path[-1] - center)
        path.append(path[-1] + sign * lr * g)
    return np.array(path)


def one_array_in_all_rows(H, center, start, lr, steps):
    w = start.copy()
    path = [w]
    for _ in range(steps):
        w -= lr * H @ (w - center)
        path.append(w)
    return np.array(path)


gradient_descent.add_mistakes(
    (
        "you walk uphill: the gradient points to where the loss rises. Subtract it: w = w - lr * gradient.",
        lambda H, center, start, lr, steps: descend(H, center, start, lr, steps, sign=+1),
    ),
    (
        "the lowest point is center, not 0. The gradient at w is H @ (w - center): it must vanish at center.",
        lambda H, center, start, lr, steps: descend(H, center, start, lr, steps, lambda w: H @ w),
    ),
    (
        "the start is missing: the path has steps + 1 rows, and row 0 is the start. Put it into the list before the loop.",
        lambda H, center, start, lr, steps: descend(H, center, start, lr, steps)[1:],
    ),
    (
        "all rows are the last point: w -= ... changes the one array that is in the list many times. Write w = w - ..., which makes a new one.",
        one_array_in_all_rows,
    ),
    (
        "every step uses the gradient of the start. Compute it inside the loop, at the w of this step: the slope changes on the way.",
        lambda H, center, start, lr, steps: descend(H, center, start, lr, steps, lambda w: H @ (start - center)),
    ),
    (
        "the gradient is twice as long as it should be. The 1/2 in the loss cancels the 2: it is H @ (w - center).",
        lambda H, center, start, lr, steps: descend(H, center, start, lr, steps, lambda w: 2 * H @ (w - center)),
    ),
    (
        "only the diagonal of H was used. Every weight acts on every slope: take the matrix product, H @ (w - center).",
        lambda H, center, start, lr, steps: descend(H, center, start, lr, steps, lambda w: np.diag(H) * (w - center)),
    ),
    (
        "you return the last point alone. Return the whole path, one row per point, the start first.",
        lambda H, center, start, lr, steps: descend(H, center, start, lr, steps)[-1],
    ),
    (
        "each point is a column here. Points are rows, as everywhere in this course: np.array(path), without .T.",
        lambda H, center, start, lr, steps: descend(H, center, start, lr, steps).T,
    ),
    (
        "one step too many: the loop runs range(steps), and with the start the path has steps + 1 rows.",
        lambda H, center, start, lr, steps: descend(H, center, start, lr, steps + 1),
    ),
    (
        "you divide the gradient by its length, so that all steps are equally long. Plain gradient descent does not: its steps shrink with the slope.",
        lambda H, center, start, lr, steps: descend(
            H, center, start, lr, steps, lambda w: H @ (w - center) / np.linalg.norm(H @ (w - center))
        ),
    ),
    ("lr is missing: the step is lr times the gradient.", lambda H, center, start, lr, steps: descend(H, center, start, 1.0, steps)),
)
