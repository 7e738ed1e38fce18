"""No test of the exercises reads or writes the progress of whoever runs it."""

import pytest


@pytest.fixture(autouse=True)
def fresh_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("NNLIB_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.setattr("nnlib.exercises.ticks.memory", {})
