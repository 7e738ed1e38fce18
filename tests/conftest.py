"""What every test run needs before the first test."""

import gc
import os
import tempfile
from pathlib import Path

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the first process that the tests start compiles nnlib, and not each of a hundred
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # small matrices: a second thread only costs time, here and in the notebooks' kernels

import matplotlib.font_manager  # noqa: E402, F401  a new machine builds its font cache here, not with a message in a notebook
import pytest  # noqa: E402


def pytest_configure(config):
    """The kernels of this run, and of its workers, start as helpers.quick_kernels says; progress is kept in a folder of the run."""
    from helpers import quick_kernels  # with NumPy, which is not to be imported before the number of threads is set

    if "IPYTHONDIR" not in os.environ:
        folder = tempfile.TemporaryDirectory()
        config.add_cleanup(folder.cleanup)
        os.environ["IPYTHONDIR"] = quick_kernels(Path(folder.name))
        os.environ["NNLIB_PROGRESS"] = str(Path(folder.name) / "progress.json")  # not that of the person who runs the tests


# What takes longest goes first, so that small files fill the workers at the end. A solved notebook is a piece of work by itself.
FIRST = ("tests/test_browser.py", "tests/test_notebooks.py::test_with_every_exercise_solved", "notebooks/")


def pytest_collection_modifyitems(items):
    def place(item):
        return next((i for i, start in enumerate(FIRST) if item.nodeid.startswith(start)), len(FIRST))

    items[:] = sorted(items, key=place)


def freeze():
    """What stands by now stays to the end: 8,000 tests, the libraries, what a file has shared. Else each garbage collection, as of an experiment
    that opens, looks through all of it and takes a fifth of a second."""
    gc.collect()
    gc.freeze()


def pytest_collection_finish():
    freeze()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    if nextitem is None or nextitem.path != item.path:
        freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """One worker more than there are cores: the tests in a browser wait more than they compute."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A worker takes a whole file, because its tests share a kernel, a browser or a build; of the solved notebooks it takes one."""
    from xdist.scheduler import LoadFileScheduling

    class ByPiece(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return nodeid if nodeid.startswith(FIRST[1]) else super()._split_scope(nodeid)

    return ByPiece(config, log) if config.getvalue("dist") == "loadfile" else None
