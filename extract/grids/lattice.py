"""Ruled tables through camelot's lattice: the second look, where pdfplumber's cells do not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from extract.grids.glyphs import cell_text, drawn_in, drop_doubles, ink_centre, text_lines
from extract.model import Box, Glyph, Grid, GridCell, Page

Engine = Literal["vector", "raster", "combined"]


def engine_for(page: Page) -> Engine:
    """camelot's engine by what the page holds: rules as drawings, as a picture, or both."""
    if len(page.rules) >= 8:
        return "combined" if page.scanned else "vector"
    return "raster"


def read_lattice(path: Path, page: Page) -> Page:
    """The page with the grids that camelot finds and the text outside them as lines.

    A page that was turned, or that camelot cannot read, comes back without grids.
    """
    import camelot

    if page.turned:
        return replace(page, grids=())
    try:
        tables = camelot.read_pdf(
            str(path),
            pages=str(page.number),
            flavor="lattice",
            engine=engine_for(page),
            suppress_stdout=True,
        )
    except Exception:  # camelot raises anything at all; the first look then stands
        return replace(page, grids=())
    glyphs = drop_doubles(page.glyphs)
    grids: list[Grid] = []
    for table in tables:
        grid, glyphs = _grid(page, table, glyphs)
        if grid.columns > 1:
            grids.append(grid)
    grids.sort(key=lambda grid: grid.box.y0 if grid.box else 0.0)
    return replace(page, grids=tuple(grids), lines=text_lines(glyphs, page.number))


def _grid(page: Page, table: Any, glyphs: Sequence[Glyph]) -> tuple[Grid, list[Glyph]]:
    """A camelot table with its missing rules as merged cells; the glyphs it does not hold."""
    squares = table.cells
    rows, columns = len(squares), len(squares[0])
    owner = [[-1] * columns for _ in range(rows)]
    spans: list[tuple[int, int, int, int]] = []
    for r in range(rows):
        for c in range(columns):
            if owner[r][c] >= 0:
                continue
            right = c
            while right + 1 < columns and not squares[r][right].right and owner[r][right + 1] < 0:
                right += 1
            low = r
            while low + 1 < rows and not any(squares[low][k].bottom for k in range(c, right + 1)):
                low += 1
            for i in range(r, low + 1):
                for k in range(c, right + 1):
                    owner[i][k] = len(spans)
            spans.append((r, c, low, right))
    boxes = [
        Box(
            squares[r][c].x1,
            page.height - squares[r][c].y2,
            squares[low][right].x2,
            page.height - squares[low][right].y1,
        )
        for r, c, low, right in spans
    ]
    inside: list[list[Glyph]] = [[] for _ in boxes]
    outside: list[Glyph] = []
    for glyph in glyphs:
        x, y = ink_centre(glyph)
        holder = next((i for i, box in enumerate(boxes) if box.holds(x, y)), None)
        (outside if holder is None else inside[holder]).append(glyph)
    cells = []
    for (r, c, low, right), box, held in zip(spans, boxes, inside, strict=True):
        text, whole = cell_text(held, box)
        whole = whole and not drawn_in(box, page.marks)
        cells.append(GridCell(r, c, low - r + 1, right - c + 1, text, box, whole))
    frame = Box(
        min(b.x0 for b in boxes),
        min(b.y0 for b in boxes),
        max(b.x1 for b in boxes),
        max(b.y1 for b in boxes),
    )
    return Grid(page.number, rows, columns, tuple(cells), frame, "camelot"), outside
