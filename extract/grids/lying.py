"""Whether a page given as a picture lies on its side: by the shapes of its print, and by reading.

Print set close in a table may lean the wrong way for sure; what it says tells more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from extract.errors import SourceError
from extract.grids.lit import evenly_lit, resampled
from extract.grids.straighten import SHAPE_DPI, UNSURE_LEAN, WORK_DPI, lean_of
from extract.grids.textlines import text_lines

if TYPE_CHECKING:
    from extract.model import Page, Pixels

    ReadLines = Callable[[Sequence[Pixels]], list[tuple[str, float]]]
    """Text and confidence (0 to 1) of pictures of text lines."""

SIDEWAYS = 0.5
"""A lean from which on a page lies on its side, as far as its own signs go."""
ACROSS = -1.0
"""A lean below which a page does not lie on its side, unless it is read much surer so."""
SURER = 0.15
"""Difference in how surely a page is read that tells more than its own signs."""
TRIED, BEST = 16, 4
"""Lines that are read of a page, and those of them that tell how surely it is read."""
LEGIBLE = 0.5
"""A page read less surely than this either way tells nothing of how it stands."""


def on_its_side(grey: Pixels, dpi: float, read_lines: ReadLines | None) -> bool:
    """Whether a page lies on its side; `read_lines` is asked where its own signs are weak."""
    lean = lean_of(resampled(grey, SHAPE_DPI / dpi), SHAPE_DPI)
    told = None
    if read_lines is not None and _is_unsure(lean):
        told = _read_on_its_side(grey, dpi, read_lines)
    return lean > SIDEWAYS if told is None else told


def _is_unsure(lean: float) -> bool:
    return UNSURE_LEAN[0] < lean < UNSURE_LEAN[1]


def other_ways(page: Page, read_lines: ReadLines) -> tuple[tuple[bool, bool], ...]:
    """The other ways that an illegible page may be taken, likeliest first: whether it lies on its
    side, and whether it is on its head then, against what its signs say.

    One whose letters say plainly that its lines run across does not lie on its side, unless it is
    read surer so.
    """
    if page.pixels is None:
        return ((False, True), (True, False), (True, True))
    try:
        picture, per_point = page.pixels()
    except SourceError:
        return ()
    grey, scale = evenly_lit(picture, per_point * 72.0)
    dpi = per_point * 72.0 * scale
    lean = lean_of(resampled(grey, SHAPE_DPI / dpi), SHAPE_DPI)
    told = _read_on_its_side(grey, dpi, read_lines)
    # As it was taken at first: reading is asked only where the letters' own signs are weak.
    lying = lean > SIDEWAYS if told is None or not _is_unsure(lean) else told
    head, sides = ((lying, True),), ((not lying, False), (not lying, True))
    if told is (not lying):
        return (*sides, *head)
    return head if lean < ACROSS else (*head, *sides)


def _read_on_its_side(grey: Pixels, dpi: float, read_lines: ReadLines) -> bool | None:
    """Whether a page is read surer on its side; None where reading does not tell."""
    small = resampled(grey, WORK_DPI / dpi)
    stood = [np.ascontiguousarray(np.rot90(small, turns)) for turns in (0, 2, 1, 3)]
    # Which way up is settled later: of two pages one is on its head and cannot be read.
    sure = [sum(some[:BEST]) / BEST for some in read_as_they_stand(stood, read_lines)]
    surer = max(sure[2:]) - max(sure[:2])
    return surer > 0 if abs(surer) > SURER and max(sure) > LEGIBLE else None


def read_as_they_stand(pictures: Sequence[Pixels], read_lines: ReadLines) -> list[list[float]]:
    """How surely the widest text lines of each picture at WORK_DPI are read, 0 to 1, best first.

    Rules that pass for lines are read as nothing.
    """
    crops: list[list[Pixels]] = []
    for small in pictures:
        lines = sorted(text_lines(small, WORK_DPI, ()), key=lambda line: line[0] - line[2])[:TRIED]
        crops.append([
            small[max(0, y0 - 3) : y1 + 3, max(0, x0 - 3) : x1 + 3] for x0, y0, x1, y1 in lines
        ])  # fmt: skip
    read = iter(read_lines([crop for some in crops for crop in some]))
    return [
        sorted((sure * min(1.0, len(text) / 4) for text, sure in islice(read, len(some))))[::-1]
        for some in crops
    ]
