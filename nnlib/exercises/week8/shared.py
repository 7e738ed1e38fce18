"""What exercises of week 8 share."""

import numpy as np


def counts(y, predicted, k):
    C = np.zeros((k, k), dtype=int)
    np.add.at(C, (y, predicted), 1)
    return C
