"""Slots → evidence: what each cell prints, by its text or its pixels, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.model import Evidence, Reading, Slot
from extract.reading.numbers import read_number

# Probability that a cell's text is what is printed, by what found the cell: a file of scans may
# hold pages of real text too. An export may have lost or garbled what it exports.
_RELIABILITY = {
    "pdfplumber": 0.99999,
    "camelot": 0.99999,
    "docx": 0.99999,
    "html": 0.99999,
    "markdown": 0.99,
}
_RECOGNISED = 0.9
_SPILT = 0.9
NOT_WHOLE = "its text crosses the cell's rules, is two texts, or something is drawn over it"

UNSURE_SIDES = "a side of its cell is faint, or strokes cross it: other digits may stand in it"

STACKED = "its lines may be the numbers of two rows: the rule between them may be lost"


def evidence_of(slots: Sequence[Slot]) -> tuple[Evidence, ...]:
    """The evidence of every slot, in order."""
    return tuple(_evidence(slot) for slot in slots)


def _evidence(slot: Slot) -> Evidence:
    cell = slot.cell
    if cell is None:
        return Evidence(slot, ())
    if cell.text is None or cell.readings:
        readings = tuple(replace(r, reader=r.reader or slot.reader) for r in cell.readings)
        doubt = STACKED if cell.stacked else None if cell.whole else UNSURE_SIDES
        return Evidence(slot, readings, doubt)
    reading = read_number(cell.text, slot.reader, _RELIABILITY.get(slot.reader, _RECOGNISED))
    if not cell.whole:
        return Evidence(
            slot,
            (replace(reading, probability=_SPILT),),
            NOT_WHOLE,
        )
    return Evidence(slot, (_sure_of_nothing(reading),))


def _sure_of_nothing(reading: Reading) -> Reading:
    """Text that is no number is surely there, but what it is meant to say is not known."""
    return replace(reading, probability=0.5) if reading.mark == "illegible" else reading
