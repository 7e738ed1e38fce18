"""Your functions that passed their checks, in one readable Python file that you may edit or delete.

``check`` writes the source of a function that passed to the file beside the progress: nnlib_progress.functions.py beside
nnlib_progress.json. Nothing runs on writing. ``own("week2.dense_backward")`` gives your function back where it is found there
and passes its check again, and ours where not. The environment variable NNLIB_KEEP_CODE=off keeps nothing; nor is anything
kept where NNLIB_PROGRESS is "off". What else stands in the file stays as it is.
"""

import ast
import builtins
import contextlib
import inspect
import os
import re
import sys
import textwrap
from types import FunctionType, ModuleType

import numpy as np

from ..storage import write_whole
from .checker import examine
from .comparing import listed
from .errors import is_foreign
from .exercise import find
from .progress import keep_aside, locked, progress_file
from .slips import outside_data, outside_names

HEAD = (
    "# Your functions that passed their checks. Read, edit or delete this file as you like.\n"
    "# own(id) runs a function of it, after checking it again. NNLIB_KEEP_CODE=off keeps none.\n"
)
MARK = re.compile(r"^# ---- (\w+\.\w+)[ \t]*\r?$\n?", re.M)
LONGEST = 1_000_000  # bytes: a larger file is not ours


def functions_file():
    """The path of the file; None where nothing is kept."""
    file = progress_file()
    if file is None or os.environ.get("NNLIB_KEEP_CODE", "").strip().lower() == "off":
        return None
    return file.with_name(f"{file.stem}.functions.py")


def source_of(answer):
    """A function's code as it was written, its own helpers and imports before it; ValueError for what does not stand alone."""
    imports, functions, seen = [], [], {"np"}

    def add(function):
        if function.__code__.co_freevars:
            raise ValueError(f"it takes {listed(function.__code__.co_freevars)} from the function around it")
        if data := outside_data(function):
            raise ValueError(f"it reads {listed(list(data))} from outside the function")
        try:
            text = textwrap.dedent(inspect.getsource(function))
            tree = ast.parse(text).body
        except (OSError, TypeError, SyntaxError, ValueError):
            raise ValueError("its source is not at hand") from None
        if len(tree) != 1 or not isinstance(tree[0], ast.FunctionDef) or tree[0].decorator_list:
            raise ValueError("it is not written as a plain def")
        seen.add(function.__name__)
        for name, value in outside_names(function).items():
            if name not in seen:
                seen.add(name)
                if isinstance(value, FunctionType) and not is_foreign(value.__code__.co_filename):
                    add(value)
                elif isinstance(value, ModuleType):
                    imports.append(f"import {value.__name__}" + (f" as {name}" if name != value.__name__ else ""))
                else:
                    imports.append(
                        f"from {home_of(value, name)} import {value.__name__}" + (f" as {name}" if name != value.__name__ else "")
                    )
        functions.append(text.rstrip())

    add(answer)
    text = "\n\n\n".join([*(["\n".join(imports)] if imports else []), *functions]) + "\n"
    return MARK.sub(lambda found: f"#{found[0]}", text)


def home_of(value, name):
    """The module from which a function or class can be imported."""
    for module in (getattr(value, "__module__", None), "numpy"):
        if module != "__main__" and getattr(sys.modules.get(module), getattr(value, "__name__", ""), None) is value:
            return module
    raise ValueError(f"it uses {name}, which is not a plain function of yours")


def keep(id, answer):
    """Write the source of a function that passed to the file, in the place of an older one. Never raises."""
    with contextlib.suppress(Exception):  # a lesson does not stop because something cannot be kept
        file = functions_file()
        if file is None or not isinstance(answer, FunctionType) or is_foreign(answer.__code__.co_filename):
            return
        try:
            source = source_of(answer)
        except ValueError as reason:
            source = f"# not kept: {reason}\n"
        with locked(file.parent):
            text, readable = content(file)
            if text is None:
                return
            if not readable:
                keep_aside(file)
            older = any(name == id for name, _, _ in sections(text))
            new = text if older and source.startswith("# not kept") else replaced(text, id, source)
            if new != text:
                write_whole(file, lambda out: out.write(new.encode()))


def content(file):
    """The text of the file and whether it can be read; text None for one that is not to be touched."""
    try:
        if not os.path.lexists(file):
            return HEAD, True
        if not file.is_file() or file.stat().st_size > LONGEST:
            return None, False
        return file.read_bytes().decode("utf-8-sig"), True
    except UnicodeDecodeError:
        return HEAD, False
    except OSError:
        return None, False


def sections(text):
    """(id, start, end) of the code under each mark."""
    marks = list(MARK.finditer(text))
    return [(m[1], m.end(), n) for m, n in zip(marks, [*(m.start() for m in marks[1:]), len(text)])]


def replaced(text, id, source):
    """The text with ``source`` as the last section of that id; all else stays."""
    text += "\n" * (not text.endswith("\n"))
    for name, start, end in reversed(sections(text)):
        if name == id:
            return f"{text[:start]}{source}{'' if end == len(text) else chr(10)}{text[end:]}"
    return f"{text.rstrip()}\n\n# ---- {id}\n{source}"


def loaded(id, exercise):
    """Your function of that id, run from the file and checked again; ValueError says why there is none."""
    file = functions_file()
    text = content(file)[0] if file else ""
    places = [(start, end) for name, start, end in sections(text or "") if name == id]
    if not places:
        raise ValueError("none of yours is kept")
    start, end = places[-1]
    source = text[start:end]
    if reason := re.match(r"# not kept: (.*)", source):
        raise ValueError(f"yours passed, but {reason[1].strip()}")
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"yours cannot be read any more, {error.msg if isinstance(error, SyntaxError) else error}") from None
    if not all(isinstance(part, ast.FunctionDef | ast.Import | ast.ImportFrom) for part in tree.body) or not tree.body:
        raise ValueError("yours is no longer made of def and import alone")
    names = {"np": np, "numpy": np, "__name__": "own", "__builtins__": builtins}
    ast.increment_lineno(tree, text[:start].count("\n"))
    try:
        exec(compile(tree, str(file), "exec"), names)
        function = names[tree.body[-1].name]
    except Exception as error:
        raise ValueError(f"yours does not run any more, {type(error).__name__}: {error}") from None
    verdict = examine(exercise, function)
    if not verdict.passed:
        raise ValueError(f"yours does not pass on its own any more, {verdict.message}")
    return function


def own(*ids):
    """Your function that passed the check of that exercise, or ours; several as a tuple. Prints which are yours.

    own("week2.dense_backward")                        one function
    own("week1.dense_forward", "week3.relu_layer")     a tuple of two
    """
    functions, yours, ours = [], [], []
    for id in ids:
        exercise = find(id)
        try:
            functions.append(loaded(id, exercise))
            yours.append(id)
        except ValueError as reason:
            functions.append(exercise.reference)
            ours.append((id, str(reason)))
    print(f"yours: {', '.join(yours) or 'none'}")
    reasons = {}
    for id, reason in ours:
        reasons.setdefault(reason, []).append(id)
    for reason, names in reasons.items():
        print(f"ours: {', '.join(names)} ({reason})")
    return functions[0] if len(ids) == 1 else tuple(functions)
