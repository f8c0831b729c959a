"""Tables found in pictures of pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import pytest

from extract.errors import SourceError
from extract.grids.lit import resampled
from extract.grids.lying import ACROSS, SIDEWAYS, on_its_side, other_ways
from extract.grids.rules import Lattice, with_line
from extract.grids.scanned import (
    ScannedPage,
    column_positions,
    find_scanned_grids,
)
from extract.grids.straighten import SHAPE_DPI, UNSURE_LEAN, lean_of, skew_of
from extract.model import Box, Grid, Page
from extract.reading.lines import read_lines
from tests.grids.drawn import DPI, Drawn, block_table, draw_table, outcome_table
from tests.grids.sealed import soft, stamped
from tests.reading.cells import draw_cell


@lru_cache
def outcomes(air: float = 1.6) -> Drawn:
    return draw_table(outcome_table(14), seed=5, air=air)


def found_in(picture: Any, dpi: float = DPI) -> ScannedPage:
    return find_scanned_grids(Page(7, pixels=lambda: (picture, dpi / 72)))


def structure(grid: Grid) -> set[tuple[int, int, int, int]]:
    return {(c.row, c.column, c.row_span, c.column_span) for c in grid.cells}


def assert_same(found: Sequence[Grid], truth: Sequence[Grid], points: float = 1.5) -> None:
    """The same cells, each box where it was drawn."""
    assert [structure(g) for g in found] == [structure(g) for g in truth]
    for a, b in zip(found, truth, strict=True):
        places = {(c.row, c.column): c.box for c in b.cells}
        for cell in a.cells:
            true = places[cell.row, cell.column]
            assert cell.box is not None
            assert true is not None
            assert off_by(cell.box, true) < points


def off_by(a: Box, b: Box) -> float:
    return max(abs(getattr(a, side) - getattr(b, side)) for side in Box.__slots__)


@pytest.mark.parametrize("dpi", [100, 150, 200, 204, 300])
def test_cells_are_found_as_drawn(dpi: int) -> None:
    drawn = outcomes()
    size = None if dpi == DPI else (round(595 * dpi / 72), round(842 * dpi / 72))
    picture = (
        cv2.resize(drawn.picture, size, interpolation=cv2.INTER_AREA) if size else drawn.picture
    )
    page = found_in(picture, dpi)
    assert_same(page.grids, drawn.grids)
    assert page.turned == 0
    assert page.warnings == ()


def test_cells_have_no_text_but_their_pictures() -> None:
    grid = found_in(outcomes().picture).grids[0]
    for cell in grid.cells:
        assert cell.text is None
        assert cell.crop is not None
        assert cell.box is not None
        assert cell.crop.shape[1] == pytest.approx(cell.box.width * DPI / 72, abs=12)
        rim = np.concatenate([cell.crop[0], cell.crop[-1], cell.crop[:, 0], cell.crop[:, -1]])
        assert rim.mean() > 200  # the rules are cut away


def test_strokes_of_letters_in_rows_as_low_as_text_are_no_rules() -> None:
    drawn = outcomes(1.15)
    assert_same(found_in(drawn.picture).grids, drawn.grids)


def test_numbers_keep_their_cells_where_letters_touch_the_rules() -> None:
    drawn = outcomes(1.05)
    (grid,) = found_in(drawn.picture).grids
    boxes = [cell.box for cell in grid.cells]
    for cell in drawn.grids[0].cells:
        if cell.row < 3 or cell.column < 3:
            continue
        assert cell.box is not None
        near = [b for b in boxes if b is not None and off_by(b, cell.box) < 1.5]
        assert len(near) == 1, cell


def test_title_rows_that_a_column_line_would_cross_stay_whole() -> None:
    drawn = draw_table(block_table(5), seed=1, air=1.3)
    assert_same(found_in(drawn.picture).grids, drawn.grids)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_page_is_set_upright_and_boxes_stay_on_the_page_as_displayed(quarters: int) -> None:
    drawn = outcomes()
    page = found_in(np.ascontiguousarray(np.rot90(drawn.picture, -quarters)))
    assert page.turned == 360 - 90 * quarters
    (grid,) = page.grids
    assert structure(grid) == structure(drawn.grids[0])
    total = next(c.box for c in grid.cells if (c.row, c.column) == (1, 9))
    true = next(c.box for c in drawn.grids[0].cells if (c.row, c.column) == (1, 9))
    assert total is not None
    assert true is not None
    x, y = (true.x0 + true.x1) / 2, (true.y0 + true.y1) / 2
    wanted = {1: (842 - y, x), 2: (595 - x, 842 - y), 3: (y, 595 - x)}[quarters]
    assert ((total.x0 + total.x1) / 2, (total.y0 + total.y1) / 2) == pytest.approx(wanted, abs=2)


@pytest.mark.parametrize("angle", [-4.0, 1.3])
def test_skewed_page_is_levelled(angle: float) -> None:
    drawn = outcomes()
    height, width = drawn.picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    skewed = cv2.warpAffine(drawn.picture, matrix, (width, height), borderValue=(255, 255, 255))
    (grid,) = found_in(skewed).grids
    assert structure(grid) == structure(drawn.grids[0])


def test_perspective_and_curl_are_undone_by_the_rules() -> None:
    drawn = outcomes()
    height, width = drawn.picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    depth = 1 + 0.03 * (x / width - 0.5) + 0.02 * (y / height - 0.5)
    source_x = (x - width / 2) / depth + width / 2
    source_y = (y - height / 2) / depth + height / 2 + 14 * np.sin(2.5 * x / width)
    bent = cv2.remap(
        drawn.picture, source_x, source_y, cv2.INTER_LINEAR, borderValue=(255, 255, 255)
    )
    (grid,) = found_in(bent).grids
    assert structure(grid) == structure(drawn.grids[0])
    assert grid.doubt is None


def test_red_seal_vanishes_and_shadow_is_lifted() -> None:
    drawn = outcomes()
    picture = drawn.picture.copy()
    cv2.circle(picture, (1200, 700), 250, (225, 40, 40), 14)
    light = np.linspace(1.0, 0.55, picture.shape[1])[None, :, None]
    picture = (picture * light).astype(np.uint8)
    assert_same(found_in(picture).grids, drawn.grids)


def test_what_stands_under_a_grey_seal_is_cut_out_without_it() -> None:
    drawn = outcomes()
    grey = np.ascontiguousarray(drawn.picture[:, :, 0])
    (plain,) = found_in(soft(grey, round(DPI))).grids
    (sealed,) = found_in(stamped(grey, round(DPI))).grids
    assert structure(sealed) == structure(plain)
    pairs = [(a.crop, b.crop) for a, b in zip(plain.cells, sealed.cells, strict=True)]
    shown = [(a, b) for a, b in pairs if a is not None and b is not None]
    inked = [((a < 180).mean(), (b < 180).mean()) for a, b in shown]
    assert max(b - a for a, b in inked) < 0.03


def test_rule_under_a_grey_seal_goes_on() -> None:
    drawn = outcomes(2.0)
    picture = drawn.picture.copy()
    cv2.circle(picture, (1400, 900), 200, (120, 120, 120), 12)
    assert_same(found_in(picture).grids, drawn.grids)


@pytest.mark.parametrize("dash", [(10, 8), (12, 8)])
def test_dashed_rules(dash: tuple[int, int]) -> None:
    drawn = outcomes(2.0)
    on, off = dash
    picture = drawn.picture.copy()
    gap_x = np.arange(picture.shape[1]) % (on + off) >= on
    gap_y = np.arange(picture.shape[0]) % (on + off) >= on
    for cell in drawn.grids[0].cells:
        assert cell.box is not None
        x0, y0, x1, y1 = (round(getattr(cell.box, side) * DPI / 72) for side in Box.__slots__)
        for y in (y0, y1):
            picture[y - 3 : y + 4, x0 + 4 : x1 - 3][:, gap_x[x0 + 4 : x1 - 3]] = 255
        for x in (x0, x1):
            picture[y0 + 4 : y1 - 3, x - 3 : x + 4][gap_y[y0 + 4 : y1 - 3]] = 255
    assert_same(found_in(picture).grids, drawn.grids, points=2.5)


@pytest.mark.parametrize("sides", ["lr", "b", "t"])
def test_sides_without_a_rule_are_closed(sides: str) -> None:
    drawn = outcomes(2.0)
    box = drawn.grids[0].box
    assert box is not None
    picture = drawn.picture.copy()
    x0, y0, x1, y1 = (round(v * DPI / 72) for v in (box.x0, box.y0, box.x1, box.y1))
    for side, area in {
        "l": (slice(y0 - 3, y1 + 4), slice(x0 - 3, x0 + 4)),
        "r": (slice(y0 - 3, y1 + 4), slice(x1 - 3, x1 + 4)),
        "t": (slice(y0 - 3, y0 + 4), slice(x0 - 3, x1 + 4)),
        "b": (slice(y1 - 3, y1 + 4), slice(x0 - 3, x1 + 4)),
    }.items():
        if side in sides:
            picture[area] = 255
    assert_same(found_in(picture).grids, drawn.grids, points=2.5)


def test_borders_of_cells_apart_are_one_line() -> None:
    drawn = outcomes(2.4)
    picture = np.full_like(drawn.picture, 255)
    for cell in drawn.grids[0].cells:
        assert cell.box is not None
        box = cell.box.scaled(DPI / 72)
        low, high = (round(box.x0) + 6, round(box.y0) + 6), (round(box.x1) - 6, round(box.y1) - 6)
        cv2.rectangle(picture, low, high, (60, 60, 60), 2)
    (grid,) = found_in(picture).grids
    assert structure(grid) == structure(drawn.grids[0])


@pytest.mark.parametrize(("above", "below"), [(8, 15), (9, 14), (6, 13)])
def test_tables_that_touch_have_each_its_own_lines(above: int, below: int) -> None:
    # Some of the one's lines stand 4 pt beside the other's.
    first = draw_table([(r, c, 1, 1) for r in range(3) for c in range(above)], seed=1)
    assert first.grids[0].box is not None
    second = draw_table(
        [(r, c, 1, 1) for r in range(3) for c in range(below)], seed=2, top=first.grids[0].box.y1
    )
    found = found_in(np.minimum(first.picture, second.picture)).grids
    assert [structure(grid) for grid in found] == [
        structure(grid) for drawn in (first, second) for grid in drawn.grids
    ]


def test_a_line_put_in_beside_one_that_was_seen_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A column 3 pt wide stood between two of a table whose header touched another table."""

    def beside(_: Any, lattice: Lattice) -> Lattice:
        line = len(lattice.xs) - 3
        added = with_line(lattice, line, float(lattice.xs[line]) + 8)
        added.upright[:-1, line + 1] = 0.6
        return added

    monkeypatch.setattr("extract.grids.scanned.with_columns_abreast", beside)
    drawn = draw_table([(r, c, 1, 1) for r in range(4) for c in range(6)], seed=1)
    (grid,) = found_in(drawn.picture).grids
    assert structure(grid) == structure(drawn.grids[0])


def test_frame_round_paragraphs_is_text_not_a_table() -> None:
    picture = outcomes().picture.copy()
    cv2.rectangle(picture, (300, 2400), (2200, 2520), (0, 0, 0), 2)
    cv2.putText(picture, "sentence of text", (400, 2480), 0, 2.0, (0, 0, 0), 4)
    page = found_in(picture)
    assert len(page.grids) == 1
    (line,) = page.line_crops
    assert line.box.y0 == pytest.approx((2480 - 45) * 72 / DPI, abs=4)


def test_two_pages_on_one_scan_come_left_then_right() -> None:
    left, right = outcomes(2.0), draw_table(block_table(4), seed=2, air=2.0, top=40.0)
    sheet = np.hstack([left.picture, right.picture])
    page = found_in(sheet)
    assert [structure(g) for g in page.grids] == [
        structure(left.grids[0]),
        structure(right.grids[0]),
    ]


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (np.full((1754, 1240), 255, np.uint8), "blank"),
        (np.full((1754, 1240, 3), 30, np.uint8), "blank"),
        (np.random.default_rng(0).integers(0, 255, (1754, 1240, 3), np.uint8), "photograph"),
    ],
)
def test_page_without_text_is_said_to_be(picture: Any, why: str) -> None:
    page = found_in(picture, 150)
    assert page.grids == ()
    assert len(page.warnings) == 1
    assert page.warnings[0].startswith("page 7: ")
    assert why in page.warnings[0]


def test_too_few_dots_and_pages_that_cannot_be_drawn_are_warnings() -> None:
    tiny = found_in(np.full((351, 248), 255, np.uint8), 30)
    assert "30 dpi" in tiny.warnings[0]

    def fails() -> Any:
        raise SourceError("35000 x 35000 pixels", "too_large")

    page = find_scanned_grids(Page(2, pixels=fails))
    assert page.warnings == ("page 2: 35000 x 35000 pixels",)


def test_column_positions_of_fragments_agree() -> None:
    drawn = outcomes()
    whole = found_in(drawn.picture).grids[0]
    places = column_positions(whole)
    assert places[0] == 0
    assert places[-1] == 1
    body = tuple(c for c in whole.cells if c.row >= 3)
    cut = replace(whole, cells=body, rows=whole.rows - 3)
    assert column_positions(cut) == pytest.approx(places, abs=0.005)


def test_unsure_way_up_is_settled_by_reading() -> None:
    """Lines of signs that look the same on their heads; the reader knows better."""
    picture = np.full((1754, 1240), 255, np.uint8)
    for y in (300, 500, 700):
        for x in range(200, 1000, 40):
            cv2.rectangle(picture, (x, y), (x + 30, y + 30), 0, 3)
    asked: list[int] = []

    def read_lines(crops: Sequence[Any]) -> list[tuple[str, float]]:
        asked.append(len(crops))
        half = len(crops) // 2
        return [("text", 0.2)] * half + [("text", 0.9)] * half

    page = find_scanned_grids(Page(1, pixels=lambda: (picture, 150 / 72)), read_lines)
    assert asked == [6]
    assert page.turned == 180


@pytest.mark.parametrize(("quarters", "across"), [(0, True), (1, False), (2, True), (3, False)])
def test_a_page_of_plain_lines_is_tried_on_its_side_or_not(quarters: int, across: bool) -> None:
    picture = np.full((1400, 1000), 250, np.uint8)
    for row in range(20):
        line = draw_cell("公开政府信息的情况和说明" * 2, size=24, box=(700, 50), seed=row)
        picture[60 + 65 * row : 110 + 65 * row, 100:800] = line
    turned = np.ascontiguousarray(np.rot90(picture, quarters))
    page = Page(1, pixels=lambda: (turned, 200 / 72))
    head, sides = (not across, True), ((across, False), (across, True))
    assert set(other_ways(page, read_lines)) == ({head} if across else {*sides, head})

    def read_on_its_side(crops: Sequence[Any]) -> list[tuple[str, float]]:
        return [("text", 0.9 if number >= 32 else 0.2) for number in range(len(crops))]

    if across:
        assert other_ways(page, read_on_its_side) == (*sides, head)
        assert other_ways(page, lambda crops: [("text", 0.2)] * len(crops)) == (head,)


def narrow_cells(size: tuple[int, int]) -> np.ndarray:
    """A page of cells whose texts are higher than wide, and of lone digits."""
    width, height = size
    page = np.full((1400, 1000), 250, np.uint8)
    for row in range(7):
        y = 120 + 160 * row
        for column in range(3):
            label = draw_cell("属于", "国家", "秘密", size=24, box=size, seed=row + column)
            page[y : y + height, 80 + width * column : 80 + width * (column + 1)] = label
        for column in range(7):
            cell = draw_cell(str(column), size=24, box=(70, 120), seed=column)
            page[y : y + 120, 300 + 90 * column : 370 + 90 * column] = cell
    return page


@pytest.mark.parametrize("quarters", [0, 1])
def test_a_page_of_pale_print_lies_as_its_lines_run(quarters: int) -> None:
    line = draw_cell("政府信息公开工作年度报告", size=24, box=(600, 60))
    page = np.full((1000, 700), 250, np.uint8)
    page[100:880] = np.pad(np.tile(line, (13, 1)), ((0, 0), (50, 50)), constant_values=250)
    pale = (250 - (250 - page.astype(np.int16)) * 0.3).astype(np.uint8)
    lean = lean_of(np.ascontiguousarray(np.rot90(pale, -quarters)), SHAPE_DPI)
    assert lean > SIDEWAYS if quarters else lean < ACROSS


@pytest.mark.parametrize(("size", "quarters"), [((60, 150), 0), ((60, 150), 1), ((70, 120), 0)])
def test_a_page_of_narrow_cells_lies_as_it_can_be_read(
    size: tuple[int, int], quarters: int
) -> None:
    page = np.ascontiguousarray(np.rot90(narrow_cells(size), -quarters))
    lean = lean_of(resampled(page, SHAPE_DPI / 200.0), SHAPE_DPI)
    assert UNSURE_LEAN[0] < lean < UNSURE_LEAN[1]
    assert on_its_side(page, 200.0, read_lines) == (quarters == 1)


def test_a_page_that_no_way_up_makes_legible_stays_as_its_own_signs_say() -> None:
    page = narrow_cells((60, 150))

    def unread(crops: Sequence[np.ndarray]) -> list[tuple[str, float]]:
        return [("字字字字", 0.3 * (2 * at > len(crops))) for at in range(len(crops))]

    assert not on_its_side(page, 200.0, unread)


def test_what_is_said_of_how_a_page_lies_goes_before_its_own_signs() -> None:
    lines = np.full((1400, 1000), 250, np.uint8)
    for row in range(20):
        line = draw_cell("公开政府信息的情况和说明" * 2, size=24, box=(700, 50), seed=row)
        lines[60 + 65 * row : 110 + 65 * row, 100:800] = line
    page = Page(1, pixels=lambda: (lines, 200 / 72))
    assert find_scanned_grids(page).turned in (0, 180)
    assert find_scanned_grids(page, lying=True).turned in (90, 270)


@pytest.mark.parametrize("share", [1.0, 0.35])
def test_the_skew_of_a_pale_page_is_told_by_its_print(share: float) -> None:
    lines = np.full((1100, 800), 250, np.uint8)
    lines[100:1000:25, 60:740] = 30
    lines[104:110, 60:66] = 0
    matrix = cv2.getRotationMatrix2D((400, 550), -2.0, 1.0)
    page = cv2.warpAffine(lines, matrix, (800, 1100), borderValue=250)
    pale = np.where(page > 5, 250 - (250 - page.astype(float)) * share, page).astype(np.uint8)
    pale[300:306, 20:26] = 0
    assert skew_of(pale) == pytest.approx(2.0, abs=0.15)
