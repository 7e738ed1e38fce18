from ..derivations.derivation import Derivation
from .shared import DENSE, SIZES, dense_layer

dense_dW = Derivation(
    "week2.dense_dW",
    title="dW of a dense layer",
    minutes=8,
    difficulty=2,
    importance=5,
    symbols=DENSE | {"slope": ("m n_in", "slope[i, k]: how fast Z[i, j] grows with W[k, j]"), "dW": ("n_in n_out", "dL/dW, wanted")},
    known=("X", "W", "b", "Z", "dZ"),
    letters="i an example, k an input, j a unit",
    draw=dense_layer,
    sizes=SIZES,
    worked="""
        Z[i, j] = sum(X[i, k] * W[k, j] for k in range(n_in)) + b[j]  # the layer, with indices
        slope[i, k] = X[i, k]  # how fast Z[i, j] grows with W[k, j]
        dW[k, j] = sum(dZ[i, j] * X[i, k] for i in range(m))  # multiply along each path, add over the paths
        dW = X.T @ dZ  # the same as a matrix product
        dW: (n_in, n_out)  # its shape
    """,
    blanks=((3,), (2, 3, 4)),
    hints=(
        "Which entries of Z does the weight W[k, j] touch, and with what factor? What comes back from each of them?",
        "W[k, j] touches Z[i, j] for every example i, with the factor X[i, k]. Multiply with dZ[i, j] and add over the examples.",
        "dW[k, j] = sum(... * ... for i in range(m)); dW = X.T @ ...",
    ),
    mistakes=(
        (
            "one path",
            "that is db[j]. W[k, j] acts with the factor X[i, k]: multiply each dZ[i, j] by it, then add over i.",
            "dW[k, j] = sum(dZ[i, j] for i in range(m))",
        ),
    ),
)
