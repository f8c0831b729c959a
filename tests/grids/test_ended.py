"""Level rules that a scan lost, told by where upright ones begin and end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from extract.grids.ended import with_rows_to_ends
from extract.grids.evenly import LIKELY
from extract.grids.rules import Lattice

PAPER, INK = 250, 20
XS = np.array([20.0, 140.0, 240.0, 340.0])
TOP, PLACE, BOTTOM = 20, 70, 120


def titled(upside_down: bool = False) -> tuple[np.ndarray, Lattice]:
    """A title over all columns and a row of three cells below it, the rule between them lost."""
    small = np.full((BOTTOM + 20, 360), PAPER, np.uint8)
    for y in (TOP, BOTTOM):
        small[y : y + 2, 20:342] = INK
    for x in XS[[0, -1]]:
        small[TOP:BOTTOM, int(x) : int(x) + 2] = INK
    for x in XS[1:-1]:
        small[PLACE:BOTTOM, int(x) : int(x) + 2] = INK
    small[38:56, 150:230] = INK
    for x in XS[:-1]:
        small[86:104, int(x) + 30 : int(x) + 60] = INK
    if upside_down:
        small[TOP + 2 : BOTTOM] = small[TOP + 2 : BOTTOM][::-1].copy()
    level, upright = np.ones((2, 3)), np.array([[1.0, 0.6, 0.6, 1.0]])
    ys = np.array([TOP, BOTTOM], float)
    return small, Lattice(ys, XS.copy(), level, upright, np.ones((1, 3), bool), 2.0)


@pytest.mark.parametrize("upside_down", [False, True])
def test_a_row_is_two_where_its_upright_rules_end(upside_down: bool) -> None:
    found = with_rows_to_ends(*titled(upside_down))
    place = TOP + BOTTOM + 1 - PLACE if upside_down else PLACE
    assert found.ys == pytest.approx([TOP, place, BOTTOM], abs=3)
    assert (found.level[1] == LIKELY).all()
    title, cells = found.upright[::-1] if upside_down else found.upright
    assert title.tolist() == [1.0, 0.0, 0.0, 1.0]
    assert cells.tolist() == [1.0, 1.0, 1.0, 1.0]


def test_a_rule_that_goes_on_keeps_the_row_as_one() -> None:
    small, lattice = titled()
    small[TOP:BOTTOM, 240:242] = INK
    assert with_rows_to_ends(small, lattice) is lattice


def test_print_through_the_place_keeps_the_row_as_one() -> None:
    small, lattice = titled()
    small[60:84, 280:292] = INK
    assert with_rows_to_ends(small, lattice) is lattice


def test_without_print_beyond_its_end_a_rule_has_faded() -> None:
    small, lattice = titled()
    small[30:66, 150:230] = PAPER
    assert with_rows_to_ends(small, lattice) is lattice


def test_rules_that_end_at_different_places_part_nothing() -> None:
    small, lattice = titled()
    small[PLACE : PLACE + 12, 240:242] = PAPER
    assert with_rows_to_ends(small, lattice) is lattice


def test_a_table_with_all_its_rules_is_left_alone() -> None:
    small, lattice = titled()
    small[TOP:BOTTOM, 140:142] = small[TOP:BOTTOM, 240:242] = INK
    whole = replace(lattice, upright=np.ones((1, 4)))
    assert with_rows_to_ends(small, whole) is whole


def test_a_table_that_reaches_out_of_the_page_is_left_alone() -> None:
    small, lattice = titled()
    beyond = replace(lattice, ys=lattice.ys + len(small))
    assert with_rows_to_ends(small, beyond) is beyond
