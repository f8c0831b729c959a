"""A report in a workbook as its form is printed, and the cells that workbooks are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from extract.forms import Form, load_forms
from extract.forms.sheets import Block, Head, sheets
from extract.report import printed_as_one

Row = Mapping[str, Any]
COLOURS = {
    "suspect": "FFE08A", "missing": "D9D9D9", "repaired": "CFE2F3", "corrected": "D9EAD3",
    "publisher": "F4B183", "reading": "F9CBDF",
}  # fmt: skip
_LEGEND = {
    "suspect": "存疑，请核对 suspect: look at the page",
    "missing": "未找到 missing: no such cell was found",
    "repaired": "按勾稽与图像改读 repaired: not the first choice of the reader",
    "corrected": "已人工订正 corrected by a person",
    "publisher": "勾稽不平：原文如此 sum broken as published",
    "reading": "勾稽不平：可能读错或未定 sum broken, misread or open",
}
_WIDTHS = [16, 14, 34] + [11] * 15


def forms() -> dict[str, Form]:
    return {form.id: form for form in load_forms()}


def write_printed(
    book: Any, report: Row, cells: Sequence[Row], checks: Sequence[Row], used: set[str]
) -> None:
    """One report on a sheet: its tables below one another, flagged cells coloured.

    `used` are the names of sheets that are taken; this one's is added.
    """
    paper = _Paper(new_sheet(book, _title(report, used), _WIDTHS))
    held = {cell["code"]: cell for cell in cells}
    blamed: dict[str, str] = {}
    for check in checks:
        if check["verdict"] == "fail" and check["strength"] == "hard":
            cause = "publisher" if check["cause"] == "publisher" else "reading"
            blamed |= dict.fromkeys(check["cells"].split()[:1], cause)
    heading = f"{report['agency'] or '?'}  {report['year'] or '?'}  {report['source']}"
    paper.line([text(paper.sheet, heading, bold=True)])
    for name, words in _LEGEND.items():
        paper.line([coloured(text(paper.sheet, "　"), name), text(paper.sheet, words)])
    form = forms()[report["form"]]
    printed = sheets(form.id, printed_as_one(form, held))
    # One width for all, so that numbers stand below one another.
    stub = max(len(_WIDTHS[:3]), *(block.stub for table in printed for block in table.blocks))
    for table in printed:
        paper.line([])
        paper.line([text(paper.sheet, f"{table.title.zh}  {table.title.en}", bold=True)])
        for block in table.blocks:
            paper.block(block, stub, held, blamed)


class _Paper:
    """A sheet that is written line by line, and how many lines it has."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.lines = 0

    def line(self, cells: Sequence[Any], high: int = 1) -> None:
        """Append a line that is `high` lines of text high."""
        if high > 1:
            self.sheet.row_dimensions[self.lines + 1].height = 15 * high
        self.sheet.append(cells)
        self.lines += 1

    def block(
        self, block: Block, stub: int, held: Mapping[str, Row], blamed: Mapping[str, str]
    ) -> None:
        """A section: its label, header and rows, with the spans that are printed."""
        if block.label is not None:
            self._spanned([[Head(block.label, stub)]], 0, bold=True)
        self._spanned(block.header, stub, bold=True)
        numbers = [
            [_number(self.sheet, held.get(code), blamed.get(code)) for code in row.codes]
            for row in block.rows
        ]
        heads = [list(row.heads) for row in block.rows]
        if heads and block.stub < stub:  # a narrower stub fills the columns of the widest
            heads = [
                [*row[:-1], Head(row[-1].label, row[-1].columns + stub - block.stub, row[-1].rows)]
                if row else row
                for row in heads
            ]  # fmt: skip
        self._spanned(heads, 0, numbers, stub)

    def _spanned(
        self,
        rows: Sequence[Sequence[Head]],
        left: int,
        numbers: Sequence[Sequence[Any]] = (),
        width: int = 0,
        bold: bool = False,
    ) -> None:
        """Rows of spanning cells from column `left` on, the numbers behind `width` columns."""
        from openpyxl.worksheet.cell_range import CellRange

        taken: set[tuple[int, int]] = set()
        for down, row in enumerate(rows):
            placed: dict[int, Any] = {}
            across, high = left, 1
            for head in row:
                while (down, across) in taken:
                    across += 1
                placed[across] = _framed(text(self.sheet, head.label.zh, bold=bold))
                area = [
                    (down + i, across + j) for i in range(head.rows) for j in range(head.columns)
                ]
                taken |= set(area)
                room = (sum(_WIDTHS[across : across + head.columns]) or 11) * head.rows
                high = max(high, ceil(2.2 * len(head.label.zh) / room))
                if len(area) > 1:
                    first, last = area[0], area[-1]
                    self.sheet.merged_cells.add(
                        CellRange(
                            min_row=self.lines + 1, max_row=self.lines + 1 + last[0] - first[0],
                            min_col=first[1] + 1, max_col=last[1] + 1,
                        )
                    )  # fmt: skip
            cells = [placed.get(at) for at in range(max(placed, default=-1) + 1)]
            if numbers:
                cells += [None] * (width - len(cells))
                cells += [_framed(one) if one is not None else None for one in numbers[down]]
            self.line(cells, high)


def _number(sheet: Any, cell: Row | None, blame: str | None) -> Any:
    """A cell of the form: its number, else what it prints, in the colour of its worst flag."""
    if cell is None:
        return None
    shown = cell["value"] if cell["value"] is not None else cell["printed"]
    made = text(sheet, shown) if isinstance(shown, str) else number(sheet, shown)
    flag = cell["status"] if cell["status"] in ("suspect", "missing") else blame or cell["status"]
    return coloured(made, flag)


def _framed(cell: Any) -> Any:
    from openpyxl.styles import Alignment, Border, Side

    thin = Side(style="thin", color="999999")
    cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _title(report: Row, used: set[str]) -> str:
    """A sheet's name: at most 31 characters, none that Excel refuses, none twice."""
    words = f"{report['agency'] or report['report_id']} {report['year'] or ''}".strip()
    words = re.sub(r"[\[\]:*?/\\\x00-\x1f']", "", words)
    number = 1
    while True:
        end = f" ({number})" if number > 1 else ""
        title = words[-(31 - len(end)) :] + end
        if title.casefold() not in used:
            used.add(title.casefold())
            return title
        number += 1


def new_sheet(book: Any, title: str, widths: Sequence[int]) -> Any:
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    return sheet


def text(sheet: Any, value: str, bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = WriteOnlyCell(sheet)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32767]
    cell.data_type = "s"
    if bold:
        cell.font = _bold()
    return cell


def number(sheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    return WriteOnlyCell(sheet, value)


def _bold() -> Any:
    from openpyxl.styles import Font

    return Font(bold=True)


def coloured(cell: Any, flag: str) -> Any:
    from openpyxl.styles import PatternFill

    if flag in COLOURS:
        cell.fill = PatternFill("solid", fgColor=COLOURS[flag])
    return cell
