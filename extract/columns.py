"""Every column of a dataset's tables, declared once: what it is called, holds and means."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["text", "integer", "number"]


class Column(NamedTuple):
    """A column of a table: its type, what it means, and what it may hold."""

    name: str
    kind: Kind
    zh: str
    en: str
    required: bool = False
    values: tuple[str, ...] = ()


_REPORT_ID = Column(
    "report_id", "text", "报告编号", "first 16 hex digits of the file's SHA-256", required=True
)
_AGENCY = Column("agency", "text", "发布机关", "agency, as the title prints it")
_REGION_CODE = Column(
    "region_code", "text", "行政区划代码", "six-digit GB/T 2260 code, county or higher"
)
_YEAR = Column("year", "integer", "报告年度", "year the report is about")
_FORM = Column("form", "text", "表式", "layout id of the form, from its printed headers")
_ORIGINS = ("title", "heading", "text", "file_name", "given")

REPORTS = (
    _REPORT_ID,
    Column("source", "text", "来源文件", "path as given; the first of `sources`", required=True),
    Column("sources", "text", "全部来源", "all paths with these bytes, one a line", required=True),
    Column("sha256", "text", "文件校验值", "SHA-256 of the file; null when it cannot be read"),
    Column(
        "source_kind",
        "text",
        "来源类型",
        "what the file is",
        values=("pdf-text", "pdf-ocr", "pdf-scan", "image", "docx", "html", "markdown"),
    ),
    Column("url", "text", "网址", "address, as given by the user or found"),
    Column("pages", "integer", "页数", "number of pages; null where the format has none"),
    Column("title", "text", "标题", "title, as printed"),
    _AGENCY,
    Column("region", "text", "行政区划", "administrative division, as found"),
    _REGION_CODE,
    _YEAR,
    _FORM,
    Column("agency_from", "text", "机关依据", "where the agency was found", values=_ORIGINS),
    Column("year_from", "text", "年度依据", "where the year was found", values=_ORIGINS),
    Column(
        "status",
        "text",
        "状态",
        "ok; review: a person should look; failed: not read",
        required=True,
        values=("ok", "review", "failed"),
    ),
    Column("cells", "integer", "单元格数", "cells of the form", required=True),
    Column("suspect", "integer", "存疑数", "cells that are suspect", required=True),
    Column("missing", "integer", "缺失数", "cells that were not found", required=True),
    Column("failed_checks", "integer", "不平数", "hard identities that fail", required=True),
    Column(
        "publisher_errors",
        "integer",
        "原文差错数",
        "hard identities that fail in the published numbers themselves",
        required=True,
    ),
    Column("error_kind", "text", "错误类型", "typed kind of the failure"),
    Column("error", "text", "错误说明", "what is wrong and what to do"),
    Column("warnings", "text", "提示", "warnings, one a line", required=True),
    Column("version", "text", "版本", "program, layouts and models", required=True),
)

CELLS = (
    _REPORT_ID,
    _AGENCY,
    _REGION_CODE,
    _YEAR,
    _FORM,
    Column("code", "text", "单元格代码", "TABLE.ROW.COLUMN", required=True),
    Column("table", "text", "表", "table part of the code", required=True),
    Column("row", "text", "行", "row part of the code", required=True),
    Column("column", "text", "列", "column part of the code", required=True),
    Column("value", "number", "数值", "the number printed; null when none is or it is unread"),
    Column("implied", "number", "推算值", "what the identities imply where value is unread"),
    Column("printed", "text", "原文", "the text as read", required=True),
    Column(
        "mark",
        "text",
        "印刷形式",
        "what the cell prints",
        required=True,
        values=("number", "blank", "dash", "illegible", "missing"),
    ),
    Column("unit", "text", "单位", "unit as printed, else the form's; null where none is"),
    Column(
        "status",
        "text",
        "读取状态",
        "of the reading, not of the publisher's arithmetic",
        required=True,
        values=("ok", "repaired", "suspect", "missing", "corrected"),
    ),
    Column("confidence", "number", "置信度", "probability that value and mark are as printed"),
    Column("page", "integer", "页", "page, from 1; null where the source has none"),
    Column("x0", "number", "左", "left edge, points from the left of the page as displayed"),
    Column("y0", "number", "上", "upper edge, points from the top of the page as displayed"),
    Column("x1", "number", "右", "right edge, in points"),
    Column("y1", "number", "下", "lower edge, in points"),
    Column("reader", "text", "读取方式", "which reader supplied the cell", required=True),
)

CHECKS = (
    _REPORT_ID,
    Column("check", "text", "勾稽关系", "id of the identity", required=True),
    Column(
        "strength",
        "text",
        "强度",
        "soft identities may fail in a sound report",
        required=True,
        values=("hard", "soft"),
    ),
    Column(
        "verdict",
        "text",
        "结论",
        "whether the printed numbers balance",
        required=True,
        values=("pass", "fail", "not_checkable"),
    ),
    Column("expected", "number", "应为", "sum of the parts"),
    Column("actual", "number", "实为", "the printed total"),
    Column("difference", "number", "差额", "actual − expected"),
    Column(
        "cause",
        "text",
        "原因",
        "of a failure: the published numbers, the reading, or open",
        values=("publisher", "reading", "undecided"),
    ),
    Column("cells", "text", "涉及单元格", "codes, the likeliest culprit first", required=True),
)

CLAIMS = (
    _REPORT_ID,
    Column("claim", "text", "说法", "what the text speaks of; id of the layout", required=True),
    Column("text", "text", "原句", "the sentence, folded and without spaces", required=True),
    Column("value", "number", "所述数值", "the number that the text says", required=True),
    Column("unit", "text", "单位", "counter or money unit, as the text says it"),
    Column(
        "scope",
        "text",
        "范围",
        "whole area or system, the organ alone, other bodies; null where the text does not say",
        values=("all", "organ", "others"),
    ),
    Column(
        "carried",
        "text",
        "含结转",
        "whether the text says that it counts cases carried over",
        required=True,
        values=("yes", "no"),
    ),
    Column("page", "integer", "页", "page on which the sentence begins; null where there is none"),
    Column("shown", "number", "表列数值", "what the tables print, in the unit of the claim"),
    Column("difference", "number", "差额", "value − shown"),
    Column(
        "verdict",
        "text",
        "结论",
        "whether text and tables agree; soft, a text may speak of less than the tables",
        required=True,
        values=("pass", "fail", "not_checkable"),
    ),
    Column("cells", "text", "涉及单元格", "codes whose sum `shown` is", required=True),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "reports": REPORTS,
    "cells": CELLS,
    "checks": CHECKS,
    "claims": CLAIMS,
}
