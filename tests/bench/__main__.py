"""Measure the main job: `python -m tests.bench [--real DIR] [--seed N --count N --kind KIND]`.

One process, one core, processor time. Prints how right each kind comes out, where the time goes,
and what pdfplumber and camelot take for the same files in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from extract.model import Result
from extract.pipeline import read
from fixtures.make import KINDS, make
from tests.bench.score import Score, score

HELD_OUT = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--real", type=Path, help="a folder of reports with a truth.json")
    parser.add_argument("--seed", type=int, default=HELD_OUT + 1)
    parser.add_argument("--count", type=int, default=20, help="reports of each kind")
    parser.add_argument("--kind", action="append", choices=list(KINDS))
    parser.add_argument("--rivals", type=int, default=10, help="reports to time other tools on")
    parser.add_argument("-v", "--verbose", action="store_true", help="name what came out wrong")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.real or Path(scratch)
        if asked.real is None:
            for kind in asked.kind or ["born", "docx", "html", "markdown"]:
                make(asked.seed, asked.count, kind, folder)
        measure(folder, asked.rivals, asked.verbose)


def measure(folder: Path, rivals: int, verbose: bool) -> None:
    """Read every report of the folder's truth and print what came out."""
    truths = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    files = {path.stem: path for path in sorted(folder.iterdir()) if path.stem in truths}
    cpu = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else set()
    if cpu:
        os.sched_setaffinity(0, {min(cpu)})
    by_kind: dict[str, Score] = defaultdict(Score)
    stages: dict[str, list[dict[str, float]]] = defaultdict(list)
    times: dict[str, float] = {}
    warmed: set[str] = set()
    for name, path in files.items():
        truth = truths[name]
        if truth["kind"] not in warmed:
            warmed.add(truth["kind"])
            read(path)  # imports and models are start-up, not a report's cost
        begun = time.process_time()
        result = read(path)
        times[name] = time.process_time() - begun
        kind = "-".join(filter(None, (truth["kind"], truth.get("level"))))
        made = score(result, truth)
        by_kind[kind] += made
        stages[kind].append(dict(result.stages))
        if verbose and (made.right < made.cells or made.silent):
            _tell(name, result, truth)
    print("rightness")
    for kind, total in by_kind.items():
        print(f"{kind:12s} {total}")
    print(f"{'all':12s} {sum(by_kind.values(), Score())}")
    _print_stages(stages)
    texts = [n for n, p in files.items() if p.suffix == ".pdf" and not _pixels(truths[n])]
    _print_rivals([files[n] for n in texts[:rivals]], [times[n] for n in texts[:rivals]])


def _pixels(truth: dict[str, Any]) -> bool:
    return str(truth["kind"]).split("-")[0] in ("scan", "ocr", "image")


def _tell(name: str, result: Result, truth: dict[str, Any]) -> None:
    cells = {cell.code: cell for cell in result.cells}
    wrong = [
        f"{code} {printed!r} read {cells[code].printed!r} {cells[code].status}"
        if code in cells
        else f"{code} {printed!r} absent"
        for code, printed in truth["printed"].items()
        if code not in cells or cells[code].printed != printed
    ]
    print(f"  {name}: {result.error or ''} {'; '.join(wrong[:6])}")


def _print_stages(stages: dict[str, list[dict[str, float]]]) -> None:
    print("\nstages, median ms a report")
    for kind, runs in stages.items():
        names = dict.fromkeys(name for run in runs for name in run)
        parts = [f"{n} {1e3 * statistics.median(r.get(n, 0) for r in runs):.0f}" for n in names]
        whole = statistics.median(sum(run.values()) for run in runs)
        print(f"{kind:12s} {1e3 * whole:6.0f}  {', '.join(parts)}")
        shares = sorted(run.get("reconcile", 0.0) / sum(run.values()) for run in runs)
        late = shares[int(0.95 * (len(shares) - 1))]
        print(
            f"{'':12s}         decoding is {statistics.median(shares):.1%} of a report's time at "
            f"the median, {late:.1%} at the 95th percentile, {shares[-1]:.1%} at most"
        )


def _print_rivals(files: list[Path], ours: list[float]) -> None:
    if not files:
        return
    mine = statistics.fmean(ours)
    print(f"\nspeed, mean ms a report over {len(files)} PDF with a text layer, start-up apart")
    print(f"{'gouji, all of it':32s} {1e3 * mine:6.0f}")
    for name, run in (("pdfplumber, extract_tables", _pdfplumber), ("camelot, lattice", _camelot)):
        taken = _timed(run, files)
        print(f"{name:32s} {1e3 * taken:6.0f}   {taken / mine:.2f} × gouji's time")


def _timed(run: Callable[[Path], object], files: list[Path]) -> float:
    run(files[0])
    begun = time.process_time()
    for file in files:
        run(file)
    return (time.process_time() - begun) / len(files)


def _pdfplumber(path: Path) -> object:
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        return [page.extract_tables() for page in pdf.pages]


def _camelot(path: Path) -> object:
    import camelot

    return camelot.read_pdf(str(path), pages="all", flavor="lattice")


if __name__ == "__main__":
    main()
