"""Labels of two rows read as one, where the rule between them was lost in a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from extract.forms import Form
from extract.placing.labels import similarity
from extract.placing.rows import form_rows
from extract.placing.tape import TapeRow

_LIKE = 0.85
"""Similarity of a label with those of two rows one after the other, that makes it theirs."""
_LIKER = 0.1
"""So much liker it must be to both than to any one row."""


def with_labels_parted(tape: Sequence[TapeRow], form: Form) -> tuple[TapeRow, ...]:
    """The tape with each label that names two rows of the form, one after the other, given to its
    row and the next, where that one has as many numbers and no label.
    """
    rows, names = list(tape), _names_of_two(form)
    for i, (row, below) in enumerate(pairwise(tape)):
        if not names or not _may_be_two(row, below):
            continue
        scores = similarity(row.labels, [one + other for one, other in names]).max(axis=0)
        alone = similarity(row.labels, _names(form)).max()
        best = int(scores.argmax())
        if scores[best] >= _LIKE and scores[best] > alone + _LIKER:
            first, second = names[best]
            rows[i] = replace(row, labels=(first,), numbering="")
            rows[i + 1] = replace(below, labels=(second,))
    return tuple(rows)


def _may_be_two(row: TapeRow, below: TapeRow) -> bool:
    return (
        row.grid == below.grid
        and bool(row.labels)
        and not below.labels
        and len(row.values) == len(below.values) > 1
        and min(row.printed, below.printed) > 0
        and all(cell.crop is not None for cell in (*row.values, *below.values))
    )


@lru_cache(maxsize=32)
def _names_of_two(form: Form) -> tuple[tuple[str, str], ...]:
    return tuple(
        (first, second)
        for one, other in pairwise(form_rows(form))
        if one.section is other.section
        for first in one.labels
        for second in other.labels
    )


@lru_cache(maxsize=32)
def _names(form: Form) -> tuple[str, ...]:
    return tuple(label for row in form_rows(form) for label in row.labels)
