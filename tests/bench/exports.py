"""Measure text exports and languages: `python -m tests.bench.exports --seed 10001 --count 20`.

A line per shape: cells right, wrong in silence, sent to review, reports refused, and year, form
and agency right.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path

from extract.pipeline import read
from fixtures.make_exports import KINDS, make_exports
from tests.bench.__main__ import _tell
from tests.bench.score import Score, score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=10_001)
    parser.add_argument("--count", type=int, default=20, help="reports of each shape")
    parser.add_argument("--kind", action="append", choices=list(KINDS))
    parser.add_argument("-v", "--verbose", action="store_true", help="name what came out wrong")
    asked = parser.parse_args()
    for kind in asked.kind or KINDS:
        total, refused = measure(kind, asked.seed, asked.count, asked.verbose)
        cells = max(total.cells, 1)
        print(
            f"{kind:16s} right {total.right / cells:8.2%}  silent {total.silent:4d}"
            f" of {total.cells}  review {total.review / cells:7.2%}"
            f"  year {total.year} form {total.form} agency {total.agency} of {total.reports}"
            f"  accused {total.accused}  refused {dict(refused) or 0}",
            flush=True,
        )


def measure(kind: str, seed: int, count: int, verbose: bool) -> tuple[Score, Counter[str]]:
    """All reports of a shape: their score, and why some were refused."""
    total, refused = Score(), Counter[str]()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_exports(seed, count, kind, folder)
        truths = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        for path in sorted(folder.iterdir()):
            if path.stem not in truths or path.name == "truth.json":
                continue
            result = read(path)
            made = score(result, truths[path.stem])
            total += made
            if result.error_kind:
                refused[result.error_kind] += 1
            if verbose and (made.silent or made.right < made.cells):
                _tell(f"{path.stem} silent {made.silent}", result, truths[path.stem])
    return total, refused


if __name__ == "__main__":
    main()
