"""Cells of reports → values of the panel's variables, each with its quality.

Works on many reports of one form at once: arrays of reports × cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from extract.dataset.streams import whole_reports
from extract.forms import Form, load_forms
from extract.panel.variables import Harmony, Variable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Grades = NDArray[np.uint8]

QUALITIES = ("ok", "blank", "suspect", "unit", "unread", "not_asked")
"""Worst last. `blank`: a cell prints nothing or a dash, which counts as zero in a sum and is null
alone. `suspect`: a cell is suspect. `unit`: an amount without a unit, or a count with one of
money. `unread`: a cell is illegible or missing. `not_asked`: the form does not ask."""
OK, BLANK, SUSPECT, UNIT, UNREAD, NOT_ASKED = range(6)
_YUAN = {"元": 1.0, "千元": 1e3, "万元": 1e4, "百万元": 1e6, "亿元": 1e8}
_COLUMNS = ("report_id", "code", "value", "mark", "unit", "status")
_ABSENT = 255


@dataclass(frozen=True, eq=False)
class Values:
    """Reports × variables: numbers (NaN for null) and indices into QUALITIES."""

    numbers: Numbers
    grades: Grades


def read_values(folder: Path, places: Mapping[str, tuple[int, str]], harmony: Harmony) -> Values:
    """The values of the reports in `places`: by report_id its row in the result, and its form.

    Memory beyond the result does not grow with the number of reports.
    """
    shape = (len(places), len(harmony.variables))
    found = Values(np.full(shape, np.nan), np.full(shape, NOT_ASKED, dtype=np.uint8))
    forms = {form.id: form for form in load_forms()}
    for chunk in whole_reports(folder, "cells", _COLUMNS):
        ids = _numpy(chunk.column("report_id"))
        starts = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]])
        ends = np.r_[starts[1:], len(ids)]
        by_form: dict[str, list[tuple[int, int, int]]] = {}
        for start, end in zip(starts, ends, strict=True):
            place = places.get(ids[start])
            if place is not None and place[1] in forms:
                by_form.setdefault(place[1], []).append((place[0], int(start), int(end)))
        for form_id, those in by_form.items():
            _fill(found, chunk, forms[form_id], those, harmony.variables)
    return found


def _fill(
    found: Values,
    chunk: Any,
    form: Form,
    those: Sequence[tuple[int, int, int]],
    variables: Sequence[Variable],
) -> None:
    """Put the values of some reports of one form into the result."""
    codes = [*form.codes(), *_group_codes(form)]
    column_of = {code: place for place, code in enumerate(codes)}
    rows = np.repeat(np.arange(len(those)), [end - start for _, start, end in those])
    picked = np.concatenate([np.arange(start, end) for _, start, end in those])
    part = chunk.take(pa.array(picked))
    columns = _numpy(pc.fill_null(pc.index_in(part.column("code"), pa.array(codes)), -1))
    known = columns >= 0
    numbers, grades, money = _cells(part)
    shape = (len(those), len(codes))
    value = np.full(shape, np.nan)
    grade = np.full(shape, _ABSENT, dtype=np.uint8)
    unit = np.full(shape, np.nan)
    value[rows[known], columns[known]] = numbers[known]
    grade[rows[known], columns[known]] = grades[known]
    unit[rows[known], columns[known]] = money[known]
    targets = [row for row, _, _ in those]
    for place, variable in enumerate(variables):
        asked = variable.cells.get(form.id)
        if asked:
            number, quality = _sum(variable, asked, form, column_of, (value, grade, unit))
            found.numbers[targets, place] = number
            found.grades[targets, place] = quality


def _group_codes(form: Form) -> list[str]:
    """Codes of rows that a report may print in the place of several."""
    split = set(form.codes())
    return [code for code in form.codes(frozenset(form.alternatives)) if code not in split]


def _cells(part: Any) -> tuple[Numbers, Grades, Numbers]:
    """Value, grade and worth of the unit in yuan (NaN: none of money) of each row."""
    value = _numpy(part.column("value")).astype(np.float64)
    mark, status = part.column("mark"), part.column("status")
    grade = np.full(len(value), OK, dtype=np.uint8)
    grade[_among(mark, "blank", "dash")] = BLANK
    grade[_among(status, "suspect")] = SUSPECT
    unread = _among(mark, "illegible", "missing")
    grade[unread | (_among(mark, "number") & np.isnan(value))] = UNREAD
    place = pc.fill_null(pc.index_in(part.column("unit"), pa.array(list(_YUAN))), -1)
    worth = np.array([*_YUAN.values(), np.nan])[_numpy(place)]
    return value, grade, worth


def _among(texts: Any, *words: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = _numpy(pc.is_in(texts, pa.array(words)))
    return found


def _numpy(column: Any) -> Any:
    return (
        column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array) else column.to_numpy()
    )


def _sum(
    variable: Variable,
    asked: Sequence[str],
    form: Form,
    column_of: Mapping[str, int],
    cells: tuple[Numbers, Grades, Numbers],
) -> tuple[Numbers, Grades]:
    """A variable's number and quality for each report."""
    number, quality = _added(variable, [column_of[code] for code in asked], cells)
    group = _one_row(asked, form)
    if group is not None:
        single = column_of[group]
        printed = cells[1][:, single] != _ABSENT
        one, graded = _added(variable, [single], cells)
        number = np.where(printed, one, number)
        quality = np.where(printed, graded, quality)
    return number, quality


def _one_row(asked: Sequence[str], form: Form) -> str | None:
    """The cell that may be printed in the place of all of these, where there is one."""
    rows = {code.rpartition(".")[0] for code in asked}
    [*columns] = {code.rpartition(".")[2] for code in asked}
    for group, leaves in form.alternatives.items():
        if rows == set(leaves) and len(columns) == 1:
            return f"{group}.{columns[0]}"
    return None


def _added(
    variable: Variable, columns: Sequence[int], cells: tuple[Numbers, Grades, Numbers]
) -> tuple[Numbers, Grades]:
    value, grade, unit = (array[:, columns] for array in cells)
    grade = grade.copy()
    absent = (grade == _ABSENT).all(axis=1)
    grade[grade == _ABSENT] = UNREAD
    if variable.kind == "money":
        grade[np.isnan(unit) & (grade < UNIT) & ~np.isnan(value)] = UNIT
        value = np.round(value * unit, 2)
    else:
        grade[~np.isnan(unit) & (grade < UNIT) & ~np.isnan(value)] = UNIT
    worst = grade.max(axis=1)
    number = np.where(np.isnan(value), 0.0, value).sum(axis=1)
    number[(worst >= UNIT) | np.isnan(value).all(axis=1)] = np.nan
    worst[absent] = NOT_ASKED
    return number, worst
