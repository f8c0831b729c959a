"""Who reports, and on which year: independent witnesses compared, their quarrels reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import PurePath

from extract.divisions import load_divisions, place_of
from extract.forms import Form
from extract.model import About, Document, Given, Line, Origin
from extract.placing.agencies import (
    is_agency,
    labelled_agency,
    region_of,
    same_body,
    signed_agency,
    writing_agency,
)
from extract.placing.titles import (
    Title,
    as_printed,
    compact,
    find_titles,
    title_in,
    title_words,
)
from extract.placing.years import TextYears, is_year, text_years

_SCANNED = frozenset(("pdf-ocr", "pdf-scan", "image"))
_CAPTION_YEAR = re.compile(
    r"^(?:.{0,6}(?:单位|机构|机关|部门):.{2,32}?|[(（]|)(?<![0-9.\-])(20[0-4][0-9])"
    r"(?:年度|年(?=[)）]))(?:.{0,16}(?:情况|表))?[)）]?$"
)
_NAMED_YEAR = re.compile(r"(?<![0-9])(20[0-4][0-9])年")
_LOOSE_YEAR = re.compile(r"(?<![0-9A-Za-z])(20[0-4][0-9])(?![0-9])")
_GIVE = "say which with --about"


def find_about(
    document: Document, lines: Sequence[Line], forms: Sequence[Form], given: Given | None
) -> About:
    """Title, agency and year of a report, each with where it came from.

    `lines` are those of all pages in reading order, without tables; `forms` supply the words of
    titles. A year comes from the title, else from a caption, the period that the text states,
    the file name, or weaker signs with a doubt; never from a guess alone. Whatever contradicts
    the chosen agency or year, and the lack of either, becomes a doubt. What is `given` wins.
    """
    words = title_words(forms)
    titles = find_titles(lines, words)
    title = _best_title(titles)
    texts = [compact(line.text) for line in lines]
    outside = [t for i, t in enumerate(texts) if not _covers(titles, i)]
    named = title_in(PurePath(document.source).stem, words, loose=True)
    labelled = title_in(document.title, words, loose=True) if document.title else None
    grid_texts = _grid_texts(document)
    doubts: list[str] = []
    agency, agency_from = _agency(
        [
            (title.agency if title else None, "title"),
            (labelled_agency([*outside, *grid_texts]), "heading"),
            (signed_agency(outside) or writing_agency([*outside, *grid_texts]), "text"),
            (labelled.agency if labelled else None, "heading"),
            (named.agency if named else None, "file_name"),
        ],
        given,
        document.kind in _SCANNED,
        doubts,
    )
    year, year_from = _Years(
        title,
        titles,
        text_years([*outside, *grid_texts]),
        _captions(outside),
        document,
        named,
        labelled,
    ).decide(given, doubts)
    return About(
        title=_printed(title.text, lines) if title else document.title,
        agency=_printed(agency, lines),
        agency_from=agency_from,
        year=year,
        year_from=year_from,
        region=_region(agency, title),
        region_code=(given.region_code if given else None) or _region_code(agency, year),
        url=given.url if given else None,
        doubts=tuple(doubts),
    )


def _printed(name: str | None, lines: Sequence[Line]) -> str | None:
    """A name in the characters that the lines print, where they are traditional ones."""
    if not name:
        return name
    printed = [as_printed(line.text) for line in lines]
    plain = [compact(line.text) for line in lines]
    if printed == plain:
        return name
    at = "".join(plain).find(name)
    return "".join(printed)[at : at + len(name)] if at >= 0 else name


def report_titles(lines: Sequence[Line], forms: Sequence[Form]) -> tuple[str, ...]:
    """Titles of the distinct reports in one file (another agency or another year), in order.

    A title counts where at least two headings of the form's tables follow before the next
    title: lists of reports, links and running heads have none.
    """
    titles = find_titles(lines, title_words(forms))
    if len(titles) < 2:
        return tuple(title.text for title in titles)
    headings = {compact(t.zh) for form in forms for table in form.tables for t in (table.title,)}
    texts = [compact(line.text) for line in lines]
    ends = [*(title.first for title in titles[1:]), len(lines)]
    found: list[Title] = []
    for title, end in zip(titles, ends, strict=True):
        between = texts[title.last + 1 : end]
        seen = {heading for heading in headings for text in between if text.endswith(heading)}
        if len(seen) >= 2 and not any(_same_report(title, other) for other in found):
            found.append(title)
    return tuple(title.text for title in found)


def _same_report(one: Title, other: Title) -> bool:
    if one.years and other.years and set(one.years).isdisjoint(other.years):
        return False
    if one.agency is None or other.agency is None:
        return True
    return same_body(one.agency, other.agency, misread=True)


def _best_title(titles: Sequence[Title]) -> Title | None:
    """The most prominent, complete and early title."""
    return max(
        titles,
        key=lambda t: (t.page == 1, t.prominent, t.agency is not None, bool(t.years), -t.first),
        default=None,
    )


def _covers(titles: Iterable[Title], line: int) -> bool:
    return any(title.first <= line <= title.last for title in titles)


def _grid_texts(document: Document) -> list[str]:
    """Label and value pairs of the page's own small tables, such as 发布机构 | 某局."""
    found = []
    for page in document.pages[:1]:
        for grid in page.grids[:2]:
            rows: dict[int, list[str]] = {}
            for cell in grid.cells[:60]:
                rows.setdefault(cell.row, []).append(compact(cell.text or ""))
            for row in rows.values():
                for name, value in pairwise(row):
                    if name and value and len(name) <= 8:
                        found.append(f"{name.rstrip(':')}:{value}")
    return found


def _captions(texts: Sequence[str]) -> tuple[int, ...]:
    """Years of short lines that say which year a table or the report is of."""
    years = [int(m[1]) for text in texts if len(text) <= 45 and (m := _CAPTION_YEAR.match(text))]
    return tuple(dict.fromkeys(years))


def _region(agency: str | None, title: Title | None) -> str | None:
    region = region_of(agency) if agency else None
    if region is None and title is not None and title.agency:
        region = region_of(title.agency)
    return region


def _region_code(agency: str | None, year: int | None) -> str | None:
    """The code, valid at the end of the year, of the one division that a name says."""
    if agency is None or year is None:
        return None
    divisions = load_divisions()
    found = place_of(agency, year, divisions).division
    return divisions.code_in(year, divisions.lasting(found.code, found.name)) if found else None


def _agency(
    witnesses: Sequence[tuple[str | None, Origin]],
    given: Given | None,
    misread: bool,
    doubts: list[str],
) -> tuple[str | None, Origin | None]:
    """The first witness in order of trust; the others may only raise doubts."""
    heard = [(name, origin) for name, origin in witnesses if name]
    known = compact(given.agency) if given and given.agency else None
    if known:
        for name, origin in heard[:1]:
            if not same_body(known, name, misread):
                doubts.append(f"agency: given as {known}, but the {_PLACES[origin]} names {name}")
        return known, "given"
    if not heard:
        doubts.append(f"agency: none found in title, text or file name; {_GIVE}")
        return None, None
    chosen, origin = heard[0]
    for name, other in heard[1:]:
        if not same_body(chosen, name):
            doubts.append(
                f"agency: the {_PLACES[origin]} names {chosen}, the {_PLACES[other]} {name}"
            )
    if misread and not is_agency(chosen):
        doubts.append(f"agency: {chosen} does not end as names of public bodies do; misread?")
    return chosen, origin


_PLACES: dict[Origin, str] = {
    "title": "title",
    "heading": "caption",
    "text": "text",
    "file_name": "file name",
    "given": "user",
}


class _Years:
    """The witnesses of the report year and the verdict on them."""

    def __init__(
        self,
        title: Title | None,
        titles: Sequence[Title],
        text: TextYears,
        captions: tuple[int, ...],
        document: Document,
        named: Title | None,
        labelled: Title | None,
    ) -> None:
        self.title = title
        self.text = text
        self.captions = captions
        self.scanned = document.kind in _SCANNED
        self.rivals = {
            year
            for other in titles
            if title and other.page == title.page and other.prominent >= title.prominent
            for year in other.years
        }
        stem = PurePath(document.source).stem
        self.named = [int(y) for y in _NAMED_YEAR.findall(compact(stem))]
        if named and named.years:
            self.named = list(named.years)
        self.loose = [int(y) for y in _LOOSE_YEAR.findall(stem) if is_year(int(y))]
        self.labelled = labelled.years if labelled and document.kind == "html" else ()

    def decide(self, given: Given | None, doubts: list[str]) -> tuple[int | None, Origin | None]:
        year, origin = self._choose(doubts)
        known = given.year if given else None
        if known is not None:
            if year is not None and year != known:
                doubts.append(
                    f"year: given as {known}, but the {_PLACES[origin or 'text']} says {year}"
                )
            return known, "given"
        if year is None:
            doubts.append(f"year: none found in title, text or file name; {_GIVE}")
        else:
            doubts.extend(f"year: {origin} says {year}, but {c}" for c in self._against(year))
        return year, origin

    def _choose(self, doubts: list[str]) -> tuple[int | None, Origin | None]:
        """The best witness; doubts where it is a weak one that no other confirms."""
        own = self.title.years if self.title else ()
        if len(own) > 1:
            doubts.append(f"year: the title names several, {', '.join(map(str, own))}")
        if own:
            return self._settled(own), "title"
        if len(self.captions) == 1:
            return self.captions[0], "heading"
        if self.text.stated is not None:
            return self.text.stated, "text"
        if len(self.labelled) == 1:
            return self.labelled[0], "heading"
        if len(set(self.named)) == 1:
            return self.named[0], "file_name"
        return self._weak(doubts)

    def _settled(self, own: Sequence[int]) -> int:
        """Of several years in a title, the one that the text states; else the first."""
        return self.text.stated if self.text.stated in own and self.text.stated else own[0]

    def _weak(self, doubts: list[str]) -> tuple[int | None, Origin | None]:
        """Sentences, the date of publication and bare numbers in the file name: two must agree."""
        votes: list[tuple[int, Origin, str]] = []
        if self.text.commonest is not None:
            votes.append((self.text.commonest, "text", "most dated sentences"))
        if self.text.published is not None:
            votes.append((self.text.published - 1, "text", "the year before publication"))
        if len(set(self.loose)) == 1:
            votes.append((self.loose[0], "file_name", "a number in the file name"))
        for year, origin, _ in votes:
            if sum(other == year for other, _, _ in votes) > 1:
                return year, origin
        if not votes:
            return None, None
        year, origin, sign = votes[0]
        doubts.append(f"year: neither title nor text states it; {year} only follows from {sign}")
        return year, origin

    def _against(self, year: int) -> list[str]:
        """What contradicts the chosen year, in words."""
        found = []
        text = self.text
        if others := self.rivals - {year}:
            found.append(f"another title says {min(others)}")
        if len(set(text.period)) == 1 and text.period[0] != year:
            found.append(f"the text gives its period as {text.period[0]}")
        elif len(set(text.period)) > 1:
            found.append("the text gives a period over " + ", ".join(map(str, text.period)))
        elif not text.period and len(set(text.until)) == 1 and text.until[0] != year:
            found.append(f"the text ends its figures in {text.until[0]}")
        elif year not in text.mentioned and text.commonest not in (None, year):
            found.append(f"the text speaks of {text.commonest} and never of {year}")
        if self.captions and year not in self.captions:
            found.append(f"a caption says {self.captions[0]}")
        if self.labelled and year not in self.labelled:
            found.append(f"the page's title says {self.labelled[0]}")
        if text.published is not None and not year < text.published:
            found.append(f"it was published in {text.published}, before the year was over")
        if self.named and year not in self.named:
            found.append(f"the file name says {self.named[0]}")
        elif not self.named and self.loose and not {year, year + 1} & set(self.loose):
            found.append(f"the file name has {self.loose[0]}")
        if self.scanned and self.title and not self.title.exact and not self._confirmed(year):
            found.append("the title was read with errors and nothing else confirms it")
        return found

    def _confirmed(self, year: int) -> bool:
        text = self.text
        return (
            year in text.mentioned
            or year + 1 in text.mentioned
            or text.published == year + 1
            or bool({year, year + 1} & {*self.named, *self.loose})
        )
