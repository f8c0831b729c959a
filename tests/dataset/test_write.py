"""Files of a dataset: formats, and all or nothing."""

from __future__ import annotations

import csv
import os
import stat
from dataclasses import replace
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from extract.dataset import workbook, write
from extract.dataset.write import parse_formats, safe_csv, safe_text, write_dataset
from extract.errors import DatasetError, UsageError
from extract.model import About
from extract.tables import TABLES, Tables, tables_of
from tests.dataset.readers import report


def _tables(agency: str = "某县自然资源局", printed: str = "1", value: float = 1) -> Tables:
    made = report(agency=agency)
    cells = (replace(made.cells[1], printed=printed, value=value), *made.cells[2:])
    return tables_of([replace(made, cells=cells)], "v")


def test_parquet_gives_back_what_was_written(tmp_path: Path) -> None:
    tables = _tables()
    write_dataset(tmp_path, tables, ("parquet",))
    for name in TABLES:
        assert pq.read_table(tmp_path / f"{name}.parquet").equals(getattr(tables, name))
    assert str(pd.read_parquet(tmp_path / "reports.parquet")["year"].dtype) == "Int64"
    described = ("codebook.csv", "datapackage.json")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        [*(f"{n}.parquet" for n in TABLES), *described]
    )


def test_csv_says_the_same_as_parquet(tmp_path: Path) -> None:
    write_dataset(tmp_path, _tables(value=976.81), ("csv",))
    for name in TABLES:
        from_csv = pd.read_csv(tmp_path / f"{name}.csv", dtype={"form": str, "sha256": str})
        from_parquet = pd.read_parquet(tmp_path / f"{name}.parquet").replace({"": None})
        pd.testing.assert_frame_equal(
            from_csv.astype(object).where(from_csv.notna(), None),
            from_parquet.astype(object).where(from_parquet.notna(), None),
            check_dtype=False,
        )


def test_csv_marks_its_encoding_only_when_asked(tmp_path: Path) -> None:
    write_dataset(tmp_path, _tables(), ("csv",))
    assert (tmp_path / "cells.csv").read_bytes()[:3] != b"\xef\xbb\xbf"
    write_dataset(tmp_path, _tables(), ("csv",), csv_bom=True)
    assert (tmp_path / "cells.csv").read_bytes()[:3] == b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("\t=1", "'\t=1"),
        ("'=1", "''=1"),
        ("-5", "-5"),
        ("+5", "+5"),
        ("-1,204.50", "-1,204.50"),
        ("-", "-"),
        ("--", "--"),
        ("—", "—"),
        ("/", "/"),
        ("22（其中修订16件）", "22（其中修订16件）"),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_is_led_by_an_apostrophe(
    text: str, written: str, tmp_path: Path
) -> None:
    assert safe_text(text) == written
    cells = safe_csv(_tables(printed=text).cells)
    assert cells.column("printed")[0].as_py() == written
    write_dataset(tmp_path, _tables(printed=text), ("csv",))
    with (tmp_path / "cells.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["printed"] == written


def test_excel_gets_numbers_as_numbers_and_formulas_as_text(tmp_path: Path) -> None:
    write_dataset(tmp_path, _tables("=HYPERLINK(1)", printed="-7", value=-7), ("xlsx",))
    book = openpyxl.load_workbook(tmp_path / "dataset.xlsx")
    assert set(TABLES) <= set(book.sheetnames)
    head, first = list(book["cells"].iter_rows(max_row=2))
    row = {name.value: cell for name, cell in zip(head, first, strict=True)}
    assert (row["value"].value, row["value"].data_type) == (-7, "n")
    assert (row["agency"].value, row["agency"].data_type) == ("=HYPERLINK(1)", "s")
    assert (row["printed"].value, row["printed"].data_type) == ("-7", "s")
    assert row["implied"].value is None
    assert book["cells"].max_row == 200


def test_excel_continues_on_another_sheet_when_one_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "ROWS_PER_SHEET", 150)
    write_dataset(tmp_path, _tables(), ("xlsx",))
    book = openpyxl.load_workbook(tmp_path / "dataset.xlsx")
    assert (book["cells"].max_row, book["cells 2"].max_row) == (151, 50)


def test_control_characters_do_not_break_the_workbook(tmp_path: Path) -> None:
    write_dataset(tmp_path, _tables("a\x00b\x0bc"), ("xlsx",))
    book = openpyxl.load_workbook(tmp_path / "dataset.xlsx")
    assert book["cells"]["B2"].value == "abc"


def test_duckdb_holds_the_three_tables(tmp_path: Path) -> None:
    for _ in range(2):
        write_dataset(tmp_path, _tables(value=42), ("duckdb",))
    with duckdb.connect(os.fspath(tmp_path / "dataset.duckdb"), read_only=True) as database:
        assert database.execute("SELECT max(value) FROM cells").fetchone() == (42,)
        assert database.execute("SELECT year FROM reports").fetchone() == (2023,)
        assert database.execute("SELECT count(*) FROM checks").fetchone() == (42,)


def test_formats_are_read_and_unknown_ones_refused() -> None:
    assert parse_formats("csv, parquet,csv") == ("csv", "parquet")
    with pytest.raises(UsageError, match="no format 'xls'"):
        parse_formats("xls")
    with pytest.raises(UsageError, match="at least one"):
        parse_formats(" , ")


def test_duckdb_not_installed_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    with pytest.raises(UsageError, match="pip install"):
        parse_formats("duckdb")


def test_a_failure_half_way_leaves_the_former_files_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_dataset(tmp_path, _tables(value=1), ("parquet", "csv"))
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "_write_table", full)
    with pytest.raises(DatasetError, match=r"No space left on device.*free some space"):
        write_dataset(tmp_path, _tables(value=2), ("parquet", "csv"))
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_files_get_the_usual_rights(tmp_path: Path) -> None:
    write_dataset(tmp_path, _tables(), ("parquet",))
    (tmp_path / "plain").touch()
    rights = stat.S_IMODE((tmp_path / "plain").stat().st_mode)
    assert stat.S_IMODE((tmp_path / "cells.parquet").stat().st_mode) == rights


def test_half_a_character_from_a_broken_text_layer_is_written_as_an_escape() -> None:
    made = replace(report(), about=About(title="x\udc80"))
    assert tables_of([made], "v").reports.column("title")[0].as_py() == "x\\udc80"
