"""The clinic: every broken training fails as its symptom says, its cure works, and what the tools show is what the text says; week 8's claims on the digits."""

import json
from pathlib import Path

import numpy as np
import pytest

from nnlib import Adam, BinaryCrossEntropy, ReLU, SoftmaxCrossEntropy, datasets, fit, mlp
from nnlib.exercises import clinic, week8
from nnlib.exercises.cards import QUIZZES
from nnlib.exercises.clinic.tools import moons
from nnlib.exercises.review.families import clinic as family
from nnlib.layers import Dense, Layer

SEEDS = range(5)
each = pytest.mark.parametrize("broken", clinic.CASES, ids=lambda broken: f"case {broken.number}")


def activations(run, layer=1):
    return run.net._forward(run.X, False, 0, layer + 1)


@each
def test_five_seeds_fail_as_the_symptom_says_and_the_cure_cures_all_five(broken):
    results = {cured: [broken.run(seed, cured).result for seed in SEEDS] for cured in (False, True)}
    sign = -1 if broken.judged_by == "loss" else 1
    assert all(sign * result < sign * broken.broken for result in results[False]), results
    assert all(sign * result > sign * broken.cured for result in results[True]), results
    assert "in each" in broken.before_and_after()


@each
def test_broken_and_cured_see_the_same_images_and_labels_but_for_what_the_cure_changes(broken):
    one, other = broken.run(1), broken.run(1, cured=True)
    assert np.array_equal(one.y_held, other.y_held) and np.array_equal(one.X, other.X) == (broken.number != 4)
    assert np.array_equal(one.y, other.y) == (broken.number != 8)


def test_the_points_that_stop_case_9_are_not_those_that_judge_it():
    run = clinic.case(9).run(cured=True)
    assert np.isclose(run.result, run.net.loss_value(run.X_held, run.y_held))
    assert not np.isclose(run.result, run.history.val_loss, rtol=1e-6).any()


def test_a_bound_that_is_not_kept_is_reported_and_not_printed():
    strict = clinic.Case(**{**vars(clinic.case(0)), "cured": 0.999})
    with pytest.raises(ValueError, match="case 0 misses its bounds"):
        strict.before_and_after()


def test_every_case_has_a_card_whose_right_option_is_among_several():
    assert all(f"case{broken.number}" in QUIZZES for broken in clinic.CASES[1:]) and len(clinic.CASES) == 12
    assert [broken.train.__name__ for broken in clinic.CASES] == list(week8.CASES)
    assert [broken.number for broken in clinic.CASES] == list(range(12))
    with pytest.raises(ValueError, match="cases 0 to 11"):
        clinic.case(12)


# ---- what the tools show is what the symptoms and reasons say, for every seed


@pytest.mark.parametrize("seed", SEEDS)
def test_what_each_case_shows(seed):
    runs = [broken.run(seed) for broken in clinic.CASES]
    assert (np.diff(runs[0].history.loss[::8]) < 0).all()  # slow, but falling all the time
    for number in (1, 3):  # flat at log 10, all hidden outputs and all dW exactly 0
        run = runs[number]
        assert np.allclose(run.history.loss, np.log(10), atol=0.05) and not activations(run).any()
        run.net.loss_and_gradient(run.X, run.y)
        assert not any(layer.dW.any() for layer in run.net._dense_layers())
    assert not runs[1].net.layers[0].W.any() and runs[3].net.layers[0].W.std() > 0.1
    assert runs[2].history.loss.min() > 30 * np.log(10) and (np.diff(runs[2].history.loss) > 0).sum() > 5
    assert (np.ptp(activations(runs[4]), axis=0) < 0.1).all() and runs[4].X.mean(axis=0)[0] > 1000
    assert abs(runs[5].history.accuracy[-20:].mean() - runs[5].result) < 0.05
    assert runs[6].history.loss[0] > 10 * np.log(10) and (np.abs(activations(runs[6])) > 0.9).mean() > 0.8
    assert runs[7].history.loss[-1] < runs[7].history.loss[0]
    assert runs[8].history.accuracy[-1] > 0.8 and runs[8].history.val_accuracy.max() <= 0.2
    assert runs[9].history.loss[-1] < 0.2 and runs[9].history.val_loss[-1] > 2 * runs[9].history.val_loss.min()
    assert runs[10].history.val_accuracy[-1] > 0.92 and len(set(clinic.app_answers(runs[10].net, runs[10].X_held[:100]).tolist())) == 1


@each
def test_the_gradient_check_finds_the_one_wrong_layer_and_no_other(broken):
    text = clinic.gradient_report(broken.net, broken.X, broken.y)
    assert ("OwnTanh" in text) == (broken.number == 7) and ("every gradient agrees" in text) == (broken.number != 7)
    cured = broken.run(cured=True)
    assert "every gradient agrees" in clinic.gradient_report(cured.net, cured.X, cured.y)


def test_the_gradient_report_does_not_hang_on_how_a_column_without_spread_is_rounded():
    """Border pixels minus the mean of all, over one deviation: on some processors they spread by a rounding, on others by 0."""
    broken = clinic.case(11)
    for shift in (0, 8, 16):
        assert "every gradient agrees" in clinic.gradient_report(broken.net, broken.X + shift, broken.y)


def test_the_app_leaves_the_network_as_it_was():
    broken = clinic.case(10)
    before = {name: array.copy() for name, array in broken.net._state().items()}
    clinic.app_answers(broken.net, broken.X_held[:5])
    assert all(np.array_equal(array, before[name]) for name, array in broken.net._state().items())


def test_minibatches_in_the_order_of_the_classes_make_the_loss_leap_at_each_change():
    X, y = datasets.digits()
    order = np.argsort(y, kind="stable")
    for seed in range(3):
        net, first, last = mlp([64, 32, 10], loss=SoftmaxCrossEntropy(), rng=seed), [], []
        for k in range(10):
            rows = order[y[order] == k]
            for batch in range(0, 160, 20):
                loss = net.loss_and_gradient(X[rows[batch : batch + 20]], y[rows[batch : batch + 20]])
                (first if batch == 0 else last if batch == 140 else []).append(loss)
                net.theta -= 0.2 * net.grad
        assert (np.array(first[1:]) > 3 * np.array(last[:-1])).all(), (first, last)
        assert net.score(X, y) < 0.3  # it answers 9, the last class it saw
        for _ in range(29):
            for batch in range(0, 1797, 20):
                rows = order[batch : batch + 20]
                net.loss_and_gradient(X[rows], y[rows])
                net.theta -= 0.2 * net.grad
        assert net.score(X, y) > 0.6  # slowly, but it learns


def test_more_data_helps_beside_early_stopping_and_not_in_its_place():
    for seed in (1, 2):
        (X, y, X_new, y_new), losses = moons(seed + 3, n=600, noise=0.35), []
        for options in ({"patience": 30}, {}):
            net, watch = mlp([2, 64, 64, 1], loss=BinaryCrossEntropy(), rng=seed), (X_new[::2], y_new[::2])
            fit(net, X, y, Adam(0.005), epochs=300, batch_size=20, rng=seed, progress=False, validation=watch, **options)
            losses.append(net.loss_value(X_new[1::2], y_new[1::2]))
        assert losses[0] < clinic.case(9).run(seed, cured=True).result < losses[1]


def test_large_start_weights_show_in_their_size_not_in_the_first_loss():
    for seed in range(0, 9999, 1100):
        seen = {cause: family.broken(cause, seed) for cause in family.CAUSES}
        straight = {cause for cause, numbers in seen.items() if numbers["off"] == 0 and 0.5 < numbers["weights"] < 1.2}
        assert straight == {"There is no activation between the layers"}  # the accuracy alone does not tell
        large = {cause for cause, numbers in seen.items() if numbers["weights"] > 3}
        assert large == {"The start weights are far too large", "The learning rate is far too large"}
        assert {cause for cause in large if seen[cause]["last"] < seen[cause]["first"]} == {"The start weights are far too large"}


# ---- a layer of the learner's own


class Blank(Layer):
    def forward(self, Z, training): ...

    def backward(self, dA): ...


class HalfDone(ReLU):
    def backward(self, dA): ...


class Crash(ReLU):
    def forward(self, Z, training):
        return Z @ Z


class WrongMask(ReLU):
    def backward(self, dA):
        return dA * (self.A >= 0)


@pytest.mark.parametrize(
    "layer, words",
    [
        (Blank(), "not attempted yet"),
        (HalfDone(), "not attempted yet"),
        (Crash(), "stops with ValueError"),
        (WrongMask(), "not yet. WrongMask(): dX"),
        (ReLU(), "ReLU: passed. dX agree"),
        (Dense(3, 4), "Dense: passed. dW, db, dX agree"),
    ],
)
def test_a_layer_that_fails_is_judged_without_an_exception(layer, words, capsys):
    clinic.try_layer(layer, np.random.default_rng(0).standard_normal((5, 3)))
    assert words in capsys.readouterr().out


# ---- the capstone's claims


def share_correct(groups):
    """The settings of the notebook, in float32, two of the 14 groups of rows held out at a time: the mean share of their images read correctly."""
    X, y, _ = datasets.digits(writers=True)
    shares = []
    for k in range(7):
        held = groups // 2 == k
        nets = mlp([64, 128, 10], loss=SoftmaxCrossEntropy(), copies=3, rng=range(3), dtype=np.float32)
        fit(nets, X[~held], y[~held], Adam(lr=0.01), epochs=20, batch_size=64, progress=False)
        shares.append(nets.score(X[held], y[held]).mean())
    return np.mean(shares)


def test_new_writers_are_read_worse_than_random_groups_of_rows_of_the_same_sizes():
    writers = datasets.digits(writers=True)[2]
    assert 0.92 < share_correct(writers) < 0.96
    assert 0.968 < share_correct(np.random.default_rng(0).permutation(writers)) < 0.99


# ---- the notebook's last section, for real where PyTorch is installed


def notebook_cells(words):
    path = Path(__file__).parents[2] / "notebooks" / "week8_clinic_and_capstone.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [source for cell in cells if cell["cell_type"] == "code" and words in (source := "".join(cell["source"]))]


def test_pytorch_gives_the_same_losses_from_the_same_weights_as_the_notebook_says(capsys):
    pytest.importorskip("torch")
    names = {"np": np, "mlp": mlp, "SoftmaxCrossEntropy": SoftmaxCrossEntropy, "datasets": datasets, "fit": fit}
    first, second = notebook_cells("torch")
    exec(first, names)
    exec(second, names)
    assert names["torch"] is not None and "PyTorch agrees" in capsys.readouterr().out
    names["our_losses"] = names["our_losses"] + 1e-6
    with pytest.raises(AssertionError):  # and it would say so if they did not
        exec(second, names)
