"""The grammar of a number cell: printed text → mark, value and unit. Nothing is guessed.

    cell    := "" | dash | number unit? note?
    dash    := "/" | "—"… | "-"… | "\\" | "无"
    number  := sign? digits ("," ddd)* ("." digits)?
    note    := "（" anything "）"

Anything else is `illegible`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from extract.model import Mark, Number, Reading
from extract.text import fold
from extract.traditional import simplified

_UNITS = (
    "万元|亿元|千元|元|件|条|项|个|次|宗|起|份|篇|人次|人|家|本|户|例|处|部|张|万件|万条|万个|万次"
)
_DASHES = frozenset("/\\-—–―_─━﹣−‐‑‒⁄⸺⸻⎯﹘ｰ")
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
    r"(?P<fraction>\.[0-9]+)?"
    rf"(?P<unit>{_UNITS})?"
    r"(?P<note>\(.*\)|\[.*\])?",
    re.DOTALL,
)
_UNIT = re.compile(_UNITS)
# Only full-width forms are folded: ² or ① after a number is a note, not a digit of it.
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_MINUS = str.maketrans(dict.fromkeys("−﹣–‐‑—", "-") | {"【": "[", "】": "]"})
_SPACES = re.compile(r"\s+")
_WRAP = re.compile(
    r"[ \t]*\n[ \t]*"
)  # a line break inside a cell is no gap: the number was wrapped
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
_LONGEST = 20  # digits and separators: no office counts further, and floats are not exact there
_IN_GROUPS = re.compile(r"[0-9]{1,3}(?:[., ]+[0-9]{3})+")
_NOTED = re.compile(r"([0-9][0-9,]*)?[^0-9\u4e00-\u9fff]?(?:其中|含)[^0-9]*[0-9]+[件个项]?[^0-9]?")
_NONE = frozenset({"无", "空", "无数据"})


def in_groups(text: str) -> bool:
    """Whether a text is digits in groups of three, whatever parts them: two numbers, or one whose
    separators are gone or not read for what they are, but no words.
    """
    return _IN_GROUPS.fullmatch(text) is not None


def read_number(text: str, reader: str = "", probability: float = 1.0) -> Reading:
    """What a cell with this text prints.

    `printed` keeps the text with its white space folded. A decimal that ends in zeros keeps its
    value; counts are int, amounts with a fraction float.
    """
    printed, mark, value, unit = parsed(text)
    return Reading(printed, mark, value, unit, probability, reader)


@lru_cache(maxsize=4096)
def parsed(text: str) -> tuple[str, Mark, Number | None, str | None]:
    """The text with its white space folded, its mark, value and unit."""
    text = _WRAP.sub("", text.translate(_INVISIBLE).strip())
    printed = _SPACES.sub(" ", text)
    bare = _SPACES.sub("", printed.translate(_FULL_WIDTH))
    if not bare:
        return "", "blank", None, None
    bare = simplified(bare)
    if fold(bare) in _NONE or all(char in _DASHES for char in bare):
        return printed, "dash", None, None
    match = _NUMBER.fullmatch(bare.translate(_MINUS))
    if match is None or _gapped(printed) or len(match["whole"]) > _LONGEST:
        return printed, "illegible", None, None
    return (
        printed,
        "number",
        _value(match["sign"], match["whole"], match["fraction"]),
        match["unit"],
    )


def _gapped(printed: str) -> bool:
    """Digits that stand apart on one line may be two numbers of merged cells: not one number.

    A space in a group of three (8 040) or where the text was merely set wide (1 2 3) cannot be
    told apart from that either.
    """
    head = re.split(r"[（(\[【]", printed, maxsplit=1)[0]
    return re.search(r"[0-9０-９] +[0-9０-９]", head) is not None


def _value(sign: str, whole: str, fraction: str | None) -> Number:
    number = Decimal(f"{sign}{whole.replace(',', '')}{fraction or ''}")
    if fraction is None:
        return int(number)
    as_float = float(number)
    return int(as_float) if as_float.is_integer() and abs(as_float) < 2**53 else as_float


def before_note(text: str) -> str | None:
    """The number, or "" where it is lost, before a note whose brackets were not read for what they
    are, as in 18含自然失效7件; None for any other text.
    """
    found = _NOTED.fullmatch(_SPACES.sub("", simplified(text.translate(_FULL_WIDTH))))
    return found[1] or "" if found else None


def is_unit(text: str) -> bool:
    """Whether a text is a unit and nothing else: 件, 万元, 人次."""
    return _UNIT.fullmatch(_SPACES.sub("", simplified(fold(text)))) is not None
