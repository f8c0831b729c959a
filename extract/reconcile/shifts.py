"""Numbers displaced as a whole: a row moved by one column, a column by one row, or all of them.

A cell lost or invented before the numbers of a line moves all that follow it by one place. Such
a hypothesis is weighed against misread and misprinted cells; it never repairs anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from extract.reconcile.channels import Belief, spread
from extract.reconcile.identities import Block, Exact
from extract.reconcile.parity import Parity

Line = tuple[int, ...]

_FEW = 4
"""Fewer failed checks than this are no sign of a whole table displaced."""
_MANY_LINES = 2
KEPT_SHARE = 1e-4


@dataclass(frozen=True, slots=True)
class Shift:
    """A displacement that settles failed checks: the cells of the lines that it moves."""

    cells: tuple[int, ...]
    weight: float
    words: str


def shifts(
    blocks: Sequence[Block],
    parity: Parity,
    beliefs: Sequence[Belief],
    rows: frozenset[int],
    prior: float,
) -> list[Shift]:
    """The displacements that settle failed checks of one component, likeliest first.

    `prior` is the probability of any one displacement; what it leaves unsettled weighs as chance.
    """
    syndrome = {row: left for row, left in parity.syndrome.items() if row in rows}
    bare = prior * _chance(syndrome)
    found: dict[tuple[int, ...], Shift] = {}
    for block in blocks:
        for words, lines in _candidates(block, parity, syndrome):
            for place in range(len(lines[0]) - 1):
                for back in (False, True):
                    hypothesis = _moved(lines, place, back, parity, beliefs)
                    if hypothesis is None:
                        continue
                    moved, luck = hypothesis
                    residual = _residual(syndrome, moved, parity, beliefs)
                    weight = prior * luck * _chance(residual)
                    # Which place it starts from is often a guess: the lines are doubted whole.
                    key = tuple(sorted(cell for line in lines for cell in line))
                    known = found.get(key)
                    if weight > 10 * bare and (known is None or known.weight < weight):
                        found[key] = Shift(key, weight, words)
    ranked = sorted(found.values(), key=lambda one: (-one.weight, one.cells))
    return [one for one in ranked if one.weight >= ranked[0].weight * KEPT_SHARE]


def _chance(residual: dict[int, Exact]) -> float:
    return prod(spread(abs(float(left))) for left in residual.values())


def _candidates(
    block: Block, parity: Parity, syndrome: dict[int, Exact]
) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """Single rows and columns that hold at least half of the failed checks; then all at once."""
    for words, lines in (
        ("the numbers of a row may stand one column off", block.rows),
        ("the numbers of a column may stand one row off", block.columns),
    ):
        if not lines or len(lines[0]) < 3:
            continue
        read = tuple(line for line in lines if all(cell in parity.columns for cell in line))
        for line in read:
            touched = {row for cell in line for row, _ in parity.columns[cell]}
            inside = len(touched & syndrome.keys())
            if inside and 2 * inside >= len(syndrome):
                yield words, (line,)
        if len(read) >= _MANY_LINES and len(syndrome) >= _FEW:
            yield words, read


def _moved(
    lines: tuple[Line, ...],
    place: int,
    back: bool,
    parity: Parity,
    beliefs: Sequence[Belief],
) -> tuple[dict[int, Exact], float] | None:
    """What the lines would print had a cell at `place` been invented (`back`: lost).

    The number pushed over the end (`back`: the lost one) is whatever the line's own check asks:
    that settles the check without proving anything, so it weighs as chance does, and so does an
    invented number that is not zero. None if fewer than two known numbers move.
    """
    asked: dict[int, Exact] = {}
    count = 0
    luck = 1.0
    for line in lines:
        values = [beliefs[cell].value for cell in line]
        if back:
            after = [*values[:place], None, *values[place:-1]]
        else:
            after = [*values[:place], *values[place + 1 :], None]
        free = after.index(None)
        for position, cell in enumerate(line):
            number = after[position]
            if number is not None and number != values[position]:
                asked[cell] = number
                count += 1
        known = _asked(line, free, after, parity)
        if known is None or known < 0:
            return None
        invented = values[-1] if back else values[place]
        if invented:
            luck *= spread(abs(float(invented)))
        before = values[free]
        if before is not None and known != before:
            asked[line[free]] = known
            luck *= spread(abs(float(known - before)))
    return (asked, luck) if count >= 2 else None


def _asked(line: Line, free: int, after: Sequence[Exact | None], parity: Parity) -> Exact | None:
    """What the check that holds most of a line asks of its cell number `free`, else zero."""
    place = {cell: position for position, cell in enumerate(line)}
    best: tuple[tuple[int, int], ...] = ()
    for row, _ in parity.columns[line[free]]:
        terms = parity.rows[row]
        if all(cell in place for cell, _ in terms) and len(terms) > len(best):
            best = terms
    total: Exact = 0
    coefficient = 0
    for cell, factor in best:
        number = after[place[cell]]
        if number is None:
            coefficient = factor
        else:
            total += factor * number
    if coefficient not in (1, -1):
        return 0
    return -total * coefficient


def _residual(
    syndrome: dict[int, Exact],
    moved: dict[int, Exact],
    parity: Parity,
    beliefs: Sequence[Belief],
) -> dict[int, Exact]:
    residual = dict(syndrome)
    for cell, asked in moved.items():
        value = beliefs[cell].value
        assert value is not None
        for row, coefficient in parity.columns[cell]:
            residual[row] = residual.get(row, 0) + coefficient * (asked - value)
    return {row: left for row, left in residual.items() if left != 0}
