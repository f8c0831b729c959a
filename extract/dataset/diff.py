"""What changed between two datasets: reports, cells, verdicts; report by report, memory flat."""

from __future__ import annotations

import csv
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from extract.dataset.files import replace_files, writing
from extract.dataset.streams import by_report, reports_of, whole_reports
from extract.dataset.write import safe_text
from extract.tables import LIST_SEPARATOR

Row = Mapping[str, Any]
_OF_REPORT = (
    "source", "agency", "region_code", "year", "form", "status", "error_kind", "source_kind", "url",
)  # fmt: skip
_OF_CELL = ("value", "implied", "printed", "mark", "unit", "status")
_OF_CHECK = ("verdict", "expected", "actual", "cause")
_PAIRS = 500
"""Replaced reports whose rows are held at a time."""

_KEYS = ("report_id", "report_id_before", "source", "agency", "year")
FIELDS = {
    "diff_reports.csv": (*_KEYS, "change", "columns"),
    "diff_cells.csv": (*_KEYS, "code", "change", *(f"{c}_{w}" for c in _OF_CELL
                                                   for w in ("before", "now"))),
    "diff_checks.csv": (*_KEYS, "check", "change", *(f"{c}_{w}" for c in _OF_CHECK
                                                     for w in ("before", "now"))),
}  # fmt: skip


@dataclass(eq=False)
class Difference:
    """Counts: reports by change, cells and checks by change, and reports by changed cells."""

    before: int = 0
    now: int = 0
    reports: Counter[str] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    versions: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.reports or self.cells or self.checks)


Put = Callable[[str, Sequence[Any]], object]


def compare(old: Path, new: Path, folder: Path | None = None) -> Difference:
    """Compare two datasets; with `folder` write the files of FIELDS there.

    Reports are the same where their bytes are. One that went and one that came are one report,
    replaced, where they share a path, or alone are of one agency, year and form. Raises
    DatasetError.
    """
    if folder is None:
        return _compare(old, new, _nowhere)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".diff.", dir=folder) as made:
            with ExitStack() as opened:
                outs = {name: _opened(opened, Path(made) / name) for name in FIELDS}
                for name, fields in FIELDS.items():
                    outs[name].writerow(fields)
                found = _compare(old, new, lambda name, row: outs[name].writerow(_safe(row)))
            replace_files(folder, {name: partial(os.replace, Path(made) / name) for name in FIELDS})
    return found


def _nowhere(_name: str, _row: Sequence[Any]) -> None:
    """Where only counts are asked for."""


def _opened(opened: ExitStack, path: Path) -> Any:
    return csv.writer(opened.enter_context(path.open("w", encoding="utf-8-sig", newline="")))


def _safe(row: Sequence[Any]) -> list[Any]:
    return [safe_text(value) if isinstance(value, str) else value for value in row]


def _compare(old: Path, new: Path, put: Put) -> Difference:
    wanted = ("report_id", "sources", "version", *_OF_REPORT)
    before, now = ({row["report_id"]: row for row in reports_of(d, wanted)} for d in (old, new))
    versions = {row["version"] for row in (*before.values(), *now.values())}
    found = Difference(len(before), len(now), versions=tuple(sorted(versions)))
    pairs = _replaced(before, now)
    came_for = set(pairs.values())
    for one, row in now.items():
        if one in before:
            changed = [key for key in _OF_REPORT if before[one][key] != row[key]]
            if changed:
                _report(found, put, row, one, "changed", changed)
        elif one not in came_for:
            _report(found, put, row, None, "appeared")
    for one, row in before.items():
        if one in pairs:
            changed = [key for key in _OF_REPORT if now[pairs[one]][key] != row[key]]
            _report(found, put, now[pairs[one]], one, "replaced", changed)
        elif one not in now:
            _report(found, put, row, one, "gone")
    for name, key, columns, counts in (
        ("cells", "code", _OF_CELL, found.cells),
        ("checks", "check", _OF_CHECK, found.checks),
    ):
        named = ("report_id", key, *columns)
        for one, mine, theirs in _both(old, new, name, named):
            _rows(found, put, name, key, columns, counts, (now[one], one), mine, theirs)
        for was, one, mine, theirs in _of_pairs(old, new, name, named, pairs):
            _rows(found, put, name, key, columns, counts, (now[one], was), mine, theirs)
    return found


def _replaced(before: Mapping[str, Row], now: Mapping[str, Row]) -> dict[str, str]:
    """By report that went, the one that came in its stead."""
    gone = [row for one, row in before.items() if one not in now]
    came = [row for one, row in now.items() if one not in before]
    paths = {path: row for row in came for path in row["sources"].split(LIST_SEPARATOR)}
    pairs: dict[str, str] = {}
    for row in gone:
        heirs = [paths[path] for path in row["sources"].split(LIST_SEPARATOR) if path in paths]
        if heirs and heirs[0]["report_id"] not in pairs.values():
            pairs[row["report_id"]] = heirs[0]["report_id"]
    taken = set(pairs.values())
    left = _alone(row for row in gone if row["report_id"] not in pairs)
    free = _alone(row for row in came if row["report_id"] not in taken)
    return pairs | {left[key]: free[key] for key in left.keys() & free.keys()}


def _alone(rows: Iterable[Row]) -> dict[tuple[Any, ...], str]:
    """Reports by agency, year and form, where exactly one is of these."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    for row in rows:
        key = (row["agency"], row["year"], row["form"])
        if None not in key:
            groups.setdefault(key, []).append(row["report_id"])
    return {key: those[0] for key, those in groups.items() if len(those) == 1}


def _report(
    found: Difference, put: Put, row: Row, was: str | None, change: str, columns: Sequence[str] = ()
) -> None:
    found.reports[change] += 1
    put("diff_reports.csv", [*_head(row, was), change, " ".join(columns)])


def _head(row: Row, was: str | None) -> list[Any]:
    return [row["report_id"], was, row["source"], row["agency"], row["year"]]


def _both(
    old: Path, new: Path, name: str, columns: Sequence[str]
) -> Iterator[tuple[str, Any, Any]]:
    """Rows of the reports that both hold and whose rows are not all the same."""
    mine, theirs = by_report(old, name, columns), by_report(new, name, columns)
    here, there = next(mine, None), next(theirs, None)
    while here is not None and there is not None:
        if here[0] == there[0]:
            if not here[1].equals(there[1]):
                yield here[0], here[1], there[1]
            here, there = next(mine, None), next(theirs, None)
        elif here[0] < there[0]:
            here = next(mine, None)
        else:
            there = next(theirs, None)


def _of_pairs(
    old: Path, new: Path, name: str, columns: Sequence[str], pairs: Mapping[str, str]
) -> Iterator[tuple[str, str, Any, Any]]:
    ordered = sorted(pairs.items())
    for start in range(0, len(ordered), _PAIRS):
        some = ordered[start : start + _PAIRS]
        mine = _rows_of(old, name, columns, [was for was, _ in some])
        theirs = _rows_of(new, name, columns, [one for _, one in some])
        for was, one in some:
            nothing = pa.schema([(c, pa.string()) for c in columns]).empty_table()
            yield was, one, mine.get(was, nothing), theirs.get(one, nothing)


def _rows_of(folder: Path, name: str, columns: Sequence[str], ids: Sequence[str]) -> dict[str, Any]:
    held = pa.array(ids, type=pa.string())
    found: dict[str, Any] = {}
    for piece in whole_reports(folder, name, columns):
        part = piece.filter(pc.is_in(piece.column("report_id"), value_set=held))
        for one in pc.unique(part.column("report_id")).to_pylist():
            found[one] = part.filter(pc.equal(part.column("report_id"), one))
    return found


def _rows(
    found: Difference, put: Put, name: str, key: str, columns: Sequence[str],
    counts: Counter[str], report: tuple[Row, str], mine: Any, theirs: Any,
) -> None:  # fmt: skip
    """Every cell or check of one report that differs."""
    row, was = report
    before = {one[key]: one for one in mine.to_pylist()}
    now = {one[key]: one for one in theirs.to_pylist()}
    empty = dict.fromkeys(columns)
    for code in {**before, **now}:
        old, new = before.get(code), now.get(code)
        change = _change(old, new, columns)
        if change is None:
            continue
        counts[change] += 1
        if name == "cells":
            found.most[row["source"]] += 1
        values = [
            (old or empty)[c] if w == 0 else (new or empty)[c] for c in columns for w in (0, 1)
        ]
        put(f"diff_{name}.csv", [*_head(row, was), code, change, *values])


def _change(old: Row | None, new: Row | None, columns: Sequence[str]) -> str | None:
    """What changed, the weightiest first: a value, then a mark or verdict, then the rest."""
    if old is None or new is None:
        return "gone" if new is None else "appeared"
    if "verdict" in columns and old["verdict"] != new["verdict"]:
        return f"{old['verdict']} → {new['verdict']}"
    order = ("value", "mark", "status", "cause")
    changed = [c for c in columns if old[c] != new[c]]
    return next((c for c in order if c in changed), "other" if changed else None)
