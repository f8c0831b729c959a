"""Squares of a lattice joined into the cells of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.rules import runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.grids.rules import Lattice

DRAWN = 0.5
SURE = (0.15, 0.8)
"""Evidence below the first is surely no edge, above the second surely one."""


@dataclass(frozen=True)
class Span:
    """A cell of the lattice: rows row .. row + rows - 1, columns likewise."""

    row: int
    column: int
    rows: int
    columns: int


def joined_squares(lattice: Lattice) -> tuple[list[Span], list[str]]:
    """Cells in reading order, and in words what does not fit a table.

    Squares with no edge between them belong to one cell (union-find). A cell that is no
    rectangle has an edge too many or too few: the faintest missing edge inside it is drawn
    until only rectangles remain.
    """
    level = lattice.level.copy()
    upright = lattice.upright.copy()
    doubts: list[str] = []
    for _ in range(40):
        label = _components(level, upright)
        crooked = _first_crooked(label)
        if crooked is None:
            break
        forced = _split(label == crooked, level, upright)
        if forced < SURE[0]:
            doubts.append("a cell that is no rectangle")
    if _interrupted(upright) or _interrupted(level.T):
        doubts.append("a rule that stops for one cell and goes on")
    return _spans(_components(level, upright)), doubts


def _interrupted(upright: NDArray[np.float64]) -> bool:
    """Whether an upright rule is missing in one row only, beside another that is not.

    Forms merge cells over several rows, or over the whole of a title row.
    """
    drawn = upright[:, 1:-1] > DRAWN
    stops = drawn[:-2] & ~drawn[1:-1] & drawn[2:]
    return bool((stops & drawn[1:-1].any(axis=1, keepdims=True)).any())


def unsure_edges(lattice: Lattice) -> float:
    """Share of edges whose evidence is neither clear nor clearly absent."""
    edges = np.concatenate([lattice.level.ravel(), lattice.upright.ravel()])
    return float(((edges > SURE[0]) & (edges < SURE[1])).mean())


def _components(level: NDArray[np.float64], upright: NDArray[np.float64]) -> NDArray[np.int64]:
    """(rows, columns) label of the cell each square belongs to."""
    rows, columns = upright.shape[0], level.shape[1]
    parent = list(range(rows * columns))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for r in range(rows):
        for c in range(columns):
            here = root(r * columns + c)
            if c + 1 < columns and upright[r, c + 1] <= DRAWN:
                parent[root(r * columns + c + 1)] = here
            if r + 1 < rows and level[r + 1, c] <= DRAWN:
                parent[root((r + 1) * columns + c)] = root(here)
    return np.array([root(i) for i in range(rows * columns)]).reshape(rows, columns)


def _first_crooked(label: NDArray[np.int64]) -> int | None:
    """Label of a cell that does not fill its bounding box."""
    for name in np.unique(label):
        rows, columns = np.nonzero(label == name)
        area = (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
        if area != len(rows):
            return int(name)
    return None


def _split(
    inside: NDArray[np.bool_], level: NDArray[np.float64], upright: NDArray[np.float64]
) -> float:
    """Draws the missing edge run with most evidence inside a crooked cell; returns it."""
    best, where = -1.0, None
    rows, columns = inside.shape
    for r in range(1, rows):
        both = inside[r - 1] & inside[r] & (level[r] <= DRAWN)
        for start, stop in runs(both):
            mean = float(level[r, start:stop].mean())
            if mean > best:
                best, where = mean, ("level", r, start, stop)
    for c in range(1, columns):
        both = inside[:, c - 1] & inside[:, c] & (upright[:, c] <= DRAWN)
        for start, stop in runs(both):
            mean = float(upright[start:stop, c].mean())
            if mean > best:
                best, where = mean, ("upright", c, start, stop)
    if where is None:
        return -1.0
    kind, line, start, stop = where
    if kind == "level":
        level[line, start:stop] = 1.0
    else:
        upright[start:stop, line] = 1.0
    return best


def _spans(label: NDArray[np.int64]) -> list[Span]:
    spans = []
    for name in np.unique(label):
        rows, columns = np.nonzero(label == name)
        r, c = int(rows.min()), int(columns.min())
        spans.append(Span(r, c, int(rows.max()) - r + 1, int(columns.max()) - c + 1))
    return sorted(spans, key=lambda s: (s.row, s.column))
