"""Is the derived gradient the true one? Nudge each number by h both ways and see how the loss moves.

    dL/dtheta_j  ~  (L(theta_j + h) - L(theta_j - h)) / (2 h)        error ~ h^2 from the formula, ~ eps/h from rounding

In float64 the best h is near 1e-5, and a right gradient agrees to 1e-7 or better. Each array is compared on its own, so
that a small array cannot hide behind a large one. Zero biases and round weights hide mistakes: parameters are moved off
them while the check runs, and put back.
"""

import numpy as np

from .checks import as_floats, as_rng
from .layer import Layer
from .layers import all_layers
from .losses import Loss
from .network import Network

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
        try:
            x[at] = old + h
            up = f(x)
            x[at] = old - h
            down = f(x)
        finally:
            x[at] = old
        gradient[at] = (up - down) / (2 * h)
    return gradient


def relative_error(analytic, numeric):
    """max |a - n| / max(|a|, |n|) over one array, and the index where |a - n| is largest."""
    difference = np.abs(analytic - numeric)
    difference[~np.isfinite(difference)] = np.inf
    index = np.unravel_index(difference.argmax(), difference.shape)
    error = difference[index] / max(np.abs(analytic).max(), np.abs(numeric).max(), FLOOR)
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
    numeric = numerical_gradient(f, x)
    error, index = relative_error(analytic, numeric)
    if error > tolerance:
        several = [numeric] + [numerical_gradient(f, x, h) for h in (1e-6, 1e-7)]
        numeric = np.choose(np.argmin([np.abs(analytic - n) for n in several], axis=0), several)
        error, index = relative_error(analytic, numeric)
        if error > tolerance:
            raise GradientError(where, array, index, analytic[index], numeric[index], error)
    return error


def agrees(dA, f, A, rng, tolerance):
    """Whether dA is right along one random direction U: a quick look, (f(A + h U) - f(A - h U)) / 2h = sum(dA * U)."""
    U = rng.standard_normal(A.shape)
    slope, scale = (dA * U).sum(axis=(-2, -1)), np.sqrt((dA * dA).sum(axis=(-2, -1))) + FLOOR
    return any(np.all(np.abs((f(A + h * U) - f(A - h * U)) / (2 * h) - slope) <= tolerance * scale) for h in (1e-5, 1e-6, 1e-7))


def off_zero(x, rng):
    """Move numbers off 0 and 1, where mistakes hide."""
    x += rng.uniform(0.1, 0.3, x.shape) * rng.choice([-1, 1], x.shape)


class Frozen:
    """Repeats training passes exactly: puts the layers' generators and running statistics back to where they were."""

    def __init__(self, layers):
        layers = list(all_layers(layers))
        values = [value for layer in layers for value in vars(layer).values()]
        rngs = [rng for value in values for rng in (value if isinstance(value, list) else [value])]
        self.bits = [rng.bit_generator for rng in rngs if isinstance(rng, np.random.Generator)]
        self.bits += [rng._bit_generator for rng in rngs if isinstance(rng, np.random.RandomState)]
        self.buffers = [(layer, name) for layer in layers for name in layer.buffers]
        self.start = self.state()

    def state(self):
        return [bits.state for bits in self.bits], [getattr(layer, name).copy() for layer, name in self.buffers]

    def restore(self, state=None):
        generators, buffers = state or self.start
        for bits, kept in zip(self.bits, generators):
            bits.state = kept
        for (layer, name), array in zip(self.buffers, buffers):
            setattr(layer, name, array.copy())


def backward(layer, dA, rng):
    """dX and {name: gradient}. The gradients hold noise before, so that a layer which adds to them, or leaves them, is found."""
    for name in layer.parameters:
        gradient = getattr(layer, "d" + name)
        gradient[...] = rng.standard_normal(gradient.shape)
    dX = layer.backward(dA)
    return dX, {name: np.array(getattr(layer, "d" + name)) for name in layer.parameters}


def expect(item, kind, other, hint):
    """ValueError unless item is of that kind; ``hint`` says what to use for an ``other``."""
    if not isinstance(item, kind):
        write = f"{item.__name__}()" if isinstance(item, type) else hint if isinstance(item, other) else f"a {kind.__name__}"
        raise ValueError(f"expected a {kind.__name__}, got {item!r}: write {write}")


def check_layer(layer, X, *, training=True, rng=0, tolerance=1e-7):
    """Check dX and every parameter's gradient of one layer at X (m, n), for a random upstream gradient dA.

    The loss is L = sum(A * dA), so that dL/dA = dA. Returns {array: relative error}; raises GradientError.
    """
    expect(layer, Layer, Loss, "check_loss(loss, Z, y)")
    X, rng = as_floats(X, "X").copy(), np.random.default_rng(list(as_rng(rng).bytes(8)))  # X may have been drawn with rng itself
    if X.ndim < 2 or X.size == 0:
        raise ValueError(
            f"X must have examples as rows, shape (m, {layer.n_in or 'n'}), got {X.shape}: write X.reshape(-1, {layer.n_in or 1})"
        )
    parameters = {name: getattr(layer, name) for name in layer.parameters}
    kept, frozen = {name: array.copy() for name, array in parameters.items()}, Frozen([layer])

    def forward(_=None):
        frozen.restore()
        return layer.forward(X, training)

    try:
        for array in parameters.values():
            off_zero(array, rng)
        dA = rng.standard_normal(forward().shape)
        dX, gradients = backward(layer, dA, rng)

        def loss(_):
            return float((forward() * dA).sum())

        errors = {"d" + name: compare(repr(layer), "d" + name, gradients[name], loss, parameters[name], tolerance) for name in parameters}
        return errors | {"dX": compare(repr(layer), "dX", dX, loss, X, tolerance)}
    finally:
        for name, array in kept.items():
            parameters[name][...] = array
        frozen.restore()


def check_loss(loss, Z, y, *, tolerance=1e-7):
    """Check dL/dZ of one loss at Z (m, n_out). Returns the relative error; raises GradientError.

    For CategoricalCrossEntropy Z holds probabilities.
    """
    expect(loss, Loss, Layer, "check_layer(layer, X)")
    Z = as_floats(Z, "Z").copy()
    loss.forward(Z, y)
    Y = loss.targets(y, Z.shape, Z.dtype)
    return compare(repr(loss), "dZ", loss.backward(), lambda Z: loss.value(Z, Y), Z, tolerance)


def check_network(net, X, y, *, rng=0, tolerance=1e-7):
    """Check the gradient of every parameter of a network against its own printed loss, penalty and dropout included.

    Returns {"layer.array": relative error}; raises GradientError that names layer, array, index, analytic and numeric
    value. A wrong layer spoils all gradients nearer to the input, so the check walks from the loss to the first layer, and
    looks at what each hands down (dX) too: the first error is the one to mend. Needs float64.
    """
    expect(net, Network, Layer, "check_layer(layer, X)")
    if net._dtype != np.float64:
        raise ValueError(f"the check needs float64, this network is {net._dtype}: build it with dtype=np.float64")
    X, Y = net._check_Xy(X, y)
    rng, theta, layers, frozen = as_rng(rng), net.theta.copy(), net.layers, Frozen(net.layers)
    try:
        off_zero(net.theta, rng)
        inputs, states = [X], []
        for i in range(len(layers)):
            states.append(frozen.state())
            inputs.append(net._forward(inputs[-1], True, i, i + 1))
        states.append(frozen.state())

        def loss_from(i):  # the loss as a function of what goes into layer i
            def loss(A):
                frozen.restore(states[i])
                return net._as_float(net.loss.value(net._forward(A, True, i), Y) + net._penalty())

            return loss

        errors, gradients, A = {}, {}, np.array(np.broadcast_to(inputs[-1], (*net._stack_shape, *inputs[-1].shape[-2:])))
        net.loss.value(A, Y)
        dA = net.loss.backward()
        compare(repr(net.loss), "dZ", dA, loss_from(len(layers)), A, tolerance)
        for i, layer in reversed(list(enumerate(layers))):
            where, A = f"layer {i}, {layer!r}", np.array(np.broadcast_to(inputs[i], (*net._stack_shape, *inputs[i].shape[-2:])))
            frozen.restore(states[i])
            layer.forward(A, True)
            dA, found = backward(layer, dA, rng)
            for name, gradient in found.items():
                if any(getattr(layer, name) is dense.W for dense in net._dense_layers()):
                    gradient += net._penalty_gradient(getattr(layer, name))
                f, x, gradients[i, name] = loss_from(i), getattr(layer, name), gradient
                errors[f"{i}.d{name}"] = compare(where, "d" + name, gradient, lambda _, f=f, A=A: f(A), x, tolerance)
            if i and (np.shape(dA) != A.shape or not agrees(dA, loss_from(i), A, rng, tolerance)):
                compare(where, "dX", dA, loss_from(i), A, tolerance)
        frozen.restore()
        net._loss_step(X, Y)  # and what training itself will use is the same
        for (i, name), gradient in gradients.items():
            trained = getattr(layers[i], "d" + name)
            error, index = relative_error(trained, gradient)
            if error > tolerance:
                raise GradientError(f"net._loss_step, layer {i}, {layers[i]!r}", "d" + name, index, trained[index], gradient[index], error)
        return errors
    finally:
        net.theta = theta
        frozen.restore()
