"""Week 7b: overfitting, L2, dropout, early stopping, differences with their error."""

from fractions import Fraction

import numpy as np

from ..family import WHOLE, ask, by_reference, family, others, rows
from ..item import Redraw


def bars(name, values):
    return f"{name:<11}" + " ".join(f"{v:>4.2f}" if v < 1 else f"{v:>4.1f}" if v < 10 else f"{v:>4.0f}" for v in values)


@family("week7b", 0, "1/1 Learning the noise", "picture")
def read_two_curves(draw):
    start, noise = 0.7, lambda: draw.int(0, 3) / 100
    kind = draw.pick("overfits", "underfits", "fits", "diverges")
    train = {
        "overfits": [start, 0.45, 0.25, 0.10, 0.04, 0.02],
        "underfits": [start, 0.66, 0.63, 0.61, 0.60, 0.60],
        "fits": [start, 0.45, 0.30, 0.22, 0.18, 0.16],
        "diverges": [start, 1.2, 4.0, 9.0, 20.0, 60.0],
    }[kind]
    valid = {
        "overfits": [start, 0.50, 0.38, 0.45, 0.62, 0.90],
        "underfits": [start, 0.67, 0.64, 0.62, 0.61, 0.61],
        "fits": [start, 0.47, 0.33, 0.26, 0.22, 0.20],
        "diverges": [start, 1.3, 4.2, 9.5, 21.0, 63.0],
    }[kind]
    train, valid = ([v + noise() for v in values] for values in (train, valid))
    words = {
        "overfits": "It overfits: stop earlier",
        "underfits": "It is too small, or its rate is",
        "fits": "It is learning well: go on",
        "diverges": "The learning rate is too large",
    }
    reasons = {
        "overfits": "then the validation loss would rise while the training loss falls.",
        "underfits": "then both would stay high.",
        "fits": "then both would fall, close to each other.",
        "diverges": "then the training loss would rise.",
    }
    why = {
        "overfits": "the two part: the training loss falls on, the validation loss rises.",
        "underfits": "both stay high, close to each other.",
        "fits": "both fall, close to each other.",
        "diverges": "even the training loss rises.",
    }
    table = [f"{'epoch':<11}" + "    1    5   10   20   40   80", bars("training", train), bars("validation", valid)]
    return ask(
        "\n".join(table) + "\nWhat do you say?",
        words[kind],
        why[kind],
        [(words[k], r) for k, r in reasons.items() if k != kind],
        train=train,
        valid=valid,
    )


@family("week7b", 0, "1/What decides how bad it gets", "words")
def against_overfitting(draw):
    n = draw.pick(30, 60, 80)
    options = {
        "More training points": "with more points the noise of each counts less.",
        "A wider network": "it can learn the noise more easily.",
        "More epochs": "it would learn the noise better still.",
        "A larger learning rate": "that changes how fast it gets there.",
    }
    key = next(iter(options))
    return ask(
        f"A network learns {n} noisy points by heart and does badly on others. Which of these helps most surely?",
        key,
        options[key],
        others(options, key),
        n=n,
    )


@family("week7b", 1, "2/2 The L2 penalty", "number", of="week7.l2_step")
def l2_step(draw):
    w, dw, lr, l2 = draw.int(-9, 9, but=(0,)), draw.int(-5, 5), Fraction(draw.int(1, 5), 10), Fraction(draw.int(1, 5), 10)
    one = np.ones((1, 1))
    key, wrong = by_reference("week7.l2_step", (one * w, one, one * dw, one, float(lr), float(l2)), lambda penalty, shrink, W, b: W[0, 0])
    wrong = [(w - lr * dw, "the penalty is missing.")] + wrong
    wrong += [
        (w - lr * (dw + 2 * l2 * w), "the half of the penalty takes away the 2."),
        (w + lr * l2 * w - lr * dw, "it shrinks."),
    ]
    return ask(
        f"A weight {w}, gradient of the data's loss {dw}, penalty l2/2 w^2 with l2 = {rows(float(l2))}, learning rate {rows(float(lr))}. What is the weight after one step?",
        key,
        "(1 - lr l2) w - lr dw.",
        wrong,
        w=w,
        dw=dw,
        lr=lr,
        l2=l2,
    )


@family("week7b", 1, "2/Shrinkage", "number")
def shrunk_after_steps(draw):
    w, share, steps = draw.int(1, 9) * 10, Fraction(draw.pick(1, 2, 5), 10), draw.int(2, 3)
    lr = Fraction(1, 2)
    l2 = share / lr
    key = w * (1 - share) ** steps
    return ask(
        f"The data say nothing about a weight of {w}. l2 = {rows(float(l2))}, learning rate 0.5. What is it after {steps} steps?",
        key,
        "each step multiplies it by 1 - lr l2.",
        [
            (w * (1 - steps * share), "each step multiplies: a power, not a product."),
            (w * (1 - share), "that is one step."),
            (w, "the penalty acts where the data are silent."),
            (w * (1 - l2) ** steps, "the learning rate multiplies the penalty's part."),
            (w * share**steps, "that is the part which is taken away each time."),
        ],
        w=w,
        l2=l2,
        lr=lr,
        steps=steps,
    )


@family("week7b", 2, "3/3 Dropout", "number")
def variance_of_dropout(draw):
    x, r = draw.int(1, 6), Fraction(draw.pick(1, 2, 4, 5), draw.pick(8, 10))
    if r >= 1:
        raise Redraw
    return ask(
        f"Inverted dropout with rate {rows(float(r)) if r.denominator in (2, 5, 10) else r} acts on a value {x}. What variance does it add?",
        r / (1 - r) * x * x,
        "r / (1 - r) x^2; the mean stays.",
        [
            (r * (1 - r) * x * x, "the scale 1 / (1 - r) is forgotten."),
            (x * x / (1 - r), "that is the mean square: subtract the square of the mean."),
            ((1 - r) / r * x * x, "upside down: with r = 0 there is no variance."),
            (r / (1 - r) * x, "x is squared in a variance."),
            (0, "the mean stays, but the value is now 0, now larger."),
        ],
        x=x,
        r=r,
    )


@family("week7b", 2, "3/3 Dropout", "number", of="week7.dropout_passes")
def dropped_row(draw):
    rate = draw.pick(0.5, 0.2, 0.75)
    kept = np.array([draw.shuffled([1, 0, draw.int(0, 1)])], float)
    X, dA = np.array([draw.ints(3, -6, 6, but=(0,))], float), np.array([draw.ints(3, -6, 6, but=(0,))], float)
    which = draw.int(0, 2)
    key, wrong = by_reference("week7.dropout_passes", (X, dA, kept, rate), lambda *passes: passes[which][0])
    wrong += [
        ((X, dA, X)[which][0] * kept[0], "what is kept is divided by 1 - rate." if which < 2 else "in evaluation nothing is dropped."),
        ((X, dA, X * kept / (1 - rate))[which][0], "the mask acts in training, both ways; in evaluation it does not."),
        (
            (X, dA, X)[which][0] * (1 - rate),
            "what is kept is divided by 1 - rate, what is dropped is 0." if which < 2 else "in evaluation nothing is scaled.",
        ),
    ]
    words = (
        "What is the row of A in training?",
        f"dA = {rows(dA[0])} arrives. What is the row of dX?",
        "What is the row of A in evaluation?",
    )
    return ask(
        f"Inverted dropout, rate {rate}, this time kept = {rows(kept[0])}. X = {rows(X[0])}. {words[which]}",
        key,
        ("X kept / (1 - rate).", "dA kept / (1 - rate): the same mask.", "X: nothing is dropped, nothing is scaled.")[which],
        wrong,
        X=X,
        dA=dA,
        kept=kept,
        rate=rate,
        which=which,
    )


@family("week7b", 3, "4/4 Early stopping", "number", of="week7.early_stopping")
def stopped_epoch(draw):
    low, patience = draw.int(2, 5), draw.int(2, 3)
    losses = [90 - 8 * i + draw.int(0, 4) for i in range(low)] + [30] + [34 + draw.int(0, 20) for _ in range(patience + 2)]
    losses, which = [n / 100 for n in losses], draw.int(0, 1)
    key, wrong = by_reference("week7.early_stopping", (np.array(losses), patience), lambda *epochs: epochs[which])
    wrong += [
        (low + 1, "epochs count from 0."),
        (low if which else low + patience, "best is where the loss was lowest, stop is where the patience ended."),
        (len(losses) - 1, "it does not train to the end."),
        (low + patience + 1, "count the epochs without a new lowest loss."),
    ]
    return ask(
        f"Validation losses of epochs 0, 1, ...: {', '.join(map(str, losses))}. Patience {patience}. {'At which epoch does it stop' if which else 'The weights of which epoch are kept'}?",
        int(key),
        "the lowest loss names the best epoch; it stops when so many epochs have gone by without a lower one.",
        wrong,
        sort=WHOLE,
        losses=losses,
        patience=patience,
        which=which,
    )


@family("week7b", 3, "6/6 A fair table", "number", of="week7.paired_difference")
def paired_error(draw):
    b = np.array(draw.ints(4, 60, 80), float)
    gap, d = draw.int(-3, 6), draw.pick(1, 2, 3)
    spread = np.array(draw.shuffled([3, -3, 3, -3]))
    a = b + gap + spread * d / 3
    key, wrong = by_reference("week7.paired_difference", (a, b), lambda gap, error: gap)
    wrong += [
        (-gap, "a minus b."),
        (float((a - b).max()), "the gap is the mean of the differences."),
        (float(np.abs(a - b).mean()), "the signs count."),
        (float((a - b).sum()), "the mean, not the sum."),
    ]
    return ask(
        f"Two methods, the same four seeds: a = {rows(a)}, b = {rows(b)} (percent right). What is the paired gap, a minus b?",
        key,
        "differences seed by seed, then their mean.",
        wrong,
        a=a,
        b=b,
    )


@family("week7b", 3, "6/6 A fair table", "words")
def does_it_exceed(draw):
    error = Fraction(draw.int(2, 9), 10)
    ratio = draw.pick(0.5, 1, 5, 6, 8)
    gap = float(error * Fraction(ratio))
    key = "Yes, it is well beyond its error" if ratio >= 5 else "No, chance alone gives such a gap often"
    reasons = {
        "Yes, it is well beyond its error": "the gap is no more than about one standard error.",
        "No, chance alone gives such a gap often": "a gap of five standard errors and more is rare by chance.",
        "Yes, as it is above 0": "every measured gap differs from 0: compare it with its error.",
    }
    why = {
        "Yes, it is well beyond its error": "gap over error is 5 or more.",
        "No, chance alone gives such a gap often": "gap over error is 1 or less.",
    }
    return ask(
        f"Paired over ten seeds, method A is better than B by {rows(gap)} points, with a standard error of {rows(float(error))}. Does that show a difference?",
        key,
        why[key],
        others(reasons, key),
        gap=gap,
        error=error,
    )


@family("week7b", 3, "5/5 A report that was too good", "number", of="week7.honest_report")
def honest_number(draw):
    val = np.array([draw.distinct(3, 70, 95), draw.distinct(3, 70, 95)], float)
    test = np.array([draw.distinct(3, 70, 95), draw.distinct(3, 70, 95)], float)
    if (val == val.max()).sum() > 1 or (test == test.max()).sum() > 1 or val.argmax() == test.argmax():
        raise Redraw
    key, wrong = by_reference("week7.honest_report", (val / 100, test / 100), lambda setting, epoch, accuracy: round(100 * accuracy))
    wrong = [(test[val.max(axis=1).argmax()].max(), "validation chooses the epoch as well as the setting.")] + wrong
    wrong += [
        (test.max(), "that chooses by the test."),
        (val.max(), "that is the validation accuracy: it chose, so it flatters."),
        (test[0, -1], "validation chooses setting and epoch."),
    ]
    return ask(
        f"Two settings (rows), three epochs (columns). Validation accuracy in percent: {rows(val)}. Test: {rows(test)}. Which accuracy do you report?",
        key,
        "the test accuracy at the place where validation is best.",
        wrong,
        sort=WHOLE,
        val=val,
        test=test,
    )


@family("week7b", 3, "7/7 Several networks, one answer", "number")
def averaged_probability(draw):
    p = [Fraction(draw.int(1, 9), 10) for _ in range(2)]
    return ask(
        f"Two networks give class 1 the probabilities {rows(float(p[0]))} and {rows(float(p[1]))}. What does their ensemble say?",
        (p[0] + p[1]) / 2,
        "the mean of the probabilities.",
        [
            (p[0] * p[1], "that would be both at once: take the mean."),
            (max(p), "not the larger one: take the mean."),
            (min(p), "not the smaller one: take the mean."),
            (p[0] + p[1], "divide by the number of networks."),
        ],
        p=p,
    )
