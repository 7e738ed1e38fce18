"""What a derivation is: its symbols, the points at which lines are tried, the worked lines, and the false lines people write."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import prod

import numpy as np

from ..catalogue import Catalogue, derivations_of

DERIVATIONS = Catalogue(derivations_of)  # id -> Derivation


@dataclass
class Space:
    """All outcomes of some random numbers: ``names`` name -> array (outcomes, ...), ``chances`` (outcomes,)."""

    names: dict
    chances: np.ndarray


@dataclass
class Point:
    """Numbers for all names, at which a line can be tried."""

    values: dict  # name -> number or array; sizes too
    sizes: dict  # m -> 5
    dims: dict  # name -> names of its sizes, "1" for a row
    starts: dict = field(default_factory=dict)  # names of sequences -> the index they begin with
    spaces: tuple = ()
    condition: bool | None = None  # what a line that is a comparison must say here

    @cached_property
    def rows(self):
        return {name for name, dims in self.dims.items() if dims[:1] == ("1",)}

    def spaces_of(self, names):
        return [space for space in self.spaces if set(space.names) & set(names)]

    def outcomes(self, names):
        """(chance, name -> value) for each joint outcome of the spaces that hold one of these names."""
        spaces = self.spaces_of(names)
        for picks in product(*(range(len(space.chances)) for space in spaces)):
            drawn = {name: array[pick] for space, pick in zip(spaces, picks) for name, array in space.names.items()}
            yield prod(space.chances[pick] for space, pick in zip(spaces, picks)), drawn

    def axis_range(self, name, axis):
        """The values of an index at this place, or None."""
        dims = self.dims.get(name, ())
        if axis >= len(dims):
            return None
        start = self.starts.get(name, 0)
        return range(start, self.size(dims[axis]))

    def size(self, dim):
        return 1 if dim == "1" else self.sizes[dim]

    def size_names(self, name, axis):
        dims = self.dims.get(name, ())
        return dims[axis] if axis < len(dims) else "fewer"

    def shape_names(self, shape):
        """A shape in the names of its sizes, as (m, n_in); the sizes of the first point all differ."""
        named = {size: dim for dim, size in self.sizes.items()}
        inner = [str(named.get(size, size)) for size in shape]
        return f"({', '.join(inner)}{',' if len(inner) == 1 else ''})" if inner else "a single number"


@dataclass
class Derivation:
    """One derivation.

    symbols      name -> (names of its sizes, what it is); the sizes themselves need not be named
    known        the names whose values are given; what is derived are all others
    letters      what the usual indices run over, for the reader
    draw         f(rng, **sizes) -> a dict of values, or (values, spaces), or (values, spaces, condition)
    sizes        one dict for each point; the first has no two equal sizes
    conventions  names of the readings that are both right, as long as a text keeps to one; draw then takes ``convention``
    worked       one step a line, with what the step is after #
    blanks       the numbers of the lines that are missing on the first and on the second sheet; on the third all are
    mistakes     (kind, message, false line), in addition to what naming.py finds by itself
    """

    id: str
    title: str
    minutes: int
    difficulty: int
    importance: int
    symbols: dict
    known: tuple
    letters: str
    draw: Callable
    sizes: tuple
    worked: str
    blanks: tuple
    hints: tuple
    mistakes: tuple = ()
    conventions: tuple = ("",)
    starts: dict = field(default_factory=dict)

    @property
    def dims(self):
        return {name: tuple(dims.split()) for name, (dims, _) in self.symbols.items()}

    @cached_property
    def points(self):
        """convention -> its points."""
        return {convention: [self.point(i, convention) for i in range(len(self.sizes))] for convention in self.conventions}

    def point(self, i, convention, rng=None):
        extra = {"convention": self.conventions.index(convention)} if len(self.conventions) > 1 else {}
        drawn = self.draw(rng or np.random.default_rng(i), **self.sizes[i], **extra)
        values, spaces, condition = (*drawn, None)[:3] if isinstance(drawn, tuple) else (drawn, (), None)
        return Point(self.sizes[i] | values, self.sizes[i], self.dims, self.starts, spaces, condition)

    @cached_property
    def steps(self):
        """(line, what it is) for each worked line."""
        rows = [row.split("#") for row in self.worked.strip().splitlines()]
        return [(line.strip(), "#".join(about).strip()) for line, *about in rows]

    @cached_property
    def read_steps(self):
        """The worked lines as syntax trees."""
        from .reading import read

        return [read(line)[0] for line, _ in self.steps]

    def source(self):
        """The worked lines as text, with what each step is."""
        width = max(len(line) for line, _ in self.steps)
        return "\n".join(f"{line:{width}}  # {about}" for line, about in self.steps)

    @property
    def messages(self):
        """What goes wrong here, in words."""
        return list(dict.fromkeys(message for _, message, _ in self.mistakes))

    @staticmethod
    def unveil(packed):
        """Worked lines that a build has packed, so that nobody reads them by opening a file."""
        import zlib

        return zlib.decompress(packed).decode()

    @property
    def derived(self):
        return set(self.symbols) - set(self.known)

    def sheet(self, number):
        """The lines of a sheet: 1 with one gap, 2 with more, both with what is missing; 3 with left sides alone."""
        missing = self.blanks[number - 1] if number <= len(self.blanks) else range(1, len(self.steps) + 1)
        gaps = [blanked(line) + (f"  # {about}" if number <= len(self.blanks) else "") for line, about in self.steps]
        return [gaps[n] if n + 1 in missing else line for n, (line, _) in enumerate(self.steps)]


def blanked(line):
    """A line with its right side left open."""
    from .reading import split

    if ":" in line:
        return line.split(":")[0] + ": ..."
    pieces = split(line)
    return f"{pieces[0].strip()} = ..." if len(pieces) > 1 else "..."
