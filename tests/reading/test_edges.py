"""Ink over the edges of a crop: seals, neighbours, digits that are cut, and what is none of it."""

from __future__ import annotations

import cv2
import numpy as np

from extract.reading.edges import Edges, edges
from tests.reading.cells import draw_cell

TALL = 20.0
"""Height in pixels of the digits drawn."""
SOUND = Edges(crossed=False, cut=False)


def ink(*bars: tuple[int, int, int, int], box: tuple[int, int] = (80, 60)) -> np.ndarray:
    """The ink of a cell with full rectangles, each x0, y0, x1, y1."""
    width, height = box
    mask = np.zeros((height, width), bool)
    for x0, y0, x1, y1 in bars:
        mask[y0:y1, x0:x1] = True
    return mask


def test_a_number_within_its_cell_is_sound() -> None:
    assert edges(draw_cell("12", size=28) < 120, TALL) == SOUND
    assert edges(ink(), TALL) == SOUND


def test_touching_digits_of_a_number_that_fills_its_cell_are_sound() -> None:
    assert edges(ink((4, 20, 14, 40), (30, 20, 80, 40)), TALL) == SOUND


def test_touching_digits_at_a_side_with_room_at_the_other_are_cut() -> None:
    assert edges(ink((50, 20, 80, 40)), TALL) == Edges(crossed=True, cut=True)


def test_a_digit_at_a_side_with_room_at_the_other_is_cut() -> None:
    assert edges(ink((0, 20, 8, 40)), TALL) == Edges(crossed=False, cut=True)


def test_a_stroke_taller_than_digits_crosses_a_number_that_fills_its_cell() -> None:
    digits = ((4, 20, 14, 40), (20, 20, 78, 40))
    seal = np.zeros((60, 80), np.uint8)
    cv2.circle(seal, (40, -20), 34, 1, 3)
    assert edges(ink(*digits) | (seal > 0), TALL).crossed


def test_the_other_stroke_of_a_doubled_side_crosses_nothing() -> None:
    assert edges(ink((6, 0, 10, 60), (40, 20, 50, 40)), TALL) == SOUND
    assert edges(ink((70, 0, 74, 60), (40, 20, 50, 40)), TALL) == SOUND


def test_remains_of_rules_along_a_side_cross_nothing() -> None:
    assert edges(ink((0, 0, 80, 4), (40, 20, 50, 40)), TALL) == SOUND


def test_a_rule_far_from_the_sides_or_broad_crosses_a_cell() -> None:
    assert edges(ink((20, 0, 24, 60), (40, 20, 50, 40)), TALL).crossed
    assert edges(ink((0, 0, 11, 60), (40, 20, 50, 40)), TALL).crossed


def test_a_stroke_that_ends_within_the_cell_crosses_it() -> None:
    assert edges(ink((8, 0, 12, 50), (40, 20, 50, 40)), TALL).crossed


def test_halves_of_digits_in_a_cell_that_holds_no_whole_one_are_sliced() -> None:
    """A level line had been put through a number: both its cells were read as blank."""
    assert edges(ink((30, 50, 40, 60), (44, 50, 54, 60)), TALL).sliced
    assert edges(ink((30, 0, 40, 10)), TALL).sliced
    assert not edges(ink((30, 56, 40, 60)), TALL).sliced  # the row below reaches in
    assert not edges(ink((30, 50, 40, 60), (44, 20, 54, 40)), TALL).sliced
    assert not edges(ink((0, 50, 6, 60)), TALL).sliced  # a rule of its side
    assert not edges(ink((30, 41, 40, 60)), TALL).sliced  # a digit of a low row
