"""A row of markup that lost a cell, or has one too many: none of its numbers is sure."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from extract.pipeline import read

REPORTS = Path(__file__).resolve().parents[2] / "fixtures" / "reports"


def _changed(count: int) -> str:
    """The page with a cell of one row left out (-1), or printed twice (1)."""
    page = (REPORTS / "html-newer.html").read_text(encoding="gb18030")
    rows = [m for m in re.finditer(r"<tr.*?</tr>", page, re.DOTALL) if "予以公开" in m[0]]
    row = rows[0]
    cell = list(re.finditer(r"<td[^>]*>.*?</td>", row[0], re.DOTALL))[-4]
    body = row[0][: cell.start()] + cell[0] * (1 + count) + row[0][cell.end() :]
    return page[: row.start()] + body + page[row.end() :]


@pytest.mark.parametrize("count", [-1, 1])
def test_no_number_of_a_row_with_another_count_of_cells_is_sure(tmp_path: Path, count: int) -> None:
    (tmp_path / "a.html").write_text(_changed(count), encoding="gb18030")
    result = read(tmp_path / "a.html")
    truth = json.loads((REPORTS / "truth.json").read_text(encoding="utf-8"))["html-newer"]
    assert result.status == "review"
    assert [
        cell.code
        for cell in result.cells
        if cell.status in ("ok", "repaired") and cell.printed != truth["printed"][cell.code]
    ] == []


def test_a_whole_table_is_as_sure_as_before() -> None:
    assert {cell.status for cell in read(REPORTS / "html-newer.html").cells} == {"ok"}
