"""Whether each number stands in its box: `python -m tests.bench.boxes FOLDER`.

Cuts every page to the box of each cell that prints something and reads its text with PDFium,
which takes no part in reading reports. Prints the share of cells whose box holds exactly what
the dataset says is printed, by kind of document.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import unicodedata
from collections import Counter
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pypdfium2

from extract.model import Cell, Result
from extract.pipeline import read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="PDF with a text layer and their truth.json")
    folder = parser.parse_args().folder
    truths = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    held: Counter[str] = Counter()
    cells: Counter[str] = Counter()
    for path in sorted(folder.glob("*.pdf")):
        kind = truths[path.stem]["kind"]
        right, wrong = boxes_of(path, read(path))
        held[kind] += right
        cells[kind] += right + len(wrong)
        for cell, found in wrong[:3]:
            print(f"{path.name} {cell.code}: prints {cell.printed!r}, its box holds {found!r}")
    for kind in sorted(cells):
        print(f"{kind:8s} {held[kind]} of {cells[kind]}  {held[kind] / cells[kind]:.4%}")
    print(f"all      {held.total()} of {cells.total()}  {held.total() / cells.total():.4%}")


def boxes_of(path: Path, result: Result) -> tuple[int, list[tuple[Cell, str]]]:
    """How many boxes hold what is printed; the cells of the others with what theirs hold."""
    right, wrong = 0, []
    with pypdfium2.PdfDocument(path) as document:
        pages: dict[int, list[tuple[float, float, str]]] = {}
        for cell in result.cells:
            if not cell.printed or cell.box is None or cell.page is None:
                continue
            if cell.page not in pages:
                pages[cell.page] = _characters(document[cell.page - 1])
            held = (char for x, y, char in pages[cell.page] if cell.box.holds(x, y))
            found = _bare("".join(held))
            if found == _bare(cell.printed):
                right += 1
            else:
                wrong.append((cell, found))
    return right, wrong


def _characters(page: pypdfium2.PdfPage) -> list[tuple[float, float, str]]:
    """Every character with the place of its middle on the page as displayed.

    PDFium tells places in the page's own coordinates: not turned, from the lower left corner.
    """
    layer = page.get_textpage()
    left, bottom, right, top = page.get_cropbox()
    width, height = right - left, top - bottom
    found = []
    for index in range(layer.count_chars()):
        if abs(math.sin(2 * pypdfium2.raw.FPDFText_GetCharAngle(layer, index))) > 0.3:
            continue  # a slanted watermark
        x0, y0, x1, y1 = layer.get_charbox(index, loose=True)
        x, y = (x0 + x1) / 2 - left, (y0 + y1) / 2 - bottom
        shown = {0: (x, height - y), 90: (y, x), 180: (width - x, y), 270: (height - y, width - x)}
        found.append((*shown[page.get_rotation()], layer.get_text_range(index, 1)))
    return found


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


if __name__ == "__main__":
    main()
