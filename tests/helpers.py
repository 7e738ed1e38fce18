"""What several test files share."""

import sys

import numpy as np
import pytest

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
