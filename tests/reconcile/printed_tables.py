"""Random balanced tables of any form, and evidence for them, for tests and the bench."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from random import Random

from extract.forms import Form, load_forms
from extract.model import Box, Evidence, GridCell, Reading, Slot
from extract.reconcile.identities import System, system_of

FORMS = {form.id: form for form in load_forms()}
PRINTED: list[tuple[Form, frozenset[str]]] = [
    (FORMS["2021"], frozenset()),
    (FORMS["2021"], frozenset({"t3.other"})),
    (FORMS["2019"], frozenset()),
]


def system(form: str = "2021", alternatives: frozenset[str] = frozenset()) -> System:
    return system_of(FORMS[form], alternatives)


@cache
def solved(one: int) -> tuple[dict[int, dict[int, Fraction]], tuple[int, ...]]:
    """Which cells follow from which free ones, by plain elimination, totals first."""
    form, alternatives = PRINTED[one]
    code = system_of(form, alternatives)
    rows = [{i: Fraction(s) for i, s in terms} for terms in code.terms]
    pivots: dict[int, int] = {}
    wanted = sorted(range(len(code.cells)), key=lambda i: (not code.total_of[i], i))
    for cell in wanted:
        row = next((k for k, r in enumerate(rows) if r.get(cell) and k not in pivots.values()), -1)
        if row < 0:
            continue
        scale = rows[row][cell]
        rows[row] = {i: f / scale for i, f in rows[row].items()}
        pivots[cell] = row
        for k, other in enumerate(rows):
            if k != row and other.get(cell):
                f = other[cell]
                mixed = {
                    i: other.get(i, Fraction(0)) - f * rows[row].get(i, Fraction(0))
                    for i in other.keys() | rows[row].keys()
                }
                rows[k] = {i: x for i, x in mixed.items() if x}
    follows = {
        cell: {i: -f for i, f in rows[row].items() if i != cell} for cell, row in pivots.items()
    }
    return follows, tuple(i for i in range(len(code.cells)) if i not in pivots)


def balanced(rng: Random, one: int = 0, largest: int = 300, zeros: float = 0.6) -> list[int]:
    """A table in which every identity of form number `one` holds and no number is negative."""
    follows, free = solved(one)
    table = {i: 0 if rng.random() < zeros else int(largest ** rng.random()) for i in sorted(free)}
    for _ in range(100):
        for cell, terms in follows.items():
            number = sum((f * table[i] for i, f in terms.items()), Fraction(0))
            assert number.denominator == 1
            table[cell] = int(number)
        low = [cell for cell in follows if table[cell] < 0]
        if not low:
            return [table[i] for i in range(len(table))]
        for cell in low:
            for i, f in follows[cell].items():
                if f < 0:
                    table[i] = 0
    raise AssertionError("no table without negative numbers was found")


def shown(value: int, probability: float = 1.0) -> Reading:
    return Reading(str(value), "number", value, None, probability, "test")


BLANK = Reading("", "blank", None, None, 1.0, "test")
DASH = Reading("—", "dash", None, None, 1.0, "test")


def evidence(
    code: System,
    readings: Sequence[Sequence[Reading] | Reading | int | None],
    *,
    torn: frozenset[int] = frozenset(),
    doubts: dict[int, str] | None = None,
    seconded: bool = False,
) -> list[Evidence]:
    """Evidence for the cells in order: readings, a number, or None where no cell was found.

    The cells `torn` have glyphs across their rules.
    """
    found = []
    for index, (name, one) in enumerate(zip(code.cells, readings, strict=True)):
        if one is None:
            found.append(Evidence(Slot(name.code, None), ()))
            continue
        first = shown(one) if isinstance(one, int) else one
        several = (first,) if isinstance(first, Reading) else tuple(first)
        cell = GridCell(0, index, text="", box=Box(0, 0, 9, 9), whole=index not in torn)
        doubt = (doubts or {}).get(index)
        slot = Slot(name.code, cell, 1, "test", doubt)
        found.append(Evidence(slot, several, seconded=seconded))
    return found
