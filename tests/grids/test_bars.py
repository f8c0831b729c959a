"""Thick rules of low rows, which look like blocks, and thin ones of a row or two."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from extract.grids.bars import with_bars
from extract.grids.rules import Lattice, with_line, without_line

PAPER, INK = 250, 20


def thick(rows: int = 3, columns: int = 5, rule: int = 6) -> tuple[np.ndarray, Lattice]:
    """A table of low rows with thick rules, and digits that nearly reach them; positions are the
    middles of rules.
    """
    xs, ys = 20.0 + 96 * np.arange(columns + 1), 20.0 + 32 * np.arange(rows + 1)
    small = np.full((int(ys[-1]) + 30, int(xs[-1]) + 30), PAPER, np.uint8)
    half = rule // 2
    for x in xs:
        small[20 - half : int(ys[-1]) + half, int(x) - half : int(x) + rule - half] = INK
    for y in ys:
        small[int(y) - half : int(y) + rule - half, 20 - half : int(xs[-1]) + half] = INK
    for y in ys[:-1]:
        for x0, x1 in pairwise(xs):
            middle = int((x0 + x1) / 2)
            small[int(y) + half + 3 : int(y) + 32 - half - 3, middle - 2 : middle + 3] = INK
    level, upright = np.ones((rows + 1, columns)), np.ones((rows, columns + 1))
    return small, Lattice(ys, xs, level, upright, np.ones((rows, columns), bool), float(rule))


def test_a_line_of_thick_bars_that_the_maps_left_out_is_found() -> None:
    small, lattice = thick()
    found = with_bars(small, without_line(lattice, 2))
    assert found.xs == pytest.approx(lattice.xs, abs=1.0)
    assert (found.upright == 1.0).all()
    assert found.level.shape == lattice.level.shape


def test_a_side_in_doubt_with_a_bar_is_sure_and_one_without_stays() -> None:
    small, lattice = thick()
    upright = lattice.upright.copy()
    upright[:, 2] = 0.4
    top, bottom = (int(y) for y in lattice.ys[:2])
    small[top + 3 : bottom - 3, int(lattice.xs[2]) - 3 : int(lattice.xs[2]) + 3] = PAPER
    found = with_bars(small, replace(lattice, upright=upright))
    assert found.upright[:, 2].tolist() == [0.4, 1.0, 1.0]


def test_a_level_bar_is_a_side_as_well() -> None:
    small, lattice = thick()
    level = lattice.level.copy()
    level[1, 3] = 0.0
    assert with_bars(small, replace(lattice, level=level)).level[1, 3] == 1.0


def test_digits_that_nearly_reach_the_rules_are_no_bars() -> None:
    small, lattice = thick()
    assert with_bars(small, lattice).xs == pytest.approx(lattice.xs)


def test_one_bar_makes_no_line_in_a_table_of_several_rows() -> None:
    small, lattice = thick()
    top, bottom, x = int(lattice.ys[0]), int(lattice.ys[1]), int(lattice.xs[1]) + 25
    small[top:bottom, x : x + 6] = INK
    assert with_bars(small, lattice).xs == pytest.approx(lattice.xs)
    low, one = thick(rows=1)
    assert with_bars(low, without_line(one, 2)).xs == pytest.approx(one.xs, abs=1.0)


@pytest.mark.parametrize("amiss", ["level", "inside"])
def test_a_bar_between_no_rules_or_outside_the_table_is_none(amiss: str) -> None:
    small, lattice = thick()
    bare = without_line(lattice, 2)
    level, inside = bare.level.copy(), bare.inside.copy()
    if amiss == "level":
        level[1:3, 1] = 0.0
    else:
        inside[:, 1] = False
    assert len(with_bars(small, replace(bare, level=level, inside=inside)).xs) == len(bare.xs)


def test_a_block_thicker_than_a_rule_is_none() -> None:
    small, lattice = thick()
    x = int(lattice.xs[2])
    small[20 : int(lattice.ys[-1]), x - 9 : x + 9] = INK
    bare = without_line(lattice, 2)
    assert len(with_bars(small, bare).xs) == len(bare.xs)


def test_splitting_a_column_keeps_its_level_sides() -> None:
    _, lattice = thick()
    parted = with_line(lattice, 1, 150.0)
    assert parted.xs.tolist()[2] == 150.0
    assert (parted.level == 1.0).all()
    assert (parted.upright[:, 2] == 0.0).all()


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_thin_rules_of_low_rows_are_found(rows: int) -> None:
    small, lattice = thick(rows, rule=2)
    found = with_bars(small, without_line(without_line(lattice, 4), 2))
    assert found.xs == pytest.approx(lattice.xs, abs=1.0)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_fold_through_a_table_is_no_rule_of_it(rows: int) -> None:
    small, lattice = thick(rows, rule=2)
    small[:, 140:142] = INK
    assert with_bars(small, lattice).xs.tolist() == lattice.xs.tolist()


def test_strokes_of_letters_in_a_table_of_one_row_are_no_rules() -> None:
    small, lattice = thick(1, rule=2)
    small[22:50, 200:202] = INK  # nearly from rule to rule
    assert with_bars(small, lattice).xs.tolist() == lattice.xs.tolist()


def test_strokes_under_each_other_in_two_of_many_rows_are_no_rule() -> None:
    small, lattice = thick(9, rule=2)
    for row in (2, 6):
        small[int(lattice.ys[row]) : int(lattice.ys[row + 1]), 165:167] = INK
    assert with_bars(small, lattice).xs.tolist() == lattice.xs.tolist()


def test_a_thin_bar_that_leaves_no_room_for_a_column_is_another_tables() -> None:
    small, lattice = thick(3, rule=2)
    small[20:116, 127:129] = INK
    assert with_bars(small, lattice).xs.tolist() == lattice.xs.tolist()
