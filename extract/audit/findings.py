"""Rows of a dataset → what an auditor should know, worst first, in two lists.

What the publisher's own numbers get wrong, and what gouji may have misread, are never mixed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from extract.forms import Identity, Label
from extract.forms.sheets import form_of, names, parts_of_names
from extract.report import printed_as_one
from extract.tables import LIST_SEPARATOR, Tables
from extract.words import in_chinese

Row = Mapping[str, Any]
Level = Literal["high", "medium", "low"]
LEVELS: tuple[Level, ...] = ("high", "medium", "low")

SUSPECT = Label("存疑单元格", "Cells in doubt")
MISSING = Label("未找到的单元格", "Cells not found")
UNREAD = Label("未能读取的文件", "Files not read")
UNNAMED = Label("机关或年度存疑", "Agency or year in doubt")
DISPUTED = Label("文表不符", "Text against tables")
EMPTY = Label("空白表", "Empty form")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `cells` are codes, the likeliest culprit first.

    `identity` and the numbers are those of a check that fails; `words` say what else there is.
    """

    report: Row
    kind: Label
    subject: str
    level: Level
    score: float
    cause: str
    identity: Identity | None = None
    expected: float | None = None
    actual: float | None = None
    difference: float | None = None
    cells: tuple[str, ...] = ()
    words: Label | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """The two lists, each with the worst first."""

    publisher: tuple[Finding, ...]
    reading: tuple[Finding, ...]


def find(tables: Tables) -> Findings:
    """Everything in a dataset that is not in order."""
    reports = {row["report_id"]: row for row in tables.reports.to_pylist()}
    publisher: list[Finding] = []
    reading: list[Finding] = []
    blamed: dict[str, set[str]] = defaultdict(set)
    for check in _failing(tables):
        report = reports[check["report_id"]]
        finding = _broken(report, check)
        if finding.cause == "publisher":
            publisher.append(finding)
        else:
            reading.append(finding)
            blamed[report["report_id"]].update(finding.cells[:1])
    reading.extend(_doubtful(tables, reports))
    reading.extend(_disputed(tables, reports))
    for report in reports.values():
        reading.extend(_of_report(report))
    return Findings(tuple(_ranked(publisher)), tuple(_ranked(reading)))


def severity(expected: float, actual: float) -> tuple[Level, float]:
    """How much a broken sum matters: by the difference, and by its share of the larger side.

    A tenth or a hundred of anything is high; a difference of one below a hundredth is low. The
    score orders findings of one level by the difference, then by the share.
    """
    difference = abs(actual - expected)
    share = difference / max(abs(expected), abs(actual), 1)
    score = log10(1 + difference) + share
    if difference >= 100 or (share >= 0.1 and difference > 1):
        return "high", score
    return ("low" if difference <= 1 and share < 0.01 else "medium"), score


def identities(report: Row, codes: Iterable[str]) -> dict[str, Identity]:
    """The identities of a report's form, by id."""
    form = form_of(report["form"])
    return {one.id: one for one in form.identities(printed_as_one(form, codes))}


def _failing(tables: Tables) -> Iterator[Row]:
    failing = pc.equal(tables.checks.column("verdict"), "fail")
    yield from tables.checks.filter(failing).to_pylist()


def _broken(report: Row, check: Row) -> Finding:
    codes = tuple(check["cells"].split())
    identity = identities(report, codes).get(check["check"])
    expected, actual = check["expected"] or 0.0, check["actual"] or 0.0
    level, score = severity(expected, actual)
    if check["strength"] == "soft":
        level, score = "low", score / 10
    return Finding(
        report,
        identity.name if identity else Label("勾稽关系", "Identity"),
        check["check"],
        level,
        score,
        check["cause"] or "undecided",
        identity,
        check["expected"],
        check["actual"],
        check["difference"],
        codes,
    )


def _doubtful(tables: Tables, reports: Mapping[str, Row]) -> Iterator[Finding]:
    wanted = pa.array(["suspect", "missing"])
    rows = tables.cells.filter(pc.is_in(tables.cells.column("status"), value_set=wanted))
    missing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for cell in rows.to_pylist():
        report = reports[cell["report_id"]]
        if cell["status"] == "missing":
            missing[cell["report_id"], cell["table"]].append(cell["code"])
            continue
        doubt = 1.0 - (cell["confidence"] or 0.0)
        weight = 1.0 + log10(1.0 + abs(cell["value"] or 0.0))
        level: Level = "high" if doubt > 0.5 else "medium" if doubt > 0.1 else "low"
        shown = cell["printed"] or {"blank": "空白", "dash": "—"}.get(cell["mark"], "?")
        sure = "" if cell["confidence"] is None else f"{cell['confidence']:.1%}"
        yield Finding(
            report, SUSPECT, cell["code"], level, doubt * weight, "suspect",
            cells=(cell["code"],),
            words=Label(
                f"读作 {shown}，把握 {sure or '不明'}" + _implied(cell, "；勾稽关系推算为 "),
                f"read as {shown}, {sure or 'unknown'} sure"
                + _implied(cell, "; the identities imply "),
            ),
        )  # fmt: skip
    for (report_id, table), codes in missing.items():
        yield Finding(
            reports[report_id],
            MISSING,
            table,
            "high" if len(codes) > 10 else "medium",
            1.0 + log10(len(codes)),
            "missing",
            cells=tuple(codes),
            words=Label(f"{len(codes)} 个单元格未找到", f"{len(codes)} cells were not found"),
        )


def _disputed(tables: Tables, reports: Mapping[str, Row]) -> Iterator[Finding]:
    """Sentences that say another number than the tables: soft, as they may speak of less."""
    failing = pc.equal(tables.claims.column("verdict"), "fail")
    for claim in tables.claims.filter(failing).to_pylist():
        said, shown = f"{claim['value']:,.15g}", f"{claim['shown']:,.15g}"
        unit = claim["unit"] or ""
        yield Finding(
            reports[claim["report_id"]],
            DISPUTED,
            claim["claim"],
            "low",
            0.1,
            "undecided",
            cells=tuple(claim["cells"].split()),
            words=Label(
                f"正文说 {said}{unit}，表中为 {shown}{unit}：“{claim['text']}”",
                f"the text says {said}{unit}, the tables {shown}{unit}: “{claim['text']}”",
            ),
        )


def _implied(cell: Row, words: str) -> str:
    return "" if cell["implied"] is None else f"{words}{cell['implied']:,.15g}"


def _of_report(report: Row) -> Iterator[Finding]:
    if report["status"] == "failed":
        error = report["error"] or ""
        kind = report["error_kind"]
        words = Label(f"{in_chinese(error)} [{kind}]", f"{error} [{kind}]")
        yield Finding(report, UNREAD, "", "high", 3.0, "unread", words=words)
        return
    if report["status"] != "review":
        return
    for line in report["warnings"].split(LIST_SEPARATOR):
        words = Label(in_chinese(line), line)
        if line.startswith(("agency: ", "year: ")):
            yield Finding(report, UNNAMED, "", "medium", 0.5, "unnamed", words=words)
        elif line.startswith("the form is empty"):
            yield Finding(report, EMPTY, "", "medium", 0.5, "empty", words=words)


def _ranked(found: Iterable[Finding]) -> list[Finding]:
    return sorted(
        found,
        key=lambda one: (
            LEVELS.index(one.level),
            -one.score,
            one.report["source"],
            one.subject,
        ),
    )


def name_of(finding: Finding, code: str) -> Label:
    """A cell's name in words, the code where the form is not known."""
    form = finding.report["form"]
    if form is None:
        return Label(code, code)
    all_names = names(form, _alternatives(form, finding.cells))
    return all_names.get(code, Label(code, code))


def short_name(finding: Finding, code: str) -> Label:
    """A cell's name within its identity: what the cells share is left out."""
    form, identity = finding.report["form"], finding.identity
    if form is None or identity is None:
        return name_of(finding, code)
    parts = parts_of_names(form, _alternatives(form, finding.cells))
    if code not in parts:
        return Label(code, code)
    row, column = parts[code]
    if len({one.rpartition(".")[0] for one in identity.codes}) == 1:
        return _without(column, [parts[one][1] for one in identity.codes if one in parts])
    if len({one.rpartition(".")[2] for one in identity.codes}) == 1 and row is not None:
        return row
    return name_of(finding, code)


def _without(label: Label, others: Sequence[Label]) -> Label:
    """The label less the headers that it shares with all others."""
    zh, en = label.zh.split(" · "), label.en.split(" · ")
    shared = 0
    while len(zh) > shared + 1 and all(
        one.zh.split(" · ")[: shared + 1] == zh[: shared + 1] for one in others
    ):
        shared += 1
    return Label(" · ".join(zh[shared:]), " · ".join(en[shared:]))


def _alternatives(form_id: str, codes: Iterable[str]) -> frozenset[str]:
    return printed_as_one(form_of(form_id), codes)
