"""Train or evaluate: what dropout and batch norm do to an output in training mode, and what is left of it in
evaluation mode."""

import functools

import numpy as np

from .. import BatchNorm, Dense, Dropout, MeanSquaredError, Network, ReLU, constant
from .frame.controls import SEED, Choice, Slider
from .frame.pictures import Axes, Picture
from .frame.show import Prediction

TITLE = "Train or evaluate: dropout and batch norm have two modes"
EXAMPLES, FEATURES, UNITS, STEPS = 512, 8, 32, 200
RATES = np.linspace(0, 0.9, 10)
EDGES = np.linspace(0, 1.2, 41)  # of the histogram; what lies beyond is counted in its last bar
VARIANTS = ("inverted", "wrong p", "no scaling", "frozen mask")
CONTROLS = [
    Slider("rate", 0.0, 0.9, 0.5, step=0.05, label="drop rate"),
    Choice("variant", VARIANTS, "inverted", label="dropout"),
    Slider("batch_size", 1, 64, 32, step=1, whole=True),
    Choice("mode", ("train", "evaluate"), "train", label="mode of the predictions"),
    Slider("momentum", 0.01, 1.0, 0.1, step=0.1, log=True, label="batch norm momentum"),
    SEED,
]


def factors(variant, rate):
    """What dropout multiplies its kept values by: (in training, in evaluation)."""
    return {"wrong p": (1.0, rate), "no scaling": (1.0, 1.0)}.get(variant, (1 / (1 - rate), 1.0))


@functools.lru_cache(maxsize=8)
def batches(batch_size, momentum, seed):
    """Everything that drop rate and variant leave alone: 200 training passes up to the dropout layer, and batch norm's
    record of them.

    The weights stay as they start, so that the true mean and variance stay too. Rows are drawn with replacement.
    """
    rng = np.random.default_rng(seed)
    X = 1 + 1.5 * rng.standard_normal((EXAMPLES, FEATURES))
    rows = rng.integers(EXAMPLES, size=(STEPS, batch_size))
    norm = BatchNorm(UNITS, momentum=min(momentum, 1.0))
    layers = [Dense(FEATURES, UNITS), norm, ReLU(), Dropout(0.5), Dense(UNITS, 1, init=constant(1 / UNITS))]
    net = Network(layers, loss=MeanSquaredError(), rng=seed)
    draws = net._rngs[0]  # the generator of the dropout layer, where the start weights left it
    H, U, running = np.empty((STEPS, batch_size, UNITS)), draws.random((STEPS, batch_size, UNITS)), [(norm.running_mean, norm.running_var)]
    for step in range(STEPS):
        H[step] = net._forward(X[rows[step]], True, stop=3)
        running.append((norm.running_mean, norm.running_var))
    evaluated = net._forward(X, False, stop=3)
    one = np.empty((STEPS, UNITS))  # example 0, each time with other examples
    for step in range(STEPS):
        one[step] = net._forward(np.vstack([X[:1], X[rows[step, 1:]]]), True, stop=3)[0]
    Z = layers[0].forward(X, False)
    batch_var = Z[rows].var(axis=1)  # the biased variance, as batch norm takes it
    V, frozen = draws.random(U.shape)[:, 0].copy(), np.random.default_rng(0).random(U.shape[1:])
    about = {"H": H, "U": U, "V": V, "frozen": frozen, "evaluated": evaluated, "one": one}
    running = [np.array(part)[:, 0] for part in zip(*running)]
    return about | {"running": running, "true": (Z.mean(axis=0), Z.var(axis=0)), "batch_var": batch_var}


def masks(base, variant, rate):
    """The kept units of the training passes, (STEPS, batch_size, UNITS), and of example 0 in its own, (STEPS,
    UNITS)."""
    if variant == "frozen mask":  # the generator starts again in every pass
        kept = base["frozen"] >= rate
        return np.broadcast_to(kept, base["U"].shape), np.broadcast_to(kept[0], base["V"].shape)
    return base["U"] >= rate, base["V"] >= rate


@functools.lru_cache(maxsize=40)
def curves(variant, batch_size, momentum, seed):
    """Mean output at the rates 0, 0.1, ... 0.9: (training, evaluation)."""
    base = batches(batch_size, momentum, seed)
    U = np.broadcast_to(base["frozen"], base["U"].shape) if variant == "frozen mask" else base["U"]
    tenths = np.bincount((10 * U).astype(int).ravel(), base["H"].ravel(), minlength=10)  # a value is kept at all rates up to its draw
    kept = tenths[::-1].cumsum()[::-1] / U.size
    in_training, in_evaluation = np.array([factors(variant, rate) for rate in RATES]).T
    return in_training * kept, in_evaluation * base["evaluated"].mean()


def simulate(*, rate, variant, batch_size, mode, momentum, seed):
    """Outputs in training mode (over 200 batches) and in evaluation mode (over all examples), and 200 predictions
    for example 0."""
    base = batches(batch_size, momentum, seed)
    (kept, kept_one), (in_training, in_evaluation) = masks(base, variant, rate), factors(variant, rate)
    train = in_training * (base["H"] * kept).mean(axis=-1)
    evaluated = in_evaluation * base["evaluated"].mean(axis=-1)
    one = in_training * (base["one"] * kept_one).mean(axis=-1) if mode == "train" else np.full(STEPS, evaluated[0])
    about = {"rate": rate, "variant": variant, "batch_size": batch_size, "mode": mode}
    about |= {name: base[name] for name in ("running", "true", "batch_var")} | {"curves": curves(variant, batch_size, momentum, seed)}
    return about | {
        "train": (train.mean(), train.std()),
        "evaluate": (evaluated.mean(), evaluated.std()),
        "one": one,
        "answer": evaluated[0],
    }


def picture(result):
    rate, (train, evaluated) = result["rate"], result["curves"]
    means = Axes("Mean output ± spread", "drop rate", "output", xlim=(-0.05, 0.98), ylim=(-0.05, 1.25))
    for i, (name, curve, at) in enumerate((("train", train, rate - 0.012), ("evaluate", evaluated, rate + 0.012))):
        mean, spread = result[name]
        means.line(RATES, curve, i, label=name)
        means.line([at, at], [mean - spread, mean + spread], i, width=3).points([at], [mean], i, size=6)

    unit = np.argmax(np.abs(result["true"][0]))  # the one with most to learn
    room = (1.2 * result["true"][1][unit],)  # above the variance, for its name
    norm, steps = Axes("Batch norm's record of one unit", "step", "running value", y_includes=room), np.arange(STEPS + 1)
    for i, name in enumerate(("mean", "variance")):
        norm.line(steps, result["running"][i][:, unit], 2 + i, label=name)
        norm.line([0, STEPS], [result["true"][i][unit]] * 2, 2 + i, width=1, label=f"true {name}", at=(1, -1, 2), held=False)
    norm.line([0, STEPS], [result["batch_var"][:, unit].mean()] * 2, 7, width=1.5, label="mean batch var", held=False)

    answers = Axes(f"One example, {STEPS} predictions", "output", "share", xlim=(0, 1.2))
    counts, _ = np.histogram(np.minimum(result["one"], EDGES[-1]), EDGES)
    high = counts.max() / STEPS
    answers.bars((EDGES[1:] + EDGES[:-1]) / 2, counts / STEPS, 5, width=EDGES[1], label=f"{result['mode']} mode")
    answers.line([result["answer"]] * 2, [0, 1.08 * high], 1, label="in evaluation")
    return Picture(means, norm, answers)


def variance_ratio(result):
    """Mean of the batches' biased variances over the true variance, averaged over the units; (m - 1)/m in theory."""
    return float(np.mean(result["batch_var"].mean(axis=0) / result["true"][1]))


def describe(result):
    (mean, spread), (mean_e, spread_e), m, one = result["train"], result["evaluate"], result["batch_size"], result["one"]
    return (
        f"drop rate {result['rate']:.2g}, {result['variant']}, batch {m}: output {mean:.2f} ± {spread:.2f} in training, {mean_e:.2f} ± {spread_e:.2f} "
        f"in evaluation; example 0 ({result['mode']}) {one.mean():.2f} ± {one.std():.2f}; "
        f"batch variance {variance_ratio(result):.2f} of the true, theory {(m - 1) / m:.2f}"
    )


def headline(result):
    return float(result["one"].mean())


def observe(result):
    ratio = result["train"][0] / result["evaluate"][0]
    return min(QUESTION.options, key=lambda option: abs(np.log(float(option.split(",")[0]) / ratio)))


QUESTION = Prediction(
    # claim: tests/experiments/test_train_or_evaluate.py::test_wrong_p_is_off_by_1_minus_p_over_p_elsewhere
    "A colleague's dropout drops at random in training and multiplies by the drop rate in evaluation. "
    "At drop rate 0.5 its mean output is the same in both modes. At drop rate 0.2, what is the mean in training divided by the mean in evaluation?",
    {"rate": 0.2, "variant": "wrong p", "mode": "train"},
    observe,
    "In training a share 1 &minus; p of the values is kept, so evaluation must multiply by 1 &minus; p. Multiplying by p gives the ratio (1 &minus; p)/p: "
    "4 at p = 0.2, and 1 at p = 0.5, where the mistake cannot be seen. Inverted dropout divides by 1 &minus; p in training and needs no correction. "
    "A frozen mask has about the right mean over all examples, but for one example its errors never average out. "
    "Batch norm too has two modes: a batch of one is its own mean, so in training all that is left of it is beta.",
    options=("0.25", "0.8", "1, as at rate 0.5", "4"),
    start={"variant": "wrong p"},
)

WRONG = {
    "wrong p": """    def forward(self, X, training):
        return X * (self.rngs[0].random(X.shape) >= self.rate) if training else X * self.rate  # should be 1 - rate
""",
    "no scaling": """    def forward(self, X, training):
        return X * (self.rngs[0].random(X.shape) >= self.rate) if training else X
""",
    "frozen mask": """    def forward(self, X, training):
        self.rngs = [np.random.default_rng(0)]  # the same draws in every pass
        return super().forward(X, training)
""",
}


def code(*, rate, variant, batch_size, mode, momentum, seed):
    wrong = f"class Wrong(Dropout):  # {variant}\n{WRONG[variant]}\n\n" if variant in WRONG else ""
    if mode == "train":
        answers = "[net.forward(np.vstack([X[:1], X[batch[1:]]]), training=True)[0, 0] for batch in rows]"
    else:
        answers = "net.forward(X[:1], training=False)"
    return f"""import numpy as np

from nnlib import BatchNorm, Dense, Dropout, MeanSquaredError, Network, ReLU, constant

{wrong}rng = np.random.default_rng({seed})
X = 1 + 1.5 * rng.standard_normal(({EXAMPLES}, {FEATURES}))
rows = rng.integers({EXAMPLES}, size=({STEPS}, {batch_size}))
layers = [Dense({FEATURES}, {UNITS}), BatchNorm({UNITS}, momentum={min(momentum, 1.0)!r}), ReLU()]
layers += [{"Wrong" if wrong else "Dropout"}({rate!r}), Dense({UNITS}, 1, init=constant(1 / {UNITS}))]
net = Network(layers, loss=MeanSquaredError(), rng={seed})
for batch in rows:  # training passes: batch norm keeps its record
    net.forward(X[batch], training=True)
answers = {answers}
print(np.mean(answers))
"""
