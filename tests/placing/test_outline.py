"""Tables whose labels stand one below another, with a unit printed beside each number."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extract.forms import load_forms
from extract.model import Grid, GridCell, Placement
from extract.placing.place import likely, place
from extract.placing.tape import make_tape, unit_column

FORM = next(form for form in load_forms() if form.id == "2014")
SECTION = FORM.tables[0].sections[0]
HEADER = ["统计指标", "单位", "统计数"]


def printed(dash: str = "——", beside: str = "") -> list[list[str]]:
    """The form's rows with the numbers 0, 1, 2, … and its headings."""
    lines = []
    for number, (above, row) in enumerate(zip((None, *SECTION.rows), SECTION.rows, strict=False)):
        lines += [[label.zh, dash, beside] for label in SECTION.headings(row, above)]
        assert row.label is not None
        lines.append([row.label.zh, row.unit or "", str(number)])
    return lines


def grid(rows: Sequence[Sequence[str]], page: int = 1) -> Grid:
    cells = tuple(
        GridCell(r, c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row)
    )
    return Grid(page, len(rows), len(rows[0]), cells)


def values(placement: Placement) -> list[str | None]:
    return [slot.cell.text if slot.cell else None for slot in placement.slots]


IN_ORDER = [str(number) for number in range(58)]


@pytest.mark.parametrize(("dash", "beside"), [("——", ""), ("----", "——"), ("", ""), ("/", "/")])
def test_every_number_is_placed_whatever_stands_beside_a_heading(dash: str, beside: str) -> None:
    placed = place([grid([HEADER, *printed(dash, beside)])], [FORM], tabular=True)
    assert values(placed) == IN_ORDER
    assert [slot.doubt for slot in placed.slots] == [None] * 58
    assert placed.warnings == ()


def test_the_printed_unit_of_each_row_is_kept() -> None:
    rows = [[label, "元" if unit == "万元" else unit, n] for label, unit, n in printed()]
    placed = place([grid([HEADER, *rows])], [FORM], tabular=True)
    units = {slot.code: slot.header_unit for slot in placed.slots}
    assert units["t1.fees.count"] == "元"
    assert units["t1.trainees.count"] == "人次"
    assert units["t1.received.count"] == "件"


def test_a_heading_with_dashes_at_the_top_of_a_page_is_no_column_header() -> None:
    rows = printed("——", "——")
    cut = next(i for i, row in enumerate(rows) if row[0].startswith("八、"))
    placed = place([grid([HEADER, *rows[:cut]]), grid(rows[cut:], 2)], [FORM], tabular=True)
    assert values(placed) == IN_ORDER
    assert [slot.doubt for slot in placed.slots] == [None] * 58


def test_a_heading_over_all_columns_is_no_column_header() -> None:
    rows = printed()
    cut = next(i for i, row in enumerate(rows) if row[0].startswith("八、"))
    second = grid(rows[cut:], 2)
    wide = GridCell(0, 0, 1, 3, text=rows[cut][0])
    second = Grid(2, second.rows, 3, (wide, *(cell for cell in second.cells if cell.row)))
    placed = place([grid([HEADER, *rows[:cut]]), second], [FORM], tabular=True)
    assert values(placed) == IN_ORDER
    assert [slot.doubt for slot in placed.slots] == [None] * 58


def test_running_numbers_are_no_values() -> None:
    rows = [["序号", *HEADER]]
    for row in printed():
        number = str(len(rows)) if row[1] != "——" else ""
        rows.append([number, *row])
    placed = place([grid(rows)], [FORM], tabular=True)
    assert values(placed) == IN_ORDER


def test_units_may_stand_to_the_right_of_the_numbers() -> None:
    rows = [[a, c, b] for a, b, c in [HEADER, *printed()]]
    placed = place([grid(rows)], [FORM], tabular=True)
    assert values(placed) == IN_ORDER


def test_of_several_counts_the_forms_own_header_tells() -> None:
    rows = [[*row, "7"] for row in printed("", "")]
    rows = [[a, b, c, d if c else ""] for a, b, c, d in rows]
    placed = place([grid([[*HEADER, "上年数"], *rows])], [FORM], tabular=True)
    assert values(placed) == IN_ORDER
    assert {slot.doubt for slot in placed.slots} == {None}
    assert "left out" in placed.warnings[0]


def test_counts_of_several_bodies_are_never_taken_for_the_whole_in_silence() -> None:
    heads = ["统计指标", "单位", "区政府统计数", "区直单位统计数", "乡镇街道统计数"]
    rows = [[*row, "7", "8"] if row[2] else [*row, "", ""] for row in printed()]
    placed = place([grid([heads, *rows])], [FORM], tabular=True)
    assert all(slot.cell is None or slot.doubt for slot in placed.slots)


def test_a_missing_row_is_missing_and_shifts_nothing() -> None:
    rows = [row for row in printed() if not row[0].startswith("2.传真申请数")]
    placed = place([grid([HEADER, *rows])], [FORM], tabular=True)
    found = dict(zip(FORM.codes(), values(placed), strict=True))
    wanted = dict(zip(FORM.codes(), IN_ORDER, strict=True))
    assert found == {**wanted, "t1.received_fax.count": None}


def test_rows_of_one_name_are_told_apart_by_their_order() -> None:
    placed = place([grid([HEADER, *printed()])], [FORM], tabular=True)
    at = {slot.code: slot.cell.text for slot in placed.slots if slot.cell}
    assert int(at["t1.litigation_corrected.count"]) - int(at["t1.review_corrected.count"]) == 4


def test_a_column_of_units_is_told_by_what_it_prints() -> None:
    assert unit_column(grid([HEADER, *printed()])) == 1
    assert unit_column(grid([["信息内容", "本年制发件数"], ["规章", "3"]])) is None
    assert unit_column(grid([["甲", "件", "3"]])) == 1
    assert unit_column(grid([["甲", "乙", "件"], ["丙", "丁", "戊"], ["己", "庚", "辛"]])) is None


def test_a_form_that_shares_few_labels_is_not_aligned() -> None:
    tape = make_tape([grid([HEADER, *printed()])])
    assert [form.id for form in likely(load_forms(), tape)] == ["2014"]
    garbled = make_tape([grid([[text[::-1] for text in row] for row in printed()])])
    assert likely(load_forms(), garbled) == list(load_forms())


def test_labels_that_were_not_read_do_not_shift_the_rows_after_a_heading() -> None:
    """The heading's dashes are no numbers, so no row of the form is forced upon it."""
    rows = [
        ["" if label[:2] in ("1.", "2.") and label[-3:] == "申请数" else label, unit, number]
        for label, unit, number in printed("——", "——")
    ]
    rows = [[a, b if b == "——" else "某", "" if c == "18" else c] for a, b, c in rows]
    placed = place([grid([HEADER, *rows])], [FORM], tabular=True)
    found = {slot.code: slot for slot in placed.slots}
    assert [
        (slot.cell.text if slot.cell else None, slot.doubt is None)
        for code, slot in found.items()
        if code.startswith("t1.received")
    ] == [("16", True), ("17", False), ("", False), ("19", True), ("20", True)]


def test_a_heading_is_not_taken_for_a_row_that_is_missing() -> None:
    heading = "（二）通过不同渠道和方式公开政府信息的情况"
    rows = [row for row in printed("", "") if not row[0].endswith("公开政府信息数")]
    rows = [[row[0], row[1], "5"] if row[0] == heading else row for row in rows]
    placed = place([grid([HEADER, *rows])], [FORM], tabular=True)
    via = [slot for slot in placed.slots if slot.code.startswith("t1.via_")]
    assert all(slot.cell is None or slot.doubt for slot in via)
