"""Numbers that the text claims, tied to cells of the form and compared with them.

A claim is taken only where its sentence speaks of the whole, of the year of the report, and of a
fact: comparisons, plans, other years, parts and rounded numbers are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from extract.claims.patterns import compiled, number
from extract.claims.sentences import Sentence, sentences
from extract.forms import ClaimPattern, Form
from extract.model import Cell, Claim, ClaimScope, Line, Number, Verdict

_OTHER_TIME = re.compile(
    r"上年(?!度?结转)|上一年(?!度?结转)|去年(?!结转)|往年|历年|累计|以来|同期|前年|近[三五]年|半年|季度|月份"
)
_COMPARED = re.compile(r"比|较|同比|环比|增加|减少|增长|下降|上升|多收|少收|超过|至少|平均|占")
_PLANNED = re.compile(r"将(?!.{0,4}(?:申请|告知))|计划|力争|拟|预计|目标|不得|应当|确保")
_ROUNDED = re.compile(r"(?:约|近|余|多|几|数|超|不足|左右)$")
_ROUNDED_AFTER = re.compile(r"^(?:以上|左右|余|多)")
_EARLIER = re.compile(r"(20[0-4][0-9])年")
_SCOPES: tuple[tuple[ClaimScope, re.Pattern[str]], ...] = (
    ("organ", re.compile(r"本机关|本级|局机关|机关本|政府办(?:公室)?|本办|我办|委机关")),
    ("others", re.compile(r"各(?:部门|单位|镇|乡|街道|科室|县|区|地)|下属|所属|下级|基层")),
    ("all", re.compile(r"全(?:区|县|市|省|州|旗|镇|乡|街道|系统|局|自治区)|本(?:行政区域|地区)")),
)
_WITH_CARRIED = re.compile(r"(?:含|包括|加上)[^,。]{0,6}(?:结转|上年|上一年|往年)")
_YUAN = {"元": 1, "万元": 10_000, "亿元": 100_000_000}


def find_claims(
    lines: Sequence[Line], form: Form, cells: Sequence[Cell], year: int | None
) -> tuple[Claim, ...]:
    """Every claim of the text, in its order; each says whether the tables agree.

    `year` is that of the report. A claim of one organ, or of others, that the tables do not
    show is not checkable: they may cover more.
    """
    if not form.claims:
        return ()
    known = {cell.code: cell for cell in cells}
    found: list[Claim] = []
    for sentence in sentences(lines):
        for pattern in form.claims:
            for match in _matches(sentence, pattern, year):
                claim = _claim(sentence, pattern, match, known)
                if claim is not None and not any(_same(claim, other) for other in found):
                    found.append(claim)
    return tuple(found)


def _matches(
    sentence: Sentence, pattern: ClaimPattern, year: int | None
) -> Iterator[re.Match[str]]:
    """At most one match of a pattern per sentence: the first that is a claim of its kind."""
    for says in pattern.says:
        for match in compiled(says).finditer(sentence.text):
            if _counts(sentence.text, match, pattern, year):
                yield match
                return


def _counts(text: str, match: re.Match[str], pattern: ClaimPattern, year: int | None) -> bool:
    """Whether a match speaks of what its pattern is for."""
    clause = text[_clause_start(text, match.start()) : match.end()]
    before = text[: match.end()]
    if pattern.near and not any(word in before for word in pattern.near):
        return False
    if any(word in clause for word in pattern.never):
        return False
    if _OTHER_TIME.search(clause) or _COMPARED.search(clause) or _PLANNED.search(text):
        return False
    if "其中" in clause or re.search(r"其中[,:]$", text[: _clause_start(text, match.start())]):
        return False
    years = [int(one) for one in _EARLIER.findall(before)]
    if year is not None and years and years[-1] != year:
        return False
    if match.groupdict().get("n") is None:
        return True
    start = match.start("n")
    return not _ROUNDED.search(text[:start]) and not _ROUNDED_AFTER.match(text[match.end() :])


def _clause_start(text: str, place: int) -> int:
    return max(text.rfind(mark, 0, place) for mark in ",:;") + 1


def _claim(
    sentence: Sentence,
    pattern: ClaimPattern,
    match: re.Match[str],
    known: Mapping[str, Cell],
) -> Claim | None:
    groups = match.groupdict()
    value = 0 if groups.get("n") is None else number(groups["n"])
    if value is None:
        return None
    unit = groups.get("unit")
    scope = _scope(sentence.text[: match.end()])
    carried = bool(_WITH_CARRIED.search(sentence.text))
    verdict, shown, codes, why = compared(value, unit, pattern, known, carried=carried)
    if verdict == "fail" and scope in ("organ", "others"):
        verdict, why = "not_checkable", "the text speaks of fewer bodies than the tables"
    return Claim(
        pattern.id,
        sentence.text.strip("。!?"),
        value,
        unit,
        scope,
        carried,
        sentence.page,
        codes,
        shown,
        verdict,
        why,
    )


def _scope(before: str) -> ClaimScope | None:
    """Which bodies the text speaks of: by the last such word before the number."""
    last: tuple[int, ClaimScope] | None = None
    for scope, words in _SCOPES:
        for found in words.finditer(before):
            if last is None or found.start() > last[0]:
                last = found.start(), scope
    return last[1] if last else None


def compared(
    value: Number,
    unit: str | None,
    pattern: ClaimPattern,
    known: Mapping[str, Cell],
    *,
    carried: bool,
) -> tuple[Verdict, Number | None, tuple[str, ...], str | None]:
    """Verdict, the tables' number and its cells.

    Where the form knows cases carried over, a text that does not say whether it counts them may
    count them or not.
    """
    sums = [pattern.cells, (*pattern.cells, *pattern.carried)] if pattern.carried else []
    choices = sums[1:] if carried and sums else sums or [pattern.cells]
    if not pattern.cells:
        return "not_checkable", None, (), "the form has no such cell"
    shown: list[tuple[Fraction, tuple[str, ...]]] = []
    for codes in choices:
        cells = [known.get(code) for code in codes]
        amounts = [_amount(cell, unit) for cell in cells]
        if any(amount is None for amount in amounts):
            return "not_checkable", None, codes, "a cell is missing or in doubt"
        shown.append((sum((a for a in amounts if a is not None), Fraction(0)), codes))
    wanted = Fraction(str(value)) * _YUAN.get(unit or "", 1)
    for amount, codes in shown:
        if amount == wanted:
            return "pass", _plain(amount, unit), codes, None
    amount, codes = shown[0]
    return "fail", _plain(amount, unit), codes, "the text and the tables differ"


def _amount(cell: Cell | None, unit: str | None) -> Fraction | None:
    """What a cell counts for, money in yuan; None where that is not known."""
    if cell is None or cell.status in ("suspect", "missing"):
        return None
    if cell.value is None:
        return Fraction(0) if cell.mark in ("blank", "dash") else None
    if unit not in _YUAN:
        return Fraction(str(cell.value))
    factor = _YUAN.get(cell.unit or "")
    return None if factor is None else Fraction(str(cell.value)) * factor


def _plain(amount: Fraction, unit: str | None) -> Number:
    shown = amount / _YUAN.get(unit or "", 1)
    return shown.numerator if shown.denominator == 1 else float(shown)


def _same(one: Claim, other: Claim) -> bool:
    return (one.claim, one.text) == (other.claim, other.text)
