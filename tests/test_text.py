"""Characters that look alike become one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.text import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("⾏政⼀⼆⽆⼈⾃", "行政一二无人自"),
        ("部⻔⻓", "部门长"),
        ("（一）", "(一)"),
        ("８０\u3000件", "80 件"),
        ("总\u200b计\ufeff", "总计"),
        ("  a \n b\t", "a b"),
        ("plain", "plain"),
    ],
)
def test_radicals_widths_and_spaces(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
