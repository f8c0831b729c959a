"""Counts are whole numbers: a point in a picture of one is sooner a speck than print."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from extract.forms import Form
from extract.model import Evidence, Reading
from extract.reading.numbers import read_number

_PRINTED = 0.1
"""Share of fractions read in counts that are printed: of 98,000 cells of damaged fixtures 39 were
read so and none was; publishers may slip."""
_SPECK = 0.75
"""Share of them that are the number without the point; of the rest a digit is lost as well."""
_MANY = 0.1
"""Share of a report's counts read as fractions from which on its sums are no counts."""
_FEW = 3
_LARGEST = 100_000
"""In units of ten thousand yuan, in which most amounts are printed."""
_LOST_POINT = 0.1
"""Share of larger amounts that have lost their point; a guess, enough to have them looked at."""
_SURE, _LIKELY = 0.9, 0.5
_APART = str.maketrans("", "", ".,，' ")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,，' ][0-9]{3})+")
_GROUPING = 0.98
"""Share of groups of three that are one number, in a report that prints many of them."""


def counts_of(form: Form, alternatives: frozenset[str]) -> frozenset[str]:
    """The codes of all cells but those that hold amounts of money."""
    return frozenset(form.codes(alternatives)) - money_of(form, alternatives)


def money_of(form: Form, alternatives: frozenset[str]) -> frozenset[str]:
    """The codes of cells that hold amounts of money, by their unit or their column's name."""
    return frozenset(
        code
        for code, _, _, row, column in form.cells(alternatives)
        if "元" in f"{row.unit}{column.unit}" or "金额" in column.label.zh
    )


def as_counts(evidence: Sequence[Evidence], counts: Collection[str]) -> tuple[Evidence, ...]:
    """The evidence from pixels with the fractions among `counts` made unlikely.

    A report that prints fractions throughout stays as it is. Where many numbers come in groups
    of three, what parts them is a comma, as whatever it was read: a point, or a gap.
    """
    held = [one for one in evidence if one.readings and _pictured(one, counts)]
    sure = [one.readings[0] for one in held if one.readings[0].probability >= _SURE]
    grouped = (
        sum(_is_grouped(one.readings[0]) and one.readings[0].probability >= _LIKELY for one in held)
        > _FEW
    )
    fractions = sum(is_fraction(one) and not (grouped and _is_grouped(one)) for one in sure)
    if fractions > max(_FEW, _MANY * len(sure)):
        return tuple(evidence)
    return tuple(
        replace(one, readings=_whole(one.readings, grouped)) if _pictured(one, counts) else one
        for one in evidence
    )


def as_amounts(evidence: Sequence[Evidence], money: Collection[str]) -> tuple[Evidence, ...]:
    """The evidence from pixels with the large whole numbers among amounts of `money` in doubt.

    A billion yuan is no amount of these forms, and a lost point makes one.
    """
    return tuple(
        replace(one, readings=_pointed(one.readings, one.slot.header_unit))
        if _pictured(one, money)
        else one
        for one in evidence
    )


def _pointed(readings: tuple[Reading, ...], unit: str | None) -> tuple[Reading, ...]:
    shown = [
        replace(one, probability=one.probability * (1.0 - _LOST_POINT))
        if is_large(one) and unit != "元"
        else one
        for one in readings
    ]
    return tuple(sorted(shown, key=lambda one: -one.probability))


def is_large(reading: Reading) -> bool:
    """Whether a reading is a whole number that is hardly an amount of money."""
    value = reading.value
    return isinstance(value, int) and value >= _LARGEST and reading.printed.isdigit()


def _pictured(one: Evidence, counts: Collection[str]) -> bool:
    cell = one.slot.cell
    return one.slot.code in counts and cell is not None and cell.crop is not None


def is_fraction(reading: Reading) -> bool:
    """Whether a reading is a number printed with a point."""
    return reading.mark == "number" and "." in reading.printed


def _is_grouped(reading: Reading) -> bool:
    return _GROUPED.fullmatch(reading.printed) is not None


def _whole(readings: tuple[Reading, ...], grouped: bool) -> tuple[Reading, ...]:
    """The readings with what is no count made unlikely; `grouped` says that the report prints
    its numbers in groups of three.
    """
    if not any(is_fraction(one) or (grouped and _is_grouped(one)) for one in readings):
        return readings
    shares: dict[tuple[str, object], Reading] = {}

    def add(reading: Reading, chance: float) -> None:
        key = (reading.mark, reading.value)
        known = shares.get(key)
        before = known.probability if known else 0.0
        shares[key] = replace(known or reading, probability=before + chance)

    for one in readings:
        joined = read_number(one.printed.translate(_APART), one.reader)
        if grouped and _is_grouped(one):
            if joined.value != one.value:
                add(one, one.probability * (1.0 - _GROUPING))
                add(joined, one.probability * _GROUPING)
            else:
                add(one, one.probability)
        elif is_fraction(one):
            add(one, one.probability * _PRINTED)
            add(joined, one.probability * _SPECK)
        else:
            add(one, one.probability)
    return tuple(sorted(shares.values(), key=lambda one: -one.probability))
