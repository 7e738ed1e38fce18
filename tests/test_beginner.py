"""What a beginner is promised: a notebook takes as long as it says, its core runs alone, and nothing is used before it is taught."""

import re
import sys
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from nnlib.exercises import what
from nnlib.exercises.glossary import KINDS, Entry, entries

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "notebooks" / "instructor"))
import build  # noqa: E402
from build import glossary, minutes  # noqa: E402

NOTEBOOKS = build.notebooks()
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


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
    assert core <= minutes.LONGEST_CORE, f"{core:.0f} minutes"


@each
def test_the_short_path_takes_as_long_as_it_says(path):
    notebook = build.read(path)
    if minutes.blocks(notebook):
        said = int(minutes.SHORT.search("\n".join(cell.source for cell in notebook.cells[:4]))[2])
        computed = minutes.short_minutes(notebook.cells)
        assert abs(said - computed) <= 5, f"says {said}, the rule gives {computed:.0f}. Write: build minutes --write --only {path.stem}"


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


def test_the_short_path_is_its_code_and_what_is_said_around_it():
    markdown, code = minutes.nbformat.v4.new_markdown_cell, minutes.nbformat.v4.new_code_cell
    short, deeper = {"tags": ["short"]}, {"tags": ["deeper"]}
    task, words = "**Exercise (12 min, difficulty 1/5, importance 1/5).** Write it.", "word " * 300
    stub = "def f(x):\n    raise NotImplementedError"
    cells = [
        markdown("# Title\n\n**Short of time?** Block 1: 99 minutes.\n\n| block | minutes | |\n|---|---|---|\n| 1 One | 99 | |"),
        code("far = 1"),
        markdown("## 1 One\n\n" + words),  # no code: it opens the section below
        markdown("### Two\n\n" + words),
        code("x = 1\n" * 12, metadata=short),
        markdown(words),
        markdown(task),
        code(stub),
        markdown(words),  # between a task and a cell that is not on the path, but after one that is
        code("y = 1\n" * 60),
        markdown(words),
        markdown(words, metadata=deeper),
        markdown("### Three\n\n" + task),
        code(stub, metadata=short),
        markdown("## 2 Four\n\n" + words),
        code("z = 1\n" * 60),
    ]
    opening, headings = minutes.counts(cells[0])["words"] / 60, 4 / 60
    assert minutes.short_minutes(cells) == pytest.approx(opening + headings - 1 / 60 + 5 + 5 + 2 + 5 + 5 + 12, abs=0.1)
    notebook = minutes.nbformat.v4.new_notebook(cells=cells)
    assert "Block 1: 35 minutes." in minutes.with_minutes(notebook).cells[0].source


# ---- nothing before it is introduced


@pytest.fixture(scope="module")
def course():
    return glossary.course()


def test_nothing_is_used_before_it_is_introduced(course):
    found = glossary.findings(course, entries())
    assert not found, "\n".join(found)


def test_the_list_is_long_and_says_each_thing_once():
    names = [(entry.kind, entry.cell, name) for entry in entries() for name in entry.names]
    assert len(entries()) >= 250 and len(set(names)) == len(names)
    assert {entry.kind for entry in entries()} == set(KINDS)
    for entry in entries():
        assert entry.meaning.endswith(".") and entry.notebook in [*glossary.ORDER, "nowhere"], entry


def mentions(cell, entry):
    """Whether a cell names what it introduces, or shows it in a line of code; a cell of code explains in comments."""
    if entry.kind in ("word", "symbol"):
        return cell.cell_type == "markdown" and any(glossary.plain(name) in glossary.plain(cell.source) for name in entry.names)
    if cell.cell_type == "code":
        return "  # " in cell.source and bool(set(glossary.used_in_code(cell.source)) & set(entry.names))
    code = []
    for span in re.findall(r"`([^`]+)`", cell.source):
        try:
            code += glossary.used_in_code(span)
        except SyntaxError:
            continue
    bare = [name.strip(".=()").removeprefix("np.") for name in entry.names]
    return bool(set(entry.names) & set(code)) or any(re.search(rf"`[^`]*(?<!\w){re.escape(name)}", cell.source) for name in bare)


NAMED = r"\*\*([a-zA-Z][\w' -]*)\*\*"  # a term in bold type, and how a sentence introduces one:
INTRODUCTIONS = (
    rf"(?:, an?|, the|\bcalled|\bcalled an?|\bcalled the|\b(?:This|That|It) is(?: an?| the)?|(?:^|[.?] )(?:An?|The)) {NAMED}(?=[.,:;)]| \(| is\b| are\b| of\b|$)",
    rf"\b(?:an?|the|usual) {NAMED}(?:,| \() ?(?:an?|the|which|that is)\b",
    rf"\b[Cc]all [^.\n]*?{NAMED}",
)


def introduced(text):
    """The terms that a text introduces in bold type, as in "the point you reach, the **foot**, is"; a clause in bold type is none."""
    found = {term for pattern in INTRODUCTIONS for term in re.findall(pattern, text, re.M)}
    return {term for term in found if not re.search(r"\b(is|are|has)\b", term)}


@each
def test_each_term_that_the_core_introduces_in_bold_type_is_in_the_glossary(path):
    known = {glossary.simple(name) for entry in entries() for name in entry.names}
    for cell in build.read(path).cells:
        if cell.cell_type == "markdown" and "deeper" not in cell.metadata.get("tags", ()) and not build.for_teachers(cell):
            missing = {term for term in introduced(cell.source) if glossary.simple(term) not in known}
            assert not missing, f"{path.stem}, {cell.id}: add a line to glossary.txt for {missing}"


def test_bold_type_introduces_a_term_or_stresses_a_word():
    text = """The point you reach, the **foot**, is near. A **CSV file** is text. It is called **affine**. Call $j$ and $k$ **twins** if
    they agree. It keeps a **record**, a running average. This is the **bias correction**: done. A sum, a **density**."""
    assert introduced(text) == {"foot", "CSV file", "affine", "twins", "record", "bias correction", "density"}
    assert introduced("Shuffle the **rows**: they are **added**, each **alone**. The **last layer has no ReLU**: it stays.") == set()
    assert (
        len(
            set().union(*(introduced(cell.source) for path in NOTEBOOKS for cell in build.read(path).cells if cell.cell_type == "markdown"))
        )
        >= 50
    )


def test_the_cell_that_is_to_introduce_something_names_it(course):
    cells = {(name, cell.id): cell for name, all_cells in course.items() for cell in all_cells}
    for entry in entries():
        if entry.notebook != "nowhere":
            cell = cells[entry.notebook, entry.cell]
            assert mentions(cell, entry), f"{entry.notebook}, {entry.cell}: {entry.names}"


def test_a_row_of_the_glossary_shows_its_words_as_they_are_written():
    """A stroke is no border of the table, a star no bold type."""
    for entry in entries():
        cells = re.split(r"(?<!\\)\|", glossary.shown(entry))
        assert len(cells) == 5, entry
        assert unescape(re.sub("<[^>]+>", "", markdown2html_mistune(cells[2].replace(r"\|", "|")))).strip() == entry.meaning


def test_what_offers_each_near_word_once(capsys):
    what("residual")
    assert capsys.readouterr().out.count("'residual block'") == 1


def test_the_list_is_in_the_order_of_the_course_and_the_glossary_shows_all_of_it(course):
    advice = "write: build glossary --write"
    assert glossary.LIST.read_text(encoding="utf-8") == glossary.listed(course, entries()), advice
    stored = build.read(ROOT / "notebooks" / "glossary.ipynb")
    assert stored == glossary.glossary_notebook(entries()), advice
    assert sum(
        cell.source.count("\n| ") - 1 for cell in stored.cells if cell.source.startswith("## ") and cell.id not in glossary.SHEETS
    ) == len(entries())


def small_course(*cells):
    """Two notebooks: the first has one cell, the second those given as (kind, source, tags)."""
    make = {"text": minutes.nbformat.v4.new_markdown_cell, "code": minutes.nbformat.v4.new_code_cell}
    first = [make["text"]("# Title"), make["text"]("## 1\n\nA **slope** is `np.diff`. With `zip` and $\\eta$.", id="intro")]
    later = [make[kind](source, metadata={"tags": tags.split()}) for kind, source, tags in cells]
    return {"start_here": [first[0], *later[:1]], "week1a_one_neuron": first, "week8_clinic_and_capstone": [first[0], *later[1:]]}


LISTED = [
    Entry("week1a_one_neuron", "1", "intro", kind, names, "A meaning.")
    for kind, names in [("word", ("slope", "rate of change")), ("numpy", ("np.diff",)), ("python", ("zip",)), ("symbol", ("\\eta",))]
]


@pytest.mark.parametrize(
    ("kind", "source", "tags", "word"),
    [
        ("text", "The slopes are steep.", "", "slopes"),
        ("text", "The rate\nof change is 3.", "", "rate\nof change"),
        ("text", "A formula: $w - \\eta g$", "", "\\eta"),
        ("text", "Write `np.diff(x)`.", "", "np.diff"),
        ("code", "import numpy as np\nnp.diff([1, 2])", "", "np.diff"),
        ("code", "for a, b in zip(x, y):\n    pass", "", "zip"),
        ("code", "x = 1  # the slope", "", "slope"),
        ("code", "np.fancy(x)", "", "np.fancy"),
        ("code", "[a for a in x]", "", "list comprehension"),
        ("code", 'quiz("start_here")', "", "slope"),
        ("code", "np.diff(x)", "skim", None),
        ("text", "The slope is steep.", "teacher", None),
        ("text", "Week 1a says what a slope is: the slope (week 1a).", "", None),
        ("text", "A sloped roof, and the slope-free one.", "", None),
    ],
)
def test_a_first_use_before_the_introduction_is_found(kind, source, tags, word):
    found = glossary.findings(small_course((kind, source, tags)), LISTED)
    assert (word is not None) == bool(found), found
    if word:
        assert any(line.startswith("start_here, cell 1, ") and f": {word}: " in line for line in found)
    assert not [line for line in glossary.findings(small_course(("text", "", ""), (kind, source, tags)), LISTED) if "week1a" in line]


def test_what_a_deeper_cell_introduces_is_no_use_to_the_core():
    course = small_course(("text", "", ""), ("text", "The slope again.", ""))
    course["week1a_one_neuron"][1].metadata["tags"] = ["deeper"]
    (found,) = glossary.findings(course, LISTED)
    assert found.startswith("week8_clinic_and_capstone, cell 1, text: slope: introduced only in week1a_one_neuron, cell 1, which is deeper")
    course["week8_clinic_and_capstone"][1].metadata["tags"] = ["deeper"]
    assert glossary.findings(course, LISTED) == []


def test_what_answers_with_the_meaning_and_the_place_and_helps_with_a_slip(capsys):
    asked = {"eigenvalue": "eigenvalue: ", "Gradients": "gradient: ", "np.argmax": ".argmax: ", "argmax": ".argmax: ", "eta": "\\eta: "}
    for word, start in asked.items():
        what(word)
        said = capsys.readouterr().out
        assert said.startswith(start) and re.search(r"\n    \w+\.ipynb, .", said), said
    what("egenvalue")
    assert capsys.readouterr().out == "'egenvalue' is not in the list. Do you mean 'eigenvalue'?\n"
    what("zzzz")
    assert "glossary.ipynb shows all that is" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r'write what\("gradient"\)'):
        what(np.argmax)
