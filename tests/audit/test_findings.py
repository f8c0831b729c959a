"""What is found, in which of the two lists, and how it is ranked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extract.audit.findings import find, name_of, severity, short_name
from extract.audit.proof import account_of, explained, result_of, sides
from extract.model import Result
from extract.tables import Tables, tables_of
from tests.dataset.test_corrections import balanced


def tables(*results: Result) -> Tables:
    return tables_of(results, "1")


def broken(total: int = 9, suspect: str = "") -> Result:
    return balanced(total=total, suspect=suspect)


def test_a_sound_report_has_no_findings() -> None:
    found = find(tables(replace(balanced(suspect=""), status="ok")))
    assert (found.publisher, found.reading) == ((), ())


def test_what_is_printed_so_and_what_may_be_misread_are_never_mixed() -> None:
    printed = broken()
    misread = replace(
        printed,
        report_id="cd" * 8,
        checks=tuple(
            replace(one, cause="reading") if one.verdict == "fail" else one
            for one in printed.checks
        ),
    )
    found = find(tables(printed, misread))
    assert {one.report["report_id"] for one in found.publisher} == {"ab" * 8}
    assert {one.report["report_id"] for one in found.reading} == {"cd" * 8}
    assert {one.cause for one in found.publisher} == {"publisher"}


def test_a_failure_tells_its_numbers_and_its_identity_in_words() -> None:
    found = find(tables(broken()))
    row = next(one for one in found.publisher if one.subject == "t3.row.received")
    assert (row.expected, row.actual, row.difference) == (7.0, 9.0, 2.0)
    assert row.identity is not None
    assert row.identity.wording.zh.startswith("总计 = 自然人")
    assert short_name(row, "t3.received.natural").zh == "自然人"
    assert name_of(row, "t3.received.total").zh.endswith("总计")


def test_the_printed_numbers_stand_on_their_sides() -> None:
    made = tables(broken())
    row = next(one for one in find(made).publisher if one.subject == "t3.row.received")
    cells = {cell["code"]: cell for cell in made.cells.to_pylist()}
    both = sides(row, cells)
    assert both is not None
    assert [term.printed for term in both.parts] == ["3", "4"]
    assert both.zeros == 4
    assert [(term.printed, term.culprit) for term in both.totals] == [("9", True)]


def test_the_account_names_the_cell_and_what_balance_asks() -> None:
    made = tables(broken())
    row = next(one for one in find(made).publisher if one.subject == "t3.row.received")
    rows = made.cells.to_pylist(), made.checks.to_pylist()
    told = account_of(result_of(row.report, *rows))
    words = explained(row, told["t3.row.received"])
    assert "印作 9，应为 7" in words.zh
    assert "prints 9, balance asks 7" in words.en


def test_suspect_and_missing_cells_and_unread_files_are_doubts() -> None:
    one = broken(total=7, suspect="t3.received.total")
    gone = tuple(
        replace(c, status="missing", mark="missing", value=None) if c.table == "t4" else c
        for c in one.cells
    )
    failed = replace(
        one, report_id="ef" * 8, status="failed", form=None, cells=(), checks=(), error="torn",
        error_kind="damaged",
    )  # fmt: skip
    found = find(tables(replace(one, cells=gone), failed))
    assert found.publisher == ()
    assert sorted(one.cause for one in found.reading) == ["missing", "suspect", "unread"]
    missing = next(one for one in found.reading if one.cause == "missing")
    assert len(missing.cells) == 15


@pytest.mark.parametrize(
    ("expected", "actual", "level"),
    [
        (1000, 999, "low"),
        (10, 9, "medium"),
        (10, 5, "high"),
        (50_000, 50_100, "high"),
        (0, 1, "medium"),
    ],
)
def test_severity(expected: float, actual: float, level: str) -> None:
    assert severity(expected, actual)[0] == level


def test_the_worst_come_first() -> None:
    low, high = broken(total=8), replace(broken(total=700), report_id="cd" * 8)
    found = find(tables(low, high))
    assert found.publisher[0].report["report_id"] == "cd" * 8
    levels = [one.level for one in found.publisher]
    assert levels == sorted(levels, key=("high", "medium", "low").index)
