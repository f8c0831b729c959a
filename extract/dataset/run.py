"""Files → dataset: what `gouji extract` does, without a word on the terminal."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extract.dataset import ledger, lock
from extract.dataset.collect import Search
from extract.dataset.files import writing
from extract.dataset.ledger import Ledger
from extract.dataset.mirror import mirrored, workplace
from extract.dataset.plan import look, plan, settle
from extract.dataset.pool import run_jobs
from extract.dataset.refresh import refresh
from extract.dataset.worker import Done, Job, failed_tables
from extract.limits import Limits
from extract.model import Given
from extract.version import version

_SHOWN = 5
"""Reports of a kind that a summary shows."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Told after each file: how many of how many, and the row of `reports` just made."""

    done: int
    total: int
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did. `counts` are the reports of this run's files by status.

    `failed`, `doubtful` (to review) and `broken` (well read, but the published numbers disagree)
    show the first few rows of each, the worst first; `all_broken` counts the latter. `others`
    counts files of unknown suffixes, `idle` rows of the user's list that name no file of this
    run, `missed` files that an interrupt kept from being read.
    """

    folder: Path | str
    counts: Mapping[str, int]
    failed: tuple[Mapping[str, Any], ...]
    doubtful: tuple[Mapping[str, Any], ...]
    broken: tuple[Mapping[str, Any], ...]
    all_broken: int
    unchanged: int
    others: int
    idle: int
    missed: int
    interrupted: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def count(self, status: str) -> int:
        return self.counts.get(status, 0)


@dataclass(frozen=True, slots=True)
class _How:
    """The means of a run; `workers` None takes all cores of this machine, or of the cluster."""

    workers: int | None
    limits: Limits | None
    engine: str
    progress: Callable[[Progress], None] | None


def extract_dataset(
    paths: Iterable[Path | str],
    folder: Path | str,
    workers: int | None = None,
    formats: tuple[str, ...] = ("parquet", "csv"),
    csv_bom: bool = False,
    about: Path | None = None,
    debug: Path | None = None,
    limits: Limits | None = None,
    verify: bool = False,
    engine: str = "local",
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Read files and folders into the dataset `folder`, or continue the one that is there.

    Paths and folder may be URLs that fsspec opens, such as `s3://bucket/reports`.

    `about` is a list of what is known of the files, `debug` a folder for pictures of what was
    found on each page, `limits` what one document may cost; `verify` reads every file's bytes
    anew to see whether they changed, `engine` `ray` reads on the cluster that RAY_ADDRESS names,
    `progress` is called after each file.

    An interrupt (SIGINT, SIGTERM) ends the reading; what was finished is written. Raises
    UsageError for paths or a list that are not there, DatasetError where nothing can be written.
    """
    search = Search(paths, skip=folder)
    given: dict[str, Given] = {}
    idle = 0
    if about is not None:
        from extract.dataset.about import read_about

        given, idle = read_about(about, search)
    if debug is not None:
        with writing(debug):
            debug.mkdir(parents=True, exist_ok=True)
    how = _How(workers, limits, engine, progress)
    place = workplace(folder)
    with lock.held(place), mirrored(folder), ledger.opened(place) as book:
        refresh(place, book)
        look(book, search, verify)
        book.keep_given(given)
        todo = plan(book, version(), debug)
        if todo.jobs:
            threading.Thread(target=_prepare_to_write).start()
        done, interrupted = _read_all(book, debug, todo.jobs, how)
        from extract.dataset.export import export, up_to_date

        changed = settle(book)
        if changed or not up_to_date(place, book, formats, csv_bom):
            export(place, book, formats, csv_bom)
        missed = todo.jobs - done
        summary = _summary(place, book, todo.unchanged, search.others, idle, missed, interrupted)
        return replace(summary, folder=folder)


def _prepare_to_write() -> None:
    """Import what writes, and what pyarrow imports with its first table: better while others
    read than before or after.
    """
    import pyarrow as pa

    import extract.dataset.export  # noqa: F401

    pa.array([0])


def _summary(
    folder: Path,
    book: Ledger,
    unchanged: int,
    others: int,
    idle: int,
    missed: int,
    interrupted: bool,
) -> Summary:
    from extract.dataset.export import rows_of

    book.database.execute(
        "CREATE TEMP TABLE mine AS SELECT report_id, source, status, doubts, publisher_errors"
        " FROM reports WHERE report_id IN (SELECT report_id FROM seen)"
    )
    counts = dict(book.database.execute("SELECT status, COUNT(*) FROM mine GROUP BY status"))

    def shown(which: str) -> tuple[Mapping[str, Any], ...]:
        found = book.database.execute(
            f"SELECT report_id FROM mine WHERE {which} ORDER BY doubts DESC, source LIMIT {_SHOWN}"
        )
        return rows_of(folder, [report_id for (report_id,) in found])

    broken = "status = 'ok' AND publisher_errors"
    return Summary(
        folder,
        counts,
        shown("status = 'failed'"),
        shown("status = 'review'"),
        shown(broken),
        book.one(f"SELECT COUNT(*) FROM mine WHERE {broken}"),
        unchanged,
        others,
        idle,
        missed,
        interrupted,
    )


def default_workers() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read_all(book: Ledger, debug: Path | None, total: int, how: _How) -> tuple[int, bool]:
    """How many files could be finished, and whether an interrupt cut it short."""
    count = 0
    try:
        with _interruptible(), closing(_outcomes(book, debug, how)) as outcomes:
            for done in outcomes:
                row = done.tables.reports.to_pylist()[0]
                book.finish(done, row)
                count += 1
                if how.progress is not None:
                    how.progress(Progress(count, total, row))
    except KeyboardInterrupt:
        return count, True
    return count, False


def _outcomes(book: Ledger, debug: Path | None, how: _How) -> Generator[Done, None, None]:
    now = version()
    for job, why in book.jobs(now, debug):
        if why is not None:
            error = f"cannot be opened ({why}); check what it is and its permissions"
            yield Done(job, failed_tables(job, "unreadable", error))
    jobs: Iterator[Job] = (job for job, why in book.jobs(now, debug) if why is None)
    if how.engine == "ray":
        from extract.dataset.cluster import run_on_ray

        read = run_on_ray(jobs, how.workers, how.limits)
    else:
        read = run_jobs(jobs, how.workers or default_workers(), how.limits)
    with closing(read) as outcomes:
        yield from outcomes


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM as an interrupt, where this is the thread that gets signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)
