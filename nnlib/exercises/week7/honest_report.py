import numpy as np

from ..exercise import exercise


def table_of_a_search(rng):
    """Validation and test accuracies, settings x epochs; the two are best in different rows and columns."""
    m = rng.integers(4, 7)
    V, T = rng.uniform(0.4, 0.6, (2, m, 7))
    rows, columns = rng.permutation(m), rng.permutation(6)
    V[rows[0], columns[0]], V[rows[1], columns[0]], V[rows[2], 6] = 0.72, 0.67, 0.66
    T[rows[1], columns[1]], T[rows[0], columns[2]] = 0.75, 0.70
    V[rows[3], columns[3]] = T[rows[3], columns[3]] = 0.7
    V[:, columns[4]] = rng.uniform(0.62, 0.65, m)  # the best epoch on average is not the best
    return V, T


@exercise(
    "week7.honest_report",
    title="The report that was too good",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"setting": None, "epoch": None, "accuracy": None},
    inputs=table_of_a_search,
    hints=(
        "Which of the two tables may affect the choice, and in how many of the three lines does the other one appear?",
        "The position of the largest validation accuracy gives setting and epoch. At that position, read the test accuracy, once.",
        "setting = np.argmax(val_accuracy.max(axis=...)); epoch = np.argmax(val_accuracy[...]); return setting, epoch, ...[setting, epoch]",
    ),
)
def honest_report(val_accuracy, test_accuracy):
    setting, epoch = np.unravel_index(np.argmax(val_accuracy), val_accuracy.shape)
    accuracy = test_accuracy[setting, epoch]
    return int(setting), int(epoch), accuracy


@honest_report.also_right
def setting_first(val_accuracy, test_accuracy):
    setting = val_accuracy.max(axis=1).argmax()
    epoch = val_accuracy[setting].argmax()
    return setting, epoch, test_accuracy[setting, epoch]


def last_epoch(V, T):
    setting = V[:, -1].argmax()
    return setting, V.shape[1] - 1, T[setting, -1]


def chosen(by, then_by):
    """A wrong solution: the setting is best in the table by(V, T), its epoch in then_by(V, T)."""

    def answer(V, T):
        setting = by(V, T).max(axis=1).argmax()
        epoch = then_by(V, T)[setting].argmax()
        return setting, epoch, T[setting, epoch]

    return answer


honest_report.add_mistakes(
    (
        "the bug is still there: the test points choose the epoch. Setting and epoch both come from the validation points.",
        chosen(lambda V, T: V, lambda V, T: T),
    ),
    (
        "the test points choose both setting and epoch: what is chosen for its score on the test has a score that is too good.",
        lambda V, T: honest_report.reference(T, T),
    ),
    ("the test points choose the setting. Both choices belong to the validation points.", chosen(lambda V, T: T, lambda V, T: V)),
    (
        "the choice is right, but accuracy is that of the validation points, which made the choice: it is too good. Read the test table at that position.",
        lambda V, T: honest_report.reference(V, V),
    ),
    (
        "the choice is right, but accuracy is the best of the whole test table. Read it at [setting, epoch], and nowhere else.",
        lambda V, T: (*honest_report.reference(V, T)[:2], T.max()),
    ),
    (
        "the choice is right, but accuracy is the best test epoch of that setting. Read it at [setting, epoch].",
        lambda V, T: (*honest_report.reference(V, T)[:2], T[honest_report.reference(V, T)[0]].max()),
    ),
    (
        "both tables together made the choice, as their sum or mean does. The test points must not affect it at all.",
        lambda V, T: honest_report.reference(V + T, T),
    ),
    ("the lowest accuracy was chosen: argmin is for losses, argmax for accuracies.", lambda V, T: honest_report.reference(-V, T)),
    ("the last epoch was taken, not the best one on the validation points. Setting and epoch are chosen together.", last_epoch),
    (
        "setting and epoch are swapped: rows are settings, columns are epochs.",
        honest_report.spoil(lambda setting, epoch, accuracy: (epoch, setting, accuracy)),
    ),
    (
        "argmax counts through the whole table, row by row. Ask twice: first for the row with the largest number, np.argmax(V.max(axis=1)), then for its place in that row.",
        lambda V, T: (V.argmax(), V.argmax(), T.flat[V.argmax()]),
    ),
)
