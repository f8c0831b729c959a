"""Pages whose text stands sideways or upside down: turned upright for reading, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.model import Box, Glyph, Grid, Page, Rule, Slot

if TYPE_CHECKING:
    from extract.model import Pixels


def turn_upright(page: Page, degrees: int) -> Page:
    """The page turned clockwise by 90, 180 or 270 degrees more, `turned` saying so.

    Glyphs, rules and the picture turn together.
    """

    def box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        if degrees == 90:
            return page.height - y1, x0, page.height - y0, x1
        if degrees == 180:
            return page.width - x1, page.height - y1, page.width - x0, page.height - y0
        return y0, page.width - x1, y1, page.width - x0

    swap = degrees in (90, 270)
    return replace(
        page,
        width=page.height if swap else page.width,
        height=page.width if swap else page.height,
        glyphs=tuple(Glyph(g.text, *box(g.x0, g.y0, g.x1, g.y1), g.size) for g in page.glyphs),
        rules=tuple(Rule(*box(r.x0, r.y0, r.x1, r.y1)) for r in page.rules),
        marks=tuple(Box(*box(m.x0, m.y0, m.x1, m.y1)) for m in page.marks),
        pixels=_picture_turned(page, degrees),
        turned=(page.turned + degrees) % 360,
    )


def _picture_turned(page: Page, degrees: int) -> Callable[[], tuple[Pixels, float]] | None:
    show = page.pixels
    if show is None:
        return None

    def pixels() -> tuple[Pixels, float]:
        import numpy as np

        picture, per_point = show()
        return np.ascontiguousarray(np.rot90(picture, -degrees // 90)), per_point

    return pixels


def turn_back(box: Box, page: Page) -> Box:
    """A box of a turned page, in the coordinates of the page as displayed."""
    if page.turned == 90:
        return Box(box.y0, page.width - box.x1, box.y1, page.width - box.x0)
    if page.turned == 180:
        return Box(
            page.width - box.x1, page.height - box.y1, page.width - box.x0, page.height - box.y0
        )
    if page.turned == 270:
        return Box(page.height - box.y1, box.x0, page.height - box.y0, box.x1)
    return box


def slots_displayed(slots: Sequence[Slot], pages: Sequence[Page]) -> tuple[Slot, ...]:
    """The slots with their boxes on the page as displayed, where it had been turned to read."""
    turned = {page.number: page for page in pages if page.turned}

    def back(slot: Slot) -> Slot:
        page = turned.get(slot.page or 0)
        if page is None or slot.cell is None or slot.cell.box is None:
            return slot
        return replace(slot, cell=replace(slot.cell, box=turn_back(slot.cell.box, page)))

    return tuple(back(slot) for slot in slots)


def grid_displayed(grid: Grid, page: Page) -> Grid:
    """A grid of a page with its boxes on the page as displayed."""
    if not page.turned:
        return grid
    cells = tuple(replace(c, box=turn_back(c.box, page) if c.box else None) for c in grid.cells)
    return replace(grid, cells=cells, box=turn_back(grid.box, page) if grid.box else None)
