"""Faults of a layout that loading it does not show: what placing and arithmetic stumble over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from extract.forms import Form, Identity, Section, Table
from extract.placing.labels import bare, numbering_of, printed_unit, similarity, spellings
from extract.reading.numbers import is_unit

_ALIKE = 0.9
"""Labels at least so alike are confused where one of them is printed badly."""
_NEAR = 3
"""Rows further apart are told apart by their order."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, and what to do. An `error` makes wrong data, a `warning` may."""

    level: Literal["error", "warning"]
    where: str
    what: str


def lint(form: Form) -> tuple[Finding, ...]:
    """Everything found, in the order of the form."""
    found: list[Finding] = []
    for table in form.tables:
        for section in table.sections:
            found += _rows_alike(table, section)
            found += _columns_alike(table, section)
            found += _units(table, section)
    found += _identities(form)
    found += _titles(form)
    return tuple(found)


def _rows_alike(table: Table, section: Section) -> Iterator[Finding]:
    rows = section.rows
    for first, second in combinations(range(len(rows)), 2):
        a, b = rows[first], rows[second]
        if second - first >= _NEAR or a.label is None or b.label is None:
            continue
        if a.id in b.stands_for or b.id in a.stands_for:
            continue
        alike = float(similarity(spellings(a.label), spellings(b.label)).max())
        numbers = numbering_of(a.label.zh), numbering_of(b.label.zh)
        if alike >= _ALIKE and (numbers[0] == numbers[1] or alike == 1):
            yield Finding(
                "error" if alike == 1 else "warning",
                f"{table.id}.{a.id}, {table.id}.{b.id}",
                f"“{a.label.zh}” and “{b.label.zh}” are {alike:.0%} alike and stand close: "
                "where one is missing in print the other takes its place; tell them apart",
            )


def _columns_alike(table: Table, section: Section) -> Iterator[Finding]:
    for a, b in combinations(section.columns, 2):
        if a.path[:-1] != b.path[:-1]:
            continue
        alike = float(similarity(spellings(a.label), spellings(b.label)).max())
        if alike >= _ALIKE:
            yield Finding(
                "error" if alike == 1 else "warning",
                f"{table.id}.*.{a.id}, {table.id}.*.{b.id}",
                f"the headers “{a.label.zh}” and “{b.label.zh}” are {alike:.0%} alike",
            )


def _units(table: Table, section: Section) -> Iterator[Finding]:
    for column in section.columns:
        where = f"{table.id}.*.{column.id}"
        stated = printed_unit(column.label.zh)
        if column.unit and not is_unit(column.unit):
            yield _unknown(where, column.unit)
        if stated and column.unit and stated != column.unit:
            what = f"the header states {stated}, unit says {column.unit}"
            yield Finding("error", where, what)
        elif stated and not column.unit:
            yield Finding("warning", where, f"the header states {stated}; add unit: {stated}")
    for row in section.rows:
        where = f"{table.id}.{row.id}"
        if row.unit and not is_unit(row.unit):
            yield _unknown(where, row.unit)
        if row.unit and any(column.unit for column in section.columns):
            yield Finding("warning", where, "both the row and a column state a unit")
        if section.units and row.label and not row.unit:
            yield Finding("warning", where, "the form prints a unit beside each row; add unit")


def _unknown(where: str, unit: str) -> Finding:
    what = f"“{unit}” is no unit that is recognised beside numbers"
    return Finding("warning", where, what)


def _identities(form: Form) -> Iterator[Finding]:
    units = {code: row.unit or column.unit for code, _, _, row, column in form.cells()}
    identities = form.identities()
    seen: dict[tuple[frozenset[str], frozenset[str]], str] = {}
    names: set[str] = set()
    for one in identities:
        if one.id in names:
            yield Finding("error", one.id, "two identities have this id; ids must differ")
        names.add(one.id)
        both = set(one.parts) & set(one.totals)
        if both or len(set(one.codes)) < len(one.codes):
            named = ", ".join(sorted(both)) or "a cell"
            yield Finding("error", one.id, f"{named} stands in it twice: it cannot hold")
            continue
        sides = frozenset(one.parts), frozenset(one.totals)
        same = seen.get(sides) or seen.get((sides[1], sides[0]))
        if same:
            yield Finding("warning", one.id, f"says the same as {same}; leave one out")
        seen[sides] = one.id
        of = {unit for code in one.codes if (unit := units.get(code))}
        if len(of) > 1:
            yield Finding("error", one.id, f"adds {' and '.join(sorted(of))}: units must agree")
    yield from _impossible(identities)


def _impossible(identities: Sequence[Identity]) -> Iterator[Finding]:
    """Pairs of hard identities that together leave only 0 for some cells, counts being >= 0."""
    hard = [one for one in identities if one.strength == "hard"]
    signs = [dict.fromkeys(one.parts, -1) | dict.fromkeys(one.totals, 1) for one in hard]
    for first, second in combinations(range(len(hard)), 2):
        if not signs[first].keys() & signs[second].keys():
            continue
        for turn in (1, -1):
            rest = {
                code: amount
                for code in signs[first].keys() | signs[second].keys()
                if (amount := signs[first].get(code, 0) + turn * signs[second].get(code, 0))
            }
            if rest and len(set(map(_sign, rest.values()))) == 1:
                yield Finding(
                    "error",
                    f"{hard[first].id}, {hard[second].id}",
                    f"both hold only where {', '.join(sorted(rest))} are 0",
                )


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _titles(form: Form) -> Iterator[Finding]:
    for title in form.titles:
        if len(bare(title)) < 4:
            yield Finding("warning", form.id, f"the title “{title}” is too short to be told")
