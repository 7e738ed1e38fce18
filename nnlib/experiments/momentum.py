"""Momentum and conditioning: how many steps gradient descent with momentum needs in a long narrow bowl.

The bowl is f = (x^2 + y^2 / kappa) / 2: curvature 1 along x, 1 / kappa along y. Both coordinates start at 1.
"""

import functools
import math

import numpy as np

from ..optimizers import Momentum
from ..plots.style import METHODS
from .frame.controls import Choice, Slider
from .frame.pictures import FIELD, Axes, Picture, grid, shade_height
from .frame.show import Prediction

TITLE = "Momentum and the condition number"
NEAR, FAR, MOST = 1e-6, 1e6, 10_000  # a run ends when it stays this near, is this far off, or after this many steps
MEASURED = (10, 100, 1000)  # condition numbers whose best rates are run, beside the curves of theory
PYTORCH, EMA = "PyTorch form", "EMA form"  # v = beta v + g, or v = beta v + (1 - beta) g
HAND, BEST_LR, BEST = "lr and beta by hand", "best lr for this beta", "best lr and beta"
CONTROLS = [
    Slider("kappa", 1, 1000, 10, step=0.05, log=True, label="condition number"),
    Choice("rates", (HAND, BEST_LR, BEST), HAND),
    Slider("beta", 0, 0.99, 0.9, step=0.01, label="beta (unless best)"),
    Slider("lr", 0.01, 100, 1, step=0.02, log=True, label="learning rate (by hand)"),
    Choice("convention", (PYTORCH, EMA), PYTORCH),
]


def curvatures(kappa):
    return np.array([1.0, 1.0 / kappa])


def theory_rate(kappa, lr, beta, ema=False):
    """The factor per step in the long run: the largest root, in size, of z^2 - b z + beta = 0 with b = 1 + beta - lr
    lambda."""
    b = np.abs(1 + beta - (lr * (1 - beta) if ema else lr) * curvatures(kappa))
    real = np.maximum(b * b - 4 * beta, 0)  # below 0 the two roots are complex, both of size sqrt(beta)
    return float(np.where(real > 0, (b + np.sqrt(real)) / 2, math.sqrt(beta)).max())


def best_lr(kappa, beta=0.0):
    """The lr for which the steepest and the flattest direction shrink equally fast; with beta = 0 by (kappa -
    1)/(kappa + 1) per step."""
    return 2 * (1 + beta) / (1 + 1 / kappa)


def best_beta(kappa):
    """The beta that gives, with its best lr, the smallest factor: (root - 1)/(root + 1) for root = sqrt(kappa)
    (Polyak 1964)."""
    root = math.sqrt(kappa)
    return ((root - 1) / (root + 1)) ** 2


def chosen(kappa, rates, beta, lr, convention):
    """lr and beta as the run takes them. The EMA form needs its best lr 1/(1 - beta) times as large."""
    if rates == HAND:
        return lr, beta
    beta = best_beta(kappa) if rates == BEST else beta
    return best_lr(kappa, beta) / (1 - beta if convention == EMA else 1), beta


def descend(kappa, lr, beta, ema=False, near=NEAR, most=MOST):
    """Positions (steps + 1, 2) from (1, 1) on.

    Near means two positions in a row: an overshooting path can just pass by.
    """
    theta, optimizer, curvature = np.ones(2), Momentum(lr, beta, ema), curvatures(kappa)
    path, before = [(1.0, 1.0)], 1.0
    for _ in range(most):
        optimizer.step(theta, curvature * theta)
        x, y = theta.tolist()
        path.append((x, y))
        distance = max(abs(x), abs(y))
        if distance > FAR or max(before, distance) <= near:
            break
        before = distance
    return np.array(path)


def measured_rate(distance):
    """The factor per step, from the highest point of the middle third to that of the last: a path with momentum
    swings."""
    n = len(distance) - 1
    if n < 6:
        return float((distance[-1] / distance[0]) ** (1 / n))
    a, b = n // 3, 2 * n // 3
    a, b = a + int(distance[a:b].argmax()), b + int(distance[b:].argmax())
    return float((distance[b] / distance[a]) ** (1 / (b - a)))


def steps_to(distance, near=NEAR):
    """Steps until the distance is ``near`` and stays so; infinite if the run ended before that."""
    return len(distance) - 2 if max(distance[-2:]) <= near else math.inf


@functools.lru_cache(maxsize=20)
def best_steps(kappa):
    """Measured steps to 1e-6 at the best rates: gradient descent, heavy ball."""
    runs = (descend(kappa, best_lr(kappa, beta), beta) for beta in (0.0, best_beta(kappa)))
    return tuple(steps_to(np.abs(run).max(axis=1)) for run in runs)


def theory_steps(kappa):
    """The same two numbers by theory, before rounding up, for an array of condition numbers.

    Gradient descent shrinks as rho^t. At the heavy ball's best rates the two roots coincide, and the distance is
    (1 + (1 + rho) t) rho^t: the factor in front is why it needs longer than rho^t alone.
    """
    root, t = np.sqrt(kappa), np.linspace(1, 400, 4000)[:, None]
    rho = (root - 1) / (root + 1)
    ball = t[((1 + (1 + rho) * t) * rho**t > NEAR).sum(axis=0), 0]
    return math.log(NEAR) / np.log(np.maximum((kappa - 1) / (kappa + 1), NEAR)), ball


@functools.lru_cache(maxsize=1)
def curves():
    kappa = np.logspace(0, 3, 121)
    return kappa, *theory_steps(kappa)


def simulate(*, kappa, rates, beta, lr, convention):
    """The path, the steps it needs to 1e-6, and its factor per step: measured, and by theory."""
    ema = convention == EMA
    lr, beta = chosen(kappa, rates, beta, lr, convention)
    path = descend(kappa, lr, beta, ema)
    distance = np.abs(path).max(axis=1)
    about = {"kappa": kappa, "lr": lr, "beta": beta, "convention": convention, "path": path, "distance": distance}
    about |= {
        "steps": steps_to(distance),
        "limit": 2 * (1 + beta) / (1 - beta if ema else 1),
        "best": [math.ceil(n[0]) for n in theory_steps(np.array([kappa]))],
    }
    return about | {"rate": measured_rate(distance), "theory": theory_rate(kappa, lr, beta, ema)}


def bowl(result):
    """The path over bands of equal loss, two bands for each factor of 10."""
    kappa, path = result["kappa"], result["path"][:500]
    path = path[: 2 + int(np.argmax(np.append(np.abs(path).max(axis=1), np.inf) > 30))]  # of a diverging one, the beginning
    wide, high = (min(1.15 * max(1.0, np.abs(along).max()), 15.0) for along in path.T)
    panel = Axes("The path in the bowl", "x, curvature 1", f"y, curvature 1/{kappa:.4g}", xlim=(-wide, wide), ylim=(-high, high))
    extent = (-wide, wide, -high, high)
    panel.field(shade_height((grid(extent) ** 2 @ curvatures(kappa) / 2).reshape(FIELD, FIELD)), extent, ink=True)
    return (
        panel.line(*path.T, METHODS["Momentum"], width=1.5)
        .points(*path[:60].T, METHODS["Momentum"], marker="o", size=2.5)
        .points([0], [0], 4, marker="X", size=5)
    )


def picture(result):
    steps, rate = np.arange(len(result["distance"])), result["theory"]
    shrink = Axes("Distance from the minimum", "step", "larger of |x|, |y|", ylog=True)
    shrink.line(steps, result["distance"], METHODS["Momentum"], label="measured")
    if rate > 0:
        shown = steps[: 1 + int(16 / max(abs(math.log10(rate)), 1e-9))]
        shrink.line(shown, rate**shown, "ink", width=1, label="theory's rate", at=(0.5, -1, -1), held=False)

    best = Axes("Steps to 1e-6", "condition number", "steps", xlog=True, ylog=True, xlim=(0.8, 1250), ylim=(0.7, 2e4))
    kappa, *both = curves()
    seen = kappa <= result["kappa"] * (1 + 1e-9)  # beyond that: predict first
    run = [k for k in MEASURED if k <= result["kappa"]]
    for i, (name, method, curve) in enumerate(zip(("best descent", "best momentum"), ("SGD", "Momentum"), both)):
        best.line(kappa[seen], curve[seen], METHODS[method], label=name)
        best.points(run, [best_steps(k)[i] for k in run], METHODS[method])
    best.points([result["kappa"]], [result["steps"]], "ink", marker="P", size=6, label="this run")
    return Picture(bowl(result), shrink, best)


def describe(result):
    rate, theory, taken = result["rate"], result["theory"], len(result["distance"]) - 1
    start = f"condition number {result['kappa']:.4g}, lr {result['lr']:.4g}, beta {result['beta']:.3g}, {result['convention']}: "
    if result["steps"] < math.inf:
        start += f"1e-6 after {result['steps']} steps, factor {rate:.3f} per step (theory {theory:.3f})"
    elif result["distance"][-1] > FAR:
        start += f"diverges, 1e6 after {taken} steps: lr is over {result['limit']:.3g}, 2 (1 + beta)/lambda_max"
        start += " / (1 - beta)" if result["convention"] == EMA else ""
    else:
        start += f"still at {result['distance'][-1]:.2g} after {taken} steps, factor {rate:.4f} (theory {theory:.4f})"
    return start + "; at best rates: descent {}, momentum {}".format(*result["best"])


def headline(result):
    return float(result["steps"])


def observe(result):
    return min(QUESTION.options, key=lambda option: abs(math.log(headline(result) / float(option.split()[1].replace(",", "")))))


QUESTION = Prediction(
    # claim: tests/experiments/test_momentum.py::test_steps_to_a_millionth_at_the_best_rates_are_those_of_theory
    "Momentum with the best lr and beta for condition number 10 comes a million times nearer to the minimum in 27 steps. "
    "How many steps does it need at condition number 1000, again with the best lr and beta?",
    {"kappa": 1000, "rates": BEST, "convention": PYTORCH},
    observe,
    "Gradient descent at its best lr, 2/(&lambda;<sub>max</sub> + &lambda;<sub>min</sub>), shrinks the distance by (&kappa; &minus; 1)/(&kappa; + 1) "
    "per step, so its steps grow like &kappa;: 69, 691, 6908 for &kappa; = 10, 100, 1000. Momentum at its best has &radic;&kappa; in place of "
    "&kappa;: 27, 95, 321. At those rates the distance is (1 + (1 + &rho;) t) &rho;<sup>t</sup> with &rho; = &radic;&beta;, so it rises at first. "
    "With (1 &minus; &beta;) before the gradient (EMA form) the same path needs an lr 1/(1 &minus; &beta;) times as large.",
    options=("about 27, as before", "about 320", "about 2,700", "about 27,000"),
    start={"rates": BEST},
)


def code(*, kappa, rates, beta, lr, convention):
    lr, beta = chosen(kappa, rates, beta, lr, convention)
    return f"""import numpy as np

from nnlib import Momentum

theta, curvature = np.ones(2), np.array([1.0, 1.0 / {kappa!r}])
optimizer = Momentum(lr={lr!r}, beta={beta!r}, ema={convention == EMA})
distance, steps = [1.0], float("inf")
for step in range({MOST}):
    optimizer.step(theta, curvature * theta)  # the gradient of (x^2 + y^2 / kappa) / 2
    distance.append(np.abs(theta).max())
    if max(distance[-2:]) <= {NEAR}:
        steps = step
    if steps < float("inf") or distance[-1] > {FAR}:
        break
print(steps)
"""
