import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from extract.errors import SourceError
from extract.model import Document, Grid
from extract.sources.docx import open_docx

NS = nsdecls("w")


def saved(tmp_path: Path, word: Any) -> Document:
    path = tmp_path / "report.docx"
    word.save(path)
    return open_docx(path)


def from_body(tmp_path: Path, xml: str) -> Document:
    """A document whose body is this WordprocessingML."""
    word = docx.Document()
    body = word.element.body
    for child in parse_xml(f"<w:body {NS}>{xml}</w:body>"):
        body.insert(len(body) - 1, child)
    return saved(tmp_path, word)


def cell(text: str, look: str = "") -> str:
    return f"<w:tc><w:tcPr>{look}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(cells) + "</w:tr>"


def table(*rows: str, widths: tuple[int, ...] = ()) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def places(grid: Grid) -> dict[str | None, tuple[int, int, int, int]]:
    return {c.text: (c.row, c.column, c.row_span, c.column_span) for c in grid.cells}


def test_paragraphs_and_merged_cells(tmp_path: Path) -> None:
    word = docx.Document()
    title = word.add_paragraph("某局2023年年报")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.runs[0].font.size = docx.shared.Pt(22)
    word.add_paragraph("一、总体情况")
    made = word.add_table(3, 3)
    for r in range(3):
        for c in range(3):
            made.cell(r, c).text = f"{r}{c}"
    for r, c, text in ((0, 1, "横"), (1, 0, "纵")):
        made.cell(r, c).text = text
    made.cell(0, 2).text = ""
    made.cell(2, 0).text = ""
    made.cell(0, 1).merge(made.cell(0, 2))
    made.cell(1, 0).merge(made.cell(2, 0))
    document = saved(tmp_path, word)
    assert (document.kind, document.title, document.has_pages) == ("docx", None, False)
    first, second = document.pages[0].lines
    assert (first.text, first.heading, first.size) == ("某局2023年年报", True, 22.0)
    assert (second.text, second.heading) == ("一、总体情况", False)
    (grid,) = document.pages[0].grids
    assert (grid.rows, grid.columns, grid.reader) == (3, 3, "docx")
    assert places(grid) == {
        "00": (0, 0, 1, 1),
        "横": (0, 1, 1, 2),
        "纵": (1, 0, 2, 1),
        "11": (1, 1, 1, 1),
        "12": (1, 2, 1, 1),
        "21": (2, 1, 1, 1),
        "22": (2, 2, 1, 1),
    }


def test_tables_and_cells_inside_content_controls(tmp_path: Path) -> None:
    inner = f"<w:sdt><w:sdtContent>{cell('5')}</w:sdtContent></w:sdt>"
    xml = table(row(cell("规章"), inner))
    document = from_body(tmp_path, f"<w:sdt><w:sdtPr/><w:sdtContent>{xml}</w:sdtContent></w:sdt>")
    assert places(document.pages[0].grids[0]) == {"规章": (0, 0, 1, 1), "5": (0, 1, 1, 1)}


def test_a_nested_table_is_a_grid_of_its_own(tmp_path: Path) -> None:
    inner = table(row(cell("规章"), cell("3")))
    xml = table(row(f"<w:tc>{inner}<w:p/></w:tc>", "<w:tc><w:p/></w:tc>"))
    document = from_body(tmp_path, xml)
    assert [places(grid) for grid in document.pages[0].grids] == [
        {"规章": (0, 0, 1, 1), "3": (0, 1, 1, 1)}
    ]


def test_a_frame_of_one_cell_is_text(tmp_path: Path) -> None:
    document = from_body(tmp_path, table(row(cell("二、主动公开"))))
    assert [line.text for line in document.pages[0].lines] == ["二、主动公开"]
    assert document.pages[0].grids == ()


def test_deleted_hidden_and_struck_digits_are_not_read(tmp_path: Path) -> None:
    runs = (
        "<w:del><w:r><w:delText>1</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>2</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>3</w:t></w:r>"
        "<w:r><w:rPr><w:strike/></w:rPr><w:t>4</w:t></w:r>"
        '<w:r><w:rPr><w:strike w:val="0"/></w:rPr><w:t>5</w:t></w:r>'
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>6</w:t></w:r>'
        "<w:r><w:instrText>7</w:instrText></w:r>"
    )
    xml = table(row(cell("件数"), f"<w:tc><w:p>{runs}</w:p></w:tc>"))
    assert list(places(from_body(tmp_path, xml).pages[0].grids[0])) == ["件数", "25（6）"]


def test_a_deleted_row_is_not_read(tmp_path: Path) -> None:
    gone = "<w:tr><w:trPr><w:del/></w:trPr>" + cell("旧") + cell("9") + "</w:tr>"
    (grid,) = from_body(tmp_path, table(gone, row(cell("新"), cell("1")))).pages[0].grids
    assert list(places(grid)) == ["新", "1"]


def test_text_boxes_are_read_once(tmp_path: Path) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>方框</w:t></w:r></w:p></w:txbxContent>"
    both = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    document = from_body(tmp_path, f"<w:p><w:r><w:t>外</w:t></w:r><w:r>{both}</w:r></w:p>")
    assert [line.text for line in document.pages[0].lines] == ["外", "方框"]


def test_headers_come_last_as_lines(tmp_path: Path) -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "页眉"
    word.add_paragraph("正文")
    assert [line.text for line in saved(tmp_path, word).pages[0].lines] == ["正文", "页眉"]


def test_boundaries_a_hair_apart_are_one_column(tmp_path: Path) -> None:
    span = '<w:gridSpan w:val="2"/>'
    xml = table(
        row(cell("甲"), cell("1", span)),
        row(cell("乙", span), cell("2")),
        widths=(2000, 40, 2000),
    )
    (grid,) = from_body(tmp_path, xml).pages[0].grids
    assert places(grid) == {
        "甲": (0, 0, 1, 1),
        "1": (0, 1, 1, 1),
        "乙": (1, 0, 1, 1),
        "2": (1, 1, 1, 1),
    }


def test_rows_set_in_from_the_left_keep_their_columns(tmp_path: Path) -> None:
    indented = "<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>" + cell("1") + "</w:tr>"
    (grid,) = from_body(tmp_path, table(row(cell("甲"), cell("0")), indented)).pages[0].grids
    assert places(grid)["1"] == (1, 1, 1, 1)


def test_two_merges_in_one_column_stay_two(tmp_path: Path) -> None:
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    xml = table(
        row(cell("组一", start), cell("1")),
        row(cell("", on), cell("2")),
        row(cell("组二", start), cell("3")),
        row(cell("", on), cell("4")),
    )
    found = places(from_body(tmp_path, xml).pages[0].grids[0])
    assert (found["组一"], found["组二"]) == ((0, 0, 2, 1), (2, 0, 2, 1))


def rewritten(path: Path, change: Callable[[str], str]) -> Path:
    """The same package with another main part."""
    parts = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    parts["word/document.xml"] = change(parts["word/document.xml"].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    word = docx.Document()
    word.add_paragraph("正文")
    path = tmp_path / "plain.docx"
    word.save(path)
    return path


def kind_of(path: Path) -> str:
    with pytest.raises(SourceError) as refusal:
        open_docx(path)
    return refusal.value.kind


def test_external_entities_are_not_fetched(plain: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'

    def attack(xml: str) -> str:
        return re.sub(r"(<w:document)", entity + r"\1", xml).replace("正文", "正文&e;")

    document = open_docx(rewritten(plain, attack))
    assert "机密" not in "".join(line.text for line in document.pages[0].lines)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(plain: Path) -> None:
    with zipfile.ZipFile(plain, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/a.bin", b"\0" * 301_000_000)
    assert plain.stat().st_size < 1_000_000
    assert kind_of(plain) == "too_large"


def test_a_truncated_package_is_damaged(plain: Path) -> None:
    plain.write_bytes(plain.read_bytes()[:5000])
    assert kind_of(plain) == "damaged"


def test_broken_markup_is_damaged(plain: Path) -> None:
    assert kind_of(rewritten(plain, lambda xml: xml[: len(xml) // 2])) == "damaged"


def test_deep_nesting_is_refused(plain: Path) -> None:
    def nest(xml: str) -> str:
        deep = "<w:sdtContent>" * 200 + "</w:sdtContent>" * 200
        return xml.replace("<w:body>", "<w:body>" + deep)

    assert kind_of(rewritten(plain, nest)) == "too_large"


def test_a_document_with_macros_is_unsupported(plain: Path) -> None:
    parts = {}
    with zipfile.ZipFile(plain) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    types = parts["[Content_Types].xml"].decode()
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    assert main in types
    parts["[Content_Types].xml"] = types.replace(
        main, "application/vnd.ms-word.document.macroEnabled.main+xml"
    ).encode()
    with zipfile.ZipFile(plain, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert kind_of(plain) == "unsupported"


def test_senseless_spans_count_as_one(tmp_path: Path) -> None:
    odd = "".join(
        row(cell("甲", f'<w:gridSpan w:val="{span}"/>'), cell("1")) for span in ("²", "-2", "", "0")
    )
    (grid,) = from_body(tmp_path, table(odd)).pages[0].grids
    assert (grid.rows, grid.columns) == (4, 2)
