"""The teacher's builds: nothing withheld is left in the course folder, the key is green, decks fit a screen without a network, the report counts.

The decks need scripts from npm: NNLIB_SLIDE_ASSETS names the folder that `build slides --fetch --assets FOLDER` filled;
without it, or without Chromium, they are skipped.
"""

import csv
import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nbformat
import numpy as np
import pytest
from lab import CHROMIUM, FLAGS

from nnlib.exercises import EXERCISES

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "notebooks" / "instructor"))
import build  # noqa: E402
from build import answers, copies, course, graded, kit, lite, pages, plans, refresh, report, slides  # noqa: E402

ASSETS = Path(os.environ.get("NNLIB_SLIDE_ASSETS", "no-such-folder"))


@pytest.fixture(scope="module")
def stripped(tmp_path_factory):
    out = tmp_path_factory.mktemp("course") / "out"
    assert course.write_course(out, ["week4_losses"]) == []
    return out


def run_in(folder, code):
    """Python with the nnlib of that folder."""
    env = os.environ | {"PYTHONPATH": str(folder), "NNLIB_PROGRESS": "off"}
    return subprocess.run([sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, text=True, timeout=120)


def test_the_stripped_course_has_no_source_of_exercises_and_its_search_finds_what_is_put_back(stripped):
    left = [file for folder in ("week*", "your_data", "clinic") for file in (stripped / "nnlib" / "exercises").glob(f"{folder}/*.py")]
    assert len(left) == 11 and {file.name for file in left} == {"__init__.py"}
    hidden = sorted((ROOT / "nnlib" / "exercises" / "week4").glob("*.py"))
    try:
        (stripped / "put_back.txt").write_text("\n".join(file.read_text(encoding="utf-8") for file in hidden), encoding="utf-8")
        found = course.leaks(stripped, ["week4_losses"])
        assert len(found) >= 4 * 4  # three hints and a solution of four exercises and more
        assert any("solution of week4.squared_error_dZ" in what for what in found) and any(
            "hint 2 of week4.squared" in what for what in found
        )
    finally:
        (stripped / "put_back.txt").unlink()


def test_in_the_stripped_course_every_reference_passes_and_every_mistake_still_gets_its_own_message(stripped):
    code = """
import nnlib
from nnlib.exercises import check, hint, solution
from nnlib.exercises.checker import examine
from nnlib.exercises.derivations.verdict import verdict
from nnlib.exercises.exercise import DERIVATIONS, EXERCISES
print(nnlib.__file__)
week = [e for e in EXERCISES.values() if e.id.startswith("week4.")]
assert len(week) >= 5 and all(examine(e, e.reference).passed for e in week)
assert not any(e.equivalent for e in week)
assert all(message in examine(e, wrong).message for e in week for message, wrong in e.mistakes)
hint("week4.mse"); solution("week4.squared_error_dZ")
derivations = [d for d in DERIVATIONS.values() if d.id.startswith("week4.")]
assert len(derivations) == 3 and all(verdict(d, d.worked).passed for d in derivations)
check("week4.mse", lambda Z, Y: 1 / 0)
"""
    run = run_in(stripped, code)
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert lines[0].startswith(str(stripped)) and lines[1:3] == [build.WITHHELD] * 2
    assert "ZeroDivisionError" in lines[3] and "site-packages" not in lines[3]


def test_a_wheel_of_the_stripped_course_holds_its_exercises(stripped, tmp_path):
    pytest.importorskip("hatchling.build")
    code = "import sys\nfrom hatchling.build import build_wheel\nprint(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=stripped, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    run = run_in(
        tmp_path / "installed", "from nnlib.exercises import EXERCISES, clinic, quiz\nprint(len(list(EXERCISES.values())), quiz('case1'))"
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(f"{len(EXERCISES)} 1. Case 1.")


def test_a_copy_has_its_own_readme_no_dead_link_and_no_word_about_help_that_is_gone(tmp_path, capsys):
    out = tmp_path / "out"
    names = ["start_here", "week4_losses", "week6b_momentum_to_adam"]
    course.write_course(out, names)
    assert copies.dead_links(out) == [] and "no link any more: week4_losses.ipynb: week3_activations.ipynb" in capsys.readouterr().out
    readme = (out / "README.md").read_text(encoding="utf-8")
    assert f"You need Python {sys.version_info[0]}.{sys.version_info[1]}." in readme and "week4_losses.ipynb" in readme
    for gone in ("pytest", "or newer", "answer key", "instructor", "week3_activations", "[test", "conda"):
        assert gone not in readme, gone
    for name in names:
        source, before = (
            "\n".join(c.source for c in build.read(f / "notebooks" / f"{name}.ipynb").cells if c.cell_type == "markdown")
            for f in (out, ROOT)
        )
        assert not re.search(r"`(?:hint|solution)\(", source), name
        warm_up = [c.source for c in build.read(out / "notebooks" / f"{name}.ipynb").cells if "Three questions" in c.source]
        assert not any(build.WITHHELD in text for text in warm_up) and len(warm_up) == before.count("Three questions")
        assert len(source) > 0.75 * len(before)
    (out / "notebooks" / "week4_losses.ipynb").unlink()
    assert any("week4_losses" in link for link in copies.dead_links(out))  # seen by the search


KEEPS = [("hints",), ("solutions",), ("answers", "notes")]


@pytest.mark.parametrize("keep", KEEPS, ids="+".join)
def test_a_copy_keeps_what_was_chosen_and_leaks_nothing_else(keep, tmp_path):
    out, name = tmp_path / "out", "week3_activations"
    assert course.write_course(out, [name], keep) == [] and copies.dead_links(out) == []
    before, after = (build.read(folder / "notebooks" / f"{name}.ipynb").cells for folder in (ROOT, out))
    text, whole = ("\n".join(c.source for c in cells) for cells in (after, before))
    hints = {"hints", "solutions"} & {*keep}
    assert ("`hint(" in text) == bool(hints) and ("`solution(" in text) == ("solutions" in keep) and "`solution(" in whole
    assert (build.WITHHELD in text) == ("answers" not in keep)
    assert any(build.for_teachers(c) for c in after) == ("notes" in keep)
    readme = (out / "README.md").read_text(encoding="utf-8")
    assert ("With your teacher" in readme) == ("solutions" not in keep or "answers" not in keep)
    assert ("`hint(...)`" in readme) == bool(hints) and ("or newer" in readme) == ("solutions" in keep)
    found = course.leaks(out, [name], keep=())  # searched as if nothing were kept: each level that is kept is seen, and no other
    kinds = {what.split()[0].rstrip(",") for what in found}
    kept = {"hint": hints, "solution": "solutions" in keep, "answer": "answers" in keep, "note": "notes" in keep}
    assert kinds == {kind for kind, is_kept in kept.items() if is_kept}
    code = "from nnlib.exercises import hint, solution, check\nhint('week3.relu_layer')\nsolution('week3.relu_layer')"
    said = run_in(out, code)
    assert said.returncode == 0, said.stderr
    assert said.stdout.count(build.WITHHELD) == (not hints) + ("solutions" not in keep)


@pytest.mark.skipif(not (ASSETS / "node_modules").is_dir(), reason="NNLIB_SLIDE_ASSETS names no folder with the decks' scripts")
def test_the_decks_of_a_copy_give_nothing_away(tmp_path):
    assert course.write_course(tmp_path / "out", ["week4_losses"], ("decks",), ASSETS) == []
    deck = tmp_path / "out" / "slides" / "week4_losses.slides.html"
    slides.write_slides(tmp_path / "open", ASSETS, ["week4_losses"])
    (tmp_path / "open" / "week4_losses.slides.html").replace(deck)
    kinds = {what.split()[0] for what in course.leaks(tmp_path / "out", ["week4_losses"])}
    assert "note" in kinds  # seen in a deck of the whole notebook


def test_decks_need_their_scripts(tmp_path):
    with pytest.raises(SystemExit, match="--assets"):
        course.write_course(tmp_path / "out", ["week4_losses"], ("decks",))


def wheel(folder, name, *needs):
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as packed:
        packed.writestr(f"{name}-1.0.dist-info/METADATA", f"Name: {name}\n" + "".join(f"Requires-Dist: {need}\n" for need in needs))
        packed.writestr(f"{name}/_vendor/other-2.0.dist-info/METADATA", "Name: other\nRequires-Dist: never\n")


@pytest.mark.parametrize(("windows", "asked"), [(True, ["winpty[fast]>=2", "c"]), (False, [])])
def test_a_kit_holds_what_the_other_system_needs_and_takes_the_course_from_its_own_file(windows, asked, tmp_path, monkeypatch):
    """A project with another content has the name nnlib in the public index; and pip reads conditions for the machine it runs on."""
    ran, out = [], tmp_path / "kit"
    makes = {"a": ["b"], "b": ["c; extra == 'fast'"], "winpty[fast]>=2": ["c; extra == 'fast'"], "c": []}

    def run(command, check):
        ran.append(command)
        if "wheel" in command:
            wheel(command[command.index("-w") + 1], "nnlib", "a", "winpty[fast]>=2; sys_platform == 'win32'")
        elif len(ran) == 2:  # what pip finds by itself
            for name in "ab":
                wheel(command[command.index("-d") + 1], name, *makes[name])
        else:
            wheel(command[command.index("-d") + 1], re.split(r"\W", command[-1])[0], *makes[command[-1]])

    def pip(command, check):
        if "wheel" in command:
            command[command.index("-w") + 1].mkdir()
        run(command, check)

    monkeypatch.setattr(kit.subprocess, "run", pip)
    assert kit.write_kit(out, windows, ["week4_losses"]) == []
    assert ran[1][-1] == str(out / "wheels" / "nnlib-1.0-py3-none-any.whl") and [command[-1] for command in ran[2:]] == asked
    assert all(("win_amd64" in command) == windows and "--only-binary=:all:" in command for command in ran[1:])
    readme = (out / "README.md").read_text(encoding="utf-8")
    assert "--no-index --find-links wheels nnlib" in readme and ("Scripts" in readme) == windows and "pip install -q -e" not in readme
    assert copies.dead_links(out) == []


GIVEN_AWAY = {  # a function of the notebook, or of nnlib, that passes a check of the same notebook; the guide says so
    "week2b_backprop_in_matrices": {
        "week2.central_differences": ["nnlib.numerical_gradient"],
    },
    "week8_clinic_and_capstone": {"week8.confusion": ["nnlib.confusion_matrix"]},
}


@pytest.mark.parametrize("file", build.notebooks(), ids=lambda file: file.stem)
@pytest.mark.filterwarnings("ignore")
def test_what_a_notebook_gives_away_is_what_is_known(file):
    assert copies.given_away(file) == GIVEN_AWAY.get(file.stem, {})


def test_what_the_build_replaces_must_be_there():
    assert course.replaced("a = 1\n", "a = 1", "a = 2") == "a = 2\n"
    for text in ("", "a = 1, a = 1"):
        with pytest.raises(SystemExit, match="must occur once"):
            course.replaced(text, "a = 1", "a = 2")


def test_the_stripped_course_says_which_python_it_needs(stripped):
    file = stripped / "nnlib" / "exercises" / "__init__.py"
    kept = file.read_text(encoding="utf-8")
    try:
        file.write_text(kept.replace(f"!= {sys.version_info[:2]}", "!= (2, 7)"), encoding="utf-8")
        assert "ask your teacher" in run_in(stripped, "import nnlib.exercises").stderr
    finally:
        file.write_text(kept, encoding="utf-8")


def test_the_stripped_notebook_keeps_its_stubs_and_its_stored_run(stripped):
    before, after = (build.read(folder / "notebooks" / "week4_losses.ipynb") for folder in (ROOT, stripped))
    code = [[c.source for c in notebook.cells if c.cell_type == "code"] for notebook in (before, after)]
    assert code[0] == code[1]
    text = "\n".join(c.source for c in after.cells)
    assert "For teachers" not in text and text.count(build.WITHHELD) == text.count("<details>")


def test_a_folded_answer_is_withheld_and_its_question_stays():
    fold = "Why?\n\n<details>\n<summary>Answer</summary>\n\nBecause of the sum.\n\n</details>"
    notebook = course.withhold_folded(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(fold)]))
    assert notebook.cells[0].source == f"Why?\n\n<details><summary>Answer</summary>\n\n{build.WITHHELD}\n</details>"


def test_the_copy_for_learners_on_their_own_lacks_the_teachers_notes_alone(tmp_path):
    assert course.write_course(tmp_path / "out", ["start_here"], keep=("solutions", "answers")) == []
    before, after = (build.read(folder / "notebooks" / "start_here.ipynb").cells for folder in (ROOT, tmp_path / "out"))
    kept = [c.id for c in before if not build.for_teachers(c)]
    assert [c.id for c in after] == kept and len(kept) < len(before)
    assert "For teachers" not in "".join(c.source for c in after) and any("<details>" in c.source for c in after)
    files = {file.relative_to(ROOT) for file in (ROOT / "nnlib").rglob("*.py")}
    assert files == {file.relative_to(tmp_path / "out") for file in (tmp_path / "out" / "nnlib").rglob("*.py")}


def test_pages_and_lite_hold_no_teachers_notes(tmp_path, monkeypatch):
    def run(command, check, cwd=None):
        if "wheel" in command:
            (Path(command[command.index("-w") + 1]) / "nnlib-1-py3-none-any.whl").write_bytes(b"")
        else:
            folders.append([c.source for c in build.read(cwd / "contents" / "week4_losses.ipynb").cells])

    folders, notes = [], [c for c in build.read(ROOT / "notebooks" / "week4_losses.ipynb").cells if build.for_teachers(c)]
    pages.write_pages(tmp_path / "pages", ["week4_losses"])
    html = (tmp_path / "pages" / "week4_losses.html").read_text(encoding="utf-8")
    assert "For teachers" not in html and "squared error" in html
    with monkeypatch.context() as patched:
        patched.setattr(lite.importlib.util, "find_spec", lambda name: True)
        patched.setattr(lite.subprocess, "run", run)
        lite.write_lite(tmp_path / "lite", ["week4_losses"])
    assert notes and not any("For teachers" in source for source in folders[0])


def small_notebook(path):
    """The exercise week4.mse alone, as a notebook."""
    cells = [c for c in build.read(ROOT / "notebooks" / "week4_losses.ipynb").cells if c.cell_type == "code"]
    kept = [c for c in cells if c.source.startswith("import matplotlib") or "def mse(" in c.source or 'check("week4.mse"' in c.source]
    notebook = nbformat.v4.new_notebook(cells=kept)
    nbformat.write(notebook, path)
    return path


def test_the_answer_key_is_green_and_holds_the_hints_and_the_mistakes(tmp_path, monkeypatch):
    monkeypatch.setattr(answers, "notebooks", lambda only=None: [small_notebook(tmp_path / "small.ipynb")])
    assert answers.write_answers(tmp_path / "key") == []
    text = (tmp_path / "key" / "small.html").read_text(encoding="utf-8")
    assert "Passed:" in text and "What goes wrong here:" in text and "Hint 3" in text


def test_the_answer_key_holds_the_worked_lines_of_a_derivation(tmp_path, monkeypatch):
    cells = [c for c in build.read(ROOT / "notebooks" / "week4_losses.ipynb").cells if c.cell_type == "code"]
    kept = [c for c in cells if c.source.startswith("import matplotlib") or "week4.squared_error_dZ" in c.source]
    nbformat.write(nbformat.v4.new_notebook(cells=kept), tmp_path / "small.ipynb")
    monkeypatch.setattr(answers, "notebooks", lambda only=None: [tmp_path / "small.ipynb"])
    assert answers.write_answers(tmp_path / "key") == []
    text = (tmp_path / "key" / "small.ipynb").read_text(encoding="utf-8")
    assert "Passed: lines 1 to 4" in text and "dZ[i, j] = 2 * (Z[i, j] - Y[i, j]) / m" in text and "What goes wrong here:" in text


def test_the_first_line_for_teachers_works_with_any_python(tmp_path):
    """--help needs neither nbformat nor NumPy: -S -I leaves all installed packages out."""
    run = subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "notebooks" / "instructor" / "build", "--help"], capture_output=True, text=True
    )
    assert run.returncode == 0 and "answers OUT" in run.stdout, run.stderr


def test_the_answer_key_loads_nothing_from_the_net(tmp_path, monkeypatch):
    monkeypatch.setattr(answers, "notebooks", lambda only=None: [small_notebook(tmp_path / "small.ipynb")])
    monkeypatch.setattr(answers, "execute", lambda notebook, folder: notebook)
    answers.write_answers(tmp_path / "key")
    text = (tmp_path / "key" / "small.html").read_text(encoding="utf-8")
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//[^"'\s>]+|(?:import|require)\w*\(?[^)\n]{0,40}https?://""", text)


def test_every_plan_of_the_guide_adds_up():
    guide = (ROOT / "notebooks" / "instructor" / "guide.md").read_text(encoding="utf-8")
    short = re.findall(r"^\*\*50 minutes\.\*\* (.*)$", guide, re.M)
    long = re.findall(r"^\*\*90 minutes\.\*\* (.*)$", guide, re.M)
    assert len(short) == len(long) == 15
    for first, second in zip(short, long):
        minutes = [sum(map(int, re.findall(r"\((\d+)\)", text))) for text in (first, second)]
        assert minutes == [50, 90 if not second.startswith("The same") else 40], (first, second)


@pytest.mark.parametrize("name", plans.PLANS)
@pytest.mark.parametrize("minutes", [50, 90])
def test_the_deck_of_a_lesson_names_every_item_and_shows_no_code_alone(name, minutes):
    (file,) = build.notebooks([name])
    deck = plans.planned(build.read(file), name, minutes)
    nbformat.validate(deck)
    shown, text = plans.slides_of(deck), "\n".join(cell.source for cell in deck.cells)
    assert all(f"{what} ({length} min)*" in text for what, length in plans.items(name, minutes))
    assert sum(length for _, length in plans.items(name, minutes)) == minutes
    assert 5 <= len(shown) <= 22 and not any(cell.cell_type == "code" and not cell.outputs for cell in deck.cells)
    assert len({cell.id for cell in deck.cells}) == len(deck.cells)


@pytest.mark.parametrize("name", plans.PLANS)
def test_no_slide_shows_a_prediction_with_its_answer(name):
    (file,) = build.notebooks([name])
    before = build.read(file)
    deck = plans.questions_first(build.read(file))
    revealing = 0
    for old, cell in zip(before.cells, deck.cells, strict=True):
        if cell.cell_type == "code" and ".reveal(" in cell.source:
            revealing += 1
            assert cell.metadata["slideshow"]["slide_type"] in ("fragment", "slide", "subslide"), cell.source
            assert "No guess was made" in str(old.outputs) and "No guess was made" not in str(cell.outputs)
    for slide in plans.slides_of(deck).values():
        texts = [cell for cell in slide if cell.metadata["slideshow"]["slide_type"] != "notes"]
        for question, after in zip(texts, texts[1:]):
            if question.cell_type == "markdown" and plans.ASKS.search(question.source) and after.cell_type == "code" and after.outputs:
                assert "predict(" in after.source or after.metadata["slideshow"]["slide_type"] == "fragment", after.source
    assert revealing or name == "playground"


def test_the_course_plan_adds_up_and_names_what_exists():
    from nnlib.exercises.cards import QUIZZES
    from nnlib.exercises.exercise import TASKS

    guide = (ROOT / "notebooks" / "instructor" / "guide.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\| \d+ \| \w+ \| 90 .*$", guide, re.M)]
    assert [int(row[0]) for row in rows] == list(range(1, 15))
    home = []
    for _, name, minutes, at_home, _, level, shown in rows:
        tasks = [task for task, _, _ in graded.tasks(build.notebooks([name])[0])]
        home.append(sum(task.minutes for task in tasks))
        assert int(at_home) == home[-1] and sum(n for _, n in plans.items(name, 90)) == int(minutes)
        assert shown.strip("`") in [task.id for task in tasks] and shown.strip("`") in TASKS
        assert level in ("remember", "understand", "apply", "analyse", "evaluate", "create")
        source = "".join(cell.source for cell in build.read(build.notebooks([name])[0]).cells)
        assert re.search(r'quiz\("(\w+)"\)', source)[1] in QUIZZES
    assert f"| | together | {14 * 90} | {sum(home)} |" in guide
    days = re.findall(r"^\| ([12]) \| (\d+) \+ (\d+) \| (?:the )?(\w+)", guide, re.M)
    assert [sum(int(a) + int(b) for day, a, b, _ in days if day == which) for which in "12"] == [360, 360]
    assert all(sum(n for _, n in plans.items(name, 50)) == int(a) for _, a, _, name in days)


def test_the_guide_says_which_words_a_lesson_leaves_to_later_ones():
    guide = (ROOT / "notebooks" / "instructor" / "guide.md").read_text(encoding="utf-8")
    table = guide[guide.index("| lesson | words") :].split("\n\n")[0]
    rows = {name: re.findall(r"([^,|()]+) \((\w+)\)", words) for name, words in re.findall(r"^\| (\w+) \| (.*) \|$", table, re.M)[1:]}
    stated = {name: {word.strip(): lesson for word, lesson in words} for name, words in rows.items() if words}
    found = {
        name: {word: later.split("_")[0].removeprefix("week") for word, later in words.items()} for name, words in plans.left_out().items()
    }
    found = {n: {w: "your_own_data" if lesson == "your" else lesson for w, lesson in words.items()} for n, words in found.items()}
    assert stated == found and sum(map(len, found.values())) > 20


def test_the_key_of_the_twelve_questions_is_right():
    guide = (ROOT / "notebooks" / "instructor" / "guide.md").read_text(encoding="utf-8")
    table = guide[guide.index("| | question | key |") :].split("\n\n")[0]
    keys = re.findall(r"^\| \d+ \| .* \| ([^|]+) \| [^|]+ \|$", table, re.M)
    questions, told = re.findall(r"^\| \d+ \| (.*) \| [^|]+ \| [^|]+ \|$", table, re.M), {}
    exec("\n".join(re.findall("`([^`]*)`", questions[0])[:2]), told)  # the code as it is asked
    exec(re.findall("`([^`]*)`", questions[2])[0], told)

    def slope(f, x, h=1e-6):
        return round((f(x + h) - f(x - h)) / (2 * h), 6)

    right = [told["total"], eval(re.findall("`([^`]*)`", questions[1])[0].split("=")[1])[1], told["f"](3)]
    right += [eval(re.findall("`([^`]*)`", questions[3])[0]), slope(lambda x: x**2, 3), slope(lambda x: (3 * x + 1) ** 2, 0)]
    right += [slope(lambda x: np.exp(2 * x), 0), slope(lambda x: x * 5, 2), np.log(np.exp(3)), sum(i**2 for i in range(1, 4)), 0.5 * 0.5]
    assert len(keys) == 12 and [eval(key) for key in keys[:11]] == right
    assert keys[11] == "{:.0f} and {:.0f}".format(*np.linalg.eigvalsh(np.diag([2.0, 3.0])))


def test_a_deck_holds_its_style_and_its_script():
    html = slides.deck_template()
    assert "[[" not in html.split("function piecesOf")[0] and "navigationMode: 'linear'" in html and ".page {" in html


def test_an_answer_key_that_is_not_green_is_reported(tmp_path, monkeypatch):
    def unsolved(file):
        return build.read(file), 1

    monkeypatch.setattr(answers, "notebooks", lambda only=None: [small_notebook(tmp_path / "small.ipynb")])
    monkeypatch.setattr(answers, "solved", unsolved)
    monkeypatch.setattr(answers, "execute", lambda notebook, folder: notebook)  # its stored run will do
    assert answers.write_answers(tmp_path / "key") == [
        "small.ipynb: Not attempted yet: write your code in the cell above, then run it and this cell again."
    ]


def test_refresh_finds_a_stored_output_that_is_no_longer_printed_and_mends_it(tmp_path, monkeypatch):
    cells = [nbformat.v4.new_code_cell(source) for source in ("print(1)\nprint(2)", "3", "import time")]
    cells[0].outputs = [nbformat.v4.new_output("stream", name="stdout", text="1\n2\n")]
    cells[1].outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": "4"}, execution_count=2)]
    file = tmp_path / "small.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), file)
    monkeypatch.setattr(refresh, "notebooks", lambda only=None: [file])
    before = file.read_bytes()
    assert refresh.refresh(check=True) == ["small.ipynb, cell 1"] and file.read_bytes() == before
    assert refresh.refresh() == ["small.ipynb, cell 1"]
    after = build.read(file)
    assert [cell.execution_count for cell in after.cells] == [1, 2, 3] and after.cells[1].outputs[0].data["text/plain"] == "3"
    assert not any("execution" in cell.metadata for cell in after.cells)
    stored = file.read_bytes()
    assert refresh.refresh() == [] and file.read_bytes() == stored


def test_a_stored_picture_without_words_of_its_own_gets_what_its_cell_prints():
    picture, own = {"image/png": "iVBOR", "text/plain": "<Figure>"}, {"image/png": {"alt": "its own words"}}
    outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="lr 1:  3 %\n\nlr 10: 61 %\nNo guess was made. It is 10.\n"),
        nbformat.v4.new_output("display_data", data=picture),
        nbformat.v4.new_output("display_data", data=picture, metadata=own),
    ]
    _, drawn, described = refresh.with_words(outputs)
    assert drawn.metadata == {"image/png": {"alt": "lr 1: 3 %; lr 10: 61 %"}} and described.metadata == own
    assert refresh.with_words(outputs[1:2])[0].metadata == drawn.metadata


def test_every_picture_of_a_page_has_its_words():
    from nbconvert import HTMLExporter

    notebook = build.read(ROOT / "notebooks" / "week4_losses.ipynb")
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", ()) if "image/png" in o.get("data", {})]
    page = answers.render(HTMLExporter(), notebook, Path("week4_losses.ipynb"))
    words = re.findall(r'<img alt="([^"]*)"', page)
    assert len(words) == len(outputs) > 3 and all(len(text) > 15 and not text.startswith("No description") for text in words)
    assert any(text.startswith("Which loss behind which output") for text in words)  # an experiment has its own


def test_the_live_copy_hides_the_code_of_experiments_and_cards_only(tmp_path):
    slides.write_live(tmp_path / "live", ["week4_losses"])
    cells = build.read(tmp_path / "live" / "week4_losses.ipynb").cells
    hidden = [c.source for c in cells if c.metadata.get("jupyter", {}).get("source_hidden")]
    assert any("show(loss_pairing)" in source for source in hidden) and any("quiz(" in source for source in hidden)
    assert all("show(" in source or "quiz(" in source or "parsons(" in source for source in hidden if source != slides.STAGE)
    assert "For teachers" not in "".join(c.source for c in cells) and cells[1].source == slides.STAGE
    nbformat.validate(build.read(tmp_path / "live" / "week4_losses.ipynb"))
    before = {c.id: c for c in build.read(ROOT / "notebooks" / "week4_losses.ipynb").cells}
    revealing = [c for c in cells if ".reveal(" in c.source]
    assert revealing and all(before[c.id].outputs and not c.outputs for c in revealing)  # the class sees no answer before its cell is run
    asked = next(i for i, c in enumerate(cells) if re.search(r"^\w+ = predict\(", c.source, re.M))
    shown = next(i for i, c in enumerate(cells) if i > asked and ".reveal(" in c.source)
    assert not any(c.get("outputs") for c in cells[asked + 1 : shown + 1]) and sum(bool(c.get("outputs")) for c in cells) > 20
    assert "zoom" in slides.STAGE and not any(build.for_teachers(c) for c in cells)


def test_one_experiment_opens_with_its_controls_free(tmp_path):
    slides.write_stage(tmp_path / "stage", "curvature")
    (cell,) = build.read(tmp_path / "stage" / "curvature.ipynb").cells
    names = {}
    exec(cell.source, names)
    assert not any(widget.disabled for widget in names["stage"].widgets.values()) and "Observed" in names["stage"].verdict.value
    with pytest.raises(SystemExit, match="no experiment slope: there are"):
        slides.write_stage(tmp_path / "other", "slope")


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SystemExit, match="not empty"):
        course.write_course(tmp_path)


def learner(folder, name, delimiter=",", encoding="utf-8", **rows):
    """A file as progress.export writes it; rows: id, with __ for the dot -> (passed, tries, hints)."""
    table = [
        {"id": id.replace("__", "."), "title": "=1+1", "passed": passed, "tries": tries, "hints": hints}
        for id, (passed, tries, hints) in rows.items()
    ]
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    if name.endswith(".csv"):
        with open(folder / name, "w", newline="", encoding=encoding) as out:
            writer = csv.DictWriter(out, list(table[0]), delimiter=delimiter)
            writer.writeheader()
            writer.writerows(table)
    else:
        (folder / name).write_text(json.dumps(table), encoding=encoding)


def read_table(file):
    with open(file, newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_the_report_puts_the_exercise_first_that_cost_the_class_most_and_names_no_learner(tmp_path, capsys):
    learner(tmp_path, "anna.csv", week4__mse=("2026-01-01", 1, 0), week4__logsumexp=("2026-01-01", 6, 3), week1__relu=("", 0, 0))
    learner(tmp_path, "bert.json", week4__mse=("2026-01-01", 2, 0), week4__logsumexp=(None, 4, 1), week1__relu=(None, 0, 0))
    (tmp_path / "broken.json").write_text("[{")
    report.write_report(tmp_path, tmp_path / "out")
    rows = read_table(tmp_path / "out" / "report.csv")
    hard = {"id": "week4.logsumexp", "title": EXERCISES["week4.logsumexp"].title, "learners": "2", "tried": "2", "passed": "1"}
    assert rows[0] == hard | {"not_passed": "1", "failed_tries": "9", "hints": "4", "solution_first": "0", "cost": "13"}
    assert rows[1]["id"] == "week4.mse" and rows[1]["cost"] == "1"
    said = capsys.readouterr().out
    assert "left out: broken.json" in said and "week4.logsumexp (13)" in said
    assert "anna" not in (tmp_path / "out" / "report.csv").read_text() and (tmp_path / "out" / "report.png").stat().st_size > 5000


ODD = {  # a hand-in that is not as progress.export wrote it -> what is said about it, and whether it counts
    "excel.csv": ({"delimiter": ";", "week4__mse": ("2026-01-01", 3, 1)}, "", True),
    "bom.csv": ({"encoding": "utf-8-sig", "week4__mse": ("2026-01-02", 3, 1)}, "", True),
    "unicode.csv": ({"encoding": "utf-16", "delimiter": "\t", "week4__mse": ("2026-01-03", 3, 1)}, "", True),
    "Anna_123_assignsubmission/me.json": ({"week4__mse": ("2026-01-04", 3, 1)}, "", True),
    "false.csv": ({"week4__mse": ("False", 4, 0)}, "", True),
    "negative.csv": ({"week4__mse": ("2026-01-01", -3, 0)}, "tries of week4.mse is -3, which no learner makes", False),
    "many.json": ({"week4__mse": ("2026-01-01", 3, 9999)}, "hints of week4.mse is 9999", False),
    "foreign.csv": ({"week9__made_up": ("2026-01-01", 3, 0)}, "none of its exercises is of this course (week9.made_up)", False),
    "newer.csv": ({"week9__made_up": ("", 1, 0), "week4__mse": ("2026-01-05", 2, 0)}, "rows of exercises that this course does not", True),
    "edited.json": (
        {id.replace(".", "__"): ("2026-01-01T10:00:00+00:00", 1, 0) for id in list(EXERCISES)[:20]},
        "five exercises or more passed within one minute",
        True,
    ),
    "untried.json": ({"week4__mse": ("2026-01-06", 0, 0)}, "week4.mse is passed without a try", True),
    "dated.json": ({"week4__mse": ("yesterday", 1, 0)}, "a pass has the date 'yesterday'", True),
}


@pytest.mark.parametrize("name", ODD)
def test_the_report_says_what_is_odd_about_a_file(name, tmp_path, capsys):
    given, said, counts = ODD[name]
    learner(tmp_path, "other.csv", week1__relu=("2026-01-01", 1, 0))
    learner(tmp_path, name, **given)
    report.write_report(tmp_path, tmp_path / "out")
    out = capsys.readouterr().out
    assert said in out and ("left out" in out) != counts and ("look at" in out) == (counts and bool(said))
    assert f"{1 + counts} learners" in out and "=1+1" not in (tmp_path / "out" / "report.csv").read_text()
    if name == "false.csv":
        row = next(row for row in read_table(tmp_path / "out" / "report.csv") if row["id"] == "week4.mse")
        assert (row["passed"], row["failed_tries"], row["not_passed"]) == ("0", "4", "1")


def test_a_copied_file_and_other_files_are_left_out_with_a_reason(tmp_path, capsys):
    learner(tmp_path, "anna.json", week4__mse=("2026-01-01T10:02:00+00:00", 3, 1))
    (tmp_path / "zoe.json").write_bytes((tmp_path / "anna.json").read_bytes())
    (tmp_path / "grades.csv").write_text("name;grade\nanna;1\n")
    (tmp_path / "list.json").write_text("[1, 2]")
    (tmp_path / "book.xlsx").write_bytes(b"PK")
    report.write_report(tmp_path, tmp_path / "out")
    out = capsys.readouterr().out
    assert "zoe.json is a copy of anna.json" in out and "book.xlsx" in out and "list.json" in out
    assert "its first line is 'name;grade'" in out and "1 learners" in out


def test_a_cell_of_the_report_is_never_a_formula():
    assert [report.safe(value) for value in ("=1+1", "+1", "-1", "@x", "relu", -1)] == ["'=1+1", "'+1", "'-1", "'@x", "relu", -1]


def test_the_report_reads_what_progress_export_writes_and_a_finished_notebook_run_again_changes_nothing(tmp_path, monkeypatch, capsys):
    from nnlib.exercises import check, predict, progress, quiz, solution
    from nnlib.exercises.exercise import find
    from nnlib.exercises.progress import session

    monkeypatch.setenv("NNLIB_PROGRESS", "off")
    session.clear()
    task = find("week4.mse")
    check("week4.mse", task.mistakes[0][1])
    solution("week4.mse")
    check("week4.mse", task.reference)
    quiz("week4").answer(1, "b")
    quiz("week4").answer(1, "a")
    guess = predict("How many of nine?")
    guess.commit(" 2,50 %")
    guess.reveal(4)
    tables = []
    for again in range(2):
        for name in ("a.csv", "b.json"):
            (tmp_path / f"{again}").mkdir(exist_ok=True)
            progress.export(tmp_path / f"{again}" / name)
        (tmp_path / f"{again}" / "a.csv").rename(tmp_path / f"{again}" / "whole.csv")
        (tmp_path / f"{again}" / "b.json").unlink() if again else None
        tables.append(report.write_report(tmp_path / f"{again}", tmp_path / "out"))
        for _ in range(10):
            check("week4.mse", task.reference)
    session.clear()
    assert tables[0] == tables[1]
    first = tables[0][0]
    assert (first["id"], first["tried"], first["passed"], first["failed_tries"], first["solution_first"]) == ("week4.mse", 1, 1, 1, 1)
    wrong = read_table(tmp_path / "out" / "misconceptions.csv")
    assert wrong[0] == {"where": "week4.mse", "what": task.messages[0], "learners": "1", "of": "1"} or len(wrong) == 2
    assert {row["where"] for row in wrong} <= {"week4.mse", "quiz.week4.1"}
    guessed = {"question": "How many of nine?", "guess": "2.5", "learners": "1", "of": "1", "it was": "4"}
    assert read_table(tmp_path / "out" / "predictions.csv") == [guessed]
    assert "is a copy of" in capsys.readouterr().out  # the same work as .csv and as .json


def test_the_report_reads_a_progress_file_as_it_reads_its_export(tmp_path, monkeypatch):
    """On a hub the teacher collects the files themselves."""
    from nnlib.exercises import check, predict, progress, quiz
    from nnlib.exercises.exercise import find
    from nnlib.exercises.progress import session

    for name, folder in (("anna", "raw"), ("bert", "raw"), ("anna", "exported"), ("bert", "exported")):
        session.clear()
        (tmp_path / folder).mkdir(exist_ok=True)
        raw = tmp_path / "raw" / f"{name}.json"
        monkeypatch.setenv("NNLIB_PROGRESS", str(raw))
        if folder == "raw":
            check("week4.mse", find("week4.mse").mistakes[0 if name == "anna" else 1][1])
            quiz("week4").answer(1, "b" if name == "anna" else "a")
            for question, guess in (("Which way?", "up"), ("How many?", -3 if name == "anna" else 7)):
                card = predict(question)
                card.commit(guess)
                card.reveal('"up"' if guess == "up" else 7)
        else:
            progress.export(tmp_path / folder / f"{name}.csv")
        session.clear()
    for folder in ("raw", "exported"):
        report.write_report(tmp_path / folder, tmp_path / f"out-{folder}")
    for name in ("report.csv", "misconceptions.csv", "predictions.csv"):
        assert read_table(tmp_path / "out-raw" / name) == read_table(tmp_path / "out-exported" / name), name
    rows = [tuple(row.values()) for row in read_table(tmp_path / "out-raw" / "predictions.csv")]
    assert sorted(rows) == [("How many?", "-3.0", "1", "2", "7"), ("How many?", "7.0", "1", "2", "7"), ("Which way?", "up", "2", "2", "up")]
    assert any(row["where"] == "quiz.week4.1" for row in read_table(tmp_path / "out-raw" / "misconceptions.csv"))


def graded_answer(test, answer):
    """The message with which the test cell of an assignment refuses an answer; None if it takes it."""
    names = {}
    exec("import numpy as np\n" + answer, names)
    try:
        exec(test, names)
    except AssertionError as refused:
        return str(refused)
    return None


@pytest.mark.parametrize("name", ["week1b_forward_propagation", "week4_losses"])
def test_an_assignment_takes_the_key_and_refuses_stubs_and_stored_mistakes_with_their_message(name):
    """tests/graded_by_the_tools.py has nbgrader and otter do the same, for all notebooks."""
    (file,) = build.notebooks([name])
    for task, cell, text in graded.tasks(file):
        _, _, variable, before, body, test = graded.parts(task, cell, text)
        assert graded_answer(test, before + body) is None
        assert graded_answer(test, before + "    raise NotImplementedError" if before else f'{variable} = ""')
        kind, message, *wrong = task.mistakes[0] if hasattr(task, "worked") else (None, *task.mistakes[0])
        names = f"{variable} = wrong"
        try:
            exec(f"{names}\n{test}", {"wrong": wrong[0]})
        except AssertionError as refused:
            assert message in str(refused)
        else:
            pytest.fail(f"{task.id}: {kind} a stored mistake passes")


def test_the_notebooks_of_both_tools_hold_every_task_once_with_its_points():
    files = [file for file in build.notebooks() if any(graded.tasks(file))]
    assert len(files) == 14
    held = []
    for file in files:
        tasks = [task for task, _, _ in graded.tasks(file)]
        held += [task.id for task in tasks]
        nb, ot = graded.nbgrader_notebook(file), graded.otter_notebook(file)
        nbformat.validate(nb)
        nbformat.validate(ot)
        points = [cell.metadata["nbgrader"]["points"] for cell in nb.cells if cell.get("metadata", {}).get("nbgrader", {}).get("grade")]
        assert points == [task.importance for task in tasks]
        assert sum("# BEGIN QUESTION" in cell.source for cell in ot.cells) == len(tasks)
        assert all("BEGIN SOLUTION" in c.source for c in nb.cells if c.metadata.get("nbgrader", {}).get("solution"))
    from nnlib.exercises.exercise import TASKS

    assert sorted(held) == sorted(set(TASKS))


def test_quizzes_are_exported_whole_to_moodle_and_qti(tmp_path):
    from xml.etree import ElementTree

    from nnlib.exercises.cards import QUIZZES
    from nnlib.exercises.review.families import FAMILIES

    graded.write_quizzes(tmp_path / "out")
    drawn = [family.item(0, 0) for family in FAMILIES.values() if not family.deeper]
    reviewed = [question for _, _, question in graded.review_questions()]
    letters = {item.text: {option: item.verdict(letter) for letter, option in item.letters.items()} for item in drawn}
    assert len(reviewed) == len(drawn) == len(letters) > 150
    for question in reviewed:
        assert [option for option, (right, _) in letters[question.text].items() if right] == [question.right]
        assert all(reason in letters[question.text][option][1] for option, reason in question.options.items())
    questions = [question for quiz in QUIZZES.values() for question in quiz] + reviewed
    moodle = [q for q in ElementTree.parse(tmp_path / "out" / "moodle.xml").getroot() if q.get("type") == "multichoice"]
    with zipfile.ZipFile(tmp_path / "out" / "qti.zip") as packed:
        roots = {name: ElementTree.fromstring(packed.read(name)) for name in packed.namelist()}
    space, manifest = "{http://www.imsglobal.org/xsd/imscp_v1p1}", roots.pop("imsmanifest.xml")
    assert manifest.tag == f"{space}manifest"  # the file is imsmanifest.xml, its root is not
    assert [child.tag.removeprefix(space) for child in manifest] == ["organizations", "resources"]
    assert {node.get("href") for node in manifest.iter(f"{space}resource")} == set(roots)
    qti = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
    items = [item for root in roots.values() for item in root.iter(f"{qti}item")]
    assert len(moodle) == len(items) == len(questions) >= 230 and len({item.get("ident") for item in items}) == len(items)
    for question, m, item in zip(questions, moodle, items):
        asked = [graded.html(text) for text in (question.text, *question.options, *question.options.values())]
        answers = m.findall("answer")
        assert m.findtext("name/text") and m.findtext("questiontext/text") == asked[0] and m.findtext("single") == "true"
        assert [a.findtext("text") for a in answers] + [a.findtext("feedback/text") for a in answers] == asked[1:]
        assert [a.get("fraction") for a in answers] == ["100" if option == question.right else "0" for option in question.options]
        assert [text.text for text in item.iter(f"{qti}mattext")] == asked
        labels = [label.get("ident") for label in item.iter(f"{qti}response_label")]
        (scored,) = [c for c in item.iter(f"{qti}respcondition") if c.find(f"{qti}setvar") is not None]
        assert scored.findtext(f"{qti}conditionvar/{qti}varequal") == labels[list(question.options).index(question.right)]


# The order of elements, and the attributes, that the DTD of QTI 1.2.1 (ASI) asks for, as far as the export uses them.
QTI = {
    "questestinterop": ("assessment", ""),
    "assessment": ("section", "ident title"),
    "section": ("item", "ident"),
    "item": ("itemmetadata presentation resprocessing itemfeedback", "ident title"),
    "itemmetadata": ("qtimetadata", ""),
    "qtimetadata": ("qtimetadatafield", ""),
    "qtimetadatafield": ("fieldlabel fieldentry", ""),
    "presentation": ("material response_lid", ""),
    "response_lid": ("render_choice", "ident rcardinality"),
    "render_choice": ("response_label", "shuffle"),
    "response_label": ("material", "ident"),
    "material": ("mattext", ""),
    "resprocessing": ("outcomes respcondition", ""),
    "outcomes": ("decvar", ""),
    "respcondition": ("conditionvar setvar displayfeedback", "continue"),
    "conditionvar": ("varequal", ""),
    "itemfeedback": ("flow_mat", "ident"),
    "flow_mat": ("material", ""),
    "decvar": ("", "varname vartype minvalue maxvalue"),
    "setvar": ("", "action varname"),
    "varequal": ("", "respident"),
    "displayfeedback": ("", "feedbacktype linkrefid"),
    "mattext": ("", "texttype"),
    "fieldlabel": ("", ""),
    "fieldentry": ("", ""),
}


def test_the_qti_package_keeps_the_order_of_its_standard_and_every_reference_leads_somewhere(tmp_path):
    from xml.etree import ElementTree

    graded.write_quizzes(tmp_path / "out")
    files = sorted((tmp_path / "out" / "qti").glob("*/*.xml"))
    assert len(files) >= 35
    for file in files:
        root = ElementTree.parse(file).getroot()
        for element in root.iter():
            children, attributes = QTI[element.tag.partition("}")[2]]
            order, tags = children.split(), [child.tag.partition("}")[2] for child in element]
            assert set(tags) <= set(order) and tags == sorted(tags, key=order.index), (file.name, element.tag, tags)
            assert set(element.attrib) == set(attributes.split()), (file.name, element.tag, element.attrib)
        space = root.tag.partition("}")[0] + "}"
        for item in root.iter(f"{space}item"):
            named = {kind: [e.get("ident") for e in item.iter(space + kind)] for kind in ("response_lid", "response_label", "itemfeedback")}
            assert all(len(set(names)) == len(names) for names in named.values())
            assert {e.text for e in item.iter(f"{space}varequal")} == set(named["response_label"])
            assert {e.get("respident") for e in item.iter(f"{space}varequal")} == set(named["response_lid"])
            assert {e.get("linkrefid") for e in item.iter(f"{space}displayfeedback")} == set(named["itemfeedback"])


def test_the_template_of_a_deck_holds_its_style_and_its_script():
    template = slides.deck_template()
    assert "[[" not in template.replace("[[0", "") and ".page {" in template and "function paginate" in template


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


needs_decks = pytest.mark.skipif(
    CHROMIUM is None or not (ASSETS / "node_modules").is_dir(),
    reason="no Chromium, or NNLIB_SLIDE_ASSETS names no folder with the decks' scripts",
)
READY = "window.Reveal && Reveal.isReady && Reveal.isReady()"
SLIDES = r"""() => [...document.querySelectorAll('.slides > section > section')].map(slide => {
  const at = Reveal.getIndices(slide);
  Reveal.slide(at.h, at.v);
  const page = slide.querySelector('.page'), box = page.getBoundingClientRect(), faults = [];
  const fault = (what, elements) => elements.length && faults.push(`${what}: ${elements[0].textContent.slice(0, 60)}`);
  const shown = [...page.querySelectorAll('*:not(script, style, .mjx-chtml *)')];
  if (box.bottom > 720 || box.right > 1280 || page.scrollHeight > page.clientHeight) faults.push(`too tall: ${box.bottom}`);
  if (document.documentElement.scrollHeight > 720 || document.documentElement.scrollWidth > 1280) faults.push('scrollbars of the window');
  fault('beyond the right edge', shown.filter(e => e.getBoundingClientRect().right > 1241));
  fault('scrollbars', shown.filter(e => /auto|scroll/.test(getComputedStyle(e).overflow)
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)));
  fault('raw formula', shown.filter(e => !e.closest('pre, code')
    && [...e.childNodes].some(n => n.nodeType === 3 && /\$|\\\(|\\[a-z]{2}/.test(n.data))));
  fault('formula with an error', [...page.querySelectorAll('.merror, .MathJax_Error, .mjx-merror')]);
  fault('picture not loaded', shown.filter(e => e.matches('img') && !(e.complete && e.naturalWidth > 0)));
  fault('empty', page.innerText.trim() || page.querySelector('img, iframe') ? [] : [page]);
  return {text: page.innerText.slice(0, 50), zoom: +slide.dataset.zoom, faults, formulas: page.querySelectorAll('.mjx-chtml').length};
})"""


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """Every deck, built without a network."""
    out = tmp_path_factory.mktemp("slides") / "decks"
    slides.write_slides(out, ASSETS)
    return out


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_on_the_stage_a_picture_is_sharp_fits_the_window_and_the_pointer_hits_what_it_shows(browser):
    from test_browser import painted

    from nnlib.experiments.frame.pictures import Axes, Picture

    page = browser.new_page(viewport={"width": 1280, "height": 720})
    zoom = float(re.search(r"zoom: ([\d.]+)", slides.STAGE)[1])
    assert 11 * zoom >= 20  # canvas.js writes with 11 pixels
    painted(page, Picture(Axes(xlim=(0, 1), ylim=(0, 1)), height=340), 600, "click")
    for by in (1, zoom):
        page.evaluate("by => { document.querySelector('.nn-canvas').style.zoom = by; }", by)
        box = page.locator("canvas").bounding_box()
        page.mouse.click(box["x"] + 300 * by, box["y"] + 150 * by)
    plain, large = [(e["x"][0], e["y"][0]) for e in page.evaluate("sent") if e["kind"] == "click"]
    assert large == pytest.approx(plain, abs=0.005) and 0.3 < plain[0] < 0.7
    page.evaluate("document.querySelector('.nn-canvas').style.width = '640px'")
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('canvas').width") == round(640 * zoom)  # as many pixels as the screen has
    assert page.locator("canvas").bounding_box()["height"] == pytest.approx(0.7 * 720, abs=3)
    page.close()


@needs_decks
def test_every_slide_fits_the_screen_in_readable_type_and_nothing_comes_from_the_net(decks, browser):
    asked, errors, bad, names = [], [], [], sorted(decks.glob("*.html"))
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    context.on("request", lambda r: asked.append(r.url))
    context.on("requestfailed", lambda r: errors.append(r.url))
    context.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    context.on("weberror", lambda e: errors.append(str(e.error)))
    pages = {}
    for i, deck in enumerate(names):
        for soon in names[i : i + 3]:  # two more load meanwhile
            if soon not in pages:
                pages[soon] = context.new_page()
                pages[soon].goto(soon.as_uri(), wait_until="commit")
        pages[deck].wait_for_function(READY, timeout=120_000)
        slides = pages[deck].evaluate(SLIDES)
        pages[deck].close()
        bad += [f"{deck.stem}, {s['text']!r}: {s['faults']}" for s in slides if s["faults"] or s["zoom"] < 0.7]
        zooms, formulas = [s["zoom"] for s in slides], sum(s["formulas"] for s in slides)
        print(f"{deck.stem}: {len(slides)} slides, smallest type {min(zooms):.2f}, {formulas} formulas")
        assert len(slides) > 5 and (formulas > 0 or deck.stem.startswith("playground"))
    context.close()
    outside = [url for url in asked if not url.startswith(("file:", "data:", "blob:", "about:"))]
    print(f"{len(asked)} requests, {len(outside)} of them to the net")
    assert len(names) == len(build.notebooks()) - 1 and not outside and not errors, (outside[:3], errors[:3])
    assert not bad, "\n".join(bad)


@needs_decks
def test_the_speaker_window_shows_the_notes_and_the_next_slide(decks, browser):
    asked, context = [], browser.new_context(viewport={"width": 1280, "height": 720})
    context.on("request", lambda r: asked.append(r.url))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=decks)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/week6a_gradient_descent.slides.html", wait_until="commit")
        page.wait_for_function(READY, timeout=120_000)
        total = page.evaluate("() => { Reveal.slide(2, 0); return Reveal.getTotalSlides(); }")
        with context.expect_page() as opened:
            page.keyboard.press("s")
        speaker = opened.value
        speaker.wait_for_function("document.querySelectorAll('iframe').length === 2", timeout=60_000)
        for step in range(6):
            if step:
                page.keyboard.press("Space")
            now = page.evaluate("Reveal.getSlidePastCount()")
            for frame, expected in zip(speaker.frames[1:], ([now], [now, now + 1])):  # the current slide; the next one, or its next answer
                frame.wait_for_function(f"{READY} && {expected}.includes(Reveal.getSlidePastCount())", timeout=60_000)
                assert frame.evaluate("Reveal.getTotalSlides()") == total  # both windows cut alike
        notes = page.evaluate(
            "() => { const s = document.querySelector('.slides > section > section:has(aside.notes)'), at = Reveal.getIndices(s);"
            "  Reveal.slide(at.h, at.v); return s.querySelector('aside.notes').textContent.trim().slice(0, 30); }"
        )
        speaker.wait_for_function(
            "start => document.querySelector('.speaker-controls-notes .value').textContent.trim().startsWith(start)", arg=notes
        )
        context.close()
        server.shutdown()
    assert notes and all(url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:")) for url in asked)


def test_the_guide_quotes_messages_that_the_checks_really_print():
    from nnlib.exercises.exercise import EXERCISES

    quotes = re.findall(r'^- `([\w.]+)`: "(.*)"$', (ROOT / "notebooks" / "instructor" / "guide.md").read_text(encoding="utf-8"), re.M)
    assert len(quotes) > 40
    for id, message in quotes:
        assert message in [text for text, _ in EXERCISES[id].mistakes], f"{id} has no mistake with the message: {message}"
