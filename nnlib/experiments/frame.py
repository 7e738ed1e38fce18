"""The frame around every experiment: a question first, then sliders, a live picture, and the same run held for comparison.

``show(experiment)`` takes a module of this folder. Such a module holds no widget code, only:

    TITLE, QUESTION, CONTROLS      words, a Question, a list of controls (the first three are open, the rest folded)
    simulate(**settings) -> dict   the run; the same settings give the same result, to the last bit
    stream(**settings)             for work over 0.2 s, instead of simulate: yields the result so far, with "progress" in 0..1
    picture(result) -> Picture     what is drawn
    describe(result) -> str        the picture in one line of numbers
    headline(result) -> float      the number that stands for the run
    code(**settings) -> str        lines of nnlib that make the same run and print its headline
    POINTER, pointer(result, settings, event)    if the picture can be clicked: "click", "draw" or "box"; what it sets, as a dict
"""

import asyncio
import collections
import gc
import math
import threading
import time
from dataclasses import dataclass
from html import escape
from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets

from .controls import Choice, Drawing, Switch, clean, defaults, read_state, word, write_state
from .pictures import axis_units

OPEN = 3  # controls that are open from the start
BETWEEN_PICTURES = 0.04  # seconds; a picture is drawn 25 times a second at most
AT_REST = 0.2  # seconds; a slider that has not moved for so long has come to rest


@dataclass(frozen=True)
class Question:
    """What to predict before the controls unlock.

    settings   what is set once the answer is in, to see what happens
    observe    result -> what happened: one of ``options``, or a number; not used for a drawn curve
    options    words to choose from. Without them the answer is a number, or with ``curve`` a line drawn into the first panel.
    why        the theory, folded until asked for; HTML.
    """

    text: str
    settings: dict
    observe: callable
    why: str
    options: tuple = ()
    curve: bool = False


class Canvas(anywidget.AnyWidget):
    """The picture in the browser; canvas.js paints it."""

    _esm = Path(__file__).with_name("canvas.js")
    picture = traitlets.Dict().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    written = traitlets.Bool(False).tag(sync=True)  # the label also stands below the picture, for all to read
    pointer = traitlets.Unicode("").tag(sync=True)
    widest = traitlets.Int(900).tag(sync=True)


def results(experiment, settings):
    """The results of a run as they come: one, or with ``stream`` many."""
    if hasattr(experiment, "stream"):
        yield from experiment.stream(**settings)
    else:
        yield experiment.simulate(**settings)


def final(experiment, settings):
    """The result of a whole run."""
    return collections.deque(results(experiment, settings), maxlen=1)[0]


def short(value):
    """A value for the eye; ``word`` is the one that can be read back."""
    return f"{value:.3g}" if isinstance(value, float) else word(value)


def name_of(experiment):
    return experiment.__name__.rsplit(".", 1)[-1]


def at_home(handler):
    """The handler of a widget's event, always run on the thread that asks for it here, one event after the other.

    JupyterLab from 4.4 on sends events through a subshell of the kernel (ipykernel 7): a second thread, in the midst of what the first one does.
    """
    thread = threading.get_ident()
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # no kernel around us
        loop = None

    def handed(*event):
        if loop is None or threading.get_ident() == thread:
            handler(*event)
        else:
            loop.call_soon_threadsafe(handler, *event)

    return handed


def control_widget(control):
    """The ipywidget for a control. All of them take the keyboard; sliders take typed numbers too."""
    name = control.label or control.name.replace("_", " ")
    style, layout = {"description_width": "200px"}, {"width": "490px"}
    if isinstance(control, Switch):
        return widgets.Checkbox(control.default, description=name, style=style, layout=layout, indent=True)
    if isinstance(control, Drawing):
        return widgets.Text(control.default, description=name, continuous_update=False, style=style, layout=layout)
    if isinstance(control, Choice):
        return widgets.Dropdown(options=control.options, value=control.default, description=name, style=style, layout=layout)
    about = {
        "value": control.default,
        "description": f"{name} ({control.unit})" if control.unit else name,
        "style": style,
        "layout": layout,
    }
    if control.log:
        low, high = float(axis_units(control.low, True)[0]), float(axis_units(control.high, True)[0])
        return widgets.FloatLogSlider(min=low, max=high, step=control.step, readout_format=".0f" if control.whole else ".3g", **about)
    if control.whole:
        return widgets.IntSlider(min=control.low, max=control.high, step=int(control.step) or 1, **about)
    digits = max(0, -math.floor(math.log10(control.step) + 1e-9))
    return widgets.FloatSlider(min=control.low, max=control.high, step=control.step, readout_format=f".{digits}f", **about)


class Experiment:
    """One experiment on the screen. ``set(**settings)`` and ``answer(value)`` do by code what the widgets do by hand."""

    def __init__(self, experiment, state=None):
        self.experiment, self.name = experiment, name_of(experiment)
        self.settings = read_state(self.name, experiment.CONTROLS, state) if state else defaults(experiment.CONTROLS)
        self.held = self.task = self.error = self.drawn = None
        self.quiet, self.afterwards, self.latest = False, None, 0.0
        self.build()
        self.refresh(wait=True)
        gc.collect()  # 40 ms now, and not in the midst of the first drag

    # ---- the run

    def refresh(self, wait=False):
        """Run the present settings and draw, beside the kernel's other tasks, until the next change. ``wait``: at once, to the end."""
        self.stop()
        with self.guarded():
            try:
                if wait:
                    raise RuntimeError
                loop = asyncio.get_running_loop()
            except RuntimeError:  # no kernel around us, or told to wait
                self.tell()
                self.finish(self.draw(final(self.experiment, self.settings)))
            else:
                self.task = loop.create_task(self.follow(self.settings))

    async def follow(self, settings):
        """Draw what comes, 25 times a second at most (50 while a slider moves). At every pause the kernel hears the next move, which cancels this task."""
        with self.guarded():
            await asyncio.sleep(0.003)
            begun = time.perf_counter()
            for result in results(self.experiment, settings):
                now = time.perf_counter()
                if result.get("progress", 1.0) >= 1 or now - self.latest > BETWEEN_PICTURES:
                    await asyncio.sleep(self.latest + BETWEEN_PICTURES / 2 - now)
                    self.draw(result)
                    self.latest = time.perf_counter()
                if now - begun > AT_REST:
                    self.tell()
                await asyncio.sleep(0)
            self.finish(result)
            await asyncio.sleep(AT_REST)
            self.tell()

    def tell(self):
        """The state string, and the code if it is open. While a slider moves the browser is spared both."""
        self.state_field.value = self.state()
        if self.code_field.layout.display != "none":
            self.code_field.value = self.experiment.code(**self.settings)

    def finish(self, result):
        """The run is complete: do what waited for it, which is the verdict on a prediction."""
        waiting, self.afterwards = self.afterwards, None
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
            changed = [f"{name} {short(settings[name])} → {short(v)}" for name, v in self.settings.items() if settings[name] != v]
            self.held_line.value = (
                f"<b>Held</b> (dashed): {escape(self.experiment.describe(old))}<br>Changed since: {escape(', '.join(changed) or 'nothing')}"
            )
        if self.drawn is not None:
            x, y = self.drawn
            panel = picture.panels[0]
            panel.marks.append(  # drawn in the units of the axes, so added without turning them into such
                {"kind": "line", "ghost": False, "colour": "#CC79A7", "label": "your prediction", "dash": True, "size": 3.0}
                | {"x": axis_units(x, False), "y": axis_units(y, False)}
            )
        with self.canvas.hold_sync():
            self.canvas.picture, self.canvas.label = picture.message(), line
        busy = result.get("progress", 1.0) < 1
        self.bar.value = result.get("progress", 1.0)
        self.bar.layout.visibility = "visible" if busy else "hidden"
        return result

    def guarded(self):
        """A context in which an exception ends as a readable message under the picture, never in silence."""
        return Guard(self, self.break_off)

    def set(self, **settings):
        """Change controls, as by hand, and run once."""
        self.break_off()
        self.change(settings)

    def change(self, settings, then=None):
        """Put new settings into the controls and run; ``then`` is called with the complete result."""
        settings = clean(self.experiment.CONTROLS, self.settings | settings)
        self.quiet = True
        for name, value in settings.items():
            self.widgets[name].value = value
        self.quiet, self.settings, self.afterwards = False, settings, then
        self.refresh(wait=not hasattr(self.experiment, "stream"))

    def moved(self, change, control):
        if self.quiet:
            return
        with self.guarded():
            self.settings = self.settings | {control.name: control.clean(change["new"])}
        if self.error is None:
            self.refresh()

    # ---- the question

    def answer(self, value=None):
        """Commit a prediction (None: show what happens without one), run what was asked, and unlock the controls."""
        question = self.experiment.QUESTION
        with self.guarded():
            if question.options and value not in (None, *question.options):
                raise ValueError(f"the answer is one of {', '.join(question.options)}; got {value!r}")
            if question.curve and value is not None and self.drawn is None:
                raise ValueError("draw your curve into the first panel, with the mouse or a finger; or press Show me")
            self.asking.layout.display = "none"
            self.verdict.value = "Running what was asked ..."
            self.change(question.settings, then=lambda result: self.judge(value, result))

    def judge(self, value, result):
        """Set the prediction beside what was observed, and unlock the controls."""
        self.unlock()
        question = self.experiment.QUESTION
        seen = "the line beside yours" if question.curve else question.observe(result)
        seen = seen if isinstance(seen, str) else f"{seen:.3g}"
        said = "You made no prediction. " if value is None else "" if question.curve else f"You said <b>{escape(str(value))}</b>. "
        why = f"<details><summary>Why?</summary>{question.why}</details>"
        self.verdict.value = f"{said}Observed: <b>{escape(seen)}</b>.{why}"

    def break_off(self):
        """Forget the verdict that was waited for: the asked run failed or gave way, and nobody is left before locked controls."""
        if self.afterwards is not None:
            self.afterwards, self.verdict.value = None, ""
            self.unlock()

    def unlock(self):
        for widget in (*self.widgets.values(), self.hold_button, self.reset_button, self.state_field):
            widget.disabled = False
        self.asking.layout.display = "none"
        self.canvas.pointer = getattr(self.experiment, "POINTER", "")

    def commit(self, _):
        question = self.experiment.QUESTION
        if self.guess is not None and self.guess.value in (None, ""):
            self.say("Choose or type your prediction first. There is no penalty for a wrong one.")
            return
        value = "drawn" if question.curve else self.guess.value
        self.answer(value if question.options or question.curve else str(value))

    def clicked(self, _, event, buffers):
        with self.guarded():
            if self.afterwards is not None:
                return  # the asked run is not complete yet
            if self.asking.layout.display != "none":
                if event["panel"] == 0:  # the curve belongs into the first panel
                    self.drawn = event["x"], event["y"]
                    self.draw(self.result)
            else:
                self.set(**self.experiment.pointer(self.result, self.settings, event))

    # ---- buttons

    def hold(self, _=None):
        """Keep this run in the picture; a second press lets it go. The next run has the same seed, so the same weights and data."""
        if self.held is None:
            self.held = self.result, dict(self.settings)
            self.hold_button.description = "Release"
        else:
            self.held, self.held_line.value = None, ""
            self.hold_button.description = "Hold"
        with self.guarded():
            self.draw(self.result)

    def reset(self, _=None):
        self.drawn = None
        self.set(**defaults(self.experiment.CONTROLS))

    def state(self):
        """The present setting as a line of text; ``show(experiment, state=...)`` opens there."""
        return write_state(self.name, self.settings)

    def read_field(self, change):
        if change["new"].strip() != self.state():
            with self.guarded():
                self.set(**read_state(self.name, self.experiment.CONTROLS, change["new"]))

    def show_code(self, _):
        hidden = self.code_field.layout.display == "none"
        self.code_field.layout.display = "block" if hidden else "none"
        self.code_button.description = "Hide code" if hidden else "Code"
        if hidden:
            self.code_field.value = self.experiment.code(**self.settings)
            self.canvas.send({"copy": self.code_field.value})

    def say(self, message):
        self.status.value = f"<span role='alert' style='color:#D55E00'>{escape(message)}</span>" if message else ""

    # ---- the widgets

    def build(self):
        about, question = self.experiment, self.experiment.QUESTION
        self.widgets = {control.name: control_widget(control) for control in about.CONTROLS}
        for control in about.CONTROLS:
            widget = self.widgets[control.name]
            widget.value, widget.disabled = self.settings[control.name], True
            widget.observe(at_home(lambda change, control=control: self.moved(change, control)), "value")
        self.canvas = Canvas(layout={"width": "100%"}, written=True, pointer="draw" if question.curve else "")
        self.canvas.on_msg(at_home(self.clicked))
        self.held_line, self.status, self.verdict = (widgets.HTML() for _ in range(3))
        self.bar = widgets.FloatProgress(min=0, max=1, layout={"width": "160px", "height": "10px", "visibility": "hidden"})

        commit, reveal = widgets.Button(description="Commit", button_style="primary"), widgets.Button(description="Show me")
        commit.on_click(at_home(self.commit))
        reveal.on_click(at_home(lambda _: self.answer()))
        if question.curve:
            self.guess = None
        elif question.options:
            self.guess = widgets.Dropdown(options=question.options, value=None, layout={"width": "auto"})
        else:
            self.guess = widgets.Text(placeholder="a number", layout={"width": "120px"})
        entry = [self.guess] if self.guess else []
        self.asking = widgets.VBox([widgets.HTML(f"<b>Predict first.</b> {question.text}"), widgets.HBox([*entry, commit, reveal])])

        self.hold_button, self.reset_button, self.code_button = (widgets.Button(description=d) for d in ("Hold", "Reset", "Code"))
        self.hold_button.tooltip = "Keep this run in the picture, and compare the next one with it"
        self.code_button.tooltip = "The lines of nnlib that make this run; they are copied too"
        for button, action in ((self.hold_button, self.hold), (self.reset_button, self.reset), (self.code_button, self.show_code)):
            button.on_click(at_home(action))
            button.layout.width = "100px"
        self.hold_button.disabled = self.reset_button.disabled = True
        self.state_field = widgets.Text(description="state", continuous_update=False, disabled=True, layout={"width": "98%"})
        self.state_field.observe(at_home(self.read_field), "value")
        self.code_field = widgets.Textarea(rows=14, layout={"width": "98%", "display": "none"})

        controls = list(self.widgets.values())
        flow = {"flex_flow": "row wrap"}
        folded = widgets.Accordion([widgets.VBox([widgets.HBox(controls[OPEN:], layout=flow), self.state_field])], titles=["More to set"])
        buttons = widgets.HBox([self.hold_button, self.reset_button, self.code_button, self.bar], layout={"align_items": "center"})
        parts = [widgets.HTML(f"<h3 style='margin:0'>{escape(about.TITLE)}</h3>"), self.asking, self.verdict]
        parts += [
            widgets.HBox(controls[:OPEN], layout=flow),
            self.canvas,
            self.held_line,
            self.status,
            buttons,
            folded,
            self.code_field,
        ]
        self.widget = widgets.VBox(parts)
        self.widget.add_class("nnlib-experiment")

    def __repr__(self):
        return f"{self.experiment.TITLE}: {self.experiment.describe(self.result)}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = self.widget._repr_mimebundle_(**kwargs)
        still = {"text/plain": repr(self), "image/png": self.experiment.picture(self.result).png(repr(self))}
        return bundle | still, {"image/png": {"alt": repr(self)}}


class Guard:
    """Turns an exception into a message of the experiment, after ``cleanup()``; ``experiment.error`` keeps it for the tests."""

    def __init__(self, shown, cleanup=None):
        self.shown, self.cleanup = shown, cleanup

    def __enter__(self):
        self.shown.error = None
        self.shown.say("")

    def __exit__(self, kind, error, _):
        if not isinstance(error, Exception):
            return False
        self.shown.error = error
        if self.cleanup is not None:
            self.cleanup()
        self.shown.say(str(error) if isinstance(error, ValueError) else f"{kind.__name__}: {error}")
        return True


def show(experiment, state=None):
    """Open an experiment, as ``show(hinges)``; with ``state``, at a setting somebody shared.

    ValueError if ``experiment`` is no module of nnlib.experiments.
    """
    if not hasattr(experiment, "QUESTION"):
        raise ValueError(f"show takes an experiment, got {experiment!r}: write from nnlib.experiments import hinges, show; show(hinges)")
    return Experiment(experiment, state)
