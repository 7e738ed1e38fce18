"""Learning rate and curvature: gradient descent on a quadratic, and on a network whose sharpness is measured.

The slider "curvature" multiplies the loss, and so every second derivative of it: for the quadratic it is the curvature.
"""

import functools
import math

import numpy as np

from ..activations import Tanh
from ..datasets import spirals
from ..initializers import xavier_normal
from ..losses import MeanSquaredError
from ..network import mlp
from ..optimizers import SGD
from .frame.controls import SEED, Choice, Slider
from .frame.pictures import FIELD, Axes, Picture, grid, shade_height, shade_signed
from .frame.show import Prediction

TITLE = "Learning rate and curvature"
ONE, TWO, NET = "one dimension", "two dimensions", "network 2-8-8-1"
SLOPES = {ONE: np.array([1.0]), TWO: np.array([1.0, 0.1])}  # second derivatives of the quadratic, before "curvature" multiplies them
STEPS, NET_STEPS, EVERY = 100, 1500, 15  # the network's sharpness is measured at each of the first 15 steps and then every 15
POINTS, LOST = 60, 1e6  # a network with such a loss counts as diverged
EXTENT = (-2.5, 2.5, -2.5, 2.5)
TENTH = math.log10(2) / 10  # ten steps of a slider double the value, so that lr times curvature can be 2 exactly
CONTROLS = [
    Slider("lr", 1 / 128, 8, 0.5, step=TENTH, log=True, label="learning rate"),
    Slider("curvature", 1 / 8, 8, 1, step=TENTH, log=True),
    Choice("surface", (ONE, TWO, NET), ONE),
    SEED,
]


def descend(lr, curvatures):
    """Positions (steps + 1, n) of gradient descent on f = sum of curvature x^2 / 2, from x = 1 on."""
    theta, optimizer = np.ones(len(curvatures)), SGD(lr)
    path = [theta.copy()]
    for _ in range(STEPS):
        optimizer.step(theta, curvatures * theta)
        path.append(theta.copy())
    return np.array(path)


# ---- the network


@functools.lru_cache(maxsize=10)
def examples(seed):
    """Two spiral arms, each column with mean 0 and standard deviation 1; targets -1 and 1."""
    X, y = spirals(POINTS, rng=seed)
    return (X - X.mean(axis=0)) / X.std(axis=0), 2.0 * y[:, None] - 1


def network(seed):
    return mlp([2, 8, 8, 1], activation=Tanh, init=xavier_normal, loss=MeanSquaredError(), rng=seed)


def hessian_times(net, X, Y, v, h=1e-4):
    """H v by central differences of the gradient: (g(theta + h v) - g(theta - h v)) / 2h, for v of length 1. theta
    is restored."""
    theta, gradients = net.theta.copy(), []
    for sign in (1, -1):
        np.add(theta, sign * h * v, out=net.theta)
        net._loss_step(X, Y)
        gradients.append(net.grad.copy())
    net.theta[...] = theta
    return (gradients[0] - gradients[1]) / (2 * h)


def sharpness(net, X, Y, v, rounds):
    """The Hessian's largest eigenvalue by power iteration from v: v <- H v / |H v|. Returns v^T H v and the new v."""
    for _ in range(rounds):
        Hv = hessian_times(net, X, Y, v)
        largest, v = float(v @ Hv), Hv / np.linalg.norm(Hv)
    return largest, v


def train(lr, curvature, seed):
    """Full-batch gradient descent. Yields (theta, losses, when measured, sharpness); freezes before a loss over 1e6."""
    net, losses, sharp, measured, rounds = network(seed), [], [], [], 30
    X, Y = net._check_Xy(*examples(seed))
    optimizer, v = SGD(lr), np.random.default_rng([seed, 1]).standard_normal(net.theta.size)
    v /= np.linalg.norm(v)
    for step in range(NET_STEPS + 1):
        losses.append(curvature * net._loss_step(X, Y)[0])
        if losses[-1] > LOST:
            break
        theta, gradient = net.theta.copy(), curvature * net.grad
        if (step % EVERY == 0 or step < EVERY) and losses[-1] <= 10 * losses[0]:  # beyond that the steps jump about
            largest, v = sharpness(net, X, Y, v, rounds)
            sharp.append(curvature * largest)
            measured.append(step)
            rounds = 4  # from now on: the direction changes little between two measurements
            yield theta, losses, measured, sharp
        optimizer.step(net.theta, gradient)
    yield theta, losses, measured, sharp


def stream(*, lr, curvature, surface, seed):
    """The quadratic: positions, and the factor of each direction per step.

    The network: losses and sharpness, growing as it trains.
    """
    about = {"lr": lr, "curvature": curvature, "surface": surface, "seed": seed, "progress": 1.0}
    if surface != NET:
        curvatures = curvature * SLOPES[surface]
        path = descend(lr, curvatures)
        yield about | {"path": path, "curvatures": curvatures, "factors": np.abs(path[10]) ** 0.1}  # a mean over the first ten steps
        return
    for theta, losses, measured, sharp in train(lr, curvature, seed):
        done = len(losses) > NET_STEPS or losses[-1] > LOST
        now = {"theta": theta, "losses": np.array(losses), "measured": np.array(measured), "sharpness": np.array(sharp)}
        yield about | now | {"progress": 1.0 if done else len(losses) / (NET_STEPS + 1)}


def valley(result):
    """Where gradient descent goes, until it leaves the panel."""
    path, curvatures = result["path"][:40], result["curvatures"]
    wide = float(np.clip(1.2 * np.abs(path).max(), 1.5, 4))
    path = path[: 1 + int(np.argmax(np.append(np.abs(path).max(axis=1), np.inf) > 10 * wide))]
    if len(curvatures) == 1:

        def height(x):
            return curvatures[0] * x**2 / 2

        top = height(wide)
        panel = Axes("The steps on f(x)", "x", "f", xlim=(-wide, wide), ylim=(-0.06 * top, 1.06 * top))
        x = np.linspace(-wide, wide, 80)
        panel.line(x, height(x), 7)
        along = path[:, 0], height(path[:, 0])
    else:
        extent = (-wide, wide, -1.5, 1.5)
        panel = Axes("The steps on f(x, y)", "x", "y, a tenth of the curvature", xlim=extent[:2], ylim=extent[2:])
        panel.field(shade_height((grid(extent) ** 2 @ SLOPES[TWO]).reshape(FIELD, FIELD)), extent, ink=True)
        along = path.T
    return panel.line(*along, width=1.5).points(*along, size=3)


def quadratic_picture(result):
    distance, products = np.abs(result["path"]), result["lr"] * result["curvatures"]
    inside = np.where((distance > 1e-20) & (distance < 1e20), distance, np.nan)
    limits = 0.3 * min(0.1, np.nanmin(inside)), 3 * max(10, np.nanmax(inside))
    shrink = Axes("Distance from the minimum", "step", "|x|" if len(products) == 1 else "|x| and |y|", ylog=True, ylim=limits)
    every = np.arange(0, STEPS + 1, 10)
    for i, (name, product) in enumerate(zip("xy", products)):
        shrink.line(np.arange(STEPS + 1), inside[:, i], i, label=f"{name} measured")
        shown = every[abs(np.log10(abs(1 - product) + 1e-99)) * every < 20]
        shrink.points(shown, abs(1 - product) ** shown.astype(float), i, label=f"{name} by theory", size=3)

    factor = Axes("Factor of each step: |next x| / |x|", "lr times curvature", xlim=(0, 3), ylim=(0, 2.2))
    factor.reference([0, 3], [1, 1])
    seen = np.linspace(0, min(3.2, products.max()), 200)  # beyond that: predict first
    factor.line(seen, np.abs(1 - seen), "#888888", label="|1 - lr curvature|", held=False)
    for i, product in enumerate(products):
        factor.points([min(product, 2.93)], [min(result["factors"][i], 2.1)], i, size=6, label="xy"[i] + " measured")
    for at, height, words in ((1.5, 1.12, "alternates"), (2.5, 0.88, "diverges")):
        if products.max() > at:
            factor.text(at, height, words)
    return Picture(valley(result), shrink, factor)


def network_picture(result):
    X, T = examples(result["seed"])
    net = network(result["seed"])
    net.theta[...] = result["theta"]
    output = net.forward(grid(EXTENT, 50), training=False).reshape(50, 50)
    space = Axes("Output of the network", "x1", "x2", xlim=EXTENT[:2], ylim=EXTENT[2:]).field(shade_signed(output, 1.5), EXTENT)
    for target, colour in ((-1, 0), (1, 1)):
        space.points(*X[T[:, 0] == target].T, colour)
    losses, sharp, edge = result["losses"], result["sharpness"], 2 / result["lr"]
    end = NET_STEPS if losses[-1] <= LOST else len(losses) - 1
    loss = Axes("Loss", "step", "loss", ylog=True, xlim=(0, end)).line(np.arange(len(losses)), losses, width=1.5)
    top = max(min(sharp.max(), max(4 * edge, 2 * sharp[0])), min(edge, 2 * sharp.max()))
    stable = Axes("Sharpness", "step", "largest Hessian eigenvalue", xlim=(0, end), ylim=(0, 1.15 * top))
    stable.line(result["measured"], sharp, label="measured").points(result["measured"][:15], sharp[:15], size=2)
    stable.reference([0, end], [edge, edge], "2/lr")  # above the other, which will end up on it
    return Picture(space, loss, stable)


def picture(result):
    return network_picture(result) if result["surface"] == NET else quadratic_picture(result)


def describe(result):
    lr, last = result["lr"], headline(result)
    if result["surface"] == NET:
        steps, (start, now) = len(result["losses"]) - 1, result["sharpness"][[0, -1]]
        line = f"network, lr {lr:.4g}, loss times {result['curvature']:.3g}: 2/lr = {2 / lr:.3g}, sharpness {start:.3g} at the start"
        return line + (
            f"; diverged, loss over 1e6 at step {steps}" if last > LOST else f", {now:.3g} now; loss {last:.2g} after {steps} steps"
        )
    steepest = result["curvatures"].max()
    product = lr * steepest
    if math.isclose(product, 1) or math.isclose(product, 2):
        word = "x never nearer" if product > 1.5 else "x arrives at once"
    elif product > 2:
        word = f"diverges, lr is over 2/curvature = {2 / steepest:.3g}"
    else:
        word = "alternates" if product > 1 else "no overshoot"
    factors = " and ".join(f"{factor:.3g}" for factor in result["factors"])
    return (
        f"lr {lr:.4g} times curvature {steepest:.4g} = {product:.4g}: {word}; "
        f"factor {factors} per step, after {STEPS} steps {last:.3g} times as far away"
    )


def headline(result):
    """The quadratic: how many times farther from the minimum it ends. The network: its last loss."""
    return float(result["losses"][-1] if result["surface"] == NET else np.abs(result["path"][-1]).max())


def observe(result):
    slowly, never, diverges = QUESTION.options
    return slowly if headline(result) < 0.99 else never if headline(result) < 1.01 else diverges


QUESTION = Prediction(
    # claim: tests/experiments/test_curvature.py::test_the_question_observes_that_it_never_comes_nearer
    "f(x) = x<sup>2</sup>/2 has curvature 1 everywhere. Gradient descent starts at x = 1, with learning rate exactly 2. What happens?",
    {"lr": 2.0, "curvature": 1.0, "surface": ONE},
    observe,
    "One step takes x to (1 &minus; lr &middot; &lambda;) x, with the curvature &lambda;. Below lr &middot; &lambda; = 1 it comes down one side, from 1 to 2 "
    "it changes sides and still comes nearer, at exactly 2 it jumps from x to &minus;x forever, and above 2 the loss rises from the first step: "
    "at 2.05 it is 131 times as far out after 100 steps. In two dimensions the largest curvature sets the limit. A network has its own, its "
    "sharpness, and training changes it. Choose the network with lr 0.25 and see where the sharpness goes.",
    options=("it comes nearer, slowly", "it jumps to and fro, never nearer", "it diverges"),
)


def code(*, lr, curvature, surface, seed):
    if surface != NET:
        return f"""import numpy as np

from nnlib import SGD

curvatures = {curvature!r} * np.array({SLOPES[surface].tolist()})
theta, optimizer = np.ones({len(SLOPES[surface])}), SGD(lr={lr!r})
for step in range({STEPS}):
    optimizer.step(theta, curvatures * theta)  # the gradient of the sum of curvature x^2 / 2
print(np.abs(theta).max())
"""
    return f"""from nnlib import SGD, MeanSquaredError, Tanh, mlp, xavier_normal
from nnlib.datasets import spirals

X, y = spirals({POINTS}, rng={seed})
X = (X - X.mean(axis=0)) / X.std(axis=0)
net = mlp([2, 8, 8, 1], activation=Tanh, init=xavier_normal, loss=MeanSquaredError(), rng={seed})
optimizer = SGD(lr={lr!r})
for step in range({NET_STEPS + 1}):
    loss = {curvature!r} * net.loss_and_gradient(X, 2.0 * y[:, None] - 1)
    if loss > {LOST}:
        break
    optimizer.step(net.theta, {curvature!r} * net.grad)
print(loss)
"""
