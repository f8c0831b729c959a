"""Ink that reaches over the edges of a cell's crop: whether it is the cell's own, and all of it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.reading.pieces import Piece

_RIM = 0.35
"""Digit heights from the edges of a crop within which the remains of rules stay."""
_LARGER = 1.3
"""Digit heights: a stroke that is larger is no digit's."""
_LEAST, _THIN = 0.45, 0.15
"""Digit heights of what is left of a digit that an edge cuts, and of its width."""
_HALF, _MOST = 0.35, 0.75
"""Digit heights: a digit of the row above or below reaches less far into a cell than the first, and
more than the second is a digit that touches the edge of a low row."""
_ROOM = 1.5
"""Digit heights free on the other side of a number that an edge cuts."""
_SECOND, _THICK = 0.6, 0.4
"""Digit heights from the side within which the other stroke of its doubled rule ends, and that it
is wide at most."""


@dataclass(frozen=True, slots=True)
class Edges:
    """What comes in over the edges of a crop.

    `crossed`: strokes larger than a digit that reach on into it, a seal or a neighbour's text.
    `cut`: a digit of a number that does not stand in the cell as a whole.
    `sliced`: half of a digit, where no whole one stands.
    """

    crossed: bool
    cut: bool
    sliced: bool = False


def edges(mask: NDArray[np.bool_], size: float) -> Edges:
    """What comes in over the edges of a crop of which `mask` is the ink; digits are `size` tall."""
    count, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        mask.view(np.uint8), 8, cv2.CV_16U, cv2.CCL_SPAGHETTI
    )
    pieces = [Piece(x, y, x + w, y + h, area) for x, y, w, h, area in stats[1:count].tolist()]
    height, width = mask.shape
    digits = [piece for piece in pieces if _is_digit(piece, height, size)]
    before = min((piece.x0 for piece in digits), default=1)
    after = width - max((piece.x1 for piece in digits), default=0)
    # Numbers that fill their cell leave no room, and touching digits of theirs are one stroke.
    fills = max(before, after) < _ROOM * size
    band = max(2, round(_RIM * size))
    if min(mask.shape) <= 3 * band:
        over = []
    else:
        inside = np.bincount(labels[band:-band, band:-band].ravel(), minlength=count)
        over = [
            piece
            for piece, within in zip(pieces, inside[1:].tolist(), strict=True)
            if within > 0.5 * size and max(piece.width, piece.height) > _LARGER * size
            if piece.x0 <= 0 or piece.y0 <= 0 or piece.x1 >= width or piece.y1 >= height
            if not (fills and piece in digits) and not _is_second_stroke(piece, mask.shape, size)
        ]
    beside = bool(digits) and min(before, after) <= 0 and not fills
    sliced = not digits and any(_is_sliced(piece, mask.shape, size) for piece in pieces)
    return Edges(bool(over), beside, sliced)


def _is_digit(piece: Piece, height: int, size: float) -> bool:
    """Whether a piece is as tall as digits, or what an edge leaves of one, and no side of a rule:
    one digit, or several that touch.
    """
    return (
        _LEAST * size <= piece.height <= _LARGER * size
        and piece.width >= _THIN * size
        and 0 < piece.y0 < piece.y1 < height
    )


def _is_sliced(piece: Piece, shape: tuple[int, ...], size: float) -> bool:
    """Whether a piece is what the upper or the lower edge leaves of a digit, about half of it."""
    height, width = shape
    return (
        (piece.y0 <= 0) != (piece.y1 >= height)
        and _HALF * size <= piece.height <= _MOST * size
        and _THIN * size <= piece.width <= size
        and piece.x0 > _SECOND * size
        and piece.x1 < width - _SECOND * size
    )


def _is_second_stroke(piece: Piece, shape: tuple[int, ...], size: float) -> bool:
    """Whether a piece is an upright rule beside the one that the cell ends at."""
    height, width = shape
    beside = piece.x1 <= _SECOND * size or piece.x0 >= width - _SECOND * size
    return piece.height == height and piece.width <= _THICK * size and beside
