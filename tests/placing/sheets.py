"""Tables of the forms as grids, and what publishers do to them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from extract.forms import load_forms
from extract.model import Grid, GridCell, Placement
from extract.placing.place import place
from fixtures.labels import Speller
from fixtures.sheet import Item, Sheet, make_sheet

FORMS = load_forms()
Change = Callable[[Sheet], Sheet | Sequence[Sheet]]


def plain(
    form: str, alternatives: frozenset[str] = frozenset(), text: str | None = None
) -> tuple[list[Sheet], dict[str, str]]:
    """The tables of a form in its own wording, and what each cell prints.

    Every number differs from all others; or `text` stands in every cell.
    """
    chosen = next(one for one in FORMS if one.id == form)
    codes = chosen.codes(alternatives)
    texts = (str(number + 1) if text is None else text for number in range(len(codes)))
    printed = dict(zip(codes, texts, strict=True))
    speller = Speller(random.Random(0), 0.0, "full", ".", "“”", False)
    return [make_sheet(table, printed, speller) for table in chosen.tables], printed


def changed(sheets: Iterable[Sheet], table: str, change: Change) -> list[Sheet]:
    """The sheets with one table's changed, or replaced by several."""
    found: list[Sheet] = []
    for sheet in sheets:
        new = change(sheet) if sheet.table == table else sheet
        found += [new] if isinstance(new, Sheet) else new
    return found


def grid_of(sheet: Sheet, page: int = 1) -> Grid:
    cells = tuple(
        GridCell(item.row, item.column, item.row_span, item.column_span, item.text)
        for item in sorted(sheet.items, key=lambda item: (item.row, item.column))
    )
    return Grid(page, sheet.rows, sheet.columns, cells, reader="sheet")


def placed(sheets: Iterable[Sheet], tabular: bool = True) -> Placement:
    return place([grid_of(sheet) for sheet in sheets], FORMS, tabular)


def texts_of(placement: Placement) -> dict[str, str]:
    """What the placed cells without doubt print, by code."""
    return {
        slot.code: slot.cell.text or ""
        for slot in placement.slots
        if slot.cell is not None and slot.doubt is None
    }


def doubted(placement: Placement) -> set[str]:
    return {slot.code for slot in placement.slots if slot.cell is not None and slot.doubt}


def missing(placement: Placement) -> set[str]:
    return {slot.code for slot in placement.slots if slot.cell is None}


def ordered(sheet: Sheet, items: Iterable[Item]) -> Sheet:
    return replace(sheet, items=tuple(sorted(items, key=lambda item: (item.row, item.column))))


def data_rows(sheet: Sheet) -> list[int]:
    return sorted({item.row for item in sheet.items if item.role == "number"})


def with_row(sheet: Sheet, at: int, items: Iterable[Item]) -> Sheet:
    """A row put in before row `at`; cells that reach over it grow."""
    moved = [
        replace(item, row=item.row + 1)
        if item.row >= at
        else replace(item, row_span=item.row_span + 1)
        if item.row + item.row_span > at
        else item
        for item in sheet.items
    ]
    return ordered(replace(sheet, rows=sheet.rows + 1), [*moved, *items])


def without_row(sheet: Sheet, at: int) -> Sheet:
    kept = [
        replace(item, row=item.row - 1)
        if item.row > at
        else replace(item, row_span=item.row_span - 1)
        if item.row + item.row_span > at
        else item
        for item in sheet.items
        if not (item.row == at and item.row_span == 1)
    ]
    return ordered(replace(sheet, rows=sheet.rows - 1), kept)


def with_column(sheet: Sheet, at: int, texts: dict[int, str], header: str) -> Sheet:
    """A column put in before column `at`: a header down to the first number, then `texts`."""
    top = data_rows(sheet)[0]
    moved = [
        replace(item, column=item.column + 1)
        if item.column >= at
        else replace(item, column_span=item.column_span + 1)
        if item.column + item.column_span > at
        else item
        for item in sheet.items
    ]
    new = [Item(row, at, 1, 1, text, "number") for row, text in texts.items()]
    head = Item(0, at, top, 1, header, "header")
    return ordered(replace(sheet, columns=sheet.columns + 1), [*moved, head, *new])


def rows_between(sheet: Sheet, first: int, last: int) -> Sheet:
    """The part of a table from row `first` to before row `last`, as a page shows it."""
    items = []
    for item in sheet.items:
        start, end = max(item.row, first), min(item.row + item.row_span, last)
        if start < end:
            text = item.text if item.row >= first else ""
            items.append(replace(item, row=start - first, row_span=end - start, text=text))
    return ordered(replace(sheet, rows=last - first), items)


def columns_between(sheet: Sheet, first: int, last: int) -> Sheet:
    """The columns from `first` to before `last` as a table of their own."""
    items = [
        replace(item, column=item.column - first)
        for item in sheet.items
        if first <= item.column and item.column + item.column_span <= last
    ]
    top = min(item.row for item in items)
    items = [replace(item, row=item.row - top) for item in items]
    return ordered(replace(sheet, columns=last - first, rows=sheet.rows - top), items)


def relabelled(sheet: Sheet, old: str, new: str) -> Sheet:
    items = [replace(item, text=new) if item.text == old else item for item in sheet.items]
    assert items != list(sheet.items), f"no label {old}"
    return replace(sheet, items=tuple(items))


FORM_IDS = ["2019", "2021"]


def table(sheets: list[Sheet], name: str) -> Sheet:
    return next(sheet for sheet in sheets if sheet.table == name)


def last_year(sheet: Sheet) -> Sheet:
    return with_column(sheet, sheet.columns, dict.fromkeys(data_rows(sheet), "99"), "上年总计")


def three_tables(sheet: Sheet) -> list[Sheet]:
    return [columns_between(sheet, 5 * part, 5 * part + 5) for part in range(3)]


def other_documents(sheet: Sheet) -> Sheet:
    at = data_rows(sheet)[1] + 1
    numbers = [
        replace(item, row=at, text="77", code=None)
        for item in sheet.items
        if item.row == at - 1 and item.role == "number"
    ]
    return with_row(sheet, at, [Item(at, 0, 1, 1, "其他主动公开文件", "label"), *numbers])
