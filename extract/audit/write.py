"""Dataset → `audit.html` and `findings.xlsx`."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.audit.findings import LEVELS, Finding, Findings, find, name_of
from extract.audit.overview import SERIES, drawn, figures
from extract.audit.proof import Crops, Sides, account_of, explained, result_of, shown, sides
from extract.audit.workbook import write_workbook
from extract.dataset import store
from extract.dataset.corrected import follow, rows_of
from extract.dataset.write import writing
from extract.errors import DatasetError
from extract.forms import Label
from extract.forms.sheets import Sheet, form_of, sheets
from extract.report import printed_as_one
from extract.tables import Tables, plain

HERE = Path(__file__).parent
MOST_FINDINGS = 400
"""Findings of each list in the page; the workbook has them all."""
MOST_CROPS = 150
MOST_CROP_BYTES = 12_000_000
MOST_VIEWS = 120
"""Reports whose tables the page shows."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as the page shows it."""

    finding: Finding
    where: Label
    sides: Sides | None
    story: Label
    crops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One report's tables: its cells by code, and the codes of broken identities by cause."""

    report: Row
    sheets: tuple[Sheet, ...]
    cells: Mapping[str, Row]
    blamed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Audit:
    """What was written: the files, and how many findings of either list."""

    page: Path
    workbook: Path
    reports: int
    publisher: int
    reading: int


def write_audit(folder: Path) -> Audit:
    """Write both files into the dataset's folder. Raises DatasetError."""
    tables = follow(folder, store.load(folder))
    if not tables.reports.num_rows:
        raise DatasetError(f"{plain(os.fspath(folder))}: no dataset here; see gouji extract")
    found = find(tables)
    listed = _listed(tables, found)
    cells: dict[str, dict[str, Row]] = {}
    for row in listed.cells.to_pylist():
        cells.setdefault(row["report_id"], {})[row["code"]] = row
    crops = Crops(folder, MOST_CROPS, MOST_CROP_BYTES)
    try:
        lists = [
            _shown(one[:MOST_FINDINGS], listed, cells, crops)
            for one in (found.publisher, found.reading)
        ]
    finally:
        crops.close()
    views = _views(found, cells)
    page = render(folder, tables, found, lists, views, crops)
    audit = Audit(
        folder / "audit.html",
        folder / "findings.xlsx",
        tables.reports.num_rows,
        len(found.publisher),
        len(found.reading),
    )
    with writing(folder):
        _replace(audit.page, page.encode("utf-8", "replace"))
        write_workbook(audit.workbook, tables, found)
    return audit


def render(
    folder: Path,
    tables: Tables,
    found: Findings,
    lists: Sequence[Sequence[Shown]],
    views: Sequence[View],
    crops: Crops,
) -> str:
    """The page: everything in it, nothing loaded, and its one script named by its digest."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = (HERE / "static" / "audit.js").read_text(encoding="utf-8")
    style = "".join(
        (HERE / "static" / name).read_text(encoding="utf-8") for name in ("sheet.css", "audit.css")
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    reports = tables.reports.to_pylist()
    return environment.get_template("audit.html").render(
        name=plain(folder.resolve().name),
        version=reports[0]["version"],
        figures=figures(reports, found),
        charts=drawn(reports, found),
        lists=lists,
        counts=(len(found.publisher), len(found.reading)),
        choices=_choices([*found.publisher, *found.reading]),
        views=views,
        viewed={view.report["report_id"] for view in views},
        series=SERIES,
        crops=crops,
        levels=LEVELS,
        most=MOST_FINDINGS,
        script=script,
        style=style,
        digest=digest,
        shown=shown,
    )


def _listed(tables: Tables, found: Findings) -> Tables:
    """The rows of the reports that the page shows: few of a large dataset's."""
    import pyarrow as pa
    import pyarrow.compute as pc

    shown = [*found.publisher[:MOST_FINDINGS], *found.reading[:MOST_FINDINGS]]
    ids = pa.array(sorted({one.report["report_id"] for one in shown}), type=pa.string())
    return Tables(
        *(
            table.filter(pc.is_in(table.column("report_id"), value_set=ids)).combine_chunks()
            for table in tables
        )
    )


def _shown(
    findings: Sequence[Finding],
    tables: Tables,
    cells: Mapping[str, Mapping[str, Row]],
    crops: Crops,
) -> list[Shown]:
    told: dict[str, dict[str, Any]] = {}
    made = []
    for one in findings:
        report_id = one.report["report_id"]
        mine = cells.get(report_id, {})
        if one.identity is not None and report_id not in told:
            rows = rows_of(tables, report_id)
            result = result_of(one.report, rows.cells.to_pylist(), rows.checks.to_pylist())
            told[report_id] = account_of(result)
        account = told.get(report_id, {}).get(one.subject)
        made.append(
            Shown(
                one,
                _where(one),
                sides(one, mine),
                explained(one, account),
                crops.of(one, mine),
            )
        )
    return made


def _where(finding: Finding) -> Label:
    """The row, the column or the cell that a finding is about, in words."""
    if not finding.cells:
        return Label("", "")
    if finding.identity is None:
        if len(finding.cells) > 1:
            form = form_of(finding.report["form"])
            titles = {table.id: table.title for table in form.tables}
            return titles.get(finding.subject, Label(finding.subject, finding.subject))
        return name_of(finding, finding.cells[0])
    return name_of(finding, finding.identity.totals[0])


def _views(found: Findings, cells: Mapping[str, Mapping[str, Row]]) -> list[View]:
    """Reports with findings, in the order of the lists, as their printed tables."""
    order: dict[str, Row] = {}
    for one in (*found.publisher, *found.reading):
        if one.report["report_id"] in cells:
            order.setdefault(one.report["report_id"], one.report)
    blamed: dict[str, dict[str, str]] = {}
    for one in (*found.reading, *found.publisher):
        if one.identity is not None:
            for code in one.identity.totals:
                blamed.setdefault(one.report["report_id"], {}).setdefault(code, "broken")
            blamed[one.report["report_id"]][one.cells[0]] = one.cause
    views = []
    for report_id, report in list(order.items())[:MOST_VIEWS]:
        printed = printed_as_one_of(report["form"], cells[report_id])
        shape = sheets(report["form"], printed)
        views.append(View(report, shape, cells[report_id], blamed.get(report_id, {})))
    return views


def printed_as_one_of(form_id: str, codes: Mapping[str, Any]) -> frozenset[str]:
    """The groups of rows that this report prints as one row."""
    return printed_as_one(form_of(form_id), codes)


def _choices(findings: Sequence[Finding]) -> dict[str, list[Any]]:
    """What can be filtered by."""
    kinds = {one.kind.zh: one.kind for one in findings}
    return {
        "region": sorted({one.report["region"] for one in findings if one.report["region"]}),
        "year": sorted({one.report["year"] for one in findings if one.report["year"]}),
        "agency": sorted({one.report["agency"] for one in findings if one.report["agency"]}),
        "kind": [kinds[name] for name in sorted(kinds)],
        "cause": sorted({one.cause for one in findings}),
    }


def _replace(path: Path, body: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
