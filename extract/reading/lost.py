"""Print that is gone without a trace, and what it says of cells that seem blank.

A cell without ink prints nothing, or printed something that the paper no longer shows. How often
the latter happens is told by the rest of the print: by how far it stands out of the noise, and
by how much of it is hardly to be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from extract.model import Reading
from extract.reading.ink import CellInk
from extract.reading.numbers import read_number
from extract.reading.numerals import READER

CLEAR = 0.9
"""Probability below which print is hardly to be read."""
_PARTING = str.maketrans("", "", ".,，")
_BLANK_LAPSE = 0.001
_LOST = 0.35
"""Share of cells without visible print that print something, where noise is as dark as print."""
_WORN_OFF = 0.7
"""Cells whose print is gone, for each of their table whose print is hardly to be read."""
_LOST_ZERO = 0.35
"""Share of zeros among the numbers that leave no trace."""
_FEW = 8
_NO_PRINT = 0.98
"""Trust in a cell without ink on a page on which no cell shows print."""


def seen_surely(texts: Sequence[tuple[str, float]]) -> float:
    """The probability of the digits of the first of a cell's texts, whatever parts them: a comma
    that may be a point is no print that can hardly be read.
    """
    first, chance = texts[0]
    digits = first.translate(_PARTING)
    if not digits.isdecimal():
        return chance
    return sum(some for text, some in texts if text.translate(_PARTING) == digits)


def share_lost(printed: Sequence[float]) -> float:
    """The share of a table's print that may be lost without a trace, by how surely the print of
    each cell was seen.

    Where much of the print is hardly to be read, some of it is worn off altogether.
    """
    doubtful = sum(chance < CLEAR for chance in printed)
    return _WORN_OFF * doubtful / max(len(printed), _FEW)


def blank_trust(cell: CellInk, usual: float) -> float:
    """The probability that a cell is blank in which no print was seen.

    It depends on how far the `usual` print of the page stands out of this cell's noise and
    specks; where the page shows no print to compare with, it is taken to stand out little.
    """
    if not usual:
        return 0.0 if cell.lines else _NO_PRINT
    return _stands_out(usual / max(cell.noise, cell.ink))


def _stands_out(ratio: float) -> float:
    """The probability that print so many times as dark as what is in a cell would be seen."""
    return float(min(1 - _BLANK_LAPSE, 1 - _LOST * np.exp(-1.6 * max(0.0, ratio - 1))))


def trusted_blank(texts: list[tuple[str, float]], trust: float) -> list[tuple[str, float]]:
    """Texts of a cell read as blank, believed as far as page or model do, whichever is more."""
    (blank, chance), *others = texts
    if chance >= trust:
        found = texts
    else:
        shrink = (1 - trust) / (1 - chance)
        found = [(blank, trust), *((text, share * shrink) for text, share in others)]
    if all(text != "0" for text, _ in found):  # what was worn off may be one, which no sum tells
        found.append(("0", _LOST_ZERO * max(0.0, 1 - sum(share for _, share in found))))
    return found


def shone_through(
    readings: tuple[Reading, ...], faintness: float, lost: float
) -> tuple[Reading, ...]:
    """What a cell prints whose ink has this share of the darkness that print has: sooner nothing.

    What is clearly a number or a dash may be one: 0 and 8 are the same from behind, and dashes
    are thin. `lost` is the `share_lost` of the table's print.
    """
    clear = bool(readings) and is_print(readings[0]) and readings[0].probability >= CLEAR
    trust = 0.5 if clear else min(_stands_out(1 / max(faintness, 1e-3)), 1 - lost)
    others = [replace(r, probability=r.probability * (1 - trust)) for r in readings]
    blank = replace(read_number("", reader=READER), probability=trust)
    found = [blank, *(r for r in others if r.mark != "blank")]
    return tuple(sorted(found, key=lambda reading: -reading.probability))


def is_print(reading: Reading) -> bool:
    return reading.mark in ("number", "dash")


def with_lost_print(
    cells: Sequence[tuple[Reading, ...]], tables: Sequence[str]
) -> list[tuple[Reading, ...]]:
    """Readings of one document's value cells, each in one of its `tables`, none of them surer to
    be blank than the print around it shows.

    A table that shows too little print to tell how much of it is lost is taken to have lost as
    much as the document: where thin digits are gone from all cells, none of them is blank for sure.
    """
    printed: dict[str, list[float]] = {table: [] for table in tables}
    for readings, table in zip(cells, tables, strict=True):
        if readings and readings[0].mark != "blank":
            printed[table].append(seen_surely([(r.printed, r.probability) for r in readings]))
    every = share_lost([chance for some in printed.values() for chance in some])
    lost = {
        table: share_lost(some) if len(some) >= _FEW else every for table, some in printed.items()
    }
    return [
        _doubted_blank(readings, 1 - lost[table])
        for readings, table in zip(cells, tables, strict=True)
    ]


def _doubted_blank(readings: tuple[Reading, ...], most: float) -> tuple[Reading, ...]:
    """Readings that believe in a blank no further than `most`."""
    if not readings or readings[0].mark != "blank" or readings[0].probability <= most:
        return readings
    gone = readings[0].probability - most
    found = [replace(readings[0], probability=most), *readings[1:]]
    return tuple(
        replace(one, probability=one.probability + _LOST_ZERO * gone) if one.value == 0 else one
        for one in found
    )
