"""One .npz file for one network: its description as JSON, its arrays as they are. No pickle, so no code runs on reading."""

import contextlib
import json
import math
import os
import stat

import numpy as np

from .layer import Layer, constructor_names
from .layers import Residual


def regular_file(path):
    """``path`` as text, links followed; ValueError for what cannot be a file of ours: a folder, a device, a pipe."""
    try:
        path = os.path.realpath(os.fsdecode(path))
    except TypeError:
        raise ValueError(f"the path must be a file name, got {path!r}: write 'net.npz'") from None
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ValueError(f"{path} is a folder or a device, but it must be a file: write 'net.npz'")
    return path


def write_whole(path, write):
    """``write(file)`` fills a temporary file, which then takes the place of ``path``: nobody ever reads half a file.

    The temporary file has a name of its own, so that two savers never share one, and is removed if writing fails.
    """
    path = regular_file(path)
    part = os.path.join(os.path.dirname(path), f".{os.urandom(8).hex()}.part")
    try:
        with open(part, "xb") as file:
            write(file)
        if os.path.exists(path):
            os.chmod(part, stat.S_IMODE(os.stat(path).st_mode))
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


def check_numbers(name, array):
    """ValueError unless the array holds finite real numbers, and no negative variance."""
    if array.dtype.kind not in "biuf" or not np.isfinite(array).all():
        raise ValueError(
            f"{name} must hold finite numbers, but holds {array.dtype if array.dtype.kind not in 'biuf' else 'NaN or infinity'}"
        )
    if "running_var" in name and (array < 0).any():
        raise ValueError(f"{name} holds a negative variance")


def check_sizes(description, theta):
    """ValueError if nnlib's layers have more parameters than theta holds, before they are drawn: text is short, arrays are not."""
    copies, layers = description["options"]["copies"], list(description["layers"])
    if theta.shape[:-1] != (() if copies is None else (copies,)):
        raise ValueError(f"theta has shape {theta.shape}, but there are {copies} copies")
    for name, values in layers:
        layers += values.get("layers", ())  # those inside a Residual
        widths = [values[key] for key in ("n", "n_in", "n_out") if key in values]
        size = math.prod(widths)
        if name.startswith("nnlib.") and widths and size > theta.shape[-1]:
            raise ValueError(f"{name} needs {size} numbers, theta has {theta.shape[-1]}")


def write(path, description, arrays):
    """Write description and arrays as one .npz file; ValueError if they hold NaN or infinity, which ``read`` would refuse."""
    for name, array in arrays.items():
        check_numbers(name, array)
    write_whole(path, lambda file: np.savez(file, nnlib=json.dumps(description), **arrays))


def read(path, build):
    """``build(description)`` makes the network, whose ``_state()`` is filled from the file; ValueError for any other file."""
    with open(regular_file(path), "rb") as file:
        try:
            content = np.load(file, allow_pickle=False)
            if any(entry.compress_type for entry in content.zip.infolist()):
                raise ValueError("it is compressed")  # a small file could then fill the memory
            arrays = dict(content)
            description = json.loads(str(arrays.pop("nnlib")))
            for name, array in arrays.items():
                check_numbers(name, array)
            check_sizes(description, arrays["theta"])
            net = build(description)
            state = net._state()
            if {name: a.shape for name, a in state.items()} != {name: a.shape for name, a in arrays.items()}:
                raise ValueError("its arrays do not fit its layers")
            for name, array in state.items():
                with np.errstate(over="ignore"):  # float64 numbers in a float32 network
                    array[...] = arrays[name]
                check_numbers(name, array)
        except Exception as error:  # a cut zip, foreign arrays, wrong JSON: one message for all
            raise ValueError(f"{path} was not written by net.save(...), or is damaged: {error!r}") from error
    return net


def address(kind):
    """The name under which a class is saved: "nnlib.Dense", or just "Mine" for a learner's own."""
    return ("nnlib." if kind.__module__.startswith("nnlib.") else "") + kind.__name__


def find(base, name):
    """The class of that address among all that derive from base (of a learner's class the newest, if it was defined twice)."""
    family = base.__subclasses__()
    for cls in family:
        family += cls.__subclasses__()
    found = [cls for cls in family if address(cls) == name]
    if not found:
        raise ValueError(f"the class {name} is not defined here: run the cell that defines it first")
    return found[-1]


def settings(layer):
    """A layer's settings except ``init``, whose work is done; ValueError if they cannot be written as JSON."""
    values, wanted = layer.settings(), set(constructor_names(type(layer)))
    try:
        if set(values) != wanted:
            raise TypeError(f"keep {', '.join(wanted - set(values))} as an attribute of the same name")
        return json.loads(json.dumps({name: value for name, value in values.items() if name != "init"}))
    except TypeError as error:
        raise ValueError(f"{type(layer).__name__} cannot be saved: its settings must be plain numbers, texts or lists ({error})") from None


def describe(layer):
    """[name of the class, settings], to be written as JSON; a Residual's setting is its layers, described."""
    values = {"layers": [describe(inner) for inner in layer.layers]} if isinstance(layer, Residual) else settings(layer)
    return [address(type(layer)), values]


def made(name, values):
    """The layer that ``describe`` described."""
    kind = find(Layer, name)
    return kind([made(*inner) for inner in values["layers"]]) if issubclass(kind, Residual) else kind(**values)
