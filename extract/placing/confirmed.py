"""Grids and rows whose rules are in doubt, confirmed by what they turn out to hold.

Where every printed row of a grid is a row of the form, one after the other without a gap, each by
its own label, and its columns are the form's by their headers, no rule was lost and none made up.
The same holds for a single row with the ones before and after it. What the ink of a cell says, of
digits that are cut or strokes across its sides, still holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from extract.model import Grid, GridCell
from extract.placing.carried import Columns
from extract.placing.row_doubts import SURE
from extract.placing.rows import FormRow, Match
from extract.placing.tape import TapeRow, is_filled

_FEWEST = 3
"""Rows of a grid that follow each other as the form's do: of fewer, order says little."""


def confirmed_grids(
    grids: Sequence[Grid],
    tape: Sequence[TapeRow],
    matches: Sequence[Match],
    columns: Mapping[int, Columns],
    rows: Sequence[FormRow],
) -> frozenset[int]:
    """The pictured grids, by number, whose rows and columns all proved to be the form's.

    `columns` are those of each printed row that was matched.
    """
    taken = {printed for match in matches for printed in match.printed}
    stray = {
        row.grid
        for index, row in enumerate(tape)
        if index not in taken and any(is_filled(cell) for cell in row.values)
    }
    own: dict[int, list[Match]] = {}
    for match in matches:
        for printed in match.printed:
            own.setdefault(tape[printed].grid, []).append(match)
    return frozenset(
        number
        for number, found in own.items()
        if number not in stray
        and len(found) >= _FEWEST
        and all(cell.crop is not None for cell in grids[number].cells)
        and all(_by_label(match, rows) for match in found)
        and _in_a_row([match.form_row for match in found], rows)
        and all(_by_header(columns.get(match.printed[0])) for match in found)
    )


def confirmed_rows(
    tape: Sequence[TapeRow],
    matches: Sequence[Match],
    columns: Mapping[int, Columns],
    rows: Sequence[FormRow],
) -> frozenset[int]:
    """The printed rows, by number on the tape, that are a row of the form each, between the rows
    that the form's section has before and after them. `matches` are in the order of the form.
    """
    found: set[int] = set()
    for _, group in groupby(enumerate(rows), lambda numbered: id(numbered[1].section)):
        numbers = [number for number, _ in group]
        own = [match for match in matches if match.form_row in numbers]
        ends = numbers[0] - 1, numbers[-1] + 1
        placed = [ends[0], *(match.form_row for match in own), ends[1]]
        for place, match in enumerate(own):
            around = own[max(0, place - 1) : place + 2]
            if (
                all(_by_label(one, rows) or len(numbers) == 1 for one in around)
                and _in_a_row(placed[place : place + 3], rows)
                and _nothing_between(around, tape)
                and _by_header(columns.get(match.printed[0]))
            ):
                found.add(match.printed[0])
    return frozenset(found)


def confirmed(cell: GridCell | None, *, grid: bool, row: bool) -> GridCell | None:
    """A pictured cell of a confirmed grid or row, whole as far as its own ink says.

    In a row by itself its lines are one number; not so where it reaches over several.
    """
    if cell is None or cell.crop is None or not (grid or row):
        return cell
    stacked = cell.stacked and not (row and cell.row_span == 1)
    return replace(cell, whole=not (cell.torn or stacked), stacked=stacked)


def _nothing_between(matches: Sequence[Match], tape: Sequence[TapeRow]) -> bool:
    """Whether matches follow each other on the tape, without other rows that print a value."""
    return all(
        before.printed[-1] < after.printed[0]
        and not any(
            is_filled(cell)
            for row in tape[before.printed[-1] + 1 : after.printed[0]]
            for cell in row.values
        )
        for before, after in pairwise(matches)
    )


def _by_label(match: Match, rows: Sequence[FormRow]) -> bool:
    """Whether one printed row is a row of the form by its label."""
    named = bool(rows[match.form_row].labels)
    return len(match.printed) == 1 and named and match.similarity >= SURE


def _in_a_row(numbers: Sequence[int], rows: Sequence[FormRow]) -> bool:
    """Whether rows of the form follow each other, none but optional ones left out."""
    return all(
        before < after and all(rows[between].optional for between in range(before + 1, after))
        for before, after in pairwise(sorted(numbers))
    )


def _by_header(columns: Columns | None) -> bool:
    """Whether columns are the form's by their headers, or the only one there is."""
    if columns is None or not columns.whole or any(columns.doubts):
        return False
    return columns.exact or (len(columns.spans) == columns.count == 1)
