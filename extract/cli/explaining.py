"""`gouji explain`: what stands behind a verdict, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def explain(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a dataset")],
    report: Annotated[
        str, typer.Argument(metavar="REPORT", help="report id, source path or file name")
    ],
    check: Annotated[
        str | None, typer.Argument(metavar="[CHECK]", help="an identity or a cell code")
    ] = None,
    crops: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="write a picture of each place told of there"),
    ] = None,
) -> None:
    """Why the cells and identities of a report got their verdicts.

    Without CHECK, those that are not in order. What people settled in gouji review is told too.
    """
    from extract.explaining.asked import explanation
    from extract.tables import plain

    said = explanation(folder, report, check)
    for line in said.lines():
        typer.echo(line)
    if crops is not None:
        for path in said.crops(crops):
            typer.echo(plain(str(path)))
