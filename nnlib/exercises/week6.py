"""Week 6: gradient descent and its learning rate; momentum, RMSProp and Adam, step by step."""

import numpy as np

from ..optimizers import CosineDecay
from .cards import QUIZZES, Question
from .exercise import exercise

# ---- week 6a


def valley(rng):
    """A symmetric matrix with three different positive eigenvalues, and turned axes: no entry is 0."""
    Q = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    return Q @ np.diag([rng.uniform(0.2, 0.5), rng.uniform(1, 2), rng.uniform(4, 6)]) @ Q.T


def valley_and_start(rng):
    """H, center, start, lr, steps: neither center nor start is 0, and lr is below 2 / lambda_max."""
    return valley(rng), rng.standard_normal(3), rng.standard_normal(3) + 3, float(rng.uniform(0.1, 0.2)), int(rng.integers(5, 8))


def half_square(H, center, w):
    return (w - center) @ H @ (w - center) / 2


def the_loss_falls(answer, rng):
    H, center, start, lr, _ = valley_and_start(rng)
    path = answer(H, center, start, lr, 40)
    losses = [half_square(H, center, w) for w in path]
    return all(later < earlier for earlier, later in zip(losses, losses[1:])) or "the loss rises although lr is below 2 / lambda_max."


@exercise(
    "week6.gradient_descent",
    title="Gradient descent on a quadratic",
    minutes=8,
    difficulty=2,
    importance=5,
    returns={"path": "(steps + 1, n)"},
    inputs=valley_and_start,
    hints=(
        "Keep one point, and a list of the points so far. In every step compute the gradient at the point where you stand now.",
        "The gradient is H @ (w - center). The step is w = w - lr * gradient. The list begins with the start.",
        "w, path = start, [start]; for _ in range(steps): w = w - ...; path.append(w); return np.array(path)",
    ),
    properties=(("the loss falls at each of 40 steps", the_loss_falls),),
)
def gradient_descent(H, center, start, lr, steps):
    w, path = start, [start]
    for _ in range(steps):
        w = w - lr * H @ (w - center)
        path.append(w)
    return np.array(path)


@gradient_descent.also_right
def _(H, center, start, lr, steps):
    shrink = np.eye(len(H)) - lr * H
    return np.array([center + np.linalg.matrix_power(shrink, t) @ (start - center) for t in range(steps + 1)])


def descend(H, center, start, lr, steps, gradient=None, sign=-1):
    """The path with another gradient(w), for the stored mistakes."""
    path = [start]
    for _ in range(steps):
        g = gradient(path[-1]) if gradient else H @ (path[-1] - center)
        path.append(path[-1] + sign * lr * g)
    return np.array(path)


@gradient_descent.mistake("you walk uphill: the gradient points to where the loss rises. Subtract it: w = w - lr * gradient.")
def _(H, center, start, lr, steps):
    return descend(H, center, start, lr, steps, sign=+1)


@gradient_descent.mistake("the lowest point is center, not 0. The gradient at w is H @ (w - center): it must vanish at center.")
def _(H, center, start, lr, steps):
    return descend(H, center, start, lr, steps, lambda w: H @ w)


@gradient_descent.mistake(
    "the start is missing: the path has steps + 1 rows, and row 0 is the start. Put it into the list before the loop."
)
def _(H, center, start, lr, steps):
    return descend(H, center, start, lr, steps)[1:]


@gradient_descent.mistake(
    "all rows are the last point: w -= ... changes the one array that stands in the list many times. Write w = w - ..., which makes a new one."
)
def _(H, center, start, lr, steps):
    w = start.copy()
    path = [w]
    for _ in range(steps):
        w -= lr * H @ (w - center)
        path.append(w)
    return np.array(path)


@gradient_descent.mistake(
    "every step uses the gradient of the start. Compute it inside the loop, at the w of this step: the slope changes on the way."
)
def _(H, center, start, lr, steps):
    return descend(H, center, start, lr, steps, lambda w: H @ (start - center))


@gradient_descent.mistake("the gradient is twice too long. The 1/2 in the loss takes the 2 away: it is H @ (w - center).")
def _(H, center, start, lr, steps):
    return descend(H, center, start, lr, steps, lambda w: 2 * H @ (w - center))


@gradient_descent.mistake("only the diagonal of H was used. Every weight acts on every slope: take the matrix product, H @ (w - center).")
def _(H, center, start, lr, steps):
    return descend(H, center, start, lr, steps, lambda w: np.diag(H) * (w - center))


@gradient_descent.mistake("you return the last point alone. The whole path is asked for, a row for each point, the start first.")
def _(H, center, start, lr, steps):
    return descend(H, center, start, lr, steps)[-1]


@gradient_descent.mistake("each point is a column here. Points are rows, as everywhere in this course: np.array(path), without .T.")
def _(H, center, start, lr, steps):
    return descend(H, center, start, lr, steps).T


@gradient_descent.mistake("one step too many: the loop runs range(steps), and with the start the path has steps + 1 rows.")
def _(H, center, start, lr, steps):
    return descend(H, center, start, lr, steps + 1)


@gradient_descent.mistake(
    "you divide the gradient by its length, so that all steps are equally long. Plain gradient descent does not: its steps shrink with the slope."
)
def _(H, center, start, lr, steps):
    return descend(H, center, start, lr, steps, lambda w: H @ (w - center) / np.linalg.norm(H @ (w - center)))


@gradient_descent.mistake("lr is missing: the step is lr times the gradient.")
def _(H, center, start, lr, steps):
    return descend(H, center, start, 1.0, steps)


# the largest learning rate


def inputs_far_from_zero(rng):
    """X (m, 3) whose columns differ in size and are not centred, so that the bias column matters."""
    return (rng.standard_normal((int(rng.integers(9, 14)), 3)) * [0.5, 1.0, 2.0] + [1.0, -0.5, 0.8],)


def with_ones(X):
    return np.hstack([X, np.ones((len(X), 1))])


def hessian(X):
    A = with_ones(X)
    return 2 / len(A) * A.T @ A


def diverges_just_above(answer, rng):
    (X,) = inputs_far_from_zero(rng)
    H, threshold = hessian(X), float(answer(X))
    start = np.linalg.eigh(H)[1].sum(axis=1)
    for factor, grows in ((0.98, False), (1.02, True)):
        error = start
        for _ in range(600):
            error = error - factor * threshold * H @ error
        if (np.linalg.norm(error) > np.linalg.norm(start)) != grows:
            return f"at {factor} times your rate, gradient descent on these data {'stays bounded' if grows else 'diverges'}."
    return True


@exercise(
    "week6.divergence_threshold",
    title="The learning rate at which a linear layer diverges",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"threshold": None},
    inputs=inputs_far_from_zero,
    hints=(
        "The bias is one more weight, whose input is always 1. Which matrix holds the second derivatives of the loss for all weights?",
        "Put a column of ones beside X, call it A. Then H = 2/m A^T A, and the threshold is 2 divided by the largest eigenvalue of H.",
        "A = np.hstack([X, np.ones((len(X), 1))]); H = ...; return 2 / np.linalg.eigvalsh(H)[-1]",
    ),
    properties=(("2 % below it gradient descent converges, 2 % above it diverges", diverges_just_above),),
)
def divergence_threshold(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    H = 2 / len(A) * A.T @ A
    return 2 / np.linalg.eigvalsh(H)[-1]


@divergence_threshold.also_right
def _(X):
    A = np.column_stack([np.ones(len(X)), X])
    return len(A) / np.linalg.svd(A, compute_uv=False)[0] ** 2


@divergence_threshold.also_right
def _(X):
    return 2 / np.linalg.eigvals(hessian(X)).real.max()


@divergence_threshold.mistake(
    "the bias is missing. It is a weight too, with an input of 1: put a column of ones beside X before you form H."
)
def _(X):
    return 2 / np.linalg.eigvalsh(2 / len(X) * X.T @ X)[-1]


@divergence_threshold.mistake(
    "the 2 of H is missing: each square (z - y)^2 has the second derivative 2, so H = 2/m A^T A. Your rate is twice too large."
)
def _(X):
    return 4 / np.linalg.eigvalsh(hessian(X))[-1]


@divergence_threshold.mistake("the 1/m is missing in H: the loss is a mean over m examples, so H = 2/m A^T A.")
def _(X):
    return 2 / len(X) / np.linalg.eigvalsh(hessian(X))[-1]


@divergence_threshold.mistake(
    "1 / lambda_max is a safe rate, half of the threshold: there the factor of the steepest direction is 0. It reaches -1 at 2 / lambda_max."
)
def _(X):
    return 1 / np.linalg.eigvalsh(hessian(X))[-1]


@divergence_threshold.mistake(
    "you took the smallest eigenvalue. The flattest direction would bear that rate, but the steepest one has diverged long before: take the largest."
)
def _(X):
    return 2 / np.linalg.eigvalsh(hessian(X))[0]


@divergence_threshold.mistake("the trace is the sum of all eigenvalues. Each direction runs by itself: only the largest one counts.")
def _(X):
    return 2 / np.trace(hessian(X))


@divergence_threshold.mistake(
    "you took the largest entry of the diagonal. That is the curvature along one axis; the steepest direction may lie between the axes: eigvalsh."
)
def _(X):
    return 2 / np.diag(hessian(X)).max()


@divergence_threshold.mistake("you used the singular value of A itself. The eigenvalues of A^T A are its squares.")
def _(X):
    return len(X) / np.linalg.svd(with_ones(X), compute_uv=False)[0]


@divergence_threshold.mistake("np.cov takes the mean off each column first. That is another matrix: the loss sees the inputs as they are.")
def _(X):
    return 1 / np.linalg.eigvalsh(np.cov(X.T, bias=True))[-1]


@divergence_threshold.mistake("you divided by the number of weights. The mean in the loss is over the m examples: len(X).")
def _(X):
    A = with_ones(X)
    return 2 / np.linalg.eigvalsh(2 / A.shape[1] * A.T @ A)[-1]


@divergence_threshold.mistake("this is the largest eigenvalue itself. The threshold is 2 divided by it.")
def _(X):
    return np.linalg.eigvalsh(hessian(X))[-1]


# the best rate


def valley_and_share(rng):
    return valley(rng), float(10.0 ** -rng.integers(3, 7))


def no_step_too_many(answer, rng):
    H, epsilon = valley_and_share(rng)
    lr, steps = (float(np.asarray(value).item()) for value in answer(H, epsilon))
    slowest = np.abs(1 - lr * np.linalg.eigvalsh(H)).max()
    if slowest**steps > epsilon:
        return "from some starts, more than epsilon of the distance is left after so many steps."
    return slowest ** (steps - 1) > epsilon or "one step less would have been enough."


@exercise(
    "week6.best_rate",
    title="The best learning rate, and the steps it takes",
    minutes=10,
    difficulty=3,
    importance=4,
    returns={"lr": None, "steps": None},
    inputs=valley_and_share,
    hints=(
        "The steepest and the flattest direction pull the rate apart. At the best rate both shrink by the same factor in size.",
        "lr = 2 / (lambda_min + lambda_max), the factor is r = (kappa - 1) / (kappa + 1). Solve r^t <= epsilon for a whole number t.",
        "low, high = np.linalg.eigvalsh(H)[[0, -1]]; r = (high - low) / ...; steps = np.ceil(np.log(epsilon) / ...)",
    ),
    properties=(("so many steps leave epsilon or less from every start, one step less does not", no_step_too_many),),
)
def best_rate(H, epsilon):
    low, high = np.linalg.eigvalsh(H)[[0, -1]]
    r = (high - low) / (high + low)
    return 2 / (low + high), np.ceil(np.log(epsilon) / np.log(r))


@best_rate.also_right
def _(H, epsilon):
    low, *_, high = np.linalg.eigvalsh(H)
    steps, left = 0, 1.0
    while left > epsilon:
        steps, left = steps + 1, left * (high - low) / (high + low)
    return 2 / (low + high), steps


def ends(H):
    low, *_, high = np.linalg.eigvalsh(H)
    return low, high


def steps_at(r, epsilon):
    return np.ceil(np.log(epsilon) / np.log(r))


@best_rate.mistake(
    "that is 1 / lambda_max and its steps: safe, and about half as fast. A longer step helps the flat direction, until the steep one is as slow: 2 / (lambda_min + lambda_max)."
)
def _(H, epsilon):
    low, high = ends(H)
    return 1 / high, steps_at(1 - low / high, epsilon)


@best_rate.mistake("lr is 1 / lambda_max, the steps are those of the best rate. The best lr is 2 / (lambda_min + lambda_max).")
def _(H, epsilon):
    low, high = ends(H)
    return 1 / high, steps_at((high - low) / (high + low), epsilon)


@best_rate.mistake(
    "2 / lambda_max is the threshold: there the steepest direction never shrinks. The best lr has lambda_min + lambda_max below."
)
def _(H, epsilon):
    low, high = ends(H)
    return 2 / high, steps_at((high - low) / (high + low), epsilon)


@best_rate.mistake("your lr is half of the best: the 2 is missing in 2 / (lambda_min + lambda_max).")
def _(H, epsilon):
    low, high = ends(H)
    return 1 / (low + high), steps_at((high - low) / (high + low), epsilon)


@best_rate.mistake(
    "lr is one over the mean of all eigenvalues. Those between the ends do not matter: only the steepest and the flattest direction do."
)
def _(H, epsilon):
    low, high = ends(H)
    return 1 / np.linalg.eigvalsh(H).mean(), steps_at((high - low) / (high + low), epsilon)


@best_rate.mistake(
    "your steps bring the loss down to epsilon. The distance is asked for; the loss falls with its square, and takes half as many steps."
)
def _(H, epsilon):
    low, high = ends(H)
    return 2 / (low + high), np.ceil(np.log(epsilon) / (2 * np.log((high - low) / (high + low))))


@best_rate.mistake("your steps are rounded down, or to the nearest: then a little more than epsilon is left. Round up: np.ceil.")
def _(H, epsilon):
    low, high = ends(H)
    return 2 / (low + high), np.floor(np.log(epsilon) / np.log((high - low) / (high + low)))


@best_rate.mistake("nobody makes a fraction of a step. Round up: np.ceil.")
def _(H, epsilon):
    low, high = ends(H)
    return 2 / (low + high), np.log(epsilon) / np.log((high - low) / (high + low))


@best_rate.mistake(
    "your steps use the factor 1 - 1/kappa, which belongs to lr = 1 / lambda_max. At your lr it is (kappa - 1) / (kappa + 1)."
)
def _(H, epsilon):
    low, high = ends(H)
    return 2 / (low + high), steps_at(1 - low / high, epsilon)


@best_rate.mistake("your steps use the root of kappa. That is what momentum reaches (week 6b); plain gradient descent has kappa itself.")
def _(H, epsilon):
    low, high = ends(H)
    k = np.sqrt(high / low)
    return 2 / (low + high), steps_at((k - 1) / (k + 1), epsilon)


@best_rate.mistake(
    "you took the entries of the diagonal for the eigenvalues. That holds for a diagonal H only, here the valley is turned: np.linalg.eigvalsh(H)."
)
def _(H, epsilon):
    low, high = np.diag(H).min(), np.diag(H).max()
    return 2 / (low + high), steps_at((high - low) / (high + low), epsilon)


@best_rate.mistake("the two are right, but in another order: return lr, steps.")
def _(H, epsilon):
    low, high = ends(H)
    return steps_at((high - low) / (high + low), epsilon), 2 / (low + high)


# the noise of a minibatch


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


@batch_noise.also_right
def _(G, batch_size):
    return G.sum(axis=0) / len(G), np.sqrt(np.trace(np.cov(G.T, bias=True)) / batch_size)


@batch_noise.also_right
def _(G, batch_size):
    return np.mean(G, axis=0), np.linalg.norm(G.std(axis=0)) / np.sqrt(batch_size)


def total_variance(G):
    return G.var(axis=0).sum()


@batch_noise.mistake(
    "you divide the distance by B. It is the variance that is divided by B: the distance falls with the root, so 4 times the batch only halves it."
)
def _(G, batch_size):
    return G.mean(axis=0), np.sqrt(total_variance(G)) / batch_size


@batch_noise.mistake("the batch size is missing: this is the noise of a single example. Divide the variance by B.")
def _(G, batch_size):
    return G.mean(axis=0), np.sqrt(total_variance(G))


@batch_noise.mistake("this is the variance, a squared distance. Take its root.")
def _(G, batch_size):
    return G.mean(axis=0), total_variance(G) / batch_size


@batch_noise.mistake(
    "the mean was not taken off: you measure how long the gradients are, not how much they differ. Write G - g before you square."
)
def _(G, batch_size):
    return G.mean(axis=0), np.sqrt((G**2).sum() / len(G) / batch_size)


@batch_noise.mistake(
    "you averaged over the parameters as well. The squared length of a difference is a sum over the parameters, averaged over the m rows alone."
)
def _(G, batch_size):
    return G.mean(axis=0), np.sqrt(((G - G.mean(axis=0)) ** 2).mean() / batch_size)


@batch_noise.mistake("you divided by m, not by B: the batch holds B gradients, however many there are to draw from.")
def _(G, batch_size):
    return G.mean(axis=0), np.sqrt(total_variance(G) / len(G))


@batch_noise.mistake("you added up the standard deviations. Lengths add by squares (Pythagoras): add the variances, then take the root.")
def _(G, batch_size):
    return G.mean(axis=0), G.std(axis=0).sum() / np.sqrt(batch_size)


@batch_noise.mistake("g is a sum. The loss is a mean over the examples, and so is its gradient: G.mean(axis=0).")
def _(G, batch_size):
    return G.sum(axis=0), np.sqrt(total_variance(G) / batch_size)


@batch_noise.mistake("you divided by m - 1. The m gradients are all there is, no sample of something larger: divide by m.")
def _(G, batch_size):
    return G.mean(axis=0), np.sqrt(G.var(axis=0, ddof=1).sum() / batch_size)


@batch_noise.mistake("you averaged over the parameters: rows are examples, so the mean over the examples is axis=0.")
def _(G, batch_size):
    g = G.mean(axis=1)
    return g, np.sqrt(((G - g[:, None]) ** 2).sum() / len(G) / batch_size)


@batch_noise.mistake(
    "noise has an entry for each parameter. One number is asked for: add the variances of the parameters, then take the root."
)
def _(G, batch_size):
    return G.mean(axis=0), G.std(axis=0) / np.sqrt(batch_size)


# one epoch


class Recorder:
    """Stands for a training step: keeps the row numbers of the batches it is called with."""

    def __init__(self):
        self.X, self.Y = [], []

    def __call__(self, X_batch, Y_batch):
        self.X.append(np.array(X_batch)[:, 0])
        self.Y.append(np.array(Y_batch)[:, 0])


def rows_to_shuffle(rng):
    """X, Y whose first columns are the row's number, a batch size that does not divide m, a generator, a step."""
    m, batch_size = (int(rng.integers(5, 8)) * 4 + 2, 4)
    numbers = np.arange(m, dtype=float)
    X, Y = np.c_[numbers, rng.standard_normal((m, 2))], np.c_[numbers]
    return X, Y, batch_size, np.random.default_rng(int(rng.integers(1000))), Recorder()


def epochs_of(answer, rng, seed=0, epochs=1):
    """What the steps of some epochs were called with: (row numbers of X, of Y, batch size, m) for each epoch."""
    X, Y, batch_size, *_ = rows_to_shuffle(rng)
    source, seen = np.random.default_rng(seed), []
    for _ in range(epochs):
        step = Recorder()
        answer(X, Y, batch_size, source, step)
        seen.append((step.X, step.Y, batch_size, len(X)))
    return seen


def pairs_stay(answer, rng):
    xs, ys, *_ = epochs_of(answer, rng)[0]
    if not xs:
        return "step was never called: call step(X_batch, Y_batch) once for each batch."
    if any(not np.array_equal(a, b) for a, b in zip(xs, ys)):
        return "X and Y were shuffled apart: the rows of a batch no longer belong together. Draw one order, and use it for both."
    return True


def covers_all(answer, rng):
    xs, _, batch_size, m = epochs_of(answer, rng)[0]
    count = np.bincount(np.concatenate(xs).astype(int), minlength=m)
    if (count > 1).any() and (count == 0).any():
        return "some rows come twice, others never: the rows were drawn anew for each batch. Cut one permutation of all rows into pieces."
    if (count == 0).any():
        return "some rows are in no batch. The last batch is smaller, but it belongs to the epoch: let the starts run up to m."
    if (count > 1).any():
        return "some rows are in two batches. Each row is used once in an epoch: the last batch is not filled up."
    return all(len(rows) <= batch_size for rows in xs) or "a batch has more than batch_size rows."


def well_shuffled(answer, rng):
    for xs, *_ in epochs_of(answer, rng, epochs=3):
        if np.array_equal(np.concatenate(xs), np.sort(np.concatenate(xs))):
            return "the rows come in their old order. Shuffle them first: order = rng.permutation(len(X))."
        if all(np.ptp(rows) == len(rows) - 1 for rows in xs):
            return "each batch holds neighbours: only the order of the batches was shuffled. Shuffle the rows, then cut: order = rng.permutation(len(X))."
    return True


def fresh_and_repeatable(answer, rng):
    state = rng.bit_generator.state
    first, second = epochs_of(answer, rng, epochs=2)
    if np.array_equal(np.concatenate(first[0]), np.concatenate(second[0])):
        return "two epochs have the same order: a generator was made anew inside. Use the rng that is given."
    rng.bit_generator.state = state
    again = epochs_of(answer, rng)[0]
    if not np.array_equal(np.concatenate(first[0]), np.concatenate(again[0])):
        return "the same seed gives another order: the rng that is given was not used. Write rng.permutation, not np.random.permutation."
    return True


@exercise(
    "week6.one_epoch",
    title="One epoch in minibatches",
    minutes=12,
    difficulty=3,
    importance=5,
    returns={"steps": None},
    inputs=rows_to_shuffle,
    hints=(
        "Print, for a small X whose rows are numbered, which rows each batch holds, over two epochs. What do all batches have in common?",
        "Draw one order of all rows. Cut it at 0, batch_size, 2 batch_size, ... up to the end: a slice that reaches too far just gets shorter.",
        "order = rng.permutation(len(X)); for i in range(0, ..., batch_size): rows = order[i : i + batch_size]; step(X[rows], ...)",
    ),
    properties=(
        ("rows of X and Y stay together", pairs_stay),
        ("each row is used once, the last batch too", covers_all),
        ("the rows are shuffled, not only the batches", well_shuffled),
        ("a fresh order in each epoch, the same for the same seed", fresh_and_repeatable),
    ),
)
def one_epoch(X, Y, batch_size, rng, step):
    order = rng.permutation(len(X))
    steps = 0
    for i in range(0, len(X), batch_size):
        rows = order[i : i + batch_size]
        step(X[rows], Y[rows])
        steps += 1
    return steps


@one_epoch.also_right
def _(X, Y, batch_size, rng, step):
    order = np.arange(len(X))
    rng.shuffle(order)
    pieces = np.split(order, range(batch_size, len(X), batch_size))
    for rows in pieces:
        step(X[rows], Y[rows])
    return len(pieces)


def slices(m, batch_size):
    return [slice(i, i + batch_size) for i in range(0, m, batch_size)]


@one_epoch.mistake(
    "one step too few: the last batch, smaller than the others, was dropped. Its rows belong to the epoch: let the starts run up to len(X)."
)
def _(X, Y, batch_size, rng, step):
    order = rng.permutation(len(X))
    for i in range(0, len(X) - batch_size + 1, batch_size):
        step(X[order[i : i + batch_size]], Y[order[i : i + batch_size]])
    return len(X) // batch_size


@one_epoch.mistake("one step too many: the last batch is empty, or counted twice. The starts are range(0, len(X), batch_size).")
def _(X, Y, batch_size, rng, step):
    order = rng.permutation(len(X))
    for rows in slices(len(X), batch_size):
        step(X[order[rows]], Y[order[rows]])
    return len(X) // batch_size + 2


@one_epoch.mistake("you return the number of rows. A step is one call of step: count the batches.")
def _(X, Y, batch_size, rng, step):
    return len(X)


@one_epoch.mistake(
    "each batch holds neighbours: only the order of the batches was shuffled. Shuffle the rows, then cut: order = rng.permutation(len(X))."
)
def _(X, Y, batch_size, rng, step):
    starts = np.arange(0, len(X), batch_size)
    rng.shuffle(starts)
    for i in starts:
        step(X[i : i + batch_size], Y[i : i + batch_size])
    return len(starts)


@one_epoch.mistake("X and Y were shuffled apart: the rows of a batch no longer belong together. Draw one order, and use it for both.")
def _(X, Y, batch_size, rng, step):
    X, Y = rng.permutation(X), rng.permutation(Y)
    for rows in slices(len(X), batch_size):
        step(X[rows], Y[rows])
    return len(slices(len(X), batch_size))


@one_epoch.mistake(
    "some rows come twice, others never: the rows were drawn anew for each batch. Cut one permutation of all rows into pieces."
)
def _(X, Y, batch_size, rng, step):
    for _ in slices(len(X), batch_size):
        rows = rng.integers(0, len(X), batch_size)
        step(X[rows], Y[rows])
    return len(slices(len(X), batch_size))


@one_epoch.mistake("the rows come in their old order. Shuffle them first: order = rng.permutation(len(X)).")
def _(X, Y, batch_size, rng, step):
    for rows in slices(len(X), batch_size):
        step(X[rows], Y[rows])
    return len(slices(len(X), batch_size))


@one_epoch.mistake("two epochs have the same order: a generator was made anew inside. Use the rng that is given.")
def _(X, Y, batch_size, rng, step):
    order = np.random.default_rng(0).permutation(len(X))
    for rows in slices(len(X), batch_size):
        step(X[order[rows]], Y[order[rows]])
    return len(slices(len(X), batch_size))


@one_epoch.mistake(
    "the same seed gives another order: the rng that is given was not used. Write rng.permutation, not np.random.permutation."
)
def _(X, Y, batch_size, rng, step):
    order = np.random.default_rng().permutation(len(X))
    for rows in slices(len(X), batch_size):
        step(X[order[rows]], Y[order[rows]])
    return len(slices(len(X), batch_size))


@one_epoch.mistake("some rows are in two batches. Each row is used once in an epoch: the last batch is not filled up.")
def _(X, Y, batch_size, rng, step):
    order = rng.permutation(len(X))
    order = np.r_[order, order[: -len(X) % batch_size]]
    for rows in slices(len(X), batch_size):
        step(X[order[rows]], Y[order[rows]])
    return len(slices(len(X), batch_size))


@one_epoch.mistake("step was never called: call step(X_batch, Y_batch) once for each batch.")
def _(X, Y, batch_size, rng, step):
    return -(-len(X) // batch_size)


# a schedule


def warmup_and_steps(rng):
    """t, lr, warmup, steps: the numbers of all steps, and a warm-up of more than one of them."""
    warmup = int(rng.integers(4, 7))
    steps = warmup + int(rng.integers(11, 17))
    return np.arange(steps), float(rng.uniform(0.2, 0.9)), warmup, steps


def as_in_nnlib(answer, rng):
    t, lr, warmup, steps = warmup_and_steps(rng)
    schedule = CosineDecay(lr, steps, warmup=warmup)
    return np.allclose(answer(t, lr, warmup, steps), [schedule(t) for t in range(steps)]) or "nnlib's CosineDecay has other rates."


@exercise(
    "week6.warmup_cosine",
    title="Warm-up, then half a cosine",
    minutes=9,
    difficulty=3,
    importance=3,
    returns={"rates": "t.shape"},
    inputs=warmup_and_steps,
    hints=(
        "Two pieces, joined: a straight rise of warmup steps, then a fall. The fall has its own clock, which is 0 when the rise is over.",
        "t < warmup: lr (t + 1) / warmup. Else s = (t - warmup) / (steps - warmup), and the rate is lr (1 + cos(pi s)) / 2.",
        "s = ...; return np.where(t < warmup, lr * (t + 1) / warmup, lr * (1 + np.cos(...)) / 2)",
    ),
    properties=(("equal to nnlib's CosineDecay", as_in_nnlib),),
)
def warmup_cosine(t, lr, warmup, steps):
    s = (t - warmup) / (steps - warmup)
    return np.where(t < warmup, lr * (t + 1) / warmup, lr * (1 + np.cos(np.pi * s)) / 2)


@warmup_cosine.also_right
def _(t, lr, warmup, steps):
    rates = []
    for now in t:
        s = (now - warmup) / (steps - warmup)
        rates.append(lr * (now + 1) / warmup if now < warmup else lr * np.cos(np.pi / 2 * s) ** 2)
    return np.array(rates)


def joined(t, lr, warmup, steps, rise=None, fall=None):
    """The schedule with another rise(t) or fall(t), for the stored mistakes."""
    up = lr * (t + 1) / warmup if rise is None else rise(t)
    down = lr * (1 + np.cos(np.pi * (t - warmup) / (steps - warmup))) / 2 if fall is None else fall(t)
    return np.where(t < warmup, up, down)


@warmup_cosine.mistake("the rate of the first step is 0, so it does nothing. Rise with (t + 1) / warmup: the last step of the rise has lr.")
def _(t, lr, warmup, steps):
    return joined(t, lr, warmup, steps, rise=lambda t: lr * t / warmup)


@warmup_cosine.mistake(
    "there is a jump where the fall begins: its clock must start at 0 after the warm-up. Write (t - warmup) / (steps - warmup)."
)
def _(t, lr, warmup, steps):
    return joined(t, lr, warmup, steps, fall=lambda t: lr * (1 + np.cos(np.pi * t / steps)) / 2)


@warmup_cosine.mistake("the fall takes all steps, but warmup of them are gone: it never gets near 0. Divide by steps - warmup.")
def _(t, lr, warmup, steps):
    return joined(t, lr, warmup, steps, fall=lambda t: lr * (1 + np.cos(np.pi * (t - warmup) / steps)) / 2)


@warmup_cosine.mistake("the fall starts at 2 lr: the half is missing in lr (1 + cos(...)) / 2.")
def _(t, lr, warmup, steps):
    return joined(t, lr, warmup, steps, fall=lambda t: lr * (1 + np.cos(np.pi * (t - warmup) / (steps - warmup))))


@warmup_cosine.mistake("the rates turn negative, and the steps go uphill: add 1 to the cosine before you halve, lr (1 + cos(...)) / 2.")
def _(t, lr, warmup, steps):
    return joined(t, lr, warmup, steps, fall=lambda t: lr * np.cos(np.pi * (t - warmup) / (steps - warmup)))


@warmup_cosine.mistake("your fall is a straight line. The cosine stays high first, is steep in the middle and ends gently.")
def _(t, lr, warmup, steps):
    return joined(t, lr, warmup, steps, fall=lambda t: lr * (1 - (t - warmup) / (steps - warmup)))


@warmup_cosine.mistake("this goes down a quarter of a cosine, and stops steeply. Half a cosine is lr (1 + cos(pi s)) / 2.")
def _(t, lr, warmup, steps):
    return joined(t, lr, warmup, steps, fall=lambda t: lr * np.cos(np.pi / 2 * (t - warmup) / (steps - warmup)))


@warmup_cosine.mistake("you fall without having risen: the first warmup steps have lr (t + 1) / warmup.")
def _(t, lr, warmup, steps):
    return lr * (1 + np.cos(np.pi * t / steps)) / 2


@warmup_cosine.mistake("the cosine rises: s runs from 0 to 1, and the rate from lr to 0. Check the sign: 1 + cos(pi s).")
def _(t, lr, warmup, steps):
    return joined(t, lr, warmup, steps, fall=lambda t: lr * (1 - np.cos(np.pi * (t - warmup) / (steps - warmup))) / 2)


@warmup_cosine.mistake("np.cos takes radians, not degrees: half a turn is np.pi.")
def _(t, lr, warmup, steps):
    return joined(t, lr, warmup, steps, fall=lambda t: lr * (1 + np.cos(180 * (t - warmup) / (steps - warmup))) / 2)


QUIZZES["week6a"] = [
    Question(
        "The loss is a quadratic with curvatures 0.1 and 10. You take lr = 0.21. What happens?",
        {
            "It converges: 0.21 is far below 2 / 0.1 = 20.": "that is the bound of the flat direction. The steep one has 2 / 10 = 0.2, and 0.21 is above it.",
            "It converges, slowly.": "in the flat direction it does, by 2 % a step. The steep one grows by a factor of 1.1 in each step.",
            "The steep direction diverges, swinging from side to side.": "its factor is 1 - 0.21 * 10 = -1.1: the sign alternates, and the size grows.",
        },
        "The steep direction diverges, swinging from side to side.",
    ),
    Question(
        "The condition number kappa goes from 10 to 1000, each time with the best learning rate. The steps of gradient descent grow about",
        {
            "10 times": "that would be the root of the ratio, which momentum reaches (week 6b).",
            "100 times": "the steps are about kappa / 2 times log(1 / epsilon): in proportion to kappa.",
            "not at all, since lr is the best one": "the best rate suits the steep direction; the flat one then shrinks by only 2 / (kappa + 1) a step.",
        },
        "100 times",
    ),
    Question(
        "You want the noise of the minibatch gradient three times smaller. What do you change?",
        {
            "The batch: 3 times larger": "the noise falls with the root of the batch size: this gives 1.7 times less.",
            "The batch: 9 times larger": "the variance falls as 1/B, the distance as 1/sqrt(B), and the root of 9 is 3.",
            "The learning rate: 3 times smaller": "the gradient is as noisy as before; only each step is shorter, also the useful part.",
        },
        "The batch: 9 times larger",
    ),
    Question(
        "A learning-rate range test blows up at lr = 20. What do you know?",
        {
            "20 is the best rate.": "it is where a run has just failed. The rates that train well lie below, often several times.",
            "Rates near 20 and above are useless here; the good ones lie below, to be found by trying.": "the test gives an order of magnitude, in one short run. It depends on how fast the rate is raised.",
            "2 / lambda_max is exactly 20 at the start.": "the run has moved while the rate grew, and a divergence takes some steps to show.",
        },
        "Rates near 20 and above are useless here; the good ones lie below, to be found by trying.",
    ),
    Question(
        "Minibatch training hovers: the loss has stopped falling, and jitters. What brings it down soonest?",
        {
            "Lower the learning rate": "the weights shake around the minimum with a variance of about lr / B: a schedule does this by plan.",
            "Raise the learning rate": "the shaking grows with the rate.",
            "Wait": "the shaking is where drift and noise balance: it stays like this at a constant rate.",
        },
        "Lower the learning rate",
    ),
]

# ---- week 6b


def momentum_state(rng):
    """theta, its gradient, a velocity that is not zero, lr and beta."""
    theta, g, v = rng.standard_normal((3, 6))
    return theta, g, v, float(rng.uniform(0.05, 0.4)), float(rng.uniform(0.6, 0.95))


def many_steps_add_up(answer, rng):
    theta, g, _, lr, beta = momentum_state(rng)
    v = np.zeros(6)
    for _ in range(400):
        theta, v = answer(theta, g, v, lr, beta)
    return np.allclose(v, g / (1 - beta)) or "after 400 steps with one and the same g, v is not g / (1 - beta)."


@exercise(
    "week6.momentum_step",
    title="One step with momentum",
    minutes=6,
    difficulty=2,
    importance=5,
    returns={"theta": "theta.shape", "v": "theta.shape"},
    inputs=momentum_state,
    hints=(
        "Two lines. The velocity first: keep a share of the old one, add the gradient. Then move.",
        "v <- beta v + g; theta <- theta - lr v, with the new v.",
        "v = beta * v + ...; theta = theta - lr * ...; return theta, v. No += and no *=: the caller still needs the old arrays.",
    ),
    properties=(("with a constant gradient v reaches g / (1 - beta)", many_steps_add_up),),
)
def momentum_step(theta, g, v, lr, beta):
    v = beta * v + g
    theta = theta - lr * v
    return theta, v


@momentum_step.also_right
def _(theta, g, v, lr, beta):
    return theta - lr * g - lr * beta * v, g + v * beta


@momentum_step.mistake("theta moved along the old velocity. The gradient of this step acts at once: compute v first, then theta - lr * v.")
def _(theta, g, v, lr, beta):
    return theta - lr * v, beta * v + g


@momentum_step.mistake("this is the averaged form, (1 - beta) g. Ours adds the whole gradient: v = beta * v + g.")
def _(theta, g, v, lr, beta):
    v = beta * v + (1 - beta) * g
    return theta - lr * v, v


@momentum_step.mistake("theta goes uphill: v points along the gradient, so it is taken off, theta - lr * v.")
def _(theta, g, v, lr, beta):
    v = beta * v + g
    return theta + lr * v, v


@momentum_step.mistake("v is right, but theta moved along g alone: that is plain gradient descent. Write theta - lr * v.")
def _(theta, g, v, lr, beta):
    return theta - lr * g, beta * v + g


@momentum_step.mistake(
    "the learning rate went into v. That is another convention, which differs as soon as lr changes: here v = beta * v + g, and lr stands before v."
)
def _(theta, g, v, lr, beta):
    v = beta * v + lr * g
    return theta - v, v


@momentum_step.mistake("the learning rate came in twice, in v and in the step. Keep it out of v: v = beta * v + g.")
def _(theta, g, v, lr, beta):
    v = beta * v + lr * g
    return theta - lr * v, v


@momentum_step.mistake("this is Nesterov's step, which looks one beta v further: theta - lr (g + beta v). Here theta moves by lr * v.")
def _(theta, g, v, lr, beta):
    v = beta * v + g
    return theta - lr * (g + beta * v), v


@momentum_step.mistake(
    "your v has the sign of the step. Here it has the sign of the gradient: v = beta * v + g, and the minus stands in theta - lr * v."
)
def _(theta, g, v, lr, beta):
    v = beta * v - lr * g
    return theta + v, v


@momentum_step.mistake("beta is missing: v = v + g never forgets, and never comes to rest. Write beta * v + g.")
def _(theta, g, v, lr, beta):
    return theta - lr * (v + g), v + g


@momentum_step.mistake("beta stands before both. Only the old velocity fades: beta * v + g, without brackets.")
def _(theta, g, v, lr, beta):
    v = beta * (v + g)
    return theta - lr * v, v


@momentum_step.mistake("beta stands before g. It belongs to the old velocity, which fades: beta * v + g.")
def _(theta, g, v, lr, beta):
    v = v + beta * g
    return theta - lr * v, v


@momentum_step.mistake("theta is right, but the old v came back: the next step needs the new one. return theta, v after v = beta * v + g.")
def _(theta, g, v, lr, beta):
    return theta - lr * (beta * v + g), v


@momentum_step.mistake("the two are right, but in another order: return theta, v.")
def _(theta, g, v, lr, beta):
    v = beta * v + g
    return v, theta - lr * v


def rates_inputs(rng):
    """Curvatures in all four zones: slow and real, complex, fast and negative, diverging; not sorted."""
    lr, beta = float(rng.uniform(0.05, 0.5)), float(rng.uniform(0.3, 0.8))
    low, high, edge = (1 - beta**0.5) ** 2, (1 + beta**0.5) ** 2, 2 * (1 + beta)
    a = np.array([0.3 * low, 0.8 * low, 1.1 * (1 - beta), 1 + beta + 0.1, 0.5 * (high + edge), 1.3 * edge])
    return lr, beta, rng.permutation(a / lr)


def trace_and_root(lr, beta, curvatures):
    b = 1 + beta - lr * curvatures
    return b, np.sqrt((b**2 - 4 * beta).astype(complex))


def measured_decay(answer, rng):
    lr, beta, curvatures = rates_inputs(rng)
    x, v, logs = np.ones_like(curvatures), np.zeros_like(curvatures), np.zeros_like(curvatures)
    for _ in range(2000):
        v = beta * v + curvatures * x
        x = x - lr * v
        size = np.hypot(x, lr * v)
        x, v, logs = x / size, v / size, logs + np.log(size)
    return np.allclose(answer(lr, beta, curvatures), np.exp(logs / 2000), rtol=0.02) or "2000 steps of momentum shrink at another rate."


@exercise(
    "week6.momentum_rate",
    title="How fast momentum comes down",
    minutes=10,
    difficulty=3,
    importance=4,
    returns={"rates": "curvatures.shape"},
    inputs=rates_inputs,
    hints=(
        "One direction, one quadratic equation, two roots. The larger one, in size, decides in the long run.",
        "r^2 - (1 + beta - lr lambda) r + beta = 0. The root of a negative number: let NumPy compute with complex numbers, np.abs gives their size.",
        "b = 1 + beta - lr * curvatures; root = np.sqrt((b**2 - 4 * beta).astype(complex)); return np.maximum(np.abs(...), np.abs(...)) / 2",
    ),
    properties=(("within 2 % of what 2000 steps do", measured_decay),),
)
def momentum_rate(lr, beta, curvatures):
    b = 1 + beta - lr * curvatures
    root = np.sqrt((b**2 - 4 * beta).astype(complex))
    return np.maximum(np.abs(b + root), np.abs(b - root)) / 2


@momentum_rate.also_right
def _(lr, beta, curvatures):
    return np.array([np.abs(np.linalg.eigvals([[beta, c], [-lr * beta, 1 - lr * c]])).max() for c in curvatures])


@momentum_rate.also_right
def _(lr, beta, curvatures):
    b = np.abs(1 + beta - lr * curvatures)
    inside = b**2 - 4 * beta
    return np.where(inside < 0, np.sqrt(beta), (b + np.sqrt(np.maximum(inside, 0))) / 2)


@momentum_rate.mistake(
    "np.sqrt of a negative float is nan. Make it complex first: np.sqrt((b**2 - 4 * beta).astype(complex)), and take np.abs."
)
def _(lr, beta, curvatures):
    b = 1 + beta - lr * curvatures
    root = np.sqrt(b**2 - 4 * beta)
    return np.maximum(np.abs(b + root), np.abs(b - root)) / 2


@momentum_rate.mistake(
    "sqrt(beta) holds only where the roots are complex. Outside they are real, and the larger one is slower: compute both."
)
def _(lr, beta, curvatures):
    return np.full(curvatures.shape, np.sqrt(beta))


@momentum_rate.mistake(
    "where the roots are complex, you took their real part. The size of r counts, and the imaginary part belongs to it: np.abs of the complex number."
)
def _(lr, beta, curvatures):
    b = 1 + beta - lr * curvatures
    root = np.sqrt(np.maximum(b**2 - 4 * beta, 0))
    return np.maximum(np.abs(b + root), np.abs(b - root)) / 2


@momentum_rate.mistake(
    "this takes the root with the larger real part, sign and all. A root near -1 is as slow as one near 1: compare np.abs."
)
def _(lr, beta, curvatures):
    b, root = trace_and_root(lr, beta, curvatures)
    return np.maximum((b + root).real, (b - root).real) / 2


@momentum_rate.mistake(
    "this is the rate of plain gradient descent, |1 - lr lambda|. Momentum has two roots, of r^2 - (1 + beta - lr lambda) r + beta = 0."
)
def _(lr, beta, curvatures):
    return np.abs(1 - lr * curvatures)


@momentum_rate.mistake("where the roots are complex, their product is beta, so each has size sqrt(beta), not beta.")
def _(lr, beta, curvatures):
    b, root = trace_and_root(lr, beta, curvatures)
    return np.where(b**2 < 4 * beta, beta, np.maximum(np.abs(b + root), np.abs(b - root)) / 2)


@momentum_rate.mistake("the half is missing: the roots are (b +- sqrt(b^2 - 4 beta)) / 2.")
def _(lr, beta, curvatures):
    b, root = trace_and_root(lr, beta, curvatures)
    return np.maximum(np.abs(b + root), np.abs(b - root))


@momentum_rate.mistake(
    "only the root with + was looked at. For large lr lambda, b is negative, and the one with - is the larger: np.maximum of both."
)
def _(lr, beta, curvatures):
    b, root = trace_and_root(lr, beta, curvatures)
    return np.abs(b + root) / 2


@momentum_rate.mistake("this is the smaller root. What is left after many steps is the part that shrinks slowest: np.maximum.")
def _(lr, beta, curvatures):
    b, root = trace_and_root(lr, beta, curvatures)
    return np.minimum(np.abs(b + root), np.abs(b - root)) / 2


@momentum_rate.mistake("the 4 is missing under the root: b^2 - 4 beta.")
def _(lr, beta, curvatures):
    b = 1 + beta - lr * curvatures
    root = np.sqrt((b**2 - beta).astype(complex))
    return np.maximum(np.abs(b + root), np.abs(b - root)) / 2


@momentum_rate.mistake("the trace is beta + (1 - lr lambda): in b, beta is added, b = 1 + beta - lr * curvatures.")
def _(lr, beta, curvatures):
    b = 1 - beta - lr * curvatures
    root = np.sqrt((b**2 - 4 * beta).astype(complex))
    return np.maximum(np.abs(b + root), np.abs(b - root)) / 2


@momentum_rate.mistake("this is the slowest of all directions, one number. Asked for is a rate for each curvature.")
def _(lr, beta, curvatures):
    b, root = trace_and_root(lr, beta, curvatures)
    return (np.maximum(np.abs(b + root), np.abs(b - root)) / 2).max()


def some_curvatures(rng):
    """Positive curvatures, not sorted: the extremes stand neither first nor last."""
    middle = rng.uniform(2, 20, 3)
    ends = [rng.uniform(0.2, 1.5), rng.uniform(30, 200)]
    return (np.concatenate([middle[:1], rng.permutation(ends), middle[1:]]),)


def no_neighbour_is_faster(answer, rng):
    (curvatures,) = some_curvatures(rng)

    def slowest(lr, beta):
        b, root = trace_and_root(lr, beta, curvatures)
        return (np.maximum(np.abs(b + root), np.abs(b - root)) / 2).max()

    lr, beta = answer(curvatures)
    tries = [slowest(lr * f, min(beta * h, 0.999)) for f in (0.8, 0.97, 1.03, 1.2) for h in (0.8, 0.97, 1.0, 1.03, 1.2)]
    return slowest(lr, beta) <= min(tries) + 1e-7 or "another lr and beta nearby are faster."


def ends_of(curvatures):
    return np.sqrt(curvatures.min()), np.sqrt(curvatures.max())


@exercise(
    "week6.best_momentum",
    title="The best learning rate and beta",
    minutes=7,
    difficulty=3,
    importance=3,
    returns={"lr": None, "beta": None},
    inputs=some_curvatures,
    hints=(
        "Only the smallest and the largest curvature matter. Each of them sits at one end of the complex range.",
        "lr = (2 / (sqrt(lambda_max) + sqrt(lambda_min)))^2. beta is the square of the same with a difference on top, divided by the sum.",
        "low, high = np.sqrt(curvatures.min()), np.sqrt(curvatures.max()); return (2 / ...) ** 2, ((high - low) / ...) ** 2",
    ),
    properties=(("no neighbouring pair is faster", no_neighbour_is_faster),),
)
def best_momentum(curvatures):
    low, high = np.sqrt(curvatures.min()), np.sqrt(curvatures.max())
    return (2 / (high + low)) ** 2, ((high - low) / (high + low)) ** 2


@best_momentum.also_right
def _(curvatures):
    root = np.sqrt(max(curvatures) / min(curvatures))
    beta = ((root - 1) / (root + 1)) ** 2
    return (1 + np.sqrt(beta)) ** 2 / max(curvatures), beta


@best_momentum.mistake("lr is right. Your beta is its root, the rate: the roots have size sqrt(beta), so beta is that fraction squared.")
def _(curvatures):
    low, high = ends_of(curvatures)
    return (2 / (high + low)) ** 2, (high - low) / (high + low)


@best_momentum.mistake("beta is right, lr lacks its square: lr = (2 / (sqrt(lambda_max) + sqrt(lambda_min)))^2.")
def _(curvatures):
    low, high = ends_of(curvatures)
    return 2 / (high + low), ((high - low) / (high + low)) ** 2


@best_momentum.mistake(
    "both lack their square: the roots of lr lambda are 1 - sqrt(beta) and 1 + sqrt(beta), and lr and beta stand under a root."
)
def _(curvatures):
    low, high = ends_of(curvatures)
    return 2 / (high + low), (high - low) / (high + low)


@best_momentum.mistake(
    "you used the curvatures without their roots. It is the root of kappa that makes momentum fast: np.sqrt of both ends first."
)
def _(curvatures):
    low, high = curvatures.min(), curvatures.max()
    return (2 / (high + low)) ** 2, ((high - low) / (high + low)) ** 2


@best_momentum.mistake(
    "beta is right, lr = 2 / (lambda_max + lambda_min) is the best rate without momentum. Momentum can bear a larger one."
)
def _(curvatures):
    low, high = ends_of(curvatures)
    return 2 / (high**2 + low**2), ((high - low) / (high + low)) ** 2


@best_momentum.mistake("the square of a sum is not the sum of the squares: lr = (2 / (sqrt(lambda_max) + sqrt(lambda_min)))^2.")
def _(curvatures):
    low, high = ends_of(curvatures)
    return 4 / (high**2 + low**2), ((high - low) / (high + low)) ** 2


@best_momentum.mistake("beta comes out above 1: the fraction is upside down. The difference of the roots stands on top, their sum below.")
def _(curvatures):
    low, high = ends_of(curvatures)
    return (2 / (high + low)) ** 2, ((high + low) / (high - low)) ** 2


@best_momentum.mistake("beta comes from kappa without its root: ((sqrt(kappa) - 1) / (sqrt(kappa) + 1))^2.")
def _(curvatures):
    low, high = ends_of(curvatures)
    return (2 / (high + low)) ** 2, ((high**2 - low**2) / (high**2 + low**2)) ** 2


@best_momentum.mistake(
    "beta is right, lr = 1 / lambda_max is safe but slow: the flattest direction then has real roots. Use the largest lr of the complex range."
)
def _(curvatures):
    low, high = ends_of(curvatures)
    return 1 / high**2, ((high - low) / (high + low)) ** 2


@best_momentum.mistake("you took the first and the last curvature. They are not sorted: curvatures.min() and curvatures.max().")
def _(curvatures):
    low, high = np.sqrt(curvatures[0]), np.sqrt(curvatures[-1])
    return (2 / (high + low)) ** 2, ((high - low) / (high + low)) ** 2


@best_momentum.mistake("the two are right, but in another order: return lr, beta.")
def _(curvatures):
    low, high = ends_of(curvatures)
    return ((high - low) / (high + low)) ** 2, (2 / (high + low)) ** 2


# ---- averages: RMSProp and the correction of their start


def rmsprop_state(rng):
    """theta, g, an average of squares that is not zero, lr, rho, and an eps large enough to be seen."""
    theta, g = rng.standard_normal((2, 6))
    return theta, g, rng.uniform(0.1, 2, 6), float(rng.uniform(0.05, 0.3)), float(rng.uniform(0.7, 0.95)), 0.01


def scale_does_not_matter(answer, rng):
    theta, g, s, lr, rho, _ = rmsprop_state(rng)
    one, hundred = answer(theta, g, s, lr, rho, 1e-12)[0], answer(theta, 100 * g, 100**2 * s, lr, rho, 1e-12)[0]
    return np.allclose(one, hundred) or "a loss 100 times larger, with s to match, gives another step."


@exercise(
    "week6.rmsprop_step",
    title="One step of RMSProp",
    minutes=6,
    difficulty=2,
    importance=4,
    returns={"theta": "theta.shape", "s": "theta.shape"},
    inputs=rmsprop_state,
    hints=(
        "Average the squares of the gradients, entry by entry. Then divide the gradient by the root of that average.",
        "s <- rho s + (1 - rho) g^2; theta <- theta - lr g / (sqrt(s) + eps), with the new s.",
        "s = rho * s + ... * g**2; theta = theta - lr * g / (np.sqrt(...) + eps); return theta, s",
    ),
    properties=(("the scale of the loss does not matter", scale_does_not_matter),),
)
def rmsprop_step(theta, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    theta = theta - lr * g / (np.sqrt(s) + eps)
    return theta, s


@rmsprop_step.also_right
def _(theta, g, s, lr, rho, eps):
    s = s + (1 - rho) * (g * g - s)
    return theta - g * (lr / (s**0.5 + eps)), s


@rmsprop_step.mistake(
    "eps stands inside the root. Here it is added after it: np.sqrt(s) + eps. Inside, it would have to be squared to mean the same."
)
def _(theta, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return theta - lr * g / np.sqrt(s + eps), s


@rmsprop_step.mistake("eps is missing: an entry whose gradient was always 0 would give 0 / 0. Write np.sqrt(s) + eps.")
def _(theta, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return theta - lr * g / np.sqrt(s), s


@rmsprop_step.mistake("without brackets, eps is added to the parameter, not to the denominator: lr * g / (np.sqrt(s) + eps).")
def _(theta, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return theta - lr * g / np.sqrt(s) + eps, s


@rmsprop_step.mistake("without brackets, eps is taken off the parameter, not added to the denominator: lr * g / (np.sqrt(s) + eps).")
def _(theta, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return theta - lr * (g / np.sqrt(s) + eps), s


@rmsprop_step.mistake("the root is missing: s has the unit of g squared, so g / s grows where g is small. Divide by np.sqrt(s).")
def _(theta, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return theta - lr * g / (s + eps), s


@rmsprop_step.mistake("theta was divided by the old average. The new square belongs to it: update s first, then theta.")
def _(theta, g, s, lr, rho, eps):
    return theta - lr * g / (np.sqrt(s) + eps), rho * s + (1 - rho) * g**2


@rmsprop_step.mistake("rho and 1 - rho are swapped: the share rho is kept, 1 - rho is new.")
def _(theta, g, s, lr, rho, eps):
    s = (1 - rho) * s + rho * g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


@rmsprop_step.mistake("the factor 1 - rho before g^2 is missing: without it s is no average, it is 1 / (1 - rho) times too large.")
def _(theta, g, s, lr, rho, eps):
    s = rho * s + g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


@rmsprop_step.mistake(
    "this is AdaGrad: s adds up all squares and never forgets, so its steps fade for ever. Write rho * s + (1 - rho) * g**2."
)
def _(theta, g, s, lr, rho, eps):
    s = s + g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


@rmsprop_step.mistake("s averages g, not its square. Gradients of both signs would cancel, and the root fail: g**2.")
def _(theta, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g
    return theta - lr * g / (np.sqrt(s) + eps), s


@rmsprop_step.mistake("one average for all entries. Each number of theta has its own s: leave out the mean.")
def _(theta, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * np.mean(g**2)
    return theta - lr * g / (np.sqrt(s) + eps), s


@rmsprop_step.mistake("theta goes uphill: the step is taken off, theta - lr * g / (np.sqrt(s) + eps).")
def _(theta, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return theta + lr * g / (np.sqrt(s) + eps), s


@rmsprop_step.mistake("theta is right, but the old s came back: the next step needs the new one.")
def _(theta, g, s, lr, rho, eps):
    return theta - lr * g / (np.sqrt(rho * s + (1 - rho) * g**2) + eps), s


@rmsprop_step.mistake("the two are right, but in another order: return theta, s.")
def _(theta, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return s, theta - lr * g / (np.sqrt(s) + eps)


def gradients_of_a_run(rng):
    """The gradients of T steps as rows, and beta."""
    return rng.standard_normal((7, 3)) + 1.5, float(rng.uniform(0.6, 0.95))


def running_averages(G, beta, share=None):
    """The average after each step, uncorrected: (T, n)."""
    m, rows = np.zeros(G.shape[1]), []
    for g in G:
        m = beta * m + (1 - beta if share is None else share) * g
        rows.append(m)
    return np.array(rows)


def powers(G, beta):
    return (beta ** np.arange(1, len(G) + 1))[:, None]


def constants_stay(answer, rng):
    _, beta = gradients_of_a_run(rng)
    G = np.tile(rng.standard_normal(3), (9, 1))
    return np.allclose(answer(G, beta), G) or "the corrected average of equal gradients is not that gradient."


@exercise(
    "week6.corrected_averages",
    title="A running average that starts right",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"averages": "G.shape"},
    inputs=gradients_of_a_run,
    hints=(
        "Keep the plain average m from step to step. Divide only what you hand out.",
        "m <- beta m + (1 - beta) g, from m = 0. Row t, counted from 1, is m / (1 - beta^t).",
        "m = np.zeros(G.shape[1]); for t, g in enumerate(G, 1): m = ...; rows.append(m / (1 - ...)). At the end np.array(rows).",
    ),
    properties=(("equal gradients have that gradient as their average, from the first step on", constants_stay),),
)
def corrected_averages(G, beta):
    m, rows = np.zeros(G.shape[1]), []
    for t, g in enumerate(G, 1):
        m = beta * m + (1 - beta) * g
        rows.append(m / (1 - beta**t))
    return np.array(rows)


@corrected_averages.also_right
def _(G, beta):
    t = np.arange(len(G))
    W = np.tril(beta ** np.abs(t[:, None] - t))
    return W @ G / W.sum(axis=1, keepdims=True)


@corrected_averages.mistake("the correction is missing: the first rows are too small, for m starts at 0. Divide row t by 1 - beta^t.")
def _(G, beta):
    return running_averages(G, beta)


@corrected_averages.mistake(
    "the power is missing: 1 - beta fits the first row alone, later ones become far too large. Divide by 1 - beta**t."
)
def _(G, beta):
    return running_averages(G, beta) / (1 - beta)


@corrected_averages.mistake("t starts at 0, and 1 - beta^0 is 0. The first step is t = 1: enumerate(G, 1).")
def _(G, beta):
    return running_averages(G, beta) / (1 - powers(G, beta) / beta)


@corrected_averages.mistake("t is one too large: the first row is divided by 1 - beta^2. The first step is t = 1.")
def _(G, beta):
    return running_averages(G, beta) / (1 - powers(G, beta) * beta)


@corrected_averages.mistake("you multiplied by 1 - beta^t, which makes early rows even smaller. Divide by it.")
def _(G, beta):
    return running_averages(G, beta) * (1 - powers(G, beta))


@corrected_averages.mistake(
    "the corrected average was put back into m, and corrected again in the next step. Keep m plain; divide in a name of its own."
)
def _(G, beta):
    m, rows = np.zeros(G.shape[1]), []
    for t, g in enumerate(G, 1):
        m = (beta * m + (1 - beta) * g) / (1 - beta**t)
        rows.append(m)
    return np.array(rows)


@corrected_averages.mistake(
    "m starts at the first gradient, which then weighs far more than the others. Start at 0 and divide by 1 - beta^t."
)
def _(G, beta):
    m, rows = G[0], [G[0]]
    for g in G[1:]:
        m = beta * m + (1 - beta) * g
        rows.append(m)
    return np.array(rows)


@corrected_averages.mistake("every row is the plain mean of all gradients so far. Here old ones fade: beta * m + (1 - beta) * g.")
def _(G, beta):
    return np.cumsum(G, axis=0) / np.arange(1, len(G) + 1)[:, None]


@corrected_averages.mistake("the factor 1 - beta before g is missing, so the weights of row t add up to (1 - beta^t) / (1 - beta).")
def _(G, beta):
    return running_averages(G, beta, 1.0) / (1 - powers(G, beta))


@corrected_averages.mistake("beta and 1 - beta are swapped: the share beta of the old average is kept, 1 - beta is new.")
def _(G, beta):
    return running_averages(G, 1 - beta) / (1 - powers(G, beta))


@corrected_averages.mistake("every row was divided by 1 - beta^T, the correction of the last one. Each row has its own power t.")
def _(G, beta):
    return running_averages(G, beta) / (1 - beta ** len(G))


@corrected_averages.mistake("this is the last row only. Keep the average after every step: T rows.")
def _(G, beta):
    return running_averages(G, beta)[-1] / (1 - beta ** len(G))


@corrected_averages.mistake("beta * t is no power: write beta**t.")
def _(G, beta):
    return running_averages(G, beta) / (1 - beta * np.arange(1, len(G) + 1)[:, None])


# ---- Adam


def adam_state(rng):
    """theta, g, m and s as after some steps, t, lr, two betas that differ, and an eps large enough to be seen."""
    theta, g, m = rng.standard_normal((3, 6))
    betas = float(rng.uniform(0.6, 0.8)), float(rng.uniform(0.85, 0.95))
    return theta, g, m, rng.uniform(0.1, 2, 6), int(rng.integers(2, 6)), float(rng.uniform(0.05, 0.3)), *betas, 0.01


def both_averages(g, m, s, beta1, beta2):
    return beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2


def first_step_is_a_sign(answer, rng):
    theta, g = rng.standard_normal((2, 6))
    zero = np.zeros(6)
    new = answer(theta, g, zero, zero, 1, 0.1, 0.9, 0.999, 1e-12)[0]
    return np.allclose(new, theta - 0.1 * np.sign(g)) or "the first step, t = 1 from m = s = 0, is not lr times the sign of g."


@exercise(
    "week6.adam_step",
    title="One step of Adam",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"theta": "theta.shape", "m": "theta.shape", "s": "theta.shape"},
    inputs=adam_state,
    hints=(
        "Two running averages, of g and of g squared. Correct both, each with its own beta. Then step.",
        "m_hat = m / (1 - beta1^t), s_hat = s / (1 - beta2^t); theta <- theta - lr m_hat / (sqrt(s_hat) + eps).",
        "m = ...; s = ...; m_hat = m / (...); s_hat = s / (...); theta = theta - lr * m_hat / (...); return theta, m, s",
    ),
    properties=(("the first step is lr times the sign of g", first_step_is_a_sign),),
)
def adam_step(theta, g, m, s, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    theta = theta - lr * m_hat / (np.sqrt(s_hat) + eps)
    return theta, m, s


@adam_step.also_right
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = m + (1 - beta1) * (g - m), s + (1 - beta2) * (g * g - s)
    c = (1 - beta2**t) ** 0.5
    return theta - lr * c / (1 - beta1**t) * m / (np.sqrt(s) + eps * c), m, s


@adam_step.mistake(
    "neither average is corrected. Both start at 0 and are too small at first, m less than sqrt(s): divide by 1 - beta1^t and 1 - beta2^t."
)
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m / (np.sqrt(s) + eps), m, s


@adam_step.mistake("s is not corrected: divide it by 1 - beta2^t before the root.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m / (1 - beta1**t) / (np.sqrt(s) + eps), m, s


@adam_step.mistake("m is not corrected: divide it by 1 - beta1^t.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


@adam_step.mistake("the power t is missing in the corrections: 1 - beta1 and 1 - beta2 hold at the first step only. Write 1 - beta1**t.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m / (1 - beta1) / (np.sqrt(s / (1 - beta2)) + eps), m, s


@adam_step.mistake("you multiplied by the corrections. The averages are too small, so divide: m / (1 - beta1**t).")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m * (1 - beta1**t) / (np.sqrt(s * (1 - beta2**t)) + eps), m, s


@adam_step.mistake("eps stands inside the root. Here it is added after it: np.sqrt(s_hat) + eps.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t) + eps), m, s


@adam_step.mistake(
    "eps was added to the uncorrected root, as some libraries do (their 'epsilon hat'). Here it comes last: np.sqrt(s_hat) + eps."
)
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(s) + eps), m, s


@adam_step.mistake("eps is missing: an entry whose gradient was always 0 would give 0 / 0. Write np.sqrt(s_hat) + eps.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t)), m, s


@adam_step.mistake("without brackets, eps is added to the parameter, not to the denominator: lr * m_hat / (np.sqrt(s_hat) + eps).")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t)) + eps, m, s


@adam_step.mistake(
    "theta is right, but m and s came back corrected, and would be corrected again in the next step. Keep the plain averages: return theta, m, s."
)
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    m, s = m / (1 - beta1**t), s / (1 - beta2**t)
    return theta - lr * m / (np.sqrt(s) + eps), m, s


@adam_step.mistake("t is one too small in the corrections. t counts this step too, from 1: 1 - beta1**t.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m / (1 - beta1 ** (t - 1)) / (np.sqrt(s / (1 - beta2 ** (t - 1))) + eps), m, s


@adam_step.mistake("t is one too large in the corrections. It counts this step already: 1 - beta1**t.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m / (1 - beta1 ** (t + 1)) / (np.sqrt(s / (1 - beta2 ** (t + 1))) + eps), m, s


@adam_step.mistake("theta goes uphill: the step is taken off.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta + lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


@adam_step.mistake("the root is missing: divide by np.sqrt(s_hat) + eps, so that the units of g cancel.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m / (1 - beta1**t) / (s / (1 - beta2**t) + eps), m, s


@adam_step.mistake("g itself stands on top: that is RMSProp with a correction. Adam moves along the average: m_hat.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * g / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


@adam_step.mistake("both averages use beta1. s has its own, slower one: beta2.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta1)
    return theta - lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta1**t)) + eps), m, s


@adam_step.mistake("beta1 and beta2 are swapped: beta1 belongs to m, beta2 to s.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta2, beta1)
    return theta - lr * m / (1 - beta2**t) / (np.sqrt(s / (1 - beta1**t)) + eps), m, s


@adam_step.mistake("both corrections use beta1. s was averaged with beta2: s / (1 - beta2**t).")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta1**t)) + eps), m, s


@adam_step.mistake("s averages g, not its square: (1 - beta2) * g**2.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g
    return theta - lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


@adam_step.mistake("theta is right, but the old m and s came back: the next step needs the new ones.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    return adam_step.reference(theta, g, m, s, t, lr, beta1, beta2, eps)[0], m, s


@adam_step.mistake("the three are right, but in another order: return theta, m, s.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    theta, m, s = adam_step.reference(theta, g, m, s, t, lr, beta1, beta2, eps)
    return theta, s, m


def run_of_adam(rng):
    """A start, the gradients of T steps, and lr; the betas and eps are Adam's usual ones."""
    return rng.standard_normal(3), rng.standard_normal((8, 3)) + 0.5, float(rng.uniform(0.01, 0.1))


def adam_walk(theta, G, lr, correct, eps=1e-8):
    """The places after each step of an Adam whose two averages are corrected by correct(m, s, t)."""
    m, s, places = 0.0, 0.0, []
    for t, g in enumerate(G, 1):
        m, s = both_averages(g, m, s, 0.9, 0.999)
        m_hat, s_hat = correct(m, s, t)
        theta = theta - lr * m_hat / (np.sqrt(s_hat) + eps)
        places.append(theta)
    return np.array(places)


def equal_gradients_equal_steps(answer, rng):
    theta, G, lr = run_of_adam(rng)
    steps = np.diff(answer(theta, np.tile(G[0], (8, 1)), lr), axis=0)
    return np.allclose(steps, -lr * np.sign(G[0])) or "with equal gradients every step must be lr long: yours change their length."


@exercise(
    "week6.adam_path",
    title="An Adam to mend",
    minutes=10,
    difficulty=3,
    importance=4,
    returns={"places": "G.shape"},
    inputs=run_of_adam,
    hints=(
        "The first step is right, the second is not. What must change from step to step, and does not?",
        "The weights of the average after t steps add up to 1 - beta^t. Which lines know t?",
        "for t, g in enumerate(G, 1): m = ...; s = ...; m_hat = m / (1 - 0.9**t); s_hat = ...; theta = ...; places.append(theta)",
    ),
    properties=(("equal gradients give steps of equal length lr", equal_gradients_equal_steps),),
)
def adam_path(theta, G, lr):
    m, s, places = 0, 0, []
    for t, g in enumerate(G, 1):
        m = 0.9 * m + 0.1 * g
        s = 0.999 * s + 0.001 * g**2
        m_hat = m / (1 - 0.9**t)
        s_hat = s / (1 - 0.999**t)
        theta = theta - lr * m_hat / (np.sqrt(s_hat) + 1e-8)
        places.append(theta)
    return np.array(places)


@adam_path.also_right
def _(theta, G, lr):
    t = np.arange(len(G))
    weights = [np.tril(beta ** np.abs(t[:, None] - t)) for beta in (0.9, 0.999)]
    m_hat, s_hat = (W @ A / W.sum(axis=1, keepdims=True) for W, A in zip(weights, (G, G**2)))
    return theta - np.cumsum(lr * m_hat / (np.sqrt(s_hat) + 1e-8), axis=0)


@adam_path.mistake(
    "the bug is still there: 1 - 0.9 and 1 - 0.999 are the corrections of the first step. Step t needs 1 - 0.9**t and 1 - 0.999**t."
)
def _(theta, G, lr):
    return adam_walk(theta, G, lr, lambda m, s, t: (m / 0.1, s / 0.001))


@adam_path.mistake("m is right now. s still has the correction of the first step: s / (1 - 0.999**t).")
def _(theta, G, lr):
    return adam_walk(theta, G, lr, lambda m, s, t: (m / (1 - 0.9**t), s / 0.001))


@adam_path.mistake("s is right now. m still has the correction of the first step: m / (1 - 0.9**t).")
def _(theta, G, lr):
    return adam_walk(theta, G, lr, lambda m, s, t: (m / 0.1, s / (1 - 0.999**t)))


@adam_path.mistake(
    "the corrections are gone altogether. Now the first steps are several times too long: divide by 1 - 0.9**t and 1 - 0.999**t."
)
def _(theta, G, lr):
    return adam_walk(theta, G, lr, lambda m, s, t: (m, s))


@adam_path.mistake("t starts at 0, and 1 - 0.9**0 is 0. The first step is t = 1: enumerate(G, 1).")
def _(theta, G, lr):
    return adam_walk(theta, G, lr, lambda m, s, t: (m / np.float64(1 - 0.9 ** (t - 1)), s / np.float64(1 - 0.999 ** (t - 1))))


@adam_path.mistake("t is one too large: the first step is t = 1.")
def _(theta, G, lr):
    return adam_walk(theta, G, lr, lambda m, s, t: (m / (1 - 0.9 ** (t + 1)), s / (1 - 0.999 ** (t + 1))))


@adam_path.mistake("you multiplied by the corrections. The averages are too small at first, so divide.")
def _(theta, G, lr):
    return adam_walk(theta, G, lr, lambda m, s, t: (m * (1 - 0.9**t), s * (1 - 0.999**t)))


@adam_path.mistake(
    "the corrected m and s were kept as the state, and corrected again in the next step. Give them names of their own: m_hat, s_hat."
)
def _(theta, G, lr):
    m, s, places = 0.0, 0.0, []
    for t, g in enumerate(G, 1):
        m, s = both_averages(g, m, s, 0.9, 0.999)
        m, s = m / (1 - 0.9**t), s / (1 - 0.999**t)
        theta = theta - lr * m / (np.sqrt(s) + 1e-8)
        places.append(theta)
    return np.array(places)


@adam_path.mistake("every step uses the correction of the last one, 1 - 0.9**T. The power is the number of the step, t.")
def _(theta, G, lr):
    return adam_walk(theta, G, lr, lambda m, s, t: (m / (1 - 0.9 ** len(G)), s / (1 - 0.999 ** len(G))))


@adam_path.mistake("m and s start anew at every step, so each step is lr times a sign. Set them to 0 once, before the loop.")
def _(theta, G, lr):
    return theta - lr * np.cumsum(np.sign(G), axis=0)


@adam_path.mistake("this is where the walk ends. Keep the place after every step: T rows.")
def _(theta, G, lr):
    return adam_path.reference(theta, G, lr)[-1]


@adam_path.mistake("the start came along as a first row. Asked for are the places after each step: T rows.")
def _(theta, G, lr):
    return np.vstack([theta, adam_path.reference(theta, G, lr)])


# ---- decoupled weight decay


def adamw_state(rng):
    return (*adam_state(rng), float(rng.uniform(0.1, 0.5)))


def adam_update(g, m, s, t, beta1, beta2, eps):
    """Adam's step without its lr, and the new averages."""
    m, s = both_averages(g, m, s, beta1, beta2)
    return m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


def decays_alike(answer, rng):
    theta, _, _, _, t, lr, beta1, beta2, eps, weight_decay = adamw_state(rng)
    zero = np.zeros(6)
    new = answer(theta, zero, zero, zero, t, lr, beta1, beta2, eps, weight_decay)[0]
    return (
        np.allclose(new, (1 - lr * weight_decay) * theta)
        or "without any gradient, every weight must shrink by the factor 1 - lr weight_decay."
    )


@exercise(
    "week6.adamw_step",
    title="Adam with decoupled weight decay",
    minutes=7,
    difficulty=3,
    importance=3,
    returns={"theta": "theta.shape", "m": "theta.shape", "s": "theta.shape"},
    inputs=adamw_state,
    hints=(
        "The decay must not meet m and s. Where does it go instead?",
        "First theta <- (1 - lr weight_decay) theta. Then Adam's step, with g as it came.",
        "m = ...; s = ...; m_hat = ...; s_hat = ...; theta = (1 - ...) * theta - lr * m_hat / (np.sqrt(s_hat) + eps)",
    ),
    properties=(("without a gradient all weights shrink by one factor", decays_alike),),
)
def adamw_step(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    theta = (1 - lr * weight_decay) * theta - lr * m_hat / (np.sqrt(s_hat) + eps)
    return theta, m, s


@adamw_step.also_right
def _(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    step, m, s = adam_update(g, m, s, t, beta1, beta2, eps)
    return theta - lr * (step + weight_decay * theta), m, s


@adamw_step.mistake(
    "the decay went into g, and so into m and s: that is l2, which Adam divides by sqrt(s_hat). Leave g alone; shrink theta itself."
)
def _(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    step, m, s = adam_update(g + weight_decay * theta, m, s, t, beta1, beta2, eps)
    return theta - lr * step, m, s


@adamw_step.mistake("this is plain Adam: the decay is missing. theta starts from (1 - lr * weight_decay) * theta.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    step, m, s = adam_update(g, m, s, t, beta1, beta2, eps)
    return theta - lr * step, m, s


@adamw_step.mistake("lr is missing in the decay: the factor is 1 - lr * weight_decay, so that a schedule scales both.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    step, m, s = adam_update(g, m, s, t, beta1, beta2, eps)
    return (1 - weight_decay) * theta - lr * step, m, s


@adamw_step.mistake("the weights grow: the factor is 1 - lr * weight_decay, with a minus.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    step, m, s = adam_update(g, m, s, t, beta1, beta2, eps)
    return (1 + lr * weight_decay) * theta - lr * step, m, s


@adamw_step.mistake("the factor was put on after the step, so it shrinks the step too. Shrink the old theta, then step.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    step, m, s = adam_update(g, m, s, t, beta1, beta2, eps)
    return (theta - lr * step) * (1 - lr * weight_decay), m, s


@adamw_step.mistake(
    "the decay goes around m, but it is still divided by sqrt(s_hat). It must not be divided at all: (1 - lr * weight_decay) * theta."
)
def _(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * (m / (1 - beta1**t) + weight_decay * theta) / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


@adamw_step.mistake("you took off a fixed amount, lr * weight_decay. The decay is a share of each weight: lr * weight_decay * theta.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    step, m, s = adam_update(g, m, s, t, beta1, beta2, eps)
    return theta - lr * weight_decay - lr * step, m, s


@adamw_step.mistake("the decay is there twice, in the gradient and in theta. Once, in theta.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    step, m, s = adam_update(g + weight_decay * theta, m, s, t, beta1, beta2, eps)
    return (1 - lr * weight_decay) * theta - lr * step, m, s


@adamw_step.mistake("the factor 1 - lr * weight_decay is kept in m and s as well. It acts on theta alone.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    step, m, s = adam_update(g, m, s, t, beta1, beta2, eps)
    keep = 1 - lr * weight_decay
    return keep * theta - lr * step, keep * m, keep * s


@adamw_step.mistake("the decay is right. The corrections of m and s are missing: divide by 1 - beta1^t and 1 - beta2^t.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    m, s = both_averages(g, m, s, beta1, beta2)
    return (1 - lr * weight_decay) * theta - lr * m / (np.sqrt(s) + eps), m, s


@adamw_step.mistake("the decay is right. In the corrections the power t is missing: 1 - beta1**t, 1 - beta2**t.")
def _(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    m, s = both_averages(g, m, s, beta1, beta2)
    return (1 - lr * weight_decay) * theta - lr * m / (1 - beta1) / (np.sqrt(s / (1 - beta2)) + eps), m, s


QUIZZES["week6b"] = [
    Question(
        "A quadratic has curvatures from 1 to 10,000. Each method at its best setting: how do the steps of gradient descent and of momentum compare?",
        {
            "About 10 times fewer with momentum, since beta = 0.9 makes the steps 10 times longer.": "beta = 0.9 is not the best one here, and the longer steps could as well come from lr. What counts is the rate.",
            "About 100 times fewer with momentum.": "gradient descent needs steps in proportion to kappa = 10,000, momentum to its root, 100.",
            "The same: momentum only smooths the path.": "it does more: at its best setting the rate depends on the root of kappa instead of kappa.",
        },
        "About 100 times fewer with momentum.",
    ),
    Question(
        "Somebody compares plain descent with momentum in the averaged form, (1 - beta) g, at the same lr, and finds no difference. Why?",
        {
            "Momentum does not help on this problem.": "that may be, but this comparison cannot tell: the averaged form was run at a tenth of its usual step.",
            "The averaged form equals the other one at lr (1 - beta), so in the long run both move at the pace lr.": "a constant gradient g gives v = g in the averaged form, so each step is lr g, as without momentum. Its lr has to be about 10 times larger.",
            "There is a bug: averaging must change the result.": "no bug needed: only the convention, and one shared lr.",
        },
        "The averaged form equals the other one at lr (1 - beta), so in the long run both move at the pace lr.",
    ),
    Question(
        "Adam, lr = 0.001, first step. One weight has the gradient 5, another 0.0005. How far do they move?",
        {
            "The first 10,000 times as far as the second.": "that is plain gradient descent. Here the gradient is divided by its own size.",
            "Both by about 0.001.": "with the corrections m_hat = g and s_hat = g^2, so the step is lr g / |g|: only the sign is left.",
            "Both by about 0.0001, because m holds only a tenth of g.": "the correction divides by 1 - 0.9, and gives the tenth back.",
        },
        "Both by about 0.001.",
    ),
    Question(
        "You leave the bias corrections out of Adam, with beta1 = 0.9 and beta2 = 0.999. What happens to the early steps?",
        {
            "They are too short, because m starts at 0.": "m is 10 times too small, but sqrt(s) in the denominator is 32 times too small.",
            "They are too long, 3 to 7 times.": "0.1 / sqrt(0.001) = 3.2 at the first step, and more for some steps after it, as m recovers faster than s.",
            "Nothing that training would notice.": "they can throw the weights far away at the very start, before anything is known.",
        },
        "They are too long, 3 to 7 times.",
    ),
    Question(
        "A blog shows: at lr = 0.0007, Adam 94 %, plain descent 80 %. What follows?",
        {
            "Adam is the better method.": "not from this: 0.0007 is near Adam's usual rates and far below the best ones of plain descent.",
            "0.0007 suits Adam better than plain descent, on this task, for this many steps.": "that is all. A comparison of methods tunes each one, over several seeds, and reports data not trained on.",
            "Plain descent is stuck in a local minimum.": "it is only slow: at a larger rate, or with more steps, it gets there as well.",
        },
        "0.0007 suits Adam better than plain descent, on this task, for this many steps.",
    ),
]
