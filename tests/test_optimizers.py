"""Every optimizer is its written formula, whole or in slices, alone or in a stack, in float32 and float64."""

import math

import numpy as np
import pytest

from nnlib import SGD, AdaGrad, Adam, AdamW, CosineDecay, Momentum, Nesterov, RMSProp, StepDecay, clip_by_norm, optimizers

# ---- the formulas once more, for one number at a time: f(theta, g, t, memory) -> theta, with t = 1, 2, ...

LR = 0.1


def sgd(theta, g, t, memory):
    return theta - LR * g


def momentum(theta, g, t, memory, beta=0.8):
    memory["v"] = beta * memory.get("v", 0.0) + g
    return theta - LR * memory["v"]


def momentum_ema(theta, g, t, memory, beta=0.8):
    memory["v"] = beta * memory.get("v", 0.0) + (1 - beta) * g
    return theta - LR * memory["v"]


def nesterov(theta, g, t, memory, beta=0.8):
    memory["v"] = beta * memory.get("v", 0.0) + g
    return theta - LR * (g + beta * memory["v"])


def adagrad(theta, g, t, memory, eps=1e-3):
    memory["s"] = memory.get("s", 0.0) + g**2
    return theta - LR * g / (math.sqrt(memory["s"]) + eps)


def rmsprop(theta, g, t, memory, rho=0.7, eps=1e-3):
    memory["s"] = rho * memory.get("s", 0.0) + (1 - rho) * g**2
    return theta - LR * g / (math.sqrt(memory["s"]) + eps)


def adam(theta, g, t, memory, beta1=0.7, beta2=0.95, eps=1e-3):
    memory["m"] = beta1 * memory.get("m", 0.0) + (1 - beta1) * g
    memory["v"] = beta2 * memory.get("v", 0.0) + (1 - beta2) * g**2
    m_hat, v_hat = memory["m"] / (1 - beta1**t), memory["v"] / (1 - beta2**t)
    return theta - LR * m_hat / (math.sqrt(v_hat) + eps)


def adamw(theta, g, t, memory, weight_decay=0.3):
    return adam(theta - LR * weight_decay * theta, g, t, memory)


# every setting off its default and eps large, so that a wrong or forgotten one is seen
FORMULAS = {
    "SGD": (lambda lr=LR: SGD(lr), sgd),
    "Momentum": (lambda lr=LR: Momentum(lr, beta=0.8), momentum),
    "Momentum ema": (lambda lr=LR: Momentum(lr, beta=0.8, ema=True), momentum_ema),
    "Nesterov": (lambda lr=LR: Nesterov(lr, beta=0.8), nesterov),
    "AdaGrad": (lambda lr=LR: AdaGrad(lr, eps=1e-3), adagrad),
    "RMSProp": (lambda lr=LR: RMSProp(lr, rho=0.7, eps=1e-3), rmsprop),
    "Adam": (lambda lr=LR: Adam(lr, beta1=0.7, beta2=0.95, eps=1e-3), adam),
    "AdamW": (lambda lr=LR: AdamW(lr, beta1=0.7, beta2=0.95, eps=1e-3, weight_decay=0.3), adamw),
}
DEFAULTS = {
    "SGD": (lambda: SGD(0.1), {}),
    "Momentum": (lambda: Momentum(0.1), {"beta": 0.9, "ema": False}),
    "Nesterov": (lambda: Nesterov(0.1), {"beta": 0.9}),
    "AdaGrad": (lambda: AdaGrad(0.1), {"eps": 1e-10}),
    "RMSProp": (lambda: RMSProp(0.1), {"rho": 0.9, "eps": 1e-8}),
    "Adam": (lambda: Adam(), {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
    "AdamW": (lambda: AdamW(), {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01}),
}
every_optimizer = pytest.mark.parametrize("make", [make for make, _ in FORMULAS.values()], ids=FORMULAS)


def some_steps(optimizer, theta, gradients):
    """theta after one step for each gradient; the start stays as it was."""
    theta = theta.copy()
    for g in gradients:
        optimizer.step(theta, g.copy())
    return theta


def draw(*shape, steps=5, seed=0, dtype=float):
    """A start and ``steps`` gradients of very different sizes."""
    rng = np.random.default_rng(seed)
    scale = 10.0 ** rng.uniform(-3, 2, shape)
    return rng.standard_normal(shape).astype(dtype), [(scale * rng.standard_normal(shape)).astype(dtype) for _ in range(steps)]


# ---- the formula


@pytest.mark.parametrize(("make", "formula"), FORMULAS.values(), ids=FORMULAS)
def test_ten_steps_follow_the_written_formula(make, formula):
    theta, gradients = draw(7, steps=10)
    gradients[3][:2] = 0.0
    optimizer, expected, memory = make(), theta.copy(), [{} for _ in theta]
    for t, g in enumerate(gradients, start=1):
        optimizer.step(theta, g)
        expected = np.array([formula(x, gx, t, mx) for x, gx, mx in zip(expected.tolist(), g.tolist(), memory)])
        np.testing.assert_allclose(theta, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("make", "settings"), DEFAULTS.values(), ids=DEFAULTS)
def test_default_settings_are_those_of_the_papers(make, settings):
    optimizer = make()
    assert {name: getattr(optimizer, name) for name in settings} == settings
    for name, value in settings.items():
        assert f"{name}={value!r}" in repr(optimizer)


@every_optimizer
def test_a_step_changes_theta_in_place_and_leaves_the_gradient_alone(make):
    theta, (g, *_) = draw(5)
    before, g_before, same = theta.copy(), g.copy(), theta
    make().step(theta, g)
    assert same is theta and (theta != before).all()
    np.testing.assert_array_equal(g, g_before)


def test_momentum_by_hand():
    theta, optimizer = np.array([1.0]), Momentum(0.1, beta=0.5)
    for expected in (0.8, 0.5, 0.15):  # v = 2, 3, 3.5 for a gradient of 2
        optimizer.step(theta, np.array([2.0]))
        assert theta[0] == pytest.approx(expected, abs=1e-15)


def test_average_of_gradients_with_lr_takes_the_path_of_momentum_with_lr_times_one_minus_beta():
    theta, gradients = draw(6, steps=20)
    average = some_steps(Momentum(0.1, beta=0.9, ema=True), theta, gradients)
    plain = some_steps(Momentum(0.1 * (1 - 0.9), beta=0.9), theta, gradients)
    np.testing.assert_allclose(average, plain, rtol=1e-12, atol=1e-14)


def test_nesterov_looks_ahead_where_momentum_does_not():
    theta, gradients = draw(6, steps=3)
    assert (some_steps(Nesterov(0.1), theta, gradients) != some_steps(Momentum(0.1), theta, gradients)).all()


@pytest.mark.parametrize("kind", [Momentum, Nesterov])
def test_momentum_of_beta_zero_is_gradient_descent(kind):
    theta, gradients = draw(6)
    np.testing.assert_array_equal(some_steps(kind(0.1, beta=0), theta, gradients), some_steps(SGD(0.1), theta, gradients))


def test_first_step_of_adam_is_lr_times_the_sign_of_the_gradient():
    g = np.array([1e-3, -7.0, 250.0, -1e-5])
    theta = np.zeros(4)
    Adam(0.02, eps=1e-15).step(theta, g)
    np.testing.assert_allclose(theta, -0.02 * np.sign(g), rtol=1e-9)


def test_epsilon_of_adam_stands_outside_the_root_and_after_the_correction():
    theta = np.zeros(1)
    Adam(1.0, eps=0.5).step(theta, np.array([0.5]))  # m-hat = 0.5, sqrt(v-hat) = 0.5
    assert theta[0] == pytest.approx(-0.5 / (0.5 + 0.5), rel=1e-12)


def test_adam_does_not_care_about_the_scale_of_the_loss():
    theta, gradients = draw(6, steps=10)
    scaled = some_steps(Adam(0.01, eps=1e-30), theta, [1000 * g for g in gradients])
    np.testing.assert_allclose(some_steps(Adam(0.01, eps=1e-30), theta, gradients), scaled, rtol=1e-10)


def test_adamw_decays_weights_that_have_no_gradient():
    theta, optimizer = np.array([2.0, -4.0]), AdamW(0.1, weight_decay=0.5)
    for _ in range(3):
        optimizer.step(theta, np.zeros(2))
    np.testing.assert_allclose(theta, np.array([2.0, -4.0]) * 0.95**3, rtol=1e-14)


def test_decay_of_adamw_is_decoupled_from_the_gradient():
    theta, gradients = draw(6, steps=1)
    decayed = some_steps(AdamW(0.1, weight_decay=0.5), theta, gradients)
    np.testing.assert_allclose(decayed - some_steps(Adam(0.1), theta, gradients), -0.1 * 0.5 * theta, rtol=1e-10)


def test_adamw_without_decay_is_adam():
    theta, gradients = draw(6)
    np.testing.assert_array_equal(some_steps(AdamW(0.1, weight_decay=0), theta, gradients), some_steps(Adam(0.1), theta, gradients))


# ---- whole vector and slices


@every_optimizer
@pytest.mark.parametrize("shape", [(2 * optimizers.SLICE,), (2 * optimizers.SLICE + 77,), (3, optimizers.SLICE + 1)], ids=str)
def test_slices_equal_the_whole_vector_bit_for_bit(make, shape, monkeypatch):
    theta, gradients = draw(*shape, steps=3)
    sliced = some_steps(make(), theta, gradients)
    monkeypatch.setattr(optimizers, "SLICE", 10 * sliced.size)
    np.testing.assert_array_equal(sliced, some_steps(make(), theta, gradients))


@every_optimizer
def test_no_number_of_a_long_theta_is_forgotten_or_updated_twice(make):
    short, short_gradients = draw(100, steps=3)
    repeats = optimizers.SLICE // 100 + 2  # a bit over one slice
    path = some_steps(make(), np.tile(short, repeats), [np.tile(g, repeats) for g in short_gradients])
    np.testing.assert_array_equal(path, np.tile(some_steps(make(), short, short_gradients), repeats))


@every_optimizer
def test_rates_of_a_stack_reach_every_slice(make):
    theta, gradients = draw(3, optimizers.SLICE + 5, steps=2)
    lr = np.array([0.3, 0.1, 0.001])
    stack = some_steps(make(lr[:, None]), theta, gradients)
    for r in range(3):
        np.testing.assert_array_equal(stack[r], some_steps(make(lr[r]), theta[r], [g[r] for g in gradients]))


# ---- the learning rate: a number, a schedule, an array over copies


@every_optimizer
@pytest.mark.parametrize(
    "lr", [np.float64(0.5), np.float32(0.5), np.array(0.5), lambda t: 0.5, lambda t: np.float64(0.5), StepDecay(0.5, 99)]
)
def test_a_rate_is_the_same_however_it_is_given(make, lr):
    theta, gradients = draw(6)
    np.testing.assert_array_equal(some_steps(make(lr), theta, gradients), some_steps(make(0.5), theta, gradients))


def test_a_whole_number_is_a_rate():
    theta, gradients = draw(6)
    np.testing.assert_array_equal(some_steps(SGD(2), theta, gradients), some_steps(SGD(2.0), theta, gradients))


@every_optimizer
def test_a_stack_with_its_rates_equals_single_runs_bit_for_bit(make):
    theta, gradients = draw(4, 9)
    lr = np.logspace(-3, 0, 4)
    stack = some_steps(make(lr[:, None]), theta, gradients)
    for r in range(4):
        np.testing.assert_array_equal(stack[r], some_steps(make(lr[r]), theta[r], [g[r] for g in gradients]))


def test_a_schedule_is_asked_with_the_number_of_steps_taken():
    asked = []
    optimizer = SGD(lambda t: asked.append(t) or 0.1)
    some_steps(optimizer, *draw(3, steps=4))
    assert asked == [0, 1, 2, 3]
    optimizer.reset()
    some_steps(optimizer, *draw(3, steps=2))
    assert asked == [0, 1, 2, 3, 0, 1]


def test_a_schedule_sets_each_step():
    theta, rates = np.zeros(1), [0.5, 0.25, 2.0]
    optimizer, path = SGD(lambda t: rates[t]), []
    for _ in rates:
        optimizer.step(theta, np.ones(1))
        path.append(float(theta[0]))
    assert path == [-0.5, -0.75, -2.75]


def test_a_schedule_may_give_a_rate_for_each_copy():
    theta, gradients = draw(2, 4)
    stack = some_steps(SGD(lambda t: np.array([[0.1], [0.2]]) / (t + 1)), theta, gradients)
    for r, lr in enumerate((0.1, 0.2)):
        single = some_steps(SGD(lambda t, lr=lr: lr / (t + 1)), theta[r], [g[r] for g in gradients])
        np.testing.assert_array_equal(stack[r], single)


def test_step_decay_is_a_staircase():
    schedule = StepDecay(0.8, every=10, factor=0.5)
    assert [schedule(t) for t in (0, 9, 10, 19, 20, 35)] == pytest.approx([0.8, 0.8, 0.4, 0.4, 0.2, 0.1], rel=1e-15)
    assert StepDecay(1.0, every=1, factor=0.9)(5) == pytest.approx(0.9**5)


def test_cosine_decay_falls_from_lr_to_its_floor():
    schedule = CosineDecay(1.0, steps=100, floor=0.2)
    expected = [1.0, 0.2 + 0.8 * (1 + math.cos(math.pi / 4)) / 2, 0.6, 0.2, 0.2]
    assert [schedule(t) for t in (0, 25, 50, 100, 1000)] == pytest.approx(expected, rel=1e-12)


def test_cosine_decay_warms_up_in_a_straight_line():
    schedule = CosineDecay(1.0, steps=110, warmup=10)
    assert [schedule(t) for t in (0, 4, 9, 10, 60, 110)] == pytest.approx([0.1, 0.5, 1.0, 1.0, 0.5, 0.0], abs=1e-12)


# ---- float32


@every_optimizer
@pytest.mark.parametrize(
    "lr", [0.1, np.float64(0.1), np.array([[0.1], [0.2]]), lambda t: np.float64(0.1)], ids=["number", "float64", "array", "schedule"]
)
def test_float32_stays_float32_and_near_float64(make, lr):
    theta, gradients = draw(2, 50, dtype=np.float32)
    optimizer = make(lr)
    single = some_steps(optimizer, theta, gradients)
    assert single.dtype == np.float32
    assert all(array.dtype == np.float32 for array in optimizer.state)
    double = some_steps(make(lr), theta.astype(float), [g.astype(float) for g in gradients])
    np.testing.assert_allclose(single, double, rtol=2e-5, atol=2e-5)


# ---- state


@every_optimizer
def test_reset_makes_the_next_step_the_first(make):
    theta, gradients = draw(6)
    optimizer = make()
    some_steps(optimizer, theta, gradients)
    optimizer.reset()
    np.testing.assert_array_equal(some_steps(optimizer, theta, gradients), some_steps(make(), theta, gradients))


@pytest.mark.parametrize("make", [make for name, (make, _) in FORMULAS.items() if name != "SGD"], ids=[n for n in FORMULAS if n != "SGD"])
def test_without_reset_the_state_is_remembered(make):
    theta, gradients = draw(6)
    optimizer = make()
    some_steps(optimizer, theta, gradients)
    assert (some_steps(optimizer, theta, gradients) != some_steps(make(), theta, gradients)).any()


@pytest.mark.parametrize("make", [make for name, (make, _) in FORMULAS.items() if name != "SGD"], ids=[n for n in FORMULAS if n != "SGD"])
@pytest.mark.parametrize("shape", [(4,), (2, 3), (1,)], ids=str)
def test_state_of_another_theta_is_refused(make, shape):
    optimizer, theta = make(), np.ones(shape)
    optimizer.step(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match=r"reset\(\)"):
        optimizer.step(theta, np.ones(shape))
    np.testing.assert_array_equal(theta, np.ones(shape))


@pytest.mark.parametrize("shape", [(1, 3), (3, 1), (1,), (4,), ()], ids=str)
def test_a_gradient_of_another_shape_is_refused_even_where_it_would_broadcast(shape):
    theta = np.ones(3)
    with pytest.raises(ValueError, match="shape"):
        SGD(0.1).step(theta, np.ones(shape))
    np.testing.assert_array_equal(theta, np.ones(3))


# ---- bad settings


NO_RATE = [0, 0.0, -0.1, math.nan, math.inf, -math.inf, True, False, "0.1", "fast", None, [], [0.1, -0.1], [0.1, math.nan], {}, 1j]
NO_DECAY = [1.0, 1, 1.5, -0.1, math.nan, math.inf, True, "0.9", None, [0.9]]
NO_EPS = [0, 0.0, -1e-8, math.nan, math.inf, True, "1e-8", None]


@pytest.mark.parametrize("kind", [SGD, Adam])
@pytest.mark.parametrize("lr", NO_RATE, ids=repr)
def test_a_bad_rate_is_refused_with_advice(kind, lr):
    with pytest.raises(ValueError, match="lr") as caught:
        kind(lr)
    assert repr(lr) in str(caught.value) and "write lr=0.1" in str(caught.value)


BAD_SETTINGS = (
    [(Momentum, "beta", value) for value in NO_DECAY]
    + [(Nesterov, "beta", value) for value in NO_DECAY]
    + [(RMSProp, "rho", value) for value in NO_DECAY]
    + [(Adam, name, value) for name in ("beta1", "beta2") for value in NO_DECAY]
    + [(AdamW, name, value) for name in ("beta1", "beta2") for value in NO_DECAY]
    + [(kind, "eps", value) for kind in (AdaGrad, RMSProp, Adam, AdamW) for value in NO_EPS]
    + [(AdamW, "weight_decay", value) for value in (-0.01, math.nan, math.inf, True, "0.01", None)]
)


@pytest.mark.parametrize(("kind", "name", "value"), BAD_SETTINGS, ids=[f"{k.__name__}-{n}-{v!r}" for k, n, v in BAD_SETTINGS])
def test_a_bad_setting_is_refused_with_its_name_its_value_and_advice(kind, name, value):
    with pytest.raises(ValueError) as caught:
        kind(0.1, **{name: value})
    message = str(caught.value)
    assert name in message and repr(value) in message and f"write {name}=" in message


@pytest.mark.parametrize("zero", [{"beta1": 0}, {"beta2": 0}, {"weight_decay": 0}])
def test_zero_is_allowed_where_the_formula_allows_it(zero):
    assert np.isfinite(some_steps(AdamW(0.1, **zero), *draw(3))).all()


@pytest.mark.parametrize("kind", [SGD, Adam])
@pytest.mark.parametrize("shape", [(2,), (3,), (3, 2), (2, 1), (1, 3, 1), (3, 4, 1)], ids=str)
def test_rates_that_do_not_broadcast_over_the_copies_are_refused(kind, shape):
    theta, gradients = draw(3, 4, steps=1)
    before = theta.copy()
    with pytest.raises(ValueError, match=r"lr\[:, None\]"):
        kind(np.full(shape, 0.1)).step(theta, gradients[0])
    np.testing.assert_array_equal(theta, before)


@pytest.mark.parametrize("lr", [np.full((2, optimizers.SLICE + 5), 0.1), np.full((1, optimizers.SLICE + 5), 0.1)], ids=["R x P", "1 x P"])
def test_a_rate_for_each_parameter_works_in_slices_or_is_refused_with_advice(lr):
    theta, gradients = draw(2, optimizers.SLICE + 5, steps=1)
    try:
        path = some_steps(SGD(lr), theta, gradients)
    except ValueError as error:
        assert "write" in str(error)
    else:
        np.testing.assert_array_equal(path, some_steps(SGD(0.1), theta, gradients))


@pytest.mark.parametrize("kind", [SGD, Adam])
@pytest.mark.parametrize(
    "value", [math.nan, -0.1, math.inf, "fast", None, np.array([[0.1], [-0.1]])], ids=["nan", "-0.1", "inf", "str", "None", "array"]
)
def test_a_schedule_that_gives_no_rate_is_refused_before_theta_moves(kind, value):
    theta, gradients = draw(2, 4, steps=1)
    before = theta.copy()
    with pytest.raises(ValueError, match="lr"):
        kind(lambda t: value).step(theta, gradients[0])
    np.testing.assert_array_equal(theta, before)


def test_a_schedule_may_come_down_to_zero():
    theta, gradients = draw(4, steps=3)
    np.testing.assert_array_equal(some_steps(SGD(lambda t: 0.0), theta, gradients), theta)


BAD_SCHEDULES = (
    [(StepDecay, {"lr": 0.1, "every": every}) for every in (0, -1, 2.5, True)]
    + [(StepDecay, {"lr": lr, "every": 10}) for lr in (0, -0.1, math.nan, "0.1")]
    + [(StepDecay, {"lr": 0.1, "every": 10, "factor": factor}) for factor in (0, -0.5, math.nan, 1.5)]
    + [(kind, {"lr": [0.1, 0.2], name: 5}) for kind, name in ((StepDecay, "every"), (CosineDecay, "steps"))]
    + [(CosineDecay, {"lr": 0.1, "steps": 10, "warmup": warmup}) for warmup in (10, 11, "x", None, True)]
    + [(CosineDecay, {"lr": 0.1, "steps": 10, "floor": floor}) for floor in (0.2, "x")]
    + [(CosineDecay, {"lr": lr, "steps": 10}) for lr in (0, -0.1, math.inf)]
    + [(CosineDecay, {"lr": 0.1, "steps": steps}) for steps in (0, -1, 2.5)]
    + [(CosineDecay, {"lr": 0.1, "steps": 10, **wrong}) for wrong in ({"warmup": -1}, {"warmup": 0.1}, {"floor": -0.1})]
)


@pytest.mark.parametrize(("kind", "settings"), BAD_SCHEDULES, ids=[f"{kind.__name__}-{settings}" for kind, settings in BAD_SCHEDULES])
def test_a_schedule_with_bad_settings_is_refused_when_it_is_made(kind, settings):
    with pytest.raises(ValueError, match=r"must (not )?be"):
        kind(**settings)


def test_the_last_step_of_a_warm_up_has_the_full_rate():
    schedule = CosineDecay(0.1, steps=10, warmup=9)
    assert [schedule(t) for t in (0, 8, 9, 10)] == pytest.approx([0.1 / 9, 0.1, 0.1, 0.0])


def test_a_schedule_takes_an_array_of_rates():
    for schedule in (StepDecay(np.array([[0.1], [0.2]]), 5), CosineDecay(np.array([[0.1], [0.2]]), 5)):
        theta = np.ones((2, 1))
        SGD(schedule).step(theta, np.ones((2, 1)))
        np.testing.assert_allclose(theta, [[0.9], [0.8]])


# ---- arrays that a step cannot change


@pytest.mark.parametrize("make", [lambda: SGD(0.1), lambda: Adam()], ids=["SGD", "Adam"])
@pytest.mark.parametrize("again", [False, True], ids=["first step", "second step"])
@pytest.mark.parametrize(
    ("theta", "grad", "words"),
    [
        ([1.0, 2.0], np.ones(2), r"theta.*array of floats, got \[1.0, 2.0\]: write np.array"),
        (np.ones(2), [1, 2], r"grad must be a NumPy array of floats, got \[1, 2\]"),
        (np.ones(2), None, "grad.*None"),
        (1.0, 1.0, "theta.*1.0"),
    ],
    ids=["theta a list", "grad a list", "grad None", "numbers"],
)
def test_a_step_takes_arrays_only_and_says_so(make, again, theta, grad, words):
    optimizer = make()
    if again:
        optimizer.step(np.ones(2), np.ones(2))
    with pytest.raises(ValueError, match=words):
        optimizer.step(theta, grad)


def test_whole_numbers_cannot_be_trained_and_are_refused():
    with pytest.raises(ValueError, match=r"theta, which a step changes in place,.*int64 of shape \(2,\)"):
        SGD(0.1).step(np.array([1, 2]), np.ones(2))


@pytest.mark.parametrize("make", [AdaGrad, RMSProp, Adam, AdamW])
def test_an_eps_that_is_0_in_float32_is_refused_before_it_makes_nan(make):
    theta = np.ones(2, dtype=np.float32)
    with pytest.raises(ValueError, match=r"eps=1e-50 is 0 in float32.*write eps=1e-8"):
        make(lr=0.1, eps=1e-50).step(theta, np.zeros_like(theta))
    make(lr=0.1, eps=1e-40).step(theta, np.zeros_like(theta))
    np.testing.assert_array_equal(theta if make is not AdamW else np.ones(2), [1, 1])


def test_a_subclass_without_update_says_what_to_write():
    class Mine(optimizers.Optimizer):
        state_names = ("v",)

    with pytest.raises(NotImplementedError, match=r"Mine needs def update\(self, theta, g, lr, v\)"):
        Mine(0.1).step(np.ones(2), np.ones(2))


@pytest.mark.parametrize("lr", ["abc", [0.1, 0.2], None, -1.0])
def test_a_rate_set_later_is_checked_too(lr):
    optimizer, theta = SGD(0.1), np.ones(2)
    optimizer.lr = lr
    with pytest.raises(ValueError, match="lr"):
        optimizer.step(theta, np.ones(2))
    np.testing.assert_array_equal(theta, [1, 1])


def test_the_state_of_adam_is_m_and_s_of_its_formula():
    optimizer, gradients = Adam(0.1, beta1=0.8, beta2=0.95), np.random.default_rng(0).standard_normal((7, 5))
    theta, m, s = np.ones(5), np.zeros(5), np.zeros(5)
    for g in gradients:
        optimizer.step(theta, g)
        m, s = 0.8 * m + (1 - 0.8) * g, 0.95 * s + (1 - 0.95) * g**2
    np.testing.assert_allclose(optimizer.state, [m, s], rtol=1e-14)


# ---- clipping


def test_a_long_gradient_is_scaled_to_the_longest_length_allowed():
    g = np.array([3.0, -4.0])
    norm = clip_by_norm(g, 1.0)
    assert norm == 5.0 and isinstance(norm, float)
    np.testing.assert_allclose(g, [0.6, -0.8], rtol=1e-15)


@pytest.mark.parametrize("max_norm", [5.0, 6.0, 1e300])
def test_a_short_gradient_stays_bit_for_bit(max_norm):
    g = np.array([3.0, -4.0])
    assert clip_by_norm(g, max_norm) == 5.0
    np.testing.assert_array_equal(g, [3.0, -4.0])


def test_a_zero_gradient_stays_zero():
    g = np.zeros(3)
    assert clip_by_norm(g, 1.0) == 0.0
    np.testing.assert_array_equal(g, np.zeros(3))


@pytest.mark.parametrize("max_norm", [1e-3, 1.0, 4.0, 1e300])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_zero_gradient_stays_zero_whatever_the_limit(max_norm, dtype):
    g = np.zeros(3, dtype)
    assert clip_by_norm(g, max_norm) == 0.0
    np.testing.assert_array_equal(g, np.zeros(3))


def test_the_gradient_of_one_layer_is_clipped_as_a_whole():
    g = np.array([[3.0, 4.0], [0.3, 0.4]])
    assert clip_by_norm(g, 1.0) == pytest.approx(math.hypot(5, 0.5), rel=1e-15)
    np.testing.assert_allclose(g, np.array([[3.0, 4.0], [0.3, 0.4]]) / math.hypot(5, 0.5), rtol=1e-15)
    transposed = np.array([[3.0, 0.3], [4.0, 0.4]]).T
    clip_by_norm(transposed, 1.0)
    np.testing.assert_array_equal(transposed, g)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_clipping_is_correct_up_to_the_ends_of_the_float_range(dtype):
    large = np.finfo(dtype).max / 2
    g = np.array([large, -large, 0], dtype)
    clip_by_norm(g, 1.0)
    np.testing.assert_allclose(g, [0.5**0.5, -(0.5**0.5), 0], rtol=1e-6)
    for size, max_norm in ((1e300, 1e-300), (1e-200, 1e-250), (1e-320, 1e-321)):
        g = np.array([3.0, -4.0]) * size
        direction = g / np.abs(g).max()
        clip_by_norm(g, max_norm)
        np.testing.assert_allclose(g, direction / np.hypot(*direction) * max_norm, rtol=1e-14, atol=5e-324)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_gradient_that_is_not_finite_stays_as_it_is_and_its_length_says_so(bad):
    g = np.array([3.0, bad, 1e300])
    norm = clip_by_norm(g, 0.5)
    np.testing.assert_array_equal(g, [3.0, bad, 1e300])
    assert not math.isfinite(norm)
    stack = np.array([[3.0, bad], [3.0, 4.0]])
    norms = clip_by_norm(stack, 0.5, per_copy=True)
    np.testing.assert_allclose(stack, [[3.0, bad], [0.3, 0.4]])
    assert not math.isfinite(norms[0]) and norms[1] == 5


def test_an_empty_gradient_has_length_0():
    assert clip_by_norm(np.zeros(0), 1.0) == 0.0


@pytest.mark.parametrize("grad", [np.array([3, 4]), [3.0, 4.0], None, 3.0, np.array(3.0), np.array(["a"])], ids=repr)
def test_a_gradient_that_cannot_be_scaled_in_place_is_refused(grad):
    with pytest.raises(ValueError, match=r"grad, which is scaled in place, must be a NumPy array of floats.*write np.array"):
        clip_by_norm(grad, 1.0)


def test_each_copy_is_clipped_by_its_own_length():
    g = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0], [30.0, 40.0]])
    norms = clip_by_norm(g, 1.0, per_copy=True)
    np.testing.assert_allclose(norms, [5.0, 0.5, 0.0, 50.0], rtol=1e-15)
    np.testing.assert_allclose(g, [[0.6, 0.8], [0.3, 0.4], [0.0, 0.0], [0.6, 0.8]], rtol=1e-15)


def test_clipping_keeps_float32():
    g = np.array([3.0, 4.0], dtype=np.float32)
    clip_by_norm(g, 1.0)
    assert g.dtype == np.float32
    np.testing.assert_allclose(g, [0.6, 0.8], rtol=1e-6)


@pytest.mark.parametrize(("dtype", "huge"), [(np.float64, 1e200), (np.float32, 1e25)], ids=["float64", "float32"])
def test_a_huge_finite_gradient_keeps_its_direction(dtype, huge):
    g = np.array([3, -4], dtype=dtype) * dtype(huge)
    assert clip_by_norm(g, 1.0) == pytest.approx(5 * huge, rel=1e-6)
    np.testing.assert_allclose(g, [0.6, -0.8], rtol=1e-6)


@pytest.mark.parametrize("max_norm", [0, -1.0, math.nan, True, "1", None], ids=repr)
def test_a_bad_length_is_refused_with_advice(max_norm):
    g = np.array([3.0, 4.0])
    with pytest.raises(ValueError, match=r"max_norm.*write max_norm=1.0"):
        clip_by_norm(g, max_norm)
    np.testing.assert_array_equal(g, [3.0, 4.0])
