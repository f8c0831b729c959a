"""Files in, dataset out: the same bytes whatever the way there."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from extract.dataset import Progress, extract, run
from extract.errors import DatasetError, UsageError
from extract.tables import TABLES, pandera_schema


@pytest.fixture
def inbox(tmp_path: Path, made_reports: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `in` with two reports, a file that is none, and one of another kind."""
    monkeypatch.chdir(tmp_path)
    folder = Path("in")
    (folder / "deep").mkdir(parents=True)
    shutil.copy(made_reports / "born-000.pdf", folder / "a.pdf")
    shutil.copy(made_reports / "born-001.pdf", folder / "deep" / "b.pdf")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4\nnothing")
    (folder / "list.csv").touch()
    return folder


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def _reports(folder: Path) -> dict[str, Mapping[str, Any]]:
    rows = pd.read_parquet(folder / "reports.parquet").to_dict("records")
    return {row["source"]: row for row in rows}


def test_a_folder_becomes_a_dataset(inbox: Path) -> None:
    told: list[Progress] = []
    summary = extract([inbox], Path("out"), workers=1, progress=told.append)
    assert [(one.done, one.total) for one in told] == [(1, 3), (2, 3), (3, 3)]
    assert (summary.count("failed"), summary.others, summary.missed) == (1, 1, 0)
    for name in TABLES:
        pandera_schema(name).validate(pd.read_parquet(f"out/{name}.parquet"))
    rows = _reports(Path("out"))
    assert rows.keys() == {"in/a.pdf", "in/broken.pdf", "in/deep/b.pdf"}
    assert rows["in/broken.pdf"]["status"] == "failed"
    assert rows["in/broken.pdf"]["error_kind"]
    cells = pd.read_parquet("out/cells.parquet")
    assert cells["report_id"].is_monotonic_increasing
    assert set(cells["report_id"]) == {
        rows["in/a.pdf"]["report_id"],
        rows["in/deep/b.pdf"]["report_id"],
    }


def test_numbers_of_the_dataset_are_those_of_the_truth(inbox: Path, made_reports: Path) -> None:
    extract([inbox / "a.pdf"], Path("out"), workers=1)
    truth = json.loads((made_reports / "truth.json").read_text(encoding="utf-8"))["born-000"]
    cells = pd.read_parquet("out/cells.parquet").set_index("code")["printed"]
    assert cells.to_dict() == truth["printed"]
    assert _reports(Path("out"))["in/a.pdf"]["year"] == truth["year"]


def test_the_same_bytes_whatever_workers_order_and_interruptions(inbox: Path) -> None:
    extract([inbox], Path("at-once"), workers=1)
    extract([inbox / "deep"], Path("in-steps"), workers=1)
    extract([inbox / "broken.pdf", inbox / "a.pdf"], Path("in-steps"), workers=2)
    extract([inbox], Path("in-steps"), workers=2)
    assert _bytes(Path("at-once")) == _bytes(Path("in-steps"))


def test_what_is_unchanged_is_not_read_again(inbox: Path) -> None:
    extract([inbox], Path("out"), workers=1)
    told: list[Progress] = []
    summary = extract([inbox], Path("out"), workers=1, progress=told.append)
    assert told == []
    assert (summary.unchanged, summary.total) == (3, 3)


def test_changed_bytes_replace_the_former_row(inbox: Path, made_reports: Path) -> None:
    extract([inbox], Path("out"), workers=1)
    former = _reports(Path("out"))["in/a.pdf"]["report_id"]
    shutil.copy(made_reports / "born-002.pdf", inbox / "a.pdf")
    extract([inbox / "a.pdf"], Path("out"), workers=1)
    rows = _reports(Path("out"))
    assert len(rows) == 3
    assert rows["in/a.pdf"]["report_id"] != former
    assert former not in set(pd.read_parquet("out/cells.parquet")["report_id"])


def test_the_same_bytes_at_two_paths_are_one_report(inbox: Path) -> None:
    shutil.copy(inbox / "a.pdf", inbox / "copy.pdf")
    extract([inbox], Path("out"), workers=1)
    assert _reports(Path("out"))["in/a.pdf"]["sources"] == "in/a.pdf\nin/copy.pdf"
    assert len(_reports(Path("out"))) == 3


def test_the_users_list_supplies_the_year_and_a_new_list_reads_again(inbox: Path) -> None:
    Path("list.csv").write_text("path,url,region_code\nin/a.pdf,http://x.cn,130000\n")
    extract([inbox / "a.pdf"], Path("out"), workers=1, about=Path("list.csv"))
    assert _reports(Path("out"))["in/a.pdf"]["url"] == "http://x.cn"
    extract([inbox / "a.pdf"], Path("out"), workers=1)
    assert _reports(Path("out"))["in/a.pdf"]["url"] == "http://x.cn"
    Path("list.csv").write_text("path,url\nin/a.pdf,http://y.cn\n")
    extract([inbox / "a.pdf"], Path("out"), workers=1, about=Path("list.csv"))
    assert _reports(Path("out"))["in/a.pdf"]["url"] == "http://y.cn"


def test_a_file_that_cannot_be_opened_is_one_failed_report(inbox: Path) -> None:
    (inbox / "gone.pdf").symlink_to("nowhere")
    summary = extract([inbox / "gone.pdf", inbox / "a.pdf"], Path("out"), workers=1)
    row = _reports(Path("out"))["in/gone.pdf"]
    assert (summary.count("failed"), row["error_kind"]) == (1, "unreadable")
    assert pd.isna(row["sha256"])


def test_an_empty_folder_makes_an_empty_dataset(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    summary = extract([tmp_path / "in"], tmp_path / "out")
    assert summary.total == 0
    assert len(pd.read_csv(tmp_path / "out" / "cells.csv")) == 0


def test_nothing_is_read_when_the_dataset_cannot_be_written(inbox: Path) -> None:
    Path("out").touch()
    told: list[Progress] = []
    with pytest.raises(DatasetError):
        extract([inbox], Path("out"), workers=1, progress=told.append)
    assert told == []


def test_a_path_that_is_not_there_leaves_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        extract([tmp_path / "nope"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


_MANY = """
import sys; from pathlib import Path
from functools import partial
from extract.dataset import run, pool, extract
run.run_jobs = partial(pool.run_jobs, reader="tests.dataset.readers:made")
told = lambda progress: print(progress.done, flush=True)
summary = extract([Path("in")], Path("out"), workers=1, progress=told)
print("interrupted" if summary.interrupted else "whole", summary.missed, flush=True)
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_finished_is_kept_when_the_run_is_ended(
    how: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    for number in range(16):
        Path(f"in/{number:02d}.txt").write_text(f"slow {number}", encoding="utf-8")
    root = os.fspath(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", _MANY],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert process.stdout is not None
    for _ in range(5):
        process.stdout.readline()
    process.send_signal(how)
    rest = process.stdout.read().split("\n")
    process.wait(30)
    kept = finished_in(Path("out"))
    assert 3 <= kept < 16
    if how == signal.SIGKILL:
        assert not Path("out/reports.parquet").exists()
    else:
        assert rest[-2] == f"interrupted {16 - kept}"
    monkeypatch.setattr(run, "run_jobs", _with_test_reader)
    extract([Path("in")], Path("out"), workers=2)
    extract([Path("in")], Path("fresh"), workers=2)
    assert _bytes(Path("out")) == _bytes(Path("fresh"))


def finished_in(folder: Path) -> int:
    """Reports that the ledger of a dataset knows as read."""
    place = f"{(folder / '.gouji' / 'ledger.sqlite').resolve().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(place, uri=True)) as ledger:
            count: int = ledger.execute("SELECT COUNT(*) FROM reports").fetchone()[0]
    except sqlite3.OperationalError:  # not made yet
        return 0
    return count


def _with_test_reader(jobs: Any, workers: int, limits: Any = None) -> Any:
    from extract.dataset.pool import run_jobs

    return run_jobs(jobs, workers, limits, reader="tests.dataset.readers:made")


def test_the_debug_view_draws_every_page_even_of_unchanged_files(inbox: Path) -> None:
    import pypdfium2
    from PIL import Image

    extract([inbox], Path("out"), workers=1)
    before = _bytes(Path("out"))
    extract([inbox], Path("out"), workers=1, debug=Path("drawn"))
    assert _bytes(Path("out")) == before
    report_id = _reports(Path("out"))["in/a.pdf"]["report_id"]
    drawn = sorted(Path(f"drawn/a-{report_id[:8]}").iterdir())
    assert len(drawn) == len(pypdfium2.PdfDocument(inbox / "a.pdf"))
    page = int(pd.read_parquet("out/cells.parquet").query("report_id == @report_id")["page"].min())
    colours = Image.open(drawn[page - 1]).convert("RGB").getcolors(1 << 24)
    assert any(green > red + 60 and green > blue for _, (red, green, blue) in colours or [])


def test_readers_start_before_what_writes_is_imported() -> None:
    """Else a run over a few files waits for it twice: once before and once after reading."""
    code = (
        "import sys; from extract.dataset import run; run.version();"
        "print(*sorted({'pandas', 'pyarrow', 'pydantic'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "\n"
