"""Week 6b: momentum, averages, Adam, weight decay, and what a fair comparison needs."""

from fractions import Fraction

import numpy as np

from ..family import ask, by_reference, family, others, rows


@family("week6b", 0, "1/1 A memory for the gradient", "number", of="week6.momentum_step")
def momentum_step(draw):
    theta, g, v = draw.int(-5, 9), draw.int(-6, 6, but=(0,)), draw.int(-8, 8, but=(0,))
    lr, beta, which = Fraction(draw.int(1, 5), 10), Fraction(draw.pick(5, 8, 9), 10), draw.int(0, 1)
    arrays = [np.array([float(n)]) for n in (theta, g, v)]
    key, wrong = by_reference("week6.momentum_step", (*arrays, float(lr), float(beta)), lambda *new: new[which][0])
    return ask(
        f"Momentum with lr = {rows(float(lr))} and beta = {rows(float(beta))}: theta = {theta}, gradient {g}, velocity {v}. What is the new {'v' if which else 'theta'}?",
        key,
        "v = beta v + g, then theta = theta - lr v, with the new v.",
        wrong,
        theta=theta,
        g=g,
        v=v,
        lr=lr,
        beta=beta,
        which=which,
    )


@family("week6b", 1, "1/1 A memory for the gradient", "number")
def momentum_in_the_end(draw):
    g, beta = draw.int(1, 9), Fraction(draw.pick(5, 8, 9), 10)
    return ask(
        f"Momentum, v = beta v + g with beta = {rows(float(beta))}. The gradient stays {g}. Where does v end?",
        g / (1 - beta),
        "g + beta g + beta^2 g + ... = g / (1 - beta).",
        [
            (g, "that is one gradient: the faded ones before it add up, too."),
            (g * (1 - beta), "upside down: the longer the memory, the larger v."),
            (g / beta, "the geometric sum is 1 / (1 - beta)."),
            (g * (1 + beta), "that is after two steps."),
        ],
        g=g,
        beta=beta,
    )


@family("week6b", 1, "2/The best setting", "number", of="week6.best_momentum")
def best_momentum(draw):
    low, high = draw.pick((1, 4), (1, 9), (1, 16), (4, 9), (4, 16), (1, 25), (9, 16), (4, 25), (1, 36), (1, 49))
    which = draw.int(0, 1)
    key, wrong = by_reference("week6.best_momentum", (np.array([float(low), float(high)]),), lambda *best: best[which])
    a, b = (Fraction(int(n**0.5)) for n in (low, high))
    wrong += [
        ((b - a) / (b + a) if which else 2 / (a + b), "it is squared."),
        (
            Fraction(high - low, high + low) if which else Fraction(2, low + high),
            "with roots, and squared: that is the factor of plain descent."
            if which
            else "with roots, and squared: that is the best rate without momentum.",
        ),
        (
            1 - key if which else 1 / Fraction(high),
            "look at the formula again: root of high minus root of low over their sum, squared."
            if which
            else "that is not the best rate with momentum.",
        ),
    ]
    return ask(
        f"Curvatures from {low} to {high}. What is the best {'beta' if which else 'learning rate'} for momentum?",
        key,
        "beta = ((root high - root low) / (root high + root low))^2." if which else "lr = (2 / (root high + root low))^2.",
        wrong,
        low=low,
        high=high,
        which=which,
    )


@family("week6b", 1, "2/The best setting", "what if")
def narrower_valley(draw):
    """From the experiment: steps at the best setting, measured for two condition numbers."""
    from ....experiments.momentum import best_steps

    kappa, momentum = draw.pick(10, 16, 20, 25, 30, 40, 50), draw.int(0, 1)
    steps = [best_steps(k)[momentum] for k in (kappa, 4 * kappa)]
    ratio = round(steps[1] / steps[0])
    method = "Momentum at its best rate and beta" if momentum else "Gradient descent at its best rate"
    return ask(
        f"A bowl with condition number {kappa}: {method} takes some steps to come within a millionth. About how many times as many does it take in a bowl with condition number {4 * kappa}?",
        ratio,
        f"{'by the root of the condition number' if momentum else 'in proportion to the condition number'}: {steps[0]} and {steps[1]} steps.",
        [
            (2, "that is momentum: it goes by the root of the condition number."),
            (4, "that is gradient descent: momentum goes by the root of the condition number."),
            (16, "not by its square."),
            (1, "a narrower valley takes longer."),
        ],
        kappa=kappa,
        momentum=momentum,
    )


@family("week6b", 2, "3/With numbers", "number", of="week6.corrected_averages")
def corrected_average(draw):
    beta, t = Fraction(draw.pick(5, 8, 9), 10), draw.int(0, 1)
    G = draw.matrix(2, 1, -9, 9, but=(0,))
    key, wrong = by_reference("week6.corrected_averages", (G, float(beta)), lambda averages: averages[t, 0])
    m1 = (1 - beta) * int(G[0, 0])
    m = m1 if t == 0 else beta * m1 + (1 - beta) * int(G[1, 0])
    wrong += [
        (m, "that is the average before its correction: it starts at 0, so it is too small."),
        (m / (1 - beta), "divide by 1 - beta^t."),
        (Fraction(int(G[: t + 1].sum()), t + 1), "the weights are not equal: the newest counts most."),
    ]
    return ask(
        f"Gradients {', '.join(rows(g) for g in G[: t + 1, 0])}, beta = {rows(float(beta))}, the average starts at 0. What is the corrected average after step {t + 1}?",
        key,
        "m = beta m + (1 - beta) g, divided by 1 - beta^t.",
        wrong,
        G=G,
        beta=beta,
        t=t,
    )


@family("week6b", 2, "3/With numbers", "number")
def missing_share(draw):
    beta, t = draw.pick(
        (Fraction(9, 10), 1), (Fraction(9, 10), 2), (Fraction(1, 2), 2), (Fraction(1, 2), 3), (Fraction(4, 5), 1), (Fraction(4, 5), 2)
    )
    return ask(
        f"A running average with beta = {rows(float(beta))} starts at 0. Which share of a constant gradient does it show after {t} step{'s' if t > 1 else ''}, before the correction?",
        1 - beta**t,
        "1 - beta^t: that is what the correction divides by.",
        [
            (beta**t, "that is the share still missing."),
            (1 - beta if t > 1 else beta, "count the steps: 1 - beta^t."),
            (Fraction(1), "that is the corrected average: this one starts at 0."),
            (1 - beta ** (t + 1), "one step too many."),
        ],
        beta=beta,
        t=t,
    )


@family("week6b", 2, "4/The first step", "number", of="week6.adam_step")
def first_adam_step(draw):
    lr, g, theta = Fraction(draw.int(1, 9), 100), draw.pick(-50, 0.001, 3, -0.2, 80, 7, -4), draw.int(-2, 3)
    zeros = np.zeros(1)
    arguments = (np.array([float(theta)]), np.array([float(g)]), zeros, zeros, 1, float(lr), 0.9, 0.999, 1e-12)
    key, wrong = by_reference("week6.adam_step", arguments, lambda theta, m, s: theta[0] - arguments[0][0])
    wrong += [
        (-float(lr) * g, "that is gradient descent: in Adam the size of the gradient cancels."),
        (-key, "against the gradient."),
        (0, "m and s start at 0, but the correction divides by the weights' sum."),
        (key / 10, "the correction makes m equal to g in the first step."),
        (key * Fraction(316, 100), "without the correction it would be about 3.2 times as long."),
    ]
    return ask(
        f"Adam, first step, lr = {rows(float(lr))}. The gradient of a parameter is {g}. By how much does the parameter change?",
        key,
        "one learning rate, against the sign of the gradient: m_hat = g and s_hat = g^2.",
        wrong,
        near=1e-7,
        lr=lr,
        g=g,
    )


@family("week6b", 0, "3/AdaGrad and RMSProp", "number", of="week6.rmsprop_step")
def rmsprop_step(draw):
    g, rho, lr, theta = draw.int(-6, 6, but=(0,)), draw.pick(0.75, 0.36, 0.64, 0.84), Fraction(draw.int(1, 9), 10), draw.int(-3, 5)
    arguments = (np.array([float(theta)]), np.array([float(g)]), np.zeros(1), float(lr), rho, 0.0)
    key, wrong = by_reference("week6.rmsprop_step", arguments, lambda theta, s: theta[0])
    wrong += [
        (theta - float(lr) * g, "that is gradient descent: divide by the root of s."),
        (theta - float(lr) * np.sign(g), "s is only (1 - rho) g^2 after one step: there is no correction."),
    ]
    return ask(
        f"RMSProp, first step: s = 0, rho = {rho}, lr = {rows(float(lr))}, eps negligible. theta = {theta}, gradient {g}. What is the new theta?",
        key,
        f"s = {round(1 - rho, 2)} g^2, and its root is {round((1 - rho) ** 0.5, 2)} |g|: the step is lr / {round((1 - rho) ** 0.5, 2)}.",
        wrong,
        theta=theta,
        g=g,
        rho=rho,
        lr=lr,
    )


@family("week6b", 0, "5/5 Weight decay", "number", of="week6.adamw_step")
def decayed_weight(draw):
    theta, lr, decay = draw.int(-9, 9, but=(0,)), Fraction(draw.int(1, 5), 10), Fraction(draw.int(1, 5), 10)
    zeros = np.zeros(1)
    arguments = (np.array([float(theta)]), zeros, zeros, zeros, 1, float(lr), 0.9, 0.999, 1e-8, float(decay))
    key, wrong = by_reference("week6.adamw_step", arguments, lambda theta, m, s: theta[0])
    wrong += [
        (theta, "with a gradient of 0 there is still the decay."),
        ((1 - decay) * theta, "the decay is multiplied by the learning rate."),
        (theta - lr * decay, "it shrinks by a factor: the decay is in proportion to the weight."),
        ((1 + lr * decay) * theta, "it shrinks."),
        ((1 - lr) * theta, "that is without the weight decay's own size."),
    ]
    return ask(
        f"AdamW, lr = {rows(float(lr))}, weight decay {rows(float(decay))}. A weight is {theta}, and its gradient has always been 0. What is it after one step?",
        key,
        "(1 - lr decay) times the weight.",
        wrong,
        theta=theta,
        lr=lr,
        decay=decay,
    )


@family("week6b", 0, "6/Deeper: clip what is too long", "number")
def clipped(draw):
    a, b, length = draw.pick((3, 4, 5), (6, 8, 10), (4, 3, 5), (8, 6, 10), (9, 12, 15), (12, 16, 20))
    limit = draw.pick(1, 2, 5, 10, 25)
    g = np.array([a * draw.pick(1, -1), b * draw.pick(1, -1)], float)
    key = g * min(1, limit / length)
    return ask(
        f"The gradient ({rows(g[0])}, {rows(g[1])}) is clipped to a length of at most {limit}. What remains?",
        key,
        f"its length is {length}: " + ("it is short enough." if limit >= length else "all entries are multiplied by the same number."),
        [
            (np.clip(g, -limit, limit), "entry by entry would change the direction: the length is limited."),
            (g, f"it is too long: {length}."),
            (g * limit / length, "it is short enough: it stays."),
            (g / length, "the limit is not 1."),
            (g * limit / (a + b), "the length is the root of the summed squares."),
        ],
        g=g,
        limit=limit,
    )


@family("week6b", 3, "6/How to search", "words")
def log_scale(draw):
    low, n = draw.pick("0.0001", "0.001"), draw.int(4, 6)
    options = {
        "Equal ratios, as 0.001, 0.01, 0.1, 1": "a rate acts by its ratio to the edge: each factor is as interesting as the next.",
        "Equal distances, as 0.1, 0.2, 0.3, 0.4": "then nearly all tries lie in the last factor of ten.",
        "Only powers of 100": "a factor of 100 may jump over the useful range.",
        "As dense as possible near 1": "nothing says that the best rate lies there.",
    }
    key = next(iter(options))
    return ask(
        f"You look for a learning rate between {low} and 1, with {n} trainings. How do you space them?",
        key,
        options[key],
        others(options, key),
        low=low,
        n=n,
    )


@family("week6b", 3, '6/"Adam wins", reproduced', "words")
def unfair_race(draw):
    seeds = draw.int(3, 8)
    flaw, key = draw.pick(
        ("at the same learning rate 0.01, on validation data, with {} seeds", "Each needs its own best rate"),
        ("each at its own best rate, on the training loss, with {} seeds", "Judge on data that was not trained on"),
        (
            "each at its own best rate, on validation data, with one seed, after {} tries",
            "One seed is not enough: take several, in pairs",
        ),
    )
    reasons = {
        "Each needs its own best rate": "that was done here.",
        "Judge on data that was not trained on": "that was done here.",
        "One seed is not enough: take several, in pairs": "there were several seeds here.",
        "Nothing": "look at three things: the rate of each, the data that judge, the number of seeds.",
    }
    why = {
        "Each needs its own best rate": "a shared rate may suit one of them only.",
        "Judge on data that was not trained on": "a lower training loss need not carry over.",
        "One seed is not enough: take several, in pairs": "two seeds of the same optimizer differ as well.",
    }
    return ask(
        f"SGD and Adam are compared {flaw.format(seeds)}. What is missing?",
        key,
        why[key],
        others(reasons, key),
        flaw=flaw,
        seeds=seeds,
    )
