"""Second opinions on single cells of a picture: read again, and what the text says of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from extract.model import Cell, Check, Evidence, Reading
from extract.reconcile.counts import is_fraction, is_large
from extract.reconcile.witness import TEXT_RELIABLE, heard_again, heard_of

_SURE, _DASHES = 0.9, 5
"""So many sure dashes make them a document's own."""


def worth_asking(cells: Sequence[Cell], checks: Sequence[Check]) -> frozenset[str]:
    """Cells of failed identities, so that nobody is accused on one reading, and those in doubt."""
    failed = [one for one in checks if one.verdict == "fail" and one.strength == "hard"]
    held = {code for one in failed for code in one.cells}
    return frozenset(held | {cell.code for cell in cells if cell.status == "suspect"})


def second_opinions(
    evidence: tuple[Evidence, ...],
    codes: Collection[str],
    told: Mapping[str, Reading],
    counts: Collection[str] = (),
) -> tuple[Evidence, ...]:
    """The evidence once the cells `codes` were read again and what is `told` was heard.

    A fraction read again in one of `counts` says nothing, nor a large amount elsewhere, nor a
    dash where the document has hardly any: the stump of a worn digit is one at any scale. Raises
    SourceError (`unsupported`) where a model is missing.
    """
    from extract.reading.again import read_again

    crops = {
        one.slot.code: one.slot.cell.crop
        for one in evidence
        if one.slot.code in codes and one.slot.cell is not None and one.slot.cell.crop is not None
    }
    tops = [one.readings[0] for one in evidence if one.readings]
    dashed = sum(one.mark == "dash" and one.probability >= _SURE for one in tops) >= _DASHES
    again = {
        code: [
            one
            for one in said
            if not (is_fraction if code in counts else is_large)(one)
            if one.mark != "dash" or dashed
        ]
        for code, said in zip(crops, read_again(list(crops.values())), strict=True)
    }
    return tuple(
        heard_of(
            heard_again(one, again.get(one.slot.code, ())), told.get(one.slot.code), TEXT_RELIABLE
        )
        for one in evidence
    )
