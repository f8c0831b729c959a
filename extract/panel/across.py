"""Sums that tie a year's report to the one before: soft, since sound reports may break them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Literal

from extract.model import Verdict
from extract.panel.values import BLANK, NOT_ASKED, SUSPECT, Values
from extract.panel.variables import Across, Harmony

Quality = Literal["ok", "suspect"]


@dataclass(frozen=True, slots=True)
class Tie:
    """One sum over two years of one body; `row` and `before` are rows of the panel."""

    row: int
    before: int
    rule: Across
    verdict: Verdict
    expected: float | None
    actual: float | None
    quality: Quality


def ties(rows: Mapping[tuple[str, int], int], values: Values, harmony: Harmony) -> Iterator[Tie]:
    """Every sum of every body's consecutive years, in the panel's order; `rows` by body and year.

    A sum that a form does not ask for is left out. What is blank counts as zero; a number that is
    unread or without its unit makes the sum `not_checkable`.
    """
    place_of = {one.id: place for place, one in enumerate(harmony.variables)}
    for (body, year), row in rows.items():
        before = rows.get((body, year - 1))
        if before is None:
            continue
        for rule in harmony.across:
            terms = [
                *((before, place_of[name], 1) for name in rule.before),
                *((row, place_of[name], 1) for name in rule.plus),
                *((row, place_of[name], -1) for name in rule.less),
            ]
            asked = [(row, place_of[name], 1) for name in rule.now]
            if tie := _tie(rule, row, before, terms, asked, values):
                yield tie


def _tie(
    rule: Across,
    row: int,
    before: int,
    terms: Sequence[tuple[int, int, int]],
    asked: Sequence[tuple[int, int, int]],
    values: Values,
) -> Tie | None:
    grades = [int(values.grades[at, place]) for at, place, _ in (*terms, *asked)]
    if NOT_ASKED in grades:
        return None
    if max(grades) > SUSPECT:
        return Tie(row, before, rule, "not_checkable", None, None, "ok")
    if all(grade == BLANK for grade in grades):
        return Tie(row, before, rule, "not_checkable", None, None, "ok")
    expected, actual = (_total(side, values) for side in (terms, asked))
    quality: Quality = "suspect" if max(grades) == SUSPECT else "ok"
    verdict: Verdict = "pass" if abs(expected - actual) < 0.005 else "fail"
    return Tie(row, before, rule, verdict, expected, actual, quality)


def _total(terms: Sequence[tuple[int, int, int]], values: Values) -> float:
    numbers = [sign * float(values.numbers[at, place]) for at, place, sign in terms]
    return sum(number for number in numbers if not isnan(number))
