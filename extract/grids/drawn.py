"""Sides that the maps leave in doubt, looked at in the picture itself.

A side is there when ink runs along all of it, as it does along the sides that are sure, or when
its dashes follow each other as theirs do. Letters touch a line here and there only.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from extract.grids.sides import STEP, Sides, runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Ridge = NDArray[np.float32]

SURE = 0.9
SIGN = 0.05
"""Evidence below this is not raised: text can be underlined."""
DARK = 0.45
"""Of the typical rule's darkness: what is darker than this is ink of a rule."""
GAPS = (1, 7)
"""Px: ink is taken to reach as far as the gaps of dashes. The first reach that makes the sure
sides whole is taken."""
WHOLE = 0.97
"""Share of the sure sides' length with ink; with less, all is left to the maps."""
THERE, ABSENT = 0.93, 0.5
"""Share of a side's length with ink, against that of sure sides."""
SEEN = 0.5
NEARLY_ALL = 0.8
"""Share of the sides of a line that are dashes where it is none."""
APART, ASKEW = 0.08, 0.2
"""Parts of a side's length: the paper before and after a dash, and their difference at most."""
CORNER = 4
"""Px left out at both ends, where other rules cross."""
SHORTEST = 6
LONGEST_GAP = 9
"""Pixels of the maps: 20 pt, the height of a row."""
LOWEST, ALONE = 4, 12
"""Pixels of the maps: rows lower than the first have letters that reach from rule to rule; one is
alone with nothing nearer than the second."""
INKED = 150
CLOSED = 0.9
BASE = 60
"""Px of sure sides that a line needs to be its own measure."""


def with_gaps_closed(sides: Sides, small: Pixels) -> Sides:
    """The sides with short gaps of upright ones closed where ink runs from end to end.

    The maps leave uprights out in tables of a single row, in part or whole.
    """
    seen, lines = sides.upright > SEEN, sides.level > SEEN
    upright = sides.upright.copy()
    for x in range(seen.shape[1]):
        for top, bottom in _gaps(seen[:, x]) + _rows_alone(lines[:, x]):
            if (sides.inside[top + 1 : bottom, x] > SEEN).all() and _runs_on(small, x, top, bottom):
                upright[top + 1 : bottom, x] = CLOSED
    return replace(sides, upright=upright)


def _gaps(seen: Flags) -> list[tuple[int, int]]:
    """Neighbours that are seen with some, not many, between them that are not."""
    return [(a, b) for a, b in pairwise(np.nonzero(seen)[0].tolist()) if 1 < b - a <= LONGEST_GAP]


def _rows_alone(lines: Flags) -> list[tuple[int, int]]:
    """The level rules above and below a row that has no other near."""
    far = len(lines) + ALONE
    at = [(-ALONE, -ALONE), *runs(lines), (far, far)]
    return [
        (top - 1, bottom)
        for (_, above), (start, top), (bottom, stop), (below, _) in zip(
            at, at[1:], at[2:], at[3:], strict=False
        )
        if LOWEST <= bottom - top <= LONGEST_GAP
        and start - above >= ALONE
        and below - stop >= ALONE
    ]


def _runs_on(small: Pixels, x: int, top: int, bottom: int) -> bool:
    """Whether ink runs without a gap between two places in a column of the maps."""
    strip = small[(top + 1) * STEP : bottom * STEP, max(0, (x - 1) * STEP) : (x + 2) * STEP]
    return bool(strip.size and (strip < INKED).mean(axis=0).max() >= THERE)


def settled_by_ink(
    small: Pixels, lines: Floats, stops: Floats, evidence: Floats, inner: Flags
) -> Floats:
    """The evidence (lines, stops - 1) of sides along level lines, corrected by their ink.

    `lines` and `stops` are px at WORK_DPI; `inner` (lines, stops - 1) says which sides lie within
    the table: others may be absent in ink, where a page break or an open side ends the table.
    """
    ridges = [_ridge(small, line) for line in lines]
    sure = evidence > SURE
    every = _along(ridges, stops, sure)
    if len(every) < BASE:
        return evidence
    looked = evidence.copy()
    for i, ridge in enumerate(ridges):
        own = _along([ridge], stops, sure[i : i + 1])
        base = own if len(own) >= BASE else every
        inked = _inked(ridge, base)
        if inked is None:
            continue
        for j in range(len(stops) - 1):
            part = _part(inked, stops, j)
            if len(part) < SHORTEST:
                continue
            share = float(part.mean())
            if share > THERE and evidence[i, j] > SIGN:
                looked[i, j] = max(looked[i, j], share)
            elif share < ABSENT and inner[i, j] and not sure[i, j]:
                looked[i, j] = 0.0
    return looked


def without_dashes(small: Pixels, lines: Floats, stops: Floats, evidence: Floats) -> Floats:
    """The evidence of sides along level lines less what are dashes in cells side by side.

    A dash stands in the middle of its cell, with paper on either side of it; a rule goes from
    one upright to the next. Only lines of which nearly all sides are so are none.
    """
    every = _along([_ridge(small, line) for line in lines], stops, evidence > SURE)
    if len(every) < BASE:
        return evidence
    least = DARK * float(np.percentile(every, 75))
    left = evidence.copy()
    for i, line in enumerate(lines):
        seen = np.nonzero(evidence[i] > SEEN)[0].tolist()
        ink = _reaching(_ridge(small, line) > least, GAPS[-1])
        amid = [j for j in seen if _is_amid(_part(ink, stops, j))]
        if seen and len(amid) >= NEARLY_ALL * len(seen):
            left[i, seen] = 0.0
    return left


def _is_amid(ink: Flags) -> bool:
    """Whether ink stands in the middle of a side alone."""
    at = np.nonzero(ink)[0]
    if len(ink) < 2 * SHORTEST or not len(at):
        return False
    before, after = int(at[0]), len(ink) - 1 - int(at[-1])
    return min(before, after) >= APART * len(ink) and abs(before - after) <= ASKEW * len(ink)


def _inked(ridge: Ridge, base: Ridge) -> Flags | None:
    """Where a line has ink, dash upon dash, or None where the sure sides' own is not whole."""
    least = DARK * float(np.percentile(base, 75))
    if least <= 0:
        return None
    for reach in GAPS:
        if _reaching(base > least, reach).mean() > WHOLE:
            return _reaching(ridge > least, reach)
    return None


def _reaching(ink: Flags, reach: int) -> Flags:
    import cv2

    if reach == 1:
        return ink
    spread = cv2.dilate(ink.astype(np.uint8)[None], np.ones((1, reach), np.uint8))
    found: Flags = spread[0] > 0
    return found


def _ridge(small: Pixels, line: float) -> Ridge:
    """How much darker than the paper beside it a level line is, pixel by pixel."""
    at, last = round(float(line)), small.shape[0] - 1

    def dark(low: int, high: int) -> Ridge:
        rows = np.clip(np.arange(at + low, at + high + 1), 0, last)
        return np.float32(255) - small[rows].astype(np.float32)

    beside = (dark(-7, -5).mean(axis=0) + dark(5, 7).mean(axis=0)) / np.float32(2)
    ridge: Ridge = dark(-2, 2).max(axis=0) - beside
    return ridge


def _part(along: NDArray[Any], stops: Floats, j: int) -> NDArray[Any]:
    return along[round(float(stops[j])) + CORNER : round(float(stops[j + 1])) - CORNER + 1]


def _along(ridges: list[Ridge], stops: Floats, sure: Flags) -> Ridge:
    """The ridges of all sure sides, one after another."""
    parts = [
        _part(ridge, stops, j)
        for ridge, there in zip(ridges, sure, strict=True)
        for j in np.nonzero(there)[0].tolist()
    ]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)
