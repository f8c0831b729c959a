"""Results → the tables of a dataset: their Arrow schemas, pandera schemas and rows.

`extract.columns.TABLES` declares every column once; all of these are made from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.columns import TABLES, Kind
from extract.model import Claim, Result

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pandera

__all__ = [
    "LIST_SEPARATOR",
    "TABLES",
    "Tables",
    "arrow_schema",
    "arrow_table",
    "frame",
    "pandera_schema",
    "plain",
    "tables_of",
]

LIST_SEPARATOR = "\n"
"""Between the entries of `sources` and `warnings`; neither holds one within an entry."""

_ARROW: dict[Kind, str] = {"text": "string", "integer": "int64", "number": "float64"}
_PANDAS: dict[Kind, tuple[str, str]] = {
    "text": ("unicode", "object"),
    "integer": ("int64", "Int64"),
    "number": ("float64", "float64"),
}


class Tables(NamedTuple):
    """The tables of a dataset as Arrow tables, with the schemas of `arrow_schema`."""

    reports: Any
    cells: Any
    checks: Any
    claims: Any


@cache
def arrow_schema(name: str) -> Any:
    """The Arrow schema of a table, with what pandas needs to give whole numbers as integers."""
    import pyarrow as pa

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
    claims: list[tuple[Any, ...]] = []
    for result in results:
        reports.append(_report_row(result, version))
        cells.extend(_cell_rows(result))
        checks.extend(_check_rows(result))
        claims.extend(_claim_row(result, claim) for claim in result.claims)
    return Tables(
        arrow_table("reports", reports),
        arrow_table("cells", cells),
        arrow_table("checks", checks),
        arrow_table("claims", claims),
    )


def arrow_table(name: str, rows: Sequence[tuple[Any, ...]]) -> Any:
    """Rows, tuples in the order of the table's columns, as an Arrow table."""
    import pyarrow as pa

    schema = arrow_schema(name)
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [_array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any], kind: Any) -> Any:
    import pyarrow as pa

    try:
        return pa.array(values, type=kind)
    except UnicodeEncodeError:  # half a character out of a broken text layer
        safe = [v if v is None else v.encode("utf-8", "backslashreplace").decode() for v in values]
        return pa.array(safe, type=kind)


def frame(table: Any) -> pd.DataFrame:
    """An Arrow table as a pandas frame: whole numbers `Int64`, numbers `float64`, texts."""
    import pandas as pd
    import pyarrow as pa

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
    keys = {
        "reports": ["report_id"],
        "cells": ["report_id", "code"],
        "claims": ["report_id", "claim", "text"],
    }
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


def _claim_row(result: Result, claim: Claim) -> tuple[Any, ...]:
    return (
        result.report_id,
        claim.claim,
        plain(claim.text),
        claim.value,
        claim.unit,
        claim.scope,
        "yes" if claim.carried else "no",
        claim.page if result.pages else None,
        claim.shown,
        None if claim.shown is None else round(claim.value - claim.shown, 6),
        claim.verdict,
        " ".join(claim.cells),
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
