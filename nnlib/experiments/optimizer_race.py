"""A fair optimizer race: the same networks under five optimizers, at one learning rate for all or at each one's own
best."""

import contextlib

import numpy as np

from .. import optimizers
from ..datasets import moons
from ..losses import BinaryCrossEntropy
from ..network import mlp
from ..plots.style import METHODS
from ..training import TrainingDiverged, fit
from .frame.controls import SEED, Choice, Slider, Switch
from .frame.pictures import Axes, Picture
from .frame.show import Prediction

TITLE = "A fair optimizer race"
SIZES, EXAMPLES, BATCH, EPOCHS, NOISE = [2, 16, 16, 1], 256, 32, 25, 0.2
RATES = np.logspace(-4, 1, 16)  # thirds of a decade
SWEPT = range(100, 110)  # seeds that choose the learning rate
JUDGED = range(200, 212)  # seeds that compare the methods at their chosen rates; the race on the screen has seeds below 100
PAIRS, BOUND = 10, 3.5  # pairs of five methods; |t| of 12 paired differences beyond which one of 10 comparisons is not chance, at 5 %
NAMES = ("SGD", "Momentum", "EMA momentum", "RMSProp", "Adam")
SHARED, SWEEP, OWN = "one for all", "one for all, and the sweep", "each its own best"
CONTROLS = [
    Slider("lr", 7e-5, 7, 7e-4, step=0.05, log=True, label="learning rate for all"),
    Choice("rates", (SHARED, SWEEP, OWN), SHARED, label="learning rates"),
    Choice("optimizer", NAMES, "Adam", label="optimizer (thick line)"),
    Slider("beta", 0.0, 0.99, 0.9, step=0.01, label="beta, beta1 of Adam"),
    Slider("beta2", 0.9, 0.999, 0.999, step=0.001, label="beta2 of Adam"),
    Slider("rho", 0.0, 0.99, 0.9, step=0.01, label="rho of RMSProp"),
    Slider("eps", 1e-10, 1.0, 1e-8, step=0.5, log=True),
    Switch("correction", True, label="bias correction of Adam"),
    Choice("momentum", ("heavy ball", "Nesterov"), "heavy ball", label="form of Momentum"),
    SEED,
]


def racers(*, beta, beta2, rho, eps, momentum):
    """The class and the settings of each optimizer."""
    return {
        "SGD": ("SGD", {}),
        "Momentum": ("Nesterov" if momentum == "Nesterov" else "Momentum", {"beta": beta}),
        "EMA momentum": ("Momentum", {"beta": beta, "ema": True}),
        "RMSProp": ("RMSProp", {"rho": rho, "eps": eps}),
        "Adam": ("Adam", {"beta1": beta, "beta2": beta2, "eps": eps}),
    }


def make(kind, options, lr, correction):
    """The optimizer.

    Adam without its bias correction is Adam with a schedule that takes the two factors back (eps shrinks by one of
    them).
    """
    if kind == "Adam" and not correction:
        b1, b2, rate = options["beta1"], options["beta2"], lr

        def lr(t):
            return rate * (1 - b1 ** (t + 1)) / (1 - b2 ** (t + 1)) ** 0.5

    return getattr(optimizers, kind)(lr=lr, **options)


def train(optimizer, seed, copies=None):
    """Yield the network and the data held out, before the first epoch and after each.

    A network that diverges stays at its last finite weights.
    """
    start = {"rng": seed} if copies is None else {"rng": [seed] * copies, "copies": copies}
    net, rng = mlp(SIZES, loss=BinaryCrossEntropy(), **start), np.random.default_rng(seed)
    data, held_out = (moons(EXAMPLES, noise=NOISE, rng=s) for s in (seed, 1000 + seed))
    yield net, held_out
    for _ in range(EPOCHS):
        with contextlib.suppress(TrainingDiverged):
            fit(net, *data, optimizer, epochs=1, batch_size=BATCH, rng=rng, progress=False)
        yield net, held_out


def race(cars, lrs, correction, seed):
    """Run all optimizers side by side; yield the share done and the held-out losses so far (optimizers, epochs)."""
    curves = np.full((len(cars), EPOCHS + 1), np.nan)
    runs = [train(make(*car, lr, correction), seed) for car, lr in zip(cars.values(), lrs)]
    for epoch, states in enumerate(zip(*runs)):
        curves[:, epoch] = [net.loss_value(*held_out) for net, held_out in states]
        yield (epoch + 1) / (EPOCHS + 1), curves.copy()


def judge(car, lr, correction):
    """Train at the chosen rate on seeds that chose nothing; yield the share done and the held-out losses so far
    (seeds,)."""
    losses = []
    for seed in JUDGED:
        *_, (net, held_out) = train(make(*car, lr, correction), seed)
        losses.append(net.loss_value(*held_out))
        yield len(losses) / len(JUDGED), np.array(losses)


def sweep(car, correction):
    """Train at every learning rate at once, seed after seed; yield the share done and the losses so far (seeds,
    rates)."""
    losses = np.full((len(SWEPT), len(RATES)), np.nan)
    for i, seed in enumerate(SWEPT):
        for epoch, (net, held_out) in enumerate(train(make(*car, RATES[:, None], correction), seed, copies=len(RATES))):
            yield (i + epoch / (EPOCHS + 1)) / len(SWEPT), losses.copy()
            if epoch == EPOCHS:
                losses[i] = net.loss_value(*held_out)
    yield 1.0, losses


CACHE = {}  # the last of each race and sweep: a held run, or a slider moved back, costs nothing


def remembered(key, results):
    """What ``results`` yields; the next time for the same key, only the last of it."""
    key = repr(key)
    if key not in CACHE:
        for result in results:
            yield result
        while len(CACHE) > 200:
            CACHE.pop(next(iter(CACHE)))
        CACHE[key] = result
    yield CACHE[key]


def stream(*, lr, rates, optimizer, correction, seed, **settings):
    """If ``rates`` asks for them, the sweep over rates and the race at each optimizer's best; then always the race
    at one rate for all."""
    cars, untrained = racers(**settings), np.full((len(NAMES), EPOCHS + 1), np.nan)
    result = {"lr": lr, "rates": rates, "optimizer": optimizer, "momentum": settings["momentum"]}
    result |= {"losses": {}, "best": None, "judged": {}, "shared": untrained, "own": untrained, "progress": 0.0}
    parts, passed = {SHARED: 1, SWEEP: 1 + len(cars), OWN: 2 + 2 * len(cars)}[rates], 0
    if rates != SHARED:
        for name, car in cars.items():
            for done, losses in remembered((car, car[0] == "Adam" and correction), sweep(car, correction)):
                result = result | {"losses": result["losses"] | {name: losses}, "progress": (passed + done) / parts}
                yield result
            passed += 1
        result["best"] = {name: float(RATES[mean(losses).argmin()]) for name, losses in result["losses"].items()}
    if rates == OWN:
        for name, car in cars.items():
            key = ("judge", car, result["best"][name], car[0] == "Adam" and correction)
            for done, losses in remembered(key, judge(car, result["best"][name], correction)):
                result = result | {"judged": result["judged"] | {name: losses}, "progress": (passed + done) / parts}
                yield result
            passed += 1
    races = ([("own", list(result["best"].values()))] if rates == OWN else []) + [("shared", [lr] * len(cars))]
    for kind, lrs in races:
        for done, curves in remembered((cars, lrs, correction, seed), race(cars, lrs, correction, seed)):
            result = result | {kind: curves, "progress": (passed + done) / parts}
            yield result
        passed += 1


def mean(losses):
    """The mean over the seeds done so far (seeds, rates) -> (rates,)."""
    done = losses[~np.isnan(losses[:, 0])]
    return done.mean(axis=0) if len(done) else losses[0]


def labels(result):
    short = {"EMA momentum": "EMA", "Momentum": "Nesterov" if result["momentum"] == "Nesterov" else "Momentum"}
    return [short.get(name, name) for name in NAMES]


def shown(result):
    """The losses of the race in question (optimizers, epochs), and their last column so far."""
    curves = result["own" if result["rates"] == OWN else "shared"]
    known = np.flatnonzero(~np.isnan(curves[0]))
    return curves, curves[:, known[-1] if len(known) else 0]


def picture(result):
    own, losses, best, curves = result["rates"] == OWN, result["losses"], result["best"], shown(result)[0]
    axes = {"ylog": True, "ylim": (0.06, 4), "yticks": [(np.log10(v), f"{v:g}") for v in (0.1, 0.2, 0.5, 1, 2)]}
    title = "Each at its own best learning rate" if own else f"All at learning rate {result['lr']:.2g}"
    left = Axes(title, "epoch", "held-out loss", xlim=(0, EPOCHS), **axes)
    right = Axes(
        f"After {EPOCHS} epochs" + (f": mean, range of {len(SWEPT)} seeds" if losses else ""), "learning rate", "held-out loss", **axes
    )
    right.xlog, right.xlim = True, (6e-5, 12.5)
    left.reference((0, EPOCHS), [np.log(2)] * 2, "guessing")
    right.reference(right.xlim, [np.log(2)] * 2, "guessing")
    right.reference([result["lr"]] * 2, [4, 0.06], "for all", at=(0, 1, -1))
    if np.isnan(curves).all():
        left.text(EPOCHS / 2, 0.2, f"trying {len(RATES)} learning rates")
    for k, (name, label) in enumerate(zip(NAMES, labels(result))):
        i = METHODS[name]
        look = {"width": 4.0 if name == result["optimizer"] else 1.2 if name == "EMA momentum" else 2.4}  # thin on top of SGD
        epochs, some = np.arange(EPOCHS + 1), slice(k, None, 5)  # markers at different epochs: of two equal curves, both are seen
        left.line(epochs, curves[k], i, **look).points(epochs[some], curves[k, some], i, label=label, size=5)
        if name in losses:
            middle, low, high = mean(losses[name]), np.fmin.reduce(losses[name]), np.fmax.reduce(losses[name])
            right.line(RATES, middle, i, **look).line(
                np.repeat(RATES, 3), np.c_[low, high, np.full(len(low), np.nan)], i, width=1, held=False
            )
        if best:
            right.points([best[name]], [mean(losses[name]).min()], i, size=7)
        right.points([result["lr"]], [result["shared"][k, -1]], i, size=4)
    return Picture(left, right, height=290)


def describe(result):
    best, own = result["best"], result["rates"] == OWN
    if np.isnan(shown(result)[1]).any():
        return f"Trying {len(RATES)} learning rates for each optimizer: {result['progress']:.0%} done"
    where = "each at its own best lr" if own else f"all at lr {result['lr']:.2g}"
    rate = {name: f" ({best[name]:.1g})" if own and best else "" for name in NAMES}
    words = [f"{label} {end:.2g}{rate[name]}" for name, label, end in zip(NAMES, labels(result), shown(result)[1])]
    line = f"Held-out loss, {where}: {', '.join(words)}"
    if own:
        first, second, lead, t = leader(result)
        return f"{line}; {len(JUDGED)} fresh seeds: {first} before {second} by {lead:.1g}, t = {t:.1f} (one of {PAIRS} comparisons: {BOUND} needed)"
    if best:
        means = [mean(losses).min() for losses in result["losses"].values()]
        return f"{line}; {len(SWEPT)} other seeds at their best {min(means):.2g} to {max(means):.2g}"
    return f"{line}; guessing is 0.69"


def paired_t(a, b):
    """Mean difference b - a over seeds, and how many of its standard errors that is; 0 where both are one."""
    d = np.asarray(b) - np.asarray(a)
    error = d.std(ddof=1) / len(d) ** 0.5
    return float(d.mean()), float(d.mean() / error) if error > 1e-9 else 0.0


def leader(result):
    """The method with the lowest mean loss on the judging seeds, the one nearest to it, the lead over that, and its
    paired t."""
    judged = result["judged"]
    first = min(judged, key=lambda name: judged[name].mean())
    pairs = {name: paired_t(judged[first], losses) for name, losses in judged.items() if name != first}
    second = min(pairs, key=lambda name: abs(pairs[name][1]))
    return first, second, *pairs[second]


def headline(result):
    return shown(result)[1][NAMES.index(result["optimizer"])]


def observe(result):
    """A winner must lead every other method by more than chance gives in 10 comparisons."""
    first, _, _, t = leader(result)
    return f"{first}, clearly" if t > BOUND and f"{first}, clearly" in OPTIONS else OPTIONS[-1]


OPTIONS = (
    "Adam, clearly",
    "RMSProp, clearly",
    "Momentum, clearly",
    "SGD, clearly",
    "nobody: no lead over all others stands out from chance",
)
QUESTION = Prediction(
    # claim: tests/experiments/test_optimizer_race.py::test_tuned_adam_and_momentum_end_level_and_sgd_keeps_less_than_a_fifth_of_its_former_deficit
    "The picture shows a comparison as many courses make it: five optimizers, all at learning rate 0.0007, and Adam far ahead of SGD. "
    f"Now {len(SWEPT)} other seeds choose for each optimizer its own best learning rate, from {RATES[0]:g} to {RATES[-1]:g}, and {len(JUDGED)} fresh "
    "seeds compare them there, on held-out points. Who wins?",
    {"lr": 7e-4, "rates": OWN},
    observe,
    "A step of SGD is lr times the gradient; a step of Adam or RMSProp is of the order of lr itself, whatever the size of the gradient. So the same number is "
    "a tiny step for one and a good step for the other, and a shared learning rate compares step sizes, not methods. Tuned, Adam and momentum end level on this task, "
    f"and plain SGD keeps less than a fifth of its former deficit. The {len(JUDGED)} differences are taken seed by seed: the seeds differ by more than the methods. "
    f"Five methods make {PAIRS} comparisons, so one lead counts only from t = {BOUND} on. "
    "The average form (EMA) of momentum is the heavy ball at lr (1 &minus; &beta;): with &beta; = 0.9 its U-curve is the same, one decade further right.",
    options=OPTIONS,
)


def code(*, lr, rates, optimizer, correction, seed, **settings):
    kind, options = racers(**settings)[optimizer]
    values = ", ".join(f"{name}={value!r}" for name, value in options.items())
    rate, b1, b2 = "lr", options.get("beta1"), options.get("beta2")
    if kind == "Adam" and not correction:  # a schedule that takes the correction back
        rate = f"lambda t: lr * (1 - {b1!r} ** (t + 1)) / (1 - {b2!r} ** (t + 1)) ** 0.5"
    own = rates == OWN
    best = f"""
lrs, R, seeds = np.logspace(-4, 1, {len(RATES)}), {len(RATES)}, range({SWEPT[0]}, {SWEPT[-1] + 1})  # all rates at once, on other seeds
U = np.mean([held_out_loss(lrs[:, None], s, rng=[s] * R, copies=R) for s in seeds], axis=0)
lr = lrs[U.argmin()]"""
    return f"""{"import numpy as np" + chr(10) * 2 if own else ""}from nnlib import {kind}, BinaryCrossEntropy, datasets, fit, mlp

def held_out_loss(lr, seed, **start):
    net = mlp({SIZES}, loss=BinaryCrossEntropy(), **start)
    X, y = datasets.moons({EXAMPLES}, noise={NOISE}, rng=seed)
    optimizer = {kind}(lr={rate}{", " * bool(values)}{values})
    fit(net, X, y, optimizer, epochs={EPOCHS}, batch_size={BATCH}, rng=seed, progress=False)
    return net.loss_value(*datasets.moons({EXAMPLES}, noise={NOISE}, rng=1000 + seed))
{best if own else f"{chr(10)}lr = {lr!r}"}
print(held_out_loss(lr, {seed}, rng={seed}))
"""
