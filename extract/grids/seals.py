"""Round seals on a grey page, taken out so that what they were stamped over can be read.

In colour a red seal fades in the red channel. In grey its ring and its star are as dark as pale
print, but broader than the strokes of print and rules: a white top-hat (Serra 1982, "Image
analysis and mathematical morphology") leaves these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.grids.lit import resampled

if TYPE_CHECKING:
    from extract.model import Pixels

_SEEN_DPI, _SOUGHT_DPI = 150.0, 75.0
"""At which rings are told from print, and circles are sought."""
_RADII = (14.0, 27.0)
"""Millimetres: seals of offices are 38 to 45 mm wide, and a copy may be larger or smaller."""
_ARC = 1.5
"""Radii: as long and as high is the part of a ring that holds together, at least."""
_MOST = 6
"""Circles that are looked at on a page."""
_PAPER = 250
_LEAST, _MOST_DARK = 30, 150
"""Grey levels below the paper that a ring is dark. Under a darker one, as on a page of black and
white, nothing can be told: it stays, and strokes that cross a cell are a doubt."""
_VOTES = 22
"""Of the Hough transform: few, since each circle is looked at."""
_ROUND = 0.6
"""Share of the way round on which a ring shows."""
_ANGLES, _ON_PAGE = 240, 0.8
"""Places of a ring that are looked at, and the share of them that must be on the page."""
_SHIFT, _REACH = 4, 3.0
"""Px that the middle of a ring may be off, and millimetres that its radius may be."""
_BESIDE = 1.8
"""Millimetres from the middle of a ring's stroke where it has ended."""
_RING = 1.6
"""Millimetres: its stroke, with its blur."""
_STROKE, _SOLID = 1.5, 1.0
"""Millimetres: that stroke at most, and what of a star is broader than any other."""
_BROAD = 0.55
"""Millimetres: strokes of print are thinner, those of rings broader."""
_STAR = 0.42
"""Share of the radius within which the star stands."""
_LETTER = 0.36
"""Millimetres: strokes of plain print are thinner, those of the letters round the star broader."""
_FINE = 2.5
"""Pixels: of narrower strokes breadth does not tell."""
_BLUR, _FRINGE = 0.3, 1.15
"""Millimetres that the blur of its strokes takes, across, and how dark it is beside theirs."""
_ALIKE, _DARKER, _MANY = 0.8, 1.3, 0.5
"""Times the darkness of a ring: print that is as dark as a seal has pixels between the two, its
letters have none above the second; the blur of print that is darker has some."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A ring in px of a picture: its middle, its radius, and how dark it is."""

    x: float
    y: float
    radius: float
    dark: float


def without_seals(grey: Pixels, dpi: float) -> Pixels:
    """An evenly lit page with the rings and stars of its seals made paper.

    What they cross is left as dark as it would be without them.
    """
    seals = find_seals(grey, dpi)
    if not seals:
        return grey
    out = grey.copy()
    for seal in seals:
        _take_out(out, seal, dpi, _is_paler(seal, grey, dpi))
    return out


def find_seals(grey: Pixels, dpi: float) -> list[Seal]:
    """The round seals of an evenly lit page."""
    seen = resampled(grey, _SEEN_DPI / dpi) if dpi > _SEEN_DPI else grey
    per = dpi * seen.shape[1] / grey.shape[1]
    broad = _opened(cv2.subtract(np.full_like(seen, _PAPER), seen), _BROAD * per / 25.4)
    large = _large(resampled(broad, _SOUGHT_DPI / per))
    if large is None:
        return []
    mm = _SOUGHT_DPI / 25.4
    circles: Any = cv2.HoughCircles(
        large, cv2.HOUGH_GRADIENT, 1, 10 * mm,
        param1=60, param2=_VOTES, minRadius=round(_RADII[0] * mm), maxRadius=round(_RADII[1] * mm),
    )  # fmt: skip
    if circles is None:
        return []
    scale, up = per / _SOUGHT_DPI, dpi / per
    found = (_ring(broad, x * scale, y * scale, r * scale, per) for x, y, r in circles[0][:_MOST])
    return [
        Seal(s.x * up, s.y * up, s.radius * up, s.dark)
        for s in found
        if s is not None and s.dark <= _MOST_DARK
    ]


def _large(broad: Pixels) -> Pixels | None:
    """What is broad and as large as a seal, at _SOUGHT_DPI; None where nothing is."""
    mask = cv2.dilate((broad >= _LEAST).view(np.uint8), np.ones((3, 3), np.uint8))
    _, parts, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        mask, 8, cv2.CV_16U, cv2.CCL_SPAGHETTI
    )
    least = _ARC * _RADII[0] * _SOUGHT_DPI / 25.4
    large = (stats[:, cv2.CC_STAT_WIDTH] >= least) & (stats[:, cv2.CC_STAT_HEIGHT] >= least)
    large[0] = False
    if not large.any():
        return None
    return np.asarray(
        cv2.GaussianBlur(np.where(large[parts], broad, 0).astype(np.uint8), (0, 0), 1)
    )


def _opened(dark: Pixels, width: float) -> Pixels:
    """What is left of a picture's darkness without strokes thinner than so many pixels."""
    size = max(3, round(width))
    return np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((size, size), np.uint8)))


def _ring(broad: Pixels, x: float, y: float, radius: float, dpi: float) -> Seal | None:
    """The ring near a circle, if one shows most of the way round with paper on both its sides."""
    beside = max(1, round(_BESIDE * dpi / 25.4))
    reach = round(_REACH * dpi / 25.4) + beside
    radii = np.arange(radius - reach, radius + reach + 1)
    best, most = None, 0.0
    steps = range(-_SHIFT, _SHIFT + 1, 2)
    for middle in ((x + dx, y + dy) for dx in steps for dy in steps):
        levels = _round(broad, middle, radii)
        if levels is None:
            continue
        on = levels[beside:-beside]
        paper = np.maximum(levels[: -2 * beside], levels[2 * beside :])
        ring = (on >= _LEAST) & (on - paper > _LEAST / 2)
        share = ring.mean(axis=1)
        at = int(share.argmax())
        if share[at] > most:
            most = float(share[at])
            best = Seal(*middle, float(radii[beside + at]), float(np.median(on[at][ring[at]])))
    return best if most >= _ROUND else None


def _round(
    picture: Pixels, middle: tuple[float, float], radii: NDArray[np.floating[Any]]
) -> NDArray[np.int16] | None:
    """The levels of a picture all round a place, (radii, angles); None if too few are on it."""
    angles = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)
    xs = (middle[0] + radii[:, None] * np.cos(angles)).round().astype(int)
    ys = (middle[1] + radii[:, None] * np.sin(angles)).round().astype(int)
    height, width = picture.shape
    if ((xs >= 0) & (ys >= 0) & (xs < width) & (ys < height)).mean() < _ON_PAGE:
        return None
    levels = picture[np.clip(ys, 0, height - 1), np.clip(xs, 0, width - 1)]
    return np.asarray(levels, np.int16)


def _is_paler(seal: Seal, grey: Pixels, dpi: float) -> bool:
    """Whether a seal is clearly paler than the print beside it, so that its letters are told, where
    they are broad enough in pixels.
    """
    if _LETTER * dpi / 25.4 < _FINE:
        return False
    levels = np.bincount(grey.ravel(), minlength=256)
    levels -= np.bincount(grey[_window(seal, dpi)].ravel(), minlength=256)
    alike, darker = (round(_PAPER - times * seal.dark) for times in (_ALIKE, _DARKER))
    return bool(levels[: darker + 1].sum() > _MANY * levels[darker + 1 : alike + 1].sum())


def _window(seal: Seal, dpi: float) -> tuple[slice, slice]:
    """The square of a page that a seal stands in."""
    far = seal.radius + 2 * _RING * dpi / 25.4
    top, left = max(0, int(seal.y - far)), max(0, int(seal.x - far))
    return slice(top, int(seal.y + far) + 1), slice(left, int(seal.x + far) + 1)


def _take_out(grey: Pixels, seal: Seal, dpi: float, paler: bool) -> None:
    """Takes a seal's ring and star out of the picture, in place; if it is `paler` than print its
    letters as well.
    """
    mm = dpi / 25.4
    window = _window(seal, dpi)
    top, left = window[0].start, window[1].start
    dark = cv2.subtract(np.full_like(grey[window], _PAPER), grey[window])
    ys, xs = np.indices(dark.shape)
    away = np.hypot(xs + left - seal.x, ys + top - seal.y)
    ring = np.abs(away - seal.radius) <= _STROKE / 2 * mm
    star = (away <= _STAR * seal.radius) & (_opened(dark, _SOLID * mm) > seal.dark / 2)
    beside = np.abs(away - seal.radius) <= _RING * mm
    # Bold print is broad as well; there its darkness, or that of what is beside it, tells.
    size = max(5, round(_BROAD * mm) | 1)
    pale = cv2.dilate(dark, np.ones((size, size), np.uint8)) <= _DARKER * seal.dark
    letters = pale & (away < seal.radius) if paler else beside & pale
    broad = np.where(letters, _opened(dark, (_LETTER if paler else _BROAD) * mm), 0)
    broad = np.where(ring | star, _opened(dark, _BROAD * mm), broad)
    grey[window] = _PAPER - _lifted(dark, np.minimum(broad, seal.dark * _DARKER), mm)


def _lifted(dark: Pixels, seal: NDArray[np.floating[Any]], mm: float) -> Pixels:
    """The darkness without that of a seal, under which print darkens but the light that it leaves.

    The blur of the seal's strokes goes with them.
    """
    rest = (dark - seal) / (1 - seal / _PAPER)
    size = max(3, round(_BLUR * mm) | 1)
    near = cv2.dilate(seal, np.ones((size, size), np.uint8))
    rest[(near > 0) & (dark <= _FRINGE * near)] = 0
    return np.asarray(np.clip(rest, 0, 255)).astype(np.uint8)
