"""The widgets of the playground's panel, and their places."""

import ipywidgets as widgets

from ..frame.controls import ERASER, PENS, Drawing
from ..frame.live import Canvas, control_widget, label_of, on_this_thread
from .data import ACTIVATIONS, CONTROLS, DEEPEST, FEATURES, SHOWN, Each, Inputs, Layers

DATA = ("data", "noise", "seed")  # beside the network
TRAINING = ("lr", "activation", "optimizer", "batch", "l1", "l2")  # above it; the others are folded
TABS = ("Curves", "Warped plane", "Weights", "One example", "Gradient check", "Code", "More to set")
CLOSE = "Close"  # stands behind the tabs while one is open
SPEEDS = ("as fast as it can", "1 epoch a picture", "1 step a picture")
ROOMY = 85  # so far apart, in units of the drawing, layers have room for a list of activations over each


def build(panel):
    """Make the widgets of a Panel, join them to its methods, and put them in rows: ``panel.widget`` holds them all."""
    panel.widgets = {}
    for control in CONTROLS:
        if isinstance(control, (Inputs, Layers)):
            continue
        text = isinstance(control, Each)
        widget = widgets.Text(description=label_of(control), continuous_update=False) if text else control_widget(control)
        if isinstance(control, Drawing):
            widget.layout = {"width": "98%"}
        widget.observe(on_this_thread(lambda change, control=control: panel.on_control(change, control)), "value")
        panel.widgets[control.name] = widget
    panel.widgets["batch"].description = "batch size"
    panel.canvases = [Canvas(layout={"width": "100%"}) for _ in range(2)] + [Canvas(layout={"width": "100%"}, least=100)]
    for canvas in panel.canvases:
        canvas.on_msg(on_this_thread(panel.on_canvas_message))
    panel.canvases[0].hover = panel.canvases[2].hover = True
    panel.canvases[2].pointer, panel.canvases[0].draws = "click", 2
    panel.line, panel.held_line, panel.status, panel.scale = (widgets.HTML() for _ in range(4))
    panel.held_line.add_class("nn-muted")
    panel.line.add_class("nn-numbers-line")
    panel.bar = widgets.FloatProgress(min=0, max=1, layout={"width": "160px", "height": "10px", "display": "none"})

    def button(words, action, tip, look=""):
        made = widgets.Button(description=words, tooltip=tip, _dom_classes=look.split())
        made.on_click(on_this_thread(action))
        return made

    def row(*parts, look=""):
        return widgets.HBox(parts, layout={"flex_flow": "row wrap", "align_items": "center"}, _dom_classes=look.split())

    def controls(*parts):
        return widgets.HBox(parts, _dom_classes=["nn-controls"])

    panel.restart_button = button("Restart", panel.restart, "Restart: the same data and start weights, epoch 0", "nn-icon nn-restart")
    panel.play_button = button("Play", panel.toggle, "Train, or pause", "nn-icon nn-play")
    panel.step_button = button("Step", panel.step, "Step: one epoch, every training example once", "nn-icon nn-step")
    panel.hold_button = button("Hold", panel.hold, "Keep this run's curves and boundary, and compare the next with them")
    panel.epoch = widgets.HTML().add_class("nn-epoch")

    panel.test, panel.hard = (widgets.Checkbox(False, description=words, indent=False) for words in ("show test data", "no shades"))
    for widget in (panel.test, panel.hard):
        widget.observe(on_this_thread(lambda _: panel.draw()), "value")
    panel.pen = widgets.Dropdown(options=(*PENS, ERASER), description="pen")
    panel.clear_button = button("Clear points", lambda _: panel.set(points=""), "Take all drawn points away")
    panel.draw_row = widgets.VBox([controls(panel.pen), panel.clear_button])
    panel.upload = widgets.FileUpload(accept=".csv,.txt", multiple=False, description="Read a CSV", tooltip="Columns: x1, x2, class")
    panel.upload.observe(on_this_thread(panel.on_upload), "value")

    panel.toggles = {name: widgets.ToggleButton(True, description=SHOWN[name]).add_class("nn-anchor") for name in FEATURES}
    for widget in panel.toggles.values():
        widget.observe(on_this_thread(panel.on_toggle), "value")
    panel.layer_boxes = []
    for k in range(DEEPEST):
        less = button("−", lambda _, k=k: panel.resize(k, -1), f"one unit less in hidden layer {k + 1}")
        more = button("+", lambda _, k=k: panel.resize(k, 1), f"one unit more in hidden layer {k + 1}")
        label, kind = widgets.Label(), widgets.Dropdown(options=tuple(ACTIVATIONS), tooltip=f"activation of hidden layer {k + 1}")
        kind.observe(on_this_thread(lambda change, k=k: panel.on_kind(k, change["new"])), "value")
        box = widgets.VBox([widgets.HBox([less, label, more]), kind], _dom_classes=["nn-anchor", "nn-layer"])
        panel.layer_boxes.append((box, label, (less, more), kind))
    panel.fewer = button("− layer", lambda _: panel.resize(None, -1), "one hidden layer less")
    panel.more = button("+ layer", lambda _: panel.resize(None, 1), "one hidden layer more")

    panel.weight_layer, panel.weight_from, panel.weight_to = panel.weight_at = [widgets.Dropdown() for _ in range(3)]
    panel.weight_value = widgets.FloatText(continuous_update=False, tooltip="The weight; type another value")
    panel.weight_value.observe(on_this_thread(panel.weight_edited), "value")
    for widget in panel.weight_at:
        widget.observe(on_this_thread(panel.weight_chosen), "value")
    panel.numbers = widgets.HTML().add_class("nn-weights")
    panel.example = widgets.BoundedIntText(0, min=0, max=1, description="example")
    panel.example.observe(on_this_thread(lambda _: panel.show_tab()), "value")
    panel.speed = widgets.Dropdown(options=SPEEDS, description="speed")
    panel.state_field = widgets.Text(description="state", continuous_update=False, layout={"width": "98%"})
    panel.state_field.observe(on_this_thread(panel.read_field), "value")
    panel.code_field, panel.text_field = (widgets.Textarea(rows=12, layout={"width": "98%"}) for _ in range(2))
    folded = [widget for name, widget in panel.widgets.items() if name not in DATA + TRAINING]
    panel.tab = widgets.ToggleButtons(options=(*TABS, CLOSE), value=None).add_class("nn-tabs")
    panel.tab.observe(on_this_thread(lambda _: panel.show_tab()), "value")
    panel.tab_parts = {  # what stands under the tabs, and under which of them
        ("Curves", "Warped plane"): panel.canvases[1],
        ("Weights",): widgets.VBox([row(*panel.weight_at, panel.weight_value, look="nn-one"), panel.numbers]),
        ("One example",): row(panel.example, look="nn-one"),
        ("One example", "Gradient check"): panel.text_field,
        ("Code",): panel.code_field,
        ("More to set",): widgets.VBox([controls(*folded, panel.speed), panel.state_field]),
    }

    start = [panel.restart_button, panel.play_button, panel.step_button, panel.epoch]
    bar = [*start, controls(*(panel.widgets[name] for name in TRAINING)), panel.hold_button]
    data = [
        panel.canvases[2],
        controls(*(panel.widgets[name] for name in DATA)),
        widgets.VBox([panel.draw_row, panel.upload, panel.test, panel.hard]),
    ]
    boxes = [box for box, *_ in panel.layer_boxes]
    network = [
        *panel.toggles.values(),
        *boxes,
        widgets.HBox([panel.fewer, panel.more]).add_class("nn-anchor"),
        panel.canvases[0],
        panel.scale,
    ]
    main = [widgets.VBox(data).add_class("nn-data"), widgets.VBox(network, _dom_classes=["nn-network", "nn-anchored"])]
    words = [panel.line, panel.status, panel.held_line, panel.bar]
    left = widgets.VBox([widgets.HBox(main).add_class("nn-main"), *words]).add_class("nn-left")
    panel.right_part = widgets.VBox([panel.tab, *panel.tab_parts.values()]).add_class("nn-right-part")
    panel.widget = widgets.VBox([widgets.HBox(bar).add_class("nn-bar"), widgets.HBox([left, panel.right_part]).add_class("nn-split")])
    panel.widget.add_class("nnlib-experiment").add_class("nn-playground")
