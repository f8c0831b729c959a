"""The findings as a workbook: an overview and the two lists, whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from extract.audit.findings import Finding, Findings, name_of
from extract.audit.overview import figures
from extract.tables import Tables

HEADINGS = (
    ("严重程度 severity", 12),
    ("地区 region", 14),
    ("行政区划代码 code", 12),
    ("机关 agency", 30),
    ("年度 year", 8),
    ("表式 form", 8),
    ("种类 kind", 18),
    ("原因 cause", 12),
    ("勾稽关系 identity", 44),
    ("identity (English)", 40),
    ("所在 cell", 40),
    ("应为 expected", 12),
    ("实为 actual", 12),
    ("差额 difference", 12),
    ("说明 note", 40),
    ("涉及单元格 codes", 40),
    ("检查编号 check", 28),
    ("来源 source", 36),
    ("网址 url", 36),
    ("报告编号 report_id", 20),
)
_MOST_ROWS = 1_000_000


def write_workbook(path: Path, tables: Tables, found: Findings) -> None:
    """Write all findings; texts are stored as texts, so that none is run as a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet("概览 overview")
    sheet.column_dimensions["A"].width = 36
    sheet.column_dimensions["B"].width = 24
    bold = Font(bold=True)
    for one in figures(tables.reports.to_pylist(), found):
        sheet.append([_text(sheet, f"{one.label.zh} {one.label.en}"), _text(sheet, one.value)])
    for title, findings in (
        ("原文差错 published errors", found.publisher),
        ("待核读数 to review", found.reading),
    ):
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for place, (_, width) in enumerate(HEADINGS):
            sheet.column_dimensions[_letter(place)].width = width
        heads = [_text(sheet, name) for name, _ in HEADINGS]
        for head in heads:
            head.font = bold
        sheet.append(heads)
        sheet.auto_filter.ref = f"A1:{_letter(len(HEADINGS) - 1)}{len(findings) + 1}"
        for line in _lines(findings[:_MOST_ROWS]):
            sheet.append([_text(sheet, v) if isinstance(v, str) else v for v in line])
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        book.save(name)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _lines(findings: Sequence[Finding]) -> Iterable[list[Any]]:
    for one in findings:
        report, identity = one.report, one.identity
        subject = identity.totals[0] if identity else one.cells[0] if one.cells else ""
        yield [
            one.level,
            report["region"],
            report["region_code"],
            report["agency"],
            report["year"],
            report["form"],
            one.kind.zh,
            one.cause,
            identity.wording.zh if identity else "",
            identity.wording.en if identity else "",
            name_of(one, subject).zh if subject else "",
            one.expected,
            one.actual,
            one.difference,
            one.words.zh if one.words else "",
            " ".join(one.cells),
            one.subject,
            report["source"],
            report["url"],
            report["report_id"],
        ]


def _text(sheet: Any, value: str) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = WriteOnlyCell(sheet)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32767]
    cell.data_type = "s"
    return cell


def _letter(place: int) -> str:
    from openpyxl.utils import get_column_letter

    letter: str = get_column_letter(place + 1)
    return letter
