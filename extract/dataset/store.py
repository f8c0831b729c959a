"""The rows that a dataset folder holds."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extract.errors import DatasetError
from extract.tables import LIST_SEPARATOR, TABLES, Tables, arrow_schema, plain


def load(folder: Path) -> Tables:
    """The rows of the dataset.

    Reports whose cells are not all there are left out. Raises DatasetError where the files are
    not those of a dataset.
    """
    return _complete(Tables(*(_read(folder / f"{name}.parquet", name) for name in TABLES)))


def empty() -> Tables:
    return Tables(*(arrow_schema(name).empty_table() for name in TABLES))


def without(tables: Tables, report_ids: set[str]) -> Tables:
    """The tables less the rows of these reports."""
    gone = pa.array(sorted(report_ids), type=pa.string())
    return Tables(
        *(
            table.filter(pc.invert(pc.is_in(table.column("report_id"), value_set=gone)))
            for table in tables
        )
    )


def joined(tables: Tables, more: Iterable[Tables]) -> Tables:
    """All rows in the dataset's order: by report_id, and within a report as they came."""
    parts = [tables, *more]
    out = []
    for name in TABLES:
        table = pa.concat_tables([getattr(part, name) for part in parts]).combine_chunks()
        order = pc.sort_indices(table, sort_keys=[("report_id", "ascending")])
        out.append(table.take(order).combine_chunks())
    return Tables(*out)


def with_sources(reports: Any, sources: Mapping[str, tuple[str, ...]]) -> Any:
    """Rows of `reports` with the paths of each set: the first, and all."""
    ids = reports.column("report_id").to_pylist()
    columns = {
        "source": [sources[one][0] for one in ids],
        "sources": [LIST_SEPARATOR.join(sources[one]) for one in ids],
    }
    for name, values in columns.items():
        place = reports.schema.get_field_index(name)
        field = reports.schema.field(place)
        reports = reports.set_column(place, field, pa.array(values, type=pa.string()))
    return reports


def load_table(folder: Path, name: str) -> Any:
    """One table of the dataset, empty where there is none. Raises DatasetError."""
    return _read(folder / f"{name}.parquet", name)


def is_saved(folder: Path) -> bool:
    """Whether all files of a dataset are there."""
    return all((folder / f"{name}.parquet").exists() for name in TABLES)


def checked_schema(path: Path, name: str) -> Any:
    """The schema of a table, once the file has it. Raises DatasetError."""
    schema = arrow_schema(name)
    try:
        first = sorted(path.glob("*.parquet"))[0] if path.is_dir() else path
        found = pq.read_schema(first)
    except (OSError, IndexError, pa.ArrowException) as error:
        raise _foreign(path, (str(error) or "it is empty").splitlines()[0]) from None
    _same_columns(path, found, schema)
    return schema


def _read(path: Path, name: str) -> Any:
    schema = arrow_schema(name)
    if not path.exists():
        return schema.empty_table()
    try:
        table = pq.read_table(path, partitioning=None)
    except (OSError, pa.ArrowException) as error:
        raise _foreign(path, str(error).splitlines()[0]) from None
    _same_columns(path, table.schema, schema)
    if path.is_dir():  # each part has its own reports, in their order
        table = table.take(pc.sort_indices(table, sort_keys=[("report_id", "ascending")]))
    return table.cast(schema).replace_schema_metadata(schema.metadata)


def _same_columns(path: Path, found: Any, schema: Any) -> None:
    if found.names != schema.names:
        raise _foreign(path, "its columns are others")
    if found.types != schema.types:
        raise _foreign(path, "its columns are of other types")


def _foreign(path: Path, why: str) -> DatasetError:
    return DatasetError(
        f"{plain(os.fspath(path))}: not a dataset that this version can continue ({plain(why)}); "
        "move it away, or choose another folder with -o"
    )


def _complete(tables: Tables) -> Tables:
    """Less the reports whose cells are not all there: a run was cut between two files."""
    counts = pc.value_counts(tables.cells.column("report_id")).to_pylist()
    found = {one["values"]: one["counts"] for one in counts}
    rows = tables.reports.select(["report_id", "cells"]).to_pylist()
    stated = {row["report_id"]: row["cells"] for row in rows}
    torn = {one for one in stated.keys() | found.keys() if stated.get(one) != found.get(one, 0)}
    return without(tables, torn) if torn else tables
