from ..derivations.derivation import Derivation
from .shared import DENSE, SIZES, dense_layer

dense_db_dX = Derivation(
    "week2.dense_db_dX",
    title="db and dX of a dense layer",
    minutes=8,
    difficulty=3,
    importance=5,
    symbols=DENSE | {"db": ("1 n_out", "dL/db, wanted"), "dX": ("m n_in", "dL/dX, wanted")},
    known=("X", "W", "b", "Z", "dZ"),
    letters="i an example, k an input, j a unit",
    draw=dense_layer,
    sizes=SIZES,
    worked="""
        db[j] = sum(dZ[i, j] for i in range(m))  # the bias touches its column in every row, with factor 1
        db = dZ.sum(axis=0, keepdims=True)  # the same as a sum over the examples
        db: (1, n_out)  # its shape
        dX[i, k] = sum(dZ[i, j] * W[k, j] for j in range(n_out))  # the input touches its row in every column
        dX = dZ @ W.T  # the same as a matrix product
    """,
    blanks=((4,), (1, 4, 5)),
    hints=(
        "Which entries of Z does b[j] touch? Which does X[i, k] touch, and with what factor?",
        "b[j] touches column j in every row, with factor 1. X[i, k] touches row i in every column j, with factor W[k, j].",
        "db[j] = sum(... for i in range(m)); dX[i, k] = sum(... * W[k, j] for j in range(n_out)); dX = dZ @ ...",
    ),
    mistakes=(
        ("one path", "that is one path, through a single unit. The input feeds all units: add over j.", "dX[i, k] = dZ[i, 0] * W[k, 0]"),
        ("mean for sum", "db is a sum: the 1/m of the loss is already in dZ.", "db = dZ.mean(axis=0, keepdims=True)"),
    ),
)
