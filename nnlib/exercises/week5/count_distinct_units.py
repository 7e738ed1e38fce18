import numpy as np

from ..exercise import exercise


def layer_with_twins(rng):
    """W (3 or 4, n), b (1, n): twins up to rounding, and units that look alike if one looks carelessly."""
    a1, a2, a3, beta, other = rng.choice(np.arange(11, 99), 5, replace=False) / 100
    units = [
        [a1, a2, a3, beta],
        [a1, a2, a3, other],  # only the bias differs
        [a2, a1, a3, beta],  # the same numbers, in another order
        [a3, a2, a1, beta],
        [a1, a3 + 1, a2 - 2, beta],  # the same first weight
        [a1, a2 - 1, a3 + 2, beta],
        [a1, a3 - 1, a2 - 1, beta],
    ]
    units += rng.choice(np.arange(-99, -11), (int(rng.integers(3, 5)), 4), replace=False).tolist()
    units = np.array(units + units[:3] * 2 + units[-2:] * 4)
    units = units[rng.permutation(len(units))] + 1e-12 * rng.standard_normal(units.shape)
    same_for_all = np.full((int(rng.integers(2)), len(units)), 0.25)
    return np.vstack([units[:, :3].T, same_for_all]), units[:, 3:].T.copy()


def constant_layer_counts_one(answer, rng):
    W, b = np.full((4, 6), 0.1), np.zeros((1, 6))
    return int(answer(W, b)) == 1 or "a layer whose weights are all 0.1 has six equal units: your function must return 1 there."


@exercise(
    "week5.count_distinct_units",
    title="How many different units?",
    minutes=7,
    difficulty=2,
    importance=4,
    returns={"count": None},
    inputs=layer_with_twins,
    hints=(
        "A unit is a column of W together with its number in b. Two units are the same if those numbers agree.",
        "Stack b under W, transpose, so that each row is a unit, and round to 6 digits. Then count the different rows.",
        "units = np.vstack([W, b]).T.round(6), then np.unique(units, axis=0) and its length",
    ),
    properties=(("a layer of equal weights counts as 1", constant_layer_counts_one),),
)
def count_distinct_units(W, b):
    units = np.vstack([W, b]).T.round(6)
    return len(np.unique(units, axis=0))


count_distinct_units.also_right(lambda W, b: len({tuple(np.round([*W[:, j], b[0, j]], 6)) for j in range(W.shape[1])}))


@count_distinct_units.also_right
def in_a_loop(W, b):
    count = 0
    for j in range(W.shape[1]):
        twins = [np.abs(W[:, i] - W[:, j]).max() < 1e-6 and abs(b[0, i] - b[0, j]) < 1e-6 for i in range(j)]
        count += not any(twins)
    return count


count_distinct_units.add_mistakes(
    (
        "this is the number of all units. Twins count once, though they differ by about 1e-12: round to 6 digits, then compare.",
        lambda W, b: len(np.unique(np.vstack([W, b]).T, axis=0)),
    ),
    (
        "that is the count without the bias. Two units with equal weights and different biases are different units: stack b under W.",
        lambda W, b: len(np.unique(W.T.round(6), axis=0)),
    ),
    (
        "that is how many rows the stack has. A unit is a column of W: transpose the stack with .T and count rows, or use axis=1 and count columns, .shape[1].",
        lambda W, b: len(np.unique(np.vstack([W, b]).round(6), axis=0)),
    ),
    (
        "that is how many different numbers there are. np.unique without an axis flattens the array: write axis=0, after .T.",
        lambda W, b: np.unique(np.vstack([W, b]).round(6)).size,
    ),
    ("that is how many first weights differ. All weights and the bias must agree.", lambda W, b: np.unique(W[0].round(6)).size),
    (
        "that is how many sums differ. Units with the same weights in another order have equal sums and do different things: compare number by number.",
        lambda W, b: np.unique(np.vstack([W, b]).sum(axis=0).round(6)).size,
    ),
    (
        "that is how many rows W has, the inputs: a unit is a column. Stack b under W, and turn it with .T.",
        lambda W, b: len(np.unique(W.round(6), axis=0)),
    ),
    (
        "this is how many units are copies of others. You need the number of different ones.",
        lambda W, b: W.shape[1] - len(np.unique(np.vstack([W, b]).T.round(6), axis=0)),
    ),
    ("that is how many biases differ. A unit is its weights and its bias: stack b under W.", lambda W, b: np.unique(b.round(6)).size),
)
