"""Rows that lie on each other where a scan lost the level rule between them.

Numbers stand in the middle of their rows. Where the lowest numbers of a row stand as far above
its rule as nothing but paper lies above them, and other print over that, the row is two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.evenly import DARK, LIKELY, PRESENT, TRIM
from extract.grids.rules import Lattice, with_level_line, without_level_line
from extract.grids.sides import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from extract.model import Pixels

    Flags = NDArray[np.bool_]

_SPECK = 12
"""Dark px of the smallest digit; a speck has fewer."""
_JOINED = 4
"""Px between the parts of a broken digit, at most."""
_NARROW = 0.65
"""Part of a column's width that a number leaves free at least: one that is wrapped fills it."""
_ALIKE = 0.4
"""Of a digit's height: numbers of one row stand as high as this."""
_ROOMY = 2.0
"""Heights of its digits that a row has at least: lines of one text are nearer."""
_GRAIN = 35
"""Percentile of a square's levels that tells how grainy its paper is: print takes what is below."""
_FAINT, _ABOVE_GRAIN = 50.0, 12.0
"""Grey levels between paper and print, at least, and as a multiple of what the grain reaches at
that percentile: four and a half standard deviations.
"""
_LEAST, _FEWEST = 3, 2
"""Columns with print above and below a lost rule; those of them with numbers."""
_THIN, _DASH, _PRINT = 0.45, 0.1, 0.6
"""Of a digit's height: what is lower is a stroke, and of a column's width: or a dash; of a digit's
height: what is lower stands in no rule's way.
"""
_LOWEST = 8
"""Px of the lowest digit."""
_CLEAR = 0.05
"""Part of the lower row's height about its upper end that no print reaches into."""


@dataclass(frozen=True, slots=True)
class _Print:
    """What stands in a square, in px of the page: from where to where, how wide, of the square."""

    top: int
    bottom: int
    width: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> int:
        return self.bottom - self.top


def with_stacked_rows(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice with the level rules between rows that are found as one.

    The new sides are unsure, and are not drawn through cells that reach over several rows.
    """
    lattice = _without_empty_lines(lattice)
    for row in reversed(range(len(lattice.ys) - 1)):
        while (place := _lost_rule(small, lattice, row)) is not None:
            lattice = _parted(small, lattice, row, place)
    return lattice


def _without_empty_lines(lattice: Lattice) -> Lattice:
    """The lattice without level lines that have no side: what shines through the page."""
    for line in reversed(range(1, len(lattice.ys) - 1)):
        if not (lattice.level[line] > PRESENT).any():
            lattice = without_level_line(lattice, line)
    return lattice


def _lost_rule(small: Pixels, lattice: Lattice, row: int) -> float | None:
    """Where the lowest of the rows that one row holds begins; None where it is a single one."""
    top, bottom = float(lattice.ys[row]), float(lattice.ys[row + 1])
    own = set(_own(lattice, row))
    held = {c: _prints(small, lattice, row, c) for c in _ending(lattice, row)}
    alone = [one for c, one in held.items() if c in own and one]
    numbers = [one for one in alone if _narrow(one)]
    tall = [p.height for one in numbers for p in one if p.height >= _LOWEST]
    if len(numbers) < _FEWEST or not tall:
        return None
    digit = float(np.median(tall))
    numbers = [kept for one in numbers if (kept := [p for p in one if not _speck(p, digit)])]
    lowest = [one[-1].middle for one in numbers if len(one) > 1]
    middle = float(np.median(lowest)) if lowest else 0.0
    level = [one for one in numbers if abs(middle - one[-1].middle) <= _ALIKE * digit]
    both = [one for one in level if len(one) > 1]
    # Labels may be wrapped: they speak for two rows only beside numbers that do.
    labels = [one for one in alone if not _narrow(one) and len(one) > 1]
    both += [one for one in labels if abs(middle - one[-1].middle) <= _ALIKE * digit]
    if len(level) < _FEWEST or len(both) < _LEAST:
        return None
    height = 2 * (bottom - float(np.median([one[-1].middle for one in level])))
    place = bottom - height
    if min(height, place - top) < _ROOMY * digit:
        return None
    reach = _CLEAR * height
    through = (
        p.height >= _PRINT * digit and p.bottom > place - reach and p.top < place + reach
        for one in held.values()
        for p in one
    )
    parted = sum(any(p.bottom < place for p in one) for one in both) >= _LEAST
    return place if parted and not any(through) else None


def _narrow(prints: Sequence[_Print]) -> bool:
    return all(one.width < _NARROW for one in prints)


def _speck(one: _Print, digit: float) -> bool:
    """Whether a print is too small for a digit, and for a dash."""
    return one.height < _THIN * digit and one.width < _DASH


def _ending(lattice: Lattice, row: int) -> list[int]:
    """The columns whose cell ends with this row."""
    closed = lattice.level[row + 1] > PRESENT
    found: list[int] = np.nonzero(closed & lattice.inside[row])[0].tolist()
    return found


def _own(lattice: Lattice, row: int) -> list[int]:
    """The columns whose cell is of this row alone."""
    return [column for column in _ending(lattice, row) if lattice.level[row, column] > PRESENT]


def _prints(small: Pixels, lattice: Lattice, row: int, column: int) -> list[_Print]:
    """What stands in a square, from top to bottom, specks left out."""
    top = round(float(lattice.ys[row])) + TRIM
    left = round(float(lattice.xs[column])) + TRIM
    bottom, right = round(float(lattice.ys[row + 1])), round(float(lattice.xs[column + 1]))
    square = small[top : max(top + 1, bottom - TRIM), left : max(left + 1, right - TRIM)]
    dark = square < _level_of_print(square)
    found = []
    for start, stop in _bridged(runs(np.asarray(dark.any(axis=1)))):
        part = dark[start:stop]
        if part.sum() >= _SPECK:
            across = np.nonzero(part.any(axis=0))[0]
            width = (int(across[-1]) - int(across[0]) + 1) / dark.shape[1]
            found.append(_Print(top + start, top + stop, width))
    return found


def _level_of_print(square: Pixels) -> float:
    """The level below which something is print: near the paper's where that has no grain."""
    paper, grain = np.percentile(square, (50, _GRAIN)).tolist() if square.size else (255.0, 0.0)
    return max(float(DARK), paper - max(_FAINT, _ABOVE_GRAIN * (paper - grain)))


def _bridged(parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, stop in parts:
        if found and start - found[-1][1] < _JOINED:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return found


def _parted(small: Pixels, lattice: Lattice, row: int, place: float) -> Lattice:
    """The lattice with a level line in a row, through its own cells and through those from above
    that have print below it: headers read together with the row under them.
    """
    sides = np.zeros(lattice.level.shape[1])
    sides[_own(lattice, row)] = LIKELY
    for column in _ending(lattice, row):
        if any(one.top > place for one in _prints(small, lattice, row, column)):
            sides[column] = LIKELY
    return with_level_line(lattice, row, place, sides)
