"""The cells of a row under the columns of its table."""

from __future__ import annotations

from collections.abc import Sequence

from extract.model import GridCell
from extract.placing.edges import Span
from extract.placing.parted import parted
from extract.placing.tape import is_filled


def amid(stray: Sequence[GridCell], spans: Sequence[Span | None]) -> bool:
    """Whether a cell of a picture stands among the form's columns: a fold may have parted one."""
    found = [span[0] for span in spans if span] or [0]
    return any(cell.crop is not None and found[0] < cell.column < found[-1] for cell in stray)


def by_span(
    cells: Sequence[GridCell], spans: Sequence[Span | None]
) -> tuple[list[tuple[GridCell | None, str | None]], list[GridCell]]:
    """Cells under their columns, and the printing cells that stand under none."""
    placed: list[tuple[GridCell | None, str | None]] = [(None, None)] * len(spans)
    stray = []
    for cell in cells:
        start, end = cell.column, cell.column + cell.column_span
        under = [i for i, span in enumerate(spans) if span and start < span[1] and end > span[0]]
        if not under:
            if is_filled(cell):
                stray.append(cell)
            continue
        why = "one cell stands under several columns" if len(under) > 1 else None
        placed[under[0]] = merged(placed[under[0]], (cell, why))
    return placed, stray


def merged(
    a: tuple[GridCell | None, str | None], b: tuple[GridCell | None, str | None]
) -> tuple[GridCell | None, str | None]:
    """Two cells for one place: the one that prints; if both do, both in doubt.

    Digits on both sides of a break are a number that was wrapped in its cell, and cut.
    """
    if a[0] is None or b[0] is None:
        return b if a[0] is None else a
    if is_filled(a[0]) and is_filled(b[0]):
        return parted(a[0], b[0]) or a[0], "two printed texts stand in the place of this cell"
    if not is_filled(b[0]) and (is_filled(a[0]) or not a[0].whole):
        return a
    return b
