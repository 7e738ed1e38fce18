"""Is the derived gradient the true one? Nudge each number by h both ways and see how the loss moves.

    dL/dtheta_j  ~  (L(theta_j + h) - L(theta_j - h)) / (2 h)        error ~ h^2 from the formula, ~ eps/h from rounding

In float64 the best h is near 1e-5, and a right gradient agrees to 1e-7 or better. Each array is compared on its own, so
that a small array cannot hide behind a large one. Zero biases and round weights hide mistakes: parameters are moved off
them while the check runs, and put back.
"""

import numpy as np

from .checks import as_rng

FLOOR = 1e-3  # gradients far below this drown in the rounding of the loss: there the error is absolute


class GradientError(Exception):
    """A gradient differs from its finite differences. Has ``where``, ``array``, ``index``, ``analytic``, ``numeric``, ``error``."""

    def __init__(self, where, array, index, analytic, numeric, error, message=None):
        self.where, self.array, self.index, self.error = where, array, tuple(map(int, index)), error
        self.analytic, self.numeric = analytic, numeric
        super().__init__(
            message
            or f"{where}: {array}{list(self.index)} is {analytic:.8g}, finite differences say {numeric:.8g} (relative error {error:.1e})"
        )


def numerical_gradient(f, x, h=1e-5):
    """df/dx by central differences, the shape of x. ``f(x)`` returns a number; x, a float64 array, is restored.

    If f returns (R,) values, one for each leading index of x, all R are differentiated at once.
    """
    if not isinstance(x, np.ndarray) or x.dtype != np.float64:
        raise ValueError(f"x must be a float64 array: float32 cannot resolve a step of {h:g}. Write x.astype(np.float64)")
    lead = np.ndim(f(x))
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape[lead:]):
        at = (..., *index)
        old = x[at].copy()
        x[at] = old + h
        up = f(x)
        x[at] = old - h
        down = f(x)
        x[at] = old
        gradient[at] = (up - down) / (2 * h)
    return gradient


def relative_error(analytic, numeric):
    """max |a - n| / max(|a|, |n|) over one array, and the index where |a - n| is largest."""
    difference = np.abs(analytic - numeric)
    difference[~np.isfinite(difference)] = np.inf
    index = np.unravel_index(difference.argmax(), difference.shape)
    with np.errstate(invalid="ignore"):
        scale = max(np.nanmax(np.abs(analytic)), np.nanmax(np.abs(numeric)), FLOOR)
        error = difference[index] / scale
    return (float(error) if np.isfinite(error) else np.inf), index


def compare(where, array, analytic, f, x, tolerance):
    """Raise GradientError unless ``analytic`` matches df/dx. Returns the relative error.

    Beside a kink (a ReLU at z = 0) a step of 1e-5 may land on the other side. A smaller step does not, while a wrong
    gradient stays wrong at every step: so the best of three steps counts.
    """
    if np.shape(analytic) != x.shape:
        came = "nothing: is there a return?" if analytic is None else f"shape {np.shape(analytic)}"
        message = f"{where}: {array} must have the shape of {array[1:]}, {x.shape}, got {came}"
        raise GradientError(where, array, (), np.nan, np.nan, np.inf, message)
    numeric = [numerical_gradient(f, x)]
    error, index = relative_error(analytic, numeric[0])
    if error > tolerance:
        numeric += [numerical_gradient(f, x, h) for h in (1e-6, 1e-7)]
        nearest = np.choose(np.argmin([np.abs(analytic - n) for n in numeric], axis=0), numeric)
        error, index = relative_error(analytic, nearest)
        if error > tolerance:
            raise GradientError(where, array, index, analytic[index], nearest[index], error)
    return error


def off_zero(x, rng):
    """Move numbers off 0 and 1, where mistakes hide."""
    x += rng.uniform(0.1, 0.3, x.shape) * rng.choice([-1, 1], x.shape)


def check_layer(layer, X, *, training=True, rng=0, tolerance=1e-7):
    """Check dX and every parameter's gradient of one layer at X (m, n), for a random upstream gradient dA.

    The loss is L = sum(A * dA), so that dL/dA = dA. Returns {array: relative error}; raises GradientError.
    """
    rng = as_rng(rng)
    X = np.array(X, dtype=np.float64)
    parameters = {name: getattr(layer, name) for name in layer.parameters}
    kept = {name: array.copy() for name, array in parameters.items()}
    frozen = Frozen([layer])
    try:
        for array in parameters.values():
            off_zero(array, rng)
        out = frozen.call(lambda: layer.forward(X, training))
        dA = rng.standard_normal(out.shape)

        def loss(_):
            return float((frozen.call(lambda: layer.forward(X, training)) * dA).sum())

        loss(None)
        dX = layer.backward(dA)
        gradients = {name: np.array(getattr(layer, "d" + name)) for name in parameters}
        where = repr(layer)
        errors = {"d" + name: compare(where, "d" + name, gradients[name], loss, array, tolerance) for name, array in parameters.items()}
        errors["dX"] = compare(where, "dX", dX, loss, X, tolerance)
        return errors
    finally:
        for name, array in kept.items():
            parameters[name][...] = array
        frozen.restore()


def check_loss(loss, Z, y, *, tolerance=1e-7):
    """Check dL/dZ of one loss at Z (m, n_out). Returns the relative error; raises GradientError.

    For CategoricalCrossEntropy Z holds probabilities.
    """
    Z = np.array(Z, dtype=np.float64)
    loss.forward(Z, y)
    return compare(repr(loss), "dZ", np.array(loss.backward()), lambda Z: loss.forward(Z, y), Z, tolerance)


def check_network(net, X, y, *, rng=0, tolerance=1e-7):
    """Check the gradient of every parameter of a network against its own printed loss, l2 and dropout included.

    Returns {"layer.array": relative error}; raises GradientError that names layer, array, index, analytic and numeric
    value. Errors spread from a wrong layer towards the input, so layers are checked from the last to the first: the
    first error reported is the one to mend. For a network of float64; costs two passes for each parameter.
    """
    if net.dtype != np.float64:
        raise ValueError(f"the check needs float64, this network is {net.dtype}: build it with dtype=np.float64")
    X, Y = net.examples(X, y)
    theta, frozen = net.theta.copy(), Frozen(net.layers, net.rngs)
    try:
        off_zero(net.theta, as_rng(rng))

        def loss(_):
            return net.plain(net.loss.value(frozen.call(lambda: net.run(X, True)), Y) + net.penalty())

        frozen.call(lambda: net.loss_step(X, Y))
        gradients = [{name: getattr(layer, "d" + name).copy() for name in layer.parameters} for layer in net.layers]
        errors = {}
        for i, layer in reversed(list(enumerate(net.layers))):
            for name in layer.parameters:
                where = f"layer {i}, {layer!r}"
                errors[f"{i}.d{name}"] = compare(where, "d" + name, gradients[i][name], loss, getattr(layer, name), tolerance)
        return errors
    finally:
        net.theta = theta
        frozen.restore()


class Frozen:
    """Repeats a training pass exactly: the same dropout masks, the same running statistics, however often."""

    def __init__(self, layers, rngs=()):
        rngs = [*rngs, *(rng for layer in layers for rng in layer.__dict__.get("rngs", ()))]
        bits = [rng.bit_generator if isinstance(rng, np.random.Generator) else rng._bit_generator for rng in rngs]
        self.bits = [(generator, generator.state) for generator in bits]
        self.buffers = [(layer, name, np.copy(getattr(layer, name))) for layer in layers for name in layer.buffers]

    def call(self, run):
        self.restore()
        return run()

    def restore(self):
        for generator, state in self.bits:
            generator.state = state
        for layer, name, array in self.buffers:
            setattr(layer, name, array.copy())
