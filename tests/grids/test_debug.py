"""Pictures for people."""

from __future__ import annotations

import numpy as np

from extract.grids.debug import draw_page
from extract.model import Box, Cell, Grid, GridCell


def test_cells_are_framed_in_the_colour_of_their_status() -> None:
    picture = np.full((400, 400), 255, np.uint8)
    box = Box(10, 10, 60, 40)
    cell = Cell(
        "t3.new.natural", "t3", "new", "natural", 5, None, "5", "number", None, "suspect",
        0.7, 1, box, "numerals",
    )  # fmt: skip
    drawn = draw_page(
        picture, 2.0, [Grid(1, 1, 1, (GridCell(0, 0, box=Box(80, 80, 120, 120)),))], [cell]
    )
    assert drawn.shape == (400, 400, 3)
    red, _, blue = (int(v) for v in drawn[21, 70])
    assert red > blue + 50
    red, _, blue = (int(v) for v in drawn[161, 200])
    assert blue > red + 50
    assert picture.min() == 255


def test_large_pages_are_drawn_smaller() -> None:
    drawn = draw_page(np.full((5000, 3000, 3), 255, np.uint8), 6.0)
    assert drawn.shape == (1800, 1080, 3)
