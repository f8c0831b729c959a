"""How right a result is, judged by the truth of its fixture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from extract.model import Cell, Result

_DASHES = frozenset({"/", "—", "-", "－", "--", "——", "\\", "无"})
_DOUBTED = frozenset({"suspect", "missing"})


@dataclass
class Score:
    """Counts over one or more reports; `+` adds them up."""

    reports: int = 0
    cells: int = 0
    right: int = 0
    silent: int = 0
    """Wrong and not doubted, or a number under a code that the report does not print."""
    review: int = 0
    marks: int = 0
    confidence: float = 0.0
    confident: int = 0
    broken: int = 0
    found: int = 0
    """Broken identities that fail in what was read, whatever their cause is said to be."""
    blamed: int = 0
    """Broken identities whose failure is laid at the publisher's door."""
    accused: int = 0
    """Sound identities whose failure is laid at the publisher's door."""
    year: int = 0
    form: int = 0
    agency: int = 0
    boxes: int = 0
    boxed: int = 0
    """Cells whose box holds the middle of the printed number, of those whose place is known."""
    tables: int = 0
    gridded: int = 0
    """Tables of which every cell's box holds the middle of that cell's place and of no other's, of
    those whose places are known."""

    def __add__(self, other: Score) -> Score:
        names = [field.name for field in fields(self)]
        return Score(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def __str__(self) -> str:
        cells = max(self.cells, 1)
        sure = (self.confidence - self.right) / max(self.confident, 1)
        return (
            f"{self.reports:4d} reports {self.cells:7d} cells  right {self.right / cells:.3%}  "
            f"silent {1e4 * self.silent / cells:.1f}/10k  review {self.review / cells:.2%}  "
            f"marks {self.marks / cells:.2%}  confidence {sure:+.4f}  "
            f"broken {self.broken} found {self.found} blamed {self.blamed} "
            f"accused {self.accused}  "
            f"year {self.year} form {self.form} agency {self.agency}  "
            f"boxes {self.boxed}/{self.boxes} tables {self.gridded}/{self.tables}"
        )


def score(result: Result, truth: Mapping[str, Any]) -> Score:
    """One report against its truth, an entry of a `truth.json`."""
    made = Score(reports=1)
    cells = {cell.code: cell for cell in result.cells}
    for code, printed in truth["printed"].items():
        _score_cell(made, cells.get(code), printed)
    made.silent += sum(
        cell.value is not None and cell.status not in _DOUBTED
        for code, cell in cells.items()
        if code not in truth["printed"]
    )
    hard = [c for c in result.checks if c.verdict == "fail" and c.strength == "hard"]
    failed = {check.id for check in hard}
    accused = {check.id for check in hard if check.cause == "publisher"}
    broken = set(truth["broken"])
    made.broken, made.found = len(broken), len(broken & failed)
    made.blamed = len(broken & accused)
    made.accused = len(accused - broken)
    made.year = int(result.about.year == truth["year"])
    made.form = int(result.form == truth["form"])
    agency = result.about.agency or ""
    made.agency = int(truth["agency"] in agency or (len(agency) >= 3 and agency in truth["agency"]))
    _score_places(made, cells, truth)
    return made


def _score_places(made: Score, cells: Mapping[str, Cell], truth: Mapping[str, Any]) -> None:
    tables: dict[str, bool] = {}
    places = {
        code: (page, (x0 + x1) / 2, (y0 + y1) / 2)
        for code, (page, x0, y0, x1, y1) in (truth.get("boxes") or {}).items()
    }
    for code, place in places.items():
        cell = cells.get(code)
        if cell is not None and truth["printed"].get(code):
            made.boxes += 1
            made.boxed += _holds(cell, place)
        alone = cell is not None and [c for c, p in places.items() if _holds(cell, p)] == [code]
        table = code.partition(".")[0]
        tables[table] = tables.get(table, True) and alone
    made.tables, made.gridded = len(tables), sum(tables.values())


def _holds(cell: Cell, place: tuple[int, float, float]) -> bool:
    page, x, y = place
    return cell.page == page and cell.box is not None and cell.box.holds(x, y)


def _score_cell(made: Score, cell: Cell | None, printed: str) -> None:
    made.cells += 1
    if cell is None:
        made.review += 1
        return
    right = (None if cell.value is None else float(cell.value)) == _number(printed)
    doubted = cell.status in _DOUBTED
    made.right += right
    made.review += doubted
    made.silent += not right and not doubted
    made.marks += cell.mark == _mark(printed)
    if cell.confidence is not None:
        made.confidence += cell.confidence
        made.confident += 1


def _number(printed: str) -> float | None:
    text = printed.strip().replace(",", "").replace("，", "")
    found = re.match(r"[+-]?\d+(\.\d+)?", text)
    return float(found[0]) if found and text not in _DASHES else None


def _mark(printed: str) -> str:
    text = printed.strip()
    return "blank" if not text else "dash" if text in _DASHES else "number"
