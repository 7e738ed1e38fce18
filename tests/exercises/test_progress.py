"""Progress: it survives a restart and a damaged file, stays in memory without a writable one, and is exported."""

import json

import pytest

from nnlib.exercises import check, progress
from nnlib.exercises.exercise import TASKS, find
from nnlib.exercises.ticks import rows

SAMPLE = find("week2.dense_backward")


def test_progress_survives_a_restart_and_counts(monkeypatch, capsys):
    check(SAMPLE.id, SAMPLE.mistakes[0][1])
    check(SAMPLE.id, SAMPLE.reference)
    monkeypatch.setattr("nnlib.exercises.ticks.memory", {})  # a new kernel
    row = rows()[SAMPLE.id]
    assert row["passed"] and row["tries"] == 2
    progress()
    assert f"[x] {SAMPLE.title}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "null", '{"week2.dense_backward": 3}', '{"week2.dense_backward": {"tries": "x"}}', "\x00\xff"]
)
def test_a_damaged_file_costs_only_the_ticks(damage, tmp_path, capsys):
    (tmp_path / "progress.json").write_bytes(damage.encode("latin-1"))
    progress()
    check(SAMPLE.id, SAMPLE.reference)
    assert capsys.readouterr().out.rstrip().split("\n")[-1].startswith("Passed")
    assert rows()[SAMPLE.id]["tries"] == 1


@pytest.mark.parametrize("place", ["off", "/nowhere/at/all/progress.json"])
def test_without_a_writable_file_the_ticks_stay_in_memory(place, monkeypatch, capsys):
    monkeypatch.setenv("NNLIB_PROGRESS", place)
    check(SAMPLE.id, SAMPLE.reference)
    progress()
    assert "[x]" in capsys.readouterr().out


def test_export_writes_every_exercise_and_derivation_as_json_and_csv(tmp_path):
    check(SAMPLE.id, SAMPLE.reference)
    table = json.loads(progress.export(tmp_path / "me.json").read_text())
    assert [row["id"] for row in table] == list(TASKS) and sum(bool(row["passed"]) for row in table) == 1
    assert len(progress.export(tmp_path / "me.csv").read_text().splitlines()) == len(TASKS) + 1
    with pytest.raises(ValueError, match="export writes"):
        progress.export(tmp_path / "me.xlsx")
