"""The review pages on a large dataset: `python -m tests.bench.review --reports 10000`.

Prints how long pages take beside the server's static health page, whether a thousand corrections
at once are all kept, and what a kill in the midst of corrections leaves behind.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pyarrow as pa

from extract.dataset.corrections import opened_store
from extract.dataset.write import write_dataset
from extract.tables import TABLES, Tables, tables_of
from tests.dataset.test_corrections import balanced

WITHIN = 0.3
"""Seconds that a page may take, or ten times the health page."""


def large(count: int) -> tuple[Tables, list[str]]:
    """`count` copies of one report under ids of their own, and the codes of its cells."""
    one = tables_of([balanced(total=9)], "bench")
    ids = [f"{n * 2654435761 % 2**64:016x}" for n in range(count)]
    ids.sort()
    made = {}
    for name in TABLES:
        table = getattr(one, name)
        tiled = table.take(pa.array(np.tile(np.arange(table.num_rows), count)))
        column = pa.array(np.repeat(np.array(ids), table.num_rows), type=pa.string())
        place = tiled.schema.get_field_index("report_id")
        made[name] = tiled.set_column(place, tiled.schema.field(place), column).combine_chunks()
    reports = made["reports"]
    for name, values in (
        ("sha256", [f"{one}{'0' * 48}" for one in ids]),
        ("source", [f"reports/{n}.pdf" for n in range(count)]),
        ("sources", [f"reports/{n}.pdf" for n in range(count)]),
        ("agency", [f"第{n}号机关" for n in range(count)]),
    ):
        place = reports.schema.get_field_index(name)
        column = pa.array(values, type=pa.string())
        reports = reports.set_column(place, reports.schema.field(place), column)
    made["reports"] = reports
    return Tables(**made), one.cells.column("code").to_pylist()


class Server:
    """`gouji review` as a process of its own."""

    def __init__(self, folder: Path) -> None:
        command = "from extract.cli import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", command, "review", str(folder), "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[1].rstrip("/")
        self.client = httpx.Client(base_url=self.url, timeout=120)
        page = self.client.get("/").text
        found = re.search(r'name="csrf" content="([^"]+)"', page)
        assert found is not None
        self.csrf = found[1]

    def correct(self, report_id: str, code: str, text: str) -> int:
        """The number of the entry that was kept."""
        answer = self.client.post(
            f"/report/{report_id}/cells/{code}",
            json={"kind": "correct", "text": text, "seen": 0, "who": "bench"},
            headers={"x-csrf-token": self.csrf},
        )
        answer.raise_for_status()
        number: int = answer.json()["entry"]["seq"]
        return number

    def end(self, how: int = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait()
        self.client.close()


def timed(call: Callable[[], Any], times: int) -> list[float]:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
    return sorted(spent)


def pages(server: Server, ids: list[str], times: int) -> None:
    """The median and the slowest in twenty of each page, beside the health page."""
    chosen = random.Random(1).choices(ids, k=times)
    paths = {
        "health page": ["/health"] * times,
        "queue": ["/"] * times,
        "queue, last page": ["/?page=9999"] * times,
        "queue, searched": ["/?q=号机关&show=all"] * times,
        "report view": [f"/report/{one}" for one in chosen],
        "report cells": [f"/report/{one}/state" for one in chosen],
    }
    health = 0.0
    for name, asked in paths.items():
        left = iter(asked)
        spent = timed(lambda left=left: server.client.get(next(left)).raise_for_status(), times)
        median, slow = statistics.median(spent), spent[int(0.95 * (times - 1))]
        health = health or median
        told = "" if name == "health page" else f", {median / health:.1f} x the health page"
        fine = "" if median <= max(WITHIN, 10 * health) else "  TOO SLOW"
        print(f"{name}: median {median * 1e3:.1f} ms, 95% {slow * 1e3:.1f} ms{told}{fine}")


def at_once(server: Server, ids: list[str], codes: list[str], count: int) -> None:
    """`count` corrections over eight connections; all must be in the store."""
    cells = [(report_id, code) for report_id in ids[:20] for code in codes][:count]
    start = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda cell: server.correct(*cell, "5"), cells))
    spent = time.perf_counter() - start
    lost = count - len(set(kept))
    print(f"{count} corrections at once: {lost} lost, {count / spent:.0f} a second")


def killed(folder: Path, ids: list[str], codes: list[str], rounds: int) -> None:
    """Kill the server in the midst of corrections: what it said is kept must be there, whole."""
    chance = random.Random(1)
    told = lost = half = 0
    for n in range(rounds):
        report_id = ids[100 + n]
        server = Server(folder)
        end = time.perf_counter() + chance.uniform(0.05, 0.6)
        said: list[int] = []
        with ThreadPoolExecutor(2) as pool:
            pool.submit(_kill_at, server, end)
            for code in codes:
                try:
                    said.append(server.correct(report_id, code, "6"))
                except httpx.HTTPError:
                    break
        server.end(signal.SIGKILL)
        with opened_store(folder) as store:
            entries = store.history(report_id)
        told += len(said)
        lost += len(set(said) - {one.seq for one in entries})
        half += sum(one.after is None or one.after.value != 6 for one in entries)
    print(f"kill -9, {rounds} times: {told} corrections told, {lost} lost, {half} half")


def _kill_at(server: Server, end: float) -> None:
    time.sleep(max(0.0, end - time.perf_counter()))
    server.process.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--kills", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "dataset"
        folder.mkdir()
        tables, codes = large(given.reports)
        write_dataset(folder, tables, ("parquet",))
        ids = tables.reports.column("report_id").to_pylist()
        print(f"{given.reports} reports, {tables.cells.num_rows} cells")
        del tables
        start = time.perf_counter()
        server = Server(folder)
        print(f"first page after {time.perf_counter() - start:.1f} s")
        pages(server, ids, given.times)
        at_once(server, ids, codes, 1000)
        server.end(signal.SIGKILL)
        small = Path(made) / "small"
        small.mkdir()
        tables, codes = large(200)
        write_dataset(small, tables, ("parquet",))
        killed(small, tables.reports.column("report_id").to_pylist(), codes, given.kills)


if __name__ == "__main__":
    main()
