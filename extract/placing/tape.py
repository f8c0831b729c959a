"""All grids of a document as one tape of rows: what labels a row, and which cells hold values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.model import Grid, GridCell, Mark
from extract.placing.labels import bare, numbering_of
from extract.reading.numbers import in_groups, is_unit, parsed
from extract.text import fold, ideographs

_EMPTY_ROWS = 0.6
"""Share of the most votes that settles where the values of an empty table begin."""


_SEVERAL = 3
_READ = 0.6
"""Trust from which on a word of a picture was read."""
_NUMBERING = 2
"""Digits that number the rows of a form."""
_A_WORD = 2
"""Ideographs: scraps of rules are read as single ones."""


@dataclass(frozen=True, slots=True)
class TapeRow:
    """One printed row. `labels` are bare candidates for what it is called, likeliest first."""

    grid: int
    row: int
    labels: tuple[str, ...]
    texts: tuple[str, ...]
    values: tuple[GridCell, ...]
    numbering: str
    """The number that the innermost label begins with: "六" of （六）其他处理, "3" of 3.其他."""
    printed: int
    """How many of the value cells are not blank."""
    unit: str | None = None
    """The unit in the grid's column of units, where it has one."""
    legible: bool = True
    """False in a picture none of whose words beside the values could be read."""


def prints(cell: GridCell) -> Mark:
    """The mark of a cell, from its text or, where only pixels were read, from its readings."""
    if cell.text is not None:
        return parsed(cell.text)[1]
    if not cell.readings:
        return "illegible"
    first = cell.readings[0]
    return "number" if in_groups(first.printed) else first.mark


def is_filled(cell: GridCell) -> bool:
    """Whether anything at all was read in a cell."""
    if cell.text is not None:
        return bool(cell.text.strip())
    return bool(cell.readings) and cell.readings[0].mark != "blank"


def make_tape(grids: Sequence[Grid]) -> tuple[TapeRow, ...]:
    """The rows of all grids in reading order."""
    tape: list[TapeRow] = []
    for index, grid in enumerate(grids):
        rows: list[list[tuple[GridCell, Mark]]] = [[] for _ in range(grid.rows)]
        for cell in grid.cells:
            rows[cell.row].append((cell, prints(cell)))
        units = unit_column(grid)
        stated = [[one for one in row if one[0].column == units] for row in rows]
        if units is not None:
            rows = [[one for one in row if one[0].column != units] for row in rows]
        first_value = _first_value_column(rows)
        for number, row in enumerate(rows):
            made = _row(index, number, row, first_value)
            tape.append(_with_unit(made, stated[number]) if stated[number] else made)
    return tuple(tape)


def unit_column(grid: Grid) -> int | None:
    """The column of a grid that prints the unit of each row: neither a label nor a value.

    A word in a row without numbers is a header, be it misread as a unit.
    """
    words: Counter[int] = Counter()
    others: Counter[int] = Counter()
    data = {cell.row for cell in grid.cells if prints(cell) in ("number", "blank")}
    for cell in grid.cells:
        text = cell.text
        if cell.column == 0 or cell.column_span > 1 or text == "":
            continue
        if text is not None and is_unit(text) and cell.row in data:
            words[cell.column] += 1
        elif prints(cell) in ("number", "illegible"):
            others[cell.column] += 1
    found = [column for column, count in words.items() if count >= max(1, others[column])]
    return max(found, key=lambda column: (words[column], -column), default=None)


def _with_unit(row: TapeRow, stated: Sequence[tuple[GridCell, Mark]]) -> TapeRow:
    """The row with its unit; one that prints a dash for a unit is a heading, without a value.

    Whatever else than dashes and blanks stands beside it says that it is a row all the same: in a
    picture a unit of few strokes passes for a dash.
    """
    cell, mark = stated[0]
    if mark == "dash" and all(prints(one) in ("dash", "blank") for one in row.values):
        return replace(row, values=(), printed=0)
    text = cell.text or ""
    return replace(row, unit=fold(text) if is_unit(text) else None)


def _after_text(row: Sequence[tuple[GridCell, Mark]]) -> int:
    """The column right of the last cell whose text is not a number.

    What a picture does not let read, beyond several numbers, is one more: under a seal, perhaps.
    """
    after, numbers = 0, 0
    for cell, mark in row:
        numbers += mark in ("number", "dash")
        if mark == "illegible" and not (cell.text is None and numbers >= _SEVERAL):
            after = max(after, cell.column + cell.column_span)
    return after


def _first_value_column(rows: Sequence[Sequence[tuple[GridCell, Mark]]]) -> int:
    """Where the rows of a grid turn from label to values: the place that fits most of them.

    It fits a row that has a cell starting there and only blanks between its last text and it.
    Rows that print numbers decide; those of an empty form only where there are no others.
    """
    printing = [row for row in rows if any(mark in ("number", "dash") for _, mark in row)]
    votes: Counter[int] = Counter()
    for row in printing or rows:
        split = _after_text(row)
        for cell, mark in row:
            if cell.column < split:
                continue
            votes[cell.column] += 1
            if mark != "blank":
                break
    # Of an empty form the header rows vote too, for columns further right.
    most = max(votes.values(), default=0) * (1.0 if printing else _EMPTY_ROWS)
    return min((column for column, count in votes.items() if count >= most), default=0)


def _row(grid: int, number: int, row: Sequence[tuple[GridCell, Mark]], first_value: int) -> TapeRow:
    split = _after_text(row)
    if split < first_value:
        between = [one for one in row if split <= one[0].column < first_value]
        starts = any(cell.column == first_value for cell, _ in row)
        if starts and all(mark == "blank" or _numbering_alone(cell) for cell, mark in between):
            split = first_value
    elif split > first_value > 0:
        # Text among the values: an unreadable number or a remark after them, if the row is
        # labelled before it and prints numbers besides; else a header, or more of the label.
        labelled = any(m == "illegible" and c.column < first_value for c, m in row)
        among = [(c, m) for c, m in row if c.column >= first_value]
        texts_among = [c for c, m in among if m == "illegible"]
        numbers = [c.column for c, m in among if m in ("number", "dash")]
        unread = all(c.text is None for c in texts_among)  # in a picture, where words are texts
        if labelled and (unread or (not numbers and all(_dressed(c) for c in texts_among))):
            split = first_value
        if labelled and numbers and len(numbers) >= len(texts_among):
            most = len(numbers) > 2 * len(texts_among)
            if all(_short(c) or (most and c.column > numbers[0]) for c in texts_among):
                split = first_value
    texts = tuple(cell.text or "" for cell, mark in row if cell.column < split and mark != "blank")
    values_of_row = tuple(cell for cell, _ in row if cell.column >= split)
    printed = sum(mark != "blank" for cell, mark in row if cell.column >= split)
    numbering = numbering_of(texts[-1]) if texts else ""
    return TapeRow(
        grid, number, _candidates(texts), texts, values_of_row, numbering, printed,
        legible=_legible([cell for cell, _ in row if cell.column < split]),
    )  # fmt: skip


def _legible(cells: Sequence[GridCell]) -> bool:
    """Whether label cells say something; those of a text do, if only by what they leave blank."""
    pictured = [cell for cell in cells if cell.crop is not None]
    read = (cell.text for cell in pictured if cell.text and cell.trust >= _READ)
    return not pictured or any(ideographs(text) >= _A_WORD for text in read)


def _numbering_alone(cell: GridCell) -> bool:
    """Whether a cell of a picture shows but the number that its label begins with."""
    shown = cell.readings[0].printed if cell.text is None and cell.readings else cell.text or ""
    return cell.crop is not None and prints(cell) == "number" and len(bare(shown)) <= _NUMBERING


def _short(cell: GridCell) -> bool:
    """Whether a text could be a number that was read badly, rather than a piece of a label."""
    text = bare(cell.text or "")
    return len(text) <= 4 or any(char.isdigit() for char in text)


def _dressed(cell: GridCell) -> bool:
    """Whether a short text holds a digit, as 约30 or ① do: a number in other words."""
    text = bare(cell.text or "")
    return len(text) <= 4 and any(char.isdigit() for char in text)


def _candidates(texts: tuple[str, ...]) -> tuple[str, ...]:
    if not texts:
        return ()
    found = dict.fromkeys((bare(texts[-1]), bare("".join(texts[-2:])), bare("".join(texts))))
    found.pop("", None)
    return tuple(found)
