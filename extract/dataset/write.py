"""The dataset's files: same rows, same bytes; replaced whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from extract.dataset.codebook import write_codebook
from extract.dataset.files import LongFile, replace_files, writing
from extract.dataset.package import package, write_package
from extract.dataset.parts import ROWS_PER_GROUP, TableFile, is_large
from extract.dataset.streams import merged
from extract.dataset.workbook import write_workbook
from extract.errors import UsageError
from extract.tables import TABLES, Tables, arrow_schema, plain

FORMATS = ("parquet", "csv", "xlsx", "duckdb")

__all__ = [
    "FORMATS",
    "parse_formats",
    "safe_csv",
    "safe_text",
    "write_dataset",
    "write_pieces",
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
    write_pieces(folder, {name: [getattr(tables, name)] for name in TABLES}, formats, csv_bom)


def write_pieces(
    folder: Path,
    pieces: Mapping[str, Iterable[Any]],
    formats: tuple[str, ...],
    csv_bom: bool = False,
) -> list[str]:
    """`write_dataset` for tables that come in pieces of rows, each in the dataset's order.

    Parquet and CSV are written from them in one pass, all else from the Parquet, so that memory
    holds one piece. Returns the names of the files.
    """
    made: dict[str, Path] = {}
    texts: dict[str, Path] = {}
    writers: dict[str, Callable[[Path], None]] = {
        "codebook.csv": _bind(write_codebook, csv_bom),
        "datapackage.json": _bind(write_package, package(formats, csv_bom)),
    }
    for name in ("claims", "cells", "checks", "reports"):
        if "csv" in formats:
            writers[f"{name}.csv"] = _bind(_begin_csv, name, texts, csv_bom)
        parted = name == "cells" and is_large(pieces["reports"])
        writers[f"{name}.parquet"] = _bind(_write_table, name, pieces[name], parted, made, texts)
    if "xlsx" in formats:
        writers["dataset.xlsx"] = lambda path: write_workbook(path, lambda name: _rows(made[name]))
    if "duckdb" in formats:
        writers["dataset.duckdb"] = _bind(_write_duckdb, made)
    replace_files(folder, writers)
    return list(writers)


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
            # Columns repeat themselves, and few hold a risky text at all.
            if pc.any(_risky(texts.unique())).as_py():
                led = pc.binary_join_element_wise("'", texts, "")
                table = table.set_column(place, field, pc.if_else(_risky(texts), led, texts))
    return table


def _risky(texts: Any) -> Any:
    return pc.and_(
        pc.match_substring_regex(texts, _FORMULA),
        pc.invert(pc.match_substring_regex(texts, _HARMLESS)),
    )


def safe_text(text: str) -> str:
    """One text as `safe_csv` would write it."""
    risky = re.match(_FORMULA, text) and not re.match(_HARMLESS, text)
    return f"'{text}" if risky else text


def _bind(function: Callable[..., None], *given: Any) -> Callable[[Path], None]:
    return lambda path: function(path, *given)


def _write_table(
    path: Path,
    name: str,
    pieces: Iterable[Any],
    parted: bool,
    made: dict[str, Path],
    texts: Mapping[str, Path],
) -> None:
    """Write the table's Parquet, and go on with its CSV where one was begun."""
    schema = arrow_schema(name)
    with TableFile(path, schema, parted) as file, ExitStack() as opened:
        out = opened.enter_context(_csv_rows(texts[name], schema)) if name in texts else None
        for group in _groups(pieces):
            file.write(group)
            if out is not None:
                out.write_table(safe_csv(group))
    made[name] = path


def _groups(pieces: Iterable[Any]) -> Iterator[Any]:
    """The rows in groups of one size, whatever the sizes of the pieces: same rows, same bytes."""
    held: list[Any] = []
    count = 0
    for piece in pieces:
        held.append(piece)
        count += piece.num_rows
        while count >= ROWS_PER_GROUP:
            table = pa.concat_tables(held)
            yield table.slice(0, ROWS_PER_GROUP).combine_chunks()
            held = [table.slice(ROWS_PER_GROUP)]
            count -= ROWS_PER_GROUP
    if count:
        yield pa.concat_tables(held).combine_chunks()


def _begin_csv(path: Path, name: str, texts: dict[str, Path], bom: bool) -> None:
    path.write_bytes(b"\xef\xbb\xbf" if bom else b"")
    texts[name] = path


@contextmanager
def _csv_rows(path: Path, schema: Any) -> Iterator[Any]:
    with LongFile(path) as file, csv.CSVWriter(file, schema) as out:
        yield out


def _parts(path: Path) -> list[Path]:
    return sorted(path.glob("*.parquet")) or [path]


def _rows(path: Path) -> Iterator[Any]:
    """A table just written, in pieces of whole reports in their order."""
    if pq.read_metadata(_parts(path)[0]).num_rows:
        yield from merged(_parts(path))


def _write_duckdb(path: Path, made: Mapping[str, Path]) -> None:
    import duckdb

    with duckdb.connect(os.fspath(path)) as database:
        for name in TABLES:
            files = _parts(made[name])
            rows = "SELECT * EXCLUDE (file_row_number) FROM read_parquet(?, file_row_number = true)"
            if len(files) > 1:
                rows += " ORDER BY report_id, file_row_number"
            database.execute(f'CREATE TABLE "{name}" AS {rows}', [list(map(os.fspath, files))])
