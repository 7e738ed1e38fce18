"""The rates and the numbers of steps that theory gives, measured on nnlib's Momentum."""

import itertools
import math

import numpy as np
import pytest

from nnlib.experiments import momentum
from nnlib.experiments.frame.controls import clean

RUNS = list(itertools.product((1, 3, 10, 100, 1000), (0.03, 0.3, 1.0, 1.9, 3.5), (0.0, 0.5, 0.8, 0.9, 0.99)))


def simulate(**settings):
    return momentum.simulate(**clean(momentum.CONTROLS, settings))


def distance(*run, **options):
    return np.abs(momentum.descend(*run, **options)).max(axis=1)


@pytest.mark.parametrize("kappa, descent, ball", [(10, 69, 27), (100, 691, 95), (1000, 6908, 321)])
def test_steps_to_a_millionth_at_the_best_rates_are_those_of_theory(kappa, descent, ball):
    assert momentum.best_steps(kappa) == (descent, ball)
    by_theory = [float(n[0]) for n in momentum.theory_steps(np.array([kappa]))]
    assert [math.ceil(n) for n in by_theory] == [descent, ball]
    assert simulate(kappa=kappa, rates=momentum.BEST)["steps"] == ball
    assert simulate(kappa=kappa, rates=momentum.BEST_LR, beta=0.0)["steps"] == descent


@pytest.mark.parametrize("kappa", [10, 100, 1000])
def test_measured_exponents_at_the_best_rates_are_within_2_percent_of_theory(kappa):
    """1 - rate would pass for anything near 1, so the exponents are compared: log of the factor, over a run to 1e-250."""
    root = math.sqrt(kappa)
    for beta, factor in ((0.0, (kappa - 1) / (kappa + 1)), (momentum.best_beta(kappa), (root - 1) / (root + 1))):
        lr = momentum.best_lr(kappa, beta)
        measured = momentum.measured_rate(distance(kappa, lr, beta, near=1e-250))
        assert math.log(measured) == pytest.approx(math.log(factor), rel=0.02)
        assert momentum.theory_rate(kappa, lr, beta) == pytest.approx(factor, rel=1e-6)


@pytest.mark.parametrize("kappa", [3, 10, 100])
@pytest.mark.parametrize("lr, beta", [(1.0, 0.9), (0.1, 0.9), (1.0, 0.5), (2.5, 0.8), (0.3, 0.97)])
def test_measured_exponents_away_from_the_best_rates_are_within_2_percent_of_theory(kappa, lr, beta):
    measured = momentum.measured_rate(distance(kappa, lr, beta, near=1e-250, most=30_000))
    assert math.log(measured) == pytest.approx(math.log(momentum.theory_rate(kappa, lr, beta)), rel=0.02)


@pytest.mark.parametrize("kappa, lr, beta", RUNS)
def test_shown_rate_of_a_long_run_is_within_2_percent_of_theory(kappa, lr, beta):
    run = distance(kappa, lr, beta, most=2000)
    if len(run) > 100:
        assert momentum.measured_rate(run) == pytest.approx(momentum.theory_rate(kappa, lr, beta), rel=0.02)


@pytest.mark.parametrize("kappa", [10, 1000])
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("ema", [False, True])
def test_it_diverges_over_2_times_1_plus_beta_and_not_below(kappa, beta, ema):
    limit = 2 * (1 + beta) / (1 - beta if ema else 1)
    assert distance(kappa, 1.02 * limit, beta, ema)[-1] > momentum.FAR
    assert distance(kappa, 0.98 * limit, beta, ema)[-1] < 1
    shown = simulate(kappa=kappa, lr=limit, beta=beta, convention=momentum.EMA if ema else momentum.PYTORCH)
    assert shown["limit"] == pytest.approx(limit)
    assert shown["theory"] == pytest.approx(1)


@pytest.mark.parametrize("kappa", [2, 10, 100, 1000])
def test_no_other_rate_has_a_smaller_factor_than_the_best_ones(kappa):
    best = momentum.best_beta(kappa)
    least = momentum.theory_rate(kappa, momentum.best_lr(kappa, best), best)
    others = [momentum.theory_rate(kappa, lr, beta) for lr in np.linspace(0.05, 4, 80) for beta in np.linspace(0, 0.99, 100)]
    assert min(others) >= least - 1e-7
    plain = [momentum.theory_rate(kappa, lr, 0.0) for lr in np.linspace(0.05, 2, 400)]
    assert min(plain) >= momentum.theory_rate(kappa, momentum.best_lr(kappa), 0.0) - 1e-12


@pytest.mark.parametrize("lr, beta", [(1.0, 0.9), (0.5, 0.5), (3.0, 0.8)])
def test_ema_form_at_lr_takes_the_path_of_the_pytorch_form_at_lr_times_1_minus_beta(lr, beta):
    plain = simulate(lr=lr, beta=beta)
    ema = simulate(lr=lr / (1 - beta), beta=beta, convention=momentum.EMA)
    np.testing.assert_allclose(ema["path"], plain["path"], rtol=1e-9, atol=1e-14)
    assert simulate(lr=lr, beta=beta, convention=momentum.EMA)["steps"] != plain["steps"]


def test_best_rates_take_the_same_path_in_both_forms():
    runs = [simulate(rates=momentum.BEST, convention=convention) for convention in (momentum.PYTORCH, momentum.EMA)]
    np.testing.assert_allclose(runs[0]["path"], runs[1]["path"], rtol=1e-9, atol=1e-14)


def test_a_path_that_only_passes_by_the_minimum_does_not_count_as_arrived():
    run = simulate(kappa=1.0, lr=1.0, beta=0.9)
    assert run["path"][1].tolist() == [0, 0]
    assert run["steps"] > 100


def test_a_diverging_run_ends_and_says_which_limit_it_passed():
    result = simulate(lr=4.0, beta=0.5)
    assert momentum.headline(result) == math.inf
    assert np.isfinite(result["path"]).all()
    assert "diverges" in momentum.describe(result) and "lr is over 3, " in momentum.describe(result)


def test_the_question_observes_the_square_root_of_the_condition_number():
    result = momentum.simulate(**clean(momentum.CONTROLS, momentum.QUESTION.settings))
    assert momentum.headline(result) == 321
    assert momentum.observe(result) == "about 320"
    assert momentum.headline(result) / simulate(rates=momentum.BEST)["steps"] == pytest.approx(math.sqrt(100), rel=0.2)


def test_the_picture_holds_back_the_curves_beyond_the_present_condition_number():
    for kappa in (1.0, 10.0, 1000.0):
        best = momentum.picture(simulate(kappa=kappa)).panels[2]
        assert max(np.nanmax(mark["x"], initial=-1) for mark in best.marks) <= math.log10(kappa) + 1e-9
