"""Progress: it survives a restart, a damaged file and a second kernel, stays in memory without a writable file, and is exported."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nnlib
from nnlib.exercises import EXERCISES, check, hint, predict, progress, quiz, solution
from nnlib.exercises.cards import QUIZZES
from nnlib.exercises.exercise import TASKS, find
from nnlib.exercises.progress import LONGEST, PREDICTIONS, recorded, session

SAMPLE = find("week2.dense_backward")


def right(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0, keepdims=True)


def test_progress_survives_a_restart_and_counts(capsys):
    check(SAMPLE.id, SAMPLE.mistakes[0][1])
    check(SAMPLE.id, right)
    session.clear()  # a new kernel
    row = recorded()[SAMPLE.id]
    assert row["passed"] and row["tries"] == 2
    progress()
    assert f"[x] {SAMPLE.title}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "null", '{"week2.dense_backward": 3}', '{"week2.dense_backward": {"tries": "x"}}', "\x00\xff"]
)
def test_a_damaged_file_costs_only_the_ticks(damage, tmp_path, capsys):
    (tmp_path / "progress.json").write_bytes(damage.encode("latin-1"))
    progress()
    check(SAMPLE.id, right)
    assert capsys.readouterr().out.rstrip().split("\n")[-1].startswith("Passed")
    assert recorded()[SAMPLE.id]["tries"] == 1


DAY = "2026-01-01T10:00:00+00:00"
TICKS = {id: {"passed": DAY, "tries": 2, "hints": 1} for id in list(EXERCISES)[:-1]}  # the last one is what the new kernel checks
WHOLE = json.dumps(TICKS, indent=1)
FIRST, LAST = next(iter(TICKS)), list(EXERCISES)[-1]


def with_first(row):
    return json.dumps({**TICKS, FIRST: row}, indent=1).encode()


# what a file may have gone through: its bytes now, and the ticks that can no longer be read from it
DAMAGES = {
    "a byte-order mark, as Windows editors write": (b"\xef\xbb\xbf" + WHOLE.encode(), 0),
    "UTF-16": (WHOLE.encode("utf-16"), 0),
    "UTF-16 without a mark": (WHOLE.encode("utf-16-le"), 0),
    "a missing comma": (WHOLE.replace("},", "}", 1).encode(), 0),
    "a comma too many": (WHOLE.replace("}\n}", "},\n}").encode(), 0),
    "something behind": (WHOLE.encode() + b"\n<<<<<<< HEAD", 0),
    "without its first brace": (WHOLE.encode()[1:], 0),
    "in a list": (f"[{WHOLE}]".encode(), 0),
    "a byte that is not text": (WHOLE.encode().replace(b"\n", b"\n\xff\x00", 1), 0),
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
    """What cannot be read (lost: None) stays byte for byte in the .bak."""
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
    assert rows[LAST]["tries"] == 1 and rows[LAST]["passed"]  # after the pass nothing counts
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
    ours, wrong = SAMPLE, SAMPLE.mistakes[0][1]
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
    check(SAMPLE.id, right)
    progress()
    assert capsys.readouterr().out.startswith("Passed") and recorded()[SAMPLE.id]["passed"]
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
    check(SAMPLE.id, right)
    table = json.loads(progress.export(tmp_path / "me.json").read_text())
    assert [row["id"] for row in table] == list(TASKS) and sum(bool(row["passed"]) for row in table) == 1
    assert len(progress.export(tmp_path / "me.csv").read_text().splitlines()) == len(TASKS) + 1
    with pytest.raises(ValueError, match="export writes"):
        progress.export(tmp_path / "me.xlsx")


def test_progress_fits_a_screen_and_shows_the_week_you_are_in(capsys):
    progress()
    lines = capsys.readouterr().out.splitlines()
    weeks = list(dict.fromkeys(id.split(".")[0] for id in TASKS))
    assert [line.split()[0] for line in lines[: len(weeks)]] == weeks and "week0:" in lines
    for id in ("week0.accuracy", "week2.dense_backward"):
        check(id, EXERCISES[id].reference)
    progress()
    shown = capsys.readouterr().out
    assert f"[x] {EXERCISES['week2.dense_backward'].title}" in shown and EXERCISES["week0.accuracy"].title not in shown
    for week in weeks:
        progress(week)
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) <= 30 and max(map(len, lines)) <= 112
        assert sum(line.startswith("   [") for line in lines) == sum(id.startswith(f"{week}.") for id in TASKS)
    with pytest.raises(ValueError, match="there are week0"):
        progress("week9")


def test_after_the_first_pass_nothing_counts_and_the_file_stays_as_it_is(tmp_path, capsys):
    for answer in (SAMPLE.mistakes[0][1], right):
        check(SAMPLE.id, answer)
    before = (tmp_path / "progress.json").read_bytes()
    for _ in range(5):
        check(SAMPLE.id, right)
        check(SAMPLE.id, SAMPLE.mistakes[1][1])
        hint(SAMPLE.id)
    assert (tmp_path / "progress.json").read_bytes() == before
    row = recorded()[SAMPLE.id]
    assert (row["tries"], row["hints"], row["messages"]) == (2, 0, [SAMPLE.messages[0]])
    said = capsys.readouterr().out
    assert all(text in said for text in SAMPLE.hints)  # all three, once it is passed


def test_export_tells_the_solution_the_messages_and_the_first_answers(tmp_path, capsys):
    solution(SAMPLE.id)
    check(SAMPLE.id, SAMPLE.mistakes[0][1])
    quiz("week2b").answer(2, "c")
    session.clear()  # a new kernel
    quiz("week2b").answer(2, "a")
    quiz("week2b").widget().children[1].index = 0
    table = {row["id"]: row for row in json.loads(progress.export(tmp_path / "me.json").read_text())}
    assert table[SAMPLE.id]["solution"] is True and table[SAMPLE.id]["after_solution"] is False
    assert table[SAMPLE.id]["messages"] == SAMPLE.messages[0]
    options = [list(question.options) for question in QUIZZES["week2b"]]
    assert table["quiz.week2b.2"]["answer"] == options[1][2] and table["quiz.week2b.1"]["answer"] == options[0][0]
    assert len(table) == len(TASKS) + 2


def test_the_first_guess_of_a_prediction_is_exported_and_another_kernel_loses_none(tmp_path, capsys):
    def predicted():
        rows = json.loads(progress.export(tmp_path / "me.json").read_text())
        return {row["title"]: (row["answer"], row["messages"]) for row in rows if row["id"] == PREDICTIONS}

    def guess(question, *guesses):
        for value in guesses:
            card = predict(question)
            card.commit(value)
            card.reveal(3.14159)

    predict("How large?").reveal(3)
    assert predicted() == {}  # nobody guessed
    guess("How large?", np.int64(2), 5)
    mine = dict(session)
    session.clear()  # another kernel, with another notebook
    guess("How many?", "x" * 500)
    session.clear()
    session.update(mine)  # the first kernel goes on
    check(SAMPLE.id, right)
    assert predicted() == {"How large?": ("2", "3.14"), "How many?": ("x" * LONGEST, "3.14")}
