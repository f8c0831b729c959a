"""Headers that stand alone at the end of a page, over columns that go on after the break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.model import Grid, GridCell
from extract.placing.edges import edges_of
from extract.placing.tape import TapeRow, make_tape, prints

_OVER = 0.5
"""Share of the narrower of two columns from which on one stands over the other."""


def header_before(
    grids: Sequence[Grid], grid: int, tape: Sequence[TapeRow]
) -> tuple[Grid, list[int]] | None:
    """The grid before this one, in this one's columns, and its rows that may be headers of these:
    the last ones, which print no number. None where there is none, or other columns.
    """
    if grid == 0:
        return None
    before = grids[grid - 1]
    rows = [row for row in tape if row.grid == grid - 1]
    if before.columns != grids[grid].columns:
        moved = in_columns_of(before, grids[grid])
        if moved is None:
            return None
        before, rows = moved, list(make_tape([moved]))
    header: list[int] = []
    for row in reversed(rows):
        if row.labels and any(prints(one) not in ("dash", "blank") for one in row.values):
            break  # dashes alone stand beside headings
        header.insert(0, row.row)
    return (before, header) if header else None


def in_columns_of(grid: Grid, other: Grid) -> Grid | None:
    """A fragment of a table with its cells in the columns of another fragment, by where they
    stand; None where that is not known of both.

    Where several cells of a row come into one column, as they do beside a rule that shines
    through the sheet, one that says something stays.
    """
    own, wanted = _shares(grid), _shares(other)
    if own is None or wanted is None:
        return None
    cells: dict[tuple[int, int], GridCell] = {}
    for cell in grid.cells:
        start, end = own[cell.column], own[cell.column + cell.column_span]
        over = [
            column
            for column in range(other.columns)
            if min(end, wanted[column + 1]) - max(start, wanted[column])
            > _OVER * min(end - start, wanted[column + 1] - wanted[column])
        ]
        if not over:
            return None
        # Without its box, which would tell other places of these columns.
        found = replace(cell, column=over[0], column_span=len(over), box=None)
        place = cell.row, over[0]
        if place not in cells or not (cells[place].text or "").strip():
            cells[place] = found
    return replace(grid, columns=other.columns, cells=tuple(cells.values()))


def _shares(grid: Grid) -> list[float] | None:
    """Where each column begins and the last one ends, as shares of the grid's width."""
    edges = edges_of(grid)
    if edges is None or set(edges) < set(range(grid.columns + 1)):
        return None
    width = edges[grid.columns] - edges[0]
    return [(edges[at] - edges[0]) / width for at in range(grid.columns + 1)] if width else None
