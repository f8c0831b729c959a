"""A table of cells too large for one file: a folder of parts by form and year.

Other tables have a fifth of its rows or fewer, and stay in one file.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MOST_ROWS = 5_000_000
"""Rows in one file: some 25,000 reports."""
_ROWS_PER_GROUP = 1 << 13
"""Rows of a part that wait in memory to be written."""


def split_if_large(path: Path) -> None:
    """Turn a Parquet file with more than MOST_ROWS rows into a folder `FORM-YEAR.parquet` …

    Each part keeps the order of the rows, so that the parts together are the table again when
    merged by report_id.
    """
    if pq.read_metadata(path).num_rows <= MOST_ROWS:
        return
    whole = path.with_name(f"{path.name}.whole")
    path.rename(whole)
    try:
        path.mkdir()
        _split(whole, path)
    finally:
        whole.unlink()


def _split(whole: Path, folder: Path) -> None:
    with pq.ParquetFile(whole) as rows, ExitStack() as opened:
        parts: dict[str, _Part] = {}
        for batch in rows.iter_batches():
            table = pa.Table.from_batches([batch])
            keys = table.select(["form", "year"]).group_by(["form", "year"]).aggregate([])
            for key in keys.to_pylist():
                name = _name(key["form"], key["year"])
                if name not in parts:
                    target = folder / f"{name}.parquet"
                    writer = pq.ParquetWriter(
                        target, rows.schema_arrow, compression="zstd", store_schema=True
                    )
                    parts[name] = _Part(opened.enter_context(writer))
                parts[name].add(table.filter(_same(table, key)))
        for part in parts.values():
            part.flush()


class _Part:
    """A part being written, in groups of one size whatever the sizes of what comes."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer
        self._held: list[Any] = []
        self._count = 0

    def add(self, table: Any) -> None:
        self._held.append(table)
        self._count += table.num_rows
        if self._count >= _ROWS_PER_GROUP:
            whole = pa.concat_tables(self._held)
            for start in range(0, self._count - _ROWS_PER_GROUP + 1, _ROWS_PER_GROUP):
                self._writer.write_table(whole.slice(start, _ROWS_PER_GROUP).combine_chunks())
            left = self._count % _ROWS_PER_GROUP
            self._held, self._count = [whole.slice(self._count - left)], left

    def flush(self) -> None:
        if self._count:
            self._writer.write_table(pa.concat_tables(self._held).combine_chunks())


def _name(form: str | None, year: int | None) -> str:
    return re.sub(r"[^\w-]", "_", f"{form or 'none'}-{year or 'none'}")


def _same(table: Any, key: dict[str, Any]) -> Any:
    """Which rows have this form and year, null being like null."""
    masks = []
    for name, value in key.items():
        column = table.column(name)
        masks.append(pc.is_null(column) if value is None else pc.equal(column, value))
    return pc.fill_null(pc.and_(*masks), False)
