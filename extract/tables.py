"""Results → the three tables of a dataset.

`TABLES` declares every column once; the Arrow schema, the pandera schema and the codebook are
made from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pyarrow as pa

from extract.model import Result

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pandera

Kind = Literal["text", "integer", "number"]
LIST_SEPARATOR = "\n"
"""Between the entries of `sources` and `warnings`; neither holds one within an entry."""


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

TABLES: dict[str, tuple[Column, ...]] = {"reports": REPORTS, "cells": CELLS, "checks": CHECKS}

_ARROW: dict[Kind, Any] = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}
_PANDAS: dict[Kind, tuple[str, str]] = {
    "text": ("unicode", "object"),
    "integer": ("int64", "Int64"),
    "number": ("float64", "float64"),
}


class Tables(NamedTuple):
    """The three tables of a dataset as Arrow tables, with the schemas of `arrow_schema`."""

    reports: Any
    cells: Any
    checks: Any


@cache
def arrow_schema(name: str) -> Any:
    """The Arrow schema of a table, with what pandas needs to give whole numbers as integers."""
    columns = TABLES[name]
    fields = [pa.field(c.name, _ARROW[c.kind], nullable=not c.required) for c in columns]
    pandas = {
        "index_columns": [],
        "column_indexes": [],
        "columns": [
            {
                "name": c.name,
                "field_name": c.name,
                "pandas_type": _PANDAS[c.kind][0],
                "numpy_type": _PANDAS[c.kind][1],
                "metadata": None,
            }
            for c in columns
        ],
        "creator": {"library": "gouji", "version": "1"},
        "pandas_version": "2.2.0",
    }
    return pa.schema(fields, metadata={"pandas": json.dumps(pandas)})


def tables_of(results: Iterable[Result], version: str) -> Tables:
    """Results, in the order given, as Arrow tables; `version` goes into every report's row."""
    reports: list[tuple[Any, ...]] = []
    cells: list[tuple[Any, ...]] = []
    checks: list[tuple[Any, ...]] = []
    for result in results:
        reports.append(_report_row(result, version))
        cells.extend(_cell_rows(result))
        checks.extend(_check_rows(result))
    return Tables(
        arrow_table("reports", reports),
        arrow_table("cells", cells),
        arrow_table("checks", checks),
    )


def arrow_table(name: str, rows: Sequence[tuple[Any, ...]]) -> Any:
    """Rows, tuples in the order of the table's columns, as an Arrow table."""
    schema = arrow_schema(name)
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [_array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any], kind: Any) -> Any:
    try:
        return pa.array(values, type=kind)
    except UnicodeEncodeError:  # half a character out of a broken text layer
        safe = [v if v is None else v.encode("utf-8", "backslashreplace").decode() for v in values]
        return pa.array(safe, type=kind)


def frame(table: Any) -> pd.DataFrame:
    """An Arrow table as a pandas frame: whole numbers `Int64`, numbers `float64`, texts."""
    import pandas as pd

    integers = {pa.int64(): pd.Int64Dtype()}
    made: pd.DataFrame = table.to_pandas(types_mapper=integers.get)
    return made


@cache
def pandera_schema(name: str) -> pandera.DataFrameSchema:
    """The pandera schema of a table: types, nulls, allowed words, order of columns, keys."""
    import pandera.pandas as pandera

    kinds: dict[Kind, Any] = {"text": str, "integer": "Int64", "number": "float64"}
    columns = {
        c.name: pandera.Column(
            kinds[c.kind],
            checks=pandera.Check.isin(c.values) if c.values else None,
            nullable=not c.required,
            title=c.zh,
            description=c.en,
        )
        for c in TABLES[name]
    }
    if name == "cells":
        columns["confidence"].checks.append(pandera.Check.in_range(0, 1))
        columns["page"].checks.append(pandera.Check.ge(1))
    keys = {"reports": ["report_id"], "cells": ["report_id", "code"]}
    return pandera.DataFrameSchema(
        columns,
        strict=True,
        ordered=True,
        unique=keys.get(name, ["report_id", "check"]),
        name=name,
    )


def _report_row(result: Result, version: str) -> tuple[Any, ...]:
    about = result.about
    fails = [c for c in result.checks if c.verdict == "fail" and c.strength == "hard"]
    source = plain(result.source)
    return (
        result.report_id,
        source,
        source,
        result.sha256 or None,
        result.kind,
        about.url,
        result.pages or None,
        about.title,
        about.agency,
        about.region,
        about.region_code,
        about.year,
        result.form,
        about.agency_from,
        about.year_from,
        result.status,
        len(result.cells),
        sum(cell.status == "suspect" for cell in result.cells),
        sum(cell.status == "missing" for cell in result.cells),
        len(fails),
        sum(check.cause == "publisher" for check in fails),
        result.error_kind,
        plain(result.error) if result.error is not None else None,
        LIST_SEPARATOR.join(plain(warning) for warning in result.warnings),
        version,
    )


def _cell_rows(result: Result) -> Iterable[tuple[Any, ...]]:
    about = result.about
    head = (result.report_id, about.agency, about.region_code, about.year, result.form)
    nowhere = (None, None, None, None)
    for cell in result.cells:
        box = cell.box
        yield (
            *head,
            cell.code,
            cell.table,
            cell.row,
            cell.column,
            cell.value,
            cell.implied,
            cell.printed,
            cell.mark,
            cell.unit,
            cell.status,
            cell.confidence,
            cell.page,
            *((box.x0, box.y0, box.x1, box.y1) if box else nowhere),
            cell.reader,
        )


def _check_rows(result: Result) -> Iterable[tuple[Any, ...]]:
    for check in result.checks:
        yield (
            result.report_id,
            check.id,
            check.strength,
            check.verdict,
            check.expected,
            check.actual,
            check.difference,
            check.cause,
            " ".join(check.cells),
        )


def plain(text: str) -> str:
    """A text on one line that any terminal and any UTF-8 file can hold.

    Control characters and undecodable bytes of a file name become escapes, so that a name can
    neither start a new line nor steer a terminal.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\u3000" else _escape(one) for one in text)


def _escape(one: str) -> str:
    return one.encode("unicode_escape").decode("ascii")
