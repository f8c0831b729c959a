"""Which cell is which, in tables as publishers change them: right, or in doubt, never wrong."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from extract.placing.place import place
from fixtures.garble import garbled
from fixtures.sheet import Item, Sheet
from tests.placing.sheets import (
    FORM_IDS,
    FORMS,
    changed,
    data_rows,
    grid_of,
    last_year,
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
)

OTHER = {"2019": frozenset[str](), "2021": frozenset({"t3.other"})}


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
