"""Upright sides that one row lacks though the rows beside it have them, and level ones that one
column lacks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.evenly import (
    ALONG,
    DARK,
    LIKELY,
    OTHERS,
    PRESENT,
    RULE,
    SOME,
    SURE,
    TRIM,
    crossed,
    run_on,
    written,
)
from extract.grids.rules import Lattice, transposed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Flags = NDArray[np.bool_]

SPECK, STROKE = 3, 8
"""Dark px of a column, in px at WORK_DPI: fewer are specks; a letter or a digit has a stroke as
long as the second."""
FAR = 1.5
"""Heights of a row between a label and the number beside it, at least."""
ONE_WIDTH = 0.15
"""Logarithm of the ratio of two columns that may be of one width, at most."""


def with_sides_gone_on(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice with each upright side that is there in the rows above and below one, between
    two prints of that row that leave it room, or where the row has nearly all its others; and
    with those of the row above or below between prints that stand far apart.
    """
    gaps, usual = _interrupted(lattice)
    wide = _interrupted_twice(lattice)
    ends = _ended(lattice)
    # A row without any side within is a title, if it is not a label and a number far apart.
    sided = (lattice.upright[:, 1:-1] > PRESENT).any(axis=1)
    upright = lattice.upright.copy()
    for line in np.nonzero((gaps | wide | ends).any(axis=0))[0].tolist():
        before, _ = written(small, lattice, line - 1)
        after, _ = written(small, lattice, line)
        told = before & after & sided
        told[[0, -1]] = False
        free = ~crossed(small, lattice, line) & ~run_on(small, lattice, line)
        upright[gaps[:, line] & free & (told | usual), line] = LIKELY
        upright[wide[:, line] & free & told, line] = LIKELY
        upright[ends[:, line] & free & _far_apart(small, lattice, line), line] = LIKELY
    return replace(lattice, upright=upright)


def with_level_sides_gone_on(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice with each level side between two prints of a column, if those on both sides of it
    are there; of the last column if that of one of its width is, or those of all others are.
    """
    lying, across = transposed(lattice), np.ascontiguousarray(small.T)
    sure = lying.upright > SURE
    shared = np.zeros_like(sure)
    shared[1:-1] = sure[:-2] & sure[2:]
    widths = np.diff(lattice.xs)
    if len(widths) > 1 and abs(float(np.log(widths[-1] / widths[-2]))) < ONE_WIDTH:
        shared[-1] = sure[-2]
    elif len(widths) > 2:
        shared[-1] = sure[:-1].all(axis=0)
    gaps = shared & (lying.upright <= PRESENT)
    gaps[:, [0, -1]] = False
    upright = lying.upright.copy()
    for line in np.nonzero(gaps.any(axis=0))[0].tolist():
        above, _ = written(across, lying, line - 1)
        below, _ = written(across, lying, line)
        told = above & below & ~crossed(across, lying, line) & ~run_on(across, lying, line)
        upright[gaps[:, line] & told, line] = LIKELY
    return transposed(replace(lying, upright=upright))


def _interrupted(lattice: Lattice) -> tuple[Flags, Flags]:
    """(rows, lines) where a side is missing that the rows above and below have, and which rows
    have nearly all the sides that those two share.

    The first and the last row have but one beside them, which tells of columns of one width.
    """
    sure = lattice.upright > SURE
    there = lattice.upright > PRESENT
    if len(sure) < 2:
        return np.zeros_like(sure), np.zeros(len(sure), dtype=bool)
    around = np.concatenate([sure[1:2], sure, sure[-2:-1]])
    shared = around[:-2] & around[2:]
    shared[:, [0, -1]] = False
    widths = np.diff(lattice.xs)
    shared[[0, -1], 1:-1] &= np.abs(np.log(widths[1:] / widths[:-1])) < ONE_WIDTH
    kept = (shared & there).sum(axis=1)
    usual: Flags = (kept >= SOME) & (kept > OTHERS * shared.sum(axis=1))
    return shared & ~there, usual


def _interrupted_twice(lattice: Lattice) -> Flags:
    """(rows, lines) where a side is missing in two rows that the rows above and below have."""
    sure, there = lattice.upright > SURE, lattice.upright > PRESENT
    found = np.zeros_like(sure)
    if len(sure) > 3:
        pair = sure[:-3] & ~there[1:-2] & ~there[2:-1] & sure[3:]
        found[1:-2] |= pair
        found[2:-1] |= pair
    found[:, [0, -1]] = False
    return found


def _ended(lattice: Lattice) -> Flags:
    """(rows, lines) where a side is missing that the row above or the row below surely has."""
    sure = lattice.upright > SURE
    near = np.zeros_like(sure)
    near[1:] |= sure[:-1]
    near[:-1] |= sure[1:]
    near[:, [0, -1]] = False
    ended: Flags = near & (lattice.upright <= PRESENT)
    return ended


def _far_apart(small: Pixels, lattice: Lattice, line: int) -> Flags:
    """The rows that have print in their cell before and after a line, farther apart than words of
    a text.
    """
    x = round(float(lattice.xs[line]))
    there = lattice.upright > PRESENT
    there[:, [0, -1]] = True
    found: Flags = np.zeros(len(lattice.ys) - 1, dtype=bool)
    for row in range(len(found)):
        top, bottom = round(float(lattice.ys[row])), round(float(lattice.ys[row + 1]))
        left = round(float(lattice.xs[:line][there[row, :line]][-1])) + TRIM
        right = round(float(lattice.xs[line + 1 :][there[row, line + 1 :]][0])) - TRIM
        dark = small[top + TRIM : max(top + TRIM + 1, bottom - TRIM), left:right] < DARK
        ink = dark.sum(axis=0)
        ink[ink > ALONG * len(dark)] = 0  # a rule that leans
        printed = left + np.nonzero(ink >= SPECK)[0]
        before, after = printed[printed < x - RULE], printed[printed > x + RULE]
        if len(before) and len(after) and after[0] - before[-1] > FAR * (bottom - top):
            found[row] = min(ink[before - left].max(), ink[after - left].max()) >= STROKE
    return found
