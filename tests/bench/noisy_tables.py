"""Noisy readings of random tables: what a calibrated reader would say of a printed report."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from math import exp, log
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1] / "reconcile"))
sys.path.insert(0, str(Path(__file__).parents[2]))

from printed_tables import BLANK, DASH, PRINTED, balanced, shown

from extract.model import Reading
from extract.reconcile.identities import System, system_of

LEVELS = {"light": 0.004, "medium": 0.015, "heavy": 0.05, "ruined": 0.15}
"""Share of cells of which the reader is in doubt."""
SURE_BUT_WRONG = 2e-5
SECOND_SILENT, SECOND_WRONG, SECOND_REPEATS = 0.05, 0.01, 0.2


@dataclass
class Printed:
    """A report as printed, and which cells its publisher misprinted."""

    one: int
    system: System
    readings: list[Reading]
    planted: set[int] = field(default_factory=set)


def printed_report(rng: Random, planted: float) -> Printed:
    one = rng.randrange(len(PRINTED))
    code = system_of(*PRINTED[one])
    table = balanced(rng, one, rng.choice([9, 60, 900, 20000]), rng.uniform(0.2, 0.9))
    report = Printed(one, code, [])
    if rng.random() < planted:
        for _ in range(rng.choice([1, 1, 2])):
            totals = rng.random() < 0.5
            cells = [
                i
                for i, sums in enumerate(code.total_of)
                if code.touching[i] and bool(sums) == totals
            ]
            cell = rng.choice(cells)
            wrong = slipped(rng, table[cell])
            if wrong != table[cell]:
                table[cell] = wrong
                report.planted.add(cell)
    usual = rng.choice([shown(0), shown(0), BLANK, DASH])
    mixed = rng.random() < 0.3
    for value in table:
        zero = shown(0) if mixed and rng.random() < 0.4 else usual
        report.readings.append(shown(value) if value else zero)
    for cell in range(len(table)):  # an empty total over other than zeros is no misprint
        if code.total_of[cell]:
            report.readings[cell] = shown(table[cell])
    return report


def slipped(rng: Random, value: int) -> int:
    kind = rng.randrange(4)
    if kind == 0:
        return max(0, value + rng.choice([-1, 1]) * rng.randint(1, 10))
    if kind == 1:
        return 0
    if kind == 2:
        return confused(rng, value)
    return rng.randint(0, 2 * value + 5)


def confused(rng: Random, value: int) -> int:
    """One digit taken for another, dropped or doubled."""
    digits = str(value)
    at = rng.randrange(len(digits))
    kind = rng.randrange(4)
    if kind == 0 and len(digits) > 1:
        return int(digits[:at] + digits[at + 1 :])
    if kind == 1:
        return int(digits[: at + 1] + digits[at] + digits[at + 1 :])
    return int(digits[:at] + rng.choice("0123456789") + digits[at + 1 :])


def rival(rng: Random, reading: Reading) -> Reading:
    """Something else that the same pixels may be taken for."""
    if not reading.value and rng.random() < 0.4:
        other = [r for r in (shown(0), BLANK, DASH) if r.mark != reading.mark]
        return rng.choice(other)
    value = confused(rng, int(reading.value or 0))
    return shown(value) if value != reading.value else shown(value + 1)


def read(rng: Random, truth: Reading, doubted: bool) -> tuple[Reading, ...]:
    """A calibrated reader: what it gives 70 % is right in 70 of 100 cases.

    A doubted cell has rivals; the share `loss` of its probability goes to numbers not listed.
    """
    if not doubted:
        first = rival(rng, truth) if rng.random() < SURE_BUT_WRONG else truth
        return (likely(first, 1 - 2 * SURE_BUT_WRONG),)
    best = 1 - exp(rng.uniform(log(0.005), log(0.6)))
    loss = 0.1 * (1 - best) * rng.random()
    rest = 1 - best - loss
    split = rng.uniform(0.5, 1.0)
    shares = [best, rest * split, rest * (1 - split)]
    place = rng.choices([0, 1, 2, 3], [*shares, loss])[0]
    named: list[Reading] = []
    for position in range(3):
        candidate = truth
        while position != place and (
            (candidate.mark, candidate.value) == (truth.mark, truth.value)
            or any((candidate.mark, candidate.value) == (n.mark, n.value) for n in named)
        ):
            candidate = rival(rng, truth if rng.random() < 0.8 else shown(rng.randint(0, 99)))
        named.append(candidate)
    readings = [likely(one, share) for one, share in zip(named, shares, strict=True)]
    return tuple(sorted(readings, key=lambda r: -r.probability))


def likely(reading: Reading, probability: float) -> Reading:
    return Reading(reading.printed, reading.mark, reading.value, None, probability, reading.reader)


def merged(one: tuple[Reading, ...], other: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Two independent readings of a cell as one: products of probabilities.

    What a reader does not list has a share of what its list leaves.
    """
    left = [max(1e-5, 1.0 - sum(r.probability for r in voice)) / 3 for voice in (one, other)]
    shares: dict[tuple[str, object], tuple[float, Reading]] = {}
    for reading in (*one, *other):
        key = (reading.mark, reading.value)
        product = 1.0
        for voice, floor in zip((one, other), left, strict=True):
            product *= next((r.probability for r in voice if (r.mark, r.value) == key), floor)
        shares[key] = (product, reading)
    total = sum(p for p, _ in shares.values()) + 3 * left[0] * left[1]
    ranked = sorted(shares.values(), key=lambda pair: -pair[0])
    return tuple(likely(reading, p / total) for p, reading in ranked)


def second_reading(rng: Random, truth: Reading, first: Reading) -> tuple[Reading, ...]:
    """What other eyes say of a cell: silent in some, wrong in a few, and of a first error they
    repeat a share, as both see the same ink.
    """
    if rng.random() < SECOND_SILENT:
        return ()
    wrong = (first.mark, first.value) != (truth.mark, truth.value)
    if wrong and rng.random() < SECOND_REPEATS:
        return (likely(first, 0.99),)
    return (likely(rival(rng, truth) if rng.random() < SECOND_WRONG else truth, 0.99),)
