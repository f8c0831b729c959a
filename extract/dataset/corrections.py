"""What people settled by looking: an append-only store beside the dataset's tables.

SQLite in write-ahead mode with full synchronisation: a correction is there whole or not at all,
whatever ends the process, and several programs may write at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from extract.errors import DatasetError, GoujiError
from extract.model import Number
from extract.tables import plain

NAME = "corrections.sqlite"
Kind = Literal["correct", "accept", "illegible", "undo"]
ABOUT = ("about.agency", "about.year")
"""Codes under which a person settles who reports and on which year."""

_PATIENCE = 60.0
"""Seconds to wait for other writers."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS corrections (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id TEXT NOT NULL, code TEXT NOT NULL,
    agency TEXT, year INTEGER, form TEXT,
    seen INTEGER NOT NULL, kind TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT, read TEXT NOT NULL,
    who TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS by_cell ON corrections (report_id, code, seq);
CREATE TRIGGER IF NOT EXISTS never_changed BEFORE UPDATE ON corrections
    BEGIN SELECT RAISE(ABORT, 'corrections are never changed'); END;
CREATE TRIGGER IF NOT EXISTS never_deleted BEFORE DELETE ON corrections
    BEGIN SELECT RAISE(ABORT, 'corrections are never deleted'); END;
CREATE TABLE IF NOT EXISTS machine (
    report_id TEXT PRIMARY KEY, version TEXT NOT NULL, rows BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS names (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
"""
_COLUMNS = "seq, report_id, code, agency, year, form, seen, kind, before, after, read, who, at, why"


@dataclass(frozen=True, slots=True)
class State:
    """What a cell holds: the mark (`text` for agency and year), the number, the text, the unit."""

    mark: str
    value: Number | None
    printed: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry: who settled which cell, when, before, after (None: as gouji read it) and why.

    `read` is what gouji read there, `seen` the `seq` of the cell's last entry that the person
    knew, 0 for none.
    """

    report_id: str
    code: str
    kind: Kind
    before: State
    after: State | None
    read: State
    who: str
    why: str = ""
    seen: int = 0
    agency: str | None = None
    year: int | None = None
    form: str | None = None
    seq: int = 0
    at: str = ""


class ConflictError(GoujiError):
    """Somebody else settled the cell in between; `theirs` is their entry."""

    kind = "conflict"

    def __init__(self, theirs: Correction) -> None:
        now = theirs.after.printed if theirs.after else "as gouji read it"
        super().__init__(
            f"{theirs.code}: {plain(theirs.who)} settled it at {theirs.at} as '{plain(now)}'; "
            "look at it again"
        )
        self.theirs = theirs


class Corrections:
    """The store of one dataset; made by `opened_store`, for one thread at a time."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def add(self, one: Correction) -> Correction:
        """Append an entry and return it as stored, once it is safely on disk.

        Raises ConflictError where the cell has an entry that `one.seen` does not know.
        """
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._transaction():
            last = self.last(one.report_id, one.code)
            if last is not None and last.seq != one.seen:
                raise ConflictError(last)
            cursor = self._database.execute(
                "INSERT INTO corrections (report_id, code, agency, year, form, seen, kind, before,"
                " after, read, who, at, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    one.report_id,
                    one.code,
                    one.agency,
                    one.year,
                    one.form,
                    one.seen,
                    one.kind,
                    _packed(one.before),
                    None if one.after is None else _packed(one.after),
                    _packed(one.read),
                    one.who,
                    at,
                    one.why,
                ),
            )
            seq = cursor.lastrowid or 0
        return self._one("seq = ?", seq) or one

    def last(self, report_id: str, code: str) -> Correction | None:
        """The entry that holds for a cell."""
        return self._one(
            "report_id = ? AND code = ? ORDER BY seq DESC LIMIT 1",
            report_id,
            code,
        )

    def before_last(self, report_id: str, code: str) -> Correction | None:
        """The entry that held for a cell before the last one."""
        return self._one(
            "report_id = ? AND code = ? ORDER BY seq DESC LIMIT 1 OFFSET 1", report_id, code
        )

    def holding(self) -> dict[str, dict[str, Correction]]:
        """The last entry of every cell that has one, by report and code."""
        found: dict[str, dict[str, Correction]] = {}
        for one in self._all("seq IN (SELECT max(seq) FROM corrections GROUP BY report_id, code)"):
            found.setdefault(one.report_id, {})[one.code] = one
        return found

    def history(self, report_id: str | None = None) -> list[Correction]:
        """Every entry, or those of one report, oldest first."""
        if report_id is None:
            return self._all("1 ORDER BY seq")
        return self._all("report_id = ? ORDER BY seq", report_id)

    def latest(self) -> int:
        """The number of the last entry, 0 for none: changes with every correction."""
        row = self._database.execute("SELECT coalesce(max(seq), 0) FROM corrections").fetchone()
        return int(row[0])

    def machine(self, report_id: str) -> tuple[str, bytes] | None:
        """The version and the rows of a report as gouji read it, packed."""
        row = self._database.execute(
            "SELECT version, rows FROM machine WHERE report_id = ?", (report_id,)
        ).fetchone()
        return (row[0], zlib.decompress(row[1])) if row else None

    def keep_machine(self, report_id: str, version: str, rows: bytes) -> None:
        with self._transaction():
            self._database.execute(
                "INSERT OR REPLACE INTO machine VALUES (?, ?, ?)",
                (report_id, version, zlib.compress(rows)),
            )

    def keep_name(self, sha256: str, name: str) -> None:
        """What the person called a file that was handed in."""
        with self._transaction():
            self._database.execute("INSERT OR REPLACE INTO names VALUES (?, ?)", (sha256, name))

    def names(self) -> dict[str, str]:
        return dict(self._database.execute("SELECT sha256, name FROM names").fetchall())

    def _all(self, where: str, *given: object) -> list[Correction]:
        # `where` is always one of the sentences of this class.
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM corrections WHERE {where}", given)
        names = _COLUMNS.split(", ")
        return [_entry(dict(zip(names, row, strict=True))) for row in rows.fetchall()]

    def _one(self, where: str, *given: object) -> Correction | None:
        found = self._all(where, *given)
        return found[0] if found else None

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")


def has_corrections(folder: Path) -> bool:
    return (folder / NAME).exists()


@contextlib.contextmanager
def opened_store(folder: Path) -> Iterator[Corrections]:
    """The store of the dataset `folder`, made if need be. Raises DatasetError."""
    try:
        database = sqlite3.connect(folder / NAME, timeout=_PATIENCE, isolation_level=None)
    except sqlite3.Error as error:
        raise _unusable(folder, error) from None
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'names'").fetchone():
            database.executescript(_SCHEMA)
        yield Corrections(database)
    except sqlite3.Error as error:
        raise _unusable(folder, error) from None
    finally:
        database.close()


def _unusable(folder: Path, error: sqlite3.Error) -> DatasetError:
    return DatasetError(
        f"{plain(os.fspath(folder / NAME))}: the corrections cannot be kept or read ({error}); "
        "check the disk and the rights, and keep a copy of the file"
    )


def _packed(state: State) -> str:
    return json.dumps(asdict(state), ensure_ascii=False)


def _entry(row: Mapping[str, object]) -> Correction:
    states = {
        name: None if row[name] is None else State(**json.loads(str(row[name])))
        for name in ("before", "after", "read")
    }
    return Correction(**{**row, **states})  # type: ignore[arg-type]
