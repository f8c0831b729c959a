"""Blanks that may be lost numbers: among printed zeros, or as totals over other than zeros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from extract.reconcile.identities import Exact, System
from extract.reconcile.settle import Settled
from extract.reconcile.weigh import Weighed

_RARE = 0.05
"""Share of a table's empty cells up to which blanks are exceptions to its style."""


_SELDOM = 0.02
"""Totals left unstated per report, before any is seen."""


def lost_totals(system: System, weighed: Weighed) -> dict[int, tuple[Exact, float]]:
    """Unstated totals that may have been printed: the number, and the probability of that.

    A publisher who leaves totals blank does so all over; one lone blank total where the others
    are stated is as likely a number that was not read.
    """
    stated = sum(
        bool(sums) and weighed.firsts[i].mark == "number" for i, sums in enumerate(system.total_of)
    )
    found: dict[int, tuple[Exact, float]] = {}
    for index in weighed.unstated:
        asked = weighed.parity.implied.get(index)
        if asked is None or asked <= 0 or weighed.beliefs[index].value is None:
            continue
        others = len(weighed.unstated) - 1
        habit = (others + _SELDOM) / (others + stated + 1)
        misread = weighed.beliefs[index].ratio(asked)
        found[index] = (asked, misread / (misread + habit))
    return found


def lone_blanks(system: System, settled: Sequence[Settled]) -> dict[int, Settled]:
    """The verdicts of cells left blank in a table that prints its other zeros, now suspect."""
    found: dict[int, Settled] = {}
    tables: dict[str, list[int]] = {}
    for index, name in enumerate(system.cells):
        tables.setdefault(name.table, []).append(index)
    for members in tables.values():
        blank = [i for i in members if settled[i].reading.mark == "blank"]
        zeros = sum(settled[i].reading.value == 0 for i in members)
        if blank and zeros > 1 and len(blank) <= max(1.0, _RARE * (zeros + len(blank))):
            for index in blank:
                if settled[index].status == "ok":
                    found[index] = replace(
                        settled[index],
                        status="suspect",
                        confidence=0.5,
                        why="blank among printed zeros: a lost number looks the same here",
                    )
    return found


def asked_of(system: System, index: int, settled: Sequence[Settled]) -> Exact | None:
    """What the hard identities ask for in a cell whose blank is not believed.

    None where one of them has another cell without a number, or where they ask differently.
    """
    asked: set[Exact] = set()
    for number, sign in system.touching[index]:
        if system.identities[number].strength != "hard":
            continue
        rest = [(settled[i].reading, s) for i, s in system.terms[number] if i != index]
        if any(reading.mark in ("illegible", "missing") for reading, _ in rest):
            return None
        asked.add(-sign * sum(s * Fraction(str(reading.value or 0)) for reading, s in rest))
    if len(asked) != 1:
        return None
    value = asked.pop()
    return value.numerator if value.denominator == 1 else value
