"""Small marks that come back in many cells of a table at the same place: dashes, never specks.

A hyphen of a small fax is no larger than a speck, and seen alone it is taken for one. But specks
fall anywhere, and a dash stands where the table's layout puts it, in one size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extract.reading.ink import CellInk
from extract.reading.numerals import OTHER

_SMALL = 0.75
"""Heights of a digit that no side of a small mark exceeds."""
_LIKE = 0.2
"""Heights of a digit by which marks that are the same may differ in size and place."""
_ASIDE = 0.3
"""The same along the line, where a centred mark may be off by a pixel of its rules."""
_EDGE = 0.3
"""Heights of a digit from the edges of its cell within which remains of rules come back too."""
_LEAST = 3
"""Others alike that make a mark no accident."""
_SHARE = 0.15
"""Least share of them among the table's small marks."""
_STRAY = 0.01
"""Share of marks that come back and are none all the same."""
_UNCLEAR = 0.02
"""Share of what they print that no member names."""

_DASHED = frozenset("-—/\\.,+" + OTHER)
"""What a mark is read as, when it is not taken for a speck."""

Texts = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class _Mark:
    cell: int
    width: float
    height: float
    middle: float
    """Below the middle of its cell, in heights of a digit, as all of these."""
    top: float
    centre: float
    """Right of the middle of its cell."""
    left: float


def recurring_marks(
    texts: Sequence[Texts],
    cells: Sequence[CellInk],
    shapes: Sequence[tuple[int, ...]],
    digit: float,
) -> list[Texts]:
    """The texts of a table's cells, those of marks that come back weighed together.

    `shapes` are (height, width) of the cells' pictures, `digit` the height of their digits. What
    a mark that comes back prints is what its cells together say; nothing is not a choice.
    """
    out = list(texts)
    marks = [
        mark
        for place, cell in enumerate(cells)
        if set(texts[place][0][0]) <= _DASHED
        for mark in _marks(place, cell, shapes[place], digit)
    ]
    if len(marks) <= _LEAST:
        return out
    alike = _alike(marks)
    counts = alike.sum(axis=1) - 1
    for place, mark in enumerate(marks):
        if counts[place] < max(_LEAST, _SHARE * len(marks)):
            continue
        members = {marks[other].cell for other in np.flatnonzero(alike[place])}
        lone = [member for member in members if len(cells[member].lines) == 1]
        out[mark.cell] = _together(texts, lone, mark.cell)
    return out


def _marks(place: int, cell: CellInk, shape: tuple[int, ...], digit: float) -> list[_Mark]:
    """The small pieces of print well inside a cell that holds no larger ones but its rules'."""
    height, width = shape[:2]
    found: list[_Mark] = []
    for line in cell.lines if digit > 0 else ():
        box = line.place
        room = min(box.y0, height - box.y1, box.x0, width - box.x1)
        if room < _EDGE * digit:
            continue
        if max(box.width, box.height) > _SMALL * digit:
            return []
        found.append(
            _Mark(
                place,
                box.width / digit,
                box.height / digit,
                ((box.y0 + box.y1) - height) / 2 / digit,
                box.y0 / digit,
                ((box.x0 + box.x1) - width) / 2 / digit,
                box.x0 / digit,
            )
        )
    return found


def _alike(marks: Sequence[_Mark]) -> NDArray[np.bool_]:
    """Which marks are of one size and at one place, from the middle or the corner of the cell."""

    def near(name: str, reach: float) -> NDArray[np.bool_]:
        values = np.array([getattr(mark, name) for mark in marks])
        return np.asarray(np.abs(values[:, None] - values[None, :]) <= reach)

    size = near("width", _LIKE) & near("height", _LIKE)
    down = near("middle", _LIKE) | near("top", _LIKE)
    return np.asarray(size & down & (near("centre", _ASIDE) | near("left", _ASIDE)))


def _together(texts: Sequence[Texts], members: Sequence[int], cell: int) -> Texts:
    """The texts of one of the members, by what all of them may print."""
    shares: dict[str, float] = {}
    for member in members:
        for text, chance in texts[member]:
            if text and OTHER not in text:
                shares[text] = shares.get(text, 0.0) + chance
    total = sum(shares.values())
    if total <= 0:
        return texts[cell]
    sure = (1 - _STRAY) * (1 - _UNCLEAR)
    found = [(text, sure * share / total) for text, share in shares.items()]
    if texts[cell][0][0] and texts[cell][0][1] >= max(share for _, share in found):
        return texts[cell]
    blank = dict(texts[cell]).get("", 0.0)
    return sorted([*found, ("", _STRAY * blank)], key=lambda pair: -pair[1])
