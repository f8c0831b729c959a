"""Differences of two datasets: every change said once, nothing where nothing changed."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.cli.differing import told
from extract.cli.running import run
from extract.dataset.diff import Difference, compare
from extract.model import Check, Result
from tests.panel.making import dataset, report

TOWN = "蕉岭县财政局"


def checked(made: Result, verdict: Any, actual: float, cause: Any = None) -> Result:
    check = Check(
        "t4.row.review", "hard", verdict, 3, actual, actual - 3, cause, ("t4.review.total",)
    )
    return replace(made, checks=(check,))


def differ(folder: Path, old: list[Result], new: list[Result]) -> tuple[Difference, dict[str, Any]]:
    for name, reports in (("old", old), ("new", new)):
        dataset(folder / name, reports)
    found = compare(folder / "old", folder / "new", folder / "out")
    assert compare(folder / "old", folder / "new").cells == found.cells
    return found, {
        name: list(csv.DictReader((folder / "out" / f"diff_{name}.csv").open(encoding="utf-8-sig")))
        for name in ("reports", "cells", "checks")
    }


def test_the_same_dataset_has_no_difference(tmp_path: Path) -> None:
    reports = [report(n, TOWN, 2020 + n) for n in range(1, 4)]
    found, rows = differ(tmp_path, reports, reports)
    assert not found.any
    assert rows == {"reports": [], "cells": [], "checks": []}
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "diff_cells.csv", "diff_checks.csv", "diff_reports.csv",
    ]  # fmt: skip


def test_values_marks_and_statuses_that_changed_are_told(tmp_path: Path) -> None:
    before = {"t3.received.total": 3, "t3.granted.total": 0, "t3.partial.total": ("suspect", 5)}
    now = {"t3.received.total": 8, "t3.granted.total": "blank", "t3.partial.total": 5}
    found, rows = differ(
        tmp_path,
        [report(1, TOWN, 2021, prints=before), report(2, TOWN, 2022)],
        [report(1, TOWN, 2021, prints=now), report(2, TOWN, 2022)],
    )
    changes = {row["code"]: row["change"] for row in rows["cells"]}
    assert changes == {
        "t3.received.total": "value", "t3.granted.total": "value", "t3.partial.total": "status",
    }  # fmt: skip
    first = rows["cells"][0]
    assert (first["value_before"], first["value_now"]) == ("3.0", "8.0")
    assert found.cells == {"value": 2, "status": 1}
    assert found.most == {"r1.pdf": 3}


def test_reports_come_go_change_and_are_replaced(tmp_path: Path) -> None:
    old = [report(1, TOWN, 2021), report(2, TOWN, 2022), report(3, TOWN, 2023, source="x.pdf"),
           report(4, "涉县财政局", 2020)]  # fmt: skip
    new = [
        report(1, "蕉岭县财政所", 2021),  # the same file, its agency read otherwise
        report(5, TOWN, 2023, prints={"t3.received.total": 9}, source="x.pdf"),  # other bytes
        report(6, "涉县财政局", 2020),  # another path, the same agency, year and form
        report(7, "涉县财政局", 2021),
    ]
    found, rows = differ(tmp_path, old, new)
    assert found.reports == {"changed": 1, "replaced": 2, "appeared": 1, "gone": 1}
    assert {(row["source"], row["change"], row["columns"]) for row in rows["reports"]} == {
        ("r1.pdf", "changed", "agency"),
        ("r7.pdf", "appeared", ""),
        ("r2.pdf", "gone", ""),
        ("x.pdf", "replaced", ""),
        ("r6.pdf", "replaced", "source"),
    }
    assert [(row["source"], row["code"]) for row in rows["cells"]] == [
        ("x.pdf", "t3.received.total")
    ]


def test_verdicts_that_changed_are_told(tmp_path: Path) -> None:
    old = [checked(report(1, TOWN, 2021), "fail", 7, "publisher")]
    new = [checked(report(1, TOWN, 2021), "pass", 3)]
    found, rows = differ(tmp_path, old, new)
    assert found.checks == {"fail → pass": 1}
    assert rows["checks"][0]["cause_before"] == "publisher"
    assert any("1 fail → pass" in line for line in told(found))


def test_a_row_printed_as_one_now_replaces_its_three(tmp_path: Path) -> None:
    found, _ = differ(tmp_path, [report(1, TOWN, 2021)], [report(1, TOWN, 2021, single=True)])
    assert found.cells == {"gone": 21, "appeared": 7}


def test_the_command_says_by_its_exit_code_whether_something_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset(tmp_path / "a", [report(1, TOWN, 2021)])
    dataset(tmp_path / "b", [report(1, TOWN, 2021, prints={"t3.received.total": 4})])
    target = "extract.cli.differing:diff"
    assert run("diff", target, [str(tmp_path / "a"), str(tmp_path / "a")]) == 0
    assert "nothing changed" in capsys.readouterr().out
    assert run("diff", target, [str(tmp_path / "a"), str(tmp_path / "b")]) == 1
    assert "cells changed: 1 (1 value)" in capsys.readouterr().out
    assert run("diff", target, [str(tmp_path / "a"), str(tmp_path / "none")]) == 3
    assert "no dataset here" in capsys.readouterr().err
