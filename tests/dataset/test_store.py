"""What a dataset folder holds, also after runs that were cut short."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extract.dataset import store
from extract.dataset.write import write_dataset
from extract.errors import DatasetError
from extract.tables import TABLES, Tables, arrow_table, tables_of
from tests.dataset.readers import report

A, B, C = "aa" * 32, "bb" * 32, "cc" * 32


def _of(*digests: str) -> Tables:
    return tables_of([report(f"{d[:2]}.pdf", sha256=d) for d in digests], "v")


def _ids(tables: Tables) -> list[str]:
    found: list[str] = tables.reports.column("report_id").to_pylist()
    return found


def test_a_written_dataset_is_loaded_again(tmp_path: Path) -> None:
    write_dataset(tmp_path, _of(A, B), ("parquet",))
    loaded = store.load(tmp_path)
    for name in TABLES:
        assert getattr(loaded, name).equals(getattr(_of(A, B), name))


def test_an_empty_folder_is_an_empty_dataset(tmp_path: Path) -> None:
    assert _ids(store.load(tmp_path)) == []


def test_joined_rows_stand_by_report_and_as_they_came_within() -> None:
    joined = store.joined(_of(B), [_of(C), _of(A)])
    for name in TABLES:
        assert getattr(joined, name).equals(getattr(_of(A, B, C), name))


def test_without_drops_a_report_from_every_table() -> None:
    left = store.without(_of(A, B), {A[:16]})
    for name in TABLES:
        assert getattr(left, name).equals(getattr(_of(B), name))


def test_a_report_without_all_its_cells_is_read_again(tmp_path: Path) -> None:
    write_dataset(tmp_path, _of(A, B)._replace(cells=_of(A).cells), ("parquet",))
    loaded = store.load(tmp_path)
    assert _ids(loaded) == [A[:16]]
    assert loaded.checks.num_rows == 42


def test_cells_of_no_report_are_dropped(tmp_path: Path) -> None:
    write_dataset(tmp_path, _of(A, B)._replace(reports=_of(A).reports), ("parquet",))
    assert store.load(tmp_path).cells.num_rows == 200


@pytest.mark.parametrize("content", [b"", b"not parquet at all"])
def test_files_of_another_kind_are_not_overwritten(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "reports.parquet").write_bytes(content)
    with pytest.raises(DatasetError, match=r"reports\.parquet: not a dataset"):
        store.load(tmp_path)


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    write_dataset(tmp_path, _of(A), ("parquet",))
    os.replace(tmp_path / "checks.parquet", tmp_path / "cells.parquet")
    with pytest.raises(DatasetError, match="its columns are others"):
        store.load(tmp_path)


def test_rows_are_the_same_however_often_they_are_sorted() -> None:
    rows = [tuple(row.values()) for row in _of(B, A).checks.to_pylist()]
    assert store.joined(_of(), [_of(B, A)]).checks.equals(
        arrow_table("checks", rows[42:] + rows[:42])
    )
