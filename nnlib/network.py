"""A network is layers one after the other, a loss, and one vector that holds every parameter.

``theta`` holds all parameters and ``grad`` all gradients; ``layer.W`` and ``layer.dW`` are views into them. So an
optimizer is its formula, a gradient check nudges one vector, and saving writes one array.
"""

import numpy as np

from . import storage
from .activations import ReLU, Sigmoid, Softmax
from .checks import as_count, as_floats, as_rng
from .initializers import he_normal
from .layer import returned_array, row_advice, run, view_property
from .layers import BatchNorm, Dense, Dropout, all_layers, columns
from .losses import BinaryCrossEntropy, CategoricalCrossEntropy, Loss, SoftmaxCrossEntropy


class Network:
    """``Network([Dense(2, 16), ReLU(), Dense(16, 3)], loss=SoftmaxCrossEntropy(), rng=0)``.

    rng     seed or Generator: draws start weights and dropout masks. With copies also R seeds, such as rng=range(R):
            then copy r equals the single network made with the r-th seed.
    l1, l2  add l1 * sum of |W| and (l2/2) * sum of W^2 over the Dense layers, no biases; with copies also arrays (R,).
    copies  R networks trained side by side: theta is (R, P), outputs (R, m, n_out), losses (R,).
    dtype   np.float64 (the default; use it to check gradients) or np.float32.

    Weights that a layer already has stay as they are; all others are drawn. Raises ValueError where layers do not
    fit one another or the loss.
    """

    theta = view_property("theta")
    grad = view_property("grad")

    def __init__(self, layers, loss, *, rng=0, l1=0.0, l2=0.0, copies=None, dtype=np.float64):
        self.layers, self.loss = layers, loss
        self._n_in, self._n_out = check_stack(layers, loss)
        self._copies = copies if copies is None else as_count(copies, "copies")
        self._stack_shape = () if copies is None else (self._copies,)
        if not isinstance(dtype, (str, type, np.dtype)) or dtype not in (float, "float64", "float32", np.float64, np.float32):
            raise ValueError(f"dtype must be np.float64 or np.float32, got {dtype!r}")
        self._dtype = np.dtype(dtype)
        for name, given in (("l1", l1), ("l2", l2)):
            strength = as_floats(given, name, self._dtype)
            if strength.shape not in ((), self._stack_shape) or (strength < 0).any():
                raise ValueError(f"{name} must be 0 or larger, one number (or one per copy), got {given!r}: write {name}=0.01")
            setattr(self, "_" + name, strength)
        self._rngs = generators(rng, self._copies)
        arrays = start_arrays(layers, self._rngs, self._stack_shape, self._dtype)
        self._shapes = [array.shape for array in arrays]
        flat = [array.reshape(self._stack_shape + (-1,)) for array in arrays] or [np.zeros(self._stack_shape + (0,))]
        self._theta = np.concatenate(flat, axis=-1, dtype=self._dtype)
        self._grad = np.zeros_like(self._theta)
        self._bind()

    def _bind(self):
        """Make every layer's parameters and gradients views into theta and grad."""
        shapes, start = iter(self._shapes), 0
        for layer in self.layers:
            views = {}
            for name in layer.parameters:
                shape = next(shapes)
                end = start + int(np.prod(shape[len(self._stack_shape) :]))
                views[name] = self._theta[..., start:end].reshape(shape)
                views["d" + name] = self._grad[..., start:end].reshape(shape)
                start = end
            layer.bind(views)
        for layer in all_layers(self.layers):
            layer.in_network = True

    def __setstate__(self, state):
        """After copy.deepcopy: join the copied layers to the copied theta."""
        self.__dict__.update(state)
        self._bind()

    # ---- the two passes

    def forward(self, X, *, training, start=0, stop=None):
        """Output of the last layer, (m, n_out): logits for the losses that take logits.

        start, stop  pass X only through layers[start:stop], as in net.forward(X, training=False, stop=2).
        """
        return self._forward(self._check_X(X, start), training, start, stop)

    def _forward(self, A, training, start=0, stop=None):
        """``forward`` without checks, for data that has been checked once."""
        for layer in self.layers[start:stop]:
            A = layer.forward(A, training) if layer.of_nnlib else run(layer, A, training)
            if A.dtype != self._dtype:
                A = A.astype(self._dtype)
        return A

    def backward(self, dZ):
        """Fill ``grad`` from dZ = dL/d(output), layer by layer from last to first."""
        for layer in self.layers[:0:-1]:
            dZ = layer.backward(dZ)
            if type(dZ) is not np.ndarray or dZ.dtype != self._dtype:
                dZ = returned_array(dZ, layer, "backward").astype(self._dtype)
        first = self.layers[0]
        if getattr(first.backward, "__func__", None) is Dense.backward:
            # the gradient of the data is never used, and it would be a third of a wide layer's work
            first.parameter_gradients(dZ)
        else:  # other layers; a subclass of Dense with a backward of its own is one of them
            first.backward(dZ)

    def loss_value(self, X, y):
        """The loss with its penalty, evaluation mode: a float, or (R,) for copies."""
        X, Y = self._check_Xy(X, y)
        return self._as_float(self.loss.value(self._forward(X, False), Y) + self._penalty())

    def loss_and_gradient(self, X, y):
        """The loss with its penalty, training mode; ``grad`` holds its gradient afterwards."""
        return self._as_float(self._loss_step(*self._check_Xy(X, y))[0])

    def _loss_step(self, X, Y):
        """``loss_and_gradient`` without checks: the loss, and the output it was computed from."""
        Z = self._forward(X, True)
        loss = self.loss.value(Z, Y)
        self.backward(self.loss.backward())
        if self._is_penalized():
            for layer in self._dense_layers():
                layer.dW += self._penalty_gradient(layer.W)
            loss = loss + self._penalty()
        return loss, Z

    def _dense_layers(self):
        return [layer for layer in all_layers(self.layers) if isinstance(layer, Dense)]

    def _is_penalized(self):
        return bool(self._l1.ndim or self._l2.ndim or self._l1 or self._l2)

    def _penalty(self):
        """l1 * sum of |W| + (l2/2) * sum of W^2: a number, or (R,) for copies."""
        if not self._is_penalized():
            return 0.0
        weights = [layer.W for layer in self._dense_layers()]
        return sum(self._l1 * abs(W).sum(axis=(-2, -1)) + self._l2 / 2 * (W * W).sum(axis=(-2, -1)) for W in weights)

    def _penalty_gradient(self, W):
        """What the penalty adds to dW: l1 * sign(W) + l2 * W."""
        return self._l1[..., None, None] * np.sign(W) + self._l2[..., None, None] * W

    def _as_float(self, value):
        return float(value) if self._copies is None else value

    # ---- answers

    def predict_proba(self, X):
        """Probabilities (m, k); (m, 2) for a binary network. ValueError for regression."""
        return self.loss.probabilities(self.forward(X, training=False))

    def predict(self, X):
        """Labels (m,); for regression the values (m, n_out)."""
        return self.loss.predict(self.forward(X, training=False))

    def score(self, X, y):
        """Accuracy; for regression R^2 = 1 - sum (y - z)^2 / sum (y - mean y)^2. A float, or (R,) for copies."""
        X, Y = self._check_Xy(X, y)
        Z = self._forward(X, False)
        if self.loss.classifies:
            return self._as_float(self.loss.correct(Z, Y).mean(axis=-1))
        deviation = Y - Y.mean(axis=-2, keepdims=True)
        scale = np.abs(deviation).max(axis=(-2, -1), keepdims=True)  # keeps squares within the floats
        if not np.all(scale > 0):
            raise ValueError("R^2 needs targets that differ from one another: they are all equal")
        return self._as_float(1 - (((Y - Z) / scale) ** 2).sum(axis=(-2, -1)) / ((deviation / scale) ** 2).sum(axis=(-2, -1)))

    # ---- checks of the data, done once before any arithmetic

    def _check_X(self, X, start=0):
        """X as an array of the network's dtype, for layers[start:], or a ValueError that says what is wrong with it."""
        n = self._n_in if start == 0 else next((layer.n_in for layer in self.layers[start:] if layer.n_in), None)
        shape = f"(m, {n or 'n_in'})"
        A = as_floats(X, "X", self._dtype, advice=f"np.array(..., dtype=float) of shape {shape}")
        if (A.ndim != 2 and A.shape[:-2] != (self._copies,)) or (n and A.shape[-1] != n) or A.size == 0:
            raise ValueError(f"X must have examples as rows, shape {shape}, got {A.shape}: write {row_advice(A, n)}")
        return A

    def _check_Xy(self, X, y):
        """Inputs and targets, both checked, in the form that ``_loss_step`` takes."""
        X = self._check_X(X)
        shape = (*self._stack_shape, X.shape[-2], self._n_out or X.shape[-1])
        return X, self.loss.targets(y, shape, self._dtype)

    # ---- to look at, and to keep

    def summary(self):
        """A table: layer, output shape, parameters."""
        rows, n = [("layer", "output shape", "parameters")], self._n_in
        for layer in self.layers:
            n = layer.columns_out(n)
            size = sum(getattr(layer, name).size for name in layer.parameters) // (self._copies or 1)
            rows.append((repr(layer), f"(m, {n})", f"{size:,}"))
        rows.append(("total", f"x {self._copies} copies" if self._copies else "", f"{self.theta.shape[-1]:,}"))
        a, b, c = (max(map(len, column)) for column in zip(*rows))
        return Table("\n".join(f"{row[0]:<{a}}  {row[1]:<{b}}  {row[2]:>{c}}" for row in rows))

    def __repr__(self):
        return f"Network([{', '.join(map(repr, self.layers))}], loss={self.loss!r})"

    def _state(self):
        """All that training changes, as arrays: theta, and the running statistics of each layer."""
        running = {f"{i}.{name}": getattr(layer, name) for i, layer in enumerate(self.layers) for name in layer.buffers}
        return {"theta": self.theta, **running}

    def save(self, path):
        """Write layers, loss, theta and running statistics to one .npz file, without pickle; see storage.py."""
        about = {
            "layers": [storage.describe(layer) for layer in self.layers],
            "loss": storage.address(type(self.loss)),
            "options": {"copies": self._copies, "dtype": self._dtype.name, "l1": self._l1.tolist(), "l2": self._l2.tolist()},
        }
        storage.write(path, about, self._state())

    @classmethod
    def load(cls, path, rng=0):
        """The network that ``save`` wrote, bit for bit. ValueError for a damaged file, or one that ``save`` did not write."""

        def build(about):
            layers = [storage.made(*description) for description in about["layers"]]
            return cls(layers, storage.find(Loss, about["loss"])(), rng=rng, **about["options"])

        return storage.read(path, build)


def check_stack(layers, loss):
    """Raise ValueError unless the layers fit one another and the loss; return the columns in and out."""
    n_in, n_out = columns(layers)
    if not isinstance(loss, Loss):
        hint = f"{loss.__name__}()" if isinstance(loss, type) else "an nnlib loss, or a subclass of Loss"
        raise ValueError(f"{loss!r} is not a loss: write {hint}")
    every = list(all_layers(layers))
    if len({id(layer) for layer in every}) < len(every) or any(layer.in_network for layer in every):
        raise ValueError("a layer can be in one network only, and once: make new layers inside Network([...])")
    if n_out is not None:
        loss.check_outputs(n_out)
    last = type(layers[-1])
    if type(loss) is CategoricalCrossEntropy and last is not Softmax:
        raise ValueError("CategoricalCrossEntropy takes probabilities: end with Softmax(), or use SoftmaxCrossEntropy()")
    if (type(loss), last) in ((BinaryCrossEntropy, Sigmoid), (SoftmaxCrossEntropy, Softmax)):
        raise ValueError(f"{loss} takes logits and applies {last.__name__} itself: leave out the last {last.__name__}()")
    return n_in, n_out


def generators(rng, copies):
    """One Generator for a single network, one per copy for a stack."""
    if copies is None:
        return [as_rng(rng)]
    seeds = isinstance(rng, (list, tuple, range))
    if isinstance(rng, np.random.RandomState) or (seeds and len(rng) != copies):
        raise ValueError(f"{copies} copies need one seed, one Generator or {copies} seeds as rng, got {rng!r}: write rng=range({copies})")
    return [as_rng(seed) for seed in rng] if seeds else as_rng(rng).spawn(copies)


def start_arrays(layers, rngs, stack_shape, dtype):
    """The start values of every parameter, in order; buffers and generators are given to the layers on the way."""
    arrays = []
    for layer in layers:
        drawn = [layer.checked_draw(rng) for rng in rngs]
        for name in layer.parameters:
            given = vars(layer).get("_" + name)
            start = np.stack([d[name] if given is None else given for d in drawn], dtype=dtype)
            arrays.append(start.reshape(stack_shape + start.shape[1:]))
        for name in layer.buffers:
            buffer = getattr(layer, name)
            setattr(layer, name, np.broadcast_to(buffer, stack_shape + buffer.shape).astype(dtype))
    for layer in all_layers(layers):
        if isinstance(layer, Dropout):
            layer.rngs, layer.stacked = rngs, bool(stack_shape)
    return arrays


class Table(str):
    """Text that shows itself line by line, also as the last value of a notebook cell."""

    __repr__ = str.__str__


def mlp(sizes, *, activation=ReLU, output=None, init=he_normal, loss, batch_norm=False, dropout=0.0, **options):
    """The usual network in a line: ``mlp([2, 16, 8, 4, 1], loss=BinaryCrossEntropy(), rng=0)``.

    Dense layers of the given sizes with ``activation()`` after each but the last, and ``output()``, if given, after
    the last; with batch_norm a BatchNorm before each activation, with dropout a Dropout after it. ``options`` go to
    Network: rng, l1, l2, copies, dtype.
    """
    if not isinstance(sizes, (list, tuple)) or len(sizes) < 2:
        raise ValueError(f"sizes must be a list of at least the input and the output width, got {sizes!r}: write [2, 16, 1]")

    def layer(name, kind, example):
        try:
            return kind()
        except TypeError:
            raise ValueError(f"{name} must be a class of layers that takes no arguments, got {kind!r}: write {name}={example}") from None

    layers = []
    for n_in, n_out in zip(sizes[:-2], sizes[1:-1]):
        layers += [Dense(n_in, n_out, init=init)] + [BatchNorm(n_out)] * bool(batch_norm) + [layer("activation", activation, "ReLU")]
        layers += [Dropout(dropout)] * bool(dropout)
    layers.append(Dense(*sizes[-2:], init=init))
    if output or isinstance(loss, CategoricalCrossEntropy):
        layers.append(layer("output", output or Softmax, "Sigmoid"))
    return Network(layers, loss, **options)
