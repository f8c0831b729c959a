"""One report's evidence put to its identities: beliefs, checks, explanations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.model import Evidence, Reading
from extract.reconcile.channels import Belief, beliefs
from extract.reconcile.decode import Decoding, decode
from extract.reconcile.identities import System, amounts, unstated_totals
from extract.reconcile.parity import Parity, parity_of

# Probability of any one displacement of a row's, column's or table's numbers by one place.
PICTURE_SHIFT = 3e-6
RULED_SHIFT = 1e-9
EXPORT_SHIFT = 3e-5

ERASED = 0.9
"""A cell in doubt that is read less surely than this tells nothing where many sums fail."""

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
    erased = (
        _erasures(evidence, believed) - unread if any(map(_is_disorder, found)) else frozenset()
    )
    if erased:
        # Too many errors to search for, but it is known where most of them are: with those cells
        # unknown, as erasures, a code corrects twice as many.
        believed = tuple(
            replace(one, value=None) if i in erased else one for i, one in enumerate(believed)
        )
        parity = parity_of(system, [belief.value for belief in believed], unread | erased)
        found = decode(parity, believed, system, displaced) if parity.syndrome else []
    return Weighed(firsts, believed, unstated, parity, tuple(found))


def _is_disorder(decoding: Decoding) -> bool:
    return decoding.disorder > 0.5


def _erasures(evidence: Sequence[Evidence], believed: Sequence[Belief]) -> frozenset[int]:
    """Cells in doubt for what was seen of them, and not read with any certainty."""
    return frozenset(
        i
        for i, (one, belief) in enumerate(zip(evidence, believed, strict=True))
        if (one.doubt or one.slot.doubt) and belief.plainly < ERASED
    )
