"""Turning a page upright and its boxes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.model import Box, Glyph, Page, Rule
from extract.sources.turn import turn_back, turn_upright

lengths = st.integers(0, 400)


@given(lengths, lengths, st.integers(1, 90), st.integers(1, 90), st.sampled_from([90, 180, 270]))
def test_turned_and_back_is_the_same_place(
    x: int, y: int, width: int, height: int, degrees: int
) -> None:
    page = Page(
        1,
        500,
        700,
        glyphs=(Glyph("1", x, y, x + width, y + height, 9),),
        rules=(Rule(x, y, x + width, y),),
    )
    turned = turn_upright(page, degrees)
    assert turned.turned == degrees
    glyph, rule = turned.glyphs[0], turned.rules[0]
    assert 0 <= glyph.x0 < glyph.x1 <= turned.width
    assert 0 <= glyph.y0 < glyph.y1 <= turned.height
    back = turn_back(Box(glyph.x0, glyph.y0, glyph.x1, glyph.y1), turned)
    assert back == Box(x, y, x + width, y + height)
    assert turn_back(Box(rule.x0, rule.y0, rule.x1, rule.y1), turned) == Box(x, y, x + width, y)


@pytest.mark.parametrize(
    ("degrees", "corner"), [(90, (690, 10)), (180, (490, 690)), (270, (10, 490))]
)
def test_clockwise(degrees: int, corner: tuple[int, int]) -> None:
    """A point near the top left corner goes to the top right, the bottom right, the bottom left."""
    page = Page(1, 500, 700, rules=(Rule(10, 10, 10, 10),))
    rule = turn_upright(page, degrees).rules[0]
    assert (rule.x0, rule.y0) == corner


def test_a_page_that_was_not_turned_keeps_its_boxes() -> None:
    assert turn_back(Box(1, 2, 3, 4), Page(1, 100, 100)) == Box(1, 2, 3, 4)
