"""Which reading of each cell stands, how sure that is, and why it may be doubted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from extract.model import CellStatus, Evidence, Reading
from extract.reading.evidence import UNSURE_SIDES
from extract.reconcile.channels import Belief, number_of
from extract.reconcile.decode import Decoding
from extract.reconcile.identities import Exact, plain
from extract.reconcile.parity import Parity
from extract.reconcile.weigh import MISSING

# Thresholds of the verdicts, chosen on the decoder bench (docs/measurements.md has the curves)
# for at most one silent error in 10,000 cells.
OK_CONFIDENCE = 0.98
"""A cell below this probability is suspect."""
REPAIR_CONFIDENCE = 0.9
"""Least posterior of a reading that is not the recogniser's first choice."""
REPAIR_MARK = 0.95
"""Least probability of its mark, given its number: the identities do not tell 0 from blank."""
REPAIR_SUPPORT = 0.005
"""Least share of the pixel probability that such a reading has before any arithmetic."""
SEEN_IN_BLANK = 0.01
"""The same where the first choice is blank: there ink must speak for a number, not only a sum."""
SHADOW = 1e-4
"""A cell that is misread with at least this probability in a failed identity is suspect."""
MANY = 5
"""Failed checks of one component from which on, unexplained, every cell of it is suspect."""
DISPLACED = 0.01
"""A cell whose number belongs elsewhere with at least this probability is suspect."""
BLAMED = 1e-3
"""A cell outside text layers is suspect if a failed identity is due to it, by whosever fault,
with at least this probability: a sure misreading cannot be told from a misprint by one reader.
Where every reader reads the same, this much of a misreading alone makes it suspect."""
CONFIRMED = 0.999
"""Probability of a number from which on two sums that it fits show that nothing of it is beyond
a side that was hard to see."""
HELD_LOOSELY = 0.8
"""A cell below this probability is suspect if each of its identities has another such cell: their
errors can hide each other, in more ways than are searched for."""
_LOOSE = "each sum that holds it has another cell in doubt"
_COMPENSATED = 1e-3
"""Weight of a second error that hides a first one from the identities that still hold."""

_UNLISTED_MARK = 0.3
"""Share of the readings nobody proposed that are one certain other way of printing nothing."""
_NO_INK_MARK = 0.02
"""The same where a reader names nothing else: it saw no ink, and what is left is a lost number."""


@dataclass(frozen=True, slots=True)
class Hold:
    """How well the identities that can be checked hold a cell.

    `by` two identities whose other cells are all likely and not blank, by one such identity, by
    doubtful ones only, or by none. `hidden` weighs a second error that hides one of the cell.
    """

    by: Literal["crosswise", "firmly", "loosely", "not"]
    hidden: float = _COMPENSATED


@dataclass(frozen=True, slots=True)
class Settled:
    """The reading that stands for a cell."""

    reading: Reading
    status: CellStatus
    confidence: float | None
    why: str | None = None


@dataclass
class Posterior:
    """What the explanations of the failed checks say of each cell."""

    misread: dict[int, dict[Exact, float]] = field(default_factory=dict)
    """Per cell, the probability of each number that it prints though it was read otherwise."""
    misprinted: dict[int, float] = field(default_factory=dict)
    disorder: dict[int, float] = field(default_factory=dict)
    """Per cell of a failed check, the probability that nothing searched for explains it."""
    displaced: dict[int, tuple[float, str]] = field(default_factory=dict)
    """Per cell, the probability that its number belongs one place off, and how."""

    def misreading(self, cell: int) -> float:
        return sum(self.misread.get(cell, {}).values())


def posterior_of(parity: Parity, decodings: Sequence[Decoding]) -> Posterior:
    """The explanations summed cell by cell."""
    summed = Posterior()
    for decoding in decodings:
        for one in decoding.explanations:
            for (cell, asked), misread in zip(one.moves, one.misread, strict=True):
                numbers = summed.misread.setdefault(cell, {})
                numbers[asked] = numbers.get(asked, 0.0) + one.probability * misread
                summed.misprinted[cell] = summed.misprinted.get(cell, 0.0) + one.probability * (
                    1.0 - misread
                )
        for moved in decoding.displacements:
            for cell in moved.cells:
                before, _ = summed.displaced.get(cell, (0.0, ""))
                summed.displaced[cell] = (before + moved.probability, moved.words)
        failing = decoding.rows & parity.syndrome.keys()
        doubted = decoding.disorder + sum(one.probability for one in decoding.displacements)
        # Many failed checks without an explanation: what still adds up may do so by chance.
        rows = decoding.rows if len(failing) >= MANY and doubted > 0.5 else failing
        for row in rows:
            for cell, _ in parity.rows[row]:
                summed.disorder[cell] = max(
                    summed.disorder.get(cell, 0.0),
                    decoding.disorder if len(failing) < MANY else doubted,
                )
    return summed


def held_by(cell: int, parity: Parity, beliefs: Sequence[Belief]) -> Hold:
    """How well the identities that can be checked hold a cell."""
    rows = parity.columns.get(cell)
    if not rows:
        return Hold("not")
    firm = [
        row
        for row, _ in rows
        if all(o == cell or beliefs[o].plainly >= HELD_LOOSELY for o, _ in parity.rows[row])
    ]
    # Where all else is blank, a sum holds whatever is hidden; one that fails shows nothing.
    inked = sum(
        any(other != cell and not beliefs[other].blank for other, _ in parity.rows[row])
        for row in firm
        if row not in parity.syndrome
    )
    by: Literal["crosswise", "firmly", "loosely"]
    by = "crosswise" if inked > 1 else "firmly" if firm else "loosely"
    return Hold(by, _hidden(cell, parity, beliefs))


def _hidden(cell: int, parity: Parity, beliefs: Sequence[Belief]) -> float:
    """How likely an error of a cell is hidden from all its sums by another error.

    Print is lost from many cells at once: where one is blank, blanks across its sums that are not
    sure hide a number the sooner.
    """
    if not beliefs[cell].blank:
        return _COMPENSATED
    across = (
        [
            math.sqrt(1.0 - beliefs[other].plainly)
            for other, sign in parity.rows[row]
            if sign * factor < 0 and beliefs[other].blank
        ]
        for row, factor in parity.columns[cell]
    )
    return max(_COMPENSATED, min(max(lost, default=0.0) for lost in across))


def settle(
    index: int,
    evidence: Evidence,
    belief: Belief,
    posterior: Posterior,
    held: Hold,
    *,
    known: bool,
) -> Settled:
    """The verdict on one cell.

    `held`: how well the identities hold the cell. `known`: its digits are those of
    a text layer, so that an identity may fail without casting doubt on the reading.
    """
    slot = evidence.slot
    doubt = slot.doubt or evidence.doubt
    first = evidence.readings[0] if evidence.readings else MISSING
    if slot.cell is None:
        return Settled(first, "missing", None, doubt or "no such cell was found")
    if belief.value is None:
        return Settled(first, "suspect", 0.0, doubt or "the cell could not be read")
    seconded = evidence.seconded
    number, probability, why = _number(
        index, belief, posterior, held, known=known, seconded=seconded
    )
    standing = [r for r in evidence.readings if number_of(r) == number]
    reading = max(standing, key=lambda r: r.probability)
    repaired = number != number_of(first) and first.mark == "number"
    if repaired and number and _blank(evidence.readings) >= reading.probability:
        why = why or "it may as well be blank, which no sum forbids to a total"
    if repaired and reading.mark == "blank":
        why = why or "something was read where the identities ask for nothing"
    share = _share(reading, evidence.readings, belief, number)
    probability *= share
    added_up = held.by == "crosswise" and why is None and probability >= CONFIRMED
    if doubt is not None and not (added_up and slot.doubt is None and doubt == UNSURE_SIDES):
        return Settled(reading, "suspect", min(probability, 0.5), doubt)
    if why is not None or share < REPAIR_MARK or probability < _least(number, first):
        return Settled(reading, "suspect", probability, why or _unsure(reading, probability))
    if number != number_of(first):
        was = first.printed or "nothing"
        return Settled(
            reading, "repaired", probability, f"first read as {was}; the identities ask otherwise"
        )
    return Settled(reading, "ok", probability)


def _blank(readings: Sequence[Reading]) -> float:
    return sum(one.probability for one in readings if one.mark == "blank")


def _least(number: Exact, first: Reading) -> float:
    return OK_CONFIDENCE if number == number_of(first) else REPAIR_CONFIDENCE


def _unsure(reading: Reading, probability: float) -> str:
    shown = f"“{reading.printed}”" if reading.printed else "blank"
    return f"read as {shown} with probability {probability:.3f} only"


def _number(
    index: int,
    belief: Belief,
    posterior: Posterior,
    held: Hold,
    *,
    known: bool,
    seconded: bool,
) -> tuple[Exact, float, str | None]:
    """The number that stands, its probability, and why it is suspect, if arithmetic says so."""
    value = belief.value
    assert value is not None
    told = sum(belief.listed.values()) + belief.other
    plainly = belief.plainly
    displaced, how = posterior.displaced.get(index, (0.0, ""))
    if displaced >= DISPLACED:
        return value, min(plainly, 1.0 - displaced), how
    if posterior.disorder.get(index, 0.0) > 0.5:
        return value, min(plainly, 0.5), "the failed identities have no likely explanation"
    if held.by == "loosely" and plainly < HELD_LOOSELY:
        return value, plainly, _LOOSE
    asked = posterior.misread.get(index, {})
    wrong = posterior.misreading(index)
    if asked:
        best = max(asked, key=lambda n: (asked[n], -n))
        support = belief.listed.get(best, 0.0) / told
        least = SEEN_IN_BLANK if belief.blank else REPAIR_SUPPORT
        if asked[best] >= REPAIR_CONFIDENCE and support >= least:
            # What a sum asks for is no better known than the other cells of the sum.
            return best, asked[best], _LOOSE if held.by == "loosely" else None
        shared = 0.0 if known or seconded else posterior.misprinted.get(index, 0.0)
        if (wrong >= SHADOW and not seconded) or wrong + shared >= BLAMED:
            return value, 1.0 - wrong, f"the identities may ask for {plain(best)} here"
    if held.by == "not":
        return value, plainly, None
    # Another number here would need a second error to hide it.
    hidden = (1.0 - plainly) / plainly * held.hidden
    return value, max(plainly, 1.0 - hidden) * (1.0 - wrong), None


def _share(reading: Reading, readings: Sequence[Reading], belief: Belief, number: Exact) -> float:
    """How sure the mark is, given the number: zero, blank and dash count the same in a sum."""
    if number != 0:
        return reading.probability / belief.listed[number]
    marks = {"0" if r.mark == "number" else r.mark for r in readings if number_of(r) == 0}
    each = _UNLISTED_MARK if len(readings) > 1 else _NO_INK_MARK
    unlisted = each * belief.other * (3 - len(marks))
    return reading.probability / (belief.listed[number] + unlisted)
