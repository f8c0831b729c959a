"""A dataset behind its pages: corrections on top, other writers noticed, files that follow."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import log10
from pathlib import Path
from typing import Any

import httpx
import pytest

from extract.dataset import store
from extract.dataset.corrections import ConflictError, State, opened_store
from extract.dataset.settle import settle
from extract.errors import UsageError
from extract.review.archive import Archive
from extract.review.doubt import doubts_of
from extract.review.keeping import Keeper
from extract.review.state import parsed, tried, typed
from tests.dataset.test_corrections import NATURAL, TOTAL, balanced, dataset, number, one, row

REPORT = "ab" * 8
ROOT = Path(__file__).resolve().parents[2]


def cell_doubt(cell: Mapping[str, Any]) -> float:
    """The obvious twin of what is done for all cells at once."""
    if cell["status"] not in ("suspect", "missing"):
        return 0.0
    doubt = 1.0 - (cell["confidence"] or 0.0)
    number = cell["value"] if cell["value"] is not None else cell["implied"]
    return float(doubt * (1.0 + log10(1.0 + abs(number or 0.0))))


def test_a_correction_shows_at_once_and_can_be_taken_back(tmp_path: Path) -> None:
    dataset(tmp_path, balanced(total=9))
    archive = Archive(tmp_path)
    _, before = archive.reports()
    done = archive.correct(REPORT, TOTAL, number(7), "correct", 0, "Li")
    opened = archive.open(REPORT)
    assert (opened.cells[TOTAL]["value"], opened.report["status"]) == (7.0, "ok")
    assert (done.before, done.read) == (number(9), number(9))
    reports, after = archive.reports()
    assert reports[REPORT]["suspect"] == 0
    assert after[REPORT] == 0 < before[REPORT]
    archive.undo(REPORT, TOTAL, done.seq, "Li")
    assert archive.open(REPORT).cells[TOTAL]["status"] == "suspect"


def test_undoing_the_second_leaves_the_first(tmp_path: Path) -> None:
    dataset(tmp_path, balanced())
    archive = Archive(tmp_path)
    first = archive.correct(REPORT, TOTAL, number(8), "correct", 0, "Li")
    second = archive.correct(REPORT, TOTAL, number(9), "correct", first.seq, "Li")
    assert second.before == number(8)
    archive.undo(REPORT, TOTAL, second.seq, "Li")
    assert archive.open(REPORT).cells[TOTAL]["value"] == 8.0


def test_another_program_s_correction_is_noticed(tmp_path: Path) -> None:
    dataset(tmp_path, balanced())
    mine, theirs = Archive(tmp_path), Archive(tmp_path)
    mine.reports()
    theirs.correct(REPORT, TOTAL, number(8), "correct", 0, "Wang")
    assert mine.open(REPORT).cells[TOTAL]["value"] == 8.0
    with pytest.raises(ConflictError, match="Wang"):
        mine.correct(REPORT, TOTAL, number(9), "correct", 0, "Li")


def test_a_dataset_written_anew_is_read_anew(tmp_path: Path) -> None:
    dataset(tmp_path, balanced())
    archive = Archive(tmp_path)
    archive.correct(REPORT, TOTAL, number(8), "correct", 0, "Li")
    dataset(tmp_path, balanced(), replace(balanced(), report_id="cd" * 8))
    assert len(archive.reports()[0]) == 2
    assert archive.open(REPORT).cells[TOTAL]["value"] == 8.0


def test_the_files_follow_when_the_server_ends(tmp_path: Path) -> None:
    dataset(tmp_path, balanced())
    archive = Archive(tmp_path)
    keeper = Keeper(archive, threading.Lock(), pause=60)
    archive.correct(REPORT, TOTAL, number(8), "correct", 0, "Li")
    keeper.touched()
    assert row(store.load(tmp_path), TOTAL)["value"] == 7.0
    keeper.close()
    assert row(store.load(tmp_path), TOTAL)["value"] == 8.0


def test_own_writing_is_not_read_again(tmp_path: Path) -> None:
    dataset(tmp_path, balanced())
    archive = Archive(tmp_path)
    archive.correct(REPORT, TOTAL, number(8), "correct", 0, "Li")
    held = archive._held
    Keeper(archive, threading.Lock()).write()
    assert archive.open(REPORT).cells[TOTAL]["value"] == 8.0
    assert archive._held is held


def test_what_a_person_settled_last_year_is_carried_into_this_one(tmp_path: Path) -> None:
    this = balanced()
    assert this.about.year is not None
    before = replace(this.about, year=this.about.year - 1)
    dataset(tmp_path, this, replace(this, report_id="cd" * 8, about=before))
    archive = Archive(tmp_path)
    archive.correct("cd" * 8, "t3.carried_out.total", number(5), "correct", 0, "Li")
    settle(tmp_path)
    said = archive.last_year(archive.open(REPORT).report)
    assert said["t3.carried_in.total"].value == 5


def test_many_at_once_through_one_archive_are_all_kept(tmp_path: Path) -> None:
    dataset(tmp_path, balanced())
    archive = Archive(tmp_path)
    codes = list(archive.open(REPORT).cells)[:120]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda c: archive.correct(REPORT, c, number(5), "correct", 0, "Li"), codes))
    with opened_store(tmp_path) as kept:
        assert set(kept.holding()[REPORT]) == set(codes)


def test_the_doubt_of_a_report_is_that_of_its_cells(tmp_path: Path) -> None:
    gone = {"t4.review.total": "missing", NATURAL: "suspect", "t3.granted.total": "suspect"}
    made = balanced()
    cells_made = tuple(
        replace(c, status=gone.get(c.code, c.status), confidence=None if "t4" in c.code else 0.7)
        for c in made.cells
    )
    tables = dataset(tmp_path, replace(made, cells=cells_made))
    reports = {line["report_id"]: line for line in tables.reports.to_pylist()}
    cells = sum(cell_doubt(cell) for cell in tables.cells.to_pylist())
    assert doubts_of(tables.cells, tables.checks, reports)[REPORT] == pytest.approx(cells)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (" 1,234 ", State("number", 1234, "1,234")),
        ("", State("blank", None, "")),
        ("—", State("dash", None, "—")),
        ("?", State("illegible", None, "")),
        ("12.5万元", State("number", 12.5, "12.5万元", "万元")),
    ],
)
def test_what_is_typed(text: str, state: State) -> None:
    assert parsed(text) == state


@pytest.mark.parametrize("text", ["abc", "1 2", "1e9", "9" * 30, "<b>", "1/2"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parsed(text)


def test_a_unit_read_in_the_cell_goes_with_its_reading() -> None:
    assert typed("938.44万元", {"printed": "988.440元", "unit": "元"}).unit == "万元"
    assert typed("938.44", {"printed": "988.440元", "unit": "元"}).unit is None
    assert typed("938.44", {"printed": "988.440", "unit": "万元"}).unit == "万元"


def test_trying_a_number_stores_nothing(tmp_path: Path) -> None:
    dataset(tmp_path, balanced(total=9))
    archive = Archive(tmp_path)
    outcomes = {one["id"]: one for one in tried(archive.open(REPORT), TOTAL, "7")}
    assert outcomes["t3.row.received"]["verdict"] == "pass"
    assert outcomes["t3.balance.total"]["actual"] == 7
    assert archive.latest() == 0


def test_the_command_prints_its_address_and_ends_in_order(tmp_path: Path) -> None:
    dataset(tmp_path, balanced())
    with opened_store(tmp_path) as kept:
        kept.add(one(read=number(7), before=number(7), after=number(8)))
    server = subprocess.Popen(
        [sys.executable, "-c", "from extract.cli import main; main()", "review", str(tmp_path),
         "--port", "0"],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert server.stdout is not None
    url = server.stdout.readline().split()[1]
    assert url.startswith("http://127.0.0.1:")
    assert "待核队列" in httpx.get(url, headers={"accept-language": "zh"}).text
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0
