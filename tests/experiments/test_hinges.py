"""Three ReLUs close a boundary and two cannot, not every start finds it, and a large rate kills units; measured over 12 seeds."""

import contextlib
import functools
import io

import numpy as np
import pytest

from nnlib import SGD, BinaryCrossEntropy, ReLU, fit, mlp
from nnlib.experiments import hinges
from nnlib.experiments.frame.controls import clean, drawn_points
from nnlib.experiments.frame.show import final

SQUARE = (-1.0, 1.0, -1.0, 1.0)


@functools.lru_cache(maxsize=30)
def run(**settings):
    return final(hinges, clean(hinges.CONTROLS, settings))


@functools.lru_cache(maxsize=30)
def trained(data, units, lr=1.0, steps=hinges.STEPS):
    """12 seeds of the experiment's network in one stack."""
    X, y, _ = hinges.examples(data, "")
    net = mlp([2, units, 1], activation=ReLU, init=hinges.start, loss=BinaryCrossEntropy(), copies=12, rng=range(12))
    fit(net, X, y, SGD(lr=lr), epochs=steps, progress=False)
    return net, X, y


def manage(data, units, lr=1.0):
    """How many of 12 seeds get 98 % right."""
    net, X, y = trained(data, units, lr)
    return int((net.score(X, y) >= hinges.ENOUGH).sum())


def dead(data, units, lr, steps):
    """The share of units that are off for every example."""
    net, X, _ = trained(data, units, lr, steps)
    return float((X @ net.layers[0].W + net.layers[0].b <= 0).all(axis=-2).mean())


# ---- the claims


@pytest.mark.parametrize("data, too_few, fewest", [("circle", 2, 3), ("XOR squares", 2, 3), ("XOR corners", 1, 2)])
def test_the_fewest_relus(data, too_few, fewest):
    assert [manage(data, units) for units in range(1, too_few + 1)] == [0] * too_few
    assert manage(data, fewest) >= 1


def test_how_many_of_12_seeds_manage_it():
    assert 5 <= manage("circle", 3) <= 10  # 8 here
    assert manage("circle", 4) >= 10 and manage("circle", 6) == 12
    assert 1 <= manage("XOR corners", 2) <= 4 and manage("XOR corners", 6) >= 10
    assert 3 <= manage("XOR squares", 3) <= 9 and manage("XOR squares", 6) >= 9


def test_two_relus_can_do_the_xor_corners_and_three_the_xor_squares_by_hand():
    X, y, _ = hinges.examples("XOR corners", "")
    middle = X[y == 1].mean(axis=0)  # (0, 0): opposite corners
    across = np.linalg.svd(X[y == 1] - middle)[2][0]  # from one class-1 corner to the other
    strip = np.maximum(X @ across - 0.5, 0) + np.maximum(-X @ across - 0.5, 0)
    assert ((strip > 0) == y).mean() >= hinges.ENOUGH
    X, y, _ = hinges.examples("XOR squares", "")
    x1, x2 = X.T
    score = 2 * np.maximum(x1 - x2, 0) - 2 * np.maximum(x1 + x2, 0) + 2 * (np.maximum(x2 + 2, 0) - 2)  # |x1 - x2| - |x1 + x2|
    assert ((score > 0) == y).all()


def test_two_relus_are_constant_in_some_direction_so_their_boundary_is_open():
    rng = np.random.default_rng(0)
    for _ in range(200):
        W = rng.standard_normal((2, 2))
        away = np.linalg.solve(W.T, [-1.0, -1.0])  # both scores fall that way
        far = np.maximum(np.outer([1e3, 1e6], away) @ W + rng.standard_normal(2), 0)
        assert (far == 0).all()


def test_lr_10_kills_more_than_half_of_the_units_on_the_moons_and_lr_03_none():
    assert 0.45 <= dead("moons", 12, 10.0, 50) <= 0.75
    assert dead("moons", 12, 0.3, 50) < 0.02
    assert dead("moons", 12, 10.0, 50) <= dead("moons", 12, 10.0, 300)  # the first layer's inputs never move, so the dead stay dead


def test_spare_units_make_training_more_reliable_not_the_boundary_possible():
    assert manage("circle", 2) == 0 < manage("circle", 3) <= manage("circle", 4) <= manage("circle", 6)


def test_the_answer_to_the_question_is_what_was_measured():
    result = run(**hinges.QUESTION.settings)
    assert hinges.observe(result) == "5 to 10" and hinges.managed(result) == manage("circle", 3)


# ---- the picture


@pytest.mark.parametrize("seed", range(5))
def test_both_ends_of_a_hinge_are_on_the_line_and_on_the_edge_and_it_points_to_the_on_side(seed):
    rng = np.random.default_rng(seed)
    for _ in range(50):
        w, b = rng.standard_normal(2), rng.standard_normal()
        place = hinges.hinge(w, b, SQUARE)
        corners = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) @ w + b
        assert (place is None) == ((corners > 0).all() or (corners < 0).all())
        if place is not None:
            ends, normal = place
            np.testing.assert_allclose(ends @ w + b, 0, atol=1e-9)
            np.testing.assert_allclose(np.abs(ends).max(axis=1), 1, atol=1e-9)
            assert (ends.mean(axis=0) + normal) @ w + b > 0


@pytest.mark.parametrize(
    "w, b, seen", [((1, 0), 0.5, True), ((0, 1), -0.5, True), ((1, 0), 3, False), ((0, 0), 1, False), ((0, 0), 0, False)]
)
def test_hinges_along_the_axes_and_units_without_weights(w, b, seen):
    assert (hinges.hinge(np.array(w, float), float(b), SQUARE) is not None) == seen


def test_the_picture_marks_dead_units_and_shows_lines_that_are_left():
    X, _, extent = hinges.examples("circle", "")
    net = mlp([2, 3, 1], loss=BinaryCrossEntropy(), init=hinges.start, copies=1)
    net.layers[0].W[...] = [[[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]]
    net.layers[0].b[...] = [[[0.0, -1.2, -9.0]]]  # through the middle; off for all, in the picture; out of it
    seen = hinges.look(net, X, hinges.examples("circle", "")[1], extent)
    assert seen["on"][0] > 0.3 and seen["on"][1:].tolist() == [0, 0] and [place is None for place in seen["places"]] == [False, False, True]
    labels = [mark.get("label") for mark in hinges.picture(run(units=3) | seen).panels[0].marks]
    assert "hinge" in labels and "dead unit" in labels
    assert "2 dead, 1 out of the picture" in hinges.describe(run(units=3) | seen)


def test_the_boundary_is_where_the_networks_score_changes_sign():
    result = run(units=4)
    left, right, bottom, top = result["extent"]
    columns = ((result["X"][:, 0] - left) / (right - left) * (hinges.PIXELS - 1)).round().astype(int)
    rows = ((result["X"][:, 1] - bottom) / (top - bottom) * (hinges.PIXELS - 1)).round().astype(int)
    assert ((result["logits"][rows, columns] > 0) == result["y"]).mean() > 0.95


def test_the_first_picture_comes_after_a_few_steps_and_the_last_is_of_the_whole_run():
    results = list(hinges.stream(**clean(hinges.CONTROLS, {"units": 5})))
    assert results[0]["steps"] <= 50 and results[-1]["steps"] == len(results[-1]["losses"]) == hinges.STEPS
    assert [result["progress"] for result in results] == sorted({result["progress"] for result in results})
    assert len(results[0]["losses"]) == results[0]["steps"]  # what was yielded does not change afterwards


def test_the_same_seed_starts_a_unit_on_the_same_line_however_many_there_are():
    few, many = (mlp([2, units, 1], init=hinges.start, loss=BinaryCrossEntropy(), rng=3) for units in (4, 12))
    np.testing.assert_array_equal(few.layers[0].W, many.layers[0].W[:, :4])
    np.testing.assert_allclose(few.layers[2].W * np.sqrt(4), many.layers[2].W[:4] * np.sqrt(12), atol=1e-12)


def test_one_seed_alone_is_the_first_of_twelve():
    assert run(units=4)["loss"] == pytest.approx(run(units=4, twelve=True)["loss"], rel=1e-6)


# ---- drawing


def stroke(x, y, **settings):
    settings = clean(hinges.CONTROLS, settings)
    return hinges.pointer({}, settings, {"kind": "draw", "panel": 0, "x": x, "y": y})


def test_a_stroke_adds_points_of_the_pens_class_at_even_distances():
    x = np.linspace(-0.4, 0.4, 100)
    change = stroke(x, 0 * x, pen="class 1 (orange)", points="0.00:0.90:0")
    X, y = drawn_points(change["points"])
    assert change["data"] == hinges.DRAWN and y.tolist() == [0] + [1] * (len(y) - 1)
    assert 9 <= len(y) <= 12 and np.diff(X[1:, 0]).min() >= 0.07


def test_a_click_adds_one_point_and_one_outside_the_square_is_put_on_its_edge():
    assert stroke([0.25], [0.5])["points"] == "0.25:0.50:0"
    assert stroke([1.04], [-1.04])["points"] == "1.00:-1.00:0"


def test_the_eraser_takes_what_it_touches_and_no_more():
    assert stroke([0.0, 0.5], [0.0, 0.5], pen="eraser", points="0.05:0:0;0.25:0.25:1;0.5:0.45:1")["points"] == "0.25:0.25:1"
    assert stroke([0.0], [0.0], pen="eraser")["points"] == ""


def test_a_stroke_in_another_panel_changes_nothing_and_too_many_points_are_left_out():
    assert hinges.pointer({}, {}, {"kind": "draw", "panel": 2, "x": [0], "y": [0]}) == {}
    full = ";".join(["0.00:0.00:0"] * 299)
    points = stroke([0.0, 0.5, 0.9], [0.0, 0.5, 0.9], points=full)["points"]
    assert len(points.split(";")) == 300 and clean(hinges.CONTROLS, {"points": points})


@pytest.mark.parametrize("points", ["", "0:0:0", "0:0:1;0:0:1", "0:0:0;0:0:1", "0:0:0;0.5:0:2;1:1:1"])
def test_any_drawing_can_be_trained_on_and_its_code_makes_the_same_run(points):
    settings = clean(hinges.CONTROLS, {"data": hinges.DRAWN, "points": points, "units": 3})
    result = final(hinges, settings)
    assert hinges.picture(result).message() and hinges.describe(result)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(hinges.code(**settings), {})
    assert float(printed.getvalue().split()[-1]) == pytest.approx(hinges.headline(result), rel=1e-6, nan_ok=True)


# ---- divergence


@pytest.mark.parametrize("twelve", [False, True])
def test_a_run_that_leaves_the_finite_numbers_is_frozen_there_and_says_so(twelve):
    settings = clean(hinges.CONTROLS, {"units": 8, "activation": "leaky ReLU", "twelve": twelve}) | {"lr": 1e120}  # far off the slider
    result = final(hinges, settings)
    assert result["diverged"] is not None and result["progress"] == 1.0
    assert f"diverged at step {result['diverged']}" in hinges.describe(result)
    assert hinges.picture(result).message()


def test_on_the_slider_no_data_set_diverges_though_the_loss_may_jump():
    for data in hinges.DATA:
        net, X, y = trained(data, 12, 30.0, 50)
        assert np.isfinite(net.theta).all() and np.isfinite(net.loss_value(X, y)).all()
