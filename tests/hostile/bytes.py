"""The bricks of hostile files: PDF objects put together by hand, streams that unpack to much."""

from __future__ import annotations

import struct
import zlib

_BLOCK = 1 << 20


def deflated_zeros(count: int) -> bytes:
    """A zlib stream of `count` zero bytes, made without unpacking it first."""
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(_BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(_BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    packer.flush()
    blocks = count // _BLOCK
    ending = zlib.compressobj(9, zlib.DEFLATED, -15)
    last = ending.compress(bytes(count % _BLOCK)) + ending.flush()
    adler = (count % 65521) << 16 | 1
    return first + block * (blocks - 1) + last + struct.pack(">I", adler)


def stream(body: bytes, more: bytes = b"", length: int | None = None) -> bytes:
    """A stream object; `length` may lie."""
    size = len(body) if length is None else length
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (size, more, body)


def pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R", tail: bytes | None = None) -> bytes:
    """A PDF of objects 1, 2, 3 …, with an xref table that is right.

    `tail` stands in for xref, trailer and startxref.
    """
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    if tail is not None:
        return bytes(out) + tail
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    out += b"trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R %s>>"


def one_page(content: bytes, page: bytes = b"", *more: bytes, packed: bytes = b"") -> bytes:
    """A PDF of one page with this content; `more` are objects 5, 6 …"""
    return pdf(CATALOG, PAGES, PAGE % page, stream(content, packed), *more)
