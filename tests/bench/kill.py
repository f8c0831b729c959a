"""Runs killed at random moments and resumed: `python -m tests.bench.kill --rounds 200 --seed 1`.

Prints how many came out with the bytes of a run that nobody disturbed, and how long the rest of
a run takes that was killed late.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from extract.dataset.ledger import OWN

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / "fixtures" / "reports"
SMALL = (
    "born-newer.pdf",
    "born-cropped.pdf",
    "docx-newer.docx",
    "docx-older.docx",
    "html-newer.html",
    "html-older.html",
    "markdown-html.md",
    "markdown-tabs.md",
)
FORMATS = ("parquet", "csv")
_LATE = 12
"""Runs killed late: one alone tells what else the machine does."""


def command(folder: Path, out: Path, workers: int = 2) -> subprocess.Popen[bytes]:
    code = "from extract.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "extract", "in", "-o", str(out), "--workers", str(workers)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def made(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.suffix[1:] in FORMATS}


def inbox(folder: Path) -> None:
    (folder / "in").mkdir(parents=True)
    for name in SMALL:
        shutil.copy(REPORTS / name, folder / "in" / name)


def whole(folder: Path, name: str) -> float:
    """Seconds of a run from start to end."""
    begun = time.monotonic()
    assert command(folder, folder / name).wait() == 0
    return time.monotonic() - begun


def killed(folder: Path, name: str, after: float) -> tuple[bool, float]:
    """Kill a run after so many seconds, and let another end it: whether it was still at work
    when it was killed, and the seconds of the other.
    """
    run = command(folder, folder / name)
    try:
        run.wait(after)
        early = False
    except subprocess.TimeoutExpired:
        early = True
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    return early, whole(folder, name)


def killed_late(folder: Path, name: str, finished: int) -> float:
    """Kill a run when so many reports are in its ledger, and let another end it: the seconds of
    the other. By the clock it would be as late, or not, as the machine is fast.
    """
    run = command(folder, folder / name)
    while _finished(folder / name) < finished:
        assert run.poll() is None
        time.sleep(0.005)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    return whole(folder, name)


def _finished(out: Path) -> int:
    """How many reports a run has in its ledger, which may not be there yet."""
    place = f"{(out / OWN / 'ledger.sqlite').as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(place, uri=True)) as ledger:
            return int(ledger.execute("SELECT COUNT(*) FROM reports").fetchone()[0])
    except sqlite3.Error:
        return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        inbox(folder)
        seconds = whole(folder, "whole")
        expected = made(folder / "whole")
        same = cut = 0
        for done in range(1, given.rounds + 1):
            early, _ = killed(folder, "out", chance.uniform(0, seconds))
            cut += early
            same += made(folder / "out") == expected
            shutil.rmtree(folder / "out")
            if done % 20 == 0:
                print(f"{same} of {done} so far", flush=True)
        print(f"{same} of {given.rounds} byte-identical, {cut} of them killed before their end")
        wholes, rests = [], []
        for number in range(min(_LATE, given.rounds)):
            wholes.append(whole(folder, f"again{number}"))
            rests.append(killed_late(folder, f"late{number}", len(SMALL) - 1))
        shares = sorted(rest / of for rest, of in zip(rests, wholes, strict=True))
        print(
            "the rest of a run killed before its last report, as a share of a whole run: "
            f"{sum(rests) / sum(wholes):.2f} of all, each beside the run before it: "
            + ", ".join(f"{one:.2f}" for one in shares)
        )
    sys.exit(same != given.rounds)


if __name__ == "__main__":
    main()
