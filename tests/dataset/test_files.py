"""Files that are written whole, from their beginning to their end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pyarrow import csv, table

from extract.dataset import files
from extract.dataset.files import LongFile


def test_a_long_file_goes_to_the_disk_as_it_comes_and_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[int] = []
    freed: list[bool] = []
    if hasattr(os, "fdatasync"):
        monkeypatch.setattr(os, "fdatasync", lambda _: gone.append(path.stat().st_size))
    if hasattr(os, "posix_fadvise"):
        advise = os.posix_fadvise
        dropped = os.POSIX_FADV_DONTNEED
        monkeypatch.setattr(
            os,
            "posix_fadvise",
            lambda *given: freed.append(given[-1] == dropped) or advise(*given),
        )
    monkeypatch.setattr(files, "_WAITING", 1000)
    path = tmp_path / "numbers.csv"
    path.write_bytes(b"\xef\xbb\xbf")
    rows = table({"n": list(range(2000))})
    with LongFile(path) as file, csv.CSVWriter(file, rows.schema) as out:
        for start in range(0, 2000, 500):
            out.write_table(rows.slice(start, 500))
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines == ['"n"', *map(str, range(2000))]
    if hasattr(os, "posix_fadvise"):
        assert len(gone) >= 3
        assert gone == sorted(gone)
        assert gone[0] >= 1000
        assert freed == [True] * len(gone)
