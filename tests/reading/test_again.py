"""A second reading of single cells: other eyes, another scale."""

from __future__ import annotations

import pytest

from extract.reading.again import LINES, SCALED, likelihood_ratios, read_again
from extract.reading.ink import digit_height
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


def ratios(cell, printed: str, *numbers: int) -> list[float] | None:
    return likelihood_ratios([cell], digit_height([cell]), [printed], [list(numbers)])[0]


def test_a_number_that_nobody_proposed_is_as_likely_as_the_ink_has_it() -> None:
    found = ratios(draw_cell("1091"), "1091", 1091, 1081, 44)
    assert found is not None
    same, near, far = found
    assert same == pytest.approx(1.0)
    assert 1e-3 > near > far


def test_thousands_may_be_grouped_or_not() -> None:
    found = ratios(draw_cell("1,091"), "1,091", 1091, 7)
    assert found is not None
    assert found[0] == pytest.approx(1.0)
    assert found[1] < 1e-6


def test_a_number_over_two_lines_is_asked_of_both() -> None:
    found = ratios(draw_cell("45", "88"), "4588", 4588, 45)
    assert found is not None
    assert found[0] == pytest.approx(1.0)
    assert found[1] < 1e-3


def test_a_cell_that_does_not_show_what_was_read_is_not_asked() -> None:
    assert ratios(draw_cell("859"), "1204", 1204) is None
    assert ratios(draw_cell(""), "7", 8) is None
    assert likelihood_ratios([], 20.0, [], []) == []
