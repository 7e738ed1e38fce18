import numpy as np

from ..exercise import exercise


def gradients_and_batch(rng):
    """A gradient for each of m examples, the columns of different spread, and a batch size that is none of the shape's numbers."""
    G = rng.standard_normal((int(rng.integers(10, 14)) * 2 + 1, 4)) * [0.5, 1.0, 2.0, 3.0] + [1.0, -2.0, 0.5, 1.5]
    return G, int(rng.integers(5, 9))


def as_drawn(answer, rng):
    G, batch_size = gradients_and_batch(rng)
    _, noise = answer(G, batch_size)
    means = G[rng.integers(0, len(G), (8000, batch_size))].mean(axis=1)
    measured = np.sqrt(((means - G.mean(axis=0)) ** 2).sum(axis=1).mean())
    return abs(noise / measured - 1) < 0.05 or "8,000 drawn batches have another typical distance from the full gradient."


@exercise(
    "week6.batch_noise",
    title="How far a minibatch's gradient is off",
    minutes=8,
    difficulty=3,
    importance=4,
    returns={"g": "G.shape[1:]", "noise": None},
    inputs=gradients_and_batch,
    hints=(
        "First one example alone: how far is its gradient from the mean, squared, on average? Then: what does a mean over B draws do to a variance?",
        "g is the mean of the rows. sigma^2 is the mean over the rows of the squared length of (row - g). noise = sqrt(sigma^2 / B).",
        "g = G.mean(axis=0); variance = ((G - g) ** 2).sum() / ...; return g, np.sqrt(... / batch_size)",
    ),
    properties=(("8,000 batches, drawn with replacement, agree within 5 %", as_drawn),),
)
def batch_noise(G, batch_size):
    g = G.mean(axis=0)
    variance = ((G - g) ** 2).sum() / len(G)
    return g, np.sqrt(variance / batch_size)


batch_noise.also_right(lambda G, batch_size: (G.sum(axis=0) / len(G), np.sqrt(np.trace(np.cov(G.T, bias=True)) / batch_size)))
batch_noise.also_right(lambda G, batch_size: (np.mean(G, axis=0), np.linalg.norm(G.std(axis=0)) / np.sqrt(batch_size)))


def total_variance(G):
    return G.var(axis=0).sum()


def averaged_over_parameters(G, batch_size):
    g = G.mean(axis=1)
    return g, np.sqrt(((G - g[:, None]) ** 2).sum() / len(G) / batch_size)


batch_noise.add_mistakes(
    (
        "you divide the distance by B. It is the variance that is divided by B: the distance falls with the root, so 4 times the batch only halves it.",
        lambda G, batch_size: (G.mean(axis=0), np.sqrt(total_variance(G)) / batch_size),
    ),
    (
        "the batch size is missing: this is the noise of a single example. Divide the variance by B.",
        lambda G, batch_size: (G.mean(axis=0), np.sqrt(total_variance(G))),
    ),
    ("this is the variance, a squared distance. Take its root.", lambda G, batch_size: (G.mean(axis=0), total_variance(G) / batch_size)),
    (
        "the mean was not subtracted: you measure how long the gradients are, not how much they differ. Write G - g before you square.",
        lambda G, batch_size: (G.mean(axis=0), np.sqrt((G**2).sum() / len(G) / batch_size)),
    ),
    (
        "you averaged over the parameters as well. The squared length of a difference is a sum over the parameters, averaged over the m rows alone.",
        lambda G, batch_size: (G.mean(axis=0), np.sqrt(((G - G.mean(axis=0)) ** 2).mean() / batch_size)),
    ),
    (
        "you divided by m, not by B: the batch holds B gradients, however many there are to draw from.",
        lambda G, batch_size: (G.mean(axis=0), np.sqrt(total_variance(G) / len(G))),
    ),
    (
        "you added up the standard deviations. Lengths add by squares (Pythagoras): add the variances, then take the root.",
        lambda G, batch_size: (G.mean(axis=0), G.std(axis=0).sum() / np.sqrt(batch_size)),
    ),
    (
        "g is a sum. The loss is a mean over the examples, and so is its gradient: G.mean(axis=0).",
        lambda G, batch_size: (G.sum(axis=0), np.sqrt(total_variance(G) / batch_size)),
    ),
    (
        "you divided by m - 1. The m gradients are all there is, not a sample of something larger: divide by m.",
        lambda G, batch_size: (G.mean(axis=0), np.sqrt(G.var(axis=0, ddof=1).sum() / batch_size)),
    ),
    ("you averaged over the parameters: rows are examples, so the mean over the examples is axis=0.", averaged_over_parameters),
    (
        "noise has an entry for each parameter. You need one number: add the variances of the parameters, then take the root.",
        lambda G, batch_size: (G.mean(axis=0), G.std(axis=0) / np.sqrt(batch_size)),
    ),
)
