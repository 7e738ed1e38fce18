"""What every layer has: a forward pass that remembers, a backward pass that uses it, and views into theta.

A layer of your own is a subclass of Layer::

    class Scale(Layer):
        parameters = ("a",)                         # names of the trained arrays; none: leave this line and draw out

        def draw(self, rng):
            return {"a": np.ones((1, 1))}           # start values; self.a and self.da are then there

        def forward(self, X, training):
            self.X = X                              # keep what backward needs; never change X itself
            return X * self.a                       # A, a new array

        def backward(self, dA):
            # overwrite the gradient, do not add to it; the last two axes only, so that copies stay apart
            self.da[...] = (dA * self.X).sum(axis=(-2, -1), keepdims=True)
            return dA * self.a                      # dX, the shape of X

Constructor arguments that are kept under their own names are printed by repr and written by ``net.save``.
"""

import inspect
from operator import attrgetter

import numpy as np

from .checks import as_floats, as_rng


def constructor_names(kind):
    """The names of the arguments that ``kind(...)`` takes; none where it has no __init__, without asking Python's parser.

    ``inspect`` would parse a text for it, and CPython before 3.11.8 takes two threads that parse for an error, as when one saves and one loads.
    """
    return () if kind.__init__ is object.__init__ else tuple(inspect.signature(kind).parameters)


def view_property(name):
    """An attribute whose array is a view into theta or grad: assignment copies into it, so it stays a view."""

    def copy_into(layer, value):
        view = getattr(layer, name)
        if value is not view:
            if np.shape(value) != view.shape:
                raise ValueError(
                    f"{layer}.{name} has shape {view.shape}, got {np.shape(value)}: "
                    f"write layer.{name}[...] = an array of shape {view.shape}"
                )
            view[...] = value

    return property(attrgetter("_" + name), copy_into)


def float_array(X, what="X"):
    """X as an array of floats. Arrays of floats stay as they are; lists, whole numbers and booleans become float64."""
    if type(X) is np.ndarray and X.dtype.kind == "f":
        return X
    try:
        array = np.asarray(X)
    except ValueError:  # rows of different lengths
        return as_floats(X, what)
    if isinstance(X, np.ma.MaskedArray) or array.dtype.kind not in "biuf":
        return as_floats(X, what)
    return array if array.dtype.kind == "f" else array.astype(float)


def gradient(dA, X, n, dtype):
    """dL/dA, n numbers for each row of X, as floats of that dtype: lists and other numbers are converted. ValueError for another shape."""
    dA = float_array(dA, "dA").astype(dtype, copy=False)
    if dA.shape[-1:] != (n,) or dA.shape[-2:-1] != X.shape[-2:-1]:
        raise ValueError(f"dA must have the shape of the layer's output, {(X.shape[-2], n)}, got {dA.shape}: write dL/dA for the last X")
    return dA


def row_advice(X, n):
    """What to write so that X has examples as rows, n columns."""
    if X.ndim == 1 and X.size and X.size % (n or 1) == 0:
        return f"X.reshape(-1, {n or 1})"
    if X.ndim == 2 and X.shape[0] == n:
        return "X.T"
    return "X.reshape(len(X), -1)" if X.ndim > 2 and X.size and n in (None, X[0].size) else f"an array of shape (m, {n or 'n_in'})"


def returned_array(value, layer, method):
    """What a learner's own layer returned; ValueError unless it is an array."""
    if not isinstance(value, np.ndarray):
        raise ValueError(f"{layer}.{method} must return an array, got {value!r}: is the return missing?")
    return value


def run(layer, X, training):
    """``layer.forward(X, training)``. A learner's own layer gets X read-only: one that changes its input is named."""
    if layer.of_nnlib:
        return layer.forward(X, training)
    X = X.view()
    X.flags.writeable = False
    try:
        return returned_array(layer.forward(X, training), layer, "forward")
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise ValueError(f"{layer}.forward changes its input X: write a new array, such as 2 * X instead of X *= 2") from error


class Layer:
    """``forward(X, training)`` returns A, ``backward(dA)`` returns dX; ``parameters`` and ``draw`` if it is trained.

    A layer used alone draws its parameters with seed 0 when one of them is first read; ``build(rng)`` draws them
    with another seed. A Network draws them with its own rng.
    """

    parameters = ()  # names of trained arrays, such as ("W", "b"); their gradients are called dW, db
    buffers = ()  # names of arrays that are remembered but not trained, such as running means
    layers = ()  # the layers inside this one
    n_in = n_out = None  # columns in and out; None: any number, and as many out as in
    in_network = False  # a Network sets this on the layers it takes
    of_nnlib = True  # False for a learner's own

    def __init_subclass__(cls):
        """For every name in ``parameters``, and its gradient, a property that copies into theta or grad."""
        cls.of_nnlib = cls.__module__.startswith("nnlib.")
        for name in cls.parameters:
            setattr(cls, name, view_property(name))
            setattr(cls, "d" + name, view_property("d" + name))

    def forward(self, X, training):
        """A (m, n_out) from X (m, n_in); ``training`` is False for predictions."""
        raise NotImplementedError(f"{type(self).__name__} needs def forward(self, X, training): return A")

    def backward(self, dA):
        """dX, the shape of X, from dA = dL/dA, the shape of A; writes dW, db, ... on the way."""
        raise NotImplementedError(f"{type(self).__name__} needs def backward(self, dA): return dX")

    def draw(self, rng):
        """Start values of the parameters: a dict name -> array."""
        return {}

    def checked_draw(self, rng):
        """``draw``, checked: one finite array for each parameter."""
        drawn = self.draw(rng)
        named = isinstance(drawn, dict) and set(drawn) == set(self.parameters)
        if not named or not all(np.isfinite(array).all() for array in drawn.values()):
            names = ", ".join(f"{name!r}: array" for name in self.parameters)
            raise ValueError(f"{self}.draw(rng) must return finite start values {{{names}}}, got {drawn}: write def draw(self, rng)")
        return drawn

    def columns_out(self, n_in):
        """Columns that come out when n_in go in (None: not known yet); ValueError if the layer takes another number."""
        if None not in (n_in, self.n_in) and n_in != self.n_in:
            raise ValueError(f"{self} takes {self.n_in} columns, but gets {n_in} from the layer before: make the two equal")
        return self.n_out or n_in

    def rows(self, X):
        """X as an array of floats with n_in columns, or a ValueError."""
        X = float_array(X)
        if X.ndim >= 2 and X.shape[-1] == self.n_in:
            return X
        raise ValueError(f"{self} takes examples as rows, shape (m, {self.n_in}), got {X.shape}: write {row_advice(X, self.n_in)}")

    def bind(self, views):
        """Let the parameters and gradients be the given arrays (a dict name -> view)."""
        for name, view in views.items():
            self.__dict__["_" + name] = view

    def build(self, rng=0):
        """Draw start values for a layer used alone. A Network does this itself, with its own rng."""
        start = self.checked_draw(as_rng(rng))
        self.bind(start | {"d" + name: np.zeros_like(array) for name, array in start.items()})
        return self

    def __getattr__(self, name):  # reached only if the attribute is missing
        if any(name in ("_" + parameter, "_d" + parameter) for parameter in self.parameters):
            return getattr(self.build(), name)
        raise AttributeError(
            f"{type(self).__name__} has no attribute {name!r}: if backward needs it, call forward(X, training=True) before backward"
        )

    def settings(self):
        """The constructor's arguments, read back from the attributes of the same names."""
        return {name: self.__dict__[name] for name in constructor_names(type(self)) if name in self.__dict__}

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(getattr(value, '__name__', None) or repr(value) for value in self.settings().values())})"
