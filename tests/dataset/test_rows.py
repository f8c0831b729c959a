"""One report's rows without the rest: the same as of the dataset read whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extract.dataset import store
from extract.dataset.corrected import rows_of
from extract.dataset.rows import Rows
from extract.errors import DatasetError
from tests.dataset.test_corrections import balanced, dataset

IDS = [f"{n:02d}" * 8 for n in range(12)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dataset(tmp_path, *(replace(balanced(), report_id=one) for one in IDS))
    return tmp_path


def same(folder: Path) -> None:
    whole, rows = store.load(folder), Rows(folder)
    for one in IDS:
        for mine, theirs in zip(rows.of(one), rows_of(whole, one), strict=True):
            assert mine.equals(theirs.combine_chunks(), check_metadata=True)
    assert rows.cells("code", "value").equals(whole.cells.select(["code", "value"]))
    assert rows.checks("check").num_rows == whole.checks.num_rows


def test_each_report_s_rows_are_those_of_the_whole(folder: Path) -> None:
    same(folder)


def test_a_report_may_lie_across_groups_and_files(folder: Path) -> None:
    tables = store.load(folder)
    for name in ("cells", "checks"):
        path, table = folder / f"{name}.parquet", getattr(tables, name)
        path.unlink()
        path.mkdir()
        half = table.num_rows // 2 + 3
        pq.write_table(table.slice(0, half), path / "part-0.parquet", row_group_size=37)
        pq.write_table(table.slice(half), path / "part-1.parquet", row_group_size=500)
    same(folder)


def test_a_report_whose_cells_are_not_all_there_is_left_out(folder: Path) -> None:
    tables = store.load(folder)
    pq.write_table(tables.cells.slice(0, tables.cells.num_rows - 1), folder / "cells.parquet")
    rows = Rows(folder)
    assert IDS[-1] not in rows
    assert IDS[0] in rows
    assert rows.reports.num_rows == len(IDS) - 1


def test_an_empty_folder_is_an_empty_dataset(tmp_path: Path) -> None:
    assert Rows(tmp_path).reports.num_rows == 0


def test_other_columns_are_refused(folder: Path) -> None:
    tables = store.load(folder)
    pq.write_table(tables.cells.drop_columns(["unit"]), folder / "cells.parquet")
    with pytest.raises(DatasetError, match="its columns are others"):
        Rows(folder)
