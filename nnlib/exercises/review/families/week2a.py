"""Week 2a: four gates, a whole backward pass on paper, what it costs."""

from fractions import Fraction

import numpy as np

from ..family import WHOLE, ask, by_reference, family, others, rows
from ..item import Redraw


def gate(draw, id, text, why, pick, extra=lambda dout, a, b: []):
    dout, a, b = draw.int(-5, 5, but=(0, 1)), *draw.distinct(2, -5, 6, but=(0, 1))
    which = draw.int(0, 1)
    key, wrong = by_reference(id, (float(dout), float(a), float(b)), lambda da, db: (da, db)[which])
    wrong = extra(dout, *((a, b) if which == 0 else (b, a))) + wrong
    name = "ab"[which]
    return ask(
        f"{text} with a = {a}, b = {b}. The gradient {dout} arrives at f. What goes back to {name}?",
        key,
        why,
        wrong,
        dout=dout,
        a=a,
        b=b,
        which=which,
        gate=pick,
    )


@family("week2a", 1, "2/Add: hand it on", "number", of="week2.add_backward")
def add_gate(draw):
    return gate(
        draw,
        "week2.add_backward",
        "An add gate f = a + b",
        "an add gate hands on what arrives, to both inputs.",
        "add",
        lambda dout, a, b: [
            (dout * b, "that is the multiply gate."),
            (dout * a, "an add gate does not look at its inputs."),
            (1, "1 is the local slope: multiply by what arrives."),
            (Fraction(dout, 2), "it is not shared out: each input gets all of it."),
        ],
    )


@family("week2a", 1, "2/Multiply: swap and multiply", "number", of="week2.multiply_backward")
def multiply_gate(draw):
    return gate(
        draw,
        "week2.multiply_backward",
        "A multiply gate f = a b",
        "what arrives, times the other input.",
        "multiply",
        lambda dout, a, b: [
            (dout * a, "multiply by the other input, not by its own."),
            (b, "that is the local slope: multiply by what arrives."),
            (dout, "that is the add gate."),
            (dout + b, "rates along one way multiply."),
        ],
    )


@family("week2a", 1, "2/Max: the larger one gets it all", "number", of="week2.max_backward")
def max_gate(draw):
    return gate(
        draw,
        "week2.max_backward",
        "A max gate f = max(a, b)",
        "the larger input gets all that arrives, the smaller gets 0.",
        "max",
        lambda dout, a, b: [
            (0 if a > b else dout, "the larger input gets it all."),
            (dout * a, "max passes the gradient on, or not: it does not multiply by the value."),
            (Fraction(dout, 2), "it is not shared: one input gets it all."),
            (a, "that is the value of the input."),
        ],
    )


@family("week2a", 1, "2/Fan-out: add what comes back", "number", of="week2.fan_out_backward")
def fan_out(draw):
    dp, dq, a, b = draw.int(-4, 4, but=(0,)), draw.int(-4, 4, but=(0,)), draw.int(-3, 3, but=(0,)), draw.int(-4, 4, but=(0,))
    key, wrong = by_reference("week2.fan_out_backward", (float(dp), float(dq), float(a), float(b)))
    wrong = [(dp * b, "that is one way only: a also goes into q."), (dq * 2 * a, "that is one way only: a also goes into p."), *wrong]
    return ask(
        f"p = a b and q = a^2, with a = {a}, b = {b}. The gradients dp = {dp} and dq = {dq} arrive. What is da?",
        key,
        "dp b comes back along one way, dq 2 a along the other; they add up.",
        wrong,
        dp=dp,
        dq=dq,
        a=a,
        b=b,
    )


@family("week2a", 1, "2/Any function of one number", "number", of="week2.square_backward")
def square_gate(draw):
    dout, a = draw.int(-6, 6, but=(0, 1)), draw.int(-6, 6, but=(0, 1, 2))
    key, wrong = by_reference("week2.square_backward", (float(dout), float(a)))
    return ask(
        f"f = a^2 with a = {a}. The gradient {dout} arrives. What goes back to a?",
        key,
        "what arrives, times the slope of the square, 2 a.",
        wrong,
        dout=dout,
        a=a,
    )


@family("week2a", 1, "2/Any function of one number", "number", of="week2.sigmoid_backward")
def sigmoid_gate(draw):
    odds, dout = draw.int(1, 4), draw.int(-9, 9, but=(0, 1))
    key, wrong = by_reference("week2.sigmoid_backward", (float(dout), float(np.log(odds))))
    s = Fraction(odds, 1 + odds)
    wrong = [
        (dout * s, "that is the value of the sigmoid: its slope is s (1 - s)."),
        (s * (1 - s), "that is the local slope: multiply by what arrives."),
        (dout * (1 - s), "one factor is missing: s (1 - s)."),
        (-dout * s * (1 - s), "the sigmoid rises: its slope is positive."),
        *wrong,
    ]
    return ask(
        f"s = sigmoid(a) is {s}. The gradient {dout} arrives at s. What goes back to a?",
        key,
        "what arrives, times s (1 - s).",
        wrong,
        dout=dout,
        odds=odds,
    )


def small_network(draw):
    """x, W, b and v of a 2-2-1 network."""
    x1, x2 = draw.ints(2, -2, 3, but=(0,))
    w11, w12, w21, w22 = draw.ints(4, -2, 2)
    b1, b2 = draw.ints(2, -2, 2)
    v1, v2 = draw.ints(2, -3, 3, but=(0,))
    return x1, x2, w11, w12, w21, w22, b1, b2, v1, v2


@family("week2a", 0, "3/3 One example through a network", "number", of="week2.scalar_gradients")
def paper_gradient(draw):
    x1, x2, w11, w12, w21, w22, b1, b2, v1, v2 = small_network(draw)
    z1, z2 = x1 * w11 + x2 * w21 + b1, x1 * w12 + x2 * w22 + b2
    y, odds = draw.int(0, 1), draw.int(1, 4)
    c = float(np.log(odds)) - max(z1, 0) * v1 - max(z2, 0) * v2  # so that p = odds / (1 + odds)
    names = ("dw11", "dw12", "dw21", "dw22", "db1", "db2", "dv1", "dv2", "dc")
    k = draw.int(0, 8)
    arguments = [float(n) for n in (x1, x2, y, w11, w12, w21, w22, b1, b2, v1, v2)] + [c]
    key, wrong = by_reference("week2.scalar_gradients", tuple(arguments), lambda *gradients: gradients[k])
    if max(z1, z2) <= 0 or (key == 0 and draw.int(0, 3)):
        raise Redraw
    p = Fraction(odds, 1 + odds)
    wrong = [
        (-key, "the sign: it starts from p - y."),
        (0, "no factor on this way is 0."),
        (p - y, "that is ds, at the score."),
        *wrong,
    ]
    return ask(
        f"A 2-2-1 network, ReLU inside, sigmoid and cross-entropy at the end. x = ({x1}, {x2}), label {y}, hidden scores z1 = {z1} and z2 = {z2}, "
        f"output weights v1 = {v1}, v2 = {v2}, probability p = {p}. What is {names[k]}?"
        + (" (w12 leads from x1 to unit 2)" if k < 4 else ""),
        key,
        "ds = p - y; times v, through the ReLU where z > 0, times what the parameter was multiplied by.",
        wrong,
        arguments=arguments,
        k=k,
    )


@family("week2a", 2, "4/4 Numbers, indices, matrices", "number")
def outer_product_entry(draw):
    x, dz = draw.ints(3, -4, 5), draw.ints(2, -4, 5)
    k, j = draw.int(0, 2), draw.int(0, 1)
    return ask(
        f"One example: x = {x} goes into a layer of two units, and dz = {dz} comes back. Indices from 0. What is dW[{k}, {j}]?",
        x[k] * dz[j],
        "W[k, j] carries input k to unit j: dW[k, j] = x[k] dz[j].",
        [
            (x[k], "multiply by what comes back to the unit."),
            (dz[j], "multiply by the input that the weight carries."),
            (sum(a * dz[j] for a in x), "there is no sum for one example: each weight carries one input to one unit."),
            (x[j] * dz[k] if k < 2 else x[j] * dz[1 - j], "k counts the inputs, j the units."),
            (x[k] + dz[j], "slopes along one way multiply."),
        ],
        x=x,
        dz=dz,
        k=k,
        j=j,
    )


@family("week2a", 3, "3/Nudge them all", "number")
def cost_of_differences(draw):
    n = draw.int(3, 24)
    return ask(
        f"A network has {n} parameters. You find each slope by nudging one parameter a little up and a little down. How many forward passes does the whole gradient cost?",
        2 * n,
        "two for each parameter. One pass back gives all slopes for the price of about two forward passes.",
        [
            (n, "each slope needs two losses, one on each side."),
            (n + 1, "that is the price if you nudge to one side only."),
            (2, "that is roughly what backpropagation costs: nudging costs two passes for each parameter."),
            (n * n if n < 10 else n - 1, "two losses for each parameter, no more and no fewer."),
        ],
        n=n,
    )


@family("week2a", 3, "3/Nudge them all", "number")
def cost_of_one_pass_back(draw):
    n, seconds = draw.int(5, 40), draw.int(2, 9)
    return ask(
        f"A network has {n} weights, and a forward pass takes {seconds} seconds. About how many seconds do one forward pass and one pass back take together?",
        3 * seconds,
        f"the pass back costs about two forward passes, and the forward pass itself is the third: 3 * {seconds}. The number of weights does not matter.",
        [
            (2 * seconds, "that is the pass back alone: a multiply gate takes two products there. The forward pass comes first."),
            (seconds, "that is the forward pass alone."),
            (2 * n * seconds, "that is the price of nudging each weight up and down: one pass back gives all slopes."),
            (n * seconds, "one pass back gives the slopes of all weights at once."),
            (4 * seconds, "a multiply gate takes one product forward and two back: three in all."),
        ],
        n=n,
        seconds=seconds,
    )


@family("week2a", 3, "3/Nudge them all", "number")
def inputs_to_keep(draw):
    n_add, n_multiply, n_square = draw.int(2, 6), draw.int(2, 6), draw.int(1, 4)
    names = draw.shuffled([f"{n_add} add gates", f"{n_multiply} multiply gates", f"{n_square} square gate{'s' if n_square > 1 else ''}"])
    return ask(
        f"A network has {names[0]}, {names[1]} and {names[2]}. For how many of these gates must the forward pass keep the inputs until the pass back?",
        n_multiply + n_square,
        "the slope of a product or a square is made of its inputs; an add gate has the slope 1 whatever they are.",
        [
            (n_add + n_multiply + n_square, "an add gate passes on what arrives: it needs none of its inputs."),
            (n_multiply, "the slope of a square is 2 a: it needs its input as well."),
            (n_square, "a multiply gate multiplies by the other input, so it needs both."),
            (n_add, "it is the other way round: the add gates are the ones that need nothing."),
            (0, "the slopes of products and squares depend on the forward pass."),
        ],
        sort=WHOLE,
        n_add=n_add,
        n_multiply=n_multiply,
        n_square=n_square,
    )


@family("week2a", 0, "3/The circuit, step by step", "what if")
def circuit_nudged(draw):
    """From the experiment's simulate."""
    from ....experiments.backprop_steps import PARAMETERS, simulate

    b2, v2 = draw.int(-8, 4) / 4, draw.int(-8, 8) / 2
    result = simulate(step=26, b2=b2, v2=v2)
    z2, name = result["value"]["z2"], draw.pick("b2", "w12", "w22", "v2")
    if z2 == 0 or result["value"]["e"] == 0:  # a kink, or the bottom of the loss, from which any move rises
        raise Redraw
    gradient = result["grad"][name]
    word = {True: "It rises", False: "It falls"}[gradient > 0] if gradient else "It does not move"
    off = z2 <= 0
    reasons = {
        "It rises": "the gradient of the parameter says how the loss moves when it grows: look at its sign."
        if not off
        else "z2 is negative: the ReLU is off, and nothing of it reaches the loss.",
        "It falls": "the gradient of the parameter says how the loss moves when it grows: look at its sign."
        if not off
        else "z2 is negative: the ReLU is off, and nothing of it reaches the loss.",
        "It does not move": "the ReLU of unit 2 is on, and e is not 0: every parameter on the way counts.",
    }
    return ask(
        f"Unit 2 of the circuit has z2 = {rows(z2)} and v2 = {rows(v2)}; the error e = s - y is {rows(result['value']['e'])}; the loss is e^2; x1 = 2, x2 = -1. "
        f"You raise {name} by very little. What does the loss do?",
        word,
        "the unit is off: its output and slope are 0."
        if off
        else f"the gradient is {'positive' if gradient > 0 else 'negative' if gradient < 0 else '0'}.",
        others(reasons, word),
        b2=b2,
        v2=v2,
        name=name,
        parameters=len(PARAMETERS),
    )
