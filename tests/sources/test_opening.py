import zipfile
from pathlib import Path

import docx
import pytest

from extract.errors import SourceError
from extract.sources.opening import SUFFIXES, open_document

TABLE = "<table><tr><td>规章</td><td>1</td></tr></table>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def write(tmp_path: Path, name: str, data: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.html", f"<html><body>{TABLE}</body></html>", "html"),
        ("a.htm", TABLE, "html"),
        ("a.doc", f"<html><body>{TABLE}</body></html>", "html"),
        ("a", f"<!DOCTYPE html>{TABLE}", "html"),
        ("a.md", f"# 标题\n<html><body>{TABLE}</body></html>", "markdown"),
        ("a.md", f"<!DOCTYPE html><html><head></head>{TABLE}</html>", "html"),
        ("a.txt", "规章\t1\n文件\t2", "markdown"),
        ("a.tsv", "规章\t1\n文件\t2", "markdown"),
    ],
)
def test_the_reader_follows_the_content(tmp_path: Path, name: str, text: str, kind: str) -> None:
    document = open_document(write(tmp_path, name, text))
    assert document.kind == kind
    assert [cell.text for cell in document.pages[0].grids[0].cells][:2] == ["规章", "1"]


@pytest.mark.parametrize("name", ["a.docx", "a.doc", "a.bin"])
def test_a_word_document_is_known_by_its_parts(tmp_path: Path, name: str) -> None:
    word = docx.Document()
    word.add_paragraph("正文")
    path = tmp_path / name
    word.save(path)
    assert open_document(path).kind == "docx"


def zipped(*names: str) -> bytes:
    from io import BytesIO

    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "kind", "advice"),
    [
        ("a.pdf", b"", "empty_file", "fetch"),
        ("a.md", b"\xef\xbb\xbf \r\n", "empty_file", "fetch"),
        ("a.pdf", b"<html><body>404</body></html>", "not_a_pdf", "HTML page"),
        ("a.pdf", b"PK\x03\x04", "not_a_pdf", "archive"),
        ("a.pdf", "正文".encode(), "not_a_pdf", "suffix"),
        ("a.doc", OLE, "unsupported", ".docx or PDF"),
        ("a.wps", OLE, "unsupported", ".docx or PDF"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "without"),
        ("a.ofd", zipped("OFD.xml"), "unsupported", "PDF"),
        ("a.zip", zipped("a.pdf"), "unsupported", "unpack"),
        ("a.xlsx", zipped("xl/workbook.xml"), "unsupported", "PDF"),
        ("a.odt", zipped("content.xml"), "unsupported", ".docx or PDF"),
        ("a.docx", zipped("word/document.xml")[:60], "damaged", "save"),
        ("a.docx", zipped("word/document.xml"), "damaged", "save"),
        ("a.rtf", b"{\\rtf1 x}", "unsupported", ".docx or PDF"),
        ("a.rar", b"Rar!\x1a\x07", "unsupported", "unpack"),
        ("a.mht", b"MIME-Version: 1.0", "unsupported", "HTML"),
        ("a.bmp", b"BM\x00\x00", "unsupported", "PNG"),
        ("a.json", b'{"a": 1}', "unsupported", "save"),
        ("a.dat", b"\x00\x01\x02", "unsupported", "PDF"),
        ("a.txt", b"\x00\x01\x02", "unsupported", "check"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(
    tmp_path: Path, name: str, data: bytes, kind: str, advice: str
) -> None:
    with pytest.raises(SourceError) as refusal:
        open_document(write(tmp_path, name, data))
    assert refusal.value.kind == kind
    assert advice in refusal.value.what


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refusal:
        open_document(tmp_path / "none.pdf")
    assert refusal.value.kind == "unreadable"


def test_a_picture_and_a_folder_of_pictures_are_images(tmp_path: Path) -> None:
    from PIL import Image

    for number in (1, 2):
        Image.new("L", (600, 800), 255).save(tmp_path / f"{number}.png", dpi=(72, 72))
    assert open_document(tmp_path / "1.png").kind == "image"
    assert [page.number for page in open_document(tmp_path).pages] == [1, 2]


def test_a_folder_without_pictures_is_unsupported(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refusal:
        open_document(tmp_path)
    assert refusal.value.kind == "unsupported"


def test_suffixes_are_lower_case_with_a_dot() -> None:
    assert {".pdf", ".docx", ".html", ".md"} <= SUFFIXES
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in SUFFIXES)
