"""Blanks where the table prints zeros: in an export without pixels, a cell may have been lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.reconcile.identities import System
from extract.reconcile.settle import Settled

_RARE = 0.05
"""Share of a table's empty cells up to which blanks are exceptions to its style."""


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
