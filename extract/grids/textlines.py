"""Lines of text in a straight picture: where they are, and which way up they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.straighten import ink_without_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from extract.model import Pixels

Area = tuple[int, int, int, int]
"""x0, y0, x1, y1 in px."""


def text_lines(grey: Pixels, dpi: float, tables: Sequence[Area]) -> list[Area]:
    """Boxes of text lines outside the tables, in reading order, px of `grey`.

    Letters less than about one and a half letters apart make a line; specks, and bodies too
    tall for text (more than 48 pt), are left out.
    """
    import cv2

    ink = letters(grey, dpi, tables)
    ink = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, max(3, round(dpi * 0.16))), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    bodies = [
        (int(x), int(y), int(x + w), int(y + h))
        for x, y, w, h, _ in stats[1:]
        if dpi * 0.02 < h < dpi * 0.67 and w > dpi * 0.02
    ]
    lines = _rows_of(bodies, dpi)
    return [line for line in lines if line[3] - line[1] > dpi * 0.06]


def letters(grey: Pixels, dpi: float, tables: Sequence[Area] = ()) -> Pixels:
    """Ink (1 or 0) of a straight page outside the tables, without rules and specks."""
    import cv2

    ink = ink_without_rules(grey, dpi)
    for x0, y0, x1, y1 in tables:
        ink[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    speck = (stats[:, 4] < (dpi / 60) ** 2) & (np.maximum(stats[:, 2], stats[:, 3]) < dpi * 0.03)
    keep = ~speck
    keep[0] = False
    assert count == len(keep)
    found: Pixels = keep[labels].astype(np.uint8)
    return found


def _rows_of(bodies: list[Area], dpi: float) -> list[Area]:
    """Bodies that stand side by side joined into lines, from top to bottom, left to right."""
    lines: list[Area] = []
    for body in sorted(bodies, key=lambda b: -(b[2] - b[0]) * (b[3] - b[1])):
        for i, line in enumerate(lines):
            overlap = min(body[3], line[3]) - max(body[1], line[1])
            gap = max(body[0] - line[2], line[0] - body[2])
            height = line[3] - line[1]
            if overlap > 0.5 * (body[3] - body[1]) and gap < max(2.5 * height, dpi * 0.25):
                lines[i] = (
                    min(body[0], line[0]), min(body[1], line[1]),
                    max(body[2], line[2]), max(body[3], line[3]),
                )  # fmt: skip
                break
        else:
            lines.append(body)
    return _reading_order(lines)


def _reading_order(lines: list[Area]) -> list[Area]:
    """Top to bottom; lines at one height from left to right."""
    ordered: list[Area] = []
    rows: list[list[Area]] = []
    for line in sorted(lines, key=lambda b: (b[1] + b[3]) / 2):
        middle = (line[1] + line[3]) / 2
        if rows and middle < rows[-1][0][3] and middle > rows[-1][0][1]:
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        ordered.extend(sorted(row))
    return ordered


@dataclass(frozen=True)
class Upness:
    """Signs that a picture stands upright (positive) or on its head (negative).

    `marks` is the share of low over high punctuation, `count` how many marks were seen,
    `labels` compares text on the left and right halves of tables.
    """

    marks: float
    count: int
    labels: float

    @property
    def score(self) -> float:
        weight = min(1.0, self.count / 12.0)
        return 2.0 * self.marks * weight + self.labels

    @property
    def on_its_head(self) -> bool:
        """Whether the signs agree so well that a page is turned against all likelihood."""
        marks = self.marks < -0.5 and self.count >= 8 and self.labels < 0.15
        return marks or (self.labels < -0.5 and self.marks < 0)


def upness(grey: Pixels, dpi: float, tables: Sequence[Area]) -> Upness:
    """Which way up a level page stands, by its own signs.

    Commas, stops and the dots after item numbers stand low in a line of Chinese text; labels of
    statistical tables stand on the left, and are longer than numbers.
    """
    import cv2

    ink = ink_without_rules(grey, dpi)
    kernel = np.ones((1, max(3, round(dpi * 0.08))), np.uint8)
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel)
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed)
    body = (stats[:, 3] > dpi * 0.08) & (stats[:, 3] < dpi * 0.3) & (stats[:, 2] > 3 * stats[:, 3])
    body[0] = False
    low = high = 0
    for x, y, w, h, _ in stats[body]:
        below, above = _marks(ink[y : y + h, x : x + w])
        low, high = low + below, high + above
    left = right = 0.0
    for x0, y0, x1, y1 in tables:
        inside = body & (stats[:, 1] >= y0) & (stats[:, 1] < y1)
        middle = stats[inside, 0] + stats[inside, 2] / 2 - (x0 + x1) / 2
        half = (x1 - x0) / 2
        left += float((stats[inside, 2] * (middle < -0.1 * half)).sum())
        right += float((stats[inside, 2] * (middle > 0.1 * half)).sum())
    seen = low + high
    labels = (left - right) / (left + right) if left + right > dpi else 0.0
    return Upness((low - high) / seen if seen else 0.0, seen, labels)


def _marks(line: Pixels) -> tuple[int, int]:
    """How many small marks stand alone low and high in a line of text."""
    height = line.shape[0]
    columns = line.any(axis=0)
    edges = np.diff(np.concatenate([[0], columns.astype(np.int8), [0]]))
    starts: NDArray[np.int64] = np.nonzero(edges == 1)[0]
    stops: NDArray[np.int64] = np.nonzero(edges == -1)[0]
    low = high = 0
    for start, stop in zip(starts, stops, strict=True):
        if not 0.06 * height < stop - start < 0.4 * height:
            continue
        rows = np.nonzero(line[:, start:stop].any(axis=1))[0]
        if rows[-1] - rows[0] > 0.42 * height:
            continue
        middle = (rows[0] + rows[-1]) / 2 / height
        low += int(middle > 0.62)
        high += int(middle < 0.38)
    if low + high > 0.4 * len(starts):  # a dashed rule under or over text
        return 0, 0
    return low, high
