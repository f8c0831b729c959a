"""How cost grows with reports: `python -m tests.bench.scale [--throughput 160] [--most 100000]`.

Throughput of two workers against one on real fixtures; memory of the supervisor over small
distinct reports; export of simulated reports; a second run over an unchanged folder. Times are
compared within one run, since machines differ and are seldom idle.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from extract.dataset import export, extract, ledger, lock, pool, run
from extract.dataset.collect import Search
from extract.dataset.plan import look, plan, settle
from extract.dataset.worker import Done
from extract.tables import tables_of
from fixtures.make import make
from tests.dataset.readers import report

READER = "tests.dataset.readers:made"
FORMATS = ("parquet", "csv")
HELD_OUT = 10_501


def many(folder: Path, count: int) -> None:
    """Small distinct files, a thousand to a folder, written long ago."""
    for number in range(count):
        path = folder / f"{number // 1000:03d}" / f"{number:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"ok {number}", encoding="utf-8")
        os.utime(path, (1_600_000_000, 1_600_000_000))


def throughput(count: int) -> None:
    """Made reports as an archive holds them, one scan to seven born-digital ones."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make(HELD_OUT, count * 7 // 8, "born", folder / "in")
        make(HELD_OUT, count - count * 7 // 8, "scan", folder / "in")
        (folder / "in" / "truth.json").unlink()
        seconds = {}
        for workers in (1, 2):
            begun = time.monotonic()
            extract([folder / "in"], folder / f"out{workers}", workers=workers)
            seconds[workers] = time.monotonic() - begun
        print(
            f"throughput: {count} reports, one worker {seconds[1]:.1f} s, two {seconds[2]:.1f} s: "
            f"{seconds[1] / seconds[2]:.2f} x"
        )


def peak(kind: str, count: int) -> dict[str, Any]:
    """What a part measures in a process of its own, so that its peak of memory is its own."""
    said = subprocess.run(_command(kind, count), capture_output=True, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def _command(kind: str, count: int) -> list[str]:
    return [sys.executable, "-m", "tests.bench.scale", "--part", kind, "--count", str(count)]


def supervised(count: int) -> dict[str, Any]:
    """A run over small distinct reports, each read in a child process by a reader for tests."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        many(folder / "in", count)

        def jobs(todo: Any, workers: int, limits: Any) -> Any:
            return pool.run_jobs(todo, workers, limits, reader=READER)

        run.run_jobs = jobs  # type: ignore[assignment]
        begun = time.monotonic()
        extract([folder / "in"], folder / "out", workers=2)
        return {"seconds": time.monotonic() - begun}


def repeated(count: int) -> dict[str, Any]:
    """As many exports of a tenth as make the whole."""
    return {"processor": sum(exported(count // 10)["processor"] for _ in range(10))}


def beside(count: int) -> float:
    """How many times the processor time of ten exports of a tenth each one export takes.

    Machines slow down over minutes of work, some by a third, so both run at the same time; the
    smaller one is at work for as long as the larger.
    """
    kinds = ("exported", "repeated")
    processes = [subprocess.Popen(_command(one, count), stdout=subprocess.PIPE) for one in kinds]
    one, ten = (json.loads(process.communicate()[0].splitlines()[-1]) for process in processes)
    return float(one["processor"] / ten["processor"])


def exported(count: int) -> dict[str, Any]:
    """Simulated readings put straight into the ledger, and written as Parquet and CSV."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        many(folder / "in", count)
        out = folder / "out"
        with lock.held(out), ledger.opened(out) as book:
            look(book, Search([folder / "in"]))
            plan(book, "v")
            made = report()
            for job, _ in book.jobs("v"):
                one = replace(made, report_id=job.report_id, sha256=job.sha256, source=job.source)
                tables = tables_of([one], "v")
                book.finish(Done(job, tables), tables.reports.to_pylist()[0])
            settle(book)
            begun, worked = time.monotonic(), time.process_time()
            export.export(out, book, FORMATS, False)
            seconds, processor = time.monotonic() - begun, time.process_time() - worked
        return {"seconds": seconds, "processor": processor}


def again(count: int) -> dict[str, Any]:
    """A second run over an unchanged folder, beside walking it with the stat of every file."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        many(folder / "in", count)

        def jobs(todo: Any, *_: Any) -> Iterator[Done]:
            made = report()
            for job in todo:
                one = replace(made, report_id=job.report_id, sha256=job.sha256, source=job.source)
                yield Done(job, tables_of([one], job.version))

        run.run_jobs = jobs  # type: ignore[assignment]
        extract([folder / "in"], folder / "out")
        listing = min(_timed(lambda: _listed(folder / "in")) for _ in range(5))
        second = min(_timed(lambda: extract([folder / "in"], folder / "out")) for _ in range(5))
        return {"listing": listing, "second": second, "ratio": second / listing}


def _timed(what: Callable[[], object]) -> float:
    """Processor time: both sides of the comparison only wait for the same disk."""
    begun = time.process_time()
    what()
    return time.process_time() - begun


def _listed(folder: Path) -> int:
    return sum(
        os.stat(os.path.join(here, name)).st_size
        for here, _, names in os.walk(folder)
        for name in names
    )


PARTS = {"supervised": supervised, "exported": exported, "repeated": repeated, "again": again}


def _slope(counts: list[int], values: list[float]) -> float:
    """The exponent between the first and the last: 1 is linear, 0 flat."""
    return math.log(values[-1] / values[0]) / math.log(counts[-1] / counts[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--throughput", type=int, default=160)
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--count", type=int)
    given = parser.parse_args()
    if given.part:
        found = PARTS[given.part](given.count)
        found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps(found))
        return
    most = given.most
    one = peak("again", max(100, most // 10))
    print(
        f"second run over {max(100, most // 10):,} unchanged: {one['second']:.3f} s, listing them "
        f"{one['listing']:.3f} s: {one['ratio']:.1f} x",
        flush=True,
    )
    for kind, counts in (
        ("exported", [most // 10, most * 3 // 10, most]),
        ("supervised", [most // 100, most // 5]),
    ):
        found = [peak(kind, count) for count in counts]
        for count, row in zip(counts, found, strict=True):
            print(f"{kind} {count:,}: {row['seconds']:.1f} s, peak {row['peak'] / 1024:.0f} MB")
        times, peaks = ([row[key] for row in found] for key in ("seconds", "peak"))
        print(
            f"{kind}: time ~ n^{_slope(counts, times):.2f}, memory ~ n^{_slope(counts, peaks):.2f}",
            flush=True,
        )
        if kind == "exported":
            ratio = beside(most)
            print(
                f"{kind}: {most:,} take {ratio:.2f} x the processor time of ten times "
                f"{most // 10:,} at the same time: ~ n^{1 + math.log10(ratio):.2f}",
                flush=True,
            )
    throughput(given.throughput)


if __name__ == "__main__":
    main()
