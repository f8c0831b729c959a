"""Rows that are parted where upright rules begin or end: the level rule there was lost.

No rule between cells ends amid a row. Where one has ink all the way from a level rule to a place
within the row and nothing but paper beyond it, and print stands above the place and below it, the
row is two: a title that reaches over all columns, and a row of cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from extract.grids.evenly import DARK, INK, LIKELY, TRIM
from extract.grids.rules import Lattice, with_level_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Flags = NDArray[np.bool_]

_NEAR = 2
"""Px from an upright line to its ink."""
_GAP = 3
"""Px without ink that a rule may have where specks of paper, or a level rule's edge, break it."""
_PART = 0.25
"""Of the row's height: the least that either row takes of it."""
_STRAY = 0.05
"""Share of the paper beyond a rule's end that specks may darken."""
_TOGETHER = 4
"""Px by which the ends of several rules may differ."""
_CLEAR = 3
"""Px above and below a lost rule: no stroke of print is on both sides."""


def with_rows_to_ends(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice with level lines, unsure ones, where upright rules end amid a row."""
    for row in reversed(range(len(lattice.ys) - 1)):
        place = _end_within(small, lattice, row)
        if place is not None:
            lattice = _parted(small, lattice, row, place)
    return lattice


def _end_within(small: Pixels, lattice: Lattice, row: int) -> int | None:
    """Where the upright rules of a row begin or end; None where they go all the way."""
    top, bottom = _inner(lattice, row)
    ends = []
    for line in range(1, len(lattice.xs) - 1):
        ink = _along(small, lattice, line, top, bottom)
        if (end := _one_end(ink)) is not None:
            ends.append(top + end)
        elif _goes_along(ink):
            return None  # a rule that goes on says that the row is one
    if not ends or max(ends) - min(ends) > _TOGETHER:
        return None
    place = round(float(np.median(ends)))
    return place if _print_parts(small, lattice, row, place) else None


def _inner(lattice: Lattice, row: int) -> tuple[int, int]:
    """The px of a row inside its level rules."""
    trim = round(lattice.thickness / 2) + 1
    top = round(float(lattice.ys[row])) + trim
    return top, max(top + 1, round(float(lattice.ys[row + 1])) - trim)


def _along(small: Pixels, lattice: Lattice, line: int, top: int, bottom: int) -> Flags:
    x = round(float(lattice.xs[line]))
    strip = small[top:bottom, max(0, x - _NEAR) : x + _NEAR + 1]
    dark: Flags = strip.min(axis=1) < DARK
    return dark


def _goes_along(ink: Flags) -> bool:
    """Whether a rule goes all the way, or nearly."""
    return bool(ink.sum() > (1 - _PART) * len(ink))


def _one_end(ink: Flags) -> int | None:
    """Where a rule begins that goes to the row's lower end, or ends that comes from its upper."""
    if len(ink) < 2 * TRIM:
        return None
    for flipped in (False, True):
        dark = ink[::-1] if flipped else ink
        at = np.nonzero(dark)[0]
        if not len(at) or at[0] > _GAP:
            continue
        gaps = np.nonzero(np.diff(at) > _GAP)[0]
        end = int(at[gaps[0]] if len(gaps) else at[-1]) + 1
        least = _PART * len(dark)
        if least <= end <= len(dark) - least and dark[end:].mean() <= _STRAY:
            return len(ink) - end if flipped else end
    return None


def _print_parts(small: Pixels, lattice: Lattice, row: int, place: int) -> bool:
    """Whether print stands above a place in a row and below it, and none goes through."""
    top, bottom = _inner(lattice, row)
    above = below = 0
    for column in np.nonzero(lattice.inside[row])[0].tolist():
        left, right = (round(float(lattice.xs[column + side])) for side in (0, 1))
        across = slice(left + TRIM, max(left + TRIM + 1, right - TRIM))
        dark = small[top + TRIM : bottom - TRIM, across] < DARK
        at = place - top - TRIM
        before, after = dark[max(0, at - _CLEAR) : at], dark[at + 1 : at + _CLEAR + 1]
        if (before.any(axis=0) & after.any(axis=0)).any():
            return False
        above, below = above + int(dark[:at].sum()), below + int(dark[at:].sum())
    return min(above, below) >= INK


def _parted(small: Pixels, lattice: Lattice, row: int, place: int) -> Lattice:
    """The lattice with a level line in a row, each upright side where it has ink."""
    top, bottom = _inner(lattice, row)
    parted = with_level_line(lattice, row, place, np.where(lattice.inside[row], LIKELY, 0.0))
    for line in range(1, len(lattice.xs) - 1):
        for part, (start, stop) in enumerate(((top, place), (place, bottom))):
            ink = _along(small, lattice, line, start, stop)
            if _goes_along(ink):
                parted.upright[row + part, line] = 1.0
            elif 2 * ink.sum() < len(ink):
                parted.upright[row + part, line] = 0.0
    return parted
