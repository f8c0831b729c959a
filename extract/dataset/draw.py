"""The debug view: each page with the grids found, and the reading of each cell."""

from __future__ import annotations

from pathlib import Path

from extract.errors import GoujiError
from extract.model import Result
from extract.tables import plain


def draw_pages(path: Path, result: Result, folder: Path) -> None:
    """Write `folder/NAME-ID/page-N.png` for every page of a source that has pages.

    A page that cannot be drawn is left out: the view is for looking, not for data.
    """
    import cv2

    from extract.grids.debug import draw_page
    from extract.pipeline import open_source, raw_tables

    try:
        document, grids = open_source(path), raw_tables(path)
    except GoujiError:
        return  # the failure itself is in the dataset
    name = f"{plain(path.stem)}-{result.report_id[:8]}"
    for page in document.pages:
        if page.pixels is None:
            continue
        try:
            picture, per_point = page.pixels()
        except GoujiError:
            continue
        drawn = draw_page(
            picture,
            per_point,
            [grid for grid in grids if grid.page == page.number],
            [cell for cell in result.cells if cell.page == page.number],
        )
        _, data = cv2.imencode(".png", drawn[..., ::-1])
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / f"page-{page.number:02d}.png").write_bytes(data.tobytes())
