"""The workbook: reports as printed, what is flagged in colour, findings in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from extract.dataset import workbook
from extract.dataset.printed import COLOURS, write_printed
from extract.dataset.workbook import write_workbook
from extract.forms import load_forms
from extract.model import Check
from extract.tables import tables_of
from tests.panel.making import report

TOWN = "蕉岭县财政局"


def book_of(folder: Path, *results: Any) -> Any:
    tables = tables_of(results, "v")
    write_workbook(folder / "a.xlsx", lambda name: [getattr(tables, name)])
    return openpyxl.load_workbook(folder / "a.xlsx")


def sheet_of(folder: Path, result: Any) -> Any:
    """A report's own sheet, without the rest of the book."""
    tables = tables_of([result], "v")
    book = openpyxl.Workbook(write_only=True)
    [about], cells, checks = (
        getattr(tables, n).to_pylist() for n in ("reports", "cells", "checks")
    )
    write_printed(book, about, cells, checks, set())
    book.save(folder / "one.xlsx")
    return openpyxl.load_workbook(folder / "one.xlsx").active


def coloured(sheet: Any) -> dict[Any, str]:
    """Numbers of a sheet by colour, but for the legend."""
    return {
        cell.value: cell.fill.fgColor.rgb[2:]
        for row in sheet.iter_rows(min_row=9)
        for cell in row
        if cell.fill.fill_type == "solid"
    }


@pytest.mark.parametrize(
    ("form", "single"), [("2014", False), ("2019", False), ("2021", False), ("2021", True)]
)
def test_a_report_stands_in_its_printed_shape(tmp_path: Path, form: str, single: bool) -> None:
    layout = next(one for one in load_forms() if one.id == form)
    chosen = frozenset(layout.alternatives) if single else frozenset()
    prints = {code: 1000 + n for n, code in enumerate(layout.codes(chosen))}
    sheet = sheet_of(tmp_path, report(1, TOWN, 2021, form, prints, single=single))
    numbers = [c.value for row in sheet.iter_rows() for c in row if isinstance(c.value, int)]
    assert numbers == list(prints.values())
    if form != "2014":
        received = next(
            row for row in sheet.iter_rows() if row[0].value == "一、本年新收政府信息公开申请数量"
        )
        first = layout.codes(chosen).index("t3.received.natural")
        assert [c.value for c in received[3:10]] == [1000 + first + n for n in range(7)]
        spans = {str(one) for one in sheet.merged_cells.ranges}
        assert f"A{received[0].row}:C{received[0].row}" in spans


def test_flagged_cells_are_coloured(tmp_path: Path) -> None:
    prints = {"t3.received.natural": ("suspect", 71), "t3.granted.total": ("repaired", 72),
              "t4.review.total": 73}  # fmt: skip
    made = report(1, TOWN, 2021, prints=prints)
    check = Check("t4.row.review", "hard", "fail", 0, 73, 73, "publisher", ("t4.review.total",))
    book = book_of(tmp_path, replace(made, checks=(check,)))
    assert coloured(book[f"{TOWN} 2021"]) == {
        71: COLOURS["suspect"], 72: COLOURS["repaired"], 73: COLOURS["publisher"],
    }  # fmt: skip
    findings = [[cell.value for cell in row] for row in book["findings"].iter_rows(min_row=2)]
    assert [(row[4], row[10], row[14]) for row in findings] == [
        ("勾稽 check", "publisher", "t4.row.review"),
        ("单元格 cell", None, "t3.received.natural"),
    ]
    assert findings[0][6] == "total = upheld + corrected + other + pending"
    assert findings[1][5].startswith("一、本年新收")


def test_no_text_becomes_a_formula_and_no_name_breaks_a_sheet(tmp_path: Path) -> None:
    name = "=1+1" + "[某]:县*局/" * 6
    book = book_of(
        tmp_path,
        report(1, name, 2021, prints={"t2.licensing.decisions": -5}),
        report(2, name, 2021),
        report(3, "cells", None),
    )
    assert len(book.sheetnames) == len({one.casefold() for one in book.sheetnames}) == 9
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    row = {c.value for row in book["cells"].iter_rows() for c in row if c.data_type == "n"}
    assert -5 in row


def test_only_so_many_reports_get_a_sheet_the_doubtful_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_PRINTED", 1)
    doubted = report(2, "涉县财政局", 2021, prints={"t3.received.total": ("suspect", 1)})
    book = book_of(tmp_path, report(1, TOWN, 2021), doubted)
    assert "涉县财政局 2021" in book.sheetnames
    assert f"{TOWN} 2021" not in book.sheetnames
    assert book["reports"].max_row == 3
