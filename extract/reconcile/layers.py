"""The text layer of a scan as a second witness beside the pixels, judged page by page.

A layer is trusted as far as it agrees with the cells of its own page that the pixels show
beyond doubt; a page whose layer agrees too seldom is not heard at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.grids.glyphs import cell_text
from extract.model import Box, Evidence, Glyph, Page, Reading, Slot
from extract.reading.numbers import read_number
from extract.reconcile.witness import heard

WITNESS = "text layer"
_SURE = 0.99  # of a reading from pixels that may judge the layer
_ENOUGH = 8  # sure cells that a layer is judged by
_WORTH_HEARING = 0.7
_MOST = 0.97  # trust in any layer: it saw the same damaged page


def weigh_text_layer(
    evidence: Sequence[Evidence], slots: Sequence[Slot], pages: Sequence[Page]
) -> tuple[Evidence, ...]:
    """The evidence after the text layers of scanned pages were heard.

    `slots` run beside `evidence`, their boxes in the frame of the page's glyphs. By Bayes' rule
    a layer that says what is read raises it, one that says another number lowers it.
    """
    layers = {page.number: page.glyphs for page in pages if page.scanned and page.glyphs}
    said: dict[int, Reading] = {}
    for index, slot in enumerate(slots):
        glyphs = layers.get(slot.page or 0)
        if glyphs and slot.cell is not None and slot.cell.box is not None:
            reading = _said(glyphs, slot.cell.box)
            if reading.mark in ("number", "dash"):
                said[index] = reading
    trust = {number: _trust(number, evidence, slots, said) for number in layers}
    return tuple(
        _heard(one, said[index], trust[slot.page or 0])
        if index in said and trust[slot.page or 0] >= _WORTH_HEARING
        else one
        for index, (one, slot) in enumerate(zip(evidence, slots, strict=True))
    )


def _said(glyphs: Sequence[Glyph], box: Box) -> Reading:
    inside = [g for g in glyphs if box.holds((g.x0 + g.x1) / 2, (g.y0 + g.y1) / 2)]
    return read_number(cell_text(inside, box)[0], WITNESS)


def _trust(
    page: int, evidence: Sequence[Evidence], slots: Sequence[Slot], said: dict[int, Reading]
) -> float:
    """The share of a page's sure cells that its layer reads alike; 0 where there are too few."""
    agree = total = 0
    for index, reading in said.items():
        best = evidence[index].readings[:1]
        if slots[index].page == page and best and best[0].probability >= _SURE:
            total += 1
            agree += _same(best[0], reading)
    return min(_MOST, agree / total) if total >= _ENOUGH else 0.0


def _same(a: Reading, b: Reading) -> bool:
    return a.mark == b.mark and a.value == b.value


def _heard(one: Evidence, said: Reading, trust: float) -> Evidence:
    weighed = heard(one, said, trust)
    best = weighed.readings[:1]
    if not best or not _same(best[0], said) or best[0].reader == WITNESS:
        return weighed
    both = replace(best[0], reader=f"{best[0].reader}, {WITNESS}")
    return replace(weighed, readings=(both, *weighed.readings[1:]))
