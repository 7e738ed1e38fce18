import numpy as np

from ..exercise import exercise
from .shared import ends, valley


def valley_and_share(rng):
    return valley(rng), float(10.0 ** -rng.integers(3, 7))


def no_step_too_many(answer, rng):
    for H, epsilon in (valley_and_share(rng), (np.diag([1.0, 10.0]), 1e-6), (np.diag([1.0, 2.0, 1.5]), 1e-6)):
        if (said := too_many_or_too_few(answer, H, epsilon)) is not True:
            return said
    return True


def too_many_or_too_few(answer, H, epsilon):
    lr, steps = (float(np.asarray(value).item()) for value in answer(H, epsilon))
    slowest = np.abs(1 - lr * np.linalg.eigvalsh(H)).max()
    if slowest**steps > epsilon:
        return "from some starts, more than epsilon of the distance is left after that many steps."
    return slowest ** (steps - 1) > epsilon or "one step less would have been enough."


@exercise(
    "week6.best_rate",
    title="The best learning rate, and the steps it takes",
    minutes=10,
    difficulty=3,
    importance=4,
    returns={"lr": None, "steps": None},
    inputs=valley_and_share,
    hints=(
        "The steepest and the flattest direction pull the rate apart. At the best rate both shrink by the same factor in size.",
        "lr = 2 / (lambda_min + lambda_max), the factor is r = (kappa - 1) / (kappa + 1). Solve r^t <= epsilon for a whole number t.",
        "low, high = np.linalg.eigvalsh(H)[[0, -1]]; r = (high - low) / ...; steps = np.ceil(np.log(epsilon) / ...)",
    ),
    properties=(("that many steps leave epsilon or less from every start, one step less does not", no_step_too_many),),
)
def best_rate(H, epsilon):
    low, high = np.linalg.eigvalsh(H)[[0, -1]]
    r = (high - low) / (high + low)
    return 2 / (low + high), np.ceil(np.log(epsilon) / np.log(r))


@best_rate.also_right
def counted_in_a_loop(H, epsilon):
    low, *_, high = np.linalg.eigvalsh(H)
    steps, left = 0, 1.0
    while left > epsilon:
        steps, left = steps + 1, left * (high - low) / (high + low)
    return 2 / (low + high), steps


def steps_at(r, epsilon):
    return np.ceil(np.log(epsilon) / np.log(r))


def from_ends(rule):
    """A wrong solution: rule(smallest eigenvalue, largest eigenvalue, epsilon)."""
    return lambda H, epsilon: rule(*ends(H), epsilon)


best_rate.add_mistakes(
    (
        "that is 1 / lambda_max and its steps: safe, but slower. A longer step helps the flat direction, until the steep one is as slow: 2 / (lambda_min + lambda_max).",
        from_ends(lambda low, high, epsilon: (1 / high, steps_at(1 - low / high, epsilon))),
    ),
    (
        "lr is 1 / lambda_max, the steps are those of the best rate. The best lr is 2 / (lambda_min + lambda_max).",
        from_ends(lambda low, high, epsilon: (1 / high, steps_at((high - low) / (high + low), epsilon))),
    ),
    (
        "2 / lambda_max is the threshold: there the steepest direction never shrinks. The best lr has lambda_min + lambda_max in the denominator.",
        from_ends(lambda low, high, epsilon: (2 / high, steps_at((high - low) / (high + low), epsilon))),
    ),
    ("your lr is half of the best: the 2 is missing in 2 / (lambda_min + lambda_max).", best_rate.spoil(lambda lr, steps: (lr / 2, steps))),
    (
        "lr is 2 over the sum of all eigenvalues. That is right for two of them: the best lr takes the smallest and the largest alone.",
        lambda H, epsilon: (2 / np.linalg.eigvalsh(H).sum(), best_rate.reference(H, epsilon)[1]),
    ),
    (
        "lr is one over the mean of all eigenvalues. Those between the ends do not matter: only the steepest and the flattest direction do.",
        lambda H, epsilon: (1 / np.linalg.eigvalsh(H).mean(), best_rate.reference(H, epsilon)[1]),
    ),
    (
        "your steps bring the loss down to epsilon. The question is about the distance; the loss falls with its square, and takes half as many steps.",
        from_ends(lambda low, high, epsilon: (2 / (low + high), steps_at(((high - low) / (high + low)) ** 2, epsilon))),
    ),
    (
        "your steps are rounded down, or to the nearest: then a little more than epsilon is left. Round up: np.ceil.",
        from_ends(lambda low, high, epsilon: (2 / (low + high), np.floor(np.log(epsilon) / np.log((high - low) / (high + low))))),
    ),
    (
        "there is no fraction of a step. Round up: np.ceil.",
        from_ends(lambda low, high, epsilon: (2 / (low + high), np.log(epsilon) / np.log((high - low) / (high + low)))),
    ),
    (
        "your steps use the factor 1 - 1/kappa, which belongs to lr = 1 / lambda_max. At your lr it is (kappa - 1) / (kappa + 1).",
        from_ends(lambda low, high, epsilon: (2 / (low + high), steps_at(1 - low / high, epsilon))),
    ),
    (
        "your steps use the root of kappa. That is what momentum reaches (week 6b); plain gradient descent has kappa itself.",
        from_ends(lambda low, high, epsilon: (2 / (low + high), steps_at((high**0.5 - low**0.5) / (high**0.5 + low**0.5), epsilon))),
    ),
    (
        "you took the entries of the diagonal for the eigenvalues. That holds for a diagonal H only, here the valley is turned: np.linalg.eigvalsh(H).",
        lambda H, epsilon: best_rate.reference(np.diag(np.diag(H)), epsilon),
    ),
    ("the two are right, but in the wrong order: return lr, steps.", best_rate.spoil(lambda lr, steps: (steps, lr))),
)
