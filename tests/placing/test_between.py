"""Rows under a seal, between two that are read well."""

from __future__ import annotations

from dataclasses import replace

from extract.model import GridCell, Placement
from extract.placing.place import place
from extract.reading.numbers import read_number
from tests.placing.sheets import FORMS, grid_of, plain
from tests.placing.test_row_doubts import PAPER, pictured

SEALED = {"2.政府网站公开": "、政府", "3.政务微博公开": "", "4.政务微信公开": "入"}
"""Labels under a seal and what is read of them; the values beside the first and last are blank."""
BLANK = (read_number(""),)


def sealed(left_out: str | None = None) -> Placement:
    """The 2014 form as a picture with a blank column of remarks, some labels hidden by a seal, and
    perhaps a row of those left out.
    """
    (sheet,), _ = plain("2014")
    grid = pictured(grid_of(sheet), ())
    beside = {c.row: label for c in grid.cells for label in SEALED if label in (c.text or "")}
    cells = []
    for cell in grid.cells:
        label = beside.get(cell.row)
        if label is None or label != left_out:
            cells.append(under_seal(cell, label) if label else cell)
            if cell.readings:
                remark = GridCell(cell.row, grid.columns, text=None, crop=PAPER, readings=BLANK)
                cells.append(remark)
    return place([replace(grid, columns=grid.columns + 1, cells=tuple(cells))], FORMS, True)


def under_seal(cell: GridCell, label: str) -> GridCell:
    if cell.readings:
        return replace(cell, readings=BLANK) if SEALED[label] else cell
    return replace(cell, text=SEALED[label]) if label in (cell.text or "") else cell


def test_as_many_rows_as_the_form_has_are_its_own_and_in_doubt() -> None:
    _, printed = plain("2014")
    slots = {slot.code: slot for slot in sealed().slots if slot.code.startswith("t1.via_")}
    found = {code: slot.cell.readings[0].value for code, slot in slots.items() if slot.cell}
    wanted = {code: int(printed[code]) for code in slots}
    blank = dict.fromkeys(("t1.via_website.count", "t1.via_wechat.count"))
    assert found == {**wanted, **blank}
    assert all(slots[f"t1.via_{row}.count"].doubt for row in ("weibo", "wechat"))


def test_fewer_rows_than_the_form_has_are_not_told_by_their_number() -> None:
    slots = [s for s in sealed("3.政务微博公开").slots if s.code.startswith("t1.via_")]
    assert any(slot.cell is None for slot in slots)
