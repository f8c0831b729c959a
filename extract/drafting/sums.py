"""The identities that an example's numbers satisfy: totals of columns and rows, and balances.

A sum is proposed where it holds in every row (or column) and the print suggests it: by a word for
totals, or by details below a row or many columns and enough numbers that it says something of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from extract.drafting.names import rows_under
from extract.drafting.nouns import Amount, DraftColumn, DraftRow, DraftSection, DraftTable, Sum
from extract.placing.labels import bare

_TOTAL = re.compile(r"总计|合计|小计|总数|总量|总和|共计|^计$")
_ENOUGH = 3
"""Rows in which a sum must say something where no word announces a total."""
_MOST_LOOSE = 9


def sums_of(table: DraftTable) -> list[Sum]:
    """Every identity found, totals across before totals down before balances."""
    found: list[Sum] = []
    for section in table.sections:
        found += _across(table.id, section)
        down = list(_down(table.id, section))
        found += down
        found += _balances(table.id, section, down)
    return list(dict.fromkeys(found))


def _across(table: str, section: DraftSection) -> Iterator[Sum]:
    leaves = section.leaves()
    lines = section.lines()
    if not lines:
        yield from _unlabelled(table, section)
        return
    series = [[line.numbers[i] for line in lines if line.numbers] for i in range(len(leaves))]
    labels = [leaf.text for leaf in leaves]
    siblings = [_siblings_of(section, i) for i in range(len(leaves))]
    for total, parts, seen in _totals(series, labels, siblings):
        words = f"{labels[total]} = {' + '.join(labels[i] for i in parts)}"
        ids = tuple(leaves[i].id for i in parts)
        yield Sum(table, "row", (leaves[total].id,), ids, words, seen)


def _unlabelled(table: str, section: DraftSection) -> Iterator[Sum]:
    """Totals within each group of a header over one row, where all groups have the same leaves."""
    groups: list[list[DraftColumn]] = []
    amounts = iter(section.numbers)
    numbers: list[list[Amount]] = []
    for group in _groups(section.columns):
        leaves = list(group.leaves())
        groups.append(leaves)
        numbers.append([next(amounts) for _ in leaves])
    first = groups[0]
    if any([leaf.id for leaf in group] != [leaf.id for leaf in first] for group in groups):
        return
    series = [list(one) for one in zip(*numbers, strict=True)]
    labels = [leaf.text for leaf in first]
    siblings = [[[i for i in range(len(first)) if i != place]] for place in range(len(first))]
    for total, parts, seen in _totals(series, labels, siblings):
        words = f"{labels[total]} = {' + '.join(labels[i] for i in parts)}"
        yield Sum(table, "row", (first[total].id,), tuple(first[i].id for i in parts), words, seen)


def _groups(columns: Sequence[DraftColumn]) -> Iterator[DraftColumn]:
    """The columns that name a row of the codes."""
    for column in columns:
        if column.row:
            yield column
        else:
            yield from _groups(column.columns)


def _siblings_of(section: DraftSection, place: int) -> list[list[int]]:
    """Columns under the same group as one, from the nearest group outwards."""
    leaf = section.leaves()[place]
    found: list[list[int]] = []
    columns = section.columns
    first = 0
    while columns:
        counts = [len(list(column.leaves())) for column in columns]
        found.append(list(range(first, first + sum(counts))))
        inner = next(i for i, column in enumerate(columns) if leaf in column.leaves())
        first += sum(counts[:inner])
        columns = columns[inner].columns
    return [[i for i in group if i != place] for group in reversed(found)]


def _down(table: str, section: DraftSection) -> Iterator[Sum]:
    lines = section.lines()
    series = [list(line.numbers or ()) for line in lines]
    labels = [line.text for line in lines]
    place = {id(line): number for number, line in enumerate(lines)}
    siblings = [_groups_of(section, line, place) for line in lines]
    for total, parts, seen in _totals(series, labels, siblings):
        words = f"{labels[total]} = {' + '.join(labels[i] for i in parts)}"
        ids = tuple(lines[i].id for i in parts)
        yield Sum(table, "column", (lines[total].id,), ids, words, seen)


def _groups_of(section: DraftSection, line: DraftRow, place: dict[int, int]) -> list[list[int]]:
    """Rows that a row may sum: its details, else the rows beside it, then those further out."""
    below = [place[id(row)] for row in rows_under(line)]
    if below:
        return [below]
    found: list[list[int]] = []
    rows = section.rows
    while rows:
        inside = [place[id(one)] for row in rows for one in row.lines()]
        found.append([i for i in inside if i != place[id(line)]])
        inner = next((row for row in rows if line in list(row.lines())), None)
        rows = inner.rows if inner is not None and inner is not line else []
    return found[::-1]


def _totals(
    series: Sequence[Sequence[Amount]],
    labels: Sequence[str],
    siblings: Sequence[Sequence[Sequence[int]]],
) -> Iterator[tuple[int, tuple[int, ...], int]]:
    """Totals among parallel series, inner ones first: (total, parts, how often it tells)."""
    covered: set[int] = set()
    taken: set[int] = set()
    order = sorted(range(len(series)), key=lambda i: (min(map(len, siblings[i]), default=0), i))
    for announced in (True, False):
        for total in order:
            if total in taken or bool(_TOTAL.search(bare(labels[total]))) != announced:
                continue
            for group in siblings[total]:
                open_ = [i for i in group if i not in covered]
                side = [i for i in open_ if i < total], [i for i in open_ if i > total], open_
                found = next(
                    (
                        (parts, seen)
                        for parts in map(tuple, side)
                        if (seen := _holds(series, total, parts)) is not None
                        and seen >= (0 if announced else min(_ENOUGH, len(series[total])))
                    ),
                    None,
                )
                if found:
                    covered.update(found[0])
                    taken.add(total)
                    yield total, *found
                    break


def _holds(series: Sequence[Sequence[Amount]], total: int, parts: Sequence[int]) -> int | None:
    """In how many places a total is the sum of at least two parts that are not 0.

    None where it is wrong in some place, or 0 in all.
    """
    if len(parts) < 2:
        return None
    telling = stated = 0
    for place, whole in enumerate(series[total]):
        amounts = [series[i][place] for i in parts]
        if whole is None or None in amounts:
            continue
        if sum(one for one in amounts if one is not None) != whole:
            return None
        telling += sum(one != 0 for one in amounts) > 1
        stated += whole != 0
    return telling if stated else None


def _balances(table: str, section: DraftSection, down: Sequence[Sum]) -> Iterator[Sum]:
    """Two rows that together equal two others in every column; needs several columns."""
    parts = {name for one in down for name in one.parts}
    lines = [line for line in section.lines() if line.id not in parts]
    if len(section.leaves()) < _ENOUGH or not 4 <= len(lines) <= _MOST_LOOSE:
        return
    for left in combinations(lines, 2):
        for right in combinations(lines, 2):
            if left[0] in right or left[1] in right or lines.index(left[0]) > lines.index(right[0]):
                continue
            seen = 0
            for a, b, c, d in zip(*(one.numbers or () for one in (*left, *right)), strict=False):
                if a is None or b is None or c is None or d is None:
                    continue
                if a + b != c + d:
                    seen = 0
                    break
                seen += (a, b) not in ((c, d), (d, c)) and a + b != 0
            if seen >= _ENOUGH:
                words = f"{left[0].text} + {left[1].text} = {right[0].text} + {right[1].text}"
                totals, ids = (right[0].id, right[1].id), (left[0].id, left[1].id)
                yield Sum(table, "column", totals, ids, words, seen)
                return
