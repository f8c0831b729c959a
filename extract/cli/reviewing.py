"""`gouji review`: the pages to settle what is in doubt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def review(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a dataset, or a new folder")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 8350,
    host: Annotated[
        str, typer.Option(help="address to serve; from others than this machine a token is asked")
    ] = "127.0.0.1",
) -> None:
    """Serve the review pages: look at doubtful cells over their page, settle them by keyboard.

    Corrections go to DIR/corrections.sqlite; the dataset's tables follow them. Ctrl-C ends it.
    """
    from extract.review.serve import serve

    def ready(address: str) -> None:
        typer.echo(f"open {address}")
        typer.echo("Ctrl-C ends it")

    serve(folder, host, port, ready)
