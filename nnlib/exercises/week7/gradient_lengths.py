from functools import partial

import numpy as np

from ..exercise import exercise


def deep_relu_stack(rng):
    """dZ, weights, Z: the gradient at the last layer, the weights above layer 1, the ReLU layers' pre-activations; all widths differ."""
    widths = rng.permutation(np.arange(3, 9))[: int(rng.integers(4, 6))]
    widths[-2:] = 4, 4  # one square W, so that a missing transpose has the right shape
    m = 6
    weights = [rng.standard_normal((a, b)) for a, b in zip(widths, widths[1:])]
    return rng.standard_normal((m, widths[-1])), weights, [rng.standard_normal((m, n)) for n in widths[:-1]]


def spectral(W):
    return np.linalg.norm(W, 2)


def relu_layer_backward(dZ, W, Z):
    return (dZ @ W.T) * (Z > 0)


def lengths_and_bounds(dZ, weights, Z, *, back=relu_layer_backward, length=np.linalg.norm, factor=spectral, start=None):
    """Lengths of dZ, layer 1 first, and their bounds; ``start`` is the bound of the last layer."""
    lengths, bounds = [length(dZ)], [length(dZ) if start is None else start]
    for W, z in zip(weights[::-1], Z[::-1]):
        dZ = back(dZ, W, z)
        lengths.append(length(dZ))
        bounds.append(bounds[-1] * factor(W))
    return np.array(lengths[::-1]), np.array(bounds[::-1])


def nothing_exceeds_its_bound(answer, rng):
    for _ in range(5):
        lengths, bounds = answer(*deep_relu_stack(rng))
        if (np.asarray(lengths) > np.asarray(bounds) * (1 + 1e-9)).any():
            return "a length exceeds its bound: one of the two is wrong."
    return True


@exercise(
    "week7.gradient_lengths",
    title="Lengths of the gradient, and their bound",
    minutes=10,
    difficulty=3,
    importance=4,
    returns={"lengths": "(L,)", "bounds": "(L,)"},
    inputs=deep_relu_stack,
    hints=(
        "Walk from the last layer to the first. At each step both numbers change: the length because dZ changes, the bound by one factor.",
        "dZ of the layer below is (dZ @ W.T) * (Z > 0). Its length is the root of the sum of squares; its bound is the bound above times the largest "
        "singular value of W.",
        "lengths, bounds = [norm(dZ)], [norm(dZ)]; for W, z in zip(weights[::-1], Z[::-1]): ... append; and reverse both at the end with [::-1]",
    ),
    properties=(("no length exceeds its bound in 5 random networks", nothing_exceeds_its_bound),),
)
def gradient_lengths(dZ, weights, Z):
    lengths, bounds = [np.linalg.norm(dZ)], [np.linalg.norm(dZ)]
    for W, z in zip(weights[::-1], Z[::-1]):
        dZ = (dZ @ W.T) * (z > 0)
        lengths.append(np.linalg.norm(dZ))
        bounds.append(bounds[-1] * np.linalg.norm(W, 2))
    return np.array(lengths[::-1]), np.array(bounds[::-1])


@gradient_lengths.also_right
def filled_from_the_end(dZ, weights, Z):
    L = len(weights) + 1
    lengths, bounds = np.zeros(L), np.zeros(L)
    lengths[-1] = bounds[-1] = np.sqrt((dZ**2).sum())
    for l in range(L - 2, -1, -1):
        dZ = np.where(Z[l] > 0, dZ @ weights[l].T, 0.0)
        lengths[l] = np.sqrt((dZ**2).sum())
        bounds[l] = bounds[l + 1] * np.linalg.svd(weights[l])[1].max()
    return lengths, bounds


def bounds_from_the_lengths(dZ, weights, Z):
    lengths = gradient_lengths.reference(dZ, weights, Z)[0]
    return lengths, np.append(lengths[1:] * [spectral(W) for W in weights], lengths[-1])


def masked_before_the_product(dZ, weights, Z):
    masks = [*Z[1:], np.ones_like(dZ)]
    lengths, bounds = [], lengths_and_bounds(dZ, weights, Z)[1]
    for W, z in zip(weights[::-1], masks[::-1]):
        lengths.append(np.linalg.norm(dZ))
        dZ = (dZ * (z > 0)) @ W.T
    return np.array([np.linalg.norm(dZ), *lengths[::-1]]), bounds


gradient_lengths.add_mistakes(
    (
        "the ReLU is missing on the way back: after dZ @ W.T the mask (Z > 0) of the layer below blocks what was not active.",
        partial(lengths_and_bounds, back=lambda dZ, W, Z: dZ @ W.T),
    ),
    (
        "both arrays start with the last layer. Layer 1 must come first: reverse them with [::-1].",
        gradient_lengths.spoil(lambda lengths, bounds: (lengths[::-1], bounds[::-1])),
    ),
    (
        "your bound takes the Frobenius norm of W. It is a bound too, but a much weaker one. You need the largest singular value, np.linalg.norm(W, 2).",
        partial(lengths_and_bounds, factor=np.linalg.norm),
    ),
    (
        "your bound takes the largest entry of W. A matrix stretches by up to its largest singular value: np.linalg.norm(W, 2).",
        partial(lengths_and_bounds, factor=lambda W: np.abs(W).max()),
    ),
    (
        "these are largest singular values of dZ, as np.linalg.norm(dZ, 2) gives. The length is the root of the sum of all squares: np.linalg.norm(dZ).",
        partial(lengths_and_bounds, length=spectral),
    ),
    ("the lengths are squares: take the root of the sum of squares.", gradient_lengths.spoil(lambda lengths, bounds: (lengths**2, bounds))),
    (
        "your bounds start at 1. The bound of the last layer is the length of dZ itself; from there each W multiplies it.",
        partial(lengths_and_bounds, start=1.0),
    ),
    (
        "each of your bounds is the length above times one singular value. The bound is a product: the bound above times the largest singular value of W.",
        bounds_from_the_lengths,
    ),
    (
        "you masked before the matrix product. dZ @ W.T first brings the gradient to the layer below; then that layer's mask acts.",
        masked_before_the_product,
    ),
    (
        "dZ is multiplied by the output of the ReLU, max(Z, 0). Multiply by its slope, 1 or 0: Z > 0.",
        partial(lengths_and_bounds, back=lambda dZ, W, Z: (dZ @ W.T) * np.maximum(Z, 0)),
    ),
)
