"""Grids whose rules are in doubt, and what their rows and columns say of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from extract.model import GridCell, Placement
from extract.placing.place import place
from tests.placing.sheets import FORMS, grid_of, plain
from tests.placing.test_row_doubts import PAPER, pictured

Change = Callable[[GridCell], GridCell | None]


def faint(change: Change, last: str | None = None) -> Placement:
    """The 2021 form as pictures with faint rules, every side in doubt, the cells of table 3
    changed; `last` labels another row of numbers at its end.
    """
    sheets, _ = plain("2021")
    grids = []
    for sheet in sheets:
        cells = [
            replace(cell, crop=PAPER, whole=False) for cell in pictured(grid_of(sheet), ()).cells
        ]
        if sheet.table == "t3":
            below = [replace(c, row=sheet.rows) for c in cells if last and c.row == sheet.rows - 1]
            cells = [one for cell in cells if (one := change(cell)) is not None]
            cells += [replace(c, text=last) if c.text else c for c in below]
        rows = max(cell.row + cell.row_span for cell in cells)
        faint_one = replace(grid_of(sheet), rows=rows, cells=tuple(cells), doubt="rules too faint")
        grids.append(faint_one)
    return place(grids, FORMS, True)


def sure(found: Placement) -> set[bool]:
    """Whether the cells of table 3 are whole and without doubt."""
    slots = [slot for slot in found.slots if slot.code.startswith("t3.")]
    return {bool(slot.cell and slot.cell.whole and not slot.doubt) for slot in slots if slot.cell}


def test_rows_and_columns_that_are_all_the_forms_confirm_the_rules() -> None:
    assert sure(faint(lambda cell: cell)) == {True}


def test_what_the_ink_of_a_cell_says_still_holds() -> None:
    torn = faint(lambda cell: replace(cell, torn=cell.column == 9 and cell.row > 3))
    assert sure(torn) == {True, False}


@pytest.mark.parametrize(
    "change",
    [
        lambda cell: replace(cell, text="某某") if "重复申请" in (cell.text or "") else cell,
        lambda cell: replace(cell, text="某某") if "科研" in (cell.text or "") else cell,
        lambda cell: replace(cell, text="某某") if cell.text == "总计" else cell,
        lambda cell: None if cell.row == 9 else cell,
    ],
    ids=["a label", "a header", "two headers", "a row"],
)
def test_one_that_is_not_leaves_the_table_in_doubt(change: Change) -> None:
    assert sure(faint(change)) == {False}


def sound(change: Change, table: str = "t3") -> Placement:
    """The 2021 form as pictures with rules that are sure, the cells of one table changed."""
    grids = []
    for sheet in plain("2021")[0]:
        grid = pictured(grid_of(sheet), ())
        if sheet.table == table:
            cells = tuple(one for cell in grid.cells if (one := change(cell)) is not None)
            grid = replace(grid, cells=cells)
        grids.append(grid)
    return place(grids, FORMS, True)


def two_lines(cell: GridCell) -> GridCell:
    """The cell, its lines apart where it is the third of the row 无正当理由大量反复申请."""
    apart = cell.row == 21 and cell.column == 5
    return replace(cell, stacked=apart, whole=not apart)


def stacked(found: Placement) -> list[tuple[str, bool, bool]]:
    return [
        (slot.code, slot.cell.stacked, slot.cell.whole)
        for slot in found.slots
        if slot.cell and (slot.cell.stacked or not slot.cell.whole)
    ]


def test_lines_in_a_row_between_the_forms_own_are_one_number() -> None:
    assert stacked(sound(two_lines)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda cell: None if cell.row == 22 else cell,
        lambda cell: None if cell.row == 20 else cell,
        lambda cell: replace(cell, text="某某") if cell.row == 22 and cell.text else cell,
        lambda cell: replace(cell, row_span=2) if cell.row == 21 and cell.column == 5 else cell,
        lambda cell: replace(cell, text="某某") if "科研" in (cell.text or "") else cell,
    ],
    ids=["no row below", "no row above", "another row below", "two rows high", "a header"],
)
def test_lines_may_be_two_numbers_where_that_is_not_sure(change: Change) -> None:
    def both(cell: GridCell) -> GridCell | None:
        changed = change(cell)
        return changed and two_lines(changed)

    assert [(apart, whole) for _, apart, whole in stacked(sound(both))] == [(True, False)]


def test_lines_may_be_two_numbers_beside_a_row_that_is_not_the_forms() -> None:
    grids = []
    for sheet in plain("2021")[0]:
        grid = pictured(grid_of(sheet), ())
        if sheet.table == "t3":
            cells = [two_lines(replace(c, row=c.row + (c.row > 21))) for c in grid.cells]
            cells += [replace(c, row=22, text="附注" if c.text else None, stacked=False)
                      for c in cells if c.row == 21 and c.column > 1]  # fmt: skip
            cells.sort(key=lambda cell: (cell.row, cell.column))
            grid = replace(grid, rows=grid.rows + 1, cells=tuple(cells))
        grids.append(grid)
    assert (True, False) in [one[1:] for one in stacked(place(grids, FORMS, True))]


def test_what_a_text_says_of_its_cells_still_holds() -> None:
    grids = [grid_of(sheet) for sheet in plain("2021")[0]]
    torn = [
        replace(g, cells=tuple(replace(c, whole=c.text != "140") for c in g.cells)) for g in grids
    ]
    assert [whole for *_, whole in stacked(place(torn, FORMS, True))] == [False]


def test_lines_in_the_only_row_of_a_table_are_one_number() -> None:
    def wrapped(cell: GridCell) -> GridCell:
        return replace(cell, stacked=cell.column in (0, 7), whole=False)

    found = sound(wrapped, "t4")
    assert not [one for one in stacked(found) if one[0].startswith("t4.")]


def test_a_row_of_numbers_that_the_form_does_not_have_leaves_the_table_in_doubt() -> None:
    assert sure(faint(lambda cell: cell, last="附注数据")) == {False}
