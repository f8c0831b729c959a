"""Printed columns ↔ the form's columns, by their headers and in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from extract.forms import Section
from extract.model import Grid, GridCell
from extract.placing.labels import bare, printed_unit, similarity, spellings

_NEUTRAL = 0.3
_SKIP = -0.6
_SKIP_BLANK = -0.15

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Columns:
    """For each of a section's columns the span of grid columns, None where not printed.

    `similarity` is the mean likeness of the headers, None where no header was printed.
    """

    spans: tuple[Span | None, ...]
    similarity: float | None
    units: tuple[str | None, ...]
    positions: tuple[float, ...] = ()
    """Middle of each span as a share of the grid's width, where there is geometry."""

    @property
    def whole(self) -> bool:
        return all(span is not None for span in self.spans)


def align_columns(
    grid: Grid,
    section: Section,
    data: Sequence[Sequence[GridCell]],
    header: Sequence[int],
    carried: Columns | None,
    tabular: bool,
) -> Columns:
    """Which grid columns are which of a section's columns.

    `data` are the value cells of the section's rows in this grid, `header` the grid's rows above
    them, `carried` what an earlier fragment of the same section found, `tabular` whether the
    grid's columns come from rules and not from separators in a text.
    """
    spans = _value_spans(data)
    head = [_header_text(grid, header, span) for span in spans]
    blank = [
        not any(_nonblank(cell) for row in data for cell in row if _within(cell, span))
        for span in spans
    ]
    if not tabular:
        while len(spans) > len(section.columns) and blank[-1] and not any(head[-1]):
            spans, head, blank = spans[:-1], head[:-1], blank[:-1]
    if not any(any(texts) for texts in head):
        return _without_header(grid, section, spans, carried)
    chosen, alike = _align(section, head, blank)
    units = tuple(
        next((u for u in map(printed_unit, reversed(head[i][0:1])) if u), None)
        if i is not None
        else None
        for i in chosen
    )
    picked = tuple(spans[i] if i is not None else None for i in chosen)
    return Columns(picked, alike, units, _positions(grid, picked))


def _without_header(
    grid: Grid, section: Section, spans: list[Span], carried: Columns | None
) -> Columns:
    """A fragment after a break: the columns stand where they stood before it."""
    wanted = len(section.columns)
    units = carried.units if carried else (None,) * wanted
    if carried and len(spans) != wanted and carried.whole and set(spans) >= set(carried.spans):
        return Columns(carried.spans, carried.similarity, units, carried.positions)
    if len(spans) == wanted:
        whole = tuple(spans)
        known = carried.similarity if carried and _agree(carried, _positions(grid, whole)) else None
        return Columns(whole, known, units, _positions(grid, whole))
    return Columns((None,) * wanted, None, units)


def _agree(carried: Columns, positions: tuple[float, ...]) -> bool:
    """Whether two fragments have their columns at the same places (or have no geometry)."""
    if not positions or not carried.positions:
        return True
    return max(abs(a - b) for a, b in zip(carried.positions, positions, strict=True)) < 0.04


def _positions(grid: Grid, spans: Sequence[Span | None]) -> tuple[float, ...]:
    """Middles of the spans, measured from the right edge, as shares of the whole value area."""
    edges = _edges(grid)
    if edges is None or any(span is None for span in spans):
        return ()
    middles = [(edges[span[0]] + edges[span[1]]) / 2 for span in spans if span]
    right = edges[max(span[1] for span in spans if span)]
    left = edges[min(span[0] for span in spans if span)]
    return tuple((right - middle) / max(right - left, 1e-6) for middle in middles)


def _edges(grid: Grid) -> dict[int, float] | None:
    edges: dict[int, float] = {}
    for cell in grid.cells:
        if cell.box is None:
            return None
        edges.setdefault(cell.column, cell.box.x0)
        edges.setdefault(cell.column + cell.column_span, cell.box.x1)
    return edges


def _value_spans(data: Sequence[Sequence[GridCell]]) -> list[Span]:
    """The spans that the value cells have in most rows, left to right."""
    shapes = Counter(tuple((c.column, c.column + c.column_span) for c in row) for row in data)
    most = max(shapes.values())
    # Of equally common shapes the finest: a merged cell is the exception.
    shape = max((s for s in shapes if shapes[s] == most), key=len)
    return list(shape)


def _within(cell: GridCell, span: Span) -> bool:
    return cell.column < span[1] and cell.column + cell.column_span > span[0]


def _nonblank(cell: GridCell) -> bool:
    if cell.text is not None:
        return bool(cell.text.strip())
    return bool(cell.readings) and cell.readings[0].mark != "blank"


def _header_text(grid: Grid, rows: Sequence[int], span: Span) -> tuple[str, str]:
    """The lowest header cell over a span, and all narrow ones above it joined downwards."""
    wanted = set(rows)
    over = [
        cell
        for cell in grid.cells
        if cell.row in wanted and cell.text and cell.text.strip() and _within(cell, span)
    ]
    if not over:
        return "", ""
    lowest = over[-1].text or ""
    narrow = [c for c in over if c.column >= span[0] and c.column + c.column_span <= span[1]]
    return lowest, "".join(c.text or "" for c in narrow)


def _align(
    section: Section, head: list[tuple[str, str]], blank: list[bool]
) -> tuple[list[int | None], float]:
    """Order-preserving alignment of the form's columns with printed ones; mean likeness."""
    texts = [(bare(lowest), bare(joined)) for lowest, joined in head]
    printed = list(dict.fromkeys(text for pair in texts for text in pair))
    known = list(dict.fromkeys(s for c in section.columns for s in spellings(c.label)))
    table = similarity(printed, known).tolist()
    line = {text: table[index] for index, text in enumerate(printed)}
    place = {label: index for index, label in enumerate(known)}
    alike = [
        [
            max(line[text][place[s]] for text in pair for s in spellings(column.label))
            if any(pair)
            else 0.0
            for pair in texts
        ]
        for column in section.columns
    ]
    n, m = len(section.columns), len(head)
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            options = []
            if i and j:
                options.append(best[i - 1][j - 1] + alike[i - 1][j - 1] - _NEUTRAL)
            if i:
                options.append(best[i - 1][j] + _SKIP)
            if j:
                options.append(best[i][j - 1] + (_SKIP_BLANK if blank[j - 1] else _SKIP))
            best[i][j] = max(options, default=0.0)
    chosen: list[int | None] = [None] * n
    i, j = n, m
    while i or j:
        if i and j and best[i][j] == best[i - 1][j - 1] + alike[i - 1][j - 1] - _NEUTRAL:
            chosen[i - 1] = j - 1
            i, j = i - 1, j - 1
        elif i and best[i][j] == best[i - 1][j] + _SKIP:
            i -= 1
        else:
            j -= 1
    found = [alike[c][p] for c, p in enumerate(chosen) if p is not None]
    return chosen, sum(found) / len(found) if found else 0.0
