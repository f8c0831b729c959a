"""PDF files that lie, loop, swell or lock."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.hostile.bytes import (
    CATALOG,
    PAGE,
    PAGES,
    deflated_zeros,
    one_page,
    pdf,
    stream,
)

FLATE = b"/Filter/FlateDecode"
TWICE = b"/Filter[/FlateDecode/FlateDecode]"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"


def made(whole: bytes) -> dict[str, bytes]:
    """File name → bytes; `whole` is a sound report."""
    return {
        **_cut(whole),
        **_tables_of_places(whole),
        **_trees(whole),
        **_streams(),
        **_pages_of_odd_sizes(),
        **_fonts(),
        **_pictures(),
    }


def _cut(whole: bytes) -> dict[str, bytes]:
    half = len(whole) // 2
    return {
        "zero.pdf": b"",
        "spaces.pdf": b" \n" * 50,
        "page.pdf": b"<!doctype html><html><body><h1>404</h1></body></html>",
        "header-only.pdf": b"%PDF-1.7\n",
        "cut-10.pdf": whole[: len(whole) // 10],
        "cut-50.pdf": whole[:half],
        "cut-90.pdf": whole[: len(whole) * 9 // 10],
        "no-tail.pdf": whole[:-30],
        "hole.pdf": whole[:half] + bytes(2000) + whole[half + 2000 :],
        "leading-junk.pdf": b"HTTP/1.1 200 OK\r\n\r\n" + whole,
        "trailing-junk.pdf": whole + bytes(5000),
    }


def _tables_of_places(whole: bytes) -> dict[str, bytes]:
    """Cross-reference tables that point nowhere, at themselves, or promise far too much."""
    start = whole.rindex(b"startxref")
    body = whole[:start]
    table = int(whole[start:].split()[1])
    four = (CATALOG, PAGES, PAGE % b"", stream(b"q Q"))
    blank = pdf(*four)
    own = blank.rindex(b"xref\n0")
    loop = b"/Root 1 0 R/Prev %d" % own
    huge = b"xref\n0 999999999\n0000000000 65535 f \ntrailer\n<</Root 1 0 R/Size 9>>\n"
    wide = b"<</Type/XRef/Size 4000000000/W[1 8 8]/Index[0 4000000000]/Root 1 0 R/Length 3 %s>>"
    crossed = stream(deflated_zeros(64 << 20), b"/Type/XRef/Size 9/W[1 2 1]/Root 1 0 R" + FLATE)
    shifted = re.sub(
        rb"(\d{10}) 00000 n", lambda m: b"%010d 00000 n" % (int(m[1]) + 7), whole[table:start]
    )
    return {
        "xref-beyond.pdf": body + b"startxref\n99999999\n%%EOF\n",
        "xref-negative.pdf": body + b"startxref\n-5\n%%EOF\n",
        "xref-words.pdf": body + b"startxref\nhere\n%%EOF\n",
        "xref-loop.pdf": pdf(*four, trailer=loop),
        "xref-shifted.pdf": whole[:table] + shifted + whole[start:],
        "xref-huge.pdf": pdf(*four, tail=huge + b"startxref\n%d\n%%%%EOF" % own),
        "xref-wide.pdf": pdf(
            *four,
            tail=b"5 0 obj\n" + wide % b"" + b"\nstream\nabc\nendstream\nendobj\n"
            b"startxref\n%d\n%%%%EOF" % own,
        ),
        "xref-bomb.pdf": pdf(
            *four,
            tail=b"5 0 obj\n" + crossed + b"\nendobj\nstartxref\n%d\n%%%%EOF" % own,
        ),
    }


def _trees(whole: bytes) -> dict[str, bytes]:
    """Page trees that go round, and counts that lie."""
    cycle = b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 3 0 R>>"
    back = b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>"
    count = re.search(rb"/Count (\d+)", whole)
    assert count is not None
    # Of the same length, so that every place in the file stays right.
    less, more = (b"/Count " + one.rjust(len(count[1])) for one in (b"0", b"9"))
    same = b"<</Type/Pages/Kids[" + b"3 0 R " * 30_000 + b"]/Count 30000>>"
    deep = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (n + 1) for n in range(3, 3000)]
    blanks = 10_000
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(blanks))
    return {
        "tree-self.pdf": pdf(CATALOG, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
        "tree-cycle.pdf": pdf(CATALOG, cycle, back),
        "tree-deep.pdf": pdf(CATALOG, PAGES, *deep, PAGE % b""),
        "tree-same-page.pdf": pdf(CATALOG, same, PAGE % b"", stream(b"q Q")),
        "count-none.pdf": whole.replace(count[0], less),
        "count-more.pdf": whole.replace(count[0], more),
        "count-billion.pdf": pdf(
            CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 999999999>>", PAGE % b"", stream(b"q Q")
        ),
        "blank-10000.pdf": pdf(
            CATALOG,
            b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % blanks,
            *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"] * blanks,
        ),
        "no-root.pdf": pdf(CATALOG, PAGES, trailer=b""),
        "root-self.pdf": pdf(b"1 0 R"),
        "nested-arrays.pdf": pdf(CATALOG, PAGES, PAGE % (b"/X " + b"[" * 50_000)),
        "nested-dicts.pdf": pdf(CATALOG, PAGES, PAGE % (b"/X " + b"<</X " * 50_000)),
    }


def _streams() -> dict[str, bytes]:
    """Streams that unpack to gigabytes, refer to themselves, or never end."""
    much = deflated_zeros(4 << 30)
    twice = zlib.compress(much, 9)
    packed = stream(twice, b"/Type/ObjStm/N 9/First 9" + TWICE)
    many = stream(b"10 0 11 0 ", b"/Type/ObjStm/N 2000000000/First 9")
    held = (
        b"6 0 obj\n"
        + stream(b"\x02\x00\x05\x00" * 9, b"/Type/XRef/Size 9/W[1 2 1]/Root 7 0 R")
        + b"\nendobj\nstartxref\n%d\n%%%%EOF"
    )
    form = stream(b"/F Do", FORM + b"/Resources<</XObject<</F 5 0 R>>>>")
    wide = stream(
        b"/F Do " * 12,
        FORM + b"/Resources<</XObject<</F %d 0 R>>>>",
    )
    layers = [wide.replace(b"%d", b"%d" % number) for number in range(6, 14)]
    last = stream(b"0 0 9 9 re f", FORM)

    def within(inner: bytes) -> bytes:
        start = pdf(CATALOG, PAGES, PAGE % b"", stream(b"q Q"), inner, tail=b"")
        return start + held % len(start)

    return {
        "bomb-content.pdf": one_page(twice, packed=TWICE),
        "bomb-objects.pdf": within(packed),
        "objects-billions.pdf": within(many),
        "length-loop.pdf": pdf(
            CATALOG, PAGES, PAGE % b"", b"<</Length 4 0 R>>\nstream\nq Q\nendstream"
        ),
        "length-lies.pdf": pdf(CATALOG, PAGES, PAGE % b"", stream(b"q Q", length=2_000_000_000)),
        "form-self.pdf": one_page(b"/F Do", b"/Resources<</XObject<</F 5 0 R>>>>", form),
        "form-billion.pdf": one_page(
            b"/F Do", b"/Resources<</XObject<</F 5 0 R>>>>", *layers, last
        ),
        "states.pdf": one_page(zlib.compress(b"q " * 100_000), packed=FLATE),
        "rules.pdf": one_page(zlib.compress(b"0 0 m 9 0 l S " * 51_000), packed=FLATE),
        "filters.pdf": one_page(b"x" * 99, packed=b"/Filter[" + b"/ASCIIHexDecode" * 5000 + b"]"),
        "numbers.pdf": one_page(
            b"1e400 nan inf 99999999999999999999999 re S " + b"9" * 5000 + b" 0 m 1 1 l S"
        ),
        "predictor.pdf": one_page(
            zlib.compress(bytes(999)),
            packed=FLATE + b"/DecodeParms<</Predictor 15/Columns 2000000000/Colors 9>>",
        ),
    }


def _pages_of_odd_sizes() -> dict[str, bytes]:
    content = b"0 0 m 500 500 l S"

    def sized(box: bytes, more: bytes = b"") -> bytes:
        page = b"<</Type/Page/Parent 2 0 R/MediaBox%s/Contents 4 0 R%s>>"
        return pdf(CATALOG, PAGES, page % (box, more), stream(content))

    return {
        "box-huge.pdf": sized(b"[0 0 1e9 1e9]"),
        "box-none.pdf": sized(b"[0 0 0 0]"),
        "box-back.pdf": sized(b"[595 842 0 0]", b"/CropBox[900 900 -900 -900]"),
        "box-words.pdf": sized(b"[/a (b) null 9]"),
        "box-short.pdf": sized(b"[0 0]"),
        "turned-odd.pdf": sized(b"[0 0 595 842]", b"/Rotate 45"),
        "turned-far.pdf": sized(b"[0 0 595 842]", b"/Rotate 99999999999999999990/UserUnit 1e9"),
    }


def _fonts() -> dict[str, bytes]:
    """Fonts whose tables of characters are bombs."""
    ranges = (
        b"/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <00> <FF>\n"
        b"endcodespacerange 1 beginbfrange <00000000> <FFFFFFFF> <0000> endbfrange endcmap"
    )
    font = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]%s>>"
    small = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X>>"
    wide = small.replace(b">>", b"/W[0 2000000000 500]>>")
    shown = b"BT /F 9 Tf 9 9 Td <00410042> Tj ET"
    place = b"/Resources<</Font<</F 5 0 R>>>>"
    lost = small.replace(b">>", b"/DW 0>>")
    digits = b"BT /F 9 Tf 9 9 Td <" + b"0041" * 20 + b"> Tj ET"
    round_ = font.replace(b"6 0 R", b"5 0 R") % b""
    evil = font.replace(b"/Identity-H", b"/..#2f..#2f..#2fetc#2fpasswd") % b""
    return {
        "font-ranges.pdf": one_page(
            shown, place, font % b"/ToUnicode 7 0 R", small, stream(ranges)
        ),
        "font-widths.pdf": one_page(shown, place, font % b"", wide),
        "font-flat.pdf": one_page(digits, place, font % b"", lost),
        "font-self.pdf": one_page(shown, place, round_, small),
        "font-path.pdf": one_page(shown, place, evil, small),
    }


def _pictures() -> dict[str, bytes]:
    """Pictures of a page: 35,000 by 35,000 dots and more in a few kilobytes."""

    def covered(width: int, height: int, more: bytes, body: bytes) -> bytes:
        size = b"/Type/XObject/Subtype/Image/Width %d/Height %d" % (width, height)
        return one_page(
            b"q 595 0 0 842 0 0 cm /I Do Q",
            b"/Resources<</XObject<</I 5 0 R>>>>",
            stream(body, size + more),
        )

    side = 35_000
    bits = deflated_zeros(side * (side + 7) // 8)
    grey = b"/ColorSpace/DeviceGray/BitsPerComponent %d"
    fax = b"/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 35000/Rows 35000>>"
    return {
        "pixels-35000.pdf": covered(side, side, grey % 1 + FLATE, bits),
        "pixels-fax.pdf": covered(side, side, grey % 1 + fax, b"\x80" * 4400),
        "pixels-twice.pdf": covered(
            side,
            side,
            grey % 1 + TWICE,
            zlib.compress(bits, 9),
        ),
        "pixels-negative.pdf": covered(-5, -5, grey % 8, b"x"),
        "pixels-billion.pdf": covered(2_000_000_000, 2_000_000_000, grey % 8 + FLATE, bits[:999]),
    }


def locked(folder: Path) -> None:
    """A report behind a password, and one that opens without."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    from fixtures.looks import draw_look
    from fixtures.pdf import write_pdf
    from fixtures.report import make_report

    report = make_report(7, 0, "report")
    look = replace(draw_look(report.rng("look"), False), rotate=0, crop=(0.0, 0.0))
    for name, password in (("locked.pdf", "a password"), ("locked-open.pdf", "")):
        lock = StandardEncryption(password, ownerPassword="an owner's", strength=128)
        canvas: Any = partial(Canvas, encrypt=lock)
        with patch("reportlab.pdfgen.canvas.Canvas", canvas):
            write_pdf(report, look, folder / name)
