"""Years as reports print them, and what the text says about the year that it reports on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_FIRST, _LAST = 2008, 2049  # the disclosure regulations took effect in 2008
_DIGITS = str.maketrans("〇○◯零OoQIl一二三四五六七八九", "00000001112345678" + "9")
# 二〇二三年, and digits that a recogniser took for letters: 2O23年.
_YEAR_LIKE = re.compile(r"(?<![0-9])[2二][0〇○◯零OoQ][0-9OoIl一二三四五六七八九〇○◯零]{2}(?=年)")
_YEAR = re.compile(r"(?<![0-9.\-])(20[0-4][0-9])年")
_BARE = re.compile(r"(?<![0-9.\-])(20[0-4][0-9])(?![0-9.])")
# The period that the figures cover; the mark 年 or 月 may be lost, the second year left out.
_PERIOD = re.compile(
    r"(20[0-4][0-9])年?0?1月0?1日.{0,8}?(?:(20[0-4][0-9])年?)?12月31日|"
    r"(20[0-4][0-9])年1月?(?:份)?[至到\-—~]+(?:(20[0-4][0-9])年)?12月(?![0-9]*日)"
)
_UNTIL = re.compile(r"截[至止到][^。]{0,3}(20[0-4][0-9])年?(?:底|末|12月31日)")
_SENTENCE = re.compile(r"[。;!?:\n]")
_HEADED = re.compile(r"^[(（]?[一二三四五六七八九十]+[)）、.]")
_LEADING = re.compile(
    r"^(?:[(（]?[一二三四五六七八九十0-9]+[)）、.])?在?(20[0-4][0-9])年度?(?:[,，]|我|本|全|共)"
)
_PLAN = re.compile(r"将|计划|今后|下一步|拟|力争|底前|打算|要继续|我们要")
_LABELLED_DATE = re.compile(
    r"(?:发布|公开|成文|生成|发文|印发|更新|制发|公布)(?:日期|时间|于)?[:：|]?"
    r"(20[0-4][0-9])[年\-/.](\d{1,2})[月\-/.]"
)
_DATE_ALONE = re.compile(
    r"^[(（]?(20[0-4][0-9])(?:年([0-9一二三四五六七八九十]{1,3})月([0-9一二三四五六七八九十]{1,3})日"
    r"|([\-/.])(\d{1,2})\4(\d{1,2}))[)）]?$"
)
_HEAD_LINES, _TAIL_LINES = 15, 12


def plain_years(text: str) -> str:
    """`text` with every year in Chinese numerals or misread letters written in digits."""
    return _YEAR_LIKE.sub(lambda found: found[0].translate(_DIGITS), text)


def is_year(number: int) -> bool:
    return _FIRST <= number <= _LAST


def years_in(text: str, bare: bool = False) -> tuple[int, ...]:
    """Distinct years in order, those followed by 年, or any free-standing ones (`bare`)."""
    found = (int(year) for year in (_BARE if bare else _YEAR).findall(text))
    return tuple(dict.fromkeys(year for year in found if is_year(year)))


@dataclass(frozen=True, slots=True)
class TextYears:
    """What the body says: the period covered, `until` year ends, how often sentences begin
    with a year and do not speak of plans, and the year of publication.
    """

    period: tuple[int, ...] = ()
    until: tuple[int, ...] = ()
    leading: tuple[tuple[int, int], ...] = ()
    mentioned: frozenset[int] = frozenset()
    published: int | None = None

    @property
    def stated(self) -> int | None:
        """The one year that the text states as its period, None where it states none or two."""
        years = set(self.period) or set(self.until)
        return years.pop() if len(years) == 1 else None

    @property
    def commonest(self) -> int | None:
        """The year that most sentences begin with, None on a tie or where none does."""
        if not self.leading:
            return None
        (year, count), *others = self.leading
        return year if all(count > other for _, other in others) else None


def text_years(lines: Sequence[str]) -> TextYears:
    """Witnesses of the year in the body; `lines` are folded, without spaces, title left out."""
    text = plain_years("".join(lines))
    period: list[int] = []
    for found in _PERIOD.finditer(text):
        period.extend(int(year) for year in found.groups() if year)
    until = [int(year) for year in _UNTIL.findall(text)]
    leading: Counter[int] = Counter()
    for sentence in _SENTENCE.split(_flowing(lines)):
        begun = _LEADING.match(sentence)
        if begun and not _PLAN.search(sentence):
            leading[int(begun[1])] += 1
    counted = sorted(leading.items(), key=lambda pair: (-pair[1], pair[0]))
    return TextYears(
        tuple(sorted(set(period))),
        tuple(sorted(set(until))),
        tuple(counted),
        frozenset(years_in(text)),
        _published(lines),
    )


def _flowing(lines: Sequence[str]) -> str:
    """Lines joined to paragraphs: a heading or a line that stops short ends one."""
    full = max((len(line) for line in lines), default=0)
    parts = []
    for line in lines:
        ends = len(line) < 0.7 * full or (len(line) <= 30 and _HEADED.match(line))
        parts.append(line + "\n" if ends else line)
    return plain_years("".join(parts))


def _published(lines: Sequence[str]) -> int | None:
    """Year of publication: a labelled date, else a date alone on a line near either end."""
    for line in lines:
        labelled = _LABELLED_DATE.search(plain_years(line))
        if labelled:
            return int(labelled[1])
    ends = [*lines[:_HEAD_LINES], *lines[_HEAD_LINES:][-_TAIL_LINES:]]
    alone = [date for date in map(date_alone, ends) if date is not None]
    return alone[-1] if alone else None


def date_alone(line: str) -> int | None:
    """Year of a line that is a date and nothing else; the last day of a year does not count."""
    found = _DATE_ALONE.match(plain_years(line))
    if not found or (found[2], found[3]) == ("12", "31"):
        return None
    return int(found[1])
