"""The dataset as a workbook: reports in the form's printed shape, findings, tables, codebook.

Every text is stored as a text, so that none is run as a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from extract.dataset.codebook import Entry, codebook
from extract.dataset.printed import coloured, forms, new_sheet, number, text, write_printed
from extract.forms import Identity
from extract.forms.sheets import names
from extract.report import printed_as_one
from extract.tables import TABLES, Tables

Row = Mapping[str, Any]
ROWS_PER_SHEET = 1_000_000
"""A sheet holds 2 to the power of 20 rows at most."""
MOST_PRINTED = 200
"""Reports that get a sheet of their own, those with most to look at first."""
_FINDINGS = (
    "来源 source", "机关 agency", "年度 year", "表式 form", "种类 kind", "项目 where",
    "where (English)", "应为 expected", "实为 actual", "差额 difference", "原因 cause",
    "读数 printed", "状态 status", "页 page", "编号 id", "报告编号 report_id",
)  # fmt: skip


def write_workbook(path: Path, tables: Tables) -> None:
    """Write the workbook: findings, a sheet per report, the tables, the codebook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    chosen = _chosen(tables)
    cells = _by_report(tables.cells, chosen)
    checks = _by_report(tables.checks, chosen)
    _write_findings(book, tables)
    used = set(TABLES) | {"findings", "codebook"}
    for report in chosen:
        one = report["report_id"]
        write_printed(book, report, cells[one], checks[one], used)
    for name in TABLES:
        _write_table(book, name, getattr(tables, name))
    sheet = new_sheet(book, "codebook", [10, 8, 32, 40, 40, 8, 60, 60])
    sheet.append([text(sheet, name, bold=True) for name in Entry._fields])
    for entry in codebook():
        sheet.append(_line(sheet, entry))
    book.save(path)


def _chosen(tables: Tables) -> list[Row]:
    """The reports that get a sheet, in the order of the dataset."""
    known = forms()
    rows = [row for row in tables.reports.to_pylist() if row["form"] in known]
    worst = sorted(
        rows, key=lambda row: -row["suspect"] - row["missing"] - row["failed_checks"]
    )  # stable
    kept = {row["report_id"] for row in worst[:MOST_PRINTED]}
    return [row for row in rows if row["report_id"] in kept]


def _by_report(table: Any, reports: Sequence[Row]) -> dict[str, list[Row]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    found: dict[str, list[Row]] = {row["report_id"]: [] for row in reports}
    ids = pa.array(list(found), type=pa.string())
    for row in table.filter(pc.is_in(table.column("report_id"), value_set=ids)).to_pylist():
        found[row["report_id"]].append(row)
    return found


def _write_findings(book: Any, tables: Tables) -> None:
    """Identities that fail and cells in doubt, each in words."""
    import pyarrow.compute as pc

    sheet = new_sheet(
        book, "findings", [30, 26, 8, 8, 10, 44, 44, 12, 12, 12, 12, 14, 10, 6, 26, 20]
    )
    sheet.append([text(sheet, name, bold=True) for name in _FINDINGS])
    reports = {row["report_id"]: row for row in tables.reports.to_pylist()}
    failing = tables.checks.filter(pc.equal(tables.checks.column("verdict"), "fail"))
    for check in failing.to_pylist():
        report = reports[check["report_id"]]
        identity = _identity(report["form"], check)
        wording = (identity.wording.zh, identity.wording.en) if identity else ("", "")
        flag = "publisher" if check["cause"] == "publisher" else "reading"
        line = [
            report["source"], report["agency"], report["year"], report["form"], "勾稽 check",
            *wording, check["expected"], check["actual"], check["difference"], check["cause"],
            None, check["strength"], None, check["check"], report["report_id"],
        ]  # fmt: skip
        sheet.append(_line(sheet, line, {10: flag}))
    status = tables.cells.column("status")
    doubted = tables.cells.filter(pc.or_(pc.equal(status, "suspect"), pc.equal(status, "missing")))
    for cell in doubted.to_pylist():
        report = reports[cell["report_id"]]
        label = _names(report["form"]).get(cell["code"])
        line = [
            report["source"], report["agency"], report["year"], report["form"], "单元格 cell",
            label.zh if label else "", label.en if label else "", None, cell["value"], None, None,
            cell["printed"], cell["status"], cell["page"], cell["code"], report["report_id"],
        ]  # fmt: skip
        sheet.append(_line(sheet, line, {12: cell["status"]}))


def _names(form_id: str) -> Mapping[str, Any]:
    form = forms().get(form_id)
    if form is None:
        return {}
    return {**names(form_id, frozenset(form.alternatives)), **names(form_id, frozenset())}


def _identity(form_id: str, check: Row) -> Identity | None:
    form = forms().get(form_id)
    if form is None:
        return None
    printed = printed_as_one(form, check["cells"].split())
    return next((one for one in form.identities(printed) if one.id == check["check"]), None)


def _write_table(book: Any, name: str, table: Any) -> None:
    """One of the dataset's tables, on more sheets where one is full."""
    place = table.column_names.index("status") if "status" in table.column_names else None
    for part, start in enumerate(range(0, max(1, table.num_rows), ROWS_PER_SHEET), 1):
        sheet = new_sheet(book, name if part == 1 else f"{name} {part}", [18] * table.num_columns)
        sheet.freeze_panes = "A2"
        sheet.append([text(sheet, one, bold=True) for one in table.column_names])
        for batch in table.slice(start, ROWS_PER_SHEET).to_batches(max_chunksize=10_000):
            for row in batch.to_pylist():
                flags = {place: row["status"]} if place is not None else {}
                sheet.append(_line(sheet, row.values(), flags))


def _line(sheet: Any, values: Iterable[Any], flags: Mapping[int, str] | None = None) -> list[Any]:
    line = []
    for place, value in enumerate(values):
        made = text(sheet, value) if isinstance(value, str) else value
        if flags and place in flags:
            made = coloured(made if isinstance(value, str) else number(sheet, value), flags[place])
        line.append(made)
    return line
