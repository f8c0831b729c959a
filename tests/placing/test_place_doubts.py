"""What is in doubt, reported or refused when a table is not as the form has it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from extract.errors import ReportError
from extract.model import Grid, GridCell
from extract.placing.place import place
from fixtures.sheet import Item, Sheet
from tests.placing.sheets import (
    FORM_IDS,
    FORMS,
    changed,
    data_rows,
    doubted,
    grid_of,
    last_year,
    missing,
    ordered,
    other_documents,
    placed,
    plain,
    relabelled,
    rows_between,
    table,
    texts_of,
    three_tables,
    with_column,
    with_row,
    without_row,
)


def test_a_label_that_fits_nothing_is_reported_and_its_numbers_left_out() -> None:
    sheets, printed = plain("2021")
    placement = placed(changed(sheets, "t2", other_documents))
    assert texts_of(placement) == printed
    assert [w for w in placement.warnings if "其他主动公开文件" in w and "no row" in w]


@pytest.mark.parametrize("place", [7, 8])
def test_a_row_without_numbers_is_in_doubt_beside_numbers_of_no_row(place: int) -> None:
    sheets, _ = plain("2021")
    whole = table(sheets, "t3")
    at = data_rows(whole)[place]
    blank = [replace(i, text="" if i.row == at and i.code else i.text) for i in whole.items]
    gone = {i.code for i in whole.items if i.row == at and i.code}
    kept = placed(changed(sheets, "t3", lambda _: replace(whole, items=tuple(blank))))
    assert not doubted(kept)
    strange = [Item(data_rows(whole)[7] + 1, 2, 1, 1, "附注数据", "label")]
    strange += [Item(data_rows(whole)[7] + 1, 3 + n, 1, 1, "9", "value") for n in range(7)]
    beside = with_row(replace(whole, items=tuple(blank)), data_rows(whole)[7] + 1, strange)
    assert set(doubted(placed(changed(sheets, "t3", lambda _: beside)))) == gone


def test_a_column_the_form_does_not_have_is_reported() -> None:
    sheets, _ = plain("2021")
    placement = placed(changed(sheets, "t3", last_year))
    assert [w for w in placement.warnings if "column" in w and "99" in w]


def test_the_numbers_of_another_year_are_left_out_though_the_other_header_is_garbled() -> None:
    sheets, printed = plain("2014")

    def beside(sheet: Sheet) -> list[Sheet]:
        garbled = [replace(i, text=i.text.replace("统计数", "统计微")) for i in sheet.items]
        found = with_column(
            replace(sheet, items=tuple(garbled)),
            sheet.columns,
            dict.fromkeys(data_rows(sheet), "99"),
            "上年数",
        )
        return [rows_between(found, 0, 30), rows_between(found, 30, found.rows)]

    placement = placed(changed(sheets, "t1", beside))
    assert texts_of(placement) == printed
    assert [w for w in placement.warnings if "column" in w and "99" in w]


def test_a_row_that_is_not_printed_is_missing_and_no_other_takes_its_place() -> None:
    sheets, printed = plain("2021")
    whole = table(sheets, "t3")
    row = data_rows(whole)[8]
    gone = {item.code for item in whole.items if item.row == row and item.code}
    placement = placed(changed(sheets, "t3", lambda sheet: without_row(sheet, row)))
    assert missing(placement) == gone
    assert texts_of(placement) == {c: t for c, t in printed.items() if c not in gone}


def test_swapped_rows_are_never_read_as_each_other() -> None:
    sheets, printed = plain("2021")
    whole = table(sheets, "t3")
    one, other = data_rows(whole)[5:7]
    swap = {one: other, other: one}
    new = ordered(whole, (replace(i, row=swap.get(i.row, i.row)) for i in whole.items))
    found = texts_of(placed(changed(sheets, "t3", lambda _: new)))
    assert all(printed[code] == text for code, text in found.items())


def test_swapped_columns_are_read_by_their_headers() -> None:
    sheets, printed = plain("2019")
    for where, first in (("t3", 6), ("t2", 1)):
        whole = table(sheets, where)
        swap = {first: first + 1, first + 1: first}
        new = ordered(
            whole,
            (
                replace(i, column=swap.get(i.column, i.column)) if i.column_span == 1 else i
                for i in whole.items
            ),
        )
        found = texts_of(placed(changed(sheets, where, lambda _, new=new: new)))
        assert all(printed[code] == text for code, text in found.items())
        assert len(found) > 0.9 * len(printed)


def test_a_zero_merged_over_a_row_is_in_doubt_and_the_rest_of_the_row_missing() -> None:
    sheets, printed = plain("2021")
    whole = table(sheets, "t3")
    first, last = whole.label_columns, whole.columns
    for rows in ([data_rows(whole)[4]], data_rows(whole)[1:]):
        kept = [
            replace(item, text="0", column_span=last - first) if item.column == first else item
            for item in whole.items
            if item.row in rows and item.role == "number" and item.column == first
        ]
        others = [i for i in whole.items if i.row not in rows or i.role != "number"]
        new = ordered(whole, [*others, *kept])
        placement = placed(changed(sheets, "t3", lambda _, new=new: new))
        found = texts_of(placement)
        assert all(printed[code] == text for code, text in found.items())
        assert {i.code for i in kept} <= doubted(placement)


def test_a_table_printed_twice_with_other_numbers_is_in_doubt() -> None:
    for where, fewest in (("t4", 15), ("t2", 8)):
        sheets, printed = plain("2021")

        def twice(sheet: Sheet) -> list[Sheet]:
            items = [
                replace(i, text=str(int(i.text) + 500), code=None) if i.role == "number" else i
                for i in sheet.items
            ]
            return [replace(sheet, items=tuple(items)), sheet]

        placement = placed(changed(sheets, where, twice))
        mine = {code for code in printed if code.startswith(where)}
        assert not mine & texts_of(placement).keys()
        assert len(mine & doubted(placement)) >= fewest


def test_a_table_for_each_group_without_its_heading_is_placed_by_order_in_doubt() -> None:
    sheets, printed = plain("2021")

    def bare(sheet: Sheet) -> list[Sheet]:
        parts = []
        for part in three_tables(sheet):
            leaves = [i for i in part.items if i.column_span == 1]
            top = min(i.row for i in leaves)
            items = [replace(i, row=i.row - top) for i in leaves]
            parts.append(replace(part, rows=part.rows - top, items=tuple(items)))
        return parts

    placement = placed(changed(sheets, "t4", bare))
    wanted = {code for code in printed if code.startswith("t4")}
    assert doubted(placement) == wanted
    assert all(
        slot.cell is not None and slot.cell.text == printed[slot.code]
        for slot in placement.slots
        if slot.code in wanted
    )


def test_two_years_side_by_side_are_refused() -> None:
    sheets, _printed = plain("2021")

    def both(sheet: Sheet) -> Sheet:
        first = sheet.label_columns
        items = []
        for item in sheet.items:
            if item.column < first:
                items.append(item)
                continue
            at = first + 2 * (item.column - first)
            if item.role == "number":
                items += [
                    replace(item, column=at, text="500", code=None),
                    replace(item, column=at + 1),
                ]
            else:
                items.append(replace(item, column=at, column_span=2 * item.column_span))
        return ordered(replace(sheet, columns=2 * sheet.columns - first), items)

    with pytest.raises(ReportError, match="side by side") as error:
        placed(changed(sheets, "t3", both))
    assert error.value.kind == "several_reports"


@pytest.mark.parametrize("form", FORM_IDS)
def test_several_reports_in_one_file_are_refused(form: str) -> None:
    sheets, _ = plain(form)
    with pytest.raises(ReportError) as caught:
        placed([*sheets, *sheets])
    assert caught.value.kind == "several_reports"


def test_a_text_that_lost_repeated_values_is_refused() -> None:
    sheets, _ = plain("2021", text="0")
    seen: set[str] = set()

    def once(sheet: Sheet) -> Sheet:
        items = []
        for item in sheet.items:
            if item.text not in seen or item.role != "number":
                items.append(item)
            seen.add(item.text)
        return replace(sheet, items=tuple(items))

    with pytest.raises(ReportError) as caught:
        placed([once(sheet) for sheet in sheets], tabular=False)
    assert caught.value.kind == "values_lost"


def test_other_documents_are_no_reports() -> None:
    rows = [["部门", "电话"], ["办公室", "123"], ["法规科", "456"], ["合计", "9"]]
    items = tuple(
        Item(r, c, 1, 1, text, "label") for r, row in enumerate(rows) for c, text in enumerate(row)
    )
    with pytest.raises(ReportError) as caught:
        placed([Sheet("x", 4, 2, items, 0, 1)])
    assert caught.value.kind == "not_a_report"
    with pytest.raises(ReportError) as caught:
        place([], FORMS, True)
    assert caught.value.kind == "no_tables"


def test_other_tables_round_the_report_change_nothing() -> None:
    rows = [["事项", "数量"], ["行政许可", "871"], ["行政处罚", "872"], ["其他", "873"]]
    items = tuple(
        Item(r, c, 1, 1, text, "label" if c == 0 else "number")
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )
    other = Sheet("x", 4, 2, items, 0, 1)
    for form in FORM_IDS:
        sheets, printed = plain(form)
        assert texts_of(placed([other, *sheets, other])) == printed


def test_a_doubtful_grid_makes_all_its_cells_doubtful_and_is_reported() -> None:
    sheets, printed = plain("2021")
    grids = [grid_of(sheet) for sheet in sheets]
    grids[1] = replace(grids[1], doubt="a rule was not found")
    placement = place(grids, FORMS, True)
    assert doubted(placement) == {code for code in printed if code.startswith("t3")}
    assert any("a rule was not found" in warning for warning in placement.warnings)


def test_headers_of_another_kind_put_their_columns_in_doubt() -> None:
    sheets, printed = plain("2021")
    names = {
        "本年制发件数": "一季度金额合计",
        "本年废止件数": "二季度发放户次",
        "现行有效件数": "备案单位总人员",
    }
    for old, new in names.items():
        sheets = changed(sheets, "t2", lambda s, old=old, new=new: relabelled(s, old, new))
    found = texts_of(placed(sheets))
    block = {"t2.regulations.made", "t2.normative_documents.in_force"}
    assert not block & found.keys()
    assert all(printed[code] == text for code, text in found.items())


def test_a_unit_in_the_header_goes_with_the_cell() -> None:
    sheets, _ = plain("2021")
    placement = placed(sheets)
    fees = next(slot for slot in placement.slots if slot.code == "t2.fees.amount")
    assert fees.header_unit == "万元"


def test_numbers_right_of_their_columns_are_placed_by_order_in_doubt() -> None:
    """A text export that put one separator too many before a row's numbers."""
    sheets, printed = plain("2021")
    whole = table(sheets, "t3")
    row = data_rows(whole)[1]
    items = [
        replace(i, column=i.column + 1) if i.row == row and i.role == "number" else i
        for i in whole.items
    ]
    filler = Item(row, whole.label_columns, 1, 1, "", "number")
    new = ordered(replace(whole, columns=whole.columns + 1), [*items, filler])
    placement = placed(changed(sheets, "t3", lambda _: new), tabular=False)
    moved = {i.code for i in whole.items if i.row == row and i.code}
    assert moved <= doubted(placement)
    assert all(printed[code] == text for code, text in texts_of(placement).items())


def test_no_label_of_the_form_is_known_to_the_code() -> None:
    import extract.placing.place as module

    text = open(module.__file__, encoding="utf-8").read()  # noqa: SIM115
    assert not re.search(r"[\u4e00-\u9fff]", text)


def test_a_header_that_lost_cells_over_a_whole_row_is_in_doubt() -> None:
    """An export dropped two cells of the header: the rest slid over other numbers."""
    sheets, _ = plain("2021")
    grids = [grid_of(sheet) for sheet in sheets]
    last = grids[2]
    lowest = max(cell.row for cell in last.cells)
    group = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    leaves = [*group[2:], *group, *group]
    header = [GridCell(0, i, text=text) for i, text in enumerate(leaves)]
    data = [replace(cell, row=1) for cell in last.cells if cell.row == lowest]
    grids[2] = Grid(1, 2, 15, (*header, *data), reader="markdown")
    slots = [slot for slot in place(grids, FORMS, tabular=False).slots if slot.code[:2] == "t4"]
    assert all(slot.doubt or slot.cell is None for slot in slots)


def test_the_numbers_of_a_row_that_takes_the_place_of_one_whose_own_were_not_seen() -> None:
    sheets, _ = plain("2021")

    def hidden(sheet: Sheet) -> Sheet:
        row = next(item.row for item in sheet.items if item.text and "规范性文件" in item.text)
        items = []
        for item in sheet.items:
            if item.row > row:
                items.append(replace(item, row=item.row + 1))
            elif item.row == row and item.column:
                items.append(replace(item, text="以而公武" if item.column == 2 else ""))
                items.append(replace(item, row=row + 1, text="64"))
            else:
                items.append(item)
        items.append(
            replace(sheet.items[0], row=row + 1, column=0, column_span=1, text="其他政策文件")
        )
        return replace(sheet, items=tuple(items), rows=sheet.rows + 1)

    found = placed(changed(sheets, "t2", hidden))
    slots = [s for s in found.slots if s.code.startswith("t2.normative_documents.")]
    assert all(slot.cell is None or slot.doubt for slot in slots)


def test_a_column_of_a_picture_that_a_fold_parted_leaves_its_rows_in_doubt() -> None:
    sheets, _ = plain("2021")
    parted = dict.fromkeys(data_rows(sheets[1]), "81")
    wide = with_column(sheets[1], sheets[1].columns - 1, parted, "")
    grids = [grid_of(sheet) for sheet in (sheets[0], wide, *sheets[2:])]
    pixels = np.full((20, 40), 255, np.uint8)

    def pictured(cell: GridCell) -> GridCell:
        return replace(cell, crop=pixels)

    shown = [replace(one, cells=tuple(map(pictured, one.cells))) for one in grids]
    exact = {slot.code: slot.doubt for slot in place(grids, FORMS, True).slots}
    folded = {slot.code: slot.doubt for slot in place(shown, FORMS, True).slots}
    first = [code for code in folded if code.startswith("t3.received.")]
    assert all(exact[code] is None for code in first)
    assert all(folded[code] for code in first)
