"""What the playground says beside the pointer, under its answer and of its weights."""

import numpy as np

from ...plots import style
from ..frame.pictures import quiet
from .data import SHOWN

SHAPES = {"o": "●", "^": "▲", "s": "■", "D": "◆", "v": "▼"}


def unit_name(session, layer, k):
    """``x1``, ``unit 3 of layer 1`` or ``the output``; layer 0 holds the features."""
    if layer == 0:
        return SHOWN[session.names[k - 1]]
    if layer <= len(session.hidden):
        return f"unit {k} of layer {layer}"
    return "the output" if session.sizes[-1] == 1 else f"output {k}"


def card(session, thing):
    """A few lines on what the pointer is at: a unit, a feature, a weight or an example."""
    kind, *at = thing
    if kind == "feature":
        return [f"{SHOWN[at[0]]} is switched off", "click to switch it on"]
    if kind == "example":
        return example_card(session, at[0])
    if kind == "weight":
        layer, row, column = at
        value = float(session.weight(*at)[0])
        return [
            f"weight from {unit_name(session, layer - 1, row)} to {unit_name(session, layer, column)}: {value:.3g}",
            "pull up or down, or click to type",
        ]
    layer, k = at
    name = unit_name(session, layer, k)
    if layer == 0:
        return [name, "click to switch it off"]
    return [name[0].upper() + name[1:], f"bias {float(session.weight(layer, 0, k)[0]):.3g}, click to type another"]


def example_card(session, i):
    """One training example: its class, what the network gives it, and its loss."""
    x, y = session.X[i : i + 1], session.y[i : i + 1]
    with quiet():
        P = session.net.predict_proba(x)[0] if session.classes and session.output is None else session.net._forward(x, False)[0]
        loss = session.net.loss.value(session.net._forward(x, False), session.net._check_Xy(x, session.targets(y))[1])
    if session.classes is None:
        return [f"example {i}: target {float(y[0, 0]):.2f}", f"predicted {float(P[0]):.2f}, loss {float(loss):.3g}"]
    p = float(P[int(y[0])]) if len(P) > 1 else float(P[0] if y[0] else 1 - P[0])
    return [f"example {i}: class {int(y[0])}", f"its probability {p:.3f}, loss {float(loss):.3g}", "click for its numbers in every layer"]


HINT = "<p>Point at units, lines, examples. Pull a line. Click a feature.</p>"


def scale_html(classes):
    """What can be pointed at; and what the colours mean: a bar from blue to orange, or a sign for each class."""
    if classes and classes > 2:
        signs = [f"<span><b style='color: {style.colour(k)}'>{SHAPES[style.marker(k)]}</b> class {k}</span>" for k in range(classes)]
        return f"{HINT}<div><div class='nn-scale'>{''.join(signs)}</div></div>"
    low, high = ("below 0", "above 0") if classes is None else ("● class 0 (< 0)", "(> 0) class 1 ▲")
    return (
        f"{HINT}<div><div class='nn-scale-bar'></div><div class='nn-scale'><span>{low}</span><span>0</span><span>{high}</span></div></div>"
    )


def weights_html(session):
    """Every weight and bias as a number, a table for each layer: rows are what it leads from, columns where to."""
    tables = []
    for layer, dense in enumerate(session.dense, 1):
        names = [
            *(SHOWN[name] if layer == 1 else f"unit {k}" for k, name in enumerate(session.names if layer == 1 else dense.W, 1)),
            "bias",
        ]
        rows = zip(names, np.vstack([dense.W, dense.b]))
        body = "".join(f"<tr><th>{name}</th>{''.join(f'<td>{value:.3f}</td>' for value in row)}</tr>" for name, row in rows)
        to = "the output" if layer == len(session.dense) else f"layer {layer}"
        tables.append(f"<table><caption>to {to}</caption>{body}</table>")
    return "".join(tables)
