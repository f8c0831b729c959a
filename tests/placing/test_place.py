"""Which cell is which, in tables as publishers change them: right, or in doubt, never wrong."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from extract.errors import ReportError
from extract.model import Grid, GridCell
from extract.placing.place import place
from fixtures.garble import garbled
from fixtures.sheet import Item, Sheet
from tests.placing.sheets import (
    FORMS,
    changed,
    columns_between,
    data_rows,
    doubted,
    grid_of,
    missing,
    ordered,
    placed,
    plain,
    relabelled,
    rows_between,
    texts_of,
    with_column,
    with_row,
    without_row,
)

FORM_IDS = ["2019", "2021"]
OTHER = {"2019": frozenset[str](), "2021": frozenset({"t3.other"})}


def table(sheets: list[Sheet], name: str) -> Sheet:
    return next(sheet for sheet in sheets if sheet.table == name)


def note(sheet: Sheet) -> Sheet:
    text = "注：行政复议、行政诉讼数量含上年度结转数量3件。"
    last = Item(sheet.rows, 0, 1, sheet.columns, text, "label")
    return ordered(replace(sheet, rows=sheet.rows + 1), [*sheet.items, last])


def header_again(sheet: Sheet) -> Sheet:
    at = data_rows(sheet)[2]
    top = [item for item in sheet.items if item.row < data_rows(sheet)[0]]
    for _ in range(data_rows(sheet)[0]):
        sheet = with_row(sheet, at, [])
    return ordered(sheet, [*sheet.items, *(replace(item, row=item.row + at) for item in top)])


def total_first(sheet: Sheet) -> Sheet:
    first, last = sheet.label_columns, sheet.columns - 1

    def moved(item: Item) -> Item:
        if item.column_span > 1 and item.column + item.column_span == sheet.columns:
            return item
        if item.column == last:
            return replace(item, column=first)
        return replace(item, column=item.column + 1) if item.column >= first else item

    return ordered(sheet, map(moved, sheet.items))


def serial_numbers(sheet: Sheet) -> Sheet:
    rows = {row: str(number + 1) for number, row in enumerate(data_rows(sheet))}
    found = with_column(sheet, 0, rows, "序号")
    return replace(found, label_columns=sheet.label_columns + 1)


def units(sheet: Sheet) -> Sheet:
    return with_column(sheet, sheet.label_columns, dict.fromkeys(data_rows(sheet), "件"), "单位")


def remarks(sheet: Sheet) -> Sheet:
    texts = {row: "含网上申请" if row % 5 == 0 else "" for row in data_rows(sheet)}
    return with_column(sheet, sheet.columns, texts, "备注")


def last_year(sheet: Sheet) -> Sheet:
    return with_column(sheet, sheet.columns, dict.fromkeys(data_rows(sheet), "99"), "上年总计")


def flat_labels(sheet: Sheet) -> Sheet:
    wide = sheet.label_columns

    def moved(item: Item) -> Item:
        if item.column < wide:
            return replace(item, column=0, column_span=1)
        return replace(item, column=item.column - wide + 1)

    items = [moved(item) for item in sheet.items if item.role != "group"]
    return ordered(replace(sheet, columns=sheet.columns - wide + 1, label_columns=1), items)


def subtotal(sheet: Sheet) -> Sheet:
    at = data_rows(sheet)[5]
    numbers = [
        Item(at, column, 1, 1, "88", "number")
        for column in range(sheet.label_columns, sheet.columns)
    ]
    return with_row(sheet, at, [Item(at, 2, 1, sheet.label_columns - 2, "小计", "label"), *numbers])


def cut_anywhere(sheet: Sheet) -> list[Sheet]:
    rows = data_rows(sheet)
    return [
        rows_between(sheet, 0, rows[6]),
        rows_between(sheet, rows[6], rows[15]),
        rows_between(sheet, rows[15], sheet.rows),
    ]


def header_alone(sheet: Sheet) -> list[Sheet]:
    top = data_rows(sheet)[0]
    return [rows_between(sheet, 0, top), rows_between(sheet, top, sheet.rows)]


def three_tables(sheet: Sheet) -> list[Sheet]:
    return [columns_between(sheet, 5 * part, 5 * part + 5) for part in range(3)]


def three_tables_reordered(sheet: Sheet) -> list[Sheet]:
    first, second, third = three_tables(sheet)
    return [second, third, first]


def label_before(sheet: Sheet) -> Sheet:
    row = data_rows(sheet)[0]
    items = [replace(item, column=item.column + 1) for item in sheet.items]
    items += [Item(0, 0, row, 1, "类别", "stub"), Item(row, 0, 1, 1, "数量（件）", "label")]
    return ordered(replace(sheet, columns=sheet.columns + 1, label_columns=1), items)


def blocks_apart(sheet: Sheet) -> list[Sheet]:
    tops = [item.row for item in sheet.items if item.role == "block"]
    return [rows_between(sheet, a, b) for a, b in zip(tops, [*tops[1:], sheet.rows], strict=True)]


def other_documents(sheet: Sheet) -> Sheet:
    at = data_rows(sheet)[1] + 1
    numbers = [
        replace(item, row=at, text="77", code=None)
        for item in sheet.items
        if item.row == at - 1 and item.role == "number"
    ]
    return with_row(sheet, at, [Item(at, 0, 1, 1, "其他主动公开文件", "label"), *numbers])


def all_headings(sheet: Sheet) -> Sheet:
    items = [replace(item, text=item.text.replace("总计", "合 计")) for item in sheet.items]
    return replace(sheet, items=tuple(items))


READ_WHOLE = {
    "a note in the last row": ("t3", note),
    "the header printed again": ("t3", header_again),
    "the total in the first column": ("t3", total_first),
    "a column of serial numbers": ("t3", serial_numbers),
    "a column of units": ("t3", units),
    "a column of remarks": ("t3", remarks),
    "a column the form does not have": ("t3", last_year),
    "labels without their groups": ("t3", flat_labels),
    "a subtotal": ("t3", subtotal),
    "cut over three pages": ("t3", cut_anywhere),
    "cut after the header": ("t3", header_alone),
    "合计 for 总计": ("t3", all_headings),
    "a table for each group of columns": ("t4", three_tables),
    "such tables in another order": ("t4", three_tables_reordered),
    "a label before the numbers": ("t4", label_before),
    "a table for each block": ("t2", blocks_apart),
    "a row the form does not have": ("t2", other_documents),
}


@pytest.mark.parametrize("form", FORM_IDS)
@pytest.mark.parametrize("name", READ_WHOLE)
def test_every_cell_is_found_in_spite_of(name: str, form: str) -> None:
    where, change = READ_WHOLE[name]
    sheets, printed = plain(form)
    placement = placed(changed(sheets, where, change))
    assert placement.form == form
    assert texts_of(placement) == printed


@pytest.mark.parametrize("form", FORM_IDS)
def test_the_form_comes_from_the_headers_and_its_alternative_from_its_rows(form: str) -> None:
    for alternatives in (frozenset[str](), OTHER[form]):
        sheets, printed = plain(form, alternatives)
        placement = placed(sheets)
        assert (placement.form, placement.alternatives) == (form, alternatives)
        assert texts_of(placement) == printed
        assert placement.warnings == ()


@pytest.mark.parametrize("form", FORM_IDS)
def test_a_row_cut_by_a_page_is_joined_wherever_its_numbers_stand(form: str) -> None:
    sheets, printed = plain(form)
    whole = table(sheets, "t3")
    label = "5.属于三类内部事务信息"
    row = next(item.row for item in whole.items if item.text == label)
    for numbers_below in (False, True):
        upper = relabelled(rows_between(whole, 0, row + 1), label, "5.属于三类内部事务")
        lower = relabelled(rows_between(whole, row, whole.rows), label, "信息")
        bare = lower if not numbers_below else upper
        last = 0 if not numbers_below else upper.rows - 1
        items = [
            replace(item, text="") if item.role == "number" and item.row == last else item
            for item in bare.items
        ]
        emptied = replace(bare, items=tuple(items))
        pages = [upper, emptied] if not numbers_below else [emptied, lower]
        placement = placed(changed(sheets, "t3", lambda _, pages=pages: pages))
        assert texts_of(placement) == printed


def test_a_blank_half_of_a_cut_row_keeps_its_doubt() -> None:
    """A number drawn as a picture in the upper half of a row that a page break cuts."""
    sheets, _ = plain("2021", text="")
    whole = table(sheets, "t3")
    row = data_rows(whole)[4]
    code = next(i.code for i in whole.items if i.row == row and i.role == "number")
    halves = [
        relabelled(rows_between(whole, 0, row + 1), "1.属于国家秘密", "1.属于国"),
        relabelled(rows_between(whole, row, whole.rows), "1.属于国家秘密", "家秘密"),
    ]
    grids = [grid_of(sheet) for sheet in changed(sheets, "t3", lambda _: halves)]
    number = next(
        cell for cell in grids[1].cells if cell.row == row and cell.column == whole.label_columns
    )
    drawn = tuple(replace(c, whole=False) if c is number else c for c in grids[1].cells)
    grids[1] = replace(grids[1], cells=drawn)
    (slot,) = (slot for slot in place(grids, FORMS, True).slots if slot.code == code)
    assert slot.cell is not None
    assert not slot.cell.whole


@pytest.mark.parametrize(
    ("form", "where", "old", "new"),
    [
        ("2019", "t2", "处理决定数量", "业理决定数量"),
        ("2019", "t3", "一、本年新收政府信息公开申请数量", "才卜年新收政府信息公开申请数量"),
        ("2019", "t3", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "B分公开"),
        ("2021", "t3", "四、结转下年度继续办理", "四、组转下年度继续办理"),
        ("2021", "t2", "行政规范性文件", "规范性文件"),
        ("2021", "t3", "2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
        ("2021", "t4", "尚未审结", "尚未\n审结"),
    ],
)
def test_garbled_labels_are_placed_right(form: str, where: str, old: str, new: str) -> None:
    sheets, printed = plain(form)
    placement = placed(changed(sheets, where, lambda sheet: relabelled(sheet, old, new)))
    assert texts_of(placement) == printed


def test_the_two_others_are_told_apart_by_their_place() -> None:
    sheets, printed = plain("2021")
    names = {"（六）其他处理": "其他", "3.其他": "其他"}
    for old, new in names.items():
        sheets = changed(sheets, "t3", lambda s, old=old, new=new: relabelled(s, old, new))
    assert texts_of(placed(sheets)) == printed


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.3])
def test_no_row_of_garbled_labels_is_placed_wrong_without_a_doubt(rate: float) -> None:
    rows = right = 0
    for seed in range(6):
        rng = random.Random(seed)
        sheets, printed = plain("2021" if seed % 2 else "2019")
        worn = [
            replace(
                sheet,
                items=tuple(
                    item
                    if item.role == "number"
                    else replace(item, text=garbled(item.text, rate, rng))
                    for item in sheet.items
                ),
            )
            for sheet in sheets
        ]
        found = texts_of(placed(worn))
        assert all(printed[code] == text for code, text in found.items())
        rows += len(printed)
        right += len(found)
    assert right >= {0.1: 0.99, 0.2: 0.95, 0.3: 0.85}[rate] * rows


def test_a_label_that_fits_nothing_is_reported_and_its_numbers_left_out() -> None:
    sheets, printed = plain("2021")
    placement = placed(changed(sheets, "t2", other_documents))
    assert texts_of(placement) == printed
    assert [w for w in placement.warnings if "其他主动公开文件" in w and "no row" in w]


def test_a_column_the_form_does_not_have_is_reported() -> None:
    sheets, _ = plain("2021")
    placement = placed(changed(sheets, "t3", last_year))
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
