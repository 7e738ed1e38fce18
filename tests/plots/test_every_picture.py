"""What holds for every picture of the course, and the errors for bad input."""

import copy
import inspect
import re
import subprocess
import sys
import types

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text
from shared_pictures import (
    BOX,
    DIGITS,
    PATHS,
    PLOTS,
    Duck,
    bowl,
    calls,
    case,
    circle_proba,
    draw,
    locked,
    made_history,
    three_proba,
    with_ax,
    words_of,
)

from nnlib import (
    BinaryCrossEntropy,
    Dense,
    History,
    MeanSquaredError,
    Network,
    ReLU,
    SoftmaxCrossEntropy,
    datasets,
    mlp,
    plots,
)
from nnlib.plots import style, words

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


@pytest.mark.parametrize("name", PLOTS)
def test_a_picture_fits_a_notebooks_column_with_text_as_large_as_that_around_it(name):
    args, options = calls()[name][0]
    figure = np.ravel(draw(name, *args, **options))[0].figure
    width, height = figure.get_size_inches()
    assert width <= style.WIDEST == 8.4 and height <= 4.5, (width, height)
    figure.canvas.draw()
    sizes = {text.get_fontsize() for text in figure.findobj(Text) if text.get_text() and text.get_visible()}
    assert all(8 <= size <= 11 for size in sizes), sizes


def test_a_figure_of_many_panels_is_made_smaller_as_a_whole():
    assert style.fitted((12.0, 6.0)) == pytest.approx((8.4, 4.2)) and style.fitted((5.6, 3.6)) == (5.6, 3.6)
    many = style.panels(12, 6, (3.0, 2.0))
    assert tuple(many[0].figure.get_size_inches()) == pytest.approx((8.4, 8.4 * 4 / 18))


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
        "rng": np.array([str(rng.bit_generator.state) for rng in net._rngs]),
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
        r"of epochs \[0, 4, 12\], but you asked for \[0, 5\]",
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
    "no square": (lambda: plots.image_grid(DIGITS[:, :60]), "60 pixels do not make a square"),
    "wrong shape": (lambda: plots.image_grid(DIGITS, shape=(8, 9)), r"64 pixels do not fill shape \(8, 9\)"),
    "too many images": (lambda: plots.image_grid(np.ones((500, 4))), r"500 images.*X\[:40\]"),
    "titles": (lambda: plots.image_grid(DIGITS, titles=["a"]), "60 images need as many titles, got 1"),
    "NaN pixels": (lambda: plots.image_grid(DIGITS * np.nan), "NaN"),
}


@pytest.mark.parametrize("wrong", ERRORS)
def test_bad_input_is_refused_with_what_was_given_and_what_to_write(wrong):
    call, message = ERRORS[wrong]
    with pytest.raises(ValueError, match=message):
        call()
    assert not plt.get_fignums()  # an error leaves no empty figure in the notebook


@pytest.mark.parametrize("name", PLOTS)
def test_a_notebook_stores_the_words_as_alt_text_of_the_picture(name):
    from IPython.core.formatters import DisplayFormatter
    from IPython.core.pylabtools import select_figure_formats

    args, options = calls()[name][0]
    axes = draw(name, *args, **options)
    shell = types.SimpleNamespace(display_formatter=DisplayFormatter())
    select_figure_formats(shell, {"png"})
    figure = np.ravel(axes)[0].get_figure(root=True)
    data, metadata = shell.display_formatter.format(figure)
    assert data["image/png"].startswith("iVBOR") and metadata["image/png"] == {"alt": words_of(name, *args, **options)}
    copy.deepcopy(figure)


def test_a_method_has_one_colour_in_every_picture():
    assert style.methods_of(["gradient descent", "momentum 0.9", "RMSProp", "Adam"]) == [0, 1, 2, 3]
    assert style.methods_of(["Adam, lr 0.1", "EMA momentum"]) == [3, 5]
    assert style.methods_of(["momentum 0.5", "momentum 0.9"]) == [0, 1] and style.methods_of(["Adam", "mine"]) == [0, 1]
    paths = {"Adam": np.zeros((3, 2)), "descent": np.ones((3, 2))}
    ax = plots.optimizer_paths(lambda a, b: a * a + b * b, paths)
    assert [ax.get_lines()[i].get_color() for i in (0, 3)] == [style.PURPLE, style.BLUE]
