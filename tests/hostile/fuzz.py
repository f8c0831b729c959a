"""Mutated fixtures through the real worker: `python -m tests.hostile.fuzz --count 2000`.

Every file must come out with a typed outcome. Where only the structure was hurt (bytes outside
of streams, cuts, swaps), a value that gouji is sure of must also be the one that was printed.
Files with an untyped outcome, or a sure value that is not in the truth, are kept in `fuzz-out`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from extract.dataset.pool import run_jobs
from extract.dataset.worker import Done, Job
from extract.limits import Limits

REPORTS = Path(__file__).resolve().parents[2] / "fixtures" / "reports"
LIMITS = Limits(seconds=60, page_seconds=30, memory=2000)
NAMES = (
    "born-newer.pdf", "born-older.pdf", "born-cropped.pdf", "born-turned.pdf", "web-newer.pdf",
    "docx-newer.docx", "docx-older.docx", "html-newer.html", "html-older.html",
    "markdown-html.md", "markdown-tabs.md",
)  # fmt: skip
"""Scans are left out: a second each, and their mutations are those of a stream of pixels."""

TYPED = frozenset(
    (
        "crashed", "damaged", "empty_file", "encrypted", "memory", "no_tables", "no_text",
        "not_a_pdf", "not_a_report", "several_reports", "timeout", "too_large", "unreadable",
        "unsupported", "values_lost",
    )
)  # fmt: skip
_SPLICED = (b"0", b"-1", b"99999999999", b"null", b"<<", b">>", b"[", b"/", b"\x00", b"\xff", b"")
_STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)


def flip(body: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 4, 64))):
        body[chance.randrange(len(body))] = chance.randrange(256)


def cut(body: bytearray, chance: random.Random) -> None:
    del body[chance.randrange(len(body)) :]


def drop(body: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(body))
    del body[start : start + chance.choice((1, 16, 512, 4096))]


def double(body: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(body))
    piece = body[start : start + chance.choice((16, 512, 4096))]
    body[start:start] = piece * chance.choice((1, 3))


def swap(body: bytearray, chance: random.Random) -> None:
    size = chance.choice((8, 128, 2048))
    first, second = (chance.randrange(max(1, len(body) - size)) for _ in range(2))
    piece = body[first : first + size]
    body[first : first + size] = body[second : second + size]
    body[second : second + size] = piece


def splice(body: bytearray, chance: random.Random) -> None:
    """Put another number or mark where the structure has one, outside of streams."""
    shields = [one.span() for one in _STREAM.finditer(bytes(body))]
    places = [
        one.span()
        for one in re.finditer(rb"(?<=[ \[/<])\d+|/[A-Z]\w+|<<|>>|\[|\]", bytes(body))
        if not any(start <= one.start() < end for start, end in shields)
    ]
    if places:
        for _ in range(chance.choice((1, 3))):
            start, end = chance.choice(places)
            body[start:end] = chance.choice(_SPLICED)


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flip, cut, drop, double, swap, splice,
)  # fmt: skip


def mutated(number: int, seed: int) -> tuple[str, str, bytes]:
    """The fixture, the mutation and the bytes of the file of this number."""
    chance = random.Random(f"{seed}/{number}")
    name = chance.choice(NAMES)
    mutation = chance.choice(MUTATIONS)
    body = bytearray((REPORTS / name).read_bytes())
    mutation(body, chance)
    return name, mutation.__name__, bytes(body)


def jobs(folder: Path, count: int, seed: int) -> Iterator[Job]:
    """Files are made as they are needed and named by fixture and mutation."""
    for number in range(count):
        name, mutation, body = mutated(number, seed)
        path = folder / f"{number:06d}-{mutation}-{name}"
        path.write_bytes(body)
        yield Job(str(path), path.name, f"{number:016x}", f"{number:064x}")


def sure_but_wrong(done: Done, truths: dict[str, Any]) -> list[str]:
    """Cells that gouji is sure of though the fixture prints something else."""
    name = done.job.source.split("-", 2)[2].partition(".")[0]
    printed = truths[name]["printed"]
    rows = done.tables.cells.select(["code", "printed", "status"]).to_pylist()
    return [
        f"{row['code']}: {row['printed']!r}, not {printed.get(row['code'])!r}"
        for row in rows
        if row["status"] in ("ok", "repaired") and row["printed"] != printed.get(row["code"])
    ]


def fuzz(count: int, seed: int, workers: int, keep: Path | None) -> tuple[Counter[str], list[str]]:
    """Outcomes, and a line for each file with an untyped outcome or a sure value gone wrong."""
    truths = json.loads((REPORTS / "truth.json").read_text(encoding="utf-8"))
    outcomes: Counter[str] = Counter()
    findings = []
    with tempfile.TemporaryDirectory() as scratch:
        for done in run_jobs(jobs(Path(scratch), count, seed), workers, LIMITS):
            row = done.tables.reports.to_pylist()[0]
            kind = row["error_kind"] or row["status"]
            outcomes[kind] += 1
            wrong = sure_but_wrong(done, truths)
            if row["status"] == "failed" and kind not in TYPED:
                findings.append(f"{done.job.source}: untyped: {kind}: {row['error']}")
            if wrong:
                findings.append(f"{done.job.source}: {len(wrong)} sure, wrong: {wrong[0]}")
            if keep is not None and findings and findings[-1].startswith(done.job.source):
                keep.mkdir(exist_ok=True)
                (keep / done.job.source).write_bytes(Path(done.job.place).read_bytes())
            Path(done.job.place).unlink()
    return outcomes, findings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    begun = time.monotonic()
    outcomes, findings = fuzz(given.count, given.seed, given.workers, Path("fuzz-out"))
    for line in findings:
        print(line)
    told = ", ".join(f"{count} {kind}" for kind, count in outcomes.most_common())
    print(f"{given.count} files, seed {given.seed}, {time.monotonic() - begun:.0f} s: {told}")
    untyped = sum(": untyped: " in line for line in findings)
    print(
        f"{untyped} untyped outcomes, {len(findings) - untyped} files with a sure value gone wrong"
    )
    sys.exit(untyped > 0)


if __name__ == "__main__":
    main()
