"""Tables to take home: one report, or the dataset, as it holds with its corrections."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from extract.dataset import store
from extract.dataset.corrected import follow
from extract.dataset.corrections import Correction, has_corrections, opened_store
from extract.dataset.write import safe_text, write_dataset
from extract.errors import UsageError
from extract.review.archive import Opened
from extract.tables import Tables

_MOST_SHEET_ROWS = 400_000
"""Cells that a workbook is made of while somebody waits."""
WHOLE = ("cells.csv", "reports.csv", "checks.csv", "dataset.xlsx", "corrections.csv")
_CORRECTIONS = (
    "seq", "at", "who", "report_id", "agency", "year", "form", "code", "kind", "before", "after",
    "why",
)  # fmt: skip


def of_report(tables: Tables, opened: Opened, kind: str) -> bytes:
    """One report as a workbook (three sheets) or as the CSV of its cells. Raises KeyError."""
    if kind not in ("xlsx", "csv") or opened.report["form"] is None:
        raise KeyError(kind)
    return _written(tables, "dataset.xlsx" if kind == "xlsx" else "cells.csv")


def of_dataset(folder: Path, name: str) -> bytes:
    """One of the files of `WHOLE`. Raises KeyError, UsageError for a workbook too large."""
    if name not in WHOLE:
        raise KeyError(name)
    if name == "corrections.csv":
        return _corrections_csv(folder)
    tables = follow(folder, store.load(folder))
    if name == "dataset.xlsx" and tables.cells.num_rows > _MOST_SHEET_ROWS:
        raise UsageError("too large for a workbook: take cells.csv, or gouji extract --format xlsx")
    return _written(tables, name)


def history(folder: Path, report_id: str | None = None) -> list[Correction]:
    """All corrections, or those of one report, oldest first."""
    if not has_corrections(folder):
        return []
    with opened_store(folder) as corrections:
        return corrections.history(report_id)


def _written(tables: Tables, name: str) -> bytes:
    formats = ("parquet", "xlsx") if name.endswith(".xlsx") else ("parquet", "csv")
    with tempfile.TemporaryDirectory(prefix="gouji-") as made:
        write_dataset(Path(made), tables, formats, csv_bom=True)
        return (Path(made) / name).read_bytes()


def _corrections_csv(folder: Path) -> bytes:
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(_CORRECTIONS)
    for one in history(folder):
        after = one.after.printed or one.after.mark if one.after else ""
        before = one.before.printed or one.before.mark
        told = (one.at, one.who, one.report_id, one.agency or "", one.year or "", one.form or "")
        row = (one.seq, *told, one.code, one.kind, before, after, one.why)
        lines.writerow([safe_text(str(value)) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
