"""Tables of a page that is a picture, as grids of cells with their crops."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from extract.errors import SourceError
from extract.grids.abreast import with_columns_abreast
from extract.grids.bars import with_bars
from extract.grids.drawn import with_gaps_closed
from extract.grids.ended import with_rows_to_ends
from extract.grids.evenly import with_even_columns, with_even_rows
from extract.grids.gutter import gutter_of, parted_at
from extract.grids.inked import with_dark_print
from extract.grids.interrupted import with_level_sides_gone_on, with_sides_gone_on
from extract.grids.lit import evenly_lit, resampled
from extract.grids.lying import on_its_side, read_as_they_stand
from extract.grids.piled import without_piles
from extract.grids.ruled import parted
from extract.grids.rules import Box4, Lattice, lattice_of, table_regions, within, without_slivers
from extract.grids.seals import without_seals
from extract.grids.sides import Sides, find_sides
from extract.grids.solid import with_solid_sides
from extract.grids.squares import Span, apart, joined_squares, unsure_share
from extract.grids.stacked import with_stacked_rows
from extract.grids.straighten import (
    SHAPE_DPI,
    WORK_DPI,
    Straight,
    straightened,
    turned_straight,
    unturned,
)
from extract.grids.textlines import text_lines, upness
from extract.model import Box, Grid, GridCell

if TYPE_CHECKING:
    from extract.grids.lying import ReadLines
    from extract.model import Page, Pixels

READER = "scan-rules"
LEAST_DPI = 60.0
MOST_UNSURE = 0.15
"""Share of a table's sides; a table with more that are unsure is in doubt as a whole."""
SAME_LINE = 4.0
"""Px at WORK_DPI, 1.4 pt: lines nearer than this are one."""
MOST_SIDES = 0.5
"""Share of the rows that a line has sides in that is found for a table alone, beside another."""
UNSURE_UPNESS = 0.5
"""A page's own signs of which way up it is, weaker than this, are checked by reading."""


@dataclass(frozen=True)
class LineCrop:
    """A line of text outside tables: its picture, its place, its letter size in points."""

    crop: Pixels = field(compare=False, repr=False)
    box: Box
    size: float


@dataclass(frozen=True)
class ScannedPage:
    """What a page's picture shows: grids without texts, and text lines in reading order.

    Cells have `text` None, `box` in points of the page as displayed and `crop`, the straight
    grey picture of what is inside their rules, at `dpi`. `turned` is the clockwise turn in
    degrees that made the page upright. `warnings` name the page.
    """

    page: int
    grids: tuple[Grid, ...] = ()
    line_crops: tuple[LineCrop, ...] = ()
    turned: int = 0
    dpi: float = 0.0
    warnings: tuple[str, ...] = ()


FAINTEST = 35
"""Grey levels below the paper from which on something is print."""
BLANK = 0.0003
"""Share of a page that is print, below which it is blank."""


def find_scanned_grids(
    page: Page,
    read_lines: ReadLines | None = None,
    *,
    lying: bool | None = None,
    contrary: bool = False,
) -> ScannedPage:
    """Finds the ruled tables and the text lines of a page given as a picture.

    `read_lines`, when given, settles which way up a page is where its own signs do not;
    `lying` says whether it lies on its side, and `contrary` takes the other way up than all that
    tells, for a page that proved illegible. Never raises for what a page shows: a page that cannot
    be used has a warning instead.
    """
    if page.pixels is None:
        return ScannedPage(page.number, warnings=(f"page {page.number}: no picture of it",))
    try:
        picture, per_point = page.pixels()
    except SourceError as error:
        return ScannedPage(page.number, warnings=(f"page {page.number}: {error.what}",))
    dpi = per_point * 72.0
    if dpi < LEAST_DPI:
        why = f"{dpi:.0f} dpi are too few to tell digits apart; scan it again at 200 dpi or more"
        return ScannedPage(page.number, warnings=(f"page {page.number}: {why}",))
    grey, scale = evenly_lit(picture, dpi)
    grey = without_seals(grey, dpi * scale)
    empty = _emptiness(resampled(grey, SHAPE_DPI / (dpi * scale)))
    if empty:
        return ScannedPage(page.number, warnings=(f"page {page.number}: {empty}",))
    if lying is None:
        lying = on_its_side(grey, dpi * scale, read_lines)
    straight, sides = upright(grey, dpi * scale, per_point * scale, lying, read_lines)
    if contrary:
        straight, sides = _turned(straight)
    return _read_structure(page.number, straight, sides)


def _emptiness(small: Pixels) -> str | None:
    """In words, why a page at SHAPE_DPI has nothing to read, or None."""
    import cv2

    # Specks are gone after a median, faint print is not.
    print_only = cv2.medianBlur(small, 3)
    if float((print_only < float(np.median(print_only)) - FAINTEST).mean()) < BLANK:
        return "blank"
    if float((small < 128).mean()) > 0.4 or float((small < 215).mean()) > 0.6:
        return "a photograph or a dark picture, no text to read"
    return None


def upright(
    grey: Pixels, dpi: float, per_point: float, lying: bool, read_lines: ReadLines | None
) -> tuple[Straight, Sides]:
    """The page straight and the right way up, and the sides of its cells."""
    straight = levelled(grey, dpi, per_point, lying)
    small = resampled(straight.grey, WORK_DPI / straight.dpi)
    sides = find_sides(small)
    signs = upness(small, WORK_DPI, table_regions(sides))
    # A page on its side was turned by somebody, so it stands on its head as often as not.
    turn = signs.score < 0 if straight.turned else signs.on_its_head
    if abs(signs.score) < UNSURE_UPNESS and read_lines is not None:
        on_head = np.ascontiguousarray(small[::-1, ::-1])
        standing, turned = read_as_they_stand([small, on_head], read_lines)
        turn = sum(turned) > sum(standing)
    return _turned(straight) if turn else (straight, sides)


def levelled(grey: Pixels, dpi: float, per_point: float, lying: bool) -> Straight:
    """The page straight, its text level, perhaps on its head."""
    turned = 90 if lying else 0
    height, width = grey.shape
    stood = np.ascontiguousarray(np.rot90(grey, -turned // 90)) if turned else grey
    return straightened(
        stood, dpi, turned, lambda points: unturned(points, turned, width, height) / per_point
    )


def _turned(straight: Straight) -> tuple[Straight, Sides]:
    """The page on its head. Its sides are looked for anew: the network learned from pages that
    stand, and guesses open sides by what is written beside them.
    """
    turned = turned_straight(straight)
    return turned, find_sides(resampled(turned.grey, WORK_DPI / turned.dpi))


def _read_structure(number: int, straight: Straight, sides: Sides) -> ScannedPage:
    """Grids and text lines of a straight page; of two pages on one scan the left one first."""
    small = resampled(straight.grey, WORK_DPI / straight.dpi)
    sides = with_gaps_closed(sides, small)
    gutter = gutter_of(small, sides, WORK_DPI)
    grids, areas, warnings = [], [], []
    for page in (sides,) if gutter is None else parted_at(sides, gutter):
        for region in table_regions(page):
            lattice = _lattice(page, small, region)
            if lattice is None:
                continue
            parts = _each_alone(page, small, _parts(lattice))
            found = [one for part in parts if (one := _grid(number, straight, part)).columns > 1]
            if not found:  # a frame round paragraphs
                continue
            grids.extend(found)
            areas.append(region)
            if found[0].doubt:
                warnings.append(f"page {number}: {found[0].doubt}")
    lines = text_lines(small, WORK_DPI, areas)
    if gutter is not None:
        lines.sort(key=lambda line: (line[0] + line[2]) / 2 >= gutter)
    crops = tuple(_line_crop(straight, area) for area in lines)
    return ScannedPage(number, tuple(grids), crops, straight.turned, straight.dpi, tuple(warnings))


@dataclass(frozen=True)
class _Part:
    """The cells of one table of a lattice, and in words why they may be cut wrongly."""

    lattice: Lattice
    spans: list[Span]
    doubt: str | None

    @property
    def box(self) -> Box4:
        """In px at WORK_DPI."""
        xs, ys = self.lattice.xs, self.lattice.ys
        return (
            round(min(xs[s.column] for s in self.spans)),
            round(min(ys[s.row] for s in self.spans)),
            round(max(xs[s.column + s.columns] for s in self.spans)),
            round(max(ys[s.row + s.rows] for s in self.spans)),
        )

    @property
    def rows(self) -> int:
        return len({s.row for s in self.spans})


def _lattice(sides: Sides, small: Pixels, region: Box4) -> Lattice | None:
    """The lattice in a region of the page, with the rules that only its evenness shows."""
    lattice = lattice_of(sides, small, region)
    if lattice is None:
        return None
    lattice = without_piles(small, with_solid_sides(small, with_bars(small, lattice)))
    inked = with_dark_print(small, lattice)
    lattice = with_rows_to_ends(inked, lattice)
    even = with_even_rows(inked, with_even_columns(inked, lattice))
    rows = with_stacked_rows(
        inked, with_level_sides_gone_on(inked, with_sides_gone_on(inked, even))
    )
    # A line put in may stand beside one that was seen, of a table that touches this one.
    return without_slivers(with_columns_abreast(inked, rows))


def _parts(lattice: Lattice) -> list[_Part]:
    """The cells of a lattice, those of tables that touch apart."""
    spans, doubts = joined_squares(lattice)
    if unsure_share(lattice) > MOST_UNSURE:
        doubts.append("rules too faint or broken to be sure of the cells")
    doubt = "; ".join(dict.fromkeys(doubts)) or None
    if doubt:
        doubt = f"the table may be cut into cells wrongly: {doubt}"
    xs, ys = lattice.xs * 72 / WORK_DPI, lattice.ys * 72 / WORK_DPI
    parts = []
    for table in apart(lattice, spans):
        boxes = {
            (
                float(xs[s.column]), float(ys[s.row]),
                float(xs[s.column + s.columns]), float(ys[s.row + s.rows]),
            ): s
            for s in table
        }  # fmt: skip
        for part in parted(list(boxes)):
            parts.append(_Part(lattice, [boxes[box] for box in part], doubt))
    return parts


def _each_alone(sides: Sides, small: Pixels, parts: list[_Part]) -> list[_Part]:
    """Tables that touch, each by its own lines: one's may nearly stand where the other's do."""
    if len(parts) < 2:
        return parts
    found = []
    for part in parts:
        lattice = _lattice(within(sides, part.box), small, part.box)
        own = _parts(lattice) if lattice is not None else []
        same = len(own) == 1 and own[0].rows == part.rows and len(own[0].spans) >= len(part.spans)
        found.append(own[0] if same and not _scant(own[0], part) else part)
    return found


def _scant(own: _Part, part: _Part) -> bool:
    """Whether a line found for a part alone has few sides: it is the other table's, reaching in."""
    new = np.abs(own.lattice.xs[:, None] - part.lattice.xs).min(axis=1) > SAME_LINE
    return bool((own.lattice.upright.mean(axis=0) < MOST_SIDES)[new].any())


def _grid(number: int, straight: Straight, part: _Part) -> Grid:
    """The grid of a part, with boxes and crops, rows and columns counted anew."""
    lattice, spans = part.lattice, part.spans
    rows = sorted({at for s in spans for at in (s.row, s.row + s.rows)})
    columns = sorted({at for s in spans for at in (s.column, s.column + s.columns)})
    cells = []
    for span in sorted(spans, key=lambda s: (s.row, s.column)):
        row, column = rows.index(span.row), columns.index(span.column)
        high = rows.index(span.row + span.rows) - row
        wide = columns.index(span.column + span.columns) - column
        cell = _cell(straight, lattice, span)
        cells.append(replace(cell, row=row, column=column, row_span=high, column_span=wide))
    xs, ys = lattice.xs, lattice.ys
    box = page_box(straight, xs[columns[0]], ys[rows[0]], xs[columns[-1]], ys[rows[-1]])
    return Grid(number, len(rows) - 1, len(columns) - 1, tuple(cells), box, READER, part.doubt)


def _cell(straight: Straight, lattice: Lattice, span: Span) -> GridCell:
    x0, x1 = lattice.xs[span.column], lattice.xs[span.column + span.columns]
    y0, y1 = lattice.ys[span.row], lattice.ys[span.row + span.rows]
    inset = lattice.thickness / 2 + 1.0
    crop = crop_of(straight, x0 + inset, y0 + inset, x1 - inset, y1 - inset)
    return GridCell(
        span.row, span.column, span.rows, span.columns,
        text=None, box=page_box(straight, x0, y0, x1, y1), crop=crop,
        whole=span.sure,
    )  # fmt: skip


def _line_crop(straight: Straight, area: tuple[int, int, int, int]) -> LineCrop:
    x0, y0, x1, y1 = area
    margin = 0.15 * (y1 - y0)
    crop = crop_of(straight, x0 - margin, y0 - margin, x1 + margin, y1 + margin)
    # A line's ink is a little lower than the letters' em square.
    return LineCrop(crop, page_box(straight, x0, y0, x1, y1), (y1 - y0) * 72 / WORK_DPI / 0.94)


def crop_of(straight: Straight, x0: float, y0: float, x1: float, y1: float) -> Pixels:
    """The part of a straight picture inside a box given in px at WORK_DPI."""
    scale = straight.dpi / WORK_DPI
    height, width = straight.grey.shape
    left, right = max(0, round(x0 * scale)), min(width, round(x1 * scale))
    top, bottom = max(0, round(y0 * scale)), min(height, round(y1 * scale))
    return straight.grey[top : max(bottom, top + 1), left : max(right, left + 1)].copy()


def page_box(straight: Straight, x0: float, y0: float, x1: float, y1: float) -> Box:
    """The box, in points of the page as displayed, round a box in px at WORK_DPI."""
    scale = straight.dpi / WORK_DPI
    corners = np.array([[x0, y0], [x1, y0], [x0, y1], [x1, y1]], np.float64) * scale
    places = straight.to_page(corners)
    low, high = places.min(axis=0), places.max(axis=0)
    return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def column_positions(grid: Grid) -> tuple[float, ...]:
    """Where a grid's columns begin and the last one ends, as shares 0 to 1 of its width.

    Fragments of one table over pages share them. Only for grids that stand upright on the page.
    """
    edges: dict[int, list[float]] = {}
    for cell in grid.cells:
        if cell.box is not None:
            edges.setdefault(cell.column, []).append(cell.box.x0)
            edges.setdefault(cell.column + cell.column_span, []).append(cell.box.x1)
    if len(edges) < 2:
        return ()
    places = [float(np.median(edges[at])) for at in sorted(edges)]
    width = max(places[-1] - places[0], 1e-9)
    return tuple((place - places[0]) / width for place in places)
