"""What exercises of week 5 share."""

import numpy as np


def relu_stack(rng):
    """q, widths, variances: three to five layers, no two widths alike, variances off every rule."""
    depth = int(rng.integers(3, 6))
    widths = rng.permutation(np.arange(3, 20))[: depth + 1]
    return np.asarray(rng.uniform(0.5, 2.0)), widths, rng.uniform(0.05, 0.4, depth)


def forward_variances(
    q, widths, variances, *, relu=0.5, relu_on_data=1.0, fan=lambda n_in, n_out: n_in, variance=lambda var: var, chained=True
):
    """The prediction, open to change: what a ReLU does, and to the data, how many terms a sum has, and what is taken for Var W."""
    v, q_in = [], q * relu_on_data
    for n_in, n_out, var in zip(widths[:-1], widths[1:], variances):
        v.append(fan(n_in, n_out) * variance(var) * q_in)
        q_in = v[-1] * relu if chained else q
    return np.array(v)


SIZES = ((5, 8), (8, 5), (4, 7), (7, 4), (9, 5), (5, 9), (11, 8), (8, 11))  # no two rules agree on these


def normal_draws(rng):
    n_in, n_out = SIZES[rng.integers(len(SIZES))]
    return (rng.standard_normal((n_in, n_out)),)


def has_variance(formula, draw):
    """A property: on a large layer, not square, the variance of W is what the rule says, to 3 %."""

    def holds(answer, rng):
        n_in, n_out = 300, 100
        W = np.asarray(answer(draw(rng, (n_in, n_out))))
        ratio = W.var() / formula(n_in, n_out)
        return bool(abs(ratio - 1) < 0.03) or f"on a layer of 300 x 100 your variance is {ratio:.2f} times what the rule says."

    return holds
