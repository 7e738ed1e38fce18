"""Decision boundaries and hinge lines: the lines are where the numbers say, the words match the picture."""

import re

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.contour import QuadContourSet
from shared_pictures import BOX, Duck, case, circle_odds, circle_proba, three_proba, three_scores

from nnlib import (
    SGD,
    Adam,
    BinaryCrossEntropy,
    Dense,
    MeanSquaredError,
    Network,
    ReLU,
    SoftmaxCrossEntropy,
    Tanh,
    datasets,
    fit,
    mlp,
    plots,
)
from nnlib.initializers import zeros
from nnlib.plots import style, words

# ---- decision boundary


def boundary(ax):
    """The vertices of all boundary lines in the picture."""
    sets = [c for c in ax.collections if isinstance(c, QuadContourSet)]
    return np.vstack([path.vertices for contours in sets for path in contours.get_paths()])


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
def test_on_the_boundary_the_two_likeliest_classes_are_equally_likely(model):
    model, proba = SURE_MODELS[model]()
    line = boundary(plots.decision_boundary(model, limits=BOX))
    assert len(line) > 50
    P = np.sort(proba(line), axis=1)
    two = P[:, -3] < P[:, -1] - 0.05 if P.shape[1] > 2 else P[:, -1] > 0  # where three classes meet, lines have corners
    assert two.mean() > 0.7
    np.testing.assert_allclose(P[two, -1], P[two, -2], atol=3e-3)
    if P.shape[1] == 2:
        np.testing.assert_allclose(P, 0.5, atol=2e-3)


def test_the_boundary_of_a_steep_linear_network_is_exact_between_grid_points():
    net = Network([Dense(2, 1)], BinaryCrossEntropy(), rng=0)
    net.layers[0].W[...], net.layers[0].b[...] = [[500.0], [300.0]], 20.0
    line = boundary(plots.decision_boundary(net, limits=(-1, 1, -1, 1)))
    np.testing.assert_allclose(net.predict_proba(line), 0.5, atol=1e-6)


def test_a_threshold_moves_the_boundary_to_that_probability():
    net = case()[2]
    line = boundary(plots.decision_boundary(net, limits=BOX, threshold=0.8))
    np.testing.assert_allclose(net.predict_proba(line)[:, 1], 0.8, atol=3e-3)
    line = boundary(plots.decision_boundary(lambda X: net.predict_proba(X)[:, 1], limits=BOX, threshold=0.8))
    np.testing.assert_allclose(net.predict_proba(line)[:, 1], 0.8, atol=3e-3)
    line = boundary(plots.decision_boundary(circle_odds, limits=BOX, threshold=1.5))
    np.testing.assert_allclose(circle_odds(line), 1.5, atol=1e-2)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1)])
def test_the_boundary_of_a_regression_network_lies_midway_between_the_labels(low, high):
    X, y, *_ = case()
    targets = np.where(y == 1, high, low)
    net = mlp([2, 8, 1], activation=Tanh, loss=MeanSquaredError(), rng=0)
    fit(net, X, targets[:, None], Adam(0.02), epochs=60)
    line = boundary(plots.decision_boundary(net, X, targets[:, None].astype(float)))
    np.testing.assert_allclose(net.predict(line), (low + high) / 2, atol=5e-3)
    right = np.mean((net.predict(X)[:, 0] > (low + high) / 2) == (targets == high))
    assert plots.describe_decision_boundary(net, X, targets).startswith(f"accuracy {words.percent(right)} of 120 points")


@pytest.mark.parametrize("names", [(0, 1), (-1, 1), (3, 7), ("no", "yes"), (False, True)])
def test_a_model_that_gives_only_labels_gets_its_boundary_within_a_grid_step(names):
    class Labels:
        def predict(self, X):
            return np.array(names)[(circle_odds(X) > 0).astype(int)]

    for model in (Labels(), Labels().predict):
        line = boundary(plots.decision_boundary(model, limits=BOX))
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


@pytest.mark.parametrize("k", [9, 10, 20])
def test_areas_of_nine_and_more_classes_differ_in_colour(k):
    """Class i wins between i and i + 1; the model is equally sure everywhere."""

    def model(X):
        return 0.9 * (np.floor(X[:, :1]).clip(0, k - 1) == np.arange(k)) + 0.1 / k

    ax = plots.decision_boundary(model, limits=(0, k, 0, 1), resolution=20 * k + 1)
    image = ax.get_images()[0].get_array()[0, 10::20]
    assert len(image) == k
    apart = np.abs(image[:, None] - image[None]).max(axis=-1) + np.eye(k)
    assert apart.min() > (0.06 if k <= 10 else 0.03)
    assert len({style.colour(i) for i in range(24)}) == 24


def test_deeper_colour_is_surer():
    ax = plots.decision_boundary(lambda X: (X[:, 0] + 1) / 2, limits=(-1, 1, -1, 1), resolution=101)
    ink = 1 - np.asarray(ax.images[0].get_array()).mean(axis=2)[50]
    assert (np.diff(ink[:51]) < 0).all() and (np.diff(ink[50:]) > 0).all() and ink[50] < 1e-9


def test_classes_differ_in_marker_and_colour_and_are_named_where_there_is_room():
    X, y, net, _ = case(3)
    ax = plots.decision_boundary(net, X, y)
    clouds = [c for c in ax.collections if isinstance(c, PathCollection)]
    assert len({c.get_paths()[0].vertices.tobytes() for c in clouds}) == 3 == len({c.get_facecolor().tobytes() for c in clouds})
    for k, cloud in enumerate(clouds):
        np.testing.assert_array_equal(cloud.get_offsets(), X[y == k])
    bare = plots.decision_boundary(net, X, y, legend=False)
    assert bare.get_legend() is None and len(bare.texts) == 0
    crowd = np.random.default_rng(0).uniform(-1, 1, (400, 2))
    full = plots.decision_boundary(circle_proba, crowd, (np.hypot(*crowd.T) > 0.7).astype(int))
    assert [text.get_text() for text in full.get_legend().get_texts()] == ["class 0", "class 1"] and len(full.texts) == 0


def test_a_class_is_named_in_the_field_where_it_is_predicted_and_no_point_or_boundary_lies():
    corners = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1], [-0.5, 0], [0.5, 0]])
    ax = plots.decision_boundary(lambda X: X[:, 0], corners, (corners[:, 0] > 0).astype(int))
    assert ax.get_legend() is None and [text.get_text() for text in ax.texts] == ["class 0", "class 1"]
    ax.figure.canvas.draw()
    for text, side in zip(ax.texts, (-1, 1)):
        box = text.get_window_extent()
        edge = ax.transData.transform((0.0, 0.0))[0]
        assert box.x1 < edge if side < 0 else box.x0 > edge
        assert not any(box.contains(*ax.transData.transform(point)) for point in corners)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_words_give_the_networks_own_score_and_the_share_of_the_area(classes):
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


def test_a_boundary_at_the_usual_resolution_asks_for_one_grid_in_one_call(monkeypatch):
    X, y = datasets.spirals(200, rng=0)
    net, asked = mlp([2, 16, 8, 4, 1], loss=BinaryCrossEntropy(), rng=0), []
    monkeypatch.setattr(net, "predict_proba", lambda points, ask=net.predict_proba: asked.append(len(points)) or ask(points))
    plots.decision_boundary(net, X, y)
    assert len(asked) <= 2 and max(asked) <= 200 * 201  # once to paint it, once to describe it


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


@pytest.mark.parametrize("seed", range(6))
def test_a_class_is_named_off_the_hinges_and_their_numbers_or_beside_the_picture(seed):
    X, y = datasets.circles(200, noise=0.05, rng=0)
    net = mlp([2, 6, 1], loss=BinaryCrossEntropy(), rng=seed)
    net.layers[0].b = np.random.default_rng(seed).uniform(-0.5, 0.5, (1, 6))
    ax = plots.hinge_lines(net, X, y, boundary=True)
    ax.figure.canvas.draw()
    names = [text.get_window_extent() for text in ax.texts if text.get_text().startswith("class")]
    assert (ax.get_legend() is None) == bool(names)
    numbers = [text.get_window_extent() for text in ax.texts if text.get_text().isdigit()]
    along = np.linspace(0, 1, 500)[:, None]
    lines = [ax.transData.transform((1 - along) * ends[0] + along * ends[1]) for ends in dashes(ax)]
    for name in names:
        assert not any(name.overlaps(number) for number in numbers)
        assert not any(name.contains(*place) for line in lines for place in line)
    plain = plots.hinge_lines(net, X, y, boundary=True, legend=False)
    assert plain.get_legend() is None and not any(text.get_text().startswith("class") for text in plain.texts)


@pytest.mark.parametrize("seed", range(6))
def test_the_numbers_of_units_lie_on_no_point_and_on_no_other_number(seed):
    X, y = datasets.circles(200, noise=0.05, rng=0)
    net = mlp([2, 6, 1], loss=BinaryCrossEntropy(), rng=seed)
    net.layers[0].b = np.random.default_rng(seed).uniform(-0.5, 0.5, (1, 6))
    ax = plots.hinge_lines(net, X, y)
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    low, spans = np.array([left, bottom]), np.array([right - left, top - bottom])
    numbers = np.array([text.get_position() for text in ax.texts if text.get_text()])
    places, points = (numbers - low) / spans, (X - low) / spans
    to_points = np.linalg.norm(places[:, None] - points, axis=-1)
    to_numbers = np.linalg.norm(places[:, None] - places, axis=-1) + np.eye(len(places))
    assert len(places) == 6 and min(to_points.min(), to_numbers.min()) > 0.04
    assert (places > 0.03).all() and (places < 0.97).all()
