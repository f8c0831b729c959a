"""Columns told by their number where their headers are read as one text."""

from __future__ import annotations

import pytest

from extract.forms import Section, load_forms
from extract.model import GridCell
from extract.placing.counted import told_by_number

FORM = next(form for form in load_forms() if form.id == "2021")


def section(table: str) -> Section:
    return next(one for t in FORM.tables if t.id == table for one in t.sections)


def told(table: str, *header: tuple[int, int, str], labels: int = 0) -> bool:
    """Header cells are given as first column, end, text; `labels` columns stand before."""
    known = section(table)
    spans = [(labels + i, labels + i + 1) for i in range(len(known.columns))]
    cells = [
        GridCell(row, start, column_span=end - start, text=text)
        for row, (start, end, text) in enumerate(header)
    ]
    return told_by_number(known, cells, spans)


ACROSS = "法人或其他组织总计商业企科研机社会公法律服业构益组织务机构其他"


def test_lines_read_across_all_headers_tell_the_columns() -> None:
    assert told("t3", (0, 7, "申请人情况"), (0, 1, "自然人"), (1, 7, ACROSS))


def test_a_header_in_the_cell_of_the_label_counts() -> None:
    note = "本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和自然人"
    assert told("t3", (0, 4, note), (4, 10, ACROSS), labels=3)


def test_headings_of_groups_that_stand_right_make_up_for_headers_not_read() -> None:
    groups = [
        (0, 5, "行政复议"),
        (5, 15, "行政诉讼"),
        (5, 10, "未经复议直接起诉"),
        (10, 15, "复议后起诉"),
    ]
    some = [(2, 3, "其他结果"), (4, 5, "总计"), (9, 10, "总计"), (14, 15, "总计")]
    assert told("t4", *groups, *some)
    assert not told("t4", *groups[:2], *some)
    shifted = [
        (0, 4, "行政复议"),
        (4, 15, "行政诉讼"),
        (4, 10, "未经复议直接起诉"),
        (10, 15, "复议后起诉"),
    ]
    assert not told("t4", *shifted, *some)


@pytest.mark.parametrize(
    "text",
    [
        "法人或其他组织总计商业企社会公科研机法律服业益组织构务机构其他",  # in another order
        "法人或其他组织总计商业企社会公法律服业益组织务机构其他",  # one of them is not named
    ],
)
def test_another_order_or_a_column_that_is_not_named_tells_nothing(text: str) -> None:
    assert not told("t3", (0, 1, "自然人"), (1, 7, text))


def test_a_header_that_stands_over_its_neighbour_tells_that_columns_are_others() -> None:
    wrong = [
        (0, 1, "自然人"),
        (1, 2, "科研机构"),
        (2, 3, "商业企业"),
        (3, 7, "社会公益组织法律服务机构其他总计"),
    ]
    assert not told("t3", *wrong)


def test_fewer_columns_than_the_form_has_are_not_told() -> None:
    known = section("t3")
    assert not told_by_number(known, [GridCell(0, 0, text=ACROSS)], [(0, 1), (1, 2)])
