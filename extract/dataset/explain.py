"""Why a cell or an identity of a dataset's report got its verdict."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from extract.dataset import store
from extract.dataset.plan import still_there
from extract.errors import DatasetError, UsageError
from extract.forms import Identity, load_forms
from extract.model import Cell, Check, Number, Reading, Result
from extract.tables import LIST_SEPARATOR, plain


def explanation(folder: Path, report: str, subject: str | None = None) -> Iterator[str]:
    """Lines on one report of the dataset: on `subject`, a check id or a cell code, or else on
    everything that is not in order.

    The source is read again, since the evidence is not part of the dataset. Raises UsageError
    for a report or subject that is not there, DatasetError where the source has changed or gone.
    """
    row = _find(folder, report)
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

    return explain_result(read(path, store.load_given(folder).get(row["source"])), subject)


def explain_result(result: Result, subject: str | None = None) -> Iterator[str]:
    """The same for a result at hand."""
    cells = {cell.code: cell for cell in result.cells}
    checks = {check.id: check for check in result.checks}
    if subject is not None and subject not in cells and subject not in checks:
        raise UsageError(
            f"{plain(subject)}: neither a cell nor an identity of form {result.form}; "
            f"gouji layouts show {result.form} lists them"
        )
    about = result.about
    yield f"{result.source}: {about.agency}, {about.year}, form {result.form}, {result.status}"
    if result.error is not None:
        yield f"failed [{result.error_kind}]: {result.error}"
    if subject is None:
        yield from (f"warning: {warning}" for warning in (*result.warnings, *about.doubts))
    shown = [checks[subject]] if subject in checks else []
    if subject is None:
        shown = [check for check in result.checks if check.verdict == "fail"]
    names = _identities(result)
    for check in shown:
        yield from _check_lines(check, names.get(check.id), cells)
    doubted = [cells[subject]] if subject in cells else []
    if subject is None:
        told = {code for check in shown for code in check.cells}
        doubted = [c for c in result.cells if c.status != "ok" and c.code not in told]
    for cell in doubted:
        yield from _cell_lines(cell)
        if subject is not None:
            touching = [check for check in result.checks if cell.code in check.cells]
            yield from (f"  {check.id}: {check.verdict}{_blame(check)}" for check in touching)
    if result.cells and not shown and not doubted:
        yield "every identity holds or cannot be checked, and every cell was read"


def _find(folder: Path, report: str) -> Mapping[str, Any]:
    rows: Sequence[Mapping[str, Any]] = store.load(folder).reports.to_pylist()
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


def _identities(result: Result) -> dict[str, Identity]:
    for form in load_forms():
        if form.id == result.form:
            codes = {cell.code for cell in result.cells}
            groups = frozenset(
                group
                for group in form.alternatives
                if any(c.startswith(f"{group}.") for c in codes)
            )
            return {one.id: one for one in form.identities(groups)}
    return {}


def _check_lines(
    check: Check, identity: Identity | None, cells: Mapping[str, Cell]
) -> Iterator[str]:
    wording = f"  {identity.wording.zh}" if identity else ""
    yield f"{check.id}: {check.verdict}{_blame(check)}{wording}"
    if check.verdict == "fail":
        yield (
            f"  the parts give {_number(check.expected)}, printed is {_number(check.actual)}, "
            f"difference {_number(check.difference)}"
        )
    if check.why:
        yield f"  {check.why}"
    for code in check.cells:
        if code in cells:
            yield from (f"  {line}" for line in _cell_lines(cells[code]))


def _cell_lines(cell: Cell) -> Iterator[str]:
    place = f" on page {cell.page}" if cell.page else ""
    sure = f", {cell.confidence:.2%} sure" if cell.confidence is not None else ""
    reader = cell.reader or "nothing"
    yield f"{cell.code}: {_shown(cell)}{place}, {cell.status}{sure}, read by {reader}"
    if cell.implied is not None:
        yield f"  the identities imply {_number(cell.implied)}"
    if cell.why:
        yield f"  {cell.why}"
    for reading in cell.readings[1:]:
        yield f"  or {_shown(reading)}: {reading.probability:.2%}"


def _shown(printed: Cell | Reading) -> str:
    return f"'{plain(printed.printed)}'" if printed.printed else printed.mark


def _blame(check: Check) -> str:
    words = {
        "publisher": ", the published numbers disagree",
        "reading": ", more likely misread",
        "undecided": ", misread or published so",
    }
    return words.get(check.cause or "", "")


def _number(number: Number | None) -> str:
    return "nothing" if number is None else f"{number:,.15g}"
