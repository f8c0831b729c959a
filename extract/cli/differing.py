"""`gouji diff`: what changed between two datasets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from extract.dataset.diff import Difference

_SHOWN = 5
DIFFERENT = 1


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="a dataset")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="another one")],
    folder: Annotated[
        Path | None, typer.Option("-o", metavar="DIR", help="write every change to CSV files here")
    ] = None,
) -> None:
    """What changed: reports that came, went or were replaced; values, marks, statuses, verdicts.

    With -o: diff_reports.csv, diff_cells.csv and diff_checks.csv. Exit code 0 where nothing
    changed, 1 where something did. Confidence and places on the page are not compared.
    """
    from extract.dataset.diff import FIELDS, compare
    from extract.tables import plain

    found = compare(old, new, folder)
    for line in told(found):
        typer.echo(line)
    if folder is not None:
        for name in FIELDS:
            typer.echo(plain(str(folder / name)))
    if found.any:
        raise typer.Exit(DIFFERENT)


def told(found: Difference) -> Iterator[str]:
    """A summary for a person."""
    from extract.tables import plain

    yield f"reports: {found.before} before, {found.now} now{_counts(found.reports)}"
    if len(found.versions) > 1:
        yield f"read by different versions: {', '.join(found.versions)}"
    if not found.any:
        yield "nothing changed"
        return
    yield f"cells changed: {found.cells.total()}{_counts(found.cells)}"
    yield f"checks changed: {found.checks.total()}{_counts(found.checks)}"
    for source, count in found.most.most_common(_SHOWN):
        yield f"  {plain(source)}: {count} {'cell' if count == 1 else 'cells'}"
    if len(found.most) > _SHOWN:
        yield f"  and {len(found.most) - _SHOWN} more reports"


def _counts(counts: dict[str, int]) -> str:
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    return f" ({told})" if told else ""
