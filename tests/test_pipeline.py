"""One file → one result, whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from extract.model import Result
from extract.pipeline import raw_tables, read
from fixtures.fonts import font_path
from fixtures.make import make

LENGTH = 6


@pytest.fixture(scope="module")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports in looks that nobody develops against."""
    folder = tmp_path_factory.mktemp("held-out")
    for kind in ("born", "docx", "html", "markdown"):
        make(28_400, LENGTH, kind, folder)
    return folder


def numbers(result: Result) -> dict[str, tuple[str, bool]]:
    """What each cell prints, and whether it is said to be in doubt."""
    return {
        cell.code: (cell.printed, cell.status in ("suspect", "missing")) for cell in result.cells
    }


def plain(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("kind", ["born", "docx", "html", "markdown"])
def test_made_reports_are_read_whole_and_without_a_silent_error(kind: str, held_out: Path) -> None:
    truths = json.loads((held_out / "truth.json").read_text(encoding="utf-8"))
    names = sorted(name for name in truths if name.startswith(kind))
    assert len(names) == LENGTH
    for name in names:
        (path,) = (p for p in held_out.iterdir() if p.stem == name)
        result, truth = read(path), truths[name]
        assert result.error is None, name
        assert (result.form, result.about.year) == (truth["form"], truth["year"]), name
        found = numbers(result)
        assert found.keys() == truth["printed"].keys(), name
        for code, printed in truth["printed"].items():
            text, doubted = found[code]
            assert doubted or plain(text) == plain(printed), (name, code)
        failed = {c.id for c in result.checks if c.verdict == "fail" and c.strength == "hard"}
        assert failed >= set(truth["broken"]), name
        if kind != "markdown":
            assert not [code for code, (_, doubted) in found.items() if doubted], name
            assert failed == set(truth["broken"]), name


def test_every_number_of_a_made_pdf_stands_in_its_box(held_out: Path) -> None:
    truths = json.loads((held_out / "truth.json").read_text(encoding="utf-8"))
    for name, truth in truths.items():
        if not name.startswith("born"):
            continue
        cells = {cell.code: cell for cell in read(held_out / f"{name}.pdf").cells}
        for code, (page, x0, y0, x1, y1) in truth["boxes"].items():
            cell = cells[code]
            if not truth["printed"][code]:
                continue
            assert cell.page == page, (name, code)
            assert cell.box is not None
            got = (cell.box.x0, cell.box.y0, cell.box.x1, cell.box.y1)
            assert got == pytest.approx((x0, y0, x1, y1), abs=3), (name, code)


BROKEN = Path(__file__).parents[1] / "fixtures" / "broken"
EXPECTED = json.loads((BROKEN / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(p.name for p in BROKEN.iterdir() if p.suffix != ".json"))
def test_a_bad_file_is_a_failed_result_or_a_warned_one_never_an_exception(name: str) -> None:
    result = read(BROKEN / name)
    if result.status == "failed":
        assert result.error_kind
        assert result.error
        assert result.cells == ()
    else:
        assert result.status == "review"
        assert any("empty" in warning for warning in result.warnings)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = read(tmp_path / "none.pdf")
    assert (result.status, result.error_kind, result.report_id) == ("failed", "unreadable", "")


def test_raw_tables_of_any_document(held_out: Path) -> None:
    grids = raw_tables(held_out / "born-000.pdf")
    assert len(grids) >= 3
    assert all(cell.box is not None for grid in grids for cell in grid.cells)


def test_stages_say_where_the_time_went(held_out: Path) -> None:
    result = read(held_out / "born-001.pdf")
    assert {"open", "grids", "placing", "reading", "reconcile"} <= result.stages.keys()
    assert all(seconds >= 0 for seconds in result.stages.values())


def page_of(lines: int, dpi: int) -> Image.Image:
    """An A4 page of plain lines of text."""
    page = Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), 250)
    face = ImageFont.truetype(str(font_path("zenhei")), round(dpi / 6))
    for line in range(lines):
        place = (dpi, dpi + round(dpi * line / 3))
        ImageDraw.Draw(page).text(place, "有关情况见本机关网站公告栏", font=face, fill=20)
    return page


@pytest.mark.parametrize(
    ("lines", "dpi", "why"),
    [
        (0, 200, "page 1: blank"),
        (25, 200, "page 1: no ruled table on it"),
        (25, 30, "page 1: 30 dpi are too few to tell digits apart; scan it again at 200 dpi or"),
    ],
)
def test_a_picture_without_a_table_says_why_page_by_page(
    lines: int, dpi: int, why: str, tmp_path: Path
) -> None:
    page_of(lines, dpi).save(tmp_path / "page.png", dpi=(dpi, dpi))
    result = read(tmp_path / "page.png")
    assert (result.status, result.error_kind, result.cells) == ("failed", "no_tables", ())
    assert [one.startswith(why) for one in result.warnings] == [True]
