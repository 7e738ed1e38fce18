import numpy as np

from ..exercise import exercise


def some_scores(rng):
    """Accuracies of five to seven seeds, on a test set of 200 or 250."""
    n = int(rng.choice([200, 250]))
    return rng.choice(np.arange(176, 197), rng.integers(5, 8), replace=False) / n, n


@exercise(
    "week8.uncertainty",
    title="How sure is an accuracy?",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"mean": None, "seed_error": None, "test_error": None},
    inputs=some_scores,
    hints=(
        "Two kinds of chance are measured: the start weights, and which images happen to lie in the test set.",
        "seed_error = s / sqrt(R), with s the standard deviation of the R scores, divided by R - 1. test_error = sqrt(p (1 - p) / n) with p the mean. "
        "It needs independent images.",
        "p = scores.mean(); return p, scores.std(ddof=...) / np.sqrt(...), np.sqrt(p * (1 - p) / ...)",
    ),
)
def uncertainty(scores, n):
    p = scores.mean()
    seed_error = scores.std(ddof=1) / np.sqrt(len(scores))
    test_error = np.sqrt(p * (1 - p) / n)
    return p, seed_error, test_error


@uncertainty.also_right
def written_out(scores, n):
    R = scores.size
    p = scores.sum() / R
    return p, (((scores - p) ** 2).sum() / (R - 1) / R) ** 0.5, (p * (1 - p)) ** 0.5 / n**0.5


def instead(seed=None, test=None):
    """A wrong solution: one of the three numbers computed in another way."""

    def answer(scores, n):
        p, seed_error, test_error = uncertainty.reference(scores, n)
        return p, seed(scores, n) if seed else seed_error, test(scores, n) if test else test_error

    return answer


def around(center):
    """A wrong solution: another number in place of the mean, in test_error too."""
    return lambda scores, n: (center(scores), uncertainty.reference(scores, n)[1], np.sqrt(center(scores) * (1 - center(scores)) / n))


uncertainty.add_mistakes(
    (
        "seed_error is the spread of single seeds. The mean of R of them is surer: divide by sqrt(R).",
        instead(seed=lambda scores, n: scores.std(ddof=1)),
    ),
    (
        "the deviation of a few seeds around their own mean is too small: divide by R - 1, with std(ddof=1).",
        instead(seed=lambda scores, n: scores.std() / np.sqrt(len(scores))),
    ),
    (
        "both: std needs ddof=1 for a few seeds, and the mean of R seeds has an error smaller by sqrt(R).",
        instead(seed=lambda scores, n: scores.std()),
    ),
    (
        "seed_error is divided by R. The error of a mean falls with the root of the number: sqrt(R).",
        instead(seed=lambda scores, n: scores.std(ddof=1) / len(scores)),
    ),
    (
        "seed_error is a variance, that of the mean: take the root of the whole.",
        instead(seed=lambda scores, n: scores.var(ddof=1) / len(scores)),
    ),
    (
        "seed_error is divided by sqrt(n), the test images. What was repeated R times is the training: sqrt(R).",
        instead(seed=lambda scores, n: scores.std(ddof=1) / np.sqrt(n)),
    ),
    ("test_error is a variance, p (1 - p) / n: take its root.", instead(test=lambda scores, n: scores.mean() * (1 - scores.mean()) / n)),
    (
        "in test_error the root covers n alone: sqrt(p (1 - p) / n) has p (1 - p) under it too.",
        instead(test=lambda scores, n: scores.mean() * (1 - scores.mean()) / np.sqrt(n)),
    ),
    (
        "test_error is that of one image: divide p (1 - p) by n, the number of test images, before the root.",
        instead(test=lambda scores, n: np.sqrt(scores.mean() * (1 - scores.mean()))),
    ),
    (
        "test_error is too small by sqrt(R). All seeds saw the same n images: more seeds make the test set no larger.",
        instead(test=lambda scores, n: np.sqrt(scores.mean() * (1 - scores.mean()) / (n * len(scores)))),
    ),
    (
        "test_error is divided by the seeds R, not by the test images n.",
        instead(test=lambda scores, n: np.sqrt(scores.mean() * (1 - scores.mean()) / len(scores))),
    ),
    (
        "test_error lacks a factor: a share p that is right and 1 - p that is wrong give p (1 - p), not p.",
        instead(test=lambda scores, n: np.sqrt(scores.mean() / n)),
    ),
    ("the best seed is not a fair report: give the mean over all of them.", around(np.max)),
    ("this is the median. A standard error belongs to the mean: scores.mean().", around(np.median)),
    (
        "all in percent: keep shares, 0 to 1, as nnlib's score does.",
        lambda scores, n: tuple(100 * number for number in uncertainty.reference(scores, n)),
    ),
)
