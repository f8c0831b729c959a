"""Reads lines of text and the cells of labels with the PP-OCR recogniser.

The model is a file of the `rapidocr` distribution, used through onnxruntime alone; that package
itself is never imported. Its letters are named in the file's metadata.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.errors import SourceError
from extract.networks import open_network
from extract.reading.ink import sampled
from extract.reading.levels import darkness, grey, ink_level, without_rules
from extract.reading.numerals import MODELS
from extract.reading.pieces import Piece

if TYPE_CHECKING:
    from extract.model import Pixels

_HEIGHT = 48
_WIDTH_STEP = 8
_WIDEST = 2400
_BATCH_PIXELS = 16 * _HEIGHT * 320
"""Pixels per call: keeps the emissions, 18,710 classes a column, in a few tens of MB."""
_LABEL_SQUEEZE = 0.38
"""Labels are known beforehand and only have to be told apart."""
_CLOSER = 0.7
_SURE_LABEL = 0.75
"""Trust in a label below which it is read again, wider."""
_SPECK, _REACH = 0.3, 1.0
"""In heights of a glyph: what is smaller than the first, and farther than the second from all that
is larger, is no print."""
_JUNK = 0.45
"""Trust below which a line is the remains of a rule or of a neighbour's text, not a label."""
_SAMPLED = 64
"""So many cells of a page are enough to tell the height of its ideographs."""
_DIGIT_SHARE = 0.76
"""Height of a digit beside ideographs of one size, as a share of theirs."""
_LABEL_PRINT = 0.87
_NARROW = 2.5
"""Lines no wider than so many glyphs are read side by side as one line."""


def read_lines(crops: Sequence[Pixels], squeeze: float = 0.5) -> list[tuple[str, float]]:
    """The text of each line, and the mean probability of its characters.

    `squeeze` narrows the pictures before they are read: the model's time grows with the width,
    and Chinese characters are told apart at half of it or less (docs/measurements.md).

    `crops` show one level line of text each, grey or RGB, cut close. An empty text has
    probability 0. Raises SourceError (`unsupported`) where the model is missing.
    """
    session, letters, foreign = _model()
    lines = [_resized(crop, squeeze) for crop in crops]
    results: list[tuple[str, float]] = [("", 0.0)] * len(lines)
    by_width: dict[int, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if line is not None:
            by_width[-(-line.shape[1] // _WIDTH_STEP) * _WIDTH_STEP].append(place)
    for width, places in by_width.items():
        most = max(1, _BATCH_PIXELS // (_HEIGHT * width))
        for start in range(0, len(places), most):
            chunk = places[start : start + most]
            # 0 is the middle grey that the model was trained to take for no picture.
            batch = np.zeros((len(chunk), 3, _HEIGHT, width), np.float32)
            for row, place in enumerate(chunk):
                line = lines[place]
                if line is not None:
                    batch[row, :, :, : line.shape[1]] = line * np.float32(2 / 255) - 1
            emissions = session.run(None, {session.get_inputs()[0].name: batch})[0]
            emissions[:, :, foreign] = 0
            for place, matrix in zip(chunk, emissions, strict=True):
                results[place] = _decoded(matrix, letters)
    return results


def read_labels(crops: Sequence[Pixels], glyph: float = 0.0) -> list[tuple[str, float]]:
    """The text of each label cell, its lines joined without a break, and the lowest line's trust.

    `crops` are cells of one page, with remains of their rules; a cell without ink gives
    ("", 1.0). Glyphs stacked one per line are read side by side as one line. `glyph` is the
    height of their ideographs where it is known (see `glyph_height`).
    """
    glyph = glyph or glyph_height(crops)
    strips: list[Pixels] = []
    counts: list[int] = []
    for crop in crops:
        lines = label_lines(crop, glyph)
        if len(lines) > 1 and all(line.shape[1] <= _NARROW * line.shape[0] for line in lines):
            lines = [_side_by_side(lines)]
        counts.append(len(lines))
        strips += lines
    read = iter(_read_closely(strips))
    labels: list[tuple[str, float]] = []
    for count in counts:
        parts = [next(read) for _ in range(count)]
        sound = [part for part in parts if part[1] > _JUNK] or parts
        text = "".join(part for part, _ in sound).replace(" ", "")
        labels.append((text, min((trust for part, trust in sound if part), default=1.0)))
    return labels


def _read_closely(strips: Sequence[Pixels]) -> list[tuple[str, float]]:
    """Lines of labels read narrow, and again at a greater width where that is not trusted."""
    read = read_lines(strips, _LABEL_SQUEEZE)
    doubted = [i for i, (text, trust) in enumerate(read) if text and trust < _SURE_LABEL]
    again = read_lines([strips[i] for i in doubted], _CLOSER)
    for i, other in zip(doubted, again, strict=True):
        read[i] = max(read[i], other, key=lambda one: one[1])
    return read


@lru_cache(maxsize=1)
def _model() -> tuple[Any, tuple[str, ...], list[int]]:
    """The session of this process, the letters of its classes, and the classes of kana.

    Class 0 is the blank of CTC. Kana, which no Chinese report prints, are what the model makes
    of ornaments and scraps of rules.
    """
    about = json.loads((MODELS / "lines.json").read_text(encoding="utf-8"))
    found = find_spec(about["package"])
    if found is None or not found.submodule_search_locations:
        raise SourceError(
            f"scans cannot be read: the package {about['package']}, which holds the model for "
            f"text lines, is not installed; install {about['package']}=={about['version']}",
            "unsupported",
        )
    path = Path(next(iter(found.submodule_search_locations))) / about["file"]
    session = open_network(path, about["sha256"])
    names = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    letters = ("", *names, " ")
    classes = session.get_outputs()[0].shape[-1]
    kana = [index for index, letter in enumerate(letters) if "\u3040" <= letter <= "\u30ff"]
    return session, letters[:classes], kana


def _resized(crop: Pixels, squeeze: float) -> Pixels | None:
    picture = grey(crop)
    if min(picture.shape) < 2:
        return None
    height, width = picture.shape
    wide = int(np.clip(round(squeeze * width * _HEIGHT / height), 8, _WIDEST))
    way = cv2.INTER_AREA if height > _HEIGHT or wide < width else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (wide, _HEIGHT), interpolation=way))


def _decoded(matrix: NDArray[np.float32], letters: tuple[str, ...]) -> tuple[str, float]:
    """The best path of CTC: repeats folded, blanks dropped."""
    path = matrix.argmax(axis=1)
    new = np.concatenate([[True], path[1:] != path[:-1]]) & (path != 0)
    if not new.any():
        return "", 0.0
    text = "".join(letters[index] for index in path[new].tolist())
    return text, float(matrix.max(axis=1)[new].mean())


def _side_by_side(lines: Sequence[Pixels]) -> Pixels:
    height = max(line.shape[0] for line in lines)
    padded = [
        np.pad(
            line,
            (((height - line.shape[0]) // 2, (height - line.shape[0] + 1) // 2), (0, 0)),
            constant_values=255,
        )
        for line in lines
    ]
    return np.hstack(padded)


@dataclass(frozen=True, slots=True)
class _Print:
    """The print of a label cell: `parts` numbers its pieces from 1, 0 being paper."""

    picture: Pixels
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
    dark = without_rules(dark, max(0.4 * ink, noise), size)
    ink = ink_level(dark, size, noise)
    if ink <= noise:
        return None
    mask = (dark > max(0.4 * ink, noise)).view(np.uint8)
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
    if not new.any():
        return None
    shades = np.clip(255.0 - np.arange(256) * (255.0 / max(1.0, ink)), 0, 255).astype(np.uint8)
    return _Print(np.asarray(cv2.LUT(dark, shades)), new[labels], tuple(pieces))


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
