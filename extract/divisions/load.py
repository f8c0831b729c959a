"""The list of divisions → what each code was called in a year, and what it became."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from extract.errors import UsageError

SHIPPED = Path(__file__).with_name("divisions.csv")
_NEEDED = ("code", "name", "from", "to")
_CODE = re.compile(r"[1-9][0-9]{5}")
_PEOPLES = """
    蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族
    土家族 哈尼族 哈萨克族 傣族 黎族 傈僳族 佤族 畲族 拉祜族 水族 东乡族 纳西族
    景颇族 柯尔克孜族 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族
    阿昌族 普米族 塔吉克族 怒族 俄罗斯族 鄂温克族 德昂族 保安族 裕固族 独龙族
    鄂伦春族 蒙古 哈萨克 柯尔克孜 塔吉克 锡伯 回 各族 维吾尔
"""
_PEOPLE = "|".join(sorted(_PEOPLES.split(), key=len, reverse=True))
_AUTONOMOUS = re.compile(rf"^(?P<stem>.{{1,6}}?)(?:{_PEOPLE})*自治(?P<kind>[区州县旗])$")


@dataclass(frozen=True, slots=True)
class Division:
    """A code and its name, with the years at whose end they hold (None: open)."""

    code: str
    name: str
    first: int | None = None
    last: int | None = None
    successor: str | None = None

    def holds(self, year: int) -> bool:
        return (self.first is None or self.first <= year) and (
            self.last is None or year <= self.last
        )

    @property
    def level(self) -> int:
        """1 province, 2 prefecture, 3 county."""
        return 1 if self.code.endswith("0000") else 2 if self.code.endswith("00") else 3


@dataclass(frozen=True, eq=False)
class Divisions:
    """All rows of a list; ask for a year."""

    rows: tuple[Division, ...]
    _years: dict[int, Mapping[str, Division]] = field(default_factory=dict)
    _names: dict[int, Mapping[str, tuple[Division, ...]]] = field(default_factory=dict)
    _codes: dict[int, Mapping[str, str]] = field(default_factory=dict)

    def in_year(self, year: int) -> Mapping[str, Division]:
        """The divisions by code, at the end of a year."""
        if year not in self._years:
            self._years[year] = {one.code: one for one in self.rows if one.holds(year)}
        return self._years[year]

    def named(self, year: int) -> Mapping[str, tuple[Division, ...]]:
        """The divisions that a name or its usual short form may mean, at the end of a year."""
        if year not in self._names:
            found: dict[str, list[Division]] = defaultdict(list)
            for one in self.in_year(year).values():
                for name in spellings(one):
                    found[name].append(one)
            self._names[year] = {name: tuple(those) for name, those in found.items()}
        return self._names[year]

    def above(self, code: str, year: int) -> tuple[Division | None, ...]:
        """Province, prefecture and county of a code in that year, None where there is none."""
        known = self.in_year(year)
        here = known.get(code)
        level = here.level if here else 0
        return (
            known.get(code[:2] + "0000"),
            known.get(code[:4] + "00") if level > 1 else None,
            here if level == 3 else None,
        )

    @cached_property
    def _lasting(self) -> dict[tuple[str, str], str]:
        begun = {(one.code, one.first): one for one in self.rows}
        found = {}
        for start in self.rows:
            row = start
            while row.successor and row.last is not None:
                later = begun.get((row.successor, row.last + 1))
                if later is None:
                    break
                row = later
            found[start.code, start.name] = row.code
        return found

    def lasting(self, code: str, name: str) -> str:
        """The last code under which a division goes on: one key for it over all years."""
        return self._lasting.get((code, name), code)

    def code_in(self, year: int, lasting: str) -> str | None:
        """The code that a division has at the end of a year, by its lasting one."""
        if year not in self._codes:
            self._codes[year] = {
                self.lasting(one.code, one.name): one.code for one in self.in_year(year).values()
            }
        return self._codes[year].get(lasting)

    def rows_of(self, code: str) -> tuple[Division, ...]:
        """Every row of a code, in the order of years."""
        return tuple(one for one in self.rows if one.code == code)


def spellings(division: Division) -> Iterator[str]:
    """The name, and shorter ones in use: 三江县 for 三江侗族自治县, 广西 for a province."""
    yield division.name
    found = _AUTONOMOUS.match(division.name)
    if found and division.level > 1:
        short = found["stem"] + found["kind"]
        if short != division.name:
            yield short
    elif division.level == 1:
        yield found["stem"] if found else division.name.rstrip("省市")


def load_divisions(path: Path | None = None) -> Divisions:
    """The shipped list, or a list of the user's own: columns code, name, from, to, successor.

    `from` and `to` are years, empty where open; `successor` may be left out. Raises UsageError
    naming the line.
    """
    return _loaded(path or SHIPPED)


@cache
def _loaded(path: Path) -> Divisions:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise UsageError(
                    f"{path.name}: no column {', '.join(missing)}; a list of divisions needs "
                    f"{', '.join(_NEEDED)}"
                )
            return Divisions(tuple(_rows(path, reader)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path.name}: cannot be read as CSV in UTF-8 ({error})") from None


def _rows(path: Path, lines: Iterable[Mapping[str, str]]) -> Iterator[Division]:
    for number, line in enumerate(lines, 2):
        code, name = (line["code"] or "").strip(), (line["name"] or "").strip()
        years = [(line[key] or "").strip() for key in ("from", "to")]
        if not _CODE.fullmatch(code) or not name:
            raise UsageError(
                f"{path.name}, line {number}: a code of six digits and a name are needed"
            )
        if not all(not year or re.fullmatch(r"[12][0-9]{3}", year) for year in years):
            raise UsageError(f"{path.name}, line {number}: from and to are years, or empty")
        first, last = (int(year) if year else None for year in years)
        yield Division(code, name, first, last, (line.get("successor") or "").strip() or None)
