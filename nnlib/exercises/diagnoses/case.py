"""A wrong call, what is right, and further calls of both: what every diagnosis looks at."""

import copy
import warnings

import numpy as np

from ..comparing import as_tuple, same
from ..running import readable

FURTHER = 4  # more inputs on which a diagnosis has to hold,
FEW = 12  # and so many where only single numbers are returned, which agree by chance more easily
CALLS = 300  # of the reference and of the answer, for all diagnoses of one group together


class Exhausted(Exception):
    """So many calls were made that the learner would wait: the search for a cause ends."""


def right_answer(question, arguments):
    """What the reference gives, as a tuple, without warnings: a diagnosis also tries odd arguments."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return as_tuple(question.reference(*copy.deepcopy(arguments)), len(question.returns))


class Case:
    """One call: ``arguments`` by ``names``, what the answer ``got`` and what was ``expected``, one array for each name in ``returns``."""

    def __init__(self, question, answer, arguments, got, expected, names, seed=0, budget=None):
        self.question, self.answer, self.arguments, self.got, self.expected = question, answer, arguments, got, expected
        self.names, self.returns, self.seed = names, list(question.returns), seed
        self.budget = budget or [CALLS]
        self._more, self._wrong, self._arrays = None, {}, None

    def right(self, arguments):
        self.budget[0] -= 1
        if self.budget[0] < 0:
            raise Exhausted
        return right_answer(self.question, arguments)

    def ask(self, arguments):
        """What the answer gives, a tuple; None if it raises or gives another number of values."""
        self.budget[0] -= 1
        if self.budget[0] < 0:
            raise Exhausted
        try:
            got = readable(self.answer(*copy.deepcopy(arguments)))
        except (Exception, SystemExit):
            return None
        if len(self.returns) > 1 and not (isinstance(got, tuple | list) and len(got) == len(self.returns)):
            return None
        return as_tuple(got, len(self.returns))

    def more(self):
        """Further cases: other inputs on which both give numbers of the same shapes."""
        if self._more is None:
            self._more = []
            count = FEW if all(np.size(e) == 1 for e in self.expected) else FURTHER
            for seed in range(self.seed + 1, self.seed + 1 + count):
                arguments = self.question.inputs(np.random.default_rng(seed))
                got, expected = self.ask(arguments), self.right(arguments)
                if got is not None and all(np.shape(g) == np.shape(e) for g, e in zip(got, expected)):
                    self._more.append(Case(self.question, self.answer, arguments, got, expected, self.names, seed, self.budget))
        return self._more

    def where_wrong(self, i):
        """This case and the further ones on which output i is wrong."""
        if i not in self._wrong:
            self._wrong[i] = [self, *(case for case in self.more() if not same(case.got[i], case.expected[i]))]
        return self._wrong[i]

    def confirmed(self, i, holds):
        """Whether holds(case) is true here and on every further input where output i is wrong, one at least."""
        if not holds(self):
            return False
        others = self.where_wrong(i)[1:]
        return bool(others) and all(holds(case) for case in others)

    def always(self, holds):
        """Whether holds(case) is true here and on every further input, also where the output is right; two of them at least."""
        return holds(self) and len(self.more()) > 1 and all(map(holds, self.more()))

    def pair(self, i):
        return np.asarray(self.got[i], dtype=float), np.asarray(self.expected[i], dtype=float)

    def arrays(self):
        """name -> argument, of the arguments that are arrays or numbers."""
        if self._arrays is None:
            self._arrays = {n: np.asarray(a, dtype=float) for n, a in zip(self.names, self.arguments) if is_number(a)}
        return self._arrays

    def counts(self):
        """What a size is called -> its value: the rows and columns of the arguments, and whole-number arguments."""
        found = {}
        for name, value in zip(self.names, self.arguments):
            if isinstance(value, np.ndarray):
                for axis, n in enumerate(value.shape):
                    found.setdefault(f"{name}.shape[{axis}]" if axis else f"len({name})", n)
            elif isinstance(value, int | np.integer):
                found[name] = int(value)
        return found


def is_number(value):
    return (isinstance(value, np.ndarray) and value.dtype.kind in "iuf") or isinstance(value, int | float | np.number)


def close(a, b):
    return np.isclose(a, b, rtol=1e-8, atol=0)
