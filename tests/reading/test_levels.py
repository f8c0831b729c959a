"""How dark print is, beside paper, grain and specks."""

from __future__ import annotations

import numpy as np

from extract.reading.levels import darkest, is_hatched, without_shade
from extract.reading.pieces import Piece
from tests.reading.cells import draw_cell


def test_print_in_a_box_far_larger_than_it_is_as_dark_as_it_is() -> None:
    dark = np.random.default_rng(1).integers(0, 18, (80, 400), np.uint8)
    dark[30:50, 200:203] = 70
    assert darkest(dark, Piece(0, 0, 400, 80, 60), 25.0) == 70.0


def test_a_speck_on_print_does_not_darken_it() -> None:
    dark = np.zeros((30, 60), np.uint8)
    dark[5:25, 10:50:4] = 60
    dark[10:12, 20:22] = 230
    assert darkest(dark, Piece(5, 5, 55, 25, 200), 25.0) == 60.0


def test_where_nothing_is_darker_there_is_no_print() -> None:
    assert darkest(np.full((9, 9), 10, np.uint8), Piece(0, 0, 9, 9, 81), 25.0) == 0.0


def test_a_sliver_is_not_hatched() -> None:
    assert not is_hatched(np.zeros((9, 1), np.uint8))


def shaded(cell: np.ndarray, by: float) -> np.ndarray:
    """The cell with its right half in the shade of a fold, and the fold's white line."""
    dark = cell.astype(float)
    dark[:, 90:] -= by
    dark[:, 110:114] = 255
    return np.clip(dark, 0, 255).astype(np.uint8)


def test_the_shade_of_a_fold_is_taken_away_and_print_stays() -> None:
    cell = draw_cell("12", ink=150, box=(150, 70))
    flat = without_shade(shaded(cell, 40), 20.0)
    assert abs(float(np.median(flat[:, :80])) - float(np.median(flat[:, 120:]))) < 4
    assert int(flat.min()) < 165


def test_a_cell_without_a_shade_and_a_low_one_stay_as_they_are() -> None:
    cell = draw_cell("12", box=(150, 70))
    assert without_shade(cell, 20.0) is cell
    full = draw_cell("8888888", box=(150, 70), size=26)
    assert without_shade(full, 20.0) is full
    low = shaded(cell, 40)[20:55]
    assert without_shade(low, 20.0) is low
