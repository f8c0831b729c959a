"""Why an identity fails: what could explain it, and what the decoder was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extract.forms import Form, load_forms
from extract.model import Box, Cell, Evidence, GridCell, Number, Reading, Result, Slot
from extract.reading.evidence import NOT_WHOLE, STACKED, UNSURE_SIDES
from extract.reconcile.decode import Decoding
from extract.reconcile.identities import System, plain, system_of
from extract.reconcile.weigh import Weighed, weigh

_PICTURES = ("pdf-scan", "pdf-ocr", "image")
_BORN_DIGITAL = ("pdf-text", "docx", "html")

_TORN = (NOT_WHOLE, STACKED, UNSURE_SIDES)


@dataclass(frozen=True, slots=True)
class Moved:
    """A cell of an explanation: what it prints as read, and what balance asks.

    `misread` and `misprinted` share out the explanation: the reader took it for another number,
    or the publisher printed another one. `page` and `box` say where its picture is.
    """

    code: str
    printed: str
    asked: Number
    misread: float
    misprinted: float
    readings: tuple[Reading, ...]
    page: int | None
    box: Box | None


@dataclass(frozen=True, slots=True)
class Account:
    """One way to explain the failed identities `checks` together, and its posterior.

    `moved` is empty where numbers are displaced as a whole, or for what is left unexplained;
    `words` says which.
    """

    checks: tuple[str, ...]
    probability: float
    moved: tuple[Moved, ...]
    words: str


def accounts(result: Result) -> tuple[tuple[Account, ...], ...]:
    """The explanations of each group of failed identities that share cells, likeliest first.

    The decoder is run again on the readings that the cells carry. Empty where every identity
    holds or no form was read.
    """
    form = next((form for form in load_forms() if form.id == result.form), None)
    if form is None or not result.cells:
        return ()
    system, weighed = _again(form, result)
    return tuple(
        tuple(_accounts(system, weighed, decoding, result.cells)) for decoding in weighed.decodings
    )


def margin(ranked: Sequence[Account]) -> float:
    """How many times likelier the first account is than the next; infinite where it is alone."""
    best, *others = [one.probability for one in ranked]
    return best / others[0] if others and others[0] > 0.0 else float("inf")


@dataclass(frozen=True, slots=True)
class Given:
    """What the decoder was given of one cell that identities hold.

    `number` is the likeliest one (None: unread), `listed` all that were read, `asked` those that
    were put to the pixels because balance asks for them, `other` the probability of all that were
    not read. `checks` hold the cell, `fails` are those that fail.
    """

    code: str
    number: Number | None
    listed: Mapping[Number, float]
    asked: Mapping[int, float]
    other: float
    doubt: str | None
    checks: tuple[str, ...]
    fails: tuple[str, ...]


def given(result: Result) -> tuple[Given, ...]:
    """What the decoder was given, cell by cell in the form's order; empty without a form."""
    form = next((form for form in load_forms() if form.id == result.form), None)
    if form is None or not result.cells:
        return ()
    system, weighed = _again(form, result)
    failing = {check.id for check in result.checks if check.verdict == "fail"}
    asked = {cell.code: cell.asked for cell in result.cells}
    doubts = {cell.code: cell.why for cell in result.cells if cell.status == "suspect"}
    found = []
    for name, belief, touching in zip(system.cells, weighed.beliefs, system.touching, strict=True):
        checks = tuple(system.identities[number].id for number, _ in touching)
        if checks:
            listed = {plain(number): share for number, share in belief.listed.items()}
            found.append(
                Given(
                    name.code,
                    plain(belief.value),
                    {number: share for number, share in listed.items() if number is not None},
                    dict(asked[name.code]),
                    belief.other,
                    doubts.get(name.code),
                    checks,
                    tuple(one for one in checks if one in failing),
                )
            )
    return tuple(found)


def _again(form: Form, result: Result) -> tuple[System, Weighed]:
    codes = {cell.code for cell in result.cells}
    rows = {code.rpartition(".")[0] for code in codes}
    system = system_of(form, frozenset(group for group in form.alternatives if group in rows))
    nothing = {name.code: Evidence(Slot(name.code, None), ()) for name in system.cells}
    found = nothing | {cell.code: _evidence(cell) for cell in result.cells}
    evidence = [found[name.code] for name in system.cells]
    pixels = result.kind in _PICTURES
    return system, weigh(system, evidence, pixels=pixels, geometry=result.kind in _BORN_DIGITAL)


def _evidence(cell: Cell) -> Evidence:
    """What was known of a cell; without its alternatives, what the dataset keeps of it."""
    readings = cell.readings
    if not readings and cell.status != "missing":
        sure = 1.0 if cell.confidence is None else cell.confidence
        readings = (Reading(cell.printed, cell.mark, cell.value, cell.unit, sure, cell.reader),)
    found = (
        None
        if cell.status == "missing"
        else GridCell(0, 0, text=cell.printed, box=cell.box, whole=cell.why not in _TORN)
    )
    return Evidence(Slot(cell.code, found, cell.page, cell.reader), readings, asked=cell.asked)


def _accounts(
    system: System, weighed: Weighed, decoding: Decoding, cells: Sequence[Cell]
) -> list[Account]:
    failing = sorted(decoding.rows & weighed.parity.syndrome.keys())
    sources = sorted({n for row in failing for n in weighed.parity.sources[row]})
    checks = tuple(system.identities[n].id for n in sources)
    by_code = {cell.code: cell for cell in cells}
    found = []
    for one in decoding.explanations:
        moved = []
        for (index, asked), misread in zip(one.moves, one.misread, strict=True):
            cell = by_code[system.cells[index].code]
            number = plain(asked)
            assert number is not None
            first = weighed.firsts[index].printed
            moved.append(
                Moved(
                    cell.code,
                    first,
                    number,
                    misread,
                    1.0 - misread,
                    cell.readings,
                    cell.page,
                    cell.box,
                )
            )
        count = "one cell" if len(moved) == 1 else f"{len(moved)} cells"
        found.append(
            Account(checks, one.probability, tuple(moved), f"{count} other than balance asks")
        )
    for shift in decoding.displacements:
        first, last = (system.cells[i].code for i in (shift.cells[0], shift.cells[-1]))
        words = f"{shift.words}: {first} to {last}"
        found.append(Account(checks, shift.probability, (), words))
    found.append(Account(checks, decoding.disorder, (), "none of these"))
    return sorted(found, key=lambda one: -one.probability)
