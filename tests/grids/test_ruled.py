"""Rules become cells: dashes, open sides, underlines, tables that touch."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from extract.grids.ruled import bands, close_open_sides, join_dashes, parted, read_ruled
from extract.model import Box, Glyph, Grid, Page, Rule

XS = (40.0, 100.0, 140.0, 180.0)
YS = (50.0, 70.0, 90.0, 110.0)


def ruled(xs: Sequence[float] = XS, ys: Sequence[float] = YS) -> list[Rule]:
    """The rules of a plain table."""
    return [
        *(Rule(x, ys[0], x, ys[-1]) for x in xs),
        *(Rule(xs[0], y, xs[-1], y) for y in ys),
    ]


def numbered(xs: Sequence[float] = XS, ys: Sequence[float] = YS) -> list[Glyph]:
    """A letter or digit in the middle of each cell: its place in reading order."""
    glyphs = []
    for row, (y0, y1) in enumerate(itertools.pairwise(ys)):
        for column, (x0, x1) in enumerate(itertools.pairwise(xs)):
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            text = str((row * (len(xs) - 1) + column) % 10)
            glyphs.append(Glyph(text, x - 2.5, y - 5, x + 2.5, y + 5, 10))
    return glyphs


def page(rules: Sequence[Rule], glyphs: Sequence[Glyph] = (), marks: Sequence[Box] = ()) -> Page:
    return Page(1, 400, 600, tuple(glyphs), tuple(rules), marks=tuple(marks))


def grids(rules: Sequence[Rule], glyphs: Sequence[Glyph] = ()) -> tuple[Grid, ...]:
    return read_ruled(page(rules, glyphs)).grids


def contents(grid: Grid) -> list[tuple[int, int, str | None]]:
    return [(cell.row, cell.column, cell.text) for cell in grid.cells]


PLAIN = [(r, c, str(r * 3 + c)) for r in range(3) for c in range(3)]


def test_a_plain_table() -> None:
    (grid,) = grids(ruled(), numbered())
    assert (grid.rows, grid.columns, grid.reader) == (3, 3, "pdfplumber")
    assert contents(grid) == PLAIN
    assert grid.box == Box(40, 50, 180, 110)
    assert grid.cells[4].box == Box(100, 70, 140, 90)


def test_merged_cells_stand_once_with_their_spans() -> None:
    rules = [
        *(Rule(x, 50, x, 110) for x in (40.0, 180.0)),
        *(Rule(40, y, 180, y) for y in (50.0, 70.0, 110.0)),
        Rule(100, 70, 100, 110),
        Rule(100, 90, 180, 90),
    ]
    (grid,) = grids(rules)
    assert [(c.row, c.column, c.row_span, c.column_span) for c in grid.cells] == [
        (0, 0, 1, 2),
        (1, 0, 2, 1),
        (1, 1, 1, 1),
        (2, 1, 1, 1),
    ]


@pytest.mark.parametrize("left_out", ["left", "right", "top", "bottom"])
def test_an_open_side_is_closed(left_out: str) -> None:
    gone = {
        "left": lambda rule: rule.x0 == rule.x1 == XS[0],
        "right": lambda rule: rule.x0 == rule.x1 == XS[-1],
        "top": lambda rule: rule.y0 == rule.y1 == YS[0],
        "bottom": lambda rule: rule.y0 == rule.y1 == YS[-1],
    }[left_out]
    (grid,) = grids([rule for rule in ruled() if not gone(rule)], numbered())
    assert contents(grid) == PLAIN


def test_a_side_drawn_in_pieces_is_not_left_out_further_in() -> None:
    # Two rules begin at x = 100, title rows between them are whole, and pieces are shaken.
    ys = (50.0, 70.0, 90.0, 110.0, 130.0)
    level = [Rule(40, y, 180, y) for y in (50.0, 90.0, 110.0)]
    level += [Rule(40, y - 0.7, 100, y - 0.7) for y in (70.0, 130.0)]
    level += [Rule(100, y + 0.7, 180, y + 0.7) for y in (70.0, 130.0)]
    left = [
        Rule(40 + shake, y0 - 0.7, 40 + shake, y1 + 0.7)
        for shake, (y0, y1) in zip((0.7, -0.7, 0.7, -0.7), itertools.pairwise(ys), strict=True)
    ]
    upright = [*left, Rule(100, 50, 100, 70), Rule(100, 110, 100, 130), Rule(180, 50, 180, 130)]
    (grid,) = grids([*level, *upright])
    assert [c.column_span for c in grid.cells] == [1, 1, 2, 2, 1, 1]


def test_underlined_numbers_are_no_rows_of_their_own() -> None:
    lines = [
        Rule(x0 + 5, y1 - 4.5, x1 - 5, y1 - 4.5)
        for y1 in YS[1:]
        for x0, x1 in itertools.pairwise(XS)
    ]
    (grid,) = grids([*ruled(), *lines], numbered())
    assert contents(grid) == PLAIN


def test_dashes_become_rules_and_letters_do_not() -> None:
    dashes = [Rule(x, 50, x + 3, 50) for x in range(40, 180, 5)]
    assert join_dashes(dashes) == [Rule(40, 50, 178, 50)]
    assert join_dashes([Rule(40, 50, 44, 50)]) == []
    apart = [Rule(40, 50, 100, 50), Rule(120, 50, 180, 50)]
    assert sorted(join_dashes(apart), key=lambda rule: rule.x0) == apart


def test_a_low_merged_row_is_no_gap_of_a_dashed_rule() -> None:
    rules = [Rule(50, 0, 50, 28.5), Rule(50, 34, 50, 52)]
    assert sorted(join_dashes(rules), key=lambda rule: rule.y0) == rules
    # Rules drawn cell by cell, of which one alone is as short as a dash.
    rules = [Rule(50, 0, 50, 10), Rule(50, 10, 50, 20), Rule(50, 25.5, 50, 35)]
    assert join_dashes(rules) == [Rule(50, 0, 50, 20), Rule(50, 25.5, 50, 35)]


def test_tables_one_above_the_other_do_not_pull_at_each_other() -> None:
    upper, lower = ruled(), ruled((41.5, 98.0, 138.0, 181.0), (150.0, 170.0, 190.0, 210.0))
    assert len(bands([*upper, *lower])) == 2
    first, second = grids([*upper, *lower])
    assert first.box == Box(40, 50, 180, 110)
    assert second.box == Box(41.5, 150, 181, 210)


def test_tables_that_touch_are_parted_where_no_column_goes_on() -> None:
    upper = (40.0, 60.0, 100.0, 130.0, 180.0)
    lower = (40.0, 50.0, 72.0, 85.0, 115.0, 150.0, 180.0)
    rules = [*ruled(upper, (50.0, 70.0, 90.0)), *ruled(lower, (90.0, 110.0, 130.0))]
    first, second = grids(rules)
    assert (first.columns, second.columns) == (4, 6)


def test_a_table_whose_blocks_share_a_column_stays_one() -> None:
    boxes = [
        *((x0, 50.0, x1, 70.0) for x0, x1 in ((0.0, 40.0), (40.0, 60.0), (60.0, 90.0))),
        *((x0, 70.0, x1, 90.0) for x0, x1 in ((0.0, 40.0), (40.0, 75.0), (75.0, 90.0))),
    ]
    assert parted(boxes) == [boxes]


def test_frames_round_paragraphs_are_no_tables() -> None:
    frames = ruled((40.0, 360.0), (50.0, 70.0, 90.0, 110.0))
    glyphs = [Glyph("文", 50, 55, 60, 65, 10)]
    found = read_ruled(page(frames, glyphs))
    assert found.grids == ()
    assert [line.text for line in found.lines] == ["文"]


def test_text_outside_a_table_becomes_lines() -> None:
    outside = Glyph("题", 40, 20, 52, 32, 12)
    found = read_ruled(page(ruled(), [*numbered(), outside]))
    assert [line.text for line in found.lines] == ["题"]


def test_a_mark_inside_a_cell_puts_it_in_doubt_and_a_wide_one_does_not() -> None:
    marks = [Box(112, 75, 120, 85), Box(30, 40, 190, 120)]
    (grid,) = read_ruled(page(ruled(), numbered(), marks)).grids
    assert [(c.row, c.column) for c in grid.cells if not c.whole] == [(1, 1)]


def test_a_digit_between_two_cells_puts_both_in_doubt() -> None:
    digit = Glyph("5", 117, 85, 122, 93, 8)
    (grid,) = grids(ruled(), [digit])
    assert [(c.row, c.column) for c in grid.cells if not c.whole] == [(1, 1), (2, 1)]


def test_a_page_without_rules_has_no_grids() -> None:
    assert read_ruled(page([], numbered())).grids == ()
    assert close_open_sides([]) == []
