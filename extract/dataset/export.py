"""The ledger's finished rows → the dataset's files, merged into what is there, piece by piece.

Memory holds some hundred reports (for each form and year of a large dataset), whatever their
number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extract.dataset import store
from extract.dataset.corrected import apply, machine_rows, standing
from extract.dataset.corrections import has_corrections, opened_store
from extract.dataset.ledger import Ledger
from extract.dataset.refresh import stamp
from extract.dataset.streams import stored
from extract.dataset.write import write_pieces
from extract.tables import TABLES, Tables, arrow_schema

_AT_A_TIME = 32
"""Reports that wait to be written are joined by this many: a processor's cache holds them."""

_HEIRS = ("report_id", "agency", "year", "form")


def up_to_date(folder: Path, ledger: Ledger, formats: tuple[str, ...], csv_bom: bool) -> bool:
    """Whether the files are those that were written last, and nothing has come since."""
    written = json.loads(ledger.meta("written") or "{}")
    wanted = {"formats": sorted(formats), "bom": csv_bom, "corrections": _corrections(folder)}
    return (
        bool(written)
        and all(written[key] == value for key, value in wanted.items())
        and all(stamp(folder / one) == known for one, known in written["files"].items())
        and ledger.one("SELECT 1 FROM results LIMIT 1") is None
    )


def export(folder: Path, ledger: Ledger, formats: tuple[str, ...], csv_bom: bool) -> None:
    """Write the dataset's files anew from what they hold and what waits in the ledger."""
    corrections = _corrections(folder)
    over = _corrected(folder, ledger) if corrections else {}
    pieces = {name: _Merged(folder, ledger, name, over) for name in TABLES}
    files = write_pieces(folder, pieces, formats, csv_bom)
    signature = {
        "formats": sorted(formats),
        "bom": csv_bom,
        "corrections": corrections,
        "files": {one: stamp(folder / one) for one in files},
    }
    ledger.written(json.dumps(signature))


class _Merged:
    """One table's rows in the dataset's order, afresh for each iteration."""

    def __init__(self, folder: Path, ledger: Ledger, name: str, over: Mapping[str, Tables]) -> None:
        self._folder = folder
        self._ledger = ledger
        self._name = name
        self._over = over

    def __iter__(self) -> Iterator[Any]:
        new = _Peeked(self._new())
        schema = arrow_schema(self._name)
        for piece in stored(self._folder, self._name):
            ids = piece.column("report_id")
            first, last = ids[0].as_py(), ids[-1].as_py()
            kept = pa.array(sorted(self._ledger.settled(first, last) - self._over.keys()))
            parts = [piece.filter(pc.is_in(ids, value_set=kept.cast(pa.string())))]
            came = []
            while new.head is not None and new.head[0] <= last:
                came.append(new.next())
            if came:
                parts.append(pa.Table.from_batches(came, schema))
            yield self._placed(_ordered(parts))
        while new.head is not None:
            came = []
            while new.head is not None and len(came) < _AT_A_TIME:
                came.append(new.next())
            yield self._placed(pa.Table.from_batches(came, schema).combine_chunks())

    def _new(self) -> Iterator[tuple[str, Any]]:
        """Record batches that wait, and those that people's words changed, by report_id."""
        over = iter(sorted(self._over))
        corrected = next(over, None)
        for report_id, batch in self._ledger.waiting(self._name):
            while corrected is not None and corrected < report_id:
                yield from self._changed(corrected)
                corrected = next(over, None)
            if corrected != report_id:
                yield report_id, batch
        while corrected is not None:
            yield from self._changed(corrected)
            corrected = next(over, None)

    def _changed(self, report_id: str) -> Iterator[tuple[str, Any]]:
        table = getattr(self._over[report_id], self._name)
        return ((report_id, batch) for batch in table.to_batches())

    def _placed(self, table: Any) -> Any:
        """Rows of `reports` with the paths that the ledger knows."""
        if self._name != "reports" or not table.num_rows:
            return table
        ids = table.column("report_id").to_pylist()
        sources = self._ledger.sources(ids[0], ids[-1])
        return store.with_sources(table, sources)


class _Peeked:
    """An iterator whose next item can be looked at."""

    def __init__(self, items: Iterator[tuple[str, Any]]) -> None:
        self._items = items
        self.head = next(items, None)

    def next(self) -> Any:
        assert self.head is not None
        batch = self.head[1]
        self.head = next(self._items, None)
        return batch


def _ordered(parts: list[Any]) -> Any:
    table = pa.concat_tables(parts).combine_chunks()
    if len(parts) == 1:
        return table
    order = pc.sort_indices(table, sort_keys=[("report_id", "ascending")])
    return table.take(order).combine_chunks()


def rows_of(folder: Path, report_ids: list[str]) -> tuple[Mapping[str, Any], ...]:
    """Rows of `reports`, in the order asked for."""
    if not report_ids:
        return ()
    wanted = [("report_id", "in", report_ids)]
    table = pq.read_table(folder / "reports.parquet", filters=wanted, partitioning=None)
    rows = {row["report_id"]: row for row in table.to_pylist()}
    return tuple(rows[one] for one in report_ids if one in rows)


def _corrected(folder: Path, ledger: Ledger) -> dict[str, Tables]:
    """The rows of every report that people settled something of, as they then are."""
    heads = [piece.select(_HEIRS) for piece in _Merged(folder, ledger, "reports", {})]
    if not heads:
        return {}
    index = pa.concat_tables(heads)
    with opened_store(folder) as corrections:
        found = {}
        for report_id, settled in standing(corrections, index).items():
            fresh = ledger.waiting_rows(report_id)
            rows = fresh or _rows_of(folder, report_id)
            machine = machine_rows(corrections, rows, report_id, fresh is not None)
            found[report_id] = apply(machine, settled)
    return found


def _rows_of(folder: Path, report_id: str) -> Tables:
    """One report's rows, out of the row groups that can hold them."""
    wanted = [("report_id", "=", report_id)]
    return Tables(
        *(
            pq.read_table(folder / f"{name}.parquet", filters=wanted, partitioning=None)
            .cast(arrow_schema(name))
            .replace_schema_metadata(arrow_schema(name).metadata)
            for name in TABLES
        )
    )


def _corrections(folder: Path) -> int:
    """The number of the last entry in the store of corrections."""
    if not has_corrections(folder):
        return 0
    with opened_store(folder) as corrections:
        return corrections.latest()
