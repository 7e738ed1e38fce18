"""The playground's panel: buttons around a Session, which trains beside the kernel's other work."""

import asyncio
import time
import weakref
from html import escape

import numpy as np
from ipywidgets import Box

from ..frame.live import guarded, running_loop
from ..frame.pictures import Picture
from ..frame.show import one_thread
from ..frame.words import message_html
from .data import DEEPEST, DRAWN, SHOWN, WIDEST
from .layout import CLOSE, ROOMY, SPEEDS, TABS, build
from .pictures import (
    INPUT_LEFT,
    INPUT_SIZE,
    WIDE,
    boundary_panel,
    curves_panels,
    data_at,
    data_panel,
    network_panel,
    spark_panel,
    unit_panel,
    warp_panel,
    wide_for,
    zero_line,
)
from .pointer import Pointer
from .session import Session
from .upload import read_csv
from .words import card, scale_html, weights_html

TITLE = "The playground"

FRAME_SECONDS = 0.0165  # seconds per frame; what three epochs and drawing leave is spent on training
REPLAY_SECONDS = 2.0  # a state string is trained up to at once, for so long; what is left, beside the kernel's other work
THUMBS_HIGH = 204
UNSEEN_SECONDS = 60  # a panel that no browser has painted for so long pauses
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
        self.shown_data = None
        self.views, self.pointer, self.wide = 0, Pointer(self), WIDE
        for other in list(TRAINING):
            other.pause()
        build(self)
        self.put_controls()
        self.show_tab()
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
        self.play_button.add_class("nn-playing")
        TRAINING.add(self)
        self.task = loop.create_task(training)

    def pause(self, _=None):
        if self.task is not None:
            self.task.cancel()
        if self.playing:
            self.draw()
        self.task, self.playing, self.play_button.description = None, False, "Play"
        self.play_button.remove_class("nn-playing")
        self.bar.layout.display = "none"
        TRAINING.discard(self)
        self.weight_chosen(None)
        self.state_field.value = self.session.state()
        if self.tab.value in ("Code", "One example"):
            self.show_tab()

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
        if words:
            self.losses, self.right = session.losses(), session.right()
            line, self.words_at = session.describe(), now
        about = {"film": not all}
        self.frame_sent += 1
        if now - self.ack_requested_at > 0.5:  # the browser says when it has painted this one
            about["number"], self.ack_requested, self.ack_requested_at = self.frame_sent, self.frame_sent, now
        self.send(self.canvases[0], self.top_picture(), line if words else None, **about)
        if (all or now - self.curves_at > 0.15) and self.tab.value in (None, *TABS[:2]):
            self.send(self.canvases[1], self.tab_picture(), line if words else None)
            self.curves_at = now
        if words:
            self.line.value = f"<span>{escape(line)}</span>"
            self.epoch.value = f"<span>epoch</span>{session.epoch:,}"
            if self.tab.value == "Weights":
                self.numbers.value = weights_html(session)
            self.pointer.follow()

    def send(self, canvas, picture, line, **about):
        with canvas.hold_sync():
            canvas.picture = picture.message(passing=about.get("film", False)) | about
            if line is not None:
                canvas.label = f"{picture.panels[0].title}: {line}"

    def top_picture(self):
        """The network, and beside it its losses and its answer, or the unit that the pointer is at."""
        session, under = self.session, self.pointer.under
        units, logits = session.units()
        if under is not None and under[0] == "unit" and under[1] <= len(units):
            _, layer, k = under
            values = session.plane[:, k - 1] if layer == 0 else units[layer - 1][:, k - 1]
            answer = unit_panel(session, values, card(session, under)[0])
        else:
            answer = boundary_panel(session, logits, (self.held or {}).get("boundary"), hard=self.hard.value, test=self.test.value)
            share = f"R² {self.right:.2f}" if session.classes is None else f"{100 * self.right:.0f} % correct"
            answer.title = "Answer" if session.problem else f"Answer: {share}{' on the test' * session.split}"
        network = network_panel(session, units, logits, under, self.wide)
        return Picture(
            network, spark_panel(session, self.losses, (self.held or {}).get("rows")), answer, columns=2, widths=(62, 38), tall=(66, 294)
        )

    def tab_picture(self):
        """What the chosen tab shows: the curves, or the warped plane beside the loss."""
        panels = curves_panels(self.session, (self.held or {}).get("rows"))
        if self.tab.value == "Warped plane":
            return Picture(warp_panel(self.session), panels[0], height=260)
        return Picture(*panels, height=220)

    def figure(self):
        """The panel as it stands, as one picture. Its caption has the numbers, so that short titles do."""
        network, _, answer = self.top_picture().panels
        network.title, answer.title = network.title.split(", ")[0], answer.title.split(": ")[0]
        network.marks = [mark for mark in network.marks if mark["kind"] != "text"]  # there is less room than on the page
        return Picture(network, answer, curves_panels(self.session)[0], height=300, widths=(5, 4, 4))

    def on_canvas_message(self, canvas, event, buffers):
        """The browser has painted, or the pointer did something in a picture."""
        kind = event.get("kind")
        if kind in ("opened", "closed"):  # a view of the panel
            if canvas is self.canvases[0]:
                self.views += 1 if kind == "opened" else -1
            if self.views <= 0 and self.playing:
                self.pause()
        elif kind == "sized":  # a wide page has room for a wide network
            if canvas is self.canvases[0] and wide_for(event["wide"]) != self.wide:
                self.wide = wide_for(event["wide"])
                self.put_controls()
                self.draw()
        elif kind == "painted":
            self.frame_painted, self.painted_at = max(self.frame_painted, int(event["number"])), time.perf_counter()
            late = self.painted_at - self.ack_requested_at > 0.1
            self.frame_gap = min(1.5 * self.frame_gap + 0.005, 0.1) if late else self.frame_gap / 2
        elif canvas is self.canvases[2]:
            if kind == "click":
                self.set(data=data_at(event["x"][0], event["y"][0]))
            elif kind == "hover":
                canvas.send({"rows": [data_at(event["x"], event["y"])], "cursor": "pointer"})
        elif canvas is self.canvases[0]:
            with self.guarded():
                self.pointer.take(event)

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
                self.set(**{control.name: value}, **({"each": ""} if control.name == "activation" else {}))
            else:
                self.put_controls()

    def put_controls(self):
        """Let every control show the session's settings."""
        self.ignore_changes = True
        settings, session = self.session.settings, self.session
        self.pointer.under = self.pointer.pulled = None  # it may be gone
        for name, widget in self.widgets.items():
            widget.value = getattr(settings, name)
        for name, widget in self.toggles.items():
            widget.value = name in session.names
        roomy = (self.wide - INPUT_LEFT - INPUT_SIZE) / (len(session.hidden) + 1) >= ROOMY
        for k, (box, label, _, kind) in enumerate(self.layer_boxes):
            there = k < len(session.hidden)
            box.layout.display = "flex" if there else "none"
            (box.remove_class if roomy else box.add_class)("nn-close")
            label.value, kind.value = (str(session.hidden[k]), session.activations[k]) if there else ("", kind.value)
        mixed = len(set(session.activations)) > 1
        self.widgets["activation"].description = "set all to" if mixed else "activation"
        drawn = settings.data == DRAWN
        self.draw_row.layout.display = self.upload.layout.display = "flex" if drawn else "none"
        self.widgets["noise"].layout.display = "none" if drawn else ""
        self.canvases[0].pointer = "draw" if drawn else "click"
        self.scale.value = scale_html(session.classes)
        if self.shown_data != settings.data:
            self.send(self.canvases[2], Picture(data_panel(settings.data), height=THUMBS_HIGH), f"{settings.data} is chosen")
            self.shown_data = settings.data
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

    def on_kind(self, layer, name):
        """Another activation for one hidden layer."""
        if not self.ignore_changes and layer < len(self.session.hidden):  # else a click before has taken the layer away
            each = [*self.session.activations]
            each[layer] = name
            self.set(**({"each": ",".join(each)} if len(set(each)) > 1 else {"activation": name, "each": ""}))

    def resize(self, layer, by):
        """More or fewer units in a hidden layer; ``layer`` None: more or fewer layers."""
        sizes = list(self.session.hidden)
        if layer is not None and layer >= len(sizes):
            return  # a click before has taken the layer away
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
        if not self.ignore_changes:
            self.edit(*(widget.value for widget in self.weight_at), change["new"])

    def edit(self, layer, row, column, value):
        """Give one weight another value, and show what comes of it."""
        with self.guarded():
            self.session.edit(layer, row, column, value)
        if self.error is None:
            self.draw()
            self.show_message(self.session.stopped)
        if not self.playing:
            self.state_field.value = self.session.state()
        self.choose_weight(layer, row, column)

    # ---- buttons

    def hold(self, _=None):
        """Keep this run's curves and boundary, dashed, to compare the next one with them; a second press
        releases them."""
        if self.held is None:
            session = self.session
            rows = [*session.rows, (session.epoch + session.steps_in_epoch / session.per_epoch, *session.losses())]
            self.held = {"rows": np.array(rows).T, "boundary": zero_line(session, session.units()[1])}
            self.held_line.value = f"<span class='nn-held'><b>Held</b> (dotted)</span> {escape(session.describe())}"
            self.hold_button.description = "Release"
        else:
            self.held, self.held_line.value, self.hold_button.description = None, "", "Hold"
        self.draw()

    def show_tab(self):
        """Show what belongs to the chosen tab. With none chosen a narrow panel ends here, and a wide one shows the curves."""
        if self.tab.value == CLOSE:
            self.tab.value = None  # which comes back here
            return
        tab, session, message = self.tab.value or TABS[0], self.session, self.status.value
        (self.right_part.remove_class if self.tab.value else self.right_part.add_class)("nn-closed")
        for tabs, part in self.tab_parts.items():
            part.layout.display = ("flex" if isinstance(part, Box) else "block") if tab in tabs else "none"
        with self.guarded():
            if tab == "Code":
                self.code_field.value = session.code()
                self.canvases[0].send({"copy": self.code_field.value})
            elif tab in ("One example", "Gradient check"):
                self.text_field.value = session.problem or (
                    session.check_gradients() if tab[0] == "G" else session.trace(self.example.value)
                )
            elif not self.playing:
                self.draw()
        if self.error is None:
            self.status.value = message

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
        self.state_field.value = self.session.state()
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
