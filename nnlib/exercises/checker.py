"""Examine a learner's answer and name the first thing that is wrong with it.

The order is fixed: attempted, returned, type, shape, finite, inputs untouched, slips of Python, known mistakes, general
diagnoses, the smallest input on which it fails, properties. Each step assumes that the ones before it hold. The reference's
numbers are never shown.

examine(exercise, answer) judges an answer to an exercise; diagnose(reference, answer, inputs) compares any two functions.
"""

import copy
import dis
import inspect
import time
import warnings
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np

from .comparing import arrays_in, as_tuple, listed, same, share_off, size_of_difference, wrong_shape
from .diagnoses import Case, general, right_answer
from .properties import overflows
from .running import NOT_ATTEMPTED, Stop, guarded, readable
from .shrinking import Call, shrink, written
from .slips import own_random, prints_for_return, python_slip, say_outside, unused_arguments

ROUNDS = 3  # fresh inputs on which the answer is compared with the reference
CLAIM = 12  # further inputs on which a stored mistake must equal the answer before it is claimed
SLOW = 0.25  # seconds for one call on these tiny inputs: correct, but its loops will be slow on real data
SEARCH = 2.0  # seconds for all the calls of a diagnosis together, at the very most
# of this thread, where the system has such a clock: a busy machine does not make an answer look slow
cpu_clock = getattr(time, "thread_time", time.perf_counter)
QUICK = 0.01  # seconds: what takes longer is called less often for a diagnosis


@dataclass(frozen=True)
class Verdict:
    """``stage`` is "passed", or the name of the step that failed; ``message`` says it to the learner; ``call`` is the failing call."""

    id: str
    stage: str
    message: str
    call: Call | None = field(default=None, compare=False, repr=False)

    @property
    def passed(self):
        return self.stage == "passed"

    def __str__(self):
        head = {"passed": "Passed", "not attempted": "Not attempted yet"}.get(self.stage, "Not yet")
        return f"{head}: {self.message}"


def is_stub(answer):
    """Whether a function does nothing: its body is a docstring, ``...`` or ``pass``."""
    idle = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
    code = getattr(answer, "__code__", None)
    constants = code and {c for c in code.co_consts if not isinstance(c, str)}
    return bool(code) and constants <= {None} and all(step.opname in idle for step in dis.get_instructions(code))


def diagnose(reference, answer, inputs, mistakes=(), returns=None, properties=(), id="answer"):
    """What is wrong with ``answer``, a function that should equal ``reference`` on inputs(rng); its Verdict.

    ``mistakes`` are rows (message, wrong function); ``returns`` maps the name of each returned value to what its shape is
    (None: a number); left out, there is one value, named after the reference.
    """
    returns = {reference.__name__: None} if returns is None else returns
    return examine(
        SimpleNamespace(id=id, reference=reference, inputs=inputs, mistakes=mistakes, returns=returns, properties=properties), answer
    )


def examine(exercise, answer):
    """Run all steps on ``answer``, a function, and return a Verdict. Never raises on what the learner wrote."""
    if not callable(answer):
        given = "nothing" if answer is None or answer is ... else f"{type(answer).__name__}"
        return Verdict(
            exercise.id,
            "type",
            f"check takes your function itself, got {given}: write check({exercise.id!r}, {exercise.reference.__name__}), without ()",
        )
    if is_stub(answer):
        return Verdict(exercise.id, *NOT_ATTEMPTED)
    if inspect.iscoroutinefunction(answer) or inspect.isgeneratorfunction(answer):
        word = "async" if inspect.iscoroutinefunction(answer) else "yield"
        return Verdict(
            exercise.id, "returned", f"your function is not a plain function: it uses the word {word}. Write only def and return."
        )
    slowest = 0.0
    for seed in range(ROUNDS):
        arguments = exercise.inputs(np.random.default_rng(seed))
        start = cpu_clock()
        try:
            compare(exercise, answer, arguments, seed)
        except Stop as stop:
            seconds = cpu_clock() - start
            try:
                return failed(exercise, answer, arguments, seed, *stop.args, seconds)
            except Exception:  # no diagnosis foresaw such values: say what is known already
                stage, message = stop.args
                return Verdict(exercise.id, stage, message or "the numbers differ from the right ones.")
        except Exception as error:  # an object that NumPy cannot read
            return Verdict(exercise.id, "type", f"what your function returns cannot be read as numbers ({error}).")
        slowest = max(slowest, cpu_clock() - start)
    proofs = [f"equal to the reference on {ROUNDS} random inputs"]
    for proof, holds in exercise.properties:
        try:
            held = guarded(lambda: holds(answer, np.random.default_rng(100)))  # noqa: B023  called at once
        except Stop as stop:
            return Verdict(exercise.id, *stop.args)
        except Exception as error:
            return Verdict(exercise.id, "type", f"what your function returns cannot be read as numbers ({error}).")
        if isinstance(held, str) or not held:
            return Verdict(exercise.id, "property", held if isinstance(held, str) else f"this does not hold: {proof}.")
        proofs.append(proof)
    message = "; ".join(proofs) + "."
    if slowest > SLOW:
        message += f" One call took {slowest:.1f} s on tiny data: let a matrix product or a sum over an axis replace the loop."
    if overflows_alone(exercise, answer, arguments):
        message += " But on the way something becomes infinite or nan: NumPy will warn of it."
    if outside := say_outside(answer):
        message += f" But {outside}"
    return Verdict(exercise.id, "passed", message)


def overflows_alone(exercise, answer, arguments):
    """Whether something overflows on the answer's way, and nothing on the reference's."""
    try:
        return guarded(lambda: overflows(answer, *copy.deepcopy(arguments))) and not overflows(
            exercise.reference, *copy.deepcopy(arguments)
        )
    except Stop:
        return False


def compare(exercise, answer, arguments, seed):
    """All steps on one call; Stop at the first that fails. A stage "number" or "shape" is explained later, by ``failed``."""
    given = copy.deepcopy(arguments)
    got = guarded(lambda: readable(answer(*given)))
    expected = as_tuple(exercise.reference(*copy.deepcopy(arguments)), len(exercise.returns))
    got = check_returned(exercise, answer, got, expected)
    for (name, expression), g, e in zip(exercise.returns.items(), got, expected):
        check_type(name, g, e)
        if np.shape(g) != np.shape(e):
            raise Stop("shape", wrong_shape(name, expression, g, e, dict(zip(argument_names(exercise, arguments), arguments))))
        if not np.isfinite(g).all() and np.isfinite(e).all():
            bad = np.asarray(g)[~np.isfinite(g)].flat[0]
            rest = rights_and_wrongs(exercise, got, expected, name)
            raise Stop(
                "finite",
                f"{name} holds {bad}: look for a division by 0, a root or log of a negative number, a log of 0, or an exp of a large number.{rest}",
            )
    check_untouched(exercise, arguments, given)
    right = [same(g, e) for g, e in zip(got, expected)]
    for name, g, e, fine in zip(exercise.returns, got, expected, right):
        check_whole(name, g, e, fine)
    if not all(right):
        raise Stop("number", "")


MENDED_BY_A_LIST = ("type", "shape", "finite", "number")  # stages at which a stored mistake may say more


def failed(exercise, answer, arguments, seed, stage, message, seconds):
    """The Verdict on a call that failed: the most specific message for it, and the smallest call that fails the same way."""
    names = argument_names(exercise, arguments)
    call = Call(exercise.reference.__name__, names, copy.deepcopy(arguments))
    if stage in ("not attempted", "returned", "time"):
        return Verdict(exercise.id, stage, message, call)
    if stage == "exception":
        outside = say_outside(answer)
        return Verdict(exercise.id, stage, message + (f" Also, {outside}" if outside else ""), call)
    if stage == "mutated":
        return Verdict(exercise.id, stage, message, call)
    slip = python_slip(answer)
    if slip and stage in MENDED_BY_A_LIST:
        return Verdict(exercise.id, "slip", slip, call)
    got = as_answers(exercise, answer, arguments)
    if stage in MENDED_BY_A_LIST and got is not None:
        if known := known_mistake(exercise, answer, arguments, got, seed, seconds):
            if stage == "number":
                call = Call(exercise.reference.__name__, names, smallest_call(exercise, answer, arguments, seconds))
            return Verdict(exercise.id, "known mistake", known, call)
        if own_random(answer, names):
            return Verdict(exercise.id, "slip", "it draws its own random numbers: use the numbers that are given, or the rng.", call)
        if stage != "type" and (state := unequal_calls(exercise, answer, arguments, got)):
            return Verdict(exercise.id, "state", state, call)
    if stage in ("shape", "number") and (outside := say_outside(answer)):
        return Verdict(exercise.id, "outside", outside + (f" {message[0].upper()}{message[1:]}" if message else ""), call)
    later = what_is_new(exercise, answer, arguments, names, seed) if seconds < QUICK else ""
    if stage != "number":
        return Verdict(exercise.id, stage, later + message, call)
    expected = right_answer(exercise, arguments)
    case = Case(exercise, answer, arguments, got, expected, names, seed)
    found = within_time(lambda: general(case)) if seconds < QUICK * 10 else None
    smallest = smallest_call(exercise, answer, arguments, seconds)
    call = Call(exercise.reference.__name__, names, smallest)
    if found:
        i, text = found
        text += rights_and_wrongs(exercise, got, expected, list(exercise.returns)[i]) + never_reads(answer, names)
        return Verdict(exercise.id, "diagnosis", joined(later, text), call)
    return Verdict(exercise.id, "number", joined(later, last_resort(exercise, answer, got, expected, call)), call)


def as_answers(exercise, answer, arguments):
    """What the answer gives, as a tuple; None if it raises."""
    try:
        got = guarded(lambda: readable(answer(*copy.deepcopy(arguments))))
    except Stop:
        return None
    return as_tuple(got, len(exercise.returns))


def argument_names(exercise, arguments):
    names = list(inspect.signature(exercise.reference).parameters)
    return names[: len(arguments)] + [f"argument {k + 1}" for k in range(len(names), len(arguments))]


# ---- the steps


def check_returned(exercise, answer, got, expected):
    """The returned values as a tuple of the right length, or a Stop."""
    names = ", ".join(exercise.returns)
    if got is ... or (isinstance(got, tuple) and got and all(g is ... for g in got)):
        raise Stop(*NOT_ATTEMPTED)
    if got is None:
        printed = "prints its result and " if prints_for_return(answer) else ""
        raise Stop("returned", f"your function {printed}returns nothing: end it with `return {names}`.")
    check_error(got)
    if len(expected) > 1:
        if not isinstance(got, (tuple, list)):
            given = "array" if isinstance(got, np.ndarray) and got.ndim else "number" if np.ndim(got) == 0 else type(got).__name__
            raise Stop("returned", f"your function must return {len(expected)} values, got one {given}: end with `return {names}`.")
        if len(got) != len(expected):
            raise Stop("returned", f"your function must return {len(expected)} values, got {len(got)}: end with `return {names}`.")
        if any(g is None for g in got):
            raise Stop("returned", f"{list(exercise.returns)[[g is None for g in got].index(True)]} is None: compute it before the return.")
    return as_tuple(got, len(expected))


def check_error(got):
    if isinstance(got, BaseException) or (isinstance(got, type) and issubclass(got, BaseException)):
        name = got.__name__ if isinstance(got, type) else type(got).__name__
        raise Stop("returned", f"the error is returned, not raised: write raise {name}(...) instead of return.")


def check_type(name, got, expected):
    wanted = "an array" if np.ndim(expected) else "a number"
    check_error(got)
    if callable(got):
        raise Stop(
            "type", f"{name} is a {type(got).__name__}, but it must be {wanted}: are the parentheses of a call missing, as in X.sum()?"
        )
    if isinstance(got, (str, bytes, dict, set)):
        raise Stop("type", f"{name} is a {type(got).__name__}, but it must be {wanted}.")
    if isinstance(got, (list, tuple)):
        raise Stop("type", about_list(name, got, expected))
    kind, wanted = np.asarray(got).dtype, np.asarray(expected).dtype
    if kind.kind not in "biuf":
        raise Stop("type", f"{name} holds {kind}, but it must hold real numbers.")
    if kind in (np.float32, np.float16) and wanted == np.float64:
        raise Stop("type", f"{name} is {kind}: keep float64, because a gradient check needs its 16 digits. Leave out astype({kind}).")


def about_list(name, got, expected):
    """A list where an array or a number is meant: only its last entry, the shapes of its entries, or an array after all."""
    kind = type(got).__name__
    shapes = [np.shape(g) for g in got if isinstance(g, np.ndarray)]
    if len(got) and same(got[-1], expected):
        return f"{name} is a {kind}, and only its last entry is wanted: return the value that you have after the loop."
    if shapes and len(shapes) == len(got) and np.ndim(expected) == 2:
        try:
            if same(np.array(shapes), expected):
                return f"{name} is a {kind} of arrays, but their shapes are wanted: w.shape for each of them."
        except ValueError:
            pass
    if np.ndim(expected) == 0:
        return f"{name} is a {kind}, but it must be a single number."
    if (shapes and len(set(shapes)) > 1) or (shapes and (len(shapes), *shapes[0]) != np.shape(expected)):
        listed = ", ".join(map(str, shapes[:4])) + (", ..." if len(shapes) > 4 else "")
        return f"{name} is a {kind} of arrays with the shapes {listed}, but it must be a single array of shape {np.shape(expected)}. Return {name} itself."
    return f"{name} is a {kind}, but it must be an array: write np.array({name})."


def check_whole(name, got, expected, right):
    """Whole numbers where floats are meant, or floats where whole numbers are."""
    kind, wanted = np.asarray(got).dtype, np.asarray(expected).dtype
    if wanted.kind == "f" and kind.kind == "b" and not right:
        raise Stop(
            "type",
            f"{name} holds True and False, but it must hold floats: did you return a comparison, or does one compare more than you meant?",
        )
    if wanted.kind == "f" and kind.kind in "biu" and np.asarray(got).size and not right:
        raise Stop(
            "type",
            f"{name} holds whole numbers ({kind}), but it must hold floats: did something round, start as an int array, or is it a sum of True and False?",
        )
    if wanted.kind in "iu" and kind.kind == "f" and right and np.ndim(expected):
        raise Stop("type", f"{name} holds floats, but it must hold whole numbers: write {name}.astype(int).")
    if wanted.kind in "iu" and kind.kind == "f" and np.ndim(expected) == 0 and not float(np.asarray(got)).is_integer():
        raise Stop("type", f"{name} is not a whole number, but it must be one: is something divided that should be counted?")


def check_untouched(exercise, arguments, given):
    for name, before, after in zip(argument_names(exercise, arguments), arguments, given):
        old, new = arrays_in(before), arrays_in(after)
        if len(old) != len(new) or (isinstance(before, list) and len(before) != len(after)):
            raise Stop(
                "mutated",
                f"your function changes the list {name}: it removes entries or adds some, and the caller still needs the list. Use {name}[:-1] and {name}[-1], or a loop, in place of pop and append.",
            )
        pairs = [(b, a) for b, a in zip(old, new) if b.ndim]  # `x *= 2` on a number does no harm
        if any(b.shape != a.shape or not np.array_equal(b, a, equal_nan=b.dtype.kind == "f") for b, a in pairs):
            raise Stop(
                "mutated",
                f"your function changes its argument {name}: the caller still needs it. Work on a copy, or replace +=, *=, [...] = or a shuffle of it by a new array.",
            )


def known_mistake(exercise, answer, arguments, got, seed, seconds):
    """The message of the stored mistake that gives the same numbers here and on a dozen further inputs, if there is one."""
    count = CLAIM if seconds < QUICK else 3
    for message, mistake in exercise.mistakes:
        if not gives(mistake, arguments, got):
            continue
        further = (exercise.inputs(np.random.default_rng(1000 + k)) for k in range(count))
        if all(gives(mistake, more, as_answers(exercise, answer, more)) for more in further):
            return message
    return None


def gives(mistake, arguments, got):
    """Whether a stored mistake gives ``got``: the same numbers, or None for an error."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wrong = as_tuple(mistake(*copy.deepcopy(arguments)), len(got) if got is not None else 1)
    except Exception:
        return got is None
    return got is not None and len(wrong) == len(got) and all(same(g, w) for g, w in zip(got, wrong))


def unequal_calls(exercise, answer, arguments, got):
    """What to say if equal calls give different answers."""
    again = as_answers(exercise, answer, arguments)
    if again is None or len(again) != len(got) or all(same(a, g) for a, g in zip(again, got)):
        return None
    return (
        "called twice with the same input, your function gives two answers. Something outlives the call: "
        "a list outside the function, or a default value such as v=[]. Create it inside the function."
    )


# ---- words


def rights_and_wrongs(exercise, got, expected, but):
    """Which other outputs are right, and which are wrong too."""
    right, wrong = [], []
    for name, g, e in zip(exercise.returns, got, expected):
        if name != but:
            (right if np.shape(g) == np.shape(e) and same(g, e) else wrong).append(name)
    text = f" {listed(right)} {'is' if len(right) == 1 else 'are'} right." if right else ""
    return text + (f" {listed(wrong)} {'is' if len(wrong) == 1 else 'are'} wrong too." if wrong else "")


def never_reads(answer, names):
    unused = [n for n in unused_arguments(answer) if n in names]
    return f" Your code never reads {listed(unused)}." if unused else ""


def joined(first, text):
    """Two parts of a message: the second begins a sentence after a question mark or a full stop, but for names of outputs."""
    word = text.split()[0]
    return first + (text[0].upper() + text[1:] if first and word in ("each", "every", "all", "both", "only", "your", "adding") else text)


def within_time(search):
    """search(), many calls of the answer under one guard; None if they take too long."""
    try:
        return guarded(search, SEARCH)
    except Stop:
        return None


def what_is_new(exercise, answer, arguments, names, seed):
    """Right on some inputs, wrong on this one: a size or a number that explains it, if it does so on a dozen inputs."""
    text = "right on the first inputs, wrong on another one. " if seed else ""
    cases = [(exercise.inputs(np.random.default_rng(s))) for s in range(CLAIM)]
    fine = [(got := as_answers(exercise, answer, c)) is not None and all(map(same, got, right_answer(exercise, c))) for c in cases]
    for p, name in enumerate(names):
        for words, measure in measures(name, arguments[p]):
            good = {measure(c[p]) for c, f in zip(cases, fine) if f}
            bad = {measure(c[p]) for c, f in zip(cases, fine) if not f}
            if len(bad) > 0 and len(good) == 1 and not good & bad and fine.count(False) > 1 < fine.count(True):
                return f"right where {words.format(good.pop())}, wrong elsewhere: is that number written in? "
    return text


def measures(name, value):
    """(words, f(argument) -> size) of an array's axes, of a list, of a whole number."""
    if isinstance(value, np.ndarray):
        words = ("rows", "columns") if value.ndim == 2 else ("entries",) if value.ndim == 1 else ("",) * value.ndim
        return [(f"{name} has {{}} {w}", lambda v, k=k: v.shape[k]) for k, w in enumerate(words) if w]
    return [(f"{name} has {{}} entries", len)] if isinstance(value, list) else [(f"{name} = {{}}", int)] if type(value) is int else []


def last_resort(exercise, answer, got, expected, call):
    """How much is wrong, by how much, and the smallest call on which it is."""
    wrong = [k for k, (g, e) in enumerate(zip(got, expected)) if not same(g, e)]
    name = list(exercise.returns)[wrong[0]]
    text = never_reads(answer, call.names).lstrip()
    text += (
        " " * bool(text) + size_of_difference(name, got[wrong[0]], expected[wrong[0]]) + rights_and_wrongs(exercise, got, expected, name)
    )
    mine = as_answers(exercise, answer, call.arguments)
    shown = f"{call} gives {', '.join(f'{n} = {written_short(v)}' for n, v in zip(exercise.returns, mine))}" if mine else ""
    if shown and len(shown) < 260:
        return text + f" The smallest input on which it fails: {shown}. Work that one out by hand."
    return text + f" The smallest input found on which it fails is kept: print(check.last), then {call.name}(*check.last)."


def written_short(value):
    """A value as it would be typed, floats to four significant digits: a small number must not read as 0."""
    array = np.asarray(value)
    return written(np.vectorize(lambda number: float(f"{number:.4g}"), otypes=[float])(array) if array.dtype.kind == "f" else array)


# ---- the smallest call


def smallest_call(exercise, answer, arguments, seconds):
    """The smallest arguments on which the answer gives other numbers than the reference, in the same shape."""
    if seconds > QUICK * 5 or any(callable(a) or isinstance(a, np.random.Generator) for a in arguments):
        return arguments

    def fails(candidate):
        try:
            expected = right_answer(exercise, candidate)
        except Exception:
            return False
        if not all(np.size(e) and np.isfinite(np.asarray(e, dtype=float)).all() for e in expected):
            return False
        try:
            got = as_tuple(readable(answer(*copy.deepcopy(candidate))), len(expected))
        except (Exception, SystemExit):
            return False
        return (
            len(got) == len(expected)
            and all(np.shape(g) == np.shape(e) for g, e in zip(got, expected))
            and not all(same(g, e) for g, e in zip(got, expected))
            and share_off(got, expected) >= noticeable
        )

    noticeable = min(0.01, share_off(as_answers(exercise, answer, arguments), right_answer(exercise, arguments)) / 2)
    smallest = within_time(lambda: shrink(arguments, fails))
    return arguments if smallest is None else smallest
