"""Squares of a lattice joined into the cells of a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.sides import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from extract.grids.rules import Lattice

DRAWN = 0.5
MOST_SPLITS = 40
"""Sides drawn in a table before it is given up as none that can be made out."""
MOST_TORN = 0.2
"""Share of the squares; a table with more in cells that are no rectangles is in doubt."""
MOST_OF = 0.5
"""Part of a cell that a side goes through which must be one all the way."""
SIGN = 0.05
"""Evidence of less than this is no sign of a side at all."""
SURE = (0.2, 0.75)
"""Evidence below the first is surely no side, above the second surely one."""


@dataclass(frozen=True)
class Span:
    """A cell of the lattice: rows row .. row + rows - 1, columns likewise.

    `sure` is False where a side may be missing or one too many, so that the cell may be two, or
    a part of another one.
    """

    row: int
    column: int
    rows: int
    columns: int
    sure: bool = True


def joined_squares(lattice: Lattice) -> tuple[list[Span], list[str]]:
    """Cells in reading order, and in words what does not fit a table.

    Squares with no side between them belong to one cell (union-find). A cell that is no
    rectangle has a side too many or too few: the faintest missing side inside it is drawn
    until only rectangles remain, and if there is no sign of it either, what comes out is unsure.
    """
    level = _gone_on(lattice.level.T).T
    upright = _gone_on(lattice.upright)
    torn = np.zeros(lattice.inside.shape, dtype=bool)
    for _ in range(MOST_SPLITS):
        label = _components(level, upright)
        crooked = _first_crooked(label)
        if crooked is None:
            break
        inside = label == crooked
        if _split(inside, level, upright) < SURE[0]:
            torn |= inside
    else:  # no table at all, or none that can be made out
        torn[:] = True
    _drawn_through(level, upright, lattice)
    label = _components(level, upright)
    spans = [
        replace(
            span,
            sure=not (
                torn[span.row, span.column] or _faint(lattice, span) or _swallowed(label, span)
            ),
        )
        for span in _spans(label)
        if lattice.inside[span.row, span.column]
    ]
    return spans, ["cells that are no rectangles"] if torn.mean() > MOST_TORN else []


def apart(lattice: Lattice, spans: Sequence[Span]) -> list[list[Span]]:
    """The cells of each table, where what is between tables keeps them apart."""
    import cv2

    _, name = cv2.connectedComponents(lattice.inside.astype(np.uint8), connectivity=4)
    tables: dict[int, list[Span]] = {}
    for span in spans:
        tables.setdefault(int(name[span.row, span.column]), []).append(span)
    return list(tables.values())


def _gone_on(upright: NDArray[np.float64]) -> NDArray[np.float64]:
    """Faint sides drawn where the rule is sure above and below, and other rules of the row are.

    Forms merge cells over several rows, or over the whole of a title row. The cells stay unsure.
    """
    filled = upright.copy()
    inner = upright[:, 1:-1]
    gap = (inner[:-2] > SURE[1]) & (inner[1:-1] > SIGN) & (inner[1:-1] <= DRAWN)
    gap &= (inner[2:] > SURE[1]) & (inner[1:-1] > SURE[1]).any(axis=1, keepdims=True)
    filled[1:-1, 1:-1][gap] = 1.0
    return filled


def unsure_share(lattice: Lattice) -> float:
    """Share of sides whose evidence is neither clear nor clearly absent."""
    sides = np.concatenate([lattice.level.ravel(), lattice.upright.ravel()])
    return float(((sides > SURE[0]) & (sides < SURE[1])).mean())


def _faint(lattice: Lattice, span: Span) -> bool:
    """Whether a side of a cell may not be there, or one inside it may be."""
    top, bottom = span.row, span.row + span.rows
    left, right = span.column, span.column + span.columns
    level = lattice.level[top : bottom + 1, left:right]
    upright = lattice.upright[top:bottom, left : right + 1]
    outer = min(level[[0, -1]].min(), upright[:, [0, -1]].min())
    inner = max(level[1:-1].max(initial=0.0), upright[:, 1:-1].max(initial=0.0))
    return bool(outer < SURE[1] or inner > SURE[0])


def _swallowed(label: NDArray[np.int64], span: Span) -> bool:
    """Whether a cell reaches over a rule that stops for it alone and goes on on both sides.

    Forms merge cells over several rows, or over the whole of a title row.
    """
    return _reaches_over(label, span.row, span.rows, span.column, span.columns) or _reaches_over(
        label.T, span.column, span.columns, span.row, span.rows
    )


def _reaches_over(label: NDArray[np.int64], row: int, rows: int, column: int, columns: int) -> bool:
    if rows > 1 or columns == 1 or columns == label.shape[1] or not 0 < row < len(label) - 1:
        return False
    above, below = (label[at, column : column + columns] for at in (row - 1, row + 1))
    return bool(((above[:-1] != above[1:]) & (below[:-1] != below[1:])).any())


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


def _drawn_through(
    level: NDArray[np.float64], upright: NDArray[np.float64], lattice: Lattice
) -> None:
    """Draws the sides that come from beside a cell and stop inside it, through most of it."""
    label = _components(level, upright)
    _ended_inside(label, level, np.diff(lattice.xs))
    _ended_inside(label.T, upright.T, np.diff(lattice.ys))


def _ended_inside(
    label: NDArray[np.int64], level: NDArray[np.float64], widths: NDArray[np.float64]
) -> None:
    for row in range(1, len(label)):
        joined = np.where(label[row - 1] == label[row], label[row], -1)
        for name in set(joined[level[row] > DRAWN].tolist()) - {-1}:
            across = joined == name
            drawn = across & (level[row] > DRAWN)
            first, last = np.nonzero(across)[0][[0, -1]].tolist()
            beside = [at for at in (first - 1, last + 1) if 0 <= at < len(widths)]
            if (level[row, beside] > DRAWN).any() and widths[drawn].sum() > MOST_OF * widths[
                across
            ].sum():
                level[row, across] = 1.0


def _spans(label: NDArray[np.int64]) -> list[Span]:
    spans = []
    for name in np.unique(label):
        rows, columns = np.nonzero(label == name)
        r, c = int(rows.min()), int(columns.min())
        spans.append(Span(r, c, int(rows.max()) - r + 1, int(columns.max()) - c + 1))
    return sorted(spans, key=lambda s: (s.row, s.column))
