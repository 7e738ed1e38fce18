"""Week 7a: batch norm."""

from fractions import Fraction

import numpy as np

from ..family import ask, by_reference, family, others, rows, times


@family("week7a", 2, "4/4 Batch norm, forward", "number", of="week7.batch_norm_forward")
def batch_norm_value(draw):
    mean, spread, gamma, beta = draw.int(-5, 9), draw.int(1, 4), draw.int(1, 4), draw.int(-3, 4)
    X = np.array([[mean + spread], [mean - spread]], float)
    zero = np.zeros((1, 1))
    key, wrong = by_reference("week7.batch_norm_forward", (X, zero + gamma, zero + beta, zero, zero + 1), lambda A, *_: A[0, 0])
    wrong = [
        (1, "gamma and beta follow."),
        (gamma, "beta is added."),
        (beta, "each number was taken for its own mean: mean and deviation run over the batch."),
        (gamma * spread + beta, "divide by the deviation of the batch."),
        (gamma * int(X[0, 0]) + beta, "subtract the mean, divide by the deviation first."),
        *wrong,
    ]
    return ask(
        f"Batch norm in training, a batch of two: x = {rows(X[0, 0])} and {rows(X[1, 0])}, gamma = {gamma}, beta = {beta}. What is the first output? (Leave out the 1e-5.)",
        key,
        f"mean {mean}, deviation {spread}: xhat = 1, then gamma xhat + beta.",
        wrong,
        near=1e-3,
        X=X,
        gamma=gamma,
        beta=beta,
    )


@family("week7a", 2, "4/A record for later", "number", of="week7.batch_norm_forward")
def running_mean(draw):
    old, X = draw.int(-9, 9) * 10, draw.matrix(4, 1, -9, 9)
    zero = np.zeros((1, 1))
    key, wrong = by_reference("week7.batch_norm_forward", (X, zero + 1, zero, zero + old, zero + 1), lambda A, mean, var: mean[0, 0])
    mean = X.mean()
    wrong = [(0.9 * old + 0.1 * X[0, 0], "one example is not the batch: the mean runs over all of it.")] + wrong
    wrong += [
        (mean, "that is the batch's: the record keeps nine tenths of the old one."),
        (0.1 * old + 0.9 * mean, "the shares are swapped."),
        (old, "the old one keeps nine tenths: one tenth is the batch's."),
        ((old + mean) / 2, "nine tenths and one tenth."),
    ]
    return ask(
        f"The running mean is {old}; the batch is {rows(X[:, 0])}. What is the new running mean, with 0.9 of the old?",
        key,
        "0.9 old + 0.1 batch mean.",
        wrong,
        old=old,
        X=X,
    )


@family("week7a", 2, "5/Deeper: with matrices, what is removed", "number", of="week7.batch_norm_backward")
def batch_norm_back(draw):
    gamma, std = draw.int(1, 4), draw.int(1, 3)
    Xhat = np.array([[1.0], [1.0], [-1.0], [-1.0]])[np.array(draw.shuffled(range(4)))]
    dA, i = draw.matrix(4, 1, -6, 6), draw.int(0, 3)
    zero = np.zeros((1, 1))
    key, wrong = by_reference("week7.batch_norm_backward", (dA, Xhat, zero + gamma, zero + std**2), lambda dX, *_: dX[i, 0])
    wrong += [
        (gamma / std * dA[i, 0], "mean and deviation depend on x as well: two parts are removed."),
        (gamma / std * (dA[i, 0] - dA.mean()), "the part along xhat is removed, too."),
    ]
    return ask(
        f"Batch norm backward: da = {rows(dA[:, 0])}, xhat = {rows(Xhat[:, 0])}, gamma = {gamma}, deviation {std}. What is dx[{i}], counting from 0?",
        key,
        "gamma / deviation times (da - mean of da - xhat times the mean of da xhat).",
        wrong,
        near=1e-3,
        dA=dA,
        Xhat=Xhat,
        gamma=gamma,
        std=std,
        i=i,
    )


@family("week7a", 2, "6/6 Two modes, and a bug", "number", of="week7.mended_batch_norm")
def batch_norm_evaluated(draw):
    x, mean, std, gamma, beta = draw.int(-9, 9), draw.int(-5, 5), draw.int(1, 4), draw.int(1, 4), draw.int(-3, 4)
    zero = np.zeros((1, 1))
    key, _ = by_reference(
        "week7.mended_batch_norm",
        (np.array([[float(x)], [float(x + 2)]]), zero + gamma, zero + beta, zero + mean, zero + std**2, False),
        lambda A, *_: A[0, 0],
    )
    wrong = [
        (beta, "a batch of one minus its own mean is 0: that is training mode."),
        (gamma * x + beta, "subtract the running mean, divide by the running deviation."),
        (Fraction(x - mean, std), "gamma and beta follow."),
        (gamma * (x - mean) + beta, "divide by the running deviation."),
        (Fraction(gamma * (x - mean), std**2) + beta, "divide by the root of the running variance."),
    ]
    return ask(
        f"Batch norm in evaluation: running mean {mean}, running variance {std**2}, gamma = {gamma}, beta = {beta}. One example, x = {x}. What is the output?",
        key,
        "gamma (x - running mean) / running deviation + beta.",
        wrong,
        near=2e-4,
        x=x,
        mean=mean,
        std=std,
        gamma=gamma,
        beta=beta,
    )


@family("week7a", 2, "6/6 Two modes, and a bug", "number", of="week7.fold_batch_norm")
def folded_weight(draw):
    w, b, gamma, beta = draw.int(-6, 6, but=(0,)), draw.int(-6, 6, but=(0,)), draw.int(1, 5), draw.int(-4, 4)
    mean, std, which = draw.int(-5, 5), draw.int(1, 4), draw.int(0, 1)
    arrays = [np.array([[float(n)]]) for n in (w, b, gamma, beta, mean, std**2)]
    key, wrong = by_reference("week7.fold_batch_norm", tuple(arrays), lambda *folded: folded[which][0, 0])
    scale = Fraction(gamma, std)
    wrong += [
        (
            w * gamma if which == 0 else b * scale + beta,
            "divide by the running deviation." if which == 0 else "the running mean is subtracted from b first.",
        ),
        (
            w if which == 0 else b,
            "batch norm scales what the layer gives." if which == 0 else "the layer's output is shifted: mean and beta.",
        ),
        (
            Fraction(w * std, gamma) if which == 0 else (b - mean) * scale,
            "times gamma, divided by the deviation." if which == 0 else "beta is added.",
        ),
    ]
    return ask(
        f"z = {times(w, 'x')} + {b}, followed by batch norm in evaluation: mean {mean}, variance {std**2}, gamma = {gamma}, beta = {beta}. Folded into one layer z = w2 x + b2: what is {'b2' if which else 'w2'}?".replace(
            "+ -", "- "
        ),
        key,
        "w2 = w gamma / deviation; b2 = (b - mean) gamma / deviation + beta.",
        wrong,
        near=2e-4,
        w=w,
        b=b,
        gamma=gamma,
        beta=beta,
        mean=mean,
        std=std,
        which=which,
    )


@family("week7a", 2, "4/The scale of the weights cancels", "words")
def scaled_before_norm(draw):
    k = draw.pick(2, 5, 10, 100)
    options = {
        "Nothing": "mean and deviation are multiplied by the same number, and it cancels, but for the 1e-5.",
        f"It is {k} times as large": "that is before the norm: the deviation is divided out.",
        "It saturates": "what leaves the norm has the same size as before.",
        f"It is {k} times as small": "scores and deviation grow alike.",
    }
    return ask(
        f"In training, all weights and biases of the layer before a batch norm are multiplied by {k}. What happens to the output of the batch norm?",
        "Nothing",
        options["Nothing"],
        [(o, r) for o, r in options.items() if o != "Nothing"],
        k=k,
    )


@family("week7a", 3, "7/7 What it buys, and what it all costs", "words")
def fair_figure(draw):
    n = draw.int(4, 9)
    options = {
        "At one learning rate, which suits batch norm": "each needs its own best rate: batch norm allows larger ones.",
        "On fresh data": "that is as it should be.",
        f"With {n} seeds": "that is as it should be.",
        "The same network otherwise": "that is as it should be.",
    }
    key = next(iter(options))
    return ask(
        f"With and without batch norm: the same network otherwise, {n} seeds, accuracy on fresh data, one learning rate, which was tuned for batch norm. What makes the comparison unfair?",
        key,
        options[key],
        others(options, key),
        n=n,
    )
