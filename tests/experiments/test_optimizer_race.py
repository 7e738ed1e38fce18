"""At one learning rate for all, Adam leads; at each optimizer's own best, the lead is gone."""

import contextlib
import io

import numpy as np
import pytest

from nnlib import Adam, BinaryCrossEntropy, datasets, fit, mlp
from nnlib.experiments import optimizer_race as experiment
from nnlib.experiments.frame.controls import clean, defaults

NAMES = list(experiment.NAMES)


def settings(**changed):
    return clean(experiment.CONTROLS, changed)


def run(**changed):
    *_, result = experiment.stream(**settings(**changed))
    return result


@pytest.fixture(scope="module")
def tuned():
    """The race at each one's best rate, for five seeds that did not choose the rates: losses (seeds, optimizers)."""
    results = [run(rates=experiment.OWN, seed=seed) for seed in range(5)]
    return results[0], np.array([result["own"][:, -1] for result in results])


@pytest.fixture(scope="module")
def shared():
    return np.array([run(seed=seed)["shared"][:, -1] for seed in range(5)])


def test_at_the_shared_rate_adam_leads_sgd_and_both_momentums_on_every_seed(shared):
    sgd, momentum, ema, rmsprop, adam = shared.T
    assert (adam < sgd - 0.1).all() and (adam < ema - 0.1).all() and (adam < momentum).all()
    assert abs(adam - rmsprop).max() < 0.03  # its lead is that of dividing by the root of g^2: RMSProp has it too


def test_tuned_adam_and_momentum_end_level_and_sgd_keeps_less_than_a_fifth_of_its_former_deficit(tuned, shared):
    judged = tuned[0]["judged"]
    assert set(judged) == set(NAMES) and all(losses.shape == (12,) for losses in judged.values())
    assert abs(experiment.paired_t(judged["Adam"], judged["Momentum"])[1]) < 2
    lead_shared = shared[:, 0].mean() - shared[:, 4].mean()
    assert abs(experiment.paired_t(judged["Adam"], judged["SGD"])[0]) < 0.2 * lead_shared
    assert experiment.QUESTION.observe(tuned[0]) == experiment.OPTIONS[-1]
    assert "(one of 10 comparisons: 3.5 needed)" in experiment.describe(tuned[0])


def test_the_comparison_is_paired_and_a_planted_winner_is_seen():
    rng = np.random.default_rng(0)
    seeds = rng.normal(0.2, 0.1, 12)  # the spread of the seeds hides an unpaired difference of 0.03
    judged = {name: seeds + rng.normal(0, 0.003, 12) for name in NAMES}
    assert experiment.observe({"judged": judged}) == experiment.OPTIONS[-1]
    assert experiment.observe({"judged": judged | {"SGD": judged["SGD"] - 0.03}}) == "SGD, clearly"
    assert experiment.observe({"judged": judged | {"SGD": judged["SGD"] - 0.03, "Adam": judged["Adam"] - 0.03}}) == experiment.OPTIONS[-1]
    assert experiment.paired_t([1.0, 2.0, 3.0], [1.1, 2.2, 3.3]) == pytest.approx((0.2, 0.2 / (0.1 / 3**0.5)))
    assert experiment.paired_t(seeds, seeds) == (0.0, 0.0)


def test_the_bound_is_students_t_of_11_degrees_for_10_comparisons():
    t = np.random.default_rng(0).standard_t(len(experiment.JUDGED) - 1, 4_000_000)
    assert np.mean(np.abs(t) > experiment.BOUND) == pytest.approx(0.05 / experiment.PAIRS, rel=0.03)


def test_every_best_rate_lies_inside_the_grid(tuned):
    for losses in tuned[0]["losses"].values():
        assert losses.shape == (10, 16) and 2 < experiment.mean(losses).argmin() < 14


def test_best_rates_differ_between_methods_by_more_than_a_decade(tuned):
    best = tuned[0]["best"]
    assert best["SGD"] > 10 * best["RMSProp"] and best["SGD"] > 10 * best["Adam"]


def test_average_and_heavy_ball_have_one_u_curve_a_decade_apart(tuned):
    """Theory: EMA at lr takes the path of the heavy ball at lr (1 - beta), and 1 - 0.9 is a decade, three steps of the grid."""
    heavy, ema = (tuned[0]["losses"][name] for name in ("Momentum", "EMA momentum"))
    smooth = experiment.RATES[:-3] < 0.2  # at higher rates rounding grows into other paths, of the same kind
    assert np.allclose(heavy[:, :-3][:, smooth], ema[:, 3:][:, smooth], rtol=1e-4)
    assert tuned[0]["best"]["EMA momentum"] == pytest.approx(10 * tuned[0]["best"]["Momentum"])
    assert not np.allclose(heavy[:, :-2][:, :8], ema[:, 2:][:, :8], rtol=0.01)  # two thirds of a decade do not do it


def test_sweep_of_copies_equals_single_networks():
    *_, (_, losses) = experiment.sweep(("Adam", {}), True)
    for i, column in ((0, 2), (3, 6)):
        seed = experiment.SWEPT[i]
        net = mlp(experiment.SIZES, loss=BinaryCrossEntropy(), rng=seed)
        fit(
            net,
            *datasets.moons(256, noise=0.2, rng=seed),
            Adam(experiment.RATES[column]),
            epochs=25,
            batch_size=32,
            rng=seed,
            progress=False,
        )
        assert losses[i, column] == pytest.approx(net.loss_value(*datasets.moons(256, noise=0.2, rng=1000 + seed)), rel=1e-9)


def test_race_sweep_and_judging_share_no_seed():
    seed = next(control for control in experiment.CONTROLS if control.name == "seed")
    raced = range(seed.low, seed.high + 1)
    assert len({*experiment.SWEPT, *experiment.JUDGED, *raced}) == len(experiment.SWEPT) + len(experiment.JUDGED) + len(raced)


def test_adam_without_correction_follows_the_plain_formula():
    """theta -= lr m / (sqrt(s) + eps), ten steps; the first is (1 - beta1) / sqrt(1 - beta2) = 3.2 times as long as with it."""
    rng, lr = np.random.default_rng(0), 0.01
    theta, m, s = rng.standard_normal(6), 0, 0
    ours, corrected, wanted = theta.copy(), theta.copy(), theta.copy()
    optimizer = experiment.make("Adam", {"beta1": 0.9, "beta2": 0.999, "eps": 1e-12}, lr, correction=False)
    for t in range(10):
        g = rng.standard_normal(6)
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
        wanted -= lr * m / (np.sqrt(s) + 1e-12)
        optimizer.step(ours, g)
        assert np.allclose(ours, wanted, rtol=0, atol=1e-10)
        if t == 0:
            Adam(lr).step(corrected, g)
            assert np.allclose((ours - theta) / (corrected - theta), 0.1 / np.sqrt(0.001), rtol=1e-4)


def test_seed_fixes_data_and_weights_whatever_the_rates():
    starts = [run(lr=lr, beta=beta)["shared"][:, 0] for lr, beta in ((7e-4, 0.9), (0.1, 0.5))]
    assert np.ptp(starts) == 0
    first = run(lr=0.02)["shared"]
    experiment.CACHE.clear()
    assert np.array_equal(run(lr=0.02)["shared"], first)  # to the last bit, without memory


def test_no_rate_in_range_leaves_the_finite_numbers():
    for seed in range(5):
        for beta in (0.0, 0.9, 0.99):
            result = run(lr=7, beta=beta, beta2=0.9, rho=beta, seed=seed)
            assert np.isfinite(result["shared"]).all()


def test_a_run_that_diverges_stays_at_its_last_finite_loss():
    runs = list(experiment.race({"Momentum": ("Momentum", {"beta": 0.9})}, [1e200], True, 0))
    curve = runs[-1][1][0]
    assert len(curve) == experiment.EPOCHS + 1 and curve[1] == curve[-1]


def test_unfinished_results_can_be_drawn_and_described():
    experiment.CACHE.clear()
    results = experiment.stream(**settings(rates=experiment.OWN))
    for result in [next(results) for _ in range(30)]:
        assert 0 <= result["progress"] < 1
        experiment.picture(result).message(), experiment.describe(result)


def test_default_shows_no_sweep_and_its_line_is_short():
    result = run(**defaults(experiment.CONTROLS))
    assert result["losses"] == {} and result["best"] is None
    assert len(experiment.describe(result)) < 130 and "Adam 0.33" in experiment.describe(result)


@pytest.mark.parametrize("optimizer", NAMES)
def test_code_of_the_tuned_race_prints_its_headline(optimizer, tuned):
    now = settings(rates=experiment.OWN, optimizer=optimizer)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(experiment.code(**now), {})
    assert float(printed.getvalue()) == pytest.approx(experiment.headline(run(**now)), rel=1e-6)
