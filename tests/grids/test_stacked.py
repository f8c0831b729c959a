"""Rows whose level rule a scan lost, told by where their numbers stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from extract.grids.evenly import LIKELY
from extract.grids.rules import Lattice
from extract.grids.stacked import with_stacked_rows

LABEL, WIDE, COLUMNS = 200, 80, 6
PAPER = 250
DIGIT = (12, 18)
"""Width and height in px."""


def table(heights: Sequence[int]) -> tuple[np.ndarray, Lattice]:
    """A label column and some of numbers, each in the middle of its row; no rule drawn."""
    xs = np.concatenate([[20.0], 20.0 + LABEL + WIDE * np.arange(COLUMNS + 1)])
    ys = 20.0 + np.concatenate([[0.0], np.cumsum(heights)])
    small = np.full((int(ys[-1]) + 20, int(xs[-1]) + 20), PAPER, np.uint8)
    for row in range(len(heights)):
        middle = int((ys[row] + ys[row + 1]) / 2)
        write(small, 120, middle, (120, 20))
        for x in xs[1:-1]:
            write(small, int(x) + WIDE // 2, middle, DIGIT)
    level = np.ones((len(heights) + 1, COLUMNS + 1))
    upright = np.ones((len(heights), COLUMNS + 2))
    inside = np.ones((len(heights), COLUMNS + 1), bool)
    return small, Lattice(ys, xs, level, upright, inside, 2.0)


def write(small: np.ndarray, x: int, y: int, size: tuple[int, int]) -> None:
    wide, high = size
    small[y - high // 2 : y + high // 2, x - wide // 2 : x + wide // 2] = 20


def without(lattice: Lattice, *lines: int) -> Lattice:
    """The lattice as it is found where nobody saw some of its level lines."""
    rows = [line - 1 for line in lines]
    return replace(
        lattice,
        ys=np.delete(lattice.ys, lines),
        level=np.delete(lattice.level, lines, axis=0),
        upright=np.delete(lattice.upright, rows, axis=0),
        inside=np.delete(lattice.inside, rows, axis=0),
    )


@pytest.mark.parametrize("lost", [(1,), (2,), (1, 2), (2, 3)])
def test_rows_of_any_height_are_parted_where_the_rule_was(lost: tuple[int, ...]) -> None:
    small, lattice = table((60, 90, 50, 70))
    found = with_stacked_rows(small, without(lattice, *lost))
    assert found.ys == pytest.approx(lattice.ys, abs=3)
    assert (found.level[list(lost)] == LIKELY).all()
    assert found.upright.shape == lattice.upright.shape
    assert found.inside.all()


def test_a_table_that_has_its_rules_is_left_alone() -> None:
    small, lattice = table((60, 90, 50))
    assert with_stacked_rows(small, lattice) is lattice


def test_blank_cells_tell_nothing_and_few_columns_are_enough() -> None:
    small, lattice = table((60, 90))
    x = int(lattice.xs[1])
    small[20:170, x : x + 3 * WIDE] = PAPER
    found = with_stacked_rows(small, without(lattice, 1))
    assert found.ys == pytest.approx(lattice.ys, abs=3)
    small[20:170, x : x + 5 * WIDE] = PAPER
    assert len(with_stacked_rows(small, without(lattice, 1)).ys) == 2


def test_a_number_over_two_lines_is_no_two_rows() -> None:
    small, lattice = table((90,))
    small[:] = PAPER
    for x in lattice.xs[1:-1]:
        for y, wide in ((53, WIDE - 16), (77, 24)):
            write(small, int(x) + WIDE // 2, y, (wide, 18))
    assert with_stacked_rows(small, lattice) is lattice


def test_headers_over_several_lines_are_no_rows() -> None:
    small, lattice = table((80,))
    small[:] = PAPER
    for x in lattice.xs[:-1]:
        for y in (44, 76):
            write(small, int(x) + WIDE // 2, y, (44, 22))
    assert with_stacked_rows(small, lattice) is lattice


def test_print_where_the_rule_would_be_keeps_it_away() -> None:
    small, lattice = table((60, 90))
    write(small, 120, 80, (120, 22))
    assert len(with_stacked_rows(small, without(lattice, 1)).ys) == 2


def test_a_label_over_several_rows_is_not_cut() -> None:
    small, lattice = table((60, 60, 60, 60))
    small[20:260, 20:200] = PAPER
    write(small, 120, 140, (120, 20))
    lattice.level[1:-1, 0] = 0.0
    found = with_stacked_rows(small, without(lattice, 2))
    assert found.ys == pytest.approx(lattice.ys, abs=3)
    assert found.level[2, 0] == 0.0
    assert (found.level[2, 1:] == LIKELY).all()


def test_headers_read_together_with_the_first_row_are_parted_from_it() -> None:
    small, lattice = table((40, 100, 60))
    for x in lattice.xs[1:-1]:
        small[61:159, int(x) + 5 : int(x) + WIDE - 5] = PAPER
        for y in (95, 125):
            write(small, int(x) + WIDE // 2, y, (44, 22))
    lattice.level[1, 0] = 0.0  # what stands over the labels reaches over both rows of headers
    found = with_stacked_rows(small, without(lattice, 2))
    assert found.ys == pytest.approx(lattice.ys, abs=3)
    assert (found.level[2] == LIKELY).all()


def test_labels_as_wide_as_their_column_speak_for_two_rows_beside_numbers_that_do() -> None:
    small, lattice = table((60, 90))
    for y in (50, 125):
        write(small, 120, y, (170, 20))
    small[20:170, int(lattice.xs[3]) : int(lattice.xs[-1])] = PAPER
    found = with_stacked_rows(small, without(lattice, 1))
    assert found.ys == pytest.approx(lattice.ys, abs=3)
    for column in (2, 3):
        small[20:170, int(lattice.xs[column]) : int(lattice.xs[column + 1])] = PAPER
        assert len(with_stacked_rows(small, without(lattice, 1)).ys) == 2
        for y in (50, 125):  # another label, as wide
            write(small, int(lattice.xs[column]) + WIDE // 2, y, (WIDE - 14, 20))


def test_a_level_line_without_any_side_keeps_no_rows_together() -> None:
    small, lattice = table((60, 90, 50))
    lattice.level[1] = 0.0
    lattice.ys[1] = 60.0  # a rule of the other side of the paper, not where the lost one was
    found = with_stacked_rows(small, lattice)
    assert found.ys == pytest.approx([20, 80, 170, 220], abs=3)
    assert (found.level[1] == LIKELY).all()


def test_pale_numbers_on_plain_paper_part_rows_and_specks_on_the_lost_rule_do_not_matter() -> None:
    small, lattice = table((60, 90))
    numbers = small[:, int(lattice.xs[1]) :]
    numbers[numbers < PAPER] = 185
    write(small, int(lattice.xs[3]) - 12, 80, (8, 10))
    found = with_stacked_rows(small, without(lattice, 1))
    assert found.ys == pytest.approx(lattice.ys, abs=3)


def test_grain_is_no_print() -> None:
    small, lattice = table((60, 90))
    grain = np.random.default_rng(0).normal(0, 20, small.shape)
    grainy = np.clip(small + grain, 0, 255).astype(np.uint8)
    found = with_stacked_rows(grainy, without(lattice, 1))
    assert found.ys == pytest.approx(lattice.ys, abs=3)
