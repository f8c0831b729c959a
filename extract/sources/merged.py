"""Rows of cells that may span several rows and columns → a grid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extract.errors import SourceError
from extract.model import Grid, GridCell

MAX_CELLS = 200_000
_MAX_SLOTS = 2_000_000
_MAX_COLUMN_SPAN = 1_000
_MAX_ROW_SPAN = 65_534

TO_THE_END = 0
"""A row span of 0 reaches to the last row of the row group."""


@dataclass(frozen=True, slots=True)
class Spanning:
    """A cell as a source gives it: its text and how many rows and columns it covers."""

    text: str
    row_span: int = 1
    column_span: int = 1


Rows = Sequence[Sequence[Spanning]]


def place_spans(groups: Iterable[Rows], reader: str, page: int = 1) -> Grid | None:
    """Lay row groups out on one lattice, as browsers do; None where there is no cell.

    Follows the table model of the HTML standard (section 4.9.12): a cell goes to the first free
    slot of its row, row spans end with their row group. Where a column span runs into a cell
    from a row above, the standard lets both cover the slot; here the later cell is cut short and
    both are marked not whole. Rows and columns where no cell begins are left out.

    Raises SourceError (too_large) past 200,000 cells or 2,000,000 covered slots.
    """
    cells: list[GridCell] = []
    first_row = slots = 0
    for rows in groups:
        covered: dict[int, tuple[int, int]] = {}  # column → (first row below the cell, cell)
        for offset, row in enumerate(rows):
            number, column = first_row + offset, 0
            for piece in row:
                while column in covered and covered[column][0] > number:
                    column += 1
                rows_left = len(rows) - offset
                row_span = min(piece.row_span, _MAX_ROW_SPAN) or rows_left
                row_span = max(1, min(row_span, rows_left))
                wanted = max(1, min(piece.column_span, _MAX_COLUMN_SPAN))
                slots += wanted
                _refuse_flood(len(cells), slots)
                span = 1
                while span < wanted and covered.get(column + span, (0, 0))[0] <= number:
                    span += 1
                if span < wanted:
                    other = covered[column + span][1]
                    cells[other] = replace(cells[other], whole=False)
                for c in range(column, column + span):
                    covered[c] = (number + row_span, len(cells))
                cells.append(
                    GridCell(number, column, row_span, span, piece.text, whole=span == wanted)
                )
                column += wanted
        first_row += len(rows)
    return closed_up(cells, reader, page)


def closed_up(cells: Sequence[GridCell], reader: str, page: int = 1) -> Grid | None:
    """The grid of placed cells, without the rows and columns where no cell begins."""
    if not cells:
        return None
    rows = {row: i for i, row in enumerate(sorted({cell.row for cell in cells}))}
    columns = {col: i for i, col in enumerate(sorted({cell.column for cell in cells}))}
    ordered = sorted(cells, key=lambda cell: (cell.row, cell.column))
    return Grid(
        page=page,
        rows=len(rows),
        columns=len(columns),
        cells=tuple(
            replace(
                cell,
                row=rows[cell.row],
                column=columns[cell.column],
                row_span=_count(rows, cell.row, cell.row_span),
                column_span=_count(columns, cell.column, cell.column_span),
            )
            for cell in ordered
        ),
        reader=reader,
    )


def _count(starts: dict[int, int], first: int, span: int) -> int:
    if span == 1:
        return 1
    return sum(1 for start in starts if first <= start < first + span)


def _refuse_flood(cells: int, slots: int) -> None:
    if cells >= MAX_CELLS or slots > _MAX_SLOTS:
        raise SourceError(
            f"a table has more than {MAX_CELLS:,} cells or spans far beyond its rows; "
            "no yearly report does: check the file",
            kind="too_large",
        )
