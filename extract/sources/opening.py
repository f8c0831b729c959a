"""Which reader opens a file: decided by what the file holds, then by its suffix."""

from __future__ import annotations

import re
from pathlib import Path

from extract.errors import SourceError
from extract.model import Document

IMAGE_SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff"))
SUFFIXES = (
    frozenset(
        (".pdf", ".docx", ".html", ".htm", ".xhtml", ".shtml", ".md", ".markdown", ".txt", ".tsv")
    )
    | IMAGE_SUFFIXES
)
"""Suffixes of files that are worth opening in a folder."""

MAX_BYTES = 500_000_000
_HEAD_BYTES = 8_192
_HTML_SUFFIXES = frozenset((".html", ".htm", ".xhtml", ".shtml"))
_MARKDOWN_SUFFIXES = frozenset((".md", ".markdown", ".tsv"))
_TEXT_SUFFIXES = _MARKDOWN_SUFFIXES | {".txt", ""}
_MARKUP = re.compile(rb"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]", re.IGNORECASE)
_WHOLE_PAGE = re.compile(rb"^\s*(<!--.*?-->\s*)*(<!doctype|<html.*<head[\s>])", re.I | re.DOTALL)
_TABLE = re.compile(rb"^\s*<(table|div|p|h[1-6]|meta|title|center)\b", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_AS_DOCX = "open it in Word or WPS and save it as .docx or PDF"
_OTHERS = (
    (b"{\\rtf", "an RTF document", _AS_DOCX),
    (b"Rar!", "an archive", "unpack it"),
    (b"7z\xbc\xaf", "an archive", "unpack it"),
    (b"\x1f\x8b", "an archive", "unpack it"),
    (b"GIF8", "a GIF picture", "save it as PNG"),
    (b"BM", "a BMP picture", "save it as PNG"),
    (b"RIFF", "a WebP picture or a recording", "save it as PNG"),
    (b"%!PS", "a PostScript file", "convert it to PDF"),
    (b"MIME-Version", "a web archive (MHTML)", "save the page as HTML or PDF"),
    (b"From: <Saved by", "a web archive (MHTML)", "save the page as HTML or PDF"),
)


def open_document(path: Path) -> Document:
    """Take a source file apart; a folder of numbered images is one source.

    Raises SourceError: `unreadable` (no such file, no right to read it), `empty_file`,
    `too_large` (past 500 MB), `not_a_pdf`, `unsupported`, and whatever the reader of that kind
    raises.
    """
    if path.is_dir():
        from extract.sources.image import open_folder

        return open_folder(path)
    head, size = _head(path)
    suffix = path.suffix.lower()
    if size == 0 or not head.strip(b" \t\r\n\xef\xbb\xbf"):
        raise SourceError("the file is empty: fetch it again", kind="empty_file")
    if size > MAX_BYTES:
        raise SourceError(
            f"a file of {size:,} bytes, more than {MAX_BYTES:,}: take the report out of it",
            kind="too_large",
        )
    if b"%PDF-" in head[:1024]:
        from extract.sources.pdf import open_pdf

        return open_pdf(path)
    kind = _kind(path, head, suffix)
    if suffix == ".pdf":
        raise SourceError(
            f"not a PDF: it holds {kind[1]}. Fetch it again, or give it the right suffix",
            kind="not_a_pdf",
        )
    return _open_as(kind[0], kind[1], path)


def _head(path: Path) -> tuple[bytes, int]:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES), path.stat().st_size
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SourceError(
            f"cannot be read ({reason}): check the path and its rights", kind="unreadable"
        ) from error


def _kind(path: Path, head: bytes, suffix: str) -> tuple[str, str]:
    """The reader to call and what the file is, in words; ("", advice) where none can read it."""
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zip_kind(path)
    if head.startswith(_OLE):
        return _ole_kind(path)
    if head.startswith(_IMAGES):
        return "image", "a picture"
    for start, name, advice in _OTHERS:
        if head.startswith(start):
            return "", f"{name}: {advice}"
    if b'progid="Word.Document"' in head or b"<w:wordDocument" in head:
        return "", f"a Word XML document: {_AS_DOCX}"
    if suffix in _MARKDOWN_SUFFIXES:  # may hold whole <html> elements around its tables
        return ("html", "an HTML page") if _WHOLE_PAGE.match(head) else ("markdown", "text")
    if _MARKUP.search(head) or _MARKUP.search(head.replace(b"\x00", b"")):
        return "html", "an HTML page"
    if suffix in _HTML_SUFFIXES or (suffix not in _TEXT_SUFFIXES and _TABLE.match(head)):
        return "html", "an HTML page"
    if suffix in _TEXT_SUFFIXES:
        return "markdown", "text"
    if _is_text(head):
        return "", "text of an unknown kind: save it as .md, .html, .docx or PDF"
    return "", "data of an unknown kind: save it as PDF or .docx"


def _is_text(head: bytes) -> bool:
    return b"\x00" not in head and sum(byte < 9 for byte in head) == 0


def _zip_kind(path: Path) -> tuple[str, str]:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        if path.suffix.lower() == ".docx":
            return "docx", "a damaged Word document"
        return "", "a damaged archive: fetch it again"
    if "word/document.xml" in names or path.suffix.lower() == ".docx":
        return "docx", "a Word document"
    if any(name.startswith("xl/") for name in names):
        return "", "a spreadsheet: save it as HTML or PDF"
    if any(name.startswith("ppt/") for name in names):
        return "", "a presentation: save it as PDF"
    if "OFD.xml" in names:
        return "", "an OFD document: open it in an OFD reader and save it as PDF"
    if "content.xml" in names:
        return "", f"an OpenDocument file: {_AS_DOCX}"
    return "", "an archive: unpack it"


def _ole_kind(path: Path) -> tuple[str, str]:
    data = path.read_bytes()
    if _ENCRYPTED in data:
        return "encrypted", "an Office document protected by a password"
    return "", f"an Office document of before 2007, or of WPS: {_AS_DOCX}"


def _open_as(reader: str, what: str, path: Path) -> Document:
    if reader == "docx":
        from extract.sources.docx import open_docx

        return open_docx(path)
    if reader == "html":
        from extract.sources.html import open_html

        return open_html(path)
    if reader == "markdown":
        from extract.sources.markdown import open_markdown

        return open_markdown(path)
    if reader == "image":
        from extract.sources.image import open_image

        return open_image(path)
    if reader == "encrypted":
        raise SourceError(f"{what}: save a copy without it", kind="encrypted")
    raise SourceError(what, kind="unsupported")
