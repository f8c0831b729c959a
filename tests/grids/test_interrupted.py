"""Upright sides that one row alone lacks, and level ones that one column does."""

from __future__ import annotations

import numpy as np
import pytest

from extract.grids.evenly import LIKELY
from extract.grids.interrupted import with_level_sides_gone_on, with_sides_gone_on
from extract.grids.rules import Lattice
from tests.grids.test_evenly import COLUMNS, HIGH, PAPER, WIDE, table


def test_a_side_seen_above_and_below_goes_on_between_two_prints() -> None:
    small, lattice = table(rows=4, columns=3)
    lattice.upright[1, 2] = lattice.upright[2, 3] = 0.0
    y, x = int(lattice.ys[2]), int(lattice.xs[3])
    small[y + 20 : y + 40, x - 20 : x + 20] = 20
    found = with_sides_gone_on(small, lattice).upright
    assert found[1, 2] == LIKELY
    assert found[2, 3] == 0.0, "one text in a cell as wide as two"
    lattice.upright[0, 2] = 0.0
    assert with_sides_gone_on(small, lattice).upright[1, 2] == 0.0, "not seen above"


def blanked(small: np.ndarray, lattice: Lattice, row: int, *columns: int) -> None:
    top = int(lattice.ys[row])
    for column in columns:
        small[top + 5 : top + HIGH - 5, int(lattice.xs[column]) + 5 :][
            :, : int(lattice.xs[column + 1] - lattice.xs[column]) - 10
        ] = PAPER


@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_side_that_one_row_alone_lacks_is_there_between_blank_cells_too(row: int) -> None:
    small, lattice = table()
    blanked(small, lattice, row, 4, 5)
    lattice.upright[row, 5] = 0.0
    found = with_sides_gone_on(small, lattice).upright
    assert found[row, 5] == LIKELY
    assert (found[[one for one in range(3) if one != row]] == 1.0).all()


def test_a_row_without_most_of_its_sides_is_a_title() -> None:
    small, lattice = table()
    blanked(small, lattice, 1, *range(1, COLUMNS + 1))
    lattice.upright[1, 2:-2] = 0.0
    found = with_sides_gone_on(small, lattice).upright
    assert (found == lattice.upright).all()


def test_a_text_over_a_missing_side_keeps_it_away_from_the_first_row() -> None:
    small, lattice = table()
    lattice.upright[0, 5] = 0.0
    blanked(small, lattice, 0, 4, 5)
    x = int(lattice.xs[5])
    small[40:60, x - 25 : x - 4] = small[40:60, x + 4 : x + 25] = 20  # two letters of one header
    assert with_sides_gone_on(small, lattice).upright[0, 5] == 0.0


def test_the_label_of_the_first_row_may_be_wider_than_those_below() -> None:
    small, lattice = table()
    blanked(small, lattice, 0, 0, 1)
    lattice.upright[0, 1] = 0.0  # between columns of other widths
    assert with_sides_gone_on(small, lattice).upright[0, 1] == 0.0


def test_a_label_and_a_number_far_apart_are_two_cells_where_the_row_above_has_the_side() -> None:
    small, lattice = table()
    top, x = int(lattice.ys[2]), int(lattice.xs[1])
    small[top + 1 : top + HIGH, int(lattice.xs[0]) + 1 : x + WIDE] = PAPER
    small[top + 20 : top + 40, 30:90] = 20
    small[top + 20 : top + 40, x + 40 : x + 60] = 20
    lattice.upright[2, 1:-1] = 0.0
    assert with_sides_gone_on(small, lattice).upright[2, 1] == LIKELY
    small[top + 20 : top + 40, 120:210] = 20  # words that run on nearly to the number
    assert with_sides_gone_on(small, lattice).upright[2, 1] == 0.0


def test_specks_and_a_leaning_rule_beside_a_title_are_no_label() -> None:
    small, lattice = table()
    top, bottom = int(lattice.ys[1]), int(lattice.ys[2])
    small[top + 1 : bottom, int(lattice.xs[0]) + 1 : int(lattice.xs[-1])] = PAPER
    lattice.upright[1, 1:-1] = 0.0
    small[top + 20 : top + 40, int(lattice.xs[5]) + 5 : int(lattice.xs[5]) + 65] = 20  # the title
    for x in (40, 60, 80):
        small[top + 25 : top + 30, x : x + 5] = 20
    found = with_sides_gone_on(small, lattice).upright
    assert (found[1, 1:-1] == 0.0).all()
    small[top:bottom, 30:34] = 20  # the border, where the page leans
    found = with_sides_gone_on(small, lattice).upright
    assert (found[1, 1:-1] == 0.0).all()
    small[top + 20 : top + 40, 100:160] = 20  # a label
    assert with_sides_gone_on(small, lattice).upright[1, 1] == LIKELY


def level_lacking(column: int) -> tuple[np.ndarray, Lattice]:
    """The table without the level side between the second row and the third of a column."""
    small, lattice = table(rows=4)
    lattice.level[2, column] = 0.0
    return small, lattice


@pytest.mark.parametrize("column", [4, COLUMNS])
def test_a_level_side_that_one_column_lacks_is_there_between_two_prints(column: int) -> None:
    small, lattice = level_lacking(column)
    found = with_level_sides_gone_on(small, lattice)
    assert found.level[2, column] == LIKELY
    assert (np.delete(found.level, column, axis=1) == 1.0).all()
    blanked(small, lattice, 1, column)
    assert with_level_sides_gone_on(small, lattice).level[2, column] == 0.0, "one print"


def test_a_label_over_two_rows_is_not_cut_through() -> None:
    small, lattice = level_lacking(4)
    y, x = int(lattice.ys[2]), int(lattice.xs[4])
    small[y - 12 : y + 12, x + 20 : x + 30] = 20
    assert with_level_sides_gone_on(small, lattice).level[2, 4] == 0.0


def test_the_labels_before_the_numbers_keep_their_groups() -> None:
    small, lattice = level_lacking(0)
    assert with_level_sides_gone_on(small, lattice).level[2, 0] == 0.0


def test_a_side_that_two_rows_lack_is_there_between_two_prints_of_each() -> None:
    small, lattice = table(rows=5)
    lattice.upright[2:4, 3] = 0.0
    blanked(small, lattice, 3, 3)
    found = with_sides_gone_on(small, lattice).upright
    assert found[2:4, 3].tolist() == [LIKELY, 0.0]
    lattice.upright[1, 3] = 0.0
    assert (with_sides_gone_on(small, lattice).upright[1:4, 3] == 0.0).all(), "three rows"


def test_a_last_column_of_another_width_lacks_no_side_that_all_others_have() -> None:
    small, lattice = level_lacking(COLUMNS)
    lattice.xs[-1] += 60
    wider = np.pad(small, ((0, 0), (0, 60)), constant_values=PAPER)
    assert with_level_sides_gone_on(wider, lattice).level[2, COLUMNS] == LIKELY
    lattice.level[2, 3] = 0.0
    assert with_level_sides_gone_on(wider, lattice).level[2, COLUMNS] == 0.0
