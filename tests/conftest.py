"""What every test run needs before the first test."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # small matrices: a second thread only costs time, here and in the notebooks' kernels

import matplotlib.font_manager  # noqa: E402, F401  a new machine builds its font cache here, not with a message in a notebook


def pytest_collection_modifyitems(items):
    """The two longest files go first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.path.name not in ("test_browser.py", "test_notebooks.py"))


def pytest_xdist_auto_num_workers(config):
    """One worker more than there are cores: the tests in a browser wait more than they compute."""
    return (os.cpu_count() or 1) + 1
