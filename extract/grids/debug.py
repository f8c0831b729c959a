"""Pictures of pages with what was found on them, for people to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extract.model import Box, Cell, Grid, Pixels

_COLOURS = {
    "ok": (0, 130, 60),
    "repaired": (0, 90, 200),
    "corrected": (0, 90, 200),
    "suspect": (220, 90, 0),
    "missing": (200, 0, 40),
}
_FOUND = (60, 60, 220)


def draw_page(
    picture: Pixels, per_point: float, grids: Sequence[Grid] = (), cells: Iterable[Cell] = ()
) -> Pixels:
    """The page as displayed with its cells framed; read cells carry value and confidence.

    `picture` is (height, width) or (height, width, 3) at `per_point` pixels per point; boxes are
    in points. Colours tell the status: green ok, blue repaired or corrected, orange suspect.
    """
    import cv2

    drawn = np.stack([picture] * 3, axis=-1) if picture.ndim == 2 else picture.copy()
    scale = min(1.0, 1800 / max(drawn.shape[:2]))
    if scale < 1:
        drawn = cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    drawn = np.ascontiguousarray(drawn)
    for grid in grids:
        for grid_cell in grid.cells:
            if grid_cell.box is not None:
                _frame(drawn, grid_cell.box.scaled(per_point * scale), _FOUND)
    for cell in cells:
        if cell.box is None:
            continue
        box = cell.box.scaled(per_point * scale)
        colour = _COLOURS[cell.status]
        _frame(drawn, box, colour)
        shown = cell.printed if cell.printed.isascii() else cell.mark
        sure = "" if cell.confidence is None else f" {cell.confidence:.3f}"
        at = (round(box.x0) + 2, round(box.y1) - 3)
        cv2.putText(drawn, shown + sure, at, cv2.FONT_HERSHEY_SIMPLEX, 0.35, colour, 1, cv2.LINE_AA)
    return drawn


def _frame(drawn: Pixels, box: Box, colour: tuple[int, int, int]) -> None:
    import cv2

    low = (round(box.x0) + 1, round(box.y0) + 1)
    high = (round(box.x1) - 1, round(box.y1) - 1)
    cv2.rectangle(drawn, low, high, colour, 1, cv2.LINE_AA)
