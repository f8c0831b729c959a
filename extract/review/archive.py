"""A dataset held ready for its pages: any report at once, corrections on top.

Of ten thousand reports only what the queue shows is held; a report's rows are read when it is
opened. What people settled is applied to the reports that they touched, and to no other.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.dataset.corrected import apply, machine_rows, standing, state_of
from extract.dataset.corrections import (
    Correction,
    Corrections,
    Kind,
    State,
    has_corrections,
    opened_store,
)
from extract.dataset.lastyear import said_last_year
from extract.dataset.rows import Rows
from extract.errors import UsageError
from extract.model import Reading
from extract.review.doubt import OF_CELLS, OF_CHECKS, doubts_of, report_doubt
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
class _Held:
    """The dataset as last read from its files."""

    rows: Rows
    reports: dict[str, Row]
    doubt: dict[str, float]
    stamp: tuple[Any, ...]


class Archive:
    """The dataset `folder` behind the pages. Safe among threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._held: _Held | None = None
        self._applied: dict[str, Tables] = {}
        self._standing: dict[str, dict[str, Correction]] = {}
        self._latest = -1
        self._names: dict[str, str] = {}

    def reports(self) -> tuple[dict[str, Row], dict[str, float]]:
        """The rows of `reports` by id, and the doubt × weight of each."""
        with self._lock:
            held = self._fresh()
            return dict(held.reports), dict(held.doubt)

    def known(self, report_id: str) -> bool:
        with self._lock:
            return report_id in self._fresh().rows

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

    def last_year(self, report: Mapping[str, Any]) -> dict[str, Reading]:
        """What the same agency's report of the year before says of this one's cells."""
        with self._lock:
            held = self._fresh()
            return said_last_year(held.rows, held.reports.values(), report)

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

    def _fresh(self) -> _Held:
        """The rows, read anew where the files or the corrections changed."""
        stamp = _stamp(self.folder)
        if self._held is None or self._held.stamp != stamp:
            self._held = _load(self.folder, stamp)
            self._applied, self._standing, self._latest = {}, {}, -1
        if has_corrections(self.folder):
            with opened_store(self.folder) as corrections:
                latest = corrections.latest()
                if latest != self._latest:
                    self._overlay(self._held, corrections)
                    self._latest = latest
        return self._held

    def _overlay(self, held: _Held, corrections: Corrections) -> None:
        self._names = corrections.names()
        now = standing(corrections, held.rows.reports)
        for report_id, settled in now.items():
            if self._standing.get(report_id) == settled:
                continue
            raw = held.rows.of(report_id)
            applied = apply(machine_rows(corrections, raw, report_id), settled)
            self._applied[report_id] = applied
            report = applied.reports.to_pylist()[0]
            held.reports[report_id] = report
            held.doubt[report_id] = report_doubt(report, applied)
        self._standing = now

    def _raw(self, report_id: str) -> Tables:
        return self._fresh().rows.of(report_id)

    def _tables_of(self, report_id: str) -> Tables:
        held = self._fresh()
        return self._applied.get(report_id) or held.rows.of(report_id)

    def stamp(self) -> tuple[Any, ...]:
        """What tells one writing of the dataset's files from the next."""
        return _stamp(self.folder)

    def adopt(self, before: tuple[Any, ...]) -> None:
        """The files of `before` were written again with nothing but the corrections: what is
        held ready needs no reading again.
        """
        with self._lock:
            if self._held is not None and self._held.stamp == before:
                self._held.stamp = _stamp(self.folder)

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


def _load(folder: Path, stamp: tuple[Any, ...]) -> _Held:
    rows = Rows(folder)
    reports = {row["report_id"]: row for row in rows.reports.to_pylist()}
    cells, checks = rows.cells(*OF_CELLS), rows.checks(*OF_CHECKS)
    return _Held(rows, reports, doubts_of(cells, checks, reports), stamp)
