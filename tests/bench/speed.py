"""Speed of reading scans: `python -m tests.bench.speed [--seed S --count N]`.

The same files in the same run, on one core: gouji, and RapidOCR's full pipeline on the whole
pages at 200 dpi. One worker process each, that takes the files in turn with the other, so that
what else the machine does hits both. Start-up is not counted: the first file is read once before.
Prints processor time, where gouji's goes, and the peak memory of both workers.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fixtures.make import make
from fixtures.report import HELD_OUT_SEED

_DPI = 200.0
_KINDS = (".pdf", ".tif", ".png", ".jpg")


@dataclass(frozen=True)
class Run:
    """One file in one worker: seconds of processor time, per stage where known, peak bytes."""

    seconds: float
    stages: dict[str, float]
    peak: int


def run_gouji(path: Path) -> Run:
    from extract.pipeline import read

    begun = time.process_time()
    result = read(path)
    return Run(time.process_time() - begun, dict(result.stages), _peak())


def run_rapidocr(path: Path) -> Run:
    from extract.sources.opening import open_document

    engine = _rapidocr()
    pictures = []
    for page in open_document(path).pages:
        if page.pixels is not None:
            picture, per_point = page.pixels()
            pictures.append(_at(picture, _DPI / (72 * per_point)))
    begun = time.process_time()
    for picture in pictures:
        engine(picture)
    return Run(time.process_time() - begun, {}, _peak())


def _at(picture: Any, factor: float) -> Any:
    import cv2

    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=how)
    return scaled if scaled.ndim == 3 else cv2.cvtColor(scaled, cv2.COLOR_GRAY2BGR)


@cache
def _rapidocr() -> Any:
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    return RapidOCR(params={**threads, "Global.log_level": "critical"})


def _peak() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _one_core() -> None:
    import cv2

    cv2.setNumThreads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def compare(files: list[Path]) -> dict[str, list[Run]]:
    """The runs of each worker over the files, after one that warms it."""
    runs: dict[str, list[Run]] = {"gouji": [], "RapidOCR": []}
    ways: dict[str, Callable[[Path], Run]] = {"gouji": run_gouji, "RapidOCR": run_rapidocr}
    context = multiprocessing.get_context("spawn")
    workers = {
        name: ProcessPoolExecutor(1, mp_context=context, initializer=_one_core) for name in ways
    }
    try:
        for name, way in ways.items():
            workers[name].submit(way, files[0]).result()
        for file in files:
            for name, way in ways.items():
                runs[name].append(workers[name].submit(way, file).result())
    finally:
        for worker in workers.values():
            worker.shutdown()
    return runs


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the speed of reading scans.")
    parser.add_argument("--seed", type=int, default=HELD_OUT_SEED + 1)
    parser.add_argument("--count", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make(asked.seed, asked.count, "scan", folder)
        names = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        files = [p for p in sorted(folder.iterdir()) if p.stem in names and p.suffix in _KINDS]
        print_runs(compare(files))


def print_runs(runs: dict[str, list[Run]]) -> None:
    """Mean time, the ratio, the stages, and the peaks."""
    means = {name: statistics.fmean(run.seconds for run in some) for name, some in runs.items()}
    print(f"seconds of processor time a report, {len(runs['gouji'])} scans, one core, one thread")
    for name, some in runs.items():
        peak = max(run.peak for run in some) / 2**20
        times = means[name] / means["gouji"]
        print(f"{name:10s} {means[name]:6.2f}   {times:4.1f} × gouji's   peak {peak:5.0f} MB")
    ratios = [b.seconds / a.seconds for a, b in zip(runs["gouji"], runs["RapidOCR"], strict=True)]
    print(
        f"ratio report by report: median {statistics.median(ratios):.1f}, least {min(ratios):.1f}"
    )
    stages = dict.fromkeys(name for run in runs["gouji"] for name in run.stages)
    print("gouji's stages, mean ms (wall clock):")
    for stage in stages:
        spent = statistics.fmean(run.stages.get(stage, 0.0) for run in runs["gouji"])
        print(f"  {stage:18s} {1e3 * spent:7.0f}")


if __name__ == "__main__":
    main()
