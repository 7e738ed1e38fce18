import numpy as np

from ..exercise import exercise


def validation_curve(rng):
    """Losses that fall with bumps, rise, and after a long wait fall below the old minimum; ties, as printed losses have them."""
    patience = int(rng.integers(4, 6))
    down = np.array([0.9, 0.7, 0.74, 0.6, 0.6, 0.63, 0.61, 0.5])  # bumps shorter than the patience, and a tie
    up = 0.5 + 0.01 * rng.integers(2, 9, patience + 2)
    up[rng.integers(1, 3)] = 0.5  # as low as the best, not lower
    up[-2:] = up[-3] + np.array([-0.004, -0.008])  # it falls again before the wait is over, and not below the best
    return np.concatenate([rng.uniform(1, 2, int(rng.integers(1, 4))), down, up, [0.3, 0.35, 0.32]]), patience


def falling_is_not_stopped(answer, rng):
    for losses, expected in ((1 / np.arange(1.0, 9.0), (7, 7)), (np.array([1.0, 0.8, 0.9, 0.85]), (1, 3))):
        got = answer(losses.copy(), 3)
        if got is None:
            return "if the curve ends before the patience is used up, your function returns nothing: put `return best, stop` after the loop too."
        if tuple(int(value) for value in got) != expected:
            return "a curve that ends before the patience is used up is wrong: then stop is the last epoch, len(val_losses) - 1, and best the lowest so far."
    return True


@exercise(
    "week7.early_stopping",
    title="Early stopping with patience",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"best": None, "stop": None},
    inputs=validation_curve,
    hints=(
        "Walk through the losses as training would see them, one by one. What two things must you remember?",
        "Remember the lowest loss and its epoch. A lower loss replaces them. If not lower, and epoch - best has reached patience, stop.",
        "for epoch, loss in enumerate(val_losses): if loss < lowest: lowest, best = ...; if epoch - best >= ...: break; then return best, epoch",
    ),
    properties=(("a curve that ends before the patience is used up", falling_is_not_stopped),),
)
def early_stopping(val_losses, patience):
    best, lowest = 0, np.inf
    for epoch, loss in enumerate(val_losses):
        if loss < lowest:
            best, lowest = epoch, loss
        if epoch - best >= patience:
            break
    return best, epoch


@early_stopping.also_right
def in_a_loop(val_losses, patience):
    best, waited, epoch = 0, 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[best]:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best, epoch
    return best, epoch


@early_stopping.also_right
def with_running_minima(val_losses, patience):
    record = np.minimum.accumulate(val_losses)
    best_so_far = np.array([int(np.argmax(record == low)) for low in record])
    waited = np.arange(len(record)) - best_so_far
    stop = int(np.argmax(waited >= patience)) if (waited >= patience).any() else len(record) - 1
    return int(best_so_far[stop]), stop


def stopping(val_losses, patience, lower=lambda loss, lowest: loss < lowest):
    """The right rule, with another idea of what counts as lower."""
    best, lowest = 0, np.inf
    for epoch, loss in enumerate(val_losses):
        if lower(loss, lowest):
            best, lowest = epoch, loss
        if epoch - best >= patience:
            break
    return best, epoch


def counting(val_losses, patience, compared_with, reset):
    """The rule with a counter: what each loss is compared with, and whether a lower one sets the counter to 0."""
    best, waited = 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[compared_with(epoch, best)]:
            best, waited = epoch, 0 if reset else waited
        else:
            waited += 1
        if waited >= patience:
            break
    return best, epoch


early_stopping.add_mistakes(
    (
        "best is the lowest loss of the whole curve, including epochs that were never trained. When training stops, the later losses do not exist yet.",
        lambda val_losses, patience: (int(np.argmin(val_losses)), stopping(val_losses, patience)[1]),
    ),
    (
        "you never stop on this curve. Stop once patience epochs in a row were not lower than the best: epoch - best >= patience.",
        lambda val_losses, patience: (int(np.argmin(val_losses)), len(val_losses) - 1),
    ),
    (
        "you stop at the first loss that is not lower. A bump is noise: wait until patience epochs in a row brought nothing lower.",
        lambda val_losses, patience: stopping(val_losses, 1),
    ),
    (
        "you stop one epoch too early: after patience - 1 epochs without a lower loss. Stop when epoch - best reaches patience.",
        lambda val_losses, patience: stopping(val_losses, patience - 1),
    ),
    (
        "stop is one too large. Did you wait for > patience? It is epoch - best >= patience. Or did you return how many epochs were trained? Return the number of the last one.",
        lambda val_losses, patience: stopping(val_losses, patience + 1),
    ),
    (
        "you keep the last weights: best is the epoch of the lowest loss, not the one where training stops.",
        lambda val_losses, patience: (stopping(val_losses, patience)[1],) * 2,
    ),
    (
        "a loss as low as the best counts as better in your rule, and the wait starts again. Only lower counts: loss < lowest.",
        lambda val_losses, patience: stopping(val_losses, patience, lambda loss, lowest: loss <= lowest),
    ),
    (
        "each loss is compared with the one before it. Compare with the lowest so far: a small dip after a rise is not progress.",
        lambda val_losses, patience: counting(val_losses, patience, lambda epoch, best: epoch - 1, reset=True),
    ),
    (
        "the wait is never reset: count the epochs since the last best, and start at 0 when a lower loss comes.",
        lambda val_losses, patience: counting(val_losses, patience, lambda epoch, best: best, reset=False),
    ),
    (
        "best is a loss. Return the number of its epoch, so that those weights can be restored.",
        lambda val_losses, patience: early_stopping.spoil(lambda best, stop: (val_losses[best], stop))(val_losses, patience),
    ),
    (
        "your epochs count from 1. The first loss is that of epoch 0, as in history.val_loss[0].",
        early_stopping.spoil(lambda best, stop: (best + 1, stop + 1)),
    ),
    ("the two are right, but in the wrong order: return best, stop.", lambda val_losses, patience: stopping(val_losses, patience)[::-1]),
)
