"""Which files must be read: those that are new or changed, each content once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from extract.dataset.store import Known
from extract.dataset.worker import Job
from extract.model import Given
from extract.sources.digest import sha256_of
from extract.tables import plain

_TRANSIENT = frozenset({"crashed", "timeout", "memory", "internal"})
"""Failures that may be the machine's; such a file is tried again in the next run."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file of which not one byte could be had, and why."""

    job: Job
    error: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read, what cannot be, and which paths every report of the dataset will have.

    `sources` is keyed by report id; `unchanged` are the reports of this run kept as they are.
    """

    jobs: tuple[Job, ...]
    unreadable: tuple[Unreadable, ...]
    sources: dict[str, tuple[str, ...]]
    unchanged: frozenset[str]


def source_name(path: Path) -> str:
    """A path as the dataset shows it: with `/`, on one line, in UTF-8."""
    return plain(path.as_posix())


def plan(
    files: Iterable[Path],
    dataset: Iterable[Known],
    given: Mapping[str, Given],
    given_before: Mapping[str, Given],
    version: str,
    debug: Path | None = None,
) -> Plan:
    """Compare files with what the dataset knows of them.

    The path that comes first in the order of characters names a report (its year may come from
    there), so that the outcome does not depend on which of several copies was met first.
    `given` and `given_before` say what the user knows, by source name, now and in former runs.
    With `debug`, a folder for pictures, every file is read.
    """
    before = {one.report_id: one for one in dataset}
    ids = _ids(before.values())
    hashes = {one.report_id: one.sha256 or "" for one in before.values()}
    paths: dict[str, Path] = {}
    errors: dict[str, str] = {}
    for path in files:
        name = source_name(path)
        paths[name] = path
        try:
            sha256 = sha256_of(path)
            ids[name] = sha256[:16]
        except OSError as error:
            errors[name] = error.strerror or str(error)
            # No bytes, so no digest of them: the path stands in.
            sha256 = ""
            ids[name] = hashlib.sha256(b"unreadable:" + name.encode()).hexdigest()[:16]
        hashes[ids[name]] = sha256
    sources = _grouped(ids)
    jobs: list[Job] = []
    unreadable: list[Unreadable] = []
    unchanged: set[str] = set()
    for report_id, names in sources.items():
        known = before.get(report_id)
        facts = _first(names, given)
        here = [name for name in names if name in paths]
        renamed = known is not None and Path(known.source).name != Path(names[0]).name
        fresh = known is not None and (
            not here
            or (
                debug is None
                and known.version == version
                and known.error_kind not in _TRANSIENT
                and facts == _first(known.sources, given_before)
            )
        )
        file = paths.get(names[0]) or still_there(names[0], hashes[report_id])
        if fresh and (not renamed or file is None):
            unchanged.update([report_id] if here else [])
            continue
        job = Job(
            file or paths[here[0]], names[0], report_id, hashes[report_id], version, facts, debug
        )
        if names[0] in errors:
            unreadable.append(Unreadable(job, errors[names[0]]))
        else:
            jobs.append(job)
    return Plan(tuple(jobs), tuple(unreadable), sources, frozenset(unchanged))


def settled(plan: Plan, dataset: Iterable[Known], finished: set[str]) -> dict[str, tuple[str, ...]]:
    """The paths of every report when only some of the plan's files were read.

    A path whose new content was not reached keeps the report that it had.
    """
    former = _ids(dataset)
    missed = {job.report_id for job in plan.jobs} - finished
    ids: dict[str, str] = {}
    for report_id, names in plan.sources.items():
        for name in names:
            if report_id not in missed:
                ids[name] = report_id
            elif name in former:
                ids[name] = former[name]
    return _grouped(ids)


def _ids(dataset: Iterable[Known]) -> dict[str, str]:
    return {source: one.report_id for one in dataset for source in one.sources}


def _grouped(ids: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for name in sorted(ids):
        groups.setdefault(ids[name], []).append(name)
    return {report_id: tuple(groups[report_id]) for report_id in sorted(groups)}


def _first(names: Iterable[str], given: Mapping[str, Given]) -> Given | None:
    return next((given[name] for name in names if name in given), None)


def still_there(source: str, sha256: str) -> Path | None:
    """The file of a former run, if it is still there and the same."""
    try:
        return Path(source) if sha256_of(Path(source)) == sha256 else None
    except OSError:
        return None
