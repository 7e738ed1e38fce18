"""The playground: a small network, its data and its training in one live panel. ``playground.Panel()`` opens it.

playground_session.py is the same without widgets, playground_pictures.py draws it, playground_data.py says what can be set.
Panel puts buttons around a Session and trains beside the kernel's other work.
"""

import asyncio
import time
from html import escape

import ipywidgets as widgets
import numpy as np

from .controls import ERASER, PENS, Drawing, Slider, add_stroke
from .frame import Canvas, Guard, at_home, control_widget
from .pictures import Picture
from .playground_data import CONTROLS, DEEPEST, DRAWN, FEATURES, SHOWN, WIDEST, Inputs, Layers, hills, plane, read_csv
from .playground_pictures import border_panel, curves_panels, nearest_weight, network_panel, warp_panel, zero_line
from .playground_session import Session

TITLE = "The playground"
__all__ = ["Panel", "Session", "hills", "plane"]  # the last two stand in exported code

TURN = 0.0165  # seconds from picture to picture, where three epochs and drawing take less: the rest is for more training
OPEN = ("data", "noise", "lr", "activation", "optimizer", "batch", "l1", "l2", "seed")  # the controls that are not folded
VIEWS = ("border", "warped plane")
SPEEDS = ("as fast as it can", "1 epoch a picture", "1 step a picture")


class Panel:
    """The playground on the screen. ``session`` is what it shows; ``set(**settings)``, ``play()``, ``pause()``, ``step()`` do by code what the buttons do.

    ``state`` opens it where somebody else's panel was: the line under "More to set".
    """

    def __init__(self, state=None):
        self.session = Session.from_state(state) if state else Session()
        self.task = self.error = self.held = None
        self.playing = self.quiet = False
        self.sent = self.painted = self.asked = 0
        self.spoken = self.curved = self.asked_at = self.gap = 0.0
        self.build()
        while self.session.replaying:
            self.session.advance(seconds=1.0)
        self.put_controls()
        self.draw()

    # ---- training beside the kernel's other work

    def play(self, _=None):
        """Start training, until ``pause``."""
        with self.guarded():
            if self.session.problem:
                raise ValueError(self.session.problem)
            if self.session.stopped:
                raise ValueError(self.session.stopped + " Restart begins again.")
            if self.playing:
                return
            loop = asyncio.get_running_loop()
            self.playing, self.play_button.description = True, "Pause"
            self.task = loop.create_task(self.train())

    def pause(self, _=None):
        if self.task is not None:
            self.task.cancel()
        if self.playing:
            self.draw()
        self.task, self.playing, self.play_button.description = None, False, "Play"
        self.weight_chosen(None)
        self.state_field.value = self.session.state()
        if self.code_field.layout.display != "none":
            self.code_field.value = self.session.code()

    def toggle(self, _=None):
        self.pause() if self.playing else self.play()

    def step(self, _=None):
        """One epoch."""
        self.pause()
        with self.guarded():
            if self.session.problem:
                raise ValueError(self.session.problem)
            self.session.advance(epochs=1)
            self.draw()
            self.pause()
            self.say(self.session.stopped)

    def restart(self, _=None):
        """The same data and start weights again; goes on training if it was."""
        self.session.restart()
        self.say("")
        self.draw()
        if not self.playing:
            self.pause()

    async def train(self):
        drawn = time.perf_counter()
        with self.guarded():
            while not self.session.stopped:
                if self.session.replaying or self.speed.value == SPEEDS[0]:
                    for _ in range(3):  # on a busy machine rather fewer pictures than fewer epochs
                        self.session.advance(epochs=1, seconds=0.02)
                        await self.listening()
                    if time.perf_counter() < drawn + TURN:
                        self.session.advance(seconds=drawn + TURN - time.perf_counter())
                elif self.speed.value == SPEEDS[1]:
                    self.session.advance(epochs=1, seconds=0.08)
                else:
                    self.session.advance(seconds=0.0)
                drawn = time.perf_counter()
                self.draw(all=False)
                await self.painting()
        self.task = None
        failed = self.error
        self.pause()
        if failed is None:
            self.say(self.session.stopped)

    async def listening(self):
        """Let the kernel hear what was clicked, which passes through several turns of its loop."""
        for _ in range(3):
            await asyncio.sleep(0)

    async def painting(self):
        """Let the kernel hear what was clicked, and the browser keep up: a picture it has not confirmed in time is waited for."""
        await asyncio.sleep(self.gap + 0.002)  # really asleep, so that the thread that takes messages in gets its turn
        await self.listening()
        while self.painted < self.asked and 0.2 < time.perf_counter() - self.asked_at < 0.5:
            await asyncio.sleep(0.002)

    # ---- drawing

    def draw(self, all=True):
        """Send the pictures. While training (``all`` False) words and curves follow less often than units and border."""
        session, now = self.session, time.perf_counter()
        words = all or now - self.spoken > 0.25
        line = session.describe() if words else None
        about = {"film": not all}
        self.sent += 1
        if now - self.asked_at > 0.5:  # the browser says when it has painted this one
            about["number"], self.asked, self.asked_at = self.sent, self.sent, now
        self.send(self.canvases[0], self.top_picture(), line, **about)
        if all or now - self.curved > 0.15:
            self.send(self.canvases[1], Picture(*curves_panels(session, (self.held or {}).get("rows")), height=250), line)
            self.curved = now
        if words:
            self.line.value, self.spoken = f"<span>{escape(line)}</span>", now

    def send(self, canvas, picture, line, **about):
        with canvas.hold_sync():
            canvas.picture = picture.message() | about
            if line is not None:
                canvas.label = f"{picture.panels[0].title}: {line}"

    def top_picture(self):
        """The network, and beside it its answer or the warped plane."""
        units, logits = self.session.units()
        held = self.held or {}
        if self.view.value == VIEWS[1]:
            answer = warp_panel(self.session)
        else:
            answer = border_panel(self.session, logits, held.get("border"), hard=self.hard.value, test=self.test.value)
        return Picture(network_panel(self.session, units, logits), answer, widths=(61, 39), height=370)

    def figure(self):
        """The panel as it stands, as one picture."""
        return Picture(*self.top_picture().panels, curves_panels(self.session)[0], height=300)

    def heard(self, canvas, event, buffers):
        """The browser has painted, or the pointer was in the network (it chooses a weight) or in the right-hand picture."""
        if event.get("kind") == "painted":
            self.painted = max(self.painted, int(event["number"]))
            late = time.perf_counter() - self.asked_at > 0.1
            self.gap = min(1.5 * self.gap + 0.005, 0.1) if late else self.gap / 2
            return
        with self.guarded():
            if event.get("panel") == 0:
                if self.session.settings.data != DRAWN or len(event["x"]) == 1:
                    self.choose_weight(*nearest_weight(self.session, event["x"][0], event["y"][0]))
                return
            if event.get("panel") != 1:
                return
            if self.view.value != VIEWS[0]:
                raise ValueError("Points are drawn and chosen in the plane itself: set the right picture to border first.")
            path = np.column_stack([event["x"], event["y"]]).astype(float)
            if self.session.settings.data == DRAWN:
                self.set(points=add_stroke(self.session.settings.points, path, self.pen.value))
            else:
                self.example.value = int(np.hypot(*(self.session.at - path[0]).T).argmin())
                self.show_walk()

    # ---- controls

    def guarded(self):
        """A context in which an exception ends as a readable message under the buttons, never in silence."""
        return Guard(self)

    def say(self, message):
        self.status.value = f"<span role='alert' style='color:#D55E00'>{escape(message)}</span>" if message else ""

    def set(self, **settings):
        """Change settings as by hand. All but learning rate, l1 and l2 start anew, from the same seed."""
        with self.guarded():
            self.session.set(**settings)
        if settings.get("data") == DRAWN:
            self.view.value = VIEWS[0]  # where one can draw
        self.put_controls()
        if self.error is None:
            self.draw()
        if not self.playing:
            self.state_field.value = self.session.state()
        if self.session.problem:
            self.pause()
            self.say(self.session.problem)

    def moved(self, change, control):
        if not self.quiet:
            with self.guarded():
                value = control.clean(change["new"])
            if self.error is None:
                self.set(**{control.name: value})
            else:
                self.put_controls()

    def put_controls(self):
        """Let every control show the session's settings."""
        self.quiet = True
        settings, session = self.session.settings, self.session
        for name, widget in self.widgets.items():
            widget.value = getattr(settings, name)
        for name, widget in self.toggles.items():
            widget.value = name in session.names
        for k, (box, label, _) in enumerate(self.layer_boxes):
            box.layout.display = "flex" if k < len(session.hidden) else "none"
            label.value = str(session.hidden[k]) if k < len(session.hidden) else ""
        self.depth.value = f"{len(session.hidden)} hidden layer{'s' * (len(session.hidden) != 1)}"
        self.draw_row.layout.display = "flex" if settings.data == DRAWN else "none"
        self.canvases[0].pointer = "draw" if settings.data == DRAWN else "click"
        self.example.max = len(session.X) - 1
        self.weight_layer.options = [(f"layer {k}", k) for k in range(1, len(session.dense) + 1)]
        self.quiet = False
        self.choose_weight(*(widget.value for widget in self.weight_at))

    def toggled(self, _):
        if self.quiet:
            return
        names = [name for name, widget in self.toggles.items() if widget.value]
        if not names:
            self.put_controls()
            self.say("The network needs at least one feature: switch another one on first.")
        else:
            self.set(features=",".join(names))

    def resize(self, layer, by):
        """More or fewer units in a hidden layer; ``layer`` None: more or fewer layers."""
        sizes = list(self.session.hidden)
        if layer is None:
            sizes = [*sizes, sizes[-1] if sizes else 4] if by > 0 else sizes[:-1]
        else:
            sizes[layer] += by
        if len(sizes) > DEEPEST or not all(1 <= n <= WIDEST for n in sizes):
            self.say(f"A layer has 1 to {WIDEST} units, and there are at most {DEEPEST} layers.")
        else:
            self.set(hidden="-".join(map(str, sizes)) or "none")

    # ---- one weight by hand

    def choose_weight(self, layer, row, column):
        """Let the weight fields show this weight: layer, from (0: the bias), to, counted from 1."""
        session = self.session
        layer = min(layer or 1, len(session.dense))
        n_in, n_out = session.dense[layer - 1].W.shape
        names = [SHOWN[name] for name in session.names] if layer == 1 else [f"unit {k}" for k in range(1, n_in + 1)]
        self.quiet = True
        self.weight_layer.value = layer
        self.weight_from.options = [("bias", 0), *((f"from {name}", k) for k, name in enumerate(names, 1))]
        self.weight_to.options = [(f"to unit {k}" if layer < len(session.dense) else f"to output {k}", k) for k in range(1, n_out + 1)]
        self.weight_from.value, self.weight_to.value = min(row or 0, n_in), min(column or 1, n_out)
        self.weight_value.value = float(f"{session.weight(*(widget.value for widget in self.weight_at))[0]:.4g}")
        self.quiet = False

    def weight_chosen(self, _):
        if not self.quiet:
            self.choose_weight(*(widget.value for widget in self.weight_at))

    def weight_edited(self, change):
        if self.quiet:
            return
        with self.guarded():
            self.session.edit(*(widget.value for widget in self.weight_at), change["new"])
        if self.error is None:
            self.draw()
            self.say(self.session.stopped)
        if not self.playing:
            self.state_field.value = self.session.state()
        self.weight_chosen(None)

    # ---- buttons

    def hold(self, _=None):
        """Keep this run's curves and border, dashed, to compare the next one with them; a second press lets them go."""
        if self.held is None:
            session = self.session
            rows = [*session.rows, (session.epoch + session.taken / session.per_epoch, *session.losses())]
            self.held = {"rows": np.array(rows).T, "border": zero_line(session, session.units()[1])}
            self.held_line.value = f"<b>Held</b> (grey, dashed): {escape(session.describe())}"
            self.hold_button.description = "Release"
        else:
            self.held, self.held_line.value, self.hold_button.description = None, "", "Hold"
        self.draw()

    def show_code(self, _=None):
        self.show_text("code", self.session.code())

    def show_check(self, _=None):
        with self.guarded():
            if self.session.problem:
                raise ValueError(self.session.problem)
            self.show_text("check", self.session.check_gradients())

    def show_walk(self, _=None):
        with self.guarded():
            if self.session.problem:
                raise ValueError(self.session.problem)
            self.show_text("walk", self.session.walk(self.example.value))

    def show_text(self, kind, text):
        field = self.code_field if kind == "code" else self.text_field
        field.value, field.layout.display = text, "block"
        if kind == "code":
            self.canvases[0].send({"copy": text})

    def hide_text(self, _=None):
        self.code_field.layout.display = self.text_field.layout.display = "none"

    def read_field(self, change):
        """Go where the text of the state field says."""
        if self.quiet or change["new"].strip() == self.session.state():
            return
        if self.playing:
            return
        with self.guarded():
            self.session = Session.from_state(change["new"])
        self.put_controls()
        self.draw()
        if self.error is None and self.session.replaying:
            self.say("")
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                while self.session.replaying:
                    self.session.advance(seconds=1.0)
                self.draw()
                self.say(self.session.stopped)
            else:
                self.task = asyncio.get_running_loop().create_task(self.replay(self.session))

    async def replay(self, session):
        """Train up to where the state string was written."""
        with self.guarded():
            while session.replaying and session is self.session and not self.playing:
                session.advance(seconds=TURN)
                self.draw(all=not session.replaying)
                await self.painting()
            self.say(session.stopped)

    def uploaded(self, change):
        if not change["new"]:
            return
        said = ""
        with self.guarded():
            points, said = read_csv(change["new"][0]["content"], self.session.settings.seed)
        if self.error is None:
            self.set(data=DRAWN, points=points)
            if not self.session.problem:
                self.say(f"Read: {said}.")

    def build(self):
        wide, narrow = {"width": "172px"}, {"description_width": "72px"}
        self.widgets = {}
        for control in CONTROLS:
            if isinstance(control, (Inputs, Layers)):
                continue
            widget = control_widget(control)
            widget.layout, widget.style = wide, narrow
            if isinstance(control, Slider):
                widget.layout, widget.style = {"width": "240px"}, {"description_width": "90px"}
            if isinstance(control, Drawing):
                widget.layout, widget.style = {"width": "98%"}, {"description_width": "130px"}
            widget.observe(at_home(lambda change, control=control: self.moved(change, control)), "value")
            self.widgets[control.name] = widget
        self.widgets["batch"].description = "batch size"
        self.canvases = [Canvas(layout={"width": "100%"}) for _ in range(2)]
        self.canvases[0].on_msg(at_home(self.heard))
        self.line, self.held_line, self.status = widgets.HTML(), widgets.HTML(), widgets.HTML()

        def button(words, action, tip, width="92px", **about):
            made = widgets.Button(description=words, tooltip=tip, layout={"width": width}, **about)
            made.on_click(at_home(action))
            return made

        self.play_button = button("Play", self.toggle, "Train, or pause", button_style="primary")
        self.step_button = button("Step", self.step, "One epoch: every training example once")
        self.restart_button = button("Restart", self.restart, "The same data and start weights, epoch 0")
        self.hold_button = button("Hold", self.hold, "Keep this run's curves and border, and compare the next with them")
        self.code_button = button("Code", self.show_code, "The lines of nnlib that make this run; they are copied too")
        self.check_button = button("Gradient check", self.show_check, "Backpropagation against finite differences", "128px")
        self.walk_button = button("One example", self.show_walk, "Its numbers, forward and backward; or click a point", "110px")
        self.hide_button = button("Hide text", self.hide_text, "Close the text fields below")
        self.view = widgets.Dropdown(
            options=VIEWS, description="right picture", layout={"width": "220px"}, style={"description_width": "90px"}
        )
        self.speed = widgets.Dropdown(options=SPEEDS, description="speed", layout={"width": "240px"}, style=narrow)
        self.test, self.hard = (
            widgets.Checkbox(False, description=words, indent=False, layout={"width": "120px"}) for words in ("show test data", "no shades")
        )
        for widget in (self.view, self.test, self.hard):
            widget.observe(at_home(lambda _: self.draw()), "value")
        short = {"width": "112px"}
        self.weight_layer, self.weight_from, self.weight_to = self.weight_at = [widgets.Dropdown(layout=short) for _ in range(3)]
        self.weight_value = widgets.FloatText(continuous_update=False, layout=short, tooltip="The weight; type another value")
        self.weight_value.observe(at_home(self.weight_edited), "value")
        for widget in self.weight_at:
            widget.observe(at_home(self.weight_chosen), "value")
        self.example = widgets.BoundedIntText(
            0, min=0, max=1, description="example", layout={"width": "150px"}, style={"description_width": "64px"}
        )

        self.toggles = {name: widgets.ToggleButton(True, description=SHOWN[name], layout={"width": "78px"}) for name in FEATURES}
        for widget in self.toggles.values():
            widget.observe(at_home(self.toggled), "value")
        self.depth = widgets.Label()
        self.layer_boxes = []
        for k in range(DEEPEST):
            less = button("−", lambda _, k=k: self.resize(k, -1), f"one unit less in hidden layer {k + 1}", "26px")
            more = button("+", lambda _, k=k: self.resize(k, 1), f"one unit more in hidden layer {k + 1}", "26px")
            for one in (less, more):
                one.layout.padding = "0"
            label = widgets.Label()
            self.layer_boxes.append(
                (widgets.HBox([less, label, more], layout={"border": "1px solid #88888866", "margin": "0 2px"}), label, (less, more))
            )
        self.fewer = button("− layer", lambda _: self.resize(None, -1), "one hidden layer less", "70px")
        self.more = button("+ layer", lambda _: self.resize(None, 1), "one hidden layer more", "70px")

        self.pen = widgets.Dropdown(options=(*PENS, ERASER), description="pen", layout=wide, style=narrow)
        self.clear_button = button("Clear points", lambda _: self.set(points=""), "Take all drawn points away", "110px")
        self.upload = widgets.FileUpload(accept=".csv,.txt", multiple=False, description="CSV: x1, x2, class", layout={"width": "180px"})
        self.upload.observe(at_home(self.uploaded), "value")
        self.draw_row = widgets.HBox([self.pen, self.clear_button], layout={"flex_flow": "row wrap"})

        self.state_field = widgets.Text(description="state", continuous_update=False, layout={"width": "98%"}, style=narrow)
        self.state_field.observe(at_home(self.read_field), "value")
        self.code_field, self.text_field = (widgets.Textarea(rows=14, layout={"width": "98%", "display": "none"}) for _ in range(2))

        def row(*parts):
            return widgets.HBox(parts, layout={"flex_flow": "row wrap", "align_items": "center"})

        folded = [widget for name, widget in self.widgets.items() if name not in OPEN]
        more = widgets.Accordion([widgets.VBox([row(*folded, self.speed), row(self.upload), self.state_field])], titles=["More to set"])
        self.widget = widgets.VBox(
            [
                row(self.play_button, self.step_button, self.restart_button, self.hold_button, self.view, self.test, self.hard),
                self.status,
                row(*(self.widgets[name] for name in OPEN)),
                row(*self.toggles.values()),
                row(self.fewer, self.more, self.depth, *(box for box, _, _ in self.layer_boxes)),
                self.draw_row,
                self.canvases[0],
                self.line,
                self.held_line,
                self.canvases[1],
                row(self.code_button, self.check_button, self.walk_button, self.example, self.hide_button),
                row(widgets.HTML("one weight", layout={"margin": "0 8px"}), *self.weight_at, self.weight_value),
                self.code_field,
                self.text_field,
                more,
            ]
        )
        self.widget.add_class("nnlib-experiment")

    def __repr__(self):
        return f"{TITLE}: {self.session.describe()}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = self.widget._repr_mimebundle_(**kwargs)
        still = {"text/plain": repr(self), "image/png": self.figure().png(repr(self))}
        return bundle | still, {"image/png": {"alt": repr(self)}}
