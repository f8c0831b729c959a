"""Runs of labels and numbers → placement, where a text has no tables or lost their rows.

Each run of numbers is a row of the form, named by the text before it, or several rows that follow
each other, named by the texts around it. A run that has not as many numbers as its rows have
columns is not placed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from extract.errors import ReportError
from extract.forms import Column, Form, Section
from extract.model import Grid, GridCell, Line, Placement, Slot
from extract.placing.labels import bare, similarity, spellings
from extract.placing.rows import FormRow, form_rows
from extract.placing.runs import Run, runs_of
from extract.placing.tape import is_filled

_NEUTRAL = 0.55  # label similarity at which a match is worth nothing
_WHOLE = 0.15  # the run has as many numbers as the row has columns
_OTHER = -0.3  # it has not
_SKIP_RUN = -0.1
_SKIP_ROW = -0.25
_NAMED = 0.7  # share of the rows of a run that its texts must name
_HEADED = 0.7  # share of a row's column headers that the text before it must hold
_FITS = 4.0
_SURE_LABEL = 0.75
_MANY = 8
_LOST = (
    "the labels are there but most values are not: this text lost repeated values; "
    "take the report from its original file"
)
_APART = "the numbers stand apart from their labels and were placed by order"
_NO_HEADER = "the text does not name the columns in the form's order: placed by order"
_DROPPED = "blank cells are lost elsewhere in this text, so a number may stand for another cell"


@dataclass(frozen=True, slots=True)
class _Step:
    """Run `run` is the form rows `first` to `last`; `whole` if its numbers fill them."""

    run: int
    first: int
    last: int
    whole: bool
    alike: float


def place_by_order(
    flow: Sequence[Line | Grid], forms: Sequence[Form], reader: str, page: int = 1
) -> Placement:
    """The best placement of a text's runs in one of the forms.

    Raises ReportError: `not_a_report`, `several_reports`, `values_lost`.
    """
    text = _Text(runs_of(flow))
    tries = [
        _Attempt(text, form, frozenset(group))
        for form in forms
        for count in range(len(form.alternatives) + 1)
        for group in combinations(sorted(form.alternatives), count)
    ]
    best = max(tries, key=lambda one: one.score)
    if best.score < _FITS:
        raise ReportError(
            "its tables are not those of a yearly disclosure report that gouji knows",
            "not_a_report",
        )
    best.refuse_several()
    placed = sum(step.last - step.first + 1 for step in best.steps if step.whole)
    if placed < len(best.rows) * (1 if text.says_each_once() else 0.5):
        raise ReportError(_LOST, "values_lost")
    return best.placement(reader, page)


class _Text:
    """The runs, and what their texts say in bare characters."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs = [run for run in runs if run.values]
        trailing = [run.texts for run in runs if not run.values]
        said = [run.texts for run in self.runs]
        self.names = [_names(texts) for texts in said]
        self.before = ["".join(map(bare, texts)) for texts in said]
        self.after = [*self.before[1:], "".join(bare(t) for texts in trailing for t in texts)]
        filled_above = True
        self.heads: list[str] = []  # with the texts of blank rows above, as of a header in rows
        for run, text in zip(self.runs, self.before, strict=True):
            over = self.heads[-1] if self.heads and not filled_above else ""
            self.heads.append(over + text)
            filled_above = any(is_filled(cell) for cell in run.values)
        self.printed = list(dict.fromkeys(name for names in self.names for name in names))
        self.place = {name: index for index, name in enumerate(self.printed)}

    def says_each_once(self) -> bool:
        """Whether no number stands twice: reports print many a 0."""
        numbers = [cell.text for run in self.runs for cell in run.values if is_filled(cell)]
        return len(numbers) >= _MANY and len(set(numbers)) == len(numbers)


def _names(texts: Sequence[str]) -> list[str]:
    """What the numbers after these texts may be called: the last text, or the last few joined."""
    tail = [bare(text) for text in texts[-4:]]
    joined = ("".join(tail[start:]) for start in range(len(tail)))
    return [name for name in dict.fromkeys(joined) if name]


class _Attempt:
    """One form, with some groups printed as one row, tried on the runs."""

    def __init__(self, text: _Text, form: Form, alternatives: frozenset[str]) -> None:
        self.text, self.form, self.alternatives = text, form, alternatives
        replaced = {leaf for group in alternatives for leaf in form.alternatives[group]}
        self.rows = [
            row
            for row in form_rows(form)
            if (name := f"{row.table.id}.{row.row.id}") not in replaced
            and (not row.row.stands_for or name in alternatives)
        ]
        self.alike = self._alike()
        self.score, self.steps = self._align()

    def _alike(self) -> list[list[float]]:
        """Similarity in 0-1 of each run's name with each row: labels, or else headers."""
        names = self.text.printed or [""]
        by_row = []
        for row in self.rows:
            if row.labels:
                by_row.append(similarity(names, row.labels).max(axis=1))
            else:
                by_row.append(np.zeros(len(names)))
        found = []
        for index, own in enumerate(self.text.names):
            places = [self.text.place[name] for name in own]
            line = []
            for row, near in zip(self.rows, by_row, strict=True):
                if row.labels:
                    line.append(max((float(near[at]) for at in places), default=0.0))
                else:
                    line.append(self._headed(row.section, index))
            found.append(line)
        return found

    def _headed(self, section: Section, run: int) -> float:
        """The share of a section's columns that the text before a run names, in order.

        A header in several rows is read row by row, or along its lowest cells.
        """
        by_level = sorted(section.columns, key=lambda column: len(column.path))
        said = self.text.heads[run]
        return max(_in_order(said, columns) for columns in (section.columns, by_level))

    def _align(self) -> tuple[float, list[_Step]]:
        """Dynamic programming over (runs) x (rows)."""
        n, m = len(self.text.runs), len(self.rows)
        best = np.full((n + 1, m + 1), -np.inf)
        came: dict[tuple[int, int], tuple[int, int, _Step | None]] = {}
        best[0, 0] = 0.0
        for i in range(n + 1):
            for j in range(m + 1):
                here = best[i, j]
                if here == -np.inf:
                    continue
                if j < m:
                    self._reach(best, came, (i, j), (i, j + 1), here + _SKIP_ROW, None)
                if i == n:
                    continue
                self._reach(best, came, (i, j), (i + 1, j), here + _SKIP_RUN, None)
                for gain, step in self._options(i, j):
                    self._reach(best, came, (i, j), (i + 1, step.last + 1), here + gain, step)
        steps = []
        at = (n, m)
        while at != (0, 0):
            i, j, taken = came[at]
            if taken:
                steps.append(taken)
            at = (i, j)
        return float(best[n, m]), steps[::-1]

    @staticmethod
    def _reach(
        best: np.ndarray[tuple[int, int], np.dtype[np.float64]],
        came: dict[tuple[int, int], tuple[int, int, _Step | None]],
        start: tuple[int, int],
        end: tuple[int, int],
        score: float,
        step: _Step | None,
    ) -> None:
        if score > best[end] + 1e-9:
            best[end] = score
            came[end] = (*start, step)

    def _options(self, i: int, j: int) -> list[tuple[float, _Step]]:
        """What run `i` may be if the rows before `j` are settled."""
        if j >= len(self.rows):
            return []
        run, row = self.text.runs[i], self.rows[j]
        alike = self.alike[i][j]
        whole = _fills(run, row.width)
        found = []
        if row.labels or (whole and alike >= _HEADED):
            gain = alike - _NEUTRAL + (_WHOLE if whole else _OTHER)
            found.append((gain, _Step(i, j, j, whole, alike)))
        several = self._several(i, j)
        if several:
            found.append(several)
        return found

    def _several(self, i: int, j: int) -> tuple[float, _Step] | None:
        """Run `i` as all rows of a section from `j` on that its numbers fill."""
        run, width = self.text.runs[i], self.rows[j].width
        count, rest = divmod(len(run.values), width)
        if rest or count < 2 or j + count > len(self.rows):
            return None
        rows = self.rows[j : j + count]
        if any(row.section is not rows[0].section or not row.labels for row in rows):
            return None
        if any(end % width for end in run.ends):
            return None
        around = (self.text.before[i], self.text.after[i])
        named = max(sum(_says(text, row) for row in rows) / count for text in around)
        if named < _NAMED:
            return None
        return count * (named - _NEUTRAL), _Step(i, j, j + count - 1, True, named)

    def refuse_several(self) -> None:
        """Raises ReportError when many rows of the form are printed a second time."""
        taken = {step.run for step in self.steps}
        again = sum(
            max(self.alike[i][j] for j in range(len(self.rows)) if self.rows[j].labels) > 0.95
            for i in range(len(self.text.runs))
            if i not in taken
        )
        if again >= _MANY:
            raise ReportError(
                f"{again} rows of the form are printed twice: the file holds several reports; "
                "cut it into one file each",
                "several_reports",
            )

    @cached_property
    def _dropping(self) -> bool:
        """Whether some row of the form has not as many numbers as it has columns."""
        return any(not step.whole for step in self.steps)

    def placement(self, reader: str, page: int) -> Placement:
        slots: dict[str, Slot] = {}
        for step in self.steps:
            if not step.whole:
                continue
            values = iter(self.text.runs[step.run].values)
            for row in self.rows[step.first : step.last + 1]:
                doubt = self._doubt(step, row)
                for column in row.section.columns:
                    code = row.section.code(row.table.id, row.row, column)
                    cell: GridCell = next(values)
                    slots[code] = Slot(code, cell, page, reader, doubt)
        codes = self.form.codes(self.alternatives)
        return Placement(
            self.form.id,
            self.alternatives,
            tuple(slots.get(code) or Slot(code, None) for code in codes),
            self.score,
        )

    def _doubt(self, step: _Step, row: FormRow) -> str | None:
        if step.last > step.first:
            return _APART
        if step.alike < _SURE_LABEL:
            label = "".join(self.text.runs[step.run].texts[-1:])
            return f"the row's label “{label}” does not read like the form's"
        if not self._is_headed(row.section):
            return _NO_HEADER
        checked = any(code.startswith(f"{row.table.id}.") for code in self._summed)
        return _DROPPED if self._dropping and not checked else None

    @cached_property
    def _summed(self) -> frozenset[str]:
        """Cells that some hard identity holds."""
        identities = self.form.identities(self.alternatives)
        return frozenset(code for one in identities if one.strength == "hard" for code in one.codes)

    def _is_headed(self, section: Section) -> bool:
        """Whether the text before a section's first run names all its columns in order."""
        runs = [step.run for step in self.steps if self.rows[step.first].section is section]
        return bool(runs) and self._headed(section, runs[0]) == 1.0


def _in_order(said: str, columns: Sequence[Column]) -> float:
    """The share of columns whose headers follow each other in a text."""
    at = found = 0
    for column in columns:
        places = [(said.find(word, at), len(word)) for word in spellings(column.label) if word]
        ends = [place + length for place, length in places if place >= 0]
        if ends:
            at, found = min(ends), found + 1
    return found / len(columns)


def _fills(run: Run, width: int) -> bool:
    """Whether a run has a number or a blank for each column, and only blanks beyond."""
    if len(run.values) < width or any(is_filled(cell) for cell in run.values[width:]):
        return False
    closed = any(cell.closed_up for cell in run.values)
    return not closed or sum(map(is_filled, run.values)) in (0, width)


def _says(text: str, row: FormRow) -> bool:
    """Whether a text holds one of a row's labels, a character in six misread at most."""
    from rapidfuzz import fuzz

    return any(
        label in text or (len(label) > 4 and fuzz.partial_ratio(label, text) >= 84)
        for label in row.labels
    )
