"""The figures at the head of an audit: what was read, and how much of it adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extract.audit import charts
from extract.audit.findings import Finding, Findings
from extract.forms import Label

Row = Mapping[str, Any]
SERIES = {
    "ok": Label("勾稽相符", "Reconciles"),
    "publisher": Label("原文数字不平", "Published numbers disagree"),
    "review": Label("读数待核", "Reading to review"),
    "failed": Label("未能读取", "Not read"),
}
_REGIONS = 12
UNKNOWN = Label("不明", "unknown")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its caption."""

    label: Label
    value: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing in both languages, and the same as rows for those who cannot see it."""

    title: Label
    zh: str
    en: str
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[tuple[str, Label], ...] = ()


def standing(report: Row) -> str:
    """The one word for a report: `failed`, `review`, `publisher` or `ok`."""
    if report["status"] in ("failed", "review"):
        return str(report["status"])
    return "publisher" if report["publisher_errors"] else "ok"


def figures(reports: Sequence[Row], findings: Findings) -> tuple[Figure, ...]:
    """Counts and shares; shares are of the reports that were read."""
    read = [one for one in reports if one["status"] != "failed"]
    whole = [one for one in read if not one["failed_checks"]]
    review = [one for one in read if one["status"] == "review"]
    years = sorted({one["year"] for one in read if one["year"] is not None})
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else "".join(map(str, years))
    forms = sorted({one["form"] for one in read})
    regions = {one["region"] for one in read if one["region"]}
    broken = {one.report["report_id"] for one in findings.publisher}
    return (
        Figure(Label("份报告", "reports"), str(len(reports))),
        Figure(Label("未能读取", "not read"), str(len(reports) - len(read))),
        Figure(Label("表式", "forms"), "、".join(forms) or "—"),
        Figure(Label("年度", "years"), span or "—"),
        Figure(Label("行政区划", "regions"), str(len(regions))),
        Figure(Label("勾稽全部相符", "reconcile"), _share(len(whole), len(read))),
        Figure(Label("原文有差错", "with published errors"), _share(len(broken), len(read))),
        Figure(Label("读数待人核对", "to review"), _share(len(review), len(read))),
    )


def drawn(reports: Sequence[Row], findings: Findings) -> tuple[Chart, ...]:
    """The charts: reports by year, broken sums by kind, and by region."""
    if not reports:
        return ()
    by_year: dict[str, Counter[str]] = {}
    for one in sorted(reports, key=lambda row: row["year"] or 9999):
        name = str(one["year"]) if one["year"] is not None else "?"
        by_year.setdefault(name, Counter())[standing(one)] += 1
    columns = charts.stacked_columns(by_year, tuple(SERIES), "year")
    rows = tuple((year, *(str(counts[one]) for one in SERIES)) for year, counts in by_year.items())
    found = [
        Chart(
            Label("各年度报告", "Reports by year"),
            columns,
            columns,
            rows,
            tuple((charts.PALETTE[one], label) for one, label in SERIES.items()),
        )
    ]
    if findings.publisher:
        found.append(_kinds(findings.publisher))
        found.append(_regions(findings.publisher))
    return tuple(found)


def _kinds(broken: Sequence[Finding]) -> Chart:
    kinds = Counter(one.kind for one in broken).most_common()
    return Chart(
        Label("原文差错，按勾稽关系", "Published errors by identity"),
        charts.bars({label.zh: count for label, count in kinds}, "publisher", "kind-zh"),
        charts.bars({label.en: count for label, count in kinds}, "publisher", "kind-en"),
        tuple((label.zh, label.en, str(count)) for label, count in kinds),
    )


def _regions(broken: Sequence[Finding]) -> Chart:
    reports = {one.report["report_id"]: one.report for one in broken}
    counts = Counter(one["region"] or "?" for one in reports.values()).most_common(_REGIONS)
    bars = charts.bars(dict(counts), "publisher", "region")
    return Chart(
        Label("有差错的报告，按地区（前十二）", "Reports with errors, by region (first twelve)"),
        bars,
        bars,
        tuple((region, str(count)) for region, count in counts),
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "—"
