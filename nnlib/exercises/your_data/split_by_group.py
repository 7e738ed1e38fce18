import numpy as np

from ..exercise import exercise


def groups_in_drawn_order(rng):
    """Seven groups of unequal size, mixed in the file, named by numbers far from 0; their order is random; two per part."""
    names = rng.choice(np.arange(100, 200), 7, replace=False)
    groups = rng.permutation(np.repeat(names, rng.permutation([1, 2, 3, 4, 5, 2, 3])))
    return groups, rng.permutation(names), 2


def parts(groups, test, validation, train):
    return tuple(np.flatnonzero(np.isin(groups, names)) for names in (train, validation, test))


def by_rows(groups, order, n):
    """What a split of rows gives, with the right number of rows in each part."""
    _, validation, test = (len(part) for part in parts(groups, order[:n], order[n : 2 * n], order[2 * n :]))
    rows = np.arange(len(groups))
    return rows[test + validation :], rows[test : test + validation], rows[:test]


def no_group_is_on_two_sides(answer, rng):
    groups, order, n = groups_in_drawn_order(rng)
    sides = [set(groups[rows].tolist()) for rows in answer(groups, order, n)]
    return not (sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2]) or "a group has rows in two parts."


@exercise(
    "your_data.split_by_group",
    title="Split by group",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"train": "(rows of all other groups,)", "validation": "(rows of the next n groups,)", "test": "(rows of the first n groups,)"},
    inputs=groups_in_drawn_order,
    hints=(
        "Deal out the groups, then look up the rows of each part.",
        "test_groups = order[:n], validation_groups = order[n:2*n], the rest trains. np.isin(groups, some) says for each row whether its group is among some.",
        "test = np.flatnonzero(np.isin(groups, order[:n])); validation = ...; train = ...; return train, validation, test",
    ),
    properties=(("no group is on two sides", no_group_is_on_two_sides),),
)
def split_by_group(groups, order, n):
    train = np.flatnonzero(np.isin(groups, order[2 * n :]))
    validation = np.flatnonzero(np.isin(groups, order[n : 2 * n]))
    test = np.flatnonzero(np.isin(groups, order[:n]))
    return train, validation, test


@split_by_group.also_right
def row_by_row(groups, order, n):
    place = {group: i for i, group in enumerate(order)}
    part = np.array([min(place[group] // n, 2) for group in groups])
    return tuple(np.where(part == k)[0] for k in (2, 1, 0))


split_by_group.add_mistakes(
    ("rows were dealt out, not groups: a group can have rows in two parts. Choose groups first, then np.isin(groups, chosen).", by_rows),
    (
        "the parts are in the wrong order: return train, validation, test.",
        lambda groups, order, n: split_by_group.reference(groups, order, n)[::-1],
    ),
    (
        "validation and test are swapped: the first n groups of order are the test.",
        lambda groups, order, n: parts(groups, order[n : 2 * n], order[:n], order[2 * n :]),
    ),
    (
        "validation holds the groups of the test once more. Take the next ones: order[n:2*n].",
        lambda groups, order, n: parts(groups, order[:n], order[:n], order[2 * n :]),
    ),
    (
        "the validation groups are in the training part too: training takes order[2*n:].",
        lambda groups, order, n: parts(groups, order[:n], order[n : 2 * n], order[n:]),
    ),
    (
        "training has all rows, those of the test too. It takes only what is left: order[2*n:].",
        lambda groups, order, n: parts(groups, order[:n], order[n : 2 * n], order),
    ),
    (
        "these are the groups of each part. Return the rows: np.flatnonzero(np.isin(groups, ...)).",
        lambda groups, order, n: (order[2 * n :], order[n : 2 * n], order[:n]),
    ),
    (
        "these are True and False for every row. np.flatnonzero turns them into row numbers.",
        lambda groups, order, n: (np.isin(groups, order[2 * n :]), np.isin(groups, order[n : 2 * n]), np.isin(groups, order[:n])),
    ),
    (
        "the drawn order was not used: these groups are sorted by their number. Use the drawn order: order[:n].",
        lambda groups, order, n: parts(groups, np.unique(groups)[:n], np.unique(groups)[n : 2 * n], np.unique(groups)[2 * n :]),
    ),
    (
        "the test is taken from the end of order. It is the first n groups, order[:n].",
        lambda groups, order, n: parts(groups, order[-n:], order[-2 * n : -n], order[: -2 * n]),
    ),
)
