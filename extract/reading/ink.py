"""Which pixels of a cell are ink, and where its lines of text are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.reading.edges import edges
from extract.reading.levels import (
    PALER,
    darkest,
    darkness,
    grey,
    ink_level,
    without_rules,
    without_shade,
)
from extract.reading.pieces import LEAST, Piece, bridged, find_pieces, group_lines, shape_of

if TYPE_CHECKING:
    from extract.model import Pixels

LINE_HEIGHT = 32
"""Height in pixels of the line crops that the numeral model reads."""
_WIDEST = 12 * LINE_HEIGHT
_FAINTER = 0.06
"""Print fainter than this share of a cell's specks is grain; what shines through the sheet is told
by the usual print of its table."""
_SHINES = 0.27
"""The same share of the usual print of its table."""
_USUAL = 0.75
"""Quantile of the cells with ink, of which not few may show but the other side's."""
_ENOUGH_INK = 8
_FAINTER_THAN_DASH = 0.5
"""What is fainter than this share of a level stroke in the middle is no print beside a dash."""
_GRAINY = 14.0
"""Noise, in grey levels, from which a picture is smoothed before its ink is looked for."""
_PASSES = 3
"""So often a cell is searched for print that is fainter than its specks."""
_ALONG = 0.4
"""Digit heights over which grey levels are averaged along a faint stroke."""
_FAINTEST, _ABOVE_GRAIN = 6.0, 6.0
"""Grey levels, and standard deviations of the grain, that it is darker than paper."""
_GOLDEN = (5**0.5 - 1) / 2
_SAMPLED = 40
"""So many cells of a page are enough to tell the height of its digits."""


def faintness(inks: Sequence[CellInk | None]) -> dict[int, float]:
    """The cells of a table whose ink is so faint beside the others' that it shines through the
    sheet, by their numbers, with the share of their darkness that it has.

    Dashes are fainter than digits, and specks are weighed by the model: neither is among them.
    """
    levels = [ink.ink for ink in inks if ink is not None and ink.printed]
    if len(levels) < _ENOUGH_INK:
        return {}
    usual = float(np.quantile(levels, _USUAL))
    return {
        i: ink.ink / usual
        for i, ink in enumerate(inks)
        if ink is not None
        and any(line.shape == "text" for line in ink.lines)
        and ink.ink < _SHINES * usual
    }


def sampled(crops: Sequence[Pixels], most: int) -> list[Pixels]:
    """At most so many cells, of all columns: every nth would meet the same ones in each row."""
    order = sorted(range(len(crops)), key=lambda place: place * _GOLDEN % 1)
    return [crops[place] for place in sorted(order[:most])]


def digit_height(crops: Sequence[Pixels]) -> float:
    """The height in pixels of the digits in cells of one page; 0 where no cell shows one."""
    crops = [crop for crop in crops if min(crop.shape[:2]) >= 4]
    if not crops:
        return 0.0
    lowest = float(np.quantile([crop.shape[0] for crop in crops], 0.1))
    heights: list[int] = []
    reaching: list[int] = []
    for crop in sampled(crops, _SAMPLED):
        dark, ink, noise = darkness(grey(crop), 0.4 * lowest)
        if ink <= noise:
            continue
        dark = without_rules(dark, max(0.4 * ink, noise), 0.4 * lowest)
        ink = ink_level(dark, 0.4 * lowest, noise)
        mask = bridged((dark > _least(ink, noise)).view(np.uint8), 0.4 * lowest)
        upright = [
            piece
            for piece in find_pieces(mask)
            if 1.1 < piece.height / piece.width < 6
            and max(6.0, 0.2 * lowest) <= piece.height <= lowest
        ]
        inner = [p.height for p in upright if 0 < p.y0 < p.y1 < crop.shape[0]]
        # The tallest of a cell: the others are specks and bits of broken digits.
        heights += [max(inner)] if inner else []
        outer = [p.height for p in upright if (p.y0 > 0) != (p.y1 < crop.shape[0])]
        reaching += [max(outer)] if outer else []
    # Rows may be so low that most digits reach their edges, and only bits stand clear of them.
    if len(reaching) > len(heights):
        heights = reaching
    return float(np.median(heights)) if heights else 0.0


@dataclass(frozen=True, slots=True)
class InkLine:
    """A line of text in a cell, or a part of one that stands apart from the rest of it.

    `row` counts the lines from the top, `place` is in pixels of the cell, `pixels` the picture
    as the numeral model takes it.
    """

    row: int
    place: Piece
    pixels: Pixels
    shape: Literal["text", "stroke", "speck"] = "text"
    """A stroke is level and well inside the cell, where rules leave nothing; a speck is
    smaller than any print."""


@dataclass(frozen=True, slots=True)
class CellInk:
    """The print of a cell: its lines, how dark it is, and the darkness that noise can have.

    Both levels are in grey levels below the paper; print fainter than the noise is not seen.
    """

    lines: tuple[InkLine, ...]
    ink: float
    noise: float
    clean: bool = False
    """Nothing but print was seen in the cell, not one speck."""
    crossed: bool = False
    """Strokes larger than a digit come in over the cell's edge: a seal, or a neighbour's text."""
    cut: bool = False
    """A digit reaches over the cell's edge."""
    sliced: bool = False
    """Half of a digit reaches over its upper or its lower edge, and no whole one stands in it."""
    printed: bool = False
    """Print as large as digits was seen: the ink is its, not that of specks."""


def text_lines(crop: Pixels, digit: float = 0.0) -> tuple[InkLine, ...]:
    """The lines that `find_ink` finds."""
    return find_ink(crop, digit).lines


def find_ink(crop: Pixels, digit: float = 0.0) -> CellInk:
    """The lines of text in a cell, top to bottom, parts of one line from the left.

    `crop` is the cell's picture, remains of its rules allowed; `digit` the height in pixels of
    the page's digits (see `digit_height`), 0 when unknown. Each line's picture is grey,
    (LINE_HEIGHT, width), paper 255, ink stretched to 0, and keeps the room of a full digit
    around a dash or a speck, so that their size still tells what they are. A cell without any
    trace of ink gives no line; whether a speck is print is for the model to say.
    """
    height, width = crop.shape[:2]
    if height < 4 or width < 4:
        return CellInk((), 0.0, 255.0)
    size = digit if digit > 0 else 0.45 * min(height, width)
    size = float(np.clip(size, 4.0, max(4.0, 0.95 * height)))
    picture = without_shade(grey(crop), size)
    dark, ink, noise = darkness(picture, size)
    if noise > _GRAINY and size > 12:
        dark, ink, noise = darkness(np.asarray(cv2.blur(picture, (3, 3))), size)
    if ink <= noise:
        return CellInk((), 0.0, noise)
    dark = without_rules(dark, max(0.4 * ink, noise), size)
    mask = dark > _least(ink, noise)
    found = _find_print(dark, ink, noise, size)
    over = edges(mask, size)
    return replace(found, crossed=over.crossed, cut=over.cut, sliced=over.sliced)


def _find_print(dark: Pixels, ink: float, noise: float, size: float) -> CellInk:
    seen: CellInk | None = None
    for _ in range(_PASSES):
        ink = ink_level(dark, size, noise)
        if ink <= noise:
            break
        boxes, specks = _grouped(dark, ink, noise, size)
        shown = [box for _, box in boxes if max(box.width, box.height) >= 0.5 * size]
        if shown:
            # Beside a dark speck print is pale: only its darkest parts were seen.
            own = max(darkest(dark, box, _least(ink, noise)) for box in shown)
            if noise < own < PALER * ink:
                ink = own
                boxes, specks = _grouped(dark, ink, noise, size)
            return replace(_cell_ink(dark, boxes, specks, ink, noise, size), printed=True)
        marks = [*specks, *(box for _, box in boxes)]
        if not marks:
            break
        # As dark as the darkest, and no bits of print that is paler.
        inked = [m for m in marks if darkest(dark, m, _least(ink, noise)) >= PALER * ink] or marks
        if seen is None:
            kept = boxes or [(0, max(specks, key=lambda piece: piece.area))]
            seen = _cell_ink(dark, kept, specks, ink, noise, size)
            dash = any(shape_of(mark, dark.shape[0], size) == "stroke" for mark in inked)
            noise = max(noise, (_FAINTER_THAN_DASH if dash else _FAINTER) * ink)
        # Specks may hide print that is fainter than they are: look again without them.
        dark = _without_pieces(dark, inked)
    return _with_faint_stroke(seen or CellInk((), 0.0, noise), dark, size)


def _least(ink: float, noise: float) -> float:
    """Darker than this is print of such a darkness, its blur included."""
    return max(0.36 * ink, noise)


def _grouped(
    dark: Pixels, ink: float, noise: float, size: float
) -> tuple[list[tuple[int, Piece]], list[Piece]]:
    """The lines of print of such a darkness with their rows, and the specks."""
    mask = (dark > _least(ink, noise)).view(np.uint8)
    return group_lines(_print_only(mask, dark, ink, size), size)


def _with_faint_stroke(cell: CellInk, dark: Pixels, size: float) -> CellInk:
    """A cell without print, with the level stroke in it that only its length shows.

    Hairlines of dashes are no darker than the grain of the paper; along a dash grain averages
    out.
    """
    reach = max(3, round(_ALONG * size))
    if any(line.shape != "speck" for line in cell.lines) or dark.shape[1] <= 2 * reach:
        return cell
    along = cv2.blur(dark, (reach, 1)).astype(np.float32)
    paper = float(np.median(along))
    grain = 1.48 * float(np.median(np.abs(along - paper)))
    mask = (along > paper + max(_FAINTEST, _ABOVE_GRAIN * grain)).view(np.uint8)
    height, width = dark.shape
    strokes = [
        piece
        for piece in find_pieces(mask)
        if piece.x0 > 0
        and piece.x1 < width
        and piece.width >= reach + 0.5 * size
        and shape_of(piece, height, size) == "stroke"
    ]
    if len(strokes) != 1:
        return cell
    (box,) = strokes
    level = np.clip(along - paper, 0, 255).astype(np.uint8)
    ink = darkest(level, box, 0.0)
    line = InkLine(0, box, _stretched(level, box, ink, size), "stroke")
    return CellInk((line,), ink, cell.noise, clean=cell.clean)


def _cell_ink(
    dark: Pixels,
    boxes: list[tuple[int, Piece]],
    specks: list[Piece],
    ink: float,
    noise: float,
    size: float,
) -> CellInk:
    lines = []
    for row, box in boxes:
        shape = shape_of(box, dark.shape[0], size)
        # Beside a speck a dash is pale, and the model takes pale print for none.
        own = min(ink, darkest(dark, box, _least(ink, noise))) if shape == "stroke" else ink
        lines.append(InkLine(row, box, _stretched(dark, box, own, size), shape))
    return CellInk(tuple(lines), ink, noise, not any(_outside(p, boxes) for p in specks))


def _print_only(
    mask: NDArray[np.uint8], dark: Pixels, ink: float, size: float
) -> NDArray[np.uint8]:
    """The mask without the corners of the cell's frame and the pale strokes of seals.

    A corner reaches along two edges of the crop and leaves its middle empty; a seal's stroke is
    large, and nowhere as dark as print.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        mask, 8, cv2.CV_16U, cv2.CCL_SPAGHETTI
    )
    height, width = mask.shape
    x, y, w, h, area = stats.T
    edges = (x <= 1).astype(int) + (y <= 1) + (x + w >= width - 1) + (y + h >= height - 1)
    drop = (edges >= 2) & (np.maximum(w, h) > 2 * size) & (area < 0.2 * w * h)
    large = np.maximum(w, h) >= LEAST * size
    if large[1:].sum() > 1:
        strong = np.bincount(labels[dark > 0.55 * ink], minlength=count) >= 2
        if strong[1:].any():
            drop |= large & ~strong
    drop[0] = True
    return mask if not drop[1:].any() else (~drop)[labels].view(np.uint8)


def _outside(speck: Piece, boxes: list[tuple[int, Piece]]) -> bool:
    x, y = (speck.x0 + speck.x1) / 2, (speck.y0 + speck.y1) / 2
    return not any(b.x0 <= x <= b.x1 and b.y0 <= y <= b.y1 for _, b in boxes)


def _without_pieces(dark: Pixels, pieces: list[Piece]) -> Pixels:
    out = dark.copy()
    for piece in pieces:
        out[max(0, piece.y0 - 1) : piece.y1 + 1, max(0, piece.x0 - 1) : piece.x1 + 1] = 0
    return out


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
