"""nnlib.plots: the lines stand where the numbers say, the words match the picture, and nothing is changed by looking."""

import copy
import functools
import inspect
import re
import subprocess
import sys
import time
import warnings

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.contour import QuadContourSet

from nnlib import (
    SGD,
    Adam,
    BatchNorm,
    BinaryCrossEntropy,
    Dense,
    History,
    MeanSquaredError,
    Network,
    ReLU,
    SoftmaxCrossEntropy,
    Tanh,
    datasets,
    fit,
    metrics,
    mlp,
    plots,
)
from nnlib.initializers import zeros
from nnlib.plots import style, words

PLOTS = [name for name, f in vars(plots).items() if inspect.isfunction(f) and not name.startswith("describe_")]


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def locked(array):
    """The array, made read-only: writing into it is an error."""
    array = np.array(array)
    array.flags.writeable = False
    return array


@functools.cache
def trained(classes=2):
    """X, y, a network with batch norm and dropout, its history with snapshots. Not to be changed: look at copies."""
    X, y = datasets.moons(120, noise=0.2, rng=0) if classes == 2 else datasets.blobs(120, classes=classes, noise=0.7, rng=0)
    sizes, loss = ([2, 8, 6, 1], BinaryCrossEntropy()) if classes == 2 else ([2, 8, 6, classes], SoftmaxCrossEntropy())
    net = mlp(sizes, activation=Tanh, loss=loss, rng=1, batch_norm=True, dropout=0.1)
    history = fit(net, X, y, Adam(0.02), epochs=12, batch_size=30, validation=(X[::2], y[::2]), snapshots=(0, 4, 12))
    return locked(X), locked(y), net, history


def case(classes=2):
    X, y, net, history = trained(classes)
    return X, y, copy.deepcopy(net), history


def bowl(w1, w2):
    return w1**2 + 10 * w2**2


PATHS = {"SGD": locked([(4.0, 1.0), (2.0, -0.8), (1.0, 0.5), (0.5, 0.1)]), "Adam": locked([(4.0, 1.0), (3.0, 0.5), (1.5, 0.2)])}
DIGITS, DIGIT_LABELS = (locked(array[:60]) for array in datasets.digits())


def calls():
    """For every picture two calls with different data: name -> [(args, options), (args, options)]."""
    X, y, net, history = case()
    X3, y3, net3, history3 = case(3)
    other = copy.deepcopy(net)
    other.theta = 2 * other.theta + 0.3
    two, three = (locked(n.predict(x)) for n, x in ((net, X), (net3, X3)))
    return {
        "decision_boundary": [((net, X, y), {"resolution": 40}), ((net3, X3, y3), {"resolution": 40})],
        "hinge_lines": [((net, X, y), {}), ((net, X + 9, y), {})],
        "film_strip": [((net, history, X, y), {"resolution": 40}), ((net3, history3, X3, y3), {"epochs": (0, 12)})],
        "curves": [((history,), {}), ((history3,), {})],
        "network_diagram": [((net,), {}), ((net3,), {})],
        "histograms": [((net, X), {}), ((other, X), {})],
        "gradient_norms": [((net, X, y), {}), ((other, X, y), {})],
        "optimizer_paths": [((bowl, PATHS), {}), ((bowl, {"SGD": PATHS["SGD"][:3]}), {})],
        "confusion_matrix": [((y, two), {}), ((y3, three), {})],
        "image_grid": [((DIGITS[:5],), {}), ((DIGITS[20:26] - 0.5,), {})],
    }


def draw(name, *args, **options):
    return getattr(plots, name)(*args, **options)


def words_of(name, *args, **options):
    return getattr(plots, "describe_" + name)(*args, **options)


def with_ax():
    return [name for name in PLOTS if "ax" in inspect.signature(getattr(plots, name)).parameters]


# ---- what holds for every picture


def test_every_picture_of_the_course_is_there_and_tried_here():
    assert set(PLOTS) == set(calls()) and len(PLOTS) == 10


@pytest.mark.parametrize("name", PLOTS)
def test_every_picture_has_a_twin_in_words_that_takes_the_same_data(name):
    picture = inspect.signature(getattr(plots, name)).parameters
    twin = inspect.signature(getattr(plots, "describe_" + name)).parameters
    assert list(twin) == [p for p in picture if p in twin]
    assert all(twin[p].default == picture[p].default and twin[p].kind == picture[p].kind for p in twin)
    only_looks = {"ax", "legend", "boundary", "log", "bins", "ncols", "levels"}
    assert set(picture) - set(twin) <= only_looks


@pytest.mark.parametrize("name", PLOTS)
def test_the_words_are_one_plain_line_that_follows_the_data(name):
    (args, options), (other_args, other_options) = calls()[name]
    line, other = words_of(name, *args, **options), words_of(name, *other_args, **other_options)
    assert "\n" not in line and line.isascii() and re.search(r"\d", line) and not re.search(r"\d\.\d{4}", line)
    assert line == words_of(name, *args, **options)
    assert line != other


@pytest.mark.parametrize("name", PLOTS)
def test_a_picture_without_ax_makes_one_figure_and_returns_its_axes(name, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda *_, **__: pytest.fail("plots must not call plt.show()"))
    args, options = calls()[name][0]
    axes = np.ravel(draw(name, *args, **options))
    assert len(plt.get_fignums()) == 1
    assert all(isinstance(ax, Axes) and ax.figure is plt.gcf() for ax in axes)
    plt.gcf().canvas.draw()


@pytest.mark.parametrize("name", with_ax())
def test_a_picture_draws_into_the_axes_it_is_given(name):
    _, (ax, spare) = plt.subplots(1, 2)
    args, options = calls()[name][0]
    assert draw(name, *args, ax=ax, **options) is ax
    assert len(plt.get_fignums()) == 1 and len(ax.get_children()) > len(spare.get_children())


@pytest.mark.parametrize("name", with_ax())
def test_axes_that_are_none_are_refused(name):
    args, options = calls()[name][0]
    with pytest.raises(ValueError, match=r"fig, ax = plt\.subplots"):
        draw(name, *args, ax=plt.subplots(1, 2)[1], **options)


def fingerprint(net):
    """Every number a network holds: parameters, gradients, running statistics, what layers remember, generators."""
    arrays = {
        f"{i}.{key}": value.copy()
        for i, layer in enumerate(net.layers)
        for key, value in vars(layer).items()
        if isinstance(value, np.ndarray)
    }
    return arrays | {
        "theta": net.theta.copy(),
        "grad": net.grad.copy(),
        "rng": np.array([str(rng.bit_generator.state) for rng in net.rngs]),
    }


MORE = {
    "histograms, gradients": ("histograms", {"what": "gradients"}),
    "histograms, weights": ("histograms", {"what": "weights"}),
    "hinge_lines, boundary": ("hinge_lines", {"boundary": True}),
}


@pytest.mark.parametrize("name", [*PLOTS, *MORE])
def test_looking_changes_neither_network_nor_history_nor_data(name):
    name, extra = MORE.get(name, (name, {}))
    args, options = calls()[name][0]
    args = args + tuple(case()[1] for _ in range(extra.get("what") == "gradients"))
    if extra.get("what") == "gradients":
        args, extra = (args[0], args[1], "gradients", args[2]), {}
    nets = [arg for arg in args if isinstance(arg, Network)]
    for net in nets:
        net.loss_and_gradient(*case()[:2])  # so that layers remember something, and grad is not 0
    before = [fingerprint(net) for net in nets]
    history = next((arg for arg in args if isinstance(arg, History)), History())
    rows, kept = copy.deepcopy(history.rows), copy.deepcopy(history.snapshots)
    settings = dict(plt.rcParams)
    draw(name, *args, **options, **extra)
    words_of(name, *args, **options, **{key: value for key, value in extra.items() if key != "boundary"})
    for net, old in zip(nets, before):
        new = fingerprint(net)
        assert old.keys() == new.keys() and all(np.array_equal(old[key], new[key]) for key in old)
    assert history.rows == rows and all(np.array_equal(history.snapshots[key], kept[key]) for key in kept)
    assert dict(plt.rcParams) == settings


def test_importing_plots_leaves_matplotlib_settings_alone():
    code = "import matplotlib as m; old = dict(m.rcParams); import nnlib.plots; assert dict(m.rcParams) == old"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_first_eight_classes_differ_in_marker_and_in_colour():
    assert len({style.marker(i) for i in range(8)}) == 8 and len({style.colour(i) for i in range(8)}) == 8
    assert len({str(style.line(i)) for i in range(6)}) == 6


@pytest.mark.parametrize(
    ("share", "said"), [(1, "100 %"), (0.995, ">99 %"), (0.9999, ">99 %"), (0.985, "98 %"), (0.5, "50 %"), (0.004, "<1 %"), (0, "0 %")]
)
def test_a_hundred_percent_is_said_only_of_all(share, said):
    assert words.percent(share) == said


# ---- decision boundary


class Duck:
    """A classifier as scikit-learn has it: nothing but predict_proba."""

    def __init__(self, f):
        self.predict_proba = f


def circle_odds(X):
    return 3 * (1.2 - (X**2).sum(axis=1) - 0.3 * X[:, 0])


def circle_proba(X):
    p = 1 / (1 + np.exp(-circle_odds(X)))
    return np.stack([1 - p, p], axis=1)


def three_scores(X):
    return np.stack([X[:, 0], -X[:, 0] + X[:, 1] ** 2, np.sin(2 * X[:, 1])], axis=1)


def three_proba(X):
    E = np.exp(three_scores(X))
    return E / E.sum(axis=1, keepdims=True)


def border(ax):
    """The vertices of all border lines in the picture."""
    sets = [c for c in ax.collections if isinstance(c, QuadContourSet)]
    return np.vstack([path.vertices for contours in sets for path in contours.get_paths()])


BOX = (-2.0, 2.0, -1.5, 2.5)
SURE_MODELS = {
    "network, 2 classes": lambda: (case()[2], case()[2].predict_proba),
    "network, 3 classes": lambda: (case(3)[2], case(3)[2].predict_proba),
    "duck, 2 classes": lambda: (Duck(circle_proba), circle_proba),
    "duck, 3 classes": lambda: (Duck(three_proba), three_proba),
    "function, probabilities (m, 2)": lambda: (circle_proba, circle_proba),
    "function, probabilities (m, 3)": lambda: (three_proba, three_proba),
    "function, probability (m,)": lambda: (lambda X: circle_proba(X)[:, 1], circle_proba),
    "function, probability (m, 1)": lambda: (lambda X: circle_proba(X)[:, 1:], circle_proba),
    "function, scores (m, 3)": lambda: (three_scores, three_proba),
    "function, score (m,)": lambda: (circle_odds, circle_proba),
}


@pytest.mark.parametrize("model", SURE_MODELS)
def test_on_the_border_the_two_likeliest_classes_are_equally_likely(model):
    model, proba = SURE_MODELS[model]()
    line = border(plots.decision_boundary(model, limits=BOX))
    assert len(line) > 50
    P = np.sort(proba(line), axis=1)
    two = P[:, -3] < P[:, -1] - 0.05 if P.shape[1] > 2 else P[:, -1] > 0  # where three classes meet, lines have corners
    assert two.mean() > 0.7
    np.testing.assert_allclose(P[two, -1], P[two, -2], atol=3e-3)
    if P.shape[1] == 2:
        np.testing.assert_allclose(P, 0.5, atol=2e-3)


def test_the_border_of_a_steep_linear_network_is_exact_between_grid_points():
    net = Network([Dense(2, 1)], BinaryCrossEntropy(), rng=0)
    net.layers[0].W[...], net.layers[0].b[...] = [[500.0], [300.0]], 20.0
    line = border(plots.decision_boundary(net, limits=(-1, 1, -1, 1)))
    np.testing.assert_allclose(net.predict_proba(line), 0.5, atol=1e-6)


def test_a_threshold_moves_the_border_to_that_probability():
    net = case()[2]
    line = border(plots.decision_boundary(net, limits=BOX, threshold=0.8))
    np.testing.assert_allclose(net.predict_proba(line)[:, 1], 0.8, atol=3e-3)
    line = border(plots.decision_boundary(lambda X: net.predict_proba(X)[:, 1], limits=BOX, threshold=0.8))
    np.testing.assert_allclose(net.predict_proba(line)[:, 1], 0.8, atol=3e-3)
    line = border(plots.decision_boundary(circle_odds, limits=BOX, threshold=1.5))
    np.testing.assert_allclose(circle_odds(line), 1.5, atol=1e-2)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1)])
def test_the_border_of_a_regression_network_lies_midway_between_the_labels(low, high):
    X, y, *_ = case()
    targets = np.where(y == 1, high, low)
    net = mlp([2, 8, 1], activation=Tanh, loss=MeanSquaredError(), rng=0)
    fit(net, X, targets[:, None], Adam(0.02), epochs=60)
    line = border(plots.decision_boundary(net, X, targets[:, None].astype(float)))
    np.testing.assert_allclose(net.predict(line), (low + high) / 2, atol=5e-3)
    right = np.mean((net.predict(X)[:, 0] > (low + high) / 2) == (targets == high))
    assert plots.describe_decision_boundary(net, X, targets).startswith(f"accuracy {words.percent(right)} of 120 points")


@pytest.mark.parametrize("names", [(0, 1), (-1, 1), (3, 7), ("no", "yes"), (False, True)])
def test_a_model_that_tells_labels_alone_gets_its_border_within_a_grid_step(names):
    class Labels:
        def predict(self, X):
            return np.array(names)[(circle_odds(X) > 0).astype(int)]

    for model in (Labels(), Labels().predict):
        line = border(plots.decision_boundary(model, limits=BOX))
        radius = np.hypot(line[:, 0] + 0.15, line[:, 1])  # the circle of circle_odds = 0
        np.testing.assert_allclose(radius, np.sqrt(1.2 + 0.15**2), atol=0.03)
    assert "confidence" not in plots.describe_decision_boundary(Labels(), limits=BOX)


@pytest.mark.parametrize("model", [three_proba, three_scores, lambda X: three_proba(X).argmax(axis=1)], ids=["P", "scores", "labels"])
def test_every_pixel_has_the_colour_of_the_class_the_model_says_there(model):
    ax = plots.decision_boundary(model, limits=BOX, resolution=58)
    image = np.asarray(ax.images[0].get_array())
    left, right, bottom, top = ax.images[0].get_extent()
    n = image.shape[0]
    assert image.shape == (58, 58, 3) and ax.images[0].origin == "lower"
    centres = (np.arange(n) + 0.5) / n
    grid = np.stack(np.meshgrid(left + centres * (right - left), bottom + centres * (top - bottom)), axis=-1).reshape(-1, 2)
    ink = 1 - image.reshape(-1, 3)  # pale = white minus a share of (white minus colour)
    directions = 1 - np.array([to_rgb(style.colour(c)) for c in range(3)])
    likeness = (ink / np.linalg.norm(ink, axis=1, keepdims=True)) @ (directions / np.linalg.norm(directions, axis=1, keepdims=True)).T
    assert (likeness.argmax(axis=1) == three_proba(grid).argmax(axis=1)).all()
    assert ax.get_xlim() == BOX[:2] and ax.get_ylim() == BOX[2:]


def test_deeper_colour_is_surer():
    ax = plots.decision_boundary(lambda X: (X[:, 0] + 1) / 2, limits=(-1, 1, -1, 1), resolution=101)
    ink = 1 - np.asarray(ax.images[0].get_array()).mean(axis=2)[50]
    assert (np.diff(ink[:51]) < 0).all() and (np.diff(ink[50:]) > 0).all() and ink[50] < 1e-9


def test_classes_differ_in_marker_and_colour_and_are_named_in_the_legend():
    X, y, net, _ = case(3)
    ax = plots.decision_boundary(net, X, y)
    clouds = [c for c in ax.collections if isinstance(c, PathCollection)]
    assert len({c.get_paths()[0].vertices.tobytes() for c in clouds}) == 3 == len({c.get_facecolor().tobytes() for c in clouds})
    for k, cloud in enumerate(clouds):
        np.testing.assert_array_equal(cloud.get_offsets(), X[y == k])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["class 0", "class 1", "class 2"]
    assert plots.decision_boundary(net, X, y, legend=False).get_legend() is None


@pytest.mark.parametrize("classes", [2, 3])
def test_the_words_tell_the_networks_own_score_and_the_share_of_the_area(classes):
    X, y, net, _ = case(classes)
    line = plots.describe_decision_boundary(net, X, y, resolution=60)
    assert line.startswith(f"accuracy {words.percent(net.score(X, y))} of 120 points; area: class 0 ")
    shares = [int(share) for share in re.findall(r"class \d (\d+) %", line)]
    assert len(shares) == classes and abs(sum(shares) - 100) <= 2
    half = plots.describe_decision_boundary(lambda X: (X[:, 0] > 1).astype(int), limits=(0, 4, 0, 1), resolution=100)
    assert half == "area: class 0 25 %, class 1 75 %"
    sure = plots.describe_decision_boundary(lambda X: np.full(len(X), 0.8), limits=(0, 1, 0, 1))
    assert sure == "area: class 0 0 %, class 1 100 %; mean confidence 80 % over the area"


def test_labels_may_be_a_column_or_one_hot_rows():
    X, y, net, _ = case(3)
    lines = {
        plots.describe_decision_boundary(net, X, labels, resolution=20)
        for labels in (y, y[:, None], np.eye(3)[y], y.astype(float), list(y))
    }
    assert len(lines) == 1


def test_points_without_labels_are_drawn_without_accuracy():
    X, _, net, _ = case()
    ax = plots.decision_boundary(net, X)
    assert ax.get_title() == "" and "accuracy" not in plots.describe_decision_boundary(net, X)


def test_a_network_that_has_learnt_nothing_still_makes_a_picture():
    X, y, *_ = case()
    net = mlp([2, 4, 1], loss=BinaryCrossEntropy(), rng=0, init=zeros)
    ax = plots.decision_boundary(net, X, y)
    assert not [c for c in ax.collections if isinstance(c, QuadContourSet)]
    assert "class 0 100 %, class 1 0 %; mean confidence 50 %" in plots.describe_decision_boundary(net, X, y)


def test_float32_networks_and_single_points_make_pictures():
    net = mlp([2, 4, 3], loss=SoftmaxCrossEntropy(), rng=0, dtype=np.float32)
    plots.decision_boundary(net, [[1.0, 2.0]], [2])
    plots.hinge_lines(net, [[1.0, 2.0]], [2])


def test_one_copy_of_a_stack_can_be_shown_by_a_function():
    X, y, *_ = case()
    stack = mlp([2, 6, 1], loss=BinaryCrossEntropy(), rng=[4, 5], copies=2)
    single = mlp([2, 6, 1], loss=BinaryCrossEntropy(), rng=5)
    line = plots.describe_decision_boundary(lambda X: stack.predict_proba(X)[1], X, y)
    assert line == plots.describe_decision_boundary(single, X, y)


@pytest.mark.parametrize("kind", ["classifier", "names", "labels only", "regressor"])
def test_scikit_learn_models_are_shown_with_their_own_score(kind):
    pytest.importorskip("sklearn")
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.svm import SVC

    X, y, *_ = case()
    labels = np.array(["no", "yes"])[y] if kind in ("names", "labels only") else y
    model = {"labels only": SVC, "regressor": LinearRegression}.get(kind, LogisticRegression)().fit(X, labels)
    score = np.mean((model.predict(X) > 0.5) == y) if kind == "regressor" else model.score(X, labels)
    line = plots.describe_decision_boundary(model, X, labels)
    assert line.startswith(f"accuracy {words.percent(score)} of 120 points")
    assert "class yes" in line or kind in ("classifier", "regressor")
    plots.decision_boundary(model, X, labels)


def test_a_boundary_at_the_usual_resolution_is_quick():
    X, y = datasets.spirals(200, rng=0)
    net = mlp([2, 16, 8, 4, 1], loss=BinaryCrossEntropy(), rng=0)

    def seconds():
        start = time.perf_counter()
        plots.decision_boundary(net, X, y)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(4)) < 0.3


# ---- hinge lines


def hinge_network():
    """Unit 0 is on everywhere near 0, unit 1 dead there, unit 2 is zero on x1 = x2, unit 3 ignores its input."""
    net = Network([Dense(2, 4), ReLU(), Dense(4, 1)], BinaryCrossEntropy(), rng=0)
    net.layers[0].W[...] = [[1.0, 1.0, 1.0, 0.0], [0.0, 2.0, -1.0, 0.0]]
    net.layers[0].b[...] = [[50.0, -60.0, 0.0, 1.0]]
    return net


def dashes(ax):
    return [np.array(line.get_xydata()) for line in ax.lines]


def arrows(ax):
    return [(np.array(text.xyann), np.array(text.xy)) for text in ax.texts if text.get_text() == "" and hasattr(text, "xyann")]


def test_the_words_count_lines_that_cross_and_units_always_on_or_dead():
    X = np.random.default_rng(0).uniform(-1, 1, (50, 2))
    expected = "4 first-layer units: 1 with a line across the picture; on the 50 points 2 always on, 1 dead"
    assert plots.describe_hinge_lines(hinge_network(), X) == expected
    assert len(dashes(plots.hinge_lines(hinge_network(), X))) == 1
    far = plots.describe_hinge_lines(hinge_network(), X, limits=(-70, 70, -70, 70))
    assert far.startswith("4 first-layer units: 3 with")


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("stretch", [1.0, 40.0])
def test_on_a_hinge_line_the_pre_activation_is_zero_and_the_arrow_points_to_the_active_side(batch_norm, stretch):
    X, y, *_ = case()
    X = X * [1, stretch]
    net = mlp([2, 9, 1], loss=BinaryCrossEntropy(), rng=3, batch_norm=batch_norm)
    net.theta = net.theta + 0.3
    fit(net, X, y, SGD(0.01), epochs=5)

    def pre_activation(P):
        for layer in net.layers[: 1 + batch_norm]:
            P = layer.forward(P, False)
        return P

    if not batch_norm:
        np.testing.assert_array_equal(pre_activation(X), X @ net.layers[0].W + net.layers[0].b)
    ax = plots.hinge_lines(net, X, y)
    units = [int(text.get_text()) for text in ax.texts if text.get_text()]
    lines = dashes(ax)
    assert len(lines) == len(units) == len(arrows(ax)) >= 4
    scale = np.abs(pre_activation(X)).max()
    (a, b), (c, d) = ax.get_xlim(), ax.get_ylim()
    for unit, ends, (tail, tip) in zip(units, lines, arrows(ax)):
        assert np.abs(pre_activation(ends)[:, unit]).max() < 1e-12 * scale
        assert abs(pre_activation(tail[None])[0, unit]) < 1e-12 * scale < pre_activation(tip[None])[0, unit]
        assert all(np.isclose([x, x, z, z], [a, b, c, d]).any() for x, z in ends)  # from frame to frame
    corners = pre_activation(np.array([(a, c), (a, d), (b, c), (b, d)], dtype=float))
    assert units == list(np.flatnonzero((corners > 0).any(axis=0) & (corners < 0).any(axis=0)))


def test_many_units_are_not_numbered_and_a_boundary_may_lie_underneath():
    X, y, *_ = case()
    net = mlp([2, 30, 1], loss=BinaryCrossEntropy(), rng=0)
    ax = plots.hinge_lines(net, X, y, boundary=True)
    assert len(dashes(ax)) == 30 and not any(text.get_text() for text in ax.texts) and len(ax.images) == 1


# ---- film strip


def test_each_still_shows_the_weights_of_its_epoch():
    X, y = datasets.moons(80, rng=0)
    net = mlp([2, 6, 1], loss=BinaryCrossEntropy(), rng=0)
    history = fit(net, X, y, SGD(1.0), epochs=40, snapshots=(0, 7, 40))
    scores = {}
    for epoch in (0, 7, 40):
        film = copy.deepcopy(net)
        film.theta = history.snapshots[epoch]
        scores[epoch] = words.percent(film.score(X, y))
        alone = np.asarray(plots.decision_boundary(film, X, y, resolution=30).images[0].get_array())
        still = plots.film_strip(net, history, X, y, epochs=[epoch], resolution=30)[0]
        np.testing.assert_array_equal(np.asarray(still.images[0].get_array()), alone)
    assert len(set(scores.values())) > 1
    axes = plots.film_strip(net, history, X, y)
    assert [ax.get_title() for ax in axes] == [f"epoch {epoch}\naccuracy {score}" for epoch, score in scores.items()]
    assert plots.describe_film_strip(net, history, X, y) == "accuracy " + ", ".join(f"{s} after epoch {e}" for e, s in scores.items())
    assert plots.describe_film_strip(net, history, X, y, epochs=7) == f"accuracy {scores[7]} after epoch 7"


def test_in_a_film_batch_norm_uses_the_mean_and_variance_of_the_data_at_each_epoch():
    X, y, net, history = case()
    film = copy.deepcopy(net)
    film.theta = history.snapshots[4]
    for layer in film.layers:
        if isinstance(layer, BatchNorm):
            layer.momentum = 1.0  # one training pass then leaves the statistics of X
        layer.rate = 0.0  # and no unit is dropped on the way
    film.forward(X, training=True)
    alone = np.asarray(plots.decision_boundary(film, X, y, resolution=30).images[0].get_array())
    still = np.asarray(plots.film_strip(net, history, X, y, epochs=[4], resolution=30)[0].images[0].get_array())
    np.testing.assert_allclose(still, alone, atol=1e-12)
    trained_to_the_end = np.asarray(plots.decision_boundary(net, X, y, resolution=30).images[0].get_array())
    assert np.abs(still - trained_to_the_end).max() > 0.01


# ---- curves


def made_history(**columns):
    history = History()
    history.rows = [{name: np.float64(values[epoch]) for name, values in columns.items()} for epoch in range(len(columns["loss"]))]
    return history


def test_curves_show_the_history_and_mark_the_lowest_validation_loss():
    history = case()[3]
    loss, accuracy = plots.curves(history)
    for ax, what in ((loss, "loss"), (accuracy, "accuracy")):
        train, validation, best = ax.lines
        np.testing.assert_array_equal(train.get_ydata(), getattr(history, what))
        np.testing.assert_array_equal(validation.get_ydata(), getattr(history, "val_" + what))
        assert train.get_linestyle() != validation.get_linestyle()
        lowest = history.val_loss.argmin()
        assert (best.get_xdata().item(), best.get_ydata().item()) == (lowest, getattr(history, "val_" + what)[lowest])
    assert f"epoch {history.val_loss.argmin()}" in loss.get_legend().get_texts()[-1].get_text()


def test_the_epoch_that_fit_kept_is_the_one_marked():
    history = made_history(loss=[3, 2, 1], val_loss=[3, 1, 2])
    history.best_epoch = 2
    assert plots.curves(history)[0].lines[-1].get_xdata().item() == 2


def test_curves_in_words():
    history = made_history(loss=[0.7, 0.5, 0.123], accuracy=[0.5, 0.8, 1.0], val_loss=[0.8, 0.4, 0.6], val_accuracy=[0.4, 0.9, 0.85])
    assert plots.describe_curves(history) == (
        "3 epochs; training loss 0.7 -> 0.12; validation loss 0.8 -> 0.6; training accuracy 50 % -> 100 %; "
        "validation accuracy 40 % -> 85 %; lowest validation loss 0.4 near epoch 1"
    )
    stack = made_history(loss=[[0.7, 0.9], [0.5, np.nan]], val_loss=[[1.0, 2.0], [0.5, np.nan]])
    assert plots.describe_curves(stack) == (
        "2 epochs of 2 copies; training loss 0.7 to 0.9 -> 0.5; validation loss 1 to 2 -> 0.5; "
        "lowest validation loss 0.5 to 2 near epoch 0 to 1"
    )
    long = made_history(loss=np.ones(400), val_loss=np.abs(np.arange(400) - 298) + 1)
    assert plots.describe_curves(long).endswith("near epoch 300")


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        ([1.0, np.inf], "validation loss 1 -> inf; lowest validation loss 1 near epoch 0"),
        ([1.0, np.nan], "validation loss 1 -> nan; lowest validation loss 1 near epoch 0"),
        ([np.inf, np.nan], "validation loss inf -> nan; no finite validation loss"),
        ([[1.0, 2.0], [np.inf, np.nan]], "validation loss 1 to 2 -> inf; lowest validation loss 1 to 2 near epoch 0"),
        ([[1.0, 2.0], [np.inf, 3.0]], "validation loss 1 to 2 -> 3; lowest validation loss 1 to 2 near epoch 0"),
    ],
)
def test_curves_in_words_tell_inf_from_nan(loss, words):
    assert plots.describe_curves(made_history(loss=loss, val_loss=loss)).endswith(words)


def test_with_ax_or_without_accuracy_the_loss_alone_is_drawn():
    history = made_history(loss=[3, 2, 1])
    assert len(plots.curves(history)) == 1
    ax = plt.subplots()[1]
    assert case()[3].plot(ax=ax) is ax and ax.get_ylabel() == "loss" and len(plt.get_fignums()) == 2
    assert len(case()[3].plot()) == 2


@pytest.mark.parametrize("copies", [4, 25])
def test_copies_are_thin_lines_or_a_band_with_their_median(copies):
    rng = np.random.default_rng(0)
    loss = rng.uniform(0.5, 1, (30, copies))
    loss[9:, 0] = np.nan  # this copy has diverged
    loss[20] = np.nan
    history = made_history(loss=loss, val_loss=loss + 1)
    ax = plots.curves(history)[0]
    plt.gcf().canvas.draw()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        median = np.nanmedian(loss, axis=1)
    np.testing.assert_allclose(ax.lines[copies if copies == 4 else 0].get_ydata(), median)
    assert len(ax.collections) == (0 if copies == 4 else 2)
    assert len(ax.lines) == (2 * (copies + 1) + 1 if copies == 4 else 2)


@pytest.mark.parametrize("top", [0.9, 90.0])
def test_the_loss_can_stand_on_a_logarithmic_axis_with_plain_numbers(top):
    ax = plots.curves(made_history(loss=np.geomspace(top, 0.2, 30)), log=True)[0]
    plt.gcf().canvas.draw()
    assert ax.get_yscale() == "log"
    ticks = [t.get_text() for t in ax.get_yticklabels() + ax.get_yticklabels(minor=True) if t.get_text()]
    assert len(ticks) >= 2 and all(float(tick) > 0 for tick in ticks)


# ---- network diagram


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_the_diagram_writes_every_shape_and_draws_every_unit_of_narrow_layers():
    net = mlp([2, 5, 5, 3], loss=SoftmaxCrossEntropy(), rng=0, batch_norm=True)
    ax = plots.network_diagram(net)
    for words_there in (
        "X\n(m, 2)",
        "W (2, 5)\nb (1, 5)",
        "A\n(m, 5)",
        "W (5, 3)\nb (1, 3)",
        "Z\n(m, 3)",
        "BatchNorm\ngamma, beta (1, 5)\nReLU",
    ):
        assert words_there in texts(ax)
    columns = [c for c in ax.collections if isinstance(c, PathCollection)]
    assert [len(c.get_offsets()) for c in columns] == [2, 5, 5, 3]
    wires = [c for c in ax.collections if not isinstance(c, PathCollection)]
    assert [len(c.get_segments()) for c in wires] == [10, 25, 15]
    assert f"{net.theta.size} parameters" in ax.get_title()


def test_wide_layers_are_shortened_and_deep_networks_fit_the_page():
    net = mlp([64] + [300] * 9 + [10], loss=SoftmaxCrossEntropy(), rng=0)
    ax = plots.network_diagram(net)
    assert all(len(c.get_offsets()) <= 8 for c in ax.collections if isinstance(c, PathCollection))
    assert ax.figure.get_figwidth() <= 14
    plt.gcf().canvas.draw()
    boxes = sorted((t.get_window_extent() for t in ax.texts if t.get_position()[1] > 1), key=lambda box: box.x0)
    assert all(left.x1 <= right.x0 for left, right in zip(boxes, boxes[1:]))


def test_the_diagram_in_words():
    net = mlp([2, 16, 8, 4, 1], loss=BinaryCrossEntropy(), rng=0)
    expected = "2 -> 16 ReLU -> 8 ReLU -> 4 ReLU -> 1; BinaryCrossEntropy; 225 parameters"
    assert plots.describe_network_diagram(net) == expected
    stack = mlp([2, 16, 8, 4, 1], loss=BinaryCrossEntropy(), rng=0, copies=3)
    assert plots.describe_network_diagram(stack) == expected + " in each of 3 copies"
    assert "W (2, 16)\nb (1, 16)" in texts(plots.network_diagram(stack))


# ---- histograms and gradient norms


def test_histograms_of_activations_hold_all_numbers_that_are_not_zero():
    net = mlp([64, 32, 16, 10], loss=SoftmaxCrossEntropy(), rng=0, dropout=0.5)
    axes = plots.histograms(net, DIGITS)
    A1 = np.maximum(DIGITS @ net.layers[0].W + net.layers[0].b, 0)
    A2 = np.maximum(A1 @ net.layers[3].W + net.layers[3].b, 0)  # evaluation mode: nothing is dropped
    for ax, A, place in zip(axes, (A1, A2), (1, 4)):
        assert sum(bar.get_height() for bar in ax.patches) == np.count_nonzero(A)
        assert ax.get_title() == f"{place}: ReLU\nstd {words.number(A.std())}, zeros {words.percent(np.mean(A == 0))}"
    assert len(axes) == 2 and axes[0].get_xlim() == axes[1].get_xlim()
    line = plots.describe_histograms(net, DIGITS)
    assert line.startswith(f"activations: layer 1 ReLU std {words.number(A1.std())}, zeros ")


def test_histograms_of_gradients_and_weights_show_each_dense_layer():
    X, y, net, _ = case()
    twin = copy.deepcopy(net)
    twin.loss_and_gradient(X, y)
    dense = [(i, layer) for i, layer in enumerate(twin.layers) if isinstance(layer, Dense)]
    for what, name in (("gradients", "dW"), ("weights", "W")):
        expected = [f"layer {i} {name} {layer.W.shape} std {words.number(getattr(layer, name).std())}, zeros 0 %" for i, layer in dense]
        assert plots.describe_histograms(net, X, what, y) == f"{what}: " + "; ".join(expected)
        assert len(plots.histograms(net, X, what, y)) == 3
    assert plots.describe_histograms(net, what="weights") == plots.describe_histograms(net, X, "weights")


def test_a_layer_of_zeros_says_so():
    net = mlp([64, 4, 10], loss=SoftmaxCrossEntropy(), rng=0, init=zeros)
    ax = plots.histograms(net, DIGITS)[0]
    assert texts(ax) == ["all exactly 0"] and "zeros 100 %" in ax.get_title()


def test_gradient_norms_are_those_of_a_training_step():
    X, y, net, _ = case()
    twin = copy.deepcopy(net)
    twin.loss_and_gradient(X, y)
    dense = [layer for layer in twin.layers if isinstance(layer, Dense)]
    ax = plots.gradient_norms(net, X, y)
    lengths, ratios = (line.get_ydata() for line in ax.lines)
    np.testing.assert_allclose(lengths, [np.sqrt((layer.dW**2).sum()) for layer in dense])
    np.testing.assert_allclose(ratios, [np.sqrt((layer.dW**2).sum() / (layer.W**2).sum()) for layer in dense])
    assert ax.get_yscale() == "log" and [t.get_text() for t in ax.get_xticklabels()] == ["0", "4", "8"]
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle() and ax.lines[0].get_marker() != ax.lines[1].get_marker()
    assert plots.describe_gradient_norms(net, X, y).startswith(
        f"length of dW {words.number(lengths[0])} in layer 0, {words.number(lengths[-1])} in layer 8;"
    )


def test_gradients_that_are_exactly_zero_are_marked_on_the_logarithmic_axis():
    net = mlp([64, 4, 10], loss=SoftmaxCrossEntropy(), rng=0, init=zeros)
    ax = plots.gradient_norms(net, DIGITS, DIGIT_LABELS)
    plt.gcf().canvas.draw()
    assert texts(ax) == ["0", "0"]
    assert plots.describe_gradient_norms(net, DIGITS, DIGIT_LABELS).startswith("length of dW 0 in layer 0, 0 in layer 2;")


# ---- optimizer paths


def test_paths_are_drawn_point_by_point_each_with_its_own_line_and_marker():
    ax = plots.optimizer_paths(bowl, PATHS, minimum=(0, 0))
    lines = {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}
    assert list(lines) == ["SGD", "Adam", "minimum"]
    for name, path in PATHS.items():
        np.testing.assert_array_equal(lines[name].get_xydata(), path)
    assert lines["SGD"].get_marker() != lines["Adam"].get_marker() and lines["SGD"].get_linestyle() != lines["Adam"].get_linestyle()
    contours = next(c for c in ax.collections if isinstance(c, QuadContourSet) and not c.filled)
    for level, path in zip(contours.levels, contours.get_paths()):
        np.testing.assert_allclose(bowl(*path.vertices.T), level, rtol=0.02, atol=0.02)


def test_paths_in_words():
    assert plots.describe_optimizer_paths(bowl, PATHS) == (
        "SGD: 3 steps, f 26 -> 0.35, ends at (0.50, 0.10); Adam: 2 steps, f 26 -> 2.6, ends at (1.50, 0.20)"
    )


@pytest.mark.parametrize("end", [np.nan, np.inf, 1e300])
def test_a_path_that_diverges_leaves_the_picture(end):
    wild = np.array([(4.0, 1.0), (3.0, -1.2), (2.5, 30.0), (2.0, -900.0), (end, end)])
    paths = {"calm": PATHS["SGD"], "wild": wild}
    ax = plots.optimizer_paths(bowl, paths)
    plt.gcf().canvas.draw()
    assert ax.get_ylim()[1] < 5 and ax.get_xlim()[1] < 6
    assert plots.describe_optimizer_paths(bowl, paths).endswith("wild: leaves the picture at step 2 of 4, f starts at 26")


def test_a_flat_function_and_a_single_point_still_make_a_picture():
    plots.optimizer_paths(lambda a, b: 0 * a, {"still": [(0.0, 0.0)]})
    plots.optimizer_paths(lambda a, b: np.where(a > 0, a, np.nan), {"half": [(1.0, 0.0), (0.5, 0.0)]}, limits=(-1, 2, -1, 1))


# ---- confusion matrix and images


def test_the_cells_hold_the_counts():
    X, y, net, _ = case(3)
    predicted = net.predict(X)
    predicted[:5] = (y[:5] + 1) % 3
    C = metrics.confusion_matrix(y, predicted)
    ax = plots.confusion_matrix(y, predicted, labels=["left", "right", "above"])
    cells = {(round(text.get_position()[1]), round(text.get_position()[0])): int(text.get_text()) for text in ax.texts}
    assert all(cells.get((i, j), 0) == C[i, j] for i in range(3) for j in range(3))
    assert [t.get_text() for t in ax.get_yticklabels()] == ["left", "right", "above"]
    assert "true" in ax.get_ylabel()


def test_numbers_on_the_matrix_stand_out_from_their_cells():
    y = np.repeat(np.arange(4), 50)
    predicted = y.copy()
    predicted[[0, 1, 2, 60, 110, 111, 112, 113, 114, 115, 116, 117, 118]] = 3
    ax = plots.confusion_matrix(y, predicted)
    image, weights = np.asarray(ax.images[0].get_array()), np.array([0.2126, 0.7152, 0.0722])

    def luminance(rgb):
        return weights @ (np.asarray(rgb) ** 2.2)

    for text in ax.texts:
        j, i = (round(at) for at in text.get_position())
        light, dark = sorted([luminance(image[i, j]), luminance(to_rgb(text.get_color()))], reverse=True)
        assert (light + 0.05) / (dark + 0.05) > 3


def test_the_matrix_in_words():
    line = plots.describe_confusion_matrix([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 1], labels=["cat", "dog", "cow"])
    assert line == "4 of 6 right (67 %); weakest class cow (0 % of 1); commonest error cat said to be dog, 1 time"
    assert plots.describe_confusion_matrix([0, 1], [0, 1]) == "2 of 2 right (100 %); weakest class 0 (100 % of 1)"


def test_each_row_becomes_its_image():
    axes = plots.image_grid(DIGITS[:7], titles=DIGIT_LABELS[:7], ncols=5)
    for ax, row, title in zip(axes, DIGITS, DIGIT_LABELS):
        np.testing.assert_array_equal(np.asarray(ax.images[0].get_array()), row.reshape(8, 8))
        assert ax.get_title() == str(title) and ax.images[0].get_clim() == (0, 1)
    assert len(axes) == 7 and len(plt.gcf().axes) == 7
    wide = plots.image_grid(np.arange(12).reshape(2, 6), shape=(2, 3))
    np.testing.assert_array_equal(np.asarray(wide[1].images[0].get_array()), [[6, 7, 8], [9, 10, 11]])
    np.testing.assert_array_equal(np.asarray(plots.image_grid(np.ones((1, 2, 3)))[0].images[0].get_array()), np.ones((2, 3)))


def test_weights_get_a_colour_scale_with_zero_in_its_white_middle():
    axes = plots.image_grid(np.array([[-1.0, 0, 0, 2], [0, 0, 0, 1], [-0.5, 0, 0, 0]]))
    assert [ax.images[0].get_clim() for ax in axes] == [(-2, 2)] * 3
    assert axes[0].images[0].get_cmap()(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.02)


def test_images_in_words():
    assert plots.describe_image_grid(np.array([[0, 1, 2, 3]])) == "1 image of 2 x 2, values 0 to 3, mean 1.5"
    line = plots.describe_image_grid(np.array([[-1, 1, 2, 2]]), titles=["a\nb"])
    assert line == "1 image of 2 x 2, values -1 to 2, mean 1, 25 % negative; titles: a b"


# ---- bad input


def stack():
    return mlp([2, 4, 1], loss=BinaryCrossEntropy(), rng=0, copies=3)


def wide_net():
    return mlp([64, 4, 2], loss=SoftmaxCrossEntropy(), rng=0)


def lost_net():
    net = case()[2]
    net.theta[:] = np.nan
    return net


X, Y = (locked(array) for array in datasets.moons(20, rng=0))
NET = mlp([2, 4, 1], loss=BinaryCrossEntropy(), rng=0)
NO_HISTORY = made_history(loss=[1.0])
ERRORS = {
    "X flat": (lambda: plots.decision_boundary(NET, X[:, 0], Y), r"shape \(m, 2\), got \(20,\).*X\[:, :2\]"),
    "X with 3 columns": (lambda: plots.decision_boundary(NET, np.ones((5, 3)), np.ones(5)), r"\(m, 2\), got \(5, 3\)"),
    "X empty": (lambda: plots.hinge_lines(NET, np.ones((0, 2))), r"\(m, 2\), got \(0, 2\)"),
    "X of words": (lambda: plots.decision_boundary(NET, [["a", "b"]], [0]), "array of real numbers"),
    "X with NaN": (lambda: plots.decision_boundary(NET, X * np.nan, Y), "NaN"),
    "y too short": (lambda: plots.decision_boundary(NET, X, Y[:7]), r"20 rows of X, shape \(20,\), got shape \(7,\)"),
    "y with fractions": (lambda: plots.decision_boundary(NET, X, Y + 0.3), "shows classes, but y holds numbers such as 0.3"),
    "y without X": (lambda: plots.decision_boundary(NET, None, Y), "without points X"),
    "y of a third class": (
        lambda: plots.decision_boundary(NET, X, np.arange(20) % 3),
        r"2 classes apart, but y holds the labels \[0, 1, 2\]",
    ),
    "y of words": (lambda: plots.decision_boundary(lambda X: X[:, 0] > 0, X, np.repeat(["a", "b"], 10)), "of one kind"),
    "no limits": (lambda: plots.decision_boundary(NET), r"limits=\(-1, 1, -1, 1\)"),
    "limits reversed": (lambda: plots.decision_boundary(NET, limits=(1, -1, 0, 1)), "from below its to, got"),
    "limits too few": (lambda: plots.hinge_lines(NET, X, limits=(0, 1)), "x1 from"),
    "resolution": (lambda: plots.decision_boundary(NET, X, Y, resolution=1), "resolution=200"),
    "threshold of three": (lambda: plots.decision_boundary(three_proba, limits=BOX, threshold=0.5), "two classes"),
    "threshold of 2": (lambda: plots.decision_boundary(NET, X, Y, threshold=2), "between 0 and 1, got 2"),
    "threshold 1 of p": (lambda: plots.decision_boundary(lambda X: circle_proba(X)[:, 1], X, threshold=1), "between 0 and 1, got 1"),
    "a stack's boundary": (lambda: plots.decision_boundary(stack(), X, Y), r"stack of 3 copies.*lambda X: net.predict_proba\(X\)\[0\]"),
    "a stack's hinges": (lambda: plots.hinge_lines(stack(), X, Y), "stack of 3 copies.*one.theta = net.theta"),
    "a stack's histograms": (lambda: plots.histograms(stack(), X), "stack of 3 copies"),
    "a stack's gradients": (lambda: plots.gradient_norms(stack(), X, Y), "stack of 3 copies"),
    "a stack's film": (lambda: plots.film_strip(stack(), NO_HISTORY, X, Y), "stack of 3 copies"),
    "no model": (lambda: plots.decision_boundary(3, X, Y), "predict_proba or predict, or be a function"),
    "a class for a model": (lambda: plots.decision_boundary(Network, X, Y), "predict_proba or predict, or be a function"),
    "64 inputs": (lambda: plots.decision_boundary(wide_net(), X, Y), "2 inputs, this one takes 64"),
    "answer too short": (lambda: plots.decision_boundary(lambda X: X[:5, 0], X, Y), r"answered with shape \(5,\)"),
    "answer of 3 axes": (lambda: plots.decision_boundary(lambda X: np.ones((len(X), 2, 2)), X, Y), "one row for each point"),
    "diverged": (lambda: plots.decision_boundary(lost_net(), X, Y), "diverged"),
    "hinges of a duck": (lambda: plots.hinge_lines(Duck(circle_proba), X), "inside an nnlib Network, got Duck"),
    "hinges of 64 inputs": (lambda: plots.hinge_lines(wide_net(), X), "2 inputs, this one takes 64"),
    "hinges without Dense": (
        lambda: plots.hinge_lines(Network([ReLU(), Dense(2, 1)], BinaryCrossEntropy(), rng=0), X),
        "Dense layer before",
    ),
    "film without snapshots": (lambda: plots.film_strip(NET, NO_HISTORY, X, Y), r"fit\(..., snapshots=\(0, 10, 100\)\)"),
    "film of other epochs": (
        lambda: plots.film_strip(case()[2], case()[3], X, Y, epochs=[0, 5]),
        r"of epochs \[0, 4, 12\], asked for \[0, 5\]",
    ),
    "film of no epochs": (lambda: plots.film_strip(case()[2], case()[3], X, Y, epochs=[]), "choose among them"),
    "film of another net": (lambda: plots.film_strip(NET, case()[3], X, Y), "give the network that was trained"),
    "film without labels": (lambda: plots.film_strip(case()[2], case()[3], X, None), "needs labels"),
    "curves of a list": (lambda: plots.curves([3, 2, 1]), "History that fit returns, got list"),
    "curves of nothing": (lambda: plots.curves(History()), "no finished epoch"),
    "diagram of a list": (lambda: plots.network_diagram([2, 3]), "got list"),
    "diagram without widths": (lambda: plots.network_diagram(Network([ReLU()], MeanSquaredError(), rng=0)), r"Dense\(n_in, n_out\)"),
    "histograms of losses": (lambda: plots.histograms(NET, X, "losses"), "activations, gradients, weights, got 'losses'"),
    "activations of nothing": (lambda: plots.histograms(NET), r"write histograms\(net, X\)"),
    "gradients without y": (lambda: plots.histograms(NET, X, "gradients"), r'histograms\(net, X, "gradients", y\)'),
    "norms without y": (lambda: plots.gradient_norms(NET, X, None), r"gradient_norms\(net, X, y\)"),
    "no Dense": (lambda: plots.histograms(Network([ReLU()], MeanSquaredError(), rng=0), what="weights"), "this network has none"),
    "no columns": (lambda: plots.histograms(NET, X, ncols=0), "ncols=4"),
    "f is a number": (lambda: plots.optimizer_paths(3, PATHS), "f must be a function"),
    "f is not vectorised": (lambda: plots.optimizer_paths(lambda a, b: 1.0, PATHS), "use NumPy functions"),
    "paths is a list": (lambda: plots.optimizer_paths(bowl, [PATHS["SGD"]]), "dict label -> array"),
    "a path of 3 columns": (lambda: plots.optimizer_paths(bowl, {"p": np.ones((4, 3))}), r"path 'p'.*got shape \(4, 3\)"),
    "matrix of fractions": (lambda: plots.confusion_matrix([0.5, 1], [0, 1]), "class indices"),
    "matrix of other lengths": (lambda: plots.confusion_matrix([0, 1], [0, 1, 1]), r"\(2,\) and \(3,\)"),
    "one image": (lambda: plots.image_grid(DIGITS[0]), r"one image is X\[:1\]"),
    "no square": (lambda: plots.image_grid(DIGITS[:, :60]), "60 pixels are no square"),
    "wrong shape": (lambda: plots.image_grid(DIGITS, shape=(8, 9)), r"64 pixels do not fill shape \(8, 9\)"),
    "too many images": (lambda: plots.image_grid(np.ones((500, 4))), r"500 images.*X\[:40\]"),
    "titles": (lambda: plots.image_grid(DIGITS, titles=["a"]), "60 images need as many titles, got 1"),
    "NaN pixels": (lambda: plots.image_grid(DIGITS * np.nan), "NaN"),
}


@pytest.mark.parametrize("wrong", ERRORS)
def test_bad_input_is_refused_with_what_came_and_what_to_write(wrong):
    call, message = ERRORS[wrong]
    with pytest.raises(ValueError, match=message):
        call()
    assert not plt.get_fignums()  # an error leaves no empty figure in the notebook
