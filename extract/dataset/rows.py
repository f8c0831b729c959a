"""The rows of a dataset, those of any one report at once: its files are read as far as needed."""

from __future__ import annotations

import os
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extract.dataset import store
from extract.tables import Tables

_GROUPS_KEPT = 6
"""Row groups held ready: pages ask for the same report again and again."""


class _Group(NamedTuple):
    file: Any
    number: int
    start: int
    rows: int


class _Lazy:
    """One Parquet file of a dataset, or a folder of them; rows are counted through all."""

    def __init__(self, path: Path, name: str) -> None:
        parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        self._schema = store.checked_schema(path, name)
        self._groups: list[_Group] = []
        self._kept: OrderedDict[int, Any] = OrderedDict()
        start = 0
        for part in parts:
            file = pq.ParquetFile(part, memory_map=True)
            for number in range(file.num_row_groups):
                rows = file.metadata.row_group(number).num_rows
                self._groups.append(_Group(file, number, start, rows))
                start += rows

    def columns(self, names: Sequence[str]) -> Any:
        files = list(dict.fromkeys(group.file for group in self._groups))
        fields = [self._schema.field(name) for name in names]
        parts = [file.read(columns=list(names)).cast(pa.schema(fields)) for file in files]
        return pa.concat_tables(parts) if parts else pa.schema(fields).empty_table()

    def slice(self, start: int, count: int) -> Any:
        """Rows from `start` on, as a table of the dataset's own schema."""
        parts = [
            self._group(place).slice(
                max(0, start - group.start), start + count - max(start, group.start)
            )
            for place, group in enumerate(self._groups)
            if group.start < start + count and start < group.start + group.rows
        ]
        return pa.concat_tables(parts).combine_chunks() if parts else self._schema.empty_table()

    def _group(self, place: int) -> Any:
        if place not in self._kept:
            group = self._groups[place]
            read = group.file.read_row_group(group.number).cast(self._schema)
            self._kept[place] = read.replace_schema_metadata(self._schema.metadata)
            while len(self._kept) > _GROUPS_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(place)
        return self._kept[place]


class _Whole:
    """A table that was read whole, out of memory: in a nameless file that goes with it."""

    def __init__(self, table: Any) -> None:
        with tempfile.NamedTemporaryFile(prefix="gouji-", delete=False) as file:
            path = Path(file.name)
        try:
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
            self._table = pa.ipc.open_file(pa.memory_map(str(path))).read_all().combine_chunks()
        finally:
            path.unlink(missing_ok=True)

    def columns(self, names: Sequence[str]) -> Any:
        return self._table.select(list(names))

    def slice(self, start: int, count: int) -> Any:
        return self._table.slice(start, count)


class Rows:
    """The dataset `folder` as it was when this was made. For one thread at a time.

    `reports` are the rows of its reports, without those whose cells are not all there. Raises
    DatasetError where the files are not those of a dataset.
    """

    def __init__(self, folder: Path) -> None:
        # Windows does not let a file be replaced that is held open.
        if os.name == "nt" or not store.is_saved(folder):
            tables = store.load(folder)
            self.reports, self._claims = tables.reports, tables.claims
            self._cells: _Lazy | _Whole = _Whole(tables.cells)
            self._checks: _Lazy | _Whole = _Whole(tables.checks)
        else:
            self.reports = store.load_table(folder, "reports")
            self._claims = store.load_table(folder, "claims")
            self._cells = _Lazy(folder / "cells.parquet", "cells")
            self._checks = _Lazy(folder / "checks.parquet", "checks")
        cells, checks = (_spans(one.columns(["report_id"])) for one in (self._cells, self._checks))
        stated = self.reports.select(["report_id", "cells"]).to_pylist()
        whole = [row["cells"] == cells.get(row["report_id"], (0, 0))[1] for row in stated]
        self.reports = self.reports.filter(pa.array(whole, type=pa.bool_())).combine_chunks()
        ids = self.reports.column("report_id").to_pylist()
        self._places = {
            one: (place, *cells.get(one, (0, 0)), *checks.get(one, (0, 0)))
            for place, one in enumerate(ids)
        }

    def __contains__(self, report_id: str) -> bool:
        return report_id in self._places

    def of(self, report_id: str) -> Tables:
        """One report's rows. Raises KeyError."""
        place, cell, cells, check, checks = self._places[report_id]
        return Tables(
            self.reports.slice(place, 1),
            self._cells.slice(cell, cells),
            self._checks.slice(check, checks),
            self._claims.filter(pc.equal(self._claims.column("report_id"), report_id)),
        )

    def cells(self, *names: str) -> Any:
        """These columns of all cells."""
        return self._cells.columns(names)

    def checks(self, *names: str) -> Any:
        """These columns of all identities."""
        return self._checks.columns(names)


def _spans(table: Any) -> dict[str, tuple[int, int]]:
    """Where each report's rows begin and how many there are; they stand together."""
    if not table.num_rows:
        return {}
    encoded = table.column("report_id").combine_chunks().dictionary_encode()
    codes = np.asarray(encoded.indices)
    starts = np.flatnonzero(np.diff(codes, prepend=codes[0] - 1))
    ends = np.append(starts[1:], len(codes))
    words = encoded.dictionary.to_pylist()
    return {
        words[codes[start]]: (int(start), int(end - start))
        for start, end in zip(starts, ends, strict=True)
    }
