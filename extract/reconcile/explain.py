"""Why an identity fails: what could explain it, and what the decoder was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

from extract.forms import Form, load_forms
from extract.model import Box, Cell, Evidence, GridCell, Number, Reading, Result, Slot
from extract.reconcile.decode import Decoding
from extract.reconcile.identities import System, plain, system_of
from extract.reconcile.weigh import Weighed, weigh

_PICTURES = ("pdf-scan", "pdf-ocr", "image")
_SHOWN = 5


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
    """By how many nats the best account beats the next one; infinite where it is alone."""
    best, *others = [one.probability for one in ranked]
    if not others or others[0] <= 0.0:
        return float("inf")
    return log(best / others[0]) if best > 0.0 else 0.0


def explain(result: Result, check: str | None = None) -> str:
    """The accounts in words, one line each, for one identity or cell or for all that fail."""
    return "\n".join(_lines(result, check))


def _lines(result: Result, subject: str | None) -> Iterator[str]:
    failed = {check.id: check for check in result.checks if check.verdict == "fail"}
    told = False
    for group in accounts(result):
        named = {check for one in group for check in one.checks}
        cells = {moved.code for one in group for moved in one.moved}
        if subject is not None and subject not in named | cells:
            continue
        told = True
        yield f"{', '.join(group[0].checks)}"
        for check in group[0].checks:
            if check in failed:
                yield f"  {check}: off by {failed[check].difference}, {failed[check].cause}"
        for one in group[:_SHOWN]:
            yield f"  {one.probability:8.3%}  {one.words}"
            for moved in one.moved:
                yield from _moved_lines(moved)
        yield f"  margin {margin(group):.1f} nats"
    if not told:
        yield "no failed identity needs an explanation here"


def _moved_lines(moved: Moved) -> Iterator[str]:
    where = f", page {moved.page}" if moved.page else ""
    yield (
        f"            {moved.code}: read {moved.printed or 'blank'}, balance asks {moved.asked}; "
        f"misread {moved.misread:.1%}, misprinted {moved.misprinted:.1%}{where}"
    )
    shown = ", ".join(f"{r.printed or r.mark} {r.probability:.4f}" for r in moved.readings)
    yield f"            readings: {shown or 'none'}"


def _again(form: Form, result: Result) -> tuple[System, Weighed]:
    codes = {cell.code for cell in result.cells}
    rows = {code.rpartition(".")[0] for code in codes}
    system = system_of(form, frozenset(group for group in form.alternatives if group in rows))
    by_code = {cell.code: cell for cell in result.cells}
    evidence = [_evidence(by_code[name.code]) for name in system.cells]
    pixels = result.kind in _PICTURES
    return system, weigh(system, evidence, pixels=pixels, geometry=result.kind == "pdf-text")


def _evidence(cell: Cell) -> Evidence:
    """What was known of a cell; without its alternatives, what the dataset keeps of it."""
    readings = cell.readings
    if not readings and cell.status != "missing":
        sure = 1.0 if cell.confidence is None else cell.confidence
        readings = (Reading(cell.printed, cell.mark, cell.value, cell.unit, sure, cell.reader),)
    found = None if cell.status == "missing" else GridCell(0, 0, text=cell.printed, box=cell.box)
    return Evidence(Slot(cell.code, found, cell.page, cell.reader), readings)


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
