"""nbgrader and otter-grader themselves grade the exported assignments: the key gets all points, stubs none, stored mistakes none.

    pip install -e ".[grading]" and then    python tests/graded_by_the_tools.py nbgrader [--all-mistakes] [NOTEBOOK ...]

It takes some 30 seconds for each notebook, so the suite does not run it. A line for each grading; the last line counts what went wrong.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "notebooks" / "instructor")]
os.environ |= {"PYTHONPATH": str(ROOT), "NNLIB_PROGRESS": "off", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # nbgrader calls alembic

import nbformat  # noqa: E402
from build import graded, notebooks  # noqa: E402

WRONG = "from nnlib.exercises.exercise import find\n\n{name} = find('{id}').mistakes[{k}][1]"
WRONG_DERIVATION = "from nnlib.exercises.exercise import DERIVATIONS\n\n{name} = DERIVATIONS['{id}'].mistakes[{k}][2]"


def students(file, all_mistakes):
    """name -> {label: code of the answer, or None for the stub}; and {(name, label): message that it must get}."""
    rows = [(task, *graded.parts(task, cell, text)) for task, cell, text in graded.tasks(file)]
    handed = {"key": {label: before + body for _, label, _, _, before, body, _ in rows}, "stub": {label: None for _, label, *_ in rows}}
    messages = {}
    for k in range(max(len(task.mistakes) for task, *_ in rows) if all_mistakes else 1):
        mine = handed[f"wrong{k}"] = {}
        for task, label, _, name, *_ in rows:
            if k < len(task.mistakes):
                derivation = hasattr(task, "worked")
                mine[label] = (WRONG_DERIVATION if derivation else WRONG).format(name=name, id=task.id, k=k)
                messages[f"wrong{k}", label] = task.mistakes[k][1 if derivation else 0]
            else:
                mine[label] = None
    return handed, messages, {label: task.importance for task, label, *_ in rows}


def with_nbgrader(file, folder, handed):
    """student -> {label: (points, words of the feedback)}."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    graded.write_assignments(folder, "nbgrader", [file.stem])
    os.chdir(folder)
    config = Config()
    exec((folder / "nbgrader_config.py").read_text(), {"get_config": lambda: config})
    config.CourseDirectory.root = str(folder)
    api = NbGraderAPI(config=config)
    done = api.generate_assignment(file.stem)
    assert done["success"], done
    release = nbformat.read(folder / "release" / file.stem / file.name, 4)
    results = {}
    for student, answers in handed.items():
        notebook = nbformat.from_dict(json.loads(json.dumps(release)))
        for cell in notebook.cells:
            if answers.get(cell.metadata.get("nbgrader", {}).get("grade_id")):
                cell.source = answers[cell.metadata["nbgrader"]["grade_id"]]
        where = folder / "submitted" / student / file.stem / file.name
        where.parent.mkdir(parents=True)
        nbformat.write(notebook, where)
        done = api.autograde(file.stem, student)
        assert done["success"], done["log"][-2000:]
        api.generate_feedback(file.stem, student)
        text = (folder / "feedback" / student / file.stem / f"{file.stem}.html").read_text()
        words = " ".join(re.sub(r"<[^>]*>", "", text).split())
        with api.gradebook as book:
            grades = book.find_submission_notebook(file.stem, file.stem, student).grades
            results[student] = {grade.name.removesuffix("_test"): (grade.score, words) for grade in grades}
    return results


def with_otter(file, folder, handed):
    """student -> {label: (points, words of the feedback)}."""
    graded.write_assignments(folder, "otter", [file.stem])
    master, dist = folder / file.stem / file.name, folder / "dist"
    otter = [sys.executable, "-m", "otter"]
    done = subprocess.run([*otter, "assign", "--no-pdfs", master, dist], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    (zipped,) = (dist / "autograder").glob("*.zip")
    student_notebook = nbformat.read(dist / "student" / file.name, 4)
    assert not any("BEGIN SOLUTION" in cell.source for cell in student_notebook.cells)
    results = {}
    for student, answers in handed.items():
        notebook = nbformat.from_dict(json.loads(json.dumps(student_notebook)))
        label = None
        for cell in reversed(notebook.cells):  # the test of a question stands below its answer
            if found := re.search(r'grader\.check\("(\w+)"\)', cell.source):
                label = found[1]
            elif cell.cell_type == "code" and label and answers.get(label):
                cell.source, label = answers[label], None
        where = folder / f"{student}.ipynb"
        nbformat.write(notebook, where)
        out = folder / student
        out.mkdir()
        done = subprocess.run([*otter, "run", where, "-a", zipped, "-o", out, "--no-logo"], capture_output=True, text=True, cwd=folder)
        assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
        tests = json.loads((out / "results.json").read_text())["tests"]
        results[student] = {t["name"].split(" ")[0]: (t.get("score", 0), " ".join(t.get("output", "").split())) for t in tests}
    return results


def main(tool, *given):
    wrong, all_mistakes = 0, "--all-mistakes" in given
    for file in notebooks([name for name in given if name[0] != "-"] or None):
        if not any(graded.tasks(file)):
            continue
        handed, messages, points = students(file, all_mistakes)
        with tempfile.TemporaryDirectory() as folder:
            here = os.getcwd()
            results = (with_nbgrader if tool == "nbgrader" else with_otter)(file, Path(folder) / "course", handed)
            os.chdir(here)
        for student, grades in results.items():
            total = sum(grades[label][0] for label in points)
            bad = [label for label in points if grades[label][0] != (points[label] if student == "key" else 0)]
            silent = [label for label in points if (m := messages.get((student, label))) and squeezed(m) not in squeezed(grades[label][1])]
            wrong += len(bad) + len(silent)
            print(
                f"{tool} {file.stem} {student}: {total:g} of {sum(points.values())} points",
                *bad,
                *(f"no message: {label}" for label in silent),
                flush=True,
            )
    print(f"{wrong} wrong")
    return wrong


def squeezed(text):
    from html import unescape

    return re.sub(r"\W+", "", unescape(text))


if __name__ == "__main__":
    sys.exit(bool(main(*sys.argv[1:])))
