"""The queue: which reports need a person, those with most doubt × weight first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
PER_PAGE = 50
SHOWS = ("review", "all", "failed")


@dataclass(frozen=True, slots=True)
class Line:
    """A report in the queue."""

    report: Row
    name: str
    doubt: float


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue with what it was asked for, and counts over the whole dataset."""

    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int
    q: str
    region: str
    year: str
    show: str
    counts: Mapping[str, int]
    regions: tuple[str, ...]
    years: tuple[int, ...]
    most: float


def page_of_queue(
    reports: Mapping[str, Row],
    doubt: Mapping[str, float],
    name: Callable[[Row], str],
    q: str,
    region: str,
    year: str,
    show: str,
    page: int,
) -> QueuePage:
    """The reports that fit, worst first; of equal doubt by report id."""
    show = show if show in SHOWS else "review"
    wanted = q.strip().lower()
    found = []
    for report_id, row in reports.items():
        if show != "all" and row["status"] != show:
            continue
        if region and (row["region"] or "") != region:
            continue
        if year and str(row["year"]) != year:
            continue
        if wanted and wanted not in f"{row['agency'] or ''} {name(row)} {report_id}".lower():
            continue
        found.append(report_id)
    found.sort(key=lambda one: (-doubt[one], one))
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(1, page), pages)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    states = [row["status"] for row in reports.values()]
    return QueuePage(
        tuple(Line(reports[one], name(reports[one]), doubt[one]) for one in shown),
        len(found),
        page,
        pages,
        q,
        region,
        year,
        show,
        {"all": len(states), **{one: states.count(one) for one in ("ok", "review", "failed")}},
        tuple(sorted({row["region"] for row in reports.values() if row["region"]})),
        tuple(sorted({row["year"] for row in reports.values() if row["year"]})),
        max((doubt[one] for one in found), default=1.0) or 1.0,
    )
