"""A dataset's tables read in pieces, so that memory does not grow with the number of reports."""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extract.errors import DatasetError
from extract.tables import arrow_schema, plain

_ROWS = 1 << 17
"""Rows at a time: some 650 reports of cells."""
_REPORTS = 500
"""Reports at a time where they come out of several parts."""


def files_of(folder: Path, name: str) -> list[Path]:
    """The Parquet files of a table: one, or its parts. Raises DatasetError where it has none."""
    path = folder / f"{name}.parquet"
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise DatasetError(f"{plain(os.fspath(folder))}: no dataset here; see gouji extract")
    return files


def reports_of(folder: Path, columns: Sequence[str]) -> list[dict[str, Any]]:
    """These columns of `reports`, rows by report_id. Raises DatasetError."""
    rows: list[dict[str, Any]] = []
    for file in files_of(folder, "reports"):
        with _readable(file) as source:
            rows.extend(source.read(columns=list(columns)).to_pylist())
    return sorted(rows, key=lambda row: str(row["report_id"]))


def whole_reports(folder: Path, name: str, columns: Sequence[str] | None = None) -> Iterator[Any]:
    """A table in pieces that end where a report ends, by report_id, whatever parts it is in.

    Raises DatasetError.
    """
    yield from merged(files_of(folder, name), columns)


def stored(folder: Path, name: str) -> Iterator[Any]:
    """`whole_reports` with this version's schema; nothing where the dataset has no such table."""
    schema = arrow_schema(name)
    if (folder / f"{name}.parquet").exists():
        for piece in whole_reports(folder, name):
            yield piece.cast(schema).replace_schema_metadata(schema.metadata)


def torn(folder: Path) -> set[str]:
    """Reports whose cells are not all there: a run was cut between two files."""
    stated: dict[str, int] = {}
    for piece in stored(folder, "reports"):
        ids, counts = (piece.column(name).to_pylist() for name in ("report_id", "cells"))
        stated.update(zip(ids, counts, strict=True))
    if (folder / "cells.parquet").exists():
        for piece in whole_reports(folder, "cells", ["report_id"]):
            for one in pc.value_counts(piece.column("report_id")).to_pylist():
                stated[one["values"]] = stated.get(one["values"], 0) - one["counts"]
    return {report_id for report_id, left in stated.items() if left}


def merged(files: Sequence[Path], columns: Sequence[str] | None = None) -> Iterator[Any]:
    """`whole_reports` for a table's Parquet files, wherever they are. Raises DatasetError."""
    if len(files) == 1:
        yield from _whole(files, columns)
        return
    held: list[Any] = []
    streams = [_reports_in(file, columns) for file in files]
    for _, rows in heapq.merge(*streams, key=lambda one: one[0]):
        held.append(rows)
        if len(held) >= _REPORTS:
            yield pa.concat_tables(held).combine_chunks()
            held = []
    if held:
        yield pa.concat_tables(held).combine_chunks()


def _whole(files: Sequence[Path], columns: Sequence[str] | None) -> Iterator[Any]:
    left: list[Any] = []
    for batch in _batches(files, columns):
        ids = batch.column("report_id")
        cut = pc.index(ids, ids[-1]).as_py()
        if cut == 0 and left and left[-1].column("report_id")[0] == ids[-1]:
            left.append(batch)
            continue
        whole = pa.Table.from_batches([*left, batch.slice(0, cut)]).combine_chunks()
        if whole.num_rows:
            yield whole
        left = [batch.slice(cut)]
    if left:
        yield pa.Table.from_batches(left).combine_chunks()


def _batches(files: Sequence[Path], columns: Sequence[str] | None) -> Iterator[Any]:
    for file in files:
        with _readable(file) as source:
            for batch in source.iter_batches(_ROWS, columns=list(columns) if columns else None):
                if batch.num_rows:
                    yield batch


def _readable(file: Path) -> Any:
    try:
        return pq.ParquetFile(file)
    except (OSError, pa.ArrowException) as error:
        raise DatasetError(
            f"{plain(os.fspath(file))}: cannot be read ({plain(str(error).splitlines()[0])}); "
            "run gouji extract again"
        ) from None


def by_report(folder: Path, name: str, columns: Sequence[str] | None) -> Iterator[tuple[str, Any]]:
    """The rows of each report with its id, by report_id, whatever parts the table is in.

    Raises DatasetError.
    """
    streams = [_reports_in(file, columns) for file in files_of(folder, name)]
    yield from heapq.merge(*streams, key=lambda one: one[0])


def _reports_in(file: Path, columns: Sequence[str] | None) -> Iterator[tuple[str, Any]]:
    for piece in _whole([file], columns):
        ids = piece.column("report_id").dictionary_encode().combine_chunks()
        indices = ids.indices.to_numpy()
        starts = [0, *(1 + pos for pos in (indices[1:] != indices[:-1]).nonzero()[0].tolist())]
        for start, end in zip(starts, [*starts[1:], len(indices)], strict=True):
            yield ids.dictionary[int(indices[start])].as_py(), piece.slice(start, end - start)
