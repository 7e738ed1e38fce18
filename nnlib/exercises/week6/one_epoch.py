import numpy as np

from ..exercise import exercise

NEVER_CALLED = "step was never called: call step(X_batch, Y_batch) once for each batch."
APART = "X and Y were shuffled apart: the rows of a batch no longer belong together. Draw one order, and use it for both."
REDRAWN = "some rows are used more than once, others never. Cut one permutation of all rows into pieces."
TWICE = "some rows are in two batches. Each row is used once in an epoch: the last batch is not filled up."
SAME_ORDER = "two epochs have the same order. Draw a fresh one in each, from the given rng."
OTHER_GENERATOR = "the same seed gives another order: the rng that is given was not used. Write rng.permutation, not np.random.permutation."
NEIGHBOURS = "each batch holds neighbours. Shuffle all rows before you cut: order = rng.permutation(len(X))."
OLD_ORDER = "the rows are in their old order. Shuffle them first: order = rng.permutation(len(X))."


class Recorder:
    """Stands for a training step: keeps the row numbers of the batches it is called with."""

    def __init__(self):
        self.X, self.Y = [], []

    def __call__(self, X_batch, Y_batch):
        self.X.append(np.array(X_batch)[:, 0])
        self.Y.append(np.array(Y_batch)[:, 0])

    __call__.__qualname__ = "step"  # as Python's own messages name it


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
        return NEVER_CALLED
    if any(not np.array_equal(a, b) for a, b in zip(xs, ys)):
        return APART
    return True


def covers_all(answer, rng):
    xs, _, batch_size, m = epochs_of(answer, rng)[0]
    count = np.bincount(np.concatenate(xs).astype(int), minlength=m)
    if (count > 1).any() and (count == 0).any():
        return REDRAWN
    if (count == 0).any():
        return "some rows are in no batch. The starts are range(0, m, batch_size); each batch reaches to the next start, the last to m."
    if (count > 1).any():
        return TWICE
    if any(len(rows) > batch_size for rows in xs):
        return "a batch has more than batch_size rows."
    even = Recorder()
    steps = answer(np.arange(16.0).reshape(8, 2), np.arange(8.0).reshape(8, 1), 4, np.random.default_rng(0), even)
    if [len(rows) for rows in even.X] != [4, 4] or steps != 2:
        return "8 rows in batches of 4 must make 2 steps, and you make another number, or an empty batch: let range(0, m, batch_size) give the starts."
    return True


def well_shuffled(answer, rng):
    for xs, *_ in epochs_of(answer, rng, epochs=3):
        if np.array_equal(np.concatenate(xs), np.sort(np.concatenate(xs))):
            return OLD_ORDER
        if all(np.ptp(rows) == len(rows) - 1 for rows in xs):
            return NEIGHBOURS
    return True


def fresh_and_repeatable(answer, rng):
    state = rng.bit_generator.state
    first, second = epochs_of(answer, rng, epochs=2)
    if np.array_equal(np.concatenate(first[0]), np.concatenate(second[0])):
        return SAME_ORDER
    rng.bit_generator.state = state
    again = epochs_of(answer, rng)[0]
    if not np.array_equal(np.concatenate(first[0]), np.concatenate(again[0])):
        return OTHER_GENERATOR
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
def with_split(X, Y, batch_size, rng, step):
    order = np.arange(len(X))
    rng.shuffle(order)
    pieces = np.split(order, range(batch_size, len(X), batch_size))
    for rows in pieces:
        step(X[rows], Y[rows])
    return len(pieces)


def slices(m, batch_size):
    return [slice(i, i + batch_size) for i in range(0, m, batch_size)]


def last_batch_dropped(X, Y, batch_size, rng, step):
    order = rng.permutation(len(X))
    for i in range(0, len(X) - batch_size + 1, batch_size):
        step(X[order[i : i + batch_size]], Y[order[i : i + batch_size]])
    return len(X) // batch_size


def batches_shuffled(X, Y, batch_size, rng, step):
    starts = np.arange(0, len(X), batch_size)
    rng.shuffle(starts)
    for i in starts:
        step(X[i : i + batch_size], Y[i : i + batch_size])
    return len(starts)


def shuffled_apart(X, Y, batch_size, rng, step):
    X, Y = rng.permutation(X), rng.permutation(Y)
    for rows in slices(len(X), batch_size):
        step(X[rows], Y[rows])
    return len(slices(len(X), batch_size))


def drawn_again(X, Y, batch_size, rng, step):
    for _ in slices(len(X), batch_size):
        rows = rng.integers(0, len(X), batch_size)
        step(X[rows], Y[rows])
    return len(slices(len(X), batch_size))


def in_pieces(order):
    """A wrong solution: the batches are pieces of order(m, batch_size, rng)."""

    def answer(X, Y, batch_size, rng, step):
        rows = order(len(X), batch_size, rng)
        pieces = [rows[piece] for piece in slices(len(rows), batch_size)]
        for piece in pieces:
            step(X[piece], Y[piece])
        return len(pieces)

    return answer


one_epoch.add_mistakes(
    (
        "one step too few: the last batch, smaller than the others, counts too. The starts are range(0, len(X), batch_size).",
        last_batch_dropped,
    ),
    (
        "one step too many: no batch is empty, none counts twice. The starts are range(0, len(X), batch_size).",
        one_epoch.spoil(lambda steps: steps + 1),
    ),
    ("you return the number of rows. A step is one call of step: count the batches.", lambda X, Y, batch_size, rng, step: len(X)),
    (NEIGHBOURS, batches_shuffled),
    (APART, shuffled_apart),
    (REDRAWN, drawn_again),
    (OLD_ORDER, in_pieces(lambda m, batch_size, rng: np.arange(m))),
    (SAME_ORDER, in_pieces(lambda m, batch_size, rng: np.random.default_rng(0).permutation(m))),
    (OTHER_GENERATOR, in_pieces(lambda m, batch_size, rng: np.random.default_rng().permutation(m))),
    (TWICE, in_pieces(lambda m, batch_size, rng: np.resize(rng.permutation(m), m + -m % batch_size))),
    (NEVER_CALLED, lambda X, Y, batch_size, rng, step: -(-len(X) // batch_size)),
)
