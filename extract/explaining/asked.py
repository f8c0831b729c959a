"""A dataset's report explained: its source read again, and what people settled put on top."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from extract.dataset.corrected import apply, standing
from extract.dataset.corrections import Correction, State, has_corrections, opened_store
from extract.dataset.lastyear import heard_from, said_last_year
from extract.dataset.ledger import given_of
from extract.dataset.plan import still_there
from extract.dataset.rows import Rows
from extract.errors import DatasetError, UsageError
from extract.explaining.explanation import Explanation, explain
from extract.model import Cell, Check, Reading, Result
from extract.tables import LIST_SEPARATOR, plain, tables_of


def explanation(folder: Path, report: str, subject: str | None = None) -> Explanation:
    """Of one report of the dataset, named by its id, a path or a file name.

    The source is read again, since the evidence is not part of the dataset. Raises UsageError
    for a report or subject that is not there, DatasetError where the source has changed or gone.
    """
    rows = Rows(folder)
    reports = rows.reports.to_pylist()
    row = _find(folder, reports, report)
    path = next(
        (
            found
            for source in row["sources"].split(LIST_SEPARATOR)
            if (found := still_there(source, row["sha256"] or ""))
        ),
        None,
    )
    if path is None:
        raise DatasetError(
            f"{row['source']}: not there any more, or changed since it was read; put the file "
            "back, or run gouji extract again"
        )
    from extract.pipeline import read

    result = read(path, given_of(folder, row["source"]))
    said = said_last_year(rows, reports, row)
    result = replace(result, cells=tuple(heard_from(cell, said) for cell in result.cells))
    settled = _settled(folder, rows.reports, row["report_id"])
    if settled:
        result = with_corrections(result, settled)
    return replace(
        explain(result, subject),
        settled={code: _told(one) for code, one in settled.items()},
        said={
            code: f"last year's report carried {plain(one.printed)} over"
            for code, one in said.items()
        },
    )


def with_corrections(result: Result, settled: Mapping[str, Correction]) -> Result:
    """The result with what people settled: cells, verdicts and status follow it."""
    rows = apply(tables_of([result], ""), settled)
    held = {row["code"]: row for row in rows.cells.to_pylist()}
    judged = {row["check"]: row for row in rows.checks.to_pylist()}
    report = rows.reports.to_pylist()[0]
    return replace(
        result,
        about=replace(result.about, agency=report["agency"], year=report["year"]),
        status=report["status"],
        cells=tuple(_cell(cell, held[cell.code]) for cell in result.cells),
        checks=tuple(_check(check, judged[check.id]) for check in result.checks),
    )


def _cell(cell: Cell, row: Mapping[str, Any]) -> Cell:
    """The cell as its row holds it now; a person's reading is the only one."""
    if row["status"] == cell.status:
        return cell
    if row["status"] != "corrected":
        return replace(cell, status=row["status"])
    value = _whole(row["value"])
    sure = Reading(row["printed"], row["mark"], value, row["unit"], 1.0, row["reader"])
    return replace(
        cell, value=value, implied=None, printed=row["printed"], mark=row["mark"],
        unit=row["unit"], status="corrected", confidence=1.0, reader=row["reader"], why=None,
        readings=() if row["mark"] == "illegible" else (sure,),
    )  # fmt: skip


def _check(check: Check, row: Mapping[str, Any]) -> Check:
    """The identity as it stands now; what was said of it holds while its numbers do."""
    numbers = [_whole(row[name]) for name in ("expected", "actual", "difference")]
    same = (check.verdict, check.cause) == (row["verdict"], row["cause"])
    if same and numbers == [check.expected, check.actual, check.difference]:
        return check
    return replace(
        check, verdict=row["verdict"], cause=row["cause"], expected=numbers[0],
        actual=numbers[1], difference=numbers[2], why=None,
    )  # fmt: skip


def _whole(value: float | None) -> int | float | None:
    return int(value) if value is not None and float(value).is_integer() else value


def _settled(folder: Path, reports: Any, report_id: str) -> Mapping[str, Correction]:
    if not has_corrections(folder):
        return {}
    with opened_store(folder) as corrections:
        found = standing(corrections, reports).get(report_id, {})
    return {code: one for code, one in found.items() if one.after is not None}


def _told(one: Correction) -> str:
    def shown(state: State | None) -> str:
        return "nothing" if state is None else plain(state.printed) or state.mark

    why = f" ({plain(one.why)})" if one.why else ""
    read, after = shown(one.read), shown(one.after)
    done = f"accepted as {after}" if read == after else f"corrected from {read} to {after}"
    return f"{done} by {plain(one.who)} at {one.at}{why}"


def _find(folder: Path, rows: Sequence[Mapping[str, Any]], report: str) -> Mapping[str, Any]:
    if not rows:
        raise DatasetError(f"{plain(os.fspath(folder))}: no dataset here; see gouji extract")
    found = [row for row in rows if report in row["sources"].split(LIST_SEPARATOR)]
    found = found or [
        row for row in rows if len(report) >= 4 and row["report_id"].startswith(report)
    ]
    found = found or [row for row in rows if Path(row["source"]).name == report]
    if len(found) != 1:
        what = "several reports match" if found else "no such report"
        raise UsageError(
            f"{plain(report)}: {what}; name it by the report_id or source in "
            f"{plain(os.fspath(folder / 'reports.csv'))}"
        )
    return found[0]
