"""Random calls of the public API with anything a learner may pass: an answer or a clear error, and nothing changed.

The suite makes some hundred calls of each group; NNLIB_FUZZ=30000 makes the long run, with another start for each call.
"""

import contextlib
import copy
import io
import os
import random
import re
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest

import nnlib
from nnlib import datasets, exercises, initializers
from nnlib.exercises.cards import PARSONS
from nnlib.exercises.exercise import DERIVATIONS

plt.switch_backend("Agg")
CALLS = int(os.environ.get("NNLIB_FUZZ", 250))
FINE = (ValueError, nnlib.GradientError, nnlib.TrainingDiverged, MemoryError)
# what Python itself says of a wrong number of arguments
SIGNATURE = re.compile(r"(missing|takes|unexpected keyword|multiple values|positional|required).*argument|takes no arguments")


def objects(*items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def odd(r):
    """One thing that should not be there, or may be."""
    return r.choice(
        [
            lambda: None, lambda: True, lambda: 0, lambda: -1, lambda: 1, lambda: 2.5, lambda: float("nan"), lambda: float("inf"),
            lambda: -float("inf"), lambda: 10**400, lambda: -(10**5000), lambda: 1e-320, lambda: "abc", lambda: b"abc", lambda: "",
            lambda: [], lambda: [[1], [2, 3]], lambda: {}, lambda: {1, 2}, lambda: (i for i in range(3)), lambda: range(4),
            lambda: 1j, lambda: np.float32(0.5), lambda: np.int8(3), lambda: np.array(2.0), lambda: np.zeros((0, 2)), lambda: np.zeros((3, 0)),
            lambda: np.array(["a", "b", "c"]), lambda: np.array([b"a", b"b"]), lambda: objects("cat", 1, None), lambda: objects(0, 1, 2.0),
            lambda: np.ma.masked_array([0, 1, 0, 0], [0, 0, 1, 0]), lambda: np.array([1, np.nan, 2]), lambda: np.array([[1, np.inf]]),
            lambda: np.array([1 + 1j]), lambda: np.array(["2026-01-01"], "M8[D]"), lambda: np.eye(3, dtype=np.float16),
            lambda: np.random.default_rng(1), lambda: np.array([True, False, True]), lambda: object(), lambda: ..., lambda: slice(3),
        ]
    )()  # fmt: skip


def floats(r, m=None, n=None):
    rng = np.random.default_rng(r.getrandbits(32))
    scale = r.choice([1, 1, 1, 1e-200, 1e-6, 1e6, 1e100])
    X = scale * rng.standard_normal((m or r.randint(1, 5), n or r.randint(1, 4)))
    return r.choice([X, X, X, X.tolist(), X.astype(np.float32) if scale < 1e30 else X, X[:, 0], np.asfortranarray(X), X[::-1]])


def labels(r, m=None):
    rng = np.random.default_rng(r.getrandbits(32))
    y = rng.integers(0, 3, m or r.randint(1, 5))
    return r.choice([y, y, y.tolist(), y.astype(np.uint8), y.astype(float), y.astype(object), y[:, None], np.eye(3)[y]])


def small(r):
    return r.choice([1, 2, 3, 5, 8])


def number(r):
    return r.choice([0, 0.1, 0.5, 1.0, 3, 1e-8, 1e8])


# name: (function, makers of its arguments, of its keyword arguments); each argument is odd in one call of four
METRICS = {
    "accuracy": (nnlib.accuracy, [labels, labels], {}),
    "confusion_matrix": (nnlib.confusion_matrix, [labels, labels], {"classes": small}),
    "r_squared": (nnlib.r_squared, [floats, floats], {}),
    "calibration": (nnlib.calibration, [labels, lambda r: np.full((r.randint(1, 5), 3), 1 / 3)], {"bins": small}),
}
DATASETS = {
    name: (getattr(datasets, name), [lambda r: r.choice([5, 20, 61])], {"noise": number, "rng": small} | more)
    for name, more in {
        "spirals": {"arms": small}, "moons": {}, "circles": {"ratio": number}, "xor": {}, "checkerboard": {"squares": small}, "blobs": {"classes": small},
    }.items()
}  # fmt: skip
DATASETS["train_test_split"] = (nnlib.train_test_split, [floats, labels], {"test_size": number, "rng": small})
INITIALIZERS = {}
for name in (
    "zeros",
    "constant",
    "normal",
    "lecun_normal",
    "lecun_uniform",
    "xavier_normal",
    "xavier_uniform",
    "he_normal",
    "he_uniform",
    "orthogonal",
):
    INITIALIZERS[name] = (getattr(initializers, name), [small, small, small], {})
    INITIALIZERS[name + " with settings"] = (getattr(initializers, name), [number], {})
GRADIENTS = {
    "numerical_gradient": (
        nnlib.numerical_gradient,
        [lambda r: r.choice([np.sum, lambda x: float((x * x).sum()), lambda x: None, lambda x: x]), floats],
        {"h": number},
    ),
    "check_layer": (nnlib.check_layer, [lambda r: r.choice([nnlib.ReLU, nnlib.Tanh, nnlib.Softmax])(), floats], {"tolerance": number}),
    "check_loss": (nnlib.check_loss, [lambda r: nnlib.SoftmaxCrossEntropy(), floats, labels], {}),
    "check_network": (
        nnlib.check_network,
        [lambda r: nnlib.mlp([2, 3, 3], loss=nnlib.SoftmaxCrossEntropy()), floats, labels],
        {"rng": small},
    ),
}


def forward(make):
    return lambda X, training=True: make().forward(X, training)


def backward(make):
    def there_and_back(X, dA):
        layer = make()
        layer.forward(X, True)
        return layer.backward(dA)

    return there_and_back


def rows(m, n):
    return lambda r: floats(r, m, n)


KINDS = {"Dense": lambda: nnlib.Dense(4, 3), "BatchNorm": lambda: nnlib.BatchNorm(4), "Dropout": lambda: nnlib.Dropout(0.5)}
KINDS["Residual"] = lambda: nnlib.Residual([nnlib.Dense(4, 4), nnlib.Tanh()])
KINDS |= {kind.__name__: kind for kind in nnlib.Layer.__subclasses__() if kind.__module__ == "nnlib.activations"}
LAYERS = {}
for name, make in KINDS.items():
    LAYERS[f"{name}.forward"] = (forward(make), [rows(3, 4)], {"training": lambda r: r.random() < 0.5})
    LAYERS[f"{name}.backward"] = (backward(make), [rows(3, 4), rows(3, make().columns_out(4))], {})

LOSSES = {}
for kind in (nnlib.MeanSquaredError, nnlib.BinaryCrossEntropy, nnlib.SoftmaxCrossEntropy, nnlib.CategoricalCrossEntropy):

    def value_and_gradient(Z, y, kind=kind):
        loss = kind()
        return loss.forward(Z, y), loss.backward()

    LOSSES[kind.__name__] = (value_and_gradient, [lambda r: floats(r, 3, r.choice([1, 3])), lambda r: labels(r, 3)], {})
    LOSSES[f"{kind.__name__}.predict"] = (kind().predict, [rows(3, 3)], {})
    LOSSES[f"{kind.__name__}.probabilities"] = (kind().probabilities, [rows(3, 3)], {})


def net():
    return nnlib.mlp([4, 3, 3], loss=nnlib.SoftmaxCrossEntropy())


def gradient_of(dZ):
    one = net()
    one.forward(np.ones((3, 4)), training=True)
    one.backward(dZ)
    return one.grad


def fitted(X, y, optimizer, **options):
    one = net()
    nnlib.fit(one, X, y, optimizer, **{"epochs": 2, "progress": False} | options)
    return one.theta


NETWORKS = {name: (lambda X, name=name: getattr(net(), name)(X), [rows(3, 4)], {}) for name in ("predict", "predict_proba")}
for name in ("score", "loss_value", "loss_and_gradient"):
    NETWORKS[name] = (lambda X, y, name=name: getattr(net(), name)(X, y), [rows(3, 4), lambda r: labels(r, 3)], {})
NETWORKS["backward"] = (gradient_of, [rows(3, 3)], {})
NETWORKS["mlp"] = (
    lambda sizes, loss, **options: nnlib.mlp(sizes, loss=loss, **options).theta,
    [lambda r: [4, 3, 3], lambda r: r.choice([nnlib.SoftmaxCrossEntropy(), nnlib.SoftmaxCrossEntropy, nnlib.MeanSquaredError()])],
    {"activation": lambda r: nnlib.Tanh, "rng": small, "copies": small, "dropout": number, "l2": number, "dtype": lambda r: np.float32},
)
NETWORKS["fit"] = (
    fitted,
    [rows(6, 4), lambda r: labels(r, 6), lambda r: r.choice([nnlib.SGD(0.1), nnlib.Adam(0.01), nnlib.SGD])],
    {"epochs": small, "batch_size": small, "patience": small, "validation": lambda r: (np.ones((3, 4)), np.array([0, 1, 2])), "rng": small},
)


def own(array):
    """For what is changed in place."""
    return array.copy() if isinstance(array, np.ndarray) else array


OPTIMIZERS = {}
for kind in (nnlib.SGD, nnlib.Momentum, nnlib.Nesterov, nnlib.AdaGrad, nnlib.RMSProp, nnlib.Adam, nnlib.AdamW):

    def step(theta, grad, lr=0.1, kind=kind):
        theta = own(theta)
        kind(lr).step(theta, grad)
        return theta

    OPTIMIZERS[kind.__name__] = (step, [lambda r: np.ones((2, 3)), rows(2, 3)], {"lr": number})
OPTIMIZERS["clip_by_norm"] = (
    lambda grad, norm, **options: nnlib.clip_by_norm(own(grad), norm, **options),
    [rows(2, 3), number],
    {"per_copy": lambda r: True},
)
OPTIMIZERS["StepDecay"] = (lambda lr, every, factor=0.5: nnlib.StepDecay(lr, every, factor)(3), [number, small], {"factor": number})
OPTIMIZERS["CosineDecay"] = (
    lambda lr, steps, **options: nnlib.CosineDecay(lr, steps, **options)(3),
    [number, small],
    {"warmup": small, "floor": number},
)

X2, Y2 = datasets.moons(30, rng=0)
NET = nnlib.mlp([2, 3, 1], loss=nnlib.BinaryCrossEntropy())
HISTORY = nnlib.fit(NET, X2, Y2, nnlib.SGD(0.1), epochs=2, progress=False, snapshots=(0, 1, 2))
IMAGES = np.random.default_rng(0).random((4, 64))


def always(value):
    return lambda r: value


def drawn(name):
    def call(*arguments, **options):
        try:
            getattr(nnlib.plots, name)(*arguments, **options)
        finally:
            plt.close("all")

    return call


LIMITS, POINTS, BOWL = {"limits": always((-1, 1, -1, 1))}, [always(X2), always(Y2)], [always(lambda x, y: x * x + y * y)]
WHAT, PATHS = {"what": lambda r: r.choice(["activations", "gradients", "weights"]), "y": always(Y2)}, {"a": np.array([[1.0, 1], [0, 0]])}
PICTURES = {  # arguments, keyword arguments of the words, and of the picture besides
    "confusion_matrix": ([always(Y2), always(Y2)], {"labels": always(["a", "b"])}, {}),
    "curves": ([always(HISTORY)], {}, {"log": always(True)}),
    "decision_boundary": ([always(NET), *POINTS], {"resolution": always(9), "threshold": number} | LIMITS, {"legend": always(False)}),
    "film_strip": ([always(NET), always(HISTORY), *POINTS], {"epochs": always([0, 1]), "resolution": always(9)}, {"ncols": small}),
    "gradient_norms": ([always(NET), *POINTS], {}, {}),
    "hinge_lines": ([always(NET), always(X2)], {"y": always(Y2)} | LIMITS, {"boundary": always(True)}),
    "histograms": ([always(NET), always(X2)], WHAT, {"bins": small, "ncols": small}),
    "image_grid": ([always(IMAGES)], {"titles": always(list("abcd")), "shape": always((8, 8))}, {"ncols": small}),
    "network_diagram": ([always(NET)], {}, {}),
    "optimizer_paths": ([*BOWL, always(PATHS)], {"minimum": always((0, 0))} | LIMITS, {"levels": small}),
}
PLOTS = {name: (drawn(name), arguments, words | more) for name, (arguments, words, more) in PICTURES.items()}
WORDS = {name: (getattr(nnlib.plots, f"describe_{name}"), arguments, words) for name, (arguments, words, _) in PICTURES.items()}


def silent(function):
    def call(*arguments, **options):
        with contextlib.redirect_stdout(io.StringIO()):
            function(*arguments, **options)

    return call


def one_of(*values):
    return lambda r: r.choice(values)


IDS = [one_of("week2.dense_backward", "week3.relu_layer", "week9.nothing")]
NAMES = {"quiz": [one_of("week2b", "case1", "week9")], "parsons": [one_of(*PARSONS)], "what": [one_of("gradient", "np.argmax", "gradeint")]}
EXERCISES = {name: (silent(getattr(exercises, name)), NAMES.get(name, IDS), {}) for name in ("hint", "solution", "own", *NAMES)}
EXERCISES["check"] = (silent(exercises.check), [*IDS, lambda r: r.choice([lambda *arguments: 1, lambda a, b, c: (a, b, c)])], {})
EXERCISES["derive"] = (silent(exercises.derive), [one_of(*DERIVATIONS)], {"text": one_of("dZ = dA", "", "x = y\n= z"), "form": small})
EXERCISES["progress"] = (silent(exercises.progress), [], {"week": always("week3")})
EXERCISES["review"] = (silent(exercises.review), [], {"id": IDS[0], "through": always("week3"), "before": always("week4")})
GROUPS = {"metrics": METRICS, "datasets": DATASETS, "initializers": INITIALIZERS, "gradient checks": GRADIENTS}
GROUPS |= {"layers": LAYERS, "losses": LOSSES, "networks": NETWORKS, "optimizers": OPTIMIZERS}
GROUPS |= {"pictures": PLOTS, "words of pictures": WORDS, "exercises": EXERCISES}


def arrays_in(value):
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, (list, tuple)):
        return [array for child in value for array in arrays_in(child)]
    return [np.asarray(value)] if isinstance(value, (float, np.generic)) else []


def within_range(arguments):
    """Whether all that went in is finite and so far from the end of the floats that squares are too."""
    arrays = [array for array in arrays_in(arguments) if array.dtype.kind == "f"]
    return all(np.isfinite(array).all() and np.abs(array.astype(float)).max(initial=0) < 1e150 for array in arrays)


def state():
    _, key, position, *rest = np.random.get_state()  # noqa: NPY002
    return np.geterr(), key.tobytes(), position, rest, random.getstate()


def fault(name, function, makers, options, r):
    """One random call; returns what is wrong with it, or None."""
    arguments = [odd(r) if r.random() < 0.25 else make(r) for make in makers]
    keywords = {key: odd(r) if r.random() < 0.25 else make(r) for key, make in options.items() if r.random() < 0.4}
    given = [value for value in (*arguments, *keywords.values()) if isinstance(value, (np.ndarray, list))]
    kept, before = copy.deepcopy(given), state()
    call = f"{name}({', '.join(map(brief, arguments))}, { ({key: brief(value) for key, value in keywords.items()}) })"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = function(*arguments, **keywords)
    except FINE as error:
        result = None
        if not str(error):
            return f"{call}: {type(error).__name__} without a word"
    except Exception as error:
        result = None
        known = isinstance(error, TypeError) and SIGNATURE.search(str(error))
        if not known and (not isinstance(error, RuntimeWarning) or within_range([*arguments, *keywords.values()])):
            return f"{call}: {type(error).__name__}: {error}"
    if any(np.isnan(a).any() for a in arrays_in(result) if a.dtype.kind == "f") and within_range([*arguments, *keywords.values()]):
        return f"{call}: NaN"
    if state() != before:
        return f"{call}: global state has changed"
    for old, new in zip(kept, given):
        for a, b in zip(arrays_in(old), arrays_in(new)):
            if a.dtype.kind != "O" and not np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"):
                return f"{call}: an argument has changed"
    return None


def brief(value):
    if isinstance(value, int) and abs(value) > 10**50:
        return "a very large whole number"
    return repr(value).replace("\n", "")[:120]


@pytest.mark.parametrize("group", GROUPS)
def test_random_calls_end_in_an_answer_or_a_clear_error(group):
    r = random.Random(group)
    faults = {}
    for _ in range(CALLS // 10 if group == "pictures" else CALLS):  # one takes as long as fifty calls of others
        name = r.choice(list(GROUPS[group]))
        found = fault(name, *GROUPS[group][name], r)
        if found:
            faults.setdefault((name, found.split(": ", 1)[1][:40]), found)
    assert list(faults.values()) == []


def test_the_fuzz_finds_each_kind_of_fault():
    def changes(X):
        X *= 2

    def moves(X):
        np.random.rand()  # noqa: NPY002

    r = random.Random(0)
    plain = [lambda r: np.ones((2, 2))]
    kinds = {
        "an argument has changed": changes,
        "global state has changed": moves,
        "NaN": lambda X: float("nan"),
        "AttributeError": lambda X: X.no_such_name,
        "RuntimeWarning": lambda X: X / 0,
        "IndexError": lambda X: X[7],
        "without a word": lambda X: (_ for _ in ()).throw(ValueError()),
    }
    for word, function in kinds.items():
        found = [fault("f", function, plain, {}, r) for _ in range(10)]
        assert any(word in text for text in found if text), word
