"""What several test files share."""

import sys

import numpy as np
import pytest

START_OF_A_QUICK_KERNEL = """# Notebooks print the same, sooner; their pictures are not compared.
import gc
import sys

sys.modules["rfc3987_syntax"] = None  # nbformat would load its 38 grammars of addresses, a second's work, to check what no notebook holds

from matplotlib.artist import Artist

Artist._update_set_signature_and_docstring = classmethod(lambda kind: None)  # a fifth of the import of pyplot: the help texts of set()

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib_inline.config import InlineBackend

FigureCanvasAgg.draw_idle = lambda canvas: None  # a picture is drawn when it is sent, not after its cell, too
InlineBackend.instance().print_figure_kwargs = {"bbox_inches": None}  # nor once more to find its border
get_ipython().events.register("post_run_cell", lambda result: gc.freeze())  # who closes a figure looks through all that is not frozen
"""


def quick_kernels(folder):
    """The IPYTHONDIR ``folder``, in which kernels and IPython start with the lines above."""
    start = folder / "profile_default" / "startup"
    start.mkdir(parents=True, exist_ok=True)
    (start / "10-quick.py").write_text(START_OF_A_QUICK_KERNEL, encoding="utf-8")
    return str(folder)


native = pytest.mark.skipif(sys.platform == "wasi", reason="WebAssembly has no other process, and a speed of its own")


def sees_overflow():
    """Whether NumPy notices that a number overflows: on WebAssembly no flag of the processor says so."""
    try:
        with np.errstate(over="raise"):
            np.exp(np.float64(800))
    except FloatingPointError:
        return True
    return False


def random(*shape, seed=0):
    """Standard normal numbers, the same for the same seed."""
    return np.random.default_rng(seed).standard_normal(shape)


def says_what_to_write(bad):
    """A test: every call of ``bad``, {case: (call, words)}, raises a ValueError that holds all of its words."""

    @pytest.mark.parametrize("case", bad)
    def test(case):
        call, words = bad[case]
        with pytest.raises(ValueError) as caught:
            call()
        assert [word for word in words if word.lower() not in str(caught.value).lower()] == []

    return test
