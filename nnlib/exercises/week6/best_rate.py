import numpy as np

from ..exercise import exercise
from .shared import ends, valley


def valley_and_share(rng):
    return valley(rng), float(10.0 ** -rng.integers(3, 7))


def no_step_too_many(answer, rng):
    H, epsilon = valley_and_share(rng)
    lr, steps = (float(np.asarray(value).item()) for value in answer(H, epsilon))
    slowest = np.abs(1 - lr * np.linalg.eigvalsh(H)).max()
    if slowest**steps > epsilon:
        return "from some starts, more than epsilon of the distance is left after so many steps."
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
    properties=(("so many steps leave epsilon or less from every start, one step less does not", no_step_too_many),),
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


def one_over_the_largest(H, epsilon):
    low, high = ends(H)
    return 1 / high, steps_at(1 - low / high, epsilon)


def one_over_the_largest_with_best_steps(H, epsilon):
    low, high = ends(H)
    return 1 / high, steps_at((high - low) / (high + low), epsilon)


def two_over_the_largest(H, epsilon):
    low, high = ends(H)
    return 2 / high, steps_at((high - low) / (high + low), epsilon)


def half_of_the_best(H, epsilon):
    low, high = ends(H)
    return 1 / (low + high), steps_at((high - low) / (high + low), epsilon)


def mean_of_all_eigenvalues(H, epsilon):
    low, high = ends(H)
    return 1 / np.linalg.eigvalsh(H).mean(), steps_at((high - low) / (high + low), epsilon)


def steps_for_the_loss(H, epsilon):
    low, high = ends(H)
    return 2 / (low + high), np.ceil(np.log(epsilon) / (2 * np.log((high - low) / (high + low))))


def rounded_down(H, epsilon):
    low, high = ends(H)
    return 2 / (low + high), np.floor(np.log(epsilon) / np.log((high - low) / (high + low)))


def not_rounded(H, epsilon):
    low, high = ends(H)
    return 2 / (low + high), np.log(epsilon) / np.log((high - low) / (high + low))


def factor_of_the_safe_rate(H, epsilon):
    low, high = ends(H)
    return 2 / (low + high), steps_at(1 - low / high, epsilon)


def root_of_kappa(H, epsilon):
    low, high = ends(H)
    k = np.sqrt(high / low)
    return 2 / (low + high), steps_at((k - 1) / (k + 1), epsilon)


def diagonal_for_eigenvalues(H, epsilon):
    low, high = np.diag(H).min(), np.diag(H).max()
    return 2 / (low + high), steps_at((high - low) / (high + low), epsilon)


def wrong_order(H, epsilon):
    low, high = ends(H)
    return steps_at((high - low) / (high + low), epsilon), 2 / (low + high)


best_rate.add_mistakes(
    (
        "that is 1 / lambda_max and its steps: safe, and about half as fast. A longer step helps the flat direction, until the steep one is as slow: 2 / (lambda_min + lambda_max).",
        one_over_the_largest,
    ),
    (
        "lr is 1 / lambda_max, the steps are those of the best rate. The best lr is 2 / (lambda_min + lambda_max).",
        one_over_the_largest_with_best_steps,
    ),
    (
        "2 / lambda_max is the threshold: there the steepest direction never shrinks. The best lr has lambda_min + lambda_max below.",
        two_over_the_largest,
    ),
    ("your lr is half of the best: the 2 is missing in 2 / (lambda_min + lambda_max).", half_of_the_best),
    (
        "lr is one over the mean of all eigenvalues. Those between the ends do not matter: only the steepest and the flattest direction do.",
        mean_of_all_eigenvalues,
    ),
    (
        "your steps bring the loss down to epsilon. The distance is asked for; the loss falls with its square, and takes half as many steps.",
        steps_for_the_loss,
    ),
    ("your steps are rounded down, or to the nearest: then a little more than epsilon is left. Round up: np.ceil.", rounded_down),
    ("nobody makes a fraction of a step. Round up: np.ceil.", not_rounded),
    (
        "your steps use the factor 1 - 1/kappa, which belongs to lr = 1 / lambda_max. At your lr it is (kappa - 1) / (kappa + 1).",
        factor_of_the_safe_rate,
    ),
    ("your steps use the root of kappa. That is what momentum reaches (week 6b); plain gradient descent has kappa itself.", root_of_kappa),
    (
        "you took the entries of the diagonal for the eigenvalues. That holds for a diagonal H only, here the valley is turned: np.linalg.eigvalsh(H).",
        diagonal_for_eigenvalues,
    ),
    ("the two are right, but in another order: return lr, steps.", wrong_order),
)
