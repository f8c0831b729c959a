"""The slow, obvious twin of the decoder: every balanced table within reach, weighed in full."""

from __future__ import annotations

from itertools import product

from extract.forms import Identity, Label
from extract.reconcile.channels import Belief, misprint, misprinted_part
from extract.reconcile.identities import CellName, System

_NAME = Label("", "")


def small(kind: str, part: float = 0.0003, total: float = 0.003) -> System:
    """A form of a few cells: `grid` 2 x 2 parts with totals (a product code), or `line`, three
    parts and their total (which detects, but cannot locate).
    """
    if kind == "grid":
        names = ["a.p", "a.q", "a.t", "b.p", "b.q", "b.t", "s.p", "s.q", "s.t"]
        sums = [(("a.p", "a.q"), "a.t"), (("b.p", "b.q"), "b.t"), (("s.p", "s.q"), "s.t")]
        sums += [((f"a.{c}", f"b.{c}"), f"s.{c}") for c in "pqt"]
    else:
        names = ["a.p", "a.q", "a.r", "a.t"]
        sums = [(("a.p", "a.q", "a.r"), "a.t")]
    place = {name: index for index, name in enumerate(names)}
    identities = tuple(
        Identity(f"x.{n}", parts, (whole,), "hard", _NAME, _NAME)
        for n, (parts, whole) in enumerate(sums)
    )
    terms = tuple((*((place[p], -1) for p in parts), (place[whole], 1)) for parts, whole in sums)
    total_of = tuple(
        tuple(n for n, (_, whole) in enumerate(sums) if whole == name) for name in names
    )
    return System(
        tuple(CellName(f"x.{name}", "x", *name.split("."), None) for name in names),
        identities,
        terms,
        tuple(
            tuple((n, s) for n, row in enumerate(terms) for i, s in row if i == index)
            for index in range(len(names))
        ),
        total_of,
        tuple(total if sums_ else part for sums_ in total_of),
    )


def balanced_tables(system: System, largest: int):
    """Every table of numbers 0…largest in which all identities hold."""
    free = [i for i, sums in enumerate(system.total_of) if not sums]
    for numbers in product(range(largest + 1), repeat=len(free)):
        table = dict(zip(free, numbers, strict=True))
        while len(table) < len(system.cells):
            for members in system.terms:
                total = next(i for i, sign in members if sign > 0)
                if all(i in table for i, sign in members if sign < 0):
                    table[total] = sum(table[i] for i, sign in members if sign < 0)
        yield tuple(table[i] for i in range(len(table)))


def explanations(system: System, beliefs: list[Belief], largest: int):
    """Moved cells → weight, for every balanced table: misread or misprinted, cell by cell."""
    found = {}
    for table in balanced_tables(system, largest):
        weight, moves = 1.0, []
        for index, (asked, belief) in enumerate(zip(table, beliefs, strict=True)):
            if asked != belief.value:
                part = not system.total_of[index]
                slip = (misprinted_part if part else misprint)(asked, belief.value)
                weight *= belief.ratio(asked, part=part) + system.priors[index] * slip
                moves.append((index, asked))
        found[tuple(moves)] = weight
    return found
