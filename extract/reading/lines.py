"""Reads lines of text and the cells of labels with the PP-OCR recogniser.

The model is a file of the `rapidocr` distribution, used through onnxruntime alone; that package
itself is never imported. Its letters are named in the file's metadata.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.errors import SourceError
from extract.networks import open_network
from extract.reading.labels import glyph_height, label_lines
from extract.reading.levels import grey, is_hatched, without_hatching
from extract.reading.numerals import MODELS

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
_JUNK = 0.45
"""Trust below which a line is the remains of a rule or of a neighbour's text, not a label."""
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
    labels = _read_cells(crops, glyph)
    hatched = [
        i
        for i, (text, trust) in enumerate(labels)
        if (not text or trust < _SURE_LABEL) and is_hatched(crops[i])
    ]
    again = _read_cells([without_hatching(crops[i]) for i in hatched], glyph)
    for i, other in zip(hatched, again, strict=True):
        labels[i] = max(labels[i], other, key=lambda one: (bool(one[0]), one[1]))
    return labels


def _read_cells(crops: Sequence[Pixels], glyph: float) -> list[tuple[str, float]]:
    """The labels of cells as their print shows them, without a second look."""
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
    return text, float(matrix[new, path[new]].mean())


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
