"""The dataset as a workbook: reports in the form's printed shape, findings, tables, codebook.

Every text is stored as a text, so that none is run as a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from extract.dataset.codebook import Entry, codebook
from extract.dataset.printed import coloured, forms, new_sheet, number, text, write_printed
from extract.forms import Identity
from extract.forms.sheets import names
from extract.report import printed_as_one
from extract.tables import TABLES, arrow_schema

Row = Mapping[str, Any]
_WHOSE = ("source", "agency", "year", "form")
ROWS_PER_SHEET = 1_000_000
"""A sheet holds 2 to the power of 20 rows at most."""
MOST_PRINTED = 200
"""Reports that get a sheet of their own, those with most to look at first."""
_FINDINGS = (
    "来源 source", "机关 agency", "年度 year", "表式 form", "种类 kind", "项目 where",
    "where (English)", "应为 expected", "实为 actual", "差额 difference", "原因 cause",
    "读数 printed", "状态 status", "页 page", "编号 id", "报告编号 report_id",
)  # fmt: skip


def write_workbook(path: Path, rows_of: Callable[[str], Iterable[Any]]) -> None:
    """Write the workbook: findings, a sheet per report, the tables, the codebook.

    `rows_of` gives a table's rows by its name, in pieces of whole reports, afresh at each call:
    memory holds one piece, and of `reports` the columns that findings name.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    chosen = _chosen(rows_of("reports"))
    cells = _by_report(rows_of("cells"), chosen)
    checks = _by_report(rows_of("checks"), chosen)
    _write_findings(book, rows_of)
    used = set(TABLES) | {"findings", "codebook"}
    for report in chosen:
        one = report["report_id"]
        write_printed(book, report, cells[one], checks[one], used)
    for name in TABLES:
        _write_table(book, name, rows_of(name))
    sheet = new_sheet(book, "codebook", [10, 8, 32, 40, 40, 8, 60, 60])
    sheet.append([text(sheet, name, bold=True) for name in Entry._fields])
    for entry in codebook():
        sheet.append(_line(sheet, entry))
    book.save(path)


def _chosen(pieces: Iterable[Any]) -> list[Row]:
    """The reports that get a sheet, in the order of the dataset."""
    known = forms()
    worst: list[tuple[int, int, Row]] = []
    place = 0
    for piece in pieces:
        for row in piece.to_pylist():
            place += 1
            if row["form"] in known:
                faults = row["suspect"] + row["missing"] + row["failed_checks"]
                worst.append((-faults, place, row))
        worst = sorted(worst, key=lambda one: one[:2])[:MOST_PRINTED]
    return [row for _, _, row in sorted(worst, key=lambda one: one[1])]


def _by_report(pieces: Iterable[Any], reports: Sequence[Row]) -> dict[str, list[Row]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    found: dict[str, list[Row]] = {row["report_id"]: [] for row in reports}
    ids = pa.array(list(found), type=pa.string())
    for piece in pieces:
        for row in piece.filter(pc.is_in(piece.column("report_id"), value_set=ids)).to_pylist():
            found[row["report_id"]].append(row)
    return found


def _write_findings(book: Any, rows_of: Callable[[str], Iterable[Any]]) -> None:
    """Identities that fail and cells in doubt, each in words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    sheet = new_sheet(
        book, "findings", [30, 26, 8, 8, 10, 44, 44, 12, 12, 12, 12, 14, 10, 6, 26, 20]
    )
    sheet.append([text(sheet, name, bold=True) for name in _FINDINGS])
    reports = {
        row["report_id"]: row
        for piece in rows_of("reports")
        for row in piece.select(["report_id", *_WHOSE]).to_pylist()
    }
    for piece in rows_of("checks"):
        for check in piece.filter(pc.equal(piece.column("verdict"), "fail")).to_pylist():
            _find_check(sheet, reports[check["report_id"]], check)
    doubted = pa.array(["suspect", "missing"])
    for piece in rows_of("cells"):
        for cell in piece.filter(pc.is_in(piece.column("status"), value_set=doubted)).to_pylist():
            _find_cell(sheet, reports[cell["report_id"]], cell)


def _find_check(sheet: Any, report: Row, check: Row) -> None:
    identity = _identity(report["form"], check)
    wording = (identity.wording.zh, identity.wording.en) if identity else ("", "")
    flag = "publisher" if check["cause"] == "publisher" else "reading"
    line = [
        *(report[name] for name in _WHOSE), "勾稽 check",
        *wording, check["expected"], check["actual"], check["difference"], check["cause"],
        None, check["strength"], None, check["check"], report["report_id"],
    ]  # fmt: skip
    sheet.append(_line(sheet, line, {10: flag}))


def _find_cell(sheet: Any, report: Row, cell: Row) -> None:
    label = _names(report["form"]).get(cell["code"])
    line = [
        *(report[name] for name in _WHOSE), "单元格 cell",
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


def _write_table(book: Any, name: str, pieces: Iterable[Any]) -> None:
    """One of the dataset's tables, on more sheets where one is full."""
    columns = arrow_schema(name).names
    place = columns.index("status") if "status" in columns else None
    sheets, left, sheet = 0, 0, None
    for row in _rows_or_none(pieces):
        if sheet is None or not left:
            sheets, left = sheets + 1, ROWS_PER_SHEET
            title = name if sheets == 1 else f"{name} {sheets}"
            sheet = new_sheet(book, title, [18] * len(columns))
            sheet.freeze_panes = "A2"
            sheet.append([text(sheet, one, bold=True) for one in columns])
        if row is not None:
            left -= 1
            flags = {place: row["status"]} if place is not None else {}
            sheet.append(_line(sheet, row.values(), flags))


def _rows_or_none(pieces: Iterable[Any]) -> Iterator[Row | None]:
    """The rows; a single None where there are none, as a sheet has headers all the same."""
    empty = True
    for piece in pieces:
        for batch in piece.to_batches(max_chunksize=10_000):
            for row in batch.to_pylist():
                empty = False
                yield row
    if empty:
        yield None


def _line(sheet: Any, values: Iterable[Any], flags: Mapping[int, str] | None = None) -> list[Any]:
    line = []
    for place, value in enumerate(values):
        made = text(sheet, value) if isinstance(value, str) else value
        if flags and place in flags:
            made = coloured(made if isinstance(value, str) else number(sheet, value), flags[place])
        line.append(made)
    return line
