"""The identities as parity checks of a code: syndrome, unread cells eliminated, components."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from extract.reconcile.identities import Exact, System

Terms = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Parity:
    """Checks over the cells that were read, with what they say of those that were not.

    `rows[k]` are the cells (index, coefficient) of check k; without unread cells these are the
    hard identities themselves. `syndrome` holds the checks that do not come to zero. `implied`
    holds the unread cells on which the identities leave no choice.
    """

    rows: tuple[Terms, ...]
    sources: tuple[tuple[int, ...], ...]
    """Per check, the identities it was made of."""
    syndrome: dict[int, Exact]
    implied: dict[int, Exact]

    @cached_property
    def columns(self) -> dict[int, Terms]:
        """The checks (index, coefficient) of each cell."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number, row in enumerate(self.rows):
            for cell, coefficient in row:
                found.setdefault(cell, []).append((number, coefficient))
        return {cell: tuple(terms) for cell, terms in found.items()}

    @cached_property
    def by_support(self) -> dict[tuple[int, ...], list[int]]:
        """Cells by the set of checks they stand in: those that one syndrome cannot tell apart."""
        found: dict[tuple[int, ...], list[int]] = {}
        for cell, terms in self.columns.items():
            found.setdefault(tuple(row for row, _ in terms), []).append(cell)
        return found

    def components(self) -> list[frozenset[int]]:
        """Failing checks grouped with all checks that share cells with them, directly or not."""
        left = set(self.syndrome)
        found = []
        while left:
            component: set[int] = set()
            border = [left.pop()]
            while border:
                row = border.pop()
                if row in component:
                    continue
                component.add(row)
                for cell, _ in self.rows[row]:
                    border.extend(n for n, _ in self.columns[cell] if n not in component)
            left -= component
            found.append(frozenset(component))
        return sorted(found, key=min)


def parity_of(system: System, values: Sequence[Exact | None], unread: Collection[int]) -> Parity:
    """The checks that remain when the cells `unread` are unknown; `values` of the others."""
    hard = [n for n, one in enumerate(system.identities) if one.strength == "hard"]
    if any(index in unread for n in hard for index, _ in system.terms[n]):
        return _eliminated(system, hard, values, frozenset(unread))
    rows = tuple(system.terms[n] for n in hard)
    syndrome = {k: s for k, row in enumerate(rows) if (s := _sum(row, values)) != 0}
    return Parity(rows, tuple((n,) for n in hard), syndrome, {})


def _sum(terms: Terms, values: Sequence[Exact | None]) -> Exact:
    total: Exact = 0
    for index, coefficient in terms:
        amount = values[index]
        assert amount is not None
        total += coefficient * amount
    return total


def _eliminated(
    system: System,
    hard: Sequence[int],
    values: Sequence[Exact | None],
    unread: frozenset[int],
) -> Parity:
    """Gauss and Jordan on the columns of the unread cells, in integers.

    A row left with one unread cell implies it; rows left with none are the remaining checks.
    """
    rows = [dict(system.terms[n]) for n in hard]
    made_of = [{n} for n in hard]
    pivots: dict[int, int] = {}
    for cell in sorted(unread):
        holders = [k for k, row in enumerate(rows) if row.get(cell)]
        free = [k for k in holders if k not in pivots.values()]
        if not free:
            continue
        pivot = min(free, key=lambda k: (abs(rows[k][cell]), len(rows[k]), k))
        pivots[cell] = pivot
        for k in holders:
            if k != pivot:
                rows[k] = _combined(rows[k], rows[pivot], cell)
                made_of[k] |= made_of[pivot]
    implied: dict[int, Exact] = {}
    kept = []
    for k, row in enumerate(rows):
        unknown = [cell for cell in row if cell in unread]
        if not unknown and row:
            kept.append(k)
        elif len(unknown) == 1:
            rest = tuple((c, f) for c, f in row.items() if c != unknown[0])
            number = Fraction(-_sum(rest, values), row[unknown[0]])
            implied[unknown[0]] = number.numerator if number.denominator == 1 else number
    checks = tuple(tuple(sorted(rows[k].items())) for k in kept)
    syndrome = {n: s for n, row in enumerate(checks) if (s := _sum(row, values)) != 0}
    return Parity(checks, tuple(tuple(sorted(made_of[k])) for k in kept), syndrome, implied)


def _combined(row: dict[int, int], pivot: dict[int, int], cell: int) -> dict[int, int]:
    """`row` freed of `cell` by adding a multiple of `pivot`."""
    a, b = pivot[cell], row[cell]
    mixed = {
        c: a * row.get(c, 0) - b * pivot.get(c, 0) for c in row.keys() | pivot.keys() if c != cell
    }
    return {c: f for c, f in mixed.items() if f}
