"""The small language of claims in layouts → regular expressions.

…      up to 24 characters of the same clause, none of them a digit
{n}    a count with its counter: 12件, 3宗
{yuan} an amount of money: 2.5万元, 380元
{0}    nothing: the words before it say that there was none
(a|b)  one of several; everything else stands for itself
"""

from __future__ import annotations

import re
from functools import cache

from extract.model import Number
from extract.text import fold

_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
_CHINESE = "零〇一二两三四五六七八九十百千"
_COUNTERS = "件次|件|宗|份|条|次|起|个|例|部|项"
_COUNT = rf"(?P<n>{_DIGITS}|[{_CHINESE}]+)(?P<unit>{_COUNTERS})(?![0-9%])"
_MONEY = rf"(?P<n>(?:{_DIGITS})(?:\.[0-9]+)?)(?P<unit>万元|亿元|元)"
_SOME = r"[^,。;:0-9]{0,24}?"
_TOKEN = re.compile(r"…|\{n\}|\{yuan\}|\{0\}|[(|)]")
_MEANING = {"…": _SOME, "{n}": _COUNT, "{yuan}": _MONEY, "{0}": "(?P<none>)"}


@cache
def compiled(says: str) -> re.Pattern[str]:
    """The expression for one wording. Raises ValueError where its brackets do not match."""
    text, out, last = fold(says).replace(" ", "").replace("...", "…"), [], 0
    for found in _TOKEN.finditer(text):
        out.append(re.escape(text[last : found.start()]))
        token = found[0]
        out.append(_MEANING.get(token, {"(": "(?:"}.get(token, token)))
        last = found.end()
    out.append(re.escape(text[last:]))
    try:
        return re.compile("".join(out))
    except re.error as error:
        raise ValueError(f"“{says}” is no pattern: {error}") from None


def number(printed: str) -> Number | None:
    """The value of a number in a text, in digits or Chinese numerals; None where it is none."""
    if printed[0].isdigit():
        plain = printed.replace(",", "")
        return float(plain) if "." in plain else int(plain)
    return _chinese(printed)


def _chinese(text: str) -> int | None:
    """十二, 一百零三, 两千: positional words up to thousands."""
    whole, digit = 0, None
    for char in text:
        if char in "十百千":
            factor = {"十": 10, "百": 100, "千": 1000}[char]
            whole += (1 if digit is None else digit) * factor
            digit = None
        elif char in "零〇":
            digit = 0 if digit is None else None
        elif digit in (None, 0):
            digit = 2 if char == "两" else "一二三四五六七八九".index(char) + 1
        else:
            return None  # two digits side by side: 二三件
    return whole + (digit or 0)
