"""One process at a time may write a dataset."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from extract.dataset import lock
from extract.errors import DatasetError


def test_two_runs_cannot_write_one_dataset(tmp_path: Path) -> None:
    again = (
        "import sys; from pathlib import Path; from extract.dataset import lock\n"
        "from extract.errors import DatasetError\n"
        "try:\n    lock.held(Path(sys.argv[1])).__enter__()\n"
        "except DatasetError as error: print(error.what)"
    )
    command = [sys.executable, "-c", again, os.fspath(tmp_path)]
    with lock.held(tmp_path):
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "another gouji is writing" in said
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ""


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(DatasetError, match="choose another folder"),
        lock.held(tmp_path / "file" / "out"),
    ):
        pass
