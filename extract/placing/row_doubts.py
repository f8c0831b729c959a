"""Why a printed row may not be the form's row that it was matched with."""

from __future__ import annotations

from collections.abc import Container, Sequence

from extract.forms import Form
from extract.placing.others import outdone, reads_like_another
from extract.placing.rows import FormRow, Match, form_rows
from extract.placing.tape import TapeRow, is_filled

DOUBTFUL = 0.3
"""Similarity of a label below which it is none of the row's."""
SURE = 0.6
"""Similarity from which on a neighbour is surely the form's row before or after."""
_WITHIN, _TELLING = 85.0, 4
"""How well a label of at least so many letters must fit within another (rapidfuzz, of 100)."""


def label_doubt(
    tape: Sequence[TapeRow], matches: Sequence[Match], match: Match, row: FormRow, form: Form
) -> str | None:
    """In words, what speaks against a match; None where its labels, or its place, speak for it."""
    if hemmed_in(tape, matches, match):
        return None
    if row.labels and match.similarity < DOUBTFUL:
        text = "".join(t for p in match.printed for t in tape[p].texts).replace("\n", "")
        return f"the row's label “{text}” does not read like the form's"
    taken = {printed for one in matches for printed in one.printed}
    placed = {one.form_row for one in matches}
    if _holds_a_neighbour(tape, match, form, placed):
        return "the label of the form's row beside it stands in its own: two rows read as one"
    if _beside_stranded(tape, taken, placed, match):
        return "numbers without a label stand beside it, and a row of the form is missing there"
    if _beside_numbers_left_out(tape, taken, match):
        return "it prints nothing, and numbers beside it are of no row of the form"
    read = {row for one in matches if one.similarity >= DOUBTFUL for row in one.printed}
    if outdone(tape, read, match.printed, match.similarity, row.labels):
        return "another printed row reads more like this one of the form"
    if reads_like_another(tape, match.printed, match.similarity, form):
        return "the row's label reads more like another one of the form"
    return None


def hemmed_in(tape: Sequence[TapeRow], matches: Sequence[Match], match: Match) -> bool:
    """Whether a picture's row without a legible label stands between the rows before and after it
    in the form, both read well, with no other numbers between.
    """
    rows = [tape[printed] for printed in match.printed]
    if any(text.strip() for row in rows for text in row.texts):
        return False
    if not all(cell.crop is not None for row in rows for cell in row.values):
        return False
    placed = {one.form_row: one for one in matches}
    before, after = placed.get(match.form_row - 1), placed.get(match.form_row + 1)
    if before is None or after is None or min(before.similarity, after.similarity) < SURE:
        return False
    between = range(before.printed[-1] + 1, after.printed[0])
    return all(row in match.printed for row in between if tape[row].values)


def _holds_a_neighbour(
    tape: Sequence[TapeRow], match: Match, form: Form, placed: Container[int]
) -> bool:
    """Whether a printed label holds that of the form's row before or after, which was not found."""
    from rapidfuzz.fuzz import partial_ratio

    rows = form_rows(form)
    printed = [label for row in match.printed for label in tape[row].labels]
    own = min(map(len, rows[match.form_row].labels), default=0)
    return any(
        len(text) >= own + len(label) and partial_ratio(label, text) >= _WITHIN
        for at in (match.form_row - 1, match.form_row + 1)
        if 0 <= at < len(rows) and at not in placed and not rows[at].optional
        for label in rows[at].labels
        if len(label) >= _TELLING
        for text in printed
    )


def _beside_stranded(
    tape: Sequence[TapeRow], taken: Container[int], placed: Container[int], match: Match
) -> bool:
    """Whether numbers without a label, of no row, stand beside a match, and the form's row before
    or after it was not found: the labels of two rows may have been read as one.
    """
    stranded = any(
        0 <= row < len(tape)
        and row not in taken
        and (tape[row].printed or len(tape[row].values) > 1)
        and not tape[row].labels
        for row in (match.printed[0] - 1, match.printed[-1] + 1)
    )
    lost = match.form_row - 1 not in placed or match.form_row + 1 not in placed
    return stranded and lost


def _beside_numbers_left_out(tape: Sequence[TapeRow], taken: Container[int], match: Match) -> bool:
    """Whether a match prints nothing and the row with values before or after it, a header printed
    again between them, prints numbers and was not matched: they may be its own, cut off by a break.
    """
    if any(is_filled(cell) for row in match.printed for cell in tape[row].values):
        return False
    before = (row for row in range(match.printed[0] - 1, -1, -1) if tape[row].values)
    after = (row for row in range(match.printed[-1] + 1, len(tape)) if tape[row].values)
    beside = (next(before, None), next(after, None))
    return any(row is not None and row not in taken and tape[row].printed > 0 for row in beside)
