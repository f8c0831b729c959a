"""The name of a public body → the division it belongs to, and the rest of its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from extract.divisions.load import Division, Divisions

_LONGEST = 15
_NO_PLACE = ("乡", "镇", "街", "村", "场")
"""What follows is then part of the name of something smaller: 河南乡 is not in 河南."""
_PARENT = re.compile(r"^.{2,6}?总局")
_BRANCH = re.compile(
    r"^(?P<organ>.{1,10}?[局队委])(?P<place>.{2,12}?)(?P<branch>分局|支局|大队|支队)$"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a body sits: one division or none, and all that the name may mean.

    `rest` is the name without the divisions that it begins with (`人民政府`), `year` the one at
    whose end the matched names hold: that asked for, or a neighbour of it, since a report is
    published in the next year.
    """

    candidates: tuple[Division, ...]
    rest: str
    year: int

    @property
    def division(self) -> Division | None:
        return self.candidates[0] if len(self.candidates) == 1 else None


def place_of(name: str, year: int, divisions: Divisions, within: str | None = None) -> Place:
    """The place that a name says; `within` is the code of a division known to hold it."""
    for when in (year, year + 1, year - 1):
        found, rest = _longest(name, when, divisions, within)
        if found:
            return Place(found, rest, when)
    return Place((), name, year)


def _longest(
    name: str, year: int, divisions: Divisions, within: str | None
) -> tuple[tuple[Division, ...], str]:
    parent = _PARENT.match(name)
    body = name[parent.end() :] if parent else name
    found, rest = _leading(body, year, divisions, within)
    if not found and parent is None:
        found, rest = _led_by_stem(body, year, divisions, within)
    if found and found[0].level < 3:
        found, rest = _branch(found, rest, year, divisions)
    return found, (parent[0] if parent and found else "") + rest


def _leading(
    text: str, year: int, divisions: Divisions, within: str | None
) -> tuple[tuple[Division, ...], str]:
    """Province, prefecture and county names at the beginning, each inside the one before."""
    named = divisions.named(year)
    found: tuple[Division, ...] = ()
    while True:
        for length in range(min(_LONGEST, len(text)), 1, -1):
            those = named.get(text[:length], ())
            inside = [
                one
                for one in those
                if (_under(one, found) if found else _fits(one, within, divisions, year))
            ]
            if inside and text[length : length + 1] not in _NO_PLACE:
                break
        else:
            return found, text
        found, text = tuple(inside), text[length:]
        if all(one.level == 3 for one in found):
            return found, text


def _led_by_stem(
    text: str, year: int, divisions: Divisions, within: str | None
) -> tuple[tuple[Division, ...], str]:
    """淮安洪泽区: a prefecture without its 市, before a county of it."""
    for length in (2, 3, 4):
        cities = divisions.named(year).get(text[:length] + "市", ())
        if cities:
            found, rest = _leading(text[:length] + "市" + text[length:], year, divisions, within)
            if found and found[0].level == 3:
                return found, rest
    return (), text


def _branch(
    found: tuple[Division, ...], rest: str, year: int, divisions: Divisions
) -> tuple[tuple[Division, ...], str]:
    """赤峰市公安局宁城县分局: a city's organ in a county."""
    split = _BRANCH.match(rest)
    if split:
        those = divisions.named(year).get(split["place"], ())
        inside = tuple(one for one in those if _under(one, found))
        if inside:
            return inside, split["organ"] + split["branch"]
    return found, rest


def _under(one: Division, above: Iterable[Division]) -> bool:
    return any(_holds(over.code, one.code) and over.code != one.code for over in above)


def _fits(one: Division, within: str | None, divisions: Divisions, year: int) -> bool:
    """Whether a division holds or lies in the known one; where none is known, all do."""
    if within is None:
        return True
    code = divisions.code_in(year, within) or within
    return _holds(code, one.code) or _holds(one.code, code)


def _holds(over: str, code: str) -> bool:
    """Whether the division of code `over` is, or holds, that of the other code."""
    return code.startswith(_prefix(over))


def _prefix(code: str) -> str:
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
