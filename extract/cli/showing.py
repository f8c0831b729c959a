"""`gouji tables`: what a document prints."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extract.errors import UsageError

if TYPE_CHECKING:
    from extract.model import Box, Grid, GridCell


def tables(
    file: Annotated[Path, typer.Argument(help="any document", metavar="FILE")],
    folder: Annotated[
        Path | None, typer.Option("--csv", metavar="DIR", help="one CSV per table, here")
    ] = None,
) -> None:
    """The ruled tables of any document, known form or not, as JSON on standard output."""
    from extract.tables import plain

    if not file.is_file():
        raise UsageError(f"{plain(str(file))}: no such file; check the path")
    from extract.pipeline import raw_tables

    grids = raw_tables(file)
    if folder is None:
        typer.echo(json.dumps([grid_json(grid) for grid in grids], ensure_ascii=False, indent=1))
        return
    from extract.dataset.write import safe_text, writing

    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for number, grid in enumerate(grids, 1):
            path = folder / f"{file.stem}-p{grid.page}-t{number}.csv"
            with path.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([map(safe_text, row) for row in grid_rows(grid)])
            typer.echo(plain(str(path)))


def grid_rows(grid: Grid) -> list[list[str]]:
    """The texts of a grid, row by row; merged text stands at its first cell."""
    rows = [[""] * grid.columns for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row][cell.column] = _text(cell)
    return rows


def _text(cell: GridCell) -> str:
    if cell.text is None and cell.readings:
        return cell.readings[0].printed
    return cell.text or ""


def grid_json(grid: Grid) -> dict[str, Any]:
    return {
        "page": grid.page,
        "box": _corners(grid.box),
        "rows": grid_rows(grid),
        "cells": [
            {
                "row": cell.row,
                "column": cell.column,
                "row_span": cell.row_span,
                "column_span": cell.column_span,
                "text": _text(cell),
                "box": _corners(cell.box),
            }
            for cell in grid.cells
        ],
    }


def _corners(box: Box | None) -> list[float] | None:
    return [round(x, 2) for x in (box.x0, box.y0, box.x1, box.y1)] if box else None
