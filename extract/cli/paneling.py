"""`gouji panel`: one row per body and year."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer


def panel(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a dataset")],
    names: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="what you know of names: panel_names.csv, filled in"),
    ] = None,
    divisions: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="a list of divisions: code, name, from, to, successor"),
    ] = None,
    variables: Annotated[
        Path | None, typer.Option(metavar="YAML", help="variables in the place of gouji's own")
    ] = None,
) -> None:
    """Write DIR/panel.parquet and .csv: one row per public body and year, over all forms.

    Beside it: panel_checks (sums over two years), panel_reports.csv (which report each row is
    from, and what became of the others), panel_names.csv (names and bodies, doubts first) and
    panel_codebook.csv.
    """
    from extract.dataset.settle import formats_there
    from extract.panel import make_panel, qualities_in, write_panel
    from extract.tables import plain

    made = make_panel(folder, divisions, names, variables)
    write_panel(folder, made, formats_there(folder)[1])
    bodies = {row[0] for row in made.keys}
    typer.echo(f"panel: {len(made.keys)} rows, {len(bodies)} bodies")
    quality = qualities_in(made)
    asked = sum(quality.values()) - quality["not_asked"]
    others = ", ".join(
        f"{quality[one]} {one}" for one in ("blank", "suspect", "unit", "unread") if quality[one]
    )
    typer.echo(f"values: {asked} asked for, {quality['ok']} ok" + (f", {others}" if others else ""))
    left = Counter("a duplicate or revision" if row[7] else row[6] for row in made.reports
                   if row[5] == "no")  # fmt: skip
    for why, count in sorted(left.items()):
        typer.echo(f"reports left out, {why}: {count}; see panel_reports.csv")
    doubts = sum(row[4] == "no" or bool(row[6]) for row in made.names)
    if doubts:
        typer.echo(f"names in doubt, not merged: {doubts}; see panel_names.csv, first rows")
    verdicts = Counter(row[5] for row in made.checks)
    typer.echo(f"sums over two years: {verdicts['pass']} hold, {verdicts['fail']} fail (soft)")
    typer.echo(plain(str(folder / "panel.parquet")))
