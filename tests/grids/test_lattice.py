"""Camelot as the second look."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.grids.lattice import engine_for, read_lattice
from extract.model import Page, Rule
from extract.sources.pdf import open_pdf
from tests.sources.printing import SIZE, TEXTS, YS, Sheet, write

RULES = tuple(Rule(0, y, 9, y) for y in range(8))


@pytest.mark.parametrize(
    ("page", "engine"),
    [
        (Page(1, rules=RULES), "vector"),
        (Page(1, rules=RULES, scanned=True), "combined"),
        (Page(1, rules=RULES[:3]), "raster"),
    ],
)
def test_the_engine_follows_what_the_page_holds(page: Page, engine: str) -> None:
    assert engine_for(page) == engine


def merged(sheet: Sheet) -> None:
    """The plain table with its upper right two cells merged, and a number drawn as a picture."""
    sheet.rules((40.0, 140.0, 180.0, 260.0), YS)
    sheet.line(220, YS[1], 220, YS[-1])
    sheet.fill()
    path = sheet.canvas.beginPath()
    path.moveTo(190, SIZE[1] - 116)
    for x, y in ((190, 108), (194, 106), (196, 108), (193, 111), (196, 114), (194, 116)):
        path.lineTo(x, SIZE[1] - y)
    path.close()
    sheet.canvas.drawPath(path, fill=1)
    sheet.text(40, 30, "标题")


def test_cells_texts_spans_and_what_stands_outside(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", merged)
    (page,) = open_pdf(path).pages
    found = read_lattice(path, page)
    (grid,) = found.grids
    assert (grid.rows, grid.columns, grid.reader) == (3, 4, "camelot")
    wide = next(cell for cell in grid.cells if (cell.row, cell.column) == (0, 2))
    assert (wide.column_span, wide.text) == (2, "乙 丙")
    lower = [cell.text for cell in grid.cells if cell.row]
    assert lower == [text for row in TEXTS[1:] for text in row]
    assert [(c.row, c.column) for c in grid.cells if not c.whole] == [(2, 2)]
    box = grid.cells[0].box
    assert box is not None
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((40, 60, 140, 80), abs=2)
    assert [line.text for line in found.lines] == ["标题"]


def test_a_turned_page_and_one_that_cannot_be_read_have_no_grids(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", Sheet.table)
    assert read_lattice(path, Page(1, turned=90)).grids == ()
    broken = tmp_path / "b.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    assert read_lattice(broken, Page(1, rules=RULES)).grids == ()
