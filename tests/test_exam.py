"""Sheets to print: variants of the same questions with right keys; and the class's gains from before() and after()."""

import csv
import json
import re
import sys
from html import unescape
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "notebooks" / "instructor"))
from build import exam, report

from nnlib.exercises.review import forms


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    out = tmp_path_factory.mktemp("exam")
    return out, exam.write_exam(out, variants=3, seed=7, items=12)


def test_the_variants_ask_the_same_families_in_other_numbers(printed):
    _, sheets = printed
    families = [sorted(item.family.name for item in sheet) for sheet in sheets]
    assert len(sheets) == 3 and all(len(set(names)) == 12 and names == families[0] for names in families)
    texts = [{item.family.name: (item.text, item.options) for item in sheet} for sheet in sheets]
    assert all(sum(texts[a][name] != texts[b][name] for name in texts[0]) >= 11 for a, b in ((0, 1), (0, 2), (1, 2)))
    assert len({item.family.notebook for item in sheets[0]}) >= 10


def test_the_same_seed_gives_the_same_sheets(printed, tmp_path):
    out, _ = printed
    exam.write_exam(tmp_path, variants=3, seed=7, items=12)
    assert all((tmp_path / name).read_bytes() == (out / name).read_bytes() for name in ("exam.html", "key.html", "key.csv"))


def test_the_key_names_the_letter_of_the_right_option_on_the_printed_sheet(printed):
    out, sheets = printed
    text = (out / "exam.html").read_text(encoding="utf-8")
    options = [re.findall("<li>([^<]*)</li>", found) for found in re.findall('<ol class="options[^"]*">(.*?)</ol>', text)]
    with open(out / "key.csv", newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    items = [item for sheet in sheets for item in sheet]
    assert len(rows) == len(options) == len(items) == 36
    for row, printed_options, item in zip(rows, options, items):
        answer = unescape(printed_options["abcd".index(row["letter"])])
        assert answer == row["answer"] and item.verdict(answer)[0]


def test_the_sheet_needs_no_network_and_holds_no_key(printed):
    text = (printed[0] / "exam.html").read_text(encoding="utf-8")
    assert "http" not in text and "<script" not in text and text.count("<section>") == 3
    assert not any(item.why in text for sheet in printed[1] for item in sheet if len(item.why) > 30)


def test_only_some_notebooks_can_be_asked(tmp_path):
    sheets = exam.write_exam(tmp_path, variants=1, items=6, only=["week4_losses"])
    assert {item.family.notebook for item in sheets[0]} == {"week4"}
    with pytest.raises(SystemExit, match="no notebook"):
        exam.write_exam(tmp_path, only=["week9"])


def taken(right, idea):
    return {"taken": "2026-01-01", "right": list(forms.FORM[:right]), "wrong": [[name, idea] for name in forms.FORM[right:]]}


def test_the_report_shows_the_gain_by_concept_and_the_commonest_wrong_idea(tmp_path, capsys):
    for n, idea in enumerate(("dW is a mean.", "dW is a mean.", "no bias.")):
        (tmp_path / f"{n}.json").write_text(
            json.dumps({"review.before": taken(5, idea), "review.after": taken(15, idea), "review.fan_out": {"tries": 3}})
        )
    (tmp_path / "odd.json").write_text(
        json.dumps(
            {"review.before": 3, "review.after": {"right": "x", "wrong": [[1]]}, "week4.mse": {"passed": None, "tries": 1, "hints": 0}}
        )
    )
    report.write_report(tmp_path, tmp_path / "out")
    with open(tmp_path / "out" / "gains.csv", newline="", encoding="utf-8") as lines:
        rows = {row["question"]: row for row in csv.DictReader(lines)}
    assert len(rows) == 20 and rows[forms.FORM[10]]["gain"] == "1.0" and rows[forms.FORM[0]]["gain"] == "0.0"
    assert rows[forms.FORM[19]]["commonest_wrong_idea"] == "dW is a mean." and rows[forms.FORM[19]]["times"] == "4"
    assert "a mean gain of +0.50" in capsys.readouterr().out
    with open(tmp_path / "out" / "report.csv", newline="", encoding="utf-8") as lines:
        assert [row["id"] for row in csv.DictReader(lines) if row["tried"] != "0"] == ["week4.mse"], "review is not an exercise"
