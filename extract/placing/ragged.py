"""Rows of markup with more or fewer cells than their table has columns.

Where nothing says at which place a cell stands, only the count of cells before it tells its
column. One cell lost, or one too many, moves all that follow it, so none of the row is sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extract.model import GridCell
from extract.placing.tape import TapeRow

FEWER = "the row has fewer cells than its table has columns"
MORE = "the row has more cells than its table has columns"


def ragged(
    row: TapeRow,
    placed: Iterable[GridCell | None],
    stray: Sequence[GridCell],
    tape: Sequence[TapeRow],
) -> str | None:
    """Why the cells of a row may stand in wrong columns; None where they do not."""
    if any(cell.box is not None for cell in row.values):
        return None  # its place on the page says where a cell stands
    found = [cell is not None for cell in placed]
    if any(found) and not all(found):
        return FEWER
    beside = [other for other in tape if other.grid == row.grid and other is not row]
    alone = [
        cell
        for cell in stray
        if not any(value.column == cell.column for other in beside for value in other.values)
    ]
    return MORE if alone and len(beside) > 1 else None
