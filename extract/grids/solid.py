"""Sides of a lattice against the picture: a rule runs from one crossing rule to the next.

Letters leave paper before the rules about them, so ink that runs all the way is a rule, though
the maps know none, and where letters go through a place on which no ink does, there is none. Both
hold for lines only whose sure sides are solid: dashed and broken ones are left to the maps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from extract.grids import drawn
from extract.grids.evenly import DARK, LETTER, PRESENT, RULE, SURE, TRIM, crossed, run_on
from extract.grids.rules import Lattice, transposed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Floats = NDArray[np.float64]

_WHOLE, _MOST = 0.97, 0.8
"""Share with ink of a sure side of a solid line, and share of a table's sure sides that have it."""
_SOLID, _LETTERS = 0.99, 0.9
"""Share with ink of a side that is a rule; of one that letters may have made, at most."""
_FEWEST = 3
"""Sure sides of a table that tell how dark its rules are, and of a line whether it is solid."""
_NEAR, _ABOUT = 2, 5
"""Px from a line to its ink, where it stands and wherever it may lean."""
_SOME = 7
"""Px between those that tell the colour of the paper."""
_END = 2
"""Px at either end of a side that letters leave free."""


def with_solid_sides(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice with the sides that solid rules make, and without those that letters do."""
    upright = lattice.upright
    if (found := _inked(small, lattice)) is not None:
        upright = _without_letters(small, lattice, _with_rules(small, lattice, found), found)
    lying, across = transposed(lattice), np.ascontiguousarray(small.T)
    level = lying.upright
    if (found := _inked(across, lying)) is not None:
        level = _with_rules(across, lying, found)
    return replace(lattice, upright=upright, level=level.T.copy())


def _with_rules(small: Pixels, lattice: Lattice, found: _Inked) -> Floats:
    """The evidence of the upright sides of solid lines: those with ink from rule to rule are
    there, those with some amid them alone are not.
    """
    upright = lattice.upright.copy()
    short = _ending_early(upright, found)
    for line in found.solid:
        free = lattice.inside[:, line - 1] & lattice.inside[:, line]
        free &= (found.near[:, line] >= _SOLID) & ~crossed(small, lattice, line)
        upright[free, line] = 1.0
        upright[found.amid[:, line] & ~short, line] = 0.0
    return upright


def _without_letters(small: Pixels, lattice: Lattice, upright: Floats, found: _Inked) -> Floats:
    """The evidence less the upright sides on solid lines that no ink goes along and beside which
    letters stand, and less the only one of a title, if its words run through it.
    """
    left = upright.copy()
    sided = (upright[:, 1:-1] > PRESENT).sum(axis=1)
    short = _ending_early(upright, found)
    for line in found.solid:
        title = crossed(small, lattice, line) & run_on(small, lattice, line) & (sided == 1)
        letters = (found.near[:, line] < _LETTERS) & _print_beside(small, lattice, line)
        steady = _steady(upright[:, line] > PRESENT, found.near[:, line] >= _WHOLE)
        left[~short & (title | (letters & steady)), line] = 0.0
    return left


def _ending_early(upright: Floats, found: _Inked) -> NDArray[np.bool_]:
    """The rows whose outer rules do not go from level rule to level rule either."""
    outer = [0, -1]
    early = (upright[:, outer] > PRESENT) & (found.near[:, outer] < _LETTERS)
    return np.asarray(early.all(axis=1))


def _steady(there: NDArray[np.bool_], whole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The rows beside which a line has its ink where it stands: it does not lean away there."""
    around = np.pad(there, 1), np.pad(there & ~whole, 1)
    some, leaning = (one[:-2] | one[2:] for one in around)
    steady: NDArray[np.bool_] = some & ~leaning
    return steady


def _print_beside(small: Pixels, lattice: Lattice, line: int) -> NDArray[np.bool_]:
    """The rows with print as near to a line as the letters of a word through it would be."""
    x = round(float(lattice.xs[line]))
    beside = np.zeros(len(lattice.ys) - 1, dtype=bool)
    for row, (y0, y1) in enumerate(pairwise(lattice.ys.tolist())):
        rows = small[round(y0) + TRIM : max(round(y0) + TRIM + 1, round(y1) - TRIM)]
        reach = max(RULE + 2, round(LETTER * (y1 - y0)))
        before, after = rows[:, max(0, x - reach) : x - RULE], rows[:, x + RULE + 1 : x + reach + 1]
        beside[row] = (before < DARK).any() or (after < DARK).any()
    return beside


def _solid(sure: NDArray[np.bool_], share: Floats) -> list[int]:
    """The lines within a table whose sure sides are solid, most of the table's being so."""
    sure = sure.copy()
    sure[:, [0, -1]] = False
    if not sure.any() or (share[sure] >= _WHOLE).mean() < _MOST:
        return []
    own = [share[sure[:, line], line] for line in range(sure.shape[1])]
    return [
        line for line, some in enumerate(own) if len(some) >= _FEWEST and np.median(some) >= _WHOLE
    ]


@dataclass(frozen=True, slots=True)
class _Inked:
    """(rows, lines) the shares of upright sides, from rule to rule, with ink as dark as the table's
    rules where the line stands, and whether they have some, but none about either end; and which
    lines are solid.
    """

    near: Floats
    amid: NDArray[np.bool_]
    solid: list[int]


def _inked(small: Pixels, lattice: Lattice) -> _Inked | None:
    """None where the table's sure sides do not tell how dark rules are."""
    sure = lattice.upright > SURE
    near, about = (_darkest(small, lattice, reach) for reach in (_NEAR, _ABOUT))
    known = [float(np.median(near[row][line])) for row, line in np.argwhere(sure).tolist()]
    if len(known) < _FEWEST:
        return None
    least = drawn.DARK * float(np.median(known))
    shares = np.array([[float((side > least).mean()) for side in row] for row in near])
    ends = [
        [(side[:_END] > least).any() or (side[-_END:] > least).any() for side in row]
        for row in about
    ]
    amid = (shares > 0) & (shares < _SOLID) & ~np.array(ends)
    return _Inked(shares, amid, _solid(sure, shares))


def _darkest(small: Pixels, lattice: Lattice, reach: int) -> list[list[NDArray[np.int16]]]:
    """For each upright side, from rule to rule and px by px, how much darker the darkest ink
    within reach is than the table's paper.
    """
    (y0, y1), (x0, x1) = (
        (max(0, round(float(at[0]))), round(float(at[-1]))) for at in (lattice.ys, lattice.xs)
    )
    paper = np.int16(np.median(small[y0:y1:_SOME, x0:x1:_SOME]))
    lines = [
        paper - small[:, max(0, x - reach) : x + reach + 1].min(axis=1).astype(np.int16)
        for x in np.rint(lattice.xs).astype(int).tolist()
    ]
    trim = round(lattice.thickness / 2) + 1
    found = []
    for above, below in pairwise(lattice.ys.tolist()):
        top = max(0, round(above) + trim)
        found.append([line[top : max(top + 1, round(below) - trim)] for line in lines])
    return found
