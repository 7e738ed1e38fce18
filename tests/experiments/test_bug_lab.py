"""The claims of the bug lab, measured again: what a bug spoils, what the check sees at which h, and what training hides."""

import numpy as np
import pytest

from nnlib import Network, check_network, datasets
from nnlib.experiments import bug_lab
from nnlib.experiments.bug_lab import ARRAYS, BUGS, GRID, TOLERANCE, errors_of, gradient, measured, simulate, trained
from nnlib.experiments.frame.controls import defaults
from nnlib.gradient_check import GradientError

DEFAULTS = defaults(bug_lab.CONTROLS)
ALL, FIRST, TWO = set(ARRAYS), {"W1", "b1"}, {"W1", "b1", "W2", "b2"}
SPOILT = {  # what is computed from the place of the bug, and nothing else
    "none": set(),
    "dZ3: 1/m missing": ALL,
    "dZ3: minus Y missing": ALL,
    "dZ3: wrong sign": ALL,
    "dZ3: diagonal of softmax only": ALL,
    "dZ2: slope missing (mask >= 0)": TWO,
    "dZ2: slope at A2, not at Z2": TWO,
    "dW2: product transposed": {"W2"},
    "db2: mean, not sum": {"b2"},
    "dA1: W2 not transposed": FIRST,
}


def run(**settings):
    return simulate(**DEFAULTS | settings)


def found(result):
    return {name for name, error in zip(ARRAYS, result["errors"]) if error > TOLERANCE}


@pytest.mark.parametrize("activation", bug_lab.ACTIVATIONS)
@pytest.mark.parametrize("bug", BUGS)
def test_only_arrays_at_or_below_the_bug_are_wrong(bug, activation):
    expected = set() if (activation, bug) == ("ReLU", "dZ2: slope at A2, not at Z2") else SPOILT[bug]
    for seed in range(10):
        g = gradient(bug, activation, "float64", seed)[1]
        errors = errors_of(g, measured(1e-5, activation, "float64", "both sides", seed))
        assert {name for name, error in zip(ARRAYS, errors) if error > TOLERANCE} == expected, seed
        truth = errors_of(g, gradient("none", activation, "float64", seed)[1])
        assert {name for name, error in zip(ARRAYS, truth) if error > TOLERANCE} == expected, seed


@pytest.mark.parametrize("bug", BUGS)
def test_check_network_agrees_that_the_network_has_a_bug(bug):
    X, y = datasets.moons(20, noise=0.15, rng=0)
    net = bug_lab.network(bug, "tanh", rng=0)
    assert isinstance(net, Network)
    if bug == "none":
        assert max(check_network(net, X, y).values()) < TOLERANCE
    else:
        with pytest.raises(GradientError):
            check_network(net, X, y)


def test_the_size_of_the_error_tells_the_sign_and_the_missing_mean():
    assert run(bug="dZ3: wrong sign")["errors"] == pytest.approx(2, rel=1e-6)  # |a - (-a)| / |a|
    assert run(bug="dZ3: 1/m missing")["errors"] == pytest.approx(1 - 1 / 20, rel=1e-6)  # (20 - 1) / 20
    assert run(bug="db2: mean, not sum")["errors"][3] == pytest.approx(1 - 1 / 20, rel=1e-6)


def test_stacked_nudges_equal_nudging_one_number_at_a_time():
    theta, _ = gradient("none", "tanh", "float64", 3)
    net, (X, y) = bug_lab.network("none", "tanh"), bug_lab.data(3)
    all_at_once, slopes = measured(1e-5, "tanh", "float64", "both sides", 3), []
    for j in range(0, theta.size, 13):
        losses = []
        for sign in (1, -1):
            net.theta = theta
            net.theta[j] += sign * 1e-5
            losses.append(net.loss_value(X[::10], y[::10]))
        slopes.append((losses[0] - losses[1]) / 2e-5)
    assert np.allclose(slopes, all_at_once[::13], atol=1e-10)


def test_the_curve_over_h_is_a_v_with_its_bottom_near_1e_minus_5():
    """Formula error h^2 on the right, rounding eps/h on the left."""
    steps, curves = np.log10(GRID), np.array([run(activation="tanh", seed=seed)["curve"] for seed in range(5)])
    assert (np.abs(steps[curves.argmin(axis=1)] + 5) <= 0.5).all() and (curves.min(axis=1) < 1e-8).all()
    median = np.log10(np.median(curves, axis=0))
    right, left = (steps >= -3) & (steps <= -1.5), (steps >= -11) & (steps <= -7)
    assert np.polyfit(steps[right], median[right], 1)[0] == pytest.approx(2, abs=0.1)
    assert np.polyfit(steps[left], median[left], 1)[0] == pytest.approx(-1, abs=0.15)


def test_one_sided_differences_have_an_error_of_order_h_and_never_reach_two_sided_ones():
    one = np.array([run(activation="tanh", differences="one side", seed=seed)["curve"] for seed in range(5)])
    both = np.array([run(activation="tanh", seed=seed)["curve"] for seed in range(5)])
    steps, median = np.log10(GRID), np.log10(np.median(one, axis=0))
    right = (steps >= -5) & (steps <= -2)
    assert np.polyfit(steps[right], median[right], 1)[0] == pytest.approx(1, abs=0.1)
    assert (one.min(axis=1) > 10 * both.min(axis=1)).all()


def test_float32_never_comes_near_the_tolerance():
    for seed in range(5):
        assert run(activation="tanh", dtype="float32", seed=seed)["curve"].min() > 1e-5


@pytest.mark.parametrize("differences", ["both sides", "one side"])
def test_a_nudge_over_a_kink_is_counted_and_spoils_the_check_of_a_right_gradient(differences):
    for seed in range(4):
        result = run(seed=seed, differences=differences)
        (X, _), net = bug_lab.data(seed), bug_lab.network("none", "ReLU")
        theta, _ = gradient("none", "ReLU", "float64", seed)
        for h, error, count in zip(GRID, result["curve"], result["grid_kinks"]):
            signs = []
            for k in range(theta.size):  # one by one, by hand
                ends = []
                for sign in (1, -1 if differences == "both sides" else 0):
                    net.theta = theta
                    net.theta[k] += sign * h
                    first, second = net.layers[0], net.layers[2]
                    Z1 = X[::10] @ first.W + first.b
                    ends.append(np.hstack([Z1, np.maximum(Z1, 0) @ second.W + second.b]) > 0)
                signs.append((ends[0] != ends[1]).any())
            assert sum(signs) == count
            if differences == "both sides" and 1e-5 <= h <= 3e-4:
                assert (error > 1e-5) == (count > 0), (seed, h)  # h^2 on one side of the jump, a finite error on the other
    assert run(activation="tanh", seed=1)["grid_kinks"].max() == 0


def test_the_line_names_the_kinks():
    assert "nudges carry a ReLU over its kink" in bug_lab.describe(run(h=1e-1)) and "kink" not in bug_lab.describe(run())


def test_a_wrong_gradient_stays_wrong_at_every_step():
    for bug in set(BUGS) - {"none"}:
        assert run(bug=bug, activation="tanh")["curve"].min() > 0.1


def test_h_of_1e_minus_12_calls_a_right_gradient_wrong_and_the_line_says_that_the_check_errs():
    result = run(h=1e-12)
    assert found(result) == ALL and not result["truly"].any()
    assert "in truth no array: the check errs" in bug_lab.describe(result)
    assert "errs" not in bug_lab.describe(run())


@pytest.mark.parametrize("activation", ["ReLU", "tanh"])
def test_five_of_the_nine_bugs_still_reach_98_percent_on_moons_in_the_median_of_six_seeds(activation):
    reached = {bug: np.median([trained(bug, activation, seed)[0][-1] for seed in range(6)]) for bug in BUGS}
    assert {bug for bug, share in reached.items() if share > 0.975} == {bug for bug in BUGS if not bug.startswith("dZ3")}
    assert max(share for bug, share in reached.items() if bug.startswith("dZ3")) < 0.9  # 1/m missing jumps about: 0.50 to 0.83 by seed


def test_the_missing_mean_trains_like_the_right_gradient_at_a_rate_m_times_smaller():
    (X, y), nets = bug_lab.data(0), [bug_lab.network(bug, "tanh", rng=0) for bug in ("none", "dZ3: 1/m missing")]
    for _ in range(50):
        for net, rate in zip(nets, (1.0, 1.0 / 200)):
            net.loss_and_gradient(X, y)
            net.theta -= rate * net.grad
    assert np.allclose(nets[0].theta, nets[1].theta, atol=1e-9)


def test_divergence_freezes_at_the_last_finite_weights_and_says_at_which_step():
    result = run(bug="dZ3: wrong sign")
    assert result["diverged"] is not None and np.isfinite(result["accuracy"]).all()
    assert f"diverges at step {result['diverged']}" in bug_lab.describe(result)


def test_h_and_the_kind_of_check_change_neither_the_weights_nor_the_training():
    first, second = run(), run(h=1e-2, dtype="float32", differences="one side")
    assert np.array_equal(first["accuracy"], second["accuracy"])
    assert np.allclose(gradient("none", "ReLU", "float32", 0)[0], gradient("none", "tanh", "float64", 0)[0], atol=1e-6)
