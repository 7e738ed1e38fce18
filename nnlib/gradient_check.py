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
from .layers import Dense, Layer
from .losses import Loss
from .network import Network

EPS = np.finfo(float).eps
SAFETY = 20  # rounding is estimated from a few draws: allow this many times as much


class GradientError(Exception):
    """A gradient differs from its finite differences. Has ``where``, ``array``, ``index``, ``analytic``, ``numeric``, ``error``."""

    def __init__(self, where, array, index, analytic, numeric, error, message=None):
        self.where, self.array, self.index, self.error = where, array, tuple(map(int, index)), error
        self.analytic, self.numeric = analytic, numeric
        super().__init__(
            message
            or f"{where}: {array}{list(self.index)} is {analytic:.8g}, finite differences say {numeric:.8g} (relative error {error:.1e})"
        )


def nudged(f, x, at, h):
    """f(x + h) and f(x - h) at one entry (of every copy), and how far apart the two really are; x is restored."""
    old = x[at].copy()
    try:
        x[at] = old + h
        up, upper = f(x), x[at].copy()
        x[at] = old - h
        down, lower = f(x), x[at].copy()
    finally:
        x[at] = old
    return up, down, upper - lower


def numerical_gradient(f, x, h=1e-5):
    """df/dx by central differences, the shape of x. ``f(x)`` returns a number; x, a float64 array, is restored.

    If f returns (R,) values, one for each leading index of x, all R are differentiated at once.
    """
    h = as_number(h, "h, the step,", 0, advice="h=1e-5", open_low=True)
    if not isinstance(x, np.ndarray) or x.dtype != np.float64:
        raise ValueError(f"x must be a float64 array: float32 cannot resolve a step of {h:g}. Write x.astype(np.float64)")
    as_floats(x, "x")
    if not callable(f):
        raise ValueError(f"f must be a function of x that returns a number, got {f!r}: write lambda x: ...")
    value = f(x)
    if np.asarray(value).dtype.kind not in "biuf" or np.shape(value) != x.shape[: np.ndim(value)]:
        came = "nothing: is the return missing?" if value is None else f"{value!r}: write float(...)"
        raise ValueError(f"f(x) must return a single number, got {came}")
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape[np.ndim(value) :]):
        up, down, width = nudged(f, x, (..., *index), h)
        if not np.all(width > 0):
            raise ValueError(f"a step of h = {h:g} is lost in the rounding of x = {x[(..., *index)].ravel()[0]:g}: write h=1e-5")
        gradient[(..., *index)] = (up - down) / width
    return gradient


def best_difference(f, x, at, noise):
    """df/dx at one entry from the best of many steps, and how far off it may be; f itself is known up to ``noise``.

    Small steps suffer from rounding, by noise / h; large ones from curvature and kinks, which show as soon as smaller steps
    give another slope than their own rounding allows.
    """
    smallest = np.abs(x[at][x[at] != 0]).min(initial=1.0)
    slopes, roundings, doubts = [], [], []
    with np.errstate(all="ignore"):
        for h in 10.0 ** -np.arange(1, np.clip(7 - np.log10(smallest), 13, 309)):
            up, down, width = nudged(f, x, at, h)
            slopes.append((up - down) / width)
            roundings.append(SAFETY * noise / width)
        for k in range(len(slopes) - 1):
            changes = np.abs(slopes[k] - np.array(slopes[k + 1 :]))
            others = np.fmax.reduce(changes - roundings[k + 1 :], axis=0)
            doubts.append(roundings[k] + 2 * np.fmax(np.fmax(changes[0], others), 0))  # rounding may hide half of it
    slopes, doubts = np.array(slopes[:-1]), np.array(doubts)
    doubts[~np.isfinite(slopes + doubts)] = np.inf
    best = doubts.argmin(axis=0, keepdims=True)
    return np.take_along_axis(slopes, best, axis=0)[0], np.take_along_axis(doubts, best, axis=0)[0]


def between_sides(analytic, f, x, at, noise):
    """Whether f has a kink at one entry, as ReLU at z = 0, and ``analytic`` lies between the slopes to its two sides.

    Where f is smooth, the two slopes meet as h shrinks. At a kink they stay apart, down to the smallest step that rounding
    leaves of use.
    """
    middle, gaps, doubts, inside = f(x), [], [], []
    for h in 10.0 ** -np.arange(1, 8):
        up, down, width = nudged(f, x, at, h)
        ahead, behind, doubt = 2 * (up - middle) / width, 2 * (middle - down) / width, 2 * SAFETY * noise / width
        inside.append((np.minimum(ahead, behind) - doubt <= analytic) & (analytic <= np.maximum(ahead, behind) + doubt))
        gaps.append(np.abs(ahead - behind))
        doubts.append(doubt)
    gaps, doubts, inside = np.array(gaps), np.array(doubts), np.array(inside)
    smallest = np.concatenate([doubts[2:] > gaps[1:-1], np.ones_like(inside[:1])])
    kink = (gaps[1:] > gaps[:-1] / 2) & (gaps[1:] > doubts[1:]) & smallest
    return (kink & inside[1:] & inside[:-1]).any(axis=0)


def relative_error(analytic, numeric, allowed=0.0):
    """max |a - n| / max(|a|, |n|) over one array, and the index where |a - n| is largest; up to ``allowed`` |a - n| is no error."""
    difference = np.abs(analytic - numeric)
    difference[~np.isfinite(difference)] = np.inf
    index = np.unravel_index(difference.argmax(), difference.shape)
    difference = np.maximum(difference - allowed, 0).max()
    error = difference / max(np.abs(analytic).max(), np.abs(numeric).max()) if difference > 0 else 0.0
    return (float(error) if np.isfinite(error) else np.inf), index


def check_shape(where, array, analytic, shape):
    if np.shape(analytic) != shape:
        came = "nothing: is there a return?" if analytic is None else f"shape {np.shape(analytic)}"
        message = f"{where}: {array} must have the shape of {array[1:]}, {shape}, got {came}"
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


def agrees(dA, f, A, rng, tolerance, noise, own):
    """Whether dA is right along one random direction U: a quick look, df(A + t U)/dt = sum(dA * U) at t = 0."""
    U, t = rng.standard_normal(A.shape), np.zeros(np.shape(noise))
    slope, size = (dA * U).sum(axis=(-2, -1)), np.sqrt((dA * dA).sum(axis=(-2, -1)))
    numeric, doubt = best_difference(lambda t: f(A + t[..., None, None] * U), t, (...,), noise)
    return np.all(np.abs(numeric - slope) <= tolerance * size + doubt + SAFETY * own)


def rounding(run, moved, rng):
    """How far rounding may put off each number that ``run()`` returns: the most that it moves in four draws.

    ``moved`` holds pairs (array, how far off its numbers are already); each moves by that and by its own rounding.
    """
    kept, before = [array.copy() for array, _ in moved], run()
    most = [np.zeros_like(value) for value in before]
    for _ in range(4):
        for (array, off), old in zip(moved, kept):
            array += rng.choice([-1.0, 1.0], array.shape) * (2 * EPS * np.abs(old) + off)
        most = [np.maximum(m, np.abs(after - b)) for m, after, b in zip(most, run(), before)]
        for (array, _), old in zip(moved, kept):
            array[...] = old
    return most


def perturb(x, rng):
    """Move numbers off 0 and 1, where mistakes hide."""
    x += rng.uniform(0.1, 0.3, x.shape) * rng.choice([-1, 1], x.shape)


class SavedState:
    """Saves and restores random state and running statistics, so that a training pass can be repeated exactly."""

    def __init__(self, layers):
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


def same_twice(forward, layer, X):
    """What ``forward(X)`` returns; ValueError unless it is an array, the same at a second pass, and X is left alone."""
    before = X.copy()
    A, again = forward(X), None
    if not isinstance(A, np.ndarray):
        raise ValueError(f"{layer}.forward must return an array, got {A!r}: is the return missing?")
    if not np.array_equal(X, before, equal_nan=True):
        X[...] = before
        raise ValueError(f"{layer}.forward changes its input, which others still need: write a new array, as X = X * 2 for X *= 2")
    A, again = A.copy(), forward(X)
    if not np.array_equal(A, again, equal_nan=True):
        raise ValueError(
            f"two passes of {layer} over the same X differ: let it draw from a generator of its own, self.rng = "
            f"np.random.default_rng(0), and name running values in `buffers`, so that the check can put both back"
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

    The loss is L = sum(A * dA), so that dL/dA = dA. At a kink, as ReLU has one at z = 0, every slope between those to the
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


def loss_noise(loss, L):
    """What rounding does to a loss of that size. A cross-entropy is the log of a number near 1, which is exact to eps only."""
    return EPS * (np.abs(L) + loss.classifies)


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
    the loss to the first layer, and looks at what each hands down (dX) too: the first error is the one to mend. The scale
    of an error is the largest number of its array, however small. Needs float64.
    """
    require(net, Network, Layer, "check_layer(layer, X)")
    if net.dtype != np.float64:
        raise ValueError(f"the check needs float64, this network is {net.dtype}: build it with dtype=np.float64")
    tolerance = as_number(tolerance, "tolerance", 0, advice="tolerance=1e-7")
    X, Y = net.examples(X, y)
    rng, theta, layers, saved = as_rng(rng), net.theta.copy(), net.layers, SavedState(net.layers)
    try:
        perturb(net.theta, rng)
        inputs, states = [X.copy()], []
        for i, layer in enumerate(layers):
            states.append(saved.state())

            def forward(A, i=i):
                saved.restore(states[i])
                return net.run(A, True, i, i + 1)

            inputs.append(same_twice(forward, layer, inputs[-1]))
        states.append(saved.state())

        def loss_from(i):  # the loss as a function of what goes into layer i
            def loss(A):
                saved.restore(states[i])
                return net.plain(net.loss.value(net.run(A, True, i), Y) + net.penalty())

            return loss

        def whole(i):  # a copy of what goes into layer i, with a leading axis for copies
            return np.array(np.broadcast_to(inputs[i], (*net.lead, *inputs[i].shape[-2:])))

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
                if isinstance(layer, Dense):
                    found["dW"] += net.penalty_gradient(layer.W)
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
        net.loss_step(X, Y)  # and what training itself will use is the same
        for (i, array), (gradient, allowed) in gradients.items():
            trained = getattr(layers[i], array)
            error, index = relative_error(trained, gradient, allowed)
            if error > tolerance:
                raise GradientError(f"net.loss_step, layer {i}, {layers[i]!r}", array, index, trained[index], gradient[index], error)
        return errors
    finally:
        net.theta = theta
        saved.restore()
