"""Grids → tables with header trees and row trees, as an example report prints them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from extract.drafting.nouns import Amount, DraftColumn, DraftRow, DraftSection, DraftTable
from extract.model import Grid, GridCell, Line
from extract.placing.labels import bare, printed_unit
from extract.placing.tape import TapeRow, make_tape, prints, unit_column
from extract.reading.numbers import is_unit, read_number
from extract.text import fold

_LEVELS = (
    re.compile(r"^[一二三四五六七八九十]+[、.．]"),
    re.compile(r"^[(（][一二三四五六七八九十]+[)）]"),
    re.compile(r"^\d+[、.．]"),
    re.compile(r"^[(（]\d+[)）]"),
)
_OF_THEM = re.compile(r"^其中[:：]?")
_BRACKETED_UNIT = re.compile(r"[(（]([^()（）]{1,4})[)）]$")
_CAPTION = re.compile(r"^[(（]?(?:单位|填报|制表|20\d\d)|^附|[。；;]$")


def drafted_tables(grids: Sequence[Grid], lines: Sequence[Line]) -> list[DraftTable]:
    """The tables that print numbers, each whole even where page breaks cut it."""
    found = [(grid, sections) for grid in joined(grids) if (sections := _sections(grid))]
    titles = _titles([grid for grid, _ in found], lines)
    return [
        DraftTable(title or f"表{number}", sections)
        for number, (title, (_, sections)) in enumerate(zip(titles, found, strict=True), 1)
    ]


def joined(grids: Sequence[Grid]) -> list[Grid]:
    """Grids with what follows a page break joined on, and headers printed again left out."""
    whole: list[Grid] = []
    for grid in grids:
        before = whole[-1] if whole else None
        if before is None or grid.page == before.page or grid.columns != before.columns:
            whole.append(grid)
            continue
        rows, again = _texts(grid), _texts(before)
        same = 0
        while same < min(len(rows), len(again)) and rows[same] == again[same] and rows[same]:
            same += 1
        if same or not _begins_with_header(grid):
            shift = before.rows - same
            cells = [replace(c, row=c.row + shift) for c in grid.cells if c.row >= same]
            rows_now = shift + grid.rows
            whole[-1] = replace(before, rows=rows_now, cells=(*before.cells, *cells))
        else:
            whole.append(grid)
    return whole


def _texts(grid: Grid) -> list[tuple[str, ...]]:
    """Per row what its cells that are no numbers say."""
    rows: list[list[str]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        if prints(cell) == "illegible" and cell.text:
            rows[cell.row].append(bare(cell.text))
    return [tuple(row) for row in rows]


def _begins_with_header(grid: Grid) -> bool:
    tape = make_tape([grid])
    first = _first_value(tape)
    below = tape[1] if len(tape) > 1 else None
    return first is None or _is_header(tape[0], grid, first, below)


def _first_value(tape: Sequence[TapeRow]) -> int | None:
    """The grid column in which the numbers of most rows begin, None where there are none."""
    starts = Counter(
        min(cell.column for cell in row.values) for row in tape if row.values and row.printed
    )
    return starts.most_common(1)[0][0] if starts else None


def _sections(grid: Grid) -> list[DraftSection]:
    tape = make_tape([grid])
    first = _first_value(tape)
    if first is None:
        return []
    units = unit_column(grid)
    found: list[DraftSection] = []
    header: list[int] = []
    data: list[TapeRow] = []
    for number, row in enumerate(tape):
        below = tape[number + 1] if number + 1 < len(tape) else None
        if _is_header(row, grid, first, below):
            if data:
                found.append(_section(grid, header, data, first, units))
                header, data = [], []
            header.append(row.row)
        else:
            data.append(row)
    if data:
        found.append(_section(grid, header, data, first, units))
    return found if header or any(section.columns for section in found) else []


def _is_header(row: TapeRow, grid: Grid, first: int, below: TapeRow | None) -> bool:
    """Whether a row heads columns: it prints words over the values and no number there."""
    cells = [cell for cell in grid.cells if cell.row == row.row]
    over = [cell for cell in cells if cell.column + cell.column_span > first]
    words = [cell for cell in over if prints(cell) == "illegible" and cell.text]
    if not words or any(prints(cell) == "number" for cell in over):
        return False
    if words[0].column < first or (len(words) == 1 and words[0].column_span == grid.columns):
        # One text over the whole row: the name of a block if a header follows, else of a group.
        return below is not None and _is_header(below, grid, first, None)
    return True


def _section(
    grid: Grid, header: list[int], data: list[TapeRow], first: int, units: int | None
) -> DraftSection:
    cells = [cell for cell in grid.cells if cell.row in set(header) and (cell.text or "").strip()]
    label = ""
    if cells and cells[0].column == 0 and cells[0].column_span == grid.columns:
        label = _clean(cells[0].text)
        cells = cells[1:]
    spans = Counter(
        tuple((c.column, c.column + c.column_span) for c in row.values)
        for row in data
        if row.values
    ).most_common(1)[0][0]
    stub = next((_clean(c.text) for c in cells if c.column < first and c.column != units), "")
    named = next((_clean(c.text) for c in cells if c.column == units), "") if units else ""
    rows = _rows(grid, data, spans, first, units)
    numbers = () if rows else _numbers(data[0], spans)
    return DraftSection(_columns(cells, spans), rows, label, stub, named, numbers)


def _columns(cells: Sequence[GridCell], spans: Sequence[tuple[int, int]]) -> list[DraftColumn]:
    """The header tree over the spans of the value columns."""
    paths = [
        [c for c in cells if c.column < span[1] and c.column + c.column_span > span[0]]
        for span in spans
    ]
    return _tree(paths)


def _tree(paths: Sequence[Sequence[GridCell]]) -> list[DraftColumn]:
    found: list[DraftColumn] = []
    start = 0
    while start < len(paths):
        path = paths[start]
        if not path:
            found.append(DraftColumn("?"))
            start += 1
            continue
        end = start + 1
        while end < len(paths) and len(path) > 1 and paths[end] and paths[end][0] == path[0]:
            end += 1
        text = _clean(path[0].text)
        if len(path) == 1:
            found.append(DraftColumn(text, _unit_in(text)))
        else:
            found.append(DraftColumn(text, None, _tree([one[1:] for one in paths[start:end]])))
        start = end
    return found


def _rows(
    grid: Grid,
    data: Sequence[TapeRow],
    spans: Sequence[tuple[int, int]],
    first: int,
    units: int | None,
) -> list[DraftRow]:
    if not any(row.labels for row in data):
        return []
    covering: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        if cell.column < first and cell.column != units and prints(cell) == "illegible":
            for row in range(cell.row, cell.row + cell.row_span):
                covering.setdefault(row, []).append(cell)
    _fill_down(grid, covering, first, units)
    if any(len(covering.get(row.row, ())) > 1 for row in data):
        return _grouped(data, spans, covering)
    return _nested(data, spans, covering, has_units=units is not None)


def _fill_down(
    grid: Grid, covering: dict[int, list[GridCell]], first: int, units: int | None
) -> None:
    """Groups that a page break cut go on in the blank cells below it."""
    for cell in grid.cells:
        if cell.column >= first or cell.column == units or prints(cell) != "blank":
            continue
        above = [one for one in covering.get(cell.row - 1, ()) if one.column == cell.column]
        for row in range(cell.row, cell.row + cell.row_span):
            beside = [one for one in covering.get(row, ()) if one.column > cell.column]
            if above and beside and max(above[0].row_span, cell.row_span) > 1:
                covering[row].append(above[0])


def _grouped(
    data: Sequence[TapeRow],
    spans: Sequence[tuple[int, int]],
    covering: dict[int, list[GridCell]],
) -> list[DraftRow]:
    """Rows under the merged cells to their left."""
    top: list[DraftRow] = []
    opened: list[tuple[str, DraftRow]] = []
    for row in data:
        path = [_clean(cell.text) for cell in sorted(covering[row.row], key=lambda c: c.column)]
        depth = 0
        while depth < min(len(opened), len(path) - 1) and opened[depth][0] == path[depth]:
            depth += 1
        del opened[depth:]
        for text in path[depth:-1]:
            group = DraftRow(text)
            (opened[-1][1].rows if opened else top).append(group)
            opened.append((text, group))
        line = DraftRow(path[-1], _numbers(row, spans))
        (opened[-1][1].rows if opened else top).append(line)
    return top


def _nested(
    data: Sequence[TapeRow],
    spans: Sequence[tuple[int, int]],
    covering: dict[int, list[GridCell]],
    *,
    has_units: bool,
) -> list[DraftRow]:
    """Rows of one column of labels, under each other by their numbering."""
    top: list[DraftRow] = []
    opened: list[tuple[int, DraftRow]] = []
    for row in data:
        if row.row not in covering:
            continue
        text = _clean(covering[row.row][0].text)
        depth = _depth(text, opened)
        opened = [one for one in opened if one[0] < depth]
        heading = not row.values or (has_units and row.unit is None)
        line = DraftRow(text, None if heading else _numbers(row, spans), row.unit)
        (opened[-1][1].rows if opened else top).append(line)
        opened.append((depth, line))
    return [row for row in top if row.rows or row.numbers is not None]


def _depth(text: str, opened: Sequence[tuple[int, DraftRow]]) -> int:
    """How deep a label stands, ten to a level of numbering, details between two levels."""
    for level, pattern in enumerate(_LEVELS, 1):
        if pattern.match(text):
            return 10 * level
    if not opened:
        return 10
    last, line = opened[-1]
    if _OF_THEM.match(text):
        return last + 1 if not _OF_THEM.match(line.text) else last
    return last


def _numbers(row: TapeRow, spans: Sequence[tuple[int, int]]) -> tuple[Amount, ...]:
    found: list[Amount] = []
    for start, end in spans:
        under = (c for c in row.values if c.column < end and start < c.column + c.column_span)
        cell = next(under, None)
        found.append(_amount(cell) if cell else None)
    return tuple(found)


def _amount(cell: GridCell) -> Amount:
    if cell.text is None and not cell.readings:
        return None
    reading = read_number(cell.text) if cell.text is not None else cell.readings[0]
    if reading.mark in ("blank", "dash"):
        return Fraction(0)
    return None if reading.value is None else Fraction(str(reading.value))


def _unit_in(text: str) -> str | None:
    """The unit that a header names in brackets: （单位：万元） or （万元）."""
    found = _BRACKETED_UNIT.search(fold(text))
    return printed_unit(text) or (found[1] if found and is_unit(found[1]) else None)


def _titles(grids: Sequence[Grid], lines: Sequence[Line]) -> list[str]:
    """The nearest short line above each table; headings in order where lines have no places."""
    short = [line for line in lines if 4 <= len(_clean(line.text)) <= 40]
    short = [line for line in short if not _CAPTION.search(fold(line.text))]
    found = []
    for grid in grids:
        box = grid.box
        above = [
            line
            for line in short
            if box and line.page == grid.page and line.box and line.box.y1 <= box.y0 + 2
        ]
        nearest = max(above, key=lambda line: line.box.y1 if line.box else 0.0, default=None)
        found.append(_clean(nearest.text) if nearest else "")
    headings = [_clean(line.text) for line in short if _LEVELS[0].match(fold(line.text))]
    if not any(found) and len(headings) == len(grids):
        found = headings
    return [_LEVELS[0].sub("", title) for title in found]


def _clean(text: str | None) -> str:
    return re.sub(r"\s+", "", text or "")
