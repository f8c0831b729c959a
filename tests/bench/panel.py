"""Panel, sample, diff and bound, measured: `python -m tests.bench.panel [--reports 10000]`.

Datasets are simulated: bodies are organs of real counties, each with reports of seven years in
the forms of 2019 and 2021. Each step runs in a process of its own, for its memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from extract.dataset.diff import compare
from extract.divisions import load_divisions
from extract.panel import make_panel, write_panel
from extract.sampling.bound import Count, bound_of, clopper_pearson
from extract.sampling.draw import allocation, draw
from extract.tables import arrow_table, tables_of
from tests.panel.making import report

YEARS = range(2019, 2026)
ORGANS = ("人民政府", "财政局", "教育局", "公安局", "民政局", "司法局", "水利局")
_AT_ONCE = 500


def simulate(folder: Path, count: int, seed: int, changed: float = 0.0) -> None:
    """A dataset of `count` reports; a share `changed` of the values is another than without."""
    folder.mkdir()
    rng = np.random.default_rng(seed)
    divisions = load_divisions()
    counties = [one for one in divisions.in_year(2023).values() if one.level == 3]
    keys = []
    for number in range(count):
        body, year = divmod(number, len(YEARS))
        county = counties[body % len(counties)]
        above = divisions.above(county.code, 2023)[1]
        organ = ORGANS[body // len(counties) % len(ORGANS)]
        name = (above.name if above else "") + county.name + organ
        keys.append((sha256(str(number).encode()).hexdigest(), name, YEARS[year]))
    keys.sort()
    templates = {form: tables_of([report(1, "x", 2020, form)], "v") for form in ("2019", "2021")}
    writers: dict[str, Any] = {}
    for start in range(0, count, _AT_ONCE):
        part = [_rows(key, templates, rng, changed) for key in keys[start : start + _AT_ONCE]]
        for name in ("reports", "cells", "checks", "claims"):
            table = pa.concat_tables([one[name] for one in part])
            if name not in writers:
                path = folder / f"{name}.parquet"
                writers[name] = pq.ParquetWriter(path, table.schema, compression="zstd")
            writers[name].write_table(table)
    for writer in writers.values():
        writer.close()


def _rows(key: tuple[str, str, int], templates: Any, rng: Any, changed: float) -> dict[str, Any]:
    digest, name, year = key
    form = "2019" if year < 2021 else "2021"
    made = templates[form]
    about = dict(made.reports.to_pylist()[0])
    about |= {"report_id": digest[:16], "sha256": digest, "agency": name, "year": year}
    about |= {"source": f"{digest[:16]}.pdf", "sources": f"{digest[:16]}.pdf", "form": form}
    cells = made.cells
    size = cells.num_rows
    values = rng.integers(0, 100, size).astype(float)
    values[np.random.default_rng(int(digest[:8], 16)).random(size) < changed] += 1
    for column, words in (
        ("report_id", pa.array([digest[:16]] * size)), ("agency", pa.array([name] * size)),
        ("year", pa.array([year] * size, pa.int64())), ("value", pa.array(values)),
        ("confidence", pa.array(rng.choice([0.9, 0.995, 1.0], size, p=[0.02, 0.08, 0.9]))),
    ):  # fmt: skip
        place = cells.schema.get_field_index(column)
        cells = cells.set_column(place, cells.schema.field(place), words)
    return {
        "reports": arrow_table("reports", [tuple(about.values())]),
        "cells": cells,
        "checks": made.checks,
        "claims": made.claims,
    }


def step(name: str, folder: Path, other: Path) -> None:
    """Run one step and print what it cost."""
    begun, cpu = time.perf_counter(), time.process_time()
    if name == "panel":
        made = make_panel(folder)
        write_panel(folder, made)
        told = f"{len(made.keys)} rows, {len(made.checks)} sums over two years"
    elif name == "sample":
        told = f"{len(draw(folder, 300).cells)} cells drawn"
    else:
        found = compare(folder, other, folder / "diff")
        told = f"{found.cells.total()} cells changed"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.perf_counter() - begun, time.process_time() - cpu, peak, told]))


def coverage(archives: int, seed: int) -> None:
    """How often the bound holds, and how it compares with the bound of a simple sample."""
    rng = np.random.default_rng(seed)
    for words, shares in (
        ("no error", [0.0]),
        ("2 in 10,000 everywhere", [0.0002]),
        ("errors in a quarter of the strata", [0, 0, 0, 0.01]),
        ("a few bad strata", [0, 0, 0, 0, 0, 0, 0, 0.2]),
        ("1 in 20 everywhere", [0.05]),
    ):
        held, uppers, cells, most = 0, [], [], 0.0
        for _ in range(archives):
            sizes = {(str(n),): int(10 ** rng.uniform(1, 6)) for n in range(24)}
            wrong = {one: int(rng.binomial(size, rng.choice(shares)))
                     for one, size in sizes.items()}  # fmt: skip
            drawn = allocation(sizes, 300)
            counts = [
                Count(size, drawn[one],
                      int(rng.hypergeometric(wrong[one], size - wrong[one], drawn[one])))
                for one, size in sizes.items()
            ]  # fmt: skip
            bound = bound_of(counts)
            truth = sum(wrong.values()) / sum(sizes.values())
            held += truth <= bound.upper
            uppers.append(bound.upper)
            cells.append(bound.drawn)
            most = max(most, truth)
        print(
            f"| {words} | {held / archives:.1%} | {np.median(uppers) * 1e4:.0f} in 10,000 | "
            f"{np.mean(cells):.0f} |"
        )
    print(f"none wrong of a simple sample of 300: {clopper_pearson(0, 300) * 1e4:.0f} in 10,000")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, nargs="*", default=[1000, 10_000])
    parser.add_argument("--archives", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        step(given.step[0], Path(given.step[1]), Path(given.step[2]))
        return
    coverage(given.archives, given.seed)
    for count in given.reports:
        with tempfile.TemporaryDirectory() as made:
            simulate(Path(made) / "a", count, given.seed)
            simulate(Path(made) / "b", count, given.seed, 0.001)
            for name in ("panel", "sample", "diff"):
                words = ["--step", name, f"{made}/a", f"{made}/b"]
                out = subprocess.run([sys.executable, "-m", "tests.bench.panel", *words],
                                     check=True, capture_output=True, text=True)  # fmt: skip
                seconds, cpu, peak, told = json.loads(out.stdout)
                print(f"{count} reports, {name}: {seconds:.1f} s, {cpu:.1f} s of processor, "
                      f"{peak:.0f} MB; {told}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
