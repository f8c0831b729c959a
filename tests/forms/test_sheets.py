"""Forms in their printed shape: every cell once, under headers that span what they head."""

from __future__ import annotations

import pytest

from extract.forms import Form, load_forms
from extract.forms.sheets import Block, names, parts_of_names, sheets


def choices() -> list[tuple[Form, frozenset[str]]]:
    return [
        (form, chosen)
        for form in load_forms()
        for chosen in {frozenset(), frozenset(form.alternatives)}
    ]


@pytest.mark.parametrize(("form", "chosen"), choices())
def test_every_cell_stands_once_and_in_order(form: Form, chosen: frozenset[str]) -> None:
    codes = [
        code
        for sheet in sheets(form.id, chosen)
        for block in sheet.blocks
        for row in block.rows
        for code in row.codes
    ]
    assert tuple(codes) == form.codes(chosen)


@pytest.mark.parametrize(("form", "chosen"), choices())
def test_spans_fill_their_block(form: Form, chosen: frozenset[str]) -> None:
    for sheet in sheets(form.id, chosen):
        for block in sheet.blocks:
            assert _area_of_header(block) == len(block.header) * len(block.rows[0].codes)
            stub = sum(h.columns * h.rows for row in block.rows for h in row.heads)
            assert stub == block.stub * len(block.rows)


def _area_of_header(block: Block) -> int:
    return sum(head.columns * head.rows for level in block.header for head in level)


def test_names_tell_cells_apart_without_headers_over_all() -> None:
    for form, chosen in choices():
        named = names(form.id, chosen)
        assert set(named) == set(form.codes(chosen))
    row, column = parts_of_names("2021", frozenset())["t3.granted.business"]
    assert row is not None
    assert (row.zh, column.zh) == ("（一）予以公开", "法人或其他组织 · 商业企业")
    pending = names("2021", frozenset())["t4.review.pending"]
    assert pending.zh == "行政复议 · 尚未审结"
