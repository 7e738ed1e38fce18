"""Network diagrams, histograms, gradient norms, confusion matrices and images."""

import copy

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from shared_pictures import DIGIT_LABELS, DIGITS, case

from nnlib import (
    BinaryCrossEntropy,
    Dense,
    SoftmaxCrossEntropy,
    metrics,
    mlp,
    plots,
)
from nnlib.initializers import zeros
from nnlib.plots import words

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
    assert ax.figure.get_figwidth() <= 8.41
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
    assert line == "4 of 6 correct (67 %); weakest class cow (0 % of 1); most frequent error: cat predicted as dog, 1 time"
    assert plots.describe_confusion_matrix([0, 1], [0, 1]) == "2 of 2 correct (100 %); weakest class 0 (100 % of 1)"


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
