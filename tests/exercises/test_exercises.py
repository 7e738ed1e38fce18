"""Every exercise is proved: right forms pass, each stored mistake fails with its own message, and it is found where its id says."""

import inspect
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from helpers import native, sees_overflow

from nnlib import exercises
from nnlib.exercises import EXERCISES, catalogue, check, checker, hint, progress, solution
from nnlib.exercises.cards import PARSONS, QUIZZES
from nnlib.exercises.checker import examine
from nnlib.exercises.exercise import DERIVATIONS, TASKS, find

SAMPLE = find("week2.dense_backward")
SEES_OVERFLOW = sees_overflow()
each = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))


@each
def test_the_reference_and_every_equivalent_form_pass(exercise):
    for form in [exercise.reference, *exercise.equivalent]:
        result = examine(exercise, form)
        assert result.passed, f"{inspect.getsource(form)}\n{result}"


@each
def test_every_stored_mistake_fails_with_its_own_message(exercise):
    for message, wrong in exercise.mistakes:
        if "overflows" in message and not SEES_OVERFLOW:
            continue
        result = examine(exercise, wrong)
        assert not result.passed, f"this wrong solution passes: {message}"
        assert result.message == message, f"stored:  {message}\nprinted: {result.stage}: {result.message}"
    assert len({message for message, _ in exercise.mistakes}) == len(exercise.mistakes) >= 5


@each
def test_each_exercise_is_complete(exercise):
    assert exercise.minutes > 0 and 1 <= exercise.difficulty <= 5 and 1 <= exercise.importance <= 5
    assert len(exercise.hints) == 3 and all(exercise.hints) and exercise.title
    assert "def " in exercise.source() and "@" not in exercise.source().split("\n")[0]
    count = len(exercise.returns)
    value = exercise.reference(*exercise.inputs(np.random.default_rng(0)))
    assert count == 1 or len(value) == count


@each
def test_inputs_differ_from_round_to_round(exercise):
    first, second = (exercise.inputs(np.random.default_rng(seed)) for seed in (0, 1))
    assert not all(np.array_equal(a, b) for a, b in zip(checker.arrays_in(first), checker.arrays_in(second)))


@native
@each
def test_a_check_takes_under_half_a_second_of_one_core(exercise):
    start = time.process_time()
    examine(exercise, exercise.reference)
    assert time.process_time() - start < 0.5


@each
def test_the_reference_numbers_are_never_shown(exercise):
    def noisy(*arguments):
        value = exercise.reference(*arguments)
        scaled = [np.asarray(v) * 1.37 + 0.11 for v in (value if len(exercise.returns) > 1 else [value])]
        return tuple(scaled) if len(exercise.returns) > 1 else scaled[0]

    message = examine(exercise, noisy).message
    value = exercise.reference(*exercise.inputs(np.random.default_rng(0)))
    for array in value if len(exercise.returns) > 1 else [value]:
        for number in np.ravel(np.asarray(array, dtype=float)):
            assert number == round(number) or f"{number:.4g}"[:6] not in message


def test_the_notebooks_announce_the_minutes_difficulty_and_importance_of_each_task():
    announced = []
    for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb"):
        text = "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])
        numbers = re.findall(r"^\*\*(?:Exercise|Derivation)(?:: [^*(]+)? \((\d+) min, difficulty (\d)/5, importance (\d)/5[;)]", text, re.M)
        announced += zip(
            re.findall(r'^(?:check|derive)\(\s*"(.*?)"', text, re.M), [tuple(map(int, three)) for three in numbers], strict=True
        )
    assert sorted(announced) == sorted((id, (e.minutes, e.difficulty, e.importance)) for id, e in TASKS.items())


# ---- from an id to its file


@each
def test_the_id_is_the_path_of_the_file(exercise):
    week, name = exercise.id.split(".")
    assert Path(inspect.getfile(exercise.reference)) == Path(exercises.__file__).parent / week / f"{name}.py"
    assert exercise.reference.__name__ == name and EXERCISES[exercise.id] is exercise


def test_every_file_of_a_week_is_in_its_table_of_contents():
    folder = Path(exercises.__file__).parent
    assert "week2.no_such_exercise" not in EXERCISES and len(EXERCISES) == len(list(EXERCISES.values()))
    listed = {module for table in (EXERCISES, DERIVATIONS, QUIZZES, PARSONS) for module, _ in table.files.values()}
    files = {
        f".{week}.{file.stem}"
        for week in catalogue.WEEKS
        for file in (folder / week).glob("*.py")
        if file.stem not in ("__init__", "shared")
    }
    assert listed - {".clinic.cases"} == files


def test_no_file_of_the_exercises_is_long():
    lengths = {
        file: len(file.read_text(encoding="utf-8").splitlines())
        for folder in ("week*", "your_data", "clinic")
        for file in Path(exercises.__file__).parent.glob(f"{folder}/*.py")
    }
    assert [str(file) for file, lines in lengths.items() if lines > 320 or (lines > 250 and file.parent.name != "clinic")] == []


@native
def test_a_check_imports_its_own_exercise_and_no_other_week():
    code = """
import sys
from nnlib.exercises import check
check("week2.dense_backward", lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.sum(axis=0, keepdims=True)))
print(sorted(name for name in sys.modules if name.startswith("nnlib.exercises.week") and name.count(".") == 3))
print([name for name in sys.modules if name.startswith("nnlib.exercises.clinic")])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.splitlines()[1:] == ["['nnlib.exercises.week2.dense_backward']", "[]"]


def test_unknown_ids_name_the_nearest():
    with pytest.raises(ValueError, match="did you mean"):
        check("week2.dense_backwards", None)


def test_hints_come_one_by_one_and_the_last_one_after_a_new_try(capsys):
    for word in ("Idea", "Formula", "Try it", "Try it"):
        hint(SAMPLE.id)
        assert capsys.readouterr().out.startswith(word)
    check(SAMPLE.id, lambda dZ, X, W: dZ)
    capsys.readouterr()
    for word in ("Code", "Idea"):
        hint(SAMPLE.id)
        assert capsys.readouterr().out.startswith(f"{word}: ")


def test_solution_shows_the_mistakes_and_leaves_its_mark(capsys):
    solution(SAMPLE.id)
    out = capsys.readouterr().out
    assert "dZ @ W.T" in out and all(message in out for message, _ in SAMPLE.mistakes)
    check(SAMPLE.id, SAMPLE.reference)
    progress()
    assert "passed after the solution" in capsys.readouterr().out


def test_passed_alone_is_told_apart(capsys):
    check(SAMPLE.id, SAMPLE.reference)
    solution(SAMPLE.id)
    progress()
    assert "passed after the solution" not in capsys.readouterr().out
