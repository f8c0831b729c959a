"""Rows of pictures whose labels were not read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from extract.errors import ReportError
from extract.model import Grid, GridCell, Placement
from extract.placing.place import place
from extract.placing.rows import align_rows, form_rows, held_against
from extract.placing.tape import make_tape
from extract.reading.numbers import read_number
from tests.placing.sheets import FORMS, grid_of, plain

PAPER = np.full((8, 8), 255, np.uint8)


def pictured(grid: Grid, unread: tuple[str, ...]) -> Grid:
    """The grid as of a scan: numbers are crops, and some labels are not read."""
    cells = []
    for cell in grid.cells:
        text = cell.text or ""
        if text.isdigit():
            cells.append(replace(cell, text=None, crop=PAPER, readings=(read_number(text),)))
        else:
            cells.append(replace(cell, text="" if any(u in text for u in unread) else text))
    return replace(grid, cells=tuple(cells))


def placed(*unread: str) -> Placement:
    sheets, _ = plain("2021")
    return place([pictured(grid_of(sheet), unread) for sheet in sheets], FORMS, True)


def doubts(found: Placement, row: str) -> set[str | None]:
    slots = [slot for slot in found.slots if slot.code.startswith(f"t3.{row}.")]
    assert all(slot.cell is not None for slot in slots)
    return {slot.doubt for slot in slots}


@pytest.mark.parametrize(
    ("label", "row"), [("部分公开", "partial"), ("重复申请", "unprocessed_repeat")]
)
def test_a_label_that_was_not_read_is_told_by_the_rows_around_it(label: str, row: str) -> None:
    assert doubts(placed(label), row) == {None}


def test_two_such_rows_side_by_side_stay_in_doubt() -> None:
    found = placed("信访举报", "重复申请")
    assert None not in doubts(found, "unprocessed_petition")
    assert None not in doubts(found, "unprocessed_repeat")


def test_text_keeps_its_doubt() -> None:
    sheets, _ = plain("2021")
    grids = [grid_of(sheet) for sheet in sheets]
    blank = [
        replace(
            g,
            cells=tuple(
                replace(c, text="") if "部分公开" in (c.text or "") else c for c in g.cells
            ),
        )
        for g in grids
    ]
    assert None not in doubts(place(blank, FORMS, True), "partial")


def relabelled(change: Callable[[str], str]) -> Placement:
    """The 2021 form as pictures, its labels changed."""
    sheets, _ = plain("2021")
    grids = []
    for grid in (pictured(grid_of(sheet), ()) for sheet in sheets):
        cells = [
            cell if cell.text is None else replace(cell, text=change(cell.text))
            for cell in grid.cells
        ]
        grids.append(replace(grid, cells=tuple(cells)))
    return place(grids, FORMS, True)


def test_labels_of_two_rows_read_as_one_leave_both_in_doubt() -> None:
    def fused(text: str) -> str:
        if "予以公开" in text and "不予" not in text:
            return "（一）以（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
        return "" if "部分公开" in text else text

    found = relabelled(fused)
    for row in ("granted", "partial"):
        slots = [slot for slot in found.slots if slot.code.startswith(f"t3.{row}.")]
        assert all(slot.cell is None or slot.doubt for slot in slots)


def test_a_label_that_holds_the_next_rows_as_well_leaves_its_row_in_doubt() -> None:
    """The rule between two low rows was lost, and so their numbers are one above the other."""
    sheets, _ = plain("2021")
    grids = []
    for grid in (grid_of(sheet) for sheet in sheets):
        first = next((c.row for c in grid.cells if "信访举报投诉" in (c.text or "")), None)
        cells = []
        for cell in grid.cells:
            if first is not None and cell.row == first + 1:
                continue
            text = cell.text or ""
            cells.append(
                replace(cell, text=text + "2.重复申请" if "信访举报投诉" in text else text)
            )
        grids.append(replace(grid, cells=tuple(cells)))
    found = place(grids, FORMS, True)
    assert None not in doubts(found, "unprocessed_petition")
    assert set(doubts(found, "unprocessed_publication")) == {None}


def test_a_row_is_not_told_by_its_place_where_the_one_above_holds_its_label() -> None:
    """Two rows are read as one, and a row that the form does not have stands below them."""
    read = {"规章": "規意行政规范性文件", "行政规范性文件": "其他政策文件"}
    found = relabelled(lambda text: read.get(text, text))
    slots = [s for s in found.slots if s.code.startswith("t2.normative_documents.")]
    assert all(slot.cell is None or slot.doubt for slot in slots)


def _washed_out(grid: Grid, trust: float) -> Grid:
    """A scan's grid whose labels are read as something else, with this trust."""
    cells = [
        replace(cell, text=cell.text and "中政一情期用", trust=trust, crop=PAPER)
        if cell.text is not None
        else cell
        for cell in pictured(grid, ()).cells
    ]
    return replace(grid, cells=tuple(cells))


def _with_washed_out(trust: float) -> Placement:
    sheets, _ = plain("2021")
    first, *others = [grid_of(sheet) for sheet in sheets]
    return place([pictured(first, ()), *(_washed_out(one, trust) for one in others)], FORMS, True)


def test_labels_that_nobody_can_read_speak_against_no_form() -> None:
    found = _with_washed_out(0.4)
    assert found.form == "2021"
    values = {slot.code: slot.cell.readings[0].value for slot in found.slots if slot.cell}
    assert len(values) > 190
    assert None not in doubts(found, "granted")


def test_other_labels_that_were_read_well_do() -> None:
    with pytest.raises(ReportError) as refused:
        _with_washed_out(0.9)
    assert refused.value.kind == "not_a_report"


@pytest.mark.parametrize("columns", [0, 2])
def test_they_excuse_only_rows_with_as_many_values_as_the_forms(columns: int) -> None:
    sheets, _ = plain("2021")
    grid = _washed_out(grid_of(sheets[1]), 0.4)
    cells = tuple(c for c in grid.cells if c.column + c.column_span <= grid.columns - columns)
    tape = make_tape([replace(grid, columns=grid.columns - columns, cells=cells)])
    form = next(one for one in FORMS if one.id == "2021")
    _, matches = align_rows(tape, form)
    assert len(matches) > 5
    assert (held_against(tape, form_rows(form), matches) > 0.0) is (columns == 0)


def test_a_column_of_remarks_is_no_value_where_it_is_blank() -> None:
    sheets, _ = plain("2021")
    grid = _washed_out(grid_of(sheets[1]), 0.4)
    form = next(one for one in FORMS if one.id == "2021")

    def excused(*remarks: str) -> float:
        cells = list(grid.cells)
        for more, printed in enumerate(remarks):
            said = (read_number(printed, "test", 0.99),)
            column = grid.columns + more
            cells += [
                GridCell(n, column, text=None, readings=said, crop=PAPER) for n in range(grid.rows)
            ]
        wider = replace(grid, columns=grid.columns + len(remarks), cells=tuple(cells))
        tape = make_tape([wider])
        return held_against(tape, form_rows(form), align_rows(tape, form)[1])

    assert excused("") == pytest.approx(excused(), rel=0.2) != 0.0
    assert excused("7") < excused("") / 4
