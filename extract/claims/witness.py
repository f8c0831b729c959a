"""What the text of a report says of a cell that its picture leaves in doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from extract.model import Cell, Claim, Reading

READER = "narrative"


def said_of(claims: Sequence[Claim], cells: Sequence[Cell]) -> dict[str, Reading]:
    """By cell code the number that the text asks of it.

    Only claims of the whole count, in plain numbers, whose cells were all read surely but one;
    a cell of which two sentences ask different numbers is left alone.
    """
    known = {cell.code: cell for cell in cells}
    asked: dict[str, set[int]] = {}
    for claim in claims:
        doubted = [code for code in claim.cells if known[code].status == "suspect"]
        if claim.scope in ("organ", "others") or claim.unit in ("元", "万元", "亿元"):
            continue
        if len(doubted) == 1 and (left := _left(claim, doubted[0], known)) is not None:
            asked.setdefault(doubted[0], set()).add(left)
    return {
        code: Reading(str(number), "number", number, None, 1.0, READER)
        for code, (number, *others) in ((code, sorted(one)) for code, one in asked.items())
        if not others
    }


def _left(claim: Claim, doubted: str, known: Mapping[str, Cell]) -> int | None:
    """What the claim leaves for one of its cells; None where that is no count."""
    left = Fraction(str(claim.value))
    for code in claim.cells:
        cell = known[code]
        if code == doubted:
            continue
        if cell.value is None and cell.mark not in ("blank", "dash"):
            return None
        left -= Fraction(str(cell.value or 0))
    return left.numerator if left.denominator == 1 and left >= 0 else None
