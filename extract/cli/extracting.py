"""`gouji extract`: options in, progress and summary out."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Literal

import typer

from extract.cli import INTERRUPTED
from extract.cli.running import FAILED
from extract.errors import UsageError
from extract.limits import Limits


def extract(
    paths: Annotated[list[str], typer.Argument(help="files and folders", metavar="PATH...")],
    output: Annotated[str, typer.Option("-o", "--output", metavar="DIR", help="the dataset")],
    workers: Annotated[int | None, typer.Option(min=1, help="processes (default: cores)")] = None,
    formats: Annotated[
        str, typer.Option("--format", help="of parquet,csv,xlsx,duckdb; parquet always")
    ] = "parquet,csv",
    csv_bom: Annotated[
        bool, typer.Option("--csv-bom", help="mark the CSV as UTF-8, for Excel")
    ] = False,
    engine: Annotated[
        Literal["local", "ray"],
        typer.Option(help="ray: on the cluster that RAY_ADDRESS names"),
    ] = "local",
    about: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="what is known: columns path, url, agency, region_code, year",
        ),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="read every file again to see whether it changed")
    ] = False,
    limits: Annotated[
        str,
        typer.Option(
            metavar="NAME=N,...",
            help="what one document may cost: seconds=300,page_seconds=100,memory=3000 (MB),"
            "pages=2000,megapixels=150,output=32 (MB)",
        ),
    ] = "",
    debug: Annotated[
        Path | None, typer.Option(metavar="DIR", help="draw what was found on each page")
    ] = None,
) -> None:
    """Read reports into the dataset DIR, or continue the one that is there.

    Folders are searched for .pdf .docx .html .md .txt .tsv .png .jpg .tif files. Both may be
    URLs of an object store, such as s3://bucket/reports.

    Exit codes: 0 every report was read (some may need review), 1 some file failed, 2 wrong
    usage, 3 the dataset cannot be written, 130 interrupted (what was finished is kept).
    """
    from extract.cli.progress import reporting
    from extract.cli.summary import summarise
    from extract.dataset import extract as extract_dataset
    from extract.dataset.write import parse_formats
    from extract.forms import load_forms

    wanted = parse_formats(formats)
    held = parse_limits(limits)
    load_forms()  # a faulty layout is said once, not by every report
    with reporting() as progress:
        summary = extract_dataset(
            paths,
            output,
            workers=workers,
            formats=wanted,
            csv_bom=csv_bom,
            about=about,
            debug=debug,
            limits=held,
            verify=verify,
            engine=engine,
            progress=progress,
        )
    for line in summarise(summary, wanted):
        typer.echo(line)
    if summary.interrupted:
        raise typer.Exit(INTERRUPTED)
    if summary.count("failed"):
        raise typer.Exit(FAILED)


def parse_limits(text: str) -> Limits:
    """`memory=2000,pages=50` → limits; what is not named stays. Raises UsageError."""
    kinds = {one.name: type(getattr(Limits(), one.name)) for one in fields(Limits)}
    given: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        name, _, number = map(str.strip, part.partition("="))
        try:
            given[name] = kinds[name](number)
        except (KeyError, ValueError):
            named = ", ".join(kinds)
            raise UsageError(f"--limits: '{part}' is no limit; NAME=N of {named}") from None
        if not given[name] > 0:
            raise UsageError(f"--limits: '{part}': a limit is more than 0")
    return Limits(**given)  # type: ignore[arg-type]
