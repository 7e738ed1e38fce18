"""The checker is checked: wrong layers, losses and networks are refused by name, right ones pass, nothing is left changed."""

import copy
import os

import numpy as np
import pytest
from helpers import random, says_what_to_write

from nnlib import (
    ELU,
    GELU,
    BatchNorm,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Dense,
    Dropout,
    GradientError,
    Identity,
    Layer,
    LeakyReLU,
    Loss,
    MeanSquaredError,
    Network,
    ReLU,
    Sigmoid,
    Softmax,
    SoftmaxCrossEntropy,
    Tanh,
    check_layer,
    check_loss,
    check_network,
    datasets,
    mlp,
    numerical_gradient,
)
from nnlib.activations import softmax

X = random(6, 4, seed=77)  # 6 rows, 4 columns, no number near a kink
SQUARE = random(4, 4, seed=78)  # as many rows as columns: here the shapes do not reveal a wrong axis


# ---- wrong layers; each computes the right forward pass and one wrong gradient


class MissingTranspose(Dense):
    def backward(self, dZ):
        super().backward(dZ)
        return dZ @ self.W  # dZ W^T


class TransposedDW(Dense):
    def backward(self, dZ):
        dX = super().backward(dZ)
        self.dW[...] = dZ.T @ self.X  # X^T dZ
        return dX


class MeanForSumInDb(Dense):
    def backward(self, dZ):
        dX = super().backward(dZ)
        self.db[...] = dZ.mean(axis=0, keepdims=True)
        return dX


class SecondOneOverM(Dense):
    def backward(self, dZ):
        dX = super().backward(dZ)
        self.dW /= len(dZ)  # 1/m is in the loss already
        return dX


class ForgottenBias(Dense):
    def backward(self, dZ):
        dX = super().backward(dZ)
        self.db[...] = 0
        return dX


class BroadcastBias(Dense):
    def backward(self, dZ):
        dX = super().backward(dZ)
        self.db[...] = dZ.sum()  # over all units instead of each
        return dX


class Accumulating(Layer):
    """A dense layer without bias whose gradient is added to what was there."""

    parameters = ("W",)

    def __init__(self, n):
        self.n = self.n_in = self.n_out = n

    def draw(self, rng):
        return {"W": rng.standard_normal((self.n, self.n))}

    def forward(self, X, training):
        self.X = X
        return X @ self.W

    def backward(self, dZ):
        self.dW += self.X.mT @ dZ
        return dZ @ self.W.mT


class NeverWritten(Accumulating):
    def backward(self, dZ):
        return dZ @ self.W.mT


class NoReturn(Dense):
    def backward(self, dZ):
        super().backward(dZ)


class WrongShape(Dense):
    def backward(self, dZ):
        return super().backward(dZ).sum(axis=0, keepdims=True)


class BroadcastableShape(Tanh):
    def backward(self, dA):
        return super().backward(dA)[:, :1]


class NotANumber(Identity):
    def backward(self, dA):
        return dA * np.nan


class BatchNormWrongAxis(BatchNorm):
    def backward(self, dA):
        dX = super().backward(dA)
        self.dbeta[...] = dA.sum(axis=-1)  # over the columns
        return dX


class BatchNormWithoutMean(BatchNorm):
    def backward(self, dA):
        dX = super().backward(dA)
        return dX + self.gamma * self.scale * dA.mean(axis=0)  # takes the mean's path out again


class BatchNormWithoutVariance(BatchNorm):
    def backward(self, dA):
        dX = super().backward(dA)
        return dX + self.gamma * self.scale * self.Xhat * (dA * self.Xhat).mean(axis=0)


class BatchNormWithoutBothPaths(BatchNorm):
    def backward(self, dA):
        super().backward(dA)
        return self.gamma * self.scale * dA


class BatchNormGammaFromX(BatchNorm):
    def forward(self, X, training):
        self.X = X
        return super().forward(X, training)

    def backward(self, dA):
        dX = super().backward(dA)
        self.dgamma[...] = (dA * self.X).sum(axis=0)  # X where Xhat belongs
        return dX


class BatchNormGammaForgotten(BatchNorm):
    def backward(self, dA):
        return super().backward(dA) / self.gamma


class ReLUMaskAtLeastZero(ReLU):
    def backward(self, dA):
        return dA * (self.A >= 0)  # a = relu(z) is never negative: all ones


class ReLUMaskFromUpstream(ReLU):
    def backward(self, dA):
        return dA * (dA > 0)


class LeakySlopeMissing(LeakyReLU):
    def backward(self, dA):
        return dA * (self.Z > 0)


class EluAlphaForgotten(ELU):
    def backward(self, dA):
        return np.where(self.A > 0, dA, dA * (self.A + 1))


class GeluWithoutDensity(GELU):
    def backward(self, dA):
        return dA * self.Phi


class TanhNotSquared(Tanh):
    def backward(self, dA):
        return dA * (1 - self.A)


class TanhOfTanh(Tanh):
    def backward(self, dA):
        return dA * (1 - np.tanh(self.A) ** 2)


class SigmoidSlopeIsValue(Sigmoid):
    def backward(self, dA):
        return dA * self.A


class SigmoidWithoutUpstream(Sigmoid):
    def backward(self, dA):
        return self.A * (1 - self.A)


class SoftmaxDiagonalOnly(Softmax):
    def backward(self, dP):
        return dP * self.P * (1 - self.P)


class DropoutScaleMissing(Dropout):
    def backward(self, dA):
        return dA * (self.mask > 0)


class DropoutScaledByRate(Dropout):
    def backward(self, dA):
        return dA * (self.mask > 0) / self.rate


class DropoutNewMask(Dropout):
    def backward(self, dA):
        self.forward(dA, training=True)
        return dA * self.mask


class DropoutScaledInEvaluation(Dropout):
    def backward(self, dA):
        return dA / (1 - self.rate)


class Sharp(Dense):
    """Wrong in a single number, by one part in ten thousand."""

    def backward(self, dZ):
        dX = super().backward(dZ)
        self.dW[2, 1] *= 1.0001
        return dX


WRONG_LAYERS = [  # layer, the array that is wrong, data, training
    (MissingTranspose(4, 4), "dX", X, True),
    (TransposedDW(4, 4), "dW", X, True),
    (MeanForSumInDb(4, 3), "db", X, True),
    (SecondOneOverM(4, 3), "dW", X, True),
    (ForgottenBias(4, 3), "db", X, True),
    (BroadcastBias(4, 3), "db", X, True),
    (Accumulating(4), "dW", X, True),
    (NeverWritten(4), "dW", X, True),
    (NoReturn(4, 3), "dX", X, True),
    (WrongShape(4, 3), "dX", X, True),
    (BroadcastableShape(), "dX", X, True),
    (NotANumber(), "dX", X, True),
    (BatchNormWrongAxis(4), "dbeta", SQUARE, True),
    (BatchNormWithoutMean(4), "dX", X, True),
    (BatchNormWithoutVariance(4), "dX", X, True),
    (BatchNormWithoutBothPaths(4), "dX", X, True),
    (BatchNormGammaFromX(4), "dgamma", X, True),
    (BatchNormGammaForgotten(4), "dX", X, True),
    (ReLUMaskAtLeastZero(), "dX", X, True),
    (ReLUMaskFromUpstream(), "dX", X, True),
    (LeakySlopeMissing(0.1), "dX", X, True),
    (EluAlphaForgotten(0.5), "dX", X, True),
    (GeluWithoutDensity(), "dX", X, True),
    (TanhNotSquared(), "dX", X, True),
    (TanhOfTanh(), "dX", X, True),
    (SigmoidSlopeIsValue(), "dX", X, True),
    (SigmoidWithoutUpstream(), "dX", X, True),
    (SoftmaxDiagonalOnly(), "dX", X, True),
    (DropoutScaleMissing(0.2), "dX", X, True),
    (DropoutScaledByRate(0.2), "dX", X, True),
    (DropoutNewMask(0.2), "dX", X, True),
    (DropoutScaledInEvaluation(0.2), "dX", X, False),
    (Sharp(4, 3), "dW", X, True),
]


def class_name(value):
    return type(value).__name__ if isinstance(value, (Layer, Loss)) else None


@pytest.mark.parametrize(("layer", "array", "X", "training"), WRONG_LAYERS, ids=class_name)
def test_a_wrong_layer_is_refused_by_layer_array_and_index(layer, array, X, training):
    with pytest.raises(GradientError) as caught:
        check_layer(layer, X, training=training)
    error = caught.value
    assert type(layer).__name__ in error.where and type(layer).__name__ in str(error)
    assert error.array == array and array in str(error)
    if not isinstance(layer, (NoReturn, WrongShape, BroadcastableShape)):
        expected = X if array == "dX" else getattr(layer, array)
        assert len(error.index) == expected.ndim and all(i < n for i, n in zip(error.index, expected.shape))
        assert str(list(error.index)) in str(error) or str(error.index) in str(error)
        assert not np.isclose(error.analytic, error.numeric, rtol=1e-6, atol=0)
        assert error.error > 1e-7


@pytest.mark.parametrize(("layer", "array", "X", "training"), WRONG_LAYERS, ids=class_name)
def test_no_wrong_layer_slips_through_by_luck(layer, array, X, training):
    for seed in range(20):
        with pytest.raises(GradientError) as caught:
            check_layer(copy.deepcopy(layer), random(*X.shape, seed=seed + 100), training=training, rng=seed)
        assert caught.value.array == array


@pytest.mark.parametrize("layer", [layer for layer, *_ in WRONG_LAYERS], ids=class_name)
def test_every_wrong_layer_has_a_right_forward_pass(layer):
    """So that it is the gradient, and nothing else, that is refused."""
    base = type(layer).__mro__[1]
    if base in (Layer, Accumulating):
        return
    np.testing.assert_array_equal(copy.deepcopy(layer).forward(X, True), base(**layer.settings()).forward(X, True))


def test_the_error_names_the_one_wrong_number_with_both_values():
    with pytest.raises(GradientError) as caught:
        check_layer(Sharp(4, 3), X)
    error = caught.value
    assert error.index == (2, 1)
    assert error.analytic / error.numeric == pytest.approx(1.0001, rel=1e-6)
    printed = [float(word.strip(",;:()")) for word in str(error).split() if word.strip(",;:()").replace(".", "").lstrip("-").isdigit()]
    assert all(np.isclose(printed, value, rtol=1e-6, atol=0).any() for value in (error.analytic, error.numeric))


def test_a_layer_without_return_gets_an_error_that_says_so():
    with pytest.raises(GradientError, match="return"):
        check_layer(NoReturn(4, 3), X)


@pytest.mark.parametrize(("layer", "came"), [(WrongShape(4, 3), "(1, 4)"), (BroadcastableShape(), "(6, 1)")], ids=class_name)
def test_a_wrong_shape_is_reported_with_both_shapes(layer, came):
    with pytest.raises(GradientError) as caught:
        check_layer(layer, X)
    assert came in str(caught.value) and "(6, 4)" in str(caught.value)


@pytest.mark.parametrize("right", [Dense(4, 4), BatchNorm(4), Dropout(0.2), Tanh(), ReLU(), Softmax(), GELU()], ids=str)
def test_a_copy_of_the_right_layer_passes_where_its_wrong_one_fails(right):
    assert max(check_layer(right, X).values()) < 1e-7


# ---- kinks


def check_relu(layer, z):
    return check_layer(layer, np.array([[1.0, z], [-1.0, 2.0]]))


class MaskFromZAtLeastZero(Layer):
    """The derivative 1 at z = 0: as good a choice as 0, and elsewhere the same."""

    def forward(self, Z, training):
        self.Z = Z
        return np.maximum(Z, 0)

    def backward(self, dA):
        return dA * (self.Z >= 0)


def test_off_the_kink_a_mask_z_at_least_0_equals_z_above_0():
    for seed in range(20):
        Z = random(5, 4, seed=seed)
        assert check_layer(MaskFromZAtLeastZero(), Z)["dX"] < 1e-7
        assert check_layer(ReLU(), Z)["dX"] < 1e-7


class HalfAtTheKink(ReLU):
    def backward(self, dA):
        return dA * np.where(self.A > 0, 1.0, 0.5 * (self.A == self.Z))

    def forward(self, Z, training):
        self.Z = Z
        return super().forward(Z, training)


@pytest.mark.parametrize("z", [0.0, 1e-9, -1e-9, 1e-13])
@pytest.mark.parametrize("layer", [ReLU(), LeakyReLU(0.1), ELU(0.5)], ids=str)
def test_on_the_kink_each_slope_between_those_to_the_two_sides_is_right(layer, z):
    assert check_relu(layer, z)["dX"] < 1e-7
    if z == 0:
        assert check_relu(MaskFromZAtLeastZero(), z)["dX"] < 1e-7
        assert check_relu(HalfAtTheKink(), z)["dX"] < 1e-7


@pytest.mark.parametrize("slope", [-0.2, 1.2, np.nan])
def test_on_the_kink_a_slope_beyond_both_sides_is_refused(slope):
    class Beyond(ReLU):
        def backward(self, dA):
            return np.where(self.A == 0, slope * dA, dA)

    with pytest.raises(GradientError) as caught:
        check_layer(Beyond(), np.array([[1.0, 0.0], [3.0, 2.0]]))
    assert caught.value.index == (0, 1)


def test_digits_with_their_zeros_are_checked_as_they_are():
    X = datasets.digits()[0][:3]
    assert (X == 0).sum() > 50
    assert check_layer(ReLU(), X)["dX"] < 1e-7


@pytest.mark.parametrize("z", [3e-6, -3e-6, 5e-7, -5e-7, 2e-7, -2e-7])
@pytest.mark.parametrize("layer", [ReLU(), LeakyReLU(0.1), ELU(0.5)], ids=str)
def test_beside_the_kink_a_right_layer_raises_no_false_alarm(layer, z):
    assert check_relu(layer, z)["dX"] < 1e-7


@pytest.mark.parametrize("z", [3e-6, -3e-6, 5e-7, -5e-7])
@pytest.mark.parametrize("layer", [ReLUMaskAtLeastZero(), ReLUMaskFromUpstream(), LeakySlopeMissing(0.1)], ids=class_name)
def test_beside_the_kink_a_wrong_layer_is_still_refused(layer, z):
    with pytest.raises(GradientError):
        check_relu(layer, z)


def test_a_hundred_relu_networks_raise_no_false_alarm():
    """About 50,000 pre-activations; some lie nearer to 0 than the step of 1e-5 moves them."""
    for seed in range(100):
        net = mlp([3, 12, 12, 2], activation=ReLU, loss=SoftmaxCrossEntropy(), rng=seed)
        y = np.random.default_rng(seed).integers(0, 2, 20)
        assert max(check_network(net, random(20, 3, seed=seed), y, rng=seed).values()) < 1e-7


@pytest.mark.parametrize("make", [lambda: Dense(4, 3), lambda: BatchNorm(4), GELU, Softmax, Tanh, lambda: Dropout(0.3)])
def test_right_layers_pass_for_many_seeds_and_scales(make):
    for seed in range(60):
        data = random(5, 4, seed=seed) * 10.0 ** (seed % 3 - 1)
        assert max(check_layer(make(), data, rng=seed).values()) < 1e-7


# ---- wrong losses


class MseWithoutFactor2(MeanSquaredError):
    def backward(self):
        return super().backward() / 2


class MseMeanOverOutputs(MeanSquaredError):
    def backward(self):
        dZ = super().backward()
        return dZ / dZ.shape[-1]


class MseWithoutOneOverM(MeanSquaredError):
    def backward(self):
        dZ = super().backward()
        return dZ * len(dZ)


class BceWithoutOneOverM(BinaryCrossEntropy):
    def backward(self):
        dZ = super().backward()
        return dZ * len(dZ)


class BceOtherSign(BinaryCrossEntropy):
    def backward(self):
        return -super().backward()


class BceSigmoidSlopeTwice(BinaryCrossEntropy):
    def backward(self):
        P = 1 / (1 + np.exp(-self.S))  # S is Z or -Z: P (1 - P) is the same for both
        return super().backward() * P * (1 - P)


class SoftmaxWithoutOneOverM(SoftmaxCrossEntropy):
    def backward(self):
        dZ = super().backward()
        return dZ * len(dZ)


class SoftmaxWithoutLabels(SoftmaxCrossEntropy):
    def backward(self):
        super().backward()
        return self.P / len(self.P)


class CategoricalWithoutOneOverM(CategoricalCrossEntropy):
    def backward(self):
        dP = super().backward()
        return dP * len(dP)


class CategoricalAsIfFromLogits(CategoricalCrossEntropy):
    def backward(self):
        return (self.P - self.Y) / len(self.P)


class LossWithoutReturn(MeanSquaredError):
    def backward(self):
        super().backward()


class LossOfWrongShape(BinaryCrossEntropy):
    def backward(self):
        return super().backward()[:, 0]


BINARY, CLASSES = (random(6, 1), [0, 1, 1, 0, 1, 0]), (random(6, 3), [0, 1, 2, 0, 1, 2])
PROBABILITIES, VALUES = (softmax(random(6, 3)), CLASSES[1]), (random(6, 3), random(6, 3, seed=1))
WRONG_LOSSES = [
    (MseWithoutFactor2(), *VALUES),
    (MseMeanOverOutputs(), *VALUES),
    (MseWithoutOneOverM(), *VALUES),
    (BceWithoutOneOverM(), *BINARY),
    (BceOtherSign(), *BINARY),
    (BceSigmoidSlopeTwice(), *BINARY),
    (SoftmaxWithoutOneOverM(), *CLASSES),
    (SoftmaxWithoutLabels(), *CLASSES),
    (CategoricalWithoutOneOverM(), *PROBABILITIES),
    (CategoricalAsIfFromLogits(), *PROBABILITIES),
    (LossWithoutReturn(), *VALUES),
    (LossOfWrongShape(), *BINARY),
]


@pytest.mark.parametrize(("loss", "Z", "y"), WRONG_LOSSES, ids=class_name)
def test_a_wrong_loss_is_refused_by_name_and_index(loss, Z, y):
    with pytest.raises(GradientError) as caught:
        check_loss(loss, Z, y)
    error = caught.value
    assert type(loss).__name__ in error.where and type(loss).__name__ in str(error)
    assert error.array == "dZ" and "dZ" in str(error)
    if not isinstance(loss, (LossWithoutReturn, LossOfWrongShape)):
        assert len(error.index) == 2 and str(list(error.index)) in str(error)
        assert error.error > 1e-4


@pytest.mark.parametrize(("loss", "Z", "y"), WRONG_LOSSES, ids=class_name)
def test_every_wrong_loss_has_the_right_value(loss, Z, y):
    assert loss.forward(Z, y) == type(loss).__mro__[1]().forward(Z, y)


@pytest.mark.parametrize("loss", [loss for loss, *_ in WRONG_LOSSES], ids=class_name)
def test_a_wrong_loss_in_a_network_is_named_and_not_the_last_layer(loss):
    k = 1 if isinstance(loss, BinaryCrossEntropy) else 3
    layers = [Dense(4, 5), Tanh(), Dense(5, k)] + [Softmax()] * isinstance(loss, CategoricalCrossEntropy)
    y = VALUES[1] if isinstance(loss, MeanSquaredError) else BINARY[1] if k == 1 else CLASSES[1]
    with pytest.raises(GradientError) as caught:
        check_network(Network(layers, loss), X, y)
    assert type(loss).__name__ in caught.value.where


# ---- wrong networks


class DecaysOnItsOwn(Dense):
    """Adds l2 W to its gradient although the network does so too: a factor 2."""

    def backward(self, dZ):
        dX = super().backward(dZ)
        self.dW += 0.2 * self.W
        return dX


def test_an_l2_gradient_with_a_factor_of_2_is_refused():
    for layers in ([DecaysOnItsOwn(4, 3)], [Dense(4, 4), Tanh(), DecaysOnItsOwn(4, 3)]):
        with pytest.raises(GradientError) as caught:
            check_network(Network(layers, SoftmaxCrossEntropy(), l2=0.2), X, CLASSES[1])
        assert "DecaysOnItsOwn" in caught.value.where and caught.value.array == "dW"


def deep(position, layer, copies=None):
    """Nine layers of width 4, one of them replaced."""
    layers = [Dense(4, 4), Tanh(), Dense(4, 4), BatchNorm(4), Tanh(), Dense(4, 4), Dropout(0.2), Sigmoid(), Dense(4, 4)]
    layers[position] = layer
    return Network(layers, SoftmaxCrossEntropy(), l2=0.1, copies=copies, rng=3)


DEEP = [
    (0, TransposedDW(4, 4), "dW"),
    (2, TransposedDW(4, 4), "dW"),
    (5, MeanForSumInDb(4, 4), "db"),
    (8, SecondOneOverM(4, 4), "dW"),
    (3, BatchNormGammaFromX(4), "dgamma"),
    (5, Sharp(4, 4), "dW"),
    (2, Accumulating(4), "dW"),
    (5, NeverWritten(4), "dW"),
    # layers whose own parameters are right, or that have none: what they hand down is wrong
    (2, MissingTranspose(4, 4), "dX"),
    (8, MissingTranspose(4, 4), "dX"),
    (3, BatchNormWithoutMean(4), "dX"),
    (3, BatchNormWithoutVariance(4), "dX"),
    (4, TanhNotSquared(), "dX"),
    (7, SigmoidSlopeIsValue(), "dX"),
    (7, ReLUMaskAtLeastZero(), "dX"),
    (7, SoftmaxDiagonalOnly(), "dX"),
    (6, DropoutScaleMissing(0.2), "dX"),
    (6, DropoutScaledByRate(0.2), "dX"),
    (5, NoReturn(4, 4), "dX"),
    (4, BroadcastableShape(), "dX"),
    (4, NotANumber(), "dX"),
]


@pytest.mark.parametrize(("position", "layer", "array"), DEEP, ids=lambda value: class_name(value) or str(value))
def test_a_wrong_layer_deep_in_a_network_is_named_and_not_one_nearer_the_input(position, layer, array):
    with pytest.raises(GradientError) as caught:
        check_network(deep(position, copy.deepcopy(layer)), X, [0, 1, 2, 3, 0, 1])
    assert f"layer {position}" in caught.value.where
    assert type(layer).__name__ in caught.value.where
    assert caught.value.array == array


class MeanInCopy1(Dense):
    def backward(self, dZ):
        dX = super().backward(dZ)
        self.db[1] /= dZ.shape[-2]
        return dX


class HalfInCopy1(Dense):
    def backward(self, dZ):
        dX = super().backward(dZ)
        self.dW[1] /= 2
        return dX


class NoBetaInCopy1(BatchNorm):
    def backward(self, dA):
        dX = super().backward(dA)
        self.dbeta[1] = 0
        return dX


@pytest.mark.parametrize(("position", "layer"), [(5, MeanInCopy1(4, 4)), (8, HalfInCopy1(4, 4)), (3, NoBetaInCopy1(4))], ids=class_name)
def test_a_wrong_layer_in_a_stack_is_named_with_its_copy(position, layer):
    with pytest.raises(GradientError) as caught:
        check_network(deep(position, layer, copies=3), X, [0, 1, 2, 3, 0, 1])
    assert f"layer {position}" in caught.value.where and type(layer).__name__ in caught.value.where
    assert len(caught.value.index) == 3 and caught.value.index[0] == 1


# ---- the network that is checked stays as it is


class Strict(Identity):
    """Raises at its n-th pass, as a learner's unfinished layer may."""

    def __init__(self, n):
        self.n, self.seen = n, 0

    def forward(self, Z, training):
        self.seen += 1
        if self.seen == self.n:
            raise RuntimeError("not written yet")
        return Z


def full_network(extra=None, **options):
    layers = [BatchNorm(4), Dense(4, 5), BatchNorm(5), Tanh(), Dropout(0.3), extra or Identity(), Dense(5, 3)]
    return Network(layers, SoftmaxCrossEntropy(), rng=8, l2=0.1, **options)


def fingerprint(net):
    """Every bit that a later step depends on: theta, running statistics, the state of each generator."""
    arrays = [net.theta] + [getattr(layer, name) for layer in net.layers for name in layer.buffers]
    return [array.tobytes() for array in arrays], [rng.bit_generator.state for layer in net.layers for rng in getattr(layer, "rngs", [])]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (full_network, None),
        (lambda: full_network(copies=2), None),
        (lambda: full_network(TransposedDW(5, 5)), GradientError),
        (lambda: full_network(Strict(1)), RuntimeError),
        (lambda: full_network(Strict(2)), RuntimeError),
        (lambda: full_network(Strict(40)), RuntimeError),
    ],
    ids=["right", "right stack", "wrong layer", "error at the first pass", "at the second", "at the fortieth"],
)
def test_the_network_that_is_checked_is_left_as_it_was_bit_for_bit(make, error):
    net, data, y = make(), X.copy(), np.array(CLASSES[1])
    if error is not RuntimeError:
        net.loss_and_gradient(data, y)  # running values off their start, generators on their way
    theta, before, twin = net.theta, fingerprint(net), copy.deepcopy(net)
    data.flags.writeable = y.flags.writeable = False  # writing into them would raise
    if error is None:
        check_network(net, data, y)
    else:
        with pytest.raises(error):
            check_network(net, data, y)
    assert net.theta is theta
    assert fingerprint(net) == before
    if error is None:
        for _ in range(2):  # training goes on as if nothing had been
            np.testing.assert_array_equal(net.loss_and_gradient(X, y), twin.loss_and_gradient(X, y))
            np.testing.assert_array_equal(net.grad, twin.grad)


@pytest.mark.parametrize(
    ("layer", "error"),
    [
        (Dense(4, 3), None),
        (BatchNorm(4), None),
        (Dropout(0.3), None),
        (TransposedDW(4, 4), GradientError),
        (BatchNormWithoutMean(4), GradientError),
    ],
    ids=class_name,
)
def test_the_layer_that_is_checked_is_left_as_it_was_bit_for_bit(layer, error):
    arrays = [getattr(layer, name) for name in layer.parameters]
    for array in arrays:
        array += 0.1 * random(*array.shape)
    layer.forward(X, training=True)

    def state():
        names = (*layer.parameters, *layer.buffers)
        return [getattr(layer, name).tobytes() for name in names], [rng.bit_generator.state for rng in getattr(layer, "rngs", [])]

    before, data = state(), X.copy()
    data.flags.writeable = False
    if error is None:
        check_layer(layer, data)
    else:
        with pytest.raises(error):
            check_layer(layer, data)
    assert state() == before
    assert all(getattr(layer, name) is array for name, array in zip(layer.parameters, arrays))


def test_the_upstream_gradient_is_independent_of_data_drawn_with_the_same_seed():
    """X = default_rng(0).standard_normal(...) is what learners write, and rng=0 is the checker's default."""
    for seed in range(5):
        with pytest.raises(GradientError):
            check_layer(ReLUMaskFromUpstream(), random(6, 4, seed=seed), rng=seed)


class OwnDropout(Layer):
    """Dropout as a learner writes it, with a generator of its own."""

    def __init__(self):
        self.rng = np.random.default_rng(3)

    def forward(self, Z, training):
        self.mask = (self.rng.random(Z.shape) >= 0.2) / 0.8
        return Z * self.mask

    def backward(self, dA):
        return dA * self.mask


def test_a_learners_own_dropout_is_checked_with_one_mask():
    assert check_layer(OwnDropout(), X)["dX"] < 1e-7
    net = Network([Dense(4, 5), OwnDropout(), Dense(5, 3)], SoftmaxCrossEntropy())
    assert max(check_network(net, X, CLASSES[1]).values()) < 1e-7


def test_a_legacy_generator_is_taken_or_refused_by_name():
    for check in (lambda rng: check_layer(Tanh(), X, rng=rng), lambda rng: check_network(full_network(), X, CLASSES[1], rng=rng)):
        try:
            check(np.random.RandomState(0))
        except ValueError as error:
            assert "rng" in str(error) and "RandomState" in str(error)


def test_the_same_rng_gives_the_same_report():
    first, second = (check_layer(Dense(4, 3), X, rng=5) for _ in range(2))
    assert first == second


def test_zero_parameters_hide_nothing_from_the_checker():
    """Biases of 0, gamma 1 and beta 0 make these mistakes invisible; the checker moves the parameters off them."""

    class BetaTimesGamma(BatchNorm):
        def backward(self, dA):
            dX = super().backward(dA)
            self.dbeta *= self.gamma  # right as long as gamma is 1
            return dX

    with pytest.raises(GradientError) as caught:
        check_layer(BetaTimesGamma(4), X)
    assert caught.value.array == "dbeta"
    net = Network([Dense(4, 4), BetaTimesGamma(4), Dense(4, 3)], SoftmaxCrossEntropy())
    with pytest.raises(GradientError) as caught:
        check_network(net, X, CLASSES[1])
    assert caught.value.array == "dbeta"


def test_a_small_array_cannot_hide_behind_a_large_one():
    class SmallScale(Layer):
        """A = X W + c b: the gradient of b is a thousandth of that of W, and wrong by a factor 2."""

        parameters = ("W", "b")

        def draw(self, rng):
            return {"W": rng.standard_normal((4, 3)), "b": np.ones((1, 3))}

        def forward(self, X, training):
            self.X = X
            return X @ self.W + 1e-2 * self.b

        def backward(self, dA):
            self.dW = self.X.T @ dA
            self.db = 2e-2 * dA.sum(axis=0, keepdims=True)
            return dA @ self.W.T

    with pytest.raises(GradientError) as caught:
        check_layer(SmallScale(), 100 * X)
    assert caught.value.array == "db"


def test_the_tolerance_is_the_callers():
    with pytest.raises(GradientError):
        check_layer(Sharp(4, 3), X, tolerance=1e-6)
    assert max(check_layer(Sharp(4, 3), X, tolerance=1e-2).values()) > 1e-7

    class Hair(Dense):
        """Wrong by one part in a thousand million."""

        def backward(self, dZ):
            dX = super().backward(dZ)
            self.dW *= 1 + 1e-9
            return dX

    assert check_layer(Hair(4, 3), X)["dW"] < 1e-7
    with pytest.raises(GradientError):
        check_layer(Hair(4, 3), X, tolerance=1e-10)
    assert check_layer(Dense(4, 3), X, tolerance=1e-10)["dW"] < 1e-10


# ---- numbers of every size

SATURATED = (GeluWithoutDensity, SigmoidWithoutUpstream, SoftmaxDiagonalOnly)  # their mistake is a factor of a slope that is 0 there
LINEAR = (TanhOfTanh, BatchNormWithoutVariance)  # and theirs is of second order in X


@pytest.mark.parametrize("scale", [1e6, 1e3, 1e-3, 1e-6])
@pytest.mark.parametrize(("layer", "array", "X", "training"), WRONG_LAYERS, ids=class_name)
def test_a_wrong_layer_is_refused_at_every_scale_at_which_it_is_wrong(layer, array, X, training, scale):
    if isinstance(layer, SATURATED if scale > 1 else LINEAR):
        return
    with pytest.raises(GradientError) as caught:
        check_layer(copy.deepcopy(layer), scale * X, training=training)
    assert caught.value.array == array


@pytest.mark.parametrize("scale", [1e6, 1e-3])
@pytest.mark.parametrize(("position", "layer", "array"), DEEP, ids=lambda value: class_name(value) or str(value))
def test_a_wrong_layer_in_a_network_is_named_at_every_scale(position, layer, array, scale):
    if scale > 1 and position == 0:
        return  # after it tanh is +-1 everywhere, and the gradient 0
    with pytest.raises(GradientError) as caught:
        check_network(deep(position, copy.deepcopy(layer)), scale * X, [0, 1, 2, 3, 0, 1])
    assert f"layer {position}" in caught.value.where and caught.value.array == array


@pytest.mark.parametrize("scale", [1e6, 1e-6])
@pytest.mark.parametrize("loss", [MseWithoutFactor2(), MseMeanOverOutputs(), MseWithoutOneOverM()], ids=class_name)
def test_a_wrong_loss_is_refused_at_every_scale(loss, scale):
    with pytest.raises(GradientError):
        check_loss(loss, scale * VALUES[0], scale * VALUES[1])
    with pytest.raises(GradientError) as caught:
        check_network(Network([Dense(4, 3)], loss, rng=0), scale * X, scale * VALUES[1])
    assert type(loss).__name__ in caught.value.where


class Tripled(Dense):
    def parameter_gradients(self, dZ):
        super().parameter_gradients(dZ)
        self.dW *= 3

    def backward(self, dZ):
        self.parameter_gradients(dZ)
        return dZ @ self.W.mT


def test_a_wrong_gradient_of_1e_11_at_the_end_of_18_sigmoid_layers_is_refused():
    def network(first):
        layers = [first(3, 3)] + [layer for _ in range(17) for layer in (Sigmoid(), Dense(3, 3))]
        return Network([*layers, Sigmoid(), Dense(3, 1)], BinaryCrossEntropy(), rng=0)

    data, y = random(6, 3), [0, 1, 1, 0, 1, 0]
    net = network(Dense)
    net.loss_and_gradient(data, y)
    assert 0 < np.abs(net.layers[0].dW).max() < 1e-10
    assert max(check_network(net, data, y).values()) <= 1e-7
    with pytest.raises(GradientError) as caught:
        check_network(network(Tripled), data, y)
    assert "layer 0, Tripled" in caught.value.where and caught.value.array == "dW"
    assert caught.value.analytic / caught.value.numeric == pytest.approx(3, rel=0.1) or caught.value.error > 0.5


def test_two_arrays_of_zeros_are_equal():
    net = Network([Dense(2, 3), ReLU(), Dense(3, 1)], BinaryCrossEntropy(), rng=0)
    net.layers[0].b[...] = -100  # all units are off
    errors = check_network(net, random(5, 2), [0, 1, 0, 1, 1])
    assert errors["0.dW"] == errors["0.db"] == 0


RIGHT_BUT_LARGE = {
    "prices": lambda: check_network(mlp([1, 4, 1], loss=MeanSquaredError()), [[1.0], [2.0], [3.0]], [[1e4], [2e4], [2.5e4]]),
    "a disease in units of its own": lambda: check_network(
        mlp([10, 16, 1], loss=MeanSquaredError()), 0.05 * random(40, 10), 25 + 300 * np.random.default_rng(0).random((40, 1))
    ),
    "batch norm far from 0": lambda: check_layer(BatchNorm(3), 1e6 + random(8, 3)),
    "batch norm of two rows": lambda: check_network(mlp([2, 5, 1], loss=MeanSquaredError(), batch_norm=True), random(2, 2), [[1.0], [2.0]]),
    "a dense layer": lambda: check_layer(Dense(3, 2), 1e4 * random(8, 3)),
    **{
        f"a probability of {p}": lambda p=p: {"dZ": check_loss(CategoricalCrossEntropy(), np.array([[p, 1 - p]]), [0])}
        for p in (1e-4, 1e-6, 1e-9, 1e-20, 1e-100, 1e-300)
    },
}


@pytest.mark.parametrize("case", RIGHT_BUT_LARGE)
def test_right_gradients_of_large_numbers_raise_no_false_alarm(case):
    assert max(RIGHT_BUT_LARGE[case]().values()) <= 1e-7


ACTIVATIONS = [ReLU, lambda: LeakyReLU(0.1), lambda: ELU(0.7), GELU, Tanh, Sigmoid, Identity, Softmax]


def random_network(seed):
    """A right network with data: any activation, loss, batch norm, dropout, copies, penalty; 1 to 20 rows; X and y from 1e-6 to 1e6."""
    r = np.random.default_rng(seed)
    m, n, regression = int(r.choice([1, 2, 3, 5, 20])), int(r.choice([1, 2, 4, 7])), r.random() < 0.4
    classes = 0 if regression else int(r.integers(1, 5))
    layers, width = [BatchNorm(n)] * int(r.random() < 0.2), n
    for units in r.integers(1, 7, r.integers(1, 4)).tolist():
        layers.append(Dense(width, units))
        layers += [BatchNorm(units)] * int(r.random() < 0.3) + [ACTIVATIONS[r.integers(len(ACTIVATIONS))]()]
        layers += [Dropout(float(r.choice([0.1, 0.5, 0.9])))] * int(r.random() < 0.3)
        width = units
    loss = MeanSquaredError() if regression else BinaryCrossEntropy() if classes == 1 else SoftmaxCrossEntropy()
    if classes > 1 and r.random() < 0.5:
        loss = CategoricalCrossEntropy()
    layers += [Dense(width, max(classes, 1))] + [Softmax()] * (type(loss) is CategoricalCrossEntropy)
    options = {
        "copies": None if r.random() < 0.7 else int(r.integers(1, 4)),
        "l1": 0.01 * (r.random() < 0.3),
        "l2": 0.1 * (r.random() < 0.3),
    }
    data = 10.0 ** r.integers(-6, 7) * r.standard_normal((m, n)) + r.choice([0, 0, 0, 10, 1e3, 1e6])
    data[r.random(data.shape) < r.choice([0, 0, 0.3])] = 0
    y = 10.0 ** r.integers(-6, 7) * (r.standard_normal((m, 1)) + r.choice([0, 3])) if regression else r.integers(0, max(classes, 2), m)
    return Network(layers, loss, rng=seed, **options), data, y


def test_right_networks_of_every_kind_and_scale_raise_no_false_alarm():
    """NNLIB_CHECKS=1500 makes the long run."""
    for seed in range(int(os.environ.get("NNLIB_CHECKS", 40))):
        net, data, y = random_network(seed)
        try:
            assert max(check_network(net, data, y, rng=seed).values()) <= 1e-7
        except GradientError as error:
            raise AssertionError(f"seed {seed}: {error}") from error


# ---- layers that cannot be differentiated


class ReturnsNothing(Identity):
    def forward(self, X, training):
        self.X = X


class ChangesItsInput(Identity):
    def forward(self, X, training):
        X *= 2
        return X

    def backward(self, dA):
        return 2 * dA


class GlobalRandomness(Identity):
    def forward(self, X, training):
        self.mask = (np.random.rand(*X.shape) > 0.5) * 2.0  # noqa: NPY002  the mistake
        return X * self.mask

    def backward(self, dA):
        return dA * self.mask


class UnnamedRunningMean(Identity):
    mean = 0.0

    def forward(self, X, training):
        self.mean = 0.9 * self.mean + 0.1 * X.mean()
        return X - self.mean


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (ReturnsNothing(), ["must return an array", "is the return missing?"]),
        (ChangesItsInput(), ["changes its input", "write a new array"]),
        (GlobalRandomness(), ["two passes", "differ", "self.rng = np.random.default_rng(0)"]),
        (UnnamedRunningMean(), ["two passes", "differ", "`buffers`"]),
    ],
    ids=class_name,
)
def test_a_layer_that_cannot_be_differentiated_is_named_with_its_cure(layer, words):
    data, state = X.copy(), str(np.random.get_state())  # noqa: NPY002
    net = Network([Dense(4, 4), layer, Dense(4, 3)], SoftmaxCrossEntropy(), rng=0)
    first = Network([copy.deepcopy(layer), Dense(4, 3)], SoftmaxCrossEntropy()) if not layer.in_network else net
    theta = net.theta.copy()
    for call in (
        lambda: check_layer(type(layer)(), data),
        lambda: check_network(net, data, CLASSES[1]),
        lambda: check_network(first, data, CLASSES[1]),
    ):
        with pytest.raises(ValueError) as caught:
            call()
        assert type(layer).__name__ in str(caught.value) and [word for word in words if word not in str(caught.value)] == []
    np.testing.assert_array_equal(data, X)
    np.testing.assert_array_equal(net.theta, theta)
    assert isinstance(layer, GlobalRandomness) or str(np.random.get_state()) == state  # noqa: NPY002


def test_a_backward_pass_may_overwrite_what_it_gets():
    class InPlace(ReLU):
        def backward(self, dA):
            dA[self.A == 0] = 0
            return dA

    assert check_layer(InPlace(), X)["dX"] < 1e-7
    net = Network([Dense(4, 4), InPlace(), Dense(4, 4), Identity(), InPlace(), Dense(4, 3)], SoftmaxCrossEntropy(), rng=1)
    assert max(check_network(net, X, CLASSES[1]).values()) < 1e-7


# ---- the numerical gradient itself


def test_the_numerical_gradient_of_known_functions():
    x = random(3, 4)
    np.testing.assert_allclose(numerical_gradient(lambda x: (x**2).sum(), x), 2 * x, rtol=1e-8)
    np.testing.assert_allclose(numerical_gradient(lambda x: np.exp(x).sum(), x), np.exp(x), rtol=1e-8)
    a = random(3, 4, seed=1)
    np.testing.assert_allclose(numerical_gradient(lambda x: float((a * x).sum()), x), a, rtol=1e-8)
    A = random(5, 5)
    np.testing.assert_allclose(numerical_gradient(lambda v: v @ A @ v, np.arange(5.0)), (A + A.T) @ np.arange(5.0), rtol=1e-7)


def test_the_numerical_gradient_is_the_central_difference_and_h_is_its_step():
    x = np.array([1.0, -2.0])
    np.testing.assert_allclose(numerical_gradient(lambda x: (x**3).sum(), x, h=0.1), 3 * x**2 + 0.01, rtol=1e-12)  # 3x^2 + h^2


def test_the_numerical_gradient_of_a_single_number():
    assert numerical_gradient(lambda x: float(x) ** 2, np.array(3.0)) == pytest.approx(6, rel=1e-8)


def test_the_numerical_gradient_of_many_copies_at_once():
    x = random(3, 2, 2)
    gradient = numerical_gradient(lambda x: (x**2).sum(axis=(1, 2)), x)
    np.testing.assert_allclose(gradient, 2 * x, rtol=1e-8)


@pytest.mark.parametrize("view", [lambda x: x, lambda x: x.T, lambda x: x[::2, 1:], lambda x: np.asfortranarray(x)])
def test_the_numerical_gradient_restores_x_bit_for_bit_and_works_on_views(view):
    x = view(random(6, 5))
    before = x.tobytes()
    np.testing.assert_allclose(numerical_gradient(lambda x: (x**2).sum(), x), 2 * x, rtol=1e-7)
    assert x.tobytes() == before


def test_the_numerical_gradient_restores_x_when_f_raises():
    x, calls = np.ones(3), []

    def f(x):
        calls.append(1)
        if len(calls) == 4:
            raise RuntimeError("f is unfinished")
        return 0.0

    with pytest.raises(RuntimeError):
        numerical_gradient(f, x)
    np.testing.assert_array_equal(x, np.ones(3))


@pytest.mark.parametrize("x", [np.ones(2, np.float32), np.ones(2, int), [1.0, 2.0], 3.0, np.ones(2, complex), np.ones(2, object)], ids=repr)
def test_the_numerical_gradient_wants_a_float64_array(x):
    with pytest.raises(ValueError, match="float64"):
        numerical_gradient(lambda x: 0.0, x)


def test_the_numerical_gradient_divides_by_the_step_that_was_taken():
    """At x = 1e6 a step of 1e-5 is rounded to 1.0012e-5."""
    x = 1e6 + np.arange(4.0)
    np.testing.assert_allclose(numerical_gradient(lambda x: 3 * x.sum(), x), 3, rtol=1e-3)  # eps * 4e6 / 1e-5
    gradient = numerical_gradient(lambda x: float(3 * (x - 1e6).sum()), x)
    np.testing.assert_allclose(gradient, 3, rtol=1e-10)


# ---- bad input

ONES = np.ones((2, 2))
BAD = {
    "f without return": (lambda: numerical_gradient(lambda x: None, ONES), ["f(x)", "is the return missing?"]),
    "f of words": (lambda: numerical_gradient(lambda x: "much", ONES), ["f(x)", "'much'", "float(...)"]),
    "f of rows": (lambda: numerical_gradient(lambda x: np.ones(3), ONES), ["f(x)", "single number", "array([1., 1., 1.])"]),
    "f of one row, which would broadcast": (lambda: numerical_gradient(lambda x: np.ones(1), ONES), ["f(x)", "single number"]),
    "h of 0": (lambda: numerical_gradient(np.sum, ONES, h=0), ["h", "above 0", "h=1e-5"]),
    "h below 0": (lambda: numerical_gradient(np.sum, ONES, h=-1e-5), ["h", "above 0"]),
    "h lost in x": (lambda: numerical_gradient(np.sum, ONES, h=1e-20), ["1e-20", "lost", "h=1e-5"]),
    "h NaN": (lambda: numerical_gradient(np.sum, ONES, h=np.nan), ["h", "nan"]),
    "h beyond all floats": (lambda: numerical_gradient(np.sum, ONES, h=10**400), ["h", "inf"]),
    "h in words": (lambda: numerical_gradient(np.sum, ONES, h="small"), ["h", "'small'"]),
    "a tolerance in words": (lambda: check_layer(Tanh(), X, tolerance="tight"), ["tolerance", "'tight'"]),
    "a tolerance below 0": (lambda: check_loss(MeanSquaredError(), X, X, tolerance=-1), ["tolerance", "-1"]),
    "a tolerance that is NaN": (lambda: check_network(full_network(), X, CLASSES[1], tolerance=np.nan), ["tolerance", "nan"]),
    "a float32 network": (lambda: check_network(full_network(dtype=np.float32), X, CLASSES[1]), ["float64", "float32", "dtype"]),
    "X of another width": (lambda: check_network(full_network(), X[:, :2], CLASSES[1]), ["(m, 4)", "(6, 2)"]),
    "labels out of range": (lambda: check_network(full_network(), X, [0, 1, 2, 3, 0, 1]), ["0 to 2", "3"]),
    "NaN in X": (lambda: check_network(full_network(), X * np.nan, CLASSES[1]), ["NaN"]),
    "no rng": (lambda: check_network(full_network(), X, CLASSES[1], rng=None), ["rng", "None"]),
    "a layer for a network": (lambda: check_network(Dense(4, 3), X, CLASSES[1]), ["Dense(4, 3", "check_layer"]),
    "a class for a layer": (lambda: check_layer(ReLU, X), ["ReLU", "ReLU()"]),
    "a loss for a layer": (lambda: check_layer(MeanSquaredError(), X), ["MeanSquaredError()", "check_loss"]),
    "a class for a loss": (lambda: check_loss(MeanSquaredError, X, X), ["MeanSquaredError", "MeanSquaredError()"]),
    "a layer's X of another width": (lambda: check_layer(Dense(3, 2), X), ["(m, 3)", "(6, 4)"]),
    "a layer's X 1-D": (lambda: check_layer(Dense(4, 2), X[0]), ["(m, 4)", "(4,)"]),
    "a layer's X of no rows": (lambda: check_layer(Dense(4, 2), X[:0]), ["(0, 4)"]),
    "a layer's X with NaN": (lambda: check_layer(Dense(4, 2), X * np.nan), ["NaN"]),
    "a layer's X of words": (lambda: check_layer(Dense(4, 2), [["a"] * 4]), ["X"]),
    "a layer without rng": (lambda: check_layer(Dense(4, 2), X, rng=None), ["rng", "None"]),
    "a loss's y out of range": (lambda: check_loss(SoftmaxCrossEntropy(), X, [0, 1, 2, 3, 4, 0]), ["0 to 3", "4"]),
    "a loss's target that would broadcast": (lambda: check_loss(MeanSquaredError(), X[:, :1], X[:, 0]), ["(6, 1)", "(6,)"]),
    "a loss's Z with NaN": (lambda: check_loss(MeanSquaredError(), X * np.nan, X), ["NaN"]),
}


test_bad_input_raises_a_value_error_that_says_what_was_given_and_what_to_write = says_what_to_write(BAD)
