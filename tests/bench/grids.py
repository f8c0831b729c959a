"""Bench of grids from pixels: `python tests/bench/grids.py PDF... [--level L] [--pages N]`.

Typeset PDFs are rendered, damaged and searched; what their vector rules say is the truth. A
table is right when its cells, spans included, are the same and every cell's box, carried back
through the damage, is within 3 points. Damage here is independent of that in fixtures/.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from extract.grids.debug import draw_page
from extract.grids.ruled import read_ruled
from extract.grids.scanned import ScannedPage, find_scanned_grids
from extract.model import Grid, Page
from extract.sources.image import render_pdf_page
from extract.sources.pdf import open_pdf

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
        for _ in range(turns):
            pass
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


Structure = frozenset[tuple[int, int, int, int]]


def structure(grid: Grid) -> Structure:
    return frozenset((c.row, c.column, c.row_span, c.column_span) for c in grid.cells)


def judge(truth: list[Grid], found: ScannedPage, back: Callable[[Any], Any]) -> tuple[int, int]:
    """(tables exactly right, wrong tables that no doubt marks)."""
    right = 0
    used: set[int] = set()
    for grid in truth:
        for i, candidate in enumerate(found.grids):
            if i in used or structure(candidate) != structure(grid):
                continue
            if _same_places(grid, candidate, back):
                used.add(i)
                right += 1
                break
    silent = sum(g.doubt is None for i, g in enumerate(found.grids) if i not in used)
    return right, silent


def _same_places(truth: Grid, found: Grid, back: Callable[[Any], Any]) -> bool:
    places = {(c.row, c.column): c.box for c in truth.cells}
    for cell in found.cells:
        b, t = cell.box, places[cell.row, cell.column]
        assert b is not None
        assert t is not None
        middle = back(np.array([[(b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2]]))[0]
        if abs(middle[0] - (t.x0 + t.x1) / 2) > 3 or abs(middle[1] - (t.y0 + t.y1) / 2) > 3:
            return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pdfs", nargs="+", type=Path)
    parser.add_argument("--level", choices=LEVELS, action="append")
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--dpi", type=float, action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clean", action="store_true", help="no damage, 200 dpi")
    parser.add_argument("--debug", type=Path, help="pictures of wrong pages go here")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    levels, kinds = args.level or LEVELS, args.kind or KINDS
    resolutions = args.dpi or (150.0, 200.0, 300.0)
    tables: Counter[tuple[str, ...]] = Counter()
    right: Counter[tuple[str, ...]] = Counter()
    silent: Counter[tuple[str, ...]] = Counter()
    seconds: dict[tuple[str, ...], list[float]] = defaultdict(list)
    job = 0
    for path in args.pdfs:
        for page in open_pdf(path).pages:
            truth = list(read_ruled(page).grids)
            if not truth or page.turned:
                continue
            picture, _ = render_pdf_page(path, page.number, dpi=300)
            if picture.ndim == 2:
                picture = np.stack([picture] * 3, axis=-1)
            for level in levels:
                rng = np.random.default_rng([args.seed, job])
                job += 1
                kind = str(rng.choice(kinds))
                dpi = float(rng.choice(resolutions))
                made = damaged(picture, kind, level, dpi, rng)
                if args.clean:
                    made = Damaged(picture, 300 / 72, lambda p: p, "clean")
                made_page = Page(page.number, pixels=lambda m=made: (m.picture, m.per_point))  # type: ignore[misc]
                start = time.process_time()
                found = find_scanned_grids(made_page)
                took = time.process_time() - start
                good, quiet = judge(truth, found, made.back)
                for key in ((level,), (level, kind), (level, f"{dpi:.0f}")):
                    tables[key] += len(truth)
                    right[key] += good
                    silent[key] += quiet
                    seconds[key].append(took)
                if (
                    good < len(truth)
                    or quiet
                    or found.turned not in (0,)
                    and "turns 0" in made.what
                ):
                    shapes = [(g.rows, g.columns, len(g.cells)) for g in truth]
                    got = [(g.rows, g.columns, len(g.cells), g.doubt) for g in found.grids]
                    print(
                        path.stem, page.number, f"[{job - 1}]", made.what, shapes, got, found.turned
                    )
                    if args.debug:
                        args.debug.mkdir(parents=True, exist_ok=True)
                        drawn = draw_page(made.picture, made.per_point, found.grids)
                        name = f"{path.stem}-{page.number}-{job - 1}.png"
                        cv2.imwrite(str(args.debug / name), drawn[..., ::-1])
                if args.clean:
                    break
    for key in sorted(tables):
        share = 100 * right[key] / tables[key]
        print(
            f"{' '.join(key):20} {tables[key]:5} tables {share:6.2f} % right, "
            f"{silent[key]} silent, {np.median(seconds[key]):.2f} s a page"
        )


if __name__ == "__main__":
    sys.exit(main())
