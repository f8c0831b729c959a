"""Points and commas between digits, told apart by their shapes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extract.reading.ink import find_ink
from extract.reading.recognise import read_cells
from extract.reading.separators import separator_shape
from tests.reading.cells import SANS, SONG, draw_cell


def shape_of(text: str, font: str, size: int = 28, blur: int = 3) -> str | None:
    cell = draw_cell(text, font=font, size=size, box=(220, 60))
    blurred = np.asarray(cv2.GaussianBlur(cell, (blur, blur), 0), np.uint8)
    (line,) = find_ink(blurred, 0.68 * size).lines
    return separator_shape(line.pixels)


@pytest.mark.parametrize("size", [28, 36])
@pytest.mark.parametrize("font", [SONG, SANS])
@pytest.mark.parametrize(
    ("text", "shape"),
    [("12.345", "point"), ("12,345", "comma"), ("1.069", "point"), ("901,777", "comma")],
)
def test_a_comma_has_a_tail_and_a_point_none(text: str, shape: str, font: str, size: int) -> None:
    assert shape_of(text, font, size) == shape


@pytest.mark.parametrize("size", [28, 36])
def test_a_full_width_comma_leaves_room_on_its_right(size: int) -> None:
    assert shape_of("12，345", SONG, size) == "comma"


@pytest.mark.parametrize("text", ["12345", "1,234,567", "-"])
def test_no_sign_or_several_have_no_shape(text: str) -> None:
    assert shape_of(text, SANS) is None


@pytest.mark.parametrize("text", ["12.345", "12,345", "901,777"])
def test_small_print_is_not_taken_for_the_other_sign(text: str) -> None:
    assert shape_of(text, SONG, 20) in ("point" if "." in text else "comma", None)


@pytest.mark.parametrize(("text", "value"), [("12.345", 12.345), ("12,345", 12345)])
def test_the_shape_of_its_sign_tells_thousands_from_thousandths(text: str, value: float) -> None:
    ((best, *_),) = read_cells([draw_cell(text, font=SANS, box=(220, 60))])
    assert best.value == value
    assert best.probability > 0.9


def drawn(*pieces: tuple[int, int, int, int]) -> np.ndarray:
    """A line of pieces of ink, each from x to x and y to y; digits stand on y = 28."""
    line = np.full((32, 90), 255, np.uint8)
    for x0, x1, y0, y1 in pieces:
        line[y0:y1, x0:x1] = 0
    return line


def test_room_on_one_side_alone_tells_a_comma_without_its_tail() -> None:
    digit, sign = (5, 15, 4, 28), (20, 24, 24, 28)
    assert separator_shape(drawn(digit, sign, (29, 39, 4, 28))) == "point"
    assert separator_shape(drawn(digit, sign, (49, 59, 4, 28))) == "comma"


def test_a_low_piece_of_a_broken_digit_is_no_sign() -> None:
    digits = (5, 15, 4, 28), (70, 80, 4, 28)
    broken = (42, 55, 20, 28)
    assert separator_shape(drawn(*digits, (20, 24, 24, 28), (29, 39, 4, 28), broken)) == "point"
