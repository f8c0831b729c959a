"""Where the labels of a row end and its values begin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from extract.model import Grid, GridCell, Reading
from extract.placing.tape import make_tape, prints


def grid(*rows: list[str | None]) -> Grid:
    cells = tuple(
        GridCell(r, c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row)
    )
    return Grid(1, len(rows), max(len(row) for row in rows), cells)


def values(*rows: list[str | None]) -> list[list[str | None]]:
    return [[cell.text for cell in row.values] for row in make_tape([grid(*rows)])]


DATA = [["项目", "甲", "乙", "丙"], ["总收", "1", "2", "3"], ["总办", "", "", "4"]]


def test_headers_have_no_values_and_blanks_are_values() -> None:
    assert values(*DATA) == [[], ["1", "2", "3"], ["", "", "4"]]


def test_a_blank_label_cell_is_no_value() -> None:
    rows = [["三", "予以公开", "1", "2"], ["", "部分公开", "3", "4"], ["", "", "5", "6"]]
    assert values(*rows) == [["1", "2"], ["3", "4"], ["5", "6"]]


def test_an_empty_form_still_has_its_values() -> None:
    rows = [["总收", "", ""], ["总办", "", ""], ["结转", "", ""]]
    assert values(*rows) == [["", ""], ["", ""], ["", ""]]


def test_an_unreadable_number_among_numbers_is_a_value() -> None:
    rows = [*DATA, ["结转", "约30", "2", "3"]]
    assert values(*rows)[-1] == ["约30", "2", "3"]


def test_a_lone_number_in_other_words_is_a_value_and_a_header_is_not() -> None:
    rows = [["信息内容", "数量", "", ""], ["许可", "7", "", ""], ["收费", "①", "", ""]]
    assert values(*rows) == [["", ""], ["7", "", ""], ["①", "", ""]]


def test_a_remark_after_the_numbers_is_no_label() -> None:
    rows = [["总收", "1", "2", "3", ""], ["总办", "4", "5", "6", "含网上申请的部分"]]
    assert values(*rows) == [["1", "2", "3", ""], ["4", "5", "6", "含网上申请的部分"]]


def test_more_of_the_label_before_the_numbers_is_no_value() -> None:
    rows = [*DATA, ["结转下年度继续", "继续办理的申请数量", "2", "3"]]
    assert values(*rows)[-1] == ["2", "3"]


def test_labels_are_the_innermost_one_first() -> None:
    (row,) = make_tape([grid(["（三）不予公开", "1.属于国家秘密", "0", "0"])])
    assert row.labels == ("属于国家秘密", "不予公开1属于国家秘密")
    assert row.numbering == "1"
    assert row.printed == 2


def test_a_column_of_units_is_neither_label_nor_value() -> None:
    tape = make_tape([grid(["总收", "件", "5"], ["费用", "万元", "7"], ["人员", "人", "9"])])
    assert [[cell.text for cell in row.values] for row in tape] == [["5"], ["7"], ["9"]]
    assert [row.unit for row in tape] == ["件", "万元", "人"]


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        (GridCell(0, 0, text="/"), "dash"),
        (GridCell(0, 0, text=None, readings=(Reading("3", "number", 3),)), "number"),
        (GridCell(0, 0, text=None), "illegible"),
    ],
)
def test_what_a_cell_prints(cell: GridCell, mark: str) -> None:
    assert prints(cell) == mark


def test_a_number_beside_a_unit_read_as_a_dash_is_a_value() -> None:
    tape = make_tape([grid(["机构数", "个", "1"], ["人员数", "-", "0"], ["兼职", "人", "2"])])
    assert [[cell.text for cell in row.values] for row in tape] == [["1"], ["0"], ["2"]]


def test_a_dash_for_unit_and_value_is_a_heading() -> None:
    tape = make_tape([grid(["机构数", "个", "1"], ["经费情况", "-", "-"], ["兼职", "人", "2"])])
    assert [len(row.values) for row in tape] == [1, 0, 1]


def test_one_header_that_reads_like_a_unit_makes_no_column_of_units() -> None:
    texts = [["结果维持", "结果纠正", "家"], ["-", "-", "-"]]
    cells = tuple(
        GridCell(row, column, text=text)
        for row, line in enumerate(texts)
        for column, text in enumerate(line)
    )
    assert len(make_tape([Grid(1, 2, 3, cells)])[1].values) == 3


def test_the_values_of_an_empty_table_begin_where_most_labels_end() -> None:
    header = ["", "", "自然人", "总计", ""]
    rows = [["一", "", "", "", ""], ["三", "予以公开", "", "", ""], ["", "部分公开", "", "", ""]]
    assert values(header, *rows)[1:] == [["", "", ""]] * 3


def test_a_number_under_a_seal_at_the_end_of_a_row_without_a_label_is_a_value() -> None:
    seen = [GridCell(0, column, text=str(column)) for column in range(5)]
    under = GridCell(0, 5, readings=(Reading("□7", "illegible", None, None, 0.6),))
    (row,) = make_tape([Grid(1, 1, 6, (*seen, under))])
    assert row.labels == ()
    assert len(row.values) == 6


def test_numbers_that_a_picture_does_not_let_read_stay_values_beside_a_label() -> None:
    unread = (Reading("137 807", "illegible", None, None, 0.9),)
    rows = [
        [GridCell(r, 0, text="予以公开")]
        + [
            GridCell(r, c, text=None, readings=unread) if r == 2 else GridCell(r, c, text="7")
            for c in range(1, 5)
        ]
        for r in range(3)
    ]
    tape = make_tape([Grid(1, 3, 5, tuple(cell for row in rows for cell in row))])
    assert [(row.labels, len(row.values)) for row in tape] == [(("予以公开",), 4)] * 3


@pytest.mark.parametrize(("shown", "pictured", "count"), [("3", 1, 3), ("3", 0, 4), ("312", 1, 4)])
def test_a_picture_of_a_label_of_which_but_its_number_was_read_is_no_value(
    shown: str, pictured: int, count: int
) -> None:
    crop = np.full((4, 4), 255, np.uint8) if pictured else None
    rows = [("予以公开", "1", "2", "3"), ("部分公开", "4", "5", "9"), (shown, "1", "0", "1")]
    cells = [
        replace(GridCell(row, column, crop=crop), text=text)
        if not text.isdigit() or crop is None
        else GridCell(
            row, column, text=None, crop=crop,
            readings=(Reading(text, "number", int(text), None, 0.9),),
        )
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]  # fmt: skip
    assert [len(row.values) for row in make_tape([Grid(1, 3, 4, tuple(cells))])] == [3, 3, count]


@pytest.mark.parametrize(
    ("text", "trust", "legible"),
    [("予以公开", 0.9, True), ("予以公开", 0.4, False), ("2小", 0.9, False)],
)
def test_whether_a_picture_of_a_label_could_be_read(text: str, trust: float, legible: bool) -> None:
    crop = np.full((4, 4), 255, np.uint8)
    one = Reading("1", "number", 1, None, 0.9)
    cells = (
        GridCell(0, 0, text=text, trust=trust, crop=crop),
        GridCell(0, 1, text=None, crop=crop, readings=(one,)),
    )
    (row,) = make_tape([Grid(1, 1, 2, cells)])
    assert row.legible is legible
    (written,) = make_tape([Grid(1, 1, 2, (GridCell(0, 0, text=text), GridCell(0, 1, text="1")))])
    assert written.legible
