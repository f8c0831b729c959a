"""Columns whose upright rule is lost, told by what stands in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from extract.grids.abreast import with_columns_abreast
from extract.grids.evenly import LIKELY
from extract.grids.inked import with_dark_print
from extract.grids.rules import Lattice, without_line

XS = np.array([20.0, 300.0, 400.0, 540.0])
"""A label, its unit and its number."""
HIGH = 40
PAPER = 250


def table(values: Sequence[int], ink: int = 20) -> tuple[np.ndarray, Lattice]:
    """Rows of a label, a unit and a number so many px wide, centred; no rule drawn."""
    ys = 20.0 + HIGH * np.arange(len(values) + 1)
    small = np.full((int(ys[-1]) + 20, int(XS[-1]) + 20), PAPER, np.uint8)
    for row, value in enumerate(values):
        for left, right, width in zip(
            XS[:-1], XS[1:], (90 + 17 * (row % 5), 18, value), strict=True
        ):
            write(small, (left + right) / 2 - width / 2, ys[row] + HIGH / 2, width, ink)
    level = np.ones((len(values) + 1, 3))
    upright = np.ones((len(values), 4))
    return small, Lattice(ys, XS, level, upright, np.ones((len(values), 3), bool), 2.0)


def write(small: np.ndarray, x: float, y: float, width: int, ink: int = 20) -> None:
    small[round(y) - 9 : round(y) + 9, round(x) : round(x) + width] = ink


@pytest.mark.parametrize("ink", [20, 190])
@pytest.mark.parametrize("values", [[12] * 9, [36, 0, 12, 0, 24, 12, 0, 0, 48, 0]])
def test_a_unit_and_a_number_in_most_rows_are_two_columns(values: list[int], ink: int) -> None:
    small, lattice = table(values, ink)
    merged = without_line(lattice, 2)
    found = with_columns_abreast(with_dark_print(small, merged), merged)
    assert len(found.xs) == len(XS)
    assert 370 < found.xs[2] < 440
    assert (found.upright[:, 2] == LIKELY).all()
    assert found.level.shape == lattice.level.shape


def test_no_rule_goes_through_a_heading_over_both_columns() -> None:
    small, lattice = table([12] * 12)
    write(small, 340, lattice.ys[0] + HIGH / 2, 160)
    found = with_columns_abreast(small, without_line(lattice, 2))
    assert found.upright[:, 2].tolist() == [0.0] + [LIKELY] * 11


def test_a_table_with_all_its_rules_stays_as_it_is() -> None:
    small, lattice = table([12, 0, 48, 24, 12, 0, 36, 12])
    assert with_columns_abreast(small, lattice) is lattice


@pytest.mark.parametrize("gap", [4, 30])
def test_signs_before_the_text_of_a_label_are_no_column(gap: int) -> None:
    small, lattice = table([12] * 9)
    small[:, 25:290] = PAPER
    for row in range(9):
        write(small, 30, lattice.ys[row] + HIGH / 2, 14)
        write(small, 44 + gap, lattice.ys[row] + HIGH / 2, 60 + 13 * (row % 4))
    assert with_columns_abreast(small, lattice) is lattice


def test_few_rows_tell_nothing() -> None:
    small, lattice = table([12] * 5)
    merged = without_line(lattice, 2)
    assert with_columns_abreast(small, merged) is merged


def test_what_is_left_of_a_rule_drawn_twice_is_no_print() -> None:
    small, lattice = table([12] * 9)
    for y in range(9):
        write(small, XS[2] + 3, lattice.ys[y] + HIGH / 2, 6)
    assert with_columns_abreast(small, lattice) is lattice


def test_specks_beside_labels_are_no_column() -> None:
    small, lattice = table([12] * 9)
    small[:, 25:290] = PAPER
    for row in range(9):
        y = round(lattice.ys[row] + HIGH / 2)
        write(small, 30, y, 60)
        small[y - 2 : y + 3, 240 + 3 * row : 245 + 3 * row] = 20
    assert with_columns_abreast(small, lattice) is lattice


def test_prints_now_on_the_left_and_now_on_the_right_are_no_columns() -> None:
    small, lattice = table([12] * 27)
    merged = without_line(lattice, 2)
    small[:, 305:535] = PAPER
    for row in range(27):  # five rows hold both
        y = lattice.ys[row] + HIGH / 2
        if row < 16:
            write(small, 320, y, 18)
        if row >= 11:
            write(small, 480, y, 18)
    assert with_columns_abreast(small, merged) is merged


def titled(last: int) -> tuple[np.ndarray, Lattice]:
    """Three rows of the table between two titles; the last number is so many px wide."""
    small, lattice = table([12, 12, 24, last, 12])
    for row in (0, 4):
        top, bottom = (int(y) for y in lattice.ys[row : row + 2])
        small[top:bottom, 22:538] = PAPER
        write(small, 240, (top + bottom) / 2, 90)
        lattice.upright[row, 1:-1] = 0.0
    return small, without_line(lattice, 2)


def test_rows_between_two_titles_have_two_columns_where_all_hold_two_prints() -> None:
    found = with_columns_abreast(*titled(36))
    assert len(found.xs) == len(XS)
    assert found.upright[:, 2].tolist() == [0.0, LIKELY, LIKELY, LIKELY, 0.0]


def test_a_blank_among_so_few_rows_tells_too_little() -> None:
    small, lattice = titled(0)
    assert with_columns_abreast(small, lattice) is lattice


def test_one_of_several_columns_of_one_width_is_one_whatever_dirt_is_in_it() -> None:
    xs = np.array([20.0, 300.0, 420.0, 540.0, 660.0, 780.0])
    ys = 20.0 + HIGH * np.arange(8)
    small = np.full((340, 800), PAPER, np.uint8)
    for y in ys[:-1]:
        for x in xs[1:-1]:
            write(small, x + 54, y + HIGH / 2, 12)
        write(small, 430, y + HIGH / 2, 8)  # a streak of dirt
    lattice = Lattice(ys, xs, np.ones((8, 5)), np.ones((7, 6)), np.ones((7, 5), bool), 2.0)
    assert with_columns_abreast(small, lattice) is lattice


def halved(dash: bool) -> tuple[np.ndarray, Lattice]:
    """Three rows of two numbers in a cell twice as wide as that beside it, between titles; the
    dots of the rule that is lost are left, and perhaps one number is no more than a dash.
    """
    xs, ys = np.array([20.0, 220.0, 420.0, 820.0]), 20.0 + HIGH * np.arange(6)
    small = np.full((260, 840), PAPER, np.uint8)
    lattice = Lattice(ys, xs, np.ones((6, 3)), np.ones((5, 4)), np.ones((5, 3), bool), 2.0)
    lattice.upright[[0, 4], 1:-1] = 0.0
    for row in (1, 2, 3):
        for x in (120, 320, 520, 720):
            high = 2 if dash and (row, x) == (2, 520) else 18
            small[int(ys[row]) + 20 : int(ys[row]) + 20 + high, x - 10 : x + 10] = 20
        small[int(ys[row]) : int(ys[row]) + HIGH : 3, 619:622] = 20
    return small, lattice


@pytest.mark.parametrize("dash", [False, True])
def test_a_column_twice_as_wide_as_its_neighbour_is_two_though_dots_of_its_rule_are_left(
    dash: bool,
) -> None:
    found = with_columns_abreast(*halved(dash))
    assert found.xs == pytest.approx([20, 220, 420, 620, 820], abs=12)
    assert found.upright[:, 3].tolist() == [0.0, LIKELY, LIKELY, LIKELY, 0.0]


def test_print_over_its_middle_keeps_such_a_column_one() -> None:
    small, lattice = halved(dash=True)
    write(small, 590, lattice.ys[2] + HIGH / 2, 118)
    assert with_columns_abreast(small, lattice) is lattice
