"""Child processes that crash, hang, leave, shout: each costs its own file alone."""

from __future__ import annotations

import mmap
import os
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from extract.dataset.child import claimed, resident
from extract.dataset.pool import run_jobs
from extract.dataset.worker import Job
from extract.limits import Limits
from extract.tables import Tables

READER = "tests.dataset.readers:made"


def _jobs(folder: Path, *texts: str) -> list[Job]:
    jobs = []
    for number, text in enumerate(texts):
        path = folder / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        jobs.append(Job(str(path), path.name, f"{number:016x}", f"{number:064x}"))
    return jobs


def _rows(folder: Path, *texts: str, workers: int = 1, **more: Any) -> dict[str, Mapping[str, Any]]:
    done = run_jobs(_jobs(folder, *texts), workers, reader=READER, **more)
    return {one.job.source: one.tables.reports.to_pylist()[0] for one in done}


def test_a_crash_costs_one_file_and_says_how_the_process_ended(tmp_path: Path) -> None:
    rows = _rows(tmp_path, "ok 1", "crash", "ok 2", "leave", "ok 3")
    assert [rows[f"{n}.txt"]["status"] for n in range(5)] == [
        "review",
        "failed",
        "review",
        "failed",
        "review",
    ]
    assert rows["1.txt"]["error_kind"] == rows["3.txt"]["error_kind"] == "crashed"
    assert "SIGABRT" in rows["1.txt"]["error"]
    assert "exit code 7" in rows["3.txt"]["error"]


def test_a_process_that_takes_its_time_to_leave_is_not_called_killed(tmp_path: Path) -> None:
    (done,) = run_jobs(_jobs(tmp_path, "any"), 1, reader="tests.dataset.readers:unfit")
    assert "exit code 5" in done.tables.reports.to_pylist()[0]["error"]


def test_a_process_that_cannot_begin_does_not_blame_the_file(tmp_path: Path) -> None:
    (done,) = run_jobs(_jobs(tmp_path, "any"), 1, reader="tests.dataset.readers:absent")
    error = done.tables.reports.to_pylist()[0]["error"]
    assert "before it began (exit code 1)" in error
    assert "damaged" not in error


def test_a_file_that_hangs_is_given_up_in_time(tmp_path: Path) -> None:
    begun = time.monotonic()
    # Long enough for the other file, whose process loads the forms first, on a slow machine.
    rows = _rows(tmp_path, "hang", "ok 1", limits=Limits(seconds=4.0))
    assert time.monotonic() - begun < 20
    assert (rows["0.txt"]["error_kind"], rows["1.txt"]["status"]) == ("timeout", "review")


def test_a_document_that_wants_too_much_memory_fails_alone(tmp_path: Path) -> None:
    rows = _rows(tmp_path, "eat", "ok 1", limits=Limits(memory=1500))
    assert (rows["0.txt"]["error_kind"], rows["1.txt"]["status"]) == ("memory", "review")
    assert "1500 MB" in rows["0.txt"]["error"]


def test_pages_that_come_one_by_one_are_waited_for(tmp_path: Path) -> None:
    rows = _rows(tmp_path, "ok 1", "pages 1", limits=Limits(page_seconds=2.0))
    assert rows["1.txt"]["status"] == "review"


def test_kills_are_counted_and_a_crash_is_tried_twice(tmp_path: Path) -> None:
    (done,) = run_jobs(_jobs(tmp_path, "crash"), 1, reader=READER)
    assert done.kills == 2


def test_a_bug_is_one_files_failure_and_named_a_bug(tmp_path: Path) -> None:
    row = _rows(tmp_path, "raise")["0.txt"]
    assert (row["status"], row["error_kind"]) == ("failed", "internal")
    assert "ValueError: a bug" in row["error"]


def test_a_number_no_column_can_hold_fails_its_file_alone(tmp_path: Path) -> None:
    rows = _rows(tmp_path, "huge", "ok 1")
    assert [rows[f"{n}.txt"]["status"] for n in (0, 1)] == ["failed", "review"]


def test_what_a_native_library_prints_does_not_disturb(tmp_path: Path) -> None:
    assert _rows(tmp_path, "shout")["0.txt"]["status"] == "review"


def test_rows_arrive_whole(tmp_path: Path) -> None:
    (done,) = run_jobs(_jobs(tmp_path, "ok 77"), 1, reader=READER)
    assert isinstance(done.tables, Tables)
    assert done.tables.cells.num_rows == 200
    assert done.tables.cells.column("value").to_pylist()[1] == 77.0
    assert set(done.tables.cells.column("report_id").to_pylist()) == {f"{0:016x}"}


def test_two_workers_share_the_files(tmp_path: Path) -> None:
    rows = _rows(tmp_path, *["slow 1"] * 8, workers=2)
    assert len(rows) == 8


def test_no_files_start_no_process() -> None:
    assert list(run_jobs([], 4, reader=READER)) == []


def test_closing_ends_the_children(tmp_path: Path) -> None:
    jobs = run_jobs(_jobs(tmp_path, "ok 1", "hang", "hang"), 2, reader=READER)
    next(jobs)
    jobs.close()
    deadline = time.monotonic() + 10
    while _children() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _children()


def test_a_module_in_the_current_folder_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "yaml.py").write_text("raise SystemExit(9)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert _rows(tmp_path, "ok 1")["0.txt"]["status"] == "review"


def test_the_pool_works_off_the_main_thread(tmp_path: Path) -> None:
    rows: dict[str, Mapping[str, Any]] = {}
    thread = threading.Thread(target=lambda: rows.update(_rows(tmp_path, "ok 1")))
    thread.start()
    thread.join(60)
    assert rows["0.txt"]["status"] == "review"


def _children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE and "worker.main" in " ".join(child.cmdline())
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_what_a_process_claims_counts_though_it_does_not_hold_it() -> None:
    before, held = claimed(os.getpid()), resident(os.getpid())
    with mmap.mmap(-1, 400_000_000, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
        assert claimed(os.getpid()) - before > 390_000_000
        assert resident(os.getpid()) - held < 100_000_000
