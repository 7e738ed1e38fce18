"""A network is layers in a row, a loss, and one vector that holds every parameter.

``theta`` holds all parameters and ``grad`` all gradients; ``layer.W`` and ``layer.dW`` are views into them. So an
optimizer is its formula, a gradient check nudges one vector, and saving writes one array.
"""

import numpy as np

from . import storage
from .activations import ReLU, Sigmoid, Softmax
from .checks import as_count, as_floats, as_rng
from .initializers import he_normal
from .layers import BatchNorm, Dense, Dropout, Layer, view_property
from .losses import BinaryCrossEntropy, CategoricalCrossEntropy, Loss, SoftmaxCrossEntropy


def check_stack(layers, loss):
    """Raise ValueError unless the layers fit one another and the loss; return the columns in and out."""
    if not isinstance(layers, (list, tuple)) or not layers:
        raise ValueError(f"layers must be a list of layers, got {layers!r}: write Network([Dense(2, 1)], loss=...)")
    for item, base, kind in [(layer, Layer, "layer") for layer in layers] + [(loss, Loss, "loss")]:
        if not isinstance(item, base):
            hint = f"{item.__name__}()" if isinstance(item, type) else f"an nnlib {kind}, or a subclass of {base.__name__}"
            raise ValueError(f"{item!r} is no {kind}: write {hint}")
    if len({id(layer) for layer in layers}) < len(layers) or any(layer.owned for layer in layers):
        raise ValueError("a layer can stand in one network only, and once: make new layers inside Network([...])")
    n, last = None, type(layers[-1])
    for layer in layers:
        n = layer.width(n)
    if n is not None:
        loss.check_outputs(n)
    if type(loss) is CategoricalCrossEntropy and last is not Softmax:
        raise ValueError("CategoricalCrossEntropy takes probabilities: end with Softmax(), or use SoftmaxCrossEntropy()")
    if (type(loss), last) in ((BinaryCrossEntropy, Sigmoid), (SoftmaxCrossEntropy, Softmax)):
        raise ValueError(f"{loss} takes logits and applies {last.__name__} itself: leave out the last {last.__name__}()")
    return next((layer.n_in for layer in layers if layer.n_in), None), n


def as_returned(value, layer, method, dtype):
    """What a learner's own layer returned, as an array of the network's dtype."""
    if not isinstance(value, np.ndarray):
        raise ValueError(f"{layer}.{method} must return an array, got {value!r}: is the return missing?")
    return value.astype(dtype)


class Network:
    """``Network([Dense(2, 16), ReLU(), Dense(16, 3)], loss=SoftmaxCrossEntropy(), rng=0)``.

    rng     seed or Generator: draws start weights and dropout masks. With copies also R seeds, as rng=range(R):
            then copy r equals the single network made with the r-th seed.
    l1, l2  add l1 * sum of |W| and (l2/2) * sum of W^2 over the Dense layers, no biases; with copies also arrays (R,).
    copies  R networks trained side by side: theta is (R, P), outputs (R, m, n_out), losses (R,).
    dtype   np.float64 (the default; use it to check gradients) or np.float32.

    Weights that a layer was given before it came here are kept; all others are drawn. Raises ValueError where
    layers do not fit one another or the loss.
    """

    theta = view_property("theta")
    grad = view_property("grad")

    def __init__(self, layers, loss, *, rng=0, l1=0.0, l2=0.0, copies=None, dtype=np.float64):
        self.layers, self.loss = layers, loss
        self.n_in, self.n_out = check_stack(layers, loss)
        self.copies = copies if copies is None else as_count(copies, "copies")
        self.lead = () if copies is None else (self.copies,)
        if not isinstance(dtype, (str, type, np.dtype)) or dtype not in (float, "float64", "float32", np.float64, np.float32):
            raise ValueError(f"dtype must be np.float64 or np.float32, got {dtype!r}")
        self.dtype = np.dtype(dtype)
        for name, given in (("l1", l1), ("l2", l2)):
            strength = as_floats(given, name, self.dtype)
            if strength.shape not in ((), self.lead) or (strength < 0).any():
                raise ValueError(f"{name} must be 0 or larger, one number (or one for each copy), got {given!r}")
            setattr(self, name, strength)
        if copies is None:
            self.rngs = [as_rng(rng)]
        else:
            if isinstance(rng, np.random.RandomState) or (isinstance(rng, (list, tuple, range)) and len(rng) != copies):
                raise ValueError(
                    f"{copies} copies need one seed, one Generator or {copies} seeds as rng, got {rng!r}: write rng=range({copies})"
                )
            self.rngs = as_rng(rng).spawn(copies) if not isinstance(rng, (list, tuple, range)) else [as_rng(seed) for seed in rng]

        arrays = []
        for layer in layers:
            drawn = [layer.start(generator) for generator in self.rngs]
            for name in layer.parameters:
                given = layer.__dict__.get("_" + name)
                start = np.stack([d[name] if given is None else given for d in drawn], dtype=self.dtype)
                arrays.append(start.reshape(self.lead + start.shape[1:]))
            for name in layer.buffers:
                buffer = getattr(layer, name)
                setattr(layer, name, np.broadcast_to(buffer, self.lead + buffer.shape).astype(self.dtype))
            if isinstance(layer, Dropout):
                layer.rngs, layer.stacked = self.rngs, copies is not None
        self.shapes = [array.shape for array in arrays]
        flat = [array.reshape(self.lead + (-1,)) for array in arrays] or [np.zeros(self.lead + (0,))]
        self._theta = np.concatenate(flat, axis=-1, dtype=self.dtype)
        self._grad = np.zeros_like(self._theta)
        self.bind()

    def bind(self):
        """Make every layer's parameters and gradients views into theta and grad."""
        shapes, at = iter(self.shapes), 0
        for layer in self.layers:
            views = {}
            for name in layer.parameters:
                shape = next(shapes)
                end = at + int(np.prod(shape[len(self.lead) :]))
                views[name] = self._theta[..., at:end].reshape(shape)
                views["d" + name] = self._grad[..., at:end].reshape(shape)
                at = end
            layer.bind(views)
            layer.owned = True

    def __setstate__(self, state):
        """After copy.deepcopy: join the copied layers to the copied theta anew."""
        self.__dict__.update(state)
        self.dtype = np.dtype(self.dtype.type)  # numpy's own object again, so that ``is`` tells equal dtypes
        self.bind()

    # ---- the two passes

    def forward(self, X, *, training):
        """Output of the last layer, (m, n_out): logits for the losses that take logits."""
        return self.run(self.inputs(X), training)

    def run(self, A, training, start=0, stop=None):
        """``forward`` without checks, for data that has been checked once; through layers start to stop - 1."""
        for layer in self.layers[start:stop]:
            A = layer.forward(A, training)
            if getattr(A, "dtype", None) is not self.dtype:
                A = as_returned(A, layer, "forward", self.dtype)
        return A

    def backward(self, dZ):
        """Fill ``grad`` from dZ = dL/d(output), layer by layer from last to first."""
        for layer in self.layers[:0:-1]:
            dZ = layer.backward(dZ)
            if getattr(dZ, "dtype", None) is not self.dtype:
                dZ = as_returned(dZ, layer, "backward", self.dtype)
        first = self.layers[0]
        if getattr(first.backward, "__func__", None) is Dense.backward:
            first.parameter_gradients(dZ)  # dX of the data would be a third of a wide layer's work, and nobody reads it
        else:
            first.backward(dZ)

    def loss_value(self, X, y):
        """The loss with its penalty, evaluation mode: a float, or (R,) for copies."""
        X, Y = self.examples(X, y)
        return self.plain(self.loss.value(self.run(X, False), Y) + self.penalty())

    def loss_and_gradient(self, X, y):
        """The loss with its penalty, training mode; ``grad`` holds its gradient afterwards."""
        return self.plain(self.loss_step(*self.examples(X, y))[0])

    def loss_step(self, X, Y):
        """``loss_and_gradient`` without checks: the loss, and the output it was computed from."""
        Z = self.run(X, True)
        loss = self.loss.value(Z, Y)
        self.backward(self.loss.backward())
        if self.penalized():
            for layer in self.dense_layers():
                layer.dW += self.penalty_gradient(layer.W)
            loss = loss + self.penalty()
        return loss, Z

    def dense_layers(self):
        return [layer for layer in self.layers if isinstance(layer, Dense)]

    def penalized(self):
        return bool(self.l1.ndim or self.l2.ndim or self.l1 or self.l2)

    def penalty(self):
        """l1 * sum of |W| + (l2/2) * sum of W^2: a number, or (R,) for copies."""
        if not self.penalized():
            return 0.0
        return sum(
            (self.l1 * abs(W).sum(axis=(-2, -1)) + self.l2 / 2 * (W * W).sum(axis=(-2, -1)))
            for W in (layer.W for layer in self.dense_layers())
        )

    def penalty_gradient(self, W):
        """What the penalty adds to dW: l1 * sign(W) + l2 * W."""
        return self.l1[..., None, None] * np.sign(W) + self.l2[..., None, None] * W

    def plain(self, value):
        return float(value) if self.copies is None else value

    # ---- answers

    def predict_proba(self, X):
        """Probabilities (m, k); (m, 2) for a binary network. ValueError for regression."""
        return self.loss.probabilities(self.forward(X, training=False))

    def predict(self, X):
        """Labels (m,); for regression the values (m, n_out)."""
        return self.loss.predict(self.forward(X, training=False))

    def score(self, X, y):
        """Accuracy; for regression R^2 = 1 - sum (y - z)^2 / sum (y - mean y)^2. A float, or (R,) for copies."""
        X, Y = self.examples(X, y)
        Z = self.run(X, False)
        if self.loss.classifies:
            return self.plain(self.loss.correct(Z, Y).mean(axis=-1))
        spread = ((Y - Y.mean(axis=-2, keepdims=True)) ** 2).sum(axis=(-2, -1))
        if not np.all(spread > 0):
            raise ValueError("R^2 needs targets that differ from one another: they are all equal")
        return self.plain(1 - ((Y - Z) ** 2).sum(axis=(-2, -1)) / spread)

    # ---- checks of the data, done once before any arithmetic

    def inputs(self, X):
        """X as an array of the network's dtype, or a ValueError that says what is wrong with it."""
        wanted = f"(m, {self.n_in})" if self.n_in else "(m, n_in)"
        A = as_floats(X, "X", self.dtype, advice=f"np.array(..., dtype=float) of shape {wanted}")
        stacked = A.ndim == 3 and A.shape[0] == self.copies
        if (A.ndim != 2 and not stacked) or (self.n_in and A.shape[-1] != self.n_in) or A.size == 0:
            hint = f"X.reshape(-1, {self.n_in or 1})" if A.ndim == 1 else f"an array of shape {wanted}"
            raise ValueError(f"X must have examples as rows, shape {wanted}, got {A.shape}: write {hint}")
        return A

    def examples(self, X, y):
        """Inputs and targets, both checked, in the form that ``loss_step`` takes."""
        X = self.inputs(X)
        shape = (*self.lead, X.shape[-2], self.n_out or X.shape[-1])
        return X, self.loss.targets(y, shape, self.dtype)

    # ---- to look at, and to keep

    def summary(self):
        """A table: layer, output shape, parameters."""
        rows, n = [("layer", "output shape", "parameters")], self.n_in
        for layer in self.layers:
            n = layer.width(n)
            size = sum(getattr(layer, name).size for name in layer.parameters) // (self.copies or 1)
            rows.append((repr(layer), f"(m, {n})", f"{size:,}"))
        rows.append(("total", f"x {self.copies} copies" if self.copies else "", f"{self.theta.shape[-1]:,}"))
        a, b, c = (max(map(len, column)) for column in zip(*rows))
        return Table("\n".join(f"{row[0]:<{a}}  {row[1]:<{b}}  {row[2]:>{c}}" for row in rows))

    def __repr__(self):
        return f"Network([{', '.join(map(repr, self.layers))}], loss={self.loss!r})"

    def state(self):
        """All that training changes, as arrays: theta, and the running statistics of each layer."""
        running = {f"{i}.{name}": getattr(layer, name) for i, layer in enumerate(self.layers) for name in layer.buffers}
        return {"theta": self.theta, **running}

    def save(self, path):
        """Write layers, loss and ``state()`` to one .npz file, without pickle; see storage.py."""
        about = {
            "layers": [[storage.address(type(layer)), storage.settings(layer)] for layer in self.layers],
            "loss": storage.address(type(self.loss)),
            "options": {"copies": self.copies, "dtype": self.dtype.name, "l1": self.l1.tolist(), "l2": self.l2.tolist()},
        }
        storage.write(path, about, self.state())

    @classmethod
    def load(cls, path, rng=0):
        """The network that ``save`` wrote, bit for bit. ValueError if the file is damaged or not one of ours."""

        def build(about):
            layers = [storage.find(Layer, name)(**settings) for name, settings in about["layers"]]
            return cls(layers, storage.find(Loss, about["loss"])(), rng=rng, **about["options"])

        return storage.read(path, build)


class Table(str):
    """Text that shows itself line by line, also as the last value of a notebook cell."""

    __repr__ = str.__str__


def mlp(sizes, *, activation=ReLU, output=None, init=he_normal, loss, batch_norm=False, dropout=0.0, **options):
    """The usual stack in a line: ``mlp([2, 16, 8, 4, 1], loss=BinaryCrossEntropy(), rng=0)``.

    Dense layers of the given sizes with ``activation()`` after each but the last, and ``output()``, if given, after
    the last; with batch_norm a BatchNorm before each activation, with dropout a Dropout after it. ``options`` go to
    Network: rng, l1, l2, copies, dtype.
    """
    if not isinstance(sizes, (list, tuple)) or len(sizes) < 2:
        raise ValueError(f"sizes must be a list of at least the input and the output width, got {sizes!r}: write [2, 16, 1]")
    for name, given, example in (("activation", activation, "ReLU"), ("output", output or ReLU, "Sigmoid")):
        if not callable(given):
            raise ValueError(f"{name} must be a class, got {given!r}: write {name}={example}, without ()")
    layers = []
    for n_in, n_out in zip(sizes[:-2], sizes[1:-1]):
        layers += [Dense(n_in, n_out, init=init)] + [BatchNorm(n_out)] * bool(batch_norm) + [activation()]
        layers += [Dropout(dropout)] * bool(dropout)
    layers.append(Dense(*sizes[-2:], init=init))
    if output or isinstance(loss, CategoricalCrossEntropy):
        layers.append((output or Softmax)())
    return Network(layers, loss, **options)
