"""PDF pages as displayed: glyphs, rules and what is drawn besides."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from extract.errors import SourceError
from extract.grids.ruled import read_ruled
from extract.limits import Limits
from extract.model import Box, Grid, Page
from extract.sources.pdf import open_pdf
from extract.sources.turn import turn_back
from tests.hostile.bytes import one_page
from tests.sources.printing import SIZE, TEXTS, XS, YS, Sheet, write


def opened(path: Path) -> Page:
    (page,) = open_pdf(path).pages
    return page


def grid_of(path: Path) -> Grid:
    (grid,) = read_ruled(opened(path)).grids
    return grid


def texts(grid: Grid) -> list[str | None]:
    return [cell.text for cell in grid.cells]


PLAIN = [text for row in TEXTS for text in row]


@pytest.mark.parametrize(("rotate", "crop"), [(0, 0), (0, 25), (90, 0), (180, 0), (270, 0)])
def test_boxes_are_on_the_page_as_displayed(tmp_path: Path, rotate: int, crop: int) -> None:
    path = write(tmp_path / "a.pdf", Sheet.table, rotate, crop)
    page = read_ruled(opened(path))
    (grid,) = page.grids
    assert texts(grid) == PLAIN
    assert (round(page.width), round(page.height)) == (SIZE[0] - 2 * crop, SIZE[1] - 2 * crop)
    with pypdfium2.PdfDocument(path) as document:
        shown = document[0].render(scale=1).to_pil()
    assert shown.size == (round(page.width), round(page.height))
    for cell, (row, column) in zip(
        grid.cells, [(r, c) for r in range(3) for c in range(4)], strict=True
    ):
        box = cell.box
        assert box is not None
        want = (XS[column] - crop, YS[row] - crop, XS[column + 1] - crop, YS[row + 1] - crop)
        assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx(want, abs=1.5)
        inside = shown.crop((box.x0 + 2, box.y0 + 2, box.x1 - 2, box.y1 - 2)).convert("L")
        assert (inside.getextrema()[0] < 200) == bool(cell.text)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_text_that_stands_sideways_is_turned_upright_and_its_boxes_back(
    tmp_path: Path, degrees: int
) -> None:
    path = write(tmp_path / "a.pdf", Sheet.table, degrees)
    data, entry = path.read_bytes(), f"/Rotate {degrees}".encode()
    assert entry in data
    path.write_bytes(data.replace(entry, b"/Rotate 0".ljust(len(entry))))
    page = opened(path)
    assert page.turned == degrees
    grid = read_ruled(page).grids[0]
    assert texts(grid) == PLAIN
    with pypdfium2.PdfDocument(path) as document:
        layer = document[0].get_textpage()
        height = document[0].get_height()
        for cell in grid.cells:
            assert cell.box is not None
            box = turn_back(cell.box, page)
            found = layer.get_text_bounded(
                box.x0 + 1, height - box.y1 + 1, box.x1 - 1, height - box.y0 - 1
            )
            assert found.strip() == cell.text


def drawn(extra: Callable[[Sheet], None]) -> Callable[[Sheet], None]:
    def draw(sheet: Sheet) -> None:
        sheet.table()
        extra(sheet)

    return draw


def unsure(grid: Grid) -> list[tuple[int, int]]:
    return [(cell.row, cell.column) for cell in grid.cells if not cell.whole]


def test_a_number_under_a_white_patch_is_in_doubt(tmp_path: Path) -> None:
    def corrected(sheet: Sheet) -> None:
        sheet.patch(141, 81, 179, 99, 1.0)
        sheet.text(150, 94, "5")

    assert unsure(grid_of(write(tmp_path / "a.pdf", drawn(corrected)))) == [(1, 1)]


def test_paper_behind_text_is_no_patch(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.patch(30, 30, 300, 200, 1.0)
        sheet.table()

    assert unsure(grid_of(write(tmp_path / "a.pdf", draw))) == []


def test_an_outlined_number_is_not_blank_for_sure(tmp_path: Path) -> None:
    def outline(sheet: Sheet) -> None:
        path = sheet.canvas.beginPath()
        bottom = SIZE[1] - 116
        path.moveTo(190, bottom)
        path.curveTo(190, bottom + 4, 191, bottom + 7, 193, bottom + 7)
        path.curveTo(196, bottom + 7, 196, bottom + 4, 196, bottom)
        path.close()
        sheet.canvas.drawPath(path, stroke=0, fill=1)

    grid = grid_of(write(tmp_path / "a.pdf", drawn(outline)))
    assert unsure(grid) == [(2, 2)]
    assert texts(grid)[10] == ""


def test_a_form_field_over_a_cell_is_not_blank_for_sure(tmp_path: Path) -> None:
    def field(sheet: Sheet) -> None:
        box = {"x": 182, "y": SIZE[1] - 118, "width": 36, "height": 16, "borderWidth": 0}
        sheet.canvas.acroForm.textfield(name="n", value="9", relative=True, **box)

    assert unsure(grid_of(write(tmp_path / "a.pdf", drawn(field)))) == [(2, 2)]


def test_a_seal_over_many_cells_is_no_doubt_of_any(tmp_path: Path) -> None:
    def seal(sheet: Sheet) -> None:
        sheet.canvas.circle(200, SIZE[1] - 90, 55, stroke=1, fill=0)

    grid = grid_of(write(tmp_path / "a.pdf", drawn(seal)))
    assert unsure(grid) == []
    assert texts(grid) == PLAIN


def test_a_slanted_watermark_is_not_read(tmp_path: Path) -> None:
    def watermark(sheet: Sheet) -> None:
        sheet.canvas.saveState()
        sheet.canvas.translate(150, SIZE[1] - 110)
        sheet.canvas.rotate(35)
        sheet.text(0, SIZE[1], "2023 2023 2023")
        sheet.canvas.restoreState()

    assert texts(grid_of(write(tmp_path / "a.pdf", drawn(watermark)))) == PLAIN


def test_large_digits_behind_a_table_put_its_numbers_in_doubt(tmp_path: Path) -> None:
    grid = grid_of(write(tmp_path / "a.pdf", drawn(lambda sheet: sheet.text(150, 106, "8", 40))))
    assert (1, 1) in unsure(grid)


def test_rules_as_white_lines_between_shaded_cells(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for x0, x1 in itertools.pairwise(XS):
            for y0, y1 in itertools.pairwise(YS):
                sheet.patch(x0 + 0.5, y0 + 0.5, x1 - 0.5, y1 - 0.5, 0.85)
        sheet.fill()

    assert texts(grid_of(write(tmp_path / "a.pdf", draw))) == PLAIN


def test_everything_inside_a_drawing_of_its_own(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.canvas.beginForm("page", 0, 0, 1000, 1000)
        sheet.table()
        sheet.canvas.endForm()
        sheet.canvas.scale(0.8, 0.8)
        sheet.canvas.doForm("page")

    assert texts(grid_of(write(tmp_path / "a.pdf", draw))) == PLAIN


def test_a_patch_of_colour_has_no_rules_of_its_own_where_it_is_white() -> None:
    from extract.sources.pdf import _white

    assert _white((1, 1, 1))
    assert _white(1)
    assert _white((0, 0, 0, 0))
    assert not _white((0, 0, 0, 1))
    assert not _white(None)
    assert not _white(("pattern",))
    assert not _white((0.5,))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty_file"),
        (b"not a pdf at all", "not_a_pdf"),
        (b"%PDF-1.7\n1 0 obj\n<<", "damaged"),
    ],
)
def test_bad_files_have_typed_errors(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        open_pdf(path)
    assert caught.value.kind == kind


def test_a_locked_file_says_so(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(100, 100, "text")
    canvas.save()
    with pytest.raises(SourceError) as caught:
        open_pdf(path)
    assert caught.value.kind == "encrypted"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_cut_off_file_is_damaged(tmp_path: Path, share: float) -> None:
    data = write(tmp_path / "a.pdf", Sheet.table).read_bytes()
    path = tmp_path / "b.pdf"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(SourceError) as caught:
        open_pdf(path)
    assert caught.value.kind == "damaged"


def test_the_title_may_be_badly_coded() -> None:
    from extract.sources.pdf import _title

    assert _title("年度报告\0") == "年度报告"
    assert _title("\xfe\xff\x5e\x74") == "年"
    assert _title("\xff\xfe\x5e") is None
    assert _title(None) is None
    assert _title("  ") is None


def test_dots_and_dashes_make_rules(tmp_path: Path) -> None:
    def dashed(sheet: Sheet) -> None:
        sheet.canvas.setDash(3, 2)
        sheet.table()

    def dotted(sheet: Sheet) -> None:
        for y in YS:
            for i in range(int((XS[-1] - XS[0]) / 2) + 1):
                x = XS[0] + 2 * i
                sheet.patch(x - 0.5, y - 0.5, x + 0.5, y + 0.5, 0)
        for x in XS:
            for i in range(int((YS[-1] - YS[0]) / 2) + 1):
                y = YS[0] + 2 * i
                sheet.patch(x - 0.5, y - 0.5, x + 0.5, y + 0.5, 0)
        sheet.fill()

    def thin(sheet: Sheet) -> None:
        for y in YS:
            sheet.patch(XS[0], y - 0.4, XS[-1], y + 0.4, 0)
        for x in XS:
            sheet.patch(x - 0.4, YS[0], x + 0.4, YS[-1], 0)
        sheet.fill()

    def path(sheet: Sheet) -> None:
        outline = sheet.canvas.beginPath()
        for x in XS:
            outline.moveTo(x, SIZE[1] - YS[0])
            outline.lineTo(x, SIZE[1] - YS[-1])
        for y in YS:
            outline.moveTo(XS[0], SIZE[1] - y)
            outline.lineTo(XS[-1], SIZE[1] - y)
        sheet.canvas.drawPath(outline)
        sheet.fill()

    for draw in (dashed, dotted, thin, path):
        assert texts(grid_of(write(tmp_path / "a.pdf", draw))) == PLAIN


def test_a_box_drawn_as_an_absurd_crop_shows_the_whole_page(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", Sheet.table, crop=25)
    data = path.read_bytes()
    start = data.index(b"/CropBox")
    end = data.index(b"]", start) + 1
    absurd = b"/CropBox [ 5000 5000 5001 5001 ]"
    path.write_bytes(data[:start] + absurd.ljust(end - start) + data[end:])
    page = opened(path)
    assert (page.width, page.height) == SIZE


def test_marks_turn_with_their_page() -> None:
    from extract.sources.turn import turn_upright

    page = Page(1, 100, 200, marks=(Box(10, 20, 30, 50),))
    for degrees in (90, 180, 270):
        turned = turn_upright(page, degrees)
        assert turn_back(turned.marks[0], turned) == page.marks[0]


def test_a_page_that_is_a_picture_is_a_scan_and_its_few_letters_no_text(tmp_path: Path) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    picture = ImageReader(Image.new("L", (80, 60), 200))

    def scan(letters: str) -> Callable[[Sheet], None]:
        def draw(sheet: Sheet) -> None:
            sheet.canvas.drawImage(picture, 0, 0, *SIZE)
            sheet.text(50, 50, letters)

        return draw

    for letters, kind in (
        ("", "pdf-scan"),
        ("12", "pdf-scan"),
        ("政府信息公开年度报告二〇二三年", "pdf-ocr"),
    ):
        document = open_pdf(write(tmp_path / "a.pdf", scan(letters)))
        assert document.kind == kind
        assert document.pages[0].scanned
        assert bool(document.pages[0].glyphs) == (kind == "pdf-ocr")


@pytest.mark.parametrize("limit", ["MAX_GLYPHS", "MAX_RULES", "limits"])
def test_floods_of_pages_and_of_characters_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path = write(tmp_path / "a.pdf", Sheet.table)
    none = (lambda: Limits(pages=0)) if limit == "limits" else 0
    monkeypatch.setattr(f"extract.sources.pdf.{limit}", none)
    with pytest.raises(SourceError) as caught:
        open_pdf(path)
    assert caught.value.kind == "too_large"


def test_characters_without_width_are_damage_since_doubles_would_vanish(tmp_path: Path) -> None:
    font = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]>>"
    inner = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/DW 0>>"
    shown = b"BT /F 9 Tf 9 9 Td <" + b"0041" * 12 + b"> Tj ET"
    place = b"/Resources<</Font<</F 5 0 R>>>>"
    (tmp_path / "a.pdf").write_bytes(one_page(shown, place, font, inner))
    with pytest.raises(SourceError, match="widths of a font are lost"):
        open_pdf(tmp_path / "a.pdf")
