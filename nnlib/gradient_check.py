"""Is the derived gradient the true one? Nudge each number by h both ways and see how the loss moves.

    dL/dtheta_j  ~  (L(theta_j + h) - L(theta_j - h)) / (2 h)        error ~ h^2 from the formula, ~ eps L/h from rounding

In float64 the best h is near 1e-5 as long as all numbers are near 1, and a right gradient agrees to 1e-7 or better. Where
it does not, many steps are tried, each with an estimate of what curvature and rounding may do there. Errors are relative
to the largest number of an array, with no fixed number in the scale: each array is compared on its own, and an array of
tiny gradients as strictly as one of large ones. What rounding alone explains counts as no error; two arrays of zeros are
equal. Zero biases and round weights hide mistakes: parameters are moved off them while the check runs, and put back.
"""

import numpy as np

from .checks import as_floats, as_number, as_rng
from .differences import (
    EPS,
    SAFETY,
    SavedState,
    agrees,
    best_difference,
    between_sides,
    loss_noise,
    numerical_gradient,
    perturb,
    relative_error,
    rounding,
)
from .layer import Layer, returned_array
from .losses import Loss
from .network import Network


class GradientError(Exception):
    """A gradient differs from its finite differences. Has ``where``, ``array``, ``index``, ``analytic``, ``numeric``, ``error``."""

    def __init__(self, where, array, index, analytic, numeric, error, message=None):
        self.where, self.array, self.index, self.error = where, array, tuple(map(int, index)), error
        self.analytic, self.numeric = analytic, numeric
        super().__init__(
            message
            or f"{where}: {array}{list(self.index)} is {analytic:.8g}, finite differences say {numeric:.8g} (relative error {error:.1e})"
        )


def check_shape(where, array, analytic, shape):
    if np.shape(analytic) != shape:
        given = "nothing: is there a return?" if analytic is None else f"shape {np.shape(analytic)}"
        message = f"{where}: {array} must have the shape of {array[1:]}, {shape}, got {given}"
        raise GradientError(where, array, (), np.nan, np.nan, np.inf, message)


def compare(where, array, analytic, f, x, tolerance, noise, own):
    """Raise GradientError unless ``analytic`` matches df/dx. Returns the relative error.

    ``noise`` is the rounding of f, ``own`` that of the analytic gradient. A step of 1e-5 is enough for most arrays. Entries
    that disagree there, by the largest difference first, are looked at again with the best of many steps.
    """
    check_shape(where, array, analytic, x.shape)
    numeric = numerical_gradient(f, x)
    error, index = relative_error(analytic, numeric)
    if error <= tolerance:
        return error
    if not np.isfinite(analytic).all():
        raise GradientError(where, array, index, analytic[index], numeric[index], np.inf)
    size, lead = np.abs(analytic).max(), np.ndim(noise)
    allowed, off = np.full(x.shape, SAFETY * own), np.abs(analytic - numeric)
    off[~np.isfinite(off)] = np.inf
    worst = off.reshape(*x.shape[:lead], -1).max(axis=tuple(range(lead)))
    for column in np.argsort(-worst):
        if worst[column] <= tolerance * size:
            break
        at = (..., *np.unravel_index(column, x.shape[lead:]))
        numeric[at], doubt = best_difference(f, x, at, noise)
        allowed[at] += doubt
        excess = np.where(np.isfinite(doubt), np.maximum(np.abs(analytic[at] - numeric[at]) - allowed[at], 0), np.inf)
        limit = tolerance * max(size, np.abs(numeric[at]).max())
        if (excess > limit).any():
            kink = between_sides(analytic[at], f, x, at, noise)
            allowed[at], excess = np.where(kink, np.inf, allowed[at]), np.where(kink, 0, excess)
        if (excess > limit).any():
            index = (*np.unravel_index(excess.argmax(), excess.shape), *at[1:])
            raise GradientError(where, array, index, analytic[index], numeric[index], excess.max() / limit * tolerance)
    return relative_error(analytic, numeric, allowed)[0]


def same_twice(forward, layer, X):
    """What ``forward(X)`` returns; ValueError unless it is an array, the same at a second pass, and X is left alone."""
    before = X.copy()
    A, again = returned_array(forward(X), layer, "forward"), None
    if not np.array_equal(X, before, equal_nan=True):
        X[...] = before
        raise ValueError(
            f"{layer}.forward changes its input, which others still need: write a new array, such as X = X * 2 instead of X *= 2"
        )
    A, again = A.copy(), forward(X)
    if not np.array_equal(A, again, equal_nan=True):
        raise ValueError(
            f"two passes of {layer} over the same X differ: let it draw from its own generator, self.rng = "
            f"np.random.default_rng(0), and name running values in `buffers`, so that the check can restore both"
        )
    return A


def backward(layer, dA):
    """{"dW": dW, ..., "dX": dX}. Gradients are filled with noise, the same each time, so that a layer that accumulates into them
    or never writes them is caught."""
    fill = np.random.default_rng(0)
    for name in layer.parameters:
        gradient = getattr(layer, "d" + name)
        gradient[...] = fill.standard_normal(gradient.shape)
    dX = layer.backward(dA.copy())  # a layer may overwrite what it gets here
    return {"d" + name: np.array(getattr(layer, "d" + name)) for name in layer.parameters} | {"dX": dX}


def require(item, kind, other, hint):
    """ValueError unless item is of that kind; ``hint`` says what to use for an ``other``."""
    if not isinstance(item, kind):
        write = f"{item.__name__}()" if isinstance(item, type) else hint if isinstance(item, other) else f"a {kind.__name__}"
        raise ValueError(f"expected a {kind.__name__}, got {item!r}: write {write}")


def check_layer(layer, X, *, training=True, rng=0, tolerance=1e-7):
    """Check dX and every parameter's gradient of one layer at X (m, n), for a random upstream gradient dA.

    The loss is L = sum(A * dA), so that dL/dA = dA. At a kink, such as ReLU's at z = 0, every slope between those to the
    two sides is right. Returns {array: relative error}; raises GradientError, or ValueError if there is nothing to
    differentiate: forward returns no array, changes X, or differs from pass to pass.
    """
    require(layer, Layer, Loss, "check_loss(loss, Z, y)")
    X, rng = as_floats(X, "X").copy(), np.random.default_rng(list(as_rng(rng).bytes(8)))  # X may have been drawn with rng itself
    if X.ndim < 2 or X.size == 0:
        raise ValueError(
            f"X must have examples as rows, shape (m, {layer.n_in or 'n'}), got {X.shape}: write X.reshape(-1, {layer.n_in or 1})"
        )
    tolerance = as_number(tolerance, "tolerance", 0, advice="tolerance=1e-7")
    parameters = {name: getattr(layer, name) for name in layer.parameters}
    kept, saved = {name: array.copy() for name, array in parameters.items()}, SavedState([layer])
    places = {"d" + name: array for name, array in parameters.items()} | {"dX": X}

    def forward(_=None):
        saved.restore()
        return layer.forward(X, training)

    try:
        for array in parameters.values():
            perturb(array, rng)
        dA = rng.standard_normal(same_twice(forward, layer, X).shape)
        gradients = backward(layer, dA)
        for array, x in places.items():
            check_shape(repr(layer), array, gradients[array], x.shape)

        def loss(_):
            return float((forward() * dA).sum())

        def run():
            A = forward()
            return [np.abs(A * dA).sum(), (A * dA).sum(), *backward(layer, dA).values()]

        _, noise, *own = rounding(run, [(array, 0) for array in (X, dA, *parameters.values())], rng)
        noise = noise + EPS * run()[0]
        return {
            array: compare(repr(layer), array, gradients[array], loss, x, tolerance, noise, off.max())
            for (array, x), off in zip(places.items(), own)
        }
    finally:
        for name, array in kept.items():
            parameters[name][...] = array
        saved.restore()


def check_loss(loss, Z, y, *, tolerance=1e-7):
    """Check dL/dZ of one loss at Z (m, n_out). Returns the relative error; raises GradientError.

    For CategoricalCrossEntropy Z holds probabilities.
    """
    require(loss, Loss, Layer, "check_layer(layer, X)")
    Z, tolerance = as_floats(Z, "Z").copy(), as_number(tolerance, "tolerance", 0, advice="tolerance=1e-7")
    loss.forward(Z, y)
    Y, dZ = loss.targets(y, Z.shape, Z.dtype), loss.backward()
    check_shape(repr(loss), "dZ", dZ, Z.shape)
    noise, own = rounding(lambda: [loss.value(Z, Y), loss.backward()], [(Z, 0)], np.random.default_rng(0))
    noise = noise + loss_noise(loss, loss.value(Z, Y))
    return compare(repr(loss), "dZ", dZ, lambda Z: loss.value(Z, Y), Z, tolerance, noise, own.max())


def check_network(net, X, y, *, rng=0, tolerance=1e-7):
    """Check the gradient of every parameter of a network against its own printed loss, penalty and dropout included.

    Returns {"layer.array": relative error}; raises GradientError that names layer, array, index, analytic and numeric
    value, or ValueError as ``check_layer``. A wrong layer spoils all gradients nearer to the input, so the check walks from
    the loss to the first layer, and looks at what each hands down (dX) too: the first error is the one to fix. The scale
    of an error is the largest number of its array, however small. Needs float64.
    """
    require(net, Network, Layer, "check_layer(layer, X)")
    if net._dtype != np.float64:
        raise ValueError(f"the check needs float64, this network is {net._dtype}: build it with dtype=np.float64")
    tolerance = as_number(tolerance, "tolerance", 0, advice="tolerance=1e-7")
    X, Y = net._check_Xy(X, y)
    rng, theta, layers, saved = as_rng(rng), net.theta.copy(), net.layers, SavedState(net.layers)
    try:
        perturb(net.theta, rng)
        inputs, states = [X.copy()], []
        for i, layer in enumerate(layers):
            states.append(saved.state())

            def forward(A, i=i):
                saved.restore(states[i])
                return net._forward(A, True, i, i + 1)

            inputs.append(same_twice(forward, layer, inputs[-1]))
        states.append(saved.state())

        def loss_from(i):  # the loss as a function of what goes into layer i
            def loss(A):
                saved.restore(states[i])
                return net._as_float(net.loss.value(net._forward(A, True, i), Y) + net._penalty())

            return loss

        def whole(i):  # a copy of what goes into layer i, with a leading axis for copies
            return np.array(np.broadcast_to(inputs[i], (*net._stack_shape, *inputs[i].shape[-2:])))

        (noise,) = rounding(lambda: [loss_from(0)(inputs[0])], [(inputs[0], 0), (net.theta, 0)], rng)
        noise = noise + loss_noise(net.loss, loss_from(0)(inputs[0]))
        errors, gradients, A = {}, {}, whole(-1)

        def loss_gradient(A=A):
            net.loss.value(A, Y)
            return [net.loss.backward()]

        (dA,) = loss_gradient()
        check_shape(repr(net.loss), "dZ", dA, A.shape)
        (off,) = rounding(loss_gradient, [(A, 0)], rng)
        compare(repr(net.loss), "dZ", dA, loss_from(len(layers)), A, tolerance, noise, off.max())
        for i, layer in reversed(list(enumerate(layers))):
            where, A, loss = f"layer {i}, {layer!r}", whole(i), loss_from(i)
            places = {"d" + name: getattr(layer, name) for name in layer.parameters} | ({"dX": A} if i else {})

            def run(i=i, layer=layer, A=A, dA=dA, places=places):
                saved.restore(states[i])
                layer.forward(A, True)
                found = backward(layer, dA)
                for name in layer.parameters:
                    if any(getattr(layer, name) is dense.W for dense in net._dense_layers()):
                        found["d" + name] += net._penalty_gradient(getattr(layer, name))
                return [found[array] for array in places]

            found = dict(zip(places, run()))
            for array, x in places.items():
                check_shape(where, array, found[array], x.shape)
            own = dict(zip(places, rounding(run, [(A, 0), (dA, off), *((getattr(layer, name), 0) for name in layer.parameters)], rng)))
            for array, x in places.items():
                if array == "dX":
                    dA, off = found["dX"], own["dX"]
                    if not agrees(dA, loss, A, rng, tolerance, noise, np.sqrt((off * off).sum(axis=(-2, -1)))):
                        compare(where, "dX", dA, loss, A, tolerance, noise, off.max())
                else:
                    gradients[i, array] = found[array], SAFETY * own[array].max()
                    f = lambda _, loss=loss, A=A: loss(A)  # noqa: E731  a parameter is moved, and A stays
                    errors[f"{i}.{array}"] = compare(where, array, found[array], f, x, tolerance, noise, own[array].max())
        saved.restore()
        net._loss_step(X, Y)  # and what training itself will use is the same
        for (i, array), (gradient, allowed) in gradients.items():
            trained = getattr(layers[i], array)
            error, index = relative_error(trained, gradient, allowed)
            if error > tolerance:
                raise GradientError(f"net._loss_step, layer {i}, {layers[i]!r}", array, index, trained[index], gradient[index], error)
        return errors
    finally:
        net.theta = theta
        saved.restore()
