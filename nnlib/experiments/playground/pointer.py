"""The pointer in the playground's network and in its answer: what it is at, what a click, a pull or a stroke does."""

import numpy as np

from ..frame.controls import add_stroke
from .data import DRAWN
from .pictures import thing_at
from .words import card

PULL = 0.02  # what a pixel adds to a weight whose line is pulled


class Pointer:
    """``under`` is what the pointer is at, as ``thing`` says it; ``pulled`` where a pull began, and its weight then."""

    def __init__(self, panel):
        self.panel, self.under, self.pulled = panel, None, None

    def take(self, event):
        """An event of the browser: hover, leave, click, draw, pull or typed."""
        if event["kind"] in ("hover", "leave"):
            self.point_at(self.thing(event) if event["kind"] == "hover" else None)
        elif event["kind"] in ("click", "draw", "pull", "typed"):
            getattr(self, f"on_{event['kind']}")(event)

    def follow(self):
        """Say the new numbers while it trains."""
        if self.under is not None and self.pulled is None:
            self.send_card()

    def thing(self, event):
        """What is at a place of the top picture: as thing_at says it, or ("example", i) in the answer."""
        x, y = np.ravel(event["x"])[0], np.ravel(event["y"])[0]
        if event["panel"] == 0:
            return thing_at(self.panel.session, x, y, self.panel.wide)
        if event["panel"] == 2 and not self.panel.session.problem:
            far = np.hypot(*(self.panel.session.at - [x, y]).T)
            return ("example", int(far.argmin())) if far.min() < 0.06 else None
        return None

    def point_at(self, thing):
        if thing != self.under:
            self.under, self.pulled = thing, None
            if not self.panel.playing:
                self.panel.draw()
        self.send_card()

    def send_card(self, **more):
        """Say beside the pointer what it is at."""
        rows, cursor = (card(self.panel.session, self.under), "pointer") if self.under is not None else ([], "auto")
        if self.under is not None and self.under[0] == "weight":
            cursor, more = "ns-resize", {"pull": True} | more
        if self.under is None and self.panel.session.settings.data == DRAWN:
            cursor = "crosshair"
        self.panel.canvases[0].send({"rows": rows, "cursor": cursor} | more)

    def on_pull(self, event):
        """A line is pulled up or down: its weight changes by so much."""
        at = event["x"], event["y"]
        if self.pulled is None or self.pulled[0] != at:
            self.point_at(self.thing(event))
            if self.under is None or self.under[0] != "weight":
                return
            self.pulled = at, float(self.panel.session.weight(*self.under[1:])[0])
        self.panel.edit(*self.under[1:], round(self.pulled[1] + PULL * float(event["by"]), 2))
        self.send_card()

    def on_typed(self, event):
        if event.get("value") is None:
            raise ValueError("a weight is a number from -1000 to 1000")
        self.panel.edit(*(widget.value for widget in self.panel.weight_at), event["value"])

    def on_click(self, event):
        """Switch a feature, choose a weight (a unit stands for its bias) to type another, or follow an example."""
        thing = self.thing(event)
        kind = thing[0] if thing else None
        if kind == "feature" or (kind == "unit" and thing[1] == 0):
            toggle = self.panel.toggles[thing[1] if kind == "feature" else self.panel.session.names[thing[2] - 1]]
            self.under, toggle.value = None, not toggle.value
            return
        self.point_at(thing)  # a finger has not pointed before
        if kind in ("unit", "weight"):
            self.panel.choose_weight(*(thing[1:] if kind == "weight" else (thing[1], 0, thing[2])))
            self.send_card(value=self.panel.weight_value.value)
        elif event["panel"] == 2 and not self.panel.session.problem:
            self.panel.example.value = int(np.hypot(*(self.panel.session.at - [event["x"][0], event["y"][0]]).T).argmin())
            self.panel.tab.value = "One example"

    def on_draw(self, event):
        path = np.column_stack([event["x"], event["y"]]).astype(float)
        if event["panel"] == 2:
            self.panel.set(points=add_stroke(self.panel.session.settings.points, path, self.panel.pen.value))
        elif len(path) == 1:
            self.on_click(event)
