"""Rows that nobody can read between two that are read well, as many as the form has there.

A seal over the labels leaves values in their rows: these are the form's, one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extract.forms import Form
from extract.placing.others import like_headings
from extract.placing.row_doubts import SURE
from extract.placing.rows import HEADING, FormRow, Match
from extract.placing.tape import TapeRow


def as_many_between(
    tape: Sequence[TapeRow], form: Form, rows: Sequence[FormRow], matches: Sequence[Match]
) -> tuple[Match, ...]:
    """The matches, with the rows of a picture between two well-read ones of a grid one for one
    with the form's, where they are as many. Each is as like its row as its label is.
    """
    heads = like_headings(tape, form)
    anchors = [one for one in matches if len(one.printed) == 1 and one.similarity >= SURE]
    found = list(matches)
    for above, below in pairwise(anchors):
        printed = [
            at
            for at in range(above.printed[0] + 1, below.printed[0])
            if tape[at].values and heads[at] < HEADING
        ]
        wanted = [at for at in range(above.form_row + 1, below.form_row) if not rows[at].optional]
        if not _one_for_one(tape, above.printed[0], [*printed, below.printed[0]], rows, wanted):
            continue
        inner = [one for one in found if above.form_row < one.form_row < below.form_row]
        known = {(one.printed, one.form_row): one.similarity for one in inner}
        found = [one for one in found if one not in inner]
        found += [
            Match((at,), row, known.get(((at,), row), 0.0))
            for at, row in zip(printed, wanted, strict=True)
        ]
    return tuple(sorted(found, key=lambda one: one.form_row))


def _one_for_one(
    tape: Sequence[TapeRow],
    above: int,
    printed: Sequence[int],
    rows: Sequence[FormRow],
    wanted: Sequence[int],
) -> bool:
    """Whether the rows after one, up to another, are of its grid, pictured, and as many and as
    wide as is wanted.
    """
    inner = printed[:-1]
    return (
        len(inner) == len(wanted) > 0
        and all(tape[at].grid == tape[above].grid for at in printed)
        and all(cell.crop is not None for at in inner for cell in tape[at].values)
        and all(
            len(tape[at].values) >= rows[row].width for at, row in zip(inner, wanted, strict=True)
        )
    )
