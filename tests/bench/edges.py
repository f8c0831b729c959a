"""Fits what a drawn edge looks like: `python -m tests.bench.edges PDF... [--seed N]`.

Typeset PDFs are rendered and damaged as in grids.py; every edge that the search for grids
considers is drawn or not, which the PDF's vector rules tell. Prints LEVEL_WEIGHTS and
UPRIGHT_WEIGHTS for extract/grids/edges.py, with the share of edges that they get wrong.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from extract.grids import edges, rules, scanned
from extract.grids.ruled import read_ruled
from extract.grids.straighten import even_light
from extract.model import Grid
from extract.sources.image import render_pdf_page
from extract.sources.pdf import open_pdf
from tests.bench import grids as bench
from tests.grids.drawn import block_table, draw_table, outcome_table


def labels(truth: list[Grid], places: Any, level: bool) -> Any:
    """For middles of edges, (n, 2) points of the undamaged page: whether an edge is there."""
    found = np.zeros(len(places))
    for cell in (cell for grid in truth for cell in grid.cells):
        box = cell.box
        assert box is not None
        x, y = places[:, 0], places[:, 1]
        if level:
            inside = (x > box.x0 - 1) & (x < box.x1 + 1)
            near = np.minimum(abs(y - box.y0), abs(y - box.y1)) < 2.5
        else:
            inside = (y > box.y0 - 1) & (y < box.y1 + 1)
            near = np.minimum(abs(x - box.x0), abs(x - box.x1)) < 2.5
        found[inside & near] = 1
    return found


def sources(args: argparse.Namespace) -> Iterator[tuple[list[Grid], Any]]:
    """Grids and clean pictures: pages of the PDFs, then drawn tables with rows as low as text."""
    rng = np.random.default_rng(args.seed)
    for path in args.pdfs:
        for page in open_pdf(path).pages:
            truth = list(read_ruled(page).grids)
            if truth and not page.turned and rng.random() < args.share:
                yield truth, render_pdf_page(path, page.number, dpi=300)[0]
    for number in range(args.drawn):
        spans = outcome_table(24) if number % 2 else block_table(6)
        drawn = draw_table(
            spans,
            seed=number,
            font=str(rng.choice(["zenhei", "microhei", "sungti", "kaiti", "droid"])),
            size=float(rng.uniform(8, 11)),
            air=float(rng.uniform(1.02, 1.35)),
            rule=float(rng.uniform(0.24, 1.0)),
            ink=int(rng.integers(0, 110)),
        )
        yield list(drawn.grids), drawn.picture


def collect(args: argparse.Namespace) -> dict[bool, tuple[Any, Any]]:
    """Signs and truth of all edges, for level (True) and upright ones."""
    gathered: dict[bool, list[tuple[Any, Any]]] = {True: [], False: []}
    seen: list[tuple[bool, Any, Any, Any]] = []
    original = rules.edge_looks

    def spy(ridge: Any, dark: Any, lines: Any, stops: Any, touched: bool) -> Any:
        captured: list[Any] = []
        out = original(ridge, dark, lines, stops, touched, captured.append)
        middles = np.array([line.middle for line in lines])
        seen.append((touched, captured[0], middles, np.array(stops)))
        return out

    rules.edge_looks = spy  # type: ignore[assignment]
    for job, (truth, picture) in enumerate(sources(args)):
        rng = np.random.default_rng([args.seed, job])
        kind, level = str(rng.choice(bench.KINDS)), str(rng.choice(bench.LEVELS))
        dpi = float(rng.choice([150.0, 200.0, 200.0, 300.0]))
        made = bench.damaged(picture, kind, level, dpi, rng)
        grey = even_light(scanned.grey_of(made.picture), dpi)
        straight, ink = scanned.upright(grey, dpi, made.per_point, None)
        seen.clear()
        for region in rules.table_regions(ink):
            first = len(seen)
            rules.lattice_of(ink, region)
            for touched, signs, middles, stops in seen[first : first + 2]:
                halves = (stops[:-1] + stops[1:]) / 2
                along, across = np.meshgrid(halves, middles)
                xy = (along, across) if touched else (across, along)
                points = np.stack([xy[0].ravel(), xy[1].ravel()], 1)
                places = made.back(straight.to_page(points * straight.dpi / 200))
                known = labels(truth, places, touched)
                gathered[touched].append((signs.reshape(-1, edges.SIGNS), known))
    rules.edge_looks = original
    return {
        key: (np.vstack([s for s, _ in parts]), np.hstack([t for _, t in parts]))
        for key, parts in gathered.items()
    }


def fitted(signs: Any, truth: Any) -> Any:
    """Logistic regression with a small ridge, by Newton's method."""
    weights = np.zeros(signs.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-signs @ weights))
        gradient = signs.T @ (truth - p) - 0.5 * weights
        curvature = (signs * (p * (1 - p))[:, None]).T @ signs + 0.5 * np.eye(len(weights))
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pdfs", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--share", type=float, default=1.0, help="of the pages")
    parser.add_argument("--drawn", type=int, default=40, help="tables drawn besides")
    parser.add_argument("--keep", type=Path, help="file for the signs and their truth")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    for level, (signs, truth) in collect(args).items():
        if args.keep:
            np.savez(args.keep.with_suffix(f".{'level' if level else 'upright'}.npz"), signs, truth)
        weights = fitted(signs, truth)
        wrong = ((signs @ weights > 0) != (truth > 0.5)).mean()
        name = "LEVEL_WEIGHTS" if level else "UPRIGHT_WEIGHTS"
        print(f"{name} = ({', '.join(f'{w:.2f}' for w in weights)})")
        print(f"# {len(truth)} edges, {truth.mean():.2f} drawn, {100 * wrong:.3f} % wrong")


if __name__ == "__main__":
    main()
