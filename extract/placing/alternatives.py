"""A group printed as one row, or as the rows under it: which, where one row alone is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.forms import Form
from extract.placing.labels import similarity
from extract.placing.rows import FormRow, Match, form_rows
from extract.placing.tape import TapeRow

_SURE = 0.8
_AMBIGUOUS = "the form prints this group as one row or as several, and the label does not tell"


def settle_lone_rows(
    form: Form, tape: Sequence[TapeRow], matches: tuple[Match, ...]
) -> tuple[tuple[Match, ...], dict[int, str]]:
    """The matches, a lone row of a group taken for the group itself unless its label objects.

    A form that prints the rows of a group prints all of them, so one alone is either the group's
    single row or what is left of them. Also gives the doubts by form row.
    """
    rows = form_rows(form)
    number = {f"{row.table.id}.{row.row.id}": index for index, row in enumerate(rows)}
    settled = list(matches)
    doubts: dict[int, str] = {}
    for group, leaves in form.alternatives.items():
        single = number[group]
        under = {number[leaf] for leaf in leaves}
        lone = [i for i, match in enumerate(settled) if match.form_row in under]
        if len(lone) != 1 or len(leaves) < 2 or any(m.form_row == single for m in settled):
            continue
        match = settled[lone[0]]
        row = tape[match.printed[0]]
        as_leaf = _likeness(row, rows[match.form_row])
        as_group = _likeness(row, rows[single])
        if as_leaf >= _SURE and as_leaf > as_group:
            continue
        settled[lone[0]] = replace(match, form_row=single, similarity=as_group)
        if as_group < _SURE:
            doubts[single] = _AMBIGUOUS
    return tuple(settled), doubts


def _likeness(row: TapeRow, form_row: FormRow) -> float:
    """Similarity in 0–1 of a printed row's labels with a form row's, its number included."""
    if not row.labels or not form_row.labels:
        return 0.0
    alike = float(similarity(row.labels, form_row.labels).max())
    if row.numbering and form_row.numbering:
        alike += 0.05 if row.numbering == form_row.numbering else -0.25
    return alike
