"""The lines that tell of an identity, of its accounts, and of a cell."""

from __future__ import annotations

from collections.abc import Iterator
from math import isinf
from typing import TYPE_CHECKING

from extract.model import Cell, Check, Number, Reading
from extract.reconcile.explain import Account, Moved, margin
from extract.tables import plain

if TYPE_CHECKING:
    from extract.explaining.explanation import Explanation

_SHOWN = 4
_WORTH_TELLING = 1e-4
_BLAME = {
    "publisher": ", the published numbers disagree",
    "reading": ", more likely misread",
    "undecided": ", misread or published so",
}


def head_lines(said: Explanation) -> Iterator[str]:
    """Which report, and its warnings where all is told."""
    result = said.result
    about = result.about
    yield f"{result.source}: {about.agency}, {about.year}, form {result.form}, {result.status}"
    if result.error is not None:
        yield f"failed [{result.error_kind}]: {result.error}"
    if said.subject is None:
        doubts = [one for one in about.doubts if one not in result.warnings]
        yield from (f"warning: {warning}" for warning in (*result.warnings, *doubts))
        known = {cell.code for cell in result.cells}
        yield from (f"{code}: {text}" for code, text in said.settled.items() if code not in known)


def check_lines(said: Explanation, check: Check) -> Iterator[str]:
    """The identity with its numbers, its accounts, and its cells."""
    identity = said.identities.get(check.id)
    wording = f"  {identity.wording.zh}" if identity else ""
    yield f"{check.id}: {check.verdict}{_BLAME.get(check.cause or '', '')}{wording}"
    if check.verdict == "fail":
        yield (
            f"  the parts give {_number(check.expected)}, printed is {_number(check.actual)}, "
            f"difference {_number(check.difference)}"
        )
    if check.why:
        yield f"  {check.why}"
    yield from _account_lines(said, check)
    cells = {cell.code: cell for cell in said.result.cells}
    for code in check.cells:
        if code in cells:
            yield from (f"  {line}" for line in cell_lines(said, cells[code]))


def _account_lines(said: Explanation, check: Check) -> Iterator[str]:
    group = said.group_of(check.id)
    told = [one for one in group[:_SHOWN] if one.probability >= _WORTH_TELLING]
    if not told:
        return
    others = [one for one in group[0].checks if one != check.id]
    shared = f" (with {', '.join(others)})" if others else ""
    yield f"  what may explain it{shared}, likeliest first; {_margin(group)}:"
    for one in told:
        if not one.moved:
            yield f"    {one.probability:.2%}  {one.words}"
        for place, moved in enumerate(one.moved):
            share = f"{one.probability:.2%}" if place == 0 else "with"
            yield f"    {share}  {_moved(said, moved)}"


def _moved(said: Explanation, moved: Moved) -> str:
    name = said.names.get(moved.code)
    shown = f" {name.zh}" if name else ""
    whose = (
        f"misread {moved.misread:.1%}, misprinted {moved.misprinted:.1%}"
        if 0.001 < moved.misread < 0.999
        else "misread" if moved.misread >= 0.999 else "misprinted"
    )  # fmt: skip
    where = f", page {moved.page}" if moved.page else ""
    printed = moved.printed or "blank"
    return (
        f"{moved.code}{shown} prints {printed}, balance asks {_number(moved.asked)}: {whose}{where}"
    )


def _margin(group: tuple[Account, ...]) -> str:
    times = margin(group)
    if isinf(times) or times >= 1e6:
        return "nothing else comes near"
    return f"the first {float(f'{times:.2g}'):,.15g} times as likely as the next"


def cell_lines(said: Explanation, cell: Cell, *, touching: bool = False) -> Iterator[str]:
    """The cell as read, its doubt and alternatives; `touching`: and the identities that hold it."""
    place = f" on page {cell.page}" if cell.page else ""
    sure = f", {cell.confidence:.2%} sure" if cell.confidence is not None else ""
    reader = cell.reader or "nothing"
    yield f"{cell.code}: {_shown(cell)}{place}, {cell.status}{sure}, read by {reader}"
    if cell.code in said.settled:
        yield f"  {said.settled[cell.code]}"
    if cell.code in said.said:
        yield f"  {said.said[cell.code]}"
    if cell.implied is not None:
        yield f"  the identities imply {_number(cell.implied)}"
    if cell.why:
        yield f"  {cell.why}"
    for reading in cell.readings:
        another = (reading.mark, reading.value) != (cell.mark, cell.value)
        if another and reading.probability >= _WORTH_TELLING:
            yield f"  or {_shown(reading)}: {reading.probability:.2%}"
    if touching:
        for check in said.result.checks:
            if cell.code in check.cells:
                yield f"  {check.id}: {check.verdict}{_BLAME.get(check.cause or '', '')}"
                yield from _account_lines(said, check)


def _shown(printed: Cell | Reading) -> str:
    return f"'{plain(printed.printed)}'" if printed.printed else printed.mark


def _number(number: Number | None) -> str:
    return "nothing" if number is None else f"{number:,.15g}"
