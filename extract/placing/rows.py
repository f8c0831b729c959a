"""Printed rows ↔ the form's rows: the best order-preserving alignment over the whole document.

Needleman and Wunsch (1970) with one more move: two printed rows on both sides of a break may be
one row of the form that was cut in two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from extract.forms import Form, Row, Section, Table
from extract.placing.labels import numbering_of, similarity, spellings
from extract.placing.tape import TapeRow

_NEUTRAL = 0.4  # label similarity at which a match is worth nothing
_SHAPE = 0.15  # the row has as many value cells as the form's row
_NUMBERING = 0.05  # the label carries the form's number (or, as much the less, another)
_NO_VALUES = -0.7  # a label with no cell at all beside it is a title, not a row
_SKIP_NUMBERS = -0.5  # printed numbers that belong to no row of the form
_SKIP_TEXT = -0.02  # headers, titles, blank rows
_SKIP_FORM = -0.25  # a row of the form that is not printed
_JOIN = -0.05  # two printed rows taken as one
_BOTH_PRINT = -1.0  # and both print numbers: the numbers of a row stand in one of its halves
_MINUS_INFINITY = float("-inf")


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

    That is the first one; or the first that prints numbers, after a header printed again.
    """
    found: dict[int, tuple[int, ...]] = {}
    for index in range(len(tape) - 1):
        if tape[index].grid == tape[index + 1].grid:
            continue
        grid = tape[index + 1].grid
        for other in range(index + 1, min(index + 6, len(tape))):
            if tape[other].grid != grid:
                break
            if other == index + 1 or tape[other].printed:
                found[index] = (*found.get(index, ()), other)
            if tape[other].printed:
                break
    return found


def align_rows(tape: Sequence[TapeRow], form: Form) -> tuple[float, tuple[Match, ...]]:
    """The best alignment of a tape with a form: its score and the matches in order."""
    rows = form_rows(form)
    pairs = joins(tape)
    alike = _likeness(tape, pairs, rows)
    skip = [_SKIP_NUMBERS if row.printed else _SKIP_TEXT for row in tape]
    lost = [0.0 if row.optional else _SKIP_FORM for row in rows]
    n, m = len(tape), len(rows)
    best = [[_MINUS_INFINITY] * (m + 1) for _ in range(n + 1)]
    move: list[list[tuple[int, float]]] = [[(0, 0.0)] * (m + 1) for _ in range(n + 1)]
    best[0][0] = 0.0
    for i in range(n + 1):
        here = best[i]
        for j in range(m):
            value = here[j] + lost[j]
            if value > here[j + 1]:
                here[j + 1] = value
                move[i][j + 1] = (-1, 0.0)
        if i == n:
            break
        after, moves = best[i + 1], move[i + 1]
        singles = alike[(i,)]
        cost = skip[i]
        for j in range(m + 1):
            base = here[j]
            if base + cost > after[j]:
                after[j] = base + cost
                moves[j] = (0, 0.0)
            if j < m:
                score, alikeness = singles[j]
                if base + score > after[j + 1]:
                    after[j + 1] = base + score
                    moves[j + 1] = (1, alikeness)
        for joined in pairs.get(i, ()):
            target, target_moves = best[joined + 1], move[joined + 1]
            for j, (score, alikeness) in enumerate(alike[(i, joined)]):
                if here[j] + score > target[j + 1]:
                    target[j + 1] = here[j] + score
                    target_moves[j + 1] = (-2 - i, alikeness)
    return best[n][m], _trace(move, n, m)


def _trace(move: list[list[tuple[int, float]]], i: int, j: int) -> tuple[Match, ...]:
    matches = []
    while i > 0 or j > 0:
        step, alikeness = move[i][j]
        if step == -1:
            j -= 1
        elif step == 0:
            i -= 1
        elif step == 1:
            matches.append(Match((i - 1,), j - 1, alikeness))
            i, j = i - 1, j - 1
        else:
            first = -step - 2
            matches.append(Match((first, i - 1), j - 1, alikeness))
            i, j = first, j - 1
    return tuple(reversed(matches))


def _likeness(
    tape: Sequence[TapeRow], pairs: dict[int, tuple[int, ...]], rows: Sequence[FormRow]
) -> dict[tuple[int, ...], list[tuple[float, float]]]:
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
        extra = _JOIN + (_BOTH_PRINT if a.printed and b.printed else 0.0)
        entries[(first, second)] = (labels, a.numbering or b.numbering, count, extra)
    printed = list(dict.fromkeys(label for labels, *_ in entries.values() for label in labels))
    known = list(dict.fromkeys(label for row in rows for label in row.labels))
    table = similarity(printed, known).tolist() if printed and known else []
    line = {label: table[index] for index, label in enumerate(printed)}
    column = {label: index for index, label in enumerate(known)}
    columns = [[column[label] for label in row.labels] for row in rows]
    return {
        key: _scores(labels, numbering, count, extra, rows, columns, line)
        for key, (labels, numbering, count, extra) in entries.items()
    }


def _scores(
    labels: tuple[str, ...],
    numbering: str,
    count: int,
    extra: float,
    rows: Sequence[FormRow],
    columns: list[list[int]],
    line: dict[str, list[float]],
) -> list[tuple[float, float]]:
    found = []
    lines = [line[label] for label in labels]
    for row, known in zip(rows, columns, strict=True):
        if not known:  # a row of numbers that carries no label
            fits = not labels and count == row.width
            near = not labels and count > 0.6 * row.width
            found.append((0.6 + extra, 1.0) if fits else (0.05 if near else -1.0, 0.0))
            continue
        alike = max((scores[c] for scores in lines for c in known), default=0.0)
        shape = _SHAPE if count == row.width else (_NO_VALUES if count == 0 else 0.0)
        if numbering and row.numbering:
            shape += _NUMBERING if numbering == row.numbering else -_NUMBERING
        found.append((alike - _NEUTRAL + shape + extra, alike))
    return found
