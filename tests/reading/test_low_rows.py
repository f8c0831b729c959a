"""Rows so low that digits reach the edges of their cells."""

from __future__ import annotations

import pytest

from extract.model import Grid, GridCell, Page
from extract.reading.ink import digit_height
from extract.reading.scans import read_scan
from tests.reading.cells import draw_cell

TALL = 17
"""Px of the digits of `draw_cell`, at its usual size; they end at row 38 of 60."""
NUMBERS = range(20, 29)


def test_digits_that_reach_an_edge_tell_their_height_where_most_do() -> None:
    high = [draw_cell(str(n), box=(120, 60), seed=n) for n in NUMBERS]
    low = [crop[16:39] for crop in high]
    assert digit_height(low) == pytest.approx(TALL, abs=1)
    cut = [crop[30:60] for crop in high[:4]]
    assert digit_height([*high, *cut]) == pytest.approx(TALL, abs=1)


def test_digits_that_reach_an_edge_are_no_strokes_across_it() -> None:
    low = [draw_cell(str(n), box=(120, 60), seed=n)[20:39] for n in NUMBERS]
    cells = tuple(GridCell(row, 0, crop=crop) for row, crop in enumerate(low))
    page = read_scan(Page(1), [Grid(1, len(cells), 1, cells, reader="scan-rules")], []).page
    assert [cell.readings[0].value for cell in page.grids[0].cells] == list(NUMBERS)
    assert all(cell.whole for cell in page.grids[0].cells)
