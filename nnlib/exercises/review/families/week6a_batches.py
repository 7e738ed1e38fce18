"""Week 6a: saddles, minibatches and schedules."""

from fractions import Fraction

import numpy as np

from ..family import WHOLE, ask, by_reference, family, others, rows


@family("week6a", 2, "4/Deeper: saddles, minima, convexity", "words")
def name_the_point(draw):
    a, b = draw.int(1, 9), draw.int(1, 9)
    s, t = draw.pick((1, 1), (1, -1), (-1, 1), (-1, -1))
    eigenvalues = (s * a, t * b)
    key = {2: "a minimum", 0: "a saddle", -2: "a maximum"}[s + t]
    reasons = {
        "a minimum": "that needs both eigenvalues above 0: up in every direction.",
        "a saddle": "that needs one of each sign: up one way, down another.",
        "a maximum": "that needs both eigenvalues below 0.",
        "a point on a slope": "the gradient is 0: it is flat at this point.",
    }
    return ask(
        f"The gradient is 0, and the Hessian has the eigenvalues {eigenvalues[0]} and {eigenvalues[1]}. What is this point?",
        key,
        reasons[key].replace("that needs", "it has"),
        others(reasons, key),
        eigenvalues=eigenvalues,
    )


@family("week6a", 2, "4/Deeper: saddles, minima, convexity", "words")
def convex_or_not(draw):
    n = draw.int(3, 40)
    model, key = draw.pick(
        ("one neuron without activation, squared error, {} features", "convex"),
        ("one sigmoid neuron, cross-entropy, {} features", "convex"),
        ("a hidden layer of {} ReLU units, cross-entropy", "not convex"),
        ("a hidden layer of {} tanh units, squared error", "not convex"),
        ("softmax straight on the inputs, {} features, cross-entropy", "convex"),
    )
    reasons = {
        "convex": "with a hidden layer units can change places: two equal minima, and a ridge between them.",
        "not convex": "the score is linear in the weights, and the loss is convex in the score.",
        "convex only near its minimum": "many smooth losses are so near a minimum: look at the whole.",
    }
    why = {
        "convex": "a convex loss of a score that is linear in the weights.",
        "not convex": "exchange two hidden units: two minima, not joined by a straight valley.",
    }
    return ask(
        f"Is this loss convex in the weights? {model[0].upper() + model.format(n)[1:]}.",
        key,
        why[key],
        others(reasons, key),
        model=model,
    )


@family("week6a", 3, "5/5 Minibatches", "number", of="week6.one_epoch")
def steps_of_epoch(draw):
    m, size = draw.int(30, 99), draw.pick(8, 10, 16, 20)
    X = np.zeros((m, 1))
    key, wrong = by_reference("week6.one_epoch", (X, X, size, np.random.default_rng(0), lambda X, Y: None))
    wrong += [
        (m // size, "the last batch is smaller, but it is a batch."),
        (m, "one step for each batch, not for each example."),
        (size, "that is the size of a batch."),
    ]
    return ask(
        f"{m} examples, batches of {size}, every row used once. How many steps does an epoch have?",
        key,
        "m / B, rounded up: the last batch may be smaller.",
        wrong,
        sort=WHOLE,
        m=m,
        size=size,
    )


@family("week6a", 3, "5/In general", "number", of="week6.batch_noise")
def noise_of_batch(draw):
    spread, size = draw.int(1, 6) * 2, draw.pick(4, 16, 25)
    mean = draw.int(-4, 4)
    G = np.array([[mean + spread], [mean - spread]], float)
    key, wrong = by_reference("week6.batch_noise", (G, size), lambda g, noise: noise or ())
    wrong += [
        (Fraction(spread, size), "the variance is divided by B, so the standard deviation by its root."),
        (spread, "that is one example: a mean over the batch is less noisy."),
        (Fraction(spread**2, size), "that is the variance: take the root."),
    ]
    return ask(
        f"The gradients of single examples spread with a standard deviation of {spread} around their mean {mean}. What is the standard deviation of a batch gradient, {size} independent draws?",
        key,
        "divide by the root of the batch size.",
        wrong,
        G=G,
        size=size,
    )


@family("week6a", 3, "6/Fast first, exact later", "number", of="week6.warmup_cosine")
def scheduled_rate(draw):
    lr, warmup, half = Fraction(draw.pick(1, 2, 4, 6, 8), 10), draw.pick(4, 5, 10), draw.pick(20, 30, 40)
    steps, t = warmup + 2 * half, draw.pick("warm", "middle")
    t = draw.int(0, warmup - 2) if t == "warm" else warmup + half
    key, wrong = by_reference("week6.warmup_cosine", (np.array([t]), float(lr), warmup, steps), lambda rates: rates[0])
    wrong += [
        (lr, "the full rate holds for a moment, right after the warm-up."),
        (lr / 2, "half of it is left in the middle of the cosine."),
        (lr * t / warmup if t < warmup else 0, "step 0 takes a step as well: (t + 1) / warmup. And the cosine is 0 only at the end."),
    ]
    return ask(
        f"Warm-up over {warmup} steps to the rate {rows(float(lr))}, then a cosine down to 0 at step {steps}. What is the rate at step {t}, counting from 0?",
        key,
        "lr (t + 1) / warmup on the way up; then lr (1 + cos(pi s)) / 2, with s the share of the way down.",
        wrong,
        lr=lr,
        warmup=warmup,
        steps=steps,
        t=t,
    )
