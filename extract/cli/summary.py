"""The closing words of `gouji extract`: how it went and where to look."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from extract.dataset import Summary
from extract.tables import LIST_SEPARATOR, plain

_LONGEST = 80
"""Characters of a warning in the summary; the dataset has all."""


def summarise(summary: Summary, formats: tuple[str, ...]) -> Iterator[str]:
    """Lines for a person, the most useful first."""
    total = summary.total
    counts = ", ".join(
        f"{summary.count(status)} {word}"
        for status, word in (("ok", "ok"), ("review", "to review"), ("failed", "failed"))
    )
    yield f"{total} {'report' if total == 1 else 'reports'}: {counts}"
    if summary.unchanged:
        yield f"{summary.unchanged} of them unchanged since the last run and not read again"
    if summary.others:
        yield f"{summary.others} other files in the folders were left alone"
    if summary.idle:
        yield f"{summary.idle} rows of the --about list name no file of this run; check their paths"
    if summary.interrupted:
        yield f"interrupted: {summary.missed} files not read; the same command continues"
    others = [one for one in formats if one != "parquet"]
    also = f" (Parquet; also as {', '.join(others)})" if others else " (Parquet)"
    yield f"dataset: {plain(os.fspath(summary.folder))}{also}"
    yield from _look_first(summary)


def _look_first(summary: Summary) -> Iterator[str]:
    # Balanced by our reading, but not in print: the auditor's first question.
    for heading, rows, total in (
        ("to review, worst first:", summary.doubtful, summary.count("review")),
        (
            "well read, but the published numbers disagree:",
            summary.broken,
            summary.all_broken,
        ),
    ):
        if rows:
            yield heading
            yield from (f"  {row['source']}: {reasons(row)}" for row in rows)
            if total > len(rows):
                yield f"  and {total - len(rows)} more: column status of the table reports"


def reasons(row: Mapping[str, Any]) -> str:
    """In words, why a report deserves a look."""
    counts = (
        (row["suspect"], "suspect cell", "suspect cells"),
        (row["missing"], "missing cell", "missing cells"),
        (row["failed_checks"], "identity that fails", "identities that fail"),
        (row["publisher_errors"], "of them as published", "of them as published"),
    )
    said = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
    if row["warnings"]:
        first = row["warnings"].split(LIST_SEPARATOR)[0]
        said.append(first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…")
    return ", ".join(said) or "see its warnings"
