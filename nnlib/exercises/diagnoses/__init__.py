"""What can be said of wrong numbers that no list of mistakes foresaw.

Each diagnosis is a function of (case, i), for output number i, that returns a sentence or None. ``case`` holds the call, what the
answer gave and what is right, and makes further calls. A diagnosis speaks only if it holds on further inputs as well.
"""

import numpy as np

from ..comparing import same
from .case import CALLS, Case, Exhausted, right_answer
from .formula import one_argument_changed, one_line_changed
from .influence import fixed_sums, influence, mixing, part_of_the_formula, scaling, shifting
from .relations import (
    about,
    amount,
    constant,
    entry_factor,
    factor,
    lines_of_their_own,
    reordered,
    rounded,
    swapped,
    transformed,
    transpose,
    where_wrong,
)

FIRST = (constant, swapped, factor, transpose, rounded, reordered)  # certain: the numbers are the right ones but for this
SECOND = (
    one_argument_changed,
    where_wrong,
    entry_factor,
    transformed,
    amount,
    one_line_changed,
    part_of_the_formula,
    lines_of_their_own,
    about,
)
THIRD = (influence, mixing, fixed_sums, shifting, scaling)  # how the answer behaves, where no simple relation holds


def general(case):
    """(output number, sentence) of the first diagnosis that holds; None if none does."""
    wrong = [i for i in range(len(case.returns)) if not same(case.got[i], case.expected[i])]
    for group in (FIRST, SECOND, THIRD):
        case.budget[0] = CALLS
        try:
            if found := first_that_holds(case, wrong, group):
                return found
        except Exhausted:
            continue
    return None


def first_that_holds(case, wrong, group):
    for i in wrong:
        for diagnosis in group:
            with np.errstate(all="ignore"):
                if text := diagnosis(case, i):
                    return i, text
    return None
