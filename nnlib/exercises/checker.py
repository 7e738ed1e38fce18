"""Examine a learner's answer and name the first thing that is wrong with it.

The order is fixed: attempted, returned, type, shape, finite, inputs untouched, known mistakes, constant factor, first wrong
number, properties. Each step assumes that the ones before it hold. The reference's numbers are never shown.
"""

import contextlib
import copy
import dis
import inspect
import io
import itertools
import linecache
import os
import random
import re
import signal
import sys
import sysconfig
import threading
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# code that no learner wrote: "your line" is never a line of these folders
FOREIGN = (
    str(Path(__file__).parents[1]),
    *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    "<frozen",
)
ROUNDS = 3  # fresh inputs on which the answer is compared with the reference
SECONDS = 5.0  # after so long an answer is taken for a loop that does not end
AGAIN = 0.05  # and from then on it is interrupted every so many seconds
SLOW = 0.25  # seconds for one call on these tiny inputs: right, but written with loops that will hurt later
TOLERANCE = 1e-9  # relative to the largest number of the array


@dataclass(frozen=True)
class Result:
    """The verdict: ``stage`` is "passed", or the name of the step that failed; ``message`` says it to the learner."""

    id: str
    stage: str
    message: str

    @property
    def passed(self):
        return self.stage == "passed"

    def __str__(self):
        head = {"passed": "Passed", "not attempted": "Not attempted yet"}.get(self.stage, "Not yet")
        return f"{head}: {self.message}"


class Verdict(Exception):
    """Stops the examination with a stage and a message."""


NOT_ATTEMPTED = ("not attempted", "write your code in the cell above, then run it and this cell again.")


def is_stub(answer):
    """Whether a function does nothing: its body is a docstring, ``...`` or ``pass``."""
    idle = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
    code = getattr(answer, "__code__", None)
    constants = code and {c for c in code.co_consts if not isinstance(c, str)}
    return bool(code) and constants <= {None} and all(step.opname in idle for step in dis.get_instructions(code))


class TimeUp(BaseException):
    """Raised inside an answer that takes too long. Not an Exception, so that a learner's ``except Exception`` lets it pass."""


def examine(exercise, answer):
    """Run all steps on ``answer``, a function, and return a Result. Never raises on what the learner wrote."""
    if not callable(answer):
        came = "nothing" if answer is None or answer is ... else f"{type(answer).__name__}"
        return Result(
            exercise.id,
            "type",
            f"check takes your function itself, it got {came}: write check({exercise.id!r}, {exercise.reference.__name__}), without ()",
        )
    if is_stub(answer):
        return Result(exercise.id, *NOT_ATTEMPTED)
    if inspect.iscoroutinefunction(answer) or inspect.isgeneratorfunction(answer):
        word = "async" if inspect.iscoroutinefunction(answer) else "yield"
        return Result(exercise.id, "returned", f"your function is no plain function, it has the word {word}: write def and return alone.")
    try:
        slowest = 0.0
        for seed in range(ROUNDS):
            slowest = max(slowest, compare(exercise, answer, seed))
        proofs = [f"equal to the reference on {ROUNDS} random inputs"]
        for proof, holds in exercise.properties:
            held = guarded(lambda: holds(answer, np.random.default_rng(100)))  # noqa: B023  called at once
            if isinstance(held, str) or not held:
                raise Verdict("property", held if isinstance(held, str) else f"this does not hold: {proof}.")
            proofs.append(proof)
    except Verdict as verdict:
        return Result(exercise.id, *verdict.args)
    except Exception as error:  # an object that NumPy cannot read
        return Result(exercise.id, "type", f"what your function returns cannot be read as numbers ({error}).")
    slow = (
        f" One call took {slowest:.1f} s on tiny data: let a matrix product or a sum over an axis replace the loop."
        if slowest > SLOW
        else ""
    )
    return Result(exercise.id, "passed", "; ".join(proofs) + "." + slow)


def compare(exercise, answer, seed):
    """All steps up to the first wrong number, on the inputs of one seed. Returns the seconds the answer took."""
    arguments = exercise.inputs(np.random.default_rng(seed))
    given = copy.deepcopy(arguments)
    start = time.perf_counter()
    got = guarded(lambda: readable(answer(*given)))
    seconds = time.perf_counter() - start
    expected = as_tuple(exercise.reference(*copy.deepcopy(arguments)), len(exercise.returns))
    got = check_returned(exercise, got, expected)
    for (name, expression), g, e in zip(exercise.returns.items(), got, expected):
        try:
            check_type(name, g, e)
        except Verdict:
            raise_if_known_mistake(exercise, arguments, got)  # its message is the better one
            raise
        if np.shape(g) != np.shape(e):
            raise_if_known_mistake(exercise, arguments, got)
            wanted = (
                f"shape {np.shape(e)}{f', {expression}' if expression not in (None, str(np.shape(e))) else ''}"
                if np.ndim(e)
                else "no shape: a single number"
            )
            turned = " It looks transposed." if np.ndim(e) == 2 and np.shape(g) == np.shape(e)[::-1] else ""
            raise Verdict("shape", f"{name} has shape {np.shape(g)}, it must have {wanted}.{turned}")
        if not np.isfinite(g).all() and np.isfinite(e).all():
            raise_if_known_mistake(exercise, arguments, got)
            bad = np.asarray(g)[~np.isfinite(g)].flat[0]
            raise Verdict(
                "finite",
                f"{name} holds {bad}: look for a division by 0, a log of 0, a root of a negative number, or an exp of a large one.",
            )
    check_untouched(arguments, given)
    right = [same(g, e) for g, e in zip(got, expected)]
    if not all(right):
        raise_if_known_mistake(exercise, arguments, got)
    for name, g, e in zip(exercise.returns, got, expected):
        check_whole(name, g, e)
    if not all(right):
        raise_difference(exercise, arguments, got, expected)
    return seconds


def readable(got):
    """What an answer returned, with foreign arrays (pandas, torch) read here, where the clock runs."""
    if isinstance(got, (tuple, list)):
        return type(got)(map(readable, got)) if type(got) in (tuple, list) else got
    if hasattr(got, "__array__") and not isinstance(got, (np.ndarray, np.generic, type)):
        with contextlib.suppress(Exception):  # what cannot be read is reported when it is needed
            return np.asarray(got)
    return got


def guarded(call):
    """call(), with the learner's exception, print output and endless loop turned into a Verdict."""
    try:
        with (
            unchanged(),
            time_limit(SECONDS),
            np.errstate(all="ignore"),
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            return call()
    except NotImplementedError:
        raise Verdict(*NOT_ATTEMPTED) from None
    except Verdict:
        raise
    except TimeUp:
        raise Verdict("time", f"still running after {SECONDS:g} s: does a loop in it ever end?") from None
    except KeyboardInterrupt:
        raise Verdict("time", "stopped by you before it was done.") from None
    except BaseException as error:
        raise Verdict("exception", explain(error)) from None


@contextlib.contextmanager
def unchanged():
    """What an answer may change for the whole kernel is put back: folder, random state, print options, NumPy's own functions."""
    folder, numpy_names = os.path.realpath("."), dict(vars(np))
    numpy_state, python_state = np.random.get_state(), random.getstate()  # noqa: NPY002  the global one
    try:
        with np.printoptions():
            yield
    finally:
        changed = [name for name, value in numpy_names.items() if vars(np).get(name) is not value]
        vars(np).update((name, numpy_names[name]) for name in changed)
        np.random.set_state(numpy_state)  # noqa: NPY002
        random.setstate(python_state)
        with contextlib.suppress(OSError):  # it has been removed
            os.chdir(folder)


@contextlib.contextmanager
def time_limit(seconds):
    """Raise TimeUp inside the block after so many seconds, where the system can (not on Windows, not in a thread).

    A bare ``except:`` swallows the first TimeUp. So the clock rings again, after pauses of many lengths, and each time the
    next line raises TimeUp too: soon that is a line of the ``except`` itself, which does not catch what happens inside it.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def in_answer(frame):
        return frame is not None and frame.f_code.co_filename not in (__file__, contextlib.__file__)

    def raise_at_line(frame, event, _):
        if event == "line" and in_answer(frame):
            raise TimeUp
        return raise_at_line

    def ring(_, frame):
        if in_answer(frame):  # never while the checker itself puts things back
            signal.setitimer(signal.ITIMER_REAL, next(pauses), AGAIN)
            sys.settrace(raise_at_line)
            inner = frame
            while in_answer(inner):
                inner.f_trace, inner = raise_at_line, inner.f_back
            raise TimeUp

    pauses = itertools.cycle(10.0 ** -np.arange(3, 7))
    before, tracer = signal.signal(signal.SIGALRM, ring), sys.gettrace()
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        sys.settrace(tracer)


def explain(error):
    """The learner's own line, what Python said, and the shapes of the arrays at hand."""
    frames = [
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not frame.f_code.co_filename.startswith(FOREIGN) and "site-packages" not in frame.f_code.co_filename
    ]
    text = f"{type(error).__name__}: {error}."
    if sizes := re.search(r"matmul.*size (\d+) is different from (\d+)", str(error)):
        text = f"ValueError: the inner sizes of a matrix product must be equal, here they are {sizes[2]} and {sizes[1]}."
    if "truth value of an array" in str(error):
        text = f"{type(error).__name__}: an array of many numbers is neither true nor false. Write np.where, np.maximum or a comparison, no if."
    if isinstance(error, TypeError) and "positional argument" in str(error):
        text += " Keep the arguments of the function as they were given."
    if not frames:
        return text
    frame, line = frames[-1]  # the innermost line that the learner wrote
    source = linecache.getline(frame.f_code.co_filename, line).strip()
    text = (f"your line `{source}` stops with " if source else f"line {line} of your cell stops with ") + text
    if isinstance(error, ValueError):
        shapes = [f"{name} {np.shape(value)}" for name, value in frame.f_locals.items() if isinstance(value, np.ndarray)]
        text += f" The shapes there: {', '.join(shapes)}." if shapes else ""
    if isinstance(error, UnboundLocalError):
        return text + " The name gets its value only on some ways through your function: set it on all of them."
    if isinstance(error, NameError):
        text += " Is it spelled as in the line that defines it, and was that cell run?"
    return text


def as_tuple(value, count):
    return tuple(value) if count > 1 else (value,)


def check_returned(exercise, got, expected):
    """The returned values as a tuple of the right length, or a Verdict."""
    names = ", ".join(exercise.returns)
    if got is ... or (isinstance(got, tuple) and got and all(g is ... for g in got)):
        raise Verdict(*NOT_ATTEMPTED)
    if got is None:
        raise Verdict("returned", f"your function returns nothing: end it with `return {names}`.")
    if len(expected) > 1:
        if not isinstance(got, (tuple, list)):
            raise Verdict(
                "returned", f"{len(expected)} values are to be returned, got one {type(got).__name__}: end with `return {names}`."
            )
        if len(got) != len(expected):
            raise Verdict("returned", f"{len(expected)} values are to be returned, got {len(got)}: end with `return {names}`.")
        if any(g is None for g in got):
            raise Verdict(
                "returned", f"{list(exercise.returns)[[g is None for g in got].index(True)]} is None: compute it before the return."
            )
    return as_tuple(got, len(expected))


def check_type(name, got, expected):
    if isinstance(got, (str, bytes, dict, set)) or callable(got):
        raise Verdict("type", f"{name} is a {type(got).__name__}, it must be {'an array' if np.ndim(expected) else 'a number'}.")
    if isinstance(got, (list, tuple)):
        raise Verdict(
            "type",
            f"{name} is a {type(got).__name__}, it must be {f'an array: write np.array({name})' if np.ndim(expected) else 'a single number'}.",
        )
    kind, wanted = np.asarray(got).dtype, np.asarray(expected).dtype
    if kind.kind not in "biuf":
        raise Verdict("type", f"{name} holds {kind}, it must hold real numbers.")
    if kind in (np.float32, np.float16) and wanted == np.float64:
        raise Verdict("type", f"{name} is {kind}: keep float64, a gradient check needs its 16 digits. Leave out astype({kind}).")


def check_whole(name, got, expected):
    """Whole numbers where floats are meant, or floats where whole numbers are."""
    kind, wanted = np.asarray(got).dtype, np.asarray(expected).dtype
    if wanted.kind == "f" and kind.kind in "biu" and np.asarray(got).size and not np.array_equal(got, expected):
        raise Verdict("type", f"{name} holds whole numbers ({kind}), it must hold floats: did something round, or start as an int array?")
    if wanted.kind in "iu" and kind.kind == "f":
        raise Verdict("type", f"{name} holds floats, it must hold whole numbers: write {name}.astype(int).")


def check_untouched(arguments, given):
    for position, (before, after) in enumerate(zip(arguments, given)):
        pairs = [(b, a) for b, a in zip(arrays_in(before), arrays_in(after)) if b.ndim]  # `x *= 2` on a number is no crime
        if any(not np.array_equal(b, a, equal_nan=b.dtype.kind == "f") for b, a in pairs):
            raise Verdict(
                "mutated",
                f"your function changes its argument number {position + 1}: the caller still needs it. Replace +=, *= or [...] = on it by a new array.",
            )


def arrays_in(value):
    """All arrays in a list, tuple, dict or array."""
    if isinstance(value, np.ndarray):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [array for child in children for array in arrays_in(child)]


def same(got, expected):
    """Equal up to rounding, relative to the largest number of the array."""
    try:
        got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    except (TypeError, ValueError):
        return False
    if got.shape != expected.shape:
        return False
    scale = np.abs(expected[np.isfinite(expected)]).max(initial=0)
    return np.allclose(got, expected, rtol=TOLERANCE, atol=TOLERANCE * max(scale, 1e-6), equal_nan=True)


def raise_if_known_mistake(exercise, arguments, got):
    """Raise Verdict with the message of the stored mistake that gives the same numbers, if there is one."""
    for message, mistake in exercise.mistakes:
        with np.errstate(all="ignore"):
            wrong = as_tuple(mistake(*copy.deepcopy(arguments)), len(got))
        if len(wrong) == len(got) and all(same(g, w) for g, w in zip(got, wrong)):
            raise Verdict("known mistake", message)


def raise_difference(exercise, arguments, got, expected):
    """Raise Verdict with what can be said of a difference nobody has foreseen: a factor, a transpose, the first wrong number."""
    m = max((len(a) for a in arguments if isinstance(a, np.ndarray) and a.ndim == 2), default=0)
    for name, g, e in zip(exercise.returns, got, expected):
        if same(g, e):
            continue
        factor = constant_ratio(g, e)
        if factor is not None and (np.ndim(e) or factor in (-1, 2, 0.5)):
            words = named_factor(factor, m)
            raise Verdict("factor", f"{name} is {words}{'' if words.endswith('?') else '.'}")
        if np.ndim(g) == 2 and np.shape(g)[0] == np.shape(g)[1] and same(np.transpose(g), e):
            raise Verdict("transpose", f"{name} is the transpose of what it should be.")
        raise Verdict("number", first_difference(name, g, e, [n for n, a, b in zip(exercise.returns, got, expected) if same(a, b)]))


def constant_ratio(got, expected):
    """c if got = c * expected everywhere, else None."""
    g, e = np.ravel(np.asarray(got, dtype=float)), np.ravel(np.asarray(expected, dtype=float))
    used = np.abs(e) > 1e-12
    if not used.any():
        return None
    ratio = float(np.median(g[used] / e[used]))
    return ratio if ratio != 0 and same(g, ratio * e) else None


def named_factor(factor, m):
    for value, words in ((-1, "right but for its sign"), (2, "twice what it should be"), (0.5, "half of what it should be")):
        if np.isclose(factor, value, rtol=1e-7):
            return words
    if m > 1 and np.isclose(abs(factor), m, rtol=1e-7):
        return f"{m} times too large, and there are {m} examples: is it a sum where a mean was meant? Divide by m once"
    if m > 1 and np.isclose(abs(factor), 1 / m, rtol=1e-7):
        return f"{m} times too small, and there are {m} examples: is it divided by m twice?"
    return f"{factor:.4g} times what it should be, everywhere: a constant factor is missing or too much"


def first_difference(name, got, expected, right):
    g, e = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    scale = max(np.abs(e).max(initial=0), 1e-12)
    wrong = ~np.isclose(g, e, rtol=TOLERANCE, atol=TOLERANCE * scale, equal_nan=True)
    share = f"{wrong.sum()} of {wrong.size} numbers" if wrong.size > 1 else "the number"
    where = f", first {name}[{', '.join(map(str, np.argwhere(wrong)[0]))}]" if wrong.size > 1 else ""
    size = f"{np.abs(g - e)[wrong].max() / scale:.1e}"
    fine = f" {' and '.join(right)} {'is' if len(right) == 1 else 'are'} right." if right else ""
    return f"in {name} {share} differ{'s' if wrong.size == 1 else ''} from the right answer{where} (error {size} of the largest).{fine}"
