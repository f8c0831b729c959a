"""Grids whose rules are in doubt, confirmed by what they turn out to hold.

Where every printed row of a grid is a row of the form, one after the other without a gap, each by
its own label, and its columns are the form's by their headers, no rule was lost and none made up.
What the ink of a cell says, of digits that are cut or strokes across its sides, still holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from extract.model import Grid
from extract.placing.columns import Columns
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
