"""Batch size: how far the gradient of a minibatch is from the gradient of all examples, and what that does to
training."""

import functools
import math

import numpy as np

from ..datasets import moons
from ..losses import BinaryCrossEntropy
from ..network import mlp
from ..optimizers import SGD
from ..training import fit, minibatches
from .frame.controls import SEED, Choice, Slider, Switch
from .frame.pictures import Axes, Picture
from .frame.show import Prediction

TITLE = "Batch size and gradient noise"
SIZES, EXAMPLES, NOISE, DRAWS, EPOCHS = [2, 16, 1], 1024, 0.2, 200, 4
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
MOMENTS = {"the start": 0, "10 epochs": 10}


CONTROLS = [
    Slider("batch_size", 1, 256, 16, step=math.log10(2), log=True, whole=True, unit="examples"),
    Switch("line", False, label="measure at every batch size"),
    Slider("lr", 0.03, 3, 0.3, step=0.05, log=True, label="learning rate"),
    Choice("after", tuple(MOMENTS), "the start", label="gradients measured after"),
    SEED,
]


@functools.lru_cache(maxsize=8)
def data(seed):
    return moons(EXAMPLES, noise=NOISE, rng=seed)


def network(seed, **options):
    return mlp(SIZES, loss=BinaryCrossEntropy(), rng=seed, **options)


@functools.lru_cache(maxsize=2)
def stack(copies):
    """Copies of the network that ``gradients`` fills again each time: drawing the weights of 1,024 takes longer than
    everything else here."""
    return network(0, copies=copies)


def gradients(theta, X, y):
    """The gradient (R, P) at theta (P,) for each of R batches (R, B, 2) and (R, B), all at once: as many copies,
    each with its own batch."""
    nets = stack(len(X))
    nets.theta[...] = theta
    nets.loss_and_gradient(X, y[..., None])
    return nets.grad.copy()


@functools.lru_cache(maxsize=8)
def measured_network(seed, after):
    """The network whose gradients are looked at, its gradient over all examples, and the noise of a single example."""
    (X, y), net = data(seed), network(seed)
    if MOMENTS[after]:
        fit(net, X, y, SGD(0.3), epochs=MOMENTS[after], batch_size=32, rng=seed, progress=False)
    net.loss_and_gradient(X, y)
    return net.theta, net.grad, noise_of(gradients(net.theta, X[:, None], y[:, None]), net.grad)


def noise_of(drawn, full):
    """sqrt(E |g_B - g|^2): how far a minibatch's gradient is from the full one, root mean square."""
    return float(np.sqrt(((drawn - full) ** 2).sum(axis=1).mean()))


@functools.lru_cache(maxsize=64)
def drawn_gradients(batch_size, seed, after):
    """Gradients of DRAWS random minibatches (DRAWS, P)."""
    X, y = data(seed)
    rows = np.random.default_rng([seed, batch_size]).integers(EXAMPLES, size=(DRAWS, batch_size))
    return gradients(measured_network(seed, after)[0], X[rows], y[rows])


def plane(drawn, full):
    """Coordinates (DRAWS, 2) of gradients: along the full gradient, and along the widest direction across it."""
    along = full / max(np.linalg.norm(full), 1e-300)
    across = drawn - (drawn @ along)[:, None] * along
    return np.column_stack([drawn @ along, across @ np.linalg.svd(across - across.mean(axis=0), full_matrices=False)[2][0]])


def stream(*, batch_size, line, lr, after, seed):
    """Measure the noise; then train from the start weights, EPOCHS times over all examples, and record the loss on
    all of them."""
    _, full, single = measured_network(seed, after)
    drawn = drawn_gradients(batch_size, seed, after)
    result = {"batch_size": batch_size, "lr": lr, "after": after, "single": single, "full": float(np.linalg.norm(full))}
    result |= {"noise": noise_of(drawn, full), "cloud": plane(drawn, full), "noises": {}, "steps": 0}
    result |= {"seen": np.zeros(1), "losses": np.array([network(seed).loss_value(*data(seed))]), "progress": 0.0}
    yield result
    for size in BATCHES if line else ():
        noises = result["noises"] | {size: noise_of(drawn_gradients(size, seed, after), full)}
        result = result | {"noises": noises}
        yield result
    net, optimizer, rng = network(seed), SGD(lr), np.random.default_rng(seed)
    X, Y = net._check_Xy(*data(seed))
    seen, losses, steps, count = [0], [result["losses"][0]], 0, 0
    for _ in range(EPOCHS):
        for Xb, Yb in minibatches(X, Y, batch_size, rng):
            net._loss_step(Xb, Yb)
            optimizer.step(net.theta, net.grad)
            steps, count = steps + 1, count + len(Xb)
            if count - seen[-1] >= 64 or count == EPOCHS * EXAMPLES:
                seen.append(count)
                losses.append(float(net.loss.value(net._forward(X, False), Y)))
                result = result | {
                    "seen": np.array(seen),
                    "losses": np.array(losses),
                    "steps": steps,
                    "progress": count / (EPOCHS * EXAMPLES),
                }
                yield result


def picture(result):
    size, single, full = result["batch_size"], result["single"], result["full"]
    cloud = Axes(f"{DRAWS} gradients, batch {size}", "along the full gradient", "across it")
    reach = 1.6 * single
    cloud.xlim, cloud.ylim, cloud.square = (full - reach, full + reach), (-reach, reach), True
    cloud.points(*result["cloud"].T, 0, size=2.5).points([full], [0], 4, marker="X", label="full gradient", size=5)
    cloud.points([0], [0], "ink", marker="P", label="zero", size=5)
    turn = np.linspace(0, 2 * np.pi, 61)
    cloud.reference(full + result["noise"] * np.sin(turn), result["noise"] * np.cos(turn), "noise", at=(0, 0, 1))
    sizes = np.array(BATCHES)
    noise = Axes("Noise: distance from the full gradient", "batch size", xlog=True, ylog=True)
    noise.xlim, noise.ylim = (0.8, 320), (single / 32, single * 2)
    noise.xticks = [(np.log10(s), str(s)) for s in (1, 4, 16, 64, 256)]
    noise.reference(noise.xlim, [full] * 2, "|full gradient|")
    if result["noises"]:
        noise.line(sizes, single / np.sqrt(sizes), "#888888", label="1 example / √B", held=False)
        noise.points(list(result["noises"]), list(result["noises"].values()), 2, label="measured", size=4)
    noise.points([size], [result["noise"]], 0, label="now", size=7)
    path = Axes(
        f"{EPOCHS} epochs of SGD, lr {result['lr']:.2g}",
        "examples seen",
        "loss on all examples",
        xlim=(0, EPOCHS * EXAMPLES),
        ylim=(0, 1),
    )
    path.line(result["seen"], result["losses"], 0)
    return Picture(cloud, noise, path, height=300)


def describe(result):
    size, noise = result["batch_size"], result["noise"]
    return (
        f"Batch {size}: gradients lie {noise:.2g} from the full one (theory {result['single'] / size**0.5:.2g}), whose length is {result['full']:.2g}; "
        f"after {result['steps']} steps, {result['seen'][-1]} examples: loss {result['losses'][-1]:.2g}"
    )


def headline(result):
    return result["noise"]


def observe(result):
    """The noise at 64 as a share of the noise at 16."""
    ratio = result["noises"][64] / result["noises"][16]
    return min(OPTIONS, key=lambda words: abs(np.log(ratio / OPTIONS[words])))


OPTIONS = {"about the same": 1, "a half": 1 / 2, "a quarter": 1 / 4, "a sixteenth": 1 / 16}
QUESTION = Prediction(
    # claim: tests/experiments/test_batch_size.py::test_four_times_the_batch_halves_the_noise_over_five_seeds
    "The gradient of a minibatch of 16 examples misses the gradient of all examples by some distance. "
    "Take 64 examples, four times the work. What remains of that distance?",
    {"batch_size": 64, "line": True},
    observe,
    "A minibatch gradient is the mean of B gradients of single examples. Drawn at random, their variances add up, so the variance of the mean is "
    "&sigma;&sup2;/B and its standard deviation &sigma;/&radic;B. Four times the batch halves the noise, a hundred times the batch takes it to a tenth. "
    "Where the noise is below the length of the full gradient, a larger batch buys little; and that length shrinks faster than the noise: compare the start with 10 epochs.",
    options=tuple(OPTIONS),
)


def code(*, batch_size, line, lr, after, seed):
    train = f"fit(net, X, y, SGD(0.3), epochs={MOMENTS[after]}, batch_size=32, rng={seed}, progress=False)\n" if MOMENTS[after] else ""
    return f"""import numpy as np

from nnlib import {"SGD, " * bool(train)}BinaryCrossEntropy, datasets, {"fit, " * bool(train)}mlp

X, y = datasets.moons({EXAMPLES}, noise={NOISE}, rng={seed})
net = mlp({SIZES}, loss=BinaryCrossEntropy(), rng={seed})
{train}net.loss_and_gradient(X, y)
full, squares = net.grad.copy(), []
for rows in np.random.default_rng([{seed}, {batch_size}]).integers({EXAMPLES}, size=({DRAWS}, {batch_size})):
    net.loss_and_gradient(X[rows], y[rows])
    squares.append(((net.grad - full) ** 2).sum())
print(np.mean(squares) ** 0.5)
"""
