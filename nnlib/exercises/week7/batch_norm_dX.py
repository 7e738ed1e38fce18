import numpy as np

from ...gradient_check import numerical_gradient
from ..derivations.derivation import Derivation


def draw(rng, m):
    """One column of a batch; every gradient by finite differences of L = sum(a * da), from its own place in the graph."""
    x, da = 2 * rng.standard_normal(m) + 1, rng.standard_normal(m)
    gamma, beta, eps = (np.asarray(number) for number in (rng.uniform(0.5, 2), rng.standard_normal(), 0.3))
    mu = np.asarray(x.mean())

    def from_xhat(xhat):
        return float(((gamma * xhat + beta) * da).sum())

    def from_s(s, c):
        return from_xhat(s * c)

    def from_v(v, c):
        return from_s((v + eps) ** -0.5, c)

    def from_c(c):
        return from_v((c**2).mean(), c)

    c = x - mu
    v = np.asarray((c**2).mean())
    s = np.asarray((v + eps) ** -0.5)
    xhat = s * c
    gradients = {
        "dgamma": numerical_gradient(lambda gamma: float(((gamma * xhat + beta) * da).sum()), gamma.copy()),
        "dbeta": numerical_gradient(lambda beta: float(((gamma * xhat + beta) * da).sum()), beta.copy()),
        "dxhat": numerical_gradient(from_xhat, xhat.copy()),
        "ds": numerical_gradient(lambda s: from_s(s, c), s.copy()),
        "dv": numerical_gradient(lambda v: from_v(v, c), v.copy()),
        "dc": numerical_gradient(from_c, c.copy()),
        "dmu": numerical_gradient(lambda mu: from_c(x - mu), mu.copy()),
        "dx": numerical_gradient(lambda x: from_c(x - x.mean()), x.copy()),
    }
    values = {"x": x, "da": da, "gamma": gamma, "beta": beta, "eps": eps, "mu": mu, "c": c, "v": v, "s": s, "xhat": xhat} | gradients
    return {name: float(value) if np.ndim(value) == 0 else value for name, value in values.items()}


batch_norm_dX = Derivation(
    "week7.batch_norm_dX",
    title="Batch norm, backward: by the graph, then compact",
    minutes=20,
    difficulty=5,
    importance=4,
    symbols={
        "x": ("m", "one column of the batch"),
        "mu": ("", "mean of x"),
        "c": ("m", "x - mu"),
        "v": ("", "mean of c**2"),
        "eps": ("", "a small number"),
        "s": ("", "(v + eps)**(-1/2)"),
        "xhat": ("m", "s * c"),
        "gamma": ("", "the scale"),
        "beta": ("", "the shift; the output is a = gamma * xhat + beta"),
        "da": ("m", "dL/da, known"),
        "dgamma": ("", "dL/dgamma"),
        "dbeta": ("", "dL/dbeta"),
        "dxhat": ("m", "dL/dxhat"),
        "ds": ("", "dL/ds"),
        "dv": ("", "dL/dv"),
        "dc": ("m", "dL/dc, along both of its paths"),
        "dmu": ("", "dL/dmu"),
        "dx": ("m", "dL/dx, along both of its paths; wanted"),
    },
    known=("x", "mu", "c", "v", "eps", "s", "xhat", "gamma", "beta", "da"),
    letters="i an example",
    draw=draw,
    sizes=({"m": 5}, {"m": 4}, {"m": 3}),
    worked="""
        dgamma = sum(da[i] * xhat[i] for i in range(m))  # step 6, the scale: shared, so a sum
        dbeta = sum(da[i] for i in range(m))  # step 6, the shift
        dxhat[i] = gamma * da[i]  # step 6, on the way to x
        ds = sum(c[i] * dxhat[i] for i in range(m))  # step 5, the shared factor
        dv = -s**3 * ds / 2  # step 4
        dc[i] = s * dxhat[i] + 2 * c[i] * dv / m  # steps 5 and 3: both ways of c
        dmu = -sum(dc[i] for i in range(m))  # step 2
        dx[i] = dc[i] + dmu / m  # steps 2 and 1: both ways of x
        dx = gamma * s * (da - dbeta / m - xhat * dgamma / m)  # put into one another
    """,
    blanks=((6,), (4, 5, 6, 7)),
    hints=(
        "Walk back one operation at a time. What is shared forward is added backward; what goes two ways gets two terms.",
        "c goes into xhat and into v: dc = s dxhat + (2 / m) c dv. x goes into c and into mu: dx = dc + dmu / m.",
        "ds = sum(...); dv = -s**3 * ... / 2; dc[i] = s * ... + 2 * ... / m; dmu = -sum(...); dx[i] = dc[i] + ...",
    ),
    mistakes=(
        (
            "treated as constant",
            "mu and v are treated as constants. Each x moves them, and through them every row.",
            "dx[i] = gamma * s * da[i]",
        ),
        ("treated as constant", "v is treated as constant: only the mean is subtracted here.", "dx = gamma * s * (da - dbeta / m)"),
        ("treated as constant", "mu is treated as constant: its path to the loss is missing.", "dx = dc"),
        ("one path", "that is one path. c goes two ways, into xhat and into v: the second is missing.", "dc[i] = s * dxhat[i]"),
        ("one path", "that is one path, the one through v. c goes into xhat as well.", "dc[i] = 2 * c[i] * dv / m"),
        ("wrong quantity", "what gamma was multiplied by is xhat, not x.", "dgamma = sum(da[i] * x[i] for i in range(m))"),
        ("power", "the slope of (v + eps)**(-1/2) is -1/2 times the power -3/2: that is s**3.", "dv = -s**2 * ds / 2"),
        ("missing factor", "the slope of a square is twice what is squared: a 2 is missing.", "dc[i] = s * dxhat[i] + c[i] * dv / m"),
        ("missing 1/m", "mu is a mean: each x moves it by 1/m.", "dx[i] = dc[i] + dmu"),
        ("missing 1/m", "the two sums are subtracted as means: each needs its 1/m.", "dx = gamma * s * (da - dbeta - xhat * dgamma)"),
        ("sign", "c = x - mu: mu comes in with a minus.", "dmu = sum(dc[i] for i in range(m))"),
    ),
)
