"""Train or evaluate: the wrong-p bug and where it hides, and batch norm in its two modes."""

import numpy as np
import pytest

from nnlib import BatchNorm, Dense, Dropout, MeanSquaredError, Network, ReLU, constant
from nnlib.experiments import train_or_evaluate as experiment
from nnlib.experiments.frame.controls import defaults

DEFAULT = defaults(experiment.CONTROLS)
SEEDS = range(5)


def run(**settings):
    return experiment.simulate(**DEFAULT | settings)


def ratio(**settings):
    """Mean output in training over the mean in evaluation."""
    result = run(**settings)
    return result["train"][0] / result["evaluate"][0]


@pytest.mark.parametrize("seed", SEEDS)
def test_wrong_p_is_invisible_at_rate_one_half(seed):
    assert ratio(variant="wrong p", rate=0.5, seed=seed) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.3, 0.8])
@pytest.mark.parametrize("seed", SEEDS)
def test_wrong_p_is_off_by_1_minus_p_over_p_elsewhere(seed, rate):
    assert ratio(variant="wrong p", rate=rate, seed=seed) == pytest.approx((1 - rate) / rate, rel=0.06)


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("seed", SEEDS)
def test_inverted_dropout_keeps_the_mean_and_no_scaling_loses_the_share_it_drops(seed, rate):
    assert ratio(variant="inverted", rate=rate, seed=seed) == pytest.approx(1, abs=0.05)
    assert ratio(variant="no scaling", rate=rate, seed=seed) == pytest.approx(1 - rate, rel=0.05)


def test_frozen_mask_has_a_right_mean_over_all_examples_and_a_wrong_one_for_a_single_example():
    """Fresh masks average out over the 200 answers for one example; a frozen one does not, and scatters less for it."""
    off = {"frozen mask": [], "inverted": []}
    for seed in range(10):
        frozen, fresh = run(variant="frozen mask", rate=0.5, seed=seed), run(variant="inverted", rate=0.5, seed=seed)
        assert frozen["train"][0] / frozen["evaluate"][0] == pytest.approx(1, abs=0.08)
        assert frozen["one"].std() < 0.6 * fresh["one"].std()
        for result in (frozen, fresh):
            off[result["variant"]].append(result["one"].mean() - result["answer"])
    frozen, fresh = (np.sqrt(np.mean(np.square(off[name]))) for name in ("frozen mask", "inverted"))
    assert fresh < 0.03 and frozen > 3 * fresh


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.8])
def test_spread_of_one_unit_under_inverted_dropout_is_that_of_theory(rate):
    """One example without batch norm's noise: Var of the mean of n values a, each kept with 1 - p and scaled, is p/(1 - p) sum a^2 / n^2."""
    base = experiment.batches(64, 0.1, 0)
    a = base["evaluated"][0]
    kept = np.random.default_rng(1).random((20_000, a.size)) >= rate
    answers = experiment.factors("inverted", rate)[0] * (a * kept).mean(axis=-1)
    assert answers.var() == pytest.approx(rate / (1 - rate) * (a**2).sum() / a.size**2, rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_batch_norm_of_one_example_gives_beta(seed):
    result = run(batch_size=1, seed=seed, variant="no scaling", rate=0.0)
    assert np.all(result["train"] == np.zeros(2)) and np.all(result["one"] == 0)  # ReLU(beta), and beta is 0
    assert result["evaluate"][0] > 0.1
    norm = BatchNorm(3).build()
    norm.beta[...] = [[1.0, -2.0, 0.5]]
    norm.gamma[...] = 7.0
    assert np.array_equal(norm.forward(np.random.default_rng(seed).normal(5, 3, (1, 3)), True), norm.beta)


@pytest.mark.parametrize("seed", SEEDS)
def test_batch_norm_of_one_example_leaves_the_running_variance_where_it_started(seed):
    assert np.all(run(batch_size=1, seed=seed)["running"][1] == 1)


@pytest.mark.parametrize("m", [2, 4, 8, 32, 64])
def test_expected_biased_variance_is_m_minus_1_over_m(m):
    ratios = [experiment.variance_ratio(run(batch_size=m, seed=seed)) for seed in range(8)]
    assert np.mean(ratios) == pytest.approx((m - 1) / m, abs=4 * np.std(ratios, ddof=1) / np.sqrt(8))
    assert np.mean(ratios) == pytest.approx((m - 1) / m, abs=0.03)


@pytest.mark.parametrize("seed", SEEDS)
def test_running_statistics_forget_their_start_at_the_rate_of_the_momentum(seed):
    """The share of the start that is left after t steps is (1 - momentum)^t: 0.13 of it after 200 steps at 0.01, nothing at 0.1."""
    gap = {}
    for momentum in (0.01, 0.1):
        result = run(momentum=momentum, seed=seed, batch_size=64)
        mean, true = result["running"][0], result["true"][0]
        assert np.all(mean[0] == 0)
        gap[momentum] = (true @ (true - mean[-1])) / (true @ true)
    assert gap[0.01] == pytest.approx(0.99**200, abs=0.03)
    assert gap[0.1] == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_small_momentum_gives_a_smoother_record(seed):
    jumps = [np.std(np.diff(run(momentum=momentum, seed=seed)["running"][1][150:], axis=0)) for momentum in (0.03, 0.1, 1.0)]
    assert jumps[0] < jumps[1] < jumps[2]


@pytest.mark.parametrize("variant", experiment.VARIANTS)
def test_evaluation_gives_the_same_answer_each_time_and_training_does_not(variant):
    assert run(variant=variant, mode="evaluate")["one"].std() < 1e-15
    assert run(variant=variant, mode="train")["one"].std() > 0.01


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("batch_size", [1, 2, 32])
def test_run_is_that_of_a_network_with_nnlib_dropout(rate, batch_size):
    """The experiment draws all masks at once; here each layer does its own work, pass by pass."""
    rng = np.random.default_rng(0)
    X = 1 + 1.5 * rng.standard_normal((experiment.EXAMPLES, experiment.FEATURES))
    rows = rng.integers(len(X), size=(experiment.STEPS, batch_size))
    n = experiment.UNITS
    net = Network(
        [Dense(experiment.FEATURES, n), BatchNorm(n), ReLU(), Dropout(rate), Dense(n, 1, init=constant(1 / n))],
        loss=MeanSquaredError(),
        rng=0,
    )
    train = np.array([net.forward(X[batch], training=True) for batch in rows])
    evaluated = net.forward(X, training=False)
    result = run(rate=rate, batch_size=batch_size)
    for name, values in (("train", train), ("evaluate", evaluated)):
        np.testing.assert_allclose(result[name], (values.mean(), values.std()), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("variant", experiment.VARIANTS)
def test_curve_over_all_rates_goes_through_the_present_point(variant, rate):
    result = run(variant=variant, rate=rate)
    at = np.argmin(np.abs(experiment.RATES - rate))
    np.testing.assert_allclose([curve[at] for curve in result["curves"]], [result["train"][0], result["evaluate"][0]], rtol=1e-9)


@pytest.mark.parametrize("mode", ["train", "evaluate"])
@pytest.mark.parametrize("variant", experiment.VARIANTS)
@pytest.mark.parametrize(
    "settings", [{}, {"rate": 0.0, "batch_size": 1}, {"rate": 0.2, "batch_size": 3, "momentum": 1.0, "seed": 7}], ids=str
)
def test_code_prints_the_mean_answer_of_the_run(mode, variant, settings, capsys):
    settings = DEFAULT | settings | {"mode": mode, "variant": variant}
    exec(experiment.code(**settings), {})
    assert float(capsys.readouterr().out.split()[-1]) == pytest.approx(experiment.headline(experiment.simulate(**settings)), rel=1e-6)


def test_rate_variant_and_mode_leave_data_and_weights_alone():
    default = run()
    for settings in ({"rate": 0.9}, {"variant": "frozen mask"}, {"mode": "evaluate"}):
        other = run(**settings)
        assert all(np.array_equal(a, b) for name in ("running", "true") for a, b in zip(default[name], other[name]))


@pytest.mark.parametrize("seed", SEEDS)
def test_question_observes_4(seed):
    assert experiment.observe(run(**experiment.QUESTION.settings, seed=seed)) == "4"
    assert experiment.observe(run(**experiment.QUESTION.settings | {"rate": 0.5}, seed=seed)) == "1, as at rate 0.5"


def test_bars_of_the_histogram_add_up_to_1_even_where_values_are_off_the_scale():
    result = run(rate=0.9, variant="inverted", batch_size=4)
    bars = next(mark for mark in experiment.picture(result).panels[2].marks if mark["kind"] == "bars")
    assert bars["y"].sum() == pytest.approx(1) and bars["y"].min() >= 0
