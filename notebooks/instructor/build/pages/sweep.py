"""Every setting of a grid, run once: what a page without a kernel can show."""

import itertools
import math
import multiprocessing
import os

from nnlib.experiments.frame.controls import Slider, Switch, clean
from nnlib.experiments.frame.show import OPEN_CONTROLS, final, label_of, name_of, one_thread, opening, shown_value

SETTINGS = 320  # of an experiment, about; of those with small pictures more, of those with large or slow ones fewer
SEEDS = (0, 1, 2)
ABOUT = {
    "bug_lab": 800,
    "signal_propagation": 720,
    "curvature": 700,
    "hinges": 288,
    "momentum": 240,
    "trainability": 240,
    "depth_width": 216,
    "optimizer_race": 160,
    "rate_depth": 160,
    "four_units": 140,
}


def spread(control, count):
    """About ``count`` values of a control: all options of a choice; of a slider, steps from end to end."""
    if not isinstance(control, Slider):
        return control.samples()
    low, high = (math.log10(control.low), math.log10(control.high)) if control.log else (control.low, control.high)
    values = [control.low]
    for i in range(1, count - 1):
        at = round((high - low) * i / (count - 1) / control.step) * control.step  # the slider's own steps
        values.append(control.clean(10 ** (low + at) if control.log else round(low + at, 9) if not control.whole else round(low + at)))
    return list(dict.fromkeys([*values, control.high]))


def grid(experiment):
    """Control name -> the values it takes in the page. One value: it does not move there.

    The open controls move and the seed does, and of the rest whatever the question changes.
    """
    start, question = opening(experiment), experiment.QUESTION.settings
    moving = [c for c in experiment.CONTROLS[:OPEN_CONTROLS] if type(c).__name__ != "Drawing"]
    fixed = {c.name: list(dict.fromkeys([start[c.name], question.get(c.name, start[c.name])])) for c in experiment.CONTROLS}
    seeds = [c for c in experiment.CONTROLS if c.name == "seed" and c not in moving]
    values = fixed | {c.name: sorted({*SEEDS, *fixed["seed"]}) for c in seeds}
    sliders = [c for c in moving if isinstance(c, Slider)]
    values |= {c.name: [v for v in spread(c, 0) if v != "drawn"] for c in moving if c not in sliders}  # nobody draws here
    room = ABOUT.get(name_of(experiment), SETTINGS) / math.prod(len(values[c.name]) for c in experiment.CONTROLS if c not in sliders)
    for c in sliders:
        count = max(3, math.floor(room ** (1 / len(sliders)) + 0.5))
        asked = [c.clean(value) for value in fixed[c.name]]
        values[c.name] = sorted({*spread(c, count), *asked}) if c.whole or not c.log else merged(spread(c, count), asked)
    return values


def merged(values, asked):
    """Steps of a logarithmic slider, with the values that the question asks for in place of those beside them."""
    near = {min(range(len(values)), key=lambda i: abs(math.log(values[i] / a))): a for a in asked}
    kept = [near.get(i, value) for i, value in enumerate(values)]
    return sorted({*kept, *asked, values[0], values[-1]})


def run(job):
    """(picture, line, code) at one setting."""
    experiment, settings = job
    one_thread()
    result = final(experiment, settings)
    picture = experiment.picture(result)
    return with_limits(picture), experiment.describe(result), experiment.code(**settings)


def with_limits(picture):
    """A picture's message, and what it takes to find the limits again when a held one is painted behind it."""
    message = picture.message()
    for panel, packed in zip(picture.panels, message["panels"]):
        packed["given"] = [panel.xlim is not None, panel.ylim is not None]
        packed["includes"] = list(panel.y_includes)
    return message


def jobs(experiment):
    """Index tuple -> settings, for every setting of the grid."""
    values = grid(experiment)
    keys = itertools.product(*(range(len(v)) for v in values.values()))
    return {key: {name: v[i] for i, (name, v) in zip(key, values.items())} for key in keys}


def mapped(function, items, processes=None):
    """[function(item) for item in items], on all cores; in this process for 0."""
    if processes == 0:
        return [function(item) for item in items]
    with multiprocessing.get_context("spawn").Pool(processes or os.cpu_count()) as pool:
        return pool.map(function, items, chunksize=max(1, len(items) // 64))


def sweep(experiment, processes=None):
    """The whole page as data: controls, question, and for each setting its picture, line and code."""
    values, todo = grid(experiment), jobs(experiment)
    found = mapped(Call(experiment.__name__), list(todo.values()), processes)
    question = experiment.QUESTION
    start, asked = opening(experiment), opening(experiment) | question.settings

    def place(settings):
        return [v.index(c.clean(settings[c.name])) for c, v in zip(experiment.CONTROLS, values.values())]

    return {
        "name": name_of(experiment),
        "controls": [
            {
                "name": c.name,
                "label": f"{label_of(c)} ({c.unit})" if getattr(c, "unit", "") else label_of(c),
                "kind": "switch" if isinstance(c, Switch) else "slider" if isinstance(c, Slider) else "choice",
                "values": [shown_value(v) for v in values[c.name]],
            }
            for c in experiment.CONTROLS
        ],
        "start": place(start),
        "asked": place(asked),
        "observed": question.observe(final(experiment, clean(experiment.CONTROLS, asked))),
        "settings": {",".join(map(str, key)): result for key, result in zip(todo, found)},
    }


class Call:
    """``run`` for an experiment by its name, as modules cannot be sent to another process."""

    def __init__(self, name):
        self.name = name

    def __call__(self, settings):
        import importlib

        return run((importlib.import_module(self.name), settings))


# ---- the playground as a film

FILM = {
    "data": ("circle", "xor", "gaussians", "spiral"),
    "hidden": ("4-2", "2", "8-8"),
    "activation": ("tanh", "ReLU"),
    "epoch": (0, 1, 2, 3, 5, 8, 12, 16, 20, 25, 30, 40, 50, 60, 80, 100, 125, 150, 200, 250, 300),
}


def film_of(settings):
    """The training of the playground at one setting: [(picture, line, code)], one for each epoch of FILM."""
    from nnlib.experiments.frame.pictures import Picture
    from nnlib.experiments.playground.pictures import boundary_panel, curves_panels, network_panel
    from nnlib.experiments.playground.session import Session

    one_thread()
    session, frames = Session(**settings), []
    for epoch in FILM["epoch"]:
        session.advance(epochs=epoch - session.epoch)
        units, logits = session.units()
        panels = network_panel(session, units, logits), boundary_panel(session, logits), curves_panels(session)[0]
        picture = Picture(*panels, widths=(46, 30, 24), height=300)
        frames.append((with_limits(picture), session.describe(), session.code()))
    return frames


def film(processes=None):
    """The book of the playground's page: one training for each data set, network and activation, to be scrubbed."""
    names = list(FILM)[:-1]
    trainings = [dict(zip(names, values)) for values in itertools.product(*(FILM[name] for name in names))]
    films = mapped(film_of, trainings, processes)
    keys = itertools.product(*(range(len(values)) for values in FILM.values()))
    controls = [
        {"name": n, "label": n, "kind": "slider" if n == "epoch" else "choice", "values": [str(v) for v in values]}
        for n, values in FILM.items()
    ]
    frames = [frame for frames in films for frame in frames]
    return {
        "name": "playground",
        "controls": controls,
        "start": [0] * len(FILM),
        "settings": {",".join(map(str, k)): f for k, f in zip(keys, frames)},
    }
