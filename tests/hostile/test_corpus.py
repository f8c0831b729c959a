"""Files that mean harm: each its typed outcome, nothing wrong in silence, neighbours unharmed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.hostile.make import DOCX, HTML, PDF, REPORTS, expected, make
from tests.hostile.names import names
from tests.hostile.running import gouji

TRUTH = json.loads((REPORTS / "truth.json").read_text(encoding="utf-8"))
SURE = ("ok", "repaired")


class Batch:
    """The corpus read at once by the command, and what came out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make(folder)
        slow = {name for name, one in expected().items() if one.outcomes == {"timeout"}}
        files = [one for one in sorted((folder / "files").iterdir()) if one.name not in slow]
        rest = [folder / "names", folder / "specials", folder / "neighbours"]
        self.run = gouji(
            "extract", *files, *rest, "-o", folder / "out", "--limits", "memory=1200,seconds=200"
        )
        hanging = [folder / "files" / name for name in sorted(slow)]
        self.hung = gouji("extract", *hanging, "-o", folder / "late", "--limits", "page_seconds=2")

    def reports(self, out: str = "out") -> dict[str, Mapping[str, Any]]:
        rows = pq.read_table(self.folder / out / "reports.parquet").to_pylist()
        root = self.folder.as_posix() + "/"
        return {
            source.removeprefix(root): row for row in rows for source in row["sources"].split("\n")
        }

    def wrong(self, report_id: str, truth: str) -> list[str]:
        """The cells of which gouji is sure though they are not so printed."""
        cells = pd.read_parquet(self.folder / "out" / "cells.parquet")
        mine = cells[(cells["report_id"] == report_id) & cells["status"].isin(SURE)]
        printed = TRUTH[truth]["printed"]
        return [
            c
            for c, text in zip(mine["code"], mine["printed"], strict=True)
            if printed.get(c) != text
        ]


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return Batch(tmp_path_factory.mktemp("hostile"))


def test_every_file_has_the_outcome_of_the_table(batch: Batch) -> None:
    rows = {**batch.reports(), **batch.reports("late")}
    found = {
        name: rows[f"files/{name}"]["error_kind"] or rows[f"files/{name}"]["status"]
        for name in expected()
    }
    read = {"ok": "read", "review": "read"}
    wrong = {
        name: (found[name], sorted(one.outcomes))
        for name, one in expected().items()
        if read.get(found[name], found[name]) not in one.outcomes
    }
    assert wrong == {}


def test_the_table_and_the_program_name_the_same_files(batch: Batch) -> None:
    made = {one.name for one in (batch.folder / "files").iterdir()}
    assert made == expected().keys()


def test_no_value_is_wrong_in_silence(batch: Batch) -> None:
    rows = batch.reports()
    for name, one in expected().items():
        if one.truth:
            assert batch.wrong(rows[f"files/{name}"]["report_id"], one.truth) == [], name


def test_neighbours_are_read_as_if_alone(batch: Batch) -> None:
    rows = batch.reports()
    cells = pd.read_parquet(batch.folder / "out" / "cells.parquet")
    for name in (PDF, HTML, DOCX):
        mine = cells[cells["report_id"] == rows[f"neighbours/{name}"]["report_id"]]
        truth = TRUTH[name.partition(".")[0]]["printed"]
        assert dict(zip(mine["code"], mine["printed"], strict=True)) == truth


def test_any_name_is_one_report_on_one_line(batch: Batch) -> None:
    rows = {name: row for name, row in batch.reports().items() if name.startswith("names/")}
    assert len(rows) == len(names())
    assert len({row["report_id"] for row in rows.values()}) == len(names())
    for name, row in rows.items():
        assert name.isprintable()
        assert batch.wrong(row["report_id"], "html-newer") == []
        assert row["cells"] == 200
    assert sum(name.startswith("names/twin.") for name in rows) == 2


def test_what_is_no_file_is_named_and_not_waited_for(batch: Batch) -> None:
    rows = {name: row for name, row in batch.reports().items() if name.startswith("specials/")}
    read = rows.pop("specials/deep/sound.html")
    assert read["cells"] == 200
    assert {row["error_kind"] for row in rows.values()} == {"unreadable"}
    named = "pipe socket endless itself to-and fro nowhere"
    assert rows.keys() == {f"specials/{one}.pdf" for one in named.split()}


def test_nothing_steers_the_terminal_and_every_failure_is_one_line(batch: Batch) -> None:
    said = batch.run.stdout + batch.run.stderr
    assert all(one.isprintable() for one in said.split("\n"))
    failed = [row for row in batch.reports().values() if row["status"] == "failed"]
    lines = [one for one in batch.run.stderr.splitlines() if re.search(r"\[\w+\]$", one)]
    assert {one.rpartition("[")[2].rstrip("]") for one in lines} == {
        row["error_kind"] for row in failed
    }
    assert batch.run.returncode == 1


def test_nothing_is_fetched_from_outside_the_files(batch: Batch) -> None:
    for file in (batch.folder / "out").glob("[a-z]*.*"):
        assert b"root:" not in file.read_bytes()
    assert not list(batch.folder.parent.glob("**/outside.txt"))


def test_what_is_not_supported_comes_with_advice(batch: Batch) -> None:
    rows = batch.reports()
    for name in ("old.doc", "old.wps", "paper.ofd", "many.zip", "old.rar"):
        row = rows[f"files/{name}"]
        assert row["error_kind"] == "unsupported"
        assert re.search("save it as|unpack it", row["error"])
