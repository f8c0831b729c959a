"""Pieces of ink, and how they make lines of text: geometry only, no grey levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

LEAST = 0.28
"""Width of the shortest hyphen that makes a line, in heights of a digit."""
_SPECK = 0.2
"""Width and height below which a piece is no print but a point, in heights of a digit."""
_GAP = 1.3
"""Widest gap between the pieces of one number, in heights of a digit."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A connected piece of ink, in pixels of its crop."""

    x0: int
    y0: int
    x1: int
    y1: int
    area: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def window(self) -> tuple[slice, slice]:
        """Its rows and columns."""
        return slice(self.y0, self.y1), slice(self.x0, self.x1)

    def joined(self, other: Piece) -> Piece:
        return Piece(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
            self.area + other.area,
        )


def find_pieces(mask: NDArray[np.uint8]) -> list[Piece]:
    count, _, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        mask, 8, cv2.CV_16U, cv2.CCL_SPAGHETTI
    )
    return [
        Piece(x, y, x + w, y + h, area) for x, y, w, h, area in stats[1:count].tolist() if area > 1
    ]


def bridged(mask: NDArray[np.uint8], size: float) -> NDArray[np.uint8]:
    """Broken strokes of one digit joined; only boxes are taken of it, so merging is harmless."""
    reach = 2 * max(1, round(size / 16)) + 1
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)))


def group_lines(
    mask: NDArray[np.uint8], size: float
) -> tuple[list[tuple[int, Piece]], list[Piece]]:
    """The boxes of lines of text with their row, and the pieces too small to be a line."""
    height, width = mask.shape
    ones: list[Piece] = []
    for piece in find_pieces(mask):
        if _is_rule(piece, height, width, size):
            # An upright as tall as a digit may be a 1 after all, at the end of a number that
            # fills its cell or alone.
            if 0.6 * size < piece.height < 1.25 * size and 0 < piece.y0 < piece.y1 < height:
                ones.append(piece)
            mask[piece.y0 : piece.y1, piece.x0 : piece.x1] = 0
    pieces = [p for p in find_pieces(bridged(mask, size)) if not _is_sliver(p, width, size)]
    large = [p for p in pieces if max(p.width, p.height) >= LEAST * size]
    inner = [p for p in large if not _is_cut_off(p, height, size)] or large
    inner += [p for p in ones if any(_ends(p, other, size) for other in inner)]
    lines: list[tuple[Piece, list[Piece]]] = []
    for piece in sorted(inner, key=lambda p: p.y0 + p.y1):
        if lines and _one_line(lines[-1][0], piece, size):
            line, members = lines[-1]
            lines[-1] = (line.joined(piece), [*members, piece])
        else:
            lines.append((piece, [piece]))
    others = [p for p in pieces if p not in inner]
    # At the very edge of its cell a lone upright is what a broken rule left.
    ones = [p for p in ones if p.x0 > 0 and p.x1 < width]
    if not lines and len(ones) == 1:
        return [(0, ones[0])], others
    boxes = [
        (row, _with_points(part, others, size))
        for row, (line, members) in enumerate(lines)
        for part in _parts([*members, *_baseline(line, others, size)], size)
    ]
    return boxes, others


def _ends(one: Piece, digit: Piece, size: float) -> bool:
    """Whether an upright stands beside a digit, on its line and as tall as it."""
    apart = max(one.x0 - digit.x1, digit.x0 - one.x1)
    level = max(abs(one.y0 - digit.y0), abs(one.y1 - digit.y1))
    return level <= 0.15 * size and apart <= 0.6 * size


def _baseline(line: Piece, others: list[Piece], size: float) -> list[Piece]:
    """The small pieces at the foot of a line, between its ends: full-width points among them."""
    return [
        p
        for p in others
        if line.x0 < p.x0
        and p.x1 < line.x1
        and p.y0 > line.y1 - 0.45 * size
        and p.y1 < line.y1 + 0.3 * size
    ]


def _parts(members: list[Piece], size: float) -> list[Piece]:
    """A line's pieces joined from the left; a gap wider than full-width digits have ends a part.

    Two numbers that stand so far apart are those of two cells whose rule was not found.
    """
    members = sorted(members, key=lambda p: p.x0)
    parts = members[:1]
    for piece in members[1:]:
        if piece.x0 - parts[-1].x1 > _GAP * size:
            parts.append(piece)
        else:
            parts[-1] = parts[-1].joined(piece)
    return parts


def _one_line(line: Piece, piece: Piece, size: float) -> bool:
    """Whether a piece stands beside a line, or is a bit of the same height of print."""
    middle = (piece.y0 + piece.y1) / 2
    if middle < line.y1 - 0.1 * size or _overlap(line, piece) > 0.35:
        return True
    return line.joined(piece).height <= 1.3 * size


def _overlap(one: Piece, other: Piece) -> float:
    """Share of the lower piece's height that lies beside the other."""
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared / max(1, min(one.height, other.height))


def _with_points(line: Piece, others: list[Piece], size: float) -> Piece:
    """A line with the points, commas, signs and broken bits that stand close to it."""
    for piece in sorted(others, key=lambda p: max(line.x0 - p.x1, p.x0 - line.x1)):
        middle = (piece.y0 + piece.y1) / 2
        level = line.y0 - 0.1 * size <= middle <= line.y1 + 0.2 * size
        inside = piece.y0 >= line.y0 - 0.1 * size and piece.y1 <= line.y1 + 0.3 * size
        close = max(line.x0 - piece.x1, piece.x0 - line.x1) < 0.5 * size
        if level and inside and close:
            line = line.joined(piece)
    return line


def shape_of(box: Piece, height: int, size: float) -> Literal["text", "stroke", "speck"]:
    """What the only piece of a cell of this height looks like."""
    if max(box.width, box.height) < _SPECK * size:
        return "speck"
    middle = (box.y0 + box.y1) / 2
    thin = box.height <= 0.35 * size and box.width >= 1.5 * box.height
    inside = min(middle, height - middle) >= 0.45 * size
    return "stroke" if thin and inside and box.width <= 2.5 * size else "text"


def _is_rule(piece: Piece, height: int, width: int, size: float) -> bool:
    """Whether a piece is what is left of a rule: thin, along an edge of the crop."""
    middle = (piece.y0 + piece.y1) / 2
    level = min(middle, height - middle) < 0.3 * size
    if level and piece.height <= 0.25 * size and piece.width >= 2 * piece.height:
        return True
    # A rule that slants through the crop: long, and much lower than any text of its length.
    near = piece.y0 < 0.5 * size or piece.y1 > height - 0.5 * size
    slant = min(3 + 0.07 * piece.width, 0.5 * size)
    if near and piece.width > 0.6 * width and piece.height <= slant:
        return True
    beside = piece.x0 < 0.5 * size or piece.x1 > width - 0.5 * size
    tall = piece.height > max(0.6 * height, 1.25 * size)
    if beside and tall and piece.width <= min(3 + 0.07 * piece.height, 0.5 * size):
        return True
    touches = piece.x0 <= 2 or piece.x1 >= width - 2
    thin = piece.width <= max(3.0, 0.2 * size) and piece.height >= 3 * piece.width
    return touches and thin and piece.height >= 0.4 * size


def _is_sliver(piece: Piece, width: int, size: float) -> bool:
    """Whether a piece is bits of a rule, one above the other at the side of the cell."""
    touches = piece.x0 == 0 or piece.x1 == width
    return touches and piece.width <= max(2.0, 0.1 * size) and piece.height > 2 * piece.width


def _is_cut_off(piece: Piece, height: int, size: float) -> bool:
    """Whether a piece is the end of a neighbour's text that reaches over the cell's rule."""
    nearest = min(piece.y0, height - piece.y1)
    return nearest <= 0.2 * size and piece.height < 0.5 * size
