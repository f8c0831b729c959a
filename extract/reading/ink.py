"""Which pixels of a cell are ink, and where its lines of text are.

The threshold is set cell by cell: the paper is the cell's median, the ink a low order statistic
whose rank is the number of pixels that a thin lone digit has. A percentile would make a single
digit vanish in a wide cell, and a page-wide adaptive window leaves halos round the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from extract.model import Pixels

LINE_HEIGHT = 32
"""Height in pixels of the line crops that the numeral model reads."""
_WIDEST = 12 * LINE_HEIGHT
_STROKE_SHARE = 0.04
"""Pixels of the thinnest mark worth reading, as a share of a digit's height squared."""
_SAMPLED = 64
"""So many cells of a page are enough to tell the height of its digits."""


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

    def joined(self, other: Piece) -> Piece:
        return Piece(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
            self.area + other.area,
        )


def grey(crop: Pixels) -> Pixels:
    """One channel of a picture: the red one of a colour scan, in which red seals fade."""
    return np.ascontiguousarray(crop[:, :, 0]) if crop.ndim == 3 else crop


def digit_height(crops: Sequence[Pixels]) -> float:
    """The height in pixels of the digits in cells of one page; 0 where no cell shows one."""
    crops = [crop for crop in crops if min(crop.shape[:2]) >= 4]
    if not crops:
        return 0.0
    lowest = float(np.quantile([crop.shape[0] for crop in crops], 0.1))
    heights: list[int] = []
    for crop in crops[:: max(1, len(crops) // _SAMPLED)]:
        dark, ink, noise = _darkness(grey(crop), 0.4 * lowest)
        if ink <= noise:
            continue
        mask = (dark > max(0.45 * ink, noise)).view(np.uint8)
        for piece in _pieces(mask):
            inside = piece.y0 > 0 and piece.y1 < crop.shape[0]
            upright = 1.1 < piece.height / piece.width < 6
            if inside and upright and max(6.0, 0.2 * lowest) <= piece.height <= lowest:
                heights.append(piece.height)
    return float(np.median(heights)) if heights else 0.0


@dataclass(frozen=True, slots=True)
class InkLine:
    """A line of text in a cell: where it is, and its picture as the numeral model takes it."""

    place: Piece
    pixels: Pixels


def text_lines(crop: Pixels, digit: float = 0.0) -> tuple[InkLine, ...]:
    """The lines of text in a cell, top to bottom.

    `crop` is the cell's picture, remains of its rules allowed; `digit` the height in pixels of
    the page's digits (see `digit_height`), 0 when unknown. Each line's picture is grey,
    (LINE_HEIGHT, width), paper 255, ink stretched to 0, and keeps the room of a full digit
    around a dash or a speck, so that their size still tells what they are. A cell without any
    trace of ink gives no line; whether a speck is print is for the model to say.
    """
    height, width = crop.shape[:2]
    if height < 4 or width < 4:
        return ()
    size = digit if digit > 0 else 0.45 * min(height, width)
    size = float(np.clip(size, 4.0, max(4.0, 0.95 * height)))
    dark, ink, noise = _darkness(grey(crop), size)
    if ink <= noise:
        return ()
    dark = _without_rules(dark, max(0.4 * ink, noise), size)
    ink = _ink_level(dark, size)
    if ink <= noise:
        return ()
    mask = (dark > max(0.45 * ink, noise)).view(np.uint8)
    return tuple(InkLine(box, _stretched(dark, box, ink, size)) for box in _lines(mask, size))


def _darkness(picture: Pixels, size: float) -> tuple[Pixels, float, float]:
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
    return dark, float(ink), max(8.0, min(3.4 * light, 4.5 * step))


def _ink_level(dark: Pixels, size: float) -> float:
    above = np.cumsum(np.bincount(dark.ravel(), minlength=256)[::-1])
    return float(255 - int(np.searchsorted(above, max(3.0, _STROKE_SHARE * size * size))))


def _without_rules(dark: Pixels, threshold: float, size: float) -> Pixels:
    """Paints the remains of the cell's rules at the crop's edges with paper.

    A rule runs from edge to edge of its crop, which tells it from the strokes of a number that
    fills a narrow cell.
    """
    mask = dark > threshold
    out = dark
    for upright in (False, True):
        across = mask.T if upright else mask
        ends = across[:, :3].any(axis=1) & across[:, -3:].any(axis=1)
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


def _pieces(mask: NDArray[np.uint8]) -> list[Piece]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return [
        Piece(x, y, x + w, y + h, area) for x, y, w, h, area in stats[1:count].tolist() if area > 1
    ]


def _lines(mask: NDArray[np.uint8], size: float) -> list[Piece]:
    """The boxes of the lines of text, top to bottom, or of the one speck that may be print."""
    height, width = mask.shape
    for piece in _pieces(mask):
        if _is_rule(piece, height, width, size):
            mask[piece.y0 : piece.y1, piece.x0 : piece.x1] = 0
    reach = 2 * max(1, round(size / 16)) + 1
    # Broken strokes of one digit are bridged; only the boxes are used, so merging is harmless.
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    pieces = _pieces(closed)
    large = [p for p in pieces if max(p.width, p.height) >= 0.33 * size]
    inner = [p for p in large if not _is_cut_off(p, height, size)]
    large = inner or large
    if not large:
        return [max(pieces, key=lambda p: p.area)] if pieces else []
    lines: list[Piece] = []
    for piece in sorted(large, key=lambda p: p.y0 + p.y1):
        if lines and _one_line(lines[-1], piece, size):
            lines[-1] = lines[-1].joined(piece)
        else:
            lines.append(piece)
    small = [p for p in pieces if max(p.width, p.height) < 0.33 * size]
    return [_with_points(line, small, size) for line in lines]


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


def _with_points(line: Piece, small: list[Piece], size: float) -> Piece:
    """A line with the points, commas and broken bits that stand close to it."""
    for piece in sorted(small, key=lambda p: min(abs(p.x0 - line.x1), abs(line.x0 - p.x1))):
        middle = (piece.y0 + piece.y1) / 2
        beside = -0.8 * size < piece.x0 - line.x1 < 0.5 * size
        before = -0.8 * size < line.x0 - piece.x1 < 0.5 * size
        within = line.x0 <= piece.x0 and piece.x1 <= line.x1
        if line.y0 - 0.1 * size <= middle <= line.y1 + 0.2 * size and (beside or before or within):
            line = line.joined(piece)
    return line


def _is_rule(piece: Piece, height: int, width: int, size: float) -> bool:
    """Whether a piece is what is left of a rule: thin, along an edge of the crop."""
    middle = (piece.y0 + piece.y1) / 2
    level = min(middle, height - middle) < 0.3 * size
    if level and piece.height <= 0.25 * size and piece.width >= 2 * piece.height:
        return True
    touches = piece.x0 <= 2 or piece.x1 >= width - 2
    thin = piece.width <= max(3.0, 0.2 * size) and piece.height >= 3 * piece.width
    return touches and thin and piece.height >= 0.4 * size


def _is_cut_off(piece: Piece, height: int, size: float) -> bool:
    """Whether a piece is the end of a neighbour's text that reaches over the cell's rule."""
    nearest = min(piece.y0, height - piece.y1)
    return nearest <= 0.2 * size and piece.height < 0.5 * size


def _stretched(dark: Pixels, box: Piece, ink: float, size: float) -> Pixels:
    """A line cut out with a margin, at LINE_HEIGHT, paper 255, ink 0."""
    tall = max(float(box.height), 0.85 * size)
    scale = LINE_HEIGHT / (1.25 * tall)
    # Half a digit more on the sides: the margin is the model's room for its first step.
    left, right = box.x0 - 0.25 * tall, box.x1 + 0.25 * tall
    top = (box.y0 + box.y1) / 2 - 0.625 * tall
    width = int(np.clip(round((right - left) * scale), LINE_HEIGHT // 2, _WIDEST))
    if scale < 0.6:
        # Linear sampling would skip thin strokes: average first.
        kernel = max(1, round(0.8 / scale))
        dark = cv2.blur(dark, (kernel, kernel))
    move = np.array([[scale, 0.0, -left * scale], [0.0, scale, -top * scale]])
    line = cv2.warpAffine(dark, move, (width, LINE_HEIGHT), flags=cv2.INTER_LINEAR)
    shades = np.clip(255.0 - np.arange(256) * (255.0 / max(1.0, ink)), 0, 255)
    return np.asarray(cv2.LUT(line, shades.astype(np.uint8)))


def glyph_height(crops: Sequence[Pixels]) -> float:
    """The height in pixels of the ideographs in label cells of one page; 0 where none shows."""
    heights: list[int] = []
    for crop in crops[:: max(1, len(crops) // _SAMPLED)]:
        found = _label_mask(crop, 0.3 * min(crop.shape[:2]))
        if found is None:
            continue
        runs = _runs(np.asarray(found[0].any(axis=1)))
        heights += [end - start for start, end in runs if end - start >= 7]
    if not heights:
        return 0.0
    # Runs of 一 or 二 are lower than a glyph, two lines that touch are taller.
    return float(np.quantile(heights, 0.6))


def label_lines(crop: Pixels, glyph: float = 0.0) -> list[Pixels]:
    """The lines of text in a label cell, top to bottom, cut close, paper 255 and ink 0.

    `glyph` is the height in pixels of the page's ideographs (see `glyph_height`), 0 when
    unknown. Lines keep the scale of the crop.
    """
    size = glyph if glyph > 0 else 0.5 * min(crop.shape[:2])
    found = _label_mask(crop, size)
    if found is None:
        return []
    mask, dark, ink = found
    shades = np.clip(255.0 - np.arange(256) * (255.0 / max(1.0, ink)), 0, 255).astype(np.uint8)
    picture = cv2.LUT(dark, shades)
    lines: list[Pixels] = []
    for start, end in _line_runs(mask, size):
        columns = np.flatnonzero(mask[start:end].any(axis=0))
        margin = max(1, round(0.12 * size))
        rows = slice(max(0, start - margin), end + margin)
        across = slice(max(0, int(columns[0]) - margin), int(columns[-1]) + 1 + margin)
        lines.append(picture[rows, across])
    return lines


def _label_mask(crop: Pixels, size: float) -> tuple[NDArray[np.uint8], Pixels, float] | None:
    """The print of a label cell without rules and specks, its darkness, and the ink's level."""
    if min(crop.shape[:2]) < 6:
        return None
    dark, ink, noise = _darkness(grey(crop), size)
    if ink <= noise:
        return None
    dark = _without_rules(dark, max(0.4 * ink, noise), size)
    ink = _ink_level(dark, size)
    if ink <= noise:
        return None
    mask = (dark > max(0.4 * ink, noise)).view(np.uint8)
    height, width = mask.shape
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    keep = np.ones(count, np.uint8)
    for index, (x, y, w, h, area) in enumerate(stats.tolist()):
        piece = Piece(x, y, x + w, y + h, area)
        if area < max(2.0, 0.008 * size * size) or _is_edge_rule(piece, height, width, size):
            keep[index] = 0
    keep[0] = 0
    mask = keep[labels]
    return (mask, dark, ink) if mask.any() else None


def _is_edge_rule(piece: Piece, height: int, width: int, size: float) -> bool:
    """Like `_is_rule`, for labels: a flat stroke inside the cell may be the glyph 一."""
    level = piece.y1 <= 0.2 * size or piece.y0 >= height - 0.2 * size
    upright = piece.x1 <= 0.2 * size or piece.x0 >= width - 0.2 * size
    if level and piece.width >= 3 * piece.height:
        return True
    return upright and piece.height >= 3 * piece.width and piece.height >= 0.6 * size


def _runs(rows: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], rows.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _line_runs(mask: NDArray[np.uint8], size: float) -> list[tuple[int, int]]:
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
        cuts.append(end)
        lines += [(a, b) for a, b in pairwise(cuts) if mask[a:b].any()]
    return lines
