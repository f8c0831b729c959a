"""Where the columns of a grid stand, whichever way its page lies."""

from __future__ import annotations

from collections.abc import Sequence

from extract.model import Grid, GridCell

Span = tuple[int, int]
"""The first column of a grid's that something takes, and the one after its last."""
Place = tuple[float, float]
"""Where a span begins and ends, as shares of its grid's width."""


def positions_of(grid: Grid, spans: Sequence[Span | None]) -> tuple[float, ...]:
    """Middles of the spans, measured from the right edge, as shares of the whole value area."""
    edges = edges_of(grid)
    if edges is None or any(span is None for span in spans):
        return ()
    middles = [(edges[span[0]] + edges[span[1]]) / 2 for span in spans if span]
    right = edges[max(span[1] for span in spans if span)]
    left = edges[min(span[0] for span in spans if span)]
    return tuple((right - middle) / max(right - left, 1e-6) for middle in middles)


def places_of(grid: Grid, spans: Sequence[Span | None]) -> tuple[Place, ...]:
    """Where the spans begin and end, as shares of the grid's width."""
    edges = edges_of(grid)
    if edges is None or any(span is None for span in spans):
        return ()
    left, right = min(edges.values()), max(edges.values())
    wide = max(right - left, 1e-6)
    return tuple(
        ((edges[span[0]] - left) / wide, (edges[span[1]] - left) / wide) for span in spans if span
    )


def edges_of(grid: Grid) -> dict[int, float] | None:
    """Where columns begin, and the last ends, along the way that they follow each other: down or
    up on a page that lies on its side, to the left on one that stands on its head.
    """
    if any(cell.box is None for cell in grid.cells):
        return None
    last = max(grid.cells, key=lambda cell: cell.column + cell.column_span)
    first = min((c for c in grid.cells if c.row == last.row), key=lambda cell: cell.column)
    edges: dict[int, float] = {}
    for cell in grid.cells:
        start, end = _along(cell, first, last)
        edges.setdefault(cell.column, start)
        edges.setdefault(cell.column + cell.column_span, end)
    return edges


def _along(cell: GridCell, first: GridCell, last: GridCell) -> tuple[float, float]:
    """Start and end of a cell on the way from one to another, in points of the page."""
    assert cell.box is not None
    assert first.box is not None
    assert last.box is not None
    across = last.box.x0 + last.box.x1 - first.box.x0 - first.box.x1
    down = last.box.y0 + last.box.y1 - first.box.y0 - first.box.y1
    if abs(across) >= abs(down):
        start, end, way = cell.box.x0, cell.box.x1, across
    else:
        start, end, way = cell.box.y0, cell.box.y1, down
    return (start, end) if way >= 0 else (-end, -start)
