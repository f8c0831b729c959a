"""The places that an explanation tells of, as pictures in a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from extract.audit.pictures import Child
from extract.audit.proof import CULPRIT, OTHER, WIDTH
from extract.dataset.write import writing
from extract.model import Cell

if TYPE_CHECKING:
    from extract.explaining.explanation import Explanation


def write_crops(said: Explanation, folder: Path) -> tuple[Path, ...]:
    """One PNG per identity or cell and page: its cells outlined, the likeliest culprit in red.

    Raises SourceError where the source cannot be drawn, DatasetError where nothing can be
    written.
    """
    from PIL import Image

    made: list[Path] = []
    child = Child()
    try:
        for name, page, cells in _places(said):
            boxes = [
                {
                    "box": [cell.box.x0, cell.box.y0, cell.box.x1, cell.box.y1],
                    "colour": CULPRIT if place == 0 else OTHER,
                    "strong": place == 0,
                }
                for place, cell in reversed(cells)
                if cell.box is not None
            ]
            job = {"do": "crop", "path": said.result.source, "page": page, "boxes": boxes}
            _, picture = child.ask({**job, "width": WIDTH})
            path = folder / f"{name}-page-{page}.png"
            with writing(folder):
                folder.mkdir(parents=True, exist_ok=True)
                Image.open(BytesIO(picture)).save(path)
            made.append(path)
    finally:
        child.close()
    return tuple(made)


def _places(said: Explanation) -> Iterator[tuple[str, int, Sequence[tuple[int, Cell]]]]:
    """A name, a page, and the cells there with their rank."""
    cells = {cell.code: cell for cell in said.result.cells}
    told = [(check.id, check.cells) for check in said.checks]
    told += [(cell.code, (cell.code,)) for cell in said.cells]
    for name, codes in told:
        placed = [
            (rank, cells[code])
            for rank, code in enumerate(codes)
            if code in cells and cells[code].box is not None
        ]
        for page in sorted({cell.page for _, cell in placed if cell.page}):
            yield name, page, [(rank, cell) for rank, cell in placed if cell.page == page]
