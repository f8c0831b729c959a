"""Pictures of pages as grey levels: without red ink, evenly lit, at other resolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from extract.model import Pixels

FINEST_DPI = 300.0
"""More tells nothing of a page."""


def evenly_lit(picture: Pixels, dpi: float) -> tuple[Pixels, float]:
    """The grey levels of a page's picture, evenly lit, and px of them for each of the picture's:
    1, or less where it has more than FINEST_DPI.
    """
    grey = grey_of(picture)
    if dpi > FINEST_DPI * 1.1:
        grey = resampled(grey, FINEST_DPI / dpi)
    scale = grey.shape[1] / picture.shape[1]
    lit = picture if picture.ndim == 2 else np.ascontiguousarray(picture[:, :, 0])
    return even_light(grey, dpi * scale, lit), scale


def grey_of(picture: Pixels) -> Pixels:
    """The darkness of ink that is not red: seals and red heads are made as bright as paper.

    The red channel, made brighter by what it exceeds the others.
    """
    import cv2

    if picture.ndim == 2:
        return picture
    red, green, blue = cv2.split(picture)
    redness = cv2.subtract(red, cv2.min(green, blue))
    out: Pixels = cv2.scaleAdd(redness, 0.6, red)
    return out


def even_light(grey: Pixels, dpi: float, lit: Pixels | None = None) -> Pixels:
    """The picture divided by its paper, so that shadows and yellowed edges become white.

    The paper is the brightest value within about 4 mm, smoothed over 12 mm, of `lit` where that
    is given: the same page before red ink was made bright.
    """
    import cv2

    step = max(2, round(dpi / 25))
    size = (max(1, round(grey.shape[1] / step)), max(1, round(grey.shape[0] / step)))
    small = cv2.resize(grey if lit is None else lit, size, interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(small, np.ones((5, 5), np.uint8))
    paper = cv2.medianBlur(paper, 5)
    paper = cv2.blur(paper, (9, 9))
    paper = np.maximum(paper, 40)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    out: Pixels = cv2.divide(grey, paper, scale=250)
    return out


def resampled(grey: Pixels, factor: float) -> Pixels:
    """The picture scaled by `factor`, averaged when it shrinks."""
    import cv2

    if abs(factor - 1) < 1e-6:
        return grey
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    out: Pixels = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=how)
    return out
