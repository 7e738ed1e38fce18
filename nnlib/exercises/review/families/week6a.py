"""Week 6a: the edge, valleys, finding a rate."""

from fractions import Fraction

import numpy as np

from ..family import ask, by_reference, family, others, rows, times


@family("week6a", 0, "1/1 One weight", "number", of="week6.gradient_descent")
def one_step_down(draw):
    lam, w = draw.int(1, 5), draw.int(-9, 9, but=(0,))
    lr, steps = Fraction(draw.int(1, 5), 10), draw.int(1, 2)
    H, at = np.array([[float(lam)]]), np.array([float(w)])
    key, wrong = by_reference("week6.gradient_descent", (H, np.zeros(1), at, float(lr), steps), lambda path: path[1:, 0][-1])
    wrong += [
        (w + lr * lam * w, "uphill: subtract the gradient."),
        (w - lr * w, "the gradient is lambda w: the curvature is missing."),
        (w - lr * lam, "the gradient is lambda w: w is missing."),
    ]
    return ask(
        f"f(w) = {times(lam, 'w^2')} / 2, learning rate {rows(float(lr))}, w = {w}. What is w after {'one step' if steps == 1 else 'two steps'} of gradient descent?",
        key,
        "each step multiplies w by 1 - eta lambda.",
        wrong,
        lam=lam,
        w=w,
        lr=lr,
        steps=steps,
    )


@family("week6a", 0, "1/The edge", "number")
def edge_of_one(draw):
    lam = draw.pick(2, 4, 5, 8, 10, 20, 25, 40, 50)
    return ask(
        f"f(w) = {times(lam, 'w^2')} / 2. At which learning rate does gradient descent begin to diverge?",
        Fraction(2, lam),
        "beyond 2 / lambda the factor 1 - eta lambda is below -1.",
        [
            (Fraction(1, lam), "there one step reaches the minimum; beyond it w swings, and still shrinks."),
            (Fraction(lam, 2), "upside down: the steeper the valley, the lower the edge."),
            (Fraction(4, lam), "the slope of lambda w^2 / 2 is lambda w: the half is used up."),
            (2, "the curvature decides."),
        ],
        lam=lam,
    )


@family("week6a", 0, "2/Any valley", "number")
def edge_of_matrix(draw):
    low, high = sorted(draw.distinct(2, 1, 20))
    return ask(
        f"The Hessian of a quadratic has the eigenvalues {low} and {high}. At which learning rate does gradient descent begin to diverge?",
        Fraction(2, high),
        "the steepest direction decides: 2 / lambda_max.",
        [
            (Fraction(2, low), "along the steepest direction it diverges before."),
            (Fraction(2, low + high), "that is the best rate, not the edge."),
            (Fraction(4, low + high), "not the mean of the two: the largest decides."),
            (Fraction(1, high), "there the steepest direction is solved in one step."),
        ],
        eigenvalues=(low, high),
    )


@family("week6a", 1, "3/The best rate", "number", of="week6.best_rate")
def best_rate(draw):
    low, high = sorted(draw.distinct(2, 1, 20))
    H = np.diag(draw.shuffled([float(low), float(high)]))
    key, wrong = by_reference("week6.best_rate", (H, 0.01), lambda lr, steps: lr if lr < steps else ())
    wrong += [
        (Fraction(2, high), "that is the edge."),
        (Fraction(1, low + high), "a 2 is missing: both ends shrink equally fast at 2 / (low + high)."),
        (Fraction(1, high), "then the flat direction is slower than it need be."),
    ]
    return ask(
        f"H = {rows(H)}. Which learning rate makes gradient descent's slowest direction fastest?",
        key,
        "the one at which steepest and flattest direction shrink equally fast: 2 / (low + high).",
        wrong,
        H=H,
    )


@family("week6a", 1, "3/The condition number", "number")
def factor_of_valley(draw):
    low, kappa = draw.int(1, 4), draw.int(2, 19)
    return ask(
        f"Curvatures from {low} to {low * kappa}. By which factor does the distance shrink in each step, at the best rate?",
        Fraction(kappa - 1, kappa + 1),
        f"(kappa - 1) / (kappa + 1), with the condition number kappa = {kappa}.",
        [
            (Fraction(1, kappa), "that is the ratio of the curvatures."),
            (Fraction(kappa + 1, kappa - 1), "upside down: that would grow."),
            (Fraction(2, kappa + 1), "that is what the factor leaves to 1."),
            (1 - Fraction(1, kappa), "that is with the rate 1 / lambda_max: the best one is larger."),
        ],
        low=low,
        kappa=kappa,
    )


@family("week6a", 1, "3/Make the valley round", "words")
def scaled_inputs(draw):
    a, b = draw.pick(1000, 100, 500), draw.pick(0.1, 0.01, 1)
    options = {
        "The condition number falls, so larger rates work for all weights": "each weight's curvature goes with its column's mean square: now equal.",
        "The loss gets smaller at its minimum": "the minimum is the same: each weight only changes its unit.",
        "The gradient vanishes": "its entries become comparable, not small.",
        "The network needs fewer weights": "scaling changes no shape.",
    }
    key = next(iter(options))
    return ask(
        f"One input column is near {a}, another near {b}. You standardize both. What does that do for gradient descent?",
        key,
        options[key],
        others(options, key),
        a=a,
        b=b,
    )


@family("week6a", 0, "1/The edge", "what if")
def past_the_edge(draw):
    """From the experiment's path of gradient descent."""
    from ....experiments.curvature import descend

    curvature, eighths = draw.pick(1, 2, 4), draw.pick(2, 4, 6, 10, 12, 14, 18, 20)
    lr = Fraction(eighths, 8) / curvature
    path = descend(float(lr), np.array([float(curvature)]))[:, 0]
    if abs(path[20]) > 1:
        key = "it diverges"
    else:
        key = "it swings, and converges" if path[1] < 0 else "it converges from one side"
    share = f"{rows(float(lr))}" if len(rows(float(lr))) < 6 else str(lr)
    reasons = {
        "it diverges": f"it would at rates above 2 / lambda = {Fraction(2, curvature)}.",
        "it swings, and converges": "it swings between 1 / lambda and 2 / lambda, where the factor is between -1 and 0.",
        "it converges from one side": "it does below 1 / lambda, where the factor is between 0 and 1.",
    }
    why = {
        "it diverges": "the factor 1 - eta lambda is below -1.",
        "it swings, and converges": "the factor 1 - eta lambda lies between -1 and 0.",
        "it converges from one side": "the factor 1 - eta lambda lies between 0 and 1.",
    }
    return ask(
        f"f(w) = {times(curvature, 'w^2')} / 2, learning rate {share}, start at 1. What does gradient descent do?",
        key,
        why[key],
        others(reasons, key),
        curvature=curvature,
        lr=lr,
    )


@family("week6a", 2, "4/4 Find a rate for a network", "picture")
def read_sweep(draw):
    rates = ["0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1"]
    best = draw.int(2, 5)
    losses = [0.1 + 0.14 * abs(i - best) + draw.int(0, 9) / 100 for i in range(7)]
    losses[best] = 0.05 + draw.int(0, 4) / 100
    shown = [f"{loss:.2f}" if i <= best + 1 else "nan" for i, loss in enumerate(losses)]
    table = ["rate             " + "  ".join(f"{r:>5}" for r in rates), "validation loss  " + "  ".join(f"{s:>5}" for s in shown)]
    reasons = [
        (rates[best + 1], "its loss is higher: it lies near the edge."),
        (rates[best - 1], "its loss is higher: it has not gone as far."),
        (rates[0], "the smallest rate is the safest, and the slowest."),
        (rates[6], "nan: it diverged."),
    ]
    return ask(
        "One training for each rate:\n" + "\n".join(table) + "\nWhich rate do you take?",
        Fraction(rates[best]),
        "the lowest validation loss, and it has neighbours on both sides.",
        [(Fraction(rate), reason) for rate, reason in reasons],
        losses=[float(s) for s in shown],
        rates=[float(r) for r in rates],
    )


@family("week6a", 2, "4/The learning-rate range test", "words")
def range_test_limits(draw):
    steps = draw.pick(50, 80, 100, 200)
    options = {
        "Which rate is best for a whole training": "each rate acts for a step or so: it shows where the loss falls and where it breaks, not where a long training ends.",
        "At about which rate the loss begins to rise": "that is just what it shows.",
        "Whether this run fails before the rate is 1": "it shows that: the loss leaps on the way, or it does not.",
        "Between which powers of ten to search": "that is what it is good for.",
    }
    key = next(iter(options))
    return ask(
        f"A range test of {steps} steps, the rate growing from step to step. What can it not tell?",
        key,
        options[key],
        others(options, key),
        steps=steps,
    )
