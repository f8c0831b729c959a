"""Datasets for the tests of the panel: reports with the numbers that a test says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from extract.forms import load_forms
from extract.model import About, Box, Cell, Result
from extract.tables import tables_of

Print = int | float | str
"""A number, or a mark (`blank`, `dash`, `illegible`, `missing`), or a number that is `suspect`."""


def report(
    number: int,
    agency: str | None,
    year: int | None,
    form: str = "2021",
    prints: Mapping[str, Any] | None = None,
    units: Mapping[str, str | None] | None = None,
    single: bool = False,
    **more: Any,
) -> Result:
    """A report whose cells print 0, but for those in `prints`; ("suspect", 5) is a doubted 5."""
    layout = next(one for one in load_forms() if one.id == form)
    alternatives = frozenset(layout.alternatives) if single else frozenset()
    cells = []
    for code, table, _, row, column in layout.cells(alternatives):
        given = (prints or {}).get(code, 0)
        status = "ok"
        if isinstance(given, tuple):
            status, given = given
        mark = given if isinstance(given, str) else "number"
        status = "missing" if mark == "missing" else status
        unit = (units or {}).get(code, column.unit or row.unit)
        cells.append(
            Cell(
                code, table.id, code.split(".")[1], code.split(".")[2],
                None if isinstance(given, str) else given, None, str(given), mark, unit,
                status, None if mark == "missing" else 0.9, 1, Box(1, 2, 3, 4), "text",
            )
        )  # fmt: skip
    fields: dict[str, Any] = {"warnings": (), "kind": "pdf-text", "status": "ok", "title": None}
    fields |= more
    sha = sha256(str(number).encode()).hexdigest()
    return Result(
        sha[:16], fields.get("source", f"r{number}.pdf"), sha, fields["kind"], 1,
        About(title=fields["title"], agency=agency, year=year, agency_from="title",
              year_from="title", region_code=fields.get("region_code")),
        form, fields["status"], tuple(cells), (), None, None, fields["warnings"],
    )  # fmt: skip


def dataset(folder: Path, reports: Iterable[Result]) -> Path:
    """A dataset of these reports."""
    folder.mkdir(exist_ok=True)
    ordered = sorted(reports, key=lambda one: one.report_id)
    tables = tables_of(ordered, "test")
    for name, table in tables._asdict().items():
        pq.write_table(table, folder / f"{name}.parquet")
    return folder


def failed(number: int) -> Result:
    made = report(number, None, None)
    return replace(made, form=None, status="failed", cells=(), error_kind="damaged", error="x")
