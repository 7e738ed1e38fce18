"""What a beginner is promised: a notebook takes as long as it says, its core runs alone, and nothing is used before it is taught."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "notebooks" / "instructor"))
import build  # noqa: E402
from build import minutes  # noqa: E402

NOTEBOOKS = build.notebooks()
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
IN_WORK = {path.stem for path in NOTEBOOKS}  # whose tables are not written yet
TOO_LONG = """week1b_forward_propagation week2a_backprop_by_hand week2b_backprop_in_matrices week3_activations week4_losses
    week5_initialization week6a_gradient_descent week6b_momentum_to_adam week7a_deep_networks week7b_generalization
    week8_clinic_and_capstone""".split()


# ---- minutes


@pytest.mark.parametrize("name", minutes.FELT)
def test_the_rule_gives_the_times_that_learners_reported_within_20_percent(name):
    notebook = minutes.at(minutes.FELT_AT, name)
    if notebook is None:
        pytest.skip("the history does not reach so far")
    computed = sum(minutes.minutes(notebook.cells))
    assert abs(computed / minutes.FELT[name] - 1) <= 0.2, f"{computed:.0f} minutes by the rule, {minutes.FELT[name]} by the report"


@each
def test_the_table_of_blocks_says_how_long_they_take(path):
    if path.stem in IN_WORK:
        pytest.skip("in work")
    notebook = build.read(path)
    rows = minutes.blocks(notebook)
    for name, said, core, deeper in rows:
        given = dict.fromkeys(("", "deeper "), 0.0) | {kind: float(number) for kind, number in re.findall(r"(deeper )?(\d+)", said)}
        for kind, computed in (("", core), ("deeper ", deeper)):
            assert abs(given[kind] - computed) <= max(2, 0.1 * computed), (
                f"{name}: says {said}, the rule gives {minutes.printed(core, deeper)}. Write: build minutes --write --only {path.stem}"
            )
    text = "\n".join(cell.source for cell in notebook.cells[:4])
    if rows:
        total = sum(core for _, _, core, _ in rows)
        said = minutes.TIME.search(text)[0]
        assert any(said.startswith(minutes.in_words(total + off)) for off in (-5, 0, 5)), f"{said}, and the rule gives {total:.0f} minutes"


@each
def test_a_core_takes_two_hours_and_a_half_at_most(path):
    core = sum(core for _, _, core, _ in minutes.blocks(build.read(path)))
    if path.stem in TOO_LONG:
        pytest.skip(f"{core:.0f} minutes, in work")
    assert core <= minutes.LONGEST_CORE


def test_the_minutes_written_are_the_minutes_counted():
    source = "**Time:** 9 hours, in one block.\n\n| block | minutes | |\n|---|---|---|\n| 1 One | 99 | lecture |"
    markdown, code = minutes.nbformat.v4.new_markdown_cell, minutes.nbformat.v4.new_code_cell
    deeper, teacher, skim = ({"tags": [tag]} for tag in ("deeper", "teacher", "skim"))
    cells = [
        markdown(source),
        markdown("## 1 One\n\n" + "word " * 598 + "$$a = b$$"),
        markdown("**Exercise (12 min, difficulty 1/5, importance 1/5).** " + "word " * 600),
        code("x = 1\n" * 12 + "\nimport numpy as np"),
        code("show(hinges)"),
        code("guess = predict('How many?')"),
        markdown("word " * 600, metadata=teacher),
        code("x = 1\n" * 600, metadata=skim),
        markdown("word " * 300, metadata=deeper),
    ]
    notebook = minutes.nbformat.v4.new_notebook(cells=cells)
    words = minutes.counts(cells[0])["words"]
    core = words / 60 + 10 + 1 + 12 + 2 + 5 + 1 / 6 + 2
    ((_, _, *computed),) = minutes.blocks(notebook)
    assert computed == pytest.approx([core, 5])
    assert "| 1 One | 32, deeper 5 | lecture |" in minutes.with_minutes(notebook).cells[0].source and round(core) == 32
    assert "**Time:** 30 minutes, and 5 minutes for what is marked *deeper*, in one block." in cells[0].source
