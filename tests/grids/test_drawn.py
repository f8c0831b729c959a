"""Sides in doubt, looked at in the picture."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from extract.grids.drawn import settled_by_ink, with_gaps_closed, without_dashes
from extract.grids.sides import STEP, Sides

XS = np.array([20.0, 80.0, 140.0, 200.0])
YS = np.array([20.0, 60.0, 100.0])
INNER = np.array([[False] * 3, [True] * 3, [False] * 3])  # all but the outer rules


def paper(dash: tuple[int, int] = (1, 0), without: int | None = None) -> np.ndarray:
    """Three level rules, the middle one left out between two stops."""
    page = np.full((120, 220), 255, np.uint8)
    on = (np.arange(220) % sum(dash)) < dash[0]
    for y in YS.astype(int):
        page[y : y + 2, 20:202][:, on[20:202]] = 0
    if without is not None:
        left, right = int(XS[without]), int(XS[without + 1])
        page[58:64, left + 3 : right - 2] = 255
    return page


def evidence(doubt: float) -> np.ndarray:
    """All sides are sure but the one in the middle."""
    maps = np.ones((3, 3))
    maps[1, 1] = doubt
    return maps


@pytest.mark.parametrize("dash", [(1, 0), (6, 4), (2, 2)])
@pytest.mark.parametrize("doubt", [0.1, 0.4, 0.8])
def test_ink_all_along_is_a_side_and_none_is_none(dash: tuple[int, int], doubt: float) -> None:
    there = settled_by_ink(paper(dash), YS, XS, evidence(doubt), INNER)
    gone = settled_by_ink(paper(dash, without=1), YS, XS, evidence(doubt), INNER)
    assert there[1, 1] > 0.9
    assert gone[1, 1] == 0.0
    assert (np.delete(there, 4) == 1).all()
    assert (np.delete(gone, 4) == 1).all()


def test_letters_on_the_line_are_no_side() -> None:
    page = paper(without=1)
    for x in range(90, 135, 12):  # uprights and short bars, as letters have them
        page[52:70, x : x + 2] = 0
        page[60:62, x : x + 6] = 0
    assert settled_by_ink(page, YS, XS, evidence(0.7), INNER)[1, 1] == 0.0


def test_an_outer_side_without_ink_stays_one() -> None:
    page = np.where(np.arange(120)[:, None] > 90, 255, paper()).astype(np.uint8)
    maps = np.ones((3, 3))
    maps[2, 1] = 0.6
    assert settled_by_ink(page, YS, XS, maps, INNER)[2, 1] == 0.6


def test_what_the_maps_rule_out_is_not_raised_by_ink() -> None:
    assert settled_by_ink(paper(), YS, XS, evidence(0.01), INNER)[1, 1] == 0.01


def test_dashes_in_cells_side_by_side_are_no_rule() -> None:
    page = paper()
    page[55:65] = 255
    for left, right in pairwise(XS.astype(int)):
        page[60:62, left + 12 : right - 12] = 0
    seen = np.array([[1.0] * 3, [0.8] * 3, [1.0] * 3])
    assert without_dashes(page, YS, XS, seen).tolist() == [[1.0] * 3, [0.0] * 3, [1.0] * 3]


def test_a_rule_with_dashes_of_its_own_stays() -> None:
    seen = np.array([[1.0] * 3, [0.8] * 3, [1.0] * 3])
    assert (without_dashes(paper((6, 4)), YS, XS, seen) == seen).all()
    broken = paper()
    broken[58:64, 32:48] = 255  # a gap somewhere
    assert (without_dashes(broken, YS, XS, seen) == seen).all()


def test_an_upright_that_the_maps_leave_out_amid_a_row_is_closed_by_its_ink() -> None:
    upright = np.zeros((12, 10), np.float32)
    upright[[2, 8], 3] = upright[[2, 8], 6] = 0.9
    sides = Sides(np.zeros_like(upright), upright, np.ones_like(upright))
    small = np.full((12 * STEP, 10 * STEP), 240, np.uint8)
    small[2 * STEP : 9 * STEP, 3 * STEP + 2 : 3 * STEP + 4] = 30
    small[4 * STEP : 6 * STEP, 6 * STEP : 7 * STEP] = 30  # a letter
    closed = with_gaps_closed(sides, small).upright
    assert (closed[2:9, 3] > 0.5).all()
    assert (closed[3:8, 6] == 0.0).all()


def test_the_gap_between_two_tables_stays_open() -> None:
    upright = np.zeros((12, 10), np.float32)
    upright[[2, 8], 3] = 0.9
    small = np.full((12 * STEP, 10 * STEP), 30, np.uint8)
    outside = Sides(np.zeros_like(upright), upright, np.zeros_like(upright))
    assert (with_gaps_closed(outside, small).upright == upright).all()


def test_uprights_of_a_row_that_stands_alone_are_found_by_their_ink() -> None:
    level = np.zeros((40, 10), np.float32)
    level[[15, 22]] = 0.9
    sides = Sides(level, np.zeros_like(level), np.ones_like(level))
    small = np.full((40 * STEP, 10 * STEP), 240, np.uint8)
    small[15 * STEP : 23 * STEP, 3 * STEP + 2 : 3 * STEP + 4] = 30
    small[17 * STEP : 21 * STEP, 6 * STEP : 7 * STEP] = 30  # a letter
    found = with_gaps_closed(sides, small).upright
    assert (found[16:22, 3] > 0.5).all()
    assert (found[:, 6] == 0.0).all()
    level[29] = 0.9  # a row of a table: left to the maps
    assert (with_gaps_closed(sides, small).upright == 0.0).all()
