"""The playground without a browser: every setting trains, what it exports is the same run to the last digit, and nothing a learner does ends in silence."""

import asyncio
import contextlib
import datetime
import io
import itertools
import time

import numpy as np
import pytest

from nnlib.experiments.frame.controls import ERASER, PENS, add_stroke
from nnlib.experiments.frame.pictures import Picture
from nnlib.experiments.playground import Panel, Session
from nnlib.experiments.playground.data import CONTROLS, DATA, REGRESSION, SHOWN
from nnlib.experiments.playground.layers import Sine, Swish
from nnlib.experiments.playground.layout import CLOSE, TABS
from nnlib.experiments.playground.panel import FRAME_SECONDS
from nnlib.experiments.playground.pictures import (
    TOP,
    WIDE,
    WIDTHS,
    boundary_panel,
    curves_panels,
    network_panel,
    places_of,
    spark_panel,
    thing_at,
    warp_panel,
)
from nnlib.experiments.playground.session import ROWS

TWO = "-0.50:0.50:0;-0.40:0.50:0;-0.50:0.40:0;0.50:-0.50:1;0.40:-0.50:1;0.50:-0.40:1"


def printed(code):
    """The numbers on the last line that the code prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "code", "exec"), {"__name__": "__main__"})
    return [float(word) for word in out.getvalue().strip().split("\n")[-1].split()]


def equal(session, numbers):
    """Whether these are the session's losses, to 1e-12."""
    return np.allclose(numbers, [loss for loss in session.losses() if not np.isnan(loss)], rtol=1e-12, atol=1e-12)


def pictures(session):
    units, logits = session.units()
    return Picture(network_panel(session, units, logits), boundary_panel(session, logits), warp_panel(session), *curves_panels(session))


def replayed(text):
    session = Session.from_state(text)
    while session.replaying:
        session.advance()
    return session


CHANGES = [
    *({"data": name} for name in (*DATA, *REGRESSION)),
    *({control.name: value} for control in CONTROLS for value in control.samples() if control.name not in ("data", "points")),
    {"data": "drawn", "points": TWO},
    {
        "hidden": "8-8",
        "batch_norm": True,
        "dropout": 0.3,
        "optimizer": "Adam",
        "lr": 0.01,
        "l2": "0.001",
        "schedule": "warm-up, then cosine",
    },
    {"data": "three-arm spiral", "features": "x1,x2,sin,sin2", "activation": "ReLU", "init": "he normal", "batch": "all", "seed": 7},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: " ".join(f"{k}={v}" for k, v in change.items())[:60])
def test_every_setting_trains_draws_restores_and_its_exported_code_gives_the_same_losses(change):
    session = Session(**change)
    session.advance(epochs=2)
    if session.per_epoch > 1 and not session.stopped:  # and a few steps into the third epoch
        session.advance(seconds=0)
        assert session.steps_in_epoch == 1
    assert equal(session, printed(session.code()))
    again = replayed(session.state())
    assert again.net.theta.tobytes() == session.net.theta.tobytes() and again.rows == session.rows and again.state() == session.state()
    line = session.describe()
    assert "\n" not in line and any(letter.isdigit() for letter in line) and len(line) < 260
    for panel in pictures(session).message()["panels"]:
        for low, high in (panel["xlim"], panel["ylim"]):
            assert np.isfinite(low) and np.isfinite(high) and low < high
    assert "forward" in session.trace(3) and "backward" in session.trace(3)


@pytest.mark.parametrize("data", ["moons", "three gaussians"])
def test_a_weight_set_by_hand_is_in_the_code_and_in_the_state(data):
    session = Session(data=data, optimizer="Adam", hidden="4")
    session.edit(1, 2, 3, -0.75)
    assert session.dense[0].W[1, 2] == -0.75 and session.epoch == 0
    session.advance(epochs=2)
    session.advance(seconds=0)
    session.set(lr=0.01, l1="0.001")
    session.edit(2, 0, 1, 1.5)  # within an epoch: it is trained to its end first
    assert (session.epoch, session.steps_in_epoch) == (3, 0) and session.dense[1].b[0, 0] == 1.5
    session.edit(1, 1, 1, 0.25)
    again = replayed(session.state())
    assert again.net.theta.tobytes() == session.net.theta.tobytes() and again.rows == session.rows and again.state() == session.state()
    assert equal(session, printed(session.code()))
    session.advance(epochs=2)
    again = replayed(session.state())
    assert again.net.theta.tobytes() == session.net.theta.tobytes() and again.rows == session.rows
    assert equal(session, printed(session.code()))
    session.restart()
    assert session.edits == [] and "weights=" not in session.state()


def test_a_weight_that_is_not_there_or_not_a_number_is_refused_and_nothing_changes():
    session = Session()
    theta = session.net.theta.copy()
    for wrong in ((4, 1, 1, 0.0), (1, 3, 1, 0.0), (1, 1, 5, 0.0), (1, 1, 0, 0.0), (1, 1, 1, np.nan), (1, 1, 1, 1e9)):
        with pytest.raises(ValueError, match=r"layer|weight"):
            session.edit(*wrong)
    with pytest.raises(ValueError, match="no points yet"):
        Session(data="drawn").edit(1, 1, 1, 0.0)
    assert np.array_equal(session.net.theta, theta) and session.edits == []


def test_every_place_of_the_network_says_what_is_there():
    session = Session(hidden="4-2", features="x2,sin")
    columns, ends = places_of(session)
    for layer, (left, tops, size) in enumerate(columns):
        for unit, top in enumerate(tops, 1):
            assert thing_at(session, left + size / 2, top - size / 2) == ("unit", layer, unit)
    for index, weight in ((0, (1, 1, 1)), (3, (1, 1, 4)), (8, (2, 1, 1)), (-1, (3, 2, 1))):
        x0, y0, x1, y1 = ends[index]
        t = 0.9  # near its end, on the curve that canvas.js draws: both ends level
        x = x0 + (1.5 * t * (1 - t) ** 2 + 1.5 * t**2 * (1 - t) + t**3) * (x1 - x0)
        y = y0 + (3 * t**2 * (1 - t) + t**3) * (y1 - y0)
        assert thing_at(session, x, y) == ("weight", *weight)
    assert thing_at(session, columns[0][0] + 5, 260) == ("feature", "x1") and thing_at(session, 5, 100) is None
    assert thing_at(session, columns[1][0] + 5, 5) is None


def test_at_a_unit_only_the_lines_that_lead_to_it_or_from_it_keep_their_colours():
    session = Session(hidden="4-3", features="x1,x2,sin")
    session.dense[1].W[...] = 5.0
    units, logits = session.units()

    def coloured(under):
        lines = [mark for mark in network_panel(session, units, logits, under).marks if mark["kind"] == "line" and len(mark["x"]) % 3 == 0]
        return [
            (mark["x"][0], mark["y"][0], mark["x"][1], mark["y"][1])
            for mark in lines
            for mark in split(mark)
            if mark["colour"] != "#999999"
        ]

    def split(mark):
        return [mark | {axis: mark[axis][i : i + 3] for axis in "xy"} for i in range(0, len(mark["x"]), 3)]

    ends = places_of(session)[1]
    there = {tuple(line) for line in ends[[1, 5, 9, 12 + 3, 12 + 4, 12 + 5]]}  # unit 2 of 4: from three features, to three units
    assert set(coloured(("unit", 1, 2))) == there and len(coloured(None)) == len(ends)
    widths = {mark["size"] for mark in network_panel(session, units, logits).marks if mark["kind"] == "line" and mark.get("curved")}
    deep = Session(hidden="4-4-4-4-4-4")
    deep.dense[1].W[...] = 5.0
    narrow = [mark["size"] for mark in network_panel(deep, *deep.units()).marks if mark["kind"] == "line" and mark.get("curved")]
    assert max(widths) == WIDTHS[-1] and max(narrow) == WIDTHS[-1] / 2, "lines get narrower where layers stand close"
    assert narrow == sorted(narrow, reverse=True), "the thin ones lie on top"


@pytest.mark.parametrize("hidden", ["none", "1", "8", "4-2", "8-8-8-8-8-8", "-".join(["8"] * 12)])
def test_no_units_of_a_network_lie_on_each_other_or_outside_the_drawing(hidden):
    session = Session(hidden=hidden, data="five gaussians", features=",".join(SHOWN))
    boxes = [(x, top - size, x + size, top) for x, tops, size in places_of(session)[0] for top in tops]
    for a, b in itertools.combinations(boxes, 2):
        assert a[2] < b[0] or b[2] < a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)
    assert all(0 < a[0] and a[2] < WIDE and 0 < a[1] and a[3] <= TOP for a in boxes)
    hidden_and_output = places_of(session)[0][1:]
    for (x, _, size), (x_next, *_) in itertools.pairwise(hidden_and_output):
        assert x_next - x - size >= 0.9 * size, "as much room for the lines as for a unit"


def test_the_pointer_shows_a_unit_large_and_says_weights_and_examples():
    panel = Panel()
    canvas, sent = panel.canvases[0], []
    canvas.send = lambda content, buffers=None: sent.append(content)

    def event(kind, panel_index, x, y, **more):
        panel.on_canvas_message(canvas, {"kind": kind, "panel": panel_index, "x": x, "y": y} | more, [])
        assert panel.error is None
        return canvas.picture["panels"][2]["title"]

    columns, ends = places_of(panel.session)
    x, tops, _ = columns[1]
    assert event("hover", 0, x + 5, tops[2] - 5) == "Unit 3 of layer 1: -0.87 to 0.87" and "bias 0" in sent[-1]["rows"][1]
    values = panel.session.units()[0][0][:, 2].reshape(100, 100)
    shown = np.frombuffer(canvas.picture["data"], np.uint8)
    mark = canvas.picture["panels"][2]["marks"][0]
    pixels = shown[mark["rgba"][0] :][: mark["rgba"][1]].reshape(100, 100, 4)
    assert (pixels[..., 2] > pixels[..., 0])[values < -0.1].all() and (pixels[..., 2] < pixels[..., 0])[values > 0.1].all()
    assert event("leave", 0, 0, 0).startswith("Answer: 48 % correct") and sent[-1]["rows"] == []
    x0, _, x1, y1 = ends[3]
    at = 0.1 * x0 + 0.9 * x1, y1
    event("hover", 0, *at)
    weight = panel.session.dense[0].W[0, 3]
    assert sent[-1]["rows"][0] == f"weight from x1 to unit 4 of layer 1: {weight:.3g}" and sent[-1]["pull"]
    for by in (10, 20, 50):
        event("pull", 0, *at, by=by)
    assert panel.session.dense[0].W[0, 3] == pytest.approx(weight + 1, abs=0.006) and len(panel.session.edits) == 1
    assert len(panel.session.rows) == 2 and replayed(panel.session.state()).rows == panel.session.rows
    event("click", 0, [at[0]], [at[1]])
    assert sent[-1]["value"] == panel.weight_value.value
    assert event("click", 0, [x + 5], [tops[2] - 5]).startswith("Unit 3 of layer 1"), "a finger's first touch"
    assert sent[-1]["value"] == panel.weight_value.value == 0 and event("click", 0, [x + 5], [5]).startswith("Answer")
    event("click", 0, [at[0]], [at[1]])
    event("typed", 0, 0, 0, value=-1.5)
    assert panel.session.dense[0].W[0, 3] == -1.5 and "weights=0:1:1:4:-1.5" in panel.state_field.value
    i = 7
    event("hover", 2, *panel.session.at[i])
    p = panel.session.net.predict_proba(panel.session.X[i : i + 1])[0, panel.session.y[i]]
    assert f"class {panel.session.y[i]}" in sent[-1]["rows"][0] and f"{p:.3f}" in sent[-1]["rows"][1]
    event("click", 0, [columns[0][0] + 5], [100])
    assert "sin" not in panel.session.names and panel.session.names == ["x1", "x2", "x1*x2"]
    event("click", 0, [columns[0][0] + 5], [columns[0][1][0] - 5])
    assert panel.session.names == ["x2", "x1*x2"]


def test_a_wide_canvas_has_a_wide_network_with_more_room_between_its_layers():
    panel = Panel("playground hidden=4-4-4-4-4-4")
    canvas = panel.canvases[0]

    def sized(pixels):
        panel.on_canvas_message(canvas, {"kind": "sized", "wide": pixels}, [])
        columns = places_of(panel.session, panel.wide)[0]
        x, tops, size = columns[-2]
        assert canvas.picture["panels"][0]["xlim"][1] == panel.wide
        panel.on_canvas_message(canvas, {"kind": "hover", "panel": 0, "x": x + size / 2, "y": tops[3] - size / 2}, [])
        assert canvas.picture["panels"][2]["title"].startswith(f"Unit 4 of layer {len(columns) - 2}:")
        return columns[2][0] - columns[1][0]

    narrow, wide = sized(700), sized(960)
    assert wide > 1.4 * narrow and panel.error is None and "nn-close" in panel.layer_boxes[0][0]._dom_classes
    panel.set(hidden="4-4-4-4")
    assert "nn-close" not in panel.layer_boxes[0][0]._dom_classes
    assert [sized(pixels) for pixels in (690, 360)] == [sized(250)] * 2 and panel.wide == WIDE


def test_the_card_says_the_new_weight_while_it_trains():
    panel, sent = Panel(), []
    panel.pointer.under = ("weight", 1, 1, 1)
    panel.canvases[0].send = lambda content, buffers=None: sent.append(content)
    panel.session.advance(epochs=5)
    panel.draw()
    assert f"{panel.session.dense[0].W[0, 0]:.3g}" in sent[-1]["rows"][0]
    panel.tab.value = "Weights"
    assert f"<td>{panel.session.dense[1].W[3, 1]:.3f}</td>" in panel.numbers.value


@pytest.mark.parametrize("layer", [Swish, Sine])
def test_the_playgrounds_own_activations_have_the_right_slope(layer):
    from nnlib.gradient_check import check_layer

    check_layer(layer(), np.random.default_rng(0).normal(size=(5, 3)) * 3)


def test_each_layer_may_have_its_own_activation():
    panel = Panel()
    panel.layer_boxes[1][3].value = "ReLU"
    assert panel.session.activations == ["tanh", "ReLU"] and "2-4-2-1 tanh-ReLU" in panel.line.value
    assert panel.widgets["activation"].description == "set all to"
    panel.more.click()
    assert panel.session.activations == ["tanh", "ReLU", "ReLU"]
    panel.step()
    assert equal(panel.session, printed(panel.session.code()))
    panel.widgets["activation"].value = "sine"
    assert set(panel.session.activations) == {"sine"} and panel.session.settings.each == ""


@pytest.mark.parametrize(("data", "classes"), [("moons", 2), ("three gaussians", 3)])
def test_squared_error_of_classes_learns_and_counts_what_is_right(data, classes):
    session = Session(data=data, loss="squared error", hidden="8", lr=0.3)
    session.advance(epochs=100)
    P = session.net.forward(session.X_test, training=False)
    right = np.mean((P.argmax(axis=1) if classes == 3 else P[:, 0] > 0.5) == session.y_test)
    assert session.right() == right > 0.9 and "squared error" in session.describe()
    Y = np.eye(classes)[session.y_test]
    assert session.losses()[1] == pytest.approx(np.mean(((P - (Y if classes == 3 else Y[:, 1:])) ** 2).sum(axis=1)), rel=1e-12)
    assert "passed" in session.check_gradients()


def test_test_data_and_hard_boundaries_can_be_shown():
    session = Session(data="three gaussians")
    logits = session.units()[1]
    shown = [
        sum(len(mark["x"]) for mark in boundary_panel(session, logits, test=test).marks if mark["kind"] == "points")
        for test in (False, True)
    ]
    assert shown == [250, 500]
    assert len(np.unique(boundary_panel(session, logits, hard=True).marks[0]["rgba"].reshape(-1, 4), axis=0)) <= 3
    panel = Panel()
    panel.test.value = panel.hard.value = True
    assert panel.error is None and len(panel.canvases[0].picture["panels"][2]["marks"]) >= 6


def test_weight_fields_follow_clicks_and_set_the_weight():
    panel = Panel()
    x0, _, x1, y1 = places_of(panel.session)[1][3]
    panel.on_canvas_message(panel.canvases[0], {"kind": "click", "panel": 0, "x": [0.1 * x0 + 0.9 * x1], "y": [y1]}, [])
    assert [widget.value for widget in panel.weight_at] == [1, 1, 4]
    assert panel.weight_value.value == pytest.approx(panel.session.dense[0].W[0, 3], abs=1e-3)
    before = panel.canvases[0].picture["data"]
    panel.weight_value.value = -1.25
    assert panel.session.dense[0].W[0, 3] == -1.25 and "weights=0:1:1:4:-1.25" in panel.state_field.value
    assert panel.canvases[0].picture["data"] != before
    panel.weight_from.value = 0
    assert panel.weight_value.value == 0 and panel.session.edits == [(0, 1, 1, 4, -1.25)]
    panel.weight_value.value = 5000
    assert "from -1000 to 1000" in panel.status.value and panel.weight_value.value == 0
    panel.set(hidden="2")
    assert panel.weight_to.value <= 2 and panel.error is None


def test_a_learning_rate_moved_while_training_is_in_the_code_and_in_the_state():
    session = Session(lr=0.1)
    session.advance(epochs=3)
    session.advance(seconds=0)
    session.set(lr=0.5, l2="0.01")
    assert (session.epoch, session.steps_in_epoch) == (3, 1), "a live setting does not start again"
    session.advance(epochs=4)
    session.set(lr=0.05)
    session.advance(epochs=2)
    assert [change[0] for change in session.changes] == [0, 4, 7]
    assert equal(session, printed(session.code()))
    again = replayed(session.state())
    assert again.net.theta.tobytes() == session.net.theta.tobytes() and again.state() == session.state()
    other = Session(lr=0.1)
    other.advance(epochs=9)
    assert not equal(other, session.losses())


def test_the_network_is_nnlibs_and_trains_as_fit_does():
    from nnlib import SGD, Network, fit

    session, copy = Session(dropout=0.2), Session(dropout=0.2)
    session.advance(epochs=5)
    assert type(copy.net) is Network
    fit(copy.net, copy.X, copy.y, SGD(lr=0.1), epochs=5, batch_size=10, rng=0, progress=False)
    assert copy.net.theta.tobytes() == session.net.theta.tobytes()


def test_training_works():
    session = Session(hidden="4", optimizer="Adam", lr=0.0316)
    session.advance(epochs=100)
    assert session.right() > 0.97 and session.losses()[1] < 0.1


def test_divergence_freezes_the_last_finite_weights_and_names_step_and_rate():
    session = Session(data="hills (regression)", hidden="8-8-8", activation="ReLU", lr=100.0)
    session.advance(epochs=5)
    assert f"at step {session.run.steps}," in session.stopped and "learning rate 100" in session.stopped
    assert np.isfinite(session.net.theta).all() and "diverged at step" in session.describe()
    theta = session.net.theta.copy()
    session.advance(epochs=1)
    assert (session.net.theta == theta).all()
    assert equal(session, printed(session.code()))
    assert replayed(session.state()).net.theta.tobytes() == theta.tobytes()
    pictures(session).message()
    session.set(lr=0.01)
    assert not session.stopped and session.epoch == 0


def test_a_network_of_depth_12_trains_and_shows_its_vanishing_gradient():
    session = Session(hidden="-".join(["8"] * 12), activation="sigmoid")
    session.advance(epochs=1)
    norms = session.gradients()[0]
    assert len(norms) == 13 and norms[0] < 1e-6 < norms[-1]


def test_gradients_and_updates_are_those_of_the_last_step():
    session = Session(batch_norm=True)
    assert np.isnan(session.gradients()[0]).all()
    session.advance(epochs=1)
    before = session.net.theta.copy()
    session.advance(seconds=0)
    norms, ratios = session.gradients()
    kept, session.net.theta = session.net.theta.copy(), before
    weights = [layer.W.copy() for layer in session.dense]
    session.net.theta = kept
    for layer, W, norm, ratio in zip(session.dense, weights, norms, ratios):
        assert norm == pytest.approx(np.linalg.norm(layer.dW))
        assert ratio == pytest.approx(np.linalg.norm(layer.W - W) / np.linalg.norm(W))
        assert ratio == pytest.approx(0.1 * norm / np.linalg.norm(W))  # SGD with lr 0.1


def test_units_that_are_constant_on_the_data_are_counted():
    assert "6 hidden units constant" in Session(init="zeros").describe()
    assert "constant" not in Session().describe()
    session = Session(activation="ReLU", hidden="3")
    session.dense[0].W[:, 1], session.dense[0].b[:, 1] = 0.0, -1.0
    assert session.constant_units()[0].tolist() == [False, True, False]


def test_the_gradient_check_passes_and_finds_a_wrong_gradient(monkeypatch):
    session = Session(hidden="4-3", l2="0.01", batch_norm=True)
    before = session.net.theta.copy()
    assert session.check_gradients().startswith("Gradient check passed")
    assert (session.net.theta == before).all()
    monkeypatch.setattr("nnlib.activations.Tanh.backward", lambda layer, dA: dA)
    assert session.check_gradients().startswith("Gradient check failed: ")


def test_looking_does_not_change_the_run():
    plain, looked = Session(dropout=0.3, batch_norm=True), Session(dropout=0.3, batch_norm=True)
    for session in (plain, looked):
        for _ in range(3):
            session.advance(epochs=1)
            if session is looked:
                pictures(session), session.describe(), session.trace(5), session.check_gradients(), session.constant_units()
    assert plain.net.theta.tobytes() == looked.net.theta.tobytes()


def test_loss_curves_stay_short_in_long_runs():
    session = Session(batch="all", hidden="1")
    session.advance(epochs=1500)
    epochs = [row[0] for row in session.rows]
    assert len(epochs) <= ROWS and epochs[0] == 0 and epochs[-1] >= 1496 and len(set(np.diff(epochs))) == 1


def test_the_warped_plane_of_a_network_without_hidden_layers_is_the_plane():
    session = Session(hidden="none")
    line = warp_panel(session).marks[0]
    assert np.nanmax(np.abs(line["x"])) == pytest.approx(1) and np.nanmax(np.abs(line["y"])) == pytest.approx(1)


@pytest.mark.parametrize(
    ("points", "said"),
    [("", "no points yet"), ("0.1:0.1:0;0.2:0.2:0;0.3:0.2:0;0.3:0.3:0", "are of class 0"), ("0.1:0.1:0;0.2:0.2:1", "only 2 points")],
)
def test_a_drawing_that_cannot_be_learned_says_why(points, said):
    session = Session(data="drawn", points=points)
    assert said in session.problem and said in session.describe() and said in session.code()
    session.advance(epochs=1)
    assert session.epoch == 0
    pictures(session).message()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("playground hidden=9-9", "1 to 8 units"),
        ("playground hidden=" + "-".join("1" * 13), "at most 12 layers"),
        ("playground features=x3", "at least one of"),
        ("playground colour=red", "no control"),
        ("curvature lr=1", "a state of this experiment"),
        ("playground trained=x", "trained=EPOCH.STEP"),
        ("playground trained=3.99", "out of range"),
        ("playground trained=3.0 changes=1:0.1:0:0", "begin at epoch 0"),
        ("playground trained=3.0 changes=0:0.1:0", "3 values are needed"),
        ("playground weights=0:4:1:1:1.0", "layers 1 to 3"),
        ("playground weights=0:1:3:1:1.0", "leads from 1 to 2"),
        ("playground weights=0:1:1:1:nan", "from -1000 to 1000"),
        ("playground weights=0:1:1:1", "weights=EPOCH"),
        ("playground trained=9.0 weights=5:1:1:1:1.0,2:1:1:1:1.0", "in the order"),
        ("playground trained=9.0 weights=-1:1:1:1:1.0", "in the order"),
        ("playground trained=9.0 changes=0:0.1:0:0,5:0.2:0:0,3:0.1:0:0", "in the order"),
        ("playground points=3:3:3", "a point is"),
        ("", "a state of this experiment"),
    ],
)
def test_a_wrong_state_is_refused_in_words(text, said):
    with pytest.raises(ValueError, match=said):
        Session.from_state(text)


# ---- drawings


def test_strokes_add_points_and_the_eraser_takes_them_away():
    points = add_stroke("", np.array([[0.0, 0.0], [0.05, 0.0], [0.3, 0.0], [2.0, 0.0]]), PENS[1])
    assert points == "0.00:0.00:1;0.30:0.00:1;1.00:0.00:1"
    assert add_stroke(points, np.array([[0.28, 0.02]]), ERASER) == "0.00:0.00:1;1.00:0.00:1"
    assert add_stroke(points, np.random.default_rng(0).uniform(-1, 1, (900, 2)), PENS[0]).count(";") == 499


# ---- the panel, without a browser


def test_the_panel_opens_with_a_picture_and_a_line():
    panel = Panel()
    assert panel.state_field.value == Session().state()
    assert [axes.title for axes in panel.figure().panels] == ["2-4-2-1 network", "Answer", "Loss"], "longer ones lie on each other"
    bundle, metadata = panel._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG") and bundle["text/plain"].startswith("The playground: circle, 2-4-2-1 tanh")
    assert metadata["image/png"]["alt"] == bundle["text/plain"] and "application/vnd.jupyter.widget-view+json" in bundle


def test_every_control_of_the_panel_can_be_moved():
    panel = Panel()
    for control in CONTROLS:
        if control.name not in panel.widgets:
            continue
        for value in (control.samples()[0], control.samples()[-1], control.default):
            panel.widgets[control.name].value = value
            assert panel.error is None, (control.name, value, panel.error)
            expected = control.clean(value)
            assert getattr(panel.session.settings, control.name) == (pytest.approx(expected) if isinstance(expected, float) else expected)
    for widget in reversed(panel.toggles.values()):  # so that one is on all the time
        widget.value = not widget.value
    assert panel.session.names == ["x1^2", "x2^2", "x1*x2", "sin", "sin2"] and panel.error is None
    for button in (panel.more, panel.fewer, panel.layer_boxes[0][2][0], panel.layer_boxes[1][2][1]):
        button.click()
    assert panel.session.hidden == [3, 3]
    assert panel.tab.value is None and "nn-closed" in panel.right_part._dom_classes
    for tab in (*TABS, CLOSE):
        panel.tab.value = tab
        assert panel.error is None and ("nn-closed" in panel.right_part._dom_classes) == (tab == CLOSE)
        shown = TABS[0] if tab == CLOSE else tab  # in a wide panel, and nothing in a narrow one
        assert [part.layout.display != "none" for part in panel.tab_parts.values()] == [shown in tabs for tabs in panel.tab_parts]
    assert panel.tab.value is None
    panel.tab.value = "Warped plane"
    assert panel.canvases[1].picture["panels"][0]["title"] == "As the last hidden layer sees it"


def test_the_last_feature_stays_and_a_thirteenth_layer_is_refused_in_words():
    panel = Panel()
    panel.toggles["x1"].value = False
    panel.toggles["x2"].value = False
    assert "at least one feature" in panel.status.value and panel.toggles["x2"].value and panel.session.names == ["x2"]
    panel.set(hidden="-".join("8" * 12))
    panel.more.click()
    assert "at most 12" in panel.status.value and len(panel.session.hidden) == 12


def test_hold_keeps_the_curves_and_the_boundary_of_a_run():
    panel = Panel()
    panel.step()
    panel.hold()
    theta = panel.session.net.theta.copy()
    panel.set(optimizer="Adam")
    labels = [mark.get("label") for mark in panel.canvases[1].picture["panels"][0]["marks"]]
    assert "held" in labels and "SGD" in panel.held_line.value
    assert [mark["ghost"] for mark in panel.canvases[0].picture["panels"][1]["marks"]] == [True, False, False], "also where no tab is open"
    panel.set(optimizer="SGD")
    panel.step()
    assert (panel.session.net.theta == theta).all(), "the same settings are the same run"
    panel.hold()
    assert panel.held is None and panel.held_line.value == ""


def test_play_trains_and_pause_is_obeyed_within_a_tenth_of_a_second():
    async def scene():
        panel = Panel()
        panel.play()
        for _ in range(20):
            await asyncio.sleep(0.02)
        assert panel.playing and panel.session.epoch + panel.session.steps_in_epoch > 0
        asked = time.perf_counter()
        panel.toggle()
        waited = time.perf_counter() - asked
        at = panel.session.run.steps
        await asyncio.sleep(0.1)
        assert panel.session.run.steps == at and not panel.playing and panel.error is None
        assert Session.from_state(panel.state_field.value).replay_target == (panel.session.epoch, panel.session.steps_in_epoch)
        return waited

    assert asyncio.run(scene()) < 0.1


def test_no_training_turn_takes_long_even_with_one_example_a_step_and_12_layers():
    session = Session(hidden="-".join(["8"] * 12), batch="1", batch_norm=True, share=90)
    start = time.process_time()
    session.advance(seconds=FRAME_SECONDS)
    assert time.process_time() - start < 0.1 and session.steps_in_epoch > 0 and session.epoch == 0


def test_divergence_while_playing_ends_in_words():
    async def scene():
        panel = Panel("playground data=hills_(regression) hidden=8-8-8 activation=ReLU lr=100.0")
        panel.play()
        while panel.playing:
            await asyncio.sleep(0.01)
        return panel

    panel = asyncio.run(scene())
    assert "at step" in panel.status.value and panel.play_button.description == "Play"
    panel.play()
    assert "Restart begins again" in panel.status.value


def test_a_new_panel_and_a_closed_view_pause_the_one_that_trains():
    async def scene(then):
        panel = Panel()
        panel.on_canvas_message(panel.canvases[0], {"kind": "opened"}, [])
        panel.play()
        await asyncio.sleep(0.05)
        assert panel.playing
        then(panel)
        await asyncio.sleep(0.05)
        at, running = panel.session.run.steps, [task.get_coro().__qualname__ for task in asyncio.all_tasks()]
        await asyncio.sleep(0.05)
        assert panel.session.run.steps == at and not panel.playing and panel.play_button.description == "Play"
        assert not any("Panel" in name for name in running)
        panel.play()  # it can go on
        await asyncio.sleep(0.05)
        assert panel.session.run.steps > at
        panel.pause()

    asyncio.run(scene(lambda panel: Panel()))
    asyncio.run(scene(lambda panel: panel.on_canvas_message(panel.canvases[0], {"kind": "closed"}, [])))


def test_one_of_two_views_may_close_without_a_pause():
    async def scene():
        panel = Panel()
        for kind in ("opened", "opened", "closed"):
            panel.on_canvas_message(panel.canvases[0], {"kind": kind}, [])
        panel.play()
        await asyncio.sleep(0.05)
        panel.on_canvas_message(panel.canvases[0], {"kind": "opened"}, [])
        panel.on_canvas_message(panel.canvases[0], {"kind": "closed"}, [])
        assert panel.playing
        panel.pause()

    asyncio.run(scene())


def test_a_panel_that_no_browser_paints_pauses_and_says_so(monkeypatch):
    monkeypatch.setattr("nnlib.experiments.playground.panel.UNSEEN_SECONDS", 1.0)

    async def scene(paints):
        panel = Panel()
        panel.play()
        end = time.perf_counter() + 1.8
        while panel.playing and time.perf_counter() < end:
            await asyncio.sleep(0.01)
            if paints:
                panel.on_canvas_message(panel.canvases[0], {"kind": "painted", "number": panel.frame_sent}, [])
        playing, message = panel.playing, panel.status.value
        panel.pause()
        return playing, message

    assert asyncio.run(scene(paints=True)) == (True, "")
    playing, message = asyncio.run(scene(paints=False))
    assert not playing and "no browser has shown" in message


def test_a_state_of_many_epochs_does_not_hold_the_kernel(monkeypatch):
    monkeypatch.setattr("nnlib.experiments.playground.panel.REPLAY_SECONDS", 0.1)
    begun = time.process_time()
    panel = Panel("playground batch=1 trained=100000.0")
    assert time.process_time() - begun < 2 and panel.session.replaying and "100000 epochs" in panel.status.value

    async def scene():
        panel = Panel("playground batch=1 trained=30.0")
        assert panel.playing and panel.session.replaying and panel.bar.layout.display == "flex"
        while panel.playing:
            await asyncio.sleep(0.01)
        assert (panel.session.epoch, panel.session.steps_in_epoch) == (30, 0) and panel.bar.layout.display == "none"
        plain = Session(batch="1")
        plain.advance(epochs=30)
        assert plain.net.theta.tobytes() == panel.session.net.theta.tobytes() and panel.error is None
        panel.state_field.value = "playground batch=1 trained=100000.0"
        at = panel.session.run.steps
        await asyncio.sleep(0.1)
        assert panel.session.run.steps > at and panel.playing
        panel.toggle()
        assert not panel.playing and panel.session.replaying

    asyncio.run(scene())


def test_a_live_setting_moved_while_a_replay_runs_takes_effect_at_its_end_and_stands_in_the_state():
    text = "playground lr=0.5 trained=6.3 changes=0:0.1:0:0,3:0.5:0:0"
    for epochs, moved in itertools.product(range(8), ({"lr": 1.0}, {"l1": "0.001"}, {"lr": 1.0, "l2": "0.01"})):
        session = Session.from_state(text)
        session.advance(epochs=epochs)
        session.set(**moved)
        again = replayed(session.state())
        assert again.state() == session.state() and [change[0] for change in again.changes[:2]] == [0, 3]
        for one in (session, again):
            while one.epoch < 10:  # training halts where the replay ends
                one.advance(epochs=10 - one.epoch)
        assert again.net.theta.tobytes() == session.net.theta.tobytes() and again.state() == session.state()
        assert equal(session, printed(session.code())) and session.changes[-1][0] == max(7, epochs)


def test_batch_norm_in_batches_of_one_says_why_it_learns_nothing():
    said = "every example is its own mean"
    assert said in Session(batch="1", batch_norm=True).describe()
    assert said not in Session(batch="2", batch_norm=True).describe() + Session(batch="1").describe()


def test_a_state_typed_into_the_field_restores_the_panel():
    panel, other = Panel(), Panel()
    panel.set(data="moons", hidden="3")
    for _ in range(3):
        panel.step()
    other.state_field.value = panel.state_field.value
    assert other.error is None and other.session.losses() == panel.session.losses()
    assert other.widgets["data"].value == "moons" and Panel(panel.state_field.value).session.losses() == panel.session.losses()
    other.state_field.value = "nonsense"
    assert "a state of this experiment reads" in other.status.value and other.session.losses() == panel.session.losses()


def test_drawing_clicking_and_uploading_in_the_panel():
    panel = Panel()
    canvas = panel.canvases[0]
    panel.on_canvas_message(canvas, {"kind": "click", "panel": 2, "x": [0.5], "y": [0.0]}, [])
    assert panel.tab.value == "One example" and "Example" in panel.text_field.value and panel.error is None
    panel.on_canvas_message(panel.canvases[2], {"kind": "click", "panel": 0, "x": [1.5], "y": [3.5]}, [])
    assert panel.session.settings.data == "xor"
    panel.on_canvas_message(panel.canvases[2], {"kind": "click", "panel": 0, "x": [2.5], "y": [0.5]}, [])
    assert panel.session.settings.data == "drawn" and "no points yet" in panel.status.value and canvas.pointer == "draw"
    panel.play()
    assert not panel.playing and "no points yet" in panel.status.value
    panel.on_canvas_message(canvas, {"kind": "draw", "panel": 2, "x": [-0.8, -0.4, 0.0], "y": [0.5, 0.5, 0.5]}, [])
    assert "are of class 0" in panel.status.value
    panel.pen.value = PENS[1]
    panel.on_canvas_message(canvas, {"kind": "draw", "panel": 2, "x": [-0.8, -0.4, 0.0], "y": [-0.5, -0.5, -0.5]}, [])
    assert panel.session.problem == "" and panel.status.value == ""
    panel.step()
    assert panel.session.epoch == 1 and panel.error is None
    for content, said in ((b"1,2", "line 1"), (b"1,2,a\n2,1,b\n0,0,a\n3,3,b\n", "Read: 4 rows")):
        panel.on_upload({"new": ({"content": content},)})
        assert said in panel.status.value
    assert len(panel.session.raw) == 4


def test_the_same_file_can_be_uploaded_again_after_the_points_were_cleared():
    panel, file = Panel(), {"name": "a.csv", "type": "text/csv", "size": 22, "content": b"1,2,a\n2,1,b\n0,0,a\n3,3,b\n"}
    for _ in range(2):
        panel.set(data="drawn", points="")
        panel.upload.value = ({**file, "last_modified": datetime.datetime(2026, 1, 1)},)
        assert len(panel.session.raw) == 4 and "Read: 4 rows" in panel.status.value and panel.upload.value == ()


def test_code_check_and_one_example_stand_under_their_tabs():
    panel = Panel()
    panel.step()
    panel.tab.value = "Code"
    assert "fit(net" in panel.code_field.value
    panel.tab.value = "Gradient check"
    assert "Gradient check passed" in panel.text_field.value
    panel.tab.value = "One example"
    panel.example.value = 3
    assert "Example 3" in panel.text_field.value and "backward" in panel.text_field.value
    before = panel.text_field.value
    panel.step()
    assert panel.text_field.value != before


def test_a_failing_callback_ends_as_a_message(monkeypatch):
    panel = Panel()
    monkeypatch.setattr(Session, "trace", lambda self, i: 1 / 0)
    panel.tab.value = "One example"
    assert "ZeroDivisionError" in panel.status.value


def test_a_click_on_a_layer_that_a_click_before_has_taken_away_changes_nothing():
    panel = Panel()
    panel.set(hidden="4")
    settings = panel.session.settings
    panel.on_kind(1, "ReLU")
    panel.resize(1, -1)
    assert panel.session.settings == settings and panel.session.hidden == [4]


def test_the_small_loss_curves_have_few_points_from_the_first_row_to_the_last():
    session = Session()
    session.advance(epochs=400)
    line = spark_panel(session, session.losses()).marks[0]
    assert len(session.rows) == 401 and len(line["x"]) <= 151 and (line["x"][0], line["x"][-1]) == (0, 400)
