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
from extract.reading.ink import glyph_height, grey, label_lines
from extract.reading.numerals import MODELS, open_model

if TYPE_CHECKING:
    from extract.model import Pixels

_HEIGHT = 48
_WIDTH_STEP = 16
_WIDEST = 2400
_BATCH_PIXELS = 16 * _HEIGHT * 320
"""Pixels per call: keeps the emissions, 18,710 classes a column, in a few tens of MB."""
_NARROW = 2.5
"""Lines no wider than so many glyphs are read side by side as one line."""


def read_lines(crops: Sequence[Pixels]) -> list[tuple[str, float]]:
    """The text of each line, and the mean probability of its characters.

    `crops` show one level line of text each, grey or RGB, cut close. An empty text has
    probability 0. Raises SourceError (`unsupported`) where the model is missing.
    """
    session, letters = _model()
    lines = [_resized(crop) for crop in crops]
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
            for place, matrix in zip(chunk, emissions, strict=True):
                results[place] = _decoded(matrix, letters)
    return results


def read_labels(crops: Sequence[Pixels]) -> list[tuple[str, float]]:
    """The text of each label cell, its lines joined without a break, and the lowest line's trust.

    `crops` are cells of one page, with remains of their rules; a cell without ink gives
    ("", 1.0). Glyphs stacked one per line are read side by side as one line.
    """
    glyph = glyph_height(crops)
    strips: list[Pixels] = []
    counts: list[int] = []
    for crop in crops:
        lines = label_lines(crop, glyph)
        if len(lines) > 1 and all(line.shape[1] <= _NARROW * line.shape[0] for line in lines):
            lines = [_side_by_side(lines)]
        counts.append(len(lines))
        strips += lines
    read = iter(read_lines(strips))
    labels: list[tuple[str, float]] = []
    for count in counts:
        parts = [next(read) for _ in range(count)]
        text = "".join(part for part, _ in parts).replace(" ", "")
        labels.append((text, min((trust for _, trust in parts), default=1.0)))
    return labels


@lru_cache(maxsize=1)
def _model() -> tuple[Any, tuple[str, ...]]:
    """The session of this process and the letters of its classes, class 0 being the blank."""
    about = json.loads((MODELS / "lines.json").read_text(encoding="utf-8"))
    found = find_spec(about["package"])
    if found is None or not found.submodule_search_locations:
        raise SourceError(
            f"scans cannot be read: the package {about['package']}, which holds the model for "
            f"text lines, is not installed; install {about['package']}=={about['version']}",
            "unsupported",
        )
    path = Path(next(iter(found.submodule_search_locations))) / about["file"]
    session = open_model(path, about["sha256"])
    names = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    letters = ("", *names, " ")
    classes = session.get_outputs()[0].shape[-1]
    return session, letters[:classes]


def _resized(crop: Pixels) -> Pixels | None:
    picture = grey(crop)
    if min(picture.shape) < 2:
        return None
    height, width = picture.shape
    wide = int(np.clip(round(width * _HEIGHT / height), 8, _WIDEST))
    way = cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_CUBIC
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
