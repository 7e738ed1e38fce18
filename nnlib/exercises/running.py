"""Run a learner's function so that nothing it does can break the check: errors, loops that do not end, print, global state."""

import contextlib
import io
import itertools
import operator
import os
import random
import signal
import sys
import threading
import warnings

import numpy as np

from .errors import explain

SECONDS = 5.0  # seconds after which a call counts as an endless loop
AGAIN = 0.05  # and the seconds between interruptions from then on
NOT_ATTEMPTED = ("not attempted", "write your code in the cell above, then run it and this cell again.")


class Stop(Exception):
    """Ends the examination with a stage and a message."""


class TimeUp(BaseException):
    """Raised inside an answer that takes too long. Not an Exception, so that a learner's ``except Exception`` lets it pass."""


def readable(got):
    """What an answer returned, with foreign arrays (pandas, torch) read here, where the clock runs."""
    if isinstance(got, (tuple, list)):
        return type(got)(map(readable, got)) if type(got) in (tuple, list) else got
    if hasattr(got, "__array__") and not isinstance(got, (np.ndarray, np.generic, type)):
        with contextlib.suppress(Exception):  # what cannot be read is reported when it is needed
            return np.asarray(got)
    return got


def guarded(call, seconds=None):
    """call(), with the learner's exception, print output and endless loop turned into a Stop."""
    try:
        with (
            unchanged(),
            time_limit(seconds or SECONDS),
            np.errstate(all="ignore"),
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            return call()
    except NotImplementedError:
        raise Stop(*NOT_ATTEMPTED) from None
    except Stop:
        raise
    except TimeUp:
        raise Stop("time", f"still running after {SECONDS:g} s: does a loop in it ever end?") from None
    except KeyboardInterrupt:
        raise Stop("time", "stopped by you before it was done.") from None
    except BaseException as error:
        raise Stop("exception", explain(error)) from None


@contextlib.contextmanager
def unchanged():
    """What an answer may change for the whole kernel is put back: folder, random state, print options, NumPy's own functions."""
    folder, numpy_names = os.path.realpath("."), dict(vars(np))
    numpy_state, python_state = np.random.get_state(), random.getstate()  # noqa: NPY002  the global one
    try:
        with np.printoptions():
            yield
    finally:
        if len(vars(np)) != len(numpy_names) or not all(map(operator.is_, vars(np).values(), numpy_names.values())):
            vars(np).update(numpy_names)
        np.random.set_state(numpy_state)  # noqa: NPY002
        random.setstate(python_state)
        with contextlib.suppress(OSError):  # it has been removed
            os.chdir(folder)


@contextlib.contextmanager
def time_limit(seconds):
    """Raise TimeUp inside the block after that many seconds, where the system can (not on Windows, not in a thread).

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
