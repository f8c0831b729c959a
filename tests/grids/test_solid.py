"""Solid rules and letters told apart."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from extract.grids.rules import Lattice
from extract.grids.solid import with_solid_sides

PAPER, INK = 250, 20


def ruled(rows: int = 6, columns: int = 4, high: int = 40) -> tuple[np.ndarray, Lattice]:
    """A table of solid rules, 2 px thick, with a number in the middle of each cell."""
    xs, ys = 20.0 + 120 * np.arange(columns + 1), 20.0 + high * np.arange(rows + 1)
    small = np.full((int(ys[-1]) + 20, int(xs[-1]) + 20), PAPER, np.uint8)
    for x in xs:
        small[20 : int(ys[-1]) + 1, int(x) : int(x) + 2] = INK
    for y in ys:
        small[int(y) : int(y) + 2, 20 : int(xs[-1]) + 1] = INK
    for y in ys[:-1]:
        for x0, x1 in pairwise(xs):
            middle = int((x0 + x1) / 2)
            small[int(y) + 12 : int(y) + 28, middle - 10 : middle + 10] = INK
    level, upright = np.ones((rows + 1, columns)), np.ones((rows, columns + 1))
    return small, Lattice(ys, xs, level, upright, np.ones((rows, columns), bool), 2.0)


def titled(small: np.ndarray, lattice: Lattice, row: int) -> None:
    """Makes a row a title: no rule within it, and its letters stand where the middle one would."""
    top, bottom = (int(y) for y in lattice.ys[row : row + 2])
    small[top + 2 : bottom, 22 : int(lattice.xs[-1])] = PAPER
    middle = int(lattice.xs[2])
    for letter in range(-3, 3):
        x = middle + 24 * letter + 2
        small[top + 8 : bottom - 6, x : x + 20 : 6] = INK
        small[top + 12 : top + 15, x : x + 20] = INK
    small[top + 8 : bottom - 6, middle - 1 : middle + 2] = INK


def test_letters_of_a_title_are_no_side_though_the_maps_are_sure_of_it() -> None:
    small, lattice = ruled()
    titled(small, lattice, 3)
    upright = lattice.upright.copy()
    upright[3, [1, 3]] = 0.0
    found = with_solid_sides(small, replace(lattice, upright=upright))
    assert (found.upright[3, 1:-1] == 0.0).all()
    assert (np.delete(found.upright, 3, axis=0) == 1.0).all()


def test_ink_from_rule_to_rule_is_a_side_that_the_maps_do_not_know() -> None:
    small, lattice = ruled()
    upright = lattice.upright.copy()
    upright[2, 2] = 0.0
    level = lattice.level.copy()
    level[3, 1] = 0.0
    found = with_solid_sides(small, replace(lattice, upright=upright, level=level))
    assert found.upright[2, 2] == 1.0
    assert found.level[3, 1] == 1.0


def test_a_stroke_that_fills_no_more_than_its_letter_is_no_level_side() -> None:
    small, lattice = ruled(rows=8)
    y, (x0, x1) = int(lattice.ys[4]), (int(x) for x in lattice.xs[:2])
    small[y - 3 : y + 4, x0 + 2 : x1] = PAPER
    small[y : y + 2, x0 + 20 : x1 - 20] = INK
    found = with_solid_sides(small, lattice)
    assert found.level[4, 0] == 0.0
    assert (found.level[4, 1:] == 1.0).all()


def test_a_broken_rule_is_left_to_the_maps() -> None:
    small, lattice = ruled()
    for y in range(20, small.shape[0] - 20, 10):
        small[y : y + 5, 22 : small.shape[1] - 22] = PAPER
    found = with_solid_sides(small, lattice)
    assert (found.upright == lattice.upright).all()


def test_a_rule_that_leans_away_is_kept_where_print_is_near_it() -> None:
    small, lattice = ruled(rows=12)
    x = int(lattice.xs[2])
    for row in range(5, 8):
        y = int(lattice.ys[row])
        small[y + 2 : y + 40, x - 40 : x + 2] = PAPER
        small[y + 2 : y + 40, x + 4 : x + 6] = INK
        small[y + 12 : y + 28, x - 12 : x - 4] = INK
    found = with_solid_sides(small, lattice)
    assert (found.upright[:, 2] == 1.0).all()


def test_a_letter_that_touches_one_rule_is_no_side() -> None:
    small, lattice = ruled()
    titled(small, lattice, 3)
    top, middle = int(lattice.ys[3]), int(lattice.xs[2])
    small[top + 2 : top + 34, middle - 1 : middle + 2] = INK
    upright = lattice.upright.copy()
    upright[3, 1] = 0.0  # not the only one of its row
    found = with_solid_sides(small, replace(lattice, upright=upright))
    assert found.upright[3, 2] == 0.0


@pytest.mark.parametrize("alone", [True, False])
def test_the_only_side_of_a_title_is_none_if_its_words_run_through_it(alone: bool) -> None:
    small, lattice = ruled()
    titled(small, lattice, 3)
    top, bottom, middle = int(lattice.ys[3]), int(lattice.ys[4]), int(lattice.xs[2])
    small[top:bottom, middle - 1 : middle + 2] = INK
    small[top + 12 : top + 15, middle - 30 : middle + 30] = INK
    upright = lattice.upright.copy()
    upright[3, [1, 3] if alone else [1]] = 0.0
    small[top:bottom, int(lattice.xs[3]) : int(lattice.xs[3]) + 2] = PAPER if alone else INK
    found = with_solid_sides(small, replace(lattice, upright=upright))
    assert found.upright[3, 2] == (0.0 if alone else 1.0)


def test_a_rule_that_a_fold_cut_is_kept_where_no_letters_stand() -> None:
    small, lattice = ruled()
    x, y = int(lattice.xs[2]), int(lattice.ys[3])
    small[y + 14 : y + 28, x - 1 : x + 3] = PAPER
    found = with_solid_sides(small, lattice)
    assert found.upright[3, 2] == 1.0


def test_rules_that_end_before_the_corners_all_around_stay_beside_print() -> None:
    small, lattice = ruled()
    top, bottom = (int(y) for y in lattice.ys[3:5])
    small[top + 2 : top + 8, 18:505] = small[bottom - 8 : bottom, 18:505] = PAPER
    small[top + 10 : bottom - 10, 252:256] = INK  # a label as wide as its column
    found = with_solid_sides(small, lattice)
    assert (found.upright == 1.0).all()
