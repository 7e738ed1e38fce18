"""What every experiment must do. The frame itself: test_frame.py; each experiment's own claims: the files beside this one."""

import contextlib
import io
import itertools
import math
import re
from html import unescape

import numpy as np
import pytest
from lab import EXPERIMENTS
from matplotlib.backends.backend_agg import FigureCanvasAgg

from nnlib.experiments import show
from nnlib.experiments.frame.controls import Choice, Slider, Switch, defaults
from nnlib.experiments.frame.pictures import Picture
from nnlib.experiments.frame.show import final, opening

each = pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda module: module.__name__.rsplit(".", 1)[-1])


def replayed(stream):
    """``stream`` whose runs are computed once, for all who ask for them."""
    runs = {}

    def again(**settings):
        source, seen = runs.setdefault(repr(sorted(settings.items())), (stream(**settings), []))
        for i in itertools.count():
            if i == len(seen):
                try:
                    seen.append(next(source))
                except StopIteration:
                    return
            yield seen[i]

    return again


STREAMS = {experiment: replayed(experiment.stream) for experiment in EXPERIMENTS if hasattr(experiment, "stream")}


@pytest.fixture
def shared_runs(monkeypatch):
    """Runs that stream, those over 0.2 s, are computed once for all tests that have this: none that compares a run with itself."""
    for experiment, stream in STREAMS.items():
        monkeypatch.setattr(experiment, "stream", stream)


def results(experiment, settings):
    """The result; of work that streams the first two, so that every setting can be tried."""
    if hasattr(experiment, "stream"):
        return list(itertools.islice(experiment.stream(**settings), 2))
    return [experiment.simulate(**settings)]


def arrays(message):
    """All numbers of a picture's message, by panel and mark."""
    data = message["data"]
    for panel in message["panels"]:
        for mark in panel["marks"]:
            for axis in "xy":
                offset, length = mark[axis]
                yield np.frombuffer(data, np.float32, length, offset)


@each
def test_it_has_a_question_about_something_the_first_picture_does_not_show(experiment):
    question, names = experiment.QUESTION, [control.name for control in experiment.CONTROLS]
    assert len(set(names)) == len(names) and experiment.TITLE and len(question.why) > 80
    assert set(question.settings) <= set(names)
    start = opening(experiment)
    assert set(question.start) <= set(names) and start | question.settings != start
    assert len(question.options) >= 2
    for control in experiment.CONTROLS:
        assert control.clean(control.default) == control.default
        if isinstance(control, Slider) and not (control.log and control.whole):  # the browser moves a value between two steps
            scale = math.log10 if control.log else float
            for value in (control.default, question.settings.get(control.name, control.default)):
                steps = (scale(value) - scale(control.low)) / control.step
                assert steps == pytest.approx(round(steps), abs=1e-6), f"{control.name} = {value} is not on a step of the slider"


@each
def test_every_control_works_at_both_ends_and_between_and_every_combination_of_choices_does(experiment, shared_runs):
    tries = [{control.name: value} for control in experiment.CONTROLS for value in control.samples()]
    discrete = [control for control in experiment.CONTROLS if isinstance(control, (Choice, Switch))]
    tries += [dict(zip([c.name for c in discrete], values)) for values in itertools.product(*(c.samples() for c in discrete))]
    for change in tries:
        for result in results(experiment, defaults(experiment.CONTROLS) | change):
            message, line = experiment.picture(result).message(), experiment.describe(result)
            assert "\n" not in line and any(letter.isdigit() for letter in line) and len(line) <= 260, (change, line)
            assert isinstance(float(experiment.headline(result)), float)
            assert 0 <= result.get("progress", 1.0) <= 1
            assert any(np.isfinite(array).any() for array in arrays(message)), change
            for panel in message["panels"]:
                for low, high in (panel["xlim"], panel["ylim"]):
                    assert math.isfinite(low) and math.isfinite(high) and low < high, change


@each
def test_the_same_settings_give_the_same_bytes(experiment):
    settings = defaults(experiment.CONTROLS)
    first, second = (final(experiment, settings) for _ in range(2))
    assert experiment.picture(first).message() == experiment.picture(second).message()
    assert experiment.describe(first) == experiment.describe(second)


@each
def test_drawing_a_result_does_not_change_it(experiment, shared_runs):
    result = final(experiment, defaults(experiment.CONTROLS))
    before = experiment.picture(result).message()
    experiment.picture(result).with_ghost(experiment.picture(result)).message()
    assert experiment.picture(result).message() == before


@each
@pytest.mark.parametrize("which", ["default", "question"])
def test_its_code_makes_the_same_run(experiment, which, shared_runs):
    settings = defaults(experiment.CONTROLS) | (experiment.QUESTION.settings if which == "question" else {})
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(experiment.code(**settings), "code", "exec"), {"__name__": "__main__"})
    expected = float(experiment.headline(final(experiment, settings)))
    assert float(printed.getvalue().split()[-1]) == pytest.approx(expected, rel=1e-6, nan_ok=True)


@each
def test_it_works_in_its_frame_from_the_question_to_the_reset(experiment, shared_runs):
    shown = show(experiment)
    assert shown.error is None and all(widget.disabled for widget in shown.widgets.values())
    start = shown.canvas.picture
    options = experiment.QUESTION.options
    shown.answer(options[0])
    assert shown.error is None and "Observed" in shown.verdict.value and not any(w.disabled for w in shown.widgets.values())
    assert shown.canvas.picture != start
    observed = experiment.QUESTION.observe(final(experiment, shown.settings))
    assert observed in options and f"Observed: <b>{observed}" in shown.verdict.value.replace("&lt;", "<").replace("&gt;", ">")
    shown.hold()
    state = shown.state()
    shown.reset()
    assert shown.error is None and "Changed since" in shown.changed.value
    shown.state_field.value = state
    assert shown.error is None and shown.state() == state
    assert show(experiment, state=state).state() == state


@each
def test_each_of_its_widgets_can_be_moved_without_an_error(experiment, shared_runs):
    shown = show(experiment)
    shown.answer()
    for control in experiment.CONTROLS:
        for value in (control.samples()[0], control.samples()[-1], control.default):
            shown.widgets[control.name].value = value
            assert shown.error is None, (control.name, value, shown.error)
            expected = control.clean(value)
            assert shown.settings[control.name] == (pytest.approx(expected) if isinstance(expected, float) else expected)


@each
def test_without_widgets_there_is_a_picture_with_its_line_the_question_and_its_options(experiment, monkeypatch, shared_runs):
    png, captions = Picture.png, []
    monkeypatch.setattr(Picture, "png", lambda self, caption: captions.append(caption) or png(self, caption))
    bundle, metadata = show(experiment)._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG") and len(bundle["image/png"]) > 5000
    assert bundle["text/plain"].startswith(experiment.TITLE) and metadata["image/png"]["alt"] == bundle["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
    question, options = bundle["text/plain"].split("\nPredict first: ")[1].rsplit(" (", 1)
    assert (
        question.split() == re.sub("<.*?>", "", unescape(experiment.QUESTION.text)).split()
        and "<" not in bundle["text/plain"].split("\n")[1]
    )
    assert options.removesuffix(")").split(" / ") == [unescape(option) for option in experiment.QUESTION.options]
    assert captions == [bundle["text/plain"]]  # and under the picture


@each
def test_the_still_picture_hides_nothing_behind_a_legend_cuts_nothing_off_and_has_no_tick_twice(experiment, shared_runs):
    for settings in (defaults(experiment.CONTROLS), defaults(experiment.CONTROLS) | experiment.QUESTION.settings):
        figure = experiment.picture(results(experiment, settings)[-1]).figure()
        FigureCanvasAgg(figure).draw()
        width = figure.bbox.width
        for ax in figure.axes:
            frame, title, legend = ax.get_window_extent(), ax.title.get_window_extent(), ax.get_legend()
            words = [title] if legend is None else [title, legend.get_window_extent()]
            assert title.y0 >= words[-1].y0 >= frame.y1 and title.y1 <= figure.bbox.height
            assert all(0 <= box.x0 and box.x1 <= width for box in words), ax.get_title()
            assert legend is None or title.y0 >= words[1].y1 - 3, ax.get_title()
            for axis in (ax.xaxis, ax.yaxis):
                ticks = [tick.get_text() for tick in axis.get_ticklabels()]
                assert len(ticks) == len(set(ticks)), (ax.get_title(), ticks)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("depth_width", "2-3-3-1, 25 parameters, circle: after 800 steps at lr 0.01, 1.00 of the training points correct"),
        ("signal_propagation", "tanh, init Xavier times 1, width 256"),
        ("symmetry", "of 12 units different"),
        ("loss_pairing", "squared error, stable, float64, y = 1, z = -10: loss 1, gradient -9.1e-05"),
        ("train_or_evaluate", "drop rate 0.5, wrong p"),
        ("momentum", "1e-6 after 27 steps"),
    ],
)
def test_the_picture_it_opens_with_shows_what_its_question_speaks_of(name, words, shared_runs):
    experiment = next(module for module in EXPERIMENTS if module.__name__.endswith(name))
    assert words in repr(show(experiment))


@each
def test_dashes_mean_held_out_data_and_a_reference_or_a_grid_is_never_kept_by_hold(experiment, shared_runs):
    asked = results(experiment, opening(experiment) | experiment.QUESTION.settings)[-1]
    picture = experiment.picture(asked).with_ghost(experiment.picture(results(experiment, opening(experiment))[-1]))
    marks = [mark for panel in picture.panels for mark in panel.marks]
    assert {mark["label"] for mark in marks if mark.get("dash")} <= {"held out"}
    assert all(mark.get("held") for mark in marks if mark["ghost"])
