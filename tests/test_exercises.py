"""Every exercise is proved: right forms pass, each stored mistake fails with its own message, and nothing a learner does can break the check."""

import inspect
import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from html import escape
from pathlib import Path

import numpy as np
import pytest

import nnlib
from nnlib import Dense
from nnlib.exercises import EXERCISES, check, checker, hint, progress, quiz, solution
from nnlib.exercises.cards import PARSONS, QUIZZES, Parsons, Quiz, predict
from nnlib.exercises.checker import examine
from nnlib.exercises.exercise import Exercise, find
from nnlib.exercises.progress import recorded, session

ALL = list(EXERCISES.values())
each = pytest.mark.parametrize("exercise", ALL, ids=list(EXERCISES))


@pytest.fixture(autouse=True)
def fresh_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("NNLIB_PROGRESS", str(tmp_path / "progress.json"))
    session.clear()


def sample():
    """The exercise that most tests of the checker itself use: three returned arrays, a square W."""
    return find("week2.dense_backward")


def right(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0, keepdims=True)


# ---- the exercises


@each
def test_the_reference_and_every_equivalent_form_pass(exercise):
    for form in [exercise.reference, *exercise.equivalent]:
        result = examine(exercise, form)
        assert result.passed, f"{inspect.getsource(form)}\n{result}"


@each
def test_every_stored_mistake_fails_with_its_own_message(exercise, capsys):
    killed = 0
    for message, wrong in exercise.mistakes:
        result = examine(exercise, wrong)
        assert not result.passed, f"this wrong solution passes: {message}"
        assert result.message == message, f"stored: {message}\nsaid:   {result.stage}: {result.message}"
        killed += 1
    with capsys.disabled():
        print(f"\n{exercise.id}: mutation score {killed} / {len(exercise.mistakes)}", end="")
    assert killed >= 5 and len({message for message, _ in exercise.mistakes}) == killed


@each
def test_each_exercise_is_complete(exercise):
    assert exercise.minutes > 0 and 1 <= exercise.difficulty <= 5 and 1 <= exercise.importance <= 5
    assert len(exercise.hints) == 3 and all(exercise.hints) and exercise.title
    assert "def " in exercise.source() and "@" not in exercise.source().split("\n")[0]
    count = len(exercise.returns)
    value = exercise.reference(*exercise.inputs(np.random.default_rng(0)))
    assert count == 1 or len(value) == count


@each
def test_inputs_differ_from_round_to_round(exercise):
    first, second = (exercise.inputs(np.random.default_rng(seed)) for seed in (0, 1))
    assert not all(np.array_equal(a, b) for a, b in zip(checker.arrays_in(first), checker.arrays_in(second)))


@each
def test_a_check_takes_under_half_a_second(exercise):
    start = time.perf_counter()
    examine(exercise, exercise.reference)
    assert time.perf_counter() - start < 0.5


@each
def test_the_reference_numbers_are_never_shown(exercise):
    def noisy(*arguments):
        value = exercise.reference(*arguments)
        scaled = [np.asarray(v) * 1.37 + 0.11 for v in (value if len(exercise.returns) > 1 else [value])]
        return tuple(scaled) if len(exercise.returns) > 1 else scaled[0]

    message = examine(exercise, noisy).message
    value = exercise.reference(*exercise.inputs(np.random.default_rng(0)))
    for array in value if len(exercise.returns) > 1 else [value]:
        for number in np.ravel(np.asarray(array, dtype=float)):
            assert number == round(number) or f"{number:.4g}"[:6] not in message


# ---- what learners do


def not_implemented(dZ, X, W):
    """A stub with a docstring."""
    raise NotImplementedError


def dots(dZ, X, W): ...


def returns_dots(dZ, X, W):
    return ..., ..., ...


@pytest.mark.parametrize("stub", [not_implemented, dots, returns_dots])
def test_a_stub_is_told_calmly_that_nothing_was_attempted(stub, capsys):
    check("week2.dense_backward", stub)
    assert capsys.readouterr().out.startswith("Not attempted yet: ")
    assert recorded() == {}


def in_place(dZ, X, W):
    dX, dW = dZ @ W.T, X.T @ dZ
    dZ *= 2
    return dX, dW, dZ.sum(axis=0, keepdims=True) / 2


def endless(dZ, X, W):
    while True:
        try:
            pass
        except Exception:
            pass


def calls_exit(dZ, X, W):
    raise SystemExit


def recursive(dZ, X, W):
    return recursive(dZ, X, W)


def misspelled(dZ, X, W):
    return dZ @ W.T, X.T @ DZ, dZ.sum(axis=0, keepdims=True)  # noqa: F821


def wrong_shapes(dZ, X, W):
    return dZ @ W.T, X @ dZ, dZ.sum(axis=0, keepdims=True)


class Unreadable:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array here")


ACCIDENTS = [
    (lambda dZ, X, W: None if X.any() else 1, "returned", "`return dX, dW, db`"),
    (lambda dZ, X, W: X, "returned", "3 values"),
    (lambda dZ, X, W: (X, W), "returned", "got 2"),
    (lambda dZ, X, W: (X, None, W), "returned", "dW is None"),
    (lambda dZ, X, W: ("no", W, dZ), "type", "str"),
    (lambda dZ, X, W: (X.tolist(), W, dZ), "type", "np.array(dX)"),
    (lambda dZ, X, W: (X * 1j, W, dZ), "type", "complex"),
    (lambda dZ, X, W: tuple(a.astype(np.float32) for a in right(dZ, X, W)), "type", "float32"),
    (lambda dZ, X, W: tuple(a.astype(int) for a in right(dZ, X, W)), "type", "whole numbers"),
    (lambda dZ, X, W: (X.T, *right(dZ, X, W)[1:]), "shape", "(5, 4), X.shape. It looks transposed"),
    (lambda dZ, X, W: (X / 0, *right(dZ, X, W)[1:]), "finite", "division by 0"),
    (lambda dZ, X, W: (right(dZ, X, W)[0] * -1, *right(dZ, X, W)[1:]), "factor", "sign"),
    (lambda dZ, X, W: (right(dZ, X, W)[0] * 2, *right(dZ, X, W)[1:]), "factor", "twice"),
    (lambda dZ, X, W: (right(dZ, X, W)[0] / 2, *right(dZ, X, W)[1:]), "factor", "half"),
    (lambda dZ, X, W: (right(dZ, X, W)[0] * len(X), *right(dZ, X, W)[1:]), "factor", "mean was meant"),
    (lambda dZ, X, W: (right(dZ, X, W)[0] / len(X), *right(dZ, X, W)[1:]), "factor", "divided by m twice"),
    (lambda dZ, X, W: (right(dZ, X, W)[0] * 3.5, *right(dZ, X, W)[1:]), "factor", "3.5 times"),
    (lambda dZ, X, W: (right(dZ, X, W)[0], right(dZ, X, W)[1] + W, right(dZ, X, W)[2]), "number", "dX and db are right"),
    (lambda dZ, X, W: (Unreadable(), X, W), "type", "no array here"),
    (in_place, "mutated", "argument number 1"),
    (endless, "time", "does a loop in it ever end"),
    (calls_exit, "exception", "SystemExit"),
    (recursive, "exception", "RecursionError"),
    (misspelled, "exception", "`return dZ @ W.T, X.T @ DZ, dZ.sum"),
    (wrong_shapes, "exception", "The shapes there: dZ (5, 4), X (5, 4), W (4, 4)"),
    (lambda dZ: dZ, "exception", "Keep the arguments"),
    (42, "type", "without ()"),
    (None, "type", "it got nothing"),
]


@pytest.mark.parametrize("answer, stage, words", ACCIDENTS)
def test_each_accident_is_named(answer, stage, words, monkeypatch, capsys):
    monkeypatch.setattr(checker, "SECONDS", 0.2)
    result = examine(sample(), answer)
    assert (result.stage, words in result.message) == (stage, True), result
    check(sample().id, answer)  # and the front door does not raise either
    assert capsys.readouterr().out == f"{result}\n"


def swallows(*_):
    while True:
        try:
            time.sleep(0.01)
        except:  # noqa: E722
            pass


def swallows_while_it_computes(*_):
    while True:
        try:
            while True:
                np.ones(10).sum()
        except BaseException:
            continue
        finally:
            pass


class LoopsWhenRead:
    def __array__(self, *args, **kwargs):
        while True:
            try:
                time.sleep(0.01)
            except:  # noqa: E722
                pass


class InterruptedWhenRead:
    def __array__(self, *args, **kwargs):
        raise KeyboardInterrupt


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer on this system")
@pytest.mark.parametrize(
    "answer",
    [endless, swallows, swallows_while_it_computes, lambda dZ, X, W: (X, LoopsWhenRead(), W)],
    ids=["plain", "sleep", "sum", "array"],
)
def test_no_except_keeps_the_clock_from_ending_a_loop(answer, monkeypatch):
    monkeypatch.setattr(checker, "SECONDS", 0.1)
    before = signal.getsignal(signal.SIGALRM), sys.gettrace()
    start = time.perf_counter()
    assert examine(sample(), answer).stage == "time"
    assert time.perf_counter() - start < 5
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert (signal.getsignal(signal.SIGALRM), sys.gettrace()) == before


def test_an_interrupt_while_the_answer_is_read_is_no_error_of_the_check():
    assert examine(sample(), lambda dZ, X, W: (InterruptedWhenRead(), X, W)).message == "stopped by you before it was done."


def from_the_standard_library(dZ, X, W):
    return random.sample([1], 3)


def from_nnlib(dZ, X, W):
    return Dense(2, 2).forward(X, True)


@pytest.mark.parametrize(
    ("answer", "line"), [(from_the_standard_library, "return random.sample([1], 3)"), (from_nnlib, "return Dense(2, 2).forward(X, True)")]
)
def test_your_line_is_a_line_that_you_wrote(answer, line):
    assert examine(sample(), answer).message.startswith(f"your line `{line}` stops with ValueError")


async def asynchronous(dZ, X, W):
    return right(dZ, X, W)


def generator(dZ, X, W):
    yield right(dZ, X, W)


@pytest.mark.parametrize(("answer", "word"), [(asynchronous, "async"), (generator, "yield")])
def test_a_function_of_another_kind_is_named_by_its_word(answer, word):
    result = examine(sample(), answer)
    assert result.stage == "returned" and f"the word {word}" in result.message


def test_what_an_answer_changes_for_the_whole_kernel_is_put_back(tmp_path):
    def careless(dZ, X, W):
        os.chdir(tmp_path)
        np.random.seed(1)  # noqa: NPY002
        random.seed(1)
        np.set_printoptions(precision=1)
        np.sum = np.linalg = None
        return right(dZ, X, W)

    def state():
        return os.getcwd(), np.random.random(3).tolist(), random.random(), np.get_printoptions(), np.sum, np.linalg  # noqa: NPY002

    np.random.seed(7), random.seed(7)  # noqa: NPY002
    before = state()
    np.random.seed(7), random.seed(7)  # noqa: NPY002
    assert examine(sample(), careless).passed
    assert state() == before


def test_a_slow_right_answer_passes_with_advice(monkeypatch):
    monkeypatch.setattr(checker, "SLOW", 0.0)
    assert examine(sample(), right).passed
    assert "replace the loop" in examine(sample(), right).message


def test_what_a_learner_prints_does_not_hide_the_verdict(capsys):
    def chatty(dZ, X, W):
        print("debug", X)
        return right(dZ, X, W)

    check(sample().id, chatty)
    assert capsys.readouterr().out.startswith("Passed: ")


def test_a_property_that_fails_is_told():
    base = sample()
    strict = Exercise(**{**vars(base), "properties": (("it is magic", lambda answer, rng: False),)})
    assert examine(strict, right).message == "this does not hold: it is magic."


def test_unknown_ids_name_the_nearest():
    with pytest.raises(ValueError, match="did you mean"):
        check("week2.dense_backwards", right)


def test_hints_come_one_by_one_and_solution_shows_the_mistakes(capsys):
    for number in (1, 2, 3, 1):
        hint(sample().id)
        assert capsys.readouterr().out.startswith(f"Hint {number} of 3: ")
    solution(sample().id)
    out = capsys.readouterr().out
    assert "dZ @ W.T" in out and all(message in out for message, _ in sample().mistakes)


# ---- progress


def test_progress_survives_a_restart_and_counts(capsys):
    check(sample().id, sample().mistakes[0][1])
    check(sample().id, right)
    session.clear()  # a new kernel
    row = recorded()[sample().id]
    assert row["passed"] and row["tries"] == 2
    progress()
    assert f"[x] {sample().title}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "null", '{"week2.dense_backward": 3}', '{"week2.dense_backward": {"tries": "x"}}', "\x00\xff"]
)
def test_a_damaged_file_costs_only_the_ticks(damage, tmp_path, capsys):
    (tmp_path / "progress.json").write_bytes(damage.encode("latin-1"))
    progress()
    check(sample().id, right)
    assert capsys.readouterr().out.rstrip().split("\n")[-1].startswith("Passed")
    assert recorded()[sample().id]["tries"] == 1


DAY = "2026-01-01T10:00:00+00:00"
TICKS = {id: {"passed": DAY, "tries": 2, "hints": 1} for id in list(EXERCISES)[:-1]}  # the last one is what the new kernel checks
WHOLE = json.dumps(TICKS, indent=1)
FIRST, LAST = next(iter(TICKS)), list(EXERCISES)[-1]


def with_first(row):
    return json.dumps({**TICKS, FIRST: row}, indent=1).encode()


# what a file may have gone through: its bytes now, and the ticks that nobody can read from it any more
DAMAGES = {
    "a byte-order mark, as Windows editors write": (b"\xef\xbb\xbf" + WHOLE.encode(), 0),
    "UTF-16": (WHOLE.encode("utf-16"), 0),
    "UTF-16 without a mark": (WHOLE.encode("utf-16-le"), 0),
    "a missing comma": (WHOLE.replace("},", "}", 1).encode(), 0),
    "a comma too many": (WHOLE.replace("}\n}", "},\n}").encode(), 0),
    "something behind": (WHOLE.encode() + b"\n<<<<<<< HEAD", 0),
    "without its first brace": (WHOLE.encode()[1:], 0),
    "in a list": (f"[{WHOLE}]".encode(), 0),
    "a byte that is no text": (WHOLE.encode().replace(b"\n", b"\n\xff\x00", 1), 0),
    "a row that is a number": (with_first(3), 1),
    "a row that is null": (with_first(None), 1),
    "a row with nothing in it": (with_first({}), 1),
    "a row without its counts": (with_first({"passed": DAY}), 0),
    "a row with words for counts": (with_first({"passed": DAY, "tries": "x", "hints": [1]}), 0),
    "a row that passed at no time": (with_first({"passed": True, "tries": -4, "hints": 2}), 0),
    "a row with more in it, by a newer course": (with_first(TICKS[FIRST] | {"score": {"best": 3}}), 0),
    "half the file": (WHOLE.encode()[: len(WHOLE) // 2], None),
    "empty": (b"", None),
    "zeros": (bytes(5000), None),
    "brackets without end": (b"[" * 200_000, None),
    "another program's text": (b"name,grade\nanna,1\n", None),
}


@pytest.mark.parametrize(("content", "lost"), DAMAGES.values(), ids=DAMAGES)
def test_no_damage_to_the_file_loses_a_tick_that_can_be_read(content, lost, tmp_path, capsys):
    """What is beyond reading (lost: None) stays byte for byte in the .bak."""
    file = tmp_path / "progress.json"
    file.write_bytes(content)
    backup = tmp_path / "progress.json.bak"
    for _ in range(2):  # the second time nothing is damaged any more
        check(LAST, EXERCISES[LAST].reference)
        session.clear()
    rows = json.loads(file.read_text())
    passed = [id for id in TICKS if isinstance(rows.get(id), dict) and rows[id]["passed"]]
    if lost is None:
        assert backup.read_bytes() == content
        assert len(passed) == content.count(b"}")
    else:
        assert len(passed) == len(TICKS) - lost
        assert all(rows[id] == TICKS[id] for id in TICKS if id != FIRST)
    assert rows[LAST]["tries"] == 2 and rows[LAST]["passed"]
    assert all(backup.read_bytes() == content for _ in [0] if backup.exists())
    progress()
    progress.export(tmp_path / "me.csv")
    assert {row.suffix for row in tmp_path.iterdir()} <= {".json", ".bak", ".csv"}


def test_backups_never_overwrite_one_another(tmp_path):
    for content in ("one", "two", "three"):
        (tmp_path / "progress.json").write_text(content)
        check(LAST, EXERCISES[LAST].reference)
    assert [(tmp_path / f"progress.json.bak{n}").read_text() for n in ("", 1, 2)] == ["one", "two", "three"]


def test_rows_that_are_not_known_here_are_kept_as_they_are(tmp_path):
    newer = {"week9.transformer": {"passed": DAY, "tries": 1, "hints": 0, "more": [1]}, "settings": {"dark": True}, "version": 2}
    (tmp_path / "progress.json").write_text(json.dumps(newer))
    check(LAST, EXERCISES[LAST].reference)
    rows = json.loads((tmp_path / "progress.json").read_text())
    assert {name: rows[name] for name in newer} == newer and set(rows) == {*newer, LAST}
    assert list(recorded()) == [LAST]


def test_passed_once_is_passed_whatever_another_kernel_remembers():
    ours, wrong = sample(), sample().mistakes[0][1]
    check(ours.id, wrong)  # kernel A fails
    memory = dict(session)
    session.clear()
    for answer in (wrong, right):  # kernel B, which reads the file, passes
        check(ours.id, answer)
    session.clear()
    session.update(memory)
    hint(LAST)  # kernel A records something else
    session.clear()
    assert recorded()[ours.id]["passed"] and recorded()[ours.id]["tries"] == 3
    check(ours.id, wrong)
    assert recorded()[ours.id]["passed"], "a later failure does not take the pass away"


KERNEL = """
import sys
from nnlib.exercises.progress import record
for id in sys.argv[1:]:
    record(id, passed=True)
    record("week2.dense_backward")
"""


@pytest.mark.parametrize("folder", ["flat", "linked"])
def test_kernels_that_write_at_once_lose_no_tick_and_no_count(folder, tmp_path):
    if folder == "linked":
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "progress.json").symlink_to(tmp_path / "elsewhere" / "real.json")
    ids = [id for id in EXERCISES if id != "week2.dense_backward"]
    kernels = [subprocess.Popen([sys.executable, "-c", KERNEL, *ids[start::3]]) for start in range(3)]
    assert [kernel.wait() for kernel in kernels] == [0, 0, 0]
    rows = recorded()
    assert [id for id in ids if not rows.get(id, {}).get("passed")] == []
    assert rows["week2.dense_backward"]["tries"] == len(ids)
    assert (tmp_path / "progress.json").is_symlink() == (folder == "linked")
    assert [file for file in tmp_path.rglob("*") if file.suffix in (".part", ".bak", ".lock")] == []


@pytest.mark.parametrize("place", ["off", " OFF ", "/nowhere/at/all/progress.json", ".", "/", "pipe", "x" * 5000])
def test_without_a_writable_file_the_progress_stays_in_memory(place, tmp_path, monkeypatch, capsys):
    if place == "pipe":
        place = str(tmp_path / "pipe")
        os.mkfifo(place)
    monkeypatch.setenv("NNLIB_PROGRESS", place)
    check(sample().id, right)
    progress()
    assert capsys.readouterr().out.startswith("Passed") and recorded()[sample().id]["passed"]
    if place.endswith("pipe"):
        assert stat.S_ISFIFO(os.stat(place).st_mode)


def test_the_place_of_the_file_is_where_the_kernel_started(tmp_path):
    code = """
import os
from nnlib.exercises import check, progress
from nnlib.exercises.exercise import EXERCISES
os.mkdir("data"); os.chdir("data")
check(id := next(iter(EXERCISES)), EXERCISES[id].reference)
"""
    env = {name: value for name, value in os.environ.items() if name != "NNLIB_PROGRESS"}
    for place in (None, ""):
        folder = tmp_path / repr(place)
        folder.mkdir()
        more = {} if place is None else {"NNLIB_PROGRESS": place}
        subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env=env | {"PYTHONPATH": str(Path(nnlib.__file__).parents[1])} | more, check=True
        )
        assert (folder / "nnlib_progress.json").is_file() and not list((folder / "data").iterdir())


def test_export_writes_every_exercise_as_json_and_csv(tmp_path):
    check(sample().id, right)
    table = json.loads(progress.export(tmp_path / "me.json").read_text())
    assert [row["id"] for row in table] == list(EXERCISES) and sum(bool(row["passed"]) for row in table) == 1
    assert len(progress.export(tmp_path / "me.csv").read_text().splitlines()) == len(EXERCISES) + 1
    with pytest.raises(ValueError, match="export writes"):
        progress.export(tmp_path / "me.xlsx")


# ---- cards


@pytest.mark.parametrize("id", QUIZZES)
def test_every_option_of_every_question_has_its_reason(id, capsys):
    card = quiz(id)
    for number, question in enumerate(QUIZZES[id], 1):
        assert question.right in question.options and len(question.options) >= 3
        assert all(len(reason) > 15 for reason in question.options.values())
        for letter, option in zip("abcdef", question.options):
            card.answer(number, letter)
            assert capsys.readouterr().out.startswith("Right: " if option == question.right else "No: ")
    lines = repr(card).splitlines()
    words = " ".join(map(str.strip, lines))
    assert all(question.text in words and all(option in words for option in question.options) for question in QUIZZES[id])
    assert max(map(len, lines)) <= 104


@pytest.mark.parametrize("id", PARSONS)
def test_the_given_order_is_right_and_every_forbidden_swap_is_named(id):
    lines = PARSONS[id]
    card, order = Parsons(lines), list(range(len(lines.lines)))
    assert card.verdict(order).startswith("Right") and card.order != order
    for i, needs in lines.needs.items():
        for j in needs:
            swapped = [j if n == i else i if n == j else n for n in order]
            assert card.verdict(swapped).startswith("Not yet")


def clicked(box, kind, description=None):
    """The first widget of a kind (and description) inside a box."""
    for child in box.children:
        if type(child).__name__ == kind and description in (None, getattr(child, "description", None)):
            return child
        if hasattr(child, "children") and (found := clicked(child, kind, description)):
            return found
    return None


def test_the_widgets_say_what_the_plain_text_says():
    card = quiz("week2b")
    box, question = card.widget(), card.questions[0]
    assert clicked(box, "RadioButtons").value is None, "no option is chosen beforehand"
    clicked(box, "RadioButtons").value = question.right
    assert "Right:" in "".join(child.value or "" for child in box.children if type(child).__name__ == "HTML")

    ordering = Parsons(PARSONS["week2.backward_order"])
    box = ordering.widget()
    rows, check_button, said = box.children[1:-2], box.children[-2], box.children[-1]
    check_button.click()
    assert "Not yet" in said.value
    for _ in rows:  # bubble sort, by clicks on Down
        for row, below in zip(rows, rows[1:]):
            places = [next(i for i, line in enumerate(ordering.lines.lines) if escape(line) in r.children[2].value) for r in (row, below)]
            if places[0] > places[1]:
                row.children[1].click()
    check_button.click()
    assert "Right" in said.value


def test_a_prediction_is_committed_and_revealed(capsys):
    guess = predict("What is the first loss?")
    guess.reveal(1.0986)
    box = guess.widget()
    clicked(box, "Text").value = "1.1"
    clicked(box, "Button", "Commit").click()
    guess.reveal(1.0986)
    assert capsys.readouterr().out == "No guess was made. It is 1.1.\nYou said 1.1. It is 1.1.\n"
    with pytest.raises(ValueError, match="one of"):
        predict("Which?", ["up", "down"]).commit("left")


@pytest.mark.parametrize("card", [Quiz(QUIZZES["week2b"]), Parsons(PARSONS["week2.backward_order"]), predict("How many?")])
def test_every_card_has_a_plain_text_form_beside_its_widget(card):
    bundle = card._repr_mimebundle_()
    assert bundle["text/plain"] == repr(card) and "application/vnd.jupyter.widget-view+json" in bundle
