"""Two pages side by side on one scan: where they part, and each with its own sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from extract.grids.sides import STEP, Sides, runs
from extract.grids.textlines import letters

if TYPE_CHECKING:
    from extract.grids.sides import Map
    from extract.model import Pixels

_WIDE = 1.2
"""Width over height from which on a scan may show two pages."""
_MIDDLE = (0.4, 0.6)
"""Shares of the width between which two pages part."""
_LEAST = 40
"""Px at WORK_DPI, 5 mm: margins of two pages that meet."""
_USED = 0.002
"""Share of a page that its letters cover at least."""
_STRAY, _DIRTY = 0.003, 2.0
"""Share of a margin's height that dirt may cover, and times that of the emptiest margin."""
_BROAD = 41
"""Px at WORK_DPI over which a column's dirt is averaged."""
_CROSSED = 0.2
"""Level sides in a margin, as a share of those where most of them are: folds make some."""


def gutter_of(small: Pixels, sides: Sides, dpi: float) -> int | None:
    """Where (x) a straight scan of two pages side by side parts, or None for one page.

    Neither letters nor tables stand there; dirt, folds and shadows may.
    """
    height, width = small.shape
    if width < max(_WIDE * height, 3 * _BROAD):
        return None
    start, stop = (round(share * width) for share in _MIDDLE)
    written = letters(small, dpi).mean(axis=0)
    if min(written[:start].mean(), written[stop:].mean()) < _USED:
        return None
    levels = np.repeat((sides.level > 0.5).sum(axis=0), STEP)[start:stop]
    crossed = levels > _CROSSED * levels.max(initial=0)
    smooth = np.convolve(written, np.full(_BROAD, 1 / _BROAD), mode="same")
    # What the emptiest margin of the sheet holds is dirt.
    dirt = _DIRTY * float(smooth[_BROAD:-_BROAD].min())
    free = (smooth[start : start + len(levels)] < max(_STRAY, dirt)) & ~crossed
    first, last = max(runs(free), key=lambda run: run[1] - run[0], default=(0, 0))
    return start + (first + last) // 2 if last - first >= _LEAST else None


def parted_at(sides: Sides, gutter: int) -> tuple[Sides, Sides]:
    """The sides on the left of a gutter, and those on its right, each on the whole sheet."""
    at = gutter // STEP

    def half(part: Map, kept: slice) -> Map:
        alone = np.zeros_like(part)
        alone[:, kept] = part[:, kept]
        return alone

    maps = (sides.level, sides.upright, sides.inside)
    left, right = slice(None, at), slice(at, None)
    return Sides(*(half(m, left) for m in maps)), Sides(*(half(m, right) for m in maps))
