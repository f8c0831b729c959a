"""Lines of a report → sentences, each with the page it begins on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.model import Line
from extract.text import fold
from extract.traditional import simplified

_PAGE_NUMBER = re.compile(r"^(?:[-—–·]*\s*\d{1,3}\s*[-—–·]*|第\s*\d+\s*页.*)$")
_HEADED = re.compile(r"^(?:[一二三四五六七八九十]+、|[(][一二三四五六七八九十]+[)])")
_END = re.compile(r"[。!?]")
_LONGEST_HEADING = 32


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, folded and without spaces: full-width marks are half-width, 。 stays."""

    text: str
    page: int


def sentences(lines: Sequence[Line]) -> Iterator[Sentence]:
    """The sentences of the text outside tables; a heading is one of its own."""
    text, starts = "", list[tuple[int, int]]()
    for line in lines:
        piece = simplified(fold(line.text).replace(" ", ""))
        if not piece or _PAGE_NUMBER.match(piece):
            continue
        heading = line.heading or (
            bool(_HEADED.match(piece)) and len(piece) <= _LONGEST_HEADING and "。" not in piece
        )
        if heading:
            text += "。"
        starts.append((len(text), line.page))
        text += piece + ("。" if heading else "")
    begin = 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        if text[begin:end].strip("。!?"):
            yield Sentence(text[begin:end], _page_at(starts, begin))
        begin = end


def _page_at(starts: Sequence[tuple[int, int]], place: int) -> int:
    return max((start for start in starts if start[0] <= place), default=(0, 1))[1]
