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
) -> None:
    """Why the cells and identities of a report got their verdicts.

    Without CHECK, those that are not in order.
    """
    from extract.dataset.explain import explanation

    for line in explanation(folder, report, check):
        typer.echo(line)
