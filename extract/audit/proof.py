"""The proof beside a finding: the printed numbers, the account of it, and the place on the page."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extract.audit.findings import Finding, name_of, short_name
from extract.audit.pictures import Child, source_of
from extract.errors import SourceError
from extract.forms import Label
from extract.model import About, Box, Cell, Check, Result
from extract.reconcile.explain import Account, accounts

Row = Mapping[str, Any]
CULPRIT, OTHER = "#b3261e", "#175a9c"
WIDTH = 900
"""Pixels across a crop at most."""


@dataclass(frozen=True, slots=True)
class Term:
    """A cell of an identity: its name, what it prints, and whether it is the likeliest culprit."""

    name: Label
    printed: str
    culprit: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """The printed numbers of an identity; parts that print nothing or zero are only counted."""

    parts: tuple[Term, ...]
    zeros: int
    totals: tuple[Term, ...]


def shown(cell: Row | None) -> str:
    """What a cell prints, or a sign for what it does not."""
    if cell is None or cell["mark"] == "missing":
        return "∅"
    if cell["mark"] == "illegible":
        return "?"
    return str(cell["printed"]) or {"blank": "␣", "dash": "—"}.get(cell["mark"], "")


def sides(finding: Finding, cells: Mapping[str, Row]) -> Sides | None:
    """The two sides of a finding's identity, None where it has none."""
    if finding.identity is None:
        return None
    culprit = finding.cells[0] if finding.cells else ""

    def terms(codes: Iterable[str]) -> Iterator[tuple[Term, bool]]:
        for code in codes:
            cell = cells.get(code)
            empty = cell is not None and not cell["value"] and cell["mark"] != "illegible"
            term = Term(short_name(finding, code), shown(cell), code == culprit)
            yield term, empty and code != culprit

    parts = list(terms(finding.identity.parts))
    return Sides(
        tuple(term for term, empty in parts if not empty),
        sum(empty for _, empty in parts),
        tuple(term for term, _ in terms(finding.identity.totals)),
    )


def result_of(report: Row, cells: Sequence[Row], checks: Sequence[Row]) -> Result:
    """A report's rows as the value that they were made from, as far as they tell."""
    return Result(
        report["report_id"],
        report["source"],
        report["sha256"] or "",
        report["source_kind"],
        report["pages"] or 0,
        About(agency=report["agency"], year=report["year"]),
        report["form"],
        report["status"],
        tuple(_cell(row) for row in cells),
        tuple(
            Check(
                row["check"], row["strength"], row["verdict"], _number(row["expected"]),
                _number(row["actual"]), _number(row["difference"]), row["cause"],
                tuple(row["cells"].split()),
            )
            for row in checks
        ),
    )  # fmt: skip


def account_of(result: Result) -> dict[str, Account]:
    """The likeliest account of each failed identity that moves single cells, by check id."""
    failing = {check.id for check in result.checks if check.verdict == "fail"}
    told: dict[str, Account] = {}
    for group in accounts(result):
        best = next((one for one in group if one.moved), None)
        if best is not None and best.probability >= 0.05:
            best = replace(best, checks=tuple(one for one in best.checks if one in failing))
            told |= dict.fromkeys(best.checks, best)
    return told


def explained(finding: Finding, account: Account | None) -> Label:
    """In words, why the finding stands where it does."""
    zh, en = {
        "publisher": ("各数均按印刷读出，而印出的数不相等。", "Every number is read as printed, "
                      "and the printed numbers disagree."),
        "reading": ("更可能是读错了某个数。", "More likely one of the numbers is misread."),
        "undecided": ("是读错还是原文如此，尚不能断定。",
                      "Whether misread or published so is open."),
    }.get(finding.cause, ("", ""))  # fmt: skip
    if finding.words is not None:
        zh, en = finding.words.zh, finding.words.en
    if account is not None and finding.identity is not None:
        names = [(name_of(finding, one.code), one) for one in account.moved]
        asked = "；".join(f"“{n.zh}”印作 {one.printed or '空白'}，应为 {one.asked}"
                         for n, one in names)  # fmt: skip
        wanted = "; ".join(
            f"‘{n.en}’ prints {one.printed or 'blank'}, balance asks {one.asked}"
            for n, one in names
        )
        count = len(account.checks)
        zh += f"最可能的解释（{account.probability:.0%}）：{asked}"
        zh += f"，则 {count} 项不平的勾稽全部成立。" if count > 1 else "，即相符。"
        en += f" Likeliest account ({account.probability:.0%}): {wanted}"
        en += f"; all {count} that fail would hold." if count > 1 else "."
    return Label(zh, en)


class Crops:
    """Crops of findings as data addresses, up to a number and a size in bytes."""

    def __init__(self, folder: Path, most: int, most_bytes: int) -> None:
        self.left, self.bytes_left = most, most_bytes
        self.drawn, self.refused, self.gone = 0, 0, 0
        self._folder = folder
        self._child = Child()
        self._paths: dict[str, Path | None] = {}

    def of(self, finding: Finding, cells: Mapping[str, Row]) -> tuple[str, ...]:
        """The places of a finding's cells, page by page; none where there is nothing to show."""
        placed = [(code, cells[code]) for code in finding.cells if code in cells]
        placed = [(code, cell) for code, cell in placed if cell["page"] and cell["x0"] is not None]
        if not placed:
            return ()
        if self.left <= 0 or self.bytes_left <= 0:
            self.refused += 1
            return ()
        path = self._path(finding.report)
        if path is None:
            self.gone += 1
            return ()
        pages = sorted({cell["page"] for _, cell in placed})
        made = []
        for page in pages[:3]:
            boxes = [
                {
                    "box": [cell["x0"], cell["y0"], cell["x1"], cell["y1"]],
                    "colour": CULPRIT if code == finding.cells[0] else OTHER,
                    "strong": code == finding.cells[0],
                }
                for code, cell in reversed(placed)
                if cell["page"] == page
            ]
            job = {"do": "crop", "path": str(path), "page": page, "boxes": boxes, "width": WIDTH}
            try:
                _, picture = self._child.ask(job)
            except SourceError:
                continue
            made.append(f"data:image/webp;base64,{base64.b64encode(picture).decode()}")
            self.bytes_left -= len(made[-1])
        self.left -= 1
        self.drawn += bool(made)
        return tuple(made)

    def close(self) -> None:
        self._child.close()

    def _path(self, report: Row) -> Path | None:
        name = report["report_id"]
        if name not in self._paths:
            self._paths[name] = source_of(report, self._folder)
        return self._paths[name]


def _number(value: float | None) -> int | float | None:
    return int(value) if value is not None and float(value).is_integer() else value


def _cell(row: Row) -> Cell:
    box = None if row["x0"] is None else Box(row["x0"], row["y0"], row["x1"], row["y1"])
    return Cell(
        row["code"], row["table"], row["row"], row["column"], _number(row["value"]),
        _number(row["implied"]), row["printed"], row["mark"], row["unit"], row["status"],
        row["confidence"], row["page"], box, row["reader"],
    )  # fmt: skip
