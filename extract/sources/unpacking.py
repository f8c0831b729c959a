"""Whether the compressed parts of a PDF unpack whole.

What reads PDFs goes on with what it can unpack, as viewers do: rows are then missing, or digits
others, without a word. Every compressed stream ends with a checksum of what it held (zlib,
RFC 1950), so this can be known.
"""

from __future__ import annotations

import base64
import re
import zlib

DAMAGE = "parts of the file are damaged, so that text may be missing or other: fetch it again"

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_HEAD = 600  # bytes before a stream that hold its dictionary
_FILTERS = re.compile(rb"/Filter\s*\[?((?:\s*/\w+)+)")
_FLATE = b"/FlateDecode", b"/Fl"
_LETTERS = b"/ASCII85Decode", b"/A85"
_CHECKSUM = 4  # bytes at the end of a zlib stream
_AT_A_TIME = 1 << 20


def unpacks_whole(body: bytes) -> bool:
    """Whether no compressed stream of a PDF is cut or altered. True of encrypted ones, whose
    streams cannot be told apart from damaged ones before they are decrypted.
    """
    if b"/Encrypt" in body:
        return True
    for found in _STREAM.finditer(body):
        head = body[max(0, found.start() - _HEAD) : found.start()]
        head = head[head.rfind(b" obj") + 1 :]
        if (filters := _FILTERS.search(head)) and not _sound(
            found[1], re.findall(rb"/\w+", filters[1])
        ):
            return False
    return True


def _sound(body: bytes, filters: list[bytes]) -> bool:
    """Whether a stream is whole, as far as it can be told: those that zlib packed can."""
    if filters[0] in _LETTERS and filters[1:2] and filters[1] in _FLATE:
        try:
            return _whole(base64.a85decode(body.partition(b"~>")[0]))
        except ValueError:
            return False
    return filters[0] not in _FLATE or _whole(body)


def _whole(packed: bytes) -> bool:
    try:
        if _ended(packed, zlib.MAX_WBITS):
            return True
        # Some makers leave the checksum out: all that it would vouch for is there, then.
        return _ended(packed[2:], -zlib.MAX_WBITS)
    except zlib.error as error:
        if starved(error):
            raise MemoryError from error
        return False


def starved(error: BaseException) -> bool:
    """Whether zlib gave up for want of memory (its error -4), and not for what it was to unpack."""
    return isinstance(error, zlib.error) and "Error -4" in str(error)


def _ended(packed: bytes, bits: int) -> bool:
    """Whether the end of the data is reached, unpacking no more than a piece at a time."""
    unpacking = zlib.decompressobj(bits)
    left = packed
    while left and not unpacking.eof:
        unpacking.decompress(left, _AT_A_TIME)
        left = unpacking.unconsumed_tail
    if bits < 0 and unpacking.eof:
        return len(unpacking.unused_data.strip()) < _CHECKSUM
    return unpacking.eof
