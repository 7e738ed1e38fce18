import numpy as np

from ..exercise import exercise


def stack(rng):
    """X (m, n) and three to five layers of n units: all square, so that a wrong order or transpose fits in shape."""
    n, layers = rng.integers(3, 6), rng.integers(3, 6)
    return rng.standard_normal((5, n)), [(rng.standard_normal((n, n)), rng.standard_normal((1, n))) for _ in range(layers)]


def any_depth_works(answer, rng):
    X = rng.standard_normal((6, 2))
    sizes = (2, 3, 5, 4, 1)
    params = [(rng.standard_normal((a, b)), rng.standard_normal((1, b))) for a, b in zip(sizes, sizes[1:])]
    Z = answer(X, params)
    one = answer(X, params[:1])
    if np.shape(Z) != (6, 1) or not np.allclose(one, X @ params[0][0] + params[0][1]):
        return "with a single layer, or with layers 2-3-5-4-1, the result is not right: loop over whatever is in params."
    return True


@exercise(
    "week1.forward_pass",
    title="The forward pass through any number of layers",
    minutes=12,
    difficulty=3,
    importance=5,
    returns={"Z": "(m, n_out of the last layer)"},
    inputs=stack,
    hints=(
        "Each layer takes the output of the one before. Keep one variable, A, and update it from layer to layer. And the last layer?",
        "A[0] = X; Z[l] = A[l-1] W[l] + b[l]; A[l] = max(Z[l], 0) for every l but the last; the result is Z[L].",
        "A = X; for W, b in params[:-1]: A = ...; W, b = params[-1]; return ...",
    ),
    properties=(("any number of layers, of any widths", any_depth_works),),
)
def forward_pass(X, params):
    A = X
    for W, b in params[:-1]:
        A = np.maximum(A @ W + b, 0)
    W, b = params[-1]
    return A @ W + b


@forward_pass.also_right
def with_where(X, params):
    A = X
    for W, b in params:
        Z = A @ W + b
        A = np.where(Z > 0, Z, 0)
    return Z


def relu(Z):
    return np.maximum(Z, 0)


def through(hidden):
    """A wrong solution: its hidden layers are hidden(A, W, b)."""

    def answer(X, params):
        for W, b in params[:-1]:
            X = hidden(X, W, b)
        W, b = params[-1]
        return X @ W + b

    return answer


forward_pass.add_mistakes(
    (
        "there is a ReLU after the last layer: its output is a score and may be negative. Return Z, not max(Z, 0).",
        lambda X, params: relu(forward_pass.reference(X, params)),
    ),
    (
        "the ReLUs between the layers are missing: without them all layers together are one linear layer.",
        through(lambda A, W, b: A @ W + b),
    ),
    ("the biases are missing: each layer computes A W + b.", lambda X, params: forward_pass.reference(X, [(W, 0 * b) for W, b in params])),
    (
        "that is what the last two layers make of X, as when every layer starts from X again. Let A go through all of them: update it in the loop.",
        lambda X, params: forward_pass.reference(X, params[-2:]),
    ),
    (
        "W is transposed: a unit's weights are a column of W, so A @ W.",
        lambda X, params: forward_pass.reference(X, [(W.T, b) for W, b in params]),
    ),
    ("the bias is added after the ReLU: first Z = A W + b, then max(Z, 0).", through(lambda A, W, b: relu(A @ W) + b)),
    (
        "the layers are used from the last to the first: params[0] is the one next to X.",
        lambda X, params: forward_pass.reference(X, params[::-1]),
    ),
    (
        "you stop one layer early and return the last hidden A: one more product with params[-1], without ReLU.",
        lambda X, params: relu(forward_pass.reference(X, params[:-1])),
    ),
    (
        "only the first layer is computed: go on through all of params, and return after the last.",
        lambda X, params: relu(forward_pass.reference(X, params[:1])),
    ),
    (
        "that is Z of the first layer: go on through all of params, and return after the last.",
        lambda X, params: forward_pass.reference(X, params[:1]),
    ),
    (
        "what comes out is the last layer alone, with X as its input: A must take the place of X from layer to layer.",
        lambda X, params: forward_pass.reference(X, params[-1:]),
    ),
    (
        "two things: that is the last layer alone, on X, and it has a ReLU. Let A go from layer to layer, and return Z.",
        lambda X, params: relu(forward_pass.reference(X, params[-1:])),
    ),
    ("there is a ReLU on the input too: X goes into the first layer as it is.", lambda X, params: forward_pass.reference(relu(X), params)),
    (
        "every layer uses the weights of the first, params[0]: take each layer's own pair in each round.",
        lambda X, params: forward_pass.reference(X, params[:1] * len(params)),
    ),
    (
        "every layer uses the weights of the first, params[0], and there is a ReLU after the last: take each layer's own pair, and return Z.",
        lambda X, params: relu(forward_pass.reference(X, params[:1] * len(params))),
    ),
)
