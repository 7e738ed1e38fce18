"""The frame around every experiment: a question, sliders, a live picture, and the same run held for comparison.

``show(experiment)`` takes a module of nnlib.experiments. Such a module holds no widget code, only:

    TITLE, QUESTION, CONTROLS      words, a Prediction, a list of controls (the first three are open, the rest folded)
    simulate(**settings) -> dict   the run; the same settings give the same result, to the last bit
    stream(**settings)             for work over 0.2 s, instead of simulate: yields the result so far, with "progress"
                                   in 0..1
    picture(result) -> Picture     what is drawn
    describe(result) -> str        the picture in one line of numbers
    headline(result) -> float      the number that stands for the run
    code(**settings) -> str        lines of nnlib that make the same run and print its headline
    POINTER, pointer(result, settings, event)    if the picture can be clicked: "click", "draw" or "box"; what it
                                   sets, as a dict
"""

import asyncio
import gc
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

import ipywidgets as widgets
from threadpoolctl import threadpool_limits

from .controls import Slider, clean, defaults, display, plain, read_state, write_state
from .live import Canvas, control_widget, guarded, label_of, on_this_thread, running_loop
from .words import HINTS, message_html, plain_text, why_html

OPEN_CONTROLS = 3  # controls that are open from the start
FRAME_SECONDS = 0.04  # at most 25 pictures a second
GLIDE_SECONDS, GLIDE_STEPS = 0.6, 12  # the sliders' way to what a question asks for
IDLE_SECONDS = 0.2  # a slider that has not moved for so long has come to rest


@dataclass(frozen=True)
class Prediction:
    """A question to answer before the controls unlock.

    settings   what is set once the answer is in, to see what happens
    start      what is set while it is asked, where that is not the controls' defaults: the picture shows what the question is about
    observe    result -> what happened, one of ``options``
    why        the theory, folded until asked for; HTML
    options    the answers to choose from
    """

    text: str
    settings: dict
    observe: Callable
    why: str
    options: tuple
    start: dict = field(default_factory=dict)


def one_thread():
    """Let NumPy multiply on one thread: the matrices are small, and a slider needs the other core for the browser."""
    threadpool_limits(1)


def results(experiment, settings):
    """Yield the results of a run: one, or with ``stream`` one after the other until it is complete."""
    if hasattr(experiment, "stream"):
        yield from experiment.stream(**settings)
    else:
        yield experiment.simulate(**settings)


def final(experiment, settings):
    """The result of a whole run."""
    *_, last = results(experiment, settings)
    return last


def shown_value(value):
    """A setting as a reader writes it."""
    return display(value).replace("_", " ")


def name_of(experiment):
    return experiment.__name__.rsplit(".", 1)[-1]


def opening(experiment):
    """The settings that an experiment opens with."""
    return defaults(experiment.CONTROLS) | experiment.QUESTION.start


class Experiment:
    """One experiment on the screen. ``set(**settings)`` and ``answer(value)`` do by code what the widgets do by
    hand."""

    def __init__(self, experiment, state=None):
        one_thread()
        self.experiment, self.name = experiment, name_of(experiment)
        self.settings = read_state(self.name, experiment.CONTROLS, state) if state else opening(experiment)
        self.held = self.before = self.task = self.error = None
        self.ignore_changes, self.on_complete, self.last_drawn_at = False, None, 0.0
        self.still, self.gliding = True, None  # still: nothing glides; a browser says whether its reader wants motion
        self.build()
        self.refresh(wait=True)
        if running_loop():  # someone is to move the sliders
            gc.collect()  # 40 ms now, and not in the middle of the first drag

    # ---- the run

    def refresh(self, wait=False):
        """Run the present settings and draw, beside the kernel's other tasks, until the next change.

        ``wait``: at once, to the end.
        """
        self.stop()
        with self.guarded():
            loop = None if wait else running_loop()
            if loop is None:
                self.update_state_field()
                self.complete(self.draw(final(self.experiment, self.settings)))
            else:
                self.task = loop.create_task(self.stream(self.settings))

    async def stream(self, settings):
        """Draw each result, 25 times a second at most (50 while a slider moves).

        At every pause the kernel reads the next move, which cancels this task.
        """
        with self.guarded():
            await asyncio.sleep(0.003)
            begun = time.perf_counter()
            for result in results(self.experiment, settings):
                now = time.perf_counter()
                if result.get("progress", 1.0) >= 1 or now - self.last_drawn_at > FRAME_SECONDS:
                    await asyncio.sleep(self.last_drawn_at + FRAME_SECONDS / 2 - now)
                    self.draw(result)
                    self.last_drawn_at = time.perf_counter()
                if now - begun > IDLE_SECONDS:
                    self.update_state_field()
                await asyncio.sleep(0)
            self.complete(result)
            await asyncio.sleep(IDLE_SECONDS)
            self.update_state_field()

    def update_state_field(self):
        """Show the state string, and the code if it is open; neither while a slider moves."""
        self.state_field.value = self.state()
        if self.code_field.layout.display != "none":
            self.code_field.value = self.experiment.code(**self.settings)

    def complete(self, result):
        """The run is complete: show the verdict on a prediction, if one waited for it."""
        waiting, self.on_complete = self.on_complete, None
        if waiting is not None:
            waiting(result)

    def stop(self):
        if self.task is not None:
            self.task.cancel()
            self.task = None

    def draw(self, result):
        self.result = result
        picture = self.experiment.picture(result)
        line = self.experiment.describe(result)
        if self.held is not None:
            old, settings = self.held
            picture = picture.with_ghost(self.experiment.picture(old))
            self.held_line.value = f"<span class='nn-held'><b>Held</b> (dotted)</span> {escape(self.experiment.describe(old))}"
            self.changed.value = f"Changed since: {escape(self.changes(settings))}"
        elif self.before is not None:
            picture = picture.with_ghost(self.experiment.picture(self.before), "before")
        with self.canvas.hold_sync():
            self.canvas.picture, self.canvas.label = picture.message(), line
        busy = result.get("progress", 1.0) < 1
        self.bar.value = result.get("progress", 1.0)
        self.bar.layout.visibility = "visible" if busy else "hidden"
        return result

    def changes(self, since):
        """What differs from the settings ``since``, by the names of the controls; values that print the same are left out."""
        pairs = [(label_of(c), shown_value(since[c.name]), shown_value(self.settings[c.name])) for c in self.experiment.CONTROLS]
        return ", ".join(f"{name} {a} → {b}" for name, a, b in pairs if a != b) or "nothing"

    def guarded(self):
        """A context in which an exception ends as a readable message under the picture, never in silence."""
        return guarded(self, self.cancel_question)

    def set(self, **settings):
        """Change controls, as by hand, and run once."""
        self.cancel_question()
        self.explore()
        self.change(settings)

    def change(self, settings, then=None):
        """Put new settings into the controls and run; ``then`` is called with the complete result."""
        settings = clean(self.experiment.CONTROLS, self.settings | settings)
        self.put(settings)
        self.settings, self.on_complete = settings, then
        self.refresh(wait=not hasattr(self.experiment, "stream"))

    def put(self, settings):
        """Let the controls show the settings.

        A slider answers with the number that it has rounded. On a slow machine that is a number of the past, which would
        count as a move of the reader's: so it does not answer to what is put there.
        """
        self.ignore_changes = True
        for name, value in settings.items():
            widget = self.widgets[name]
            answers = getattr(widget, "continuous_update", False) and widget.value != value
            if answers:
                widget.continuous_update = False
            widget.value = value
            if answers:
                widget.continuous_update = True
        self.ignore_changes = False

    def on_control(self, change, control):
        if self.ignore_changes:
            return
        before = shown_value(self.settings[control.name])
        with self.guarded():
            self.settings = self.settings | {control.name: control.clean(plain(change["new"]))}
        if self.error is None:
            if shown_value(self.settings[control.name]) != before:  # else the browser has only rounded the number
                self.explore()
            self.refresh()

    # ---- the question

    def answer(self, value=None):
        """Commit a prediction (None: show what happens without one), run the question's settings, and unlock the
        controls."""
        question = self.experiment.QUESTION
        with self.guarded():
            if value not in (None, *question.options):
                raise ValueError(f"the answer is one of {', '.join(question.options)}; got {value!r}")
            for chip in self.chips.values():
                chip.disabled = True
            self.reveal.layout.display = "none"
            self.verdict.value = "Running the experiment ..."
            self.before, since = self.result, dict(self.settings)
            for name, widget in self.widgets.items():  # a mark beside what the answer moves
                if question.settings.get(name, since[name]) != since[name]:
                    widget.add_class("nn-moved")
            loop, then = running_loop(), lambda result: self.show_verdict(value, result)
            if self.still or loop is None:
                self.change(question.settings, then)
            else:
                self.gliding = loop.create_task(self.glide(question.settings, then))

    async def glide(self, settings, then):
        """Let the sliders run to the settings, the picture with them where it is quick; then run these."""
        start, sliders = dict(self.settings), [c for c in self.experiment.CONTROLS if isinstance(c, Slider) and c.name in settings]
        moved = {name: value for name, value in settings.items() if name not in [c.name for c in sliders]}
        quick = not hasattr(self.experiment, "stream")
        for k in range(1, GLIDE_STEPS):
            share = (1 - math.cos(math.pi * k / GLIDE_STEPS)) / 2
            begun = time.perf_counter()
            now = moved | {c.name: c.between(start[c.name], settings[c.name], share) for c in sliders}
            if quick:
                self.change(now)
                quick = time.perf_counter() - begun < GLIDE_SECONDS / GLIDE_STEPS
            else:
                self.put(now)
            await asyncio.sleep(max(0.0, begun + GLIDE_SECONDS / GLIDE_STEPS - time.perf_counter()))
        self.change(settings, then)

    def show_verdict(self, value, result):
        """Mark what was observed and what was predicted, and unlock the controls."""
        self.unlock()
        observed = self.experiment.QUESTION.observe(result)
        predicted = "You made no prediction. " if value is None else f"You predicted <b>{escape(str(value))}</b>. "
        self.verdict.value = f"{predicted}Observed: <b>{escape(observed)}</b>."
        self.mark(observed, "nn-right", "✓", "This is what happened")
        if value not in (None, observed):
            self.mark(value, "nn-wrong", "✗", "This is what you predicted")
        self.why_button.layout.display = self.again_button.layout.display = "flex"

    def mark(self, option, look, sign, tip):
        chip = self.chips[option].add_class(look)
        chip.description, chip.tooltip = f"{sign} {option}", tip

    def explore(self):
        """The controls have moved on from the question: its verdict turns pale, and the run before it is removed."""
        if self.before is not None:
            self.before = None
            self.chip_row.add_class("nn-past")
            for widget in self.widgets.values():
                widget.remove_class("nn-moved")

    def ask_again(self, _=None):
        """Back to the question, at the settings it starts from."""
        self.reset()
        self.chip_row.remove_class("nn-past")
        for option, chip in self.chips.items():
            chip.description, chip.disabled = option, False
            chip.remove_class("nn-right").remove_class("nn-wrong")
        self.verdict.value, self.reveal.layout.display = "", "flex"
        self.why_button.layout.display = self.again_button.layout.display = self.why.layout.display = "none"

    def show_why(self, _=None):
        self.why.layout.display = "none" if self.why.layout.display != "none" else "block"

    def show_more(self, _=None):
        """Open or close the controls that are folded."""
        self.folded.layout.display = "none" if self.folded.layout.display != "none" else "flex"

    def cancel_question(self):
        """Drop the pending verdict and unlock the controls: its run failed or was replaced."""
        gliding = self.gliding is not None and not self.gliding.done()
        if self.on_complete is not None or gliding:
            if gliding:
                self.gliding.cancel()
            self.on_complete, self.verdict.value = None, ""
            self.unlock()
            self.again_button.layout.display = "flex"

    def unlock(self):
        for widget in (*self.widgets.values(), self.hold_button, self.reset_button, self.state_field):
            widget.disabled = False
        for chip in self.chips.values():
            chip.disabled = True
        self.reveal.layout.display = "none"
        self.canvas.pointer = getattr(self.experiment, "POINTER", "")
        self.hint.value = HINTS.get(self.canvas.pointer, "")

    def on_pointer(self, _, event, buffers):
        if event.get("kind") == "opened":
            self.still = event.get("still", True)
        if event.get("kind") not in ("click", "draw", "box"):
            return
        with self.guarded():
            if self.on_complete is None:  # else the question's run is not complete yet
                self.set(**self.experiment.pointer(self.result, self.settings, event))

    # ---- buttons

    def hold(self, _=None):
        """Keep this run in the picture; a second press releases it.

        The next run has the same seed, so the same weights and data.
        """
        if self.held is None:
            self.held = self.result, dict(self.settings)
            self.hold_button.description = "Release"
            self.widget.add_class("nn-holding")
        else:
            self.held, self.held_line.value, self.changed.value = None, "", ""
            self.hold_button.description = "Hold"
            self.widget.remove_class("nn-holding")
        with self.guarded():
            self.draw(self.result)

    def reset(self, _=None):
        self.set(**opening(self.experiment))

    def state(self):
        """The present setting as a line of text; ``show(experiment, state=...)`` opens there."""
        return write_state(self.name, self.settings)

    def read_field(self, change):
        if change["new"].strip() != self.state():
            with self.guarded():
                self.set(**read_state(self.name, self.experiment.CONTROLS, change["new"]))

    def show_code(self, _=None):
        """Open or close the field with the lines of nnlib; opened, they are copied too."""
        hidden = self.code_field.layout.display == "none"
        self.code_field.layout.display = "block" if hidden else "none"
        self.code_button.description = "Hide code" if hidden else "Code"
        if hidden:
            self.code_field.value = self.experiment.code(**self.settings)
            self.canvas.send({"copy": self.code_field.value})

    def show_message(self, message):
        self.status.value = message_html(message)

    # ---- the widgets

    def build(self):
        experiment, question = self.experiment, self.experiment.QUESTION
        self.widgets = {control.name: control_widget(control) for control in experiment.CONTROLS}
        for control in experiment.CONTROLS:
            widget = self.widgets[control.name]
            widget.value, widget.disabled = self.settings[control.name], True
            widget.observe(on_this_thread(lambda change, control=control: self.on_control(change, control)), "value")
        self.canvas = Canvas(layout={"width": "100%"}, written=True)
        self.canvas.on_msg(on_this_thread(self.on_pointer))
        self.held_line, self.status, self.verdict = (widgets.HTML() for _ in range(3))
        self.held_line.add_class("nn-muted")
        self.hint, self.changed = (widgets.HTML().add_class("nn-muted").add_class(name) for name in ("nn-hint", "nn-changed"))
        self.verdict.add_class("nn-spoken")  # the chips show it; this says it
        self.bar = widgets.FloatProgress(min=0, max=1, layout={"width": "100%", "height": "4px", "margin": "0", "visibility": "hidden"})

        def button(words, action, tip="", **layout):
            made = widgets.Button(description=words, tooltip=tip, layout=layout)
            made.on_click(on_this_thread(action))
            return made

        self.chips = {o: button(o, lambda _, o=o: self.answer(o), "Predict this, and see what happens") for o in question.options}
        self.reveal = button("Show me", lambda _: self.answer(), "See what happens without a prediction").add_class("nn-link")
        self.again_button = button("Question again", self.ask_again, "Back to the start of the question", display="none").add_class(
            "nn-link"
        )
        self.why_button = button("Why?", self.show_why, "The theory, under the picture", display="none").add_class("nn-link")
        self.chip_row = widgets.HBox([*self.chips.values(), self.reveal]).add_class("nn-chips")
        asked = widgets.HTML(f"<b>Predict first.</b> {question.text}")
        self.why = widgets.HTML(why_html(question.why), layout={"display": "none"}).add_class("nn-why")

        self.hold_button = button("Hold", self.hold, "Keep this run in the picture, and compare the next one with it")
        self.reset_button = button("Reset", self.reset, "Back to the settings it opened with")
        self.code_button = button("Code", self.show_code, "The lines of nnlib that make this run; they are copied too")
        self.hold_button.disabled = self.reset_button.disabled = True
        more = "More to set" if len(experiment.CONTROLS) > OPEN_CONTROLS else "State"
        self.more_button = button(more, self.show_more, "More controls, and the setting as a line of text").add_class("nn-link")
        self.state_field = widgets.Text(description="state", continuous_update=False, disabled=True, layout={"width": "98%"})
        self.state_field.observe(on_this_thread(self.read_field), "value")
        self.code_field = widgets.Textarea(rows=14, layout={"width": "98%", "display": "none"})

        buttons = (
            self.hold_button,
            self.reset_button,
            self.code_button,
            self.why_button,
            self.more_button,
            self.again_button,
            self.hint,
            self.changed,
        )
        controls = list(self.widgets.values())
        rows = [widgets.HBox(some).add_class("nn-controls") for some in (controls[:OPEN_CONTROLS], controls[OPEN_CONTROLS:])]
        self.folded = widgets.VBox([*rows[1:][: len(controls) > OPEN_CONTROLS], self.state_field], layout={"display": "none"})
        parts = [
            widgets.HTML(f"<h3>{escape(experiment.TITLE)}</h3>"),
            asked,
            self.chip_row,
            self.verdict,
            rows[0],
            self.canvas,
            self.bar,
            self.held_line,
            self.status,
            widgets.HBox(buttons).add_class("nn-buttons"),
            self.why,
            self.folded,
            self.code_field,
        ]
        self.widget = widgets.VBox(parts)
        self.widget.add_class("nnlib-experiment")

    def __repr__(self):
        question = self.experiment.QUESTION
        asked = f"Predict first: {plain_text(question.text)} ({' / '.join(map(plain_text, question.options))})"
        return f"{self.experiment.TITLE}: {self.experiment.describe(self.result)}\n{asked}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = self.widget._repr_mimebundle_(**kwargs)
        still = {"text/plain": repr(self), "image/png": self.experiment.picture(self.result).png(repr(self))}
        return bundle | still, {"image/png": {"alt": repr(self)}}


def show(experiment, state=None):
    """Open an experiment, such as ``show(hinges)``; with ``state``, at a setting that was shared.

    ValueError if ``experiment`` is not a module of nnlib.experiments.
    """
    if not hasattr(experiment, "QUESTION"):
        raise ValueError(f"show takes an experiment, got {experiment!r}: write from nnlib.experiments import hinges, show; show(hinges)")
    return Experiment(experiment, state)
