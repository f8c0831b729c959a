"""Evidence → cells and checks: what is printed, how sure that is, and what does not add up."""

from __future__ import annotations

from collections.abc import Sequence

from extract.forms import Form
from extract.model import Cause, Cell, CellStatus, Check, Evidence, Reading
from extract.reconcile.identities import Outcome, System, evaluate, plain, system_of

OK_CONFIDENCE = 0.98
_MISSING = Reading("", "missing", None, None, 0.0)


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
    the readings come from pictures. `geometry`: ruled cells of a born-digital page, without
    which a failed identity is never laid at the publisher's door.
    """
    system = system_of(form, alternatives)
    best = [one.readings[0] if one.readings else _MISSING for one in evidence]
    outcomes = evaluate(system, [r.mark for r in best], [r.value for r in best])
    cells = tuple(
        _cell(system, index, one, reading)
        for index, (one, reading) in enumerate(zip(evidence, best, strict=True))
    )
    checks = tuple(
        _check(system, number, outcome, cells, evidence, pixels=pixels, geometry=geometry)
        for number, outcome in enumerate(outcomes)
    )
    return cells, checks


def _cell(system: System, index: int, one: Evidence, reading: Reading) -> Cell:
    name = system.cells[index]
    slot = one.slot
    why = slot.doubt or one.doubt
    status: CellStatus = "ok"
    if slot.cell is None:
        status, why = "missing", why or "no such cell was found"
    elif reading.mark == "illegible" or not one.readings:
        status, why = "suspect", why or "the cell could not be read"
    elif why is not None:
        status = "suspect"
    elif reading.probability < OK_CONFIDENCE:
        status, why = "suspect", f"read with probability {reading.probability:.2f} only"
    return Cell(
        name.code,
        name.table,
        name.row,
        name.column,
        reading.value,
        None,
        reading.printed,
        reading.mark,
        reading.unit or slot.header_unit or name.unit,
        status,
        None if status == "missing" else reading.probability,
        slot.page,
        slot.cell.box if slot.cell else None,
        reading.reader or slot.reader,
        why,
        one.readings,
    )


def _check(
    system: System,
    number: int,
    outcome: Outcome,
    cells: Sequence[Cell],
    evidence: Sequence[Evidence],
    *,
    pixels: bool,
    geometry: bool,
) -> Check:
    identity = system.identities[number]
    cause: Cause | None = None
    if outcome.verdict == "fail":
        involved = [index for index, _ in system.terms[number]]
        sound = all(
            cells[i].status == "ok" and (grid := evidence[i].slot.cell) is not None and grid.whole
            for i in involved
        )
        cause = "publisher" if sound and (geometry or pixels) else "undecided"
    return Check(
        identity.id,
        identity.strength,
        outcome.verdict,
        plain(outcome.expected),
        plain(outcome.actual),
        plain(outcome.difference),
        cause,
        identity.codes,
    )
