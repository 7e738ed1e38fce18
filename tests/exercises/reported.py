"""Wrong answers for which the checks once had no good word: they were misleading, vague, or let them pass.

REPORTED holds (exercise, what is wrong, function).
"""

import math

import numpy as np

REPORTED = []
classes, m, k = 3, 300, 3  # the names that a notebook leaves in the kernel
y_perfect = np.array([0, 1, 1, 0])
collected = []


def reported(id, what):
    """Decorator: store the function as a wrong answer to that exercise."""
    return lambda answer: REPORTED.append((id, what, answer)) or answer


def softmax(Z, axis=1):
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)


def short(id, what, answer):
    REPORTED.append((id, what, answer))


# ---- week 0

short("week0.column_means", "rounds for display", lambda X: np.round(X.mean(axis=0, keepdims=True), 2))
short("week0.column_means", "keepdims, no axis", lambda X: X.mean(keepdims=True))
short("week0.centre_and_scale", "deviation without taking the mean off", lambda X: (X - X.mean(axis=0)) / np.sqrt((X**2).mean(axis=0)))
short("week0.centre_and_scale", "X.std without parentheses", lambda X: (X - X.mean(axis=0)) / X.std)
short("week0.row_distances", "^2", lambda X, c: np.sqrt(((X - c) ^ 2).sum(axis=1, keepdims=True)))
short("week0.one_hot", "eye of the wrong size", lambda y, k: np.eye(len(y))[y])
short("week0.one_hot", "np.eye(y)[k]", lambda y, k: np.eye(y)[k])


@reported("week0.centre_and_scale", "hard-coded: 2 features")
def _(X):
    S = X.copy()
    for j in range(2):
        S[:, j] = (X[:, j] - X[:, j].mean()) / X[:, j].std()
    return S


@reported("week0.accuracy", "chained comparison")
def _(P, y):
    count = 0
    for i in range(len(y)):
        if P[i, 0] > 0.5 == y[i]:
            count += 1
    return count / len(y)


@reported("week0.accuracy", "astype(int) cuts off")
def _(P, y):
    predicted = P[:, 0].astype(int)
    return (predicted == y).mean()


short("week0.accuracy", "the notebook's y_perfect", lambda P, y: ((P[:, 0] > 0.5) == y_perfect).mean())
short("week0.column_means", "prints", lambda X: print(X.mean(axis=0, keepdims=True)))

# ---- week 1

short("week1.boundary_x2", "// for /", lambda x1, w, b: -(w[0, 0] * x1 + b[0, 0]) // w[1, 0])
short("week1.boundary_x2", "solves for z = 0.5", lambda x1, w, b: (0.5 - w[0, 0] * x1 - b[0, 0]) / w[1, 0])
short("week1.boundary_x2", "multiplies by w2", lambda x1, w, b: -(w[0, 0] * x1 + b[0, 0]) * w[1, 0])


@reported("week1.predict_and_score", "accuracy counts only class 1 that is found")
def _(X, y, w, b):
    predicted = ((X @ w + b)[:, 0] > 0).astype(int)
    return predicted, ((predicted == 1) & (y == 1)).sum() / len(y)


@reported("week1.predict_and_score", "divides by the number of columns")
def _(X, y, w, b):
    predicted = ((X @ w + b)[:, 0] > 0).astype(int)
    return predicted, (predicted == y).sum() / len(X[0])


@reported("week1.forward_pass", "starts the loop at the second layer")
def _(X, params):
    A = X
    for W, b in params[1:-1]:
        A = np.maximum(A @ W + b, 0)
    return A @ params[-1][0] + params[-1][1]


@reported("week1.forward_pass", "returns the list of all Z")
def _(X, params):
    A, Zs = X, []
    for W, b in params:
        Z = A @ W + b
        Zs.append(Z)
        A = np.maximum(Z, 0)
    return Zs


@reported("week1.forward_pass", "params.pop()")
def _(X, params):
    W, b = params.pop()
    A = X
    for V, c in params:
        A = np.maximum(A @ V + c, 0)
    return A @ W + b


@reported("week1.forward_pass", "for W in params")
def _(X, params):
    A = X
    for W in params:
        A = np.maximum(A @ W, 0)
    return A


@reported("week1.shapes_ledger", "arrays, not their shapes")
def _(m, sizes):
    W = [np.zeros((a, b)) for a, b in zip(sizes[:-1], sizes[1:])]
    b = [np.zeros((1, s)) for s in sizes[1:]]
    Z = [np.zeros((m, s)) for s in sizes[1:]]
    return W, b, Z


@reported("week1.shapes_ledger", "Z chained like W")
def _(m, sizes):
    W = np.array(list(zip(sizes[:-1], sizes[1:])))
    Z = W.copy()
    Z[0, 0] = m
    return W, np.array([(1, n) for n in sizes[1:]]), Z


@reported("week1.parameter_count", "= for += in the loop")
def _(sizes):
    count = 0
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        count = n_in * n_out + n_out
    return count


@reported("week1.xor_by_hand", "returns the weights")
def _(X):
    return np.ones((2, 2)), np.array([[0.0, -1.0]]), np.array([[1.0], [-2.0]])


@reported("week1.unit_from_points", "matrix of the equations transposed")
def _(p, q, r):
    A = np.column_stack([np.array([p, q, r]), np.ones(3)])
    s = np.linalg.solve(A.T, [0, 0, 1])
    return s[:2].reshape(2, 1), s[2:].reshape(1, 1)


@reported("week1.unit_from_points", "b from the middle between p and r")
def _(p, q, r):
    n = np.array([-(q[1] - p[1]), q[0] - p[0]])
    w = n / (n @ (r - p))
    return w.reshape(2, 1), np.array([[-(w @ (p + r) / 2)]])


@reported("week1.unit_from_points", "no minus, not scaled")
def _(p, q, r):
    w = np.array([q[1] - p[1], q[0] - p[0]])
    return w.reshape(2, 1), np.array([[-(w @ p)]])


# ---- week 2

short("week2.max_backward", "max(dout, a)", lambda dout, a, b: (max(dout, a), 0.0))
short("week2.sigmoid_backward", "dout and a swapped", lambda dout, a: a / (1 + np.exp(-dout)) * (1 - 1 / (1 + np.exp(-dout))))
short("week2.add_backward", "one number only", lambda dout, a, b: dout * 1)
short("week2.softmax_cross_entropy_backward", "the notebook's classes", lambda Z, y: (softmax(Z) - np.eye(classes)[y]) / len(y))
short("week2.softmax_cross_entropy_backward", "k from the labels", lambda Z, y: (softmax(Z) - np.eye(y.max() + 1)[y]) / len(y))
short("week2.softmax_cross_entropy_backward", "the notebook's m", lambda Z, y: (softmax(Z) - np.eye(Z.shape[1])[y]) / m)
short(
    "week2.softmax_cross_entropy_backward",
    "softmax without exp",
    lambda Z, y: (Z / Z.sum(axis=1, keepdims=True) - np.eye(Z.shape[1])[y]) / len(y),
)
short("week2.relative_error", "Python's max", lambda a, n: max(np.abs(a - n)) / max(max(np.abs(a)), max(np.abs(n))))
short("week2.relative_error", "scale |a + n|", lambda a, n: np.abs(a - n).max() / np.abs(a + n).max())


@reported("week2.network_gradients", "dA1 * A1 > 0")
def _(X, y, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    dZ2 = (softmax(A1 @ W2 + b2) - np.eye(b2.shape[1])[y]) / len(y)
    dZ1 = dZ2 @ W2.T * Z1 > 0
    return X.T @ dZ1, dZ1.sum(axis=0, keepdims=True), A1.T @ dZ2, dZ2.sum(axis=0, keepdims=True)


@reported("week2.network_gradients", "the notebook's m in dZ2")
def _(X, y, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    dZ2 = (softmax(A1 @ W2 + b2) - np.eye(b2.shape[1])[y]) / m
    dZ1 = dZ2 @ W2.T * (Z1 > 0)
    return X.T @ dZ1, dZ1.sum(axis=0, keepdims=True), A1.T @ dZ2, dZ2.sum(axis=0, keepdims=True)


@reported("week2.network_gradients", "np.eye(3)")
def _(X, y, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    dZ2 = (softmax(A1 @ W2 + b2) - np.eye(3)[y]) / len(y)
    dZ1 = dZ2 @ W2.T * (Z1 > 0)
    return X.T @ dZ1, dZ1.sum(axis=0, keepdims=True), A1.T @ dZ2, dZ2.sum(axis=0, keepdims=True)


@reported("week2.central_differences", "two nested loops")
def _(f, x, h):
    gradient = np.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            up, down = x.copy(), x.copy()
            up[i, j] += h
            down[i, j] -= h
            gradient[i, j] = (f(up) - f(down)) / (2 * h)
    return gradient


@reported("week2.central_differences", "down from up")
def _(f, x, h):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up = x.copy()
        up[index] += h
        down = up.copy()
        down[index] = up[index] - h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


def scalar(ds=lambda p, y: p - y, da=lambda ds, v, a: ds * v):
    def answer(x1, x2, y, w11, w12, w21, w22, b1, b2, v1, v2, c):
        z1, z2 = x1 * w11 + x2 * w21 + b1, x1 * w12 + x2 * w22 + b2
        a1, a2 = max(z1, 0), max(z2, 0)
        p = 1 / (1 + np.exp(-(a1 * v1 + a2 * v2 + c)))
        s = ds(p, y)
        d1, d2 = da(s, v1, a1) * (z1 > 0), da(s, v2, a2) * (z2 > 0)
        return d1 * x1, d2 * x1, d1 * x2, d2 * x2, d1, d2, s * a1, s * a2, s

    return answer


short("week2.scalar_gradients", "ds = p (1 - p)", scalar(ds=lambda p, y: p * (1 - p)))
short("week2.scalar_gradients", "da = ds a", scalar(da=lambda ds, v, a: ds * a))

# ---- week 3


@reported("week3.stable_sigmoid", "z = 0 forgotten in the masks")
def _(Z):
    A = np.zeros_like(Z)
    A[Z > 0] = 1 / (1 + np.exp(-Z[Z > 0]))
    e = np.exp(Z[Z < 0])
    A[Z < 0] = e / (1 + e)
    return A


short("week3.stable_sigmoid", "clip at 500", lambda Z: 1 / (1 + np.exp(-np.clip(Z, -500, 500))))
short("week3.tanh_layer", "(1 - A)**2", lambda Z, dA: (np.tanh(Z), dA * (1 - np.tanh(Z)) ** 2))


def elu(Z, alpha):
    return np.where(Z > 0, Z, alpha * np.expm1(np.minimum(Z, 0)))


short("week3.elu_layer", "A - alpha", lambda Z, dA, alpha: (elu(Z, alpha), np.where(Z > 0, dA, dA * (elu(Z, alpha) - alpha))))
short("week3.elu_layer", "dA forgotten below 0", lambda Z, dA, alpha: (elu(Z, alpha), np.where(Z > 0, dA, elu(Z, alpha) + alpha)))
short("week3.elu_layer", "alpha = 1.5 written in", lambda Z, dA, alpha: (elu(Z, 1.5), np.where(Z > 0, dA, dA * (elu(Z, 1.5) + 1.5))))
short("week3.softmax_backward", "P @ dP", lambda P, dP: P * (dP - (P @ dP).sum(axis=1, keepdims=True)))
short("week3.count_dead", "len(np.where)", lambda Z: len(np.where((Z <= 0).all(axis=0))))


@reported("week3.softmax_backward", "s from the first row")
def _(P, dP):
    s = (P[0] * dP[0]).sum()
    return np.array([p * (d - s) for p, d in zip(P, dP)])


@reported("week3.count_dead", "the range of the rows for the columns")
def _(Z):
    count = 0
    for j in range(min(len(Z), Z.shape[1]) - 1):
        if (Z[:, j] <= 0).all():
            count += 1
    return count


@reported("week3.revive", "all biases moved, to the median of Z")
def _(X, W, b):
    return -np.median(X @ W + b, axis=0, keepdims=True)


# ---- week 4

short("week4.mse", "2 Z - Y / m", lambda Z, Y: (((Z - Y) ** 2).sum() / len(Z), 2 * Z - Y / len(Z)))
short("week4.mse", "Z - Y**2", lambda Z, Y: ((Z - Y**2).sum() / len(Z), 2 * (Z - Y) / len(Z)))


@reported("week4.column_mse", "return ValueError")
def _(Z, y):
    y = y.reshape(-1, 1) if y.ndim == 1 else y
    if y.shape != Z.shape:
        return ValueError("shapes differ")
    return np.mean((Z - y) ** 2)


@reported("week4.column_mse", "compares len only")
def _(Z, y):
    if len(y) != len(Z):
        raise ValueError("not equally long")
    return np.mean((Z[:, 0] - y.ravel()) ** 2)


def baseline(q, k, share=1.0):
    q = q[q > 0]
    return np.log(k), -(q * np.log(q)).sum() * share


short("week4.baseline_losses", "divides by k", lambda y, k: (np.log(k), -sum(c / k * np.log(c / k) for c in np.bincount(y) if c)))
short("week4.baseline_losses", "a second 1/m", lambda y, k: baseline(np.bincount(y, minlength=k) / len(y), k, 1 / len(y)))
short("week4.baseline_losses", "counts not divided by m", lambda y, k: baseline(np.bincount(y, minlength=k), k))
short("week4.binary_cross_entropy", "only the term of y = 1", lambda z, y: y * np.logaddexp(0, -z))
short("week4.binary_cross_entropy", "log base 2", lambda z, y: (np.logaddexp(0, z) - y * z) / np.log(2))
short(
    "week4.logsumexp", "no axis in the sum", lambda Z: Z.max(axis=1, keepdims=True) + np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum())
)
short("week4.logsumexp", "keepdims in the maximum alone", lambda Z: (c := Z.max(axis=1, keepdims=True)) + np.log(np.exp(Z - c).sum(axis=1)))


@reported("week4.softmax_cross_entropy", "1e-8 added to P")
def _(Z, y):
    P = softmax(Z)
    return -np.log(P[np.arange(len(y)), y] + 1e-8).mean(), (P - np.eye(Z.shape[1])[y]) / len(y)


@reported("week4.softmax_cross_entropy", "P changed in place before the loss")
def _(Z, y):
    S = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(S)
    total = E.sum(axis=1, keepdims=True)
    P = E / total
    P[np.arange(len(y)), y] -= 1
    dZ = P / len(y)
    L = -np.log(P[np.arange(len(y)), y]).mean()
    return L, dZ


@reported("week4.mended_loss", "dP = (P - Y) / m")
def _(Z, Y):
    P = softmax(Z)
    return -(Y * np.log(P)).sum() / len(Z), (P - Y) / len(Z), (P - Y) / len(Z)


# ---- week 5

short("week5.count_distinct_units", "size of the unique rows", lambda W, b: np.unique(np.vstack([W, b]).T.round(6), axis=0).size)
short("week5.count_distinct_units", "rows of W without b", lambda W, b: len(np.unique(W.round(6), axis=0)))
short("week5.count_distinct_units", "len along axis 1", lambda W, b: len(np.unique(np.vstack([W, b]).round(6), axis=1)))
short("week5.end_of_zero_start", "b = p with another L", lambda y: (y.mean(), np.log1p(np.exp(y.mean())) - y.mean() ** 2))


@reported("week5.predicted_mean_squares", "n_out from layer 2 on")
def _(q, widths, variances):
    v = [widths[0] * variances[0] * q]
    for l in range(1, len(variances)):
        v.append(widths[l + 1] * variances[l] * v[-1] / 2)
    return np.array(v)


@reported("week5.predicted_mean_squares", "the variance of the layer before")
def _(q, widths, variances):
    v = []
    for l in range(len(variances)):
        v.append(widths[l] * variances[max(l - 1, 0)] * (q if l == 0 else v[-1] / 2))
    return np.array(v)


@reported("week5.predicted_mean_squares", "stops one layer early")
def _(q, widths, variances):
    v = []
    for l in range(len(variances) - 1):
        v.append(widths[l] * variances[l] * (q if l == 0 else v[-1] / 2))
    return np.array(v)


@reported("week5.measured_mean_squares", "a list outside the function")
def _(X, weights):
    A = X
    for W in weights:
        Z = A @ W
        collected.append((Z**2).mean())
        A = np.maximum(Z, 0)
    return np.array(collected)


@reported("week5.measured_mean_squares", "a default v=[]")
def _(X, weights, v=[]):  # noqa: B006
    A = X
    for W in weights:
        Z = A @ W
        v.append((Z**2).mean())
        A = np.maximum(Z, 0)
    return np.array(v)


@reported("week5.measured_mean_squares", "mean over the examples only")
def _(X, weights):
    A, v = X, []
    for W in weights:
        Z = A @ W
        v.append((Z**2).mean(axis=0))
        A = np.maximum(Z, 0)
    return np.array(v)


@reported("week5.measured_mean_squares", "weights.pop(0)")
def _(X, weights):
    A, v = X, []
    while weights:
        Z = A @ weights.pop(0)
        v.append((Z**2).mean())
        A = np.maximum(Z, 0)
    return np.array(v)


@reported("week5.measured_mean_squares", "three matrices")
def _(X, weights):
    W1, W2, W3 = weights
    Z1 = X @ W1
    Z2 = np.maximum(Z1, 0) @ W2
    Z3 = np.maximum(Z2, 0) @ W3
    return np.array([(Z**2).mean() for Z in (Z1, Z2, Z3)])


@reported("week5.predicted_gradient_mean_squares", "one layer off")
def _(d, widths, variances):
    L = len(variances)
    u = np.zeros(L)
    u[-1] = d
    for l in reversed(range(L - 1)):
        u[l] = widths[l + 1] * variances[l] * u[l + 1] / 2
    return u


@reported("week5.critical_gain", "rms over std")
def _(g, xi):
    return np.sqrt((xi**2).mean()) / g(xi).std()


# ---- week 6


@reported("week6.gradient_descent", "H * (w - center)")
def _(H, center, start, lr, steps):
    w, path = start, [start]
    for _ in range(steps):
        w = w - lr * H * (w - center)
        path.append(w)
    return np.array(path)


@reported("week6.gradient_descent", "rounded to 6 digits")
def _(H, center, start, lr, steps):
    w, path = start, [start]
    for _ in range(steps):
        w = w - lr * H @ (w - center)
        path.append(w)
    return np.array(path).round(4)


def best(H, epsilon, rule):
    low, high = np.linalg.eigvalsh(H)[[0, -1]]
    return 2 / (low + high), rule(low, high)


short(
    "week6.best_rate",
    "2 / sum of the eigenvalues",
    lambda H, e: (2 / np.linalg.eigvalsh(H).sum(), best(H, e, lambda a, b: np.ceil(np.log(e) / np.log((b - a) / (b + a))))[1]),
)
short("week6.best_rate", "ceil of the approximation", lambda H, e: best(H, e, lambda a, b: np.ceil(b / a / 2 * np.log(1 / e))))
short("week6.batch_noise", "G.std()", lambda G, batch_size: (G.mean(axis=0), G.std() / np.sqrt(batch_size)))
short(
    "week6.batch_noise",
    "mean of lengths",
    lambda G, batch_size: (G.mean(axis=0), np.linalg.norm(G - G.mean(axis=0), axis=1).mean() / np.sqrt(batch_size)),
)
short(
    "week6.warmup_cosine",
    "t <= warmup",
    lambda t, lr, warmup, steps: np.where(
        t <= warmup, lr * (t + 1) / warmup, lr * (1 + np.cos(np.pi * (t - warmup) / (steps - warmup))) / 2
    ),
)
short(
    "week6.warmup_cosine",
    "// for /",
    lambda t, lr, warmup, steps: np.where(
        t < warmup, lr * ((t + 1) // warmup), lr * (1 + np.cos(np.pi * (t - warmup) / (steps - warmup))) / 2
    ),
)
short(
    "week6.warmup_cosine",
    "steps - 1",
    lambda t, lr, warmup, steps: np.where(
        t < warmup, lr * (t + 1) / warmup, lr * (1 + np.cos(np.pi * (t - warmup) / (steps - 1 - warmup))) / 2
    ),
)
short(
    "week6.warmup_cosine",
    "bracket: lr + cos",
    lambda t, lr, warmup, steps: np.where(t < warmup, lr * (t + 1) / warmup, (lr + np.cos(np.pi * (t - warmup) / (steps - warmup))) / 2),
)
short("week6.momentum_step", "1 - beta in the step", lambda theta, g, v, lr, beta: (theta - lr * (beta * v + (1 - beta) * g), beta * v + g))


@reported("week6.corrected_averages", "m in place: every row is the last")
def _(G, beta):
    m, rows = np.zeros(G.shape[1]), []
    for g in G:
        m *= beta
        m += (1 - beta) * g
        rows.append(m)
    return np.array(rows) / (1 - beta ** np.arange(1, len(G) + 1))[:, None]


@reported("week6.corrected_averages", "averages over the parameters")
def _(G, beta):
    m, rows = np.zeros(len(G)), []
    for t, g in enumerate(G.T, 1):
        m = beta * m + (1 - beta) * g
        rows.append(m / (1 - beta**t))
    return np.array(rows).T


def adam(theta, g, m, s, t, lr, beta1, beta2, eps, c1=None, square=None):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * (g**2 if square is None else square(m, g))
    c1 = 1 - beta1**t if c1 is None else c1(beta1, t)
    return theta - lr * m / c1 / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


short("week6.adam_step", "(1 - beta1)**t", lambda *a: adam(*a, c1=lambda b, t: (1 - b) ** t))
short("week6.adam_step", "s from the new m", lambda *a: adam(*a, square=lambda m, g: m**2))


@reported("week6.adam_step", "usual numbers written in")
def _(theta, g, m, s, t, lr, beta1, beta2, eps):
    m = 0.9 * m + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    return theta - lr * m / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8), m, s


@reported("week6.adam_path", "range(8), three parameters")
def _(theta, G, lr):
    m, s, places = np.zeros(3), np.zeros(3), []
    for i in range(8):
        m = 0.9 * m + 0.1 * G[i]
        s = 0.999 * s + 0.001 * G[i] ** 2
        theta = theta - lr * m / (1 - 0.9 ** (i + 1)) / (np.sqrt(s / (1 - 0.999 ** (i + 1))) + 1e-8)
        places.append(theta)
    return np.array(places)


@reported("week6.momentum_rate", "sqrt(beta) where complex, plus root elsewhere")
def _(lr, beta, curvatures):
    b = 1 + beta - lr * curvatures
    d = b**2 - 4 * beta
    return np.where(d < 0, np.sqrt(beta), np.abs(b + np.sqrt(np.maximum(d, 0))) / 2)


@reported("week6.one_epoch", "np.shuffle of X and Y in place")
def _(X, Y, batch_size, rng, step):
    rng.shuffle(X)
    rng.shuffle(Y)
    return 0


# ---- week 7


def norm(X, gamma, beta, running_mean, running_var, A=None, mean_axis=0):
    m, mean, var = len(X), X.mean(axis=0, keepdims=True), X.var(axis=0, keepdims=True)
    A = gamma * (X - mean) / np.sqrt(var + 1e-5) + beta if A is None else A(X, mean, var)
    return A, 0.9 * running_mean + 0.1 * mean, 0.9 * running_var + 0.1 * var * m / (m - 1)


short(
    "week7.batch_norm_forward",
    "gamma * X - mean / sqrt",
    lambda X, g, b, rm, rv: norm(X, g, b, rm, rv, lambda X, mean, var: g * X - mean / np.sqrt(var + 1e-5) + b),
)
short(
    "week7.batch_norm_forward",
    "normalises with the record",
    lambda X, g, b, rm, rv: norm(X, g, b, rm, rv, lambda X, mean, var: g * (X - rm) / np.sqrt(rv + 1e-5) + b),
)
short(
    "week7.batch_norm_forward",
    "axis=1",
    lambda X, g, b, rm, rv: (X, 0.9 * rm + 0.1 * X.mean(axis=1, keepdims=True), 0.9 * rv + 0.1 * X.var(axis=1, keepdims=True)),
)
short(
    "week7.batch_norm_backward",
    "sqrt(var + eps) instead of 1 / sqrt",
    lambda dA, Xhat, gamma, var: (
        gamma * np.sqrt(var + 1e-5) * (dA - dA.mean(axis=0) - Xhat * (dA * Xhat).mean(axis=0)),
        (dA * Xhat).sum(axis=0, keepdims=True),
        dA.sum(axis=0, keepdims=True),
    ),
)
short(
    "week7.fold_batch_norm",
    "b not scaled",
    lambda W, b, gamma, beta, mean, var: (W * gamma / np.sqrt(var + 1e-5), b - mean * gamma / np.sqrt(var + 1e-5) + beta),
)
short("week7.dropout_forward", "half and half with rng.integers", lambda X, rate, rng: (X * (mask := rng.integers(0, 2, X.shape)), mask))
short("week7.ensemble", "softmax over axis=1", lambda Z: ((P := softmax(Z, 1).mean(axis=0)), P.argmax(axis=1)))
short(
    "week7.ensemble", "divides by the sum over everything", lambda Z: ((P := (np.exp(Z) / np.exp(Z).sum()).mean(axis=0)), P.argmax(axis=1))
)
short(
    "week7.ensemble",
    "majority vote",
    lambda Z: (softmax(Z, 2).mean(axis=0), np.array([np.bincount(v).argmax() for v in Z.argmax(axis=2).T])),
)
short(
    "week7.l2_step",
    "W - lr (dW + l2 / 2 W)",
    lambda W, b, dW, db, lr, l2: (l2 / 2 * (W**2).sum(), 1 - lr * l2, W - lr * (dW + l2 / 2 * W), b - lr * db),
)
short(
    "week7.l2_step",
    "b_new is left as b",
    lambda W, b, dW, db, lr, l2: (l2 / 2 * (W**2).sum(), 1 - lr * l2, (1 - lr * l2) * W - lr * dW, b.copy()),
)
short(
    "week7.honest_report",
    "row of the best maximum, column of the best mean",
    lambda V, T: ((s := V.max(axis=1).argmax()), (e := V.mean(axis=0).argmax()), T[s, e]),
)
short("week7.honest_report", "flat argmax", lambda V, T: ((s := np.argmax(V)), np.argmax(V[0]), T.flat[s]))
short("week7.honest_report", "row of the best mean", lambda V, T: ((s := V.mean(axis=1).argmax()), (e := V[s].argmax()), T[s, e]))


@reported("week7.early_stopping", "the wait counts rises against the epoch before")
def _(val_losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[best]:
            best = epoch
        if val_losses[epoch] < val_losses[epoch - 1]:
            waited = 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best, epoch


# ---- week 8

short("week8.confusion", "product of the two counts", lambda y, p, k: np.outer(np.bincount(y, minlength=k), np.bincount(p, minlength=k)))


@reported("week8.most_confident_errors", "the n surest first, then the wrong ones among them")
def _(P, y, n):
    rows = np.argsort(-P.max(axis=1))[:n]
    return rows[P[rows].argmax(axis=1) != y[rows]]


@reported("week8.most_confident_errors", "by the probability of the right class")
def _(P, y, n):
    bad = np.flatnonzero(P.argmax(axis=1) != y)
    return bad[np.argsort(-P[bad, y[bad]])][:n]


@reported("week8.most_confident_errors", "negated twice")
def _(P, y, n):
    bad = np.flatnonzero(P.argmax(axis=1) != y)
    return bad[np.argsort(-P[bad].max(axis=1))[::-1]][:n]


@reported("week8.most_confident_errors", "the lowest probability of the right class")
def _(P, y, n):
    bad = np.flatnonzero(P.argmax(axis=1) != y)
    return bad[np.argsort(P[bad, y[bad]])][:n]


short(
    "week8.uncertainty",
    "the root over n alone",
    lambda s, n: (s.mean(), s.std(ddof=1) / np.sqrt(len(s)), s.mean() * (1 - s.mean()) / np.sqrt(n)),
)
short("week8.uncertainty", "test_error of the vector", lambda s, n: (s.mean(), s.std(ddof=1) / np.sqrt(len(s)), np.sqrt(s * (1 - s) / n)))
short(
    "week8.uncertainty",
    "n of the capstone",
    lambda s, n: (s.mean(), s.std(ddof=1) / math.sqrt(len(s)), math.sqrt(s.mean() * (1 - s.mean()) / 359)),
)
short(
    "week8.standardize",
    "nan_to_num over the zero deviation",
    lambda a, b: tuple(np.nan_to_num((X - a.mean(axis=0)) / a.std(axis=0)) for X in (a, b)),
)

# ---- named or placed before, and to stay so

short("week0.one_hot", "y compared without a column", lambda y, k: (y == np.arange(k)) * 1.0)
short("week0.one_hot", "lists of lists", lambda y, k: [[1.0 if j == c else 0.0 for j in range(k)] for c in y])


@reported("week0.column_means", "returns inside the loop")
def _(X):
    for row in X:
        return np.array([row.mean()])


@reported("week0.centre_and_scale", "in place on the argument")
def _(X):
    X -= X.mean(axis=0)
    X /= X.std(axis=0)
    return X


@reported("week1.predict_and_score", "if on the array")
def _(X, y, w, b):
    z = X @ w + b
    predicted = 1 if z > 0 else 0
    return predicted, (predicted == y).mean()


short("week1.relu", "np.max for np.maximum", lambda Z: np.max(Z, 0))
short(
    "week1.shapes_ledger",
    "lists of tuples",
    lambda m, s: tuple([list(zip(s[:-1], s[1:])), [(1, n) for n in s[1:]], [(m, n) for n in s[1:]]]),
)


@reported("week2.max_backward", "no else")
def _(dout, a, b):
    if a > b:
        da, db = dout, 0.0
    return da, db


short("week2.max_backward", "absolute values", lambda dout, a, b: (dout, 0.0) if abs(a) > abs(b) else (0.0, dout))
short("week2.dense_backward", "dW = X dZ^T", lambda dZ, X, W: (dZ @ W.T, X @ dZ.T, dZ.sum(axis=0, keepdims=True)))
short("week2.dense_backward", "only dW divided by m", lambda dZ, X, W: (dZ @ W.T, X.T @ dZ / len(X), dZ.sum(axis=0, keepdims=True)))


@reported("week2.dense_backward", "updates W before dX")
def _(dZ, X, W):
    dW = X.T @ dZ
    W -= 0.1 * dW
    return dZ @ W.T, dW, dZ.sum(axis=0, keepdims=True)


@reported("week2.network_gradients", "W2 updated before dA1, on a copy")
def _(X, y, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    dZ2 = (softmax(A1 @ W2 + b2) - np.eye(b2.shape[1])[y]) / len(y)
    dW2 = A1.T @ dZ2
    W2 = W2 - 0.1 * dW2
    dZ1 = dZ2 @ W2.T * (Z1 > 0)
    return X.T @ dZ1, dZ1.sum(axis=0, keepdims=True), dW2, dZ2.sum(axis=0, keepdims=True)


@reported("week2.central_differences", "nudges x and does not put it back")
def _(f, x, h):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += h
        up = f(x)
        x[index] -= 2 * h
        gradient[index] = (up - f(x)) / (2 * h)
    return gradient


@reported("week2.central_differences", "gradient is a second name of x")
def _(f, x, h):
    gradient = x
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


@reported("week3.sigmoid_layer", "changes dA in place")
def _(Z, dA):
    A = 1 / (1 + np.exp(-Z))
    dA *= A * (1 - A)
    return A, dA


short("week3.sigmoid_layer", "only dZ", lambda Z, dA: dA / (1 + np.exp(-Z)) / (1 + np.exp(Z)))
short("week3.stable_sigmoid", "math.exp", lambda Z: 1 / (1 + math.exp(-Z)))
short("week3.stable_sigmoid", "float32", lambda Z: (np.exp(-np.logaddexp(0, -Z))).astype(np.float32))
short("week4.binary_cross_entropy", "if y == 1", lambda z, y: np.logaddexp(0, -z) if y == 1 else np.logaddexp(0, z))
short("week4.logsumexp", "e^z - c", lambda Z: (c := Z.max(axis=1, keepdims=True)) + np.log((np.exp(Z) - c).sum(axis=1, keepdims=True)))
short("week4.softmax_cross_entropy", "sum without keepdims", lambda Z, y: (0.0, np.exp(Z) / np.exp(Z).sum(axis=1)))
short("week5.critical_gain", "g after the mean", lambda g, xi: 1 / np.sqrt(g(np.mean(xi**2))))


@reported("week6.gradient_descent", "changes start in place")
def _(H, center, start, lr, steps):
    path = [start.copy()]
    for _ in range(steps):
        start -= lr * H @ (start - center)
        path.append(start.copy())
    return np.array(path)


short("week6.warmup_cosine", "if on the array", lambda t, lr, w, s: lr * (t + 1) / w if t < w else lr)
short("week6.momentum_step", "theta only", lambda theta, g, v, lr, beta: theta - lr * (beta * v + g))


@reported("week6.one_epoch", "step gets the numbers of the rows")
def _(X, Y, batch_size, rng, step):
    order = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        step(order[i : i + batch_size])
    return -(-len(X) // batch_size)


@reported("week6.one_epoch", "shuffles again for each batch")
def _(X, Y, batch_size, rng, step):
    for _ in range(0, len(X), batch_size):
        rows = rng.permutation(len(X))[:batch_size]
        step(X[rows], Y[rows])
    return -(-len(X) // batch_size)


def forward(X, g, b, rm, rv, keep=0.9, ratio=lambda m: m / (m - 1)):
    mean, var = X.mean(axis=0, keepdims=True), X.var(axis=0, keepdims=True)
    A = g * (X - mean) / np.sqrt(var + 1e-5) + b
    return A, keep * rm + (1 - keep) * mean, 0.9 * rv + 0.1 * var * ratio(len(X))


short("week7.batch_norm_forward", "momentum reversed for the mean", lambda *a: forward(*a, keep=0.1))
short("week7.batch_norm_forward", "(m - 1) / m", lambda *a: forward(*a, ratio=lambda m: (m - 1) / m))


def backward(dA, Xhat, gamma, var, rows=len, axis=0):
    m = rows(dA)
    dgamma, dbeta = (dA * Xhat).sum(axis=0, keepdims=True), dA.sum(axis=0, keepdims=True)
    means = (dA.mean(), (dA * Xhat).mean()) if axis is None else (dbeta / m, dgamma / m)
    return gamma / np.sqrt(var + 1e-5) * (dA - means[0] - Xhat * means[1]), dgamma, dbeta


short("week7.batch_norm_backward", "means without an axis", lambda *a: backward(*a, axis=None))
short("week7.batch_norm_backward", "m = 5", lambda *a: backward(*a, rows=lambda dA: 5))


@reported("week4.binary_cross_entropy_gradient", "a naive sigmoid: right numbers, an overflow on the way")
def _(z, y):
    return (1 / (1 + np.exp(-z)) - y) / len(z)


@reported("week4.binary_cross_entropy_gradient", "both branches of np.where")
def _(z, y):
    return (np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))) - y) / len(z)


def dropped_by_count(where):
    def answer(X, rate, rng):
        mask = np.ones(X.shape)
        where(mask, rate, rng)
        mask /= 1 - rate
        return X * mask, mask

    return answer


@reported("week7.dropout_forward", "an exact count of zeros")
@dropped_by_count
def _(mask, rate, rng):
    mask.flat[rng.choice(mask.size, int(rate * mask.size), replace=False)] = 0


@reported("week7.dropout_forward", "an exact count in each row")
@dropped_by_count
def _(mask, rate, rng):
    for row in mask:
        row[rng.permutation(row.size)[: round(rate * row.size)]] = 0


@reported("week7.dropout_forward", "a single draw")
def _(X, rate, rng):
    mask = np.full(X.shape, float(rng.random() >= rate)) / (1 - rate)
    return X * mask, mask


@reported("week7.early_stopping", "None where patience does not run out")
def _(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        if epoch - best >= patience:
            return best, epoch


@reported("week7.l2_step", "the penalty's gradient twice")
def _(W, b, dW, db, lr, l2):
    return l2 / 2 * (W**2).sum(), 1 - lr * l2, (1 - lr * l2) * W - lr * (dW + l2 * W), b - lr * db


@reported("week8.standardize", "if std == 0 on the vector")
def _(X_train, X_test):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    if std == 0:
        std = 1
    return (X_train - mean) / std, (X_test - mean) / std


@reported("week8.standardize", "the scaled training part's mean for the test part")
def _(X_train, X_test):
    std = np.where(X_train.std(axis=0) == 0, 1.0, X_train.std(axis=0))
    Z = (X_train - X_train.mean(axis=0)) / std
    return Z, (X_test - Z.mean(axis=0)) / np.where(Z.std(axis=0) == 0, 1, Z.std(axis=0))


@reported("week8.confusion", "float table")
def _(y, predicted, k):
    C = np.zeros((k, k))
    for truth, answer in zip(y, predicted):
        C[truth, answer] += 1
    return C
