"""What every test run needs before the first test."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # small matrices: a second thread only costs time, here and in the notebooks' kernels

import matplotlib.font_manager  # noqa: E402, F401  a new machine builds its font cache here, not with a message in a notebook
