"""The most probable printed tables, given readings, identities and how publishers slip.

The printed numbers x are what a publisher made of a balanced table b (A b = 0). A cell is in one
of three states: printed and read as balance asks; misread (x = b, read otherwise); misprinted
(x as read, b otherwise). An explanation moves some cells from what was read to what balance asks,
and each moved cell is either misread or misprinted; so one wrong total costs one slip, however
many identities it breaks. Finding the likely explanations of a syndrome is syndrome decoding of a
product code (Elias 1954); naming the fewest changed cells alone is Fellegi and Holt (1976).

Explanations by one and two cells are searched exactly, larger ones by a beam.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import prod

from extract.reconcile.channels import (
    Belief,
    misprint,
    misprinted_part,
    sparseness,
    spread,
)
from extract.reconcile.identities import Block, Exact, System
from extract.reconcile.parity import Parity
from extract.reconcile.shifts import shifts

Move = tuple[int, Exact]
"""A cell and what balance asks of it."""
Residual = dict[int, Exact]

KEPT = 1e-9
"""Explanations this much less likely than the best one are dropped."""
DISORDER = 1e-6
"""Prior of "none of these": rows or columns displaced, or more errors than are searched for. Its
weight falls with every failed check, each off by any amount."""
_BEAM = 48
_WIDE_BEAM = 256
_DEPTH = 10
_LISTED = 1e-4
_TRUSTED = 0.02
_PLAUSIBLE = 1e-3
"""An explanation by one or two cells that is this likely needs no rival of three or more."""
_KNOWN = 1e-6
_LOST_TOO = 0.3
"""Probability that a blank cell lost its number, beside one of its row that did."""
_CLEAR = 100.0
"""An explanation this many times likelier than any displacement needs no such rival."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Cells moved to what balance asks. `probability` is the posterior within its component;
    `misread` the part of each cell's move that is a misreading rather than a misprint.
    """

    moves: tuple[Move, ...]
    misread: tuple[float, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Displacement:
    """Cells whose numbers may stand one place off, with the posterior within the component."""

    cells: tuple[int, ...]
    probability: float
    words: str


@dataclass(frozen=True, slots=True)
class Decoding:
    """One component of checks: explanations and displacements, best first; `disorder` is left."""

    rows: frozenset[int]
    explanations: tuple[Explanation, ...]
    disorder: float
    displacements: tuple[Displacement, ...] = ()


@dataclass
class Search:
    """The search for explanations of one component."""

    parity: Parity
    beliefs: Sequence[Belief]
    system: System
    rows: frozenset[int]
    disorder: float
    found: dict[tuple[Move, ...], float] = field(default_factory=dict)
    shares: dict[Move, tuple[float, float]] = field(default_factory=dict)

    @property
    def best(self) -> float:
        return max(self.found.values(), default=0.0)

    @property
    def total(self) -> float:
        return sum(self.found.values()) + self.disorder

    def holds(self, cells: Set[int]) -> bool:
        """Whether some failing check of the component has a cell in `cells`."""
        failing = self.rows & self.parity.syndrome.keys()
        return any(cell in cells for row in failing for cell, _ in self.parity.rows[row])

    def weigh(self, cell: int, asked: Exact) -> float:
        """Weight of moving a cell, against leaving it as read."""
        misread, misprinted = self.share(cell, asked)
        return misread + misprinted

    def known(self, syndrome: Residual) -> bool:
        """Whether no cell of the failing checks can be misread: its digits are a text layer's."""
        return all(
            self.beliefs[cell].other < _KNOWN
            for row in syndrome
            for cell, _ in self.parity.rows[row]
        )

    @cached_property
    def line(self) -> dict[int, int]:
        """The printed row of each cell, by the row's first cell."""
        return {cell: row[0] for block in self.system.blocks for row in block.rows for cell in row}

    def weigh_after(self, cell: int, asked: Exact, moved: Set[int]) -> float:
        """The same once the cells `moved` are: where one number of a row is lost, all may be."""
        weight = self.weigh(cell, asked)
        if self.beliefs[cell].blank and any(
            self.line.get(one) == self.line.get(cell) and self.beliefs[one].blank for one in moved
        ):
            also = _LOST_TOO
            if not self.system.total_of[cell]:
                also *= sparseness(asked, 0)
            weight = max(weight, also)
        return weight

    def share(self, cell: int, asked: Exact) -> tuple[float, float]:
        known = self.shares.get((cell, asked))
        if known is None:
            belief, prior = self.beliefs[cell], self.system.priors[cell]
            value = belief.value
            assert value is not None
            part = not self.system.total_of[cell]
            slip = misprinted_part if part else misprint
            known = (belief.ratio(asked, part=part), prior * slip(asked, value))
            self.shares[cell, asked] = known
        return known

    def add(self, moves: tuple[Move, ...], weight: float) -> None:
        self.found[tuple(sorted(moves))] = weight

    def shifted(self, residual: Residual, cell: int, asked: Exact) -> Residual:
        """The residual once `cell` is as `asked`."""
        value = self.beliefs[cell].value
        assert value is not None
        step = asked - value
        after = dict(residual)
        for row, coefficient in self.parity.columns[cell]:
            left = after.get(row, 0) + coefficient * step
            if left == 0:
                after.pop(row, None)
            else:
                after[row] = left
        return after

    def asked(self, cell: int, coefficient: int, left: Exact) -> Exact | None:
        """What a check that is off by `left` asks of a cell; None for what cannot be printed."""
        value = self.beliefs[cell].value
        assert value is not None
        if coefficient in (1, -1):
            number = value - coefficient * left
        else:
            number = value - Fraction(left) / coefficient
            if number.denominator == 1:
                number = number.numerator
            elif isinstance(value, int):
                return None
        return number if number >= 0 or value < 0 else None

    def singles(self, residual: Residual) -> Iterator[Move]:
        """Every cell that alone explains the residual."""
        support = tuple(sorted(residual))
        for cell in self.parity.by_support.get(support, ()):
            (row, coefficient), *others = self.parity.columns[cell]
            asked = self.asked(cell, coefficient, residual[row])
            if asked is None:
                continue
            value = self.beliefs[cell].value
            assert value is not None
            if all(residual[r] + c * (asked - value) == 0 for r, c in others):
                yield cell, asked

    def moves(self, residual: Residual) -> dict[Move, None]:
        """Moves that settle one failing check, and listed readings of the cells in any."""
        found: dict[Move, None] = {}
        for row, left in residual.items():
            for cell, coefficient in self.parity.rows[row]:
                asked = self.asked(cell, coefficient, left)
                if asked is not None:
                    found[cell, asked] = None
                for move in self.listed(cell, _LISTED):
                    found[move] = None
        return found

    def listed(self, cell: int, least: float) -> Iterator[Move]:
        belief = self.beliefs[cell]
        if len(belief.listed) > 1:
            assert belief.value is not None
            least *= belief.listed[belief.value]
            for number, probability in belief.listed.items():
                if number != belief.value and probability >= least:
                    yield cell, number


def decode(
    parity: Parity,
    beliefs: Sequence[Belief],
    system: System,
    displaced: float = 0.0,
) -> list[Decoding]:
    """The explanations of every failing component of one report, likeliest first.

    `beliefs` run along the cells of the form; cells without a value are not in `parity`.
    `displaced` is the probability of any one displacement by a place within a section.
    """
    searches = []
    for rows in parity.components():
        syndrome = {row: parity.syndrome[row] for row in sorted(rows & parity.syndrome.keys())}
        search = Search(parity, beliefs, system, rows, disordered(syndrome))
        one_and_two(search, syndrome)
        best, disorder = search.best, search.disorder
        if best < _PLAUSIBLE:
            least = max(best * KEPT, disorder * 1e-3)
            _beam(search, syndrome, least, _BEAM, free=best < disorder)
            if search.best < disorder and not search.known(syndrome):
                _beam(search, syndrome, least, _WIDE_BEAM, free=True)
        searches.append(search)
    moved = [_displacements(block, searches, displaced) for block in system.blocks if displaced]
    return [_decoding(search, moved) for search in searches]


def _displacements(
    block: Block, searches: Sequence[Search], displaced: float
) -> dict[frozenset[int], tuple[Displacement, ...]]:
    """Displacements within one section, for all components that have cells there at once.

    The groups of table 4 share no identity, yet stand in one printed line.
    """
    cells = {cell for line in block.rows for cell in line}
    here = [one for one in searches if one.holds(cells)]
    if not here or prod(one.best for one in here) >= _CLEAR * displaced:
        return {}
    first = here[0]
    rows = frozenset().union(*(one.rows for one in here))
    moved = shifts([block], first.parity, first.beliefs, rows, displaced)
    total = prod(one.total for one in here) + sum(one.weight for one in moved)
    found = tuple(Displacement(one.cells, one.weight / total, one.words) for one in moved)
    return {one.rows: found for one in here}


def disordered(syndrome: Residual) -> float:
    """Weight of the hypothesis that leaves every failed check to chance."""
    return DISORDER * prod(spread(abs(float(left))) for left in syndrome.values())


def one_and_two(search: Search, syndrome: Residual) -> None:
    """Every explanation by one cell, and by two of which one is settled by a single check.

    In two cells that differ in their checks, some check holds only one of them and so settles
    it. Two cells with the same checks (a row of table 4) leave a choice: there the listed
    readings of one are tried.
    """
    reach = max((len(terms) for terms in search.parity.columns.values()), default=0)
    if len(syndrome) > 2 * reach:
        return
    for cell, asked in search.singles(syndrome):
        search.add(((cell, asked),), search.weigh(cell, asked))
    for cell, asked in search.moves(syndrome):
        residual = search.shifted(syndrome, cell, asked)
        if residual and len(residual) <= reach:
            for other, needed in search.singles(residual):
                if other != cell:
                    weight = search.weigh(cell, asked) * search.weigh(other, needed)
                    search.add(((cell, asked), (other, needed)), weight)


def _beam(search: Search, syndrome: Residual, least: float, width: int, *, free: bool) -> None:
    """Larger explanations: settle one failing check after another, keeping the likeliest.

    Explanations lighter than `least` are not followed. `free` also tries moves that no reader
    proposed.
    """
    rows = search.parity.rows
    states: list[tuple[float, tuple[Move, ...], Residual]] = [(1.0, (), syndrome)]
    for _ in range(_DEPTH):
        grown: dict[tuple[Move, ...], tuple[float, tuple[Move, ...], Residual]] = {}
        for weight, moves, residual in states:
            row = min(residual, key=lambda number: (len(rows[number]), number))
            moved = {cell for cell, _ in moves}
            for cell, asked in _candidates(search, residual, row, free=free):
                if cell in moved:
                    continue
                heavier = weight * search.weigh_after(cell, asked, moved)
                key = tuple(sorted((*moves, (cell, asked))))
                if heavier >= least and key not in grown:
                    after = search.shifted(residual, cell, asked)
                    if after:
                        grown[key] = (heavier, key, after)
                    else:
                        search.add(key, heavier)
        # A failing check costs at least about what one doubted cell costs.
        states = sorted(grown.values(), key=lambda s: (-s[0] * 0.2 ** len(s[2]), s[1]))[:width]


def _candidates(search: Search, residual: Residual, row: int, *, free: bool) -> dict[Move, None]:
    found: dict[Move, None] = {}
    for cell, _ in search.parity.rows[row]:
        for move in search.listed(cell, _LISTED if free else _TRUSTED):
            found[move] = None
        if not free:
            continue
        for check, coefficient in search.parity.columns[cell]:
            left = residual.get(check)
            if left is not None:
                asked = search.asked(cell, coefficient, left)
                if asked is not None:
                    found[cell, asked] = None
    return found


def _decoding(
    search: Search, moved: Sequence[dict[frozenset[int], tuple[Displacement, ...]]]
) -> Decoding:
    displacements = tuple(one for block in moved for one in block.get(search.rows, ()))
    rest = max(0.0, 1.0 - sum(one.probability for one in displacements)) / search.total
    ranked = sorted(search.found.items(), key=lambda item: (-item[1], item[0]))
    explanations = []
    for moves, weight in ranked:
        if weight < ranked[0][1] * KEPT:
            break
        parts = [search.share(cell, asked) for cell, asked in moves]
        misread = tuple(one / (one + other) if one else 0.0 for one, other in parts)
        explanations.append(Explanation(moves, misread, weight * rest))
    return Decoding(search.rows, tuple(explanations), search.disorder * rest, displacements)
