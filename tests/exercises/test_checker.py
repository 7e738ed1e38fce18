"""Nothing a learner does can break the check: each accident is named, and the first wrong thing is printed."""

import os
import random
import signal
import sys
import time

import numpy as np
import pytest

from nnlib import Dense
from nnlib.exercises import check, checker, running
from nnlib.exercises.checker import examine
from nnlib.exercises.exercise import Exercise, find
from nnlib.exercises.progress import recorded

SAMPLE = find("week2.dense_backward")  # three returned arrays, a square W


def right(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0, keepdims=True)


def not_implemented(dZ, X, W):
    """A stub with a docstring."""
    raise NotImplementedError


def dots(dZ, X, W): ...


def returns_dots(dZ, X, W):
    return ..., ..., ...


@pytest.mark.parametrize("stub", [not_implemented, dots, returns_dots])
def test_a_stub_gets_the_message_that_nothing_was_attempted(stub, capsys):
    check("week2.dense_backward", stub)
    assert capsys.readouterr().out.startswith("Not attempted yet: ")
    assert recorded() == {}


def in_place(dZ, X, W):
    dX, dW = dZ @ W.T, X.T @ dZ
    dZ *= 2
    return dX, dW, dZ.sum(axis=0, keepdims=True) / 2


def endless(dZ, X, W):
    while True:
        try:
            pass
        except Exception:
            pass


def calls_exit(dZ, X, W):
    raise SystemExit


def recursive(dZ, X, W):
    return recursive(dZ, X, W)


def misspelled(dZ, X, W):
    return dZ @ W.T, X.T @ DZ, dZ.sum(axis=0, keepdims=True)  # noqa: F821


def wrong_shapes(dZ, X, W):
    return dZ @ W.T, X @ dZ, dZ.sum(axis=0, keepdims=True)


class Unreadable:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array here")


ACCIDENTS = [
    (lambda dZ, X, W: None if X.any() else 1, "returned", "`return dX, dW, db`"),
    (lambda dZ, X, W: X, "returned", "3 values"),
    (lambda dZ, X, W: (X, W), "returned", "got 2"),
    (lambda dZ, X, W: (X, None, W), "returned", "dW is None"),
    (lambda dZ, X, W: ("no", W, dZ), "type", "str"),
    (lambda dZ, X, W: (X.tolist(), W, dZ), "type", "np.array(dX)"),
    (lambda dZ, X, W: (X * 1j, W, dZ), "type", "complex"),
    (lambda dZ, X, W: tuple(a.astype(np.float32) for a in right(dZ, X, W)), "type", "float32"),
    (lambda dZ, X, W: tuple(a.astype(int) for a in right(dZ, X, W)), "type", "whole numbers"),
    (lambda dZ, X, W: (X.T, *right(dZ, X, W)[1:]), "shape", "X.shape. It looks transposed"),
    (lambda dZ, X, W: (X / 0, *right(dZ, X, W)[1:]), "finite", "division by 0"),
    (lambda dZ, X, W: (right(dZ, X, W)[0] * -1, *right(dZ, X, W)[1:]), "diagnosis", "sign"),
    (lambda dZ, X, W: (right(dZ, X, W)[0] * 2, *right(dZ, X, W)[1:]), "diagnosis", "twice"),
    (lambda dZ, X, W: (right(dZ, X, W)[0] / 2, *right(dZ, X, W)[1:]), "diagnosis", "half"),
    (lambda dZ, X, W: (right(dZ, X, W)[0] * len(X), *right(dZ, X, W)[1:]), "diagnosis", "should be a mean"),
    (lambda dZ, X, W: (right(dZ, X, W)[0] / len(X), *right(dZ, X, W)[1:]), "diagnosis", "divided by m twice"),
    (lambda dZ, X, W: (right(dZ, X, W)[0] * 3.5, *right(dZ, X, W)[1:]), "diagnosis", "3.5 times"),
    (lambda dZ, X, W: (right(dZ, X, W)[0], right(dZ, X, W)[1] + W, right(dZ, X, W)[2]), "diagnosis", "dX and db are right"),
    (lambda dZ, X, W: (Unreadable(), X, W), "type", "no array here"),
    (in_place, "mutated", "its argument dZ"),
    (endless, "time", "does a loop in it ever end"),
    (calls_exit, "exception", "SystemExit"),
    (recursive, "exception", "RecursionError"),
    (misspelled, "exception", "`return dZ @ W.T, X.T @ DZ, dZ.sum"),
    (wrong_shapes, "exception", "The shapes there: dZ (7, "),
    (lambda dZ: dZ, "exception", "Keep the arguments"),
    (42, "type", "without ()"),
    (None, "type", "got nothing"),
]


@pytest.mark.parametrize("answer, stage, words", ACCIDENTS)
def test_each_accident_is_named(answer, stage, words, monkeypatch, capsys):
    monkeypatch.setattr(running, "SECONDS", 0.2)
    result = examine(SAMPLE, answer)
    assert (result.stage, words in result.message) == (stage, True), result
    check(SAMPLE.id, answer)  # and the front door does not raise either
    assert capsys.readouterr().out == f"{result}\n"


def swallows(*_):
    while True:
        try:
            time.sleep(0.01)
        except:  # noqa: E722
            pass


def swallows_while_it_computes(*_):
    while True:
        try:
            while True:
                np.ones(10).sum()
        except BaseException:
            continue
        finally:
            pass


class LoopsWhenRead:
    def __array__(self, *args, **kwargs):
        while True:
            try:
                time.sleep(0.01)
            except:  # noqa: E722
                pass


class InterruptedWhenRead:
    def __array__(self, *args, **kwargs):
        raise KeyboardInterrupt


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer on this system")
@pytest.mark.parametrize(
    "answer",
    [endless, swallows, swallows_while_it_computes, lambda dZ, X, W: (X, LoopsWhenRead(), W)],
    ids=["plain", "sleep", "sum", "array"],
)
def test_no_except_keeps_the_clock_from_ending_a_loop(answer, monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.1)
    before = signal.getsignal(signal.SIGALRM), sys.gettrace()
    start = time.perf_counter()
    assert examine(SAMPLE, answer).stage == "time"
    assert time.perf_counter() - start < 5
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert (signal.getsignal(signal.SIGALRM), sys.gettrace()) == before


def test_an_interrupt_while_the_answer_is_read_is_no_error_of_the_check():
    assert examine(SAMPLE, lambda dZ, X, W: (InterruptedWhenRead(), X, W)).message == "stopped by you before it was done."


def from_the_standard_library(dZ, X, W):
    return random.sample([1], 3)


def from_nnlib(dZ, X, W):
    return Dense(2, 2).forward(X, True)


@pytest.mark.parametrize(
    ("answer", "line"), [(from_the_standard_library, "return random.sample([1], 3)"), (from_nnlib, "return Dense(2, 2).forward(X, True)")]
)
def test_your_line_is_a_line_that_you_wrote(answer, line):
    assert examine(SAMPLE, answer).message.startswith(f"your line `{line}` stops with ValueError")


async def asynchronous(dZ, X, W):
    return right(dZ, X, W)


def generator(dZ, X, W):
    yield right(dZ, X, W)


@pytest.mark.parametrize(("answer", "word"), [(asynchronous, "async"), (generator, "yield")])
def test_a_function_of_another_kind_is_named_by_its_word(answer, word):
    result = examine(SAMPLE, answer)
    assert result.stage == "returned" and f"the word {word}" in result.message


def test_what_an_answer_changes_for_the_whole_kernel_is_put_back(tmp_path):
    def careless(dZ, X, W):
        os.chdir(tmp_path)
        np.random.seed(1)  # noqa: NPY002
        random.seed(1)
        np.set_printoptions(precision=1)
        np.sum = np.linalg = None
        return right(dZ, X, W)

    def state():
        return os.getcwd(), np.random.random(3).tolist(), random.random(), np.get_printoptions(), np.sum, np.linalg  # noqa: NPY002

    np.random.seed(7), random.seed(7)  # noqa: NPY002
    before = state()
    np.random.seed(7), random.seed(7)  # noqa: NPY002
    assert examine(SAMPLE, careless).passed
    assert state() == before


def test_a_slow_right_answer_passes_with_advice(monkeypatch):
    monkeypatch.setattr(checker, "SLOW", 0.0)
    assert examine(SAMPLE, right).passed
    assert "replace the loop" in examine(SAMPLE, right).message


def test_what_a_learner_prints_does_not_hide_the_verdict(capsys):
    def chatty(dZ, X, W):
        print("debug", X)
        return right(dZ, X, W)

    check(SAMPLE.id, chatty)
    assert capsys.readouterr().out.startswith("Passed: ")


def test_a_property_that_fails_is_reported():
    base = SAMPLE
    strict = Exercise(**{**vars(base), "properties": (("it is magic", lambda answer, rng: False),)})
    assert examine(strict, right).message == "this does not hold: it is magic."
