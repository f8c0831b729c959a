"""A second witness of a cell: another reader, another scale, the narrative, last year's report.

Each is evidence with a reliability of its own, never a rule: it moves the probabilities of what
was read, and what it says is weighed like any other alternative.
"""

from __future__ import annotations

from dataclasses import replace

from extract.model import Evidence, Reading

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


def _same(one: Reading, other: Reading) -> bool:
    return one.mark == other.mark and one.value == other.value
