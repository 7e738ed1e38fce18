"""No test of the exercises reads or writes the progress of the person who runs it."""

import pytest

from nnlib.exercises.progress import session


@pytest.fixture(autouse=True)
def fresh_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("NNLIB_PROGRESS", str(tmp_path / "progress.json"))
    session.clear()
