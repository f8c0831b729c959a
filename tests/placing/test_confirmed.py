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


def test_a_row_of_numbers_that_the_form_does_not_have_leaves_the_table_in_doubt() -> None:
    assert sure(faint(lambda cell: cell, last="附注数据")) == {False}
