"""Bench of grids from pixels: `python -m tests.bench.grids [PDF...] [--reports N --seed S]`.

Typeset PDFs are rendered, damaged and searched; what their vector rules say is the truth. A
table is right when its cells, spans included, are the same and every cell's middle is, through
the damage, within 4 points of its place. PDFs are damaged by the code below; `--reports` makes
reports and scans them as fixtures/ does (seeds from 10,000 on: looks and damage held out).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from extract.grids.debug import draw_page
from extract.grids.ruled import read_ruled
from extract.model import Box, Grid, Page
from extract.pipeline import Stopwatch, look
from extract.sources.image import render_pdf_page
from extract.sources.pdf import open_pdf
from fixtures.degrade import degrade
from fixtures.looks import draw_look
from fixtures.pdf import write_pdf
from fixtures.report import make_report
from fixtures.rulings.damage import KINDS, LEVELS, Damaged, damaged
from fixtures.scans import draw_scan_look, level_of, plain_look


@dataclass
class Job:
    """A page to search: its picture, the true grids, and the place of a true point on it."""

    name: str
    keys: tuple[str, ...]
    truth: list[Grid]
    picture: Any
    per_point: float
    near: Callable[[Box, Box], bool]
    """Whether a found box is where a true one must be."""


def pdf_jobs(args: argparse.Namespace) -> Iterator[Job]:
    """Pages of PDFs through the damage above."""
    job = 0
    for path in args.pdfs:
        for page in open_pdf(path).pages:
            truth = list(read_ruled(page).grids)
            if not truth or page.turned:
                continue
            picture, _ = render_pdf_page(path, page.number, dpi=300)
            for level in args.level or LEVELS:
                rng = np.random.default_rng([args.seed, job])
                job += 1
                kind = str(rng.choice(args.kind or KINDS))
                dpi = float(rng.choice(args.dpi or (150.0, 200.0, 300.0)))
                made = damaged(picture, kind, level, dpi, rng)

                def near(found: Box, true: Box, made: Damaged = made) -> bool:
                    place = made.back(np.array([middle(found)]))[0]
                    return bool(np.abs(place - middle(true)).max() < 4)

                name = f"{path.stem}-{page.number}-{job - 1} {made.what}"
                keys = (level, kind, f"{dpi:.0f}")
                yield Job(name, keys, truth, made.picture, made.per_point, near)


def report_jobs(args: argparse.Namespace) -> Iterator[Job]:
    """Made reports, scanned as fixtures/ scans them; two pages on one sheet are left out."""
    for index in range(args.reports):
        report = make_report(args.seed, index, f"scan-{index:03d}")
        rng = report.rng("scan")
        look = draw_look(report.rng("look"), report.held_out)
        scan = draw_scan_look(rng, level_of(index), report.held_out)
        across, down = scan.damage.dpi
        dpi = max(across, down)
        with tempfile.TemporaryDirectory() as scratch:
            printed = Path(scratch) / "print.pdf"
            write_pdf(report, plain_look(look), printed)
            pages = open_pdf(printed).pages
            pictures = [render_pdf_page(printed, page.number, dpi=dpi)[0] for page in pages]
        noise = np.random.default_rng(rng.getrandbits(64))
        for page, clean in zip(pages, pictures, strict=True):
            truth = list(read_ruled(page).grids)
            quarters = (
                scan.turned[1] if scan.turned and scan.turned[0] in (page.number - 1, -1) else 0
            )
            damage = replace(scan.damage, turn=quarters, seal=page.number - 1 == scan.seal_page)
            size = round(clean.shape[1] * across / dpi), round(clean.shape[0] * down / dpi)
            flat = cv2.resize(clean, size, interpolation=cv2.INTER_AREA)
            picture, warp = degrade(np.ascontiguousarray(flat), damage, noise)
            dots = np.array([down, across] if quarters % 2 else [across, down])
            if across != down:
                wide = round(picture.shape[1] * dpi / dots[0])
                picture = cv2.resize(picture, (wide, round(picture.shape[0] * dpi / dots[1])))

            def near(
                found: Box,
                true: Box,
                warp: Any = warp,
                dots: Any = dots,
                dpi: Any = scan.damage.dpi,
            ) -> bool:
                place = warp(np.array([middle(true)]) * np.array(dpi) / 72)[0] * 72 / dots
                return bool(np.abs(place - middle(found)).max() < 4)

            if not truth or (page.turned and not quarters):
                continue
            name = f"{report.name}-{page.number} {damage}"
            keys = (damage.level, damage.kind, f"{dpi:.0f}", damage.rules or "whole", damage.mode)
            yield Job(name, keys, truth, picture, dpi / 72, near)


def middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def structure(grid: Grid) -> frozenset[tuple[int, int, int, int]]:
    return frozenset((c.row, c.column, c.row_span, c.column_span) for c in grid.cells)


def same(truth: Grid, found: Grid, near: Callable[[Box, Box], bool]) -> bool:
    """Whether a found grid has the cells of the true one, where they must be."""
    if structure(truth) != structure(found):
        return False
    places = {(c.row, c.column): c.box for c in truth.cells}
    pairs = ((c.box, places[c.row, c.column]) for c in found.cells)
    return all(a is not None and b is not None and near(a, b) for a, b in pairs)


@dataclass
class Score:
    """Tables of one kind: all, right, doubted though right, wrong without a doubt; seconds."""

    tables: int = 0
    right: int = 0
    doubted: int = 0
    silent: int = 0
    seconds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        n = max(1, self.tables)
        return (
            f"{self.tables:5} tables {100 * self.right / n:6.2f} % right, {self.doubted} of them "
            f"in doubt, {self.silent} silently wrong, {np.median(self.seconds):.2f} s a page"
        )


def judge(job: Job, found: Page, took: float, scores: list[Score]) -> bool:
    """Books a page; whether all is well with it."""
    unused = list(found.grids)
    right = doubted = 0
    for grid in job.truth:
        match = next((g for g in unused if same(grid, g, job.near)), None)
        if match is not None:
            unused.remove(match)
            right, doubted = right + 1, doubted + (match.doubt is not None)
    silent = sum(grid.doubt is None for grid in unused)
    for score in scores:
        score.tables += len(job.truth)
        score.right += right
        score.doubted += doubted
        score.silent += silent
        score.seconds.append(took)
    return right == len(job.truth) and not unused


def shapes(grids: Sequence[Grid]) -> str:
    return " ".join(f"{g.rows}x{g.columns}:{len(g.cells)}{'?' if g.doubt else ''}" for g in grids)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pdfs", nargs="*", type=Path)
    parser.add_argument("--reports", type=int, default=0)
    parser.add_argument("--level", choices=LEVELS, action="append")
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--dpi", type=float, action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--debug", type=Path, help="pictures of wrong pages go here")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    scores = measure(chain(pdf_jobs(args), report_jobs(args)), args.debug)
    for key in sorted(scores):
        print(f"{' '.join(key):20} {scores[key]}")


def measure(jobs: Iterable[Job], debug: Path | None = None) -> dict[tuple[str, ...], Score]:
    """The scores by level, and by each other key within it; what is wrong is named."""
    scores: dict[tuple[str, ...], Score] = defaultdict(Score)
    for job in jobs:
        found, took = search(job)
        keys = [(job.keys[0],), *((job.keys[0], key) for key in job.keys[1:])]
        if judge(job, found, took, [scores[key] for key in keys]):
            continue
        print(job.name, "|", shapes(job.truth), "|", shapes(found.grids), flush=True)
        if debug:
            debug.mkdir(parents=True, exist_ok=True)
            drawn = draw_page(job.picture, job.per_point, found.grids)
            cv2.imwrite(str(debug / f"{job.name.split()[0]}.png"), drawn[..., ::-1])
    return scores


def search(job: Job) -> tuple[Page, float]:
    """The page as it is looked at in reading a report, and the seconds that its grids took."""
    height, width = job.picture.shape[:2]
    page = Page(
        1,
        width / job.per_point,
        height / job.per_point,
        pixels=lambda: (job.picture, job.per_point),
        scanned=True,
    )
    watch = Stopwatch()
    return look(page, watch, []), watch.seconds["grids from pixels"]


if __name__ == "__main__":
    sys.exit(main())
