"""How dark the print of a cell is, beside its paper and the noise on it.

The threshold is set cell by cell: the paper is the cell's median, the ink a low order statistic
whose rank is the number of pixels that a thin lone digit has. A percentile would make a single
digit vanish in a wide cell, and a page-wide adaptive window leaves halos round the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from extract.model import Pixels
    from extract.reading.pieces import Piece

_STROKE_SHARE = 0.018
"""Pixels of the thinnest mark worth reading, as a share of a digit's height squared."""
_NUMBER_SHARE = 0.09
"""Pixels of ink that any digit but a thin 1 has, as a share of its height squared."""
_CLEAR, _SHADED = 2.0, 12.0
"""Heights of a digit that a cell is high in which columns tell the paper, and grey levels by which
it is shaded."""
_BROAD = 0.8
"""Heights of a digit over which the paper is told."""
_HATCHED = 0.2
"""Share of neighbouring pixels of which one is dark: in print it is a tenth, in dots far more."""
PALER = 0.6
"""Of the darkest ink of a cell, which is that of a speck where print has less."""
_HALO = 0.5
"""Share of the darkness of a thin mark below which the pixels round it are its blur."""


def grey(crop: Pixels) -> Pixels:
    """One channel of a picture: the red one of a colour scan, in which red seals fade."""
    return np.ascontiguousarray(crop[:, :, 0]) if crop.ndim == 3 else crop


def without_shade(picture: Pixels, size: float) -> Pixels:
    """A cell's picture, its paper as light from left to right where a fold shades a part of it.

    The paper of a column of pixels is told where digits, `size` pixels tall, leave much of it free.
    """
    height, width = picture.shape
    reach = max(3, round(_BROAD * size)) | 1
    if height < _CLEAR * size or width <= reach:
        return picture
    across = cv2.blur(cv2.reduce(picture, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F), (reach, 1))
    if float(across.max() - across.min()) < _SHADED:
        return picture
    rank = round(0.7 * (height - 1))
    paper = np.partition(picture, rank, axis=0)[rank : rank + 1]
    # Rules and the line of the fold itself are narrow: a median passes over them.
    paper = cv2.medianBlur(np.pad(paper, ((0, 0), (reach, reach)), "reflect"), reach)
    paper = paper[:, reach:-reach].astype(np.float32)
    if float(paper.max() - paper.min()) < _SHADED:
        return picture
    paper = cv2.blur(paper, (reach, 1))
    return np.asarray(np.clip(picture + (float(np.median(paper)) - paper), 0, 255)).astype(np.uint8)


def darkness(picture: Pixels, size: float) -> tuple[Pixels, float, float]:
    """How far each pixel is below the paper, the ink's level, and the level of mere noise."""
    counts = np.bincount(picture.ravel(), minlength=256)
    below = np.cumsum(counts)
    # Above the median, since a blurred number in a tight cell covers half of it.
    paper = int(np.searchsorted(below, 0.7 * below[-1]))
    # The noise is taken from the light side, where there is no ink (1.12 standard deviations
    # lie between these two quantiles), or from neighbouring pixels, where the light slopes.
    light = int(np.searchsorted(below, 0.95 * below[-1])) - paper
    steps = np.cumsum(np.bincount(cv2.absdiff(picture[:, 1:], picture[:, :-1]).ravel()))
    step = int(np.searchsorted(steps, 0.5 * steps[-1]))
    dark = cv2.subtract(np.full_like(picture, paper), picture)
    rank = max(3.0, _STROKE_SHARE * size * size)
    ink = paper - int(np.searchsorted(below, rank))
    return dark, float(ink), max(8.0, min(3.4 * light, 7.0 * step))


def ink_level(dark: Pixels, size: float, noise: float) -> float:
    """The darkness of the print, of digits `size` pixels tall: a low order statistic.

    Most numbers have far more ink than the thinnest mark, and then the rank is set higher, out
    of the reach of specks and of the remains of rules.
    """
    above = np.cumsum(np.bincount(dark.ravel(), minlength=256)[::-1])
    thin, full = (
        float(255 - int(np.searchsorted(above, max(3.0, share * size * size))))
        for share in (_STROKE_SHARE, _NUMBER_SHARE)
    )
    # The higher rank may be in the halo of a dash only.
    return full if full > max(2.5 * noise, _HALO * thin) else thin


def is_hatched(crop: Pixels) -> bool:
    """Whether a shade behind print became dots, as in bilevel scans of shaded headers."""
    if min(crop.shape[:2]) < 2:
        return False
    dark = grey(crop) < 128
    return bool((dark[:, 1:] != dark[:, :-1]).mean() > _HATCHED)


def without_hatching(crop: Pixels) -> Pixels:
    """The cell's picture with the dots of its shade blurred to paper."""
    blurred = cv2.GaussianBlur(grey(crop), (0, 0), 1.0)
    paper, ink = float(np.median(blurred)), float(np.quantile(blurred, 0.02))
    shades = (np.arange(256) - ink) * 245.0 / max(1.0, paper - ink)
    return np.asarray(cv2.LUT(blurred, np.clip(shades, 0, 255).astype(np.uint8)))


def darkest(dark: Pixels, box: Piece, least: float) -> float:
    """The level of the print in a box, a speck on it left out: of what is darker than `least`."""
    inside = dark[box.window]
    print_of = inside[inside > least]
    return float(np.quantile(print_of, 0.9)) if len(print_of) else 0.0


def without_rules(dark: Pixels, threshold: float, size: float) -> Pixels:
    """Paints the remains of the cell's rules at the crop's edges with paper.

    A rule runs from edge to edge of its crop, which tells it from the strokes of a number that
    fills a narrow cell.
    """
    mask = dark > threshold
    out = dark
    for upright in (False, True):
        across = mask.T if upright else mask
        ends = across[:, :2].any(axis=1) & across[:, -2:].any(axis=1)
        length = across.shape[0]
        edge = min(max(3, round(0.3 * size)), length // 4)
        found = np.flatnonzero(ends & (across.mean(axis=1) > (0.7 if upright else 0.6)))
        for index in found[(found < edge) | (found >= length - edge)]:
            if out is dark:
                out = dark.copy()
            # A rule's blurred flanks go with it.
            near = slice(max(0, index - 1), index + 2)
            out[(slice(None), near) if upright else near] = 0
    return out
