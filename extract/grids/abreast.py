"""Columns that stand beside each other where the upright rule between them is lost.

A column of numbers or words is printed once a row. Where most rows of a column hold two prints,
and the same broad strip between them is free in all of them, the column is two.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.evenly import ALIKE, DARK, LIKELY, PRESENT, TRIM
from extract.grids.rules import Lattice, with_line
from extract.grids.sides import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from extract.model import Pixels

    Flags = NDArray[np.bool_]

_LEAST = 6
"""Rows with print: fewer may leave a strip free by chance."""
_SEVERAL = 3
"""Columns of one width that are each one column."""
_FEWEST = 3
"""The same where every one of them has print on both sides of the strip."""
_SOME = 2
"""The same of a column as wide as two: rows with print on both sides of its middle."""
_BOTH = 4
"""Rows with print on both sides of it."""
_MOSTLY = 0.6
"""Share of the rows that have print on one side: the other may be left blank."""
_THROUGH = 0.1
"""Share of the rows whose print reaches through: words of a header."""
_BROAD = 3.0
"""Heights of its print between two of a row: a number and its unit in one cell are nearer."""
_RULE = 10
"""Px at the sides of a column: what is no wider is left of a rule that is drawn twice."""
_STROKE, _ALONG = 5, 0.7
"""Px across what is left of a rule, at most, and the part of a row that it goes along."""
_SPECK, _LOWER = 12, 0.5
"""Dark px of the smallest digit, and its part of the usual height: specks and dashes have less."""


def with_columns_abreast(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice with the upright rules between columns that are found as one.

    The new sides are unsure, and are not drawn through print.
    """
    widths = np.diff(lattice.xs)
    for column in reversed(range(len(widths))):
        if np.count_nonzero(np.abs(widths / widths[column] - 1) < ALIKE) > _SEVERAL:
            continue  # one of the columns of one width
        rows = _own(lattice, column)
        held, height = _prints(small, lattice, column, rows)
        place = _free_place(held, height)
        if place is not None:
            lattice = _parted(lattice, column, place, rows, held)
            continue
        # Rows between two titles have columns of their own.
        for block in _blocks(rows) if len(rows) < len(lattice.upright) else ():
            held, height = _prints(small, lattice, column, block)
            place = _place_free_in_all(held, height)
            if place is None and _twice_as_wide(lattice, column, block):
                place = _free_middle(held, height)
            if place is not None:
                lattice = _parted(lattice, column, place, block, held)
                break
    return lattice


def _parted(lattice: Lattice, column: int, place: int, rows: Sequence[int], held: Flags) -> Lattice:
    """The lattice with a line in a column, and its sides in those of the rows where it is free."""
    near = slice(place - 1, place + 2)
    free = [row for row, one in zip(rows, held, strict=True) if not one[near].any()]
    lattice = with_line(lattice, column, float(lattice.xs[column]) + TRIM + place)
    lattice.upright[free, column + 1] = LIKELY
    return lattice


def _blocks(rows: Sequence[int]) -> list[list[int]]:
    """Rows that follow each other, apart from others."""
    found: list[list[int]] = []
    for row in rows:
        if found and row == found[-1][-1] + 1:
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _own(lattice: Lattice, column: int) -> list[int]:
    """The rows whose cell is of this column alone."""
    closed = (lattice.upright[:, column] > PRESENT) & (lattice.upright[:, column + 1] > PRESENT)
    found: list[int] = np.nonzero(closed & lattice.inside[:, column])[0].tolist()
    return found


def _prints(small: Pixels, lattice: Lattice, column: int, rows: list[int]) -> tuple[Flags, float]:
    """Where along the column each of the rows has print, and how high that is, in px."""
    left = round(float(lattice.xs[column])) + TRIM
    right = max(left + 1, round(float(lattice.xs[column + 1])) - TRIM)
    held = np.zeros((len(rows), right - left), bool)
    squares = [_square(lattice, row, left, right) for row in rows]
    found: list[tuple[int, int, int, int]] = []
    for place, square in enumerate(squares):
        inked = small[square] < DARK
        for start, stop in runs(np.asarray(inked.any(axis=0))):
            at_side = (start == 0 or stop == right - left) and stop - start <= _RULE
            if inked[:, start:stop].sum() < _SPECK or at_side:
                continue
            along = np.nonzero(inked[:, start:stop].any(axis=1))[0]
            if stop - start <= _STROKE and along[-1] - along[0] >= _ALONG * len(inked):
                continue  # the dots of the rule that is lost
            found.append((place, start, stop, len(along)))
    usual = float(np.median([height for *_, height in found])) if found else 0.0
    for place, start, stop, height in found:
        held[place, start:stop] |= height >= _LOWER * usual
    return held, usual


def _square(lattice: Lattice, row: int, left: int, right: int) -> tuple[slice, slice]:
    top, bottom = round(float(lattice.ys[row])) + TRIM, round(float(lattice.ys[row + 1])) - TRIM
    return slice(top, max(top + 1, bottom)), slice(left, right)


def _free_place(held: Flags, height: float) -> int | None:
    """The middle of a strip between two prints of several rows, which nearly no other print
    reaches into.
    """
    printed = held[held.any(axis=1)]
    gaps = [gap for row in printed if (gap := _gap(row)) and gap[1] - gap[0] >= _BROAD * height]
    if len(printed) < _LEAST or len(gaps) < _BOTH:
        return None
    start = round(float(np.quantile([gap[0] for gap in gaps], 1 - _THROUGH)))
    stop = round(float(np.quantile([gap[1] for gap in gaps], _THROUGH)))
    free = runs(np.asarray(printed[:, start:stop].mean(axis=0) <= _THROUGH)) if stop > start else []
    low, high = max(free, key=lambda one: one[1] - one[0], default=(0, 0))
    start, stop = start + low, start + high
    if stop - start < _BROAD / 2 * height:
        return None
    sides = printed[:, :start].any(axis=1).mean(), printed[:, stop:].any(axis=1).mean()
    return (start + stop) // 2 if max(sides) >= _MOSTLY else None


def _place_free_in_all(held: Flags, height: float) -> int | None:
    """The middle of a broad strip between two prints of every row."""
    gaps = [gap for row in held if (gap := _gap(row))]
    if len(held) < _FEWEST or len(gaps) < len(held):
        return None
    start, stop = max(gap[0] for gap in gaps), min(gap[1] for gap in gaps)
    return (start + stop) // 2 if stop - start >= _BROAD / 2 * height else None


def _twice_as_wide(lattice: Lattice, column: int, rows: Sequence[int]) -> bool:
    """Whether a column is as wide as two of one beside it in these rows."""
    widths = np.diff(lattice.xs)
    beside = [
        other
        for other, side in ((column - 1, column - 1), (column + 1, column + 2))
        if 0 <= other < len(widths) and (lattice.upright[rows, side] > PRESENT).all()
    ]
    return any(abs(widths[column] / widths[other] / 2 - 1) < ALIKE / 2 for other in beside)


def _free_middle(held: Flags, height: float) -> int | None:
    """The middle of a column, if no print is near it and some rows have print on both sides."""
    middle, room = held.shape[1] // 2, round(_BROAD / 4 * height)
    both = held[:, :middle].any(axis=1) & held[:, middle:].any(axis=1)
    free = not held[:, max(0, middle - room) : middle + room].any()
    return middle if free and len(held) >= _FEWEST and both.sum() >= _SOME else None


def _gap(row: Flags) -> tuple[int, int] | None:
    """The broadest gap between two prints of a row."""
    prints = runs(row)
    gaps = [(one[1], other[0]) for one, other in pairwise(prints)]
    return max(gaps, key=lambda gap: gap[1] - gap[0], default=None)
