"""The notebooks as documents: skeleton, stored run, a line of numbers under each picture, live links; and every exercise solved in place.

That each notebook's outputs equal those of a fresh run is nbval's part: it runs as committed, blank, in the same test command.
"""

import ast
import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import portability
import pytest
from helpers import quick_kernels

from nnlib import BinaryCrossEntropy, Network, mlp
from nnlib.exercises import EXERCISES
from nnlib.exercises.cards import PARSONS, QUIZZES
from nnlib.exercises.exercise import DERIVATIONS
from nnlib.plots import style

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind=None):
    """The cells of a notebook as (number, cell, source), all or of one kind."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [(i, c, "".join(c["source"])) for i, c in enumerate(notebook["cells"]) if kind in (None, c["cell_type"])]


def calls(source, function):
    """The first argument of every call of ``function`` in a cell."""
    return [
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == function and isinstance(node.args[0], ast.Constant)
    ]


@each
def test_it_opens_with_a_title_and_says_what_you_will_be_able_to_do(path):
    text = "\n".join(source for _, _, source in cells(path, "markdown")[:3])
    assert text.startswith("# ")
    for part in ("**You will be able to**", "**You need**", "**Time:**", "**Short of time?**"):
        assert part in text, f"{path.name} does not say {part}"


@each
def test_its_stored_outputs_are_those_of_one_run_from_top_to_bottom(path):
    counts = [cell["execution_count"] for _, cell, source in cells(path, "code") if source.strip()]
    assert counts == list(range(1, len(counts) + 1))
    for i, cell, _ in cells(path, "code"):
        for output in cell["outputs"]:
            assert output["output_type"] != "error" and output.get("name") != "stderr", f"cell {i}"
    assert sum(bool(cell["outputs"]) for _, cell, _ in cells(path, "code")) >= 3


@each
def test_cells_are_short_and_hold_nothing_that_breaks_a_strict_run(path):
    for i, _, source in cells(path, "code"):
        assert len(source.split("\n")) <= 30, f"cell {i} is too long"
        assert not re.search(r";\s*$", source, re.M), f"cell {i}: a trailing semicolon"
        assert not re.search(r"\binteract\(|%matplotlib|/home/|/tmp/", source), f"cell {i}"
    for i, cell, _ in cells(path):
        assert "slide_type" in cell["metadata"].get("slideshow", {}), f"cell {i} has no slide type"


@each
def test_under_every_picture_stands_a_line_of_numbers_and_a_sentence(path):
    every = cells(path)
    for i, cell, _ in every:
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", ())):
            text = "".join("".join(o["text"]) for o in cell["outputs"] if o["output_type"] == "stream")
            text += "".join(
                "".join(o["data"]["text/plain"]) for o in cell["outputs"] if "alt" in o.get("metadata", {}).get("image/png", {})
            )
            assert re.search(r"\d", text), f"the picture of cell {i} has no line of numbers"
            assert i + 1 < len(every) and every[i + 1][1]["cell_type"] == "markdown", f"the picture of cell {i} has no sentence under it"


@each
def test_every_stored_picture_has_its_words(path):
    for i, cell, _ in cells(path, "code"):
        for output in cell["outputs"]:
            if "image/png" in output.get("data", {}):
                alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
                assert len(alt) > 15, f"the picture of cell {i} has no alt text"


@each
def test_no_picture_is_wider_than_the_column_and_no_type_in_it_larger_than_a_title(path):
    """The sizes that a cell gives, and the width in which its picture is stored: a figure may have computed its own."""
    for i, cell, source in cells(path, "code"):
        given = [(node.arg, node.value) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.keyword)]
        for name, value in given:
            if name == "figsize" and isinstance(value, ast.Tuple) and isinstance(value.elts[0], ast.Constant):
                assert value.elts[0].value <= style.WIDEST, f"cell {i}: write figsize=({style.WIDEST}, ...) at most"
            if name in ("fontsize", "labelsize") and isinstance(value, ast.Constant):
                assert value.value <= style.TITLE, f"cell {i}: {name}={value.value} is larger than a title, {style.TITLE} points"
        for output in cell["outputs"]:
            if "image/png" in output.get("data", {}):
                png = base64.b64decode("".join(output["data"]["image/png"]))
                pixels, per_meter = (int.from_bytes(png[at : at + 4], "big") for at in (16, png.index(b"pHYs") + 4))
                inches = pixels / per_meter / 0.0254
                assert inches <= style.WIDEST + 0.2, f"the picture of cell {i} is {inches:.1f} inches wide"  # a border of 0.1 all round


@each
def test_links_lead_to_files_that_exist(path):
    for i, _, source in cells(path, "markdown"):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", source):
            assert target.startswith("https://") or (FOLDER / target).exists(), f"cell {i}: {target}"


@each
def test_every_card_and_exercise_it_names_exists(path):
    for _, _, source in cells(path, "code"):
        for function, table in (("check", EXERCISES), ("derive", DERIVATIONS), ("quiz", QUIZZES), ("parsons", PARSONS)):
            assert set(calls(source, function)) <= set(table)


@each
def test_a_number_in_prose_that_is_marked_as_printed_stands_in_the_output_of_a_cell_nearby(path):
    every = cells(path)
    for i, _, source in cells(path, "markdown"):
        near = every[max(0, i - 4) : i + 4]
        printed = " ".join(
            "".join(o.get("text", [])) + "".join(o.get("data", {}).get("text/plain", [])) for _, c, _ in near for o in c.get("outputs", ())
        )
        for number in re.findall(r"(-?[\d.,]*\d)[\s%$*]*<!--cell-->", source):
            assert re.search(rf"(?<![\d.]){re.escape(number)}(?!\.?\d)", printed), f"cell {i} says {number}, and no cell nearby prints it"


CLAIM = re.compile(
    r"\b(better|best|worse|worst|faster|fastest|slower|slowest|always|never|cannot|impossible|typical(ly)?|usual(ly)?|most|enough|"
    r"at least|at most|too (large|small)|equal(s)? to|same as|about [\d\w]+ times|needs?)\b"
)
MARKER = re.compile(r"<!--claim:(.*?)-->")


def missing(target, notebooks=NOTEBOOKS):
    """What keeps ``target``, the id of a code cell or tests/file.py::test_name, from being a check; "" if nothing does."""
    file, _, name = target.partition("::")
    if file.startswith("tests/"):
        return "" if f"def {name}(" in (FOLDER.parent / file).read_text(encoding="utf-8") else f"there is no {target}"
    found = [(cell, source) for path in notebooks for _, cell, source in cells(path, "code") if cell["id"] == target]
    if not found:
        return f"there is no code cell {target}"
    return "" if any(cell["outputs"] or "assert" in source for cell, source in found) else f"{target} neither prints nor asserts"


@each
def test_what_a_recap_claims_names_the_cell_that_would_fail_if_it_were_false(path):
    every = cells(path)
    for i, _, source in every:
        if re.match(r"## Recap", source):
            for line in source.split("\n"):
                if line.startswith("- ") and CLAIM.search(line):
                    assert MARKER.search(line), f"cell {i}: no cell is named that checks: {line}"
        for target in MARKER.findall(source):
            assert not missing(target, [path]), f"cell {i}: {missing(target, [path])}"


ASKED = [
    *sorted((FOLDER.parent / "nnlib").glob("exercises/week*/quiz_*.py")),
    FOLDER.parent / "nnlib/exercises/clinic/cases.py",
    *(path for path in sorted((FOLDER.parent / "nnlib/experiments").glob("*.py")) if "\nQUESTION = " in path.read_text(encoding="utf-8")),
]


@pytest.mark.parametrize("path", ASKED, ids=lambda path: path.stem)
def test_what_a_quiz_or_an_experiment_claims_names_the_check_that_would_fail_if_it_were_false(path):
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        name = getattr(getattr(node, "func", None), "id", None)
        if name in ("Question", "Prediction", "broken_training"):
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            options, right = (given.get("options"), given.get("right")) if name == "broken_training" else node.args[1:3]
            says = f"{right.value}: {ast.literal_eval(options)[right.value]}" if name != "Prediction" and right else ""
            targets = re.findall(r"# claim: (\S+)", ast.get_source_segment(source, node))
            assert targets or not (name == "Prediction" or CLAIM.search(says)), f"line {node.lineno}: no check is named for: {says}"
            for target in targets:
                assert not missing(target), f"line {node.lineno}: {missing(target)}"


@pytest.mark.parametrize(("function", "table"), [("check", EXERCISES), ("derive", DERIVATIONS)], ids=["exercises", "derivations"])
def test_every_task_stands_in_exactly_one_notebook(function, table):
    found = [id for path in NOTEBOOKS for _, _, source in cells(path, "code") for id in calls(source, function)]
    assert sorted(found) == sorted(table)


@each
def test_a_derivation_is_committed_as_a_sheet_with_its_blanks(path):
    for i, cell, source in cells(path, "code"):
        for id in calls(source, "derive"):
            text = ast.parse(source).body[0].value.args[1].value
            lines = [line.strip() for line in text.strip().splitlines()]
            assert lines in [DERIVATIONS[id].sheet(number) for number in (1, 2, 3)], f"cell {i}: {lines}"
            assert "".join(cell["outputs"][0]["text"]).startswith("Not attempted yet: line "), f"cell {i}"


def squeezed(text):
    return re.sub(r'""".*?"""|\s+', "", text, flags=re.S)


@each
def test_no_solution_is_printed_in_the_notebook_of_its_exercise(path):
    pages = [squeezed(source) for _, _, source in cells(path)]
    for id in [id for _, _, source in cells(path, "code") for id in calls(source, "check")]:
        source = EXERCISES[id].source()
        body = source[source.index("\n") :]  # without its first line, def ...
        if len(squeezed(body)) > 20:  # more than X @ W + b
            assert not [i for i, page in enumerate(pages) if squeezed(body) in page], id


@each
def test_its_exercises_are_listed_in_the_order_in_which_they_stand(path):
    found = [id for _, _, source in cells(path, "code") for id in calls(source, "check")]
    assert found == [id for id in EXERCISES if id in found], "nnlib/exercises/week.../__init__.py has another order"


def solved(path):
    """The notebook with each stub and each sheet replaced by its solution, and how many verdicts it prints."""
    notebook, checks = json.loads(path.read_text(encoding="utf-8")), 0
    names = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            for node in ast.walk(ast.parse("".join(cell["source"]))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "check":
                    names[node.args[1].id] = node.args[0].value
                    checks += 1
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and (sheet := calls(source, "derive")):
            cell["source"] = f'derive("{sheet[0]}", """\n{DERIVATIONS[sheet[0]].source()}\n""")'
            checks += 1
        if cell["cell_type"] == "code" and "raise NotImplementedError" in source:
            stub = next(node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
            reference = EXERCISES[names[stub]]
            assert reference.reference.__name__ == stub, f"the stub is called {stub}, the reference {reference.reference.__name__}"
            given = ast.unparse(ast.parse(source).body[0].args)
            assert given == ast.unparse(ast.parse(reference.source()).body[0].args), f"{stub} takes {given}"
            cell["source"] = reference.source()
    return notebook, checks


# A cell sees the names that cells of its own path or a shorter one have bound: so one run shows that each of the three runs alone.
PATHS = """
__bound__, __before__ = {}, {}  # name -> {path: (number of the cell, value)}; the names as a cell finds them

def __enter__(path):
    for name, bound in __bound__.items():
        globals().pop(name, None)
        if seen := [bound[shorter] for shorter in range(path + 1) if shorter in bound]:
            globals()[name] = max(seen, key=lambda pair: pair[0])[1]
    __before__.clear()
    __before__.update(globals())

def __leave__(path, number):
    for name, value in list(globals().items()):
        if name[:1] != "_" and value is not __before__.get(name, __bound__):
            __bound__.setdefault(name, {})[path] = number, value
    print("@@", number)
"""


def path_of(cell):
    """0 for a cell of the short path, 1 for another core cell, 2 for a deeper one."""
    tags = cell["metadata"].get("tags", ())
    return 0 if "short" in tags else 2 if "deeper" in tags else 1


@each
def test_with_every_exercise_solved_on_another_machine_every_check_is_green_and_every_other_line_is_the_same(path, tmp_path):
    """The other machine's data and start weights are off in the last place, as in portability.py, which has more of them.

    The short path and the core see no name that a cell outside of them has made or changed.
    """
    notebook, checks = solved(path)
    stored = {}  # index -> what the cell printed when it was stored
    for i, cell, _ in cells(path, "code"):
        if cell["source"] == notebook["cells"][i]["source"] and not re.search(
            r"^(check|progress)\(|\bown\(", "".join(cell["source"]), re.M
        ):
            stored[i] = "".join("".join(output["text"]) for output in cell["outputs"] if output.get("name") == "stdout")
    parts = [nbformat.v4.new_code_cell(PATHS)]
    for i, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            enter, leave = f"__enter__({path_of(cell)})", f"__leave__({path_of(cell)}, {i})"
            parts += [nbformat.v4.new_code_cell(enter), cell, nbformat.v4.new_code_cell(leave)]
    notebook["cells"] = parts
    kept = "\n".join(f"# ---- {id}\n{exercise.source()}\n" for id, exercise in EXERCISES.items())
    (tmp_path / "p.functions.py").write_text(kept, encoding="utf-8")  # what own(...) gives back
    file = tmp_path / path.name
    file.write_text(json.dumps(notebook), encoding="utf-8")
    machine = portability.profile(tmp_path, seed=1)
    quick_kernels(Path(machine["IPYTHONDIR"]))
    run = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", "--no-banner", str(file)],
        cwd=tmp_path,
        env=os.environ | {"MPLBACKEND": "Agg", "NNLIB_PROGRESS": str(tmp_path / "p.json"), "PYTHONWARNINGS": "default"} | machine,
        capture_output=True,
        text=True,
        timeout=900,  # of a busy machine
    )
    verdicts = re.findall(r"^(?:Passed|Not yet|Not attempted yet): .*", run.stdout, re.M)
    assert run.returncode == 0, run.stderr[-2000:] + run.stdout[-2000:]
    assert len(verdicts) == checks and all(verdict.startswith("Passed") for verdict in verdicts), verdicts
    assert not re.search(r"^ours: ", run.stdout, re.M), "own(...) gives back a function of ours"
    parts = re.split(r"@@ (\d+)\n", run.stdout)
    printed = dict(zip(map(int, parts[1::2]), parts[0::2]))
    changed = [f"cell {i} prints\n{printed[i]}and is stored with\n{text}" for i, text in stored.items() if text not in printed[i]]
    assert not changed, "\n".join(changed)


FRAGILE = """from nnlib import SGD, BinaryCrossEntropy, datasets, fit, mlp

X, y = datasets.moons(300, noise=0.35, rng=0)
net = mlp([2, 16, 16, 1], loss=BinaryCrossEntropy(), rng=0)
_ = fit(net, X, y, SGD(3.0), epochs=1000, progress=False)
print("over 93 % right:", net.score(X, y) > 0.93)"""


def test_a_line_that_hangs_on_one_point_after_a_thousand_chaotic_steps_is_caught(tmp_path, capfd):
    """The same comparison as portability.py's, on a planted line."""
    code = nbformat.v4.new_code_cell(FRAGILE, execution_count=1)
    file = tmp_path / "planted.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[code]), file)
    exec(FRAGILE, {})
    code.outputs = [nbformat.v4.new_output("stream", name="stdout", text=capfd.readouterr().out)]
    nbformat.write(nbformat.v4.new_notebook(cells=[code]), file)
    assert portability.run_notebooks([file], {}, tmp_path) == []
    machines = (portability.profile(tmp_path, seed) for seed in (2, 3, 5))
    assert any(portability.run_notebooks([file], machine, tmp_path) for machine in machines), "three other machines print the same"


def test_on_another_machine_a_network_in_float32_starts_off_in_its_own_last_place(monkeypatch):
    for owner, name in ((np.random, "default_rng"), (Network, "__init__"), (portability.OffByUlps, "seed")):
        monkeypatch.setattr(owner, name, getattr(owner, name))  # put back after the test

    def start():
        return mlp([2, 8, 1], loss=BinaryCrossEntropy(), rng=[0, 1, 0], copies=3, dtype=np.float32).theta.copy()

    here = start()
    portability.perturb(1)
    there = start()
    assert 1 <= np.abs((there - here) / np.spacing(here)).max() <= 8  # 4, and twice that over a power of two
    assert (there[0] == there[2]).all() and (there == start()).all()
