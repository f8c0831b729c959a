"""What waits in the ledger, and what taking it away costs."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from extract.dataset import ledger, lock
from extract.dataset.plan import look, plan
from extract.dataset.worker import Done
from extract.model import Given
from extract.tables import Tables, tables_of
from tests.dataset.readers import report


def _filled(book: ledger.Ledger, folder: Path, count: int) -> list[Tables]:
    for number in range(count):
        (folder / f"{number}.txt").write_text(f"ok {number}", encoding="utf-8")
    look(book, [os.fspath(path) for path in sorted(folder.iterdir())])
    plan(book, "v")
    made = []
    for job, _ in book.jobs("v"):
        noise = os.urandom(20_000).hex()
        one = replace(report(), report_id=job.report_id, sha256=job.sha256, warnings=(noise,))
        made.append(tables_of([one], "v"))
        book.finish(Done(job, made[-1]), made[-1].reports.to_pylist()[0])
    return made


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def test_rows_come_out_of_the_ledger_as_they_went_in(tmp_path: Path, files: Path) -> None:
    with lock.held(tmp_path / "out"), ledger.opened(tmp_path / "out") as book:
        (made,) = _filled(book, files, 1)
        report_id = made.reports["report_id"][0].as_py()
        found = book.waiting_rows(report_id)
        assert found == made
        for name in Tables._fields:
            [(one, batch)] = list(book.waiting(name))
            assert one == report_id
            assert batch.to_pylist() == getattr(made, name).to_pylist()
            assert batch.schema.equals(getattr(made, name).schema, check_metadata=True)


def test_rows_that_were_written_are_taken_away_without_writing_over_them(
    tmp_path: Path, files: Path
) -> None:
    with lock.held(tmp_path / "out"), ledger.opened(tmp_path / "out") as book:
        _filled(book, files, 100)
        book.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ledger_bytes = (tmp_path / "out" / ledger.OWN / "ledger.sqlite").stat().st_size
        book.written("{}")
        logged = (tmp_path / "out" / ledger.OWN / "ledger.sqlite-wal").stat().st_size
    assert ledger_bytes > 2_000_000
    assert logged < 0.2 * ledger_bytes


def test_what_waits_in_a_former_format_is_read_again_and_nothing_else_is_lost(
    tmp_path: Path, files: Path
) -> None:
    with lock.held(tmp_path / "out"), ledger.opened(tmp_path / "out") as book:
        _filled(book, files, 2)
        book.keep_given({"0.txt": Given(agency="甲局")})
        with book.database:
            book.database.execute("DELETE FROM results WHERE rowid = 1")  # it was written
            book.database.execute("PRAGMA user_version = 1")
    with lock.held(tmp_path / "out"), ledger.opened(tmp_path / "out") as book:
        assert book.one("SELECT count(*) FROM results") == 0
        assert book.one("SELECT count(*) FROM reports") == 1
        assert book.one("SELECT count(*) FROM given") == 1
