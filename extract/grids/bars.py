"""Short upright rules of low rows that the maps leave out: thick ones, which look like blocks, and
thin ones, which look like strokes.

A bar of ink from one rule to the next, as thick as the table's rules, is a side. Letters leave
paper before the rules above and below them; folds are thin, and do not end with the table.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.evenly import DARK, PRESENT
from extract.grids.rules import Lattice, transposed, with_line
from extract.grids.sides import runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Bars = list[tuple[int, float]]
    """(row, x) of each."""

THICK = 4.0
"""Px, 1.4 pt: thinner rules the maps know, and folds are as thin."""
FILLED, WHOLE = 0.97, 0.995
"""Share of its row's height that a bar fills with ink, and that a thin one does."""
BEYOND = (3, 13)
"""Px above and below a table where a fold goes on and a rule does not."""
AS_THICK = (0.6, 1.7)
"""Thickness of a bar, as a part of the typical rule's."""
LOWEST = 10
"""Px between two rules, less than which shows no bar."""
SAME = 5.0
"""Px, 1.8 pt: bars of several rows that are nearer than this stand on one line."""
NARROWEST = 36.0
"""Px, 13 pt: no column between two thin rules is narrower."""
ROWS, PART = 2, 0.3
"""Rows with a bar that make a line of it, in a table that has so many; and of thin ones, which
strokes of close letters may be, at least the part of all rows.
"""


def with_bars(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice with the sides that bars of ink make, upright ones first."""
    if lattice.thickness < THICK:
        return _with_uprights(small, lattice)
    stood = _with_uprights(small, lattice)
    across = np.ascontiguousarray(small.T)
    return transposed(_with_uprights(across, transposed(stood)))


def _with_uprights(small: Pixels, lattice: Lattice) -> Lattice:
    for bars in _lines(_bars(small, lattice)):
        x = float(np.median([at for _, at in bars]))
        line = int(np.abs(lattice.xs - x).argmin())
        if abs(float(lattice.xs[line]) - x) > SAME:
            if len(bars) < _rows_of_a_line(lattice) or not _room_for(lattice, x):
                continue
            line = int(np.searchsorted(lattice.xs, x))
            if line in (0, len(lattice.xs)):
                continue
            lattice = with_line(lattice, line - 1, x)
        upright = lattice.upright.copy()
        upright[[row for row, _ in bars], line] = 1.0
        lattice = replace(lattice, upright=upright)
    return lattice


def _rows_of_a_line(lattice: Lattice) -> float:
    """How many bars under each other make a line that the maps do not have."""
    rows = len(lattice.ys) - 1
    return min(rows, ROWS if lattice.thickness >= THICK else max(ROWS, PART * rows))


def _room_for(lattice: Lattice, x: float) -> bool:
    """Whether a line leaves room for columns: two tables that touch have lines that do not."""
    return lattice.thickness >= THICK or float(np.abs(lattice.xs - x).min()) >= NARROWEST


def _bars(small: Pixels, lattice: Lattice) -> Bars:
    """The bars between the level rules of each row, inside the table."""
    least, most = (round(share * lattice.thickness) for share in AS_THICK)
    thin = lattice.thickness < THICK
    trim = round(lattice.thickness / 2) + (not thin)
    left, right = round(float(lattice.xs[0])), round(float(lattice.xs[-1]))
    found: Bars = []
    for row, (above, below) in enumerate(pairwise(lattice.ys.tolist())):
        band = small[round(above) + trim : round(below) - trim, max(0, left) : right + 1]
        if band.shape[0] < LOWEST:
            continue
        filled = (band < DARK).mean(axis=0) >= (WHOLE if thin else FILLED)
        if thin:
            filled &= ~_goes_on(small, lattice, slice(max(0, left), right + 1))
        found += [
            (row, max(0, left) + (start + stop - 1) / 2)
            for start, stop in runs(filled)
            if least <= stop - start <= most and _ruled(lattice, row, left + (start + stop) / 2)
        ]
    return found


def _goes_on(small: Pixels, lattice: Lattice, across: slice) -> NDArray[np.bool_]:
    """Where ink runs on above or below the table."""
    near, far = (round(lattice.thickness) + at for at in BEYOND)
    top, bottom = round(float(lattice.ys[0])), round(float(lattice.ys[-1]))
    strips = small[max(0, top - far) : max(0, top - near)], small[bottom + near : bottom + far]
    found: NDArray[np.bool_] = np.zeros(small[:1, across].shape[1], bool)
    for strip in strips:
        if len(strip):
            found |= np.asarray((strip[:, across] < DARK).all(axis=0))
    return found


def _ruled(lattice: Lattice, row: int, x: float) -> bool:
    """Whether a place in a row is the table's and has rules above and below."""
    column = int(np.clip(np.searchsorted(lattice.xs, x) - 1, 0, len(lattice.xs) - 2))
    around: NDArray[np.bool_] = lattice.level[row : row + 2, column] > PRESENT
    return bool(lattice.inside[row, column] and around.all())


def _lines(bars: Bars) -> list[Bars]:
    """Bars that stand on one line, from left to right."""
    lines: list[Bars] = []
    for bar in sorted(bars, key=lambda one: one[1]):
        if lines and bar[1] - lines[-1][-1][1] <= SAME:
            lines[-1].append(bar)
        else:
            lines.append([bar])
    return lines
