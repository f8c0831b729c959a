"""One report's evidence put to its identities: beliefs, checks, explanations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.model import Evidence, Reading
from extract.reconcile.channels import Belief, beliefs
from extract.reconcile.decode import Decoding, decode
from extract.reconcile.identities import System, amounts, unstated_totals
from extract.reconcile.parity import Parity, parity_of

# Probability of any one displacement of a row's, column's or table's numbers by one place.
PICTURE_SHIFT = 3e-6
RULED_SHIFT = 1e-9
EXPORT_SHIFT = 3e-5

MISSING = Reading("", "missing", None, None, 0.0)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the decoder was given, and what it found."""

    firsts: tuple[Reading, ...]
    beliefs: tuple[Belief, ...]
    unstated: frozenset[int]
    parity: Parity
    decodings: tuple[Decoding, ...]


def weigh(system: System, evidence: Sequence[Evidence], *, pixels: bool, geometry: bool) -> Weighed:
    """Explains the failed identities of one report; `evidence` runs along `system.cells`."""
    firsts = tuple(one.readings[0] if one.readings else MISSING for one in evidence)
    believed = tuple(beliefs(evidence, pixels=pixels, geometry=geometry))
    marks = [reading.mark for reading in firsts]
    unstated = unstated_totals(system, marks, amounts(marks, [r.value for r in firsts]))
    values = [belief.value for belief in believed]
    unread = {i for i, value in enumerate(values) if value is None} | unstated
    parity = parity_of(system, values, unread)
    displaced = PICTURE_SHIFT if pixels else RULED_SHIFT if geometry else EXPORT_SHIFT
    found: list[Decoding] = []
    if parity.syndrome:
        found = decode(parity, believed, system, displaced)
    return Weighed(firsts, believed, unstated, parity, tuple(found))
