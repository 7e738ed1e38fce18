"""A function that passed is kept as text, comes back only after its check, and nothing in the file is lost or stops a lesson."""

import functools
import math
import os
import subprocess
import sys

import numpy as np
import pytest
from numpy import maximum

from nnlib.activations import softmax as nnlib_softmax
from nnlib.exercises import EXERCISES, check, own
from nnlib.exercises.own import HEAD, functions_file, sections

RELU, DENSE, CLASSES = "week1.relu", "week1.dense_forward", "week0.predicted_classes"
width = 3


def relu(Z):
    """Mine."""
    return np.where(Z > 0, Z, 0.0)


def clipped(Z):
    return maximum(Z, 0)


def dense_forward(X, W, b):
    return np.dot(X, W) + b


def half(x):
    return math.floor(x / 2) * 0.0


def predicted_classes(Z):
    return nnlib_softmax(Z + half(1)).argmax(axis=1)


def kept():
    return functions_file().read_text(encoding="utf-8")


def test_a_function_that_passed_comes_back_with_its_own_code(capsys):
    check(RELU, relu)
    capsys.readouterr()
    mine, ours = own(RELU, DENSE)
    assert mine.__doc__ == "Mine." and mine is not relu and ours is EXERCISES[DENSE].reference
    assert np.array_equal(mine(np.array([[-1.0, 2.0]])), [[0.0, 2.0]])
    assert capsys.readouterr().out == f"yours: {RELU}\nours: {DENSE} (none of yours is kept)\n"
    assert mine.__code__.co_filename == str(functions_file()) and "def relu(Z):" in kept().splitlines()[mine.__code__.co_firstlineno - 1]


def test_helpers_and_imports_come_along():
    check(CLASSES, predicted_classes)
    check(RELU, clipped)
    assert "def half(x):" in kept() and "import math\n" in kept() and "from numpy import maximum\n" in kept()
    assert own(CLASSES).__globals__["half"](3) == 0 and own(RELU).__code__.co_filename == str(functions_file())


def test_a_later_pass_replaces_and_a_later_failure_does_not():
    check(RELU, relu)
    check(DENSE, dense_forward)
    check(RELU, clipped)
    assert [name for name, _, _ in sections(kept())] == [RELU, DENSE]
    assert "def clipped" in kept() and "def relu" not in kept()
    check(RELU, lambda Z: Z)
    assert "def clipped" in kept() and own(DENSE) is not EXERCISES[DENSE].reference


def test_the_solution_of_the_course_is_not_kept_as_yours():
    check(RELU, EXERCISES[RELU].reference)
    assert not functions_file().exists()


def closed(k=1):
    def dense_forward(X, W, b):
        return k * (X @ W) + b

    return dense_forward


def reads_outside(Z):
    return np.maximum(Z, 0) + 0 * width


@functools.cache
def cached():
    return 0


def decorated(Z):
    return np.maximum(Z, cached())


@pytest.mark.parametrize(
    "id, answer, words",
    [
        (DENSE, closed(), "it takes k from the function around it"),
        (RELU, reads_outside, "it reads width from outside the function"),
        (RELU, lambda Z: np.maximum(Z, 0), "it is not written as a plain def"),
    ],
    ids=["closure", "global", "lambda"],
)
def test_what_does_not_stand_alone_is_said(id, answer, words, capsys):
    check(id, answer)
    assert "Passed" in capsys.readouterr().out and own(id) is EXERCISES[id].reference
    assert f"(yours passed, but {words})" in capsys.readouterr().out
    check(id, relu if id == RELU else dense_forward)
    check(id, answer)  # and never takes the place of one that does
    assert own(id) is not EXERCISES[id].reference


def edited(change):
    check(RELU, relu)
    functions_file().write_text(change(kept()), encoding="utf-8")


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda text: text.replace("Z, 0.0)", "Z, 1.0)"), "does not pass on its own any more"),
        (lambda text: text.replace("def relu", "def relu("), "cannot be read any more"),
        (lambda text: text + "print('run')\n", "no longer made of def and import alone"),
        (lambda text: text.replace("def relu", "import nothing_of_that_name\ndef relu"), "does not run any more, ModuleNotFoundError"),
        (lambda text: text[: text.index("# ----")], "none of yours is kept"),
        (lambda text: text + "\x00", "cannot be read any more"),
    ],
)
def test_what_was_edited_runs_only_if_it_passes_again(change, words, capsys):
    edited(change)
    capsys.readouterr()
    assert own(RELU) is EXERCISES[RELU].reference
    out = capsys.readouterr().out
    assert words in out and "run\n" not in out


FOREIGN = "# my notes\nx = 1\n\n# ---- week9.transformer\ndef attention(Q, K, V):\n    return Q\n"


@pytest.mark.parametrize("before", [FOREIGN, "", "\r\n", FOREIGN.replace("\n", "\r\n"), "# ---- week1.relu"])
def test_what_else_stands_in_the_file_stays(before):
    functions_file().write_bytes(before.encode())
    check(RELU, relu)
    check(RELU, clipped)
    after = functions_file().read_bytes().decode()
    assert before.rstrip() in after and "def clipped" in after and "def relu" not in after
    assert own(RELU).__code__.co_filename == str(functions_file())


def test_a_file_that_cannot_be_read_is_set_aside(tmp_path):
    functions_file().write_bytes(b"\xff\xfe\x00 not text")
    assert own(RELU) is EXERCISES[RELU].reference
    check(RELU, relu)
    assert (tmp_path / f"{functions_file().name}.bak").read_bytes() == b"\xff\xfe\x00 not text"
    assert kept().startswith(HEAD) and own(RELU) is not EXERCISES[RELU].reference


@pytest.mark.parametrize("obstacle", ["folder", "pipe", "too large", "read-only"])
def test_nothing_in_its_place_stops_a_lesson(obstacle, capsys):
    file = functions_file()
    if obstacle == "folder":
        file.mkdir()
    elif obstacle == "pipe":
        os.mkfifo(file)
    elif obstacle == "too large":
        file.write_bytes(b"#" * 2_000_000)
    else:
        file.parent.chmod(0o500)
    check(RELU, relu)
    assert "Passed" in capsys.readouterr().out and callable(own(RELU))
    file.parent.chmod(0o700)
    assert obstacle != "too large" or file.stat().st_size == 2_000_000


@pytest.mark.parametrize("name, value", [("NNLIB_KEEP_CODE", "off"), ("NNLIB_KEEP_CODE", " OFF "), ("NNLIB_PROGRESS", "off")])
def test_it_can_be_switched_off(name, value, tmp_path, monkeypatch):
    monkeypatch.setenv(name, value)
    check(RELU, relu)
    assert own(RELU) is EXERCISES[RELU].reference
    assert not list(tmp_path.glob("*.py"))


def test_a_line_like_a_mark_in_a_docstring_cuts_nothing():
    namespace = {"np": np}
    text = 'def relu(Z):\n    """\n# ---- week1.relu\n    """\n    return np.maximum(Z, 0)\n'
    import linecache

    linecache.cache["<cell>"] = (len(text), None, text.splitlines(True), "<cell>")
    exec(compile(text, "<cell>", "exec"), namespace)
    check(RELU, namespace["relu"])
    assert len(sections(kept())) == 1 and own(RELU) is not EXERCISES[RELU].reference


KERNEL = """
import sys
import numpy as np
from nnlib.exercises.own import keep
def answer(Z):
    return Z
for k in range(int(sys.argv[1]), 60, 3):
    keep(f"week9.number_{k}", answer)
"""


def test_kernels_that_write_at_once_lose_no_function(tmp_path):
    script = tmp_path / "kernel.py"
    script.write_text(KERNEL)
    kernels = [subprocess.Popen([sys.executable, str(script), str(start)]) for start in range(3)]
    assert [kernel.wait() for kernel in kernels] == [0, 0, 0]
    assert sorted(name for name, _, _ in sections(kept())) == sorted(f"week9.number_{k}" for k in range(60))
    assert not list(tmp_path.glob("*.part"))


def test_a_new_kernel_finds_what_an_older_one_kept():
    check(RELU, relu)
    code = f"from nnlib.exercises import own; print(own({RELU!r}).__doc__)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [f"yours: {RELU}", "Mine."]
