"""A second witness of a cell: another reader, another scale, the narrative, last year's report.

Each is evidence with a reliability of its own, never a rule: it moves the probabilities of what
was read, and what it says is weighed like any other alternative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.model import Evidence, Reading
from extract.reconcile.channels import PICTURE_FLOOR, number_of

RELIABLE = 0.9
"""Share of second readings that are right where they contradict a sure one."""
RELIABLE_IN_DOUBT = 0.6
"""The same where the first reading is in doubt: what is hard to one reader is so to another."""
DOUBT_LEFT = (0.15, 0.07)
"""Share of the wrong readings among doubted ones that one second reading, or two, repeat."""
BLANK_DOUBT_LEFT = (0.02, 0.02)
"""The same of blanks that are likelier than LIKELY."""
SURE_DOUBT_LEFT = (0.05, 0.02)
"""The same among sure ones, for what the first reader names itself. All were measured on 98,000
cells of damaged fixtures (docs/measurements.md), but that these two are set above what was found
(0.02 and 0.003): worn strokes are worn for every reader, and an accusation may lean on them."""
TEXT_RELIABLE = 0.8
"""Share of sentences that state the number of the table; the others count otherwise."""
LAST_YEAR_RELIABLE = 0.9
"""Share of reports that carry in what the last one carried out."""
SURE = 0.98
"""Probability from which on a reading is worth confirming."""
LIKELY = 0.7
INK = 0.01
"""Least probability of numbers and dashes for a blank in which there is ink: under a fold one
reader after another overlooks the same digit, so that who sees nothing confirms nothing."""
_GUESSES = 20.0
"""Among about so many numbers a wrong witness chooses."""


def heard(evidence: Evidence, witness: Reading, reliability: float) -> Evidence:
    """The evidence once `witness`, right in a share `reliability` of cases, has spoken too.

    Bayes' rule with independent errors: a reading it confirms gains by the odds of agreeing by
    chance, the others lose. What nobody had proposed enters with what probability was left for
    such readings, and gains likewise. The doubt of a cell stays. A witness without a number,
    blank or dash says nothing. Raises ValueError unless 0 < reliability < 1.
    """
    if not 0.0 < reliability < 1.0:
        raise ValueError(f"reliability must lie between 0 and 1, not {reliability}")
    if not evidence.readings or witness.mark in ("illegible", "missing"):
        return evidence
    wrong = (1.0 - reliability) / _GUESSES
    left = max(0.0, 1.0 - sum(one.probability for one in evidence.readings))
    weights = [
        (one, one.probability * (reliability if _same(one, witness) else wrong))
        for one in evidence.readings
    ]
    if not any(_same(one, witness) for one in evidence.readings):
        new = left / _GUESSES
        weights.append((witness, new * reliability))
        left -= new
    total = sum(weight for _, weight in weights) + left * wrong
    if total <= 0.0:
        return evidence
    ranked = sorted(weights, key=lambda pair: -pair[1])
    return replace(
        evidence,
        readings=tuple(
            replace(one, probability=weight / total) for one, weight in ranked if weight > 0.0
        ),
        asked=tuple(
            (number, chance * (reliability if number == number_of(witness) else wrong) / total)
            for number, chance in evidence.asked
        ),
    )


def heard_again(evidence: Evidence, said: Sequence[Reading]) -> Evidence:
    """The evidence of a cell once single cells of a picture were read again.

    Readers of the same ink err together, so that those who agree leave a share of the doubt and
    do not multiply their odds. Where one contradicts, it is heard, and nothing is confirmed.
    """
    first = evidence.readings[0] if evidence.readings else None
    counts = [one for one in said if number_of(one) is not None]
    if first is None or not counts:
        return evidence
    against = [one for one in counts if not _same(one, first)]
    if against:
        trust = RELIABLE if first.probability >= SURE else RELIABLE_IN_DOUBT
        for one in against:
            evidence = heard(evidence, one, trust)
        return evidence
    if first.mark == "blank" and _ink_seen(evidence) >= INK:
        return evidence
    confirmed = _confirmed(evidence, _doubt_left(first)[min(len(counts), 2) - 1])
    return replace(confirmed, seconded=first.probability >= SURE)


def _ink_seen(evidence: Evidence) -> float:
    """The probability of what a reader could propose only where there is ink: a 0 it may suppose
    to be worn off.
    """
    return sum(
        one.probability for one in evidence.readings if one.mark != "blank" and one.value != 0
    )


def _doubt_left(first: Reading) -> tuple[float, float]:
    if first.probability >= SURE:
        return SURE_DOUBT_LEFT
    if first.mark == "blank" and first.probability >= LIKELY:
        return BLANK_DOUBT_LEFT
    return DOUBT_LEFT


def _confirmed(evidence: Evidence, share: float) -> Evidence:
    """The evidence with `share` of the doubt in its first reading left."""
    first, *others = evidence.readings
    unnamed = max(0.0, 1.0 - sum(one.probability for one in evidence.readings)) * share
    if first.probability >= SURE:
        unnamed = min(unnamed, PICTURE_FLOOR)
    others = [replace(one, probability=one.probability * share) for one in others]
    best = 1.0 - unnamed - sum(one.probability for one in others)
    return replace(
        evidence,
        readings=(replace(first, probability=best), *others),
        asked=tuple((number, chance * share) for number, chance in evidence.asked),
    )


def heard_of(evidence: Evidence, said: Reading | None, reliability: float) -> Evidence:
    """The evidence of a cell once somebody spoke of it who never saw it: the report's own text,
    or the report of another year. A sure reading stays as it is.
    """
    first = evidence.readings[0] if evidence.readings else None
    if said is None or first is None or first.probability >= SURE:
        return evidence
    return replace(heard(evidence, said, reliability), told=True)


def _same(one: Reading, other: Reading) -> bool:
    return one.mark == other.mark and one.value == other.value
