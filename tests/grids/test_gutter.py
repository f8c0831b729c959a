"""Two pages on one scan."""

from __future__ import annotations

import numpy as np
import pytest

from extract.grids.gutter import gutter_of, parted_at
from extract.grids.sides import STEP, Sides

HEIGHT, WIDTH = 1002, 1602


def sheet(*tables: tuple[int, int]) -> tuple[np.ndarray, Sides]:
    """A sheet with tables from x0 to x1, their rows 60 px high, a word in each row."""
    small = np.full((HEIGHT, WIDTH), 250, np.uint8)
    maps = [np.zeros((HEIGHT // STEP, WIDTH // STEP), np.float32) for _ in range(3)]
    for x0, x1 in tables:
        for y in range(120, 900, 60):
            for letter in range(x0 + 10, x1 - 20, 24):
                small[y + 20 : y + 38, letter : letter + 16] = 20
            maps[0][y // STEP, x0 // STEP : x1 // STEP] = 0.9
        maps[2][120 // STEP : 900 // STEP, x0 // STEP : x1 // STEP] = 0.9
    return small, Sides(*maps)


def dirty(small: np.ndarray, size: int = 3) -> np.ndarray:
    """The same with specks of so many px all over."""
    rng = np.random.default_rng(5)
    spots = small.copy()
    places = rng.integers(0, [[HEIGHT - size], [WIDTH - size]], (2, 900))
    for y, x in zip(*places, strict=True):
        spots[y : y + size, x : x + size] = 10
    return spots


def test_two_pages_part_between_their_tables() -> None:
    small, sides = sheet((100, 702), (900, 1500))
    at = gutter_of(small, sides, 200.0)
    assert at is not None
    assert 702 <= at <= 900


def test_one_page_does_not_part() -> None:
    assert gutter_of(*sheet((100, 702)), 200.0) is None
    assert gutter_of(*sheet((100, 1500)), 200.0) is None


def test_a_sliver_is_one_page() -> None:
    small = np.full((12, 60), 20, np.uint8)
    assert (
        gutter_of(small, Sides(*(np.zeros((2, 10), np.float32) for _ in range(3))), 200.0) is None
    )


def test_an_empty_column_of_a_wide_table_is_no_gutter() -> None:
    small, sides = sheet((100, 1500))
    small[:, 702:900] = 250
    assert gutter_of(small, sides, 200.0) is None


@pytest.mark.parametrize("size", [3, 4, 6])
def test_dirt_in_the_margins_does_not_join_two_pages(size: int) -> None:
    small, sides = sheet((100, 702), (900, 1500))
    at = gutter_of(dirty(small, size), sides, 200.0)
    assert at is not None
    assert 702 <= at <= 900


@pytest.mark.parametrize("size", [3, 4, 6])
def test_dirt_does_not_part_one_page(size: int) -> None:
    small, sides = sheet((100, 1500))
    assert gutter_of(dirty(small, size), sides, 200.0) is None


def test_a_fold_across_the_margin_does_not_join_two_pages() -> None:
    small, sides = sheet((100, 702), (900, 1500))
    sides.level[50, :] = 0.9
    sides.inside[50:80, 702 // STEP : 900 // STEP] = 0.9
    assert gutter_of(small, sides, 200.0) is not None


def test_each_page_keeps_its_own_sides() -> None:
    _, sides = sheet((102, 702), (900, 1500))
    left, right = parted_at(sides, 798)
    assert (left.level + right.level == sides.level).all()
    assert not left.level[:, 798 // STEP :].any()
    assert not right.inside[:, : 798 // STEP].any()
