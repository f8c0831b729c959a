"""Columns of numbers are of one width: a rule that nobody sees between two of them is missed there.

A column twice as wide as its many neighbours, with two texts side by side in it, is two columns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.rules import Lattice, runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Flags = NDArray[np.bool_]

ALIKE = 0.05
"""Part by which columns of one width, or of twice that width, may differ from it."""
MANY = 5
"""Columns of one width that make a rule of it."""
PRESENT = 0.5
OTHERS = 0.75
"""Share of the columns' other rules that a row must have: a heading over them has none."""
LIKELY = 0.6
"""Evidence of a side that only this speaks for: its cells are unsure."""
DARK = 160
RULE, REACH = 3, 7
"""Px from the middle of a rule to its edge, and to where a stroke through it would be seen."""
STRAY = 0.03
"""Share of a row's height that specks may cross."""
ALONG = 0.85
"""Share of a row's height that a rule runs along, if it is a double one."""
WRITTEN = 0.1
"""Share of a row's height that has print where something is written."""
BOTH = 0.5
"""Share of the rows that ask for a side which must have print on both sides of it."""
_TRIM = 5


def with_even_columns(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice with the rules that its columns of one width ask for and print allows."""
    found = _common_width(lattice)
    if found is None:
        return lattice
    width, among = found
    for column in reversed(_doubled(lattice, width, among)):
        split = _with_side(small, _split(lattice, column), column + 1, width)
        lattice = split or lattice
    for line in _lost(lattice, width):
        lattice = _with_side(small, lattice, line, width) or lattice
    return lattice


def _with_side(small: Pixels, lattice: Lattice, line: int, width: float) -> Lattice | None:
    """The lattice with a line's missing sides, where in no row that asks for one a letter stands
    in its way, and most have print on both sides of it.
    """
    rows = _asked(lattice, line, width)
    if not rows.any() or (rows & _crossed(small, lattice, line)).any():
        return None
    if (rows & _written_beside(small, lattice, line)).sum() < BOTH * rows.sum():
        return None
    upright = lattice.upright.copy()
    upright[rows, line] = np.maximum(upright[rows, line], LIKELY)
    return replace(lattice, upright=upright)


def _common_width(lattice: Lattice) -> tuple[float, slice] | None:
    """The width that many columns side by side share, one of twice that width among them, and
    which columns these are.
    """
    widths = np.diff(lattice.xs)
    best, found = MANY - 1, None
    for width in widths:
        common, doubled = _near(widths, width), _near(widths, 2 * width)
        for start, stop in runs(common | doubled):
            alike = widths[start:stop][common[start:stop]]
            if len(alike) > best:
                best, found = len(alike), (float(np.median(alike)), slice(start, stop))
    return found


def _near(widths: NDArray[np.float64], width: float) -> Flags:
    near: Flags = np.abs(widths / width - 1.0) < ALIKE
    return near


def _doubled(lattice: Lattice, width: float, among: slice) -> list[int]:
    """Columns twice as wide as the common ones among which they stand."""
    wide = np.nonzero(_near(np.diff(lattice.xs)[among], 2 * width))[0]
    return [int(column) + among.start for column in wide]


def _lost(lattice: Lattice, width: float) -> list[int]:
    """Lines between two columns of the common width."""
    common = _near(np.diff(lattice.xs), width)
    return (np.nonzero(common[:-1] & common[1:])[0] + 1).tolist()


def _split(lattice: Lattice, column: int) -> Lattice:
    """The lattice with a line amid a column, no side of it seen."""
    middle = (lattice.xs[column] + lattice.xs[column + 1]) / 2
    return replace(
        lattice,
        xs=np.insert(lattice.xs, column + 1, middle),
        level=np.insert(lattice.level, column, lattice.level[:, column], axis=1),
        upright=np.insert(lattice.upright, column + 1, 0.0, axis=1),
        inside=np.insert(lattice.inside, column, lattice.inside[:, column], axis=1),
    )


def _asked(lattice: Lattice, line: int, width: float) -> Flags:
    """The rows that lack a side on a line though they have those between the other columns.

    None of the headings over several columns, which stand above the first row of whole columns.
    """
    others = [other for other in _lost(lattice, width) if other != line]
    seen = lattice.upright > PRESENT
    count = seen[:, min([line, *others]) :].sum(axis=1)
    below = np.arange(len(count)) >= int(np.argmax(count >= count.max() - 1))
    within = lattice.inside[:, line - 1] & lattice.inside[:, line]
    asked: Flags = within & below & ~seen[:, line] & (seen[:, others].mean(axis=1) > OTHERS)
    return asked


def _crossed(small: Pixels, lattice: Lattice, line: int) -> Flags:
    """The rows in which letters go through where the side would be; what is left of a rule is
    narrower than their strokes, or runs all along.
    """
    x = round(float(lattice.xs[line]))
    reached = [
        (small[:, max(0, x + start) : max(0, x + stop)] < DARK).any(axis=1)
        for start, stop in ((-REACH, -RULE), (RULE + 1, REACH + 1))
    ]
    through: Flags = np.asarray(reached[0] & reached[1])
    share = _shares(through, lattice)
    crossed: Flags = (share > STRAY) & (share < ALONG)
    return crossed


def _shares(dark: Flags, lattice: Lattice) -> NDArray[np.float64]:
    """Per row of the lattice, the share of flagged pixels between its level rules."""
    found = np.zeros(len(lattice.ys) - 1)
    for row in range(len(found)):
        top = round(float(lattice.ys[row])) + _TRIM
        part = dark[top : max(top + 1, round(float(lattice.ys[row + 1])) - _TRIM)]
        found[row] = part.mean() if part.size else 0.0
    return found


def _written_beside(small: Pixels, lattice: Lattice, line: int) -> Flags:
    """The rows with print on both sides of a line, where two cells would have it."""
    here = []
    for column in (line - 1, line):
        x0 = round(float(lattice.xs[column])) + _TRIM
        x1 = round(float(lattice.xs[column + 1])) - _TRIM
        dark: Flags = np.asarray((small[:, x0 : max(x1, x0 + 1)] < DARK).any(axis=1))
        here.append(_shares(dark, lattice) > WRITTEN)
    both: Flags = here[0] & here[1]
    return both
