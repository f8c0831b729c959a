"""Grids → placement: which form it is, and where each of its cells stands.

Rows are aligned over the whole document at once, then columns section by section; a form that
fits better wins. What does not fit is said in words, never forced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from extract.errors import ReportError
from extract.forms import Form, Section
from extract.model import Grid, GridCell, Placement, Slot
from extract.placing.alternatives import settle_lone_rows
from extract.placing.before import header_before
from extract.placing.between import as_many_between
from extract.placing.carried import Columns
from extract.placing.columns import align_columns
from extract.placing.confirmed import confirmed, confirmed_grids, confirmed_rows
from extract.placing.doubles import (
    TWICE,
    pieces,
    printed_twice,
    refuse_several,
    refuse_years_side_by_side,
    side_by_side,
)
from extract.placing.fused import with_labels_parted
from extract.placing.ragged import ragged
from extract.placing.row_doubts import label_doubt
from extract.placing.rows import FormRow, Match, align_rows, form_rows, held_against
from extract.placing.tape import TapeRow, is_filled, make_tape, prints
from extract.placing.under import amid, by_span, merged

_HEADER_WEIGHT = 2.0  # of a section's headers against one row label, when forms are compared
_DOUBTFUL_HEADER = 0.35
_TELLING = 12  # so many labels letter by letter tell which forms it may be
_WIDE = 5  # columns: rows from which a text that lost its repeated values is told
_FITS = 4.0  # a lower score is some other document


@dataclass
class _Attempt:
    """One form tried on one document.

    `columns` holds the columns of each printed row that was matched, by its number on the tape.
    """

    form: Form
    score: float
    matches: tuple[Match, ...]
    columns: dict[int, Columns] = field(default_factory=dict)
    doubts: dict[int, str] = field(default_factory=dict)
    """Why the placement of a form row may be wrong."""


def place(grids: Sequence[Grid], forms: Sequence[Form], tabular: bool) -> Placement:
    """The best placement of a document's grids in one of the forms.

    `tabular` says that the columns of the grids come from rules or markup, not from separators
    in a text. Raises ReportError: `no_tables`, `not_a_report`, `several_reports`, `values_lost`.
    """
    if not grids:
        raise ReportError(
            "no table was found: if the file shows tables, they may be pictures or plain text",
            "no_tables",
        )
    tape = make_tape(grids)
    attempts = [_attempt(form, tape, grids, tabular) for form in likely(forms, tape)]
    best = max(attempts, key=lambda attempt: attempt.score)
    rows = form_rows(best.form)
    if not tabular or best.score < _FITS:
        _refuse_lost_values(rows, tape)
    if best.score < _FITS:
        raise ReportError(
            "its tables are not those of a yearly disclosure report that gouji knows",
            "not_a_report",
        )
    refuse_several(rows, best.matches, tape)
    refuse_years_side_by_side(rows, best.matches, tape)
    _add_pieces(best, tape, grids, tabular)
    for number in printed_twice(rows, best.matches, tape, grids, tabular):
        best.doubts[number] = TWICE
    return _Placing(best, tape, grids).placement()


def likely(forms: Sequence[Form], tape: Sequence[TapeRow]) -> list[Form]:
    """The forms worth a full alignment: those that share many printed labels, else all."""
    shared = []
    for form in forms:
        known = {label for row in form_rows(form) for label in row.labels}
        shared.append(sum(not known.isdisjoint(row.labels) for row in tape))
    best = max(shared)
    if best < _TELLING:
        return list(forms)
    return [form for form, count in zip(forms, shared, strict=True) if count >= best / 3]


def _attempt(form: Form, tape: Sequence[TapeRow], grids: Sequence[Grid], tabular: bool) -> _Attempt:
    tape = with_labels_parted(tape, form)
    rows = form_rows(form)
    score, aligned = align_rows(tape, form)
    score += held_against(tape, rows, aligned)
    matches, doubts = settle_lone_rows(form, tape, as_many_between(tape, form, rows, aligned))
    attempt = _Attempt(form, score, matches, doubts=doubts)
    if score < _FITS / 2:
        return attempt
    groups: dict[tuple[int, int], list[int]] = {}
    sections: dict[int, Section] = {}
    for match in matches:
        section = rows[match.form_row].section
        sections[id(section)] = section
        for index in match.printed:
            groups.setdefault((tape[index].grid, id(section)), []).append(index)
    taken = {index for match in matches for index in match.printed}
    latest: dict[int, Columns] = {}
    for (grid, key), printed in groups.items():
        header = _header_rows(tape, printed[0], taken)
        lines = [tape[i].values for i in printed if tape[i].values]
        if not lines:
            continue
        section = sections[key]
        columns = align_columns(grids[grid], section, lines, header, latest.get(key), tabular)
        if key not in latest and columns.similarity is None:
            before = header_before(grids, grid, tape)
            columns = _under(before, section, lines, tabular) or columns
        if columns.whole or key not in latest:
            latest[key] = columns
        attempt.columns.update(dict.fromkeys(printed, columns))
        if columns.similarity is not None:
            attempt.score += _HEADER_WEIGHT * (columns.similarity - 0.5)
    return attempt


def _add_pieces(
    attempt: _Attempt, tape: Sequence[TapeRow], grids: Sequence[Grid], tabular: bool
) -> None:
    """Rows without a label that stand in several pieces (a table for each group of columns)."""
    taken = {index for match in attempt.matches for index in match.printed}
    for number, row in enumerate(form_rows(attempt.form)):
        if row.labels:
            continue
        own = next((match for match in attempt.matches if match.form_row == number), None)
        found = dict(pieces(row, own, taken, tape, grids, tabular))
        if not found:
            continue
        for index in own.printed if own else ():
            if index in attempt.columns:
                found[index] = attempt.columns[index]
        parts = side_by_side(dict(sorted(found.items())), tape, row.width)
        if parts is None:
            attempt.doubts[number] = TWICE
            if own:
                continue
            first = min(found)
            parts = {first: found[first]}
        attempt.columns.update(parts)
        rest = [match for match in attempt.matches if match is not own]
        added = Match(tuple(parts), number, 1.0)
        attempt.matches = tuple(sorted([*rest, added], key=lambda match: match.form_row))


def _under(
    before: tuple[Grid, list[int]] | None,
    section: Section,
    lines: Sequence[Sequence[GridCell]],
    tabular: bool,
) -> Columns | None:
    """The columns as headers before a break have them, where these are all the section's."""
    if before is None:
        return None
    found = align_columns(before[0], section, lines, before[1], None, tabular)
    return found if found.whole and (found.similarity or 0.0) >= _DOUBTFUL_HEADER else None


def _header_rows(tape: Sequence[TapeRow], first: int, taken: set[int]) -> list[int]:
    """The grid rows above a section's first row, up to the nearest row of another section."""
    found = []
    index = first - 1
    while index >= 0 and tape[index].grid == tape[first].grid and index not in taken:
        found.append(tape[index].row)
        index -= 1
    return found[::-1]


def _refuse_lost_values(rows: Sequence[FormRow], tape: Sequence[TapeRow]) -> None:
    """Raises ReportError when a text shows the labels but not a value for each column.

    A text whose repeated strings were dropped keeps each number once.
    """
    width = {
        label: row.width
        for row in rows
        for label in row.labels
        if row.width >= _WIDE and len(label) > 3
    }
    wanted = [(len(row.values), [width[x] for x in row.labels if x in width]) for row in tape]
    found = [(cells, max(widths)) for cells, widths in wanted if widths]
    if len(found) >= 8 and sum(cells for cells, _ in found) < 0.5 * sum(w for _, w in found):
        raise ReportError(
            "the labels are there but most values are not: this text lost repeated values; "
            "take the report from its original file",
            "values_lost",
        )


class _Placing:
    """Turns the winning attempt into slots, gathering warnings on the way."""

    def __init__(self, attempt: _Attempt, tape: Sequence[TapeRow], grids: Sequence[Grid]) -> None:
        self.form = attempt.form
        self.attempt = attempt
        self.tape = tape
        self.rows = form_rows(attempt.form)
        self.sure_grids = confirmed_grids(grids, tape, attempt.matches, attempt.columns, self.rows)
        self.sure_rows = confirmed_rows(tape, attempt.matches, attempt.columns, self.rows)
        self.grids = [
            replace(grid, doubt=None) if number in self.sure_grids else grid
            for number, grid in enumerate(grids)
        ]
        self.matches: list[Match] = []
        """Those whose codes this document has."""
        self.slots: dict[str, Slot] = {}
        self.warnings: list[str] = []
        self.extra: dict[tuple[int, int], list[str]] = {}

    def placement(self) -> Placement:
        alternatives = self._alternatives()
        wanted = self.form.codes(alternatives)
        valid = set(wanted)
        for match in self.attempt.matches:
            if valid.issuperset(self._codes(self.rows[match.form_row])):
                self.matches.append(match)
            else:
                self._warn_unplaced(match.printed[0], "is a second print of a group's rows")
        for match in self.matches:
            self._fill(match, self.rows[match.form_row])
        self._warn_of_the_rest()
        slots = tuple(self.slots.get(code) or Slot(code, None) for code in wanted)
        return Placement(
            self.form.id, alternatives, slots, self.attempt.score, tuple(self.warnings)
        )

    def _codes(self, row: FormRow) -> list[str]:
        return [row.section.code(row.table.id, row.row, column) for column in row.section.columns]

    def _alternatives(self) -> frozenset[str]:
        """The groups printed as one row: it is matched, its leaves are not (or less well)."""
        found: dict[str, float] = {}
        for match in self.attempt.matches:
            row = self.rows[match.form_row]
            found[f"{row.table.id}.{row.row.id}"] = match.similarity
        return frozenset(
            group
            for group, leaves in self.form.alternatives.items()
            if group in found and sum(leaf in found for leaf in leaves) == 0
        )

    def _fill(self, match: Match, row: FormRow) -> None:
        doubt = label_doubt(self.tape, self.matches, match, row, self.form)
        values: list[tuple[GridCell | None, str | None]] = [(None, None)] * row.width
        for printed in match.printed:
            found = self._row_values(printed, row)
            values = [merged(a, b) for a, b in zip(values, found, strict=True)]
        of_row = doubt is not None
        doubt = doubt or self.attempt.doubts.get(match.form_row)
        for code, column, (cell, why) in zip(
            self._codes(row), range(row.width), values, strict=True
        ):
            printed = self._printed(match, cell)
            grid, columns = self.grids[self.tape[printed].grid], self.attempt.columns.get(printed)
            self.slots[code] = Slot(
                code,
                confirmed(
                    cell,
                    grid=self.tape[printed].grid in self.sure_grids,
                    row=printed in self.sure_rows,
                ),
                grid.page if cell else None,
                grid.reader if cell else "",
                grid.doubt or doubt or why,
                (columns.units[column] if columns else None) or self.tape[printed].unit,
                of_row and not (grid.doubt or why),
            )

    def _printed(self, match: Match, cell: GridCell | None) -> int:
        """The printed row of a match that holds a cell."""
        rows = (p for p in match.printed if any(one is cell for one in self.tape[p].values))
        return next(rows, match.printed[0])

    def _row_values(
        self, printed: int, form_row: FormRow
    ) -> list[tuple[GridCell | None, str | None]]:
        """For each column of the section its cell in this printed row, and the doubt about it."""
        columns, row = self.attempt.columns.get(printed), self.tape[printed]
        if columns is None:
            return [(None, None)] * form_row.width
        filled = [cell for cell in row.values if is_filled(cell)]
        placed, stray = by_span(row.values, columns.spans)
        why: str | None = None
        if any(cell.closed_up for cell in row.values) and 0 < len(filled) < form_row.width:
            return [
                (cell, "blank cells of this row were pushed to its end" if cell else None)
                for cell, _ in placed
            ]
        known = columns.exact or all(columns.puts_aside(cell) for cell in stray)
        if stray and known and not amid(stray, columns.spans):
            for cell in stray:  # a column that the form does not have
                self.extra.setdefault((row.grid, cell.column), []).append(cell.text or "?")
        elif stray:
            on_place = sum(cell is not None and is_filled(cell) for cell, _ in placed)
            if len(filled) == form_row.width and on_place < form_row.width:
                why = "the numbers do not stand under their headers and were placed by order"
                return [(cell, why) for cell in filled]
            why = "the row prints a number under no column of the form"
            self._warn_unplaced_cell(row, stray)
        elif not columns.whole and len(row.values) >= form_row.width > 1:
            why = "the header names fewer columns than the row has cells"
        elif columns.similarity is not None and columns.similarity < _DOUBTFUL_HEADER:
            why = "the column headers do not read like the form's"
        elif columns.similarity is None and not form_row.labels:
            why = "neither a label nor a header says which numbers these are"
        expected = [one[0] for one, span in zip(placed, columns.spans, strict=True) if span]
        why = why or ragged(row, expected, stray, self.tape)
        return [
            (cell, (why or doubt or columns.doubt(column, cell)) if cell else None)
            for column, (cell, doubt) in enumerate(placed)
        ]

    def _warn_unplaced_cell(self, row: TapeRow, cells: Sequence[GridCell]) -> None:
        text = ", ".join((cell.text or "?") for cell in cells)
        page = self.grids[row.grid].page
        label = "".join(row.texts).replace("\n", "")
        self.warnings.append(f"page {page}: “{text}” in row “{label}” is under no known column")

    def _warn_unplaced(self, index: int, why: str) -> None:
        row = self.tape[index]
        label = "".join(row.texts).replace("\n", "")[:60]
        self.warnings.append(f"page {self.grids[row.grid].page}: row “{label}” {why}")

    def _warn_of_the_rest(self) -> None:
        """Rows that print numbers and were given to no row of the form."""
        taken = {printed for match in self.attempt.matches for printed in match.printed}
        if not taken:
            return
        for index in range(min(taken), max(taken) + 1):
            if index not in taken and self.tape[index].printed and self.tape[index].values:
                numbers = [c for c in self.tape[index].values if prints(c) == "number"]
                if numbers:
                    self._warn_unplaced(index, "fits no row of the form; its numbers are left out")
        for grid in {self.tape[p].grid for p in taken}:
            doubt = self.grids[grid].doubt
            if doubt:
                self.warnings.append(f"page {self.grids[grid].page}: {doubt}")
        for (grid, _), texts in self.extra.items():
            self.warnings.append(
                f"page {self.grids[grid].page}: a column that the form does not have is left out "
                f"({', '.join(texts[:5])}{', …' if len(texts) > 5 else ''})"
            )
