"""The identities of a form as a sparse integer system, and their verdicts on printed numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from extract.forms import Form, Identity, Row
from extract.model import Mark, Number, Verdict

Exact = int | Fraction
"""A number on which arithmetic is exact: counts stay integers, decimals become fractions."""


@dataclass(frozen=True, slots=True)
class CellName:
    """A cell of the form: its code taken apart and the unit that the form prints."""

    code: str
    table: str
    row: str
    column: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """A section of the form as printed: cells along each row, and down each column."""

    rows: tuple[tuple[int, ...], ...]
    columns: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class System:
    """The hard and soft identities of one form as printed: A x = 0 over its cells.

    `terms[k]` are the cells (index, sign) of identity k, +1 for totals and -1 for parts;
    `touching[i]` the identities (index, sign) of cell i; `total_of[i]` those whose only total
    is cell i, which makes a blank there an unstated total.
    """

    cells: tuple[CellName, ...]
    identities: tuple[Identity, ...]
    terms: tuple[tuple[tuple[int, int], ...], ...]
    touching: tuple[tuple[tuple[int, int], ...], ...]
    total_of: tuple[tuple[int, ...], ...]
    priors: tuple[float, ...]
    """Per cell, the probability that the publisher printed another number than balance asks."""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one identity says: the two sides where they are known, exact."""

    verdict: Verdict
    expected: Exact | None
    actual: Exact | None

    @property
    def difference(self) -> Exact | None:
        if self.expected is None or self.actual is None:
            return None
        return self.actual - self.expected


_LARGEST = 10**15
_SYSTEMS: dict[tuple[int, frozenset[str]], tuple[Form, System]] = {}


def system_of(form: Form, alternatives: frozenset[str]) -> System:
    """The system of a form, built once per form and choice of rows.

    A form is recognised by being the same object: comparing two by value costs more than
    building.
    """
    key = (id(form), alternatives)
    known = _SYSTEMS.get(key)
    if known is not None and known[0] is form:
        return known[1]
    built = _build(form, alternatives)
    _SYSTEMS[key] = (form, built)
    return built


def _build(form: Form, alternatives: frozenset[str]) -> System:
    cells = tuple(
        CellName(code, table.id, code.split(".")[1], column.id, row.unit or column.unit)
        for code, table, _, row, column in form.cells(alternatives)
    )
    place = {cell.code: index for index, cell in enumerate(cells)}
    identities = form.identities(alternatives)
    terms = tuple(
        tuple([(place[code], -1) for code in one.parts] + [(place[c], 1) for c in one.totals])
        for one in identities
    )
    touching: list[list[tuple[int, int]]] = [[] for _ in cells]
    total_of: list[list[int]] = [[] for _ in cells]
    for number, (identity, members) in enumerate(zip(identities, terms, strict=True)):
        for index, sign in members:
            touching[index].append((number, sign))
        if len(identity.totals) == 1:
            total_of[place[identity.totals[0]]].append(number)
    return System(
        cells,
        identities,
        terms,
        tuple(map(tuple, touching)),
        tuple(map(tuple, total_of)),
        tuple(form.priors.total if sums else form.priors.part for sums in total_of),
        _blocks(form, alternatives),
    )


def _blocks(form: Form, alternatives: frozenset[str]) -> tuple[Block, ...]:
    """The cells of each section by row and by column, as they stand in print."""
    sections: dict[int, list[tuple[Row, int]]] = {}
    for index, (_, _, section, row, _) in enumerate(form.cells(alternatives)):
        sections.setdefault(id(section), []).append((row, index))
    blocks = []
    for members in sections.values():
        rows: dict[Row, list[int]] = {}
        columns: dict[int, list[int]] = {}
        for row, index in members:
            line = rows.setdefault(row, [])
            columns.setdefault(len(line), []).append(index)
            line.append(index)
        blocks.append(Block(tuple(map(tuple, rows.values())), tuple(map(tuple, columns.values()))))
    return tuple(blocks)


def countable(value: Number) -> bool:
    """Whether a report could print this number: no count or amount has sixteen digits."""
    return -_LARGEST < value < _LARGEST


def exact(value: Number) -> Exact:
    """A read number as one that adds up exactly: 0.1 is one tenth, as printed."""
    if isinstance(value, int):
        return value
    return int(value) if value.is_integer() else Fraction(repr(value))


def plain(value: Exact | None) -> Number | None:
    """An exact number as the dataset shows it: an integer where it is one."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value.denominator == 1 else float(value)


def amounts(marks: Sequence[Mark], values: Sequence[Number | None]) -> list[Exact | None]:
    """What each cell counts for: blank and dash zero, None where nothing legible was found."""
    counted: list[Exact | None] = []
    for mark, value in zip(marks, values, strict=True):
        if mark == "number":
            counted.append(None if value is None or not countable(value) else exact(value))
        else:
            counted.append(0 if mark in ("blank", "dash") else None)
    return counted


def unstated_totals(
    system: System, marks: Sequence[Mark], counted: Sequence[Exact | None]
) -> frozenset[int]:
    """Cells left blank or dashed though they are totals of parts that are not all zero.

    A part that is itself unstated, or was not read, may be other than zero.
    """
    empty = [
        index
        for index, sums in enumerate(system.total_of)
        if sums and marks[index] in ("blank", "dash")
    ]
    unstated: set[int] = set()
    grew = True
    while grew:
        grew = False
        for index in empty:
            if index not in unstated and any(
                sign < 0 and (counted[part] != 0 or part in unstated)
                for number in system.total_of[index]
                for part, sign in system.terms[number]
            ):
                unstated.add(index)
                grew = True
    return frozenset(unstated)


def evaluate(
    system: System, marks: Sequence[Mark], values: Sequence[Number | None]
) -> tuple[Outcome, ...]:
    """The verdict of every identity on one table of printed marks and values, in form order.

    `marks` and `values` run along `system.cells`. An identity with a missing, illegible or
    unstated cell is not checkable; the side that is known is still given.
    """
    counted = amounts(marks, values)
    unstated = unstated_totals(system, marks, counted)
    for index in unstated:
        counted[index] = None
    outcomes = []
    for members in system.terms:
        expected = _side(members, -1, counted)
        actual = _side(members, 1, counted)
        if expected is None or actual is None:
            outcomes.append(Outcome("not_checkable", expected, actual))
        else:
            verdict: Verdict = "pass" if expected == actual else "fail"
            outcomes.append(Outcome(verdict, expected, actual))
    return tuple(outcomes)


def _side(
    members: Sequence[tuple[int, int]], side: int, counted: Sequence[Exact | None]
) -> Exact | None:
    total: Exact = 0
    for index, sign in members:
        if sign == side:
            amount = counted[index]
            if amount is None:
                return None
            total += amount
    return total
