import numpy as np

from ..exercise import exercise
from .shared import trace_and_root


def some_curvatures(rng):
    """Positive curvatures, not sorted: the extremes are neither first nor last."""
    middle = rng.uniform(2, 20, rng.integers(3, 6))
    ends = [rng.uniform(0.2, 1.5), rng.uniform(30, 200)]
    return (np.concatenate([middle[:1], rng.permutation(ends), middle[1:]]),)


def no_neighbour_is_faster(answer, rng):
    (curvatures,) = some_curvatures(rng)

    def slowest(lr, beta):
        b, root = trace_and_root(lr, beta, curvatures)
        return (np.maximum(np.abs(b + root), np.abs(b - root)) / 2).max()

    lr, beta = answer(curvatures)
    tries = [slowest(lr * f, min(beta * h, 0.999)) for f in (0.8, 0.97, 1.03, 1.2) for h in (0.8, 0.97, 1.0, 1.03, 1.2)]
    return slowest(lr, beta) <= min(tries) + 1e-7 or "another lr and beta nearby are faster."


@exercise(
    "week6.best_momentum",
    title="The best learning rate and beta",
    minutes=7,
    difficulty=3,
    importance=3,
    returns={"lr": None, "beta": None},
    inputs=some_curvatures,
    hints=(
        "Only the smallest and the largest curvature matter. Each of them sits at one end of the floor, the range (5).",
        "lr = (2 / (sqrt(lambda_max) + sqrt(lambda_min)))^2. beta is the square of the same with a difference on top, divided by the sum.",
        "low, high = np.sqrt(curvatures.min()), np.sqrt(curvatures.max()); return (2 / ...) ** 2, ((high - low) / ...) ** 2",
    ),
    properties=(("no neighbouring pair is faster", no_neighbour_is_faster),),
)
def best_momentum(curvatures):
    low, high = np.sqrt(curvatures.min()), np.sqrt(curvatures.max())
    return (2 / (high + low)) ** 2, ((high - low) / (high + low)) ** 2


@best_momentum.also_right
def from_kappa(curvatures):
    root = np.sqrt(max(curvatures) / min(curvatures))
    beta = ((root - 1) / (root + 1)) ** 2
    return (1 + np.sqrt(beta)) ** 2 / max(curvatures), beta


best_momentum.add_mistakes(
    (
        "lr is right. Your beta is its root, the factor of a step: the roots have size sqrt(beta), so beta is that fraction squared.",
        best_momentum.spoil(lambda lr, beta: (lr, np.sqrt(beta))),
    ),
    (
        "beta is right, lr lacks its square: lr = (2 / (sqrt(lambda_max) + sqrt(lambda_min)))^2.",
        best_momentum.spoil(lambda lr, beta: (np.sqrt(lr), beta)),
    ),
    (
        "both lack their square: the roots of lr lambda are 1 - sqrt(beta) and 1 + sqrt(beta), and lr and beta are under a root.",
        best_momentum.spoil(lambda lr, beta: (np.sqrt(lr), np.sqrt(beta))),
    ),
    (
        "you used the curvatures without their roots. It is the root of kappa that makes momentum fast: np.sqrt of both ends first.",
        lambda curvatures: best_momentum.reference(curvatures**2),
    ),
    (
        "beta is right, lr = 2 / (lambda_max + lambda_min) is the best rate without momentum. Momentum can bear a larger one.",
        lambda curvatures: (2 / (curvatures.max() + curvatures.min()), best_momentum.reference(curvatures)[1]),
    ),
    (
        "beta is right, lr is 4 / (lambda_max + lambda_min). The sum of the roots is squared, not each root: (2 / (sqrt(lambda_max) + sqrt(lambda_min)))^2.",
        lambda curvatures: (4 / (curvatures.max() + curvatures.min()), best_momentum.reference(curvatures)[1]),
    ),
    (
        "beta comes out above 1: the fraction is upside down. The difference of the roots goes on top, their sum below.",
        best_momentum.spoil(lambda lr, beta: (lr, 1 / beta)),
    ),
    (
        "beta comes from kappa without its root: ((sqrt(kappa) - 1) / (sqrt(kappa) + 1))^2.",
        lambda curvatures: (best_momentum.reference(curvatures)[0], best_momentum.reference(curvatures**2)[1]),
    ),
    (
        "beta is right, lr = 1 / lambda_max is safe but slow: the flattest direction then lies left of the floor. Use the largest lr that keeps all directions on it.",
        lambda curvatures: (1 / curvatures.max(), best_momentum.reference(curvatures)[1]),
    ),
    (
        "you took the first and the last curvature. They are not sorted: curvatures.min() and curvatures.max().",
        lambda curvatures: best_momentum.reference(curvatures[[0, -1]]),
    ),
    ("the two are right, but in the wrong order: return lr, beta.", best_momentum.spoil(lambda lr, beta: (beta, lr))),
)
