"""Numbers that stand under each other, and rules."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from extract.grids.piled import without_piles
from extract.grids.rules import Lattice, with_line

PAPER, INK = 250, 20
ROWS, HIGH = 8, 32
LINE = 440.0
"""Where the line in question stands, in the middle of the last column."""


def table(dash: int, gap: int) -> tuple[np.ndarray, Lattice]:
    """Three columns between upright rules of dashes, under level ones, and a line at LINE."""
    xs, ys = np.array([20.0, 260.0, 380.0, 500.0]), 20.0 + HIGH * np.arange(ROWS + 1)
    small = np.full((int(ys[-1]) + 20, int(xs[-1]) + 20), PAPER, np.uint8)
    for x in xs:
        draw(small, x, dash, gap)
    for y in ys:
        small[int(y) : int(y) + 2, 20 : int(xs[-1]) + 1] = INK
    level, upright = np.ones((ROWS + 1, 3)), np.ones((ROWS, 4))
    lattice = Lattice(ys, xs, level, upright, np.ones((ROWS, 3), bool), 2.0)
    return small, with_line(lattice, 2, LINE)


def draw(small: np.ndarray, x: float, dash: int, gap: int) -> None:
    for y in range(20, 20 + ROWS * HIGH, dash + gap):
        small[y : y + dash, int(x) : int(x) + 2] = INK


def with_digits(small: np.ndarray, lattice: Lattice) -> None:
    for above, below in pairwise(lattice.ys.tolist()):
        small[int(above) + 9 : int(below) - 7, int(LINE) - 6 : int(LINE) + 6] = INK


def sided(lattice: Lattice, rows: slice) -> Lattice:
    upright = lattice.upright.copy()
    upright[rows, 3] = 0.7
    return replace(lattice, upright=upright)


@pytest.mark.parametrize(("dash", "gap"), [(ROWS * HIGH, 0), (5, 3)])
def test_numbers_under_each_other_are_no_rule_beside_solid_ones_or_dashed(
    dash: int, gap: int
) -> None:
    small, lattice = table(dash, gap)
    with_digits(small, lattice)
    found = without_piles(small, sided(lattice, slice(2, 7)))
    assert found.xs.tolist() == [20.0, 260.0, 380.0, 500.0]
    assert (found.upright == 1.0).all()


@pytest.mark.parametrize(("dash", "gap"), [(ROWS * HIGH, 0), (5, 3)])
def test_a_rule_of_few_rows_stays_with_numbers_beside_it(dash: int, gap: int) -> None:
    small, lattice = table(dash, gap)
    draw(small, LINE, dash, gap)
    small[20:84, 430:450] = PAPER
    with_digits(small[:, 20:], lattice)
    short = sided(lattice, slice(2, 7))
    assert without_piles(small, short) is short


def test_a_rule_that_faded_away_stays() -> None:
    small, lattice = table(ROWS * HIGH, 0)
    faded = sided(lattice, slice(2, 7))
    assert without_piles(small, faded) is faded


def test_a_line_that_goes_on_in_most_rows_stays() -> None:
    small, lattice = table(ROWS * HIGH, 0)
    with_digits(small, lattice)
    long = sided(lattice, slice(1, 8))
    assert without_piles(small, long) is long


def test_digits_that_reach_from_rule_to_rule_are_broader_than_rules() -> None:
    small, lattice = table(ROWS * HIGH, 0)
    for above, below in pairwise(lattice.ys.tolist()):
        small[int(above) : int(below), int(LINE) - 6 : int(LINE) + 6] = INK
        small[int(above) + 9 : int(below) - 9, int(LINE) - 2 : int(LINE) + 3] = PAPER
    found = without_piles(small, sided(lattice, slice(2, 4)))
    assert found.xs.tolist() == [20.0, 260.0, 380.0, 500.0]


def with_sevens(small: np.ndarray, lattice: Lattice, stem: int) -> None:
    """Digits nearly as tall as their rows, a bar over a stem as thin as a rule."""
    for above, below in pairwise(lattice.ys.tolist()):
        top, foot = int(above) + 5, int(below) - 4
        small[top:foot, int(LINE) : int(LINE) + 2] = INK
        small[top : foot - stem, int(LINE) - 5 : int(LINE) + 6] = INK


@pytest.mark.parametrize(("rows", "stays"), [(slice(2, 5), False), (slice(2, 4), True)])
def test_several_tall_digits_a_little_unlike_dashed_rules_are_no_rule(
    rows: slice, stays: bool
) -> None:
    small, lattice = table(6, 5)
    with_sevens(small, lattice, stem=17)
    found = without_piles(small, sided(lattice, rows))
    assert (LINE in found.xs.tolist()) == stays


def test_short_rules_that_leave_paper_and_are_as_thin_as_others_stay() -> None:
    small, lattice = table(6, 5)
    with_sevens(small, lattice, stem=23)
    short = sided(lattice, slice(2, 5))
    assert without_piles(small, short) is short


def test_a_short_rule_that_is_printed_twice_stays() -> None:
    small, lattice = table(ROWS * HIGH, 0)
    for above, below in pairwise(lattice.ys[:6].tolist()):
        small[int(above) : int(below), int(LINE) - 4 : int(LINE) + 4] = INK
    short = sided(lattice, slice(0, 5))
    assert without_piles(small, short) is short


def test_a_short_rule_that_ends_a_little_beside_its_level_rules_stays() -> None:
    small, lattice = table(ROWS * HIGH, 0)
    for above, below in pairwise(lattice.ys[:6].tolist()):
        small[int(above) + 5 : int(below), int(LINE) : int(LINE) + 2] = INK
    short = sided(lattice, slice(0, 5))
    assert without_piles(small, short) is short


def test_a_short_rule_that_digits_touch_stays() -> None:
    small, lattice = table(6, 5)
    draw(small, LINE, ROWS * HIGH, 0)
    for above in lattice.ys[:-1].tolist():
        small[int(above) + 10 : int(above) + 18, int(LINE) : int(LINE) + 6] = INK
    short = sided(lattice, slice(2, 5))
    assert without_piles(small, short) is short


def test_a_table_that_reaches_out_of_the_page_is_left_alone() -> None:
    small, lattice = table(ROWS * HIGH, 0)
    beyond = replace(lattice, ys=lattice.ys + len(small))
    assert without_piles(small, sided(beyond, slice(2, 7))).xs.tolist() == beyond.xs.tolist()
