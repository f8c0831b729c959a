"""What people settle: kept whole, never lost, followed by the tables."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.dataset import store
from extract.dataset.corrected import follow
from extract.dataset.corrections import ConflictError, Correction, Corrections, State, opened_store
from extract.dataset.settle import settle
from extract.dataset.write import write_dataset
from extract.model import About, Result
from extract.reconcile import reconcile
from extract.tables import Tables, tables_of
from tests.dataset.readers import report

ROOT = Path(__file__).resolve().parents[2]
TOTAL = "t3.received.total"
NATURAL = "t3.received.natural"


def number(value: int) -> State:
    return State("number", value, str(value))


def one(code: str = TOTAL, after: State | None = None, **more: Any) -> Correction:
    given: dict[str, Any] = {
        "report_id": "ab" * 8,
        "code": code,
        "kind": "correct",
        "before": number(1),
        "after": after if after is not None else number(7),
        "read": number(1),
        "who": "Li",
    }
    return Correction(**(given | more))


def balanced(total: int = 7, suspect: str = TOTAL) -> Result:
    """A report of zeros but for the row of new requests: 3 + 4 = `total`, `suspect` in doubt."""
    from extract.forms import load_forms
    from extract.model import Evidence, GridCell, Reading, Slot

    form = next(one for one in load_forms() if one.id == "2021")
    printed = {NATURAL: 3, "t3.received.business": 4, TOTAL: total}
    for column, value in (("natural", 3), ("business", 4), ("total", 7)):
        for row in ("granted", "closed_total"):
            printed[f"t3.{row}.{column}"] = value
    evidence = []
    for code in form.codes():
        value = printed.get(code, 0)
        reading = Reading(str(value), "number", value, None, 0.9999, "text")
        evidence.append(
            Evidence(Slot(code, GridCell(0, 0, text=str(value)), 1, "text"), (reading,))
        )
    cells, checks = reconcile(form, frozenset(), evidence, pixels=False, geometry=True)
    cells = tuple(replace(c, status="suspect") if c.code == suspect else c for c in cells)
    about = About(
        title="t", agency="江夏区统计局", agency_from="title", year=2022, year_from="title"
    )
    return replace(report(), cells=cells, checks=checks, about=about, status="review", form="2021")


def dataset(folder: Path, *results: Result, version: str = "1") -> Tables:
    folder.mkdir(parents=True, exist_ok=True)
    tables = tables_of(results, version)
    write_dataset(folder, tables, ("parquet", "csv"))
    return tables


def row(tables: Tables, code: str) -> dict[str, Any]:
    return next(r for r in tables.cells.to_pylist() if r["code"] == code)


def check(tables: Tables, name: str) -> dict[str, Any]:
    return next(r for r in tables.checks.to_pylist() if r["check"] == name)


def test_an_entry_comes_back_as_it_was_given(tmp_path: Path) -> None:
    given = one(why="smudge", agency="A", year=2022, form="2021")
    with opened_store(tmp_path) as kept:
        done = kept.add(given)
    with opened_store(tmp_path) as kept:
        assert kept.history() == [done]
    assert replace(done, seq=0, at="") == given
    assert done.seq == 1
    assert done.at.endswith("+00:00")


def test_entries_are_never_changed_or_deleted(tmp_path: Path) -> None:
    import sqlite3

    with opened_store(tmp_path) as kept:
        kept.add(one())
    database = sqlite3.connect(tmp_path / "corrections.sqlite")
    for attack in ("UPDATE corrections SET who = 'x'", "DELETE FROM corrections"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            database.execute(attack)
    database.close()


def test_whoever_did_not_see_the_last_entry_is_refused(tmp_path: Path) -> None:
    with opened_store(tmp_path) as kept:
        first = kept.add(one(who="Wang"))
        with pytest.raises(ConflictError, match="Wang") as refused:
            kept.add(one(after=number(8)))
        assert refused.value.theirs == first
        kept.add(one(after=number(8), seen=first.seq))
        kept.add(one(code=NATURAL))
        assert [entry.after for entry in kept.history()] == [number(7), number(8), number(7)]


def test_a_thousand_at_once_are_all_there(tmp_path: Path) -> None:
    with opened_store(tmp_path):
        pass

    def write(n: int) -> None:
        with opened_store(tmp_path) as kept:
            kept.add(one(code=f"t3.row{n}.total", after=number(n)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(1000)))
    with opened_store(tmp_path) as kept:
        held = kept.holding()["ab" * 8]
    assert {entry.after.value for entry in held.values() if entry.after} == set(range(1000))


def test_of_many_on_one_cell_one_wins_and_the_others_know(tmp_path: Path) -> None:
    with opened_store(tmp_path):
        pass

    def write(n: int) -> bool:
        with opened_store(tmp_path) as kept:
            try:
                kept.add(one(after=number(n)))
            except ConflictError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, range(40)))
    assert won.count(True) == 1


_WRITER = """
import sys
from pathlib import Path
from tests.dataset.test_corrections import number, one, opened_store
with opened_store(Path(sys.argv[1])) as kept:
    for n in range(100000):
        kept.add(one(code=f"c{n}", after=number(n), why="x" * 3000))
        print(n, flush=True)
"""


def test_a_kill_leaves_every_entry_whole_and_none_that_was_told_is_lost(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    time.sleep(0.2)
    writer.send_signal(signal.SIGKILL)
    told = [int(line) for line in writer.stdout.read().split()]
    writer.wait()
    with opened_store(tmp_path) as kept:
        entries = kept.history()
    assert len(entries) >= 1 + len(told)
    for n, entry in enumerate(entries):
        assert (entry.code, entry.after, entry.why) == (f"c{n}", number(n), "x" * 3000)


def test_value_status_checks_and_counts_follow(tmp_path: Path) -> None:
    before = dataset(tmp_path, balanced(total=9))
    assert check(before, "t3.row.received")["verdict"] == "fail"
    with opened_store(tmp_path) as kept:
        kept.add(one(before=number(9), read=number(9)))
    after = follow(tmp_path, store.load(tmp_path))
    cell = row(after, TOTAL)
    assert (cell["value"], cell["status"], cell["reader"]) == (7.0, "corrected", "person")
    assert check(after, "t3.row.received")["verdict"] == "pass"
    told = after.reports.to_pylist()[0]
    assert (told["suspect"], told["failed_checks"], told["status"]) == (0, 0, "ok")


def test_a_sum_that_a_person_saw_broken_is_the_publishers(tmp_path: Path) -> None:
    dataset(tmp_path, balanced(total=9))
    with opened_store(tmp_path) as kept:
        kept.add(one(kind="accept", before=number(9), after=number(9), read=number(9)))
    after = follow(tmp_path, store.load(tmp_path))
    found = check(after, "t3.row.received")
    assert (found["verdict"], found["cause"], found["difference"]) == ("fail", "publisher", 2.0)
    assert after.reports.to_pylist()[0]["publisher_errors"] == 2  # the balance fails with it


def test_while_another_cell_is_in_doubt_nobody_is_blamed(tmp_path: Path) -> None:
    dataset(tmp_path, balanced(total=9, suspect=NATURAL))
    with opened_store(tmp_path) as kept:
        kept.add(one(kind="accept", before=number(9), after=number(9), read=number(9)))
    after = follow(tmp_path, store.load(tmp_path))
    assert check(after, "t3.row.received")["cause"] == "undecided"


def test_the_files_follow_and_twice_does_no_harm(tmp_path: Path) -> None:
    dataset(tmp_path, balanced())
    with opened_store(tmp_path) as kept:
        kept.add(one(after=number(8), before=number(7), read=number(7)))
    assert settle(tmp_path)
    once = {name: (tmp_path / name).read_bytes() for name in ("cells.csv", "cells.parquet")}
    assert b"corrected" in once["cells.csv"]
    assert not settle(tmp_path)
    assert once == {name: (tmp_path / name).read_bytes() for name in once}


def test_taken_back_the_reading_of_gouji_holds_again(tmp_path: Path) -> None:
    read = dataset(tmp_path, balanced())
    with opened_store(tmp_path) as kept:
        first = kept.add(one(after=number(8), before=number(7), read=number(7)))
    settle(tmp_path)
    with opened_store(tmp_path) as kept:
        kept.add(replace(first, kind="undo", before=number(8), after=None, seen=first.seq))
    settle(tmp_path)
    now = store.load(tmp_path)
    assert row(now, TOTAL) == row(read, TOTAL)
    assert now.checks.equals(read.checks)


def test_a_new_reading_is_under_the_correction(tmp_path: Path) -> None:
    dataset(tmp_path, balanced())
    with opened_store(tmp_path) as kept:
        first = kept.add(one(after=number(8), before=number(7), read=number(7)))
    settle(tmp_path)
    fresh = dataset(tmp_path, balanced(total=6), version="2")
    after = follow(tmp_path, fresh, fresh={"ab" * 8})
    assert row(after, TOTAL)["value"] == 8.0
    with opened_store(tmp_path) as kept:
        kept.add(replace(first, kind="undo", after=None, seen=first.seq))
    assert row(follow(tmp_path, after), TOTAL)["value"] == 6.0


def other_file(result: Result) -> Result:
    return replace(result, sha256="cd" * 32, report_id="cd" * 8)


def carried(tmp_path: Path, new: Result) -> dict[str, Any]:
    """The corrected cell after the file was replaced by one that reads like `new`."""
    dataset(tmp_path, balanced())
    with opened_store(tmp_path) as kept:
        kept.add(
            one(
                after=number(8),
                before=number(7),
                read=number(7),
                agency="江夏区统计局",
                year=2022,
                form="2021",
            )
        )
    fresh = dataset(tmp_path, other_file(new), version="2")
    return row(follow(tmp_path, fresh, fresh={"cd" * 8}), TOTAL)


def test_a_changed_file_that_reads_the_same_keeps_its_corrections(tmp_path: Path) -> None:
    cell = carried(tmp_path, balanced())
    assert (cell["value"], cell["status"]) == (8.0, "corrected")


def test_a_changed_file_that_reads_otherwise_is_to_be_looked_at(tmp_path: Path) -> None:
    cell = carried(tmp_path, balanced(total=6, suspect=""))
    assert (cell["value"], cell["status"]) == (6.0, "suspect")


def test_a_changed_file_that_reads_what_the_person_saw_is_right(tmp_path: Path) -> None:
    cell = carried(tmp_path, balanced(total=8, suspect=""))
    assert (cell["value"], cell["status"]) == (8.0, "ok")


def test_another_year_takes_no_corrections(tmp_path: Path) -> None:
    other = balanced()
    cell = carried(tmp_path, replace(other, about=replace(other.about, year=2023)))
    assert (cell["value"], cell["status"]) == (7.0, "suspect")


def test_year_and_agency_settled_end_their_doubts(tmp_path: Path) -> None:
    doubtful = replace(balanced(suspect=""), warnings=("year: title says 2022, but x", "other"))
    dataset(tmp_path, doubtful)
    year = State("text", 2023, "2023")
    with opened_store(tmp_path) as kept:
        kept.add(one(code="about.year", after=year, before=State("text", 2022, "2022")))
    after = follow(tmp_path, store.load(tmp_path))
    told = after.reports.to_pylist()[0]
    assert (told["year"], told["year_from"], told["status"]) == (2023, "given", "ok")
    assert told["warnings"] == "other"
    assert row(after, TOTAL)["year"] == 2023


def test_a_text_export_blames_nobody_for_cells_that_nobody_saw(tmp_path: Path) -> None:
    dataset(tmp_path, replace(balanced(total=9), kind="markdown"))
    with opened_store(tmp_path) as kept:
        kept.add(one(kind="accept", before=number(9), after=number(9), read=number(9)))
    after = follow(tmp_path, store.load(tmp_path))
    assert check(after, "t3.row.received")["cause"] == "undecided"


def test_what_the_text_says_is_compared_anew(tmp_path: Path) -> None:
    from extract.claims import find_claims
    from extract.forms import load_forms
    from extract.model import Line

    made = balanced(total=9, suspect="")
    form = next(form for form in load_forms() if form.id == "2021")
    said = Line("2022年共收到政府信息公开申请7件。", 1)
    claims = find_claims([said], form, made.cells, 2022)
    assert [claim.verdict for claim in claims] == ["fail"]
    dataset(tmp_path, replace(made, claims=claims))
    with opened_store(tmp_path) as kept:
        kept.add(one(before=number(9), read=number(9)))
    after = follow(tmp_path, store.load(tmp_path)).claims.to_pylist()
    assert [(claim["verdict"], claim["shown"], claim["difference"]) for claim in after] == [
        ("pass", 7.0, 0.0)
    ]


def test_opened_twice_the_store_is_one(tmp_path: Path) -> None:
    def add(kept: Corrections, code: str) -> None:
        kept.add(one(code=code))

    with opened_store(tmp_path) as mine, opened_store(tmp_path) as theirs:
        add(mine, "a")
        add(theirs, "b")
        assert mine.latest() == theirs.latest() == 2
