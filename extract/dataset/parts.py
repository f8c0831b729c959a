"""A table being written: one file, or where it is too large a folder of parts by form and year.

Other tables have a fifth of its rows or fewer, and stay in one file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MOST_ROWS = 5_000_000
"""Rows in one file: some 25,000 reports."""
ROWS_PER_GROUP = 1 << 15
"""Rows of a file that are written, and so held in memory, at a time: few enough that one report
is read at once."""


def is_large(reports: Iterable[Any]) -> bool:
    """Whether the cells of these reports (pieces of the table `reports`) go into parts."""
    return sum(pc.sum(piece.column("cells")).as_py() or 0 for piece in reports) > MOST_ROWS


class TableFile:
    """A table being written: a Parquet file, or a folder of parts `FORM-YEAR.parquet`.

    Each part keeps the order of the rows, so that the parts together are the table again when
    merged by report_id.
    """

    def __init__(self, path: Path, schema: Any, parted: bool) -> None:
        self._path = path
        self._schema = schema
        self._parts: dict[str, _Part] = {}
        self._opened = ExitStack()
        self._whole = None if parted else self._writer(path)
        if parted:
            path.mkdir()

    def __enter__(self) -> TableFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._opened:
            if kind is None:
                for part in self._parts.values():
                    part.flush()

    def write(self, table: Any) -> None:
        """Rows that follow those before."""
        if self._whole is None:
            self._deal(table)
        else:
            self._whole.write_table(table, row_group_size=ROWS_PER_GROUP)

    def _writer(self, path: Path) -> Any:
        writer = pq.ParquetWriter(path, self._schema, compression="zstd", store_schema=True)
        return self._opened.enter_context(writer)

    def _deal(self, table: Any) -> None:
        """Rows to the parts of their form and year."""
        keys = _keys(table)
        for key in keys:
            name = _name(key["form"], key["year"])
            if name not in self._parts:
                self._parts[name] = _Part(self._writer(self._path / f"{name}.parquet"))
            self._parts[name].add(table if len(keys) == 1 else table.filter(_same(table, key)))


class _Part:
    """A part being written, in groups of one size whatever the sizes of what comes."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer
        self._held: list[Any] = []
        self._count = 0

    def add(self, table: Any) -> None:
        self._held.append(table)
        self._count += table.num_rows
        if self._count >= ROWS_PER_GROUP:
            whole = pa.concat_tables(self._held)
            for start in range(0, self._count - ROWS_PER_GROUP + 1, ROWS_PER_GROUP):
                self._writer.write_table(whole.slice(start, ROWS_PER_GROUP).combine_chunks())
            left = self._count % ROWS_PER_GROUP
            self._held, self._count = [whole.slice(self._count - left)], left

    def flush(self) -> None:
        if self._count:
            self._writer.write_table(pa.concat_tables(self._held).combine_chunks())


def _keys(table: Any) -> list[dict[str, Any]]:
    """The forms and years of a table's rows, mostly one of each."""
    names = ["form", "year"]
    values = {name: table.column(name).unique().to_pylist() for name in names}
    if all(len(some) == 1 for some in values.values()):
        return [{name: some[0] for name, some in values.items()}]
    found: list[dict[str, Any]] = table.group_by(names).aggregate([]).to_pylist()
    return found


def _name(form: str | None, year: int | None) -> str:
    return re.sub(r"[^\w-]", "_", f"{form or 'none'}-{year or 'none'}")


def _same(table: Any, key: dict[str, Any]) -> Any:
    """Which rows have this form and year, null being like null."""
    masks = []
    for name, value in key.items():
        column = table.column(name)
        masks.append(pc.is_null(column) if value is None else pc.equal(column, value))
    return pc.fill_null(pc.and_(*masks), False)
