import numpy as np

from ..exercise import exercise


def paired_accuracies(rng):
    """Two methods on the same seeds: what a seed is worth moves both."""
    seeds = int(rng.integers(6, 10))
    easy = rng.uniform(0.75, 0.9, seeds)
    return easy + 0.01 * rng.standard_normal(seeds) + 0.01, easy + 0.01 * rng.standard_normal(seeds)


def same_for_all_seeds(answer, rng):
    a, b = paired_accuracies(rng)
    shift = rng.uniform(-0.1, 0.1, len(a))
    return np.allclose(answer(a, b), answer(a + shift, b + shift))


@exercise(
    "week7.paired_difference",
    title="A difference and its error",
    minutes=8,
    difficulty=2,
    importance=5,
    returns={"gap": None, "error": None},
    inputs=paired_accuracies,
    hints=(
        "Seed 3 means the same data for both methods. So what is the one number per seed that compares them?",
        "D = a - b, one difference for each seed. gap is its mean. error is its standard deviation, with n - 1, divided by the root of n.",
        "D = a - b; return D.mean(), D.std(ddof=...) / np.sqrt(...)",
    ),
    properties=(("a seed that is easier for both changes nothing", same_for_all_seeds),),
)
def paired_difference(a, b):
    D = a - b
    gap = D.mean()
    error = D.std(ddof=1) / np.sqrt(len(D))
    return gap, error


@paired_difference.also_right
def written_out(a, b):
    n, gap = len(a), np.mean(a) - np.mean(b)
    return gap, np.sqrt(((a - b - gap) ** 2).sum() / (n - 1) / n)


paired_difference.add_mistakes(
    (
        "this error treats a and b as unrelated. They share their seeds, so what makes a seed easy cancels: take the differences first.",
        lambda a, b: (a.mean() - b.mean(), np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))),
    ),
    (
        "this is the spread of single differences. The mean of n is surer: divide by the root of n.",
        lambda a, b: ((a - b).mean(), (a - b).std(ddof=1)),
    ),
    (
        "the spread is divided by n, as np.std does. The mean was estimated from the same n numbers, so divide by n - 1: ddof=1.",
        lambda a, b: ((a - b).mean(), (a - b).std() / np.sqrt(len(a))),
    ),
    (
        "this is the spread of single differences, with n in place of n - 1. Take n - 1 (ddof=1), and divide by the root of n.",
        lambda a, b: ((a - b).mean(), (a - b).std()),
    ),
    (
        "divide by the root of n, not by n: the variance of a mean shrinks with n, its standard deviation only with the root of n.",
        lambda a, b: ((a - b).mean(), (a - b).std(ddof=1) / len(a)),
    ),
    (
        "error is a variance, that of the mean. Take the root of the whole: it has the unit of an accuracy.",
        lambda a, b: ((a - b).mean(), (a - b).var(ddof=1) / len(a)),
    ),
    (
        "the sign of gap is flipped: a minus b, so that it is positive where a is better.",
        lambda a, b: ((b - a).mean(), (a - b).std(ddof=1) / np.sqrt(len(a))),
    ),
    (
        "gap adds the sizes of the differences: they must be able to cancel. The mean of a - b, without abs.",
        lambda a, b: (np.abs(a - b).mean(), (a - b).std(ddof=1) / np.sqrt(len(a))),
    ),
    (
        "the differences were made positive first. Take the mean and the spread of a - b, with their signs.",
        lambda a, b: (np.abs(a - b).mean(), np.abs(a - b).std(ddof=1) / np.sqrt(len(a))),
    ),
    (
        "this compares the best seed of each method. The best of several is luck: compare all, seed by seed.",
        lambda a, b: (a.max() - b.max(), (a - b).std(ddof=1) / np.sqrt(len(a))),
    ),
    ("gap has an entry for each seed. You need one number: their mean.", lambda a, b: (a - b, (a - b).std(ddof=1) / np.sqrt(len(a)))),
)
