"""`gouji audit`: the report on a dataset's sums."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def audit(folder: Annotated[Path, typer.Argument(metavar="DIR", help="a dataset")]) -> None:
    """Write DIR/audit.html and DIR/findings.xlsx: which sums are broken, worst first.

    What the published numbers get wrong and what gouji may have misread are two lists. The page
    needs no network. Run it where the sources are, so that it can show their places.
    """
    from extract.audit import write_audit
    from extract.tables import plain

    done = write_audit(folder)
    typer.echo(f"reports: {done.reports}")
    typer.echo(f"errors in the published numbers: {done.publisher}")
    typer.echo(f"doubts to look at first, listed apart: {done.reading}")
    typer.echo(plain(str(done.page)))
    typer.echo(plain(str(done.workbook)))
