"""A second witness of a cell: another reader, another scale, the narrative, last year's report.

Each is evidence with a reliability of its own, never a rule: it moves the probabilities of what
was read, and what it says is weighed like any other alternative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.model import Evidence, Reading
from extract.reconcile.channels import REPEATED, number_of

RELIABLE = 0.9
"""Share of second readings that are right."""
TEXT_RELIABLE = 0.8
"""Share of sentences that state the number of the table; the others count otherwise."""
LAST_YEAR_RELIABLE = 0.9
"""Share of reports that carry in what the last one carried out."""
SURE = 0.98
"""Probability from which on a reading is worth confirming."""
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
    )


def heard_again(evidence: Evidence, said: Sequence[Reading]) -> Evidence:
    """The evidence of a cell once single cells of a picture were read again.

    A sure number is confirmed where a second reading gives it too and none gives another one;
    one that contradicts is heard. A doubted cell hears what is said at another scale.
    """
    first = evidence.readings[0] if evidence.readings else None
    if first is None:
        return evidence
    if first.probability < SURE:
        from extract.reading.again import SCALED

        for one in said:
            if one.reader == SCALED:
                return heard(evidence, one, RELIABLE)
        return evidence
    counts = [one for one in said if number_of(one) is not None]
    for one in counts:
        if number_of(one) != number_of(first):
            return heard(evidence, one, RELIABLE)
    if not any(_same(one, first) for one in counts):
        # Blank, dash and 0 count the same, but one is no proof of another.
        return replace(evidence, confirmed=bool(counts))
    best, *others = [
        replace(one, probability=one.probability * REPEATED) for one in evidence.readings
    ]
    best = replace(best, probability=1.0 - REPEATED * (1.0 - first.probability))
    return replace(evidence, readings=(best, *others), confirmed=True)


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
