"""The three experiments in which the learner is the algorithm: a line, four units, a circuit."""

import numpy as np
import pytest

from nnlib import Dense, MeanSquaredError, Network, ReLU
from nnlib.experiments import backprop_steps, four_units, line_by_hand


def test_twice_the_numbers_keep_the_line_and_sharpen_the_shading():
    once, twice = line_by_hand.simulate(w1=1.0, w2=1.0, b=-2.0), line_by_hand.simulate(w1=2.0, w2=2.0, b=-4.0)
    assert once["accuracy"] == twice["accuracy"] and np.allclose(twice["z"], 2 * once["z"])
    assert line_by_hand.observe(twice) == "the line stays, only the shading changes"
    assert line_by_hand.observe(line_by_hand.simulate(w1=1.0, w2=-1.0, b=0.0)) == "the line moves, the accuracy changes"
    assert "nowhere" in line_by_hand.describe(line_by_hand.simulate(w1=0.0, w2=0.0, b=0.0))


def test_opposite_units_make_valleys_and_turned_by_45_degrees_they_solve_xor():
    assert four_units.observe(four_units.simulate(first=0, second=90, opening=180)) == "two lines that cross"
    assert four_units.observe(four_units.simulate(first=45, second=225, opening=90)) == "one straight or bent line"
    assert four_units.simulate(first=45, second=135, opening=180)["accuracy"] == 1.0
    assert 0.4 < four_units.simulate(first=0, second=90, opening=180)["accuracy"] < 0.6


@pytest.mark.parametrize("b2", [-1.5, -0.5, 1.0])
@pytest.mark.parametrize("v2", [-3.0, 0.0, 2.5])
def test_the_gradients_on_the_wires_are_those_of_nnlib(b2, v2):
    result = backprop_steps.simulate(step=26, b2=b2, v2=v2)
    net = Network([Dense(2, 2), ReLU(), Dense(2, 1)], loss=MeanSquaredError())
    net.layers[0].W, net.layers[0].b = np.array([[1.5, -0.5], [0.5, -2.0]]), np.array([[-1.0, b2]])
    net.layers[2].W, net.layers[2].b = np.array([[2.0], [v2]]), np.array([[1.0]])
    assert net.loss_and_gradient(np.array([[2.0, -1.0]]), np.array([[5.0]])) == result["value"]["L"]
    grad = result["grad"]
    ours = [grad[name] for name in ("w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c")]
    assert np.allclose(net.grad, ours, atol=0, rtol=1e-12)


def test_a_weight_of_zero_stops_three_gradients_and_a_unit_that_is_off_four():
    zeros = {
        (b2, v2): sum(backprop_steps.simulate(step=26, b2=b2, v2=v2)["grad"][name] == 0 for name in backprop_steps.PARAMETERS)
        for b2, v2 in ((-0.5, 0.0), (-1.5, -3.0))
    }
    assert zeros == {(-0.5, 0.0): 3, (-1.5, -3.0): 4}


def test_every_step_says_its_gate_and_the_picture_grows():
    lines = [backprop_steps.describe(backprop_steps.simulate(step=step, b2=-0.5, v2=-3.0)) for step in range(27)]
    assert len(set(lines)) == 27 and "L (square): e = -2.5 gives 6.25" in lines[13] and "dx1 = -22.5" in lines[26]
    marks = [len(backprop_steps.picture(backprop_steps.simulate(step=step, b2=-0.5, v2=-3.0)).panels[0].marks) for step in range(27)]
    assert marks == sorted(marks) and marks[26] > marks[13] > marks[0]


@pytest.mark.parametrize("b2, v2", [(-0.5, -3.0), (-1.5, 4.0), (1.0, -3.5)])
def test_no_two_words_of_the_circuit_lie_on_one_another(b2, v2):
    (panel,) = backprop_steps.picture(backprop_steps.simulate(step=26, b2=b2, v2=v2)).panels
    words = [mark for mark in panel.marks if mark["kind"] == "text"]
    unit = np.array([795, 250]) / [np.ptp(panel.limits("x")), np.ptp(panel.limits("y"))]  # pixels of the stored picture
    middle = np.array([[mark["x"][0], mark["y"][0]] for mark in words]) * unit
    half = np.array([[3.6 * len(mark["words"]), 5.5] for mark in words])
    for i, mark in enumerate(words):
        for j in range(i):
            apart = np.abs(middle[i] - middle[j]) >= half[i] + half[j]
            assert apart.any(), (mark["words"], words[j]["words"])
