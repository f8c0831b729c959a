"""The declaration of columns, and rows made by it."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pandera.errors
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.model import About, Cell, Check, Claim, Result
from extract.tables import (
    TABLES,
    arrow_schema,
    frame,
    pandera_schema,
    plain,
    tables_of,
)
from tests.dataset.readers import report

COLUMNS = {
    "reports": "report_id source sources sha256 source_kind url pages title agency region "
    "region_code year form agency_from year_from status cells suspect missing failed_checks "
    "publisher_errors error_kind error warnings version",
    "cells": "report_id agency region_code year form code table row column value implied printed "
    "mark unit status confidence page x0 y0 x1 y1 reader",
    "checks": "report_id check strength verdict expected actual difference cause cells",
    "claims": "report_id claim text value unit scope carried page shown difference verdict cells",
}


@pytest.mark.parametrize("name", TABLES)
def test_columns_stand_in_the_published_order(name: str) -> None:
    assert arrow_schema(name).names == COLUMNS[name].split()


@pytest.mark.parametrize("name", TABLES)
def test_every_column_says_what_it_means_in_both_languages(name: str) -> None:
    for column in TABLES[name]:
        assert column.zh.isascii() is False
        assert len(column.en) > 5


@pytest.mark.parametrize("name", TABLES)
def test_rows_of_a_whole_report_satisfy_the_pandera_schema(name: str) -> None:
    made = frame(getattr(tables_of([report()], "v"), name))
    pd.testing.assert_frame_equal(pandera_schema(name).validate(made), made)


@pytest.mark.parametrize(
    ("name", "column", "wrong"),
    [
        ("cells", "status", "certain"),
        ("cells", "mark", "zero"),
        ("cells", "confidence", 1.5),
        ("cells", "page", 0),
        ("cells", "code", None),
        ("checks", "verdict", "passed"),
        ("checks", "cause", "nobody"),
        ("reports", "status", "good"),
    ],
)
def test_the_pandera_schema_refuses_what_the_column_cannot_hold(
    name: str, column: str, wrong: object
) -> None:
    made = frame(getattr(tables_of([report()], "v"), name))
    made.loc[0, column] = wrong
    with pytest.raises(pandera.errors.SchemaError):
        pandera_schema(name).validate(made)


def test_the_same_cell_twice_in_a_report_is_refused() -> None:
    made = frame(tables_of([report()], "v").cells)
    doubled = pd.concat([made, made.head(1)], ignore_index=True)
    with pytest.raises(pandera.errors.SchemaError):
        pandera_schema("cells").validate(doubled)


def test_a_cell_row_repeats_whose_report_it_is_and_where_it_stands() -> None:
    row = tables_of([report(value=1234)], "v").cells.to_pylist()[1]
    assert row == {
        "report_id": "ab" * 8,
        "agency": "某县自然资源局",
        "region_code": None,
        "year": 2023,
        "form": "2021",
        "code": "t2.regulations.repealed",
        "table": "t2",
        "row": "regulations",
        "column": "repealed",
        "value": 1234.0,
        "implied": None,
        "printed": "1234",
        "mark": "number",
        "unit": "件",
        "status": "ok",
        "confidence": 0.875,
        "page": 1,
        "x0": 10.0,
        "y0": 21.0,
        "x1": 30.5,
        "y1": 31.0,
        "reader": "text",
    }


def test_a_report_row_counts_its_cells_and_checks() -> None:
    cells = (_cell("t3.a.b", "suspect"), _cell("t3.a.c", "missing"), _cell("t3.a.d", "missing"))
    checks = (
        Check("t3.row.a", "hard", "fail", 1, 2, 1, "publisher", ("t3.a.b",)),
        Check("t3.row.b", "hard", "fail", 1, 2, 1, "reading", ("t3.a.b",)),
        Check("t3.row.c", "soft", "fail", 1, 2, 1, "publisher", ("t3.a.b",)),
        Check("t3.row.d", "hard", "not_checkable", None, None, None, None, ("t3.a.b", "t3.a.c")),
    )
    result = replace(report(), cells=cells, checks=checks, warnings=("one", "two\nlines"))
    made = tables_of([result], "v")
    row = made.reports.to_pylist()[0]
    assert (row["cells"], row["suspect"], row["missing"]) == (3, 1, 2)
    assert (row["failed_checks"], row["publisher_errors"]) == (2, 1)
    assert row["warnings"] == "one\ntwo\\nlines"
    assert made.checks.to_pylist()[3]["cells"] == "t3.a.b t3.a.c"


def test_a_claim_row_says_the_difference_to_the_tables() -> None:
    claims = (
        Claim(
            "received", "收到申请12件", 12, "件", None, False, 1, ("t3.received.total",), 10, "fail"
        ),
        Claim("fee", "收取380元", 380, "元", "all", True, 1, (), None, "not_checkable"),
    )
    made = tables_of([replace(report(), claims=claims)], "v")
    first, second = made.claims.to_pylist()
    assert (first["value"], first["shown"], first["difference"]) == (12, 10, 2)
    assert (first["carried"], first["cells"]) == ("no", "t3.received.total")
    assert (second["shown"], second["difference"], second["carried"]) == (None, None, "yes")
    pandera_schema("claims").validate(frame(made.claims))


def test_a_failed_report_has_a_row_and_no_cells() -> None:
    failed = Result(
        "0" * 16, "a.pdf", "0" * 64, None, 0, About(), None, "failed", error_kind="x", error="y"
    )
    made = tables_of([failed], "v")
    for name in TABLES:
        pandera_schema(name).validate(frame(getattr(made, name)))
    assert made.reports.to_pylist()[0]["pages"] is None
    assert made.cells.num_rows == made.checks.num_rows == 0


def test_years_and_pages_stay_whole_numbers_in_pandas_when_some_are_unknown() -> None:
    unknown = replace(report(sha256="cd" * 32), about=About())
    years = frame(tables_of([report(), unknown], "v").reports)["year"]
    assert str(years.dtype) == "Int64"
    assert years.isna().tolist() == [False, True]


def test_the_schema_tells_pandas_of_every_column() -> None:
    for name in TABLES:
        told = json.loads(arrow_schema(name).metadata[b"pandas"])
        assert [column["name"] for column in told["columns"]] == arrow_schema(name).names


def test_a_number_beyond_exact_floats_is_refused_not_rounded() -> None:
    with pytest.raises(pa.ArrowException):
        tables_of([report(value=2**53 + 1)], "v")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("报告　2023.pdf", "报告　2023.pdf"),
        ("a\nb\t\x1b[31m", "a\\nb\\t\\x1b[31m"),
        ("a\u202eb", "a\\u202eb"),
        ("bad\udcff", "bad\\udcff"),
    ],
)
def test_a_name_can_neither_break_a_line_nor_steer_a_terminal(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(st.characters()))
def test_plain_text_is_always_one_line_of_utf8(text: str) -> None:
    shown = plain(text)
    shown.encode()
    assert len(shown.splitlines()) <= 1
    assert plain(shown) == shown


def _cell(code: str, status: str) -> Cell:
    table, row, column = code.split(".")
    return Cell(
        code, table, row, column, None, None, "", "missing", None,
        status, None, None, None, "",  # type: ignore[arg-type]
    )  # fmt: skip
