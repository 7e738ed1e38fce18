"""The frame that all experiments share, on experiments made for the test: the question, the run, the buttons, controls and pictures."""

import asyncio
import os
import re
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nnlib.experiments import line_by_hand, show
from nnlib.experiments.frame import show as frame
from nnlib.experiments.frame.controls import SEED, Choice, Drawing, Slider, Switch, defaults, drawn_points, read_state, write_state
from nnlib.experiments.frame.pictures import Axes, Picture, contour, grid, shade_classes, shade_heat, shade_signed
from nnlib.experiments.frame.show import IDLE_SECONDS, Experiment, Prediction, opening
from nnlib.experiments.frame.words import WHY_WORDS, why_html
from nnlib.plots import style


def toy(**changes):
    """A small experiment: y = a x."""
    module = types.SimpleNamespace(
        __name__="nnlib.experiments.toy",
        TITLE="Toy",
        CONTROLS=[Slider("a", 0, 4, 1), Choice("sign", ("plus one", "minus"), "plus one"), Switch("flat", False), SEED],
        QUESTION=Prediction("How steep?", {"a": 2.0}, lambda result: f"{result['a']:g}", "Because the slope is a. " * 4, ("2", "3")),
        simulate=lambda a, sign, flat, seed: {"a": 0.0 if flat else a if sign == "plus one" else -a},
        picture=lambda result: Picture(Axes("line").line([0, 1], [0, result["a"]])),
        describe=lambda result: f"slope {result['a']:g}",
        headline=lambda result: result["a"],
        code=lambda **settings: f"print({settings['a']})",
    )
    vars(module).update(changes)
    return module


def test_a_prediction_is_compared_with_what_was_observed():
    shown = show(toy())
    shown.answer("3")
    assert "You predicted <b>3</b>" in shown.verdict.value and "Observed: <b>2</b>" in shown.verdict.value
    assert [chip.description for chip in shown.chips.values()] == ["✓ 2", "✗ 3"]
    assert "nn-right" in shown.chips["2"]._dom_classes and "nn-wrong" in shown.chips["3"]._dom_classes
    assert shown.why_button.layout.display == "flex" and shown.why.layout.display == "none"


def test_a_chip_commits_at_once_and_show_me_goes_on_without_a_prediction():
    shown = show(toy())
    shown.chips["2"].click()
    assert "You predicted <b>2</b>" in shown.verdict.value and all(chip.disabled for chip in shown.chips.values())
    assert [chip.description for chip in shown.chips.values()] == ["✓ 2", "3"]
    shown = show(toy())
    shown.reveal.click()
    assert "no prediction" in shown.verdict.value and [chip.description for chip in shown.chips.values()] == ["✓ 2", "3"]


def test_the_run_before_the_answer_stays_dotted_until_a_control_moves_and_the_question_can_be_asked_again():
    shown = show(toy())
    shown.answer("3")
    ghost, line = shown.canvas.picture["panels"][0]["marks"]
    assert ghost["ghost"] and ghost["label"] == "before" and not line["ghost"]
    assert "nn-moved" in shown.widgets["a"]._dom_classes and "nn-moved" not in shown.widgets["sign"]._dom_classes
    shown.widgets["a"].value = 2.0 + 1e-9  # the browser rounds: not a move of the learner's
    assert shown.before is not None
    shown.widgets["a"].value = 3.0
    assert len(shown.canvas.picture["panels"][0]["marks"]) == 1 and "nn-past" in shown.chip_row._dom_classes
    shown.ask_again()
    assert shown.settings["a"] == 1 and shown.verdict.value == "" and [chip.description for chip in shown.chips.values()] == ["2", "3"]
    shown.chips["2"].click()
    assert shown.chips["2"].description == "✓ 2" and "nn-past" not in shown.chip_row._dom_classes


def test_why_opens_with_at_most_sixty_words_and_folds_the_rest_at_the_end_of_a_sentence():
    short, long = "One sentence. And another.", "Ten words stand in this one sentence, and no more. " * 9
    assert "details" not in why_html(short)
    first, rest = why_html(long).split("<details>")
    assert len(first.split()) <= WHY_WORDS + 1 and first.endswith("more.") and rest.count("Ten") == 3


def test_an_answer_that_is_no_option_is_refused():
    shown = show(toy())
    shown.answer("perhaps")
    assert isinstance(shown.error, ValueError) and "2, 3" in shown.status.value and shown.widgets["a"].disabled


def test_an_error_inside_an_experiment_becomes_a_message_and_the_next_move_works():
    def simulate(a, **others):
        return {"a": 1 / (a - 2)}

    shown = show(toy(simulate=simulate))
    shown.set(a=2.0)
    assert isinstance(shown.error, ZeroDivisionError) and "ZeroDivisionError" in shown.status.value
    shown.set(a=3.0)
    assert shown.error is None and shown.status.value == ""


def test_hold_keeps_the_run_dotted_behind_the_new_one_and_says_what_changed():
    shown = show(toy())
    shown.answer()
    shown.hold()
    shown.set(a=3.0)
    ghost, line = shown.canvas.picture["panels"][0]["marks"]
    assert ghost["ghost"] and ghost["label"] == "held" and not line["ghost"]
    assert "slope 2" in shown.held_line.value and "a 2 → 3" in shown.changed.value
    shown.hold()
    assert len(shown.canvas.picture["panels"][0]["marks"]) == 1 and shown.held_line.value == shown.changed.value == ""


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


def test_importing_the_experiments_leaves_numpys_threads_alone_and_showing_one_takes_one_thread():
    script = (
        "import threadpoolctl; threads = lambda: max((pool['num_threads'] for pool in threadpoolctl.threadpool_info()), default=1)\n"
        "import numpy; threadpoolctl.threadpool_limits(2); before = threads()\n"
        "from nnlib.experiments import line_by_hand, playground, show\n"
        "assert threads() == before; show(line_by_hand); assert threads() == 1\n"
        "threadpoolctl.threadpool_limits(2); playground.Panel(); assert threads() == 1"
    )
    environment = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment)


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
        await asyncio.sleep(IDLE_SECONDS / 4)
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
        shown.answer("3")
        waiting, locked = shown.verdict.value, shown.widgets["a"].disabled
        shown.on_pointer(None, {"kind": "click", "panel": 0, "x": [0.0], "y": [0.0]}, None)
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
    panel = Axes(ylog=True).line([1, 2, 3, 4], [10, 0, -1, 1e300])
    assert np.array_equal(panel.marks[0]["y"], [1, np.nan, np.nan, 300], equal_nan=True)
    low, high = panel.limits("y")
    assert low < 1 and high > 300


def test_limits_of_nothing_and_of_one_value_are_still_an_interval():
    for panel in (Axes(), Axes().line([2], [5]), Axes().line([0, 1], [np.nan, np.inf])):
        for axis in "xy":
            low, high = panel.limits(axis)
            assert low < high


def test_x_and_y_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="the same number of both"):
        Axes().line([1, 2], [1, 2, 3])


def test_a_message_holds_the_numbers_that_were_given():
    pixels = shade_signed(np.array([[-1.0, 0.0], [0.5, 1.0]]))
    message = Picture(Axes().line([1, 2, 3], [4, 5, 6]).field(pixels, (0, 1, 0, 1)).text(1, 2, "here")).message()
    line, field, text = message["panels"][0]["marks"]
    assert np.frombuffer(message["data"], np.float32, 3, line["y"][0]).tolist() == [4, 5, 6]
    offset, size = field["rgba"]
    assert np.array_equal(np.frombuffer(message["data"], np.uint8, size, offset).reshape(2, 2, 4), pixels)
    assert text["words"] == "here" and all(mark["x"][0] % 4 == 0 for mark in (line, field, text))


def test_colours_of_fields_say_what_they_should():
    blue, white, orange = shade_signed(np.array([-1.0, 0.0, 1.0]))[:, :3].astype(int)
    assert orange[0] > orange[2] and blue[2] > blue[0] and white.min() > 250
    blue, orange, white = shade_classes(np.array([[[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]]))[0, :, :3].astype(int)
    assert orange[0] > orange[2] and blue[2] > blue[0] and white.min() == 255  # no mud between two classes
    heat = shade_heat(np.array([[0.0, 1.0, np.nan]]), 0, 1).astype(int)
    assert heat[0, 1].sum() > heat[0, 0].sum() and heat[0, 2, :3].tolist() == [210, 210, 210]


def test_a_contour_lies_where_the_field_has_its_level():
    extent = (-2, 2, -1, 1)
    x, y = contour((grid(extent) ** 2).sum(axis=1).reshape(100, 100), extent, 0.49)
    seen = np.isfinite(x)
    assert np.allclose(np.hypot(x[seen], y[seen]), 0.7, atol=2e-3)
    assert np.isnan(contour(np.zeros((5, 5)), extent, 3.0)[0]).all()


def test_what_is_the_same_before_and_after_is_drawn_once_and_another_field_stands_small_beside_the_panel():
    def picture(slope, shade):
        return Picture(Axes().field(shade_classes(np.full((2, 2, 2), shade)), (0, 1, 0, 1)).line([0, 1], [1, 1]).line([0, 1], [0, slope]))

    marks = picture(2, 0.5).with_ghost(picture(1, 0.5)).message()["panels"][0]
    assert sum(mark["ghost"] for mark in marks["marks"]) == 1 and "before" not in marks
    after = picture(2, np.array([0.9, 0.1])).with_ghost(picture(1, 0.5), "before").message()["panels"][0]
    assert [mark["kind"] for mark in after["before"]] == ["field", "line", "line"] and after["word"] == "before"
    wide, narrow = (Picture(Axes().bars([0, 1], [1, 2], width=width)) for width in (1.0, 0.1))
    assert not any(mark["ghost"] for mark in wide.with_ghost(narrow).message()["panels"][0]["marks"])


# ---- contrasts, by WCAG


def contrast(a, b):
    def light(colour):
        rgb = np.array(to_rgb(colour))
        return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    low, high = sorted([light(a), light(b)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_word_and_every_mark_stands_out_from_the_page_in_both_themes(theme):
    look = style.CANVAS[theme]
    shown = {colour: look["marks"].get(colour, colour) for colour in style.COLOURS}
    words = {colour: look["words"].get(colour, mark) for colour, mark in shown.items()}
    words |= {"ink": look["ink"], "muted": look["muted"]}
    for name in ("YELLOW", "GREY"):
        words.pop({"YELLOW": style.YELLOW, "GREY": "#999999"}[name])  # no words are written in these
    assert {name: round(contrast(word, look["ground"]), 1) for name, word in words.items() if contrast(word, look["ground"]) < 4.5} == {}
    lines = [
        look["held"],
        look["frame"],
        *(mark for colour, mark in shown.items() if colour not in (style.YELLOW, style.ORANGE, style.PURPLE, style.SKY, "#999999")),
    ]
    assert all(contrast(line, look["ground"]) >= 3 for line in lines)


def test_a_setting_is_written_as_its_slider_writes_it():
    assert [frame.shown_value(value) for value in (1000.0, 0.0007, 17.78, "y_=_1")] == ["1000", "0.0007", "17.8", "y = 1"]


def test_markers_boundaries_and_held_lines_stand_out_from_the_fields():
    for field in style.shade(np.eye(5)):
        assert contrast(style.INK, field) >= 4.5  # a boundary, and the edge of every marker
        assert contrast(style.CANVAS["light"]["held"], field) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_of_the_panel_stand_out_in_both_themes(theme):
    light, dark = re.findall(r"\{\s+(--nn-ink.*?)\n", Path(frame.__file__).with_name("panel.css").read_text(encoding="utf-8"))
    colours = dict(re.findall(r"(--nn-[a-z-]+): (#[0-9a-f]+)", light if theme == "light" else dark))
    ground = style.CANVAS[theme]["ground"]
    assert (colours["--nn-ink"], colours["--nn-muted"]) == (style.CANVAS[theme]["ink"].lower(), style.CANVAS[theme]["muted"].lower())
    assert all(contrast(colours[f"--nn-{name}"], ground) >= 4.5 for name in ("ink", "muted", "action", "right", "wrong"))
    assert contrast(colours["--nn-right"], colours["--nn-right-ground"]) >= 4.5


# ---- the way to the asked setting


def test_a_slider_runs_to_the_asked_setting_on_its_own_steps():
    for slider, start, end in ((Slider("a", -1, 2, 0.5, step=0.1), -0.3, 1.9), (Slider("lr", 1e-4, 10, 0.1, log=True), 0.001, 1.0)):
        way = [slider.between(start, end, share) for share in np.linspace(0, 1, 13)]
        assert way[0] == pytest.approx(start) and way[-1] == pytest.approx(end) and way == sorted(way) and len(set(way)) > 8
    assert Slider("n", 1, 12, 2, step=1, whole=True).between(2, 3, 0.4) == 2


@pytest.mark.parametrize("still", [True, False])
def test_the_sliders_glide_to_the_answer_unless_the_reader_wants_no_motion(still):
    async def scene():
        shown = Experiment(line_by_hand)
        shown.on_pointer(None, {"kind": "opened", "still": still}, None)
        moved = set()
        for widget in shown.widgets.values():
            widget.observe(lambda change: moved.add((change["owner"].description, change["new"])), "value")
        shown.answer(line_by_hand.QUESTION.options[0])
        await until(lambda: shown.chips and any(chip.description[0] == "✓" for chip in shown.chips.values()))
        asked = opening(line_by_hand) | line_by_hand.QUESTION.settings
        assert shown.settings == asked and shown.error is None
        assert not shown.hold_button.disabled and shown.before is not None
        return len(moved)

    count = asyncio.run(scene())
    assert count <= len(line_by_hand.QUESTION.settings) if still else count > 6


def test_a_change_by_code_ends_the_gliding():
    async def scene():
        shown = Experiment(line_by_hand)
        shown.still = False
        shown.answer(None)
        await asyncio.sleep(0.1)
        shown.set(**opening(line_by_hand))
        await asyncio.sleep(0.7)
        assert shown.settings == opening(line_by_hand) and shown.gliding.cancelled() and not shown.hold_button.disabled

    asyncio.run(scene())
