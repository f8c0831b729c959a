"""Evidence → cells and checks: what is printed, how sure that is, and what does not add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from extract.forms import Form
from extract.model import Cause, Cell, Check, Evidence, Number
from extract.reconcile.blanks import asked_of, lone_blanks, lost_totals
from extract.reconcile.identities import Exact, Outcome, System, evaluate, plain, system_of
from extract.reconcile.settle import Posterior, Settled, held_by, posterior_of, settle
from extract.reconcile.weigh import Weighed, weigh

PUBLISHER = 0.8
"""Least probability that an identity's cells are all read as printed, to blame the publisher; in
docs/measurements.md is how many of those blamed on damaged fixtures were sound."""
ALIKE = 2
"""Columns in which a sum holds with a row's numbers, to show that the row belongs to it."""
LIKELY = 0.9
"""Probability of each such number."""
EVEN = 0.5
"""A number of a picture that is less likely than this bears no accusation."""
TORN = 3
"""Cells of a row that are not whole, from which on nobody is accused by it."""
READING = 0.5
"""Least probability of a misread cell to say that the reading is at fault."""


def reconcile(
    form: Form,
    alternatives: frozenset[str],
    evidence: Sequence[Evidence],
    *,
    pixels: bool,
    geometry: bool,
) -> tuple[tuple[Cell, ...], tuple[Check, ...]]:
    """The decoded cells and the checks of one report.

    `evidence` has one entry per code of `form.codes(alternatives)`, in that order. `pixels`:
    the readings come from pictures. `geometry`: ruled cells of a born-digital page; without
    either, a failed identity is never laid at the publisher's door.
    """
    system = system_of(form, alternatives)
    weighed = weigh(system, evidence, pixels=pixels, geometry=geometry)
    parity, posterior = weighed.parity, posterior_of(weighed.parity, weighed.decodings)
    for i, (asked, misread) in lost_totals(system, weighed).items():
        posterior.misread[i] = {asked: misread}
    known = geometry and not pixels
    settled = [
        settle(i, one, belief, posterior, held_by(i, parity, weighed.beliefs), known=known)
        for i, (one, belief) in enumerate(zip(evidence, weighed.beliefs, strict=True))
    ]
    asked_for = dict(parity.implied)
    if not pixels and not geometry:
        for i, verdict in lone_blanks(system, settled).items():
            settled[i] = verdict
            if (lost := asked_of(system, i, settled)) is not None:
                asked_for[i] = lost
    cells = tuple(
        _cell(system, i, one, verdict, asked_for.get(i))
        for i, (one, verdict) in enumerate(zip(evidence, settled, strict=True))
    )
    outcomes = evaluate(
        system, [s.reading.mark for s in settled], [s.reading.value for s in settled]
    )
    blame = _Blame(system, evidence, settled, weighed, posterior, outcomes, pixels, geometry)
    checks = tuple(_check(system, n, outcome, blame) for n, outcome in enumerate(outcomes))
    return cells, checks


def _cell(system: System, index: int, one: Evidence, verdict: Settled, asked: Exact | None) -> Cell:
    name, slot, reading = system.cells[index], one.slot, verdict.reading
    implied: Number | None = None
    unread = reading.mark in ("illegible", "missing")
    if unread or (reading.mark == "blank" and verdict.status == "suspect"):
        implied = plain(asked) if asked is not None and asked >= 0 else None
    return Cell(
        name.code,
        name.table,
        name.row,
        name.column,
        reading.value if reading.mark == "number" else None,
        implied,
        reading.printed,
        reading.mark,
        reading.unit or slot.header_unit or name.unit,
        verdict.status,
        verdict.confidence,
        slot.page,
        slot.cell.box if slot.cell else None,
        reading.reader or slot.reader,
        verdict.why,
        one.readings,
        one.asked,
    )


class _Blame:
    """Who is to blame for a failed identity, and which cell first."""

    def __init__(
        self,
        system: System,
        evidence: Sequence[Evidence],
        settled: Sequence[Settled],
        weighed: Weighed,
        posterior: Posterior,
        outcomes: Sequence[Outcome],
        pixels: bool,
        geometry: bool,
    ) -> None:
        self.system, self.evidence, self.settled = system, evidence, settled
        self.posterior, self.beliefs, self.outcomes = posterior, weighed.beliefs, outcomes
        self.lines = {cell: row for block in system.blocks for row in block.rows for cell in row}
        self.pixels, self.geometry = pixels, geometry
        self.decoding = {
            source: decoding
            for decoding in weighed.decodings
            for row in decoding.rows
            for source in weighed.parity.sources[row]
        }
        parity = weighed.parity
        failing = [source for row in parity.syndrome for source in parity.sources[row]]
        self.broken = [sum(n in failing for n, _ in terms) for terms in system.touching]

    def culprits(self, number: int) -> tuple[str, ...]:
        """The cells of an identity, the likeliest culprit first, totals before parts."""
        moved = {
            index: round(
                self.posterior.misreading(index) + self.posterior.misprinted.get(index, 0.0), 6
            )
            for index, _ in self.system.terms[number]
        }
        order = sorted(
            self.system.terms[number],
            key=lambda term: (-moved[term[0]], -self.broken[term[0]], -term[1], term[0]),
        )
        return tuple(self.system.cells[index].code for index, _ in order)

    def misread(self, number: int) -> float:
        """Probability that some cell of an identity prints another number than stands for it."""
        decoding = self.decoding.get(number)
        if decoding is None:
            return 0.0
        members = {index for index, _ in self.system.terms[number]}
        stands = {i: self.settled[i].reading.value or 0 for i in members}
        wrong = decoding.disorder + sum(
            one.probability for one in decoding.displacements if members & set(one.cells)
        )
        for one in decoding.explanations:
            right = 1.0
            for (cell, asked), misread in zip(one.moves, one.misread, strict=True):
                if cell in members:
                    right *= misread if stands[cell] == asked else 1.0 - misread
            wrong += one.probability * (1.0 - right)
        return wrong

    def _belongs(self, index: int, number: int) -> bool:
        """Whether the printed row of a cell, whatever it is called, belongs to a sum: the same
        sum holds in other columns, with its numbers.
        """
        row = self.lines.get(index)
        if row is None:
            return False
        summed = self._rows_of(number)
        held = {
            other
            for other in row
            for identity, _ in self.system.touching[other]
            if self.outcomes[identity].verdict == "pass"
            and self.beliefs[other].value
            and self.beliefs[other].plainly >= LIKELY
            and len(summed) > 1
            and self._rows_of(identity) == summed
        }
        return len(held - {index}) >= ALIKE

    def _rows_of(self, number: int) -> set[tuple[int, ...]]:
        return {self.lines.get(index, (index,)) for index, _ in self.system.terms[number]}

    def _trust(self, index: int) -> float:
        """How likely the number is that stands for a cell, with the sums that hold it."""
        touching = [self.outcomes[n].verdict for n, _ in self.system.touching[index]]
        if self.settled[index].status == "repaired" or "pass" in touching:
            return self.settled[index].confidence or 0.0
        return self.beliefs[index].plainly

    def _torn(self, members: Sequence[int]) -> bool:
        """Whether so many cells of one printed row are not whole that it may be two rows."""
        cells = {index: self.evidence[index].slot.cell for index in members}
        torn = Counter(
            self.lines.get(index) for index, cell in cells.items() if cell and not cell.whole
        )
        return max(torn.values(), default=0) >= TORN

    def cause(self, number: int) -> tuple[Cause, str]:
        if self.system.identities[number].strength == "soft":
            return "undecided", "this identity may fail in a sound report"
        members = [index for index, _ in self.system.terms[number]]
        for index in members:
            slot = self.evidence[index].slot
            pictured = slot.cell is not None and slot.cell.crop is not None
            # Sides that may have cut a number count among its odds of being misread.
            placed = slot.row_only and self._belongs(index, number)
            doubt = None if placed else slot.doubt
            doubt = doubt or (None if pictured else self.evidence[index].doubt)
            if doubt is not None:
                return "undecided", f"{self.system.cells[index].code}: {doubt}"
            if not self.pixels and (slot.cell is None or not slot.cell.whole):
                return "undecided", f"the digits of {self.system.cells[index].code} cross its rules"
            if self.beliefs[index].value is None:
                return "undecided", f"{self.system.cells[index].code} could not be read"
            if self.evidence[index].told:
                code = self.system.cells[index].code
                return "undecided", f"{code} was read in doubt, and settled by what is said of it"
        if self._torn(members):
            return "undecided", "cells side by side may hold more, or less, than their own numbers"
        misread = self.misread(number)
        decoding = self.decoding.get(number)
        if decoding is not None and decoding.disorder > 0.5:
            return "undecided", "too many identities fail together for a few wrong cells"
        shifted = max(
            (one for one in decoding.displacements if one.probability > 0.5) if decoding else (),
            key=lambda one: one.probability,
            default=None,
        )
        if shifted is not None:
            return "reading" if self.pixels else "undecided", shifted.words
        if misread >= READING:
            return "reading", f"a cell is misread with probability {misread:.3f}"
        if not (self.pixels or self.geometry):
            return "undecided", "a text export cannot show what was printed"
        for index in members if self.pixels else ():
            if self._trust(index) < EVEN:
                code = self.system.cells[index].code
                return "undecided", f"{code} is not likely enough to be read right"
        if misread <= 1.0 - PUBLISHER:
            return "publisher", f"every cell is read as printed with probability {1 - misread:.3f}"
        return "undecided", f"a cell is misread with probability {misread:.3f}"


def _check(system: System, number: int, outcome: Outcome, blame: _Blame) -> Check:
    identity = system.identities[number]
    cause: Cause | None = None
    why = None
    codes = identity.codes
    if outcome.verdict == "fail":
        cause, why = blame.cause(number)
        codes = blame.culprits(number)
    return Check(
        identity.id,
        identity.strength,
        outcome.verdict,
        plain(outcome.expected),
        plain(outcome.actual),
        plain(outcome.difference),
        cause,
        codes,
        why,
    )
