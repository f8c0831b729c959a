"""What is printed more than once: several reports in one file, or a row or table twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract.errors import ReportError
from extract.model import Grid
from extract.placing.carried import Columns
from extract.placing.columns import align_columns
from extract.placing.labels import similarity
from extract.placing.rows import FormRow, Match
from extract.placing.tape import TapeRow

_SAME_LABEL = 0.85
_SAME_HEADER = 0.6
_MANY = 8
TWICE = "the form's row is printed more than once, with other numbers"


def refuse_several(
    rows: Sequence[FormRow], matches: Sequence[Match], tape: Sequence[TapeRow]
) -> None:
    """Raises ReportError when many rows of the form are printed a second time."""
    known = {label for row in rows for label in row.labels if len(label) > 3}
    taken = {printed for match in matches for printed in match.printed}
    again = [
        row
        for index, row in enumerate(tape)
        if index not in taken and row.printed and any(label in known for label in row.labels)
    ]
    if len(again) >= _MANY:
        raise ReportError(
            f"{len(again)} rows of the form are printed twice: the file holds several reports; "
            "cut it into one file each",
            "several_reports",
        )


def refuse_years_side_by_side(
    rows: Sequence[FormRow], matches: Sequence[Match], tape: Sequence[TapeRow]
) -> None:
    """Raises ReportError when many rows print two numbers for each column of the form."""
    wide = [(tape[m.printed[0]], rows[m.form_row].width) for m in matches if len(m.printed) == 1]
    wide = [(row, width) for row, width in wide if width > 2 and len(row.values) == 2 * width]
    double = len(wide)
    if double >= _MANY and sum(row.printed > width for row, width in wide) > 1:
        raise ReportError(
            f"{double} rows print every column twice: the file lays two reports side by side; "
            "take each year from its own report",
            "several_reports",
        )


def header_above(tape: Sequence[TapeRow], index: int) -> list[int]:
    """The rows of its grid above a tape row that print no number."""
    return [
        row.row
        for row in tape[:index]
        if row.grid == tape[index].grid and (not row.printed or not row.values)
    ]


def printed_twice(
    rows: Sequence[FormRow],
    matches: Sequence[Match],
    tape: Sequence[TapeRow],
    grids: Sequence[Grid],
    tabular: bool,
) -> frozenset[int]:
    """Form rows that a second printed row fits as well, label, headers and all."""
    taken = {printed for match in matches for printed in match.printed}
    free = [i for i, row in enumerate(tape) if i not in taken and row.printed and row.labels]
    if not free:
        return frozenset()
    found = set()
    for match in matches:
        row = rows[match.form_row]
        numbers = [_texts(tape[printed]) for printed in match.printed]
        for index in free if row.labels else ():
            other = tape[index]
            if len(other.values) >= row.width and (
                _texts(other) not in numbers
                and similarity(other.labels, row.labels).max() >= _SAME_LABEL
                and _headed_alike(row, tape, index, grids, tabular)
            ):
                found.add(match.form_row)
    return frozenset(found)


def _texts(row: TapeRow) -> tuple[str, ...]:
    """What the value cells print; blanks at the end left out, since texts add some."""
    texts = [(cell.text or "").strip() for cell in row.values]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _headed_alike(
    row: FormRow, tape: Sequence[TapeRow], index: int, grids: Sequence[Grid], tabular: bool
) -> bool:
    columns = align_columns(
        grids[tape[index].grid],
        row.section,
        [tape[index].values],
        header_above(tape, index),
        None,
        tabular,
    )
    return columns.similarity is None or columns.similarity >= _SAME_HEADER


def pieces(
    row: FormRow,
    own: Match | None,
    taken: set[int],
    tape: Sequence[TapeRow],
    grids: Sequence[Grid],
    tabular: bool,
) -> Iterator[tuple[int, Columns]]:
    """Printed rows other than `own` that may be (a part of) a row that carries no label.

    Their headers alone tell: every printed column has one that reads like the form's.
    """
    for index, other in enumerate(tape):
        if index in taken or not other.printed or (own and index in own.printed):
            continue
        if len(other.values) < 2:
            continue
        header = header_above(tape, index)
        if not header:
            continue
        columns = align_columns(
            grids[other.grid], row.section, [other.values], header, None, tabular
        )
        known = sum(span is not None for span in columns.spans)
        alike = columns.similarity or 0.0
        if alike >= _SAME_HEADER and known == columns.count and known > 1:
            yield index, columns


def side_by_side(
    found: dict[int, Columns], tape: Sequence[TapeRow], width: int
) -> dict[int, Columns] | None:
    """The pieces that make up one row; None where two of them print the same columns otherwise.

    Pieces whose headers do not tell them apart follow each other as the form's columns do, if
    together they are as many; that placement is in doubt.
    """
    if sum(columns.count for columns in found.values()) == width and any(
        any(columns.doubts) for columns in found.values()
    ):
        return _one_after_another(found, width)
    seen: dict[int, str] = {}
    parts: dict[int, Columns] = {}
    for index, columns in found.items():
        texts = [(cell.text or "").strip() for cell in tape[index].values]
        mine = {i: texts[j] for i, j in enumerate(columns.printed) if j is not None}
        if any(seen.get(i, text) != text for i, text in mine.items()):
            return None
        if not mine.keys() <= seen.keys():
            parts[index] = columns
        seen.update(mine)
    return parts


def _one_after_another(found: dict[int, Columns], width: int) -> dict[int, Columns]:
    why = "the header does not tell which group of columns this is: placed by order"
    parts = {}
    first = 0
    for index, columns in found.items():
        spans = sorted(span for span in columns.spans if span)
        before, after = (None,) * first, (None,) * (width - first - columns.count)
        parts[index] = replace(
            columns,
            spans=(*before, *spans, *after),
            printed=(*before, *range(columns.count), *after),
            doubts=(*before, *((why,) * columns.count), *after),
            exact=False,
        )
        first += columns.count
    return parts
