import numpy as np

from ..exercise import exercise


def two_gradients(rng):
    """An analytic gradient with one tiny entry, and a numeric one a little off, or larger and of the other sign."""
    shape = rng.integers(3, 7), 4
    analytic = rng.standard_normal(shape)
    analytic[tuple(rng.integers(shape))] = 1e-3
    return analytic, rng.choice([0.97, -1.03]) * analytic + 0.01 * rng.standard_normal(shape)


def order_does_not_matter(answer, rng):
    analytic, numeric = two_gradients(rng)
    return np.allclose(answer(analytic, numeric), answer(numeric, analytic), rtol=1e-9, atol=0)


def scale_does_not_matter(answer, rng):
    analytic, numeric = two_gradients(rng)
    if np.allclose(answer(analytic, numeric), answer(1e-6 * analytic, 1e-6 * numeric), rtol=1e-9, atol=0):
        return True
    return "gradients a million times smaller must give the same error. Is there a fixed number in the scale, such as 1 or 1e-10? Leave it out."


@exercise(
    "week2.relative_error",
    title="How far apart are two gradients?",
    minutes=6,
    difficulty=2,
    importance=4,
    returns={"error": None},
    inputs=two_gradients,
    hints=(
        "Find the largest distance between two entries. Then ask: large compared with what?",
        "The largest |a - n|, divided by the largest number in either array, taken without its sign.",
        "difference = np.abs(...).max(); scale = max(np.abs(analytic).max(), ...); return difference / scale",
    ),
    properties=(
        ("the order of the two does not matter", order_does_not_matter),
        ("gradients a million times smaller give the same", scale_does_not_matter),
    ),
)
def relative_error(analytic, numeric):
    difference = np.abs(analytic - numeric).max()
    scale = max(np.abs(analytic).max(), np.abs(numeric).max())
    return difference / scale


relative_error.also_right(
    lambda analytic, numeric: np.linalg.norm((analytic - numeric).ravel(), np.inf) / np.abs(np.stack([analytic, numeric])).max()
)

relative_error.add_mistakes(
    (
        "the difference alone is not enough: 1e-6 is fine for gradients near 1, and hopeless for gradients near 1e-6. Divide by the largest entry.",
        lambda analytic, numeric: np.abs(analytic - numeric).max(),
    ),
    (
        "you divided entry by entry: an entry that is 0 by chance then decides. Take the largest difference over the largest entry.",
        lambda analytic, numeric: (np.abs(analytic - numeric) / np.maximum(np.abs(analytic), np.abs(numeric))).max(),
    ),
    (
        "this is one error for each entry. You need one number: the largest difference over the largest entry.",
        lambda analytic, numeric: np.abs(analytic - numeric) / np.maximum(np.abs(analytic), np.abs(numeric)),
    ),
    (
        "without np.abs around the difference a large negative one counts as small: np.abs(analytic - numeric).max().",
        lambda analytic, numeric: (analytic - numeric).max() / max(np.abs(analytic).max(), np.abs(numeric).max()),
    ),
    (
        "the scale is |analytic + numeric|: where the two have opposite signs it is near 0. Take the larger of the two maxima.",
        lambda analytic, numeric: np.abs(analytic - numeric).max() / np.abs(analytic + numeric).max(),
    ),
    (
        "a mean hides a single wrong entry among many right ones: take the largest difference, .max().",
        lambda analytic, numeric: np.abs(analytic - numeric).mean() / max(np.abs(analytic).max(), np.abs(numeric).max()),
    ),
    (
        "you divided by the analytic maximum, but the numeric one is larger here. If a gradient is 0 by mistake, you divide by 0: use max(..., ...).",
        lambda analytic, numeric: np.abs(analytic - numeric).max() / np.abs(analytic).max(),
    ),
    (
        "you divided by the numeric maximum, but the analytic one is larger here. If a gradient is 0, you divide by 0: use the larger one.",
        lambda analytic, numeric: np.abs(analytic - numeric).max() / np.abs(numeric).max(),
    ),
    (
        "you divided by the sum of the two maxima, so the error comes out too small: use the larger of the two.",
        lambda analytic, numeric: np.abs(analytic - numeric).max() / (np.abs(analytic).max() + np.abs(numeric).max()),
    ),
    (
        "the scale lacks np.abs: if the largest entry is negative, .max() misses it. Write np.abs(analytic).max().",
        lambda analytic, numeric: np.abs(analytic - numeric).max() / max(analytic.max(), numeric.max()),
    ),
    (
        "this compares lengths. It is used elsewhere, but one wrong entry drowns in it: take the largest difference here.",
        lambda analytic, numeric: np.linalg.norm(analytic - numeric) / (np.linalg.norm(analytic) + np.linalg.norm(numeric)),
    ),
    (
        "you compared the two largest entries. Take the difference first, entry by entry, then its largest: np.abs(analytic - numeric).max().",
        lambda analytic, numeric: abs(np.abs(analytic).max() - np.abs(numeric).max()) / max(np.abs(analytic).max(), np.abs(numeric).max()),
    ),
    (
        "you removed the signs before the difference: 1 and -1 then count as equal. Write np.abs(analytic - numeric).max().",
        lambda analytic, numeric: (np.abs(analytic) - np.abs(numeric)).max() / max(np.abs(analytic).max(), np.abs(numeric).max()),
    ),
    (
        "that is one sum or mean over another. One wrong entry among many right ones drowns in them: take .max() in both.",
        lambda analytic, numeric: np.abs(analytic - numeric).sum() / max(np.abs(analytic).sum(), np.abs(numeric).sum()),
    ),
    (
        "this is in percent. Leave out the factor 100.",
        lambda analytic, numeric: 100 * np.abs(analytic - numeric).max() / max(np.abs(analytic).max(), np.abs(numeric).max()),
    ),
    (
        "you divided by the product of the two maxima. Divide by the larger of the two: max(..., ...).",
        lambda analytic, numeric: np.abs(analytic - numeric).max() / (np.abs(analytic).max() * np.abs(numeric).max()),
    ),
    (
        "you added 1e-8 to the scale. Gradients that are themselves near 1e-8 would then look right: leave it out.",
        lambda analytic, numeric: np.abs(analytic - numeric).max() / (max(np.abs(analytic).max(), np.abs(numeric).max()) + 1e-8),
    ),
    (
        "this divides the difference by one number, but keeps all entries. You need one number: .max() on the difference too.",
        lambda analytic, numeric: np.abs(analytic - numeric) / max(np.abs(analytic).max(), np.abs(numeric).max()),
    ),
    (
        "that is False, or 0: is the error compared with a bound, or rounded off? Return the error itself, and leave the comparison to the caller.",
        lambda analytic, numeric: np.abs(analytic - numeric).max() / max(np.abs(analytic).max(), np.abs(numeric).max()) < 1e-7,
    ),
    (
        "this divides one length (norm) by another. In a length one wrong entry drowns: take the largest entry, np.abs(...).max().",
        lambda analytic, numeric: np.linalg.norm(analytic - numeric) / max(np.linalg.norm(analytic), np.linalg.norm(numeric)),
    ),
)
