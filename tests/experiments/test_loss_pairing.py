"""The claims of loss pairing, measured again: how hard each loss pulls, and where the naive code breaks."""

import numpy as np
import pytest

from nnlib import numerical_gradient
from nnlib.experiments import loss_pairing
from nnlib.experiments.frame.controls import defaults
from nnlib.experiments.loss_pairing import LOSSES, naive, simulate, stable

DEFAULTS = defaults(loss_pairing.CONTROLS)


def run(**settings):
    return simulate(**DEFAULTS | settings)


def test_at_minus_10_with_label_1_the_squared_error_pulls_with_9e_minus_5_and_the_cross_entropy_with_1():
    squared, entropy = (run(logit=-10, loss=loss)["slope"] for loss in ("squared error", "cross-entropy"))
    p = 1 / (1 + np.exp(10))
    assert -squared == pytest.approx(2 * (1 - p) ** 2 * p, rel=1e-12) and -squared == pytest.approx(9.08e-5, rel=1e-3)
    assert -entropy == pytest.approx(1 - p, rel=1e-12) and round(-entropy, 1) == 1.0


def test_the_ratio_of_the_two_pulls_is_2p_1_minus_p_so_never_above_one_half():
    z = np.linspace(-10, 10, 41)
    p = 1 / (1 + np.exp(-z))
    for y in (0, 1):
        ratio = stable("squared error", z, y)[1] / stable("cross-entropy", z, y)[1]
        assert np.allclose(ratio, 2 * p * (1 - p), rtol=1e-9) and ratio.max() == pytest.approx(0.5) and ratio.argmax() == 20


@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_gradient_is_that_of_the_loss_and_both_codes_agree_near_0(loss, y):
    z = np.linspace(-6, 6, 25)
    numeric = [numerical_gradient(lambda t: float(stable(loss, t, y)[0][0]), np.array([value]))[0] for value in z]
    assert np.allclose(stable(loss, z, y)[1], numeric, atol=1e-9)
    for exact, textbook in zip(stable(loss, z, y), naive(loss, z, y)):
        assert np.allclose(exact, textbook, rtol=1e-9)


@pytest.mark.parametrize("dtype, first", [("float64", 36.74), ("float32", 16.64)])
def test_naive_cross_entropy_breaks_where_p_rounds_to_1(dtype, first):
    z = np.arange(10, 45, 0.01).astype(dtype)
    for y in (0, 1):
        for values in naive("cross-entropy", z, y):
            assert z[~np.isfinite(values)][0] == pytest.approx(first, abs=0.6)


@pytest.mark.parametrize("dtype, last", [("float64", -709.78), ("float32", -88.72)])
def test_below_0_naive_cross_entropy_breaks_where_e_overflows_and_naive_squared_error_nowhere(dtype, last):
    z = np.arange(-1000, 1000, 0.1).astype(dtype)
    for y in (0, 1):
        for values in naive("cross-entropy", z, y):
            assert z[~np.isfinite(values) & (z < 0)][-1] == pytest.approx(last, abs=0.2)
        assert np.isfinite(naive("squared error", z, y)).all()


@pytest.mark.parametrize("dtype, limit", [("float64", 709.78), ("float32", 88.72)])
def test_naive_softmax_is_nan_where_e_overflows(dtype, limit):
    z = np.array([limit - 1, limit + 1], dtype=dtype)
    _, slope = naive("softmax of 3", z, 0)
    assert slope[0] == pytest.approx(1, rel=1e-5) and np.isnan(slope[1])


def test_naive_softmax_of_1000_is_nan_and_the_line_gives_the_true_value_beside_it():
    result = run(logit=10, times="100", loss="softmax of 3", form="naive")
    assert result["z"] == 1000 and np.isnan(result["at"]) and np.isnan(result["slope"])
    assert "loss nan, gradient nan; true 0 and 0" in loss_pairing.describe(result)  # y = 1: z = 1000 is right


def test_where_only_1_over_p_overflows_the_line_does_not_blame_e_or_the_rounding():
    result = run(logit=-7.25, times="100", loss="softmax of 3", form="naive")
    assert 0 < np.exp(result["z"]) / 2 and np.isfinite(result["at"]) and np.isnan(result["slope"])
    assert loss_pairing.describe(result).endswith("or something has overflowed")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("loss", LOSSES)
def test_stable_code_is_finite_everywhere(loss, dtype):
    z = np.linspace(-1500, 1500, 601).astype(dtype)
    for y in (0, 1):
        L, slope = stable(loss, z, y)
        assert np.isfinite(L).all() and np.isfinite(slope).all() and L.dtype == slope.dtype == dtype


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("form", ["stable", "naive"])
@pytest.mark.parametrize("times", ["1", "100"])
def test_the_code_prints_the_gradient_in_every_variant(loss, form, times, capsys):
    for target in ("y = 1", "y = 0"):
        for dtype in ("float64", "float32"):
            settings = DEFAULTS | {"logit": 10.0, "loss": loss, "form": form, "times": times, "target": target, "dtype": dtype}
            exec(compile(loss_pairing.code(**settings), "code", "exec"), {})
            assert float(capsys.readouterr().out.split()[-1]) == pytest.approx(simulate(**settings)["slope"], rel=1e-6, nan_ok=True)


def test_from_minus_10_to_minus_5_the_squared_error_pulls_about_e5_times_stronger():
    slopes = stable("squared error", np.array([-10.0, -5.0]), 1)[1]
    assert slopes[1] / slopes[0] == pytest.approx(np.exp(5), rel=0.03)
    assert loss_pairing.observe(run(**loss_pairing.QUESTION.settings)) == "about 150 times stronger"
    assert loss_pairing.observe(run(logit=-5.0, loss="cross-entropy")) == "the same"
