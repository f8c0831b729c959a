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
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from extract.grids.debug import draw_page
from extract.grids.ruled import read_ruled
from extract.grids.scanned import ScannedPage, find_scanned_grids
from extract.model import Box, Grid, Page
from extract.sources.image import render_pdf_page
from extract.sources.pdf import open_pdf
from fixtures.degrade import degrade
from fixtures.looks import draw_look
from fixtures.pdf import write_pdf
from fixtures.report import make_report
from fixtures.scans import draw_scan_look, level_of, plain_look

KINDS = ("scanner", "photocopy", "fax", "phone")
LEVELS = ("light", "medium", "heavy")
STRENGTH = {"light": 0.35, "medium": 0.7, "heavy": 1.0}


@dataclass
class Damaged:
    """A damaged picture, its pixels per point, and the way back to the undamaged page."""

    picture: Any
    per_point: float
    back: Callable[[Any], Any]
    what: str


def damaged(picture: Any, kind: str, level: str, dpi: float, rng: np.random.Generator) -> Damaged:
    """A clean rendering (RGB at 300 dpi) as `kind` would make it at `dpi`."""
    s = STRENGTH[level]
    clean = 300.0 / 72
    height, width = picture.shape[:2]
    out_w, out_h = round(width * dpi / 300), round(height * dpi / 300)
    if rng.random() < 0.3:
        picture = _bleed(picture, 0.12 * s + 0.05)
    if rng.random() < 0.5:
        picture = _seal(picture, rng)
    back_px = _geometry(kind, s, out_w, out_h, rng)
    step = 8
    gx, gy = np.meshgrid(np.arange(0, out_w + step, step), np.arange(0, out_h + step, step))
    nodes = back_px(np.stack([gx.ravel(), gy.ravel()], 1).astype(float)).reshape(*gx.shape, 2)
    dense = cv2.resize(nodes.astype(np.float32), None, fx=step, fy=step)
    off = step // 2
    dense = np.pad(dense, ((0, 8), (0, 8), (0, 0)), mode="edge")
    dense = dense[off : off + out_h, off : off + out_w] * np.float32(300 / dpi)
    soft = cv2.GaussianBlur(picture, (0, 0), 0.35 * 300 / dpi + 0.1)
    image = cv2.remap(soft, dense, None, cv2.INTER_LINEAR, borderValue=(235, 235, 235))
    image = _surface(image, kind, s, dpi, rng)

    turns = int(rng.choice([0, 0, 0, 1, 3])) if level != "light" else 0
    image = np.ascontiguousarray(np.rot90(image, -turns))

    def back(points: Any) -> Any:
        x, y = points[:, 0] * dpi / 72, points[:, 1] * dpi / 72
        if turns == 1:
            x, y = y, out_h - x
        elif turns == 3:
            x, y = out_w - y, x
        return back_px(np.stack([x, y], 1)) * (300 / dpi) / clean

    return Damaged(image, dpi / 72, back, f"{kind} {level} {dpi:.0f} turns {turns}")


def _geometry(
    kind: str, s: float, width: int, height: int, rng: np.random.Generator
) -> Callable[[Any], Any]:
    """Output px → undamaged px at the same resolution: skew, perspective, curl."""
    angle = np.radians(rng.uniform(-1, 1) * (0.6 + 2.4 * s))
    lean = rng.uniform(-1, 1, 2) * (0.035 * s if kind == "phone" else 0.0)
    curl = rng.uniform(-1, 1, 2) * (0.012 * s if kind == "phone" else 0.003 * s)
    shift = rng.uniform(-0.006, 0.006, 2)
    c, n = np.cos(angle), np.sin(angle)

    def back(points: Any) -> Any:
        x = (points[:, 0] - width / 2) / width
        y = (points[:, 1] - height / 2) / width
        w = 1 + lean[0] * x + lean[1] * y
        x, y = (c * x + n * y) / w + shift[0], (-n * x + c * y) / w + shift[1]
        y = y + curl[0] * (np.cos(2.2 * x + 0.4) - 0.9) * (1 + 0.3 * y)
        x = x + 0.3 * curl[1] * np.sin(2.0 * y)
        return np.stack([x * width + width / 2, y * width + height / 2], 1)

    return back


def _surface(image: Any, kind: str, s: float, dpi: float, rng: np.random.Generator) -> Any:
    """Light, ink, noise, compression."""
    height, width = image.shape[:2]
    grey = image.astype(np.float32)
    fade = rng.uniform(0, 0.55) * s
    grey = 255 - (255 - grey) * (1 - fade)
    if s > 0.5:
        grey = _broken(grey, s, rng)
    gx, gy = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    if kind == "phone":
        edge = 1 / (1 + np.exp(8 * (gx * rng.uniform(-1, 1) + gy * rng.uniform(-1, 1) - 0.3)))
        light = 1 - 0.45 * s * edge - 0.15 * s * (gx**2 + gy**2)
    else:
        light = 1 - 0.12 * s * (1 + gx * rng.uniform(-1, 1)) * rng.random()
    grey = grey * light[..., None]
    grey += rng.normal(0, 2 + 9 * s, grey.shape[:2])[..., None]
    specks = rng.random(grey.shape[:2]) < 0.00004 * s * (200 / dpi)
    specks = cv2.dilate(specks.astype(np.uint8), np.ones((max(1, round(dpi / 90)),) * 2, np.uint8))
    grey[specks > 0] = rng.uniform(20, 120)
    image = np.clip(grey, 0, 255).astype(np.uint8)
    if kind == "photocopy":
        flat = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        flat = cv2.GaussianBlur(flat, (0, 0), (0.3 + 0.6 * s) * dpi / 200)
        flat = np.clip((flat.astype(np.float32) - 90) * (1.3 + s), 0, 255).astype(np.uint8)
        image = (flat > rng.uniform(120, 190)).astype(np.uint8) * 255 if s > 0.5 else flat
    if kind == "fax":
        flat = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        flat = cv2.resize(flat, (width, round(height * (0.96 if s < 0.9 else 0.7))))
        flat = (flat > 222 - 35 * s + rng.uniform(-12, 8)).astype(np.uint8) * 255
        image = cv2.resize(flat, (width, height), interpolation=cv2.INTER_LINEAR)
    if kind in ("scanner", "phone"):
        image = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        _, code = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(90 - 55 * s)])
        image = cv2.cvtColor(cv2.imdecode(code, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    return image


def _broken(grey: Any, s: float, rng: np.random.Generator) -> Any:
    """Toner lost in thin streaks and spots."""
    height, width = grey.shape[:2]
    lost = np.zeros((height, width), np.float32)
    for _ in range(int(260 * s)):
        x, y = rng.integers(0, width), rng.integers(0, height)
        lost[y : y + int(rng.integers(2, 9)), x : x + int(rng.integers(2, 9))] = 1
    for _ in range(int(3 * s)):
        x = rng.integers(0, width)
        lost[:, x : x + 2] = rng.uniform(0.3, 1)
    lost = cv2.GaussianBlur(lost, (0, 0), 1.0)[..., None]
    return grey + (255 - grey) * lost


def _bleed(picture: Any, strength: float) -> Any:
    """The page's own mirror image, faint, as if printed on the back."""
    ghost = cv2.GaussianBlur(picture[:, ::-1], (0, 0), 3)
    ghost = np.roll(ghost, 37, axis=0).astype(np.float32)
    return np.clip(picture - (255 - ghost) * strength, 0, 255).astype(np.uint8)


def _seal(picture: Any, rng: np.random.Generator) -> Any:
    """A round seal, red or (copied) grey, anywhere."""
    height, width = picture.shape[:2]
    colour = [(215, 40, 45), (150, 150, 150)][int(rng.random() < 0.4)]
    stamp = np.full_like(picture, 255)
    middle = (int(rng.uniform(0.2, 0.8) * width), int(rng.uniform(0.2, 0.8) * height))
    cv2.circle(stamp, middle, 240, colour, 14)
    for k in range(11):
        a = k * 0.5 + 0.6
        x, y = int(middle[0] + 180 * np.cos(a)), int(middle[1] + 180 * np.sin(a))
        cv2.rectangle(stamp, (x - 25, y - 25), (x + 25, y + 25), colour, 6)
    return np.minimum(picture, stamp)


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


def judge(job: Job, found: ScannedPage, took: float, scores: list[Score]) -> bool:
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
    scores: dict[tuple[str, ...], Score] = defaultdict(Score)
    for job in chain(pdf_jobs(args), report_jobs(args)):
        page = Page(1, pixels=lambda job=job: (job.picture, job.per_point))  # type: ignore[misc]
        start = time.process_time()
        found = find_scanned_grids(page)
        took = time.process_time() - start
        keys = [(job.keys[0],), *((job.keys[0], key) for key in job.keys[1:])]
        if judge(job, found, took, [scores[key] for key in keys]):
            continue
        print(job.name, "|", shapes(job.truth), "|", shapes(found.grids), found.turned, flush=True)
        if args.debug:
            args.debug.mkdir(parents=True, exist_ok=True)
            drawn = draw_page(job.picture, job.per_point, found.grids)
            cv2.imwrite(str(args.debug / f"{job.name.split()[0]}.png"), drawn[..., ::-1])
    for key in sorted(scores):
        print(f"{' '.join(key):20} {scores[key]}")


if __name__ == "__main__":
    sys.exit(main())
