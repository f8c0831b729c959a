"""Cells of pictures: what is a label, what a number, and what may be two."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.model import Grid, GridCell, Page
from extract.reading.scans import ScanReading, read_scan
from tests.reading.cells import KAI, draw_cell


def row_of(*crops: NDArray[np.uint8]) -> ScanReading:
    """A page with a table of one row, read."""
    cells = tuple(GridCell(0, column, crop=crop) for column, crop in enumerate(crops))
    grid = Grid(1, 1, len(cells), cells, reader="scan-rules")
    return read_scan(Page(1), [grid], [])


def cells_of(*crops: NDArray[np.uint8]) -> tuple[GridCell, ...]:
    """The cells of such a table."""
    return row_of(*crops).page.grids[0].cells


def test_two_numbers_one_above_the_other_are_a_doubt() -> None:
    # The rule between two rows was lost; 34 and 11 must not become a sure 3411.
    stacked, wrapped, alone = cells_of(
        draw_cell("34", "11", box=(150, 90)),
        draw_cell("12345", "6", box=(90, 90)),
        draw_cell("34", box=(150, 90)),
    )
    assert (stacked.whole, wrapped.whole, alone.whole) == (False, True, True)
    assert (stacked.stacked, wrapped.stacked, alone.stacked) == (True, False, False)


def test_two_numbers_that_fill_a_cell_together_are_a_doubt_where_they_stand_apart() -> None:
    far = np.vstack([draw_cell("1234", box=(90, 75)), draw_cell("5678", box=(90, 75))])
    apart, short = cells_of(far, draw_cell("123", "45678", box=(110, 90)))
    assert apart.stacked
    assert short.stacked


def test_a_number_cut_by_a_side_that_stands_elsewhere_is_a_doubt() -> None:
    others = [draw_cell(str(n), box=(150, 60), seed=n) for n in range(10, 40, 3)]
    nought = draw_cell("0", box=(300, 60))
    cut, beside = nought[:, 151:].copy(), nought[:, :149].copy()
    filling = draw_cell("24", box=(26, 60))
    *_, left, right, full = cells_of(*others, cut, beside, filling)
    assert (left.whole, right.whole, full.whole) == (False, False, True)


def test_a_cell_that_is_read_as_blank_and_shows_halves_of_digits_is_a_doubt() -> None:
    above, whole = draw_cell("165", box=(120, 60))[:29], draw_cell("165", box=(120, 60))
    *_, half, number = cells_of(*[draw_cell(str(n), box=(120, 60)) for n in (12, 45)], above, whole)
    assert half.readings[0].mark == "blank"
    assert (half.whole, number.whole) == (False, True)


@pytest.mark.parametrize("none", ["无", "/"])
def test_strokes_that_come_in_cut_digits_off_numbers_but_not_off_signs_for_none(
    none: str,
) -> None:
    crops = [draw_cell(text, box=(150, 60)) for text in (none, "34")]
    for crop in crops:
        cv2.circle(crop, (75, -40), 50, 120, 3, cv2.LINE_AA)  # a seal above
    others = [draw_cell(str(n), box=(150, 60), seed=n) for n in range(10, 40, 3)]
    *_, sign, number = cells_of(*others, *crops)
    assert (sign.readings[0].printed, sign.whole) == (none, True)
    assert (number.readings[0].printed, number.whole) == ("34", False)


def test_specks_in_an_empty_cell_are_no_label() -> None:
    dirty = draw_cell(box=(90, 90))
    for at in range(5, 80, 10):
        dirty[at : at + 12, at : at + 12] = 30
    (cell,) = cells_of(dirty)
    assert cell.text is None
    assert cell.readings


def dashes(box: tuple[int, int], ink: int, *strokes: tuple[int, int]) -> NDArray[np.uint8]:
    """A cell with a level stroke of 20 px from each (x, y), blurred as scans are."""
    cell = draw_cell(box=box)
    for x, y in strokes:
        cell[y : y + 2, x : x + 20] = ink
    return np.asarray(cv2.GaussianBlur(cell, (3, 3), 0), np.uint8)


@pytest.mark.parametrize(
    "print_of",
    [
        dashes((197, 24), 30, (76, 11), (98, 11)),
        dashes((183, 76), 170, (78, 20)),
        dashes((183, 76), 40, (78, 20), (20, 70)),
    ],
    ids=["two", "faint", "low"],
)
def test_a_dash_that_is_read_as_a_word_among_labels_is_none(print_of: NDArray[np.uint8]) -> None:
    labels = draw_cell("申请数", box=(200, 24), size=12), draw_cell("件", box=(40, 24), size=12)
    number = draw_cell("53", box=(197, 24), size=12)
    *_, cell = cells_of(*labels, number, print_of)
    assert cell.text is None
    assert cell.readings[0].mark == "dash"


@pytest.mark.parametrize(("size", "specks"), [(14, 3), (18, 5)])
def test_a_nought_that_is_read_as_a_letter_among_labels_is_a_number(size: int, specks: int) -> None:
    labels = draw_cell("申请数", box=(200, 24), size=12), draw_cell("件", box=(40, 24), size=12)
    nought = draw_cell("0", box=(168, 51), size=size, ink=150)
    rng = np.random.default_rng(specks)
    for _ in range(specks):
        x, y = rng.integers(3, 160), rng.integers(3, 46)
        nought[y : y + 2, x : x + 2] = 130
    blurred = np.asarray(cv2.GaussianBlur(nought, (3, 3), 0), np.uint8)
    *_, cell = cells_of(*labels, draw_cell("53", box=(168, 51), size=14), blurred)
    assert cell.text is None
    assert cell.readings[0].value == 0


@pytest.mark.parametrize("seed", [31, 1121])
def test_grain_that_reads_as_a_word_in_a_column_of_numbers_is_no_label(seed: int) -> None:
    rng = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (60, 220)), (0, 0), rng.uniform(0.8, 2.2))
    paper = 235.0 + grain * rng.uniform(15, 60)
    if seed % 2:  # a fold
        paper[:, 100:104] += 20
        paper[:, 96:100] -= rng.uniform(10, 60)
    rows = [draw_cell(str(n), box=(220, 60), seed=n) for n in range(10, 19)]
    rows.append(np.clip(paper, 0, 255).astype(np.uint8))
    label = draw_cell("申请数", box=(220, 60))
    cells = tuple(
        GridCell(row, column, crop=crop)
        for row, number in enumerate(rows)
        for column, crop in enumerate([label, rows[0], number, rows[1]])
    )
    grid = Grid(1, len(rows), 4, cells, reader="scan-rules")
    last = read_scan(Page(1), [grid], []).page.grids[0].cells[-2]
    assert (last.text, last.readings[0].mark) == (None, "blank")


def test_pale_numbers_in_grain_among_dark_specks_do_not_shine_through() -> None:
    cells = []
    for n in range(20, 44):
        rng = np.random.default_rng(n)
        cell = cv2.GaussianBlur(
            draw_cell(str(n), size=20, box=(300, 60), ink=140, grain=0.0), (3, 3), 0
        ) + cv2.GaussianBlur(rng.normal(0, 8, (60, 300)), (0, 0), 0.8)
        x, y = rng.integers(5, 120), rng.integers(5, 50)
        cell[y : y + 4, x : x + 4] = 20
        cells.append(np.clip(cell, 0, 255).astype(np.uint8))
    read = cells_of(*cells)
    assert [cell.readings[0].value for cell in read] == list(range(20, 44))


def test_words_that_shine_through_the_sheet_are_no_print() -> None:
    printed = [draw_cell(str(n), box=(150, 60), seed=n) for n in range(10, 40, 3)]
    ghosts = [
        draw_cell(text, box=(150, 60), ink=200, grain=2.0)[:, ::-1].copy()
        for text in ("公开", "不予", "平")
    ]
    cells = cells_of(*printed, *ghosts)
    assert all(cell.readings[0].mark == "number" for cell in cells[: len(printed)])
    for cell in cells[len(printed) :]:
        assert cell.text is None
        assert cell.readings[0].mark == "blank"
        assert cell.readings[0].probability > 0.9


def test_labels_of_which_a_digit_alone_is_known_tell_nothing_of_lost_print() -> None:
    printed = [draw_cell(str(n), box=(420, 60), seed=n) for n in range(10, 25, 3)]
    labels = [
        draw_cell(text, font=KAI, size=24, box=(420, 60))
        for text in ("2.   网络申请数", "4.   同意公开答复数", "6.   延期办结数")
    ]
    ghost = draw_cell("公开", box=(420, 60), ink=200, grain=2.0)[:, ::-1].copy()
    *_, found = cells_of(*printed, *labels, ghost)
    assert found.readings[0].mark == "blank"
    assert found.readings[0].probability > 0.9


def test_numbers_that_shine_through_beside_dark_specks_are_no_print() -> None:
    printed = [draw_cell(str(n), box=(150, 60), seed=n) for n in range(10, 40, 3)]
    ghosts = [
        draw_cell(text, box=(150, 60), ink=205, grain=2.0)[:, ::-1].copy()
        for text in ("25", "138", "7")
    ]
    for ghost in ghosts:
        ghost[:] = cv2.GaussianBlur(ghost, (3, 3), 0)
        ghost[10:14, 20:24] = 20
    cells = cells_of(*printed, *ghosts)
    assert all(cell.readings[0].mark == "blank" for cell in cells[len(printed) :])


def test_where_all_is_faint_it_is_print() -> None:
    cells = cells_of(*(draw_cell(str(n), ink=200, grain=2.0, seed=n) for n in range(10, 40, 3)))
    assert [cell.readings[0].value for cell in cells] == list(range(10, 40, 3))


def test_a_label_that_is_hardly_legible_is_one_where_it_stands_left_of_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hardly(crops: list[NDArray[np.uint8]], *_: float) -> list[tuple[str, float]]:
        return [("逾期不补正", 0.48)] * len(crops)

    monkeypatch.setattr("extract.reading.scans.read_labels", hardly)
    word = draw_cell("逾期不补正", size=20)
    first, *_ = cells_of(word, draw_cell("12"), draw_cell("0"), draw_cell("4"))
    assert first.text == "逾期不补正"
    *_, last = cells_of(draw_cell("规章"), draw_cell("12"), draw_cell("0"), word)
    assert last.text is None


def test_a_table_without_a_word_is_illegible_where_many_cells_are_no_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On its head, its labels were read as digits and signs, and it had passed for legible."""

    def signs(crops: list[NDArray[np.uint8]], *_: float) -> list[tuple[str, float]]:
        return [("9+4(", 0.9)] * len(crops)

    monkeypatch.setattr("extract.reading.scans.read_labels", signs)

    assert row_of(*[draw_cell("予以公开")] * 6).legibility == 0
    assert row_of(*[draw_cell("予以公开")] * 3).legibility == 1
    assert row_of(*[draw_cell("12")] * 6).legibility == 1


def test_labels_read_in_another_order_make_a_page_less_legible() -> None:
    def legibility(*labels: str) -> float:
        return row_of(*(draw_cell(label, box=(300, 60)) for label in labels)).legibility

    labels = ("法律服务机构", "社会公益组织", "予以公开", "行政许可")
    assert legibility(*labels) > 0.9
    assert legibility(*(label[::-1] for label in labels)) < 0.7


def test_a_number_before_a_note_whose_brackets_are_not_read_is_no_label() -> None:
    """It had been one, and the row with it none: the next row was taken for it, silently."""
    label = draw_cell("规范性文件", box=(300, 60))
    noted = draw_cell("１８含自然失效７件", box=(300, 60), size=20)
    lost = draw_cell("含自然失效３件", box=(300, 60), size=20)
    first, number, unread = cells_of(label, noted, lost)
    assert first.text == "规范性文件"
    assert (number.text, number.readings[0].value) == (None, 18)
    assert number.readings[0].probability < 0.9
    assert (unread.text, unread.readings[0].mark) == (None, "illegible")
