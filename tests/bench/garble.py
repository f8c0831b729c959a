"""Rows placed right under worn labels: `python -m tests.bench.garble [--seed N] [--count N]`.

Every label of every table has 10, 20 or 30 % of its characters replaced by another common
character (70 %), dropped (20 %) or doubled (10 %). A row is right when every cell of it prints
the form's number, in doubt or not; silent are cells that are wrong without a doubt.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections import defaultdict
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from extract.model import Cell
from extract.pipeline import read
from fixtures.make import make

RATES = (0.0, 0.1, 0.2, 0.3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=29_000)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--kind", default="born")
    asked = parser.parse_args()
    print("garbled  rows placed right          rows in doubt  cells wrong in silence")
    for rate in RATES:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            make(asked.seed, asked.count, asked.kind, folder, rate)
            print(f"{rate:7.0%}  {curve(folder)}")


def curve(folder: Path) -> str:
    """One line of the curve over a folder with a truth.json."""
    truths = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    rows = right = doubted = silent = 0
    for path in sorted(folder.iterdir()):
        if path.stem not in truths or path.name == "truth.json":
            continue
        cells = {cell.code: cell for cell in read(path).cells}
        by_row: dict[str, list[str]] = defaultdict(list)
        for code in truths[path.stem]["printed"]:
            by_row[code.rpartition(".")[0]].append(code)
        for codes in by_row.values():
            rows += 1
            wrong = [c for c in codes if not _same(cells, c, truths[path.stem]["printed"][c])]
            unsure = [c for c in codes if c not in cells or cells[c].status in _UNSURE]
            right += not wrong
            doubted += bool(unsure)
            silent += len(set(wrong) - set(unsure))
    return f"{right} of {rows} ({right / rows:8.4%})   {doubted / rows:8.4%}       {silent}"


_UNSURE = ("suspect", "missing")


def _same(cells: dict[str, Cell], code: str, printed: str) -> bool:
    cell = cells.get(code)
    return cell is not None and "".join(cell.printed.split()) == "".join(printed.split())


if __name__ == "__main__":
    main()
