"""A second reading of single cells: other eyes, another scale."""

from __future__ import annotations

import pytest

from extract.reading.again import LINES, SCALED, read_again
from tests.reading.cells import draw_cell


@pytest.mark.parametrize("text", ["859", "1204", "7"])
def test_a_number_is_read_alike_by_other_eyes_and_at_another_scale(text: str) -> None:
    (said,) = read_again([draw_cell(text)])
    assert {one.reader: one.value for one in said} == {LINES: int(text), SCALED: int(text)}


def test_a_dash_is_not_taken_for_a_one() -> None:
    (said,) = read_again([draw_cell("—")])
    assert LINES not in {one.reader for one in said}
    assert {one.mark for one in said} <= {"dash"}


def test_a_cell_without_ink_says_nothing_but_that() -> None:
    (said,) = read_again([draw_cell("")])
    assert {one.mark for one in said} <= {"blank"}
    assert read_again([]) == []
