"""Small marks that come back at one place in the cells of a table are dashes, not specks."""

from __future__ import annotations

import numpy as np

from extract.reading.recognise import read_cells
from tests.reading.cells import draw_cell

DIGIT = 20.0


def marked(x: int, y: int, wide: int = 6, tall: int = 5, seed: int = 0) -> np.ndarray:
    """A blank cell with one black mark, no larger than a speck of a fax."""
    cell = draw_cell(box=(120, 48), grain=1.0, seed=seed)
    cell[y : y + tall, x : x + wide] = 20
    return cell


def marks(cells: list[np.ndarray]) -> list[str]:
    return [readings[0].mark for readings in read_cells(cells, DIGIT)]


def test_marks_in_the_middle_of_every_cell_are_dashes() -> None:
    cells = [marked(57, 22, wide=7 + n % 2, seed=n) for n in range(12)]
    assert marks(cells) == ["dash"] * 12


def test_specks_that_fall_anywhere_are_not() -> None:
    rng = np.random.default_rng(3)
    places = [(int(rng.integers(8, 105)), int(rng.integers(8, 35))) for _ in range(12)]
    cells = [marked(x, y, wide=4, tall=4, seed=n) for n, (x, y) in enumerate(places)]
    assert marks(cells) == ["blank"] * 12


def test_digits_beside_marks_stay_digits() -> None:
    cells = [marked(57, 22, wide=8, seed=n) for n in range(8)]
    cells.append(draw_cell("7", box=(120, 48)))
    assert marks(cells)[-1] == "number"
