"""Which files must be read: those that are new or changed, each content once.

All of it is done in the ledger, so that memory does not grow with the number of files.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from extract.dataset.collect import Search
from extract.dataset.ledger import POISON, TRANSIENT, Ledger
from extract.dataset.places import Stamp, digest_of, is_url, stamp_of
from extract.sources.digest import sha256_of
from extract.tables import plain

_AT_A_TIME = 1000
_START = """
DROP TABLE IF EXISTS temp.now;
CREATE TEMP TABLE now (source TEXT, report_id TEXT, here INTEGER);
DELETE FROM todo;
"""
_ARRANGE = """
INSERT INTO now SELECT source, report_id, 1 FROM seen;
INSERT INTO now
    SELECT source, report_id, 0 FROM sources WHERE source NOT IN (SELECT source FROM seen);
CREATE INDEX temp.by_report_now ON now (report_id, source);
"""
_FRESH = (
    "(r.version IS ? AND r.facts = {facts} AND (r.error_kind IS NULL"
    f" OR r.error_kind NOT IN ({', '.join('?' * len(TRANSIENT))}) OR r.kills >= ?))"
)
"""Whether a report may stay as it is."""
_FACTS = (
    "COALESCE((SELECT facts FROM now JOIN given USING (source)"
    " WHERE now.report_id = g.report_id ORDER BY source LIMIT 1), '')"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many reports must be read, and how many of this run's are known as they are."""

    jobs: int
    unchanged: int


def source_name(path: Path | str) -> str:
    """A path as the dataset shows it: with `/`, on one line, in UTF-8."""
    text = os.fspath(path)
    return plain(text if os.sep == "/" else text.replace(os.sep, "/"))


def look(ledger: Ledger, paths: Search | Sequence[str], verify: bool = False) -> None:
    """Note in the ledger which content each path has now.

    A file whose size, time and inode are those of the last run is not read, unless `verify`.
    Where they are of all files, and no file is new or gone, what was noted stands.
    """
    if not verify and ledger.seen_as(_stamps_of(paths)):
        return
    ledger.see_nothing()
    every = _Stamps()
    left = iter(paths)
    while some := list(islice(left, _AT_A_TIME)):
        names = [source_name(path) for path in some]
        known = {} if verify else ledger.digests(names)
        fresh: list[tuple[str, Stamp, str]] = []
        rows = [
            _seen(name, path, known.get(name), fresh, every)
            for name, path in zip(names, some, strict=True)
        ]
        with ledger.lock, ledger.database:
            ledger.keep_digests(fresh)
            ledger.database.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?, ?)", rows)
    ledger.see_all(every.digest())


class _Stamps:
    """One digest of many paths with their stamps: another where a file is new, changed or gone.

    It is much cheaper to take than to look each path up.
    """

    def __init__(self) -> None:
        self._all = hashlib.blake2b()
        self.told = True
        """Whether each stamp so far shows every change of its file."""

    def add(self, path: str, stamp: Stamp) -> None:
        # A store is not asked twice of each of its objects.
        size, mtime, inode = stamp
        if mtime is None or is_url(path):
            self.told = False
        else:
            self._all.update(b"%b\0%d %d %d\n" % (os.fsencode(path), size, mtime, inode))

    def digest(self) -> str | None:
        return self._all.hexdigest() if self.told else None


def _stamps_of(paths: Search | Sequence[str]) -> str | None:
    every = _Stamps()
    for path in paths:
        if is_url(path):
            return None
        try:
            every.add(path, stamp_of(path))
        except OSError:
            return None
        if not every.told:
            return None
    return every.digest()


def _seen(
    name: str,
    path: str,
    known: tuple[int, int | None, int, str] | None,
    fresh: list[tuple[str, Stamp, str]],
    every: _Stamps,
) -> tuple[str, bytes, str, str, str | None]:
    """A row of `seen`."""
    try:
        stamp = stamp_of(path)
        every.add(path, stamp)
        if known is not None and stamp.mtime is not None and known[:3] == stamp:
            return name, os.fsencode(path), known[3], known[3][:16], None
        sha256 = digest_of(path)
        fresh.append((name, stamp, sha256))
        return name, os.fsencode(path), sha256, sha256[:16], None
    except OSError as error:
        every.told = False
        # No bytes, so no digest of them: the path stands in.
        report_id = hashlib.sha256(b"unreadable:" + name.encode()).hexdigest()[:16]
        return name, os.fsencode(path), "", report_id, error.strerror or str(error)


def plan(ledger: Ledger, version: str, debug: Path | None = None) -> Plan:
    """Compare what was seen with what the dataset knows; the jobs are then in the ledger.

    The path that comes first in the order of characters names a report (its year may come from
    there), so that the outcome does not depend on which of several copies was met first. With
    `debug`, a folder for pictures, every file is read.
    """
    database = ledger.database
    with ledger.lock:
        database.executescript(_START)
        told = ledger.one("SELECT 1 FROM given LIMIT 1")
        if not told and debug is None and _as_it_was(ledger, version):
            return Plan(0, ledger.one("SELECT COUNT(DISTINCT report_id) FROM seen"))
        database.executescript(_ARRANGE)
        facts = _FACTS if told else "''"
        # Few rows come out of this where little changed; the rest is decided one by one.
        found = database.execute(
            "SELECT g.report_id, first, here, r.source, r.sha256,"
            f" {_FRESH.format(facts=facts)} AND NOT ? AS fresh, {facts}"
            " FROM (SELECT report_id, MIN(source) AS first, MAX(here) AS here FROM now"
            "       GROUP BY report_id) AS g"
            " LEFT JOIN reports AS r USING (report_id)"
            " WHERE r.report_id IS NULL OR r.source != first OR (here AND fresh IS NOT 1)",
            (version, *TRANSIENT, POISON, debug is not None),
        )
        while rows := found.fetchmany(_AT_A_TIME):
            jobs = [job for row in rows if (job := _job(ledger, *row)) is not None]
            database.executemany(
                "INSERT INTO todo (report_id, path, source, sha256, facts, error)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                jobs,
            )
        database.commit()
        here = ledger.one("SELECT COUNT(DISTINCT report_id) FROM seen")
        count = ledger.one("SELECT COUNT(*) FROM todo")
        read = ledger.one(
            "SELECT COUNT(*) FROM todo WHERE report_id IN (SELECT report_id FROM seen)"
        )
    return Plan(count, here - read)


def _as_it_was(ledger: Ledger, version: str) -> bool:
    """Whether every path has the report that it had, and that one is fresh: one pass tells."""
    return not ledger.one(
        "SELECT 1 FROM seen LEFT JOIN sources USING (source)"
        " LEFT JOIN reports AS r ON r.report_id = seen.report_id"
        " WHERE sources.report_id IS NOT seen.report_id"
        f" OR {_FRESH.format(facts=repr(''))} IS NOT 1 LIMIT 1",
        *(version, *TRANSIENT, POISON),
    )


def _job(
    ledger: Ledger,
    report_id: str,
    first: str,
    here: int,
    known: str | None,
    known_sha256: str | None,
    fresh: int,
    facts: str,
) -> tuple[Any, ...] | None:
    """A row of `todo`; None where the report may stay as it is."""
    row = ledger.database.execute(
        "SELECT path, sha256, error FROM seen WHERE source = ?", (first,)
    ).fetchone()
    sha256 = row[1] if row else known_sha256 or ""
    path = row[0] if row else _encoded(still_there(first, sha256))
    stays = known is not None and (not here or fresh)
    renamed = known is not None and Path(known).name != Path(first).name
    if stays and (not renamed or path is None):
        return None
    if path is None:  # gone, but a copy is here
        path, sha256 = ledger.database.execute(
            "SELECT path, sha256 FROM seen WHERE report_id = ? ORDER BY source LIMIT 1",
            (report_id,),
        ).fetchone()
    return report_id, path, first, sha256, facts, row[2] if row else None


def settle(ledger: Ledger) -> bool:
    """Let the paths of every report be as this run left them; whether anything changed.

    A path whose new content was not reached keeps the report that it had; a report without a
    path is gone.
    """
    with ledger.lock, ledger.database:
        if not ledger.one("SELECT 1 FROM now LIMIT 1"):  # all is as it was
            return False
        before = ledger.database.total_changes
        ledger.database.execute(
            "INSERT OR REPLACE INTO sources SELECT source, report_id FROM now"
            " WHERE report_id NOT IN (SELECT report_id FROM todo WHERE NOT done)"
            " AND NOT EXISTS (SELECT 1 FROM sources AS s"
            "   WHERE s.source = now.source AND s.report_id = now.report_id)"
        )
        for table in ("reports", "results"):
            ledger.database.execute(
                f"DELETE FROM {table} WHERE report_id NOT IN (SELECT report_id FROM sources)"
            )
        return ledger.database.total_changes > before


def still_there(source: str, sha256: str) -> Path | None:
    """The file of a former run, if it is still there and the same."""
    try:
        return Path(source) if sha256_of(Path(source)) == sha256 else None
    except OSError:
        return None


def _encoded(path: Path | None) -> bytes | None:
    return None if path is None else os.fsencode(path)
