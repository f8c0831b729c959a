"""Ink of cells: what is print, where its lines are, and what is only rule, speck or noise."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extract.reading.ink import LINE_HEIGHT, digit_height, find_ink, text_lines
from extract.reading.levels import grey
from tests.reading.cells import SANS, draw_cell, with_rules


def test_paper_alone_has_no_line() -> None:
    assert text_lines(draw_cell(grain=5.0), 20.0) == ()


def test_a_thin_lone_digit_in_a_wide_cell_is_found() -> None:
    cell = draw_cell("1", size=24, box=(600, 40))
    (line,) = text_lines(cell, 17.0)
    assert 285 <= line.place.x0 < line.place.x1 <= 315


def test_the_line_is_cut_with_paper_white_and_ink_black() -> None:
    (line,) = text_lines(draw_cell("27", paper=200, ink=120), 20.0)
    assert line.pixels.shape[0] == LINE_HEIGHT
    assert line.pixels.min() == 0
    assert np.median(line.pixels) > 235


def test_a_dash_keeps_the_room_of_a_digit_around_it() -> None:
    (line,) = text_lines(draw_cell("-", grain=0), 20.0)
    rows = np.flatnonzero((line.pixels < 128).any(axis=1))
    assert rows.max() - rows.min() < 0.3 * LINE_HEIGHT


def test_a_number_wrapped_in_a_cell_gives_its_lines_from_the_top() -> None:
    lines = text_lines(draw_cell("12345", "6", box=(120, 90)), 20.0)
    assert [line.row for line in lines] == [0, 1]
    assert lines[0].place.y1 <= lines[1].place.y0
    assert lines[0].place.width > 3 * lines[1].place.width


def test_two_numbers_far_apart_are_two_parts_of_one_row() -> None:
    lines = text_lines(draw_cell("3           5", box=(260, 50)), 20.0)
    assert [line.row for line in lines] == [0, 0]
    assert lines[0].place.x1 < lines[1].place.x0


def test_a_decimal_point_stays_with_its_number() -> None:
    (line,) = text_lines(draw_cell("26.55"), 20.0)
    assert line.place.width > 45


@pytest.mark.parametrize("text", ["0", "-", "1491"])
def test_the_remains_of_rules_are_not_print(text: str) -> None:
    cell = draw_cell(text, box=(110, 48))
    (bare,) = text_lines(cell, 20.0)
    (ruled,) = text_lines(with_rules(cell, thick=3), 20.0)
    for side in ("x0", "y0", "x1", "y1"):
        assert getattr(ruled.place, side) == pytest.approx(getattr(bare.place, side), abs=2)


def test_a_1_that_ends_a_number_at_the_edge_of_its_cell_is_print() -> None:
    cell = draw_cell("81", font=SANS, size=28, grain=2.0)
    right = int(np.flatnonzero((cell < 128).any(axis=0)).max()) + 2
    (line,) = text_lines(cell[:, :right], 20.0)
    assert line.place.x1 >= right - 3


def test_the_corner_of_a_frame_is_not_joined_to_the_number() -> None:
    cell = draw_cell("7", box=(140, 100), paper=245, ink=120, grain=2.0)
    cell[0:1, 20:] = 100
    cell[:70, 139:] = 100
    (line,) = text_lines(cell, 20.0)
    assert line.place.width < 20


def test_the_strokes_of_a_seal_are_paler_than_print() -> None:
    cell = draw_cell("30", box=(200, 50), paper=245, ink=90, grain=2.0)
    cell[10:40, 20:25] = 180
    cell[10:15, 20:50] = 180
    (line,) = text_lines(cell, 20.0)
    assert line.place.x0 > 60


def test_rules_round_an_empty_cell_are_not_print() -> None:
    assert text_lines(with_rules(draw_cell(box=(110, 48)), thick=3), 20.0) == ()


def test_a_rule_that_slants_through_the_crop_is_not_joined_to_the_number() -> None:
    cell = draw_cell("28", box=(160, 60))
    for x in range(160):
        cell[2 + x // 32 : 4 + x // 32, x] = 20
    assert len(text_lines(cell, 20.0)) == 1
    assert text_lines(cell, 20.0)[0].place.y0 > 10


def test_faint_print_under_a_dark_speck_is_found() -> None:
    cell = draw_cell("45", paper=230, ink=185, grain=2.0)
    cell[6:10, 6:10] = 0
    (line,) = text_lines(cell, 20.0)
    assert line.place.x0 > 40


def test_a_red_seal_fades_in_the_channel_that_is_read() -> None:
    seal = np.full((20, 20, 3), (225, 40, 40), np.uint8)
    assert grey(seal).min() == 225


def test_the_height_of_digits_is_that_of_most_cells() -> None:
    cells = [draw_cell(str(number), size=28, seed=number) for number in (3, 0, 128, 0, 47)]
    cells += [draw_cell(seed=9), draw_cell("-", seed=10)]
    assert digit_height(cells) == pytest.approx(19, abs=2)


def test_the_height_of_digits_is_that_of_the_one_column_that_has_them() -> None:
    # Four cells a row, and a sample of every second one: it would never meet the fourth.
    words = [draw_cell(text, size=24) for text in ("序号", "申请数", "件")]
    rows = [[*words, draw_cell(str(n % 10), size=24, seed=n)] for n in range(23)]
    assert digit_height([cell for row in rows for cell in row]) == pytest.approx(17, abs=2)


def test_faint_digits_among_dark_specks_have_their_height() -> None:
    cells = [draw_cell(str(n), size=28, paper=245, ink=215, grain=1.5, seed=n) for n in range(6)]
    for cell in cells:
        cell[8:11, 10:13] = 20
    assert digit_height(cells) == pytest.approx(19, abs=3)


def test_no_digits_no_height() -> None:
    assert digit_height([draw_cell("-"), draw_cell()]) == 0.0
    assert digit_height([]) == 0.0


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (60, 2)])
def test_a_sliver_is_no_cell(shape: tuple[int, int]) -> None:
    assert text_lines(np.zeros(shape, np.uint8), 20.0) == ()
    assert digit_height([np.zeros(shape, np.uint8)]) == 0.0


def test_bits_of_a_dashed_rule_at_the_side_do_not_hide_a_hyphen() -> None:
    cell = draw_cell(box=(98, 74), paper=250, grain=1.0)
    cell[35:39, 45:53] = 120
    for start in (4, 17, 30, 44, 58):
        cell[start : start + 9, 97:] = 90
    (line,) = text_lines(cell, 21.0)
    assert (line.place.x0, line.place.x1) == (45, 53)


def test_the_blur_of_a_hyphen_is_not_taken_for_the_print() -> None:
    rng = np.random.default_rng(1)
    cell = draw_cell(box=(130, 45), paper=245, grain=1.0)
    cell[20:27, 58:72] = 225
    cell[22:25, 60:70] = 180
    cell[:, 5:] -= (rng.random((45, 125)) < 0.2).astype(np.uint8) * 20
    (line,) = text_lines(cell, 27.0)
    assert 54 <= line.place.x0 < line.place.x1 <= 76


def test_a_seal_that_comes_in_over_the_edge_crosses_the_cell() -> None:
    crop = np.full((48, 110), 245, np.uint8)
    cv2.putText(crop, "0", (46, 34), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 30, 2, cv2.LINE_AA)
    assert not find_ink(crop, 18).crossed
    framed = crop.copy()
    framed[:2] = framed[:, :2] = 40  # remains of rules
    assert not find_ink(framed, 18).crossed
    sealed = crop.copy()
    cv2.circle(sealed, (70, 80), 62, 120, 5, cv2.LINE_AA)
    assert find_ink(sealed, 18).crossed


def test_a_wide_number_beside_the_edge_does_not_cross_it() -> None:
    crop = np.full((30, 64), 245, np.uint8)
    cv2.putText(crop, "10456", (1, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 30, 2, cv2.LINE_AA)
    assert not find_ink(crop, 16).crossed
