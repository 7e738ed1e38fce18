"""One .npz file for one network: its description as JSON, its arrays as they are. No pickle, so no code runs on reading."""

import inspect
import json
import os

import numpy as np

from .layer import Layer
from .layers import Residual


def write(path, about, arrays):
    """Write description and arrays. They go to a second file first: the old one stays until the new one is whole."""
    with open(f"{os.fspath(path)}.part", "wb") as file:
        np.savez(file, nnlib=json.dumps(about), **arrays)
    os.replace(file.name, path)


def read(path, build):
    """``build(about)`` makes the network, whose arrays are filled from the file; ValueError for any other file."""
    with open(path, "rb") as file:
        try:
            arrays = dict(np.load(file, allow_pickle=False))
            net = build(json.loads(str(arrays.pop("nnlib"))))
            state = net._state()
            if {name: a.shape for name, a in state.items()} != {name: a.shape for name, a in arrays.items()}:
                raise ValueError("its arrays do not fit its layers")
            for name, array in state.items():
                array[...] = arrays[name]
        except Exception as error:  # a cut zip, foreign arrays, wrong JSON: one message for all
            raise ValueError(f"{path} was not written by net.save(...), or is damaged: {error!r}") from error
    return net


def address(kind):
    """The name under which a class is saved: "nnlib.Dense", or just "Mine" for a learner's own."""
    return ("nnlib." if kind.__module__.startswith("nnlib.") else "") + kind.__name__


def find(base, name):
    """The class of that address among all that derive from base (of a learner's the newest, if it was defined twice)."""
    family = base.__subclasses__()
    for cls in family:
        family += cls.__subclasses__()
    found = [cls for cls in family if address(cls) == name]
    if not found:
        raise ValueError(f"the class {name} is not defined here: run the cell that defines it first")
    return found[-1]


def settings(layer):
    """A layer's settings but for ``init``, whose work is done; ValueError if they cannot be written as JSON."""
    values, wanted = layer.settings(), set(inspect.signature(type(layer)).parameters)
    try:
        if set(values) != wanted:
            raise TypeError(f"keep {', '.join(wanted - set(values))} as an attribute of the same name")
        return json.loads(json.dumps({name: value for name, value in values.items() if name != "init"}))
    except TypeError as error:
        raise ValueError(f"{type(layer).__name__} cannot be saved: its settings must be plain numbers, texts or lists ({error})") from None


def describe(layer):
    """[name of the class, settings], to be written as JSON; a Residual's setting is its layers, described."""
    inside = isinstance(layer, Residual)
    values = {"layers": [describe(inner) for inner in layer.layers]} if inside else settings(layer)
    return [address(type(layer)), values]


def made(name, values):
    """The layer that ``describe`` described."""
    kind = find(Layer, name)
    return kind([made(*inner) for inner in values["layers"]]) if issubclass(kind, Residual) else kind(**values)
