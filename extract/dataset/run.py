"""Files → dataset: what `gouji extract` does, without a word on the terminal."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.dataset import store
from extract.dataset.collect import collect
from extract.dataset.corrected import follow
from extract.dataset.plan import Plan, plan, settled
from extract.dataset.pool import run_jobs
from extract.dataset.worker import failed_tables
from extract.dataset.write import DEFAULT_FORMATS, write_dataset, writing
from extract.limits import Limits
from extract.model import Given
from extract.tables import Tables
from extract.version import version

_SAVE_EVERY = 15.0
"""Seconds of work that the sudden end of this process may cost at most."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Told after each file: how many of how many, and the row of `reports` just made."""

    done: int
    total: int
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did; `reports` are the rows of this run's files, as in the dataset.

    `others` counts files of unknown suffixes, `idle` rows of the user's list that name no file of
    this run, `missed` files that an interrupt kept from being read.
    """

    folder: Path
    reports: tuple[Mapping[str, Any], ...]
    unchanged: int
    others: int
    idle: int
    missed: int
    interrupted: bool

    def count(self, status: str) -> int:
        return sum(row["status"] == status for row in self.reports)


def extract_dataset(
    paths: Iterable[Path],
    folder: Path,
    workers: int | None = None,
    formats: tuple[str, ...] = DEFAULT_FORMATS,
    csv_bom: bool = False,
    about: Path | None = None,
    debug: Path | None = None,
    limits: Limits | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Read files and folders into the dataset `folder`, or continue the one that is there.

    `about` is a list of what is known of the files, `debug` a folder for pictures of what was
    found on each page, `limits` what one document may cost, `progress` is called after each file.

    An interrupt (SIGINT, SIGTERM) ends the reading; what was finished is written. Raises
    UsageError for paths or a list that are not there, DatasetError where nothing can be written.
    """
    found = collect(paths, skip=folder)
    given: dict[str, Given] = {}
    idle = 0
    if about is not None:
        from extract.dataset.about import read_about

        given, idle = read_about(about, found.files)
    if debug is not None:
        with writing(debug):
            debug.mkdir(parents=True, exist_ok=True)
    with store.opened(folder):
        before = store.load(folder)
        known = store.known(before)
        given_before = store.load_given(folder)
        given = given_before | given
        todo = plan(found.files, known, given, given_before, version(), debug)
        done, interrupted = _read_all(folder, todo, workers or default_workers(), limits, progress)
        ids = {one for tables in done for one in tables.reports.column("report_id").to_pylist()}
        sources = settled(todo, known, ids)
        kept = store.without(before, ids | ({one.report_id for one in known} - sources.keys()))
        after = store.with_sources(store.joined(kept, done), sources)
        after = follow(folder, after, fresh=ids)
        write_dataset(folder, after, formats, csv_bom)
        store.save_given(folder, given)
        store.forget_unsaved(folder)
    rows = [row for row in after.reports.to_pylist() if row["report_id"] in ids | todo.unchanged]
    missed = len(todo.jobs) + len(todo.unreadable) - len(ids)
    return Summary(
        folder, tuple(rows), len(todo.unchanged), found.others, idle, missed, interrupted
    )


def default_workers() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read_all(
    folder: Path,
    todo: Plan,
    workers: int,
    limits: Limits | None,
    progress: Callable[[Progress], None] | None,
) -> tuple[list[Tables], bool]:
    """The rows of every file that could be finished, and whether an interrupt cut it short."""
    total = len(todo.jobs) + len(todo.unreadable)
    done: list[Tables] = []
    saved, last = 0, time.monotonic()
    try:
        with _interruptible(), closing(_outcomes(todo, workers, limits)) as outcomes:
            for tables in outcomes:
                done.append(tables)
                if time.monotonic() - last > _SAVE_EVERY:
                    store.keep_unsaved(folder, done[saved:], len(done))
                    saved, last = len(done), time.monotonic()
                if progress is not None:
                    row = tables.reports.to_pylist()[0]
                    progress(Progress(len(done), total, row))
    except KeyboardInterrupt:
        return done, True
    return done, False


def _outcomes(todo: Plan, workers: int, limits: Limits | None) -> Generator[Tables, None, None]:
    for one in todo.unreadable:
        error = f"cannot be opened ({one.error}); check what it is and its permissions"
        yield failed_tables(one.job, "unreadable", error)
    with closing(run_jobs(todo.jobs, workers, limits)) as outcomes:
        for done in outcomes:
            yield done.tables


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
