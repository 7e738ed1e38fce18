"""The frame that all experiments share, and what every experiment is held to. Each one's own claims: tests/experiments/; in a browser: test_browser.py."""

import asyncio
import contextlib
import importlib
import io
import itertools
import math
import pkgutil
import threading
import time
import types

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import nnlib.experiments
from nnlib.experiments import show
from nnlib.experiments.controls import SEED, Choice, Drawing, Slider, Switch, defaults, drawn_points, read_state, write_state
from nnlib.experiments.frame import AT_REST, Experiment, Question, final
from nnlib.experiments.pictures import Panel, Picture, contour, grid, shade_classes, shade_heat, shade_signed

found = [importlib.import_module(f"nnlib.experiments.{module.name}") for module in pkgutil.iter_modules(nnlib.experiments.__path__)]
EXPERIMENTS = [module for module in found if hasattr(module, "QUESTION")]
each = pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda module: module.__name__.rsplit(".", 1)[-1])


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


# ---- every experiment


@each
def test_it_has_a_question_about_something_the_first_picture_does_not_show(experiment):
    question, names = experiment.QUESTION, [control.name for control in experiment.CONTROLS]
    assert len(set(names)) == len(names) and experiment.TITLE and len(question.why) > 80
    assert set(question.settings) <= set(names)
    assert defaults(experiment.CONTROLS) | question.settings != defaults(experiment.CONTROLS)
    if question.options:
        assert len(question.options) >= 2
    for control in experiment.CONTROLS:
        assert control.clean(control.default) == control.default
        if isinstance(control, Slider) and not (control.log and control.whole):  # the browser moves what lies between two steps
            scale = math.log10 if control.log else float
            for value in (control.default, question.settings.get(control.name, control.default)):
                steps = (scale(value) - scale(control.low)) / control.step
                assert steps == pytest.approx(round(steps), abs=1e-6), f"{control.name} = {value} is not on a step of the slider"


@each
def test_every_control_works_at_both_ends_and_between_and_every_combination_of_choices_does(experiment):
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
def test_drawing_a_result_does_not_change_it(experiment):
    result = final(experiment, defaults(experiment.CONTROLS))
    before = experiment.picture(result).message()
    experiment.picture(result).with_ghost(experiment.picture(result)).message()
    assert experiment.picture(result).message() == before


@each
@pytest.mark.parametrize("which", ["default", "question"])
def test_its_code_makes_the_same_run(experiment, which):
    settings = defaults(experiment.CONTROLS) | (experiment.QUESTION.settings if which == "question" else {})
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(experiment.code(**settings), "code", "exec"), {"__name__": "__main__"})
    expected = float(experiment.headline(final(experiment, settings)))
    assert float(printed.getvalue().split()[-1]) == pytest.approx(expected, rel=1e-6, nan_ok=True)


@each
def test_it_works_in_its_frame_from_the_question_to_the_reset(experiment):
    shown = show(experiment)
    assert shown.error is None and all(widget.disabled for widget in shown.widgets.values())
    start = shown.canvas.picture
    options = experiment.QUESTION.options
    shown.answer(options[0] if options else None if experiment.QUESTION.curve else "1")
    assert shown.error is None and "Observed" in shown.verdict.value and not any(w.disabled for w in shown.widgets.values())
    assert shown.canvas.picture != start
    if options:
        observed = experiment.QUESTION.observe(final(experiment, shown.settings))
        assert observed in options and f"Observed: <b>{observed}" in shown.verdict.value.replace("&lt;", "<").replace("&gt;", ">")
    shown.hold()
    state = shown.state()
    shown.reset()
    assert shown.error is None and "Changed since" in shown.held_line.value
    shown.state_field.value = state
    assert shown.error is None and shown.state() == state
    assert show(experiment, state=state).state() == state


@each
def test_each_of_its_widgets_can_be_moved_without_an_error(experiment):
    shown = show(experiment)
    shown.answer()
    for control in experiment.CONTROLS:
        for value in (control.samples()[0], control.samples()[-1], control.default):
            shown.widgets[control.name].value = value
            assert shown.error is None, (control.name, value, shown.error)
            expected = control.clean(value)
            assert shown.settings[control.name] == (pytest.approx(expected) if isinstance(expected, float) else expected)


@each
def test_without_widgets_there_is_a_picture_and_its_line(experiment):
    bundle, metadata = show(experiment)._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG") and len(bundle["image/png"]) > 5000
    assert bundle["text/plain"].startswith(experiment.TITLE) and metadata["image/png"]["alt"] == bundle["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


@each
def test_the_still_picture_hides_nothing_behind_a_legend_cuts_nothing_off_and_has_no_tick_twice(experiment):
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


# ---- the frame, on experiments made for the test


def toy(**changes):
    """A small experiment: y = a x."""
    module = types.SimpleNamespace(
        __name__="nnlib.experiments.toy",
        TITLE="Toy",
        CONTROLS=[Slider("a", 0, 4, 1), Choice("sign", ("plus one", "minus"), "plus one"), Switch("flat", False), SEED],
        QUESTION=Question("How steep is it?", {"a": 2.0}, lambda result: result["a"], "Because the slope is a. " * 4),
        simulate=lambda a, sign, flat, seed: {"a": 0.0 if flat else a if sign == "plus one" else -a},
        picture=lambda result: Picture(Panel("line").line([0, 1], [0, result["a"]])),
        describe=lambda result: f"slope {result['a']:g}",
        headline=lambda result: result["a"],
        code=lambda **settings: f"print({settings['a']})",
    )
    vars(module).update(changes)
    return module


def test_a_number_is_compared_with_what_was_observed():
    shown = show(toy())
    shown.answer("3")
    assert "You said <b>3</b>" in shown.verdict.value and "Observed: <b>2</b>" in shown.verdict.value
    assert shown.asking.layout.display == "none"


def test_commit_without_a_prediction_asks_for_one_and_show_me_goes_on_without():
    shown = show(toy())
    shown.commit(None)
    assert "prediction first" in shown.status.value and shown.widgets["a"].disabled
    shown.answer()
    assert "no prediction" in shown.verdict.value


def test_an_answer_that_is_no_option_is_refused():
    shown = show(toy(QUESTION=Question("?", {"a": 2.0}, lambda result: "yes", "because " * 12, options=("yes", "no"))))
    shown.answer("perhaps")
    assert isinstance(shown.error, ValueError) and "yes, no" in shown.status.value and shown.widgets["a"].disabled


def test_a_curve_is_drawn_before_it_is_committed_and_stays_in_the_picture():
    shown = show(toy(QUESTION=Question("Draw it.", {"a": 2.0}, None, "because " * 12, curve=True)))
    shown.commit(None)
    assert "draw your curve" in shown.status.value
    shown.clicked(None, {"kind": "draw", "panel": 1, "x": [0.0, 0.5], "y": [0.0, 1.0]}, None)
    assert shown.drawn is None
    shown.clicked(None, {"kind": "draw", "panel": 0, "x": [0.0, 0.5], "y": [0.0, 1.0]}, None)
    shown.commit(None)
    labels = [mark.get("label") for mark in shown.canvas.picture["panels"][0]["marks"]]
    assert "your prediction" in labels and shown.error is None and not shown.widgets["a"].disabled
    shown.reset()
    assert len(shown.canvas.picture["panels"][0]["marks"]) == 1


def test_an_error_inside_an_experiment_becomes_a_message_and_the_next_move_works():
    def simulate(a, **others):
        return {"a": 1 / (a - 2)}

    shown = show(toy(simulate=simulate))
    shown.set(a=2.0)
    assert isinstance(shown.error, ZeroDivisionError) and "ZeroDivisionError" in shown.status.value
    shown.set(a=3.0)
    assert shown.error is None and shown.status.value == ""


def test_hold_keeps_the_run_dashed_behind_the_new_one_and_says_what_changed():
    shown = show(toy())
    shown.answer()
    shown.hold()
    shown.set(a=3.0)
    ghost, line = shown.canvas.picture["panels"][0]["marks"]
    assert ghost["ghost"] and ghost["dash"] and not line["ghost"]
    assert "slope 2" in shown.held_line.value and "a 2 → 3" in shown.held_line.value
    shown.hold()
    assert len(shown.canvas.picture["panels"][0]["marks"]) == 1 and shown.held_line.value == ""


def test_a_state_string_gives_back_every_setting_and_a_foreign_one_is_refused():
    controls = toy().CONTROLS
    settings = {"a": 0.1 + 0.2, "sign": "minus", "flat": True, "seed": 7}
    assert read_state("toy", controls, write_state("toy", settings)) == settings
    assert read_state("toy", controls, "toy sign=plus_one") == defaults(controls)
    shown = show(toy())
    shown.answer()
    for text, part in (
        ("hinges a=1", "a state of this experiment reads"),
        ("toy a=9", "from 0 to 4, got '9'"),
        ("toy b=1", "there is no control 'b'"),
        ("toy sign=times", "plus one, minus"),
        ("toy flat=perhaps", "yes or no"),
        ("toy seed=1.5", "a whole number"),
        ("toy a=nan", "from 0 to 4"),
        ("", "a state of this experiment reads"),
    ):
        shown.state_field.value = "toy a=1"
        shown.state_field.value = text
        assert isinstance(shown.error, ValueError) and part in str(shown.error), text
        assert shown.settings["a"] == 1


def test_show_says_what_it_takes():
    with pytest.raises(ValueError, match="show takes an experiment"):
        show("hinges")


def slow(log):
    def stream(a, **others):
        try:
            for step in range(1, 51):
                log.append(("step", a))
                yield {"a": a, "progress": step / 50}
        except GeneratorExit:
            log.append(("closed", a))

    return toy(stream=stream)


async def until(condition):
    """Let the kernel's other tasks run until something is so, five seconds at most."""
    end = time.perf_counter() + 5
    while time.perf_counter() < end:
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to be")


def test_work_that_streams_is_cancelled_by_the_next_move_and_never_draws_again():
    log = []

    async def moves():
        shown = show(slow(log))
        shown.answer()
        log.clear()
        shown.set(a=1.0)
        await until(lambda: len(log) >= 2)
        shown.set(a=3.0)
        await until(lambda: shown.result["progress"] == 1)
        await asyncio.sleep(0.05)
        return shown

    shown = asyncio.run(moves())
    assert 2 <= log.count(("step", 1.0)) <= 10 and log.count(("step", 3.0)) == 50 and log.index(("closed", 1.0)) < log.index(("step", 3.0))
    assert shown.canvas.label == "slope 3" and shown.bar.layout.visibility == "hidden" and shown.error is None


def test_moves_in_quick_succession_draw_the_last_one_only_and_the_state_follows_at_rest():
    runs = []

    def simulate(a, **others):
        runs.append(a)
        return {"a": a}

    async def moves():
        shown = show(toy(simulate=simulate))
        shown.answer()
        runs.clear()
        for a in (0.5, 1.0, 1.5, 3.5):
            shown.widgets["a"].value = a
        await until(lambda: shown.canvas.label == "slope 3.5")
        await asyncio.sleep(AT_REST / 4)
        moving = shown.state_field.value
        await until(lambda: shown.state_field.value == shown.state())
        return shown, moving

    shown, moving = asyncio.run(moves())
    assert runs == [3.5] and shown.settings["a"] == 3.5
    assert "a=2.0" in moving and "a=3.5" in shown.state_field.value and shown.error is None


def test_events_from_another_thread_are_handled_on_the_thread_of_the_cell():
    """JupyterLab sends a widget's events through a subshell: a second thread of the kernel."""
    threads = []

    def simulate(a, **others):
        threads.append(threading.get_ident())
        return {"a": a}

    async def moves():
        shown = show(toy(simulate=simulate))
        shown.answer()
        subshell = threading.Thread(target=lambda: setattr(shown.widgets["a"], "value", 3.5))
        subshell.start()
        await until(lambda: shown.canvas.label == "slope 3.5")
        subshell.join()

    asyncio.run(moves())
    assert set(threads) == {threading.get_ident()}


def test_the_verdict_waits_for_work_that_streams_and_never_blocks():
    async def moves():
        shown = show(slow([]))
        shown.answer("1")
        waiting, locked = shown.verdict.value, shown.widgets["a"].disabled
        shown.clicked(None, {"kind": "click", "panel": 0, "x": [0.0], "y": [0.0]}, None)
        await until(lambda: "Observed" in shown.verdict.value)
        return waiting, locked, shown

    waiting, locked, shown = asyncio.run(moves())
    assert "Running" in waiting and locked
    assert "Observed: <b>2</b>" in shown.verdict.value and not shown.widgets["a"].disabled


def test_an_asked_run_that_fails_or_is_broken_off_leaves_no_locked_controls():
    def broken(a, **others):
        yield {"a": a, "progress": 0.5}
        if a == 2:
            raise RuntimeError("it broke")
        yield {"a": a, "progress": 1.0}

    async def moves(module, then):
        shown = show(module)
        shown.answer()
        await asyncio.sleep(0)
        then(shown)
        await until(lambda: not shown.widgets["a"].disabled)
        return shown

    failed = asyncio.run(moves(toy(stream=broken), lambda shown: None))
    assert "it broke" in failed.status.value
    left = asyncio.run(moves(slow([]), lambda shown: shown.set(a=3.0)))
    assert left.verdict.value == "" and left.settings["a"] == 3


def test_an_error_in_work_that_streams_is_shown_too():
    def stream(a, **others):
        yield {"a": a, "progress": 0.5}
        if a == 3:
            raise RuntimeError("it broke")
        yield {"a": a, "progress": 1.0}

    async def moves():
        shown = Experiment(toy(stream=stream))
        shown.set(a=3.0)
        await until(lambda: shown.error)
        return shown

    assert "it broke" in asyncio.run(moves()).status.value


# ---- controls and pictures


def test_a_drawing_is_points_as_text_and_bad_ones_are_named():
    X, y = drawn_points("0.5:-0.2:1; -1:1:0")
    assert X.tolist() == [[0.5, -0.2], [-1, 1]] and y.tolist() == [1, 0]
    assert Drawing("data").clean("0.501:0:2") == "0.50:0.00:2" and drawn_points("")[0].shape == (0, 2)
    for text in ("1:2:0", "0:0:7", "a", "0:0", "nan:0:1"):
        with pytest.raises(ValueError, match="a point is x:y:class"):
            drawn_points(text)
    with pytest.raises(ValueError, match="at most 1 points"):
        Drawing("data", most=1).clean("0:0:0;0:0:1")


def test_a_log_axis_counts_in_decades_and_leaves_out_what_has_none():
    panel = Panel(ylog=True).line([1, 2, 3, 4], [10, 0, -1, 1e300])
    assert np.array_equal(panel.marks[0]["y"], [1, np.nan, np.nan, 300], equal_nan=True)
    low, high = panel.limits("y")
    assert low < 1 and high > 300


def test_limits_of_nothing_and_of_one_value_are_still_an_interval():
    for panel in (Panel(), Panel().line([2], [5]), Panel().line([0, 1], [np.nan, np.inf])):
        for axis in "xy":
            low, high = panel.limits(axis)
            assert low < high


def test_x_and_y_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="as many of both"):
        Panel().line([1, 2], [1, 2, 3])


def test_a_message_holds_the_numbers_that_were_given():
    pixels = shade_signed(np.array([[-1.0, 0.0], [0.5, 1.0]]))
    message = Picture(Panel().line([1, 2, 3], [4, 5, 6]).field(pixels, (0, 1, 0, 1)).text(1, 2, "here")).message()
    line, field, text = message["panels"][0]["marks"]
    assert np.frombuffer(message["data"], np.float32, 3, line["y"][0]).tolist() == [4, 5, 6]
    offset, size = field["rgba"]
    assert np.array_equal(np.frombuffer(message["data"], np.uint8, size, offset).reshape(2, 2, 4), pixels)
    assert text["words"] == "here" and all(mark["x"][0] % 4 == 0 for mark in (line, field, text))


def test_colours_of_fields_say_what_they_should():
    red, white, blue = shade_signed(np.array([-1.0, 0.0, 1.0]))[:, :3].astype(int)
    assert red[0] > red[2] and blue[2] > blue[0] and white.min() > 250
    sure = shade_classes(np.array([[[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]]))
    assert len({tuple(pixel) for pixel in sure[0]}) == 3
    heat = shade_heat(np.array([[0.0, 1.0, np.nan]]), 0, 1).astype(int)
    assert heat[0, 1].sum() > heat[0, 0].sum() and heat[0, 2, :3].tolist() == [210, 210, 210]


def test_a_contour_lies_where_the_field_has_its_level():
    extent = (-2, 2, -1, 1)
    x, y = contour((grid(extent) ** 2).sum(axis=1).reshape(100, 100), extent, 0.49)
    seen = np.isfinite(x)
    assert np.allclose(np.hypot(x[seen], y[seen]), 0.7, atol=2e-3)
    assert np.isnan(contour(np.zeros((5, 5)), extent, 3.0)[0]).all()
