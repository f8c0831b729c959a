"""Numbers that a page break cut in two: head and tail of one cell put together."""

from __future__ import annotations

from dataclasses import replace

from extract.model import GridCell, Reading
from extract.reading.numbers import read_number

_PER_HALF = 4
_KEPT = 6


def parted(head: GridCell, tail: GridCell) -> GridCell | None:
    """The cell of both halves, None where their texts are no digits; it is not whole."""
    if head.text is not None and tail.text is not None:
        text = f"{head.text.strip()}\n{tail.text.strip()}"
        if not (_digits(head.text) and _digits(tail.text)):
            return None
        return replace(head, text=text, whole=False)
    readings = sorted(
        (
            _joined(a, b)
            for a in head.readings[:_PER_HALF]
            for b in tail.readings[:_PER_HALF]
            if _digits(a.printed) and (_digits(b.printed) or b.mark == "blank")
        ),
        key=lambda reading: -reading.probability,
    )
    return replace(head, readings=tuple(readings[:_KEPT]), whole=False) if readings else None


def _digits(text: str) -> bool:
    bare = text.strip().replace(",", "").replace("\n", "")
    return bare.isascii() and bare.replace(".", "").isdigit()


def _joined(a: Reading, b: Reading) -> Reading:
    return read_number(a.printed + b.printed, a.reader, a.probability * b.probability)
