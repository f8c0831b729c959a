"""What a dataset folder knows of files and readings: SQLite, one transaction for each report.

A reading is known by the digest of the file, what the user said of it, and the version of what
read it. Rows wait here, report by report, until they are written into the dataset's tables; a
run that is killed goes on from here. Losing the ledger costs time, never data: it is made anew
from the tables.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from extract.dataset.places import Stamp
from extract.dataset.worker import Done, Job
from extract.errors import DatasetError
from extract.model import Given
from extract.tables import LIST_SEPARATOR, TABLES, Tables, arrow_schema, plain

OWN = ".gouji"
"""Folder in the dataset for what is not data: the lock and the ledger."""

TRANSIENT = ("crashed", "timeout", "memory", "internal")
"""Failures that may be the machine's; such a file is tried again in the next run."""

POISON = 2
"""A file that cost this many processes is set aside until it or gouji changes."""

_NAME = "ledger.sqlite"
_FORMATS = (1, 2)
"""Formats of the ledger; only how rows wait is another in each."""
_FORGET = """
DELETE FROM reports WHERE report_id IN (SELECT report_id FROM results);
DELETE FROM results;
"""
"""What waits in a former format is read again."""
_AT_A_TIME = 200

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS files (
    source TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, inode INTEGER, sha256 TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS given (
    source TEXT PRIMARY KEY, facts TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reports (
    report_id TEXT PRIMARY KEY, sha256 TEXT, source TEXT NOT NULL, facts TEXT NOT NULL,
    version TEXT NOT NULL, error_kind TEXT, kills INTEGER NOT NULL, status TEXT NOT NULL,
    doubts INTEGER NOT NULL, publisher_errors INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sources (
    source TEXT PRIMARY KEY, report_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_report ON sources (report_id);
CREATE TABLE IF NOT EXISTS results (
    report_id TEXT PRIMARY KEY, reports BLOB, cells BLOB, checks BLOB, claims BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS seen (
    source TEXT PRIMARY KEY, path BLOB NOT NULL, sha256 TEXT NOT NULL, report_id TEXT NOT NULL,
    error TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_report ON seen (report_id);
"""
_RUN = """
CREATE TEMP TABLE todo (
    seq INTEGER PRIMARY KEY, report_id TEXT NOT NULL UNIQUE, path BLOB NOT NULL,
    source TEXT NOT NULL, sha256 TEXT NOT NULL, facts TEXT NOT NULL, error TEXT,
    done INTEGER NOT NULL DEFAULT 0
) STRICT;
"""
_PUT = (
    "INSERT OR REPLACE INTO reports (report_id, sha256, source, facts, version, error_kind, kills,"
    " status, doubts, publisher_errors) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Ledger:
    """The ledger of one dataset, held by `opened`. Calls may come from several threads."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.lock = threading.RLock()

    # What a run found

    def seen_as(self, stamps: str | None) -> bool:
        """Whether what is noted of the files is of all of them as this digest tells them."""
        return stamps is not None and stamps == self.meta("seen")

    def see_nothing(self) -> None:
        with self.lock, self.database:
            self.database.execute("DELETE FROM meta WHERE key = 'seen'")
            self.database.execute("DELETE FROM seen")

    def see_all(self, stamps: str | None) -> None:
        """What is noted is now of all files, as this digest tells them; it may not."""
        if stamps is not None:
            with self.lock, self.database:
                self.database.execute("INSERT OR REPLACE INTO meta VALUES ('seen', ?)", (stamps,))

    def digests(self, sources: Sequence[str]) -> dict[str, tuple[int, int | None, int, str]]:
        """What is known of files: size, time, inode, and the digest taken then."""
        asked = ", ".join("?" * len(sources))
        rows = self.database.execute(
            f"SELECT source, size, mtime, inode, sha256 FROM files WHERE source IN ({asked})",
            tuple(sources),
        )
        return {row[0]: row[1:] for row in rows}

    def keep_digests(self, rows: Iterable[tuple[str, Stamp, str]]) -> None:
        self.database.executemany(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
            ((source, *stamp, sha256) for source, stamp, sha256 in rows),
        )

    def keep_given(self, given: Mapping[str, Given]) -> None:
        self.database.executemany(
            "INSERT OR REPLACE INTO given VALUES (?, ?)",
            ((source, facts_of(one)) for source, one in given.items()),
        )

    def jobs(self, version: str, debug: Path | None = None) -> Iterator[tuple[Job, str | None]]:
        """What `todo` holds, with the error of those that cannot be opened; drawn as needed."""
        last = 0
        while True:
            with self.lock:
                rows = self.database.execute(
                    "SELECT seq, path, source, report_id, sha256, facts, error FROM todo"
                    " WHERE seq > ? ORDER BY seq LIMIT ?",
                    (last, _AT_A_TIME),
                ).fetchall()
            if not rows:
                return
            for last, path, source, report_id, sha256, facts, error in rows:  # noqa: B007
                given = Given(**json.loads(facts)) if facts else None
                place = os.fsdecode(path)
                yield Job(place, source, report_id, sha256, version, given, debug), error

    def finish(self, done: Done, row: Mapping[str, Any]) -> None:
        """Keep what became of a job: its rows, its place in the ledger, its paths. All or none."""
        job = done.job
        blobs = [_packed(table) for table in done.tables]
        with self.lock, self.database:
            former = self.database.execute(
                "SELECT kills, version FROM reports WHERE report_id = ?", (job.report_id,)
            ).fetchone()
            kills = done.kills + (former[0] if former and former[1] == job.version else 0)
            self.database.execute(_PUT, _entry(row, facts_of(job.given), kills))
            self.database.execute(
                "INSERT OR REPLACE INTO results (report_id, reports, cells, checks, claims)"
                " VALUES (?, ?, ?, ?, ?)",
                (job.report_id, *blobs),
            )
            self.database.execute(
                "INSERT OR REPLACE INTO sources SELECT source, report_id FROM now"
                " WHERE report_id = ?",
                (job.report_id,),
            )
            self.database.execute("UPDATE todo SET done = 1 WHERE report_id = ?", (job.report_id,))

    def one(self, question: str, *values: Any) -> Any:
        """The first column of the first row."""
        with self.lock:
            row = self.database.execute(question, values).fetchone()
        return None if row is None else row[0]

    # What waits to be written

    def waiting(self, name: str) -> Iterator[tuple[str, Any]]:
        """Report ids in order, with the rows of one table that wait for each, as record batches."""
        last = ""
        while True:
            rows = self.database.execute(
                f"SELECT report_id, {name} FROM results WHERE report_id > ? ORDER BY report_id"
                " LIMIT ?",
                (last, _AT_A_TIME),
            ).fetchall()
            if not rows:
                return
            for last, blob in rows:
                yield last, _unpacked(name, blob)

    def waiting_rows(self, report_id: str) -> Tables | None:
        row = self.database.execute(
            "SELECT reports, cells, checks, claims FROM results WHERE report_id = ?", (report_id,)
        ).fetchone()
        if row is None:
            return None
        import pyarrow as pa

        batches = map(_unpacked, TABLES, row)
        return Tables(*(pa.Table.from_batches([batch]) for batch in batches))

    def settled(self, first: str, last: str) -> set[str]:
        """The reports of a range whose rows stand in the dataset's tables and stay there."""
        rows = self.database.execute(
            "SELECT report_id FROM reports WHERE report_id BETWEEN ? AND ?"
            " AND report_id NOT IN (SELECT report_id FROM results)",
            (first, last),
        )
        return {one for (one,) in rows}

    def sources(self, first: str, last: str) -> dict[str, tuple[str, ...]]:
        """The paths of the reports of a range, in the order of characters."""
        found: dict[str, list[str]] = {}
        rows = self.database.execute(
            "SELECT report_id, source FROM sources WHERE report_id BETWEEN ? AND ?"
            " ORDER BY report_id, source",
            (first, last),
        )
        for report_id, source in rows:
            found.setdefault(report_id, []).append(source)
        return {report_id: tuple(names) for report_id, names in found.items()}

    # What was written

    def meta(self, key: str) -> str | None:
        value: str | None = self.one("SELECT value FROM meta WHERE key = ?", key)
        return value

    def written(self, signature: str) -> None:
        """The tables now hold everything, and look as `signature` says."""
        with self.lock, self.database:
            self.database.execute("DELETE FROM results")
            self.database.execute("INSERT OR REPLACE INTO meta VALUES ('written', ?)", (signature,))

    def rebuild(self, rows: Iterable[Mapping[str, Any]], torn: set[str]) -> None:
        """Take the dataset's reports from its tables; what waits to be written stays."""
        with self.lock, self.database:
            kills = dict(self.database.execute("SELECT report_id, kills FROM reports"))
            waits = "(SELECT report_id FROM results)"
            self.database.execute(f"DELETE FROM reports WHERE report_id NOT IN {waits}")
            self.database.execute(f"DELETE FROM sources WHERE report_id NOT IN {waits}")
            for row in rows:
                if row["report_id"] in torn:
                    continue
                sources = row["sources"].split(LIST_SEPARATOR)
                self.database.executemany(
                    "INSERT OR IGNORE INTO sources VALUES (?, ?)",
                    ((source, row["report_id"]) for source in sources),
                )
                entry = _entry(row, self._facts(sources), kills.get(row["report_id"], 0))
                self.database.execute(_PUT.replace("REPLACE", "IGNORE"), entry)

    def _facts(self, sources: Iterable[str]) -> str:
        for source in sources:
            found = self.one("SELECT facts FROM given WHERE source = ?", source)
            if found is not None:
                return str(found)
        return ""


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Ledger]:
    """The ledger of a dataset that this process holds; made anew where it is damaged."""
    path = folder / OWN / _NAME
    database: sqlite3.Connection | None = None
    try:
        try:
            database = _connected(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # damaged, or of another version
            for suffix in ("", "-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
            database = _connected(path)
        yield Ledger(database)
    except sqlite3.Error as error:
        raise DatasetError(
            f"{plain(os.fspath(folder))}: its ledger cannot be written ({error}); free some "
            "space, or choose another folder with -o"
        ) from error
    finally:
        if database is not None:
            database.close()


def given_of(folder: Path, source: str) -> Given | None:
    """What the user said of a source in former runs; None where nothing, or no ledger is there."""
    path = folder / OWN / _NAME
    if not path.is_file():
        return None
    try:
        place = f"{path.resolve().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(place, uri=True)) as database:
            row = database.execute("SELECT facts FROM given WHERE source = ?", (source,)).fetchone()
    except sqlite3.Error:
        return None
    return Given(**json.loads(row[0])) if row else None


def facts_of(given: Given | None) -> str:
    """What the user said of a file, as one text; empty where nothing."""
    return json.dumps(asdict(given), ensure_ascii=False) if given is not None else ""


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, check_same_thread=False)
    try:
        # Without a sync at each commit: the end of the process loses nothing, that of the power
        # at most the last readings.
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        # Rows that the tables hold are no secret: not to be overwritten when they are taken away.
        database.execute("PRAGMA secure_delete = OFF")
        found = database.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, *_FORMATS):
            raise sqlite3.DatabaseError("of another version")
        forget = _FORGET if found in _FORMATS[:-1] else ""
        database.executescript(forget + _SCHEMA + f"PRAGMA user_version = {_FORMATS[-1]};" + _RUN)
    except sqlite3.Error:
        database.close()
        raise
    return database


def _entry(row: Mapping[str, Any], facts: str, kills: int) -> tuple[Any, ...]:
    """A row of the ledger's `reports` from one of the dataset's."""
    return (
        row["report_id"],
        row["sha256"],
        row["source"],
        facts,
        row["version"],
        row["error_kind"],
        kills,
        row["status"],
        row["suspect"] + row["missing"] + row["failed_checks"],
        row["publisher_errors"],
    )


def _packed(table: Any) -> bytes:
    """A report's rows without the schema, which is the same for all and larger than many."""
    import pyarrow as pa

    batches = table.combine_chunks().to_batches()
    rows = batches[0] if batches else pa.RecordBatch.from_pylist([], table.schema)
    return zlib.compress(rows.serialize(), 1)


def _unpacked(name: str, blob: bytes) -> Any:
    import pyarrow as pa

    return pa.ipc.read_record_batch(pa.py_buffer(zlib.decompress(blob)), arrow_schema(name))
