import numpy as np

from ..exercise import exercise


def scores_of_a_layer(rng):
    """Z: three or four dead units, one of them exactly 0 once; two are on for one example only; one or two examples switch all off."""
    m, n, dead = *rng.integers(11, 15, 2), int(rng.integers(3, 5))
    Z = 0.5 + rng.random((m, n))
    Z[:, :dead] = -0.2 - rng.random((m, dead))
    Z[1:, -2:] = -0.2 - rng.random((m - 1, 2))  # off on average, but not dead
    Z[-int(rng.integers(1, 3)) :] = -0.3  # these examples switch all units off
    Z[rng.integers(m), 0] = 0.0  # off as well
    return (Z[rng.permutation(m)][:, rng.permutation(n)],)


def order_does_not_matter(answer, rng):
    (Z,) = scores_of_a_layer(rng)
    return answer(Z[rng.permutation(len(Z))]) == answer(Z)


@exercise(
    "week3.count_dead",
    title="Count the dead units",
    minutes=5,
    difficulty=2,
    importance=4,
    returns={"count": None},
    inputs=scores_of_a_layer,
    hints=(
        "A unit is a column. When is it dead: if it is off for one example, or if it is off for all of them?",
        "Off means z <= 0. Ask each column whether that holds for all its rows, then count the columns that say yes.",
        "dead = (...).all(axis=...); return dead.sum()",
    ),
    properties=(("the order of the examples does not matter", order_does_not_matter),),
)
def count_dead(Z):
    dead = (Z <= 0).all(axis=0)
    return dead.sum()


count_dead.also_right(lambda Z: int((Z.max(axis=0) <= 0).sum()))
count_dead.also_right(lambda Z: Z.shape[1] - np.count_nonzero((np.maximum(Z, 0) > 0).any(axis=0)))

count_dead.add_mistakes(
    (
        "that is how many units are off for some example. One silent example is not death: ask for all of them, .all(axis=0).",
        lambda Z: (Z <= 0).any(axis=0).sum(),
    ),
    (
        "that is how many examples have all units off. A unit is a column: .all(axis=0) runs down the rows.",
        lambda Z: (Z <= 0).all(axis=1).sum(),
    ),
    ("this counts single entries that are off. Ask for whole columns: .all(axis=0) first, then count.", lambda Z: (Z <= 0).sum()),
    (
        "units whose score is exactly 0 for some example do not count here, but they are off there too: z <= 0, not z < 0.",
        lambda Z: (Z < 0).all(axis=0).sum(),
    ),
    ("this counts the units that are on for at least one example, the living ones.", lambda Z: (Z > 0).any(axis=0).sum()),
    (
        "a unit that is off on average, or for most examples, may still be on for some. Ask for all of them: .all(axis=0).",
        lambda Z: (Z.mean(axis=0) <= 0).sum(),
    ),
    ("this is the share of dead units. You need their number: count them, and do not divide.", lambda Z: (Z <= 0).all(axis=0).mean()),
    ("that says for each unit whether it is dead. Count the True ones: .sum().", lambda Z: (Z <= 0).all(axis=0)),
    (
        "that is 0, or False, as if no unit were dead. Ask each column by itself: (Z <= 0).all(axis=0).sum().",
        lambda Z: (Z <= 0).all(),
    ),
)
