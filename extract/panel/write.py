"""The panel's tables → files in the dataset's folder."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from extract.columns import Column
from extract.dataset.files import replace_files
from extract.dataset.package import resource, write_package
from extract.dataset.write import safe_csv
from extract.forms import load_forms
from extract.panel.columns import CHECKS, KEYS, NAMES, REPORTS, panel_columns
from extract.panel.make import Panel
from extract.panel.values import QUALITIES

_ARROW = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}
_ROWS = 1000
"""Rows at a time in CSV, where every quality is written out."""

FILES = (
    "panel_names.csv",
    "panel_reports.csv",
    "panel_codebook.csv",
    "panel_datapackage.json",
    "panel_checks.csv",
    "panel_checks.parquet",
    "panel.csv",
    "panel.parquet",
)


def write_panel(folder: Path, panel: Panel, bom: bool = False) -> None:
    """Write every file of FILES, all or none. Raises DatasetError."""
    table = panel_table(panel)
    checks = _table(CHECKS, panel.checks)
    writers: dict[str, Callable[[Path], None]] = {
        "panel_names.csv": lambda path: _csv(path, [_table(NAMES, panel.names)], bom),
        "panel_reports.csv": lambda path: _csv(path, [_table(REPORTS, panel.reports)], bom),
        "panel_codebook.csv": lambda path: _codebook(path, panel, bom),
        "panel_datapackage.json": lambda path: write_package(path, _package(panel, bom)),
        "panel_checks.csv": lambda path: _csv(path, [checks], bom),
        "panel_checks.parquet": lambda path: pq.write_table(checks, path, compression="zstd"),
        "panel.csv": lambda path: _csv(path, _spelled_out(table), bom),
        "panel.parquet": lambda path: pq.write_table(table, path, compression="zstd"),
    }
    replace_files(folder, {name: writers[name] for name in FILES})


def panel_table(panel: Panel) -> Any:
    """The panel as an Arrow table; qualities are dictionaries, which pandas reads as categories."""
    keys = _table(KEYS, panel.keys)
    words = pa.array(QUALITIES)
    arrays: list[Any] = [*keys.columns]
    fields: list[Any] = [*keys.schema]
    for place, one in enumerate(panel.harmony.variables):
        arrays.append(pa.array(panel.values.numbers[:, place], from_pandas=True))
        fields.append(pa.field(one.id, pa.float64()))
    for place, one in enumerate(panel.harmony.variables):
        indices = pa.array(panel.values.grades[:, place].astype(np.int8))
        arrays.append(pa.DictionaryArray.from_arrays(indices, words))
        fields.append(pa.field(f"{one.id}_q", arrays[-1].type, nullable=False))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _table(columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> Any:
    schema = pa.schema([pa.field(c.name, _ARROW[c.kind], nullable=not c.required) for c in columns])
    parts = zip(*rows, strict=True) if rows else ([] for _ in columns)
    arrays = [pa.array(list(p), type=f.type) for p, f in zip(parts, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _spelled_out(table: Any) -> Iterator[Any]:
    """The table in pieces with plain texts, at least one piece."""
    plain = pa.schema(
        [pa.field(f.name, pa.string()) if pa.types.is_dictionary(f.type) else f
         for f in table.schema]
    )  # fmt: skip
    for start in range(0, max(1, table.num_rows), _ROWS):
        yield table.slice(start, _ROWS).cast(plain)


def _csv(path: Path, pieces: Sequence[Any] | Iterator[Any], bom: bool) -> None:
    from pyarrow import csv as arrow_csv

    with path.open("wb") as file:
        if bom:
            file.write(b"\xef\xbb\xbf")
        header = True
        for piece in pieces:
            options = arrow_csv.WriteOptions(include_header=header)
            arrow_csv.write_csv(safe_csv(piece), file, options)
            header = False


def _package(panel: Panel, bom: bool) -> dict[str, Any]:
    """The Frictionless data package of the panel's CSV files."""
    tables = (
        (
            "panel",
            panel_columns(panel.harmony),
            ("body", "year"),
            "一行一机关一年度 a body and a year",
        ),
        ("panel_checks", CHECKS, ("body", "year", "check"), "跨年勾稽 sums over two years"),
        ("panel_reports", REPORTS, ("report_id",), "报告去向 what became of each report"),
        ("panel_names", NAMES, (), "名称对应 names and bodies"),
    )
    return {
        "profile": "data-package",
        "name": "gouji-panel",
        "title": "政府信息公开年度报告面板 A panel of yearly disclosure reports",
        "resources": [
            resource(name, f"{name}.csv", columns, title, bom, key)
            for name, columns, key, title in tables
        ],
    }


def _codebook(path: Path, panel: Panel, bom: bool) -> None:
    """Every column of the panel: labels, unit, and by form the cells that it is the sum of."""
    forms = [form.id for form in load_forms()]
    by_id = {one.id: one for one in panel.harmony.variables}
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["column", "type", "zh", "en", "unit", *(f"form_{f}" for f in forms), "note"])
        for column in panel_columns(panel.harmony):
            one = by_id.get(column.name)
            cells = [" + ".join(one.cells.get(form, ())) if one else "" for form in forms]
            unit = {"money": "元", "count": ""}[one.kind] if one else ""
            note = (one.near or "") if one else " | ".join(column.values)
            out.writerow([column.name, column.kind, column.zh, column.en, unit, *cells, note])
