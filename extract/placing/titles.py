"""The title of a report: where it stands, whose it is and of which year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from extract.forms import Form
from extract.model import Line
from extract.placing.agencies import is_agency, region_of, trimmed_agency
from extract.placing.years import plain_years, years_in
from extract.text import fold
from extract.traditional import simplified

_MOST_LINES = 4
_LONGEST = 70
_LONGEST_PREFIX = 45
_FUZZY_SCORE = 78.0
_FRONT_LINES = 60

_YEAR_WORDS = tuple(
    re.compile(rf"(?<![0-9.\-])20[0-4][0-9]{tail}") for tail in ("年度", "年", "(?![0-9.])")
)
_YEAR_ALONE = re.compile(r"^(?:20[0-4][0-9]年度?|[(\[【〔]20[0-4][0-9](?:年度?)?[)\]】〕])$")
_YEAR_SEAM = re.compile(
    r"^.*(?:2\|0[0-4][0-9]年|20\|[0-4][0-9]年|20[0-4]\|[0-9]年|0[0-4][0-9]\|年)"
)
_BRACKETED = re.compile(r"^[(\[【〔<][^)\]】〕>]{1,20}[)\]】〕>]")
_NUMBERING = re.compile(r"^(?:附件?\d*|\d{1,2}[.、]|[(（][一二三四五六七八九十]+[)）])")
_LINK = re.compile(r"^[<(\[【«]*(?:上|下|前|后)一(?:篇|条|个|则)|^相关|^附件?[:：]")
_SENTENCE = re.compile(r"[,。;!?、]|现将|根据|按照|依据|编制|编写|要求|如下|公布|通报|\.{3}|…")
# Ends of names that are no names by themselves.
_PART_NAMES = frozenset(
    (
        "办事处",
        "街道办事处",
        "人民政府",
        "管理委员会",
        "委员会",
        "办公室",
        "管理局",
        "分局",
        "税务局",
    )
)
_SITE = re.compile(r"^[_\-—|·]")


@dataclass(frozen=True, slots=True)
class Title:
    """A report's title, over the lines `first` to `last`.

    `beginning` is what stands before the title words apart from the year; `prominent` whether it
    is set as a heading or larger than the body; `exact` whether the title words came out letter
    by letter.
    """

    text: str
    beginning: str
    agency: str | None
    years: tuple[int, ...]
    first: int
    last: int
    page: int = 1
    prominent: bool = False
    exact: bool = True


def compact(text: str) -> str:
    """Folded and simplified text without spaces, years in digits."""
    return simplified(as_printed(text))


def as_printed(text: str) -> str:
    """The same in the printed characters; both have the same length."""
    return plain_years(fold(text).replace(" ", ""))


def title_words(forms: Iterable[Form]) -> tuple[str, ...]:
    """All titles that the layouts know, longest first."""
    words = {compact(title) for form in forms for title in form.titles}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def title_in(text: str, words: Sequence[str], loose: bool = False) -> Title | None:
    """The title that a file name or a page's <title> holds, None where it holds none.

    `loose` lets other words follow, as the name of the site does.
    """
    text = compact(text)
    split = _split(text, words)
    if split is None:
        return None
    before, word, after = split
    if not loose and not _ends_title(after):
        return None
    beginning = _beginning(before)
    agency = trimmed_agency(beginning)
    return Title(before + word, beginning, agency, years_in(text, bare=True), 0, 0)


def find_titles(lines: Sequence[Line], words: Sequence[str]) -> list[Title]:
    """Every title in the lines, in order; misread ones only where no exact one is found."""
    texts = [compact(line.text) for line in lines]
    usual = median([line.size for line in lines if line.size] or [0.0])
    found: list[Title] = []
    for first in range(len(lines)):
        if found and first <= found[-1].last:
            continue
        title = _title_from(lines, texts, first, words)
        if title is not None:
            found.append(_with_surroundings(title, lines, texts, words, usual))
    if not found:
        found = [
            _with_surroundings(title, lines, texts, words, usual)
            for title in _misread_titles(lines, texts, words)
        ]
    return found


def _title_from(
    lines: Sequence[Line], texts: Sequence[str], first: int, words: Sequence[str]
) -> Title | None:
    """A title whose title words begin in line `first`, over at most four lines."""
    joined = ""
    for last in range(first, min(first + _MOST_LINES, len(lines))):
        if lines[last].page != lines[first].page:
            return None
        joined += texts[last]
        if len(joined) > _LONGEST:
            return None
        split = _split(joined, words)
        if split is None:
            continue
        lower = _split("".join(texts[first + 1 : last + 1]), words)
        if lower is not None and len(lower[1]) >= len(split[1]):
            return None  # the words begin further down
        return _title_of(split, joined, first, last, lines[first].page)
    return None


def _title_of(
    split: tuple[str, str, str], joined: str, first: int, last: int, page: int
) -> Title | None:
    before, word, after = split
    prefix = _prefix(before)
    if len(prefix) > _LONGEST_PREFIX or _SENTENCE.search(prefix) or not _ends_title(after):
        return None
    if _LINK.match(joined):
        return None
    quoted = joined[: len(joined) - len(after)] if after.startswith("》") else joined
    years = years_in(quoted, bare=True)
    beginning = _beginning(before)
    agency = trimmed_agency(beginning)
    return Title(joined, beginning, agency, years, first, last, page, exact=bool(word))


def _split(text: str, words: Sequence[str]) -> tuple[str, str, str] | None:
    """Text before, within and after the title words, the year taken out.

    The year may stand inside the words (信息公开2020年度报告), and its 年度 may be theirs.
    """
    variants = [pattern.sub("", text, count=2) for pattern in _YEAR_WORDS]
    for variant in dict.fromkeys((text, *variants)):
        for word in words:
            at = variant.rfind(word)
            if at >= 0:
                end = at + len(word)
                if variant[:at].endswith("人民") and word.startswith("政府"):
                    at += 2  # 某县人民政府信息公开…: the body's own 政府
                return variant[:at], variant[at:end], variant[end:]
    return None


def _ends_title(after: str) -> bool:
    """Whether what follows the title words may follow a title: a remark, a year, a quote."""
    rest = _BRACKETED.sub("", after)
    rest = re.sub(r"^[(\[【〔]?[年度]*[)\]】〕]?", "", rest)
    return not rest or rest[0] in "》”\"'" or bool(_SITE.match(rest) and len(rest) > 3)


def _prefix(before: str) -> str:
    """What stands before the title words, without breadcrumbs, numbering and remarks."""
    before = re.split(r"[>»›|:《“\"]", before)[-1]
    before = _NUMBERING.sub("", before)
    return _BRACKETED.sub("", before)


def _beginning(before: str) -> str:
    """The part of the prefix that may belong to a name."""
    bare = re.sub(r"20[0-4][0-9](年度|年|)", "", _prefix(before))
    bare = re.sub(r"^[(（]?[年度]+|关于|的$|度$", "", bare)
    # 政府 before shorter title words, one of its letters misread: no body is called so.
    return re.sub(r"[^政]府$|政[^府局厅处科委办所站部院务]$", "", bare)


def _with_surroundings(
    title: Title, lines: Sequence[Line], texts: Sequence[str], words: Sequence[str], usual: float
) -> Title:
    """The title with the lines above and below that belong to it: agency, year, remark."""
    size = lines[title.first].size
    heading = any(lines[i].heading for i in range(title.first, title.last + 1))
    title = replace(title, prominent=heading or (size > 1.12 * usual > 0))
    start = title.first
    for above in range(start - 1, max(-1, start - _MOST_LINES), -1):
        text, line = texts[above], lines[above]
        if line.page != title.page or not text or _SENTENCE.search(text):
            break
        cut = not title.beginning and above > 0 and _is_cut_name(lines, texts, above)
        if not cut and not _continues(title, line, lines[title.first], text):
            break
        title = _extended(title, text, above, words)
    below = title.last + 1
    if below < len(texts) and not title.years and _YEAR_ALONE.match(texts[below]):
        years = years_in(texts[below], bare=True)
        title = replace(title, years=years, last=below, text=title.text + texts[below])
    return title


def _continues(title: Title, line: Line, below: Line, text: str) -> bool:
    """Whether the line above is the beginning of the title: its year, its agency, or a part."""
    if len(text) + len(title.text) > _LONGEST or title_like(text):
        return False
    if _YEAR_ALONE.match(text):
        return not title.years
    if _YEAR_SEAM.match(text[-3:] + "|" + title.text[:5]):
        return True
    if text.endswith("人民") and title.text.startswith("政府"):
        return True
    same_look = (
        abs(line.size - below.size) <= 0.12 * below.size
        if line.size and below.size
        else line.heading == below.heading
    )
    name = trimmed_agency(_prefix(text)) or ""
    if not title.beginning:
        return is_agency(name) and (same_look or not line.size)
    if not same_look or not _close(line, below) or not name:
        return False
    placed = bool(re.search(r"[省市县区旗镇乡州局部总]", name)) and name[:2] != title.beginning[:2]
    if years_in(text, bare=True) and not title.years:
        return True
    if not is_agency(title.beginning) or title.beginning in _PART_NAMES:
        return placed or bool(line.size)
    if is_agency(name):
        # A complete body above a complete body is a letterhead or the name of a site, unless the
        # lower one is a branch of the upper (市公安局 / 某区分局) or only looks complete.
        branch = title.beginning.endswith(("分局", "办公室", "税务局"))
        rest = region_of(title.beginning) is None and not name.endswith("人民政府")
        return placed and (branch or (rest and bool(line.size or line.heading)))
    return placed and bool(line.size or line.heading)


def _is_cut_name(lines: Sequence[Line], texts: Sequence[str], at: int) -> bool:
    """Whether a line is the last piece of a name that begins on the line above it."""
    name = trimmed_agency(texts[at - 1] + texts[at])
    return (
        name is not None
        and is_agency(name)
        and lines[at - 1].page == lines[at].page
        and lines[at - 1].size == lines[at].size
    )


def title_like(text: str) -> bool:
    return (
        text.endswith("报告")
        or "目录" in text
        or bool(re.match(r"^[一二三四五六七八九十]、", text))
    )


def _close(line: Line, below: Line) -> bool:
    if line.box is None or below.box is None:
        return True
    return below.box.y0 - line.box.y1 <= 1.5 * max(below.size, below.box.height)


def _extended(title: Title, text: str, above: int, words: Sequence[str]) -> Title:
    """The title with one more line in front, taken apart anew."""
    whole = plain_years(text + title.text)
    split = _split(whole, words)
    beginning = _beginning(split[0] if split else text + title.beginning)
    return replace(
        title,
        text=whole,
        beginning=beginning,
        agency=trimmed_agency(beginning),
        years=years_in(whole, bare=True),
        first=above,
    )


def _misread_titles(
    lines: Sequence[Line], texts: Sequence[str], words: Sequence[str]
) -> list[Title]:
    """Titles among the first lines whose words a recogniser got partly wrong (rapidfuzz)."""
    from rapidfuzz import fuzz

    best: tuple[float, Title] | None = None
    for first in range(min(len(lines), _FRONT_LINES)):
        joined = ""
        for last in range(first, min(first + 2, len(lines))):
            if lines[last].page != lines[first].page:
                break
            joined += texts[last]
            if len(joined) > _LONGEST or _SENTENCE.search(joined):
                break
            bare = _YEAR_WORDS[1].sub("", _YEAR_WORDS[0].sub("", joined))
            for word in words:
                if len(bare) < len(word) - 2:
                    continue
                match = fuzz.partial_ratio_alignment(word, bare, score_cutoff=_FUZZY_SCORE)
                if match is None or len(bare) - match.dest_end > 2:
                    continue
                before = bare[: _settled_start(bare, match.dest_start, word)]
                title = _title_of((before, "", ""), joined, first, last, lines[first].page)
                if title is not None and bare.endswith((word[:-1], word[:-2])):
                    title = replace(title, exact=True)  # its last characters stand a line lower
                score = match.score + len(word) / 2 - 4 * (last - first)
                if title is not None and (best is None or score > best[0]):
                    best = score, title
    return [best[1]] if best else []


def _settled_start(text: str, start: int, word: str) -> int:
    """Where the word begins: of the places near `start`, the one that most letters agree with."""

    def agreeing(at: int) -> int:
        return sum(a == b for a, b in zip(text[at : at + 6], word[:6], strict=False))

    return max(range(max(0, start - 2), start + 3), key=lambda at: (agreeing(at), -abs(at - start)))
