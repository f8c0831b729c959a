"""The print of label cells: where its lines are, how tall its ideographs, each line cut out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.reading.ink import sampled
from extract.reading.levels import PALER, darkest, darkness, grey, ink_level, without_rules
from extract.reading.pieces import Piece

if TYPE_CHECKING:
    from extract.model import Pixels

_SPECK, _REACH = 0.3, 1.0
"""In heights of a glyph: what is smaller than the first, and farther than the second from all that
is larger, is no print."""
_SAMPLED = 64
"""So many cells of a page are enough to tell the height of its ideographs."""
_DIGIT_SHARE = 0.76
"""Height of a digit beside ideographs of one size, as a share of theirs."""
_LABEL_PRINT = 0.87
_PASSES = 3
"""So often a cell is searched for print that is paler than its specks."""


@dataclass(frozen=True, slots=True)
class _Print:
    """The print of a label cell: `parts` numbers its pieces from 1, 0 being paper."""

    picture: Pixels
    parts: NDArray[np.integer[Any]]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """What is as dark as ink: `mask` all of it, `parts` the pieces but for rules and specks."""

    mask: NDArray[np.uint8]
    parts: NDArray[np.integer[Any]]
    pieces: tuple[Piece, ...]


def glyph_height(crops: Sequence[Pixels]) -> float:
    """The height in pixels of the ideographs in label cells of one page; 0 where none shows."""
    heights: list[int] = []
    for crop in sampled(crops, _SAMPLED):
        found = _print(crop, 0.3 * min(crop.shape[:2]))
        if found is not None:
            runs = _runs(np.asarray((found.parts > 0).any(axis=1)))
            heights += [end - start for start, end in runs if end - start >= 7]
    # Runs of 一 or 二 are lower than a glyph, two lines that touch are taller.
    return float(np.quantile(heights, 0.6)) if heights else 0.0


def digit_beside(labels: float, digits: float) -> float:
    """The height of a table's digits, by that of its ideographs and of its upright print.

    Print as tall as the ideographs is a label among the cells, not a digit.
    """
    if labels <= 0 or (0 < digits < _LABEL_PRINT * labels) or digits > labels / _LABEL_PRINT:
        return digits
    return _DIGIT_SHARE * labels


def label_lines(crop: Pixels, glyph: float = 0.0) -> list[Pixels]:
    """The lines of text in a label cell, top to bottom, cut close, paper 255 and ink 0.

    `glyph` is the height in pixels of the page's ideographs (see `glyph_height`), 0 when
    unknown. Lines keep the scale of the crop. What of a neighbouring line reaches into a line's
    rectangle, as it does where text is askew, is painted over.
    """
    size = glyph if glyph > 0 else 0.5 * min(crop.shape[:2])
    found = _print(crop, size)
    if found is None:
        return []
    runs = _line_runs(found.parts > 0, size)
    middles = np.array([(start + end) / 2 for start, end in runs])
    owners = [0] + [
        1 + int(np.abs(middles - (piece.y0 + piece.y1) / 2).argmin()) for piece in found.pieces
    ]
    line_of = np.array(owners, np.uint8)[found.parts]
    beside, above = max(1, round(0.15 * size)), max(1, round(0.2 * size))
    lines: list[Pixels] = []
    for line in range(1, len(runs) + 1):
        x, y, width, height = cv2.boundingRect((line_of == line).view(np.uint8))
        if not width:
            continue
        window = (
            slice(max(0, y - above), y + height + above),
            slice(max(0, x - beside), x + width + beside),
        )
        picture = found.picture[window].copy()
        others = (line_of[window] != line) & (line_of[window] > 0)
        if others.any():
            picture[cv2.dilate(others.view(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 255
        lines.append(picture)
    return lines


def _print(crop: Pixels, size: float) -> _Print | None:
    """The print of a label cell without rules and specks, its ink stretched to 0."""
    if min(crop.shape[:2]) < 6:
        return None
    dark, ink, noise = darkness(grey(crop), size)
    if ink <= noise:
        return None
    dark = without_rules(dark, _least(ink, noise), size)
    for _ in range(_PASSES):
        ink = ink_level(dark, size, noise)
        if ink <= noise:
            return None
        found = _pieces(dark, ink, noise, size)
        glyphs = [p for p in found.pieces if max(p.width, p.height) >= _SPECK * size]
        inked = [p for p in glyphs if (dark[p.window] > PALER * ink).any()]
        if glyphs and not inked:
            # Specks are darker: of pale print only the darkest strokes were seen.
            least = _least(ink, noise)
            ink = max(noise + 1, *(darkest(dark, p, least) for p in glyphs))
            found = _pieces(dark, ink, noise, size)
        if glyphs:
            break
        dark = np.where(cv2.dilate(found.mask, np.ones((3, 3), np.uint8)) > 0, 0, dark)
    if not found.parts.any():
        return None
    shades = np.clip(255.0 - np.arange(256) * (255.0 / max(1.0, ink)), 0, 255).astype(np.uint8)
    return _Print(np.asarray(cv2.LUT(dark, shades)), found.parts, found.pieces)


def _least(ink: float, noise: float) -> float:
    """Darker than this is print of such a darkness; less of its blur than where digits are read."""
    return max(0.4 * ink, noise)


def _pieces(dark: Pixels, ink: float, noise: float, size: float) -> _Pieces:
    """What is as dark as ink, by its connected pieces; the remains of rules and lone specks are
    none.
    """
    mask = (dark > _least(ink, noise)).view(np.uint8)
    height, width = mask.shape
    count, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        mask, 8, cv2.CV_16U, cv2.CCL_SPAGHETTI
    )
    new = np.zeros(count, np.int32)
    pieces: list[Piece] = []
    for index, (x, y, w, h, area) in enumerate(stats.tolist()):
        piece = Piece(x, y, x + w, y + h, area)
        if (
            index
            and area >= max(2.0, 0.008 * size * size)
            and not _is_edge_rule(piece, height, width, size)
        ):
            pieces.append(piece)
            new[index] = len(pieces)
    for index in _lone_specks(pieces, size):
        new[new == index + 1] = 0
    return _Pieces(mask, new[labels], tuple(pieces))


def _lone_specks(pieces: Sequence[Piece], size: float) -> list[int]:
    """Pieces smaller than any stroke but a point, with no glyph in reach.

    They would widen the line, which is read at a fixed height and so much narrower, or make a line.
    """
    small = [max(p.width, p.height) < _SPECK * size for p in pieces]
    glyphs = [piece for piece, speck in zip(pieces, small, strict=True) if not speck]
    sides = np.array([(p.x0, p.y0, p.x1, p.y1) for p in glyphs]).reshape(-1, 4)
    lone = []
    for index in np.flatnonzero(small).tolist():
        p = pieces[index]
        apart = np.maximum(
            np.maximum(sides[:, 0] - p.x1, p.x0 - sides[:, 2]),
            np.maximum(sides[:, 1] - p.y1, p.y0 - sides[:, 3]),
        )
        if not (apart <= _REACH * size).any():
            lone.append(index)
    return lone


def _is_edge_rule(piece: Piece, height: int, width: int, size: float) -> bool:
    """Whether a piece is what is left of a rule; inside the cell it may be the glyph 一."""
    level = piece.y1 <= 0.2 * size or piece.y0 >= height - 0.2 * size
    upright = piece.x1 <= 0.2 * size or piece.x0 >= width - 0.2 * size
    if level and piece.width >= 3 * piece.height:
        return True
    return upright and piece.height >= 3 * piece.width and piece.height >= 0.6 * size


def _runs(rows: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], rows.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _line_runs(mask: NDArray[np.bool_], size: float) -> list[tuple[int, int]]:
    """Rows of each line: strokes of one glyph together, lines that touch cut apart."""
    joined: list[tuple[int, int]] = []
    for start, end in _runs(np.asarray(mask.any(axis=1))):
        if joined and end - joined[-1][0] <= 1.2 * size:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    lines: list[tuple[int, int]] = []
    weight = mask.sum(axis=1)
    for start, end in joined:
        parts = max(1, round((end - start) / (1.3 * size))) if end - start > 1.6 * size else 1
        cuts = [start]
        for part in range(1, parts):
            middle = start + (end - start) * part // parts
            reach = max(1, round(0.25 * size))
            low, high = max(cuts[-1] + 1, middle - reach), min(end - 1, middle + reach)
            cuts.append(low + int(weight[low:high].argmin()) if high > low else middle)
        lines += pairwise([*cuts, end])
    return lines
