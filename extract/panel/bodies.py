"""Names as titles print them → public bodies, over all years; what is not certain is not merged."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from extract.divisions import Division, Divisions, place_of
from extract.panel.answers import Answers, answer_for
from extract.placing.agencies import same_body
from extract.text import fold

Row = Mapping[str, Any]
_MOST_CANDIDATES = 4
_MISREAD = frozenset(("pdf-ocr", "pdf-scan", "image"))


@dataclass(frozen=True, slots=True)
class Body:
    """The body that a report is of.

    `name` is the same for the same body in all years; `lasting` the last code of its division;
    `why` says how it was found, or what is open; `like` names bodies that it may be the same as.
    """

    name: str
    lasting: str | None
    organ: str
    certain: bool
    why: str
    like: tuple[str, ...] = ()


def bodies_of(reports: Sequence[Row], divisions: Divisions, answers: Answers) -> dict[str, Body]:
    """The body of each report that names an agency and a year, by report_id."""
    found = {
        row["report_id"]: _body(row, divisions, answers)
        for row in reports
        if row["agency"] and row["year"]
    }
    return _with_likenesses(reports, found, divisions)


def _body(row: Row, divisions: Divisions, answers: Answers) -> Body:
    agency, year = fold(row["agency"]).replace(" ", ""), row["year"]
    answer = answer_for(answers, agency, row["region_code"])
    code = (answer.region_code if answer else None) or row["region_code"]
    known = _lasting(code, year, divisions) if code else None
    place = place_of(agency, year, divisions, known)
    division, organ = place.division, organ_of(place.rest)
    if division is not None:
        known = _finer(known, divisions.lasting(division.code, division.name))
    if answer and answer.body:
        return Body(answer.body, known, organ, True, "as answered")
    if known is not None:
        how = "region_code of the dataset" if code else "division in the name"
        return Body(_place_name(known, divisions) + organ, known, organ, True, how)
    own = f"{agency} [{row['report_id']}]"
    if place.candidates:
        those = ", ".join(_described(one, place.year, divisions) for one in place.candidates)
        return Body(own, None, organ, False, f"the division may be any of {those}")
    if any(re.search(one, agency) for one in _words()["national"]):
        return Body(organ, None, organ, True, "an organ of the state")
    return Body(own, None, organ, False, "the name says no division that there is")


def organ_of(rest: str) -> str:
    """The name of an organ in the one form that is kept."""
    short, kept = _synonyms()
    for length in range(len(rest), 1, -1):
        tail = rest[-length:]
        if tail in kept:
            return rest
        if tail in short:
            return rest[:-length] + short[tail]
    return rest


@cache
def _words() -> Any:
    return yaml.safe_load(Path(__file__).with_name("names.yaml").read_text(encoding="utf-8"))


@cache
def _synonyms() -> tuple[dict[str, str], frozenset[str]]:
    groups = _words()["same"]
    return (
        {other: group[0] for group in groups for other in group[1:]},
        frozenset(group[0] for group in groups),
    )


def _lasting(code: str, year: int, divisions: Divisions) -> str | None:
    """The last code of a division given by the user, whichever year its code is of."""
    rows = divisions.rows_of(code)
    best = next((one for one in rows if one.holds(year)), rows[-1] if rows else None)
    return divisions.lasting(best.code, best.name) if best else None


def _finer(known: str | None, found: str) -> str:
    """Of two divisions one of which holds the other, the smaller one."""
    return found if known is None or found.rstrip("0") >= known.rstrip("0") else known


def _place_name(lasting: str, divisions: Divisions) -> str:
    last = divisions.rows_of(lasting)[-1]
    year = last.last or 9999
    return "".join(one.name for one in divisions.above(lasting, year) if one)


def _described(one: Division, year: int, divisions: Divisions) -> str:
    names = "".join(part.name for part in divisions.above(one.code, year) if part)
    return f"{one.code} {names}"


def _with_likenesses(
    reports: Sequence[Row], found: Mapping[str, Body], divisions: Divisions
) -> dict[str, Body]:
    """Bodies of one place with alike names and no year in common, each told of the other.

    A body that reports in one year under two names is two bodies, or its reports are duplicates
    that the same name would show.
    """
    years: dict[str, set[int]] = defaultdict(set)
    for row in reports:
        if row["report_id"] in found:
            years[found[row["report_id"]].name].add(row["year"])
    by_place: dict[str | None, dict[str, Body]] = defaultdict(dict)
    by_organ: dict[str, dict[str, Body]] = defaultdict(dict)
    for body in found.values():
        by_place[body.lasting][body.name] = body
        by_organ[body.organ][body.name] = body
    like: dict[str, set[str]] = defaultdict(set)
    for place, those in by_place.items():
        if place is not None:
            _pair(list(those.values()), years, like)
    for body in found.values():
        if not body.certain:
            others = [
                one.name
                for one in by_organ[body.organ].values()
                if one.name != body.name
                and _may_hold(body, one, divisions)
                and not (one.certain and years[one.name] & years[body.name])
            ]
            if len(others) <= _MOST_CANDIDATES:
                like[body.name].update(others)
    _misread(reports, found, like)
    return {
        key: replace(body, like=tuple(sorted(like[body.name]))) if like.get(body.name) else body
        for key, body in found.items()
    }


def _pair(those: Sequence[Body], years: Mapping[str, set[int]], like: dict[str, set[str]]) -> None:
    for place, one in enumerate(those):
        for other in those[place + 1 :]:
            if years[one.name] & years[other.name] or not _alike(one.organ, other.organ):
                continue
            like[one.name].add(other.name)
            like[other.name].add(one.name)


def _misread(reports: Sequence[Row], found: Mapping[str, Body], like: dict[str, set[str]]) -> None:
    """Names read from pixels that say no place, beside names that differ in one letter."""
    near: dict[str, set[str]] = defaultdict(set)
    for row in reports:
        body = found.get(row["report_id"])
        if body is not None and body.certain:
            for gap in _gaps(row["agency"]):
                near[gap].add(body.name)
    for row in reports:
        body = found.get(row["report_id"])
        if body is not None and not body.certain and row["source_kind"] in _MISREAD:
            others = {name for gap in _gaps(row["agency"]) for name in near.get(gap, ())}
            if len(others) <= _MOST_CANDIDATES:
                like[body.name].update(others)


def _gaps(text: str) -> list[str]:
    """The text with each of its letters left open: two that share one differ there alone."""
    return [f"{text[:place]}\0{text[place + 1 :]}" for place in range(len(text))]


def _alike(one: str, other: str) -> bool:
    """Whether two organs of one place may be one: not where one is a part or a branch."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and 2 * len(short) >= len(long) and same_body(one, other, True)


def _may_hold(body: Body, other: Body, divisions: Divisions) -> bool:
    """Whether the place of `other` is one that the name of `body` may mean."""
    if other.lasting is None:
        return True
    last = divisions.rows_of(other.lasting)[-1].name
    return "any of" not in body.why or last in body.why


def code_of(body: Body, year: int, divisions: Divisions) -> str | None:
    """The code of a body's division, valid at the end of a year."""
    return divisions.code_in(year, body.lasting) if body.lasting else None


def names_in(code: str | None, year: int, divisions: Divisions) -> tuple[str | None, ...]:
    """Province, prefecture and county of a code, as they are called at the end of a year."""
    if code is None:
        return None, None, None
    return tuple(one.name if one else None for one in divisions.above(code, year))
