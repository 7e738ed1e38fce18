"""The sizes that theory gives, each over eight seeds: depth 20, width 256, both directions."""

import itertools

import numpy as np
import pytest

from nnlib.experiments import signal_propagation


def sizes(activation, init, **changes):
    """Root mean square after layer 20, and of dL/dA at the input, for eight seeds."""
    settings = {"depth": 20, "width": 256, "gain": 1.0, "activation": activation, "init": init} | changes
    runs = [signal_propagation.simulate(**settings, seed=seed) for seed in range(8)]
    return np.array([run["forward"][-1] for run in runs]), np.array([run["backward"][0] for run in runs])


@pytest.mark.parametrize(
    ("activation", "init", "forward", "backward"),
    [
        ("tanh", "std 0.01", (0.16**20, 2), (0.16**20, 2)),  # sqrt(256) * 0.01 = 0.16 per layer
        ("ReLU", "He", (1.0, 1.2), (1.0, 1.3)),  # kept
        ("ReLU", "Xavier", (2**-10, 1.2), (2**-10, 1.3)),  # 1 / sqrt(2) a layer
        ("tanh", "std 1", (0.96, 1.1), (2e9, 3)),  # activations near 1 in size, the gradient explodes
    ],
)
def test_the_sizes_at_both_ends_are_those_of_theory(activation, init, forward, backward):
    for measured, (expected, factor) in zip(sizes(activation, init), (forward, backward)):
        assert expected / factor < np.exp(np.log(measured).mean()) < expected * factor, (measured, expected)


def test_tanh_with_std_1_is_near_1_in_size_because_most_units_are_saturated():
    for seed in range(8):
        result = signal_propagation.simulate(depth=20, width=256, activation="tanh", init="std 1", gain=1.0, seed=seed)
        middle = (result["edges"][1:] + result["edges"][:-1]) / 2
        share = result["counts"][np.abs(middle) > 0.95].sum() / result["counts"].sum()
        assert 0.95 < result["forward"][-1] < 0.98 and share > 0.8


def test_sigmoid_with_xavier_looks_fine_forward_and_has_no_gradient_left():
    forward, backward = sizes("sigmoid", "Xavier")
    assert (0.05 < forward).all() and (backward < 1e-11).all()


def test_depth_and_gain_keep_the_same_weights():
    short = signal_propagation.simulate(depth=5, width=64, activation="ReLU", init="He", gain=1.0, seed=3)
    long = signal_propagation.simulate(depth=9, width=64, activation="ReLU", init="He", gain=1.0, seed=3)
    assert np.array_equal(short["forward"], long["forward"][:6])


def test_the_asked_setting_ends_below_1e_minus_12():
    settings = {control.name: control.default for control in signal_propagation.CONTROLS} | signal_propagation.QUESTION.settings
    assert signal_propagation.observe(signal_propagation.simulate(**settings)) == "below 1e-12"


def test_a_wobble_about_1_fills_no_axis_and_a_collapse_is_seen_whole():
    settings = {"depth": 20, "width": 64, "gain": 1.0, "seed": 0}
    for activation, init in (("ReLU", "He"), ("tanh", "std 0.01")):
        result = signal_propagation.simulate(activation=activation, init=init, **settings)
        for panel, values in zip(signal_propagation.picture(result).panels, (result["forward"], result["backward"])):
            low, high = panel.limits("y")
            assert low < min(-1, np.log10(values.min())) and high > 1


def test_the_size_is_the_root_mean_square_and_the_part_between_examples_never_exceeds_it():
    for activation, init in itertools.product(signal_propagation.ACTIVATIONS, signal_propagation.INITS):
        result = signal_propagation.simulate(depth=6, width=64, activation=activation, init=init, gain=1.0, seed=1)
        assert (result["between"] <= result["forward"] * (1 + 1e-12)).all()
    result = signal_propagation.simulate(depth=20, width=256, activation="sigmoid", init="Xavier", gain=1.0, seed=0)
    assert result["forward"][-1] > 0.4 and result["between"][-1] < 1e-6, "all examples have become one"


@pytest.mark.parametrize("activation", ["ReLU", "identity"])
def test_activations_beyond_float32_still_make_bars_in_the_browser(activation):
    result = signal_propagation.simulate(depth=50, width=512, activation=activation, init="std 1", gain=3.0, seed=0)
    picture = signal_propagation.picture(result)
    message, held = picture.message(), signal_propagation.simulate(depth=2, width=16, activation="tanh", init="He", gain=1.0, seed=0)
    panel, (bars,) = message["panels"][2], message["panels"][2]["marks"]
    x = np.frombuffer(message["data"], np.float32, bars["x"][1], bars["x"][0])
    assert np.isfinite(x).all() and len(x) == 40 and (np.diff(x) > 0).all()
    assert panel["xlim"][0] < x[0] < x[-1] < panel["xlim"][1] < 20 and "units of 1e+" in panel["x"]
    assert bars["size"] == pytest.approx(np.diff(x).mean(), rel=1e-3)
    for one, other in ((result, held), (held, result)):
        signal_propagation.picture(one).with_ghost(signal_propagation.picture(other)).message()
