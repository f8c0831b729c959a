"""Printed columns ↔ the form's columns, by their headers and in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from itertools import pairwise

from extract.forms import Section
from extract.model import Grid, GridCell
from extract.placing.carried import Columns, within, without_header
from extract.placing.counted import told_by_number
from extract.placing.edges import Span, places_of, positions_of
from extract.placing.headers import (
    Heading,
    Likeness,
    fused_columns,
    heading_over,
    likeness_of,
    stands_beside,
)
from extract.placing.labels import bare, printed_unit
from extract.placing.tape import is_filled

_NEUTRAL = 0.3
_SKIP = -0.6
_SKIP_BLANK = -0.15
_EXACT = 0.75
"""Headers at least so like the form's are surely these."""
_FUSED = 0.7
"""Likeness of a header that is read across with others: known by its beginning alone."""
_LIKE = 0.5
"""A header at least so like one of the form's is one."""
_UNLIKE = 0.2
"""A header of four or more characters less like the form's than this is another one."""
_OTHERS = 0.15
"""A header so much liker to another column of the form is that column's."""
_TIED = 0.05

_UNREAD = 0.6
"""A header of less trust was not read at all: its only column may stand without it."""
_FEW = 0.1
"""Of the numbers of the fullest column: one that holds no more holds specks."""


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
    rows = _header_cells(grid, header, spans)
    if tabular and len(spans) < len(section.columns):
        spans = _unmerged(spans, rows, data, len(section.columns))
    head = [heading_over(rows, span) for span in spans]
    blank = [
        not any(is_filled(cell) for row in data for cell in row if within(cell, span))
        for span in spans
    ]
    if not tabular:
        while len(spans) > len(section.columns) and blank[-1] and not head[-1].lowest:
            spans, head, blank = spans[:-1], head[:-1], blank[:-1]
    if len(section.columns) == 1 and (lone := _lone_unread(rows, spans, data)):
        return without_header(grid, section, [lone], carried)
    if not any(one.lowest for one in head):
        return without_header(grid, section, spans, carried)
    alike = likeness_of(section, head)
    if carried and 2 * sum(max(line) >= _LIKE for line in alike.leaf) < len(alike.leaf):
        # After a break what stands above the first number is a row cut in two, labels, specks.
        after = without_header(grid, section, spans, carried)
        if after.similarity is not None:
            return after
    pictured = any(cell.crop is not None for row in data for cell in row)
    fused = _fused(section, head, rows, spans) if pictured else frozenset()
    for column in fused:
        for likeness in (alike.leaf, alike.whole):
            likeness[column][column] = max(likeness[column][column], _FUSED)
    chosen = _in_order(alike, blank)
    doubts = _doubts(alike, chosen, head, fused)
    if any(doubts) or None in chosen:
        by_header = _by_header(alike)
        if by_header is not None:
            chosen, doubts = by_header, [None] * len(by_header)
    units = tuple(printed_unit(head[i].lowest) if i is not None else None for i in chosen)
    picked = tuple(spans[i] if i is not None else None for i in chosen)
    found = [alike.leaf[c][p] for c, p in enumerate(chosen) if p is not None]
    return Columns(
        picked,
        sum(found) / len(found) if found else 0.0,
        units,
        positions_of(grid, picked),
        places_of(grid, picked),
        tuple(doubts),
        tuple(chosen),
        tabular and len(found) == len(chosen) and min(found) >= _EXACT and not any(doubts),
        tuple(spans),
        places_of(grid, spans),
        frozenset(
            number
            for number, one in enumerate(head)
            if number not in chosen and stands_beside(section, one)
        ),
    )


def _lone_unread(
    header: Sequence[GridCell], spans: Sequence[Span], data: Sequence[Sequence[GridCell]]
) -> Span | None:
    """The only column that holds numbers, if nothing legible stands over it."""
    held = [sum(is_filled(c) for row in data for c in row if within(c, span)) for span in spans]
    filled = [span for span, count in zip(spans, held, strict=True) if count > _FEW * max(held)]
    if len(filled) != 1:
        return None
    over = [cell for cell in header if cell.text and within(cell, filled[0])]
    return filled[0] if all(cell.trust < _UNREAD for cell in over) else None


def _fused(
    section: Section, head: Sequence[Heading], rows: Sequence[GridCell], spans: Sequence[Span]
) -> frozenset[int]:
    """The columns that stand where the form has them though their headers are read as one."""
    if told_by_number(section, rows, spans):
        return frozenset(range(len(spans)))
    return fused_columns(section, head)


def _header_cells(grid: Grid, header: Sequence[int], spans: Sequence[Span]) -> list[GridCell]:
    """The cells above the values that may be headers of columns.

    Blank ones are among them. Dashes are none, nor is a text that reaches from the labels over
    all values: that is the label of a group in a row of its own.
    """
    over = set(header)
    first, last = spans[0][0], spans[-1][1]
    return [
        cell
        for cell in grid.cells
        if cell.row in over
        and (bare(cell.text or "") or not (cell.text or "").strip())
        and not (cell.column < first and cell.column + cell.column_span >= last)
    ]


def _value_spans(data: Sequence[Sequence[GridCell]]) -> list[Span]:
    """The spans that the value cells have in most rows, left to right."""
    shapes = Counter(tuple((c.column, c.column + c.column_span) for c in row) for row in data)
    most = max(shapes.values())
    # Of equally common shapes the finest: a merged cell is the exception.
    shape = max((s for s in shapes if shapes[s] == most), key=len)
    return list(shape)


def _unmerged(
    spans: list[Span], header: Sequence[GridCell], data: Sequence[Sequence[GridCell]], wanted: int
) -> list[Span]:
    """The columns of rows whose value cells are mostly merged, as the header or a row has them."""
    if not spans:
        return spans
    start, end = spans[0][0], spans[-1][1]
    leaves = [
        (cell.column, cell.column + cell.column_span)
        for cell in header
        if start <= cell.column
        and not any(other.row > cell.row and _over(cell, other) for other in header)
    ]
    for found in (leaves, *([(c.column, c.column + c.column_span) for c in row] for row in data)):
        tiled = sorted(found)
        edges = [a[1] == b[0] for a, b in pairwise(tiled)]
        if len(tiled) == wanted and all(edges) and (tiled[0][0], tiled[-1][1]) == (start, end):
            return tiled
    return spans


def _over(cell: GridCell, other: GridCell) -> bool:
    return within(other, (cell.column, cell.column + cell.column_span))


def _in_order(alike: Likeness, blank: Sequence[bool]) -> list[int | None]:
    """The best order-preserving alignment: for each column of the form a printed one or None."""
    score = alike.whole
    n, m = len(score), len(blank)
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            options = []
            if i and j:
                options.append(best[i - 1][j - 1] + score[i - 1][j - 1] - _NEUTRAL)
            if i:
                options.append(best[i - 1][j] + _SKIP)
            if j:
                options.append(best[i][j - 1] + (_SKIP_BLANK if blank[j - 1] else _SKIP))
            best[i][j] = max(options, default=0.0)
    chosen: list[int | None] = [None] * n
    i, j = n, m
    while i or j:
        if i and j and best[i][j] == best[i - 1][j - 1] + score[i - 1][j - 1] - _NEUTRAL:
            chosen[i - 1] = j - 1
            i, j = i - 1, j - 1
        elif i and best[i][j] == best[i - 1][j] + _SKIP:
            i -= 1
        else:
            j -= 1
    return chosen


def _doubts(
    alike: Likeness, chosen: Sequence[int | None], head: Sequence[Heading], fused: Set[int]
) -> list[str | None]:
    """For each column why the header over it may be that of another one."""
    free = [i for i, j in enumerate(chosen) if j is None]
    unused = {j for j in range(len(head)) if head[j].lowest} - set(chosen)
    found: list[str | None] = []
    for i, j in enumerate(chosen):
        why = None
        if j is not None:
            text = head[j].lowest.replace("\n", "")
            own = alike.whole[i][j]
            rivals = [row[j] for k, row in enumerate(alike.whole) if k != i]
            shared = [k for k in chosen if k is not None and head[k].shared and head[j].shared]
            if i == j and i in fused:
                pass
            elif len(shared) > 1:
                why = f"the header “{text}” stands over several columns"
            elif head[j].narrow and alike.leaf[i][j] < _UNLIKE and len(text) >= 4:
                why = f"the column's header “{text}” does not read like the form's"
            elif head[j].narrow and max(rivals, default=0.0) > own + _OTHERS:
                why = f"the column's header “{text}” reads like that of another column"
            elif any(value > own - _TIED for k, value in enumerate(alike.whole[i]) if k in unused):
                why = f"the column's header “{text}” is not liker to the form's than another one"
            elif any(alike.whole[k][j] > own - _TIED for k in free):
                why = f"the column's header “{text}” does not tell which of several it is"
        found.append(why)
    return found


def _by_header(alike: Likeness) -> list[int | None] | None:
    """Columns printed in another order than the form's, where every header is surely one's own.

    None unless each column of the form has one printed header that is surely its own and no
    other column's.
    """
    if not alike.whole or len(alike.whole[0]) < len(alike.whole):
        return None
    chosen: list[int | None] = []
    for i, row in enumerate(alike.whole):
        j = max(range(len(row)), key=row.__getitem__)
        others = [value for k, value in enumerate(row) if k != j]
        rivals = [alike.whole[k][j] for k in range(len(alike.whole)) if k != i]
        best = max([*others, *rivals], default=0.0)
        if alike.leaf[i][j] < _EXACT or row[j] < best + _TIED or j in chosen:
            return None
        chosen.append(j)
    return chosen
