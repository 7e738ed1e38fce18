"""The figures of the table for W3, each over eight seeds: depth 20, width 256, both directions."""

import numpy as np
import pytest

from nnlib.experiments import signal_propagation


def sizes(activation, init, **changes):
    """Standard deviations after layer 20, and of dL/dA at the input, for eight seeds."""
    settings = {"depth": 20, "width": 256, "gain": 1.0, "activation": activation, "init": init} | changes
    runs = [signal_propagation.simulate(**settings, seed=seed) for seed in range(8)]
    return np.array([run["forward"][-1] for run in runs]), np.array([run["backward"][0] for run in runs])


@pytest.mark.parametrize(
    ("activation", "init", "forward", "backward"),
    [
        ("tanh", "std 0.01", (0.16**20, 2), (0.16**20, 2)),  # sqrt(256) * 0.01 = 0.16 a layer
        ("ReLU", "He", (0.8, 1.4), (1.0, 1.6)),  # kept; the standard deviation leaves out the mean, so a little below 1
        ("ReLU", "Xavier", (0.8 * 2**-10, 1.4), (2**-10, 1.6)),  # 1 / sqrt(2) a layer
        ("tanh", "std 1", (0.96, 1.1), (2e9, 3)),  # activations look fine, the gradient explodes
    ],
)
def test_the_sizes_at_both_ends_are_those_of_theory(activation, init, forward, backward):
    for measured, (expected, factor) in zip(sizes(activation, init), (forward, backward)):
        assert expected / factor < np.exp(np.log(measured).mean()) < expected * factor, (measured, expected)


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
