"""A dataset held ready for its pages: any report at once, corrections on top.

The rows lie in a mapped file, so that ten thousand reports need no memory; what people settled
is applied to the reports that they touched, and to no other.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from extract.dataset import store
from extract.dataset.corrected import apply, machine_rows, standing, state_of
from extract.dataset.corrections import (
    Correction,
    Corrections,
    Kind,
    State,
    has_corrections,
    opened_store,
)
from extract.errors import UsageError
from extract.review.doubt import doubts_of, report_doubt
from extract.tables import Tables

Row = dict[str, Any]
_FILES = ("reports.parquet", "cells.parquet", "checks.parquet")


@dataclass(frozen=True, slots=True)
class Opened:
    """One report's rows as they hold now."""

    report: Row
    cells: dict[str, Row]
    checks: list[Row]
    settled: Mapping[str, Correction]


@dataclass(slots=True)
class _Rows:
    """The dataset as last read from its files, and where each report's rows lie."""

    tables: Tables
    spans: dict[str, tuple[int, int, int, int, int]]
    reports: dict[str, Row]
    doubt: dict[str, float]
    stamp: tuple[Any, ...]


class Archive:
    """The dataset `folder` behind the pages. Safe among threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._rows: _Rows | None = None
        self._applied: dict[str, Tables] = {}
        self._standing: dict[str, dict[str, Correction]] = {}
        self._latest = -1
        self._names: dict[str, str] = {}

    def reports(self) -> tuple[dict[str, Row], dict[str, float]]:
        """The rows of `reports` by id, and the doubt × weight of each."""
        with self._lock:
            rows = self._fresh()
            return dict(rows.reports), dict(rows.doubt)

    def known(self, report_id: str) -> bool:
        with self._lock:
            return report_id in self._fresh().spans

    def open(self, report_id: str) -> Opened:
        """One report. Raises KeyError when the dataset does not hold it."""
        with self._lock:
            tables = self._tables_of(report_id)
            settled = self._standing.get(report_id, {})
        cells = {row["code"]: row for row in tables.cells.to_pylist()}
        report = tables.reports.to_pylist()[0]
        return Opened(report, cells, tables.checks.to_pylist(), settled)

    def tables_of(self, report_id: str) -> Tables:
        """The same as tables, for a download."""
        with self._lock:
            return self._tables_of(report_id)

    def name(self, report: Mapping[str, Any]) -> str:
        """What people call a report's file: the name it was handed in under, or its path."""
        return self._names.get(report["sha256"] or "") or str(report["source"])

    def latest(self) -> int:
        with self._lock:
            self._fresh()
            return max(0, self._latest)

    def correct(
        self,
        report_id: str,
        code: str,
        after: State | None,
        kind: Kind,
        seen: int,
        who: str,
        why: str = "",
    ) -> Correction:
        """Store a correction. Raises KeyError for a cell that is not there, ConflictError where
        somebody else was faster.
        """
        with self._lock:
            machine = self._keep(report_id)
        report = machine.reports.to_pylist()[0]
        opened = self.open(report_id)
        if code.startswith("about."):
            before, read = _about_state(opened.report, code), _about_state(report, code)
        else:
            before = state_of(opened.cells[code])
            read = next(state_of(row) for row in machine.cells.to_pylist() if row["code"] == code)
        one = Correction(
            report_id,
            code,
            kind,
            before,
            after,
            read,
            who,
            why,
            seen,
            report["agency"],
            report["year"],
            report["form"],
        )
        with opened_store(self.folder) as corrections:
            done = corrections.add(one)
        with self._lock:
            self._fresh()
        return done

    def undo(self, report_id: str, code: str, seen: int, who: str) -> Correction:
        """Take the cell's last correction back: what held before it holds again."""
        with opened_store(self.folder) as corrections:
            former = corrections.before_last(report_id, code)
            last = corrections.last(report_id, code)
        if last is None:
            raise UsageError(f"{code}: nothing to undo")
        after = former.after if former is not None else None
        return self.correct(report_id, code, after, "undo", seen, who)

    def _keep(self, report_id: str) -> Tables:
        """The report as gouji read it, safe in the store before anything is put on top."""
        now = self._raw(report_id)
        with opened_store(self.folder) as corrections:
            return machine_rows(corrections, now, report_id)

    def _fresh(self) -> _Rows:
        """The rows, read anew where the files or the corrections changed."""
        stamp = _stamp(self.folder)
        if self._rows is None or self._rows.stamp != stamp:
            self._rows = _load(self.folder, stamp)
            self._applied, self._standing, self._latest = {}, {}, -1
        if has_corrections(self.folder):
            with opened_store(self.folder) as corrections:
                latest = corrections.latest()
                if latest != self._latest:
                    self._overlay(self._rows, corrections)
                    self._latest = latest
        return self._rows

    def _overlay(self, rows: _Rows, corrections: Corrections) -> None:
        self._names = corrections.names()
        now = standing(corrections, rows.tables)
        for report_id, settled in now.items():
            if self._standing.get(report_id) == settled:
                continue
            raw = _cut(rows, report_id)
            applied = apply(machine_rows(corrections, raw, report_id), settled)
            self._applied[report_id] = applied
            report = applied.reports.to_pylist()[0]
            rows.reports[report_id] = report
            rows.doubt[report_id] = report_doubt(report, applied)
        self._standing = now

    def _raw(self, report_id: str) -> Tables:
        return _cut(self._fresh(), report_id)

    def _tables_of(self, report_id: str) -> Tables:
        rows = self._fresh()
        return self._applied.get(report_id) or _cut(rows, report_id)

    def stamp(self) -> tuple[Any, ...]:
        """What tells one writing of the dataset's files from the next."""
        return _stamp(self.folder)

    def adopt(self, before: tuple[Any, ...]) -> None:
        """The files of `before` were written again with nothing but the corrections: what is
        held ready needs no reading again.
        """
        with self._lock:
            if self._rows is not None and self._rows.stamp == before:
                self._rows.stamp = _stamp(self.folder)

    def names_changed(self) -> None:
        with self._lock:
            self._latest = -1


def _about_state(report: Row, code: str) -> State:
    name = code.partition(".")[2]
    value = report[name]
    if name == "year":
        return State("text", value, "" if value is None else str(value))
    return State("text", None, value or "")


def _stamp(folder: Path) -> tuple[Any, ...]:
    found = []
    for name in _FILES:
        try:
            stat = (folder / name).stat()
            found.append((stat.st_mtime_ns, stat.st_size, stat.st_ino))
        except OSError:
            found.append((0, 0, 0))
    return tuple(found)


def _load(folder: Path, stamp: tuple[Any, ...]) -> _Rows:
    tables = store.load(folder)
    reports = {row["report_id"]: row for row in tables.reports.to_pylist()}
    doubt = doubts_of(tables, reports)
    cells, checks = _spans(tables.cells), _spans(tables.checks)
    spans = {
        report_id: (place, *cells.get(report_id, (0, 0)), *checks.get(report_id, (0, 0)))
        for place, report_id in enumerate(reports)
    }
    return _Rows(Tables(*map(_mapped, tables)), spans, reports, doubt, stamp)


def _mapped(table: Any) -> Any:
    """The table out of memory: in a nameless file that goes with it."""
    with tempfile.NamedTemporaryFile(prefix="gouji-", delete=False) as file:
        path = Path(file.name)
    try:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all().combine_chunks()
    finally:
        path.unlink(missing_ok=True)


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


def _cut(rows: _Rows, report_id: str) -> Tables:
    place, cell, cells, check, checks = rows.spans[report_id]
    return Tables(
        rows.tables.reports.slice(place, 1),
        rows.tables.cells.slice(cell, cells),
        rows.tables.checks.slice(check, checks),
        rows.tables.claims.filter(pc.equal(rows.tables.claims.column("report_id"), report_id)),
    )
