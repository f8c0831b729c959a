"""Two noisy channels: what a reader makes of a printed number, and a publisher of a balanced one.

Both are distributions over numbers. They are only ever compared with each other for the same
pair of numbers, so what counts is which pairs are likelier by misreading than by misprinting.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from extract.model import Evidence, Reading
from extract.reconcile.identities import Exact, countable, exact, plain

_ZERO_ODDS = 1.5
"""Zeros among the cells of a form that are no totals, against all others."""
_MOST = 0.5
# Digits that recognisers take for each other more often than chance.
_ALIKE = {
    frozenset(pair) for pair in ("38", "17", "56", "68", "08", "69", "06", "09", "14", "27", "35")
}

# Probability that a reading is wrong though its reader is sure, however many readers there are,
# since all see the same ink: 3 of 70,000 cells of damaged fixtures (docs/measurements.md).
PICTURE_FLOOR = 3e-5
# A text layer's digits are known; what remains is a glyph drawn elsewhere than it is stored.
GLYPH_FLOOR = 1e-9
# An export may have lost digits or cells on its way, which no file of text can show.
EXPORT_FLOOR = 2e-3
# Glyphs across a rule, or text joined from several cells: digits may belong to a neighbour.
BROKEN_CELL = 0.05


@dataclass(frozen=True, slots=True)
class Belief:
    """What the readings of one cell say of its number, before any arithmetic.

    `value` is the likeliest number (blank and dash count as zero), None when nothing legible
    was read. `listed` gives the probability of every number a reader proposed, `other` that of
    all numbers nobody proposed.
    """

    value: Exact | None
    listed: dict[Exact, float]
    other: float
    blank: bool = False
    """The likeliest reading sees nothing in the cell."""
    asked: dict[Exact, float] = field(default_factory=dict)
    """The same of numbers of which the pixels were asked one by one."""

    def ratio(self, number: Exact, *, part: bool = False) -> float:
        """How likely `number` is what is printed, against the likeliest one; by misreading.

        `part`: no other cells add up to this one, so that most of its like are zero.
        """
        assert self.value is not None
        other = self.other
        if number in self.asked and not _partly(str(number), str(self.value)):
            other = min(other, PICTURE_FLOOR)
        lapse = other * misread(number, self.value, self.blank)
        if part:
            lapse = min(other * _MOST, lapse * sparseness(number, self.value))
        seen = self.listed.get(number, self.asked.get(number, 0.0))
        return (seen + lapse) / self.listed[self.value]

    @property
    def plainly(self) -> float:
        """Probability of the likeliest number before any arithmetic; 0 where nothing was read."""
        if self.value is None:
            return 0.0
        return self.listed[self.value] / (sum(self.listed.values()) + self.other)


def beliefs(evidence: Sequence[Evidence], *, pixels: bool, geometry: bool) -> list[Belief]:
    """The belief for each cell of a report, in order."""
    if geometry and not pixels:
        return [_belief(one, GLYPH_FLOOR, known=True) for one in evidence]
    floor = PICTURE_FLOOR if pixels else EXPORT_FLOOR
    return [_belief(one, floor, known=False) for one in evidence]


_UNREAD = Belief(None, {}, 1.0)
_ZERO_MARKS = ("blank", "dash")


def _belief(one: Evidence, floor: float, *, known: bool) -> Belief:
    """`known`: a whole cell's digits are those of the text layer, however reliable such layers
    are in general.
    """
    cell = one.slot.cell
    if cell is None or not one.readings or one.readings[0].mark in ("illegible", "missing"):
        return _UNREAD
    listed: dict[Exact, float] = {}
    for reading in one.readings:
        number = number_of(reading)
        if number is not None and reading.probability > 0.0:
            listed[number] = listed.get(number, 0.0) + reading.probability
    if not listed:
        return _UNREAD
    blank = one.readings[0].mark == "blank"
    if not cell.whole:
        floor = BROKEN_CELL
    elif known:
        return Belief(_likeliest(listed, one.readings[0]), listed, floor, blank)
    best = _likeliest(listed, one.readings[0])
    return Belief(best, listed, max(1.0 - sum(listed.values()), floor), blank, dict(one.asked))


def _likeliest(listed: dict[Exact, float], first: Reading) -> Exact:
    """The likeliest number; among equals the reader's first choice."""
    return max(listed, key=lambda number: (listed[number], number == number_of(first)))


def number_of(reading: Reading) -> Exact | None:
    """What a reading counts for in a sum; None for one that says nothing of the number."""
    if reading.mark == "number":
        if reading.value is None or not countable(reading.value):
            return None
        return exact(reading.value)
    return 0 if reading.mark in _ZERO_MARKS else None


@lru_cache(maxsize=1 << 15)
def misread(printed: Exact, read: Exact, blank: bool = False) -> float:
    """Probability that a lapse over `printed` comes out as `read` (`blank`: as nothing).

    Digits that look alike are among a reader's own alternatives; a lapse is what it does not
    know of: ink cut off, lost, or picked up from beside the number, and a long tail.
    """
    if printed == read:
        return 0.0
    chance = 0.02 * spread(abs(float(printed - read)))
    if read == 0:
        chance += 0.1 if blank else 0.005
    if printed == 0:
        chance += 0.05 * spread(abs(float(read)))
    return chance + _slip(str(plain(printed)), str(plain(read)))


def _slip(meant: str, shown: str) -> float:
    """Chance of one digit taken for another, dropped, doubled or picked up."""
    if len(meant) == len(shown):
        pairs = [(a, b) for a, b in zip(meant, shown, strict=True) if a != b]
        if len(pairs) == 1:
            return (0.02 if frozenset(pairs[0]) in _ALIKE else 0.006) / len(meant)
    elif len(meant) == len(shown) + 1 and _one_dropped(meant, shown):
        return 0.2 / len(meant)
    elif len(shown) == len(meant) + 1 and _one_dropped(shown, meant):
        return 0.01 / len(shown)
    return 0.0


def _partly(one: str, other: str) -> bool:
    """Whether digits lost, cut off or picked up from beside it make one number of the other."""
    shorter, longer = sorted((one, other), key=len)
    signs = iter(longer)
    return all(sign in signs for sign in shorter)


def _one_dropped(longer: str, shorter: str) -> bool:
    return any(longer[:k] + longer[k + 1 :] == shorter for k in range(len(longer)))


@lru_cache(maxsize=1 << 15)
def misprint(balanced: Exact, printed: Exact) -> float:
    """Probability that a publisher who misprints `balanced` prints `printed`.

    Off by one, left at zero, a slip of the keys, or anything. Auditors look for the slips by
    which a difference is a multiple of nine: neighbours transposed, and slides, a zero too many
    or too few.
    """
    if balanced == printed:
        return 0.0
    chance = _mistyped(str(plain(balanced)), str(plain(printed)))
    chance += 0.3 * spread(abs(float(balanced - printed)))
    if abs(balanced - printed) == 1:
        chance += 0.12
    if printed == 0:
        chance += 0.15
    return chance


def _mistyped(meant: str, shown: str) -> float:
    """Chance that keys are hit wrongly, twice, not at all, or in another order."""
    if len(meant) == len(shown):
        wrong = [i for i, (a, b) in enumerate(zip(meant, shown, strict=True)) if a != b]
        if len(wrong) == 1:
            return 0.1 / 9 / len(meant)
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1
        if swapped and meant[wrong[0]] == shown[wrong[1]] and meant[wrong[1]] == shown[wrong[0]]:
            return 0.08 / (len(meant) - 1)
    elif len(meant) == len(shown) + 1 and _one_dropped(meant, shown):
        return 0.12 / len(meant)
    elif len(shown) == len(meant) + 1 and _one_dropped(shown, meant):
        twice = shown in {meant[: k + 1] + meant[k:] for k in range(len(meant))}
        return 0.06 / len(meant) if twice or shown == meant + "0" else 0.03 / 10 / len(shown)
    return 0.0


@lru_cache(maxsize=1 << 15)
def misprinted_part(balanced: Exact, printed: Exact) -> float:
    """The same for a cell that no other cells add up to."""
    return min(_MOST, misprint(balanced, printed) * sparseness(balanced, printed))


def sparseness(number: Exact, seen: Exact) -> float:
    """How much likelier a part is `number` than what is `seen` there, before any evidence.

    A total's number follows from its parts. Most parts are zero, and a zero is far likelier than
    any one number: a zero that should be 7 is rarer than a 7 that should be zero.
    """
    if seen == 0:
        return spread(abs(float(number))) / _ZERO_ODDS
    if number == 0:
        return _ZERO_ODDS / spread(abs(float(seen)))
    return 1.0


def spread(distance: float) -> float:
    """A proper distribution over whole distances with a tail as long as any that sums to one."""
    return 0.5 / ((1.0 + distance) * (1.0 + math.log1p(distance)) ** 2)
