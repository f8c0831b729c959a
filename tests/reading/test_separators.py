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
