"""The dataset's files: same rows, same bytes; replaced whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from extract.dataset.codebook import write_codebook
from extract.dataset.files import replace_files, writing
from extract.dataset.package import package, write_package
from extract.dataset.workbook import write_workbook
from extract.errors import UsageError
from extract.tables import TABLES, Tables, plain

FORMATS = ("parquet", "csv", "xlsx", "duckdb")
DEFAULT_FORMATS = ("parquet", "csv")

__all__ = [
    "DEFAULT_FORMATS",
    "FORMATS",
    "parse_formats",
    "safe_csv",
    "safe_text",
    "write_dataset",
    "writing",
]

_FORMULA = r"^('*[=@+\-\t\r])"
_HARMLESS = r"^(-+|[+\-][\d,. ]+)$"


def write_dataset(
    folder: Path, tables: Tables, formats: tuple[str, ...], csv_bom: bool = False
) -> None:
    """Write the tables in each of the formats; Parquet always, as it is the dataset itself.

    Every file is written beside its target and renamed onto it when all are whole; `reports`
    goes last, so that it never promises rows that are not there. Raises DatasetError.
    """
    writers: dict[str, Callable[[Path], None]] = {
        "codebook.csv": _bind(write_codebook, csv_bom),
        "datapackage.json": _bind(write_package, package(formats, csv_bom)),
    }
    for name in ("claims", "cells", "checks", "reports"):
        table = getattr(tables, name)
        if "csv" in formats:
            writers[f"{name}.csv"] = _bind(_write_csv, table, csv_bom)
        writers[f"{name}.parquet"] = _bind(_write_parquet, table)
    if "xlsx" in formats:
        writers["dataset.xlsx"] = _bind(write_workbook, tables)
    if "duckdb" in formats:
        writers["dataset.duckdb"] = _bind(_write_duckdb, tables)
    replace_files(folder, writers)


def parse_formats(text: str) -> tuple[str, ...]:
    """`parquet,csv` → its formats. Raises UsageError for one that is unknown or not installed."""
    formats = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for one in formats:
        if one not in FORMATS:
            raise UsageError(f"--format: no format '{plain(one)}'; choose from {','.join(FORMATS)}")
    if not formats:
        raise UsageError(f"--format: name at least one of {','.join(FORMATS)}")
    if "duckdb" in formats:
        try:
            import duckdb  # noqa: F401
        except ImportError:
            raise UsageError(
                "--format duckdb needs the package duckdb: pip install 'gouji[duckdb]'"
            ) from None
    return formats


def safe_csv(table: Any) -> Any:
    """The table with every text that a spreadsheet would run as a formula led by an apostrophe.

    Signed numbers and dashes are no formulas and stay as they are (OWASP, CSV injection).
    """
    for place, field in enumerate(table.schema):
        if field.type == pa.string():
            texts = table.column(place)
            risky = pc.and_(
                pc.match_substring_regex(texts, _FORMULA),
                pc.invert(pc.match_substring_regex(texts, _HARMLESS)),
            )
            if pc.any(risky).as_py():
                texts = pc.if_else(risky, pc.binary_join_element_wise("'", texts, ""), texts)
                table = table.set_column(place, field, texts)
    return table


def safe_text(text: str) -> str:
    """One text as `safe_csv` would write it."""
    risky = re.match(_FORMULA, text) and not re.match(_HARMLESS, text)
    return f"'{text}" if risky else text


def _bind(function: Callable[..., None], *given: Any) -> Callable[[Path], None]:
    return lambda path: function(path, *given)


def _write_parquet(path: Path, table: Any) -> None:
    # Groups small enough that the rows of one report are read at once.
    pq.write_table(table, path, compression="zstd", row_group_size=1 << 15, store_schema=True)


def _write_csv(path: Path, table: Any, bom: bool) -> None:
    with path.open("wb") as file:
        if bom:
            file.write(b"\xef\xbb\xbf")
        csv.write_csv(safe_csv(table), file)


def _write_duckdb(path: Path, tables: Tables) -> None:
    import duckdb

    with duckdb.connect(os.fspath(path)) as database:
        for name in TABLES:
            database.register("given", getattr(tables, name))
            database.execute(f'CREATE TABLE "{name}" AS SELECT * FROM given')
            database.unregister("given")
