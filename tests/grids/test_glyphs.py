"""Glyphs become text: doubles dropped, lines in reading order, digits where they belong."""

from __future__ import annotations

from extract.grids.glyphs import cell_text, drop_doubles, group_lines, line_text, text_lines
from extract.model import Box, Glyph

CELL = Box(100, 100, 150, 130)


def typed(text: str, x: float, y: float, size: float = 10, width: float = 5) -> list[Glyph]:
    """Glyphs of one line whose tops stand at y."""
    return [
        Glyph(char, x + i * width, y, x + (i + 1) * width, y + size, size)
        for i, char in enumerate(text)
    ]


def test_fake_bold_is_printed_once() -> None:
    bold = [*typed("11", 110, 110), *typed("11", 110.4, 110.2)]
    assert "".join(glyph.text for glyph in drop_doubles(bold)) == "11"


def test_two_equal_digits_side_by_side_stay_two() -> None:
    assert len(drop_doubles(typed("1100", 110, 110, width=4.5))) == 4


def test_doubles_are_found_across_the_squares_of_the_look_up() -> None:
    for x in (15.9, 31.95, 48.0):
        for y in (15.95, 26.9):
            assert len(drop_doubles([*typed("0", x, y), *typed("0", x + 0.3, y + 0.3)])) == 1


def test_spaces_are_kept_and_never_doubles() -> None:
    assert len(drop_doubles([*typed(" ", 10, 10), *typed(" ", 10, 10)])) == 2


def test_digits_drawn_in_any_order_read_from_left_to_right() -> None:
    glyphs = typed("1234", 110, 110)
    assert cell_text(glyphs[::-1], CELL) == ("1234", True)


def test_a_gap_in_a_line_becomes_a_space() -> None:
    assert cell_text([*typed("10", 102, 110), *typed("12", 130, 110)], CELL) == ("10 12", True)


def test_lines_are_joined_by_a_line_feed_from_top_to_bottom() -> None:
    lines = group_lines([*typed("下", 110, 117, width=10), *typed("上", 110, 103, width=10)])
    assert [line_text(line) for line in lines] == ["上", "下"]


def test_a_digit_over_the_rule_is_in_doubt() -> None:
    assert cell_text(typed("12", 143, 110), CELL) == ("12", False)
    assert cell_text(typed("12", 138.5, 110), CELL) == ("12", True)
    assert cell_text(typed("1", 96, 110), CELL) == ("1", False)


def test_a_digit_over_a_level_rule_is_in_doubt() -> None:
    assert not cell_text(typed("1", 110, 95), CELL)[1]
    assert not cell_text(typed("1", 110, 124), CELL)[1]
    assert cell_text(typed("1", 110, 97.5), CELL)[1]


def test_a_number_over_two_lines_is_one_only_if_it_had_to_be_wrapped() -> None:
    narrow = Box(100, 100, 126, 130)
    assert cell_text([*typed("123", 104, 103), *typed("45", 104, 116)], narrow)[1]
    assert not cell_text([*typed("1", 104, 103), *typed("2", 104, 116)], CELL)[1]


def test_digits_larger_than_the_cell_or_of_two_sizes_are_in_doubt() -> None:
    assert not cell_text(typed("2", 110, 90, size=50, width=25), CELL)[1]
    assert not cell_text([*typed("1", 110, 110), *typed("2", 116, 104, size=20)], CELL)[1]
    assert cell_text([*typed("1", 110, 110), *typed("注", 116, 112, size=5)], CELL)[1]


def test_a_comma_may_hang_over_the_rule() -> None:
    assert cell_text(typed("，", 142, 110, width=10), CELL)[1]


def test_blank() -> None:
    assert cell_text([], CELL) == ("", True)
    assert cell_text(typed("  ", 110, 110), CELL) == ("", True)


def test_lines_of_running_text_have_a_box_and_a_size() -> None:
    (line,) = text_lines(typed("标题", 50, 40, size=16, width=16), 3)
    assert (line.text, line.page, line.size, line.box) == ("标题", 3, 16, Box(50, 40, 82, 56))
