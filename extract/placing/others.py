"""What else a printed label may be: the heading of a group, or the label of another row."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import lru_cache

from extract.forms import Form, Row
from extract.placing.labels import similarity, spellings
from extract.placing.tape import TapeRow

_CLEARLY = 0.15
"""A label so much liker to another one is that other one's."""


@lru_cache(maxsize=32)
def heading_labels(form: Form) -> tuple[str, ...]:
    """Wordings of the groups that have a row of their own, in outlines."""
    found: dict[str, None] = {}
    for table in form.tables:
        for section in table.sections:
            above: Row | None = None
            for row in section.rows if section.outline else ():
                for label in section.headings(row, above):
                    found.update(dict.fromkeys(spellings(label)))
                above = row
    return tuple(found)


def like_headings(tape: Sequence[TapeRow], form: Form) -> list[float]:
    """Similarity in 0–1 of each printed row with the likest heading; 0 in forms without any."""
    known = heading_labels(form)
    if not known:
        return [0.0] * len(tape)
    return [float(similarity(row.labels, known).max()) if row.labels else 0.0 for row in tape]


def reads_like_another(
    tape: Sequence[TapeRow], printed: Sequence[int], alike: float, form: Form
) -> bool:
    """Whether a printed row's label, `alike` to the row it was matched with, is clearly liker to
    another of the form's.
    """
    labels = tape[printed[0]].labels if len(printed) == 1 else ()
    if not labels or alike + _CLEARLY >= 1.0:
        return False
    known = [*_row_labels(form), *heading_labels(form)]
    return float(similarity(labels, known).max()) > alike + _CLEARLY


def outdone(
    tape: Sequence[TapeRow],
    taken: Container[int],
    printed: Sequence[int],
    alike: float,
    labels: Sequence[str],
) -> bool:
    """Whether a row beside those printed ones that were matched, itself not `taken` by any match
    that its label speaks for, is clearly liker to the form's `labels`: its numbers were not seen,
    or it was read as one with another row.
    """
    if not labels or alike + _CLEARLY >= 1.0:
        return False
    return any(
        row not in taken
        and tape[row].labels
        and float(similarity(tape[row].labels, labels).max()) > alike + _CLEARLY
        for row in (printed[0] - 1, printed[-1] + 1)
        if 0 <= row < len(tape)
    )


@lru_cache(maxsize=32)
def _row_labels(form: Form) -> tuple[str, ...]:
    rows = [row for table in form.tables for one in table.sections for row in one.rows]
    return tuple({label: None for row in rows if row.label for label in spellings(row.label)})
