"""Printed rows ↔ the form's rows: the best order-preserving alignment over the whole document.

Needleman and Wunsch (1970) with one more move: two printed rows on both sides of a break may be
one row of the form that was cut in two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from extract.forms import Form, Row, Section, Table
from extract.placing.labels import numbering_of, similarity, spellings
from extract.placing.others import like_headings
from extract.placing.tape import TapeRow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_NEUTRAL = 0.4  # label similarity at which a match is worth nothing
_SHAPE = 0.15  # the row has as many value cells as the form's row
_NUMBERING = 0.05  # the label carries the form's number (or, as much the less, another)
_NO_VALUES = -0.7  # a label with no cell at all beside it is a title, not a row
_SKIP_NUMBERS = -0.5  # printed numbers that belong to no row of the form
_SKIP_TEXT = -0.02  # headers, titles, blank rows
_SKIP_FORM = -0.25  # a row of the form that is not printed
_JOIN = -0.05  # two printed rows taken as one
_BOTH_PRINT = -1.0  # and both print numbers: the numbers of a row stand in one of its halves
_PARTED = -0.1  # but the second only few: the tails of numbers that were wrapped in their cells
_LIKER = 0.1
HEADING = 0.7  # a label so like a group's heads a group, whatever stands beside it
_IS_HEADING = 0.6  # against matching a label with a row that it is less like
_UNLABELLED = 0.6, 0.05, -1.0  # a row of numbers alone: as many as the form's, nearly, other


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of the form, in the order of print."""

    table: Table
    section: Section
    row: Row
    labels: tuple[str, ...]
    numbering: str
    width: int
    optional: bool


@dataclass(frozen=True, slots=True)
class Match:
    """The printed rows (one, or two that a break parted) that are a row of the form."""

    printed: tuple[int, ...]
    form_row: int
    similarity: float


@lru_cache(maxsize=32)
def form_rows(form: Form) -> tuple[FormRow, ...]:
    """Every row of the form, both sides of each alternative."""
    replaced = {leaf for leaves in form.alternatives.values() for leaf in leaves}
    return tuple(
        FormRow(
            table,
            section,
            row,
            spellings(row.label) if row.label else (),
            numbering_of(row.label.zh) if row.label else "",
            len(section.columns),
            bool(row.stands_for) or f"{table.id}.{row.id}" in replaced,
        )
        for table in form.tables
        for section in table.sections
        for row in section.rows
    )


def joins(tape: Sequence[TapeRow]) -> dict[int, tuple[int, ...]]:
    """For the last row before a break, the rows after it that could be its other half.

    That is the first one; or, after a header printed again, the first that has cells for values,
    and the first that prints numbers.
    """
    found: dict[int, tuple[int, ...]] = {}
    for index in range(len(tape) - 1):
        if tape[index].grid == tape[index + 1].grid:
            continue
        grid = tape[index + 1].grid
        for other in range(index + 1, min(index + 6, len(tape))):
            if tape[other].grid != grid:
                break
            none_yet = not any(tape[row].values for row in found.get(index, ()))
            if other == index + 1 or tape[other].printed or (tape[other].values and none_yet):
                found[index] = (*found.get(index, ()), other)
            if tape[other].printed:
                break
    return found


def align_rows(tape: Sequence[TapeRow], form: Form) -> tuple[float, tuple[Match, ...]]:
    """The best alignment of a tape with a form: its score and the matches in order.

    Dynamic programming over (printed rows) x (form rows), a printed row at a time.
    """
    rows = form_rows(form)
    pairs = joins(tape)
    score, alike = _likeness(tape, pairs, rows)
    heads = like_headings(tape, form)
    skip = [
        _SKIP_NUMBERS if row.printed and head < HEADING else _SKIP_TEXT
        for row, head in zip(tape, heads, strict=True)
    ]
    for index, head in enumerate(heads):
        if head > _NEUTRAL:
            score[(index,)] = score[(index,)] - _IS_HEADING * (alike[(index,)] < head - 0.1)
    # Left out so far, by form row: sums that turn "leave out rows k to j" into one difference.
    lost = np.cumsum([0.0, *(0.0 if row.optional else _SKIP_FORM for row in rows)])
    n, m = len(tape), len(rows)
    best = np.full((n + 1, m + 1), -np.inf)
    step = np.zeros((n + 1, m + 1), np.int64)
    best[0, 0] = 0.0
    for i in range(n + 1):
        here = best[i]
        reached = np.maximum.accumulate(here - lost) + lost
        step[i][reached > here + 1e-9] = _LEFT_OUT
        np.maximum(here, reached, out=here)
        if i == n:
            break
        _improve(best[i + 1], step[i + 1], here + skip[i], _SKIPPED)
        _improve(best[i + 1][1:], step[i + 1][1:], here[:-1] + score[(i,)], _MATCHED)
        for other in pairs.get(i, ()):
            joined = here[:-1] + score[(i, other)]
            _improve(best[other + 1][1:], step[other + 1][1:], joined, _JOINED - i)
    return float(best[n, m]), _trace(step, alike)


def held_against(
    tape: Sequence[TapeRow], rows: Sequence[FormRow], matches: Sequence[Match]
) -> float:
    """What labels that nobody can read took from the score of an alignment.

    A washed-out label in a picture speaks for no form and against none, where as many values stand
    beside it as beside the form's: all cells, or those that print something where columns more
    than the form's stay blank, as one for remarks does.
    """
    return sum(
        max(0.0, _NEUTRAL - _SHAPE - match.similarity)
        for match in matches
        if not any(tape[at].legible for at in match.printed)
        and any(
            tape[at].printed <= rows[match.form_row].width <= len(tape[at].values)
            for at in match.printed
        )
    )


_LEFT_OUT, _SKIPPED, _MATCHED, _JOINED = -1, 0, 1, -2


def _improve(best: Floats, step: NDArray[np.int64], value: Floats, how: int) -> None:
    better = value > best
    best[better] = value[better]
    step[better] = how


def _trace(step: NDArray[np.int64], alike: dict[tuple[int, ...], Floats]) -> tuple[Match, ...]:
    matches = []
    i, j = step.shape[0] - 1, step.shape[1] - 1
    while i > 0 or j > 0:
        how = int(step[i, j])
        if how == _LEFT_OUT:
            j -= 1
        elif how == _SKIPPED:
            i -= 1
        else:
            key = (i - 1,) if how == _MATCHED else (_JOINED - how, i - 1)
            matches.append(Match(key, j - 1, float(alike[key][j - 1])))
            i, j = key[0], j - 1
    return tuple(reversed(matches))


def _likeness(
    tape: Sequence[TapeRow], pairs: dict[int, tuple[int, ...]], rows: Sequence[FormRow]
) -> tuple[dict[tuple[int, ...], Floats], dict[tuple[int, ...], Floats]]:
    """For every printed row or joined pair, score and label similarity with each form row."""
    entries: dict[tuple[int, ...], tuple[tuple[str, ...], str, int, float]] = {}
    for index, row in enumerate(tape):
        entries[(index,)] = (row.labels, row.numbering, len(row.values), 0.0)
    for first, second in ((one, other) for one, others in pairs.items() for other in others):
        a, b = tape[first], tape[second]
        labels = tuple(
            dict.fromkeys(x + y for x in a.labels or ("",) for y in b.labels or ("",) if x + y)
        )
        count = max(len(a.values), len(b.values))
        extra = _JOIN
        if a.printed and b.printed:
            extra += _PARTED if b.printed < 0.6 * a.printed and not b.numbering else _BOTH_PRINT
        entries[(first, second)] = (labels, a.numbering or b.numbering, count, extra)
    printed = list(dict.fromkeys(label for labels, *_ in entries.values() for label in labels))
    by_row = _by_row(printed, rows)
    place = {label: index for index, label in enumerate(printed)}
    widths = np.array([row.width for row in rows])
    bare = np.array([not row.labels for row in rows])
    numberings = np.array([row.numbering for row in rows])
    scores: dict[tuple[int, ...], Floats] = {}
    alike: dict[tuple[int, ...], Floats] = {}
    nothing = np.zeros(len(rows))
    for key, (labels, numbering, count, extra) in entries.items():
        near = by_row[[place[label] for label in labels]].max(axis=0) if labels else nothing
        fits = widths == count
        shape = np.where(fits, _SHAPE, _NO_VALUES if count == 0 else 0.0) + (extra - _NEUTRAL)
        if numbering:
            same = np.where(numberings == numbering, _NUMBERING, -_NUMBERING)
            shape = shape + np.where(numberings != "", same, 0.0)
        if len(key) == 2 and all(tape[one].printed and tape[one].labels for one in key):
            # The rest of a label makes it liker; another label, of a header misread, does not.
            alone = by_row[[place[label] for label in tape[key[0]].labels]].max(axis=0)
            shape = shape + np.where(alone > near + _LIKER, _BOTH_PRINT, 0.0)
        whole, partly, other = _UNLABELLED
        alone = np.where(fits, whole + extra, np.where(count > 0.6 * widths, partly, other))
        scores[key] = np.where(bare, other if labels else alone, near + shape)
        alike[key] = np.where(bare, float(not labels) * fits, near)
    return scores, alike


def _by_row(printed: Sequence[str], rows: Sequence[FormRow]) -> Floats:
    """Similarity of each printed label with the form row's likest wording: (printed, rows)."""
    found = np.zeros((len(printed), len(rows)))
    known = [label for row in rows for label in row.labels]
    if printed and known:
        labelled = [index for index, row in enumerate(rows) if row.labels]
        counts = [len(rows[index].labels) for index in labelled]
        starts = np.cumsum([0, *counts[:-1]])
        found[:, labelled] = np.maximum.reduceat(similarity(printed, known), starts, axis=1)
    return found
