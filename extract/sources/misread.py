"""Text that some program decoded in a wrong encoding and saved so → the text that was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from extract.model import Grid, Line

# The commonest characters of Chinese prose, simplified and traditional. Bytes read in a wrong
# encoding give rare ideographs, so the share of these tells the encodings apart.
_COMMON = frozenset("的一是不了在有和年月日政府信息公开開工作本大中为為上人行第项項数數量其他情况")
_SOUND = 0.08
"""Chinese text has at least this share of them."""
_FEWEST = 30
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_LOST = "\ufffd"
_MISREADINGS = (
    ("gb18030", "utf-8", "UTF-8 read as GBK"),
    ("cp1252", "utf-8", "UTF-8 read as a Western encoding"),
    ("latin-1", "gb18030", "GBK read as a Western encoding"),
)


def common_share(text: str) -> float:
    """The share of the commonest characters among those beyond ASCII, in 0-1."""
    beyond_ascii = sum(1 for char in text if char > "\x7f") or 1
    return sum(1 for char in text if char in _COMMON) / beyond_ascii


def undo_misreading(text: str) -> tuple[str, tuple[str, ...]]:
    """The text as it was before it was decoded wrongly, and a warning that says so.

    Digits and other ASCII are the same before and after. Characters of which a byte was lost
    come out as U+FFFD. Text that reads as Chinese, or as nothing known, stays what it is.
    """
    if text.isascii() or sum(char > "\x7f" for char in text) < _FEWEST:
        return text, ()
    if common_share(text) >= _SOUND:
        return text, ()
    for wrong, right, words in _MISREADINGS:
        meant = _bytes_of(text, wrong).decode(right, errors="replace")
        meant = re.sub(rf"{_LOST}+\??", _LOST, meant)
        if common_share(meant) >= _SOUND:
            lost = meant.count(_LOST)
            said = f"the text was garbled ({words}) and has been restored"
            return meant, (f"{said}; {lost} characters are lost" if lost else said,)
    return text, ()


def doubting_losses(items: Iterable[Line | Grid]) -> list[Line | Grid]:
    """The same, each table in doubt where a cell that is no label lost a character.

    Full-width digits, dashes and units are lost that way, and rows then look like others.
    """
    return [_in_doubt(item) if isinstance(item, Grid) and _lost(item) else item for item in items]


def _lost(grid: Grid) -> bool:
    return any(
        cell.text and _LOST in cell.text and not _IDEOGRAPH.search(cell.text) for cell in grid.cells
    )


def _in_doubt(grid: Grid) -> Grid:
    return replace(grid, doubt="cells of this table lost characters before the text was saved")


def _bytes_of(text: str, encoding: str) -> bytes:
    """The bytes that a program decoded as `encoding`; 0xFF for what no bytes give."""
    return b"".join(_byte_of(char, encoding) for char in text)


def _byte_of(char: str, encoding: str) -> bytes:
    if char < "\x80":
        return char.encode()
    if char == _LOST:
        return b"\xff"
    if encoding == "gb18030" and char == "\u20ac":
        return b"\x80"  # as Windows shows the one byte that begins no character
    try:
        return char.encode(encoding)
    except UnicodeEncodeError:
        return bytes([ord(char)]) if ord(char) < 0x100 else b"\xff"
