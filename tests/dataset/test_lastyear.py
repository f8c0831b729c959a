"""What the report of the year before says of the cases carried in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.dataset.lastyear import heard_from, said_last_year
from extract.dataset.rows import Rows
from extract.model import Reading, Result
from tests.dataset.test_corrections import balanced, dataset

OUT, IN = "t3.carried_out.total", "t3.carried_in.total"


def year(before: int, report_id: str, **changes: Any) -> Result:
    """A report of so many years before, with 12 cases carried out in all."""
    made = balanced()
    assert made.about.year is not None
    now = {"value": 12, "printed": "12", "mark": "number", "status": "ok"} | changes
    cells = tuple(replace(cell, **now) if cell.code == OUT else cell for cell in made.cells)
    about = replace(made.about, year=made.about.year - before)
    return replace(made, report_id=report_id, sha256=report_id * 4, about=about, cells=cells)


def said(folder: Path) -> dict[str, Reading]:
    rows = Rows(folder)
    reports = rows.reports.to_pylist()
    newest = max(reports, key=lambda one: one["year"])
    return said_last_year(rows, reports, newest)


def test_what_was_carried_out_is_what_is_carried_in(tmp_path: Path) -> None:
    dataset(tmp_path, year(0, "aa" * 8), year(1, "bb" * 8), year(2, "cc" * 8, value=99))
    assert said(tmp_path)[IN].value == 12


@pytest.mark.parametrize("status", ["suspect", "missing"])
def test_a_doubted_cell_of_last_year_says_nothing(tmp_path: Path, status: str) -> None:
    dataset(tmp_path, year(0, "aa" * 8), year(1, "bb" * 8, status=status))
    assert IN not in said(tmp_path)


def test_two_reports_of_last_year_say_nothing(tmp_path: Path) -> None:
    dataset(tmp_path, year(0, "aa" * 8), year(1, "bb" * 8), year(1, "cc" * 8))
    assert said(tmp_path) == {}


def test_a_doubted_cell_hears_it_and_a_sure_one_does_not() -> None:
    (cell,) = [one for one in balanced().cells if one.code == IN]
    told = {IN: Reading("12", "number", 12, None, 1.0, "last year's report")}
    other, same = Reading("17", "number", 17, None, 0.6), Reading("12", "number", 12, None, 0.3)
    doubted = replace(cell, readings=(other, same))
    assert heard_from(doubted, told).readings[0].value == 12
    sure = replace(cell, readings=(replace(other, probability=0.999),))
    assert heard_from(sure, told).readings == sure.readings


def test_a_name_with_the_city_is_the_same_agency_within_its_region(tmp_path: Path) -> None:
    this, last = year(0, "aa" * 8), year(1, "bb" * 8)
    here = replace(this.about, agency="淮安市洪泽区人民政府", region_code="320813")
    there = replace(last.about, agency="洪泽区人民政府", region_code="320813")
    dataset(tmp_path, replace(this, about=here), replace(last, about=there))
    assert said(tmp_path)[IN].value == 12
    elsewhere = replace(there, region_code="320812")
    dataset(tmp_path, replace(this, about=here), replace(last, about=elsewhere))
    assert said(tmp_path) == {}
