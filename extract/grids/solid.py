"""Sides of a lattice against the picture: a rule runs from one crossing rule to the next.

Letters leave paper before the rules about them, so ink that runs all the way is a rule, though
the maps know none, and where letters go through a place on which no ink does, there is none. Both
hold for lines only whose sure sides are solid: dashed and broken ones are left to the maps.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.evenly import PRESENT, crossed, run_on
from extract.grids.rules import Lattice, transposed
from extract.grids.squares import SURE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Floats = NDArray[np.float64]

_WHOLE, _MOST = 0.97, 0.8
"""Share with ink of a sure side of a solid line, and share of a table's sure sides that have it."""
_SOLID, _LETTERS = 0.99, 0.92
"""Share with ink of a side that is a rule; of one that letters may have made, at most."""
_DARK = 0.45
"""Of the typical rule's darkness, as the least of a rule's ink."""
_FEWEST = 3
"""Sure sides of a table that tell how dark its rules are, and of a line whether it is solid."""
_NEAR, _ABOUT = 2, 5
"""Px from a line to its ink, where it stands and wherever it may lean."""
_PAPER = 5
"""Px from there to the paper beside it."""
_END = 2
"""Px at either end of a side that letters leave free."""


def with_solid_sides(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice with the sides that solid rules make, and without those that letters do."""
    upright = _without_letters(small, lattice, _with_rules(small, lattice))
    lying = transposed(lattice)
    level = _with_rules(np.ascontiguousarray(small.T), lying)
    return replace(lattice, upright=upright, level=level.T.copy())


def _with_rules(small: Pixels, lattice: Lattice) -> Floats:
    """The evidence of the upright sides of solid lines: those with ink from rule to rule are
    there, those with some amid them alone are not.
    """
    upright = lattice.upright.copy()
    found = _inked(small, lattice)
    if found is None:
        return upright
    share, amid = found
    for line in _solid(lattice, share):
        free = lattice.inside[:, line - 1] & lattice.inside[:, line]
        free &= (share[:, line] >= _SOLID) & ~crossed(small, lattice, line)
        upright[free, line] = 1.0
        upright[amid[:, line], line] = 0.0
    return upright


def _without_letters(small: Pixels, lattice: Lattice, upright: Floats) -> Floats:
    """The evidence less the upright sides on solid lines that are no rule all along and about
    which words run on, and less the only one of a title, if letters go through it.
    """
    found = _inked(small, lattice)
    if found is None:
        return upright
    share, _ = found
    sided = (upright[:, 1:-1] > PRESENT).sum(axis=1)
    left = upright.copy()
    for line in _solid(lattice, share):
        words = run_on(small, lattice, line)
        title = crossed(small, lattice, line) & (sided == 1)
        left[words & (title | (share[:, line] < _LETTERS)), line] = 0.0
    return left


def _solid(lattice: Lattice, share: Floats) -> list[int]:
    """The lines within a table whose sure sides are solid, most of the table's being so."""
    sure = lattice.upright > SURE[1]
    sure[:, [0, -1]] = False
    if not sure.any() or (share[sure] >= _WHOLE).mean() < _MOST:
        return []
    own = [share[sure[:, line], line] for line in range(sure.shape[1])]
    return [
        line for line, some in enumerate(own) if len(some) >= _FEWEST and np.median(some) >= _WHOLE
    ]


def _inked(small: Pixels, lattice: Lattice) -> tuple[Floats, NDArray[np.bool_]] | None:
    """(rows, lines) the share of each upright side, from rule to rule, that has ink darker than
    the paper beside it, and whether it has some, but none near either end.

    None where the table's sure sides do not tell how dark rules are.
    """
    sure = lattice.upright > SURE[1]
    near, about = _ridges(small, lattice, _NEAR), _ridges(small, lattice, _ABOUT)
    known = [float(np.median(near[row][line])) for row, line in np.argwhere(sure).tolist()]
    if len(known) < _FEWEST:
        return None
    least = _DARK * float(np.median(known))
    share = np.array([[float((ridge > least).mean()) for ridge in row] for row in near])
    ends = [
        [(ridge[:_END] > least).any() or (ridge[-_END:] > least).any() for ridge in row]
        for row in about
    ]
    return share, (share > 0) & (share < _SOLID) & ~np.array(ends)


def _ridges(small: Pixels, lattice: Lattice, reach: int) -> list[list[NDArray[np.float32]]]:
    """For each upright side, from rule to rule and px by px, how much darker the darkest ink
    within reach is than the paper beside it.
    """
    trim = round(lattice.thickness / 2) + 1
    found = []
    for y0, y1 in pairwise(lattice.ys.tolist()):
        top = max(0, round(y0) + trim)
        rows = 255 - small[top : max(top + 1, round(y1) - trim)].astype(np.float32)
        found.append([_darker(rows, round(x), reach) for x in lattice.xs.tolist()])
    return found


def _darker(rows: NDArray[np.float32], x: int, reach: int) -> NDArray[np.float32]:
    def part(low: int, high: int) -> NDArray[np.float32]:
        return rows[:, np.clip(np.arange(x + low, x + high + 1), 0, rows.shape[1] - 1)]

    far = reach + _PAPER
    paper = (part(-far, -far + 2).mean(axis=1) + part(far - 2, far).mean(axis=1)) / np.float32(2)
    darker: NDArray[np.float32] = part(-reach, reach).max(axis=1) - paper
    return darker
