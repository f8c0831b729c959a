"""Pale print in the cells of a table, made as dark as print usually is."""

from __future__ import annotations

import numpy as np
import pytest

from extract.grids.evenly import DARK
from extract.grids.inked import with_dark_print
from extract.grids.rules import Lattice


def table(ink: int, rules: int, grain: float = 0.0) -> tuple[np.ndarray, Lattice]:
    """Four cells with rules of one grey level and a bar of print in each of another."""
    small = np.full((220, 420), 240.0)
    places = np.array([20.0, 110.0, 200.0])
    wide = np.array([20.0, 210.0, 400.0])
    for y in places.astype(int):
        small[y - 1 : y + 1, 20:400] = rules
    for x in wide.astype(int):
        small[20:200, x - 1 : x + 1] = rules
    for y in (65, 155):
        for x in (115, 305):
            small[y - 9 : y + 9, x - 20 : x + 20] = ink
    small += np.random.default_rng(0).normal(0, grain, small.shape)
    grid = Lattice(places, wide, np.ones((3, 2)), np.ones((2, 3)), np.ones((2, 2), bool), 2.0)
    return np.clip(small, 0, 255).astype(np.uint8), grid


@pytest.mark.parametrize("rules", [20, 180])
def test_pale_print_becomes_dark_and_paper_stays_light(rules: int) -> None:
    small, lattice = table(ink=180, rules=rules, grain=4.0)
    dark = with_dark_print(small, lattice)
    assert (dark[60:70, 100:130] < DARK).all()
    assert (dark[30:50, 30:200] > DARK).all()


def test_dark_print_stays_as_it_is() -> None:
    small, lattice = table(ink=60, rules=20)
    assert with_dark_print(small, lattice) is small


@pytest.mark.parametrize("grain", [0.0, 8.0])
def test_rules_round_empty_cells_and_grain_are_no_pale_print(grain: float) -> None:
    small, lattice = table(ink=240, rules=150, grain=grain)
    assert with_dark_print(small, lattice) is small


def test_a_shaded_row_does_not_become_print() -> None:
    small, lattice = table(ink=150, rules=130)
    small[22:108, 22:208] = np.minimum(small[22:108, 22:208], 220)
    assert with_dark_print(small, lattice) is small
