"""The widgets of the playground's panel, and their places."""

import ipywidgets as widgets

from ..frame.controls import ERASER, PENS, Drawing
from ..frame.show import Canvas, control_widget, on_this_thread
from .data import CONTROLS, DEEPEST, FEATURES, SHOWN, Inputs, Layers

DATA, TRAINING = (
    ("data", "noise", "seed"),
    ("lr", "activation", "optimizer", "batch", "l1", "l2"),
)  # not folded: beside the network, above it
VIEWS = ("boundary", "warped plane")
SPEEDS = ("as fast as it can", "1 epoch a picture", "1 step a picture")


def build(panel):
    """Make the widgets of a Panel, join them to its methods, and put them in rows: ``panel.widget`` holds them all."""
    wide, narrow = {"width": "172px"}, {"description_width": "72px"}
    panel.widgets = {}
    for control in CONTROLS:
        if isinstance(control, (Inputs, Layers)):
            continue
        widget = control_widget(control)
        if isinstance(control, Drawing):
            widget.layout = {"width": "98%"}
        widget.observe(on_this_thread(lambda change, control=control: panel.on_control(change, control)), "value")
        panel.widgets[control.name] = widget
    panel.widgets["batch"].description = "batch size"
    panel.canvases = [Canvas(layout={"width": "100%"}) for _ in range(2)]
    panel.canvases[0].on_msg(on_this_thread(panel.on_canvas_message))
    panel.line, panel.held_line, panel.status = widgets.HTML(), widgets.HTML(), widgets.HTML()
    panel.bar = widgets.FloatProgress(min=0, max=1, layout={"width": "160px", "height": "10px", "display": "none"})

    def button(words, action, tip, width="92px", **options):
        made = widgets.Button(description=words, tooltip=tip, layout={"width": width}, **options)
        made.on_click(on_this_thread(action))
        return made

    panel.play_button = button("Play", panel.toggle, "Train, or pause", button_style="primary")
    panel.step_button = button("Step", panel.step, "One epoch: every training example once")
    panel.restart_button = button("Restart", panel.restart, "The same data and start weights, epoch 0")
    panel.hold_button = button("Hold", panel.hold, "Keep this run's curves and boundary, and compare the next with them")
    panel.code_button = button("Code", panel.show_code, "The lines of nnlib that make this run; they are copied too")
    panel.check_button = button("Gradient check", panel.show_check, "Backpropagation against finite differences", "128px")
    panel.trace_button = button("One example", panel.show_trace, "Its numbers, forward and backward; or click a point", "110px")
    panel.hide_button = button("Hide text", panel.hide_text, "Close the text fields below")
    panel.play_button.add_class("nn-play")
    panel.epoch = widgets.HTML().add_class("nn-epoch")
    panel.view = widgets.Dropdown(options=VIEWS, description="right picture", style={"description_width": "initial"})
    panel.speed = widgets.Dropdown(options=SPEEDS, description="speed", layout={"width": "240px"}, style=narrow)
    panel.test, panel.hard = (
        widgets.Checkbox(False, description=words, indent=False, layout={"width": "auto"}) for words in ("show test data", "no shades")
    )
    for widget in (panel.view, panel.test, panel.hard):
        widget.observe(on_this_thread(lambda _: panel.draw()), "value")
    short = {"width": "112px"}
    panel.weight_layer, panel.weight_from, panel.weight_to = panel.weight_at = [widgets.Dropdown(layout=short) for _ in range(3)]
    panel.weight_value = widgets.FloatText(continuous_update=False, layout=short, tooltip="The weight; type another value")
    panel.weight_value.observe(on_this_thread(panel.weight_edited), "value")
    for widget in panel.weight_at:
        widget.observe(on_this_thread(panel.weight_chosen), "value")
    panel.example = widgets.BoundedIntText(
        0, min=0, max=1, description="example", layout={"width": "150px"}, style={"description_width": "64px"}
    )

    panel.toggles = {name: widgets.ToggleButton(True, description=SHOWN[name], layout={"width": "66px"}) for name in FEATURES}
    for widget in panel.toggles.values():
        widget.observe(on_this_thread(panel.on_toggle), "value")
    panel.depth = widgets.Label()
    panel.layer_boxes = []
    for k in range(DEEPEST):
        less = button("−", lambda _, k=k: panel.resize(k, -1), f"one unit less in hidden layer {k + 1}", "26px")
        more = button("+", lambda _, k=k: panel.resize(k, 1), f"one unit more in hidden layer {k + 1}", "26px")
        for one in (less, more):
            one.layout.padding = "0"
        label = widgets.Label()
        panel.layer_boxes.append(
            (widgets.HBox([less, label, more], layout={"border": "1px solid #88888866", "margin": "0 2px"}), label, (less, more))
        )
    panel.fewer = button("− layer", lambda _: panel.resize(None, -1), "one hidden layer less", "70px")
    panel.more = button("+ layer", lambda _: panel.resize(None, 1), "one hidden layer more", "70px")

    panel.pen = widgets.Dropdown(options=(*PENS, ERASER), description="pen", layout=wide, style=narrow)
    panel.clear_button = button("Clear points", lambda _: panel.set(points=""), "Take all drawn points away", "110px")
    panel.upload = widgets.FileUpload(accept=".csv,.txt", multiple=False, description="CSV: x1, x2, class", layout={"width": "180px"})
    panel.upload.observe(on_this_thread(panel.on_upload), "value")
    panel.draw_row = widgets.HBox([panel.pen, panel.clear_button], layout={"flex_flow": "row wrap"})

    panel.state_field = widgets.Text(description="state", continuous_update=False, layout={"width": "98%"}, style=narrow)
    panel.state_field.observe(on_this_thread(panel.read_field), "value")
    panel.code_field, panel.text_field = (widgets.Textarea(rows=14, layout={"width": "98%", "display": "none"}) for _ in range(2))

    def row(*parts):
        return widgets.HBox(parts, layout={"flex_flow": "row wrap", "align_items": "center"})

    def controls(*parts, look=""):
        return widgets.HBox(parts, _dom_classes=["nn-controls", *look.split()])

    def chosen(names):
        return [panel.widgets[name] for name in names]

    folded = [widget for name, widget in panel.widgets.items() if name not in DATA + TRAINING]
    more = widgets.Accordion([widgets.VBox([controls(*folded, panel.speed), row(panel.upload), panel.state_field])], titles=["More to set"])
    start = [panel.restart_button, panel.play_button, panel.step_button, panel.epoch, controls(*chosen(TRAINING)), panel.hold_button]
    heading = widgets.HTML("Features")
    data = [controls(*chosen(DATA)), heading, row(*panel.toggles.values()), controls(panel.view), panel.test, panel.hard]
    layers = row(panel.fewer, panel.more, panel.depth, *(box for box, _, _ in panel.layer_boxes), panel.bar)
    network = widgets.VBox([layers, panel.draw_row, panel.canvases[0]]).add_class("nn-network")
    panel.widget = widgets.VBox(
        [
            widgets.HBox(start).add_class("nn-bar"),
            widgets.HBox([widgets.VBox(data).add_class("nn-data"), network]).add_class("nn-main"),
            panel.line,
            panel.status,
            panel.held_line,
            row(panel.code_button, panel.check_button, panel.trace_button, panel.example, panel.hide_button),
            panel.code_field,
            panel.text_field,
            panel.canvases[1],
            row(widgets.HTML("one weight", layout={"margin": "0 8px"}), *panel.weight_at, panel.weight_value),
            more,
        ]
    )
    panel.widget.add_class("nnlib-experiment")
