"""Backpropagation step by step: the 2-2-1 network of week 2a as a circuit of 13 gates, forward and back, gate by
gate."""

import numpy as np

from .frame.controls import Slider
from .frame.pictures import Axes, Picture
from .frame.show import Prediction

TITLE = "Backpropagation, one gate at a time"
CONTROLS = [
    Slider("step", 0, 26, 0, step=1, whole=True),
    Slider("b2", -2.0, 1.0, -0.5, step=0.25),
    Slider("v2", -4.0, 4.0, -3.0, step=0.5),
]
START = {
    "x1": 2.0,
    "x2": -1.0,
    "w11": 1.5,
    "w12": -0.5,
    "w21": 0.5,
    "w22": -2.0,
    "b1": -1.0,
    "b2": -0.5,
    "v1": 2.0,
    "v2": -3.0,
    "c": 1.0,
    "y": 5.0,
}
PARAMETERS = [name for name in START if name not in ("x1", "x2", "y")]
GATES = [  # output, kind, inputs, in the order of the forward pass
    ("p11", "*", "x1", "w11"),
    ("p21", "*", "x2", "w21"),
    ("z1", "+", "p11", "p21", "b1"),
    ("a1", "max", "z1"),
    ("p12", "*", "x1", "w12"),
    ("p22", "*", "x2", "w22"),
    ("z2", "+", "p12", "p22", "b2"),
    ("a2", "max", "z2"),
    ("q1", "*", "a1", "v1"),
    ("q2", "*", "a2", "v2"),
    ("s", "+", "q1", "q2", "c"),
    ("e", "-", "s", "y"),
    ("L", "square", "e"),
]
COMPUTE = {  # kind -> (value, local slopes)
    "+": (lambda *inputs: sum(inputs), lambda *inputs: [1.0] * len(inputs)),
    "-": (lambda a, b: a - b, lambda a, b: [1.0, -1.0]),
    "*": (lambda a, b: a * b, lambda a, b: [b, a]),
    "max": (lambda a: max(a, 0.0), lambda a: [float(a > 0)]),
    "square": (lambda a: a**2, lambda a: [2 * a]),
}
PLACES = {  # where each gate and each number is drawn
    "x1": (0.0, 5.0), "x2": (0.0, 1.1), "y": (10.0, 4.75),
    "w11": (2.4, 8.1), "p11": (2.4, 6.6), "w21": (2.4, 3.45), "p21": (2.4, 4.85),
    "w12": (2.4, 2.65), "p12": (2.4, 1.25), "w22": (2.4, -2.0), "p22": (2.4, -0.5),
    "b1": (4.4, 7.25), "z1": (4.4, 5.55), "a1": (5.9, 5.55), "v1": (7.3, 7.25), "q1": (7.3, 5.55),
    "b2": (4.4, -1.15), "z2": (4.4, 0.55), "a2": (5.9, 0.55), "v2": (7.3, -1.15), "q2": (7.3, 0.55),
    "c": (8.6, 4.75), "s": (8.6, 3.05), "e": (10.0, 3.05), "L": (11.4, 3.05), "loss": (12.7, 3.05),
}  # fmt: skip
BESIDE = {  # where a gate's name is written, seen from the gate: where there is no wire
    "p11": (0.0, -0.88), "p21": (-0.5, 0.45), "p12": (-0.5, -0.45), "p22": (0.0, 0.88),
    "z2": (0.0, 0.9), "a2": (0.0, 1.0), "a1": (0.0, -1.0), "q1": (-0.42, -0.65), "q2": (-0.42, 0.65),
}  # fmt: skip
SIGNS = {"*": "×", "+": "+", "-": "−", "max": "max", "square": "e²"}
PIXELS = np.array([57.0, 25.0])  # of a unit along x and along y
BLUE, RED, GREY = "#0072B2", "#D55E00", "#888888"


def beside(start, end, t, words):
    """Where words stand beside a wire, a share t of the way along it: above or left of it, and the same below or right of it."""
    (dx, dy), at = (np.subtract(end, start) * PIXELS), np.add(start, np.multiply(t, np.subtract(end, start)))
    normal = np.array([-dy, dx]) / np.hypot(dx, dy) * (1 if dx else -np.sign(-dy))
    away = normal * (np.abs(normal) @ [3.8 * len(words) + 1, 7.5]) / PIXELS
    return at + away, at - away


def simulate(*, step, b2, v2):
    """All values, all gradients, what flows back along each wire, and which of the 13 steps forward and 13 back
    the picture shows."""
    value = START | {"b2": b2, "v2": v2}
    for out, kind, *inputs in GATES:
        value[out] = COMPUTE[kind][0](*[value[name] for name in inputs])
    grad, flow = dict.fromkeys(value, 0.0) | {"L": 1.0}, {}
    for out, kind, *inputs in reversed(GATES):
        for name, slope in zip(inputs, COMPUTE[kind][1](*[value[name] for name in inputs])):
            flow[name, out] = grad[out] * slope  # the upstream gradient times the local slope
            grad[name] += flow[name, out]  # a number that fans out adds up what comes back
    return {"step": step, "value": value, "grad": grad, "flow": flow}


def picture(result):
    value, flow, step = result["value"], result["flow"], result["step"]
    seen = set(START) | {out for out, *_ in GATES[:step]}
    back = {out for out, *_ in GATES[::-1][: max(step - 13, 0)]}
    panel = Axes("Values (blue) and gradients (red) on each wire", xlim=(-0.6, 13.3), ylim=(-2.4, 8.5), xticks=[], yticks=[])
    now = GATES[step - 1][0] if 0 < step <= 13 else GATES[26 - step][0] if step > 13 else None
    wires = [(name, out) for out, _, *inputs in GATES for name in inputs] + [("L", "loss")]
    for name, out in wires:
        ends = PLACES[name], PLACES[out]
        lit = out == now or (out == "loss" and step >= 13)
        panel.line(*zip(*ends), (RED if step > 13 else BLUE) if lit else "#BBBBBB", width=3 if lit else 1)
        t = 0.27 if name in ("x1", "x2") else {"p": 0.25, "q": 0.5}.get(name[0], 0.42)  # wires cross in the middle, or run together
        if name in seen:
            words = f"{value[name]:g}"
            panel.text(*beside(*ends, t, words)[0], words, colour=BLUE)
        if out in back or (out == "loss" and step >= 13):
            words = f"{flow.get((name, out), 1.0) + 0.0:g}"
            panel.text(*beside(*ends, t, words)[1], words, colour=RED)
    for out, kind, *_ in GATES:
        panel.points(*zip(PLACES[out]), GREY, marker="o", size=17 if kind == "max" else 13)  # room for the word
        panel.text(*PLACES[out], SIGNS[kind], colour="#FFFFFF")
        right, up = BESIDE.get(out, (0.0, -0.9))
        panel.text(PLACES[out][0] + right, PLACES[out][1] + up, out, colour=GREY)
    for name in (*START, "loss"):
        panel.text(*PLACES[name], name)
    return Picture(panel, height=336)


def describe(result):
    """The gate of this step in words; after the last, all gradients."""
    value, grad, flow, step = result["value"], result["grad"], result["flow"], result["step"]
    if step == 0:
        return "step 0 of 26: the numbers are at the inputs; move the slider to send them forward"
    if step <= 13:
        out, kind, *inputs = GATES[step - 1]
        given = " and ".join(f"{name} = {value[name]:g}" for name in inputs)
        return f"step {step} of 26, forward, {out} ({kind}): {given} give{'s' * (len(inputs) == 1)} {value[out]:g}"
    if step < 26:
        out, kind, *inputs = GATES[26 - step]
        parts = [
            f"{name} gets {grad[out]:g} * {slope:g} = {flow[name, out] + 0.0:g}"
            for name, slope in zip(inputs, slopes(result, kind, inputs))
        ]
        return f"step {step} of 26, back, {out} ({kind}): " + ", ".join(parts)
    return "step 26 of 26: " + ", ".join(f"d{name} = {grad[name] + 0.0:g}" for name in (*PARAMETERS, "x1", "x2"))


def slopes(result, kind, inputs):
    return COMPUTE[kind][1](*[result["value"][name] for name in inputs])


def headline(result):
    return result["value"]["L"]


QUESTION = Prediction(
    # claim: tests/experiments/test_by_hand.py::test_a_weight_of_zero_stops_three_gradients_and_a_unit_that_is_off_four
    "Set v2 = 0: the second hidden unit is on, but the output ignores it. "
    "How many of the nine parameter gradients (four w, b1, b2, v1, v2, c) are exactly 0?",
    {"step": 26, "v2": 0.0},
    lambda result: str(sum(result["grad"][name] == 0 for name in PARAMETERS)),
    "What comes back to a2 is multiplied by v2 = 0, so everything before it gets nothing: dw12, dw22 and db2. "
    "dv2 itself is the gradient that arrives, times a2, which is not 0: the weight can grow back. "
    "With b2 = &minus;1.5 the unit is off instead; then a2 = 0, and dv2 is 0 as well.",
    options=("0", "1", "2", "3", "4", "5"),
)


def code(*, step, b2, v2):
    return f"""import numpy as np

from nnlib import Dense, MeanSquaredError, Network, ReLU

net = Network([Dense(2, 2), ReLU(), Dense(2, 1)], loss=MeanSquaredError())
net.layers[0].W, net.layers[0].b = np.array([[1.5, -0.5], [0.5, -2.0]]), np.array([[-1.0, {b2!r}]])
net.layers[2].W, net.layers[2].b = np.array([[2.0], [{v2!r}]]), np.array([[1.0]])
loss = net.loss_and_gradient(np.array([[2.0, -1.0]]), np.array([[5.0]]))
print("dW1", net.layers[0].dW.tolist(), "db1", net.layers[0].db.tolist(), "dW2", net.layers[2].dW.tolist(), "db2", net.layers[2].db.tolist())
print("loss", loss)
"""
