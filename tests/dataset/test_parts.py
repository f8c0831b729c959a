"""Large tables: parts by form and year that read as one table."""

from __future__ import annotations

from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from extract.dataset import extract, parts, store, streams
from extract.dataset.diff import compare
from extract.dataset.rows import Rows
from extract.dataset.streams import whole_reports
from extract.dataset.write import write_dataset
from extract.model import Result
from extract.panel import make_panel
from extract.tables import tables_of
from tests.panel.making import report

FORMATS = ("parquet", "csv", "duckdb", "xlsx")
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "reports"


def reports() -> list[Result]:
    made = [
        report(1, "蕉岭县财政局", 2020, "2019"),
        report(2, "蕉岭县财政局", 2021),
        report(3, "蕉岭县财政局", 2022, prints={"t3.received.total": 7}),
        report(4, "涉县财政局", 2022),
        report(5, None, None, "2014"),
    ]
    return sorted(made, key=lambda one: one.report_id)


@pytest.fixture
def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The same dataset, its cells in one file and in parts."""
    tables = tables_of(reports(), "v")
    folders = tmp_path / "whole", tmp_path / "parts"
    for folder, most in zip(folders, (10_000, 100), strict=True):
        folder.mkdir()
        monkeypatch.setattr(parts, "MOST_ROWS", most)
        for _ in range(2):  # a folder takes the place of a folder
            write_dataset(folder, tables, FORMATS)
    return folders


def test_parts_are_by_form_and_year_and_read_as_the_same_table(both: tuple[Path, Path]) -> None:
    whole, parted = both
    assert sorted(one.name for one in (parted / "cells.parquet").iterdir()) == [
        "2014-none.parquet", "2019-2020.parquet", "2021-2021.parquet", "2021-2022.parquet",
    ]  # fmt: skip
    assert sorted(p.name for p in parted.iterdir()) == sorted(p.name for p in whole.iterdir())
    assert store.load(parted).cells.equals(store.load(whole).cells)
    one, other = (pd.read_parquet(folder / "cells.parquet") for folder in both)
    order = ["report_id", "code"]
    pd.testing.assert_frame_equal(
        one.sort_values(order, ignore_index=True), other.sort_values(order, ignore_index=True)
    )
    assert (parted / "cells.csv").read_bytes() == (whole / "cells.csv").read_bytes()
    with duckdb.connect(str(parted / "dataset.duckdb"), read_only=True) as database:
        found = database.execute("SELECT report_id, code FROM cells").fetchall()
    book = openpyxl.load_workbook(parted / "dataset.xlsx", read_only=True)
    sheet = book["cells"].iter_rows(min_row=2, values_only=True)
    place = store.load(whole).cells.column_names.index("code")
    assert [(row[0], row[place]) for row in sheet] == found
    assert found == [(row["report_id"], row["code"]) for row in store.load(whole).cells.to_pylist()]


def test_pieces_come_in_the_order_of_the_whole(
    both: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_REPORTS", 2)
    one, other = (pa.concat_tables(whole_reports(folder, "cells")) for folder in both)
    assert one.equals(other)


def test_all_that_reads_a_dataset_reads_parts(both: tuple[Path, Path]) -> None:
    whole, parted = both
    assert not compare(whole, parted).any
    assert make_panel(parted).keys == make_panel(whole).keys
    assert (make_panel(parted).values.grades == make_panel(whole).values.grades).all()
    for one in reports():
        assert Rows(parted).of(one.report_id).cells.equals(Rows(whole).of(one.report_id).cells)


def test_a_dataset_in_parts_goes_on_and_shrinks_to_a_file_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [FIXTURES / name for name in ("html-newer.html", "docx-older.docx", "docx-newer.docx")]
    folder = tmp_path / "dataset"
    monkeypatch.setattr(parts, "MOST_ROWS", 100)
    for count in (1, 2):
        extract(files[:count], folder, workers=1)
        assert len(list((folder / "cells.parquet").iterdir())) == count
    ids = store.load(folder).cells.column("report_id").to_pylist()
    assert ids == sorted(ids)
    assert pd.read_csv(folder / "cells.csv")["report_id"].tolist() == ids
    monkeypatch.setattr(parts, "MOST_ROWS", 10_000)
    extract(files, folder, workers=1)
    assert (folder / "cells.parquet").is_file()
    assert len(set(store.load(folder).cells.column("report_id").to_pylist())) == 3
    assert not [one for one in folder.iterdir() if "former" in one.name or "whole" in one.name]
