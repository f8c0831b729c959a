"""Pictures, Word files, pages of markup, text and archives that lie, loop or swell."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from tests.hostile.bytes import deflated_zeros

SIDE = 35_000


def made(html: bytes, docx: bytes) -> dict[str, bytes]:
    """File name → bytes; `html` and `docx` are sound reports."""
    return {**_pictures(), **_word(docx), **_markup(html), **_texts(), **_unsupported()}


def _png(width: int, height: int, body: bytes, depth: int = 1, *before: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    extra = b"".join(chunk(b"iTXt", one) for one in before)
    parts = chunk(b"IHDR", head) + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def _tiff(width: int, height: int, body: bytes, following: int | None = None) -> bytes:
    """A fax-coded TIFF of one picture; `following` is where it says that the next one lies."""
    tags = [
        (256, 4, width), (257, 4, height), (258, 3, 1), (259, 3, 4), (262, 3, 0),
        (273, 4, 8), (277, 3, 1), (278, 4, height), (279, 4, len(body)),
    ]  # fmt: skip
    place = 8 + len(body) + len(body) % 2
    packed = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    directory = struct.pack("<H", len(tags)) + packed + struct.pack("<I", following or 0)
    return b"II*\x00" + struct.pack("<I", place) + body + bytes(len(body) % 2) + directory


def _pictures() -> dict[str, bytes]:
    zeros = deflated_zeros(SIDE * ((SIDE + 7) // 8 + 1))
    fax = b"\x80" * (SIDE // 8)
    looping = _tiff(99, 99, b"\x80" * 14)
    again = struct.unpack("<I", looping[4:8])[0]
    text = b"Comment\0\1\0\0\0" + deflated_zeros(1 << 30)
    jpeg = b"\xff\xd8\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00\xff\xd9"
    return {
        "pixels.png": _png(SIDE, SIDE, zeros),
        "pixels-thin.png": _png(1, 100_000_000, deflated_zeros(200_000_000)),
        "pixels-none.png": _png(0, 0, b""),
        "pixels-text.png": _png(2000, 2800, zlib.compress(bytes(251 * 2800)), 1, text),
        "pixels-cut.png": _png(1654, 2339, zlib.compress(b"\x55" * 9000)),
        "pixels.tif": _tiff(SIDE, SIDE, fax),
        "pixels-loop.tif": _tiff(99, 99, b"\x80" * 14, again),
        "pixels.jpg": jpeg,
        "magic-only.png": b"\x89PNG\r\n\x1a\n",
        "magic-only.jpg": b"\xff\xd8\xff",
    }


def _zip(parts: dict[str, bytes], level: int = 9) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, body in parts.items():
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _lying(whole: bytes, part: bytes, size: int) -> bytes:
    """The archive, with another unpacked size for a part in its list of contents."""
    out = bytearray(whole)
    place = whole.rindex(part) - 46
    assert whole[place : place + 4] == b"PK\x01\x02"
    out[place + 24 : place + 28] = struct.pack("<I", size)
    return bytes(out)


def _with_body(docx: bytes, body: bytes, more: dict[str, bytes] | None = None) -> bytes:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return _zip(parts | {"word/document.xml": body} | (more or {}))


_BODY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>%s<w:document xmlns:w='
    b'"http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body>'
    b"</w:document>"
)
_PARAGRAPH = b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>"


def _laughs(depth: int = 9) -> bytes:
    lines = [b'<!ENTITY a0 "laughter">']
    lines += [b'<!ENTITY a%d "%s">' % (n, (b"&a%d;" % (n - 1)) * 10) for n in range(1, depth + 1)]
    return b"<!DOCTYPE x [%s]>" % b"".join(lines)


def _word(docx: bytes) -> dict[str, bytes]:
    outside = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    spaces = _BODY % (b"", _PARAGRAPH % (b" " * (400 << 20)))
    tables = b"<w:tbl><w:tr><w:tc>" * 3000 + b"</w:tc></w:tr></w:tbl>" * 3000
    bomb = _with_body(docx, spaces)
    return {
        "bomb.docx": bomb,
        "bomb-lying.docx": _lying(bomb, b"word/document.xml", 1000),
        "entity.docx": _with_body(docx, _BODY % (outside, _PARAGRAPH % b"&e;")),
        "laughs.docx": _with_body(docx, _BODY % (_laughs(), _PARAGRAPH % b"&a9;")),
        "nested.docx": _with_body(docx, _BODY % (b"", tables)),
        "spans.docx": _with_body(
            docx,
            _BODY
            % (
                b"",
                b'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc>'
                b"</w:tr></w:tbl>",
            ),
        ),
        "outside.docx": _with_body(
            docx, _BODY % (b"", _PARAGRAPH % b"x"), {"../../outside.txt": b"x"}
        ),
        "cut.docx": docx[: len(docx) // 2],
        "no-body.docx": _zip({"word/other.xml": b"x"}),
        "list-only.docx": b"PK\x05\x06" + bytes(18),
    }


def _markup(html: bytes) -> dict[str, bytes]:
    outside = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    row = b"<tr>" + b"<td>1</td>" * 500 + b"</tr>"
    return {
        "entity.html": b'<?xml version="1.0"?>' + outside + b"<html><body>&e;</body></html>",
        "laughs.html": _laughs() + b"<html><body>&a9;</body></html>",
        "nested.html": b"<html><body>" + b"<div>" * 100_000 + b"x",
        "nested-tables.html": b"<html><body>" + b"<table><tr><td>" * 2000 + b"x",
        "spans.html": b"<html><body><table><tr><td colspan=999999999 rowspan=999999999>1</td>"
        b"<td>2</td></tr></table></body></html>",
        "cells.html": b"<html><body><table>" + row * 2200 + b"</table></body></html>",
        "cut.html": html[: len(html) * 2 // 3],
        "script.html": html.replace(
            b"</body>",
            b"<script>document.write('9')</script><iframe src='http://x/'></iframe></body>",
        ),
        "nul.html": html.replace(b"<td", b"\0<td"),
    }


def _texts() -> dict[str, bytes]:
    table = b"| a | b |\n|---|---|\n"
    return {
        "wide.md": b"| " * 1_000_000 + b"\n" + b"|-" * 1_000_000 + b"\n",
        "long.txt": b"1" * 20_000_000,
        "long.md": table + b"| 1 | 2 |\n" * 300_000,
        "marks.md": b"*" * 200_000 + b"_" * 200_000 + b"[" * 200_000 + b"<" * 200_000,
        "nul.txt": bytes(100_000),
        "noise.txt": bytes(range(256)) * 400,
        "halves.txt": b"\xff\xfe" + b"\x00\xd8" * 5000,
    }


def _unsupported() -> dict[str, bytes]:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)
    return {
        "old.doc": old,
        "old.wps": old,
        "old.xls": old,
        "locked.doc": old + "EncryptedPackage".encode("utf-16-le"),
        "sheet.xlsx": _zip({"xl/workbook.xml": b"x"}),
        "paper.ofd": _zip({"OFD.xml": b"<x/>"}),
        "many.zip": _zip({"a.pdf": b"%PDF-1.4"}),
        "old.rar": b"Rar!\x1a\x07\x00" + bytes(99),
        "many.7z": b"7z\xbc\xaf\x27\x1c" + bytes(99),
        "one.pdf.gz": b"\x1f\x8b\x08" + bytes(99),
        "moving.gif": b"GIF89a" + bytes(99),
        "letter.rtf": b"{\\rtf1 x}",
        "noise.bin": bytes(range(256)) * 40,
        "program.exe": b"MZ" + bytes(4000),
    }
