"""An update of a learner's folder loses nothing that she wrote and brings all that is new."""

import copy
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "notebooks" / "instructor"))
from build import update  # noqa: E402

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def edited(notebook, rng, who, times):
    """A notebook after random edits: cells changed, added, deleted, moved; and what of it may not get lost."""
    notebook, kept, serial = copy.deepcopy(notebook), {}, 0
    cells = notebook["cells"]
    for _ in range(times):
        serial += 1
        i, act = rng.randrange(len(cells)), rng.choice(["change", "change", "add", "delete", "move", "run", "type", "double"])
        words = f"{who} {serial} {rng.random()}"
        if act == "change":
            cells[i]["source"] = [*cells[i]["source"][: rng.randrange(3)], words]
        elif act == "add":
            kind = rng.choice(["markdown", "code"])
            new = {"cell_type": kind, "id": f"{who}-{rng.randrange(10**9)}", "metadata": {}, "source": [words]}
            cells.insert(i, new | ({"outputs": [], "execution_count": None} if kind == "code" else {}))
        elif act == "delete":
            del cells[i]
        elif act == "move":
            cells.insert(rng.randrange(len(cells)), cells.pop(i))
        elif act == "type":  # markdown becomes raw
            cells[i] = {"cell_type": "raw", "id": cells[i]["id"], "metadata": {}, "source": [words]}
        elif act == "double" and who == "M!NE":  # two cells with one id
            cells.insert(i, copy.deepcopy(cells[i]) | {"source": [words]})
        elif cells[i]["cell_type"] == "code":
            cells[i]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [words]}]
    for cell in cells:
        if any(who in part for part in cell["source"]):
            kept[update.text(cell)] = cell
    return notebook, kept


@pytest.mark.parametrize("seed", range(100))
def test_a_hundred_random_folders_lose_no_cell_of_the_learner_and_get_every_new_one(seed, tmp_path):
    rng = random.Random(seed)
    base = json.loads(NOTEBOOKS[seed % len(NOTEBOOKS)].read_text(encoding="utf-8"))
    base["cells"] = base["cells"][:40]
    mine, hers = edited(base, rng, "M!NE", rng.randrange(40))
    new, theirs = edited(base, rng, "C0URSE", rng.randrange(40))
    for folder, notebook in (("course", new), ("mine", mine)):
        (tmp_path / folder / "notebooks").mkdir(parents=True)
        (tmp_path / folder / "notebooks" / "a.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (tmp_path / "mine" / ".course").mkdir()
    (tmp_path / "mine" / ".course" / "a.ipynb").write_text(json.dumps(base), encoding="utf-8")
    before = (tmp_path / "mine" / "notebooks" / "a.ipynb").read_bytes()
    update.update(tmp_path / "course", tmp_path / "mine")
    after = update.load(tmp_path / "mine" / "notebooks" / "a.ipynb")
    texts = [update.text(cell) for cell in after["cells"]]
    assert [text for text in hers if text not in texts] == []
    everything = "\n".join(texts)
    assert [text for text in theirs if text not in everything] == []
    ids = [cell["id"] for cell in after["cells"]]
    assert len(set(ids)) == len(ids)
    base_texts = {cell["id"]: update.text(cell) for cell in base["cells"]}
    left = {cell["id"] for cell in mine["cells"]}
    for cell in new["cells"]:  # what the learner left alone is the course's, word for word
        if cell["id"] in left and all(update.text(c) == base_texts.get(c["id"]) for c in mine["cells"] if c["id"] == cell["id"]):
            assert update.text(cell) in texts
    changed = (tmp_path / "mine" / "notebooks" / "a.ipynb").read_bytes() != before
    backups = list((tmp_path / "mine" / "backup").glob("*")) if changed else []
    assert not changed or [file.read_bytes() for file in backups] == [before]
    again = (tmp_path / "mine" / "notebooks" / "a.ipynb").read_bytes()
    assert update.update(tmp_path / "course", tmp_path / "mine") == []
    assert (tmp_path / "mine" / "notebooks" / "a.ipynb").read_bytes() == again


def notebook(**cells):
    return {"cells": [{"cell_type": "code", "id": id, "metadata": {}, "source": [source], "outputs": []} for id, source in cells.items()]}


def texts(result):
    return [update.text(cell) for cell in result["cells"]]


def test_each_case_of_the_merge():
    base = notebook(a="1", b="2", c="3", d="4")
    assert texts(update.merged(base, base, notebook(a="1", b="two", d="4", e="5"))[0]) == ["1", "two", "4", "5"]
    mine = notebook(a="1", own="x", b="mine", d="4")
    result, conflicts = update.merged(base, mine, notebook(a="1", b="2", c="3", d="four"))
    assert (texts(result), conflicts) == (["1", "x", "mine", "four"], 0)  # c was deleted by her, and not changed by the course
    result, conflicts = update.merged(base, mine, notebook(a="1", b="two", c="three", d="4"))
    assert conflicts == 1 and texts(result) == ["1", "x", "mine", f"{update.HERS}\n\n```python\ntwo\n```", "three", "4"]
    assert result["cells"][3]["cell_type"] == "markdown"  # read, not run
    result, conflicts = update.merged(base, notebook(a="1", b="mine", c="3", d="4"), notebook(a="1", d="4"))
    assert (texts(result), conflicts) == (["1", "mine", "4"], 0)
    result, conflicts = update.merged({"cells": []}, notebook(a="1", b="mine"), notebook(a="1", b="2"))  # no base
    assert conflicts == 1 and texts(result)[:2] == ["1", "mine"]


def test_outputs_of_the_learner_stay_and_a_damaged_notebook_is_left_alone(tmp_path):
    mine, new = notebook(a="1", b="2"), notebook(a="1", b="two")
    mine["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["hers"]}]
    assert update.merged(notebook(a="1", b="2"), mine, new)[0]["cells"][0]["outputs"][0]["text"] == ["hers"]
    for folder, content in (("course", json.dumps(new)), ("mine", "{ half a note")):
        (tmp_path / folder / "notebooks").mkdir(parents=True)
        (tmp_path / folder / "notebooks" / "a.ipynb").write_text(content)
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    assert update.update(tmp_path / "course", tmp_path / "mine") == ["a.ipynb: left as it is, for it cannot be read as a notebook"]
    assert (tmp_path / "mine" / "notebooks" / "a.ipynb").read_text() == "{ half a note" and (
        tmp_path / "mine" / "notes.txt"
    ).read_text() == "mine"


def test_the_command_updates_a_folder_from_the_copy_that_was_handed_out(tmp_path):
    name = "week4_losses.ipynb"
    new = json.loads((ROOT / "notebooks" / name).read_text(encoding="utf-8"))
    old = copy.deepcopy(new)
    old["cells"][2]["source"] = ["An older text."]
    mine = copy.deepcopy(old)
    stub = next(cell for cell in mine["cells"] if "def mse(" in update.text(cell))
    stub["source"] = ["def mse(Z, Y):\n", "    return 0, Z"]
    for folder, content in (("old", old), ("mine", mine)):
        (tmp_path / folder / "notebooks").mkdir(parents=True)
        (tmp_path / folder / "notebooks" / name).write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, ROOT / "notebooks" / "instructor" / "build", "update", tmp_path / "mine", "--base", tmp_path / "old"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0 and f"{name}: updated\n" in run.stdout and "playground.ipynb: new here" in run.stdout, run.stderr
    after = update.load(tmp_path / "mine" / "notebooks" / name)
    assert [update.text(c) for c in after["cells"]] == [
        update.text(c) if "def mse(" not in update.text(c) else update.text(stub) for c in new["cells"]
    ]
