"""What the frame and the playground are made of: the canvas, the widget of a control, and callbacks that fail in words."""

import asyncio
import contextlib
import math
import threading
from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets

from ...plots.style import CANVAS
from .controls import Choice, Drawing, Switch
from .pictures import axis_units


class Canvas(anywidget.AnyWidget):
    """The picture in the browser; canvas.js paints it."""

    _esm = Path(__file__).with_name("canvas.js")
    _css = Path(__file__).with_name("panel.css")
    look = traitlets.Dict(CANVAS).tag(sync=True)
    picture = traitlets.Dict().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    written = traitlets.Bool(False).tag(sync=True)  # the label also stands below the picture, for all to read
    pointer = traitlets.Unicode("").tag(sync=True)
    draws = traitlets.Int(0).tag(sync=True)  # the panel where a finger draws; on the others it scrolls the page
    hover = traitlets.Bool(False).tag(
        sync=True
    )  # the kernel is asked what lies under the pointer; else the browser names the curves' values
    least = traitlets.Int(300).tag(sync=True)  # CSS pixels of width


def running_loop():
    """The kernel's event loop, or None where no kernel runs."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def on_this_thread(handler):
    """Wrap a widget callback so that it runs on the current thread's event loop, one event after the other.

    JupyterLab from 4.4 on sends events through a subshell of the kernel (ipykernel 7), which is a second thread.
    """
    thread, loop = threading.get_ident(), running_loop()

    def wrapped(*event):
        if loop is None or threading.get_ident() == thread:
            handler(*event)
        else:
            loop.call_soon_threadsafe(handler, *event)

    return wrapped


@contextlib.contextmanager
def guarded(shown, cleanup=None):
    """Turn an exception into a message of the experiment, after ``cleanup()``. ``shown.error`` keeps it for the
    tests."""
    shown.error = None
    shown.show_message("")
    try:
        yield
    except Exception as error:
        shown.error = error
        if cleanup is not None:
            cleanup()
        shown.show_message(str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}")


def label_of(control):
    return control.label or control.name.replace("_", " ")


class LogSlider(widgets.FloatLogSlider):
    """A slider of powers of ten that shows 0.0007 and 1000, not 0.000700 and 1.00e+3."""

    readout_format = traitlets.Unicode(".3~r").tag(sync=True)  # a format of the browser's that ipywidgets' own trait does not know


def control_widget(control):
    """The ipywidget for a control. All of them take the keyboard; sliders take typed numbers too."""
    name = label_of(control)
    style, layout = {"description_width": "initial"}, {}
    if isinstance(control, Switch):
        return widgets.Checkbox(control.default, description=name, style=style, layout=layout, indent=True)
    if isinstance(control, Drawing):
        return widgets.Text(control.default, description=name, continuous_update=False, style=style, layout=layout)
    if isinstance(control, Choice):
        return widgets.Dropdown(options=control.options, value=control.default, description=name, style=style, layout=layout)
    options = {
        "value": control.default,
        "description": f"{name} ({control.unit})" if control.unit else name,
        "style": style,
        "layout": layout,
    }
    if control.log:
        low, high = float(axis_units(control.low, True)[0]), float(axis_units(control.high, True)[0])
        digits = ".0f" if control.whole else ".3~r"
        return LogSlider(min=low, max=high, step=control.step, readout_format=digits, **options)
    if control.whole:
        return widgets.IntSlider(min=control.low, max=control.high, step=int(control.step) or 1, **options)
    digits = max(0, -math.floor(math.log10(control.step) + 1e-9))
    return widgets.FloatSlider(min=control.low, max=control.high, step=control.step, readout_format=f".{digits}f", **options)
