"""Bytes of a text file → text, whatever Chinese encoding they are in."""

from __future__ import annotations

import codecs
import re

from extract.errors import SourceError
from extract.sources.misread import common_share, undo_misreading

MAX_TEXT_BYTES = 30_000_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
_SAME_FAMILY = dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk"), "gb18030")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def decode(data: bytes, markup: bool = False) -> tuple[str, tuple[str, ...]]:
    """Text of `data` and warnings about its encoding.

    Order of trust: byte order mark, valid UTF-8, the charset that markup declares, then
    whichever of GB18030 and Big5 gives the more common Chinese. Invisible characters are dropped
    and line ends made "\\n".

    Raises SourceError: `too_large` past 30 MB, `unsupported` for bytes that are no text.
    """
    if len(data) > MAX_TEXT_BYTES:
        raise SourceError(
            f"a text file of {len(data):,} bytes, more than {MAX_TEXT_BYTES:,}: "
            "split it or take the report out of it",
            kind="too_large",
        )
    text, warnings = _decode(data, markup)
    if "\x00" in text:
        raise SourceError("binary data, not text: check what the file is", kind="unsupported")
    repaired, how = undo_misreading(text)
    text = repaired.replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE)
    return text, (*warnings, *how)


def _decode(data: bytes, markup: bool) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    declared = _declared(data) if markup else None
    best = max(
        (_attempt(data, name, declared) for name in ("gb18030", "big5hkscs", "utf-8")),
        key=lambda attempt: attempt[0],
    )
    _, name, text = best
    lost = text.count("\ufffd")
    if not lost:
        return text, ()
    return text, (f"{lost} characters could not be decoded as {name}: text may be lost there",)


def _attempt(data: bytes, name: str, declared: str | None) -> tuple[float, str, str]:
    text = data.decode(name, errors="replace")
    lost = text.count("\ufffd") / (sum(1 for c in text if c > "\x7f") or 1)
    # A declaration settles ties only: servers and editors get it wrong too often.
    return common_share(text) - 5 * lost + (0.05 if name == declared else 0.0), name, text


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:4096])
    if not found:
        return None
    name = found[1].decode("ascii").lower()
    name = _SAME_FAMILY.get(name, name)
    return "big5hkscs" if name in ("big5", "big5-hkscs") else name
