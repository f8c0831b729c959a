"""Whether the sign between the digits of a number is a point or a comma, by its shape.

The numeral model hardly tells them apart, and in an amount either may stand before three digits.
A comma has a tail below the line on which digits stand; a full-width one leaves the rest of its
square free on its right; a point does neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

if TYPE_CHECKING:
    from extract.model import Pixels

_INK = 175
"""Grey level below which a pixel of a stretched line is print: high, since tails are thin."""
_TALL, _LOW, _NARROW = 0.7, 0.6, 0.4
"""Heights of a digit: what is at least as tall is one, and a sign between them lower and narrow."""
_LEAST_DIGITS = 2
_COARSE = 14
"""Px of a digit below which a tail cannot be seen."""
_ALONE = 0.5
"""Of the largest mark's pixels: another with more makes it unclear which is the sign."""
_TAIL, _STANDS = 0.08, 0.04
"""Heights of a digit by which a comma reaches below the line at least, a point at most."""
_HIGH, _ROUND = 0.3, 0.29
"""Heights of the lowest comma and of the tallest point."""
_SQUARE, _EVEN = 0.55, 0.3
"""Heights of a digit by which there is more room on the right of a full-width comma, and by which
the room on both sides of a point differs at most."""


def separator_shape(line: Pixels) -> Literal["point", "comma"] | None:
    """What the only sign between the digits of a line looks like; None where it is unclear.

    `line` is grey, paper 255, ink stretched to 0, as the numeral model takes it.
    """
    mask = (line < _INK).view(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    x, y, width, height, area = stats[1:].T
    if not len(x):
        return None
    tall = height >= _TALL * height.max()
    size = float(np.median(height[tall]))
    between = (x > x[tall].min()) & (x < x[tall].max())
    marks = np.flatnonzero(between & (height < _LOW * size) & (width < _NARROW * size))
    if tall.sum() < _LEAST_DIGITS or size < _COARSE or not len(marks):
        return None
    mark = marks[area[marks].argmax()]
    if (area[marks] > _ALONE * area[mark]).sum() > 1:
        return None
    left, right = x[mark], x[mark] + width[mark]
    before = left - (x + width)[tall & (x < left)].max()
    after = x[tall & (x > left)].min() - right
    tail = (y[mark] + height[mark] - float(np.median((y + height)[tall]))) / size
    room = (after - before) / size
    if (tail >= _TAIL and height[mark] >= _HIGH * size) or room > _SQUARE:
        return "comma"
    even = tail <= _STANDS and height[mark] <= _ROUND * size and abs(room) <= _EVEN
    return "point" if even else None
