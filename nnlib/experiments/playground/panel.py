"""The playground's panel: buttons around a Session, which trains beside the kernel's other work."""

import asyncio
import time
import weakref
from html import escape

import numpy as np

from ..frame.controls import add_stroke
from ..frame.pictures import Picture
from ..frame.show import guarded, one_thread, running_loop
from ..frame.words import message_html
from .data import DEEPEST, DRAWN, SHOWN, WIDEST
from .layout import SPEEDS, VIEWS, build
from .pictures import boundary_panel, curves_panels, nearest_weight, network_panel, warp_panel, zero_line
from .session import Session
from .upload import read_csv

TITLE = "The playground"

FRAME_SECONDS = 0.0165  # seconds per frame; what three epochs and drawing leave is spent on training
REPLAY_SECONDS = 2.0  # seconds of training up to a state string at once; the rest runs beside the kernel's other work
UNSEEN_SECONDS = 60  # seconds without a painted picture after which a panel pauses
TRAINING = weakref.WeakSet()  # the panels that train


class Panel:
    """The playground on the screen. ``session`` is what it shows.

    ``set(**settings)``, ``play()``, ``pause()``, ``step()`` do by code what the buttons do. ``state`` opens it where
    somebody else's panel was: the line under "More to set". A new panel pauses those that train.
    """

    def __init__(self, state=None):
        one_thread()
        self.session = Session.from_state(state) if state else Session()
        self.task = self.error = self.held = None
        self.playing = self.ignore_changes = False
        self.frame_sent = self.frame_painted = self.ack_requested = 0
        self.words_at = self.curves_at = self.ack_requested_at = self.painted_at = self.frame_gap = 0.0
        self.views = 0
        for other in list(TRAINING):
            other.pause()
        build(self)
        self.put_controls()
        self.catch_up()

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
            self.start(asyncio.get_running_loop(), self.train())

    def start(self, loop, training):
        """Let the coroutine ``training`` run beside the kernel's other work, until ``pause``."""
        self.playing, self.play_button.description, self.painted_at = True, "Pause", time.perf_counter()
        TRAINING.add(self)
        self.task = loop.create_task(training)

    def pause(self, _=None):
        if self.task is not None:
            self.task.cancel()
        if self.playing:
            self.draw()
        self.task, self.playing, self.play_button.description = None, False, "Play"
        self.bar.layout.display = "none"
        TRAINING.discard(self)
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
            self.show_message(self.session.stopped)

    def restart(self, _=None):
        """The same data and start weights again; goes on training if it was training."""
        self.session.restart()
        self.show_message("")
        self.draw()
        if not self.playing:
            self.pause()

    async def train(self):
        drawn = time.perf_counter()
        with self.guarded():
            while not self.session.stopped:
                if self.session.replaying or self.speed.value == SPEEDS[0]:
                    for _ in range(3):  # on a busy machine drop frames, not epochs
                        self.session.advance(epochs=1, seconds=0.02)
                        await self.yield_to_kernel()
                    if time.perf_counter() < drawn + FRAME_SECONDS:
                        self.session.advance(seconds=drawn + FRAME_SECONDS - time.perf_counter())
                elif self.speed.value == SPEEDS[1]:
                    self.session.advance(epochs=1, seconds=0.08)
                else:
                    self.session.advance(seconds=0.0)
                drawn = time.perf_counter()
                self.draw(all=False)
                await self.wait_for_browser()
        self.end_training()

    def end_training(self):
        """Training has come to its end by itself: show the last picture, and why it ended."""
        self.task, failed = None, self.error
        self.pause()
        if failed is None:
            self.show_message(self.session.stopped)

    async def yield_to_kernel(self):
        """Let the kernel handle clicks, which takes several turns of its loop."""
        for _ in range(3):
            await asyncio.sleep(0)

    async def wait_for_browser(self):
        """Let the kernel handle clicks, and the browser keep up: wait for a picture that it has not confirmed
        in time."""
        await asyncio.sleep(self.frame_gap + 0.002)  # a real sleep, so that the thread that receives messages gets its turn
        await self.yield_to_kernel()
        while self.frame_painted < self.ack_requested and 0.2 < time.perf_counter() - self.ack_requested_at < 0.5:
            await asyncio.sleep(0.002)
        if time.perf_counter() - self.painted_at > UNSEEN_SECONDS:
            raise ValueError(f"Paused: no browser has shown the pictures for {UNSEEN_SECONDS} seconds. Play goes on.")

    # ---- drawing

    def draw(self, all=True):
        """Send the pictures. While training (``all`` False) words and curves follow less often than units and
        boundary."""
        session, now = self.session, time.perf_counter()
        words = all or now - self.words_at > 0.25
        line = session.describe() if words else None
        about = {"film": not all}
        self.frame_sent += 1
        if now - self.ack_requested_at > 0.5:  # the browser says when it has painted this one
            about["number"], self.ack_requested, self.ack_requested_at = self.frame_sent, self.frame_sent, now
        self.send(self.canvases[0], self.top_picture(), line, **about)
        if all or now - self.curves_at > 0.15:
            self.send(self.canvases[1], Picture(*curves_panels(session, (self.held or {}).get("rows")), height=220), line)
            self.curves_at = now
        if words:
            self.line.value, self.words_at = f"<span>{escape(line)}</span>", now
            self.epoch.value = f"<span>epoch</span>{session.epoch:,}"

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
            answer = boundary_panel(self.session, logits, held.get("boundary"), hard=self.hard.value, test=self.test.value)
        return Picture(network_panel(self.session, units, logits), answer, widths=(58, 42), height=320)

    def figure(self):
        """The panel as it stands, as one picture."""
        return Picture(*self.top_picture().panels, curves_panels(self.session)[0], height=300)

    def on_canvas_message(self, canvas, event, buffers):
        """The browser has painted, or the pointer was in the network (it chooses a weight) or in the right-hand
        picture."""
        if event.get("kind") in ("opened", "closed"):  # a view of the canvas
            self.views += 1 if event["kind"] == "opened" else -1
            if self.views <= 0 and self.playing:
                self.pause()
            return
        if event.get("kind") == "painted":
            self.frame_painted, self.painted_at = max(self.frame_painted, int(event["number"])), time.perf_counter()
            late = self.painted_at - self.ack_requested_at > 0.1
            self.frame_gap = min(1.5 * self.frame_gap + 0.005, 0.1) if late else self.frame_gap / 2
            return
        with self.guarded():
            if event.get("panel") == 0:
                if self.session.settings.data != DRAWN or len(event["x"]) == 1:
                    self.choose_weight(*nearest_weight(self.session, event["x"][0], event["y"][0]))
                return
            if event.get("panel") != 1:
                return
            if self.view.value != VIEWS[0]:
                raise ValueError("Points are drawn and chosen in the plane itself: set the right picture to boundary first.")
            path = np.column_stack([event["x"], event["y"]]).astype(float)
            if self.session.settings.data == DRAWN:
                self.set(points=add_stroke(self.session.settings.points, path, self.pen.value))
            else:
                self.example.value = int(np.hypot(*(self.session.at - path[0]).T).argmin())
                self.show_trace()

    # ---- controls

    def guarded(self):
        """A context in which an exception ends as a readable message under the buttons, never in silence."""
        return guarded(self)

    def show_message(self, message):
        self.status.value = message_html(message)

    def set(self, **settings):
        """Change settings as by hand. All but learning rate, l1 and l2 start a new run, from the same seed."""
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
            self.show_message(self.session.problem)

    def on_control(self, change, control):
        if not self.ignore_changes:
            with self.guarded():
                value = control.clean(change["new"])
            if self.error is None:
                self.set(**{control.name: value})
            else:
                self.put_controls()

    def put_controls(self):
        """Let every control show the session's settings."""
        self.ignore_changes = True
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
        self.ignore_changes = False
        self.choose_weight(*(widget.value for widget in self.weight_at))

    def on_toggle(self, _):
        if self.ignore_changes:
            return
        names = [name for name, widget in self.toggles.items() if widget.value]
        if not names:
            self.put_controls()
            self.show_message("The network needs at least one feature: switch another one on first.")
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
            self.show_message(f"A layer has 1 to {WIDEST} units, and there are at most {DEEPEST} layers.")
        else:
            self.set(hidden="-".join(map(str, sizes)) or "none")

    # ---- one weight by hand

    def choose_weight(self, layer, row, column):
        """Let the weight fields show this weight: layer, from (0: the bias), to, counted from 1."""
        session = self.session
        layer = min(layer or 1, len(session.dense))
        n_in, n_out = session.dense[layer - 1].W.shape
        names = [SHOWN[name] for name in session.names] if layer == 1 else [f"unit {k}" for k in range(1, n_in + 1)]
        self.ignore_changes = True
        self.weight_layer.value = layer
        self.weight_from.options = [("bias", 0), *((f"from {name}", k) for k, name in enumerate(names, 1))]
        self.weight_to.options = [(f"to unit {k}" if layer < len(session.dense) else f"to output {k}", k) for k in range(1, n_out + 1)]
        self.weight_from.value, self.weight_to.value = min(row or 0, n_in), min(column or 1, n_out)
        self.weight_value.value = float(f"{session.weight(*(widget.value for widget in self.weight_at))[0]:.4g}")
        self.ignore_changes = False

    def weight_chosen(self, _):
        if not self.ignore_changes:
            self.choose_weight(*(widget.value for widget in self.weight_at))

    def weight_edited(self, change):
        if self.ignore_changes:
            return
        with self.guarded():
            self.session.edit(*(widget.value for widget in self.weight_at), change["new"])
        if self.error is None:
            self.draw()
            self.show_message(self.session.stopped)
        if not self.playing:
            self.state_field.value = self.session.state()
        self.weight_chosen(None)

    # ---- buttons

    def hold(self, _=None):
        """Keep this run's curves and boundary, dashed, to compare the next one with them; a second press
        releases them."""
        if self.held is None:
            session = self.session
            rows = [*session.rows, (session.epoch + session.steps_in_epoch / session.per_epoch, *session.losses())]
            self.held = {"rows": np.array(rows).T, "boundary": zero_line(session, session.units()[1])}
            self.held_line.value = f"<b>Held</b> (grey, dotted): {escape(session.describe())}"
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

    def show_trace(self, _=None):
        with self.guarded():
            if self.session.problem:
                raise ValueError(self.session.problem)
            self.show_text("walk", self.session.trace(self.example.value))

    def show_text(self, kind, text):
        field = self.code_field if kind == "code" else self.text_field
        field.value, field.layout.display = text, "block"
        if kind == "code":
            self.canvases[0].send({"copy": text})

    def hide_text(self, _=None):
        self.code_field.layout.display = self.text_field.layout.display = "none"

    def read_field(self, change):
        """Go where the text of the state field says."""
        if self.ignore_changes or self.playing or change["new"].strip() == self.session.state():
            return
        with self.guarded():
            self.session = Session.from_state(change["new"])
        self.put_controls()
        if self.error is None:
            self.catch_up()

    def catch_up(self):
        """Train up to where the state string was written: at once if that is quick, else beside the kernel's other
        work, with a bar."""
        end = time.perf_counter() + REPLAY_SECONDS
        while self.session.replaying and time.perf_counter() < end:
            self.session.advance(seconds=0.1)
        self.draw()
        self.show_message(self.session.stopped)
        if self.session.replaying:
            goal, loop = self.session.replay_target[0], running_loop()
            if loop is None:
                self.show_message(f"The state says {goal} epochs: {self.session.epoch} are trained so far. Step goes on.")
                return
            self.bar.layout.display = "flex"
            self.start(loop, self.replay(self.session))
            self.show_message(f"The state says {goal} epochs: still training up to there. Pause stops, Play goes on.")

    async def replay(self, session):
        """Train up to where the state string was written, and pause there."""
        with self.guarded():
            while session.replaying and session is self.session:
                session.advance(seconds=FRAME_SECONDS)
                self.bar.value = session.epoch / max(1, session.replay_target[0])
                self.draw(all=False)
                await self.wait_for_browser()
        self.end_training()

    def on_upload(self, change):
        if not change["new"]:
            return
        with self.guarded():
            points, report = read_csv(change["new"][0]["content"], self.session.settings.seed)
        if self.error is None:
            self.set(data=DRAWN, points=points)
            if not self.session.problem:
                self.show_message(f"Read: {report}.")
        self.upload.value = ()  # so that the same file can be read again

    def __repr__(self):
        return f"{TITLE}: {self.session.describe()}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = self.widget._repr_mimebundle_(**kwargs)
        still = {"text/plain": repr(self), "image/png": self.figure().png(repr(self))}
        return bundle | still, {"image/png": {"alt": repr(self)}}
