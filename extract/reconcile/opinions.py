"""Second opinions on single cells of a picture: read again, and what the text says of them.

And the other way round: what the pixels say of the numbers that balance asks for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.forms import Form
from extract.model import Cell, Check, Evidence, Reading
from extract.reconcile.counts import is_fraction, is_large
from extract.reconcile.identities import system_of
from extract.reconcile.weigh import weigh
from extract.reconcile.witness import TEXT_RELIABLE, heard_again, heard_of

if TYPE_CHECKING:
    from extract.model import Pixels

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

    A fraction read again in one of `counts` says nothing; nor, elsewhere, a large amount, or the
    digits of one that was seen with a point, which the second reader may lose; nor a dash where
    the document has hardly any: the stump of a worn digit is one at any scale. Raises SourceError
    (`unsupported`) where a model is missing.
    """
    from extract.reading.again import read_again

    crops = {
        one.slot.code: one.slot.cell.crop
        for one in evidence
        if one.slot.code in codes and one.slot.cell is not None and one.slot.cell.crop is not None
    }
    tops = [one.readings[0] for one in evidence if one.readings]
    dashed = sum(one.mark == "dash" and one.probability >= _SURE for one in tops) >= _DASHES
    pointed = {one.slot.code: _without_points(one.readings) for one in evidence}
    again = {
        code: [
            one
            for one in said
            if not (is_fraction(one) if code in counts else is_large(one))
            if code in counts or one.printed not in pointed[code]
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


def _without_points(readings: Sequence[Reading]) -> set[str]:
    """The digits of the fractions among readings."""
    return {one.printed.replace(".", "") for one in readings if is_fraction(one)}


def asked_of_pixels(
    form: Form, alternatives: frozenset[str], evidence: tuple[Evidence, ...]
) -> tuple[Evidence, ...]:
    """The evidence once its pixels were asked of every number by which a failed identity may be
    explained: a recogniser proposes a few, and what it left out may be next to impossible.

    `evidence` is as for `reconcile`. Raises SourceError (`unsupported`) where a model is missing.
    """
    from extract.reading.again import likelihood_ratios
    from extract.reading.ink import digit_height

    asked = _asked(form, alternatives, evidence)
    pages: dict[int | None, list[int]] = defaultdict(list)
    for i in asked:
        pages[evidence[i].slot.page].append(i)
    found = list(evidence)
    for page, places in pages.items():
        shown = [_crop(one) for one in evidence if one.slot.page == page]
        ratios = likelihood_ratios(
            [crop for i in places if (crop := _crop(evidence[i])) is not None],
            digit_height([crop for crop in shown if crop is not None]),
            [evidence[i].readings[0].printed for i in places],
            [sorted(asked[i]) for i in places],
        )
        for i, row in zip(places, ratios, strict=True):
            if row is not None:
                first = evidence[i].readings[0].probability
                likely = zip(sorted(asked[i]), (first * one for one in row), strict=True)
                found[i] = replace(evidence[i], asked=tuple(likely))
    return tuple(found)


def _asked(
    form: Form, alternatives: frozenset[str], evidence: tuple[Evidence, ...]
) -> dict[int, set[int]]:
    """Whole numbers that explanations ask of cells whose number is seen, and those by which each
    cell of a failed check would settle it alone: what is heard later may make more of them likely.
    """
    weighed = weigh(system_of(form, alternatives), evidence, pixels=True, geometry=False)
    moves = {
        move
        for decoding in weighed.decodings
        for one in decoding.explanations
        for move in one.moves
    }
    for row, left in weighed.parity.syndrome.items():
        for i, coefficient in weighed.parity.rows[row]:
            value = weighed.beliefs[i].value
            if value is not None and coefficient in (1, -1):
                moves.add((i, value - coefficient * left))
    asked: dict[int, set[int]] = defaultdict(set)
    for i, number in moves:
        seen = evidence[i].readings[0].mark in ("number", "dash") and _crop(evidence[i]) is not None
        if seen and isinstance(number, int) and number >= 0:
            asked[i].add(number)
    return asked


def _crop(evidence: Evidence) -> Pixels | None:
    return evidence.slot.cell.crop if evidence.slot.cell is not None else None
